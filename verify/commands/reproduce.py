"""The command `reproduce`: run a figure of a paper again and compare its numbers with the paper's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from verify.experiments import Reproduction


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Run a figure of a paper again.")(reproduce)


def reproduce(
    key: Annotated[str, typer.Argument(metavar="FIGURE", help="The key of a figure, such as xu2023.figure-1.", show_default=False)],
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder for the pictures and tables.")] = Path("figures"),
    setting: Annotated[
        str | None, typer.Option(help="paper (as printed), code (as the authors' code has it), small or all.", show_default="the figure's")
    ] = None,
    repetitions: Annotated[int | None, typer.Option(help="Repetitions, 1 or more.", show_default="the figure's")] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random choice, 0 or more.")] = 0,
    file: Annotated[Path | None, typer.Option("--file", help="A Python file with the figure's paper.", show_default=False)] = None,
) -> None:
    """Write PNG, SVG and CSV files, and print every number and claim that the paper reports beside ours.

    A claim that fails in a setting is a finding, and no error: the exit code is 0 once the files are written.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from verify.experiments import reproduce as run_again
    from verify.experiments import require_folder, require_numbers, write
    from verify.registry import registry

    figure = registry((str(file.resolve()),) if file else ()).figure(key)
    setting = figure.usual if setting is None else setting
    repetitions = figure.repetitions if repetitions is None else repetitions
    chosen = figure.chosen(setting)
    require_numbers(repetitions, seed)
    require_folder(output)
    columns = (TextColumn("{task.description:<42}"), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=sum(s.runs for s in chosen))
        begun = False

        def advance(text: str) -> None:
            nonlocal begun
            bar.update(task, advance=int(begun), description=text)
            begun = True

        reproduction = run_again(figure, setting, repetitions, seed, advance)
        bar.update(task, advance=1, description="drawing")
        written = write(reproduction, output)
        bar.update(task, description="done")
    _print(reproduction)
    for path in written:
        typer.echo(str(path))


def _print(reproduction: Reproduction) -> None:
    from rich.markup import escape
    from rich.table import Table

    from verify.tables import console

    out = console()
    colours = {"agrees": "green", "disagrees": "red", "no number": "dim"}
    figure = reproduction.figure
    out.print(f"{figure.key}: {escape(figure.title)} ({figure.source})", soft_wrap=True)
    for name in reproduction.outcomes:
        out.print(escape(f"  {name}: {reproduction.setting(name).caption}"), soft_wrap=True)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("number or claim", "setting", "paper", "ours", ""):
        table.add_column(heading, overflow="fold")
    for row in reproduction.comparisons:
        table.add_row(*map(escape, (row.what, row.setting, row.paper, row.ours)), f"[{colours[row.standing]}]{row.standing}[/]")
    out.print(table)
    against = sum(row.standing == "disagrees" for row in reproduction.comparisons)
    counted = sum(row.standing != "no number" for row in reproduction.comparisons)
    out.print(
        f"{counted - against} of {counted} numbers and claims agree ({reproduction.repetitions} repetitions, seed {reproduction.seed})",
        soft_wrap=True,
    )
