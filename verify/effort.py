"""How much work the rungs do: the named efforts of `verify run`."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil


@dataclass(frozen=True)
class Budget:
    """How much a reduction may cost: instances screened in floats, decided in balls, and shapes sown with small numbers."""

    screened: int = 60_000
    decided: int = 400
    shapes: int = 16


FRUGAL = Budget(screened=15_000, decided=100, shapes=4)


@dataclass(frozen=True)
class Effort:
    """How much work the rungs do: shapes, draws a shape, steps a run, generations, decisions in balls, and what shrinking may cost.

    Of a statement with a proof a `proved_share` of the shapes is drawn, and of the draws decided: they guard against a wrong proof engine.
    Balls decide at most `decided` draws, along flows `flow_decided`, since each of these takes an enclosure of the flow.
    `attacked` shapes are shared out among the relations of a claim, at least two to each, and an attack starts from them;
    `descended` is the number of shapes from which on it also descends, `flow_descended` that along
    flows. `bits` is the precision up to which balls are asked to separate two sides before a draw counts as a tie.
    Of a claim about a probability so many `settings` are scouted.
    """

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
    attacked: int = 12
    descended: int = 4
    flow_descended: int = 0
    flow_decided: int = 12
    bits: int = 1024
    settings: int = 40
    proved_share: Fraction = Fraction(1)

    def shapes_of(self, *, moving: bool, proved: bool) -> int:
        """How many shapes are drawn."""
        return self._share(self.run_shapes if moving else self.shapes, proved)

    def decided_of(self, *, flow: bool, proved: bool) -> int:
        """How many draws balls decide at most."""
        return self._share(self.flow_decided if flow else self.decided, proved)

    def _share(self, count: int, proved: bool) -> int:
        return ceil(count * self.proved_share) if proved else count


EFFORTS = {
    effort.name: effort
    for effort in (
        Effort(
            "quick",
            shapes=10,
            draws=48,
            run_shapes=6,
            runs=64,
            steps=12,
            generations=1,
            descended=0,
            decided=16,
            flow_decided=3,
            bits=256,
            evaluated=2,
            settings=32,
            attacked=3,
            proved_share=Fraction(1, 2),
            shrinking=FRUGAL,
        ),
        Effort(
            "default",
            shapes=16,
            draws=128,
            run_shapes=12,
            runs=128,
            steps=30,
            generations=1,
            descended=1,
            decided=40,
            bits=256,
            evaluated=4,
            proved_share=Fraction(1, 2),
        ),
        Effort(
            "thorough",
            shapes=80,
            draws=1024,
            run_shapes=60,
            runs=256,
            steps=120,
            generations=12,
            attacked=80,
            descended=4,
            flow_descended=4,
            flow_decided=60,
            decided=600,
            bits=1024,
            evaluated=30,
            settings=160,
        ),
    )
}
