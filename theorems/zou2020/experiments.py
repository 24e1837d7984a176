"""Theorems 3.1, 3.6 and 3.8 by many runs: how often what they promise happens, and how far their constants may move.

The keys are those of figures, since `verify reproduce` runs them, but the paper shows no such figure.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np

from theorems.zou2020.gradient_descent import Z, descent_step, largest_scale
from theorems.zou2020.notation import *
from verify.chances.binomial import interval
from verify.experiments import Comparison, Curve, Outcome, Panel, Setting
from verify.initialisations.base import evaluated
from verify.runs import minibatches, simulate

LEVEL = 0.05
"""One minus the confidence of the intervals."""

ROUNDING = 1e-9
"""Relative rounding that is allowed where a promise is met with equality, as at t = 0."""


def share(held):
    """How many of the runs, and the interval in which their probability lies."""
    count = int(held.sum())
    low, high = interval(count, len(held) - count, len(held), LEVEL)
    return f"{count} of {len(held)} runs, the probability is between {low:.2f} and {high:.2f}", low, high


# --- SGD with modified identity maps, d = k = 1 -------------------------------------------------------------

DEPTH, SAMPLES, BATCH = 2, 4, 3
DELTA = 0.1
E = np.exp(1)
RUN, PROMISED = "SGD", "promised"


def one_dimensional(repetitions, generator, condition, noise):
    """X and Y = -X + noise E with one row each, and maps whose alpha meets the condition, or the given part of it."""
    X_value = generator.standard_normal((repetitions, 1, SAMPLES))
    Y_value = -X_value + noise * generator.standard_normal(X_value.shape)
    x, L_0_value = np.linalg.norm(X_value, axis=(1, 2)), (Y_value**2).sum(axis=(1, 2)) / 2
    L_star_value = L_0_value - (X_value * Y_value).sum(axis=(1, 2)) ** 2 / (2 * x**2)
    values = {"x": x, "L_0": L_0_value, "L*": L_star_value, "largest": np.abs(X_value).max(axis=(1, 2))}
    alpha = condition(values)
    maps = {A: np.tile([[1.0], [0.0]], (repetitions, 1, 1)), B: alpha[:, None, None] * np.array([[0.0, 1.0]])}
    data = {F: np.ones((repetitions, 1, 1)), G: X_value, Y: Y_value, W: np.zeros((repetitions, 2 * DEPTH, 2))}
    return {**maps, **data}, values, alpha


def followed(start, step, steps):
    """The losses of SGD with minibatches drawn anew in every step."""
    sizes = {L: DEPTH, m: 2, d: 1, k: 1, n: SAMPLES, r: 1, b: BATCH}
    fresh = minibatches(S, SAMPLES, BATCH)
    runs = simulate(stochastic_descent, sizes, {**start, eta: step}, steps, {"loss": loss}, per_step=fresh, trajectories=True)
    return runs["loss"].trajectory.filled(np.inf)


def linear_convergence(repetitions, generator, progress, *, factor, part, steps):
    """Theorem 3.8: Y = -X, the step size with 96 times `factor`, and the condition on alpha times `part`."""
    progress("runs")

    def condition(of):
        return part * 4 * np.sqrt(2 * E**3) * SAMPLES / (BATCH * of["x"]) * np.sqrt(2 * of["L_0"])

    start, values, alpha = one_dimensional(repetitions, generator, condition, noise=0)
    step = factor * np.log(2) * BATCH**2 / (96 * E**3 * DEPTH * SAMPLES**2 * alpha**2 * values["x"] ** 2 * np.log(steps / DELTA))
    contraction = step * DEPTH * alpha**2 * values["x"] ** 2 / E
    losses = followed(start, step, steps)
    promised = 2 * values["L_0"][:, None] * np.maximum(1 - contraction[:, None], 0) ** np.arange(steps + 1)
    curves = (Curve(RUN, losses), Curve(PROMISED, promised))
    return Outcome((Panel("loss", "training loss", curves, "mean of log"),), {"held": (losses <= promised).all(axis=1).astype(float)})


def best_iterate(repetitions, generator, progress, *, factor, part):
    """Theorem 3.6: Y = -X + E/2, eps = (L_0 - L*)/2, the step size times `factor`, and the number of iterations that belongs to it."""
    progress("runs")

    def accuracy(of):
        return (of["L_0"] - of["L*"]) / 6

    def condition(of):
        return part * np.sqrt(8 * E**3) * SAMPLES / (BATCH * of["x"]) * np.log(of["L_0"] / accuracy(of)) * np.sqrt(2 * of["L_0"])

    start, values, alpha = one_dimensional(repetitions, generator, condition, noise=0.5)
    x, eps_0 = values["x"], accuracy(values)
    horizon = np.full(repetitions, 1e4)
    for _ in range(50):
        late = np.log(2) ** 2 * BATCH / (3 * SAMPLES * x**2 * np.log(horizon / DELTA) * np.log(values["L_0"] / eps_0))
        least = np.minimum(eps_0 / (values["largest"] ** 2 * values["L*"]), late)
        step = factor * BATCH / (6 * E**3 * DEPTH * SAMPLES * alpha**2) * least
        # T is a number of iterations, so at least 1.
        horizon = np.maximum(E / (step * DEPTH * alpha**2 * x**2) * np.log((values["L_0"] - values["L*"]) / eps_0), 1)
    steps = int(np.ceil(horizon.max()))
    losses = followed(start, step, steps)
    inside = np.arange(steps + 1)[None, :] <= np.ceil(horizon)[:, None]
    reached = np.where(inside, losses, np.inf).min(axis=1) <= values["L*"] + 3 * eps_0
    goal = np.repeat((values["L*"] + 3 * eps_0)[:, None], steps + 1, axis=1)
    curves = (Curve(RUN, losses), Curve(PROMISED, goal))
    return Outcome((Panel("loss", "training loss", curves, "mean of log"),), {"held": reached.astype(float), "iterations": horizon})


def compare_sgd(promised, what, outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """How often the claim holds, beside the probability that is promised."""
    rows = []
    for name, outcome in outcomes.items():
        said, _, high = share(outcome.numbers["held"] > 0)
        standing = "agrees" if high >= promised else "disagrees"
        rows.append(Comparison(f"{what}, with probability at least {promised:g}", name, f"{promised:g}", said, standing))
    return rows


def setting_of_sgd(name, group, produce, said, *, factor, part, **others):
    """A setting of Theorem 3.6 or 3.8."""
    return Setting(
        name, group,
        f"d = k = 1, n = {SAMPLES}, B = {BATCH}, L = {DEPTH}, modified identity maps with alpha {part:g} times what the condition asks "
        f"for, step sizes {factor:g} times the largest of the proof, {said}.",
        partial(produce, factor=factor, part=part, **others), 1,
    )


of_38 = partial(setting_of_sgd, produce=linear_convergence, said="Y = -X, delta = 0.1, T = 500", steps=500)
paper.figure(
    "theorem-3.8", "SGD with fresh minibatches where L* = 0",
    source="Theorem 3.8",
    settings=(
        of_38("printed", "paper", factor=1, part=1),
        *(of_38(f"steps-{factor:g}", "small", factor=factor, part=1) for factor in (1e2, 1e4, 3e4, 1e5)),
        *(of_38(f"condition-{part:g}-steps-10000", "small", factor=1e4, part=part) for part in (0.1, 0.01)),
    ),
    compare=partial(compare_sgd, 0.9, "L_t <= 2 L_0 (1 - eta rate)^t for all t up to T"), repetitions=40,
)

of_36 = partial(setting_of_sgd, produce=best_iterate, said="Y = -X + E/2, eps = (L_0 - L*)/2, delta = 0.1")
paper.figure(
    "theorem-3.6", "SGD with fresh minibatches and noisy targets: the best iterate",
    source="Theorem 3.6",
    settings=(
        of_36("printed", "paper", factor=1, part=1),
        *(of_36(f"steps-{factor:g}", "small", factor=factor, part=1) for factor in (1e3, 1e4, 1e5)),
        *(of_36(f"condition-{part:g}-steps-1000", "small", factor=1e3, part=part) for part in (0.1, 0.01)),
    ),
    compare=partial(compare_sgd, 0.5, "Some iterate has a loss of at most L* + eps"), repetitions=40, usual="small",
)

# --- Theorem 3.1: constants that survive ------------------------------------------------------------------------

STEPS_TIMES = (1, 4, 16, 64, 256)
TIMES = 100
SIZES = {L: 3, m: 3, d: 2, k: 2, n: 3, r: 2}
excess = half * fro((output(W) * X - Y) * row_projection) ** 2
"""L_t - L* as the square of (B.1), which loses no digits to a difference."""

promised_ratio = excess / ((1 - eta * rate) ** time * initial(excess))


def steps_times(factor):
    """The curve for steps that many times as large as the proof's."""
    return f"steps times {factor}"


def constants_relaxed(repetitions, generator, progress, *, condition):
    """The excess loss over what Theorem 3.1 promises, at the boundary of the condition with C divided by `condition`."""
    start = {
        symbol: generator.standard_normal((repetitions, SIZES[symbol.rows], SIZES[symbol.cols])) for symbol in (A, B, F, G, Z)
    }
    start[W] = np.zeros((repetitions, SIZES[L] * SIZES[m], SIZES[m]))
    start[Y] = evaluated([B * A * X + condition * largest_scale * Z], SIZES, start)[0]
    (proved_step,) = evaluated([descent_step.definition.xreplace({L_0: loss})], SIZES, start)
    del start[Z]
    curves = []
    for factor in STEPS_TIMES:
        progress(steps_times(factor))
        runs = simulate(descent, SIZES, {**start, eta: factor * proved_step}, TIMES, {"ratio": promised_ratio}, trajectories=True)
        curves.append(Curve(steps_times(factor), runs["ratio"].trajectory.filled(np.inf)))
    return Outcome((Panel("excess loss over the promised one", "(L_t - L*)/promised", tuple(curves), "mean of log"),))


def compare_3_1(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """How often the promise is kept."""
    rows = []
    for name, outcome in outcomes.items():
        for curve in outcome.panels[0].curves:
            kept = (curve.values <= 1 + ROUNDING).all(axis=1)
            rows.append(Comparison.claim("The promised rate holds at all times", f"{name}, {curve.name}", share(kept)[0], kept.all()))
    return rows


paper.figure(
    "theorem-3.1", "How much larger than in the proof the step size, and how much smaller C, may be",
    source="Theorem 3.1, with the constants of its proof",
    settings=tuple(
        Setting(
            name, group,
            f"L = 3, m = 3, d = k = r = 2, n = 3, maps and data of standard normal entries; targets at which the condition with "
            f"C/{condition:g} is an equation; {TIMES} iterations, steps up to {STEPS_TIMES[-1]} times the proof's.",
            partial(constants_relaxed, condition=condition), len(STEPS_TIMES),
        )
        for name, group, condition in (("printed", "paper", 1), ("C-16", "small", 16), ("C-256", "small", 256), ("C-4096", "small", 4096))
    ),
    compare=compare_3_1, repetitions=200,
)
