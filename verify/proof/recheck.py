"""The independent re-check of an exact combination; it shares no arithmetic with the search for it.

A combination is a sum that is identically zero although each of its terms is non-negative
wherever the assumptions hold and one of them is positive: so they cannot hold together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

Terms = Mapping[tuple[tuple[int, int], ...], Fraction]
Kind = Literal[">=", ">", "==", "square"]


@dataclass(frozen=True)
class Generator:
    """What is given: a polynomial that is >= 0, > 0 or == 0, with a name to print; or one that is squared."""

    kind: Kind
    terms: Terms
    name: str


@dataclass(frozen=True)
class Term:
    """coefficient * monomial * product of the generators with these numbers."""

    coefficient: Fraction
    monomial: tuple[tuple[int, int], ...]
    factors: tuple[int, ...]


@dataclass(frozen=True)
class Combination:
    """A sum of terms over generators, and the atoms that are known to be non-negative without more ado."""

    generators: tuple[Generator, ...]
    terms: tuple[Term, ...]
    nonnegative: frozenset[int]


def holds(combination: Combination) -> bool:
    """Whether the sum is identically zero, no term can be negative, and one is positive."""
    positive = any(_positive(combination, term) for term in combination.terms)
    return positive and all(_allowed(combination, term) for term in combination.terms) and _vanishes(combination)


def _kinds(combination: Combination, term: Term) -> list[Kind]:
    return [combination.generators[k].kind for k in term.factors]


def _allowed(combination: Combination, term: Term) -> bool:
    if "==" in _kinds(combination, term):
        return True
    return term.coefficient >= 0 and all(e % 2 == 0 or a in combination.nonnegative for a, e in term.monomial)


def _positive(combination: Combination, term: Term) -> bool:
    return term.coefficient > 0 and not term.monomial and all(kind == ">" for kind in _kinds(combination, term))


def _vanishes(combination: Combination) -> bool:
    monomials = [m for g in combination.generators for m in g.terms] + [t.monomial for t in combination.terms]
    atoms = sorted({a for m in monomials for a, _ in m})
    context = fmpq_mpoly_ctx.get(tuple(f"x{a}" for a in atoms) or ("x",), Ordering.lex)
    place = {a: k for k, a in enumerate(atoms)}

    def polynomial(terms: Terms) -> fmpq_mpoly:
        table: dict[tuple[int, ...], fmpq] = {}
        for monomial, coefficient in terms.items():
            exponents = [0] * max(1, len(atoms))
            for atom, exponent in monomial:
                exponents[place[atom]] += exponent
            table[tuple(exponents)] = fmpq(coefficient.numerator, coefficient.denominator)
        return context.from_dict(table)

    generators = [polynomial(g.terms) ** (2 if g.kind == "square" else 1) for g in combination.generators]
    total = polynomial({})
    for term in combination.terms:
        value = polynomial({term.monomial: term.coefficient})
        for factor in term.factors:
            value = value * generators[factor]
        total = total + value
    return bool(total == 0)


def written(combination: Combination, names: Sequence[str]) -> str:
    """The combination as text; `names` are the atoms' names, generators stand in brackets."""
    parts: dict[str, list[str]] = {}
    for term in combination.terms:
        factors = [names[a] + (f"**{e}" if e > 1 else "") for a, e in term.monomial]
        brackets = "*".join(_bracketed(combination.generators[k]) for k in term.factors)
        if term.coefficient != 1 or not factors:
            factors.insert(0, f"({term.coefficient})" if term.coefficient < 0 else str(term.coefficient))
        parts.setdefault(brackets, []).append("*".join(factors))
    texts = []
    for brackets, multipliers in parts.items():
        if not brackets:
            texts.extend(multipliers)
        elif multipliers == ["1"]:
            texts.append(brackets)
        elif len(multipliers) == 1:
            texts.append(f"{multipliers[0]}*{brackets}")
        else:
            body = " + ".join(multipliers) if len(multipliers) <= 4 else f"a polynomial of {len(multipliers)} terms"
            texts.append(f"({body})*{brackets}")
    return f"{' + '.join(texts)} = 0"


def _bracketed(generator: Generator) -> str:
    return f"({generator.name})**2" if generator.kind == "square" else f"[{generator.name}]"
