"""The search for a combination of what is known that refutes the contrary of a goal.

It takes equations apart, splits cases, shows first what is short, and asks `verify.proof.linear_program`
for each combination, or the memory of an earlier search; `verify.proof.recheck` has the last word on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from time import thread_time

from verify.proof.abstraction import Abstraction, Definition, Relation
from verify.proof.linear_program import Program
from verify.proof.memory import Memory
from verify.proof.polynomial import Polynomial
from verify.proof.recheck import Combination, holds, written

MOST_CASES = 16
"""Cases that maxima and absolute values may be split into."""


def certificate(
    known: Sequence[Relation], goal: Relation, abstraction: Abstraction, seconds: float, memory: Memory | None = None
) -> str | None:
    """The text of an exact combination that proves the goal, or None where none is found in that much working time.

    What the memory holds is used first; without any time nothing else is.
    """
    # Working time, not the clock's: on a busy machine the same proof has to come out.
    search = _Search(abstraction, thread_time() + seconds, Memory() if memory is None else memory, searching=seconds > 0)
    return search.prove(list(known), goal, depth=2)


@dataclass
class _Search:
    abstraction: Abstraction
    end: float
    memory: Memory
    searching: bool = True
    conditions: dict[Relation, str | None] = field(default_factory=dict)

    def prove(self, known: list[Relation], goal: Relation, depth: int) -> str | None:
        """A combination for the goal; an equation needs two, a case distinction one for each case."""
        if goal.sign == "==":
            halves = [Relation(">=", goal.polynomial, goal.text), Relation(">=", -goal.polynomial, goal.text)]
            return _joined(self.prove(known, half, depth) for half in halves)
        if goal.sign == "!=":
            either = (Relation(">", p, goal.text) for p in (goal.polynomial, -goal.polynomial))
            return next((text for sign in either if (text := self.prove(known, sign, depth)) is not None), None)
        contrary = replace(goal.negated(), source="contrary")
        relations = [*known, contrary]
        definitions = self.abstraction.definitions([r.polynomial for r in relations])
        usable = self._usable(known, definitions, depth)
        direct = self._refute([*relations, *usable], contrary, short=True)
        if direct is not None:
            return direct
        signs, reasons = self._signs([*known, *usable], goal) if depth == 2 else ([], [])
        usable = [*usable, *signs]
        direct = self._refute([*relations, *usable], contrary)
        if direct is not None:
            return "; and ".join([*reasons, direct])
        near = set(goal.polynomial.atoms())
        for _ in range(2):
            near |= {a for r in known if r.sign == "==" and r.polynomial.atoms() & near for a in r.polynomial.atoms()}
        split = [d for d in definitions if d.cases and d.atom in near]
        size = 1
        for definition in split:
            size *= len(definition.cases)
        if not split or size > MOST_CASES:
            return None
        cases = _joined(self._refute([*relations, *usable, *case], contrary) for case in product(*(d.cases for d in split)))
        return None if cases is None else "; and ".join([*reasons, f"in {size} cases {cases}"])

    def _signs(self, given: list[Relation], goal: Relation) -> tuple[list[Relation], list[str]]:
        """Atoms of the goal that a short combination shows to be positive, and those combinations."""
        found: list[Relation] = []
        texts: list[str] = []
        for index in sorted(goal.polynomial.atoms()):
            if self.abstraction.vocabulary.atoms[index].nonnegative or (self.searching and thread_time() > self.end):
                continue
            name = self.abstraction.vocabulary.name(index)
            sign = Relation(">", Polynomial.atom(index), f"{name} > 0", f"{name} > 0")
            if any(r.sign == ">" and r.polynomial == sign.polynomial for r in given):
                continue
            contrary = replace(sign.negated(), source="contrary")
            text = self._refute([*given, *found, contrary], contrary, short=True)
            if text is not None:
                found.append(sign)
                texts.append(f"{sign.text} by {text}")
        return found, texts

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

    def _refute(self, relations: Sequence[Relation], contrary: Relation, short: bool = False) -> str | None:
        vocabulary = self.abstraction.vocabulary
        combination = self._combination(Program(vocabulary, relations, contrary, self.end), short)
        return None if combination is None else written(combination, [vocabulary.name(a) for a in range(len(vocabulary.atoms))])

    def _combination(self, program: Program, short: bool) -> Combination | None:
        """The combination that is remembered, or else one that is searched for, re-checked either way."""
        question = program.question(short)
        if question in self.memory.answers:
            found = self.memory.recall(question)
            if found is None:
                return None
            combination = program.combination(found)
            if combination is not None and holds(combination):
                return combination
            self.memory.forget(question)
        if not self.searching:
            return None
        found = program.solve(short)
        combination = None if found is None else program.combination(found)
        accepted = combination is not None and holds(combination)
        self.memory.keep(question, found if accepted else None)
        return combination if accepted else None


def _joined(parts: Iterable[str | None]) -> str | None:
    texts = []
    for part in parts:
        if part is None:
            return None
        texts.append(part)
    return "; and ".join(texts)
