"""Systematic neighbours of a statement, most of them false: one small change each, in claim, hypotheses or domain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy import Eq, Expr, Integer, Interval, MatrixExpr, Ne, Rational
from sympy.core.relational import Relational

from verify.deciding import UPWARD
from verify.declarations import AnyMatrix, FullRank, Scalar, StepSize
from verify.domain import Domain, domain
from verify.errors import VerifyError
from verify.language import nodes
from verify.language.naming import Named, define
from verify.language.relations import chain, in_text
from verify.statement import Statement

FACTOR = Rational(11, 10)
"""By how much a constant is made stronger."""

MOST = 12
"""About how many mutants of one statement are made: beyond, they are thinned out evenly within each kind of change."""

_SWAPPED: dict[type[Any], type[Any]] = {
    nodes.LargestSingularValue: nodes.SmallestSingularValue,
    nodes.SpectralNorm: nodes.SmallestSingularValue,
    nodes.LargestEigenvalue: nodes.SmallestEigenvalue,
    nodes.SylvesterLargest: nodes.SylvesterSmallest,
    nodes.Maximum: nodes.Minimum,
}
_SWAPPED |= {there: here for here, there in _SWAPPED.items() if here is not nodes.SpectralNorm}


@dataclass(frozen=True)
class Mutant:
    """A changed statement, with the kind of change and the change in words."""

    statement: Statement
    change: str
    words: str


@dataclass(frozen=True)
class _Change:
    """One change: its kind, what became of what (or a note in words), and the parts of the statement that differ."""

    kind: str
    place: tuple[Any, Any] | str
    parts: tuple[tuple[str, Any], ...]

    @property
    def words(self) -> str:
        return self.place if isinstance(self.place, str) else " -> ".join(in_text(side) for side in self.place)


def mutants(statement: Statement, most: int = MOST) -> list[Mutant]:
    """The neighbours of a statement, about `most` of them and each kind of change among them, in a fixed order."""
    kinds: dict[str, dict[Any, _Change]] = {}
    for change in _all(statement):
        kinds.setdefault(change.kind, {}).setdefault(change.parts, change)
    total = sum(map(len, kinds.values()))
    share = max(1, round(most / max(1, len(kinds))))
    bare = replace(statement, proof=None, facts=(), examples=(), wrong=None, note="")
    found: list[Mutant] = []
    for group in kinds.values():
        for change in list(group.values()) if total <= most else _evenly(list(group.values()), share):
            try:
                changed = replace(bare, key=f"{statement.key}.mutant.{len(found) + 1}", **dict(change.parts))
            except VerifyError:
                # The change makes no statement: a shape that does not fit, a root without its signs.
                continue
            found.append(Mutant(changed, change.kind, change.words))
    return found


def _evenly(items: list[_Change], count: int) -> list[_Change]:
    return items if len(items) <= count else [items[k * len(items) // count] for k in range(count)]


def _all(statement: Statement) -> Iterator[_Change]:
    for number, relation in enumerate(statement.claim):
        for kind, place, changed in _of_relation(relation):
            if changed != relation:
                claim = (*statement.claim[:number], changed, *statement.claim[number + 1 :])
                yield _Change(kind, place, (("claim", claim),))
    for number, relation in enumerate(statement.given):
        given = (*statement.given[:number], *statement.given[number + 1 :])
        yield _Change("hypothesis dropped", f"without {in_text(relation)}", (("given", given),))
    for words, over in _of_domain(statement.over):
        if over is not None:
            yield _Change("hypothesis dropped", words, (("over", over),))


# --- the claim ---------------------------------------------------------------------------------------

_Changed = tuple[str, tuple[Any, Any], Any]
"""The kind of change, what became of what, and the whole expression after it."""


def _of_relation(relation: Relational) -> Iterator[_Changed]:
    left, sign, right = relation.lhs, "==" if isinstance(relation, Eq) else relation.rel_op, relation.rhs
    if isinstance(relation, Ne):
        return
    sides: list[tuple[str, tuple[Any, Any], Any, Any]] = []
    if not isinstance(left, MatrixExpr):
        small_left = sign in UPWARD
        small = left if small_left else right
        stronger = FACTOR * small
        if small != 0:
            place = (small, stronger)
            sides.append(("constant scaled", place, stronger, right) if small_left else ("constant scaled", place, left, stronger))
    sides += [(kind, place, changed, right) for kind, place, changed in _changes(left)]
    sides += [(kind, place, left, changed) for kind, place, changed in _changes(right)]
    for kind, place, new_left, new_right in sides:
        try:
            yield kind, place, chain(new_left, sign, new_right)[0]
        except VerifyError:
            continue


def _changes(node: Any) -> Iterator[_Changed]:
    """Every expression that differs from the given one at one place."""
    for kind, new in _here(node):
        yield kind, (node, new), new
    if isinstance(node, Named):
        for kind, place, inner in _changes(node.definition):
            yield kind, place, define(f"{node.name}'", inner, latex=f"{node.args[1]}'", of=tuple(node.args[2].args))
        return
    if isinstance(node, (sympy.Symbol, sympy.MatrixSymbol)):
        return
    for number, argument in enumerate(node.args):
        if not isinstance(argument, (Expr, MatrixExpr)) or (isinstance(node, sympy.Pow) and number == 1):
            continue
        for kind, place, inner in _changes(argument):
            try:
                changed = node.func(*node.args[:number], inner, *node.args[number + 1 :])
            except (VerifyError, ValueError, TypeError):
                # The changed part does not fit where it stands.
                continue
            yield kind, place, changed


def _here(node: Any) -> Iterator[tuple[str, Any]]:
    """The changes at the top of an expression."""
    swapped = _SWAPPED.get(type(node))
    if swapped is not None:
        yield "extreme swapped", swapped(*node.args)
    if isinstance(node, (sympy.Add, sympy.MatAdd)):
        for place, term in enumerate(node.args):
            rest = node.args[:place] + node.args[place + 1 :]
            yield "term dropped", node.func(*rest) if len(rest) > 1 else rest[0]
            yield "sign flipped", node.func(*node.args[:place], -term, *node.args[place + 1 :])
    if isinstance(node, sympy.Mul):
        number, rest = node.as_coeff_Mul()
        if number not in (1, -1) and not rest.is_number:
            yield "constant scaled", number / 2 * rest
            yield "constant scaled", number * 2 * rest
    if isinstance(node, sympy.Pow) and isinstance(node.exp, Integer) and node.exp > 1:
        yield "exponent changed", node.base ** (node.exp - 1)
        yield "exponent changed", node.base ** (node.exp + 1)
    if isinstance(node, (nodes.SingularValue, nodes.Eigenvalue)):
        matrix, index = node.args
        yield "index shifted", node.func(matrix, index + 1)
        if index != 1:
            yield "index shifted", node.func(matrix, index - 1)
    if isinstance(node, nodes.PositivePart):
        yield "term dropped", node.args[0]


# --- the domain --------------------------------------------------------------------------------------


def _of_domain(over: Domain) -> Iterator[tuple[str, Domain | None]]:
    for relation in over.dimension_relations:
        rest = [r for r in over.dimension_relations if r is not relation]
        yield f"without {in_text(relation)}", _rebuilt(over.declarations, rest)
    for place, declaration in enumerate(over.declarations):
        for words, weaker in _weaker(declaration):
            changed = (*over.declarations[:place], weaker, *over.declarations[place + 1 :])
            yield words, _rebuilt(changed, over.dimension_relations)


def _rebuilt(declarations: Any, relations: Any) -> Domain | None:
    try:
        return domain(*declarations, *relations)
    except VerifyError:
        return None


def _weaker(declaration: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(declaration, FullRank):
        yield f"{declaration.symbol.name} of any rank", AnyMatrix(declaration.symbol, declaration.ensembles)
    if isinstance(declaration, StepSize):
        yield f"{declaration.symbol} up to twice its bound", StepSize(declaration.symbol, 2 * declaration.up_to, declaration.theta)
    if isinstance(declaration, Scalar) and isinstance(declaration.interval, Interval):
        low, high = declaration.low, declaration.high
        if not low.is_infinite:
            width = Integer(1) if high.is_infinite else high - low
            yield f"{declaration.symbol} also below {low}", Scalar(declaration.symbol, Interval(low - Rational(1, 2) * width, high))
        if not high.is_infinite:
            width = Integer(1) if low.is_infinite else high - low
            yield f"{declaration.symbol} also above {high}", Scalar(declaration.symbol, Interval(low, high + Rational(1, 2) * width))
