"""What a batched run computes in a step, as programs: the rule for the step size, loss, quantities and next state share all they can."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Basic, Expr, MatMul, MatrixExpr, Symbol

from verify.backends.base import Backend
from verify.chain_order import Order, best_order
from verify.compiler import Program, compile
from verify.dynamics import Law
from verify.errors import StatementError
from verify.fixed import FixedValues
from verify.language.naming import Named
from verify.language.time import AlongRun, ProductAlongRun, time
from verify.reduction import reduced_form


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
        """An estimate, from above, of the bytes that one step takes for one seed: all distinct matrices at once."""
        expressions = (*self.each_step, *self.quantities, *self.next_state)
        # a start and a state that are kept, a state that is new, and the copy that makes it finite
        state = sum(_entries(s, self.dimensions) for s in self.next_state)
        return 8 * (entries_of_matrices(expressions, self.dimensions) + 4 * state)


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


def _entries(matrix: MatrixExpr, dimensions: Mapping[Symbol, int]) -> int:
    fixed = FixedValues(dimensions)
    return fixed.count(matrix.rows, matrix) * fixed.count(matrix.cols, matrix)


def entries_of_matrices(expressions: Sequence[Any], dimensions: Mapping[Symbol, int]) -> int:
    """The entries of all distinct matrices in the expressions, the partial products of each chain included."""
    fixed = FixedValues(dimensions)
    seen: set[Basic] = set()
    total = 0

    def visit(node: Any) -> None:
        nonlocal total
        if not isinstance(node, Basic) or node in seen:
            return
        seen.add(node)
        if isinstance(node, Named):
            visit(node.definition)
            return
        if isinstance(node, MatMul):
            coefficient, factors = node.as_coeff_matrices()
            sides = [fixed.count(factors[0].rows, node), *(fixed.count(f.cols, node) for f in factors)]
            total += _partial_products(best_order(sides), sides)[0] + (coefficient != 1) * sides[0] * sides[-1]
        elif isinstance(node, MatrixExpr):
            total += fixed.count(node.rows, node) * fixed.count(node.cols, node)
        for argument in node.args:
            visit(argument)

    for expression in expressions:
        visit(expression)
    return total


def _partial_products(order: Order, sides: Sequence[int]) -> tuple[int, int, int]:
    """Entries of all products in a chain multiplied in that order, with its first and last factor."""
    if isinstance(order, int):
        return 0, order, order
    (left, first, _), (right, _, last) = (_partial_products(part, sides) for part in order)
    return left + right + sides[first] * sides[last + 1], first, last
