"""Appendix C: the rate as a Rayleigh quotient, and how sharp the bound of Lemma 8 is for given imbalance and product."""

from theorems import linear_algebra as la
from theorems.min2022.lemma_8 import lemma_8
from theorems.min2022.notation import V, h, half, half_rate, m, paper, r, spread
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

# --- Problems 1 and 2 -------------------------------------------------------------------------------------------------

D, W = define("D", U.T * U - V.T * V), define("W", U * V.T)
objective = define("a", 2 * smallest)
paper.definition("problem-1", rate, title="what Problem 1 minimises for given target, imbalance and product", source="Problem 1")
paper.definition("problem-2", objective, title="what Problem 2 minimises for given imbalance and product", source="Problem 2")


def least(D, W, r, m):
    """The right side of the last display before the theorem, the bracket of (17)."""
    level = positive_part(lam(D, r)) + positive_part(lam(-D, m))
    return half_rate(spread(D, r), level, sigma(W, m)) + half_rate(spread(-D, m), level, sigma(W, r))


paper.inequality(
    "C-chain", "The rate for any target is at least twice the smallest eigenvalue of T_{U,V}",
    source="Appendix C, chain after Problem 1 (the first relation is >=)", over=setting, given=fro(E) > 0,
    claim=chain(rate, ">=", objective),
    proof=Closing(), facts=[C_rate(), C_lmin(M=Y - U * V.T)],
)

problem_2 = paper.inequality(
    "problem-2.bound", "Lemma 8 bounds the minimum of Problem 2 (attained, see theorem-tight)",
    source="Appendix C, display after Problem 2", over=setting,
    claim=objective >= least(D, W, r, m),
    proof=Closing(), facts=[lemma_8(A=U, B=V.T), lemma_8(A=V, B=U.T), la.singular_transposed(A=W, i=r)],
)

C = scalars("C")[0]
paper.existence(
    "theorem-tight.constant", "No factor below 1 improves the bound: the search for weights that attain it",
    source="Appendix C, 'this lower bound is tight in most cases'; the theorem itself is not in the scan", over=setting, constants={C: 1},
    claim=least(D, W, r, m) <= C * objective,
)

# The scan lacks the theorem: these are weights that attain the bound, for products and imbalances of both kinds.
numbers = a, b, c = scalars("a b c")
positive = domain(*(Scalar(x, Interval.open(0, oo)) for x in numbers))


one, none = identity(1), zeros(1, 1)


def diagonal(first, second):
    """A 2 x 2 diagonal matrix."""
    return first * block([[one, none], [none, none]]) + second * block([[none, none], [none, one]])


U_2, V_2 = diagonal(a, c), diagonal(b, a * b / c)
E_2 = block([[none, one], [none, none]])
bound_2 = least(U_2.T * U_2 - V_2.T * V_2, U_2 * V_2.T, 2, 2)

paper.identity(
    "theorem-tight", "Diagonal layers whose product is a multiple of the identity attain the bound, and the rate attains it for one target",
    source="Appendix C, last lines of the proof (reconstruction)", over=positive, given=a <= c,
    claim=[
        equal(2 * (lam_min(U_2 * U_2.T) + lam_min(V_2 * V_2.T)), bound_2),
        equal(2 * inner(E_2, U_2 * U_2.T * E_2 + E_2 * V_2 * V_2.T) / inner(E_2, E_2), bound_2),
    ],
    examples=[example(a=1, b=2, c=1), example(a=1, b=1, c=2)],
)

G = matrix("G", m, h)
apart = domain(
    Dimension(r, 1, 3), Dimension(m, 1, 3), Dimension(h, 2, 7), h >= r + m,
    AnyMatrix(U), AnyMatrix(G), let(V, G * (identity(h) - proj(U.T))),
)

paper.identity(
    "theorem-tight.zero-product", "Layers whose product vanishes attain the bound, whatever their imbalance is",
    source="Appendix C (reconstruction)", over=apart,
    claim=equal(objective, least(D, zeros(r, m), r, m)),
)
