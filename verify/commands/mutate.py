"""The command `mutate`: hunt systematic false neighbours of statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from verify.search.mutants import Judged


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Hunt systematic false neighbours of statements.")(mutate)


def mutate(
    select: Annotated[list[str] | None, typer.Argument(help="Keys, papers or files.", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", help="All installed papers.")] = False,
    budget: Annotated[str, typer.Option(help="small, default or large: the evaluations for each mutant.")] = "default",
    seed: Annotated[int, typer.Option("--seed", help="Seed of every random choice, 0 or more.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON to standard output.")] = False,
) -> None:
    """Change one thing at a time in claim, hypotheses or domain, hunt each mutant, and say which fell and which survived.

    Survivors are true or beyond the search. Statements that are expected to be refuted are left out:
    their neighbours fall for the same reason. Exit code 0.
    """
    import json

    from verify.commands.printing import progress_bar
    from verify.errors import VerifyError
    from verify.registry import selection
    from verify.search.mutants import BUDGETS, judge
    from verify.statement import Statement

    if budget not in BUDGETS:
        raise VerifyError(f"'{budget}' is no budget; the budgets are {', '.join(BUDGETS)}.")
    if not select and not everything:
        raise VerifyError("mutate needs a key, a paper or a file, or --all.")
    known, _, names = selection(select or [])
    chosen = [e for e in known.select([] if everything else names) if isinstance(e, Statement) and e.expected != "refuted"]
    if not chosen:
        raise VerifyError(f"{', '.join(names)}: there is no statement to mutate; those expected to be refuted are left out.")
    results: list[Judged] = []
    with progress_bar("statements", len(chosen), "kill rate") as advance:
        for number, statement in enumerate(chosen):

            def count(result: Judged, done: int = number) -> None:
                results.append(result)
                fell = sum(r.outcome == "fell" for r in results)
                hunted = sum(r.outcome in ("fell", "survived") for r in results)
                advance(done, fell / hunted if hunted else None)

            judge(statement, seed, budget, count)
    if as_json:
        typer.echo(json.dumps([r.to_json() for r in results], indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(_lines(results, budget, seed)))


def _lines(results: list[Judged], budget: str, seed: int) -> list[str]:
    """Survivors in full, then counts for each paper and in total."""
    from verify.search.mutants import kill_rate

    lines = []
    for outcome, heading in (("survived", "survived the hunt"), ("vacuous", "no instance met the hypotheses")):
        found = [r for r in results if r.outcome == outcome]
        lines += [f"{heading}:" if found else ""]
        lines += [f"  {r.statement}: {r.change}: {r.words}" for r in found]
    papers = list(dict.fromkeys(r.statement.split(".", 1)[0] for r in results))
    groups = [(paper, [r for r in results if r.statement.split(".", 1)[0] == paper]) for paper in papers]
    for name, group in [*groups, *([("all", results)] if len(groups) > 1 else [])]:
        rate = kill_rate(group)
        lines.append(
            f"{name}: {rate.fell} of {rate.fell + rate.survived} mutants of {rate.statements} statements fell ({rate.rate:.0%}); "
            f"{rate.weaker} more say no more than the original, {rate.vacuous} are vacuous (budget {budget}, seed {seed})"
        )
    return [line for line in lines if line]
