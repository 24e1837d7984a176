"""Exact matrices of Fractions, as tuples of rows, and the few operations that strategies build them with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

Rows = tuple[tuple[Fraction, ...], ...]


def rows_of(entries: Sequence[Sequence[int | Fraction]]) -> Rows:
    """Rows of Fractions."""
    return tuple(tuple(Fraction(entry) for entry in row) for row in entries)


def as_floats(matrix: Rows) -> NDArray[np.float64]:
    """The matrix (rows, columns) rounded to floats."""
    return np.array([[float(entry) for entry in row] for row in matrix])


def zeros(rows: int, columns: int) -> Rows:
    """The zero matrix."""
    return ((Fraction(0),) * columns,) * rows


def identity(size: int) -> Rows:
    """The identity matrix."""
    return diagonal([1] * size, size, size)


def diagonal(values: Sequence[int | Fraction], rows: int, columns: int) -> Rows:
    """A rectangular diagonal matrix; missing values are zero."""
    return tuple(tuple(Fraction(values[i]) if i == j and i < len(values) else Fraction(0) for j in range(columns)) for i in range(rows))


def transposed(matrix: Rows) -> Rows:
    """The transpose."""
    return tuple(zip(*matrix, strict=True))


def scaled(matrix: Rows, factor: int | Fraction) -> Rows:
    """A multiple."""
    return tuple(tuple(entry * factor for entry in row) for row in matrix)


def product(*matrices: Rows) -> Rows:
    """The product of matrices, from the left."""
    result = matrices[0]
    for matrix in matrices[1:]:
        columns = transposed(matrix)
        result = tuple(tuple(sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns) for row in result)
    return result


def reflection(vector: Sequence[int]) -> Rows:
    """The orthogonal matrix I - 2 v v^T / (v^T v); the identity for the zero vector."""
    length = sum(entry * entry for entry in vector)
    size = len(vector)
    if length == 0:
        return identity(size)
    return tuple(tuple(Fraction(int(i == j)) - Fraction(2 * vector[i] * vector[j], length) for j in range(size)) for i in range(size))


def kernel(matrix: Rows) -> Rows | None:
    """A basis of the null space as columns, with integer entries; None where the null space is trivial."""
    columns = len(matrix[0])
    entries = [fmpq(entry.numerator, entry.denominator) for row in matrix for entry in row]
    reduced, rank = fmpq_mat(len(matrix), columns, entries).rref()
    pivots = [next(j for j in range(columns) if reduced[i, j] != 0) for i in range(rank)]
    free = [j for j in range(columns) if j not in pivots]
    if not free:
        return None
    basis = []
    for j in free:
        vector = [Fraction(int(k == j)) for k in range(columns)]
        for i, pivot in enumerate(pivots):
            vector[pivot] = -Fraction(int(reduced[i, j].p), int(reduced[i, j].q))
        denominator = 1
        for entry in vector:
            denominator *= (entry * denominator).denominator
        basis.append([entry * denominator for entry in vector])
    return transposed(rows_of(basis))
