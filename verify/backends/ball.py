"""Balls: every value is a rigorous enclosure, and comparisons are certain or False."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from operator import add, mul
from typing import Any

import sympy
from flint import arb, arb_mat, fmpq

from verify.backends import ball_matrices as bm
from verify.backends import ball_numbers as bn
from verify.backends import base
from verify.backends import flint_matrices as fm
from verify.backends.ball_roots import positive_root
from verify.backends.ball_spectra import symmetric_eigenvalues
from verify.backends.elsewhere import ELSEWHERE
from verify.backends.special_functions import BALLS
from verify.language import entrywise as e
from verify.language import matrices as m
from verify.language import nodes as s


@dataclass(frozen=True)
class Ball(base.Backend):
    """Arb at a fixed number of bits, one instance at a time.

    A result encloses the true value wherever that value is defined, and is NaN where the
    enclosures show that it is not, or leave it open. A NaN makes every comparison False.
    """

    bits: int = 128
    name = "ball"

    def scalar(self, value: Any) -> arb:
        if isinstance(value, (int, float)):
            return arb(value)
        if isinstance(value, arb):
            return value
        fraction = base.as_fraction(value)
        with self.precision():
            return arb(fmpq(fraction.numerator, fraction.denominator))

    def matrix(self, rows: Any) -> arb_mat:
        with self.precision():
            return arb_mat([[self.scalar(e) for e in row] for row in base.as_rows(rows)])

    def precision(self) -> AbstractContextManager[Any]:
        return bn.working_precision(self.bits)

    @property
    def meanings(self) -> Mapping[type[Any], Callable[..., Any]]:
        return MEANINGS

    @staticmethod
    def bounds(value: arb) -> tuple[Fraction, Fraction] | None:
        """The exact ends of an enclosure, or None where it is not finite."""
        return bn.bounds(value)


def _known_nonnegative(value: arb, *known: arb) -> arb:
    return bn.clamped(value) if all(w >= 0 for w in known) else value


MEANINGS: Mapping[type[Any], Callable[..., Any]] = {
    **ELSEWHERE,
    **BALLS,
    sympy.Add: lambda *values: reduce(add, values),
    sympy.Mul: lambda *values: reduce(mul, values),
    sympy.Pow: bn.power,
    sympy.exp: lambda x: x.exp(),
    sympy.log: lambda x: x.log(),
    sympy.core.numbers.Pi: arb.pi,
    sympy.core.numbers.Exp1: arb.const_e,
    s.FrobeniusNorm: lambda a: bn.square_root(bm.squared_frobenius(a)),
    base.SquaredFrobenius: bm.squared_frobenius,
    base.SingularValues: bm.Singular,
    base.Eigenvalues: symmetric_eigenvalues,
    base.SquaredSpectrum: bm.squared_spectrum,
    base.NegatedSpectrum: lambda values: [-v for v in reversed(values)],
    s.SpectralNorm: lambda singular: singular.values[0],
    s.LargestSingularValue: lambda singular: singular.values[0],
    s.SmallestSingularValue: lambda singular: singular.values[-1],
    s.NuclearNorm: lambda singular: bn.clamped(sum(singular.values, bn.ZERO)),
    s.SingularValue: lambda index, singular: bm.spectral_value(index, singular.values),
    s.Eigenvalue: bm.spectral_value,
    s.LargestEigenvalue: lambda values: values[0],
    s.SmallestEigenvalue: lambda values: values[-1],
    s.SylvesterLargest: lambda right, left: right[0] + left[0],
    s.SylvesterSmallest: lambda right, left: right[-1] + left[-1],
    s.Rank: bm.rank,
    s.TraceOf: lambda a: a.trace(),
    s.DeterminantOf: lambda a: a.det(),
    s.InnerProduct: fm.inner,
    s.Entry: bm.entry,
    s.Minimum: bn.smallest,
    s.Maximum: bn.largest,
    s.PositivePart: bn.positive_part,
    s.AbsoluteValue: bn.absolute,
    s.Ceiling: bn.ceiling,
    s.SquareRoot: bn.square_root,
    s.PositiveRoot: positive_root,
    base.KnownNonnegative: _known_nonnegative,
    sympy.MatAdd: lambda *matrices: reduce(add, matrices),
    sympy.MatMul: mul,
    base.Scaled: lambda c, a: a * c,
    sympy.MatPow: bm.matrix_power,
    sympy.Transpose: lambda a: a.transpose(),
    sympy.Inverse: bm.inverse,
    sympy.HadamardProduct: fm.hadamard,
    sympy.BlockMatrix: fm.block,
    base.Assembled: lambda shape, *entries: arb_mat(*shape, list(entries)),
    base.Rows: fm.rows,
    sympy.Identity: partial(fm.identity, arb_mat),
    sympy.ZeroMatrix: lambda r, c: arb_mat(r, c),
    sympy.OneMatrix: lambda r, c: arb_mat(r, c, [1] * (r * c)),
    m.ColumnSpaceProjection: bm.column_space_projection,
    m.PseudoInverse: bm.pseudo_inverse,
    m.ColumnNorms: bm.column_norms,
    m.Elementwise: fm.elementwise,
    e.LeakyRelu: lambda a, slope: fm.elementwise(bn.leaky_relu, a, slope),
    e.LeakyReluSlope: lambda a, slope: fm.elementwise(bn.leaky_relu_slope, a, slope),
    e.EntrySum: fm.entry_sum,
    e.UnitVector: bm.unit_vector,
    e.Vectorised: fm.vectorised,
    e.Unvectorised: fm.unvectorised,
}
