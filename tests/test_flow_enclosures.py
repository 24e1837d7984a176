"""Enclosures of flows hold the closed form; their Taylor coefficients are iterated Lie derivatives; what cannot be enclosed is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb, fmpq

from tests import flow_toys as toy
from tests.test_flow_runs import U, V, Y, scalar
from verify.author import flow_law, fro, rate_along, sigma_max, state
from verify.backends import Ball, Exact
from verify.compiler import compile
from verify.errors import EnclosureError
from verify.flow_enclosures import enclosed, reached
from verify.taylor import taylor_system

x = state("x", 1, 1)


def exact_values() -> dict[Any, Any]:
    backend = Exact()
    rows = {toy.Y: [[1], [-2]], toy.W_1: [[1, 3], [0, -1]], toy.W_2: [[2], [1]]}
    return {s: backend.matrix([[Fraction(e) for e in row] for row in value]) for s, value in rows.items()}


def test_taylor_coefficients_are_iterated_lie_derivatives() -> None:
    backend, dimensions, values = Exact(), {toy.n: 2, toy.m: 1, toy.h: 2}, exact_values()
    system = taylor_system(toy.flow, dimensions, backend)
    series = system.coefficients(system.prepared(values), [values[s] for s in toy.flow.state], 3)
    for s, coefficients in zip(toy.flow.state, series, strict=True):
        lie: Any = s
        for k, coefficient in enumerate(coefficients):
            factorial = [1, 1, 2, 6][k]
            assert compile([lie], dimensions, backend)(values)[0] == coefficient * fmpq(factorial)
            lie = rate_along(lie, toy.flow)


@pytest.mark.parametrize("power", [1, 2, 3, 4])
def test_powers_and_norms_have_rules(power: int) -> None:
    # x' = -||x||^(2 power - 2) x has the first integral ||x||^(2 - 2 power) - (2 power - 2) t
    decay = flow_law("decay", {x: -(fro(x) ** (2 * power - 2)) * x})
    backend = Ball(128)
    found = enclosed(decay, backend, {}, {x: backend.matrix([[2]])}, Fraction(1, 3))[x][0, 0]
    with mpmath.workdps(30):
        expected = 2 * mpmath.exp(-mpmath.mpf(1) / 3)
        if power > 1:
            grown = mpmath.mpf(2) ** (2 - 2 * power) + mpmath.mpf(2 * power - 2) / 3
            expected = grown ** (mpmath.mpf(1) / (2 - 2 * power))
    assert abs(found - arb(mpmath.nstr(expected, 25))) < arb(10) ** -14
    assert found.rad() < arb(10) ** -20


@pytest.mark.parametrize("time", [Fraction(1, 8), Fraction(1, 3), Fraction(4)])
def test_the_enclosure_holds_the_closed_form(time: Fraction) -> None:
    # y = 1, u = 1, v = 0: P = (u + v)^2 obeys P' = -(P^2 - 4P - 1)/2
    backend = Ball(128)
    state_then = enclosed(scalar, backend, {}, {U: backend.matrix([[1]]), V: backend.matrix([[0]]), Y: backend.matrix([[1]])}, time)
    with backend.precision():
        root = arb(5).sqrt()
        above, below = 2 + root, 2 - root
        ratio = (1 - above) / (1 - below) * (-root * arb(fmpq(time.numerator, time.denominator))).exp()
        total = ((above - below * ratio) / (1 - ratio)).sqrt()
        u, v = state_then[U][0, 0], state_then[V][0, 0]
        assert (u + v).overlaps(total)
        assert (u**2 - v**2).overlaps(arb(1))
        assert (u + v - total).rad() < arb(2) ** -40
        assert not (u + v).overlaps(total + arb(2) ** -30)


def test_more_bits_give_smaller_balls() -> None:
    def radius(bits: int) -> Any:
        backend = Ball(bits)
        values = {U: backend.matrix([[1]]), V: backend.matrix([[0]]), Y: backend.matrix([[1]])}
        return enclosed(scalar, backend, {}, values, Fraction(1))[U][0, 0].rad()

    assert radius(128) < radius(64) * arb(2) ** -40


def test_what_cannot_be_enclosed_is_refused() -> None:
    backend = Ball(64)
    blow_up = flow_law("blow-up", {x: x * x})
    start = {x: backend.matrix([[1]])}
    assert (enclosed(blow_up, backend, {}, start, Fraction(1, 2))[x][0, 0] - 2).rad() < arb(2) ** -30
    with pytest.raises(EnclosureError):
        enclosed(blow_up, backend, {}, start, Fraction(2))
    with pytest.raises(EnclosureError, match="within"):
        enclosed(scalar, backend, {}, {U: start[x], V: start[x], Y: backend.matrix([[9]])}, Fraction(10**9))
    with pytest.raises(EnclosureError, match="before its start"):
        enclosed(blow_up, backend, {}, start, Fraction(-1))
    with pytest.raises(EnclosureError, match="no rule for Taylor series"):
        enclosed(flow_law("top", {x: -sigma_max(x) * x}), backend, {}, start, Fraction(1))
    with pytest.raises(EnclosureError, match="balls only"):
        reached(blow_up, Exact(), {}, {x: Exact().matrix([[1]])}, Fraction(1))
