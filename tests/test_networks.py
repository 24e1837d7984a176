"""The laws of the models: every gradient exactly, the printed steps, the constants of the losses, shared weights."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from exact_slopes import gradient_is_exact, integers, sizes_of
from sympy import Expr

from verify.author import (
    Expansion,
    chain,
    dimensions,
    equal,
    gradient,
    gradient_descent,
    in_text,
    inner,
    matrix,
    scalars,
    state,
)
from verify.backends import Float64
from verify.compiler import compile
from verify.dynamics import run
from verify.errors import StatementError
from verify.gradients import gradients
from verify.networks import (
    ConvexLoss,
    balanced_factorisation_loss,
    convex_descent,
    factorisation_loss,
    linear_network,
    matching_step_size,
    preactivations,
    regularised,
    seminorm,
    softened_absolute_loss,
    squared_error,
    squared_loss,
    two_layer_loss,
    weighted_loss,
    weights,
    widths,
    with_companion,
    with_output_gradient,
)
from verify.proof.claims import Claim

m, r, samples_count = dimensions("m r N_samples")
eta, lam_, delta, a = scalars("eta lambda delta a")


def linear_case(depth: int, kind: str, normalised: bool, seed: int) -> tuple[Expr, Any, dict[Any, Any]]:
    """The loss of a deep linear network at an integer point; n_1 ... n_N is a square, so that a_N is rational."""
    rng = np.random.default_rng(seed)
    network = linear_network(widths(depth), normalised=normalised)
    n = network.widths
    X, Y, S = matrix("X", n[0], m), matrix("Y", n[-1], m), matrix("S", n[-1], n[-1])
    counts = [2, *{1: [4], 2: [2, 2], 3: [2, 1, 2], 4: [3, 1, 3, 1]}[depth]]
    values = {X: integers(rng, 2, 3), Y: integers(rng, counts[-1], 3), S: integers(rng, counts[-1], counts[-1]), lam_: Fraction(1, 3)}
    values[X][1] = 2 * values[X][0] if seed else values[X][1]
    values |= {W: integers(rng, counts[k + 1], counts[k]) for k, W in enumerate(network.weights)}
    loss = {"squared": squared_loss(X, Y), "weighted": weighted_loss(X, Y, S), "regularised": regularised(squared_loss(X, Y), lam_)}[kind]
    return network.loss(loss), network.weights, values


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("kind", ["squared", "weighted", "regularised"])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_deep_linear_gradients_are_exact(depth: int, kind: str, normalised: bool, seed: int) -> None:
    loss, of, values = linear_case(depth, kind, normalised, seed)
    own = gradients(loss, of)
    assert gradient_is_exact(loss, of, values, 2 * depth, own)
    assert not gradient_is_exact(loss, of, values, 2 * depth, {**own, of[-1]: own[of[-1]] + of[-1]})


def test_factorisation_gradients_are_exact() -> None:
    rng = np.random.default_rng(0)
    d_1, d_2 = dimensions("d_1 d_2")
    U, V, M = state("U", d_1, r), state("V", d_2, r), matrix("M", d_1, d_2)
    values = {U: integers(rng, 3, 2), V: integers(rng, 2, 2), M: integers(rng, 3, 2)}
    for loss in (factorisation_loss(U, V, M), balanced_factorisation_loss(U, V, M)):
        assert gradient_is_exact(loss, [U, V], values, 4, gradients(loss, [U, V]))
    wrong = gradients(factorisation_loss(U, V, M), [U, V])
    assert not gradient_is_exact(balanced_factorisation_loss(U, V, M), [U, V], values, 4, wrong)


def expands(*claims: Any, given: Any = ()) -> bool:
    return Expansion().check(Claim(tuple(given), claims)).grade is not None


def test_the_step_of_du2018_is_the_printed_one() -> None:
    d_1, d_2 = dimensions("d_1 d_2")
    U, V, M = state("U", d_1, r), state("V", d_2, r), matrix("M", d_1, d_2)
    update = dict(gradient_descent("descent", factorisation_loss(U, V, M), of=[U, V], step_size=eta).update)
    assert expands(equal(update[U], U - eta * (U * V.T - M) * V), equal(update[V], V - eta * (U * V.T - M).T * U))
    assert [in_text(update[W]) for W in (U, V)] == ["U(t) - eta*R(t)*V(t)", "V(t) - eta*R(t).T*U(t)"]


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_the_step_of_zhao2024_is_the_printed_one(depth: int) -> None:
    network = linear_network(widths(depth), normalised=True)
    n = network.widths
    X, Y = matrix("X", n[0], m), matrix("Y", n[-1], m)
    update = dict(network.descent(squared_loss(X, Y), eta).update)
    a_N, at_product = network.normalisation, (network.end_to_end * X - Y) * X.T
    for j, W in enumerate(network.weights, start=1):
        printed = W - eta * a_N * network.product(depth, j + 1).T * at_product * network.product(j - 1, 1).T
        assert expands(equal(update[W], printed))
        assert not expands(equal(update[W], printed + W))


def test_the_step_of_regression_is_the_printed_one() -> None:
    N, n, h = dimensions("N n h")
    X, Y, W_1, W_2 = matrix("X", N, n), matrix("Y", N, m), state("W_1", n, h), state("W_2", h, m)
    update = dict(gradient_descent("descent", two_layer_loss(X, Y, W_1, W_2), of=[W_1, W_2], step_size=eta).update)
    assert expands(equal(update[W_1], W_1 + eta * X.T * (Y - X * W_1 * W_2) * W_2.T))


def test_any_loss_is_seen_through_its_gradient_at_the_outputs() -> None:
    n = widths(3)
    W, X, Y, P = weights(n), matrix("X", n[0], m), matrix("Y", n[-1], m), matrix("P", n[-1], m)
    x = preactivations(W, X, [0, a])
    through = gradients(with_output_gradient(x[-1], P), W)
    for V, own in gradients(squared_error(x[-1], Y), W).items():
        assert expands(equal(through[V].xreplace({P: x[-1] - Y}), own))
        assert not expands(equal(through[V], own))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: widths(0), "at least one layer, not 0"),
        (lambda: weights([m]), "sizes of the inputs and of at least one layer"),
        (lambda: preactivations(weights(widths(3)), matrix("X", 1, 1), [0]), "3 layers has 2 activations, but 1 slopes"),
        (lambda: linear_network(widths(2)).product(3, 1), "W_3:1 needs"),
        (
            lambda: with_companion(linear_network(widths(2)), squared_loss(matrix("X", m, m), matrix("Y", m, m)), state("V", m, r), eta),
            "the companion V is",
        ),
    ],
)
def test_networks_that_make_no_sense_are_refused(build: Any, message: str) -> None:
    with pytest.raises(StatementError, match=message):
        build()


# --- convex losses and the companion ---------------------------------------------------------------

n_0, n_1 = dimensions("n_0 n_1")
X, Y, S = matrix("X", n_0, m), matrix("Y", n_1, m), matrix("S", n_1, n_1)
V = state("V", n_1, n_0)
CONVEX = [
    squared_loss(X, Y),
    squared_loss(X, Y, 1 / m),
    weighted_loss(X, Y, S),
    regularised(squared_loss(X, Y), lam_),
    regularised(weighted_loss(X, Y, S), lam_),
    softened_absolute_loss(X, Y, delta, 5),
]


def bounds_hold(loss: ConvexLoss, alpha: Expr, beta: Expr, rank: int) -> tuple[bool, bool, bool]:
    """Whether the inequalities of alpha and beta hold between random matrices, and whether both are attained."""
    rng = np.random.default_rng([11, rank])
    values: dict[Any, Any] = {X: rng.standard_normal((4, rank)) @ rng.standard_normal((rank, 6)), S: rng.standard_normal((3, 3))}
    values |= {Y: np.zeros((3, 6)), lam_: 0.3, delta: 0.5}
    here = 0.1 * rng.standard_normal((400, 3, 4))
    left = np.linalg.svd(values[X])[0]
    directions = rng.standard_normal((400, 3, 4))
    outputs = np.linalg.svd(values[S])[2]
    for k, (i, j) in enumerate((i, j) for i in range(3) for j in range(rank)):
        directions[k] = np.outer(outputs[i], left[:, j])
    there = here + 0.1 * directions
    program = compile([loss.at(V), gradient(loss.at(V), V), seminorm(V, X), alpha, beta], {n_0: 4, n_1: 3, m: 6}, Float64())
    value, slope, _, low, high = program({**values, V: here})
    value_there, slope_there = program({**values, V: there})[:2]
    distance = program({**values, V: there - here})[2]
    curvature = 2 * (value_there - value - np.einsum("kij,kij->k", slope, there - here)) / distance**2
    change = np.linalg.norm(slope_there - slope, axis=(1, 2)) / distance
    rounding = 1e-7 * high
    holds = bool((curvature >= low - rounding).all() and (change <= high + rounding).all())
    return holds, bool(curvature.min() <= low + rounding), bool(change.max() >= high - rounding)


@pytest.mark.parametrize("rank", [1, 2, 4])
@pytest.mark.parametrize("loss", CONVEX, ids=lambda loss: loss.name)
def test_the_constants_of_the_losses_hold_and_are_the_best_where_they_say_so(loss: ConvexLoss, rank: int) -> None:
    holds, alpha_attained, beta_attained = bounds_hold(loss, loss.alpha, loss.beta, rank)
    assert holds
    if loss.best:
        assert alpha_attained
        assert beta_attained
        assert not bounds_hold(loss, loss.alpha * 2, loss.beta, rank)[0]
        assert not bounds_hold(loss, loss.alpha, loss.beta / 2, rank)[0]


def test_the_softened_absolute_loss_is_not_strongly_convex_far_out() -> None:
    (x,) = scalars("x")
    loss = softened_absolute_loss(X, Y, delta, x)
    near, far = (
        compile([loss.alpha / loss.beta], {n_0: 4, n_1: 3, m: 6}, Float64())({X: np.eye(4, 6), delta: 0.5, x: s})[0] for s in (0.0, 10.0)
    )
    assert near == pytest.approx(1.0)
    assert far < 1e-3


@pytest.mark.parametrize("loss", CONVEX, ids=lambda loss: loss.name)
def test_the_loss_sees_the_matrix_through_the_data_only(loss: ConvexLoss) -> None:
    rng = np.random.default_rng(4)
    values = {X: rng.standard_normal((4, 2)) @ rng.standard_normal((2, 6)), Y: rng.standard_normal((3, 6)), S: rng.standard_normal((3, 3))}
    values |= {lam_: np.asarray(0.3), delta: np.asarray(0.5), V: rng.standard_normal((3, 4))}
    projected = {**values, V: values[V] @ values[X] @ np.linalg.pinv(values[X])}
    for expression in (loss.at(V), gradient(loss.at(V), V)):
        program = compile([expression], {n_0: 4, n_1: 3, m: 6}, Float64())
        np.testing.assert_allclose(program(values)[0], program(projected)[0], rtol=1e-10, atol=1e-10)
        assert not np.allclose(program(values)[0], program({**values, V: 2 * values[V]})[0])


@pytest.mark.parametrize("normalised", [False, True])
def test_a_network_of_one_layer_moves_exactly_like_its_companion_only_with_the_normalisation(normalised: bool) -> None:
    network = linear_network((n_0, n_1), normalised=normalised)
    update = dict(with_companion(network, squared_loss(X, Y), V, eta).update)
    (W,) = network.weights
    a_N = network.normalisation
    moved, followed = a_N * update[W], update[V].xreplace({V: network.end_to_end})
    any_matrix = matrix("B", n_1, n_0)
    assert expands(equal(inner(any_matrix, moved), inner(any_matrix, followed)), given=chain(n_1, ">=", 1)) == normalised
    assert in_text(matching_step_size(linear_network(widths(3)), eta)) == "3*eta/n_3"


def test_the_companion_in_one_law_is_plain_descent_with_the_matching_step() -> None:
    network = linear_network((n_0, r, n_1), normalised=True)
    joint, alone = with_companion(network, squared_loss(X, Y), V, eta), convex_descent(squared_loss(X, Y), V, eta)
    rng = np.random.default_rng(6)
    shape = {n_0: 4, r: 7, n_1: 3, m: 5}
    values = {W: rng.standard_normal([shape[d] for d in W.shape]) for W in (*network.weights, V, X, Y)}
    together = run(joint, Float64(), shape, {**values, eta: 0.01}, 5)
    plain = run(alone, Float64(), shape, {**values, eta: 0.01 * 2 / 3}, 5)
    np.testing.assert_allclose(together.states[V][5], plain.states[V][5], rtol=1e-12)
    network_alone = run(network.descent(squared_loss(X, Y), eta), Float64(), shape, {**values, eta: 0.01}, 5)
    np.testing.assert_allclose(together.states[network.weights[0]][5], network_alone.states[network.weights[0]][5], rtol=1e-12)


def automatic_cases() -> dict[str, tuple[Expr, Any, dict[Any, Any], Any]]:
    """Loss, weights, values and the same loss written for automatic differentiation."""
    rng = np.random.default_rng(9)
    x, y, s, z = rng.standard_normal((4, 6)), rng.standard_normal((3, 6)), rng.standard_normal((3, 3)), 0.3
    x[3] = x[0] - 2 * x[1]
    P, network = x @ np.linalg.pinv(x), linear_network((n_0, r, m, n_1), normalised=True)
    data = matrix("X", n_0, samples_count), matrix("Y", n_1, samples_count)
    at = {W: rng.standard_normal(shape) for W, shape in zip(network.weights, [(5, 4), (7, 5), (3, 7)], strict=True)}
    at |= {data[0]: x, data[1]: y, S: s, lam_: z}

    def end_to_end(W_1: Any, W_2: Any, W_3: Any) -> Any:
        return W_3 @ W_2 @ W_1 / np.sqrt(105)

    U, V, M, X_, Y_ = (rng.standard_normal(shape) for shape in [(4, 2), (3, 2), (4, 3), (6, 4), (6, 3)])
    left, right, target = state("U", n_0, r), state("V", n_1, r), matrix("M", n_0, n_1)
    samples, targets = matrix("X", samples_count, n_0), matrix("Y", samples_count, n_1)
    factors = {left: U, right: V, target: M}
    regression = {samples: X_, targets: Y_, left: U, right: V}
    squared = squared_loss(*data)
    return {
        "squared": (network.loss(squared), network.weights, at, lambda *W: anp.sum((end_to_end(*W) @ x - y) ** 2) / 2),
        "weighted": (
            network.loss(weighted_loss(*data, S)),
            network.weights,
            at,
            lambda *W: anp.sum((s @ (end_to_end(*W) @ x - y)) ** 2) / 2,
        ),
        "regularised": (
            network.loss(regularised(squared, lam_)),
            network.weights,
            at,
            lambda *W: anp.sum((end_to_end(*W) @ x - y) ** 2) / 2 + z * anp.sum((end_to_end(*W) @ P) ** 2),
        ),
        "factorisation": (factorisation_loss(left, right, target), [left, right], factors, lambda U, V: anp.sum((U @ V.T - M) ** 2) / 2),
        "balanced factorisation": (
            balanced_factorisation_loss(left, right, target),
            [left, right],
            factors,
            lambda U, V: anp.sum((U @ V.T - M) ** 2) / 2 + anp.sum((U.T @ U - V.T @ V) ** 2) / 8,
        ),
        "regression": (
            two_layer_loss(samples, targets, left, right.T),
            [left, right],
            regression,
            lambda U, V: anp.sum((Y_ - X_ @ U @ V.T) ** 2) / 2,
        ),
    }


@pytest.mark.parametrize("name", ["squared", "weighted", "regularised", "factorisation", "balanced factorisation", "regression"])
def test_the_gradients_of_the_laws_are_those_of_automatic_differentiation(name: str) -> None:
    loss, of, values, written = automatic_cases()[name]
    own = gradients(loss, of)
    found = compile([own[W] for W in of], sizes_of(values), Float64())(values)
    at = [values[W] for W in of]
    for k, one in enumerate(found):
        automatic = autograd.grad(written, k)(*at)
        np.testing.assert_allclose(one, automatic, rtol=1e-11, atol=1e-11)
        assert not np.allclose(2 * one, automatic)


def test_softened_losses_of_deep_networks_have_the_gradient_of_automatic_differentiation() -> None:
    rng = np.random.default_rng(8)
    network = linear_network((n_0, r, n_1), normalised=True)
    own = gradients(network.loss(softened_absolute_loss(X, Y, delta, 1)), network.weights)
    shape = {n_0: 4, r: 7, n_1: 3, m: 5}
    W_1, W_2 = network.weights
    values = {W: rng.standard_normal([shape[d] for d in W.shape]) for W in (W_1, W_2, X, Y)}

    def loss(first: Any, second: Any) -> Any:
        residual = second @ first @ values[X] / np.sqrt(21) - values[Y]
        return anp.sum(anp.sqrt(residual**2 + 0.25) - 0.5)

    found = compile([own[W_1], own[W_2]], shape, Float64())({**values, delta: 0.5})
    for k, one in enumerate(found):
        np.testing.assert_allclose(one, autograd.grad(loss, k)(values[W_1], values[W_2]), rtol=1e-12, atol=1e-12)
