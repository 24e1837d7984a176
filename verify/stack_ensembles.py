"""Ensembles of stacks of layers whose norms lie in a ball: inside, on the boundary, aligned, alternating in sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.ensembles import GENERAL, Floats, Generator, mixture, nonzero_integers, orthonormal, powers_of_ten, shuffled

INSIDE = 1 - 1e-8
"""The boundary is approached to this factor, so that rounding does not carry a draw across it."""

_GENERAL = tuple(e for e in GENERAL if e.name not in ("zero", "tiny", "huge"))


@dataclass(frozen=True)
class StackEnsemble:
    """A law on stacks: `draw(rng, count, depth, order)` gives (count, depth, order, order), to be scaled to the ball.

    `relative` says that the largest layer is scaled to norm 1 and the others with it; else every layer is.
    """

    name: str
    draw: Callable[[Generator, int, int, int], Floats]
    relative: bool = False
    interior: bool = False
    plain: bool = False


def norms(stacks: Floats, kind: str) -> Floats:
    """The norms of the layers, shape (count, depth, 1, 1): `spec` or `fro`."""
    values = np.linalg.norm(stacks, ord=2 if kind == "spec" else "fro", axis=(-2, -1))
    return np.asarray(values[..., None, None])


def _independent(rng: Generator, count: int, depth: int, order: int) -> Floats:
    return mixture(rng, _GENERAL, count * depth, order, order).reshape(count, depth, order, order)


def _uneven(rng: Generator, count: int, depth: int, order: int) -> Floats:
    scales = 10.0 ** rng.uniform(-4, 0, (count, depth, 1, 1))
    return rng.standard_normal((count, depth, order, order)) * scales


def _rank_one(symmetric: bool) -> Callable[[Generator, int, int, int], Floats]:
    """All layers the same u v^T, or u u^T with one sign, so that products of them are as extreme as they can be."""

    def draw(rng: Generator, count: int, depth: int, order: int) -> Floats:
        left, right = orthonormal(rng, count, order, 1), orthonormal(rng, count, order, 1)
        one = left @ (left if symmetric else right).transpose(0, 2, 1)
        return np.asarray(np.repeat((one * rng.choice([-1.0, 1.0], (count, 1, 1)))[:, None], depth, axis=1))

    return draw


def _signed(signs: Callable[[Generator, int, int], Floats], plain: bool = False) -> Callable[[Generator, int, int, int], Floats]:
    """One matrix in every layer, times a sign of the layer: an identity, or a random matrix where not `plain`."""

    def draw(rng: Generator, count: int, depth: int, order: int) -> Floats:
        one = np.tile(np.eye(order), (count, 1, 1)) if plain else mixture(rng, _GENERAL, count, order, order)
        return np.asarray(one[:, None] * signs(rng, count, depth)[..., None, None])

    return draw


def _equal(rng: Generator, count: int, depth: int) -> Floats:
    return np.asarray(rng.choice([-1.0, 1.0], (count, 1)) * np.ones((count, depth)))


def _alternating(rng: Generator, count: int, depth: int) -> Floats:
    return np.asarray(_equal(rng, count, depth) * (-1.0) ** np.arange(depth))


def _one_layer(rng: Generator, count: int, depth: int, order: int) -> Floats:
    """One layer only, all others zero."""
    stacks = np.zeros((count, depth, order, order))
    stacks[np.arange(count), rng.integers(0, depth, count)] = mixture(rng, _GENERAL, count, order, order)
    return stacks


def _rotations(rng: Generator, count: int, depth: int, order: int) -> Floats:
    return orthonormal(rng, count * depth, order, order).reshape(count, depth, order, order)


def _permutations(rng: Generator, count: int, depth: int, order: int) -> Floats:
    return shuffled(rng, np.tile(np.eye(order), (count * depth, 1, 1)), 1).reshape(count, depth, order, order)


def _zero(rng: Generator, count: int, depth: int, order: int) -> Floats:
    return np.zeros((count, depth, order, order))


def _one_entry(rng: Generator, count: int, depth: int, order: int) -> Floats:
    stacks = np.zeros((count * depth, order * order))
    stacks[np.arange(count * depth), rng.integers(0, order * order, count * depth)] = nonzero_integers(rng, (count * depth,), 1)
    return stacks.reshape(count, depth, order, order)


STACKS: tuple[StackEnsemble, ...] = (
    StackEnsemble("on the boundary", _independent),
    StackEnsemble("inside", _independent, interior=True),
    StackEnsemble("uneven layers", _uneven, relative=True),
    StackEnsemble("all layers along one direction", _rank_one(True)),
    StackEnsemble("all layers along one pair of directions", _rank_one(False)),
    StackEnsemble("one matrix in all layers", _signed(_equal)),
    StackEnsemble("one matrix with alternating signs", _signed(_alternating)),
    StackEnsemble("one layer only", _one_layer),
    StackEnsemble("rotations", _rotations),
    StackEnsemble("multiples of the identity", _signed(_equal, plain=True), plain=True),
    StackEnsemble("multiples of the identity with alternating signs", _signed(_alternating, plain=True), plain=True),
    StackEnsemble("signed permutations", _permutations, plain=True),
    StackEnsemble("one entry in each layer", _one_entry, plain=True),
    StackEnsemble("zero", _zero, plain=True),
)
"""The ensembles of stacks in a ball."""


def in_ball(rng: Generator, ensemble: StackEnsemble, count: int, depth: int, order: int, radius: float, norm: str) -> Floats:
    """Stacks (count, depth*order, order) whose layers have a norm of at most `radius`.

    Plain ones have layers that are signs and zeros times a dyadic number.
    """
    stacks = ensemble.draw(rng, count, depth, order)
    if ensemble.plain:
        # The power of two below the radius over the norm of a layer: exact, and on the boundary where that is one.
        largest = max(float(norms(stacks, norm).max()), 1.0)
        exponent = int(np.floor(np.log2(radius / largest) + 1e-12))
        stacks = stacks * 2.0 ** (exponent - rng.integers(0, 3, (count, 1, 1, 1)))
    else:
        stacks = scaled_to_ball(stacks, radius, norm, relative=ensemble.relative)
        if ensemble.interior:
            stacks = stacks * np.minimum(powers_of_ten(rng, count, -3, 0.3), 1.0)[:, None]
    return np.asarray(stacks.reshape(count, depth * order, order))


def scaled_to_ball(stacks: Floats, radius: float, norm: str, *, relative: bool) -> Floats:
    """Every layer (count, depth, order, order) scaled to the boundary, or the largest of them and the others with it."""
    sizes = norms(stacks, norm)
    if relative:
        sizes = sizes.max(axis=1, keepdims=True)
    return np.asarray(stacks * np.where(sizes > 0, radius * INSIDE / np.where(sizes > 0, sizes, 1.0), 0.0))


def near_earlier(rng: Generator, earlier: Floats, depth: int, radius: float, norm: str) -> Floats:
    """Stacks (count, depth*order, order) that are an earlier one, its negative, or close to it, kept inside the ball."""
    count, order = len(earlier), earlier.shape[2]
    stacks = earlier.reshape(count, depth, order, order)
    noise = rng.standard_normal(stacks.shape) * powers_of_ten(rng, count, -6, 0)[:, None] * radius
    moved = stacks * rng.choice([-1.0, 1.0, 1.0], (count, 1, 1, 1)) + noise * rng.integers(0, 2, (count, 1, 1, 1))
    sizes = norms(moved, norm)
    kept = moved * np.minimum(1.0, radius * INSIDE / np.maximum(sizes, 1e-300))
    return np.asarray(kept.reshape(count, depth * order, order))


def select(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    """Selection matrices (count, rows, columns): distinct unit vectors as columns, uniform over ordered selections."""
    order = np.argsort(rng.random((count, rows)), axis=1)[:, :columns]
    return np.asarray((np.arange(rows)[None, :, None] == order[:, None, :]).astype(np.float64))


def is_selection(values: Floats) -> Any:
    """Which of the matrices (count, rows, columns) have distinct unit vectors as columns."""
    entries = ((values == 0) | (values == 1)).all(axis=(1, 2))
    return entries & (values.sum(axis=1) == 1).all(axis=1) & (values.sum(axis=2) <= 1).all(axis=1)
