"""The runs behind Theorems 3.1 and 3.2 of du2018 and 3.1, 3.6 and 3.8 of zou2020: comparisons that say no, and runs against plain NumPy."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from theorems.du2018 import experiments as du
from theorems.du2018 import random_starts, small_constants
from theorems.zou2020 import experiments as zou
from verify.backends import Float64
from verify.chances.parts import chance_of, occurrence
from verify.deciding import table
from verify.experiments import Curve, Outcome, Panel
from verify.instance import Instance
from verify.statement import Example

rng = np.random.default_rng(0)


def silent(text: str) -> None:
    """No progress is shown."""


def panel(**values: list[float]) -> Panel:
    return Panel("p", "p", tuple(Curve(name, np.array([row])) for name, row in values.items()), "mean of log")


def standings(rows: list[Any]) -> list[str]:
    return [row.standing for row in rows]


def test_a_run_that_stays_away_from_the_target_says_nothing_and_one_that_loses_its_balance_disagrees() -> None:
    def outcome(last: float, imbalance: float) -> Outcome:
        return Outcome((panel(**{du.LIMIT: [1.0, last]}),), {"imbalance": np.array([imbalance])})

    assert standings(du.compare_3_1({"s": outcome(0.8, 0.1)}, 1, rng)) == ["agrees", "agrees"]
    assert standings(du.compare_3_1({"s": outcome(0.95, 0.95)}, 1, rng)) == ["no number", "disagrees"]


def test_the_runs_to_the_limit_are_what_plain_numpy_computes() -> None:
    outcome = du.to_the_limit(2, np.random.default_rng(7), silent, exponent=0.51, steps=50, rows=3, columns=2)
    generator = np.random.default_rng(7)
    target = generator.standard_normal((2, 3, 1)) @ generator.standard_normal((2, 1, 2))
    target = target[1] / np.linalg.norm(target[1])
    spread = np.sqrt(du.ACCURACY / (100 * 3**4))
    U, V = spread * generator.standard_normal((2, 3, 1))[1], spread * generator.standard_normal((2, 2, 1))[1]
    for t in range(50):
        eta, E = np.sqrt(du.ACCURACY) / 100 / (t + 1) ** 0.51, U @ V.T - target
        U, V = U - eta * E @ V, V - eta * E.T @ U
    assert outcome.panels[0].curve(du.LIMIT).values[1, -1] == pytest.approx(np.linalg.norm(U @ V.T - target), rel=1e-9)


QUIET = [1e-6, 1e-6, 1e-6, 9e-7]
RISING = [0.3, 0.4, 0.55, 0.6]


@pytest.mark.parametrize(
    ("alpha", "beta", "xi", "expected"),
    [
        (RISING, RISING, QUIET, (True, True)),
        ([0.2, 0.4, 0.55, 0.6], [0.2, 0.4, 0.55, 0.6], QUIET, (False, True)),  # the signal grows too fast
        (RISING, RISING, [1e-6, 2e-6, 1e-6, 9e-7], (False, True)),  # the noise grows in stage 1
        (RISING, [0.3, 0.4, 0.55, 1.8], QUIET, (True, False)),  # the product exceeds sigma_1
        (RISING, RISING, [1e-6, 1e-6, 1e-6, 2e-6], (True, False)),  # the noise grows in stage 2
        ([0.1, 0.13, 0.16, 0.2], [0.1, 0.13, 0.16, 0.2], QUIET, (True, False)),  # stage 2 never begins
    ],
)
def test_each_broken_invariant_is_noticed(alpha: list[float], beta: list[float], xi: list[float], expected: tuple[bool, bool]) -> None:
    a, b, noise = (np.array([row]) for row in (alpha, beta, xi))
    first, second = small_constants.survivors(a, b, noise, a * b - 1, 0.5, np.array([[1e-5]]))
    assert (bool(first[0]), bool(second[0])) == expected


def test_the_largest_value_is_the_end_of_the_range_below_the_first_failure() -> None:
    def below_a_third(x: float) -> bool:
        return x < 1 / 3 or x > 0.7

    kept, lost = small_constants.largest(below_a_third, (0.1, 0.2, 0.4, 0.8))
    assert 0.2 < kept < 1 / 3 < lost < 0.4
    assert lost / kept < 1.03
    assert small_constants.largest(below_a_third, (0.5, 0.8)) == (0.0, 0.5)
    assert small_constants.largest(below_a_third, (0.1, 0.2)) == (0.2, np.inf)


def test_the_search_finds_where_lemma_c_1_ends_and_statements_beyond_it_disagree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_constants, "C_STEPS", (0.4, 0.9))
    outcome = small_constants.search(3, np.random.default_rng(0), silent)
    first, second = outcome.panels[0].curves
    assert all(1 / 40 < kept < 0.1 for kept in first.values[0])
    assert second.values[0, 0] > 1 / 8000 > second.values[0, 1] == 0
    monkeypatch.setattr(small_constants, "STATED", {"Lemma C.1": (1 / 40, 1), "Lemma C.2": (1 / 8000, 0.95)})
    claimed = [row for row in small_constants.compare({"event": outcome}, 3, rng) if row.paper == "claimed"]
    assert standings(claimed) == ["agrees", "disagrees"]


def test_iterations_beyond_log_d_over_eps_and_wild_ratios_disagree() -> None:
    times = np.arange(400)

    def outcome(rate: float, ratio: float) -> Outcome:
        errors = tuple(Curve(du.names(d), d * np.exp(-times / 10)[None, :] if rate else 1 / (1 + times)[None, :]) for d in du.DIMENSIONS)
        ratios = tuple(Curve(du.names(d), np.full((1, 400), ratio)) for d in du.DIMENSIONS)
        return Outcome((Panel("e", "e", errors, "mean of log"), Panel("r", "r", ratios, "mean of log")))

    assert standings(du.compare_3_2({"s": outcome(1, 2.0)}, 1, rng)) == ["agrees", "agrees"]
    assert standings(du.compare_3_2({"s": outcome(0, 200.0)}, 1, rng)) == ["disagrees", "disagrees"]


def test_sgd_that_fails_too_often_disagrees() -> None:
    compare = partial(zou.compare_sgd, 0.5, "it holds")
    assert standings(compare({"s": Outcome((), {"held": np.array([1.0, 1.0, 0.0])})}, 3, rng)) == ["agrees"]
    assert standings(compare({"s": Outcome((), {"held": np.zeros(20)})}, 20, rng)) == ["disagrees"]


def test_the_best_iterate_is_sought_for_as_long_as_the_theorem_says_and_too_long_steps_miss_it() -> None:
    good, bad = (zou.best_iterate(6, np.random.default_rng(1), silent, factor=factor, part=1) for factor in (1e4, 1e6))
    assert good.numbers["held"].all()
    assert good.numbers["iterations"].min() > 1
    assert not bad.numbers["held"].all()


def test_a_rate_that_is_not_kept_disagrees() -> None:
    good, bad = Outcome((panel(x=[1.0, 0.9]),)), Outcome((panel(x=[1.0, 1.1]),))
    assert standings(zou.compare_3_1({"good": good, "bad": bad}, 1, rng)) == ["agrees", "disagrees"]


def test_sgd_in_one_dimension_is_what_plain_numpy_computes() -> None:
    start, values, alpha = zou.one_dimensional(1, np.random.default_rng(2), lambda of: 3 / of["x"], noise=0.5)
    losses = zou.followed(start, np.array([0.01]), 5)[0]
    X, Y, a = start[zou.G][0, 0], start[zou.Y][0, 0], alpha[0]
    generator = np.random.default_rng([0, 0])
    A, B = np.array([[1.0], [0.0]]), np.array([[0.0, a]])
    layers = [np.eye(2), np.eye(2)]
    for t in range(6):
        E = B @ layers[1] @ layers[0] @ A * X - Y
        assert losses[t] == pytest.approx(0.5 * (E**2).sum(), rel=1e-9)
        chosen = np.sort(generator.choice(zou.SAMPLES, zou.BATCH, replace=False))
        signal = zou.SAMPLES / zou.BATCH * float(E[0, chosen] @ X[chosen])
        first, second = (B @ layers[1]).T @ A.T * signal, B.T @ (layers[0] @ A).T * signal
        layers = [layers[0] - 0.01 * first, layers[1] - 0.01 * second]
    assert values["L_0"][0] == pytest.approx(losses[0], rel=1e-12)


@pytest.mark.parametrize("given", random_starts.claim_abstract_steps.examples)
def test_the_bound_on_the_error_reaches_epsilon_at_the_last_step_of_each_example_and_not_long_before(given: Example) -> None:
    claimed, values = chance_of(random_starts.claim_abstract_steps), dict(given.values)
    run = occurrence(random_starts.claim_abstract_steps)
    start = {name: [[0] * len(values["A"][0]) for _ in values[side]] for name, side in (("U", "A"), ("V", "B"))}
    instance = Instance.of(run.over, values | start)
    backend, bound = Float64(), run.resolve(run.claim[-1].rhs)
    along_the_run = table(run, backend, instance.dimensions, instance.read(backend), claimed.steps, [bound])
    assert along_the_run[-1][0] == values["epsilon"] == 1
    assert along_the_run[30][0] > 1
