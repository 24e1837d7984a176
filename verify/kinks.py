"""A flow on one activation pattern: its velocities with the slope of each activation held in a matrix of its own.

Leaky ReLU with the argument Z is S o Z for the matrix S of its slopes, and its derivative is S. While no entry of a Z changes
its sign, a flow is the smooth one with these S fixed; where one does, the flow has a kink, and another S from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Basic, Expr, HadamardProduct, MatrixExpr, MatrixSymbol

from verify.flows import Flow, rate_along
from verify.language.entrywise import LeakyRelu, LeakyReluSlope
from verify.language.naming import unfold


@dataclass(frozen=True)
class Kink:
    """Where activations have kinks: at the zeros of `argument`, whose positive entries have the slope 1, the others `slope`.

    `slopes` stands for the matrix of these slopes, and `rate` is the derivative of the argument along the flow while they last.
    """

    argument: MatrixExpr
    slope: Expr
    slopes: MatrixSymbol
    rate: MatrixExpr


@dataclass(frozen=True)
class Pieces:
    """The velocities of a flow in the present state and the slopes of its kinks; without kinks they are those of the flow."""

    velocities: tuple[MatrixExpr, ...]
    kinks: tuple[Kink, ...]


@lru_cache(maxsize=256)
def pieces(flow: Flow) -> Pieces:
    """The flow on an activation pattern."""
    found: dict[tuple[MatrixExpr, Expr], MatrixSymbol] = {}
    memory: dict[Basic, Any] = {}

    def visit(node: Any) -> Any:
        if not isinstance(node, Basic) or not node.args or isinstance(node, MatrixSymbol):
            return node
        if node not in memory:
            arguments = [visit(a) for a in node.args]
            if isinstance(node, (LeakyRelu, LeakyReluSlope)):
                argument, slope = arguments
                name = f"slopes_{len(found) + 1}"
                slopes = found.setdefault((argument, slope), MatrixSymbol(name, *argument.shape))
                memory[node] = HadamardProduct(slopes, argument) if isinstance(node, LeakyRelu) else slopes
            else:
                same = all(new is old for new, old in zip(arguments, node.args, strict=True))
                memory[node] = node if same else node.func(*arguments)
        return memory[node]

    if not any(velocity.has(LeakyRelu, LeakyReluSlope) for _, velocity in flow.velocities):
        return Pieces(tuple(velocity for _, velocity in flow.velocities), ())
    velocities = tuple(visit(unfold(velocity)) for _, velocity in flow.velocities)
    field = dict(zip(flow.state, velocities, strict=True))
    return Pieces(velocities, tuple(Kink(Z, slope, slopes, rate_along(Z, field)) for (Z, slope), slopes in found.items()))
