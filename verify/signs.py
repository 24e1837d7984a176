"""Signs that the form of an expression settles: what must be seen to be nonnegative for it to be so."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, Expr, Identity, Integer, MatAdd, MatMul, MatrixExpr, Mul, Pow, Rational, Symbol, Transpose, ZeroMatrix, exp
from sympy.core.numbers import Exp1, Pi

from verify.language.matrices import ColumnSpaceProjection
from verify.language.naming import Named
from verify.language.nodes import (
    DeterminantOf,
    Eigenvalue,
    InnerProduct,
    LargestEigenvalue,
    Maximum,
    Minimum,
    Scalar,
    SmallestEigenvalue,
    SylvesterLargest,
    SylvesterSmallest,
    TraceOf,
)

_OF_SEMIDEFINITE = (
    Eigenvalue,
    LargestEigenvalue,
    SmallestEigenvalue,
    SylvesterLargest,
    SylvesterSmallest,
    TraceOf,
    DeterminantOf,
    InnerProduct,
)


@lru_cache(maxsize=20_000)
def witnesses(expression: Expr) -> frozenset[Expr]:
    """Numbers whose nonnegativity implies the expression's; empty where its form alone settles it.

    An expression about which nothing is known is its own witness.
    """
    if isinstance(expression, Named):
        return witnesses(expression.definition)
    if _settled(expression):
        return frozenset()
    if isinstance(expression, (Add, Mul, Minimum)):
        parts = frozenset[Expr]().union(*(witnesses(a) for a in expression.args))
        # a negative number among the parts shows nothing, while the whole may still be nonnegative
        return frozenset({expression}) if any(isinstance(p, Rational) for p in parts) else parts
    if isinstance(expression, Pow):
        return witnesses(expression.base)
    return frozenset({expression})


def _settled(expression: Expr) -> bool:
    if isinstance(expression, (Rational, Integer)):
        return bool(expression >= 0)
    if isinstance(expression, (Pi, Exp1, exp)):
        return True
    if isinstance(expression, Symbol):
        # only dimensions carry the assumption: a statement's scalars get their ranges from the domain
        return bool(expression.is_integer and expression.is_positive)
    if isinstance(expression, Pow):
        return isinstance(expression.exp, Integer) and expression.exp % 2 == 0
    if isinstance(expression, Maximum):
        return any(not witnesses(a) for a in expression.args)
    if isinstance(expression, InnerProduct) and expression.args[0] == expression.args[1]:
        return True
    if isinstance(expression, _OF_SEMIDEFINITE):
        return all(semidefinite(a) for a in expression.args if isinstance(a, MatrixExpr))
    return isinstance(expression, Scalar) and expression.nonnegative


def gram_factor(matrix: Any) -> Any | None:
    """B where the matrix is written as B^T*B, else None."""
    while isinstance(matrix, Named):
        matrix = matrix.definition
    if not isinstance(matrix, MatMul):
        return None
    coefficient, factors = matrix.as_coeff_matrices()
    half = len(factors) // 2
    if coefficient != 1 or len(factors) % 2 or any(factors[i] != _transposed(factors[-1 - i]) for i in range(half)):
        return None
    return factors[half] if half == 1 else MatMul(*factors[half:])


def _transposed(matrix: MatrixExpr) -> MatrixExpr:
    return matrix.arg if isinstance(matrix, Transpose) else matrix.T


def semidefinite(matrix: Any) -> bool:
    """Whether the form of the matrix shows it to be positive semidefinite."""
    while isinstance(matrix, Named):
        matrix = matrix.definition
    if isinstance(matrix, (Identity, ZeroMatrix, ColumnSpaceProjection)) or gram_factor(matrix) is not None:
        return True
    if isinstance(matrix, MatAdd):
        return all(semidefinite(a) for a in matrix.args)
    if isinstance(matrix, MatMul):
        coefficient, factors = matrix.as_coeff_matrices()
        if witnesses(coefficient):
            return False
        if len(factors) == 1:
            return semidefinite(factors[0])
        if len(factors) % 2 == 0:
            return gram_factor(MatMul(*factors)) is not None
        half = len(factors) // 2
        return semidefinite(factors[half]) and all(factors[i] == _transposed(factors[-1 - i]) for i in range(half))
    return False
