"""The derivative along a flow agrees with exact difference quotients, and what cannot be differentiated is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from sympy import HadamardPower, Lambda, MatrixExpr

from verify.backends.exact import Exact
from verify.compiler import compile
from verify.errors import StatementError
from verify.flows import rate_along
from verify.language import (
    Rational,
    absolute,
    define,
    dimensions,
    elementwise,
    entry,
    entry_sum,
    exp,
    following,
    fro,
    hadamard,
    initial,
    inner,
    layer,
    layer_product,
    layers,
    leaky_relu,
    log,
    matrix,
    scalars,
    sigma_max,
    sqrt,
    stack,
    state,
    sum_over,
    trace,
    unvec,
    vec,
    zeros,
)

n, h, m = dimensions("n h m")
A, B = state("A", n, h), state("B", h, m)
Y, S = matrix("Y", n, m), state("S", n, n)
c, x = scalars("c x")
P, Q, R = matrix("P", n, h), matrix("Q", h, m), matrix("R", n, n)
field = {A: P, B: Q, S: R}
sizes = {n: 2, h: 3, m: 2}
shapes = {A: (2, 3), B: (3, 2), Y: (2, 2), S: (2, 2), P: (2, 3), Q: (3, 2), R: (2, 2)}
M = define("M", A * B)

QUANTITIES = [
    A * B,
    c * A * A.T - 2 * B.T * B,
    (A * B - Y).T * (A * B - Y),
    S**3,
    fro(Y - M) ** 2 / 2,
    trace(A * B * Y.T) ** 2,
    inner(A * A.T, S) * c + inner(M, M),
    fro(A) ** 2 * trace(S),
    fro(B) ** 4,
    entry(A * B, 2, 1),
    entry_sum(hadamard(A, hadamard(P, A))),
    hadamard(A, c * A) * B,
    HadamardPower(A, 3),
    elementwise(Lambda(x, c * x**4 - x), A),
    leaky_relu(S, 1) * A,
    unvec(vec(A) + vec(B.T), n, h),
]


def values(at: Fraction) -> dict[Any, Any]:
    """Entries that are small integers, moved by `at` along the field."""
    backend = Exact()
    entries = {
        s: [[Fraction((5 * i + 3 * j + k) % 7 - 3) for j in range(w)] for i in range(r)] for k, (s, (r, w)) in enumerate(shapes.items())
    }
    for moving, velocity in field.items():
        entries[moving] = [
            [a + at * b for a, b in zip(*rows, strict=True)] for rows in zip(entries[moving], entries[velocity], strict=True)
        ]
    return {**{s: backend.matrix(rows) for s, rows in entries.items()}, c: backend.scalar(Fraction(2, 3))}


def exactly(quantity: Any, at: Fraction = Fraction(0)) -> Any:
    return compile([quantity], sizes, Exact())(values(at))[0]


@pytest.mark.parametrize("quantity", QUANTITIES, ids=str)
def test_the_rate_is_the_exact_difference_quotient(quantity: Any) -> None:
    # the quotient of order four is exact for polynomials up to degree four
    def near(k: int) -> Any:
        return exactly(quantity, Fraction(k))

    quotient = ((near(1) - near(-1)) * 8 - (near(2) - near(-2))) / 12
    rate = rate_along(quantity, field)
    assert exactly(rate) == quotient
    assert exactly(2 * rate) != quotient


@pytest.mark.parametrize(("slope", "rate"), [(0, zeros(n, h)), (c, c * P)])
def test_the_rate_of_an_activation_is_that_of_its_branch(slope: Any, rate: Any) -> None:
    negative = [[-1, -2, -3], [-4, -5, -6]]
    moved = rate_along(leaky_relu(A, slope), field)
    backend = Exact()
    here = {**values(Fraction(0)), A: backend.matrix(negative)}
    assert compile([moved], sizes, backend)(here) == compile([rate], sizes, backend)(here)
    here[A] = backend.matrix([[-e for e in row] for row in negative])
    assert compile([moved], sizes, backend)(here) == compile([P], sizes, backend)(here)


def test_roots_exponentials_and_logarithms_move_by_the_chain_rule() -> None:
    q, moved = trace(S), trace(R)
    assert rate_along(sqrt(1 + q**2), field) == q * moved / sqrt(1 + q**2)
    assert rate_along(exp(2 * q), field) == 2 * moved * exp(2 * q)
    assert rate_along(log(q), field) == moved / q


def test_the_rate_of_an_inverse() -> None:
    assert rate_along(S.I, field) == -S.I * R * S.I


@pytest.mark.parametrize("quantity", [Y, initial(A * B), Y.T * Y], ids=str)
def test_what_does_not_move_stands_still(quantity: MatrixExpr) -> None:
    assert rate_along(quantity, field) == zeros(*quantity.shape)
    assert rate_along(fro(quantity), field) == 0


@pytest.mark.parametrize(
    "quantity", [fro(A), sigma_max(A), absolute(trace(S)), fro(A) ** 3, fro(A) ** Rational(1, 2), following(A * B), S.I**2], ids=str
)
def test_what_is_not_differentiated_is_refused(quantity: Any) -> None:
    with pytest.raises(StatementError, match=r"rate_along d(oes not differentiate|ifferentiates)"):
        rate_along(quantity, field)


def test_a_velocity_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(StatementError, match="its velocity is"):
        rate_along(A, {A: Q})
    with pytest.raises(StatementError, match="gives each moving matrix a velocity"):
        rate_along(A, {A: c})


def test_the_rate_of_what_runs_over_layers_is_the_exact_difference_quotient() -> None:
    L, k, l = dimensions("L k l")  # noqa: E741
    W, V = layers("W", L, k, moves=True), layers("V", L, k)
    quantities = [
        layer_product(W, 1, L, shift=True) * layer(W, 1),
        sum_over(l, fro(layer(W, l)) ** 2 * trace(layer_product(W, l + 1, L)), 1, L),
        stack(l, layer(W, l) * layer_product(W, 1, l - 1), 1, L),
        sum_over(l, l * layer_product(W, l, L), 1, L),
    ]
    point, velocity = ([[Fraction((a * i + j * b) % 5 - 2) for j in range(2)] for i in range(6)] for a, b in ((3, 2), (2, 1)))

    def at(quantity: Any, step: int) -> Any:
        moved = [[p + step * v for p, v in zip(*rows, strict=True)] for rows in zip(point, velocity, strict=True)]
        values = {W: Exact().matrix(moved), V: Exact().matrix(velocity)}
        return compile([quantity], {L: 3, k: 2}, Exact())(values)[0]

    for quantity in quantities:
        quotient = ((at(quantity, 1) - at(quantity, -1)) * 8 - (at(quantity, 2) - at(quantity, -2))) / 12
        rate = rate_along(quantity, {W: V})
        assert at(rate, 0) == quotient
        assert at(2 * rate, 0) != quotient
