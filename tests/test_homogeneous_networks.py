"""Homogeneous networks: exact gradients on every activation pattern, runs in balls, sparse and shared weights."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from exact_slopes import along_line, exact_value, gradient_is_exact, in_rationals, integers, sizes_of
from flint import arb
from sympy import Expr

from verify.author import (
    dimensions,
    gradient_descent,
    leaky_relu_slope,
    matrix,
    scalars,
    state,
)
from verify.backends import Ball, Exact, Float64
from verify.compiler import compile
from verify.dynamics import run
from verify.errors import InstanceError
from verify.gradients import gradients
from verify.networks import (
    convolution,
    dense,
    preactivations,
    shared_weights,
    sharing_matrix,
    squared_error,
    weights,
    widths,
)

(m,) = dimensions("m")
eta, a = scalars("eta a")


def homogeneous_case(slopes: tuple[Any, ...], seed: int) -> tuple[Expr, Any, dict[Any, Any], list[Any]]:
    rng = np.random.default_rng([3, seed])
    n = widths(len(slopes) + 1)
    W, X, Y = weights(n), matrix("X", n[0], m), matrix("Y", n[-1], m)
    x = preactivations(W, X, slopes)
    counts = [2, 3, 2, 2][: len(n)]
    values = {X: integers(rng, 2, 3), Y: integers(rng, counts[-1], 3), a: Fraction(1, 5)}
    values |= {V: integers(rng, counts[k + 1], counts[k]) for k, V in enumerate(W)}
    return squared_error(x[-1], Y), W, values, [leaky_relu_slope(z, slope) for z, slope in zip(x[:-1], slopes, strict=True)]


REACH = Fraction(1, 1000)


def fixed_pattern(patterns: list[Any], of: Any, values: dict[Any, Any], degree: int) -> bool:
    """Whether no activation changes its branch at the nodes of the difference quotient, and none sits at its kink."""
    rng = np.random.default_rng(7)
    direction = {W: integers(rng, *np.shape(values[W])) for W in of}
    steps = [REACH * k / (degree // 2) for k in range(-(degree // 2), degree // 2 + 1)]
    for pattern in patterns:
        found = [along_line(pattern, values, direction)(step) for step in steps]
        if not all(np.array_equal(found[0], other) for other in found):
            return False
    return True


@pytest.mark.parametrize("slopes", [(0,), (a,), (1,), (0, 0), (a, 0), (1, a), (0, 1)], ids=str)
def test_gradients_of_homogeneous_networks_are_exact_on_each_activation_pattern(slopes: tuple[Any, ...]) -> None:
    seen, degree = 0, 2 * (len(slopes) + 1)
    for seed in range(16):
        loss, of, values, patterns = homogeneous_case(slopes, seed)
        if fixed_pattern(patterns, of, values, degree):
            seen += 1
            own = gradients(loss, of)
            assert gradient_is_exact(loss, of, values, degree, own, REACH)
            if np.any(exact_value(own[of[0]], sizes_of(values), values)):
                assert not gradient_is_exact(loss, of, values, degree, {**own, of[0]: 2 * own[of[0]]}, REACH)
    assert seen >= 3


def activated(z: Any, slope: float) -> Any:
    return anp.where(z > 0, z, slope * z)


@pytest.mark.parametrize("slopes", [(0.0,), (0.2,), (0.0, 0.2), (1.0, 0.0)])
def test_gradients_of_homogeneous_networks_are_those_of_automatic_differentiation(slopes: tuple[float, ...]) -> None:
    rng = np.random.default_rng(5)
    n = widths(len(slopes) + 1)
    W, X, Y = weights(n), matrix("X", n[0], m), matrix("Y", n[-1], m)
    own = gradients(squared_error(preactivations(W, X, slopes)[-1], Y), W)
    counts = [4, 5, 3, 2][: len(n)]
    at = [rng.standard_normal((counts[k + 1], counts[k])) for k in range(len(W))]
    data = {X: rng.standard_normal((4, 6)), Y: rng.standard_normal((counts[-1], 6))}

    def loss(*layers: Any) -> Any:
        z = layers[0] @ data[X]
        for layer, slope in zip(layers[1:], slopes, strict=True):
            z = layer @ activated(z, slope)
        return anp.sum((z - data[Y]) ** 2) / 2

    found = compile([own[V] for V in W], dict(zip(n, counts, strict=True)) | {m: 6}, Float64())({**data, **dict(zip(W, at, strict=True))})
    for k, one in enumerate(found):
        np.testing.assert_allclose(one, autograd.grad(loss, k)(*at), rtol=1e-12, atol=1e-12)


def test_a_run_in_balls_holds_the_exact_run_through_every_activation_pattern() -> None:
    rng = np.random.default_rng(1)
    n = widths(3)
    W, X, Y = weights(n), matrix("X", n[0], m), matrix("Y", n[-1], m)
    law = gradient_descent("descent", squared_error(preactivations(W, X, [0, a])[-1], Y), of=W, step_size=eta)
    counts = [2, 4, 3, 2]
    shape = {**dict(zip(n, counts, strict=True)), m: 3}
    values = {V: integers(rng, counts[k + 1], counts[k]) for k, V in enumerate(W)}
    values |= {X: integers(rng, 2, 3), Y: integers(rng, 2, 3), a: Fraction(1, 4), eta: Fraction(1, 2**14)}
    exact_run = run(law, Exact(), shape, in_rationals(values), 4)
    ball = Ball(256)
    enclosed = run(law, ball, shape, {s: ball.matrix(v) if np.ndim(v) else ball.scalar(v) for s, v in values.items()}, 4)
    with ball.precision():
        for V in W:
            inside, true = enclosed.states[V][4], exact_run.states[V][4]
            for i, j in np.ndindex(true.nrows(), true.ncols()):
                assert inside[i, j].contains(arb(true[i, j]))
                assert inside[i, j].rad() < 1e-30


def test_a_ball_that_leaves_the_pattern_open_holds_the_steps_on_both_sides() -> None:
    n = widths(2)
    W, X, Y = weights(n), matrix("X", n[0], m), matrix("Y", n[-1], m)
    law = gradient_descent("descent", squared_error(preactivations(W, X, [0])[-1], Y), of=W, step_size=eta)
    shape, ball = {**dict.fromkeys(n, 1), m: 1}, Ball(64)
    given = {W[1]: 1, X: 1, Y: 2}
    values = {**{s: ball.matrix([[v]]) for s, v in given.items()}, W[0]: ball.matrix([[arb(0, 0.01)]]), eta: ball.scalar(1)}
    open_step = run(law, ball, shape, values, 1).states[W[0]][1][0, 0]
    for start, expected in ((0.01, 0.01 + 1.99), (-0.01, -0.01)):  # the neuron is on and learns, or off and stays
        floats = {**{s: np.array([[float(v)]]) for s, v in given.items()}, W[0]: np.array([[start]]), eta: 1.0}
        (end,) = np.ravel(run(law, Float64(), shape, floats, 1).states[W[0]][1])
        assert end == pytest.approx(expected)
        assert open_step.overlaps(arb(end, 1e-12))
    assert not open_step.overlaps(arb(3))


# --- sparse and shared weights ---------------------------------------------------------------------


def by_hand(pattern: Any, v: Any) -> Any:
    return np.array([[0 if g == 0 else v[g - 1, 0] for g in line] for line in pattern], dtype=object)


@pytest.mark.parametrize(
    "pattern",
    [dense(2, 3), convolution(5, 2, filters=2), convolution(4, 2, channels=2, stride=2), np.array([[0, 1], [1, 0], [0, 0]])],
    ids=str,
)
def test_a_pattern_puts_each_parameter_where_it_belongs(pattern: Any) -> None:
    rows, columns, d = *pattern.shape, int(pattern.max())
    Q, v = matrix("Q", rows * columns, d), state("v", d, 1)
    values = {Q: sharing_matrix(pattern).astype(int), v: np.arange(1, d + 1).reshape(d, 1)}
    assert np.array_equal(exact_value(shared_weights(Q, v, rows, columns), {}, values), by_hand(pattern, values[v]))


def test_a_convolution_slides_its_kernel() -> None:
    rng = np.random.default_rng(0)
    signal, kernels = rng.standard_normal((2, 7)), rng.standard_normal((3, 2, 3))
    pattern = convolution(7, 3, filters=3, channels=2)
    weight = np.asarray(by_hand(pattern, kernels.reshape(-1, 1)), dtype=float)
    expected = [[np.sum(kernels[f] * signal[:, p : p + 3]) for p in range(5)] for f in range(3)]
    np.testing.assert_allclose(weight @ signal.ravel(), np.ravel(expected), rtol=1e-13)


def test_gradients_of_shared_weights_are_exact() -> None:
    rng = np.random.default_rng(2)
    first, second = convolution(4, 2, filters=2), convolution(6, 3)
    v_1, v_2 = state("v_1", 4, 1), state("v_2", 3, 1)
    Q_1, Q_2 = matrix("Q_1", first.size, 4), matrix("Q_2", second.size, 3)
    X, Y = matrix("X", 4, m), matrix("Y", 4, m)
    x = preactivations([shared_weights(Q_1, v_1, *first.shape), shared_weights(Q_2, v_2, *second.shape)], X, [a])
    values = {Q_1: sharing_matrix(first).astype(int), Q_2: sharing_matrix(second).astype(int), a: Fraction(1, 5)}
    loss, seen = squared_error(x[-1], Y), 0
    for _ in range(24):
        values |= {X: integers(rng, 4, 2), Y: integers(rng, 4, 2), v_1: integers(rng, 4, 1), v_2: integers(rng, 3, 1)}
        if fixed_pattern([leaky_relu_slope(x[0], a)], [v_1, v_2], values, 4):
            seen += 1
            assert gradient_is_exact(loss, [v_1, v_2], values, 4, gradients(loss, [v_1, v_2]), REACH)
    assert seen >= 3


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: sharing_matrix([[0.5]]), "matrix of integers"),
        (lambda: sharing_matrix([[-1]]), "matrix of integers"),
        (lambda: sharing_matrix([[3]], 2), "mentions parameter 3, but there are 2"),
        (lambda: sharing_matrix([[0]]), "mentions parameter 0, but there are 0"),
        (lambda: convolution(3, 4), "a kernel of 4 does not fit a sequence of 3"),
        (lambda: convolution(3, 2, filters=0), "0 filters, 1 channels and stride 1 has a number below 1"),
    ],
)
def test_bad_patterns_are_refused(build: Any, message: str) -> None:
    with pytest.raises(InstanceError, match=message):
        build()
