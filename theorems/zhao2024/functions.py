"""Standard facts about the exponential, the logarithm and the Gamma function that the proofs of Appendices E and F lean on."""

from theorems.zhao2024.notation import paper
from verify.author import *

x, y, u = scalars("x y u")
half = Rational(1, 2)
positive = Interval.open(0, oo)
one_number = domain(Scalar(x, positive))
two_numbers = domain(Scalar(x, positive), Scalar(y, positive))
real_numbers = domain(Scalar(x, Interval(-oo, oo)), Scalar(y, Interval(-oo, oo)))

log_product = paper.fact(
    "log-product", "The logarithm of a product", kind="identity", over=two_numbers, claim=equal(log(x * y), log(x) + log(y)),
    examples=[example(x=1, y=1)],
)
log_shift = paper.fact(
    "log-shift", "The logarithm of x + u by that of x", kind="identity",
    over=domain(Scalar(x, positive), Scalar(u, Interval(-oo, oo))), given=x + u > 0,
    claim=equal(log(x + u), log(x) + log(1 + u / x)), examples=[example(x=1, u=0)],
)
log_increasing = paper.fact("log-increasing", "The logarithm increases", over=two_numbers, given=x <= y, claim=log(x) <= log(y))
exp_increasing = paper.fact("exp-increasing", "The exponential increases", over=real_numbers, given=x <= y, claim=exp(x) <= exp(y))
exp_sum = paper.fact(
    "exp-sum", "The exponential of a sum", kind="identity", over=real_numbers, claim=equal(exp(x + y), exp(x) * exp(y)),
    examples=[example(x=0, y=0)],
)
exp_of_log = paper.fact(
    "exp-of-log", "exp inverts the logarithm", kind="identity", over=one_number, claim=equal(exp(log(x)), x), examples=[example(x=1)]
)

real_number = domain(Scalar(x, Interval(-oo, oo)))
ceiling_above = paper.fact("ceiling-above", "A number rounded up is at least the number", over=real_number, claim=ceiling(x) >= x)
ceiling_below = paper.fact("ceiling-below", "It is less than one more", over=real_number, claim=ceiling(x) <= x + 1)

gamma_recurrence = paper.fact(
    "gamma-recurrence", "ln Gamma(x + 1) = ln Gamma(x) + ln x", kind="identity", over=one_number,
    claim=equal(log_gamma(x + 1), log_gamma(x) + log(x)), examples=[example(x=1)],
)
gamma_convex = paper.fact(
    "gamma-convex", "ln Gamma is convex, so that it lies above its tangents (Bohr and Mollerup)", over=two_numbers,
    claim=log_gamma(y) >= log_gamma(x) + (y - x) * digamma(x),
)

# --- Facts with proofs of their own ---------------------------------------------------------------------

log_tangent = paper.inequality(
    "log-tangent", "The logarithm lies below its tangent at 1", source="used throughout Appendix E",
    over=domain(Scalar(u, Interval(-half, oo))), claim=log(1 + u) <= u, proof=OneVariable(u, points=(0,), tail=1),
)

log_harmonic = paper.inequality(
    "log-harmonic", "The logarithm lies above u/(1 + u)", source="used throughout Appendix E",
    over=domain(Scalar(u, Interval(-half, oo))), claim=u / (1 + u) <= log(1 + u), proof=OneVariable(u, points=(0,), tail=1),
)

digamma_below_log = paper.inequality(
    "digamma-below-log", "psi(x) <= ln x", source="used for (50)", over=one_number, claim=digamma(x) <= log(x),
    proof=Closing(), facts=[gamma_recurrence(x=x), gamma_convex(x=x, y=x + 1)],
)
