"""Ensembles of matrices, drawn in batches: the names by which a domain can ask for them.

An ensemble is *plain* when its entries are small dyadic numbers, so that floats are exact and a
counterexample can be read, and of *full rank* when every draw is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Generator = np.random.Generator


@dataclass(frozen=True)
class Ensemble:
    """A law on matrices: `draw(rng, count, rows, columns)` gives an array (count, rows, columns)."""

    name: str
    draw: Callable[[Generator, int, int, int], Floats]
    plain: bool = False
    full_rank: bool = False


def powers_of_ten(rng: Generator, count: int, low: float, high: float) -> Floats:
    """Log-uniform scales between 10**low and 10**high, shape (count, 1, 1)."""
    return np.asarray(10.0 ** rng.uniform(low, high, (count, 1, 1)))


@lru_cache(maxsize=64)
def _haar(size: int) -> Floats:
    """A fixed stock of Haar-distributed orthogonal matrices (stock, size, size)."""
    stock = max(1, min(64, 200_000 // size**2))
    q, r = np.linalg.qr(np.random.default_rng(size).standard_normal((stock, size, size)))
    return np.asarray(q * np.where(np.diagonal(r, axis1=1, axis2=2) < 0, -1.0, 1.0)[:, None, :])


def orthonormal(rng: Generator, count: int, size: int, columns: int) -> Floats:
    """Random orthonormal columns (columns <= size), shape (count, size, columns).

    Each is a random reflection of one from a stock, with random signs: a QR factorisation for each would
    take most of the time of a draw.
    """
    stock = _haar(size)
    start = stock[rng.integers(0, len(stock), count)][:, :, :columns] * (2.0 * rng.integers(0, 2, (count, 1, columns)) - 1.0)
    if size == 1:
        return np.asarray(start)
    normal = rng.standard_normal((count, size, 1))
    along = normal.transpose(0, 2, 1) @ start * (2.0 / np.square(normal).sum(axis=1, keepdims=True))
    return np.asarray(start - normal @ along)


def with_spectrum(rng: Generator, spectrum: Floats, rows: int, columns: int) -> Floats:
    """Matrices with given singular values (count, min(rows, columns)) and random singular vectors."""
    count, size = spectrum.shape
    left, right = orthonormal(rng, count, rows, size), orthonormal(rng, count, columns, size)
    return np.asarray((left * spectrum[:, None, :]) @ right.transpose(0, 2, 1))


def integers(rng: Generator, size: tuple[int, ...], bound: int) -> Floats:
    """Integers from -bound to bound, as floats."""
    return rng.integers(-bound, bound + 1, size).astype(np.float64)


def nonzero_integers(rng: Generator, size: tuple[int, ...], bound: int) -> Floats:
    """Integers from -bound to bound without 0, as floats."""
    return np.asarray(rng.integers(1, bound + 1, size) * (2.0 * rng.integers(0, 2, size) - 1.0))


def on_diagonal(values: Floats, rows: int, columns: int) -> Floats:
    """Rectangular diagonal matrices from (count, k) values, k <= min(rows, columns)."""
    out = np.zeros((len(values), rows, columns))
    index = np.arange(values.shape[1])
    out[:, index, index] = values
    return out


def shuffled(rng: Generator, matrices: Floats, axis: int) -> Floats:
    """Each matrix with its rows (axis 1) or columns (axis 2) in an order of its own and with random signs."""
    count, size = len(matrices), matrices.shape[axis]
    order = np.argsort(rng.random((count, size)), axis=1)
    signs = 2.0 * rng.integers(0, 2, (count, size)) - 1.0
    index = np.arange(count)[:, None]
    if axis == 1:
        return np.asarray(matrices[index, order] * signs[:, :, None])
    return np.asarray(matrices.transpose(0, 2, 1)[index, order].transpose(0, 2, 1) * signs[:, None, :])


def spread(rng: Generator, count: int, size: int, low: float, high: float) -> Floats:
    """Log-uniform positive spectra between 10**low and 10**high, shape (count, size)."""
    return np.asarray(10.0 ** rng.uniform(low, high, (count, size)))


def two_valued(rng: Generator, count: int, size: int) -> Floats:
    """Spectra with at most two distinct positive values, so nearly all are repeated."""
    large, small = 10.0 ** rng.uniform(-1, 1, (2, count, 1))
    return np.where(rng.random((count, size)) < 0.5, large, small)


def steep(rng: Generator, count: int, size: int) -> Floats:
    """Spectra that fall geometrically by 1e2 to 1e10 from first to last."""
    fall = rng.uniform(2, 10, (count, 1))
    return np.asarray(10.0 ** (-fall * np.linspace(0, 1, size) if size > 1 else np.zeros((count, 1))))


def coarse(rng: Generator, size: tuple[int, ...]) -> Floats:
    """Gaussians rounded to multiples of 1/64: few enough digits that products of two are exact."""
    return np.asarray(np.round(64 * rng.standard_normal(size)) / 64)


def _gaussian(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.asarray(rng.standard_normal((count, rows, columns)))


def _scaled(low: float, high: float) -> Callable[[Generator, int, int, int], Floats]:
    def draw(rng: Generator, count: int, rows: int, columns: int) -> Floats:
        return np.asarray(_gaussian(rng, count, rows, columns) * powers_of_ten(rng, count, low, high))

    return draw


def _orthogonal(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return with_spectrum(rng, np.ones((count, min(rows, columns))), rows, columns)


def _spectral(spectrum: Callable[[Generator, int, int], Floats]) -> Callable[[Generator, int, int, int], Floats]:
    def draw(rng: Generator, count: int, rows: int, columns: int) -> Floats:
        return with_spectrum(rng, spectrum(rng, count, min(rows, columns)), rows, columns)

    return draw


def _uneven_rows(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.asarray(_gaussian(rng, count, rows, columns) * 10.0 ** rng.uniform(-3, 2, (count, rows, 1)))


def _near_identity(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.asarray(np.eye(rows, columns) + _gaussian(rng, count, rows, columns) * powers_of_ten(rng, count, -8, -1))


def _positive(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.abs(_gaussian(rng, count, rows, columns))


def _sparse(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.where(rng.random((count, rows, columns)) < 0.3, _gaussian(rng, count, rows, columns), 0.0)


def _low_rank(
    factor: Callable[[Generator, tuple[int, ...]], Floats], most: int | None = None
) -> Callable[[Generator, int, int, int], Floats]:
    """Products of two factors of an inner rank below min(rows, columns), or up to `most`: exactly of that rank or less."""

    def draw(rng: Generator, count: int, rows: int, columns: int) -> Floats:
        size = min(rows, columns)
        highest = size - 1 if most is None else min(most, size)
        ranks = rng.integers(min(1, highest), highest + 1, (count, 1))
        kept = np.arange(size) < ranks
        left, right = factor(rng, (count, rows, size)), factor(rng, (count, size, columns))
        return np.asarray((left * kept[:, None, :]) @ right)

    return draw


def _zero(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.zeros((count, rows, columns))


def _integers(bound: int, divisor: int = 1) -> Callable[[Generator, int, int, int], Floats]:
    def draw(rng: Generator, count: int, rows: int, columns: int) -> Floats:
        return integers(rng, (count, rows, columns), bound) / divisor

    return draw


def _unit(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    out = np.zeros((count, rows * columns))
    out[np.arange(count), rng.integers(0, rows * columns, count)] = nonzero_integers(rng, (count,), 2)
    return out.reshape(count, rows, columns)


def _identity_like(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.asarray(nonzero_integers(rng, (count, 1, 1), 3) * 2.0 ** rng.integers(-4, 3, (count, 1, 1)) * np.eye(rows, columns))


def _diagonal(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return on_diagonal(integers(rng, (count, min(rows, columns)), 3), rows, columns)


def _regular_diagonal(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    values = nonzero_integers(rng, (count, min(rows, columns)), 3) * 2.0 ** rng.integers(-3, 3, (count, 1))
    return shuffled(rng, shuffled(rng, on_diagonal(values, rows, columns), 1), 2)


def _signed_permutation(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return shuffled(rng, shuffled(rng, np.tile(np.eye(rows, columns), (count, 1, 1)), 1), 2)


def _regular_integers(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    """Full rank by construction: unit triangular times [triangular with non-zero diagonal | anything], columns shuffled."""
    if rows > columns:
        return _regular_integers(rng, count, columns, rows).transpose(0, 2, 1)
    right = np.triu(integers(rng, (count, rows, columns), 2))
    right[:, np.arange(rows), np.arange(rows)] = nonzero_integers(rng, (count, rows), 2)
    right[:, :, rows:] = integers(rng, (count, rows, columns - rows), 2)
    left = np.tril(integers(rng, (count, rows, rows), 1), -1) + np.eye(rows)
    return shuffled(rng, left @ right, 2)


def _small_integers(rng: Generator, size: tuple[int, ...]) -> Floats:
    return integers(rng, size, 2)


GENERAL: tuple[Ensemble, ...] = (
    Ensemble("gaussian", _gaussian, full_rank=True),
    Ensemble("scaled gaussian", _scaled(-3, 3), full_rank=True),
    Ensemble("tiny", _scaled(-6, -2), full_rank=True),
    Ensemble("huge", _scaled(2, 5), full_rank=True),
    Ensemble("orthogonal", _orthogonal, full_rank=True),
    Ensemble("prescribed spectrum", _spectral(lambda rng, count, size: spread(rng, count, size, -2, 1)), full_rank=True),
    Ensemble("repeated spectrum", _spectral(two_valued), full_rank=True),
    Ensemble("ill-conditioned", _spectral(steep), full_rank=True),
    Ensemble("uneven rows", _uneven_rows, full_rank=True),
    Ensemble("near identity", _near_identity, full_rank=True),
    Ensemble("positive", _positive, full_rank=True),
    Ensemble("rank-deficient", _low_rank(coarse)),
    Ensemble("rank one", _low_rank(coarse, most=1)),
    Ensemble("sparse", _sparse),
    Ensemble("zero", _zero, plain=True),
    Ensemble("signs and zeros", _integers(1), plain=True),
    Ensemble("integers", _integers(3), plain=True),
    Ensemble("dyadic", _integers(9, 4), plain=True),
    Ensemble("one entry", _unit, plain=True),
    Ensemble("identity-like", _identity_like, plain=True, full_rank=True),
    Ensemble("diagonal", _diagonal, plain=True),
    Ensemble("low-rank integers", _low_rank(_small_integers), plain=True),
    Ensemble("signed permutation", _signed_permutation, plain=True, full_rank=True),
    Ensemble("regular diagonal", _regular_diagonal, plain=True, full_rank=True),
    Ensemble("regular integers", _regular_integers, plain=True, full_rank=True),
)
"""The ensembles of matrices of any shape."""


def mixture(rng: Generator, ensembles: tuple[Ensemble, ...], count: int, rows: int, columns: int) -> Floats:
    """Draws from several ensembles, a random choice of them where there are fewer than eight draws for each."""
    chosen = rng.permutation(len(ensembles))[: max(1, count // 8)]
    labels = even_labels(rng, count, len(chosen))
    out = np.empty((count, rows, columns))
    for index, kind in enumerate(chosen):
        mine = np.flatnonzero(labels == index)
        if len(mine):
            out[mine] = ensembles[kind].draw(rng, len(mine), rows, columns)
    return out


def even_labels(rng: Generator, count: int, kinds: int) -> NDArray[np.int64]:
    """`count` labels below `kinds`, each as often as any other, in random order."""
    blocks = np.tile(np.arange(kinds), (-(-count // kinds), 1))
    # Each block is shuffled for itself, so that a short batch is not always cut off at the same ensembles.
    return rng.permuted(blocks, axis=1).reshape(-1)[:count].astype(np.int64)
