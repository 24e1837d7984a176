"""What a second look clears along flows, what it leaves to the balls, and that open hypotheses cost no enclosure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests import flow_toys as toy
from verify import deciding
from verify.author import exp, flow_time, fro, initial, sigma_max
from verify.deciding import decide
from verify.flow_second_look import cleared
from verify.instance import Instance
from verify.search.suspects import Suspect

W_1, W_2, Y = toy.W_1, toy.W_2, toy.Y
PAPER = toy.paper()
SCALAR = Instance.of(toy.over, {"Y": [[2]], "W_1": [[1]], "W_2": [[0]]})
grows = PAPER.flow("grows", "", over=toy.over, along=toy.flow, given=sigma_max(Y) > initial(fro(W_1)), claim=fro(W_2) >= initial(fro(W_2)))
# The factor is beyond all floats, so that no stated error makes it doubtful.
huge = PAPER.flow("huge", "", over=toy.over, along=toy.flow, claim=fro(W_2) ** 2 <= exp(10**6 * flow_time) * initial(fro(W_1) ** 2))


def suspect(instance: Instance, w_1: float, w_2: float, error: float, step: Any = Fraction(1)) -> Suspect:
    state = {W_1: np.array([[w_1]]), W_2: np.array([[w_2]])}
    return Suspect(lambda: instance, str, step, -1.0, (), followed=lambda: (state, error))


def test_what_certainly_holds_wherever_the_flow_may_be_is_cleared() -> None:
    assert cleared(grows, suspect(SCALAR, 1.5, 1.25, 1e-9))
    assert cleared(huge, suspect(SCALAR, 1.5, 1.25, 1e-9))
    assert cleared(huge, suspect(SCALAR, 1.5, 1.25, 100.0))


def test_what_looks_violated_or_open_is_left_to_the_balls() -> None:
    shrunk = Instance.of(toy.over, {"Y": [[2]], "W_1": [[1]], "W_2": [["3/2"]]})
    assert not cleared(grows, suspect(shrunk, 1.5, 1.25, 1e-9))
    assert not cleared(grows, suspect(shrunk, 1.5, 1.5, 1e-9))
    assert not cleared(grows, suspect(SCALAR, 1.5, 1.25, np.nan))
    # at its start a flow has exact values, for which there is no need of a second look
    assert not cleared(grows, suspect(SCALAR, 1.0, 0.0, 1e-9, step=0))
    assert not cleared(grows, Suspect(lambda: SCALAR, str, 0, -1.0, ()))


def test_where_a_hypothesis_fails_nothing_is_claimed() -> None:
    outside = Instance.of(toy.over, {"Y": [["1/2"]], "W_1": [[1]], "W_2": [["3/2"]]})
    assert cleared(grows, suspect(outside, 1.5, 1.25, 1e-9))


def test_more_bits_are_not_tried_where_a_flow_takes_too_many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    reached = deciding.reached

    def counted(flow: Any, backend: Any, dimensions: Any, values: Any, time: Fraction) -> Any:
        tried.extend([backend.bits] if time else [])
        return reached(flow, backend, dimensions, values, time)

    monkeypatch.setattr(deciding, "reached", counted)
    assert decide(grows, SCALAR, step=Fraction(10**9)).outcome == "unknown"
    assert tried == [64]


@pytest.mark.parametrize(("target", "outcome"), [("1/2", "outside"), ("1", "unknown")])
def test_no_enclosure_is_spent_where_the_start_is_outside_or_open(target: str, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[Any] = []
    reached = deciding.reached

    def counted(flow: Any, backend: Any, dimensions: Any, values: Any, time: Fraction) -> Any:
        spent.extend([time] if time else [])
        return reached(flow, backend, dimensions, values, time)

    monkeypatch.setattr(deciding, "reached", counted)
    edge = Instance.of(toy.over, {"Y": [[target, 0]], "W_1": [["3/5", "4/5"]], "W_2": [[1, 0], [0, 1]]})
    assert decide(grows, edge, step=Fraction(1)).outcome == outcome
    assert not spent
    assert decide(grows, SCALAR, step=Fraction(1)).outcome == "holds"
    assert spent
