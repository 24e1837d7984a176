"""Runs the rungs for a statement - prove, draw or run, evaluate - and combines them into a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from sympy.core.relational import Relational
from threadpoolctl import threadpool_limits

from verify.chances.verdict import judge_chance
from verify.drawing import COMMITTED, hunt_by_draws
from verify.effort import Budget, Effort
from verify.errors import Contradiction
from verify.evaluating import compare_backends
from verify.evidence import Counterexample, DrawEvidence, EvaluationEvidence, Evidence, ProofEvidence, Report, Verdict
from verify.existence import best_constants
from verify.facts import FactUse
from verify.limits import judge_limit
from verify.proof.claims import Fact, ProofReport, Recalling, Step
from verify.proof.memory import Memory, read_memory
from verify.refuting import refute
from verify.statement import Statement


def examine(statement: Statement, effort: Effort, seed: int = 0) -> Report:
    """Climb the ladder for one statement.

    Raises Contradiction where a proof and a certified counterexample exist side by side.
    """
    return _reported(statement, _ladder(statement), effort, seed)


def examine_proof(statement: Statement, effort: Effort, seed: int = 0) -> Report:
    """The proof alone: `proved`, or `undecided` with the reason. Effort and seed are only written down."""
    return _reported(statement, _proof_alone, effort, seed)


def examine_instances(statement: Statement, effort: Effort, seed: int = 0) -> Report:
    """What the ladder finds without the proof, and without best constants where the proof gives some.

    Raises Contradiction where a certified counterexample stands against a proof.
    """
    return _reported(statement, _instances_alone if statement.pointwise else _ladder(statement), effort, seed)


Findings = tuple[list[Evidence], Verdict, str]
"""The evidence, the verdict, and what to say about a failure of the toolkit."""


def _reported(statement: Statement, climb: Callable[[Statement, Effort, int], Findings], effort: Effort, seed: int) -> Report:
    begun = time.perf_counter()
    # On batches of small matrices threads of BLAS only get in each other's way.
    with threadpool_limits(1, user_api="blas"):
        evidence, verdict, message = climb(statement, effort, seed)
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


def _ladder(statement: Statement) -> Callable[[Statement, Effort, int], Findings]:
    if statement.chance is not None:
        return judge_chance
    if statement.limit is not None:
        return judge_limit
    if statement.open_constants:
        return _searched
    return _climbed_with_constants if statement.constants else _climbed


def _climbed_with_constants(statement: Statement, effort: Effort, seed: int) -> Findings:
    """The claim with the proof's constants, and the best constants beside them."""
    evidence, verdict, message = _climbed(statement, effort, seed)
    return [*evidence, *best_constants(statement, effort, seed)], verdict, message


def _searched(statement: Statement, effort: Effort, seed: int) -> Findings:
    """The best constants alone, where the proof gives none: they never refute, and support only while they do not grow."""
    evidence = list(best_constants(statement, effort, seed))
    bounded = all(found.best and found.best[-1].certified is not None and not found.grows for found in evidence)
    return [*evidence], "supported" if bounded else "undecided", ""


def _climbed(statement: Statement, effort: Effort, seed: int) -> Findings:
    proofs = [] if statement.proof is None else [_proof_evidence(prove(statement))]
    return _with_instances(statement, effort, seed, proofs)


def _proof_alone(statement: Statement, effort: Effort, seed: int) -> Findings:
    found = _proof_evidence(prove(statement))
    return [found], "undecided" if found.grade is None else "proved", ""


def _instances_alone(statement: Statement, effort: Effort, seed: int) -> Findings:
    return _with_instances(statement, effort, seed, [])


def _with_instances(statement: Statement, effort: Effort, seed: int, proofs: Sequence[ProofEvidence]) -> Findings:
    """The findings of draws or runs, added to those of a proof."""
    evidence: list[Evidence] = [*proofs]
    draws, fallen, sample = hunt_by_draws(statement, effort, seed)
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
    return evidence, verdict, "; ".join(evaluation.disagreements) if verdict == "failed" else ""


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
        # Even where the proof was left out, it is looked at now.
        if proved or prove(statement).proved:
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
    grade is the weakest of all the proofs involved. What was found before and is stored beside the
    paper is re-checked instead of searched for.
    """
    return prove_recalling(statement, read_memory(statement.memory))


def prove_recalling(statement: Statement, memory: Memory) -> ProofReport:
    """As `prove`, with what is known of the statement's own proof in `memory`; what is found anew is kept there."""
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
    proof, claim = statement.proof, statement.resolved()
    report = proof.recall(memory, claim, facts) if isinstance(proof, Recalling) else proof.check(claim, facts)
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
