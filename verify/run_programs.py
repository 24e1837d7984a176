"""What a batched run computes in a step, as programs: the rule for the step size, loss, quantities and next state share all they can."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Basic, Expr, MatrixExpr, Symbol

from verify.backends.base import Backend
from verify.compiler import Program, compile
from verify.dynamics import Law
from verify.errors import StatementError
from verify.language.time import AlongRun, ProductAlongRun, time
from verify.reduction import reduced_form
from verify.run_memory import entries


@dataclass(frozen=True)
class Accumulated:
    """A product or sum along the run: its symbol holds the value up to the time before, from step `first` on."""

    symbol: Symbol
    product: bool
    first: int


@dataclass(frozen=True)
class Plan:
    """The programs of a run; outputs come in the order rule, loss, factors of what accumulates, quantities, next state.

    `fixed` holds the largest parts that no step changes, with the symbols that stand for them in the others.
    """

    backend: Backend
    dimensions: Mapping[Symbol, int]
    fixed: Mapping[Symbol, Expr]
    each_step: tuple[Expr, ...]
    quantities: tuple[Expr, ...]
    next_state: tuple[MatrixExpr, ...]
    accumulated: tuple[Accumulated, ...]

    @cached_property
    def before(self) -> Program:
        """The program of the fixed parts."""
        return compile(tuple(self.fixed.values()), self.dimensions, self.backend)

    def program(self, record: bool, advance: bool) -> Program:
        """One step: with the recorded quantities, with the next state, or both."""
        outputs = (*self.each_step, *(self.quantities if record else ()), *(self.next_state if advance else ()))
        return compile(outputs, self.dimensions, self.backend)

    def bytes_per_seed(self) -> int:
        """An estimate of the bytes that one step takes for one seed, which holds all its values at once."""
        return 8 * entries(self.program(True, True), self.dimensions)


def plan(
    law: Law,
    rule: Expr,
    record: Sequence[Expr],
    widths: Sequence[tuple[Symbol, Mapping[Symbol, int], int]],
    dimensions: Mapping[Symbol, int],
    fresh: Collection[Basic],
    backend: Backend,
) -> Plan:
    """The programs for a law, a rule and quantities; `fresh` are symbols with new values in every step.

    `widths` are the reductions that the start went through: a width, the dimensions before and the new width.
    Raises StatementError for what cannot be followed along a run or has no reduced form.
    """
    rule = law.resolve(rule)
    expressions = [rule, law.resolve(law.loss), *(law.resolve(quantity) for quantity in record), *law.advanced]
    expressions, factors, accumulated = _streamed(expressions)
    expressions[2:2] = factors
    if rule != law.step_size:
        chosen = expressions[0]
        expressions = [chosen, *(e.xreplace({law.step_size: chosen}) for e in expressions[1:])]
    for h, before, width in widths:
        expressions = reduced_form(expressions, h, before, width)
    moving = {*law.state, *fresh, *(a.symbol for a in accumulated), time}
    rewritten, fixed = fixed_along_run(moving, expressions)
    each, last = 2 + len(factors), len(rewritten) - len(law.state)
    return Plan(
        backend, dimensions, fixed, tuple(rewritten[:each]), tuple(rewritten[each:last]), tuple(rewritten[last:]), tuple(accumulated)
    )


def _streamed(expressions: Sequence[Any]) -> tuple[list[Any], list[Any], list[Accumulated]]:
    """The expressions with a symbol for each product or sum along the run, and what is multiplied or added in a step."""
    nodes = {node for expression in expressions for node in expression.atoms(AlongRun)}
    values: dict[Basic, Any] = {}
    factors: list[Any] = []
    accumulated: list[Accumulated] = []
    for node in sorted(nodes, key=lambda node: (len(node.atoms(AlongRun)), str(node))):
        quantity, first, last = node.args
        product = isinstance(node, ProductAlongRun)
        symbol = Symbol(f"running_{len(factors)}", real=True)
        factor = quantity.xreplace(values)
        if last == time - 1:
            values[node] = symbol
        elif last == time and first == 0:
            values[node] = symbol * factor if product else symbol + factor
        else:
            raise StatementError(f"{node} cannot be followed along a run: `last` must be time - 1, or time where `first` is 0.")
        factors.append(factor)
        accumulated.append(Accumulated(symbol, product, int(first)))
    return [expression.xreplace(values) for expression in expressions], factors, accumulated


def fixed_along_run(moving: Collection[Basic], expressions: Sequence[Any]) -> tuple[list[Any], dict[Symbol, Any]]:
    """The expressions with a symbol for each largest number that no step changes, and what the symbols stand for."""
    moving = set(moving)
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
