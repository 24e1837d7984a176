"""Where a claim of the kind `chance` is tested: the corners of its parameters and dimensions that the hypotheses leave.

Parameters take few readable values that reach towards both ends of their intervals. For each choice of
them the dimensions are taken as small as the hypotheses allow, one after the other, since a bound on a
width is tightest just above it, and also as large as draws can afford.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import MatrixSymbol, Symbol
from sympy.core.relational import Relational

from verify.backends import Ball, Float64
from verify.certificate_format import read
from verify.chances.counting import batches
from verify.chances.experiments import experiment
from verify.chances.parts import chance_of, setting
from verify.compiler import compile
from verify.deciding import Sides, decide
from verify.declarations import Scalar
from verify.errors import InstanceError
from verify.fingerprint import fingerprint
from verify.instance import Instance
from verify.ranges import contains, to_fraction
from verify.sampling import Batch, draw
from verify.screening import CLEAR, normalised_slack, screen
from verify.statement import Statement

PER_VECTOR = 3
"""Shapes for each choice of the parameters."""
LARGEST = 200_000
"""Entries of the random matrices of one draw, beyond which a shape is not tested."""
MATRICES = 16
"""Draws of the deterministic matrices, of which one that meets the hypotheses is kept."""

_INSIDE = tuple(Fraction(p) for p in ["1/2", "1/10", "9/10", "1/100", "99/100", "1/4", "3/4", "1/1000", "999/1000", "1/20", "19/20"])
_BEYOND = tuple(Fraction(p) for p in ["1", "1/10", "2", "1/2", "5", "1/100", "3", "10", "1/4", "100"])


@dataclass(frozen=True)
class Place:
    """One setting that meets the hypotheses certainly, and the probability that is claimed there, as a ball."""

    instance: Instance
    at_least: Any


def place(statement: Statement, instance: Instance) -> Place | None:
    """The setting with what is claimed there; None where balls do not confirm its hypotheses, where nothing is claimed or drawn."""
    if decide(setting(statement), instance).outcome != "holds" or not _drawable(statement, instance):
        return None
    return Place(instance, claimed(statement, instance))


def _drawable(statement: Statement, instance: Instance) -> bool:
    """Whether the random matrices can be drawn there; a width beyond all floats cannot."""
    try:
        next(batches(experiment(statement, instance.dimensions), instance, 0, 1))
    except InstanceError:
        return False
    return True


def claimed(statement: Statement, instance: Instance) -> Any:
    """A ball around the probability that is claimed at a setting."""
    backend = Ball(256)
    values = instance.read(backend)
    for symbol, expression in setting(statement).derived_at_start:
        values[symbol] = compile([expression], instance.dimensions, backend)(values)[0]
    return compile([chance_of(statement).at_least], instance.dimensions, backend)(values)[0]


def places(statement: Statement, count: int, rng: np.random.Generator) -> list[Place]:
    """At most `count` different settings: those of the statement's examples, and then corners."""
    found: dict[str, Place] = {}
    for instance in _candidates(statement, count, rng):
        name = str(instance.to_json())
        if name not in found and (known := place(statement, instance)) is not None:
            found[name] = known
        if len(found) >= count:
            break
    return list(found.values())


def _candidates(statement: Statement, count: int, rng: np.random.Generator) -> Iterator[Instance]:
    yield from _known(statement)
    over, shapes, matrices = statement.over, _Shapes(statement), _Matrices(statement, rng)
    for number in range(4 * count):
        vector = {symbol: corner(declared, number, rng) for symbol, declared in over.scalars.items()}
        for row in _picked(statement, shapes.meeting(vector), rng):
            dimensions = dict(zip(over.dimensions, map(int, row), strict=True))
            instance = matrices.meeting(dimensions, vector)
            if instance is not None:
                yield instance
        if not over.scalars and number >= count:
            return


def _known(statement: Statement) -> Iterator[Instance]:
    """The settings of the committed certificate, if it is one of this statement, and of the examples."""
    path = statement.certificate
    if path is not None and path.is_file():
        stored = read(path)
        if stored.get("kind") == "chance" and stored.get("hash") == fingerprint(statement).hash:
            yield Instance.from_json(stored["inputs"], statement.over)
    for given in statement.examples:
        yield Instance.of(statement.over, dict(given.values), dict(given.dimensions))


def corner(declared: Scalar, number: int, rng: np.random.Generator) -> Fraction:
    """A readable value of the interval; the first ones go through the list, the later ones are any of it."""
    allowed = _readable(declared)
    return allowed[number] if number < len(allowed) else allowed[int(rng.integers(len(allowed)))]


@lru_cache(maxsize=500)
def _readable(declared: Scalar) -> list[Fraction]:
    low, high = to_fraction(declared.low), to_fraction(declared.high)
    if low is not None and high is not None:
        inside = [low + (high - low) * part for part in _INSIDE] + [low, high]
    elif low is not None or high is not None:
        end, sign = (low, 1) if low is not None else (high or Fraction(0), -1)
        inside = [end + sign * part for part in _BEYOND] + [end]
    else:
        inside = [sign * part for part in _BEYOND for sign in (1, -1)] + [Fraction(0)]
    return [value for value in inside if contains(declared, value)]


class _Shapes:
    """The admissible dimensions of a statement, and which of them meet the hypotheses on dimensions and parameters."""

    def __init__(self, statement: Statement) -> None:
        self._dimensions, parameters = statement.over.dimensions, {*statement.over.scalars}
        # What the domain guarantees holds for all admissible rows and at all corners.
        given = [r for r in Sides.of(setting(statement)).given if not r.atoms(MatrixSymbol)]
        on_dimensions = [r for r in given if r.free_symbols <= {*self._dimensions}]
        self._others = [r for r in given if r.free_symbols <= {*self._dimensions, *parameters} and r not in on_dimensions]
        self._rows = _meeting(on_dimensions, statement.over.admissible(), self._dimensions, {})

    def meeting(self, vector: Mapping[Symbol, Fraction]) -> NDArray[np.int64]:
        """Those that meet the hypotheses at the given parameters, as far as floats can say, smallest first."""
        return _meeting(self._others, self._rows, self._dimensions, vector)


def _meeting(
    relations: Sequence[Relational], rows: NDArray[np.int64], dimensions: Sequence[Symbol], vector: Mapping[Symbol, Fraction]
) -> NDArray[np.int64]:
    parameters = {symbol: float(value) for symbol, value in vector.items()}
    for relation in relations:
        columns = {symbol: rows[:, k].astype(float) for k, symbol in enumerate(dimensions) if symbol in relation.free_symbols}
        left, right = compile([relation.lhs, relation.rhs], {}, Float64())({**parameters, **columns})
        rows = rows[np.broadcast_to(normalised_slack(relation, left, right) >= -CLEAR, len(rows))]
    return rows


def _picked(statement: Statement, rows: NDArray[np.int64], rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """The smallest shape, one pressed against the hypotheses from a random start, and a random affordable one."""
    if not len(rows):
        return
    names = statement.over.dimensions
    yield rows[0]
    for pressed in range(PER_VECTOR - 1):
        row = rows[int(rng.integers(len(rows)))]
        for column in rng.permutation(len(names)) if not pressed else ():
            row = _pressed(rows, row, int(column))
        if experiment(statement, dict(zip(names, map(int, row), strict=True))).entries <= LARGEST:
            yield row


def _pressed(rows: NDArray[np.int64], row: NDArray[np.int64], column: int) -> NDArray[np.int64]:
    """Among the rows that only differ in one column the one with the least entry there."""
    same = np.ones(len(rows), dtype=bool)
    for other in range(rows.shape[1]):
        if other != column:
            same &= rows[:, other] == row[other]
    found: NDArray[np.int64] = rows[same]
    return found[np.argmin(found[:, column])]


class _Matrices:
    """A stock of deterministic matrices for each shape, of which no draw is taken twice."""

    def __init__(self, statement: Statement, rng: np.random.Generator) -> None:
        self._statement, self._rng = statement, rng
        self._stock: dict[tuple[int, ...], tuple[Batch, NDArray[np.bool_]]] = {}

    def meeting(self, dimensions: Mapping[Symbol, int], vector: Mapping[Symbol, Fraction]) -> Instance | None:
        """A setting with matrices that meet the hypotheses, as far as floats can say; None where no fresh draw does."""
        if not self._statement.over.matrices:
            return Instance(dict(dimensions), dict(vector))
        shape = tuple(dimensions.values())
        found = self._taken(shape, vector) if shape in self._stock else None
        if found is None:
            self._stock[shape] = draw(self._statement.over, dimensions, MATRICES, self._rng), np.ones(MATRICES, dtype=bool)
            found = self._taken(shape, vector)
        return found

    def _taken(self, shape: tuple[int, ...], vector: Mapping[Symbol, Fraction]) -> Instance | None:
        batch, fresh = self._stock[shape]
        fixed = {symbol: np.full(MATRICES, float(value)) for symbol, value in vector.items()}
        held = Batch(batch.dimensions, {**batch.values, **fixed}, batch.labels)
        met = np.flatnonzero(fresh & (screen(setting(self._statement), held).hypothesis[:, 0] > CLEAR))
        if not len(met):
            return None
        row = int(self._rng.choice(met))
        fresh[row] = False
        drawn = Instance.from_batch(held, row)
        return Instance(drawn.dimensions, {**drawn.values, **vector})
