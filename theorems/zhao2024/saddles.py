"""Section 4.5: bad saddles and the smallest singular value of the product of the hidden layers.

The region (14) sees the hidden layers from the n_x inputs and the n_y outputs only. A hidden unit that neither
reaches may carry any multiple of sqrt(n), also 0, and gradient descent never moves it: so sigma_min(W_{N-1:2}) has no
lower bound on trajectories from the region. What is bounded are the singular values with the indices rank(X) and n_y.
"""

from theorems.zhao2024 import wide_networks as wide
from theorems.zhao2024.notation import *
from verify.author import *

a_1, a_2, B_0, w, w_share, share, (k, n) = *scalars("a_1 a_2 B_0 W_* s_w share"), dimensions("k n")
N = 3

# --- Bad saddles ------------------------------------------------------------------------------------------------------

rho, w_2 = scalars("rho w_2")
hessian = define("H", rho * w_2 * (unit(3, 1) * unit(3, 3).T + unit(3, 3) * unit(3, 1).T))
paper.definition("def-bad-saddle", define("lambda_min(H)", lam_min(hessian)), title="0 at a bad saddle", source="section 4.5")

paper.inequality(
    "fact-kawaguchi", "At a saddle with a W_{N-1:2} of full rank the Hessian has a negative eigenvalue: it is no bad one",
    source="section 4.5, cited from Kawaguchi (2016), 'all bad saddles satisfy that W_{N-1:2} is a non-full rank matrix': N = 3 with all "
    "widths 1, where saddles with w_2 != 0 have w_1 = w_3 = 0; rho is the derivative of the loss, 0 at minima only",
    over=domain(Scalar(rho, all_numbers), Scalar(w_2, all_numbers)), given=[absolute(rho) > 0, absolute(w_2) > 0],
    claim=lam_min(hessian) < 0,
    note="Read literally, 'a critical point is a bad saddle if lambda_min = 0' covers minimisers, too, for which it fails: layers can be "
    "rescaled against each other, so that the Hessian has the eigenvalue 0 at every minimum, whatever the rank of W_{N-1:2}.",
)

# --- Trajectories from the region (14), N = 3 and n_x = n_y = 1 ----------------------------------------------------------
# Three of the n hidden units of each layer: one that the input feeds, one that feeds the output, and one more, with the factor s;
# the other n - 3 carry sqrt(n) from layer to layer and do not move. a_N W_{N:1}(0) is 0, all ratios of (14) are 1, and M = 2.

W_1, W_2, W_3, data = state("W_1", 3, 1), state("W_2", 3, 3), state("W_3", 1, 3), matrix("X", 1, 1)
product = W_3 * W_2 * W_1 / n
"""a_N W_{3:1} with a_N = 1/sqrt(n n n_y)."""
loss = define("L", fro((product - w * identity(1)) * data) ** 2 / 2)
slope = (product - w * identity(1)) * data * data.T
descent = law(
    "gradient descent (7) for N = 3",
    {W_1: W_1 - eta * (W_3 * W_2).T * slope / n, W_2: W_2 - eta * W_3.T * slope * W_1.T / n, W_3: W_3 - eta * slope * (W_2 * W_1).T / n},
    step_size=eta, loss=loss,
)
s = scalars("s")[0]
beta = sigma_max(data) ** 2
units = unit(3, 1) * unit(3, 1).T + unit(3, 2) * unit(3, 2).T + s * unit(3, 3) * unit(3, 3).T


def starts(shares, largest):
    """Members of the region with any c_1 and c_2, a whole width n, any B_0 with which n meets (15), and W_* with a share of `largest`.

    a_1 = e^(c_1) and a_2 = e^(c_2). The run of W_i/sqrt(n) knows n and W_* by W_*/sqrt(n) only, so that no width is too small.
    """
    return domain(
        Dimension(n, 4, 64), FullRank(data), Scalar(a_1, Interval.open(1, oo)), Scalar(a_2, Interval.open(1, oo)),
        Scalar(epsilon, Interval.open(0, 1)), Scalar(share, Interval.Lopen(0, 1)), Scalar(s, Interval(0, 1)), Scalar(w_share, shares),
        let(B_0, share * (n - 3) * epsilon**2 / (4 * wide.C)), let(w, w_share * largest),
        let(W_1, sqrt(n) * unit(3, 1)), let(W_2, sqrt(n) * units), let(W_3, sqrt(n) * unit(3, 2).T),
        let(eta, (1 - epsilon) * 2 / (a_1**6 * a_2**3 * beta * N)),
    )


moving = starts(Interval.Lopen(0, 1), sqrt(B_0))
"""B_0 is at least ||a_N W_{N:1}(0)||_X^2 + ||W_*||_X^2 = W_*^2, and no run starts at the minimum."""
every_start = starts(Interval(-1, 1), sqrt(2 * B_0))
"""Any W_* with a loss of at most beta B_0, which is all that (14.6) asks."""
singular = example(X=[[1]], a_1=2, a_2=2, epsilon="1/2", share=1, s=0, s_w=1, dimensions={"n": 16})

region = paper.trajectory(
    "sec-4.5.region", "The smallest singular value of the hidden layers, from the products that reach the input or the output",
    source="section 4.5", over=moving, law=descent, examples=[singular],
    claim=sigma_min(W_2) >= maximum(sigma_min(W_3 * W_2) / sigma_max(W_3), sigma_min(W_2 * W_1) / sigma_max(W_1)),
    wrong="sigma_min(W_{N:2}) is the n_y-th singular value, and bounds the n_y-th one of W_{N-1:2} only; a hidden unit that neither the "
    "input nor the output reaches may carry 0, at any width.",
)
paper.corrected(
    region, over=every_start, claim=sigma(W_2, 1) >= maximum(sigma_min(W_3 * W_2) / sigma_max(W_3), sigma_min(W_2 * W_1) / sigma_max(W_1)),
    note="With the n_y-th and the rank(X)-th singular value of W_{N-1:2}; for all shapes see sec-4.5.region.matrices.",
)

conclusion = paper.trajectory(
    "sec-4.5.conclusion", "The hidden layers stay away from singular matrices", source="section 4.5, equal widths",
    over=moving, law=descent, examples=[singular], claim=sigma_min(W_2) / sqrt(n) >= 1 / (a_1 * a_2),
    wrong="Along a trajectory from the region W_{N-1:2} may stay singular for ever: (14) bounds its action on inputs and outputs only.",
)
paper.corrected(
    conclusion, over=every_start, claim=sigma(W_2, 1) / sqrt(n) >= 1 / (a_1 * a_2),
    note="For the singular values up to the index max{rank(X), n_y}, which is 1 here; see sec-4.5.conclusion.depths.",
)

hidden, depth = layer_product(wide.H, 1, wide.N - 2), wide.N
over_widths = wide.width_root(1, 1) / wide.width_root(depth - 1, depth - 1)
"""The root of n_1/n_{N-1}."""
relative = wide.width_root(depth - 1, 2)
paper.trajectory(
    "sec-4.5.conclusion.depths", "The hidden layers keep the singular values up to the indices n_y and rank(X) away from 0",
    source="section 4.5, last display, corrected, N >= 3, hidden widths that differ", form="corrected",
    over=wide.members(oo, oo, shallowest=3), given=wide.in_region, law=wide.descent,
    claim=[
        sigma(hidden, n_y) / relative >= over_widths / (a_1 * a_2), sigma(hidden, r) / relative >= 1 / (a_1 * a_2),
    ],
)

# --- Widths that differ, n_1 > n_2, with every hidden unit in use --------------------------------------------------------
# W_2 is sqrt(n_1) times an orthogonal projection; the input feeds a unit that W_2 keeps and one that it drops, so that all ratios of (14)
# are 1. Of the n_2 units behind W_2 two are shown; the others carry sqrt(n_1) from units of their own and do not move.

n_1, n_2 = dimensions("n_1 n_2")
V_1, V_2, V_3 = state("W_1", 3, 1), state("W_2", 2, 3), state("W_3", 1, 2)
a_3 = 1 / sqrt(n_1 * n_2)
error_2 = a_3 * V_3 * V_2 * V_1 - w * identity(1)
slope_2 = error_2 * data * data.T
descent_2 = law(
    "gradient descent (7) for N = 3",
    {
        V_1: V_1 - eta * a_3 * (V_3 * V_2).T * slope_2, V_2: V_2 - eta * a_3 * V_3.T * slope_2 * V_1.T,
        V_3: V_3 - eta * a_3 * slope_2 * (V_2 * V_1).T,
    },
    step_size=eta, loss=define("L", fro(error_2 * data) ** 2 / 2),
)


def narrowing_starts(shares, largest):
    """Members of the region with any c_1, c_2 and n_1 > n_2, any B_0 with which n_2 meets (15), and W_* with a share of `largest`."""
    return domain(
        Dimension(n_1, 3, 256), Dimension(n_2, 2, 64), n_1 > n_2, FullRank(data), Scalar(a_1, Interval.open(1, oo)),
        Scalar(a_2, Interval.open(1, oo)), Scalar(epsilon, Interval.open(0, 1)), Scalar(share, Interval.Lopen(0, 1)),
        Scalar(w_share, shares),
        let(B_0, share * n_2 * epsilon**2 / (4 * wide.C)), let(w, w_share * largest),
        let(V_1, sqrt(n_2) * unit(3, 1) + sqrt(n_1 - n_2) * unit(3, 3)),
        let(V_2, sqrt(n_1) * (unit(2, 1) * unit(3, 1).T + unit(2, 2) * unit(3, 2).T)), let(V_3, sqrt(n_2) * unit(2, 2).T),
        let(eta, (1 - epsilon) * 2 / (a_1**6 * a_2**3 * beta * N)),
    )


widths = paper.trajectory(
    "sec-4.5.conclusion.widths", "The ratio of the widths n_1 > n_{N-1} in the lower bound on the hidden layers",
    source="section 4.5, last display, N = 3", law=descent_2, over=narrowing_starts(Interval.Lopen(0, 1), sqrt(B_0)),
    claim=sigma_min(V_2) / sqrt(n_2) >= maximum(n_1 / n_2, n_2 / n_1) / (a_1 * a_2),
    examples=[example(X=[[1]], a_1="5/4", a_2="5/4", epsilon="1/2", share=1, s_w=1, dimensions={"n_1": 16, "n_2": 4})],
    wrong="At the start the left side is sqrt(n_1/n_2), as all singular values of W_2 are sqrt(n_1). The printed bound has n_1/n_2 without "
    "the root, and exceeds that for small c_1 and c_2.",
)
paper.corrected(
    widths, over=narrowing_starts(Interval(-1, 1), sqrt(2 * B_0)),
    claim=sigma(V_2, 1) / sqrt(n_2) >= maximum(sqrt(n_1 / n_2), 1) / (a_1 * a_2),
    note="With the root, and for the singular values up to the index n_y, which is 1 here.",
)

# --- The corrected bounds for all shapes ---------------------------------------------------------------------------------------

p, q, outer, inner_ = dimensions("n_1 n_2 n_y n_x")
between, last, first = matrix("W_2", q, p), matrix("W_3", outer, q), matrix("W_1", p, inner_)
shapes = domain(
    Dimension(p, 1, 5), Dimension(q, 1, 5), Dimension(outer, 1, 3), Dimension(inner_, 1, 3),
    outer <= p, outer <= q, inner_ <= p, inner_ <= q,
    AnyMatrix(between), AnyMatrix(last), AnyMatrix(first),
)
paper.inequality(
    "sec-4.5.region.matrices", "The n_y-th and the n_x-th singular value of the hidden layers, for all shapes",
    source="section 4.5, corrected", form="corrected", over=shapes,
    claim=[
        sigma_min(last * between) <= sigma_max(last) * sigma(between, outer),
        sigma_min(between * first) <= sigma_max(first) * sigma(between, inner_),
    ],
)

ratio, value = scalars("rho sigma")
ends = domain(Scalar(a_1, Interval.open(1, oo)), Scalar(a_2, Interval.open(1, oo)), Scalar(ratio, positive), Scalar(value, positive))
paper.inequality(
    "sec-4.5.ratio", "'Thus': from B(t) to the ratio of the widths, as numbers; rho is n_1/n_{N-1}, sigma the singular value",
    source="section 4.5, last display, corrected: n_{N-2:1}/n_{N-1:2} is rho, and n_{N-1:2}/n_{N-1:2} is 1", form="corrected", over=ends,
    given=[value >= sqrt(ratio) / (a_1 * a_2), value >= 1 / (a_1 * a_2)],
    claim=value >= maximum(sqrt(ratio), 1) / (a_1 * a_2), proof=Closing(),
    note="With max{(n_1/n_{N-1})^(1/2), 1}; a run that violates the printed ratios is in sec-4.5.conclusion.widths.",
)
paper.inequality(
    "sec-4.5.ratio.one", "The larger ratio is at least 1", source="section 4.5, last display, second inequality",
    over=domain(Scalar(ratio, positive)), claim=maximum(ratio, 1 / ratio) >= 1, proof=Closing(),
)

# --- The setting of Arora et al.: balanced layers ---------------------------------------------------------------------------------

u, v = matrix("u", k, 1), matrix("v", k, 1)
V_1, V_2, V_3 = matrix("W_1", k, 1), matrix("W_2", k, k), matrix("W_3", 1, k)
balanced = domain(
    Dimension(k, 1, 5), FullRank(u), FullRank(v), let(V_1, u), let(V_2, v * u.T / fro(v)), let(V_3, fro(u) * v.T / fro(v))
)
"""Balanced layers with one input, one output and k hidden units: W_{i+1}^T W_{i+1} = W_i W_i^T."""

of_arora = paper.inequality(
    "sec-4.5.balanced", "The smallest singular value of the hidden layers of a balanced network",
    source="section 4.5, setting of Arora et al.",
    over=balanced, claim=sigma_min(V_2) >= sigma_min(V_3 * V_2 * V_1) / (spec(V_1) * spec(V_3)),
    examples=[example(u=[[1], [0]], v=[[1], [0]], dimensions={"k": 2})],
    wrong="Balanced hidden layers that are wider than the input and the output have rank min{n_x, n_y}, so that sigma_min is 0.",
)
paper.corrected(
    of_arora, claim=sigma(V_2, 1) >= sigma_min(V_3 * V_2 * V_1) / (spec(V_1) * spec(V_3)), note="With the index min{n_x, n_y} of sigma."
)

c, size, target = scalars("c p W_*")
paper.inequality(
    "sec-4.5.balanced.norms", "The bound by c, for balanced layers with one input and output; p is |W_{N:1}|, N = 3",
    source="section 4.5, setting of Arora et al.; the norm of W_* is printed without a subscript",
    over=domain(Scalar(size, positive), Scalar(target, positive), Scalar(c, positive)), given=absolute(size - target) <= target - c,
    claim=size / (size ** Rational(1, 3)) ** 2 >= c / (4 * target) ** Rational(2, 3),
)
