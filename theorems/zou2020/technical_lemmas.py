"""Appendix B's lemmas: the best linear map, traces of products, norms of products, and the row space of the data."""

from theorems import linear_algebra as la
from theorems.zou2020.notation import *

M, V = matrix("M", d, d), matrix("V", r, k)
N = matrix("N", d, d)
U_any = matrix("U", k, d)
regression = domain(
    Dimension(d, 1, 4), Dimension(k, 1, 3), Dimension(n, 1, 5), Dimension(r, 1, 4), r <= d, r <= n, *data
)

# --- Lemma B.1: the loss and its distance to the best linear map ----------------------------------------

lemma_B_1 = paper.identity(
    "lemma-B.1", "Pythagoras: the squared distance to Y splits at the best linear map Phi",
    source="Lemma B.1", over=regression.extended(AnyMatrix(U_any)),
    claim=equal(fro(U_any * X - Y) ** 2, fro(U_any * X - Phi * X) ** 2 + fro(Phi * X - Y) ** 2),
    proof=Expansion(),
    note="Phi = Y G^+ F^+ for X = F G is a minimiser; Phi X is the same for all of them.",
)

claim_best = paper.inequality(
    "def-Lstar", "No linear map has a smaller squared loss than L* (lower bound, attained at Phi)",
    source="section 3, first display", over=regression.extended(AnyMatrix(U_any)),
    claim=[L_star <= half * fro(U_any * X - Y) ** 2, equal(L_star, half * fro(Phi * X - Y) ** 2)],
    proof=Closing(),
    facts=[lemma_B_1(U=U_any), equal(L_star, half * fro(Phi * X - Y) ** 2)],
)

network = shapes(4).extended(*maps, *data, AnyMatrix(W))

eq_B_1 = paper.identity(
    "eq-B.1", "The loss of the network is L* and half the squared distance of U X to Phi X",
    source="eq. (B.1)", over=network,
    claim=equal(loss, half * fro(U * X - Phi * X) ** 2 + L_star),
    proof=Expansion(),
)

claim_expressive = paper.inequality(
    "claim-expressive", "No network has a loss below that of the best linear map",
    source="section 3, before the first display", over=network,
    claim=L_star <= loss,
    proof=Closing(),
    facts=[eq_B_1()],
)

# --- Lemmas B.2 and B.3 ---------------------------------------------------------------------------------

lemma_B_2 = paper.inequality(
    "lemma-B.2", "The trace of a product of positive definite matrices, written as M M^T and N N^T",
    source="Lemma B.2", over=domain(Dimension(d, 1, 5), FullRank(M), FullRank(N)),
    claim=chain(
        lam_min(M * M.T) * trace(N * N.T), "<=", trace(M * M.T * N * N.T), "<=", lam_max(M * M.T) * trace(N * N.T)
    ),
    proof=Closing(),
    facts=[la.trace_inequality(Q=M * M.T, A=N)],
)

full = domain(Dimension(d, 1, 5), Dimension(r, 1, 5), Dimension(k, 1, 4), r <= d, FullRank(matrix("U", d, r)), AnyMatrix(V))
U_full = matrix("U", d, r)

lemma_B_3 = paper.inequality(
    "lemma-B.3", "A factor of full column rank stretches between its extreme singular values",
    source="Lemma B.3", over=full,
    claim=chain(sigma_min(U_full) * fro(V), "<=", fro(U_full * V), "<=", sigma_max(U_full) * fro(V)),
    proof=Closing(),
    facts=[la.product_lower_left(A=U_full, B=V), la.product_upper_left(A=U_full, B=V)],
)

paper.identity(
    "pf-B.3-1", "The squared norm of a product as a trace",
    source="B.3, first display", over=full,
    claim=[
        equal(fro(U_full * V) ** 2, trace(U_full * V * V.T * U_full.T)),
        equal(trace(U_full * V * V.T * U_full.T), trace(U_full.T * U_full * V * V.T)),
    ],
    proof=Expansion(),
)

paper.inequality(
    "pf-B.3-2", "Lemma B.2 for the Gram matrix of a factor of full column rank",
    source="B.3, second display", over=full,
    claim=chain(
        lam_min(U_full.T * U_full) * trace(V * V.T), "<=", trace(U_full.T * U_full * V * V.T),
        "<=", lam_max(U_full.T * U_full) * trace(V * V.T),
    ),
    proof=Closing(),
    facts=[la.trace_inequality(Q=U_full.T * U_full, A=V)],
)

paper.identity(
    "pf-B.3-3", "The extreme eigenvalues of the Gram matrix are squares of singular values",
    source="B.3, last lines", over=full,
    claim=[
        equal(lam_min(U_full.T * U_full), sigma_min(U_full) ** 2), equal(lam_max(U_full.T * U_full), sigma_max(U_full) ** 2),
    ],
    proof=Closing(),
    facts=[la.gram_smallest(A=U_full)],
)

# --- Data of rank r: X~ with X~ X~^T = X X^T ---------------------------------------------------------------

rows = matrix("Q", r, n)
reduced = domain(
    Dimension(d, 1, 4), Dimension(k, 1, 3), Dimension(n, 1, 5), Dimension(r, 1, 4), r <= d, r <= n,
    FullRank(F), AnyMatrix(rows, ("signed permutation", "orthogonal")), AnyMatrix(U_any),
)

paper.identity(
    "eq-B.2", "Any X~ with X~ X~^T = X X^T gives the same norm, with X = X~ Q for orthonormal rows Q",
    source="eq. (B.2)", over=reduced, given=equal(rows * rows.T, identity(r)),
    claim=[
        equal(F * rows * (F * rows).T, F * F.T),
        equal(fro(U_any * F * rows) ** 2, fro(U_any * F) ** 2),
    ],
    proof=Expansion(),
)

eq_B_3 = paper.inequality(
    "eq-B.3", "On the row space the data stretch by at least sigma_r, for the difference of any map to Phi",
    source="eq. (B.3)", over=network,
    claim=[
        fro((U - Phi) * X * X.T) ** 2 >= sigma_r**2 * fro((U - Phi) * X) ** 2,
        equal(sigma_r**2 * fro((U - Phi) * X) ** 2, 2 * sigma_r**2 * (loss - L_star)),
    ],
    proof=Closing(),
    facts=[la.row_space(M=U - Phi, F=F, G=G), eq_B_1()],
)

paper.identity(
    "pf-A.1-eig", "The smallest eigenvalues of the Gram matrices, for d, k <= m",
    source="appendix B.1, after (B.3)", over=shapes(1).extended(*maps, *data),
    claim=[
        equal(lam_min(B * B.T), mu_B**2), equal(lam_min(A.T * A), mu_A**2), equal(lam(X * X.T, r), sigma_r**2),
    ],
)

paper.inequality(
    "pf-3.4-frob", "The Frobenius norm of data of rank r",
    source="A.3, before the iteration count", over=regression,
    claim=fro(X) <= sqrt(r) * norm_X,
)

whitened, direction = matrix("Q", d, n), matrix("v", d, 1)

paper.identity(
    "claim-whitened", "Whitened data stretch every direction alike, so that their condition number is 1",
    source="footnote 2",
    over=domain(
        Dimension(d, 1, 4), Dimension(n, 1, 6), d <= n,
        AnyMatrix(whitened, ("signed permutation", "orthogonal")), AnyMatrix(direction),
    ),
    given=equal(whitened * whitened.T, identity(d)),
    claim=equal(fro(direction.T * whitened) ** 2, fro(direction) ** 2),
    proof=Expansion(),
)
