"""Hypothesis strategies for the instances of a domain: exact, validated, shrinking to small readable ones."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from sympy import MatrixSymbol

from verify.declarations import AnyMatrix, InBall, Scalar, Selection, TwoLayer
from verify.domain import Domain
from verify.fixed import FixedValues
from verify.instance import Instance
from verify.language.matrices import SymmetricMatrix
from verify.language.nodes import spec
from verify.ranges import contains, to_fraction
from verify.sampling import candidates
from verify.strategies.layer_recipes import two_layers
from verify.strategies.matrix_recipes import GENERAL, HUGE, INTEGERS, NONZERO, SYMMETRIC, TINY, Recipe, dense
from verify.strategies.rationals import Rows, kernel, product, scaled, transposed, zeros

_SIMPLE = {Fraction(p, q) * sign for q in (1, 2, 3, 4, 10, 100) for p in range(12) for sign in (1, -1)} | {*HUGE, *TINY}


@lru_cache(maxsize=256)
def numbers(declaration: Scalar) -> SearchStrategy[Fraction]:
    """Rationals of an interval: simple ones, closed ends, and some close to open ends; the simplest first."""
    low, high = to_fraction(declaration.low), to_fraction(declaration.high)
    width = high - low if low is not None and high is not None else Fraction(1)
    found = set(_SIMPLE)
    for end, inward in ((low, 1), (high, -1)):
        if end is not None:
            found |= {end, *(end + inward * width / q for q in (2, 3, 4, 10, 100, 1000, 10**6))}
            found |= {end + inward * far for far in (1, 2, 10, 1000)}
    return st.sampled_from(sorted((v for v in found if contains(declaration, v)), key=lambda v: (v.denominator, abs(v), v < 0)))


@lru_cache(maxsize=256)
def _recipes(declaration: AnyMatrix) -> tuple[Recipe, ...]:
    """The rational counterparts of the declared ensembles, the simplest first."""
    table = SYMMETRIC if isinstance(declaration.symbol, SymmetricMatrix) else GENERAL
    allowed = {ensemble.name for ensemble in candidates(declaration, ())[0]}
    return tuple(dict.fromkeys(recipe for name, recipe in table.items() if name in allowed))


@lru_cache(maxsize=256)
def _alignments(symbol: MatrixSymbol, earlier: tuple[MatrixSymbol, ...]) -> tuple[tuple[str, MatrixSymbol, bool], ...]:
    """(kind, other matrix, whether it is used transposed): how a matrix can meet those drawn before it."""
    found = []
    for other in earlier:
        found += [("multiple", other, flip) for flip in (False, True) if symbol.shape == (other.shape[::-1] if flip else other.shape)]
        for own, axis in ((symbol.rows, "columns"), (symbol.cols, "rows")):
            for flip, theirs in ((False, other.cols), (True, other.rows)):
                if own == theirs:
                    found += [(f"{axis} in the kernel", other, flip), (f"{axis} in the range", other, flip)]
    return tuple(found)


def _aligned(draw: DrawFn, options: Any, shape: tuple[int, int], earlier: Mapping[Any, Rows], room: int) -> Rows:
    """A multiple of an earlier matrix M, or columns (rows) in the kernel of M or in the range of its transpose."""
    kind, other, flip = draw(st.sampled_from(options))
    matrix = transposed(earlier[other]) if flip else earlier[other]
    if kind == "multiple":
        return scaled(matrix, draw(st.sampled_from(NONZERO)))
    rows, columns = shape
    basis = kernel(matrix) if kind.endswith("kernel") else transposed(matrix)
    weights = dense(draw, room, room, room, INTEGERS[:5])
    if basis is None:
        return zeros(rows, columns)
    across = columns if kind.startswith("columns") else rows
    combined = product(basis, tuple(row[:across] for row in weights[: len(basis[0])]))
    return combined if kind.startswith("columns") else transposed(combined)


@lru_cache(maxsize=64)
def _continuations(domain: Domain, largest: int) -> dict[tuple[int, ...], tuple[int, ...]]:
    """For each beginning of an admissible row of dimensions the values that may come next, smallest first."""
    found: dict[tuple[int, ...], set[int]] = {}
    for row in domain.admissible(largest).tolist():
        for position, value in enumerate(row):
            found.setdefault(tuple(row[:position]), set()).add(value)
    return {beginning: tuple(sorted(values)) for beginning, values in found.items()}


@lru_cache(maxsize=64)
def _room(domain: Domain, largest: int) -> int:
    """The longest side that a matrix of the domain can have."""
    shapes = [dict(zip(domain.dimensions, row, strict=True)) for row in domain.admissible(largest).tolist()]
    return max((side for shape in shapes for symbol in domain.matrices for side in domain.shape_of(symbol, shape)), default=1)


def _matrix(draw: DrawFn, declaration: AnyMatrix, shape: tuple[int, int], values: Mapping[Any, Any], room: int) -> Rows:
    symbol = declaration.symbol
    earlier = {known: value for known, value in values.items() if isinstance(known, MatrixSymbol)}
    free = not (declaration.full_rank or declaration.ensembles or isinstance(symbol, SymmetricMatrix))
    options = _alignments(symbol, tuple(earlier)) if free else ()
    if options and draw(st.sampled_from((False, False, True))):
        return _aligned(draw, options, shape, earlier, room)
    return draw(st.sampled_from(_recipes(declaration)))(draw, *shape, room)


def _stack(draw: DrawFn, declaration: InBall, domain: Domain, dimensions: Mapping[Any, int]) -> Rows:
    """Layers that are multiples of signed partial permutations, so that norms are exact and may lie on the boundary."""
    radius = FixedValues(dimensions).number(declaration.radius) or Fraction(1)
    rows, order = domain.shape_of(declaration.symbol, dimensions)
    stacked: Rows = ()
    for _ in range(rows // order):
        places = draw(st.permutations(range(order)))
        entries = [draw(st.sampled_from((Fraction(1), Fraction(-1), Fraction(0), Fraction(1, 2)))) for _ in places]
        # of the Frobenius norm an upper bound: the sum of the entries' absolute values
        size = Fraction(1) if declaration.norm is spec else max(sum(map(abs, entries), Fraction(0)), Fraction(1))
        scale = radius / size * draw(st.sampled_from((Fraction(1), Fraction(1, 3), Fraction(1, 100))))
        scaled_entries = [(place, entry * scale) for place, entry in zip(places, entries, strict=True)]
        stacked += tuple(tuple(entry if j == place else Fraction(0) for j in range(order)) for place, entry in scaled_entries)
    return stacked


@st.composite
def instances(draw: DrawFn, domain: Domain, largest: int = 4) -> Instance:
    """Instances of a domain with dimensions up to `largest`, shrinking to the smallest shape, zeros and ones.

    Where the domain admits nothing that small, the dimensions are its smallest ones. Matrices declared
    with named ensembles draw the rational counterparts of these.
    """
    row: tuple[int, ...] = ()
    for _ in domain.dimensions:
        row += (draw(st.sampled_from(_continuations(domain, largest)[row])),)
    dimensions = dict(zip(domain.dimensions, row, strict=True))
    room = _room(domain, largest)
    values: dict[Any, Any] = {}
    for declaration in domain.declarations:
        if isinstance(declaration, AnyMatrix):
            shape = domain.shape_of(declaration.symbol, dimensions)
            values[declaration.symbol] = _matrix(draw, declaration, shape, values, room)
        elif isinstance(declaration, TwoLayer):
            n, h = domain.shape_of(declaration.first, dimensions)
            m = domain.shape_of(declaration.second, dimensions)[1]
            first, second = draw(two_layers(n, h, m, room))
            second = tuple(zip(*second, strict=True)) if declaration.transposed else second
            values |= zip(declaration.variables, (first, second), strict=True)
        elif isinstance(declaration, InBall):
            values[declaration.symbol] = _stack(draw, declaration, domain, dimensions)
        elif isinstance(declaration, Selection):
            rows, columns = domain.shape_of(declaration.symbol, dimensions)
            chosen = draw(st.permutations(range(rows)))[:columns]
            values[declaration.symbol] = tuple(tuple(Fraction(int(i == j)) for j in chosen) for i in range(rows))
        else:
            for number in declaration.variables:
                values[number] = draw(numbers(domain.scalars[number]))
    instance = Instance(dimensions, values)
    instance.validate(domain)
    return instance
