"""What the search commands print: a progress bar with the best slack, instances and violations in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from verify.instance import Instance
    from verify.search.hunt import Progress
    from verify.statement import Statement


@contextmanager
def progress_bar(title: str, total: int, what: str = "best slack") -> Iterator[Progress]:
    """A bar on standard error; yields a function that takes the work done and the best value so far."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<40}"), BarColumn(bar_width=None), TextColumn("{task.fields[best]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total, best="")

        def advance(done: int, best: float | None) -> None:
            bar.update(task, completed=min(done, total), best="" if best is None else f"{what} {best:.3g}")

        yield advance


def instance_line(instance: Instance) -> str:
    """All dimensions and values on one line."""
    data = instance.to_json()
    values = {**data["dimensions"], **data["values"]}
    return ", ".join(f"{name} = {json.dumps(value)}".replace('"', "") for name, value in values.items())


def violation_lines(statement: Statement, instance: Instance, step: int | Fraction) -> list[str]:
    """The counterexample, and the relation that fails there with the enclosures of its sides."""
    from verify.deciding import decide
    from verify.language.relations import in_text

    decision = decide(statement, instance, step=step)
    lines = [f"counterexample: {instance_line(instance)}"]
    if decision.relation is not None and decision.sides is not None:
        when = f" at t = {step}" if statement.moves else ""
        left, right = decision.sides
        arithmetic = f"balls of {decision.bits} bits" if decision.bits else "rational arithmetic"
        lines.append(f"where {in_text(statement.claim[decision.relation])} fails{when}: left {left}, right {right} ({arithmetic})")
    return lines
