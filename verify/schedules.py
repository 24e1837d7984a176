"""Runs of a law under step-size rules, many repetitions at once, with what does not move along a run computed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Expr, Symbol

from verify.backends.base import Backend
from verify.compiler import compile
from verify.dynamics import Law
from verify.language.time import at_start, time

Array = NDArray[np.float64]


def _floats() -> Backend:
    # Imported when something runs: papers import this module, and the checker of certificates loads no float code.
    from verify.backends import Float64

    return Float64()


def follow(
    law: Law,
    dimensions: Mapping[Symbol, int],
    values: Mapping[Basic, Any],
    schedule: Expr,
    steps: int,
    record: Sequence[Expr],
) -> list[Array]:
    """Run the law from a batch of initial states with the given rule for the step size.

    `values` holds the initial states and constants with the repetitions along the first axis.
    Returns for each recorded quantity an array (repetitions, steps + 1); a quantity may mention the
    step size that the rule chooses at its time. An undefined value is NaN. The rule and the recorded
    quantities are one program, so that they share their factorisations.
    """
    backend = _floats()
    rule = law.resolve(schedule)
    expressions = [rule, *(law.resolve(quantity).xreplace({law.step_size: rule}) for quantity in record)]
    moving, fixed = fixed_along_run(law, expressions)
    starts = {at_start(s): values[s] for s in law.state}
    known = compile(tuple(fixed.values()), dimensions, backend)({**values, **starts})
    constants = {**values, **starts, **dict(zip(fixed, known, strict=True))}
    observe, advance = compile(moving, dimensions, backend), compile(law.advanced, dimensions, backend)
    current = {symbol: values[symbol] for symbol in law.state}
    rows: list[list[Any]] = []
    for t in range(steps + 1):
        present = {**constants, **current, time: backend.scalar(t)}
        step_size, *quantities = observe(present)
        rows.append(quantities)
        if t < steps:
            current = dict(zip(law.state, advance({**present, law.step_size: step_size}), strict=True))
    count = next(np.shape(values[s])[0] for s in law.state)
    return [np.stack([np.broadcast_to(row[k], (count,)) for row in rows], axis=-1) for k in range(len(record))]


def at_the_start(law: Law, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any], quantities: Sequence[Expr]) -> list[Array]:
    """The quantities at time 0, for each repetition."""
    starts = {at_start(s): values[s] for s in law.state}
    count = next(np.shape(values[s])[0] for s in law.state)
    found = compile([law.resolve(q) for q in quantities], dimensions, _floats())({**values, **starts})
    return [np.broadcast_to(value, (count,)) for value in found]


def fixed_along_run(law: Law, expressions: Sequence[Any]) -> tuple[list[Any], dict[Symbol, Any]]:
    """The resolved expressions with a symbol for each largest part that no step changes, and what the symbols stand for."""
    moving = {*law.state, law.step_size, time}
    fixed: dict[Any, Symbol] = {}
    memory: dict[Any, tuple[Any, bool]] = {}

    def visit(node: Any) -> tuple[Any, bool]:
        """The rewritten node, and whether it moves."""
        if node not in memory:
            if not isinstance(node, Basic) or node in moving:
                memory[node] = node, node in moving
            elif not node.args or node.is_Matrix:
                memory[node] = node, bool(node.free_symbols & moving)
            else:
                parts = [visit(a) for a in node.args]
                if any(moves for _, moves in parts):
                    arguments = [part if moves else hoisted(part) for part, moves in parts]
                    memory[node] = node.func(*arguments), True
                else:
                    memory[node] = node, False
        return memory[node]

    def hoisted(node: Any) -> Any:
        if not isinstance(node, Expr) or node.is_Matrix or not node.args or not node.free_symbols:
            return node
        return fixed.setdefault(node, Symbol(f"fixed_{len(fixed)}", real=True))

    rewritten = []
    for expression in expressions:
        node, moves = visit(expression)
        rewritten.append(node if moves else hoisted(node))
    return rewritten, {symbol: node for node, symbol in fixed.items()}
