"""Sections 3.2 and 3.3: the instantaneous rate, Proposition 1 with Lemma 7, and how the two factors share the bound."""

from theorems import linear_algebra as la
from theorems.min2022.lemma_8 import lemma_8
from theorems.min2022.notation import *
from verify.author import *

moving = {"over": setting, "given": [fro(E) > 0]}
"""Every state of the flow at which the loss is not yet optimal."""

D_invariant = paper.identity(
    "D-invariant", "The imbalance does not change along the flow",
    source="section 3.2, before Proposition 1", over=setting,
    claim=[
        equal(rate_along(U_1.T * U_1, flow), V.T * E.T * S * U_1 + U_1.T * S * E * V),
        equal(rate_along(V.T * V, flow), V.T * E.T * S * U_1 + U_1.T * S * E * V),
        equal(rate_along(D, flow), zeros(h, h)),
    ],
    proof=Expansion(),
)

# --- Lemma 7, proof in Appendix B --------------------------------------------------------------------

err_dyn = paper.identity(
    "err-dyn", "The velocity of the error",
    source="Appendix B, proof of Lemma 7", over=setting,
    claim=equal(rate_along(E, flow), -S * U_1 * U_1.T * S * E - Sigma * E * V * V.T),
    proof=Expansion(),
)

eq_B_1 = paper.identity(
    "eq-B.1", "The rate of the squared error",
    source="eq. (B.1)", over=setting,
    claim=equal(rate_along(fro(E) ** 2, flow), -2 * trace(E.T * S * U_1 * U_1.T * S * E + E.T * Sigma * E * V * V.T)),
    proof=Expansion(),
)

eq_B_2 = paper.inequality(
    "eq-B.2", "The part of the rate from the first layer",
    source="eq. (B.2)", over=setting,
    claim=[
        equal(trace(E.T * S * U_1 * U_1.T * S * E), trace(S * E * E.T * S * U_1 * U_1.T)),
        trace(S * E * E.T * S * U_1 * U_1.T) >= lam_min(U_1 * U_1.T) * trace(S * E * E.T * S),
        equal(trace(S * E * E.T * S), trace(Sigma * E * E.T)),
        lam_min(U_1 * U_1.T) * trace(Sigma * E * E.T) >= lam_min(U_1 * U_1.T) * lam_min(Sigma) * fro(E) ** 2,
    ],
    proof=Closing(),
    facts=[la.trace_inequality(Q=U_1 * U_1.T, A=S * E), la.trace_inequality(Q=S * S, A=E), la.gram_nonnegative(A=U_1.T)],
)

eq_B_3 = paper.inequality(
    "eq-B.3", "The part of the rate from the second layer",
    source="eq. (B.3)", over=setting,
    claim=[
        trace(E.T * Sigma * E * V * V.T) >= lam_min(V * V.T) * trace(E.T * Sigma * E),
        lam_min(V * V.T) * trace(Sigma * E * E.T) >= lam_min(V * V.T) * lam_min(Sigma) * fro(E) ** 2,
    ],
    proof=Closing(),
    facts=[la.trace_inequality(Q=V * V.T, A=E.T * S), la.trace_inequality(Q=S * S, A=E), la.gram_nonnegative(A=V.T)],
)

eq_B_4 = paper.inequality(
    "eq-B.4", "The squared error falls at least with the smallest eigenvalues of the layers",
    source="eq. (B.4)", over=setting,
    claim=rate_along(fro(E) ** 2, flow) <= -2 * lam_min(Sigma) * (lam_min(U_1 * U_1.T) + lam_min(V * V.T)) * fro(E) ** 2,
    proof=Closing(),
    facts=[eq_B_2(), eq_B_3()],
)

lemma_7 = paper.inequality(
    "lemma-7", "The rate is bounded below by the smallest eigenvalues of the layers",
    source="Lemma 7", **moving,
    claim=rate >= 2 * lam_min(Sigma) * (lam_min(U_1 * U_1.T) + lam_min(V * V.T)),
    proof=Closing(),
    facts=[eq_B_4()],
)

# --- Lemma 8 for the two layers -------------------------------------------------------------------------

above, below = positive_part(lam_max(D)), positive_part(lam(-D, m))
above_minus, below_plus = positive_part(lam_max(-D)), positive_part(lam(D, r))

eq_24 = paper.inequality(
    "eq-24", "The smallest eigenvalue of V V^T from imbalance and product (lower bound, attained by scalars)",
    source="eq. (24)", over=setting,
    claim=lam_min(V * V.T) >= (-above + below + sqrt((above + below) ** 2 + 4 * sigma(P, m) ** 2)) / 2,
    proof=Closing(), facts=[minimum(m, r + k) >= minimum(r, m), lemma_8(A=U_1, B=V.T)],
)

eq_25 = paper.inequality(
    "eq-25", "The smallest eigenvalue of U_1 U_1^T from imbalance and product (lower bound, attained by scalars)",
    source="eq. (25)", over=setting,
    claim=lam_min(U_1 * U_1.T) >= (-above_minus + below_plus + sqrt((above_minus + below_plus) ** 2 + 4 * sigma(V * U_1.T, r) ** 2)) / 2,
    proof=Closing(), facts=[minimum(m, r + k) >= minimum(m, r), lemma_8(A=V, B=U_1.T)],
)

rewrite = paper.identity(
    "prop-1-rewrite", "The bounds (24) and (25) in terms of spreads and level",
    source="proof of Proposition 1", over=setting,
    claim=[
        equal(Delta_plus, above - below_plus), equal(Delta_minus, above_minus - below), equal(Delta, below_plus + below),
        equal(-above + below, -Delta_plus + below - below_plus), equal(above + below, Delta_plus + Delta),
        equal(-above_minus + below_plus, -Delta_minus + below_plus - below), equal(above_minus + below_plus, Delta_minus + Delta),
    ],
    proof=Closing(),
)

prop_1 = paper.inequality(
    "prop-1", "The instantaneous rate from imbalance and product (lower bound, attained by scalars)",
    source="Proposition 1, eq. (17)", **moving,
    claim=rate >= lam_min(Sigma) * bound,
    proof=Closing(), facts=[lemma_7(), eq_24(), eq_25(), rewrite(), la.singular_transposed(A=P, i=r), la.gram_nonnegative(A=S)],
)

# --- What the bound says ------------------------------------------------------------------------------

product = matrix("P", r, m)
products = domain(Dimension(r, 1, 5), Dimension(m, 1, 5), AnyMatrix(product))
balanced = half_rate(0, 0, sigma(product, m)) + half_rate(0, 0, sigma(product, r))
"""The bracket of (17) at D = 0, where all three quantities of the imbalance vanish."""

last = [la.singular_last_wide(A=product), la.singular_last_tall(A=product)]

levels = paper.inequality(
    "eq-18.nonnegative", "Spreads and level of the imbalance are not negative",
    source="eqs (18) to (20)", over=setting, claim=[Delta_plus >= 0, Delta_minus >= 0, Delta >= 0],
    proof=Closing(), facts=[la.eigenvalue_top(S=D, i=r), la.eigenvalue_top(S=-D, i=m)],
)

rem_1_wide = paper.identity(
    "rem-1-cases.balanced.r<m", "Balanced layers with r < m: twice the smallest singular value of the product",
    source="section 3.2, case 1 after Proposition 1", over=products.extended(r + 1 <= m), claim=equal(balanced, 2 * sigma_min(product)),
    proof=Closing(), facts=[la.singular_last_wide(A=product), la.singular_beyond_rows(A=product, i=m)],
)

rem_1_tall = paper.identity(
    "rem-1-cases.balanced.r>m", "Balanced layers with r > m: twice the smallest singular value of the product",
    source="section 3.2, case 1 after Proposition 1", over=products.extended(r >= m + 1), claim=equal(balanced, 2 * sigma_min(product)),
    proof=Closing(), facts=[la.singular_last_tall(A=product), la.singular_beyond_columns(A=product, i=r)],
)

rem_1_square = paper.identity(
    "rem-1-cases.balanced.r=m", "Balanced layers with r = m: four times the smallest singular value of the product",
    source="section 3.2, case 1 after Proposition 1", over=products.extended(equal(r, m)), claim=equal(balanced, 4 * sigma_min(product)),
    proof=Closing(), facts=[la.singular_last_wide(A=product), la.singular_last_tall(A=product)],
)

spread_value, level, s, s_other = scalars("Delta_+ Delta s s_other")
halves = domain(*(Scalar(x, Interval(0, oo)) for x in (spread_value, level, s)))

rem_1_zero_product = paper.identity(
    "rem-1-cases.zero-product", "A vanishing product leaves twice the level of imbalance",
    source="section 3.2, case 2 after Proposition 1", over=halves.extended(Scalar(s_other, Interval(0, oo))),
    claim=equal(half_rate(spread_value, level, 0) + half_rate(s_other, level, 0), 2 * level),
    proof=Closing(),
)

ineq_after_2 = paper.inequality(
    "ineq-after-2", "Each half of the bound lies between that without spread and the level of imbalance",
    source="section 3.2, after Remark 2", over=halves,
    claim=chain(sqrt(level**2 + 4 * s**2), ">=", half_rate(spread_value, level, s), ">=", level),
    proof=Closing(),
    facts=[la.root_shift(a=spread_value, b=level, p=s), la.root_above(a=spread_value + level, p=s)],
)

ineq_after_2_extremes = paper.identity(
    "ineq-after-2.extremes", "Left equality without spread, right equality without product",
    source="section 3.2, after Remark 2", over=halves,
    claim=[equal(half_rate(0, level, s), sqrt(level**2 + 4 * s**2)), equal(half_rate(spread_value, level, 0), level)],
    proof=Closing(),
)

# Printed is "approximately" for "much larger than": no factor between the spread and the level is enough for any factor of the level.
regimes_large = paper.inequality(
    "regimes.large-spread", "For a spread of a million times the level of imbalance the half is at most a hundred times the level",
    source="section 3.2, after Remark 2: Delta_+, Delta_- much larger than Delta", over=halves,
    given=[level > 0, spread_value >= 10**6 * level],
    claim=half_rate(spread_value, level, s) <= 100 * level,
    examples=[example(**{"Delta_+": 10**6, "Delta": 1, "s": 10**6})],
    wrong="The spread has to be much larger than s^2/Delta as well, where s is the singular value of the product.",
)

paper.corrected(
    regimes_large,
    given=spread_value > 0,
    claim=half_rate(spread_value, level, s) - level <= 2 * s**2 / (spread_value + level),
    proof=Closing(),
    note="The exact distance from the level, which is small beside it where s^2 is much smaller than Delta_+ Delta.",
)

# Here too "approximately" becomes the exact distance from the limit, which vanishes with the spread.
regimes_small = paper.inequality(
    "regimes.small-spread", "For a small spread the half falls short of that without spread by at most the spread",
    source="section 3.2, after Remark 2: Delta_+, Delta_- much smaller than Delta", over=halves,
    claim=sqrt(level**2 + 4 * s**2) - half_rate(spread_value, level, s) <= spread_value,
    proof=Closing(),
)

regimes_square = paper.identity(
    "regimes.r=m", "For r = m both halves without spread are the same, with the smallest singular value of the product",
    source="section 3.2, after Remark 2: Delta_+, Delta_- much smaller than Delta, r = m",
    over=products.extended(equal(r, m), Scalar(level, Interval(0, oo))),
    claim=equal(
        sqrt(level**2 + 4 * sigma(product, m) ** 2) + sqrt(level**2 + 4 * sigma(product, r) ** 2),
        2 * sqrt(level**2 + 4 * sigma_min(product) ** 2),
    ),
    proof=Closing(), facts=last,
)

# --- The margin, (26) ------------------------------------------------------------------------------------

full_rank = sigma_min(S) > 0
"""r is the rank of X; S has it by construction."""


def keeps_margin(index):
    """What shows sigma_index(U_1 V^T) >= max{sigma_index(Y_t) - ||E||_F, 0} / lambda_1(Sigma_X)^{1/2}."""
    return [
        la.singular_weyl(A=Y_t, C=S * U_1 * V.T, i=index), la.spectral_below_frobenius(A=E), la.singular_order(A=S),
        la.singular_stretched(A=S, B=U_1 * V.T, i=index), sigma(Y_t, index) - fro(E) <= sigma_max(S) * sigma(P, index),
    ]


eq_26 = paper.inequality(
    "eq-26", "The singular values of the product keep the margin of the targets",
    source="eq. (26); Sigma_X^{1/2} has the largest singular value lambda_1^{1/2}(Sigma_X)", over=setting.extended(m <= r), given=full_rank,
    claim=[
        fro(E) + sigma(S * U_1 * V.T, m) >= spec(E) + sigma(S * U_1 * V.T, m), spec(E) + sigma(S * U_1 * V.T, m) >= sigma(Y_t, m),
        sigma(P, m) >= sigma(S * U_1 * V.T, m) / sigma_max(S), sigma(P, m) >= margin(m),
    ],
    proof=Closing(), facts=keeps_margin(m),
)

eq_26_any = paper.inequality(
    "eq-26.any", "Without loss of generality: either singular value of the product keeps its margin, whichever of r and m is larger",
    source="proof of Theorem 3, line before eq. (26)", over=setting, given=full_rank,
    claim=[sigma(P, m) >= margin(m), sigma(P, r) >= margin(r)],
    proof=Closing(), facts=[*keeps_margin(m), *keeps_margin(r)],
)

decay = paper.inequality(
    "prop-1.decay", "Proposition 1 without a quotient, so that it also speaks of the optimum",
    source="Proposition 1, eq. (17)", over=setting,
    claim=L_t_rate <= -lam_min(Sigma) * bound * L_t,
    proof=Closing(), facts=[eq_B_4(), eq_24(), eq_25(), rewrite(), la.singular_transposed(A=P, i=r), la.gram_nonnegative(A=S)],
)

bound_margin = paper.inequality(
    "eq-27.margin", "The bracket of (17) is at least c, which has the margin in place of the product",
    source="last display of the proof of Theorem 3, at time t", over=setting, given=full_rank,
    claim=bound >= c,
    proof=Closing(keep=("Delta_+", "Delta_-", "Delta")),
    facts=[
        eq_26_any(), levels(), la.singular_order(A=S),
        la.root_monotone(b=Delta_plus + Delta, c=Delta_plus + Delta, p=margin(m), q=sigma(P, m)),
        la.root_monotone(b=Delta_minus + Delta, c=Delta_minus + Delta, p=margin(r), q=sigma(P, r)),
    ],
)

prop_1_margin = paper.inequality(
    "eq-27.rate", "The rate is bounded below by the imbalance and the present margin",
    source="last display of the proof of Theorem 3, at time t", **{**moving, "given": [*moving["given"], full_rank]},
    claim=rate >= lam_min(Sigma) * c,
    proof=Closing(keep=("bound", "c")), facts=[prop_1(), bound_margin(), la.gram_nonnegative(A=S)],
)
