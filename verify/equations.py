"""Equations among the hypotheses: balls never see that two sides are equal, rational arithmetic does."""

from __future__ import annotations

from typing import Any

from sympy import Eq

from verify.backends import Exact
from verify.compiler import compile
from verify.errors import UndefinedError, UnsupportedError
from verify.instance import Instance
from verify.statement import Statement


def equation_sides(statement: Statement, instance: Instance) -> dict[int, tuple[Any, Any]]:
    """The exact sides of the hypotheses that are equations, by number, where they have a rational value at the instance.

    None along a run, whose state soon has too many digits.
    """
    if statement.law is not None and statement.kind == "trajectory":
        return {}
    given = statement.resolved().assumptions[len(statement.over.guaranteed) :]
    sides = {}
    backend = Exact()
    for k, relation in enumerate(given):
        if isinstance(relation, Eq):
            try:
                values = instance.read(backend)
                for symbol, expression in statement.derived_at_start:
                    values[symbol] = compile([expression], instance.dimensions, backend)(values)[0]
                left, right = compile([relation.lhs, relation.rhs], instance.dimensions, backend)(values)
            except (UnsupportedError, UndefinedError):
                continue
            sides[k] = left, right
    return sides
