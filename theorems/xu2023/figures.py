"""Figures 1 and 2: the step-size schedules against each other, and the bounds (37) against the loss.

Each figure runs in the setting that the paper prints and in that of the authors' published code
(simonxu97/aistats2023_overparametrization), which differ; both are in the catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from theorems.xu2023 import initialisation
from theorems.xu2023.convergence import alpha_0_corrected, layer_bound
from theorems.xu2023.notation import *
from verify.author import *
from verify.experiments import Comparison, Curve, Outcome, Panel, Setting, logarithm
from verify.runs import simulate
from verify.schedules import adaptive

ROUNDING = 1e-24
"""Below this multiple of L(0) the loss is rounding, so that no comparison looks there."""

SLACK = 1e-12
"""The rounding that is allowed where the bound (37) meets the loss, as it does at t = 0."""

# --- the schedules ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Schedule:
    """A rule for the step size, and the bound on the contraction of the loss that it minimises, if any."""

    name: str
    step: Any
    rate: Any = None
    tex: str = ""


def of_rates(alpha_0, alpha_t, beta_t, p_2):
    """Algorithm 1 with each h of (40), minimised by Claim 3.1, for given bounds on the spectrum of tau_t and on the product."""
    a = rate_coefficients(alpha_0, beta_0)
    start = [initial(a_k) for a_k in a]
    largest = largest_step(alpha_0, beta_0)
    q, s, g = sqrt(2 * K * L), sigma_max(W), fro(G)
    hat = (2 * mu * alpha_t, K * mu * beta_t**2 + 2 * mu * p_2 * q, 2 * mu * K * beta_t * p_2 * q, 2 * mu * K**2 * p_2**2 * L)
    exact = (2 * mu * tau_min, K * mu * tau_max**2 + 2 * mu * s * g, 2 * mu * K * tau_max * s * g, mu * K * s**2 * g**2)

    def schedule(name, tex, h):
        rate = 1 - h[0] * eta + h[1] * eta**2 + h[2] * eta**3 + h[3] * eta**4
        return Schedule(name, adaptive(rate, eta, up_to=largest), rate, tex)

    return (
        schedule("f(eta, 0)", r"$f(\eta,0)$", start),
        schedule("f(eta, t)", r"$f(\eta,t)$", a),
        schedule("rhohat(eta, t)", r"$\hat\rho(\eta,t)$", hat),
        schedule("rho(eta, t)", r"$\rho(\eta,t)$", exact),
    )


def du(epsilon):
    """The step size (141) of Du et al. for a final precision epsilon."""
    return Schedule("Du et al.", initialisation.du(epsilon))


def arora(divisor):
    """The step size (142) of Arora et al. with the divisor of ||Y||_F^4."""
    return Schedule("Arora et al.", p_1**3 / (divisor * fro(Y) ** 4))


printed_rates = of_rates(alpha_0, alpha_t, beta_t, p_2)

# The code recomputes the margin and p_2 from the present error in rhohat, and lets the margin of a
# layer with more rows than the target has singular values be 0.
p_2_now = (fro(Y) + fro(E)) / sigma_min(X)


def margin_now(k):
    """The margin of the present error with the k-th singular value of Y."""
    return maximum(sigma(Y, k) - fro(E), 0) / sigma_max(X)


code_rates = of_rates(
    alpha_0_corrected,
    layer_bound(D, n, margin_now(n)) + layer_bound(-D, m, margin_now(m)),
    beta(maximum(lam_max(D), 0), maximum(lam_max(-D), 0), p_2_now),
    p_2_now,
)

ADAPTIVE = CONSTANT, MOVING, HAT, EXACT = tuple(schedule.name for schedule in printed_rates)


def networks(X_value, Y_value, first, second, c_1_value, c_2_value):
    """Dimensions, starts and constants of a batch of networks."""
    dimensions = {n: X_value.shape[-1], m: Y_value.shape[-1], N: X_value.shape[-2], h: first.shape[-1]}
    return dimensions, {X: X_value, Y: Y_value, W_1: first, W_2: second}, {c_1: c_1_value, c_2: c_2_value}


def follow(networks, schedule, steps, record):
    """Each recorded quantity under a schedule, for each repetition and time; NaN where it is undefined."""
    dimensions, start, constants = networks
    named = {str(k): quantity for k, quantity in enumerate(record)}
    runs = simulate(descent, dimensions, start, steps, named, constants=constants, step_size=schedule.step, trajectories=True)
    return [runs[name].trajectory.filled(np.nan) for name in named]


def at_the_start(networks, record):
    """Each quantity at time 0, for each repetition."""
    dimensions, start, constants = networks
    named = {str(k): quantity for k, quantity in enumerate(record)}
    runs = simulate(descent, dimensions, start, 0, named, constants={**constants, eta: 0})
    return [runs[name].last.filled(np.nan) for name in named]


# --- Figure 1 --------------------------------------------------------------------------------------

STEPS_1 = 100


def spectral(W_0, width, *, powers):
    """W_1 = U Sigma^p, W_2 = Sigma^q V^T from the SVD of the column W_0, padded with zeros; powers = (p, q)."""
    count, size = W_0.shape[0], np.linalg.norm(W_0, axis=(-2, -1))
    first, second = np.zeros((count, 20, width)), np.zeros((count, width, 1))
    first[:, :, 0] = W_0[:, :, 0] / size[:, None] * size[:, None] ** powers[0]
    second[:, 0, 0] = size ** powers[1]
    return first, second


def schedules_compared(repetitions, generator, progress, *, powers, width, constants, schedules, divisor, average):
    """Losses and step sizes of all schedules from the data of (45)."""
    W_0 = 0.5 * generator.standard_normal((repetitions, 20, 1))
    targets = W_0 + 0.04 * generator.standard_normal((repetitions, 20, 1))
    data = np.broadcast_to(np.eye(20), (repetitions, 20, 20))
    batch = networks(data, targets, *spectral(W_0, width, powers=powers), *constants)
    losses, steps = [], []
    for schedule in schedules:
        progress(schedule.name)
        loss, size = follow(batch, schedule, STEPS_1, [L, eta])
        losses.append(Curve(schedule.name, loss / divisor, tex=schedule.tex))
        steps.append(Curve(schedule.name, size[:, :-1], tex=schedule.tex))
    largest = largest_step(alpha_0_corrected if schedules[-1].rate is code_rates[-1].rate else alpha_0, beta_0)
    names = ("eta_max", "alpha_0", "L(0)")
    numbers = dict(zip(names, at_the_start(batch, [largest, alpha_0, initial(L)]), strict=True))
    what = "reconstruction error L(t)" if divisor == 1 else "reconstruction error L(t)/N"
    return Outcome((Panel("loss", what, tuple(losses), average), Panel("step size", "step size", tuple(steps), average, False)), numbers)


printed_1 = (arora(6144 * 2**3), du(fro(Y)), *printed_rates)
code_1 = (arora(10**5), du(fro(Y) / 2), *code_rates)
as_printed = partial(schedules_compared, width=1000, constants=(0.5, 1.5), schedules=printed_1, divisor=1, average="log of mean")
large_margin = "X = I, Y = X W(0) + 0.04 eps, W(0) of entries N(0, 1/4), 100 steps"
settings_1 = (
    Setting(
        "printed", "paper",
        f"{large_margin}; as (45) prints it, W_1(0) = U S V^T and W_2(0) = S^(1/2) V^T, which is neither balanced nor a "
        "factorisation of W(0); width 1000, c_1 = 0.5, c_2 = 1.5.",
        partial(as_printed, powers=(1, 0.5)),
        len(printed_1),
    ),
    Setting(
        "balanced", "paper",
        f"{large_margin}; the balanced initialisation of Proposition F.1, which the text describes, W_1(0) = U S^(1/2) and "
        "W_2(0) = S^(1/2) V^T; width 1000, c_1 = 0.5, c_2 = 1.5.",
        partial(as_printed, powers=(0.5, 0.5)),
        len(printed_1),
    ),
    Setting(
        "code", "code",
        f"{large_margin}; balanced, width 500, c_1 = 0.8, c_2 = 1.2, a margin of its own in each half of alpha_0, rhohat with p_1 "
        "and p_2 of the present error, divisor 10^5 in (142), epsilon = ||Y||/2 in (141), losses divided by N.",
        partial(
            schedules_compared, powers=(0.5, 0.5), width=500, constants=(0.8, 1.2), schedules=code_1, divisor=20, average="mean of log"
        ),
        len(code_1),
    ),
)

RERUN_STEPS = {MOVING: 0.046, HAT: 0.081, EXACT: 0.086, "Arora et al.": 3.4e-6, "Du et al.": 3.1e-3}
RERUN_LOSSES = {CONSTANT: -12.7, MOVING: -13.0, HAT: -22.3, EXACT: -22.3, "Arora et al.": -3.10, "Du et al.": -3.13}
"""Our own rerun of the authors' code with 10 seeds, from the catalogue: first steps, and mean log10 of L(99)/N."""


def compare_1(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """The claims of section 4.1 in every setting, and the catalogue's rerun beside the code's setting."""
    rows = []
    for name, outcome in outcomes.items():
        loss, step = outcome.panels
        last = {c.name: logarithm(c.values[:, -1]) for c in loss.curves}
        mean = {k: float(np.nanmean(v)) for k, v in last.items()}
        others = [k for k in mean if k not in ADAPTIVE]
        said = partial(Comparison.claim, setting=name)
        slowest, best = max(mean[k] for k in ADAPTIVE), min(mean[k] for k in others)
        rows.append(said(
            "Algorithm 1 converges fastest",
            ours=f"log10 of the loss at the end at most {slowest:.2f}, Arora and Du at least {best:.2f}", holds=slowest < best,
        ))
        ours = np.minimum.reduce([step.curve(k).values for k in ADAPTIVE])
        theirs = np.maximum.reduce([step.curve(k).values for k in others])
        kept = np.isfinite(ours) & np.isfinite(theirs)
        rows.append(said(
            "Its steps are larger than those of Arora and Du",
            ours=f"in {np.mean(ours[kept] > theirs[kept]):.1%} of all steps", holds=(ours > theirs)[kept].all(),
        ))
        hat, exact, moving, constant = mean[HAT], mean[EXACT], mean[MOVING], mean[CONSTANT]
        rows.append(said(
            "rhohat and rho are faster than f(eta, t) and f(eta, 0)",
            ours=f"log10 at the end: rhohat {hat:.2f}, rho {exact:.2f}, f(eta, t) {moving:.2f}, f(eta, 0) {constant:.2f}",
            holds=max(hat, exact) < min(moving, constant),
        ))
        apart, gap = abs(hat - exact), abs(moving - max(hat, exact))
        rows.append(said(
            "rhohat and rho have similar rates",
            ours=f"they end {apart:.2f} decades apart, f(eta, t) {gap:.2f} from them", holds=apart < gap,
        ))
        lost = repetitions - int(np.isfinite(np.stack(list(last.values()))).all(axis=0).sum())
        kept_runs = f"in {repetitions - lost} of {repetitions} repetitions"
        rows.append(said("The margin makes alpha_0 positive", ours=kept_runs, holds=lost == 0))
    if "code" in outcomes:
        outcome = outcomes["code"]
        loss, step = outcome.panels
        again = partial(Comparison.number, setting="code")
        rows.append(again("our rerun of the code: L(0)/N", paper=8.6e-4, ours=outcome.numbers["L(0)"] / 20))
        rows.append(again("our rerun of the code: eta_max", paper=0.086, ours=outcome.numbers["eta_max"]))
        rows += [
            again(f"our rerun of the code: first step of {k}", paper=v, ours=step.curve(k).values[:, 0]) for k, v in RERUN_STEPS.items()
        ]
        rows += [
            again(f"our rerun of the code: log10 of L(99)/N with {k}", paper=v, ours=logarithm(loss.curve(k).values[:, 99]))
            for k, v in RERUN_LOSSES.items()
        ]
    return rows


paper.figure(
    "figure-1", "Evolution of the loss and of the step size for different step-size schedules",
    source="Figure 1, section 4.1, Appendix F", settings=settings_1, compare=compare_1,
)

# --- Figure 2 --------------------------------------------------------------------------------------

STEPS_2 = 200
TITLES = {1: 0.505, 5: 0.555, 100: 0.600}
"""alpha_0/beta_0 in the panels' titles, by sigma."""

TITLE_TOLERANCE = 0.02
"""A title agrees where the mean of our repetitions is within this fraction of it; one draw deviates by 3 % of it."""

FOLLOWING = 0.1
"""A bound follows the loss where it promises at least this part of the decades that the loss falls."""


def data_2(repetitions, generator, *, of_code):
    """X and Y = X Theta: standard normal as printed, or X orthogonal and Theta of variance 1/n as in the code."""
    data = generator.standard_normal((repetitions, 20, 20))
    truth = generator.standard_normal((repetitions, 20, 20))
    if of_code:
        data, truth = np.linalg.qr(data)[0], truth / np.sqrt(20)
    return data, data @ truth


def layers_2(repetitions, generator, sigma_value, *, of_code):
    """W_1 = s U_0, W_2 = V_0/s: s = sigma as printed, or s^2 - s^-2 = sigma as in the code."""
    scale = np.sqrt((sigma_value + np.sqrt(sigma_value**2 + 4)) / 2) if of_code else sigma_value
    first = generator.standard_normal((repetitions, 20, 1000))
    return scale * first, generator.standard_normal((repetitions, 1000, 20)) / scale


def bounds_compared(repetitions, generator, progress, *, of_code, schedules, divisor, average):
    """Losses and bounds (37) of Algorithm 1 for the three initialisations."""
    panels, numbers = [], {}
    for sigma_value in TITLES:
        data = data_2(repetitions, generator, of_code=of_code)
        batch = networks(*data, *layers_2(repetitions, generator, sigma_value, of_code=of_code), 0.5, 1.5)
        lower, upper = at_the_start(batch, [alpha_0, beta_0])
        ratio = numbers[f"alpha_0/beta_0, sigma = {sigma_value}"] = lower / upper
        curves = []
        for schedule in schedules:
            progress(f"sigma = {sigma_value}, {schedule.name}")
            loss, rate = follow(batch, schedule, STEPS_2, [L, schedule.rate])
            bound = np.cumprod(np.concatenate([loss[:, :1], rate[:, :-1]], axis=1), axis=1)
            curves += [Curve(schedule.name, v / divisor, role, schedule.tex) for v, role in ((loss, "run"), (bound, "bound"))]
        what = "reconstruction error L(t)" if divisor == 1 else "reconstruction error L(t)/N"
        found = f"{ratio.mean():.3f}"
        tex = rf"$\sigma = {sigma_value}$, $\alpha_0/\beta_0 = {found}$"
        title = f"sigma = {sigma_value}, alpha_0/beta_0 = {found}"
        panels.append(Panel(title, what, tuple(curves), average, tex=tex, promise="bound (37)"))
    return Outcome(tuple(panels), numbers)


settings_2 = (
    Setting(
        "printed", "paper",
        "X and Theta of standard normal entries, Y = X Theta; W_1(0) = sigma U_0, W_2(0) = V_0/sigma of width 1000; "
        "c_1 = 0.5, c_2 = 1.5, 200 steps.",
        partial(bounds_compared, of_code=False, schedules=printed_rates, divisor=1, average="log of mean"),
        3 * len(printed_rates),
    ),
    Setting(
        "code", "code",
        "X orthogonal, Theta of entries N(0, 1/n), Y = X Theta; W_1(0) = s U_0, W_2(0) = V_0/s with s^2 - s^-2 = sigma, width 1000; "
        "c_1 = 0.5, c_2 = 1.5, rhohat with p_1 and p_2 of the present error, losses divided by N, 200 steps.",
        partial(bounds_compared, of_code=True, schedules=code_rates, divisor=20, average="mean of log"),
        3 * len(code_rates),
    ),
)


def titles(repetitions, generator) -> list[Comparison]:
    """alpha_0/beta_0 under the four combinations of printed and code data and weights, beside the titles."""
    rows, matched = [], []
    for data_of_code in (False, True):
        for layers_of_code in (False, True):
            which = f"{'code' if data_of_code else 'printed'} X, Theta; {'code' if layers_of_code else 'printed'} W"
            found = []
            for sigma_value, title in TITLES.items():
                data = data_2(repetitions, generator, of_code=data_of_code)
                batch = networks(*data, *layers_2(repetitions, generator, sigma_value, of_code=layers_of_code), 0.5, 1.5)
                lower, upper = at_the_start(batch, [alpha_0, beta_0])
                what = f"title alpha_0/beta_0, sigma = {sigma_value}"
                found.append(Comparison.number(what, which, title, lower / upper, within=TITLE_TOLERANCE))
            rows += found
            if all(row.standing == "agrees" for row in found):
                matched.append(which)
    standing = "agrees" if matched else "disagrees"
    rows.append(Comparison("all three titles together", "four combinations", "", "; ".join(matched) or "none", standing))
    return rows


def compare_2(outcomes: Mapping[str, Outcome], repetitions: int, generator: np.random.Generator) -> list[Comparison]:
    """The titles, and the claims of section 4.2 in every setting."""
    rows = titles(repetitions, generator)
    for name, outcome in outcomes.items():
        pairs = [(p, p.curve(k), p.curve(k, "bound")) for p in outcome.panels for k in ADAPTIVE]
        above = [(run.values[:, :1] * ROUNDING < run.values) & np.isfinite(bound.values) for _, run, bound in pairs]
        below = [run.values <= bound.values * (1 + SLACK) for _, run, bound in pairs]
        held, count = (sum(int(part.sum()) for part in parts) for parts in ([b & a for a, b in zip(above, below, strict=True)], above))
        rows.append(Comparison.claim("The bound (37) holds", name, f"in {held} of {count} times and repetitions", held == count))
        for panel in outcome.panels:
            decays = {}
            for k in ADAPTIVE:
                run, bound = (np.nanmean(logarithm(panel.curve(k, role).values), axis=0) for role in ("run", "bound"))
                t = max(int(np.sum(run > run[0] + np.log10(ROUNDING))) - 1, 1)
                decays[k] = float((bound[t] - bound[0]) / (run[t] - run[0]))
            rows.append(Comparison.claim(
                "The bounds (37) follow the loss", f"{name}, {panel.title}",
                "decades promised for each decade of the loss: " + ", ".join(f"{k} {v:.2g}" for k, v in decays.items()),
                min(decays.values()) >= FOLLOWING,
            ))
        decay = {k: [np.nanmean(logarithm(p.curve(k).values), axis=0) for p in outcome.panels] for k in ADAPTIVE}
        t = max(1, min(int(np.sum(v > v[0] + np.log10(ROUNDING))) for vs in decay.values() for v in vs) - 1)
        lost = {k: [float(v[t] - v[0]) for v in vs] for k, vs in decay.items()}
        shown = "; ".join(f"{k} " + ", ".join(f"{v:.2f}" for v in vs) for k, vs in lost.items())
        rows.append(Comparison.claim(
            "The larger alpha_0/beta_0, the faster the convergence", name, f"log10 of L({t})/L(0) for sigma = 1, 5, 100: {shown}",
            all(a > b > c for a, b, c in lost.values()),
        ))
    return rows


paper.figure(
    "figure-2", "Tightness of the bound (37) for three initialisations",
    source="Figure 2, section 4.2", settings=settings_2, compare=compare_2,
)
