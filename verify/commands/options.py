"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

INTERRUPTED = 130
"""The exit code after Ctrl-C."""

Jobs = Annotated[int, typer.Option(help="Worker processes, or statements at a time on a cluster; 0 for one per core.", min=0)]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Address of a Dask scheduler whose workers do the work, such as tcp://127.0.0.1:8786.", show_default=False),
]
