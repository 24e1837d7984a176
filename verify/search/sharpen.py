"""How sharp an inequality is: the largest ratio a/b that the search finds for a claim a <= b.

The claim a <= c*b survives the search for every c above that ratio, so it is the smallest factor that
survives; no bisection over c is needed, since normalised slack falls as the ratio grows. What balls
certify is a lower bound on the best factor: an instance with a/b at least that much. That no instance
has a larger ratio is only what the search saw.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Eq, MatrixExpr, Ne
from sympy.core.relational import Relational

from verify.backends import Ball
from verify.deciding import UPWARD, Sides, table
from verify.errors import EnclosureError, StatementError
from verify.instance import Instance
from verify.sampling import draw, shapes
from verify.search.attack import FOUNDERS, Looked, attack
from verify.search.hunt import ATTACKED_SHAPES, GENERATIONS, RUN_LENGTHS, Progress
from verify.search.suspects import suspects
from verify.statement import Statement

EVALUATIONS = 600_000
BITS = 256
_CANDIDATES = 4
_ATTAINED = 1e-8
"""Ratios that differ by less count as equal when the search looks for the simplest instance; it decides nothing."""


@dataclass(frozen=True)
class Sharpness:
    """What is known about the best factor c in a <= c*b for one relation.

    `certified` is a rational with a/b >= certified at `instance` (and time `step`), by balls; `upper_seen`
    is the largest ratio that floats saw. Both are None where no instance with b > 0 was found.
    """

    relation: int
    certified: Fraction | None
    upper_seen: float | None
    instance: Instance | None
    step: int | Fraction
    evaluations: int


def require_sharpenable(relation: Relational) -> None:
    """Raise StatementError unless the relation compares two numbers, the smaller of which can be positive."""
    if isinstance(relation.lhs, MatrixExpr) or isinstance(relation, Eq | Ne):
        raise StatementError(f"{relation} is no inequality between two numbers, so it has no factor to sharpen.")
    if 0 in (relation.lhs, relation.rhs):
        raise StatementError(f"{relation} has a side 0, so no factor changes it.")


def sharpen(
    statement: Statement, relation: int, seed: int = 0, *, evaluations: int = EVALUATIONS, progress: Progress | None = None
) -> Sharpness:
    """Search for the largest ratio of the two sides of one relation of the claim, and certify it from below.

    Deterministic for the seed and the budget. Raises StatementError where the relation is no inequality, and where nothing can evolve.
    """
    require_sharpenable(statement.claim[relation])
    if not statement.over.variables:
        raise StatementError(f"{statement.key} speaks of dimensions alone, and sharpening moves numbers and matrices.")
    single = replace(statement, claim=(statement.claim[relation],))
    spent, best = 0, 0.0
    held: list[tuple[float, Instance, int | Fraction]] = []
    for batch, screened in _looked(single, relation, seed):
        spent += screened.slack.size
        good = screened.accepted & np.isfinite(screened.slack)
        if good.any():
            least = float(screened.slack[good].min())
            # Smaller slack is a larger ratio: s = (1 - r)/(1 + r) where both sides are positive.
            if least < (held[0][0] if held else np.inf) - _ATTAINED:
                # Of those that are equally tight the simplest one is kept.
                found = min(suspects(batch, screened, good & (screened.slack <= least + _ATTAINED)), key=lambda s: s.order)
                certain = certified_ratio(single, found.instance, found.step)
                if certain is None or least <= -1.0 or float(certain) < ratio_of(least) * (1 - 10 * _ATTAINED):
                    # Rounding noise, or a side that is not positive: balls do not confirm it.
                    screened.slack[screened.slack <= least] = np.nan
                else:
                    held = [(least, found.instance, found.step), *held[: _CANDIDATES - 1]]
        if held:
            best = ratio_of(held[0][0])
        if progress is not None:
            progress(spent, best if held else None)
        attained = 1 - _ATTAINED <= best <= 1 + _ATTAINED
        if spent >= evaluations or (attained and spent >= evaluations // 4):
            break
    confirmed = [(certified_ratio(single, instance, step), instance, step) for _, instance, step in held]
    ranked = sorted(((c, k) for k, (c, _, _) in enumerate(confirmed) if c is not None), reverse=True)
    if not ranked:
        return Sharpness(relation, None, None, None, 0, spent)
    certified, at = ranked[0]
    return Sharpness(relation, certified, max(best, float(certified)), confirmed[at][1], confirmed[at][2], spent)


def ratio_of(slack: float) -> float:
    """The ratio a/b of positive sides with normalised slack (b - a)/(a + b)."""
    return (1.0 - slack) / (1.0 + slack) if slack > -1.0 else float("inf")


def certified_ratio(statement: Statement, instance: Instance, step: int | Fraction = 0) -> Fraction | None:
    """A rational, of at most 9 digits, that the ratio of the only relation's sides certainly reaches.

    None where balls do not certify the hypotheses and that both sides are positive.
    """
    backend = Ball(BITS + 32 * step if isinstance(step, int) else BITS)
    sides = Sides.of(statement)
    try:
        values = table(statement, backend, instance.dimensions, instance.read(backend), step, sides.outputs, last_only=True)[-1]
    except EnclosureError:
        return None
    with backend.precision():
        paired = list(sides.paired(values))
        if not all(_holds(r, a, b) for r, a, b in paired[:-1]):
            return None
        relation, left, right = paired[-1]
        small, large = (left, right) if relation.rel_op in UPWARD else (right, left)
        if not (small > 0 and large > 0):
            return None
        quotient: Any = small / large
        if not quotient.is_finite():
            return None
        middle = float(quotient.mid())
        if not 0 < middle < float("inf"):
            return None
        unit = Fraction(10) ** (8 - int(np.floor(np.log10(middle))))
        # A ratio of exactly one is met with equality, which balls cannot show: then one unit less is certain.
        for lowered in (0, 1, 2):
            candidate = Fraction(int(np.rint(middle * float(unit))) - lowered) / unit
            if bool(quotient >= backend.scalar(candidate)):
                return candidate
    return None


def _holds(relation: Relational, left: Any, right: Any) -> bool:
    if isinstance(relation.lhs, MatrixExpr) or isinstance(relation, Eq | Ne):
        return bool(left == right) == isinstance(relation, Eq)
    small, large = (left, right) if relation.rel_op in UPWARD else (right, left)
    return bool(small < large) or (relation.rel_op in ("<=", ">=") and bool(small <= large))


def _looked(single: Statement, relation: int, seed: int) -> Iterator[Looked]:
    """Restarts of the attack without end, ties included."""
    turn = 0
    while True:
        rng = np.random.default_rng([seed, zlib.crc32(single.key.encode()), relation, turn])
        sizes = shapes(single.over, rng, 2 * ATTACKED_SHAPES if turn == 0 else ATTACKED_SHAPES)
        steps = RUN_LENGTHS[turn % len(RUN_LENGTHS)] if single.kind == "trajectory" else 0
        starts = [draw(single.over, dimensions, FOUNDERS, rng) for dimensions in sizes]
        yield from attack(single, starts, GENERATIONS, steps, rng, ties=True)
        turn += 1
