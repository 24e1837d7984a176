"""One inference: a goal follows from what is known, because its contrary cannot be.

What an earlier run has found is looked at first, and shown anew. Else Z3 is asked, and where it refutes the
contrary, a combination of what is known is sought that exact arithmetic can re-check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import thread_time

from verify.proof.abstraction import Abstraction, Definition, Relation
from verify.proof.claims import Grade
from verify.proof.combination import certificate, retraced
from verify.proof.memory import Answer, Core, Memory, Trail, question
from verify.proof.solver import Logic, Reply, refuted_linearly, relevant, satisfiable

QUICK = 0.02
"""Seconds in which Z3 answers at once, so that nothing is to be gained."""

CUTTING = 10.0
"""Seconds in which Z3's work on one goal is cut down for a thorough memory."""


@dataclass(frozen=True)
class Why:
    """Why a goal follows, to end a sentence with, and the grade of what was checked."""

    text: str
    grade: Grade


@dataclass(frozen=True)
class Inference:
    """A goal, what is known, and what the atoms of both mean; `integers` says that all atoms are whole numbers."""

    abstraction: Abstraction
    known: Sequence[Relation]
    goal: Relation
    integers: bool = False

    def why(self, memory: Memory, seconds: float, search: float) -> Why | Reply:
        """Why the goal follows, or what Z3 replies after the work of so many seconds where it does not.

        `search` bounds the seconds of the search for an exact combination.
        """
        asked = question([*self.known, self.goal], self.integers)
        answer = memory.recall(asked)
        if answer is not None:
            why = self._again(answer, seconds)
            if why is not None:
                return why
            memory.forget(asked)
        reply, core = self._refuted(seconds)
        if core is None:
            return reply
        exact = certificate(self.known, self.goal, self.abstraction, search)
        if exact is not None:
            text, trail = exact
            memory.keep(asked, trail)
            return _by_combination(text)
        if memory.thorough:
            core = self._needed(core, seconds)
            exact = certificate([self.known[k] for k in core.relations], self.goal, self.abstraction, search)
            if exact is not None:
                text, trail = exact
                memory.keep(asked, replace(trail, among=core.relations))
                return _by_combination(text)
        memory.keep(asked, core)
        return _BY_SOLVER

    def _again(self, answer: Answer, seconds: float) -> Why | None:
        """What an earlier run has found, shown anew; None where it does not hold up."""
        if isinstance(answer, Trail):
            among = range(len(self.known)) if answer.among is None else answer.among
            if any(k not in range(len(self.known)) for k in among):
                return None
            text = retraced([self.known[k] for k in among], self.goal, self.abstraction, answer)
            return None if text is None else _by_combination(text)
        return None if self._work(answer, seconds) is None else _BY_SOLVER

    def _work(self, core: Core, seconds: float) -> float | None:
        """The seconds that Z3 works to refute the contrary by the core alone; None where it does not."""
        definitions = self._definitions()
        if any(k not in range(len(self.known)) for k in core.relations) or any(k not in range(len(definitions)) for k in core.definitions):
            return None
        reply = self._contrary(core.linear, [self.known[k] for k in core.relations], [definitions[k] for k in core.definitions], seconds)
        return reply.seconds if reply.answer == "unsat" else None

    def _needed(self, core: Core, seconds: float) -> Core:
        """A core without what can be left out, unless that makes Z3 slower."""
        begun = thread_time()
        work = self._work(core, seconds) or seconds
        end, least = thread_time() + CUTTING, max(thread_time() - begun, QUICK)

        def enough(few: Core) -> bool:
            nonlocal least
            begun = thread_time()
            if begun > end or self._work(few, work) is None or thread_time() - begun > least:
                return False
            least = max(thread_time() - begun, QUICK)
            return True

        core = replace(core, relations=_fewest(core.relations, lambda few: enough(replace(core, relations=few))))
        return replace(core, definitions=_fewest(core.definitions, lambda few: enough(replace(core, definitions=few))))

    def _refuted(self, seconds: float) -> tuple[Reply, Core | None]:
        """Ask Z3 whether the goal can fail: linearly, then with what touches the goal only, then with everything."""
        definitions, everything = self._definitions(), tuple(range(len(self.known)))
        if not self.integers:
            if self._contrary(True, self.known, definitions, seconds).answer == "unsat":
                return Reply("unsat"), Core(True, everything, tuple(range(len(definitions))))
            near = self._near()
            few = [self.known[k] for k in near]
            meant = self.abstraction.definitions(relevant([*few, self.goal]))
            if len(near) < len(self.known) and self._contrary(False, few, meant, min(1.0, seconds)).answer == "unsat":
                return Reply("unsat"), Core(False, near, tuple(definitions.index(d) for d in meant))
        reply = self._contrary(False, self.known, definitions, seconds)
        return reply, Core(False, everything, tuple(range(len(definitions)))) if reply.answer == "unsat" else None

    def _contrary(self, linear: bool, relations: Sequence[Relation], definitions: Sequence[Definition], seconds: float) -> Reply:
        """Z3's reply to whether the relations can hold together with the contrary of the goal."""
        if not linear:
            logic: Logic = "QF_NIA" if self.integers else "QF_NRA"
            return satisfiable([*relations, self.goal.negated()], definitions, seconds, logic=logic)
        apart = [Relation(">", p) for p in (self.goal.polynomial, -self.goal.polynomial)]
        contraries = apart if self.goal.sign == "==" else [self.goal.negated()]
        nonnegative = self.abstraction.vocabulary.evidently_nonnegative
        refuted = all(refuted_linearly([*relations, contrary], definitions, nonnegative) for contrary in contraries)
        return Reply("unsat" if refuted else "unknown")

    def _definitions(self) -> list[Definition]:
        return self.abstraction.definitions(relevant([*self.known, self.goal]))

    def _near(self) -> tuple[int, ...]:
        """The numbers of what is known about the atoms of the goal, and of what they are defined by, alone."""
        touched = set(self.goal.polynomial.atoms())
        for definition in self.abstraction.definitions([self.goal.polynomial]):
            for part in (*definition.condition, *definition.facts, *definition.cases):
                touched |= part.polynomial.atoms()
        return tuple(k for k, r in enumerate(self.known) if r.polynomial.atoms() <= touched)


def _fewest(parts: tuple[int, ...], enough: Callable[[tuple[int, ...]], bool]) -> tuple[int, ...]:
    """Parts that are still enough after halves, quarters, ... down to single ones were left out in turn."""
    size = len(parts)
    while size:
        start = 0
        while start < len(parts):
            fewer = (*parts[:start], *parts[start + size :])
            if enough(fewer):
                parts = fewer
            else:
                start += size
        size //= 2
    return parts


_BY_SOLVER = Why("Z3 answers that the contrary cannot be", "solver")


def _by_combination(text: str) -> Why:
    return Why(f"re-checked as the exact combination {text}", "exact")
