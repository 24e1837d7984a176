"""The command `report`: the static site of statements, verdicts and evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Write the site that shows every statement with its evidence.")(report)


def report(
    select: Annotated[
        list[str] | None, typer.Argument(help="Papers, keys or files; all installed papers by default.", show_default=False)
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder of the site; a former report there is replaced.")] = Path(
        "site"
    ),
    store: Annotated[
        list[Path] | None,
        typer.Option("--store", help="A store that `run --store` or `campaign` keeps; may be given several times.", show_default=False),
    ] = None,
    figures: Annotated[
        list[Path] | None,
        typer.Option("--figures", help="A folder that `reproduce -o` wrote; may be given several times.", show_default=False),
    ] = None,
) -> None:
    """Write a site that opens from disk: open its index.html.

    Verdicts come from the newest stored run of each statement as it reads now; nothing is run. A statement that no store
    examined is shown as not examined.
    """
    from rich.console import Console
    from rich.status import Status

    from verify.errors import VerifyError
    from verify.registry import papers_in, selection
    from verify.report import build
    from verify.report.site import require_replaceable
    from verify.statement import Statement
    from verify.store import Store

    # Reading all papers takes a while; what cannot work is said before.
    for folder in figures or ():
        if not folder.is_dir():
            raise VerifyError(f"--figures: there is no folder {folder}.")
    for path in store or ():
        with Store(path, create=False):
            pass
    require_replaceable(output)
    known, paths, names = selection(select or [])
    statements = [entry for entry in known.select(names) if isinstance(entry, Statement)]
    sources = {paper.key: path for path in paths for paper in papers_in(Path(path))}
    with Status("reading", console=Console(stderr=True)) as status:
        built = build(known, statements, store or [], output, figures or [], sources, lambda page: status.update(page))
    typer.echo(f"{built.pages} pages, {built.examined} of {built.statements} statements examined: {built.folder / 'index.html'}")
