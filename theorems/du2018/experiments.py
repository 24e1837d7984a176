"""Theorems 3.1 and 3.2 by long runs: how often the limit is reached, and iteration counts.

The keys are those of figures, since `verify reproduce` runs them, but the paper shows no such figure.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np

from theorems.du2018.bounded_iterates import delta, slower_descent
from theorems.du2018.notation import *
from theorems.du2018.rank_one import a, alpha_of, b, beta_of, descent_1, residual, sigma_1, u, v
from verify.author import *
from verify.chances.binomial import interval
from verify.experiments import Comparison, Curve, Outcome, Panel, Setting
from verify.runs import simulate

LEVEL = 0.05
"""One minus the confidence of the intervals."""


def share(held):
    """How many of the runs, and the interval in which their probability lies."""
    count = int(held.sum())
    low, high = interval(count, len(held) - count, len(held), LEVEL)
    return f"{count} of {len(held)} runs, the probability is between {low:.2f} and {high:.2f}"


# --- Theorem 3.1 ---------------------------------------------------------------------------------------

ACCURACY = 0.9
"""epsilon, for a target with ||M*||_F = 1: with smaller ones starts and steps are smaller, and runs to the limit longer."""

LIMIT = "distance to M*"


def to_the_limit(repetitions, generator, progress, *, exponent, steps, rows, columns):
    """Runs of (9) from the random start of Theorem 3.1 with step sizes eta_0 (t + 1)^-exponent, for a target of rank 1."""
    target = generator.standard_normal((repetitions, rows, 1)) @ generator.standard_normal((repetitions, 1, columns))
    target /= np.linalg.norm(target, axis=(1, 2), keepdims=True)
    spread = np.sqrt(ACCURACY / (100 * max(rows, columns) ** 4))
    start = {
        M_star: target, U: spread * generator.standard_normal((repetitions, rows, 1)),
        V: spread * generator.standard_normal((repetitions, columns, 1)),
    }
    progress("runs")
    every = max(steps // 500, 1)
    record = {"distance": fro(U * V.T - M_star), "imbalance": fro(imbalance), "gradient": grad_squared}
    runs = simulate(
        slower_descent, {d_1: rows, d_2: columns, r: 1}, start, steps, record, every=every, trajectories=True,
        constants={delta: exponent - 0.5, eta_0: np.sqrt(ACCURACY) / 100}, step_size=np.sqrt(ACCURACY) / 100,
    )
    found = {name: runs[name].trajectory.filled(np.nan) for name in record}
    panels = (
        Panel("distance", "||U V^T - M*||_F", (Curve(LIMIT, found["distance"]),), "mean of log", every=every),
        Panel("gradient", "the squared gradient", (Curve("squared gradient", found["gradient"]),), "mean of log", every=every),
    )
    return Outcome(panels, {"imbalance": found["imbalance"].max(axis=1)})


def setting_3_1(name, group, exponent, steps):
    """A setting of Theorem 3.1."""
    return Setting(
        name, group,
        f"M* is 2 x 2 of rank 1 and norm 1, eps = {ACCURACY:g}, starts of variance eps/(100 d^4), "
        f"eta_t = sqrt(eps)/100/(t + 1)^{exponent:g}, {steps} iterations.",
        partial(to_the_limit, exponent=exponent, steps=steps, rows=2, columns=2), 1,
    )


def compare_3_1(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """Whether the runs end within epsilon of the target, and balanced."""
    rows = []
    for name, outcome in outcomes.items():
        last = outcome.panels[0].curve(LIMIT).values[:, -1]
        reached, balanced = last <= ACCURACY, outcome.numbers["imbalance"] <= ACCURACY
        # The theorem is about the limit, which a run that has not come near it yet cannot contradict.
        rows.append(Comparison(
            "||U V^T - M*||_F ends at most eps, with high probability", name, "claimed",
            f"{share(reached)}; largest {last.max():.3f}", "agrees" if reached.all() else "no number",
        ))
        rows.append(Comparison.claim("||U^T U - V^T V||_F is at most eps at all times", name, share(balanced), balanced.all()))
    return rows


settings_3_1 = (
    setting_3_1("footnote-11", "paper", 0.51, 150_000),
    setting_3_1("printed", "paper", 1, 10_000),
)

paper.figure(
    "theorem-3.1", "Gradient descent with decreasing step sizes from a small random start",
    source="Theorem 3.1, footnote 11", settings=settings_3_1, compare=compare_3_1, repetitions=20,
)

# --- Theorem 3.2: iteration counts -----------------------------------------------------------------------

DIMENSIONS = (4, 16, 64)
ACCURACIES = (1e-2, 1e-4, 1e-8)
SPREAD_OF_COUNTS = 2
"""Iteration counts are of the order of log(d/eps) where they stay within this factor of it."""


def names(d):
    """The curve for a dimension."""
    return f"d = {d}"


def rank_1_runs(repetitions, generator, progress, *, init, step):
    """The error and the ratio of the strengths for M* = u* v*^T of growing size, started with the same signs of alpha and beta."""
    errors, ratios = [], []
    steps = int(40 / step)
    for d in DIMENSIONS:
        progress(names(d))
        first, second = (generator.standard_normal((repetitions, d, 1)) for _ in range(2))
        start = {symbol: init / np.sqrt(d) * x * np.sign(x[:, :1]) for symbol, x in ((u, first), (v, second))}
        unit = np.eye(d)[:, :1]
        runs = simulate(
            descent_1, {d_1: d, d_2: d}, start, steps, {"error": fro(residual), "ratio": absolute(alpha_of / beta_of)},
            constants={a: unit, b: unit, sigma_1: 1}, step_size=step, trajectories=True,
        )
        errors.append(Curve(names(d), runs["error"].trajectory.filled(np.nan)))
        ratios.append(Curve(names(d), runs["ratio"].trajectory.filled(np.nan)))
    return Outcome((
        Panel("error", "||u v^T - M*||_F / sigma_1", tuple(errors), "mean of log"),
        Panel("ratio", "|alpha| / |beta|", tuple(ratios), "mean of log"),
    ))


def compare_3_2(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """Iteration counts against log(d/eps), and the ratio of the strengths."""
    rows = []
    for name, outcome in outcomes.items():
        error, ratio = outcome.panels
        counts = {
            (d, eps): (error.curve(names(d)).values > eps).sum(axis=1).mean() / np.log(d / eps) for d in DIMENSIONS for eps in ACCURACIES
        }
        low, high = min(counts.values()), max(counts.values())
        ended = all((error.curve(names(d)).values[:, -1] <= min(ACCURACIES)).all() for d in DIMENSIONS)
        rows.append(Comparison.claim(
            "An error of eps sigma_1 after O(log(d/eps)) iterations", name,
            f"between {low:.1f} and {high:.1f} times log(d/eps), for d from {DIMENSIONS[0]} to {DIMENSIONS[-1]} and eps from "
            f"{ACCURACIES[0]:g} to {ACCURACIES[-1]:g}", ended and high <= SPREAD_OF_COUNTS * low,
        ))
        ratios = np.concatenate([curve.values for curve in ratio.curves])
        within = (ratios.max(axis=1) <= 100) & (ratios.min(axis=1) >= 0.01)
        rows.append(Comparison.claim(
            "The strengths stay within a constant factor, here 100, with constant probability", name, share(within), within.mean() >= 0.5
        ))
    return rows


def setting_3_2(name, group, init, step):
    """A setting of Theorem 3.2."""
    return Setting(
        name, group,
        f"sigma_1 = 1, starts N(0, delta^2 I) with delta = c_init/sqrt(d) and alpha_0, beta_0 > 0, c_init = {init:g}, c_step = {step:g}.",
        partial(rank_1_runs, init=init, step=step), len(DIMENSIONS),
    )


paper.figure(
    "theorem-3.2", "Rank 1: iteration counts and the ratio of the strengths",
    source="Theorem 3.2",
    settings=(setting_3_2("small-constants", "paper", 0.01, 0.1), setting_3_2("large-constants", "paper", 0.04, 0.5)),
    compare=compare_3_2, repetitions=20,
)
