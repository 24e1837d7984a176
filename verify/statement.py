"""Statements and the papers that make them: what is claimed, over what, from which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from sympy import Basic, MatrixExpr, MatrixSymbol, Symbol, oo, sympify
from sympy.core.relational import Relational

from verify.chances.claim import Chance, chance
from verify.declarations import Selection
from verify.domain import Domain
from verify.dynamics import Law
from verify.errors import ProofError, StatementError, UnknownKeyError
from verify.existence import Constant, require_searchable
from verify.existence import constants as existing
from verify.flows import Flow, rate_along
from verify.language.matrices import StateMatrix, SymmetricMatrix
from verify.language.naming import names_in
from verify.language.relations import chain, equal, in_text, relations
from verify.language.stacks import mean_over_minibatches, sum_over
from verify.language.time import at_start, flow_time, resolve, time
from verify.limits import Limit, limit
from verify.proof.claims import Claim, Fact, Proof

if TYPE_CHECKING:
    from verify.derivation import Derivation
    from verify.experiments import Figure

Kind = Literal["identity", "inequality", "step", "trajectory", "expectation", "chance", "existence", "limit", "flow"]
Form = Literal["printed", "corrected", "fact"]
KINDS: tuple[str, ...] = get_args(Kind)
_ALMOST_AS_NEAR = 0.2
"""How much less like a mistyped name (in difflib's ratio) than the nearest one a name may be to be offered with it."""


def substitute(relation: Relational, mapping: Mapping[Basic, Any]) -> Relational:
    """Replace symbols in both sides without letting SymPy evaluate the relation."""
    return chain(relation.lhs.xreplace(dict(mapping)), relation.rel_op, relation.rhs.xreplace(dict(mapping)))[0]


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
class Statement:
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
        if (self.kind == "flow") != (self.flow is not None):
            raise StatementError(f"{self.key}: a statement of kind flow, and no other, speaks of a flow.")
        for matrix in self.flow or ():
            if not isinstance(matrix, StateMatrix):
                raise StatementError(f"{self.key}: its flow moves {matrix}, which is not declared with state(...).")
        if self.kind == "flow" or (self.kind != "trajectory" and self.law is None):
            self.resolved()

    @property
    def paper(self) -> str:
        """The key of the paper."""
        return self.key.split(".", 1)[0]

    @property
    def label(self) -> str:
        """The part of the key that the paper's catalogue gives."""
        return self.key.split(".", 1)[1]

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
        return self.kind in ("trajectory", "flow") or (self.chance is not None and self.law is not None)

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

    def __call__(self, **bindings: Any) -> FactUse:
        """The instance of this statement with matrices and numbers put for its symbols, by name.

        Raises ProofError for a name the statement does not have, or shapes that do not fit.
        """
        return FactUse(self, tuple(bindings.items()))


@dataclass(frozen=True)
class FactUse:
    """A registered statement used as a fact, with expressions put for some of its symbols."""

    statement: Statement
    bindings: tuple[tuple[str, Any], ...]

    def __post_init__(self) -> None:
        self._mapping()

    def _mapping(self) -> tuple[dict[Basic, Any], list[Relational]]:
        """What each symbol becomes, and the obligations that the shapes alone do not meet."""
        symbols = {str(s.name): s for s in self.statement.over.symbols}
        mapping: dict[Basic, Any] = {}
        obligations: list[Relational] = []
        for name, value in self.bindings:
            if name not in symbols:
                raise ProofError(f"{self.statement.key} has no symbol '{name}'; it has {', '.join(sorted(symbols))}.")
            symbol = symbols[name]
            if isinstance(symbol, MatrixSymbol) != isinstance(value, MatrixExpr):
                raise ProofError(f"{self.statement.key}: {name} and {value} are not both matrices or both numbers.")
            if mapping.setdefault(symbol, value) != value:
                raise ProofError(f"{self.statement.key}: {name} = {value}, but the matrices given make it {mapping[symbol]}.")
            if isinstance(symbol, MatrixSymbol):
                # A stack is L*m x m: its second side says what m is before the first one is compared.
                sides = sorted(zip(symbol.shape, value.shape, strict=True), key=lambda side: not isinstance(side[0], Symbol))
                for dimension, size in sides:
                    known = mapping.setdefault(dimension, size) if isinstance(dimension, Symbol) else dimension.xreplace(mapping)
                    if known != size:
                        raise ProofError(f"{self.statement.key}: {name} = {value} is {value.shape}, which does not fit {symbol.shape}.")
            if isinstance(symbol, SymmetricMatrix):
                obligations.append(equal(value, value.T))
        return mapping, obligations

    def fact(self, user: Statement) -> Fact:
        """The instance as a fact for `user`'s proof; its assumptions are obligations to discharge."""
        mapping, obligations = self._mapping()
        self._require_same_dynamics(mapping, user)
        claim = self.statement.resolved()
        bound = [user.resolved_relation(substitute(r, mapping)) for r in (*claim.assumptions, *claim.conclusions)]
        count = len(claim.assumptions)
        inside = ", ".join(f"{name} = {value}" for name, value in self.bindings)
        resolved_obligations = tuple(user.resolved_relation(r) for r in obligations)
        return Fact(
            name=f"{self.statement.key}({inside})",
            claim=Claim(assumptions=(*resolved_obligations, *bound[:count]), conclusions=tuple(bound[count:])),
        )

    def _require_same_dynamics(self, mapping: Mapping[Basic, Any], user: Statement) -> None:
        """What holds along a flow or a run is a fact about that dynamics alone, and about the state that it has reached."""
        own = self.statement.motion
        if own is None:
            return
        what, name, moved, clock = own
        theirs = user.motion
        if theirs is None or (theirs[0], theirs[2]) != (what, moved):
            raise ProofError(f"{self.statement.key} speaks of the {what} '{name}', along which {user.key} does not move.")
        moving = {clock, *(s for s, _ in moved)} | {s for _, value in moved for s in value.free_symbols}
        for symbol in sorted(moving & set(mapping), key=str):
            if mapping[symbol] != symbol:
                raise ProofError(f"{self.statement.key} speaks of a {what}, so that {symbol} cannot be replaced by {mapping[symbol]}.")


@dataclass(frozen=True)
class FactForAll(FactUse):
    """A fact added up over layers, or averaged over minibatches: both sides of each conclusion are.

    `ends` are the first and the last layer; without them `bound` is a selection.
    """

    bound: Any = None
    ends: tuple[Any, Any] | None = None

    def fact(self, user: Statement) -> Fact:
        """The instance; what it asks of the index or of the selection alone is what that ranges over."""
        single = super().fact(user)
        within: tuple[Relational, ...] = Selection(self.bound).guaranteed(()) if self.ends is None else ()
        if self.ends is not None:
            # every layer has a number of at least 1
            within = (*chain(self.bound, ">=", 1), *chain(self.bound, ">=", self.ends[0]), *chain(self.bound, "<=", self.ends[1]))
        assumptions = tuple(a for a in single.claim.assumptions if a not in within)
        for assumption in assumptions:
            if self.bound in assumption.free_symbols:
                raise ProofError(f"{single.name} asks for {in_text(assumption)}, which need not hold for every {self.bound}.")
        return Fact(
            name=f"{single.name} for all {self.bound}",
            claim=Claim(assumptions=assumptions, conclusions=tuple(map(self._total, single.claim.conclusions))),
        )

    def _total(self, conclusion: Relational) -> Relational:
        if isinstance(conclusion.lhs, MatrixExpr) or conclusion.rel_op in ("<", ">", "!="):
            raise ProofError(f"{in_text(conclusion)} is no weak inequality between numbers, so it cannot be added up.")
        sides = []
        for side in (conclusion.lhs, conclusion.rhs):
            sides.append(mean_over_minibatches(side, self.bound) if self.ends is None else sum_over(self.bound, side, *self.ends))
        return chain(sides[0], conclusion.rel_op, sides[1])[0]


def summed(fact: FactUse, index: Symbol, first: Any, last: Any) -> FactForAll:
    """The fact added up over the layers index = first, ..., last."""
    return FactForAll(fact.statement, fact.bindings, index, (first, last))


def averaged(fact: FactUse, selection: MatrixSymbol) -> FactForAll:
    """The fact averaged over all minibatches that the selection stands for."""
    return FactForAll(fact.statement, fact.bindings, selection)


@dataclass
class Paper:
    """A paper (or any collection of facts) and its statements, in the order in which they were stated.

    `certificates` is the folder with the certificates of its refuted statements, `proofs` the one with what the
    searches of its proofs have found; one file a label.
    """

    key: str
    title: str
    authors: str = ""
    where: str = ""
    certificates: Path | None = None
    proofs: Path | None = None
    statements: dict[str, Statement] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    derivations: dict[str, Derivation] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.key or any(sign in self.key for sign in ". /"):
            raise StatementError(f"'{self.key}' cannot be the key of a paper: a key is not empty and has no dot, slash or space.")

    def state(
        self,
        label: str,
        title: str,
        *,
        kind: Kind,
        claim: Any,
        over: Domain,
        source: str = "",
        given: Any = (),
        law: Law | None = None,
        flow: Flow | None = None,
        proof: Proof | None = None,
        facts: Iterable[FactUse | Relational] = (),
        examples: Iterable[Example] = (),
        wrong: str | None = None,
        form: Form = "printed",
        note: str = "",
        chance: Chance | None = None,
        constants: tuple[Constant, ...] = (),
        limit: Limit | None = None,
    ) -> Statement:
        """Register a statement and return it.

        Raises StatementError for a duplicate label, an unbound name or a collapsed relation.
        """
        if kind not in KINDS:
            raise StatementError(f"{self.key}.{label}: '{kind}' is no kind; the kinds are {', '.join(KINDS)}.")
        key = f"{self.key}.{label}"
        self._check_free(key)
        statement = Statement(
            key=key,
            title=title,
            kind=kind,
            form=form,
            source=source or label,
            over=over,
            law=law,
            flow=flow,
            given=relations(given),
            claim=relations(claim),
            proof=proof,
            facts=tuple(facts),
            examples=tuple(examples),
            wrong=wrong,
            note=note,
            certificate=None if self.certificates is None else self.certificates / f"{label}.json",
            memory=None if self.proofs is None else self.proofs / f"{label}.json",
            chance=chance,
            constants=constants,
            limit=limit,
        )
        self.statements[key] = statement
        return statement

    def identity(self, label: str, title: str, **parts: Any) -> Statement:
        """An equation between matrices or numbers that holds everywhere."""
        return self.state(label, title, kind="identity", **parts)

    def inequality(self, label: str, title: str, **parts: Any) -> Statement:
        """A relation that holds for every instance with the hypotheses."""
        return self.state(label, title, kind="inequality", **parts)

    def step(self, label: str, title: str, **parts: Any) -> Statement:
        """A relation between a state and the following one, for every state and allowed step size."""
        return self.state(label, title, kind="step", **parts)

    def trajectory(self, label: str, title: str, **parts: Any) -> Statement:
        """A relation that holds at every time of every run."""
        return self.state(label, title, kind="trajectory", **parts)

    def expectation(self, label: str, title: str, **parts: Any) -> Statement:
        """A relation between means over all minibatches (`mean_over_minibatches`), which are enumerated."""
        return self.state(label, title, kind="expectation", **parts)

    def chance(self, label: str, title: str, *, random: Any, event: Any, at_least: Any, exact: Any = (), **parts: Any) -> Statement:
        """An event that has probability `at_least` or more over the random matrices, for every choice of what `over` declares.

        `random` lists initialisations, `event` relations that have to hold together; with a law, at all times of the
        run that starts from them. `exact` gives exact probabilities, by `exactly`, where they are known.
        """
        return self.state(label, title, kind="chance", claim=event, chance=chance(random, at_least, exact), **parts)

    def existence(self, label: str, title: str, *, constants: Mapping[Any, Any], given: Any = (), **parts: Any) -> Statement:
        """Some constants work: tested with the values that the proof gives, such as constants={C: 4}.

        With {C: None} the proof gives none: the smallest C in a <= C*b that survives is searched over growing
        dimensions. With `random`, `event` and `at_least` in place of `claim` it is a statement about chance.
        """
        found = existing(constants)
        values = {symbol: constant.name for symbol, constant in zip(constants, found, strict=True)}

        def filled(part: Any) -> tuple[Relational, ...]:
            return tuple(substitute(relation, values) for relation in relations(part))

        if "random" in parts:
            said = chance(parts.pop("random"), sympify(parts.pop("at_least")).xreplace(values), parts.pop("exact", ()))
            parts |= {"claim": parts.pop("event"), "chance": said}
        claim = filled(parts.pop("claim"))
        return self.state(label, title, kind="existence", claim=claim, given=filled(given), constants=found, **parts)

    def limit(
        self, label: str, title: str, *, quantity: Any, variable: Symbol, value: Any, to: Any = oo, rate: Any = None, **parts: Any
    ) -> Statement:
        """A quantity tends to a value as `variable`, which `over` declares, tends to infinity, or to a point from above.

        With `rate`, its distance from the value is O(rate). There are no matrices in it.
        """
        claimed = limit(quantity, variable, to, value, rate)
        return self.state(label, title, kind="limit", claim=equal(claimed.quantity, claimed.value), limit=claimed, **parts)

    def flow(self, label: str, title: str, *, along: Flow | Law, **parts: Any) -> Statement:
        """A relation that holds at every time of every flow, as long as it exists; a law is seen in continuous time.

        Hypotheses are about the same time; those about the start are written with `initial`.
        """
        return self.state(label, title, kind="flow", flow=along.flow if isinstance(along, Law) else along, **parts)

    def fact(self, label: str, title: str, **parts: Any) -> Statement:
        """A standard fact of linear algebra that proofs may lean on."""
        return self.state(label, title, kind=parts.pop("kind", "inequality"), form="fact", **parts)

    def corrected(self, printed: Statement, **changes: Any) -> Statement:
        """The repaired form of a refuted statement, under its key with `.corrected` added.

        `changes` are the parts that differ from the printed form.
        """
        parts: dict[str, Any] = {"proof": None, "facts": (), "examples": (), "note": "", **changes}
        values: dict[Any, Any] = {}
        if "constants" in parts:
            old = {constant.name.name: constant.name for constant in printed.constants}
            parts["constants"] = existing(changes["constants"])
            for symbol, constant in zip(changes["constants"], parts["constants"], strict=True):
                values |= {symbol: constant.name, old.get(symbol.name, symbol): constant.name}
            parts = {"claim": printed.claim, "given": printed.given, **parts}
        if printed.chance is not None:
            parts["claim"] = parts.pop("event", printed.claim)
            random, at_least, exact = (parts.pop(name, getattr(printed.chance, name)) for name in ("random", "at_least", "exact"))
            parts["chance"] = chance(random, sympify(at_least).xreplace(values), exact)
        for name in ("claim", "given"):
            if name in parts:
                parts[name] = tuple(substitute(relation, values) if values else relation for relation in relations(parts[name]))
        key = f"{printed.key}.corrected"
        self._check_free(key)
        memory = None if self.proofs is None else self.proofs / f"{printed.label}.corrected.json"
        statement = replace(printed, key=key, form="corrected", wrong=None, certificate=None, memory=memory, **parts)
        self.statements[key] = statement
        return statement

    def definition(self, label: str, quantity: Any, *, title: str = "", source: str = "") -> Any:
        """Register a named quantity under its label and return it."""
        key = f"{self.key}.{label}"
        self._check_free(key)
        self.definitions[key] = Definition(key, title or str(quantity.name), source or label, quantity)
        return quantity

    def derivation(self, label: str, title: str, *, source: str) -> Derivation:
        """Register a derivation, a chain of checked lines, and return it without lines."""
        from verify.derivation import Derivation

        key = f"{self.key}.{label}"
        self._check_free(key)
        self.derivations[key] = Derivation(key, title, source)
        return self.derivations[key]

    def figure(self, label: str, title: str, **parts: Any) -> Figure:
        """Register a figure, an experiment that can be reproduced, and return it."""
        from verify.experiments import Figure

        key = f"{self.key}.{label}"
        self._check_free(key)
        self.figures[key] = Figure(key=key, title=title, **parts)
        return self.figures[key]

    def _check_free(self, key: str) -> None:
        if any(key in entries for entries in (self.statements, self.definitions, self.derivations, self.figures)):
            raise StatementError(f"the key '{key}' is already taken.")


@dataclass(frozen=True)
class Definition:
    """A named quantity as an entry of its paper; it claims nothing, so it has no verdict."""

    key: str
    title: str
    source: str
    quantity: Any

    @property
    def paper(self) -> str:
        """The key of the paper."""
        return self.key.split(".", 1)[0]

    @property
    def label(self) -> str:
        """The label inside the paper."""
        return self.key.split(".", 1)[1]


@dataclass(frozen=True)
class Registry:
    """The papers of one session, by key."""

    papers: Mapping[str, Paper]

    def __iter__(self) -> Iterator[Statement]:
        for paper in self.papers.values():
            yield from paper.statements.values()

    def statement(self, key: str) -> Statement:
        """The statement with that key; raises UnknownKeyError with the nearest keys."""
        known = {s.key: s for s in self}
        if key in known:
            return known[key]
        if any(key in paper.definitions for paper in self.papers.values()):
            raise UnknownKeyError(f"'{key}' is a definition: it claims nothing, so it can only be listed and shown.")
        raise UnknownKeyError(f"there is no statement '{key}'{_hint(key, known)}.")

    def entry(self, key: str) -> Statement | Definition:
        """The statement or definition with that key; raises UnknownKeyError with the nearest keys."""
        known = {e.key: e for e in self.entries()}
        if key in known:
            return known[key]
        raise UnknownKeyError(f"there is no statement and no definition '{key}'{_hint(key, known)}.")

    def derivation(self, key: str) -> Derivation:
        """The derivation with that key; raises UnknownKeyError with the nearest keys."""
        known = {key: found for paper in self.papers.values() for key, found in paper.derivations.items()}
        if key in known:
            return known[key]
        raise UnknownKeyError(f"there is no derivation '{key}'; {_offer('derivations', known)}.")

    def figure(self, key: str) -> Figure:
        """The figure with that key; raises UnknownKeyError with the keys there are."""
        known = {key: found for paper in self.papers.values() for key, found in paper.figures.items()}
        if key in known:
            return known[key]
        raise UnknownKeyError(f"there is no figure '{key}'; {_offer('figures', known)}.")

    def entries(self) -> list[Statement | Definition]:
        """Everything that has a key: for each paper its definitions, then its statements."""
        found: list[Statement | Definition] = []
        for paper in self.papers.values():
            found += paper.definitions.values()
            found += paper.statements.values()
        return found

    def select(self, names: Iterable[str]) -> list[Statement | Definition]:
        """Entries by key or paper, in registry order and each once; no names select all.

        A key also selects the entries whose labels extend it (theorem-3.1 selects theorem-3.1.tau).
        """
        wanted = list(names)
        entries = self.entries()
        if not wanted:
            return entries
        picked: set[str] = set()
        for name in wanted:
            hits = {e.key for e in entries if name == e.paper or e.key == name or e.key.startswith(name + ".")}
            if not hits:
                everything = [e.key for e in entries] if "." in name else list(self.papers)
                raise UnknownKeyError(f"'{name}' is no paper, no statement and no file{_hint(name, everything)}.")
            picked |= hits
        return [e for e in entries if e.key in picked]


def _offer(what: str, known: Iterable[str]) -> str:
    keys = list(known)
    return f"the {what} are {', '.join(keys)}" if keys else f"no paper has {what}"


def _hint(name: str, known: Iterable[str]) -> str:
    """The known name that is most like the given one, with at most two that are almost as near."""
    from difflib import SequenceMatcher, get_close_matches

    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    likeness = {one: SequenceMatcher(None, one, name).ratio() for one in near}
    near = [one for one in near if likeness[one] > likeness[near[0]] - _ALMOST_AS_NEAR]
    return f"; the nearest {'is' if len(near) == 1 else 'are'} {', '.join(near)}" if near else ""
