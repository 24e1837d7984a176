"""The progress bar on standard error while reports come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from verify.evidence import Report


@contextmanager
def counted(total: int, done: int = 0) -> Iterator[Callable[[Report], None]]:
    """Shows a bar of `total` reports, of which some are done; the function it gives takes one step for a report."""
    columns = (TextColumn("{task.description:<42}"), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=total, completed=done)
        yield lambda report: bar.update(task, advance=1, description=report.key)
        bar.update(task, description="done")
