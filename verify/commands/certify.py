"""The command `certify`: make a certificate of a counterexample that is at hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from verify.statement import Statement

MOST_STEPS = 10_000


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Certify a counterexample that is at hand.")(certify)


def certify(
    key: Annotated[str, typer.Argument(help="The key of a statement, such as xu2023.lemma-3.1.", show_default=False)],
    instance: Annotated[
        Path, typer.Option("--instance", help="JSON with the values of the variables, or an older certificate.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The certificate file to write.", show_default=False)],
    step: Annotated[str, typer.Option(help="For trajectories and flows: the time at which the claim fails.")] = "0",
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
        step = str(data.get("step", 0)) if step == "0" else step
    try:
        values = Instance.from_text(text, statement.over)
    except VerifyError as error:
        raise type(error)(f"{instance}: {error}") from error
    moment = _moment(statement, step)
    if shrink:
        from verify.search.shrink import shrink as shrunk

        values, moment = shrunk(statement, values, moment)
    certified(statement, values, moment).write(output)
    typer.echo(f"{output}: {key} is certainly violated.")


def _moment(statement: Statement, step: str) -> int | Fraction:
    """The step of a run, or the time of a flow. Raises VerifyError for one that the statement cannot have."""
    from verify.errors import VerifyError

    try:
        moment = Fraction(step)
    except (ValueError, ZeroDivisionError) as error:
        raise VerifyError(f"--step {step} is no number.") from error
    if moment and not statement.moves:
        raise VerifyError(f"{statement.key} speaks of no run, so it has no step {step}.")
    if moment < 0 or (statement.flow is None and (moment > MOST_STEPS or moment.denominator > 1)):
        raise VerifyError(f"--step {step} is out of range: a run has the steps 0 to {MOST_STEPS}, a flow the times from 0 on.")
    return moment if statement.flow is not None else int(moment)
