"""Appendix C, the drift of the imbalance and the lower bound of A_4(t): equations (105) to (112) and (116)."""

from theorems import linear_algebra as la
from theorems.xu2023.appendix_c_layers import (
    Delta_1,
    Delta_2,
    Delta_3,
    Delta_4,
    above,
    below,
    bound,
    eq_99_first,
    eq_99_second,
    free,
    h_of,
    lb_minus,
    lb_plus,
    lu_minus,
    lu_plus,
    p,
    parts,
    printed_h,
    theta,
    with_margin,
)
from theorems.xu2023.appendix_c_layers import p_1 as any_margin
from theorems.xu2023.convergence import layer_bound
from theorems.xu2023.notation import *
from verify.author import *

# --- The Lipschitz bounds, equations (105) to (107) -----------------------------------------------------------

h_now, h_zero, h2_now, h2_zero, L_h, Delta_h = scalars("h_1 h_1(0) h_2 h_2(0) L_h Delta_h")
lipschitz = domain(
    *(Scalar(x, free) for x in (h_now, h_zero, h2_now, h2_zero)), Scalar(L_h, Interval(0, oo)), Scalar(Delta_h, Interval(0, oo)),
    *(Scalar(d, free) for d in (Delta_1, Delta_2, Delta_3, Delta_4)),
)
near_1 = [absolute(h_now - h_zero) <= L_h * sqrt(Delta_1**2 + Delta_2**2), absolute(Delta_1) <= Delta_h, absolute(Delta_2) <= Delta_h]
near_2 = [absolute(h2_now - h2_zero) <= L_h * sqrt(Delta_3**2 + Delta_4**2), absolute(Delta_3) <= Delta_h, absolute(Delta_4) <= Delta_h]

eq_105 = paper.inequality(
    "eq-105", "A Lipschitz function does not fall below its value at the start by more than the change",
    source="eq. (105)", over=lipschitz, given=near_1,
    claim=chain(h_now, ">=", h_zero - L_h * sqrt(Delta_1**2 + Delta_2**2), ">=", h_zero - sqrt(2) * L_h * Delta_h),
    proof=Closing(),
    facts=[sqrt(Delta_1**2 + Delta_2**2) <= sqrt(2) * Delta_h],
)

eq_106 = paper.inequality(
    "eq-106", "The same for h_2",
    source="eq. (106)", over=lipschitz, given=near_2,
    claim=h2_now >= h2_zero - sqrt(2) * L_h * Delta_h,
    proof=Closing(),
    facts=[sqrt(Delta_3**2 + Delta_4**2) <= sqrt(2) * Delta_h],
)

eq_107 = paper.inequality(
    "eq-107", "The sum of both",
    source="eq. (107)", over=lipschitz,
    given=[h_now >= h_zero - sqrt(2) * L_h * Delta_h, h2_now >= h2_zero - sqrt(2) * L_h * Delta_h],
    claim=h_now + h2_now >= h_zero + h2_zero - 2 * sqrt(2) * L_h * Delta_h,
    proof=Closing(),
)

# --- The changes of the imbalance's eigenvalues, equations (108), (109) and (116) -------------------------------
# S is D(t + 1) and T is D(0); A_3(t + 1) bounds the last term.

S, T = symmetric("S", h), symmetric("T", h)
two_imbalances = domain(Dimension(h, 1, 6), AnyMatrix(S), AnyMatrix(T))


def change(value_now, value_then):
    """The chain (108) for one eigenvalue."""
    return chain(
        absolute(maximum(value_now, 0) - maximum(value_then, 0)), "<=", absolute(value_now - value_then), "<=", fro(S - T)
    )


eq_108 = paper.inequality(
    "eq-108", "The change of an eigenvalue is at most that of the imbalance",
    source="eq. (108), first to third line", over=two_imbalances,
    claim=change(lam(-S, 1), lam(-T, 1)),
    proof=Closing(search=0.5),
    facts=[la.weyl(S=-S, T=-T, i=1), la.spectral_below_frobenius(A=S - T)],
)

(i,) = dimensions("i")

eq_109 = paper.inequality(
    "eq-109", "The same for the other eigenvalues",
    source="eq. (109), first inequality", over=two_imbalances.extended(Dimension(i, 1, 6)),
    claim=[*change(lam(S, i), lam(T, i)), *change(lam(S, 1), lam(T, 1)), *change(lam(-S, i), lam(-T, i))],
    proof=Closing(search=0.5),
    facts=[
        la.weyl(S=S, T=T, i=i), la.weyl(S=S, T=T, i=1), la.weyl(S=-S, T=-T, i=i), la.spectral_below_frobenius(A=S - T),
    ],
)

eq_116 = paper.inequality(
    "eq-116", "The change of the largest eigenvalue of the imbalance and of its negative",
    source="eq. (116)", over=two_imbalances,
    claim=[*change(lam_max(S), lam_max(T)), *change(lam_max(-S), lam_max(-T))],
    proof=Closing(search=0.5),
    facts=[la.weyl_sum(S=T, T=S - T), la.weyl_sum(S=S, T=T - S), la.weyl_sum(S=-T, T=T - S), la.weyl_sum(S=-S, T=S - T),
           la.eigenvalue_norm(S=S - T), la.eigenvalue_norm(S=T - S)],
)

# --- The derivative, equation (110) ----------------------------------------------------------------
# A convex function lies above its tangents, and only with the derivative as slope does it do so everywhere. p_1 > 0 here:
# for p_1 = 0 the printed quotient may be 0/0.

x, y, d = scalars("x y d")
smooth = domain(
    Scalar(above, Interval(0, oo)), Scalar(below, Interval(0, oo)), Scalar(any_margin, Interval.open(0, oo)),
    *(Scalar(v, free) for v in (x, y, d)),
)
quotient = (x + y + above + below) / (2 * sqrt((above + below + x + y) ** 2 + 4 * any_margin**2))

eq_110 = paper.inequality(
    "eq-110", "The derivative of h_1 is at most one",
    source="eq. (110)", over=smooth,
    claim=chain(absolute(-half + quotient), "<=", half + absolute(quotient), "<=", half + half, "<=", 1)[:2],
    proof=Closing(search=0.5),
    facts=[
        absolute(x + y + above + below) <= sqrt((above + below + x + y) ** 2 + 4 * any_margin**2),
        absolute(quotient) <= half,
    ],
)

eq_110_derivative = paper.inequality(
    "eq-110.derivative", "The derivative of h_1",
    source="eqs (101) and (110)", over=smooth,
    claim=printed_h(above, below, x + d, y) >= printed_h(above, below, x, y) + d * (-half + quotient),
    wrong="(110) differentiates h_1 with - Delta_1, not h_1 as (101) prints it.",
)

eq_110_derivative_corrected = paper.corrected(
    eq_110_derivative, claim=h_of(above, below, x + d, y) >= h_of(above, below, x, y) + d * (-half + quotient),
    note="h_1 with - Delta_1.",
)

eq_110_lipschitz = paper.inequality(
    "eq-110.lipschitz", "The function h_1 is sqrt(2)-Lipschitz",
    source="paragraph after eq. (110)", over=parts.extended(Scalar(Delta_1, free), Scalar(Delta_2, free)),
    claim=absolute(h_of(above, below, Delta_1, Delta_2) - h_of(above, below, 0, 0)) <= sqrt(2) * sqrt(Delta_1**2 + Delta_2**2),
    proof=Closing(search=0.5),
    facts=[
        la.root_tangent(a=above + below + Delta_1 + Delta_2, b=above + below, p=any_margin),
        absolute(h_of(above, below, Delta_1, Delta_2) - h_of(above, below, 0, 0)) <= absolute(Delta_1) + absolute(Delta_2),
        absolute(Delta_1) + absolute(Delta_2) <= sqrt(2) * sqrt(Delta_1**2 + Delta_2**2),
    ],
)

# --- The lower bound, equations (111) and (112) -----------------------------------------------------------------

now_and_then = with_margin.extended(AnyMatrix(T))


def alpha_of(T, p):
    """alpha_0 of Table 2 for the imbalance T and the margin p."""
    return alpha(*level_of_imbalance(T), p)


eq_111 = paper.inequality(
    "eq-111", "The layers' smallest singular values while the imbalance drifts from T = D(0)",
    source="eq. (111), first and second line", over=now_and_then, law=descent,
    claim=chain(
        sigma_min(W_1) ** 2 + sigma_min(W_2) ** 2, ">=", bound(lb_minus, lu_plus, p) + bound(lb_plus, lu_minus, p),
        ">=", alpha_of(T, p) - 4 * fro(D - T),
    ),
    wrong="For n != m one of the halves takes a singular value, or an eigenvalue, with the index of the other layer.",
)

p_n, p_m = scalars("p_n p_m")


drift_now = fro(D - T)


def half_kept(bar, underlined, then, k, p):
    """Why one half of the bound falls by at most twice the drift, with T or -T for `then`."""
    top, low = maximum(lam_max(-then), 0), maximum(lam(then, k), 0)
    return [
        bar <= top + drift_now,
        underlined >= low - drift_now,
        absolute(bar + underlined - (top + low)) <= 2 * drift_now,
        la.root_tangent(a=bar + underlined, b=top + low, p=p),
        sqrt((bar + underlined) ** 2 + 4 * p**2) >= sqrt((top + low) ** 2 + 4 * p**2) - 2 * drift_now,
    ]


bounds_now = bound(lb_minus, lu_plus, p_n) + bound(lb_plus, lu_minus, p_m)

eq_111_corrected = paper.corrected(
    eq_111,
    over=setting.extended(Scalar(theta, Interval(0, 1)), let(p_n, theta * sigma(W, n)), let(p_m, theta * sigma(W, m)), AnyMatrix(T)),
    given=[*chain(0, "<=", p_n, "<=", sigma(W, n)), *chain(0, "<=", p_m, "<=", sigma(W, m))],
    claim=chain(
        sigma_min(W_1) ** 2 + sigma_min(W_2) ** 2, ">=", bounds_now,
        ">=", layer_bound(T, n, p_n) + layer_bound(-T, m, p_m) - 4 * fro(D - T),
    ),
    note="Margin and eigenvalues with the index of their own layer.",
    proof=Closing(),
    facts=[
        eq_99_first(), eq_99_second(),
        la.root_monotone(b=lb_minus + lu_plus, c=lb_minus + lu_plus, p=p_n, q=sigma(W, n)),
        la.root_monotone(b=lb_plus + lu_minus, c=lb_plus + lu_minus, p=p_m, q=sigma(W, m)),
        eq_108(S=D, T=T), eq_109(S=D, T=T, i=n), eq_109(S=D, T=T, i=m),
        *half_kept(lb_minus, lu_plus, T, n, p_n),
        *half_kept(lb_plus, lu_minus, -T, m, p_m),
    ],
)

# Equations (112), (117) and (118) hold for any a_1 to a_4 with f(eta, 0) < 1; C is c_2 beta_0 sigma_max^2(X) L(0).
a_1, a_2, a_3, a_4, C_0, alpha_0_value, beta_0_value = scalars("a_1 a_2 a_3 a_4 C alpha_0 beta_0")
starting = domain(
    *(Scalar(a, Interval(0, oo)) for a in (a_1, a_2, a_3, a_4, C_0)), Scalar(eta, Interval.open(0, oo)),
    Scalar(alpha_0_value, Interval.open(0, oo)), Scalar(beta_0_value, Interval.open(0, oo)),
    Scalar(c_1, Interval.open(0, 1)), Scalar(c_2, Interval.open(1, oo)),
)
f_zero = 1 - a_1 * eta + a_2 * eta**2 + a_3 * eta**3 + a_4 * eta**4
denominator = a_1 - a_2 * eta - a_3 * eta**2 - a_4 * eta**3
drift = 8 * eta**2 * C_0 / (1 - f_zero)
second_of_30 = a_4 * eta**3 + a_3 * eta**2 + (a_2 + 8 * C_0 / ((1 - c_1) * alpha_0_value)) * eta <= a_1
first_of_30 = a_4 * eta**3 + a_3 * eta**2 + (a_2 + 4 * C_0 / (beta_0_value * (c_2 - 1))) * eta <= a_1
lines_of_112 = (
    alpha_0_value - drift >= c_1 * alpha_0_value,
    (1 - c_1) * alpha_0_value >= drift,
    (1 - c_1) * alpha_0_value >= 8 * eta * C_0 / denominator,
    second_of_30,
)
same_drift = [denominator > 0, equal(drift, 8 * eta * C_0 / denominator)]

eq_112_if = paper.inequality(
    "eq-112.if", "The second polynomial of (30) keeps the lower bound",
    source="eq. (112), from the last line up", over=starting, given=[f_zero < 1, lines_of_112[3]],
    claim=lines_of_112[:3],
    proof=Closing(search=0.5),
    facts=[*same_drift, 8 * eta * C_0 <= (1 - c_1) * alpha_0_value * denominator, lines_of_112[2]],
)

eq_112_only_if = paper.inequality(
    "eq-112.only-if", "Only up to the root of the second polynomial of (30) is the lower bound kept",
    source="eq. (112), from the first line down", over=starting, given=[f_zero < 1, lines_of_112[0]],
    claim=lines_of_112[1:],
    proof=Closing(search=0.5),
    facts=[*same_drift, lines_of_112[2], 8 * eta * C_0 <= (1 - c_1) * alpha_0_value * denominator],
)
