"""Which dimensions a domain admits, and a short list of shapes that reaches every regime of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Add, Eq, Ge, Gt, Le, Lt, Max, Min, Mul, Ne, Pow, Rational, Symbol
from sympy.core.relational import Relational

from verify.errors import DomainError
from verify.language.nodes import Maximum, Minimum

Range = tuple[int, int]
"""The smallest and the largest value of a dimension, both included."""

_MOST_ROWS, _MOST_ROWS_EVER = 200_000, 20_000_000
_SIGNS_AT_ONCE = 20
"""So many signs and the number of any row fit into an integer of 64 bits."""
_COMPARISONS: dict[type, Any] = {Le: np.less_equal, Lt: np.less, Ge: np.greater_equal, Gt: np.greater, Eq: np.equal, Ne: np.not_equal}


def integer_value(expression: Any, values: Mapping[Symbol, Any]) -> Any:
    """The value of an expression in dimensions, for integers or for whole arrays of them, exactly.

    Raises DomainError for a symbol without a value and for anything but sums, products, powers and extrema.
    """
    if isinstance(expression, Symbol):
        if expression not in values:
            raise DomainError(f"{expression} is no declared dimension.")
        return values[expression]
    if isinstance(expression, Rational):
        if expression.q == 1:
            return int(expression.p)
        return _fraction(expression)
    parts = [integer_value(argument, values) for argument in expression.args]
    if isinstance(expression, Add):
        return reduce(lambda a, b: _plain(a) + _plain(b), parts)
    if isinstance(expression, Mul):
        return reduce(lambda a, b: _plain(a) * _plain(b), parts)
    if isinstance(expression, Pow) and isinstance(parts[1], int) and parts[1] >= 0:
        return parts[0] ** parts[1]
    if isinstance(expression, (Minimum, Min)):
        return reduce(np.minimum, parts)
    if isinstance(expression, (Maximum, Max)):
        return reduce(np.maximum, parts)
    raise DomainError(f"{expression} is no sum, product, power or extremum of dimensions.")


def _fraction(number: Rational) -> Any:
    from fractions import Fraction

    return Fraction(int(number.p), int(number.q))


def _plain(value: Any) -> Any:
    """Integers of Python's own, so that a Fraction can be added to them without rounding."""
    return value.astype(object) if isinstance(value, np.ndarray) else int(value) if isinstance(value, np.integer) else value


def holds(relation: Relational, values: Mapping[Symbol, Any]) -> Any:
    """Whether a relation between dimensions holds, for integers or entry by entry for arrays."""
    return _COMPARISONS[type(relation)](integer_value(relation.lhs, values), integer_value(relation.rhs, values))


def admissible(ranges: Mapping[Symbol, Range], relations: Sequence[Relational]) -> NDArray[np.int64]:
    """All admissible dimensions, one row each with columns as in `ranges`, smallest first.

    Where there are hundreds of thousands, the larger ones are thinned out, unless nothing would be left.
    """
    return _admissible(tuple(ranges.items()), tuple(relations))


@lru_cache(maxsize=1000)
def _admissible(ranges: tuple[tuple[Symbol, Range], ...], relations: tuple[Relational, ...]) -> NDArray[np.int64]:
    """The rows of `admissible`, computed once for all domains with the same dimensions."""
    rows = _joined(dict(ranges), relations, _MOST_ROWS)
    rows = rows if len(rows) else _joined(dict(ranges), relations, _MOST_ROWS_EVER)
    rows.flags.writeable = False
    return rows


def _joined(ranges: Mapping[Symbol, Range], relations: Sequence[Relational], most: int) -> NDArray[np.int64]:
    rows = np.zeros((1, 0), dtype=np.int64)
    waiting, bound = list(relations), list[Symbol]()
    for symbol, (low, high) in ranges.items():
        grid = np.arange(low, high + 1)
        if len(rows) * len(grid) > most:
            grid = np.unique(np.concatenate([grid[:16], np.geomspace(low, high, 5).round().astype(np.int64)]))
            rows = _thinned(rows, most // len(grid))
        rows = np.column_stack([np.repeat(rows, len(grid), axis=0), np.tile(grid, len(rows))])
        bound.append(symbol)
        ready = [relation for relation in waiting if relation.free_symbols <= set(bound)]
        waiting = [relation for relation in waiting if relation not in ready]
        for relation in ready:
            values = {name: rows[:, k] for k, name in enumerate(bound)}
            rows = rows[np.broadcast_to(np.asarray(holds(relation, values), dtype=bool), (len(rows),))]
    return _by_size(rows)


def _by_size(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows by their sum, then by their largest entry, then in lexicographic order."""
    return np.asarray(rows[np.lexsort((*rows.T[::-1], rows.max(axis=1, initial=0), rows.sum(axis=1)))])


def _thinned(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most `most` rows: the smallest half of that number, and evenly spaced ones of the others."""
    if len(rows) <= most:
        return rows
    rows, half = _by_size(rows), most // 2
    return np.concatenate([rows[:half], rows[np.linspace(half, len(rows) - 1, most - half).astype(np.int64)]])


def conflicting(ranges: Mapping[Symbol, Range], relations: Sequence[Relational]) -> list[Relational]:
    """A smallest set of the relations that still admits no dimensions within the ranges."""
    kept = list(relations)
    for relation in relations:
        fewer = [other for other in kept if other is not relation]
        if not len(admissible(ranges, fewer)):
            kept = fewer
    return kept


def regimes(rows: NDArray[np.int64], ranges: Mapping[Symbol, Range], relations: Sequence[Relational]) -> NDArray[np.int64]:
    """A column of signs for each comparison that can matter: of two dimensions, of one with the sum of
    two others, and of both sides of each relation."""
    count = rows.shape[1]
    values = {symbol: rows[:, k] for k, symbol in enumerate(ranges)}
    signs = [np.sign(rows[:, i] - rows[:, j]) for i, j in combinations(range(count), 2)]
    signs += [
        np.sign(rows[:, i] - rows[:, j] - rows[:, k]) for i in range(count) for j, k in combinations([c for c in range(count) if c != i], 2)
    ]
    for relation in relations:
        difference = integer_value(relation.lhs, values) - integer_value(relation.rhs, values)
        signs.append(np.broadcast_to(np.sign(np.asarray(difference, dtype=float)), (len(rows),)))
    return np.array(signs, dtype=np.int64).reshape(len(signs), len(rows)).T


def representative(
    rows: NDArray[np.int64], ranges: Mapping[Symbol, Range], relations: Sequence[Relational], rng: np.random.Generator, count: int
) -> NDArray[np.int64]:
    """At most `count` of the admissible rows, smallest first.

    In order of preference: the smallest; a few that together show every sign of every comparison; the
    largest; the smallest ones with a new combination of signs; random ones.
    """
    if len(rows) <= count:
        return rows
    signs = regimes(rows, ranges, relations)
    # Rows are sorted by size, so the first row of each regime is its smallest.
    smallest = np.sort(np.unique(_numbered(signs), return_index=True)[1])
    shown = _indicators(signs[smallest])
    chosen: dict[int, None] = {0: None}
    unseen = ~shown[smallest == 0].any(axis=0)
    while (shown & unseen).any():
        best = int(np.argmax((shown & unseen).sum(axis=1)))
        chosen[int(smallest[best])] = None
        unseen &= ~shown[best]
    chosen[len(rows) - 1] = None
    room = max(0, count - len(chosen))
    chosen.update(dict.fromkeys([int(index) for index in smallest if int(index) not in chosen][: room - room // 3]))
    spare = np.setdiff1d(np.arange(len(rows)), np.array(list(chosen)))
    chosen.update(dict.fromkeys(rng.permutation(spare).tolist()))
    return np.asarray(rows[np.sort(np.array(list(chosen)[:count]))])


def _numbered(signs: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each row of signs, the same for equal rows; NumPy's own comparison of rows is dozens of times slower."""
    numbers = np.zeros(len(signs), dtype=np.int64)
    for begin in range(0, signs.shape[1], _SIGNS_AT_ONCE):
        digits = signs[:, begin : begin + _SIGNS_AT_ONCE] + 1
        numbers = numbers * 3 ** digits.shape[1] + digits @ 3 ** np.arange(digits.shape[1])
        numbers = np.unique(numbers, return_inverse=True)[1].reshape(-1)
    return numbers


def _indicators(signs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which (comparison, sign) each row shows, one column for each pair."""
    return np.concatenate([signs == sign for sign in (-1, 0, 1)], axis=1)
