"""Evaluations to the first counterexample: the hunt against plain Gaussian draws and against CMA-ES, on the false table.

Run it by `python -m benchmarks.bench_search`; it needs the package `cma`. All three get the same budget of
evaluations. A counterexample counts once balls certify it. Only ratios are printed.
"""

from __future__ import annotations

import argparse
import itertools
import warnings
import zlib
from collections.abc import Iterator
from statistics import geometric_mean, median
from typing import Any

import numpy as np

from tests.classical import FALSE
from verify.deciding import decide
from verify.instance import Instance
from verify.language.matrices import SymmetricMatrix
from verify.sampling import Batch, shapes
from verify.screening import CLEAR, screen
from verify.search.coordinates import Coordinates
from verify.search.hunt import hunt
from verify.statement import Statement

BUDGET = 100_000
SEEDS = 3
BATCH = 64


def by_hunt(statement: Statement, seed: int, budget: int) -> int | None:
    finding = hunt(statement, seed, evaluations=budget).finding
    return finding.evaluations if finding.violation is not None else None


def plain(statement: Statement, dimensions: Any, count: int, rng: np.random.Generator) -> Batch:
    """Gaussian matrices, and numbers from their intervals (uniform, or exponential from the finite end)."""
    values: dict[Any, Any] = {}
    for symbol in statement.over.variables:
        if symbol in statement.over.scalars:
            low, high = (float(end) for end in (statement.over.scalars[symbol].low, statement.over.scalars[symbol].high))
            values[symbol] = rng.uniform(low, high, count) if np.isfinite(high) else low + rng.exponential(1.0, count)
        else:
            drawn = rng.standard_normal((count, *statement.over.shape_of(symbol, dimensions)))
            values[symbol] = (drawn + drawn.transpose(0, 2, 1)) / 2 if isinstance(symbol, SymmetricMatrix) else drawn
    return Batch(dimensions, values, {})


def by_draws(statement: Statement, rng: np.random.Generator, budget: int) -> int | None:
    spent = 0
    for dimensions in _shapes_without_end(statement, rng):
        batch = plain(statement, dimensions, BATCH, rng)
        slack = screen(statement, batch).slack[:, 0]
        spent += BATCH
        if _certified(statement, batch, slack):
            return spent
        if spent >= budget:
            return None
    return None


def by_cma(statement: Statement, rng: np.random.Generator, budget: int) -> int | None:
    """CMA-ES on the slack with all entries as unknowns, restarted at every shape in turn."""
    import cma

    spent = 0
    for dimensions in _shapes_without_end(statement, rng):
        chart = Coordinates(statement.over, dict(plain(statement, dimensions, 1, rng).values))
        if chart.size < 2:
            continue
        options = {"verbose": -9, "seed": int(rng.integers(1, 2**31)), "maxfevals": 4_000, "tolfun": 1e-11}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            strategy = cma.CMAEvolutionStrategy(np.nan_to_num(chart.origin()[0]), 0.5, options)
            while not strategy.stop():
                points = strategy.ask()
                batch = Batch(dimensions, chart.values(np.array(points)[:, None, :]), {})
                slack = screen(statement, batch).slack[:, 0]
                spent += len(points)
                if _certified(statement, batch, slack):
                    return spent
                if spent >= budget:
                    return None
                strategy.tell(points, list(np.where(np.isfinite(slack), slack, 2.0)))
    return None


def _shapes_without_end(statement: Statement, rng: np.random.Generator) -> Iterator[Any]:
    return itertools.cycle(shapes(statement.over, rng, 24))


def _certified(statement: Statement, batch: Batch, slack: Any) -> bool:
    for row in np.flatnonzero(slack < -CLEAR)[:2]:
        if decide(statement, Instance.from_batch(batch, int(row)), limit=256).outcome == "violated":
            return True
    return False


def main() -> None:
    """Print one row a statement: evaluations of the others over those of the hunt (medians over seeds), `>` where they found nothing."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--budget", type=int, default=BUDGET)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    given = parser.parse_args()
    collected: dict[str, list[float]] = {"draws": [], "cma": []}
    missed = {"hunt": 0, "draws": 0, "cma": 0}
    for statement in FALSE:
        row: dict[str, list[int | None]] = {"hunt": [], "draws": [], "cma": []}
        for seed in range(given.seeds):
            row["hunt"].append(by_hunt(statement, seed, given.budget))
            for name, search in (("draws", by_draws), ("cma", by_cma)):
                rng = np.random.default_rng([seed, zlib.crc32(statement.key.encode())])
                row[name].append(search(statement, rng, given.budget))
        for name, counts in row.items():
            missed[name] += sum(c is None for c in counts)
        typical = {name: median(given.budget if c is None else c for c in counts) for name, counts in row.items()}
        cells = []
        for name in ("draws", "cma"):
            ratio = typical[name] / typical["hunt"]
            collected[name].append(ratio)
            cells.append(f"{name} {'>' if sum(c is None for c in row[name]) * 2 > given.seeds else ''}{ratio:.2g}")
        print(f"{statement.label:28s} " + "   ".join(f"{cell:14s}" for cell in cells), flush=True)
    runs = len(FALSE) * given.seeds
    for name, ratios in collected.items():
        print(f"{name}: geometric mean of the ratios {geometric_mean(ratios):.2g}; it missed {missed[name]} of {runs}")
    print(f"the hunt missed {missed['hunt']} of {runs}")


if __name__ == "__main__":
    main()
