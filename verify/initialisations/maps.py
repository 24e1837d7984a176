"""Weights that are not random, and the input and output maps of residual networks (zou2020)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Basic, MatrixExpr, MatrixSymbol

from verify.errors import DomainError, InstanceError
from verify.initialisations.base import (
    Floats,
    Generator,
    Initialisation,
    ScaledMatrix,
    Sizes,
    evaluated,
    expression,
    positive,
    require_matrix,
    shape,
    shape_text,
)
from verify.language.matrices import zeros
from verify.language.nodes import sqrt
from verify.language.relations import in_text


@dataclass(frozen=True)
class Fixed(Initialisation):
    """A matrix that is not random: the value of an expression in dimensions, numbers and earlier matrices."""

    exact = False
    matrix: MatrixSymbol
    value: Any

    def __post_init__(self) -> None:
        require_matrix(self.matrix, "Fixed")
        if not isinstance(self.value, MatrixExpr) or self.value.shape != self.matrix.shape:
            raise DomainError(f"Fixed({self.matrix.name}, ...) expects a {shape_text(self.matrix)} matrix, but got {self.value}.")

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return (self.matrix,)

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return (self.value,)

    def words(self) -> str:
        return f"{self.matrix.name} is {in_text(self.value)}."

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        value = evaluated([self.value], dimensions, values)[0]
        return {self.matrix: np.array(np.broadcast_to(value, (count, *shape(self.matrix, dimensions))))}


def zero(*layers: MatrixSymbol) -> tuple[Fixed, ...]:
    """Zero weights, as the hidden ones of a residual network (zou2020)."""
    return tuple(Fixed(layer, zeros(layer.rows, layer.cols)) for layer in layers)


@dataclass(frozen=True)
class IdentityLike(ScaledMatrix):
    """A multiple of [I, 0] or [I, 0]^T: `scale` on the main diagonal, 0 elsewhere; it is not random."""

    exact = False

    def words(self) -> str:
        return f"{self.matrix.name} ({shape_text(self.matrix)}) has {in_text(self.scale)} on its main diagonal and 0 elsewhere."

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        return {self.matrix: np.tile(self.factor(dimensions, values) * np.eye(*shape(self.matrix, dimensions)), (count, 1, 1))}


def identity_maps(into: MatrixSymbol, out: MatrixSymbol) -> tuple[IdentityLike, IdentityLike]:
    """The input map A = [I, 0]^T and the output map B = sqrt(m/k)*[I, 0] of a residual network of width m (zou2020, section 4)."""
    return IdentityLike(into), IdentityLike(out, sqrt(out.cols / out.rows))


@dataclass(frozen=True)
class ModifiedIdentity(Initialisation):
    """Input and output maps with B*A = 0 (zou2020, section 4): disjoint hidden units, d read the inputs, k write the outputs.

    A (m x d) has a 1 at (i_j, j), B (k x m) has `alpha` at (i, j_i); the units are drawn uniformly from all choices.
    """

    exact = False
    into: MatrixSymbol
    out: MatrixSymbol
    alpha: Any = 1

    def __post_init__(self) -> None:
        require_matrix(self.into, "ModifiedIdentity")
        require_matrix(self.out, "ModifiedIdentity")
        if self.into.rows != self.out.cols:
            raise DomainError(f"{self.into.name} has {self.into.rows} rows, but {self.out.name} has {self.out.cols} columns.")
        object.__setattr__(self, "alpha", expression(self.alpha, "alpha"))

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return self.into, self.out

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return (self.alpha,)

    def words(self) -> str:
        return (
            f"{self.into.name} has one 1 in each column and {self.out.name} one {in_text(self.alpha)} in each row, at different hidden "
            "units that are drawn uniformly without replacement, and 0 elsewhere."
        )

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        alpha = positive(self.alpha, dimensions, values, "alpha")
        (width, inputs), outputs = shape(self.into, dimensions), shape(self.out, dimensions)[0]
        if width < inputs + outputs:
            raise InstanceError(f"the width {width} is below {inputs} + {outputs}, so the units cannot be disjoint.")
        units = np.argsort(rng.random((count, width)), axis=1)
        into, out = np.zeros((count, width, inputs)), np.zeros((count, outputs, width))
        row = np.arange(count)[:, None]
        into[row, units[:, :inputs], np.arange(inputs)] = 1.0
        out[row, np.arange(outputs), units[:, inputs : inputs + outputs]] = alpha
        return {self.into: into, self.out: out}
