"""Gaussian layers that share a wide hidden space, rotated into the few directions that they span: widths of any size are cheap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Basic, MatrixSymbol, Symbol

from verify.errors import DomainError, InstanceError
from verify.initialisations.base import Floats, Generator, Initialisation, Sizes, expression, positive, require_matrix, shape
from verify.initialisations.entrywise import Gaussian
from verify.language.relations import in_text


@dataclass(frozen=True)
class ReducedGaussian(Initialisation):
    """Layers of independent entries N(0, variance) and `width` columns, of which only the directions that they span are kept.

    Stacked they are T Q^T with a lower triangular T and orthonormal columns of Q, which are independent. T is drawn: normal
    entries below the diagonal, and on it the norms of normal vectors of width, width - 1, ... entries (Bartlett). Each layer
    has as many columns as all of them have rows; a width that is no integer gives the law that interpolates.
    """

    layers: tuple[MatrixSymbol, ...]
    width: Any
    variance: Any = 1

    def __post_init__(self) -> None:
        for layer in self.layers:
            require_matrix(layer, "ReducedGaussian")
        columns = {layer.cols for layer in self.layers}
        if columns != {sum(layer.rows for layer in self.layers)}:
            raise DomainError(f"{', '.join(layer.name for layer in self.layers)} must have as many columns as all of them have rows.")
        object.__setattr__(self, "width", expression(self.width, "the width"))
        object.__setattr__(self, "variance", expression(self.variance, "the variance"))

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return self.layers

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return (self.width, self.variance)

    def words(self) -> str:
        names = ", ".join(layer.name for layer in self.layers)
        law = f"independent entries N(0, {in_text(self.variance)}) and {in_text(self.width)} columns"
        return f"{names} have {law}, rotated into the directions that they span."

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        names = ", ".join(layer.name for layer in self.layers)
        variance = positive(self.variance, dimensions, values, f"the variance of {names}")
        width = positive(self.width, dimensions, values, f"the width of {names}")
        rows = [shape(layer, dimensions)[0] for layer in self.layers]
        size = sum(rows)
        if width < size:
            raise InstanceError(f"{names} have {size} rows, but the width {width:.6g} is smaller.")
        parts = np.split(np.sqrt(variance) * _triangles(rng, count, size, width), np.cumsum(rows)[:-1], axis=1)
        return dict(zip(self.layers, parts, strict=True))


@dataclass(frozen=True)
class SpannedGaussian(Initialisation):
    """Gaussian matrices that share the dimension `hidden`, whose full size is `width`, rotated into the directions that they span.

    It is drawn where `hidden` has as many directions as the matrices have rows or columns beside it; in their variances it
    stands for the width. Whatever does not depend on the basis of the hidden space has the law that it has at the full width.
    """

    laws: tuple[Gaussian, ...]
    hidden: Symbol
    width: Any

    def __post_init__(self) -> None:
        for law in self.laws:
            if (law.matrix.rows == self.hidden) == (law.matrix.cols == self.hidden):
                raise DomainError(f"{law.matrix.name} must have one side {self.hidden}, but it is {law.matrix.rows} x {law.matrix.cols}.")
        object.__setattr__(self, "width", expression(self.width, "the width"))

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return tuple(law.matrix for law in self.laws)

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return (self.width, *(law.variance.xreplace({self.hidden: self.width}) for law in self.laws))

    def words(self) -> str:
        laws = " ".join(law.words() for law in self.laws)
        return f"{laws} With {self.hidden} = {in_text(self.width)} they are rotated into the directions that they span."

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        names = ", ".join(matrix.name for matrix in self.matrices)
        width = positive(self.width, dimensions, values, f"the width of {names}")
        shapes = [shape(matrix, dimensions) for matrix in self.matrices]
        beside = [rows if matrix.cols == self.hidden else columns for matrix, (rows, columns) in zip(self.matrices, shapes, strict=True)]
        size = sum(beside)
        if not size == dimensions[self.hidden] <= width:
            raise InstanceError(f"{names} span {size} of {width:.6g} directions, but {self.hidden} = {dimensions[self.hidden]}.")
        parts = np.split(_triangles(rng, count, size, width), np.cumsum(beside)[:-1], axis=1)
        found = {}
        for law, part, variance in zip(self.laws, parts, self.parameters[1:], strict=True):
            deviation = np.sqrt(positive(variance, dimensions, values, f"the variance of {law.matrix.name}"))
            found[law.matrix] = deviation * (part if law.matrix.cols == self.hidden else part.swapaxes(-1, -2))
        return found


def _triangles(rng: Generator, count: int, size: int, width: float) -> Floats:
    """The factors T of `size` normal rows of length `width`, written as T Q^T with orthonormal columns of Q: arrays (count, size, size)."""
    triangles = np.tril(rng.standard_normal((count, size, size)), -1)
    triangles[:, range(size), range(size)] = np.sqrt(rng.chisquare(width - np.arange(size), (count, size)))
    return triangles
