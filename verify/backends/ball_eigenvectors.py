"""Approximate eigenvectors of an exact symmetric matrix, to the working precision, whatever the clusters.

Nothing here is rigorous and nothing needs to be: `ball_spectra` encloses from any Q. Each round
takes T = Q^T M Q and couples two indices where |T_ij| is not small against |T_ii - T_jj|. Coupled
groups are diagonalised in floats after being shifted and scaled, so that a cluster of any
closeness is resolved at its own scale; all other pairs are rotated by T_ij / (T_jj - T_ii) to
first order (Ogita and Aishima), which squares the error. Q's orthogonality is corrected alike.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat, ctx

from verify.backends.ball_numbers import working_precision
from verify.backends.flint_matrices import identity

_FIRST_PRECISION = 128
_MOST_ROUNDS = 200
_STALLED = 4
_SMALLEST = -(10**6)
_NOISE_BITS = 16
_HALF = arb(1) / 2
_WIDEST_ANGLE = arb((1, -20))
"""Pairs that need a wider rotation are left to the floats' eigensolver, in groups."""
_FLOAT_ACCURACY = 44
"""Bits to which an orthogonal matrix of floats is one, orders of a few hundred included."""


def approximate_eigenvectors(matrix: arb_mat, start: arb_mat | None = None) -> arb_mat:
    """Q, nearly orthogonal, with Q^T M Q nearly diagonal; exact entries. `start` is an earlier, coarser Q."""
    final = ctx.prec
    vectors = start if start is not None else _float_eigenvectors(matrix)
    precision, stalled, best = min(_FIRST_PRECISION, final), 0, math.inf
    for _ in range(_MOST_ROUNDS):
        with working_precision(precision):
            done = _round(matrix, vectors)
            if done.factor is not None:
                vectors = (vectors * done.factor).mid()
        stalled = stalled + 1 if done.error > best - 1 else 0
        best = min(best, done.error)
        if precision == final and (done.last or stalled == _STALLED):
            break
        # the next round starts at about twice the present accuracy and doubles it again
        precision = final if stalled == _STALLED else min(final, max(precision, _FIRST_PRECISION - 4 * done.error))
    return vectors


def _float_eigenvectors(matrix: arb_mat) -> arb_mat:
    order = matrix.nrows()
    floats = scaled_floats(matrix.tolist())
    if not floats[~np.eye(order, dtype=bool)].any():
        return identity(arb_mat, order)
    try:
        return arb_mat(np.linalg.eigh(floats)[1].tolist())
    except np.linalg.LinAlgError:
        return identity(arb_mat, order)


@dataclass(frozen=True)
class _Round:
    """The factor that improves Q from the right, the error it found as a power of two, and whether more is to come."""

    factor: arb_mat | None
    error: int
    last: bool


def _round(matrix: arb_mat, vectors: arb_mat) -> _Round:
    """Measure Q against M and find the factor that corrects its angles, its clusters and its orthogonality."""
    order = matrix.nrows()
    transposed = vectors.transpose()
    gram = (transposed * vectors).mid()
    products, overlaps = (transposed * (matrix * vectors)).mid().tolist(), gram.tolist()
    _as_if_orthogonal(products, overlaps)
    indices = range(order)
    pairs = [(i, j, abs(products[i][j])) for i in indices for j in range(i)]
    coupling = max([size for _, _, size in pairs])
    scale = max([abs(products[i][i]) for i in indices]).max(coupling)
    defect = max([abs(overlaps[i][j]) for i in indices for j in range(i)]).max(max([abs(1 - overlaps[i][i]) for i in indices]))
    error = _exponent((coupling / scale if scale > 0 else scale).max(defect))
    if error <= _NOISE_BITS - ctx.prec:
        return _Round(None, error, last=True)
    negligible = scale * arb((1, _NOISE_BITS - ctx.prec))
    groups, separated = list(indices), []
    for i, j, size in pairs:
        if size > negligible:
            gap = products[j][j] - products[i][i]
            if size <= abs(gap) * _WIDEST_ANGLE:
                separated.append((i, j, gap))
            else:
                _join(groups, i, j)
    # Q (I - F/2) is orthogonal to second order
    unit = identity(arb_mat, order)
    factor = (unit * 3 - gram) * _HALF
    widest = arb(0)
    if separated:
        rotation = unit
        for i, j, gap in separated:
            if groups[i] != groups[j]:
                angle = (products[i][j] / gap).mid()
                rotation[i, j], rotation[j, i] = angle, -angle
                widest = widest.max(abs(angle))
        squared = 2 * (_exponent(widest) + order.bit_length())
        factor = factor * _orthonormal(rotation, -squared)
    clusters = [members for root in set(groups) if len(members := [i for i in indices if groups[i] == root]) > 1]
    if clusters:
        factor = factor * _cluster_rotation(products, clusters)
    # without clusters the next error is about the product of the present one and the widest angle
    settled = not clusters and error + max(error, _exponent(widest)) + 2 * order.bit_length() < _NOISE_BITS - ctx.prec
    return _Round(factor, error, last=settled)


def _as_if_orthogonal(products: list[list[arb]], overlaps: list[list[arb]]) -> None:
    """Correct T in place, to first order, to what it would be were Q orthogonal."""
    values = [row[i] for i, row in enumerate(products)]
    for i, row in enumerate(products):
        for j in range(i):
            row[j] = products[j][i] = row[j] - overlaps[i][j] * (values[i] + values[j]) / 2
        row[i] = values[i] * (2 - overlaps[i][i])


def _join(groups: list[int], first: int, second: int) -> None:
    one, other = groups[first], groups[second]
    if one != other:
        groups[:] = [one if g == other else g for g in groups]


def _cluster_rotation(products: list[list[arb]], clusters: list[list[int]]) -> arb_mat:
    """The block-diagonal matrix of float eigenvectors of each cluster's block, shifted and scaled."""
    order = len(products)
    rotation = np.eye(order)
    for members in clusters:
        shift = products[members[0]][members[0]]
        block = scaled_floats([[products[i][j] - (shift if i == j else 0) for j in members] for i in members])
        with suppress(np.linalg.LinAlgError):
            rotation[np.ix_(members, members)] = np.linalg.eigh(block)[1]
    return _orthonormal(arb_mat(order, order, [arb(x) for x in rotation.ravel().tolist()]), _FLOAT_ACCURACY)


def _orthonormal(rotation: arb_mat, accuracy: int) -> arb_mat:
    """The nearest orthogonal matrix to the working precision, from one that is orthogonal to `accuracy` bits.

    Without it a rotation would bring in an error larger than the one it removes: within a multiple
    eigenvalue the angles are those of noise, and have nothing to do with the size of the error.
    """
    unit = identity(arb_mat, rotation.nrows()) * 3
    while accuracy < ctx.prec:
        rotation = (rotation * (unit - rotation.transpose() * rotation) * _HALF).mid()
        accuracy *= 2
    return rotation


def _exponent(value: arb) -> int:
    """The least e with |value| <= 2^e, up to one."""
    if value.mid() == 0:
        return _SMALLEST
    mantissa, exponent = value.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length()


def scaled_floats(rows: list[list[arb]]) -> np.ndarray:
    """The entries as floats after division by a power of two near the largest of them."""
    largest = max([abs(e).mid() for row in rows for e in row])
    if largest == 0:
        return np.zeros((len(rows), len(rows)))
    scale = arb((1, -_exponent(largest)))
    return np.array([[float(e * scale) for e in row] for row in rows])
