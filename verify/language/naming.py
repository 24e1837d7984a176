"""Named quantities: printed by name, evaluated by definition, unfolded on request."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from sympy import Basic, Expr, MatrixExpr, Symbol, Tuple
from sympy import latex as to_latex
from sympy.core.symbol import Str

from verify.errors import StatementError
from verify.language.nodes import Scalar
from verify.language.time import depends_on_time

TIME = "@"
"""Where a name writes its time itself, as the index of lambda_min(tau_@)."""


class Named:
    """What scalar and matrix named quantities share: a name, its arguments, a definition, and a time if it is not the present one."""

    args: tuple[Basic, ...]
    func: Any

    @property
    def name(self) -> str:
        """The name, in plain text."""
        return str(self.args[0])

    @property
    def free_symbols(self) -> set[Basic]:
        return set(self._free_symbols)

    @cached_property
    def _free_symbols(self) -> frozenset[Basic]:
        """What the name leans on; definitions nest and are shared, so each is read once."""
        return frozenset[Basic]().union(*(a.free_symbols for a in self.args))

    @property
    def definition(self) -> Any:
        """The expression the name stands for."""
        return self.args[3]

    def printed(self, printer: Any, time: str = "t") -> str:
        """The name with its arguments and, where the definition moves with the state, the time."""
        latex = "Latex" in type(printer).__name__
        name = str(self.args[1]) if latex else self.name
        arguments = [printer._print(a) for a in self.args[2].args]
        when = str(self.args[4]) if len(self.args) > 4 else time
        if TIME in name:
            name = name.replace(TIME, when)
        elif len(self.args) > 4 or depends_on_time(self.definition):
            arguments.append(when)
        return f"{name}({', '.join(arguments)})" if arguments else name

    def at(self, time: str, definition: Any) -> Any:
        """The quantity under the same name at another time, where it has another definition."""
        return self.func(*self.args[:3], definition, Str(time))

    def _sympystr(self, printer: Any) -> str:
        return self.printed(printer)

    def doit(self, **hints: Any) -> Any:
        return self


class NamedScalar(Named, Scalar):
    """A number with a name."""

    plain = "named"

    def __new__(cls, name: Str, tex: Str, arguments: Tuple, definition: Expr, *time: Str) -> NamedScalar:
        return Expr.__new__(cls, name, tex, arguments, definition, *time)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = self.printed(printer)
        if exp is None:
            return body
        return rf"{body}^{{{exp}}}" if "^" not in body else rf"\left({body}\right)^{{{exp}}}"


class NamedMatrix(Named, MatrixExpr):
    """A matrix with a name."""

    def __new__(cls, name: Str, tex: Str, arguments: Tuple, definition: MatrixExpr, *time: Str) -> NamedMatrix:
        return MatrixExpr.__new__(cls, name, tex, arguments, definition, *time)

    @cached_property
    def shape(self) -> tuple[Expr, Expr]:
        return self.definition.shape

    def _latex(self, printer: Any) -> str:
        return self.printed(printer)


def define(name: str, definition: Any, *, latex: str | None = None, of: tuple[Symbol, ...] = ()) -> Any:
    """Name a quantity.

    `of` lists the arguments to print, as in f(eta, t); time is added where the definition moves
    with the state, at the end or in place of an `@`. `latex` defaults to SymPy's rendering of the name.
    """
    if isinstance(definition, (int, float)) or not isinstance(definition, (Expr, MatrixExpr)):
        raise StatementError(f"define('{name}', ...) expects an expression, but got {definition!r}.")
    tex = latex if latex is not None else to_latex(Symbol(name))
    kind = NamedMatrix if isinstance(definition, MatrixExpr) else NamedScalar
    return kind(Str(name), Str(tex), Tuple(*of), definition)


def unfold(expression: Any, *, keep: frozenset[str] = frozenset()) -> Any:
    """Replace every named quantity by its definition, at all depths, except the names in `keep`."""
    if not isinstance(expression, Basic) or not expression.args:
        return expression
    if isinstance(expression, Named):
        return expression if expression.name in keep else unfold(expression.definition, keep=keep)
    arguments = [unfold(a, keep=keep) for a in expression.args]
    if all(new is old for new, old in zip(arguments, expression.args, strict=True)):
        return expression
    return expression.func(*arguments)


def names_in(expression: Basic) -> dict[str, Any]:
    """Every named quantity that the expression leans on, by name, innermost last."""
    found: dict[str, Any] = {}

    def visit(node: Basic) -> None:
        if isinstance(node, Named):
            found.setdefault(node.name, node)
        for argument in node.args:
            visit(argument)

    visit(expression)
    return found


def meanings(expressions: Iterable[Any]) -> list[Any]:
    """Every named quantity that the expressions lean on, once, each after those that its own definition leans on."""
    ordered: dict[str, Any] = {}

    def visit(expression: Any) -> None:
        for name, quantity in names_in(expression).items():
            if name not in ordered:
                visit(quantity.definition)
                ordered[name] = quantity

    for expression in expressions:
        visit(expression)
    return list(ordered.values())
