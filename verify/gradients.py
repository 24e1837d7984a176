"""Symbolic gradients of numbers by reverse differentiation, and the laws and flows that follow them.

Every part of the loss hands its parts their share of the gradient, the last ones first: from c ||A||_F^2 the matrix A
gets 2 c A, from a product A B with share M the factor A gets M B^T and B gets A^T M. A named matrix gets its share under
a name, so that ||Y - X W||_F^2/2 with W = W_1 W_2 gives the gradient grad_W W_2^T in W_1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sympy import (
    Add,
    Basic,
    Expr,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Symbol,
    Transpose,
    ZeroMatrix,
    exp,
    log,
)

from verify.dynamics import Law, law
from verify.errors import StatementError
from verify.flows import Flow, derivative, flow_law, fresh_index
from verify.language.entrywise import EntrySum, LeakyRelu, LeakyReluSlope, Unvectorised, Vectorised, unit
from verify.language.matrices import Elementwise, StateMatrix
from verify.language.naming import Named, NamedMatrix, define
from verify.language.nodes import Entry, FrobeniusNorm, InnerProduct, SquareRoot, TraceOf, inner
from verify.language.printing import plain
from verify.language.stacks import LayerProduct, stack
from verify.language.time import Moment

Shares = Iterable[tuple[Any, Any]]
"""Parts of an expression with their shares of the gradient."""


def gradient(loss: Expr, matrix: MatrixSymbol) -> MatrixExpr:
    """The matrix of the derivatives of the loss in the entries of the matrix.

    Sums, products, powers, square roots, exponentials and logarithms of numbers; Frobenius norms, traces, inner products,
    entries and sums of entries; sums, products, transposes, inverses, integer powers, entrywise products and functions,
    activations, vec of matrices, and the product of all layers of a stack are differentiated. Where an activation has a
    kink, its slope there is that of its left branch. Raises StatementError for everything else.
    """
    return gradients(loss, [matrix])[matrix]


def gradients(loss: Expr, of: Sequence[MatrixSymbol]) -> dict[MatrixSymbol, MatrixExpr]:
    """The gradient in each of the matrices, from one pass over the loss."""
    for matrix in of:
        if not isinstance(matrix, MatrixSymbol):
            raise StatementError(f"a gradient is taken in a matrix symbol, not in {matrix}.")
    if not isinstance(loss, Expr) or isinstance(loss, MatrixExpr):
        raise StatementError(f"a gradient is taken of a number, not of {loss}.")
    targets = frozenset(of)
    shares: dict[Basic, list[Any]] = {loss: [Integer(1)]}
    for node in reversed(_in_order(loss, targets)):
        share = _total(shares[node])
        if isinstance(node, NamedMatrix):
            share = _named(share, node, loss)
        if node in targets:
            shares[node] = [share]
            continue
        for part, own in _handed_on(node, share):
            if _moves(part, targets):
                shares.setdefault(part, []).append(own)
    return {matrix: _total(shares[matrix]) if matrix in shares else ZeroMatrix(*matrix.shape) for matrix in of}


def gradient_flow(loss: Expr, *, of: Sequence[MatrixSymbol], name: str = "gradient flow") -> Flow:
    """The flow with the velocities W' = -gradient."""
    return flow_law(name, {matrix: _product(Integer(-1), own) for matrix, own in gradients(loss, of).items()}, loss=loss)


def gradient_descent(name: str, loss: Expr, *, of: Sequence[StateMatrix], step_size: Symbol, widths: tuple[Symbol, ...] = ()) -> Law:
    """The law W(t+1) = W(t) - eta*gradient(L, W) for the given matrices together; `widths` may be reduced in runs."""
    update = {W: MatAdd(W, _product(-step_size, own)) for W, own in gradients(loss, of).items()}
    return law(name, update, step_size=step_size, loss=loss, widths=widths)


@lru_cache(maxsize=100_000)
def _moves(node: Basic, targets: frozenset[MatrixSymbol]) -> bool:
    if isinstance(node, MatrixSymbol):
        return node in targets
    if isinstance(node, Moment) and node.moment == "initial":
        return False
    return any(_moves(a, targets) for a in node.args)


def _in_order(loss: Basic, targets: frozenset[MatrixSymbol]) -> list[Any]:
    """Every part of the loss that moves, each once and after its own parts."""
    seen: dict[Basic, None] = {}

    def visit(node: Basic) -> None:
        if node not in seen and _moves(node, targets):
            for part in _parts(node):
                visit(part)
            seen[node] = None

    visit(loss)
    return list(seen)


def _parts(node: Basic) -> Sequence[Basic]:
    if isinstance(node, Named):
        return (node.definition,)
    return () if isinstance(node, MatrixSymbol) else node.args


def _total(shares: Sequence[Any]) -> Any:
    if len(shares) == 1:
        return shares[0]
    return MatAdd(*shares).doit(deep=False) if isinstance(shares[0], MatrixExpr) else Add(*shares)


def _named(share: MatrixExpr, node: NamedMatrix, loss: Expr) -> MatrixExpr:
    """The share of a named matrix, under the name of the gradient in it."""
    if isinstance(share, (MatrixSymbol, NamedMatrix)):
        return share
    of, of_tex = (loss.name, str(loss.args[1])) if isinstance(loss, Named) else ("", "")
    return define(f"grad_{node.name} {of}".strip(), share, latex=rf"\nabla_{{{node.args[1]}}} {of_tex}".strip())


def _product(*factors: Any) -> MatrixExpr:
    """The product of numbers and matrices, flat and without identities and factors one."""
    return MatMul(*factors).doit(deep=False)


def transposed(matrix: MatrixExpr) -> MatrixExpr:
    """The transpose, inside products only: a sum or a named matrix stays in one piece."""
    if isinstance(matrix, Transpose):
        return matrix.arg
    if isinstance(matrix, MatMul):
        coefficient, factors = matrix.as_coeff_matrices()
        return _product(coefficient, *(transposed(f) for f in reversed(factors)))
    if isinstance(matrix, (MatAdd, HadamardProduct)):
        return Transpose(matrix)
    return matrix.T


def _entrywise(*factors: MatrixExpr) -> MatrixExpr:
    """The entrywise product, its numbers in front and without factors of ones."""
    numbers, matrices = Integer(1), list[MatrixExpr]()
    for factor in factors:
        number, rest = factor.as_coeff_mmul()
        numbers = numbers * number
        if not isinstance(rest, OneMatrix):
            matrices.append(rest)
    if not matrices:
        return _product(numbers, OneMatrix(*factors[0].shape))
    return _product(numbers, matrices[0] if len(matrices) == 1 else HadamardProduct(*matrices))


def _handed_on(node: Any, share: Any) -> Shares:
    for kind in type(node).__mro__:
        if kind in _RULES:
            return _RULES[kind](node, share)
    raise StatementError(f"{plain(node)} moves, and gradient does not differentiate {type(node).__name__}.")


def _of_product(node: Mul, share: Expr) -> Shares:
    for k, factor in enumerate(node.args):
        yield factor, share * Mul(*node.args[:k], *node.args[k + 1 :])


def _of_power(node: Pow, share: Expr) -> Shares:
    base, exponent = node.args
    if exponent.atoms(MatrixSymbol):
        raise StatementError(f"gradient differentiates powers with a constant exponent, not {plain(node)}.")
    yield base, share * exponent * base ** (exponent - 1)


def _of_norm(node: FrobeniusNorm, share: Expr) -> Shares:
    # from c ||A||^k the norm gets k c ||A||^(k-1), and an even k leaves no root
    yield node.args[0], _product(Add(*(term / node for term in Add.make_args(share))), node.args[0])


def _of_inner(node: InnerProduct, share: Expr) -> Shares:
    left, right = node.args
    yield left, _product(share, right)
    yield right, _product(share, left)


def _of_entry(node: Entry, share: Expr) -> Shares:
    matrix, row, column = node.args
    yield matrix, _product(share, unit(matrix.rows, row), unit(matrix.cols, column).T)


def _of_matrix_product(node: MatMul, share: MatrixExpr) -> Shares:
    numbers = [a for a in node.args if not isinstance(a, MatrixExpr)]
    matrices = [a for a in node.args if isinstance(a, MatrixExpr)]
    for k, number in enumerate(numbers):
        yield number, inner(share, _product(*numbers[:k], *numbers[k + 1 :], *matrices))
    for k, matrix in enumerate(matrices):
        left, right = (transposed(f) for f in reversed(matrices[:k])), (transposed(f) for f in reversed(matrices[k + 1 :]))
        yield matrix, _product(*numbers, *left, share, *right)


def _of_matrix_power(node: MatPow, share: MatrixExpr) -> Shares:
    base, exponent = node.args
    if not (isinstance(exponent, Integer) and exponent > 0):
        raise StatementError(f"gradient differentiates positive integer powers of matrices, not {plain(node)}.")
    count, turned = int(exponent), transposed(base)
    yield base, _total([_product(*[turned] * k, share, *[turned] * (count - 1 - k)) for k in range(count)])


def _of_inverse(node: Inverse, share: MatrixExpr) -> Shares:
    turned = Transpose(node)
    yield node.args[0], _product(Integer(-1), turned, share, turned)


def _of_entrywise_product(node: HadamardProduct, share: MatrixExpr) -> Shares:
    for k, factor in enumerate(node.args):
        yield factor, _entrywise(share, *node.args[:k], *node.args[k + 1 :])


def _of_entrywise_power(node: HadamardPower, share: MatrixExpr) -> Shares:
    base, exponent = node.args
    if exponent == 2:
        yield base, _product(Integer(2), _entrywise(share, base))
    else:
        yield base, _product(exponent, _entrywise(share, HadamardPower(base, exponent - 1)))


def _of_entrywise_function(node: Elementwise, share: MatrixExpr) -> Shares:
    function, matrix = node.args
    yield function, share
    slope = derivative(function)
    if slope.expr.free_symbols & set(slope.variables):
        yield matrix, _entrywise(share, Elementwise(slope, matrix))
    else:
        yield matrix, _product(slope.expr, share)


def _of_layer_product(node: LayerProduct, share: MatrixExpr) -> Shares:
    stacked, first, last, shift = node.args
    if (first, last) != (1, stacked.rows / stacked.cols):
        raise StatementError(f"gradient differentiates products of all layers of a stack, not {plain(node)}.")
    index = fresh_index(node, share)
    after, before = LayerProduct(stacked, index + 1, last, shift), LayerProduct(stacked, first, index - 1, shift)
    yield stacked, stack(index, _product(Transpose(after), share, Transpose(before)), first, last)


_RULES: dict[type, Callable[[Any, Any], Shares]] = {
    Named: lambda node, share: [(node.definition, share)],
    Add: lambda node, share: [(a, share) for a in node.args],
    Mul: _of_product,
    Pow: _of_power,
    exp: lambda node, share: [(node.args[0], share * node)],
    log: lambda node, share: [(node.args[0], share / node.args[0])],
    SquareRoot: lambda node, share: [(node.args[0], share / (2 * node))],
    FrobeniusNorm: _of_norm,
    TraceOf: lambda node, share: [(node.args[0], _product(share, Identity(node.args[0].rows)))],
    InnerProduct: _of_inner,
    Entry: _of_entry,
    EntrySum: lambda node, share: [(node.args[0], _product(share, OneMatrix(*node.args[0].shape)))],
    MatAdd: lambda node, share: [(a, share) for a in node.args],
    MatMul: _of_matrix_product,
    MatPow: _of_matrix_power,
    Inverse: _of_inverse,
    Transpose: lambda node, share: [(node.args[0], transposed(share))],
    HadamardProduct: _of_entrywise_product,
    HadamardPower: _of_entrywise_power,
    Elementwise: _of_entrywise_function,
    LeakyRelu: lambda node, share: [(node.args[0], _entrywise(share, LeakyReluSlope(*node.args)))],
    LayerProduct: _of_layer_product,
    Vectorised: lambda node, share: [(node.args[0], Unvectorised(share, *node.args[0].shape))],
    Unvectorised: lambda node, share: [(node.args[0], Vectorised(share))],
}
