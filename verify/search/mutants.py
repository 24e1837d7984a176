"""Mutants hunted: which neighbours of a statement fall, which say less than it does, and which survive.

The share that falls measures the search, and how sharp the statement is. A survivor is true, or beyond
the search.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from verify.sampling import draw, shapes
from verify.screening import CLEAR, screen
from verify.search.hunt import hunt
from verify.search.mutate import Mutant, mutants
from verify.statement import Statement

BUDGETS = {"small": 30_000, "default": 200_000, "large": 2_000_000}
"""Evaluations for each mutant."""

Outcome = Literal["fell", "weaker", "survived", "vacuous"]
_SHAPES, _DRAWS = 16, 48


@dataclass(frozen=True)
class Judged:
    """What became of a mutant; `weaker` ones hold at all draws with at least the original's slack, so they are not hunted."""

    statement: str
    change: str
    words: str
    outcome: Outcome
    evaluations: int
    slack: float | None
    counterexample: dict[str, Any] | None

    def to_json(self) -> dict[str, Any]:
        """The record as JSON-able data."""
        return dict(vars(self))


def judge(statement: Statement, seed: int = 0, budget: str = "default", progress: Callable[[Judged], None] | None = None) -> list[Judged]:
    """Hunt every mutant of a statement; deterministic for the seed and the budget."""
    judged = []
    for mutant in mutants(statement):
        result = _judged(statement, mutant, seed, BUDGETS[budget])
        judged.append(result)
        if progress is not None:
            progress(result)
    return judged


def _judged(statement: Statement, mutant: Mutant, seed: int, evaluations: int) -> Judged:
    changed = mutant.statement
    same_hypotheses = changed.given == statement.given and changed.over == statement.over
    if same_hypotheses and says_no_more(changed, statement, seed):
        return Judged(statement.key, mutant.change, mutant.words, "weaker", 0, None, None)
    found = hunt(changed, seed, evaluations=evaluations).finding
    violation = found.violation
    outcome: Outcome = "fell" if violation else "survived" if found.slack is not None or found.ties else "vacuous"
    instance = None if violation is None else {**violation.instance.to_json(), "step": violation.step}
    return Judged(statement.key, mutant.change, mutant.words, outcome, found.evaluations, found.slack, instance)


def says_no_more(changed: Statement, original: Statement, seed: int) -> bool:
    """Whether the changed claim has at least the original's slack at every draw that meets the hypotheses.

    This says what was seen, not what is true; such a mutant is reported apart from those that were hunted.
    """
    rng = np.random.default_rng([seed, zlib.crc32(original.key.encode())])
    steps = 1 if original.kind == "trajectory" else 0
    accepted = 0
    for dimensions in shapes(original.over, rng, _SHAPES):
        batch = draw(original.over, dimensions, _DRAWS, rng)
        before, after = screen(original, batch, steps), screen(changed, batch, steps)
        met = before.accepted & np.isfinite(before.slack)
        accepted += int(met.sum())
        if not (after.slack[met] >= before.slack[met] - CLEAR).all():
            return False
    return accepted > 0


@dataclass(frozen=True)
class KillRate:
    """How many mutants fell, among those that do not say less than the original."""

    statements: int
    fell: int
    survived: int
    weaker: int
    vacuous: int

    @property
    def rate(self) -> float:
        """The share that fell of those that were hunted and not vacuous."""
        return self.fell / (self.fell + self.survived) if self.fell + self.survived else 0.0


def kill_rate(judged: Iterable[Judged]) -> KillRate:
    """Counts over any number of statements."""
    judged = list(judged)
    counts = Counter(j.outcome for j in judged)
    return KillRate(len({j.statement for j in judged}), counts["fell"], counts["survived"], counts["weaker"], counts["vacuous"])
