"""Papers, their statements and other entries by key, and the registry of all papers of a session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sympy import Symbol, oo, sympify
from sympy.core.relational import Relational

from verify.chances.claim import Chance, chance
from verify.domain import Domain
from verify.dynamics import Law
from verify.errors import StatementError, UnknownKeyError
from verify.existence import Constant
from verify.existence import constants as existing
from verify.facts import FactUse
from verify.flows import Flow
from verify.keys import Keyed
from verify.language.relations import equal, relations, substitute
from verify.limits import Limit, limit
from verify.proof.claims import Proof
from verify.statement import KINDS, Example, Form, Kind, Statement

if TYPE_CHECKING:
    from verify.derivation import Derivation
    from verify.experiments import Figure

T = TypeVar("T")

_ALMOST_AS_NEAR = 0.2
"""How much less like a mistyped name (in difflib's ratio) than the nearest one a name may be to be offered with it."""


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

    def chance(
        self, label: str, title: str, *, random: Any, event: Any, at_least: Any, exact: Any = (), steps: int = 0, **parts: Any
    ) -> Statement:
        """An event that has probability `at_least` or more over the random matrices, for every choice of what `over` declares.

        `random` lists initialisations, `event` relations that have to hold together; with a law, at all times of the
        run that starts from them, which takes at least `steps` steps. `exact` gives exact probabilities, by `exactly`,
        where they are known.
        """
        return self.state(label, title, kind="chance", claim=event, chance=chance(random, at_least, exact, steps), **parts)

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
            at_least = sympify(parts.pop("at_least")).xreplace(values)
            said = chance(parts.pop("random"), at_least, parts.pop("exact", ()), parts.pop("steps", 0))
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
            said = {name: parts.pop(name, getattr(printed.chance, name)) for name in ("random", "at_least", "exact", "steps")}
            parts["chance"] = chance(**{**said, "at_least": sympify(said["at_least"]).xreplace(values)})
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
class Definition(Keyed):
    """A named quantity as an entry of its paper; it claims nothing, so it has no verdict."""

    key: str
    title: str
    source: str
    quantity: Any


@dataclass(frozen=True)
class Registry:
    """The papers of one session, by key."""

    papers: Mapping[str, Paper]

    def __iter__(self) -> Iterator[Statement]:
        for paper in self.papers.values():
            yield from paper.statements.values()

    def statement(self, key: str) -> Statement:
        """The statement with that key; raises UnknownKeyError with the nearest keys."""
        found = self._among(key, lambda paper: paper.statements)
        if found is not None:
            return found
        if self._among(key, lambda paper: paper.definitions) is not None:
            raise UnknownKeyError(f"'{key}' is a definition: it claims nothing, so it can only be listed and shown.")
        self._require_no_paper(key)
        raise UnknownKeyError(f"there is no statement '{key}'{_hint(key, [s.key for s in self])}.")

    def entry(self, key: str) -> Statement | Definition:
        """The statement or definition with that key; raises UnknownKeyError with the nearest keys."""
        found = self._among(key, lambda paper: {e.key: e for e in _entries(paper)})
        if found is not None:
            return found
        self._require_no_paper(key)
        raise UnknownKeyError(f"there is no statement and no definition '{key}'{_hint(key, [e.key for e in self.entries()])}.")

    def _require_no_paper(self, key: str) -> None:
        if key in self.papers:
            raise UnknownKeyError(f"'{key}' is a paper; name one statement of it. `verify list {key}` shows them.")

    def derivation(self, key: str) -> Derivation:
        """The derivation with that key; raises UnknownKeyError with the nearest keys."""
        found = self._among(key, lambda paper: paper.derivations)
        if found is not None:
            return found
        known = [key for paper in self.papers.values() for key in paper.derivations]
        raise UnknownKeyError(f"there is no derivation '{key}'; {_offer('derivations', known)}.")

    def figure(self, key: str) -> Figure:
        """The figure with that key; raises UnknownKeyError with the keys there are."""
        found = self._among(key, lambda paper: paper.figures)
        if found is not None:
            return found
        known = [key for paper in self.papers.values() for key in paper.figures]
        raise UnknownKeyError(f"there is no figure '{key}'; {_offer('figures', known)}.")

    def _among(self, key: str, held: Callable[[Paper], Mapping[str, T]]) -> T | None:
        """What the paper that a key begins with holds under it; no other paper is loaded for it."""
        paper = self.papers.get(_paper_of(key))
        return None if paper is None else held(paper).get(key)

    def places(self, keys: Iterable[str]) -> dict[str, int]:
        """The place of every statement of the papers that these keys begin with, in registry order."""
        wanted = {_paper_of(key) for key in keys}
        return {
            key: place for place, key in enumerate(key for name in self.papers if name in wanted for key in self.papers[name].statements)
        }

    def entries(self) -> list[Statement | Definition]:
        """Everything that has a key: for each paper its definitions, then its statements."""
        return [entry for paper in self.papers.values() for entry in _entries(paper)]

    def select(self, names: Iterable[str]) -> list[Statement | Definition]:
        """Entries by key or paper, in registry order and each once; no names select all.

        A key also selects the entries whose labels extend it (theorem-3.1 selects theorem-3.1.tau).
        """
        wanted = list(names)
        if not wanted:
            return self.entries()
        picked: set[str] = set()
        for name in wanted:
            entries = _entries(self.papers[_paper_of(name)]) if _paper_of(name) in self.papers else []
            hits = {e.key for e in entries if name == e.paper or e.key == name or e.key.startswith(name + ".")}
            if not hits:
                everything = [e.key for e in self.entries()] if "." in name else list(self.papers)
                raise UnknownKeyError(f"'{name}' is no paper, no statement and no file{_hint(name, everything)}.")
            picked |= hits
        papers = {_paper_of(key) for key in picked}
        return [e for name in self.papers if name in papers for e in _entries(self.papers[name]) if e.key in picked]


def _paper_of(key: str) -> str:
    return key.split(".", 1)[0]


def _entries(paper: Paper) -> list[Statement | Definition]:
    return [*paper.definitions.values(), *paper.statements.values()]


def _offer(what: str, known: Iterable[str]) -> str:
    keys = sorted(known)
    return f"the {what} are {', '.join(keys)}" if keys else f"no paper has {what}"


def _hint(name: str, known: Iterable[str]) -> str:
    """The known name that is most like the given one, with at most two that are almost as near."""
    from difflib import SequenceMatcher, get_close_matches

    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    likeness = {one: SequenceMatcher(None, one, name).ratio() for one in near}
    near = [one for one in near if likeness[one] > likeness[near[0]] - _ALMOST_AS_NEAR]
    return f"; the nearest {'is' if len(near) == 1 else 'are'} {', '.join(near)}" if near else ""
