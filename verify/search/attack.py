"""The attack: evolve the tightest draws towards smaller slack, many at once, for every relation of the claim.

Floats only point at suspects; whoever calls decides them in balls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from verify.deciding import CLEAR, Screened, screen
from verify.domain import Domain
from verify.language.matrices import SymmetricMatrix
from verify.ranges import inside
from verify.sampling import Batch, draw
from verify.statement import Statement

Values = dict[Any, np.ndarray[Any, Any]]

POPULATION = 64


@dataclass
class _Population:
    """Instances of one shape with their smallest interesting slack; `strangers` are fresh draws to mate with."""

    dimensions: Any
    values: Values
    fitness: np.ndarray[Any, Any]
    strangers: Values

    @property
    def best(self) -> float:
        return float(self.fitness.min(initial=np.inf))


def attack(
    statement: Statement, sizes: Sequence[Any], generations: int, steps: int, rng: np.random.Generator
) -> Iterator[tuple[Batch, Screened]]:
    """Batches of evolved instances, screened, as the search goes on.

    For each relation of the claim in turn, all shapes start with fresh draws; after every few
    generations the half of the shapes with the larger slack is dropped.
    """
    for relation in statement.claim:
        single = replace(statement, claim=(relation,))
        populations = []
        for dimensions in sizes:
            batch = draw(statement.over, dimensions, 2 * POPULATION, rng)
            screened = screen(single, batch, steps)
            fitness = _fitness(screened)
            chosen = np.argsort(fitness, kind="stable")[:POPULATION]
            values = {s: v[chosen] for s, v in batch.values.items()}
            populations.append(_Population(dimensions, values, fitness[chosen], dict(batch.values)))
        while populations:
            for population in populations:
                for _ in range(generations):
                    offspring = _offspring(statement.over, population, rng)
                    batch = Batch(population.dimensions, offspring, {"all": (("evolved",), np.zeros(POPULATION, dtype=np.int64))})
                    screened = screen(single, batch, steps)
                    yield batch, screened
                    _select(population, offspring, _fitness(screened))
            populations.sort(key=lambda p: p.best)
            populations = populations[: len(populations) // 2]


def _fitness(screened: Screened) -> np.ndarray[Any, Any]:
    """The smallest slack over time where the hypotheses hold; ties, which no search can improve, count as infinite."""
    slack = np.where(screened.accepted & (np.abs(screened.slack) > CLEAR), screened.slack, np.inf)
    return np.asarray(slack.min(axis=1))


def _select(population: _Population, offspring: Values, fitness: np.ndarray[Any, Any]) -> None:
    better = fitness < population.fitness
    population.fitness = np.where(better, fitness, population.fitness)
    for symbol, value in offspring.items():
        population.values[symbol][better] = value[better]


def _offspring(over: Domain, population: _Population, rng: np.random.Generator) -> Values:
    """One child of every member: a variable taken from another one, moved along a difference, jittered or rescaled."""
    count = POPULATION
    symbols = list(population.values)
    kind = rng.integers(0, 4, count)
    touched = rng.random((len(symbols), count)) < 1.0 / max(1, len(symbols) / 2)
    touched[rng.integers(0, len(symbols), count), np.arange(count)] = True
    children: Values = {}
    for symbol, chosen in zip(symbols, touched, strict=True):
        parents, strangers = population.values[symbol], population.strangers[symbol]
        extra = (1,) * (parents.ndim - 1)

        def column(array: Any, extra: tuple[int, ...] = extra) -> Any:
            return np.asarray(array).reshape(-1, *extra)

        first, second = parents[rng.permutation(count)], parents[rng.permutation(count)]
        size = np.maximum(np.abs(parents).max(axis=tuple(range(1, parents.ndim)), keepdims=True), 1e-3)
        moves = (
            strangers[rng.integers(0, len(strangers), count)],
            parents + column(rng.uniform(-1, 1, count)) * (first - second),
            parents + column(10.0 ** rng.uniform(-4, 0, count)) * size * rng.standard_normal(parents.shape),
            parents * column(10.0 ** rng.uniform(-1, 1, count)),
        )
        child = parents.copy()
        for move, values in enumerate(moves):
            child = np.where(column(chosen & (kind == move)), values, child)
        children[symbol] = _admissible(over, symbol, child, parents)
    return children


def _admissible(over: Domain, symbol: Any, child: np.ndarray[Any, Any], parents: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The child where its domain admits it, else the parent's value."""
    if symbol in over.scalars:
        return np.where(inside(over.scalars[symbol], child), child, parents)
    if isinstance(symbol, SymmetricMatrix):
        child = (child + child.transpose(0, 2, 1)) / 2
    good = np.isfinite(child).all(axis=(1, 2))
    if any(declaration.symbol == symbol for declaration in over.full_rank):
        values = np.linalg.svd(np.where(good[:, None, None], child, 0.0), compute_uv=False)
        good &= values[:, -1] > 1e-9 * values[:, 0]
    return np.where(good[:, None, None], child, parents)
