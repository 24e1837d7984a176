"""Suspects: draws that floats do not clear, simple ones first, to be decided in balls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Basic

from verify.instance import Instance
from verify.sampling import Batch
from verify.screening import CLEAR, Screened


@dataclass(frozen=True)
class Suspect:
    """An instance (and a time) that floats do not clear; `order` puts simple ones first.

    Along a flow `followed` finds the state that floats reached at that time, and its stated error.
    """

    find: Callable[[], Instance]
    origin: Callable[[], str]
    step: int | Fraction
    slack: float
    order: tuple[float, ...]
    place: tuple[int, int] = (0, 0)
    followed: Callable[[], tuple[Mapping[Basic, NDArray[np.float64]], float]] | None = None

    @cached_property
    def instance(self) -> Instance:
        return self.find()


def suspects(batch: Batch, screened: Screened, where: Any, at_most: int | None = None) -> list[Suspect]:
    """The draws (and times) picked by the mask among those that may meet the hypotheses.

    `place` is the position (row, step) in the screened arrays.
    """
    picked = np.argwhere(where & ~(screened.hypothesis < -CLEAR))
    if at_most is not None and len(picked) > at_most:
        picked = picked[:: len(picked) // at_most + 1]
    if not len(picked):
        return []
    size, complexity = float(sum(batch.dimensions.values())), _complexity(batch, np.unique(picked[:, 0]))
    return [
        Suspect(
            find=partial(Instance.from_batch, batch, int(row)),
            origin=partial(batch.origin, int(row)),
            step=screened.when(int(row), int(step)),
            slack=float(screened.slack[row, step]),
            order=(size, complexity[int(row)], float(step)),
            place=(int(row), int(step)),
            followed=None if screened.run is None else partial(screened.run.at, int(row), int(step)),
        )
        for row, step in picked
    ]


def spread(items: Sequence[Any], count: int) -> list[Any]:
    """At most `count` items: the first half as they come, the rest spread evenly."""
    if len(items) <= count:
        return list(items)
    head = count // 2
    return [*items[:head], *evenly(items[head:], count - head)]


def evenly(items: Sequence[Any], count: int) -> list[Any]:
    """At most `count` items, evenly spaced and away from both ends, where the simplest and the largest are."""
    if len(items) <= count:
        return list(items)
    return [items[(2 * k + 1) * len(items) // (2 * count)] for k in range(count)]


def _complexity(batch: Batch, rows: NDArray[np.int64]) -> dict[int, float]:
    """How much there is to read in each instance: non-zero entries, and many more for long fractions."""
    read = np.zeros(len(rows))
    for value in batch.values.values():
        entries = value[rows].reshape(len(rows), -1)
        long = np.abs(entries * 64 - np.round(entries * 64)) > 0
        read += np.count_nonzero(entries, axis=1) + 10 * np.count_nonzero(long, axis=1)
    return dict(zip(rows.tolist(), read.tolist(), strict=True))
