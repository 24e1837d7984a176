"""A second look at suspects along flows, before an enclosure is spent on them: the sides in balls, at the state that floats reached.

Many a suspect owes its suspicion to what floats made of the start alone, a rate that cancels to nothing or a factor beyond all
floats, and an enclosure of its flow takes seconds. Like the floats it refines, this look decides nothing: it only says which
draws are worth the balls of `verify.deciding`.
"""

from __future__ import annotations

from math import isfinite

from flint import arb, arb_mat

from verify.backends import Ball
from verify.compiler import compile
from verify.deciding import Sides, truth_of, with_derived
from verify.flow_enclosures import mentioned
from verify.search.suspects import Suspect
from verify.statement import Statement

BITS = 256
"""Precision of the sides; starts are exact, and states as wide as their stated error."""


def cleared(statement: Statement, suspect: Suspect) -> bool:
    """Whether the claim certainly holds, or a hypothesis certainly fails, wherever the flow may be within its stated error."""
    if statement.flow is None or suspect.followed is None or not suspect.step:
        return False
    state, error = suspect.followed()
    if not isfinite(error):
        return False
    backend, sides, instance = Ball(BITS), Sides.of(statement), suspect.instance
    around = {symbol: arb_mat(*at.shape, [arb(entry, error) for entry in at.ravel().tolist()]) for symbol, at in state.items()}
    start = with_derived(statement, backend, instance.dimensions, instance.read(backend))
    values = compile(sides.outputs, instance.dimensions, backend)(mentioned(statement.flow, backend, start, around, suspect.step))
    with backend.precision():
        truths = [truth_of(*one) for one in sides.paired(values)]
    return all(truths[len(sides.given) :]) or any(truth is False for truth in truths[: len(sides.given)])
