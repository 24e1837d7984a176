"""Numbers: square roots of the form that solves a quadratic, exponentials and powers."""

from theorems.linear_algebra.notation import *
from verify.author import *

u = define("u", sqrt(a**2 + 4 * p**2))
v = define("v", sqrt(b**2 + 4 * p**2))
legs = domain(Scalar(a, positive_half), Scalar(b, positive_half), Scalar(p, positive_half))

root_above = paper.fact(
    "root-above", "A hypotenuse is at least its leg", over=domain(Scalar(a, positive_half), Scalar(p, positive_half)),
    claim=a <= u,
    proof=Closing(),
)

root_product = paper.fact(
    "root-product", "Cauchy-Schwarz inequality of (a, 2 p) and (b, 2 p)", over=legs,
    claim=a * b + 4 * p**2 <= u * v,
    proof=Closing(),
)

root_square = paper.fact(
    "root-square", "The square of the root", over=domain(Scalar(a, positive_half), Scalar(p, positive_half)), kind="identity",
    claim=equal(u**2, a**2 + 4 * p**2),
    proof=Closing(),
)

root_sum = paper.fact(
    "root-sum", "Four times (a + b)^2 + 4 p^2 is at most the square of a + u + b + v", over=legs,
    claim=4 * ((a + b) ** 2 + 4 * p**2) <= (a + u + b + v) ** 2,
    proof=Closing(keep=("u", "v")),
    facts=[
        root_product(), root_above(), root_above(a=b), root_square(), root_square(a=b),
        (a + b) ** 2 + 16 * p**2 <= (u + v) ** 2,
        (a + b) ** 2 <= (a + b) * (u + v),
    ],
)

root_split = paper.fact(
    "root-split", "The positive root of x^2 - (a + b) x - p^2 is at most the sum of those with a and with b", over=legs,
    claim=sqrt((a + b) ** 2 + 4 * p**2) <= (a + u + b + v) / 2,
    proof=Closing(keep=("u", "v")),
    facts=[root_sum(), root_above(), root_above(a=b)],
)

root_shift = paper.fact(
    "root-shift", "Raising a on both sides of the root lowers -a + sqrt((a + b)^2 + 4 p^2)", over=legs,
    claim=-a + sqrt((a + b) ** 2 + 4 * p**2) <= v,
    proof=Closing(keep=("u", "v")),
    facts=[root_above(a=b), root_square(a=b), (a + b) ** 2 + 4 * p**2 <= (a + v) ** 2],
)

root_monotone = paper.fact(
    "root-monotone", "sqrt(b^2 + 4 p^2) grows with b and with p",
    over=domain(Scalar(b, positive_half), Scalar(c, positive_half), Scalar(p, positive_half), Scalar(q, positive_half)),
    given=[b <= c, p <= q],
    claim=sqrt(b**2 + 4 * p**2) <= sqrt(c**2 + 4 * q**2),
    proof=Closing(),
)

root_tangent = paper.fact(
    "root-tangent", "The root moves by at most its argument",
    over=domain(Scalar(a, Interval(-oo, oo)), Scalar(b, Interval(-oo, oo)), Scalar(p, Interval(-oo, oo))),
    claim=absolute(u - v) <= absolute(a - b),
    proof=Closing(),
)

exponential_root = paper.fact(
    "exponential-root", "Roots of both sides of an inequality with an exponential",
    over=domain(Scalar(a, Interval(-oo, oo)), Scalar(p, positive_half), Scalar(q, positive_half)), given=p**2 <= exp(a) * q**2,
    claim=p <= exp(a / 2) * q,
)

exponential_moved = paper.fact(
    "exponential-moved", "An exponential goes to the other side with the opposite exponent",
    over=domain(Scalar(a, Interval(-oo, oo)), Scalar(p, Interval(-oo, oo)), Scalar(q, Interval(-oo, oo))), given=p * exp(-a) <= q,
    claim=p <= exp(a) * q,
)

exponential_below = paper.fact(
    "exponential-below", "The exponential increases", over=domain(Scalar(a, Interval(-oo, oo)), Scalar(b, Interval(-oo, oo))), given=a <= b,
    claim=exp(a) <= exp(b),
)

power_above = paper.fact(
    "power-above", "A power is at least exp(q) where the exponent times the logarithm of the base is at least q",
    over=domain(Scalar(a, Interval.open(0, oo)), Scalar(p, Interval(-oo, oo)), Scalar(q, Interval(-oo, oo))),
    given=p * log(a) >= q,
    claim=exp(q) <= a**p,
)

power_below = paper.fact(
    "power-below", "A power is at most exp(q) where the exponent times the logarithm of the base is at most q",
    over=domain(Scalar(a, Interval.open(0, oo)), Scalar(p, Interval(-oo, oo)), Scalar(q, Interval(-oo, oo))),
    given=p * log(a) <= q,
    claim=a**p <= exp(q),
)
