"""Pictures of reproduced figures: one column of panels for each setting, as PNG or SVG."""

from __future__ import annotations

import io
from textwrap import fill
from typing import Any

import numpy as np

from verify.experiments import Curve, Outcome, Panel, Reproduction, summary

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8C6D00", "#56B4E9", "#000000")
"""A palette that stays apart for colour-blind readers (Okabe and Ito, its yellow darkened)."""

DASHES = ("-", "--", "-.", (0, (1, 1)), (0, (5, 1, 1, 1, 1, 1)), (0, (3, 2)))
MARKERS = ("o", "s", "D", "v", "P", "X")
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.7,
    "axes.edgecolor": "#666666",
    "axes.titlesize": 11,
    "legend.frameon": False,
    "svg.hashsalt": "verify",
}


def image(reproduction: Reproduction, setting: str, kind: str) -> bytes:
    """The picture of a setting in a file format of Matplotlib, the same bytes for the same outcome."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    outcome, found = reproduction.outcomes[setting], reproduction.setting(setting)
    count = len(outcome.panels)
    columns = 1 if count < 3 else count
    rows = -(-count // columns)
    width = 7.4 if columns == 1 else 4.3 * columns + 0.4
    letters = int(width * 13.4)
    title = fill(f"{reproduction.figure.title} ({setting} setting)", int(letters * 0.68))
    note = fill(
        f"{found.caption} {reproduction.repetitions} repetitions, seed {reproduction.seed}. {_explained(outcome)}", int(letters * 1.2)
    )
    head, foot = 0.65 + 0.2 * title.count("\n"), 0.75 + 0.15 * note.count("\n")
    with rc_context(STYLE):
        names = list(dict.fromkeys(c.name for panel in outcome.panels for c in panel.curves))
        keys = len({(c.name, c.role) for panel in outcome.panels for c in panel.curves})
        across = min(keys, 3 if columns == 1 else 4)
        head += 0.22 * -(-keys // across)
        height = head + foot + (2.9 if columns == 1 else 4.2) * rows
        canvas = Canvas(figsize=(width, height))
        FigureCanvasAgg(canvas)
        same = len({panel.axis for panel in outcome.panels}) == 1
        grid: Any = canvas.subplots(rows, columns, squeeze=False, sharex=same, sharey="row" if columns > 1 else False)
        canvas.subplots_adjust(
            left=0.75 / width, right=1 - 0.15 / width, top=1 - head / height, bottom=foot / height, hspace=0.22, wspace=0.06
        )
        handles: dict[str, Any] = {}
        for axes, panel in zip(grid.flat, outcome.panels, strict=True):
            handles = _draw(axes, panel, names) | handles
        for axes, panel in zip(grid[-1], outcome.panels[-columns:], strict=True):
            axes.set_xlabel(panel.axis)
        for axes in grid[:, 1:].flat:
            axes.set_ylabel("")
        canvas.subplots_adjust(left=(0.75 + _cut_off(canvas, grid[:, 0])) / width)
        left = 0.15 / width
        canvas.text(left, 1 - 0.12 / height, title, fontsize=12, fontweight="bold", va="top")
        canvas.legend(
            handles.values(), handles, loc="upper left", bbox_to_anchor=(left, 1 - (0.36 + 0.2 * title.count("\n")) / height),
            ncols=across, fontsize=9, handlelength=3.4, columnspacing=1.6, borderaxespad=0, borderpad=0,
        )  # fmt: skip
        canvas.text(left, 0.1 / height, note, fontsize=8, color="#444444", va="bottom")
        buffer = io.BytesIO()
        canvas.savefig(buffer, format=kind, dpi=160, metadata={"Date": None} if kind == "svg" else {"Software": None})
    return buffer.getvalue()


def _cut_off(canvas: Any, first: Any) -> float:
    """How many inches the tick labels and the name of an axis of the first column reach too far to the left."""
    least = min(axes.yaxis.get_tightbbox(canvas.canvas.get_renderer()).x0 for axes in first) / canvas.dpi
    return max(0.1 - float(least), 0.0)


def _draw(axes: Any, panel: Panel, names: list[str]) -> dict[str, Any]:
    """Draw a panel, with the colours of the curves by their places in `names`; returns the lines by what the legend calls them."""
    bounded = any(c.role == "bound" for c in panel.curves)
    axes.set_title(panel.tex or panel.title, loc="left")
    axes.set_ylabel(f"log10 of {panel.label}")
    axes.margins(x=0.02)
    handles = {}
    for role in ("run", "bound"):
        for curve in (c for c in panel.curves if c.role == role):
            number = names.index(curve.name)
            what = f", {panel.promise}" if role == "bound" and panel.promise else ""
            handles[(curve.tex or curve.name) + what] = _line(
                axes, panel, curve, number, len(names), "^" if role == "bound" else "o" if bounded else MARKERS[number % len(MARKERS)]
            )
    return handles


def _line(axes: Any, panel: Panel, curve: Curve, number: int, count: int, marker: str) -> Any:
    """The mean as a line with a few markers; bars of one standard deviation at times that differ between the curves."""
    found = summary(curve.values)
    centre = found.centre(panel.average)
    times = np.array(panel.ticks) if panel.ticks else panel.every * np.arange(len(centre))
    every = max(len(centre) // 10, 1)
    marked = np.arange(len(centre))[(number * every) // count :: every]
    bound = curve.role == "bound"
    colour = COLOURS[number % len(COLOURS)]
    (line,) = axes.plot(
        times, centre, color=colour, linewidth=1.1 if bound else 1.7, linestyle=DASHES[number % len(DASHES)], marker=marker,
        markevery=list(marked), markersize=4.5, markerfacecolor="white" if bound else colour,
    )  # fmt: skip
    if panel.deviations and not bound:
        spread = found.deviation_of_log[marked]
        axes.errorbar(times[marked], centre[marked], yerr=spread, fmt="none", ecolor=colour, elinewidth=1, capsize=2.5, alpha=0.8)
    return line


def _explained(outcome: Outcome) -> str:
    averages = {p.average for p in outcome.panels}
    line = "log10 of the mean" if averages == {"log of mean"} else "the mean of log10"
    bars = any(p.deviations for p in outcome.panels)
    return f"Lines: {line} over the repetitions" + ("; bars: one standard deviation of log10 either way." if bars else ".")
