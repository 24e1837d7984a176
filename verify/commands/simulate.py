"""The command `simulate`: run the law of a statement from many starts at any size, in floats or with every number enclosed."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from verify.errors import VerifyError

if TYPE_CHECKING:
    from sympy import Symbol

    from verify.dynamics import Law
    from verify.statement import Statement

_ROWS = 10
"""Times that the table shows, besides the start."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Run the law of a statement at any size.")(simulate)


def simulate(
    key: Annotated[str, typer.Argument(help="The key of a statement with a law, such as xu2023.eq-18.", show_default=False)],
    size: Annotated[str, typer.Option(help="The dimensions, such as n=20,m=20,N=20,h=1000.", show_default=False)],
    steps: Annotated[int, typer.Option(help="Steps of every run.", min=1)] = 200,
    seeds: Annotated[int, typer.Option(help="Runs, each from a start of its own.", min=1)] = 20,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every random choice, 0 or more.", min=0)] = 0,
    step_size: Annotated[
        float | None,
        typer.Option(help="A constant step size; by default the statement's, or the largest 2^k with its hypotheses.", show_default=False),
    ] = None,
    stop_below: Annotated[float | None, typer.Option(help="A run stops at a loss of at most this.", show_default=False)] = None,
    reduce: Annotated[bool, typer.Option("--reduce/--full-width", help="Shrink hidden widths to what the start spans.")] = True,
    certified: Annotated[bool, typer.Option("--certified", help="Run the first start in balls; bound the error of floats.")] = False,
    radius: Annotated[float, typer.Option(help="Largest radius of a number in a certified run.")] = 1e-10,
    cap: Annotated[int, typer.Option(help="Bits that a certified run may use.", min=128)] = 2**14,
    file: Annotated[Path | None, typer.Option("--file", help="A Python file with the statement's paper.", show_default=False)] = None,
) -> None:
    """Print the loss along runs of the law that a statement is about.

    Matrices are drawn with entries N(0, 1/max(rows, columns)), numbers from their ranges; what the statement derives is derived.
    """
    from verify.commands.printing import progress_bar
    from verify.registry import registry
    from verify.runs import simulate as run

    statement = registry((str(file.resolve()),) if file else ()).statement(key)
    if statement.law is None:
        raise VerifyError(f"{key} is about no dynamics, so there is no law to run.")
    if step_size is not None and not 0 < step_size < inf:
        raise VerifyError(f"--step-size is {step_size:g}, but a step size is a positive number.")
    law, dimensions = statement.law, _sizes(statement, size)
    starts, lost = _starts(statement, law, dimensions, seeds, seed, step_size)
    kept = seeds - lost
    if lost:
        typer.echo(f"{lost} of {seeds} starts are left out: something that the statement derives is undefined there")
    if certified:
        _certified(law, dimensions, starts, steps, radius, cap, reduce)
        return
    done = 0
    with progress_bar(key, kept * steps) as bar:

        def advance(count: int) -> None:
            nonlocal done
            done += count
            bar(done, None)

        every = max(steps // _ROWS, 1)
        runs = run(law, dimensions, starts, steps, {"loss": law.loss}, every=every, stop_below=stop_below, reduce=reduce, progress=advance)
    loss = runs["loss"]
    typer.echo(f"{law.name}: {kept} runs of {steps} steps{_widths(runs.widths)}")
    typer.echo(f"{'t':>8} {'smallest':>12} {'mean':>12} {'largest':>12} {'runs':>6}")
    for row in zip(runs.times, loss.smallest, loss.mean, loss.largest, loss.count, strict=True):
        t, *numbers, count = row
        typer.echo(f"{t:>8} " + " ".join(f"{'-' if x is _masked() else format(x, '.5g'):>12}" for x in numbers) + f" {count:>6}")
    for ending in dict.fromkeys(e for e in runs.endings if e != "steps"):
        times = [int(t) for t, e in zip(runs.steps, runs.endings, strict=True) if e == ending]
        words = {"below": "fell to the bound", "diverged": "diverged", "no step size": "had no step size"}[ending]
        typer.echo(f"{len(times)} {words}, the first at t = {min(times)}, the last at t = {max(times)}")


def _masked() -> Any:
    from numpy.ma import masked

    return masked


def _widths(widths: Any) -> str:
    return "".join(f", {h} = {full} reduced to {small}" for h, (full, small) in widths.items())


def _sizes(statement: Statement, text: str) -> dict[Symbol, int]:
    """The dimensions as the option gives them, admitted by the domain."""
    names = {symbol.name: symbol for symbol in statement.over.dimensions}
    found = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        if name.strip() not in names or not number.strip().isdigit():
            wanted = f"a positive integer for each of {', '.join(names)}, as in {next(iter(names))}=20"
            raise VerifyError(f"--size has '{part.strip()}', but it expects {wanted}.")
        found[names[name.strip()]] = int(number)
    statement.over.require_dimensions(found)
    return found


def _starts(
    statement: Statement, law: Law, dimensions: dict[Symbol, int], seeds: int, seed: int, step_size: float | None
) -> tuple[dict[Any, Any], int]:
    """What the law needs, the starts along the first axis, and the number of those that are left out as undefined."""
    import numpy as np
    from sympy import MatrixSymbol

    from verify.backends import Float64
    from verify.deciding import with_derived
    from verify.declarations import AnyMatrix, TwoLayer
    from verify.language.matrices import SymmetricMatrix
    from verify.sampling import draw

    rng = np.random.default_rng(seed)
    values: dict[Any, Any] = dict(draw(statement.over, dimensions, seeds, rng).values)
    free = [x for d in statement.over.declarations if isinstance(d, (AnyMatrix, TwoLayer)) for x in d.variables]
    for symbol in free:
        shape = statement.over.shape_of(symbol, dimensions)
        if not isinstance(symbol, SymmetricMatrix):
            values[symbol] = rng.standard_normal((seeds, *shape)) / np.sqrt(max(shape))
    if law.step_size in statement.over.scalars and step_size is None:
        values[law.step_size] = largest = _largest_allowed(statement, law, dimensions, values)
        if np.isfinite(largest).any():
            span = f"{np.nanmin(largest):g} to {np.nanmax(largest):g}"
            typer.echo(
                f"step sizes {span}, the largest powers of two with which the hypotheses hold at the start; --step-size sets another"
            )
    complete = with_derived(statement, Float64(), dimensions, values)
    needed = {x for e in (*law.advanced, law.resolve(law.loss)) for x in e.free_symbols} | set(law.state)
    if step_size is not None:
        complete[law.step_size] = np.full(seeds, step_size)
    used = {x: np.asarray(v) for x, v in complete.items() if x in needed}
    full = {x: np.broadcast_to(v, (seeds, *(v.shape[-2:] if isinstance(x, MatrixSymbol) else ()))) for x, v in used.items()}
    defined = np.all([np.isfinite(v).reshape(seeds, -1).all(axis=1) for v in full.values()], axis=0)
    if not defined.any():
        raise VerifyError(f"something that {statement.key} derives is undefined at every start; give a --step-size, or another size.")
    return {x: v[defined] for x, v in full.items()}, int((~defined).sum())


def _largest_allowed(statement: Statement, law: Law, dimensions: dict[Symbol, int], values: dict[Any, Any]) -> Any:
    """The largest power of two for each start with which the hypotheses hold there, NaN where none does."""
    import numpy as np

    from verify.backends import Float64
    from verify.compiler import compile
    from verify.deciding import Sides, with_derived
    from verify.language.time import at_start, time
    from verify.screening import normalised_slack

    powers = np.exp2(np.arange(40, -61, -1.0))[:, None]  # the powers along the first axis, the starts along the second
    backend, seeds = Float64(), len(next(iter(values.values())))
    tried = with_derived(statement, backend, dimensions, {**values, law.step_size: powers})
    tried |= {at_start(symbol): tried[symbol] for symbol in law.state} | {time: 0.0}
    sides = Sides.of(statement)
    holds = np.ones((len(powers), seeds), dtype=bool)
    with np.errstate(all="ignore"):
        found = compile(sides.outputs[: 2 * len(sides.given)], dimensions, backend)(tried)
        for relation, left, right in zip(sides.given, found[0::2], found[1::2], strict=True):
            holds &= normalised_slack(relation, np.asarray(left), np.asarray(right)) >= 0
    if holds[0].all():
        raise VerifyError(f"{statement.key} leaves its step size free, and none of its hypotheses bounds it: give a --step-size.")
    return np.where(holds.any(axis=0), powers[holds.argmax(axis=0), 0], np.nan)


def _certified(law: Law, dimensions: dict[Symbol, int], starts: dict[Any, Any], steps: int, radius: float, cap: int, reduce: bool) -> None:
    from verify.certified_runs import certified_run

    start = {symbol: value[0].tolist() for symbol, value in starts.items()}
    found = certified_run(
        law, dimensions, start, steps, {"loss": law.loss}, radius=radius, cap=cap, reduce=reduce,
        announce=lambda cost: typer.echo(f"{law.name}: {cost}"),
    )  # fmt: skip
    typer.echo(f"every radius is at most {found.radius:.1e} at {found.bits} bits{_widths(found.widths)}")
    typer.echo(f"{'t':>8} {'loss from':>24} {'to':>24} {'error of floats':>16}")
    times = sorted({*range(0, steps + 1, max(steps // _ROWS, 1)), steps})
    for t in times:
        typer.echo(f"{t:>8} {found.low['loss'][t]:>24.17g} {found.high['loss'][t]:>24.17g} {found.distance[t]:>16.1e}")
