"""How large an expression would be if nothing in it cancelled: sums add, products multiply.

The search measures differences against this. Normalised slack jumps from 1 to -1 where one side is 0 or the
sides differ in sign; relative to the magnitudes of the sides the same difference tends to 0 there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import prod
from typing import Any

import sympy
from sympy import Expr, MatrixExpr

from verify.language import nodes
from verify.language.naming import Named
from verify.language.nodes import absolute, fro, sqrt


@lru_cache(maxsize=20_000)
def magnitude(expression: Any) -> Any:
    """A bound of the size without cancellation, up to factors of the dimensions, as an expression; of a matrix, of its norm."""
    if isinstance(expression, Named):
        return magnitude(expression.definition)
    if expression.is_number:
        return sympy.Abs(expression)
    for kind, rule in _RULES.items():
        if isinstance(expression, kind):
            return rule(expression)
    # Nothing is known about it but its value.
    return fro(expression) if isinstance(expression, MatrixExpr) else absolute(expression)


def _sum(expression: Any) -> Any:
    return sympy.Add(*map(magnitude, expression.args))


def _product(expression: Any) -> Any:
    return prod(map(magnitude, expression.args), start=sympy.Integer(1))


def _power(expression: Any) -> Any:
    if expression.exp.is_Integer and expression.exp > 0:
        return magnitude(expression.base) ** expression.exp
    return fro(expression) if isinstance(expression, MatrixExpr) else absolute(expression)


def _of_argument(expression: Any) -> Any:
    return magnitude(expression.args[0])


_RULES: Mapping[Any, Callable[[Any], Expr]] = {
    (sympy.Add, sympy.MatAdd, nodes.Extremum): _sum,
    (sympy.Mul, sympy.MatMul, nodes.InnerProduct): _product,
    (sympy.Pow, sympy.MatPow): _power,
    (
        sympy.Transpose,
        nodes.FrobeniusNorm,
        nodes.SpectralNorm,
        nodes.NuclearNorm,
        nodes.LargestSingularValue,
        nodes.SmallestSingularValue,
        nodes.SingularValue,
        nodes.LargestEigenvalue,
        nodes.SmallestEigenvalue,
        nodes.Eigenvalue,
        nodes.TraceOf,
        nodes.Entry,
        nodes.PositivePart,
        nodes.AbsoluteValue,
    ): _of_argument,
    nodes.DeterminantOf: lambda e: magnitude(e.args[0]) ** e.args[0].rows,
    nodes.SquareRoot: lambda e: sqrt(magnitude(e.args[0])),
    sympy.Identity: lambda e: sqrt(e.rows),
    sympy.ZeroMatrix: lambda e: sympy.Integer(0),
}
