"""Plots as coordinates for an SVG: how slack is distributed, and both sides of a claim along a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from verify.evidence import Course

WIDTH, HEIGHT = 560, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 26, 40
"""Room around the axes."""
MOST_TICKS = 6


@dataclass(frozen=True)
class Tick:
    """A place on an axis, in pixels, and its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Bar:
    """One interval of slack: its rectangle, and what it says in words."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True)
class Histogram:
    """How many draws had which slack."""

    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    total: int


@dataclass(frozen=True)
class Lines:
    """Both sides of a relation over time; on a logarithmic axis unless a value is negative everywhere."""

    left: str
    right: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    logarithmic: bool


def histogram(counts: Sequence[int]) -> Histogram | None:
    """The distribution of slack from counts in equal intervals of [0, 1]; None where there are none."""
    total = sum(counts)
    if not total:
        return None
    wide = (WIDTH - LEFT - RIGHT) / len(counts)
    tall = HEIGHT - TOP - BOTTOM
    most = max(counts)
    bars = []
    for k, count in enumerate(counts):
        height = tall * count / most
        words = f"slack {k / len(counts):.2f} to {(k + 1) / len(counts):.2f}: {count} draws"
        bars.append(Bar(round(LEFT + k * wide + 0.5, 2), round(TOP + tall - height, 2), round(wide - 1, 2), round(height, 2), words))
    across = tuple(Tick(LEFT + share * (WIDTH - LEFT - RIGHT), f"{share:g}") for share in (0, 0.25, 0.5, 0.75, 1))
    up = tuple(Tick(TOP + tall * (1 - value / most), f"{value:,.0f}") for value in _round_numbers(0, most) if value == int(value))
    return Histogram(tuple(bars), across, up, total)


def lines(course: Course) -> Lines | None:
    """The plot of a course; None where fewer than two times have a value on both sides."""
    values = [value for value in (*course.left, *course.right) if value is not None]
    if len(values) < 4:
        return None
    positive = [value for value in values if value > 0]
    logarithmic = len(positive) >= 4 and all(value >= 0 for value in values)
    low, high = (math.log10(min(positive)), math.log10(max(positive))) if logarithmic else (min(values), max(values))
    if high - low < 1e-9:
        low, high = low - 1, high + 1
    margin = 0.05 * (high - low)
    low, high = low - margin, high + margin
    last = max(len(course.left) - 1, 1)
    tall, wide = HEIGHT - TOP - BOTTOM, WIDTH - LEFT - RIGHT

    def height(value: float) -> float:
        return TOP + tall * (high - value) / (high - low)

    def path(side: Sequence[float | None]) -> str:
        text, drawing = "", False
        for t, value in enumerate(side):
            if value is None or (logarithmic and value <= 0):
                drawing = False
                continue
            at = math.log10(value) if logarithmic else value
            text += f"{'L' if drawing else 'M'}{LEFT + wide * t / last:.1f} {height(at):.1f}"
            drawing = True
        return text

    across = tuple(Tick(LEFT + wide * t / last, f"{t:g}") for t in _round_numbers(0, last) if t == int(t))
    if logarithmic:
        step = max(1, math.ceil((high - low) / MOST_TICKS))
        powers = [k for k in range(math.ceil(low), math.floor(high) + 1) if k % step == 0]
        up = tuple(Tick(height(k), _power(k)) for k in powers)
    else:
        up = ()
    if len(up) < 2:
        up = tuple(Tick(height(v), f"{10**v:.3g}" if logarithmic else f"{v:g}") for v in _round_numbers(low, high))
    return Lines(path(course.left), path(course.right), across, up, logarithmic)


def _power(exponent: int) -> str:
    digits = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "10" + str(exponent).translate(digits)


def _round_numbers(low: float, high: float) -> list[float]:
    """At most a handful of round numbers from low to high."""
    rough = (high - low) / (MOST_TICKS - 1)
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    first = math.ceil(low / step - 1e-9)
    return [float(f"{k * step:.6g}") for k in range(first, math.floor(high / step + 1e-9) + 1)]
