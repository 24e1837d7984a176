"""The command line: list, show, run, prove, evaluate."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from verify.errors import Contradiction, VerifyError

if TYPE_CHECKING:
    from verify.evidence import Report
    from verify.statement import Statement

app = typer.Typer(
    help="Verify published theorems about gradient-descent dynamics: prove them, draw instances, run the dynamics, decide in balls.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

COLOURS = {"proved": "green", "supported": "cyan", "refuted": "red", "vacuous": "yellow", "undecided": "yellow", "failed": "bold red"}

Key = Annotated[str, typer.Argument(help="The key of a statement, such as xu2023.lemma-3.1.")]
File = Annotated[Path | None, typer.Option("--file", help="A Python file that defines the statement's paper.")]


def main() -> None:
    """Entry point of the console command; bad input ends with one sentence and exit code 2."""
    try:
        app()
    except VerifyError as error:
        Console(stderr=True).print(f"[red]error:[/red] {escape(str(error))}", soft_wrap=True)
        sys.exit(2)
    except Contradiction as error:
        Console(stderr=True).print(f"[bold red]CONTRADICTION:[/bold red] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)


@app.command("list")
def list_statements(
    select: Annotated[list[str] | None, typer.Argument(help="Papers, keys or files; all installed papers by default.")] = None,
    paper: Annotated[str | None, typer.Option(help="Only this paper.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind, such as identity or trajectory.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON to standard output.")] = False,
) -> None:
    """List statements and definitions."""
    from verify.registry import selection

    known, _, keys = selection([*(select or []), *([paper] if paper else [])])
    rows = [
        {"key": s.key, "paper": s.paper, "label": s.label, "kind": s.kind, "form": s.form, "title": s.title, "source": s.source}
        for s in (known.statement(key) for key in keys)
    ]
    for entry in (d for p in known.papers.values() for d in p.definitions.values()):
        if any(row["paper"] == entry.paper for row in rows):
            rows.append(
                {"key": entry.key, "paper": entry.paper, "label": entry.label, "kind": "definition", "form": "printed",
                 "title": entry.title, "source": entry.source}
            )  # fmt: skip
    if kind is not None:
        rows = [row for row in rows if row["kind"] == kind]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    table = Table(box=None, header_style="bold")
    for column in ("key", "kind", "form", "title"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(row["key"], row["kind"], row["form"], escape(row["title"]))
    Console().print(table)


@app.command()
def show(key: Key, file: File = None, latex: Annotated[bool, typer.Option("--latex", help="Formulas as LaTeX.")] = False) -> None:
    """Show a statement: what it says, what its names mean, what it ranges over, what its proof uses."""
    from verify.language.relations import in_latex, in_text

    statement = _statement(key, file)
    written = in_latex if latex else in_text
    lines = [f"{statement.key}: {statement.title}", f"source: {statement.source}   kind: {statement.kind}   form: {statement.form}", ""]
    if statement.law is not None:
        lines += [f"dynamics: {statement.law.name}"]
        lines += [f"  {written(matrix)}  ->  {written(value)}" for matrix, value in statement.law.update]
    lines += ["over:", *(f"  {sentence}" for sentence in statement.over.words())]
    if statement.given:
        lines += ["given:", *(f"  {written(relation)}" for relation in statement.given)]
    lines += ["claim:", *(f"  {written(relation)}" for relation in statement.claim)]
    names = statement.names()
    if names:
        lines += ["where:", *(f"  {written(quantity)} = {written(quantity.definition)}" for quantity in names.values())]
    if statement.uses:
        lines += ["its proof uses:", *(f"  {used}" for used in statement.uses)]
    for heading, text in (("wrong as printed", statement.wrong), ("note", statement.note)):
        lines += [f"{heading}: {text}"] if text else []
    typer.echo("\n".join(lines))


@app.command()
def run(
    select: Annotated[list[str] | None, typer.Argument(help="Papers, keys or files; all installed papers by default.")] = None,
    effort: Annotated[str, typer.Option(help="quick, default or thorough.")] = "default",
    seed: Annotated[int, typer.Option(help="Seed of every random choice.", min=0)] = 0,
    jobs: Annotated[int, typer.Option(help="Worker processes; 0 for one per core.", min=0)] = 0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the reports to this file.")] = None,
) -> None:
    """Climb the ladder for every selected statement and print a table of verdicts."""
    import os

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from verify.files import write_whole
    from verify.ladder import EFFORTS, leaned_on
    from verify.registry import selection
    from verify.session import examine_all

    if effort not in EFFORTS:
        raise VerifyError(f"'{effort}' is no effort; choose one of {', '.join(EFFORTS)}.")
    if json_file is not None and not json_file.parent.is_dir():
        raise VerifyError(f"cannot write {json_file}: there is no folder {json_file.parent}.")
    known, files, keys = selection(select or [])
    total = len(leaned_on(known.statement(key) for key in keys))
    columns = (TextColumn("{task.description:<44}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=total)

        def advance(report: Report) -> None:
            bar.update(task, advance=1, description=report.key)

        reports = examine_all(keys, files, EFFORTS[effort], seed, jobs or os.cpu_count() or 1, advance)
    if json_file is not None:
        write_whole(json_file, json.dumps([report.to_json() for report in reports], indent=2, ensure_ascii=False) + "\n")
    _print_reports(reports, effort, seed)
    raise typer.Exit(0 if all(report.as_expected for report in reports) else 1)


@app.command()
def prove(key: Key, file: File = None) -> None:
    """Replay the proof of a statement, step by step; exit code 0 only if it goes through."""
    from verify.ladder import prove as replay
    from verify.language.relations import in_text

    statement = _statement(key, file)
    report = replay(statement)
    typer.echo(f"{statement.key}: {statement.title}")
    for relation in statement.claim:
        typer.echo(f"  {in_text(relation)}")
    if report.facts:
        typer.echo("facts:")
        for fact in report.facts:
            typer.echo(f"  {fact}")
    typer.echo("checked:")
    for number, step in enumerate(report.steps, 1):
        typer.echo(f"  {number}. [{step.grade}] {step.text}")
    typer.echo(f"proved, grade {report.grade}" if report.proved else f"not proved: {report.failure}")
    raise typer.Exit(0 if report.proved else 1)


@app.command()
def evaluate(
    key: Key,
    instance: Annotated[Path, typer.Option("--instance", help="JSON with the values of the statement's variables.")],
    digits: Annotated[int, typer.Option(help="Significant digits.", min=5, max=10_000)] = 50,
    step: Annotated[int, typer.Option(help="For trajectories: the time.", min=0, max=10_000)] = 0,
    file: File = None,
) -> None:
    """Evaluate both sides at an instance with many digits, and decide the claim in balls; exit code 1 if it is violated."""
    from verify.evaluating import evaluate_at
    from verify.instance import Instance

    statement = _statement(key, file)
    try:
        text = instance.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise VerifyError(f"cannot read {instance}: {error}.") from error
    evaluation = evaluate_at(statement, Instance.read(text, statement.over), digits, step)
    for line in evaluation.lines:
        typer.echo(line)
    raise typer.Exit(1 if evaluation.decision.outcome == "violated" else 0)


def _statement(key: str, file: Path | None) -> Statement:
    from verify.registry import registry

    return registry((str(file.resolve()),) if file else ()).statement(key)


def _print_reports(reports: list[Report], effort: str, seed: int) -> None:
    console = Console()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column, justify in (("statement", "left"), ("kind", "left"), ("verdict", "left"), ("instances", "right"), ("min slack", "right"), ("ties", "right"), ("s", "right")):  # fmt: skip
        table.add_column(column, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for report in reports:
        draws = report.draws
        verdict = f"[{COLOURS[report.verdict]}]{report.verdict}[/]" + (f" ({report.grade})" if report.grade else "")
        if not report.as_expected:
            verdict += f" [bold]expected {report.expected}[/]"
        slack = "" if draws is None or draws.minimum_slack is None else f"{draws.minimum_slack:.1e}"
        table.add_row(
            report.key, report.kind, verdict, str(draws.instances) if draws else "", slack, str(draws.ties) if draws else "", f"{report.seconds:.1f}"
        )
    console.print(table)
    for report in reports:
        if report.message:
            console.print(f"[bold]{report.key}[/]: {escape(report.message)}", soft_wrap=True)
    counts: dict[str, int] = {}
    for report in reports:
        counts[report.verdict] = counts.get(report.verdict, 0) + 1
    summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    unexpected = sum(not report.as_expected for report in reports)
    console.print(f"{len(reports)} statements: {summary}; {unexpected} not as expected (effort {effort}, seed {seed})")

