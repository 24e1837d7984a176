"""The operator M -> M P + Q M on matrices."""

from theorems.linear_algebra.notation import *
from verify.author import *

sylvester_quadratic = paper.fact(
    "sylvester-quadratic", "Min-max principle for the operator M -> M P + Q M", over=operator,
    claim=chain(
        sylvester_min(P, Q) * fro(M) ** 2, "<=", inner(M, M * P + Q * M), "<=", sylvester_max(P, Q) * fro(M) ** 2
    ),
)

sylvester_order = paper.fact(
    "sylvester-order", "The extreme eigenvalues of the operator are in order",
    over=domain(Dimension(n, 1, 5), Dimension(m, 1, 5), AnyMatrix(P), AnyMatrix(Q)),
    claim=sylvester_min(P, Q) <= sylvester_max(P, Q),
)

B_right, A_left = matrix("B", k, m), matrix("A", n, j)
gram_operator = domain(
    Dimension(n, 1, 5), Dimension(m, 1, 5), Dimension(k, 1, 5), Dimension(j, 1, 5), AnyMatrix(B_right), AnyMatrix(A_left), AnyMatrix(M)
)

sylvester_norm = paper.fact(
    "sylvester-norm", "The operator of two Gram matrices stretches by at most its largest eigenvalue", over=gram_operator,
    claim=fro(M * B_right.T * B_right + A_left * A_left.T * M) <= sylvester_max(B_right.T * B_right, A_left * A_left.T) * fro(M),
)

sylvester_nonnegative = paper.fact(
    "sylvester-nonnegative", "The operator of two Gram matrices is positive semi-definite", over=gram_operator,
    claim=sylvester_min(B_right.T * B_right, A_left * A_left.T) >= 0,
)

sylvester_cross = paper.fact(
    "sylvester-cross", "Cauchy-Schwarz inequality in the inner product of the operator of two Gram matrices",
    over=gram_operator.extended(AnyMatrix(C)),
    claim=absolute(inner(M * B_right.T * B_right + A_left * A_left.T * M, C))
    <= sylvester_max(B_right.T * B_right, A_left * A_left.T) * fro(M) * fro(C),
)

sylvester_sum = paper.fact(
    "sylvester-sum", "The extreme eigenvalues of the operator are sums of extreme eigenvalues", kind="identity",
    over=domain(Dimension(n, 1, 5), Dimension(m, 1, 5), AnyMatrix(P), AnyMatrix(Q)),
    claim=[
        equal(sylvester_min(P, Q), lam_min(P) + lam_min(Q)),
        equal(sylvester_max(P, Q), lam_max(P) + lam_max(Q)),
    ],
)
