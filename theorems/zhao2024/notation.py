"""The notation of zhao2024: the data and the convex problem (1), its semi-norm, its losses, the deep linear network (6).

The data of rank r are written X = F G with factors of full rank r, which all matrices of rank r are, so that the projection onto
the column space is P_X = F (F^T F)^-1 F^T and the smallest non-zero eigenvalue of X X^T is sigma_r(X)^2.
"""

from pathlib import Path

from verify.author import *
from verify.networks import ConvexLoss, linear_network

paper = Paper(
    "zhao2024",
    "Convergence analysis and trajectory comparison of gradient descent for overparameterized deep linear networks",
    authors="Hongru Zhao, Jinchao Xu",
    where="TMLR 2024",
    certificates=Path(__file__).parent / "certificates",
    proofs=Path(__file__).parent / "proofs",
)

half = Rational(1, 2)
positive, nonnegative, all_numbers = Interval.open(0, oo), Interval(0, oo), Interval(-oo, oo)

# --- Section 2.1: the data and the semi-norm -----------------------------------------------------------------

n_x, n_y, m, r = dimensions("n_x n_y m r")
F, G = matrix("F", n_x, r), matrix("G", r, m)
X = define("X", F * G)
P_X = define("P_X", F * (F.T * F).I * F.T, latex=r"\mathcal{P}_X")
W, V, W_star, Y = (matrix(name, n_y, columns) for name, columns in (("W", n_x), ("V", n_x), ("W_*", n_x), ("Y", m)))
eta, epsilon, tau = scalars("eta epsilon tau")


def semi(A):
    """||A||_X = ||A P_X||_F."""
    return fro(A * P_X)


def semi_inner(A, B):
    """<A, B>_X = <A P_X, B P_X>."""
    return inner(A * P_X, B * P_X)


def sizes(largest=3, samples=3, outputs=2):
    """The dimensions of the data and of the problem: r <= n_x and r <= m."""
    return domain(
        Dimension(n_y, 1, outputs), Dimension(n_x, 1, largest), Dimension(m, 1, samples), Dimension(r, 1, min(largest, samples)),
        r <= n_x, r <= m,
    )


data = (FullRank(F), FullRank(G))

# --- The losses: every canonical loss between two curvatures ---------------------------------------------------

alpha_l, beta_l, z = scalars("alpha_l beta_l z")
curvatures = (Scalar(beta_l, positive), StepSize(alpha_l, up_to=beta_l))
"""0 < alpha(l) <= beta(l); at the upper end the loss is the squared one, up to a constant."""

potential = Lambda(z, alpha_l * z**2 / 2 + (beta_l - alpha_l) * (sqrt(1 + z**2) - 1))
slope = Lambda(z, alpha_l * z + (beta_l - alpha_l) * z / sqrt(1 + z**2))


def curved_loss(W, Y=Y):
    """(1/m) sum_i l(W x_i, y_i) with l(z, y) = sum_j phi(z_j) - <y, z> and alpha(l) <= phi'' <= beta(l)."""
    return (entry_sum(elementwise(potential, W * X)) - inner(Y, W * X)) / m


def curved_gradient(W, Y=Y):
    """The gradient of `curved_loss`."""
    return (elementwise(slope, W * X) - Y) * X.T / m


sigma_r, sigma_1 = sigma(X, r), sigma_max(X)
alpha = define("alpha", alpha_l * sigma_r**2 / m, latex=r"\alpha")
beta = define("beta", beta_l * sigma_1**2 / m, latex=r"\beta")
"""The constants that Lemma 1 and the display after it give; the best ones are no worse."""

problems = sizes().extended(*data, *curvatures, AnyMatrix(Y), AnyMatrix(W), AnyMatrix(V))

Z = matrix("Z", n_y, m)
own_targets = elementwise(slope, W_star * X) + Z - Z * G.T * (G * G.T).I * G
"""Targets for which W_* is a global minimiser: the gradient vanishes there if and only if Y is of this form."""
solved = sizes().extended(*data, *curvatures, AnyMatrix(W_star), AnyMatrix(Z), let(Y, own_targets), AnyMatrix(W), AnyMatrix(V))
"""Every problem with the family's losses, by its minimisers."""

# --- Section 2.2: the deep linear network (6) --------------------------------------------------------------------

hidden = dimensions("n_1 n_2 n_3 n_4 n_5 n_6 n_7 n_8 n_9")


def network(N):
    """a_N W_N ... W_1 with the widths n_0 = n_x, n_1, ..., n_{N-1}, n_N = n_y."""
    return linear_network((n_x, *hidden[: N - 1], n_y), normalised=True)


def width_product(N, j, i):
    """n_{j:i} = n_i ... n_j, which is 1 for j = i - 1."""
    product = Rational(1)
    for k in range(i, j + 1):
        product *= network(N).widths[k]
    return product


def widths(N, largest=3, others=2):
    """Every hidden layer is at least as wide as the input and the output, as section 3 assumes."""
    own = hidden[: N - 1]
    return domain(
        Dimension(n_y, 1, others), Dimension(n_x, 1, others), Dimension(m, 1, others), Dimension(r, 1, others), r <= n_x, r <= m,
        *(Dimension(n, 1, largest) for n in own), *(n >= n_x for n in own), *(n >= n_y for n in own),
    )


def any_weights(N):
    """Any weights of the network."""
    return tuple(AnyMatrix(W) for W in network(N).weights)


squared = ConvexLoss(
    "squared loss above its minimum", lambda V: half * fro((V - W_star) * X) ** 2, X, sigma(X, r) ** 2, sigma_max(X) ** 2
)
"""||(V - W_*) X||_F^2/2, which is L - L(W_*) for the squared loss, whatever the minimiser W_* leaves of Y."""
# --- Appendices E and F: the weights at the start ------------------------------------------------------------------

start_widths = dimensions("n_0 n_1 n_2 n_3 n_4")
R_basis = matrix("B", start_widths[0], dimensions("r")[0])
"""A basis of R(X), the column space of the data, in its columns; r = rank(X)."""


def start(N):
    """W_1(0), ..., W_N(0) with the widths n_0, ..., n_N."""
    return tuple(matrix(f"W_{j}", start_widths[j], start_widths[j - 1]) for j in range(1, N + 1))


def span(N, j, i):
    """W_{j:i}(0) of a network of N layers."""
    product = start(N)[i - 1]
    for layer in start(N)[i:j]:
        product = layer * product
    return product


def widths_between(i, j):
    """n_i n_{i+1} ... n_j."""
    product = Rational(1)
    for n in start_widths[i : j + 1]:
        product *= n
    return product


def on_data(A):
    """A restricted to R(X), as the matrix A P_X with the same singular values, followed by zeros."""
    return A * R_basis * (R_basis.T * R_basis).I * R_basis.T
