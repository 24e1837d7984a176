"""Rules for the step size, as expressions that `verify.runs` evaluates in every step: a constant is a number, the others are built here."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Symbol

from verify.language.naming import Named
from verify.language.nodes import coefficients, minimum, positive_root


def adaptive(rate: Expr, step_size: Symbol, up_to: Any = None) -> Expr:
    """The step size that minimises a rate 1 - h_1 eta + h_2 eta^2 + ...: the zero of its derivative, or `up_to` if that is less.

    The coefficients may move with the state. The rule has no value unless h_1 > 0, no other h_k is negative and one is positive.
    Raises StatementError where the rate is not written as a polynomial in the step size.
    """
    polynomial = rate.definition if isinstance(rate, Named) else rate
    terms = coefficients(polynomial, step_size)
    stationary = positive_root(sum(k * c * step_size ** (k - 1) for k, c in enumerate(terms) if k), step_size)
    return stationary if up_to is None else minimum(stationary, up_to)
