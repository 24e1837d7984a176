"""The draws of a statement: batches over all shapes, screened in floats, decided in balls where they look close or violated."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import product
from typing import Any

import numpy as np

from verify.certificate_format import load
from verify.courses import course
from verify.deciding import MOST_BITS, Decision, decide
from verify.domain import Domain
from verify.effort import Effort
from verify.evidence import Course, DrawEvidence, moment_to_json
from verify.fingerprint import fingerprint_hash
from verify.flow_second_look import cleared
from verify.instance import Instance
from verify.sampling import Batch, draw, shapes
from verify.screening import CLEAR, Screened, screen
from verify.search import attack
from verify.search.meetings import Meetings
from verify.search.suspects import Suspect, evenly, spread, suspects
from verify.statement import Example, Statement

WIDER = 8
"""How many times more short runs than long ones are drawn."""

COMMITTED = "its committed certificate"

ATTACKED_STEPS = 6
"""Length of the runs that the attack evolves: a false bound along a run mostly falls early, and long runs end in rounding noise."""

FEWEST_ATTACKED = 2
"""Shapes in which each relation of a claim is attacked at least, and all in which flows are; a flow costs as much as many draws."""

SLACK_INTERVALS = 20
"""Into how many equal intervals the slacks of draws, from 0 to 1, are counted."""

_RUNGS = {"trajectory": "run", "flow": "flow"}


def hunt_by_draws(statement: Statement, effort: Effort, seed: int) -> tuple[DrawEvidence, Suspect | None, list[Instance]]:
    """Draw over all shapes, screen in floats, and decide what looks violated or close in balls.

    Also returns instances, spread over the shapes, on which the backends can be compared.
    """
    moving = statement.moves
    proved = statement.proof is not None
    most = effort.decided_of(flow=statement.flow is not None, proved=proved)
    # Of one batch fewer than may be decided, since others follow.
    share = most // 4 + 1
    rung = _RUNGS.get(statement.kind, "draws")
    plans = _plans(statement, effort)
    tally = _Tally()
    known = _first_violated(statement, _known(statement), tally, MOST_BITS)
    if known is not None:
        return tally.evidence(rung, 0, seed), known, [known.instance]
    violated: list[Suspect] = []
    close: list[Suspect] = []
    sample: list[Suspect] = []
    long: tuple[Batch, int, Screened] | None = None
    drawn = draws(statement.over, effort.shapes_of(moving=moving, proved=proved), plans, seed)
    for batch, steps in drawn:
        screened = screen(statement, batch, steps)
        tally.screened(screened)
        tally.distributed(screened)
        if statement.kind == "trajectory" and steps > 1 and screened.accepted.any():
            long = batch, steps, screened
        violated += suspects(batch, screened, screened.slack < -CLEAR)
        accepted = screened.accepted
        if statement.flow is None:
            close += suspects(batch, screened, ~(np.abs(screened.slack) > CLEAR), at_most=share)
        if not accepted.any() and statement.flow is None:
            # Hypotheses that hold with equality only: floats accept nothing, balls and rationals may.
            accepted = np.abs(screened.hypothesis) <= CLEAR
            close += suspects(batch, screened, accepted, at_most=share)
        sample += suspects(batch, screened, accepted, at_most=3)
        for suspect in suspects(batch, screened, screened.clear & (screened.slack == screened.least_clear), at_most=1):
            tally.seen(suspect, suspect.slack)
    tally.course = None if long is None else course(statement, *long)
    looked_at = (*spread(sorted(violated, key=lambda s: (s.step if statement.flow else 0, s.order)), most), *spread(close, most))
    fallen = _first_violated(statement, looked_at, tally, effort.bits)
    if fallen is None and not proved:
        fallen = _attacked(statement, [batch for batch, _ in drawn[len(plans) - 1 :: len(plans)]], effort, seed, tally)
    return tally.evidence(rung, len(drawn) // len(plans), seed), fallen, [s.instance for s in evenly(sample, effort.evaluated)]


@lru_cache(maxsize=8)
def draws(over: Domain, count: int, plans: tuple[tuple[int, int], ...], seed: int) -> tuple[tuple[Batch, int], ...]:
    """The batches of a domain, and the length of the runs from them: for each of `count` shapes one for each plan (draws, steps).

    Statements over one domain see the same draws, so that these are made once.
    """
    rng = np.random.default_rng([seed, zlib.crc32("\n".join(over.words()).encode())])
    sizes = shapes(over, rng, count)
    return tuple((draw(over, dimensions, number, rng), steps) for dimensions, (number, steps) in product(sizes, plans))


def _plans(statement: Statement, effort: Effort) -> tuple[tuple[int, int], ...]:
    """How many instances of each shape are drawn, and how many steps they run."""
    if statement.kind == "flow":
        return ((effort.runs // 2, 0),)
    # Along runs most false bounds fall at once, so many short runs go beside the long ones.
    return ((WIDER * effort.runs, 1), (effort.runs, effort.steps)) if statement.moves else ((effort.draws, 0),)


@dataclass
class _Tally:
    """Counts as the draws go on (`within`: ties within the stated error of a flow), and the tightest instance found so far."""

    drawn: int = 0
    accepted: int = 0
    clear: int = 0
    decided: int = 0
    ties: int = 0
    within: int = 0
    looked_at: int = 0
    slack: float | None = None
    tightest: Suspect | None = None
    slacks: np.ndarray[Any, Any] = field(default_factory=lambda: np.zeros(SLACK_INTERVALS, dtype=np.int64))
    course: Course | None = None

    def distributed(self, screened: Screened) -> None:
        """Count the clear slacks of draws; those of an attack, which seeks small ones, would not show how slack is distributed."""
        self.slacks += np.histogram(screened.slack[screened.clear], SLACK_INTERVALS, (0, 1))[0]

    def screened(self, screened: Screened) -> None:
        self.drawn += screened.slack.size
        self.accepted += int(screened.accepted.sum())
        self.clear += int(screened.clear.sum())
        if screened.run is not None:
            # What lies within the stated error of a flow is a tie: balls would cost too much to tell.
            self.within += int((screened.accepted & (np.abs(screened.slack) <= CLEAR)).sum())

    def decision(self, suspect: Suspect, decision: Decision) -> None:
        self.looked_at += 1
        self.decided += decision.outcome == "holds"
        self.ties += decision.outcome == "tie"
        if decision.outcome == "holds" and decision.slack is not None:
            self.seen(suspect, decision.slack)

    def seen(self, suspect: Suspect, slack: float) -> None:
        if self.slack is None or slack < self.slack:
            self.slack, self.tightest = slack, suspect

    def evidence(self, rung: str, shapes: int, seed: int) -> DrawEvidence:
        tightest = None if self.tightest is None else {**self.tightest.instance.to_json(), "step": moment_to_json(self.tightest.step)}
        return DrawEvidence(
            rung=rung,
            shapes=shapes,
            drawn=self.drawn,
            accepted=self.accepted,
            clear=self.clear,
            decided=self.decided,
            ties=self.ties + self.within,
            open=max(self.accepted - self.clear - self.looked_at - self.within, 0),
            minimum_slack=self.slack,
            tightest=tightest,
            seed=seed,
            slacks=tuple(self.slacks.tolist()),
            course=self.course,
        )


def _known(statement: Statement) -> Iterator[Suspect]:
    """The instances to look at before any draw: those of the committed certificate and those given with the statement."""
    examples = list(statement.examples)
    if statement.certificate is not None and statement.certificate.is_file():
        stored = load(statement.certificate)
        # One made for another text, a variant of this statement or an older one, says nothing here.
        if stored.hash == fingerprint_hash(statement):
            inputs = stored.inputs
            examples.insert(0, Example(tuple(inputs.values.items()), stored.moment, tuple(inputs.dimensions.items()), COMMITTED))
    for given in examples:
        instance = Instance.of(statement.over, dict(given.values), dict(given.dimensions))
        yield Suspect(partial(lambda known: known, instance), partial(str, given.origin), given.step, 0.0, ())


def _attacked(statement: Statement, starts: Sequence[Batch], effort: Effort, seed: int, tally: _Tally) -> Suspect | None:
    """Evolve draws towards violations; what the balls clear again does not come back."""
    rng = np.random.default_rng([seed, zlib.crc32(statement.key.encode())])
    budget = effort.decided
    steps = min(effort.steps, ATTACKED_STEPS) if statement.kind == "trajectory" else 0
    share = max(effort.attacked // len(statement.claim), FEWEST_ATTACKED)
    starts = evenly(starts, FEWEST_ATTACKED if statement.kind == "flow" else share)
    meetings = Meetings(statement)
    # A gradient along flows takes a hundred of them for each member.
    descended = effort.flow_descended if statement.kind == "flow" else effort.descended
    for batch, screened in attack(statement, starts, effort.generations, steps, rng, seen=True, descended=descended):
        tally.screened(screened)
        meetings.saw(batch, screened)
        picked = sorted(suspects(batch, screened, screened.slack < -CLEAR), key=lambda s: (s.step, s.order))[: budget // 4 + 1]
        budget -= len(picked)
        violated = _first_violated(statement, picked, tally, effort.bits)
        if violated is not None or budget <= 0:
            return violated
    return _first_violated(statement, meetings.snapped(), tally, MOST_BITS)


def _first_violated(statement: Statement, looked_at: Iterable[Suspect], tally: _Tally, bits: int) -> Suspect | None:
    """Decide suspects in balls, in order, up to the first certified violation; those that a second look clears stay open."""
    for suspect in looked_at:
        if cleared(statement, suspect):
            continue
        decision = decide(statement, suspect.instance, step=suspect.step, limit=bits)
        tally.decision(suspect, decision)
        if decision.outcome == "violated":
            return suspect
    return None
