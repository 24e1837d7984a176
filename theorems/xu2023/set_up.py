"""Sections 1 and 2: data, losses, the operators gamma and tau, and that both problems can be solved exactly."""

from theorems import linear_algebra as la
from theorems.xu2023.notation import *
from theorems.xu2023.smoothness import V, convex_descent, loss, regression
from verify.author import *

paper.definition("def-data.X", define("X", X), title="data, one sample in each row", source="section 2, before eq. (1)")
paper.definition("def-data.Y", define("Y", Y), title="targets, one in each row", source="section 2, before eq. (1)")
paper.definition("eq-1", define("l", loss(V), latex=r"\ell"), title="loss of the convex problem", source="eq. (1)")
paper.definition("eq-2", L, title="loss of the two-layer network", source="eq. (2)")
paper.definition("def-Kmu.K", K, title="smoothness constant", source="section 3.1")
paper.definition("def-Kmu.mu", mu, title="PL constant", source="section 3.1")
paper.definition("def-Kmu.kappa", kappa, title="condition number", source="section 3.1 and Table 2")
paper.definition(
    "eq-14", define("W_next", convex_descent.update[0][1], latex=r"W_{+}"),
    title="gradient descent on the convex problem", source="eq. (14)",
)
paper.definition("eq-17.W_1", define("W_1_next", descent.update[0][1], latex=r"W_{1,+}"),
                 title="first layer after a step", source="eq. (17)")
paper.definition("eq-17.W_2", define("W_2_next", descent.update[1][1], latex=r"W_{2,+}"),
                 title="second layer after a step", source="eq. (17)")

# --- Assumption: N <= n, rank(X) = N, h >= min(n, m); then both problems have the minimum zero --------

W_star = define("W_star", X.T * (X * X.T).I * Y, latex=r"W^{*}")
targets = domain(Dimension(n, 1, 4), Dimension(m, 1, 4), Dimension(N, 1, 4), n >= N, FullRank(X), AnyMatrix(Y))

asm_1_convex = paper.inequality(
    "asm-1.convex", "The minimum of the convex problem is zero",
    source="section 2, after eq. (2)", over=targets.extended(AnyMatrix(V)),
    claim=[chain(loss(V), ">=", 0), equal(loss(W_star), 0)],
    proof=Closing(),
)

A, B = matrix("A", n, h), matrix("B", h, m)

asm_1_left = paper.identity(
    "asm-1.left", "The minimum of the two-layer problem is zero: any first layer of full rank with h >= n can be completed",
    source="section 2, after eq. (2)", over=targets.extended(Dimension(h, 1, 5), h >= n, FullRank(A)),
    claim=equal(loss(A * (A.T * (A * A.T).I * W_star)), 0),
    proof=Expansion(),
)

asm_1_right = paper.identity(
    "asm-1.right", "The minimum of the two-layer problem is zero: any second layer of full rank with h >= m can be completed",
    source="section 2, after eq. (2)", over=targets.extended(Dimension(h, 1, 5), h >= m, FullRank(B)),
    claim=equal(loss(W_star * (B.T * B).I * B.T * B), 0),
    proof=Expansion(),
)

# --- The gradients, equation (3) ---------------------------------------------------------------------

direction = matrix("H", n, m)
H_1, H_2 = matrix("H_1", n, h), matrix("H_2", h, m)

eq_3_gradient = paper.identity(
    "eq-3.gradient", "The gradient of the convex loss",
    source="eq. (3), line below", over=regression.extended(AnyMatrix(direction)),
    claim=equal(rate_along(loss(V), {V: direction}), inner(X.T * (Y - X * V), direction)),
    wrong="The sign: X^T (Y - X W) is minus the gradient of the loss.",
)

eq_3_gradient_corrected = paper.corrected(
    eq_3_gradient,
    claim=equal(rate_along(loss(V), {V: direction}), inner(X.T * (X * V - Y), direction)),
    proof=Expansion(),
)

directions = setting.extended(AnyMatrix(H_1), AnyMatrix(H_2))

eq_3_layers = paper.identity(
    "eq-3.layers", "The gradient of the two-layer loss",
    source="eq. (3)", over=directions, law=descent,
    claim=equal(rate_along(L, {W_1: H_1, W_2: H_2}), inner(G * W_2.T, H_1) + inner(W_1.T * G, H_2)),
    proof=Expansion(),
)

# --- The operators gamma and tau, equations (4) to (6) --------------------------------------------------

(a,) = scalars("a")
M, other = matrix("M", n, m), matrix("M_2", n, m)
operands = setting.extended(AnyMatrix(M), AnyMatrix(other))


def gamma(M):
    """The operator gamma of equation (4), as the pair of its two components."""
    return M * W_2.T, W_1.T * M


paper.definition("eq-4.first", define("gamma_1", gamma(G)[0], latex=r"\gamma_1"), title="first component of gamma", source="eq. (4)")
paper.definition("eq-4.second", define("gamma_2", gamma(G)[1], latex=r"\gamma_2"), title="second component of gamma", source="eq. (4)")

eq_4_linear = paper.identity(
    "eq-4.linear", "The operator gamma is linear",
    source="eq. (4)", over=operands.extended(Scalar(a, Interval(-oo, oo))), law=descent,
    claim=[equal(gamma(a * M + other)[k], a * gamma(M)[k] + gamma(other)[k]) for k in range(2)],
    proof=Expansion(),
)

eq_5_adjoint = paper.identity(
    "eq-5.adjoint", "The adjoint of gamma",
    source="eq. (5), line below", over=directions.extended(AnyMatrix(M)), law=descent,
    claim=equal(inner(gamma(M)[0], H_1) + inner(gamma(M)[1], H_2), inner(M, H_1 * W_2 + W_1 * H_2)),
    proof=Expansion(),
)

eq_6 = paper.identity(
    "eq-6", "The operator tau is the adjoint of gamma after gamma",
    source="eq. (6)", over=operands, law=descent,
    claim=[
        equal(gamma(M)[0] * W_2 + W_1 * gamma(M)[1], tau(M)),
        equal(inner(gamma(M)[0], gamma(other)[0]) + inner(gamma(M)[1], gamma(other)[1]), inner(tau(M), other)),
    ],
    proof=Expansion(),
)

eq_6_hermitian = paper.identity(
    "eq-6.hermitian", "The operator tau is Hermitian",
    source="line before eq. (6)", over=operands, law=descent,
    claim=equal(inner(tau(M), other), inner(M, tau(other))),
    proof=Expansion(),
)

eq_6_semidefinite = paper.inequality(
    "eq-6.semidefinite", "The operator tau is positive semi-definite",
    source="line before eq. (6)", over=operands, law=descent,
    claim=chain(inner(M, tau(M)), ">=", 0),
    proof=Closing(),
    facts=[equal(inner(M, tau(M)), fro(M * W_2.T) ** 2 + fro(W_1.T * M) ** 2)],
)

eq_6_spectrum = paper.identity(
    "eq-6.spectrum", "The extreme eigenvalues of tau are sums of those of the layers' Gram matrices",
    source="eq. (6)", over=setting, law=descent,
    claim=[
        equal(tau_min, lam_min(W_2.T * W_2) + lam_min(W_1 * W_1.T)),
        equal(tau_max, lam_max(W_2.T * W_2) + lam_max(W_1 * W_1.T)),
    ],
    proof=Closing(),
    facts=[la.sylvester_sum(P=W_2.T * W_2, Q=W_1 * W_1.T)],
)
