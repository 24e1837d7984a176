"""mpmath matrices: spectra by Gram matrices at doubled digits, since its own SVD loses digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import reduce
from typing import Any

from mpmath import mp

NAN = mp.nan
_GUARD_DIGITS = 15


def working_digits(digits: int) -> AbstractContextManager[Any]:
    """The one place where mpmath's precision is set, and restored."""
    return mp.workdps(digits)


def finite(matrix: Any) -> bool:
    """Whether no entry is NaN or infinite."""
    return all(mp.isfinite(e) for e in matrix)


def from_entries(rows: int, columns: int, entries: Sequence[Any]) -> Any:
    """The matrix with the given entries, row by row."""
    return mp.matrix([entries[i * columns : (i + 1) * columns] for i in range(rows)])


def undefined(rows: int, columns: int) -> Any:
    """A matrix of NaN."""
    return from_entries(rows, columns, [NAN] * (rows * columns))


def eigenvalues(matrix: Any) -> list[Any]:
    """The eigenvalues of a matrix that is symmetric up to rounding, decreasing."""
    if not finite(matrix):
        return [NAN] * matrix.rows
    with working_digits(mp.dps + _GUARD_DIGITS):
        values = mp.eigsy((matrix + matrix.T) / 2, eigvals_only=True)
        return sorted(values, reverse=True)


def singular_values(matrix: Any) -> list[Any]:
    """The singular values, decreasing, from the Gram matrix on the small side at doubled digits."""
    if not finite(matrix):
        return [NAN] * min(matrix.rows, matrix.cols)
    with working_digits(2 * mp.dps + _GUARD_DIGITS):
        gram = matrix.T * matrix if matrix.cols <= matrix.rows else matrix * matrix.T
        values = mp.eigsy(gram, eigvals_only=True)
        return sorted((mp.sqrt(max(v, mp.mpf(0))) for v in values), reverse=True)


def spectral_value(index: Any, values: list[Any]) -> Any:
    """The value with the given index from 1; 0 beyond the last one, NaN for an index that is none."""
    if not mp.isint(index) or index < 1 or not mp.isfinite(values[0]):
        return NAN
    return values[int(index) - 1] if index <= len(values) else mp.mpf(0)


def squared_spectrum(order: int, values: list[Any]) -> list[Any]:
    """The squares, filled up with zeros to `order` values."""
    squares = [v * v for v in values[:order]]
    return squares + [mp.mpf(0) if mp.isfinite(values[0]) else NAN] * (order - len(squares))


def _threshold(shape: tuple[int, int], values: list[Any]) -> Any:
    """Below this a singular value of a matrix of that shape is rounding of its entries."""
    return max(shape) * values[0] * mp.mpf(10) ** (2 - mp.dps)


def numerical_rank(shape: tuple[int, int], values: list[Any]) -> Any:
    """The number of singular values above rounding."""
    if not mp.isfinite(values[0]):
        return NAN
    return mp.mpf(sum(v > _threshold(shape, values) for v in values))


def _singular(matrix: Any) -> bool:
    shape = (matrix.rows, matrix.cols)
    return bool(numerical_rank(shape, singular_values(matrix)) != min(shape))


def inner(left: Any, right: Any) -> Any:
    return mp.fsum(a * b for a, b in zip(left, right, strict=True))


def entry(row: int, column: int, matrix: Any) -> Any:
    return matrix[row - 1, column - 1] if 1 <= row <= matrix.rows and 1 <= column <= matrix.cols else NAN


def determinant(matrix: Any) -> Any:
    return mp.mpf(mp.det(matrix)) if finite(matrix) else NAN


def inverse(matrix: Any) -> Any:
    """The inverse; NaN where the matrix is singular to working precision."""
    if not finite(matrix) or _singular(matrix):
        return undefined(matrix.rows, matrix.cols)
    return mp.inverse(matrix)


def matrix_power(exponent: int, matrix: Any) -> Any:
    if exponent < 0:
        return matrix_power(-exponent, inverse(matrix))
    return matrix**exponent if exponent else mp.eye(matrix.rows)


def _gram_inverse(matrix: Any) -> Any | None:
    """(A^T A)^-1 at doubled digits where A has full column rank, else None."""
    if matrix.rows < matrix.cols or not finite(matrix) or _singular(matrix):
        return None
    with working_digits(2 * mp.dps + _GUARD_DIGITS):
        return mp.inverse(matrix.T * matrix)


def pseudo_inverse(matrix: Any) -> Any:
    """The Moore-Penrose inverse, for a deficient rank by the eigenvectors of the Gram matrix."""
    gram = _gram_inverse(matrix)
    if gram is not None:
        return gram * matrix.T
    gram = _gram_inverse(matrix.T)
    if gram is not None:
        return matrix.T * gram
    return _through_eigenvectors(matrix) * matrix.T if finite(matrix) else undefined(matrix.cols, matrix.rows)


def _through_eigenvectors(matrix: Any) -> Any:
    """(A^T A)^+ by the eigenvectors whose singular values are above rounding."""
    threshold = _threshold((matrix.rows, matrix.cols), singular_values(matrix))
    with working_digits(2 * mp.dps + _GUARD_DIGITS):
        values, vectors = mp.eigsy(matrix.T * matrix)
        inverses = [1 / v if v > threshold**2 else mp.mpf(0) for v in values]
        return vectors * mp.diag(inverses) * vectors.T


def column_space_projection(matrix: Any) -> Any:
    """A A^+."""
    return matrix * pseudo_inverse(matrix)


def column_norms(matrix: Any) -> Any:
    return mp.matrix([[mp.sqrt(mp.fsum(matrix[i, j] ** 2 for i in range(matrix.rows))) for j in range(matrix.cols)]])


def hadamard(*matrices: Any) -> Any:
    return reduce(lambda a, b: from_entries(a.rows, a.cols, [x * y for x, y in zip(a, b, strict=True)]), matrices)


def block(shape: tuple[int, int], *blocks: Any) -> Any:
    rows, columns = shape
    lines: list[list[Any]] = []
    for i in range(rows):
        parts = [b.tolist() for b in blocks[i * columns : (i + 1) * columns]]
        lines += [[e for piece in pieces for e in piece] for pieces in zip(*parts, strict=True)]
    return mp.matrix(lines)


def elementwise(function: Callable[..., Any], matrix: Any, *others: Any) -> Any:
    return from_entries(matrix.rows, matrix.cols, [function(e, *others) for e in matrix])


def leaky_relu(matrix: Any, slope: Any) -> Any:
    return elementwise(lambda x: NAN if mp.isnan(x) else x if x > 0 else slope * x, matrix)


def leaky_relu_slope(matrix: Any, slope: Any) -> Any:
    return elementwise(lambda x: NAN if mp.isnan(x) else mp.mpf(1) if x > 0 else slope, matrix)


def unit_vector(order: int, index: int) -> Any:
    outside = mp.mpf(0) if 1 <= index <= order else NAN
    return from_entries(order, 1, [mp.mpf(1) if i == index else outside for i in range(1, order + 1)])


def vectorised(matrix: Any) -> Any:
    """The columns, one below the other."""
    return from_entries(matrix.rows * matrix.cols, 1, list(matrix.T))


def unvectorised(shape: tuple[int, int], vector: Any) -> Any:
    return from_entries(shape[1], shape[0], list(vector)).T
