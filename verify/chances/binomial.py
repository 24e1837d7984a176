"""Exact binomial tails: what a count of draws says about a probability."""

from __future__ import annotations

from fractions import Fraction

from flint import arb
from scipy import stats

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
    return bool(tail(failures, draws, at_least) < level)


def needed(draws: int, at_least: arb, level: arb) -> int | None:
    """A number of failures that certainly rejects, the smallest one up to rounding; None where not even all draws would."""
    nearby = int(stats.binom.isf(float(level.mid()), draws, min(1.0, max(0.0, 1 - float(at_least.mid()))))) + 1
    candidates = range(max(1, nearby), min(draws, nearby + 2) + 1)
    return next((failures for failures in candidates if rejects(failures, draws, at_least, level)), None)


def suspicion(failures: int, draws: int, at_least: arb) -> float:
    """The logarithm of the probability of so many failures if the claim is just true, in floats: low is suspicious."""
    rate = min(1.0, max(0.0, 1 - float(at_least.mid())))
    return float(stats.binom.logsf(failures - 1, draws, rate))


def interval(occurred: int, failed: int, draws: int, error: float) -> tuple[float, float]:
    """The two-sided interval of Clopper and Pearson, in floats, for display.

    Draws that were not called count as failures for the lower end and as successes for the upper one.
    """
    low = float(stats.beta.ppf(error / 2, occurred, draws - occurred + 1)) if occurred else 0.0
    high = float(stats.beta.ppf(1 - error / 2, draws - failed + 1, failed)) if failed else 1.0
    return low, high
