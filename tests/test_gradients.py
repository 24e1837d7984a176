"""Gradients are the exact difference quotients of the loss, agree with automatic differentiation, and a wrong one is caught by both."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from exact_slopes import exact_value, integers, slope_at_zero
from sympy import HadamardPower, Lambda, MatrixExpr, OneMatrix

from theorems.xu2023 import notation as xu
from theorems.zou2020 import notation as zou
from verify.author import (
    Expansion,
    Rational,
    absolute,
    define,
    dimensions,
    elementwise,
    entry,
    entry_sum,
    equal,
    exp,
    fro,
    gradient,
    gradient_descent,
    gradient_flow,
    hadamard,
    identity,
    in_text,
    initial,
    inner,
    layer_product,
    leaky_relu,
    log,
    matrix,
    rate_along,
    relu,
    row,
    scalars,
    sigma_max,
    sqrt,
    state,
    trace,
    unvec,
    vec,
    zeros,
)
from verify.backends import Float64
from verify.compiler import compile
from verify.errors import StatementError
from verify.gradients import gradients
from verify.proof.claims import Claim

n, h, m = dimensions("n h m")
A, B, S, v = state("A", n, h), state("B", h, m), state("S", n, n), state("v", n * h, 1)
Y, C = matrix("Y", n, m), matrix("C", n, h)
c, x, eta = scalars("c x eta")
SIZES = {n: 2, h: 3, m: 2}
SHAPES = {A: (2, 3), B: (3, 2), S: (2, 2), v: (6, 1), Y: (2, 2), C: (2, 3)}
M = define("M", A * B)
R = define("R", M - Y)

# loss, degree along lines, the same written for automatic differentiation
POLYNOMIALS: list[tuple[Any, int, Any]] = [
    (fro(A * B - Y) ** 2 / 2, 4, lambda A, B, S, v, Y, C, c: anp.sum((A @ B - Y) ** 2) / 2),
    (fro(R) ** 2 / 2, 4, lambda A, B, S, v, Y, C, c: anp.sum((A @ B - Y) ** 2) / 2),
    (c * fro(R) ** 4 - 3 * fro(B) ** 2, 8, lambda A, B, S, v, Y, C, c: c * anp.sum((A @ B - Y) ** 2) ** 2 - 3 * anp.sum(B**2)),
    (trace(S**3) - trace(S.T * S), 3, lambda A, B, S, v, Y, C, c: anp.trace(S @ S @ S) - anp.trace(S.T @ S)),
    (trace(identity(n) * trace(S)) * n, 1, lambda A, B, S, v, Y, C, c: 4 * anp.trace(S)),
    (inner(A * A.T, S) * c + inner(M, M), 4, lambda A, B, S, v, Y, C, c: c * anp.sum(A @ A.T * S) + anp.sum((A @ B) ** 2)),
    (fro(A.T * A - B * B.T) ** 2 / 8, 4, lambda A, B, S, v, Y, C, c: anp.sum((A.T @ A - B @ B.T) ** 2) / 8),
    (entry(A * B, 2, 1) * entry(S, 1, 1), 3, lambda A, B, S, v, Y, C, c: (A @ B)[1, 0] * S[0, 0]),
    (fro(row(A, 1)) ** 2, 2, lambda A, B, S, v, Y, C, c: anp.sum(A[0] ** 2)),
    (entry_sum(hadamard(A, hadamard(C, A))), 2, lambda A, B, S, v, Y, C, c: anp.sum(A * C * A)),
    (entry_sum(hadamard(A, S * A) * B), 4, lambda A, B, S, v, Y, C, c: anp.sum((A * (S @ A)) @ B)),
    (entry_sum(HadamardPower(A, 3)) + entry_sum(HadamardPower(B, 2)), 3, lambda A, B, S, v, Y, C, c: anp.sum(A**3) + anp.sum(B**2)),
    (entry_sum(elementwise(Lambda(x, c * x**4 - x), S * A)), 8, lambda A, B, S, v, Y, C, c: anp.sum(c * (S @ A) ** 4 - S @ A)),
    (entry_sum(elementwise(Lambda(x, 3 * x), A)), 1, lambda A, B, S, v, Y, C, c: 3 * anp.sum(A)),
    (inner(trace(S) * M, Y), 3, lambda A, B, S, v, Y, C, c: anp.trace(S) * anp.sum((A @ B) * Y)),
    (
        fro(unvec(v, n, h) * B - Y) ** 2 + inner(vec(A), v),
        4,
        lambda A, B, S, v, Y, C, c: anp.sum((anp.reshape(v, (3, 2)).T @ B - Y) ** 2) + anp.sum(anp.reshape(A.T, (6, 1)) * v),
    ),
    (fro(A) ** 2 * fro(initial(A)) ** 2, 2, None),
    (fro(C) ** 2, 1, lambda A, B, S, v, Y, C, c: anp.sum(C**2)),
]
SMOOTH: list[tuple[Any, Any]] = [
    (fro(R), lambda A, B, S, v, Y, C, c: anp.sqrt(anp.sum((A @ B - Y) ** 2))),
    (fro(A) ** 3 + fro(A) ** 2, lambda A, B, S, v, Y, C, c: anp.sum(A**2) ** 1.5 + anp.sum(A**2)),
    (trace((S + 9 * identity(n)).I), lambda A, B, S, v, Y, C, c: anp.trace(anp.linalg.inv(S + 9 * anp.eye(2)))),
    (exp(trace(S) / 9) * log(1 + fro(A) ** 2), lambda A, B, S, v, Y, C, c: anp.exp(anp.trace(S) / 9) * anp.log(1 + anp.sum(A**2))),
    (sqrt(1 + fro(A * B) ** 2) / (1 + fro(B) ** 2), lambda A, B, S, v, Y, C, c: anp.sqrt(1 + anp.sum((A @ B) ** 2)) / (1 + anp.sum(B**2))),
    (
        entry_sum(elementwise(Lambda(x, sqrt(x**2 + c**2) - c), R)),
        lambda A, B, S, v, Y, C, c: anp.sum(anp.sqrt((A @ B - Y) ** 2 + c**2) - c),
    ),
    (entry_sum(elementwise(Lambda(x, log(1 + exp(-x))), M)), lambda A, B, S, v, Y, C, c: anp.sum(anp.log(1 + anp.exp(-A @ B)))),
    (fro(relu(A) * B - Y) ** 2, lambda A, B, S, v, Y, C, c: anp.sum((anp.maximum(A, 0) @ B - Y) ** 2)),
    (
        fro(S * leaky_relu(M, c / 9) - Y) ** 2,
        lambda A, B, S, v, Y, C, c: anp.sum((S @ anp.maximum(A @ B, c / 9 * (A @ B)) - Y) ** 2),
    ),
]
MOVING = (A, B, S, v)


def point(seed: int) -> dict[Any, Any]:
    rng = np.random.default_rng(seed)
    return {**{s: integers(rng, *shape) for s, shape in SHAPES.items()}, c: Fraction(2, 3)}


def is_the_exact_slope(loss: Any, own: dict[Any, Any], degree: int, seed: int) -> bool:
    """Whether <gradient, direction> is the slope of the loss along an integer direction, in rational arithmetic."""
    at, rng = point(seed), np.random.default_rng([1, seed])
    direction = {s: integers(rng, *SHAPES[s]) for s in MOVING}
    fixed = loss.xreplace({initial(A): C})

    def value(step: Fraction) -> Any:
        return exact_value(fixed, SIZES, {**at, **{s: at[s] + step * d for s, d in direction.items()}})

    found = sum((np.sum(exact_value(own[s].xreplace({initial(A): C}), SIZES, at) * direction[s]) for s in MOVING), Fraction(0))
    return bool(found == slope_at_zero(value, degree))


def is_the_automatic_one(own: dict[Any, Any], written: Any, seed: int) -> bool:
    at = {s: np.asarray(value, dtype=float) for s, value in point(seed).items()}
    arguments = [at[s] + 0.1 * np.cos(np.arange(at[s].size)).reshape(at[s].shape) for s in (A, B, S, v, Y, C, c)]
    program = compile([own[s] for s in MOVING], SIZES, Float64())
    found = program(dict(zip((A, B, S, v, Y, C, c), arguments, strict=True)))

    def loss(*values: Any) -> Any:
        return written(*values) + 0 * sum(anp.sum(value) for value in values)  # so that no output is independent of an input

    automatic = [autograd.grad(loss, k)(*arguments) for k in range(len(MOVING))]
    return all(
        np.allclose(np.broadcast_to(one, other.shape), other, rtol=1e-11, atol=1e-11) for one, other in zip(found, automatic, strict=True)
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("loss", "degree", "written"), POLYNOMIALS, ids=lambda v: str(v)[:40] if not callable(v) else "")
def test_the_gradient_is_the_exact_difference_quotient(loss: Any, degree: int, written: Any, seed: int) -> None:
    assert is_the_exact_slope(loss, gradients(loss, MOVING), degree, seed)


@pytest.mark.parametrize(
    ("loss", "written"), [*[(e, w) for e, _, w in POLYNOMIALS if w], *SMOOTH], ids=lambda v: str(v)[:40] if not callable(v) else ""
)
def test_the_gradient_is_that_of_automatic_differentiation(loss: Any, written: Any) -> None:
    assert is_the_automatic_one(gradients(loss, MOVING), written, 0)


def planted(own: dict[Any, MatrixExpr]) -> list[dict[Any, MatrixExpr]]:
    """Wrong gradients: another factor, another sign, a transposed factor, a forgotten one."""
    return [
        {**own, A: 2 * own[A]},
        {**own, B: -own[B]},
        {**own, A: (A * B - Y) * B.T + C},
        {**own, B: A.T * (A * B + Y)},
        {**own, B: zeros(h, m)},
    ]


@pytest.mark.parametrize("number", range(5))
def test_a_wrong_gradient_is_caught_by_both(number: int) -> None:
    loss, degree, written = POLYNOMIALS[0]
    own = gradients(loss, MOVING)
    wrong = planted(own)[number]
    assert is_the_exact_slope(loss, own, degree, 0)
    assert is_the_automatic_one(own, written, 0)
    assert not all(is_the_exact_slope(loss, wrong, degree, seed) for seed in range(3))
    assert not is_the_automatic_one(wrong, written, 0)


def test_the_quotient_is_exact_up_to_its_degree_and_no_further() -> None:
    for degree in (2, 4, 6):
        for power in range(degree + 2):
            exact = slope_at_zero(lambda t, p=power: (t + 2) ** p, degree) == power * Fraction(2) ** (power - 1)
            assert exact == (power <= degree)


def expands(*claims: Any) -> bool:
    return Expansion().check(Claim((), claims)).grade == "exact"


def test_the_derived_step_of_xu2023_is_the_printed_one() -> None:
    derived = gradient_descent("gradient descent", xu.L, of=xu.descent.state, step_size=xu.eta)
    for (W, value), (V, printed) in zip(derived.update, xu.descent.update, strict=True):
        assert W == V
        assert expands(equal(value, printed))
        assert not expands(equal(value + printed, printed))
    assert [in_text(value) for _, value in derived.update] == [
        "W_1(t) - eta*grad_W L(t)*W_2(t).T",
        "W_2(t) - eta*W_1(t).T*grad_W L(t)",
    ]


def test_the_rate_of_the_loss_is_minus_the_squared_gradient() -> None:
    # two derivations of one number: forward along the flow, and backward from the loss
    for loss in (POLYNOMIALS[0][0], POLYNOMIALS[6][0], POLYNOMIALS[10][0], fro(relu(M) - Y) ** 2):
        flow = gradient_flow(loss, of=[A, B])
        assert expands(equal(rate_along(loss, flow), -(fro(gradient(loss, A)) ** 2) - fro(gradient(loss, B)) ** 2))
        assert not expands(equal(rate_along(loss, flow), -(fro(gradient(loss, A)) ** 2)))


def test_gradients_read_as_one_would_write_them() -> None:
    loss = define("L", fro(R) ** 2 / 2)
    assert in_text(gradient(loss, A)) == "R(t)*B(t).T"
    assert in_text(gradient(fro(A) ** 2 / 2, A)) == "A(t)"
    assert in_text(gradient(inner(A, C), A)) == "C"
    assert gradient(entry_sum(A), A) == OneMatrix(n, h)
    assert gradient(fro(C) ** 2, A) == zeros(n, h)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (sigma_max(A), "gradient does not differentiate LargestSingularValue"),
        (absolute(trace(S)), "gradient does not differentiate AbsoluteValue"),
        (fro(S**-2) ** 2, "gradient differentiates positive integer powers of matrices"),
        (c ** trace(S), "gradient differentiates powers with a constant exponent"),
        (entry_sum(elementwise(Lambda(x, absolute(x)), A)), r"the derivative of x -> absolute\(x\) cannot be written down"),
        (entry_sum(elementwise(Lambda(x, x * trace(S)), A)), "gradient does not differentiate Lambda"),
        (fro(layer_product(v, 1, 2)), "products of all layers of a stack"),
        (A, r"a gradient is taken of a number, not of A\(t\)"),
    ],
    ids=str,
)
def test_what_cannot_be_differentiated_is_refused(loss: Any, message: str) -> None:
    with pytest.raises(StatementError, match=message):
        gradients(loss, MOVING)


def test_a_gradient_is_taken_in_symbols_only() -> None:
    with pytest.raises(StatementError, match="taken in a matrix symbol, not in c"):
        gradients(fro(A) ** 2, [c])
    assert gradient(c * fro(A) ** 2 / 2, A) == c * A
    assert Rational(1, 2) * 2 == 1


# --- Residual networks of any depth ----------------------------------------------------------------------------


def test_the_derived_step_of_zou2020_is_the_printed_one_at_every_depth() -> None:
    derived = dict(gradient_descent("descent", zou.loss, of=[zou.W], step_size=zou.eta).update)[zou.W]
    printed = dict(zou.descent.update)[zou.W]
    assert expands(equal(derived, printed))
    assert not expands(equal(derived, printed + zou.W))
    flow = gradient_flow(zou.loss, of=[zou.W])
    assert expands(equal(rate_along(zou.loss, flow), -zou.squares))
    assert not expands(equal(rate_along(zou.loss, flow), -2 * zou.squares))


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_gradient_of_a_residual_network_is_the_exact_difference_quotient(depth: int) -> None:
    rng = np.random.default_rng(depth)
    sizes = {zou.L: depth, zou.m: 3, zou.d: 2, zou.k: 2, zou.n: 3, zou.r: 2}
    shapes = {zou.W: (3 * depth, 3), zou.A: (3, 2), zou.B: (2, 3), zou.F: (2, 2), zou.G: (2, 3), zou.Y: (2, 3)}
    at = {s: integers(rng, *shape) for s, shape in shapes.items()}
    direction = integers(rng, 3 * depth, 3)
    own = gradient(zou.loss, zou.W)

    def value(step: Fraction) -> Any:
        return exact_value(zou.loss, sizes, {**at, zou.W: at[zou.W] + step * direction})

    slope = slope_at_zero(value, 2 * depth)
    assert np.sum(exact_value(own, sizes, at) * direction) == slope
    assert np.sum(exact_value(2 * own, sizes, at) * direction) != slope
