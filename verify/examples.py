"""A small instance of a statement, to start from."""

from __future__ import annotations

from itertools import chain

import numpy as np

from verify.deciding import decide
from verify.errors import VerifyError
from verify.instance import Instance
from verify.sampling import draw, shapes
from verify.screening import screen
from verify.statement import Statement

SHAPES, DRAWS, TRIED = 12, 48, 8


def example(statement: Statement, seed: int = 0) -> Instance:
    """A drawn instance that meets the hypotheses, as simple as the draws go; dimensions near 2 come first.

    Raises VerifyError where no draw meets the hypotheses.
    """
    statement.require_pointwise()
    rng = np.random.default_rng(seed)
    for dimensions in sorted(shapes(statement.over, rng, SHAPES), key=lambda d: sum(abs(size - 2) for size in d.values())):
        batch = draw(statement.over, dimensions, DRAWS, rng)
        hypothesis = screen(statement, batch).hypothesis[:, 0]
        rows = [int(row) for row in np.flatnonzero(hypothesis > 0)]
        candidates = sorted((Instance.from_batch(batch, row) for row in rows), key=_effort_to_read)
        for instance in candidates[:TRIED]:
            if decide(statement, instance).outcome not in ("outside", "unknown"):
                return instance
    raise VerifyError(f"no draw met the hypotheses of {statement.key}; `verify run {statement.key}` shows its acceptance rate.")


def _effort_to_read(instance: Instance) -> tuple[int, int]:
    """Zeros and long numbers both make a poor example."""
    entries = [
        entry for value in instance.values.values() for entry in (chain.from_iterable(value) if isinstance(value, tuple) else (value,))
    ]
    return sum(entry == 0 for entry in entries) + sum(len(str(entry)) > 4 for entry in entries), sum(len(str(e)) for e in entries)
