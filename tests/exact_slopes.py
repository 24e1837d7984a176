"""Exact slopes of polynomials by difference quotients, and integer points at which to take them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np

from verify.backends import Exact
from verify.compiler import compile


def slope_at_zero(value: Callable[[Fraction], Fraction], degree: int, reach: Fraction = Fraction(1)) -> Fraction:
    """f'(0) for a polynomial f of at most the given degree (at least 1), from its values at multiples of reach/p in [-reach, reach].

    The central difference quotient with the nodes +-1, ..., +-p is exact up to the degree 2p.
    """
    p = (degree + 1) // 2
    step = reach / p
    weights = [Fraction((-1) ** (k + 1) * factorial(p) ** 2, k * factorial(p - k) * factorial(p + k)) for k in range(1, p + 1)]
    return sum((w * (value(k * step) - value(-k * step)) for k, w in enumerate(weights, start=1)), Fraction(0)) / step


def integers(rng: np.random.Generator, *shape: int) -> Any:
    """Small integers, zero among them."""
    return rng.integers(-3, 4, shape)


def in_rationals(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Matrices and numbers as exact values, by symbol."""
    backend = Exact()
    return {s: backend.matrix(np.asarray(v, dtype=object)) if np.ndim(v) else backend.scalar(v) for s, v in values.items()}


def exact_value(expression: Any, sizes: Mapping[Any, int], values: Mapping[Any, Any]) -> Any:
    """A Fraction, or an array of them, for the expression at the values."""
    found = compile([expression], sizes, Exact())(in_rationals(values))[0]
    if hasattr(found, "tolist"):
        return np.array([[Fraction(int(e.p), int(e.q)) for e in row] for row in found.tolist()], dtype=object)
    return Fraction(int(found.p), int(found.q))
