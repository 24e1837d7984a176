"""Runs against the loops and the automatic differentiation that one would write without them, and how their cost grows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ratios import RATIOS, seconds

from theorems.xu2023 import notation as xu
from verify.runs import Runs, simulate

SIZE, STEP = 20, 0.01


def starts(seeds: int, width: int) -> dict[Any, Any]:
    rng = np.random.default_rng(0)
    first, second = (rng.standard_normal((seeds, *shape)) / np.sqrt(width) for shape in ((SIZE, width), (width, SIZE)))
    data, targets = rng.standard_normal((2, seeds, SIZE, SIZE)) / 4
    return {xu.X: data, xu.Y: targets, xu.W_1: first, xu.W_2: second}


def ours(values: dict[Any, Any], steps: int, *, reduce: bool = True) -> Runs:
    shape = {xu.n: SIZE, xu.m: SIZE, xu.N: SIZE, xu.h: values[xu.W_1].shape[-1]}
    return simulate(xu.descent, shape, values, steps, {"L": xu.L}, step_size=STEP, trajectories=True, reduce=reduce)


def by_hand(values: dict[Any, Any], steps: int) -> np.ndarray[Any, Any]:
    """The losses of one seed after another, at full width."""
    losses = []
    for X, Y, first, second in zip(*(values[s] for s in (xu.X, xu.Y, xu.W_1, xu.W_2)), strict=True):
        one, two, row = first, second, []
        for _ in range(steps + 1):
            error = X @ (one @ two) - Y
            row.append(np.linalg.norm(error) ** 2 / 2)
            gradient = X.T @ error
            one, two = one - STEP * gradient @ two.T, two - STEP * one.T @ gradient
        losses.append(row)
    return np.array(losses)


def by_autograd(torch: Any, values: dict[Any, Any], steps: int) -> np.ndarray[Any, Any]:
    """The losses of all seeds as one batch, with the gradients of PyTorch."""
    X, Y, one, two = (torch.tensor(values[s]) for s in (xu.X, xu.Y, xu.W_1, xu.W_2))
    one.requires_grad_()
    two.requires_grad_()
    losses = []
    for _ in range(steps + 1):
        each = ((X @ (one @ two) - Y) ** 2).sum(dim=(-2, -1)) / 2
        losses.append(each.detach().numpy())
        one.grad = two.grad = None
        each.sum().backward()
        with torch.no_grad():
            one -= STEP * one.grad
            two -= STEP * two.grad
    return np.stack(losses, axis=-1)


SEEDS, WIDTH, STEPS, NAIVE_STEPS = 20, 1000, 200, 10
ROUNDS = 5
FLAT = 1.25
"""Cost over that at h = 50 up to which it is called flat; at full width it would grow two hundredfold."""


def test_many_seeds_of_a_wide_network_against_a_loop_at_full_width(benchmark: Any) -> None:
    values = starts(SEEDS, WIDTH)
    np.testing.assert_allclose(ours(values, NAIVE_STEPS)["L"].trajectory, by_hand(values, NAIVE_STEPS), rtol=1e-9)
    benchmark.pedantic(lambda: ours(values, STEPS), rounds=2, iterations=1)
    # The naive loop does the same work in every step, so a few of them are scaled.
    naive = seconds(lambda: by_hand(values, NAIVE_STEPS), 2) * (STEPS + 1) / (NAIVE_STEPS + 1)
    name = f"{STEPS} steps of {SEEDS} seeds at n = m = {SIZE}, h = {WIDTH}, against a NumPy loop at full width"
    RATIOS.append((f"{name} ({NAIVE_STEPS} steps, scaled)", naive / seconds(lambda: ours(values, STEPS), 2)))


@pytest.mark.parametrize("width", [WIDTH, 2 * SIZE])
def test_many_seeds_against_automatic_differentiation(benchmark: Any, width: int) -> None:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    values = starts(SEEDS, width)
    np.testing.assert_allclose(ours(values, NAIVE_STEPS)["L"].trajectory, by_autograd(torch, values, NAIVE_STEPS), rtol=1e-9)
    benchmark.pedantic(lambda: ours(values, STEPS), rounds=2, iterations=1)
    steps = NAIVE_STEPS if width == WIDTH else STEPS
    naive = seconds(lambda: by_autograd(torch, values, steps), 2) * (STEPS + 1) / (steps + 1)
    scaled = f" ({steps} steps, scaled)" if steps != STEPS else ""
    name = f"{STEPS} steps of {SEEDS} seeds at n = m = {SIZE}, h = {width}, against PyTorch autograd on one core{scaled}"
    RATIOS.append((name, naive / seconds(lambda: ours(values, STEPS), 2)))


def cost_of_a_step(values: dict[Any, Any], *, reduce: bool = True) -> float:
    """Without what happens once, such as the factorisation."""
    steps = 200
    return max(seconds(lambda: ours(values, steps, reduce=reduce), 3) - seconds(lambda: ours(values, 0, reduce=reduce), 3), 1e-9) / steps


def test_cost_of_a_step_as_the_width_grows(benchmark: Any) -> None:
    values = {width: starts(4, width) for width in (50, 200, 1000, 10_000)}
    np.testing.assert_allclose(ours(values[50], 5)["L"].trajectory, by_hand(values[50], 5), rtol=1e-9)
    # In turn, so that what else the machine does falls on every width alike; the median of their ratios is stated.
    rounds = [{width: cost_of_a_step(start) for width, start in values.items()} for _ in range(ROUNDS)]
    growth = {width: float(np.median([costs[width] / costs[50] for costs in rounds])) for width in values}
    for width, ratio in growth.items():
        RATIOS.append((f"cost of a step at h = {width}, of that at h = 50 (both run at {2 * SIZE})", ratio))
    words = "flat" if max(growth.values()) <= FLAT else "NOT FLAT"
    RATIOS.append((f"cost of a step from h = 50 to 10,000 after the one factorisation: {words}, the largest ratio", max(growth.values())))
    full = cost_of_a_step(values[1000], reduce=False)
    RATIOS.append(("cost of a step at h = 1000 with reduce=False, of that with it", full / cost_of_a_step(values[1000])))
    benchmark.pedantic(lambda: ours(values[10_000], 20), rounds=2, iterations=1)


def test_cost_of_a_step_as_the_seeds_grow(benchmark: Any) -> None:
    every = starts(256, 50)
    one = cost_of_a_step({s: v[:1] for s, v in every.items()})
    for seeds in (4, 16, 64, 256):
        batch = {s: v[:seeds] for s, v in every.items()}
        np.testing.assert_allclose(ours(batch, 3)["L"].trajectory, by_hand(batch, 3), rtol=1e-9)
        RATIOS.append((f"{seeds} seeds one after the other, against one batch of them", seeds * one / cost_of_a_step(batch)))
    benchmark.pedantic(lambda: ours(every, 20), rounds=2, iterations=1)
