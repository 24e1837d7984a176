"""Appendix F: the step sizes of other work, (141) and (142), and the balanced spectral initialisation of Proposition F.1."""

from theorems import linear_algebra as la
from theorems.xu2023.notation import Y, p_1, paper
from theorems.xu2023.smoothness import lemma_C_2_lower, regression
from verify.author import *

(epsilon,) = scalars("epsilon")


def du(epsilon):
    """The step size of Du et al. for the precision epsilon."""
    return sqrt(epsilon / rank(Y)) / (100 * (time + 1) * sqrt(fro(Y)) ** 3)


paper.definition("eq-141", define("eta_Du", du(epsilon), latex=r"\eta_{\mathrm{Du}}"), title="step size of Du et al.", source="eq. (141)")
paper.definition(
    "eq-141.largest", define("eta_Du", du(fro(Y)), latex=r"\eta_{\mathrm{Du}}"), title="the largest step size of Du et al.",
    source="line after eq. (141)",
)
paper.definition(
    "eq-142", define("eta_Arora", p_1**3 / (6144 * 2**3 * fro(Y) ** 4), latex=r"\eta_{\mathrm{Arora}}"),
    title="largest step size of Arora et al.", source="eq. (142)",
)

# --- Proposition F.1 -------------------------------------------------------------------------------------
# U and V have orthonormal columns and S is Sigma^(1/N). J pads with zeros: it holds the first r columns of an identity.

r, k, d_0, d_N = dimensions("r k d_0 d_N")
u, v = matrix("u", r + d_N, 1), matrix("v", r + d_0, 1)
U, V, J = matrix("U", r + d_N, r), matrix("V", r + d_0, r), matrix("J", r + k, r)
S = symmetric("S", r)


def columns(vector, first, second):
    """The first columns of the reflection along the vector."""
    size = first + second
    return (identity(size) - 2 / inner(vector, vector) * vector * vector.T) * block([[identity(first)], [zeros(second, first)]])


factors = domain(
    Dimension(r, 1, 3), Dimension(k, 1, 3), Dimension(d_0, 1, 3), Dimension(d_N, 1, 3), AnyMatrix(u), AnyMatrix(v), AnyMatrix(S),
    let(U, columns(u, r, d_N)), let(V, columns(v, r, d_0)), let(J, block([[identity(r)], [zeros(k, r)]])),
)
orthonormal = [equal(U.T * U, identity(r)), equal(V.T * V, identity(r)), equal(J.T * J, identity(r))]
W_1, W_2, W_3 = J * S * V.T, J * S * J.T, U * S * J.T

prop_F_1_two = paper.identity(
    "prop-F.1.two-layers", "Two layers: the product is the sampled matrix and the layers are balanced",
    source="Proposition F.1 with N = 2", over=factors, given=orthonormal,
    claim=[equal(W_3 * W_1, U * S**2 * V.T), equal(W_3.T * W_3, W_1 * W_1.T)],
    proof=Expansion(),
)

prop_F_1_three = paper.identity(
    "prop-F.1.three-layers", "Three layers: the product is the sampled matrix and neighbours are balanced",
    source="Proposition F.1 with N = 3", over=factors, given=orthonormal,
    claim=[
        equal(W_3 * W_2 * W_1, U * S**3 * V.T),
        equal(W_3.T * W_3, W_2 * W_2.T),
        equal(W_2.T * W_2, W_1 * W_1.T),
    ],
    proof=Expansion(),
)

# --- Facts that the paper cites ---------------------------------------------------------------------------

ext_weyl = paper.inequality(
    "ext-weyl", "Weyl's inequality", source="appendix C, before eq. (108)", over=la.weyl.over,
    claim=la.weyl.claim, proof=Closing(), facts=[la.weyl()],
)

ext_trace = paper.inequality(
    "ext-trace", "The trace inequality, with P = A^T A and Q = B B^T", source="eq. (72)", over=la.factors,
    claim=trace(la.A.T * la.A * la.B * la.B.T) <= lam_max(la.A.T * la.A) * trace(la.B * la.B.T),
    proof=Closing(), facts=[la.trace_inequality(Q=la.A.T * la.A, A=la.B)],
)

ext_minmax = paper.inequality(
    "ext-minmax", "The min-max principle for the operator M -> M P + Q M", source="section 2, before eq. (7)",
    over=la.sylvester_quadratic.over, claim=la.sylvester_quadratic.claim, proof=Closing(), facts=[la.sylvester_quadratic()],
)

ext_PL = paper.inequality(
    "ext-PL", "The PL inequality", source="Lemma C.2, first inequality", over=regression, claim=lemma_C_2_lower.claim,
    proof=Closing(), facts=[lemma_C_2_lower()],
)
