"""The command `hunt`: look for a counterexample to one statement, shrink it and certify it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from verify.search.hunt import Hunted, Progress
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
    file: Annotated[Path | None, typer.Option("--file", help="A Python file that defines the statement's paper.", show_default=False)] = None,
) -> None:
    """Minimise the normalised slack of every relation of a claim over all shapes, ensembles and ends of ranges.

    A violation that balls certify is shrunk and certified. The finding depends on the seed and the budget
    alone; --seconds only ends the hunt early, between units of work, and says so. Exit code 0 if the outcome
    is the expected one, else 1.
    """
    from verify.certificate import certify
    from verify.files import require_writable, write_whole
    from verify.registry import registry
    from verify.search.hunt import hunt as search
    from verify.search.shrink import shrink

    statement = registry((str(file.resolve()),) if file else ()).statement(key)
    if output is not None:
        require_writable(output)
    with _bar(evaluations) as progress:
        hunted = search(statement, seed, evaluations=evaluations, seconds=seconds, progress=progress)
    found = hunted.finding.violation
    expected = statement.expected == "refuted"
    if found is None:
        typer.echo("\n".join(_survived(statement, hunted, seed, expected)))
        raise typer.Exit(1 if expected else 0)
    instance, step = shrink(statement, found.instance, found.step)
    certificate = certify(statement, instance, step, seed)
    typer.echo("\n".join(_refuted(statement, hunted, certificate.model_dump(), seed, expected)))
    if output is not None:
        write_whole(output, certificate.to_text())
        typer.echo(f"certificate: {output}")
    raise typer.Exit(0 if expected else 1)
