"""Balanced weights with a given product or a given law of the product (xu2023, min2022)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Basic, MatrixSymbol

from verify.errors import DomainError, InstanceError
from verify.initialisations.base import Floats, Generator, Initialisation, Sizes, evaluated, require_matrix, shape
from verify.initialisations.orthogonal import Layers, haar
from verify.language.relations import in_text

ILL_CONDITIONED = 1e8
"""Condition number of a Gram matrix from which on the balanced factors would be rounding noise."""


@dataclass(frozen=True)
class SpectralBalanced(Layers):
    """Spectral balanced initialisation (Arora et al.; xu2023, Procedure F.1) with a given law of the product.

    A = U S V^T is drawn from `product`; W_N = U S^(1/N), W_j = S^(1/N), W_1 = S^(1/N) V^T, padded with zeros,
    so that W_N ... W_1 = A and W_{j+1}^T W_{j+1} = W_j W_j^T. The matrix of `product` is drawn with the layers.
    """

    layers: tuple[MatrixSymbol, ...]
    product: Initialisation

    def __post_init__(self) -> None:
        super().__post_init__()
        sides = self.layers[-1].rows, self.layers[0].cols
        if len(self.product.matrices) != 1 or self.product.matrices[0].shape != sides:
            raise DomainError(f"the product of {self._names()} is {sides[0]} x {sides[1]}, which the law given for it does not draw.")

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return (*self.product.matrices, *self.layers)

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return self.product.parameters

    def words(self) -> str:
        name = self.product.matrices[0].name
        return f"{self.product.words()} With {name} = U S V^T, {self._names()} are S^(1/N) V^T, S^(1/N), ..., U S^(1/N), padded with zeros."

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        inputs, *hidden, outputs = self.widths(dimensions)
        size = min(inputs, outputs)
        if min(hidden) < size:
            raise InstanceError(f"the hidden width {min(hidden)} is below {size}, so the layers cannot have every product.")
        found = self.product.draw(rng, count, dimensions, values)
        left, spectrum, right = np.linalg.svd(found[self.product.matrices[0]], full_matrices=False)
        root = spectrum ** (1.0 / len(self.layers))
        for k, layer in enumerate(self.layers):
            weights = np.zeros((count, *shape(layer, dimensions)))
            if k == 0:
                weights[:, :size, :] = root[:, :, None] * right
            elif k == len(self.layers) - 1:
                weights[:, :, :size] = left * root[:, None, :]
            else:
                weights[:, np.arange(size), np.arange(size)] = root
            found[layer] = weights
        return found


@dataclass(frozen=True)
class BalancedWithProduct(Initialisation):
    """Balanced factors with a given product (min2022, section 5.2): U V^T = Theta and U^T P U = V^T V.

    U = Theta S^(-1/4) Q^T and V = S^(1/4) Q^T with S = Theta^T P Theta, which must be invertible, and Q (hidden x outputs)
    uniform with Q^T Q = I. `product` may mention matrices drawn before; `metric` is P, the identity unless given.
    """

    exact = False
    first: MatrixSymbol
    second: MatrixSymbol
    product: Any
    metric: Any = None

    def __post_init__(self) -> None:
        require_matrix(self.first, "BalancedWithProduct")
        require_matrix(self.second, "BalancedWithProduct")
        sides = self.first.rows, self.second.rows
        if self.first.cols != self.second.cols or getattr(self.product, "shape", None) != sides:
            raise DomainError(f"{self.first.name}*{self.second.name}^T must be the product, a {sides[0]} x {sides[1]} matrix.")
        if self.metric is not None and getattr(self.metric, "shape", None) != (sides[0], sides[0]):
            raise DomainError(f"the metric of {self.first.name} must be a {sides[0]} x {sides[0]} matrix.")

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return self.first, self.second

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return (self.product,) if self.metric is None else (self.product, self.metric)

    def words(self) -> str:
        gram = "Theta^T Theta" if self.metric is None else f"Theta^T ({in_text(self.metric)}) Theta"
        return (
            f"{self.first.name} = Theta S^(-1/4) Q^T and {self.second.name} = S^(1/4) Q^T with Theta = {in_text(self.product)}, "
            f"S = {gram} and Q uniform with Q^T Q = I."
        )

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        (_, hidden), outputs = shape(self.first, dimensions), shape(self.second, dimensions)[0]
        if hidden < outputs:
            raise InstanceError(f"the hidden width {hidden} is below the {outputs} outputs, so Q cannot have orthonormal columns.")
        product, *metric = evaluated(self.parameters, dimensions, values)
        theta = np.broadcast_to(product, (count, *product.shape[-2:]))
        gram = theta.transpose(0, 2, 1) @ (theta if self.metric is None else metric[0] @ theta)
        eigenvalues, vectors = np.linalg.eigh((gram + gram.transpose(0, 2, 1)) / 2)
        if not (eigenvalues[:, 0] * ILL_CONDITIONED > eigenvalues[:, -1]).all():
            raise InstanceError(f"the Gram matrix of {in_text(self.product)} is not safely invertible, so it has no balanced factors.")
        turn = haar(rng, count, hidden, outputs).transpose(0, 2, 1)
        quarter = eigenvalues[:, None, :] ** 0.25
        second = (vectors * quarter) @ vectors.transpose(0, 2, 1) @ turn
        first = theta @ (vectors / quarter) @ vectors.transpose(0, 2, 1) @ turn
        return {self.first: first, self.second: second}
