"""Rationals: field operations exactly, so that equality is decidable; every other node is unsupported by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from operator import add, mul
from typing import Any

import sympy
from flint import fmpq, fmpq_mat

from verify.backends import base
from verify.backends import flint_matrices as fm
from verify.backends.elsewhere import ELSEWHERE
from verify.backends.exact_matrices import exact_projection, exact_pseudo_inverse
from verify.errors import UndefinedError, UnsupportedError
from verify.language import entrywise as e
from verify.language import matrices as m
from verify.language import nodes as s
from verify.language import special as f


@dataclass(frozen=True)
class Exact(base.Backend):
    """Rational numbers and matrices; UndefinedError where a value does not exist."""

    name = "exact"

    def scalar(self, value: Any) -> fmpq:
        fraction = base.as_fraction(value)
        return fmpq(fraction.numerator, fraction.denominator)

    def matrix(self, rows: Any) -> fmpq_mat:
        return fmpq_mat([[self.scalar(e) for e in row] for row in base.as_rows(rows)])

    def precision(self) -> AbstractContextManager[Any]:
        return nullcontext()

    @property
    def meanings(self) -> Mapping[type[Any], Callable[..., Any]]:
        return MEANINGS


def power(exponent: Any, value: fmpq) -> fmpq:
    if isinstance(exponent, fmpq):
        exponent = Fraction(int(exponent.p), int(exponent.q))
    if exponent.denominator != 1:
        raise UnsupportedError(f"a power with the exponent {exponent} cannot be evaluated here: it is no rational number.")
    if value == 0 and exponent < 0:
        raise UndefinedError("a quotient divides by zero here.")
    return value ** int(exponent)


def inverse(matrix: fmpq_mat) -> fmpq_mat:
    try:
        return matrix.inv()
    except ZeroDivisionError:
        raise UndefinedError(f"a {matrix.nrows()} x {matrix.ncols()} matrix is singular here and has no inverse.") from None


def matrix_power(exponent: int, matrix: fmpq_mat) -> fmpq_mat:
    return fm.matrix_power(abs(exponent), matrix if exponent >= 0 else inverse(matrix))


def entry(row: int, column: int, matrix: fmpq_mat) -> fmpq:
    if not (1 <= row <= matrix.nrows() and 1 <= column <= matrix.ncols()):
        raise UndefinedError(f"a {matrix.nrows()} x {matrix.ncols()} matrix has no entry [{row}, {column}].")
    return matrix[row - 1, column - 1]


def unit_vector(order: int, index: int) -> fmpq_mat:
    if not 1 <= index <= order:
        raise UndefinedError(f"there is no unit vector with the index {index} among {order}.")
    return fmpq_mat(order, 1, [int(i == index) for i in range(1, order + 1)])


def _irrational(*nodes: type[Any]) -> dict[type[Any], base.Unsupported]:
    names = {node: getattr(node, "plain", node.__name__.lower()) for node in nodes}
    return {node: base.Unsupported(name, "its value need not be rational") for node, name in names.items()}


MEANINGS: Mapping[type[Any], Callable[..., Any]] = {
    **ELSEWHERE,
    **_irrational(sympy.exp, sympy.log, sympy.core.numbers.Pi, sympy.core.numbers.Exp1, s.SquareRoot, s.PositiveRoot),
    **_irrational(f.GammaFunction, f.LogGamma, f.Polygamma, f.ComplementaryError, f.GammaTail, f.BetaTail, f.BetaExponential),
    **_irrational(s.FrobeniusNorm, s.SpectralNorm, s.NuclearNorm, m.ColumnNorms),
    **_irrational(s.LargestSingularValue, s.SmallestSingularValue, s.SingularValue),
    **_irrational(s.LargestEigenvalue, s.SmallestEigenvalue, s.Eigenvalue, s.SylvesterLargest, s.SylvesterSmallest),
    **_irrational(base.Eigenvalues, base.SquaredSpectrum, base.NegatedSpectrum),
    sympy.Add: lambda *values: reduce(add, values),
    sympy.Mul: lambda *values: reduce(mul, values),
    sympy.Pow: power,
    base.SquaredFrobenius: lambda a: fm.inner(a, a),
    # the rank, the one thing read from singular values that is rational, is read from the matrix itself
    base.SingularValues: lambda a: a,
    s.Rank: lambda shape, a: fmpq(a.rank()),
    s.TraceOf: lambda a: sum((a[i, i] for i in range(a.nrows())), fmpq(0)),
    s.DeterminantOf: lambda a: a.det(),
    s.InnerProduct: fm.inner,
    s.Entry: entry,
    s.Minimum: min,
    s.Maximum: max,
    s.PositivePart: lambda x: max(x, fmpq(0)),
    s.AbsoluteValue: abs,
    s.Ceiling: lambda x: fmpq(x.ceil()),
    base.KnownNonnegative: lambda value, *known: value,
    sympy.MatAdd: lambda *matrices: reduce(add, matrices),
    sympy.MatMul: mul,
    base.Scaled: lambda c, a: a * c,
    sympy.MatPow: matrix_power,
    sympy.Transpose: lambda a: a.transpose(),
    sympy.Inverse: inverse,
    sympy.HadamardProduct: fm.hadamard,
    sympy.BlockMatrix: fm.block,
    base.Assembled: lambda shape, *entries: fmpq_mat(*shape, list(entries)),
    base.Rows: fm.rows,
    sympy.Identity: partial(fm.identity, fmpq_mat),
    sympy.ZeroMatrix: lambda r, c: fmpq_mat(r, c),
    sympy.OneMatrix: lambda r, c: fmpq_mat(r, c, [1] * (r * c)),
    m.ColumnSpaceProjection: exact_projection,
    m.PseudoInverse: exact_pseudo_inverse,
    m.Elementwise: fm.elementwise,
    e.LeakyRelu: lambda a, slope: fm.elementwise(lambda x: x if x > 0 else slope * x, a),
    e.LeakyReluSlope: lambda a, slope: fm.elementwise(lambda x: fmpq(1) if x > 0 else slope, a),
    e.EntrySum: fm.entry_sum,
    e.UnitVector: unit_vector,
    e.Vectorised: fm.vectorised,
    e.Unvectorised: fm.unvectorised,
}
