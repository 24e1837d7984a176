"""Networks of any depth N >= 2 and any hidden widths, with curved losses and data of any rank, near and in the region (14).

The hidden units are those that the n_x inputs feed and those that feed the n_y outputs; the others carry what they like, reach neither
W_1 nor W_N, and do not move (this is the reduction that `verify.reduction` proves). So the widths n_1, ..., n_{N-1} are numbers, as large
as the condition (15) asks. W_2, ..., W_N are the layers of the stack H, W_{l+1} = H[l]; W_N has rows that nothing reads or moves.
"""

from theorems.zhao2024.notation import *

N, l, i, j = dimensions("N l i j")
n, s, c, a_1, a_2, w_1, w_2, g_0, share, a_N = scalars("n s c a_1 a_2 w_1 w_2 g_0 share a_N")
k = n_x + n_y
W_1, H = state("W_1", k, n_x), layers("H", N - 1, k, moves=True)
roots = layers("Q", N, 1)
"""Layer i is sqrt(n_i), 1 <= i < N."""
T, D_H, growth = matrix("T", n_y, n_x), layers("D_H", N - 1, k), layers("g", N, 1)
to_inputs = block([[identity(n_x)], [zeros(n_y, n_x)]])
of_outputs = block([[zeros(n_y, n_x), identity(n_y)]])


def width_root(j, i):
    """(n_{j:i})^(1/2), 1 for j = i - 1."""
    return trace(layer_product(roots, i, j))


def behind(i):
    """W_{N:i+1}, 1 <= i <= N."""
    return of_outputs * layer_product(H, i, N - 1)


def before(i):
    """W_{i:1}, 1 <= i < N."""
    return layer_product(H, 1, i - 1) * W_1


normalised = let(a_N, 1 / (width_root(N - 1, 1) * sqrt(n_y)))
end_to_end = define("a_N*W_N:1", a_N * behind(1) * W_1, latex=r"a_NW_{N:1}")

# --- The loss and gradient descent (7) ------------------------------------------------------------------------------------

loss = define("E_DLN", curved_loss(end_to_end) - curved_loss(W_star), latex=r"\mathcal{E}_{DLN}")
grad = define("grad_t", curved_gradient(end_to_end), latex=r"\nabla L_t")
grad_first = a_N * behind(1).T * grad


def grad_hidden(l):
    """dL/dW_{l+1}."""
    return a_N * behind(l + 1).T * grad * before(l).T


steps = {W_1: W_1 - eta * grad_first, H: H - eta * stack(l, grad_hidden(l), 1, N - 1)}
descent = law("gradient descent (7) on a deep linear network", steps, step_size=eta, loss=loss)
kappa = define("kappa", beta / alpha, latex=r"\kappa")

# --- The ratios of (14) -----------------------------------------------------------------------------------------------------

largest_ratio = define("ratio_max", maximum(
    max_over(i, sigma_max(behind(i)) / width_root(N - 1, i), 1, N - 1),
    max_over(i, sigma_max(before(i) * P_X) / width_root(i, 1), 1, N - 1),
))
smallest_ratio = define("ratio_min", minimum(
    min_over(i, sigma_min(behind(i)) / width_root(N - 1, i), 1, N - 1),
    min_over(i, sigma(before(i) * P_X, r) / width_root(i, 1), 1, N - 1),
))
"""The largest and the smallest of the ratios that (14.1) to (14.4) and B(t) bound."""

n_min = define("n_min", min_over(i, width_root(i, i) ** 2, 1, N - 1), latex=r"n_{\min}")


def between_bound(j, i):
    """(n_{i-1} ... n_j/n_min)^(1/2) for W_{j:i}, which is H[j-1] ... H[i-1]."""
    return width_root(j, i - 1) / sqrt(n_min)


between_ratio = define("ratio_M", max_over(
    i, max_over(j, sigma_max(layer_product(H, i - 1, j - 1)) / between_bound(j, i), i - 1, N - 1), 2, N
), latex=r"\rho_M")
"""The largest ratio of (39), which is what (14.5) is used for, empty products included; the other hidden units add none above 1."""

# --- The constants of the proof of Lemma 3, with a_1 = e^(c_1) and a_2 = e^(c_2) -----------------------------------------------
# (43) needs the exponents of B(t) a little below 3c/4; with 5c/8 in the place of c the proof of Claims 1 to 3 goes through for
# gamma = 2 e^(-3 c_2) epsilon alpha N/n_N, and these are its constants. theta is 0: N^theta M is one number throughout.

e = exp(1)
eighth = Rational(1, 8)
epsilon_1 = define("epsilon_1", minimum(a_1**eighth - 1, (a_2 ** (-half) - a_2 ** (-5 * eighth)) / sqrt(a_1), half / sqrt(a_1)))
epsilon_printed = define("epsilon_1'", minimum(a_1 - sqrt(a_1), 1 / sqrt(a_2) - 1 / a_2, half) / sqrt(a_1), latex=r"\varepsilon_1'")
"""epsilon_1 as the paper prints it, which is larger: (35) to (37) ask for no more."""
xi = define("xi", minimum(
    (a_2 ** (-5 * half) - a_2 ** (-3)) / (e * a_1**4), (a_1**6 - a_1**5) / (4 * e * a_1 ** (13 * half)),
    sqrt(a_1**6 - a_1**5) / (2 * e * a_1**4), 1,
))
claim_2_constant = 2 * a_1**4 * a_2**6 * maximum(1, (e - 1) / epsilon_1) ** 2
claim_3_constant = 32 * e**2 * a_1**4 / xi**2
C = define("C", maximum(claim_2_constant, claim_3_constant))
"""C(c_1, c_2) of (15)."""

B_0 = scalars("B_0")[0]
step_size = (1 - epsilon) * 2 * n_y / (a_1**6 * a_2**3 * beta * N)
radius = 2 * a_1**2 * sqrt(2 * beta * beta * B_0) / sqrt(n_y)
"""R of C(t) times gamma."""
gamma_printed, gamma = 2 * a_1**6 * epsilon * alpha * N / n_y, 2 * a_2 ** (-3) * epsilon * alpha * N / n_y

# --- Members of the region --------------------------------------------------------------------------------------------------------
# What the inputs feed has the factors w_1 sqrt(n_1), sqrt(n_2), ..., what feeds the outputs sqrt(n_1), ..., sqrt(n_{N-1}) and w_2 in all,
# with w_1 and w_2 between e^(-c_2/2) and e^(c_1/2); the layers have any perturbation D_H besides. a_N W_{N:1}(0) is T w_2, nearly.
# Without it the ratios of (39) are at most max{1, w_2}; by the expansion (38) a small one at most doubles this.

stretch = maximum(1, w_2)
M = define("M", 4 * stretch)

MODERATE = ("gaussian", "integers", "signs and zeros", "near identity", "regular integers", "identity-like")
moderate_data = (FullRank(F, ("gaussian", "regular integers", "identity-like")), FullRank(G, ("gaussian", "regular integers")))


def problem(deepest, shallowest):
    """N from `shallowest` on, one to two inputs and outputs, data of every rank, every curved loss, by its minimiser W_*."""
    return domain(
        Dimension(N, shallowest, deepest), Dimension(n_y, 1, 2), Dimension(n_x, 1, 2), Dimension(m, 1, 2), Dimension(r, 1, 2), r <= n_x,
        r <= m, *moderate_data, *curvatures, AnyMatrix(W_star, MODERATE), AnyMatrix(Z, MODERATE), let(Y, own_targets),
    )


def members(largest_1, largest_2, deepest=10, shallowest=2):
    """Starts in the region (14) with e^(c_1) and e^(c_2) in (1, largest), and widths that meet (15)."""
    for_inputs = trace(layer(roots, l + 1)) * identity(n_x)
    for_outputs = w_2 ** (1 / (N - 1)) * trace(layer(roots, l)) * identity(n_y)
    hidden = block([[for_inputs, zeros(n_x, n_y)], [zeros(n_y, n_x), for_outputs]]) + layer(D_H, l)
    size = stretch**2 * fro(T) ** 2 + fro(W_star) ** 2 + fro(D_H) ** 2
    return problem(deepest, shallowest).extended(
        AnyMatrix(T, MODERATE), AnyMatrix(D_H, MODERATE), AnyMatrix(growth, MODERATE),
        Scalar(a_1, Interval.open(1, largest_1)), Scalar(a_2, Interval.open(1, largest_2)), Scalar(epsilon, Interval.open(0, 1)),
        Scalar(g_0, Interval(1, oo)), Scalar(share, Interval.Lopen(0, 1)),
        Scalar(s, Interval.open(0, 1)), Scalar(c, Interval.open(0, 1)),
        let(w_1, (1 - s) / sqrt(a_2) + s * sqrt(a_1)), let(w_2, (1 - c) / sqrt(a_2) + c * sqrt(a_1)), let(B_0, g_0 * size),
        let(n, ceiling((k + C * M**2 * kappa**2 * B_0 * n_y / epsilon**2) / share)),
        let(roots, stack(l, sqrt(ceiling(n * (1 + fro(layer(growth, l))))) * identity(1), 1, N)), normalised,
        let(W_1, w_1 * trace(layer(roots, 1)) * to_inputs + sqrt(n_y) * of_outputs.T * T), let(H, stack(l, hidden, 1, N - 1)),
        let(eta, step_size),
    )


small_perturbation = stretch * sum_over(l, fro(layer(D_H, l)), 1, N - 1) <= sqrt(n) * log(2)
in_region = [
    initial(largest_ratio) <= sqrt(a_1), initial(smallest_ratio) >= 1 / sqrt(a_2), small_perturbation, initial(loss) <= beta * B_0,
]
"""(14)."""
every_member = members(oo, oo)

# --- The special balanced start, which is also the one-peak start with equal hidden widths ---------------------------------------
# W_1 = sqrt(n) Q_1 Q_2 [I, 0]^T with reflections Q_1 and Q_2 at (u/sqrt(n), y), hidden layers sqrt(n) I, and W_N = sqrt(n) [0, I]: up to
# rotations of the hidden units and for at most two outputs all that there is.

u_1, u_2, y_1, y_2 = matrix("u_1", n_x, 1), matrix("u_2", n_x, 1), matrix("y_1", n_y, 1), matrix("y_2", n_y, 1)


def reflected(u, y, A):
    """A after the reflection at (u/sqrt(n), y)."""
    v = block([[u / sqrt(n)], [y]])
    return A - 2 * v * (v.T * A) / (fro(u) ** 2 / n + fro(y) ** 2)


of_the_start = (Scalar(g_0, Interval(1, oo)), let(B_0, g_0 * ((2 * fro(u_1) / fro(y_1) + 6 * fro(u_2) / fro(y_2)) ** 2 + fro(W_star) ** 2)))
"""A B_0 that bounds ||a_N W_{N:1}(0)||_X^2 + ||W_*||_X^2."""


def special_starts(*exponents, deepest=10, step=step_size, bound=of_the_start):
    """The special balanced start, with a_1, a_2, epsilon of `exponents` and B_0 of `bound`, and a width n that meets (15) with M = 2."""
    regular = ("gaussian", "regular integers")
    return problem(deepest, 2).extended(
        AnyMatrix(u_1, MODERATE), AnyMatrix(u_2, MODERATE), FullRank(y_1, regular), FullRank(y_2, regular), *exponents,
        *bound, Scalar(share, Interval.Lopen(0, 1)),
        let(n, ceiling((k + C * 4 * kappa**2 * B_0 * n_y / epsilon**2) / share)),
        let(roots, stack(l, sqrt(n) * identity(1), 1, N)), normalised,
        let(W_1, sqrt(n) * reflected(u_1, y_1, reflected(u_2, y_2, to_inputs))), let(H, stack(l, sqrt(n) * identity(k), 1, N - 1)),
        let(eta, step),
    )
