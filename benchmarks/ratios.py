"""What the benchmarks share: the shortest of a few times, and the table of ratios that the session prints."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

RATIOS: list[tuple[str, float]] = []


def seconds(action: Callable[[], Any], repeats: int = 5) -> float:
    """The shortest of a few runs."""
    taken = []
    for _ in range(repeats):
        begun = perf_counter()
        action()
        taken.append(perf_counter() - begun)
    return min(taken)
