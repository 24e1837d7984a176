"""Proofs about every time of a flow from what holds at every state: invariants, and Groenwall's inequality.

A rule turns the claim into a claim about the derivative along the flow at one state. Only hypotheses
that hold at all times or at none, free of the moving state and of the time, may be used for it:
a hypothesis about the present time says nothing of the times before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import (
    Add,
    Basic,
    Eq,
    HadamardPower,
    HadamardProduct,
    Integer,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    Pow,
    Symbol,
    Transpose,
    exp,
)
from sympy.core.relational import Relational

from verify.errors import ProofError, StatementError
from verify.flows import Flow, rate_along, stands_still
from verify.language.entrywise import EntrySum, LeakyRelu, Unvectorised, Vectorised
from verify.language.matrices import zeros
from verify.language.naming import Named
from verify.language.nodes import Entry, FrobeniusNorm, InnerProduct, TraceOf
from verify.language.relations import chain, equal, in_text
from verify.language.time import at_other_time, flow_time
from verify.proof.claims import Claim, Fact, ProofReport, Recalling, Step, weakest
from verify.proof.closing import Closing
from verify.proof.expansion import Expansion
from verify.proof.memory import Memory


@dataclass(frozen=True)
class Invariant:
    """Quantities keep their initial values: their derivatives along the flow expand to zero.

    A function of conserved quantities, such as an eigenvalue of a conserved matrix, is conserved, too.
    """

    seconds: float = 5.0

    def check(self, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """Check claims q == initial(q); the failure shows a part whose derivative is not zero."""
        steps: list[Step] = []
        try:
            flow = _flow(claim)
            constant = Claim(_lasting(claim, flow), ())
            for conclusion in claim.conclusions:
                quantity = _same_at_start(conclusion, flow)
                steps.extend(self._conserved(quantity, flow, constant))
        except (ProofError, StatementError) as error:
            return ProofReport(None, tuple(steps), failure=str(error))
        return ProofReport(weakest(steps), tuple(steps))

    def _conserved(self, quantity: Any, flow: Flow, constant: Claim) -> list[Step]:
        if stands_still(quantity, flow):
            return []
        # a norm keeps its value exactly where its square does, which has a derivative everywhere
        examined = quantity**2 if isinstance(quantity, FrobeniusNorm) else quantity
        failure, rate = "", None
        try:
            require_smooth(examined, flow)
            rate = rate_along(examined, flow)
            zero = zeros(*examined.shape) if isinstance(examined, MatrixExpr) else 0
            report = Expansion(self.seconds).check(Claim(constant.assumptions, (equal(rate, zero),)))
        except (StatementError, ProofError) as error:
            failure = str(error)
        else:
            if report.grade is not None:
                return [Step(f"the derivative of {in_text(examined)} along the flow expands to zero.", report.grade)]
            failure = f"the derivative of {in_text(examined)} along the flow is not zero: {report.failure}"
        parts = [quantity.definition] if isinstance(quantity, Named) else quantity.args
        if not any(_moving_inside(part, flow) for part in parts):
            raise ProofError(failure)
        try:
            return [step for part in parts for step in self._conserved(part, flow, constant)]
        except ProofError as error:
            # what the derivative leaves says more than that a part of the quantity moves
            raise (error if rate is None else ProofError(failure)) from error


def _moving_inside(part: Basic, flow: Flow) -> bool:
    """Whether a part moves and is more than a moving matrix itself, so that it may be conserved."""
    return part not in flow and part != flow_time and not stands_still(part, flow)


@dataclass(frozen=True)
class Groenwall:
    """q <= exp(-c*t)*initial(q), or q <= initial(q), from rate_of(q) <= -c*q at every state; and likewise with >=.

    c must not move along the flow. `closing` shows the inequality between rates from the statement's facts.
    """

    closing: Recalling = field(default_factory=Closing)

    def check(self, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """Check every conclusion; the steps are those of the inequality between rates."""
        return self.recall(Memory(), claim, facts)

    def recall(self, memory: Memory, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """As `check`, with what was found before of the inequality between rates."""
        steps: list[Step] = []
        used: list[str] = []
        try:
            flow = _flow(claim)
            for conclusion in claim.conclusions:
                quantity, sign, constant = _bound(conclusion, flow)
                require_smooth(quantity, flow)
                slope = chain(rate_along(quantity, flow), sign, -constant * quantity)
                report = self.closing.recall(memory, Claim(_lasting(claim, flow), slope, flow), facts)
                steps.extend(report.steps)
                used.extend(name for name in report.facts if name not in used)
                if report.grade is None:
                    return ProofReport(None, tuple(steps), tuple(used), f"at every state {in_text(slope[0])} is needed: {report.failure}")
                text = f"{in_text(conclusion)} by Groenwall's inequality, since {in_text(slope[0])} at every state."
                steps.append(Step(text, report.grade))
        except (ProofError, StatementError) as error:
            return ProofReport(None, tuple(steps), tuple(used), str(error))
        return ProofReport(weakest(steps), tuple(steps), tuple(used))


def _flow(claim: Claim) -> Flow:
    if claim.flow is None:
        raise ProofError("this rule proves what holds at all times of a flow, but the statement is not of kind flow.")
    return claim.flow


def _lasting(claim: Claim, flow: Flow) -> tuple[Relational, ...]:
    """The assumptions that hold at all times if at one."""
    return tuple(a for a in claim.assumptions if stands_still(a.lhs, flow) and stands_still(a.rhs, flow))


def _same_at_start(conclusion: Relational, flow: Flow) -> Any:
    """The quantity q of q == initial(q)."""
    if isinstance(conclusion, Eq):
        for now, start in ((conclusion.lhs, conclusion.rhs), (conclusion.rhs, conclusion.lhs)):
            if stands_still(start, flow) and at_start_of(now, flow) == start:
                return now
    raise ProofError(f"{in_text(conclusion)} does not read q = initial(q).")


_MIRRORED = {"<=": ">=", ">=": "<="}


def _bound(conclusion: Relational, flow: Flow) -> tuple[Any, str, Any]:
    """q, the sign and c of q <= exp(-c*t)*initial(q), or of the same with >=; c = 0 where there is no exponential."""
    if conclusion.rel_op in _MIRRORED and not isinstance(conclusion.lhs, MatrixExpr):
        for quantity, sign, bound in (
            (conclusion.lhs, conclusion.rel_op, conclusion.rhs),
            (conclusion.rhs, _MIRRORED[conclusion.rel_op], conclusion.lhs),
        ):
            constant = _decay(quantity, bound, flow)
            if constant is not None:
                return quantity, sign, constant
    raise ProofError(f"{in_text(conclusion)} does not read q <= exp(-c*t)*initial(q), nor q >= exp(-c*t)*initial(q), with c at rest.")


def _decay(quantity: Any, bound: Any, flow: Flow) -> Any:
    """The c with bound = exp(-c*t)*initial(q), where it is at rest; None where there is none."""
    factors = Mul.make_args(bound)
    moving = [f for f in factors if isinstance(f, exp) and f.has(flow_time)]
    start = Mul(*(f for f in factors if f not in moving))
    constant = -sum(f.args[0] for f in moving) / flow_time
    if not stands_still(constant, flow) or not stands_still(start, flow):
        return None
    same = at_start_of(quantity, flow)
    return constant if same == start or Expansion().check(Claim((), (equal(same, start),))).proved else None


def at_start_of(quantity: Any, flow: Flow) -> Any:
    """The quantity at time 0."""
    return at_other_time(quantity, {**flow.starts, flow_time: Integer(0)})


_ARITHMETIC = (Add, Mul, Pow, exp, MatAdd, MatMul, MatPow, Transpose, HadamardProduct, HadamardPower, TraceOf, InnerProduct, FrobeniusNorm)
_SMOOTH: tuple[type[Any], ...] = (*_ARITHMETIC, Named, Entry, EntrySum, LeakyRelu, Vectorised, Unvectorised, MatrixSymbol, Symbol)
"""What is continuous, and has the derivative that `rate_along` gives at almost every time of a flow."""


def require_smooth(quantity: Any, flow: Flow) -> None:
    """Raise ProofError where the quantity may leap, as at a pole, so that its derivative does not bound it."""
    if stands_still(quantity, flow):
        return
    power = isinstance(quantity, (Pow, MatPow, HadamardPower))
    if not isinstance(quantity, _SMOOTH) or (power and not (quantity.args[1].is_Integer and quantity.args[1] > 0)):
        raise ProofError(f"{in_text(quantity)} may have a pole or leap on the way, so its derivative does not bound it.")
    parts = [quantity.definition] if isinstance(quantity, Named) else () if isinstance(quantity, MatrixSymbol) else quantity.args
    for part in parts:
        require_smooth(part, flow)
