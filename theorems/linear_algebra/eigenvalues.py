"""Eigenvalues of symmetric matrices: order, perturbation, quadratic forms, congruence."""

from theorems.linear_algebra.notation import *
from verify.author import *

eigenvalue_order = paper.fact(
    "eigenvalue-order", "Eigenvalues decrease from the largest on",
    over=domain(Dimension(n, 1, 6), Dimension(i, 1, 6), i <= n, AnyMatrix(S)),
    claim=chain(lam_min(S), "<=", lam(S, i), "<=", lam_max(S)),
)

eigenvalue_top = paper.fact(
    "eigenvalue-top", "No eigenvalue, and no 0 beyond the order, exceeds the positive part of the largest one",
    over=domain(Dimension(n, 1, 6), Dimension(i, 1, 7), AnyMatrix(S)),
    claim=lam(S, i) <= positive_part(lam_max(S)),
)

weyl = paper.fact(
    "weyl", "Weyl's perturbation bound for eigenvalues",
    over=two_symmetric.extended(Dimension(i, 1, 6)),
    claim=absolute(lam(S, i) - lam(T, i)) <= spec(S - T),
)

weyl_sum = paper.fact(
    "weyl-sum", "The largest eigenvalue is subadditive", over=two_symmetric, claim=lam_max(S + T) <= lam_max(S) + lam_max(T)
)

weyl_gram = paper.fact(
    "weyl-gram", "A Gram matrix lifts the largest eigenvalue by at most its own",
    over=domain(Dimension(n, 1, 6), Dimension(m, 1, 6), AnyMatrix(P), AnyMatrix(A)),
    claim=lam_max(P + A.T * A) <= lam_max(P) + sigma_max(A) ** 2,
)

eigenvalue_square = paper.fact(
    "eigenvalue-square", "The square of an eigenvalue is one of the square", over=domain(Dimension(n, 1, 6), AnyMatrix(S)),
    claim=lam_max(S) ** 2 <= lam_max(S * S),
)

congruence = paper.fact(
    "congruence", "A congruence lifts the largest eigenvalue by at most the largest of the Gram matrix",
    over=domain(Dimension(n, 1, 6), Dimension(m, 1, 6), AnyMatrix(Q), AnyMatrix(A)),
    claim=lam_max(A.T * Q * A) <= positive_part(lam_max(Q)) * lam_max(A.T * A),
)

trace_inequality = paper.fact(
    "trace-inequality", "Trace of a symmetric matrix times a Gram matrix",
    over=domain(Dimension(n, 1, 6), Dimension(m, 1, 6), AnyMatrix(Q), AnyMatrix(A)),
    claim=chain(lam_min(Q) * fro(A) ** 2, "<=", trace(Q * A * A.T), "<=", lam_max(Q) * fro(A) ** 2),
)

z = matrix("z", n, 1)

rayleigh = paper.fact(
    "rayleigh", "Rayleigh's bounds of a quadratic form", over=domain(Dimension(n, 1, 6), AnyMatrix(S), AnyMatrix(z)),
    claim=chain(lam_min(S) * fro(z) ** 2, "<=", inner(z, S * z), "<=", lam_max(S) * fro(z) ** 2),
)

eigenvalue_norm = paper.fact(
    "eigenvalue-norm", "No eigenvalue exceeds the Frobenius norm", over=domain(Dimension(n, 1, 6), AnyMatrix(S)),
    claim=absolute(lam_max(S)) <= fro(S),
)

eigenvalue_negated = paper.fact(
    "eigenvalue-negated", "Negation exchanges the extreme eigenvalues", over=domain(Dimension(n, 1, 6), AnyMatrix(S)), kind="identity",
    claim=equal(lam_max(-S), -lam_min(S)),
)

eigenvalue_shifted = paper.fact(
    "eigenvalue-shifted", "A multiple of the identity shifts the eigenvalues", kind="identity",
    over=domain(Dimension(n, 1, 6), AnyMatrix(S), Scalar(a, Interval(-oo, oo))), claim=equal(lam_max(S + a * identity(n)), lam_max(S) + a),
)

eigenvalue_scaled = paper.fact(
    "eigenvalue-scaled", "A factor that is not negative scales the largest eigenvalue", kind="identity",
    over=domain(Dimension(n, 1, 6), AnyMatrix(S), Scalar(a, positive_half)), claim=equal(lam_max(a * S), a * lam_max(S)),
)

eigenvalue_quadratic = paper.fact(
    "eigenvalue-quadratic", "The smallest eigenvalue of a quadratic in S is at most the quadratic in its smallest eigenvalue",
    over=domain(Dimension(n, 1, 6), AnyMatrix(S), Scalar(a, Interval(-oo, oo))),
    claim=lam_min(S * S + a * S) <= lam_min(S) ** 2 + a * lam_min(S),
)

shifted = S + a * identity(n)

spectral_gap = paper.fact(
    "spectral-gap", "Where every eigenvalue t of S + a is <= -(q - a) or in (0, p + a], none of t - (p + a)(q - a)/t exceeds p - q + 2a",
    over=domain(
        Dimension(n, 1, 6), Dimension(k, 1, 6), AnyMatrix(S),
        Scalar(a, Interval.open(0, oo)), Scalar(p, positive_half), Scalar(q, Interval.open(0, oo)),
    ),
    given=[lam_max(S) <= p, a < q, q <= lam(-S, k), lam(-S, k + 1) <= 0],
    claim=lam_max(shifted - (p + a) * (q - a) * shifted.I) <= p - q + 2 * a,
)
