"""Values of functions of one variable over intervals, as rigorous balls, and signs by subdivision."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb, fmpq
from sympy import Abs, Add, E, Expr, Ge, Gt, Integer, Max, Min, Mul, Ne, Pow, Rational, Symbol, exp, log, pi
from sympy import sqrt as sympy_sqrt
from sympy.core.relational import Relational

from verify.backends.special_functions import BALLS
from verify.language import nodes
from verify.language.naming import Named
from verify.language.special import Special

BITS = 106
"""Working precision of the balls."""


def plain(expression: Any) -> Expr:
    """The expression in SymPy's own functions, so that it can be differentiated and evaluated at a point."""
    if isinstance(expression, Named):
        return plain(expression.definition)
    if not expression.args:
        return expression
    arguments = [plain(a) for a in expression.args]
    own: dict[type, Callable[..., Any]] = {
        nodes.SquareRoot: sympy_sqrt,
        nodes.AbsoluteValue: Abs,
        nodes.Maximum: Max,
        nodes.Minimum: Min,
        nodes.PositivePart: lambda v: Max(v, 0),
    }
    return own.get(type(expression), expression.func)(*arguments)


def conditions(expression: Any) -> list[tuple[Any, type[Relational]]]:
    """Parts of the expression with their relation to 0 that makes it defined, before anything cancels."""
    found: list[tuple[Any, type[Relational]]] = []
    for node in expression.atoms(nodes.SquareRoot, log, Pow, Special):
        if isinstance(node, Special):
            found += [(part, Gt) for part in node.positive if not (part.is_Rational and part > 0)]
        elif isinstance(node, nodes.SquareRoot):
            found.append((node.args[0], Ge))
        elif isinstance(node, log):
            found.append((node.args[0], Gt))
        elif isinstance(node.args[1], Integer):
            if node.args[1] < 0:
                found.append((node.args[0], Ne))
        elif not node.args[0].is_number:
            found.append((node.args[0], Ge if node.args[1].is_nonnegative else Gt))
    return found


def value(expression: Any, variable: Symbol, at: arb) -> arb:
    """A ball that holds the value everywhere on the ball `at`; not finite where that is unknown or undefined."""
    if expression == variable:
        return at
    if isinstance(expression, Rational):
        return arb(fmpq(int(expression.p), int(expression.q)))
    if expression == pi:
        return arb.pi()
    if expression == E:
        return arb.const_e()
    arguments = [value(a, variable, at) for a in expression.args if a.is_number or a.has(variable)]
    if isinstance(expression, Add):
        return sum(arguments, arb(0))
    if isinstance(expression, Mul):
        result = arb(1)
        for argument in arguments:
            result = result * argument
        return result
    if isinstance(expression, Pow):
        exponent = expression.args[1]
        if isinstance(exponent, Integer):
            return arguments[0] ** int(exponent)
        if exponent == Rational(1, 2):
            return arguments[0].sqrt()
        return (arguments[0].log() * arguments[1]).exp()
    simple: dict[type, Callable[..., arb]] = {exp: arb.exp, log: arb.log, Abs: abs}
    if type(expression) in simple:
        return simple[type(expression)](arguments[0])
    if isinstance(expression, Special):
        return BALLS[type(expression)](*arguments)
    if isinstance(expression, (Max, Min)):
        result = arguments[0]
        for argument in arguments[1:]:
            result = result.max(argument) if isinstance(expression, Max) else result.min(argument)
        return result
    return arb("nan")


def over(expression: Any, variable: Symbol, low: Fraction, high: Fraction) -> arb:
    """A ball that holds the values on the interval."""
    from verify.backends.ball_numbers import working_precision

    with working_precision(BITS):
        middle, radius = (low + high) / 2, (high - low) / 2
        centre = _exact(middle)
        interval = centre + arb(0, 1) * _exact(radius)
        return value(expression, variable, interval)


def _exact(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))


def positive_between(
    expression: Any, variable: Symbol, low: Fraction, high: Fraction, pieces: int
) -> tuple[int, None] | tuple[None, tuple[Fraction, Fraction]]:
    """The number of pieces on each of which the expression is certainly positive, or a piece where that is not certain."""
    waiting = [(low, high)]
    done = 0
    width = (high - low) / 2**40
    while waiting:
        a, b = waiting.pop()
        if over(expression, variable, a, b) > 0:
            done += 1
        elif b - a <= width or done + len(waiting) > pieces:
            return None, (a, b)
        else:
            middle = (a + b) / 2
            waiting.extend([(middle, b), (a, middle)])
    return done, None
