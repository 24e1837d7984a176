"""Equations among the hypotheses: balls never see that two sides are equal, rational arithmetic does."""

from __future__ import annotations

from typing import Any

from sympy import Eq

from verify.backends import Exact
from verify.compiler import compile
from verify.errors import UndefinedError, UnsupportedError
from verify.flows import stands_still
from verify.instance import Instance
from verify.language.time import at_start
from verify.statement import Statement


def equation_sides(statement: Statement, instance: Instance) -> dict[int, tuple[Any, Any]]:
    """The exact sides of the hypotheses that are equations, by number, where they have a rational value at the instance.

    None along a run, whose state soon has too many digits; along a flow those that do not mention the moving state.
    """
    if statement.law is not None and statement.kind == "trajectory":
        return {}
    given = statement.resolved().assumptions[len(statement.over.guaranteed) :]
    sides = {}
    backend = Exact()
    flow = statement.flow
    for k, relation in enumerate(given):
        if isinstance(relation, Eq) and (flow is None or (stands_still(relation.lhs, flow) and stands_still(relation.rhs, flow))):
            try:
                values = instance.read(backend)
                starts = {at_start(symbol): values[symbol] for symbol in flow or ()}
                program = compile([relation.lhs, relation.rhs], instance.dimensions, backend, statement.derived_at_start)
                left, right = program({**values, **starts})
            except (UnsupportedError, UndefinedError):
                continue
            sides[k] = left, right
    return sides
