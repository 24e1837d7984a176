"""The hunt for a counterexample: units of work, each deterministic for its number and the seed.

Unit 0 draws over all shapes. Each later unit attacks one relation of the claim on a few shapes, with
restarts from fresh draws; along runs, short ones come first. The finding of a hunt is that of the
first unit, by number, that holds a violation, so it does not depend on who worked on which unit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from time import monotonic

import numpy as np
from sympy import Eq

from verify.deciding import Decision, decide
from verify.instance import Instance
from verify.language.relations import is_strict
from verify.sampling import Batch, draw, shapes
from verify.screening import CLEAR, Screened, screen
from verify.search.attack import FOUNDERS, Looked, attack, scout
from verify.search.meetings import Meetings
from verify.search.suspects import Suspect, spread, suspects
from verify.statement import Statement

EVALUATIONS = 2_000_000
"""The default budget, in instances (run times included) evaluated in floats."""

DRAWN_SHAPES = 24
DRAWS = (8, 24, 64)
"""Draws of each shape, round by round; from those of the first round the search descends at once."""
ATTACKED_SHAPES, GENERATIONS = 6, 4
RUN_LENGTHS = (1, 3, 6, 12, 24)
DECIDED, DECIDED_AT_ONCE = 24, 3
EVOLVED_BITS = 256
"""Precision up to which evolved suspects are decided: a slack that floats can see needs no more."""

Progress = Callable[[int, float | None], None]
"""Called with the evaluations so far and the smallest slack so far."""


@dataclass(frozen=True)
class Violation:
    """An exact instance (and a time) at which balls decide that the claim fails."""

    instance: Instance
    step: int | Fraction
    decision: Decision
    origin: str


@dataclass(frozen=True)
class Finding:
    """What units of a hunt found; `tightest` is the instance, at time `step`, of the smallest slack that is no violation."""

    evaluations: int = 0
    decided: int = 0
    ties: int = 0
    slack: float | None = None
    tightest: Instance | None = None
    step: int | Fraction = 0
    violation: Violation | None = None

    def joined(self, other: Finding) -> Finding:
        """Both together; the earlier one's instance and violation come first."""
        nearer = self if other.slack is None or (self.slack is not None and self.slack <= other.slack) else other
        return Finding(
            self.evaluations + other.evaluations,
            self.decided + other.decided,
            self.ties + other.ties,
            nearer.slack,
            nearer.tightest,
            nearer.step,
            self.violation or other.violation,
        )


@dataclass(frozen=True)
class Hunted:
    """A finished hunt: its finding, the units done, and whether the time ran out before the budget."""

    finding: Finding
    units: int
    out_of_time: bool


def hunt(
    statement: Statement,
    seed: int = 0,
    *,
    evaluations: int = EVALUATIONS,
    seconds: float | None = None,
    progress: Progress | None = None,
    units: Iterable[Finding] | None = None,
) -> Hunted:
    """Look for a counterexample until one is certified or the budget is spent.

    The budget is counted in evaluations, so that the finding depends on the seed alone; `seconds`
    only stops between units. `units` are findings of the units 0, 1, ... from elsewhere, in order.
    """
    begun = monotonic()
    total = Finding()
    number = 0
    best: list[float] = []

    def report(done: int, slack: float | None) -> None:
        if slack is not None:
            best.append(min([slack, *best[-1:]]))
        if progress is not None:
            progress(total.evaluations + done, best[-1] if best else None)

    for finding in units if units is not None else _in_turn(statement, seed, report):
        total = total.joined(finding)
        number += 1
        report(0, total.slack)
        if total.violation is not None or total.evaluations >= evaluations or finding.evaluations == 0:
            return Hunted(total, number, False)
        if seconds is not None and monotonic() - begun >= seconds:
            return Hunted(total, number, True)
    return Hunted(total, number, False)


def _in_turn(statement: Statement, seed: int, report: Progress) -> Iterator[Finding]:
    number = 0
    while True:
        yield work(statement, number, seed, report)
        number += 1


def work(statement: Statement, number: int, seed: int, report: Progress | None = None) -> Finding:
    """The finding of one unit of a hunt."""
    rng = np.random.default_rng([seed, zlib.crc32(statement.key.encode()), number])
    tally = _Tally(statement, report)
    if number == 0:
        tally.given()
        if tally.violation is None:
            _draw_widely(statement, rng, tally)
    else:
        turn, relation = divmod(number - 1, len(statement.claim))
        single = replace(statement, claim=(statement.claim[relation],))
        sizes = shapes(statement.over, rng, ATTACKED_SHAPES if statement.over.dimensions else 1)
        starts = [draw(statement.over, dimensions, FOUNDERS, rng) for dimensions in sizes]
        steps = RUN_LENGTHS[turn % len(RUN_LENGTHS)] if statement.kind == "trajectory" else 0
        _search(tally, single, attack(single, starts, GENERATIONS, steps, rng))
    return tally.finding()


def _search(tally: _Tally, single: Statement, coming: Iterable[Looked]) -> None:
    """Follow a search up to a violation, and at its end look at where the sides met."""
    meetings = Meetings(single)
    for batch, screened in coming:
        tally.evolved(batch, screened)
        if tally.violation is not None:
            return
        meetings.saw(batch, screened)
    tally.decide_all(meetings.snapped())


def _draw_widely(statement: Statement, rng: np.random.Generator, tally: _Tally) -> None:
    """Fresh draws over all shapes, a few of each and then more; the simplest suspects of a batch are decided at once.

    Where floats cannot tell (equations, strict inequalities, hypotheses that hold with equality), close draws
    are decided at the end of a round. From the first few draws the search descends before there are more.
    """
    steps = RUN_LENGTHS[0] if statement.kind == "trajectory" else 0
    exact = any(isinstance(r, Eq) or is_strict(r) for r in statement.claim)
    sizes = shapes(statement.over, rng, DRAWN_SHAPES)
    for number, count in enumerate(DRAWS):
        close: list[Suspect] = []
        looked: list[Looked] = []
        for dimensions in sizes:
            batch = draw(statement.over, dimensions, count, rng)
            screened = screen(statement, batch, steps, gaps=number == 0)
            tally.saw((batch, screened))
            violated = sorted(suspects(batch, screened, screened.slack < -CLEAR), key=lambda s: s.order)
            tally.decide_all(violated[:DECIDED_AT_ONCE])
            reached = screened.accepted if screened.accepted.any() else np.abs(screened.hypothesis) <= CLEAR
            if exact or reached is not screened.accepted:
                close += suspects(batch, screened, (np.abs(screened.slack) <= CLEAR) & reached, at_most=DECIDED // 8)
            if tally.violation is not None:
                return
            looked.append((batch, screened))
        tally.decide_all(spread(close, DECIDED // 4))
        if number == 0 and tally.violation is None:
            _search(tally, statement, scout(statement, looked, steps, rng))
        if tally.violation is not None:
            return


class _Tally:
    """What one unit has seen so far."""

    def __init__(self, statement: Statement, report: Progress | None) -> None:
        self.statement, self.report = statement, report
        self.evaluations = self.decided = self.ties = 0
        self.slack: float | None = None
        self.tightest: Suspect | None = None
        self.violation: Violation | None = None

    def saw(self, looked: Looked) -> None:
        """Count a batch, and keep its instance of smallest clear slack if it is the smallest of all."""
        batch, screened = looked
        self.evaluations += screened.slack.size
        least = screened.least_clear
        if np.isfinite(least) and (self.slack is None or least < self.slack):
            self.slack = least
            self.tightest = suspects(batch, screened, screened.clear & (screened.slack == least))[0]
        if self.report is not None:
            self.report(self.evaluations, self.slack)

    def evolved(self, batch: Batch, screened: Screened) -> None:
        """Count an evolved batch and decide a few of its suspects; what balls clear is written back as no violation."""
        self.saw((batch, screened))
        below = screened.slack < -CLEAR
        if not below.any():
            return
        found = suspects(batch, screened, below)
        simplest = sorted(found, key=lambda s: (s.step, s.order))[: DECIDED_AT_ONCE - 1]
        for suspect in dict.fromkeys([*simplest, *sorted(found, key=lambda s: s.slack)[:1]]):
            if self.decided >= DECIDED:
                break
            self.decide(suspect, EVOLVED_BITS)
            if self.violation is not None:
                return
        screened.slack[below] = 0.0

    def decide_all(self, found: Iterable[Suspect]) -> None:
        """Let balls decide suspects in turn, up to a violation."""
        for suspect in found:
            self.decide(suspect)
            if self.violation is not None:
                return

    def given(self) -> None:
        """The instances that come with the statement are looked at first."""
        over = self.statement.over
        self.decide_all(
            Suspect(partial(Instance.of, over, dict(e.values), dict(e.dimensions)), partial(str, e.origin), e.step, 0.0, ())
            for e in self.statement.examples
        )

    def decide(self, suspect: Suspect, limit: int = 1024) -> None:
        """Let balls of at most `limit` bits decide a suspect."""
        decision = decide(self.statement, suspect.instance, step=suspect.step, limit=limit)
        self.decided += 1
        self.evaluations += 1
        self.ties += decision.outcome == "tie"
        if decision.outcome == "violated":
            self.violation = Violation(suspect.instance, suspect.step, decision, suspect.origin())
        elif decision.outcome == "holds" and decision.slack is not None and (self.slack is None or decision.slack < self.slack):
            self.slack, self.tightest = decision.slack, suspect

    def finding(self) -> Finding:
        tightest = self.tightest
        return Finding(
            self.evaluations,
            self.decided,
            self.ties,
            self.slack,
            None if tightest is None else tightest.instance,
            0 if tightest is None else tightest.step,
            self.violation,
        )
