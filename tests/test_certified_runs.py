"""Certified runs: enclosures of the exact orbit, the error of floats, costs, caps, widths reduced exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import fmpq

from theorems.xu2023 import notation as xu
from verify.author import dimensions, fro, hadamard, lam, law, matrix, minimum, product_along, scalars, state, time
from verify.backends import Exact, Float64
from verify.certified_runs import Cost, certified_run, estimate
from verify.dynamics import along, run
from verify.errors import CapError, InstanceError, StatementError, VerifyError
from verify.schedules import adaptive

n, m = dimensions("n m")
(eta,) = scalars("eta")
U = state("U", n, m)
grow = law("growing", {U: U + eta * hadamard(U, U)}, step_size=eta, loss=fro(U) ** 2)
SHAPE = {xu.n: 2, xu.m: 1, xu.N: 2, xu.h: 3}
STEP = Fraction(1, 20)


def network(width: int, rng: np.random.Generator, rank: int | None = None) -> dict[Any, Any]:
    """Small integers over 4, the layers of the given rank at most."""
    sizes = {xu.X: (2, 2), xu.Y: (2, 1), xu.W_1: (2, width), xu.W_2: (width, 1)}
    values: dict[Any, Any] = {symbol: rng.integers(-4, 5, size) / 4 for symbol, size in sizes.items()}
    if rank == 1:
        line = rng.integers(-4, 5, (1, width)) / 4
        values[xu.W_1], values[xu.W_2] = np.array([[0.5], [-1]]) @ line, line.T
    return values


@pytest.mark.parametrize(("width", "rank", "reduced"), [(3, None, None), (8, None, 3), (8, 1, 1), (3, 1, 1)])
def test_the_exact_orbit_is_enclosed(width: int, rank: int | None, reduced: int | None) -> None:
    values = network(width, np.random.default_rng(3), rank)
    shape = {**SHAPE, xu.h: width}
    found = certified_run(xu.descent, shape, values, 4, {"L": xu.L, "tau": xu.tau_min}, step_size=STEP)
    exact = Exact()
    rational = {s: exact.matrix(v) for s, v in values.items()} | {xu.eta: exact.scalar(STEP)}
    losses = [row[0] for row in along(run(xu.descent, exact, shape, rational, 4), [xu.L])]
    for t, loss in enumerate(losses):
        assert fmpq(*float(found.low["L"][t]).as_integer_ratio()) <= loss <= fmpq(*float(found.high["L"][t]).as_integer_ratio())
    assert (found.high["L"] - found.low["L"] <= 1e-10).all()
    assert found.radius <= 1e-10
    assert found.widths == ({} if reduced is None else {xu.h: (width, reduced)})


def test_the_distance_of_the_run_in_floats_is_a_bound() -> None:
    values = network(3, np.random.default_rng(4))
    values[xu.W_1] = [[Fraction(1, 3), Fraction(2, 7), Fraction(1, 9)], [Fraction(-1, 3), Fraction(1, 11), Fraction(5, 7)]]
    found = certified_run(xu.descent, SHAPE, values, 5, {}, step_size=STEP)
    exact = Exact()
    rational = {s: exact.matrix(v) for s, v in values.items()} | {xu.eta: exact.scalar(STEP)}
    floats = {s: np.array(v, dtype=float) for s, v in values.items()} | {xu.eta: float(STEP)}
    orbit, rounded = run(xu.descent, exact, SHAPE, rational, 5), run(xu.descent, Float64(), SHAPE, floats, 5)
    for t in range(6):
        total = Fraction(0)
        for s in xu.descent.state:
            for (i, j), value in np.ndenumerate(rounded.states[s][t]):
                entry = orbit.states[s][t][i, j]
                total += (Fraction(int(entry.p), int(entry.q)) - Fraction(float(value))) ** 2
        assert Fraction(float(found.distance[t])) ** 2 >= total
        assert found.distance[t] <= 1e-14


def test_reduced_and_full_runs_enclose_the_same_numbers() -> None:
    values = network(9, np.random.default_rng(5))
    shape = {**SHAPE, xu.h: 9}
    record = {"L": xu.L, "D": lam(xu.D, 1), "bound": product_along(xu.L, 0, time - 1)}
    small, full = (certified_run(xu.descent, shape, values, 6, record, step_size=STEP, reduce=r, radius=1e-13) for r in (True, False))
    assert (small.widths, full.widths) == ({xu.h: (9, 3)}, {})
    for name in record:
        assert (np.maximum(small.low[name], full.low[name]) <= np.minimum(small.high[name], full.high[name])).all()


def test_twenty_by_twenty_at_width_a_thousand_for_a_hundred_steps() -> None:
    rng = np.random.default_rng(6)
    X = np.linalg.qr(rng.standard_normal((20, 20)))[0]
    first, second = rng.standard_normal((20, 1000)) / 32, rng.standard_normal((1000, 20)) / 32
    values = {xu.X: X, xu.Y: rng.standard_normal((20, 20)), xu.W_1: first, xu.W_2: second}
    heard: list[Cost] = []
    shape = {xu.n: 20, xu.m: 20, xu.N: 20, xu.h: 1000}
    found = certified_run(xu.descent, shape, values, 100, {"L": xu.L}, step_size=STEP, announce=heard.append)
    assert found.widths == {xu.h: (1000, 40)}
    assert found.radius <= 1e-10
    assert heard == [found.cost]
    assert found.bits <= 1024
    assert 0 < found.distance.max() < 1e-12
    assert found.high["L"][100] < found.low["L"][50] < found.low["L"][0]


def test_a_rule_for_the_step_size_runs_in_balls() -> None:
    values = network(3, np.random.default_rng(7))
    rule = adaptive(xu.rho, xu.eta, up_to=xu.half)
    found = certified_run(xu.descent, SHAPE, values, 5, {"eta": xu.eta, "rho": xu.rho, "L": xu.L}, step_size=rule)
    assert (found.low["eta"] > 0).all()
    assert (found.high["L"][1:] <= found.high["rho"][:-1] * found.high["L"][:-1]).all()


def test_what_is_new_in_every_step_enters_exactly() -> None:
    chosen = matrix("S", 1, n)
    pick = law("picking", {U: U - eta * chosen.T * chosen * U}, step_size=eta, loss=fro(U) ** 2)
    start = {U: [[1], [1]]}
    found = certified_run(pick, {n: 2, m: 1}, start, 3, {"size": pick.loss}, step_size=1, per_step=lambda t: {chosen: [[1, 0]]})
    assert found.low["size"].round(12).tolist() == [2, 1, 1, 1]


def test_a_cap_that_is_too_small_refuses_before_the_run() -> None:
    values = network(3, np.random.default_rng(8))
    cost = estimate(xu.descent, SHAPE, values, 300, step_size=STEP)
    assert cost.bits > 128
    assert "bits and about" in str(cost)
    heard: list[Cost] = []
    with pytest.raises(
        CapError, match=r"300 steps of 'gradient descent \(17\)' to a radius of 1e-10 need about \d+ bits, and the cap is 128"
    ):
        certified_run(xu.descent, SHAPE, values, 300, {}, step_size=STEP, cap=128, announce=heard.append)
    assert heard == []


def test_a_run_that_loses_more_than_the_pilot_is_refused_at_the_cap() -> None:
    # U doubles its exponent in every step once it has left the neighbourhood of 1, so the pilot sees little of it.
    start = {U: [[Fraction(1, 10)]]}
    cost = estimate(grow, {n: 1, m: 1}, start, 40, step_size=1)
    with pytest.raises(CapError, match=rf"40 steps of 'growing' leave a radius above 1e-10 at \d+ bits, and the cap is {2 * cost.bits}"):
        certified_run(grow, {n: 1, m: 1}, start, 40, {}, step_size=1, cap=2 * cost.bits)


def test_a_rule_without_an_enclosure_is_refused() -> None:
    with pytest.raises(CapError, match="have no finite enclosure at 512 bits, and the cap is 512"):
        certified_run(grow, {n: 1, m: 1}, {U: [[-1]]}, 3, {}, step_size=minimum((-fro(U)) ** xu.half, 1), cap=512)


def test_bad_starts_are_refused() -> None:
    with pytest.raises(InstanceError, match="the start holds no U, which the law 'growing' moves"):
        certified_run(grow, {n: 1, m: 1}, {}, 3, {}, step_size=1)
    wide = law("wide", {U: U + eta * hadamard(U, U)}, step_size=eta, loss=fro(U) ** 2, widths=(m,))
    with pytest.raises(StatementError, match="the law 'wide' cannot be reduced along m"):
        certified_run(wide, {n: 1, m: 5}, {U: [[1, 1, 0, 0, 0]]}, 3, {}, step_size=1)


@pytest.mark.parametrize(
    ("steps", "radius", "message"),
    [
        (-1, 1e-10, "the number of steps is -1, but it must be at least 0."),
        (3, 0.0, "the radius is 0, but it must be a positive number."),
        (3, -1.0, "the radius is -1, but it must be a positive number."),
        (3, float("nan"), "the radius is nan, but it must be a positive number."),
    ],
)
def test_numbers_out_of_range_are_refused(steps: int, radius: float, message: str) -> None:
    with pytest.raises(VerifyError) as error:
        certified_run(grow, {n: 1, m: 1}, {U: [[1]]}, steps, {}, step_size=1, radius=radius)
    assert str(error.value) == message
