"""The reducer: planted falsehoods shrink to exactly the stated minimum, and nothing is kept that balls do not certify."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np
import pytest

from theorems.xu2023 import convergence, imbalance, smoothness
from verify.author import (
    AnyMatrix,
    Dimension,
    FullRank,
    Interval,
    Paper,
    Scalar,
    Statement,
    dimensions,
    domain,
    equal,
    fro,
    inner,
    lam_max,
    matrix,
    nuclear,
    oo,
    rank,
    relations,
    scalars,
    sigma_max,
    sigma_min,
    spec,
    symmetric,
    trace,
)
from verify.certificate import certify
from verify.deciding import decide
from verify.effort import FRUGAL, Budget
from verify.instance import Instance
from verify.sampling import draw
from verify.screening import CLEAR, screen
from verify.search.shrink import shrink
from verify.search.simplicity import cost_of, number_cost, simpler, simplest_between

n, m, k = dimensions("n m k")
(c,) = scalars("c")
A, B = matrix("A", n, m), matrix("B", m, k)
P, Q = matrix("P", n, n), matrix("Q", n, n)
S, T = symmetric("S", n), symmetric("T", n)
sizes = (Dimension(n, 1, 6), Dimension(m, 1, 6), Dimension(k, 1, 6))
squares = domain(Dimension(n, 1, 6), AnyMatrix(P), AnyMatrix(Q))


def stated(claim: Any, *over: Any, given: Any = ()) -> Statement:
    return Paper("test", "Tests").inequality("claim", "A claim", over=domain(*over), claim=claim, given=given)


def large_counterexample(statement: Statement, dimensions: dict[Any, int], seed: int = 0) -> Instance:
    """A drawn counterexample of the given shape, with the longest numbers of many."""
    batch = draw(statement.over, dimensions, 3000, np.random.default_rng(seed))
    screened = screen(statement, batch)
    rows = np.flatnonzero((screened.slack[:, 0] < -CLEAR) & ~(screened.hypothesis[:, 0] < -CLEAR))
    found = [Instance.from_batch(batch, int(row)) for row in rows[:200]]
    for instance in sorted(found, key=lambda i: cost_of(i, 0), reverse=True):
        if decide(statement, instance).outcome == "violated":
            return instance
    raise AssertionError("no counterexample was drawn")


def shrunk(statement: Statement, dimensions: dict[Any, int]) -> dict[str, Any]:
    instance, step = shrink(statement, large_counterexample(statement, dimensions))
    assert step == 0
    assert certify(statement, instance).violated
    return dict(instance.to_json()["values"])


# --- numbers ---------------------------------------------------------------------------------------


def test_zero_one_and_short_fractions_are_the_cheapest_numbers() -> None:
    numbers = [Fraction(x) for x in ("0", "1", "-1", "2", "-2", "1/2", "5", "1/8", "1000001/1000")]
    costs = [number_cost(x) for x in numbers]
    assert costs == sorted(costs)
    assert len(set(costs)) == len(costs)


@pytest.mark.parametrize("text", ["0", "1", "-17/16", "3.14159265358979", "-1e-30", "1e300", "123456789/1000"])
def test_simpler_numbers_cost_less_and_come_cheapest_first(text: str) -> None:
    found = simpler(Fraction(text))
    costs = [number_cost(x) for x in found]
    assert costs == sorted(costs)
    assert all(cost < number_cost(Fraction(text)) for cost in costs)


@pytest.mark.parametrize(
    ("low", "high", "simplest"),
    [
        ("3.14", "3.15", "22/7"),
        ("-1/3", "1/3", "0"),
        ("-3.15", "-3.14", "-22/7"),
        ("0.4", "0.6", "1/2"),
        ("7/3", "7/3", "7/3"),
        ("2", "5", "2"),
    ],
)
def test_the_simplest_fraction_of_an_interval(low: str, high: str, simplest: str) -> None:
    assert simplest_between(Fraction(low), Fraction(high)) == Fraction(simplest)


# --- classical falsehoods shrink to what a textbook prints -----------------------------------------


def test_the_norm_of_a_product_is_not_bounded_from_below_by_sigma_min() -> None:
    statement = stated(sigma_min(A) * fro(B) <= fro(A * B), *sizes, AnyMatrix(A), AnyMatrix(B))
    assert shrunk(statement, {n: 3, m: 5, k: 4}) == {"A": [["1", "0"]], "B": [["0"], ["1"]]}


def test_matrices_do_not_commute() -> None:
    values = shrunk(stated(equal(P * Q, Q * P), *squares.declarations), {n: 5})
    assert sorted(sorted(chain.from_iterable(values[name])) for name in "PQ") == [["0", "0", "0", "1"]] * 2
    assert len(values["P"]) == 2


def test_the_spectral_norm_is_not_the_frobenius_norm() -> None:
    values = shrunk(stated(fro(A) <= spec(A), *sizes[:2], AnyMatrix(A)), {n: 5, m: 6})
    assert sorted(chain.from_iterable(values["A"])) == ["0", "0", "1", "1"]


def test_the_trace_is_not_bounded_by_the_norm() -> None:
    assert shrunk(stated(trace(P) <= fro(P), Dimension(n, 1, 6), AnyMatrix(P)), {n: 5}) in ({"P": [["1", "0"], ["0", "1"]]},)


def test_the_inner_product_may_be_negative_and_signs_vanish_where_they_can() -> None:
    values = shrunk(stated(inner(P, Q) >= 0, *squares.declarations), {n: 4})
    assert sorted([values["P"], values["Q"]]) == [[["-1"]], [["1"]]]


def test_full_rank_is_kept() -> None:
    statement = stated(fro(P) <= 1, Dimension(n, 2, 5), FullRank(P))
    assert sorted(chain.from_iterable(shrunk(statement, {n: 4})["P"])) == ["0", "0", "1", "1"]


def test_symmetric_matrices_stay_symmetric() -> None:
    statement = stated(lam_max(S * T + T * S) <= 2 * lam_max(S) * lam_max(T), Dimension(n, 1, 5), AnyMatrix(S), AnyMatrix(T))
    values = shrunk(statement, {n: 4})
    assert values == {"S": [["-1", "0"], ["0", "0"]], "T": [["-1", "0"], ["0", "0"]]}


def test_relations_between_dimensions_are_kept() -> None:
    statement = stated(nuclear(A) <= fro(A), *sizes[:2], n >= m + 1, AnyMatrix(A))
    values = shrunk(statement, {n: 6, m: 4})
    assert (len(values["A"]), len(values["A"][0])) == (3, 2)


def test_hypotheses_are_kept() -> None:
    statement = stated(sigma_max(P) <= 2, Dimension(n, 1, 5), AnyMatrix(P), given=[equal(rank(P), 2), trace(P) <= 3])
    values = shrunk(statement, {n: 4})
    assert len(values["P"]) == 2
    assert certify(statement, Instance.of(statement.over, values)).hypotheses


def test_numbers_become_simple_fractions_inside_their_interval() -> None:
    over = (Scalar(c, Interval.open(0, 1)), Dimension(n, 1, 4), AnyMatrix(P))
    assert shrunk(stated(fro(P) <= c * fro(P), *over), {n: 3}) == {"P": [["1"]], "c": "1/2"}
    wide = (Scalar(c, Interval.open(1, oo)), Dimension(n, 1, 4), AnyMatrix(P))
    assert shrunk(stated(c * fro(P) <= fro(P), *wide), {n: 3}) == {"P": [["1"]], "c": "2"}


def test_a_violation_by_equality_shrinks_too() -> None:
    statement = stated(spec(P) < fro(P), Dimension(n, 1, 4), AnyMatrix(P))
    start = Instance.of(statement.over, {"P": [[Fraction(7, 3), 0], [0, 0]]})
    assert decide(statement, start).outcome in ("violated", "tie")
    exact = stated(trace(P) < inner(P, P), Dimension(n, 1, 4), AnyMatrix(P))
    assert shrink(exact, Instance.of(exact.over, {"P": [[1, 0], [0, 1]]}))[0].to_json()["values"] == {"P": [["0"]]}


# --- statements of xu2023 --------------------------------------------------------------------------

HALVES = {"c_1": "1/2", "c_2": "2", "theta_eta": "1"}


def test_a_run_shrinks_to_one_by_one_layers_at_time_0() -> None:
    statement = convergence.theorem_3_2_linear
    start = Instance.of(
        statement.over,
        {
            "X": [["17/16", "1/3"], ["-1/5", "9/7"]],
            "W_1": [["1.37", "0.21"], ["-0.4", "0.93"]],
            "W_2": [["0.77", "0.1"], ["0.3", "1.9"]],
            "E_0": [["0.01", "0.02"], ["0", "-0.03"]],
            "c_1": "0.37",
            "c_2": "1.71",
            "theta_eta": "0.83",
        },
    )
    instance, step = shrink(statement, start)
    assert decide(statement, start).outcome == "violated"
    assert step == 0
    assert instance.to_json()["values"] == {"X": [["1"]], "W_1": [["1"]], "W_2": [["0"]], "E_0": [["1"]], **HALVES}


def test_steps_become_earlier_and_derived_quantities_stay_derived() -> None:
    statement = convergence.theorem_3_2_rate
    (example,) = statement.examples
    instance, step = shrink(statement, Instance.of(statement.over, dict(example.values)), example.step)
    assert (example.step, step) == (2, 1)
    assert set(instance.to_json()["values"]) == {"X", "W_1", "W_2", "E_0", "c_1", "c_2", "theta_eta"}
    assert set(certify(statement, instance, step).derived) == {"Y", "eta"}


def test_the_lemma_of_the_paper_shrinks_to_a_row_and_a_column() -> None:
    statement = smoothness.lemma_C_1_lower_left
    start = large_counterexample(statement, dict(zip(statement.over.dimensions, (3, 4, 4), strict=True)))
    assert shrink(statement, start)[0].to_json()["values"] == {"A": [["1", "0"]], "B": [["0"], ["1"]]}


# --- what it may and may not do --------------------------------------------------------------------


def test_shrinking_is_deterministic_and_nothing_is_left_to_do_afterwards() -> None:
    statement = stated(trace(P) <= fro(P), Dimension(n, 1, 6), AnyMatrix(P))
    start = large_counterexample(statement, {n: 5})
    once = shrink(statement, start)
    assert once == shrink(statement, start)
    assert shrink(statement, *once) == once


def test_every_budget_gives_a_counterexample_and_a_smaller_one_costs_no_less() -> None:
    statement = imbalance.lemma_C_3
    false = replace(statement, key="test.false", claim=relations(statement.claim[0].lhs <= statement.claim[0].rhs / 8), proof=None)
    start = large_counterexample(false, dict.fromkeys(false.over.dimensions, 3))
    costs = []
    for budget in (Budget(screened=0, decided=0, shapes=0), Budget(screened=3000, decided=5, shapes=0), FRUGAL, Budget()):
        instance, step = shrink(false, start, budget=budget)
        assert decide(false, instance, step=step).outcome == "violated"
        costs.append(cost_of(instance, step))
    assert costs[0] == cost_of(start, 0)
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]


def test_what_is_no_counterexample_comes_back_as_it_is() -> None:
    statement = stated(fro(P) >= spec(P), Dimension(n, 1, 4), AnyMatrix(P))
    instance = Instance.of(statement.over, {"P": [["1.23", 7], [3, "-9/4"]]})
    assert shrink(statement, instance) == (instance, 0)
