"""How much there is to read in an exact instance, and simpler numbers to put in its place."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from verify.instance import Instance

Cost = tuple[int, int, int, tuple[int, ...]]
"""Sum of the dimensions, step of the run (of a flow: what there is to read in its time), what there is to read, and (negated)
where it stands; compared in this order."""


def cost_of(instance: Instance, step: int | Fraction) -> Cost:
    """Smaller dimensions count first, then earlier steps, then zeros, ones and short fractions, then what stands first."""
    costs = [number_cost(number) for number in numbers(instance)]
    later = step if isinstance(step, int) else number_cost(step)
    return sum(instance.dimensions.values()), later, sum(costs), tuple(-cost for cost in costs)


def numbers(instance: Instance) -> Iterator[Fraction]:
    """All entries of all matrices, and the scalars."""
    for value in instance.values.values():
        if isinstance(value, tuple):
            for row in value:
                yield from row
        else:
            yield value


@lru_cache(maxsize=100_000)
def number_cost(number: Fraction) -> int:
    """0 for 0, then 1, -1, 2, 3, 1/2, ...: the digits in base two count, those of a denominator more."""
    if number == 0:
        return 0
    above, below = abs(number.numerator), number.denominator
    digits = 2 * above.bit_length() + 3 * (below - 1).bit_length()
    return 16 * digits + min(above + below, 12) + (3 if number < 0 else 0)


@lru_cache(maxsize=10_000)
def simpler(number: Fraction) -> tuple[Fraction, ...]:
    """Numbers that cost less, cheapest first: small ones, and the shortest near the number."""
    size = abs(number)
    near = [Fraction(math.floor(number)), Fraction(math.ceil(number)), Fraction(round(number)), size]
    near += [Fraction(round(number * d), d) for d in (2, 3, 4, 8, 16, 64)]
    near += [number.limit_denominator(10**k) for k in (1, 2, 3)]
    near += [simplest_between(number - width, number + width) for k in range(1, 12) for width in (size / 4**k,)]
    if size:
        power = Fraction(2) ** round(math.log2(size.numerator) - math.log2(size.denominator))
        near += [power, -power, number / 2, number * 2]
    small = [Fraction(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (2, 1), (1, 2), (-2, 1), (-1, 2), (3, 1), (1, 3), (1, 4), (3, 4), (4, 1))]
    limit = number_cost(number)
    return tuple(sorted({c for c in (*small, *near) if number_cost(c) < limit}, key=lambda c: (number_cost(c), c)))


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of smallest denominator in [low, high], by the Stern-Brocot tree."""
    if low > high:
        raise ValueError("the interval is empty")
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    floor = math.floor(low)
    return floor + 1 / simplest_between(1 / (high - floor), 1 / (low - floor))
