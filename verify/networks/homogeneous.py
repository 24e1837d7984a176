"""Networks f(x) = W_N phi_(N-1)(... phi_1(W_1 x)) with homogeneous activations: ReLU, leaky ReLU, linear, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, MatrixExpr, Rational

from verify.errors import StatementError
from verify.language.entrywise import leaky_relu
from verify.language.naming import define
from verify.language.nodes import fro, inner

_HALF = Rational(1, 2)


def preactivations(layers: Sequence[MatrixExpr], inputs: MatrixExpr, slopes: Sequence[object]) -> tuple[MatrixExpr, ...]:
    """x_1 = W_1 X and x_h = W_h phi_(h-1)(x_(h-1)), one sample in each column; the last of them are the outputs.

    `slopes` are those of the N - 1 activations for negative numbers: 0 for ReLU, 1 for a linear layer, in between for
    leaky ReLU. `layers` are matrices or what is made of free parameters, such as shared weights.
    """
    if len(slopes) != len(layers) - 1:
        raise StatementError(f"a network of {len(layers)} layers has {len(layers) - 1} activations, but {len(slopes)} slopes were given.")
    found = [define("x_1", layers[0] * inputs)]
    for h, (layer, slope) in enumerate(zip(layers[1:], slopes, strict=True), start=2):
        activated = found[-1] if slope == 1 else leaky_relu(found[-1], slope)
        found.append(define(f"x_{h}", layer * activated))
    return tuple(found)


def squared_error(outputs: MatrixExpr, targets: MatrixExpr, factor: Expr = _HALF) -> Expr:
    """factor*||f(X) - Y||_F^2."""
    return factor * fro(define("E", outputs - targets)) ** 2


def with_output_gradient(outputs: MatrixExpr, gradient: MatrixExpr) -> Expr:
    """<P, f(X)>, whose gradient in the weights, for a fixed P, is that of any differentiable loss with dL/df = P at them.

    A statement over every P is so a statement over every differentiable loss, at any one moment.
    """
    return inner(gradient, outputs)
