"""Exact slopes of polynomials by difference quotients, integer points at which to take them, and gradients judged by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
from sympy import Expr

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


def sizes_of(values: dict[Any, Any]) -> dict[Any, int]:
    """The dimensions that the values show."""
    return {d: size for s, v in values.items() if np.ndim(v) for d, size in zip(s.shape, np.shape(v), strict=True) if d.is_Symbol}


def along_line(loss: Expr, values: dict[Any, Any], direction: dict[Any, Any]) -> Callable[[Fraction], Any]:
    """The loss as a function of the step from the values in a direction."""

    def value(step: Fraction) -> Any:
        return exact_value(loss, sizes_of(values), {**values, **{s: values[s] + step * d for s, d in direction.items()}})

    return value


def gradient_is_exact(loss: Expr, of: Any, values: dict[Any, Any], degree: int, own: dict[Any, Any], reach: Fraction = Fraction(1)) -> bool:
    """Whether the matrices `own` are the gradients at the values: their slope in a direction is that of the loss, a polynomial."""
    rng = np.random.default_rng(7)
    direction = {W: integers(rng, *np.shape(values[W])) for W in of}
    found = sum((np.sum(exact_value(own[W], sizes_of(values), values) * direction[W]) for W in of), Fraction(0))
    return bool(found == slope_at_zero(along_line(loss, values, direction), degree, reach))
