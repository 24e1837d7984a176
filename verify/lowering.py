"""How each node breaks down into primitives: its operands, its static arguments, what it shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import sympy
from sympy import Basic, Dummy, Expr, Lambda, MatMul, MatrixExpr

from verify.backends import base
from verify.errors import StatementError
from verify.language import entrywise as e
from verify.language import matrices as m
from verify.language import naming
from verify.language import nodes as s
from verify.signs import gram_factor, witnesses
from verify.stack_lowering import RULES as STACK_RULES
from verify.stack_lowering import operands

if TYPE_CHECKING:
    from verify.compiler import Compilation

Rule: TypeAlias = "Callable[[Compilation, Any], int]"


def _inside(matrix: Any) -> Any:
    while isinstance(matrix, naming.Named):
        matrix = matrix.definition
    return matrix


def _singular_values(c: Compilation, matrix: Any) -> int:
    """The singular values, which a sign and a transposition do not change."""
    inside = _inside(matrix)
    if isinstance(inside, sympy.Transpose):
        return _singular_values(c, inside.arg)
    if isinstance(inside, MatMul) and inside.as_coeff_matrices()[0] == -1:
        return _singular_values(c, MatMul(*inside.as_coeff_matrices()[1]))
    return c.emit(base.SingularValues, [c.visit(matrix)])


def _eigenvalues(c: Compilation, matrix: Any) -> int:
    """The eigenvalues; of B^T*B from the singular values of B, so that zeros are zeros and cannot turn negative."""
    inside = _inside(matrix)
    factor = gram_factor(inside)
    if factor is not None:
        return c.emit(base.SquaredSpectrum, [_singular_values(c, factor)], c.shape(matrix)[0])
    if isinstance(inside, MatMul) and inside.as_coeff_matrices()[0] == -1:
        return c.emit(base.NegatedSpectrum, [_eigenvalues(c, MatMul(*inside.as_coeff_matrices()[1]))])
    return c.emit(base.Eigenvalues, [c.visit(matrix)])


def _of_singular_values(c: Compilation, node: Any) -> int:
    return c.emit(type(node), [_singular_values(c, node.args[0])])


def _of_eigenvalues(c: Compilation, node: Any) -> int:
    return c.emit(type(node), [_eigenvalues(c, a) for a in node.args])


def _indexed(spectrum: Callable[[Compilation, Any], int]) -> Rule:
    def rule(c: Compilation, node: Any) -> int:
        matrix, index = node.args
        values, number = spectrum(c, matrix), c.fixed.whole(index)
        if number is not None:
            return c.emit(type(node), [values], number)
        return c.emit(type(node), [c.visit(index), values])

    return rule


def _rank(c: Compilation, node: Any) -> int:
    return c.emit(s.Rank, [_singular_values(c, node.args[0])], c.shape(node.args[0]))


def _entry(c: Compilation, node: Any) -> int:
    matrix, *indices = node.args
    # SymPy's own A[i, j] counts from 0, ours from 1
    shift = 1 if isinstance(node, sympy.matrices.expressions.matexpr.MatrixElement) else 0
    numbers = [c.fixed.whole(i) for i in indices]
    if any(number is None for number in numbers):
        raise StatementError(f"{node} needs indices that the dimensions determine.")
    return c.emit(s.Entry, [c.visit(matrix)], *(number + shift for number in numbers if number is not None))


def _power(c: Compilation, node: Any) -> int:
    root, exponent = node.base, c.fixed.number(node.exp)
    if exponent is None:
        return c.emit(sympy.Pow, [c.visit(node.exp), c.visit(root)])
    if exponent.denominator == 1 and exponent % 2 == 0 and isinstance(_inside(root), s.FrobeniusNorm):
        # an even power of ||A||_F needs no root, so it is exact where sums and products are
        square = c.emit(base.SquaredFrobenius, [c.visit(_inside(root).args[0])])
        return square if exponent == 2 else c.emit(sympy.Pow, [square], exponent / 2)
    return c.emit(sympy.Pow, [c.visit(root)], exponent)


def _positive_root(c: Compilation, node: s.PositiveRoot) -> int:
    constant, *others = node.coefficients
    operands = [c.visit(constant)]
    for coefficient in others:
        slot, known = c.visit(coefficient), _ordered_witnesses(coefficient)
        # a coefficient that is its own witness has nothing to be known from
        own = coefficient in known or c.fixed.number(coefficient) is not None
        operands.append(slot if own else c.emit(base.KnownNonnegative, [slot, *map(c.visit, known)]))
    return c.emit(s.PositiveRoot, operands)


@lru_cache(maxsize=10_000)
def _ordered_witnesses(coefficient: Expr) -> tuple[Expr, ...]:
    # printing, by which they are ordered, costs more than all else here
    return tuple(sorted(witnesses(coefficient), key=str))


_LARGE = 10_000
"""From this number of entries on a product is scaled through one of its factors where that is smaller."""


def _matrix_product(c: Compilation, node: MatMul) -> int:
    coefficient, factors = node.as_coeff_matrices()
    values = operands(c, factors)
    (rows, _), (_, columns) = values[0][1], values[-1][1]
    sizes = [rows, *(width for _, (_, width) in values)]
    found = c.products.last_factors([slot for slot, _ in values], sizes)
    if coefficient == 1:
        return found if isinstance(found, int) else c.products.of_two(found.left, found.right)
    scale = c.visit(coefficient)
    if isinstance(found, int):
        return c.emit(base.Scaled, [scale, found])
    if rows * columns < _LARGE or found.inside >= max(rows, columns):
        return c.emit(base.Scaled, [scale, c.products.of_two(found.left, found.right)])
    if rows <= columns:
        return c.products.of_two(c.emit(base.Scaled, [scale, found.left]), found.right)
    return c.products.of_two(found.left, c.emit(base.Scaled, [scale, found.right]))


def _matrix_power(c: Compilation, node: Any) -> int:
    exponent = c.fixed.whole(node.exp)
    if exponent is None:
        raise StatementError(f"{node} needs an integer exponent that the dimensions determine.")
    return c.emit(sympy.MatPow, [c.visit(node.base)], exponent)


def _block(c: Compilation, node: sympy.BlockMatrix) -> int:
    return c.emit(sympy.BlockMatrix, [c.visit(b) for b in node.blocks], node.blockshape)


def _explicit(c: Compilation, node: Any) -> int:
    return c.emit(base.Assembled, [c.visit(e) for e in node.flat()], node.shape)


def _constant_matrix(kind: type[Any], *which: int) -> Rule:
    return lambda c, node: c.emit(kind, [], *(c.shape(node)[i] for i in which))


def _elementwise(c: Compilation, node: m.Elementwise) -> int:
    function, matrix = node.args
    unknown, outer = function.variables[0], dict[Basic, Basic]()

    def split(part: Any) -> Any:
        """The body with everything that does not move with the entry replaced by an argument."""
        if part == unknown or c.fixed.number(part) is not None:
            return part
        if isinstance(part, MatrixExpr):
            raise StatementError(f"the function in {node} must be built from numbers, but it contains the matrix {part}.")
        if unknown not in part.free_symbols and isinstance(part, Expr):
            return outer.setdefault(part, Dummy(real=True))
        return split(part.definition) if isinstance(part, naming.Named) else part.func(*(split(a) for a in part.args))

    body = split(function.expr)
    inner = c.nested()
    program = inner.listing([inner.visit(body)]).function([unknown, *outer.values()])
    return c.emit(m.Elementwise, [c.visit(matrix), *(c.visit(part) for part in outer)], program)


def _entrywise_power(c: Compilation, node: Any) -> int:
    x = Dummy(real=True)
    return _elementwise(c, m.Elementwise(Lambda(x, x**node.exp), node.base))


def _unit_vector(c: Compilation, node: e.UnitVector) -> int:
    index = c.fixed.whole(node.args[1])
    if index is None:
        raise StatementError(f"{node} needs an index that the dimensions determine.")
    return c.emit(e.UnitVector, [], c.shape(node)[0], index)


RULES: Mapping[type[Any], Rule] = {
    **STACK_RULES,
    naming.NamedScalar: lambda c, node: c.visit(node.definition),
    naming.NamedMatrix: lambda c, node: c.visit(node.definition),
    s.SpectralNorm: _of_singular_values,
    s.NuclearNorm: _of_singular_values,
    s.LargestSingularValue: _of_singular_values,
    s.SmallestSingularValue: _of_singular_values,
    s.SingularValue: _indexed(_singular_values),
    s.Rank: _rank,
    s.LargestEigenvalue: _of_eigenvalues,
    s.SmallestEigenvalue: _of_eigenvalues,
    s.Eigenvalue: _indexed(_eigenvalues),
    s.SylvesterLargest: _of_eigenvalues,
    s.SylvesterSmallest: _of_eigenvalues,
    s.Entry: _entry,
    sympy.matrices.expressions.matexpr.MatrixElement: _entry,
    sympy.Pow: _power,
    s.PositiveRoot: _positive_root,
    MatMul: _matrix_product,
    sympy.MatPow: _matrix_power,
    sympy.Transpose: lambda c, node: c.products.transpose(c.visit(node.arg)),
    sympy.Inverse: lambda c, node: c.emit(sympy.Inverse, [c.visit(node.arg)]),
    sympy.BlockMatrix: _block,
    sympy.matrices.immutable.ImmutableDenseMatrix: _explicit,
    sympy.Identity: _constant_matrix(sympy.Identity, 0),
    sympy.ZeroMatrix: _constant_matrix(sympy.ZeroMatrix, 0, 1),
    sympy.OneMatrix: _constant_matrix(sympy.OneMatrix, 0, 1),
    m.Elementwise: _elementwise,
    e.UnitVector: _unit_vector,
    e.Unvectorised: lambda c, node: c.emit(e.Unvectorised, [c.visit(node.args[0])], c.shape(node)),
    sympy.matrices.expressions.hadamard.HadamardPower: _entrywise_power,
}
"""Nodes that are more than a primitive on the values of their arguments."""

ALIASES: Mapping[type[Any], type[Any]] = {
    sympy.Min: s.Minimum,
    sympy.Max: s.Maximum,
    sympy.Abs: s.AbsoluteValue,
    sympy.Trace: s.TraceOf,
    sympy.Determinant: s.DeterminantOf,
}
"""SymPy's own nodes for what the language has nodes of its own for."""
