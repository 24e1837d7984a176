"""Taylor coefficients of a flow: the compiled velocities, evaluated on power series in the time.

The k-th coefficient of a product is a sum of products of coefficients, so each instruction of the program
yields its coefficients one after the other, and the velocity's k-th one is the state's (k+1)-th one times k+1.
These are the iterated Lie derivatives of the state, divided by factorials, at the cost of a few products for each order.
Activations have such coefficients on one pattern, whose slopes stand still.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial, reduce
from operator import add
from typing import Any, Literal

import sympy
from sympy import Basic, Symbol

from verify.backends import base
from verify.backends.base import Backend
from verify.compiler import Instruction, compile
from verify.errors import EnclosureError
from verify.flows import Flow
from verify.kinks import pieces
from verify.language import entrywise as e
from verify.language import nodes as s

Rule = Literal["sum", "each", "product"]

_RULES: Mapping[type[Any], Rule] = {
    sympy.Add: "sum",
    sympy.MatAdd: "sum",
    sympy.Transpose: "each",
    s.TraceOf: "each",
    s.Entry: "each",
    sympy.BlockMatrix: "each",
    base.Scaled: "product",
    sympy.MatMul: "product",
    s.InnerProduct: "product",
    e.EntrySum: "each",
    e.Vectorised: "each",
    e.Unvectorised: "each",
}
"""Coefficients of sums are sums and of linear functions their values; those of products of two are convolutions."""


@dataclass(frozen=True)
class _Operation:
    """One operation on power series; `moving` says which arguments are series, the others are plain values."""

    target: int
    rule: Rule
    apply: Callable[..., Any]
    arguments: tuple[int, ...]
    moving: tuple[bool, ...]


@dataclass(frozen=True)
class TaylorSystem:
    """A flow compiled for the Taylor coefficients of its state, in any backend that adds and multiplies."""

    backend: Backend
    constants: tuple[Any, ...]
    inputs: Mapping[Basic, int]
    still: tuple[Instruction, ...]
    operations: tuple[_Operation, ...]
    state: tuple[Basic, ...]
    outputs: tuple[int, ...]
    slots: int

    def prepared(self, values: Mapping[Basic, Any]) -> list[Any]:
        """The values of everything that does not move, by slot."""
        slots = [*self.constants, *[None] * (self.slots - len(self.constants))]
        for symbol, slot in self.inputs.items():
            slots[slot] = values.get(symbol)
        for instruction in self.still:
            slots[instruction.target] = instruction.primitive(*[slots[a] for a in instruction.arguments])
        return slots

    def coefficients(self, prepared: Sequence[Any], state: Sequence[Any], order: int) -> list[list[Any]]:
        """For each state matrix its coefficients 0, ..., order, from the state and what was prepared."""
        slots = list(prepared)
        scaled = self.backend.meanings[base.Scaled]
        series = [[matrix] for matrix in state]
        for symbol, coefficients in zip(self.state, series, strict=True):
            if symbol in self.inputs:
                slots[self.inputs[symbol]] = coefficients
        for operation in self.operations:
            slots[operation.target] = []
        for k in range(order):
            for operation in self.operations:
                slots[operation.target].append(_coefficient(operation, slots, k))
            share = self.backend.scalar(Fraction(1, k + 1))
            for output, coefficients in zip(self.outputs, series, strict=True):
                velocity = slots[output]
                if not isinstance(velocity, list):  # a velocity that does not move
                    velocity = [velocity] if k == 0 else [scaled(self.backend.scalar(0), velocity)] * (k + 1)
                coefficients.append(scaled(share, velocity[k]))
        return series


def _coefficient(operation: _Operation, slots: Sequence[Any], k: int) -> Any:
    """Coefficient number k of an operation's value."""
    values = [slots[a] for a in operation.arguments]
    if operation.rule == "sum":
        terms = [v[k] if moves else v for v, moves in zip(values, operation.moving, strict=True) if moves or k == 0]
        return reduce(add, terms)
    if operation.rule == "each":
        return operation.apply(*(v[k] for v in values))
    left, right = values
    if operation.moving == (True, True):
        return reduce(add, (operation.apply(left[i], right[k - i]) for i in range(k + 1)))
    return operation.apply(left[k], right) if operation.moving[0] else operation.apply(left, right[k])


def taylor_system(flow: Flow, dimensions: Mapping[Symbol, int], backend: Backend) -> TaylorSystem:
    """The flow compiled at the given dimensions; equal requests share one. Raises EnclosureError for a node without a rule."""
    return _compiled(flow, tuple(sorted(dimensions.items(), key=str)), backend)


@lru_cache(maxsize=256)
def _compiled(flow: Flow, dimensions: tuple[tuple[Symbol, int], ...], backend: Backend) -> TaylorSystem:
    program = compile(pieces(flow).velocities, dict(dimensions), backend)
    moving = {program.inputs[symbol] for symbol in flow.state if symbol in program.inputs}
    still: list[Instruction] = []
    operations: list[_Operation] = []
    slots = len(program.constants)
    for instruction in program.instructions:
        if not moving & set(instruction.arguments):
            still.append(instruction)
            continue
        moving.add(instruction.target)
        for rule, apply, arguments, target in _broken_down(instruction, backend, slots):
            slots = max(slots, target + 1)
            moving.add(target)
            operations.append(_Operation(target, rule, apply, arguments, tuple(a in moving for a in arguments)))
    return TaylorSystem(backend, program.constants, program.inputs, tuple(still), tuple(operations), flow.state, program.outputs, slots)


def _broken_down(instruction: Instruction, backend: Backend, free: int) -> list[tuple[Rule, Callable[..., Any], tuple[int, ...], int]]:
    """An instruction as sums, linear functions and products of two, with new slots from `free` on for what lies between."""
    kind, arguments, target = instruction.kind, instruction.arguments, instruction.target
    if kind in _RULES:
        return [(_RULES[kind], instruction.primitive, arguments, target)]
    if kind is base.SquaredFrobenius:
        return [("product", backend.meanings[s.InnerProduct], (arguments[0], arguments[0]), target)]
    if kind in (sympy.Mul, sympy.HadamardProduct):
        factors = list(arguments)
    elif kind in (sympy.Pow, sympy.MatPow) and (exponent := _whole_exponent(instruction)) is not None:
        factors = [arguments[0]] * exponent
    else:
        raise EnclosureError(f"the flow moves {kind.__name__}, which has no rule for Taylor series.")
    if len(factors) == 1:
        return [("each", lambda value: value, (factors[0],), target)]
    times = backend.meanings[
        sympy.MatMul if kind is sympy.MatPow else sympy.HadamardProduct if kind is sympy.HadamardProduct else sympy.Mul
    ]
    between = [*range(free, free + len(factors) - 2), target]
    lefts = [factors[0], *between[:-1]]
    return [("product", times, (left, right), goal) for left, right, goal in zip(lefts, factors[1:], between, strict=True)]


def _whole_exponent(instruction: Instruction) -> int | None:
    """The positive integer to which the instruction raises its one argument; None where it is no such power."""
    if len(instruction.arguments) != 1 or not isinstance(instruction.primitive, partial):
        return None
    exponent = instruction.primitive.args[0]
    return int(exponent) if exponent > 0 and Fraction(exponent).denominator == 1 else None
