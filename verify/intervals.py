"""Intervals with rational ends, and what they decide about a relation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from sympy import Eq, Ne
from sympy.core.relational import Relational


class Interval(NamedTuple):
    """Everything from `lower` to `upper`, both included."""

    lower: Fraction
    upper: Fraction


Matrix = Sequence[Sequence[Interval]]
"""Rows of intervals; a number is a matrix of one entry."""


def decided(relation: Relational, left: Matrix, right: Matrix) -> bool | None:
    """True or False where the intervals are certain of the relation between the two sides, else None.

    Raises ValueError where the sides differ in shape.
    """
    pairs = [pair for rows in zip(left, right, strict=True) for pair in zip(*rows, strict=True)]
    if isinstance(relation, Eq | Ne):
        equal = _equal(pairs)
        return equal if equal is None or isinstance(relation, Eq) else not equal
    ((a, b),) = pairs
    if relation.rel_op in (">", ">="):
        a, b = b, a
    if relation.rel_op in ("<", ">"):
        return True if a.upper < b.lower else False if a.lower >= b.upper else None
    return True if a.upper <= b.lower else False if a.lower > b.upper else None


def _equal(pairs: Sequence[tuple[Interval, Interval]]) -> bool | None:
    if any(a.upper < b.lower or b.upper < a.lower for a, b in pairs):
        return False
    return True if all(a == b and a.lower == a.upper for a, b in pairs) else None
