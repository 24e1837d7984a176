"""Functions of probability theory: their derivatives, where they are undefined, enclosures of wide balls, and proofs in one variable."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb
from sympy import Symbol

from verify.author import (
    Closing,
    Interval,
    OneVariable,
    Paper,
    Rational,
    Scalar,
    beta_exponential,
    beta_tail,
    chain,
    chi_square_tail,
    digamma,
    domain,
    erfc,
    exp,
    gamma_function,
    gamma_tail,
    log,
    log_gamma,
    normal_tail,
    oo,
    polygamma,
    scalars,
)
from verify.backends import Ball, Float64, HighPrecision
from verify.compiler import compile
from verify.errors import StatementError
from verify.ladder import prove

(x,) = scalars("x")
paper = Paper("special", "Special functions")

SMOOTH = [
    gamma_function(x), log_gamma(x + 1), digamma(x), polygamma(1, 2 * x), erfc(x), normal_tail(3 * x), gamma_tail(Rational(5, 2), x),
    chi_square_tail(3, x), beta_tail(2, Rational(7, 2), x / 9), beta_tail(Rational(1, 2), 1, x**2 / 100),
    beta_exponential(2, Rational(3, 2), x - 3),
]  # fmt: skip


def at(expression: Any, value: Any, backend: Any) -> Any:
    with backend.precision():
        return compile([expression], {}, backend)({x: backend.scalar(value)})[0]


@pytest.mark.parametrize("expression", SMOOTH, ids=str)
@pytest.mark.parametrize("point", [0.3, 1.0, 4.75])
def test_the_derivative_is_the_slope(expression: Any, point: float) -> None:
    with mpmath.workdps(40):
        step = mpmath.mpf(10) ** -12
        backend = HighPrecision(40)
        quotient = (at(expression, point + step, backend) - at(expression, point - step, backend)) / (2 * step)
        slope = at(expression.diff(x), point, backend)
        assert abs(quotient - slope) <= mpmath.mpf(10) ** -18 * (1 + abs(slope))


OF_PARAMETERS = [beta_exponential(x, 3, 4), beta_exponential(Rational(1, 3), x, -4), beta_exponential(x, 2 * x, x - 3)]


@pytest.mark.parametrize("expression", [*SMOOTH, *OF_PARAMETERS], ids=str)
@pytest.mark.parametrize("radius", ["1e-3", "0.2"])
def test_wide_balls_hold_the_values(expression: Any, radius: str) -> None:
    middle = 2.5
    wide = compile([expression], {}, Ball(100))({x: arb(middle, radius)})[0]
    assert wide.is_finite()
    for share in (-1, -0.5, 0, 0.5, 1):
        assert wide.contains(at(expression, middle + share * float(radius) * (1 - 1e-12), Ball(100)))


OF_POSITIVE = [gamma_function(x), log_gamma(x), digamma(x), gamma_tail(x, 1), beta_tail(x, 1, Rational(1, 2)), beta_exponential(x, 1, 2)]


@pytest.mark.parametrize("expression", OF_POSITIVE)
@pytest.mark.parametrize("value", [0, -1.5])
def test_undefined_values_are_nan_everywhere(expression: Any, value: float) -> None:
    assert np.isnan(at(expression, value, Float64()))
    assert mpmath.isnan(at(expression, value, HighPrecision(30)))
    assert not at(expression, value, Ball(64)).is_finite()


def test_floats_are_batched() -> None:
    values = np.array([0.5, -1.0, 3.0])
    found = compile([digamma(x)], {}, Float64())({x: values})[0]
    assert np.isnan(found).tolist() == [False, True, False]


def test_a_derivative_by_a_parameter_stays_unevaluated() -> None:
    assert "Derivative" in str(gamma_tail(x, 2).diff(x))
    assert gamma_tail(2, Symbol("y")).diff(x) == 0


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(StatementError, match="expects an order"):
        polygamma(-1, x)


# --- one-variable proofs ---------------------------------------------------------------------------


def claimed(label: str, interval: Any, claim: Any, **proof: Any) -> Any:
    return prove(paper.inequality(label, label, over=domain(Scalar(x, interval)), claim=claim, proof=OneVariable(x, **proof)))


def test_tails_are_proved_on_bounded_intervals() -> None:
    assert claimed("chernoff", Interval(1, 40), chain(chi_square_tail(4, 4 * (1 + x)), "<=", exp(-2 * (x - log(1 + x))))).grade == "exact"
    assert claimed("digamma.lower", Interval(Rational(1, 10), 20), chain(log(x + Rational(1, 2)) - 1 / x, "<", digamma(x))).grade == "exact"
    assert claimed("beta", Interval(Rational(1, 10), Rational(9, 10)), beta_tail(2, 3, x) < 1 - x**2).grade == "exact"


def test_tails_to_infinity_are_proved_by_limits() -> None:
    positive = Interval.open(0, oo)
    lower = claimed("digamma.whole", positive, log(x + Rational(1, 2)) - 1 / x < digamma(x), tail=4)
    assert lower.grade == "exact", lower.failure
    upper = claimed("digamma.upper.whole", positive, digamma(x) < log(x + exp(digamma(1))) - 1 / x, tail=4, points=(0,))
    assert upper.grade == "exact", upper.failure
    mills = claimed("mills", Interval(0, oo), normal_tail(x) <= exp(-(x**2) / 2), tail=2)
    assert mills.proved, mills.failure
    growing = claimed("growing", Interval(1, oo), x + log_gamma(x + 1) >= 0, tail=2)
    assert growing.proved, growing.failure


def test_false_tails_are_not_proved() -> None:
    """Each is true as far as the tail begins, and false beyond, or has a limit below zero."""
    assert not claimed("late", Interval(1, oo), digamma(x) >= -1 + x / 1000, tail=4).proved
    assert not claimed("below", Interval(1, oo), digamma(x) - log(x) + Rational(1, 2) <= Rational(1, 4), tail=4).proved
    assert not claimed("upper", Interval(1, oo), digamma(x) <= log(x) - 3 / (5 * x), tail=4).proved
    assert not claimed("erfc", Interval(1, oo), erfc(x) >= exp(-(x**2)) / 2, tail=2).proved


def test_false_claims_are_not_proved() -> None:
    assert not claimed("false.erfc", Interval(0, 3), erfc(x) <= exp(-2 * x**2)).proved
    assert not claimed("false.digamma", Interval(Rational(1, 10), 20), digamma(x) <= log(x) - 1 / x).proved
    assert not claimed("undefined", Interval(-1, 3), gamma_function(x) >= 0).proved


def closed(label: str, claim: Any) -> Any:
    """A proof from the convexity of ln Gamma alone."""
    y = Symbol("y", real=True)
    positive = Interval.open(0, oo)
    both = domain(Scalar(x, positive), Scalar(y, positive))
    convex = paper.fact(f"{label}.convex", label, over=both, claim=log_gamma(y) >= log_gamma(x) + (y - x) * digamma(x))
    over = domain(Scalar(x, positive))
    return prove(paper.inequality(label, label, over=over, claim=claim, proof=Closing(), facts=[convex(x=x, y=x + 1)]))


def test_facts_about_special_functions_close_claims() -> None:
    """Equal arguments are recognised however they are written, different ones and different functions are not."""
    assert closed("convex", log_gamma(1 + x) - log_gamma(x) >= digamma((2 * x + 2) / 2 - 1)).grade == "exact"
    assert not closed("other.argument", log_gamma(2 + x) - log_gamma(x) >= digamma(x)).proved
    assert not closed("other.function", gamma_function(1 + x) - gamma_function(x) >= digamma(x)).proved
    assert not closed("other.order", log_gamma(1 + x) - log_gamma(x) >= polygamma(1, x)).proved
