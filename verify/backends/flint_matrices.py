"""What ball matrices and rational matrices share: operations entry by entry, for either type."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any


def inner(left: Any, right: Any) -> Any:
    """The sum of the products of corresponding entries."""
    return sum(a * b for a, b in zip(left.entries(), right.entries(), strict=True))


def hadamard(*matrices: Any) -> Any:
    """The entrywise product."""

    def product(left: Any, right: Any) -> Any:
        entries = [a * b for a, b in zip(left.entries(), right.entries(), strict=True)]
        return type(left)(left.nrows(), left.ncols(), entries)

    return reduce(product, matrices)


def block(shape: tuple[int, int], *blocks: Any) -> Any:
    """The matrix with the given blocks, row by row."""
    rows, columns = shape
    lines: list[list[Any]] = []
    for i in range(rows):
        parts = [b.tolist() for b in blocks[i * columns : (i + 1) * columns]]
        lines += [[e for piece in pieces for e in piece] for pieces in zip(*parts, strict=True)]
    return type(blocks[0])(lines)


def rows(before: int, count: int, matrix: Any) -> Any:
    """Consecutive rows of a matrix."""
    columns = matrix.ncols()
    return type(matrix)(count, columns, [matrix[i, j] for i in range(before, before + count) for j in range(columns)])


def elementwise(function: Callable[..., Any], matrix: Any, *others: Any) -> Any:
    """The function on every entry."""
    return type(matrix)(matrix.nrows(), matrix.ncols(), [function(e, *others) for e in matrix.entries()])


def matrix_power(exponent: int, matrix: Any) -> Any:
    """The nonnegative integer power, by squaring."""
    result = identity(type(matrix), matrix.nrows())
    while exponent:
        if exponent & 1:
            result = result * matrix
        exponent >>= 1
        if exponent:
            matrix = matrix * matrix
    return result


def identity(kind: Any, order: int) -> Any:
    """The identity matrix of the given type."""
    return kind(order, order, [int(i % (order + 1) == 0) for i in range(order * order)])


def entry_sum(matrix: Any) -> Any:
    """The sum of all entries."""
    first, *others = matrix.entries()
    return sum(others, first)


def vectorised(matrix: Any) -> Any:
    """The columns, one below the other."""
    return type(matrix)(matrix.nrows() * matrix.ncols(), 1, matrix.transpose().entries())


def unvectorised(shape: tuple[int, int], vector: Any) -> Any:
    """The matrix of the given shape with that vec."""
    return type(vector)(shape[1], shape[0], vector.entries()).transpose()
