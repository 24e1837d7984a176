"""Eigenvalues of Gram matrices, and of sums and differences with them."""

from theorems.linear_algebra.notation import *
from verify.author import *

gram_smallest = paper.fact(
    "gram-smallest", "The smallest eigenvalue of A^T A where A is not wide", over=one.extended(n >= m), kind="identity",
    claim=equal(lam_min(A.T * A), sigma_min(A) ** 2),
)

gram_nonnegative = paper.fact(
    "gram-nonnegative", "A Gram matrix has no negative eigenvalue", over=one, claim=lam_min(A.T * A) >= 0,
)

gram_trace = paper.fact(
    "gram-trace", "The trace of a Gram matrix against its norm", over=one, claim=fro(A) ** 2 <= sqrt(m) * fro(A.T * A)
)

gram_last = paper.fact(
    "gram-last", "The smallest eigenvalue of A^T A is the square of the singular value with its index", over=one, kind="identity",
    claim=equal(lam_min(A.T * A), sigma(A, m) ** 2),
)

gram_below = paper.fact(
    "gram-below", "The smallest eigenvalue of A^T A is at most the square of the smallest singular value", over=one,
    claim=lam_min(A.T * A) <= sigma_min(A) ** 2,
)

gram_swap = paper.fact(
    "gram-swap", "A A^T and A^T A share their eigenvalues down to the index of the columns", over=one, kind="identity",
    claim=equal(lam(A * A.T, m), lam_min(A.T * A)),
)

gram_lifts = paper.fact(
    "gram-lifts", "Adding a Gram matrix lowers no eigenvalue",
    over=domain(Dimension(n, 1, 6), Dimension(m, 1, 6), Dimension(i, 1, 7), AnyMatrix(P), AnyMatrix(A)),
    claim=lam(P, i) <= lam(P + A.T * A, i),
)

gram_interlacing = paper.fact(
    "gram-interlacing", "Taking away a Gram matrix of rank k moves an eigenvalue by at most k places",
    over=domain(Dimension(m, 1, 6), Dimension(k, 1, 6), AnyMatrix(P), AnyMatrix(B)),
    claim=lam(P, k + 1) <= positive_part(lam_max(P - B * B.T)),
)

j_by_n, n_by_k = matrix("A", j, n), matrix("B", n, k)

inertia = paper.fact(
    "inertia", "Haynsworth's inertia additivity for A^T A - B B^T + a with as many negative eigenvalues as B has columns",
    over=domain(
        Dimension(n, 1, 6), Dimension(k, 1, 6), Dimension(j, 1, 6), AnyMatrix(j_by_n), AnyMatrix(n_by_k), Scalar(a, Interval.open(0, oo))
    ),
    given=lam(n_by_k * n_by_k.T - j_by_n.T * j_by_n, k) > a,
    claim=lam_max(n_by_k.T * (j_by_n.T * j_by_n - n_by_k * n_by_k.T + a * identity(n)).I * n_by_k) <= -1,
)
