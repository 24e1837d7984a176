"""Relations between numbers as relations between polynomials in real variables, with what the variables mean.

Every distinct atom becomes one real variable. What it means is stated by definitions, each with
its condition: the square root of e is known to square to e only where e >= 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from flint import fmpq
from sympy import E, Eq, Ge, Gt, Le, Lt, MatrixExpr, MatrixSymbol, Ne, pi
from sympy.core.relational import Relational

from verify.errors import ProofError
from verify.language.relations import in_text
from verify.proof.normal_form import LARGEST_SQUARE, Reader
from verify.proof.polynomial import ONE, Monomial, Polynomial
from verify.proof.vocabulary import Atom, MatrixForm, Vocabulary

Sign = Literal[">=", ">", "==", "!="]

_ORIENTED: dict[type, tuple[int, Sign]] = {Ge: (1, ">="), Gt: (1, ">"), Le: (-1, ">="), Lt: (-1, ">"), Eq: (1, "=="), Ne: (1, "!=")}
_NEGATED: dict[Sign, Sign] = {">=": ">", ">": ">=", "==": "!=", "!=": "=="}


@dataclass(frozen=True)
class Relation:
    """polynomial >= 0, > 0, == 0 or != 0; `text` is how it reads and `source` where it comes from."""

    sign: Sign
    polynomial: Polynomial
    text: str = ""
    source: str = ""

    def negated(self) -> Relation:
        """The relation that holds exactly where this one does not."""
        polynomial = self.polynomial if self.sign in ("==", "!=") else -self.polynomial
        return Relation(_NEGATED[self.sign], polynomial, f"not ({self.text})")


@dataclass(frozen=True)
class Definition:
    """What an atom means: where all of `condition` holds, so do all of `facts` and all of one of the `cases`."""

    atom: int
    condition: tuple[Relation, ...]
    facts: tuple[Relation, ...]
    cases: tuple[Relation, ...] = ()


@dataclass
class TraceBasis:
    """Few variables for many traces: the combinations of traces that occur span a small space.

    A basis of it is chosen, squares of Frobenius norms first, and every trace is written in it.
    Each new variable is defined as a combination of traces, so that nothing is lost or assumed.
    """

    vocabulary: Vocabulary
    expressions: dict[int, Polynomial] = field(default_factory=dict)
    equations: list[Polynomial] = field(default_factory=list)

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with the traces written in the basis."""
        return polynomial.substituted(lambda atom, exponent: self.expressions[atom] ** exponent if atom in self.expressions else None)

    def vectors(self, polynomial: Polynomial) -> list[Polynomial]:
        """The combinations of traces that are the coefficients of the other atoms' monomials."""
        groups: dict[Monomial, dict[Monomial, fmpq]] = {}
        for monomial, coefficient in polynomial:
            traces = tuple((a, e) for a, e in monomial if self.vocabulary.atoms[a].kind == "trace")
            if traces:
                others = tuple((a, e) for a, e in monomial if self.vocabulary.atoms[a].kind != "trace")
                groups.setdefault(others, {})[traces] = coefficient
        return [Polynomial(terms) for terms in groups.values()]

    def add(self, vector: Polynomial, square: Polynomial | None = None) -> None:
        """Make the combination expressible; `square` is what it equals, where that is known."""
        rest = self.reduced(vector)
        traces = [a for a in rest.atoms() if self.vocabulary.atoms[a].kind == "trace"]
        if not traces:
            if square is not None and rest != square:
                self.equations.append(square - rest)
            return
        if square is None and len(traces) == 1:
            return
        if any(len(monomial) > 1 or monomial[0][1] > 1 for monomial, _ in rest if any(a in traces for a, _ in monomial)):
            # Traces through a dimension of 1 are products of numbers: no vectors, but the equation stands.
            if square is not None:
                self.equations.append(square - rest)
            return
        if square is None:
            square = Polynomial.atom(self.vocabulary.atom(vector, Atom("combination", f"({self.vocabulary.text(vector)})")))
        pivot = max(traces)
        coefficient = rest.terms[((pivot, 1),)]
        expression = (square - rest + Polynomial.atom(pivot).scaled(coefficient)).scaled(1 / coefficient)
        for atom, old in list(self.expressions.items()):
            self.expressions[atom] = old.substituted(lambda a, e: expression**e if a == pivot else None)
        self.expressions[pivot] = expression


class Abstraction:
    """Reads relations twice: once to see which traces occur, then in a basis of their combinations."""

    def __init__(
        self,
        seen: Iterable[Relational],
        keep: frozenset[str],
        given: Mapping[MatrixSymbol, MatrixExpr],
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self.vocabulary = Vocabulary() if vocabulary is None else vocabulary
        forms: list[Polynomial] = []

        def record(polynomial: Polynomial) -> Polynomial:
            forms.append(polynomial)
            return polynomial

        first = Reader(self.vocabulary, keep, given, traces=record)
        for relation in seen:
            if not isinstance(relation.lhs, MatrixExpr):
                _polynomial(first, relation)
        self._first = first
        self.basis = TraceBasis(self.vocabulary)
        self._impure: dict[int, MatrixForm] = {}
        occurring = list(forms)
        norms = [(i, a.payload[0]) for i, a in enumerate(self.vocabulary.atoms) if a.kind == "fro"]
        for index, form in sorted(norms, key=lambda n: (len(n[1].terms), n[0])):
            self._enter_norm(index, form)
        for polynomial in occurring:
            for vector in self.basis.vectors(polynomial):
                self.basis.add(vector)
        self.reader = Reader(self.vocabulary, keep, given, traces=self.basis.reduced, square=self._square)

    def _enter_norm(self, index: int, form: MatrixForm) -> None:
        if len(form.terms) > LARGEST_SQUARE:
            return
        if all(p.is_constant() for _, p in form):
            self.basis.add(self._first.frobenius_squared(form), Polynomial.atom(index, 2))
        else:
            self._impure[index] = form
            for vector in self.basis.vectors(self._first.frobenius_squared(form)):
                self.basis.add(vector)

    def _square(self, index: int) -> Polynomial | None:
        return self.reader.frobenius_squared(self._impure[index]) if index in self._impure else None

    def relation(self, relation: Relational, source: str = "") -> Relation:
        """A relation between numbers, oriented so that the polynomial is to be >= 0."""
        return replace(_polynomial(self.reader, relation), source=source)

    def definitions(self, polynomials: Iterable[Polynomial]) -> list[Definition]:
        """The definitions of all atoms that the polynomials lean on."""
        found: dict[int, list[Definition]] = {}
        waiting = [a for p in [*polynomials, *self.basis.equations] for a in p.atoms()]
        while waiting:
            atom = waiting.pop()
            if atom not in found:
                found[atom] = list(self._meanings(atom))
                for definition in found[atom]:
                    for part in (*definition.condition, *definition.facts, *definition.cases):
                        waiting.extend(part.polynomial.atoms())
        equations = [Definition(-1, (), (Relation("==", p, "two ways to write a sum of traces"),)) for p in self.basis.equations]
        return [d for atom in sorted(found) for d in found[atom]] + equations

    def _meanings(self, index: int) -> Iterable[Definition]:
        atom, value = self.vocabulary.atoms[index], Polynomial.atom(index)
        meaning = f"the meaning of {self.vocabulary.name(index)}"
        if atom.kind == "root":
            radicand, degree = atom.payload
            evident = self.vocabulary.evidently_nonnegative(radicand)
            condition = () if evident else (Relation(">=", radicand, "the radicand is not negative"),)
            yield Definition(index, condition, (Relation(">=", value, meaning), Relation("==", value**degree - radicand, meaning)))
            return
        if atom.nonnegative and atom.kind != "reciprocal":
            yield Definition(index, (), (Relation(">=", value, f"{self.vocabulary.name(index)} >= 0"),))
        if atom.kind == "reciprocal":
            (core,) = atom.payload
            facts: tuple[Relation, ...] = (Relation("==", value * core - Polynomial.constant(1), meaning),)
            if self.vocabulary.evidently_nonnegative(core):
                facts += (Relation(">", value, meaning),)
            yield Definition(index, (Relation("!=", core, "the denominator is not zero"),), facts)
        elif atom.kind == "absolute":
            (inside,) = atom.payload
            cases = (Relation("==", value - inside, meaning), Relation("==", value + inside, meaning))
            yield Definition(index, (), (Relation(">=", value - inside, meaning), Relation(">=", value + inside, meaning)), cases)
        elif atom.kind == "maximum":
            yield Definition(
                index,
                (),
                tuple(Relation(">=", value - v, meaning) for v in atom.payload),
                tuple(Relation("==", value - v, meaning) for v in atom.payload),
            )
        elif atom.kind == "positive_root":
            equation = sum((c * value**k for k, c in enumerate(atom.payload)), Polynomial({}))
            yield Definition(index, tuple(_descartes(atom.payload)), (Relation(">", value, meaning), Relation("==", equation, meaning)))
        elif atom.kind == "fro" and index in self._impure:
            form = self.reader.frobenius_squared(self._impure[index])
            yield Definition(index, (), (Relation("==", value**2 - form, meaning),))
        elif atom.kind == "function exp":
            yield Definition(index, (), (Relation(">", value, meaning),))
        elif atom.kind == "opaque":
            yield from self._bounds(index, atom.payload[0])

    def _bounds(self, index: int, node: Any) -> Iterable[Definition]:
        value = Polynomial.atom(index)
        if node in (pi, E):
            low, high = (fmpq(31415926, 10**7), fmpq(31415927, 10**7)) if node == pi else (fmpq(27182818, 10**7), fmpq(27182819, 10**7))
            pair = (Relation(">", value - Polynomial.constant(low), f"{node}"), Relation(">", Polynomial.constant(high) - value, f"{node}"))
            yield Definition(index, (), pair)
        elif getattr(node, "is_integer", False) and node.is_positive:
            yield Definition(index, (), (Relation(">=", value - Polynomial.constant(1), f"{node} >= 1"),))


def _descartes(coefficients: Sequence[Polynomial]) -> Iterable[Relation]:
    reason = "Descartes' signs"
    yield Relation(">", -coefficients[0], reason)
    for coefficient in coefficients[1:]:
        yield Relation(">=", coefficient, reason)
    yield Relation(">", sum(coefficients[1:], Polynomial({})), reason)


def _polynomial(reader: Reader, relation: Relational) -> Relation:
    if type(relation) not in _ORIENTED:
        raise ProofError(f"{relation} is no relation that a proof can read.")
    factor, sign = _ORIENTED[type(relation)]
    difference = reader.scalar(relation.lhs) - reader.scalar(relation.rhs)
    return Relation(sign, difference if factor > 0 else -difference, in_text(relation))


def decided(relation: Relation) -> bool | None:
    """Whether a relation between constants holds; None where it is none."""
    if not relation.polynomial.is_constant():
        return None
    value = relation.polynomial.terms.get(ONE, fmpq(0))
    return bool({">=": value >= 0, ">": value > 0, "==": value == 0, "!=": value != 0}[relation.sign])
