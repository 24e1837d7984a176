"""The moves of the search: what becomes of an instance when one of its variables changes.

Continuous moves go along differences, jitter and rescale. Discrete ones take a variable from elsewhere,
align it with the other matrices, cut its rank, flatten its spectrum, zero an entry, put a number at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.domain import Domain
from verify.language.matrices import SymmetricMatrix
from verify.ranges import closed_ends, inside
from verify.sampling import redraw
from verify.stack_ensembles import is_selection

KINDS_AT_ONCE = 5
"""Kinds of moves in one generation: a kind costs about as much for one member as for all of them."""

Floats = NDArray[np.float64]
Values = dict[Any, Floats]
Generator = np.random.Generator

RANK_CUT = 1e-9
"""Relative size of a singular value below which a matrix declared of full rank is not followed further."""


def offspring(over: Domain, dimensions: Any, parents: Values, fitness: Floats, rng: Generator) -> Values:
    """One child of every parent, each with the variables of one or more declarations moved.

    `parents` holds arrays (count, ...), `fitness` is (count,), the smaller the better. Children that leave
    the domain keep their parent's value of the variable.
    """
    count = len(fitness)
    groups = [declaration for declaration in over.declarations if any(symbol in parents for symbol in declaration.variables)]
    touched = rng.random((len(groups), count)) < 1.0 / max(1, len(groups))
    touched[rng.integers(0, len(groups), count), np.arange(count)] = True
    kinds = rng.choice(rng.permutation(len(_SHARED) + len(_OWN))[:KINDS_AT_ONCE], count)
    mates = _Mates(rng.permutation(count), rng.permutation(count), np.full(count, int(np.argmin(fitness))))
    children = {symbol: value.copy() for symbol, value in parents.items()}
    for declaration, mine in zip(groups, touched, strict=True):
        for kind, shared in enumerate(_SHARED):
            rows = np.flatnonzero(mine & (kinds == kind))
            if len(rows):
                for symbol, value in shared(over, declaration, dimensions, parents, mates, rows, rng).items():
                    children[symbol][rows] = value
        for kind, move in enumerate(_OWN, len(_SHARED)):
            rows = np.flatnonzero(mine & (kinds == kind))
            if len(rows):
                for symbol in declaration.variables:
                    own = _number_move if symbol in over.scalars else move
                    children[symbol][rows] = own(over, symbol, parents[symbol], mates, rows, rng)
    return {symbol: _kept_admissible(over, symbol, child, parents[symbol]) for symbol, child in children.items()}


class _Mates:
    """Two random other members and the best one, for every member."""

    def __init__(self, first: Any, second: Any, best: Any) -> None:
        self.first, self.second, self.best = first, second, best


def _column(values: Any, like: Floats) -> Floats:
    return np.asarray(values).reshape(-1, *(1,) * (like.ndim - 1))


def _size(values: Floats) -> Floats:
    """The largest entry of each member, at least tiny, shaped to multiply with."""
    largest = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True) if values.ndim > 1 else np.abs(values)
    return np.asarray(np.maximum(largest, 1e-3))


# --- moves of all variables of a declaration together ------------------------------------------------


def _redrawn(over: Domain, declaration: Any, dimensions: Any, parents: Values, mates: _Mates, rows: Any, rng: Generator) -> Values:
    """Fresh ones, some of them aligned with the matrices that stay."""
    others = {s: v[rows] for s, v in parents.items() if v.ndim == 3 and s not in declaration.variables}
    return redraw(over, declaration, dimensions, others, len(rows), rng)


def _crossed(over: Domain, declaration: Any, dimensions: Any, parents: Values, mates: _Mates, rows: Any, rng: Generator) -> Values:
    """Those of another member."""
    return {symbol: parents[symbol][mates.first[rows]] for symbol in declaration.variables}


def _rescaled(over: Domain, declaration: Any, dimensions: Any, parents: Values, mates: _Mates, rows: Any, rng: Generator) -> Values:
    """Larger or smaller ones; of two layers sometimes one larger and the other smaller by the same factor."""
    factor = 10.0 ** (rng.standard_normal(len(rows)) * 10.0 ** rng.uniform(-2, 0.3, len(rows)))
    power = np.ones(len(rows))
    changed: Values = {}
    for symbol in declaration.variables:
        value = parents[symbol][rows]
        changed[symbol] = value * _column(factor**power, value)
        power = rng.choice([1.0, -1.0, 0.0], len(rows))
    return changed


# --- moves of one matrix ---------------------------------------------------------------------------


def _along_differences(over: Domain, symbol: Any, parents: Floats, mates: _Mates, rows: Any, rng: Generator) -> Floats:
    here, best = parents[rows], parents[mates.best[rows]]
    difference = parents[mates.first[rows]] - parents[mates.second[rows]]
    pull = _column(rng.uniform(0, 1, len(rows)) * rng.integers(0, 2, len(rows)), here)
    return np.asarray(here + pull * (best - here) + _column(rng.uniform(-1, 1, len(rows)), here) * difference)


def _jittered(over: Domain, symbol: Any, parents: Floats, mates: _Mates, rows: Any, rng: Generator) -> Floats:
    here = parents[rows]
    return np.asarray(here + _column(10.0 ** rng.uniform(-4, 0, len(rows)), here) * _size(here) * rng.standard_normal(here.shape))


def _one_entry(over: Domain, symbol: Any, parents: Floats, mates: _Mates, rows: Any, rng: Generator) -> Floats:
    """One entry zeroed, or changed by about its matrix's size or less."""
    here = parents[rows].copy()
    flat = here.reshape(len(rows), -1)
    picked = np.arange(len(rows)), rng.integers(0, flat.shape[1], len(rows))
    change = _size(here).reshape(-1) * 10.0 ** rng.uniform(-3, 0.3, len(rows)) * rng.standard_normal(len(rows))
    flat[picked] = np.where(rng.random(len(rows)) < 0.4, 0.0, flat[picked] + change)
    return np.asarray(flat.reshape(here.shape))


def _respectral(over: Domain, symbol: Any, parents: Floats, mates: _Mates, rows: Any, rng: Generator) -> Floats:
    """The same singular vectors with other singular values: cut, flattened, steepened, or moved one by one."""
    left, values, right = np.linalg.svd(parents[rows], full_matrices=False)
    count, size = values.shape
    kept = np.arange(size) < rng.integers(1, size + 1, (count, 1))
    flat = np.where(kept, values.mean(axis=1, keepdims=True), 0.0)
    top = np.maximum(values[:, :1], 1e-300)
    steeper = top * (values / top) ** rng.uniform(0, 3, (count, 1))
    moved = values * 10.0 ** (rng.standard_normal((count, size)) * (rng.random((count, size)) < 0.5))
    kind = rng.integers(0, 4, (count, 1))
    chosen = np.select([kind == 0, kind == 1, kind == 2], [values * kept, flat, steeper], moved)
    return np.asarray((left * chosen[:, None, :]) @ right)


def _rounded(over: Domain, symbol: Any, parents: Floats, mates: _Mates, rows: Any, rng: Generator) -> Floats:
    """Entries rounded to a grid of a quarter, a half or the whole of the largest one's power of two."""
    here = parents[rows]
    grid = 2.0 ** (np.floor(np.log2(_size(here))) - _column(rng.integers(0, 3, len(rows)), here))
    return np.asarray(np.round(here / grid) * grid)


def _number_move(over: Domain, symbol: Any, parents: Floats, mates: _Mates, rows: Any, rng: Generator) -> Floats:
    """A number moved along a difference, towards or away from an end in logarithmic steps, or put at its end."""
    declaration = over.scalars[symbol]
    here = parents[rows]
    moved = here + rng.uniform(-1, 1, len(rows)) * (parents[mates.first[rows]] - parents[mates.second[rows]])
    factor = 10.0 ** (rng.standard_normal(len(rows)) * 10.0 ** rng.uniform(-2, 0, len(rows)))
    finite = [float(end) for end in (declaration.low, declaration.high) if not end.is_infinite]
    anchor = rng.choice(finite or [0.0], len(rows))
    scaled = anchor + (here - anchor) * factor
    ends = closed_ends(declaration)
    kind = rng.integers(0, 4 if ends else 3, len(rows))
    at_end = rng.choice(ends, len(rows)) if ends else here
    return np.where(kind == 0, moved, np.where(kind < 3, scaled, at_end))


_SHARED: tuple[Callable[..., Values], ...] = (_redrawn, _crossed, _rescaled)
_OWN: tuple[Callable[..., Floats], ...] = (_along_differences, _along_differences, _jittered, _one_entry, _respectral, _rounded)


def admissible(over: Domain, symbol: Any, values: Floats) -> NDArray[np.bool_]:
    """Which of the values (count, ...) the declaration of the symbol admits."""
    if symbol in over.scalars:
        return inside(over.scalars[symbol], values)
    good: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=(1, 2)))
    if symbol in over.selections:
        return np.asarray(good & is_selection(values))
    if any(declaration.symbol == symbol for declaration in over.full_rank):
        spectrum: Floats = np.linalg.svd(np.where(good[:, None, None], values, np.zeros(())), compute_uv=False)
        good &= spectrum[:, -1] > RANK_CUT * spectrum[:, 0]
    return np.asarray(good)


def symmetrised(symbol: Any, values: Floats) -> Floats:
    """The symmetric part where the symbol stands for symmetric matrices, else the values themselves."""
    return (values + values.transpose(0, 2, 1)) / 2 if isinstance(symbol, SymmetricMatrix) else values


def _kept_admissible(over: Domain, symbol: Any, child: Floats, parents: Floats) -> Floats:
    child = symmetrised(symbol, child)
    return np.where(_column(admissible(over, symbol, child), child), child, parents)


def rows_of(values: Mapping[Any, Floats], rows: Any) -> Values:
    """The picked members of a population."""
    return {symbol: value[rows] for symbol, value in values.items()}
