"""Singular values: order, perturbation, products, and stretching on the row and column spaces of matrices of rank r."""

from theorems.linear_algebra.notation import *
from verify.author import *

singular_order = paper.fact(
    "singular-order", "The extreme singular values and the Frobenius norm are in order", over=one,
    claim=chain(sigma_min(A), "<=", sigma_max(A), "<=", fro(A)),
)

singular_product = paper.fact(
    "singular-product", "The largest singular value is submultiplicative", over=factors,
    claim=sigma_max(A * B) <= sigma_max(A) * sigma_max(B),
)

singular_weyl = paper.fact(
    "singular-weyl", "Weyl's perturbation bound for singular values",
    over=alike.extended(Dimension(i, 1, 6)),
    claim=absolute(sigma(A, i) - sigma(C, i)) <= spec(A - C),
)

singular_stretched = paper.fact(
    "singular-stretched", "A factor on the left lifts a singular value by at most its largest",
    over=factors.extended(Dimension(i, 1, 6)), claim=sigma(A * B, i) <= sigma_max(A) * sigma(B, i),
)

singular_last_wide = paper.fact(
    "singular-last-wide", "The smallest singular value of a matrix that is not tall is the one with the index of its rows",
    over=one.extended(n <= m), kind="identity", claim=equal(sigma(A, n), sigma_min(A)),
)

singular_last_tall = paper.fact(
    "singular-last-tall", "The smallest singular value of a matrix that is not wide is the one with the index of its columns",
    over=one.extended(n >= m), kind="identity", claim=equal(sigma(A, m), sigma_min(A)),
)

singular_beyond_rows = paper.fact(
    "singular-beyond-rows", "Beyond the rows there are no singular values", kind="identity",
    over=one.extended(Dimension(i, 1, 7), i >= n + 1), claim=equal(sigma(A, i), 0),
)

singular_beyond_columns = paper.fact(
    "singular-beyond-columns", "Beyond the columns there are no singular values", kind="identity",
    over=one.extended(Dimension(i, 1, 7), i >= m + 1), claim=equal(sigma(A, i), 0),
)

singular_transposed = paper.fact(
    "singular-transposed", "A matrix and its transpose have the same singular values", kind="identity",
    over=one.extended(Dimension(i, 1, 7)), claim=equal(sigma(A.T, i), sigma(A, i)),
)

singular_weyl_smallest = paper.fact(
    "singular-weyl-smallest", "Weyl's perturbation bound for the smallest singular value", over=alike,
    claim=sigma_min(A) <= sigma_min(C) + fro(A - C),
)

singular_product_smallest = paper.fact(
    "singular-product-smallest", "A factor on the left that is not wide lifts the smallest singular value by at most its largest",
    over=factors.extended(n >= m),
    claim=sigma_min(A * B) <= sigma_max(A) * sigma_min(B),
)

size = dimensions("r")[0]
left, right = matrix("F", n, size), matrix("G", size, k)
ranked = domain(
    Dimension(n, 1, 4), Dimension(m, 1, 4), Dimension(k, 1, 4), Dimension(size, 1, 4), size <= n, size <= k, FullRank(left), FullRank(right)
)
T_left = matrix("M", m, n)

row_space = paper.fact(
    "row-space", "On the row space of a matrix X of rank r the factor X^T stretches by at least sigma_r(X)",
    over=ranked.extended(AnyMatrix(T_left)),
    claim=sigma(left * right, size) * fro(T_left * left * right) <= fro(T_left * left * right * (left * right).T),
)

column_projection = left * (left.T * left).I * left.T
restricted_other = matrix("B", k, n)

restricted_smallest = paper.fact(
    "restricted-smallest", "On the column space of F the factor B stretches by at least the r-th singular value of B P_F",
    over=domain(
        Dimension(n, 1, 4), Dimension(m, 1, 4), Dimension(k, 1, 4), Dimension(size, 1, 4), size <= n, FullRank(left), AnyMatrix(T_left),
        AnyMatrix(restricted_other),
    ),
    claim=sigma(restricted_other * column_projection, size) * fro(T_left * column_projection)
    <= fro(T_left * column_projection * restricted_other.T),
)
