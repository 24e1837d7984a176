"""On which side of its kinks a flow is, in balls: patterns of slopes, whether a box keeps to one, and whether it is seen to cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat
from sympy import Basic, Symbol

from verify.backends import Ball
from verify.compiler import compile
from verify.flows import Flow
from verify.kinks import pieces

Place = tuple[int, int, int]
"""An entry of an argument: its kink, row and column, from 0."""


@dataclass(frozen=True)
class Pattern:
    """The slopes of all kinks; those at the places in `torn` hold both sides."""

    slopes: Mapping[Basic, arb_mat]
    torn: frozenset[Place] = frozenset()


class KinkSides:
    """The kinks of one flow, whose constants are in `values`."""

    def __init__(self, flow: Flow, dimensions: Mapping[Symbol, int], backend: Ball, values: Mapping[Basic, Any]) -> None:
        self._state, self._values = flow.state, values
        self._kinks = pieces(flow).kinks
        self._arguments = compile([kink.argument for kink in self._kinks], dimensions, backend)
        self._rates = compile([kink.rate for kink in self._kinks], dimensions, backend)
        with backend.precision():
            self._below = compile([kink.slope for kink in self._kinks], dimensions, backend).run(values)
            self._shapes = [(int(k.argument.rows.subs(dimensions)), int(k.argument.cols.subs(dimensions))) for k in self._kinks]

    @property
    def exist(self) -> bool:
        """Whether the flow has kinks at all."""
        return bool(self._kinks)

    def pattern(self, state: Sequence[arb_mat]) -> Pattern:
        """The slopes at the middle of the state; what is at a kink there is where it is about to go."""
        pattern = self._made(lambda place: self._below[place[0]])
        for _ in self._kinks:  # an outer layer's arguments depend on the slopes of the inner ones
            here, ahead = self._evaluated(self._arguments, state, pattern), self._evaluated(self._rates, state, pattern)
            pattern = self._made(lambda place, z=here, v=ahead: arb(1) if _positive(z, v, place) else self._below[place[0]])
        return pattern

    def keeps(self, box: Sequence[arb_mat], pattern: Pattern) -> bool:
        """Whether every argument stays on its side of the kink all over the box, or is zero all over it."""
        return not self._leaving(box, pattern)

    def torn(self, box: Sequence[arb_mat], pattern: Pattern) -> Pattern:
        """The pattern with both slopes wherever the box may leave a side."""
        torn = pattern.torn | self._leaving(box, pattern)
        slopes = [pattern.slopes[kink.slopes] for kink in self._kinks]
        return self._made(
            lambda place: arb(1).union(self._below[place[0]]) if place in torn else slopes[place[0]][place[1], place[2]], torn
        )

    def crosses(self, box: Sequence[arb_mat], pattern: Pattern) -> bool:
        """Whether all that is torn moves in one direction all over the box, so that it goes through zero once at most."""
        speeds = self._evaluated(self._rates, box, pattern)
        return all(speeds[k][i, j] > 0 or speeds[k][i, j] < 0 for k, i, j in pattern.torn)

    def beyond(self, state: Sequence[arb_mat], pattern: Pattern) -> bool:
        """Whether all that is torn is certainly off its kink."""
        arguments = self._evaluated(self._arguments, state, pattern)
        return all(arguments[k][i, j] > 0 or arguments[k][i, j] < 0 for k, i, j in pattern.torn)

    def _leaving(self, box: Sequence[arb_mat], pattern: Pattern) -> frozenset[Place]:
        arguments = self._evaluated(self._arguments, box, pattern)
        found = set()
        for k, kink in enumerate(self._kinks):
            slopes = pattern.slopes[kink.slopes]
            for i in range(self._shapes[k][0]):
                for j in range(self._shapes[k][1]):
                    value, above = arguments[k][i, j], slopes[i, j] == 1
                    if (k, i, j) not in pattern.torn and not (value == 0 or (value > 0 if above else value < 0)):
                        found.add((k, i, j))
        return frozenset(found)

    def _evaluated(self, program: Any, state: Sequence[arb_mat], pattern: Pattern) -> list[arb_mat]:
        return list(program.run({**self._values, **dict(zip(self._state, state, strict=True)), **pattern.slopes}))

    def _made(self, slope: Any, torn: frozenset[Place] = frozenset()) -> Pattern:
        made = {}
        for k, (kink, (rows, columns)) in enumerate(zip(self._kinks, self._shapes, strict=True)):
            made[kink.slopes] = arb_mat(rows, columns, [slope((k, i, j)) for i in range(rows) for j in range(columns)])
        return Pattern(made, torn)


def _positive(values: Sequence[arb_mat], speeds: Sequence[arb_mat], place: Place) -> bool:
    k, i, j = place
    middle = values[k][i, j].mid()
    return bool((speeds[k][i, j].mid() if middle == 0 else middle) > 0)
