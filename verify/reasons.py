"""Reasons for the lines of a derivation: expansion, an instance of a statement, substituted bounds, a derivative, a root."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sympy import Basic, Derivative, Dummy, Eq, Expr, Gt, Poly, Rational, S, Symbol, sympify
from sympy import sqrt as exact_root
from sympy.core.relational import Relational

from verify.errors import ProofError, UndefinedError, VerifyError
from verify.facts import FactUse
from verify.language.naming import Named
from verify.language.nodes import PositiveRoot, SquareRoot, coefficients
from verify.language.relations import chain, equal, in_text
from verify.proof import Claim, Closing, Expansion, ProofReport, Step
from verify.proof.claims import weakest
from verify.statement import Statement

Proved = Callable[[Statement], ProofReport]


class Reason(Protocol):
    """Why a line holds; `word` names the kind of step."""

    word: str

    def check(self, statement: Statement, proved: Proved) -> ProofReport:
        """Check the line's claim; `proved` answers for what the line leans on."""
        ...


@dataclass(frozen=True)
class Expanding:
    """Both sides of the line's equations expand to the same; the names in `keep` are not unfolded."""

    keep: tuple[str, ...] = ()
    word = "by expansion"

    def check(self, statement: Statement, proved: Proved) -> ProofReport:
        return Expansion().check(abstracted(statement.resolved(), self.keep))


@dataclass(frozen=True)
class InstanceOf:
    """The line is a proved statement (or a standard fact) with expressions put for its symbols."""

    use: FactUse
    keep: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The kind of step, with the statement's key."""
        return f"instance of {self.use.statement.key}"

    def check(self, statement: Statement, proved: Proved) -> ProofReport:
        return Bounding((self.use,), self.keep).check(statement, proved)


@dataclass(frozen=True)
class Bounding:
    """The line follows from earlier lines, proved statements and standard facts put into each other."""

    facts: tuple[FactUse, ...]
    keep: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The kind of step, with what it leans on."""
        return "from " + ", ".join(dict.fromkeys(named(fact.statement) for fact in self.facts)) if self.facts else "from what is given"

    def check(self, statement: Statement, proved: Proved) -> ProofReport:
        for fact in self.facts:
            leaned_on = fact.statement
            if leaned_on.form != "fact" and not proved(leaned_on).proved:
                return ProofReport(None, failure=f"it leans on {named(leaned_on)}, which does not check")
        return Closing(keep=self.keep).check(statement.resolved(), [fact.fact(statement) for fact in self.facts])


@dataclass(frozen=True)
class Differentiating:
    """The line says what the derivative of a polynomial is.

    The polynomial's difference quotient q(x, y) is built, (p(x) - p(y)) = (x - y) q(x, y) is expanded, and
    q(x, x) is compared with the derivative as it is written; nothing is taken from a computer-algebra derivative.
    """

    keep: tuple[str, ...] = ()
    word = "by differentiation"

    def check(self, statement: Statement, proved: Proved) -> ProofReport:
        steps: list[Step] = []
        for conclusion in statement.resolved().conclusions:
            if not isinstance(conclusion, Eq) or not isinstance(conclusion.lhs, Derivative) or len(conclusion.lhs.variables) != 1:
                return ProofReport(None, tuple(steps), failure=f"{in_text(conclusion)} does not say what a first derivative is")
            (x,), polynomial = conclusion.lhs.variables, _opened(conclusion.lhs.expr, conclusion.lhs.variables[0])
            y = Dummy("y", real=True)
            terms = coefficients(polynomial, x)
            quotient: Any = sum((c * x**i * y ** (k - 1 - i) for k, c in enumerate(terms) for i in range(k)), start=S.Zero)
            written = (
                equal(polynomial - polynomial.xreplace({x: y}), (x - y) * quotient),
                equal(quotient.xreplace({y: x}), conclusion.rhs),
            )
            report = Expansion().check(abstracted(Claim((), written), self.keep))
            if not report.proved:
                return ProofReport(None, tuple(steps), failure=report.failure)
            steps += [Step("the difference quotient and its value on the diagonal expand to what is written", "exact")]
        return ProofReport("exact", tuple(steps))


@dataclass(frozen=True)
class Solving:
    """The line speaks of the unique positive root of a polynomial that increases from below zero.

    It may say that the root is positive and that the polynomial vanishes there. The signs of the
    coefficients are proved from what is given, so that by Descartes' rule there is exactly one positive
    root; `example` gives exact numbers for names and symbols, at which it is isolated exactly as well.
    """

    example: Mapping[str, Any]
    keep: tuple[str, ...] = ()
    word = "by Descartes' rule of signs"

    def check(self, statement: Statement, proved: Proved) -> ProofReport:
        claim = statement.resolved()
        roots = sorted({node for r in claim.conclusions for node in unfold_to_roots(r)}, key=str)
        if len(roots) != 1:
            return ProofReport(None, failure=f"the line speaks of {len(roots)} positive roots, and not of one")
        (root,) = roots
        constant, *others = root.coefficients
        signs = (chain(constant, "<", 0)[0], *(chain(c, ">=", 0)[0] for c in others if c != 0), chain(sum(others, start=S.Zero), ">", 0)[0])
        report = Closing(keep=self.keep).check(Claim(claim.assumptions, signs))
        if not report.proved:
            return ProofReport(None, report.steps, failure=f"the signs of the coefficients: {report.failure}")
        try:
            steps = (*report.steps, *(self._says(root, r) for r in claim.conclusions), isolated(root, self.example))
        except VerifyError as error:
            return ProofReport(None, report.steps, failure=str(error))
        return ProofReport(weakest(steps), steps)

    def _says(self, root: PositiveRoot, conclusion: Relational) -> Step:
        """The step for one relation about the root. Raises ProofError where it says something else."""
        x = Dummy("x", real=True)
        named_root = {
            node: x for node in conclusion.atoms(Named, PositiveRoot) if node == root or getattr(node, "definition", None) == root
        }
        left, right = (sympify(side).xreplace(named_root) for side in conclusion.args)
        if isinstance(conclusion, Gt) and left == x and right == 0:
            return Step(f"{in_text(conclusion)}: the only positive root is positive.", "exact")
        polynomial = sum((c * x**k for k, c in enumerate(root.coefficients)), start=S.Zero)
        if isinstance(conclusion, Eq) and any(
            Expansion().check(abstracted(Claim((), (equal(left - right, sign * polynomial),)), self.keep)).proved for sign in (1, -1)
        ):
            return Step(f"{in_text(conclusion)}: the polynomial at its root.", "exact")
        raise ProofError(f"{in_text(conclusion)} is not what the root of the polynomial satisfies")


def isolated(root: PositiveRoot, example: Mapping[str, Any]) -> Step:
    """The exact isolation of a positive root at exact numbers, by Sturm's theorem.

    Raises UndefinedError where a coefficient is no rational number there or the root is not the only one.
    """
    x = Symbol("x")
    numbers = [exact_value(c, example) for c in root.coefficients]
    polynomial = Poly(sum((c * x**k for k, c in enumerate(numbers)), start=S.Zero), x, domain="QQ")
    count = polynomial.count_roots(0, None)
    if count != 1 or polynomial.eval(0) >= 0:
        raise UndefinedError(f"{polynomial.as_expr()} has {count} roots from 0 on, and not one positive root.")
    values = ", ".join(f"{name} = {value}" for name, value in example.items())
    ends = next((a, b) for (a, b), _ in polynomial.intervals(eps=Rational(1, 1000)) if b > 0)
    where = f"x = {ends[0]}" if ends[0] == ends[1] else f"{ends[0]} < x < {ends[1]}"
    return Step(f"at {values} the polynomial {polynomial.as_expr()} has exactly one positive root, {where}", "exact")


def exact_value(expression: Any, values: Mapping[str, Any]) -> Any:
    """The rational value of an expression at exact numbers for names and symbols; raises UndefinedError where there is none."""

    def visit(node: Any) -> Any:
        if isinstance(node, (Named, Symbol)) and node.name in values:
            return Rational(str(values[node.name]))
        if isinstance(node, Named):
            return visit(node.definition)
        if isinstance(node, SquareRoot):
            return exact_root(visit(node.args[0]))
        if str(node) in values:
            return Rational(str(values[str(node)]))
        return node.func(*map(visit, node.args)) if node.args else node

    value = visit(sympify(expression))
    if not value.is_Rational:
        raise UndefinedError(f"{in_text(expression)} is {value} at the example, and that is no rational number.")
    return value


def abstracted(claim: Claim, keep: Sequence[str]) -> Claim:
    """The claim with a symbol in place of each named number in `keep`: what holds for all numbers holds for these."""
    symbols: dict[Basic, Dummy] = {}

    def visit(node: Any) -> Any:
        if isinstance(node, Named) and node.name in keep and isinstance(node, Expr):
            return symbols.setdefault(node, Dummy(node.name, real=True))
        if isinstance(node, Named):
            return visit(node.definition)
        return node.func(*map(visit, node.args)) if isinstance(node, Basic) and node.args else node

    def both(relation: Relational) -> Relational:
        return chain(visit(relation.lhs), relation.rel_op, visit(relation.rhs))[0]

    # A replaced relation may have become one that nobody needs; matrices stay as they are.
    return Claim(tuple(map(both, claim.assumptions)), tuple(map(both, claim.conclusions))) if keep else claim


def unfold_to_roots(relation: Relational) -> set[Any]:
    """The positive roots that a relation speaks of, by themselves or as the definition of a name in it."""
    named_ones = {n.definition for n in relation.atoms(Named) if isinstance(n.definition, PositiveRoot)}
    return named_ones or set(relation.atoms(PositiveRoot))


def _opened(expression: Any, variable: Symbol) -> Any:
    """The expression with its outer names unfolded, as far as they hide the variable."""
    while isinstance(expression, Named) and variable in expression.definition.free_symbols:
        expression = expression.definition
    return expression


def named(statement: Statement) -> str:
    """How a line is called: its number in brackets; a statement of a paper: its key."""
    return f"({statement.label.rpartition('.line.')[2]})" if ".line." in statement.key else statement.key
