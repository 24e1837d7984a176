"""What every backend is: exact conversions, a precision, and a table from nodes to primitives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.errors import UnsupportedError


class Scaled:
    """A number times a matrix; arguments: number, matrix."""


class SquaredFrobenius:
    """||A||_F^2, which needs no root; arguments: matrix."""


class SingularValues:
    """All singular values of a matrix, decreasing; one computation serves every node that reads them."""


class Eigenvalues:
    """All eigenvalues of a symmetric matrix, decreasing; one computation serves every node that reads them."""


class SquaredSpectrum:
    """The eigenvalues of B^T B: B's squared singular values and zeros up to `order`; arguments: order, singular values."""


class NegatedSpectrum:
    """The eigenvalues of -A; arguments: the eigenvalues of A."""


class Assembled:
    """A matrix from its entries, row by row; arguments: (rows, columns), entries."""


class Rows:
    """Consecutive rows of a matrix; arguments: how many rows come before, how many are taken, matrix."""


class KnownNonnegative:
    """A number that is nonnegative whenever its witnesses are; arguments: number, witnesses.

    Rounding may leave such a number slightly below zero, or its ball astride zero. Where every
    witness is seen to be nonnegative the value is clamped to its nonnegative part, which is then
    no repair but a fact; otherwise the number is passed on as it is.
    """


@dataclass(frozen=True)
class Unsupported:
    """The table entry of a node that a backend has, by design, no meaning for."""

    node: str
    reason: str

    def __call__(self, *arguments: Any) -> Any:
        raise UnsupportedError(f"{self.node} cannot be evaluated here: {self.reason}.")


class Backend(ABC):
    """A number system in which expressions are evaluated.

    Backends are values: equal parameters make equal backends, and none carries state. A
    primitive takes its static arguments (shapes, fixed indices and exponents) first, then values.
    """

    name: str

    @abstractmethod
    def scalar(self, value: Any) -> Any:
        """The number for an int, a float (the dyadic rational it is) or a Fraction."""

    @abstractmethod
    def matrix(self, rows: Any) -> Any:
        """The matrix for nested rows, or an array, of ints, floats or Fractions."""

    @abstractmethod
    def precision(self) -> AbstractContextManager[Any]:
        """The context in which every primitive runs; what it sets it restores."""

    @property
    @abstractmethod
    def meanings(self) -> Mapping[type[Any], Callable[..., Any]]:
        """From node class to primitive, or to `Unsupported`."""

    def finish(self, value: Any) -> Any:
        """The last touch on an output: undefined values become NaN."""
        return value


def as_fraction(value: Any) -> Fraction:
    """An int, float, NumPy number or anything with p and q as the rational number it exactly is.

    Raises ValueError or OverflowError for NaN and infinities.
    """
    if isinstance(value, Fraction):
        return value
    if hasattr(value, "p") and hasattr(value, "q"):
        return Fraction(int(value.p), int(value.q))
    return Fraction(value.item() if hasattr(value, "item") else value)


def as_rows(rows: Any) -> list[list[Any]]:
    """Nested lists, whatever the nesting was made of. Raises ValueError where rows differ in length."""
    nested: list[list[Any]] = rows.tolist() if hasattr(rows, "tolist") else [list(row) for row in rows]
    if len({len(row) for row in nested}) != 1:
        raise ValueError("a matrix needs rows of one length")
    return nested
