"""Both sides of a claim along one of the drawn runs, as a plot beside the verdict shows them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Eq, MatrixExpr, Ne
from sympy.core.relational import Relational

from verify.evidence import Course
from verify.language.relations import in_text
from verify.language.time import depends_on_time, time
from verify.sampling import Batch
from verify.screening import Screened, sides_along
from verify.statement import Statement

_MOVES = 0.01
"""By how many powers of ten a side has to change before its run is worth a plot, where there is one that does."""


def course(statement: Statement, batch: Batch, steps: int, screened: Screened) -> Course | None:
    """The first relation between numbers that moves, along a run that changes a side more than three in four do.

    Of the drawn runs only those count that met the hypotheses for longest. None where no run met them, or where
    the claim compares no moving numbers.
    """
    accepted = screened.accepted.sum(axis=1)
    number = next((k for k, relation in enumerate(statement.claim) if _compares_moving_numbers(relation)), None)
    if number is None or not accepted.max(initial=0):
        return None
    left, right = (_rows(side, len(batch), steps) for side in sides_along(statement, batch, steps)[number])
    row = _typical(np.fmax(_movement(left), _movement(right)), accepted == accepted.max())
    return Course(in_text(statement.claim[number]), _listed(left[row]), _listed(right[row]), batch.origin(row))


def _compares_moving_numbers(relation: Relational) -> bool:
    sides = relation.args
    moving = any(depends_on_time(side) or side.has(time) for side in sides)
    return moving and not isinstance(relation, Eq | Ne) and not any(isinstance(side, MatrixExpr) for side in sides)


def _rows(values: Any, count: int, steps: int) -> Any:
    return np.broadcast_to(np.asarray(values, dtype=float), (count, steps + 1))


def _movement(rows: Any) -> Any:
    """By how many powers of ten each row ends away from where it begins; -1 where that says nothing."""
    with np.errstate(all="ignore"):
        moved = np.abs(np.log10(np.abs(rows[:, -1] / rows[:, 0])))
    return np.where(np.isfinite(moved), moved, -1.0)


def _typical(movement: Any, longest: Any) -> int:
    candidates = np.flatnonzero(longest & (movement > _MOVES))
    if not len(candidates):
        candidates = np.flatnonzero(longest)
    order = candidates[np.argsort(movement[candidates], kind="stable")]
    return int(order[3 * len(order) // 4])


def _listed(row: Any) -> tuple[float | None, ...]:
    return tuple(float(f"{value:.6g}") if np.isfinite(value) else None for value in row)
