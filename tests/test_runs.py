"""Batched runs: statistics over seeds, step-size rules, endings, memory, what changes in every step."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from theorems import width_reduction
from theorems.xu2023 import notation as xu
from verify.author import (
    block,
    dimensions,
    fro,
    initial,
    law,
    matrix,
    minimum,
    pinv,
    product_along,
    relu,
    scalars,
    spec,
    state,
    sum_along,
    time,
)
from verify.backends import Float64
from verify.dynamics import along, run
from verify.errors import InstanceError, StatementError, VerifyError
from verify.gradients import gradient_descent
from verify.run_programs import fixed_along_run
from verify.runs import minibatches, simulate
from verify.schedules import adaptive

n, m = dimensions("n m")
(eta,) = scalars("eta")
U = state("U", n, m)
size = fro(U) ** 2
shrink = law("shrinking", {U: U - eta * U}, step_size=eta, loss=size)
SHAPE = {xu.n: 2, xu.m: 3, xu.N: 2, xu.h: 4}


def network(count: int, width: int = 4, scale: float = 0.5, seed: int = 0) -> dict[Any, Any]:
    rng = np.random.default_rng(seed)
    sizes = {xu.X: (2, 2), xu.Y: (2, 3), xu.W_1: (2, width), xu.W_2: (width, 3)}
    return {symbol: scale * rng.standard_normal((count, *size)) for symbol, size in sizes.items()}


def no_nan(runs: Any) -> bool:
    """Whether neither the values nor what is under the masks is NaN or infinite."""
    arrays = [
        a for q in runs.recorded.values() for a in (q.mean, q.deviation, q.smallest, q.largest, q.last, q.trajectory) if a is not None
    ]
    return all(np.isfinite(a.data).all() for a in arrays)


def test_a_batch_of_runs_is_the_naive_loop() -> None:
    starts = np.random.default_rng(0).standard_normal((5, 2, 3))
    step = 1 / (2 + time) + initial(size) / (100 + initial(size))
    runs = simulate(shrink, {n: 2, m: 3}, {U: starts}, 7, {"size": size, "step": eta}, step_size=step, trajectories=True)
    for k, start in enumerate(starts):
        point, first = start.copy(), float((start**2).sum())
        for t in range(8):
            chosen = 1 / (2 + t) + first / (100 + first)
            assert runs["size"].trajectory[k, t] == pytest.approx(float((point**2).sum()), rel=1e-12)
            assert runs["step"].trajectory[k, t] == pytest.approx(chosen, rel=1e-12)
            point = point - chosen * point
    assert runs.endings == ("steps",) * 5
    assert runs.steps.tolist() == [7] * 5


def test_a_run_is_the_recorded_run_of_the_same_law() -> None:
    values = network(3)
    trajectory = run(xu.descent, Float64(), SHAPE, {**values, xu.eta: np.full(3, 0.05)}, 9)
    runs = simulate(xu.descent, SHAPE, values, 9, {"L": xu.L}, step_size=0.05, trajectories=True)
    np.testing.assert_allclose(runs["L"].trajectory.T, [row[0] for row in along(trajectory, [xu.L])], rtol=1e-12)


def test_statistics_are_those_of_the_trajectories_in_every_batching() -> None:
    values, record = network(11), {"L": xu.L, "gradient": fro(xu.G)}
    whole = simulate(xu.descent, SHAPE, values, 300, record, step_size=0.05, trajectories=True)
    assert whole.batch == 11
    table = whole["L"].trajectory
    for memory in (40_000, 60_000):
        parts = simulate(xu.descent, SHAPE, values, 300, record, step_size=0.05, memory=memory)
        assert 1 <= parts.batch < 11
        assert parts.memory <= memory
        for found in (whole["L"], parts["L"]):
            np.testing.assert_allclose(found.mean, table.mean(axis=0), rtol=1e-10)
            np.testing.assert_allclose(found.deviation, table.std(axis=0), rtol=1e-7, atol=1e-15)
            np.testing.assert_allclose(found.smallest, table.min(axis=0), rtol=1e-10)
            np.testing.assert_allclose(found.largest, table.max(axis=0), rtol=1e-10)
            np.testing.assert_allclose(found.last, table[:, -1], rtol=1e-10)
            assert found.count.tolist() == [11] * 301
        assert parts["L"].trajectory is None


def test_every_k_th_time_and_the_last_are_kept() -> None:
    runs = simulate(xu.descent, SHAPE, network(4), 50, {"L": xu.L}, step_size=0.05, every=20)
    often = simulate(xu.descent, SHAPE, network(4), 50, {"L": xu.L}, step_size=0.05)
    assert runs.times.tolist() == [0, 20, 40, 50]
    np.testing.assert_allclose(runs["L"].mean, often["L"].mean[runs.times], rtol=1e-13)


def test_a_start_drawn_for_each_seed_does_not_depend_on_the_others() -> None:
    def start(generator: np.random.Generator) -> dict[Any, Any]:
        return {U: generator.standard_normal((2, 3))}

    together = simulate(shrink, {n: 2, m: 3}, start, 4, {"size": size}, step_size=0.1, seeds=6, seed=3)
    alone = simulate(shrink, {n: 2, m: 3}, start, 4, {"size": size}, step_size=0.1, seeds=2, seed=3)
    other = simulate(shrink, {n: 2, m: 3}, start, 4, {"size": size}, step_size=0.1, seeds=2, seed=4)
    np.testing.assert_array_equal(together["size"].last[:2], alone["size"].last)
    assert not np.array_equal(alone["size"].last, other["size"].last)


def test_a_seed_that_diverges_is_reported_and_leaves_no_nan() -> None:
    values = network(4, scale=0.5)
    values[xu.W_1][2] *= 1e4
    runs = simulate(xu.descent, SHAPE, values, 60, {"L": xu.L, "norm": fro(xu.W_1)}, step_size=0.05, trajectories=True)
    alone = simulate(xu.descent, SHAPE, {s: v[[0, 1, 3]] for s, v in values.items()}, 60, {"L": xu.L}, step_size=0.05)
    assert runs.endings == ("steps", "steps", "diverged", "steps")
    when = int(runs.diverged_at[2])
    assert runs.diverged_at.mask.tolist() == [True, True, False, True]
    assert 0 < when < 60
    lost = np.ma.getmaskarray(runs["L"].trajectory)
    assert lost[2, when:].all()
    assert not lost[2, :when].any()
    assert not lost[[0, 1, 3]].any()
    assert runs["L"].last.mask.tolist() == [False, False, True, False]
    assert runs["L"].count[-1] == 3
    np.testing.assert_allclose(runs["L"].mean[when:], alone["L"].mean[when:], rtol=1e-12)
    assert no_nan(runs)


def test_when_all_diverge_everything_later_is_masked() -> None:
    runs = simulate(xu.descent, SHAPE, network(2, scale=3.0), 500, {"L": xu.L}, step_size=50.0, every=7, trajectories=True)
    assert runs.endings == ("diverged", "diverged")
    assert (runs.steps < 500).all()
    assert runs["L"].mean.mask[-1]
    assert runs["L"].count[-1] == 0
    assert no_nan(runs)


def test_a_seed_below_the_bound_stops_and_keeps_its_value() -> None:
    values = network(5)
    free = simulate(xu.descent, SHAPE, values, 400, {"L": xu.L}, step_size=0.2, trajectories=True)["L"].trajectory
    bound = float(np.median(free[:, 100].data))
    runs = simulate(xu.descent, SHAPE, values, 400, {"L": xu.L}, step_size=0.2, trajectories=True, stop_below=bound, every=30)
    stopped = 0
    for k in range(5):
        below = np.flatnonzero(free[k] <= bound)
        if len(below):
            stopped += 1
            assert (runs.endings[k], runs.steps[k]) == ("below", below[0])
            later = runs.times >= below[0]
            np.testing.assert_allclose(runs["L"].trajectory[k, later], free[k, below[0]], rtol=1e-12)
        else:
            assert (runs.endings[k], runs.steps[k]) == ("steps", 400)
    assert stopped > 0


def test_a_rule_without_a_value_ends_the_seed() -> None:
    starts = np.ones((2, 2, 3))
    starts[1] *= 5
    runs = simulate(
        shrink, {n: 2, m: 3}, {U: starts}, 6, {"size": size}, step_size=minimum((4 - fro(U)) ** (xu.half), 0.1), trajectories=True
    )
    assert runs.endings == ("steps", "no step size")
    assert runs.steps[1] == 0
    assert runs["size"].trajectory[1, 0] == pytest.approx(150)
    assert np.ma.getmaskarray(runs["size"].trajectory)[1, 1:].all()
    assert no_nan(runs)


def test_products_and_sums_along_the_run_accumulate() -> None:
    values, loss = network(3), xu.L
    record = {"before": product_along(loss, 0, time - 1), "through": product_along(loss, 0, time), "late": sum_along(loss, 2, time - 1)}
    runs = simulate(xu.descent, SHAPE, values, 6, {"L": loss, **record}, step_size=0.05, trajectories=True)
    losses = runs["L"].trajectory
    for t in range(7):
        np.testing.assert_allclose(runs["before"].trajectory[:, t], np.prod(losses[:, :t], axis=1), rtol=1e-12)
        np.testing.assert_allclose(runs["through"].trajectory[:, t], np.prod(losses[:, : t + 1], axis=1), rtol=1e-12)
        np.testing.assert_allclose(runs["late"].trajectory[:, t], np.sum(losses[:, 2:t], axis=1), rtol=1e-12, atol=1e-300)
    with pytest.raises(StatementError, match="cannot be followed along a run"):
        simulate(xu.descent, SHAPE, values, 6, {"s": sum_along(loss, 1, time)}, step_size=0.05)


def test_what_changes_in_every_step_is_drawn_for_each_seed() -> None:
    s, b = dimensions("s b")
    X, chosen = matrix("X", s, m), matrix("S", s, b)
    V = state("V", m, 1)
    fit = law("minibatches", {V: V - eta * (chosen.T * X).T * (chosen.T * X * V)}, step_size=eta, loss=fro(X * V) ** 2)
    shape = {s: 6, b: 2, m: 3}
    data = np.random.default_rng(1).standard_normal((6, 3))
    start = {V: np.ones((3, 3, 1))}

    record = {"loss": fit.loss}
    runs = simulate(fit, shape, start, 8, record, step_size=0.05, constants={X: data}, per_step=minibatches(chosen, 6, 2), seed=5)
    for k in range(3):
        point = np.ones((3, 1))
        rng, draw = np.random.default_rng([5, k]), minibatches(chosen, 6, 2)
        for t in range(8):
            rows = draw(t, rng)[chosen].T @ data
            point = point - 0.05 * rows.T @ (rows @ point)
        assert runs["loss"].last[k] == pytest.approx(float(np.linalg.norm(data @ point) ** 2), rel=1e-12)
    assert len(set(runs["loss"].last.tolist())) == 3
    batch = minibatches(chosen, 6, 2)(0, np.random.default_rng(0))[chosen]
    assert batch.sum(axis=0).tolist() == [1, 1]
    assert batch.sum(axis=1).max() == 1
    with pytest.raises(VerifyError, match="a minibatch of 7 cannot be drawn from 6 samples without replacement"):
        minibatches(chosen, 6, 7)


def test_the_adaptive_rule_minimises_its_rate() -> None:
    values = network(4)
    values[xu.Y] = values[xu.X] @ values[xu.W_1] @ values[xu.W_2] + 0.01 * values[xu.Y]
    constants = {xu.c_1: 0.5, xu.c_2: 1.5}
    for rate in (xu.rhohat, xu.rho, xu.f):
        record = {"step": xu.eta, "rate": rate, "above": rate.definition.xreplace({xu.eta: xu.eta * 101 / 100})}
        runs = simulate(xu.descent, SHAPE, values, 5, record, step_size=adaptive(rate, xu.eta), constants=constants)
        assert runs.endings == ("steps",) * 4
        assert (runs["rate"].largest < runs["above"].largest).all()
    capped = simulate(xu.descent, SHAPE, values, 5, {"step": xu.eta}, step_size=adaptive(xu.rho, xu.eta, up_to=xu.half / 500))
    assert capped["step"].largest.max() == pytest.approx(0.001)
    with pytest.raises(StatementError, match="no multiple of a power"):
        adaptive(1 - fro(xu.eta * xu.X), xu.eta)


def residual() -> tuple[Any, ...]:
    net = width_reduction
    start = {net.W: np.full((6, 5 * 40, 40), 0.01), net.A: np.full((6, 40, 30), 0.1)}
    constants = {net.B: np.full((20, 40), 0.1), net.X: np.ones((30, 30)), net.Y: np.ones((20, 30))}
    dims = {net.L: 5, net.m: 40, net.d: 30, net.p: 20, net.n: 30}
    return net.residual_network, dims, start, constants, {"loss": net.residual_network.loss, "W": spec(net.W)}


def two_layers() -> tuple[Any, ...]:
    rng = np.random.default_rng(0)
    sizes = {xu.X: (30, 30), xu.Y: (30, 30), xu.W_1: (30, 40), xu.W_2: (40, 30)}
    values = {symbol: 0.1 * rng.standard_normal((60, *size)) for symbol, size in sizes.items()}
    return xu.descent, {xu.n: 30, xu.m: 30, xu.N: 30, xu.h: 40}, values, {}, {"L": xu.L, "D": spec(xu.D), "X": fro(pinv(xu.X))}


def rectified() -> tuple[Any, ...]:
    W, V, X = state("W", n, m), state("V", 1, n), matrix("X", m, n)
    rectifier = gradient_descent("ReLU", fro(V * relu(W * X)) ** 2, of=(W, V), step_size=eta)
    start = {W: np.ones((9, 50, 40)), V: np.ones((9, 1, 50))}
    return rectifier, {n: 50, m: 40}, start, {X: np.ones((40, 50))}, {"parts": fro(block([[W.T, X]]))}


@pytest.mark.parametrize("case", [residual, two_layers, rectified])
def test_the_estimated_memory_covers_what_a_batch_takes(case: Any) -> None:
    which, shape, start, constants, record = case()
    arguments: Any = {"step_size": 1e-9, "constants": constants, "reduce": False}
    simulate(which, shape, start, 3, record, **arguments)
    tracemalloc.start()
    runs = simulate(which, shape, start, 3, record, **arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 1.1 * runs.memory
    assert runs.memory <= 3 * peak


def test_one_seed_that_does_not_fit_is_refused() -> None:
    with pytest.raises(VerifyError, match=r"a single seed of 'shrinking' takes about .* MB, but memory= allows 0.0 MB; allow more"):
        simulate(shrink, {n: 30, m: 30}, {U: np.ones((2, 30, 30))}, 5, {"s": size}, step_size=0.1, memory=10_000)
    with pytest.raises(VerifyError, match="keep statistics instead of trajectories"):
        simulate(shrink, {n: 1, m: 1}, {U: np.ones((500, 1, 1))}, 9999, {"s": size}, step_size=0.1, memory=10**7, trajectories=True)


def test_progress_counts_all_steps_of_all_seeds() -> None:
    for bound in (None, 1e-3, 1e9):
        told: list[int] = []
        simulate(shrink, {n: 1, m: 1}, {U: np.ones((3, 1, 1))}, 1000, {}, step_size=0.1, stop_below=bound, progress=told.append)
        assert sum(told) == 3000
        assert len(told) < 500


def test_what_does_not_move_is_taken_out_whole() -> None:
    step = 1 / (2 + time) + initial(size) / (100 + initial(size))
    found = [shrink.resolve(e) for e in (step, spec(U) / (initial(spec(U)) + 1))]
    expressions, fixed = fixed_along_run({U, time}, found)
    assert len(fixed) == 2
    for expression in expressions:
        assert {s.name for s in expression.free_symbols if s.name.startswith("U(")} == set()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": -1}, "the number of steps is -1, but it must be at least 0."),
        ({"every": 0}, "the number of steps between records is 0, but it must be at least 1."),
        ({"seed": -1}, "the seed is -1, but it must be at least 0."),
        ({"stop_below": float("nan")}, "stop_below is NaN, but it must be a number that a loss can fall to."),
        ({"seeds": 5}, "the start speaks of 3 and of 5 seeds; the first axis of all values is theirs."),
        ({"start": {}}, "the start holds no U, which the law 'shrinking' moves."),
        ({"start": {U: np.ones((3, 2, 2))}}, r"U(t) has the shape (2, 2) for each seed, but it must be 2 x 3."),
        ({"start": {U: np.full((3, 2, 3), np.nan)}}, r"U(t) holds a value that is no finite number."),
        ({"start": lambda generator: {U: np.ones((2, 3))}, "seeds": 0}, "the number of seeds is 0, but it must be at least 1."),
    ],
)
def test_bad_input_gets_one_sentence(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"start": {U: np.ones((3, 2, 3))}, "steps": 2, **change}
    with pytest.raises((VerifyError, InstanceError)) as error:
        simulate(shrink, {n: 2, m: 3}, record={"s": size}, step_size=0.1, **arguments)
    assert str(error.value) == message
