"""Statements: what is claimed, over what, by which law or flow, and from which source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from sympy import Symbol
from sympy.core.relational import Relational

from verify.chances.claim import Chance
from verify.domain import Domain
from verify.dynamics import Law
from verify.errors import StatementError
from verify.existence import Constant, require_searchable
from verify.facts import FactUse
from verify.flows import Flow, rate_along
from verify.keys import Keyed
from verify.language.matrices import StateMatrix
from verify.language.naming import names_in
from verify.language.relations import chain, in_text, substitute
from verify.language.time import at_start, flow_time, resolve, time
from verify.limits import Limit
from verify.proof.claims import Claim, Proof

Kind = Literal["identity", "inequality", "step", "trajectory", "expectation", "chance", "existence", "limit", "flow"]
Form = Literal["printed", "corrected", "fact"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Example:
    """Exact values by name, and the time of the run or flow, that the search looks at before any draw.

    Dimensions that no matrix shows are given by name, too.
    """

    values: tuple[tuple[str, Any], ...]
    step: int | Fraction = 0
    dimensions: tuple[tuple[str, int], ...] = ()
    origin: str = "given with the statement"


def example(*, step: int | str | Fraction = 0, dimensions: Mapping[str, int] | None = None, **values: Any) -> Example:
    """An instance to look at first: numbers and nested rows by name, fractions as strings such as "1/3".

    `step` is the time: a number of steps of a run, any fraction along a flow. `dimensions` gives those that no
    matrix shows. The instance is decided in balls like any other; it settles nothing by itself.
    """
    return Example(tuple(values.items()), step if isinstance(step, int) else Fraction(step), tuple((dimensions or {}).items()))


@dataclass(frozen=True, eq=False)
class Statement(Keyed):
    """One claim of a paper, exactly as it is printed (or corrected, and then so marked).

    `given` are the hypotheses that its domain does not guarantee by construction; `claim` holds
    if all its relations hold. `wrong` says what is wrong with a printed form that is false; a
    statement with that note is expected to be refuted. `certificate` is the file of a counterexample
    that was found before; its inputs are looked at first, and decided again. `memory` is the file of what the
    proof's search found before; it is re-checked.
    """

    key: str
    title: str
    kind: Kind
    form: Form
    source: str
    over: Domain
    law: Law | None
    given: tuple[Relational, ...]
    claim: tuple[Relational, ...]
    proof: Proof | None = None
    facts: tuple[FactUse | Relational, ...] = ()
    examples: tuple[Example, ...] = ()
    wrong: str | None = None
    note: str = ""
    certificate: Path | None = None
    memory: Path | None = None
    chance: Chance | None = None
    constants: tuple[Constant, ...] = ()
    limit: Limit | None = None
    flow: Flow | None = None

    def __post_init__(self) -> None:
        if self.chance is not None:
            self.chance.require_bound(self.key, self.over, self.given)
            if self.proof is not None:
                raise StatementError(f"{self.key}: a chance statement is tested by draws, so it carries no proof.")
        random = self.chance.matrices if self.chance else ()
        bound = {*self.over.symbols, flow_time if self.flow else time, *self.state, *random}
        expressions = (*self.given, *self.claim, *(value for _, value in self.over.derived))
        for relation in expressions:
            for symbol in sorted(relation.free_symbols - bound, key=str):
                raise StatementError(
                    f"{self.key}: the name '{symbol}' in {in_text(relation)} is not bound by the statement's domain; "
                    f"declare it there, or define it."
                )
        if self.kind in ("step", "trajectory") and self.law is None:
            raise StatementError(f"{self.key}: a {self.kind} statement needs a law.")
        if self.limit is not None:
            self.limit.require_numbers(self.key, self.given)
        if self.open_constants:
            for relation in self.claim:
                require_searchable(self.key, relation, self.open_constants)
            if self.proof is not None or self.chance is not None:
                raise StatementError(f"{self.key}: a constant without a value can be searched, but neither proved nor tested by chance.")
        if self.kind != "chance" and (self.kind == "flow") != (self.flow is not None):
            raise StatementError(f"{self.key}: a statement of kind flow or chance, and no other, speaks of a flow.")
        for matrix in self.flow or ():
            if not isinstance(matrix, StateMatrix):
                raise StatementError(f"{self.key}: its flow moves {matrix}, which is not declared with state(...).")
        if self.kind == "flow" or (self.kind != "trajectory" and self.law is None):
            self.resolved()

    @property
    def expected(self) -> str:
        """The verdict that a sound toolkit should reach: `proved`, `supported` or `refuted`."""
        if self.wrong is not None:
            return "refuted"
        return "supported" if self.proof is None else "proved"

    @property
    def pointwise(self) -> bool:
        """Whether one instance alone can violate the claim."""
        return self.chance is None and self.limit is None and not self.open_constants

    @property
    def open_constants(self) -> tuple[Constant, ...]:
        """The constants that are claimed to exist and have no value."""
        return tuple(constant for constant in self.constants if constant.value is None)

    def require_pointwise(self) -> None:
        """Raise StatementError where one instance says nothing about the claim."""
        if not self.pointwise:
            claimed = "a probability" if self.chance else "a limit" if self.limit else "that a constant exists"
            raise StatementError(f"{self.key} claims {claimed}, which no instance decides; see `verify run {self.key}`.")

    @property
    def moves(self) -> bool:
        """Whether the claim speaks of all times of a run or of a flow."""
        return self.kind in ("trajectory", "flow") or (self.chance is not None and (self.law or self.flow) is not None)

    @property
    def uses(self) -> tuple[str, ...]:
        """Keys of the statements that the proof leans on."""
        return tuple(dict.fromkeys(f.statement.key for f in self.facts if isinstance(f, FactUse)))

    @property
    def state(self) -> tuple[Any, ...]:
        """The matrices that the law or the flow moves."""
        motion = self.flow or self.law
        return motion.state if motion else ()

    @property
    def starts(self) -> dict[Any, Any]:
        """What stands for each state matrix at time 0: its own symbol in a run or a flow, itself elsewhere."""
        return {s: at_start(s) if self.moves else s for s in self.state}

    def resolve(self, expression: Any) -> Any:
        """Write `initial`, `following` and `rate_of` quantities in terms of the states now and at the start."""
        update = dict(self.law.update) if self.law else None
        return resolve(expression, update=update, start=self.starts, differentiated=self._differentiated)

    def _differentiated(self, quantity: Any) -> Any:
        """The derivative along the flow, or along the law seen in continuous time."""
        flow = self.flow or (self.law.flow if self.law else None)
        if flow is None:
            raise StatementError(f"{self.key}: rate_of({quantity}) has no meaning, since the statement names no flow.")
        return rate_along(quantity, flow)

    @property
    def hypotheses(self) -> tuple[Relational, ...]:
        """What an instance has to meet: the stated hypotheses and what the domain cannot guarantee."""
        return (*self.over.preconditions, *self.given)

    @property
    def motion(self) -> tuple[str, str, tuple[tuple[Any, Any], ...], Symbol] | None:
        """What a claim about all times moves along: `flow` or `run`, its name, the pairs of state and velocity or next state, the clock."""
        if self.flow is not None:
            return "flow", self.flow.name, self.flow.velocities, flow_time
        if self.kind == "trajectory" and self.law is not None:
            return "run", self.law.name, self.law.update, time
        return None

    def resolved(self) -> Claim:
        """Hypotheses (the domain's included) and conclusions, free of `initial` and `following`."""
        return self._claim

    @cached_property
    def _claim(self) -> Claim:
        return Claim(
            assumptions=tuple(self.resolved_relation(r) for r in (*self._guaranteed, *self.hypotheses)),
            conclusions=tuple(self.resolved_relation(r) for r in self.claim),
            flow=self.flow,
        )

    @property
    def _guaranteed(self) -> tuple[Relational, ...]:
        """What the domain guarantees; of a flow it does so at the start only."""
        return tuple(substitute(r, self.starts) for r in self.over.guaranteed) if self.kind == "flow" else self.over.guaranteed

    def resolved_relation(self, relation: Relational) -> Relational:
        """A relation free of `initial` and `following`, unevaluated."""
        return chain(self.resolve(relation.lhs), relation.rel_op, self.resolve(relation.rhs))[0]

    @cached_property
    def derived_at_start(self) -> tuple[tuple[Any, Any], ...]:
        """What the domain derives from the drawn values, at time 0, where the present state is the initial one."""
        update = dict(self.law.update) if self.law else None
        start = {s: s for s in self.state}
        return tuple((symbol, resolve(value, update=update, start=start)) for symbol, value in self.over.derived)

    def names(self) -> dict[str, Any]:
        """Every named quantity that the statement mentions, by name."""
        found: dict[str, Any] = {}
        for relation in (*self.given, *self.claim, *self.over.guaranteed):
            for name, quantity in names_in(relation).items():
                found.setdefault(name, quantity)
        return found

    def _repr_latex_(self) -> str:
        from verify.notebook import statement_latex

        return statement_latex(self)

    def __call__(self, **bindings: Any) -> FactUse:
        """The instance of this statement with matrices and numbers put for its symbols, by name.

        Raises ProofError for a name the statement does not have, or shapes that do not fit.
        """
        return FactUse(self, tuple(bindings.items()))
