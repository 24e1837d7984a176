"""What a function does towards infinity: its limit, its factors, and its difference to itself one further on."""

from __future__ import annotations

from typing import Any

from sympy import Add, Dummy, Expr, Poly, S, Symbol, diff, exp, expand_mul, factor_terms, factorial, log, oo, together
from sympy import limit as symbolic_limit

from verify.language.special import ComplementaryError, LogGamma, Polygamma, Special, in_sympy


def limit_of_sum(function: Any, variable: Symbol) -> Any | None:
    """The limit of a sum of numbers, logarithms and digammas of linear functions, and terms that vanish; None for any other.

    ln(a x + b) and psi(a x + b), a > 0, are ln x + ln a up to what vanishes, so the limit exists where the multiples of ln x cancel.
    """
    growth, total = S.Zero, S.Zero
    for term in Add.make_args(expand_mul(function)):
        factor, moving = term.as_independent(variable, as_Add=False)
        if moving == 1:
            total += factor
        elif isinstance(moving, log) or (isinstance(moving, Polygamma) and moving.order == 0):
            slope = diff(moving.args[-1], variable)
            if slope.has(variable) or not slope.is_positive:
                return None
            growth, total = growth + factor, total + factor * log(slope)
        elif not _vanishes(moving, variable):
            return None
    return total if growth == 0 else None


def _vanishes(function: Any, variable: Symbol) -> bool:
    """Whether it evidently tends to 0: a product of 1/p, exp(-p) and erfc(p) with polynomials p that tend to infinity."""
    if function.is_Mul:
        return all(_vanishes(factor, variable) for factor in function.args)
    if isinstance(function, exp):
        return _grows(-function.args[0], variable)
    if isinstance(function, ComplementaryError):
        return _grows(function.args[0], variable)
    return bool(function.is_Pow and function.exp.is_Rational and function.exp < 0 and _grows(function.base, variable))


def _grows(function: Any, variable: Symbol) -> bool:
    """Whether it is a polynomial that tends to infinity."""
    return bool(function.is_polynomial(variable) and function.has(variable) and Poly(function, variable).LC().is_positive)


def limit_at_infinity(function: Any, variable: Symbol) -> Expr | None:
    """The limit as the variable tends to infinity, as far as SymPy knows one that is a number."""
    positive = Dummy("x", positive=True)
    try:
        found = symbolic_limit(in_sympy(function).xreplace({variable: positive}), positive, oo)
    except (NotImplementedError, ValueError, TypeError):
        return None
    return found if isinstance(found, Expr) and found.is_number and found.is_finite else None


def factors(function: Any) -> tuple[Any, ...]:
    """The function as a product, with what its terms have in common taken out; itself alone where there is nothing."""
    for product in (factor_terms(function), together(function)):
        if product.is_Mul:
            return tuple(product.args)
    return (function,)


def difference_ahead(function: Any, variable: Symbol) -> Any | None:
    """f(x) - f(x + 1) without gamma functions, which their recurrences remove; None where they do not.

    Where it is never negative and f tends to a limit, f is nowhere below that limit.
    """
    ahead = _stepped_back(function.subs(variable, variable + 1), variable)
    difference = expand_mul(function - ahead)
    return None if any(node.has(variable) for node in difference.atoms(Special)) else difference


def without_pole(function: Any, variable: Symbol) -> Any:
    """psi_k(x) as psi_k(x + 1) - (-1)^k k!/x^(k + 1), whose pole at 0 may cancel; the same for x > 0, where psi_k is defined."""
    poles = {
        node: Polygamma(node.order, variable + 1) - (-1) ** node.order * factorial(node.order) / variable ** (node.order + 1)
        for node in function.atoms(Polygamma)
        if node.args[1] == variable
    }
    return expand_mul(function.xreplace(poles)) if poles else function


def _stepped_back(function: Any, variable: Symbol) -> Any:
    """psi_k(u + 1) as psi_k(u) + (-1)^k k!/u^(k + 1), ln Gamma(u + 1) as ln Gamma(u) + ln u, where u holds the variable plainly."""
    replaced = {}
    for node in function.atoms(Polygamma, LogGamma):
        u = node.args[-1] - 1
        if u.diff(variable) != 1:
            continue
        if isinstance(node, LogGamma):
            replaced[node] = LogGamma(u) + log(u)
        else:
            replaced[node] = Polygamma(node.order, u) + (-1) ** node.order * factorial(node.order) / u ** (node.order + 1)
    return function.xreplace(replaced)
