"""The verdict on a claim of the kind `chance`, with all the evidence: draws, exact probabilities, backends side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from verify.backends.base import as_fraction
from verify.chances.certificate import certify_rejection
from verify.chances.counting import batches
from verify.chances.experiments import in_full
from verify.chances.parts import chance_of, exact_parts, occurrence
from verify.chances.testing import Rejection, assess
from verify.drawing import hunt_by_draws
from verify.effort import Effort
from verify.errors import CertificateError
from verify.evaluating import compare_backends
from verify.evidence import ChanceEvidence, Counterexample, EvaluationEvidence, Evidence, Verdict
from verify.instance import Instance
from verify.language.relations import in_text
from verify.refuting import refute
from verify.statement import Statement

SMALL = 24
"""Sum of the dimensions up to which a draw is evaluated in both arithmetics."""


def judge_chance(statement: Statement, effort: Effort, seed: int) -> tuple[list[Evidence], Verdict, str]:
    """The evidence on a chance statement, the verdict, and what to say about a failure of the toolkit."""
    assessed, rejection = assess(statement, effort, seed)
    evaluation = compare_backends(occurrence(statement), list(_sample(statement, assessed, effort.evaluated)))
    evidence: list[Evidence] = [assessed, evaluation]
    if rejection is not None:
        evidence.append(_counterexample(statement, rejection, seed))
    for part in exact_parts(statement):
        draws, fallen, _ = hunt_by_draws(part, effort, seed)
        evidence.append(draws)
        if fallen is not None:
            origin = f"on the exact probability: {fallen.origin()}"
            evidence.append(refute(part, fallen.instance, 0, origin=origin, seed=seed, budget=effort.shrinking))
    problems = (*assessed.disagreements, *evaluation.disagreements)
    return evidence, _verdict(evidence, assessed, evaluation), "; ".join(problems)


def _verdict(evidence: list[Evidence], assessed: ChanceEvidence, evaluation: EvaluationEvidence) -> Verdict:
    if assessed.disagreements or evaluation.disagreements:
        return "failed"
    if any(isinstance(e, Counterexample) for e in evidence):
        return "refuted"
    if not assessed.tested:
        return "vacuous"
    # What nothing can call is no support.
    return "supported" if assessed.open < assessed.instances / 2 else "undecided"


def _sample(statement: Statement, assessed: ChanceEvidence, count: int) -> Iterator[Instance]:
    """A draw of each of the smallest settings, as an instance of what the event says about one draw."""
    seen = {str(tried.setting): tried for tried in assessed.tested}
    for tried in list(seen.values())[:count]:
        instance = Instance.from_json(tried.setting, statement.over)
        if sum(instance.dimensions.values()) <= SMALL:
            batch = next(batches(in_full(statement, instance.dimensions), instance, tried.seed, 1))
            drawn = {symbol: batch.values[symbol][0] for symbol in chance_of(statement).matrices}
            yield Instance.of(occurrence(statement).over, {**instance.values, **drawn}, instance.dimensions)


def _counterexample(statement: Statement, rejection: Rejection, seed: int) -> Counterexample:
    at_least = rejection.place.at_least
    event = " and ".join(in_text(relation) for relation in statement.claim)
    certificate = None
    if statement.flow is None:
        # A setting too large for a certificate file is rejected all the same, and so is a flow, which the checker does not follow.
        with suppress(CertificateError):
            certificate = certify_rejection(statement, rejection, seed).to_json()
    return Counterexample(
        instance=rejection.place.instance.to_json(),
        relation=f"P({event}) >= {in_text(chance_of(statement).at_least)}",
        left=f"the event fails in at least {rejection.failures} of {rejection.draws} draws of seed {rejection.seed}",
        right=str(at_least.str(20)),
        hypotheses=(),
        step=0,
        bits=256,
        origin=f"draws; the error of this conclusion is at most {float(as_fraction(rejection.level)):.1e}",
        certificate=certificate,
    )
