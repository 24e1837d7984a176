"""Figures 2 to 7: imbalance and width, convergence by imbalance, and the distance from the min-norm solution as the width grows.

Everything runs in the coordinates of section 2.1, and in the hidden directions that the layers span: neither changes the losses.
The paper leaves open how many iterations figures 2 to 6 have.
"""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import numpy as np

from theorems.min2022.notation import *
from verify.author import *
from verify.experiments import Comparison, Curve, Outcome, Panel, Setting
from verify.runs import simulate

(eta,) = scalars("eta")
descent = law("gradient descent on (9)", {V: V + eta * (E.T * S * U_1), U_1: U_1 + eta * (S * E * V)}, step_size=eta, loss=L_t, widths=(h,))
lambda_r = sigma_min(S) ** 2
LEVELS = ("Delta_+", "Delta_-", "Delta")


def follow(start, steps, every, step_size):
    """Loss, rate, the bound (17) on the rate, c, and the three quantities of the imbalance, for each repetition and recorded time."""
    record = {"L": L_t, "rate": rate, "bound": lambda_r * bound, "c": lambda_r * c}
    record |= dict(zip(LEVELS, (Delta_plus, Delta_minus, Delta), strict=True))
    shape = start[U_1].shape
    dimensions = {r: shape[-2], m: start[V].shape[-2], h: shape[-1]}
    runs = simulate(descent, dimensions, start, steps, record, step_size=step_size, every=every, trajectories=True)
    return {name: runs[name].trajectory.filled(np.nan) for name in record}


def promised(found, step_size, every):
    """What Theorem 3 promises of the loss: exp(-lambda_r c(0) t) L(0); undefined where c(0) = 0, which promises nothing."""
    times = step_size * every * np.arange(found["L"].shape[1])
    first = found["c"][:, :1]
    return np.where(first > 0, found["L"][:, :1] * np.exp(-first * times), np.nan)


def panels(found, step_size, every):
    """The loss with Theorem 3 and the rate with Proposition 1, for each name in `found`."""
    losses = [Curve(name, one["L"]) for name, one in found.items()]
    losses += [Curve(name, promised(one, step_size, every), "bound") for name, one in found.items()]
    promise = "Theorem 3 or Proposition 1"
    rates = [Curve(name, one["rate"]) for name, one in found.items()] + [Curve(name, one["bound"], "bound") for name, one in found.items()]
    return (
        Panel("loss and Theorem 3", "loss", tuple(losses), "mean of log", every=every, promise=promise),
        Panel("rate and Proposition 1", "instantaneous rate", tuple(rates), "mean of log", every=every, promise=promise),
    )


def held(found):
    """In how many recorded times Proposition 1 holds, up to rounding, and out of how many."""
    kept = np.isfinite(found["rate"]) & (found["L"] > 1e-24 * found["L"][:, :1])
    return int((found["rate"] >= found["bound"] * (1 - 1e-9))[kept].sum()), int(kept.sum())


# --- Figures 2, 4 and 5: imbalance and width ------------------------------------------------------------------

WIDTHS = (30, 100, 300, 1000)
STEP, STEPS, EVERY = 0.05, 2000, 20


def xavier_start(repetitions, generator, width, n_inputs, n_outputs):
    """S = I/sqrt(m h), standard normal layers, targets with entries N(0, 0.1)."""
    scale = 1 / np.sqrt(n_outputs * width)
    return {
        S: np.broadcast_to(scale * np.eye(n_inputs), (repetitions, n_inputs, n_inputs)),
        U_1: generator.standard_normal((repetitions, n_inputs, width)), V: generator.standard_normal((repetitions, n_outputs, width)),
        Y_t: np.sqrt(0.1) * generator.standard_normal((repetitions, n_inputs, n_outputs)),
    }


def widths_compared(repetitions, generator, progress, *, n_outputs, spectra):
    """Spectra of the imbalance for the smallest and the largest width, and the runs of all widths."""
    found, numbers, lines = {}, {}, []
    for width in WIDTHS:
        progress(f"h = {width}")
        start = xavier_start(repetitions, generator, width, 20, n_outputs)
        found[f"h = {width}"] = one = follow(start, 0 if spectra else STEPS, EVERY, STEP)
        scale = n_outputs * width
        numbers |= {f"{name}, h = {width}": one[name][:, 0] / scale for name in LEVELS}
        values = np.linalg.eigvalsh(np.swapaxes(start[U_1], 1, 2) @ start[U_1] - np.swapaxes(start[V], 1, 2) @ start[V]) / scale
        numbers[f"positive, h = {width}"] = (values > 1e-9).sum(axis=1).astype(float)
        numbers[f"negative, h = {width}"] = (values < -1e-9).sum(axis=1).astype(float)
        if spectra and width in (WIDTHS[0], WIDTHS[-1]):
            up, down = np.sort(values)[:, ::-1][:, :20], np.sort(-values)[:, ::-1][:, :n_outputs]
            lines += [Curve(f"positive, h = {width}", up), Curve(f"negative, sign changed, h = {width}", down)]
        else:
            numbers |= {f"{name}, h = {width}": one[name] for name in ("L", "rate", "bound", "c")}
    spectrum = Panel("eigenvalues of D", "eigenvalue / (m h)", tuple(lines), "mean of log", axis="index")
    return Outcome((spectrum,) if spectra else panels(found, STEP, EVERY), numbers)


REFERENCE = {
    10: {30: (0.262, 0.164, 0.003), 1000: (0.051, 0.035, 0.157)},
    5: {30: (0.573, 0.210, 0.047), 1000: (0.102, 0.043, 0.329)},
}
"""Delta_+, Delta_- and Delta over m h in another program of ours (20 draws), from the catalogue, by m and h."""


def compare_spectra(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """The claims of section 5.1 on the imbalance."""
    rows = []
    for name, outcome in outcomes.items():
        said, of = partial(Comparison.claim, setting=name), outcome.numbers
        n_outputs = 5 if name == "m = 5" else 10
        middle = {(level, width): float(of[f"{level}, h = {width}"].mean()) for level in LEVELS for width in WIDTHS}
        for level, larger in (("Delta", True), ("Delta_+", False), ("Delta_-", False)):
            pair = middle[level, WIDTHS[0]], middle[level, WIDTHS[-1]]
            what = "level of imbalance" if larger else f"spread {level}"
            rows.append(said(
                f"The large width has a {'larger' if larger else 'smaller'} {what}",
                ours=f"{pair[0]:.3f} at h = 30, {pair[1]:.3f} at h = 1000", holds=(pair[0] < pair[1]) == larger,
            ))
        for width in WIDTHS:
            counts = of[f"positive, h = {width}"], of[f"negative, h = {width}"]
            rows.append(said(
                f"D has 20 positive and {n_outputs} negative eigenvalues at h = {width}",
                ours=f"{counts[0].min():.0f} to {counts[0].max():.0f} and {counts[1].min():.0f} to {counts[1].max():.0f}",
                holds=(counts[0] == 20).all() and (counts[1] == n_outputs).all(),
            ))
        for width, values in REFERENCE[n_outputs].items():
            rows += [
                Comparison.number(f"our other program: {level}/(m h), h = {width}", name, value, of[f"{level}, h = {width}"])
                for level, value in zip(LEVELS, values, strict=True)
            ]
    return rows


def compare_widths(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """The claims of section 5.1 and A.1 on rates and bounds."""
    rows = []
    for name, outcome in outcomes.items():
        said, of = partial(Comparison.claim, setting=name), outcome.numbers
        loss, _ = outcome.panels
        share, first, last, middle = {}, {}, {}, {}
        for width in WIDTHS:
            found = {key: of[f"{key}, h = {width}"] for key in ("L", "rate", "bound", "c")}
            here, total = held(found)
            rows.append(said(f"Proposition 1 holds at h = {width}", ours=f"in {here} of {total} recorded times", holds=here == total))
            curve, line = loss.curve(f"h = {width}"), loss.curve(f"h = {width}", "bound")
            below = curve.values <= line.values * (1 + 1e-9)
            apart = np.isfinite(line.values) & (curve.values > 1e-24 * curve.values[:, :1])
            rows.append(said(
                f"Theorem 3 holds at h = {width}", ours=f"in {int(below[apart].sum())} of {int(apart.sum())} recorded times",
                holds=below[apart].all(),
            ))
            ratio = found["bound"] / found["rate"]
            end = np.sum(found["L"] > 1e-20 * found["L"][:, :1], axis=1) - 1
            chosen = np.arange(repetitions), end
            first[width], last[width] = float(np.nanmean(ratio[:, 0])), float(np.nanmean(ratio[chosen]))
            share[width] = float(np.nanmean(found["c"][:, 0] * STEP * EVERY * end / np.log(found["L"][:, 0] / found["L"][chosen])))
            rates = [found["rate"][k, : end[k] + 1] for k in range(repetitions)]
            middle[width] = float(np.mean([one.max() / one.min() for one in rates]))
        small, large = WIDTHS[0], WIDTHS[-1]
        rows.append(said(
            "The rate at the small width starts large and decreases, that at the large one varies little",
            ours=f"largest over smallest rate: {middle[small]:.2f} at h = {small}, {middle[large]:.2f} at h = {large}",
            holds=middle[small] > 2 * middle[large],
        ))
        rows.append(said(
            "2 Delta is a good global bound at the large width, and none at the small one",
            ours="promised share of the decay: " + ", ".join(f"{value:.2f} at h = {width}" for width, value in share.items()),
            holds=share[large] > 0.5 > share[small],
        ))
        rows.append(said(
            "Late in training the bound on the rate is reasonably good at the small width, at the large one throughout",
            ours=f"bound over rate: {first[small]:.2f} first and {last[small]:.2f} last at h = {small}, "
            f"{first[large]:.2f} and {last[large]:.2f} at h = {large}",
            holds=last[small] > 0.5 and min(first[large], last[large]) > 0.5,
        ))
    return rows


printed_widths = "S = I/sqrt(m h), n = 20, layers standard normal, targets N(0, 0.1); h = 30, 100, 300, 1000"
outputs = {5: f"Section 5.1: {printed_widths}, m = 5.", 10: f"Appendix A.1: {printed_widths}, m = 10."}


def settings_of(spectra):
    """Both sizes of the experiment."""
    more = "" if spectra else f" Gradient descent with the step size {STEP}, {STEPS} steps."
    return tuple(
        Setting(f"m = {size}", "paper", text + more, partial(widths_compared, n_outputs=size, spectra=spectra), len(WIDTHS))
        for size, text in outputs.items()
    )


spectra, curves = settings_of(True), settings_of(False)
paper.figure(
    "figure-2", "Loss and instantaneous rate at different widths, and their bounds",
    source="Figure 2, section 5.1 (its left part is figure 4); one sentence calls the small width 50", settings=curves[:1],
    compare=compare_widths, repetitions=5,
)
paper.figure(
    "figure-4", "Eigenvalues of the imbalance at a small and a large width", source="Figures 2 (left) and 4", settings=spectra,
    compare=compare_spectra, repetitions=20,
)
paper.figure(
    "figure-5", "Loss and instantaneous rate at different widths, and their bounds",
    source="Figure 5, Appendix A.1", settings=curves[1:], compare=compare_widths, repetitions=5,
)

# --- Figures 3 and 6: convergence by imbalance --------------------------------------------------------------------

SAMPLES, INPUTS, WIDTH = 100, 500, 500
CASES = {"case 1": (0.1, 0.1), "case 2": (0.5, 0.02), "case 3": (0.05, 0.2)}
STEP_3, STEPS_3, EVERY_3 = 5e-4 * 2 / SAMPLES, 10_000, 200
"""The loss is 2/n times that of (9), so that the step size is scaled by 2/n."""


def regression(repetitions, generator, data):
    """Sigma_X^{1/2} and the targets W^T Y for Y = X Theta + eps, with Theta ~ N(0, I/D) and eps ~ N(0, 0.01^2 I)."""
    left, values, right = np.linalg.svd(data, full_matrices=False)
    truth = generator.standard_normal((repetitions, INPUTS, 1)) / np.sqrt(INPUTS)
    noise = 0.01 * generator.standard_normal((repetitions, SAMPLES, 1))
    return values, right, values[:, :, None] * (right @ truth) + np.swapaxes(left, 1, 2) @ noise


def imbalances_compared(repetitions, generator, progress):
    """The three imbalanced starts and the balanced one with the same product."""
    _, _, targets = regression(repetitions, generator, whitened(generator.standard_normal((repetitions, SAMPLES, INPUTS))))
    U_0, V_0 = generator.standard_normal((repetitions, SAMPLES, WIDTH)), generator.standard_normal((repetitions, 1, WIDTH))
    starts = {name: (sigma_U * U_0, sigma_V * V_0) for name, (sigma_U, sigma_V) in CASES.items()}
    product = 0.01 * U_0 @ np.swapaxes(V_0, 1, 2)
    size = np.linalg.norm(product, axis=(1, 2), keepdims=True) ** 0.5
    direction = np.zeros((1, WIDTH))
    direction[0, 0] = 1
    starts["balanced"] = product / size * direction, size * direction
    found = {}
    for name, (first, second) in starts.items():
        progress(name)
        start = {S: np.broadcast_to(np.eye(SAMPLES), (repetitions, SAMPLES, SAMPLES)), U_1: first, V: second, Y_t: targets}
        found[name] = follow(start, STEPS_3, EVERY_3, STEP_3)
    numbers = {f"{key}, {name}": one[key] for name, one in found.items() for key in ("L", "rate", "bound", "c", "Delta")}
    return Outcome(panels(found, STEP_3, EVERY_3), numbers)


def whitened(data):
    """The data with all singular values replaced by 1."""
    left, _, right = np.linalg.svd(data, full_matrices=False)
    return left @ right


def compare_imbalances(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """The claims of section 5.2 and A.2."""
    rows = []
    for name, outcome in outcomes.items():
        said, of = partial(Comparison.claim, setting=name), outcome.numbers
        cases = (*CASES, "balanced")
        level = {case: float(of[f"Delta, {case}"][:, 0].mean()) for case in cases}
        end = {case: float(np.log10(of[f"L, {case}"][:, -1] / of[f"L, {case}"][:, 0]).mean()) for case in cases}
        shown = ", ".join(f"{case} {end[case]:.2f} at the level {level[case]:.2f}" for case in cases)
        order = sorted(cases, key=level.__getitem__)
        rows.append(said(
            "The higher the level of imbalance, the faster the convergence", ours=f"log10 of L(end)/L(0): {shown}",
            holds=all(end[a] > end[b] for a, b in pairwise(order)),
        ))
        rows.append(said("The balanced start is the slowest", ours=shown, holds=end["balanced"] == max(end.values())))
        first = of["c, balanced"][:, 0]
        unbounded = f"c(0) = {first.max():.2g}"
        rows.append(said("Without a margin there is no bound for the balanced start", ours=unbounded, holds=(first < 1e-9).all()))
        for case in cases:
            here, total = held({key: of[f"{key}, {case}"] for key in ("L", "rate", "bound", "c")})
            rows.append(said(f"Proposition 1 holds in {case}", ours=f"in {here} of {total} recorded times", holds=here == total))
        ratio = {case: of[f"bound, {case}"] / of[f"rate, {case}"] for case in CASES}
        early, late = {k: float(v[:, 0].mean()) for k, v in ratio.items()}, {k: float(v[:, -1].mean()) for k, v in ratio.items()}
        shown = ", ".join(f"{case} {early[case]:.2f} to {late[case]:.2f}" for case in CASES)
        rows.append(said(
            "The bound on the rate is reasonably good, except early in case 2", ours=f"bound over rate, first to last: {shown}",
            holds=early["case 2"] == min(early.values()) and min(early["case 1"], early["case 3"], *late.values()) > 0.5,
        ))
    return rows


imbalanced_setting = Setting(
    "printed", "paper",
    "X of 100 x 500 with all singular values 1, m = 1, h = 500, (sigma_U, sigma_V) = (0.1, 0.1), (0.5, 0.02), (0.05, 0.2), and the "
    f"balanced start with the same product; gradient descent on the averaged loss, step size 5e-4, {STEPS_3} steps.",
    imbalances_compared, len(CASES) + 1,
)
for label, source in (("figure-3", "Figure 3, section 5.2"), ("figure-6", "Figure 6, Appendix A.2, the same experiment")):
    paper.figure(
        label, "Gradient descent from starts of different imbalance", source=source, settings=(imbalanced_setting,),
        compare=compare_imbalances, repetitions=2,
    )

# --- Figure 7: the distance from the min-norm solution ----------------------------------------------------------------

HIDDEN = (500, 1000, 2000, 3000, 5000, 7000, 10_000)
STOP = 1e-8


def trained(repetitions, generator, progress, *, step_size, report):
    """Train all widths at once until the averaged loss is below 1e-8, and measure how far U V^T is from the min-norm solution."""
    count = repetitions * len(HIDDEN)
    data = generator.standard_normal((repetitions, SAMPLES, INPUTS)) / np.sqrt(INPUTS)
    values, _, targets = regression(repetitions, generator, data)
    values, targets = np.repeat(values, len(HIDDEN), axis=0), np.repeat(targets, len(HIDDEN), axis=0)
    rows = SAMPLES + 1
    layers, unseen = np.zeros((count, rows, rows)), np.zeros((count, INPUTS - SAMPLES, rows))
    for k in range(count):
        width = HIDDEN[k % len(HIDDEN)]
        normal = generator.standard_normal((width, rows)) / np.sqrt(width)
        layers[k] = np.linalg.qr(normal, mode="r").T
        # The other rows of U are independent of these directions, so that their coordinates in them are normal, too.
        unseen[k] = generator.standard_normal((INPUTS - SAMPLES, rows)) / np.sqrt(width)
    second, first = layers[:, :1], layers[:, 1:]
    first_product = unseen @ np.swapaxes(second, 1, 2)
    scale, step = values[:, :, None], 2 * step_size / SAMPLES
    left = np.arange(count)
    distance, steps = np.full(count, np.nan), 0
    while len(left):
        product = first[left] @ np.swapaxes(second[left], 1, 2)
        error = targets[left] - scale[left] * product
        done = np.mean(error**2, axis=(1, 2)) < STOP
        for k in left[done]:
            solution = targets[k] / scale[k]
            apart = first[k] @ second[k].T - solution
            distance[k] = np.sqrt(np.sum(apart**2) + np.sum((unseen[k] @ second[k].T) ** 2))
        left, error = left[~done], error[~done]
        pull = scale[left] * error
        first[left], second[left] = first[left] + step * pull @ second[left], second[left] + step * np.swapaxes(pull, 1, 2) @ first[left]
        steps += 1
        if steps % report == 0:
            progress(f"{steps} steps, {count - len(left)} of {count} runs done")
    shape = (repetitions, len(HIDDEN))
    start = np.sqrt(np.sum(first_product**2, axis=(1, 2))).reshape(shape)
    s_value = np.sqrt(INPUTS + 1) + np.log(2 / 0.1) / 2
    exponent = 1 + values[:, 0] / values[:, -1] ** 2 * np.linalg.norm(targets, axis=(1, 2))
    widths = np.array(HIDDEN, dtype=float)
    limit = 2 * np.exp(exponent.reshape(shape)) * np.sqrt(1 + SAMPLES) * s_value / np.sqrt(widths)
    curves = (
        Curve("distance", distance.reshape(shape)), Curve("||U_2(0) V(0)^T||_F", start), Curve("Theorem 12, delta = 0.1", limit, "bound"),
    )
    title = "distance from the min-norm solution"
    panel = Panel(title, "distance", curves, "mean of log", axis="width h", ticks=tuple(HIDDEN), promise="")
    return Outcome((panel,), {"h_0": np.full(repetitions, 16 * s_value**2)})


def compare_bias(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """The claims of A.3, and what Theorem 12 promises."""
    rows = []
    for name, outcome in outcomes.items():
        (panel,) = outcome.panels
        found, limit = panel.curve("distance").values, panel.curve("Theorem 12, delta = 0.1", "bound").values
        mean = found.mean(axis=0)
        slopes = np.array([np.polyfit(np.log(HIDDEN), np.log(one), 1)[0] for one in found])
        rows.append(Comparison.claim(
            "The distance decreases as the width grows", name, ", ".join(f"{d:.3f} at {w}" for w, d in zip(HIDDEN, mean, strict=True)),
            bool((np.diff(mean) < 0).all()),
        ))
        rows.append(Comparison.number("exponent of h in the distance", name, -0.5, slopes, within=0.1))
        rows.append(Comparison.claim(
            "The distance is below the bound of Theorem 12", name,
            f"at most {float((found / limit).max()):.1e} of it", (found <= limit).all(),
        ))
        h_0 = float(outcome.numbers["h_0"][0])
        covered = [w for w in HIDDEN if w > h_0]
        rows.append(Comparison(
            "widths above h_0 of Lemma 11 at delta = 0.1", name, "not reported",
            f"h_0 = {h_0:.0f}: {', '.join(map(str, covered)) or 'none'}",
            "no number",
        ))
    return rows


wide_data = "X of 100 x 500 with entries N(0, 1/500), m = 1, layers N(0, 1/h), h from 500 to 10,000, until the averaged loss is below 1e-8"
paper.figure(
    "figure-7", "The distance of the trained network from the min-norm solution",
    source="Figure 7, Appendix A.3",
    settings=(
        Setting("printed", "paper", f"{wide_data}; step size 5e-3.", partial(trained, step_size=5e-3, report=20_000), 12),
        Setting(
            "long steps", "small", f"{wide_data}; step size 0.5 for the printed 5e-3.", partial(trained, step_size=0.5, report=200), 12
        ),
    ),
    compare=compare_bias, repetitions=5, usual="small",
)
