"""How much work the rungs do: the named efforts of `verify run`."""

from __future__ import annotations

from dataclasses import dataclass, field

from verify.search.shrink import FRUGAL, Budget


@dataclass(frozen=True)
class Effort:
    """How much work the rungs do: shapes, draws a shape, steps a run, generations, decisions in balls, and what shrinking may cost."""

    name: str
    shapes: int
    draws: int
    run_shapes: int
    runs: int
    steps: int
    generations: int
    decided: int
    evaluated: int
    shrinking: Budget = field(default_factory=Budget)


EFFORTS = {
    effort.name: effort
    for effort in (
        Effort("quick", shapes=16, draws=64, run_shapes=10, runs=128, steps=12, generations=1, decided=30, evaluated=3, shrinking=FRUGAL),
        Effort("default", shapes=20, draws=128, run_shapes=12, runs=128, steps=30, generations=2, decided=60, evaluated=6),
        Effort("thorough", shapes=80, draws=1024, run_shapes=60, runs=256, steps=120, generations=12, decided=600, evaluated=30),
    )
}
