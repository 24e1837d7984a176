"""Appendix C, the upper bound of A_4(t): equations (113) to (115), (117) and (118)."""

from theorems import linear_algebra as la
from theorems.xu2023.appendix_c_drift import C_0 as C
from theorems.xu2023.appendix_c_drift import (
    Delta_h,
    beta_0_value,
    denominator,
    drift,
    f_zero,
    first_of_30,
    same_drift,
    starting,
)
from theorems.xu2023.appendix_c_layers import free, lb_plus, lu_minus, tops
from theorems.xu2023.notation import *
from theorems.xu2023.spectral_bounds import half_of_beta as above_bound
from theorems.xu2023.spectral_bounds import upper_first, upper_second
from verify.author import *

# --- The derivative, equation (115) -----------------------------------------------------------------------------

x, d = scalars("x d")
lam_now, lam_then, p_2, Delta_5 = scalars("lambda lambda_0 p_2 Delta_5")
upper = domain(
    Scalar(lam_then, Interval(0, oo)), Scalar(lam_now, Interval(0, oo)), Scalar(p_2, Interval.open(0, oo)),
    Scalar(x, Interval(0, oo)), Scalar(d, Interval(0, oo)),
)


def h_3(lam, x):
    """The half of h_3 in (113) that depends on x, with lam for lambda_max(D)^+."""
    return (lam + x + sqrt(4 * p_2**2 + (lam + x) ** 2)) / 2


def slope(lam, x):
    """The right side of (115), with lam for lambda_max(D)^+ and x for Delta_5."""
    return half + (x + lam) / (2 * sqrt(4 * p_2**2 + (lam + x) ** 2))


eq_115 = paper.inequality(
    "eq-115", "The derivative of h_3 is at most one",
    source="eq. (115)", over=upper,
    claim=[absolute(slope(lam_now, x)) <= 1, h_3(lam_then, x + d) >= h_3(lam_then, x) + d * slope(lam_now, x)],
    wrong="lambda_max(D(t + 1)) stands where h_3 of (113) has lambda_max(D(0)).",
)

eq_115_corrected = paper.corrected(
    eq_115,
    claim=[absolute(slope(lam_then, x)) <= 1, h_3(lam_then, x + d) >= h_3(lam_then, x) + d * slope(lam_then, x)],
    note="D(0) in place of D(t + 1).",
)

# --- The upper bound, equations (113), (114), (117) and (118) -----------------------------------------------------------

top_plus, top_minus = maximum(lam_max(D), 0), maximum(lam_max(-D), 0)
change_3 = following(lb_plus) - initial(lb_plus)
change_4 = following(lu_minus) - initial(lu_minus)
change_6 = following(top_minus) - initial(top_minus)
tops_next = following(tops)
p_2_run = define("p_2", (fro(Y) + fro(E_0)) / sigma_min(X))


def chain_113(change_plus, change_minus):
    """The chain (113)."""
    plus, minus = initial(top_plus) + change_plus, initial(top_minus) + change_minus
    s = sigma_max(following(W))
    return chain(
        tops_next, "<=", above_bound(plus, s) + above_bound(minus, s), "<=", above_bound(plus, p_2_run) + above_bound(minus, p_2_run)
    )


eq_113 = paper.step(
    "eq-113", "The layers' largest singular values after a step",
    source="eq. (113)", over=any_step, law=descent, given=sigma_max(following(W)) <= p_2_run,
    claim=chain_113(change_3, change_4),
    wrong="Delta_4 of (102) is the change of another eigenvalue than the largest of -D: it is Delta_6 of (114) that belongs here.",
)

eq_113_corrected = paper.corrected(
    eq_113, claim=chain_113(change_3, change_6), note="Delta_5 and Delta_6 in place of Delta_3 and Delta_4.",
    proof=Closing(),
    facts=[
        upper_first(W_1=following(W_1), W_2=following(W_2)), upper_second(W_1=following(W_1), W_2=following(W_2)),
        la.singular_order(A=following(W)),
        la.root_monotone(b=following(top_plus), c=following(top_plus), p=sigma_max(following(W)), q=p_2_run),
        la.root_monotone(b=following(top_minus), c=following(top_minus), p=sigma_max(following(W)), q=p_2_run),
    ],
)

eq_117_first = paper.step(
    "eq-117.first", "The layers' largest singular values after a step are h_3",
    source="eq. (117), first line", over=any_step, law=descent, given=sigma_max(following(W)) <= p_2_run,
    claim=equal(
        tops_next,
        above_bound(following(top_plus), p_2_run) + above_bound(following(top_minus), p_2_run),
    ),
    wrong="h_3 is an upper bound, by (113), not the value.",
)

eq_117_first_corrected = paper.corrected(
    eq_117_first, note="<= in place of =.",
    claim=tops_next <= above_bound(following(top_plus), p_2_run) + above_bound(following(top_minus), p_2_run),
    proof=Closing(),
    facts=[eq_113_corrected()],
)

part, part_2, Delta_6 = scalars("lambda_+ lambda_- Delta_6")

eq_117_lipschitz = paper.inequality(
    "eq-117.lipschitz", "The function h_3 is sqrt(2)-Lipschitz",
    source="eq. (117), second line",
    over=domain(
        *(Scalar(v, Interval(0, oo)) for v in (part, part_2, p_2)), Scalar(Delta_5, free), Scalar(Delta_6, free)
    ),
    claim=above_bound(part + Delta_5, p_2) + above_bound(part_2 + Delta_6, p_2)
    <= above_bound(part, p_2) + above_bound(part_2, p_2) + sqrt(2) * sqrt(Delta_5**2 + Delta_6**2),
    proof=Closing(search=0.5),
    facts=[
        la.root_tangent(a=part + Delta_5, b=part, p=p_2),
        la.root_tangent(a=part_2 + Delta_6, b=part_2, p=p_2),
        absolute(Delta_5) + absolute(Delta_6) <= sqrt(2) * sqrt(Delta_5**2 + Delta_6**2),
    ],
)

last_of_117 = beta_0_value + drift / 2 <= beta_0_value * c_2

eq_118_if = paper.inequality(
    "eq-118.if", "The first polynomial of (30) keeps the upper bound",
    source="eqs (117), last line, and (118)", over=starting, given=[f_zero < 1, first_of_30],
    claim=last_of_117,
    proof=Closing(),
    facts=[*same_drift, 4 * eta * C <= (c_2 - 1) * beta_0_value * denominator],
)

eq_118_only_if = paper.inequality(
    "eq-118.only-if", "Only up to the root of the first polynomial of (30) is the upper bound kept",
    source="eqs (117), last line, and (118)", over=starting, given=[f_zero < 1, last_of_117],
    claim=first_of_30,
    proof=Closing(search=0.5),
    facts=[*same_drift, 4 * eta * C <= (c_2 - 1) * beta_0_value * denominator],
)

eq_117_last = paper.inequality(
    "eq-117.drift", "The change of h_3 is at most twice that of the imbalance",
    source="eq. (117), third line", over=domain(*(Scalar(v, free) for v in (Delta_5, Delta_6)), Scalar(Delta_h, Interval(0, oo))),
    given=[absolute(Delta_5) <= Delta_h, absolute(Delta_6) <= Delta_h],
    claim=sqrt(2) * sqrt(Delta_5**2 + Delta_6**2) <= 2 * Delta_h,
    proof=Closing(),
    facts=[sqrt(Delta_5**2 + Delta_6**2) <= sqrt(2) * Delta_h],
)
