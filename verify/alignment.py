"""Ensembles that look at the matrices drawn before: kernels, extreme singular directions, multiples.

Inequalities are tight, and false ones fail, where one matrix meets another's kernel or its largest or
smallest singular direction; independent draws never do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from verify.ensembles import Floats, Generator, powers_of_ten, spread
from verify.language.matrices import SymmetricMatrix
from verify.symmetric_ensembles import with_eigenvalues

Earlier = Mapping[Any, Floats]
"""Values (count, rows, columns) of the matrices drawn before, for the same draws."""


@dataclass(frozen=True)
class Alignment:
    """A law on matrices given earlier ones: `draw(rng, earlier, rows, columns)`."""

    name: str
    draw: Callable[[Generator, Earlier, int, int], Floats]
    full_rank: bool = False
    plain: bool = False


def _basis(matrices: Floats, side: str) -> Floats:
    """All left singular vectors as columns (count, rows, rows), or all right ones (count, columns, columns)."""
    left, _, right = np.linalg.svd(matrices, full_matrices=True)
    return np.asarray(left if side == "left" else right.transpose(0, 2, 1))


def _directed(rng: Generator, earlier: Earlier, rows: int, columns: int, *, other: Any, side: str, axis: int, direction: str) -> Floats:
    """Columns (axis 1) or rows (axis 2) in a singular direction of an earlier matrix, or in the span of its last ones."""
    matrices = earlier[other]
    count, basis = len(matrices), _basis(matrices, side)
    size = basis.shape[1]
    if direction == "kernel":
        first = min(matrices.shape[1:]) if size > min(matrices.shape[1:]) else size - 1
        vectors = basis[:, :, first:]
    else:
        index = 0 if direction == "top" else min(matrices.shape[1:]) - 1
        vectors = basis[:, :, index : index + 1]
    across = columns if axis == 1 else rows
    weights = rng.standard_normal((count, vectors.shape[2], across)) * powers_of_ten(rng, count, -1, 1)
    aligned = vectors @ weights
    return np.asarray(aligned if axis == 1 else aligned.transpose(0, 2, 1))


def _multiple(rng: Generator, earlier: Earlier, rows: int, columns: int, *, other: Any, transposed: bool) -> Floats:
    """A multiple, mostly by 1, -1, 2 or a half, of an earlier matrix or of its transpose; some slightly off."""
    matrices = earlier[other].transpose(0, 2, 1) if transposed else earlier[other]
    count = len(matrices)
    factor = rng.choice([1.0, -1.0, -1.0, 2.0, 0.5, -0.5], (count, 1, 1))
    return np.asarray(matrices * factor)


def _near(rng: Generator, earlier: Earlier, rows: int, columns: int, *, other: Any) -> Floats:
    """Plus or minus an earlier matrix and a small perturbation."""
    matrices = earlier[other]
    count = len(matrices)
    scale = np.maximum(np.abs(matrices).max(axis=(1, 2), keepdims=True), 1e-3)
    noise = rng.standard_normal(matrices.shape) * powers_of_ten(rng, count, -8, -1) * scale
    return np.asarray(rng.choice([-1.0, 1.0], (count, 1, 1)) * matrices + noise)


def _shared_vectors(rng: Generator, earlier: Earlier, rows: int, columns: int, *, other: Any) -> Floats:
    """The singular vectors of an earlier matrix with singular values of its own, in increasing, decreasing or no order."""
    left, _, right = np.linalg.svd(earlier[other], full_matrices=False)
    values = np.sort(spread(rng, len(left), left.shape[2], -1.5, 1), axis=1)
    kind = rng.integers(0, 3, (len(left), 1))
    values = np.where(kind == 0, values[:, ::-1], np.where(kind == 1, values, rng.permuted(values, axis=1)))
    return np.asarray((left * values[:, None, :]) @ right)


def _shared_eigenvectors(rng: Generator, earlier: Earlier, rows: int, columns: int, *, other: Any) -> Floats:
    """The eigenvectors of an earlier symmetric matrix with eigenvalues of its own, sorted or not."""
    _, vectors = np.linalg.eigh(earlier[other])
    count, size = vectors.shape[:2]
    values = np.sort(rng.choice([-1.0, 1.0], (count, size)) * spread(rng, count, size, -1.5, 1), axis=1)
    kind = rng.integers(0, 3, (count, 1))
    return with_eigenvalues(vectors, np.where(kind == 0, values[:, ::-1], np.where(kind == 1, values, rng.permuted(values, axis=1))))


def _gram_of(rng: Generator, earlier: Earlier, rows: int, columns: int, *, other: Any, side: str, direction: str) -> Floats:
    """A rank-one symmetric matrix in a singular direction of an earlier matrix, of either sign."""
    basis = _basis(earlier[other], side)
    vector = basis[:, :, [{"top": 0, "bottom": min(earlier[other].shape[1:]) - 1, "kernel": -1}[direction]]]
    count = len(vector)
    return np.asarray(rng.choice([-1.0, 1.0], (count, 1, 1)) * powers_of_ten(rng, count, -1, 1) * (vector @ vector.transpose(0, 2, 1)))


def alignments(symbol: Any, earlier: tuple[Any, ...]) -> tuple[Alignment, ...]:
    """The ways in which a matrix can be aligned with earlier ones whose shapes fit."""
    symmetric = isinstance(symbol, SymmetricMatrix)
    found: list[Alignment] = []
    for other in earlier:
        name = other.name
        sides = [
            (axis, side)
            for axis, own in ((1, symbol.rows), (2, symbol.cols))
            for side, theirs in (("left", other.rows), ("right", other.cols))
            if own == theirs
        ]
        for axis, side in sides:
            if symmetric and axis == 2:
                continue
            for direction in ("top", "bottom", "kernel"):
                label = f"{direction} {side} direction of {name} in {'columns' if axis == 1 else 'rows'}"
                if symmetric:
                    found.append(Alignment(label, partial(_gram_of, other=other, side=side, direction=direction)))
                else:
                    found.append(Alignment(label, partial(_directed, other=other, side=side, axis=axis, direction=direction)))
        same_kind = symmetric == isinstance(other, SymmetricMatrix)
        if symbol.shape == other.shape and (same_kind or not symmetric):
            shared = _shared_eigenvectors if isinstance(other, SymmetricMatrix) and symmetric else _shared_vectors
            found.append(Alignment(f"singular vectors of {name}", partial(shared, other=other), full_rank=True))
            found.append(Alignment(f"multiple of {name}", partial(_multiple, other=other, transposed=False), plain=True))
            if not symmetric:
                found.append(Alignment(f"near {name}", partial(_near, other=other)))
        if symbol.shape == other.shape[::-1] and not symmetric:
            found.append(Alignment(f"multiple of {name} transposed", partial(_multiple, other=other, transposed=True), plain=True))
    return tuple(found)
