"""Appendix A: data of any rank are reduced to square data of full rank, step by step.

X = U_1 Sigma V_1^T. The orthonormal columns U_1, U_2 and V_1, V_2 are those of reflections, r and k (or q) of them.
"""

from theorems.xu2023.notation import eta, h, m, paper
from verify.author import *

r, k, q = dimensions("r k q")
u, v = matrix("u", r + q, 1), matrix("v", r + k, 1)
U_1, U_2 = matrix("U_1", r + q, r), matrix("U_2", r + q, q)
V_1, V_2 = matrix("V_1", r + k, r), matrix("V_2", r + k, k)
Sigma = symmetric("Sigma_X", r)
Y = matrix("Y", r + q, m)
W_1, W_2 = state("W_1", r + k, h), state("W_2", h, m)


def columns(vector, first, second):
    """The first and the last columns of the reflection along the vector."""
    size = first + second
    reflection = identity(size) - 2 / inner(vector, vector) * vector * vector.T
    return (
        reflection * block([[identity(first)], [zeros(second, first)]]),
        reflection * block([[zeros(first, second)], [identity(second)]]),
    )


X = define("X", U_1 * Sigma * V_1.T)
E = define("E", Y - X * W_1 * W_2)
L = define("L", fro(E) ** 2 / 2)
W_11 = paper.definition("eq-50.W_11", define("W_11", V_1.T * W_1, latex="W_{11}"), title="part of W_1 that the data see", source="eq. (50)")
W_12 = paper.definition("eq-50.W_12", define("W_12", V_2.T * W_1, latex="W_{12}"), title="part of W_1 they do not see", source="eq. (50)")
E_tilde = paper.definition("eq-50.E", define("E_tilde", U_1.T * E, latex=r"\tilde E"), title="reduced error", source="line before eq. (51)")
paper.definition("eq-46", L, title="loss for data of any rank", source="eq. (46)")

reduced_descent = law(
    "gradient descent (49)",
    {W_1: W_1 + eta * (X.T * E * W_2.T), W_2: W_2 + eta * (W_1.T * X.T * E)},
    step_size=eta,
    loss=L,
    widths=(h,),
)

any_data = domain(
    Dimension(r, 1, 3), Dimension(k, 1, 3), Dimension(q, 1, 3), Dimension(h, 1, 3), Dimension(m, 1, 3),
    AnyMatrix(u), AnyMatrix(v),
    let(U_1, columns(u, r, q)[0]), let(U_2, columns(u, r, q)[1]), let(V_1, columns(v, r, k)[0]), let(V_2, columns(v, r, k)[1]),
    AnyMatrix(Sigma), AnyMatrix(Y), TwoLayer(W_1, W_2), Scalar(eta, Interval.open(0, oo)),
)
orthonormal = [
    equal(U_1.T * U_1, identity(r)), equal(U_2.T * U_1, zeros(q, r)),
    equal(V_1.T * V_1, identity(r)), equal(V_2.T * V_1, zeros(k, r)),
]
in_reduction = {"over": any_data, "law": reduced_descent, "given": orthonormal}

eq_48 = paper.identity(
    "eq-48", "The singular value decomposition without its zero blocks",
    source="eq. (48)", over=any_data,
    claim=equal(
        block([[U_1, U_2]]) * block([[Sigma, zeros(r, k)], [zeros(q, r), zeros(q, k)]]) * block([[V_1.T], [V_2.T]]),
        U_1 * Sigma * V_1.T,
    ),
)

eq_49 = paper.identity(
    "eq-49", "Gradient descent through the singular value decomposition",
    source="eq. (49)", over=any_data, law=reduced_descent,
    claim=[
        equal(following(W_1), W_1 + eta * V_1 * Sigma * U_1.T * E * W_2.T),
        equal(following(W_2), W_2 + eta * W_1.T * V_1 * Sigma * U_1.T * E),
    ],
    proof=Expansion(),
)

# The printed line multiplies the r x m matrix E_tilde by the k x h matrix W_12. That can be written only where k = m, so
# here V has m columns beyond the first r.
v_m, V_1_m, V_2_m = matrix("v", r + m, 1), matrix("V_1", r + m, r), matrix("V_2", r + m, m)
W_1_m = state("W_1", r + m, h)
X_m = define("X", U_1 * Sigma * V_1_m.T)
E_m = define("E", Y - X_m * W_1_m * W_2)
where_it_can_be_written = {
    "over": domain(
        Dimension(r, 1, 3), Dimension(q, 1, 3), Dimension(h, 1, 3), Dimension(m, 1, 3),
        AnyMatrix(u), AnyMatrix(v_m),
        let(U_1, columns(u, r, q)[0]), let(V_1_m, columns(v_m, r, m)[0]), let(V_2_m, columns(v_m, r, m)[1]),
        AnyMatrix(Sigma), AnyMatrix(Y), TwoLayer(W_1_m, W_2), Scalar(eta, Interval.open(0, oo)),
    ),
    "law": law(
        "gradient descent (49)",
        {W_1_m: W_1_m + eta * (X_m.T * E_m * W_2.T), W_2: W_2 + eta * (W_1_m.T * X_m.T * E_m)},
        step_size=eta,
        loss=define("L", fro(E_m) ** 2 / 2),
    ),
}

eq_51_first = paper.identity(
    "eq-51.W_11", "The part of the first layer that the data see",
    source="eq. (51), first line", **where_it_can_be_written,
    claim=equal(
        following(V_1_m.T * W_1_m),
        V_1_m.T * W_1_m + eta * Sigma * (U_1.T * E_m) * (V_2_m.T * W_1_m),
    ),
    wrong="The last factor: it is W_2^T, not W_12, that multiplies the reduced error; for k != m the printed product does not even fit.",
)

eq_51_first_corrected = paper.corrected(
    eq_51_first, **in_reduction,
    claim=equal(following(W_11), W_11 + eta * Sigma * E_tilde * W_2.T),
    note="W_2^T in place of W_12, which has the wrong shape but where n - r = m.",
    proof=Expansion(),
)

eq_51_second = paper.identity(
    "eq-51.W_12", "The part of the first layer that the data do not see stands still",
    source="eq. (51), second line", **in_reduction,
    claim=equal(following(W_12), W_12),
    proof=Expansion(),
)

eq_51_third = paper.identity(
    "eq-51.W_2", "The second layer",
    source="eq. (51), third line", **in_reduction,
    claim=equal(following(W_2), W_2 + eta * W_11.T * Sigma * E_tilde),
    proof=Expansion(),
)

# --- The reduced problem, equations (47) and (52) ------------------------------------------------------

Y_tilde, A, B = matrix("Y_tilde", r, m), matrix("W_11", r, h), matrix("W_2", h, m)
H_1, H_2 = matrix("H_1", r, h), matrix("H_2", h, m)
L_tilde = paper.definition(
    "eq-47", define("L_tilde", fro(Y_tilde - Sigma * A * B) ** 2 / 2, latex=r"\tilde L"),
    title="loss of the reduced problem", source="eq. (47)",
)
error = Y_tilde - Sigma * A * B

eq_52_gradient = paper.identity(
    "eq-52.gradient", "The steps (51) follow the gradient of the reduced loss",
    source="eq. (52)",
    over=domain(
        Dimension(r, 1, 3), Dimension(h, 1, 3), Dimension(m, 1, 3),
        AnyMatrix(Sigma), AnyMatrix(Y_tilde), AnyMatrix(A), AnyMatrix(B), AnyMatrix(H_1), AnyMatrix(H_2),
    ),
    claim=equal(rate_along(L_tilde, {A: H_1, B: H_2}), -inner(Sigma * error * B.T, H_1) - inner(A.T * Sigma * error, H_2)),
    proof=Expansion(),
)

eq_52_error = paper.identity(
    "eq-52.error", "The reduced error is the error of the reduced problem",
    source="eq. (52) with Y_tilde = U_1^T Y, X_tilde = Sigma_X", **in_reduction,
    claim=equal(E_tilde, U_1.T * Y - Sigma * W_11 * W_2),
    proof=Expansion(),
)

eq_52_loss = paper.identity(
    "eq-52.loss", "Both losses differ by a constant",
    source="eqs (46), (47) and (52)", over=any_data, law=reduced_descent,
    given=[*orthonormal, equal(U_1 * U_1.T + U_2 * U_2.T, identity(r + q))],
    claim=equal(L, fro(U_1.T * Y - Sigma * W_11 * W_2) ** 2 / 2 + fro(U_2.T * Y) ** 2 / 2),
)
