"""Local descent of several instances at once: quasi-Newton steps on difference quotients, line searches in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from verify.search.moves import Floats

Objective = Callable[[Floats], Floats]
"""Vectors (batch, count, size) to values (batch, count), infinite where nothing is defined."""

LENGTHS = 2.0 ** np.arange(3.0, -15.0, -1.5)
FEW_LENGTHS = 4.0 ** np.array([1, 0, -1, -2, -4, -7])
_QUOTIENT = 1e-6
_PROGRESS = 1e-3


def descend(objective: Objective, start: Floats, iterations: int, lengths: Floats = LENGTHS) -> Iterator[None]:
    """Minimise from every start (count, size) by BFGS, a step at a time; the objective sees every point that is tried.

    Each step tries all the lengths. A start that no longer improves goes along its gradient afresh, and all end
    once none improves. Difference quotients are one-sided, at half the price, until a start stops improving.
    """
    points = np.nan_to_num(start)
    count, size = points.shape
    values = objective(points[None])[0]
    inverse_hessian = np.tile(np.eye(size), (count, 1, 1))
    stalled = np.zeros(count, dtype=np.int64)
    old_gradient = old_points = None
    for _ in range(iterations):
        alive = np.isfinite(values) & (stalled < 3)
        if not alive.any():
            return
        gradient = _gradient(objective, points, values, central=bool(stalled.any()))
        if old_gradient is not None and old_points is not None:
            _update(inverse_hessian, points - old_points, gradient - old_gradient)
        direction = -np.einsum("kij,kj->ki", inverse_hessian, gradient)
        uphill = np.einsum("ki,ki->k", direction, gradient) >= 0
        restart = uphill | (stalled > 0)
        inverse_hessian[restart] = np.eye(size)
        direction[restart] = -gradient[restart]
        length = np.linalg.norm(direction, axis=1, keepdims=True)
        # A first step along the gradient has no length of its own, and no step should leave the chart.
        direction = np.where(restart[:, None] | (length > 4.0), direction / np.maximum(length, 1e-300), direction)
        trials = points + lengths[:, None, None] * direction
        tried = objective(trials)
        best = tried.argmin(axis=0)
        reached = tried[best, np.arange(count)]
        better = reached < values
        with np.errstate(invalid="ignore"):
            gained = np.where(better, values - reached, 0.0) > _PROGRESS * np.abs(values)
        stalled = np.where(gained, 0, stalled + 1)
        old_points, old_gradient = points.copy(), gradient
        points[better] = trials[best, np.arange(count)][better]
        values = np.where(better, reached, values)
        yield


def _gradient(objective: Objective, points: Floats, values: Floats, *, central: bool) -> Floats:
    """Difference quotients (count, size), from the side that is defined."""
    size = points.shape[1]
    shifts = _QUOTIENT * np.eye(size)[:, None, :]
    ahead = objective(points + shifts)
    with np.errstate(invalid="ignore"):
        rise = ahead - values
        if central or not np.isfinite(ahead).all():
            fall = values - objective(points - shifts)
            rise = np.where(np.isfinite(rise) & np.isfinite(fall), (rise + fall) / 2, np.where(np.isfinite(rise), rise, fall))
    return np.asarray(np.nan_to_num(rise / _QUOTIENT, nan=0.0, posinf=0.0, neginf=0.0).T)


def _update(inverse_hessian: Floats, step: Floats, change: Floats) -> None:
    """The BFGS update in place, where the curvature along the step is positive."""
    curvature = np.einsum("ki,ki->k", step, change)
    good = curvature > 1e-12 * np.linalg.norm(step, axis=1) * np.linalg.norm(change, axis=1)
    if not good.any():
        return
    s, y, rho = step[good], change[good], 1.0 / curvature[good]
    h = inverse_hessian[good]
    hy = np.einsum("kij,kj->ki", h, y)
    scale = (1.0 + rho * np.einsum("ki,ki->k", y, hy)) * rho
    cross = np.einsum("ki,kj->kij", hy, s)
    outer = scale[:, None, None] * np.einsum("ki,kj->kij", s, s)
    inverse_hessian[good] = h + outer - rho[:, None, None] * (cross + cross.transpose(0, 2, 1))
