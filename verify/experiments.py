"""Figures of papers as experiments: settings that produce curves, and the paper's numbers beside ours.

A setting is one reading of an experiment, such as what the paper prints or what its code does. It
draws its data, runs, and returns panels of curves; every curve holds one row for each repetition.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from verify.errors import VerifyError
from verify.files import require_writable, write_bytes_whole, write_whole

Array = NDArray[np.float64]
Progress = Callable[[str], None]
Group = Literal["paper", "code", "small"]
Average = Literal["log of mean", "mean of log"]
Standing = Literal["agrees", "disagrees", "no number"]


@dataclass(frozen=True)
class Curve:
    """What one line of a panel shows: a positive number for each repetition and time.

    `role` is "run" for something that a run did and "bound" for what a theorem promises; `tex` is the
    name as pictures show it.
    """

    name: str
    values: Array
    role: Literal["run", "bound"] = "run"
    tex: str = ""


@dataclass(frozen=True)
class Panel:
    """Curves over one axis, with `every` iterations from a value to the next; `deviations` says whether their spread is drawn.

    `axis` says what runs along it where that is not the iterations, `ticks` where the values stand if not at 0, 1, 2, ...;
    `promise` is what the legend adds to the name of a bound, nothing where it is empty.
    """

    title: str
    label: str
    curves: tuple[Curve, ...]
    average: Average
    deviations: bool = True
    tex: str = ""
    every: int = 1
    axis: str = "iteration t"
    ticks: tuple[float, ...] = ()
    promise: str = "bound"

    def curve(self, name: str, role: str = "run") -> Curve:
        """The curve with that name and role."""
        return next(c for c in self.curves if (c.name, c.role) == (name, role))


@dataclass(frozen=True)
class Outcome:
    """What a setting produced: its panels, and numbers that no panel shows, one for each repetition."""

    panels: tuple[Panel, ...]
    numbers: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """One reading of an experiment; `caption` says in full what runs, `produce(repetitions, generator, progress)` runs it.

    Its `group` is "paper" for what is printed, "code" for what the authors' code does, "small" for a smaller one of the same
    kind. `runs` is the number of times that it calls `progress`.
    """

    name: str
    group: Group
    caption: str
    produce: Callable[[int, np.random.Generator, Progress], Outcome]
    runs: int


@dataclass(frozen=True)
class Comparison:
    """One number or claim of the paper beside ours, in one setting."""

    what: str
    setting: str
    paper: str
    ours: str
    standing: Standing

    @staticmethod
    def claim(what: str, setting: str, ours: str, holds: bool | np.bool_) -> Comparison:
        """A claim that the paper makes in words."""
        return Comparison(what, setting, "claimed", ours, "agrees" if holds else "disagrees")

    @staticmethod
    def number(what: str, setting: str, paper: float, ours: Array, within: float | None = None) -> Comparison:
        """A number that the paper reports, beside the mean and deviation of our repetitions.

        It agrees where the mean lies within the given fraction of it, or by default within two standard deviations.
        """
        mean, deviation = float(np.mean(ours)), float(np.std(ours))
        allowed = 2 * deviation if within is None else within * abs(paper)
        return Comparison(
            what, setting, f"{paper:g}", f"{mean:#.3g} ± {deviation:.1g}", "agrees" if abs(mean - paper) <= allowed else "disagrees"
        )


@dataclass(frozen=True)
class Figure:
    """A figure of a paper: its settings and the comparison with what the paper reports.

    `compare(outcomes, repetitions, generator)` sees the outcomes of the settings that ran, by name. Unless told otherwise,
    `repetitions` of the group `usual` run.
    """

    key: str
    title: str
    source: str
    settings: tuple[Setting, ...]
    compare: Callable[[Mapping[str, Outcome], int, np.random.Generator], list[Comparison]]
    repetitions: int = 50
    usual: str = "all"

    def chosen(self, group: str) -> tuple[Setting, ...]:
        """The settings of a group, or all. Raises VerifyError for a group that there is not."""
        groups = ("all", *dict.fromkeys(s.group for s in self.settings))
        if group not in groups:
            raise VerifyError(f"'{group}' is no setting of {self.key}; the settings are {', '.join(groups)}.")
        return tuple(s for s in self.settings if group in ("all", s.group))


@dataclass(frozen=True)
class Reproduction:
    """A figure that was run: the outcomes by setting, the comparison, and what it depends on."""

    figure: Figure
    outcomes: Mapping[str, Outcome]
    comparisons: tuple[Comparison, ...]
    repetitions: int
    seed: int

    def setting(self, name: str) -> Setting:
        """The setting with that name."""
        return next(s for s in self.figure.settings if s.name == name)


def reproduce(
    figure: Figure, group: str = "all", repetitions: int = 50, seed: int = 0, progress: Progress = lambda text: None
) -> Reproduction:
    """Run the settings of a group. What a setting draws depends on the seed and on its name, not on the others.

    Raises VerifyError for an unknown group, fewer than one repetition or a negative seed.
    """
    settings = figure.chosen(group)
    require_numbers(repetitions, seed)

    def generator(name: str) -> np.random.Generator:
        return np.random.default_rng([seed, *name.encode()])

    outcomes: dict[str, Outcome] = {}
    # Factorisations of many small matrices lose by threads, and lose a hundredfold where cores are shared.
    with threadpool_limits(1, user_api="blas"):
        for setting in settings:
            outcomes[setting.name] = setting.produce(repetitions, generator(setting.name), _under(setting.name, progress))
        comparisons = tuple(figure.compare(outcomes, repetitions, generator("comparison")))
    return Reproduction(figure, outcomes, comparisons, repetitions, seed)


def require_numbers(repetitions: int, seed: int) -> None:
    """Raise VerifyError unless there is a repetition to run and the seed is none below 0."""
    if repetitions < 1:
        raise VerifyError(f"the number of repetitions is {repetitions}, but it must be at least 1.")
    if seed < 0:
        raise VerifyError(f"the seed is {seed}, but it must not be negative.")


def _under(name: str, progress: Progress) -> Progress:
    return lambda text: progress(f"{name}: {text}")


# --- statistics --------------------------------------------------------------------------------------


def logarithm(values: Array) -> Array:
    """log10, with NaN where a value is not positive."""
    with np.errstate(all="ignore"):
        found: Any = np.where(values > 0, np.log10(np.where(values > 0, values, 1.0)), np.nan)
    return np.asarray(found)


@dataclass(frozen=True)
class Summary:
    """A curve over its repetitions, in powers of ten; `count` says how many repetitions are defined."""

    log_of_mean: Array
    mean_of_log: Array
    deviation_of_log: Array
    count: NDArray[np.int64]

    def centre(self, average: Average) -> Array:
        """The line that a panel draws."""
        return self.log_of_mean if average == "log of mean" else self.mean_of_log


def summary(values: Array) -> Summary:
    """Means and deviations over the repetitions in which the value is a positive number."""
    logs = logarithm(values)
    kept = np.isfinite(logs)
    count = kept.sum(axis=0)

    def mean(x: Array) -> Array:
        return np.asarray(np.where(count > 0, np.where(kept, x, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan))

    middle = mean(logs)
    return Summary(logarithm(mean(values)), middle, np.sqrt(mean((logs - middle) ** 2)), count)


# --- files -------------------------------------------------------------------------------------------


def curves_csv(reproduction: Reproduction) -> str:
    """All curves: one row for each setting, panel, curve and time."""
    rows: list[Sequence[Any]] = [
        ("setting", "panel", "quantity", "curve", "role", "t", "log10_of_mean", "mean_of_log10", "deviation_of_log10", "repetitions")
    ]
    for name, outcome in reproduction.outcomes.items():
        for panel in outcome.panels:
            for curve in panel.curves:
                found = summary(curve.values)
                columns = zip(found.log_of_mean, found.mean_of_log, found.deviation_of_log, found.count, strict=True)
                for t, (first, second, third, count) in enumerate(columns):
                    shown = map(_shown, (first, second, third))
                    rows.append(
                        (
                            name,
                            panel.title,
                            panel.label,
                            curve.name,
                            curve.role,
                            panel.ticks[t] if panel.ticks else t * panel.every,
                            *shown,
                            int(count),
                        )
                    )
    return _csv(rows)


def comparison_csv(reproduction: Reproduction) -> str:
    """The comparison with the paper, one row for each number or claim."""
    rows = [(c.what, c.setting, c.paper, c.ours, c.standing) for c in reproduction.comparisons]
    return _csv([("what", "setting", "paper", "ours", "standing"), *rows])


def _shown(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6f}"


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def paths(figure: Figure, settings: Sequence[str], folder: Path) -> list[Path]:
    """Every file that a reproduction writes: a PNG and an SVG for each setting, and two tables."""
    images = [folder / f"{figure.key}.{name}.{kind}" for name in settings for kind in ("png", "svg")]
    return [*images, folder / f"{figure.key}.curves.csv", folder / f"{figure.key}.comparison.csv"]


def require_folder(folder: Path) -> None:
    """Make the folder where there is none, and raise VerifyError unless files can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VerifyError(f"cannot make the folder {folder}: {error.strerror}.") from error
    require_writable(folder / "figure")


def write(reproduction: Reproduction, folder: Path) -> list[Path]:
    """Write the images and tables, each whole or not at all. Raises VerifyError where that fails."""
    from verify.plotting import image

    require_folder(folder)
    *images, curves, comparison = paths(reproduction.figure, list(reproduction.outcomes), folder)
    contents = [image(reproduction, name, kind) for name in reproduction.outcomes for kind in ("png", "svg")]
    for path, content in zip(images, contents, strict=True):
        write_bytes_whole(path, content)
    write_whole(curves, curves_csv(reproduction))
    write_whole(comparison, comparison_csv(reproduction))
    return [*images, curves, comparison]
