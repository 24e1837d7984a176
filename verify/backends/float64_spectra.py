"""Batched factorisations in floats; a row with NaN, or on which LAPACK gives up, becomes NaN alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_EPSILON = float(np.finfo(np.float64).eps)


def guarded(function: Callable[[Array], Array], matrix: Array) -> Array:
    """The function on a stack of matrices, with NaN in place of the results of non-finite or failing rows.

    LAPACK raises for the whole stack when one matrix fails, so a failing stack is redone row by row.
    """
    bad: Any = ~np.isfinite(matrix).all(axis=(-2, -1))
    if bad.any():
        # the identity is a matrix on which nothing fails
        matrix = np.where(bad[..., None, None], np.eye(*matrix.shape[-2:]), matrix)
    try:
        result = function(matrix)
    except np.linalg.LinAlgError:
        result = _row_by_row(function, matrix)
    if bad.any():
        result = np.where(bad.reshape(bad.shape + (1,) * (result.ndim - bad.ndim)), np.nan, result)
    return result


def _row_by_row(function: Callable[[Array], Array], matrix: Array) -> Array:
    results: list[Array | None] = []
    for row in matrix.reshape(-1, *matrix.shape[-2:]):
        try:
            results.append(function(row))
        except np.linalg.LinAlgError:
            results.append(None)
    shape = next((r.shape for r in results if r is not None), function(np.eye(*matrix.shape[-2:])).shape)
    filled = [np.full(shape, np.nan) if r is None else r for r in results]
    return np.stack(filled).reshape(*matrix.shape[:-2], *shape)


def singular_values(matrix: Array) -> Array:
    """(..., r, c) -> (..., min(r, c)), decreasing."""
    # LAPACK takes ten times as long as these formulas, whose errors are of the size of its own.
    if min(matrix.shape[-2:]) == 1:
        return guarded(_length, matrix)
    if matrix.shape[-2:] == (2, 2):
        return guarded(lambda a: _two_by_two(a[..., 0, 0], a[..., 0, 1], a[..., 1, 0], a[..., 1, 1]), matrix)
    if min(matrix.shape[-2:]) == 2:
        return guarded(_two_rows, matrix)
    return guarded(lambda a: np.linalg.svd(a, compute_uv=False), matrix)


def _length(matrix: Array) -> Array:
    """The singular value of a row or a column."""
    return _norms(matrix.reshape(*matrix.shape[:-2], -1))[..., None]


def _norms(vectors: Array) -> Array:
    """(..., k) -> (...), without overflow on the way."""
    return np.asarray(np.hypot.reduce(np.abs(vectors), axis=-1))


def _two_rows(matrix: Array) -> Array:
    """Those of two rows or two columns, from their triangular factor."""
    first, second = np.moveaxis(matrix if matrix.shape[-2] == 2 else np.swapaxes(matrix, -1, -2), -2, 0)
    length = _norms(first)
    direction = first / np.where(length > 0, length, 1.0)[..., None]
    along = (direction * second).sum(axis=-1)
    return _two_by_two(length, along, np.zeros_like(length), _norms(second - along[..., None] * direction))


def _two_by_two(a: Array, b: Array, c: Array, d: Array) -> Array:
    """Those of [[a, b], [c, d]], from the lengths of the parts that commute and that anticommute with a quarter turn."""
    turning, reflecting = np.hypot(a + d, c - b), np.hypot(a - d, b + c)
    return np.asarray(np.stack([turning + reflecting, np.abs(turning - reflecting)], axis=-1) / 2)


def eigenvalues(matrix: Array) -> Array:
    """(..., n, n) -> (..., n), decreasing; the matrix is symmetric up to rounding and is made so."""
    return guarded(lambda a: np.linalg.eigvalsh(a / 2 + np.swapaxes(a, -1, -2) / 2)[..., ::-1], matrix)


def threshold(shape: tuple[int, int], spectrum: Array) -> Array:
    """Below this a singular value of a matrix of that shape is rounding."""
    cut: Array = max(shape) * _EPSILON * spectrum[..., :1]
    return cut


def numerical_rank(shape: tuple[int, int], spectrum: Array) -> Any:
    """The number of singular values above rounding: a screening value, decided in balls."""
    counted = (spectrum > threshold(shape, spectrum)).sum(axis=-1).astype(np.float64)
    return np.where(np.isnan(spectrum).any(axis=-1), np.nan, counted)


def determinant(matrix: Array) -> Array:
    """(..., n, n) -> (...)."""
    return guarded(np.linalg.det, matrix)


def inverse(matrix: Array) -> Array:
    """(..., n, n); NaN where the matrix is singular to working precision."""

    def invert(a: Array) -> Array:
        spectrum = np.linalg.svd(a, compute_uv=False)
        singular = spectrum[..., -1] <= threshold(a.shape[-2:], spectrum)[..., 0]
        safe = np.where(singular[..., None, None], np.eye(a.shape[-1]), a)
        return np.where(singular[..., None, None], np.nan, np.linalg.inv(safe))

    return guarded(invert, matrix)


def column_space_projection(matrix: Array) -> Array:
    """(..., r, c) -> (..., r, r)."""

    def project(a: Array) -> Array:
        left, spectrum, _ = np.linalg.svd(a, full_matrices=False)
        kept: Array = left * (spectrum > threshold(a.shape[-2:], spectrum))[..., None, :]
        return kept @ np.swapaxes(kept, -1, -2)

    return guarded(project, matrix)


def pseudo_inverse(matrix: Array) -> Array:
    """(..., r, c) -> (..., c, r)."""
    return guarded(lambda a: np.linalg.pinv(a, rcond=max(a.shape[-2:]) * _EPSILON), matrix)
