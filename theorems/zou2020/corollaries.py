"""Corollaries 3.4, 3.7 and 3.9 and Remark 3.5: widths and iteration counts, with explicit constants in place of O."""

from theorems.zou2020.gaussian_maps import width
from theorems.zou2020.gradient_descent import C, Z, excess_0
from theorems.zou2020.notation import *
from theorems.zou2020.stochastic_numbers import (
    best,
    delta,
    ell_0,
    eps,
    horizon,
    lam_0,
    late,
    mu_0,
    positive,
    q,
    sigma_0,
    sizes,
    step_36,
    step_38,
    w,
    x,
    x_c,
    z,
)

(T,) = dimensions("T")
kappa_0, u_A, v_A, u_B, v_B, y, f, u, excess, share_Y = scalars("kappa u_A v_A u_B v_B y f u excess share_Y")
unit = Interval(0, 1)
accuracies = Interval.Lopen(0, Rational(1, 10))
"""Every eps at which the printed counts are judged: small, and log(1/eps) is at least log(10)."""

# --- The conditions, recalled -----------------------------------------------------------------------------

paper.definition(
    "eq-4.1", define("condition_GD", C * norm_X / sigma_r**2 * sqrt(excess_0)), title="right side of the condition", source="eq. (4.1)"
)
paper.definition(
    "eq-A.17", define("condition_SGD", n * x * log(ell_0 / eps) / (b * sigma_0**2) * sqrt(ell_0)),
    title="right side of the condition of Theorem 3.6, without its constant", source="eq. (A.17)",
)
paper.definition(
    "eq-A.20", define("condition_linear", n * x / (b * sigma_0**2) * sqrt(ell_0)),
    title="right side of the condition of Theorem 3.8, without its constant", source="eq. (A.20)",
)
paper.definition("pf-3.3-width", define("m_min", width(12)), title="least width", source="A.2, first display")
paper.definition("pf-3.6-constants", define("eta_SGD", step_36), title="step size without the minimum", source="A.4, first display")
paper.definition("pf-3.8-constants", define("eta_linear", step_38 / 54), title="largest step size", source="A.6, first display")

# --- Remark 3.5, section 5.2 and the comparison after Corollary 3.7 --------------------------------------------

widths = domain(Dimension(L, 1, 50), Dimension(k, 1, 20), Dimension(r, 1, 20), Scalar(kappa_0, Interval(1, oo)))

for label, source in (("rem-3.5", "Remark 3.5"), ("expt-5.2-widths", "section 5.2, last sentence")):
    paper.identity(
        label, "The width for plain networks over that for residual ones",
        source=source, over=widths,
        claim=equal(L * k * r * kappa_0**3 / (k * r * kappa_0**2), L * kappa_0),
        proof=Expansion(),
    )

paper.identity(
    "cmp-sgd-gd", "Widths and iteration counts of SGD over those of gradient descent; z = log(1/eps)",
    source="after Corollary 3.7",
    over=widths.extended(Dimension(n, 1, 30), Dimension(b, 1, 30), b <= n, Scalar(z, positive), Scalar(eps, positive)),
    claim=[
        equal(k * r * kappa_0**2 * z**2 * n**2 / b**2 / (k * r * kappa_0**2), n**2 * z**2 / b**2),
        equal(kappa_0**2 / eps * z * n / b / (kappa_0 * z), kappa_0 / eps * n / b),
    ],
    proof=Expansion(),
)

other_depth = dimensions("L'")[0]


def contraction_at(depth):
    """eta rate at a depth, for the step size of the proof of Theorem 3.1."""
    return depth * mu_0**2 * sigma_0**2 / e / (2 * depth * lam_0 * x * (sqrt(e * ell_0) + half * e * lam_0 * x))


paper.identity(
    "expt-5.2.depth", "The contraction that Theorem 3.1 promises for a step is the same at every depth",
    source="section 5.2, 'quite similar for different L'", over=sizes.extended(Scalar(ell_0, positive), Dimension(other_depth, 1, 50)),
    claim=equal(contraction_at(L), contraction_at(other_depth)),
    note="The curves themselves: the figure figure-1.",
    proof=Expansion(),
)

# --- Corollary 3.4 -----------------------------------------------------------------------------------------------

near = Rational(9, 10)


def between(u):
    """A singular value between 0.9 and 1.1 times sqrt(m)."""
    return (near + u / 5) * sqrt(w)


paper.inequality(
    "pf-3.4-theta", "The left side of the condition is of the order of m, for singular values between 0.9 and 1.1 times sqrt(m)",
    source="A.3, first display",
    over=domain(Scalar(w, positive), *(Scalar(u, unit) for u in (u_A, v_A, u_B, v_B))), given=[u_A <= v_A, u_B <= v_B],
    claim=chain(
        near**4 / Rational(121, 100) * w, "<=", between(u_A) ** 2 * between(u_B) ** 2 / (between(v_A) * between(v_B)),
        "<=", Rational(121, 100) * w,
    ),
)

order = Rational(54, 100)
wide_enough = domain(
    Dimension(k, 1, 20), Dimension(r, 1, 20), Scalar(kappa_0, Interval(1, oo)), Scalar(z, Interval(1, oo)), Scalar(y, Interval(1, oo)),
    let(w, y * (C / order) ** 2 * Rational(705, 100) * k * r * kappa_0**2 * z),
)

paper.inequality(
    "pf-3.4-width", "The condition holds for m >= 7.05 (C/0.54)^2 k r kappa^2 log(n/delta), where ||Y||_F <= ||X||_F; z = log(n/delta)",
    source="A.3, after the first display", over=wide_enough,
    claim=order * w >= C * kappa_0 * sqrt(r * (Rational(605, 100) * k * w * z + 1)),
)

paper.inequality(
    "pf-3.4-T1", "T iterations with T eta rate >= log((L_0 - L*)/eps) reach eps; z = eta rate, f = L_0 - L*",
    source="A.3, iteration count",
    over=domain(Dimension(T, 1, 200), Scalar(z, Interval.Lopen(0, 1)), Scalar(f, positive), Scalar(eps, positive)),
    given=T * z >= log(f / eps),
    claim=(1 - z) ** T * f <= eps,
)

paper.identity(
    "pf-3.4-T2", "1/(eta rate) for the step size of the proof",
    source="A.3, second display of the iteration count", over=sizes.extended(Scalar(ell_0, positive)),
    claim=equal(
        1 / (1 / (2 * L * lam_0 * x * (sqrt(e * ell_0) + half * e * lam_0 * x)) * L * mu_0**2 * sigma_0**2 / e),
        2 * e * lam_0 * x * (sqrt(e * ell_0) + half * e * lam_0 * x) / (mu_0**2 * sigma_0**2),
    ),
    proof=Expansion(),
)

paper.inequality(
    "pf-3.4-T3", "For m >= k r log(n/delta) this is at most 61 kappa; z = log(n/delta)",
    source="A.3, last display",
    over=domain(
        Dimension(k, 1, 20), Dimension(r, 1, 20), Scalar(x, positive), StepSize(sigma_0, up_to=x), Scalar(z, Interval(1, oo)),
        Scalar(y, Interval(1, oo)), let(w, y * k * r * z), StepSize(lam_0, up_to=Rational(121, 100) * w),
        StepSize(f, up_to=(Rational(605, 100) * k * w * z + 1) * r * x**2),
    ),
    claim=2 * e * lam_0 * x * (sqrt(e * f) + half * e * lam_0 * x) / (near**4 * w**2 * sigma_0**2) <= 61 * x**2 / sigma_0**2,
)

contraction_34 = (
    Scalar(kappa_0, Interval(1, oo)), Scalar(y, unit), let(z, y + (1 - y) / (61 * kappa_0)), Scalar(excess, Interval(0, oo)),
)
"""Every step contracts by 1 - z, with z between 1/(61 kappa) and 1."""

iterations_34 = paper.inequality(
    "cor-3.4", "61 kappa log(1/eps) iterations reach eps, where each contracts by 1 - 1/(61 kappa) or better; f = L_0 - L*",
    source="Corollary 3.4, with the constants of pf-3.4-T3",
    over=domain(
        *contraction_34, Scalar(eps, accuracies), Scalar(f, positive), let(horizon, 61 * kappa_0 * log(1 / eps) * (1 + excess)),
    ),
    claim=(1 - z) ** horizon * f <= eps,
    examples=[example(kappa=1, y=0, excess=0, f=10**100, eps="1/100")],
    wrong="Losses scale with the squares of the data, so that no absolute constant makes up for the factor L_0 - L* that is lost, "
    "however small eps is.",
)

paper.corrected(
    iterations_34,
    over=domain(
        *contraction_34, Scalar(eps, positive), Scalar(u, positive), let(f, eps * exp(u)),
        let(horizon, 61 * kappa_0 * u * (1 + excess)),
    ),
    note="u = log((L_0 - L*)/eps) in place of log(1/eps), and every eps. The width and the probability are pf-3.4-width and prop-3.3, "
    "the contraction is thm-3.1.",
)

known = log(3 * n / delta)
least_width = define(
    "m_min", maximum(width(12), (C / order) ** 2 * Rational(705, 100) * k * r * kappa**2 * known), latex=r"m_{\min}"
)
real_width = (1 + excess) * least_width
largest_product = Rational(121, 100) * real_width
largest_loss = (Rational(605, 100) * k * real_width * known + 1) * fro(X) ** 2

paper.chance(
    "cor-3.4.run", "From Gaussian maps of that width gradient descent contracts by 1/(61 kappa) on average, up to every time",
    source="Corollary 3.4, with the constants of pf-3.4-width and pf-3.4-T3; the maps in the d + k directions that they span",
    over=shapes(3).extended(
        equal(m, d + k), FullRank(F), FullRank(G), FullRank(Z), Scalar(share_Y, unit), let(Y, share_Y * fro(X) / fro(Z) * Z),
        Scalar(delta, Interval.open(0, 1)), Scalar(excess, Interval(0, oo)), let(W, zeros(L * m, m)),
        let(eta, 1 / (2 * L * largest_product * norm_X * (sqrt(e * largest_loss) + half * e * largest_product * norm_X))),
    ),
    random=SpannedGaussian((Gaussian(A), Gaussian(B)), m, real_width), law=descent,
    event=following(loss) - L_star <= exp(-(time + 1) / (61 * kappa)) * excess_0,
    at_least=1 - delta,
    note="So 61 kappa log((L_0 - L*)/eps) iterations reach eps. The step size is that of Theorem 3.1 for the largest maps and loss "
    "that prop-3.3 allows; for zero hidden weights the run in the directions that the maps span is the run at full width.",
)

# --- Corollaries 3.7 and 3.9 ----------------------------------------------------------------------------------------

counts = sizes.extended(Scalar(eps, positive), Scalar(best, positive), StepSize(x_c, up_to=x))

iterations = paper.inequality(
    "pf-3.7-T", "The iteration count over log((L_0 - L*)/eps), with the constant 6 e^4, for mu_A mu_B = lambda_A lambda_B",
    source="A.5, last display", over=counts,
    claim=e / (step_36.xreplace({mu_0: lam_0}) * eps / (x_c**2 * best) * L * lam_0**2 * sigma_0**2)
    <= 6 * e**4 * (x**2 / sigma_0**2) ** 2 / eps * n / b,
    wrong="The factor L* is lost: losses scale with the squares of the data, and eps must be compared to one of them.",
)

paper.corrected(
    iterations,
    claim=e / (step_36.xreplace({mu_0: lam_0}) * eps / (x_c**2 * best) * L * lam_0**2 * sigma_0**2)
    <= 6 * e**4 * (x**2 / sigma_0**2) ** 2 * best / eps * n / b,
)

alike = Rational(81, 121)
"""At least this is mu_A mu_B/(lambda_A lambda_B) where all singular values are between 0.9 and 1.1 times sqrt(m)."""

constant_37 = 6 * e**4 / alike**4
contraction_37 = step_36 * eps / (x_c**2 * best) * L * mu_0**2 * sigma_0**2 / e
of_37 = (
    Dimension(n, 1, 8), Dimension(b, 1, 8), Dimension(L, 1, 6), b <= n, Scalar(x, positive), Scalar(lam_0, positive),
    StepSize(sigma_0, up_to=x), Scalar(y, unit), let(mu_0, (alike + (1 - alike) * y) * lam_0),
    Scalar(best, positive), StepSize(x_c, up_to=x), Scalar(excess, Interval(0, oo)),
)
iterations_37 = paper.inequality(
    "cor-3.7", "6 e^4 (121/81)^4 kappa^2 (n/B) log(1/eps)/eps iterations reach eps in the mean; f = L_0 - L*",
    source="Corollary 3.7, with the step size of Theorem 3.6 where eps decides it",
    over=domain(
        *of_37, Scalar(eps, accuracies), Scalar(f, positive),
        let(horizon, constant_37 * (x**2 / sigma_0**2) ** 2 * n / b / eps * log(1 / eps) * (1 + excess)), let(z, contraction_37),
    ),
    given=z <= 1,
    claim=f * exp(-z * horizon) <= eps,
    examples=[example(
        dimensions={"n": 1, "b": 1, "L": 1}, x=1, theta_sigma=1, y=1, L_star=1, theta_x_c=1, excess=0, f=10**100, eps="1/100",
        **{"lambda": 1},
    )],
    wrong="As in cor-3.4 and pf-3.7-T: eps is compared with 1, where it has to be compared with L* and with L_0 - L*.",
)

paper.corrected(
    iterations_37,
    over=domain(
        *of_37, Scalar(eps, positive), Scalar(u, positive), let(f, eps * exp(u)),
        let(horizon, constant_37 * (x**2 / sigma_0**2) ** 2 * n / b * best / eps * u * (1 + excess)), let(z, contraction_37),
    ),
    note="(L*/eps) log((L_0 - L*)/eps) in place of log(1/eps)/eps; u = log((L_0 - L*)/eps). (1 - z)^T is at most exp(-z T). The width and "
    "the probability are pf-3.7-width and prop-3.3, the contraction is pf-3.6-ii-final.",
)

eta_37 = b * w**2 * sigma_0**2 / (L * n * w**4 * x**2) * minimum(eps / (x_c**2 * best), b / (n * x**2))
printed_37 = k * b * eps / (L * w * n * (x**2 / sigma_0**2) * x**2)
eta_of_37 = paper.inequality(
    "pf-3.7-eta", "The step size for lambda_A lambda_B = mu_A mu_B = m is at most the printed one, all constants and logarithms 1",
    source="A.5",
    over=domain(
        Dimension(n, 1, 30), Dimension(b, 1, 30), Dimension(L, 1, 50), Dimension(k, 1, 20), b <= n, Scalar(x, positive),
        StepSize(x_c, up_to=x), StepSize(sigma_0, up_to=x), Scalar(w, Interval(1, oo)), Scalar(eps, positive), Scalar(best, positive),
    ),
    given=eps <= b * x_c**2 / (n * x**2),
    claim=eta_37 <= printed_37,
    wrong="L* is lost, as in pf-3.7-T, and |X|_{2,infinity} <= |X| makes the step size larger, not smaller.",
)

paper.corrected(eta_of_37, claim=eta_37 <= printed_37 * x**2 / (x_c**2 * best), note="With the factor |X|^2/(|X|_{2,infinity}^2 L*).")

paper.inequality(
    "pf-3.9-eta", "The step size for lambda_A lambda_B = mu_A mu_B = m is at most the one with k/m, all constants 1",
    source="A.7",
    over=domain(
        Dimension(n, 1, 30), Dimension(b, 1, 30), Dimension(L, 1, 50), Dimension(k, 1, 20), b <= n,
        Scalar(x, positive), StepSize(sigma_0, up_to=x), Scalar(w, Interval(1, oo)),
    ),
    claim=b**2 * w**2 * sigma_0**2 / (L * n**2 * w**4 * x**4) <= k * b**2 / (L * w * n**2 * (x**2 / sigma_0**2) * x**2),
    note="For alpha = beta = 1 the step size falls like 1/m^2; k/m belongs to the variances 1/m and 1/k.",
)

paper.identity(
    "pf-3.9-T", "The iteration count over the logarithms, with the step size of Theorem 3.8",
    source="A.7, last display", over=late,
    claim=equal(
        e / (step_38 / 96 * L * mu_0**2 * sigma_0**2),
        96 * e**4 / log(2) * (lam_0 / mu_0) ** 4 * (x**2 / sigma_0**2) ** 2 * n**2 / b**2 * log(horizon / delta),
    ),
    proof=Expansion(),
)

contraction_39 = log(2) * b**2 * mu_0**2 * sigma_0**2 / (96 * e**3 * L * n**2 * lam_0**4 * x**4 * q) * L * mu_0**2 * sigma_0**2 / e
of_39 = (
    Dimension(n, 1, 8), Dimension(b, 1, 8), Dimension(L, 1, 6), b <= n, Scalar(x, positive), Scalar(lam_0, positive),
    StepSize(sigma_0, up_to=x), StepSize(x_c, up_to=x), Scalar(y, unit), let(mu_0, (alike + (1 - alike) * y) * lam_0),
    Scalar(q, Interval(1, oo)), Scalar(excess, Interval(0, oo)),
)
constant_39 = 96 * e**4 / log(2) / alike**4
small = eps <= b * x_c**2 / (n * x**2)
iterations_39 = paper.inequality(
    "cor-3.9", "96 e^4/log(2) (121/81)^4 kappa^2 (n/B)^2 log(T/delta) log(1/eps) iterations reach eps",
    source="Corollary 3.9, with the constants of Theorem 3.8; q = log(T/delta), f = L_0",
    over=domain(
        *of_39, Scalar(eps, accuracies), Scalar(f, positive),
        let(horizon, constant_39 * (x**2 / sigma_0**2) ** 2 * (n / b) ** 2 * q * log(1 / eps) * (1 + excess)),
        let(z, contraction_39),
    ),
    given=[z <= 1, small],
    claim=2 * f * exp(-z * horizon) <= eps,
    examples=[example(
        dimensions={"n": 1, "b": 1, "L": 1}, x=1, theta_sigma=1, theta_x_c=1, y=1, q=1, excess=0, f=10**100, eps="1/100",
        **{"lambda": 1},
    )],
    wrong="As in cor-3.4: eps is compared with 1, where it has to be compared with L_0.",
)

paper.corrected(
    iterations_39,
    over=domain(
        *of_39, Scalar(eps, positive), Scalar(u, positive), let(f, eps * exp(u) / 2),
        let(horizon, constant_39 * (x**2 / sigma_0**2) ** 2 * (n / b) ** 2 * q * u * (1 + excess)), let(z, contraction_39),
    ),
    given=z <= 1,
    note="u = log(2 L_0/eps) in place of log(1/eps), and every eps; (1 - z)^T is at most exp(-z T). The width and the probability are "
    "pf-3.9-width and prop-3.3, the contraction is thm-3.8.",
)
