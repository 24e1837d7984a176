"""Gradient flow, section 2, at all times: the loss falls, the imbalance stays, and (10), (11) and the rate that follows from (12).

`gradient_flow` has the same relations at one moment. Here the quantities of Table 2 are those of the start of the flow.
"""

from theorems import linear_algebra as la
from theorems.xu2023.convergence import alpha_0_corrected, margin
from theorems.xu2023.gradient_flow import (
    eq_7,
    eq_9_corrected,
    eq_11_nonnegative,
    margin_kept,
    parts,
    square,
)
from theorems.xu2023.notation import *
from theorems.xu2023.smoothness import lemma_C_2_lower
from verify.author import *

along_flows = {"over": setting, "along": descent}
own = {"over": square, "note": "X square; margin and eigenvalues of D with the index of their own layer."}
wide = "For n != m, and for N < n, alpha_0 takes singular values and eigenvalues with the index of the other layer."
falls = equal(rate_of(L), -(fro(G * W_2.T) ** 2) - fro(W_1.T * G) ** 2)

x, g, g_1 = state("x", 1, 1), state("g", 1, 1), matrix("g_1", 1, 1)
(c,) = scalars("c")
slower = flow_law("a quantity |x|^2 whose derivative is at most -c |x|^2, by -g(t)^2 |x|^2", {x: -half * (c + fro(g) ** 2) * x, g: g_1})

ext_groenwall = paper.flow(
    "ext-groenwall", "Groenwall's inequality for a constant rate of either sign",
    source="line after eq. (12)", along=slower,
    over=domain(AnyMatrix(x), AnyMatrix(g), AnyMatrix(g_1), Scalar(c, Interval(-oo, oo))),
    claim=fro(x) ** 2 <= exp(-c * flow_time) * initial(fro(x) ** 2),
    proof=Groenwall(),
)

imbalance_stays = paper.flow(
    "fact-D-invariant.flow", "The imbalance keeps its initial value",
    source="section 2, after eq. (9)", **along_flows,
    claim=equal(D, initial(D)),
    proof=Invariant(),
)

levels_stay = paper.flow(
    "fact-D-invariant.levels", "The positive parts of the eigenvalues of the imbalance keep their initial values",
    source="section 2, after eq. (9), used in eq. (11)", **along_flows,
    claim=[
        equal(maximum(level, 0), initial(maximum(level, 0)))
        for level in (lam_max(D), lam_max(-D), lam(D, n), lam(D, m), lam(-D, n), lam(-D, m))
    ],
    proof=Invariant(),
)

eq_5_flow = paper.flow(
    "eq-5.flow", "The loss never exceeds its initial value",
    source="section 2, 'the loss is non-increasing', from eq. (5)", **along_flows,
    claim=chain(L, "<=", initial(L)),
    proof=Groenwall(),
    facts=[falls],
)

eq_10_flow = paper.flow(
    "eq-10.flow", "The product keeps the margin along the flow",
    source="eq. (10)", **along_flows,
    claim=sigma_min(W) >= p_1,
    examples=[example(X=[[1, 0]], W_1=[[1, 0], [0, 2]], W_2=[[0], [0]], E_0=[[1]])],
    wrong="For N < n the product has more singular values than the targets, and the smallest may vanish.",
)

error_stays_small = [eq_5_flow(), fro(E) <= fro(E_0)]

eq_10_flow_corrected = paper.corrected(
    eq_10_flow, over=square, note="X square.",
    proof=Closing(),
    facts=[
        *error_stays_small,
        la.singular_weyl_smallest(A=Y, C=X * W), la.singular_product_smallest(A=X, B=W), la.singular_order(A=X),
        sigma_min(Y) - fro(E_0) <= sigma_max(X) * sigma_min(W),
    ],
)

eq_11_flow = paper.flow(
    "eq-11.flow", "The smallest eigenvalue of tau is at least alpha_0 along the flow",
    source="eq. (11)", **along_flows,
    claim=tau_min >= alpha_0,
    wrong=wide,
)

margins_stay = paper.flow(
    "eq-10.flow.index", "Each singular value of the product keeps the margin with its index",
    source="eq. (10) as the corrected (11) needs it", over=square, along=descent,
    claim=[margin(k) <= sigma(W, k) for k in (n, m)],
    proof=Closing(),
    facts=[*error_stays_small, *margin_kept(n), *margin_kept(m)],
)

eq_11_flow_corrected = paper.corrected(
    eq_11_flow, **own, claim=tau_min >= alpha_0_corrected,
    proof=Closing(),
    facts=[
        eq_9_corrected(), levels_stay(), margins_stay(),
        la.root_monotone(b=parts(D_0, n), c=parts(D, n), p=margin(n), q=sigma(W, n)),
        la.root_monotone(b=parts(-D_0, m), c=parts(-D, m), p=margin(m), q=sigma(W, m)),
    ],
)

eq_12_flow = paper.flow(
    "eq-12.flow", "The loss falls at least at the rate 2 mu alpha_0 along the flow",
    source="eq. (12)", **along_flows,
    claim=chain(rate_of(L), "<=", -tau_min * fro(G) ** 2, "<=", -alpha_0 * fro(G) ** 2, "<=", -2 * mu * alpha_0 * L),
    wrong="The second inequality needs (11), which fails for n != m and for N < n.",
)

falls_fast = [eq_7(), eq_11_flow_corrected(), eq_11_nonnegative(W_1=initial(W_1), W_2=initial(W_2)), lemma_C_2_lower(V=W)]

eq_12_flow_corrected = paper.corrected(
    eq_12_flow, **own,
    claim=chain(
        rate_of(L), "<=", -tau_min * fro(G) ** 2, "<=", -alpha_0_corrected * fro(G) ** 2, "<=", -2 * mu * alpha_0_corrected * L
    ),
    proof=Closing(keep=("alpha_0",)),
    facts=falls_fast,
)

GF_rate_flow = paper.flow(
    "GF-rate.flow", "The loss converges exponentially along the flow",
    source="line after eq. (12)", **along_flows, given=alpha_0 > 0,
    claim=chain(L, "<=", exp(-2 * mu * alpha_0 * flow_time) * initial(L)),
    examples=[example(X=[[1]], W_1=[[1]], W_2=[[1, 0]], E_0=[[0, "1/8"]], step="1/2")],
    wrong=wide,
)

GF_rate_flow_corrected = paper.corrected(
    GF_rate_flow, **own, given=alpha_0_corrected > 0,
    claim=chain(L, "<=", exp(-2 * mu * alpha_0_corrected * flow_time) * initial(L)),
    proof=Groenwall(Closing(keep=("alpha_0",))),
    facts=falls_fast,
)
