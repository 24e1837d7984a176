"""Runs the rungs for a statement - prove, draw or run, evaluate - and combines them into a verdict."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import product
from typing import Any

import numpy as np
from sympy.core.relational import Relational
from threadpoolctl import threadpool_limits

from verify.certificate_format import load
from verify.deciding import Decision, decide
from verify.errors import Contradiction
from verify.evaluating import compare_backends
from verify.evidence import Counterexample, DrawEvidence, EvaluationEvidence, Evidence, ProofEvidence, Report, Verdict
from verify.fingerprint import fingerprint
from verify.instance import Instance
from verify.proof.claims import Fact, ProofReport, Step
from verify.refuting import refute
from verify.sampling import draw, shapes
from verify.screening import CLEAR, Screened, screen
from verify.search import attack
from verify.search.shrink import FRUGAL, Budget
from verify.search.suspects import Suspect, evenly, spread, suspects
from verify.statement import Example, FactUse, Statement


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


WIDER = 8
"""How many times more short runs than long ones are drawn."""

COMMITTED = "its committed certificate"

ATTACKED_STEPS = 6
"""Length of the runs that the attack evolves: a false bound along a run mostly falls early, and long runs end in rounding noise."""

EFFORTS = {
    effort.name: effort
    for effort in (
        Effort("quick", shapes=16, draws=64, run_shapes=10, runs=128, steps=12, generations=1, decided=30, evaluated=3, shrinking=FRUGAL),
        Effort("default", shapes=20, draws=128, run_shapes=12, runs=128, steps=30, generations=2, decided=60, evaluated=6),
        Effort("thorough", shapes=80, draws=1024, run_shapes=60, runs=256, steps=120, generations=12, decided=600, evaluated=30),
    )
}


def examine(statement: Statement, effort: Effort, seed: int = 0) -> Report:
    """Climb the ladder for one statement.

    Raises Contradiction where a proof and a certified counterexample exist side by side.
    """
    # On batches of small matrices threads of BLAS only get in each other's way.
    with threadpool_limits(1, user_api="blas"):
        return _examined(statement, effort, seed)


def _examined(statement: Statement, effort: Effort, seed: int) -> Report:
    begun = time.perf_counter()
    evidence: list[Evidence] = []
    if statement.proof is not None:
        evidence.append(_proof_evidence(prove(statement)))
    draws, fallen, sample = _hunt_by_draws(statement, effort, seed)
    evidence.append(draws)
    evaluation = compare_backends(statement, sample)
    evidence.append(evaluation)
    counterexample = None
    if fallen is not None:
        # What comes from a committed certificate was shrunk before.
        budget = Budget(screened=0, decided=0, shapes=0) if fallen.origin() == COMMITTED else effort.shrinking
        counterexample = refute(statement, fallen.instance, fallen.step, origin=fallen.origin(), seed=seed, budget=budget)
        evidence.append(counterexample)
    verdict = _verdict(statement, evidence, draws, evaluation, counterexample)
    message = "; ".join(evaluation.disagreements) if verdict == "failed" else ""
    return Report(
        key=statement.key,
        title=statement.title,
        kind=statement.kind,
        form=statement.form,
        expected=statement.expected,
        verdict=verdict,
        seconds=time.perf_counter() - begun,
        seed=seed,
        uses=statement.uses,
        evidence=tuple(evidence),
        message=message,
    )


def _verdict(
    statement: Statement,
    evidence: Sequence[Evidence],
    draws: DrawEvidence,
    evaluation: EvaluationEvidence,
    counterexample: Counterexample | None,
) -> Verdict:
    proved = any(isinstance(e, ProofEvidence) and e.grade is not None for e in evidence)
    if evaluation.disagreements:
        return "failed"
    if counterexample is not None:
        if proved:
            raise Contradiction(
                f"{statement.key} is proved and refuted at {counterexample.instance}: the proof engine or the balls are wrong."
            )
        return "refuted"
    if draws.accepted + draws.decided + draws.ties == 0:
        return "vacuous"
    if proved:
        return "proved"
    return "supported" if draws.instances and evaluation.confirmed else "undecided"


@lru_cache(maxsize=1000)
def prove(statement: Statement) -> ProofReport:
    """Check a statement's proof and those of the statements it leans on.

    A proof may lean on facts of linear algebra and on statements with a proof of their own. Its
    grade is the weakest of all the proofs involved.
    """
    if statement.proof is None:
        return ProofReport(grade=None, failure=f"{statement.key} carries no proof")
    facts: list[Fact | Relational] = []
    weaker: list[str] = []
    for item in statement.facts:
        if not isinstance(item, FactUse):
            facts.append(statement.resolved_relation(item))
            continue
        used = item.statement
        if used.proof is not None or used.form != "fact":
            beneath = prove(used)
            if not beneath.proved:
                return ProofReport(grade=None, failure=f"it leans on {used.key}, which is neither a fact nor proved")
            weaker += [used.key] if beneath.grade == "solver" else []
        facts.append(item.fact(statement))
    report = statement.proof.check(statement.resolved(), facts)
    if report.grade == "exact" and weaker:
        step = Step(f"{', '.join(dict.fromkeys(weaker))} is proved by a solver only, so this proof is too", "solver")
        return replace(report, grade="solver", steps=(*report.steps, step))
    return report


def leaned_on(statements: Iterable[Statement]) -> list[Statement]:
    """The statements together with all that their proofs lean on, facts first, each once."""
    ordered: dict[str, Statement] = {}

    def visit(statement: Statement) -> None:
        for item in statement.facts:
            if isinstance(item, FactUse):
                visit(item.statement)
        ordered.setdefault(statement.key, statement)

    for statement in statements:
        visit(statement)
    return list(ordered.values())


def settle(reports: Sequence[Report]) -> list[Report]:
    """Take back proofs that lean, directly or not, on anything that did not hold up in the same session.

    A fact of linear algebra holds up if it is supported or proved, any other statement if it is proved.
    """
    settled = {r.key: r for r in reports}

    def holds_up(key: str) -> bool:
        report = settled.get(key)
        return report is not None and (report.verdict == "proved" or (report.form == "fact" and report.verdict == "supported"))

    changed = True
    while changed:
        changed = False
        for key, report in settled.items():
            culprits = [used for used in report.uses if not holds_up(used)]
            if report.verdict == "proved" and culprits:
                message = f"its proof leans on {', '.join(culprits)}, which did not hold up"
                settled[key] = replace(report, verdict="undecided", message=message)
                changed = True
    return list(settled.values())


def _proof_evidence(report: ProofReport) -> ProofEvidence:
    return ProofEvidence(
        grade=report.grade,
        steps=tuple(f"[{step.grade}] {step.text}" for step in report.steps),
        facts=report.facts,
        failure=report.failure,
    )


@dataclass
class _Tally:
    """Counts as the draws go on, and the tightest instance found so far."""

    drawn: int = 0
    accepted: int = 0
    clear: int = 0
    decided: int = 0
    ties: int = 0
    looked_at: int = 0
    slack: float | None = None
    tightest: Suspect | None = None

    def screened(self, screened: Screened) -> None:
        self.drawn += screened.slack.size
        self.accepted += int(screened.accepted.sum())
        self.clear += int(screened.clear.sum())

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
        tightest = None if self.tightest is None else {**self.tightest.instance.to_json(), "step": self.tightest.step}
        return DrawEvidence(
            rung=rung,
            shapes=shapes,
            drawn=self.drawn,
            accepted=self.accepted,
            clear=self.clear,
            decided=self.decided,
            ties=self.ties,
            open=max(self.accepted - self.clear - self.looked_at, 0),
            minimum_slack=self.slack,
            tightest=tightest,
            seed=seed,
        )


def _hunt_by_draws(statement: Statement, effort: Effort, seed: int) -> tuple[DrawEvidence, Suspect | None, list[Instance]]:
    """Draw over all shapes, screen in floats, and decide what looks violated or close in balls.

    Also returns instances, spread over the shapes, on which the backends can be compared.
    """
    moving = statement.kind == "trajectory"
    rung = "run" if moving else "draws"
    # Along runs most false bounds fall at once, so many short runs go beside the long ones.
    plans = ((WIDER * effort.runs, 1), (effort.runs, effort.steps)) if moving else ((effort.draws, 0),)
    rng = np.random.default_rng([seed, zlib.crc32(statement.key.encode())])
    sizes = shapes(statement.over, rng, effort.run_shapes if moving else effort.shapes)
    tally = _Tally()
    known = _first_violated(statement, _known(statement), tally)
    if known is not None:
        return tally.evidence(rung, 0, seed), known, [known.instance]
    violated: list[Suspect] = []
    close: list[Suspect] = []
    sample: list[Suspect] = []
    for dimensions, (count, steps) in product(sizes, plans):
        batch = draw(statement.over, dimensions, count, rng)
        screened = screen(statement, batch, steps)
        tally.screened(screened)
        violated += suspects(batch, screened, screened.slack < -CLEAR)
        close += suspects(batch, screened, ~(np.abs(screened.slack) > CLEAR), at_most=effort.decided)
        accepted = screened.accepted
        if not accepted.any():
            # Hypotheses that hold with equality only: floats accept nothing, balls and rationals may.
            accepted = np.abs(screened.hypothesis) <= CLEAR
            close += suspects(batch, screened, accepted, at_most=effort.decided)
        sample += suspects(batch, screened, accepted, at_most=3)
        for suspect in suspects(batch, screened, screened.clear & (screened.slack == screened.least_clear)):
            tally.seen(suspect, suspect.slack)
    looked_at = (*spread(sorted(violated, key=lambda s: s.order), effort.decided), *spread(close, effort.decided))
    fallen = _first_violated(statement, looked_at, tally)
    if fallen is None and statement.proof is None:
        fallen = _attacked(statement, sizes, effort, rng, tally)
    return tally.evidence(rung, len(sizes), seed), fallen, [s.instance for s in evenly(sample, effort.evaluated)]


def _known(statement: Statement) -> Iterator[Suspect]:
    """The instances to look at before any draw: those of the committed certificate and those given with the statement."""
    examples = list(statement.examples)
    if statement.certificate is not None and statement.certificate.is_file():
        stored = load(statement.certificate)
        # One made for another text, a variant of this statement or an older one, says nothing here.
        if stored.hash == fingerprint(statement).hash:
            inputs = stored.inputs
            examples.insert(0, Example(tuple(inputs.values.items()), stored.step, tuple(inputs.dimensions.items()), COMMITTED))
    for given in examples:
        instance = Instance.of(statement.over, dict(given.values), dict(given.dimensions))
        yield Suspect(partial(lambda known: known, instance), partial(str, given.origin), given.step, 0.0, ())


def _attacked(statement: Statement, sizes: Sequence[Any], effort: Effort, rng: np.random.Generator, tally: _Tally) -> Suspect | None:
    """Evolve draws towards violations; what the balls clear again does not come back."""
    budget = effort.decided
    steps = min(effort.steps, ATTACKED_STEPS) if statement.kind == "trajectory" else 0
    for batch, screened in attack(statement, sizes, effort.generations, steps, rng):
        tally.screened(screened)
        picked = sorted(suspects(batch, screened, screened.slack < -CLEAR), key=lambda s: (s.step, s.order))[: budget // 4 + 1]
        budget -= len(picked)
        violated = _first_violated(statement, picked, tally)
        if violated is not None or budget <= 0:
            return violated
    return None


def _first_violated(statement: Statement, looked_at: Iterable[Suspect], tally: _Tally) -> Suspect | None:
    """Decide suspects in balls, in order, up to the first certified violation."""
    for suspect in looked_at:
        decision = decide(statement, suspect.instance, step=suspect.step)
        tally.decision(suspect, decision)
        if decision.outcome == "violated":
            return suspect
    return None
