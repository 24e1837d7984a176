"""Matrix-valued nodes beyond SymPy's own, and the symbols a statement is written with.

SymPy's `MatMul`, `MatAdd`, `MatPow`, `Transpose`, `Inverse`, `HadamardProduct`, `BlockMatrix`,
`Identity` and `ZeroMatrix` are used as they are.
"""

from __future__ import annotations

from typing import Any

from sympy import BlockMatrix, Expr, HadamardProduct, Identity, Lambda, MatrixExpr, MatrixSymbol, Symbol, ZeroMatrix
from sympy import symbols as sympy_symbols

from verify.errors import StatementError
from verify.language.nodes import _matrix


class SymmetricMatrix(MatrixSymbol):
    """A matrix symbol that stands for symmetric matrices only; it equals its transpose."""

    def _eval_transpose(self) -> MatrixExpr:
        return self


class StateMatrix(MatrixSymbol):
    """A weight matrix that a dynamics moves; it prints as W(t)."""

    def _latex(self, printer: Any) -> str:
        return rf"{printer._print(Symbol(self.name))}(t)"

    def _sympystr(self, printer: Any) -> str:
        return f"{self.name}(t)"


class MatrixNode(MatrixExpr):
    """A matrix computed from one matrix."""

    plain: str
    tex: str

    def __new__(cls, matrix: MatrixExpr) -> MatrixNode:
        return MatrixExpr.__new__(cls, _matrix(matrix, cls.plain))

    def doit(self, **hints: Any) -> MatrixExpr:
        return self

    def _sympystr(self, printer: Any) -> str:
        return f"{self.plain}({printer._print(self.args[0])})"

    def _latex(self, printer: Any) -> str:
        return self.tex % printer._print(self.args[0])


class ColumnSpaceProjection(MatrixNode):
    """The orthogonal projection onto the column space of A (rows x rows)."""

    plain, tex = "proj", r"\mathcal{P}_{%s}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[0].rows, self.args[0].rows

    def _eval_transpose(self) -> MatrixExpr:
        return self


class PseudoInverse(MatrixNode):
    """The Moore-Penrose inverse of A."""

    plain, tex = "pinv", r"{%s}^{\dagger}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[0].cols, self.args[0].rows


class ColumnNorms(MatrixNode):
    """The row vector of the Euclidean norms of A's columns."""

    plain, tex = "column_norms", r"\operatorname{colnorms}\!\left(%s\right)"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return Identity(1).rows, self.args[0].cols


class Elementwise(MatrixExpr):
    """A scalar function applied to every entry; `function` is a SymPy Lambda of one variable."""

    def __new__(cls, function: Lambda, matrix: MatrixExpr) -> Elementwise:
        if not isinstance(function, Lambda) or len(function.variables) != 1:
            raise StatementError(f"elementwise expects a Lambda of one variable, but got {function}.")
        return MatrixExpr.__new__(cls, function, _matrix(matrix, "elementwise"))

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[1].shape

    def doit(self, **hints: Any) -> MatrixExpr:
        return self

    def _sympystr(self, printer: Any) -> str:
        function, matrix = self.args
        return f"elementwise({printer._print(function.variables[0])} -> {printer._print(function.expr)}, {printer._print(matrix)})"

    def _latex(self, printer: Any) -> str:
        function, matrix = self.args
        variable, value = printer._print(function.variables[0]), printer._print(function.expr)
        return rf"\left({variable}\mapsto {value}\right)\!\left[{printer._print(matrix)}\right]"


def dimensions(names: str) -> tuple[Symbol, ...]:
    """Positive integer symbols for matrix dimensions, as in `n, m = dimensions("n m")`."""
    return tuple(sympy_symbols(names, integer=True, positive=True, seq=True))


def scalars(names: str) -> tuple[Symbol, ...]:
    """Real symbols. Their ranges belong to the domain, so that no relation collapses early."""
    return tuple(sympy_symbols(names, real=True, seq=True))


def matrix(name: str, rows: object, columns: object) -> MatrixSymbol:
    """A matrix symbol of the given shape."""
    return MatrixSymbol(name, rows, columns)


def symmetric(name: str, order: object) -> SymmetricMatrix:
    """A symbol for symmetric matrices of the given order."""
    return SymmetricMatrix(name, order, order)


def state(name: str, rows: object, columns: object) -> StateMatrix:
    """A weight matrix that a dynamics moves."""
    return StateMatrix(name, rows, columns)


def proj(matrix: MatrixExpr) -> MatrixExpr:
    """The orthogonal projection onto the column space."""
    return ColumnSpaceProjection(matrix)


def pinv(matrix: MatrixExpr) -> MatrixExpr:
    """The Moore-Penrose inverse."""
    return PseudoInverse(matrix)


def column_norms(matrix: MatrixExpr) -> MatrixExpr:
    """The 1 x columns vector of the columns' Euclidean norms."""
    return ColumnNorms(matrix)


def elementwise(function: Lambda, matrix: MatrixExpr) -> MatrixExpr:
    """Apply a Lambda of one variable to every entry, as in `elementwise(Lambda(x, maximum(x, 0)), A)`."""
    return Elementwise(function, matrix)


def hadamard(left: MatrixExpr, right: MatrixExpr) -> MatrixExpr:
    """The entrywise product."""
    return HadamardProduct(left, right)


def block(rows: list[list[MatrixExpr]]) -> MatrixExpr:
    """A block matrix from its rows of blocks."""
    return BlockMatrix(rows)


def identity(order: object) -> MatrixExpr:
    """The identity matrix."""
    return Identity(order)


def zeros(rows: object, columns: object) -> MatrixExpr:
    """The zero matrix."""
    return ZeroMatrix(rows, columns)
