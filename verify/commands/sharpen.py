"""The command `sharpen`: how much slack an inequality's constant has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Find the best constant of an inequality.")(sharpen)


def sharpen(
    key: Annotated[str, typer.Argument(help="The key of a statement, such as xu2023.lemma-C.3.", show_default=False)],
    evaluations: Annotated[int, typer.Option(help="Budget for each relation: instances evaluated in floats.", min=1)] = 600_000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every random choice, 0 or more.", min=0)] = 0,
    file: Annotated[Path | None, typer.Option("--file", help="A Python file with the statement's paper.", show_default=False)] = None,
) -> None:
    """For each relation a <= b of a claim, search the smallest factor c for which a <= c*b still survives.

    The lower end is certified by an instance in balls; the upper end is only what the search saw.
    """
    from verify.commands.printing import instance_line, progress_bar
    from verify.errors import StatementError
    from verify.language.relations import in_text
    from verify.registry import registry
    from verify.search.sharpen import require_sharpenable
    from verify.search.sharpen import sharpen as search

    statement = registry((str(file.resolve()),) if file else ()).statement(key)
    statement.require_pointwise()
    relations = []
    reasons = []
    for number, relation in enumerate(statement.claim):
        try:
            require_sharpenable(relation)
            relations.append(number)
        except StatementError as error:
            reasons.append(str(error))
    if not relations:
        raise StatementError(f"{key} cannot be sharpened: {reasons[0]}")
    for number in relations:
        with progress_bar(key, evaluations, "largest ratio") as progress:
            found = search(statement, number, seed, evaluations=evaluations, progress=progress)
        relation = statement.claim[number]
        small, large = (relation.lhs, relation.rhs) if relation.rel_op in ("<", "<=") else (relation.rhs, relation.lhs)
        typer.echo(f"{in_text(relation)}")
        if found.certified is None or found.instance is None:
            typer.echo("  no instance with both sides positive was found, so nothing can be said about a factor.")
            continue
        when = f" at t = {found.step}" if statement.moves else ""
        factor = f"{float(found.certified):.9g}"
        typer.echo(f"  certified: {in_text(small)} >= {factor} * ({in_text(large)}){when}")
        typer.echo(f"  at {instance_line(found.instance)}")
        typer.echo(f"  so no factor below {factor} is possible; {_judgement(float(found.certified))}")
        typer.echo(f"  not certified: the largest ratio seen in {found.evaluations} evaluations is {found.upper_seen:.9g} (seed {seed})")


def _judgement(ratio: float) -> str:
    if ratio > 1:
        return "the claim itself fails, and a factor of at least this would be needed."
    return "the constant is tight to the digits shown." if ratio > 0.999999 else f"the search left {100 * (1 - ratio):.3g} % of slack."
