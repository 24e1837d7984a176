"""Draws of the random matrices of a setting from a seed, and for each of them whether the event occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from flint import arb, arb_mat
from sympy import Symbol

from verify.backends import Backend, Ball, Float64
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

TOGETHER = 2**20
"""Matrix entries, over all steps, of the draws that floats look at together, where a batch alone has not more."""

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
    definitions = drawn.event.derived_at_start if drawn.event.kind == "inequality" else ()
    program = compile([*outputs, *factors], drawn.dimensions, Float64(), definitions)
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


@dataclass(frozen=True)
class Sample:
    """So many draws of a seed at a setting."""

    instance: Instance
    seed: int
    draws: int


def count(statement: Statement, instance: Instance, seed: int, draws: int, steps: int, decided: int) -> Count:
    """Call every draw: by floats where they are clear, at most `decided` others in balls, which along a flow could call none of them."""
    return counts(statement, [Sample(instance, seed, draws)], steps, decided)[0]


def counts(statement: Statement, samples: Sequence[Sample], steps: int, decided: int) -> list[Count]:
    """The count of each sample. Floats look at samples of the same dimensions together, which finds the same and costs less."""
    tallies = [_Tally(sample.instance, 0 if statement.flow is not None else decided) for sample in samples]
    alike: dict[tuple[tuple[Symbol, int], ...], list[int]] = {}
    for k, sample in enumerate(samples):
        alike.setdefault(tuple(sample.instance.dimensions.items()), []).append(k)
    for dimensions, numbers in alike.items():
        drawn = experiment(statement, dict(dimensions))
        pieces = ((k, batch) for k in numbers for batch in batches(drawn, samples[k].instance, samples[k].seed, samples[k].draws))
        for together in _gathered(pieces, TOGETHER // (drawn.entries * (steps + 1))):
            slack = _slacks(drawn.event, _joined([batch for _, batch in together]), steps)
            ends = np.cumsum([len(batch) for _, batch in together])
            for (k, batch), own in zip(together, np.split(slack, ends[:-1]), strict=True):
                tallies[k].add(drawn, batch, own, steps)
    return [tally.count() for tally in tallies]


class _Tally:
    """The draws of one sample that were called so far; balls may decide `decided` more."""

    def __init__(self, instance: Instance, decided: int) -> None:
        self.read, self.decided = cache(instance.read), decided
        self.draws, self.occurred, self.failing = 0, 0, list[int]()

    def add(self, drawn: Experiment, batch: Batch, slack: np.ndarray[Any, Any], steps: int) -> None:
        clear = np.asarray((slack > CLEAR).all(axis=1))
        failed = np.asarray((slack < -CLEAR).any(axis=1))
        for row in np.flatnonzero(~clear & ~failed)[: self.decided]:
            self.decided -= 1
            called = occurs(drawn, self.read, batch, int(row), steps)
            clear[row], failed[row] = called is True, called is False
        self.occurred += int(clear.sum())
        self.failing += [self.draws + int(row) for row in np.flatnonzero(failed)]
        self.draws += len(batch)

    def count(self) -> Count:
        return Count(self.draws, self.occurred, tuple(self.failing))


def _gathered(pieces: Iterable[tuple[int, Batch]], most: int) -> Iterator[list[tuple[int, Batch]]]:
    """The batches in lists of at most so many draws, or of a single batch."""
    together: list[tuple[int, Batch]] = []
    for k, batch in pieces:
        if together and sum(len(other) for _, other in together) + len(batch) > most:
            yield together
            together = []
        together.append((k, batch))
    if together:
        yield together


def _joined(several: Sequence[Batch]) -> Batch:
    if len(several) == 1:
        return several[0]
    values = {symbol: np.concatenate([batch.values[symbol] for batch in several]) for symbol in several[0].values}
    return Batch(several[0].dimensions, values, {})


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
    read = cache(instance.read)
    for batch in batches(drawn, instance, seed, counted.draws):
        first = _first_failing(drawn, batch, steps)
        for row in range(len(batch)):
            if number + row not in failing:
                continue
            if any(occurs(drawn, read, batch, row, t) is False for t in dict.fromkeys((first[row], steps))):
                confirmed += 1
            else:
                spare -= 1
                missed += 1
            if confirmed >= wanted or spare < 0 or (missed == HOPELESS and not confirmed):
                return confirmed
        number += len(batch)
    return confirmed


def occurs(drawn: Experiment, read: Callable[[Backend], dict[Any, Any]], batch: Batch, row: int, steps: int) -> bool | None:
    """Whether the event certainly occurs, or certainly fails, at one draw: in balls, which hold what the draw stands for.

    `read` gives the setting's own values in the numbers of a backend.
    Along a flow balls would have to enclose every time, so that they only confirm failures, at the time where floats see the worst.
    """
    event = drawn.event
    if event.flow is not None:
        return _fails_along_flow(event, batch, row)
    sides = Sides.of(event)
    for bits in BITS:
        backend = Ball(bits)
        values = {**read(backend), **_meant(drawn, batch, row)}
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
            # A float is an exact number, whatever the precision.
            entries: list[Any] = matrix.ravel().tolist()
            if not law.exact:
                radius = ROUNDING * float(np.abs(matrix).max())
                entries = [arb(entry, radius) for entry in entries]
            found[symbol] = arb_mat(*matrix.shape, entries)
    return found
