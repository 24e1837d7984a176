"""From expressions to a flat program on one backend: each distinct subexpression once, one factorisation a matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from sympy import Basic, MatrixSymbol, Symbol

from verify.backends.base import Backend, Unsupported
from verify.errors import InstanceError, StatementError, UnsupportedError
from verify.fixed import FixedValues
from verify.language.stacks import BoundSelection, LayerIndex, unbound
from verify.lowering import ALIASES, RULES
from verify.products import Products


@dataclass(frozen=True)
class Instruction:
    """One primitive applied to earlier values; `target` is the number of the value it yields.

    `spent` are the values that nothing after it reads, so that a large matrix does not outlive its use.
    """

    target: int
    kind: type[Any]
    primitive: Callable[..., Any]
    arguments: tuple[int, ...]
    spent: tuple[int, ...] = ()


@dataclass(frozen=True)
class Program:
    """A straight-line program: constants, inputs and instructions over one list of values."""

    backend: Backend
    constants: tuple[Any, ...]
    inputs: Mapping[Basic, int]
    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]

    def __call__(self, values: Mapping[Any, Any]) -> list[Any]:
        """The outputs, in the order in which they were asked for, as values of the backend.

        `values` maps each symbol to a value of the backend; further symbols in it are ignored.
        Undefined outputs are NaN, or raise UndefinedError in exact arithmetic. Raises InstanceError
        where a symbol has no value.
        """
        with self.backend.precision():
            return [self.backend.finish(value) for value in self._run(values)]

    def _run(self, values: Mapping[Any, Any]) -> list[Any]:
        slots = list(self.constants)
        for symbol, slot in self.inputs.items():
            if symbol not in values:
                raise InstanceError(f"{symbol} has no value: give one for each of {', '.join(sorted(str(i) for i in self.inputs))}.")
            slots[slot] = values[symbol]
        for instruction in self.instructions:
            slots[instruction.target] = instruction.primitive(*[slots[a] for a in instruction.arguments])
            for spent in instruction.spent:
                slots[spent] = None
        return [slots[output] for output in self.outputs]

    def function(self, order: Sequence[Basic]) -> Callable[..., Any]:
        """The first output as a function of positional arguments, for use inside another program."""

        def apply(*arguments: Any) -> Any:
            return self._run(dict(zip(order, arguments, strict=True)))[0]

        return apply


class Compilation:
    """The state of one walk: which expression, and which primitive on which values, has which number."""

    def __init__(self, dimensions: Mapping[Symbol, int], backend: Backend) -> None:
        self.backend = backend
        self.fixed = FixedValues(dimensions)
        self._constants: list[Any] = []
        self._inputs: dict[Basic, int] = {}
        self._instructions: list[Instruction] = []
        self._of_expression: dict[Any, int] = {}
        self._of_operation: dict[Any, int] = {}
        self.products: Products = Products(self.emit)
        self._bindings: dict[Basic, int] = {}
        self._fixed_within: dict[Any, FixedValues] = {}

    def visit(self, node: Basic) -> int:
        """The number of the value of an expression. Raises UnsupportedError where the backend has none."""
        inside = unbound(node)
        # an expression inside a sum over layers has one value for each value of the index
        key = (node, *((symbol, self._bindings.get(symbol)) for symbol in sorted(inside, key=str))) if inside else node
        known = self._of_expression.get(key)
        if known is None:
            known = self._of_expression[key] = self._lower(node)
        return known

    @contextmanager
    def binding(self, symbol: Basic, value: int) -> Iterator[None]:
        """Inside, an index has the given number, or a selection the value with the given number."""
        outer_bindings, outer_fixed = self._bindings, self.fixed
        self._bindings = {**outer_bindings, symbol: value}
        if isinstance(symbol, LayerIndex):
            numbers = {s: v for s, v in self._bindings.items() if isinstance(s, LayerIndex)}
            key = frozenset(numbers.items())
            if key not in self._fixed_within:
                self._fixed_within[key] = FixedValues({**outer_fixed.dimensions, **numbers})
            self.fixed = self._fixed_within[key]
        try:
            yield
        finally:
            self._bindings, self.fixed = outer_bindings, outer_fixed

    def _lower(self, node: Basic) -> int:
        value = self.fixed.number(node)
        if value is not None:
            return self.constant(value)
        if isinstance(node, (LayerIndex, BoundSelection)):
            if node not in self._bindings:
                raise StatementError(f"{node} has no value here: it is bound by a sum or a mean, and this stands outside of it.")
            return self._bindings[node]
        if isinstance(node, (Symbol, MatrixSymbol)):
            slot = self._inputs[node] = self._reserve(None)
            return slot
        kind = next((k for k in type(node).__mro__ if k in RULES or k in ALIASES or k in self.backend.meanings), None)
        if kind is None:
            raise UnsupportedError(f"{type(node).__name__} has no meaning in {self.backend.name}: {node}.")
        kind = ALIASES.get(kind, kind)
        meaning = self.backend.meanings.get(kind)
        if isinstance(meaning, Unsupported):
            meaning()
        rule = RULES.get(kind)
        return rule(self, node) if rule is not None else self.emit(kind, [self.visit(a) for a in node.args])

    def constant(self, value: Any) -> int:
        """The number of a rational constant."""
        key = ("constant", value)
        if key not in self._of_operation:
            self._of_operation[key] = self._reserve(self.backend.scalar(value))
        return self._of_operation[key]

    def emit(self, kind: type[Any], arguments: Sequence[int], *static: Any) -> int:
        """The number of a primitive's value on values and static arguments; equal calls share one."""
        key = (kind, tuple(arguments), static)
        if key not in self._of_operation:
            meaning = self.backend.meanings.get(kind)
            if meaning is None:
                raise UnsupportedError(f"{kind.__name__} has no meaning in {self.backend.name}.")
            if isinstance(meaning, Unsupported):
                meaning()
            slot = self._reserve(None)
            primitive = partial(meaning, *static) if static else meaning
            self._instructions.append(Instruction(slot, kind, primitive, tuple(arguments)))
            self._of_operation[key] = slot
        return self._of_operation[key]

    def nested(self) -> Compilation:
        """A fresh compilation at the same dimensions, for a function inside an expression."""
        return Compilation(self.fixed.dimensions, self.backend)

    def shape(self, matrix: Any) -> tuple[int, int]:
        """The shape of a matrix expression. Raises StatementError where a dimension has no value."""
        rows, columns = matrix.shape
        return self.fixed.count(rows, matrix), self.fixed.count(columns, matrix)

    def program(self, outputs: Sequence[int]) -> Program:
        """What was compiled so far, with the given values as outputs."""
        return Program(self.backend, tuple(self._constants), dict(self._inputs), self._needed(outputs), tuple(outputs))

    def _needed(self, outputs: Sequence[int]) -> tuple[Instruction, ...]:
        """The instructions on which the outputs depend, each with the values that it is the last to read."""
        alive, kept = set(outputs), list[Instruction]()
        made = {instruction.target for instruction in self._instructions}
        for instruction in reversed(self._instructions):
            if instruction.target in alive:
                spent = tuple(a for a in dict.fromkeys(instruction.arguments) if a in made and a not in alive)
                alive.update(instruction.arguments)
                kept.append(replace(instruction, spent=spent))
        return tuple(reversed(kept))

    def _reserve(self, value: Any) -> int:
        self._constants.append(value)
        return len(self._constants) - 1


def compile(outputs: Sequence[Basic], dimensions: Mapping[Symbol, int], backend: Backend) -> Program:
    """The program for the expressions at the given dimensions; equal requests share one program.

    Raises UnsupportedError for a node without meaning in the backend, and StatementError for a
    dimension without value.
    """
    return _compiled(tuple(outputs), tuple(sorted(dimensions.items(), key=str)), backend)


@lru_cache(maxsize=4096)
def _compiled(outputs: tuple[Basic, ...], dimensions: tuple[tuple[Symbol, int], ...], backend: Backend) -> Program:
    compilation = Compilation(dict(dimensions), backend)
    with backend.precision():
        return compilation.program([compilation.visit(output) for output in outputs])
