"""Normal forms: what reads as the same, and what does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Inverse, Symbol, sympify

from verify.backends import Float64
from verify.compiler import compile
from verify.language import (
    absolute,
    block,
    dimensions,
    entry,
    fro,
    hadamard,
    identity,
    inner,
    lam,
    lam_max,
    lam_min,
    matrix,
    maximum,
    minimum,
    nuclear,
    pinv,
    positive_part,
    proj,
    rank,
    scalars,
    sigma,
    sigma_max,
    spec,
    sqrt,
    sylvester_max,
    sylvester_min,
    symmetric,
    trace,
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
]


@pytest.mark.parametrize(("left", "right"), SAME_MATRICES)
def test_equal_matrices_read_the_same(left: Any, right: Any) -> None:
    reader = reading()
    assert reader.matrix(left).key == reader.matrix(right).key


@pytest.mark.parametrize(
    ("left", "right"),
    [(A * A.T, A.T * A), (S * T, T * S), (Q.T, Q), (proj(A), proj(C)), (pinv(A).T, A), (Inverse(Q), Q), (block([[A, C]]), block([[C, A]]))],
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
