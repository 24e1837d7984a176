"""Exact binomial tails: what a count of draws says about a probability."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction

from flint import arb
from scipy import special

from verify.backends.ball_numbers import working_precision

LEVEL = Fraction(1, 10**9)
"""The error of a whole run: the probability of refuting a claim that is true."""

BITS = 128


def tail(failures: int, draws: int, at_least: arb) -> arb:
    """The probability of `failures` or more among `draws` if each draw succeeds with probability `at_least`, as a ball.

    It is the largest one over all probabilities that are at least as high, so it is the error of concluding from so
    many failures that the probability is lower (the exact test of Clopper and Pearson, one-sided).
    """
    with working_precision(BITS):
        if failures <= 0:
            return arb(1)
        # P(Bin(N, p) >= c) is the regularised incomplete beta function I_p(c, N - c + 1).
        rate = 1 - at_least
        if rate <= 0:
            return arb(0)
        return rate.min(arb(1)).beta_lower(failures, draws - failures + 1, 1)


def rejects(failures: int, draws: int, at_least: arb, level: arb) -> bool:
    """Whether so many failures certainly are less probable than the level."""
    # Balls take a thousand times as long as floats, and are only asked where those do not see a clear no.
    return _tail(failures, draws, _rate(at_least)) < 2 * float(level) and bool(tail(failures, draws, at_least) < level)


def needed(draws: int, at_least: arb, level: arb) -> int | None:
    """A number of failures that certainly rejects, the smallest one up to rounding; None where not even all draws would."""
    nearby = _nearly_needed(draws, at_least, level)
    candidates = range(max(1, nearby - 1), min(draws, nearby + 2) + 1)
    return next((failures for failures in candidates if rejects(failures, draws, at_least, level)), None)


def suspicion(failures: int, draws: int, at_least: arb) -> float:
    """The logarithm of the probability of so many failures if the claim is just true, in floats: low is suspicious."""
    probability = _tail(failures, draws, _rate(at_least))
    return math.log(probability) if probability > 0 else -math.inf


def prospect(failures: int, draws: int, at_least: arb, level: arb, following: Iterable[int]) -> float:
    """The largest probability of so few failures where one of the tests `following`, each of so many draws, rejects every other time."""
    rates = [_nearly_needed(later, at_least, level) / later for later in following]
    return max((1 - _tail(failures + 1, draws, rate) for rate in rates if rate <= 1), default=0.0)


def interval(occurred: int, failed: int, draws: int, error: float) -> tuple[float, float]:
    """The two-sided interval of Clopper and Pearson, in floats, for display.

    Draws that were not called count as failures for the lower end and as successes for the upper one.
    """
    low = float(special.betaincinv(occurred, draws - occurred + 1, error / 2)) if occurred else 0.0
    high = float(special.betaincinv(draws - failed + 1, failed, 1 - error / 2)) if failed else 1.0
    return low, high


def _tail(failures: int, draws: int, rate: float) -> float:
    """The probability of `failures` or more among `draws` where each fails with probability `rate`, in floats."""
    return 1.0 if failures <= 0 else float(special.betainc(failures, draws - failures + 1, rate))


def _rate(at_least: arb) -> float:
    return min(1.0, max(0.0, 1 - float(at_least.mid())))


def _nearly_needed(draws: int, at_least: arb, level: arb) -> int:
    """The smallest number of failures that rejects, in floats; one more than the draws where not even all of them would."""
    rate, limit = _rate(at_least), float(level)
    return 1 + bisect_left(range(1, draws + 1), x=True, key=lambda failures: _tail(failures, draws, rate) < limit)
