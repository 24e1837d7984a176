"""Instances of one shape as vectors without constraints, for descents.

A matrix gives its entries relative to its size at the start, and the logarithm of a common factor; a
number gives the logarithm of its distance from the ends of its interval, so that steps near an end are
small. A number that sits at an end stays there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verify.declarations import Scalar
from verify.domain import Domain
from verify.search.moves import Floats, Values, symmetrised

_FARTHEST = 600.0
"""Logarithms are kept below this, where exp still is a float."""


@dataclass(frozen=True)
class Coordinates:
    """The chart around some instances (count, ...) of one shape; the vectors are (..., count, size)."""

    over: Domain
    start: Values

    @property
    def size(self) -> int:
        """The length of the vectors."""
        return sum(int(np.prod(value.shape[1:])) + (value.ndim == 3) for value in self.start.values())

    def origin(self) -> Floats:
        """The vectors (count, size) of the instances themselves."""
        parts = []
        for symbol, value in self.start.items():
            if value.ndim == 3:
                parts += [(value / _scale(value)).reshape(len(value), -1), np.zeros((len(value), 1))]
            else:
                parts.append(_unbounded(self.over.scalars[symbol], value)[:, None])
        return np.concatenate(parts, axis=1)

    def values(self, vectors: Floats) -> Values:
        """The instances (batch*count, ...) of vectors (batch, count, size)."""
        batch, count, _ = vectors.shape
        found: Values = {}
        at = 0
        for symbol, value in self.start.items():
            if value.ndim == 3:
                width = value.shape[1] * value.shape[2]
                entries = vectors[:, :, at : at + width].reshape(batch, count, *value.shape[1:])
                factor = np.exp(np.clip(vectors[:, :, at + width], -_FARTHEST, _FARTHEST))[:, :, None, None]
                full = entries * _scale(value) * factor
                found[symbol] = symmetrised(symbol, full.reshape(batch * count, *value.shape[1:]))
                at += width + 1
            else:
                number = _bounded(self.over.scalars[symbol], vectors[:, :, at])
                frozen = ~np.isfinite(_unbounded(self.over.scalars[symbol], value))
                found[symbol] = np.where(frozen, value, number).reshape(batch * count)
                at += 1
        return found


def _scale(value: Floats) -> Floats:
    largest = np.abs(value).max(axis=(1, 2), keepdims=True)
    return np.asarray(np.where(largest > 0, largest, 1.0))


def _ends(declaration: Scalar) -> tuple[float, float]:
    return float(declaration.low), float(declaration.high)


def _unbounded(declaration: Scalar, value: Floats) -> Floats:
    low, high = _ends(declaration)
    with np.errstate(all="ignore"):
        if np.isfinite(low) and np.isfinite(high):
            return np.asarray(np.log(value - low) - np.log(high - value))
        if np.isfinite(low):
            return np.asarray(np.log(value - low))
        return np.asarray(-np.log(high - value) if np.isfinite(high) else np.arcsinh(value))


def _bounded(declaration: Scalar, vector: Floats) -> Floats:
    low, high = _ends(declaration)
    vector = np.clip(np.nan_to_num(vector), -_FARTHEST, _FARTHEST)
    if np.isfinite(low) and np.isfinite(high):
        return np.asarray(np.where(vector < 0, low + (high - low) / (1 + np.exp(-vector)), high - (high - low) / (1 + np.exp(vector))))
    if np.isfinite(low):
        return np.asarray(low + np.exp(vector))
    return np.asarray(high - np.exp(-vector) if np.isfinite(high) else np.sinh(vector))
