"""How stacks of layers break down: sums over layers term by term, products of layers absorbed by thin neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import sympy

from verify.backends import base
from verify.errors import StatementError
from verify.language import nodes as s
from verify.language import stacks as k
from verify.language.naming import Named

if TYPE_CHECKING:
    from verify.compiler import Compilation


def _number(c: Compilation, node: Any, owner: Any) -> int:
    value = c.fixed.whole(node)
    if value is None:
        raise StatementError(f"{owner} runs to {node}, which is no known integer: give its symbols in the dimensions.")
    return value


def _depth(c: Compilation, stack: Any) -> int:
    rows, order = c.shape(stack)
    if rows % order:
        raise StatementError(f"{stack} is {rows} x {order}, which is no stack of square layers.")
    return rows // order


def _layer(c: Compilation, node: k.Layer) -> int:
    stack, index = node.args
    number, order = _number(c, index, node), c.shape(stack)[1]
    if not 1 <= number <= _depth(c, stack):
        raise StatementError(f"{node} is layer {number} of a stack that has {_depth(c, stack)}.")
    return c.emit(base.Rows, [c.visit(stack)], (number - 1) * order, order)


@dataclass(frozen=True)
class _Chain:
    """The layers of a product, the leftmost first; `transposed` where the product is."""

    layers: tuple[int, ...]
    shift: bool
    order: int
    prefix: bool
    transposed: bool


def _chain(c: Compilation, factor: Any) -> _Chain | None:
    transposed = False
    while isinstance(factor, (Named, sympy.Transpose)):
        transposed ^= isinstance(factor, sympy.Transpose)
        factor = factor.definition if isinstance(factor, Named) else factor.arg
    if not isinstance(factor, k.LayerProduct):
        return None
    stack, first, last, shift = factor.args
    low, high = _number(c, first, factor), _number(c, last, factor)
    if low > high + 1:
        raise StatementError(f"{factor} begins with layer {low}, more than one beyond its last, {high}.")
    layers = tuple(c.visit(k.Layer(stack, sympy.Integer(number))) for number in range(high, low - 1, -1))
    return _Chain(layers, shift == 1, c.shape(stack)[1], low == 1, transposed)


def _times(c: Compilation, chain: _Chain, value: int, layer: int, *, on_left: bool) -> int:
    product = c.emit(sympy.MatMul, [layer, value] if on_left else [value, layer])
    return c.emit(sympy.MatAdd, [value, product]) if chain.shift else product


def _full(c: Compilation, chain: _Chain) -> int:
    """The product itself: from the right where it begins with the first layer, so that prefixes are shared, else from the left."""
    result = c.emit(sympy.Identity, [], chain.order)
    ordered = chain.layers[::-1] if chain.prefix else chain.layers
    for number, layer in enumerate(ordered):
        if number == 0 and not chain.shift:
            result = layer
        elif number == 0:
            result = c.emit(sympy.MatAdd, [result, layer])
        else:
            result = _times(c, chain, result, layer, on_left=chain.prefix)
    return result


def _layer_product(c: Compilation, node: k.LayerProduct) -> int:
    chain = _chain(c, node)
    assert chain is not None
    return _full(c, chain)


Operand = tuple[int, tuple[int, int]]
"""The number of a value, and its shape."""


def operands(c: Compilation, factors: Sequence[Any]) -> list[Operand]:
    """The factors of a matrix product as values, each product of layers multiplied onto its thinner neighbour.

    A neighbour that is no thinner than the layers absorbs nothing. Transposed products are computed
    untransposed, so that a gradient shares them with the loss.
    """
    chains = [_chain(c, factor) for factor in factors]
    found: list[Operand | _Chain] = [
        (c.visit(factor), c.shape(factor)) if chain is None else chain for factor, chain in zip(factors, chains, strict=True)
    ]
    while True:
        position = next((i for i, entry in enumerate(found) if isinstance(entry, _Chain)), None)
        if position is None:
            return [entry for entry in found if not isinstance(entry, _Chain)]
        chain = found[position]
        assert isinstance(chain, _Chain)
        widths = {side: _width(found, position + side, side) for side in (-1, 1)}
        side = min(widths, key=lambda s: widths[s])
        if widths[side] < chain.order:
            _absorb(c, found, position, side)
        else:
            value = _full(c, chain)
            slot = c.emit(sympy.Transpose, [value]) if chain.transposed else value
            found[position] = (slot, (chain.order, chain.order))


def _width(found: Sequence[Any], position: int, side: int) -> float:
    """The outer side of a neighbour, infinite where there is none that can absorb."""
    if not 0 <= position < len(found) or isinstance(found[position], _Chain):
        return float("inf")
    return float(found[position][1][0 if side < 0 else 1])


def _absorb(c: Compilation, found: list[Any], position: int, side: int) -> None:
    chain: _Chain = found[position]
    value, shape = found[position + side]
    if chain.transposed:
        value = c.emit(sympy.Transpose, [value])
    on_left = (side > 0) != chain.transposed
    for layer in chain.layers[::-1] if on_left else chain.layers:
        value = _times(c, chain, value, layer, on_left=on_left)
    if chain.transposed:
        value = c.emit(sympy.Transpose, [value])
    found[min(position, position + side) : max(position, position + side) + 1] = [(value, shape)]


def _terms(c: Compilation, node: Any) -> list[int]:
    """The values of the body for every index."""
    index, body, first, last = node.args
    low, high = _number(c, first, node), _number(c, last, node)
    if low > high + 1:
        raise StatementError(f"{node} runs from {low} to {high}, which is not even nothing.")
    values = []
    for number in range(low, high + 1):
        with c.binding(index, number):
            values.append(c.visit(body))
    return values


def _total(c: Compilation, node: k.SumOver) -> int:
    terms = _terms(c, node)
    return c.emit(sympy.Add, terms) if terms else c.constant(Fraction(0))


def _matrix_total(c: Compilation, node: k.MatrixSumOver) -> int:
    terms = _terms(c, node)
    return c.emit(sympy.MatAdd, terms) if terms else c.emit(sympy.ZeroMatrix, [], *c.shape(node))


def _stacked(c: Compilation, node: k.Stack) -> int:
    terms = _nonempty(c, node)
    return c.emit(sympy.BlockMatrix, terms, (len(terms), 1))


def _nonempty(c: Compilation, node: Any) -> list[int]:
    terms = _terms(c, node)
    if not terms:
        raise StatementError(f"{node} runs over no layer at all.")
    return terms


def _mean(c: Compilation, node: Any) -> int:
    """The mean over all minibatches, one after the other."""
    selection, body = node.args
    rows, columns = c.shape(selection)
    if columns > rows:
        raise StatementError(f"a minibatch of {columns} cannot be drawn from {rows} samples without replacement.")
    values = []
    for chosen in combinations(range(rows), columns):
        entries = [c.constant(Fraction(int(chosen[j] == i))) for i in range(rows) for j in range(columns)]
        with c.binding(selection, c.emit(base.Assembled, entries, (rows, columns))):
            values.append(c.visit(body))
    share = c.constant(Fraction(1, len(values)))
    if isinstance(node, k.MatrixMeanOverMinibatches):
        return c.emit(base.Scaled, [share, c.emit(sympy.MatAdd, values)])
    return c.emit(sympy.Mul, [share, c.emit(sympy.Add, values)])


RULES: Mapping[type[Any], Callable[[Compilation, Any], int]] = {
    k.Layer: _layer,
    k.LayerProduct: _layer_product,
    k.SumOver: _total,
    k.MatrixSumOver: _matrix_total,
    k.MaxOver: lambda c, node: c.emit(s.Maximum, _nonempty(c, node)),
    k.MinOver: lambda c, node: c.emit(s.Minimum, _nonempty(c, node)),
    k.Stack: _stacked,
    k.MeanOverMinibatches: _mean,
    k.MatrixMeanOverMinibatches: _mean,
}
"""How the nodes of `verify.language.stacks` break down."""
