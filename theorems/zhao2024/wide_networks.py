"""Networks of any hidden width n, 3 <= N <= 10, near the special balanced start: the members of the region (14) that can run.

All hidden layers have one width n, which is a number here and as large as the condition (15) asks, and only k = n_x + n_y hidden units
ever matter: the others carry sqrt(n) times the identity from layer to layer, reach neither W_1 nor W_N, and do not move (this is the
reduction that `verify.reduction` proves). W_1 and W_N are coupled at the start through the matrix T only, which is what a_N W_{N:1}(0) is.
"""

from theorems.zhao2024.notation import *

k, L, l, i, j = dimensions("k L l i j")
n, s, c, a_1, a_2, w_1, w_2, g_0, share = scalars("n s c a_1 a_2 w_1 w_2 g_0 share")
N = L + 2
W_1, H, W_N = state("W_1", n_x + n_y, n_x), layers("H", L, n_x + n_y, moves=True), state("W_N", n_y, n_x + n_y)
T = matrix("T", n_y, n_x)
D_1, D_H, D_N = matrix("D_1", n_x + n_y, n_x), layers("D_H", L, n_x + n_y), matrix("D_N", n_y, n_x + n_y)

a_N = define("a_N", 1 / (sqrt(n) ** (L + 1) * sqrt(n_y)))
between = layer_product(H, 1, L)
end_to_end = define("a_N*W_N:1", a_N * W_N * between * W_1, latex=r"a_NW_{N:1}")


def behind(i):
    """W_{N:i+1} for the hidden layer i, which is the matrix W_{i+1}."""
    return W_N * layer_product(H, i + 1, L)


def before(i):
    """W_{i-1:1} for it."""
    return layer_product(H, 1, i - 1) * W_1


# --- The loss and gradient descent (7) ------------------------------------------------------------------------------------

loss = define("L", squared.at(end_to_end))
grad = define("grad_t", (end_to_end - W_star) * X * X.T, latex=r"\nabla L_t")
grad_first, grad_last = a_N * (W_N * between).T * grad, a_N * grad * (between * W_1).T


def grad_hidden(i):
    """dL/dW for the hidden layer i."""
    return a_N * behind(i).T * grad * before(i).T


steps = {W_1: W_1 - eta * grad_first, H: H - eta * stack(l, grad_hidden(l), 1, L), W_N: W_N - eta * grad_last}
descent = law("gradient descent (7) on a deep linear network", steps, step_size=eta, loss=loss)
alpha, beta = define("alpha", squared.alpha, latex=r"\alpha"), define("beta", squared.beta, latex=r"\beta")
kappa = define("kappa", beta / alpha, latex=r"\kappa")

# --- The ratios of (14) -----------------------------------------------------------------------------------------------------

largest_ratio = define("ratio_max", maximum(
    sigma_max(W_N * between) / sqrt(n) ** (L + 1), sigma_max(W_N) / sqrt(n), sigma_max(W_1 * P_X) / sqrt(n),
    sigma_max(between * W_1 * P_X) / sqrt(n) ** (L + 1),
    max_over(i, sigma_max(behind(i)) / sqrt(n) ** (L + 1 - i), 1, L), max_over(i, sigma_max(before(i) * P_X) / sqrt(n) ** i, 1, L),
))
smallest_ratio = define("ratio_min", minimum(
    sigma_min(W_N * between) / sqrt(n) ** (L + 1), sigma_min(W_N) / sqrt(n), sigma(W_1 * P_X, r) / sqrt(n),
    sigma(between * W_1 * P_X, r) / sqrt(n) ** (L + 1),
    min_over(i, sigma_min(behind(i)) / sqrt(n) ** (L + 1 - i), 1, L), min_over(i, sigma(before(i) * P_X, r) / sqrt(n) ** i, 1, L),
))
"""The largest and the smallest of the ratios that (14.1) to (14.4) and B(t) bound."""

between_ratio = define("ratio_M", maximum(
    1, max_over(i, max_over(j, sigma_max(layer_product(H, i, j)) / sqrt(n) ** (j - i + 1), i, L), 1, L)
))
"""The largest ratio of (14.5), where the other n - k units have the ratio 1."""

# --- The constants of the proof of Lemma 3, with a_1 = e^(c_1) and a_2 = e^(c_2) -----------------------------------------------
# (43) needs the exponents of B(t) a little below 3c/4; with 5c/8 in the place of c the proof of Claims 1 to 3 goes through for
# gamma = 2 e^(-3 c_2) epsilon alpha N/n_N, and these are its constants. theta is 0: N^theta M is one number throughout.

e = exp(1)
eighth = Rational(1, 8)
epsilon_1 = define("epsilon_1", minimum(a_1**eighth - 1, (a_2 ** (-half) - a_2 ** (-5 * eighth)) / sqrt(a_1), half / sqrt(a_1)))
xi = define("xi", minimum(
    (a_2 ** (-5 * half) - a_2 ** (-3)) / (e * a_1**4), (a_1**6 - a_1**5) / (4 * e * a_1 ** (13 * half)),
    sqrt(a_1**6 - a_1**5) / (2 * e * a_1**4), 1,
))
claim_2_constant = 2 * a_1**4 * a_2**6 * maximum(1, (e - 1) / epsilon_1) ** 2
claim_3_constant = 32 * e**2 * a_1**4 / xi**2
C = define("C", maximum(claim_2_constant, claim_3_constant))
"""C(c_1, c_2) of (15)."""

M, B_0 = define("M", 2 * between_ratio), scalars("B_0")[0]
step_size = (1 - epsilon) * 2 * n_y / (a_1**6 * a_2**3 * beta * N)
radius = 2 * a_1**2 * sqrt(2 * beta * beta * B_0) / sqrt(n_y)
"""R of C(t) times gamma."""
gamma_printed, gamma = 2 * a_1**6 * epsilon * alpha * N / n_y, 2 * a_2 ** (-3) * epsilon * alpha * N / n_y

# --- Members of the region --------------------------------------------------------------------------------------------------------
# W_1 and W_N carry the factors w_1 and w_2 between e^(-c_2/2) and e^(c_1/2), the hidden layers any perturbation D_H.

MODERATE = ("gaussian", "integers", "signs and zeros", "near identity", "regular integers", "identity-like")
moderate_data = (FullRank(F, ("gaussian", "regular integers", "identity-like")), FullRank(G, ("gaussian", "regular integers")))
first_layer = sqrt(n) * w_1 * block([[identity(n_x)], [zeros(n_y, n_x)]])
last_layer = block([[sqrt(n_y) * T / w_1, sqrt(n) * w_2 * identity(n_y)]])


def depths(deepest):
    """N from 3 on, one to two inputs and outputs, data of every rank."""
    return domain(
        Dimension(L, 1, deepest - 2), Dimension(n_y, 1, 2), Dimension(n_x, 1, 2), Dimension(m, 1, 2), Dimension(r, 1, 2), r <= n_x, r <= m,
    )


def members(largest_1, largest_2, deepest=10, perturbed=True):
    """Starts in the region (14) with e^(c_1) and e^(c_2) in (1, largest), and a width n that meets (15)."""
    own_hidden = sqrt(n) * identity(n_x + n_y) + layer(D_H, l) if perturbed else sqrt(n) * identity(n_x + n_y)
    size = fro(T) ** 2 + fro(W_star) ** 2 + fro(D_H) ** 2 if perturbed else fro(T) ** 2 + fro(W_star) ** 2
    return depths(deepest).extended(
        *moderate_data, AnyMatrix(T, MODERATE), AnyMatrix(W_star, MODERATE), *((AnyMatrix(D_H, MODERATE),) if perturbed else ()),
        Scalar(a_1, Interval.open(1, largest_1)), Scalar(a_2, Interval.open(1, largest_2)), Scalar(epsilon, Interval.open(0, 1)),
        Scalar(g_0, Interval(1, oo)), Scalar(share, Interval.Lopen(0, 1)), let(B_0, g_0 * size),
        let(n, (n_x + n_y + C * 16 * kappa**2 * B_0 * n_y / epsilon**2) / share),
        Scalar(s, Interval.open(0, 1)), Scalar(c, Interval.open(0, 1)),
        let(w_1, (1 - s) / sqrt(a_2) + s * sqrt(a_1)), let(w_2, (1 - c) / sqrt(a_2) + c * sqrt(a_1)),
        let(W_1, first_layer), let(H, stack(l, own_hidden, 1, L)), let(W_N, last_layer), let(eta, step_size),
    )


in_region = [
    initial(largest_ratio) <= sqrt(a_1), initial(smallest_ratio) >= 1 / sqrt(a_2), initial(M) <= 4, initial(loss) <= beta * B_0,
]
"""(14) and, with M <= 4, the condition (15) on the width."""
every_member = members(oo, oo)

# --- The special balanced start ---------------------------------------------------------------------------------------------------
# W_1 = sqrt(n) [I, 0]^T, hidden layers sqrt(n) I, and W_N = sqrt(n) [0, I] times the reflection at v = (u/sqrt(n), y), which has
# orthonormal rows; a_N W_{N:1}(0) is -2 y u^T/(sqrt(n_y) |v|^2). Rotations of the hidden units lead to every basis.

u, y = matrix("u", n_x, 1), matrix("y", n_y, 1)
v = block([[u / sqrt(n)], [y]])
reflected = block([[zeros(n_y, n_x), identity(n_y)]]) - 2 * y * v.T / (fro(u) ** 2 / n + fro(y) ** 2)


def special_starts(*exponents, deepest=10, step=step_size):
    """The special balanced start, with a_1, a_2 and epsilon as declared in `exponents`, and a width n that meets (15) with M = 2."""
    return depths(deepest).extended(
        *moderate_data, AnyMatrix(W_star, MODERATE), AnyMatrix(u, MODERATE), FullRank(y, ("gaussian", "regular integers")), *exponents,
        Scalar(g_0, Interval(1, oo)), Scalar(share, Interval.Lopen(0, 1)),
        let(B_0, g_0 * (4 * fro(u) ** 2 / fro(y) ** 2 + fro(W_star) ** 2)),
        let(n, (n_x + n_y + C * 4 * kappa**2 * B_0 * n_y / epsilon**2) / share),
        let(W_1, sqrt(n) * block([[identity(n_x)], [zeros(n_y, n_x)]])), let(H, stack(l, sqrt(n) * identity(n_x + n_y), 1, L)),
        let(W_N, sqrt(n) * reflected), let(eta, step),
    )
