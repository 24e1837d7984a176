"""Matrices entry by entry and as vectors: homogeneous activations, sums of entries, unit vectors, vec and its inverse."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Integer, MatrixExpr

from verify.errors import StatementError
from verify.language.matrices import MatrixNode
from verify.language.nodes import OfMatrix, _matrix, _scalar


class Activation(MatrixExpr):
    """A function of one real number at every entry, which is x for x > 0 and a x for x <= 0; arguments: matrix, a."""

    plain: str
    tex: str

    def __new__(cls, matrix: MatrixExpr, slope: object) -> Activation:
        return MatrixExpr.__new__(cls, _matrix(matrix, cls.plain), _scalar(slope, "a slope"))

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[0].shape

    def doit(self, **hints: Any) -> MatrixExpr:
        return self

    def _sympystr(self, printer: Any) -> str:
        matrix, slope = (printer._print(a) for a in self.args)
        return f"{self.plain}({matrix})" if self.args[1] == 0 else f"leaky_{self.plain}({matrix}, {slope})"

    def _latex(self, printer: Any) -> str:
        matrix, slope = (printer._print(a) for a in self.args)
        return (self.tex % ("" if self.args[1] == 0 else f"_{{{slope}}}")) + rf"\!\left({matrix}\right)"


class LeakyRelu(Activation):
    """phi_a(x) = x for x > 0 and a x for x <= 0: ReLU for a = 0, leaky ReLU for 0 < a < 1, the identity for a = 1."""

    plain, tex = "relu", r"\phi%s"


class LeakyReluSlope(Activation):
    """phi_a'(x) = 1 for x > 0 and a for x <= 0.

    At the kink any number between a and 1 is a subgradient; the value taken is a, as PyTorch takes it. A ball that
    may lie on either side is the hull of a and 1, so it holds whichever subgradient was meant.
    """

    plain, tex = "relu_slope", r"\phi%s'"


class EntrySum(OfMatrix):
    """The sum of all entries."""

    plain, tex = "entry_sum", r"\operatorname{sum}\!\left(%s\right)"


class UnitVector(MatrixExpr):
    """The column e_i of the identity of a given order, i from 1."""

    def __new__(cls, order: object, index: object) -> UnitVector:
        return MatrixExpr.__new__(cls, _scalar(order, "an order"), _scalar(index, "an index"))

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[0], Integer(1)

    def doit(self, **hints: Any) -> MatrixExpr:
        return self

    def _sympystr(self, printer: Any) -> str:
        return f"e_{printer._print(self.args[1])}"

    def _latex(self, printer: Any) -> str:
        return f"e_{{{printer._print(self.args[1])}}}"


class Vectorised(MatrixNode):
    """vec(A): the columns of A, one below the other."""

    plain, tex = "vec", r"\operatorname{vec}\!\left(%s\right)"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[0].rows * self.args[0].cols, Integer(1)


class Unvectorised(MatrixExpr):
    """The matrix of the given shape whose vec is the given column."""

    def __new__(cls, vector: MatrixExpr, rows: object, columns: object) -> Unvectorised:
        height, width = _scalar(rows, "unvec"), _scalar(columns, "unvec")
        if _matrix(vector, "unvec").shape != (height * width, 1):
            raise StatementError(f"unvec expects a column of {height * width} entries, but {vector} is {vector.rows} x {vector.cols}.")
        return MatrixExpr.__new__(cls, vector, height, width)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[1], self.args[2]

    def doit(self, **hints: Any) -> MatrixExpr:
        return self

    def _sympystr(self, printer: Any) -> str:
        return f"unvec({printer._print(self.args[0])})"

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{vec}}^{{-1}}\!\left({printer._print(self.args[0])}\right)"


def relu(matrix: MatrixExpr) -> MatrixExpr:
    """max{x, 0} at every entry."""
    return LeakyRelu(matrix, 0)


def leaky_relu(matrix: MatrixExpr, slope: object) -> MatrixExpr:
    """x for x > 0 and slope*x for x <= 0 at every entry, which is max{x, slope*x} for a slope up to 1."""
    return LeakyRelu(matrix, slope)


def relu_slope(matrix: MatrixExpr) -> MatrixExpr:
    """The derivative of ReLU at every entry: 1 for x > 0 and 0 for x <= 0, the kink included."""
    return LeakyReluSlope(matrix, 0)


def leaky_relu_slope(matrix: MatrixExpr, slope: object) -> MatrixExpr:
    """The derivative of leaky ReLU at every entry: 1 for x > 0 and `slope` for x <= 0, the kink included."""
    return LeakyReluSlope(matrix, slope)


def entry_sum(matrix: MatrixExpr) -> Expr:
    """The sum of all entries."""
    return EntrySum(matrix)


def unit(order: object, index: object) -> MatrixExpr:
    """The unit vector e_i in R^order, i from 1."""
    return UnitVector(order, index)


def row(matrix: MatrixExpr, index: object) -> MatrixExpr:
    """A[i, :], the row e_i^T A, i from 1."""
    return unit(matrix.rows, index).T * matrix


def column(matrix: MatrixExpr, index: object) -> MatrixExpr:
    """A[:, i], the column A e_i, i from 1."""
    return matrix * unit(matrix.cols, index)


def vec(matrix: MatrixExpr) -> MatrixExpr:
    """The columns of the matrix, one below the other."""
    return Vectorised(matrix)


def unvec(vector: MatrixExpr, rows: object, columns: object) -> MatrixExpr:
    """The rows x columns matrix whose columns, one below the other, are the vector."""
    return Unvectorised(vector, rows, columns)
