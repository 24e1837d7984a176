"""Deciding: every outcome by a suitable statement, floats that only screen, exact arithmetic where it can end a tie."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from theorems import xu2023
from theorems.xu2023 import convergence, smoothness
from verify.author import (
    AnyMatrix,
    Dimension,
    Interval,
    Paper,
    Scalar,
    Statement,
    chain,
    dimensions,
    domain,
    equal,
    fro,
    inner,
    matrix,
    positive_root,
    scalars,
    sigma_max,
    spec,
    sqrt,
    trace,
    zeros,
)
from verify.deciding import decide
from verify.instance import Instance
from verify.sampling import Batch, draw
from verify.screening import normalised_slack, screen

n, m = dimensions("n m")
a, b, x = scalars("a b x")
A, C = matrix("A", n, m), matrix("C", n, m)
numbers = domain(Scalar(a, Interval(-10, 10)), Scalar(b, Interval(-10, 10)))
pairs = domain(Dimension(n, 1, 4), Dimension(m, 1, 4), AnyMatrix(A), AnyMatrix(C))


def stated(claim: Any, over: Any = numbers, given: Any = (), kind: Any = "inequality") -> Statement:
    return Paper("test", "Tests").state("claim", "A claim", kind=kind, over=over, claim=claim, given=given)


def at(left: Any, right: Any = 0) -> Instance:
    return Instance.of(numbers, {"a": left, "b": right})


def matrices(first: Any, second: Any) -> Instance:
    return Instance.of(pairs, {"A": first, "C": second})


@pytest.mark.parametrize(
    ("claim", "instance", "outcome"),
    [
        (a <= b, at(1, 2), "holds"),
        (a <= b, at(2, 1), "violated"),
        (a <= b, at(1, 1), "holds"),
        (a < b, at(1, 1), "violated"),
        (a >= b, at(1, 2), "violated"),
        (a > b, at(1, 1), "violated"),
        (a > b, at(2, 1), "holds"),
        (equal(a, b), at(1, 1), "holds"),
        (equal(a, b), at(1, "1/3"), "violated"),
        (chain(a, "!=", b), at(1, 1), "violated"),
        (chain(a, "!=", b), at(1, 2), "holds"),
        (a * 3 <= 1, at("1/3"), "holds"),
        (a * 3 < 1, at("1/3"), "violated"),
        (equal(a * 3, 1), at("1/3"), "holds"),
        (sqrt(a) * sqrt(a) <= a, at(2), "tie"),
        (sqrt(a) * sqrt(a) < a, at(2), "tie"),
        (sqrt(a) <= b, at(-1), "unknown"),
        (1 / a <= b, at(0), "unknown"),
        (positive_root(x**2 - a, x) <= b, at(-1, 5), "unknown"),
        (positive_root(x**2 - a, x) <= b, at(4, 5), "holds"),
        (positive_root(x**2 - a, x) <= b, at(4, 1), "violated"),
    ],
)
def test_every_outcome(claim: Any, instance: Instance, outcome: str) -> None:
    assert decide(stated(claim), instance).outcome == outcome


@pytest.mark.parametrize(
    ("given", "outcome"),
    [(b <= -1, "outside"), (b < 0, "outside"), (b <= 0, "violated"), (b >= 0, "violated"), (sqrt(b - 1) >= 0, "unknown")],
)
def test_a_violation_counts_only_where_every_hypothesis_is_certain(given: Any, outcome: str) -> None:
    decision = decide(stated(a <= 0, given=given), at(1, 0))
    assert decision.outcome == outcome
    assert (decision.relation == 0) == (outcome == "violated")


def test_a_hypothesis_that_is_tied_leaves_the_instance_open() -> None:
    assert decide(stated(a <= 0, given=sqrt(a) * sqrt(a) >= a), at(2)).outcome == "unknown"


def test_the_relation_that_fails_is_named_with_its_sides() -> None:
    decision = decide(stated(chain(a, "<=", b, "<=", 5)), at(1, 6))
    assert (decision.outcome, decision.relation) == ("violated", 1)
    assert decision.sides is not None
    assert [float(side) for side in decision.sides] == [6.0, 5.0]


def test_precision_rises_until_the_sides_separate() -> None:
    near = stated(sqrt(a) * sqrt(a) <= a - b)
    early, late = (decide(near, at(2, f"1/{2**power}")) for power in (60, 300))
    assert early.outcome == late.outcome == "violated"
    assert early.bits == 128
    assert late.bits > 256


def test_a_tie_goes_to_the_limit_of_precision_only() -> None:
    assert decide(stated(sqrt(a) * sqrt(a) <= a), at(2), limit=256).bits == 256


def test_equations_of_rational_quantities_are_decided_exactly() -> None:
    third = matrices([["1/3", "1/7"]], [["1/7", "1/3"]])
    assert decide(stated(equal(inner(A, C), trace(A.T * C)), over=pairs, kind="identity"), third).outcome == "holds"
    assert decide(stated(equal(fro(A) ** 2, fro(C) ** 2), over=pairs, kind="identity"), third).outcome == "holds"
    assert decide(stated(equal(A, C), over=pairs, kind="identity"), third).outcome == "violated"
    assert decide(stated(equal(A - C, -(C - A)), over=pairs, kind="identity"), third).outcome == "holds"


def test_rational_ties_end_before_more_bits_and_rational_violations_show_their_sides() -> None:
    instance = at("1/3", "1/7")
    tie = decide(stated(chain(a * b, "<=", (a * (b + 1) - a))), instance)
    assert (tie.outcome, tie.bits) == ("holds", 0)
    violation = decide(stated(chain(a / 3, "<=", (a - b) / 3)), at("1/3", f"1/{2**400}"))
    assert violation.outcome == "violated"
    assert violation.bits > 400


def test_an_equation_among_the_hypotheses_is_met_exactly_where_the_claim_is_irrational() -> None:
    orthogonal = {"over": pairs, "given": equal(A.T * C, zeros(m, m))}
    apart, together = matrices([["1/3"], [0]], [[0], ["1/7"]]), matrices([["1/3"], [0]], [[1], ["1/7"]])
    assert decide(stated(fro(A) < fro(A + C), **orthogonal), apart).outcome == "holds"
    assert decide(stated(fro(A) > fro(A + C), **orthogonal), apart).outcome == "violated"
    assert decide(stated(fro(A) < fro(A + C), **orthogonal), together).outcome in ("outside", "unknown")


def test_an_equation_of_irrational_quantities_ties() -> None:
    assert decide(stated(equal(sigma_max(A), spec(A.T)), over=pairs, kind="identity"), matrices([[1, 2]], [[0, 0]])).outcome == "tie"


def test_floats_screen_and_balls_decide() -> None:
    # In floats 1 + 2^-60 is 1, so the screen sees a tie where the rationals differ.
    statement = stated(a + b / 2**60 > a)
    instance = at(1, 1)
    screened = screen(statement, Batch({}, {a: np.array([1.0]), b: np.array([1.0])}, {}))
    assert screened.slack.tolist() == [[0.0]]
    assert not screened.clear.any()
    assert decide(statement, instance).outcome == "holds"
    assert decide(replace(statement, claim=(chain(a + b / 2**60, "<=", a)[0],)), instance).outcome == "violated"


def test_undefined_values_are_neither_clear_nor_accepted() -> None:
    statement = stated(sqrt(a) <= 4, given=1 / b > 0)
    screened = screen(statement, Batch({}, {a: np.array([-1.0, 4.0, 4.0]), b: np.array([1.0, 0.0, 1.0])}, {}))
    assert np.isnan(screened.slack[0, 0])
    assert screened.clear[:, 0].tolist() == [False, False, True]
    assert screened.accepted[:, 0].tolist() == [True, False, True]


def test_a_strict_hypothesis_fails_where_its_sides_are_equal_in_floats() -> None:
    batch = Batch({}, {a: np.array([1.0, 1.0, 0.0]), b: np.array([1.0, 0.0, 0.0])}, {})
    strict, weak = (screen(stated(a <= 4, given=given), batch).hypothesis[:, 0] for given in (chain(b, "<", a), chain(b, "<=", a)))
    assert strict.tolist() == [-1.0, 1.0, -1.0]
    assert weak.tolist() == [0.0, 1.0, 0.0]


def test_a_draw_outside_stays_outside_where_another_hypothesis_is_undefined() -> None:
    batch = Batch({}, {a: np.array([-1.0, 1.0]), b: np.array([0.0, 0.0])}, {})
    hypothesis = screen(stated(a <= 4, given=[a > 0, 1 / b > 0]), batch).hypothesis[:, 0]
    assert hypothesis[0] < 0
    assert not hypothesis[1] < 0


def test_normalised_slack() -> None:
    assert normalised_slack(a <= b, 1.0, 3.0) == 0.5
    assert normalised_slack(a >= b, 1.0, 3.0) == -0.5
    assert normalised_slack(equal(a, b), 1.0, 3.0) == -0.5
    assert normalised_slack(chain(a, "!=", b)[0], 1.0, 3.0) == 0.5
    assert normalised_slack(a <= b, 0.0, 0.0) == 0.0
    assert np.isnan(normalised_slack(a <= b, np.nan, 1.0))
    assert normalised_slack(equal(A, C), np.eye(2), np.eye(2)) == 0.0
    assert normalised_slack(equal(A, C), np.eye(2), -np.eye(2)) == -1.0


def test_the_screen_agrees_with_the_balls_wherever_it_is_clear() -> None:
    rng = np.random.default_rng(7)
    seen = set()
    for statement in (smoothness.lemma_C_1_lower_left, smoothness.lemma_C_2_lower):
        dimensions = {s: 2 if str(s) in ("n", "N") else 3 for s in statement.over.dimensions}
        batch = draw(statement.over, dimensions, 60, rng)
        screened = screen(statement, batch)
        for row in range(60):
            outcome = decide(statement, Instance.from_batch(batch, row)).outcome
            if screened.clear[row, 0]:
                assert outcome == "holds"
            elif screened.slack[row, 0] < -1e-6:
                assert outcome == "violated"
            seen.add(outcome)
    assert {"holds", "violated"} <= seen


def test_along_a_run_the_step_counts() -> None:
    statement = convergence.theorem_3_2_linear
    instance = Instance.of(statement.over, {"X": [[1]], "W_1": [[0]], "W_2": [[1]], "E_0": [[1]], "c_1": "1/2", "c_2": 2, "theta_eta": 1})
    first, later = decide(statement, instance), decide(statement, instance, step=3)
    assert first.outcome == "violated"
    assert (first.step, later.step) == (0, 3)
    assert "theorem-3.2.linear" in {s.label for s in xu2023.paper.statements.values()}
