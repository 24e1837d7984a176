"""Section 3.2 and Appendix C: the rank-1 dynamics (23) and (24), and the steps of Lemma C.1 (stage 1) in plain numbers."""

from theorems.du2018.notation import d_1, d_2, eta, half, paper
from verify.author import *

positive, nonnegative, real = Interval.open(0, oo), Interval(0, oo), Interval(-oo, oo)

# --- The iterates and their strengths -------------------------------------------------------------------
# a and b are any non-zero vectors, u* and v* their directions.

u, v = state("u", d_1, 1), state("v", d_2, 1)
a, b = matrix("a", d_1, 1), matrix("b", d_2, 1)
(sigma_1,) = scalars("sigma_1")
u_star, v_star = define("u*", a / fro(a)), define("v*", b / fro(b))
M_star = define("M*", sigma_1 * u_star * v_star.T)
residual = u * v.T - M_star

rank_1 = domain(
    Dimension(d_1, 1, 4), Dimension(d_2, 1, 4), FullRank(a), FullRank(b), Scalar(sigma_1, positive), TwoLayer(u, v.T)
)
descent_1 = paper.definition("rank1-problem", define("f_1", half * fro(residual) ** 2), title="the rank-1 objective", source="section 3.2")
descent_1 = law(
    "gradient descent on the rank-1 problem", {u: u - eta * residual * v, v: v - eta * residual.T * u}, step_size=eta, loss=descent_1
)
directions = [fro(a) > 0, fro(b) > 0]
rank_1_step = rank_1.extended(Scalar(eta, positive))

across_u, across_v = u - u_star * u_star.T * u, v - v_star * v_star.T * v
alpha_of = paper.definition("C-defs.alpha", define("alpha_@", inner(u, u_star), latex=r"\alpha_{@}"), source="Appendix C")
beta_of = paper.definition("C-defs.beta", define("beta_@", inner(v, v_star), latex=r"\beta_{@}"), source="Appendix C")
alpha_perp_of = paper.definition("C-defs.alpha-perp", define("alpha_@perp", fro(across_u), latex=r"\alpha_{@,\perp}"), source="Appendix C")
beta_perp_of = paper.definition("C-defs.beta-perp", define("beta_@perp", fro(across_v), latex=r"\beta_{@,\perp}"), source="Appendix C")
h_of = paper.definition("C-defs.h", define("h_@", alpha_of * beta_of - sigma_1), source="Appendix C")
xi_of = paper.definition("C-defs.xi", define("xi_@", alpha_perp_of**2 + beta_perp_of**2, latex=r"\xi_{@}"), source="Appendix C")

C_defs = paper.identity(
    "C-defs", "The squared norm of a layer is the sum of the squared strengths",
    source="Appendix C, first lines", over=rank_1, given=directions,
    claim=[
        equal(fro(u) ** 2, alpha_of**2 + alpha_perp_of**2),
        equal(fro(v) ** 2, beta_of**2 + beta_perp_of**2),
    ],
    proof=Expansion(),
)

eq_23_signal = paper.step(
    "eq-23.signal", "The strengths in the signal space after a step",
    source="eq. (23), first line", over=rank_1_step, law=descent_1, given=directions,
    claim=[
        equal(following(alpha_of), (1 - eta * fro(v) ** 2) * alpha_of + eta * sigma_1 * beta_of),
        equal(following(beta_of), (1 - eta * fro(u) ** 2) * beta_of + eta * sigma_1 * alpha_of),
    ],
    note="eta_1 in the second equation reads as the constant step size eta.",
    proof=Expansion(),
)

eq_23_noise = paper.step(
    "eq-23.noise", "The strengths in the complement after a step",
    source="eq. (23), second line", over=rank_1_step, law=descent_1,
    claim=[
        equal(following(alpha_perp_of), (1 - eta * fro(v) ** 2) * alpha_perp_of),
        equal(following(beta_perp_of), (1 - eta * fro(u) ** 2) * beta_perp_of),
    ],
    wrong="The strengths are norms; for eta ||v||^2 > 1 the right side is negative. It holds with the absolute value of the factor.",
)

eq_23_noise_corrected = paper.corrected(
    eq_23_noise, note="With the absolute value of the factors.",
    claim=[
        equal(following(alpha_perp_of), absolute(1 - eta * fro(v) ** 2) * alpha_perp_of),
        equal(following(beta_perp_of), absolute(1 - eta * fro(u) ** 2) * beta_perp_of),
    ],
)

eq_24_xi = paper.step(
    "eq-24-xi", "The strength in the complements after a step",
    source="eq. (24), second line", over=rank_1_step, law=descent_1, given=directions,
    claim=equal(
        following(xi_of),
        (1 - eta * (beta_of**2 + beta_perp_of**2)) ** 2 * alpha_perp_of**2
        + (1 - eta * (alpha_of**2 + alpha_perp_of**2)) ** 2 * beta_perp_of**2,
    ),
    proof=Expansion(),
)

C_assembly_error = paper.identity(
    "C-assembly.error", "The error in the four strengths",
    source="Appendix C, after Lemma C.2", over=rank_1, given=directions,
    claim=equal(
        fro(residual) ** 2,
        h_of**2 + alpha_of**2 * beta_perp_of**2 + beta_of**2 * alpha_perp_of**2 + alpha_perp_of**2 * beta_perp_of**2,
    ),
    proof=Expansion(),
)

# --- The same in numbers --------------------------------------------------------------------------------------

alpha, beta, alpha_perp, beta_perp = scalars("alpha beta alpha_perp beta_perp")
strengths = domain(
    Scalar(alpha, real), Scalar(beta, real), Scalar(alpha_perp, nonnegative), Scalar(beta_perp, nonnegative), Scalar(sigma_1, positive),
    Scalar(eta, positive),
)
h = define("h_t", alpha * beta - sigma_1)
xi = define("xi_t", alpha_perp**2 + beta_perp**2, latex=r"\xi_t")
alpha_next = define("alpha_t+1", (1 - eta * (beta**2 + beta_perp**2)) * alpha + eta * sigma_1 * beta, latex=r"\alpha_{t+1}")
beta_next = define("beta_t+1", (1 - eta * (alpha**2 + alpha_perp**2)) * beta + eta * sigma_1 * alpha, latex=r"\beta_{t+1}")
xi_next = define(
    "xi_t+1",
    (1 - eta * (beta**2 + beta_perp**2)) ** 2 * alpha_perp**2 + (1 - eta * (alpha**2 + alpha_perp**2)) ** 2 * beta_perp**2,
    latex=r"\xi_{t+1}",
)
h_next = define("h_t+1", alpha_next * beta_next - sigma_1)
curvature = alpha * beta * h + alpha**2 * beta_perp**2 + beta**2 * alpha_perp**2 + alpha_perp**2 * beta_perp**2
h_right = (
    (1 - eta * (alpha**2 + beta**2) + eta**2 * curvature) * h - eta * alpha * beta * xi + eta**2 * sigma_1 * alpha_perp**2 * beta_perp**2
)

eq_24_h = paper.identity(
    "eq-24-h", "The distance in the signal space after a step",
    source="eq. (24), first line", over=strengths,
    claim=equal(h_next, h_right),
    proof=Expansion(),
)

# --- The initialisation: what follows from its event ------------------------------------------------------------

c_init, c_step, d, share_1, share_2, share_3, share_4 = scalars("c_init c_step d share_1 share_2 share_3 share_4")
root_scale = c_init * sqrt(sigma_1)
at_start = domain(
    Scalar(sigma_1, positive), Scalar(c_init, positive), Scalar(d, Interval(1, oo)),
    Scalar(share_1, Interval(Rational(1, 10), 10)), Scalar(share_2, Interval(Rational(1, 10), 10)),
    Scalar(share_3, Interval(0, 10)), Scalar(share_4, Interval(0, 10)),
    let(alpha, share_1 * root_scale / sqrt(d)), let(beta, share_2 * root_scale / sqrt(d)),
    let(alpha_perp, share_3 * root_scale), let(beta_perp, share_4 * root_scale),
)
"""The event of the initialisation, with alpha_0 and beta_0 positive."""

C_1_base = paper.inequality(
    "C.1-base", "The invariants D, E and G at the start",
    source="proof of Lemma C.1, base cases", over=at_start,
    claim=[alpha > 0, beta > 0, xi <= 100 * c_init**2 * sigma_1, absolute(alpha - beta) <= Rational(99, 101) * (alpha + beta)],
    wrong="Two strengths of at most 10 c_init sqrt(sigma_1) have squares that sum to at most 200 c_init^2 sigma_1, not 100.",
)

C_1_base_corrected = paper.corrected(
    C_1_base, note="200 in place of 100.",
    claim=[alpha > 0, beta > 0, xi <= 200 * c_init**2 * sigma_1, absolute(alpha - beta) <= Rational(99, 101) * (alpha + beta)],
)

ratios = domain(Scalar(alpha, positive), Scalar(beta, positive))

C_1_ratio = paper.inequality(
    "C.1-ratio", "A bounded difference bounds the ratio",
    source="Appendix C, after Lemma C.1", over=ratios, given=absolute(alpha - beta) <= Rational(99, 101) * (alpha + beta),
    claim=chain(Rational(1, 100), "<=", alpha / beta, "<=", 100),
    proof=Closing(),
    facts=[alpha <= 100 * beta, beta <= 100 * alpha],
)

C_1_ratio_converse = paper.inequality(
    "C.1-ratio.converse", "A bounded ratio bounds the difference",
    source="Appendix C, after Lemma C.1", over=ratios, given=[alpha <= 100 * beta, beta <= 100 * alpha],
    claim=absolute(alpha - beta) <= Rational(99, 101) * (alpha + beta),
    proof=Closing(),
)

# --- Stage 1 ------------------------------------------------------------------------------------------------------
# q stands for 100 c_init^2; the paper asks for it to be small enough, and the proofs show how small.

q, growth = scalars("q growth")
signal = alpha + beta
stage_1 = domain(
    Scalar(alpha, positive), Scalar(beta, positive), Scalar(alpha_perp, nonnegative), Scalar(beta_perp, nonnegative),
    Scalar(q, Interval.Lopen(0, Rational(1, 6))), Scalar(growth, positive), Scalar(c_step, Interval.Lopen(0, 1)),
    let(sigma_1, (1 + growth) * maximum(2 * (alpha**2 + beta**2), (alpha_perp**2 + beta_perp**2) / q)), let(eta, c_step / sigma_1),
)
"""A step before T_1: alpha, beta > 0, alpha^2 + beta^2 < sigma_1/2 and xi <= q sigma_1, with q <= 1/6 and c_step <= 1."""
before_T_1 = [2 * (alpha**2 + beta**2) < sigma_1, xi <= q * sigma_1, eta > 0, sigma_1 > 0, eta * sigma_1 <= 1]
in_stage_1 = {"over": stage_1, "given": before_T_1}

lower_lines = (
    alpha_next + beta_next,
    (1 + eta * sigma_1) * signal - eta * (alpha**2 + alpha_perp**2) * beta - eta * (beta**2 + beta_perp**2) * alpha,
    (1 + eta * sigma_1 - eta * (alpha**2 + beta**2 + xi)) * signal,
    (1 + eta * sigma_1 - eta * (sigma_1 / 2 + q * sigma_1)) * signal,
    (1 + eta * sigma_1 / 3) * signal,
)

C_1_F_sum = paper.identity(
    "C.1-F.sum", "The signal after a step",
    source="proof of Lemma C.1, D, E => F, first line", over=strengths,
    claim=equal(lower_lines[0], lower_lines[1]),
    proof=Expansion(),
)

C_1_F_lower = paper.inequality(
    "C.1-F-lower", "The signal grows at least by the factor 1 + c_step/3",
    source="proof of Lemma C.1, D, E => F, first display", **in_stage_1,
    claim=chain(lower_lines[1], ">=", lower_lines[2], ">=", lower_lines[3], ">=", lower_lines[4]),
    proof=Closing(),
    facts=[
        (alpha**2 + alpha_perp**2) * beta + (beta**2 + beta_perp**2) * alpha <= (alpha**2 + beta**2 + xi) * signal,
        eta * ((alpha**2 + alpha_perp**2) * beta + (beta**2 + beta_perp**2) * alpha) <= eta * ((alpha**2 + beta**2 + xi) * signal),
        alpha**2 + beta**2 + xi <= sigma_1 / 2 + q * sigma_1,
        (alpha**2 + beta**2 + xi) * (eta * signal) <= (sigma_1 / 2 + q * sigma_1) * (eta * signal),
        q * sigma_1 <= sigma_1 / 6,
        q * sigma_1 * (eta * signal) <= sigma_1 / 6 * (eta * signal),
    ],
)

C_1_F_upper = paper.inequality(
    "C.1-F-upper", "The signal grows at most by the factor 1 + c_step",
    source="proof of Lemma C.1, D, E => F, second display", **in_stage_1,
    claim=lower_lines[1] <= (1 + eta * sigma_1) * signal,
    proof=Closing(),
    facts=[eta * (alpha**2 + alpha_perp**2) * beta >= 0, eta * (beta**2 + beta_perp**2) * alpha >= 0],
)

C_1_H = paper.inequality(
    "C.1-H", "Both layers together are at most sigma_1",
    source="proof of Lemma C.1, E => H", **in_stage_1,
    claim=chain(alpha**2 + beta**2 + xi, "<=", sigma_1 / 2 + q * sigma_1, "<=", sigma_1),
    proof=Closing(),
    facts=[q * sigma_1 <= sigma_1 / 6],
)

C_1_D = paper.inequality(
    "C.1-D", "The signals stay positive",
    source="proof of Lemma C.1, D, H => D", over=stage_1, given=[*before_T_1, eta * sigma_1 < 1],
    claim=[*chain(alpha_next, ">=", (1 - eta * sigma_1) * alpha, ">", 0), *chain(beta_next, ">=", (1 - eta * sigma_1) * beta, ">", 0)],
    proof=Closing(),
    facts=[
        C_1_H(), beta**2 + beta_perp**2 <= sigma_1, alpha**2 + alpha_perp**2 <= sigma_1,
        (beta**2 + beta_perp**2) * (eta * alpha) <= sigma_1 * (eta * alpha),
        (alpha**2 + alpha_perp**2) * (eta * beta) <= sigma_1 * (eta * beta),
        eta * sigma_1 * beta >= 0, eta * sigma_1 * alpha >= 0,
    ],
)

C_1_E = paper.inequality(
    "C.1-E", "The complements do not grow",
    source="proof of Lemma C.1, H => E", **in_stage_1,
    claim=[eta * (beta**2 + beta_perp**2) <= 1, eta * (alpha**2 + alpha_perp**2) <= 1, xi_next <= xi],
    proof=Closing(),
    facts=[
        C_1_H(), eta * (beta**2 + beta_perp**2) <= eta * sigma_1, eta * (alpha**2 + alpha_perp**2) <= eta * sigma_1,
        (1 - eta * (beta**2 + beta_perp**2)) ** 2 <= 1, (1 - eta * (alpha**2 + alpha_perp**2)) ** 2 <= 1,
        (1 - eta * (beta**2 + beta_perp**2)) ** 2 * alpha_perp**2 <= alpha_perp**2,
        (1 - eta * (alpha**2 + alpha_perp**2)) ** 2 * beta_perp**2 <= beta_perp**2,
    ],
)

C_1_G_id = paper.identity(
    "C.1-G-id", "The difference of the signals after a step",
    source="proof of Lemma C.1, D to G => G, first display", over=strengths,
    claim=[
        equal(
            alpha_next - beta_next,
            (1 - eta * sigma_1) * (alpha - beta) - eta * (beta**2 + beta_perp**2) * alpha + eta * (alpha**2 + alpha_perp**2) * beta,
        ),
        equal(
            alpha_next - beta_next,
            (1 - eta * sigma_1 + eta * alpha * beta) * (alpha - beta) - eta * beta_perp**2 * alpha + eta * alpha_perp**2 * beta,
        ),
    ],
    proof=Expansion(),
)

share = Rational(99, 101)
bounded_ratio = absolute(alpha - beta) <= share * signal
G_lines = (
    absolute(alpha_next - beta_next),
    (1 - eta * sigma_1 + eta * alpha * beta) * absolute(alpha - beta) + eta * beta_perp**2 * alpha + eta * alpha_perp**2 * beta,
    (1 - Rational(3, 4) * eta * sigma_1) * absolute(alpha - beta) + eta * xi * signal,
    (1 - Rational(3, 4) * eta * sigma_1) * share * signal + eta * q * sigma_1 * signal,
    (1 - eta * sigma_1 * (Rational(3, 4) - q * Rational(101, 99))) * share * signal,
    share * signal,
)

C_1_G = paper.inequality(
    "C.1-G", "The ratio of the signals stays bounded",
    source="proof of Lemma C.1, D to G => G, second display", over=stage_1, given=[*before_T_1, bounded_ratio],
    claim=[
        *chain(G_lines[0], "<=", G_lines[1], "<=", G_lines[2], "<=", G_lines[3], "<=", G_lines[4], "<=", G_lines[5]),
        G_lines[5] <= share * (alpha_next + beta_next),
    ],
    note="The fourth line is an equality. q <= 1/6 is far below the 297/404 that the fifth line needs.",
)

C_1_G_product = paper.inequality(
    "C.1-G.product", "The product of the signals is below sigma_1/4",
    source="proof of Lemma C.1, line before the second display", **in_stage_1,
    claim=4 * alpha * beta < sigma_1,
    proof=Closing(),
    facts=[2 * alpha * beta <= alpha**2 + beta**2],
)

C_1_T_1 = paper.inequality(
    "C.1-T1.sum", "Before T_1 the signal is below sqrt(sigma_1)",
    source="proof of Lemma C.1, last paragraph", **in_stage_1,
    claim=chain(alpha + beta, "<=", sqrt(2 * (alpha**2 + beta**2)), "<", sqrt(sigma_1)),
    proof=Closing(),
    facts=[(alpha + beta) ** 2 <= 2 * (alpha**2 + beta**2)],
)
