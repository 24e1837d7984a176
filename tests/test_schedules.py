"""The rules for the step size that the papers print, each on its own law: the numbers that they are, and losses that go down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from theorems.du2018 import notation as du
from theorems.xu2023 import initialisation
from theorems.xu2023 import notation as xu
from theorems.zou2020 import notation as zou
from theorems.zou2020.gradient_descent import descent_step
from verify.author import dimensions, fro, initial, matrix, scalars, time
from verify.networks import linear_network, squared_loss, widths
from verify.runs import minibatches, simulate
from verify.schedules import adaptive


def wide_margin(seeds: int) -> tuple[dict[Any, int], dict[Any, Any]]:
    """Two-layer networks whose product is close to the targets, so that the margin of xu2023 is positive."""
    rng = np.random.default_rng(0)
    data = np.broadcast_to(np.eye(3), (seeds, 3, 3))
    first, second = rng.standard_normal((seeds, 3, 8)), rng.standard_normal((seeds, 8, 1))
    targets = first @ second + 0.01 * rng.standard_normal((seeds, 3, 1))
    return {xu.n: 3, xu.m: 1, xu.N: 3, xu.h: 8}, {xu.X: data, xu.Y: targets, xu.W_1: first, xu.W_2: second}


def test_the_step_sizes_of_du_and_arora_that_xu2023_compares_with() -> None:
    shape, start = wide_margin(4)
    norms = np.linalg.norm(start[xu.Y], axis=(-2, -1))
    record = {"step": xu.eta, "L": xu.L}
    runs = simulate(xu.descent, shape, start, 5, record, step_size=initialisation.du(fro(xu.Y)), trajectories=True)
    expected = np.sqrt(norms)[:, None] / (100 * np.arange(1, 7) * norms[:, None] ** 1.5)
    np.testing.assert_allclose(runs["step"].trajectory, expected, rtol=1e-12)
    arora = xu.p_1**3 / (6144 * 2**3 * fro(xu.Y) ** 4)
    runs = simulate(xu.descent, shape, start, 5, {**record, "p_1": xu.p_1}, step_size=arora, trajectories=True)
    first = runs["p_1"].trajectory[:, 0]
    np.testing.assert_allclose(runs["step"].last, first**3 / (49152 * norms**4), rtol=1e-12)
    assert (np.diff(runs["L"].trajectory, axis=1) < 0).all()


def test_algorithm_1_of_xu2023_with_each_of_its_four_rates() -> None:
    shape, start = wide_margin(3)
    constants = {xu.c_1: 0.5, xu.c_2: 1.5}
    uniform = 1 - initial(xu.a_1) * xu.eta + initial(xu.a_2) * xu.eta**2 + initial(xu.a_3) * xu.eta**3 + initial(xu.a_4) * xu.eta**4
    largest = {}
    for name, rate in {"f(eta, 0)": uniform, "f(eta, t)": xu.f, "rhohat": xu.rhohat, "rho": xu.rho}.items():
        record = {"step": xu.eta, "cap": xu.eta_max, "L": xu.L}
        rule = adaptive(rate, xu.eta, up_to=xu.eta_max)
        runs = simulate(xu.descent, shape, start, 20, record, step_size=rule, constants=constants, trajectories=True)
        assert runs.endings == ("steps",) * 3
        assert (runs["step"].trajectory <= runs["cap"].trajectory).all()
        assert (np.diff(runs["L"].trajectory, axis=1) < 0).all()
        largest[name] = runs["step"].trajectory
    np.testing.assert_allclose(largest["f(eta, 0)"], largest["f(eta, 0)"][:, :1] * np.ones(21), rtol=1e-12)
    assert (largest["rho"] >= largest["f(eta, t)"] * (1 - 1e-12)).all()


def test_the_decreasing_step_sizes_of_du2018_reach_the_precision_they_are_for() -> None:
    rng = np.random.default_rng(1)
    left, right = (np.linalg.qr(rng.standard_normal((4, 2)))[0] for _ in range(2))
    target, epsilon = left @ np.diag([2.0, 1.0]) @ right.T, 0.5
    start = {du.U: 0.1 * rng.standard_normal((3, 4, 2)), du.V: 0.1 * rng.standard_normal((3, 4, 2))}
    constants = {du.M_star: target, du.epsilon: epsilon}
    shape, rule = {du.d_1: 4, du.d_2: 4, du.r: 2}, du.first_step / (time + 1)
    runs = simulate(du.descent, shape, start, 2000, {"step": du.eta, "f": du.f}, step_size=rule, constants=constants, every=100)
    first = np.sqrt(epsilon / 2) / (100 * np.linalg.norm(target) ** 1.5)
    np.testing.assert_allclose(runs["step"].mean, first / (runs.times + 1), rtol=1e-12)
    assert (np.diff(runs["f"].largest) < 0).all()
    direct = simulate(du.decreasing, shape, start, 2000, {"f": du.f}, step_size=float(first), constants=constants, every=100)
    np.testing.assert_allclose(direct["f"].mean, runs["f"].mean, rtol=1e-10)


@pytest.mark.parametrize("width", [4, 60])
def test_the_step_size_of_zhao2024_for_deep_linear_networks(width: int) -> None:
    sizes, (samples,), (eta,) = widths(3), dimensions("m"), scalars("eta")
    data, targets = matrix("X", sizes[0], samples), matrix("Y", sizes[3], samples)
    network, loss = linear_network(sizes, normalised=True), squared_loss(data, targets)
    descent = network.descent(loss, eta)
    rng = np.random.default_rng(2)
    shape = dict(zip((*sizes, samples), (3, width, width, 2, 20), strict=True))
    start = {W: rng.standard_normal((2, shape[W.rows], shape[W.cols])) for W in network.weights}
    values = {data: rng.standard_normal((3, 20)), targets: rng.standard_normal((2, 20))}
    rule = sizes[3] / (loss.beta * network.depth)
    runs = simulate(descent, shape, start, 30, {"step": eta, "L": descent.loss}, step_size=rule, constants=values)
    np.testing.assert_allclose(runs["step"].mean, 2 / (3 * np.linalg.norm(values[data], 2) ** 2), rtol=1e-12)
    assert (np.diff(runs["L"].largest) <= 0).all()


def residual(seeds: int) -> tuple[dict[Any, int], dict[Any, Any]]:
    """Linear ResNets that start from zero with Gaussian maps, and targets near what they map to."""
    rng = np.random.default_rng(3)
    shape = {zou.L: 5, zou.m: 30, zou.d: 2, zou.k: 2, zou.n: 12, zou.r: 2, zou.b: 4}
    maps = {zou.A: rng.standard_normal((seeds, 30, 2)), zou.B: rng.standard_normal((seeds, 2, 30))}
    data = {zou.F: np.broadcast_to(np.eye(2), (seeds, 2, 2)), zou.G: rng.standard_normal((seeds, 2, 12))}
    targets = maps[zou.B] @ maps[zou.A] @ data[zou.G] + 0.1 * rng.standard_normal((seeds, 2, 12))
    return shape, {**maps, **data, zou.Y: targets, zou.W: np.zeros((seeds, 150, 30))}


def test_the_step_size_of_zou2020_for_residual_networks() -> None:
    shape, start = residual(3)
    record = {"step": zou.eta, "above": zou.loss - zou.L_star, "start": initial(zou.loss)}
    runs = simulate(zou.descent, shape, start, 40, record, step_size=descent_step, trajectories=True)
    assert runs.widths == {zou.m: (30, 4)}
    norms = [np.linalg.norm(start[x], 2, axis=(-2, -1)) for x in (zou.A, zou.B, zou.G)]
    product = np.prod(norms, axis=0)
    expected = 1 / (10 * product * (np.sqrt(np.e * runs["start"].last) + np.e * product / 2))
    np.testing.assert_allclose(runs["step"].trajectory, expected[:, None] * np.ones(41), rtol=1e-10)
    assert (np.diff(runs["above"].trajectory, axis=1) < 0).all()


def test_minibatches_of_zou2020_without_replacement_at_the_reduced_width() -> None:
    shape, start = residual(2)
    arguments: Any = {"step_size": 1e-5, "per_step": minibatches(zou.S, 12, 4), "trajectories": True}
    small, full = (
        simulate(zou.stochastic_descent, shape, start, 30, {"loss": zou.loss}, reduce=reduce, **arguments) for reduce in (True, False)
    )
    assert small.widths == {zou.m: (30, 4)}
    np.testing.assert_allclose(small["loss"].trajectory, full["loss"].trajectory, rtol=1e-9)
    # the loss of all samples goes up and down, since every step sees four of them
    assert set(np.sign(np.diff(small["loss"].trajectory, axis=1)).ravel()) == {-1.0, 1.0}
