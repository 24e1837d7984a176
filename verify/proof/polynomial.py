"""Commutative polynomials with rational coefficients in numbered atoms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import gcd

from flint import fmpq

Monomial = tuple[tuple[int, int], ...]
"""Pairs (atom, exponent) with positive exponents, by increasing atom."""

ONE: Monomial = ()


def multiply_monomials(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials."""
    if not left:
        return right
    if not right:
        return left
    exponents = dict(left)
    for atom, exponent in right:
        exponents[atom] = exponents.get(atom, 0) + exponent
    return tuple(sorted(exponents.items()))


def divide_monomials(left: Monomial, right: Monomial) -> Monomial | None:
    """The quotient of two monomials, or None where it is no monomial."""
    exponents = dict(left)
    for atom, exponent in right:
        rest = exponents.get(atom, 0) - exponent
        if rest < 0:
            return None
        if rest:
            exponents[atom] = rest
        else:
            del exponents[atom]
    return tuple(sorted(exponents.items()))


class Polynomial:
    """An immutable polynomial: monomials with their non-zero coefficients."""

    __slots__ = ("_key", "_written", "terms")

    def __init__(self, terms: Mapping[Monomial, fmpq]) -> None:
        self.terms: dict[Monomial, fmpq] = {m: c for m, c in terms.items() if c != 0}
        self._key: frozenset[tuple[Monomial, fmpq]] | None = None
        self._written: str | None = None

    @staticmethod
    def constant(value: int | fmpq) -> Polynomial:
        """The constant polynomial."""
        return Polynomial({ONE: fmpq(value)})

    @staticmethod
    def atom(index: int, exponent: int = 1) -> Polynomial:
        """A power of one atom."""
        return Polynomial({((index, exponent),): fmpq(1)} if exponent else {ONE: fmpq(1)})

    @property
    def key(self) -> frozenset[tuple[Monomial, fmpq]]:
        """What identifies the polynomial among those over the same atoms."""
        if self._key is None:
            self._key = frozenset(self.terms.items())
        return self._key

    @property
    def written(self) -> str:
        """The terms in a fixed order, as text."""
        if self._written is None:
            self._written = repr([(m, str(self.terms[m])) for m in sorted(self.terms)])
        return self._written

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.terms == other.terms

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __iter__(self) -> Iterator[tuple[Monomial, fmpq]]:
        return iter(self.terms.items())

    def __add__(self, other: Polynomial) -> Polynomial:
        terms = dict(self.terms)
        for monomial, coefficient in other.terms.items():
            terms[monomial] = terms.get(monomial, fmpq(0)) + coefficient
        return Polynomial(terms)

    def __neg__(self) -> Polynomial:
        return Polynomial({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + (-other)

    def __mul__(self, other: Polynomial) -> Polynomial:
        terms: dict[Monomial, fmpq] = {}
        for left, a in self.terms.items():
            for right, b in other.terms.items():
                monomial = multiply_monomials(left, right)
                terms[monomial] = terms.get(monomial, fmpq(0)) + a * b
        return Polynomial(terms)

    def __pow__(self, exponent: int) -> Polynomial:
        result, base = Polynomial.constant(1), self
        while exponent:
            if exponent & 1:
                result = result * base
            exponent >>= 1
            if exponent:
                base = base * base
        return result

    def scaled(self, factor: fmpq, monomial: Monomial = ONE) -> Polynomial:
        """The product with a coefficient and a monomial."""
        return Polynomial({multiply_monomials(m, monomial): c * factor for m, c in self.terms.items()})

    def is_constant(self) -> bool:
        """Whether no atom occurs."""
        return all(m == ONE for m in self.terms)

    def constant_value(self) -> fmpq:
        """The constant term."""
        return self.terms.get(ONE, fmpq(0))

    def atoms(self) -> set[int]:
        """The atoms that occur."""
        return {atom for monomial in self.terms for atom, _ in monomial}

    def leading(self) -> Monomial:
        """The largest monomial in a fixed order."""
        return max(self.terms)

    def substituted(self, replacement: Callable[[int, int], Polynomial | None]) -> Polynomial:
        """With each power `atom**exponent` replaced where `replacement(atom, exponent)` is not None."""
        result = Polynomial({})
        for monomial, coefficient in self.terms.items():
            kept: list[tuple[int, int]] = []
            factor: Polynomial | None = None
            for atom, exponent in monomial:
                new = replacement(atom, exponent)
                if new is None:
                    kept.append((atom, exponent))
                else:
                    factor = new if factor is None else factor * new
            term = Polynomial({tuple(kept): coefficient})
            result = result + (term if factor is None else term * factor)
        return result


def common_content(polynomials: Iterable[Polynomial]) -> tuple[fmpq, Monomial]:
    """The positive rational content and the largest monomial that divide all the polynomials.

    The content is gcd(numerators)/lcm(denominators); (1, 1) where all are zero.
    """
    numerator, denominator = 0, 1
    monomial: dict[int, int] | None = None
    for polynomial in polynomials:
        for m, c in polynomial:
            numerator = gcd(numerator, abs(int(c.p)))
            denominator = denominator * int(c.q) // gcd(denominator, int(c.q))
            exponents = dict(m)
            monomial = exponents if monomial is None else {a: min(e, exponents[a]) for a, e in monomial.items() if a in exponents}
    if not numerator:
        return fmpq(1), ONE
    return fmpq(numerator, denominator), tuple(sorted((monomial or {}).items()))


def divided(polynomial: Polynomial, content: fmpq, monomial: Monomial) -> Polynomial:
    """The polynomial over a content and a monomial that divide it."""
    terms = {}
    for m, c in polynomial:
        quotient = divide_monomials(m, monomial)
        if quotient is None:
            raise ArithmeticError("the monomial does not divide the polynomial")
        terms[quotient] = c / content
    return Polynomial(terms)
