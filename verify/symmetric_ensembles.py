"""Ensembles of symmetric matrices: definite, indefinite, singular, clustered, plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from verify.ensembles import (
    Ensemble,
    Floats,
    Generator,
    coarse,
    integers,
    nonzero_integers,
    on_diagonal,
    orthonormal,
    powers_of_ten,
    shuffled,
    spread,
    steep,
    two_valued,
)


def symmetrised(matrices: Floats) -> Floats:
    """The symmetric parts; rounding leaves them exactly symmetric."""
    return np.asarray((matrices + matrices.transpose(0, 2, 1)) / 2)


def with_eigenvalues(vectors: Floats, eigenvalues: Floats) -> Floats:
    """Symmetric matrices with given orthonormal eigenvectors (count, n, n) and eigenvalues (count, n)."""
    return symmetrised((vectors * eigenvalues[:, None, :]) @ vectors.transpose(0, 2, 1))


def _spectral(eigenvalues: Callable[[Generator, int, int], Floats]) -> Callable[[Generator, int, int, int], Floats]:
    def draw(rng: Generator, count: int, rows: int, columns: int) -> Floats:
        return with_eigenvalues(orthonormal(rng, count, rows, rows), eigenvalues(rng, count, rows))

    return draw


def _signed(eigenvalues: Callable[[Generator, int, int], Floats]) -> Callable[[Generator, int, int], Floats]:
    def draw(rng: Generator, count: int, size: int) -> Floats:
        return np.asarray(eigenvalues(rng, count, size) * rng.choice([-1.0, 1.0], (count, size)))

    return draw


def _scaled(low: float, high: float) -> Callable[[Generator, int, int, int], Floats]:
    def draw(rng: Generator, count: int, rows: int, columns: int) -> Floats:
        return symmetrised(rng.standard_normal((count, rows, rows)) * powers_of_ten(rng, count, low, high))

    return draw


def _near_identity(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.asarray(np.eye(rows) + symmetrised(rng.standard_normal((count, rows, rows))) * powers_of_ten(rng, count, -8, -1))


def _singular(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    """B S B^T with diagonal signs S, at least one of them 0: exact, since B has few binary digits."""
    factor = coarse(rng, (count, rows, rows))
    signs = rng.integers(-1, 2, (count, rows)).astype(np.float64)
    signs[np.arange(count), rng.integers(0, rows, count)] = 0.0
    return np.asarray((factor * signs[:, None, :]) @ factor.transpose(0, 2, 1))


def _zero(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.zeros((count, rows, rows))


def _integers(bound: int, divisor: int = 1) -> Callable[[Generator, int, int, int], Floats]:
    def draw(rng: Generator, count: int, rows: int, columns: int) -> Floats:
        upper = np.triu(integers(rng, (count, rows, rows), bound))
        return np.asarray((upper + np.triu(upper, 1).transpose(0, 2, 1)) / divisor)

    return draw


def _identity_like(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return np.asarray(nonzero_integers(rng, (count, 1, 1), 3) * np.eye(rows))


def _diagonal(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return on_diagonal(integers(rng, (count, rows), 3), rows, rows)


def _regular_diagonal(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    return on_diagonal(nonzero_integers(rng, (count, rows), 3), rows, rows)


def _rank_one(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    vector = integers(rng, (count, rows, 1), 2)
    return np.asarray(rng.choice([-1.0, 1.0], (count, 1, 1)) * vector @ vector.transpose(0, 2, 1))


def _gram(sign: float) -> Callable[[Generator, int, int, int], Floats]:
    def draw(rng: Generator, count: int, rows: int, columns: int) -> Floats:
        factor = integers(rng, (count, rows, rows), 1)
        return np.asarray(sign * factor @ factor.transpose(0, 2, 1))

    return draw


def _regular_integers(rng: Generator, count: int, rows: int, columns: int) -> Floats:
    """L D L^T with unit triangular L and non-zero D, rows and columns reordered alike: of full rank."""
    left = shuffled(rng, np.tril(integers(rng, (count, rows, rows), 1), -1) + np.eye(rows), 1)
    return np.asarray((left * nonzero_integers(rng, (count, rows), 2)[:, None, :]) @ left.transpose(0, 2, 1))


SYMMETRIC: tuple[Ensemble, ...] = (
    Ensemble("gaussian", _scaled(0, 0), full_rank=True),
    Ensemble("scaled gaussian", _scaled(-3, 3), full_rank=True),
    Ensemble("tiny", _scaled(-6, -2), full_rank=True),
    Ensemble("huge", _scaled(2, 5), full_rank=True),
    Ensemble("positive definite", _spectral(lambda rng, count, size: spread(rng, count, size, -2, 1)), full_rank=True),
    Ensemble("negative definite", _spectral(lambda rng, count, size: -spread(rng, count, size, -2, 1)), full_rank=True),
    Ensemble("indefinite", _spectral(_signed(lambda rng, count, size: spread(rng, count, size, -1, 1))), full_rank=True),
    Ensemble("repeated spectrum", _spectral(_signed(two_valued)), full_rank=True),
    Ensemble("ill-conditioned", _spectral(_signed(steep)), full_rank=True),
    Ensemble("near identity", _near_identity, full_rank=True),
    Ensemble("rank-deficient", _singular),
    Ensemble("zero", _zero, plain=True),
    Ensemble("signs and zeros", _integers(1), plain=True),
    Ensemble("integers", _integers(3), plain=True),
    Ensemble("dyadic", _integers(9, 4), plain=True),
    Ensemble("identity-like", _identity_like, plain=True, full_rank=True),
    Ensemble("diagonal", _diagonal, plain=True),
    Ensemble("rank one", _rank_one, plain=True),
    Ensemble("positive semidefinite integers", _gram(1.0), plain=True),
    Ensemble("negative semidefinite integers", _gram(-1.0), plain=True),
    Ensemble("regular diagonal", _regular_diagonal, plain=True, full_rank=True),
    Ensemble("regular integers", _regular_integers, plain=True, full_rank=True),
)
"""The ensembles of symmetric matrices; `columns` equals `rows`."""
