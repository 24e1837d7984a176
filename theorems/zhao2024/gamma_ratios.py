"""Appendix E, proof of Lemma 10: ratios of Gamma functions (50), the digamma function, and the Chernoff bounds made of them.

The sums over j = 1, ..., q are written for q = 3 widths; every inequality holds term by term.
"""

from theorems.zhao2024.functions import (
    digamma_below_log,
    gamma_convex,
    gamma_recurrence,
    half,
    log_increasing,
    log_product,
    log_shift,
    log_tangent,
    positive,
    x,
)
from theorems.zhao2024.notation import paper
from theorems.zhao2024.numbers import log_chord
from verify.author import *

lam_, m, c, delta_1, width = scalars("lambda m c Delta_1 n_min")
n_1, n_2, n_3, k = dimensions("n_1 n_2 n_3 k")
widths = (n_1, n_2, n_3)

# --- Ratios of Gamma functions -----------------------------------------------------------------------------

ratios = domain(Scalar(x, positive), Scalar(lam_, positive))
R = define("R", gamma_function(x + lam_) / gamma_function(x), latex=r"R(x,\lambda)")
log_R = log_gamma(x + lam_) - log_gamma(x)

eq_50 = paper.inequality(
    "eq-50", "The ratio of two values of the Gamma function",
    source="eq. (50), cited from Jameson (2013)", over=ratios,
    claim=chain(R, "<=", x * (x + lam_) ** (lam_ - 1), "<=", (x + lam_) ** lam_),
    examples=[example(x=1, **{"lambda": "1/2"})],
    wrong="The first inequality is reversed for 0 < lambda < 1 (Wendel): Gamma(3/2) = 0.886 is above (3/2)^(-1/2) = 0.816.",
)

eq_50_corrected = paper.corrected(
    eq_50, given=lam_ >= 1, note="For lambda >= 1. What Lemma 10 needs, R <= (x + lambda)^lambda, holds for all lambda > 0: eq-50.outer.",
)

eq_50_inner = paper.inequality(
    "eq-50.inner", "The first inequality of (50), in logarithms, for lambda >= 1", source="eq. (50)", over=ratios, given=lam_ >= 1,
    claim=log_R <= log(x) + (lam_ - 1) * log(x + lam_),
    proof=Closing(), facts=[gamma_recurrence(x=x), gamma_convex(x=x + lam_, y=x + 1), digamma_below_log(x=x + lam_)],
)

eq_50_outer = paper.inequality(
    "eq-50.outer", "The outer two sides of (50), in logarithms, for all lambda > 0", source="eq. (50)", over=ratios,
    claim=log_R <= lam_ * log(x + lam_),
    proof=Closing(), facts=[gamma_convex(x=x + lam_, y=x), digamma_below_log(x=x + lam_)],
)

# --- The digamma function ------------------------------------------------------------------------------------

digamma_lower = paper.inequality(
    "digamma.lower", "The digamma function from below, on the whole half-line", source="proof of Lemma 10, cited from Qi et al. (2006)",
    over=domain(Scalar(x, positive)), claim=log(x + half) - 1 / x < digamma(x), proof=OneVariable(x, tail=4),
)

digamma_upper = paper.inequality(
    "digamma.upper", "The digamma function from above, on the whole half-line; e^(-gamma) is exp(psi(1))",
    source="proof of Lemma 10, cited from Qi et al. (2006)",
    over=domain(Scalar(x, positive)), claim=digamma(x) < log(x + exp(digamma(1))) - 1 / x, proof=OneVariable(x, tail=4, points=(0,)),
)

paper.inequality(
    "digamma.constant", "e^(-gamma) is about 0.561459", source="proof of Lemma 10", over=domain(Scalar(x, Interval(0, 1))),
    claim=chain(Rational(5614585, 10**7), "<", exp(digamma(1)), "<", Rational(5614595, 10**7)), proof=OneVariable(x),
)

# --- Moments of chi-square variables -----------------------------------------------------------------------------

paper.identity(
    "lemma-10.moments.integer", "The first four moments of a chi-square variable are m, m (m + 2), ...",
    source="proof of Lemma 10, moments of Z ~ chi^2_m", over=domain(Scalar(m, positive)),
    claim=[
        equal(2 * gamma_function(m / 2 + 1) / gamma_function(m / 2), m),
        equal(4 * gamma_function(m / 2 + 2) / gamma_function(m / 2), m * (m + 2)),
        equal(8 * gamma_function(m / 2 + 3) / gamma_function(m / 2), m * (m + 2) * (m + 4)),
        equal(16 * gamma_function(m / 2 + 4) / gamma_function(m / 2), m * (m + 2) * (m + 4) * (m + 6)),
    ],
    examples=[example(m=2), example(m=4)],
    note="Printed for all real lambda > -m/2. Here are lambda = 1, 2, 3, 4 only, for the others see lemma-10.moments.real.",
)

mu = scalars("mu")[0]


def log_moment(order):
    """ln E[Z^order] as printed, in logarithms."""
    return order * log(2) + log_gamma(m / 2 + order) - log_gamma(m / 2)


by_hoelder = (
    "E[Z^0] = 1, E[Z^(lambda+1)] = (m + 2 lambda) E[Z^lambda] by parts in the density, and E[Z^lambda] is convex in logarithms by Hoelder. "
    "By Bohr and Mollerup one function only has these properties; lemma-10.moments.real and .convex say that the printed one has them."
)
paper.identity(
    "lemma-10.moments.real", "The printed moments of a chi-square variable obey the recurrence of its moments, for all lambda > -m/2",
    source="proof of Lemma 10, moments of Z ~ chi^2_m, in logarithms", note=by_hoelder,
    over=domain(Scalar(m, positive), Scalar(lam_, Interval(-oo, oo))), given=lam_ > -m / 2,
    claim=[equal(log_moment(0), 0), equal(log_moment(lam_ + 1), log(m + 2 * lam_) + log_moment(lam_))],
    proof=Closing(), facts=[gamma_recurrence(x=m / 2 + lam_), log_product(x=2, y=m / 2 + lam_)],
)
middle = m / 2 + (lam_ + mu) / 2
paper.inequality(
    "lemma-10.moments.convex", "The printed moments of a chi-square variable are convex in logarithms, as moments are",
    source="proof of Lemma 10, moments of Z ~ chi^2_m, in logarithms", note=by_hoelder,
    over=domain(Scalar(m, positive), Scalar(lam_, Interval(-oo, oo)), Scalar(mu, Interval(-oo, oo))), given=[lam_ > -m / 2, mu > -m / 2],
    claim=2 * log_moment((lam_ + mu) / 2) <= log_moment(lam_) + log_moment(mu),
    proof=Closing(), facts=[gamma_convex(x=middle, y=m / 2 + lam_), gamma_convex(x=middle, y=m / 2 + mu)],
)

degrees = scalars("m_1 m_2 m_3")
paper.identity(
    "lemma-9", "The mean of the squared output is the product of the widths: E Z_N ... E Z_1 by the exact laws, in logarithms",
    source="Lemma 9, eq. (8), here for N = 3: the Z_j are independent, and E Z_j = 2 Gamma(m_j/2 + 1)/Gamma(m_j/2) with m_j = n_j",
    over=domain(*(Scalar(m_j, positive) for m_j in degrees)),
    claim=equal(sum(log(2) + log_gamma(m_j / 2 + 1) - log_gamma(m_j / 2) for m_j in degrees), sum(log(m_j) for m_j in degrees)),
    proof=Closing(), facts=[f for m_j in degrees for f in (gamma_recurrence(x=m_j / 2), log_product(x=2, y=m_j / 2))],
)

# --- Case 1: the upper tail -----------------------------------------------------------------------------------

sizes = domain(Dimension(n_1, 1, 60), Dimension(n_2, 1, 60), Dimension(n_3, 1, 60), Scalar(c, positive))
up = sizes.extended(Scalar(lam_, positive))
logs = sum(log(n) for n in widths)
inverses = define("Delta_1", 1 / n_1 + 1 / n_2 + 1 / n_3, latex=r"\Delta_1(q)")
paper.definition("def-Delta1", inverses, title="sum of the inverse widths", source="before Lemma 10")


def ratio(n):
    """ln R(n/2, lambda)."""
    return log_gamma(Rational(1, 2) * n + lam_) - log_gamma(Rational(1, 2) * n)


log_ratios = sum(ratio(n) for n in widths)
chernoff = -lam_ * (c + logs) + 3 * lam_ * log(2) + log_ratios

paper.inequality(
    "lemma-10.chernoff-up.a", "The exponent of the Chernoff bound after (50)", source="proof of Lemma 10, case 1", over=up,
    claim=chernoff <= -lam_ * (c + logs) + 3 * lam_ * log(2) + sum(lam_ * log(n / 2 + lam_) for n in widths),
    proof=Closing(), facts=[eq_50_outer(x=n / 2, **{"lambda": lam_}) for n in widths],
)

paper.identity(
    "lemma-10.chernoff-up.b", "The same exponent, sorted", source="proof of Lemma 10, case 1", over=up,
    claim=equal(
        -lam_ * (c + logs) + 3 * lam_ * log(2) + sum(lam_ * log(n / 2 + lam_) for n in widths),
        -lam_ * c + lam_ * sum(log(1 + 2 * lam_ / n) for n in widths),
    ),
    proof=Closing(), facts=[f for n in widths for f in (log_shift(x=n / 2, u=lam_), log_product(x=2, y=n / 2))],
)

paper.inequality(
    "lemma-10.chernoff-up.c", "The exponent as a quadratic in lambda", source="proof of Lemma 10, case 1", over=up,
    claim=-lam_ * c + lam_ * sum(log(1 + 2 * lam_ / n) for n in widths) <= -lam_ * c + 2 * lam_**2 * inverses,
    proof=Closing(), facts=[log_tangent(u=2 * lam_ / n) for n in widths],
)

paper.identity(
    "lemma-10.chernoff-up.d", "The quadratic at lambda = c/(4 Delta_1)", source="proof of Lemma 10, case 1",
    over=domain(Scalar(c, positive), Scalar(delta_1, positive)),
    claim=equal(-c / (4 * delta_1) * c + 2 * (c / (4 * delta_1)) ** 2 * delta_1, -(c**2) / (8 * delta_1)), proof=Expansion(),
)

# --- Case 2: the lower tail ------------------------------------------------------------------------------------

fall = lam_ * (c - logs) + 3 * lam_ * log(2) + log_ratios
"""f(lambda)."""
share = scalars("s")[0]
down = sizes.extended(Scalar(share, Interval(0, 1)), let(lam_, -minimum(*widths) * share / 4))
"""-n_min/4 <= lambda <= 0."""
steep = sizes.extended(Scalar(share, Interval.Ropen(0, 1)), let(lam_, -minimum(*widths) * share / 2))
"""-n_min/2 < lambda <= 0."""
quarter = [lam_ <= 0, *(4 * lam_ >= -n for n in widths)]
open_half = [lam_ <= 0, *(n / 2 + lam_ > 0 for n in widths)]
slope = c + sum(-log(n / 2) + digamma(n / 2 + lam_) for n in widths)

paper.identity(
    "lemma-10.chernoff-down.slope", "The derivative of the exponent", source="proof of Lemma 10, case 2", over=steep, given=open_half,
    claim=equal(fall.diff(lam_), slope),
    proof=Closing(), facts=[log_product(x=2, y=n / 2) for n in widths],
)

paper.inequality(
    "lemma-10.chernoff-down", "The derivative of the exponent from below", source="proof of Lemma 10, case 2", over=steep, given=open_half,
    claim=slope >= c + sum(log(1 + (lam_ + half) / (n / 2)) for n in widths) - sum(1 / (n / 2 + lam_) for n in widths),
    proof=Closing(), facts=[f for n in widths for f in (digamma_lower(x=n / 2 + lam_), log_shift(x=n / 2, u=lam_ + half))],
)


def bracket(n):
    """The term of the sum after the integral."""
    return (
        lam_ * log(1 + (lam_ + half) / (n / 2)) + (n / 2 + half) * log(1 + lam_ / (n / 2 + half)) - lam_ - log(1 + lam_ / (n / 2))
    )


paper.identity(
    "lemma-10.integral.a", "The integral of the bound on the derivative, which is 0 at lambda = 0, by its own derivative",
    source="proof of Lemma 10, case 2", over=down, given=quarter,
    claim=equal(bracket(n_1).diff(lam_), log(1 + (lam_ + half) / (n_1 / 2)) - 1 / (n_1 / 2 + lam_)), proof=Expansion(),
)

paper.inequality(
    "lemma-10.integral.b", "The exponent lies below the integral", source="proof of Lemma 10, case 2", over=down, given=quarter,
    claim=fall <= c * lam_ + sum(bracket(n) for n in widths),
)

paper.inequality(
    "lemma-10.integral.c", "The integral lies below a product", source="proof of Lemma 10, case 2", over=down, given=quarter,
    claim=sum(bracket(n) for n in widths) <= sum((lam_ - 1) * log(1 + lam_ / (n / 2)) for n in widths),
    proof=Closing(),
    facts=[
        f for n in widths for f in (
            1 + lam_ / (n / 2) >= half, lam_ / (n / 2 + half) >= -half,
            log_increasing(x=1 + lam_ / (n / 2), y=1 + (lam_ + half) / (n / 2)), log_tangent(u=lam_ / (n / 2 + half)),
            lam_ * log(1 + (lam_ + half) / (n / 2)) <= lam_ * log(1 + lam_ / (n / 2)),
            (n / 2 + half) * log(1 + lam_ / (n / 2 + half)) <= lam_,
        )
    ],
)

paper.inequality(
    "lemma-10.integral.d", "The product lies below a quadratic", source="proof of Lemma 10, case 2", over=down, given=quarter,
    claim=sum((lam_ - 1) * log(1 + lam_ / (n / 2)) for n in widths) <= 4 * log(2) * lam_ * (lam_ - 1) * inverses,
    proof=Closing(),
    facts=[
        f for n in widths for f in (
            lam_ / (n / 2) >= -half, lam_ / (n / 2) <= 0, log_chord(x=lam_ / (n / 2)),
            (lam_ - 1) * log(1 + lam_ / (n / 2)) <= (lam_ - 1) * 2 * log(2) * lam_ / (n / 2),
        )
    ],
)

A = 12 * log(2)
chosen = domain(Scalar(delta_1, positive), Scalar(c, Interval.Lopen(0, 3)), Scalar(width, positive))

log_2_positive = paper.inequality(
    "lemma-10.choice.log-2", "ln 2 is between 1/2 and 1", source="proof of Lemma 10, case 2", over=domain(Scalar(c, Interval(0, 1))),
    claim=chain(half, "<", log(2), "<", 1), proof=OneVariable(c),
)

paper.inequality(
    "lemma-10.choice.range", "lambda* = -c/(A Delta_1) is at least -n_min/4", source="proof of Lemma 10, case 2",
    over=chosen, given=[c <= 3 * log(2), width * delta_1 >= 1], claim=-c / (A * delta_1) >= -width / 4,
    proof=Closing(), facts=[log_2_positive(c=1)],
)

paper.inequality(
    "lemma-10.choice.value", "The quadratic at lambda*", source="proof of Lemma 10, case 2",
    over=chosen, given=[c <= 3 * log(2), delta_1 <= c / (12 * log(2))],
    claim=chain(
        -c * c / (A * delta_1) + 4 * log(2) * (-c / (A * delta_1)) * (-c / (A * delta_1) - 1) * delta_1, "<=",
        -(c**2) / (A * delta_1) + 4 * log(2) * c**2 / (A * delta_1) * (delta_1 / c + 1 / A), "<=", -(c**2) / (36 * log(2) * delta_1),
    ),
    proof=Closing(), facts=[log_2_positive(c=1), delta_1 / c <= 1 / A],
)
