"""What a statement says, as one hash and as a text: everything on which its truth depends, and nothing else.

Hypotheses, claim, definitions, domain, derived symbols and law count; proofs, notes, titles,
examples and what only steers the draws (upper ends of dimensions, ensembles) do not.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Basic, MatrixSymbol, Symbol

from verify.declarations import AnyMatrix, Derived, Dimension, InBall, Scalar, Selection, StepSize, TwoLayer, name_of, named_text
from verify.domain import Domain
from verify.initialisations import Initialisation
from verify.language.matrices import SymmetricMatrix
from verify.language.naming import Named, names_in
from verify.language.nodes import Maximum, Minimum
from verify.language.relations import in_text
from verify.statement import Statement

_COMMUTATIVE = (sympy.Add, sympy.Mul, sympy.MatAdd, sympy.HadamardProduct, sympy.Min, sympy.Max, Minimum, Maximum)


@dataclass(frozen=True)
class Fingerprint:
    """`hash` is a SHA-256 in hexadecimal digits; `text` says the same to a person, one line each."""

    hash: str
    text: tuple[str, ...]


def fingerprint(statement: Statement) -> Fingerprint:
    """The fingerprint of a statement; equal in every process and for equal statements under different keys."""
    return Fingerprint(hash=fingerprint_hash(statement), text=_text(statement))


def fingerprint_hash(statement: Statement) -> str:
    """The hash alone, which takes a fraction of the time of the text."""
    digest = _Digests()
    over = statement.over
    parts = [f"moves along runs: {statement.moves}"] if statement.flow is None else ["moves along a flow"]
    parts += sorted([_declared(d, over, digest) for d in over.declarations] + [digest.of(r) for r in over.dimension_relations])
    if statement.law is not None:
        parts.append(f"step size {digest.of(statement.law.step_size)}")
        parts += sorted(f"{digest.of(s)} becomes {digest.of(value)}" for s, value in statement.law.update)
    if statement.flow is not None:
        parts += sorted(f"{digest.of(s)} moves with {digest.of(velocity)}" for s, velocity in statement.flow.items())
    parts += sorted(f"given {digest.of(relation)}" for relation in statement.given)
    # The order of the claim's relations counts: certificates name the one that fails by its number.
    parts += [f"claim {digest.of(relation)}" for relation in statement.claim]
    if statement.chance is not None:
        parts += [_random(law, digest) for law in statement.chance.random]
        parts.append(f"with probability at least {digest.of(statement.chance.at_least)}")
    if statement.limit is not None:
        said = statement.limit
        parts.append(f"limit {digest.of(said.variable)} {digest.of(said.to)} {'' if said.rate is None else digest.of(said.rate)}")
    parts += [f"open constant {constant.name.name}" for constant in statement.open_constants]
    return _sha256("\n".join(parts))


class _Digests:
    """Digests of expressions from those of their parts, so that shared parts are read once."""

    def __init__(self) -> None:
        self._known: dict[Basic, str] = {}

    def of(self, node: Any) -> str:
        if node not in self._known:
            self._known[node] = _sha256(self._content(node))
        return self._known[node]

    def _content(self, node: Any) -> str:
        if isinstance(node, Named):
            return f"named {node.name}: {self.of(node.definition)}"
        kind = type(node).__name__
        if isinstance(node, MatrixSymbol):
            return f"{kind} {node.name} {self.of(node.rows)} {self.of(node.cols)}"
        if isinstance(node, Symbol):
            return f"Symbol {node.name}"
        if isinstance(node, sympy.Rational):
            return f"number {int(node.p)}/{int(node.q)}"
        if isinstance(node, sympy.Float):
            return f"number {node._mpf_}"
        arguments = [self.of(argument) for argument in getattr(node, "args", ())]
        if not arguments:
            return f"{kind} {node}"
        return " ".join([kind, *(sorted(arguments) if isinstance(node, _COMMUTATIVE) else arguments)])


def _declared(declaration: Any, over: Domain, digest: _Digests) -> str:
    if isinstance(declaration, Dimension):
        return f"dimension {digest.of(declaration.symbol)} from {declaration.low}"
    if isinstance(declaration, AnyMatrix):
        return f"matrix {digest.of(declaration.symbol)} of full rank: {declaration.full_rank}"
    if isinstance(declaration, TwoLayer):
        return f"layers {digest.of(declaration.first)} {digest.of(declaration.second)}"
    if isinstance(declaration, InBall):
        return f"stack {digest.of(declaration.symbol)} with {digest.of(declaration.preconditions[0])}"
    if isinstance(declaration, Selection):
        return f"selection {digest.of(declaration.symbol)}"
    if isinstance(declaration, Scalar):
        return f"number {digest.of(declaration.symbol)} in {declaration.interval_text()}"
    if isinstance(declaration, StepSize):
        return f"step size {digest.of(declaration.symbol)} = {digest.of(declaration.theta)} times {digest.of(declaration.up_to)}"
    return f"let {digest.of(declaration.symbol)} = {digest.of(declaration.expression)}"


def _random(law: Initialisation, digest: _Digests) -> str:
    return " ".join([f"random {type(law).__name__}", *(digest.of(part) for part in (*law.matrices, *law.parameters))])


def _text(statement: Statement) -> tuple[str, ...]:
    over = statement.over
    lines = [_dimension_line(d) for d in over.declarations if isinstance(d, Dimension)]
    lines += [in_text(relation) for relation in over.dimension_relations]
    lines += [line for d in over.declarations for line in _variable_lines(d)]
    if statement.law is not None:
        lines += [f"step: {name_of(s)} becomes {named_text(value)}" for s, value in statement.law.update]
        if statement.moves:
            lines.append(f"for every t = 0, 1, 2, ... of every run with the step size {statement.law.step_size}")
    if statement.flow is not None:
        lines += [f"flow: {name_of(s)} moves with the velocity {named_text(velocity)}" for s, velocity in statement.flow.items()]
        lines.append("for every t >= 0 of every flow")
    lines += [f"given: {in_text(relation)}" for relation in statement.given]
    if statement.chance is not None:
        lines += [f"random: {law.words()}" for law in statement.chance.random]
        lines.append(f"with probability at least {in_text(statement.chance.at_least)}, together:")
    lines += [statement.limit.words()] if statement.limit else []
    lines += [f"claim: {in_text(relation)}" for relation in statement.claim]
    names = statement.names()
    moved = (*(statement.law.update if statement.law else ()), *(statement.flow.items() if statement.flow else ()))
    for _, value in (*over.derived, *moved):
        names = {**names_in(value), **names}
    lines += [f"where {in_text(quantity)} = {in_text(quantity.definition)}" for _, quantity in sorted(names.items())]
    return tuple(lines)


def _dimension_line(declaration: Dimension) -> str:
    return f"{declaration.symbol} is an integer, at least {declaration.low}"


def _variable_lines(declaration: Any) -> list[str]:
    if isinstance(declaration, AnyMatrix):
        symbol = declaration.symbol
        kind = "symmetric matrix" if isinstance(symbol, SymmetricMatrix) else "matrix"
        return [f"{name_of(symbol)} is a {symbol.rows} x {symbol.cols} {kind}{' of full rank' if declaration.full_rank else ''}"]
    if isinstance(declaration, TwoLayer):
        return [f"{name_of(s)} is a {s.rows} x {s.cols} matrix" for s in declaration.variables]
    if isinstance(declaration, InBall):
        symbol = declaration.symbol
        return [f"{name_of(symbol)} is a {symbol.rows} x {symbol.cols} matrix", f"given: {named_text(declaration.preconditions[0])}"]
    if isinstance(declaration, Selection):
        symbol = declaration.symbol
        return [f"{symbol.name} is a {symbol.rows} x {symbol.cols} matrix with distinct unit vectors as columns"]
    if isinstance(declaration, Scalar):
        return [f"{declaration.symbol} is in {declaration.interval_text()}"]
    if isinstance(declaration, StepSize):
        theta = declaration.theta
        return [f"{theta} is in {declaration.fraction.interval_text()}", f"{declaration.symbol} = {theta}*{named_text(declaration.up_to)}"]
    if isinstance(declaration, Derived):
        return [f"{name_of(declaration.symbol)} = {named_text(declaration.expression)}"]
    return []


def _sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
