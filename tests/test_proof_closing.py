"""Closing: obligations, guards, definitions with their conditions, kept names, grades."""

from __future__ import annotations

from typing import Any

import pytest

from verify.language import (
    absolute,
    chain,
    define,
    dimensions,
    equal,
    fro,
    inner,
    lam_max,
    matrix,
    maximum,
    minimum,
    positive_part,
    positive_root,
    rank,
    relations,
    scalars,
    sigma_max,
    sqrt,
    symmetric,
)
from verify.proof import Claim, Closing, Fact

n, m, h = dimensions("n m h")
a, b, c, x, y = scalars("a b c x y")
A, B = matrix("A", n, m), matrix("B", n, m)
S = symmetric("S", n)


def prove(given: Any, conclusion: Any, facts: Any = (), **options: Any) -> Any:
    return Closing(**options).check(Claim(relations(*given), relations(*conclusion)), facts)


def fact(name: str, *conclusions: Any, given: Any = ()) -> Fact:
    return Fact(name, Claim(relations(*given), relations(*conclusions)))


def test_names_the_facts_and_prints_the_combination() -> None:
    triangle = fact("triangle", chain(fro(A + B), "<=", fro(A) + fro(B)))
    report = prove((), chain(fro(A + B) ** 2, "<=", 2 * fro(A) ** 2 + 2 * fro(B) ** 2), [triangle])
    assert report.grade == "exact"
    assert report.facts == ("triangle",)
    assert "[contrary]" in report.steps[-1].text


def test_traces_are_linked_to_norms() -> None:
    assert prove((), (equal(fro(A + B) ** 2 + fro(A - B) ** 2, 2 * fro(A) ** 2 + 2 * fro(B) ** 2),)).grade == "exact"
    assert prove((), chain(2 * inner(A, B), "<=", fro(A) ** 2 + fro(B) ** 2)).proved is False
    step = a * A
    cauchy = fact("Cauchy-Schwarz", chain(inner(A, B), "<=", fro(A) * fro(B)))
    assert prove((), chain(2 * inner(A, B), "<=", fro(A) ** 2 + fro(B) ** 2), [cauchy]).grade == "exact"
    smaller = chain(fro(A - step) ** 2, "<=", fro(A) ** 2)
    assert prove(chain(0, "<=", a, "<=", 2), smaller).proved
    assert not prove(chain(0, "<=", a, "<=", 3), smaller).proved


def test_failure_gives_a_hint_and_calls_it_no_counterexample() -> None:
    report = prove((), chain(fro(A + B), "<=", fro(A) + fro(B)))
    assert report.grade is None
    assert "hint" in report.failure
    assert "no counterexample" in report.failure


def test_obligations_are_discharged_or_named() -> None:
    lemma = fact("lemma", chain(fro(A), "<=", a), given=chain(n, "<=", m))
    conclusion = chain(fro(A), "<=", a + 1)
    assert prove(chain(n, "<=", m), conclusion, [lemma]).grade == "exact"
    assert prove(chain(n, "<=", h) + chain(h, "<", m), conclusion, [lemma]).grade == "exact"
    report = prove(chain(n, "<=", h), conclusion, [lemma])
    assert report.grade is None
    assert "lemma asks for n <= m" in report.failure
    integers = fact("integers", chain(fro(A), "<=", a), given=chain(n + 1, "<=", m))
    assert prove(chain(n, "<", m), conclusion, [integers]).proved
    with_minimum = fact("minimum", chain(fro(A), "<=", a), given=chain(h, ">=", minimum(n, m)))
    assert prove(chain(h, ">=", n), conclusion, [with_minimum]).proved
    assert not prove(chain(h, ">=", 1), conclusion, [with_minimum]).proved


def test_obligations_on_matrices_and_ranks() -> None:
    C = matrix("C", n, m)
    lemma = fact("lemma", chain(fro(A), "<=", 1), given=(equal(A, B + C), equal(rank(A), n)))
    conclusion = chain(fro(A), "<=", 2)
    given = (equal(A - B, C), equal(rank(A), n))
    assert prove(given, conclusion, [lemma]).proved
    assert "rank" in prove(given[:1], conclusion, [lemma]).failure
    assert "A == B + C" in prove(given[1:], conclusion, [lemma]).failure


def test_obligations_use_earlier_facts_only() -> None:
    first = fact("first", chain(a, ">", 0))
    second = fact("second", chain(b, ">", 0), given=chain(a, ">", 0))
    assert prove((), chain(a + b, ">", 0), [first, second]).grade == "exact"
    assert "second asks for a > 0" in prove((), chain(a + b, ">", 0), [second, first]).failure


def test_contradictory_facts_prove_nothing() -> None:
    assert "contradict" in prove(chain(a, ">", 1), chain(b, ">", 0), [fact("wrong", chain(a, "<", 0))]).failure
    assert "contradict" in prove((), chain(b, ">", 0), [fact("wrong", chain(fro(A), "<", 0))]).failure


def test_bare_relations_must_be_proved_before_they_are_used() -> None:
    W = define("W", A * B.T)
    assert prove(chain(fro(W), "<=", 1), chain(fro(B * A.T), "<=", 1), [equal(fro(W), fro(B * A.T))]).proved
    assert "no fact" in prove((), chain(a, ">", 0), [equal(A, B)]).failure
    assert "does not follow" in prove((), chain(a, ">", 0), chain(a, ">", 0)).failure
    cut = prove(chain(a, ">", 1), chain(a**4, ">", 1), chain(a**2, ">", 1))
    assert cut.proved
    assert len(cut.steps) == 2


def test_roots_and_quotients_are_known_only_where_they_are_defined() -> None:
    assert not prove((), chain(sqrt(x) ** 2, "<=", x)).proved
    assert prove(chain(x, ">=", 0), (equal(sqrt(x) ** 2, x),)).grade == "exact"
    assert not prove((), (equal(x * (1 / (x + y)) + y / (x + y), 1),)).proved
    assert prove(chain(x, ">", 0) + chain(y, ">", 0), (equal(x * (1 / (x + y)) + y / (x + y), 1),)).grade == "exact"
    assert prove(chain(0, "<", a, "<=", b), chain(1 / b, "<=", 1 / a)).proved
    assert not prove(chain(a, "<=", b), chain(1 / b, "<=", 1 / a)).proved


def test_extrema() -> None:
    assert prove((), chain(absolute(a + b), "<=", absolute(a) + absolute(b))).grade == "exact"
    assert prove((), chain(positive_part(a + b), "<=", positive_part(a) + positive_part(b))).grade == "exact"
    assert prove((), (equal(maximum(a, b) + minimum(a, b), a + b),)).proved
    assert not prove((), chain(positive_part(a), "<=", a)).proved


def test_unique_positive_root() -> None:
    root = positive_root(a * x**3 + b * x - c, x)
    signs = chain(a, ">", 0) + chain(b, ">=", 0) + chain(c, ">", 0)
    at_root = (equal(a * root**3 + b * root, c),)
    assert prove(signs, at_root + chain(root, ">", 0)).proved
    assert not prove((), at_root).proved
    assert not prove(signs[1:], at_root).proved
    assert prove((*signs, *chain(0, "<", x, "<=", root)), chain(a * x**3 + b * x, "<=", c)).proved
    assert prove((*signs, *chain(0, "<", x), equal(a * x**3 + b * x, c)), (equal(x, root),)).proved


def test_kept_names_have_no_meaning_and_no_sign() -> None:
    q = define("q", fro(A))
    assert prove((), chain(q, ">=", 0)).proved
    assert not prove((), chain(q, ">=", 0), keep=("q",)).proved
    assert prove((), chain(q, ">=", 0), [equal(q, fro(A))], keep=("q",)).proved


def test_assumed_matrix_equation_replaces_a_symbol() -> None:
    P = matrix("P", m, n)
    D = symmetric("D", m)
    given = (equal(A.T * A - P * P.T, D),)
    weyl = fact("fact", chain(lam_max(A.T * A - P * P.T), "<=", sigma_max(A) ** 2))
    assert prove(given, chain(lam_max(D), "<=", sigma_max(A) ** 2), [weyl]).proved
    assert not prove((), chain(lam_max(D), "<=", sigma_max(A) ** 2), [weyl]).proved


@pytest.mark.parametrize("side", [lam_max(S), sigma_max(A)])
def test_only_singular_values_are_known_to_be_non_negative(side: Any) -> None:
    assert prove((), chain(side, ">=", 0)).proved is (side == sigma_max(A))


def test_an_intermediate_step_that_a_rewritten_product_decides() -> None:
    B, C = matrix("B", n, n), matrix("C", n, n)
    given, claim = [equal(B.T * B, C * C.T), x <= fro(B) ** 2], [x <= fro(C) ** 2]
    assert prove(given, claim, [equal(fro(B) ** 2, fro(C) ** 2)]).grade == "exact"
    assert not prove(given, claim, [equal(fro(B) ** 2, 2 * fro(C) ** 2)]).proved


def test_norms_of_multiples_of_numbers_are_products_of_traces() -> None:
    number, other = matrix("u", 1, 1), matrix("v", 1, 1)
    (y,) = scalars("y")
    square = fro((y - inner(number, other)) * number) ** 2 + fro((y - inner(number, other)) * other) ** 2
    assert Closing().check(Claim((), (chain(square, ">=", 0)[0],))).proved
    assert not Closing().check(Claim((), (chain(square, ">=", 1)[0],))).proved
