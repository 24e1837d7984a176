"""Draws of the random matrices of a setting from a seed, and for each of them whether the event occurs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, arb_mat
from sympy import Symbol

from verify.backends import Ball, Float64
from verify.chances.experiments import Experiment, experiment
from verify.compiler import compile
from verify.deciding import Sides, decide, table, truth_of
from verify.dynamics import running
from verify.initialisations import ROUNDING, draw_all
from verify.instance import Instance
from verify.run_memory import operations
from verify.sampling import Batch
from verify.screening import CLEAR, screen
from verify.statement import Statement

ENTRIES = 2**18
"""Matrix entries that are drawn at once; a part of what a seed means, so that it must not change."""

DRAWN = 10
"""About how many operations it is to draw a random number."""

FLOW = 20_000
"""About how many steps of a run it costs to follow a flow: dozens of steps of twelve stages, at two tolerances, for each batch anew."""

BITS = (128, 256)
"""Precisions at which a draw is called; more would not help, since floats were drawn."""

HOPELESS = 30
"""After so many draws of which floats saw all fail and balls none, floats are wrong about the setting."""


@dataclass(frozen=True)
class Count:
    """Among so many draws, at how many the event certainly occurred or, by floats, failed; the others are open.

    `failing` are the numbers of the draws that failed.
    """

    draws: int
    occurred: int
    failing: tuple[int, ...]

    @property
    def failed(self) -> int:
        return len(self.failing)

    @property
    def open(self) -> int:
        return self.draws - self.occurred - self.failed


def work(statement: Statement, dimensions: Mapping[Symbol, int], steps: int) -> int:
    """About how many operations it is to draw once and to follow the event for so many steps."""
    drawn = experiment(statement, dimensions)
    _, outputs, factors = running(tuple(Sides.of(drawn.event).outputs))
    program = compile([*outputs, *factors], drawn.dimensions, Float64())
    steps = FLOW if statement.flow is not None else steps
    return (steps + 1) * operations(program, drawn.dimensions) + DRAWN * drawn.entries


def batches(drawn: Experiment, instance: Instance, seed: int, draws: int) -> Iterator[Batch]:
    """The draws of a seed, in order; the setting's own values are the same in all of them."""
    rng = np.random.default_rng(seed)
    at_once = max(1, min(1024, ENTRIES // drawn.entries))
    fixed = instance.floats()
    for start in range(0, draws, at_once):
        count = min(at_once, draws - start)
        matrices = draw_all(drawn.laws, rng, count, drawn.dimensions, fixed)
        held = {symbol: np.broadcast_to(np.asarray(value), (count, *np.shape(value))) for symbol, value in fixed.items()}
        yield Batch(dict(drawn.dimensions), {**held, **matrices}, {})


def count(statement: Statement, instance: Instance, seed: int, draws: int, steps: int, decided: int) -> Count:
    """Call every draw: by floats where they are clear, at most `decided` others in balls, which along a flow could call none of them."""
    drawn = experiment(statement, instance.dimensions)
    decided = 0 if statement.flow is not None else decided
    occurred, number = 0, 0
    failing: list[int] = []
    for batch in batches(drawn, instance, seed, draws):
        slack = _slacks(drawn.event, batch, steps)
        clear = np.asarray((slack > CLEAR).all(axis=1))
        failed = np.asarray((slack < -CLEAR).any(axis=1))
        for row in np.flatnonzero(~clear & ~failed):
            if decided <= 0:
                break
            decided -= 1
            called = occurs(drawn, instance, batch, int(row), steps)
            clear[row], failed[row] = called is True, called is False
        occurred += int(clear.sum())
        failing += [number + int(row) for row in np.flatnonzero(failed)]
        number += len(batch)
    return Count(draws, occurred, tuple(failing))


def _slacks(event: Statement, batch: Batch, steps: int) -> np.ndarray[Any, Any]:
    """The slacks of every draw; a flow is followed roughly, and again with care where that comes to the end in doubt."""
    slack = screen(event, batch, steps, rough=True).slack
    doubtful = np.flatnonzero((slack <= CLEAR).any(axis=1))
    if event.flow is not None and len(doubtful):
        slack[doubtful] = screen(event, _members(batch, doubtful)).slack
    return slack


def _members(batch: Batch, rows: Any) -> Batch:
    return Batch(batch.dimensions, {symbol: np.asarray(value)[rows] for symbol, value in batch.values.items()}, batch.labels)


def certainly_failing(statement: Statement, instance: Instance, seed: int, counted: Count, steps: int, wanted: int) -> int:
    """How many of the failing draws balls confirm, up to the number wanted; less where that seems out of reach."""
    drawn = experiment(statement, instance.dimensions)
    confirmed, missed, number = 0, 0, 0
    failing, spare = set(counted.failing), counted.failed - wanted
    for batch in batches(drawn, instance, seed, counted.draws):
        first = _first_failing(drawn, batch, steps)
        for row in range(len(batch)):
            if number + row not in failing:
                continue
            if any(occurs(drawn, instance, batch, row, t) is False for t in dict.fromkeys((first[row], steps))):
                confirmed += 1
            else:
                spare -= 1
                missed += 1
            if confirmed >= wanted or spare < 0 or (missed == HOPELESS and not confirmed):
                return confirmed
        number += len(batch)
    return confirmed


def occurs(drawn: Experiment, instance: Instance, batch: Batch, row: int, steps: int) -> bool | None:
    """Whether the event certainly occurs, or certainly fails, at one draw: in balls, which hold what the draw stands for.

    Along a flow balls would have to enclose every time, so that they only confirm failures, at the time where floats see the worst.
    """
    event = drawn.event
    if event.flow is not None:
        return _fails_along_flow(event, batch, row)
    sides = Sides.of(event)
    for bits in BITS:
        backend = Ball(bits)
        values = {**instance.read(backend), **_meant(drawn, batch, row)}
        times = table(event, backend, drawn.dimensions, values, steps, sides.outputs)
        with backend.precision():
            claimed = [[truth_of(r, a, b) for r, a, b in sides.paired(found)][len(sides.given) :] for found in times]
        truths = [t for at_time in claimed for t in at_time]
        if any(t is False for t in truths):
            return False
        if all(truths):
            return True
    return None


def _first_failing(drawn: Experiment, batch: Batch, steps: int) -> list[int]:
    """For each draw the first step at which floats see the event fail, where a run can end as well; `steps` where they see none."""
    if drawn.event.kind != "trajectory":
        return [steps] * len(batch)
    failed = screen(drawn.event, batch, steps).slack < -CLEAR
    found: list[int] = np.where(failed.any(axis=1), failed.argmax(axis=1), steps).tolist()
    return found


def _fails_along_flow(event: Statement, batch: Batch, row: int) -> bool | None:
    """False where balls confirm that the event fails along the flow of one draw; None where nothing is known."""
    alone = _members(batch, [row])
    screened = screen(event, alone)
    slack = np.where(np.isnan(screened.slack), np.inf, screened.slack)
    moment = int(slack.argmin())
    if slack[0, moment] >= -CLEAR:
        return None
    decision = decide(event, Instance.from_batch(alone, 0), step=screened.when(0, moment))
    return False if decision.outcome == "violated" else None


def _meant(drawn: Experiment, batch: Batch, row: int) -> dict[Any, arb_mat]:
    """The drawn matrices: as they are for exact laws, else with a radius that covers what rounding did to their equations."""
    found = {}
    for law in drawn.laws:
        for symbol in law.matrices:
            matrix = batch.values[symbol][row]
            radius = 0.0 if law.exact else ROUNDING * float(np.abs(matrix).max())
            # A float is an exact number, whatever the precision.
            found[symbol] = arb_mat(*matrix.shape, [arb(entry, radius) for entry in matrix.ravel().tolist()])
    return found
