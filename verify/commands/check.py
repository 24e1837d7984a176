"""The command `check`: is a stored counterexample one?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Check certificates of counterexamples.")(check)


def check(
    certificates: Annotated[list[Path], typer.Argument(metavar="CERT...", help="Certificate files.", show_default=False)],
    file: Annotated[Path | None, typer.Option("--file", help="A Python file with the statements' paper.", show_default=False)] = None,
) -> None:
    """Derive everything that the certificates say again, from their exact inputs and the registered statements.

    One line for each; exit code 0 only if every certificate is valid.
    """
    from verify.checker import check as recheck
    from verify.errors import VerifyError
    from verify.registry import registry

    known = registry((str(file.resolve()),) if file else ())
    results = [(path, recheck(path, known)) for path in certificates if path.is_file()]
    for path, result in results:
        typer.echo(f"{path}: {'valid' if result.valid else 'NOT VALID'}: {result.sentence}")
    for path in certificates:
        if not path.is_file():
            raise VerifyError(f"there is no file {path}.")
    raise typer.Exit(0 if all(result.valid for _, result in results) else 1)
