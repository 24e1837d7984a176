"""Theorem 3.6 itself: as it is printed, exactly at the proof's own step size and horizon for one layer, and by draws with larger steps."""

from theorems.zou2020.notation import *
from theorems.zou2020.stochastic_runs import S_2, bound_36, gain_0, gap_0, loss_0, moved, ratio, start
from theorems.zou2020.stochastic_steps import Z, dims, products, s

alpha, delta, q, w, share = scalars("alpha delta q w share")
positive, below_sixth = Interval.open(0, oo), Interval.Lopen(0, Rational(1, 6))
step_36 = b * mu_A**2 * mu_B**2 * sigma_r**2 / (6 * e**3 * L * n * products**4 * norm_X**2)
"""The bound of the proof on the step size without the minimum."""

# --- As it is printed, with eps in the place of the proof's eps/3 ---------------------------------------------------

whole_step = define("loss_1", loss_of(start - eta * stack(l, gradient(start, l), 1, L)))
enough = gain_0 * sigma_r**2 / (sqrt(8 * e**3) * norm_X * q * fro(Theta * X))


def on_the_sample(accuracies):
    """L* = 0, B = n, q = log(L(W^(0))/eps), the condition on A and B, and every step size up to the bound, for T = 1."""
    return shapes(4, 3).extended(
        FullRank(A), FullRank(B), FullRank(F), FullRank(G), AnyMatrix(Theta), Scalar(q, accuracies),
        StepSize(s, up_to=enough), let(Y, B * A * X + s * Theta * X), Scalar(delta, below_sixth),
        StepSize(eta, up_to=step_36.xreplace({b: n}) * log(2) ** 2 / (3 * norm_X**2 * log(1 / delta) * q)),
    )


printed = paper.inequality(
    "thm-3.6.printed", "Where the T of the theorem is at most 1, one step reaches eps; on the whole sample, so that nothing is random",
    source="Theorem 3.6 with log(L(W^(0))/eps), B = n, L* = 0; q = log(L(W^(0))/eps), the constants of the proof",
    over=on_the_sample(positive),
    given=q <= eta * rate,
    claim=whole_step <= exp(-q) * loss_0,
    examples=[example(
        dimensions={"L": 1, "m": 1, "d": 1, "k": 1, "n": 1, "r": 1}, A=[[1]], B=[[1]], F=[[1]], G=[[1]], Theta=[[1]],
        q="1/10000", theta_s=1, delta="1/6", theta_eta=1,
    )],
    wrong=(
        "For eps near L(W^(0)) the logarithm is as small as one likes, so that the step size is as large as one likes, and T below 1. "
        "The proof has eps/3 there, whose logarithm is at least log(3). No absolute constants help. "
        "Only eps near L(W^(0)) is concerned: for eps <= L(W^(0))/3 the logarithm is at least log(3) as well."
    ),
)

paper.corrected(
    printed, over=on_the_sample(Interval.open(2, oo)), given=(), claim=whole_step <= (1 - eta * rate) * loss_0,
    note="With eps' = eps/3: q is at least log(3) then, every step contracts, and log(3)/(eta rate) is the T of the proof. Here q > 2.",
)

# --- The proof's own step size and horizon: one layer, d = k = 1, modified identity maps -------------------------------

x, y = matrix("x", 1, n), matrix("y", 1, n)


class LeastSquares:
    """SGD for one layer between modified identity maps: u -> u - a times a stochastic gradient of |u x - y|^2/2, a = eta alpha^2."""

    def __init__(self, x, y, a):
        self.x, self.a = x, a
        self.best = inner(x, y) / fro(x) ** 2
        residual = y - self.best * x
        curvature, noise = n / b * fro(x * S) ** 2, n / b * inner(residual * S, x * S)
        self.L_star = define("L_star", half * fro(residual) ** 2, latex="L^{*}")
        self.gap = define("gap", half * self.best**2 * fro(x) ** 2, latex="L_0-L^{*}")
        self.contraction = 1 - a * fro(x) ** 2
        self.square = mean_over_minibatches((1 - a * curvature) ** 2, S)
        self.cross = mean_over_minibatches((1 - a * curvature) * noise, S)
        self.variance = mean_over_minibatches(noise**2, S)

    def mean_excess(self, T):
        """The mean of L(W^(T)) - L*: u - u* starts at -u* and becomes (1 - a h) (u - u*) + a g in each step."""
        first, second = self.contraction**T, self.square**T
        start = -self.best
        return half * fro(self.x) ** 2 * (
            second * start**2
            + 2 * self.a * self.cross * start * (first - second) / (self.contraction - self.square)
            + self.a**2 * self.variance * (1 - second) / (1 - self.square)
        )


copies = matrix("J", m, 2)
copy_in = copies * block([[identity(1)], [zeros(1, 1)]])
copy_out = alpha * block([[zeros(1, 1), identity(1)]]) * copies.T


def residual_of(layer, selection):
    """B (I + W_1) A X - Y, on a minibatch."""
    return copy_out * (identity(m) + layer) * copy_in * x * selection - y * selection


def after_step(layer, selection):
    """The layer after a step on a minibatch."""
    return layer - eta * (n / b) * copy_out.T * residual_of(layer, selection) * (copy_in * x * selection).T


layer_1 = define("W_1(1)", after_step(zeros(m, m), S))
layer_2 = define("W_1(2)", after_step(layer_1, S_2))
twice = half * fro(residual_of(layer_2, identity(n))) ** 2
of_network = LeastSquares(x, y, eta * alpha**2)

paper.expectation(
    "thm-3.6.moments", "The mean loss of one layer after two steps, over all pairs of minibatches and by its moments",
    source="Theorem 3.6, L = d = k = 1, modified identity maps",
    over=domain(
        Dimension(m, 2, 4), Dimension(n, 1, 3), Dimension(b, 1, 3), b <= n, Selection(copies), FullRank(x), AnyMatrix(y),
        Scalar(alpha, positive), StepSize(eta, up_to=1 / (n * alpha**2 * fro(x) ** 2)),
    ),
    claim=equal(mean_over_minibatches(mean_over_minibatches(twice, S_2), S), of_network.L_star + of_network.mean_excess(2)),
)

regression = domain(
    Dimension(n, 1, 4), Dimension(b, 1, 4), b <= n, FullRank(x), AnyMatrix(y), Scalar(ratio, Interval.open(3, oo)),
    Scalar(share, Interval.Lopen(0, 1)), Scalar(w, positive),
)
unstepped = LeastSquares(x, y, 0)
log_36 = log(ratio * (unstepped.gap + unstepped.L_star) / unstepped.gap)
"""log(L(W^(0))/eps') for eps' = (L(W^(0)) - L*)/ratio."""


def horizon(noise_times, drift_times, confidence):
    """The least T that belongs to a step size within the bound, its terms taken so many times; confidence = log(T/delta)."""
    noise = columns_norm(x) ** 2 * unstepped.L_star * ratio / (unstepped.gap * fro(x) ** 2) / noise_times
    return 6 * e**4 * n / b * log(ratio) * maximum(noise, 3 * n / b * confidence * log_36 / log(2) ** 2 / drift_times)


def at_horizon(times):
    """The mean excess loss after T steps, for every T from the least one on, at the step size that T belongs to; and delta."""
    confident = (1 + w) * log(6 * horizon(times, times, 1))
    T = define("T", horizon(times, times, confident) / share)
    return LeastSquares(x, y, e * log(ratio) / (fro(x) ** 2 * T)).mean_excess(T), T * exp(-confident)


for label, title, times, note in (
    ("thm-3.6.exact", "At the proof's own step sizes and horizons the mean excess loss ends below eps'", 1, ""),
    (
        "thm-3.6.exact.largest", "The same with step sizes 200 times as large", 200,
        "Up to about 240 times: then the last term alone, a/4 times the noise, is eps' for samples of equal size.",
    ),
):
    mean, failing = at_horizon(times)
    paper.expectation(
        label, f"{title}: some iterate is within eps with probability 2/3",
        source="Theorem 3.6, L = d = k = 1, modified identity maps, with the constants of its proof and Markov's inequality",
        over=regression,
        given=[unstepped.gap > 0, failing <= Rational(1, 6)],
        claim=mean <= unstepped.gap / ratio,
        note=f"T runs over all real numbers; alpha cancels. {note}".strip(),
    )

# --- Larger steps, by draws ---------------------------------------------------------------------------------------------

STEPS = 4
NOISE_TIMES, DRIFT_TIMES = 100, 10_000
batches = [matrix(f"S_{t}", n, b) for t in range(1, STEPS + 1)]
orbit = [start]
for drawn in batches:
    orbit.append(moved(orbit[-1], drawn))
losses = [loss_of(layers) for layers in orbit]
accuracy = half * (s * fro(Z)) ** 2 / ratio
"""eps' = L(W^(0))/ratio."""
noisy = dims.extended(
    equal(d, 1), equal(k, 1), L <= 2, FullRank(A), FullRank(B), FullRank(F), FullRank(G), AnyMatrix(Z), Scalar(ratio, Interval.Lopen(3, 5)),
    StepSize(s, up_to=bound_36), let(Y, B * A * X + s * Z),
    let(eta, log(gap_0 / accuracy) / (STEPS * rate)),
)

paper.chance(
    "thm-3.6.chance", "Some of the iterates up to T = 4 is within eps, with constants of the step size 100 and 10,000 times the proof's",
    source="Theorem 3.6, T = 4; d = k = 1, since so few iterations ask for equal singular values; delta = 1/6, the largest steps",
    over=noisy, random=[Minibatch(drawn) for drawn in batches],
    given=[
        gap_0 > 3 * accuracy, eta <= step_36 * NOISE_TIMES * accuracy / (norm_columns**2 * L_star),
        eta <= step_36 * DRIFT_TIMES * log(2) ** 2 * b / (3 * n * norm_X**2 * log(6 * STEPS) * log(ratio)),
    ],
    event=minimum(*losses) - L_star <= 3 * accuracy, at_least=half,
    note="The proof's own constants ask for T in the thousands: thm-3.6.exact, and the figure theorem-3.6.",
)
