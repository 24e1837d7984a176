"""How small "sufficiently small" is: for every c_step a search for the largest c_init with which Lemmas C.1 and C.2 survive.

The key is that of a figure, since `verify reproduce` runs it, but the paper shows no such figure. A start that breaks a lemma
refutes it at these constants; that all survive proves nothing, but the lemmas are statements with constants well inside the range.
"""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product

import numpy as np

from theorems.du2018.notation import *
from theorems.du2018.rank_one import a, alpha_of, b, beta_of, descent_1, h_of, sigma_1, u, v, xi_of
from verify.author import *
from verify.experiments import Comparison, Curve, Outcome, Panel, Setting
from verify.runs import simulate

INITS = (1 / 8000, 1 / 200, 1 / 40, 0.1, 0.4)
C_STEPS = (0.005, 0.05, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.99)
HALVINGS = 5
"""Of the interval in which the largest c_init lies, on the logarithmic scale."""

LEMMAS = ("Lemma C.1", "Lemma C.2")
STATED = {"Lemma C.1": (1 / 40, 1), "Lemma C.2": (1 / 8000, 1 / 200)}
"""The largest c_init and c_step of the statements lemma-C.1.corrected and lemma-C.2."""

C_1 = 1 / 80008
ROUNDING = 1e-12
"""Relative rounding that is allowed where a claim is attained in the limit."""


def starts(init, inside):
    """Starts with the event of the initialisation for d = 2 and sigma_1 = 1: all corners, and others inside it."""
    scales = np.array(list(product([-1, -0.5, 0, 0.5, 1], [-1, -0.5, 0, 0.5, 1], [0, 0.5, 1], [0, 0.5, 1]))).T
    scales = np.concatenate([scales, inside], axis=1)
    strengths, noise = 10.0 ** scales[:2] * init / np.sqrt(2), 10 * init * scales[2:]
    return {symbol: np.stack(pair, axis=1)[:, :, None] for symbol, *pair in zip((u, v), strengths, noise, strict=True)}


def survivors(alpha, beta, xi, h, c_step, xi_bound):
    """For each run whether Lemma C.1 (with 200 in (ii)) and Lemma C.2 with c_1 = 1/80008 hold at all its times, for sigma_1 = 1."""
    up, down = 1 + ROUNDING, 1 - ROUNDING
    late = np.maximum.accumulate(alpha**2 + beta**2 >= 0.5, axis=1)
    first = np.where(late.any(axis=1), late.argmax(axis=1), alpha.shape[1] - 1)[:, None]
    times = np.arange(alpha.shape[1])[None, :]
    signal, small = alpha + beta, xi <= np.minimum(xi[:, :1], xi_bound) * up
    stage_1 = (alpha > 0) & (beta > 0) & small & (np.abs(alpha - beta) <= 99 / 101 * signal * up)
    grows = (signal[:, 1:] >= (1 + c_step / 3) * signal[:, :-1] * down) & (signal[:, 1:] <= (1 + c_step) * signal[:, :-1] * up)
    shrunk = (1 - C_1 * c_step) ** (times - first) * xi[:, :1]
    stage_2 = (np.minimum(alpha, beta) >= np.sqrt(C_1)) & (alpha * beta <= up) & (xi <= shrunk * up)
    falls = np.abs(h[:, 1:]) <= ((1 - C_1 * c_step) * np.abs(h[:, :-1]) + c_step * xi[:, :-1]) * up + ROUNDING
    return (
        (stage_1 | late).all(axis=1) & (grows | late[:, :-1]).all(axis=1),
        late.any(axis=1) & (stage_2 | ~late).all(axis=1) & (falls | ~late[:, :-1]).all(axis=1),
    )


def survives(init, inside, c_step):
    """For each of both lemmas whether it holds along the runs from all starts."""
    record = {"alpha": alpha_of, "beta": beta_of, "xi": xi_of, "h": h_of}
    # 20/c_step steps: at most 11/c_step until T_1, and to the limit at the rate c_step after that
    unit = np.eye(2)[:, :1]
    runs = simulate(
        descent_1, {d_1: 2, d_2: 2}, starts(init, inside), int(np.ceil(20 / c_step)), record, constants={a: unit, b: unit, sigma_1: 1},
        step_size=c_step, trajectories=True,
    )
    values = [runs[name].trajectory.filled(np.nan) for name in record]
    return [bool(held.all()) for held in survivors(*values, c_step, 200 * init**2)]


def largest(holds: Callable[[float], bool], grid) -> tuple[float, float]:
    """The end of the range that survives and a value just beyond it: up to the first failure on the grid, then by halving.

    (0, grid[0]) where the first value fails already, (grid[-1], inf) where none does.
    """
    kept, lost = 0.0, np.inf
    for value in grid:
        if not holds(value):
            lost = value
            break
        kept = value
    if kept > 0 and lost < np.inf:
        for _ in range(HALVINGS):
            middle = float(np.sqrt(kept * lost))
            kept, lost = (middle, lost) if holds(middle) else (kept, middle)
    return kept, lost


def search(repetitions, generator, progress):
    """For both lemmas and every c_step the largest c_init that survives, and the smallest one found to fail."""
    inside = generator.uniform([[-1], [-1], [0], [0]], 1, (4, repetitions))
    ends = {lemma: [] for lemma in LEMMAS}
    for c_step in C_STEPS:
        progress(f"c_step = {c_step:g}")
        known: dict[float, list[bool]] = {}

        def holds(k: int, init: float, known=known, c_step=c_step) -> bool:
            if init not in known:
                known[init] = survives(init, inside, c_step)
            return known[init][k]

        for k, lemma in enumerate(LEMMAS):
            ends[lemma].append(largest(partial(holds, k), INITS))
    curves = tuple(Curve(lemma, np.array([[kept for kept, _ in found]])) for lemma, found in ends.items())
    panel = Panel("range of the constants", "the largest c_init", curves, "mean of log", axis="c_step", ticks=C_STEPS)
    return Outcome((panel,), {lemma: np.array([lost for _, lost in found]) for lemma, found in ends.items()})


def compare(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """The range that was found, and whether the constants of the statements lie in it."""
    rows = []
    for name, outcome in outcomes.items():
        for curve in outcome.panels[0].curves:
            found = list(zip(C_STEPS, curve.values[0], outcome.numbers[curve.name], strict=True))
            rows += [
                Comparison(
                    f"{curve.name} survives", f"{name}, c_step = {c_step:g}", "sufficiently small",
                    f"c_init up to {kept:.3g}, not at {lost:.3g}" if kept else f"not at c_init = {lost:.3g}", "no number",
                )
                for c_step, kept, lost in found
            ]
            init, step = STATED[curve.name]
            rows.append(Comparison.claim(
                f"{curve.name} survives with the constants of its statement", name, f"c_init = {init:g} for c_step up to {step:g}",
                all(kept >= init for c_step, kept, _ in found if c_step <= step),
            ))
    return rows


paper.figure(
    "small-constants", "How small c_init and c_step have to be for Lemmas C.1 and C.2",
    source="Theorem 3.2, 'sufficiently small'; Lemma C.1 with 200 in (ii), Lemma C.2 with c_1 = 1/80008",
    settings=(
        Setting(
            "event", "paper",
            "sigma_1 = 1, d = 2; starts at the 225 corners of the event of the initialisation and inside it, for 20/c_step steps.",
            search, len(C_STEPS),
        ),
    ),
    compare=compare, repetitions=75,
)
