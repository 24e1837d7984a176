"""Flows in floats: many starts at once by an adaptive method of order eight, with a stated error.

SciPy integrates one system at a time with one step size for all of it, so a batch would be as slow
as its fastest member and a small member as inexact as the largest allows. Here each member has its own
clock and its own step; the Runge-Kutta tableau is SciPy's DOP853. Every start is followed twice, at two
tolerances; their distance, with a margin, and what the finer one's own steps may have cost are its stated error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Symbol

from verify.backends import Float64
from verify.compiler import compile
from verify.flows import Flow

Floats = NDArray[np.float64]
Velocity = Callable[[Floats], Floats]
"""The velocities (count, size) at states (count, size) of certain members."""

FINE, COARSE = 1e-12, 1e-10
"""Relative tolerances of a step in the two runs."""
MARGIN = 16
"""How many times the distance of the two runs is stated as error: errors of either may cancel by chance."""
ROUNDING = 2.0**-44
"""Share of the largest entry so far that rounding may have cost; 256 units in the last place."""
MOST_STEPS = 2000
"""Steps, rejected ones included, after which a member that is not at the end is given up."""

_SHORTEST, _LONGEST = 0.2, 6.0
_SAFETY = 0.9


@dataclass(frozen=True)
class FlowRun:
    """Flows recorded at each member's own times.

    `times` is (count, moments), `states[s]` is (count, moments, rows, columns), and `error` is (count, moments): no entry of
    a state is expected to be further from its true value. What could not be followed is NaN.
    """

    times: Floats
    states: Mapping[Basic, Floats]
    error: Floats


def follow(flow: Flow, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any], times: Floats) -> FlowRun:
    """Follow the flow from the states (count, rows, columns) in `values` to the times (count, moments), which increase."""
    chart = _Chart(flow, dimensions, values)
    count = len(times)
    start = chart.flat(values)
    with np.errstate(all="ignore"):
        tolerances = np.repeat([FINE, COARSE], count)
        twice, members = np.concatenate([start, start]), np.tile(np.arange(count), 2)
        recorded, spent = _integrated(chart, twice, members, np.concatenate([times, times]), tolerances)
        fine, coarse = recorded[:count], recorded[count:]
        error = MARGIN * np.abs(fine - coarse).max(axis=-1, initial=0.0) + spent[:count]
    return FlowRun(times, chart.matrices(fine), np.where(np.isfinite(error), error, np.nan))


def natural_times(flow: Flow, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any], multiples: Floats) -> Floats:
    """Times (count, len(multiples)) in units of a power of two near each member's own time scale, so that they are exact.

    The scale is the time in which the state, or its velocity, would change by its own size; 1 for a member at rest.
    """
    chart = _Chart(flow, dimensions, values)
    start = chart.flat(values)
    with np.errstate(all="ignore"):
        velocity = chart.velocity(np.arange(len(start)))
        exponent = np.clip(np.floor(np.log2(_time_scale(velocity, start, velocity(start)))), -60, 60)
    return np.asarray(np.exp2(exponent)[:, None] * multiples)


def _time_scale(velocity: Velocity, state: Floats, slope: Floats) -> Floats:
    """The time in which the state, or its velocity, would change by its own size; 1 for a member at rest."""
    size, speed = _size(state), _size(slope)
    small = 1e-4 * np.where(size > 0, size, 1.0) / np.where(speed > 0, speed, 1.0)
    turn = _size(velocity(state + small[:, None] * slope) - slope) / small
    candidates = np.stack([size / speed, speed / turn])
    scale = np.where(np.isfinite(candidates) & (candidates > 0), candidates, np.inf).min(axis=0)
    return np.where(np.isfinite(scale), scale, 1.0)


def _size(vectors: Floats) -> Floats:
    return np.asarray(np.abs(vectors).max(axis=-1, initial=0.0))


class _Chart:
    """States as vectors, and their velocities."""

    def __init__(self, flow: Flow, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any]) -> None:
        self.state = flow.state
        self.shapes = [np.shape(values[s])[-2:] for s in self.state]
        self.constants = {symbol: np.asarray(value) for symbol, value in values.items() if symbol not in self.state}
        self.count = max(len(value) for value in map(np.asarray, values.values()) if value.ndim in (1, 3))
        self.program = compile([velocity for _, velocity in flow.velocities], dimensions, Float64())

    def flat(self, values: Mapping[Basic, Any]) -> Floats:
        # a start that is the same for all members has no batch of its own
        rows = [np.broadcast_to(values[s], (self.count, *shape)) for s, shape in zip(self.state, self.shapes, strict=True)]
        return np.concatenate([row.reshape(self.count, -1) for row in rows], axis=1)

    def matrices(self, vectors: Floats) -> dict[Basic, Floats]:
        """The state matrices (..., rows, columns) of vectors (..., size)."""
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])
        parts = np.split(vectors, ends[:-1], axis=-1)
        return {s: part.reshape(*part.shape[:-1], *shape) for s, part, shape in zip(self.state, parts, self.shapes, strict=True)}

    def velocity(self, members: NDArray[np.int64]) -> Velocity:
        """The velocities of the members with the given numbers."""
        constants = {s: value[members] if value.ndim in (1, 3) else value for s, value in self.constants.items()}
        return partial(self._velocity, constants)

    def _velocity(self, constants: Mapping[Basic, Any], vectors: Floats) -> Floats:
        found = self.program({**constants, **self.matrices(vectors)})
        rows = [np.broadcast_to(v, (len(vectors), *shape)).reshape(len(vectors), -1) for v, shape in zip(found, self.shapes, strict=True)]
        return np.concatenate(rows, axis=1)


def _integrated(chart: _Chart, start: Floats, members: NDArray[np.int64], times: Floats, tolerance: Floats) -> tuple[Floats, Floats]:
    """States (count, moments, size) at the times, NaN where they are not reached, and what all steps until then may have cost."""
    count, moments = times.shape
    recorded = np.full((count, moments, start.shape[1]), np.nan)
    spent = np.full((count, moments), np.nan)
    clock, state, local, peak = np.zeros(count), start.copy(), np.zeros(count), _size(start)
    velocity = chart.velocity(members)
    slope = velocity(state)
    # Short first steps; the control lengthens them.
    step = _time_scale(velocity, state, slope) * tolerance**0.125
    followed = np.arange(count)
    due = np.zeros(count, dtype=np.int64)
    for _ in range(MOST_STEPS):
        while True:  # record all that is due now
            open_ = np.flatnonzero(due < moments)
            arrived = open_[clock[open_] >= times[open_, due[open_]]]
            if not len(arrived):
                break
            recorded[arrived, due[arrived]] = state[arrived]
            spent[arrived, due[arrived]] = local[arrived] + ROUNDING * peak[arrived]
            due[arrived] += 1
        active = np.flatnonzero((due < moments) & np.isfinite(step) & (step > 0))
        if not len(active):
            break
        if len(active) < len(followed):
            followed, velocity = active, chart.velocity(members[active])
        target = times[active, due[active]]
        left = target - clock[active]
        # The last steps before a time are evened out, so that none of them is tiny.
        length = np.where(step[active] >= left, left, np.where(2 * step[active] > left, left / 2, step[active]))
        new, new_slope, error = _stepped(velocity, state[active], slope[active], length)
        allowed = tolerance[active] * np.maximum(_size(state[active]), _size(new))
        norm = _error_norm(error, allowed[:, None], length)
        taken = norm <= 1
        factor = np.clip(_SAFETY * np.where(norm > 0, norm, 1e-30) ** -0.125, _SHORTEST, _LONGEST)
        step[active] = np.where(np.isfinite(norm), length * factor, length * _SHORTEST)
        # A step that is too short to move the clock means that the flow has run away.
        step[active] = np.where(clock[active] + step[active] > clock[active], step[active], np.nan)
        moved = active[taken]
        arrives = length[taken] >= left[taken]
        clock[moved] = np.where(arrives, target[taken], clock[moved] + length[taken])
        state[moved], slope[moved] = new[taken], new_slope[taken]
        peak[moved] = np.maximum(peak[moved], _size(new[taken]))
        local[moved] += norm[taken] * allowed[taken]
    return recorded, spent


@cache
def _tableau() -> Any:
    from scipy.integrate import DOP853

    return DOP853


def _stepped(velocity: Velocity, state: Floats, slope: Floats, length: Floats) -> tuple[Floats, Floats, tuple[Floats, Floats]]:
    """The new state, its velocity, and the two error estimates of order five and three."""
    method = _tableau()
    stages = np.empty((method.n_stages + 1, state.size))
    stages[0] = slope.ravel()
    h = length[:, None]

    def combined(weights: Floats) -> Floats:
        return np.reshape(weights @ stages[: len(weights)], state.shape)

    for k in range(1, method.n_stages):
        stages[k] = velocity(state + h * combined(method.A[k, :k])).ravel()
    new = state + h * combined(method.B)
    new_slope = velocity(new)
    stages[-1] = new_slope.ravel()
    return new, new_slope, (combined(method.E5), combined(method.E3))


def _error_norm(estimates: Any, allowed: Floats, length: Floats) -> Floats:
    """Hairer's combination of the two estimates in units of what is allowed; infinite where it is not finite."""
    fifth, third = (np.where(e == 0, 0.0, e / allowed) for e in estimates)
    fifth_squared, third_squared = (np.sum(e * e, axis=-1) for e in (fifth, third))
    weight = fifth_squared + 0.01 * third_squared
    norm = length * fifth_squared / np.sqrt(np.where(weight > 0, weight, 1.0) * fifth.shape[-1])
    return np.where(np.isfinite(norm), norm, np.inf)
