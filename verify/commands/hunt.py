"""The command `hunt`: look for a counterexample to one statement, shrink it and certify it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from verify.commands.options import INTERRUPTED, Jobs, Scheduler

if TYPE_CHECKING:
    from fractions import Fraction

    from verify.hunting import StoredHunt
    from verify.instance import Instance
    from verify.search.hunt import Hunted
    from verify.statement import Statement
    from verify.workers import Workers


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Hunt for a counterexample.")(hunt)


def hunt(
    key: Annotated[str, typer.Argument(help="The key of a statement, such as xu2023.lemma-3.1.", show_default=False)],
    seconds: Annotated[float | None, typer.Option(help="Stop after about this time.", min=0.0, show_default=False)] = None,
    evaluations: Annotated[int, typer.Option(help="Budget: instances evaluated in floats.", min=1)] = 2_000_000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every random choice, 0 or more.", min=0)] = 0,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the certificate here.", show_default=False)] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A Python file with the statement's paper.", show_default=False)] = None,
    store: Annotated[
        Path | None, typer.Option(help="Keep every unit and the counterexample here; `verify resume` goes on.", show_default=False)
    ] = None,
    jobs: Jobs = 1,
    scheduler: Scheduler = None,
) -> None:
    """Minimise the normalised slack of every relation of a claim over all shapes, ensembles and ends of ranges.

    A violation that balls certify is shrunk and certified. The finding depends on the seed and the budget
    alone; --seconds only ends the hunt early, between units of work, and says so. With --store, counterexamples
    that the store knows are decided first. A statement about chance is tested as `verify run --effort thorough`
    does. Exit code 0 if the outcome is the expected one, else 1.
    """
    from verify.commands.printing import progress_bar
    from verify.errors import VerifyError
    from verify.files import require_writable
    from verify.hunting import StoredHunt, hunt_with
    from verify.registry import registry
    from verify.store import Store

    files = (str(file.resolve()),) if file else ()
    statement = registry(files).statement(key)
    if output is not None:
        require_writable(output)
    if statement.chance is not None:
        if store is not None:
            raise VerifyError(f"{key} is about chance; its hunt is one test of fixed size, which no store takes. Leave out --store.")
        raise typer.Exit(_hunt_chance(statement, seed, output))
    statement.require_pointwise()
    if store is None:
        with _workers(jobs, scheduler) as workers, progress_bar(key, evaluations) as progress:
            hunted = hunt_with(workers, statement, files, seed, evaluations=evaluations, seconds=seconds, progress=progress)
        _, expected = _told(statement, hunted, seed, output)
        raise typer.Exit(0 if expected else 1)
    with Store(store, create=True) as opened:
        where = None if output is None else str(output.resolve())
        finish(StoredHunt.begin(opened, statement, files, seed, evaluations, where), jobs, scheduler, seconds)


def finish(stored: StoredHunt, jobs: int, scheduler: str | None, seconds: float | None = None) -> NoReturn:
    """Carry a hunt in a store on to its end, and say what it found; an interrupt ends with one line and exit code 130."""
    from verify.commands.printing import progress_bar

    plan, where = stored.plan, stored.store.path
    try:
        with _workers(jobs, scheduler) as workers, progress_bar(plan.key, plan.evaluations) as progress:
            hunted = stored.carry_on(workers, seconds=seconds, progress=progress)
    except KeyboardInterrupt:
        typer.echo(f"interrupted: the units that ended are in {where}; `verify resume {where}` continues.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    counterexample, expected = _told(stored.statement, hunted, plan.seed, None if plan.output is None else Path(plan.output))
    if hunted.out_of_time:
        typer.echo(f"`verify resume {where}` continues.")
    else:
        stored.finish(counterexample)
    raise typer.Exit(0 if expected else 1)


def _workers(jobs: int, scheduler: str | None) -> AbstractContextManager[Workers | None]:
    import os

    from verify.workers import cluster, processes

    jobs = jobs if jobs or scheduler else os.cpu_count() or 1
    return cluster(scheduler, jobs) if scheduler else nullcontext(processes(jobs) if jobs > 1 else None)


def _told(statement: Statement, hunted: Hunted, seed: int, output: Path | None) -> tuple[tuple[Instance, int | Fraction] | None, bool]:
    """Print the outcome, and write the certificate where there is one; the counterexample, and whether this was expected."""
    from verify.certificate import certify
    from verify.commands.printing import instance_line, violation_lines
    from verify.search.shrink import shrink

    key = statement.key
    found = hunted.finding.violation
    expected = (found is not None) == (statement.expected == "refuted")
    effort = f"{hunted.finding.evaluations} evaluations in {hunted.units} units, seed {seed}"
    mark = "" if expected else f"; {statement.expected} was expected"
    if found is None:
        early = ", stopped by --seconds" if hunted.out_of_time else ""
        typer.echo(f"{key} survived the hunt{mark} ({effort}{early})")
        finding = hunted.finding
        if finding.slack is not None and finding.tightest is not None:
            when = f", t = {finding.step}" if finding.step else ""
            typer.echo(f"smallest slack: {finding.slack:.3g} at {instance_line(finding.tightest)}{when}")
        return None, expected
    instance, step = shrink(statement, found.instance, found.step)
    certificate = certify(statement, instance, step, seed)
    typer.echo(f"{key} is refuted{mark} ({effort})")
    typer.echo("\n".join(violation_lines(statement, instance, step)))
    if output is not None:
        certificate.write(output)
        typer.echo(f"certificate: {output}")
    return (instance, step), expected


def _hunt_chance(statement: Statement, seed: int, output: Path | None) -> int:
    """Scout and test with the draws of a thorough run, print what was found, and return the exit code."""
    from verify.chances.certificate import certify_rejection
    from verify.chances.testing import assess
    from verify.commands.printing import instance_line
    from verify.effort import EFFORTS
    from verify.instance import Instance

    evidence, rejection = assess(statement, EFFORTS["thorough"], seed)
    expected = (rejection is not None) == (statement.expected == "refuted")
    mark = "" if expected else f"; {statement.expected} was expected"
    effort = f"{evidence.settings} settings, {evidence.instances} draws in tests, seed {seed}"
    closest = evidence.tightest
    if rejection is None:
        typer.echo(f"{statement.key} survived the hunt{mark} ({effort})")
        if closest is not None:
            setting = Instance.from_json(closest.setting, statement.over)
            typer.echo(f"closest: probability in [{closest.lower:.6g}, {closest.upper:.6g}], at least {closest.at_least:.6g} is claimed,")
            typer.echo(f"  at {instance_line(setting)}")
        return 0 if expected else 1
    typer.echo(f"{statement.key} is refuted{mark} ({effort})")
    typer.echo(f"setting: {instance_line(rejection.place.instance)}")
    typer.echo(f"the event fails in at least {rejection.failures} of {rejection.draws} draws of seed {rejection.seed},")
    typer.echo(f"  which has probability at most {float(rejection.level):.1e} if the claim is true.")
    if output is not None:
        certify_rejection(statement, rejection, seed).write(output)
        typer.echo(f"certificate: {output}")
    return 0 if expected else 1
