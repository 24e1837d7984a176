"""Tables for the terminal: the entries of papers and the verdicts of a run."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from verify.evidence import Report

if TYPE_CHECKING:
    from verify.campaign import Summary

COLOURS = {"proved": "green", "supported": "cyan", "refuted": "red", "vacuous": "yellow", "undecided": "yellow", "failed": "bold red"}
UNLIMITED = 200
"""Columns where nothing says how wide the output is, as in a pipe: no line of a table breaks there."""

ROOMY = 80
"""From this width on, keys are not broken, so that they can be copied."""


def console() -> Console:
    """The console for standard output."""
    return Console(width=shutil.get_terminal_size((UNLIMITED, 50)).columns, highlight=False)


def print_entries(rows: Sequence[dict[str, str]]) -> None:
    """One row an entry: key, kind, form, title."""
    table = _table(("key", "left"), ("kind", "left"), ("form", "left"), ("title", "left"))
    for row in rows:
        table.add_row(row["key"], row["kind"], row["form"], escape(row["title"]))
    console().print(table)


def print_reports(reports: Sequence[Report], effort: str, seed: int) -> None:
    """One row a statement, then every surprise with its evidence, then one line that counts the verdicts."""
    table = _table(
        ("statement", "left"), ("verdict", "left"), ("instances", "right"), ("accepted", "right"),
        ("min slack", "right"), ("ties", "right"), ("s", "right"),
    )  # fmt: skip
    for report in reports:
        table.add_row(*_row(report))
    out = console()
    out.print(table)
    for report in reports:
        for line in surprise(report):
            out.print(escape(line), soft_wrap=True)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in Counter(report.verdict for report in reports).items())
    unexpected = sum(not report.as_expected for report in reports)
    out.print(f"{len(reports)} statements: {verdicts}; {unexpected} not as expected (effort {effort}, seed {seed})", soft_wrap=True)


def print_campaign(summaries: Sequence[Summary], effort: str, seeds: str) -> None:
    """One row a statement with what all seeds found, then every surprise, then one line that counts the verdicts."""
    table = _table(
        ("statement", "left"), ("verdict", "left"), ("seeds", "right"), ("instances", "right"),
        ("min slack", "right"), ("ties", "right"), ("s", "right"),
    )  # fmt: skip
    for summary in summaries:
        count = len(summary.reports)
        agreeing = str(count) if summary.agreeing == count else f"{summary.agreeing} of {count}"
        counts = (agreeing, str(summary.instances), _slack(summary.minimum_slack), str(summary.ties), f"{summary.seconds:.1f}")
        table.add_row(summary.verdict.key, _verdict(summary.verdict), *counts)
    out = console()
    out.print(table)
    for summary in summaries:
        for line in surprise(summary.verdict):
            out.print(escape(line), soft_wrap=True)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in Counter(s.verdict.verdict for s in summaries).items())
    unexpected = sum(not summary.verdict.as_expected for summary in summaries)
    out.print(f"{len(summaries)} statements: {verdicts}; {unexpected} not as expected (effort {effort}, seeds {seeds})", soft_wrap=True)


def surprise(report: Report) -> list[str]:
    """What there is to say about a verdict that is not the expected one; nothing about any other."""
    if report.as_expected:
        return []
    lines = [f"! {report.key} is {report.verdict}, but {report.expected} was expected"]
    if report.message:
        lines += [f"    {line}" for line in report.message.splitlines()]
    if report.verdict != "failed" and report.failed_proof is not None:
        lines.append(f"    the proof did not go through: {report.failed_proof}")
    found = report.counterexample
    if found is not None:
        values = {**found.instance["dimensions"], **found.instance["values"]}
        lines.append("    counterexample: " + ", ".join(f"{name} = {_plain(value)}" for name, value in values.items()))
        when = f" at t = {found.step}" if found.step else ""
        lines.append(f"    where {found.relation} fails{when}: left {_trimmed(found.left)}, right {_trimmed(found.right)}")
    return lines


def _plain(value: object) -> str:
    return json.dumps(value).replace('"', "")


def _trimmed(number: str) -> str:
    """An exact decimal without the zeros at its end; enclosures stay as they are."""
    return number.rstrip("0").rstrip(".") if "." in number and number.lstrip("-").replace(".", "").isdigit() else number


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    roomy = console().width >= ROOMY
    for number, (name, justify) in enumerate(columns):
        table.add_column(name, justify=justify, overflow="fold", no_wrap=roomy and number == 0)  # type: ignore[arg-type]
    return table


def _row(report: Report) -> tuple[str, ...]:
    draws = report.draws
    if draws is None and report.chances is None:
        return (report.key, _verdict(report), "", "", "", "", f"{report.seconds:.1f}")
    acceptance = f"{draws.acceptance:.0%}" if draws else ""
    counts = (str(report.instances), acceptance, _slack(report.minimum_slack), str(report.ties))
    return (report.key, _verdict(report), *counts, f"{report.seconds:.1f}")


def _verdict(report: Report) -> str:
    mark = "" if report.as_expected else " [bold]![/]"
    return f"[{COLOURS[report.verdict]}]{report.verdict}[/]" + (f" ({report.grade})" if report.grade else "") + mark


def _slack(slack: float | None) -> str:
    return "" if slack is None else "0" if slack == 0 else f"{slack:.1e}"
