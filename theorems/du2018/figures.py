"""Figures 1 and 2: gradient descent on the two factorisation objectives, and the balance of a ReLU network of three layers.

The paper leaves open the data, the step sizes and, for figure 1, every size. They are chosen here, said in the
captions, and varied in the settings of the group "small". `benchmarks/du2018_figure_2.txt` is what figure 2 printed at its full size.
"""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import numpy as np

from theorems.du2018 import networks
from theorems.du2018.factorisation import balanced_objective
from theorems.du2018.notation import M_star, U, V, d_1, d_2, descent, eta, f, paper, r
from verify.author import *
from verify.experiments import Comparison, Curve, Outcome, Panel, Setting
from verify.runs import simulate

# --- Figure 1: the objectives (1) and (3) -------------------------------------------------------------

PLAIN, BALANCED = "objective (1)", "objective (3)"
balanced_descent = gradient_descent("gradient descent on the balanced objective (3)", balanced_objective, of=[U, V], step_size=eta)
STEPS_1 = 1000
CONVERGED = 1e-12
"""A run has converged where its objective is this part of the one at the start."""

SAME_RATIO = 0.1
"""The ratio of the norms remains the same where it moves by at most this part of itself, in the mean over the repetitions."""


def factorisations(repetitions, generator, progress, *, rows, columns, rank, spread, step):
    """Both objectives and the ratio of the squared norms, from the same data and the same start."""
    target = generator.standard_normal((repetitions, rows, rank)) @ generator.standard_normal((repetitions, rank, columns))
    start = {
        M_star: target, U: spread * generator.standard_normal((repetitions, rows, rank)),
        V: spread * generator.standard_normal((repetitions, columns, rank)),
        eta: step / np.linalg.norm(target, 2, axis=(-2, -1)),
    }
    record = {"ratio": fro(U) ** 2 / fro(V) ** 2}
    objectives, ratios = [], []
    for name, law, objective in ((PLAIN, descent, f), (BALANCED, balanced_descent, balanced_objective)):
        progress(name)
        sizes = {d_1: rows, d_2: columns, r: rank}
        runs = simulate(law, sizes, start, STEPS_1, {**record, "objective": objective}, trajectories=True)
        objectives.append(Curve(name, runs["objective"].trajectory.filled(np.nan)))
        ratios.append(Curve(name, runs["ratio"].trajectory.filled(np.nan)))
    return Outcome((
        Panel("(a) convergence", "the objective", tuple(objectives), "mean of log"),
        Panel("(b) balance", "||U||_F^2 / ||V||_F^2", tuple(ratios), "mean of log"),
    ))


def setting_1(name, group, *, rows, columns, spread, step):
    """A setting of figure 1 with rank 10."""
    return Setting(
        name, group,
        f"M* = A B^T is {rows} x {columns} of rank 10 with A and B of standard normal entries; U and V of entries "
        f"N(0, {spread:g}^2); step size {step:g}/||M*||_2; {STEPS_1} iterations.",
        partial(factorisations, rows=rows, columns=columns, rank=10, spread=spread, step=step), 2,
    )


settings_1 = (
    setting_1("square", "paper", rows=200, columns=200, spread=1e-2, step=0.1),
    setting_1("large-start", "small", rows=200, columns=200, spread=0.5, step=0.1),
    setting_1("long-steps", "small", rows=200, columns=200, spread=1e-2, step=0.4),
    setting_1("rectangular", "small", rows=160, columns=40, spread=1e-2, step=0.1),
)


def iterations(values):
    """The mean number of iterations until the objective has converged, or None where a run has not."""
    below = values <= CONVERGED * values[:, :1]
    return float(below.argmax(axis=1).mean()) if below.any(axis=1).all() else None


def compare_1(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """What section 1 says about figure 1, in every setting."""
    rows = []
    for name, outcome in outcomes.items():
        said = partial(Comparison.claim, setting=name)
        objective, ratio = outcome.panels
        plain, balanced = (iterations(objective.curve(curve).values) for curve in (PLAIN, BALANCED))
        rows.append(said(
            "Without regularisation gradient descent converges to a global minimum",
            ours=f"log10 of the objective at the end at most {np.log10(objective.curve(PLAIN).values[:, -1].max()):.1f}",
            holds=plain is not None,
        ))
        rows.append(said(
            "Its rate is competitive with that for (3)",
            ours=f"iterations until the objective is {CONVERGED:g} of its start: {plain} for (1), {balanced} for (3)",
            holds=plain is not None and (balanced is None or plain <= 1.1 * balanced),
        ))
        values = ratio.curve(PLAIN).values
        moved = float((values.max(axis=1) / values.min(axis=1) - 1).mean())
        rows.append(said(
            "The ratio of the norms remains a constant in all iterations",
            ours=f"from {values[:, 0].mean():.3f} to {values[:, -1].mean():.3f} in the mean; moves by {moved:.1%}",
            holds=moved <= SAME_RATIO,
        ))
    return rows


paper.figure(
    "figure-1", "Gradient descent on the objectives (1) and (3)",
    source="Figure 1, section 1", settings=settings_1, compare=compare_1, repetitions=20,
)

# --- Figure 2: a network of three layers ------------------------------------------------------------------

STEPS_2 = 10_000
EVERY = 10
PRINTED_SIZES = (1000, 100, 100, 10, 1000)
SMALL_SIZES = (200, 50, 50, 10, 200)
"""Inputs, both hidden widths, outputs, data points."""

FIRST, SECOND = "layers 1 and 2", "layers 2 and 3"
PRINTED_NORMS = {"balanced": (42.90, 43.76, 43.68), "unbalanced": (55.50, 45.65, 45.46)}
PRINTED_DRIFTS = {"balanced": 0.14, "unbalanced": 9}
HALF_A_DIGIT = {"balanced": 0.005, "unbalanced": 0.5}
"""What rounding may have taken from a printed bound."""

CLOSE = {"balanced": 0.05, "unbalanced": 0.25}
"""Ratios are close to 1 where they differ from it by at most this; the printed norms of the unbalanced start end at 55.50/45.65 = 1.22."""

PRINTED_CLOSE_FROM = 1000
LITTLE = 0.05
"""Differences change little where they do by at most this part of the norms."""

NORM_WITHIN = 0.1
"""Printed norms agree with ours within this part: the data that decide them are not printed."""

passed_at_start, gram = matrix("W^(1)_0 X", networks.n_1, networks.m), symmetric("X^T X", networks.m)
(squared_at_start,) = scalars("|W^(1)_0|^2")
training = networks.training_in_samples(passed_at_start, gram)


def train(repetitions, generator, progress, *, sizes, balanced, targets, step):
    """Differences and ratios of the squared norms of neighbouring layers along gradient descent."""
    inputs, first, second, outputs, samples = sizes
    spreads = (1e-4 * outputs / inputs, 1e-4 * outputs / first, 1e-4) if balanced else (1e-4, 1e-4, 1e-4)
    shapes = ((first, inputs), (second, first), (outputs, second))
    data = generator.standard_normal((repetitions, inputs, samples))
    start = {
        layer: np.sqrt(variance) * generator.standard_normal((repetitions, *shape))
        for layer, variance, shape in zip(networks.layers, spreads, shapes, strict=True)
    }
    # T stands for W_1 = W_1(0) - T X^T, as expt-4.samples proves; the data enter by their products alone
    W_1 = start.pop(networks.W_1)
    start |= {networks.T: np.zeros((repetitions, first, samples)), networks.Y: targets(generator, data, outputs)}
    start |= {passed_at_start: W_1 @ data, gram: data.swapaxes(1, 2) @ data, squared_at_start: (W_1**2).sum(axis=(1, 2))}
    norms = {"1": squared_at_start - inner(networks.T, 2 * passed_at_start - networks.T * gram)}
    norms |= {str(h): fro(layer) ** 2 for h, layer in ((2, networks.W_2), (3, networks.W_3))}
    progress("runs")
    runs = simulate(
        training, dict(zip(networks.sizes, sizes, strict=True)), start, STEPS_2,
        {**norms, "loss": training.loss}, constants={networks.slope_1: 0, networks.slope_2: 0}, step_size=step, every=EVERY,
        trajectories=True,
    )
    W = [runs[name].trajectory.filled(np.nan) for name in norms]
    curves = {
        what: tuple(Curve(name, values(W[h], W[h + 1])) for h, name in enumerate((FIRST, SECOND)))
        for what, values in (("difference", lambda x, y: np.abs(x - y)), ("ratio", np.divide))
    }
    return Outcome(
        (
            Panel("differences of the squared norms", "| ||W_h||_F^2 - ||W_h+1||_F^2 |", curves["difference"], "mean of log", every=EVERY),
            Panel("ratios of the squared norms", "||W_h||_F^2 / ||W_h+1||_F^2", curves["ratio"], "mean of log", every=EVERY),
        ),
        {
            **{f"||W_{h}||_F^2": values[:, -1] for h, values in enumerate(W, 1)}, "loss": runs["loss"].last.filled(np.nan),
            "drift": np.maximum(*(np.abs((x - y) - (x - y)[:, :1]).max(axis=1) for x, y in pairwise(W))),
        },
    )


def linear_targets(spread, generator, data, outputs):
    """Y = A X with A of entries N(0, spread^2)."""
    return spread * generator.standard_normal((len(data), outputs, data.shape[1])) @ data


def relu_targets(spread, generator, data, outputs):
    """Y = C max(A X, 0) with 10 hidden units, A and C of entries N(0, spread)."""
    hidden = np.sqrt(spread) * generator.standard_normal((len(data), 10, data.shape[1])) @ data
    return np.sqrt(spread) * generator.standard_normal((len(data), outputs, 10)) @ np.maximum(hidden, 0)


def setting_2(name, group, *, sizes, balanced, targets, said, step):
    """A setting of figure 2; `said` tells the targets in words."""
    inputs, first, second, outputs, samples = sizes
    start = f"N(0, 1e-4*{outputs}/{inputs}), N(0, 1e-4*{outputs}/{first}) and N(0, 1e-4)" if balanced else "N(0, 1e-4) in all layers"
    return Setting(
        name, group,
        f"A ReLU network {inputs}-{first}-{second}-{outputs} with weights of entries {start}; {samples} data points of standard normal "
        f"entries, {said}; half the mean squared error, step size {step:g}, {STEPS_2} iterations.",
        partial(train, sizes=sizes, balanced=balanced, targets=targets, step=step), 1,
    )


linear = "Y = A X with A of entries N(0, {spread:g}^2)"
printed = {"sizes": PRINTED_SIZES, "targets": partial(linear_targets, 0.15), "said": linear.format(spread=0.15), "step": 0.005}
small = {"sizes": SMALL_SIZES, "targets": partial(linear_targets, 0.3), "said": linear.format(spread=0.3), "step": 0.002}
of_relu = {"targets": partial(relu_targets, 0.25), "said": "Y = C max(A X, 0) with 10 hidden units and entries N(0, 0.25)"}
settings_2 = (
    setting_2("balanced", "paper", balanced=True, **printed),
    setting_2("unbalanced", "paper", balanced=False, **printed),
    setting_2("small-balanced", "small", balanced=True, **small),
    setting_2("small-unbalanced", "small", balanced=False, **small),
    setting_2("small-balanced-long-steps", "small", balanced=True, **{**small, "step": 0.01}),
    setting_2("small-balanced-relu-targets", "small", balanced=True, **{**small, **of_relu}),
)


def close_from(ratio: Curve, close: float) -> int | None:
    """The iteration from which on the ratio differs from 1 by at most `close` in all repetitions; None where there is none."""
    far = np.flatnonzero(np.abs(ratio.values - 1).max(axis=0) > close)
    first = 1 + int(far.max(initial=-1))
    return first * EVERY if first < ratio.values.shape[1] else None


def compare_with_printed(name: str, outcome: Outcome) -> list[Comparison]:
    """Every number that section 4 prints for a start, beside ours at the printed size."""
    norms = [outcome.numbers[f"||W_{h}||_F^2"] for h in (1, 2, 3)]
    printed = PRINTED_NORMS[name]
    differences, ratios = outcome.panels
    largest, bound = max(float(curve.values.max()) for curve in differences.curves), PRINTED_DRIFTS[name]
    rows = [
        Comparison.number(f"||W_{h}||_F^2 at the end", name, number, ours, within=NORM_WITHIN)
        for h, (number, ours) in enumerate(zip(printed, norms, strict=True), 1)
    ]
    rows += [
        Comparison.number(f"||W_{h}||_F^2 / ||W_{h + 1}||_F^2 at the end", name, round(a / b, 3), x / y, within=NORM_WITHIN)
        for h, ((a, b), (x, y)) in enumerate(zip(pairwise(printed), pairwise(norms), strict=True), 1)
    ]
    rows.append(Comparison(
        "The largest difference in all iterations", name, f"{bound:g}", f"{largest:.3f}",
        "agrees" if largest <= bound + HALF_A_DIGIT[name] else "disagrees",
    ))
    if name == "unbalanced":
        found = [close_from(curve, CLOSE[name]) for curve in ratios.curves]
        agrees = all(t is not None and t <= 2 * PRINTED_CLOSE_FROM for t in found)
        rows.append(Comparison(
            f"The iteration from which the ratios are close to 1 (within {CLOSE[name]:.0%})", name, f"about {PRINTED_CLOSE_FROM}",
            " and ".join("never" if t is None else str(t) for t in found), "agrees" if agrees else "disagrees",
        ))
    return rows


def compare_2(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """The printed numbers and the claims of section 4, the printed norms against the printed differences among them."""
    rows = []
    for start, norms in PRINTED_NORMS.items():
        difference = abs(norms[0] - norms[1])
        rows.append(Comparison.claim(
            "The printed norms differ by at most the printed bound", f"printed, {start}",
            f"{norms[0]:.2f} and {norms[1]:.2f} differ by {difference:.2f}, the bound is {PRINTED_DRIFTS[start]:g}",
            difference <= PRINTED_DRIFTS[start],
        ))
    for name, outcome in outcomes.items():
        said = partial(Comparison.claim, setting=name)
        _, ratios = outcome.panels
        close = CLOSE["unbalanced" if "unbalanced" in name else "balanced"]
        if name in PRINTED_NORMS:
            rows += compare_with_printed(name, outcome)
        sizes = np.mean([outcome.numbers[f"||W_{h}||_F^2"].mean() for h in (1, 2, 3)])
        drift, loss = float(outcome.numbers["drift"].max()), outcome.numbers["loss"].mean()
        rows.append(said(
            "The differences change little", ours=f"by at most {drift:.3f}, the norms reach {sizes:.2f}; loss {loss:.1e}",
            holds=drift <= LITTLE * sizes,
        ))
        found = {curve.name: close_from(curve, close) for curve in ratios.curves}
        shown = ", ".join(f"{curve} never" if t is None else f"{curve} from {t} on" for curve, t in found.items())
        rows.append(said("The ratios become close to 1", ours=f"within {close:.0%}: {shown}", holds=None not in found.values()))
    return rows


paper.figure(
    "figure-2", "Balance of a ReLU network of three layers along gradient descent",
    source="Figure 2, section 4", settings=settings_2, compare=compare_2, repetitions=2, usual="small",
)
