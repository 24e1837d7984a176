"""The inequalities between numbers that the proofs of zou2020 use."""

from theorems import linear_algebra as la
from theorems.zou2020.notation import *

x, y, a, c, q, t_0 = scalars("x y a c q t")
(s, T) = dimensions("s T")
depths = domain(Scalar(x, Interval(1, oo)))
shares = domain(Scalar(y, Interval.Lopen(0, half)))

# --- Powers of 1 - 0.5/L and 1 + 0.5/L, appendix B ----------------------------------------------------

log_below = paper.inequality(
    "pf-A.1-lb-scal.log", "The logarithm of (1 - 0.5/L)^(2 L - 2), with y = 0.5/L",
    source="appendix B.1, last line of the lower bound", over=shares,
    claim=(1 - 2 * y) * log(1 - y) >= -y,
    proof=OneVariable(y, points=(0,)),
)

lb_scal = paper.inequality(
    "pf-A.1-lb-scal", "(1 - 0.5/L)^(2 L - 2) is at least 1/e for every L >= 1 (lower bound, attained at no depth)",
    source="appendix B.1, last line of the lower bound", over=depths,
    claim=(1 - 1 / (2 * x)) ** (2 * x - 2) >= exp(-1),
    proof=Closing(),
    facts=[
        1 / (2 * x) <= half, 1 / (2 * x) > 0, log_below(y=1 / (2 * x)), (2 * x - 2) * log(1 - 1 / (2 * x)) >= -1,
        la.power_above(a=1 - 1 / (2 * x), p=2 * x - 2, q=-1),
    ],
)

log_above = paper.inequality(
    "pf-A.1-ub-scal.log", "The logarithm of 1 + 0.5/L, with y = 0.5/L",
    source="appendix B.1, end of the upper bound", over=domain(Scalar(y, Interval(0, half))),
    claim=log(1 + y) <= y,
    proof=OneVariable(y, points=(0,)),
)

logarithm = (
    1 / (2 * x) <= half, 1 / (2 * x) >= 0, log_above(y=1 / (2 * x)), 2 * x * log(1 + 1 / (2 * x)) <= 1,
)

ub_scal = paper.inequality(
    "pf-A.1-ub-scal", "(1 + 0.5/L)^(2 L) is at most e for every L >= 1",
    source="appendix B.1, end of the upper bound", over=depths,
    claim=(1 + 1 / (2 * x)) ** (2 * x) <= e,
    proof=Closing(),
    facts=[*logarithm, la.power_below(a=1 + 1 / (2 * x), p=2 * x, q=1)],
)

log_nonnegative = paper.inequality(
    "pf-A.1-ub-scal.sign", "The logarithm of 1 + 0.5/L is not negative, with y = 0.5/L",
    source="appendix B.1, end of the upper bound", over=domain(Scalar(y, Interval(0, half))),
    claim=log(1 + y) >= 0,
    proof=OneVariable(y, points=(0,)),
)

ub_scal_weaker = paper.inequality(
    "pf-A.1-ub-scal.first", "(1 + 0.5/L)^(2 L - 2) is at most (1 + 0.5/L)^(2 L)",
    source="appendix B.1, end of the upper bound", over=depths,
    claim=(1 + 1 / (2 * x)) ** (2 * x - 2) <= (1 + 1 / (2 * x)) ** (2 * x),
)

ub_scal_used = paper.inequality(
    "pf-A.1-ub-scal.used", "(1 + 0.5/L)^(2 L - 2) is at most e for every L >= 1",
    source="appendix B.1, end of the upper bound", over=depths,
    claim=(1 + 1 / (2 * x)) ** (2 * x - 2) <= e,
    proof=Closing(),
    facts=[
        *logarithm, log_nonnegative(y=1 / (2 * x)), (2 * x - 2) * log(1 + 1 / (2 * x)) <= 1,
        la.power_below(a=1 + 1 / (2 * x), p=2 * x - 2, q=1),
    ],
)

half_scal = paper.inequality(
    "pf-A.2-scal", "(1 + 0.5/L)^L is at most the root of e for every L >= 1",
    source="appendix B.2, after (B.7)", over=depths,
    claim=(1 + 1 / (2 * x)) ** x <= sqrt(e),
    proof=Closing(),
    facts=[*logarithm, x * log(1 + 1 / (2 * x)) <= half, la.power_below(a=1 + 1 / (2 * x), p=x, q=half)],
)

# --- Roots and geometric sums, A.1 --------------------------------------------------------------------

root_scal = paper.inequality(
    "pf-3.1-i-4", "sqrt(1 - x) is at most 1 - x/2 on [0, 1] (upper bound, attained at 0)",
    source="A.1, induction for part (i)", over=domain(Scalar(x, Interval(0, 1))),
    claim=sqrt(1 - x) <= 1 - x / 2,
    proof=Closing(),
)

geometric = paper.inequality(
    "pf-3.1-i-5", "The geometric sum of the trajectory, with q = eta L mu_A^2 mu_B^2 sigma_r^2 and the common factor c",
    source="A.1, induction for part (i), second display",
    over=domain(Dimension(T, 1, 40), Scalar(q, Interval.Lopen(0, 2)), Scalar(c, Interval(0, oo))),
    claim=sqrt(2 * e) * c * sum_over(s, (1 - q / (2 * e)) ** (s - 1), 1, T) <= sqrt(8 * e**3) * c / q,
)

gain_0, size, sigma_0, gap, depth_0 = scalars("g lambda sigma Delta L")
positive = Interval.open(0, oo)

radius_scal = paper.inequality(
    "pf-3.1-i-6", "The condition on A and B keeps the layers within 0.5/L; g = mu_A^2 mu_B^2/(lambda_A lambda_B), Delta = L_0 - L*",
    source="A.1, induction for part (i)",
    over=domain(
        Scalar(gain_0, positive), Scalar(x, positive), Scalar(sigma_0, positive),
        Scalar(gap, Interval(0, oo)), Scalar(depth_0, Interval(1, oo)),
    ),
    given=gain_0 >= 2 * sqrt(8 * e**3) * x * sqrt(gap) / sigma_0**2,
    claim=sqrt(8 * e**3) * x * sqrt(gap) / (depth_0 * gain_0 * sigma_0**2) <= half / depth_0,
    proof=Closing(),
    facts=[sqrt(8 * e**3) * x * sqrt(gap) * 2 <= gain_0 * sigma_0**2],
)

# --- A.2 and A.6 ------------------------------------------------------------------------------------------

drift_scal = paper.inequality(
    "pf-3.8-scal", "A linear descent outweighs a root: -a t + b sqrt(t) <= b^2/a",
    source="A.6, after (A.18)",
    over=domain(Scalar(a, positive), Scalar(c, Interval(-oo, oo)), Scalar(t_0, Interval(0, oo))),
    claim=-a * t_0 + c * sqrt(t_0) <= c**2 / a,
    proof=Closing(),
    facts=[a * (-a * t_0 + c * sqrt(t_0)) <= c**2],
)
