"""Convex gradient descent, (2) to (4), and what Lemma 3 and Theorems 1, 4, 5 and 6 say of it: the limit of infinite width.

As the widths grow, the product a_N W_{N:1} of the network follows gradient descent on the convex
problem with the step size eta_* = (N/n_N) eta exactly: P(t) of (41) tends to N/n_N times the identity
and the remainder vanishes (section 4.2). A rate that fails for the convex problem therefore fails for
the network at all large widths, whatever the constant C is.
"""

from theorems.zhao2024.notation import W_star, X, data, n_x, n_y, paper, positive, r, semi, sizes
from verify.author import *

W = state("W", n_y, n_x)
eta, a, a_1, a_2, epsilon = scalars("eta_* a a_1 a_2 epsilon")

# The squared loss l = |W x - y|^2 / 2 summed over the data; L - L(W_*) does not depend on what the minimiser W_* leaves of Y.
E = define("E", fro((W - W_star) * X) ** 2 / 2)
alpha = define("alpha", sigma(X, r) ** 2, latex=r"\alpha")
beta = define("beta", sigma_max(X) ** 2, latex=r"\beta")
kappa = define("kappa", beta / alpha, latex=r"\kappa")
distance = define("distance", semi(W - W_star), latex=r"\|W-W^*\|_X")

descent = law("gradient descent (2) on the convex problem", {W: W - eta * (W - W_star) * X * X.T}, step_size=eta, loss=E)
paper.definition("def-gd-convex", define("W_next", descent.update[0][1], latex="W(t+1)"), title="the next weights", source="eq. (2)")
paper.definition("def-E-EDLN", E, title="loss above its minimum", source="section 3.1")
paper.definition("def-kappa", kappa, title="condition number", source="section 2.1")

eq_2 = paper.identity(
    "eq-2", "The steps go against the gradient", source="eq. (2)",
    over=sizes().extended(*data, AnyMatrix(W), AnyMatrix(W_star)),
    claim=equal(gradient(E, W), (W - W_star) * X * X.T), proof=Expansion(),
)

problem = sizes().extended(*data, AnyMatrix(W), AnyMatrix(W_star))
"""X of any rank r: sigma_r(X)^2 is the smallest non-zero eigenvalue of X X^T."""


def with_step(step, *more):
    """The problem with a step size of the given value."""
    return problem.extended(*more, let(eta, step))


# --- What is known of the convex problem ------------------------------------------------------------------------

eq_3 = paper.step(
    "eq-3", "Linear convergence with the step size 1/beta (one step; t steps multiply)",
    source="eq. (3)", over=with_step(1 / beta), law=descent,
    claim=following(E) <= (1 - 1 / kappa) * E,
)

eq_4 = paper.trajectory(
    "eq-4", "Linear convergence with the step size 2/(alpha + beta) (attained where the spectrum of X X^T is alpha and beta)",
    source="eq. (4)", over=with_step(2 / (alpha + beta)), law=descent,
    claim=beta / 2 * (1 - 4 * kappa / (1 + kappa) ** 2) ** time * initial(distance) ** 2 >= E,
)

# --- Theorem 1 ------------------------------------------------------------------------------------------------------

theorem_1 = paper.step(
    "theorem-1", "The rate of Theorem 1 in the limit of infinite width, eta = n_N/(beta N)",
    source="Theorem 1, eta_* = (N/n_N) eta = 1/beta", law=descent,
    over=with_step(1 / beta, Scalar(epsilon, Interval.open(0, Rational(1, 2)))),
    claim=following(E) <= (1 - (1 - epsilon) / kappa) * E,
)

# --- Lemma 3 and Theorems 4, 5, 6 ------------------------------------------------------------------------------------
# a, a_1, a_2 stand for e^c, e^(c_1), e^(c_2), which take every value above 1; epsilon for 1 - eta/eta_0.

B_0 = define("B_0", initial(semi(W)) ** 2 + semi(W_star) ** 2)
exponents = (Scalar(a_1, Interval.open(1, oo)), Scalar(a_2, Interval.open(1, oo)), Scalar(epsilon, Interval.open(0, 1)))

lemma_3 = paper.step(
    "lemma-3", "The rate 1 - eta gamma of Lemma 3 in the limit of infinite width",
    source="Lemma 3, eta gamma = 4 epsilon (1 - epsilon) e^(-3 c_2)/kappa",
    over=with_step((1 - epsilon) * 2 / (a_1**6 * a_2**3 * beta), *exponents), law=descent,
    claim=following(E) <= (1 - 4 * epsilon * (1 - epsilon) * a_2 ** (-3) / kappa) * E,
    examples=[example(F=[[1]], G=[[1]], W=[[1]], **{"W_*": [[0]]}, a_1=2, a_2=2, epsilon="1/2")],
    wrong="gamma has e^(6 c_1) where the proof of Claim 3 reaches e^(-3 c_2): for e^(6 c_1) > 1/epsilon the step is too short.",
)

lemma_3_corrected = paper.corrected(
    lemma_3, claim=following(E) <= (1 - 4 * epsilon * (1 - epsilon) * (a_1 * a_2) ** (-6) / kappa) * E,
    note="The rate that the proof of Claim 3 reaches, gamma = 2 e^(-3 c_2) epsilon alpha N/n_N.",
)

lemma_3_C = paper.trajectory(
    "lemma-3.C.wide", "How far the first layer moves in the limit of infinite width; R, times N/sqrt(n_N)",
    source="proof of Lemma 3, C(t), B_0 = ||a_N W_{N:1}(0)||_X^2 + ||W_*||_X^2: the layer moves by sqrt(n_N)/N ||W(t) - W(0)||_X, since "
    "a_N W_{N:2}^T is an isometry over sqrt(n_N), and eta = n_N eta_*/N", over=lemma_3.over, law=descent,
    claim=semi(W - initial(W)) <= sqrt(2 * beta**2 * B_0) / (a_1**4 * epsilon * alpha),
    examples=[example(F=[[1]], G=[[1]], W=[[0]], **{"W_*": [[1]]}, a_1="3/2", a_2="101/100", epsilon="1/2")],
    wrong="R has gamma with e^(6 c_1) in its denominator; the layers move at the slower rate, and so further, whatever C(c_1, c_2) is.",
)
paper.corrected(
    lemma_3_C, claim=semi(W - initial(W)) <= a_1**2 * a_2**3 * sqrt(2 * beta**2 * B_0) / (epsilon * alpha),
    note="With gamma = 2 e^(-3 c_2) epsilon alpha N/n_N.",
)

time_, tau_0, q_0 = scalars("t tau q")
paper.limit(
    "sec-3.3.i", "The bound of A(t) tends to 0, so that gradient descent converges to a global minimum", source="section 3.3, (i)",
    over=domain(Scalar(time_, Interval(0, oo)), Scalar(a, positive)),
    quantity=(1 + a) ** (-time_), variable=time_, to=oo, value=0,
    note="1/(1 + a) stands for 1 - 4 epsilon (1 - epsilon) e^(-6 (c_1 + c_2))/kappa, which is in (0, 1); lemma-3.A is A(t) along runs.",
)
paper.step(
    "sec-3.3.ii", "For small c_1 and c_2 the rate of Lemma 3 is one of the convex problem with the corresponding step size",
    source="section 3.3, (ii): Lemma 3 with c_1 = c_2 = 0, eta_* = N eta/n_N", law=descent,
    over=with_step((1 - epsilon) * 2 / beta, Scalar(epsilon, Interval.open(0, 1))),
    claim=following(E) <= (1 - 4 * epsilon * (1 - epsilon) / kappa) * E,
    note="Attained for kappa = 1, so that no smaller rate holds in terms of epsilon and kappa for epsilon <= 1/2.",
)
paper.limit(
    "sec-3.3.iii", "The bound of (18a) tends to 0 with tau, so the trajectories are as close as one likes", source="section 3.3, (iii)",
    over=domain(Scalar(tau_0, positive), Scalar(q_0, Interval.Ropen(0, 1))), quantity=tau_0 / (1 - q_0), variable=tau_0, to=0, value=0,
    rate=tau_0 / (1 - q_0), note="lemma-6.eq-18a is (18a) along runs.",
)

shares = (Scalar(a, Interval.open(1, oo)), Scalar(epsilon, Interval.open(0, 1)))

theorem_4 = paper.step(
    "theorem-4", "The rate of Theorem 4 in the limit of infinite width; Theorems 5 and 6 claim the same",
    source="Theorem 4, eta/eta_0 = 1 - epsilon, eta_0 = 2 n_N/(e^(2c) N beta)",
    over=with_step((1 - epsilon) * 2 / (a**2 * beta), *shares), law=descent,
    claim=following(E) <= (1 - 4 / a * (1 - epsilon) * epsilon / kappa) * E,
    examples=[example(F=[[1]], G=[[1]], W=[[1]], **{"W_*": [[0]]}, a=2, epsilon="9/10")],
    wrong="The printed rate has e^(-c), a short step reaches e^(-2c) at most: it can fail for eta/eta_0 < 1 - e^(-c).",
)

theorem_4_corrected = paper.corrected(
    theorem_4, claim=following(E) <= (1 - 4 / a**3 * (1 - epsilon) * epsilon / kappa) * E,
    note="e^(-3c), which the proof of Claim 3 gives for c_1 = c/6 and c_2 = c/3.",
)

theorem_5 = paper.step(
    "theorem-5", "The rate of Theorem 5 in the limit of infinite width",
    source="Theorem 5: as the one-peak widths grow with fixed ratios, P(0) tends to N/n_N times the identity, too",
    over=theorem_4.over, law=descent, claim=theorem_4.claim, examples=theorem_4.examples, wrong=theorem_4.wrong,
    note="No run starts from random one-peak weights of finite width. With equal hidden widths, so for N = 2, they are special balanced "
    "ones, whose runs theorem-6 has; theorem-5.proof has the chance. With other widths and N >= 3 the hidden layers act on all hidden "
    "units, of which each step reaches new ones, and (15) asks for widths of 10^7 and more where B_0 is about 1; theorem-5.proof.N3 has "
    "the chance of the region (14), and theorem-4.gaussian.N3 shows for Gaussian weights what a few units give.",
)

theorem_5_corrected = paper.corrected(theorem_5, claim=theorem_4_corrected.claim, note="e^(-3c), as for Theorem 4.")
