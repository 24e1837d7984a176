"""Width reduction: a law whose orbit stays in a few hidden directions runs in those directions alone, exactly.

Let h be a hidden dimension and Q an h x k matrix with Q^T Q = I. A matrix with h rows that Q spans is
Q V, one with h columns V Q^T, one with both, or each layer of a stack of these, Q V Q^T. A law may be
reduced along h where one step from such a state leads to such a state, by the same law for the parts V.
`rotation` states this as identities, which `require_reducible` proves for all dimensions before anything
runs reduced; papers register the same identities. `reduced_form` says what a quantity is in terms of V.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from sympy import Basic, Dummy, Eq, Expr, Identity, Integer, MatMul, MatrixExpr, MatrixSymbol, Symbol, ZeroMatrix
from sympy.core.relational import Relational

from verify.dynamics import Law
from verify.errors import StatementError
from verify.fixed import FixedValues
from verify.language import matrices as m
from verify.language import nodes as s
from verify.language import stacks as k
from verify.language.naming import Named, unfold

# --- what an expression becomes ----------------------------------------------------------------------


class _Irreducible(Exception):
    """A part of an expression that has no form in the reduced state; the text says which."""


@dataclass(frozen=True)
class _Axes:
    """Which axes of a matrix run over the hidden dimension.

    A matrix with both is Q M Q^T, or with `identity` that plus a multiple of I - Q Q^T. In a stack every
    layer is Q M Q^T.
    """

    rows: bool
    columns: bool
    identity: bool = False
    stack: bool = False

    @property
    def any(self) -> bool:
        return self.rows or self.columns

    @property
    def both(self) -> bool:
        return self.rows and self.columns


OUTSIDE = _Axes(False, False)


class _Rewriting:
    """One walk over expressions in the full state that yields the same quantities in the reduced state.

    Matrix symbols keep their names, since the value of h says their shapes. `full` stands where h is
    used as a number; `size(e)` is the value of an expression in dimensions, and None where it is not known.
    """

    def __init__(self, h: Symbol, full: Expr, dropped: int | None, size: Callable[[Any], int | None]) -> None:
        self.h, self.full, self.dropped, self.size = h, full, dropped, size
        self._known: dict[Basic, tuple[Any, _Axes]] = {}

    def scalar(self, node: Any) -> Any:
        """The number in the reduced state. Raises _Irreducible."""
        return self.visit(node)[0]

    def visit(self, node: Any) -> tuple[Any, _Axes]:
        """The expression in the reduced state, and the axes of a matrix. Raises _Irreducible."""
        if node not in self._known:
            self._known[node] = self._matrix(node) if isinstance(node, MatrixExpr) else (self._number(node), OUTSIDE)
        return self._known[node]

    # --- matrices ---

    def _matrix(self, node: MatrixExpr) -> tuple[Any, _Axes]:
        if isinstance(node, Named):
            return self.visit(node.definition)
        axes = self._axes(node)
        if isinstance(node, (MatrixSymbol, ZeroMatrix)):
            return node, axes
        if isinstance(node, Identity):
            return node, _Axes(axes.rows, axes.columns, identity=axes.both)
        parts = [self.visit(a) for a in node.args]
        inside = [a for part, a in parts if isinstance(part, MatrixExpr)]
        rebuilt = _rebuilt(node, [part for part, _ in parts])
        if not axes.any and not any(a.any for a in inside):
            return rebuilt, OUTSIDE
        if isinstance(node, (sympy.MatAdd, k.MatrixSumOver, k.MatrixMeanOverMinibatches)):
            return rebuilt, replace(axes, identity=any(a.identity for a in inside))
        if isinstance(node, k.Layer) and inside[0].stack:
            return rebuilt, axes
        if isinstance(node, k.LayerProduct) and inside[0].stack:
            return rebuilt, replace(axes, identity=True)
        if isinstance(node, k.Stack) and inside[0].both and not inside[0].identity:
            return rebuilt, axes
        if isinstance(node, (MatMul, sympy.MatPow)) and (len(inside) == 1 or not any(a.stack for a in inside)):
            if isinstance(node, sympy.MatPow) and not (node.exp.is_Integer and node.exp > 0):
                raise _Irreducible(f"{node} inverts a matrix of hidden rows and columns")
            return rebuilt, replace(axes, identity=all(a.identity for a in inside))
        if isinstance(node, sympy.Transpose) and not inside[0].stack:
            return rebuilt, replace(axes, identity=inside[0].identity)
        if isinstance(node, (m.ColumnSpaceProjection, m.PseudoInverse)) and not (inside[0].identity or inside[0].stack):
            return rebuilt, axes
        if isinstance(node, m.ColumnNorms) and not inside[0].columns:
            return rebuilt, OUTSIDE
        raise _Irreducible(f"{node} depends on the basis of the hidden space")

    def _axes(self, node: MatrixExpr) -> _Axes:
        if _is_stack(node, self.h):
            return _Axes(True, True, stack=True)
        for side in map(sympy.sympify, node.shape):
            if side != self.h and self.h in side.free_symbols:
                raise _Irreducible(f"{node} has {side} rows or columns")
        return _Axes(*(side == self.h for side in node.shape))

    # --- numbers ---

    def _number(self, node: Any) -> Any:
        if node == self.h:
            return self.full
        if not isinstance(node, Basic) or not node.args:
            return node
        if isinstance(node, Named):
            return self.scalar(node.definition)
        parts = [self.visit(a) for a in node.args]
        axes = [a for part, a in parts if isinstance(part, MatrixExpr)]
        if not any(a.any for a in axes):
            return _rebuilt(node, [part for part, _ in parts])
        if isinstance(node, s.InnerProduct):
            if all(a.identity for a in axes):
                raise _Irreducible(f"{node} counts the dropped directions")
            return _rebuilt(node, [part for part, _ in parts])
        if isinstance(node, (s.SylvesterLargest, s.SylvesterSmallest)):
            end = s.lam_max if isinstance(node, s.SylvesterLargest) else s.lam_min
            return sympy.Add(*(self.scalar(end(a)) for a in node.args))
        if any(a.identity for a in axes):
            raise _Irreducible(f"{node} counts the dropped directions")
        matrix = parts[0][0]
        if isinstance(node, _OF_NONZERO_SPECTRUM):
            return _rebuilt(node, [part for part, _ in parts])
        if isinstance(node, s.SmallestSingularValue):
            return s.sigma(matrix, s.minimum(*(self.scalar(side) for side in node.args[0].shape)))
        if isinstance(node, s.Eigenvalue):
            return self._eigenvalue(node, matrix, parts[1][0])
        if isinstance(node, s.LargestEigenvalue):
            return self._eigenvalue(node, matrix, Integer(1))
        if isinstance(node, s.SmallestEigenvalue):
            return self._eigenvalue(node, matrix, self.full)
        raise _Irreducible(f"{node} depends on the basis of the hidden space")

    def _eigenvalue(self, node: Any, matrix: Any, index: Any) -> Any:
        """The eigenvalue with that index among those of the reduced matrix and as many zeros as directions were dropped."""
        number = self.size(index)
        if number is None or self.dropped is None:
            raise _Irreducible(f"{node} needs an index that the dimensions determine")
        above = s.maximum(s.lam(matrix, number), 0)
        return above + s.minimum(s.lam(matrix, number - self.dropped), 0) if number > self.dropped else above


def _is_stack(node: MatrixExpr, h: Symbol) -> bool:
    """Whether the matrix holds several h x h layers, one below the other."""
    return node.cols == h and node.rows != h and h not in (node.rows / h).free_symbols


_OF_NONZERO_SPECTRUM = (
    s.FrobeniusNorm, s.SpectralNorm, s.NuclearNorm, s.LargestSingularValue, s.SingularValue, s.Rank, s.TraceOf,
)  # fmt: skip


def _rebuilt(node: Any, arguments: Sequence[Any]) -> Any:
    return node if all(new is old for new, old in zip(arguments, node.args, strict=True)) else node.func(*arguments)


def reduced_form(expressions: Sequence[Any], h: Symbol, dimensions: Mapping[Symbol, int], width: int) -> list[Any]:
    """The (resolved) quantities of the full state as expressions in the reduced one, whose h is `width`.

    `dimensions` are those of the full state. Raises StatementError, naming the part, where a quantity
    has no such form because it depends on the basis of the hidden space.
    """
    fixed = FixedValues(dimensions)
    rewriting = _Rewriting(h, Integer(dimensions[h]), dimensions[h] - width, fixed.whole)
    try:
        return [rewriting.visit(e)[0] for e in expressions]
    except _Irreducible as error:
        raise StatementError(f"the width {h} cannot be reduced: {error}; run with reduce=False.") from error


# --- that it may be done -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rotation:
    """What is to be proved of a law along h: `claims` hold for all matrices with `given`, the columns of Q being orthonormal."""

    isometry: MatrixSymbol
    small: Symbol
    given: Relational
    claims: tuple[Relational, ...]


def rotation(law: Law, h: Symbol) -> Rotation:
    """The identities by which the law may be reduced along h: of each state matrix after a step, and of the loss.

    A product of layers Q V Q^T, or of I + Q V Q^T, is Q P Q^T + s (I - Q Q^T) with the product P of the V or
    I + V; the identities hold for every P and s, and the last two are the induction over the layers, which
    begins with the identity, P = I and s = 1.
    Raises StatementError where a part of the law has no form in the reduced state.
    """
    values = [unfold(value) for value in (*law.advanced, law.resolve(law.loss))]
    small, full = Symbol("k", integer=True, positive=True), Dummy(integer=True, positive=True)
    isometry = MatrixSymbol("Q", h, small)
    rewriting = _Rewriting(h, full, None, lambda expression: None)

    def reduced(expression: Any) -> Any:
        return _resized(rewriting.visit(expression)[0], h, small).xreplace({full: h})

    try:
        smaller = [reduced(value) for value in values]
        products = sorted({node for value in values for node in value.atoms(k.LayerProduct) if node.rows == h}, key=str)
        letters = {node: _letter(node, number, h, small) for number, node in enumerate(products)}
        shrunk = {reduced(node): letter for node, letter in letters.items()}
    except _Irreducible as error:
        raise StatementError(f"the law '{law.name}' cannot be reduced along {h}: {error}.") from error
    symbols = {symbol for value in values for symbol in value.atoms(MatrixSymbol)} | set(law.state)
    factors = [_scale(number) for number in range(len(products))]
    spread = {node: _residual(letters[node], s, isometry) for node, s in zip(products, factors, strict=True)}
    spread |= {x: _spread(_resized(x, h, small), x, h, isometry) for x in symbols if h in x.shape}
    claims = []
    for value, after, owner in zip(values, smaller, (*law.state, None), strict=True):
        left, right = value.xreplace(spread), after.xreplace(shrunk)
        state: Any = owner
        if state is not None and _is_stack(state, h):
            left, right, state = (k.Layer(part, _ANY_LAYER) for part in (left, right, state))
        claims.append(Eq(left, right if state is None else _spread(right, state, h, isometry), evaluate=False))
    given = Eq(isometry.T * isometry, Identity(small), evaluate=False)
    return Rotation(isometry, small, given, (*claims, *(_induction(isometry) if products else ())))


_ANY_LAYER = Symbol("l", integer=True, positive=True)


def _letter(product: Any, number: int, h: Symbol, small: Symbol) -> MatrixExpr:
    """A matrix of the reduced width that stands for a product of layers, one for each value of the index that bounds it."""
    bound = sorted(k.unbound(product), key=str)
    if len(bound) > 1:
        raise _Irreducible(f"{product} moves with the indices {', '.join(map(str, bound))} at once")
    if not bound:
        return MatrixSymbol(f"P_{number}", small, small)
    return k.Layer(MatrixSymbol(f"P_{number}", product.args[0].rows / h * small, small), bound[0])


def _scale(number: int) -> Symbol:
    return Symbol(f"s_{number}", real=True)


def _residual(inner: MatrixExpr, scale: Symbol, isometry: MatrixSymbol) -> MatrixExpr:
    """Q P Q^T + s (I - Q Q^T)."""
    return isometry * inner * isometry.T + scale * (Identity(isometry.rows) - isometry * isometry.T)


def _induction(isometry: MatrixSymbol) -> tuple[Relational, ...]:
    """One more layer of a residual network, and of a plain one."""
    one, small = Identity(isometry.rows), isometry.cols
    layer, product, scale = MatrixSymbol("V", small, small), MatrixSymbol("P", small, small), Symbol("s", real=True)
    before, wide = _residual(product, scale, isometry), isometry * layer * isometry.T
    return (
        Eq((one + wide) * before, _residual((Identity(small) + layer) * product, scale, isometry), evaluate=False),
        Eq(wide * before, _residual(layer * product, sympy.S.Zero, isometry), evaluate=False),
    )


def _resized(expression: Any, h: Symbol, small: Symbol) -> Any:
    """The expression in matrices of the smaller width; the matrices are renamed, so that none is taken for the full one."""
    renamed = {
        symbol: MatrixSymbol(f"{symbol.name}_Q", *(side.xreplace({h: small}) for side in symbol.shape))
        for symbol in expression.atoms(MatrixSymbol)
        if h in symbol.shape
    }
    return expression.xreplace(renamed).xreplace({h: small})


def _spread(inner: Any, full: MatrixExpr, h: Symbol, isometry: MatrixSymbol) -> Any:
    """Q M Q^T, Q M or M Q^T, or the stack of the Q M Q^T: the matrix of full width, of the same shape as `full`."""
    if _is_stack(full, h):
        index = k.LayerIndex(f"i_{full}", integer=True, positive=True)
        return k.Stack(index, isometry * k.Layer(inner, index) * isometry.T, sympy.S.One, full.rows / h)
    rows, columns = full.shape
    return MatMul(*([isometry] if rows == h else []), inner, *([isometry.T] if columns == h else []))


@lru_cache(maxsize=256)
def require_reducible(law: Law, h: Symbol) -> None:
    """Prove, for all dimensions, that the law may be reduced along h. Raises StatementError where the proof fails."""
    from verify.proof import Expansion
    from verify.proof.claims import Claim

    found = rotation(law, h)
    report = Expansion().check(Claim((found.given,), found.claims))
    if not report.proved:
        raise StatementError(f"the law '{law.name}' cannot be reduced along {h}: {report.failure}")


# --- doing it --------------------------------------------------------------------------------------------


def spanned(h: Symbol, symbols: Sequence[MatrixSymbol]) -> tuple[list[MatrixSymbol], list[MatrixSymbol]]:
    """The matrices that span the hidden directions, with one hidden axis, and those with two and their stacks, which must be zero."""
    touched = [symbol for symbol in symbols if h in symbol.shape]
    two = [x for x in touched if x.shape == (h, h) or _is_stack(x, h)]
    return [x for x in touched if x not in two], two


def reduce_start(h: Symbol, values: Mapping[Any, Any]) -> dict[Any, Any] | None:
    """The start rotated into the directions that it spans, by one QR factorisation; None where that makes nothing smaller.

    `values` holds arrays (..., rows, columns) with leading axes that broadcast. The new width is the
    number of rows and columns that run over the hidden space, so it is the same for every start of a
    batch; rank-deficient ones span less. A matrix with two hidden axes must be zero for this.
    """
    spanning, square = spanned(h, [symbol for symbol in values if isinstance(symbol, MatrixSymbol)])
    if not spanning or any(np.any(values[symbol]) for symbol in square):
        return None
    columns = [values[x] if x.rows == h else np.swapaxes(values[x], -1, -2) for x in spanning]
    full, width = columns[0].shape[-2], sum(c.shape[-1] for c in columns)
    if width >= full:
        return None
    batch = np.broadcast_shapes(*(c.shape[:-2] for c in columns))
    together = np.concatenate([np.broadcast_to(c, (*batch, *c.shape[-2:])) for c in columns], axis=-1)
    triangle: Any = np.linalg.qr(together, mode="r")
    small, begin = dict(values), 0
    for symbol, column in zip(spanning, columns, strict=True):
        part = triangle[..., begin : begin + column.shape[-1]]
        small[symbol] = part if symbol.rows == h else np.swapaxes(part, -1, -2)
        begin += column.shape[-1]
    for symbol in square:
        *leading, rows, _ = np.shape(values[symbol])
        small[symbol] = np.zeros((*leading, rows // full * width, width))
    return small
