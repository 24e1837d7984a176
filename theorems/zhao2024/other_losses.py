"""Lemma 3 for losses other than the squared one: every canonical loss between two curvatures, N = 3, any rank of X.

The start is the special balanced one whose product is 0: W_1 feeds n_x hidden units, W_3 reads n_y others, and the hidden layer
is sqrt(n) times the identity. The other hidden units do not move, so that n is a number, as large as (15) asks.
"""

from theorems.zhao2024 import wide_networks as wide
from theorems.zhao2024.notation import *
from verify.author import *

a_1, a_2, n, share, g_0, B_0 = scalars("a_1 a_2 n share g_0 B_0")
N = 3
k = n_x + n_y
W_1, W_2, W_3 = state("W_1", k, n_x), state("W_2", k, k), state("W_3", n_y, k)
end_to_end = W_3 * W_2 * W_1 / (n * sqrt(n_y))
loss = define("L", curved_loss(end_to_end))
excess = define("E_DLN", curved_loss(end_to_end) - curved_loss(W_star))
kappa = define("kappa", beta / alpha, latex=r"\kappa")
training = gradient_descent("gradient descent (7) for N = 3 and a curved loss", loss, of=[W_1, W_2, W_3], step_size=eta)

moderate = ("gaussian", "integers", "signs and zeros")
family = sizes(2, 3, 2).extended(
    FullRank(F, ("gaussian", "regular integers", "identity-like")), FullRank(G, ("gaussian", "regular integers")), *curvatures,
    AnyMatrix(W_star, moderate), AnyMatrix(Z, moderate), let(Y, own_targets),
)
starts = family.extended(
    Scalar(a_1, Interval.open(1, oo)), Scalar(a_2, Interval.open(1, oo)), Scalar(epsilon, Interval.open(0, 1)),
    Scalar(g_0, Interval.open(0, oo)), Scalar(share, Interval.Lopen(0, 1)), let(B_0, g_0 + fro(W_star * P_X) ** 2),
    let(n, (k + wide.C * 4 * kappa**2 * B_0 * n_y / epsilon**2) / share),
    let(W_1, sqrt(n) * block([[identity(n_x)], [zeros(n_y, n_x)]])), let(W_2, sqrt(n) * identity(k)),
    let(W_3, sqrt(n) * block([[zeros(n_y, n_x), identity(n_y)]])),
    let(eta, (1 - epsilon) * 2 * n_y / (a_1**6 * a_2**3 * beta * N)),
)

paper.trajectory(
    "lemma-3.losses", "Linear convergence for losses other than the squared one, with the rate that the proof of Claim 3 reaches",
    source="Lemma 3, corrected, eq. (1)", over=starts, law=training,
    claim=excess <= (1 - 4 * epsilon * (1 - epsilon) * (a_1 * a_2) ** (-6) * alpha / beta) ** time * initial(excess),
)

paper.trajectory(
    "lemma-3.losses.remain", "The weights stay near their start: C(t) with the corrected gamma", source="Lemma 3, C(t), corrected",
    over=starts, law=training,
    claim=[
        fro(W_i - initial(W_i)) * (2 * a_2 ** (-3) * epsilon * alpha * N / n_y) <= 2 * a_1**2 * sqrt(2 * beta * beta * B_0) / sqrt(n_y)
        for W_i in (W_1, W_2, W_3)
    ],
)
