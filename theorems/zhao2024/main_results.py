"""Section 3, Appendix B and Lemmas 4 and 6 along real runs: networks in the region (14) beside the convex problem, for curved losses.

The width meets (15) with the constant of the proof; for the random starts the same statements are about chance, or about the limit
of infinite width (`wide_limit`).
"""

from theorems import linear_algebra as la
from theorems.zhao2024.comparison import q
from theorems.zhao2024.wide_networks import *

paper.definition("def-C123", define("C_3", n_y * kappa**2 * B_0), title="C_3; C_1 and C_2 add C_0 and ln N", source="eq. (11)")
paper.definition("def-C456", define("C_4", n_y * kappa**2 * B_0 / epsilon**2), title="C_4; epsilon is 1 - eta/eta_0", source="eq. (22)")

# --- The choices of the proofs ---------------------------------------------------------------------------------------------------------

a, b, x, delta, share_t = scalars("a b x delta s_t")
theorem_4_proof = paper.identity(
    "theorem-4.proof", "6 c_1 + 3 c_2 = 2 c for c_1 = c/6 and c_2 = c/3; b = e^(c/6)",
    source="proof of Theorem 4; Theorem 5 chooses the same", over=domain(Scalar(b, Interval.open(1, oo))),
    claim=equal(b**6 * (b**2) ** 3, (b**6) ** 2), proof=Expansion(),
)

theorem_1_c = paper.inequality(
    "theorem-1.c", "At eta/eta_0 = e^(2c)/2 with c = x/3 the printed rate of Theorems 4 and 5, and the corrected one, give 1 - x",
    source="Theorem 1 from Theorems 4 and 5; x stands for epsilon", over=domain(Scalar(x, Interval.open(0, half))),
    claim=[
        4 * exp(-x / 3) * (exp(2 * x / 3) / 2) * (1 - exp(2 * x / 3) / 2) >= 1 - x,
        4 * exp(-x) * (exp(2 * x / 3) / 2) * (1 - exp(2 * x / 3) / 2) >= 1 - x,
    ],
)

remark_4 = paper.inequality(
    "remark-4", "kappa ln(1/delta)/(1 - epsilon) iterations suffice for the relative precision delta; b is kappa",
    source="Remark 4, from Theorem 1", over=domain(
        Scalar(b, Interval(1, oo)), Scalar(epsilon, Interval.open(0, half)), Scalar(delta, Interval.open(0, 1)), Scalar(
            share_t, nonnegative
        ),
    ),
    claim=(1 - (1 - epsilon) / b) ** ((1 + share_t) * b * log(1 / delta) / (1 - epsilon)) <= delta,
)

# --- Lemma 4 ----------------------------------------------------------------------------------------------------------------------------

spread = maximum(a_1**2 - 1, 1 - a_2 ** (-2))
tau_4 = define("tau", 2 * a_1 ** (-6) * a_2 ** (-3) * (e * a_1**4 * xi + spread), latex=r"\tau")
"""The tau that the proof of Lemma 4 reaches for c_1 and c_2, with C' = e^(4 c_1 + 1)."""
both = scalars("c")[0]
paper.limit(
    "lemma-4.any-tau", "Small c_1 and c_2 make that tau as small as one likes: here c_1 = c_2 = c, the first argument of xi for xi",
    source="Lemma 4, 'for any tau > 0 we can choose new constants c_1, c_2', end of its proof", over=domain(Scalar(both, positive)),
    quantity=2 * exp(-9 * both) * (exp(-5 * both / 2) - exp(-3 * both) + exp(2 * both) - 1), variable=both, to=0, value=0, rate=both,
)
distance = define("distance", fro((end_to_end - W_star) * P_X), latex=r"\|a_NW_{N:1}-W^*\|_X")
distance_0 = initial(distance)
eta_star = N / n_y * eta
R_t = following(end_to_end) - end_to_end + eta_star * grad

lemma_4 = paper.trajectory(
    "lemma-4", "The product of the network follows the convex problem up to a small perturbation",
    source="Lemma 4, eq. (16)", over=every_member, given=in_region, law=descent,
    claim=fro(R_t * P_X) <= tau_4 * distance,
)

rows, columns = dimensions("n k")
g_t, D_t, E_t = (matrix(name, rows, columns) for name in ("g_t", "D_t", "E_t"))
lam_low, lam_high, mu = scalars("lambda_min lambda_max mu")
lemma_4_a = paper.inequality(
    "lemma-4.step-a", "The perturbation is the remainder and what P(t) differs from N/n_N; x is N/n_N, D_t is P(t)[g_t]",
    source="proof of Lemma 4, first display",
    over=domain(
        Dimension(rows, 1, 3), Dimension(columns, 1, 3), AnyMatrix(g_t), AnyMatrix(E_t), Scalar(eta, positive), Scalar(x, positive),
        Scalar(mu, nonnegative), Scalar(b, Interval(-1, 1)), let(D_t, (x + b * mu) * g_t),
    ),
    given=fro(x * g_t - D_t) <= mu * fro(g_t),
    claim=fro(E_t + eta * (x * g_t - D_t)) <= fro(E_t) + eta * mu * fro(g_t),
    proof=Closing(), facts=[la.triangle(A=E_t, C=eta * (x * g_t - D_t)), eta * fro(x * g_t - D_t) <= eta * (mu * fro(g_t))],
)

beta_0, loss_0, norm_0 = scalars("beta E norm")
lemma_4_b = paper.inequality(
    "lemma-4.step-b", "The step size and (33) inserted; mu is what is in the parenthesis",
    source="proof of Lemma 4, third inequality",
    over=domain(
        Scalar(a_1, Interval.open(1, oo)), Scalar(a_2, Interval.open(1, oo)), Scalar(epsilon, Interval.open(0, 1)),
        Scalar(beta_0, positive), Scalar(loss_0, nonnegative), Scalar(mu, nonnegative), Scalar(b, Interval(0, 1)),
        let(norm_0, b * sqrt(2 * beta_0 * loss_0)),
    ),
    given=norm_0 <= sqrt(2 * beta_0 * loss_0),
    claim=mu * ((1 - epsilon) * 2 / (a_1**6 * a_2**3 * beta_0)) * norm_0
    <= 2 * sqrt(2 * beta_0 * loss_0) / (a_1**6 * a_2**3 * beta_0) * mu,
)

lemma_4_c = paper.inequality(
    "lemma-4.step-c", "The excess loss by the distance to the minimiser",
    source="proof of Lemma 4, last inequality", over=solved,
    claim=sqrt(2 * beta * (curved_loss(W) - curved_loss(W_star))) / beta <= semi(W - W_star),
)

# --- Lemma 6 and Theorem 2: the comparison with the convex run ---------------------------------------------------------------

W_c = state("W", n_y, n_x)
companion = law(
    "gradient descent (7) on the network and (2) on the convex problem",
    {**steps, W_c: W_c - eta_star * curved_gradient(W_c)}, step_size=eta, loss=loss,
)
q_t = define("q", q(alpha, beta, eta_star))
tau_6 = define("tau_6", 14 * tau_4, latex=r"\tau")
"""14 tau of Lemma 4, which the proof of Lemma 6 renames tau."""
D_t_bound = define("D", minimum(tau_6 / (1 - q_t), 2 * (q_t + tau_6) ** time), latex=r"D(\tau,q,t)")
apart = fro((end_to_end - W_c) * P_X)
convex_loss = define("E", curved_loss(W_c) - curved_loss(W_star), latex=r"\mathcal{E}")

near_one = Rational(51, 50)
beside = members(near_one, near_one).extended(let(W_c, end_to_end))
pairs = {"over": beside, "given": [*in_region, tau_6 < 1], "law": companion}

lemma_6_a = paper.trajectory(
    "lemma-6.eq-18a", "The network stays near the convex run",
    source="eq. (18a)", **pairs, claim=apart**2 <= D_t_bound * distance_0**2,
)
lemma_6_b = paper.trajectory(
    "lemma-6.eq-18b", "The losses stay near",
    source="eq. (18b)", **pairs,
    claim=absolute(loss - convex_loss) <= beta * (q_t ** (time / 2) * sqrt(D_t_bound) + D_t_bound / 2) * distance_0**2,
)
lemma_6_c = paper.trajectory(
    "lemma-6.eq-18c", "The loss of the network falls at nearly the convex rate",
    source="eq. (18c)", **pairs, claim=loss <= 3 * beta * (q_t + tau_6) ** time * distance_0**2,
)

exponents = (Scalar(a_1, Interval.open(1, near_one)), Scalar(a_2, Interval.open(1, near_one)))
special = {
    "over": special_starts(*exponents, Scalar(epsilon, Interval.open(0, 1))).extended(let(W_c, end_to_end)),
    "given": [initial(loss) <= beta * B_0, tau_6 < 1], "law": companion,
}
theorem_2 = paper.trajectory(
    "theorem-2", "Trajectory comparison from the special balanced start",
    source="Theorem 2, eq. (12a), (12b), (12c), condition 3", **special,
    claim=[
        apart**2 <= D_t_bound * distance_0**2,
        absolute(loss - convex_loss) <= beta * (q_t ** (time / 2) * sqrt(D_t_bound) + D_t_bound / 2) * distance_0**2,
        loss <= 3 * beta * (q_t + tau_6) ** time * distance_0**2,
    ],
)

largest_step = 2 * n_y / ((alpha + beta) * N)
corollary_3 = paper.trajectory(
    "corollary-3", "The loss at the step size 2 n_N/((alpha + beta) N), from the special balanced start",
    source="Corollary 3, eq. (13)", law=descent,
    over=special_starts(*exponents, let(epsilon, 1 - kappa / (1 + kappa) * a_1**6 * a_2**3), step=largest_step),
    given=[epsilon > 0, initial(loss) <= beta * B_0, tau_6 < 1],
    claim=loss <= 3 * beta * (1 - 4 * kappa / (1 + kappa) ** 2 + tau_6) ** time * distance_0**2,
)

# --- Theorem 1 and Remark 3 ---------------------------------------------------------------------------------------------------

remark_3 = paper.trajectory(
    "remark-3", "From one start the network has the rate of Theorem 1 and the convex problem that of (3); equal hidden widths",
    source="Theorem 1, condition 2, and Remark 3: eta = n_N/(beta N); x is the epsilon of Theorem 1, c = x/3 in Theorem 5",
    over=special_starts(
        Scalar(x, Interval.open(0, half)), let(a, exp(x / 3)), let(a_1, a ** Rational(1, 6)), let(a_2, a ** Rational(1, 3)),
        let(epsilon, 1 - a**2 / 2), step=n_y / (beta * N),
    ).extended(let(W_c, end_to_end)),
    given=initial(loss) <= beta * B_0, law=companion,
    claim=[loss <= (1 - (1 - x) / kappa) ** time * initial(loss), convex_loss <= (1 - 1 / kappa) ** time * initial(loss)],
)

# --- Theorem 6 ---------------------------------------------------------------------------------------------------------------

theorem_6 = paper.trajectory(
    "theorem-6", "The rate from the special balanced start",
    source="Theorem 6, and Theorem 5 with (25): eta/eta_0 = 1 - epsilon, a = e^c, with the constant of the proof for C(c), from the starts "
    "with (14.6), of which Lemma 2 says that they have a probability of at least 1 - delta/2",
    over=special_starts(
        Scalar(a, Interval.open(1, oo)), Scalar(epsilon, Interval.open(0, 1)), let(a_1, a ** Rational(1, 6)),
        let(a_2, a ** Rational(1, 3)),
        bound=(Scalar(delta, Interval.open(0, half)), let(B_0, 2 * r / delta + semi(W_star) ** 2)),
    ),
    given=initial(loss) <= beta * B_0, law=descent,
    claim=loss <= (1 - 4 / a * (1 - epsilon) * epsilon / kappa) ** time * initial(loss),
    wrong="The printed rate has e^(-c), a short step reaches e^(-2c) at most: for eta/eta_0 < 1 - e^(-c) it can fail, at all large widths: "
    "it does for kappa = 1, and for an error along the direction of alpha.",
    note="The certificate has the constant of the proof for C(c). No larger one helps: theorem-5 has the limit of infinite width.",
)
theorem_6_corrected = paper.corrected(
    theorem_6, claim=loss <= (1 - 4 / a**3 * (1 - epsilon) * epsilon / kappa) ** time * initial(loss),
    note="With e^(-3c), which the proof of Claim 3 gives for c_1 = c/6 and c_2 = c/3.",
)
