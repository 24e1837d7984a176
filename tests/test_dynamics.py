"""Dynamics: laws, runs in several arithmetics, products along a run."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb

from theorems.xu2023 import notation as xu
from verify.author import dimensions, fro, initial, law, matrix, minimum, product_along, scalars, state, sum_along, time
from verify.backends import Ball, Exact, Float64
from verify.compiler import compile
from verify.dynamics import along, run
from verify.errors import StatementError

n, m, h, N = dimensions("n m h N")
(eta,) = scalars("eta")
U = state("U", n, m)
X, Y, W_1, W_2 = xu.X, xu.Y, xu.W_1, xu.W_2
SHAPE = {xu.n: 2, xu.m: 3, xu.N: 2, xu.h: 4}


def network(rng: np.random.Generator, count: int | None = None, scale: float = 0.5) -> dict[Any, Any]:
    lead = () if count is None else (count,)
    sizes = {X: (2, 2), Y: (2, 3), W_1: (2, 4), W_2: (4, 3)}
    values: dict[Any, Any] = {symbol: scale * rng.standard_normal((*lead, *size)) for symbol, size in sizes.items()}
    values[xu.eta] = np.full(lead, 0.05) if lead else 0.05
    return values


def in_backend(backend: Any, values: dict[Any, Any]) -> dict[Any, Any]:
    return {s: backend.matrix(v) if np.ndim(v) == 2 else backend.scalar(float(v)) for s, v in values.items()}


def test_a_law_moves_declared_states_and_keeps_shapes() -> None:
    with pytest.raises(StatementError, match=r"moves V, which is not declared with state"):
        law("shift", {matrix("V", n, m): matrix("V", n, m)}, step_size=eta, loss=fro(U))
    with pytest.raises(StatementError, match=r"turns U\(t\), which is \(n, m\), into a matrix that is \(m, n\)"):
        law("flip", {U: U.T}, step_size=eta, loss=fro(U))


def test_a_batch_is_its_runs_one_by_one() -> None:
    batch = network(np.random.default_rng(0), 7)
    together = run(xu.descent, Float64(), SHAPE, batch, 20)
    for row in range(7):
        alone = run(xu.descent, Float64(), SHAPE, {s: v[row] for s, v in batch.items()}, 20)
        for symbol in xu.descent.state:
            for t in (0, 1, 20):
                np.testing.assert_allclose(together.states[symbol][t][row], alone.states[symbol][t], rtol=1e-12, atol=1e-14)


def test_a_float_run_lies_close_to_the_balls_that_enclose_the_orbit() -> None:
    values = network(np.random.default_rng(1))
    floats = run(xu.descent, Float64(), SHAPE, values, 15)
    ball = Ball(256)
    balls = run(xu.descent, ball, SHAPE, in_backend(ball, values), 15)
    with ball.precision():
        for symbol in xu.descent.state:
            enclosure, approximate = balls.states[symbol][15], floats.states[symbol][15]
            for i, j in np.ndindex(*approximate.shape):
                assert float(enclosure[i, j].rad()) < 1e-20
                assert enclosure[i, j].overlaps(arb(float(approximate[i, j]), 1e-12))


def test_a_ball_run_contains_the_exact_rational_orbit() -> None:
    values = {s: np.round(4 * v) / 4 for s, v in network(np.random.default_rng(2)).items()}
    values[xu.eta] = 0.125
    exact, ball = Exact(), Ball(128)
    rational = run(xu.descent, exact, SHAPE, in_backend(exact, values), 4)
    enclosed = run(xu.descent, ball, SHAPE, in_backend(ball, values), 4)
    with ball.precision():
        for symbol in xu.descent.state:
            point = rational.states[symbol][4]
            for i in range(point.nrows()):
                for j in range(point.ncols()):
                    assert enclosed.states[symbol][4][i, j].contains(arb(point[i, j].p) / arb(point[i, j].q))


def test_the_loss_goes_down_along_a_run_with_a_small_step() -> None:
    trajectory = run(xu.descent, Float64(), SHAPE, network(np.random.default_rng(3), 5), 30)
    losses = np.array([row[0] for row in along(trajectory, [xu.descent.loss])])
    assert losses.shape == (31, 5)
    assert (np.diff(losses, axis=0) < 0).all()


@pytest.mark.parametrize("seed", range(6))
def test_the_step_is_minus_the_exact_gradient_of_the_loss(seed: int) -> None:
    # Along a line through integer points the loss is a quartic polynomial, for which this difference formula is exact.
    rng, backend = np.random.default_rng(seed), Exact()
    shape = dict(zip((xu.n, xu.m, xu.N, xu.h), map(int, rng.integers(1, 4, 4)), strict=True))
    sizes = {X: (xu.N, xu.n), Y: (xu.N, xu.m), W_1: (xu.n, xu.h), W_2: (xu.h, xu.m)}
    point = {s: rng.integers(-3, 4, [shape[d] for d in size]) for s, size in sizes.items()}
    direction = {s: rng.integers(-3, 4, point[s].shape) for s in xu.descent.state}
    step = Fraction(1, 7)
    loss = compile([xu.descent.loss], shape, backend)

    def loss_at(s: int) -> Any:
        return loss({q: backend.matrix(v + s * direction.get(q, np.zeros_like(v))) for q, v in point.items()})[0]

    values = {q: backend.matrix(v) for q, v in point.items()} | {xu.eta: backend.scalar(step)}
    trajectory = run(xu.descent, backend, shape, values, 1)
    slope = backend.scalar(0)
    for symbol in xu.descent.state:
        before, after = (trajectory.states[symbol][t] for t in (0, 1))
        for (i, j), component in np.ndenumerate(direction[symbol]):
            slope += (before[i, j] - after[i, j]) / backend.scalar(step) * int(component)
    assert slope == (loss_at(-2) - 8 * loss_at(-1) + 8 * loss_at(1) - loss_at(2)) / 12
    assert loss_at(1) != loss_at(0) or loss_at(2) != loss_at(0)


def test_a_schedule_is_evaluated_in_every_state() -> None:
    values = network(np.random.default_rng(4))
    constant = run(xu.descent, Float64(), SHAPE, values, 10)
    del values[xu.eta]
    norm = fro(xu.G)
    schedule = minimum(1 / (10 * norm), 1)
    adaptive = run(xu.descent, Float64(), SHAPE, values, 10, schedule=schedule)
    norms = [float(row[0]) for row in along(adaptive, [norm])]
    expected = [min(1 / (10 * value), 1.0) for value in norms[:10]]
    np.testing.assert_allclose([float(s) for s in adaptive.step_sizes], expected, rtol=1e-12)
    assert len({float(s) for s in adaptive.step_sizes}) > 5
    assert {float(s) for s in constant.step_sizes} == {0.05}
    fixed = run(xu.descent, Float64(), SHAPE, values, 10, schedule=initial(schedule))
    assert len({float(s) for s in fixed.step_sizes}) == 1


def test_a_step_size_that_moves_is_read_at_every_time_even_where_one_was_given() -> None:
    adaptive = run(xu.descent, Float64(), SHAPE, network(np.random.default_rng(4)), 6, schedule=minimum(1 / (10 * fro(xu.G)), 1))
    assert xu.eta in adaptive.constants
    used = [float(size) for size in adaptive.step_sizes]
    assert [float(row[0]) for row in along(adaptive, [xu.eta])] == [*used, used[-1]]
    sums = [float(row[0]) for row in along(adaptive, [sum_along(xu.eta, 0, time)])]
    np.testing.assert_allclose(sums, np.cumsum([*used, used[-1]]), rtol=1e-12)


def test_a_constant_schedule_is_the_constant_step_size() -> None:
    values = network(np.random.default_rng(5))
    given = run(xu.descent, Float64(), SHAPE, values, 5)
    scheduled = run(xu.descent, Float64(), SHAPE, values, 5, schedule=xu.half / 10)
    np.testing.assert_array_equal(given.states[W_1][5], scheduled.states[W_1][5])


def test_a_run_can_be_stopped() -> None:
    trajectory = run(xu.descent, Float64(), SHAPE, network(np.random.default_rng(6)), 50, stop=lambda t, values: t == 3)
    assert trajectory.steps == 3
    assert len(trajectory.states[W_1]) == 4


def test_products_and_sums_along_a_run_accumulate() -> None:
    trajectory = run(xu.descent, Float64(), SHAPE, network(np.random.default_rng(7), 3), 5)
    loss = xu.descent.loss
    outputs = [loss, product_along(loss, 0, time - 1), product_along(loss, 0, time), sum_along(loss, 1, time), product_along(loss, 0, 1)]
    table = along(trajectory, outputs[:4])
    losses = np.array([row[0] for row in table])
    for t, (_, before, through, total) in enumerate(table):
        np.testing.assert_allclose(before * np.ones(3), np.prod(losses[:t], axis=0) * np.ones(3), rtol=1e-12)
        np.testing.assert_allclose(through, np.prod(losses[: t + 1], axis=0), rtol=1e-12)
        np.testing.assert_allclose(total * np.ones(3), losses[1 : t + 1].sum(axis=0), rtol=1e-12)
    assert float(np.max(table[0][1])) == 1.0
    assert float(np.max(table[0][3])) == 0.0
    with pytest.raises(StatementError, match="reaches beyond the present time"):
        along(trajectory, outputs[4:])


def test_the_last_time_alone_is_the_end_of_the_table() -> None:
    trajectory = run(xu.descent, Float64(), SHAPE, network(np.random.default_rng(8)), 6)
    outputs = [xu.descent.loss, product_along(xu.descent.loss, 0, time - 1), time]
    (last,) = along(trajectory, outputs, last_only=True)
    assert [float(v) for v in last] == [float(v) for v in along(trajectory, outputs)[-1]]


def test_a_run_that_diverges_goes_to_infinity_without_a_warning() -> None:
    values = network(np.random.default_rng(9), 3, scale=3.0)
    values[xu.eta] = np.full(3, 50.0)
    trajectory = run(xu.descent, Float64(), SHAPE, values, 40)
    assert not np.isfinite(along(trajectory, [xu.descent.loss])[-1][0]).any()
