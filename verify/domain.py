"""What the variables of a statement range over: declarations, checked against each other once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Eq, Integer, MatrixSymbol, Symbol
from sympy.core.relational import Relational

from verify.declarations import (
    AnyMatrix,
    Declaration,
    Derived,
    Dimension,
    FullRank,
    InBall,
    Scalar,
    Selection,
    StepSize,
    TwoLayer,
    let,
    name_of,
)
from verify.dimensions import Range, admissible, conflicting, holds, integer_value
from verify.errors import DomainError, InstanceError
from verify.language.naming import unfold
from verify.language.relations import chain, in_text, relations

__all__ = [
    "AnyMatrix",
    "Derived",
    "Dimension",
    "Domain",
    "FullRank",
    "InBall",
    "Scalar",
    "Selection",
    "StepSize",
    "TwoLayer",
    "domain",
    "let",
]

_DECLARATIONS = (Dimension, AnyMatrix, TwoLayer, InBall, Selection, Scalar, Derived, StepSize)


@dataclass(frozen=True)
class Domain:
    """Checked declarations, in the order in which they were written; build it with `domain`."""

    declarations: tuple[Declaration, ...]
    dimension_relations: tuple[Relational, ...]

    def __post_init__(self) -> None:
        self._check_names()
        self._check_shapes()
        self._check_relations()

    @cached_property
    def ranges(self) -> dict[Symbol, Range]:
        """The range from which each dimension is drawn."""
        return {d.symbol: (d.low, d.high) for d in self.declarations if isinstance(d, Dimension)}

    @cached_property
    def dimensions(self) -> tuple[Symbol, ...]:
        """The dimension symbols."""
        return tuple(self.ranges)

    @cached_property
    def variables(self) -> tuple[Any, ...]:
        """The symbols that are drawn, a step size's fraction theta among them."""
        return tuple(symbol for d in self.declarations for symbol in d.variables)

    @cached_property
    def derived(self) -> tuple[tuple[Any, Any], ...]:
        """Pairs (symbol, expression), each in terms of what precedes it."""
        return tuple((d.symbol, d.expression) for d in self.declarations if isinstance(d, (Derived, StepSize)))

    @cached_property
    def symbols(self) -> tuple[Any, ...]:
        """Every bound name: dimensions, variables, derived symbols."""
        return self.dimensions + self.variables + tuple(symbol for symbol, _ in self.derived)

    @cached_property
    def scalars(self) -> dict[Symbol, Scalar]:
        """The interval of each drawn number."""
        found = {d.symbol: d for d in self.declarations if isinstance(d, Scalar)}
        return found | {d.theta: d.fraction for d in self.declarations if isinstance(d, StepSize)}

    @cached_property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        """The drawn matrices."""
        return tuple(symbol for symbol in self.variables if isinstance(symbol, MatrixSymbol))

    @cached_property
    def full_rank(self) -> tuple[FullRank, ...]:
        """The declarations that demand full rank."""
        return tuple(d for d in self.declarations if isinstance(d, FullRank))

    @cached_property
    def selections(self) -> tuple[MatrixSymbol, ...]:
        """The matrices that select columns without replacement."""
        return tuple(d.symbol for d in self.declarations if isinstance(d, Selection))

    @cached_property
    def _implied(self) -> tuple[Relational, ...]:
        """A shape written as an expression, such as n - 1, is at least 1."""
        sides = {side: None for symbol in self.matrices for side in symbol.shape if not isinstance(side, (Symbol, Integer))}
        return tuple(relation for side in sides for relation in chain(side, ">=", 1))

    @cached_property
    def guaranteed(self) -> tuple[Relational, ...]:
        """Everything that holds by construction, wherever the `preconditions` hold.

        Dimensions from below (their upper ends only limit the draws) and their relations, ranges of numbers, full rank as
        rank(X) == N and sigma_min(X) > 0, and 0 < eta <= up_to for step sizes. What `let` says is left to `derived`.
        """
        found = [relation for d in self.declarations for relation in d.guaranteed(self.dimension_relations)]
        return self.dimension_relations + self._implied + tuple(found)

    @cached_property
    def preconditions(self) -> tuple[Relational, ...]:
        """What no construction can guarantee: that there is a step size at all, up_to > 0, and that layers are in their ball."""
        found: list[Relational] = []
        for d in self.declarations:
            if isinstance(d, StepSize):
                found += chain(d.up_to, ">", 0)
            elif isinstance(d, InBall):
                found += d.preconditions
        return tuple(found)

    def admissible(self, largest: int | None = None) -> NDArray[np.int64]:
        """All admissible dimensions, one row each in the order of `dimensions`, smallest first.

        `largest` caps every dimension, except where that would admit nothing: then only the smallest row is left.
        """
        rows = self._admissible
        if largest is None:
            return rows
        kept = rows[rows.max(axis=1, initial=0) <= largest]
        return kept if len(kept) else rows[:1]

    @cached_property
    def _admissible(self) -> NDArray[np.int64]:
        return admissible(self.ranges, self.dimension_relations + self._implied)

    def shape_of(self, symbol: MatrixSymbol, dimensions: Mapping[Symbol, int]) -> tuple[int, int]:
        """The shape of a matrix symbol at given dimensions."""
        rows, columns = (int(integer_value(side, dimensions)) for side in symbol.shape)
        return rows, columns

    def require_dimensions(self, dimensions: Mapping[Symbol, int]) -> None:
        """Raise InstanceError unless the dimensions are complete, not below their least value and in their relations."""
        for symbol in dimensions:
            if symbol not in self.ranges:
                raise InstanceError(f"{symbol} is no dimension of this domain.")
        for symbol, (low, _) in self.ranges.items():
            if symbol not in dimensions:
                raise InstanceError(f"the dimension {symbol} is missing.")
            if dimensions[symbol] < low:
                raise InstanceError(f"{symbol} = {dimensions[symbol]} is below {low}, the least value of {symbol}.")
        for relation in self.dimension_relations + self._implied:
            if not holds(relation, dimensions):
                given = ", ".join(f"{s} = {dimensions[s]}" for s in self.dimensions if s in relation.free_symbols)
                raise InstanceError(f"{given} violates {in_text(relation)}.")

    def extended(self, *declarations: Any) -> Domain:
        """This domain with more declarations after its own."""
        return domain(*self.declarations, *self.dimension_relations, *declarations)

    def merged(self, other: Domain) -> Domain:
        """Both domains in one; what they declare alike is kept once, what they declare differently raises DomainError."""
        fresh = [d for d in other.declarations if d not in self.declarations]
        new_relations = [r for r in other.dimension_relations if r not in self.dimension_relations]
        return self.extended(*fresh, *new_relations)

    def words(self) -> list[str]:
        """One plain sentence for each declaration and each relation between dimensions."""
        dimensions = [d.words() for d in self.declarations if isinstance(d, Dimension)]
        others = [d.words() for d in self.declarations if not isinstance(d, Dimension)]
        return dimensions + [f"{in_text(relation)}." for relation in self.dimension_relations] + others

    def _check_names(self) -> None:
        bound: dict[str, Any] = {}
        for declaration in self.declarations:
            if isinstance(declaration, (Derived, StepSize)):
                expression = declaration.expression if isinstance(declaration, Derived) else declaration.up_to
                missing = sorted(name_of(symbol) for symbol in unfold(expression).free_symbols if symbol not in bound.values())
                if missing:
                    culprit = "let" if isinstance(declaration, Derived) else "StepSize"
                    raise DomainError(f"{culprit}({name_of(declaration.symbol)}, ...) uses {missing[0]}, which nothing before it declares.")
            own = declaration.variables
            if not isinstance(declaration, TwoLayer):
                own += (declaration.symbol,)
            for symbol in dict.fromkeys(own):
                if name_of(symbol) in bound:
                    raise DomainError(f"{name_of(symbol)} is declared twice; a name stands for one thing in a domain.")
                bound[name_of(symbol)] = symbol

    def _check_shapes(self) -> None:
        for symbol in self.matrices:
            for side in symbol.shape:
                for free in side.free_symbols:
                    if free not in self.ranges:
                        raise DomainError(f"{symbol.name} is {symbol.rows} x {symbol.cols}, but {free} is no declared dimension.")

    def _check_relations(self) -> None:
        for relation in self.dimension_relations:
            others = sorted(name_of(symbol) for symbol in relation.free_symbols if symbol not in self.ranges)
            if others:
                raise DomainError(f"{in_text(relation)} relates {others[0]}, which is no dimension; state it as a hypothesis instead.")
        if self.ranges and not len(self._admissible):
            guilty = conflicting(self.ranges, self.dimension_relations + self._implied)
            free = {symbol for relation in guilty for symbol in relation.free_symbols}
            within = ", ".join(f"{s} in {low}..{high}" for s, (low, high) in self.ranges.items() if s in free)
            raise DomainError(f"no dimensions satisfy {' and '.join(in_text(r) for r in guilty)} with {within}.")


def _flat(parts: tuple[Any, ...]) -> list[Any]:
    flat: list[Any] = []
    for part in parts:
        if isinstance(part, (tuple, list)):
            flat.extend(_flat(tuple(part)))
        elif isinstance(part, Domain):
            flat.extend([*part.declarations, *part.dimension_relations])
        else:
            flat.append(part)
    return flat


def domain(*parts: Any) -> Domain:
    """A domain from declarations and relations between dimensions, in any nesting of tuples.

    Raises DomainError where declarations contradict each other: no admissible dimensions, an empty interval, a name
    declared twice, an expression that uses a name not declared before it.
    """
    flat = _flat(parts)
    declarations = tuple(part for part in flat if isinstance(part, _DECLARATIONS))
    rest = [part for part in flat if not isinstance(part, _DECLARATIONS)]
    for part in rest:
        if isinstance(part, Basic) and not isinstance(part, Relational) and not getattr(part, "is_Boolean", False):
            raise DomainError(f"{part} is no declaration; write, for example, AnyMatrix({part}) or Scalar({part}, interval).")
    return Domain(declarations, tuple(Eq(r.lhs, r.rhs, evaluate=False) if isinstance(r, Eq) else r for r in relations(*rest)))
