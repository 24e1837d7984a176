"""Flows as symbolic objects, and the time derivative of a quantity along a vector field on the state matrices.

`rate_along(L, {W_1: -G*W_2.T, W_2: -W_1.T*G})` is dL/dt where W_1 and W_2 move with these velocities. The
result is an expression like any other, so that what a paper says of a flow becomes a statement
about every state. A `Flow` is a field with a name: proofs differentiate along it, floats and balls follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import (
    Add,
    Basic,
    Derivative,
    Expr,
    HadamardPower,
    HadamardProduct,
    Integer,
    Inverse,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    Pow,
    Symbol,
    Transpose,
    ZeroMatrix,
    exp,
    log,
)

from verify.errors import StatementError
from verify.language.entrywise import EntrySum, LeakyRelu, LeakyReluSlope, Unvectorised, Vectorised, entry_sum
from verify.language.matrices import Elementwise, dimensions
from verify.language.naming import Named
from verify.language.nodes import Entry, FrobeniusNorm, InnerProduct, SquareRoot, TraceOf, inner, trace
from verify.language.printing import plain
from verify.language.stacks import Layer, LayerProduct, MatrixSumOver, Stack, SumOver, sum_over
from verify.language.time import Moment, at_start, flow_time

Field = Mapping[MatrixSymbol, MatrixExpr]
"""The velocity of each matrix that moves; all others stand still."""


@dataclass(frozen=True)
class Flow(Mapping[MatrixSymbol, MatrixExpr]):
    """A dynamics in continuous time: what velocity each moving matrix has.

    `loss` is the quantity that the flow decreases, where it decreases one.
    """

    name: str
    velocities: tuple[tuple[MatrixSymbol, MatrixExpr], ...]
    loss: Expr | None = None

    def __post_init__(self) -> None:
        _require_field(dict(self.velocities))

    def __getitem__(self, matrix: MatrixSymbol) -> MatrixExpr:
        return dict(self.velocities)[matrix]

    def __iter__(self) -> Iterator[MatrixSymbol]:
        return iter(self.state)

    def __len__(self) -> int:
        return len(self.velocities)

    @property
    def state(self) -> tuple[MatrixSymbol, ...]:
        """The matrices that move."""
        return tuple(matrix for matrix, _ in self.velocities)

    @property
    def starts(self) -> dict[MatrixSymbol, Any]:
        """The symbols that hold the state at time 0 along the flow."""
        return {s: at_start(s) for s in self.state}


def flow_law(name: str, velocities: Field, *, loss: Expr | None = None) -> Flow:
    """A flow from the velocities of the matrices that move. Raises StatementError where their shapes do not fit."""
    return Flow(name, tuple(velocities.items()), loss)


def continuous(name: str, update: Field, step_size: Symbol, loss: Expr | None) -> Flow:
    """The flow of a law that is linear in its step size: W becoming W + eta*v has the velocity v.

    Raises StatementError where the update is no sum of the matrix itself and terms eta*v with v free of eta.
    """
    velocities: dict[MatrixSymbol, MatrixExpr] = {}
    for matrix, value in update.items():
        change = MatAdd(value, -matrix).doit(deep=False)
        terms: list[MatrixExpr] = []
        for term in MatAdd.make_args(change):
            coefficient, rest = _split(term)
            slope = coefficient / step_size
            if not isinstance(term, ZeroMatrix) and step_size in slope.free_symbols | rest.free_symbols:
                needed = f"{matrix.name} plus terms {step_size}*velocity"
                raise StatementError(f"'{name}' turns {matrix.name} into {value}, which is not {needed}.")
            terms.append(rest if isinstance(term, ZeroMatrix) else slope * rest)
        velocities[matrix] = MatAdd(*terms).doit(deep=False) if len(terms) > 1 else terms[0]
    return flow_law(name, velocities, loss=loss)


def _split(term: MatrixExpr) -> tuple[Any, MatrixExpr]:
    """The number and the matrix of a product, those inside nested products included."""
    if not isinstance(term, MatMul):
        return Integer(1), term
    coefficient, matrices = term.as_coeff_matrices()
    parts = [_split(part) for part in matrices]
    return coefficient * Mul(*(c for c, _ in parts)), MatMul(*(m for _, m in parts)).doit(deep=False)


def _require_field(field: Field) -> None:
    for matrix, velocity in field.items():
        if not isinstance(matrix, MatrixSymbol) or not isinstance(velocity, MatrixExpr):
            raise StatementError(f"a field gives each moving matrix a velocity, but {matrix} has {velocity}.")
        if matrix.shape != velocity.shape:
            raise StatementError(f"{matrix} is {matrix.shape}, but its velocity is {velocity.shape}.")


def rate_along(quantity: Any, field: Field) -> Any:
    """The derivative of a matrix or a number in time, as an expression in the present state.

    Products, sums, transposes, inverses, integer powers, entrywise products and functions, activations,
    traces, inner products, sums of entries, roots, exponentials, logarithms, even powers of Frobenius norms and
    the time of a flow are differentiated; what mentions no moving matrix, or is taken at the start, stands still. At a kink of an
    activation the slope is that of its left branch. Raises StatementError for everything else, and for a velocity of the wrong shape.
    """
    _require_field(field)
    return _rate(quantity, field)


def derivative(function: Lambda) -> Lambda:
    """The derivative of a function of one number. Raises StatementError where it cannot be written down, as that of |x|."""
    (unknown,) = function.variables
    slope = function.expr.diff(unknown)
    if slope.has(Derivative):
        raise StatementError(f"the derivative of {unknown} -> {plain(function.expr)} cannot be written down.")
    return Lambda(unknown, slope)


def _rate(node: Any, field: Field) -> Any:
    if stands_still(node, field):
        return ZeroMatrix(*node.shape) if isinstance(node, MatrixExpr) else Integer(0)
    for kind in type(node).__mro__:
        if kind in _RULES:
            return _RULES[kind](node, field)
    raise StatementError(f"{node} moves, and rate_along does not differentiate {type(node).__name__}.")


def stands_still(node: Basic, field: Field) -> bool:
    """Whether the expression mentions neither a moving matrix nor the time of a flow, except at the start."""
    if node == flow_time:
        return False
    if isinstance(node, Moment):
        return node.moment == "initial"
    if isinstance(node, MatrixSymbol):
        return node not in field
    return all(stands_still(a, field) for a in node.args)


def _factors(node: Any, field: Field) -> list[tuple[Any, ...]]:
    """The products in which one factor after the other is differentiated, those that stand still left out."""
    factors = node.args
    return [(*factors[:k], _rate(factor, field), *factors[k + 1 :]) for k, factor in enumerate(factors) if not stands_still(factor, field)]


def _matrix_product(node: Any, field: Field) -> MatrixExpr:
    return MatAdd(*(MatMul(*factors) for factors in _factors(node, field))).doit(deep=False)


def _matrix_power(node: Any, field: Field) -> MatrixExpr:
    base, exponent = node.args
    if not (isinstance(exponent, Integer) and exponent > 0):
        raise StatementError(f"rate_along differentiates positive integer powers of matrices, not {node}.")
    terms = [(*[base] * k, _rate(base, field), *[base] * (int(exponent) - 1 - k)) for k in range(int(exponent))]
    return MatAdd(*(MatMul(*factors) for factors in terms)).doit(deep=False)


def _inverse(node: Any, field: Field) -> MatrixExpr:
    return -node * _rate(node.args[0], field) * node


def _power(node: Any, field: Field) -> Any:
    base, exponent = node.args
    if not isinstance(exponent, Integer):
        raise StatementError(f"rate_along differentiates integer powers, not {node}.")
    if isinstance(base, FrobeniusNorm) and exponent > 0 and exponent % 2 == 0:
        matrix = base.args[0]
        return exponent * base ** (exponent - 2) * inner(matrix, _rate(matrix, field))
    return exponent * base ** (exponent - 1) * _rate(base, field)


def _inner(node: Any, field: Field) -> Any:
    left, right = node.args
    moved = [(a, b) for a, b in ((_rate(left, field), right), (left, _rate(right, field))) if not isinstance(a, ZeroMatrix)]
    return Add(*(inner(a, b) for a, b in moved if not isinstance(b, ZeroMatrix)))


def _entrywise_product(node: Any, field: Field) -> MatrixExpr:
    return MatAdd(*(HadamardProduct(*factors) for factors in _factors(node, field))).doit(deep=False)


def _entrywise_power(node: Any, field: Field) -> MatrixExpr:
    base, exponent = node.args
    lowered = base if exponent == 2 else HadamardPower(base, exponent - 1)
    return exponent * HadamardProduct(lowered, _rate(base, field))


def _over_layers(node: Any, field: Field) -> Any:
    index, body, first, last = node.args
    return node.func(index, _rate(body, field), first, last)


def fresh_index(*nodes: Basic) -> Symbol:
    """An index for layers that is not free in the expressions: l, or l with primes."""
    taken = {symbol.name for node in nodes for symbol in node.free_symbols}
    name = "l"
    while name in taken:
        name += "'"
    return dimensions(name)[0]


def _layer_product(node: Any, field: Field) -> MatrixExpr:
    stacked, first, last, shift = node.args
    moved = _rate(stacked, field)
    index = fresh_index(node, moved)
    after, before = LayerProduct(stacked, index + 1, last, shift), LayerProduct(stacked, first, index - 1, shift)
    return sum_over(index, after * Layer(moved, index) * before, first, last)


def _entrywise_function(node: Any, field: Field) -> MatrixExpr:
    function, matrix = node.args
    if not stands_still(function, field):
        raise StatementError(f"rate_along does not differentiate the function in {node}, which moves.")
    return HadamardProduct(Elementwise(derivative(function), matrix), _rate(matrix, field))


_RULES: dict[type, Callable[[Any, Field], Any]] = {
    MatrixSymbol: lambda node, field: field[node],
    Symbol: lambda node, field: Integer(1),
    Named: lambda node, field: _rate(node.definition, field),
    MatAdd: lambda node, field: MatAdd(*(_rate(a, field) for a in node.args)).doit(deep=False),
    MatMul: _matrix_product,
    MatPow: _matrix_power,
    Inverse: _inverse,
    Transpose: lambda node, field: _rate(node.args[0], field).T,
    Add: lambda node, field: Add(*(_rate(a, field) for a in node.args)),
    Mul: lambda node, field: Add(*(Mul(*factors) for factors in _factors(node, field))),
    Pow: _power,
    TraceOf: lambda node, field: trace(_rate(node.args[0], field)),
    InnerProduct: _inner,
    Entry: lambda node, field: Entry(_rate(node.args[0], field), *node.args[1:]),
    EntrySum: lambda node, field: entry_sum(_rate(node.args[0], field)),
    SquareRoot: lambda node, field: _rate(node.args[0], field) / (2 * node),
    exp: lambda node, field: node * _rate(node.args[0], field),
    log: lambda node, field: _rate(node.args[0], field) / node.args[0],
    HadamardProduct: _entrywise_product,
    HadamardPower: _entrywise_power,
    Elementwise: _entrywise_function,
    LeakyRelu: lambda node, field: HadamardProduct(LeakyReluSlope(*node.args), _rate(node.args[0], field)),
    Layer: lambda node, field: Layer(_rate(node.args[0], field), node.args[1]),
    LayerProduct: _layer_product,
    SumOver: _over_layers,
    MatrixSumOver: _over_layers,
    Stack: _over_layers,
    Vectorised: lambda node, field: Vectorised(_rate(node.args[0], field)),
    Unvectorised: lambda node, field: Unvectorised(_rate(node.args[0], field), *node.args[1:]),
}
