"""Propositions 9 and 10 with Appendix E: the parameters converge, and from orthogonal starts to the min-norm solution."""

from theorems import linear_algebra as la
from theorems.min2022.convergence import lambda_r, matrices, theorem_3
from theorems.min2022.notation import *
from theorems.min2022.rate import full_rank
from verify.author import *

Z = define("Z", block([[V], [U_1]]))
A_Z = define("A_Z", block([[zeros(m, m), E.T * S], [S * E, zeros(r, r)]]))
norm_of_A_Z = equal(A_Z * A_Z, block([[E.T * S * S * E, zeros(m, r)], [zeros(r, m), S * E * E.T * S]]))
size = fro(V) ** 2 + fro(U_1) ** 2
size_rate = define("size_rate", rate_along(size, flow), latex=r"\frac{d}{dt}\|Z\|_F^2")
b = lambda_r * initial(c)
"""The rate of the loss in Theorem 3."""
growth = 4 * sigma_max(S) * initial(fro(E)) / b

# --- Proposition 9 --------------------------------------------------------------------------------------------

paper.identity(
    "eq-E.1", "The parameters follow a linear dynamics that varies in time",
    source="eq. (E.1)", over=setting,
    claim=[equal(block([[flow[V]], [flow[U_1]]]), A_Z * Z), norm_of_A_Z],
    note="The norm of A_Z is that of Sigma_X^{1/2} E, since its square has the two Gram matrices of that on its diagonal.",
)

E_9_a = paper.inequality(
    "E-9-a", "The parameters grow at most with the error",
    source="Appendix E, proof of Proposition 9, display after (E.1)", over=setting,
    claim=[
        equal(size_rate, 2 * trace(Z.T * A_Z * Z)), equal(2 * trace(Z.T * A_Z * Z), 2 * trace(Z * Z.T * A_Z)),
        *chain(
            2 * trace(Z * Z.T * A_Z), "<=", 2 * spec(A_Z) * trace(Z * Z.T), "<=",
            2 * sigma_max(S) * spec(E) * fro(Z) ** 2, "<=", 2 * sigma_max(S) * fro(E) * fro(Z) ** 2,
        ),
    ],
)

E_9_a_proof = paper.inequality(
    "E-9-a.rate", "The squared norm of the parameters grows at most with the error",
    source="Appendix E, proof of Proposition 9, first and last line of the display after (E.1)", over=setting,
    claim=size_rate <= 2 * sigma_max(S) * fro(E) * size,
    proof=Closing(),
    facts=[
        la.cauchy_schwarz(A=V, C=E.T * S * U_1), la.product_upper_left(A=S, B=U_1), la.submultiplicative(A=E.T, B=S * U_1),
        la.singular_order(A=S),
        fro(E.T * S * U_1) <= fro(E) * sigma_max(S) * fro(U_1),
        fro(V) * fro(E.T * S * U_1) <= fro(V) * (fro(E) * sigma_max(S) * fro(U_1)),
        2 * fro(V) * fro(U_1) <= size,
        fro(E) * sigma_max(S) * (2 * fro(V) * fro(U_1)) <= fro(E) * sigma_max(S) * size,
    ],
)

E_9_b = paper.flow(
    "E-9-b", "The error falls at half the rate of the loss",
    source="Appendix E, proof of Proposition 9, from Theorem 3", **matrices, given=full_rank,
    claim=fro(E) <= exp(-b * flow_time / 2) * initial(fro(E)),
    proof=Closing(keep=("c",)), facts=[theorem_3(), la.exponential_root(a=-b * flow_time, p=fro(E), q=initial(fro(E)))],
)

converging = {**matrices, "given": [full_rank, initial(c) > 0]}
left = 1 - exp(-b * flow_time / 2)

E_9_c_integral = paper.flow(
    "E-9-c.integral", "The parameters grow at most with the integral of the error",
    source="Appendix E, proof of Proposition 9, after Groenwall's inequality", **converging,
    claim=size * exp(-growth * left) <= initial(size),
    proof=Groenwall(Closing(keep=("c",))),
    facts=[
        E_9_a_proof(), E_9_b(), la.singular_order(A=S),
        2 * sigma_max(S) * size * fro(E) <= 2 * sigma_max(S) * size * (exp(-b * flow_time / 2) * initial(fro(E))),
    ],
)

E_9_c = paper.flow(
    "E-9-c", "The parameters stay bounded",
    source="Appendix E, last display of the proof of Proposition 9", **converging,
    claim=size <= exp(growth) * initial(size),
    proof=Closing(keep=("c",)),
    facts=[
        E_9_c_integral(), la.singular_order(A=S), la.gram_smallest(A=S), sigma_min(S) ** 2 > 0, growth >= 0, growth * left <= growth,
        la.exponential_moved(a=growth * left, p=size, q=initial(size)), la.exponential_below(a=growth * left, b=growth),
        exp(growth * left) * initial(size) <= exp(growth) * initial(size),
    ],
)

equilibrium = paper.inequality(
    "prop-9.equilibrium", "Where the error vanishes nothing moves",
    source="Proposition 9", over=setting,
    claim=[fro(flow[V]) <= fro(E) * sigma_max(S) * fro(U_1), fro(flow[U_1]) <= sigma_max(S) * fro(E) * fro(V)],
    proof=Closing(),
    facts=[
        la.product_upper_left(A=S, B=U_1), la.submultiplicative(A=E.T, B=S * U_1), la.submultiplicative(A=E, B=V),
        la.product_upper_left(A=S, B=E * V), fro(E) * fro(S * U_1) <= fro(E) * (sigma_max(S) * fro(U_1)),
        sigma_max(S) * fro(E * V) <= sigma_max(S) * (fro(E) * fro(V)),
    ],
)

paper.flow(
    "prop-9", "The speed of the parameters, which stay bounded, falls exponentially: they converge, and to where the error vanishes",
    source="Proposition 9", **converging,
    claim=fro(flow[V]) ** 2 + fro(flow[U_1]) ** 2 <= exp(-b * flow_time) * sigma_max(S) ** 2 * initial(fro(E)) ** 2 * size,
    proof=Closing(keep=("c",)),
    facts=[
        equilibrium(), theorem_3(), fro(flow[V]) ** 2 <= sigma_max(S) ** 2 * fro(E) ** 2 * fro(U_1) ** 2,
        fro(flow[U_1]) ** 2 <= sigma_max(S) ** 2 * fro(E) ** 2 * fro(V) ** 2,
        sigma_max(S) ** 2 * size * fro(E) ** 2 <= sigma_max(S) ** 2 * size * (exp(-b * flow_time) * initial(fro(E)) ** 2),
    ],
)

# --- Proposition 10 and the remark after it ------------------------------------------------------------------------

U_2 = matrix("U_2", k, h)
across = setting.extended(AnyMatrix(U_2))

paper.identity(
    "prop-10.set", "The products with U_2 stand still where both vanish",
    source="Proposition 10, proof; eq. (32)", over=across, given=[equal(V * U_2.T, zeros(m, k)), equal(U_1 * U_2.T, zeros(r, k))],
    claim=[equal(flow[V] * U_2.T, zeros(m, k)), equal(flow[U_1] * U_2.T, zeros(r, k))],
    proof=Expansion(),
)

# Up to a rotation of the hidden space the layers that the data see and U_2 use different hidden units.
h_1, h_2 = dimensions("h_1 h_2")
units = h_1 + h_2
V_h, U_h = state("V", m, units), state("U_1", r, units)
V_seen, U_seen, U_unseen = matrix("V_a", m, h_1), matrix("U_a", r, h_1), matrix("U_b", k, h_2)
E_h = define("E", Y_t - S * U_h * V_h.T)
U_across = block([[zeros(k, h_1), U_unseen]])
distance = define("distance", block([[U_h * V_h.T - S.I * Y_t], [U_across * V_h.T]]), latex=r"(\Phi_1\ \Phi_2)^\top(UV^\top-\hat\Theta)")
"""U V^T minus the min-norm solution, in the coordinates along and across the row space of the data."""

orthogonal = domain(
    Dimension(r, 1, 3), Dimension(m, 1, 3), Dimension(k, 1, 2), Dimension(h_1, 1, 4), Dimension(h_2, 1, 2), units >= minimum(m, r + k),
    FullRank(R), let(S, R.T * R), AnyMatrix(V_seen), AnyMatrix(U_seen), AnyMatrix(U_unseen), AnyMatrix(Y_t),
    let(V_h, block([[V_seen, zeros(m, h_2)]])), let(U_h, block([[U_seen, zeros(r, h_2)]])),
)

prop_10 = paper.flow(
    "prop-10", "From an orthogonal start the network is as close to the min-norm solution as its error is small (attained for r = 1)",
    source="Proposition 10, with the distance from U(oo) V(oo)^T = min-norm solution at every time", over=orthogonal,
    along=flow_law("the flow (7) with U_2 across", {V_h: E_h.T * S * U_h, U_h: S * E_h * V_h}, loss=fro(E_h) ** 2 / 2),
    claim=fro(distance) <= fro(E_h) / sigma_min(S),
    note="For r = 1 both sides are the same at every time, so that most of the small draws are ties; from r = 2 on they are the same only "
    "where the error lies in the least singular direction of the data.",
)

number = domain(*(FullRank(matrix(name, 1, 1)) for name in ("a", "b", "y")))
first, second, target = number.matrices
u_1, v = state("U_1", 1, 1), state("V", 1, 1)
scalar_error = target - u_1 * v.T

paper.flow(
    "rem-10.insufficient", "V(0) U_2^T = 0 alone does not suffice: from V(0) = 0 the part that the data do not see grows",
    source="section 4.1, paragraph after Proposition 10",
    along=flow_law("the flow (7) for numbers", {v: scalar_error.T * u_1, u_1: scalar_error * v}),
    over=number.extended(let(u_1, first), let(v, zeros(1, 1))),
    claim=fro(second * v.T) * fro(u_1) >= (1 - exp(-initial(fro(u_1) ** 2) * flow_time)) * fro(second) * fro(target),
)
