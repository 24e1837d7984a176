"""Claims of the kind `existence`: some constants work. Tested are those of the proof, and the best ones are searched.

With a value, a claim is the one that its proof makes, and is tested like it. Without one, C in a <= C*b is
searched: the largest ratio a/b over growing dimensions, of which a certified part is a lower bound on every C.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sympy import Eq, Expr, Integer, Mul, Ne, Symbol, sympify
from sympy.core.relational import Relational

from verify.declarations import Dimension
from verify.domain import Domain
from verify.errors import DomainError, StatementError
from verify.language.naming import define
from verify.language.relations import in_text

if TYPE_CHECKING:
    from verify.effort import Effort
    from verify.evidence import BestConstant, ConstantEvidence
    from verify.statement import Statement

CAPS = (2, 4, 8, 16)
"""Largest dimensions up to which the best constant is searched, one after the other."""

EVALUATIONS = {"quick": 4_000, "default": 12_000}
MOST_EVALUATIONS = 300_000


@dataclass(frozen=True)
class Constant:
    """A constant that is claimed to exist: its name in the claim, and its value in the proof, if there is one."""

    name: Any
    value: Expr | None

    def words(self) -> str:
        """The constant with its value, or that it has none."""
        return f"{self.name.name} = {in_text(self.value)}" if self.value is not None else f"{self.name.name}, which the proof leaves open"


def constants(given: Mapping[Any, Any]) -> tuple[Constant, ...]:
    """The constants of a claim, each as the named quantity that stands for its symbol in the claim.

    Raises StatementError for anything but symbols with values.
    """
    found = []
    for symbol, value in given.items():
        if not isinstance(symbol, Symbol):
            raise StatementError(f"{symbol} is no symbol, so it names no constant.")
        expression = None if value is None else sympify(value, rational=True)
        # An open constant stands as 1 in the claim, so that the ratio of the sides is its smallest value.
        found.append(Constant(define(symbol.name, Integer(1) if expression is None else expression), expression))
    if not found:
        raise StatementError("an existence statement needs constants, as in constants={C: 4}, or constants={C: None}.")
    return tuple(found)


def require_searchable(key: str, relation: Relational, open_constants: tuple[Constant, ...]) -> None:
    """Raise StatementError unless the relation has the form a <= C*b with an open constant C that occurs nowhere else."""
    if isinstance(relation, Eq | Ne):
        raise StatementError(f"{key}: {in_text(relation)} is an equation, so no constant can be searched in it.")
    small, large = (relation.lhs, relation.rhs) if relation.rel_op in ("<", "<=") else (relation.rhs, relation.lhs)
    names = [constant.name for constant in open_constants]
    factors = [factor for factor in Mul.make_args(large) if factor in names]
    elsewhere = [part for part in (small, *(f for f in Mul.make_args(large) if f not in names)) if any(part.has(name) for name in names)]
    if len(factors) != 1 or elsewhere:
        raise StatementError(f"{key}: {in_text(relation)} has not the form a <= C*b, so its open constant cannot be searched.")


def best_constants(statement: Statement, effort: Effort, seed: int) -> Iterator[ConstantEvidence]:
    """For each relation that a factor can sharpen, the smallest constant that survives the search, up to growing dimensions."""
    from verify.evidence import ConstantEvidence
    from verify.search.sharpen import require_sharpenable

    for number, relation in enumerate(statement.claim):
        try:
            require_sharpenable(relation)
        except StatementError:
            continue
        value = _factor(relation, statement.constants)
        found = tuple(_best(statement, number, effort, seed))
        yield ConstantEvidence(relation=in_text(relation), constant=None if value is None else value.words(), best=found)


def _factor(relation: Relational, known: tuple[Constant, ...]) -> Constant | None:
    """The constant that is a factor of the larger side, if there is one."""
    large = relation.rhs if relation.rel_op in ("<", "<=") else relation.lhs
    return next((constant for constant in known if constant.name in Mul.make_args(large)), None)


def _best(statement: Statement, number: int, effort: Effort, seed: int) -> Iterator[BestConstant]:
    from verify.evidence import BestConstant
    from verify.search.sharpen import sharpen

    evaluations = EVALUATIONS.get(effort.name, MOST_EVALUATIONS)
    searched: set[tuple[Any, ...]] = set()
    for cap in CAPS:
        over = _capped(statement.over, cap)
        if over is None or over.declarations in searched:
            continue
        searched.add(over.declarations)
        salt = seed + zlib.crc32(str(cap).encode())
        sharp = sharpen(replace(statement, over=over), number, salt, evaluations=evaluations)
        certified = None if sharp.certified is None else str(sharp.certified)
        instance = None if sharp.instance is None else sharp.instance.to_json()
        yield BestConstant(cap=cap, certified=certified, seen=sharp.upper_seen, instance=instance, evaluations=sharp.evaluations)


def _capped(over: Domain, cap: int) -> Domain | None:
    """The domain with every dimension at most `cap`, or at its least value; None where it admits nothing."""
    declared = tuple(replace(d, high=max(d.low, min(d.high, cap))) if isinstance(d, Dimension) else d for d in over.declarations)
    try:
        return Domain(declared, over.dimension_relations)
    except DomainError:
        return None
