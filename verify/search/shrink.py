"""The reducer: from a certified counterexample to one that a person would put in an erratum.

Passes in the manner of Hypothesis - earlier steps, smaller shapes, deleted rows and columns, zeros,
short numbers - run until none of them finds anything simpler. Floats only skip hopeless
candidates; each one that is kept was decided in balls, hypotheses included. Derived quantities stay
derived, since only the drawn variables change.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations, islice, product
from operator import mul
from typing import Any

import numpy as np
from sympy import MatrixSymbol, Symbol

from verify.deciding import decide
from verify.effort import Budget
from verify.errors import InstanceError
from verify.instance import Instance, Rows
from verify.language.matrices import SymmetricMatrix
from verify.ranges import exact_points
from verify.sampling import Batch
from verify.screening import CLEAR, screen
from verify.search.simplicity import Cost, cost_of, number_cost, simpler
from verify.statement import Statement

_MOST_AT_ONCE = 1024
_DECIDED_AT_ONCE = 6
_ALPHABETS = tuple(
    tuple(map(Fraction, letters.split())) for letters in ("1", "1 -1", "1 2 1/2", "1 -1 2 -2 1/2", "1/8 1/4 1 4 8", "1 3 -1 10")
)
_SHARES_OF_ZEROS = (0.0, 0.3, 0.6)


def shrink(
    statement: Statement, instance: Instance, step: int | Fraction = 0, *, budget: Budget | None = None
) -> tuple[Instance, int | Fraction]:
    """A simpler instance and time at which balls certify a violation, all hypotheses met.

    Deterministic. Returns the given pair where nothing simpler is found within the budget, and where
    balls do not certify the violation to begin with.
    """
    budget = budget or Budget()
    if not budget.decided or decide(statement, instance, step=step).outcome != "violated":
        return instance, step
    reducer = _Reducer(statement, instance, step, budget)
    passes: tuple[Callable[[], Iterable[Instance]], ...] = (
        reducer.the_same,
        reducer.deleted,
        reducer.coarser,
        reducer.single,
        reducer.pairs,
    )
    sown = False
    while True:
        improved = False
        for candidates in passes:
            while reducer.improve(candidates()):
                improved = True
        if not sown:
            sown = True
            improved = any(reducer.improve(batch) for batch in reducer.small()) or improved
        if not improved or reducer.exhausted:
            return reducer.instance, reducer.step


class _Reducer:
    """The simplest counterexample so far, and what is left of the budget."""

    def __init__(self, statement: Statement, instance: Instance, step: int | Fraction, budget: Budget) -> None:
        self.statement = statement
        self.instance, self.step = instance, step
        self.cost: Cost = cost_of(instance, step)
        self.shapes = budget.shapes
        self._screened, self._decided = budget.screened, budget.decided
        self._refused: set[tuple[str, int | Fraction]] = set()
        # A violation that floats do not see is one by equality; then what is close has to be looked at too.
        slack = self._slack(instance, step)
        self._suspicious = -CLEAR if slack < -CLEAR else CLEAR

    def _slack(self, instance: Instance, step: int | Fraction) -> float:
        """What floats make of the counterexample; along a flow, at the worst of the times at which they look."""
        if self.statement.flow is not None:
            return float(np.nanmin(screen(self.statement, _batch([instance])).slack, initial=np.inf))
        return float(screen(self.statement, _batch([instance]), int(step)).slack[0, int(step)])

    @property
    def exhausted(self) -> bool:
        return self._screened <= 0 or self._decided <= 0

    def improve(self, candidates: Iterable[Instance]) -> bool:
        """Take the simplest of the candidates that is certainly a counterexample, if it is simpler than the present one."""
        simple = [c for c in islice(candidates, 4 * _MOST_AT_ONCE) if cost_of(c, 0) < self.cost]
        groups: dict[tuple[int, ...], list[Instance]] = {}
        for candidate in simple:
            groups.setdefault(tuple(candidate.dimensions.values()), []).append(candidate)
        suspects: list[tuple[Cost, Instance, int | Fraction]] = []
        for group in groups.values():
            suspects += self._suspects(sorted(group, key=lambda c: cost_of(c, 0))[:_MOST_AT_ONCE])
        suspects.sort(key=lambda suspect: suspect[0])
        tried = 0
        for cost, candidate, step in suspects:
            if tried == _DECIDED_AT_ONCE or self._decided <= 0:
                return False
            name = str(candidate.to_json()), step
            if name in self._refused or not self._admitted(candidate):
                continue
            tried += 1
            self._decided -= 1
            if decide(self.statement, candidate, step=step, limit=256).outcome == "violated":
                self.instance, self.step, self.cost = candidate, step, cost
                return True
            self._refused.add(name)
        return False

    def _suspects(self, group: Sequence[Instance]) -> list[tuple[Cost, Instance, int | Fraction]]:
        if self._screened <= 0:
            return []
        steps = int(self.step) if self.statement.kind == "trajectory" else 0
        self._screened -= len(group)
        screened = screen(self.statement, _batch(group), steps)
        seen = (screened.slack < self._suspicious) & ~(screened.hypothesis < -CLEAR)
        places = [(int(row), screened.when(int(row), int(step))) for row, step in np.argwhere(seen)]
        found = [(cost_of(group[row], step), group[row], step) for row, step in places]
        return [suspect for suspect in found if suspect[0] < self.cost]

    def _admitted(self, candidate: Instance) -> bool:
        try:
            candidate.validate(self.statement.over)
        except InstanceError:
            return False
        return True

    # --- passes: each yields candidates made from the present instance ------------------------------

    def the_same(self) -> Iterator[Instance]:
        """The instance itself, for an earlier step of its run."""
        if self.step:
            yield self.instance

    def deleted(self) -> Iterator[Instance]:
        """Without one index of one dimension, or of several dimensions together where relations tie them."""
        symbols = self.statement.over.dimensions
        for count in range(1, len(symbols) + 1):
            for chosen in combinations(symbols, count):
                smaller = {s: size - (s in chosen) for s, size in self.instance.dimensions.items()}
                try:
                    self.statement.over.require_dimensions(smaller)
                except InstanceError:
                    continue
                choices = product(*(range(self.instance.dimensions[s]) for s in chosen))
                for indices in islice(choices, 64):
                    yield self._without(dict(zip(chosen, indices, strict=True)), smaller)

    def _without(self, dropped: Mapping[Symbol, int], smaller: Mapping[Symbol, int]) -> Instance:
        values: dict[Any, Any] = {}
        for symbol, value in self.instance.values.items():
            if isinstance(symbol, MatrixSymbol) and isinstance(value, tuple):
                shape = self.statement.over.shape_of(symbol, smaller)
                rows = _kept_rows(symbol, value, shape, dropped)
                columns = _kept(len(value[0]), shape[1], dropped.get(symbol.cols))
                values[symbol] = tuple(tuple(value[i][j] for j in columns) for i in rows)
            else:
                values[symbol] = value
        return Instance(dict(smaller), values)

    def coarser(self) -> Iterator[Instance]:
        """Many numbers at once: variables rounded, scaled, made zero or one; signs and places changed along a dimension."""
        variables = list(self.instance.values)
        for chosen in [*([v] for v in variables), *map(list, combinations(variables, 2)), variables]:
            for change in _COARSENINGS:
                yield self._changed({v: self._mapped(v, change) for v in chosen})
        for symbol in variables:
            value = self.instance.values[symbol]
            if isinstance(value, tuple):
                for unit in sorted({abs(entry) for row in value for entry in row if entry}):
                    yield self._changed({symbol: self._mapped(symbol, partial(mul, 1 / unit))})
                zeroed = [{(k, j) for j in range(len(value[0]))} for k in range(len(value))]
                zeroed += [{(i, k) for i in range(len(value))} for k in range(len(value[0]))]
                zeroed += [{(i, j) for i in range(len(value)) for j in range(len(value[0])) if i != j}]
                for places in zeroed:
                    yield self._changed({symbol: _zeroed(value, places)})
        for dimension, size in self.instance.dimensions.items():
            for index in range(size):
                yield self._changed({s: _flipped(s, v, dimension, index) for s, v in self.instance.values.items()})
            for first, second in combinations(range(size), 2):
                yield self._changed({s: _swapped(s, v, dimension, first, second) for s, v in self.instance.values.items()})

    def single(self) -> Iterator[Instance]:
        """One number simpler."""
        for place in self._places():
            for number in simpler(self._at(place)):
                yield self._with({place: number})

    def pairs(self) -> Iterator[Instance]:
        """Two numbers simpler at once, among the cheapest for each."""
        costly = sorted(self._places(), key=lambda place: -number_cost(self._at(place)))[:12]
        for first, second in combinations(costly, 2):
            for left, right in product(simpler(self._at(first))[:5], simpler(self._at(second))[:5]):
                yield self._with({first: left, second: right})
        for first, second in combinations(costly, 2):
            # products are often what counts, as of a small and a large layer
            for factor in (Fraction(2), Fraction(1, 2), Fraction(4), Fraction(1, 4)):
                yield self._with({first: self._at(first) * factor, second: self._at(second) / factor})

    def small(self) -> Iterator[list[Instance]]:
        """Instances of small numbers sown anew, for the present and all smaller shapes, smallest first."""
        over = self.statement.over
        rng = np.random.default_rng(zlib.crc32(self.statement.key.encode()))
        size = sum(self.instance.dimensions.values())
        rows = over.admissible(max(self.instance.dimensions.values(), default=1))
        shapes = [dict(zip(over.dimensions, map(int, row), strict=True)) for row in rows]
        fitting = sorted((s for s in shapes if sum(s.values()) <= size), key=lambda s: sum(s.values()))
        for shape in fitting[: self.shapes]:
            if sum(shape.values()) > sum(self.instance.dimensions.values()):
                return
            yield [self._sown(shape, rng) for _ in range(_MOST_AT_ONCE // 2)]

    def _sown(self, shape: dict[Symbol, int], rng: np.random.Generator) -> Instance:
        over = self.statement.over
        letters = _ALPHABETS[rng.integers(len(_ALPHABETS))]
        zeros = _SHARES_OF_ZEROS[rng.integers(len(_SHARES_OF_ZEROS))]
        values: dict[Any, Any] = {}
        for symbol in over.variables:
            if isinstance(symbol, MatrixSymbol):
                rows, columns = over.shape_of(symbol, shape)
                picked = np.where(rng.random((rows, columns)) < zeros, -1, rng.integers(len(letters), size=(rows, columns)))
                entries = (*letters, Fraction(0))
                values[symbol] = _symmetrised(symbol, tuple(tuple(entries[k] for k in row) for row in picked.tolist()))
            else:
                points = sorted(map(Fraction, exact_points(over.scalars[symbol])), key=number_cost)[:8]
                values[symbol] = points[rng.integers(len(points))] if points else self.instance.values[symbol]
        return Instance(shape, values)

    # --- parts of an instance -------------------------------------------------------------------------

    def _places(self) -> list[tuple[Any, int, int]]:
        found = []
        for symbol, value in self.instance.values.items():
            if isinstance(value, tuple):
                symmetric = isinstance(symbol, SymmetricMatrix)
                found += [(symbol, i, j) for i in range(len(value)) for j in range(len(value[0])) if not symmetric or i <= j]
            else:
                found.append((symbol, 0, 0))
        return found

    def _at(self, place: tuple[Any, int, int]) -> Fraction:
        symbol, i, j = place
        value = self.instance.values[symbol]
        return value[i][j] if isinstance(value, tuple) else value

    def _with(self, numbers: Mapping[tuple[Any, int, int], Fraction]) -> Instance:
        values: dict[Any, Any] = dict(self.instance.values)
        for (symbol, i, j), number in numbers.items():
            value = values[symbol]
            if isinstance(value, tuple):
                rows = [list(row) for row in value]
                rows[i][j] = number
                if isinstance(symbol, SymmetricMatrix):
                    rows[j][i] = number
                values[symbol] = tuple(map(tuple, rows))
            else:
                values[symbol] = number
        return self._changed(values)

    def _mapped(self, symbol: Any, change: Callable[[Fraction], Fraction]) -> Any:
        value = self.instance.values[symbol]
        return tuple(tuple(change(entry) for entry in row) for row in value) if isinstance(value, tuple) else change(value)

    def _changed(self, values: Mapping[Any, Any]) -> Instance:
        return Instance(self.instance.dimensions, {**self.instance.values, **values})


def _rounded(denominator: int) -> Callable[[Fraction], Fraction]:
    return lambda number: Fraction(round(number * denominator), denominator)


def _to_power_of_two(number: Fraction) -> Fraction:
    if number == 0:
        return number
    exponent = number.numerator.bit_length() - number.denominator.bit_length()
    return (1 if number > 0 else -1) * Fraction(2) ** exponent


_COARSENINGS: tuple[Callable[[Fraction], Fraction], ...] = (
    lambda number: Fraction(0),
    lambda number: Fraction(1),
    lambda number: Fraction((number > 0) - (number < 0)),
    abs,
    *(_rounded(denominator) for denominator in (1, 2, 4, 8, 16, 64, 256)),
    _to_power_of_two,
    lambda number: number.limit_denominator(1000),
)


def _kept(size: int, target: int, dropped: int | None) -> list[int]:
    """The indices that stay: without the dropped one where the side is that dimension, else the first ones."""
    indices = [k for k in range(size) if k != dropped] if target < size else list(range(size))
    return indices[:target]


def _kept_rows(symbol: MatrixSymbol, value: Rows, shape: tuple[int, int], dropped: Mapping[Symbol, int]) -> list[int]:
    """The rows that stay; of a stack of layers whole layers go, and the same rows of each."""
    depth = symbol.rows / symbol.cols
    if not isinstance(depth, Symbol):
        return _kept(len(value), shape[0], dropped.get(symbol.rows))
    order = len(value[0])
    layers = _kept(len(value) // order, shape[0] // shape[1], dropped.get(depth))
    return [layer * order + row for layer in layers for row in _kept(order, shape[1], dropped.get(symbol.cols))]


def _zeroed(value: Rows, places: set[tuple[int, int]]) -> Rows:
    return tuple(tuple(Fraction(0) if (i, j) in places else entry for j, entry in enumerate(row)) for i, row in enumerate(value))


def _flipped(symbol: Any, value: Any, dimension: Symbol, index: int) -> Any:
    """The matrix in a basis where one coordinate has changed its sign."""
    if not isinstance(symbol, MatrixSymbol):
        return value
    rows = [-1 if symbol.rows == dimension and i == index else 1 for i in range(len(value))]
    columns = [-1 if symbol.cols == dimension and j == index else 1 for j in range(len(value[0]))]
    return tuple(tuple(r * c * entry for c, entry in zip(columns, row, strict=True)) for r, row in zip(rows, value, strict=True))


def _swapped(symbol: Any, value: Any, dimension: Symbol, first: int, second: int) -> Any:
    """The matrix with two coordinates of one dimension exchanged."""
    if not isinstance(symbol, MatrixSymbol):
        return value
    order = {first: second, second: first}
    rows = [order.get(i, i) if symbol.rows == dimension else i for i in range(len(value))]
    columns = [order.get(j, j) if symbol.cols == dimension else j for j in range(len(value[0]))]
    return tuple(tuple(value[i][j] for j in columns) for i in rows)


def _symmetrised(symbol: Any, rows: Rows) -> Rows:
    if not isinstance(symbol, SymmetricMatrix):
        return rows
    return tuple(tuple(rows[min(i, j)][max(i, j)] for j in range(len(rows))) for i in range(len(rows)))


def _batch(group: Sequence[Instance]) -> Batch:
    """Instances of one shape as floats."""
    values = {s: np.array([_floats(instance.values[s]) for instance in group], dtype=float) for s in group[0].values}
    return Batch(dict(group[0].dimensions), values, {"all": (("shrunk",), np.zeros(len(group), dtype=np.int64))})


def _floats(value: Any) -> Any:
    return [[_float(entry) for entry in row] for row in value] if isinstance(value, tuple) else _float(value)


def _float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
