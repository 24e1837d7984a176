"""The command `derive`: the chain of formulas that leads to a paper's result, every line checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Print a derivation, every line checked.")(derive)


def derive(
    key: Annotated[str, typer.Argument(help="The key of a derivation, such as xu2023.rate.", show_default=False)],
    latex: Annotated[bool, typer.Option("--latex", help="LaTeX instead of text.")] = False,
    file: Annotated[Path | None, typer.Option("--file", help="A Python file with the derivation's paper.", show_default=False)] = None,
) -> None:
    """Check every line of a derivation and print the chain; exit code 0 only if every line checks."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from verify.derivation import holds
    from verify.derivation_showing import latex_lines, text_lines
    from verify.registry import registry

    derivation = registry((str(file.resolve()),) if file else ()).derivation(key)
    columns = (TextColumn("checking"), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(derivation.lines))
        checked = derivation.check(lambda number: bar.advance(task))
    typer.echo("\n".join((latex_lines if latex else text_lines)(derivation, checked)))
    raise typer.Exit(0 if holds(checked) else 1)
