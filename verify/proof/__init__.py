"""Proofs: expansion, closing by facts, exact one-variable reasoning."""

from verify.proof.claims import Claim, Fact, Grade, Proof, ProofReport, Step
from verify.proof.closing import Closing
from verify.proof.expansion import Expansion
from verify.proof.one_variable import OneVariable

__all__ = ["Claim", "Closing", "Expansion", "Fact", "Grade", "OneVariable", "Proof", "ProofReport", "Step"]
