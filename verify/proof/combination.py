"""The search for a combination of what is known that refutes the contrary of a goal.

It takes equations apart, splits cases, shows first what is short, and asks `verify.proof.linear_program`
for each combination, or the trail of an earlier search; `verify.proof.recheck` has the last word on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from time import thread_time

from verify.proof.abstraction import Abstraction, Definition, Relation
from verify.proof.linear_program import Program
from verify.proof.memory import Found, Trail
from verify.proof.polynomial import Polynomial
from verify.proof.recheck import holds, written

MOST_CASES = 16
"""Cases that maxima and absolute values may be split into."""


def certificate(known: Sequence[Relation], goal: Relation, abstraction: Abstraction, seconds: float) -> tuple[str, Trail] | None:
    """The text of an exact combination that proves the goal and its trail, or None where none is found in that much working time."""
    # Working time, not the clock's: on a busy machine the same proof has to come out.
    search = _Search(abstraction, thread_time() + seconds)
    text = search.prove(list(known), goal, depth=2)
    return None if text is None else (text, Trail(search.found))


def retraced(known: Sequence[Relation], goal: Relation, abstraction: Abstraction, trail: Trail) -> str | None:
    """The text of the exact combination on the trail, re-checked; None where it does not prove the goal."""
    return _Search(abstraction, 0.0, trail).prove(list(known), goal, depth=2)


@dataclass
class _Search:
    """A search up to the end of the working time, or the same steps again with what is on a trail."""

    abstraction: Abstraction
    end: float
    trail: Trail | None = None
    attempts: int = 0
    found: dict[int, Found] = field(default_factory=dict)
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
            if self.abstraction.vocabulary.atoms[index].nonnegative:
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
        """The text of the combination on the trail, or else of one that is searched for, re-checked either way."""
        number, vocabulary = self.attempts, self.abstraction.vocabulary
        self.attempts += 1
        if self.trail is not None and number not in self.trail.found:
            return None
        program = Program(vocabulary, relations, contrary, self.end)
        found = program.solve(short) if self.trail is None else self.trail.found[number]
        combination = None if found is None else program.combination(found)
        if found is None or combination is None or not holds(combination):
            return None
        self.found[number] = found
        return written(combination, [vocabulary.name(a) for a in range(len(vocabulary.atoms))])


def _joined(parts: Iterable[str | None]) -> str | None:
    texts = []
    for part in parts:
        if part is None:
            return None
        texts.append(part)
    return "; and ".join(texts)
