"""The commands `campaign`, many statements with many seeds, and `resume`, which continues where one was cut off."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verify.commands.options import INTERRUPTED, Jobs, Scheduler
from verify.errors import VerifyError

if TYPE_CHECKING:
    from verify.campaign import Campaign
    from verify.evidence import Report


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(short_help="Examine statements with many seeds and keep every report in a store.")(campaign)
    app.command(short_help="Continue a campaign or a hunt that was cut off.")(resume)


def campaign(
    store: Annotated[Path, typer.Option(help="The store to keep the reports in; it is made where there is none.", show_default=False)],
    select: Annotated[
        list[str] | None, typer.Argument(help="Papers, keys or files; all installed papers by default.", show_default=False)
    ] = None,
    seeds: Annotated[str, typer.Option(help="The first and the last seed, such as 0..9.")] = "0..9",
    effort: Annotated[str, typer.Option(help="quick, default or thorough.")] = "default",
    jobs: Jobs = 0,
    scheduler: Scheduler = None,
) -> None:
    """Climb the ladder for the selected statements with every seed, counterexamples that the store knows first.

    Every report is in the store before the progress bar counts it; `verify resume` continues a campaign
    that was cut off. The table gives the verdict of all seeds together; with exit code 0 every one is the expected one.
    """
    from verify.campaign import Campaign
    from verify.effort import EFFORTS
    from verify.registry import selection
    from verify.statement import Statement
    from verify.store import Store

    chosen = _seeds(seeds)
    if effort not in EFFORTS:
        raise VerifyError(f"'{effort}' is no effort; the efforts are {', '.join(EFFORTS)}.")
    known, files, names = selection(select or [])
    keys = [entry.key for entry in known.select(names) if isinstance(entry, Statement)]
    if not keys:
        raise VerifyError(f"{', '.join(names) or 'no paper'}: there is no statement to examine, since a definition claims nothing.")
    with Store(store, create=True) as opened:
        _finish(Campaign.begin(opened, keys, files, EFFORTS[effort], chosen), jobs, scheduler)


def resume(
    store: Annotated[Path, typer.Argument(help="The store of the campaign.", show_default=False)],
    jobs: Jobs = 0,
    scheduler: Scheduler = None,
) -> None:
    """Continue the last campaign, hunt or `verify run --store` that was cut off; nothing is done twice, and the findings are the same."""
    from verify.campaign import Campaign
    from verify.commands.hunt import finish
    from verify.hunting import StoredHunt
    from verify.store import Store

    with Store(store, create=False) as opened:
        hunted = StoredHunt.unfinished(opened)
        if hunted is not None:
            finish(hunted, jobs, scheduler)
        _finish(Campaign.unfinished(opened), jobs, scheduler)


def carry_on(campaign: Campaign, jobs: int, scheduler: str | None) -> None:
    """Examine what remains of a campaign, with a progress bar; an interrupt ends with one line and exit code 130."""
    import os

    from verify.progress import counted
    from verify.workers import cluster, processes

    done = campaign.done

    def count(report: Report) -> None:
        nonlocal done
        done += 1
        advance(report)

    try:
        with (
            cluster(scheduler, jobs) if scheduler else nullcontext(processes(jobs or os.cpu_count() or 1)) as workers,
            counted(campaign.size, done) as advance,
        ):
            campaign.carry_on(workers, count)
    except KeyboardInterrupt:
        where = campaign.store.path
        typer.echo(f"interrupted: {done} of {campaign.size} reports are in {where}; `verify resume {where}` continues.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _finish(campaign: Campaign, jobs: int, scheduler: str | None) -> None:
    from verify.tables import print_campaign

    carry_on(campaign, jobs, scheduler)
    summaries = campaign.summaries()
    print_campaign(summaries, campaign.plan.effort.name, f"{campaign.plan.first_seed}..{campaign.plan.last_seed}")
    raise typer.Exit(0 if all(summary.verdict.as_expected for summary in summaries) else 1)


def _seeds(text: str) -> range:
    found = re.fullmatch(r"(\d{1,18})(?:\.\.(\d{1,18}))?", text)
    if found is None:
        raise VerifyError(f"'{text}' is no range of seeds; give the first and the last one, such as 0..9.")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise VerifyError(f"the seeds {text} are none: the last one is smaller than the first.")
    return range(first, last + 1)
