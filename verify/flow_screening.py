"""Slacks along flows in floats: of all starts at their own times, drawn in by what the flows' stated errors may have done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from sympy import Basic, Symbol

from verify.backends import Float64
from verify.compiler import compile
from verify.dynamics import with_time_axis
from verify.flow_runs import CAREFUL, ROUGH, FlowRun, follow, natural_times
from verify.flows import Flow
from verify.language.naming import unfold
from verify.language.time import at_start, flow_time

MOMENTS = np.array([0, 0.125, 0.5, 2, 8, 32])
"""The times at which a flow is looked at, in units of each start's own time scale."""

_PROBES, _REACH = 5, 4
"""In how many random directions a state is moved, and by how many times its stated error, to see what that does to its quantities."""

SCREENED_STEPS = 300
"""Steps after which a screened flow is given up: a few stiff ones among many would cost more than all others together."""

Slacks = np.ndarray[Any, Any]


def flow_slacks(
    flow: Flow,
    dimensions: Mapping[Symbol, int],
    values: Mapping[Basic, Any],
    outputs: Sequence[Basic],
    slack: Callable[[Sequence[Any]], Iterable[Slacks]],
    *,
    rough: bool = False,
) -> tuple[Slacks, FlowRun]:
    """Slacks (relations, count, moments) along the flows from all starts in `values`, and where these went.

    The outputs are the two sides of each relation in turn, and `slack` compares the values of all of them. Each slack is
    drawn in by the share of the difference of its sides that the stated error may have made; all of it makes 0. A `rough`
    look takes about half the steps, with larger stated errors.
    """
    run = _followed(_Starts.of(flow, dimensions, values), ROUGH if rough else CAREFUL)
    times = run.times
    still = {symbol: with_time_axis(symbol, value) for symbol, value in values.items() if symbol not in flow.state}
    starts = {at_start(symbol): with_time_axis(symbol, values[symbol]) for symbol in flow.state}
    program = compile(outputs, dimensions, Float64())
    directions = np.random.default_rng(0)

    def sides(reach: float) -> list[Any]:
        states = {
            symbol: state + reach * run.error[..., None, None] * directions.standard_normal(state.shape)
            for symbol, state in run.states.items()
        }
        return program({**still, **starts, **states, flow_time: times})

    with np.errstate(all="ignore"):
        here = sides(0.0)
        differences = _differences(here)
        sizes = np.array([_size(d, times) for d in differences])
        probes = [_differences(sides(_REACH)) for _ in range(_PROBES)]
        moved = np.max([[_size(p - d, times) for p, d in zip(probe, differences, strict=True)] for probe in probes], axis=0)
        kept = np.maximum(1.0 - moved / np.where(sizes > 0, sizes, 1.0), 0.0)
        return np.array([np.broadcast_to(one, times.shape) for one in slack(here)]) * kept, run


@dataclass(frozen=True)
class _Starts:
    """What decides a batch of flows: the flow, the dimensions and the values of all that its velocities mention, by their bytes."""

    flow: Flow
    dimensions: tuple[tuple[Symbol, int], ...]
    values: tuple[tuple[Basic, tuple[int, ...], bytes], ...]

    @classmethod
    def of(cls, flow: Flow, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any]) -> _Starts:
        moving = {*flow.state, *(symbol for _, velocity in flow.velocities for symbol in unfold(velocity).free_symbols)}
        arrays = {symbol: np.asarray(value, dtype=np.float64) for symbol, value in values.items() if symbol in moving}
        return cls(flow, tuple(dimensions.items()), tuple((symbol, a.shape, a.tobytes()) for symbol, a in arrays.items()))


@lru_cache(maxsize=64)
def _followed(starts: _Starts, tolerances: tuple[float, float]) -> FlowRun:
    """The flows; statements over one domain along one flow see the same draws, so that these are followed once."""
    dimensions = dict(starts.dimensions)
    values = {symbol: np.frombuffer(data).reshape(shape) for symbol, shape, data in starts.values}
    times = natural_times(starts.flow, dimensions, values, MOMENTS)
    return follow(starts.flow, dimensions, values, times, most_steps=SCREENED_STEPS, tolerances=tolerances)


def _differences(sides: Sequence[Any]) -> list[Any]:
    return [np.asarray(left) - np.asarray(right) for left, right in zip(sides[0::2], sides[1::2], strict=True)]


def _size(difference: Any, times: Slacks) -> Slacks:
    """The absolute value of numbers (count, moments), the norm of matrices (count, moments, rows, columns)."""
    size = np.abs(difference) if np.ndim(difference) <= 2 else np.sqrt(np.sum(difference * difference, axis=(-1, -2)))
    return np.broadcast_to(size, times.shape)
