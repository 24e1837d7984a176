"""What an initialisation is: a random law of matrices, its words, its parameters and its draws."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Expr, MatrixExpr, MatrixSymbol, Symbol, sympify

from verify.dimensions import integer_value
from verify.errors import DomainError, InstanceError
from verify.language.relations import in_text

Floats = NDArray[np.float64]
Generator = np.random.Generator
Sizes = Mapping[Symbol, int]

ROUNDING = 2.0**-36
"""How far, relative to its largest entry, a draw of an inexact law may lie from a matrix that obeys the law's equations."""


class Initialisation(ABC):
    """A law on matrices that are drawn together, independently from draw to draw."""

    exact: ClassVar[bool] = True
    """Whether every float that is drawn is a possible value of the law, not the rounding of one."""

    @property
    @abstractmethod
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        """The matrices that are drawn."""

    @property
    def parameters(self) -> tuple[Basic, ...]:
        """The expressions in dimensions, numbers and earlier matrices on which the law depends."""
        return ()

    @abstractmethod
    def words(self) -> str:
        """The exact law in one sentence."""

    @abstractmethod
    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        """`count` independent draws, an array (count, rows, columns) for each matrix.

        `values` holds the numbers and the earlier matrices that the parameters mention. Raises InstanceError for
        dimensions or parameters at which the law is not defined.
        """


@dataclass(frozen=True)
class ScaledMatrix(Initialisation):
    """One matrix, up to a positive factor `scale`."""

    matrix: MatrixSymbol
    scale: Any = 1

    def __post_init__(self) -> None:
        require_matrix(self.matrix, type(self).__name__)
        object.__setattr__(self, "scale", expression(self.scale, "the scale"))

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return (self.matrix,)

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return (self.scale,)

    def factor(self, dimensions: Sizes, values: Mapping[Any, Any] | None) -> float:
        """The value of the factor. Raises InstanceError where it is not positive."""
        return positive(self.scale, dimensions, values, f"the scale of {self.matrix.name}")


def draw_all(
    initialisations: Sequence[Initialisation], rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None
) -> dict[Any, Floats]:
    """Draws from several laws in turn; a later one may depend on matrices of the earlier ones."""
    found: dict[Any, Floats] = {}
    for initialisation in initialisations:
        found |= initialisation.draw(rng, count, dimensions, {**(values or {}), **found})
    return found


def require_matrix(symbol: object, role: str) -> None:
    """Raise DomainError unless the symbol is a matrix symbol."""
    if not isinstance(symbol, MatrixSymbol):
        raise DomainError(f"{role} expects a matrix symbol, but got {symbol}.")


def expression(value: Any, what: str) -> Expr:
    """The number as an exact expression. Raises DomainError where it is none."""
    expression = sympify(value, rational=True)
    if isinstance(expression, MatrixExpr) or not isinstance(expression, Expr):
        raise DomainError(f"{what} must be a number or an expression, but it is {value}.")
    return expression


def shape_text(symbol: MatrixSymbol) -> str:
    """Rows and columns, as in n x m."""
    return f"{symbol.rows} x {symbol.cols}"


def shape(symbol: MatrixSymbol, dimensions: Sizes) -> tuple[int, int]:
    """Rows and columns at the given dimensions."""
    rows, columns = (int(integer_value(side, dimensions)) for side in symbol.shape)
    return rows, columns


def evaluated(expressions: Sequence[Basic], dimensions: Sizes, values: Mapping[Any, Any] | None) -> list[Any]:
    """The expressions in floats, from the numbers and the earlier matrices that they mention."""
    # A certificate is checked without floats, and the checker knows the laws of statements about chance, too.
    from verify.backends import Float64
    from verify.compiler import compile

    return compile(expressions, dimensions, Float64())(values or {})


def positive(expression: Expr, dimensions: Sizes, values: Mapping[Any, Any] | None, what: str) -> float:
    """The value of a parameter as a float. Raises InstanceError unless it is positive and finite."""
    value = float(evaluated([expression], dimensions, values)[0])
    if not 0 < value < np.inf:
        raise InstanceError(f"{what} is {in_text(expression)} = {value:.6g}, but it must be positive.")
    return value
