"""Appendix C: the rate as a Rayleigh quotient, and how sharp the bound of Lemma 8 is for given imbalance and product."""

from theorems import linear_algebra as la
from theorems.min2022.notation import V, h, half, m, paper, r
from verify.author import *

Y = matrix("Y", r, m)
residual = matrix("E_0", r, m)
U = state("U", r, h)
M = matrix("M", r, m)

setting = domain(
    Dimension(r, 1, 4), Dimension(m, 1, 4), Dimension(h, 1, 5), h >= minimum(r, m),
    TwoLayer(U, V.T), AnyMatrix(residual), let(Y, U * V.T + residual),
)
E = define("E", Y - U * V.T)
L = define("L", half * fro(E) ** 2, latex=r"\mathcal{L}")
flow = {U: E * V, V: E.T * U}
rate = define("rate", -define("L_rate", rate_along(L, flow), latex=r"\dot{\mathcal{L}}") / L, latex=r"-\dot{\mathcal{L}}/\mathcal{L}")


def T(M):
    """The operator T_{U,V} of Appendix C."""
    return U * U.T * M + M * V * V.T


C_rate = paper.identity(
    "C-rate", "The rate is a Rayleigh quotient of T_{U,V}",
    source="Appendix C, second and fourth display", over=setting, given=fro(E) > 0,
    claim=[equal(rate, 2 * inner(E, T(E)) / fro(E) ** 2), equal(rate, 2 * inner(E, T(E)) / inner(E, E))],
    proof=Closing(),
)

C_hermitian = paper.identity(
    "C-rate.hermitian", "T_{U,V} is Hermitian",
    source="Appendix C, third display", over=setting.extended(AnyMatrix(M)),
    claim=equal(inner(M, T(residual)), inner(T(M), residual)),
    proof=Expansion(),
)

smallest = lam_min(U * U.T) + lam_min(V * V.T)

C_lmin = paper.inequality(
    "C-lminT", "The smallest eigenvalue of T_{U,V} is the sum of the smallest ones of the Gram matrices",
    source="Appendix C, after Problem 1 (Schacke, 2004)", over=setting.extended(AnyMatrix(M)),
    claim=[smallest * fro(M) ** 2 <= inner(M, T(M)), equal(smallest, sylvester_min(V * V.T, U * U.T))],
    proof=Closing(),
    facts=[la.sylvester_quadratic(P=V * V.T, Q=U * U.T, M=M), la.sylvester_sum(P=V * V.T, Q=U * U.T)],
)
