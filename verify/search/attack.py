"""The attack: evolve draws towards smaller slack, many at once, then descend from the tightest and from others.

One engine serves the ladder, the hunt and the sharpening. Floats only point at suspects; whoever calls
decides them in balls, and may write what the balls say back into the slacks before the search goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy.core.relational import Relational

from verify.sampling import Batch
from verify.screening import CLEAR, Screened, screen
from verify.search.coordinates import Coordinates
from verify.search.descent import FEW_LENGTHS, LENGTHS, descend
from verify.search.moves import Floats, Generator, Values, admissible, offspring, rows_of, symmetrised
from verify.statement import Statement

POPULATION = 48
FOUNDERS = 2 * POPULATION
"""How many draws a population is chosen from."""
DESCENTS = 6
"""Descents in one shape: half from its tightest members, half from any."""
DESCENDED_SHAPES = 4
"""From so few shapes on, the members also descend."""
ITERATIONS = 5
"""Steps of the descents for each generation."""
SCOUTED_SHAPES, SCOUTS, SCOUTED = 6, 2, 400
"""Where to descend at once, before anything evolves: shapes, starts in each, about how many evaluations for each."""

HIGHEST = 2.0
"""No height is above this."""

_COPIES = (2, 4, 12)
_RELATIVE_CHANGE = (1e-13, 1e-7)
_STEADY = 0.5
_MOST_CHECKED = 48

Looked = tuple[Batch, Screened]


@dataclass
class _Population:
    """Instances of one shape with the value that selection minimises."""

    dimensions: Any
    values: Values
    fitness: Floats

    @property
    def best(self) -> float:
        return float(self.fitness.min(initial=np.inf))

    @property
    def order(self) -> NDArray[np.int64]:
        """The members that have a value, the fittest first."""
        finite = np.flatnonzero(np.isfinite(self.fitness))
        return np.asarray(finite[np.argsort(self.fitness[finite], kind="stable")])


def attack(
    statement: Statement,
    starts: Iterable[Batch],
    generations: int,
    steps: int,
    rng: Generator,
    *,
    ties: bool = False,
    seen: bool = False,
    descended: int = DESCENDED_SHAPES,
) -> Iterator[Looked]:
    """Batches of evolved instances, screened, as the search goes on.

    `starts` are draws of several shapes, of which the first hundred or so count. For each relation of the
    claim in turn, all shapes start with them; after every few generations the half of the shapes with the
    larger slack is dropped. With `ties` the search also follows instances whose slack is zero to rounding;
    else they count as lost. Starts that were `seen` before are not among the batches. From `descended` shapes
    on, the members also descend.
    """
    # A claim about dimensions alone has nothing to evolve.
    beginnings = [_first(batch, FOUNDERS) for batch in starts] if statement.over.variables else []
    for relation in statement.claim if beginnings else ():
        search = _Search(_claiming(statement, relation), steps, rng, ties)
        looked: list[Looked] = []
        for batch in beginnings:
            looked.append((batch, screen(search.statement, batch, steps, gaps=True)))
            if not seen:
                yield looked[-1]
        yield from _against_one(search, looked, generations, descended)


def scout(statement: Statement, starts: Iterable[Looked], steps: int, rng: Generator) -> Iterator[Looked]:
    """Batches of instances on thrifty descents from the tightest draws of a few shapes, for each relation of the claim in turn.

    `starts` are draws that were screened with gaps. Where slopes lead down to a violation this finds it at a small part
    of the price of an attack.
    """
    looked = list(starts) if statement.over.variables else []
    for relation in statement.claim if looked else ():
        search = _Search(_claiming(statement, relation), steps, rng, ties=False)
        if len(statement.claim) > 1:
            looked = [(batch, screen(search.statement, batch, steps, gaps=True)) for batch, _ in looked]
        populations = [_Population(batch.dimensions, dict(batch.values), search.fitness(screened)) for batch, screened in looked]
        populations.sort(key=lambda p: p.best)
        # Where there are fewer shapes, each has several turns.
        for turn in range(SCOUTED_SHAPES):
            again, place = divmod(turn, len(populations))
            chosen = populations[place].order[again * SCOUTS : (again + 1) * SCOUTS]
            size = Coordinates(statement.over, populations[place].values).size
            yield from _descended(search, populations[place], chosen, SCOUTED // (size + len(FEW_LENGTHS)), FEW_LENGTHS)


def _claiming(statement: Statement, relation: Relational) -> Statement:
    """The statement with one relation of its claim alone."""
    return statement if len(statement.claim) == 1 else replace(statement, claim=(relation,))


def _first(batch: Batch, count: int) -> Batch:
    labels = {name: (names, chosen[:count]) for name, (names, chosen) in batch.labels.items()}
    return Batch(batch.dimensions, rows_of(batch.values, slice(count)), labels)


@dataclass
class _Search:
    """What all parts of a search share."""

    statement: Statement
    steps: int
    rng: Generator
    ties: bool

    def screened(self, batch: Batch) -> Screened:
        """The batch screened, with what is mere rounding noise set to zero slack."""
        screened = screen(self.statement, batch, self.steps, gaps=True)
        silence_noise(self.statement, batch, screened, self.steps, self.rng)
        return screened

    def fitness(self, screened: Screened) -> Floats:
        """Height where the hypotheses hold; above all heights where they do not, by how far; infinite where undefined."""
        # Sharpening is after the least slack itself.
        value = screened.slack if self.ties else np.where(np.abs(screened.slack) > CLEAR, height(screened), np.inf)
        return self._least(screened, value)

    def downhill(self, screened: Screened, by_gap: NDArray[np.bool_]) -> Floats:
        """What descents minimise, (points, count): the ratio of the sides or, where `by_gap` (count,) says so, the gap; ties included."""
        excess = np.where(np.isnan(screened.excess) | (screened.slack <= 0), screened.slack, screened.excess)
        ratio, gap = (self._least(screened, value).reshape(-1, len(by_gap)) for value in (excess, screened.gap))
        return np.where(by_gap, gap, ratio)

    def _least(self, screened: Screened, value: Floats) -> Floats:
        """The least over the times of a run."""
        barrier = HIGHEST - np.minimum(np.where(np.isfinite(screened.shortfall), screened.shortfall, screened.hypothesis), 0.0)
        barrier = np.where(np.isfinite(screened.hypothesis), barrier, np.inf)
        value = np.where(screened.accepted, value, barrier)
        return np.asarray(np.where(np.isnan(value), np.inf, value).min(axis=1))


def height(screened: Screened) -> Floats:
    """A value below 1 that grows with the slack; where the signs of the sides differ 1 and more, by how large the gap is."""
    slack, excess, gap = screened.slack, screened.excess, screened.gap
    with np.errstate(invalid="ignore"):
        value = np.where(np.isfinite(excess) & (slack > 0), excess / (1.0 + np.abs(excess)), slack)
    return np.where((slack > 0) & ~np.isfinite(excess) & np.isfinite(gap), 1.0 + np.clip(gap, 0.0, 1.0), value)


def _against_one(search: _Search, starts: Sequence[Looked], generations: int, descended: int) -> Iterator[Looked]:
    populations = [_founded(batch, search.fitness(screened), search.rng) for batch, screened in starts]
    while populations:
        for population in populations:
            for _ in range(generations):
                children = offspring(search.statement.over, population.dimensions, population.values, population.fitness, search.rng)
                batch = _evolved(population.dimensions, children)
                screened = search.screened(batch)
                yield batch, screened
                _select(population, children, search.fitness(screened))
        populations.sort(key=lambda p: p.best)
        if len(populations) <= descended:
            for population in populations:
                yield from _descended_from_many(search, population, ITERATIONS * generations)
        populations = populations[: len(populations) // 2]


def _evolved(dimensions: Any, values: Values) -> Batch:
    count = len(next(iter(values.values())))
    return Batch(dimensions, values, {"all": (("evolved",), np.zeros(count, dtype=np.int64))})


def _founded(batch: Batch, fitness: Floats, rng: Generator) -> _Population:
    """The tighter half of the members by fitness, the others at random, so that one corner does not take all."""
    order = np.argsort(fitness, kind="stable")
    tight, others = order[: POPULATION // 2], rng.permutation(order[POPULATION // 2 :])
    chosen = np.concatenate([tight, others[: POPULATION - len(tight)]])
    return _Population(batch.dimensions, rows_of(batch.values, chosen), fitness[chosen])


def _select(population: _Population, children: Values, fitness: Floats) -> None:
    better = fitness <= population.fitness
    population.fitness = np.where(better, fitness, population.fitness)
    for symbol, value in children.items():
        population.values[symbol][better] = value[better]


def _descended_from_many(search: _Search, population: _Population, iterations: int) -> Iterator[Looked]:
    """Descend from the tightest members and from as many others; where they arrive replaces the worst."""
    order = population.order
    rest = search.rng.permutation(order[DESCENTS // 2 :])
    chosen = np.concatenate([order[: DESCENTS // 2], rest[: DESCENTS - DESCENTS // 2]])
    for batch, screened in _descended(search, population, chosen, iterations, LENGTHS):
        yield batch, screened
        fitness = search.fitness(screened)
        best = int(np.argmin(fitness))
        worst = int(np.argmax(population.fitness))
        if fitness[best] < population.fitness[worst]:
            population.fitness[worst] = fitness[best]
            for symbol, value in batch.values.items():
                population.values[symbol][worst] = value[best]


def _descended(search: _Search, population: _Population, chosen: NDArray[np.int64], iterations: int, lengths: Floats) -> Iterator[Looked]:
    """What descents from the chosen members look at."""
    if not len(chosen):
        return
    over = search.statement.over
    chart = Coordinates(over, rows_of(population.values, chosen))
    # Heights above 1 are those of slacks without a slope; of the others each second one goes the other way down. Sharpening
    # is after the slack itself.
    by_gap = ((population.fitness[chosen] >= 1.0) | (np.arange(len(chosen)) % 2 == 1)) & (not search.ties)
    seen: list[Looked] = []

    def objective(vectors: Floats) -> Floats:
        with np.errstate(all="ignore"):
            values = chart.values(vectors)
        good = np.ones(len(vectors) * len(chosen), dtype=bool)
        for symbol, value in values.items():
            good &= admissible(over, symbol, value)
        for symbol, start in chart.start.items():
            # What leaves the domain is not looked at: the instance it came from stands in for it.
            stand_in = np.tile(start, (len(vectors), *(1,) * (start.ndim - 1)))
            values[symbol] = np.where(good.reshape(-1, *(1,) * (start.ndim - 1)), values[symbol], stand_in)
        batch = _evolved(population.dimensions, values)
        screened = search.screened(batch)
        seen.append((batch, screened))
        return np.where(good.reshape(vectors.shape[:2]), search.downhill(screened, by_gap), np.inf)

    for _ in descend(objective, chart.origin(), iterations, lengths):
        yield from seen
        seen.clear()


def silence_noise(statement: Statement, batch: Batch, screened: Screened, steps: int, rng: Generator) -> None:
    """Set negative slacks that rounding explains to zero, in place.

    Such a slack does not survive changes of the inputs of its own relative size. What a few of them leave
    is tried with more, since a search finds the rare points at which rounding errors agree.
    """
    below = screened.slack < -CLEAR
    rows = np.flatnonzero(below.any(axis=1))
    rows = rows[np.argsort(screened.slack[rows].min(axis=1), kind="stable")][:_MOST_CHECKED]
    steady = np.zeros_like(below)
    steady[rows] = below[rows]
    # Relative to what cancels, rounding is of one size everywhere.
    depth = np.where(np.isfinite(screened.gap), screened.gap, screened.slack)
    for copies in _COPIES:
        rows = np.flatnonzero(steady.any(axis=1))
        if not len(rows):
            break
        # Larger than the rounding that could make such a slack, and small against what makes a real one.
        change = np.clip(4 * np.abs(depth[rows].min(axis=1)), *_RELATIVE_CHANGE)
        values = {
            symbol: np.concatenate([value[rows] * (1 + _times(change, _signs(rng, value[rows], symbol))) for _ in range(copies)])
            for symbol, value in batch.values.items()
        }
        again = screen(statement, Batch(batch.dimensions, values, {}), steps, gaps=True)
        moved = np.where(np.isfinite(again.gap), again.gap, again.slack).reshape(copies, len(rows), -1)
        here = depth[rows]
        steady[rows] &= (np.abs(moved - here) <= _STEADY * np.abs(here)).all(axis=0)
    screened.slack[below & ~steady] = 0.0


def _signs(rng: Generator, value: Floats, symbol: Any) -> Floats:
    """Gaussians of the value's shape, symmetric where the value is."""
    return symmetrised(symbol, rng.standard_normal(value.shape))


def _times(factors: Floats, values: Floats) -> Floats:
    """Each member (count, ...) times its own factor."""
    return np.asarray(factors.reshape(-1, *(1,) * (values.ndim - 1)) * values)
