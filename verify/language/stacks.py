"""Depth as a dimension: stacks of layers, what is summed or compared over the layers, and means over minibatches.

A stack of L square layers of order m is one matrix with L*m rows and m columns, whose rows
(l - 1)*m + 1, ..., l*m are layer l. An index that a sum runs over, and a selection that a mean runs
over, are bound: they are no free symbols of the result.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any, ClassVar, Self

from sympy import Basic, Expr, Identity, Integer, MatrixExpr, MatrixSymbol, Symbol, sympify

from verify.errors import StatementError
from verify.language.matrices import StateMatrix
from verify.language.nodes import Scalar, _matrix, _scalar


class LayerIndex(Symbol):
    """The number of a layer where a sum, an extremum or a stack runs over it."""


class BoundSelection(MatrixSymbol):
    """The selection of a minibatch where a mean runs over all of them."""


class Layer(MatrixExpr):
    """The l-th layer of a stack; undefined unless 1 <= l <= L."""

    def __new__(cls, stack: MatrixExpr, index: object) -> Layer:
        return MatrixExpr.__new__(cls, _matrix(stack, "layer"), _scalar(index, "the number of a layer"))

    @cached_property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[0].cols, self.args[0].cols

    def doit(self, **hints: Any) -> MatrixExpr:
        return self

    def _sympystr(self, printer: Any) -> str:
        return f"{_name(printer, self.args[0])}[{printer._print(self.args[1])}]"

    def _latex(self, printer: Any) -> str:
        return _tex_layer(printer, *self.args)


class LayerProduct(MatrixExpr):
    """F_last ... F_first with F_l = W_l, or I + W_l where `shift` is 1; the identity where first = last + 1."""

    def __new__(cls, stack: MatrixExpr, first: object, last: object, shift: Integer) -> LayerProduct:
        return MatrixExpr.__new__(cls, _matrix(stack, "layer_product"), sympify(first), sympify(last), sympify(shift))

    @cached_property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[0].cols, self.args[0].cols

    def doit(self, **hints: Any) -> MatrixExpr:
        return self

    def _sympystr(self, printer: Any) -> str:
        stack, first, last, shift = self.args
        name = _name(printer, stack)
        high, low = (f"{name}[{printer._print(i)}]" for i in (last, first))
        return f"product(I + {high}, ..., I + {low})" if shift == 1 else f"product({high}, ..., {low})"

    def _latex(self, printer: Any) -> str:
        stack, first, last, shift = self.args
        high, low = (_tex_layer(printer, stack, i) for i in (last, first))
        return rf"(I+{high})\cdots(I+{low})" if shift == 1 else rf"{high}\cdots {low}"


def _name(printer: Any, stack: Any) -> str:
    body = printer._print(stack)
    return str(body) if isinstance(stack, MatrixSymbol) or not stack.args or "(" not in body else f"({body})"


def _tex_layer(printer: Any, stack: Any, index: Any) -> str:
    number = printer._print(index)
    if isinstance(stack, StateMatrix):
        return rf"{{{printer._print(Symbol(stack.name))}}}_{{{number}}}(t)"
    body = printer._print(stack)
    return rf"{{{body}}}_{{{number}}}" if isinstance(stack, MatrixSymbol) else rf"\left[{body}\right]_{{{number}}}"


class Binder:
    """What binds a symbol in its first argument after it: `args` is (bound symbol, body, ...)."""

    args: tuple[Any, ...]

    @property
    def bound(self) -> Any:
        """The symbol that is bound in the body."""
        return self.args[0]

    @property
    def body(self) -> Any:
        """What is summed, compared, stacked or averaged."""
        return self.args[1]

    @property
    def free_symbols(self) -> set[Basic]:
        outer = {symbol for argument in self.args[2:] for symbol in argument.free_symbols}
        inner: set[Basic] = set(self.body.free_symbols) - {self.bound}
        if isinstance(self.bound, MatrixSymbol):
            inner |= self.bound.rows.free_symbols | self.bound.cols.free_symbols
        return inner | outer

    def _xreplace(self, rule: Any) -> Any:
        if self.bound in rule:
            rule = {old: new for old, new in rule.items() if old != self.bound}
        return super()._xreplace(rule)  # type: ignore[misc]

    def doit(self, **hints: Any) -> Any:
        return self


class OverLayers(Binder):
    """What runs over the layers l = first, ..., last; `args` is (index, body, first, last)."""

    plain: ClassVar[str]
    tex: ClassVar[str]

    def _sympystr(self, printer: Any) -> str:
        index, body, first, last = (printer._print(a) for a in self.args)
        return f"{self.plain}({body}, {index}={first}..{last})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        index, body, first, last = (printer._print(a) for a in self.args)
        total = self.tex % (index, first, last, body)
        return total if exp is None else rf"\left({total}\right)^{{{exp}}}"


class NumberOver(OverLayers, Scalar):
    """A number that comes from one number for every layer."""

    def __new__(cls, index: LayerIndex, body: Expr, first: Expr, last: Expr) -> Self:
        return Expr.__new__(cls, index, body, first, last)


class MatrixOver(OverLayers, MatrixExpr):
    """A matrix that comes from one matrix for every layer."""

    def __new__(cls, index: LayerIndex, body: MatrixExpr, first: Expr, last: Expr) -> Self:
        return MatrixExpr.__new__(cls, index, body, first, last)


class SumOver(NumberOver):
    """The sum of a number over the layers; 0 over none."""

    plain, tex = "sum_over", r"\sum_{%s=%s}^{%s} %s"


class MatrixSumOver(MatrixOver):
    """The sum of a matrix over the layers; zero over none."""

    plain, tex = "sum_over", r"\sum_{%s=%s}^{%s} %s"

    @cached_property
    def shape(self) -> tuple[Expr, Expr]:
        return self.body.shape


class MaxOver(NumberOver):
    """The largest of a number over the layers, of which there is at least one."""

    plain, tex = "max_over", r"\max_{%s=%s,\dots,%s} %s"


class MinOver(NumberOver):
    """The smallest of a number over the layers, of which there is at least one."""

    plain, tex = "min_over", r"\min_{%s=%s,\dots,%s} %s"


class Stack(MatrixOver):
    """The stack of one matrix for every layer, the first on top."""

    plain, tex = "stack", r"\left[%s=%s,\dots,%s\mapsto %s\right]"

    @cached_property
    def shape(self) -> tuple[Expr, Expr]:
        return (self.args[3] - self.args[2] + 1) * self.body.rows, self.body.cols


class MeanOverMinibatches(Binder, Scalar):
    """The mean of a number over all selections of B columns out of n, each equally likely; `args` is (selection, body)."""

    plain = "mean"

    def __new__(cls, selection: BoundSelection, body: Expr) -> MeanOverMinibatches:
        return Expr.__new__(cls, selection, body)

    def _sympystr(self, printer: Any) -> str:
        return f"mean({printer._print(self.body)} over {self.bound.name})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        total = rf"\mathbb{{E}}_{{{printer._print(self.bound)}}}\left[{printer._print(self.body)}\right]"
        return total if exp is None else rf"{total}^{{{exp}}}"


class MatrixMeanOverMinibatches(Binder, MatrixExpr):
    """The mean of a matrix over all selections of B columns out of n, each equally likely; `args` is (selection, body)."""

    def __new__(cls, selection: BoundSelection, body: MatrixExpr) -> MatrixMeanOverMinibatches:
        return MatrixExpr.__new__(cls, selection, body)

    @cached_property
    def shape(self) -> tuple[Expr, Expr]:
        return self.body.shape

    _sympystr = MeanOverMinibatches._sympystr

    def _latex(self, printer: Any) -> str:
        return rf"\mathbb{{E}}_{{{printer._print(self.bound)}}}\left[{printer._print(self.body)}\right]"


@lru_cache(maxsize=200_000)
def unbound(node: Basic) -> frozenset[Basic]:
    """The indices and selections that are free in an expression: only a binder around it gives them values."""
    if isinstance(node, (LayerIndex, BoundSelection)):
        return frozenset({node})
    inside = frozenset[Basic]().union(*(unbound(a) for a in node.args)) if node.args else frozenset[Basic]()
    return inside - {node.bound} if isinstance(node, Binder) else inside


def layers(name: str, depth: object, order: object, *, moves: bool = False) -> MatrixSymbol:
    """A stack of `depth` square layers of the given order; a weight that a dynamics moves where `moves` is set."""
    kind = StateMatrix if moves else MatrixSymbol
    return kind(name, sympify(depth) * sympify(order), order)


def layer(stack: MatrixExpr, index: object) -> MatrixExpr:
    """The layer with that number, counted from 1."""
    return Layer(stack, index)


def layer_product(stack: MatrixExpr, first: object, last: object, *, shift: bool = False) -> MatrixExpr:
    """W_last ... W_first, or (I + W_last) ... (I + W_first) with `shift`; the identity where first = last + 1.

    In a product with thin matrices the layers are multiplied onto these one by one, and what
    several products share is computed once.
    """
    return LayerProduct(stack, first, last, Integer(int(shift)))


def _index(symbol: Any, role: str) -> LayerIndex:
    if not isinstance(symbol, Symbol):
        raise StatementError(f"{role} runs over a symbol, but got {symbol}.")
    return LayerIndex(symbol.name, integer=True, positive=True)


def _over(kinds: tuple[type[Any], type[Any] | None], symbol: Any, body: Any, first: Any, last: Any, role: str) -> Any:
    index, body = _index(symbol, role), sympify(body)
    kind = kinds[1] if isinstance(body, MatrixExpr) else kinds[0]
    if kind is None:
        raise StatementError(f"{role} compares numbers, but {body} is a matrix.")
    return kind(index, body.xreplace({symbol: index}), sympify(first), sympify(last))


def sum_over(index: Symbol, body: Any, first: object, last: object) -> Any:
    """The sum of a number or a matrix over index = first, ..., last; 0 over none."""
    return _over((SumOver, MatrixSumOver), index, body, first, last, "sum_over")


def max_over(index: Symbol, body: Any, first: object, last: object) -> Expr:
    """The largest of a number over index = first, ..., last."""
    return _over((MaxOver, None), index, body, first, last, "max_over")


def min_over(index: Symbol, body: Any, first: object, last: object) -> Expr:
    """The smallest of a number over index = first, ..., last."""
    return _over((MinOver, None), index, body, first, last, "min_over")


def stack(index: Symbol, body: MatrixExpr, first: object, last: object) -> MatrixExpr:
    """One matrix for every index = first, ..., last, the first on top."""
    if not isinstance(body, MatrixExpr):
        raise StatementError(f"stack expects a matrix for every layer, but got {body}.")
    return _over((Stack, Stack), index, body, first, last, "stack")


def mean_over_minibatches(quantity: Any, selection: MatrixSymbol) -> Any:
    """The mean of a number or a matrix over all selections of as many of n columns as the selection has."""
    if not isinstance(selection, MatrixSymbol):
        raise StatementError(f"mean_over_minibatches runs over a selection matrix, but got {selection}.")
    bound, quantity = BoundSelection(selection.name, *selection.shape), sympify(quantity)
    kind = MatrixMeanOverMinibatches if isinstance(quantity, MatrixExpr) else MeanOverMinibatches
    return kind(bound, quantity.xreplace({selection: bound}))


def identity_plus(stack: MatrixExpr, index: object) -> MatrixExpr:
    """I + W_l, the factor of a residual network."""
    return Identity(stack.cols) + Layer(stack, index)
