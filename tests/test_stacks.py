"""Stacks of layers: products, sums over layers, gradients of linear ResNets, minibatches, and how they are drawn."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import autograd
import numpy as np
import pytest

from verify.author import (
    Dimension,
    dimensions,
    domain,
    fro,
    law,
    layer,
    layer_product,
    layers,
    matrix,
    max_over,
    mean_over_minibatches,
    min_over,
    scalars,
    sigma_min,
    spec,
    stack,
    sum_over,
    trace,
)
from verify.backends import Ball, Exact, Float64, HighPrecision
from verify.compiler import compile
from verify.declarations import InBall, Selection
from verify.dynamics import run
from verify.errors import DomainError, InstanceError, StatementError
from verify.instance import Instance
from verify.language.relations import in_latex, in_text
from verify.sampling import draw, shapes
from verify.screening import CLEAR
from verify.stack_ensembles import STACKS, in_ball, norms

L, m, d, k, n, b, l = dimensions("L m d k n b l")  # noqa: E741
W = layers("W", L, m, moves=True)
A, B, X, Y = matrix("A", m, d), matrix("B", k, m), matrix("X", d, n), matrix("Y", k, n)
S = matrix("S", n, b)
(eta,) = scalars("eta")


def output(W: Any) -> Any:
    return B * layer_product(W, 1, L, shift=True) * A


def loss(W: Any) -> Any:
    return fro(output(W) * X - Y) ** 2 / 2


def gradient(W: Any, l: Any) -> Any:  # noqa: E741
    after, before = layer_product(W, l + 1, L, shift=True), layer_product(W, 1, l - 1, shift=True)
    return (B * after).T * (output(W) * X - Y) * (before * A * X).T


def integers(dims: dict[Any, int], seed: int = 0) -> dict[Any, Any]:
    rng = np.random.default_rng(seed)
    sides = {W: (dims[L] * dims[m], dims[m]), A: (dims[m], dims[d]), B: (dims[k], dims[m]), X: (dims[d], dims[n]), Y: (dims[k], dims[n])}
    return {symbol: rng.integers(-2, 3, size) for symbol, size in sides.items()}


SHAPE = {L: 3, m: 3, d: 2, k: 2, n: 4}


@pytest.mark.parametrize("backend", [Float64(), Exact(), Ball(128), HighPrecision(30)], ids=lambda b: b.name)
@pytest.mark.parametrize("shift", [False, True])
def test_products_of_layers_are_what_they_say(backend: Any, shift: bool) -> None:
    values = integers(SHAPE)
    blocks = values[W].reshape(3, 3, 3) + shift * np.eye(3, dtype=int)
    expected = {(1, 3): blocks[2] @ blocks[1] @ blocks[0], (2, 3): blocks[2] @ blocks[1], (1, 2): blocks[1] @ blocks[0]}
    expected |= {(2, 2): blocks[1], (3, 2): np.eye(3), (4, 3): np.eye(3)}
    read = {symbol: backend.matrix(value) for symbol, value in values.items()}
    for (first, last), whole in expected.items():
        factor = layer_product(W, first, last, shift=shift)
        for expression, wanted in (
            (factor, whole),
            (B * factor * A, values[B] @ whole @ values[A]),
            ((B * factor * A).T, (values[B] @ whole @ values[A]).T),
            (factor.T * B.T, whole.T @ values[B].T),
            (factor * factor, whole @ whole),
            (factor.T * factor, whole.T @ whole),
        ):
            found = compile([expression], SHAPE, backend)(read)[0]
            rows = found.tolist()
            assert [[float(Fraction(str(e))) if backend.name == "exact" else float(e) for e in row] for row in rows] == wanted.tolist()


def test_the_gradient_is_the_derivative_of_the_loss_exactly() -> None:
    """The loss is a quadratic in one entry of one layer, so that a central difference in rational numbers is its derivative."""
    values, exact = integers(SHAPE, 1), Exact()
    read = {symbol: exact.matrix(value) for symbol, value in values.items()}
    found = compile([stack(l, gradient(W, l), 1, L)], SHAPE, exact)(read)[0]
    at = compile([loss(W)], SHAPE, exact)
    for row, column in product(range(9), range(3)):
        sides = []
        for step in (1, -1):
            moved = values[W].copy()
            moved[row, column] += step
            sides.append(at({**read, W: exact.matrix(moved)})[0])
        assert found[row, column] == (sides[0] - sides[1]) / 2


def test_the_gradient_is_that_of_automatic_differentiation() -> None:
    dims = {L: 7, m: 5, d: 3, k: 2, n: 6}
    values = {symbol: 0.3 * value.astype(float) for symbol, value in integers(dims, 2).items()}
    found = compile([stack(l, gradient(W, l), 1, L)], dims, Float64())(values)[0]

    def squared_loss(weights: Any) -> Any:
        hidden = values[A] @ values[X]
        for number in range(7):
            hidden = hidden + weights[number] @ hidden
        return ((values[B] @ hidden - values[Y]) ** 2).sum() / 2

    expected = autograd.grad(squared_loss)(values[W].reshape(7, 5, 5))
    np.testing.assert_allclose(found, expected.reshape(35, 5), rtol=1e-10, atol=1e-12)


def test_a_step_needs_one_forward_and_one_backward_pass() -> None:
    descent = law("GD", {W: W - eta * stack(l, gradient(W, l), 1, L)}, step_size=eta, loss=loss(W))
    dims = {L: 40, m: 30, d: 3, k: 2, n: 50}
    program = compile(descent.advanced, dims, Float64())
    products = sum(instruction.kind.__name__ == "MatMul" for instruction in program.instructions)
    # one product a layer forwards, one backwards, at most three for its gradient, and a few for the residual
    assert products <= 5 * 40 + 10
    values = {symbol: 0.01 * value for symbol, value in integers(dims, 3).items()} | {eta: 0.1}
    orbit = run(descent, Float64(), dims, values, 3)
    losses = [float(compile([loss(W)], dims, Float64())({**values, W: state})[0]) for state in orbit.states[W]]
    assert losses == sorted(losses, reverse=True)


def test_sums_and_extrema_run_over_the_layers() -> None:
    values, exact = integers(SHAPE, 4), Exact()
    read = {symbol: exact.matrix(value) for symbol, value in values.items()}
    squares = [int((block**2).sum()) for block in values[W].reshape(3, 3, 3)]
    size = fro(layer(W, l)) ** 2
    outputs = [sum_over(l, size, 1, L), max_over(l, size, 1, L), min_over(l, size, 2, L), sum_over(l, size, 3, 2)]
    assert compile(outputs, SHAPE, exact)(read) == [sum(squares), max(squares), min(squares[1:]), 0]
    total = compile([sum_over(l, l * layer(W, l), 1, L)], SHAPE, exact)(read)[0]
    blocks = values[W].reshape(3, 3, 3)
    assert total == exact.matrix(blocks[0] + 2 * blocks[1] + 3 * blocks[2])
    # an inner sum may depend on the outer index, and a free l beside it is another symbol
    (s,) = dimensions("s")
    nested = sum_over(l, sum_over(s, l * s, 1, l), 1, L)
    assert compile([nested + l], {**SHAPE, l: 100}, exact)({})[0] == sum(i * j for i in range(1, 4) for j in range(1, i + 1)) + 100
    assert nested.free_symbols == {L}


def test_what_stands_outside_of_its_sum_is_an_error() -> None:
    body = sum_over(l, fro(layer(W, l)) ** 2, 1, L).body
    with pytest.raises(StatementError, match="bound by a sum or a mean"):
        compile([body.args[0].args[0].args[1] + 0], SHAPE, Exact())
    with pytest.raises(StatementError, match="layer 4 of a stack that has 3"):
        compile([layer(W, L + 1)], SHAPE, Exact())
    with pytest.raises(StatementError, match="runs over no layer"):
        compile([max_over(l, fro(layer(W, l)) ** 2, 2, 1)], SHAPE, Exact())
    with pytest.raises(StatementError, match="compares numbers"):
        max_over(l, layer(W, l), 1, L)


def test_the_mean_over_minibatches_is_exact() -> None:
    dims, exact = {d: 2, n: 4, b: 2}, Exact()
    data = exact.matrix([[1, 2, 3, 4], [5, 6, 7, 8]])
    mean, square = mean_over_minibatches(X * S * S.T, S), mean_over_minibatches(fro(X * S) ** 4, S)
    found = compile([mean, square], dims, exact)({X: data})
    assert found[0] == exact.matrix([[Fraction(i, 2) for i in row] for row in ([1, 2, 3, 4], [5, 6, 7, 8])])
    sizes = [1 + 25, 4 + 36, 9 + 49, 16 + 64]
    pairs = [(sizes[i] + sizes[j]) ** 2 for i in range(4) for j in range(i)]
    assert found[1] * len(pairs) == sum(pairs)
    assert S not in mean.free_symbols
    assert n in mean.free_symbols
    with pytest.raises(StatementError, match="cannot be drawn from 1 samples"):
        compile([square], {d: 2, n: 1, b: 2}, exact)({X: exact.matrix([[1], [2]])})


def test_they_print_as_a_paper_does() -> None:
    assert in_text(layer_product(W, 1, L, shift=True)) == "product(I + W(t)[L], ..., I + W(t)[1])"
    assert in_latex(layer_product(layers("W", L, m), 1, L, shift=True)) == r"(I+{W}_{L})\cdots(I+{W}_{1})"
    assert in_latex(sum_over(l, fro(layer(layers("W", L, m), l)) ** 2, 1, L)) == r"\sum_{l=1}^{L} \left\|{W}_{l}\right\|_F^{2}"
    assert in_text(max_over(l, spec(layer(W, l)), 1, L)) == "max_over(spec(W(t)[l]), l=1..L)"
    assert in_latex(mean_over_minibatches(trace(S.T * S), S)).startswith(r"\mathbb{E}_{S}")


@pytest.mark.parametrize("norm", [spec, fro])
def test_stacks_are_drawn_up_to_the_boundary_of_their_ball(norm: Any) -> None:
    over = domain(Dimension(L, 1, 50), Dimension(m, 1, 4), InBall(W, 1 / (2 * L), norm=norm))
    rng = np.random.default_rng(0)
    kind = "spec" if norm is spec else "fro"
    depths = set()
    for shape in shapes(over, rng, 16):
        batch = draw(over, shape, 64, rng)
        stacks = batch.values[W].reshape(64, shape[L], shape[m], shape[m])
        relative = norms(stacks, kind).max(axis=1)[:, 0, 0] * 2 * shape[L]
        assert relative.max() <= 1 + 1e-12
        assert (relative > 1 - 1e-6).any()
        assert ((relative < 1 - CLEAR) & (relative > 0)).any()
        depths.add(shape[L])
    assert {1, 50} <= depths
    assert len(depths) > 5


def test_every_ensemble_of_stacks_stays_in_the_ball() -> None:
    rng = np.random.default_rng(1)
    for ensemble in STACKS:
        for kind in ("spec", "fro"):
            drawn = in_ball(rng, ensemble, 20, 5, 3, 0.1, kind)
            assert norms(drawn.reshape(20, 5, 3, 3), kind).max() <= 0.1 * (1 + 1e-12)


def test_the_ball_is_a_hypothesis_and_its_radius_is_checked() -> None:
    over = domain(Dimension(L, 1, 5), Dimension(m, 1, 3), InBall(W, 1 / (2 * L)))
    assert [in_text(r) for r in over.preconditions] == ["max_over(spec(W(t)[l]), l=1..L) <= 1/(2*L)"]
    with pytest.raises(DomainError, match="no stack of square layers"):
        InBall(matrix("V", n, m), 1)
    with pytest.raises(DomainError, match="measures layers by spec or by fro"):
        InBall(W, 1, norm=sigma_min)


def test_selections_choose_columns_without_replacement() -> None:
    over = domain(Dimension(n, 1, 5), Dimension(b, 1, 5), b <= n, Selection(S))
    batch = draw(over, {n: 5, b: 3}, 200, np.random.default_rng(2))
    chosen = batch.values[S].argmax(axis=1)
    assert all(len(set(row)) == 3 for row in chosen)
    assert len({tuple(sorted(row)) for row in chosen}) == 10
    Instance.of(over, {S: [[0, 1], [1, 0], [0, 0]]})
    for wrong in ([[1, 1], [0, 0]], [[1, 0], [1, 1]], [["1/2", 0], ["1/2", 1]]):
        with pytest.raises(InstanceError, match="S must select columns without replacement"):
            Instance.of(over, {S: wrong})
