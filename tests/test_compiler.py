"""Programs: sharing, chain order, fixed values, errors that name their cause."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Derivative, Lambda, MatMul, Rational

from verify.backends import Ball, Exact, Float64
from verify.backends.base import Eigenvalues, KnownNonnegative, Scaled, SingularValues
from verify.chain_order import best_order, best_splits
from verify.compiler import Program, compile
from verify.errors import InstanceError, StatementError, UnsupportedError
from verify.fixed import FixedValues
from verify.language import (
    define,
    elementwise,
    entry,
    fro,
    inner,
    lam,
    lam_max,
    lam_min,
    matrix,
    maximum,
    minimum,
    nuclear,
    positive_root,
    rank,
    scalars,
    sigma,
    sigma_max,
    sigma_min,
    spec,
    sqrt,
    sylvester_min,
    symmetric,
    trace,
)
from verify.language.nodes import FrobeniusNorm
from verify.networks import linear_network, squared_loss, widths
from verify.signs import gram_factor, semidefinite, witnesses

n, m, h = sympy.symbols("n m h", integer=True, positive=True)
a, c, x = scalars("a c x")
A, B, S = matrix("A", n, m), matrix("B", m, h), symmetric("S", n)
SIZES = {n: 3, m: 4, h: 2}


def count(program: Program) -> Counter[type[Any]]:
    return Counter(i.kind for i in program.instructions)


def test_what_a_definition_shares_with_the_outputs_is_computed_once() -> None:
    largest, double = scalars("largest double")
    definitions = ((largest, sigma_max(A)), (double, 2 * largest))
    program = compile([double + sigma_min(A), elementwise(Lambda(x, x - largest), A)], SIZES, Float64(), definitions)
    assert count(program)[SingularValues] == 1
    assert set(program.inputs) == {A}
    values = np.diag([3.0, 2.0, 1.0]) @ np.eye(3, 4)
    total, shifted = program({A: values[None]})
    assert total == 7
    assert (shifted == values - 3).all()
    with pytest.raises(InstanceError, match="largest has no value"):
        compile([double], SIZES, Float64(), definitions[1:])({A: values[None]})


def test_one_factorisation_serves_all_singular_values() -> None:
    W = define("W", A * B)
    outputs = [sigma(W, 1), sigma(W, 2), sigma_max(A * B), spec(W.T), nuclear(-W), rank(W), sigma_min(W)]
    outputs += [lam_max(W.T * W), lam_min(W * W.T)]
    kinds = count(compile(outputs, SIZES, Float64()))
    assert kinds[SingularValues] == 1
    assert kinds[Eigenvalues] == 0


def test_one_factorisation_serves_all_eigenvalues() -> None:
    outputs = [lam(S, 1), lam(S, 2), lam_max(S), lam_min(S), lam_max(-S), sylvester_min(S, S)]
    assert count(compile(outputs, SIZES, Float64()))[Eigenvalues] == 1


def test_shared_subexpressions_are_computed_once() -> None:
    residual = define("E", A * B - matrix("Y", n, h))
    program = compile([fro(residual) + trace(residual.T * residual), fro(A * B - matrix("Y", n, h))], SIZES, Float64())
    assert count(program)[MatMul] == 2
    assert count(program)[FrobeniusNorm] == 1


def test_counting_sees_two_where_there_are_two() -> None:
    assert count(compile([sigma_max(A), sigma_max(B)], SIZES, Float64()))[SingularValues] == 2


def test_chains_are_multiplied_in_the_cheapest_order() -> None:
    assert best_order([10, 100, 5, 50]) == ((0, 1), 2)
    assert best_order([100, 1, 100, 1]) == (0, (1, 2))
    assert best_order([3, 4]) == 0


def cost(order: Any, sizes: list[int]) -> tuple[int, int, int]:
    if isinstance(order, int):
        return 0, sizes[order], sizes[order + 1]
    left, right = cost(order[0], sizes), cost(order[1], sizes)
    return left[0] + right[0] + left[1] * left[2] * right[2], left[1], right[2]


def orders(first: int, last: int) -> list[Any]:
    if first == last:
        return [first]
    return [pair for k in range(first, last) for pair in product(orders(first, k), orders(k + 1, last))]


def test_no_order_is_cheaper_than_the_best() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        sizes = [int(s) for s in rng.integers(1, 30, size=6)]
        best = cost(best_order(sizes), sizes)[0]
        assert best == min(cost(order, sizes)[0] for order in orders(0, 4))


def test_parts_that_are_known_cost_nothing() -> None:
    sizes = [2, 9, 9, 9, 3]
    assert best_splits(sizes)[0, 3] == 2
    assert best_splits(sizes, lambda first, last: (first, last) == (1, 3))[0, 3] == 0


def test_a_product_is_computed_once_transposed_or_not() -> None:
    chain = A * B
    assert count(compile([chain, chain.T, B.T * A.T], SIZES, Float64()))[MatMul] == 1
    assert count(compile([A.T * A, B.T * A.T * A * B], SIZES, Float64()))[MatMul] == 3
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((3, 4)), rng.standard_normal((4, 2))
    for found in compile([chain, sympy.Transpose(B.T * A.T)], SIZES, Float64())({A: X, B: Y}):
        np.testing.assert_allclose(found, X @ Y, rtol=1e-14)
    np.testing.assert_allclose(compile([B.T * A.T], SIZES, Float64())({A: X, B: Y})[0], (X @ Y).T, rtol=1e-14)


@pytest.mark.parametrize(("depth", "products"), [(2, 5), (3, 8), (10, 29)])
def test_a_step_of_a_deep_network_multiplies_three_times_a_layer(depth: int, products: int) -> None:
    # N - 1 products forward, two with the data, N - 1 backward, N outer ones but for the first layer's, which is there already
    network = linear_network(widths(depth))
    inputs, targets = matrix("X", network.widths[0], m), matrix("Y", network.widths[-1], m)
    law = network.descent(squared_loss(inputs, targets), c)
    assert count(compile(law.advanced, {**dict.fromkeys(network.widths, 6), m: 8}, Float64()))[MatMul] == products == 3 * depth - 1


def test_a_large_outer_product_is_scaled_through_its_thin_factor() -> None:
    thin = {n: 200, m: 3, h: 200}
    rng = np.random.default_rng(0)
    values = {A: rng.standard_normal((200, 3)), B: rng.standard_normal((3, 200)), c: 0.5}
    for sizes, matrices in ((thin, 0), ({n: 3, m: 200, h: 4}, 1)):
        program = compile([c * A * B], sizes, Float64())
        made = [i for i in program.instructions if i.kind is Scaled]
        assert len(made) == 1
        assert (made[0] is program.instructions[-1]) == bool(matrices)
    np.testing.assert_allclose(compile([c * A * B], thin, Float64())(values)[0], 0.5 * values[A] @ values[B], rtol=1e-13)


def test_a_value_is_dropped_after_its_last_use() -> None:
    program = compile([fro(A * B) ** 2, A.T * A], SIZES, Float64())
    dropped = [s for i in program.instructions for s in i.spent]
    (product,) = [i.target for i in program.instructions if i.kind is MatMul and i.target not in program.outputs]
    assert dropped.count(product) == 1
    assert not set(dropped) & (set(program.outputs) | set(program.inputs.values()))


@pytest.mark.parametrize("sizes", [{n: 1, m: 9, h: 1}, {n: 9, m: 1, h: 9}, {n: 2, m: 3, h: 4}])
def test_the_order_does_not_change_the_value(sizes: dict[Any, int]) -> None:
    rng = np.random.default_rng(3)
    X, Y = (rng.integers(-3, 4, size=(sizes[r], sizes[k])) for r, k in ((n, m), (m, h)))
    chain = A * B * B.T * A.T * A * B
    for backend in (Float64(), Ball(64), Exact()):
        (value,) = compile([fro(chain) ** 2], sizes, backend)({A: backend.matrix(X), B: backend.matrix(Y)})
        assert value == int((X @ Y @ Y.T @ X.T @ X @ Y).ravel() @ (X @ Y @ Y.T @ X.T @ X @ Y).ravel())


def test_equal_requests_share_one_program() -> None:
    assert compile([fro(A)], SIZES, Ball(64)) is compile([fro(A)], dict(SIZES), Ball(64))
    assert compile([fro(A)], SIZES, Ball(64)) is not compile([fro(A)], SIZES, Ball(65))


def test_expressions_in_dimensions_are_fixed() -> None:
    fixed = FixedValues(SIZES)
    assert fixed.number(minimum(n, m) * h**2 / 5 - maximum(n, h)) == Rational(12, 5) - 3
    assert fixed.number(n / (m - 4)) is None
    assert fixed.number(a + n) is None
    assert fixed.number(1 / sqrt(m * n * 3)) == Rational(1, 6)
    assert fixed.number(sqrt(m * n)) is None
    assert fixed.number(sqrt(n - m)) is None
    assert fixed.number(sympy.Float(0.1)) == Rational(3602879701896397, 2**55)
    assert not compile([n * m + 1, minimum(n, m)], SIZES, Float64()).inputs


def test_unknown_dimensions_are_named() -> None:
    with pytest.raises(StatementError, match=r"A\*B.* has the dimension h|B has the dimension h"):
        compile([fro(A * B)], {n: 2, m: 2}, Float64())


def test_missing_values_are_named() -> None:
    with pytest.raises(InstanceError, match=r"^c has no value: give one for each of A, c\.$"):
        compile([c * fro(A)], SIZES, Float64())({A: np.ones((3, 4))})


def test_nodes_without_meaning_are_named() -> None:
    with pytest.raises(UnsupportedError, match="Derivative has no meaning in any number system"):
        compile([Derivative(sympy.Function("f")(c), c)], SIZES, Float64())


def test_indices_must_be_known() -> None:
    with pytest.raises(StatementError, match="indices that the dimensions determine"):
        compile([entry(A, c, 1)], SIZES, Float64())


def test_functions_of_entries_take_numbers_only() -> None:
    with pytest.raises(StatementError, match="contains the matrix"):
        compile([elementwise(Lambda(x, fro(x * A)), A)], SIZES, Float64())


def test_gram_matrices_are_recognised() -> None:
    W = define("W", A * B)
    assert gram_factor(A.T * A) == A
    assert gram_factor(define("M", A * A.T)) == A.T
    assert gram_factor(W.T * W) == W
    assert gram_factor(B.T * A.T * A * B) == A * B
    assert gram_factor(2 * A.T * A) is None
    assert gram_factor(A * B) is None
    assert gram_factor(S) is None
    assert semidefinite(2 * A.T * A + sympy.Identity(m))
    assert semidefinite(B.T * (A.T * A + sympy.Identity(m)) * B)
    assert not semidefinite(S)
    assert not semidefinite(-A.T * A)
    assert not semidefinite(c * A.T * A)


def test_signs_follow_from_the_form() -> None:
    assert witnesses(fro(A) * sigma_max(B) + n) == frozenset()
    assert witnesses(lam_min(A.T * A) + (c - 1) ** 2) == frozenset()
    assert witnesses(fro(A) / (c - 1) + a) == {c - 1, a}
    assert witnesses(fro(A) + 2 * c / (c - 1)) == {c, c - 1}
    assert witnesses(1 - c) == {-c}
    assert witnesses(c - a) == {c, -a}
    assert witnesses(c - 1) == {c - 1}
    assert witnesses(-c * a) == {-c * a}
    assert witnesses(define("q", inner(A, A))) == frozenset()
    assert witnesses(sylvester_min(S, A * A.T)) == {sylvester_min(S, A * A.T)}


def test_a_coefficient_with_a_settled_sign_is_clamped() -> None:
    root = positive_root(lam_min(A.T * A) * x**3 + x - c, x)
    assert count(compile([root], SIZES, Ball(64)))[KnownNonnegative] == 1
    assert count(compile([positive_root(a * x**3 + x - c, x)], SIZES, Ball(64)))[KnownNonnegative] == 0


def test_a_program_of_some_values_computes_the_rest_for_each_call() -> None:
    program = compile([trace(A * A.T * S), fro(A) ** 2], SIZES, Float64())
    rng = np.random.default_rng(0)
    values = {A: rng.standard_normal((3, 4)), S: rng.standard_normal((3, 3))}
    rest = program.given({A: values[A], x: 1.0})
    assert set(rest.inputs) == {S}
    assert len(rest.instructions) < len(program.instructions)
    for factor in (1, 2):
        np.testing.assert_allclose(rest({S: factor * values[S]}), program({**values, S: factor * values[S]}), rtol=1e-14)
    assert program.given(values).run({}) == program.run(values)
    with pytest.raises(InstanceError, match="S has no value"):
        rest({})
