"""Gradient flow, section 2, at all times: the loss falls, the imbalance stays, and (10), (11) and the rate that follows from (12).

`gradient_flow` has the same relations at one moment. Here the quantities of Table 2 are those of the start of the flow.
"""

from theorems.xu2023.convergence import alpha_0_corrected
from theorems.xu2023.gradient_flow import square
from theorems.xu2023.notation import *
from verify.author import *

along_flows = {"over": setting, "along": descent}
own = {"over": square, "note": "X square; margin and eigenvalues of D with the index of their own layer."}
wide = "For n != m, and for N < n, alpha_0 takes singular values and eigenvalues with the index of the other layer."
falls = equal(rate_of(L), -(fro(G * W_2.T) ** 2) - fro(W_1.T * G) ** 2)

imbalance_stays = paper.flow(
    "fact-D-invariant.flow", "The imbalance keeps its initial value",
    source="section 2, after eq. (9)", **along_flows,
    claim=equal(D, initial(D)),
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

eq_10_flow_corrected = paper.corrected(eq_10_flow, over=square, note="X square.")

eq_11_flow = paper.flow(
    "eq-11.flow", "The smallest eigenvalue of tau is at least alpha_0 along the flow",
    source="eq. (11)", **along_flows,
    claim=tau_min >= alpha_0,
    wrong=wide,
)

eq_11_flow_corrected = paper.corrected(eq_11_flow, **own, claim=tau_min >= alpha_0_corrected)

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
)
