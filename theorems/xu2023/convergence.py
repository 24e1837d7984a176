"""Linear convergence along whole runs: Theorems 3.1 and 3.2 and the four properties of Theorem C.1."""

from theorems.xu2023.notation import *
from verify.author import *

along_runs = {"over": allowed_step, "law": descent, "given": alpha_0 > 0}
wide = (
    "It fails for N < n, where X has a kernel that Y - X W does not see, "
    "and for n != m, where W has fewer singular values than alpha_0 asks for."
)

# --- Theorem 3.1 -----------------------------------------------------------------------------------

theorem_3_1_tau = paper.trajectory(
    "theorem-3.1.tau", "Uniform bounds on the spectrum of tau_t",
    source="Theorem 3.1, first line of (31)", **along_runs,
    claim=chain(c_1 * alpha_0, "<=", tau_min, "<=", tau_max, "<=", c_2 * beta_0),
    wrong=wide,
)

theorem_3_1_product = paper.trajectory(
    "theorem-3.1.product", "Uniform bounds on the singular values of the product",
    source="Theorem 3.1, second line of (31)", **along_runs,
    claim=chain(p_1, "<=", sigma_min(W), "<=", sigma_max(W), "<=", p_2),
    wrong="For N < n the part of W in the kernel of X is free: it is not bounded by p_2, and sigma_min(W) may vanish while p_1 does not.",
)

# --- Theorem 3.2 -----------------------------------------------------------------------------------

theorem_3_2_step = paper.trajectory(
    "theorem-3.2.step", "The loss contracts by f(eta, t) in every step",
    source="Theorem 3.2, eq. (32)", **along_runs,
    claim=following(L) <= f * L,
    wrong=wide,
)

theorem_3_2_rate = paper.trajectory(
    "theorem-3.2.rate", "The rate is positive, does not grow and is below one",
    source="Theorem 3.2, eq. (33)", **along_runs,
    claim=chain(0, "<", f, "<=", initial(f), "<", 1),
    examples=[example(X=[[1, 0]], W_1=[["1/8"], [8]], W_2=[[8]], E_0=[["1/4"]], c_1="1/2", c_2=2, theta_eta=1, step=2)],
    wrong="For N < n a large part of W in the kernel of X makes the printed step size too large, and the loss grows.",
)

theorem_3_2_linear = paper.trajectory(
    "theorem-3.2.linear", "The loss converges linearly",
    source="Theorem 3.2, eq. (34)", **along_runs,
    claim=chain(L, "<=", product_along(f, 0, time) * initial(L), "<=", initial(f) ** time * initial(L)),
    wrong="The product has one factor too many: at t = 0 it reads L(0) <= f(eta, 0) L(0) with f(eta, 0) < 1.",
)

# --- Theorem C.1 -----------------------------------------------------------------------------------

theorem_C_1_A_1 = paper.trajectory(
    "theorem-C.1.A_1", "The loss contracts in every step",
    source="Theorem C.1, A_1(t + 1)", **along_runs,
    claim=[following(L) <= following(f) * L, following(f) < 1],
    wrong=wide,
)

theorem_C_1_A_2 = paper.trajectory(
    "theorem-C.1.A_2", "The singular values of the product stay between p_1 and p_2",
    source="Theorem C.1, A_2(t)", **along_runs,
    claim=chain(p_1, "<=", sigma_min(W), "<=", sigma_max(W), "<=", p_2),
    wrong=theorem_3_1_product.wrong,
)

theorem_C_1_A_3 = paper.trajectory(
    "theorem-C.1.A_3", "The imbalance drifts by at most the order of the step size",
    source="Theorem C.1, A_3(t)", over=allowed_step, law=descent,
    given=[alpha_0 > 0, eta < eta_max],
    claim=fro(D - initial(D)) <= 2 * c_2 * beta_0 * sigma_max(X) ** 2 * initial(L) * eta**2 / (1 - initial(f)),
    examples=[example(X=[[1, 0]], W_1=[["1/8"], [8]], W_2=[[8]], E_0=[["1/8"]], c_1="1/2", c_2=2, theta_eta="1/2", step=2)],
    wrong="For N < n the part of W in the kernel of X is bounded neither by p_2 nor by beta_0, so the drift is not.",
)

theorem_C_1_A_4_lower = paper.trajectory(
    "theorem-C.1.A_4.lower", "The layers' smallest singular values stay above the lower bound",
    source="Theorem C.1, A_4(t), first inequality", **along_runs,
    claim=c_1 * alpha_0 <= sigma_min(W_1) ** 2 + sigma_min(W_2) ** 2,
    wrong=wide,
)

theorem_C_1_A_4_layers = paper.trajectory(
    "theorem-C.1.A_4.layers", "The layers' smallest singular values bound the spectrum of tau_t from below",
    source="Theorem C.1, A_4(t), second inequality, and eq. (97)", **along_runs,
    claim=sigma_min(W_1) ** 2 + sigma_min(W_2) ** 2 <= tau_min,
    wrong="For h < max(n, m) one of the Gram matrices in tau is singular, although sigma_min of its layer may be positive.",
)

# tau_max is the sum of the layers' largest singular values squared, so that the link between them, (98), could only make
# ties; each side of it is compared with c_2 beta_0 instead, and eq-98 proves the link.
theorem_C_1_A_4_upper = paper.trajectory(
    "theorem-C.1.A_4.upper", "The layers' largest singular values stay below the upper bound",
    source="Theorem C.1, A_4(t), last inequality; the one before it is eq. (98)", **along_runs,
    claim=chain(tau_max, "<=", c_2 * beta_0, ">=", sigma_max(W_1) ** 2 + sigma_max(W_2) ** 2),
    wrong="For N < n the part of W in the kernel of X is not bounded by p_2.",
)

# --- Corrected forms -------------------------------------------------------------------------------
# X is square, which Appendix A's reduction achieves, and each half of alpha_0 takes the margin and
# the eigenvalues of D with the index of its own layer, as equation (99) of the proof does.


def margin(k):
    """p_1 with the k-th singular value of Y, which is 0 beyond min(N, m)."""
    return maximum(sigma(Y, k) - fro(E_0), 0) / sigma_max(X)


def half_of_alpha(above, below, s):
    """The right sides of (99) and (103): one half of alpha."""
    return (-above + below + sqrt((above + below) ** 2 + 4 * s**2)) / 2


def layer_bound(D, k, s):
    """The right side of equation (99) for the layer whose Gram matrix has order k."""
    return half_of_alpha(maximum(lam_max(-D), 0), maximum(lam(D, k), 0), s)


alpha_0_corrected = define("alpha_0", layer_bound(D_0, n, margin(n)) + layer_bound(-D_0, m, margin(m)))
eta_max_corrected = largest_step(alpha_0_corrected, beta_0)
f_corrected = uniform_rate(*rate_coefficients(alpha_0_corrected, beta_0))

square_step = setting.extended(equal(N, n), *constants, StepSize(eta, up_to=eta_max_corrected))
corrected = {"over": square_step, "given": alpha_0_corrected > 0}
# At L(0) = 0 both polynomials of (30) are that of (88), so that f(eta_max, 0) = 1: the rate is below one only while L(0) > 0.
corrected_below_one = {"over": square_step, "given": [alpha_0_corrected > 0, initial(L) > 0]}
note = "X square; margin and eigenvalues of D in alpha_0 with the index of their own layer."

theorem_3_1_tau_corrected = paper.corrected(
    theorem_3_1_tau, **corrected, note=note,
    claim=chain(c_1 * alpha_0_corrected, "<=", tau_min, "<=", tau_max, "<=", c_2 * beta_0),
)

theorem_3_1_product_corrected = paper.corrected(theorem_3_1_product, **corrected, note=note)

theorem_3_2_step_corrected = paper.corrected(
    theorem_3_2_step, **corrected, note=note,
    claim=following(L) <= f_corrected * L,
)

theorem_3_2_rate_corrected = paper.corrected(
    theorem_3_2_rate, **corrected_below_one, note=note + " L(0) > 0.",
    claim=chain(0, "<", f_corrected, "<=", initial(f_corrected), "<", 1),
)

theorem_3_2_linear_corrected = paper.corrected(
    theorem_3_2_linear, **corrected, note=note + " The product ends at t - 1.",
    claim=chain(L, "<=", product_along(f_corrected, 0, time - 1) * initial(L), "<=", initial(f_corrected) ** time * initial(L)),
)

theorem_C_1_A_1_corrected = paper.corrected(
    theorem_C_1_A_1, **corrected_below_one, note=note + " L(0) > 0.",
    claim=[following(L) <= following(f_corrected) * L, following(f_corrected) < 1],
)

theorem_C_1_A_2_corrected = paper.corrected(theorem_C_1_A_2, **corrected, note=note)

theorem_C_1_A_3_corrected = paper.corrected(
    theorem_C_1_A_3, over=square_step, given=[alpha_0_corrected > 0, eta < eta_max_corrected], note=note,
    claim=fro(D - initial(D)) <= 2 * c_2 * beta_0 * sigma_max(X) ** 2 * initial(L) * eta**2 / (1 - initial(f_corrected)),
)

theorem_C_1_A_4_lower_corrected = paper.corrected(
    theorem_C_1_A_4_lower, **corrected, note=note + " Eigenvalues of the layers' Gram matrices in place of sigma_min.",
    claim=c_1 * alpha_0_corrected <= lam_min(W_1 * W_1.T) + lam_min(W_2.T * W_2),
)

theorem_C_1_A_4_layers_corrected = paper.corrected(
    theorem_C_1_A_4_layers, over=square_step.extended(h >= maximum(n, m)), given=alpha_0_corrected > 0,
    note="Layers at least as wide as their outer dimension.",
)

theorem_C_1_A_4_upper_corrected = paper.corrected(theorem_C_1_A_4_upper, **corrected, note="X square.")
