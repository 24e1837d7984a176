"""The plain statements inside a claim of the kind `chance`: one draw, one setting, an exact probability."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from sympy.core.relational import Relational

from verify.chances.claim import Chance
from verify.declarations import AnyMatrix
from verify.errors import StatementError
from verify.language.nodes import LargestEigenvalue, LargestSingularValue, SmallestEigenvalue, SmallestSingularValue, SpectralNorm
from verify.language.relations import chain
from verify.statement import Kind, Statement


def chance_of(statement: Statement) -> Chance:
    """What is random in a statement of the kind `chance`. Raises StatementError for any other kind."""
    if statement.chance is None:
        raise StatementError(f"{statement.key} is no chance statement, so it speaks of no probability.")
    return statement.chance


@lru_cache(maxsize=500)
def occurrence(statement: Statement) -> Statement:
    """What the event says about one draw: at an instance with the random matrices given, does it occur?"""
    matrices = [AnyMatrix(symbol) for symbol in chance_of(statement).matrices]
    kind: Kind = "flow" if statement.flow is not None else "trajectory" if statement.law is not None else "inequality"
    # A link of a chain that always holds may always be tight, so that no draw could be called.
    claim = tuple(relation for relation in statement.claim if not _evident(relation)) or statement.claim
    over = statement.over.extended(*matrices)
    return replace(statement, kind=kind, over=over, claim=claim, chance=None, examples=(), certificate=None)


def _evident(relation: Relational) -> bool:
    """Whether it says that the smallest singular value or eigenvalue of a matrix is at most the largest."""
    if relation.rel_op not in ("<=", ">="):
        return False
    small, large = (relation.lhs, relation.rhs) if relation.rel_op == "<=" else (relation.rhs, relation.lhs)
    pairs = (SmallestSingularValue, (LargestSingularValue, SpectralNorm)), (SmallestEigenvalue, (LargestEigenvalue,))
    return small.args == large.args and any(isinstance(small, s) and isinstance(large, b) for s, b in pairs)


@lru_cache(maxsize=500)
def setting(statement: Statement) -> Statement:
    """What is said about the setting alone: at an instance of the domain with the hypotheses, is any probability claimed?"""
    claim = chain(chance_of(statement).at_least, ">", 0)
    return replace(statement, kind="inequality", law=None, flow=None, claim=claim, chance=None, examples=(), certificate=None)


@lru_cache(maxsize=500)
def exact_parts(statement: Statement) -> tuple[Statement, ...]:
    """For each exact probability the inequality between numbers that the claim becomes where it is known."""
    said = chance_of(statement)
    return tuple(
        replace(
            statement,
            kind="inequality",
            law=None,
            flow=None,
            given=(*statement.given, *exact.given),
            claim=chain(exact.probability, ">=", said.at_least),
            chance=None,
            certificate=None,
        )
        for exact in said.exact
    )
