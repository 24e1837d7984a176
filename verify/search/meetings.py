"""Where the sides of a strict claim meet: floats pass by x = 1/3 for ever, so simple rationals next to them are decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from verify.errors import InstanceError
from verify.instance import Instance
from verify.language.relations import is_strict
from verify.sampling import Batch
from verify.screening import Screened
from verify.search.simplicity import simplest_between
from verify.search.suspects import Suspect, suspects
from verify.statement import Statement

NEAR = 1e-6
"""A gap below this is looked at; it decides nothing."""
KEPT = 4
WIDTHS = tuple(Fraction(1, 10**k) for k in (1, 2, 3, 4, 6))
"""How far a number may move, relative to the largest of its matrix."""


@dataclass
class Meetings:
    """The evolved instances at which the sides of a strict claim come nearest to each other."""

    statement: Statement
    held: list[tuple[float, Suspect]] = field(default_factory=list)

    def saw(self, batch: Batch, screened: Screened) -> None:
        """Keep the nearest ones of a batch, if they are nearer than those held."""
        if not any(is_strict(relation) for relation in self.statement.claim):
            return
        gap = np.abs(screened.gap)
        limit = self.held[-1][0] if len(self.held) == KEPT else NEAR
        near = screened.accepted & (gap < limit)
        if near.any():
            nearest = near & (gap <= np.sort(gap[near])[:KEPT][-1])
            found = [(float(gap[s.place]), s) for s in suspects(batch, screened, nearest)[:KEPT]]
            self.held = sorted([*self.held, *found], key=lambda pair: pair[0])[:KEPT]

    def snapped(self) -> Iterator[Suspect]:
        """Simple rationals next to the instances that are held, the simplest first."""
        seen = set()
        for width in WIDTHS:
            for _, near in self.held:
                try:
                    instance = _snapped(near.instance, width)
                    instance.validate(self.statement.over)
                except InstanceError:
                    continue
                text = str(instance.to_json())
                if text not in seen:
                    seen.add(text)
                    yield replace(near, find=partial(lambda found: found, instance), slack=0.0)


def _snapped(instance: Instance, width: Fraction) -> Instance:
    values: dict[Any, Any] = {}
    for symbol, value in instance.values.items():
        if isinstance(value, tuple):
            reach = width * max(abs(entry) for row in value for entry in row)
            values[symbol] = tuple(tuple(simplest_between(entry - reach, entry + reach) for entry in row) for row in value)
        else:
            reach = width * abs(value)
            values[symbol] = simplest_between(value - reach, value + reach)
    return Instance(instance.dimensions, values)
