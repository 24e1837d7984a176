"""Float flows keep to their stated error: closed forms at short and long times, and a certified run of tiny steps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest

from tests import flow_toys as toy
from verify import flow_runs
from verify.author import flow_law, matrix, state
from verify.backends import Ball
from verify.dynamics import run
from verify.flow_runs import follow, natural_times

U, V, Y = state("U", 1, 1), state("V", 1, 1), matrix("Y", 1, 1)
scalar = flow_law("scalar factorisation", {U: (Y - U * V) * V, V: (Y - U * V) * U})
MULTIPLES = np.array([0, 0.125, 0.5, 2, 8, 32, 128])


def closed_form(u: Any, v: Any, y: Any, t: Any) -> tuple[Any, Any]:
    """The flow of (y - uv)^2/2 with imbalance d = u^2 - v^2: P = (u + v)^2 obeys P' = -(P^2 - 4yP - d^2)/2."""
    u, v, y, t = (mpmath.mpf(float(x)) for x in (u, v, y, t))
    d, start = u**2 - v**2, (u + v) ** 2
    root = mpmath.sqrt(4 * y**2 + d**2)
    above, below = 2 * y + root, 2 * y - root
    ratio = (start - above) / (start - below) * mpmath.exp(-root * t)
    total = mpmath.sqrt((above - below * ratio) / (1 - ratio)) * mpmath.sign(u + v)
    return (total + d / total) / 2, (total - d / total) / 2


def starts(count: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(1)
    u, v = (rng.standard_normal(count) * np.exp2(rng.integers(-8, 4, count)) for _ in range(2))
    return u, v, rng.standard_normal(count)


def test_the_stated_error_covers_the_distance_from_the_closed_form() -> None:
    u, v, y = starts(60)
    values = {U: u[:, None, None], V: v[:, None, None], Y: y[:, None, None]}
    times = natural_times(scalar, {}, values, MULTIPLES)
    run = follow(scalar, {}, values, times)
    with mpmath.workdps(40):
        for k in range(len(u)):
            for j, t in enumerate(times[k]):
                exact = closed_form(u[k], v[k], y[k], t)
                found = (run.states[s][k, j, 0, 0] for s in (U, V))
                distance = max(abs(float(mpmath.mpf(float(a)) - b)) for a, b in zip(found, exact, strict=True))
                assert distance <= run.error[k, j]
    # the error says something: it is far below the size of the states
    size = np.maximum(abs(u), abs(v))[:, None]
    assert (run.error <= 1e-6 * (size + 1)).all()
    assert np.median(run.error / size) < 1e-9


def test_a_spectral_start_follows_one_logistic_curve_for_each_singular_value() -> None:
    # min2022, spectral initialisation: a balanced start along the targets' singular vectors, s' = 2 s (y - s)
    rng = np.random.default_rng(2)
    left, right = (np.linalg.qr(rng.standard_normal((3, 3)))[0] for _ in range(2))
    targets, s = np.array([2.0, 1.0, 0.5]), np.array([0.1, 0.2, 0.3])
    values = {toy.Y: (left * targets @ right)[None], toy.W_1: (left * np.sqrt(s))[None], toy.W_2: (np.sqrt(s)[:, None] * right)[None]}
    times = np.array([[0.0, 0.5, 2.0, 8.0]])
    found = follow(toy.flow, {toy.n: 3, toy.m: 3, toy.h: 3}, values, times)
    product = found.states[toy.W_1] @ found.states[toy.W_2]
    for j, t in enumerate(times[0]):
        growth = np.exp(2 * targets * t)
        expected = targets * s * growth / (targets - s + s * growth)
        distance = np.abs(product[0, j] - left * expected @ right).max()
        # entries of the product of two 3 x 3 matrices of entries below 2
        assert distance <= 3 * 2 * 2 * found.error[0, j] + 1e-14
    assert found.error.max() < 1e-8


def test_the_flow_is_what_certified_runs_of_tiny_steps_tend_to() -> None:
    backend, dimensions = Ball(256), {toy.n: 2, toy.m: 1, toy.h: 2}
    rows = {toy.Y: [[1], [-2]], toy.W_1: [[1, 0.5], [0, -1]], toy.W_2: [[0.25], [1]]}
    floats = {s: np.array(value, dtype=float)[None] for s, value in rows.items()}
    found = follow(toy.flow, dimensions, floats, np.array([[1.0]])).states[toy.W_1][0, 0]

    def end(steps: int) -> Any:
        values = {**{s: backend.matrix(value) for s, value in rows.items()}, toy.eta: backend.scalar(1) / steps}
        last = run(toy.descent, backend, dimensions, values, steps).states[toy.W_1][-1]
        return np.array([[float(last[i, j].mid()) for j in range(2)] for i in range(2)])

    distances = [np.abs(end(steps) - found).max() for steps in (64, 128, 256)]
    # Euler's method is of order one, so the distance halves with the step
    assert distances[0] < 0.1
    assert all(1.8 < a / b < 2.2 for a, b in pairwise(distances))


def test_a_flow_that_runs_away_is_nan_from_then_on_and_one_at_rest_stays() -> None:
    x = state("x", 1, 1)
    blow_up = flow_law("blow-up", {x: x * x})
    found = follow(blow_up, {}, {x: np.array([[[1.0]], [[0.0]], [[-1.0]]])}, np.array([[0.5, 2.0]] * 3))
    assert abs(found.states[x][0, 0, 0, 0] - 2) <= found.error[0, 0] < 1e-8
    assert np.isnan(found.states[x][0, 1]).all()
    assert np.isnan(found.error[0, 1])
    assert (found.states[x][1] == 0).all()
    assert abs(found.states[x][2, 1, 0, 0] + 1 / 3) <= found.error[2, 1] < 1e-10


def test_natural_times_are_exact_powers_of_two_of_the_time_scale() -> None:
    x = state("x", 1, 1)
    decay = flow_law("decay", {x: -100 * x})
    times = natural_times(decay, {}, {x: np.array([[[3.0]], [[0.0]]])}, np.array([0, 1.0]))
    assert times.tolist() == [[0, 2.0**-7], [0, 1.0]]


x, y = state("x", 1, 1), state("y", 1, 1)
rates = matrix("rates", 1, 1)
two_scales = flow_law("two time scales", {x: -rates * (x - y), y: -y})


def stepwise(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Which of the active members each step moved, as the steps go on."""
    taken: list[Any] = []
    advance = flow_runs._advance

    def counted(motion: Any, now: Any, active: Any, *rest: Any) -> None:
        before = now.clock[active].copy()
        advance(motion, now, active, *rest)
        taken.append(now.clock[active] > before)

    monkeypatch.setattr(flow_runs, "_advance", counted)
    return taken


def test_a_member_too_stiff_to_arrive_is_given_up_early_and_holds_no_other_up(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = stepwise(monkeypatch)
    values = {x: np.ones((2, 1, 1)) * 2, y: np.ones((2, 1, 1)), rates: np.array([[[2.0]], [[1e6]]])}
    found = follow(two_scales, {}, values, np.array([[1e-5, 4.0]] * 2), most_steps=1000)
    # x = 2 exp(-t) (1 - exp(-t)) + ... for the rate 2: x' = -2x + 2 exp(-t) has the solution 2 exp(-t) from x(0) = 2
    assert abs(found.states[x][0, 1, 0, 0] - 2 * np.exp(-4.0)) <= found.error[0, 1] < 1e-8
    assert np.isfinite(found.error[1, 0])
    assert np.isnan(found.error[1, 1])
    assert len(taken) < 200


def test_where_stability_bounds_the_steps_few_of_them_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = stepwise(monkeypatch)
    values = {x: np.full((1, 1, 1), 2.0), y: np.ones((1, 1, 1)), rates: np.full((1, 1, 1), 1e3)}
    assert np.isfinite(follow(two_scales, {}, values, np.array([[1.0]])).error).all()
    kept = np.concatenate(taken)
    assert len(kept) > 300
    assert kept.mean() > 0.6


def test_rough_runs_state_their_larger_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    u, v, target = starts(40)
    values = {U: u[:, None, None], V: v[:, None, None], Y: target[:, None, None]}
    times = natural_times(scalar, {}, values, MULTIPLES)
    taken = stepwise(monkeypatch)
    rough = follow(scalar, {}, values, times, tolerances=flow_runs.ROUGH)
    few = len(taken)
    careful = follow(scalar, {}, values, times)
    assert few < (len(taken) - few) / 1.5
    distance = np.abs(rough.states[U] - careful.states[U])[..., 0, 0]
    assert (distance <= rough.error + careful.error).all()
    assert np.median(rough.error) > 10 * np.median(careful.error)
