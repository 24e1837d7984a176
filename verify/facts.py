"""Facts: registered statements with expressions put for their symbols, for a proof to lean on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sympy import Basic, MatrixExpr, MatrixSymbol, Symbol
from sympy.core.relational import Relational

from verify.declarations import Selection
from verify.errors import ProofError
from verify.language.matrices import SymmetricMatrix
from verify.language.relations import chain, equal, in_text, substitute
from verify.language.stacks import mean_over_minibatches, sum_over
from verify.proof.claims import Claim, Fact

if TYPE_CHECKING:
    from verify.statement import Statement


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
