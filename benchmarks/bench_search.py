"""The way to the first counterexample: the hunt against plain Gaussian draws and against CMA-ES, on the false table.

Run it by `python -m benchmarks.bench_search`; it needs the package `cma`. All three get the same budget of
evaluations. A counterexample counts once balls certify it. Ratios of evaluations and of processor time are printed.
"""

from __future__ import annotations

import argparse
import itertools
import time
import warnings
import zlib
from collections.abc import Callable, Iterator
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

BUDGET = 5_000
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
        # CMA-ES wants two unknowns at least: a single one gets a neighbour that means nothing.
        start = np.resize(np.nan_to_num(chart.origin()[0]), max(2, chart.size))
        options = {"verbose": -9, "seed": int(rng.integers(1, 2**31)), "maxfevals": 4_000, "tolfun": 1e-11}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            strategy = cma.CMAEvolutionStrategy(start, 0.5, options)
            while not strategy.stop():
                points = strategy.ask()
                batch = Batch(dimensions, chart.values(np.array(points)[:, None, : chart.size]), {})
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


Search = Callable[[Statement, int, int], int | None]


def seeded(search: Callable[[Statement, np.random.Generator, int], int | None]) -> Search:
    return lambda statement, seed, budget: search(statement, np.random.default_rng([seed, zlib.crc32(statement.key.encode())]), budget)


SEARCHES: dict[str, Search] = {"hunt": by_hunt, "draws": seeded(by_draws), "cma": seeded(by_cma)}


def measured(search: Search, statement: Statement, seeds: int, budget: int) -> tuple[float, float, int]:
    """Median evaluations and processor time up to the counterexample or the end of the budget, and how many seeds missed it."""
    counts, seconds = [], []
    for seed in range(seeds):
        begun = time.process_time()
        counts.append(search(statement, seed, budget))
        seconds.append(time.process_time() - begun)
    return median(budget if c is None else c for c in counts), median(seconds), sum(c is None for c in counts)


def main() -> None:
    """Print one row a statement: what the others needed over what the hunt needed (medians over seeds), `>` where they found nothing."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--budget", type=int, default=BUDGET)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    given = parser.parse_args()
    others = [name for name in SEARCHES if name != "hunt"]
    ratios: dict[str, list[tuple[float, float]]] = {name: [] for name in others}
    missed = dict.fromkeys(SEARCHES, 0)
    for statement in FALSE:
        # What is compiled for the first of them would be there for the next.
        hunt(statement, evaluations=1)
        row = {name: measured(search, statement, given.seeds, given.budget) for name, search in SEARCHES.items()}
        cells = []
        for name, (evaluations, seconds, misses) in row.items():
            missed[name] += misses
            if name != "hunt":
                ratios[name].append((evaluations / row["hunt"][0], seconds / row["hunt"][1]))
                fewer, faster = ratios[name][-1]
                cells.append(f"{name} {'>' if misses * 2 > given.seeds else ''}{fewer:.2g} (time {faster:.2g})")
        print(f"{statement.label:28s} hunt {row['hunt'][0]:<6.0f} " + "   ".join(f"{cell:26s}" for cell in cells), flush=True)
    runs = len(FALSE) * given.seeds
    print(f"the hunt missed {missed['hunt']} of {runs}")
    for name in others:
        fewer, faster = (geometric_mean(one) for one in zip(*ratios[name], strict=True))
        better = sum(ratio < 1 for ratio, _ in ratios[name])
        print(f"{name}: {fewer:.2g} times the evaluations, {faster:.2g} times the time (geometric means); missed {missed[name]} of {runs};")
        print(f"    fewer evaluations than the hunt on {better} of {len(FALSE)} statements")


if __name__ == "__main__":
    main()
