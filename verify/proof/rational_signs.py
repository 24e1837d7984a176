"""Signs of rational functions of one variable on the whole line, by exact root isolation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_poly
from sympy import QQ, Add, Expr, Integer, Mul, Poly, Pow, Rational, Symbol
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne, Relational

from verify.errors import ProofError
from verify.language.naming import Named


@dataclass(frozen=True)
class Quotient:
    """numerator/denominator, not cancelled; it is defined where none of `denominators` is zero."""

    numerator: fmpq_poly
    denominator: fmpq_poly
    denominators: tuple[fmpq_poly, ...] = ()


@dataclass(frozen=True)
class Place:
    """A point, or all points between two neighbouring roots: `sample` lies there, `roots` vanish there."""

    sample: fmpq
    roots: frozenset[int]
    text: str


def quotient(expression: Expr, variable: Symbol) -> Quotient | None:
    """The expression as a quotient of polynomials with rational coefficients, or None where it is none."""
    if isinstance(expression, Named):
        return quotient(expression.definition, variable)
    if expression == variable:
        return Quotient(fmpq_poly([0, 1]), fmpq_poly([1]))
    if isinstance(expression, Rational):
        return Quotient(fmpq_poly([fmpq(int(expression.p), int(expression.q))]), fmpq_poly([1]))
    if isinstance(expression, Pow):
        base, exponent = expression.args
        inside = quotient(base, variable) if isinstance(exponent, Integer) else None
        return None if inside is None else _power(inside, int(exponent))
    if not isinstance(expression, (Add, Mul)):
        return None
    parts = [quotient(argument, variable) for argument in expression.args]
    result: Quotient | None = None
    for part in parts:
        if part is None:
            return None
        combine = _sum if isinstance(expression, Add) else _product
        result = part if result is None else combine(result, part)
    return result


def _power(inside: Quotient, exponent: int) -> Quotient:
    if exponent >= 0:
        return Quotient(inside.numerator**exponent, inside.denominator**exponent, inside.denominators)
    size = -exponent
    return Quotient(inside.denominator**size, inside.numerator**size, (*inside.denominators, inside.numerator))


def _sum(a: Quotient, b: Quotient) -> Quotient:
    numerator = a.numerator * b.denominator + b.numerator * a.denominator
    return Quotient(numerator, a.denominator * b.denominator, (*a.denominators, *b.denominators))


def _product(a: Quotient, b: Quotient) -> Quotient:
    return Quotient(a.numerator * b.numerator, a.denominator * b.denominator, (*a.denominators, *b.denominators))


def places(polynomials: Sequence[fmpq_poly]) -> list[Place]:
    """The line cut at all the real roots of the polynomials: each root and each gap once, from left to right.

    Raises ProofError where the number of roots found differs from Sturm's count.
    """
    symbol = Symbol("x")
    product = Poly(1, symbol, domain=QQ)
    readable = [Poly([Rational(int(c.p), int(c.q)) for c in reversed(p.coeffs())] or [0], symbol, domain=QQ) for p in polynomials]
    for polynomial in readable:
        if polynomial.degree() > 0:
            product = product.lcm(polynomial.sqf_part())
    if product.degree() <= 0:
        return [Place(fmpq(0), frozenset(), "everywhere")]
    isolated = product.sqf_part().intervals(sqf=True)
    if len(isolated) != product.count_roots():
        raise ProofError("the isolated roots are not all the roots that Sturm's theorem counts.")
    found: list[Place] = []
    left = None
    for interval in _apart(product.sqf_part(), isolated):
        low, high = interval
        found.append(_gap(left, low))
        vanishing = frozenset(k for k, p in enumerate(readable) if p.degree() > 0 and _has_root(p, low, high))
        found.append(Place(_fraction((low + high) / 2), vanishing, f"x = {low}" if low == high else f"the root between {low} and {high}"))
        left = high
    found.append(_gap(left, None))
    return found


def _apart(polynomial: Poly, isolated: Any) -> list[tuple[Any, Any]]:
    """The isolating intervals, refined until neighbours do not touch and no open end is a root."""
    intervals = [tuple(i) for i in isolated]
    for _ in range(200):
        touching = [
            k
            for k, (low, high) in enumerate(intervals)
            if low != high and (_meets_neighbour(intervals, k) or _ends_on_root(polynomial, low, high))
        ]
        if not touching:
            return intervals
        for k in touching:
            intervals[k] = polynomial.refine_root(*intervals[k], steps=1)
    raise ProofError("roots could not be separated.")


def _meets_neighbour(intervals: Sequence[tuple[Any, Any]], k: int) -> bool:
    low, high = intervals[k]
    return bool((k and intervals[k - 1][1] >= low) or (k + 1 < len(intervals) and intervals[k + 1][0] <= high))


def _ends_on_root(polynomial: Poly, low: Any, high: Any) -> bool:
    return bool(polynomial.eval(low) == 0 or polynomial.eval(high) == 0)


def _has_root(polynomial: Poly, low: Any, high: Any) -> bool:
    return bool(polynomial.eval(low) == 0) if low == high else bool(polynomial.count_roots(low, high) > 0)


def _gap(low: Any, high: Any) -> Place:
    if low is None:
        return Place(_fraction(high - 1), frozenset(), f"x < {high}")
    if high is None:
        return Place(_fraction(low + 1), frozenset(), f"x > {low}")
    return Place(_fraction((low + high) / 2), frozenset(), f"{low} < x < {high}")


def _fraction(value: Any) -> fmpq:
    return fmpq(int(value.p), int(value.q))


def sign_at(place: Place, number: int, polynomial: fmpq_poly) -> int:
    """The sign of the polynomial with this number at a place."""
    if number in place.roots:
        return 0
    value = polynomial(place.sample)
    return (value > 0) - (value < 0)


def satisfied(relation: Relational, sign: int) -> bool:
    """Whether left minus right may have this sign."""
    return {Ge: sign >= 0, Gt: sign > 0, Le: sign <= 0, Lt: sign < 0, Eq: sign == 0, Ne: sign != 0}[type(relation)]
