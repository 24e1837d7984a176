"""The positive root of a polynomial with Descartes' signs, in a certified bracket."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from verify.backends.ball_numbers import NAN, ZERO


def positive_root(*coefficients: arb) -> arb:
    """The root x > 0 of c_0 + c_1 x + ... + c_d x^d for every choice of coefficients in the balls.

    Defined where c_0 < 0, every other c_k >= 0 and one of them > 0. Each sign must be certified:
    a ball astride zero may hold a negative coefficient, and then there may be no root or two, so the
    answer is NaN. A coefficient whose sign is settled by its form arrives already clamped.
    """
    constant, rest = -coefficients[0], coefficients[1:]
    if not constant > 0 or not constant.is_finite() or not all(c >= 0 and c.is_finite() for c in rest) or not any(c > 0 for c in rest):
        return NAN
    low, high = _bracket(constant, rest)
    start = _approximate_root(coefficients, high)
    # for every choice of coefficients, p(start) = p'(xi) (start - root) for a xi in the bracket
    value = _horner(coefficients, start)
    slopes = [k * c for k, c in enumerate(rest, start=1)]
    for _ in range(4):
        # p' increases on x > 0, so its values between start and root lie between those at the ends
        left, right = low.min(start), high.max(start)
        slope = _horner(slopes, left).union(_horner(slopes, right))
        if not (left > 0 and slope > 0):
            break
        enclosure = start - value / slope
        narrower_low, narrower_high = low.max(enclosure.lower()), high.min(enclosure.upper())
        if not (narrower_high - narrower_low) * 2 < high - low:
            low, high = narrower_low, narrower_high
            break
        low, high = narrower_low, narrower_high
    return low.union(high)


def _bracket(constant: arb, rest: Sequence[arb]) -> tuple[arb, arb]:
    """Exact ends of an interval that holds the root for every choice of coefficients.

    With u the smallest of (|c_0|/c_k)^(1/k): one term alone reaches |c_0| at u, so the root is at most u;
    at u/2 all terms together are below |c_0| (1/2 + 1/4 + ...), so it is at least u/2.
    """
    above, below = constant.upper(), constant.lower()
    highs = [(above / c.lower()).root(k).upper() for k, c in enumerate(rest, start=1) if c > 0]
    lows = [(below / c.upper()).root(k).lower() for k, c in enumerate(rest, start=1) if c.upper() > 0]
    return min(lows) / 2, min(highs)


def _approximate_root(coefficients: Sequence[arb], start: arb) -> arb:
    """The root of the midpoint polynomial, approximately; Newton from the right of a convex increasing function."""
    middles = [c.mid() for c in coefficients]
    slopes = [k * c for k, c in enumerate(middles) if k]
    root = start
    for _ in range(200):
        step = (_horner(middles, root) / _horner(slopes, root)).mid()
        if not step.is_finite():
            break
        following = (root - step).mid()
        if not following < root:
            break
        root = following
    return root


def _horner(coefficients: Sequence[arb], x: arb) -> arb:
    value = ZERO
    for c in reversed(coefficients):
        value = value * x + c
    return value
