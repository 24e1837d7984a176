"""The command `mutate`: hunt systematic false neighbours of statements."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from verify.commands.options import Jobs, Scheduler

if TYPE_CHECKING:
    from verify.search.mutants import Judged


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Hunt systematic false neighbours of statements.")(mutate)


def mutate(
    select: Annotated[list[str] | None, typer.Argument(help="Keys, papers or files.", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", help="All installed papers.")] = False,
    budget: Annotated[str, typer.Option(help="small, default or large: the evaluations for each mutant.")] = "default",
    every: Annotated[int, typer.Option(help="Judge a sample: one mutant in so many, picked by the seed.", min=1)] = 1,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every random choice, 0 or more.", min=0)] = 0,
    jobs: Jobs = 1,
    scheduler: Scheduler = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON to standard output.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write what became of each mutant here, as JSON.", show_default=False)
    ] = None,
) -> None:
    """Change one thing at a time in claim, hypotheses or domain, and say which of the mutants fell and which survived.

    A mutant that the original's proof proves as well, or that follows from the original, is true and set apart.
    Survivors are true or beyond the search. Statements that are expected to be refuted are left out: their
    neighbours fall for the same reason; so are those about chance. Exit code 0.
    """
    import os

    from verify.commands.printing import progress_bar
    from verify.errors import VerifyError
    from verify.files import require_writable, write_whole
    from verify.registry import selection
    from verify.search.mutants import BUDGETS, judge_all, kill_rate
    from verify.statement import Statement
    from verify.workers import cluster, processes

    if budget not in BUDGETS:
        raise VerifyError(f"'{budget}' is no budget; the budgets are {', '.join(BUDGETS)}.")
    if not select and not everything:
        raise VerifyError("mutate needs a key, a paper or a file, or --all.")
    if output is not None:
        require_writable(output)
    known, files, names = selection(select or [])
    entries = [e for e in known.select([] if everything else names) if isinstance(e, Statement)]
    chosen = [e.key for e in entries if e.expected != "refuted" and e.pointwise]
    if not chosen:
        raise VerifyError(f"{', '.join(names)}: there is no statement to mutate; false ones and those about chance are left out.")
    jobs = jobs or os.cpu_count() or 1
    found: dict[str, list[Judged]] = {}
    with (
        cluster(scheduler, jobs) if scheduler else nullcontext(processes(jobs) if jobs > 1 else None) as workers,
        progress_bar("statements", len(chosen), "kill rate") as advance,
    ):
        for number, judged in enumerate(judge_all(chosen, files, seed, budget, every, workers), 1):
            found.update({one.statement: judged for one in judged})
            so_far = kill_rate(one for each in found.values() for one in each)
            advance(number, so_far.rate if so_far.hunted else None)
    results = [one for key in chosen for one in found.get(key, [])]
    if output is not None:
        write_whole(output, _json(results))
    typer.echo(_json(results) if as_json else "\n".join(_lines(results, f"budget {budget}, {_share(every)}seed {seed}")))


def _json(results: list[Judged]) -> str:
    import json

    rows: list[dict[str, Any]] = [result.to_json() for result in results]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _share(every: int) -> str:
    return f"one in {every}, " if every > 1 else ""


def _lines(results: list[Judged], how: str) -> list[str]:
    """Survivors in full, then counts for each paper and in total."""
    from verify.search.mutants import MEANING, kill_rate, survival

    lines = []
    for outcome in ("survived", "weaker", "vacuous", "meaningless"):
        found = [r for r in results if r.outcome == outcome]
        lines += [f"{outcome} ({MEANING[outcome]}):"] if found else []
        for reason in sorted({survival(r) for r in found}) if outcome == "survived" else [""]:
            lines += [f" {reason}"] if reason else []
            for r in found:
                if not reason or survival(r) == reason:
                    slack = f" (smallest slack {r.slack:.2g})" if reason and r.slack is not None else ""
                    lines.append(f"  {r.statement}: {r.change}: {r.words}{slack}")
    papers = list(dict.fromkeys(r.statement.split(".", 1)[0] for r in results))
    groups = [(paper, [r for r in results if r.statement.split(".", 1)[0] == paper]) for paper in papers]
    for name, group in [*groups, *([("all", results)] if len(groups) > 1 else [])]:
        rate = kill_rate(group)
        counts = rate.counts
        lines.append(
            f"{name}: {counts['fell']} of {rate.hunted} mutants of {rate.statements} statements fell ({rate.rate:.0%}); "
            f"{counts['proved']} more are proved, {counts['implied']} follow from the original, {counts['weaker']} look weaker, "
            f"{counts['vacuous']} are vacuous, {counts['meaningless']} are meaningless ({how})"
        )
    return lines
