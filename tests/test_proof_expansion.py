"""Proof by expansion says yes to identities, no to anything else, and shows the difference."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Inverse

from verify.language import chain, define, dimensions, equal, fro, identity, inner, matrix, scalars, sqrt, trace
from verify.proof import Claim, Expansion

n, m, h = dimensions("n m h")
eta, a, b = scalars("eta a b")
U, V, G = matrix("U", n, h), matrix("V", h, m), matrix("G", n, m)
W = define("W", U * V)
after = (U - eta * G * V.T) * (V - eta * U.T * G)
tau = G * V.T * V + U * U.T * G


def prove(*conclusions: Any, given: tuple[Any, ...] = ()) -> Any:
    return Expansion().check(Claim(given, conclusions))


def test_product_update() -> None:
    report = prove(equal(after, W - eta * tau + eta**2 * G * W.T * G))
    assert report.grade == "exact"
    assert "4 terms" in report.steps[0].text


@pytest.mark.parametrize(
    "wrong",
    [W - eta * tau - eta**2 * G * W.T * G, W - eta * tau, W + eta * tau + eta**2 * G * W.T * G],
)
def test_wrong_update_is_refused_with_the_difference(wrong: Any) -> None:
    report = prove(equal(after, wrong))
    assert report.grade is None
    assert "left minus right is" in report.failure
    assert "G" in report.failure


def test_imbalance_identity() -> None:
    left, right = U - eta * G * V.T, V - eta * U.T * G
    change = left.T * left - right * right.T - (U.T * U - V * V.T)
    assert prove(equal(change, eta**2 * (V * G.T * G * V.T - U.T * G * G.T * U))).grade == "exact"
    assert prove(equal(change, eta**2 * (V * G.T * G * V.T + U.T * G * G.T * U))).grade is None


def test_scalar_identities() -> None:
    assert prove(equal(fro(U - eta * G * V.T) ** 2, fro(U) ** 2 - 2 * eta * inner(U, G * V.T) + eta**2 * fro(G * V.T) ** 2)).proved
    assert prove(equal(trace(U * V * G.T), inner(V, U.T * G))).proved
    assert not prove(equal(fro(U + G * V.T) ** 2, fro(U) ** 2 + fro(G * V.T) ** 2)).proved


def test_denominators_are_cancelled_only_where_they_are_not_zero() -> None:
    identity_of_fractions = equal((a**2 - b**2) / (a - b), a + b)
    assert not prove(identity_of_fractions).proved
    report = prove(identity_of_fractions, given=chain(a, ">", b))
    assert report.grade == "exact"
    assert "-a + b != 0 follows" in report.steps[0].text


def test_roots_are_squared_only_where_they_are_defined() -> None:
    claim = equal(sqrt(a) ** 2, a)
    assert not prove(claim).proved
    assert prove(claim, given=chain(a, ">=", 1)).proved
    assert not prove(equal(sqrt(a**2), a), given=chain(a, ">=", 1)).proved


def test_inverse() -> None:
    Q = matrix("Q", n, n)
    assert prove(equal(Inverse(Q) * (Q + identity(n)), identity(n) + Inverse(Q))).proved
    assert not prove(equal(Inverse(Q) * Q.T, identity(n))).proved


def test_assumed_matrix_equation_is_used() -> None:
    D = matrix("D", h, h)
    given = (equal(U.T * U - V * V.T, D),)
    assert prove(equal(V.T * D * V, V.T * U.T * U * V - V.T * V * V.T * V), given=given).proved
    assert not prove(equal(V.T * D * V, V.T * U.T * U * V)).proved
    products = (equal(eta * U.T * U, eta * V * V.T),)
    assert not prove(equal(U.T * U, V * V.T), given=products).proved


def test_inequality_is_not_for_expansion() -> None:
    report = prove(*chain(a, "<=", a + 1))
    assert report.failure == "a <= 1 + a is no equation; expansion proves equations only."


def test_an_assumed_product_of_two_letters_rewrites_words_and_comes_to_an_end() -> None:
    A, B, C, D = (matrix(name, n, n) for name in "ABCD")
    given = [equal(A.T * B, C * C.T)]
    assert prove(equal(D * A.T * B, D * C * C.T), given=given).proved
    assert prove(equal(B.T * A * D, C * C.T * D), given=given).proved
    assert not prove(equal(A * B, C * C.T), given=given).proved
    there_and_back = [equal(A * B, C * D), equal(C * D, A * B), equal(A * D, D * A)]
    assert prove(equal(D * A * B, D * C * D), given=there_and_back).proved
    assert not prove(equal(D * A * B, A * D * B), given=there_and_back).proved


def test_a_product_through_one_dimension_is_a_product_of_numbers() -> None:
    u, v, w, tau_1 = (*(matrix(name, n, 1) for name in "uvw"), matrix("T", n, n))
    assert prove(equal(inner(u * v.T, w * u.T), inner(u, w) * inner(v, u))).proved
    assert prove(equal(fro(u * v.T) ** 2, fro(u) ** 2 * fro(v) ** 2)).proved
    assert prove(equal(trace(u * v.T * tau_1 * w * w.T), inner(v, tau_1 * w) * inner(w, u))).proved
    assert not prove(equal(inner(u * v.T, w * u.T), inner(u, u) * inner(v, w))).proved
