"""Magnitudes: sums add, products multiply, and what is not taken apart counts with its value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from verify.author import absolute, det, dimensions, fro, identity, inner, lam_min, matrix, maximum, scalars, sigma_max, sqrt, trace
from verify.backends import Float64
from verify.compiler import compile
from verify.magnitudes import magnitude

(n,) = dimensions("n")
A, B = matrix("A", n, n), matrix("B", n, n)
x, y = scalars("x y")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ((3 * x - 1) ** 2 * (x - y), (absolute(x) + absolute(y)) * (3 * absolute(x) + 1) ** 2),
        (fro(A * B - B.T), fro(A) * fro(B) + fro(B)),
        (trace(A * A * B) - 2, fro(A) ** 2 * fro(B) + 2),
        (det(A - identity(n)), (fro(A) + sqrt(n)) ** n),
        (sqrt(x**2 + y) - maximum(x, y), sqrt(absolute(x) ** 2 + absolute(y)) + absolute(x) + absolute(y)),
        (inner(A, B) / x, fro(A) * fro(B) * absolute(1 / x)),
        (lam_min(A * A.T), fro(A) ** 2),
        (absolute(x - y), absolute(x) + absolute(y)),
    ],
    ids=str,
)
def test_nothing_cancels(expression: Any, expected: Any) -> None:
    assert magnitude(expression) == expected


def test_it_bounds_the_value_up_to_factors_of_the_dimensions() -> None:
    rng = np.random.default_rng(0)
    values = {A: rng.standard_normal((200, 3, 3)), B: rng.standard_normal((200, 3, 3)), x: rng.standard_normal(200)}
    for expression in (trace(A * B - B * A), det(A + B), sigma_max(A - x * B), lam_min(A + A.T) - x**3):
        value, size = compile([expression, magnitude(expression)], {n: 3}, Float64())(values)
        assert (np.abs(value) <= 3 * size).all()
