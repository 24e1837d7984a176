"""Scalar operations on balls: every result encloses the true value wherever that value is defined."""

from __future__ import annotations

from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from verify.backends.base import as_fraction

NAN = arb("nan")
ZERO = arb(0)


def working_precision(bits: int) -> AbstractContextManager[Any]:
    """The one place where python-flint's precision is set, and restored."""
    return ctx.workprec(bits)


def up_to(high: arb) -> arb:
    """A ball around [0, high] for an exact nonnegative high, with lower end exactly 0."""
    return arb(high / 2, high / 2).nonnegative_part()


def clamped(value: arb) -> arb:
    """The part of the ball that a nonnegative number can be in; NaN where there is none."""
    if value >= 0:
        return value
    return NAN if not value.is_finite() or value < 0 else value.nonnegative_part()


def square_root(value: arb) -> arb:
    """The roots of the ball's nonnegative part; NaN where the ball is negative."""
    if value > 0:
        return value.sqrt()
    if value < 0 or not value.is_finite():
        return NAN
    return up_to(value.upper().sqrt().upper())


def integer_power(exponent: int, value: arb) -> arb:
    """value^exponent for an integer; NaN for a negative power of a ball that contains 0."""
    if exponent < 0:
        return 1 / integer_power(-exponent, value)
    if not value.is_finite():
        return NAN
    if exponent == 2:
        square = value * value
        return square if square >= 0 else clamped(square)
    result, factor, left = arb(1), value, exponent
    while left:
        if left & 1:
            result = result * factor
        left >>= 1
        if left:
            factor = factor * factor
    return clamped(result) if exponent % 2 == 0 and exponent else result


def power(exponent: Any, value: arb) -> arb:
    """value^exponent for a fixed rational, or for a ball."""
    if isinstance(exponent, Fraction):
        if exponent.denominator == 1:
            return integer_power(int(exponent), value)
        if exponent.denominator == 2:
            return integer_power(exponent.numerator, square_root(value))
        return _increasing_or_inverse(exponent, value)
    if exponent.is_exact() and exponent.is_integer() and abs(exponent) < 2**31:
        return integer_power(int(exponent.fmpq().p), value)
    if value > 0:
        return (exponent * value.log()).exp()
    if value >= 0 and exponent > 0:
        return up_to((exponent * arb(value.upper()).log()).exp().upper()) if value.upper() > 0 else ZERO
    return NAN


def _increasing_or_inverse(exponent: Fraction, value: arb) -> arb:
    if value < 0 or not value.is_finite():
        return NAN
    if value > 0:
        root = value.root(exponent.denominator)
    else:
        root = up_to(value.upper().root(exponent.denominator).upper()) if value.upper() > 0 else ZERO
    return integer_power(exponent.numerator, root)


def smallest(*values: arb) -> arb:
    result = values[0]
    for value in values[1:]:
        result = result.min(value)
    return result


def largest(*values: arb) -> arb:
    result = values[0]
    for value in values[1:]:
        result = result.max(value)
    return result


def absolute(value: arb) -> arb:
    """|x|, with a lower end that is never below 0."""
    return clamped(abs(value))


def ceiling(value: arb) -> arb:
    """All integers that the ball's numbers may be rounded up to; one alone as soon as the ball meets no jump."""
    return value.ceil() if value.is_finite() else NAN


def positive_part(value: arb) -> arb:
    return clamped(value.max(ZERO)) if value.is_finite() else NAN


def leaky_relu(value: arb, slope: arb) -> arb:
    """x for x > 0 and slope*x for x <= 0; the hull of both where the ball holds numbers of either sign."""
    if value > 0:
        return value
    return slope * value if value <= 0 else positive_part(value) - slope * positive_part(-value)


def leaky_relu_slope(value: arb, slope: arb) -> arb:
    """1 for x > 0 and the slope for x <= 0; the hull of both where the sign is open, NaN where there is no value."""
    if value > 0:
        return arb(1)
    if value <= 0:
        return slope
    return slope.union(arb(1)) if value.is_finite() else NAN


LARGEST_POWER = 10**6
"""Power of two beyond which a number is not written out: its digits could fill the memory."""


def bounds(value: arb) -> tuple[Fraction, Fraction] | None:
    """The exact ends of the ball, or None where it is not finite or its ends are astronomically large or small."""
    if not value.is_finite() or any(abs(int(part.man_exp()[1])) > LARGEST_POWER for part in (value.mid(), value.rad())):
        return None
    # lower() and upper() would round at whatever precision is set here
    middle, radius = as_fraction(value.mid().fmpq()), as_fraction(value.rad().fmpq())
    return middle - radius, middle + radius
