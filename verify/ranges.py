"""Draws of numbers from intervals: at closed ends, close to open ones, simple fractions, all scales."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.declarations import Scalar

Floats = NDArray[np.float64]

_NEAREST, _FARTHEST = -6.0, 4.0
"""Powers of ten: how close to an end, and how far out in an infinite direction, the draws go."""
_SIMPLE = sorted(
    {Fraction(p, q) * sign for q in (1, 2, 4, 8) for p in range(0, 9) for sign in (1, -1)}
    | {Fraction(sign * p) for p in (10, 16, 64, 100, 1000) for sign in (1, -1)}
    | {Fraction(sign, 2**k) for k in (4, 6, 10) for sign in (1, -1)}
)


def to_fraction(end: Any) -> Fraction | None:
    """A SymPy rational as a Fraction; None for an infinite end."""
    return None if end.is_infinite else Fraction(int(end.p), int(end.q))


def contains(declaration: Scalar, value: Fraction) -> bool:
    """Whether the exact value lies in the interval."""
    low, high = to_fraction(declaration.low), to_fraction(declaration.high)
    above = low is None or (value > low if declaration.low_open else value >= low)
    below = high is None or (value < high if declaration.high_open else value <= high)
    return above and below


def inside(declaration: Scalar, values: Floats) -> NDArray[np.bool_]:
    """Which of the floats lie in the interval; an end that is no float is never met exactly."""
    low, high = to_fraction(declaration.low), to_fraction(declaration.high)
    kept = np.isfinite(values)
    if low is not None:
        kept &= values > float(low) if declaration.low_open or Fraction(float(low)) != low else values >= float(low)
    if high is not None:
        kept &= values < float(high) if declaration.high_open or Fraction(float(high)) != high else values <= float(high)
    return np.asarray(kept)


@lru_cache(maxsize=256)
def exact_points(declaration: Scalar) -> tuple[float, ...]:
    """Readable dyadic numbers of the interval, closed ends among them."""
    low, high = to_fraction(declaration.low), to_fraction(declaration.high)
    candidates = list(_SIMPLE)
    candidates += [end for end in (low, high) if end is not None]
    if low is not None and high is not None:
        candidates += [low + (high - low) * Fraction(k, 8) for k in range(1, 8)]
    else:
        candidates += [end + sign * Fraction(k, 4) for end, sign in ((low, 1), (high, -1)) if end is not None for k in (1, 2, 4, 8, 12)]
    # A float stands for the dyadic number that it is, so a third is left to the other draws.
    return tuple(sorted({float(c) for c in candidates if Fraction(float(c)) == c and contains(declaration, c)}))


def closed_ends(declaration: Scalar) -> tuple[float, ...]:
    """The ends that belong to the interval and are floats."""
    ends = ((declaration.low, declaration.low_open), (declaration.high, declaration.high_open))
    found = [to_fraction(end) for end, is_open in ends if not is_open and not end.is_infinite]
    return tuple(dict.fromkeys(float(end) for end in found if end is not None and Fraction(float(end)) == end))


def _offsets(rng: np.random.Generator, count: int, width: float) -> Floats:
    """Log-uniform distances from an end, up to the width of the interval or far out where it is infinite."""
    if np.isinf(width):
        return np.asarray(10.0 ** rng.uniform(_NEAREST + 2, _FARTHEST, count))
    return np.asarray(width * 10.0 ** rng.uniform(_NEAREST, np.log10(0.5), count))


def draw_scalars(declaration: Scalar, plain: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """One number for each flag: an exact simple one where the flag is set, anything admissible elsewhere."""
    count = len(plain)
    low, high = to_fraction(declaration.low), to_fraction(declaration.high)
    exact, ends = exact_points(declaration), closed_ends(declaration)
    laws: list[Callable[[int], Floats]] = []
    if low is not None and high is not None:
        start, width = float(low), float(high - low)
        laws = [
            lambda k: start + _offsets(rng, k, width),
            lambda k: start + width - _offsets(rng, k, width),
            lambda k: start + width * rng.uniform(0, 1, k),
        ]
        if start == 0.0:
            laws[0] = lambda k: width * 10.0 ** rng.uniform(_NEAREST, 0, k)
    elif low is not None or high is not None:
        start, sign = (float(low), 1.0) if low is not None else (float(high or 0), -1.0)
        laws = [
            lambda k: start + sign * _offsets(rng, k, np.inf),
            lambda k: start + sign * _offsets(rng, k, 1.0),
            lambda k: start + sign * _offsets(rng, k, 10.0),
        ]
    else:
        laws = [lambda k: rng.choice([-1.0, 1.0], k) * _offsets(rng, k, np.inf), lambda k: rng.standard_normal(k)]
    if ends:
        laws.append(lambda k: rng.choice(ends, k))
    if exact:
        laws.append(lambda k: rng.choice(exact, k))
    kinds = rng.integers(0, len(laws), count)
    if exact:
        kinds[plain] = len(laws) - 1
    values = np.empty(count)
    for kind, law in enumerate(laws):
        mine = np.flatnonzero(kinds == kind)
        values[mine] = law(len(mine))
    return _kept_inside(values, declaration)


def _kept_inside(values: Floats, declaration: Scalar) -> Floats:
    """Values that rounding has carried onto or over an end, moved to the nearest float inside."""
    lowest, highest = _float_bounds(declaration)
    return np.clip(values, lowest, highest)


@lru_cache(maxsize=256)
def _float_bounds(declaration: Scalar) -> tuple[float, float]:
    """The smallest and the largest float in the interval."""
    bounds = []
    for end, toward in ((declaration.low, np.inf), (declaration.high, -np.inf)):
        exact = to_fraction(end)
        value = -toward if exact is None else float(exact)
        if exact is not None:
            while not contains(declaration, Fraction(value)):
                value = float(np.nextafter(value, toward))
        bounds.append(float(value))
    return bounds[0], bounds[1]
