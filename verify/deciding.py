"""Deciding in balls: does a statement hold at an exact instance?

An instance is decided in ball arithmetic at rising precision until the enclosures of both sides
separate; where they never do, it is a tie. Equations between rational quantities are decided in
exact arithmetic. Floats have no say here; they screen whole batches (`verify.screening`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from sympy import Basic, Eq, MatrixExpr, Ne, Symbol
from sympy.core.relational import Relational

from verify.backends import Backend, Ball, Exact
from verify.compiler import compile
from verify.dynamics import Trajectory, along, run
from verify.equations import equation_sides
from verify.errors import EnclosureError, LongFlowError, UndefinedError, UnsupportedError
from verify.flow_enclosures import reached
from verify.instance import Instance
from verify.language.time import flow_time
from verify.statement import Statement

Outcome = Literal["holds", "violated", "tie", "outside", "unknown"]
"""`outside`: a hypothesis is certainly false; `unknown`: a hypothesis or a side could not be decided."""

FIRST_BITS = 128
MOST_BITS = 1024

FLOW_BITS = (64, 128, 256)
"""The precisions at which a flow is enclosed; its cost grows faster than their square."""

UPWARD = ("<", "<=")


@dataclass(frozen=True)
class Decision:
    """What balls say about one instance: the outcome, the precision, and the sides that decided.

    `sides` are the enclosures of the left and the right side of relation number `relation`, as text;
    `slack` is the smallest normalised slack, at the middle of the balls, where the claim holds.
    """

    outcome: Outcome
    bits: int
    relation: int | None = None
    sides: tuple[str, str] | None = None
    step: int | Fraction = 0
    hypotheses: tuple[tuple[str, str], ...] = ()
    slack: float | None = None


@dataclass(frozen=True)
class Sides:
    """The sides of hypotheses and claim, resolved, in one list for the compiler."""

    given: tuple[Relational, ...]
    claim: tuple[Relational, ...]

    @classmethod
    def of(cls, statement: Statement) -> Sides:
        resolved = statement.resolved()
        return cls(resolved.assumptions[len(statement.over.guaranteed) :], resolved.conclusions)

    @property
    def relations(self) -> tuple[Relational, ...]:
        return (*self.given, *self.claim)

    @property
    def outputs(self) -> list[Basic]:
        return [side for relation in self.relations for side in (relation.lhs, relation.rhs)]

    def paired(self, values: Sequence[Any]) -> Iterator[tuple[Relational, Any, Any]]:
        for k, relation in enumerate(self.relations):
            yield relation, values[2 * k], values[2 * k + 1]


def with_derived(statement: Statement, backend: Backend, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any]) -> dict[Basic, Any]:
    """The drawn values together with those that the domain derives from them, at time 0."""
    definitions = statement.derived_at_start
    if not definitions:
        return dict(values)
    symbols = [symbol for symbol, _ in definitions]
    derived = compile(symbols, dimensions, backend, definitions)(values)
    return {**values, **dict(zip(symbols, derived, strict=True))}


def table(
    statement: Statement,
    backend: Backend,
    dimensions: Mapping[Symbol, int],
    values: Mapping[Basic, Any],
    steps: int | Fraction,
    outputs: Sequence[Basic],
    *,
    last_only: bool = False,
) -> list[list[Any]]:
    """Values of the outputs at times 0..steps of the run, or at the last (at one time where nothing runs).

    Along a flow, `steps` is that one time. Raises EnclosureError where the flow cannot be enclosed until then.
    """
    if statement.flow is not None:
        there = reached(statement.flow, backend, dimensions, with_derived(statement, backend, dimensions, values), Fraction(steps))
        return [compile(outputs, dimensions, backend)(there)]
    if isinstance(steps, Fraction):
        raise ValueError(f"{statement.key} moves along no flow, so it has no time {steps}")
    if statement.kind != "trajectory":
        return [compile(outputs, dimensions, backend, statement.derived_at_start)(values)]
    complete = with_derived(statement, backend, dimensions, values)
    return along(orbit(statement, backend, dimensions, complete, steps), outputs, last_only=last_only)


def orbit(statement: Statement, backend: Backend, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any], steps: int) -> Trajectory:
    """The statement's run from the given (complete) values, at its constant step size."""
    if statement.law is None:
        raise ValueError(f"{statement.key} has no law to run")
    return run(statement.law, backend, dimensions, values, steps)


def decide(statement: Statement, instance: Instance, *, step: int | Fraction = 0, limit: int = MOST_BITS) -> Decision:
    """Decide the statement at an exact instance (and, along a run or a flow, at time `step`).

    Precision doubles from 128 bits until the sides separate, at most to `limit` bits and, along a
    run, 16 more for every step, since a ball orbit loses bits with every step.
    """
    sides = Sides.of(statement)
    equations = {k: _exact_truth(sides.given[k], *exact) for k, exact in equation_sides(statement, instance).items()}
    if statement.flow is not None and step:
        return _decide_along_flow(statement, sides, instance, Fraction(step), limit, equations)
    bits, last = FIRST_BITS, limit + 16 * step
    while bits < 8 * step:
        bits *= 2
    decision = Decision("unknown", bits, step=step)
    exact: Decision | None = None
    while bits <= last:
        decision = _decide_at(statement, sides, instance, step, bits, equations)
        if decision.outcome in ("holds", "violated", "outside"):
            return decision
        if bits == FIRST_BITS and statement.kind != "trajectory":
            # More bits would not tell equal sides apart; unequal ones get the enclosures that do.
            exact = _decide_exactly(statement, sides, instance)
            if exact is not None and exact.outcome != "violated":
                return exact
        bits *= 2
    return exact or decision


def _decide_along_flow(
    statement: Statement, sides: Sides, instance: Instance, step: Fraction, limit: int, equations: Mapping[int, bool]
) -> Decision:
    """Decide by enclosures of the flow; where there are none, within bounded work, nothing is known.

    None is spent at a precision at which what is supposed of the start is open.
    """
    decision = Decision("unknown", FLOW_BITS[0], step=step)
    for bits in FLOW_BITS:
        if bits > limit:
            break
        supposed = _supposed_of_start(statement, sides, instance, bits, equations)
        if any(truth is False for truth in supposed):
            return Decision("outside", bits, step=step)
        if not all(supposed):
            decision = Decision("unknown", bits, step=step)
            continue
        try:
            decision = _decide_at(statement, sides, instance, step, bits, equations)
        except LongFlowError:
            break
        except EnclosureError:
            continue
        # What floats can tell apart, enclosures of this precision can, too.
        if decision.outcome in ("holds", "violated", "outside") or (decision.outcome == "tie" and bits > FLOW_BITS[0]):
            break
    return decision


def _supposed_of_start(
    statement: Statement, sides: Sides, instance: Instance, bits: int, equations: Mapping[int, bool]
) -> list[bool | None]:
    """The truths of the hypotheses that mention nothing that moves."""
    still = [(k, r) for k, r in enumerate(sides.given) if not r.free_symbols & {*statement.starts, flow_time}]
    backend = Ball(bits)
    outputs = [side for _, relation in still for side in (relation.lhs, relation.rhs)]
    values = table(statement, backend, instance.dimensions, instance.read(backend), 0, outputs)[-1]
    with backend.precision():
        pairs = zip(still, values[0::2], values[1::2], strict=True)
        return [equations.get(k, truth_of(relation, a, b)) for (k, relation), a, b in pairs]


def _decide_at(
    statement: Statement, sides: Sides, instance: Instance, step: int | Fraction, bits: int, equations: Mapping[int, bool]
) -> Decision:
    backend = Ball(bits)
    values = table(statement, backend, instance.dimensions, instance.read(backend), step, sides.outputs, last_only=True)[-1]
    with backend.precision():
        truths = [equations.get(k, truth_of(relation, a, b)) for k, (relation, a, b) in enumerate(sides.paired(values))]
        verdicts = [(truth, relation, a, b) for truth, (relation, a, b) in zip(truths, sides.paired(values), strict=True)]
        given, claim = verdicts[: len(sides.given)], verdicts[len(sides.given) :]
        hypotheses = tuple((_text(a), _text(b)) for _, _, a, b in given)
        if any(truth is False for truth, *_ in given):
            return Decision("outside", bits, step=step, hypotheses=hypotheses)
        inside = all(truth for truth, *_ in given)
        for k, (truth, _, a, b) in enumerate(claim):
            if truth is False and inside:
                return Decision("violated", bits, k, (_text(a), _text(b)), step, hypotheses)
        if inside and all(truth for truth, *_ in claim):
            slack = min((_ball_slack(relation, a, b) for _, relation, a, b in claim), default=0.0)
            return Decision("holds", bits, step=step, hypotheses=hypotheses, slack=slack)
        if not inside or any(not _finite(x) for _, _, a, b in claim for x in (a, b)):
            return Decision("unknown", bits, step=step, hypotheses=hypotheses)
        open_relation = next(k for k, (truth, *_) in enumerate(claim) if truth is None)
        _, _, a, b = claim[open_relation]
        return Decision("tie", bits, open_relation, (_text(a), _text(b)), step, hypotheses)


def _decide_exactly(statement: Statement, sides: Sides, instance: Instance) -> Decision | None:
    """Decide in rational arithmetic, where every node that occurs has a rational meaning."""
    backend = Exact()
    try:
        values = table(statement, backend, instance.dimensions, instance.read(backend), 0, sides.outputs)[-1]
    except (UnsupportedError, UndefinedError):
        return None
    truths = [_exact_truth(relation, a, b) for relation, a, b in sides.paired(values)]
    if not all(truths[: len(sides.given)]):
        return Decision("outside", 0)
    for k, truth in enumerate(truths[len(sides.given) :]):
        if not truth:
            a, b = values[2 * (len(sides.given) + k) : 2 * (len(sides.given) + k) + 2]
            return Decision("violated", 0, k, (str(a), str(b)))
    return Decision("holds", 0, slack=0.0 if any(isinstance(r, Eq) for r in sides.claim) else None)


def truth_of(relation: Relational, left: Any, right: Any) -> bool | None:
    """True or False where the balls are certain, else None."""
    if isinstance(relation.lhs, MatrixExpr):
        same = all(left[i, j].overlaps(right[i, j]) for i in range(left.nrows()) for j in range(left.ncols()))
        return None if same else isinstance(relation, Ne)
    if isinstance(relation, Eq | Ne):
        equal = True if left == right else False if left != right else None
        return equal if equal is None or isinstance(relation, Eq) else not equal
    small, large = (left, right) if relation.rel_op in UPWARD else (right, left)
    if relation.rel_op in ("<", ">"):
        return True if small < large else False if small >= large else None
    return True if small <= large else False if small > large else None


def _ball_slack(relation: Relational, left: Any, right: Any) -> float:
    """The normalised slack at the middle of the balls; 0 between matrices, which only equations compare."""
    if isinstance(relation.lhs, MatrixExpr):
        return 0.0
    small, large = (left, right) if relation.rel_op in UPWARD else (right, left)
    size = abs(small.mid()) + abs(large.mid())
    difference = large.mid() - small.mid()
    if isinstance(relation, Eq | Ne):
        difference = -abs(difference) if isinstance(relation, Eq) else abs(difference)
    return float(difference / size) if size > 0 else 0.0


def _exact_truth(relation: Relational, left: Any, right: Any) -> bool:
    if isinstance(relation, Eq | Ne):
        return bool(left == right) == isinstance(relation, Eq)
    small, large = (left, right) if relation.rel_op in UPWARD else (right, left)
    return bool(small < large if relation.rel_op in ("<", ">") else small <= large)


def _finite(value: Any) -> bool:
    return bool(value.is_finite()) if hasattr(value, "is_finite") else all(x.is_finite() for x in value.entries())


def _text(value: Any) -> str:
    return str(value.str(20)) if hasattr(value, "str") else str(value)
