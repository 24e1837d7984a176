"""The state of a flow as vectors, one for each member of a batch, with its velocities and its kinks in floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Symbol

from verify.backends import Float64
from verify.compiler import Program, compile
from verify.flows import Flow
from verify.kinks import pieces

Floats = NDArray[np.float64]
Sides = NDArray[np.bool_]


@dataclass(frozen=True)
class Motion:
    """The flow of certain members: everything that stands still is computed."""

    chart: Chart
    velocities: Program
    distances: Program
    slope: tuple[Any, ...]

    def velocity(self, vectors: Floats, sides: Sides) -> Floats:
        """The velocities (count, size) at states (count, size) on the given sides (count, kinks) of the kinks."""
        found = self.velocities.run({**self.chart.matrices(vectors), **self._slopes(sides)})
        return _flat(found, len(vectors), self.chart.shapes)

    def kinks(self, vectors: Floats, sides: Sides) -> tuple[Floats, Floats]:
        """How far the arguments of the activations are within their sides (count, kinks), and how fast that grows."""
        found = self.distances.run({**self.chart.matrices(vectors), **self._slopes(sides)})
        half = len(found) // 2
        sign = np.where(sides, 1.0, -1.0)
        distance, speed = (_flat(part, len(vectors), self.chart.kink_shapes) for part in (found[:half], found[half:]))
        return sign * distance, sign * speed

    def sides(self, vectors: Floats) -> Sides:
        """On which side of every kink a state is, True where the argument is positive; of the inner layers' kinks first."""
        sides = np.zeros((len(vectors), self.chart.kink_count), dtype=bool)
        for _ in self.chart.kink_shapes:  # an outer layer's arguments depend on the sides of the inner ones
            distance, speed = self.kinks(vectors, sides)
            ahead = np.where(distance == 0, speed, distance)  # what starts at a kink is where it is about to go
            sides = np.where(sides, ahead > 0, ahead < 0)
        return sides

    def _slopes(self, sides: Sides) -> dict[Basic, Floats]:
        parts = np.split(sides, self.chart.kink_ends[:-1], axis=-1) if self.chart.kink_shapes else ()
        return {
            kink.slopes: np.where(part.reshape(-1, *shape), 1.0, _per_member(slope))
            for kink, slope, part, shape in zip(self.chart.pieces.kinks, self.slope, parts, self.chart.kink_shapes, strict=True)
        }


class Chart:
    """States as vectors, for one flow at the given dimensions; `values` hold its start and what stands still, in batches."""

    def __init__(self, flow: Flow, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any]) -> None:
        self.pieces, backend = pieces(flow), Float64()
        kinks = self.pieces.kinks
        self._velocities = compile(self.pieces.velocities, dimensions, backend)
        self._distances = compile([*(k.argument for k in kinks), *(k.rate for k in kinks)], dimensions, backend)
        self._slope = compile([k.slope for k in kinks], dimensions, backend)
        # the programs' own symbols are found in a mapping at once, equal ones only after a comparison
        own = {symbol: symbol for symbol in self._velocities.inputs}
        self.state = tuple(own.get(s, s) for s in flow.state)
        self.shapes = [np.shape(values[s])[-2:] for s in self.state]
        self._ends = np.cumsum([rows * columns for rows, columns in self.shapes])
        self.kink_shapes = [_shape(k.argument, dimensions) for k in kinks]
        self.kink_ends = np.cumsum([rows * columns for rows, columns in self.kink_shapes])
        self.kink_count = int(self.kink_ends[-1]) if kinks else 0
        self._still = {symbol: np.asarray(value) for symbol, value in values.items() if symbol not in self.state}
        self.count = max(len(value) for value in map(np.asarray, values.values()) if value.ndim in (1, 3))

    def flat(self, values: Mapping[Basic, Any]) -> Floats:
        """The state as vectors (count, size)."""
        return _flat([values[s] for s in self.state], self.count, self.shapes)

    def matrices(self, vectors: Floats) -> dict[Basic, Floats]:
        """The state matrices (..., rows, columns) of vectors (..., size)."""
        begins = [0, *self._ends[:-1]]
        return {
            s: vectors[..., begin:end].reshape(*vectors.shape[:-1], *shape)
            for s, begin, end, shape in zip(self.state, begins, self._ends, self.shapes, strict=True)
        }

    def motion(self, members: NDArray[np.int64]) -> Motion:
        """The flow of the members with the given numbers."""
        still = {s: value[members] if value.ndim in (1, 3) else value for s, value in self._still.items()}
        return Motion(self, self._velocities.given(still), self._distances.given(still), tuple(self._slope.run(still)))


def _flat(matrices: Any, count: int, shapes: Any) -> Floats:
    """Matrices side by side as vectors; one that is the same for all members is repeated."""
    flat = np.empty((count, sum(rows * columns for rows, columns in shapes)))
    begin = 0
    for matrix, (rows, columns) in zip(matrices, shapes, strict=True):
        end = begin + rows * columns
        flat[:, begin:end] = matrix.reshape(-1, rows * columns)
        begin = end
    return flat


def _per_member(slope: Any) -> Any:
    return np.asarray(slope)[..., None, None] if np.ndim(slope) else slope


def _shape(matrix: Any, dimensions: Mapping[Symbol, int]) -> tuple[int, int]:
    rows, columns = (int(side.subs(dimensions)) for side in matrix.shape)
    return rows, columns
