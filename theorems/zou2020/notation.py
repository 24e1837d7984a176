"""The notation of zou2020: the linear ResNet of section 2, its losses and gradients, the constants, the laws, the domains.

A loss always has its argument in the paper, so that L alone is the depth; here the loss of the present
weights is named `loss`. The data of rank r are written X = F G with factors of full rank r, which all
matrices of rank r are.
"""

from pathlib import Path

from verify.author import *

paper = Paper(
    "zou2020",
    "On the global convergence of training deep linear ResNets",
    authors="Difan Zou, Philip M. Long, Quanquan Gu",
    where="ICLR 2020",
    certificates=Path(__file__).parent / "certificates",
    proofs=Path(__file__).parent / "proofs",
)

# --- Section 2: the network, its data, its losses ----------------------------------------------------

L, m, d, k, n, r, l, i, b = dimensions("L m d k n r l i b")
A, B = matrix("A", m, d), matrix("B", k, m)
W, W_tilde = layers("W", L, m, moves=True), layers("W_tilde", L, m)
F, G = matrix("F", d, r), matrix("G", r, n)
Y = matrix("Y", k, n)
Theta = matrix("Theta", k, d)
eta, e = scalars("eta")[0], exp(1)
half = Rational(1, 2)

X = define("X", F * G)
row_projection = define("P_X", G.T * (G * G.T).I * G)
Phi = define("Phi", Y * G.T * (G * G.T).I * (F.T * F).I * F.T, latex=r"\Phi")


def after(W, l):
    """(I + W_L) ... (I + W_{l+1}), the layers after the l-th."""
    return layer_product(W, l + 1, L, shift=True)


def before(W, l):
    """(I + W_{l-1}) ... (I + W_1), the layers before the l-th."""
    return layer_product(W, 1, l - 1, shift=True)


def hidden(W):
    """(I + W_L) ... (I + W_1)."""
    return layer_product(W, 1, L, shift=True)


def output(W):
    """U = B (I + W_L) ... (I + W_1) A, which maps an input to the network's output."""
    return B * hidden(W) * A


def loss_of(W, X=X, Y=Y):
    """L(W) = ||U X - Y||_F^2 / 2, a sum over the samples."""
    return half * fro(output(W) * X - Y) ** 2


def gradient(W, l, X=X, Y=Y):
    """The gradient of the loss in the l-th layer."""
    return (B * after(W, l)).T * (output(W) * X - Y) * (before(W, l) * A * X).T


def gradient_named(W, l, of="W"):
    """The gradient of the loss in the l-th layer, by its name."""
    return define(f"grad_{l}", gradient(W, l), latex=rf"\nabla_{{{of}_{{{l}}}}}L")


U = define("U", output(W))
loss = define("loss", loss_of(W), latex=r"L(\mathbf{W})")
L_star = define("L_star", half * fro(Y - Y * row_projection) ** 2, latex=r"L(\mathbf{W}^{*})")
L_0 = initial(loss)
squares = sum_over(l, fro(gradient(W, l)) ** 2, 1, L)

# --- The constants of the proofs, A.1 ----------------------------------------------------------------

lambda_A, lambda_B = define("lambda_A", spec(A)), define("lambda_B", spec(B))
mu_A, mu_B = define("mu_A", sigma_min(A)), define("mu_B", sigma_min(B))
norm_X = define("norm_X", spec(X), latex=r"\|\mathbf{X}\|_2")
sigma_r = define("sigma_r", sigma(X, r), latex=r"\sigma_r(\mathbf{X})")
kappa = define("kappa", norm_X**2 / sigma_r**2, latex=r"\kappa")
gain = define(
    "mu_A^2*mu_B^2/(lambda_A*lambda_B)", mu_A**2 * mu_B**2 / (lambda_A * lambda_B), latex=r"\frac{\mu_A^2\mu_B^2}{\lambda_A\lambda_B}"
)

rate = define("rate", L * mu_A**2 * mu_B**2 * sigma_r**2 / e, latex=r"\frac{L\mu_A^2\mu_B^2\sigma_r^2(\mathbf{X})}{e}")
"""L mu_A^2 mu_B^2 sigma_r^2 / e: the loss falls by the factor 1 - eta*rate in a step."""

# --- Minibatches --------------------------------------------------------------------------------------

S = matrix("S", n, b)
"""Selects the minibatch: X S and Y S are its columns."""


def stochastic_gradient(W, l):
    """G_l = (n/B) times the gradient of the minibatch's loss."""
    return (n / b) * gradient(W, l, X * S, Y * S)


def columns_norm(X):
    """||X||_{2,infinity}, the largest Euclidean norm of a column."""
    return sqrt(max_over(i, column_square(X, i), 1, n))


def column_square(X, i):
    """The squared Euclidean norm of the i-th column."""
    return entry(X.T * X, i, i)


norm_columns = define("norm_columns", columns_norm(X), latex=r"\|\mathbf{X}\|_{2,\infty}")

# --- The laws -------------------------------------------------------------------------------------------

descent = law(
    "gradient descent (Algorithm 1)",
    {W: W - eta * stack(l, gradient(W, l), 1, L)},
    step_size=eta,
    loss=loss,
    widths=(m,),
)
stochastic_descent = law(
    "stochastic gradient descent (Algorithm 1)",
    {W: W - eta * stack(l, stochastic_gradient(W, l), 1, L)},
    step_size=eta,
    loss=loss,
    widths=(m,),
)

# --- The domains ----------------------------------------------------------------------------------------

radius = 1 / (2 * L)
maps = (AnyMatrix(A), AnyMatrix(B))
data = (FullRank(F), FullRank(G), AnyMatrix(Y))


def shapes(depth, width=4):
    """Depth, width and the other dimensions: r <= d <= m, r <= n, k <= m."""
    return domain(
        Dimension(L, 1, depth), Dimension(m, 1, width), Dimension(d, 1, 2), Dimension(k, 1, 2), Dimension(n, 1, 3), Dimension(r, 1, 2),
        r <= d, d <= m, k <= m, r <= n,
    )


in_ball = shapes(8).extended(*maps, *data, InBall(W, radius))
"""max_l ||W_l||_2 <= 0.5/L, the region of Lemma A.1."""

one_layer = shapes(8).extended(Dimension(l, 1, 8), l <= L, *maps, *data, InBall(W, radius))
"""The same with one of the layers."""

deep = shapes(50).extended(Dimension(l, 1, 50), l <= L, *maps, *data, InBall(W, radius))
"""The same for networks of up to 50 layers, over which the lemmas themselves are drawn."""
