"""Normal forms: what reads as the same, and what does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Inverse, OneMatrix, Symbol, Transpose, sympify

from verify.backends import Float64
from verify.compiler import compile
from verify.language import (
    absolute,
    block,
    column,
    dimensions,
    entry,
    entry_sum,
    fro,
    hadamard,
    identity,
    inner,
    lam,
    lam_max,
    lam_min,
    leaky_relu,
    leaky_relu_slope,
    matrix,
    maximum,
    minimum,
    nuclear,
    pinv,
    positive_part,
    proj,
    rank,
    relu,
    relu_slope,
    row,
    scalars,
    sigma,
    sigma_max,
    spec,
    sqrt,
    sylvester_max,
    sylvester_min,
    symmetric,
    trace,
    unit,
    unvec,
    vec,
    zeros,
)
from verify.proof.normal_form import Reader
from verify.proof.vocabulary import Vocabulary

n, m, k = dimensions("n m k")
a, b = scalars("a b")
A, B, C = matrix("A", n, m), matrix("B", m, k), matrix("C", n, m)
S, T = symmetric("S", n), symmetric("T", n)
Q = matrix("Q", n, n)


def reading() -> Reader:
    return Reader(Vocabulary())


SAME_MATRICES: list[tuple[Any, Any]] = [
    ((A + C) * B, A * B + C * B),
    ((A * B).T, B.T * A.T),
    (S.T, S),
    ((S * T).T, T * S),
    (2 * a * A * (3 * b * B), 6 * a * b * (A * B)),
    (Inverse(Q) * Q * A, A),
    ((Q * Inverse(Q)).T, identity(n)),
    (Q.T * Inverse(Q).T, identity(n)),
    (proj(A) * proj(A), proj(A)),
    (proj(A) * A, A),
    (A.T * proj(A), A.T),
    (A * pinv(A) * A, A),
    ((A * pinv(A)).T, A * pinv(A)),
    (pinv(A) * A * A.T, A.T),
    ((Q + identity(n)) ** 2, Q * Q + 2 * Q + identity(n)),
    (hadamard(A + C, C), hadamard(C, A) + hadamard(C, C)),
    (hadamard(A, C).T, hadamard(C.T, A.T)),
    (block([[A + C, A]]), block([[C + A, A]])),
    (Transpose(block([[A], [C]])), block([[A.T, C.T]])),
    (Transpose(block([[A.T, C.T]]) * block([[C], [A]])), block([[C.T, A.T]]) * block([[A], [C]])),
    (Transpose(block([[S, A], [A.T, A.T * A]])), block([[S, A], [A.T, A.T * A]])),
    (hadamard(A, hadamard(C, A)), hadamard(hadamard(A, A), C)),
    (relu(A), hadamard(relu_slope(A), A)),
    (leaky_relu(2 * A.T, b).T, 2 * hadamard(leaky_relu_slope(A, b), A)),
    (leaky_relu(A, 1), A),
    (relu(zeros(n, m)), zeros(n, m)),
    (unit(n, 2).T * unit(n, 2) * row(A, 1), row(A, 1)),
    (hadamard(unit(n, 2) * row(A, 2), C), unit(n, 2) * row(hadamard(A, C), 2)),
    (hadamard(A, column(C, 1) * unit(m, 1).T), column(hadamard(C, A), 1) * unit(m, 1).T),
    (hadamard(identity(n), Q), hadamard(identity(n), Q).T),
    (hadamard(identity(n), identity(n)), identity(n)),
    (hadamard(identity(n), A * hadamard(C, S * A).T), hadamard(hadamard(A, C) * A.T * S, identity(n))),
    (hadamard(identity(n), 2 * Q * S), 2 * hadamard(S * Q.T, identity(n))),
    (hadamard(OneMatrix(n, m), A), A),
    (hadamard(OneMatrix(n, m), OneMatrix(n, m)), OneMatrix(m, n).T),
    (unvec(vec(A + C), n, m), C + A),
    (vec(unvec(vec(A), n, m) + 2 * C), vec(A) + 2 * vec(C)),
]


@pytest.mark.parametrize(("left", "right"), SAME_MATRICES)
def test_equal_matrices_read_the_same(left: Any, right: Any) -> None:
    reader = reading()
    assert reader.matrix(left).key == reader.matrix(right).key


@pytest.mark.parametrize(
    ("left", "right"),
    [
        *[(A * A.T, A.T * A), (S * T, T * S), (Q.T, Q), (proj(A), proj(C)), (pinv(A).T, A), (Inverse(Q), Q)],
        *[(relu(-A), -relu(A)), (relu(a * A), a * relu(A)), (relu(A), leaky_relu(A, b)), (relu_slope(A), relu_slope(C))],
        *[
            (hadamard(A, A), A),
            (hadamard(identity(n), Q), Q),
            (hadamard(identity(n), Q * Q), hadamard(identity(n), Q.T * Q)),
            (unvec(vec(Q), n, n), Q.T),
            (vec(Q), vec(Q.T)),
        ],
        (hadamard(identity(n), A * hadamard(C, A).T), hadamard(identity(n), A * hadamard(C, C).T)),
        *[(unit(n, 1) * unit(n, 1).T * S, S * unit(n, 1) * unit(n, 1).T), (unit(n, 1), unit(n, 2))],
        (block([[A, C]]), block([[C, A]])),
        (Transpose(block([[A], [C]])), block([[C.T, A.T]])),
        (Transpose(block([[Q, S], [T, Q]])), block([[Q, S], [T, Q]])),
    ],
)
def test_different_matrices_read_differently(left: Any, right: Any) -> None:
    reader = reading()
    assert reader.matrix(left).terms != reader.matrix(right).terms


SAME_NUMBERS: list[tuple[Any, Any]] = [
    (trace(A * C.T), inner(C, A)),
    (trace(A * B * B.T * A.T), trace(B.T * A.T * A * B)),
    (trace(identity(n)), n),
    (inner(A, a * C - A), a * inner(A, C) - inner(A, A)),
    (spec(A), sigma_max(A.T)),
    (sigma(A, 1), sigma_max(A)),
    (lam(S, 1), lam_max(S)),
    (lam_min(S), -lam_max(-S)),
    (sylvester_min(S, T), -sylvester_max(-S, -T)),
    (lam_max(A.T * A), sigma_max(A) ** 2),
    (lam(A.T * A, 2), sigma(A, 2) ** 2),
    (fro(-2 * A), 2 * fro(A.T)),
    (fro(a * A), absolute(a) * fro(A)),
    (fro(a**2 * A), a**2 * fro(A)),
    (lam_max(3 * S), 3 * lam_max(S)),
    (nuclear(A - C), nuclear(C.T - A.T)),
    (rank(-3 * A), rank(A.T)),
    (maximum(a, b), maximum(b, a)),
    (minimum(a, b), -maximum(-a, -b)),
    (positive_part(a), maximum(a, 0)),
    (positive_part(2 * a), 2 * positive_part(a)),
    (absolute(-a), absolute(a)),
    (absolute(a) ** 2, a**2),
    (positive_part(fro(A)), fro(A)),
    (sqrt(fro(A)) ** 2, fro(A)),
    (1 / (2 * a - 2 * b), -1 / (2 * (b - a))),
    (1 / (a * b), (1 / a) * (1 / b)),
    (sqrt(9), 3),
    (entry(A + C, 1, 2), entry(A.T, 2, 1) + entry(C, 1, 2)),
    (entry_sum(A.T), entry_sum(A)),
    (entry_sum(hadamard(A, C)), inner(A, C)),
    (inner(hadamard(A, C), S * A), inner(A, hadamard(C, S * A))),
    (trace(A.T * hadamard(S * A, C)), entry_sum(hadamard(A, hadamard(C, S * A)))),
    (trace(hadamard(A, C) * A.T * S), inner(S * A, hadamard(C, A))),
    (inner(hadamard(A, S * hadamard(A, C)), C), inner(hadamard(C, A), S * hadamard(C, A))),
    (inner(A, relu(C)), inner(hadamard(A, relu_slope(C)), C)),
    (entry_sum(S * hadamard(A, C) * B), inner(hadamard(S * OneMatrix(n, k) * B.T, A), C)),
    (entry_sum(hadamard(OneMatrix(n, m), A)), inner(A, OneMatrix(n, m))),
    (inner(row(hadamard(A, C), 2), row(hadamard(A, C), 2)), inner(unit(n, 2) * row(A, 2), hadamard(C, hadamard(A, C)))),
    (trace(hadamard(identity(n), Q)), trace(hadamard(identity(n), Q.T))),
    (inner(hadamard(identity(n), S) * row(Q, 1).T, row(Q, 1).T), trace(unit(n, 1).T * Q * hadamard(S, identity(n)) * Q.T * unit(n, 1))),
    (inner(vec(A), vec(C)), inner(A, C)),
    (trace(unit(n, 1) * unit(n, 1).T), sympify(1)),
    (trace(unit(n, 1) * row(S, 1) * unit(n, 1) * unit(n, 1).T), trace(S * unit(n, 1) * unit(n, 1).T)),
    (trace(vec(A) * vec(C).T), trace(C.T * A)),
    (inner(vec(unvec(vec(A), n, m)), vec(S * A)), inner(A, S * A)),
]


@pytest.mark.parametrize(("left", "right"), SAME_NUMBERS)
def test_equal_numbers_read_the_same(left: Any, right: Any) -> None:
    reader = reading()
    assert reader.scalar(left) == reader.scalar(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (trace(S * T * S * Q), trace(S * S * T * Q)),
        (trace(Q * Q), trace(Q.T * Q)),
        (fro(a * A), a * fro(A)),
        (lam_max(-S), -lam_max(S)),
        (lam_max(a * S), a * lam_max(S)),
        (sqrt(a) ** 2, a),
        (sqrt(a**2), a),
        (fro(A), spec(A)),
        (rank(a * A), rank(A)),
        (positive_part(a), a),
        (sigma(A, 2), sigma(A, 1)),
        (a * (1 / (a + b)), 1 - b / (a + b)),
        (inner(hadamard(A, C), S * A), inner(hadamard(A, A), S * C)),
        (inner(hadamard(A, S * hadamard(A, C)), C), inner(hadamard(A, S * hadamard(C, C)), A)),
        (entry_sum(A), trace(A.T * A)),
        (inner(A, relu(C)), inner(relu(A), C)),
        (inner(unit(n, 1) * row(A, 1), C), inner(unit(n, 2) * row(A, 2), C)),
    ],
)
def test_different_numbers_read_differently(left: Any, right: Any) -> None:
    reader = reading()
    assert reader.scalar(left) != reader.scalar(right)


@pytest.mark.parametrize(("left", "right"), SAME_MATRICES + SAME_NUMBERS)
def test_what_reads_the_same_is_the_same(left: Any, right: Any) -> None:
    generator = np.random.default_rng(0)
    shapes = {A: (3, 2), B: (2, 4), C: (3, 2), Q: (3, 3), S: (3, 3), T: (3, 3)}
    values: dict[Any, Any] = {symbol: generator.normal(size=shape) for symbol, shape in shapes.items()}
    values |= {S: values[S] + values[S].T, T: values[T] + values[T].T, a: np.asarray(-1.5), b: np.asarray(0.25)}
    program = compile([sympify(left), sympify(right)], {n: 3, m: 2, k: 4}, Float64())
    first, second = program(values)
    np.testing.assert_allclose(first, second, atol=1e-9)


def test_two_vocabularies_never_meet() -> None:
    first, second = reading(), reading()
    first.scalar(a)
    assert second.vocabulary.atoms == []
    assert second.scalar(Symbol("c", real=True)).atoms() == {0}


def random_matrix(rng: np.random.Generator, depth: int) -> Any:
    """A random n x n matrix built from few letters, so that many of them are equal."""
    if depth == 0:
        leaves = (Q, S, identity(n), unit(n, 1) * unit(n, 1).T, relu(Q), OneMatrix(n, n))
        return leaves[rng.integers(len(leaves))]
    kind = rng.integers(5)
    one = random_matrix(rng, depth - 1)
    if kind == 0:
        return one.T
    other = random_matrix(rng, rng.integers(depth))
    return one * other if kind in (1, 2) else hadamard(one, other)


def random_number(rng: np.random.Generator) -> Any:
    one, other = (random_matrix(rng, rng.integers(1, 3)) for _ in range(2))
    return (inner(one, other), trace(one * other), entry_sum(hadamard(one, other)), fro(row(one, 1)) ** 2)[rng.integers(4)]


@pytest.mark.parametrize(("kind", "build"), [("number", random_number), ("matrix", lambda rng: random_matrix(rng, 2))])
def test_random_expressions_that_read_the_same_are_the_same(kind: str, build: Any) -> None:
    rng, reader = np.random.default_rng(5), reading()
    groups: dict[Any, list[Any]] = {}
    for _ in range(200):
        expression = build(rng)
        groups.setdefault(reader.scalar(expression).key if kind == "number" else reader.matrix(expression).key, []).append(expression)
    values = {Q: rng.normal(size=(3, 3)), S: np.array([[1.0, 2, 3], [2, -1, 4], [3, 4, 0.5]])}
    compared = 0
    for group in groups.values():
        first, *others = compile(list(dict.fromkeys(group)), {n: 3}, Float64())(values)
        for other in others:
            compared += 1
            np.testing.assert_allclose(other, np.broadcast_to(first, np.shape(other)), rtol=1e-9, atol=1e-9)
    assert compared >= 30
    # and the values tell the groups apart, so that the comparison could have failed
    firsts = compile([group[0] for group in groups.values()], {n: 3}, Float64())(values)
    shown = {np.round(np.broadcast_to(value, (3, 3)), 6).tobytes() for value in firsts}
    assert len(shown) > len(groups) / 2
