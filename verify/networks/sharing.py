"""Layers with missing and shared weights: from the free parameters v to the matrix W, as vec(W) = Q v.

A pattern g gives each entry of W the number of its parameter, counted from 1, or 0 where the entry is missing. Q is
then a matrix of zeros and ones. What is proved for every Q holds for every pattern.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import MatrixExpr

from verify.errors import InstanceError
from verify.language.entrywise import unvec

Pattern = NDArray[np.int64]


def shared_weights(sharing: MatrixExpr, parameters: MatrixExpr, rows: object, columns: object) -> MatrixExpr:
    """The rows x columns matrix W with vec(W) = Q v, for Q (rows*columns x d) and v (d x 1)."""
    return unvec(sharing * parameters, rows, columns)


def sharing_matrix(pattern: ArrayLike, parameters: int | None = None) -> NDArray[np.float64]:
    """Q of a pattern: 1 in row (i, j), columns first, and column g(i, j), for g(i, j) > 0.

    `parameters` is their number d, by default the largest in the pattern.
    """
    g = np.asarray(pattern)
    if g.ndim != 2 or not np.issubdtype(g.dtype, np.integer) or g.min(initial=0) < 0:
        raise InstanceError("a sharing pattern is a matrix of integers, 0 for a missing weight and from 1 for the parameters.")
    count = int(g.max(initial=0)) if parameters is None else parameters
    if g.max(initial=0) > count or count < 1:
        raise InstanceError(f"the sharing pattern mentions parameter {g.max(initial=0)}, but there are {count}.")
    return np.asarray(g.T.reshape(-1, 1) == np.arange(1, count + 1), dtype=np.float64)


def dense(rows: int, columns: int) -> Pattern:
    """The pattern in which every entry has a parameter of its own."""
    return np.arange(1, rows * columns + 1, dtype=np.int64).reshape(rows, columns)


def convolution(length: int, kernel: int, *, filters: int = 1, channels: int = 1, stride: int = 1) -> Pattern:
    """The pattern of a convolution over sequences of the given length, without padding.

    Rows are the outputs, filter by filter; columns the inputs, channel by channel. Each filter has one parameter for each
    channel and each place in the kernel, shared by all positions.
    """
    if not 1 <= kernel <= length:
        raise InstanceError(f"a kernel of {kernel} does not fit a sequence of {length}.")
    if min(filters, channels, stride) < 1:
        raise InstanceError(f"a convolution with {filters} filters, {channels} channels and stride {stride} has a number below 1.")
    positions = (length - kernel) // stride + 1
    pattern = np.zeros((filters, positions, channels, length), dtype=np.int64)
    for position in range(positions):
        own = 1 + np.arange(filters * channels * kernel, dtype=np.int64).reshape(filters, channels, kernel)
        pattern[:, position, :, position * stride : position * stride + kernel] = own
    return pattern.reshape(filters * positions, channels * length)
