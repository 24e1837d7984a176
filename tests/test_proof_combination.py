"""The re-check of exact combinations accepts true ones and rejects whatever is tampered with."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from verify.language import chain, dimensions, fro, matrix, scalars, sqrt
from verify.proof.abstraction import Abstraction
from verify.proof.combination import certificate
from verify.proof.recheck import Combination, Generator, Term, holds

one = Fraction(1)
A, B = ((0, 1),), ((1, 1),)

# a >= 1 and b >= a and not (b >= 1): (a - 1) + (b - a) + (1 - b) = 0.
sound = Combination(
    (
        Generator(">=", {A: one, (): -one}, "a >= 1"),
        Generator(">=", {B: one, A: -one}, "b >= a"),
        Generator(">", {(): one, B: -one}, "contrary"),
    ),
    (Term(one, (), (0,)), Term(one, (), (1,)), Term(one, (), (2,))),
    frozenset(),
)


def test_a_sound_combination_holds() -> None:
    assert holds(sound)


def with_term(number: int, term: Term) -> Combination:
    terms = list(sound.terms)
    terms[number] = term
    return replace(sound, terms=tuple(terms))


@pytest.mark.parametrize(
    "tampered",
    [
        with_term(0, Term(Fraction(2), (), (0,))),
        with_term(0, Term(one, A, (0,))),
        with_term(1, Term(one, (), (0,))),
        replace(sound, terms=sound.terms[:2]),
        replace(sound, terms=()),
        replace(sound, generators=(*sound.generators[:2], Generator(">", {(): Fraction(3, 2), B: -one}, "contrary"))),
        replace(sound, generators=(*sound.generators[:2], replace(sound.generators[2], kind=">="))),
        replace(sound, terms=tuple(replace(t, coefficient=-one) for t in sound.terms)),
    ],
)
def test_a_tampered_combination_does_not(tampered: Combination) -> None:
    assert not holds(tampered)


def test_monomials_need_a_sign() -> None:
    # x*(a) + (-x*a - 1)... with a > 0 and 1 > 0: x*a + 1 + (-x*a - 1) = 0 needs x >= 0.
    x = ((2, 1),)
    both = ((0, 1), (2, 1))
    generators = (Generator(">", {A: one}, "a"), Generator(">", {both: -one, (): -one}, "b"))
    terms = (Term(one, x, (0,)), Term(one, (), (1,)), Term(one, (), ()))
    assert not holds(Combination(generators, terms, frozenset()))
    assert holds(Combination(generators, terms, frozenset({2})))


def test_equations_take_any_multiple_and_squares_are_not_negative() -> None:
    x = ((2, 1),)
    generators = (Generator("==", {A: one}, "a == 0"), Generator("square", {A: one, x: -one}, "a - x"))
    square = {((0, 2),): -one, ((0, 1), (2, 1)): Fraction(2), ((2, 2),): -one, (): -one}
    contrary = Generator(">", square, "contrary")
    terms = (Term(one, (), (1,)), Term(one, (), (2,)), Term(one, (), ()))
    assert holds(Combination((*generators, contrary), terms, frozenset()))
    assert not holds(Combination((generators[0], replace(generators[1], kind=">="), contrary), terms, frozenset()))
    negative = (Term(Fraction(-3), x, (0,)), Term(Fraction(3), x, (0,)), Term(one, (), ()))
    assert not holds(Combination(generators, negative, frozenset()))


def found(given: Any, goal: Any) -> str | None:
    abstraction = Abstraction([*given, *goal], frozenset(), {})
    known = [abstraction.relation(r, str(r)) for r in given]
    shown = certificate(known, abstraction.relation(goal[0]), abstraction, 10.0)
    return None if shown is None else shown[0]


def test_search() -> None:
    n, m = dimensions("n m")
    a, b, c = scalars("a b c")
    M = matrix("M", n, m)
    assert found(chain(a, ">=", b, ">=", c), chain(a, ">=", c)) == "[contrary] + [b >= c] + [a >= b] = 0"
    assert found(chain(a, ">=", b, ">=", c), chain(c, ">=", a)) is None
    assert found((), chain(a**2 + b**2, ">=", 2 * a * b)) == "[contrary] + (a - b)**2 = 0"
    assert found((), chain(a**2 + b**2, ">=", 3 * a * b)) is None
    assert found(chain(b, ">=", a, ">", 0), chain(b * fro(M), ">=", a * fro(M))) is not None
    assert found(chain(b, ">=", a), chain(b * c, ">=", a * c)) is None
    assert found(chain(a, ">=", 0) + chain(b, ">=", a), chain(sqrt(b), ">=", sqrt(a))) is not None
    assert found(chain(a, ">", 0), chain(1 / a, ">", 0)) is not None
