"""Many digits in mpmath, one instance at a time: the independent second opinion beside the balls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

import mpmath
import sympy
from mpmath import mp

from verify.backends import base
from verify.backends import highprec_matrices as hm
from verify.backends.elsewhere import ELSEWHERE
from verify.backends.highprec_matrices import NAN
from verify.backends.special_functions import DIGITS
from verify.language import entrywise as e
from verify.language import matrices as m
from verify.language import nodes as s


@dataclass(frozen=True)
class HighPrecision(base.Backend):
    """mpmath at a fixed number of decimal digits; undefined values are NaN."""

    digits: int = 50
    name = "highprec"

    def scalar(self, value: Any) -> Any:
        if isinstance(value, (int, float)):
            return mp.mpf(value)
        if isinstance(value, mpmath.mpf):
            return value
        fraction = base.as_fraction(value)
        with self.precision():
            return mp.mpf(fraction.numerator) / fraction.denominator

    def matrix(self, rows: Any) -> Any:
        return mp.matrix([[self.scalar(e) for e in row] for row in base.as_rows(rows)])

    def precision(self) -> AbstractContextManager[Any]:
        return hm.working_digits(self.digits)

    @property
    def meanings(self) -> Mapping[type[Any], Callable[..., Any]]:
        return MEANINGS

    def finish(self, value: Any) -> Any:
        return value if isinstance(value, mp.matrix) or mp.isfinite(value) else NAN


def power(exponent: Any, value: Any) -> Any:
    """value^exponent; NaN where it is no real number."""
    whole = exponent.denominator == 1 if isinstance(exponent, Fraction) else bool(mp.isint(exponent))
    known = mp.isfinite(value) and (isinstance(exponent, Fraction) or mp.isfinite(exponent))
    if not known or (value == 0 and exponent < 0) or (value < 0 and not whole):
        return NAN
    if whole:
        return value ** int(exponent)
    if isinstance(exponent, Fraction):
        return mp.root(value, exponent.denominator) ** exponent.numerator
    return value**exponent


def square_root(value: Any) -> Any:
    return mp.sqrt(value) if value >= 0 else NAN


def smallest(*values: Any) -> Any:
    return min(values) if all(mp.isfinite(v) for v in values) else NAN


def largest(*values: Any) -> Any:
    return max(values) if all(mp.isfinite(v) for v in values) else NAN


def positive_root(*coefficients: Any) -> Any:
    """The positive root by Newton from the right, where a convex increasing function converges monotonically."""
    constant, rest = -coefficients[0], coefficients[1:]
    if not (mp.isfinite(constant) and constant > 0 and all(mp.isfinite(c) and c >= 0 for c in rest) and any(c > 0 for c in rest)):
        return NAN
    root = min(mp.root(constant / c, k) for k, c in enumerate(rest, start=1) if c > 0)
    slopes = [k * c for k, c in enumerate(rest, start=1)]
    for _ in range(200):
        following = root - mp.polyval(coefficients[::-1], root) / mp.polyval(slopes[::-1], root)
        if not following < root:
            break
        root = following
    return root


def _known_nonnegative(value: Any, *known: Any) -> Any:
    return mp.mpf(0) if value < 0 and all(w >= 0 for w in known) else value


MEANINGS: Mapping[type[Any], Callable[..., Any]] = {
    **ELSEWHERE,
    **DIGITS,
    sympy.Add: lambda *values: reduce(add, values),
    sympy.Mul: lambda *values: reduce(mul, values),
    sympy.Pow: power,
    sympy.exp: lambda x: mp.exp(x) if mp.isfinite(x) else NAN,
    sympy.log: lambda x: mp.log(x) if x > 0 else NAN,
    sympy.core.numbers.Pi: lambda: +mp.pi,
    sympy.core.numbers.Exp1: lambda: +mp.e,
    s.FrobeniusNorm: lambda a: square_root(hm.inner(a, a)),
    base.SquaredFrobenius: lambda a: hm.inner(a, a),
    base.SingularValues: hm.singular_values,
    base.Eigenvalues: hm.eigenvalues,
    base.SquaredSpectrum: hm.squared_spectrum,
    base.NegatedSpectrum: lambda values: [-v for v in reversed(values)],
    s.SpectralNorm: lambda values: values[0],
    s.LargestSingularValue: lambda values: values[0],
    s.SmallestSingularValue: lambda values: values[-1],
    s.NuclearNorm: mp.fsum,
    s.SingularValue: hm.spectral_value,
    s.Eigenvalue: hm.spectral_value,
    s.LargestEigenvalue: lambda values: values[0],
    s.SmallestEigenvalue: lambda values: values[-1],
    s.SylvesterLargest: lambda right, left: right[0] + left[0],
    s.SylvesterSmallest: lambda right, left: right[-1] + left[-1],
    s.Rank: hm.numerical_rank,
    s.TraceOf: lambda a: mp.fsum(a[i, i] for i in range(a.rows)),
    s.DeterminantOf: hm.determinant,
    s.InnerProduct: hm.inner,
    s.Entry: hm.entry,
    s.Minimum: smallest,
    s.Maximum: largest,
    s.PositivePart: lambda x: largest(x, mp.mpf(0)),
    s.AbsoluteValue: abs,
    s.Ceiling: lambda x: mp.ceil(x) if mp.isfinite(x) else NAN,
    s.SquareRoot: square_root,
    s.PositiveRoot: positive_root,
    base.KnownNonnegative: _known_nonnegative,
    sympy.MatAdd: lambda *matrices: reduce(add, matrices),
    sympy.MatMul: mul,
    base.Scaled: lambda c, a: a * c,
    sympy.MatPow: hm.matrix_power,
    sympy.Transpose: lambda a: a.T,
    sympy.Inverse: hm.inverse,
    sympy.HadamardProduct: hm.hadamard,
    sympy.BlockMatrix: hm.block,
    base.Assembled: lambda shape, *entries: hm.from_entries(shape[0], shape[1], entries),
    base.Rows: lambda before, count, a: a[before : before + count, :],
    sympy.Identity: lambda n: mp.eye(n),
    sympy.ZeroMatrix: lambda r, c: mp.zeros(r, c),
    sympy.OneMatrix: lambda r, c: mp.ones(r, c),
    m.ColumnSpaceProjection: hm.column_space_projection,
    m.PseudoInverse: hm.pseudo_inverse,
    m.ColumnNorms: hm.column_norms,
    m.Elementwise: hm.elementwise,
    e.LeakyRelu: hm.leaky_relu,
    e.LeakyReluSlope: hm.leaky_relu_slope,
    e.EntrySum: mp.fsum,
    e.UnitVector: hm.unit_vector,
    e.Vectorised: hm.vectorised,
    e.Unvectorised: hm.unvectorised,
}
