"""Uniform orthonormal weights: embeddings, projections, the one-peak and the special balanced initialisation (zhao2024)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import MatrixSymbol

from verify.errors import DomainError, InstanceError
from verify.initialisations.base import (
    Floats,
    Generator,
    Initialisation,
    ScaledMatrix,
    Sizes,
    draw_all,
    require_matrix,
    shape,
    shape_text,
)
from verify.language.nodes import maximum, sqrt
from verify.language.relations import in_text


def haar(rng: Generator, count: int, size: int, columns: int) -> Floats:
    """Uniformly distributed orthonormal columns (count, size, columns), columns <= size: Gaussian columns, orthonormalised.

    The signs of the triangular factor are made positive, without which QR would not be uniform.
    """
    q, r = np.linalg.qr(rng.standard_normal((count, size, columns)))
    return np.asarray(q * np.where(np.diagonal(r, axis1=1, axis2=2) < 0, -1.0, 1.0)[:, None, :])


def _orthonormal(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return haar(rng, count, rows, columns) if rows >= columns else haar(rng, count, columns, rows).transpose(0, 2, 1)


@dataclass(frozen=True)
class Orthonormal(ScaledMatrix):
    """Uniform on all W with W^T W = scale^2 I, an embedding, or W W^T = scale^2 I, a projection, where W has more columns than rows."""

    exact = False

    def words(self) -> str:
        name = self.matrix.name
        return (
            f"{name} ({shape_text(self.matrix)}) is uniform on the matrices with {name}^T {name} = c^2 I, or {name} {name}^T = c^2 I "
            f"where it has fewer rows than columns, c = {in_text(self.scale)}."
        )

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        return {self.matrix: self.factor(dimensions, values) * _orthonormal(rng, count, *shape(self.matrix, dimensions))}


class Layers(Initialisation):
    """Layers W_1, ..., W_N, N >= 2, that are drawn together; each has as many columns as the one before has rows."""

    exact = False
    layers: tuple[MatrixSymbol, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        name = type(self).__name__
        if len(self.layers) < 2:
            raise DomainError(f"{name} expects at least two layers, but got {len(self.layers)}.")
        for layer in self.layers:
            require_matrix(layer, name)
        for before, after in zip(self.layers, self.layers[1:], strict=False):
            if before.rows != after.cols:
                raise DomainError(f"{before.name} has {before.rows} rows, but {after.name}, which follows it, has {after.cols} columns.")

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return self.layers

    def widths(self, dimensions: Sizes) -> list[int]:
        """n_0, ..., n_N."""
        return [shape(self.layers[0], dimensions)[1], *(shape(layer, dimensions)[0] for layer in self.layers)]

    def _names(self) -> str:
        return ", ".join(layer.name for layer in self.layers)


@dataclass(frozen=True)
class OnePeak(Layers):
    """One-peak random orthogonal projections and embeddings (zhao2024, Definition 1).

    The widths rise to a hidden layer and fall after it; W_i is uniform on W_i^T W_i = n_i I up to the peak and
    on W_j W_j^T = n_{j-1} I after it. A square layer is the same on both sides, so the peak need not be named.
    """

    layers: tuple[MatrixSymbol, ...]

    def words(self) -> str:
        return f"{self._names()} are independent, uniform on W^T W = n I (tall layers) or W W^T = n I (wide ones), n the larger side."

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        widths = self.widths(dimensions)
        steps = np.diff(widths)
        peak = int(np.argmax(widths[1:-1])) + 1
        if (steps[:peak] < 0).any() or (steps[peak:] > 0).any():
            raise InstanceError(f"the widths {', '.join(map(str, widths))} do not rise to one hidden peak and fall after it.")
        pieces = [Orthonormal(layer, sqrt(maximum(layer.rows, layer.cols))) for layer in self.layers]
        return draw_all(pieces, rng, count, dimensions)


@dataclass(frozen=True)
class SpecialBalanced(Layers):
    """The special balanced initialisation (zhao2024): hidden layers of one width n, sqrt(n) times orthogonal factors that match.

    W_1 = sqrt(n) U_1 [I, 0]^T V_1^T, W_i = sqrt(n) U_i U_{i-1}^T for 1 < i < N, and W_N = sqrt(n) U_N [I, 0] V_N^T;
    all U_i, V_1 and V_N are independent and uniform on the orthogonal matrices.
    """

    layers: tuple[MatrixSymbol, ...]

    def words(self) -> str:
        return (
            f"{self._names()} are sqrt(n) U_1 [I, 0]^T V_1^T, sqrt(n) U_i U_(i-1)^T and sqrt(n) U_N [I, 0] V_N^T with independent "
            "uniform orthogonal factors, n the hidden width."
        )

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        inputs, *hidden, outputs = self.widths(dimensions)
        n = hidden[0]
        if len(set(hidden)) > 1 or n < max(inputs, outputs):
            raise InstanceError(f"the hidden widths {', '.join(map(str, hidden))} are not one width of at least {max(inputs, outputs)}.")
        first, *between, last = self.layers
        bases = [haar(rng, count, n, n) for _ in (first, *between)]
        found = {first: np.sqrt(n) * bases[0][:, :, :inputs] @ haar(rng, count, inputs, inputs).transpose(0, 2, 1)}
        for layer, before, after in zip(between, bases, bases[1:], strict=False):
            found[layer] = np.sqrt(n) * after @ before.transpose(0, 2, 1)
        right = haar(rng, count, n, n)[:, :, :outputs]
        found[last] = np.sqrt(n) * haar(rng, count, outputs, outputs) @ right.transpose(0, 2, 1)
        return found
