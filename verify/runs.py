"""Runs of a law in floats at scale: many seeds as one batch, and of each quantity only the statistics.

`simulate` follows any `Law` from the starts of many seeds. Every distinct subexpression of the step,
the rule for the step size and the recorded quantities is computed once a step, hidden widths are
reduced where that is proved to be exact, and seeds run in as many batches as the memory asks for. A
result holds no NaN and no infinity: what has no value is masked, and each seed says how it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Expr, MatrixSymbol, Symbol

from verify import backends
from verify.dynamics import Law
from verify.errors import InstanceError, StatementError, VerifyError
from verify.fixed import FixedValues
from verify.language.time import at_start, time
from verify.reduction import reduce_start, require_reducible
from verify.run_programs import Plan, plan
from verify.run_statistics import Masked, Quantity, Recorder

Array = NDArray[np.float64]
Values: TypeAlias = Mapping[Any, Any]
Start: TypeAlias = Values | Callable[[np.random.Generator], Values]
PerStep: TypeAlias = Callable[[int, np.random.Generator], Values]
Ending = Literal["steps", "below", "diverged", "no step size"]

MEMORY = 2 * 2**30
"""Bytes that the runs may take unless told otherwise."""

_REPORTS = 200
"""Times that a batch tells of its progress."""


@dataclass(frozen=True)
class Runs:
    """What many runs of a law left behind.

    `recorded[name]` holds the statistics of a quantity at `times`. Seed k did `steps[k]` steps and ended for
    `endings[k]`: "steps" when it did all, "below" when its loss fell to the bound, "diverged" when its loss left
    the range of floats, "no step size" where the rule had no value. A seed that ended keeps its last values at
    all later times, but one that diverged is masked from then on. `widths` gives the width of each reduced
    dimension and the one that ran; `batch` is the number of seeds that ran at once, `memory` the bytes that
    were estimated for them.
    """

    times: NDArray[np.int64]
    recorded: Mapping[str, Quantity]
    steps: NDArray[np.int64]
    endings: tuple[Ending, ...]
    widths: Mapping[Symbol, tuple[int, int]]
    batch: int
    memory: int

    def __getitem__(self, name: str) -> Quantity:
        return self.recorded[name]

    def _repr_html_(self) -> str:
        from verify.notebook import runs_html

        return runs_html(self)

    @property
    def diverged_at(self) -> Masked:
        """For each seed the first time at which its loss was no finite number; masked where there is none."""
        return np.ma.masked_array(self.steps, mask=[ending != "diverged" for ending in self.endings])


def simulate(
    law: Law,
    dimensions: Mapping[Symbol, int],
    start: Start,
    steps: int,
    record: Mapping[str, Expr],
    *,
    step_size: Expr | float | None = None,
    seeds: int | None = None,
    seed: int = 0,
    constants: Values | None = None,
    per_step: PerStep | None = None,
    every: int = 1,
    trajectories: bool = False,
    stop_below: float | None = None,
    reduce: bool = True,
    memory: int = MEMORY,
    progress: Callable[[int], None] = lambda steps: None,
) -> Runs:
    """Follow the law for `steps` steps from the start of every seed.

    `start` holds the initial state, and the constants that differ between the seeds, with the seeds along
    the first axis; or it is a function that draws those of one seed from its generator, which depends on
    `seed` and the number of the seed alone. `constants` are shared by all seeds. `per_step(t, generator)`
    gives what is new in a step of one seed, such as a minibatch. `step_size` is a number, a rule in the
    present state and the one at the start (`initial`), or None where the start or the constants hold it.

    `record` names quantities of the law; they may hold products and sums along the run. They are kept at every
    `every`-th time and the last, as statistics over the seeds and, with `trajectories`, for each of them. A
    seed stops at a loss of at most `stop_below`. With `reduce`, the widths that the law declares shrink to
    what the start spans. `progress` is told of steps done, `seeds * steps` in all.

    Raises VerifyError for a number out of range and where one seed alone needs more than `memory` bytes,
    InstanceError for a start that is not finite or does not fit, and StatementError for a quantity that
    cannot be followed or, with `reduce`, has no reduced form.
    """
    for name, value, least in (("number of steps", steps, 0), ("number of steps between records", every, 1), ("seed", seed, 0)):
        if value < least:
            raise VerifyError(f"the {name} is {value}, but it must be at least {least}.")
    if stop_below is not None and np.isnan(stop_below):
        raise VerifyError("stop_below is NaN, but it must be a number that a loss can fall to.")
    source = _Source(law, dimensions, start, seeds, seed, constants or {}, step_size, per_step, reduce)
    rule = step_size if isinstance(step_size, Expr) else law.step_size
    programs = plan(law, rule, tuple(record.values()), source.reductions, source.dimensions, source.fresh, backends.Float64())
    shape = (len(record), steps, every, source.seeds, trajectories)
    kept, row = Recorder.bytes_needed(*shape)
    need = row + max(source.bytes_per_seed, programs.bytes_per_seed() + source.bytes_kept)
    if kept + need > memory:
        raise VerifyError(
            f"a single seed of '{law.name}' takes about {_size(kept + need)}, but memory= allows {_size(memory)}; "
            + ("keep statistics instead of trajectories." if kept > need else "allow more.")
        )
    batch = min(source.seeds, (memory - kept) // need)
    recorder = Recorder(tuple(record), *shape[1:])
    steps_done, endings = np.zeros(source.seeds, dtype=np.int64), ["steps"] * source.seeds
    for begin in range(0, source.seeds, batch):
        chunk = range(begin, min(begin + batch, source.seeds))
        recorder.begin(chunk)
        _Batch(law, programs, source, chunk, stop_below).follow(steps, recorder, steps_done, endings, progress)
    widths = {h: (dimensions[h], source.dimensions[h]) for h, _, _ in source.reductions}
    return Runs(recorder.times, recorder.finished(), steps_done, tuple(endings), widths, batch, kept + need * batch)  # type: ignore[arg-type]


def minibatches(selection: MatrixSymbol, samples: int, size: int) -> PerStep:
    """In every step a fresh minibatch of `size` of the samples, drawn without replacement, as a selection matrix.

    Its columns are the unit vectors of the chosen samples, in order, so that `X * selection` holds those columns of X.
    """
    if not 1 <= size <= samples:
        raise VerifyError(f"a minibatch of {size} cannot be drawn from {samples} samples without replacement.")

    def draw(t: int, generator: np.random.Generator) -> Values:
        chosen = np.zeros((samples, size))
        chosen[np.sort(generator.choice(samples, size, replace=False)), np.arange(size)] = 1.0
        return {selection: chosen}

    return draw


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**29 else f"{count / 2**20:.1f} MB"


# --- where the starts come from ------------------------------------------------------------------------------


class _Source:
    """The starts of the seeds, checked, and in the widths that the first of them spans."""

    def __init__(
        self,
        law: Law,
        dimensions: Mapping[Symbol, int],
        start: Start,
        seeds: int | None,
        seed: int,
        constants: Values,
        step_size: Expr | float | None,
        per_step: PerStep | None,
        reduce: bool,
    ) -> None:
        self.law, self.full, self.start, self.seed, self.per_step = law, dict(dimensions), start, seed, per_step
        self.constants = dict(constants)
        if step_size is not None and not isinstance(step_size, Expr):
            self.constants[law.step_size] = float(step_size)
        self.seeds = seeds if callable(start) and seeds is not None else 1 if callable(start) else _seeds_of(start, seeds)
        if self.seeds < 1:
            raise VerifyError(f"the number of seeds is {self.seeds}, but it must be at least 1.")
        first, generator = self._drawn(0)
        self.fresh: Collection[Basic] = set(per_step(0, generator)) if per_step is not None else set()
        self.reductions: list[tuple[Symbol, Mapping[Symbol, int], int]] = []
        self.dimensions = dict(dimensions)
        small = self._reduced({**self.constants, **first}, decide=True) if reduce else {**self.constants, **first}
        turned = {x for x in small if isinstance(x, MatrixSymbol) and any(h in x.shape for h, _, _ in self.reductions)}
        self.own = [symbol for symbol in small if symbol in first or symbol in turned or symbol in law.state]
        self.shared = {symbol: value for symbol, value in small.items() if symbol not in self.own}
        # what is drawn, at full and at reduced width, and its place in the batch
        self.bytes_kept = sum(np.asarray(small[symbol]).nbytes for symbol in self.own)
        self.bytes_per_seed = 2 * self.bytes_kept + (sum(value.nbytes for value in first.values()) if callable(start) else 0)

    def __call__(self, chunk: range) -> tuple[dict[Any, Array], list[np.random.Generator]]:
        """What differs between the seeds of a batch, stacked along the first axis, and the generator of each."""
        rows, generators = [], []
        for k in chunk:
            values, generator = self._drawn(k)
            small = self._reduced({**self.constants, **values}, decide=False)
            rows.append({symbol: small[symbol] for symbol in self.own})
            generators.append(generator)
        return {symbol: np.stack([row[symbol] for row in rows]) for symbol in self.own}, generators

    def _drawn(self, k: int) -> tuple[dict[Any, Array], np.random.Generator]:
        """The start of one seed at full width, and its generator after that."""
        generator = np.random.default_rng([self.seed, k])
        if callable(self.start):
            values = {symbol: np.asarray(value, dtype=float) for symbol, value in self.start(generator).items()}
        else:
            values = {s: np.asarray(v, dtype=float)[k] if _has_seeds(s, v) else np.asarray(v, dtype=float) for s, v in self.start.items()}
        for symbol, value in {**self.constants, **values}.items():
            self._require_fitting(symbol, value)
        for symbol in self.law.state:
            if symbol not in values and symbol not in self.constants:
                raise InstanceError(f"the start holds no {symbol.name}, which the law '{self.law.name}' moves.")
        return values, generator

    def _require_fitting(self, symbol: Any, value: Any) -> None:
        shape: tuple[int, ...] = ()
        if isinstance(symbol, MatrixSymbol):
            fixed = FixedValues(self.full)
            shape = (fixed.count(symbol.rows, symbol), fixed.count(symbol.cols, symbol))
        if np.shape(value) != shape:
            words = "a number" if not shape else f"{shape[0]} x {shape[1]}"
            raise InstanceError(f"{symbol} has the shape {np.shape(value)} for each seed, but it must be {words}.")
        if not np.all(np.isfinite(value)):
            raise InstanceError(f"{symbol} holds a value that is no finite number.")

    def _reduced(self, values: dict[Any, Any], *, decide: bool) -> dict[Any, Any]:
        """The start in reduced widths: in those decided on before, or in all that make it smaller."""
        if not decide:
            for h, _, width in self.reductions:
                small = reduce_start(h, values)
                if small is None:
                    raise StatementError(f"a later seed spans more of {h} than the {width} directions of the first; run with reduce=False.")
                values = small
            return values
        found = True
        while found:
            found = False
            for h in self.law.widths:
                # what is new in every step may leave the span of the start
                moves = any(isinstance(x, MatrixSymbol) and h in x.shape for x in self.fresh)
                small = None if moves else reduce_start(h, values)
                if small is not None:
                    require_reducible(self.law, h)
                    width = next(np.shape(small[x])[x.shape.index(h) - 2] for x in small if isinstance(x, MatrixSymbol) and h in x.shape)
                    self.reductions.append((h, dict(self.dimensions), width))
                    self.dimensions[h], values, found = width, small, True
        return values


def _has_seeds(symbol: Any, value: Any) -> bool:
    return np.ndim(value) == (3 if isinstance(symbol, MatrixSymbol) else 1)


def _seeds_of(start: Values, seeds: int | None) -> int:
    counts = {len(value) for symbol, value in start.items() if _has_seeds(symbol, value)} | ({seeds} if seeds is not None else set())
    if len(counts) > 1:
        raise InstanceError(
            f"the start speaks of {' and of '.join(map(str, sorted(counts)))} seeds; the first axis of all values is theirs."
        )
    return counts.pop() if counts else 1


# --- one batch -------------------------------------------------------------------------------------------------


class _Batch:
    """The seeds that run at once; those that end leave the arrays, so that they cost nothing more."""

    def __init__(self, law: Law, programs: Plan, source: _Source, chunk: range, stop_below: float | None) -> None:
        self.law, self.programs, self.source, self.chunk = law, programs, source, chunk
        self.bound = -np.inf if stop_below is None else stop_below
        self.own, self.generators = source(chunk)
        self.shared = dict(source.shared)
        self.own |= {at_start(s): self.own[s] for s in law.state}
        known = programs.before({**self.shared, **self.own})
        for symbol, value in zip(programs.fixed, known, strict=True):
            (self.own if np.ndim(value) else self.shared)[symbol] = value
        used = set(programs.program(True, True).inputs)
        self.own, self.shared = ({s: v for s, v in group.items() if s in used} for group in (self.own, self.shared))
        for a in programs.accumulated:
            self.own[a.symbol] = np.full(len(chunk), 1.0 if a.product else 0.0)
        self.running = np.arange(len(chunk))

    def follow(
        self, steps: int, recorder: Recorder, steps_done: NDArray[np.int64], endings: list[Any], progress: Callable[[int], None]
    ) -> None:
        """Run to the end, and enter what is recorded, the steps that each seed did and how it ended."""
        count, each = len(self.chunk), 2 + len(self.programs.accumulated)
        values = np.full((len(recorder.names), count), np.nan)
        recorded, told = set(recorder.times.tolist()), 0
        program = cache(self.programs.program)
        for t in range(steps + 1):
            recording, advancing = t in recorded, t < steps
            present = self._present(t)
            rule, loss, *rest = program(recording, advancing)(present)
            factors, rest = rest[: each - 2], rest[each - 2 :]
            ending = self._ending(rule, loss, advancing)
            ended = ending != "steps"
            if recording or ended.any():
                quantities = rest if recording else program(True, False)(present)[each:]
                for row, quantity in zip(values, quantities, strict=False):
                    row[self.running] = np.broadcast_to(quantity, ended.shape)
                values[:, self.running[ending == "diverged"]] = np.nan
            if ended.any():
                for k in np.flatnonzero(ended):
                    seed = self.chunk[self.running[k]]
                    steps_done[seed], endings[seed] = t, str(ending[k])
            if recording:
                recorder.add(values)
            values[:, self.running[ending == "no step size"]] = np.nan
            if not advancing or ended.all():
                steps_done[self.chunk.start + self.running[~ended]] = t
                break
            self._advance(t, factors, rest[len(rest) - len(self.law.state) :], ~ended)
            if t % max(steps // _REPORTS, 1) == 0:
                progress((t + 1) * count - told)
                told = (t + 1) * count
        recorder.end(values)
        progress(steps * count - told)

    def _present(self, t: int) -> dict[Any, Any]:
        """All values at time t; what is new in this step is drawn for the seeds that still run."""
        present: dict[Any, Any] = {**self.shared, **self.own, time: np.float64(t)}
        if self.source.per_step is not None:
            drawn = [self.source.per_step(t, self.generators[k]) for k in self.running]
            present |= {symbol: np.stack([values[symbol] for values in drawn]) for symbol in self.source.fresh}
        return present

    def _ending(self, rule: Any, loss: Any, advancing: bool) -> NDArray[np.str_]:
        """For each running seed how it ends at this time, or "steps" where it does not."""
        rule, loss = (np.broadcast_to(v, self.running.shape) for v in (rule, loss))
        found = np.full(self.running.shape, "steps", dtype="U12")
        if advancing:
            found[~np.isfinite(rule)] = "no step size"
        found[loss <= self.bound] = "below"
        found[~np.isfinite(loss)] = "diverged"
        return found

    def _advance(self, t: int, factors: Sequence[Any], state: Sequence[Any], going_on: NDArray[np.bool_]) -> None:
        """Take the step, and let go of the seeds that have ended."""
        self.own |= dict(zip(self.law.state, state, strict=True))
        with np.errstate(all="ignore"):
            for a, factor in zip(self.programs.accumulated, factors, strict=True):
                if t >= a.first:
                    self.own[a.symbol] = self.own[a.symbol] * factor if a.product else self.own[a.symbol] + factor
        if not going_on.all():
            self.own = {symbol: value[going_on] for symbol, value in self.own.items()}
            self.running = self.running[going_on]
