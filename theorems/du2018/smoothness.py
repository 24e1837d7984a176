"""The Hessian (12) of the factorisation objective and Lemma B.1: smoothness on bounded sets."""

from theorems import linear_algebra as la
from theorems.du2018.factorisation import D_U, D_V, along_Delta, directions
from theorems.du2018.notation import *
from verify.author import *


def hessian(U, V, D_U, D_V):
    """The quadratic form (12) of the Hessian at (U, V) in the direction Delta."""
    return 2 * inner(U * V.T - M_star, D_U * D_V.T) + fro(U * D_V.T + D_U * V.T) ** 2


Hess = define("Hess", hessian(U, V, D_U, D_V), latex=r"[\nabla^2 f](\Delta,\Delta)")
Delta_squared = define("|Delta|^2", fro(D_U) ** 2 + fro(D_V) ** 2, latex=r"\left\|\Delta\right\|_F^2")

eq_12 = paper.identity(
    "eq-12", "The Hessian: the second derivative of f along every direction",
    source="eq. (12)", over=directions,
    claim=equal(rate_along(rate_along(f, along_Delta), along_Delta), Hess),
    proof=Expansion(),
)

# --- Lemma B.1 -----------------------------------------------------------------------------------------

bounded = shapes.extended(
    TwoLayer(U, V.T), AnyMatrix(M_star), Scalar(excess, Interval(0, oo)),
    let(c, maximum(fro(U) ** 2, fro(V) ** 2) / fro(M_star) + excess), AnyMatrix(D_U), AnyMatrix(D_V),
)
"""Every c > 0 for which (U, V) lies in the set S of Lemma B.1."""
in_S = [fro(U) ** 2 <= c * fro(M_star), fro(V) ** 2 <= c * fro(M_star)]

first = 2 * fro(U * V.T - M_star) * fro(D_U * D_V.T) + fro(U * D_V.T + D_U * V.T) ** 2
second = 2 * (fro(U) * fro(V) + fro(M_star)) * fro(D_U) * fro(D_V) + (fro(U) * fro(D_V) + fro(D_U) * fro(V)) ** 2
third = 2 * (c * fro(M_star) + fro(M_star)) * Delta_squared + 4 * c * fro(M_star) * Delta_squared
bound = (6 * c + 2) * fro(M_star) * Delta_squared

pf_B_1_first = paper.inequality(
    "pf-B.1-1.first", "Cauchy-Schwarz inequality in the Hessian",
    source="proof of Lemma B.1, first inequality", over=directions,
    claim=Hess <= first,
    proof=Closing(),
    facts=[la.cauchy_schwarz(A=U * V.T - M_star, C=D_U * D_V.T)],
)

pf_B_1_second = paper.inequality(
    "pf-B.1-1.second", "Norms of products and sums",
    source="proof of Lemma B.1, second inequality", over=directions,
    claim=first <= second,
    proof=Closing(),
    facts=[
        la.submultiplicative(A=U, B=V.T), la.triangle_difference(A=U * V.T, C=M_star), la.submultiplicative(A=D_U, B=D_V.T),
        la.submultiplicative(A=U, B=D_V.T), la.submultiplicative(A=D_U, B=V.T), la.triangle(A=U * D_V.T, C=D_U * V.T),
        fro(U * V.T - M_star) * fro(D_U * D_V.T) <= (fro(U) * fro(V) + fro(M_star)) * (fro(D_U) * fro(D_V)),
        fro(U * D_V.T + D_U * V.T) ** 2 <= (fro(U) * fro(D_V) + fro(D_U) * fro(V)) ** 2,
    ],
)

pf_B_1_third = paper.inequality(
    "pf-B.1-1.third", "The factors are bounded",
    source="proof of Lemma B.1, third inequality", over=bounded, given=in_S,
    claim=second <= third,
    proof=Closing(),
    facts=[
        fro(U) * fro(V) <= c * fro(M_star),
        fro(D_U) * fro(D_V) <= Delta_squared / 2,
        (fro(U) * fro(V) + fro(M_star)) * (fro(D_U) * fro(D_V)) <= (c * fro(M_star) + fro(M_star)) * (fro(D_U) * fro(D_V)),
        (fro(U) * fro(D_V) + fro(D_U) * fro(V)) ** 2 <= (fro(U) ** 2 + fro(V) ** 2) * Delta_squared,
        (fro(U) ** 2 + fro(V) ** 2) * Delta_squared <= 2 * c * fro(M_star) * Delta_squared,
    ],
)

pf_B_1_last = paper.identity(
    "pf-B.1-1.last", "The constant",
    source="proof of Lemma B.1, last equality", over=bounded,
    claim=equal(third, bound),
    proof=Expansion(),
)

pf_B_1 = paper.inequality(
    "pf-B.1-1", "The Hessian is bounded above on the set S",
    source="proof of Lemma B.1", over=bounded, given=in_S,
    claim=Hess <= bound,
    proof=Closing(),
    facts=[pf_B_1_first(), pf_B_1_second(), pf_B_1_third(), pf_B_1_last()],
)

# The proof bounds lambda_max alone; smoothness also needs the smallest eigenvalue of the Hessian above minus the constant.
pf_B_1_lower = paper.inequality(
    "pf-B.1-1.lower", "The Hessian is bounded below on the set S, which the proof leaves out",
    source="Lemma B.1; absent from its proof", over=bounded, given=in_S,
    claim=-Hess <= bound,
    proof=Closing(),
    facts=[
        la.cauchy_schwarz(A=U * V.T - M_star, C=D_U * D_V.T), la.submultiplicative(A=U, B=V.T),
        la.triangle_difference(A=U * V.T, C=M_star), la.submultiplicative(A=D_U, B=D_V.T),
        fro(U) * fro(V) <= c * fro(M_star),
        fro(D_U) * fro(D_V) <= Delta_squared / 2,
        fro(U * V.T - M_star) * fro(D_U * D_V.T) <= (c * fro(M_star) + fro(M_star)) * (fro(D_U) * fro(D_V)),
        (c * fro(M_star) + fro(M_star)) * (fro(D_U) * fro(D_V)) <= (c * fro(M_star) + fro(M_star)) * (Delta_squared / 2),
        c * fro(M_star) * Delta_squared >= 0,
    ],
)

U_other, V_other = matrix("U'", d_1, r), matrix("V'", d_2, r)
two_points = shapes.extended(
    TwoLayer(U, V.T), AnyMatrix(M_star), AnyMatrix(U_other), AnyMatrix(V_other), Scalar(excess, Interval(0, oo)),
    let(c, maximum(fro(U) ** 2, fro(V) ** 2, fro(U_other) ** 2, fro(V_other) ** 2) / fro(M_star) + excess),
)

lemma_B_1 = paper.inequality(
    "lemma-B.1", "On bounded sets the gradient is Lipschitz with the constant (6 c + 2) ||M*||_F",
    source="Lemma B.1 with footnote 6", over=two_points,
    claim=fro(grad_U - (U_other * V_other.T - M_star) * V_other) ** 2 + fro(grad_V - (U_other * V_other.T - M_star).T * U_other) ** 2
    <= ((6 * c + 2) * fro(M_star)) ** 2 * (fro(U - U_other) ** 2 + fro(V - V_other) ** 2),
)
