"""Runs of a law in balls from an exact start: every number is enclosed, and so is the error of the run in floats.

A ball loses a fixed number of bits in a step, so the precision is what decides: a short pilot measures
the loss, from which `estimate` says what the run will take, and `certified_run` doubles the precision until
every radius is as small as was asked. Hidden widths are reduced as in `verify.runs`, from the exact
Gram matrix of what the start spans.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq_mat
from numpy.typing import NDArray
from sympy import Basic, Expr, MatrixSymbol, Symbol

from verify.backends import Ball, Exact, Float64
from verify.backends.ball_numbers import square_root
from verify.backends.base import Backend, as_fraction
from verify.dynamics import Law
from verify.errors import CapError, InstanceError, VerifyError
from verify.language.time import at_start, time
from verify.reduction import require_reducible, spanned
from verify.run_programs import Plan, plan

Array = NDArray[np.float64]
Values = Mapping[Any, Any]

LOWEST = 128
"""Bits of the pilot."""

_PILOT = 10
"""Steps of the pilot: by then the bits that a step loses have settled."""

_MARGIN = 1.1
"""The estimate takes a step to lose so many times the bits that it loses in the pilot."""


@dataclass(frozen=True)
class Cost:
    """What a certified run will take, as a pilot of a few steps foretells it."""

    steps: int
    bits: int
    lost: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.steps} steps lose about {self.lost:.1f} bits each, so they need {self.bits} bits and about {self.seconds:.1g} seconds"
        )


@dataclass(frozen=True)
class CertifiedRun:
    """A run whose every number is enclosed.

    `low[name]` and `high[name]` enclose a recorded quantity at the times 0, ..., T. `radius` is at least the
    radius of every entry of every state and of every recorded number. `distance[t]` is at least the Frobenius
    distance between the states of the exact run and of the run in floats at time t, both from the same start,
    which the latter rounds; it is infinite where the floats overflowed. `bits` is the precision that was
    needed, and `widths` the widths that were reduced.
    """

    low: Mapping[str, Array]
    high: Mapping[str, Array]
    radius: float
    distance: Array
    bits: int
    widths: Mapping[Symbol, tuple[int, int]]
    cost: Cost


def certified_run(
    law: Law,
    dimensions: Mapping[Symbol, int],
    start: Values,
    steps: int,
    record: Mapping[str, Expr],
    *,
    step_size: Any = None,
    radius: float = 1e-10,
    cap: int = 2**14,
    reduce: bool = True,
    per_step: Callable[[int], Values] | None = None,
    announce: Callable[[Cost], None] = lambda cost: None,
) -> CertifiedRun:
    """Follow the law in balls from an exact start, in which numbers are ints, Fractions or the dyadic numbers that floats are.

    `step_size` is an exact number or a rule in the state, or None where the start holds it. The precision is
    doubled until the radius of every entry and every recorded number at every time is at most `radius`.
    `announce` hears the estimated cost before the run starts.

    Raises CapError where the estimate, or the run itself, needs more than `cap` bits; InstanceError for a start
    that does not fit; StatementError for a quantity that cannot be followed; VerifyError for a radius that is no positive number.
    """
    problem = _Problem(law, dimensions, start, record, step_size, per_step, reduce)
    cost = problem.cost(steps, radius, cap)
    announce(cost)
    bits = cost.bits
    while True:
        found = problem.attempt(steps, bits, radius, cost)
        if found is not None:
            return found
        bits *= 2
        if bits > cap:
            raise CapError(
                f"{steps} steps of '{law.name}' leave a radius above {radius:g} at {bits // 2} bits, and the cap is {cap}; "
                "allow more bits, or ask for fewer steps or a larger radius."
            )


def estimate(
    law: Law,
    dimensions: Mapping[Symbol, int],
    start: Values,
    steps: int,
    *,
    step_size: Any = None,
    radius: float = 1e-10,
    cap: int = 2**14,
    reduce: bool = True,
    per_step: Callable[[int], Values] | None = None,
) -> Cost:
    """What `certified_run` with the same arguments will take. Raises as it does."""
    return _Problem(law, dimensions, start, {}, step_size, per_step, reduce).cost(steps, radius, cap)


class _Problem:
    """An exact start of a law, to be run at any precision."""

    def __init__(
        self,
        law: Law,
        dimensions: Mapping[Symbol, int],
        start: Values,
        record: Mapping[str, Expr],
        step_size: Any,
        per_step: Callable[[int], Values] | None,
        reduce: bool,
    ) -> None:
        self.law, self.names, self.per_step = law, tuple(record), per_step
        rule = step_size if isinstance(step_size, Expr) else law.step_size
        given = dict(start) if step_size is None or isinstance(step_size, Expr) else {**start, law.step_size: step_size}
        missing = [s.name for s in law.state if s not in given]
        if missing:
            raise InstanceError(f"the start holds no {missing[0]}, which the law '{law.name}' moves.")
        exact = Exact()
        self.exact = {s: exact.matrix(v) if isinstance(s, MatrixSymbol) else as_fraction(v) for s, v in given.items()}
        self.fresh = set(per_step(0)) if per_step is not None else set[Basic]()
        self.dimensions = dict(dimensions)
        self.spans: list[_Span] = []
        self.reductions: list[tuple[Symbol, Mapping[Symbol, int], int]] = []
        # one width alone: a second one would be spanned by balls, whose rank no balls show
        for h in law.widths if reduce else ():
            span = _exact_span(h, self.exact, self.fresh) if not self.spans else None
            if span is not None:
                require_reducible(law, h)
                self.reductions.append((h, dict(self.dimensions), span.width))
                self.spans.append(span)
                self.dimensions[h] = span.width
        self.rule, self.record = rule, tuple(record.values())

    def _programs(self, backend: Backend) -> Plan:
        return plan(self.law, self.rule, self.record, self.reductions, self.dimensions, self.fresh, backend)

    def cost(self, steps: int, radius: float, cap: int) -> Cost:
        """The bits and the time that the run will take. Raises CapError where that is above the cap."""
        if steps < 0:
            raise VerifyError(f"the number of steps is {steps}, but it must be at least 0.")
        if not 0 < radius < math.inf:
            raise VerifyError(f"the radius is {radius:g}, but it must be a positive number.")
        bits = LOWEST
        while True:
            if bits > cap:
                raise CapError(f"the first steps of '{self.law.name}' have no finite enclosure at {bits // 2} bits, and the cap is {cap}.")
            radii = [_radius(state.values()) for _, state, _ in self._orbit(Ball(bits), min(_PILOT, steps))]
            if all(math.isfinite(r) for r in radii):
                break
            bits *= 2
        sizes = [math.log2(max(r, 2.0**-1000)) for r in radii]
        lost = max(sizes[-1] - sizes[-2], 0.0) if steps > 1 else 0.0
        final = sizes[-1] + bits + _MARGIN * lost * (steps + 1 - len(sizes))
        needed = LOWEST
        while needed < final - math.log2(radius):
            needed *= 2
        if needed > cap:
            raise CapError(
                f"{steps} steps of '{self.law.name}' to a radius of {radius:g} need about {needed} bits, and the cap is {cap}; "
                "allow more bits, or ask for fewer steps or a larger radius."
            )
        begun = perf_counter()
        some = min(2, steps)
        for _ in self._orbit(Ball(needed), some):
            pass
        return Cost(steps, needed, lost, (perf_counter() - begun) * (steps + 1) / (some + 1))

    def attempt(self, steps: int, bits: int, radius: float, cost: Cost) -> CertifiedRun | None:
        """The run at one precision, or None as soon as a radius is too large."""
        backend = Ball(bits)
        largest, distance, rows = 0.0, [], []
        floats = self._orbit(Float64(), steps)
        for _, state, numbers in self._orbit(backend, steps):
            largest = max(largest, _radius(state.values()), *(_upper(arb(x.rad())) for x in numbers))
            if not largest <= radius:
                return None
            rows.append([_ends(x) for x in numbers])
            with backend.precision():
                distance.append(_distance(state, next(floats)[1]))
        table = np.array(rows, dtype=float).reshape(steps + 1, len(self.names), 2)
        low, high = ({name: table[:, k, end] for k, name in enumerate(self.names)} for end in (0, 1))
        widths = {h: (before[h], width) for h, before, width in self.reductions}
        return CertifiedRun(low, high, largest, np.array(distance), bits, widths, cost)

    def _orbit(self, backend: Backend, steps: int) -> Iterator[tuple[int, dict[MatrixSymbol, Any], list[Any]]]:
        """Time, state and recorded numbers at the times 0, ..., steps, in the numbers of the backend."""
        programs = self._programs(backend)
        present = self._start(backend)
        present |= {at_start(s): present[s] for s in self.law.state}
        present |= dict(zip(programs.fixed, programs.before(present), strict=True))
        present |= {a.symbol: backend.scalar(1 if a.product else 0) for a in programs.accumulated}
        each = 2 + len(programs.accumulated)
        for t in range(steps + 1):
            present[time] = backend.scalar(t)
            if self.per_step is not None:
                present |= {s: backend.matrix(v) for s, v in self.per_step(t).items()}
            outputs = programs.program(True, t < steps)(present)
            numbers = outputs[each : each + len(self.names)]
            yield t, {s: present[s] for s in self.law.state}, numbers
            with backend.precision():
                for a, factor in zip(programs.accumulated, outputs[2:each], strict=True):
                    if t >= a.first:
                        present[a.symbol] = present[a.symbol] * factor if a.product else present[a.symbol] + factor
            if t < steps:
                present |= dict(zip(self.law.state, outputs[each + len(self.names) :], strict=True))

    def _start(self, backend: Backend) -> dict[Any, Any]:
        """The start in the numbers of the backend; floats round what balls of the pilot's precision enclose."""
        rotated: dict[Any, Any] = {}
        for span in self.spans:
            rotated |= span.rotated(backend.bits if isinstance(backend, Ball) else LOWEST)
        if not isinstance(backend, Ball):
            rotated = {s: backend.matrix(_middles(v)) for s, v in rotated.items()}
        kept = {s: v for s, v in self.exact.items() if s not in rotated}
        plain = {s: backend.matrix(v.tolist()) if isinstance(v, fmpq_mat) else backend.scalar(v) for s, v in kept.items()}
        return {**plain, **rotated}


# --- the width, reduced exactly ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Span:
    """What spans the hidden directions, as its Gram matrix Z^T Z, the pivot columns and C with Z = (pivot columns of Z) C."""

    h: Symbol
    columns: tuple[tuple[MatrixSymbol, int], ...]
    square: tuple[tuple[MatrixSymbol, int], ...]
    gram: fmpq_mat
    pivots: tuple[int, ...]
    combination: fmpq_mat

    @property
    def width(self) -> int:
        return len(self.pivots)

    def rotated(self, bits: int) -> dict[MatrixSymbol, arb_mat]:
        """The matrices in an orthonormal basis of the span: R C where R^T R is the Gram matrix of the pivot columns."""
        with Ball(bits).precision():
            basis = arb_mat(fmpq_mat([[self.gram[i, j] for j in self.pivots] for i in self.pivots]))
            everything = (_triangle(basis) * arb_mat(self.combination)).tolist()
            found, begin = {}, 0
            for symbol, count in self.columns:
                part = arb_mat([row[begin : begin + count] for row in everything])
                found[symbol] = part if symbol.rows == self.h else part.transpose()
                begin += count
            return found | {symbol: arb_mat(depth * self.width, self.width) for symbol, depth in self.square}


def _exact_span(h: Symbol, exact: Mapping[Any, Any], fresh: set[Any]) -> _Span | None:
    """The span of the exact start in the hidden space; None where its rank is no less than h or something new may leave it."""
    spanning, square = spanned(h, [s for s in exact if isinstance(s, MatrixSymbol)])
    moves = any(isinstance(x, MatrixSymbol) and h in x.shape for x in fresh)
    if moves or not spanning or any(e != 0 for s in square for e in exact[s].entries()):
        return None
    parts = [exact[s] if s.rows == h else exact[s].transpose() for s in spanning]
    together = fmpq_mat([[e for part in row for e in part] for row in zip(*(p.tolist() for p in parts), strict=True)])
    gram = together.transpose() * together
    reduced, rank = gram.rref()
    if rank == 0 or rank >= together.nrows():
        return None
    rows = reduced.tolist()[:rank]
    pivots = tuple(next(j for j, e in enumerate(row) if e != 0) for row in rows)
    columns = tuple((s, p.ncols()) for s, p in zip(spanning, parts, strict=True))
    depths = tuple((s, exact[s].nrows() // exact[s].ncols()) for s in square)
    return _Span(h, columns, depths, gram, pivots, fmpq_mat(rows))


def _triangle(gram: arb_mat) -> arb_mat:
    """The upper triangular R with R^T R = G, by Cholesky's method; NaN where the precision does not show that G is definite."""
    order = gram.nrows()
    rows: list[list[arb]] = [[arb(0)] * order for _ in range(order)]
    for i in range(order):
        for j in range(i, order):
            rest = gram[i, j] - sum((rows[k][i] * rows[k][j] for k in range(i)), arb(0))
            if i < j:
                rows[i][j] = rest / rows[i][i]
            else:
                rows[i][i] = rest.sqrt() if rest > 0 else arb("nan")
    return arb_mat(rows)


# --- rigorous floats -----------------------------------------------------------------------------------------------


def _upper(value: arb) -> float:
    """A float that is not below the ball; infinite where the ball is not finite."""
    if not value.is_finite():
        return math.inf
    return math.nextafter(float(value.upper()), math.inf)


def _ends(value: arb) -> tuple[float, float]:
    return -_upper(-value), _upper(value)


def _radius(matrices: Any) -> float:
    """At least the largest radius of an entry."""
    return max((_upper(arb(e.rad())) if e.is_finite() else math.inf for matrix in matrices for e in matrix.entries()), default=0.0)


def _distance(exact: Mapping[MatrixSymbol, arb_mat], floats: Mapping[MatrixSymbol, Array]) -> float:
    """At least the Frobenius distance of the states."""
    if not all(np.isfinite(value).all() for value in floats.values()):
        return math.inf
    total = arb(0)
    for symbol, enclosure in exact.items():
        difference = enclosure - arb_mat(floats[symbol].tolist())
        total += sum((e * e for e in difference.entries()), arb(0))
    return _upper(square_root(total))


def _middles(matrix: arb_mat) -> Sequence[Sequence[float]]:
    return [[float(e.mid()) for e in row] for row in matrix.tolist()]
