"""One-variable proofs: true claims, and false ones that fail near an end or at a single point."""

from __future__ import annotations

from typing import Any

import pytest

from verify.language import (
    Rational,
    absolute,
    ceiling,
    chain,
    define,
    digamma,
    equal,
    erfc,
    exp,
    log,
    positive_part,
    relations,
    scalars,
    sqrt,
)
from verify.proof import Claim, OneVariable
from verify.proof.tails import limit_at_infinity, limit_of_sum

x, y = scalars("x y")


def prove(given: Any, conclusions: Any, **options: Any) -> Any:
    return OneVariable(x, **options).check(Claim(relations(*given), relations(*conclusions)))


@pytest.mark.parametrize(
    ("given", "conclusion"),
    [
        (chain(0, "<=", x, "<=", 1), chain(x**2, "<=", x)),
        (chain(0, "<", x, "<", 1), chain(x / (1 - x), ">", x)),
        (chain(x**2, "<", 2), chain(x**4, "<", 4)),
        ((), chain(x**4 + 1, ">=", 2 * x**2)),
        (chain(x**3, "==", 2), chain(Rational(12599, 10000), "<", x, "<", Rational(126, 100))),
        ((), (equal((x + 1) ** 3, x**3 + 3 * x**2 + 3 * x + 1),)),
        ((), chain(define("f", x**2), ">=", 0)),
    ],
)
def test_true_rational_claims(given: Any, conclusion: Any) -> None:
    report = prove(given, conclusion)
    assert report.grade == "exact", report.failure


@pytest.mark.parametrize(
    ("given", "conclusion", "where"),
    [
        (chain(0, "<=", x, "<=", 1 + Rational(1, 10**9)), chain(x**2, "<=", x), "fails where"),
        (chain(0, "<=", x, "<=", 1), chain(x**2, "<", x), "x = 0"),
        (chain(0, "<", x, "<=", 1), chain(x / (1 - x), ">", x), "undefined"),
        (chain(x**2, "<", 2), chain(x, "<", Rational(141421356, 10**8)), "fails where"),
        ((), chain((x - 1) ** 2 * (x**2 + 1), ">", 0), "x = 1"),
        ((), chain((x**2 - 2) ** 2, ">", 0), "the root between"),
        (chain(x, "<", 0) + chain(x, ">", 1), chain(x**2, "<=", x), "prove anything"),
        (chain(x, "<=", y), chain(x**2, ">=", 0), "speaks of y"),
        ((), (equal(x**2, x),), "fails where"),
    ],
)
def test_false_rational_claims(given: Any, conclusion: Any, where: str) -> None:
    report = prove(given, conclusion)
    assert report.grade is None
    assert where in report.failure


@pytest.mark.parametrize(
    ("given", "conclusion", "options"),
    [
        (chain(0, "<=", x, "<=", 1), chain(exp(x), "<", Rational(27182818285, 10**10)), {}),
        (chain(-3, "<=", x, "<=", 3), chain(exp(x), ">=", 1 + x), {"points": (0,)}),
        (chain(-3, "<=", x), chain(exp(x), ">=", 1 + x), {"points": (0,), "tail": 3}),
        (chain(Rational(1, 2), "<=", x), chain(log(x), "<=", x - 1), {"points": (1,), "tail": 3}),
        (chain(0, "<=", x, "<=", 1), chain(sqrt(1 + x), "<=", 1 + x / 2), {"points": (0,)}),
        (chain(0, "<", x, "<=", 1), chain(exp(x), ">", 1 + x), {"points": (0,)}),
        (chain(-1, "<=", x, "<=", 1), chain(positive_part(x) + absolute(x), "<", 3), {}),
    ],
)
def test_true_transcendental_claims(given: Any, conclusion: Any, options: Any) -> None:
    report = prove(given, conclusion, **options)
    assert report.grade == "exact", report.failure


@pytest.mark.parametrize(
    ("given", "conclusion", "options"),
    [
        (chain(0, "<=", x, "<=", 1), chain(exp(x), "<", Rational(27182818284, 10**10)), {}),
        (chain(-3, "<=", x, "<=", 3), chain(exp(x), ">=", 1 + x + x**2 / 2), {"points": (0,)}),
        (chain(0, "<=", x, "<=", 1), chain(sqrt(1 + x), "<=", 1 + x / 2 - x**2 / 8), {"points": (0,)}),
        (chain(0, "<=", x, "<=", 1), chain(exp(x), ">", 1 + x), {"points": (0,)}),
        (chain(0, "<=", x), chain(exp(-x), ">=", Rational(1, 10**6)), {"tail": 3}),
        (chain(-1, "<=", x, "<=", 1), chain(sqrt(x) ** 2, "<=", 2), {}),
        (chain(0, "<=", x, "<=", 1), chain(log(x), "<=", x), {}),
        (chain(-1, "<=", x, "<=", 1), chain(1 / (exp(x) - 1), "<=", 10**9), {}),
        (chain(0, "<=", x), chain(exp(x), ">", 0), {}),
        (chain(1, "<=", x, "<=", 0), chain(exp(x), "<", 0), {}),
        (chain(1, "<=", x, "<=", 3), chain(ceiling(x), "<", x + Rational(1, 2)), {}),
        (chain(1, "<=", x, "<=", 3), chain(ceiling(x), ">=", x), {"points": (1, 2, 3)}),
    ],
)
def test_false_or_undecided_transcendental_claims(given: Any, conclusion: Any, options: Any) -> None:
    report = prove(given, conclusion, **options)
    assert report.grade is None
    assert report.failure


@pytest.mark.parametrize(
    "function",
    [
        log(3 * x + 2) - log(2 * x + 1) + 5,
        digamma(2 * x + 1) - log(x),
        2 * log(x + 7) - log(x) - digamma(x) - 1 / (x**2 + 1),
        3 - exp(-x) / x ** Rational(1, 2) - erfc(x),
    ],
)
def test_limits_by_rules_are_those_of_sympy(function: Any) -> None:
    assert (limit_of_sum(function, x) - limit_at_infinity(function, x)).equals(0)


@pytest.mark.parametrize(
    "function",
    [
        log(x), log(2 * x) - 2 * log(x), log(1 - x) - log(x), digamma(-x) - log(x), log(x**2) - log(x),
        exp(x), exp(-1 / x), exp(x - x**2) * x, 1 / (1 - x), erfc(-x), sqrt(x), x, x * exp(-x),
    ],
)  # fmt: skip
def test_limits_that_the_rules_do_not_know(function: Any) -> None:
    assert limit_of_sum(function, x) is None


def test_tails_that_fall_to_their_limits() -> None:
    above = chain(1, "<=", x)
    assert prove(above, chain(log(x + 1) - log(x), ">", 0), tail=2).grade == "exact"
    assert prove(above, chain(log(x + 1) - log(x), ">", Rational(1, 10**6)), tail=2).grade is None
    assert prove(above, chain(log(x), ">", digamma(x)), tail=2).grade == "exact"
    assert prove(above, chain(log(x) - Rational(1, 10**6), ">", digamma(x)), tail=2).grade is None
    # that x exp(-x) tends to 0 is left to SymPy
    assert prove(above, chain(x * exp(-x), ">", 0), tail=2).grade == "solver"
