"""One attempt at a combination: a linear program over products of relations with monomials, made exact.

The program proposes the terms in floats, exact linear algebra makes their coefficients rational, and
`verify.proof.recheck` has the last word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from time import thread_time

from flint import fmpq, fmpq_mat

from verify.proof.abstraction import Relation
from verify.proof.memory import Found
from verify.proof.polynomial import ONE, Monomial, Polynomial, divide_monomials, multiply_monomials
from verify.proof.recheck import Combination, Generator, Term
from verify.proof.vocabulary import Vocabulary

LARGEST_PROGRAM = 5000
"""Columns of the linear program."""

MOST_SQUARES = 150
"""Even monomials of which pairs are tried as squares of differences."""

Column = tuple[tuple[int, ...], Monomial]


class Program:
    """The linear program for one set of relations."""

    def __init__(self, vocabulary: Vocabulary, relations: Sequence[Relation], contrary: Relation, end: float) -> None:
        self.end = end
        self.vocabulary = vocabulary
        self.atoms = vocabulary.atoms
        self.squares: dict[int, Polynomial] = {}
        distinct = {(r.sign, r.polynomial): r for r in reversed(relations) if r.sign != "!=" and r.polynomial}
        self.relations = sorted(distinct.values(), key=lambda r: (r is not contrary, len(r.polynomial.terms)))
        self.nonnegative = {i for i, atom in enumerate(self.atoms) if atom.nonnegative and atom.kind != "reciprocal"}
        for relation in self.relations:
            if relation.sign in (">", ">=") and _is_atom(relation.polynomial):
                self.nonnegative |= relation.polynomial.atoms()
        self.given = len(self.relations)
        self.contrary = next(k for k, r in enumerate(self.relations) if r.sign == contrary.sign and r.polynomial == contrary.polynomial)
        self.inverses = [(k, pair) for k, r in enumerate(self.relations) if (pair := _inverse_pair(r)) is not None]

    def combination(self, found: Found) -> Combination | None:
        """The combination that was found before, over the relations of this program; None where it names others."""
        within = range(self.given + len(found.squares))
        if any(k not in within for term in found.terms for k in term.factors):
            return None
        atoms = [a for m in (*(t.monomial for t in found.terms), *(m for s in found.squares for m in s.terms)) for a, _ in m]
        if any(a not in range(len(self.atoms)) for a in atoms):
            return None
        self._without_squares()
        for square in found.squares:
            self._enter_square(square, square * square)
        return self._renumbered(found.terms)

    def found(self, terms: Sequence[Term]) -> Found:
        """The terms with the squares that they use, as they can be kept."""
        used = sorted({k for t in terms for k in t.factors if k in self.squares})
        number = {k: self.given + j for j, k in enumerate(used)}
        kept = tuple(replace(t, factors=tuple(number.get(k, k) for k in t.factors)) for t in terms)
        return Found(tuple(self.squares[k] for k in used), kept)

    def solve(self, short: bool = False) -> Found | None:
        """The first combination found, trying small sets of products first; only those where it is to be short."""
        inequalities = [k for k, r in enumerate(self.relations) if r.sign != "=="]
        equations = [k for k, r in enumerate(self.relations) if r.sign == "=="]
        singles: list[tuple[int, ...]] = [(k,) for k in (*inequalities, *equations)]
        squares: list[tuple[int, ...]] = [(self.contrary, k) for k in inequalities]
        pairs: list[tuple[int, ...]] = list(combinations_with_replacement(inequalities, 2))
        seed: list[tuple[int, ...]] = [(self.contrary,)]
        attempts = (
            (singles, seed, 1),
            (singles, seed, 2),
            (singles + pairs, seed, 1),
            (singles + squares, seed + squares[:1], 1),
            (singles + pairs, seed, 2),
            (singles + squares, seed + squares[:1], 2),
            (singles + pairs, seed + squares, 2),
            (singles + self._positive_products(), seed, 1),
        )
        for products, seeds, rounds in attempts[:2] if short else attempts:
            if thread_time() > self.end:
                return None
            found = self._attempt(products, seeds, rounds)
            if found is not None:
                return found
        return None

    def _positive_products(self) -> list[tuple[int, ...]]:
        """The monomials of the contrary as products of atoms that are given to be positive, where they are."""
        sign = {atom: k for k, r in enumerate(self.relations) if r.sign == ">" and _is_atom(r.polynomial) for atom in r.polynomial.atoms()}
        monomials = self.relations[self.contrary].polynomial.terms
        return [tuple(sign[a] for a, e in m for _ in range(e)) for m in monomials if m and all(a in sign for a, _ in m)]

    def _polynomial(self, factors: tuple[int, ...]) -> Polynomial:
        result = Polynomial.constant(1)
        for k in factors:
            result = result * self.relations[k].polynomial
        return self._reduced(result)

    def _reduced(self, polynomial: Polynomial) -> Polynomial:
        """With a*(1/a) cancelled where a is known not to be zero."""
        if not self.inverses:
            return polynomial
        terms: dict[Monomial, fmpq] = {}
        for monomial, coefficient in polynomial:
            short = self._cancelled(monomial)
            terms[short] = terms.get(short, fmpq(0)) + coefficient
        return Polynomial(terms)

    def _cancelled(self, monomial: Monomial) -> Monomial:
        for _, (a, b) in self.inverses:
            exponents = dict(monomial)
            size = min(exponents.get(a, 0), exponents.get(b, 0))
            if size:
                monomial = tuple((x, e - size if x in (a, b) else e) for x, e in monomial if x not in (a, b) or e > size)
        return monomial

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
            for column in self._matching(expanded, frontier):
                if column not in columns:
                    polynomial = self._reduced(expanded[column[0]].scaled(fmpq(1), column[1]))
                    columns[column] = polynomial
                    new.update(polynomial.terms)
                    if len(columns) > LARGEST_PROGRAM or thread_time() > self.end:
                        return self._closed(columns)
            frontier = new - reached
        columns.update(self._square_columns(reached | frontier))
        return self._closed(columns)

    def _matching(self, expanded: dict[tuple[int, ...], Polynomial], frontier: set[Monomial]) -> Iterator[Column]:
        targets = sorted(frontier)
        for factors, polynomial in expanded.items():
            for target in targets:
                for monomial in polynomial.terms:
                    multiplier = divide_monomials(target, monomial)
                    if multiplier is not None and self._valid(factors, multiplier):
                        yield factors, multiplier

    def _square_columns(self, occurring: set[Monomial]) -> dict[Column, Polynomial]:
        """Squares (u - v)^2 and (u + v)^2 all of whose monomials occur."""
        even = [(m, tuple((a, e // 2) for a, e in m)) for m in sorted(occurring) if all(e % 2 == 0 for _, e in m)]
        found: dict[Column, Polynomial] = {}
        if len(even) > MOST_SQUARES:
            return found
        for (_, u), (_, v) in combinations(even, 2):
            if self._cancelled(multiply_monomials(u, v)) not in occurring:
                continue
            for sign in (-1, 1):
                base = Polynomial({u: fmpq(1), v: fmpq(sign)})
                square = self._reduced(base * base)
                if all(m in occurring for m in square.terms):
                    found[((self._enter_square(base, square),), ONE)] = square
        return found

    def _enter_square(self, base: Polynomial, square: Polynomial) -> int:
        self.relations.append(Relation(">=", square, self.vocabulary.text(base)))
        self.squares[len(self.relations) - 1] = base
        return len(self.relations) - 1

    def _without_squares(self) -> None:
        del self.relations[self.given :]
        self.squares.clear()

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

    def _attempt(self, products: list[tuple[int, ...]], seeds: list[tuple[int, ...]], rounds: int) -> Found | None:
        self._without_squares()
        columns = self._columns(products, seeds, rounds)
        strict = [self._strict(c) for c in columns]
        if not any(strict) or thread_time() > self.end:
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
        terms = [Term(Fraction(int(v.p), int(v.q)), names[k][1], names[k][0]) for k, v in chosen if v != 0]
        return self.found([*terms, *self._cancellations(terms)])

    def _cancellations(self, terms: list[Term]) -> list[Term]:
        """What the cancelling of a*(1/a) has left out of the sum, as multiples of a*(1/a) - 1."""
        rest = Polynomial({})
        for term in terms:
            value = Polynomial({term.monomial: fmpq(term.coefficient.numerator, term.coefficient.denominator)})
            for k in term.factors:
                value = value * (self.squares[k] ** 2 if k in self.squares else self.relations[k].polynomial)
            rest = rest + value
        added: list[Term] = []
        for number, pair in self.inverses:
            both = tuple((a, 1) for a in sorted(pair))
            while True:
                found = next(((m, c) for m, c in sorted(rest) if divide_monomials(m, both) is not None), None)
                if found is None:
                    break
                quotient = divide_monomials(found[0], both) or ONE
                added.append(Term(-Fraction(int(found[1].p), int(found[1].q)), quotient, (number,)))
                rest = rest - self.relations[number].polynomial.scaled(found[1], quotient)
        return added

    def _proposed(self, columns: list[Polynomial], strict: list[bool], free: list[bool]) -> list[int] | None:
        """The columns that a solution of the linear program uses."""
        import numpy as np
        from scipy.optimize import linprog
        from scipy.sparse import csr_matrix, hstack

        rows: dict[Monomial, int] = {}
        data, row, column = [], [], []
        scales = []
        for number, polynomial in enumerate(columns):
            scale = max((abs(float(c.p) / float(c.q)) for _, c in polynomial), default=1.0)
            scales.append(scale)
            for monomial, coefficient in polynomial:
                data.append(float(coefficient.p) / float(coefficient.q) / scale)
                row.append(rows.setdefault(monomial, len(rows)))
                column.append(number)
        negative = [k for k, f in enumerate(free) if f]
        matrix = csr_matrix((data, (row, column)), shape=(len(rows), len(columns)))
        wide = csr_matrix((len(rows), 0)) if not negative else -matrix[:, negative]
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
            options={"time_limit": max(0.1, self.end - thread_time())},
        )
        if result.x is None or result.status != 0:
            return None
        used = {k for k in range(len(columns)) if result.x[k] > 1e-9}
        used |= {k for j, k in enumerate(negative) if result.x[len(columns) + j] > 1e-9}
        return sorted(used)

    def _generator(self, number: int) -> Generator:
        relation = self.relations[number]
        if relation.sign == "!=":
            raise ValueError("a relation != 0 generates nothing")
        square = number in self.squares
        terms = {m: Fraction(int(c.p), int(c.q)) for m, c in (self.squares[number] if square else relation.polynomial)}
        return Generator("square" if square else relation.sign, terms, relation.source or relation.text)

    def _renumbered(self, terms: Sequence[Term]) -> Combination:
        used = sorted({k for t in terms for k in t.factors})
        number = {k: j for j, k in enumerate(used)}
        generators = [self._generator(k) for k in used]
        signs: dict[int, int] = {}
        final = []
        for term in terms:
            final.append(replace(term, factors=tuple(number[k] for k in term.factors)))
            for atom, exponent in term.monomial:
                if exponent % 2:
                    signs[atom] = 1
        return Combination(tuple(generators), tuple(final), frozenset(a for a in signs if a in self.nonnegative))


def _is_atom(polynomial: Polynomial) -> bool:
    """Whether it is a positive multiple of one atom."""
    ((monomial, coefficient), *more) = polynomial
    return not more and len(monomial) == 1 and monomial[0][1] == 1 and coefficient > 0


def _inverse_pair(relation: Relation) -> tuple[int, int] | None:
    """The atoms a and b where the relation is a*b - 1 == 0."""
    if relation.sign != "==" or len(relation.polynomial.terms) != 2:
        return None
    product_of_two = relation.polynomial.leading()
    if relation.polynomial != Polynomial({product_of_two: fmpq(1), ONE: fmpq(-1)}):
        return None
    (a, first), *others = product_of_two
    return (a, others[0][0]) if first == 1 and len(others) == 1 and others[0][1] == 1 else None


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
