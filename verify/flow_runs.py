"""Flows in floats: many starts at once by an adaptive method of order eight, with a stated error.

SciPy integrates one system at a time with one step size for all of it, so a batch would be as slow
as its fastest member and a small member as inexact as the largest allows. Here each member has its own
clock and its own step; the Runge-Kutta tableau is SciPy's DOP853. Every start is followed twice, at two
tolerances; their distance, with a margin, and what the finer one's own steps may have cost are its stated error.

At the kink of an activation the order would be lost. So each step keeps to one activation pattern, whose velocities are
smooth; a step that crosses a kink is shortened until what it did beyond it is as small as what a step may cost, and the pattern
changes there. A flow that slides along a kink has no velocity of its own on it, and is not followed further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Symbol

from verify.flow_charts import Chart, Floats, Motion, Sides
from verify.flows import Flow

CAREFUL, ROUGH = (1e-12, 1e-10), (1e-8, 1e-6)
"""Relative tolerances of a step in the two runs: as small as floats allow, and where the stated error may be larger."""
MARGIN = 16
"""How many times the distance of the two runs is stated as error: errors of either may cancel by chance."""
ROUNDING = 2.0**-44
"""Share of the largest entry so far that rounding may have cost; 256 units in the last place."""
MOST_STEPS = 2000
"""Steps, rejected ones included, after which a member that is not at the end is given up."""

_WATCHED, _HOPE = 40, 1.5
"""After how many steps each, and by how many times, the pace of a member that goes on must be enough to arrive."""
_SHORTEST, _LONGEST = 0.2, 6.0
_SAFETY = 0.9
_BEYOND = 2.0
"""How many times the time that is left before a kink, at the present speed, a step may take."""
_SHARE = 0.125
"""What part of its allowed error a step may spend beyond a kink."""


@dataclass(frozen=True)
class FlowRun:
    """Flows recorded at each member's own times.

    `times` is (count, moments), `states[s]` is (count, moments, rows, columns), and `error` is (count, moments): no entry of
    a state is expected to be further from its true value. What could not be followed is NaN.
    """

    times: Floats
    states: Mapping[Basic, Floats]
    error: Floats

    def at(self, row: int, column: int) -> tuple[dict[Basic, Floats], float]:
        """The state of one member at one of its times, and the error."""
        return {symbol: states[row, column] for symbol, states in self.states.items()}, float(self.error[row, column])


def follow(
    flow: Flow,
    dimensions: Mapping[Symbol, int],
    values: Mapping[Basic, Any],
    times: Floats,
    *,
    most_steps: int = MOST_STEPS,
    tolerances: tuple[float, float] = CAREFUL,
) -> FlowRun:
    """Follow the flow from the states (count, rows, columns) in `values` to the times (count, moments), which increase."""
    chart = Chart(flow, dimensions, values)
    count = len(times)
    start = chart.flat(values)
    with np.errstate(all="ignore"):
        of_each = np.repeat(tolerances, count)
        twice, members = np.concatenate([start, start]), np.tile(np.arange(count), 2)
        recorded, spent = _integrated(chart, twice, members, np.concatenate([times, times]), of_each, most_steps)
        fine, coarse = recorded[:count], recorded[count:]
        error = MARGIN * np.abs(fine - coarse).max(axis=-1, initial=0.0) + spent[:count]
    return FlowRun(times, chart.matrices(fine), np.where(np.isfinite(error), error, np.nan))


def natural_times(flow: Flow, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any], multiples: Floats) -> Floats:
    """Times (count, len(multiples)) in units of a power of two near each member's own time scale, so that they are exact.

    The scale is the time in which the state, or its velocity, would change by its own size; 1 for a member at rest.
    """
    chart = Chart(flow, dimensions, values)
    start = chart.flat(values)
    with np.errstate(all="ignore"):
        motion = chart.motion(np.arange(len(start)))
        sides = motion.sides(start)
        scale = _time_scale(motion, start, motion.velocity(start, sides), sides)
        exponent = np.clip(np.floor(np.log2(scale)), -60, 60)
    return np.asarray(np.exp2(exponent)[:, None] * multiples)


def _time_scale(motion: Motion, state: Floats, slope: Floats, sides: Sides) -> Floats:
    """The time in which the state, or its velocity, would change by its own size; 1 for a member at rest."""
    size, speed = _size(state), _size(slope)
    small = 1e-4 * np.where(size > 0, size, 1.0) / np.where(speed > 0, speed, 1.0)
    turn = _size(motion.velocity(state + small[:, None] * slope, sides) - slope) / small
    candidates = np.stack([size / speed, speed / turn])
    scale = np.where(np.isfinite(candidates) & (candidates > 0), candidates, np.inf).min(axis=0)
    return np.where(np.isfinite(scale), scale, 1.0)


def _size(vectors: Floats) -> Floats:
    return np.asarray(np.abs(vectors).max(axis=-1, initial=0.0))


@dataclass
class _Members:
    """Where each member is: its time, state, velocity and sides of the kinks, and what its steps may have cost.

    `step` is the next step as the control of its error wants it, `before_kink` its bound where the last one went beyond a kink,
    and `refused` says that the last one erred too much.
    """

    clock: Floats
    state: Floats
    slope: Floats
    sides: Sides
    step: Floats
    refused: NDArray[np.bool_]
    before_kink: Floats
    spent: Floats
    peak: Floats


def _integrated(
    chart: Chart, start: Floats, members: NDArray[np.int64], times: Floats, tolerance: Floats, most_steps: int
) -> tuple[Floats, Floats]:
    """States (count, moments, size) at the times, NaN where they are not reached, and what all steps until then may have cost."""
    count, moments = times.shape
    recorded, spent = np.full((count, moments, start.shape[1]), np.nan), np.full((count, moments), np.nan)
    motion = chart.motion(members)
    sides = motion.sides(start)
    slope = motion.velocity(start, sides)
    # Short first steps; the control lengthens them.
    step = _time_scale(motion, start, slope, sides) * tolerance**0.125
    refused, before_kink = np.zeros(count, dtype=bool), np.full(count, np.inf)
    now = _Members(np.zeros(count), start.copy(), slope, sides, step, refused, before_kink, np.zeros(count), _size(start))
    clock = now.clock.copy()
    followed = np.arange(count)
    due = np.zeros(count, dtype=np.int64)
    for number in range(most_steps):
        if number and number % _WATCHED == 0:
            pace, clock = now.clock - clock, now.clock.copy()
            now.step[times[:, -1] - now.clock > _HOPE * pace * (most_steps - number) / _WATCHED] = np.nan
        while True:  # record all that is due now
            open_ = np.flatnonzero(due < moments)
            arrived = open_[now.clock[open_] >= times[open_, due[open_]]]
            if not len(arrived):
                break
            recorded[arrived, due[arrived]] = now.state[arrived]
            spent[arrived, due[arrived]] = now.spent[arrived] + ROUNDING * now.peak[arrived]
            due[arrived] += 1
        active = np.flatnonzero((due < moments) & np.isfinite(now.step) & (now.step > 0))
        if not len(active):
            break
        if len(active) < len(followed):
            followed, motion = active, chart.motion(members[active])
        _advance(motion, now, active, times[active, due[active]], tolerance[active])
    return recorded, spent


def _advance(motion: Motion, now: _Members, active: NDArray[np.int64], target: Floats, tolerance: Floats) -> None:
    """Try one step of each active member, take those whose errors are allowed, and set the length of the next."""
    state, slope, sides = now.state[active], now.slope[active], now.sides[active]
    left = target - now.clock[active]
    kinked = sides.shape[1] > 0
    step, bound = now.step[active], now.before_kink[active]
    if kinked:
        before = motion.kinks(state, sides)
        # No step goes much beyond where it is seen to meet a kink, but each by more than rounding.
        least = _SHARE * ROUNDING * now.peak[active] / _size(slope)
        bound = np.fmax(np.minimum(bound, _BEYOND * _times_left(*before)), least)
    # The last steps before a time are evened out, so that none of them is tiny.
    length = np.minimum(np.where(step >= left, left, np.where(2 * step > left, left / 2, step)), bound)
    new, new_slope, error = _stepped(partial(_on_sides, motion, sides), state, slope, length)
    allowed = tolerance * np.maximum(_size(state), _size(new))
    norm = _error_norm(error, allowed[:, None], length)
    taken = norm <= 1
    cost = np.where(taken, norm * allowed, 0.0)
    # Where steps are as long as the method is stable, those that follow a refused one would be refused again if they grew.
    longest = np.where(now.refused[active], 1.0, _LONGEST)
    now.refused[active] = ~taken
    factor = np.clip(_SAFETY * np.where(norm > 0, norm, 1e-30) ** -0.125, _SHORTEST, longest)
    following = np.where(np.isfinite(norm), length * factor, length * _SHORTEST)
    # A step that something else made shorter says nothing against the longer one.
    following = np.where(taken, np.maximum(following, step), following)
    # A step that is too short to move the clock means that the flow has run away.
    following = np.where(now.clock[active] + following > now.clock[active], following, np.nan)
    if kinked:
        crossed, late, shorter = _met(before, motion.kinks(new, sides), length)
        hit = np.asarray(crossed.any(axis=1))
        new_sides = sides ^ crossed
        turned = np.where(hit[:, None], motion.velocity(new, new_sides), new_slope)
        # A step beyond a kink took the wrong velocity for a while; so may one that touched it unseen have done.
        wrong = np.where(hit, _size(turned - new_slope), _size(new_slope) + _size(slope)) * late
        fits = wrong <= np.maximum(_SHARE * allowed, ROUNDING * now.peak[active])
        now.before_kink[active] = np.where(taken & ~fits, shorter, np.inf)
        taken, cost, new_slope = taken & fits, cost + wrong, turned
        # Where the flow on either side leads back to the kink it slides along it, which is not followed.
        slides = taken & (crossed & (motion.kinks(new, new_sides)[1] <= 0)).any(axis=1)
        following = np.where(slides, np.nan, following)
    now.step[active] = following
    moved = active[taken]
    arrives = length[taken] >= left[taken]
    now.clock[moved] = np.where(arrives, target[taken], now.clock[moved] + length[taken])
    now.state[moved], now.slope[moved] = new[taken], new_slope[taken]
    if kinked:
        now.sides[moved] = new_sides[taken]
    now.peak[moved] = np.maximum(now.peak[moved], _size(new[taken]))
    now.spent[moved] += cost[taken]


def _on_sides(motion: Motion, sides: Sides, vectors: Floats) -> Floats:
    return motion.velocity(vectors, sides)


def _times_left(distance: Floats, speed: Floats) -> Floats:
    """The time in which each member would meet its first kink at the present speed."""
    return np.asarray(np.where((distance > 0) & (speed < 0), -distance / speed, np.inf).min(axis=1))


def _met(before: tuple[Floats, Floats], after: tuple[Floats, Floats], length: Floats) -> tuple[Sides, Floats, Floats]:
    """Which kinks a step has crossed, for how long it may have been beyond one, and what shorter length to try instead.

    An argument that approached its kink and left it again may have crossed it twice in between where the tangents at both ends meet
    beyond it.
    """
    (distance, speed), (new_distance, new_speed) = before, after
    crossed = new_distance < 0
    beyond = np.where(crossed, np.where(new_speed < 0, new_distance / new_speed, length[:, None]), 0.0)
    late = np.minimum(beyond.max(axis=1, initial=0.0), length)
    opening = np.where(new_speed > speed, new_speed - speed, 1.0)
    lowest = (distance * new_speed - speed * new_distance + speed * new_speed * length[:, None]) / opening
    touched = ((speed < 0) & (new_speed > 0) & ~crossed & (lowest < 0)).any(axis=1)
    shorter = np.where(late > 0, np.maximum(length - late, _SHORTEST * length), length / 2)
    return crossed, np.where(touched, length, late), np.where(touched, length / 2, shorter)


@cache
def _tableau() -> Any:
    from scipy.integrate import DOP853

    return DOP853


def _stepped(
    velocity: Callable[[Floats], Floats], state: Floats, slope: Floats, length: Floats
) -> tuple[Floats, Floats, tuple[Floats, Floats]]:
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
