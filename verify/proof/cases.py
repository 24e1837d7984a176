"""Distinguishing two cases: a condition holds, or its contrary does, and the claim follows in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sympy import MatrixExpr
from sympy.core.relational import Ge, Gt, Le, Lt, Relational

from verify.errors import ProofError
from verify.language.relations import chain, in_text
from verify.proof.claims import Claim, Fact, ProofReport, Recalling, Step, weakest
from verify.proof.closing import Closing
from verify.proof.memory import Memory

_CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True)
class Cases:
    """The claim follows where the condition holds (`then`) and where it does not (`otherwise`).

    A fact whose assumptions do not follow in a case is left out there. Raises ProofError for a
    condition that is no inequality between numbers.
    """

    on: Relational
    then: Recalling = field(default_factory=Closing)
    otherwise: Recalling = field(default_factory=Closing)

    def __post_init__(self) -> None:
        if not isinstance(self.on, (Lt, Le, Gt, Ge)) or isinstance(self.on.lhs, MatrixExpr):
            raise ProofError(f"cases are told apart by an inequality between numbers, not by {self.on}.")

    def check(self, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """Check the claim in both cases; the steps of each follow a sentence that opens it."""
        return self.recall(Memory(), claim, facts)

    def recall(self, memory: Memory, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """As `check`, with what was found before."""
        contrary = chain(self.on.lhs, _CONTRARY[self.on.rel_op], self.on.rhs)[0]
        steps: list[Step] = []
        used: list[str] = []
        for condition, proof in ((self.on, self.then), (contrary, self.otherwise)):
            here = replace(claim, assumptions=(*claim.assumptions, condition))
            # Facts for one of several cases are left for the innermost proof to sort out.
            report = proof.recall(memory, here, _usable(memory, here, facts, proof) if isinstance(proof, Closing) else facts)
            steps += [Step(f"Case {in_text(condition)}:", "exact"), *report.steps]
            used += report.facts
            if not report.proved:
                return ProofReport(None, tuple(steps), tuple(dict.fromkeys(used)), f"in the case {in_text(condition)}, {report.failure}")
        return ProofReport(weakest(steps), tuple(steps), tuple(dict.fromkeys(used)))


def _usable(memory: Memory, claim: Claim, facts: Sequence[Fact | Relational], proof: Closing) -> list[Fact | Relational]:
    """The facts whose assumptions follow from those of the claim and from the facts before; bare relations are left to the proof."""
    usable: list[Fact | Relational] = []
    for fact in facts:
        if isinstance(fact, Fact):
            before = [f for f in usable if isinstance(f, Fact)]
            asked = replace(claim, conclusions=fact.claim.assumptions)
            if fact.claim.assumptions and not Closing(proof.keep, proof.seconds, proof.search).recall(memory, asked, before).proved:
                continue
        usable.append(fact)
    return usable
