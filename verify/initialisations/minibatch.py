"""Minibatches: which samples a step of stochastic gradient descent sees (zou2020, Algorithm 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import MatrixSymbol

from verify.errors import InstanceError
from verify.initialisations.base import Floats, Generator, Initialisation, Sizes, require_matrix, shape, shape_text


@dataclass(frozen=True)
class Minibatch(Initialisation):
    """A selection of samples without replacement: the columns of an n x b matrix are different unit vectors, uniformly chosen."""

    matrix: MatrixSymbol

    def __post_init__(self) -> None:
        require_matrix(self.matrix, "Minibatch")

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return (self.matrix,)

    def words(self) -> str:
        name, rows, columns = self.matrix.name, self.matrix.rows, self.matrix.cols
        return f"{name} ({shape_text(self.matrix)}) selects {columns} of {rows} samples, uniformly without replacement."

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        samples, size = shape(self.matrix, dimensions)
        if size > samples:
            raise InstanceError(f"{self.matrix.name} cannot select {size} of {samples} samples without replacement.")
        chosen = np.argsort(rng.random((count, samples)), axis=1)[:, :size]
        drawn = np.zeros((count, samples, size))
        drawn[np.arange(count)[:, None], chosen, np.arange(size)] = 1.0
        return {self.matrix: drawn}
