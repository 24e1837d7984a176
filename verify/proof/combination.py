"""The search for a combination of what is known that refutes the contrary of a goal.

A linear program over products of the known inequalities with monomials proposes the terms, exact
linear algebra makes the coefficients rational, and `verify.proof.recheck` has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations_with_replacement, product
from time import monotonic

from flint import fmpq, fmpq_mat

from verify.proof.abstraction import Abstraction, Definition, Relation
from verify.proof.polynomial import ONE, Monomial, Polynomial, divide_monomials
from verify.proof.recheck import Combination, Generator, Term, holds, written

LARGEST_PROGRAM = 9000
"""Columns of the linear program."""

MOST_CASES = 16
"""Cases that maxima and absolute values may be split into."""


def certificate(known: Sequence[Relation], goal: Relation, abstraction: Abstraction, seconds: float) -> str | None:
    """The text of an exact combination that proves the goal, or None where none is found in time."""
    search = _Search(abstraction, monotonic() + seconds)
    return search.prove(list(known), goal, depth=2)


@dataclass
class _Search:
    abstraction: Abstraction
    end: float
    conditions: dict[Relation, str | None] = field(default_factory=dict)

    def prove(self, known: list[Relation], goal: Relation, depth: int) -> str | None:
        """A combination for the goal; an equation needs two, a case distinction one for each case."""
        if goal.sign == "==":
            halves = [Relation(">=", goal.polynomial, goal.text), Relation(">=", -goal.polynomial, goal.text)]
            return _joined(self.prove(known, half, depth) for half in halves)
        if goal.sign == "!=":
            signs = (Relation(">", p, goal.text) for p in (goal.polynomial, -goal.polynomial))
            return next((text for sign in signs if (text := self.prove(known, sign, depth)) is not None), None)
        contrary = replace(goal.negated(), source="contrary")
        relations = [*known, contrary]
        definitions = self.abstraction.definitions([r.polynomial for r in relations])
        usable = self._usable(known, definitions, depth)
        direct = self._refute([*relations, *usable], contrary)
        if direct is not None:
            return direct
        near = {a for r in (goal, *usable) for a in r.polynomial.atoms()}
        split = [d for d in definitions if d.cases and d.atom in near]
        size = 1
        for definition in split:
            size *= len(definition.cases)
        if not split or size > MOST_CASES:
            return None
        return _joined(self._refute([*relations, *usable, *case], contrary) for case in product(*(d.cases for d in split)))

    def _usable(self, known: list[Relation], definitions: Iterable[Definition], depth: int) -> list[Relation]:
        """What the atoms mean, where the conditions are met beyond doubt."""
        found: list[Relation] = []
        for definition in definitions:
            if all(self._met(known, condition, depth) for condition in definition.condition):
                found.extend(definition.facts)
        return found

    def _met(self, known: list[Relation], condition: Relation, depth: int) -> bool:
        vocabulary = self.abstraction.vocabulary
        if condition.sign == ">=" and vocabulary.evidently_nonnegative(condition.polynomial):
            return True
        if any(k.sign == ">" and k.polynomial == condition.polynomial for k in known):
            return True
        if depth == 0:
            return False
        if condition not in self.conditions:
            self.conditions[condition] = None
            self.conditions[condition] = self.prove(known, condition, depth - 1)
        return self.conditions[condition] is not None

    def _refute(self, relations: Sequence[Relation], contrary: Relation) -> str | None:
        program = _Program(self.abstraction, relations, contrary, self.end)
        found = program.solve()
        if found is None or not holds(found):
            return None
        return written(found, [a.text for a in self.abstraction.vocabulary.atoms])


def _joined(parts: Iterable[str | None]) -> str | None:
    texts = []
    for part in parts:
        if part is None:
            return None
        texts.append(part)
    return "; and ".join(texts)


Column = tuple[tuple[int, ...], Monomial]


class _Program:
    """The linear program for one set of relations."""

    def __init__(self, abstraction: Abstraction, relations: Sequence[Relation], contrary: Relation, end: float) -> None:
        self.end = end
        self.atoms = abstraction.vocabulary.atoms
        distinct = {(r.sign, r.polynomial): r for r in reversed(relations) if r.sign != "!=" and r.polynomial}
        self.relations = sorted(distinct.values(), key=lambda r: (r is not contrary, len(r.polynomial.terms)))
        self.nonnegative = {i for i, atom in enumerate(self.atoms) if atom.nonnegative and atom.kind not in ("reciprocal", "positive_root", "root")}
        for relation in self.relations:
            if relation.sign in (">", ">=") and len(relation.polynomial.terms) == 1:
                ((monomial, coefficient),) = relation.polynomial
                if len(monomial) == 1 and monomial[0][1] == 1 and coefficient > 0:
                    self.nonnegative.add(monomial[0][0])
        self.contrary = self.relations.index(contrary) if contrary in self.relations else 0

    def solve(self) -> Combination | None:
        """The first combination found, trying small sets of products first."""
        inequalities = [k for k, r in enumerate(self.relations) if r.sign != "=="]
        equations = [k for k, r in enumerate(self.relations) if r.sign == "=="]
        singles = [(k,) for k in (*inequalities, *equations)]
        squares = [(self.contrary, k) for k in inequalities]
        pairs = list(combinations_with_replacement(inequalities, 2))
        seed: list[tuple[int, ...]] = [(self.contrary,)]
        for products, seeds, rounds in (
            (singles, seed, 1),
            (singles, seed, 2),
            (singles + squares, seed + squares[:1], 2),
            (singles + pairs, seed, 1),
            (singles + pairs, seed, 2),
            (singles + pairs, seed + squares, 2),
        ):
            if monotonic() > self.end:
                return None
            found = self._attempt(products, seeds, rounds)
            if found is not None:
                return found
        return None

    def _polynomial(self, factors: tuple[int, ...]) -> Polynomial:
        result = Polynomial.constant(1)
        for k in factors:
            result = result * self.relations[k].polynomial
        return result

    def _valid(self, factors: tuple[int, ...], monomial: Monomial) -> bool:
        if any(self.relations[k].sign == "==" for k in factors):
            return True
        return all(e % 2 == 0 or a in self.nonnegative for a, e in monomial)

    def _columns(self, products: list[tuple[int, ...]], seeds: list[tuple[int, ...]], rounds: int) -> dict[Column, Polynomial]:
        """Products and multipliers that can cancel a monomial that occurs, in so many rounds."""
        expanded = {factors: self._polynomial(factors) for factors in dict.fromkeys([(), *products, *seeds])}
        columns: dict[Column, Polynomial] = {(factors, ONE): expanded[factors] for factors in seeds}
        reached: set[Monomial] = set()
        frontier = {m for p in columns.values() for m in p.terms}
        for _ in range(rounds):
            reached |= frontier
            new: set[Monomial] = set()
            for column, polynomial in self._matching(expanded, frontier):
                if column not in columns:
                    columns[column] = polynomial
                    new.update(polynomial.terms)
                    if len(columns) > LARGEST_PROGRAM or monotonic() > self.end:
                        return columns
            frontier = new - reached
        return self._closed(columns)

    def _matching(self, expanded: dict[tuple[int, ...], Polynomial], frontier: set[Monomial]) -> Iterator[tuple[Column, Polynomial]]:
        for factors, polynomial in expanded.items():
            for target in sorted(frontier):
                for monomial in polynomial.terms:
                    multiplier = divide_monomials(target, monomial)
                    if multiplier is not None and self._valid(factors, multiplier):
                        yield (factors, multiplier), polynomial.scaled(fmpq(1), multiplier)

    def _closed(self, columns: dict[Column, Polynomial]) -> dict[Column, Polynomial]:
        """Without the columns that hold a monomial that no other column can cancel."""
        while True:
            count: dict[Monomial, int] = {}
            for polynomial in columns.values():
                for monomial in polynomial.terms:
                    count[monomial] = count.get(monomial, 0) + 1
            kept = {c: p for c, p in columns.items() if all(count[m] > 1 for m in p.terms)}
            if len(kept) == len(columns):
                return columns
            columns = kept

    def _strict(self, column: Column) -> bool:
        factors, monomial = column
        return monomial == ONE and all(self.relations[k].sign == ">" for k in factors)

    def _attempt(self, products: list[tuple[int, ...]], seeds: list[tuple[int, ...]], rounds: int) -> Combination | None:
        columns = self._columns(products, seeds, rounds)
        strict = [self._strict(c) for c in columns]
        if not any(strict) or monotonic() > self.end:
            return None
        free = [any(self.relations[k].sign == "==" for k in factors) for factors, _ in columns]
        support = self._proposed(list(columns.values()), strict, free)
        if support is None:
            return None
        names = list(columns)
        values = _exact([columns[names[k]] for k in support], [strict[k] for k in support])
        if values is None:
            return None
        chosen = zip(support, values, strict=True)
        terms = tuple(Term(Fraction(int(v.p), int(v.q)), names[k][1], names[k][0]) for k, v in chosen if v != 0)
        return self._renumbered(terms)

    def _proposed(self, columns: list[Polynomial], strict: list[bool], free: list[bool]) -> list[int] | None:
        """The columns that a solution of the linear program uses."""
        import numpy as np
        from scipy.optimize import linprog
        from scipy.sparse import csr_matrix

        rows: dict[Monomial, int] = {}
        data, row, column = [], [], []
        scales = []
        for number, polynomial in enumerate(columns):
            scale = max(abs(float(c.p) / float(c.q)) for _, c in polynomial)
            scales.append(scale)
            for monomial, coefficient in polynomial:
                data.append(float(coefficient.p) / float(coefficient.q) / scale)
                row.append(rows.setdefault(monomial, len(rows)))
                column.append(number)
        negative = [k for k, f in enumerate(free) if f]
        matrix = csr_matrix((data, (row, column)), shape=(len(rows), len(columns)))
        wide = csr_matrix((len(rows), 0)) if not negative else -matrix[:, negative]
        from scipy.sparse import hstack

        full = hstack([matrix, wide]).tocsr()
        normal = csr_matrix(np.array([[*map(float, strict), *([0.0] * len(negative))]]))
        result = linprog(
            np.ones(full.shape[1]),
            A_eq=full,
            b_eq=np.zeros(len(rows)),
            A_ub=-normal,
            b_ub=[-1.0],
            bounds=(0, None),
            method="highs-ds",
            options={"time_limit": max(0.1, self.end - monotonic())},
        )
        if result.x is None or result.status != 0:
            return None
        used = {k for k in range(len(columns)) if result.x[k] > 1e-9}
        used |= {k for j, k in enumerate(negative) if result.x[len(columns) + j] > 1e-9}
        return sorted(used)

    def _renumbered(self, terms: tuple[Term, ...]) -> Combination:
        used = sorted({k for t in terms for k in t.factors})
        number = {k: j for j, k in enumerate(used)}
        generators = [_generator(self.relations[k]) for k in used]
        signs: dict[int, int] = {}
        final = []
        for term in terms:
            final.append(replace(term, factors=tuple(number[k] for k in term.factors)))
            for atom, exponent in term.monomial:
                if exponent % 2:
                    signs[atom] = 1
        return Combination(tuple(generators), tuple(final), frozenset(a for a in signs if a in self.nonnegative))


def _generator(relation: Relation) -> Generator:
    if relation.sign == "!=":
        raise ValueError("a relation != 0 generates nothing")
    terms = {m: Fraction(int(c.p), int(c.q)) for m, c in relation.polynomial}
    return Generator(relation.sign, terms, relation.source or relation.text)


def _exact(columns: list[Polynomial], strict: list[bool]) -> list[fmpq] | None:
    """Rational coefficients with sum zero and strict part 1, or None."""
    rows: dict[Monomial, int] = {}
    for polynomial in columns:
        for monomial in polynomial.terms:
            rows.setdefault(monomial, len(rows))
    size = len(columns)
    table = [[fmpq(0)] * (size + 1) for _ in range(len(rows) + 1)]
    for number, polynomial in enumerate(columns):
        for monomial, coefficient in polynomial:
            table[rows[monomial]][number] = coefficient
    table[-1] = [fmpq(int(s)) for s in strict] + [fmpq(1)]
    reduced, rank = fmpq_mat(table).rref()
    values = [fmpq(0)] * size
    for k in range(rank):
        lead = next(j for j in range(size + 1) if reduced[k, j] != 0)
        if lead == size:
            return None
        values[lead] = reduced[k, size]
    return values
