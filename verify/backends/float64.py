"""Floats, batched: scalars have shape (...), matrices (..., rows, columns), and everything broadcasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from verify.backends import base
from verify.backends.elsewhere import ELSEWHERE
from verify.backends.float64_spectra import (
    column_space_projection,
    determinant,
    eigenvalues,
    inverse,
    numerical_rank,
    pseudo_inverse,
    singular_values,
)
from verify.backends.special_functions import floats
from verify.language import entrywise as e
from verify.language import matrices as m
from verify.language import nodes as s

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Float64(base.Backend):
    """Double precision; one call evaluates a whole batch, and a bad row poisons only itself."""

    name = "float64"

    def scalar(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype != object:
            return value.astype(np.float64)
        return np.float64(value if isinstance(value, float) else _nearest(value))

    def matrix(self, rows: Any) -> Array:
        array = np.asarray(rows)
        if array.dtype == object:
            array = np.vectorize(_nearest, otypes=[np.float64])(array)
        return array.astype(np.float64)

    def precision(self) -> AbstractContextManager[Any]:
        return np.errstate(all="ignore")

    @property
    def meanings(self) -> Mapping[type[Any], Callable[..., Any]]:
        return MEANINGS

    def finish(self, value: Any) -> Any:
        return finite(value)


def _nearest(value: Any) -> float:
    try:
        return float(base.as_fraction(value))
    except (OverflowError, ValueError):
        return float("nan")


def finite(value: Any) -> Any:
    """The value with every infinity made NaN, so that an overflow decides nothing."""
    known = np.isfinite(value)
    return value if known.all() else np.where(known, value, np.nan)[()]


def total(*values: Any) -> Any:
    return reduce(np.add, values)


def product(*values: Any) -> Any:
    return reduce(np.multiply, values)


def power(exponent: Any, value: Any) -> Any:
    if isinstance(exponent, Fraction):
        # An infinite value stays infinite, unless it goes below a fraction line.
        known = finite(value) if exponent < 0 else value
        return known * known if exponent == 2 else known ** (int(exponent) if exponent.denominator == 1 else float(exponent))
    # in floats NaN**0 and 1**NaN are 1
    return np.where(np.isfinite(value) & np.isfinite(exponent), finite(np.power(value, exponent)), np.nan)


def smallest(*values: Any) -> Any:
    return reduce(np.minimum, map(finite, values))


def largest(*values: Any) -> Any:
    return reduce(np.maximum, map(finite, values))


def spectral_value(index: Any, spectrum: Any) -> Any:
    """The value with the given index from 1; 0 beyond the last one, NaN for an index that is none."""
    count = spectrum.shape[-1]
    if isinstance(index, int):
        if index < 1:
            return np.full(spectrum.shape[:-1], np.nan)
        return spectrum[..., index - 1] if index <= count else np.where(np.isnan(spectrum).any(axis=-1), np.nan, 0.0)
    padded = np.concatenate([spectrum, np.zeros((*spectrum.shape[:-1], 1))], axis=-1)
    index = np.asarray(index)
    known = (index >= 1) & (index == np.floor(index))
    position = np.where(known, np.minimum(index, count + 1) - 1, 0).astype(np.int64)
    batch = np.broadcast_shapes(position.shape, padded.shape[:-1])
    position, padded = np.broadcast_to(position, batch), np.broadcast_to(padded, (*batch, count + 1))
    chosen = np.take_along_axis(padded, position[..., None], axis=-1)[..., 0]
    return np.where(known & ~np.isnan(spectrum).any(axis=-1), chosen, np.nan)


def squared_spectrum(order: int, spectrum: Any) -> Any:
    squares = spectrum**2
    missing = order - spectrum.shape[-1]
    if missing <= 0:
        return squares[..., :order]
    zeros = np.where(np.isnan(squares[..., :1]), np.nan, np.zeros((*squares.shape[:-1], missing)))
    return np.concatenate([squares, zeros], axis=-1)


def entry(row: int, column: int, matrix: Any) -> Any:
    if not (1 <= row <= matrix.shape[-2] and 1 <= column <= matrix.shape[-1]):
        return np.full(matrix.shape[:-2], np.nan)
    return matrix[..., row - 1, column - 1]


def positive_root(*coefficients: Any) -> Any:
    """The positive root by Newton from the right, where a convex increasing function converges monotonically.

    With u the smallest of (|c_0|/c_k)^(1/k), the root lies in [u/2, u]; in t = x/u the
    coefficients c_k u^k/|c_0| lie in [0, 1], so that neither overflow nor scale matters.
    """
    arrays = np.broadcast_arrays(*(finite(c) for c in coefficients))
    constant, rest = -arrays[0], list(arrays[1:])
    defined = (constant > 0) & reduce(np.logical_and, [c >= 0 for c in rest]) & reduce(np.logical_or, [c > 0 for c in rest])
    constant = np.where(defined, constant, 1.0)
    rest = [np.where(defined, c, 1.0) for c in rest]
    bound = reduce(np.minimum, [np.where(c > 0, (constant / c) ** (1.0 / k), np.inf) for k, c in enumerate(rest, start=1)])
    scaled = [_scaled_coefficient(c, k, bound, constant) for k, c in enumerate(rest, start=1)]
    root = np.ones_like(bound)
    for _ in range(60):
        value, slope = np.zeros_like(root), np.zeros_like(root)
        for c in reversed([-np.ones_like(root), *scaled]):
            slope = slope * root + value
            value = value * root + c
        following = np.clip(root - value / slope, 0.5, 1.0)
        settled = np.all(np.abs(following - root) <= 4e-16)
        root = following
        if settled:
            break
    return finite(np.where(defined, root * bound, np.nan))


def _scaled_coefficient(coefficient: Any, degree: int, bound: Any, constant: Any) -> Any:
    """c_k u^k/|c_0|, through logarithms only where the power overflows or underflows."""
    direct = coefficient * (bound**degree / constant)
    logarithm = np.log(coefficient) + degree * np.log(bound) - np.log(constant)
    safe = np.isfinite(direct) & (direct > 1e-200)
    return np.where(coefficient > 0, np.where(safe, direct, np.exp(logarithm)), 0.0)


def matrix_power(exponent: int, matrix: Any) -> Any:
    return finite(np.linalg.matrix_power(matrix, exponent)) if exponent >= 0 else np.linalg.matrix_power(inverse(matrix), -exponent)


def block(shape: tuple[int, int], *blocks: Any) -> Any:
    rows, columns = shape
    batch = np.broadcast_shapes(*(b.shape[:-2] for b in blocks))
    spread = [np.broadcast_to(b, (*batch, *b.shape[-2:])) for b in blocks]
    return np.concatenate([np.concatenate(spread[i * columns : (i + 1) * columns], axis=-1) for i in range(rows)], axis=-2)


def assembled(shape: tuple[int, int], *entries: Any) -> Any:
    spread = np.stack(np.broadcast_arrays(*entries), axis=-1)
    return spread.reshape(*spread.shape[:-1], *shape)


def elementwise(function: Callable[..., Any], matrix: Any, *others: Any) -> Any:
    values = function(matrix, *(np.asarray(o)[..., None, None] for o in others))
    return np.broadcast_to(values, np.broadcast_shapes(np.shape(values), matrix.shape))


def leaky_relu(matrix: Any, slope: Any) -> Any:
    return matrix * leaky_relu_slope(matrix, slope)


def leaky_relu_slope(matrix: Any, slope: Any) -> Any:
    # sums of masks, which are exact and faster than a choice entry by entry; a NaN is neither above zero nor below
    above, slopes = matrix > 0, np.asarray(slope, dtype=float)[..., None, None]
    found = above + ~above * slopes
    return np.where(np.isnan(matrix), np.nan, found) if np.isnan(matrix).any() else found


def unit_vector(order: int, index: int) -> Any:
    return np.where(np.arange(1, order + 1) == index, 1.0, 0.0 if 1 <= index <= order else np.nan)[:, None]


def vectorised(matrix: Any) -> Any:
    """The columns, one below the other."""
    return np.swapaxes(matrix, -1, -2).reshape(*matrix.shape[:-2], -1, 1)


def unvectorised(shape: tuple[int, int], vector: Any) -> Any:
    return np.swapaxes(vector.reshape(*vector.shape[:-2], *shape[::-1]), -1, -2)


def known_nonnegative(value: Any, *known: Any) -> Any:
    certain = reduce(np.logical_and, [w >= 0 for w in known], np.True_)
    return np.where(certain & (value < 0), 0.0, value)


MEANINGS: Mapping[type[Any], Callable[..., Any]] = {
    **ELSEWHERE,
    **floats(),
    sympy.Add: total,
    sympy.Mul: product,
    sympy.Pow: power,
    sympy.exp: lambda x: finite(np.exp(finite(x))),
    sympy.log: lambda x: finite(np.log(x)),
    sympy.core.numbers.Pi: lambda: np.float64(np.pi),
    sympy.core.numbers.Exp1: lambda: np.float64(np.e),
    s.FrobeniusNorm: lambda a: np.linalg.norm(a, axis=(-2, -1)),
    base.SquaredFrobenius: lambda a: np.einsum("...ij,...ij->...", a, a),
    base.SingularValues: singular_values,
    base.Eigenvalues: eigenvalues,
    base.SquaredSpectrum: squared_spectrum,
    base.NegatedSpectrum: lambda spectrum: -spectrum[..., ::-1],
    s.SpectralNorm: lambda spectrum: spectrum[..., 0],
    s.LargestSingularValue: lambda spectrum: spectrum[..., 0],
    s.SmallestSingularValue: lambda spectrum: spectrum[..., -1],
    s.NuclearNorm: lambda spectrum: spectrum.sum(axis=-1),
    s.SingularValue: spectral_value,
    s.Eigenvalue: spectral_value,
    s.LargestEigenvalue: lambda spectrum: spectrum[..., 0],
    s.SmallestEigenvalue: lambda spectrum: spectrum[..., -1],
    s.SylvesterLargest: lambda right, left: right[..., 0] + left[..., 0],
    s.SylvesterSmallest: lambda right, left: right[..., -1] + left[..., -1],
    s.Rank: numerical_rank,
    s.TraceOf: lambda a: np.einsum("...ii->...", a),
    s.DeterminantOf: determinant,
    s.InnerProduct: lambda a, b: np.einsum("...ij,...ij->...", a, b),
    s.Entry: entry,
    s.Minimum: smallest,
    s.Maximum: largest,
    s.PositivePart: lambda x: np.maximum(finite(x), 0.0),
    s.AbsoluteValue: np.abs,
    s.Ceiling: np.ceil,
    s.SquareRoot: np.sqrt,
    s.PositiveRoot: positive_root,
    base.KnownNonnegative: known_nonnegative,
    sympy.MatAdd: total,
    sympy.MatMul: np.matmul,
    base.Scaled: lambda c, a: np.asarray(c)[..., None, None] * a,
    sympy.MatPow: matrix_power,
    sympy.Transpose: lambda a: np.swapaxes(a, -1, -2),
    sympy.Inverse: inverse,
    sympy.HadamardProduct: product,
    sympy.BlockMatrix: block,
    base.Assembled: assembled,
    base.Rows: lambda before, count, a: a[..., before : before + count, :],
    sympy.Identity: np.eye,
    sympy.ZeroMatrix: lambda r, c: np.zeros((r, c)),
    sympy.OneMatrix: lambda r, c: np.ones((r, c)),
    m.ColumnSpaceProjection: column_space_projection,
    m.PseudoInverse: pseudo_inverse,
    m.ColumnNorms: lambda a: np.linalg.norm(a, axis=-2, keepdims=True),
    m.Elementwise: elementwise,
    e.LeakyRelu: leaky_relu,
    e.LeakyReluSlope: leaky_relu_slope,
    e.EntrySum: lambda a: a.sum(axis=(-2, -1)),
    e.UnitVector: unit_vector,
    e.Vectorised: vectorised,
    e.Unvectorised: unvectorised,
}
