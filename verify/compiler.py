"""From expressions to a flat program: each distinct subexpression once, one factorisation a matrix.

Expressions are listed once for given dimensions, whatever the backend; a listing is then bound to one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sympy import Basic, MatrixSymbol, Symbol

from verify.backends.base import Backend, Unsupported
from verify.backends.elsewhere import ELSEWHERE
from verify.errors import InstanceError, StatementError, UnsupportedError
from verify.fixed import FixedValues
from verify.language.stacks import BoundSelection, LayerIndex, unbound
from verify.lowering import ALIASES, RULES
from verify.products import Products


class Instruction(NamedTuple):
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
    inputs: Mapping[Any, int]
    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]

    def __call__(self, values: Mapping[Any, Any]) -> list[Any]:
        """The outputs, in the order in which they were asked for, as values of the backend.

        `values` maps each symbol to a value of the backend; further symbols in it are ignored.
        Undefined outputs are NaN, or raise UndefinedError in exact arithmetic. Raises InstanceError
        where a symbol has no value.
        """
        with self.backend.precision():
            return [self.backend.finish(value) for value in self.run(values)]

    def given(self, values: Mapping[Any, Any]) -> Program:
        """The program of the other symbols: what depends on these values alone is computed now, for many calls to come."""
        slots, known = list(self.constants), {k for k, value in enumerate(self.constants) if value is not None}
        for symbol, slot in self.inputs.items():
            if symbol in values:
                slots[slot] = values[symbol]
                known.add(slot)
        left = []
        with self.backend.precision():
            for instruction in self.instructions:
                if known.issuperset(instruction.arguments):
                    slots[instruction.target] = instruction.primitive(*[slots[a] for a in instruction.arguments])
                    known.add(instruction.target)
                else:
                    left.append(instruction)
        inputs = {symbol: slot for symbol, slot in self.inputs.items() if slot not in known}
        return Program(self.backend, tuple(slots), inputs, tuple(left), self.outputs)

    def run(self, values: Mapping[Any, Any]) -> list[Any]:
        """The outputs as they come, for a caller that has set the precision."""
        slots = list(self.constants)
        for symbol, slot in self.inputs.items():
            try:
                slots[slot] = values[symbol]
            except KeyError:
                needed = ", ".join(sorted(str(i) for i in self.inputs))
                raise InstanceError(f"{symbol} has no value: give one for each of {needed}.") from None
        value = slots.__getitem__
        for target, _, primitive, arguments, spent in self.instructions:
            slots[target] = primitive(*map(value, arguments))
            for number in spent:
                slots[number] = None
        return [slots[output] for output in self.outputs]


@dataclass(frozen=True)
class Input:
    """A value that is given: that of a symbol, or the argument of a function at a position."""

    name: Any


class Operation(NamedTuple):
    """The primitive of a node, with static arguments, on the values with the given numbers."""

    kind: type[Any]
    arguments: tuple[int, ...]
    static: tuple[Any, ...]


Slot = Fraction | Input | Operation

Definitions = tuple[tuple[Basic, Basic], ...]
"""Symbols and the expressions they stand for."""


@dataclass(frozen=True)
class Listing:
    """Constants, inputs and operations on earlier ones, in one list; `outputs` are numbers in it."""

    slots: tuple[Slot, ...]
    outputs: tuple[int, ...]

    def bind(self, backend: Backend) -> Program:
        """The program of the backend. Raises UnsupportedError for a node without meaning in it."""
        constants = tuple(backend.scalar(slot) if isinstance(slot, Fraction) else None for slot in self.slots)
        inputs = {slot.name: number for number, slot in enumerate(self.slots) if isinstance(slot, Input)}
        alive, instructions = set(self.outputs), list[Instruction]()
        slots = self.slots
        for number in range(len(slots) - 1, -1, -1):
            slot = slots[number]
            if isinstance(slot, Operation):
                last = set(slot.arguments) - alive
                spent = tuple([a for a in last if isinstance(slots[a], Operation)]) if last else ()
                alive |= last
                instructions.append(_instruction(number, slot, spent, backend))
        return Program(backend, constants, inputs, tuple(reversed(instructions)), self.outputs)

    def function(self, order: Sequence[Basic]) -> Function:
        """The first output as a function of positional arguments, for use inside another listing."""
        position = {symbol: k for k, symbol in enumerate(order)}
        slots = tuple(Input(position[slot.name]) if isinstance(slot, Input) else slot for slot in self.slots)
        return Function(replace(self, slots=slots))


@dataclass(frozen=True)
class Function:
    """A listing whose inputs are positions."""

    listing: Listing

    def bind(self, backend: Backend) -> Callable[..., Any]:
        """The function on values of the backend."""
        program = self.listing.bind(backend)
        return lambda *arguments: program.run(dict(enumerate(arguments)))[0]


def _instruction(target: int, operation: Operation, spent: tuple[int, ...], backend: Backend) -> Instruction:
    meaning = backend.meanings.get(operation.kind)
    if meaning is None:
        raise UnsupportedError(f"{operation.kind.__name__} has no meaning in {backend.name}.")
    if isinstance(meaning, Unsupported):
        meaning()
    static = [a.bind(backend) if isinstance(a, Function) else a for a in operation.static]
    return Instruction(target, operation.kind, partial(meaning, *static) if static else meaning, operation.arguments, spent)


class Compilation:
    """What was listed so far at given dimensions: which expression, and which operation, has which number.

    `nodes` are the classes that backends have an entry for, be it that they have no meaning for it. A symbol that has a
    definition stands for it.
    """

    def __init__(self, dimensions: Mapping[Symbol, int], nodes: frozenset[type[Any]], definitions: Definitions = ()) -> None:
        self.nodes = nodes
        self.definitions = dict(definitions)
        self.fixed = FixedValues(dimensions)
        self._slots: list[Slot] = []
        self._of_slot: dict[Slot, int] = {}
        # Equal expressions end in equal operations, so that it is enough to know each object, which is faster than comparing.
        self._of_expression: dict[int, tuple[Basic, int]] = {}
        self._of_bound: dict[Any, int] = {}
        self.products: Products = Products(self.emit)
        self._bindings: dict[Basic, int] = {}
        self._fixed_within: dict[Any, FixedValues] = {}

    def visit(self, node: Basic) -> int:
        """The number of the value of an expression."""
        known = self._of_expression.get(id(node))
        if known is not None:
            return known[1]
        inside = unbound(node)
        if inside:
            # an expression inside a sum over layers has one value for each value of the index
            key = (node, *((symbol, self._bindings.get(symbol)) for symbol in sorted(inside, key=str)))
            if key not in self._of_bound:
                self._of_bound[key] = self._lower(node)
            return self._of_bound[key]
        number = self._lower(node)
        self._of_expression[id(node)] = node, number
        return number

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
        if node in self.definitions:
            return self.visit(self.definitions[node])
        if isinstance(node, (Symbol, MatrixSymbol)):
            return self._number(Input(node))
        kind = next((k for k in type(node).__mro__ if k in RULES or k in ALIASES or k in self.nodes), None)
        if kind is None:
            raise UnsupportedError(f"{type(node).__name__} has no meaning in any number system: {node}.")
        kind = ALIASES.get(kind, kind)
        if kind in ELSEWHERE:
            ELSEWHERE[kind]()
        rule = RULES.get(kind)
        return rule(self, node) if rule is not None else self.emit(kind, [self.visit(a) for a in node.args])

    def constant(self, value: Any) -> int:
        """The number of a rational constant."""
        return self._number(Fraction(value))

    def emit(self, kind: type[Any], arguments: Sequence[int], *static: Any) -> int:
        """The number of a primitive's value on values and static arguments; equal calls share one."""
        return self._number(Operation(kind, tuple(arguments), static))

    def nested(self) -> Compilation:
        """A fresh compilation at the same dimensions, for a function inside an expression."""
        return Compilation(self.fixed.dimensions, self.nodes)

    def shape(self, matrix: Any) -> tuple[int, int]:
        """The shape of a matrix expression. Raises StatementError where a dimension has no value."""
        rows, columns = matrix.shape
        return self.fixed.count(rows, matrix), self.fixed.count(columns, matrix)

    def listing(self, outputs: Sequence[int]) -> Listing:
        """What the values with these numbers need of all that was listed so far."""
        needed: set[int] = set()
        waiting = list(outputs)
        while waiting:
            number = waiting.pop()
            if number not in needed:
                needed.add(number)
                slot = self._slots[number]
                waiting.extend(slot.arguments if isinstance(slot, Operation) else ())
        renumbered = {old: new for new, old in enumerate(sorted(needed))}
        kept = [self._slots[old] for old in renumbered]
        slots = [Operation(s.kind, tuple([renumbered[a] for a in s.arguments]), s.static) if isinstance(s, Operation) else s for s in kept]
        return Listing(tuple(slots), tuple(renumbered[output] for output in outputs))

    def _number(self, slot: Slot) -> int:
        number = self._of_slot.get(slot)
        if number is None:
            number = self._of_slot[slot] = len(self._slots)
            self._slots.append(slot)
        return number


def compile(outputs: Sequence[Basic], dimensions: Mapping[Symbol, int], backend: Backend, definitions: Definitions = ()) -> Program:
    """The program for the expressions at the given dimensions; equal requests share one program.

    Symbols with definitions need no values; what their definitions share with the outputs is computed once.
    Raises UnsupportedError for a node without meaning in the backend, and StatementError for a
    dimension without value.
    """
    return _compiled(tuple(outputs), frozenset(dimensions.items()), backend, definitions)


@lru_cache(maxsize=4096)
def _compiled(outputs: tuple[Basic, ...], dimensions: frozenset[tuple[Symbol, int]], backend: Backend, definitions: Definitions) -> Program:
    return _listing(outputs, dimensions, frozenset(backend.meanings), definitions).bind(backend)


@lru_cache(maxsize=4096)
def _listing(
    outputs: tuple[Basic, ...], dimensions: frozenset[tuple[Symbol, int]], nodes: frozenset[type[Any]], definitions: Definitions
) -> Listing:
    compilation = _compilation(dimensions, nodes, definitions)
    return compilation.listing([compilation.visit(output) for output in outputs])


@lru_cache(maxsize=64)
def _compilation(dimensions: frozenset[tuple[Symbol, int]], nodes: frozenset[type[Any]], definitions: Definitions) -> Compilation:
    """What is listed for one statement at some dimensions serves the next one, which mostly speaks of the same quantities."""
    return Compilation(dict(dimensions), nodes, definitions)
