"""Screening in floats: normalised slacks of whole batches at once.

Floats never decide; they say which draws are worth the balls of `verify.deciding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Basic, Eq, MatrixExpr, Ne
from sympy.core.relational import Relational

from verify.backends import Float64
from verify.compiler import compile
from verify.deciding import UPWARD, Sides, orbit, with_derived
from verify.dynamics import along_at_once
from verify.flow_runs import FlowRun
from verify.flow_screening import flow_slacks
from verify.flows import Flow
from verify.language.relations import is_strict
from verify.magnitudes import magnitude
from verify.sampling import Batch
from verify.statement import Statement

CLEAR = 1e-9
"""Float slack above which a draw is not looked at again. It only says where balls are not spent."""


@dataclass(frozen=True)
class Screened:
    """Float slacks of a batch: arrays of shape (count, times), NaN where undefined.

    `slack` is the smallest normalised slack over the claim's relations, `hypothesis` that over the
    hypotheses (infinite where there are none). `worst` is the relation with the smallest slack. `gap` has the
    sign of that slack and tends to 0 where the sides meet, also where one of them is 0 and the slack is always
    1 or -1; `shortfall` is the like for the hypotheses. `excess` is the logarithm of the ratio of the sides, which also
    grows with the slack but has a slope where that is nearly 1; it is NaN where the signs of the sides differ. All three
    are NaN unless they were asked for. `run` says where flows went, at times that each member
    has of its own; their slacks are drawn in by the stated error, within which all is a tie.
    """

    slack: np.ndarray[Any, Any]
    hypothesis: np.ndarray[Any, Any]
    worst: np.ndarray[Any, Any]
    gap: np.ndarray[Any, Any]
    shortfall: np.ndarray[Any, Any]
    excess: np.ndarray[Any, Any]
    run: FlowRun | None = None

    def when(self, row: int, column: int) -> int | Fraction:
        """The time of a slack: the step of a run, or the exact time of a flow."""
        return column if self.run is None else Fraction(float(self.run.times[row, column]))

    @property
    def accepted(self) -> np.ndarray[Any, Any]:
        """Where every hypothesis holds by a clear margin."""
        return self.hypothesis > CLEAR

    @property
    def clear(self) -> np.ndarray[Any, Any]:
        """Where hypotheses and claim hold by a clear margin."""
        return self.accepted & (self.slack > CLEAR)

    @property
    def least_clear(self) -> float:
        """The smallest slack that is clear; infinite where none is."""
        return float(self.slack[self.clear].min(initial=np.inf))


def normalised_slack(relation: Relational, left: Any, right: Any) -> np.ndarray[Any, Any]:
    """(b - a)/(|a| + |b|) of a <= b in floats, in [-1, 1]; 0 is tight.

    Equations have minus the relative difference of their sides, so that 0 is the best they reach.
    """
    if isinstance(relation.lhs, MatrixExpr):
        difference, size = (np.sqrt(np.sum(x * x, axis=(-1, -2))) for x in (left - right, np.abs(left) + np.abs(right)))
        return -_ratio(difference, size)
    if isinstance(relation, Eq):
        return -_ratio(np.abs(left - right), np.abs(left) + np.abs(right))
    if isinstance(relation, Ne):
        return _ratio(np.abs(left - right), np.abs(left) + np.abs(right))
    small, large = (left, right) if relation.rel_op in UPWARD else (right, left)
    return _ratio(large - small, np.abs(small) + np.abs(large))


def gap(relation: Relational, left: Any, right: Any, magnitude: Any) -> np.ndarray[Any, Any]:
    """Like the normalised slack, but relative to what the sides would be if nothing in them cancelled."""
    if isinstance(relation, Eq | Ne):
        difference = np.abs(left - right) * (-1 if isinstance(relation, Eq) else 1)
    else:
        difference = right - left if relation.rel_op in UPWARD else left - right
    return _ratio(difference, magnitude)


def excess(relation: Relational, left: Any, right: Any) -> np.ndarray[Any, Any]:
    """log(b/a) of a <= b with positive sides, log(a/b) with negative ones, else NaN; of equations and the like as the slack."""
    slack = normalised_slack(relation, left, right)
    if isinstance(relation.lhs, MatrixExpr) or isinstance(relation, Eq | Ne):
        return np.where(slack < 1, slack, np.nan)
    small, large = (left, right) if relation.rel_op in UPWARD else (right, left)
    with np.errstate(all="ignore"):
        return np.where(np.sign(small) * np.sign(large) > 0, np.sign(large) * (np.log(np.abs(large)) - np.log(np.abs(small))), np.nan)


def _ratio(numerator: Any, denominator: Any) -> np.ndarray[Any, Any]:
    with np.errstate(all="ignore"):
        return np.where(denominator == 0, 0.0, np.asarray(numerator) / np.where(denominator == 0, 1.0, denominator))


def screen(statement: Statement, batch: Batch, steps: int = 0, *, gaps: bool = False, rough: bool = False) -> Screened:
    """Evaluate a whole batch in floats, with the gaps if they are asked for; along flows a `rough` look costs less."""
    if statement.flow is not None:
        return _screened_along_flow(statement, statement.flow, batch, rough)
    sides = Sides.of(statement)
    backend = Float64()
    shape = (len(batch), steps + 1)
    magnitudes = [magnitude(r.lhs) + magnitude(r.rhs) for r in sides.relations if _has_gap(r)] if gaps else []
    values = _evaluated(statement, backend, batch, steps, [*sides.outputs, *magnitudes])
    sizes = iter(values[len(sides.outputs) :])

    def stacked(rows: list[Any]) -> tuple[Any, Any]:
        columns = [np.broadcast_to(_column(np.asarray(row), statement), shape) for row in rows]
        every = np.array(columns).reshape(len(sides.relations), *shape)
        return every[: len(sides.given)], every[len(sides.given) :]

    compared = list(sides.paired(values))
    given, claim = stacked([normalised_slack(*one) for one in compared])
    for k, hypothesis in enumerate(sides.given):
        if is_strict(hypothesis):
            # Sides that are equal in floats are hardly ever apart in truth: balls would be spent on draws outside.
            given[k] = np.where(given[k] == 0, -1.0, given[k])
    given_gap, claim_gap = given, claim
    if gaps:
        given_gap, claim_gap = stacked([gap(*one, next(sizes)) if _has_gap(one[0]) else normalised_slack(*one) for one in compared])
    worst = np.where(np.isnan(claim), -np.inf, claim).argmin(axis=0)
    unasked = np.full(shape, np.nan)

    def of_worst(rows: Any) -> Any:
        return np.take_along_axis(rows, worst[None], axis=0)[0]

    return Screened(
        slack=of_worst(claim),
        hypothesis=_least(given, shape),
        worst=worst,
        gap=of_worst(claim_gap) if gaps else unasked,
        shortfall=_least(given_gap, shape) if gaps else unasked,
        excess=of_worst(stacked([excess(*one) for one in compared])[1]) if gaps else unasked,
    )


def sides_along(statement: Statement, batch: Batch, steps: int) -> list[tuple[Any, Any]]:
    """Values of the two sides of each relation of the claim along the runs from a batch, in floats."""
    sides = Sides.of(statement)
    values = _evaluated(statement, Float64(), batch, steps, sides.outputs)
    return [(left, right) for _, left, right in list(sides.paired(values))[len(sides.given) :]]


def _evaluated(statement: Statement, backend: Float64, batch: Batch, steps: int, outputs: list[Basic]) -> list[Any]:
    if statement.kind == "trajectory":
        complete = with_derived(statement, backend, batch.dimensions, batch.values)
        return along_at_once(orbit(statement, backend, batch.dimensions, complete, steps), outputs)
    # Without a run there is one time, and values are compared as they come.
    return compile(outputs, batch.dimensions, backend, statement.derived_at_start)(batch.values)


def _screened_along_flow(statement: Statement, flow: Flow, batch: Batch, rough: bool) -> Screened:
    """Slacks along the flows from all starts; a slack is its own gap."""
    sides = Sides.of(statement)
    values = with_derived(statement, Float64(), batch.dimensions, batch.values)

    def compared(outputs: Sequence[Any]) -> list[np.ndarray[Any, Any]]:
        return [normalised_slack(*one) for one in sides.paired(outputs)]

    slacks, run = flow_slacks(flow, batch.dimensions, values, sides.outputs, compared, rough=rough)
    given, claim = slacks[: len(sides.given)], slacks[len(sides.given) :]
    worst = np.where(np.isnan(claim), -np.inf, claim).argmin(axis=0)
    slack, hypothesis = np.take_along_axis(claim, worst[None], axis=0)[0], _least(given, (len(batch), run.times.shape[1]))
    return Screened(slack=slack, hypothesis=hypothesis, worst=worst, gap=slack, shortfall=hypothesis, excess=slack, run=run)


def _least(slacks: Any, shape: tuple[int, int]) -> Any:
    """The least over the hypotheses; minus infinity where one fails and another is undefined."""
    if not len(slacks):
        return np.full(shape, np.inf)
    least = slacks.min(axis=0)
    return np.where(np.isnan(least) & (slacks < -CLEAR).any(axis=0), -np.inf, least)


def _has_gap(relation: Relational) -> bool:
    return not isinstance(relation.lhs, MatrixExpr)


def _column(slack: np.ndarray[Any, Any], statement: Statement) -> np.ndarray[Any, Any]:
    """A slack as (count, times) where nothing runs: the batch has one time."""
    return slack if statement.kind == "trajectory" or slack.ndim == 0 else slack[..., None]
