"""Closing: relations between numbers that follow from facts.

Facts and assumptions become relations between polynomials in atoms, and each conclusion, obligation and
intermediate step is an inference from those before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flint import fmpq
from sympy import Eq, MatrixExpr, MatrixSymbol, S
from sympy.core.relational import Relational

from verify.errors import ProofError
from verify.language.relations import in_text
from verify.proof.abstraction import Abstraction, Relation, decided
from verify.proof.claims import Claim, Fact, ProofReport, Step, weakest
from verify.proof.expansion import matrix_difference, proportional
from verify.proof.inference import Inference
from verify.proof.memory import Memory, question
from verify.proof.normal_form import Reader
from verify.proof.polynomial import Polynomial
from verify.proof.solver import Reply, refuted_linearly, relevant, satisfiable
from verify.proof.vocabulary import MatrixForm, Vocabulary

SHORT = 48
"""Assumptions up to this length are quoted in a combination, longer ones by their number."""


@dataclass(frozen=True)
class Closing:
    """The conclusions follow from the assumptions and from facts.

    `keep` names quantities that stay opaque: nothing but the facts is known about them, not even
    a sign. `seconds` bounds the work on each question to Z3, `search` on each search for an exact combination.
    """

    keep: tuple[str, ...] = ()
    seconds: float = 20.0
    search: float = 2

    def check(self, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """Check the claim; the facts' assumptions are discharged in the order in which the facts stand."""
        return self.recall(Memory(), claim, facts)

    def recall(self, memory: Memory, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """As `check`; exact combinations in the memory are re-checked instead of searched for, and new ones are kept in it."""
        run = _Run(self, claim, tuple(facts), memory)
        try:
            run.assume()
            run.use_facts()
            run.guard()
            for conclusion in claim.conclusions:
                run.conclude(conclusion)
        except ProofError as error:
            return ProofReport(None, tuple(run.steps), tuple(run.used), str(error))
        return ProofReport(weakest(run.steps), tuple(run.steps), tuple(run.used))


@dataclass(frozen=True)
class Impossible(Closing):
    """What is assumed contradicts the facts, so that there is nothing to conclude; for a case that cannot occur.

    On its own it proves nothing worth having: a statement whose hypotheses contradict each other is `vacuous`.
    """

    def recall(self, memory: Memory, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """Derive 0 > 1 from the claim's assumptions and the facts."""
        run = _Run(self, claim, tuple(facts), memory)
        try:
            run.assume()
            run.use_facts()
            run.contradict()
        except ProofError as error:
            return ProofReport(None, tuple(run.steps), tuple(run.used), str(error))
        return ProofReport(weakest(run.steps), tuple(run.steps), tuple(run.used))


@dataclass
class _Run:
    """One check: what is known so far, and the steps taken."""

    proof: Closing
    claim: Claim
    facts: tuple[Fact | Relational, ...]
    memory: Memory
    steps: list[Step] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    known: list[Relation] = field(default_factory=list)
    matrices: list[MatrixForm] = field(default_factory=list)

    def __post_init__(self) -> None:
        keep = frozenset(self.proof.keep)
        self.given = stands_for(self.claim.assumptions)
        relations = [r for r in self._all() if isinstance(r, Relational) and not _trivial(r)]
        vocabulary = Vocabulary()
        enter_products(Reader(vocabulary, given=self.given), self.claim.assumptions)
        self.abstraction = Abstraction(relations, keep, self.given, vocabulary)

    def _all(self) -> list[Relational]:
        found = [*self.claim.assumptions, *self.claim.conclusions]
        for fact in self.facts:
            found.extend([*fact.claim.assumptions, *fact.claim.conclusions] if isinstance(fact, Fact) else [fact])
        return found

    def assume(self) -> None:
        """Enter the claim's assumptions."""
        for number, assumption in enumerate(self.claim.assumptions, start=1):
            if _trivial(assumption):
                continue
            if isinstance(assumption.lhs, MatrixExpr):
                if isinstance(assumption, Eq):
                    self.matrices.append(matrix_difference(self.abstraction.reader, assumption))
                continue
            text = in_text(assumption)
            self.known.append(self.abstraction.relation(assumption, text if len(text) <= SHORT else f"assumption {number}"))

    def use_facts(self) -> None:
        """Discharge every fact's obligations and enter its conclusions."""
        for fact in self.facts:
            if isinstance(fact, Fact):
                for obligation in fact.claim.assumptions:
                    self._discharge(fact.name, obligation)
                for conclusion in fact.claim.conclusions:
                    if not isinstance(conclusion.lhs, MatrixExpr):
                        self.known.append(self.abstraction.relation(conclusion, fact.name))
                if fact.name not in self.used:
                    self.used.append(fact.name)
            else:
                self._intermediate(fact)

    def _discharge(self, name: str, obligation: Relational) -> None:
        if _trivial(obligation):
            return
        if isinstance(obligation.lhs, MatrixExpr):
            if not isinstance(obligation, Eq) or not self._matrix_equation(obligation):
                raise ProofError(f"the fact {name} asks for {in_text(obligation)}, which does not expand to zero.")
            self.steps.append(Step(f"{name} asks for {in_text(obligation)}: both sides expand to the same.", "exact"))
            return
        relation = self.abstraction.relation(obligation)
        text = f"{name} asks for {relation.text}"
        if decided(relation):
            return
        if _restated(relation, self.known):
            self.steps.append(Step(f"{text}: assumed.", "exact"))
            return
        integers = all(s.is_integer for s in obligation.free_symbols) and not obligation.has(MatrixSymbol)
        complaint = f"the fact {name} asks for {relation.text}, which does not follow"
        self._prove(relation, f"{text}: it follows from what is known", complaint, integers)

    def _matrix_equation(self, equation: Relational) -> bool:
        difference = matrix_difference(self.abstraction.reader, equation)
        return not difference or any(proportional(difference, known) for known in self.matrices)

    def _intermediate(self, relation: Relational) -> None:
        """A bare relation must be proved before it is used."""
        if isinstance(relation.lhs, MatrixExpr):
            if not isinstance(relation, Eq) or not self._matrix_equation(relation):
                raise ProofError(f"{in_text(relation)} does not expand to zero, so it is no fact.")
            self.steps.append(Step(f"{in_text(relation)}: both sides expand to the same.", "exact"))
            return
        read = self.abstraction.relation(relation, in_text(relation))
        if decided(read):
            self.steps.append(Step(f"{read.text}: both sides have the same normal form up to a constant.", "exact"))
            return
        if isinstance(relation, Eq):
            unfolded = Abstraction([relation], frozenset(), self.given).relation(relation)
            if not unfolded.polynomial:
                self.steps.append(Step(f"{read.text}: both sides expand to the same.", "exact"))
                self.known.append(read)
                return
        self._prove(read, f"{read.text} follows from what is known", f"the intermediate step {read.text} does not follow")
        self.known.append(read)

    def guard(self) -> None:
        """Reject assumptions and facts that contradict each other: they would prove anything.

        This warns an author and carries no proof, so that a memory's word is enough.
        """
        asked = question(self.known, self.proof.keep)
        if self.memory.agree(asked):
            return
        reply = satisfiable(self.known, self.abstraction.definitions(relevant(self.known)), min(2.0, self.proof.seconds))
        definitions = self.abstraction.definitions(relevant(self.known))
        linear = refuted_linearly(self.known, definitions, self.abstraction.vocabulary.evidently_nonnegative)
        if linear or reply.answer == "unsat":
            raise ProofError("the assumptions and facts contradict each other, so that they prove anything.")
        self.memory.keep_consistent(asked)

    def conclude(self, conclusion: Relational) -> None:
        """Prove one conclusion."""
        if isinstance(conclusion.lhs, MatrixExpr):
            if not isinstance(conclusion, Eq) or not self._matrix_equation(conclusion):
                raise ProofError(f"{in_text(conclusion)} does not expand to zero.")
            self.steps.append(Step(f"{in_text(conclusion)}: both sides expand to the same.", "exact"))
            return
        relation = self.abstraction.relation(conclusion)
        if decided(relation):
            self.steps.append(Step(f"{relation.text}: both sides have the same normal form up to a constant.", "exact"))
            return
        self._settle(relation)

    def contradict(self) -> None:
        """Show that what is known contradicts itself."""
        self._settle(Relation(">", Polynomial.constant(-1), "0 > 1"))

    def _settle(self, goal: Relation) -> None:
        self._prove(goal, f"{goal.text} follows from what is known", f"{goal.text} does not follow", seconds=self.proof.search)

    def _of_dimensions(self, relation: Relation) -> bool:
        definitions = self.abstraction.definitions([relation.polynomial])
        atoms = relation.polynomial.atoms() | {d.atom for d in definitions if d.atom >= 0}
        described = (self.abstraction.vocabulary.atoms[a] for a in atoms)
        return all(a.kind == "maximum" or (a.kind == "opaque" and a.payload[0].is_integer) for a in described)

    def _prove(self, goal: Relation, text: str, complaint: str, integers: bool = False, seconds: float = 1.0) -> None:
        """Record the step that shows the goal: by an exact combination where one is found, else by the word of Z3.

        Raises ProofError with the complaint where the goal does not follow.
        """
        known = [*filter(self._of_dimensions, self.known)] if integers else self.known
        why = Inference(self.abstraction, known, goal, integers).why(self.memory, self.proof.seconds, min(seconds, self.proof.search))
        if isinstance(why, Reply):
            raise ProofError(f"{complaint}{self._hint(why)}")
        self.steps.append(Step(f"{text}; {why.text}.", why.grade))

    def _hint(self, reply: Reply) -> str:
        if reply.answer == "unknown":
            return f": Z3 gave up after the work of about {self.proof.seconds:g} s."
        name = self.abstraction.vocabulary.name
        shown = ", ".join(f"{name(a)[:80]} = {value}" for a, value in reply.values[:16])
        return f"; hint (values that the facts do not rule out, no counterexample): {shown}."


def _trivial(relation: Relational) -> bool:
    """Whether a side is infinite: such a bound of a range says nothing about real numbers."""
    return any(side in (S.Infinity, S.NegativeInfinity) for side in (relation.lhs, relation.rhs))


def stands_for(assumptions: Sequence[Relational]) -> dict[MatrixSymbol, MatrixExpr]:
    """The matrix symbols that an assumed equation expresses by others."""
    given: dict[MatrixSymbol, MatrixExpr] = {}
    for relation in assumptions:
        if isinstance(relation, Eq) and isinstance(relation.lhs, MatrixExpr):
            for symbol, value in ((relation.lhs, relation.rhs), (relation.rhs, relation.lhs)):
                taken = {s for v in given.values() for s in v.free_symbols} | set(given)
                if isinstance(symbol, MatrixSymbol) and symbol not in taken and not value.free_symbols & {symbol, *given}:
                    given[symbol] = value
                    break
    return given


def enter_products(reader: Reader, assumptions: Sequence[Relational]) -> None:
    """Enter assumed products of two letters as rules that simplify words, such as V^T V = I, E V = 0 or W^T X = C C^T.

    The other side is the identity, zero, or a product of letters that no rule before it rewrites, so that rewriting comes to an end.
    """
    one, rewritten = Polynomial.constant(1), set[int]()
    for relation in assumptions:
        if not isinstance(relation, Eq) or not isinstance(relation.lhs, MatrixExpr):
            continue
        left, right = (dict(reader.matrix(side)) for side in relation.args)
        if len(left) != 1 or len(right) > 1 or any(coefficient != one for coefficient in (*left.values(), *right.values())):
            continue
        (word,), replacement = left, next(iter(right), ())
        letters = rewritten | {code // 2 for code in word}
        if len(word) == 2 and letters.isdisjoint(code // 2 for code in replacement):
            reader.enter([(word, fmpq(len(right)), replacement)])
            rewritten = letters


def _restated(goal: Relation, known: Sequence[Relation]) -> bool:
    return any(goal.sign == k.sign and goal.polynomial == k.polynomial for k in known)


def follows(reader: Reader, condition: Relation, assumptions: Sequence[Relational], seconds: float, memory: Memory) -> Step | None:
    """The step that shows the condition, read by `reader`, from the scalar assumptions alone; None where it does not follow."""
    scalars = [a for a in assumptions if not isinstance(a.lhs, MatrixExpr) and not _trivial(a)]
    abstraction = Abstraction(scalars, frozenset(), reader.given, reader.vocabulary)
    why = Inference(abstraction, [abstraction.relation(a) for a in scalars], condition).why(memory, seconds, seconds)
    return None if isinstance(why, Reply) else Step(f"{condition.text} follows from the assumptions; {why.text}.", why.grade)
