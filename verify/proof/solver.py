"""Asking Z3 whether relations between polynomials can hold together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flint import fmpq

from verify.proof.abstraction import Definition, Relation
from verify.proof.polynomial import Monomial, Polynomial

Logic = Literal["QF_NRA", "QF_LRA", "QF_NIA"]
Answer = Literal["unsat", "sat", "unknown"]

WORK_PER_SECOND = 1_000_000
"""Z3's units of work in a second of an idle processor, as measured on hard questions; easy ones take a third of that."""


@dataclass(frozen=True)
class Reply:
    """Z3's answer; `values` are the atoms of a model, as text, where it found one, and `seconds` its work in those of an idle processor."""

    answer: Answer
    values: tuple[tuple[int, str], ...] = ()
    seconds: float = 0.0


def satisfiable(relations: Sequence[Relation], definitions: Sequence[Definition], seconds: float, *, logic: Logic = "QF_NRA") -> Reply:
    """Whether the relations can hold with atoms that mean what they are defined to.

    Atoms are real numbers, or integers in the logic QF_NIA. Every query has a context of its own
    and a fixed seed. The answer is "unknown" after the work of so many seconds, which Z3 counts by itself: the clock of a
    busy machine has no say in it.
    """
    import z3

    context, integers = z3.Context(), logic == "QF_NIA"
    variables: dict[int, Any] = {}

    def variable(atom: int) -> Any:
        if atom not in variables:
            variables[atom] = (z3.Int if integers else z3.Real)(f"a{atom}", context)
        return variables[atom]

    def number(value: fmpq) -> Any:
        return z3.IntVal(int(value.p), context) if integers else z3.RealVal(f"{value.p}/{value.q}", context)

    def expression(polynomial: Polynomial) -> Any:
        terms = []
        for monomial, coefficient in sorted(polynomial):
            factors = [variable(a) for a, e in monomial for _ in range(e)]
            if coefficient != 1 or not factors:
                factors.insert(0, number(coefficient))
            terms.append(factors[0] if len(factors) == 1 else z3.Product(factors))
        if not terms:
            return number(fmpq(0))
        return terms[0] if len(terms) == 1 else z3.Sum(terms)

    def formula(relation: Relation) -> Any:
        value, zero = expression(_integral(relation.polynomial)), number(fmpq(0))
        return {">=": value >= zero, ">": value > zero, "==": value == zero, "!=": value != zero}[relation.sign]

    solver = z3.SolverFor(logic, ctx=context)
    solver.set("rlimit", max(1, int(WORK_PER_SECOND * seconds)))
    solver.set("random_seed", 0)
    for relation in relations:
        solver.add(formula(relation))
    for definition in definitions:
        meaning = [formula(f) for f in definition.facts]
        if definition.cases:
            meaning.append(z3.Or([formula(c) for c in definition.cases]))
        condition = [formula(c) for c in definition.condition]
        for part in meaning:
            solver.add(z3.Implies(z3.And(condition), part) if condition else part)
    answer = str(solver.check())
    if answer == "sat":
        model = solver.model()
        values = tuple((a, _shown(model.eval(v, model_completion=True))) for a, v in sorted(variables.items()))
        return Reply("sat", values)
    work = next(count for name, count in solver.statistics() if name == "rlimit count")
    return Reply("unsat" if answer == "unsat" else "unknown", seconds=work / WORK_PER_SECOND)


def refuted_linearly(relations: Sequence[Relation], definitions: Sequence[Definition], nonnegative: Callable[[Polynomial], bool]) -> bool:
    """Whether the relations contradict each other already when every monomial is a variable of its own.

    Monomials that are evidently not negative stay so. This is linear arithmetic, hence fast.
    """
    monomials: dict[Monomial, int] = {}

    def linear(relation: Relation) -> Relation:
        terms = {}
        for monomial, coefficient in relation.polynomial:
            if monomial:
                monomial = ((monomials.setdefault(monomial, len(monomials)), 1),)
            terms[monomial] = coefficient
        return Relation(relation.sign, Polynomial(terms), relation.text)

    stated = [*relations, *(f for d in definitions if not d.condition for f in d.facts)]
    flat = [linear(r) for r in stated if r.sign != "!="]
    signs = [
        Relation(">=", Polynomial.atom(number)) for monomial, number in monomials.items() if nonnegative(Polynomial({monomial: fmpq(1)}))
    ]
    return satisfiable([*flat, *signs], (), 5.0, logic="QF_LRA").answer == "unsat"


def _integral(polynomial: Polynomial) -> Polynomial:
    """The polynomial times the positive common denominator of its coefficients."""
    denominator = 1
    for _, coefficient in polynomial:
        denominator = denominator * int(coefficient.q) // _gcd(denominator, int(coefficient.q))
    return polynomial.scaled(fmpq(denominator))


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 24 else str(value.as_decimal(6)) if hasattr(value, "as_decimal") else text[:24]


def relevant(relations: Iterable[Relation]) -> list[Polynomial]:
    """The polynomials of the relations."""
    return [r.polynomial for r in relations]
