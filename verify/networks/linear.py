"""Deep linear networks f(x) = a_N W_N ... W_1 x of any depth and widths, with or without the normalisation a_N."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Expr, Identity, Integer, MatMul, MatrixExpr, Mul, Symbol

from verify.dynamics import Law
from verify.errors import StatementError
from verify.gradients import gradient_descent
from verify.language.matrices import StateMatrix
from verify.language.naming import define
from verify.language.nodes import sqrt
from verify.networks.losses import ConvexLoss
from verify.networks.weights import weights


@dataclass(frozen=True)
class LinearNetwork:
    """The network V = a_N W_N ... W_1, where a_N = (n_1 ... n_N)^(-1/2) if it is normalised and 1 if it is not."""

    weights: tuple[StateMatrix, ...]
    normalised: bool

    @property
    def depth(self) -> int:
        """The number N of weight matrices."""
        return len(self.weights)

    @property
    def widths(self) -> tuple[Any, ...]:
        """n_0, ..., n_N."""
        return (self.weights[0].cols, *(W.rows for W in self.weights))

    def product(self, last: int, first: int) -> MatrixExpr:
        """W_{j:i} = W_j ... W_i, which is the identity for j = i - 1."""
        if not 1 <= first <= last + 1 <= self.depth + 1:
            raise StatementError(f"W_{last}:{first} needs 1 <= {first} <= {last + 1} <= {self.depth + 1}.")
        if last < first:
            return Identity(self.widths[last])
        if last == first:
            return self.weights[first - 1]
        return define(f"W_{last}:{first}", MatMul(*reversed(self.weights[first - 1 : last])), latex=f"W_{{{last}:{first}}}")

    @cached_property
    def normalisation(self) -> Expr:
        """a_N."""
        if not self.normalised:
            return Integer(1)
        return define("a_N", 1 / sqrt(Mul(*self.widths[1:])))

    @cached_property
    def end_to_end(self) -> MatrixExpr:
        """The matrix a_N W_{N:1} that the network is."""
        # one flat product, so that the cheapest order of multiplication is open
        return define("F", MatMul(self.normalisation, *reversed(self.weights)).doit(deep=False))

    def loss(self, of: ConvexLoss) -> Expr:
        """L(a_N W_{N:1})."""
        return define("L", of.at(self.end_to_end))

    def descent(self, of: ConvexLoss, step_size: Symbol) -> Law:
        """Gradient descent on all weights together, from L(a_N W_{N:1})."""
        name = f"gradient descent on a linear network of depth {self.depth}, {of.name}"
        # runs may shrink a width that is no other size of the network
        hidden = tuple(n for n in self.widths[1:-1] if isinstance(n, Symbol) and self.widths.count(n) == 1)
        return gradient_descent(name, self.loss(of), of=self.weights, step_size=step_size, widths=hidden)


def linear_network(sizes: Sequence[Any], *, normalised: bool = False, name: str = "W") -> LinearNetwork:
    """The network with the sizes n_0 (inputs), n_1, ..., n_(N-1) (hidden layers) and n_N (outputs)."""
    return LinearNetwork(weights(sizes, name), normalised)
