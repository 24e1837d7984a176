"""Matrix operations on balls: products entry by entry, inverses, ranks and projections."""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat, fmpq_mat

from verify.backends import flint_matrices
from verify.backends.ball_numbers import NAN, ZERO, clamped, square_root
from verify.backends.ball_spectra import finite, singular_values
from verify.backends.exact_matrices import exact_projection, exact_pseudo_inverse


class Singular:
    """The singular values of a matrix, computed when first asked for; its rank may need none."""

    def __init__(self, matrix: arb_mat) -> None:
        self.matrix = matrix
        self._values: list[arb] | None = None

    @property
    def values(self) -> list[arb]:
        if self._values is None:
            self._values = singular_values(self.matrix)
        return self._values


def spectral_value(index: Any, values: list[arb]) -> arb:
    """The value with the given index from 1; 0 beyond the last one, NaN for an index that is none."""
    if not isinstance(index, int):
        if not (index.is_exact() and index.is_integer()):
            return NAN
        index = int(index.fmpq().p)
    if index < 1 or not values[0].is_finite():
        return NAN
    return values[index - 1] if index <= len(values) else ZERO


def squared_spectrum(order: int, singular: Singular) -> list[arb]:
    squares = [clamped(v * v) for v in singular.values[:order]]
    return squares + ([ZERO] * (order - len(squares)) if squares[0].is_finite() else [NAN] * (order - len(squares)))


def squared_frobenius(matrix: arb_mat) -> arb:
    return clamped(sum((e * e for e in matrix.entries()), ZERO))


def entry(row: int, column: int, matrix: arb_mat) -> arb:
    inside = 1 <= row <= matrix.nrows() and 1 <= column <= matrix.ncols()
    return matrix[row - 1, column - 1] if inside else NAN


def column_norms(matrix: arb_mat) -> arb_mat:
    columns = matrix.transpose().tolist()
    return arb_mat([[square_root(clamped(sum((e * e for e in column), ZERO))) for column in columns]])


def unit_vector(order: int, index: int) -> arb_mat:
    """The unit vector; NaN for an index that is none."""
    return arb_mat(order, 1, [int(i == index) for i in range(1, order + 1)]) if 1 <= index <= order else undefined(order, 1)


def inverse(matrix: arb_mat) -> arb_mat:
    """The inverse; NaN where a matrix in the ball may be singular."""
    try:
        return matrix.inv()
    except ZeroDivisionError:
        return undefined(matrix.nrows(), matrix.ncols())


def matrix_power(exponent: int, matrix: arb_mat) -> arb_mat:
    """The integer power; NaN where a negative one may not exist."""
    return flint_matrices.matrix_power(abs(exponent), matrix if exponent >= 0 else inverse(matrix))


def undefined(rows: int, columns: int) -> arb_mat:
    return arb_mat(rows, columns, [NAN] * (rows * columns))


def exact_entries(matrix: arb_mat) -> fmpq_mat | None:
    """The matrix as a rational one where every entry is exact, else None."""
    entries = matrix.entries()
    if not all(e.is_exact() and e.is_finite() for e in entries):
        return None
    return fmpq_mat(matrix.nrows(), matrix.ncols(), [e.fmpq() for e in entries])


def rank(shape: tuple[int, int], singular: Singular) -> arb:
    """The rank: of exact entries exactly, else where it is certified to be full, else NaN."""
    exact = exact_entries(singular.matrix)
    if exact is not None:
        return arb(exact.rank())
    return arb(min(shape)) if singular.values[-1] > 0 else NAN


def _gram_inverse(matrix: arb_mat) -> arb_mat | None:
    """(A^T A)^-1, whose existence shows that every matrix in the ball has full column rank; else None."""
    if matrix.nrows() < matrix.ncols() or not finite(matrix):
        return None
    try:
        return (matrix.transpose() * matrix).inv()
    except ZeroDivisionError:
        return None


def column_space_projection(matrix: arb_mat) -> arb_mat:
    """The projection onto the column space, where the rank is known; else NaN."""
    rows = matrix.nrows()
    gram = _gram_inverse(matrix)
    if gram is not None:
        return matrix * gram * matrix.transpose()
    if _gram_inverse(matrix.transpose()) is not None:
        return flint_matrices.identity(arb_mat, rows)
    exact = exact_entries(matrix)
    return undefined(rows, rows) if exact is None else arb_mat(exact_projection(exact))


def pseudo_inverse(matrix: arb_mat) -> arb_mat:
    """The Moore-Penrose inverse, where the rank is known; else NaN."""
    gram = _gram_inverse(matrix)
    if gram is not None:
        return gram * matrix.transpose()
    gram = _gram_inverse(matrix.transpose())
    if gram is not None:
        return matrix.transpose() * gram
    exact = exact_entries(matrix)
    return undefined(matrix.ncols(), matrix.nrows()) if exact is None else arb_mat(exact_pseudo_inverse(exact))
