"""Gradient flow, section 2: what equations (5), (7), (9) to (12) say at each moment of a flow.

The flow moves the layers with the velocities -G W_2^T and -W_1^T G; rates are derivatives along it.
"""

from theorems import linear_algebra as la
from theorems.min2022.lemma_8 import lemma_8
from theorems.xu2023.convergence import alpha_0_corrected, layer_bound, margin
from theorems.xu2023.notation import *
from theorems.xu2023.set_up import eq_6_spectrum, gamma
from theorems.xu2023.smoothness import V, lemma_C_2_lower, regression
from theorems.xu2023.step_size import levels, margins
from verify.author import *

flow = {W_1: -G * W_2.T, W_2: -W_1.T * G}
"""The velocities of gradient flow, equation (3)."""

L_rate = define("L_rate", rate_along(L, flow), latex=r"\dot L")

eq_5 = paper.identity(
    "eq-5.rate", "The rate of the loss along gradient flow",
    source="eq. (5)", over=setting, law=descent,
    claim=[
        equal(L_rate, -inner(gamma(G)[0], gamma(G)[0]) - inner(gamma(G)[1], gamma(G)[1])),
        equal(L_rate, -inner(G, tau(G))),
    ],
    proof=Expansion(),
)

eq_7 = paper.inequality(
    "eq-7", "The loss falls at least with the smallest eigenvalue of tau",
    source="eq. (7)", over=setting, law=descent,
    claim=[equal(L_rate, -inner(G, tau(G))), L_rate <= -tau_min * fro(G) ** 2],
    proof=Closing(),
    facts=[la.sylvester_quadratic(P=W_2.T * W_2, Q=W_1 * W_1.T, M=G)],
)

fact_D_invariant = paper.identity(
    "fact-D-invariant", "Gradient flow conserves the imbalance",
    source="section 2, after eq. (9)", over=setting, law=descent,
    claim=equal(rate_along(D, flow), zeros(h, h)),
    proof=Expansion(),
)

# --- The lower bound on the spectrum of tau, equations (9) to (11) ------------------------------------

eq_9 = paper.inequality(
    "eq-9", "The smallest eigenvalue of tau is bounded below by imbalance and product",
    source="eq. (9) with the formula of Table 2", over=setting, law=descent,
    claim=tau_min >= alpha(*level_of_imbalance(D), sigma_min(W)),
    wrong="For n != m one of the two halves takes a singular value of W, or an eigenvalue of D, with the index of the other layer.",
)

layers_below = [eq_6_spectrum(), lemma_8(A=W_2.T, B=W_1.T), lemma_8(A=W_1, B=W_2), la.singular_transposed(A=W, i=n)]
"""tau and Lemma 8 of Min et al., which the paper cites for (9), for either layer."""

eq_9_corrected = paper.corrected(
    eq_9,
    claim=tau_min >= layer_bound(D, n, sigma(W, n)) + layer_bound(-D, m, sigma(W, m)),
    note="Singular values of W and eigenvalues of D with the index of their own layer.",
    proof=Closing(),
    facts=layers_below,
)

eq_9_nonnegative = paper.inequality(
    "eq-9.nonnegative", "The lower bound is non-negative",
    source="line before eq. (9)", over=setting, law=descent,
    claim=chain(alpha(Delta_plus, Delta_minus, Delta, p_1), ">=", 0),
    proof=Closing(keep=("Delta_+", "Delta_-", "Delta", "p_1")),
    facts=[levels(), margins(), la.root_above(a=Delta_plus + Delta, p=p_1), la.root_above(a=Delta_minus + Delta, p=p_1)],
)

(e_0, s) = scalars("e_0 s")
later = regression.extended(Scalar(e_0, Interval(0, oo)))
"""A later product V = W(t) whose error is at most the initial error, of norm e_0."""
margin_of = maximum(sigma_min(Y) - e_0, 0) / sigma_max(X)

eq_10 = paper.inequality(
    "eq-10", "While the loss does not exceed its initial value, the product keeps the margin",
    source="eq. (10)", over=later, given=fro(Y - X * V) <= e_0,
    claim=sigma_min(V) >= margin_of,
    examples=[example(X=[[1, 0]], Y=[[1, 0]], V=[[1, 0], [0, 0]], e_0=0)],
    wrong="For N < n the product has more singular values than the targets, and the smallest may vanish.",
)

eq_10_corrected = paper.corrected(
    eq_10, over=later.extended(equal(N, n)), note="X square.",
    proof=Closing(),
    facts=[
        la.singular_weyl_smallest(A=Y, C=X * V),
        la.singular_product_smallest(A=X, B=V),
        la.singular_order(A=X),
        sigma_min(Y) - e_0 <= sigma_max(X) * sigma_min(V),
    ],
)

D_plus, D_minus, D_under, D_other, s, s_next = scalars("Delta_+ Delta_- Delta Delta_next s s_next")
levels_of_imbalance = domain(*(Scalar(x, Interval(0, oo)) for x in (D_plus, D_minus, D_under, s)))

eq_11_monotone = paper.inequality(
    "eq-11.monotone", "The lower bound does not decrease in the singular value",
    source="line before eq. (11)", over=levels_of_imbalance.extended(Scalar(s_next, Interval(0, oo))), given=s <= s_next,
    claim=alpha(D_plus, D_minus, D_under, s) <= alpha(D_plus, D_minus, D_under, s_next),
    proof=Closing(),
    facts=[
        la.root_monotone(b=D_plus + D_under, c=D_plus + D_under, p=s, q=s_next),
        la.root_monotone(b=D_minus + D_under, c=D_minus + D_under, p=s, q=s_next),
    ],
)

eq_11 = paper.inequality(
    "eq-11", "The smallest eigenvalue of tau is at least alpha_0 at the start",
    source="eq. (11) at t = 0", over=setting, law=descent,
    claim=tau_min >= alpha_0,
    wrong="For n != m, and for N < n, alpha_0 takes singular values and eigenvalues with the index of the other layer.",
)

square = setting.extended(equal(N, n))


def margin_kept(k):
    """Why sigma_k(W) is at least the margin with index k where X is square and the error is at most that at the start."""
    return [
        la.singular_weyl(A=Y, C=X * W, i=k), la.spectral_below_frobenius(A=Y - X * W), la.singular_stretched(A=X, B=W, i=k),
        sigma(Y, k) - fro(E_0) <= sigma_max(X) * sigma(W, k),
        margin(k) <= sigma(W, k),
    ]


def parts(D, k):
    """What stands beside the margin under the root of (99)."""
    return maximum(lam_max(-D), 0) + maximum(lam(D, k), 0)


def layer_kept(D, k):
    """Why the bound of (99) with the margin is below that with sigma_k(W)."""
    return la.root_monotone(b=parts(D, k), c=parts(D, k), p=margin(k), q=sigma(W, k))


eq_11_nonnegative = paper.inequality(
    "eq-11.nonnegative", "alpha_0 with the indices of the layers is non-negative",
    source="line before eq. (9), for the corrected (11)", over=setting, law=descent,
    claim=chain(alpha_0_corrected, ">=", 0),
    proof=Closing(),
    facts=[la.root_above(a=parts(D_0, n), p=margin(n)), la.root_above(a=parts(-D_0, m), p=margin(m))],
)


eq_11_corrected = paper.corrected(
    eq_11, over=square, claim=tau_min >= alpha_0_corrected,
    note="X square; margin and eigenvalues of D with the index of their own layer.",
    proof=Closing(),
    facts=[eq_9_corrected(), *margin_kept(n), *margin_kept(m), layer_kept(D, n), layer_kept(-D, m)],
)

# --- The PL inequality and the rate of convergence, equation (12) --------------------------------------

eq_PL = paper.inequality(
    "eq-PL", "PL inequality of the squared loss",
    source="section 2, before eq. (12)", over=regression,
    claim=[half * fro(loss_gradient(V)) ** 2 >= mu * loss(V), chain(mu, ">", 0)],
    proof=Closing(),
    facts=[lemma_C_2_lower()],
)

eq_12 = paper.inequality(
    "eq-12", "The loss falls at least at the rate 2 mu alpha_0",
    source="eq. (12) at t = 0", over=setting, law=descent,
    claim=chain(L_rate, "<=", -tau_min * fro(G) ** 2, "<=", -alpha_0 * fro(G) ** 2, "<=", -2 * mu * alpha_0 * L),
    wrong="The second inequality needs (11), which fails for n != m and for N < n.",
)

eq_12_corrected = paper.corrected(
    eq_12, over=square,
    claim=chain(L_rate, "<=", -tau_min * fro(G) ** 2, "<=", -alpha_0_corrected * fro(G) ** 2, "<=", -2 * mu * alpha_0_corrected * L),
    note="X square; alpha_0 as in the corrected (11).",
    proof=Closing(keep=("alpha_0",)),
    facts=[eq_7(), eq_11_corrected(), eq_11_nonnegative(), lemma_C_2_lower(V=W)],
)

GF_rate = paper.inequality(
    "GF-rate", "Where (11) holds, the derivative of exp(2 mu alpha_0 t) L(t), without the exponential, is at most zero",
    source="line after eq. (12)", over=setting, law=descent, given=[alpha_0 > 0, tau_min >= alpha_0],
    claim=L_rate + 2 * mu * alpha_0 * L <= 0,
    proof=Closing(keep=("alpha_0",)),
    facts=[eq_7(), lemma_C_2_lower(V=W)],
)

# --- When alpha_0 is positive -----------------------------------------------------------------------

rem_alpha_imbalance = paper.inequality(
    "rem-alpha-positive.imbalance", "Sufficient imbalance makes alpha_0 positive",
    source="section 2, last paragraph", over=levels_of_imbalance, given=D_under > 0,
    claim=alpha(D_plus, D_minus, D_under, s) > 0,
    proof=Closing(),
    facts=[la.root_above(a=D_plus + D_under, p=s), la.root_above(a=D_minus + D_under, p=s)],
)

rem_alpha_margin = paper.inequality(
    "rem-alpha-positive.margin", "Sufficient margin makes alpha_0 positive",
    source="section 2, last paragraph", over=levels_of_imbalance, given=s > 0,
    claim=alpha(D_plus, D_minus, D_under, s) > 0,
    proof=Closing(),
    facts=[D_plus < sqrt((D_plus + D_under) ** 2 + 4 * s**2), D_minus < sqrt((D_minus + D_under) ** 2 + 4 * s**2)],
)

rem_alpha_larger = paper.inequality(
    "rem-alpha-positive.larger-imbalance", "A larger imbalance increases alpha_0",
    source="section 2, last paragraph", over=levels_of_imbalance.extended(Scalar(D_other, Interval(0, oo))), given=D_under <= D_other,
    claim=alpha(D_plus, D_minus, D_under, s) <= alpha(D_plus, D_minus, D_other, s),
    proof=Closing(),
    facts=[
        la.root_monotone(b=D_plus + D_under, c=D_plus + D_other, p=s, q=s),
        la.root_monotone(b=D_minus + D_under, c=D_minus + D_other, p=s, q=s),
    ],
)
