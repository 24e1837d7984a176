"""Statements, verdicts, evidence, certificates and runs as notebooks show them: LaTeX, and small tables in HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from verify.language.relations import in_latex

if TYPE_CHECKING:
    from verify.certificate_format import Certificate
    from verify.dynamics import Trajectory
    from verify.evidence import Report
    from verify.runs import Runs
    from verify.statement import Statement

LONGEST = 300
"""Signs of a value that a table shows; the rest is cut off."""

WIDTH, HEIGHT = 420, 150


def statement_latex(statement: Statement) -> str:
    """The hypotheses and the claim of a statement as displayed LaTeX."""
    lines = [rf"&\text{{given}} & {in_latex(relation)}" for relation in statement.given]
    word = "claim"
    if statement.chance is not None:
        word = rf"with probability at least ${in_latex(statement.chance.at_least)}$"
    lines += [rf"&\text{{{word}}} & {in_latex(relation)}" for relation in statement.claim]
    return "$$\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}$$"


def report_html(report: Report) -> str:
    """The verdict, and a table for each piece of evidence."""
    grade = f" ({report.grade})" if report.grade else ""
    mark = "" if report.as_expected else f", but {report.expected} was expected"
    head = f"<p><code>{escape(report.key)}</code> {escape(report.title)}: <strong>{report.verdict}</strong>{grade}{mark}</p>"
    message = f"<p>{escape(report.message)}</p>" if report.message else ""
    return head + message + "".join(record_html(evidence, evidence.rung) for evidence in report.evidence)


def record_html(record: Any, title: str = "") -> str:
    """A table of the fields of a dataclass that hold something."""
    rows = [(field.name.replace("_", " "), getattr(record, field.name)) for field in fields(record) if field.name != "rung"]
    return _table(title, ((name, value) for name, value in rows if value not in (None, (), "", {})))


def certificate_html(certificate: Certificate) -> str:
    """What a certificate says: the statement, the exact inputs, the relation that fails and what encloses its sides."""
    data = certificate.to_json()
    violated = data["violated"]
    values = {**data["inputs"]["dimensions"], **data["inputs"]["values"]}
    rows = [*values.items(), ("fails", violated["relation"]), ("left side", violated["left"]), ("right side", violated["right"])]
    how = f"balls of {certificate.bits} bits" if certificate.bits else "exact arithmetic"
    return _table(f"Counterexample to {certificate.key}", [*rows, ("at time", certificate.step), ("decided by", how)])


def trajectory_html(trajectory: Trajectory) -> str:
    """A recorded run: its law, how far it went, and the shapes of what moves."""
    shapes = {str(symbol.name): f"{symbol.rows} x {symbol.cols}" for symbol in trajectory.law.state}
    sizes = {str(symbol): size for symbol, size in trajectory.dimensions.items()}
    return _table(f"Run of {trajectory.law.name}", [("steps", trajectory.steps), ("dimensions", sizes), ("state", shapes)])


def runs_html(runs: Runs) -> str:
    """Statistics of simulated runs: for each quantity its mean at the start and at the end, and the mean over time as a curve."""
    ended = {ending: runs.endings.count(ending) for ending in dict.fromkeys(runs.endings)}
    rows: list[tuple[str, Any]] = [("seeds", len(runs.endings)), ("ended for", ended)]
    for name, quantity in runs.recorded.items():
        rows.append((name, f"mean {quantity.mean[0]:.4g} at t = {runs.times[0]}, {quantity.mean[-1]:.4g} at t = {runs.times[-1]}"))
    curves = "".join(_curve(name, runs.times.tolist(), quantity.mean.tolist()) for name, quantity in runs.recorded.items())
    return _table("Simulated runs", rows) + curves


def _curve(name: str, times: Sequence[int], values: Sequence[float | None]) -> str:
    """A mean over time as an SVG, on a logarithmic axis where it is positive."""
    import math

    known = [(t, value) for t, value in zip(times, values, strict=True) if value is not None]
    logarithmic = all(value > 0 for _, value in known)
    points = [(t, math.log10(value) if logarithmic else value) for t, value in known]
    if len(points) < 2:
        return ""
    low, high = min(y for _, y in points), max(y for _, y in points)
    across = (WIDTH - 20) / (points[-1][0] - points[0][0])
    up = (HEIGHT - 30) / (high - low or 1)
    path = " ".join(f"{10 + (t - points[0][0]) * across:.1f},{HEIGHT - 10 - (y - low) * up:.1f}" for t, y in points)
    ends = [f"{10**y:.3g}" if logarithmic else f"{y:.3g}" for y in (low, high)]
    axis = "logarithmic" if logarithmic else "linear"
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="mean of {escape(name)} over time">'
        f'<polyline fill="none" stroke="#0072b2" stroke-width="2" points="{path}"/>'
        f'<text x="10" y="14" font-size="12">mean of {escape(name)}, {ends[0]} to {ends[1]}, {axis} axis</text></svg>'
    )


def _table(title: str, rows: Iterable[tuple[str, Any]]) -> str:
    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(str(name))}</th><td><code>{_cell(value)}</code></td></tr>" for name, value in rows
    )
    return f"<table><caption style='text-align:left'>{escape(title)}</caption><tbody>{cells}</tbody></table>"


def _cell(value: Any) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else _said(value)
    return escape(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def _said(value: Any) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        return ", ".join(f"{field.name} = {_said(getattr(value, field.name))}" for field in fields(value))
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_said(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_said, value))}]"
    return str(value)
