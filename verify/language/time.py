"""Quantities at other times: at the start, after the next step, multiplied or summed along a run, and their rates along a flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sympy import Basic, Expr, MatrixExpr, MatrixSymbol, Symbol, sympify
from sympy.core.symbol import Str

from verify.errors import StatementError
from verify.language.matrices import StateMatrix
from verify.language.nodes import Scalar

time = Symbol("t", integer=True, nonnegative=True)
"""The number of the step, as in f(eta, 0)**t."""

flow_time = Symbol("t", real=True, nonnegative=True)
"""The time along a flow, any number from 0 on, as in exp(-c*t)."""

_PRINTED = {"initial": "0", "following": "t+1"}


@lru_cache(maxsize=100_000)
def depends_on_time(expression: Basic) -> bool:
    """Whether the value changes along a run: it mentions the state outside every `initial`."""
    if isinstance(expression, StateMatrix):
        return True
    if isinstance(expression, Moment) and expression.moment == "initial":
        return False
    return any(depends_on_time(a) for a in expression.args)


class Moment:
    """What scalar and matrix quantities at another time share."""

    args: tuple[Basic, ...]

    @property
    def quantity(self) -> Any:
        """The quantity, as it reads at time t."""
        return self.args[0]

    @property
    def moment(self) -> str:
        """`initial`, `following` or `rate`."""
        return str(self.args[1])

    def printed(self, printer: Any) -> str:
        latex = "Latex" in type(printer).__name__
        if self.moment == "rate":
            body = printer._print(self.quantity)
            return rf"\frac{{d}}{{dt}}\left[{body}\right]" if latex else f"rate_of({body})"
        when = _PRINTED[self.moment]
        if hasattr(self.quantity, "printed") and not isinstance(self.quantity, Moment):
            return str(self.quantity.printed(printer, when))
        if isinstance(self.quantity, StateMatrix):
            name = printer._print(Symbol(self.quantity.name))
            return f"{name}({when})"
        body = printer._print(self.quantity)
        return rf"\left.{body}\right|_{{t={when}}}" if latex else f"{self.moment}({body})"

    def _sympystr(self, printer: Any) -> str:
        return self.printed(printer)

    def doit(self, **hints: Any) -> Any:
        return self


class ScalarMoment(Moment, Scalar):
    """A number at another time."""

    plain = "moment"

    def __new__(cls, quantity: Expr, moment: Str) -> ScalarMoment:
        return Expr.__new__(cls, quantity, moment)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = self.printed(printer)
        return body if exp is None else rf"{body}^{{{exp}}}"


class MatrixMoment(Moment, MatrixExpr):
    """A matrix at another time."""

    def __new__(cls, quantity: MatrixExpr, moment: Str) -> MatrixMoment:
        return MatrixExpr.__new__(cls, quantity, moment)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.quantity.shape

    def _latex(self, printer: Any) -> str:
        return self.printed(printer)


def _moment(quantity: Any, moment: str) -> Any:
    if not isinstance(quantity, (Expr, MatrixExpr)):
        raise StatementError(f"{moment}(...) expects a quantity, but got {quantity!r}.")
    kind = MatrixMoment if isinstance(quantity, MatrixExpr) else ScalarMoment
    return kind(quantity, Str(moment))


def initial(quantity: Any) -> Any:
    """The quantity at time 0."""
    return _moment(quantity, "initial")


def following(quantity: Any) -> Any:
    """The quantity after the next step of the dynamics."""
    return _moment(quantity, "following")


def rate_of(quantity: Any) -> Any:
    """The derivative of the quantity in time along the statement's flow."""
    return _moment(quantity, "rate")


def decay_rate(quantity: Expr) -> Expr:
    """The instantaneous rate -q'/q at which a number decays along the flow."""
    return -rate_of(quantity) / quantity


class AlongRun(Scalar):
    """A product or sum of a quantity over the steps k = first, ..., last of a run (empty: 1 or 0)."""

    def __new__(cls, quantity: object, first: object, last: object) -> AlongRun:
        return Expr.__new__(cls, sympify(quantity), sympify(first), sympify(last))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        quantity, first, last = self.args
        inside = quantity.printed(printer, "k") if hasattr(quantity, "printed") else printer._print(quantity)
        body = rf"{self.tex}_{{k={printer._print(first)}}}^{{{printer._print(last)}}} {inside}"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"

    def _sympystr(self, printer: Any) -> str:
        quantity, first, last = self.args
        inside = quantity.printed(printer, "k") if hasattr(quantity, "printed") else printer._print(quantity)
        return f"{self.plain}({inside}, k={printer._print(first)}..{printer._print(last)})"


class ProductAlongRun(AlongRun):
    """prod_{k=first}^{last} q(k)."""

    plain, tex = "product_along", r"\prod"


class SumAlongRun(AlongRun):
    """sum_{k=first}^{last} q(k)."""

    plain, tex = "sum_along", r"\sum"


@lru_cache(maxsize=100_000)
def has_moments(expression: Basic) -> bool:
    """Whether the expression mentions a quantity at another time, or a rate."""
    return isinstance(expression, Moment) or any(has_moments(a) for a in expression.args)


@lru_cache(maxsize=100_000)
def along_run_in(expression: Basic) -> frozenset[AlongRun]:
    """The products and sums along the run that an expression mentions; each part of it is looked at once."""
    inside = frozenset[AlongRun]().union(*map(along_run_in, expression.args))
    return inside | {expression} if isinstance(expression, AlongRun) else inside


def product_along(quantity: object, first: object, last: object) -> Expr:
    """prod_{k=first}^{last} q(k) along the run; `last` may be `time` or `time - 1`."""
    return ProductAlongRun(quantity, first, last)


def sum_along(quantity: object, first: object, last: object) -> Expr:
    """sum_{k=first}^{last} q(k) along the run; `last` may be `time` or `time - 1`."""
    return SumAlongRun(quantity, first, last)


def at_start(symbol: MatrixSymbol) -> MatrixSymbol:
    """The symbol that holds a state matrix at time 0."""
    return MatrixSymbol(f"{symbol.name}(0)", *symbol.shape)


def resolve(
    expression: Any,
    *,
    update: Mapping[StateMatrix, MatrixExpr] | None = None,
    start: Mapping[StateMatrix, MatrixExpr],
    differentiated: Callable[[Any], Any] | None = None,
) -> Any:
    """Write every quantity at another time, and every rate, in terms of the state now and the state at the start.

    `update` is the law: what each state matrix becomes in one step. `start` maps each state
    matrix to what stands for it at time 0: its `at_start` symbol in a run or flow, itself where the
    present state is the initial one. `differentiated` is the derivative along the flow. Raises
    StatementError where `following` has no law or `rate_of` no flow.
    """
    memory: dict[Basic, Any] = {}

    def visit(node: Any) -> Any:
        if not isinstance(node, Basic) or not has_moments(node):
            return node
        if node in memory:
            return memory[node]
        if isinstance(node, Moment):
            quantity = visit(node.quantity)
            if node.moment == "initial":
                result = at_other_time(quantity, start, _PRINTED["initial"])
            elif node.moment == "rate":
                if differentiated is None:
                    raise StatementError(f"rate_of({node.quantity}) has no meaning here: the statement names no flow.")
                result = differentiated(quantity)
            elif update is None:
                raise StatementError(f"following({node.quantity}) has no meaning here: the statement names no dynamics.")
            else:
                result = at_other_time(quantity, update, _PRINTED["following"])
        else:
            arguments = [visit(a) for a in node.args]
            unchanged = all(new is old for new, old in zip(arguments, node.args, strict=True))
            result = node if unchanged else node.func(*arguments)
        memory[node] = result
        return result

    return visit(expression)


def at_other_time(quantity: Any, state: Mapping[Any, Any], when: str = _PRINTED["initial"]) -> Any:
    """The quantity of another state, in which every name that moves prints that time."""
    memory: dict[Basic, Any] = dict(state)

    def visit(node: Any) -> Any:
        if not isinstance(node, Basic) or (not node.args and node not in memory):
            return node
        if node not in memory:
            arguments = [visit(a) for a in node.args]
            if all(new is old for new, old in zip(arguments, node.args, strict=True)):
                memory[node] = node
            elif hasattr(node, "definition"):
                memory[node] = node.at(when, arguments[3])
            else:
                memory[node] = node.func(*arguments)
        return memory[node]

    return visit(quantity)
