"""What is to be proved, what it may lean on, and what a proof reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from sympy.core.relational import Relational

from verify.flows import Flow

if TYPE_CHECKING:
    from verify.proof.memory import Memory

Grade = Literal["exact", "solver"]


@dataclass(frozen=True)
class Claim:
    """Conclusions that are to follow from assumptions.

    Quantities at other times are already resolved; named quantities may occur. Where the claim is
    about every time of a flow, `flow` is it, and symbols of its own stand for the state at the start.
    """

    assumptions: tuple[Relational, ...]
    conclusions: tuple[Relational, ...]
    flow: Flow | None = None


@dataclass(frozen=True)
class Fact:
    """An instance of a registered statement; the assumptions of its claim are obligations."""

    name: str
    claim: Claim


@dataclass(frozen=True)
class Step:
    """One readable sentence of a proof, with the grade of what was checked."""

    text: str
    grade: Grade


@dataclass(frozen=True)
class ProofReport:
    """The outcome: a grade, or None and the reason in `failure`.

    `steps` says what was checked and how, `facts` names the registered statements that were used.
    """

    grade: Grade | None
    steps: tuple[Step, ...] = ()
    facts: tuple[str, ...] = ()
    failure: str | None = None

    @property
    def proved(self) -> bool:
        """Whether the claim was proved."""
        return self.grade is not None


class Proof(Protocol):
    """A proof as a statement carries it."""

    def check(self, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """Check the claim from the facts, each an instance of a statement or an identity."""
        ...


@runtime_checkable
class Recalling(Protocol):
    """A proof that searches, and can use what it has found before."""

    def recall(self, memory: Memory, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """As `check`, with a memory: what it holds is re-checked, not believed; what is found anew is kept in it."""
        ...


def weakest(steps: Sequence[Step]) -> Grade:
    """The grade of a proof with these steps: `exact` if each of them is."""
    return "exact" if all(step.grade == "exact" for step in steps) else "solver"
