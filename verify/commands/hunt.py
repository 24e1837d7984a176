"""The command `hunt`: look for a counterexample to one statement, shrink it and certify it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from verify.statement import Statement


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
) -> None:
    """Minimise the normalised slack of every relation of a claim over all shapes, ensembles and ends of ranges.

    A violation that balls certify is shrunk and certified. The finding depends on the seed and the budget
    alone; --seconds only ends the hunt early, between units of work, and says so. A statement about chance is
    tested as `verify run --effort thorough` does. Exit code 0 if the outcome is the expected one, else 1.
    """
    from verify.certificate import certify
    from verify.commands.printing import instance_line, progress_bar, violation_lines
    from verify.files import require_writable
    from verify.registry import registry
    from verify.search.hunt import hunt as search
    from verify.search.shrink import shrink

    statement = registry((str(file.resolve()),) if file else ()).statement(key)
    if output is not None:
        require_writable(output)
    if statement.chance is not None:
        raise typer.Exit(_hunt_chance(statement, seed, output))
    statement.require_pointwise()
    with progress_bar(key, evaluations) as progress:
        hunted = search(statement, seed, evaluations=evaluations, seconds=seconds, progress=progress)
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
        raise typer.Exit(0 if expected else 1)
    instance, step = shrink(statement, found.instance, found.step)
    certificate = certify(statement, instance, step, seed)
    typer.echo(f"{key} is refuted{mark} ({effort})")
    typer.echo("\n".join(violation_lines(statement, instance, step)))
    if output is not None:
        certificate.write(output)
        typer.echo(f"certificate: {output}")
    raise typer.Exit(0 if expected else 1)


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
