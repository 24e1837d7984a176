"""Sections 3.1 to 3.3 along whole flows: the scalar dynamics, exponential convergence, Corollaries 4 and 5."""

from theorems.min2022 import scalar_dynamics as scalar
from theorems.min2022.notation import *
from verify.author import *

error_flow = flow_law("gradient flow (7)", flow, loss=L_t)
scalar_flow = flow_law("gradient flow (10)", scalar.flow, loss=scalar.L_s)
# Every order of r and m, and widths from the least to more than r + m; flows are dear, so no shape is larger than it has to be.
small = domain(
    Dimension(r, 1, 2), Dimension(m, 1, 2), Dimension(k, 1, 1), Dimension(h, 1, 3), h >= minimum(m, r + k),
    FullRank(R), let(S, R.T * R), TwoLayer(U_1, V.T), AnyMatrix(E_r), let(Y_t, S * U_1 * V.T + E_r),
)
matrices = {"over": small, "along": error_flow}
numbers = {"over": scalar.anywhere, "along": scalar_flow}

# --- The scalar dynamics ------------------------------------------------------------------------------------

invariant_d = paper.flow(
    "scalar-imbalance.invariant", "The scalar imbalance is invariant",
    source="section 3.1, after eq. (10)", **numbers,
    claim=equal(scalar.d, initial(scalar.d)),
    proof=Invariant(),
)

loss_grows = paper.flow(
    "scalar-margin.loss", "The loss does not decrease",
    source="section 3.1, 'the loss is non-decreasing'", **numbers,
    claim=initial(scalar.L_s) <= scalar.L_s,
    examples=[example(u=[[1]], v=[[1]], y=2, step=1)],
    wrong="The loss does not increase along its gradient flow: the word is a slip.",
)

loss_grows_corrected = paper.corrected(
    loss_grows, claim=scalar.L_s <= initial(scalar.L_s), note="Non-increasing.", proof=Groenwall(),
    facts=[equal(rate_of(scalar.L_s), -fro(scalar.flow[scalar.u]) ** 2 - fro(scalar.flow[scalar.v]) ** 2)],
)

# --- Theorem 3 ------------------------------------------------------------------------------------------------

theorem_3 = paper.flow(
    "theorem-3", "The loss converges to its optimum exponentially",
    source="Theorem 3", **matrices,
    claim=L_t <= exp(-lam_min(Sigma) * initial(c) * flow_time) * initial(L_t),
)

# Corollary 4 at one moment; along the flow it is Theorem 3 with the margin left out of c(0).
cor_4 = paper.inequality(
    "cor-4", "Sufficient level of imbalance: the rate of Theorem 3 is at least twice the level",
    source="Corollary 4 and its proof", over=setting,
    claim=c >= 2 * Delta,
)

sufficient_margin = initial(positive_part(sigma_min(Y_t) - fro(E))) > 0

cor_5 = paper.flow(
    "cor-5", "Sufficient margin",
    source="Corollary 5: c(0) > 0, and the rate 2 lambda_r(Sigma_X) c(0)", **matrices, given=sufficient_margin,
    claim=[initial(c) > 0, *chain(L_t, "<=", exp(-2 * lam_min(Sigma) * initial(c) * flow_time) * initial(L_t))],
    examples=[example(R=[[1]], U_1=[[1]], V=[[1]], E_0=[["1/8"]], dimensions={"k": 1}, step=1)],
    wrong="Theorem 3 gives the rate lambda_r(Sigma_X) c(0); twice that is faster than the flow.",
)

cor_5_corrected = paper.corrected(
    cor_5, kind="inequality", flow=None, given=positive_part(sigma_min(Y_t) - fro(E)) > 0,
    claim=c > 0,
    note="c(0) > 0, and the rate is that of Theorem 3, lambda_r(Sigma_X) c(0).",
)
