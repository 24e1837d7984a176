"""Appendix C, the steps of Lemma C.2 (stage 2) and the end of the proof of Theorem 3.2, in plain numbers."""

from theorems.du2018.notation import eta, excess, half, paper
from theorems.du2018.rank_one import (
    alpha,
    alpha_next,
    alpha_perp,
    beta,
    beta_perp,
    c_init,
    c_step,
    curvature,
    h,
    h_next,
    h_right,
    nonnegative,
    positive,
    sigma_1,
    strengths,
    xi,
    xi_next,
)
from verify.author import *

# --- Constants --------------------------------------------------------------------------------------------
# At T_1 the signals satisfy alpha^2 + beta^2 >= sigma_1/2 and have a ratio of at most 100; c_1 is chosen from that.

c_1, xi_0, rho = scalars("c_1 xi_0 rho")
ratio, surplus = scalars("ratio surplus")
at_T_1 = domain(
    Scalar(beta, positive), Scalar(ratio, Interval(Rational(1, 100), 100)), Scalar(surplus, nonnegative),
    let(alpha, ratio * beta), let(sigma_1, 2 * (alpha**2 + beta**2) / (1 + surplus)),
)

C_2_c_1 = paper.inequality(
    "C.2-c1", "c_1 = 1/80008 is admissible",
    source="proof of Lemma C.2, first paragraph", over=at_T_1,
    given=[alpha <= 100 * beta, beta <= 100 * alpha, alpha > 0, 2 * (alpha**2 + beta**2) >= sigma_1, sigma_1 > 0],
    claim=[alpha >= 2 * sqrt(sigma_1 / 80008), beta >= 2 * sqrt(sigma_1 / 80008)],
    note="The paper gives no number; ratio at most 100 and alpha^2 + beta^2 >= sigma_1/2 give this one, and no larger one.",
    proof=Closing(),
    facts=[
        alpha**2 <= 10000 * beta**2, beta**2 <= 10000 * alpha**2,
        4 * (sigma_1 / 80008) <= alpha**2, 4 * (sigma_1 / 80008) <= beta**2,
    ],
)

alpha_T, beta_T = scalars("alpha_T1 beta_T1")
grown = domain(
    Scalar(alpha, positive), Scalar(beta, positive), Scalar(alpha_T, positive), Scalar(beta_T, positive), Scalar(surplus, positive),
    Scalar(c_step, Interval.Lopen(0, 1)), let(sigma_1, 2 * (alpha**2 + beta**2) * (1 + surplus)),
)
base_lines = (
    alpha_T * beta_T,
    (alpha_T + beta_T) ** 2 / 4,
    (1 + c_step) ** 2 * (alpha + beta) ** 2 / 4,
    (1 + c_step) ** 2 * 2 * (alpha**2 + beta**2) / 4,
    (1 + c_step) ** 2 * sigma_1 / 4,
    sigma_1,
)

C_2_base_K = paper.inequality(
    "C.2-base-K", "At T_1 the product of the signals is at most sigma_1",
    source="proof of Lemma C.2, K(T_1)", over=grown,
    given=[alpha_T + beta_T <= (1 + c_step) * (alpha + beta), 2 * (alpha**2 + beta**2) <= sigma_1],
    claim=chain(*(part for line in base_lines[:-1] for part in (line, "<=")), base_lines[-1]),
    note="Only c_step <= 1 is needed.",
    proof=Closing(),
    facts=[
        (alpha_T + beta_T) ** 2 <= ((1 + c_step) * (alpha + beta)) ** 2,
        (alpha + beta) ** 2 <= 2 * (alpha**2 + beta**2),
        (1 + c_step) ** 2 * ((alpha + beta) ** 2) <= (1 + c_step) ** 2 * (2 * (alpha**2 + beta**2)),
        (1 + c_step) ** 2 * (2 * (alpha**2 + beta**2)) <= (1 + c_step) ** 2 * sigma_1,
        (1 + c_step) ** 2 <= 4, (1 + c_step) ** 2 * sigma_1 <= 4 * sigma_1,
    ],
)

# --- J: the signals do not vanish -----------------------------------------------------------------------------

(x,) = scalars("x")

C_2_scal = paper.inequality(
    "C.2-scal", "1 - x is at least exp(-2 x) up to x = 1/2",
    source="proof of Lemma C.2, I => J", over=domain(Scalar(x, Interval(0, half))),
    claim=chain(1 - x, ">=", exp(-2 * x)),
    proof=OneVariable(x, points=(0,)),
)

weight, kappa = scalars("weight kappa")

C_2_J_geometric = paper.identity(
    "C.2-J.geometric", "The geometric series: from n to n + 1 terms",
    source="proof of Lemma C.2, I => J, third line",
    over=domain(Scalar(weight, Interval(0, 1)), Scalar(kappa, Interval.open(0, 1))),
    claim=equal((1 - weight) / kappa + weight, (1 - weight * (1 - kappa)) / kappa),
    note="kappa stands for c_1 c_step, weight for (1 - kappa)^n; so the series sums to 1/kappa.",
    proof=Closing(),
)

constants = domain(
    Scalar(c_1, Interval.open(0, 1)), Scalar(c_step, Interval.Lopen(0, 1)), Scalar(sigma_1, positive), Scalar(x, Interval.Lopen(0, 1)),
    let(c_init, sqrt(x * c_1 * log(2) / 200)), Scalar(weight, Interval(0, 1)), let(xi_0, weight * 100 * c_init**2 * sigma_1),
)
"""c_init is at most sqrt(c_1 log(2)/200), which is how small J needs it; xi_0 <= 100 c_init^2 sigma_1."""

C_2_J = paper.inequality(
    "C.2-J", "The signals stay above sqrt(c_1 sigma_1)",
    source="proof of Lemma C.2, I => J, last lines", over=constants,
    claim=[
        *chain(c_step / sigma_1 * xi_0, "<=", 100 * c_step * c_init**2, "<", half),
        exp(-2 * (c_step / sigma_1) * xi_0 / (c_1 * c_step)) >= exp(-200 * c_step * c_init**2 / (c_1 * c_step)),
        2 * sqrt(c_1 * sigma_1) * exp(-200 * c_init**2 / c_1) >= sqrt(c_1 * sigma_1),
    ],
)

# --- One step after T_1 -------------------------------------------------------------------------------------------

first, second = scalars("first second")
stage_2 = domain(
    Scalar(c_1, Interval.Lopen(0, Rational(1, 8))), Scalar(sigma_1, positive), Scalar(first, nonnegative), Scalar(second, nonnegative),
    Scalar(alpha_perp, nonnegative), Scalar(beta_perp, nonnegative), Scalar(excess, nonnegative), Scalar(c_step, Interval.Lopen(0, 1)),
    let(alpha, sqrt(c_1 * sigma_1) * (1 + first)), let(beta, sqrt(c_1 * sigma_1) * (1 + second)), let(eta, c_step / sigma_1),
    let(xi_0, alpha_perp**2 + beta_perp**2 + excess),
)
J = [alpha > 0, beta > 0, alpha**2 >= c_1 * sigma_1, beta**2 >= c_1 * sigma_1, alpha * beta >= c_1 * sigma_1]
K = [alpha * beta <= sigma_1]
signs = [eta > 0, sigma_1 > 0, c_1 > 0]

I_lines = ((1 - eta * beta_perp**2) * alpha - eta * h * beta, (1 - eta * beta_perp**2) * alpha, (1 - eta * xi) * alpha)

C_2_I = paper.inequality(
    "C.2-I", "A signal shrinks at most by the factor 1 - eta xi_t",
    source="proof of Lemma C.2, I to L => I", over=stage_2, given=[*signs, *J, *K],
    claim=[
        equal(alpha_next, I_lines[0]),
        *chain(I_lines[0], ">=", I_lines[1], ">=", I_lines[2]),
    ],
    proof=Closing(),
    facts=[eta * beta * (sigma_1 - alpha * beta) >= 0, eta * alpha * alpha_perp**2 >= 0],
)

C_2_I_last = paper.inequality(
    "C.2-I.last", "The complements shrink geometrically",
    source="proof of Lemma C.2, I to L => I, last lines", over=stage_2.extended(Scalar(weight, Interval(0, 1))),
    given=[*signs, *J, xi <= xi_0 * weight],
    claim=(1 - eta * xi) * alpha >= (1 - eta * xi_0 * weight) * alpha,
    proof=Closing(),
    facts=[eta * alpha * xi <= eta * alpha * (xi_0 * weight)],
)

bound_25 = (
    (1 - eta * (alpha**2 + beta**2)) * h
    + eta**2 * alpha * beta * h**2
    - eta * alpha * beta * xi
    + eta**2 * sigma_1 * alpha_perp**2 * beta_perp**2
)

eq_25 = paper.inequality(
    "eq-25", "Where the distance in the signal space is not positive, a bound on the next one",
    source="eq. (25)", over=strengths.extended(Scalar(excess, nonnegative)), given=h <= 0,
    claim=h_right <= bound_25,
    proof=Closing(),
    facts=[
        (alpha**2 * beta_perp**2 + beta**2 * alpha_perp**2 + alpha_perp**2 * beta_perp**2) * -h >= 0,
        eta**2 * ((alpha**2 * beta_perp**2 + beta**2 * alpha_perp**2 + alpha_perp**2 * beta_perp**2) * -h) >= 0,
    ],
)

K_lines = (
    eta**2 * sigma_1 * alpha_perp**2 * beta_perp**2,
    eta**2 * sigma_1 * xi**2 / 4,
    eta * xi * eta * sigma_1 * xi_0 / 4,
    eta * xi * c_1 * sigma_1,
    eta * xi * alpha * beta,
)

C_2_K_1 = paper.inequality(
    "C.2-K-1", "The last term of (25) is outweighed by the one before it",
    source="proof of Lemma C.2, J, K, L => K, second display", over=stage_2, given=[*signs, *J, xi <= xi_0, eta * xi_0 <= 4 * c_1],
    claim=chain(K_lines[0], "<=", K_lines[1], "<=", K_lines[2], "<=", K_lines[3], "<=", K_lines[4]),
    proof=Closing(),
    facts=[
        4 * alpha_perp**2 * beta_perp**2 <= xi**2,
        eta**2 * sigma_1 * (4 * alpha_perp**2 * beta_perp**2) <= eta**2 * sigma_1 * xi**2,
        xi**2 <= xi * xi_0, eta**2 * sigma_1 * xi**2 <= eta**2 * sigma_1 * (xi * xi_0),
        eta * xi * sigma_1 * (eta * xi_0) <= eta * xi * sigma_1 * (4 * c_1),
        eta * xi * (c_1 * sigma_1) <= eta * xi * (alpha * beta),
    ],
)

# O(sigma_1) in the paper: from alpha, beta >= sqrt(c_1 sigma_1) and alpha beta <= sigma_1 both squares are at most sigma_1/c_1.
order = 2 / c_1
K_2_lines = (
    (1 - eta * order * sigma_1) * h + eta**2 * alpha * beta * h**2,
    (1 - eta * order * sigma_1 + eta**2 * alpha * beta * h) * h,
    (1 - eta * order * sigma_1 - eta**2 * sigma_1**2) * h,
)

C_2_K_2_order = paper.inequality(
    "C.2-K-2.order", "The squares of the signals are of the order of sigma_1",
    source="proof of Lemma C.2, J, K, L => K", over=stage_2, given=[*signs, *J, *K],
    claim=alpha**2 + beta**2 <= order * sigma_1,
    proof=Closing(),
    facts=[
        alpha**2 * (c_1 * sigma_1) <= alpha**2 * beta**2, beta**2 * (c_1 * sigma_1) <= alpha**2 * beta**2,
        alpha**2 * beta**2 <= sigma_1**2, alpha**2 * c_1 <= sigma_1, beta**2 * c_1 <= sigma_1,
    ],
)

C_2_K_2 = paper.inequality(
    "C.2-K-2", "The distance in the signal space stays non-positive",
    source="proof of Lemma C.2, J, K, L => K, last display", over=stage_2,
    given=[*signs, *J, *K, (eta * sigma_1) * order + (eta * sigma_1) ** 2 <= 1],
    claim=[equal(K_2_lines[0], K_2_lines[1]), K_2_lines[1] <= K_2_lines[2], K_2_lines[2] <= 0],
    note="O(sigma_1) as 2 sigma_1/c_1, so that c_step has to be at most about c_1/2.",
)

L_lines = (
    (1 - eta * beta**2) ** 2 * alpha_perp**2 + (1 - eta * alpha**2) * beta_perp**2,
    (1 - eta * c_1 * sigma_1) * xi,
)

C_2_L = paper.inequality(
    "C.2-L", "The complements shrink by the factor 1 - c_1 c_step",
    source="proof of Lemma C.2, J, K, L => L", over=stage_2,
    given=[*signs, *J, eta * (alpha**2 + alpha_perp**2) < 1, eta * (beta**2 + beta_perp**2) < 1],
    claim=chain(xi_next, "<=", L_lines[0], "<=", L_lines[1]),
    note="The second factor is printed without its square; as it lies in [0, 1], the line holds as printed.",
    proof=Closing(),
    facts=[
        eta * beta_perp**2 >= 0, eta * alpha_perp**2 >= 0, eta * beta**2 <= 1, eta * alpha**2 <= 1,
        (1 - eta * (beta**2 + beta_perp**2)) ** 2 <= (1 - eta * beta**2) ** 2,
        (1 - eta * (alpha**2 + alpha_perp**2)) ** 2 <= 1 - eta * alpha**2,
        (1 - eta * (beta**2 + beta_perp**2)) ** 2 * alpha_perp**2 <= (1 - eta * beta**2) ** 2 * alpha_perp**2,
        (1 - eta * (alpha**2 + alpha_perp**2)) ** 2 * beta_perp**2 <= (1 - eta * alpha**2) * beta_perp**2,
        (1 - eta * beta**2) ** 2 <= 1 - eta * beta**2, eta * (c_1 * sigma_1) <= eta * beta**2, eta * (c_1 * sigma_1) <= eta * alpha**2,
        (1 - eta * beta**2) ** 2 * alpha_perp**2 <= (1 - eta * (c_1 * sigma_1)) * alpha_perp**2,
        (1 - eta * alpha**2) * beta_perp**2 <= (1 - eta * (c_1 * sigma_1)) * beta_perp**2,
    ],
)

small_eta = 2 * eta * absolute(curvature) <= alpha**2 + beta**2
M_lines = (
    absolute(h_next),
    (1 - eta * (alpha**2 + beta**2) + eta**2 * curvature) * absolute(h)
    + eta * alpha * beta * xi - eta**2 * sigma_1 * alpha_perp**2 * beta_perp**2,
    (1 - eta * (alpha**2 + beta**2) / 2) * absolute(h) + eta * alpha * beta * xi,
    (1 - eta * c_1 * sigma_1) * absolute(h) + eta * sigma_1 * xi,
)

C_2_M = paper.inequality(
    "C.2-M", "The distance in the signal space shrinks by the factor 1 - c_1 c_step, up to the complements",
    source="proof of Lemma C.2, last display", over=stage_2, given=[*signs, *J, *K, h_next <= 0, small_eta],
    claim=[equal(M_lines[0], M_lines[1]), *chain(M_lines[1], "<=", M_lines[2], "<=", M_lines[3])],
)

# --- The end of the proof of Theorem 3.2 --------------------------------------------------------------------------

C_assembly_ratio = paper.inequality(
    "C-assembly.ratio", "The ratio of the signals stays between c_1 and 1/c_1",
    source="Appendix C, after Lemma C.2", over=stage_2, given=[*signs, *J, *K],
    claim=chain(c_1, "<=", alpha / beta, "<=", 1 / c_1),
    proof=Closing(),
    facts=[
        alpha * beta <= alpha**2 / c_1, alpha * beta <= beta**2 / c_1, beta <= alpha / c_1, alpha <= beta / c_1, c_1 * beta <= alpha,
    ],
)

(epsilon,) = scalars("epsilon")
share_h, share_u, share_v = scalars("share_h share_u share_v")
converged = domain(
    Scalar(epsilon, Interval.open(0, 1)), Scalar(sigma_1, positive), Scalar(c_1, Interval.Lopen(0, Rational(1, 8))),
    Scalar(ratio, Interval(Rational(1, 8), 8)), Scalar(share_h, Interval(0, 1)), Scalar(share_u, Interval(0, 1)),
    Scalar(share_v, Interval(0, 1)),
    let(beta, sqrt((1 - share_h * epsilon) * sigma_1 / ratio)), let(alpha, ratio * beta),
)
noise = let(alpha_perp, sqrt(share_u * share_v * epsilon * sigma_1)), let(beta_perp, sqrt((1 - share_u) * share_v * epsilon * sigma_1))
less_noise = (
    let(alpha_perp, epsilon * sqrt(share_u * share_v * sigma_1)), let(beta_perp, epsilon * sqrt((1 - share_u) * share_v * sigma_1))
)
error = h**2 + alpha**2 * beta_perp**2 + beta**2 * alpha_perp**2 + alpha_perp**2 * beta_perp**2
enough = 10 * (epsilon * sigma_1) ** 2

C_assembly = paper.inequality(
    "C-assembly", "Where xi and h are at most epsilon sigma_1, the error is of the order of epsilon sigma_1",
    source="Appendix C, after Lemma C.2, last conclusion", over=converged.extended(noise),
    claim=error <= enough,
    note="Signals with a ratio between 1/8 and 8, and the constant sqrt(10); no other constant helps.",
    wrong="xi is a square: the error has the terms alpha^2 beta_perp^2 of the order of sigma_1 xi, so that it is of the order of "
    "sqrt(epsilon) sigma_1. With xi at most epsilon^2 sigma_1, which takes twice the iterations T_2, it holds.",
)

C_assembly_corrected = paper.corrected(
    C_assembly, over=converged.extended(less_noise), note="xi at most epsilon^2 sigma_1, which keeps T_2 of the order log(1/epsilon)."
)

# --- How small the constants have to be ------------------------------------------------------------------------------

least = Rational(1, 80008)

C_smallness = paper.inequality(
    "C-smallness", "c_init at most 1/8000 and c_step at most 1/200 meet what the proofs ask for with c_1 = 1/80008",
    source="Appendix C, 'sufficiently small'",
    over=domain(Scalar(c_init, Interval.Lopen(0, Rational(1, 8000))), Scalar(c_step, Interval.Lopen(0, Rational(1, 200)))),
    claim=[
        200 * c_init**2 <= Rational(1, 6),
        200 * c_init**2 * Rational(101, 99) <= Rational(3, 4),
        (1 + c_step) ** 2 <= 4,
        200 * c_step * c_init**2 < half,
        exp(-400 * c_init**2 / least) >= half,
        200 * c_step * c_init**2 <= 4 * least,
    ],
    note="With xi_0 <= 200 c_init^2 sigma_1. Only K's O(sigma_1), read as 2 sigma_1/c_1, would ask for c_step <= c_1/2.",
)
