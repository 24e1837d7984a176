"""Screening in floats: normalised slacks of whole batches at once.

Floats never decide; they say which draws are worth the balls of `verify.deciding`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Eq, MatrixExpr, Ne
from sympy.core.relational import Relational

from verify.backends import Float64
from verify.compiler import compile
from verify.deciding import UPWARD, Sides, orbit, with_derived
from verify.dynamics import along_at_once
from verify.sampling import Batch
from verify.statement import Statement

CLEAR = 1e-9
"""Float slack above which a draw is not looked at again. It only says where balls are not spent."""


@dataclass(frozen=True)
class Screened:
    """Float slacks of a batch: arrays of shape (count, times), NaN where undefined.

    `slack` is the smallest normalised slack over the claim's relations, `hypothesis` that over the
    hypotheses (infinite where there are none). `worst` is the relation with the smallest slack.
    """

    slack: np.ndarray[Any, Any]
    hypothesis: np.ndarray[Any, Any]
    worst: np.ndarray[Any, Any]

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


def _ratio(numerator: Any, denominator: Any) -> np.ndarray[Any, Any]:
    with np.errstate(all="ignore"):
        return np.where(denominator == 0, 0.0, np.asarray(numerator) / np.where(denominator == 0, 1.0, denominator))


def screen(statement: Statement, batch: Batch, steps: int = 0) -> Screened:
    """Evaluate a whole batch in floats."""
    sides = Sides.of(statement)
    backend = Float64()
    count = len(batch)
    drawn = {symbol: np.asarray(value) for symbol, value in batch.values.items()}
    values = with_derived(statement, backend, batch.dimensions, drawn)
    shape = (count, steps + 1)
    if statement.kind == "trajectory":
        evaluated = along_at_once(orbit(statement, backend, batch.dimensions, values, steps), sides.outputs)
    else:
        # Without a run there is one time, and values are compared as they come.
        evaluated = compile(sides.outputs, batch.dimensions, backend)(values)
    slacks = [np.broadcast_to(_column(normalised_slack(r, a, b), statement), shape) for r, a, b in sides.paired(evaluated)]
    stacked = np.array(slacks).reshape(len(sides.given) + len(sides.claim), *shape)
    given, claim = stacked[: len(sides.given)], stacked[len(sides.given) :]
    hypothesis = given.min(axis=0) if len(sides.given) else np.full(shape, np.inf)
    worst = np.where(np.isnan(claim), -np.inf, claim).argmin(axis=0)
    slack = np.take_along_axis(claim, worst[None], axis=0)[0]
    return Screened(slack=slack, hypothesis=hypothesis, worst=worst)


def _column(slack: np.ndarray[Any, Any], statement: Statement) -> np.ndarray[Any, Any]:
    """A slack as (count, times) where nothing runs: the batch has one time."""
    return slack if statement.kind == "trajectory" or slack.ndim == 0 else slack[..., None]
