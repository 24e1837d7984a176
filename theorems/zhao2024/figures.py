"""Figure 1: the logarithm of the loss of a deep linear network against that of the convex problem, for three widths and two starts.

Appendix G names weights W_1, ..., W_N with N = 3, the caption n_1 = n_2 = n_3 = width, which are three hidden layers: both are run.
An orthogonal start is drawn in the span that gradient descent moves in: hidden units outside the columns of W_1 and of
(W_N ... W_2)^T only carry multiples of an orthogonal matrix from layer to layer, so that n_0 + n_N of them are left at any width.
"""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import numpy as np

from theorems.zhao2024.notation import *
from verify.author import *
from verify.experiments import Comparison, Curve, Outcome, Panel, Setting, logarithm
from verify.initialisations import haar
from verify.networks import squared_loss
from verify.runs import simulate

STEPS = 25
INPUTS, OUTPUTS, SAMPLES = 128, 10, 1000
NETWORK, CONVEX, DISTANCE = "deep linear network", "convex problem", "distance of the two matrices"
GAUSSIAN, ORTHOGONAL = "Gaussian", "orthogonal"
CLOSE = 0.05
"""The curves are alike where they stay within this many powers of ten of each other."""

data = matrix("X", n_x, m)
companion = state("V", n_y, n_x)
width = dimensions("n")[0]
scale = scalars("a_N")[0]


def compared(N):
    """Gradient descent on a network of N layers and on the convex problem; the hidden layers are kept in a span, so a_N is a number."""
    layers = linear_network((n_x, *(width,) * (N - 1), n_y), normalised=False)
    loss = squared_loss(data, Y)
    product = scale * layers.end_to_end
    descent = gradient_descent(f"network of depth {N}", loss.at(product), of=layers.weights, step_size=eta)
    step = N * eta / n_y
    moved = companion - step * gradient(loss.at(companion), companion)
    together = law(
        f"{descent.name}, and its convex companion", {**dict(descent.update), companion: moved}, step_size=eta, loss=descent.loss
    )
    return layers, product, loss, together


def gaussian_start(generator, N, size):
    """Standard normal entries, at the full width."""
    shapes = [(size, INPUTS), *((size, size),) * (N - 2), (OUTPUTS, size)]
    return [generator.standard_normal(shape) for shape in shapes]


def orthogonal_start(generator, N, size):
    """The one-peak start with equal hidden widths, in coordinates of the span of the columns of W_1 and of (W_N ... W_2)^T."""
    kept = min(size, INPUTS + OUTPUTS)
    first, last = haar(generator, 1, size, INPUTS)[0], haar(generator, 1, size, OUTPUTS)[0]
    basis = np.linalg.qr(np.hstack([first, last]))[0] if kept < size else np.eye(size)
    root = np.sqrt(size)
    return [root * basis.T @ first, *(root * np.eye(kept),) * (N - 2), root * last.T @ basis]


STARTS = {GAUSSIAN: gaussian_start, ORTHOGONAL: orthogonal_start}


def panels(repetitions, generator, progress, *, N, sizes):
    """The losses of both for every start and width, from the same data."""
    layers, product, loss, together = compared(N)
    found, numbers = [], {}
    inputs = generator.standard_normal((INPUTS, SAMPLES))
    truth = generator.standard_normal((OUTPUTS, INPUTS))
    targets = truth @ inputs + generator.standard_normal((OUTPUTS, SAMPLES))
    step = OUTPUTS / (N * np.linalg.norm(inputs, 2) ** 2)
    record = {NETWORK: loss.at(product), CONVEX: loss.at(companion), DISTANCE: fro(product - companion)}
    for name, chosen in sizes.items():
        for size in chosen:
            progress(f"{name}, width {size}")
            curves = {what: [] for what in record}
            for _ in range(repetitions):
                weights = STARTS[name](generator, N, size)
                normalisation = 1 / np.sqrt(float(size) ** (N - 1) * OUTPUTS)
                both = normalisation * np.linalg.multi_dot(weights[::-1])
                start = dict(zip(layers.weights, (w[None] for w in weights), strict=True))
                runs = simulate(
                    together, {n_x: INPUTS, n_y: OUTPUTS, m: SAMPLES, width: weights[0].shape[0]}, {**start, companion: both[None]},
                    STEPS, record, constants={data: inputs, Y: targets, scale: normalisation}, step_size=step, trajectories=True,
                )
                for what in record:
                    curves[what].append(runs[what].trajectory.filled(np.nan)[0])
            title = f"{name}, n = {size}"
            shown = tuple(Curve(what, np.array(curves[what])) for what in (NETWORK, CONVEX))
            found.append(Panel(title, "loss", shown, "mean of log", deviations=False))
            numbers[f"{title}: {DISTANCE}"] = np.array(curves[DISTANCE]).max(axis=1)
    return Outcome(tuple(found), numbers)


PRINTED = {GAUSSIAN: (128, 200, 2000), ORTHOGONAL: (128, 200, 5000)}


def setting(name, group, N, sizes):
    """A setting of figure 1."""
    shown = "; ".join(f"{start}: {', '.join(map(str, chosen))}" for start, chosen in sizes.items())
    return Setting(
        name, group,
        f"X 128 x 1000, W* 10 x 128, Y = W* X + noise, all of standard normal entries; {N} weight matrices, hidden widths {shown}; "
        f"loss |a_N W X - Y|^2/2, eta = n_N/(N |X|^2), eta_* = 1/|X|^2, {STEPS} iterations.",
        partial(panels, N=N, sizes=sizes), sum(map(len, sizes.values())),
    )


settings = (
    setting("three-layers", "paper", 3, PRINTED), setting("caption", "paper", 4, PRINTED), setting("small", "small", 3, PRINTED),
)


def gap(panel):
    """The largest distance of the two curves in powers of ten, in the mean over the repetitions; infinite where the network diverges."""
    ours, convex = (logarithm(panel.curve(name).values) for name in (NETWORK, CONVEX))
    apart = np.abs(ours - convex)
    return float(np.where(np.isfinite(apart), apart, np.inf).max(axis=1).mean())


def compare(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """What Appendix G says about the panels, in every setting."""
    rows = []
    for name, outcome in outcomes.items():
        said = partial(Comparison.claim, setting=name)
        by_start = {start: [p for p in outcome.panels if p.title.startswith(start)] for start in STARTS}
        for start, shown in by_start.items():
            rises = [(np.diff(panel.curve(NETWORK).values, axis=1) > 0).sum(axis=1).mean() for panel in shown]
            rows.append(said(
                f"{start}: at width 128 the loss of the network increases in some iterations",
                ours=f"in {rises[0]:.1f} of {STEPS} iterations", holds=rises[0] > 0,
            ))
            rows.append(said(
                f"{start}: width stabilises, the widest network's loss never increases",
                ours="iterations with an increase: " + ", ".join(f"{count:.1f}" for count in rises), holds=rises[-1] == 0,
            ))
            gaps = [gap(panel) for panel in shown]
            rows.append(said(
                f"{start}: the wider, the more similar are the curves",
                ours="largest distance in powers of ten: " + ", ".join(f"{g:.3f}" for g in gaps),
                holds=all(a >= b for a, b in pairwise(gaps)),
            ))
            rows.append(said(f"{start}: the widest network follows the convex problem", ours=f"{gaps[-1]:.3f}", holds=gaps[-1] <= CLOSE))
        first, second = (logarithm(shown[-1].curve(NETWORK).values)[:, -1].mean() for shown in by_start.values())
        rows.append(said(
            "At large widths the start does not matter", ours=f"log10 of the loss at the end {first:.3f} and {second:.3f}",
            holds=abs(first - second) <= CLOSE,
        ))
    return rows


paper.figure(
    "figure-1", "Losses of deep linear networks and of the convex problem",
    source="Figure 1, Appendix G", settings=settings, compare=compare, usual="paper", repetitions=1,
)
