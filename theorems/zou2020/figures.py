"""Figure 1: input and output transformations of linear ResNets, and ResNets against standard linear networks of growing depth.

The data enter the losses through X X^T and Y X^T (Lemma B.1 and (B.2)), so that runs on the 10 columns of R and of
Y Q^T, for X = R Q with orthonormal rows Q, are those on all 1000 columns; what they leave out of the loss is added again.
The paper leaves open the step size, the number of iterations, alpha, the variances and most depths.
"""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import numpy as np

from theorems.zou2020.notation import *
from verify.experiments import Comparison, Curve, Outcome, Panel, Setting, logarithm
from verify.initialisations import draw_all
from verify.runs import simulate

# --- The networks -----------------------------------------------------------------------------------------

plain_output = B * layer_product(W, 1, L) * A
plain_loss = define("plain_loss", half * fro(plain_output * X - Y) ** 2, latex=r"L(\mathbf{W})")
plain_gradient = (B * layer_product(W, l + 1, L)).T * (plain_output * X - Y) * (layer_product(W, 1, l - 1) * A * X).T
plain_descent = law(
    "gradient descent on a standard deep linear network with fixed input and output maps",
    {W: W - eta * stack(l, plain_gradient, 1, L)},
    step_size=eta,
    loss=plain_loss,
)

SAMPLES, INPUTS = 1000, 10
TRANSFORMATIONS = {
    "identity": identity_maps(A, B),
    "modified identity": [ModifiedIdentity(A, B, alpha=1)],
    "random": [Gaussian(A, 1 / m), Gaussian(B, 1 / k)],
}


def regression(repetitions, generator):
    """X and Y = -X + 0.1 E of section 5.1 in 10 columns, and the part of the loss that no network reaches."""
    data = generator.standard_normal((repetitions, INPUTS, SAMPLES))
    targets = -data + 0.1 * generator.standard_normal(data.shape)
    orthonormal, triangular = np.linalg.qr(np.swapaxes(data, 1, 2))
    reduced = targets @ orthonormal
    left_out = (targets**2).sum(axis=(1, 2)) / 2 - (reduced**2).sum(axis=(1, 2)) / 2
    start = {F: np.swapaxes(triangular, 1, 2), G: np.broadcast_to(np.eye(INPUTS), triangular.shape), Y: reduced}
    return start, left_out


def losses(start, left_out, depth, width, steps, step, hidden=None):
    """The training loss of a ResNet with zero hidden weights, or of a standard network with the given ones."""
    repetitions = len(left_out)
    stretch = np.linalg.norm(start[A], 2, axis=(1, 2)) * np.linalg.norm(start[B], 2, axis=(1, 2)) * np.linalg.norm(start[F], 2, axis=(1, 2))
    layers = np.zeros((repetitions, depth * width, width)) if hidden is None else hidden
    followed, loss_of_law = (descent, loss) if hidden is None else (plain_descent, plain_loss)
    sizes = {L: depth, m: width, d: INPUTS, k: INPUTS, n: INPUTS, r: INPUTS}
    runs = simulate(
        followed, sizes, {**start, W: layers, eta: step / (depth * stretch**2)}, steps, {"loss": loss_of_law}, trajectories=True
    )
    return runs["loss"].trajectory.filled(np.nan) + left_out[:, None]


# --- (a) and (b): transformations -----------------------------------------------------------------------------

DEPTH = 10


def transformations(repetitions, generator, progress, *, steps, step):
    """ResNets of depth 10 and widths 40 and 200 under the three transformations."""
    data, left_out = regression(repetitions, generator)
    panels = []
    for letter, width in (("a", 40), ("b", 200)):
        curves = []
        for name, maps in TRANSFORMATIONS.items():
            progress(f"m = {width}, {name}")
            drawn = draw_all(maps, generator, repetitions, {m: width, d: INPUTS, k: INPUTS})
            curves.append(Curve(name, losses({**data, **drawn}, left_out, DEPTH, width, steps, step)))
        panels.append(Panel(f"({letter}) m = {width}", "training loss", tuple(curves), "mean of log"))
    unmoved = (data[Y] ** 2).sum(axis=(1, 2)) / 2 + left_out
    # The reduced X is invertible, so that the best linear map leaves nothing but what was left out.
    return Outcome(tuple(panels), {"half of ||Y||_F^2": unmoved, "L*": left_out})


def compare_transformations(name: str, outcome: Outcome) -> list[Comparison]:
    """What section 5.1 says about panels (a) and (b)."""
    rows = []
    unmoved, best = outcome.numbers["half of ||Y||_F^2"], outcome.numbers["L*"]
    for panel in outcome.panels:
        said = partial(Comparison.claim, setting=f"{name}, {panel.title}")
        identity, modified, random = (panel.curve(which).values for which in TRANSFORMATIONS)
        rows.append(said(
            "Identity transformations get stuck", ours=f"log10 of the loss at the end {logarithm(identity[:, -1]).mean():.2f}, of "
            f"||Y||^2/2 {logarithm(unmoved).mean():.2f}", holds=(identity[:, -1] >= unmoved).all(),
        ))
        for which, values in (("Modified identity", modified), ("Random", random)):
            left = (values[:, -1] - best) / (values[:, 0] - best)
            rows.append(said(
                f"{which} transformations converge", ours=f"(L(T) - L*)/(L(0) - L*) = {left.mean():.1e}", holds=(left < 1e-3).all()
            ))
        ahead = (modified <= random).all(axis=0)
        rows.append(said(
            "The modified identity is slightly faster, since its initial loss is smaller",
            ours=f"L(0): {modified[:, 0].mean():.0f} against {random[:, 0].mean():.0f}; ahead in {ahead.mean():.0%} of all iterations",
            holds=ahead[: len(ahead) // 2].all(),
        ))
    return rows


# --- (c) and (d): depths ------------------------------------------------------------------------------------------

ALIKE = 0.1
"""Curves are alike where their mean log10 lie within this of each other at every iteration."""


def depths(repetitions, generator, progress, *, letter, width, counts, steps, step):
    """ResNets and standard networks of several depths with the same random maps."""
    data, left_out = regression(repetitions, generator)
    data |= draw_all(TRANSFORMATIONS["random"], generator, repetitions, {m: width, d: INPUTS, k: INPUTS})
    curves = []
    for depth in counts:
        progress(f"ResNet, L = {depth}")
        curves.append(Curve(f"ResNet, L = {depth}", losses(data, left_out, depth, width, steps, step)))
    for depth in counts:
        progress(f"standard, L = {depth}")
        hidden = generator.standard_normal((repetitions, depth * width, width)) / np.sqrt(width)
        curves.append(Curve(f"standard, L = {depth}", losses(data, left_out, depth, width, steps, step, hidden)))
    return Outcome((Panel(f"({letter}) m = {width}", "training loss", tuple(curves), "mean of log"),))


def compare_depths(name: str, outcome: Outcome) -> list[Comparison]:
    """What section 5.2 says about panels (c) and (d)."""
    (panel,) = outcome.panels
    curves = {kind: [logarithm(c.values).mean(axis=0) for c in panel.curves if c.name.startswith(kind)] for kind in ("ResNet", "standard")}
    gap = float(np.ptp(curves["ResNet"], axis=0).max())
    mean = {kind: [float(curve.mean()) for curve in found] for kind, found in curves.items()}
    said = partial(Comparison.claim, setting=f"{name}, {panel.title}")
    return [
        said("ResNets converge alike at all depths", ours=f"log10 of the losses at most {gap:.3f} apart", holds=gap <= ALIKE),
        said(
            "Standard networks get worse with the depth",
            ours="log10 of the loss, in the mean over the iterations: " + ", ".join(f"{value:.2f}" for value in mean["standard"]),
            holds=all(a < b for a, b in pairwise(mean["standard"])),
        ),
        said(
            "The deepest ResNet is faster than every standard network",
            ours=f"log10 of the loss, in the mean over the iterations: {mean['ResNet'][-1]:.2f} against {min(mean['standard']):.2f}",
            holds=mean["ResNet"][-1] < min(mean["standard"]),
        ),
    ]


# --- The figure -------------------------------------------------------------------------------------------------------

ITERATIONS, STEP = 300, 0.5
section_5 = (
    "X of 10 x 1000 standard normal entries, Y = -X + 0.1 E, a step size of {step:g}/(L lambda_A^2 lambda_B^2 ||X||^2), "
    "{steps} iterations; {maps}."
)
of_random = "A of entries N(0, 1/m) and B of entries N(0, 1/k)"
three = f"identity, modified identity with alpha = 1, and random, {of_random}"
both = f"{of_random}; hidden weights zero in ResNets, of entries N(0, 1/m) in standard networks"


def setting_of_transformations(name, group, step, steps):
    """A setting of panels (a) and (b)."""
    said = section_5.format(step=step, steps=steps, maps=f"10 layers; {three}")
    return Setting(name, group, said, partial(transformations, steps=steps, step=step), 6)


def setting_of_depths(name, group, *, letter, width, counts, step=STEP, steps=ITERATIONS):
    """A setting of panel (c) or (d)."""
    said = section_5.format(step=step, steps=steps, maps=both)
    run = partial(depths, letter=letter, width=width, counts=counts, steps=steps, step=step)
    return Setting(name, group, said, run, 2 * len(counts))


settings = (
    setting_of_transformations("transformations", "paper", STEP, ITERATIONS),
    setting_of_depths("depths-40", "paper", letter="c", width=40, counts=(5, 10, 20)),
    setting_of_depths("depths-200", "paper", letter="d", width=200, counts=(10, 50, 100), steps=100),
    setting_of_transformations("transformations-short-steps", "small", 0.1, 5 * ITERATIONS),
    setting_of_depths("depths-40-short-steps", "small", letter="c", width=40, counts=(5, 10, 20), step=0.1),
)


def compare(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """The claims of section 5 in every setting."""
    rows = []
    for name, outcome in outcomes.items():
        rows += (compare_transformations if name.startswith("transformations") else compare_depths)(name, outcome)
    return rows


paper.figure(
    "figure-1", "Transformations and depths of linear ResNets",
    source="Figure 1, section 5", settings=settings, compare=compare, repetitions=2, usual="paper",
)
