"""The figures of du2018 and zou2020: the runs against plain NumPy, and comparisons that say no."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from theorems.du2018 import figures as du
from theorems.zou2020 import figures as zou
from verify.experiments import Curve, Outcome, Panel

Array = np.ndarray[Any, Any]


def silent(text: str) -> None:
    """No progress is shown."""


def test_the_factorisations_are_what_plain_numpy_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(du, "STEPS_1", 15)
    outcome = du.factorisations(2, np.random.default_rng(3), silent, rows=6, columns=4, rank=2, spread=0.3, step=0.2)
    generator = np.random.default_rng(3)
    target = generator.standard_normal((2, 6, 2)) @ generator.standard_normal((2, 2, 4))
    start = 0.3 * generator.standard_normal((2, 6, 2)), 0.3 * generator.standard_normal((2, 4, 2))
    for name, weight in ((du.PLAIN, 0.0), (du.BALANCED, 0.5)):
        U, V = start[0][1], start[1][1]
        eta = 0.2 / np.linalg.norm(target[1], 2)
        for _ in range(15):
            E, imbalance = U @ V.T - target[1], U.T @ U - V.T @ V
            U, V = U - eta * (E @ V + weight * U @ imbalance), V - eta * (E.T @ U - weight * V @ imbalance)
        value = 0.5 * np.linalg.norm(U @ V.T - target[1]) ** 2 + weight / 4 * np.linalg.norm(U.T @ U - V.T @ V) ** 2
        objective, ratio = outcome.panels
        assert objective.curve(name).values[1, -1] == pytest.approx(value, rel=1e-9)
        assert ratio.curve(name).values[1, -1] == pytest.approx(np.linalg.norm(U) ** 2 / np.linalg.norm(V) ** 2, rel=1e-9)


def test_the_training_is_what_plain_numpy_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(du, "STEPS_2", 20)
    targets = partial(du.relu_targets, 0.5)
    outcome = du.train(1, np.random.default_rng(4), silent, sizes=(6, 5, 4, 3, 7), balanced=True, targets=targets, step=0.05)
    generator = np.random.default_rng(4)
    X = generator.standard_normal((1, 6, 7))
    spreads = (5e-5, 6e-5, 1e-4)
    W = [np.sqrt(v) * generator.standard_normal((1, *s))[0] for v, s in zip(spreads, ((5, 6), (4, 5), (3, 4)), strict=True)]
    Y, X = targets(generator, X, 3)[0], X[0]
    for _ in range(20):
        first, second = W[0] @ X, W[1] @ np.maximum(W[0] @ X, 0)
        E = (W[2] @ np.maximum(second, 0) - Y) / 7
        back = (W[2].T @ E) * (second > 0)
        gradients = ((W[1].T @ back) * (first > 0)) @ X.T, back @ np.maximum(first, 0).T, E @ np.maximum(second, 0).T
        W = [w - 0.05 * g for w, g in zip(W, gradients, strict=True)]
    norms = [np.linalg.norm(w) ** 2 for w in W]
    for h, norm in enumerate(norms, 1):
        assert outcome.numbers[f"||W_{h}||_F^2"][0] == pytest.approx(norm, rel=1e-9)
    difference, ratio = outcome.panels
    assert difference.curve(du.SECOND).values[0, -1] == pytest.approx(abs(norms[1] - norms[2]), rel=1e-6)
    assert ratio.curve(du.FIRST).values[0, -1] == pytest.approx(norms[0] / norms[1], rel=1e-9)


@pytest.mark.parametrize("standard", [False, True])
def test_ten_columns_give_the_losses_of_all(standard: bool) -> None:
    generator = np.random.default_rng(5)
    data, left_out = zou.regression(2, generator)
    data |= zou.draw_all(zou.TRANSFORMATIONS["random"], generator, 2, {zou.m: 24, zou.d: 10, zou.k: 10})
    hidden = generator.standard_normal((2, 3 * 24, 24)) / 5 if standard else None
    found = zou.losses(data, left_out, 3, 24, 6, 0.5, hidden)
    again = np.random.default_rng(5)
    X = again.standard_normal((2, 10, 1000))
    Y = -X + 0.1 * again.standard_normal(X.shape)
    for row in range(2):
        A, B = data[zou.A][row], data[zou.B][row]
        layers = [hidden[row, 24 * h : 24 * h + 24] if hidden is not None else np.eye(24) for h in range(3)]
        eta = 0.5 / (3 * (np.linalg.norm(A, 2) * np.linalg.norm(B, 2) * np.linalg.norm(X[row], 2)) ** 2)
        losses = []
        for _ in range(7):
            E = B @ layers[2] @ layers[1] @ layers[0] @ A @ X[row] - Y[row]
            losses.append(0.5 * np.linalg.norm(E) ** 2)
            inner = A @ X[row]
            gradients = (
                (B @ layers[2] @ layers[1]).T @ E @ inner.T,
                (B @ layers[2]).T @ E @ (layers[0] @ inner).T,
                B.T @ E @ (layers[1] @ layers[0] @ inner).T,
            )
            layers = [layer - eta * g for layer, g in zip(layers, gradients, strict=True)]
        np.testing.assert_allclose(found[row], losses, rtol=1e-8)


# --- comparisons that say no ------------------------------------------------------------------------


def panel(**values: list[float]) -> Panel:
    return Panel("p", "p", tuple(Curve(name, np.array([row])) for name, row in values.items()), "mean of log")


def standings(rows: list[Any]) -> list[str]:
    return [row.standing for row in rows]


def test_a_run_that_does_not_converge_or_moves_its_ratio_disagrees() -> None:
    def outcome(last: float, ratio: float) -> Outcome:
        objective = panel(**{du.PLAIN: [1.0, last], du.BALANCED: [1.0, 1e-13]})
        return Outcome((objective, panel(**{du.PLAIN: [1.0, ratio], du.BALANCED: [1.0, 1.0]})))

    rng = np.random.default_rng(0)
    assert standings(du.compare_1({"square": outcome(1e-13, 1.05)}, 1, rng)) == ["agrees"] * 3
    assert standings(du.compare_1({"square": outcome(1e-3, 2.0)}, 1, rng)) == ["disagrees"] * 3


def test_the_printed_norms_contradict_the_printed_bounds_and_drifts_can_be_large() -> None:
    def outcome(difference: float) -> Outcome:
        numbers = {"||W_1||_F^2": 42.0, "||W_2||_F^2": 42.0, "||W_3||_F^2": 60.0, "drift": difference, "loss": 0.1}
        ratios = panel(**{du.FIRST: [1.0, 1 + difference], du.SECOND: [1.0, 1.0]})
        return Outcome(
            (panel(**{du.FIRST: [0.01, difference], du.SECOND: [0.01, 0.01]}), ratios), {k: np.array([v]) for k, v in numbers.items()}
        )

    rng = np.random.default_rng(0)
    printed = ["disagrees", "disagrees"]
    at_the_end = ["agrees", "agrees", "disagrees", "agrees", "disagrees"]
    assert standings(du.compare_2({"balanced": outcome(0.02)}, 1, rng)) == [*printed, *at_the_end, *["agrees"] * 3]
    assert standings(du.compare_2({"balanced": outcome(9.0)}, 1, rng)) == [*printed, *at_the_end, *["disagrees"] * 3]
    # the unbalanced start has the iteration from which its ratios are close to 1, besides
    at_the_end = ["disagrees", "agrees", "disagrees", "disagrees", "disagrees"]
    assert standings(du.compare_2({"unbalanced": outcome(0.2)}, 1, rng)) == [*printed, *at_the_end, *["agrees"] * 4]
    assert standings(du.compare_2({"unbalanced": outcome(10.0)}, 1, rng)) == [*printed, *at_the_end, *["disagrees"] * 4]


def test_a_ratio_is_close_from_the_last_time_on_at_which_it_was_far() -> None:
    curve = Curve("ratio", np.array([[2.0, 1.1, 1.5, 1.1, 1.0], [2.0, 1.0, 1.0, 1.0, 1.0]]))
    assert du.close_from(curve, 0.2) == 3 * du.EVERY
    assert du.close_from(curve, 3.0) == 0
    assert du.close_from(curve, 0.01) == 4 * du.EVERY
    assert du.close_from(Curve("ratio", np.array([[1.0, 2.0]])), 0.2) is None


def test_transformations_that_behave_otherwise_disagree() -> None:
    numbers = {"half of ||Y||_F^2": np.array([5.0]), "L*": np.array([1.0])}
    good = panel(identity=[9.0, 6.0, 5.5], **{"modified identity": [5.0, 1.1, 1.0001]}, random=[9.0, 2.0, 1.0002])
    bad = panel(identity=[9.0, 6.0, 1.0], **{"modified identity": [9.0, 3.0, 2.0]}, random=[5.0, 2.0, 2.0])
    assert standings(zou.compare_transformations("s", Outcome((good,), numbers))) == ["agrees"] * 4
    assert standings(zou.compare_transformations("s", Outcome((bad,), numbers))) == ["disagrees"] * 4


def test_depths_that_behave_otherwise_disagree() -> None:
    good = panel(**{"ResNet, L = 1": [9, 1.0], "ResNet, L = 2": [9, 1.01], "standard, L = 1": [9, 2.0], "standard, L = 2": [9, 3.0]})
    bad = panel(**{"ResNet, L = 1": [9, 1.0], "ResNet, L = 2": [9, 4.0], "standard, L = 1": [9, 3.0], "standard, L = 2": [9, 2.0]})
    assert standings(zou.compare_depths("s", Outcome((good,)))) == ["agrees"] * 3
    assert standings(zou.compare_depths("s", Outcome((bad,)))) == ["disagrees"] * 3
