"""The command line: list, show, run, prove, evaluate."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from verify.commands import campaign, certify, check, derive, hunt, mutate, report, reproduce, sharpen, simulate
from verify.commands.options import INTERRUPTED
from verify.errors import Contradiction, VerifyError

if TYPE_CHECKING:
    from verify.evidence import Report
    from verify.paper import Definition
    from verify.statement import Statement

app = typer.Typer(
    help="Verify published theorems about gradient-descent dynamics: prove them, draw instances, run the dynamics, decide in balls.",
    epilog="Exit code 0: every verdict is the expected one; 1: some verdict is not; 2: bad input.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

DEFINITION = "definition"

Key = Annotated[str, typer.Argument(help="The key of a statement, such as xu2023.lemma-3.1.", show_default=False)]
File = Annotated[Path | None, typer.Option("--file", help="A Python file that defines the statement's paper.", show_default=False)]
Seed = Annotated[int, typer.Option("--seed", help="Seed of every random choice, 0 or more.")]
Select = Annotated[list[str] | None, typer.Argument(help="Papers, keys or files; all installed papers by default.", show_default=False)]


def main() -> None:
    """Entry point of the console command; bad input ends with one sentence and exit code 2."""
    try:
        app()
    except VerifyError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)
    except Contradiction as error:
        typer.echo(f"CONTRADICTION: {error}", err=True)
        sys.exit(1)


@app.command("list")
def list_entries(
    select: Select = None,
    paper: Annotated[str | None, typer.Option(help="Only this paper.", show_default=False)] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind, such as identity or trajectory.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON to standard output.")] = False,
) -> None:
    """List statements and definitions."""
    from verify.registry import selection
    from verify.statement import KINDS
    from verify.tables import print_entries

    kinds = (*KINDS, DEFINITION)
    if kind is not None and kind not in kinds:
        raise VerifyError(f"'{kind}' is no kind; the kinds are {', '.join(kinds)}.")
    known, _, names = selection(select or [])
    if paper is not None and paper not in known.papers:
        raise VerifyError(f"there is no paper '{paper}'; there are {', '.join(known.papers)}.")
    rows = [row for row in map(_row, known.select(names)) if paper in (None, row["paper"]) and kind in (None, row["kind"])]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        print_entries(rows)


@app.command(short_help="Show a statement or definition.")
def show(
    key: Annotated[str, typer.Argument(help="The key of a statement or definition.", show_default=False)],
    file: File = None,
    latex: Annotated[bool, typer.Option("--latex", help="Formulas as LaTeX.")] = False,
    example: Annotated[bool, typer.Option("--example", help="Print an instance instead, as JSON for `evaluate`.")] = False,
    seed: Seed = 0,
) -> None:
    """Show a statement: what it says, what its names mean, what it ranges over, what its proof uses."""
    from verify.showing import entry_lines, instance_text

    if example:
        from verify.examples import example as draw_example

        _require_natural("seed", seed)
        typer.echo(instance_text(draw_example(_statement(key, file), seed)), nl=False)
        return
    typer.echo("\n".join(entry_lines(_entry(key, file), latex=latex)))


@app.command(short_help="Give a verdict on every selected statement.")
def run(
    select: Select = None,
    effort: Annotated[str, typer.Option(help="quick, default or thorough.")] = "default",
    seed: Seed = 0,
    jobs: Annotated[int, typer.Option(help="Worker processes; 0 for one per core.")] = 0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the reports to this file.", show_default=False)] = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", help="Keep every report in this store, and look first at the counterexamples in it.", show_default=False),
    ] = None,
) -> None:
    """Climb the ladder for the selected statements and all that their proofs lean on, and print a table of verdicts.

    A verdict that is not the expected one is marked with ! and explained below the table; the exit
    code is then 1.
    """
    import os

    from verify.effort import EFFORTS
    from verify.workers import load_ahead

    if effort not in EFFORTS:
        raise VerifyError(f"'{effort}' is no effort; the efforts are {', '.join(EFFORTS)}.")
    _require_natural("seed", seed)
    _require_natural("number of jobs", jobs)
    jobs = jobs or os.cpu_count() or 1
    if jobs > 1:
        load_ahead(select or [])

    # These take seconds, so the server for the workers starts before them.
    from verify.files import require_writable, write_whole
    from verify.registry import selection
    from verify.statement import Statement
    from verify.tables import print_reports

    known, files, names = selection(select or [])
    keys = [entry.key for entry in known.select(names) if isinstance(entry, Statement)]
    if not keys:
        raise VerifyError(f"{', '.join(names) or 'no paper'}: there is no statement to run, since a definition claims nothing.")
    if json_file is not None:
        require_writable(json_file)
    if store is not None:
        reports = _kept(keys, files, EFFORTS[effort], seed, jobs, store)
    else:
        try:
            reports = _examined(keys, files, EFFORTS[effort], seed, jobs)
        except KeyboardInterrupt:
            typer.echo("interrupted: no verdicts, and no file was written.", err=True)
            raise typer.Exit(INTERRUPTED) from None
    if json_file is not None:
        write_whole(json_file, json.dumps([report.to_json() for report in reports], indent=2, ensure_ascii=False) + "\n")
    print_reports(reports, effort, seed)
    raise typer.Exit(0 if all(report.as_expected for report in reports) else 1)


@app.command(short_help="Replay the proof of a statement.")
def prove(key: Key, file: File = None) -> None:
    """Replay the proof of a statement, step by step; exit code 0 only if it goes through."""
    from verify.ladder import prove as replay
    from verify.showing import proof_lines

    statement = _statement(key, file)
    if statement.limit is not None:
        raise VerifyError(f"{statement.key} is about a limit, which no proof is replayed for; `verify run {statement.key}` decides it.")
    report = replay(statement)
    typer.echo("\n".join(proof_lines(statement, report)))
    raise typer.Exit(0 if report.proved else 1)


@app.command(short_help="Evaluate a statement at an instance.")
def evaluate(
    key: Key,
    instance: Annotated[
        Path | None,
        typer.Option(
            "--instance",
            help="JSON with the values of the statement's variables; `verify show KEY --example` writes one.",
            show_default=False,
        ),
    ] = None,
    digits: Annotated[int, typer.Option(help="Significant digits.", min=5, max=10_000)] = 50,
    step: Annotated[int, typer.Option(help="For trajectories: the time.", min=0, max=10_000)] = 0,
    file: File = None,
) -> None:
    """Evaluate both sides at an instance with many digits, and decide the claim in balls; exit code 1 if it is violated.

    An instance is JSON such as {"dimensions": {"n": 2}, "values": {"A": [["1/2", 0], [0, 1]], "eta": "0.1"}}:
    an entry is an integer, a decimal or a fraction in quotes, and all of them are read as exact rationals.
    Dimensions that a matrix shows may be left out.
    """
    from verify.evaluating import evaluate_at
    from verify.files import read_text
    from verify.instance import Instance

    statement = _statement(key, file)
    statement.require_pointwise()
    if instance is None:
        where = f" --file {file}" if file else ""
        raise VerifyError(f"evaluate needs --instance FILE; `verify show {key}{where} --example > instance.json` writes one to start from.")
    try:
        values = Instance.from_text(read_text(instance), statement.over)
    except VerifyError as error:
        raise type(error)(f"{instance}: {error}" if str(instance) not in str(error) else str(error)) from error
    evaluation = evaluate_at(statement, values, digits, step)
    typer.echo("\n".join(evaluation.lines))
    raise typer.Exit(1 if evaluation.decision.outcome == "violated" else 0)


def _examined(keys: list[str], files: tuple[str, ...], effort: Any, seed: int, jobs: int) -> list[Report]:
    """The reports, with a progress bar on standard error while they come in."""
    from verify.progress import counted
    from verify.registry import registry
    from verify.session import examine_all, with_all_they_lean_on

    with counted(len(with_all_they_lean_on(registry(files), keys))) as advance:
        return examine_all(keys, files, effort, seed, jobs, advance)


def _kept(keys: list[str], files: tuple[str, ...], effort: Any, seed: int, jobs: int, path: Path) -> list[Report]:
    """The reports, each in the store before the progress bar counts it."""
    from verify.campaign import Campaign
    from verify.commands.campaign import carry_on
    from verify.store import Store

    with Store(path, create=True) as store:
        campaign = Campaign.begin(store, keys, files, effort, range(seed, seed + 1))
        carry_on(campaign, jobs, None)
        return [summary.verdict for summary in campaign.summaries()]


def _require_natural(what: str, value: int) -> None:
    if value < 0:
        raise VerifyError(f"the {what} is {value}, but it must not be negative.")


def _row(entry: Statement | Definition) -> dict[str, str]:
    kind, form = getattr(entry, "kind", DEFINITION), getattr(entry, "form", "printed")
    return {
        "key": entry.key,
        "paper": entry.paper,
        "label": entry.label,
        "kind": kind,
        "form": form,
        "title": entry.title,
        "source": entry.source,
    }


def _entry(key: str, file: Path | None) -> Statement | Definition:
    from verify.registry import registry

    return registry((str(file.resolve()),) if file else ()).entry(key)


def _statement(key: str, file: Path | None) -> Statement:
    from verify.registry import registry

    return registry((str(file.resolve()),) if file else ()).statement(key)


for _module in (certify, check, campaign, derive, reproduce, report, simulate, hunt, sharpen, mutate):
    _module.register(app)
