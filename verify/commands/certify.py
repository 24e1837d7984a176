"""The command `certify`: make a certificate of a counterexample that is at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Certify a counterexample that is at hand.")(certify)


def certify(
    key: Annotated[str, typer.Argument(help="The key of a statement, such as xu2023.lemma-3.1.", show_default=False)],
    instance: Annotated[
        Path, typer.Option("--instance", help="JSON with the values of the variables, or an older certificate.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The certificate file to write.", show_default=False)],
    step: Annotated[int, typer.Option(help="For trajectories: the time at which the claim fails.", min=0, max=10_000)] = 0,
    shrink: Annotated[bool, typer.Option("--shrink", help="Look for a simpler counterexample first.")] = False,
    file: Annotated[Path | None, typer.Option("--file", help="A Python file with the statement's paper.", show_default=False)] = None,
) -> None:
    """Certify that a statement fails at an instance, for `verify check`.

    An older certificate gives its inputs and its step; this renews one whose statement has been
    printed or defined anew since.
    """
    import json

    from verify.certificate import certify as certified
    from verify.errors import VerifyError
    from verify.files import read_text
    from verify.instance import Instance
    from verify.registry import registry

    statement = registry((str(file.resolve()),) if file else ()).statement(key)
    statement.require_pointwise()
    text = read_text(instance)
    try:
        data = json.loads(text)
    except ValueError:
        data = None  # Instance.from_text says what is wrong with it
    if isinstance(data, dict) and isinstance(data.get("inputs"), dict):
        text = json.dumps(data["inputs"])
        step = step or (data["step"] if isinstance(data.get("step"), int) else 0)
    try:
        values = Instance.from_text(text, statement.over)
    except VerifyError as error:
        raise type(error)(f"{instance}: {error}") from error
    if step and statement.kind != "trajectory":
        raise VerifyError(f"{key} speaks of no run, so it has no step {step}.")
    if shrink:
        from verify.search.shrink import shrink as shrunk

        values, step = shrunk(statement, values, step)
    certified(statement, values, step).write(output)
    typer.echo(f"{output}: {key} is certainly violated.")
