"""The figure of zhao2024: runs against plain NumPy at full width, the span of an orthogonal start, and comparisons that say no."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from theorems.zhao2024 import figures
from verify.experiments import Curve, Outcome, Panel

Array = np.ndarray[Any, Any]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"INPUTS": 4, "OUTPUTS": 2, "SAMPLES": 7, "STEPS": 6}.items():
        monkeypatch.setattr(figures, name, value)


def descent(weights: list[Array], X: Array, Y: Array, size: int, step: float) -> tuple[list[float], list[float]]:
    """The losses of the network and of the convex problem, written out."""
    N = len(weights)
    a = 1 / np.sqrt(float(size) ** (N - 1) * Y.shape[0])

    def product(layers: list[Array], columns: int) -> Array:
        found = np.eye(columns)
        for layer in layers:
            found = layer @ found
        return found

    W = [w.copy() for w in weights]
    V = a * product(W, X.shape[0])
    losses, convex = [], []
    for _ in range(7):
        F = a * product(W, X.shape[0])
        losses.append(0.5 * np.linalg.norm(F @ X - Y) ** 2)
        convex.append(0.5 * np.linalg.norm(V @ X - Y) ** 2)
        G = (F @ X - Y) @ X.T
        gradients = [a * product(W[j + 1 :], W[j].shape[0]).T @ G @ product(W[:j], X.shape[0]).T for j in range(N)]
        W = [w - step * g for w, g in zip(W, gradients, strict=True)]
        V = V - N / Y.shape[0] * step * (V @ X - Y) @ X.T
    return losses, convex


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", [figures.GAUSSIAN, figures.ORTHOGONAL])
@pytest.mark.parametrize("N", [3, 4])
def test_the_runs_are_what_plain_numpy_computes_at_full_width(name: str, N: int) -> None:
    """The orthogonal start is kept in a span of 6 of 15 hidden units; here it runs with all of them."""
    size = 15
    outcome = figures.panels(1, np.random.default_rng(5), lambda text: None, N=N, sizes={name: (size,)})
    generator = np.random.default_rng(5)
    X, truth = generator.standard_normal((4, 7)), generator.standard_normal((2, 4))
    Y = truth @ X + generator.standard_normal((2, 7))
    if name == figures.GAUSSIAN:
        weights = figures.gaussian_start(generator, N, size)
    else:
        first, last = (figures.haar(generator, 1, size, columns)[0] for columns in (4, 2))
        weights = [np.sqrt(size) * w for w in (first, *(np.eye(size),) * (N - 2), last.T)]
    losses, convex = descent(weights, X, Y, size, 2 / (N * np.linalg.norm(X, 2) ** 2))
    panel = outcome.panels[0]
    assert panel.curve(figures.NETWORK).values[0] == pytest.approx(losses, rel=1e-9)
    assert panel.curve(figures.CONVEX).values[0] == pytest.approx(convex, rel=1e-9)
    assert outcome.numbers[f"{panel.title}: {figures.DISTANCE}"].shape == (1,)


def shown(start: str, width: int, network: list[float], convex: list[float]) -> Panel:
    curves = tuple(Curve(name, np.array([v])) for name, v in ((figures.NETWORK, network), (figures.CONVEX, convex)))
    return Panel(f"{start}, n = {width}", "loss", curves, "mean of log")


def test_comparisons_can_disagree() -> None:
    convex = [100.0, 10.0, 1.0]
    good = {128: [100.0, 200.0, np.nan], 200: [100.0, 20.0, 2.0], 2000: [100.0, 10.1, 1.01]}
    bad = {128: [100.0, 10.0, 1.0], 200: [100.0, 10.0, 1.0], 2000: [100.0, 150.0, 30.0]}
    found = {}
    for name, losses in (("good", good), ("bad", bad)):
        panels = [shown(figures.GAUSSIAN, n, v, convex) for n, v in losses.items()]
        panels += [shown(figures.ORTHOGONAL, n, v, convex) for n, v in good.items()]
        outcome = {name: Outcome(tuple(panels))}
        found[name] = [row.standing for row in figures.compare(outcome, 1, np.random.default_rng(0))]
    assert set(found["good"]) == {"agrees"}
    assert found["bad"] == ["disagrees"] * 4 + ["agrees"] * 4 + ["disagrees"]
    assert figures.gap(shown("", 1, good[128], convex)) == np.inf
