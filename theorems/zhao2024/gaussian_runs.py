"""Theorems 1, 2 and 4 for Gaussian weights of every width that the proofs ask for: runs for N = 2, first steps of runs for N = 3.

For N = 2 the layers are drawn in the n_x + n_y hidden directions that they span, W_1 as A^T, so that the width is a number. It meets (15)
with the constant of the proof, and Lemmas 11 and 12 with c_1/2 and c_2/2, each with a probability of failure of at most delta/4; the
remaining delta/2 is that of Lemma 2. The losses are curved, the data have any rank; beside the convex run, which starts at the
random product, the loss is a squared one, so that the run is W_* + (W(0) - W_*) K^t.
"""

from theorems.zhao2024 import gaussian_numbers, wide_networks
from theorems.zhao2024.comparison import q
from theorems.zhao2024.gaussian_numbers import k as block_rate
from theorems.zhao2024.gaussian_numbers import largest_block
from theorems.zhao2024.notation import *
from verify.author import *

d = n_x + n_y
A, W_2, K = state("A", n_x, d), state("W_2", n_y, d), state("K", n_x, n_x)
a_1, a_2, (c, c_1, c_2, delta, excess, rho, n_1) = wide_networks.a_1, wide_networks.a_2, scalars("c c_1 c_2 delta s rho n_1")
N = 2
kappa = define("kappa", beta / alpha, latex=r"\kappa")
B_delta = define("B_delta", 2 * r / delta + semi(W_star) ** 2, latex=r"B_\delta")


def halved(expression):
    """With c_1/2 and c_2/2 in the place of c_1 and c_2."""
    return expression.xreplace({c_1: c_1 / 2, c_2: c_2 / 2})


k_0 = halved(gaussian_numbers.k_0.definition)
width = ceiling((1 + excess) * maximum(
    wide_networks.C * kappa**2 * B_delta * n_y / epsilon**2, 12 * log(2) / halved(gaussian_numbers.t),
    maximum(n_y, r) * 2 * log(3 / halved(gaussian_numbers.phi.definition)) / k_0, 2 * log(8 / delta) / k_0,
))
"""Every width that is large enough: the conditions of Lemma 3, Lemma 11, Lemma 12 and on the chance, with the constants of their proofs."""

a_N = 1 / sqrt(n_1 * n_y)
network = define("a_N*W_2*W_1", a_N * W_2 * A.T, latex=r"a_NW_{2:1}")
loss = define("E_DLN", curved_loss(network) - curved_loss(W_star), latex=r"\mathcal{E}_{DLN}")
convex = define("W", W_star + (initial(network) - W_star) * K)
convex_loss = define("E", curved_loss(convex) - curved_loss(W_star), latex=r"\mathcal{E}")
grad = curved_gradient(network)
eta_star = N / n_y * eta
steps = {A: A - eta * a_N * grad.T * W_2, W_2: W_2 - eta * a_N * grad * A}
descent = law("gradient descent (7) for N = 2", steps, step_size=eta, loss=loss)
companion = law(
    "gradient descent (7) for N = 2 and (2) on the convex problem", {**steps, K: K - eta_star * beta_l / m * K * X * X.T},
    step_size=eta, loss=loss,
)


def weights(meaning):
    """Gaussian W_1 and W_2, whose width is a number in what is drawn before them."""
    return ReducedGaussian((W_2, A), width=width.xreplace({a_1: exp(c_1), a_2: exp(c_2)}).xreplace({alpha_l: rho * beta_l, **meaning}))


moderate = ("gaussian", "integers", "signs and zeros")


def problem(ratio):
    """Data of every rank and a loss whose curvatures have a ratio rho = alpha(l)/beta(l) in the interval, by its minimiser."""
    return sizes(2, 2, 2).extended(
        FullRank(F, ("gaussian", "regular integers")), FullRank(G, ("gaussian", "regular integers")),
        Scalar(beta_l, positive), Scalar(rho, ratio), let(alpha_l, rho * beta_l), AnyMatrix(W_star, moderate), AnyMatrix(Z, moderate),
        let(Y, own_targets), Scalar(excess, Interval.open(0, oo)),
    )


two_layers = (
    "For N >= 3 the hidden layers act on all hidden units, and each step reaches new ones: theorem-4.gaussian.N3 has the first steps of "
    "runs from Gaussian weights, remark-7 the chance of the region (14), from which runs of every depth start elsewhere."
)

exponents = (let(c_1, c / 6), let(c_2, c / 3), let(a_1, exp(c_1)), let(a_2, exp(c_2)))

paper.chance(
    "theorem-4.gaussian", "The rate that the proof reaches, from Gaussian weights of finite width", source="Theorem 4, corrected, N = 2",
    form="corrected", note=two_layers,
    over=problem(Interval.Lopen(0, 1)).extended(
        Scalar(delta, Interval.open(0, half)), Scalar(c, positive), *exponents, Scalar(epsilon, Interval.open(0, 1)),
        let(eta, (1 - epsilon) * 2 * n_y / (exp(2 * c) * beta * N)), let(n_1, width),
    ),
    random=weights({c_1: c / 6, c_2: c / 3}), law=descent, at_least=1 - delta,
    event=following(loss) <= (1 - 4 * exp(-3 * c) * (1 - epsilon) * epsilon / kappa) ** (time + 1) * initial(loss),
)

target = scalars("x")[0]
paper.chance(
    "theorem-1.gaussian", "The rate of Theorem 1, from Gaussian weights of finite width",
    source="Theorem 1, condition 1, N = 2; x is its epsilon, c = x/3", note=two_layers, over=problem(Interval.Lopen(0, 1)).extended(
        Scalar(delta, Interval.open(0, half)), Scalar(target, Interval.open(0, half)), let(c, target / 3), *exponents,
        let(epsilon, 1 - exp(2 * c) / 2), let(eta, n_y / (beta * N)), let(n_1, width),
    ),
    random=weights({c_1: target / 18, c_2: target / 9, epsilon: 1 - exp(2 * target / 3) / 2}), law=descent, at_least=1 - delta,
    event=following(loss) <= (1 - (1 - target) / kappa) ** (time + 1) * initial(loss),
)

tau_4 = 2 * exp(-6 * c_1 - 3 * c_2) * (exp(1) * a_1**4 * wide_networks.xi + maximum(a_1**2 - 1, 1 - a_2 ** (-2)))
tau_6 = define("tau", 14 * tau_4, latex=r"\tau")
"""The tau that the proof of Lemma 6 reaches for c_1 and c_2."""
q_t = define("q", q(alpha, beta, eta_star))
D_t = define("D", minimum(tau_6 / (1 - q_t), 2 * (q_t + tau_6) ** time), latex=r"D(\tau,q,t)")
distance_0 = initial(semi(network - W_star))
near = Interval.open(0, Rational(1, 60))
paper.chance(
    "theorem-2.gaussian", "Trajectory comparison from Gaussian weights of finite width, for the squared loss",
    source="Theorem 2, condition 1, N = 2, squared loss", note=two_layers,
    over=problem(Interval(1, 1)).extended(
        Scalar(delta, Interval.open(0, 1)), Scalar(c_1, near), Scalar(c_2, near), let(a_1, exp(c_1)), let(a_2, exp(c_2)),
        Scalar(epsilon, Interval.open(0, 1)), let(eta, (1 - epsilon) * 2 * n_y / (exp(6 * c_1 + 3 * c_2) * beta * N)),
        let(K, identity(n_x)), let(n_1, width),
    ),
    random=weights({}), law=companion, given=tau_6 < 1, at_least=1 - delta,
    event=[
        semi(network - convex) ** 2 <= D_t * distance_0**2,
        absolute(loss - convex_loss) <= beta * (q_t ** (time / 2) * sqrt(D_t) + D_t / 2) * distance_0**2,
        loss <= 3 * beta * (q_t + tau_6) ** time * distance_0**2,
    ],
)

# --- Three layers ------------------------------------------------------------------------------------------------------------
# W_2 is n_2 x n_1 with both widths as large as (15) asks. In rotated hidden spaces it is a band, and a step of gradient descent
# reaches one bandwidth further: blocks (n_x + n_y) units of each space are enough for 2 blocks - 1 steps, without any approximation.
# After t steps what W_1 and W_3 reach is the block Krylov space of W_2, of t (n_x + n_y)/2 more dimensions, so that no finite number
# of units is enough for ever.

blocks = 2
last_step = 2 * blocks - 1
units = blocks * d
V_1, V_2, V_3 = state("W_1", units, n_x), state("W_2", units, units), state("W_3", n_y, units)
s_2 = scalars("s_2")[0]
depth, k = 3, Rational(41, 1000)
"""k of Lemma 13 that Lemma 10 gives, see lemma-13.steps.a."""
C_0 = 2 * (1 + excess) * (1 + s_2)
"""At least n_max/n_min."""
M_squared = 4 * largest_block.definition.xreplace({block_rate: k}) ** 2 * C_0
log_terms = 5 * log(5 * log(6) * exp(1) / k) / k
needed = maximum(
    wide_networks.C * M_squared * kappa**2 * B_delta * depth * n_y / epsilon**2, 2 * 12 * log(2) / halved(gaussian_numbers.t),
    maximum(n_y, r) * 4 * log(3 / halved(gaussian_numbers.phi.definition)) / k_0, 4 * log(32 / delta) / k_0,
    2 * log_terms * (1 + log(C_0)), 10 * log(depth) / k, 10 * log(8 / delta) / k,
)
"""(15) with M = 2 M_k sqrt(C_0) and theta = 1/2, and Lemmas 11, 12, 13, which fail with a probability of at most delta/2 in all."""
widths = ceiling((1 + excess) * needed), ceiling((1 + s_2) * needed)
in_numbers = tuple(w.xreplace({a_1: exp(c / 6), a_2: exp(c / 3), c_1: c / 6, c_2: c / 3}).xreplace({alpha_l: rho * beta_l}) for w in widths)
n_2 = scalars("n_2")[0]
a_3 = 1 / sqrt(n_1 * n_2 * n_y)
deep = define("a_N*W_3*W_2*W_1", a_3 * V_3 * V_2 * V_1, latex=r"a_NW_{3:1}")
deep_loss = define("E_DLN", curved_loss(deep) - curved_loss(W_star), latex=r"\mathcal{E}_{DLN}")
deep_grad = curved_gradient(deep)
deep_descent = law(
    "gradient descent (7) for N = 3", {
        V_1: V_1 - eta * a_3 * (V_3 * V_2).T * deep_grad, V_2: V_2 - eta * a_3 * V_3.T * deep_grad * V_1.T,
        V_3: V_3 - eta * a_3 * deep_grad * (V_2 * V_1).T,
    }, step_size=eta, loss=deep_loss,
)
paper.chance(
    "theorem-4.gaussian.N3", f"The rate of the first {last_step} steps from Gaussian weights of three layers of finite width",
    source="Theorem 4, corrected, N = 3", form="corrected", law=deep_descent,
    over=problem(Interval.Lopen(0, 1)).extended(
        Scalar(s_2, Interval(0, oo)), Scalar(delta, Interval.open(0, half)), Scalar(c, positive), *exponents,
        Scalar(epsilon, Interval.open(0, 1)),
        let(eta, (1 - epsilon) * 2 * n_y / (exp(2 * c) * beta * depth)), let(n_1, widths[0]), let(n_2, widths[1]),
    ),
    random=BandedGaussian(V_1, V_2, V_3, in_numbers), at_least=1 - delta,
    event=following(deep_loss)
    <= ((1 - 4 * exp(-3 * c) * (1 - epsilon) * epsilon / kappa) ** (time + 1) + positive_part(time + 1 - last_step)) * initial(deep_loss),
    note="After those steps the units that are kept are no longer enough: what the event then says, with a bound above the loss at the "
    "start, is about the run of the cut network, not about that of the whole one.",
)
