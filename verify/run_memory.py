"""How many floats a program holds at once and how much work it is, from the shapes that its instructions pass on, without running it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import prod
from typing import Any, TypeAlias

import sympy
from sympy import MatrixSymbol, Symbol

from verify.backends import base
from verify.compiler import Instruction, Program
from verify.fixed import FixedValues
from verify.language import entrywise as e
from verify.language import matrices as m
from verify.language import nodes as s

Shape: TypeAlias = "tuple[int, int]"
NUMBER = (1, 1)

FACTORISATION = 10
"""About how many times the work of a product of its size a factorisation of a matrix is."""


def entries(program: Program, dimensions: Mapping[Symbol, int]) -> int:
    """Entries of all inputs and of all values that the program computes for one instance, and of what a primitive copies.

    A program keeps every value to its end. A kind that is not known here counts as large as its operands.
    """
    total = sum(map(prod, _inputs(program, dimensions).values()))
    for instruction, operands, shape in _applied(program, dimensions):
        if instruction.kind not in _VIEWS:
            total += max(prod(shape), *map(prod, operands), 0) if instruction.kind in _COPYING else prod(shape)
    return total


def operations(program: Program, dimensions: Mapping[Symbol, int]) -> int:
    """About how many operations on floats one instance takes; a factorisation counts as several products of its matrix."""
    total = 0
    for instruction, operands, shape in _applied(program, dimensions):
        if instruction.kind is sympy.MatMul:
            total += prod(shape) * operands[0][1]
        elif instruction.kind in _FACTORISING:
            total += FACTORISATION * min(operands[0]) * prod(operands[0])
        elif instruction.kind not in _VIEWS:
            total += max(prod(shape), *map(prod, operands), 1)
    return total


def _inputs(program: Program, dimensions: Mapping[Symbol, int]) -> dict[int, Shape]:
    """The shapes of the values that are given, by their slots."""
    fixed = FixedValues(dimensions)
    shapes: dict[int, Shape] = {}
    for symbol, slot in program.inputs.items():
        matrix = isinstance(symbol, MatrixSymbol)
        shapes[slot] = (fixed.count(symbol.rows, symbol), fixed.count(symbol.cols, symbol)) if matrix else NUMBER
    return shapes


def _applied(program: Program, dimensions: Mapping[Symbol, int]) -> Iterator[tuple[Instruction, list[Shape], Shape]]:
    """Each instruction with the shapes of its operands and of its result."""
    shapes = _inputs(program, dimensions)
    for instruction in program.instructions:
        operands = [shapes.get(slot, NUMBER) for slot in instruction.arguments]
        shape = shapes[instruction.target] = _result(instruction, operands)
        yield instruction, operands, shape


def _result(instruction: Instruction, operands: Sequence[Shape]) -> Shape:
    static = instruction.primitive.args if isinstance(instruction.primitive, partial) else ()
    rule = _SHAPES.get(instruction.kind)
    if rule is not None:
        return rule(static, *operands)
    if instruction.kind in _NUMBERS:
        return NUMBER
    rows, columns = zip(*operands, strict=True) if operands else ((1,), (1,))
    return max(rows), max(columns)


def _blocks(static: Any, *operands: Shape) -> Shape:
    _, across = static[0]
    return sum(rows for rows, _ in operands[::across]), sum(columns for _, columns in operands[:across])


_SHAPES: Mapping[type[Any], Callable[..., Shape]] = {
    sympy.MatMul: lambda static, a, b: (a[0], b[1]),
    sympy.Transpose: lambda static, a: (a[1], a[0]),
    sympy.BlockMatrix: _blocks,
    sympy.Identity: lambda static: (static[0], static[0]),
    sympy.ZeroMatrix: lambda static: (static[0], static[1]),
    sympy.OneMatrix: lambda static: (static[0], static[1]),
    base.Assembled: lambda static, *operands: static[0],
    base.Rows: lambda static, a: (static[1], a[1]),
    m.ColumnSpaceProjection: lambda static, a: (a[0], a[0]),
    m.PseudoInverse: lambda static, a: (a[1], a[0]),
    m.ColumnNorms: lambda static, a: (1, a[1]),
    e.UnitVector: lambda static: (static[0], 1),
    e.Vectorised: lambda static, a: (a[0] * a[1], 1),
    e.Unvectorised: lambda static, a: static[0],
    base.SingularValues: lambda static, a: (min(a), 1),
    base.Eigenvalues: lambda static, a: (a[0], 1),
}

_VIEWS = {sympy.Transpose, base.Rows}

_COPYING = {
    base.SingularValues, base.Eigenvalues, s.FrobeniusNorm, s.DeterminantOf, m.PseudoInverse, m.ColumnSpaceProjection, m.ColumnNorms,
}  # fmt: skip
"""Primitives that copy what they read."""

_FACTORISING = {
    base.SingularValues, base.Eigenvalues, s.DeterminantOf, m.PseudoInverse, m.ColumnSpaceProjection, sympy.Inverse,
}  # fmt: skip
"""Primitives whose work grows faster than the entries of the matrix."""

_NUMBERS = {
    s.FrobeniusNorm, base.SquaredFrobenius, s.SpectralNorm, s.LargestSingularValue, s.SmallestSingularValue, s.NuclearNorm, s.SingularValue,
    s.Eigenvalue, s.LargestEigenvalue, s.SmallestEigenvalue, s.SylvesterLargest, s.SylvesterSmallest, s.Rank, s.TraceOf, s.DeterminantOf,
    s.InnerProduct, s.Entry, e.EntrySum,
}  # fmt: skip
