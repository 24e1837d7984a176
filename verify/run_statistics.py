"""Statistics over seeds of quantities along runs, gathered batch by batch; what has no value is masked, never NaN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Masked: TypeAlias = "np.ma.MaskedArray[Any, np.dtype[np.float64]]"

BLOCK = 128
"""Times that are held for every seed before they become statistics."""


@dataclass(frozen=True)
class Quantity:
    """One recorded quantity, over the seeds that had a value: `count` of them at each recorded time.

    `mean`, `deviation` (of the population), `smallest` and `largest` are indexed by the recorded times,
    `last` by the seeds and `trajectory`, where it was asked for, by both.
    """

    mean: Masked
    deviation: Masked
    smallest: Masked
    largest: Masked
    count: NDArray[np.int64]
    last: Masked
    trajectory: Masked | None


def masked(values: Array) -> Masked:
    """The array with everything masked, and zero under the mask, that is not a finite number."""
    known = np.isfinite(values)
    return np.ma.masked_array(np.where(known, values, 0.0), mask=~known)


class Recorder:
    """Takes one row of values for each recorded time of a batch of seeds, and combines the batches."""

    def __init__(self, names: Sequence[str], steps: int, every: int, seeds: int, trajectories: bool) -> None:
        self.names = tuple(names)
        self.times = np.unique(np.append(np.arange(0, steps + 1, every), steps))
        shape = (len(self.names), len(self.times))
        self._count = np.zeros(shape, dtype=np.int64)
        self._mean, self._squares = np.zeros(shape), np.zeros(shape)
        self._smallest, self._largest = np.full(shape, np.inf), np.full(shape, -np.inf)
        self._last = np.full((len(self.names), seeds), np.nan)
        self._trajectory = np.full((len(self.names), seeds, len(self.times)), np.nan) if trajectories else None
        self._block: Array = np.zeros((0, 0, 0))
        self._begin = self._filled = 0
        self._seeds = slice(0, 0)

    @staticmethod
    def bytes_needed(names: int, steps: int, every: int, seeds: int, trajectories: bool) -> tuple[int, int]:
        """Bytes that are kept to the end, and bytes for each seed of the batch that runs."""
        times = steps // every + 2
        return 8 * names * (5 * times + seeds + (2 * seeds * times if trajectories else 0)), 8 * names * min(BLOCK, times)

    def begin(self, seeds: range) -> None:
        """A batch of seeds starts at time 0."""
        self._seeds = slice(seeds.start, seeds.stop)
        self._block = np.empty((min(BLOCK, len(self.times)), len(self.names), len(seeds)))
        self._begin = self._filled = 0

    def add(self, values: Array) -> None:
        """The values (quantities, seeds of the batch) at the next recorded time."""
        self._block[self._filled] = values
        self._filled += 1
        if self._filled == len(self._block):
            self._flush()

    def end(self, values: Array) -> None:
        """The batch ends; the values stay as they are for the recorded times that are left."""
        self._last[:, self._seeds] = values
        while self._begin + self._filled < len(self.times):
            self.add(values)
        self._flush()

    def _flush(self) -> None:
        """Combine the block with the batches before it (Chan, Golub and LeVeque's update of mean and squares)."""
        block = np.moveaxis(self._block[: self._filled], 0, 1)
        here = np.s_[:, self._begin : self._begin + self._filled]
        if self._trajectory is not None:
            self._trajectory[:, self._seeds, here[1]] = np.swapaxes(block, 1, 2)
        known = np.isfinite(block)
        count, before = known.sum(axis=-1), self._count[here]
        with np.errstate(all="ignore"):
            mean = np.sum(np.where(known, block, 0.0) / np.maximum(count, 1)[..., None], axis=-1)
            squares = np.sum(np.where(known, block - mean[..., None], 0.0) ** 2, axis=-1)
            share = count / np.maximum(count + before, 1)
            apart = mean - self._mean[here]
            self._squares[here] += squares + apart**2 * before * share
            self._mean[here] += apart * share
        self._smallest[here] = np.minimum(self._smallest[here], np.where(known, block, np.inf).min(axis=-1))
        self._largest[here] = np.maximum(self._largest[here], np.where(known, block, -np.inf).max(axis=-1))
        self._count[here] += count
        self._begin += self._filled
        self._filled = 0

    def finished(self) -> dict[str, Quantity]:
        """The statistics of every quantity."""
        found = {}
        for k, name in enumerate(self.names):
            count = self._count[k]
            some = np.where(count > 0, 0.0, np.nan)
            with np.errstate(all="ignore"):
                deviation = np.sqrt(self._squares[k] / np.maximum(count, 1))
            found[name] = Quantity(
                mean=masked(self._mean[k] + some),
                deviation=masked(deviation + some),
                smallest=masked(self._smallest[k]),
                largest=masked(self._largest[k]),
                count=count.copy(),
                last=masked(self._last[k]),
                trajectory=masked(self._trajectory[k]) if self._trajectory is not None else None,
            )
        return found
