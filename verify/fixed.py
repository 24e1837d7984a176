"""What an expression is worth once the dimensions are known: indices, exponents, shapes, constants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from math import ceil, isqrt
from typing import Any

import sympy
from sympy import Basic, Symbol

from verify.errors import StatementError
from verify.language.naming import NamedScalar
from verify.language.nodes import AbsoluteValue, Ceiling, Maximum, Minimum, PositivePart, SquareRoot


def _product(values: list[Fraction]) -> Fraction:
    return reduce(lambda a, b: a * b, values, Fraction(1))


_FOLDS: Mapping[type[Basic], Callable[[list[Fraction]], Fraction]] = {
    sympy.Add: lambda values: sum(values, Fraction(0)),
    sympy.Mul: _product,
    Minimum: min,
    Maximum: max,
    sympy.Min: min,
    sympy.Max: max,
    PositivePart: lambda values: max(values[0], Fraction(0)),
    AbsoluteValue: lambda values: abs(values[0]),
    Ceiling: lambda values: Fraction(ceil(values[0])),
}


def _rational_root(value: Fraction) -> Fraction | None:
    """The square root where it is rational."""
    if value < 0:
        return None
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root**2 == value else None


_LARGEST_EXPONENT = 64
"""Beyond this a power of rationals is left to the backend: its exact value could fill the memory."""


class FixedValues:
    """Rational values of expressions in dimensions and numbers alone."""

    def __init__(self, dimensions: Mapping[Symbol, int]) -> None:
        self.dimensions = dimensions
        self._dimensions = {symbol: Fraction(int(value)) for symbol, value in dimensions.items()}
        # By object, with the object that keeps its place: comparing long expressions costs more than all else here.
        self._known: dict[int, tuple[Any, Fraction | None]] = {}

    def number(self, node: Any) -> Fraction | None:
        """The exact value, or None where it depends on more than the dimensions or is not rational."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = node, self._evaluate(node)
        return known[1]

    def _evaluate(self, node: Any) -> Fraction | None:
        if isinstance(node, Symbol):
            return self._dimensions.get(node)
        if isinstance(node, sympy.Rational):
            return Fraction(int(node.p), int(node.q))
        if isinstance(node, sympy.Float):
            # a float in a statement is the dyadic rational it is
            sign, mantissa, exponent, _ = node._mpf_
            return (-1) ** sign * int(mantissa) * Fraction(2) ** int(exponent)
        if isinstance(node, NamedScalar):
            return self.number(node.definition)
        if isinstance(node, sympy.Pow):
            base, exponent = self.number(node.base), self.number(node.exp)
            if base is None or exponent is None or exponent.denominator != 1 or abs(exponent) > _LARGEST_EXPONENT:
                return None
            return None if base == 0 and exponent < 0 else base ** int(exponent)
        if isinstance(node, SquareRoot):
            radicand = self.number(node.args[0])
            return None if radicand is None else _rational_root(radicand)
        fold = _FOLDS.get(type(node))
        if fold is None:
            return None
        values = [self.number(a) for a in node.args]
        return None if any(v is None for v in values) else fold([v for v in values if v is not None])

    def whole(self, node: Any) -> int | None:
        """The value where it is an integer, else None."""
        value = self.number(node)
        return int(value) if value is not None and value.denominator == 1 else None

    def count(self, node: Any, owner: Basic) -> int:
        """The value as a number of rows or columns. Raises StatementError where it is none."""
        value = self.whole(node)
        if value is None or value < 0:
            raise StatementError(f"{owner} has the dimension {node}, which is no known number: give its symbols in the dimensions.")
        return value
