"""Stored reproductions of figures: the pictures and the paper-against-ours tables that `verify reproduce` wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verify.errors import VerifyError
from verify.experiments import Figure
from verify.files import read_text

COLUMNS = ["what", "setting", "paper", "ours", "standing"]


@dataclass(frozen=True)
class Picture:
    """The picture of one setting, with what the setting is."""

    setting: str
    caption: str
    file: Path


@dataclass(frozen=True)
class Reproduced:
    """A figure of a paper with what is stored of it; without pictures and rows, nothing is."""

    figure: Figure
    pictures: tuple[Picture, ...]
    rows: tuple[dict[str, str], ...]
    files: tuple[Path, ...]

    @property
    def agreeing(self) -> int:
        """Numbers and claims of the paper that ours agree with."""
        return sum(row["standing"] == "agrees" for row in self.rows)

    @property
    def compared(self) -> int:
        """Numbers and claims of the paper that have one of ours beside them."""
        return sum(row["standing"] != "no number" for row in self.rows)


def reproduced(figure: Figure, folders: Sequence[Path]) -> Reproduced:
    """What the first folder that holds the figure holds of it. Raises VerifyError for a table that `reproduce` did not write."""
    for folder in folders:
        table = folder / f"{figure.key}.comparison.csv"
        if table.is_file():
            pictures = [Picture(s.name, s.caption, folder / f"{figure.key}.{s.name}.svg") for s in figure.settings]
            found = tuple(picture for picture in pictures if picture.file.is_file())
            curves = folder / f"{figure.key}.curves.csv"
            return Reproduced(figure, found, _rows(table), (table, *([curves] if curves.is_file() else [])))
    return Reproduced(figure, (), (), ())


def _rows(table: Path) -> tuple[dict[str, str], ...]:
    rows = csv.DictReader(io.StringIO(read_text(table)))
    if rows.fieldnames != COLUMNS:
        raise VerifyError(f"{table} is no comparison that `verify reproduce` wrote; its columns are not {', '.join(COLUMNS)}.")
    return tuple(rows)
