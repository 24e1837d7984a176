"""The rungs of the ladder one at a time, each with a verdict of its own: what tests of a statement consist of."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Literal

from verify.effort import Effort
from verify.evidence import Report
from verify.ladder import examine, examine_instances, examine_proof, leaned_on
from verify.statement import Statement

Rung = Literal["proof", "draws", "run", "limit", "constants"]


def rungs(statement: Statement) -> tuple[Rung, ...]:
    """The rungs that apply: the proof that is expected to go through, and what looks at instances, runs, a limit or constants."""
    if statement.limit is not None:
        return ("limit",)
    if statement.open_constants:
        return ("constants",)
    looking: Rung = "run" if statement.moves else "draws"
    return ("proof", looking) if statement.expected == "proved" else (looking,)


@lru_cache(maxsize=1000)
def examine_rung(statement: Statement, rung: Rung, effort: Effort, seed: int = 0) -> Report:
    """The report of one rung, the same for the same seed. Raises Contradiction where a counterexample stands against a proof."""
    if rung == "proof":
        return _grounded(statement, examine_proof(statement, effort, seed), effort)
    return examine_instances(statement, effort, seed)


def examine_grounded(statement: Statement, effort: Effort, seed: int = 0) -> Report:
    """The report of all rungs; a proof counts only if the facts that it takes for granted hold up. Raises Contradiction."""
    return _grounded(statement, examine(statement, effort, seed), effort)


def passes(report: Report, rung: Rung) -> bool:
    """Whether one rung found what the author expects of the statement."""
    if rung in ("draws", "run") and report.expected == "proved":
        # Instances that decide nothing, such as ties everywhere, do not speak against a proof.
        return report.verdict in ("supported", "undecided")
    return report.as_expected


def _grounded(statement: Statement, report: Report, effort: Effort) -> Report:
    """The report, its proof taken back where an unproved fact beneath it does not hold up."""
    if report.verdict != "proved":
        return report
    for fact in leaned_on([statement]):
        if fact.proof is None and fact is not statement:
            verdict = examine_rung(fact, rungs(fact)[-1], effort, report.seed).verdict
            if verdict not in ("supported", "proved"):
                message = f"its proof leans on {fact.key}, which is {verdict}"
                return replace(report, verdict="undecided", message=message)
    return report
