"""The step sizes, conditions and probabilities of the proofs of Theorems 3.6 and 3.8, as inequalities between numbers.

With lambda = lambda_A lambda_B and mu = mu_A mu_B, x = |X|, x_c = |X|_{2,infinity}, sigma = sigma_r and
ell_0 = L(W^(0)). What always holds of them, sigma <= x, x_c <= x, mu <= lambda and B <= n, holds by
construction, and so do the conditions on A and B: the root of ell_0 goes up to where they are equations.
"""

from theorems.zou2020.notation import *

lam_0, mu_0, x, x_c, sigma_0, root, ell_0, best, eps, ratio, delta, eta_0, p, q, t_0, z = scalars(
    "lambda mu x x_c sigma sqrt_ell_0 ell_0 L_star eps ratio delta eta p q t z"
)
N, horizon = *dimensions("N"), *scalars("T")
positive = Interval.open(0, oo)
sizes = domain(
    Dimension(n, 1, 8), Dimension(b, 1, 8), Dimension(L, 1, 6), b <= n,
    Scalar(x, positive), Scalar(lam_0, positive), StepSize(sigma_0, up_to=x), StepSize(mu_0, up_to=lam_0),
)
gain = mu_0**2 / lam_0
log_2 = log(2)

# --- Theorem 3.6 -------------------------------------------------------------------------------------------

bound_36 = gain * b * sigma_0**2 / (sqrt(8 * e**3) * n * x * log(ratio) * sqrt(2))
accuracy = sizes.extended(
    Scalar(ratio, Interval.open(3, oo)), StepSize(root, up_to=bound_36), let(ell_0, root**2), let(eps, root**2 / ratio)
)
"""The condition on A and B, and eps' = ell_0/ratio < ell_0/3. The scan has n inside the root, Theorem 3.6 has it outside."""

paper.inequality(
    "pf-3.6-lam", "The condition on A and B makes lambda_A lambda_B |X| large; eps here is eps' < L_0/3",
    source="A.4, after (A.6)", over=accuracy,
    claim=chain(lam_0, ">=", gain, ">=", 2 * sqrt(2 / e * ell_0) / x),
)

failing = accuracy.extended(
    Scalar(horizon, Interval(1, oo)), Scalar(delta, Interval.Lopen(0, Rational(1, 6))), StepSize(x_c, up_to=x)
)
noisy = log_2**2 * b / (3 * n * x**2 * log(horizon / delta) * log(ell_0 / eps))
step_36 = b * mu_0**2 * sigma_0**2 / (6 * e**3 * L * n * lam_0**4 * x**2)

cap_1 = paper.inequality(
    "pf-3.6-eta-cap1", "The step size is at most 1/(6 e L lambda_A^2 lambda_B^2 |X|^2)",
    source="A.4, before (A.10)", over=failing,
    claim=step_36 * noisy <= 1 / (6 * e * L * lam_0**2 * x**2),
    note="Of the two terms of the minimum the second one is enough.",
)

paper.inequality(
    "eq-A.11", "The step size is at most (A.11)",
    source="eq. (A.11)", over=failing,
    claim=step_36 * noisy <= step_36 / x_c**2,
    note="Of the two terms of the minimum the second one is enough.",
)

limit = step_36 * eps / (x_c**2 * best)
gamma_0 = 4 * L * mu_0**2 * sigma_0**2 / (3 * e)
gamma_printed = 2 * e**2 * eta_0**2 * L**2 * n * lam_0**4 * x**2 * x_c**2 * best / b
gammas = sizes.extended(Scalar(best, positive), Scalar(x_c, positive), Scalar(eps, positive), Scalar(eta_0, positive))

cap_2 = paper.identity(
    "pf-3.6-eta-cap2", "The step size gamma_0 eps'/(4 gamma_1)",
    source="A.4, before (A.14)", over=gammas,
    claim=equal(gamma_0 * eps / (4 * gamma_printed), limit),
    wrong="gamma_1 is printed with a factor eta^2, which this formula and (A.13) have outside of it.",
)

paper.corrected(cap_2, claim=equal(gamma_0 * eps / (4 * gamma_printed / eta_0**2), limit), proof=Expansion())

# The radius of part (i) at the last step: T steps of sqrt(2 e) eta n lambda x/B sqrt(2 L_0), with T = log(./eps') e/(eta L mu^2 sigma^2).
paper.inequality(
    "pf-3.6-i-0", "After T steps the layers are within 0.5/L; z = log((L_0 - L*)/eps')",
    source="A.4, induction for part (i)", over=accuracy.extended(Scalar(z, positive), Scalar(eta_0, positive)),
    given=z <= log(ell_0 / eps),
    claim=sqrt(2 * e) * (e / (eta_0 * L * mu_0**2 * sigma_0**2) * z) * eta_0 * n * lam_0 * x / b * sqrt(2 * ell_0) <= half / L,
    note="Part (i) is read with t n after the root: the bound (A.4) on t steps.",
)

root_printed = paper.inequality(
    "pf-3.6-sqrtT", "The root in the display for sqrt(T) eta has a positive argument log(delta/T)",
    source="A.4, before (A.16)", over=domain(Scalar(horizon, Interval(1, oo)), Scalar(delta, Interval.Lopen(0, Rational(1, 6)))),
    claim=2 * log(delta / horizon) > 0,
    wrong="log(delta/T) is negative; delta' = delta/T makes it log(T/delta).",
)

paper.corrected(
    root_printed,
    over=failing.extended(Scalar(eta_0, positive), Scalar(z, positive)),
    given=[eta_0 <= step_36 * noisy, z <= log(ell_0 / eps)],
    claim=sqrt(e / (eta_0 * L * mu_0**2 * sigma_0**2) * z) * eta_0
    <= log_2 * b / (3 * e * sqrt(2 * log(horizon / delta)) * L * n * lam_0**2 * x**2),
    note="With log(T/delta), and as an inequality: the step size is bounded, not set.",
)

# --- Probabilities -------------------------------------------------------------------------------------------

paper.inequality(
    "pf-3.6-markov", "Markov's inequality and the union bound leave a probability of at least 1/2",
    source="A.4, end", over=domain(Scalar(delta, Interval.Lopen(0, Rational(1, 6))), Scalar(eps, positive)),
    claim=[1 - eps / (3 * eps) - delta >= half, equal(eps / (3 * eps), Rational(1, 3))],
    proof=Closing(),
    facts=[equal(eps / (3 * eps), Rational(1, 3))],
    note="So some iterate is within eps = 3 eps'; the last line of the proof has eps' there.",
)

one_sided = domain(Dimension(N, 1, 50), Scalar(p, Interval.open(0, 1)), Scalar(delta, Interval.open(0, 1)))
for label, source in (("pf-3.6-azuma", "A.4, before (A.16)"), ("pf-3.8-azuma1", "A.6, after (A.18)")):
    azuma = paper.inequality(
        label, "Azuma's inequality with increments bounded from above only, for a walk with steps 1 and -(1 - p)/p",
        source=source, over=one_sided,
        given=sqrt(2 * N * log(1 / delta)) <= N,
        claim=(1 - p) ** N <= delta,
        wrong=(
            "The increments of log L are bounded from above only, and Azuma's inequality needs both sides. The walk that steps up by "
            "1 with probability 1 - p, else down by (1 - p)/p, is a martingale; it is N after N steps with probability (1 - p)^N."
        ),
    )
    paper.corrected(
        azuma,
        given=[sqrt(2 * N * log(1 / delta)) <= N, p >= half],
        note="With the increments bounded on both sides: (1 - p)/p <= 1.",
    )

failures = matrix("z", N, 1)
for label, source in (("pf-3.6-union", "A.4, before Markov's inequality"), ("pf-3.8-union", "A.6, last paragraph")):
    paper.inequality(
        label, "N events that fail with probability at most delta/N each fail together with at most delta; z draws their probabilities",
        source=source, over=domain(Dimension(N, 1, 20), AnyMatrix(failures), Scalar(delta, Interval.open(0, 1))),
        claim=sum_over(i, delta / N * entry(failures, i, 1) ** 2 / (1 + entry(failures, i, 1) ** 2), 1, N) <= delta,
    )

copies = paper.inequality(
    "fn-3", "The probability 2^(-N) that N = log(1/delta) independent runs all fail is at most delta",
    source="footnote 3", over=domain(Dimension(N, 1, 60), Scalar(delta, Interval.open(0, 1))),
    given=log(1 / delta) <= N,
    claim=half**N <= delta,
    wrong="Each run may fail with probability 1/2, and 2^(-log(1/delta)) = delta^(log 2) exceeds delta: the base has to be 2.",
)

paper.corrected(copies, given=N * log_2 >= log(1 / delta))

# --- Theorem 3.8 -------------------------------------------------------------------------------------------------

bound_38 = gain * b * sigma_0**2 / (4 * sqrt(2 * e**3) * n * x * sqrt(2))
linear = sizes.extended(StepSize(root, up_to=bound_38), let(ell_0, root**2))
"""The condition on A and B of Theorem 3.8."""

lam_38 = paper.inequality(
    "pf-3.8-lam", "The condition of Theorem 3.8 with a logarithm that it does not have",
    source="A.6, induction for part (ii), first display", over=linear.extended(Scalar(eps, positive)),
    claim=chain(
        lam_0, ">=", gain, ">=", 4 * sqrt(2 * e**3) * n * x * log(ell_0 / eps) / (b * sigma_0**2) * sqrt(2 * ell_0), ">=",
        2 * sqrt(2 / e * ell_0) / x,
    ),
    wrong="Taken over from Theorem 3.6: the condition of Theorem 3.8 has no log(L_0/eps), and eps may be as small as one likes.",
)

paper.corrected(lam_38, over=linear, claim=chain(lam_0, ">=", gain, ">=", 2 * sqrt(2 / e * ell_0) / x))

paper.inequality(
    "pf-3.8-i-3", "The limit of the geometric sum is within 0.5/L",
    source="A.6, induction for part (i)", over=linear,
    claim=sqrt(8 * e**3) * n * lam_0 * x / (b * L * mu_0**2 * sigma_0**2) * sqrt(ell_0) <= half / L,
)

(f,) = scalars("f")
summand = paper.inequality(
    "pf-3.8-i-2", "One summand of the trajectory: f = L_s, q = 1 - eta rate, from hypothesis (ii) that f <= 2 L_0 q^s",
    source="A.6, induction for part (i), third line",
    over=domain(Dimension(N, 1, 20), Scalar(q, Interval.open(0, 1)), Scalar(ell_0, positive), Scalar(f, positive)),
    given=f <= 2 * ell_0 * q**N,
    claim=sqrt(f) <= sqrt(ell_0) * ((1 + q) / 2) ** N,
    wrong="Hypothesis (ii) has a factor 2, whose root is lost.",
)

paper.corrected(summand, claim=sqrt(f) <= sqrt(2 * ell_0) * ((1 + q) / 2) ** N)

step_38 = log_2 * b**2 * mu_0**2 * sigma_0**2 / (e**3 * L * n**2 * lam_0**4 * x**4 * log(horizon / delta))
late = sizes.extended(Scalar(horizon, Interval(1, oo)), Scalar(delta, Interval.open(0, 1)), StepSize(x_c, up_to=x))

smaller = paper.inequality(
    "pf-3.8-etachain.first", "The step size with 54 is at most the one with 96",
    source="A.6, first and second display of step sizes", over=late.extended(StepSize(eta_0, up_to=step_38 / 54)),
    claim=eta_0 <= step_38 / 96,
    wrong="54 is not 96: the first display allows step sizes that the proof does not.",
)

paper.corrected(smaller, over=late.extended(StepSize(eta_0, up_to=step_38 / 96)), claim=eta_0 <= step_38 / 54)

second = paper.inequality(
    "pf-3.8-etachain", "The step size of Theorem 3.8 is at most (A.11)",
    source="A.6, induction for part (ii), first display", over=late,
    claim=step_38 / 96 <= step_36 / x_c**2,
    wrong="For a single step, T = 1, and delta near 1 the logarithm log(T/delta) is as small as one likes.",
)

paper.corrected(second, given=horizon >= 2)

paper.inequality(
    "pf-3.8-incr2.scal", "The drift is absorbed: 3 e + 4/(3 e) times a ratio below 1 is at most 4 e",
    source="A.6, after (A.18)", over=sizes,
    claim=3 * e * L * n * lam_0**2 * x**2 / b + 4 * L * mu_0**2 * sigma_0**2 / (3 * e) <= 4 * e * L * n * lam_0**2 * x**2 / b,
)

rate_0 = L * mu_0**2 * sigma_0**2 / e
spread = 4 * e * L * n * lam_0**2 * x**2 / b

paper.inequality(
    "pf-3.8-azuma2", "The drift outweighs the fluctuation; z = log(1/delta')",
    source="A.6, after (A.18)", over=sizes.extended(Scalar(z, positive), Scalar(eta_0, positive), Scalar(t_0, Interval(0, oo))),
    claim=-4 * t_0 * eta_0 * rate_0 / 3 + eta_0 * spread * sqrt(2 * t_0 * z)
    <= -t_0 * eta_0 * rate_0 + 96 * e**3 * eta_0 * L * n**2 * lam_0**4 * x**4 * z / (b**2 * mu_0**2 * sigma_0**2),
)

# --- Conditions recalled wrongly, A.3, A.5, A.7 --------------------------------------------------------------------

(c, g) = scalars("C g")
recalled = paper.inequality(
    "eq-A.3", "The condition of Theorem 3.1 as it is recalled, with sigma_r in place of sigma_r^2; f is L_0 - L*",
    source="eq. (A.3)",
    over=domain(Scalar(c, positive), Scalar(x, positive), Scalar(sigma_0, positive), Scalar(f, positive), Scalar(g, positive)),
    given=[sigma_0 <= x, g >= c * x / sigma_0**2 * sqrt(f)],
    claim=g >= c * x / sigma_0 * sqrt(f),
    wrong="The square of sigma_r is missing, so that it is another condition for sigma_r != 1.",
)

paper.corrected(recalled, claim=g >= c * x / sigma_0**2 * sqrt(f), proof=Closing())

(kappa_0, w) = scalars("kappa m")
widths = domain(
    Dimension(n, 1, 8), Dimension(b, 1, 8), Dimension(k, 1, 4), Dimension(r, 1, 4), b <= n,
    Scalar(kappa_0, Interval(1, oo)), Scalar(w, positive),
)
width_37 = widths.extended(Scalar(z, Interval(1, oo)))

wide_37 = paper.inequality(
    "pf-3.7-width", "The width that satisfies (A.17), m >= (n/B) kappa log(1/eps) sqrt(k r m), with all constants 1; z = log(1/eps)",
    source="A.5", over=width_37, given=w >= k * r * kappa_0**2 * z**2 * b / n,
    claim=w >= n / b * kappa_0 * z * sqrt(k * r * w),
    wrong="The ratio is the wrong way round: the condition needs n^2/B^2, as Corollary 3.7 says. No constant helps, since n/B is free.",
)

paper.corrected(wide_37, given=w >= k * r * kappa_0**2 * z**2 * n**2 / b**2)

wide_39 = paper.inequality(
    "pf-3.9-width", "The width that satisfies (A.20), m >= (n/B) kappa sqrt(k r m), with all constants 1",
    source="A.7", over=widths, given=w >= k * r * kappa_0**2 * b / n,
    claim=w >= n / b * kappa_0 * sqrt(k * r * w),
    wrong="The ratio is the wrong way round: the condition needs n^2/B^2, as Corollary 3.9 says.",
)

paper.corrected(wide_39, given=w >= k * r * kappa_0**2 * n**2 / b**2)

# --- Proposition 3.3: the numbers of its proof ------------------------------------------------------------------------

width = domain(Dimension(d, 1, 50), Dimension(k, 1, 50), Scalar(delta, Interval.open(0, 1)), Scalar(w, positive))
wide = w >= 100 * (sqrt(maximum(d, k)) + sqrt(2 * log(12 / delta))) ** 2

concentration = paper.inequality(
    "pf-3.3-0.9.step", "The width makes the deviations of the singular values a tenth of sqrt(m), with the t of the proof",
    source="A.2, bounds on the singular values", over=width, given=wide,
    claim=sqrt(w) - sqrt(d) - 2 * sqrt(log(12 / delta)) >= Rational(9, 10) * sqrt(w),
    wrong="t = 2 sqrt(log(12/delta)) is too large for the width, which has sqrt(2 log(12/delta)).",
)

paper.corrected(
    concentration,
    claim=[
        sqrt(w) - sqrt(d) - sqrt(2 * log(12 / delta)) >= Rational(9, 10) * sqrt(w),
        sqrt(w) + sqrt(k) + sqrt(2 * log(12 / delta)) <= Rational(11, 10) * sqrt(w),
    ],
    note="t = sqrt(2 log(12/delta)) gives the same probability: 2 exp(-t^2/2) = delta/6 for each of A and B.",
)

paper.inequality(
    "pf-3.3-t.sum", "The failure probabilities of both matrices add up to less than delta/3",
    source="A.2, bounds on the singular values", over=domain(Scalar(delta, Interval.open(0, 1))),
    claim=4 * (delta / 12) ** 2 <= delta / 3,
    proof=Closing(),
    note="2 exp(-t^2/2) is 2 (delta/12)^2 for t = 2 sqrt(log(12/delta)); for t = sqrt(2 log(12/delta)) the sum is delta/3 exactly.",
)

final = paper.inequality(
    "pf-3.3-final", "The initial loss: 1.21 (1 + 2 sqrt(x) + 2 x) is at most 6.05 log(2 n/delta), for x = log(3 n/delta)",
    source="A.2, last display", over=domain(Dimension(n, 1, 20), Scalar(delta, Interval.open(0, 1))),
    given=log(3 * n / delta) >= 1,
    claim=Rational(121, 100) * (1 + 2 * sqrt(log(3 * n / delta)) + 2 * log(3 * n / delta)) <= Rational(605, 100) * log(2 * n / delta),
    wrong="delta' = delta/(3 n) gives log(3 n/delta), and 6.05 log(2 n/delta) is too small where that is below about 2.",
)

paper.corrected(
    final,
    claim=Rational(121, 100) * (1 + 2 * sqrt(log(3 * n / delta)) + 2 * log(3 * n / delta)) <= Rational(605, 100) * log(3 * n / delta),
)
