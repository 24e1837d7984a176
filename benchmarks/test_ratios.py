"""How the engine compares with naive code in the same process; run by `pytest benchmarks -s`, which prints ratios only.

Each pair is first checked to compute the same thing. Absolute times depend on the machine and are
neither printed nor saved.
"""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
from flint import arb
from ratios import RATIOS, seconds

from theorems.xu2023 import imbalance
from theorems.xu2023 import notation as xu
from verify.backends import Ball, Float64, HighPrecision
from verify.backends.float64_spectra import singular_values
from verify.compiler import compile
from verify.deciding import Sides
from verify.dimensions import _numbered
from verify.instance import Instance
from verify.runs import Runs, simulate
from verify.sampling import draw
from verify.schedules import adaptive


def lemma_C_3_by_hand(values: dict[Any, Any], row: int) -> tuple[float, float]:
    """Both sides of Lemma C.3 at one instance, as one would write them down."""
    X, Y, W1, W2, eta = (values[s][row] for s in (xu.X, xu.Y, xu.W_1, xu.W_2, xu.eta))
    G = X.T @ (X @ W1 @ W2 - Y)
    next1, next2 = W1 - eta * G @ W2.T, W2 - eta * W1.T @ G
    moved = (next1.T @ next1 - next2 @ next2.T) - (W1.T @ W1 - W2 @ W2.T)
    loss = np.linalg.norm(Y - X @ W1 @ W2) ** 2 / 2
    norms = np.linalg.norm(X, 2) ** 2 * (np.linalg.norm(W1, 2) ** 2 + np.linalg.norm(W2, 2) ** 2)
    return float(np.linalg.norm(moved)), float(2 * eta**2 * norms * loss)


def test_a_batch_against_a_loop_over_instances(benchmark: Any) -> None:
    statement, count = imbalance.lemma_C_3, 1024
    shape = {s: {"n": 3, "m": 4, "N": 3, "h": 6}[s.name] for s in statement.over.dimensions}
    rng = np.random.default_rng(0)
    sides = {symbol: statement.over.shape_of(symbol, shape) for symbol in (xu.X, xu.Y, xu.W_1, xu.W_2)}
    values: dict[Any, Any] = {symbol: rng.standard_normal((count, *size)) for symbol, size in sides.items()}
    values[xu.eta] = rng.uniform(0.1, 1, count)
    program = compile(Sides.of(statement).outputs, shape, Float64())
    left, right = program(values)
    by_hand = np.array([lemma_C_3_by_hand(values, row) for row in range(count)])
    np.testing.assert_allclose(left, by_hand[:, 0], rtol=1e-9)
    np.testing.assert_allclose(right, by_hand[:, 1], rtol=1e-9)
    naive = seconds(lambda: [lemma_C_3_by_hand(values, row) for row in range(count)], 3)
    benchmark.pedantic(lambda: program(values), rounds=5, iterations=2)
    ours = seconds(lambda: program(values))
    RATIOS.append(("1024 instances of Lemma C.3 in one float64 batch, against a NumPy loop over them", naive / ours))


def test_balls_against_mpmath_at_the_same_digits(benchmark: Any) -> None:
    statement = imbalance.lemma_C_3
    shape = {s: {"n": 3, "m": 4, "N": 3, "h": 6}[s.name] for s in statement.over.dimensions}
    batch = draw(statement.over, shape, 4, np.random.default_rng(1))
    instance = Instance.from_batch(batch, 1)
    digits = 77
    programs = []
    for backend in (Ball(256), HighPrecision(digits)):
        values = instance.read(backend)
        for symbol, expression in statement.derived_at_start:
            values[symbol] = compile([expression], shape, backend)(values)[0]
        programs.append((compile(Sides.of(statement).outputs, shape, backend), values))
    (balls, enclosed), (precise, points) = programs
    with Ball(300).precision(), mpmath.workdps(digits):
        for ball, point in zip(balls(enclosed), precise(points), strict=True):
            assert abs(ball - arb(mpmath.nstr(point, 60))) <= (abs(ball) + 1) * arb("1e-55")
    naive = seconds(lambda: precise(points))
    benchmark.pedantic(lambda: balls(enclosed), rounds=5, iterations=2)
    RATIOS.append(("Lemma C.3 rigorously in balls of 256 bits, against mpmath at 77 digits", naive / seconds(lambda: balls(enclosed))))


def test_spectra_of_two_rows_by_formula_against_lapack(benchmark: Any) -> None:
    matrices = np.random.default_rng(2).standard_normal((4000, 2, 4))
    np.testing.assert_allclose(singular_values(matrices), np.linalg.svd(matrices, compute_uv=False), rtol=1e-12)
    naive = seconds(lambda: np.linalg.svd(matrices, compute_uv=False))
    benchmark.pedantic(lambda: singular_values(matrices), rounds=5, iterations=2)
    RATIOS.append(("Singular values of 4000 2 x 4 matrices by formula, against LAPACK", naive / seconds(lambda: singular_values(matrices))))


def test_regimes_by_number_against_comparing_rows(benchmark: Any) -> None:
    signs = np.random.default_rng(3).integers(-1, 2, (100_000, 45))

    def by_rows() -> Any:
        return np.unique(signs, axis=0, return_index=True)[1]

    def by_numbers() -> Any:
        return np.unique(_numbered(signs), return_index=True)[1]

    np.testing.assert_array_equal(np.sort(by_numbers()), np.sort(by_rows()))
    naive = seconds(by_rows, 2)
    benchmark.pedantic(by_numbers, rounds=3, iterations=1)
    RATIOS.append(("The regimes of 100,000 shapes by number, against comparing rows", naive / seconds(by_numbers, 2)))


N, HIDDEN, STEPS, NAIVE_STEPS = 20, 1000, 200, 2


def start(rng: np.random.Generator) -> dict[Any, Any]:
    X = np.linalg.qr(rng.standard_normal((N, N)))[0] * np.linspace(1, 1.5, N)
    W1, W2 = rng.standard_normal((N, HIDDEN)) / np.sqrt(HIDDEN), rng.standard_normal((HIDDEN, N)) / np.sqrt(HIDDEN)
    return {xu.X: X, xu.Y: X @ W1 @ W2 + 0.1 * rng.standard_normal((N, N)), xu.W_1: W1, xu.W_2: W2}


def naive_run(values: dict[Any, Any], steps: int) -> tuple[list[float], list[float]]:
    """The same steps at full width, with a general eigensolver on the h x h imbalance."""
    X, Y, W1, W2 = (values[s] for s in (xu.X, xu.Y, xu.W_1, xu.W_2))
    singular = np.linalg.svd(X, compute_uv=False)
    K, mu = singular[0] ** 2, singular[-1] ** 2
    residual = np.linalg.norm(Y - X @ W1 @ W2)
    p1 = max(np.linalg.svd(Y, compute_uv=False)[-1] - residual, 0) / singular[0]
    p2 = (np.linalg.norm(Y) + residual) / singular[-1]
    sizes, losses = [], []
    for _ in range(steps):
        loss = np.linalg.norm(Y - X @ W1 @ W2) ** 2 / 2
        spectrum = np.sort(np.linalg.eigvals(W1.T @ W1 - W2 @ W2.T).real)
        top, nth, low, mth = spectrum[-1], spectrum[-N], -spectrum[0], -spectrum[N - 1]
        plus, minus = max(top, 0) - max(nth, 0), max(low, 0) - max(mth, 0)
        level = max(nth, 0) + max(mth, 0)
        alpha = sum((-d + np.sqrt((d + level) ** 2 + 4 * p1**2)) / 2 for d in (plus, minus))
        beta = sum((max(e, 0) + np.sqrt(max(e, 0) ** 2 + 4 * p2**2)) / 2 for e in (top, low))
        root = p2 * np.sqrt(2 * K * loss)
        derivative = [8 * mu * K**2 * p2**2 * loss, 6 * mu * K * beta * root, 2 * K * mu * beta**2 + 4 * mu * root, -2 * mu * alpha]
        eta = min(next(r.real for r in np.roots(derivative) if abs(r.imag) < 1e-9 and r.real > 0), 1.0)
        sizes.append(eta)
        losses.append(loss)
        G = X.T @ (X @ W1 @ W2 - Y)
        W1, W2 = W1 - eta * G @ W2.T, W2 - eta * W1.T @ G
    return sizes, losses


def our_run(values: dict[Any, Any], steps: int) -> Runs:
    """Algorithm 1 with rhohat and steps of at most 1."""
    shape = {xu.n: N, xu.m: N, xu.N: N, xu.h: HIDDEN}
    return simulate(xu.descent, shape, values, steps, {"eta": xu.eta, "L": xu.L}, step_size=adaptive(xu.rhohat, xu.eta, up_to=1))


def test_adaptive_steps_of_a_wide_network_against_the_naive_loop(benchmark: Any) -> None:
    values = start(np.random.default_rng(2))
    sizes, losses = naive_run(values, NAIVE_STEPS)
    runs = our_run(values, STEPS)
    np.testing.assert_allclose(runs["eta"].mean[:NAIVE_STEPS], sizes, rtol=1e-8)
    np.testing.assert_allclose(runs["L"].mean[:NAIVE_STEPS], losses, rtol=1e-8)
    assert runs.endings == ("steps",)
    benchmark.pedantic(lambda: our_run(values, STEPS), rounds=2, iterations=1)
    ours = seconds(lambda: our_run(values, STEPS), 2)
    # The naive loop does the same work in every step, so a few of them are scaled to 200.
    naive = seconds(lambda: naive_run(values, NAIVE_STEPS), 2) * STEPS / NAIVE_STEPS
    name = f"{STEPS} adaptive steps at n = m = 20, h = 1000, reduced, against eigvals at full width"
    RATIOS.append((f"{name} ({NAIVE_STEPS} steps, scaled)", naive / ours))
