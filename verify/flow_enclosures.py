"""Flows in balls: a rigorous enclosure of the state that a flow reaches at a rational time.

One step has two stages, as in Lohner's method. A box that the flow cannot leave during the step is found
by Picard's operator: if W + [0, h]*F(B) lies in B, then every solution from W stays in B. Then the
state is its Taylor polynomial plus a remainder, the next coefficient taken over all of B. Balls of
a gradient flow widen with every step, so precision is raised where they do, never a tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from math import log2
from typing import Any

from flint import arb, arb_mat
from sympy import Basic, Symbol

from verify.backends import Backend, Ball
from verify.backends.ball_numbers import up_to
from verify.errors import EnclosureError, LongFlowError
from verify.flows import Flow
from verify.kink_enclosures import KinkSides
from verify.language.time import at_start, flow_time
from verify.taylor import TaylorSystem, taylor_system

MOST_WORK = 2_000_000
"""Steps times the square of their order after which an enclosure of a single number is given up; some seconds."""
HEAVY = 8
"""With how many entries a state is twice the work of a single number."""

WIDEST = Fraction(1, 2**8)
"""Radius, as a share of the largest entry, at which a state is enclosed too widely to go on."""

_TRIES, _HALVINGS, _CROSSINGS = 4, 12, 8
_LOG_2 = 0.6931471805599453
_FEWEST_TERMS = 10
_TERMS_PER_BIT = Fraction(7, 20)
"""Order p costs p^2 a step whose length is R*2^(-bits/p) for a radius R of convergence; this share of the bits is cheapest."""


def reached(
    flow: Flow, backend: Backend, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any], time: Fraction
) -> dict[Basic, Any]:
    """Everything an expression may mention at that time of the flow from the state in `values`.

    Raises EnclosureError where the flow cannot be enclosed until then, and where the backend is not that of
    balls and the time is not 0.
    """
    state = {symbol: values[symbol] for symbol in flow.state}
    if time:
        if not isinstance(backend, Ball):
            raise EnclosureError(f"at t = {time} a flow has values in balls only, not in {backend.name}.")
        state = enclosed(flow, backend, dimensions, values, time)
    return mentioned(flow, backend, values, state, time)


def mentioned(
    flow: Flow, backend: Backend, values: Mapping[Basic, Any], state: Mapping[Basic, Any], time: int | Fraction
) -> dict[Basic, Any]:
    """Everything an expression may mention where the flow from `values` has come to that state at that time."""
    starts = {at_start(symbol): values[symbol] for symbol in flow.state}
    return {**values, **starts, **state, flow_time: backend.scalar(Fraction(time))}


def enclosed(
    flow: Flow, backend: Ball, dimensions: Mapping[Symbol, int], values: Mapping[Basic, Any], time: Fraction
) -> dict[Basic, arb_mat]:
    """Balls that hold the state at that time of the flow from the state in `values`.

    Raises EnclosureError where the flow runs away, and LongFlowError where more than MOST_WORK would be needed.
    """
    if time < 0:
        raise EnclosureError(f"a flow has no state at the time {time} before its start.")
    system, sides = taylor_system(flow, dimensions, backend), KinkSides(flow, dimensions, backend, values)
    order = max(_FEWEST_TERMS, int(backend.bits * _TERMS_PER_BIT))
    state = [values[symbol] for symbol in flow.state]
    entries = sum(w.nrows() * w.ncols() for w in state)
    steps = MOST_WORK * HEAVY // ((HEAVY + entries) * order**2)
    clock = Fraction(0)
    natural = bound = None  # lengths: of a step by its Taylor polynomial, and near a kink twice that of the step before
    largest = arb(0)  # the size of the state so far, or of what a step adds to it
    with backend.precision():
        for _ in range(steps):
            if clock == time:
                return dict(zip(flow.state, state, strict=True))
            pattern = sides.pattern(state)
            prepared = system.prepared({**values, **pattern.slopes})
            terms = order if natural is None or bound is None else _fewer_terms(order, backend.bits, natural / bound)
            series = system.coefficients(prepared, state, terms)
            if natural is None or bound is None:
                natural = _step_length(series, backend.bits, time - clock)
                moved = max(_magnitude(c[1]) for c in series) * system.backend.scalar(natural)
                largest = largest.max(moved.max(max(map(_magnitude, state))))
            whole = min(natural if bound is None else bound, time - clock)
            if (time - clock) / natural > steps:
                break
            shortest = natural / 2 ** (backend.bits // 4)
            step = _box(system, prepared, state, whole, shortest, partial(sides.keeps, pattern=pattern))
            if step is None:
                length, state = _crossed(system, sides, values, state, shortest, time - clock)
                bound = None
            else:
                length, box = step
                state = _advanced(system, prepared, series, box, length)
                bound = 2 * length if sides.exist and 2 * length < natural else None
            clock += length
            if max(e.rad() for w in state for e in w.entries()) > system.backend.scalar(WIDEST) * largest:
                raise EnclosureError(f"after t = {float(clock):g} the flow is enclosed too widely at {backend.bits} bits.")
    raise LongFlowError(f"the flow cannot be enclosed until t = {float(time):g} within {steps} steps at {backend.bits} bits.")


def _fewer_terms(order: int, bits: int, shorter: Fraction) -> int:
    """The order at which the last term of a step shorter by this factor is as small as that of a step of its full length."""
    return min(order, int(bits / (log2(shorter) + bits / order)) + 2)


def _crossed(
    system: TaylorSystem, sides: KinkSides, values: Mapping[Basic, Any], state: list[arb_mat], length: Fraction, left: Fraction
) -> tuple[Fraction, list[arb_mat]]:
    """A short while in which the flow is seen to go through its kinks, and the state after it."""
    for _ in range(_CROSSINGS):
        length = min(length, left)
        pattern = sides.pattern(state)
        while True:
            prepared = system.prepared({**values, **pattern.slopes})
            step = _box(system, prepared, state, length, length, lambda box: True)
            if step is None or step[0] < length:
                raise EnclosureError("the flow runs away, or its state is enclosed too widely at the kink of an activation.")
            torn = sides.torn(step[1], pattern)
            if torn.torn == pattern.torn:
                break
            pattern = torn
        box = step[1]
        if not sides.crosses(box, pattern):
            break
        h = system.backend.scalar(length)
        velocities = [coefficients[1] for coefficients in system.coefficients(prepared, box, 1)]
        after = [w + velocity * h for w, velocity in zip(state, velocities, strict=True)]
        if sides.beyond(after, pattern):
            return length, after
        length *= 4
    raise EnclosureError("the flow touches the kink of an activation or slides along it: it is not seen to cross it.")


def _advanced(
    system: TaylorSystem, prepared: Sequence[Any], series: Sequence[Sequence[arb_mat]], box: list[arb_mat], length: Fraction
) -> list[arb_mat]:
    """The Taylor polynomial at the end of the step, with the remainder over the box."""
    h = system.backend.scalar(length)
    order = len(series[0]) - 1
    remainders = [coefficients[order + 1] for coefficients in system.coefficients(prepared, box, order + 1)]
    state = []
    for coefficients, remainder in zip(series, remainders, strict=True):
        value = remainder
        for coefficient in reversed(coefficients):
            value = value * h + coefficient
        state.append(value)
    return state


def _step_length(series: Sequence[Sequence[arb_mat]], bits: int, left: Fraction) -> Fraction:
    """A length, with few digits, at which the last terms of the polynomial are near the last bit of the state."""
    order = len(series[0]) - 1
    size = max(_magnitude(coefficients[0]) for coefficients in series)
    lengths = []
    for k in (order - 1, order):
        last = max(_magnitude(coefficients[k]) for coefficients in series)
        if not last.is_finite() or not size.is_finite():
            raise EnclosureError("the flow runs away: its state has no finite enclosure any more.")
        if last > 0 and size > 0:
            lengths.append((size / last).log() / k)
    if not lengths:
        return left
    exponent = (min(float(x.mid()) for x in lengths) / _LOG_2) - bits / order
    whole = int(4 * exponent // 1)
    power = Fraction(2) ** (whole // 4)
    return min(left, power * (4 + whole % 4) / 4)


def _magnitude(matrix: arb_mat) -> arb:
    """The largest absolute value that an entry may have, at the upper end of its ball."""
    largest = arb(0)
    for entry in matrix.entries():
        largest = largest.max(abs(entry).upper())
    return largest


def _box(
    system: TaylorSystem,
    prepared: Sequence[Any],
    state: Sequence[arb_mat],
    length: Fraction,
    shortest: Fraction,
    admitted: Callable[[Sequence[arb_mat]], bool],
) -> tuple[Fraction, list[arb_mat]] | None:
    """The length, halved until it has an admitted box that no solution from the state leaves within it, and the box.

    None where no box is admitted down to the shortest length. Raises EnclosureError where there is no box at all.
    """
    without = 0
    while without < _HALVINGS:
        whole = up_to(system.backend.scalar(length).upper())
        box = _widened(_picard(system, prepared, state, state, whole))
        image: list[arb_mat] | None = None
        for _ in range(_TRIES):
            image = _picard(system, prepared, state, box, whole)
            if all(b.contains(i) for b, i in zip(box, image, strict=True)):
                break
            box, image = _widened(image), None
        if image is None:
            without += 1
        elif admitted(image):
            return length, image
        elif length <= shortest:
            return None
        length /= 2
    raise EnclosureError("the flow runs away, or its state is enclosed too widely: no box holds it for a short while.")


def _picard(system: TaylorSystem, prepared: Sequence[Any], state: Sequence[arb_mat], box: Sequence[arb_mat], whole: arb) -> list[arb_mat]:
    """W + [0, h]*F(B) for each state matrix W; the velocity is the first Taylor coefficient."""
    velocities = [coefficients[1] for coefficients in system.coefficients(prepared, box, 1)]
    return [w + velocity * whole for w, velocity in zip(state, velocities, strict=True)]


def _widened(box: Sequence[arb_mat]) -> list[arb_mat]:
    """Balls half as wide again, and a little wider where they are points."""
    least = arb(2) ** -40
    return [arb_mat(b.nrows(), b.ncols(), [arb(e.mid(), e.rad() * 3 / 2 + abs(e.mid()) * least) for e in b.entries()]) for b in box]
