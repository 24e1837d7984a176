"""Proofs: expansion, closing by facts, cases, exact one-variable reasoning, invariants and bounds along flows."""

from verify.proof.cases import Cases
from verify.proof.claims import Claim, Fact, Grade, Proof, ProofReport, Step
from verify.proof.closing import Closing, Impossible
from verify.proof.expansion import Expansion
from verify.proof.flow_rules import Groenwall, Invariant
from verify.proof.one_variable import OneVariable

__all__ = [
    "Cases",
    "Claim",
    "Closing",
    "Expansion",
    "Fact",
    "Grade",
    "Groenwall",
    "Impossible",
    "Invariant",
    "OneVariable",
    "Proof",
    "ProofReport",
    "Step",
]
