"""Weights with independent entries: Gaussian and uniform, in every scaling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Basic, MatrixSymbol, sympify

from verify.initialisations.base import Floats, Generator, Initialisation, Sizes, expression, positive, require_matrix, shape, shape_text
from verify.language.nodes import sqrt
from verify.language.relations import in_text


@dataclass(frozen=True)
class Gaussian(Initialisation):
    """Independent entries N(0, variance); the variance is an expression in dimensions and numbers."""

    matrix: MatrixSymbol
    variance: Any = 1

    def __post_init__(self) -> None:
        require_matrix(self.matrix, "Gaussian")
        object.__setattr__(self, "variance", expression(self.variance, "the variance"))

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return (self.matrix,)

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return (self.variance,)

    def words(self) -> str:
        return f"{self.matrix.name} ({shape_text(self.matrix)}) has independent entries N(0, {in_text(self.variance)})."

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        variance = positive(self.variance, dimensions, values, f"the variance of {self.matrix.name}")
        return {self.matrix: np.sqrt(variance) * rng.standard_normal((count, *shape(self.matrix, dimensions)))}


@dataclass(frozen=True)
class Uniform(Initialisation):
    """Independent entries, uniform on [-bound, bound)."""

    matrix: MatrixSymbol
    bound: Any = 1

    def __post_init__(self) -> None:
        require_matrix(self.matrix, "Uniform")
        object.__setattr__(self, "bound", expression(self.bound, "the bound"))

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return (self.matrix,)

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return (self.bound,)

    def words(self) -> str:
        bound = in_text(self.bound)
        return f"{self.matrix.name} ({shape_text(self.matrix)}) has independent entries, uniform on [-{bound}, {bound}]."

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        bound = positive(self.bound, dimensions, values, f"the bound of {self.matrix.name}")
        return {self.matrix: bound * rng.uniform(-1.0, 1.0, (count, *shape(self.matrix, dimensions)))}


def gaussian(*layers: MatrixSymbol, variance: Any = 1) -> tuple[Gaussian, ...]:
    """All layers with independent entries N(0, variance), such as the small unbalanced start of du2018 with variance 1e-4."""
    return tuple(Gaussian(layer, variance) for layer in layers)


def xavier(layer: MatrixSymbol) -> Gaussian:
    """Independent entries N(0, 2/(rows + columns)) (Glorot and Bengio)."""
    return Gaussian(layer, 2 / (layer.rows + layer.cols))


def xavier_uniform(layer: MatrixSymbol) -> Uniform:
    """Independent entries, uniform on [-b, b] with b^2 = 6/(rows + columns), so of variance 2/(rows + columns)."""
    return Uniform(layer, sqrt(6 / (layer.rows + layer.cols)))


def kaiming(layer: MatrixSymbol, inputs: Any = None) -> Gaussian:
    """Independent entries N(0, 2/inputs) (He et al.); a layer acts on columns unless the number of its inputs is given."""
    return Gaussian(layer, 2 / (layer.cols if inputs is None else sympify(inputs)))


def imbalanced(first: MatrixSymbol, second: MatrixSymbol, sigma: Any) -> tuple[Gaussian, Gaussian]:
    """Gaussian layers r*U_0 and V_0/r with r^2 - 1/r^2 = sigma: the imbalance of the variances is sigma (xu2023, section 4.1)."""
    ratio = (sympify(sigma) + sqrt(sympify(sigma) ** 2 + 4)) / 2
    return Gaussian(first, ratio), Gaussian(second, 1 / ratio)
