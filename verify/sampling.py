"""Batched draws from a domain: shapes that reach every regime, then instances from every ensemble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import MatrixSymbol, Symbol

from verify.alignment import Alignment, alignments
from verify.declarations import AnyMatrix, Declaration, InBall, Selection, TwoLayer, name_of
from verify.dimensions import representative
from verify.domain import Domain
from verify.ensembles import GENERAL, Ensemble, Floats, even_labels, orthonormal
from verify.errors import DomainError
from verify.fixed import FixedValues
from verify.language.matrices import SymmetricMatrix
from verify.language.nodes import spec
from verify.layers import TWO_LAYER
from verify.ranges import draw_scalars
from verify.stack_ensembles import STACKS, in_ball, near_earlier, select
from verify.symmetric_ensembles import SYMMETRIC

_PLAIN_SHARE = 3
"""One draw in this many is plain in all variables at once."""
_ALIGNED_SHARE = 4
"""One matrix in this many is aligned with an earlier one, where shapes allow."""
_DRAWS_OF_A_LAW = 4
"""So many draws of one shape a law has at least; a law costs about as much for one draw as for twenty."""


@dataclass(frozen=True)
class Batch:
    """Drawn instances of one shape: `values` holds (count, rows, columns) for a matrix and (count,) for a number."""

    dimensions: Mapping[Symbol, int]
    values: Mapping[Any, Floats]
    labels: Mapping[str, tuple[tuple[str, ...], NDArray[np.int64]]]

    def __len__(self) -> int:
        # A shape that holds no values is one instance itself.
        return next((len(value) for value in self.values.values()), 1)

    @cached_property
    def origins(self) -> list[str]:
        """For each instance the ensembles it came from, as in 'X: orthogonal; E_0: tiny'."""
        return [self.origin(row) for row in range(len(self))]

    def origin(self, row: int) -> str:
        """The ensembles from which one instance came."""
        return "; ".join(f"{name}: {names[labels[row]]}" for name, (names, labels) in self.labels.items())


def shapes(domain: Domain, rng: np.random.Generator, count: int, largest: int | None = None) -> list[dict[Symbol, int]]:
    """At most `count` different shapes, smallest first, that reach every regime of the dimensions.

    The smallest shape always is among them, and so is the largest where `count` has room for it.
    `largest` caps every dimension where the domain can be met below it.
    """
    rows = representative(domain.admissible(largest), domain.ranges, domain.dimension_relations, rng, count)
    return [dict(zip(domain.dimensions, (int(value) for value in row), strict=True)) for row in rows]


def draw(domain: Domain, dimensions: Mapping[Symbol, int], count: int, rng: np.random.Generator) -> Batch:
    """`count` instances of one shape.

    Every third one is plain: all its entries are dyadic numbers of few digits. The others take the
    ensembles of each variable in turn, independently of each other, with a share that is aligned
    with the matrices drawn before. Raises InstanceError for dimensions that the domain does not
    admit and DomainError for an ensemble that is unknown or of smaller rank than demanded.
    """
    domain.require_dimensions(dimensions)
    plain = np.arange(count) % _PLAIN_SHARE == 0
    values: dict[Any, Floats] = {}
    labels: dict[str, tuple[tuple[str, ...], NDArray[np.int64]]] = {}
    for declaration in domain.declarations:
        earlier = {known: drawn for known, drawn in values.items() if isinstance(known, MatrixSymbol)}
        drawn, label = _draw_declared(domain, declaration, dimensions, plain, earlier, rng)
        values |= drawn
        labels |= label
    return Batch(dict(dimensions), values, labels)


def redraw(
    domain: Domain,
    declaration: Declaration,
    dimensions: Mapping[Symbol, int],
    others: Mapping[Any, Floats],
    count: int,
    rng: np.random.Generator,
) -> dict[Any, Floats]:
    """Fresh values (count, ...) of what one declaration draws, a share of them aligned with the `others`.

    `others` holds matrices (count, rows, columns) that stay as they are, drawn before it or after it.
    """
    plain = np.arange(count) % _PLAIN_SHARE == 0
    return _draw_declared(domain, declaration, dimensions, plain, others, rng)[0]


_Labels = dict[str, tuple[tuple[str, ...], NDArray[np.int64]]]


def _draw_declared(
    domain: Domain,
    declaration: Declaration,
    dimensions: Mapping[Symbol, int],
    plain: NDArray[np.bool_],
    earlier: Mapping[Any, Floats],
    rng: np.random.Generator,
) -> tuple[dict[Any, Floats], _Labels]:
    """What one declaration draws, and the ensembles it came from."""
    if isinstance(declaration, AnyMatrix):
        shape = domain.shape_of(declaration.symbol, dimensions)
        value, label = _matrices(declaration, shape, plain, earlier, rng)
        return {declaration.symbol: value}, {name_of(declaration.symbol): label}
    if isinstance(declaration, TwoLayer):
        n, h = domain.shape_of(declaration.first, dimensions)
        m = domain.shape_of(declaration.second, dimensions)[1]
        first, second, label = _layers(declaration, (n, h, m), plain, earlier, rng)
        drawn = dict(zip(declaration.variables, (first, second.swapaxes(1, 2) if declaration.transposed else second), strict=True))
        return drawn, {", ".join(name_of(symbol) for symbol in drawn): label}
    if isinstance(declaration, InBall):
        shape = domain.shape_of(declaration.symbol, dimensions)
        value, label = _stacks(declaration, shape, dimensions, plain, earlier, rng)
        return {declaration.symbol: value}, {name_of(declaration.symbol): label}
    if isinstance(declaration, Selection):
        return {declaration.symbol: select(rng, len(plain), *domain.shape_of(declaration.symbol, dimensions))}, {}
    # A number, or the fraction of a step size; dimensions and derived symbols have nothing to draw.
    return {symbol: draw_scalars(domain.scalars[symbol], plain, rng) for symbol in declaration.variables}, {}


def candidates(declaration: AnyMatrix, earlier: tuple[Any, ...]) -> tuple[tuple[Ensemble, ...], tuple[Alignment, ...]]:
    """The ensembles and the alignments from which a declared matrix is drawn.

    Raises DomainError for an unknown ensemble and where none of those named has the rank demanded.
    """
    family = SYMMETRIC if isinstance(declaration.symbol, SymmetricMatrix) else GENERAL
    if declaration.ensembles is None:
        aligned = alignments(declaration.symbol, earlier)
        if not declaration.full_rank:
            return family, aligned
        return tuple(e for e in family if e.full_rank), tuple(a for a in aligned if a.full_rank)
    known = {ensemble.name: ensemble for ensemble in family}
    for name in declaration.ensembles:
        if name not in known:
            raise DomainError(f"{name_of(declaration.symbol)} asks for the ensemble {name!r}; there are: {', '.join(known)}.")
        if declaration.full_rank and not known[name].full_rank:
            raise DomainError(f"{name_of(declaration.symbol)} is declared of full rank, but the ensemble {name!r} is not.")
    return tuple(known[name] for name in declaration.ensembles), ()


def _matrices(
    declaration: AnyMatrix, shape: tuple[int, int], plain: NDArray[np.bool_], earlier: Mapping[Any, Floats], rng: np.random.Generator
) -> tuple[Floats, tuple[tuple[str, ...], NDArray[np.int64]]]:
    rows, columns = shape
    ensembles, aligned = candidates(declaration, tuple(earlier))
    laws: tuple[Ensemble | Alignment, ...] = (*ensembles, *aligned)
    label = np.empty(len(plain), dtype=np.int64)
    for flag in (True, False):
        group = np.flatnonzero(plain == flag)
        own = [k for k, law in enumerate(laws) if law.plain or not flag] or list(range(len(laws)))
        independent = [k for k in own if k < len(ensembles)] or own
        dependent = [k for k in own if k >= len(ensembles)]
        label[group] = _some(independent, len(group), rng)
        if dependent:
            chosen = rng.permutation(group)[: len(group) // _ALIGNED_SHARE]
            label[chosen] = _some(dependent, len(chosen), rng)
    value = np.empty((len(plain), rows, columns))
    for index in np.unique(label):
        law, mine = laws[index], np.flatnonzero(label == index)
        if isinstance(law, Ensemble):
            value[mine] = law.draw(rng, len(mine), rows, columns)
        else:
            value[mine] = law.draw(rng, {symbol: drawn[mine] for symbol, drawn in earlier.items()}, rows, columns)
    return value, (tuple(law.name for law in laws), label)


def _some(laws: list[int], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """`count` labels, each of the laws as often as any other, or of some laws at random where each would get too few draws."""
    chosen = rng.permutation(laws)[: max(1, count // _DRAWS_OF_A_LAW)]
    return np.asarray(chosen[even_labels(rng, count, len(chosen))])


def _layers(
    declaration: TwoLayer, shape: tuple[int, int, int], plain: NDArray[np.bool_], earlier: Mapping[Any, Floats], rng: np.random.Generator
) -> tuple[Floats, Floats, tuple[tuple[str, ...], NDArray[np.int64]]]:
    n, h, m = shape
    count = len(plain)
    data = next((value for symbol, value in earlier.items() if symbol.cols == declaration.first.rows), None)
    label = np.empty(count, dtype=np.int64)
    for flag in (True, False):
        group = np.flatnonzero(plain == flag)
        own = np.array([k for k, ensemble in enumerate(TWO_LAYER) if ensemble.plain or not flag])
        label[group] = own[even_labels(rng, len(group), len(own))]
    first, second = np.empty((count, n, h)), np.empty((count, h, m))
    for index in np.unique(label):
        mine = np.flatnonzero(label == index)
        basis = partial(_right_basis, rng, None if data is None else data[mine], len(mine), n)
        first[mine], second[mine] = TWO_LAYER[index].draw(rng, len(mine), shape, basis)
    return first, second, (tuple(ensemble.name for ensemble in TWO_LAYER), label)


def _stacks(
    declaration: InBall,
    shape: tuple[int, int],
    dimensions: Mapping[Symbol, int],
    plain: NDArray[np.bool_],
    earlier: Mapping[Any, Floats],
    rng: np.random.Generator,
) -> tuple[Floats, tuple[tuple[str, ...], NDArray[np.int64]]]:
    """Stacks of layers in a ball, a share of them close to an earlier stack of the same shape."""
    radius = FixedValues(dimensions).number(declaration.radius)
    if radius is None or radius <= 0:
        raise DomainError(f"the radius {declaration.radius} of {name_of(declaration.symbol)} is no positive rational in the dimensions.")
    rows, order = shape
    norm = "spec" if declaration.norm is spec else "fro"
    other = next((value for symbol, value in earlier.items() if symbol.shape == declaration.symbol.shape), None)
    label = np.empty(len(plain), dtype=np.int64)
    for flag in (True, False):
        group = np.flatnonzero(plain == flag)
        own = np.array([k for k, ensemble in enumerate(STACKS) if ensemble.plain or not flag])
        label[group] = own[even_labels(rng, len(group), len(own))]
    if other is not None:
        label[rng.permutation(np.flatnonzero(~plain))[: len(plain) // _ALIGNED_SHARE]] = len(STACKS)
    value = np.empty((len(plain), rows, order))
    for index in np.unique(label):
        mine = np.flatnonzero(label == index)
        if index == len(STACKS) and other is not None:
            value[mine] = near_earlier(rng, other[mine], rows // order, float(radius), norm)
        else:
            value[mine] = in_ball(rng, STACKS[index], len(mine), rows // order, order, float(radius), norm)
    return value, ((*(ensemble.name for ensemble in STACKS), "near an earlier stack"), label)


def _right_basis(rng: np.random.Generator, data: Floats | None, count: int, size: int) -> Floats:
    """All right singular vectors of the data as columns, or random orthonormal ones without data."""
    if data is None:
        return orthonormal(rng, count, size, size)
    return np.asarray(np.linalg.svd(data)[2].transpose(0, 2, 1))
