"""Expansion: equations whose two sides have the same normal form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Eq, MatrixExpr
from sympy.core.relational import Relational

from verify.errors import ProofError
from verify.language.relations import in_text
from verify.proof.abstraction import Relation
from verify.proof.claims import Claim, Fact, ProofReport, Step, weakest
from verify.proof.memory import Memory
from verify.proof.normal_form import LARGEST_SQUARE, Reader
from verify.proof.polynomial import Polynomial, divide_monomials
from verify.proof.vocabulary import MatrixForm, Vocabulary


def matrix_difference(reader: Reader, equation: Relational) -> MatrixForm:
    """Left minus right of an equation between matrices."""
    return reader.matrix(equation.lhs) + -reader.matrix(equation.rhs)


def proportional(left: MatrixForm, right: MatrixForm) -> bool:
    """Whether the left form is a multiple of the right one by a rational number and a monomial."""
    if not left or not right or set(left.terms) != set(right.terms):
        return False
    (_, multiplier, first), (_, divisor, second) = (f.primitive() for f in (left, right))
    return divide_monomials(multiplier, divisor) is not None and first.key in (second.key, (-second).key)


@dataclass(frozen=True)
class Expansion:
    """Both sides of every conclusion expand to the same normal form.

    Denominators are cancelled, and roots squared, only where the assumptions show that this is right.
    """

    seconds: float = 5.0

    def check(self, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """Check the claim; the failure shows the difference of the two sides."""
        return self.recall(Memory(), claim, facts)

    def recall(self, memory: Memory, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """As `check`; what shows that a denominator is not zero is looked up in the memory first."""
        steps: list[Step] = []
        for conclusion in claim.conclusions:
            if not isinstance(conclusion, Eq):
                return ProofReport(None, tuple(steps), failure=f"{in_text(conclusion)} is no equation; expansion proves equations only.")
            try:
                steps.extend(self._equation(conclusion, claim, memory))
            except ProofError as error:
                return ProofReport(None, tuple(steps), failure=str(error))
        return ProofReport(weakest(steps), tuple(steps))

    def _equation(self, equation: Relational, claim: Claim, memory: Memory) -> list[Step]:
        from verify.proof.closing import enter_products, stands_for

        vocabulary = Vocabulary()
        reader = Reader(vocabulary, given=stands_for(claim.assumptions))
        enter_products(reader, claim.assumptions)
        reader.square = lambda index: _small_square(reader, vocabulary.atoms[index].payload[0])
        if isinstance(equation.lhs, MatrixExpr):
            difference = matrix_difference(reader, equation)
            others = [a for a in claim.assumptions if isinstance(a, Eq) and isinstance(a.lhs, MatrixExpr)]
            steps: list[Step] = []
            if difference and not any(self._cleared(reader, coefficient, claim, steps, memory) for _, coefficient in difference):
                return [*steps, Step(f"{in_text(equation)}: both sides expand to the same.", "exact")]
            if difference and not any(proportional(difference, matrix_difference(reader, a)) for a in others):
                raise ProofError(f"{in_text(equation)} does not expand to zero; left minus right is {vocabulary.form_text(difference)}.")
            return [Step(f"{in_text(equation)}: both sides expand to the same {_count(reader.matrix(equation.lhs).terms)}.", "exact")]
        left, right = reader.scalar(equation.lhs), reader.scalar(equation.rhs)
        steps = []
        rest = self._cleared(reader, left - right, claim, steps, memory)
        if rest:
            raise ProofError(f"{in_text(equation)} does not expand to zero; left minus right is {vocabulary.text(rest)}.")
        return [*steps, Step(f"{in_text(equation)}: both sides expand to the same {_count(left.terms)}.", "exact")]

    def _cleared(self, reader: Reader, polynomial: Polynomial, claim: Claim, steps: list[Step], memory: Memory) -> Polynomial:
        """The polynomial without the denominators and squared roots whose conditions follow from the assumptions."""
        asked: dict[int, bool] = {}

        def holds(atom: int, condition: Relation) -> bool:
            if atom not in asked:
                asked[atom] = self._follows(reader, condition, claim, steps, memory)
            return asked[atom]

        while True:
            old = polynomial
            atoms = reader.vocabulary.atoms
            for index in sorted(polynomial.atoms(), reverse=True):
                if index not in polynomial.atoms():  # it went with the ones cleared before it
                    continue
                atom = atoms[index]
                core = atom.payload[0] if atom.kind == "reciprocal" else None
                if core is not None and holds(index, Relation("!=", core, f"{reader.vocabulary.text(core)} != 0")):
                    polynomial = _without_reciprocal(polynomial, index, atom.payload[0])
                elif atom.kind == "root" and max(dict(m).get(index, 0) for m in polynomial.terms) >= atom.payload[1]:
                    radicand, degree = atom.payload
                    condition = Relation(">=", radicand, f"{reader.vocabulary.text(radicand)} >= 0")
                    if reader.vocabulary.evidently_nonnegative(radicand) or holds(index, condition):
                        polynomial = polynomial.substituted(_lowered(index, degree, radicand))
            polynomial = reader.tidied(polynomial)
            if polynomial == old:
                return polynomial

    def _follows(self, reader: Reader, condition: Relation, claim: Claim, steps: list[Step], memory: Memory) -> bool:
        from verify.proof.closing import follows

        step = follows(reader, condition, claim.assumptions, self.seconds, memory)
        if step is not None:
            steps.append(step)
        return step is not None


def _small_square(reader: Reader, form: MatrixForm) -> Polynomial | None:
    return reader.frobenius_squared(form) if len(form.terms) <= LARGEST_SQUARE else None


def _without_reciprocal(polynomial: Polynomial, index: int, core: Polynomial) -> Polynomial:
    """The polynomial times the power of the denominator that removes its reciprocal."""
    degree = max(dict(m).get(index, 0) for m in polynomial.terms)
    result = Polynomial({})
    for monomial, coefficient in polynomial:
        power = dict(monomial).get(index, 0)
        rest = tuple((a, e) for a, e in monomial if a != index)
        result = result + Polynomial({rest: coefficient}) * core ** (degree - power)
    return result


def _lowered(index: int, degree: int, radicand: Polynomial) -> Any:
    return lambda a, e: radicand ** (e // degree) * Polynomial.atom(index, e % degree) if a == index and e >= degree else None


def _count(terms: Any) -> str:
    return f"{len(terms)} term" + ("" if len(terms) == 1 else "s")
