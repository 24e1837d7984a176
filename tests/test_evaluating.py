"""The evaluation rung: two arithmetics watch each other, and a wrong one is caught."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest

from theorems.xu2023 import convergence, smoothness
from verify import evaluating
from verify.backends import HighPrecision
from verify.effort import EFFORTS
from verify.errors import StatementError
from verify.evaluating import compare_backends, evaluate_at
from verify.instance import Instance
from verify.ladder import examine
from verify.language import nodes

LEMMA = smoothness.lemma_C_1_upper_left
POINT = Instance.of(LEMMA.over, {"A": [[1, 2], ["1/3", 4]], "B": [[1], [-1]]})


class OffByALittle(HighPrecision):
    """A planted bug: largest singular values are wrong in the 30th digit."""

    @property
    def meanings(self) -> Any:
        right = super().meanings
        wrong = right[nodes.LargestSingularValue]
        return {**right, nodes.LargestSingularValue: lambda *arguments: wrong(*arguments) * (1 + mpmath.mpf(10) ** -30)}


def test_both_arithmetics_agree() -> None:
    evidence = compare_backends(LEMMA, [POINT, POINT])
    assert evidence.disagreements == ()
    assert (evidence.instances, evidence.confirmed) == (2, 2)


def test_a_wrong_value_is_a_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "HighPrecision", OffByALittle)
    (message,) = compare_backends(LEMMA, [POINT]).disagreements
    assert message.startswith("fro(B)**2*sigma_max(A)**2 is ")
    assert "in mpmath and" in message


def test_a_wrong_value_fails_the_statement_whatever_else_supports_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "HighPrecision", OffByALittle)
    report = examine(LEMMA, EFFORTS["quick"])
    assert report.verdict == "failed"
    assert "in mpmath and" in report.message
    assert not report.as_expected


def test_an_instance_outside_the_hypotheses_is_not_confirmed() -> None:
    statement = smoothness.eq_16
    values = {"X": [[1]], "Y": [[1]], "W": [[0]], "eta": 5}
    outside = Instance.of(statement.over, values)
    inside = Instance.of(statement.over, {**values, "eta": 1})
    assert compare_backends(statement, [outside]).confirmed == 0
    assert compare_backends(statement, [inside]).confirmed == 1


def test_every_side_is_evaluated_to_the_digits_asked_for() -> None:
    evaluated = evaluate_at(LEMMA, POINT, 40)
    left = next(line for line in evaluated.lines if line.startswith("  left"))
    # (1 - 2)^2 + (1/3 - 4)^2 = 130/9
    assert left.split("=")[1].strip().startswith("14.444444444444444444444444444444444444")
    assert evaluated.decision.outcome == "holds"


def test_only_runs_have_later_steps() -> None:
    with pytest.raises(StatementError, match="speaks of no run, so it has no step 2"):
        evaluate_at(LEMMA, POINT, 20, step=2)


def test_along_a_run_the_state_moves() -> None:
    statement = convergence.theorem_3_2_step
    point = Instance.of(statement.over, {"X": [[1]], "W_1": [[0]], "W_2": [[1]], "E_0": [[1]], "c_1": "1/2", "c_2": 2, "theta_eta": 1})

    def lefts(step: int) -> list[str]:
        return [line for line in evaluate_at(statement, point, 20, step=step).lines if line.startswith("  left")]

    assert lefts(0)[-1] != lefts(1)[-1]
