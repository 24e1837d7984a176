"""The evaluation rung: mpmath at 80 digits against balls at 128 bits, on the same instances.

Two implementations that share no arithmetic watch each other; a disagreement is a bug of the
toolkit and never says anything about the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
from flint import arb, arb_mat, fmpz
from sympy import MatrixExpr

from verify.backends import Ball, HighPrecision
from verify.deciding import FIRST_BITS, Decision, Sides, decide, table
from verify.errors import StatementError
from verify.evidence import EvaluationEvidence
from verify.instance import Instance
from verify.language.relations import in_text
from verify.statement import Statement

DIGITS = 80

_MEANING = {
    "holds": "the claim holds",
    "violated": "the claim is violated",
    "tie": "a tie, the two sides cannot be separated",
    "outside": "a hypothesis is false, so nothing is claimed here",
    "unknown": "unknown, a hypothesis or a side could not be decided",
}


def compare_backends(statement: Statement, instances: Sequence[Instance]) -> EvaluationEvidence:
    """Evaluate every side at each instance (at time 0 of a run) in both arithmetics."""
    sides = Sides.of(statement)
    disagreements: list[str] = []
    confirmed = 0
    for instance in instances:
        balls, precise = Ball(FIRST_BITS), HighPrecision(DIGITS)
        enclosures = table(statement, balls, instance.dimensions, instance.read(balls), 0, sides.outputs)[-1]
        values = table(statement, precise, instance.dimensions, instance.read(precise), 0, sides.outputs)[-1]
        with balls.precision():
            for side, ball, value in zip(sides.outputs, enclosures, values, strict=True):
                if not _inside(ball, value):
                    disagreements.append(f"{in_text(side)} is {value} in mpmath and {ball} in balls at {instance.to_json()}")
        confirmed += decide(statement, instance).outcome in ("holds", "tie", "violated")
    return EvaluationEvidence(len(instances), confirmed, DIGITS, FIRST_BITS, tuple(disagreements))


@dataclass(frozen=True)
class Evaluated:
    """A statement at one instance: readable lines, and what balls decide."""

    lines: tuple[str, ...]
    decision: Decision


def evaluate_at(statement: Statement, instance: Instance, digits: int, step: int = 0) -> Evaluated:
    """Every named quantity and both sides of every relation, to `digits` significant digits.

    Along a run they are taken at time `step`. Raises StatementError where the statement has no run.
    """
    if step and statement.flow is not None:
        raise StatementError(f"{statement.key} speaks of a flow, which has exact values at its start only; balls decide later times.")
    if step and statement.kind != "trajectory":
        raise StatementError(f"{statement.key} speaks of no run, so it has no step {step}.")
    backend = HighPrecision(digits + 15)
    derived = {symbol: symbol for symbol, _ in statement.over.derived}
    quantities = {**derived, **{quantity: statement.resolve(quantity) for quantity in statement.names().values()}}
    scalars = {quantity: resolved for quantity, resolved in quantities.items() if not isinstance(quantity, MatrixExpr)}
    sides = Sides.of(statement)
    values = instance.read(backend)
    evaluated = table(statement, backend, instance.dimensions, values, step, [*scalars.values(), *sides.outputs], last_only=True)[-1]

    def text(value: Any) -> str:
        return mpmath.nstr(value, digits)

    lines = [f"at t = {step}:"] if statement.moves else []
    lines += [f"{in_text(quantity)} = {text(value)}" for quantity, value in zip(scalars, evaluated, strict=False)]
    relations = (*statement.hypotheses, *statement.claim)
    for k, (relation, (_, left, right)) in enumerate(zip(relations, sides.paired(evaluated[len(scalars) :]), strict=True)):
        role = "given" if k < len(statement.hypotheses) else "claim"
        lines += [f"{role}: {in_text(relation)}", f"  left  = {text(left)}", f"  right = {text(right)}"]
    decision = decide(statement, instance, step=step)
    arithmetic = f"balls of {decision.bits} bits" if decision.bits else "rational arithmetic"
    lines.append(f"decided in {arithmetic}: {_MEANING[decision.outcome]}")
    if decision.outcome in ("violated", "tie") and decision.relation is not None and decision.sides is not None:
        lines += [f"  {in_text(statement.claim[decision.relation])}", *(f"  {side}" for side in decision.sides)]
    return Evaluated(tuple(lines), decision)


def _inside(ball: Any, value: Any) -> bool:
    """Whether the mpmath value lies in the ball, up to half of the digits that mpmath carries.

    A ball that says nothing (not finite) agrees with everything.
    """
    if isinstance(ball, arb_mat):
        return all(_inside(ball[i, j], value[i, j]) for i in range(ball.nrows()) for j in range(ball.ncols()))
    if not ball.is_finite():
        return True
    if not mpmath.isfinite(value):
        return False
    sign, mantissa, exponent, _ = value._mpf_
    exact = arb(fmpz(-int(mantissa) if sign else int(mantissa))) * arb(2) ** int(exponent)
    # Half of the digits of the value itself, and what cancellation between sides of ordinary size leaves.
    allowance = abs(exact) * arb(10) ** (-DIGITS // 2) + arb(10) ** (-3 * DIGITS // 4)
    return bool(ball.overlaps(exact + arb(0, 1) * allowance))
