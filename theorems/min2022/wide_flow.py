"""Appendix E, proof of Theorem 12: how far a flow leaves the invariant set, from (E.10) to (36).

Of the hidden space only the m + n directions that the layers span matter. A start on the event (E.5) is [V; U_1; U_2] = h^{-alpha}
(sqrt(h) I + s N) with a square N of spectral norm at most 1, up to rotations of the hidden space and of the inputs.
The scan prints "1/2 log 2/delta", which may stand for log^{1/2}(2/delta): s has the smaller of the two, which makes every claim stronger.
"""

from theorems import linear_algebra as la
from theorems.min2022 import set_up
from theorems.min2022.convergence import below_level, decay_of_level, error_flow, lambda_r, starts
from theorems.min2022.convergence import least_level as level
from theorems.min2022.notation import *
from theorems.min2022.parameters import A_Z, U_2, norm_of_A_Z
from theorems.min2022.rate import full_rank
from verify.author import *

across = starts.extended(AnyMatrix(U_2))
Z = define("Z", block([[V * U_2.T], [U_1 * U_2.T]]))
distance = fro(V * U_2.T) ** 2 + fro(U_1 * U_2.T) ** 2
"""||Z||_F^2, the squared distance from the invariant set."""

# --- (E.10), (E.11) and the rate of the error ------------------------------------------------------------------

paper.identity(
    "E-12-a", "The distance from the min-norm solution, where the error vanishes, is that of the part that the data do not see",
    source="Appendix E, proof of Theorem 12, second display", over=set_up.data,
    claim=equal(spec(set_up.Phi_2 * set_up.Phi_2.T * set_up.U * set_up.V.T), spec(set_up.Phi_2.T * set_up.U * set_up.V.T)),
)

paper.identity(
    "eq-E.10", "The products with U_2 follow a linear dynamics that varies in time",
    source="eq. (E.10)", over=setting.extended(AnyMatrix(U_2)),
    claim=[equal(block([[flow[V] * U_2.T], [flow[U_1] * U_2.T]]), A_Z * Z), norm_of_A_Z],
)

growth_rate = paper.inequality(
    "eq-E.10.rate", "The distance from the invariant set grows at most with the error",
    source="Appendix E, display after (E.10)", over=setting.extended(AnyMatrix(U_2)),
    claim=rate_along(distance, flow) <= 2 * sigma_max(S) * fro(E) * distance,
    proof=Closing(),
    facts=[
        la.cauchy_schwarz(A=V * U_2.T, C=E.T * S * U_1 * U_2.T), la.product_upper_left(A=S, B=U_1 * U_2.T),
        la.submultiplicative(A=E.T, B=S * U_1 * U_2.T), la.singular_order(A=S),
        fro(E.T * S * U_1 * U_2.T) <= fro(E) * sigma_max(S) * fro(U_1 * U_2.T),
        fro(V * U_2.T) * fro(E.T * S * U_1 * U_2.T) <= fro(V * U_2.T) * (fro(E) * sigma_max(S) * fro(U_1 * U_2.T)),
        2 * fro(V * U_2.T) * fro(U_1 * U_2.T) <= distance,
        fro(E) * sigma_max(S) * (2 * fro(V * U_2.T) * fro(U_1 * U_2.T)) <= fro(E) * sigma_max(S) * distance,
    ],
)

spent = state("a", 1, 1)
with_integral = flow_law("the flow (7) with the integral of the error", {**flow, spent: fro(E) * identity(1)}, loss=L_t)

paper.flow(
    "eq-E.11", "The distance from the invariant set is bounded by the integral of the error",
    source="eq. (E.11), squared", over=across.extended(AnyMatrix(spent)), along=with_integral,
    claim=distance * exp(-2 * sigma_max(S) * (trace(spent) - initial(trace(spent)))) <= initial(distance),
    proof=Groenwall(), facts=[growth_rate()],
)

sufficient = {"over": across.extended(*below_level), "along": error_flow, "given": [full_rank, level > 0, initial(Delta) >= level]}
"""g stands for h^(1 - 2 alpha), which the level of imbalance exceeds by (E.12)."""

E_12_b = paper.flow(
    "E-12-b", "The error falls at the rate that the level of imbalance gives",
    source="Appendix E, display before (E.15)", **sufficient,
    claim=fro(E) <= exp(-level * lambda_r * flow_time) * initial(fro(E)),
    proof=Closing(), facts=[decay_of_level(), la.exponential_root(a=-2 * level * lambda_r * flow_time, p=fro(E), q=initial(fro(E)))],
)

b = level * lambda_r
factor = sigma_max(S) * initial(fro(E)) / b
left = 1 - exp(-b * flow_time)

E_15_integral = paper.flow(
    "eq-E.15.integral", "The distance from the invariant set, with the integral of the bound on the error",
    source="eq. (E.15), third line, squared", **sufficient,
    claim=distance * exp(-2 * factor * left) <= initial(distance),
    proof=Groenwall(),
    facts=[
        growth_rate(), E_12_b(), la.singular_order(A=S),
        2 * sigma_max(S) * distance * fro(E) <= 2 * sigma_max(S) * distance * (exp(-b * flow_time) * initial(fro(E))),
    ],
)

E_15 = paper.flow(
    "eq-E.15", "The distance from the invariant set grows at most by a constant factor",
    source="eq. (E.15), squared", **sufficient,
    claim=distance <= exp(2 * factor) * initial(distance),
    proof=Closing(),
    facts=[
        E_15_integral(), la.singular_order(A=S), la.gram_smallest(A=S), sigma_min(S) ** 2 > 0, factor >= 0, 2 * factor * left <= 2 * factor,
        la.exponential_moved(a=2 * factor * left, p=distance, q=initial(distance)), la.exponential_below(a=2 * factor * left, b=2 * factor),
        exp(2 * factor * left) * initial(distance) <= exp(2 * factor) * initial(distance),
    ],
)

# --- The first error, (E.16) and (E.17) -------------------------------------------------------------------------

E_12_c = paper.inequality(
    "E-12-c", "The first error is bounded by targets and product",
    source="Appendix E, display before (E.16): Sigma_X^{-1/2} and lambda_r^{-1/2}(Sigma_X)", over=setting, given=full_rank,
    claim=[equal(fro(E), fro(Y_t - S.I * P)), *chain(fro(Y_t - S.I * P), "<=", fro(Y_t) + fro(P) / sigma_min(S))],
    examples=[example(R=[[2]], U_1=[[1]], V=[[1]], E_0=[["-4"]], dimensions={"k": 1})],
    wrong="The error is W^T Y - Sigma_X^{1/2} U_1 V^T by (6): the sign of the exponent is wrong, and so is the bound for Sigma_X > 1.",
)

first_error = paper.corrected(
    E_12_c, claim=fro(E) <= fro(Y_t) + sigma_max(S) * fro(P), note="The exponent 1/2 of (6), and so lambda_1^{1/2}(Sigma_X) ||U_1 V^T||_F.",
    proof=Closing(),
    facts=[la.triangle_difference(A=Y_t, C=S * U_1 * V.T), la.product_upper_left(A=S, B=U_1 * V.T)],
)


def constant(of_product):
    """[exp(lambda_1^{1/2}/lambda_r ||Y||_F) exp(of_product ||U_1 V^T||_F)]^(1/h^(1 - 2 alpha)) at the start."""
    return exp((sigma_max(S) / lambda_r * initial(fro(Y_t)) + of_product * initial(fro(P))) / level)


exponent = (sigma_max(S) / lambda_r * initial(fro(Y_t)) + sigma_max(S) ** 2 / lambda_r * initial(fro(P))) / level

E_16 = paper.flow(
    "eq-E.16", "The growth of the distance from the invariant set, in terms of targets and product",
    source="eq. (E.16): lambda_1^{1/2}/lambda_r^{3/2}", **sufficient,
    claim=distance <= constant(sigma_max(S) / sigma_min(S) ** 3) ** 2 * initial(distance),
    examples=[
        example(
            R=[[2]], U_1=[[1, "1/2"]], V=[[1, "-1/2"]], E_0=[[-3]], U_2=[[0, 1]], theta=1, dimensions={"k": 1}, step="1/2",
        )
    ],
    wrong="It takes the bound on the first error with lambda_r^{-1/2}(Sigma_X), which is false for large Sigma_X.",
)

paper.corrected(
    E_16, claim=distance <= constant(sigma_max(S) ** 2 / lambda_r) ** 2 * initial(distance),
    note="lambda_1/lambda_r in the second exponent, as the corrected bound on the first error gives.",
    proof=Closing(),
    facts=[
        E_15(), first_error(U_1=initial(U_1), V=initial(V)), la.singular_order(A=S), la.gram_smallest(A=S), sigma_min(S) ** 2 > 0,
        2 * factor <= 2 * exponent, la.exponential_below(a=2 * factor, b=2 * exponent),
        exp(2 * factor) * initial(distance) <= exp(2 * exponent) * initial(distance),
    ],
)
