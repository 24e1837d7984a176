"""Update laws as symbolic objects, and the runs of the same compiled laws.

A law says what each weight matrix becomes in one step. Proofs substitute it, runs compile it, so
a proof is never about other code than the one that ran. One `run` serves every backend and keeps
every state, for the statements about it; `verify.runs` is for many seeds, widths and steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from sympy import Basic, Expr, Integer, MatrixExpr, MatrixSymbol, Symbol

from verify.backends.base import Backend
from verify.compiler import compile
from verify.errors import StatementError
from verify.flows import Flow, continuous
from verify.language.matrices import StateMatrix
from verify.language.time import AlongRun, ProductAlongRun, along_run_in, at_start, resolve, time


@dataclass(frozen=True)
class Law:
    """One step of a dynamics: what each state matrix becomes.

    `update` pairs each state matrix with its value after the step; `step_size` is the symbol that
    the update uses for it; `loss` is the quantity that the dynamics decreases. `widths` are the hidden
    dimensions along which runs may be reduced to the directions that the start spans; `verify.reduction`
    proves that they may before it does so.
    """

    name: str
    update: tuple[tuple[StateMatrix, MatrixExpr], ...]
    step_size: Symbol
    loss: Expr
    widths: tuple[Symbol, ...] = ()

    def __post_init__(self) -> None:
        for matrix, value in self.update:
            if not isinstance(matrix, StateMatrix):
                raise StatementError(f"the law '{self.name}' moves {matrix}, which is not declared with state(...).")
            if matrix.shape != value.shape:
                raise StatementError(f"the law '{self.name}' turns {matrix}, which is {matrix.shape}, into a matrix that is {value.shape}.")

    @property
    def state(self) -> tuple[StateMatrix, ...]:
        """The matrices that the law moves."""
        return tuple(matrix for matrix, _ in self.update)

    @property
    def starts(self) -> dict[StateMatrix, Any]:
        """The symbols that hold the state at time 0 during a run."""
        return {s: at_start(s) for s in self.state}

    @cached_property
    def advanced(self) -> tuple[MatrixExpr, ...]:
        """What the state matrices become, free of `initial` and `following`."""
        return tuple(self.resolve(value) for _, value in self.update)

    @cached_property
    def flow(self) -> Flow:
        """The law seen in continuous time: W becoming W - eta*g has the velocity -g.

        Raises StatementError where the law is not linear in its step size.
        """
        return continuous(self.name, dict(self.update), self.step_size, self.loss)

    def resolve(self, expression: Any) -> Any:
        """Write `initial` and `following` in terms of the present state and the one at the start."""
        return resolve(expression, update=dict(self.update), start=self.starts)


def law(name: str, update: Mapping[StateMatrix, MatrixExpr], *, step_size: Symbol, loss: Expr, widths: tuple[Symbol, ...] = ()) -> Law:
    """A law from a mapping of state matrices to what they become."""
    return Law(name, tuple(update.items()), step_size, loss, widths)


@dataclass(frozen=True)
class Trajectory:
    """A recorded run: the state at times 0..T and the step sizes of the T steps between.

    `states[s]` lists the values of the state matrix s, `step_sizes` the step sizes, in the
    backend's own values. `constants` are the values that did not move.
    """

    law: Law
    backend: Backend
    dimensions: Mapping[Symbol, int]
    constants: Mapping[Basic, Any]
    states: Mapping[StateMatrix, Sequence[Any]]
    step_sizes: Sequence[Any]

    def _repr_html_(self) -> str:
        from verify.notebook import trajectory_html

        return trajectory_html(self)

    @property
    def steps(self) -> int:
        """The number of steps T."""
        return len(self.step_sizes)

    @property
    def still(self) -> dict[Basic, Any]:
        """What has one value along the run: the constants, among them a constant step size, and the start."""
        values = {**self.constants, **{at_start(symbol): orbit[0] for symbol, orbit in self.states.items()}}
        given = values.get(self.law.step_size)
        if any(size is not given for size in self.step_sizes):
            values.pop(self.law.step_size, None)
        return values

    def values_at(self, t: int) -> dict[Basic, Any]:
        """Everything an expression may mention at time t: constants, start, state, step size, time.

        At the last time, which no step follows, the step size is the last one used.
        """
        values = dict(self.constants)
        for symbol, orbit in self.states.items():
            values[symbol] = orbit[t]
            values[at_start(symbol)] = orbit[0]
        if self.steps:
            values[self.law.step_size] = self.step_sizes[min(t, self.steps - 1)]
        values[time] = self.backend.scalar(t)
        return values


def run(
    law: Law,
    backend: Backend,
    dimensions: Mapping[Symbol, int],
    values: Mapping[Basic, Any],
    steps: int,
    *,
    schedule: Expr | None = None,
    stop: Callable[[int, Mapping[Basic, Any]], bool] | None = None,
) -> Trajectory:
    """Follow the law for `steps` steps from the state in `values`.

    `values` holds the initial state matrices, the constants and, where no schedule is given, the
    constant step size. A `schedule` is an expression for the step size in the present state and
    the one at the start, evaluated at every step. `stop(t, values)` may end the run early.
    """
    state = law.state
    constants = {symbol: value for symbol, value in values.items() if symbol not in state}
    current = {symbol: values[symbol] for symbol in state}
    starts = {at_start(symbol): value for symbol, value in current.items()}
    advance = compile(law.advanced, dimensions, backend)
    choose = None if schedule is None else compile([law.resolve(schedule)], dimensions, backend)
    orbits: dict[StateMatrix, list[Any]] = {symbol: [value] for symbol, value in current.items()}
    step_sizes: list[Any] = []
    for t in range(steps):
        present = {**constants, **starts, **current, time: backend.scalar(t)}
        if stop is not None and stop(t, present):
            break
        if choose is not None:
            present[law.step_size] = choose(present)[0]
        step_sizes.append(present[law.step_size])
        current = dict(zip(state, advance(present), strict=True))
        for symbol, value in current.items():
            orbits[symbol].append(value)
    return Trajectory(law, backend, dimensions, constants, orbits, step_sizes)


def along(trajectory: Trajectory, outputs: Sequence[Basic], *, last_only: bool = False) -> list[list[Any]]:
    """Values of the (resolved) outputs at every recorded time, or at the last, as a list over times of lists.

    Products and sums along the run accumulate as time goes on; what stands still is evaluated once.
    """
    stand_ins, rewritten, inside = running(tuple(outputs))
    program = compile(rewritten, trajectory.dimensions, trajectory.backend)
    if not last_only:
        program = program.given(trajectory.still)
    factors = compile(inside, trajectory.dimensions, trajectory.backend).given(trajectory.still) if stand_ins else None
    history: list[list[Any]] = []
    table: list[list[Any]] = []
    for t in range(trajectory.steps + 1):
        values = trajectory.values_at(t)
        if factors is not None:
            history.append(factors(values))
        if t < trajectory.steps and last_only:
            continue
        for k, (node, symbol) in enumerate(stand_ins.items()):
            values[symbol] = _accumulated(node, [row[k] for row in history], t, trajectory.backend)
        table.append(program(values))
    return table


def along_at_once(trajectory: Trajectory, outputs: Sequence[Basic]) -> list[Any]:
    """Values of the (resolved) scalar or matrix outputs at all recorded times in one evaluation, floats only.

    The runs are a batch of `count`; a number becomes (count, T + 1), a matrix (count, T + 1, rows, columns),
    either of which may have axes of length 1 that broadcast.
    """
    stand_ins, rewritten, inside = running(tuple(outputs))
    values = {symbol: with_time_axis(symbol, value) for symbol, value in trajectory.constants.items()}
    for symbol, orbit in trajectory.states.items():
        # a start that is the same for all runs has no batch of its own
        values[symbol] = np.stack(np.broadcast_arrays(*orbit), axis=-3)
        values[at_start(symbol)] = with_time_axis(symbol, orbit[0])
    if trajectory.steps:
        used = [np.asarray(size, dtype=float) for size in (*trajectory.step_sizes, trajectory.step_sizes[-1])]
        values[trajectory.law.step_size] = np.stack(np.broadcast_arrays(*used), axis=-1)
    times = np.arange(trajectory.steps + 1)
    values[time] = times.astype(float)
    factors = compile(inside, trajectory.dimensions, trajectory.backend)(values) if stand_ins else []
    for (node, symbol), factor in zip(stand_ins.items(), factors, strict=True):
        values[symbol] = _prefixes(node, np.asarray(factor), times)
    return compile(rewritten, trajectory.dimensions, trajectory.backend)(values)


def with_time_axis(symbol: Basic, value: Any) -> Any:
    """A batch of matrices or numbers with an axis of length 1 for the times, at which all of it is the same."""
    array = np.asarray(value)
    matrix = isinstance(symbol, MatrixSymbol)
    return array if array.ndim < (3 if matrix else 1) else np.expand_dims(array, -3 if matrix else -1)


def _prefixes(node: AlongRun, factor: Any, times: Any) -> Any:
    """The product or sum over k = first, ..., last(t) for every time t, from the values at all times."""
    product = isinstance(node, ProductAlongRun)
    first = int(node.args[1])
    terms = np.broadcast_to(factor, np.broadcast_shapes(factor.shape, times.shape))[..., first:]
    neutral = np.full((*terms.shape[:-1], 1), 1.0 if product else 0.0)
    with np.errstate(all="ignore"):
        prefixes = np.concatenate([neutral, np.cumprod(terms, axis=-1) if product else np.cumsum(terms, axis=-1)], axis=-1)
    counts = [max(_last(node, int(t)) - first + 1, 0) for t in times]
    if max(counts) >= prefixes.shape[-1]:
        raise StatementError(f"{node} reaches beyond the present time; `last` may be time or earlier.")
    return prefixes[..., counts]


def _last(node: AlongRun, t: int) -> int:
    return int(node.args[2].xreplace({time: Integer(t)}))


@lru_cache(maxsize=1000)
def running(outputs: tuple[Basic, ...]) -> tuple[dict[AlongRun, Symbol], tuple[Basic, ...], tuple[Basic, ...]]:
    """Products and sums along the run: a symbol for each, the outputs with these symbols, and what is multiplied or summed."""
    nodes = sorted({node for output in outputs for node in along_run_in(output)}, key=str)
    stand_ins = {node: Symbol(f"running_{k}", real=True) for k, node in enumerate(nodes)}
    return stand_ins, tuple(output.xreplace(stand_ins) for output in outputs), tuple(node.args[0] for node in nodes)


def _accumulated(node: AlongRun, history: Sequence[Any], t: int, backend: Backend) -> Any:
    first, last = int(node.args[1]), _last(node, t)
    if last >= len(history):
        raise StatementError(f"{node} reaches beyond the present time; `last` may be time or earlier.")
    total = backend.scalar(1 if isinstance(node, ProductAlongRun) else 0)
    with np.errstate(all="ignore"):
        for value in history[first : last + 1]:
            total = total * value if isinstance(node, ProductAlongRun) else total + value
    return total
