"""Functions of probability theory: gamma, polygamma, the error function, chi-square and beta tails.

Derivatives are those with respect to the last argument; the others are parameters. The gamma functions are
defined for positive arguments only, the tails for every real number, as probabilities are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from sympy import Derivative, Expr, Integer, Rational, Symbol, exp, log, pi
from sympy import sqrt as root

from verify.errors import StatementError
from verify.language.nodes import Scalar, _scalar


class Special(Scalar):
    """A function of its last argument, with parameters before it."""

    def __new__(cls, *arguments: object) -> Special:
        return Expr.__new__(cls, *(_scalar(a, cls.plain) for a in arguments))

    @property
    def positive(self) -> tuple[Expr, ...]:
        """What has to be positive for the value to be defined."""
        return self.args[:-1]

    def slope(self) -> Expr:
        """The derivative with respect to the last argument."""
        raise NotImplementedError

    def _eval_derivative(self, symbol: Symbol) -> Expr:
        if any(symbol in parameter.free_symbols for parameter in self.args[:-1]):
            return Derivative(self, symbol, evaluate=False)
        return self.slope() * self.args[-1].diff(symbol)


class GammaFunction(Special):
    """Gamma(x) for x > 0."""

    nonnegative = True
    plain, tex = "gamma_function", r"\Gamma\!\left(%s\right)"

    @property
    def positive(self) -> tuple[Expr, ...]:
        return self.args

    def slope(self) -> Expr:
        return self * Polygamma(0, self.args[0])


class LogGamma(Special):
    """ln Gamma(x) for x > 0."""

    plain, tex = "log_gamma", r"\ln\Gamma\!\left(%s\right)"

    @property
    def positive(self) -> tuple[Expr, ...]:
        return self.args

    def slope(self) -> Expr:
        return Polygamma(0, self.args[0])


class Polygamma(Special):
    """The derivative of order k + 1 of ln Gamma(x) for x > 0; k = 0 is the digamma function."""

    plain, tex = "polygamma", ""

    @property
    def positive(self) -> tuple[Expr, ...]:
        return self.args[1:]

    @property
    def order(self) -> int:
        """k."""
        return int(self.args[0])

    def slope(self) -> Expr:
        return Polygamma(self.order + 1, self.args[1])

    def _sympystr(self, printer: Any) -> str:
        inside = printer._print(self.args[1])
        return f"digamma({inside})" if self.order == 0 else f"polygamma({self.order}, {inside})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        name = r"\psi" if self.order == 0 else rf"\psi^{{({self.order})}}"
        body = rf"{name}\!\left({printer._print(self.args[1])}\right)"
        return body if exp is None else rf"{body}^{{{exp}}}"


class ComplementaryError(Special):
    """erfc(x) = 2/sqrt(pi) times the integral of exp(-s^2) from x to infinity."""

    nonnegative = True
    plain, tex = "erfc", r"\operatorname{erfc}\!\left(%s\right)"

    def slope(self) -> Expr:
        return -2 * exp(-(self.args[0] ** 2)) / root(pi)


class GammaTail(Special):
    """P(G >= x) for a gamma variable G of shape a and scale 1: Gamma(a, x)/Gamma(a), and 1 for x <= 0."""

    nonnegative = True
    plain, tex = "gamma_tail", r"Q\!\left(%s,\,%s\right)"

    def slope(self) -> Expr:
        a, x = self.args
        return -exp((a - 1) * log(x) - x - LogGamma(a))


class BetaTail(Special):
    """P(B >= x) for a variable B ~ Beta(a, b); 1 for x <= 0 and 0 for x >= 1."""

    nonnegative = True
    plain, tex = "beta_tail", r"\mathbb{P}\!\left[\mathrm{Beta}\!\left(%s,\,%s\right)\geq %s\right]"

    def slope(self) -> Expr:
        a, b, x = self.args
        return -exp((a - 1) * log(x) + (b - 1) * log(1 - x) + LogGamma(a + b) - LogGamma(a) - LogGamma(b))


class BetaExponential(Special):
    """E[exp(x B)] for a variable B ~ Beta(a, b): the confluent hypergeometric function 1F1(a; a + b; x)."""

    nonnegative = True
    plain, tex = "beta_exponential", r"\mathbb{E}\!\left[e^{x B}\right]_{B\sim\mathrm{Beta}\left(%s,\,%s\right),\,x=%s}"

    def slope(self) -> Expr:
        a, b, x = self.args
        return a / (a + b) * BetaExponential(a + 1, b, x)


def in_sympy(expression: Any) -> Any:
    """The expression with SymPy's own functions in place of these, for its limits and simplifications."""
    if not getattr(expression, "args", ()):
        return expression
    arguments = [in_sympy(a) for a in expression.args]
    own = _OWN.get(type(expression))
    return own(*arguments) if own is not None else expression.func(*arguments)


_OWN: Mapping[type[Any], Callable[..., Any]] = {
    GammaFunction: sympy.gamma,
    LogGamma: sympy.loggamma,
    Polygamma: sympy.polygamma,
    ComplementaryError: sympy.erfc,
    GammaTail: lambda a, x: sympy.uppergamma(a, x) / sympy.gamma(a),
    BetaExponential: lambda a, b, x: sympy.hyper([a], [a + b], x),
}


def gamma_function(value: object) -> Expr:
    """Gamma(x) for x > 0."""
    return GammaFunction(value)


def log_gamma(value: object) -> Expr:
    """ln Gamma(x) for x > 0."""
    return LogGamma(value)


def digamma(value: object) -> Expr:
    """psi(x), the derivative of ln Gamma(x), for x > 0."""
    return Polygamma(0, value)


def polygamma(order: int, value: object) -> Expr:
    """The derivative of the given order of the digamma function, for x > 0."""
    if not isinstance(order, int) or order < 0:
        raise StatementError(f"polygamma expects an order 0, 1, 2, ..., but got {order}.")
    return Polygamma(order, value)


def erfc(value: object) -> Expr:
    """The complementary error function."""
    return ComplementaryError(value) if _scalar(value, "erfc") != 0 else Integer(1)


def normal_tail(value: object) -> Expr:
    """P(N >= x) for a standard Gaussian N."""
    return Rational(1, 2) * erfc(_scalar(value, "normal_tail") / root(2))


def gamma_tail(shape: object, value: object) -> Expr:
    """P(G >= x) for a gamma variable G of the given shape and scale 1."""
    return GammaTail(shape, value)


def chi_square_tail(freedom: object, value: object) -> Expr:
    """P(Z >= x) for a chi-square variable Z with the given degrees of freedom."""
    return GammaTail(_scalar(freedom, "chi_square_tail") / 2, _scalar(value, "chi_square_tail") / 2)


def beta_tail(a: object, b: object, value: object) -> Expr:
    """P(B >= x) for a variable B ~ Beta(a, b)."""
    return BetaTail(a, b, value)


def beta_exponential(a: object, b: object, value: object) -> Expr:
    """E[exp(x B)], the moment generating function of a variable B ~ Beta(a, b)."""
    return BetaExponential(a, b, value)
