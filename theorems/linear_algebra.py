"""The standard facts of linear algebra that the papers' proofs lean on, property-tested like every other statement.

A positive semi-definite matrix is written as a Gram matrix B B^T, which every one of them is, so
that no fact needs definiteness as a hypothesis.
"""

from pathlib import Path

from verify.author import *

n, m, k = dimensions("n m k")
i, j = dimensions("i j")
A, B = matrix("A", n, m), matrix("B", m, k)
C = matrix("C", n, m)
M = matrix("M", n, m)
S, T = symmetric("S", n), symmetric("T", n)
P, Q = symmetric("P", m), symmetric("Q", n)

sizes = domain(Dimension(n, 1, 6), Dimension(m, 1, 6), Dimension(k, 1, 6))
factors = sizes.extended(AnyMatrix(A), AnyMatrix(B))
alike = domain(Dimension(n, 1, 6), Dimension(m, 1, 6), AnyMatrix(A), AnyMatrix(C))
one = domain(Dimension(n, 1, 6), Dimension(m, 1, 6), AnyMatrix(A))
two_symmetric = domain(Dimension(n, 1, 6), AnyMatrix(S), AnyMatrix(T))
operator = domain(Dimension(n, 1, 5), Dimension(m, 1, 5), AnyMatrix(P), AnyMatrix(Q), AnyMatrix(M))

paper = Paper(
    "linear_algebra",
    "Facts of linear algebra",
    where="Horn and Johnson, Matrix Analysis",
    proofs=Path(__file__).parent / "linear_algebra_proofs",
)

# --- norms ---------------------------------------------------------------------------------------

triangle = paper.fact("triangle", "Triangle inequality of the Frobenius norm", over=alike, claim=fro(A + C) <= fro(A) + fro(C))

triangle_difference = paper.fact(
    "triangle-difference", "Triangle inequality for a difference", over=alike, claim=fro(A - C) <= fro(A) + fro(C)
)

cauchy_schwarz = paper.fact(
    "cauchy-schwarz", "Cauchy-Schwarz inequality of the Frobenius inner product", over=alike, claim=absolute(inner(A, C)) <= fro(A) * fro(C)
)

a_number, another = matrix("a", 1, 1), matrix("b", 1, 1)

number_product = paper.fact(
    "number-product", "For 1 x 1 matrices the Cauchy-Schwarz inequality is an equation", kind="identity",
    over=domain(AnyMatrix(a_number), AnyMatrix(another)),
    claim=equal(inner(a_number, another) ** 2, fro(a_number) ** 2 * fro(another) ** 2),
)

submultiplicative = paper.fact(
    "submultiplicative", "The Frobenius norm is submultiplicative", over=factors, claim=fro(A * B) <= fro(A) * fro(B)
)

gram_norm = paper.fact("gram-norm", "The norm of a Gram matrix", over=one, claim=fro(A.T * A) <= fro(A) ** 2)

product_upper_left = paper.fact(
    "product-upper-left", "A factor on the left stretches by at most its largest singular value", over=factors,
    claim=fro(A * B) <= sigma_max(A) * fro(B),
)

product_upper_right = paper.fact(
    "product-upper-right", "A factor on the right stretches by at most its largest singular value", over=factors,
    claim=fro(A * B) <= fro(A) * sigma_max(B),
)

product_lower_left = paper.fact(
    "product-lower-left", "A factor on the left that is not wide stretches by at least its smallest singular value",
    over=factors.extended(n >= m),
    claim=sigma_min(A) * fro(B) <= fro(A * B),
)

product_lower_right = paper.fact(
    "product-lower-right", "A factor on the right that is not tall stretches by at least its smallest singular value",
    over=factors.extended(m <= k),
    claim=sigma_min(B) * fro(A) <= fro(A * B),
)

# --- singular values -----------------------------------------------------------------------------

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

# --- eigenvalues of symmetric matrices -----------------------------------------------------------

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

# --- the operator M -> M P + Q M -----------------------------------------------------------------

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

# --- square roots of the form that solves a quadratic ----------------------------------------------

a, b, c, p, q = scalars("a b c p q")
positive_half = Interval(0, oo)

u = define("u", sqrt(a**2 + 4 * p**2))
v = define("v", sqrt(b**2 + 4 * p**2))
legs = domain(Scalar(a, positive_half), Scalar(b, positive_half), Scalar(p, positive_half))

root_above = paper.fact(
    "root-above", "A hypotenuse is at least its leg", over=domain(Scalar(a, positive_half), Scalar(p, positive_half)),
    claim=a <= u,
    proof=Closing(),
)

root_product = paper.fact(
    "root-product", "Cauchy-Schwarz inequality of (a, 2 p) and (b, 2 p)", over=legs,
    claim=a * b + 4 * p**2 <= u * v,
    proof=Closing(),
)

root_square = paper.fact(
    "root-square", "The square of the root", over=domain(Scalar(a, positive_half), Scalar(p, positive_half)), kind="identity",
    claim=equal(u**2, a**2 + 4 * p**2),
    proof=Closing(),
)

root_sum = paper.fact(
    "root-sum", "Four times (a + b)^2 + 4 p^2 is at most the square of a + u + b + v", over=legs,
    claim=4 * ((a + b) ** 2 + 4 * p**2) <= (a + u + b + v) ** 2,
    proof=Closing(keep=("u", "v")),
    facts=[
        root_product(), root_above(), root_above(a=b), root_square(), root_square(a=b),
        (a + b) ** 2 + 16 * p**2 <= (u + v) ** 2,
        (a + b) ** 2 <= (a + b) * (u + v),
    ],
)

root_split = paper.fact(
    "root-split", "The positive root of x^2 - (a + b) x - p^2 is at most the sum of those with a and with b", over=legs,
    claim=sqrt((a + b) ** 2 + 4 * p**2) <= (a + u + b + v) / 2,
    proof=Closing(keep=("u", "v")),
    facts=[root_sum(), root_above(), root_above(a=b)],
)

root_shift = paper.fact(
    "root-shift", "Raising a on both sides of the root lowers -a + sqrt((a + b)^2 + 4 p^2)", over=legs,
    claim=-a + sqrt((a + b) ** 2 + 4 * p**2) <= v,
    proof=Closing(keep=("u", "v")),
    facts=[root_above(a=b), root_square(a=b), (a + b) ** 2 + 4 * p**2 <= (a + v) ** 2],
)

root_monotone = paper.fact(
    "root-monotone", "sqrt(b^2 + 4 p^2) grows with b and with p",
    over=domain(Scalar(b, positive_half), Scalar(c, positive_half), Scalar(p, positive_half), Scalar(q, positive_half)),
    given=[b <= c, p <= q],
    claim=sqrt(b**2 + 4 * p**2) <= sqrt(c**2 + 4 * q**2),
    proof=Closing(),
)

# --- Gram matrices, products and operators at the lower end --------------------------------------------

gram_smallest = paper.fact(
    "gram-smallest", "The smallest eigenvalue of A^T A where A is not wide", over=one.extended(n >= m), kind="identity",
    claim=equal(lam_min(A.T * A), sigma_min(A) ** 2),
)

gram_nonnegative = paper.fact(
    "gram-nonnegative", "A Gram matrix has no negative eigenvalue", over=one, claim=lam_min(A.T * A) >= 0,
)

spectral_below_frobenius = paper.fact(
    "spectral-below-frobenius", "The spectral norm is at most the Frobenius norm", over=one, claim=spec(A) <= fro(A)
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

sylvester_sum = paper.fact(
    "sylvester-sum", "The extreme eigenvalues of the operator are sums of extreme eigenvalues", kind="identity",
    over=domain(Dimension(n, 1, 5), Dimension(m, 1, 5), AnyMatrix(P), AnyMatrix(Q)),
    claim=[
        equal(sylvester_min(P, Q), lam_min(P) + lam_min(Q)),
        equal(sylvester_max(P, Q), lam_max(P) + lam_max(Q)),
    ],
)

z = matrix("z", n, 1)

rayleigh = paper.fact(
    "rayleigh", "Rayleigh's bounds of a quadratic form", over=domain(Dimension(n, 1, 6), AnyMatrix(S), AnyMatrix(z)),
    claim=chain(lam_min(S) * fro(z) ** 2, "<=", inner(z, S * z), "<=", lam_max(S) * fro(z) ** 2),
)

root_tangent = paper.fact(
    "root-tangent", "The root moves by at most its argument",
    over=domain(Scalar(a, Interval(-oo, oo)), Scalar(b, Interval(-oo, oo)), Scalar(p, Interval(-oo, oo))),
    claim=absolute(u - v) <= absolute(a - b),
    proof=Closing(),
)

eigenvalue_norm = paper.fact(
    "eigenvalue-norm", "No eigenvalue exceeds the Frobenius norm", over=domain(Dimension(n, 1, 6), AnyMatrix(S)),
    claim=absolute(lam_max(S)) <= fro(S),
)

gram_trace = paper.fact(
    "gram-trace", "The trace of a Gram matrix against its norm", over=one, claim=fro(A) ** 2 <= sqrt(m) * fro(A.T * A)
)

# --- eigenvalues of sums, products and inverses, for Lemma 8 of min2022 --------------------------------------

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

j_by_n, n_by_k = matrix("A", j, n), matrix("B", n, k)

inertia = paper.fact(
    "inertia", "Haynsworth's inertia additivity for A^T A - B B^T + a with as many negative eigenvalues as B has columns",
    over=domain(
        Dimension(n, 1, 6), Dimension(k, 1, 6), Dimension(j, 1, 6), AnyMatrix(j_by_n), AnyMatrix(n_by_k), Scalar(a, Interval.open(0, oo))
    ),
    given=lam(n_by_k * n_by_k.T - j_by_n.T * j_by_n, k) > a,
    claim=lam_max(n_by_k.T * (j_by_n.T * j_by_n - n_by_k * n_by_k.T + a * identity(n)).I * n_by_k) <= -1,
)

# --- stacked matrices: one product is of the size of both, the other one of the sum -------------------------

upper, lower = matrix("A", n, m), matrix("B", k, m)
upper_other, lower_other = matrix("C", n, m), matrix("D", k, m)
stacked, stacked_other = block([[upper], [lower]]), block([[upper_other], [lower_other]])
stacks = sizes.extended(AnyMatrix(upper), AnyMatrix(lower))

stack_gram = paper.fact(
    "stack-gram", "The norm of a stack times its transpose", over=stacks, kind="identity",
    claim=equal(fro(stacked * stacked.T) ** 2, fro(upper.T * upper + lower.T * lower) ** 2),
)

turn = matrix("Q", m, m)
of_differences = block([[upper - upper_other * turn], [lower - lower_other * turn]])
difference_of_stacks = stacked - stacked_other * turn

stack_linear = paper.fact(
    "stack-linear", "A stack of differences is the difference of the stacks", kind="identity",
    over=stacks.extended(AnyMatrix(upper_other), AnyMatrix(lower_other), AnyMatrix(turn)),
    claim=equal(fro(of_differences * of_differences.T) ** 2, fro(difference_of_stacks * difference_of_stacks.T) ** 2),
)

stack_difference = paper.fact(
    "stack-difference", "The norm of the difference of two stacks, each times its transpose",
    over=stacks.extended(AnyMatrix(upper_other), AnyMatrix(lower_other)), kind="identity",
    claim=equal(
        fro(stacked * stacked.T - stacked_other * stacked_other.T) ** 2,
        fro(upper.T * upper + lower.T * lower) ** 2
        - 2 * fro(upper.T * upper_other + lower.T * lower_other) ** 2
        + fro(upper_other.T * upper_other + lower_other.T * lower_other) ** 2,
    ),
)

# --- powers ------------------------------------------------------------------------------------------

exponential_root = paper.fact(
    "exponential-root", "Roots of both sides of an inequality with an exponential",
    over=domain(Scalar(a, Interval(-oo, oo)), Scalar(p, positive_half), Scalar(q, positive_half)), given=p**2 <= exp(a) * q**2,
    claim=p <= exp(a / 2) * q,
)

exponential_moved = paper.fact(
    "exponential-moved", "An exponential goes to the other side with the opposite exponent",
    over=domain(Scalar(a, Interval(-oo, oo)), Scalar(p, Interval(-oo, oo)), Scalar(q, Interval(-oo, oo))), given=p * exp(-a) <= q,
    claim=p <= exp(a) * q,
)

exponential_below = paper.fact(
    "exponential-below", "The exponential increases", over=domain(Scalar(a, Interval(-oo, oo)), Scalar(b, Interval(-oo, oo))), given=a <= b,
    claim=exp(a) <= exp(b),
)

power_above = paper.fact(
    "power-above", "A power is at least exp(q) where the exponent times the logarithm of the base is at least q",
    over=domain(Scalar(a, Interval.open(0, oo)), Scalar(p, Interval(-oo, oo)), Scalar(q, Interval(-oo, oo))),
    given=p * log(a) >= q,
    claim=exp(q) <= a**p,
)

power_below = paper.fact(
    "power-below", "A power is at most exp(q) where the exponent times the logarithm of the base is at most q",
    over=domain(Scalar(a, Interval.open(0, oo)), Scalar(p, Interval(-oo, oo)), Scalar(q, Interval(-oo, oo))),
    given=p * log(a) <= q,
    claim=a**p <= exp(q),
)

# --- products of residual layers with a spectral norm of at most 0.5/L ----------------------------------

depth, order, index = dimensions("L m l")
W = layers("W", depth, order)
residual_layers = domain(
    Dimension(depth, 1, 20), Dimension(order, 1, 4), Dimension(index, 1, 20), index <= depth, InBall(W, 1 / (2 * depth))
)
later, earlier = layer_product(W, index + 1, depth, shift=True), layer_product(W, 1, index - 1, shift=True)

residual_smallest = paper.fact(
    "residual-smallest", "The layers around one of them shrink by at most (1 - 0.5/L)^(L - 1) together", over=residual_layers,
    claim=(1 - 1 / (2 * depth)) ** (2 * depth - 2) <= sigma_min(later) ** 2 * sigma_min(earlier) ** 2,
)

residual_largest = paper.fact(
    "residual-largest", "The layers around one of them stretch by at most (1 + 0.5/L)^(L - 1) together", over=residual_layers,
    claim=sigma_max(later) ** 2 * sigma_max(earlier) ** 2 <= (1 + 1 / (2 * depth)) ** (2 * depth - 2),
)

# --- matrices of rank r as products of factors with full rank --------------------------------------------

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
