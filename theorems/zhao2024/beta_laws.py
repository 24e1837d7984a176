"""Appendix F: sub-Gaussian and beta laws, Definition 4, Example 3, (51), Lemma 15; tails by their exact distribution functions."""

from theorems.zhao2024.functions import gamma_recurrence, log_product, positive
from theorems.zhao2024.notation import paper
from verify.author import *

a, b, lam_, sigma_0, tau, v, x, y, epsilon, r = scalars("a b lambda sigma t v x y epsilon r")
shapes = domain(Scalar(a, positive), Scalar(b, positive))
mean = a / (a + b)
"""E B."""

# --- Definition 4, Example 3, (51) --------------------------------------------------------------------------------

paper.definition(
    "def-4", define("SG", exp(lam_**2 * sigma_0**2 / 2)),
    title="the bound on E exp(lambda (X - mu)) for all lambda that makes X sub-Gaussian with proxy variance sigma^2", source="Definition 4",
)


def sub_gaussian(label, title, variance, source):
    """E exp(lambda (B - mean)) <= exp(lambda^2 variance/2) for B ~ Beta(a, b)."""
    return paper.inequality(
        label, title, source=source, over=shapes.extended(Scalar(lam_, Interval(-oo, oo))),
        claim=beta_exponential(a, b, lam_) <= exp(lam_ * mean + lam_**2 * variance / 2),
    )


sub_gaussian(
    "example-3.elder", "Beta variables are 1/(4 (a + b) + 2)-sub-Gaussian", 1 / (4 * (a + b) + 2),
    "Example 3, cited from Elder (2016)",
)
sub_gaussian(
    "example-3.marchal", "Beta variables are 1/(4 (a + b + 1))-sub-Gaussian", 1 / (4 * (a + b + 1)),
    "Example 3, cited from Marchal and Arbel (2017)",
)

paper.inequality(
    "eq-51.normal", "The Hoeffding bound for a Gaussian variable", source="eq. (51), t = sigma x",
    over=domain(Scalar(x, Interval(0, oo))), claim=2 * normal_tail(x) <= 2 * exp(-(x**2) / 2), proof=OneVariable(x, tail=2),
)

two_sided = beta_tail(a, b, mean + y) + (1 - beta_tail(a, b, mean - y))
"""P(|B - mean| >= y)."""
deviations = shapes.extended(Scalar(y, Interval(0, oo)))

paper.inequality(
    "eq-51.beta", "The Hoeffding bound for a beta variable with the proxy variance of Example 3",
    source="eq. (51) with Example 3", over=deviations, claim=two_sided <= 2 * exp(-2 * (a + b + 1) * y**2),
)

# --- Lemma 15 ---------------------------------------------------------------------------------------------------------

paper.inequality(
    "lemma-15.a", "Both tails of a beta variable", source="Lemma 15, first display",
    over=deviations, claim=two_sided <= 2 * exp(-2 * (a + b) * y**2),
)

relative = shapes.extended(Scalar(epsilon, positive))

paper.inequality(
    "lemma-15.b", "Relative deviations of a beta variable, with the constant that the first bound gives",
    source="Lemma 15, second display", over=relative,
    claim=beta_tail(a, b, (1 - epsilon) * mean) - beta_tail(a, b, (1 + epsilon) * mean) >= 1 - 2 * exp(-2 * epsilon**2 * a**2 / (a + b)),
)

paper.inequality(
    "eq-52", "The upper tail of a beta variable", source="Lemma 15, eq. (52)", over=relative,
    claim=beta_tail(a, b, (1 + epsilon) * mean) <= exp(-(epsilon - log(epsilon + 1)) * a),
)

paper.inequality(
    "eq-52.uniform", "The upper tail of the uniform law, over its whole range", source="Lemma 15, eq. (52), a = b = 1, epsilon in [0, 1]",
    over=domain(Scalar(epsilon, Interval(0, 1))),
    claim=beta_tail(1, 1, (1 + epsilon) / 2) <= exp(-(epsilon - log(epsilon + 1))), proof=OneVariable(epsilon),
)

# --- Steps of the proof ---------------------------------------------------------------------------------------------

share = scalars("s")[0]
tilted = shapes.extended(Scalar(share, Interval.open(0, 1)), let(r, share * (a + b)))

paper.inequality(
    "lemma-15.steps.i", "The Chernoff bound", source="proof of Lemma 15, first display",
    over=tilted.extended(Scalar(y, Interval.open(0, 1))), claim=beta_tail(a, b, y) <= exp(-r * y) * beta_exponential(a, b, r),
)

paper.inequality(
    "lemma-15.steps.ii", "The moment generating function below a power", source="proof of Lemma 15, r in (0, v)",
    over=tilted, claim=beta_exponential(a, b, r) <= exp(-a * log(1 - r / (a + b))),
)

chosen = domain(Scalar(a, positive), Scalar(v, positive), Scalar(y, positive))
paper.identity(
    "lemma-15.steps.iii", "The exponent at r = v - a/y; 1 - r/v is a/(v y)", source="proof of Lemma 15", over=chosen,
    claim=[
        equal(1 - (v - a / y) / v, a / (v * y)),
        equal((v - a / y) * y + a * log(a / (v * y)), v * y * (1 - a / (v * y) + a / (v * y) * log(a / (v * y)))),
    ],
    proof=Expansion(),
)


def g(x):
    """g of the proof."""
    return 1 - x + x * log(x)


paper.identity(
    "lemma-15.steps.iv.slope", "The derivative of g is the logarithm", source="proof of Lemma 15", over=domain(Scalar(x, positive)),
    claim=equal(g(x).diff(x), log(x)), proof=Expansion(),
)

paper.inequality(
    "lemma-15.steps.iv", "g falls on (0, 1], and its value at 1/(1 + t)", source="proof of Lemma 15",
    over=domain(Scalar(tau, positive), Scalar(x, Interval.Lopen(0, 1))), given=x <= 1 / (1 + tau),
    claim=chain(g(x), ">=", (tau - log(1 + tau)) / (tau + 1)),
)

paper.identity(
    "lemma-15.steps.iv.value", "The value of g at 1/(1 + t)", source="proof of Lemma 15", over=domain(Scalar(tau, positive)),
    claim=equal(g(1 / (1 + tau)), (tau - log(1 + tau)) / (tau + 1)),
    proof=Closing(), facts=[log_product(x=1 + tau, y=1 / (1 + tau))],
)

paper.inequality(
    "lemma-15.steps.rate", "The exponent of (52) is positive", source="Lemma 15", over=domain(Scalar(tau, positive)),
    claim=tau - log(1 + tau) > 0, proof=OneVariable(tau, points=(0,), tail=1),
)

# --- Moments ------------------------------------------------------------------------------------------------------------


def log_moment(k):
    """ln E B^k as a difference of values of ln Gamma."""
    return log_gamma(a + k) + log_gamma(a + b) - log_gamma(a) - log_gamma(a + b + k)


def log_factor(k):
    """ln of (a + k)/(a + b + k)."""
    return log(a + k) - log(a + b + k)


paper.identity(
    "lemma-16.steps.moments", "The first moments of a beta variable, in logarithms", source="Lemma 14 and proof of Lemma 16", over=shapes,
    claim=[equal(log_moment(k), sum(log_factor(l) for l in range(k))) for k in (1, 2, 3)],
    proof=Closing(), facts=[gamma_recurrence(x=x + k) for k in range(3) for x in (a, a + b)],
)

p, q, s = scalars("p q s")
paper.identity(
    "lemma-16.steps.telescoping", "The moments of a product of beta variables telescope: k = 1, 2, 3; p, q, s are n_{i-1}, n_i and n_p",
    source="proof of Lemma 14 and of Lemma 16", over=domain(Scalar(p, positive), Scalar(q, positive), Scalar(s, positive)),
    claim=[
        equal(p / q * (q / s), p / s),
        equal(
            (p / 2) * (p / 2 + 1) / ((q / 2) * (q / 2 + 1)) * ((q / 2) * (q / 2 + 1)) / ((s / 2) * (s / 2 + 1)),
            (p / 2) * (p / 2 + 1) / ((s / 2) * (s / 2 + 1)),
        ),
        equal(
            (p / 2) * (p / 2 + 1) * (p / 2 + 2) / ((q / 2) * (q / 2 + 1) * (q / 2 + 2))
            * ((q / 2) * (q / 2 + 1) * (q / 2 + 2)) / ((s / 2) * (s / 2 + 1) * (s / 2 + 2)),
            (p / 2) * (p / 2 + 1) * (p / 2 + 2) / ((s / 2) * (s / 2 + 1) * (s / 2 + 2)),
        ),
    ],
    proof=Expansion(),
)
