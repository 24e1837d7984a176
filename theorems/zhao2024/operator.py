"""Appendix D, the operator P(t) of (41): the expansion (42) of a step, Proposition 2, the spectrum (43).

G stands for the gradient of L at the network and is any matrix here, so that everything holds for every loss. B(t) holds for all
weights with the exponents that are measured: e^(c_1) and e^(-c_2) are the extreme ratios of (14), and anything beyond them.
"""

from functools import cache
from itertools import combinations

from theorems import linear_algebra as la
from theorems.zhao2024.networks import gradient_at, layer_gradient
from theorems.zhao2024.notation import *

A, B = matrix("A", n_y, n_x), matrix("B", n_y, n_x)
a_1, a_2, g_1, g_2 = scalars("a_1 a_2 g_1 g_2")
above_one = Interval.open(1, oo)


def before(N, i):
    """W_{i-1:1} restricted to the column space of X."""
    return network(N).product(i - 1, 1) * P_X


def after(N, i):
    """W_{N:i+1}."""
    return network(N).product(N, i + 1)


def term(N, i, A):
    """W_{N:i+1} W_{N:i+1}^T (A P_X) (W_{i-1:1}|R(X))^T W_{i-1:1}|R(X)."""
    return after(N, i) * after(N, i).T * (A * P_X) * before(N, i).T * before(N, i)


@cache
def P(N, A):
    """P(t)[A] of (41)."""
    total = term(N, 1, A)
    for i in range(2, N + 1):
        total = total + term(N, i, A)
    return network(N).normalisation ** 2 * total


# --- The ratios of (14) and B(t) ---------------------------------------------------------------------------------------


def ratios(N):
    """sigma(W_{N:i+1})/n_{N-1:i}^(1/2), 1 <= i < N, and sigma(W_{i-1:1}|R(X))/n_{i-1:1}^(1/2), 1 < i <= N: largest and smallest."""
    largest = [sigma_max(after(N, i)) / sqrt(width_product(N, N - 1, i)) for i in range(1, N)]
    largest += [sigma_max(before(N, i)) / sqrt(width_product(N, i - 1, 1)) for i in range(2, N + 1)]
    smallest = [sigma_min(after(N, i)) / sqrt(width_product(N, N - 1, i)) for i in range(1, N)]
    smallest += [sigma(before(N, i), r) / sqrt(width_product(N, i - 1, 1)) for i in range(2, N + 1)]
    return largest, smallest


def in_B(N):
    """The spectral conditions of B(t) with e^(c_1) = a_1 and e^(-c_2) = 1/a_2."""
    found = []
    for i in range(1, N):
        root = sqrt(width_product(N, N - 1, i))
        found += [sigma_max(after(N, i)) <= a_1 * root, sigma_min(after(N, i)) >= root / a_2]
    for i in range(2, N + 1):
        root = sqrt(width_product(N, i - 1, 1))
        found += [sigma_max(before(N, i)) <= a_1 * root, sigma(before(N, i), r) >= root / a_2]
    return found


def measured(N):
    """Every pair of exponents c_1, c_2 > 0 with which B(t) holds for the weights."""
    largest, smallest = ratios(N)
    return (
        Scalar(g_1, above_one), Scalar(g_2, above_one),
        let(a_1, g_1 * maximum(1, *largest)), let(a_2, g_2 / minimum(1, *smallest)),
    )


def states(N, *more):
    """Weights of full rank, data of every rank, an argument A of the operator."""
    return widths(N).extended(FullRank(F), *(FullRank(W) for W in network(N).weights), AnyMatrix(A), *more)


# --- (41), (42) ---------------------------------------------------------------------------------------------------------

paper.definition("def-restriction", define("W_1|R(X)", network(3).weights[0] * P_X), title="restriction to the column space of X",
                 source="section 4.1, A X^T (X X^T)^- X as printed has the shape of A X; A P_X is what is used")
paper.definition("def-P", define("P(t)[A]", P(3, A)), title="the operator of one step, here at depth 3", source="eq. (41)")

def_P_positive = paper.identity(
    "def-P.positive", "P(t) is symmetric, and a sum of positive semi-definite operators; here at depth 3",
    source="after eq. (42)", over=states(3, AnyMatrix(B)),
    claim=[
        equal(semi_inner(P(3, A), B), semi_inner(A, P(3, B))),
        equal(
            inner(A, P(3, A)),
            network(3).normalisation ** 2
            * (
                fro(after(3, 1).T * A * before(3, 1)) ** 2 + fro(after(3, 2).T * A * before(3, 2).T) ** 2
                + fro(A * before(3, 3).T) ** 2
            ),
        ),
    ],
    proof=Expansion(),
)


@cache
def high_order(N, G):
    """E(t): the terms of a step's product with two changed layers or more, k_1 < ... < k_s."""
    net, total = network(N), None
    for s in range(2, N + 1):
        for chosen in combinations(range(1, N + 1), s):
            product, above = identity(n_y), N
            for k in reversed(chosen):
                product, above = product * net.product(above, k + 1) * (-eta * layer_gradient(N, k, G)), k - 1
            product = product * net.product(above, 1)
            total = product if total is None else total + product
    return total


@cache
def stepped(N, G):
    """W_{N:1}(t+1)."""
    product = identity(n_y)
    for k in range(N, 0, -1):
        product = product * (network(N).weights[k - 1] - eta * layer_gradient(N, k, G))
    return product


@cache
def plain_sum(N, G):
    """sum_i W_{N:i+1} W_{N:i+1}^T G W_{i-1:1}^T W_{i-1:1}."""
    net, total = network(N), None
    for i in range(1, N + 1):
        part = after(N, i) * after(N, i).T * G * net.product(i - 1, 1).T * net.product(i - 1, 1)
        total = part if total is None else total + part
    return total


step_domain = {
    N: widths(N).extended(FullRank(F), *any_weights(N), AnyMatrix(gradient_at), Scalar(eta, positive)) for N in (2, 3, 4)
}
for N in (2, 3, 4):
    net, a_N = network(N), network(N).normalisation
    paper.identity(
        f"claim-3.expand.N{N}", f"A step of the product, N = {N}",
        source="proof of Claim 3, first display, and the formula of E(t)", over=step_domain[N],
        claim=equal(
            stepped(N, gradient_at), net.product(N, 1) - eta * a_N * plain_sum(N, gradient_at) + high_order(N, gradient_at)
        ),
        proof=Expansion(),
    )

eq_42 = paper.identity(
    "eq-42", "A step of the product by the operator P(t), on the column space; here at depth 3",
    source="eq. (42) and section 4.2", over=step_domain[3],
    claim=equal(
        network(3).normalisation * stepped(3, gradient_at * P_X) * P_X,
        (
            network(3).normalisation * network(3).product(3, 1) - eta * P(3, gradient_at)
            + network(3).normalisation * high_order(3, gradient_at * P_X)
        )
        * P_X,
    ),
    proof=Expansion(),
)

E_formula = paper.identity(
    "claim-3.E-formula", "E(t) as a sum over the layers that are changed, with the factors eta dL/dW as printed; N = 3",
    source="proof of Claim 3, formula of E(t) after the bound on one term", over=step_domain[3],
    claim=equal(
        stepped(3, gradient_at) - network(3).product(3, 1) + eta * network(3).normalisation * plain_sum(3, gradient_at),
        high_order(3, gradient_at).xreplace({eta: -eta}),
    ),
    wrong="Each changed layer brings a factor -eta dL/dW, so the terms with an odd number of them have the opposite sign.",
)

paper.corrected(
    E_formula,
    claim=equal(
        stepped(3, gradient_at) - network(3).product(3, 1) + eta * network(3).normalisation * plain_sum(3, gradient_at),
        high_order(3, gradient_at),
    ),
    note="With (-1)^s; the bounds on E(t) do not see the signs.", proof=Expansion(),
)

# --- Proposition 2 ------------------------------------------------------------------------------------------------------

p, q = dimensions("p q")
S_1, S_2, U, U_2 = symmetric("S_1", p), symmetric("S_2", q), matrix("U", p, p), matrix("V", q, q)
M, M_2 = matrix("M", p, q), matrix("M_2", p, q)
u, v = matrix("u", p, 1), matrix("v", q, 1)
lam, mu = scalars("lambda mu")

prop_2 = paper.identity(
    "prop-2", "Products of eigenvectors are eigenvectors, with products of eigenvalues",
    source="Proposition 2", over=domain(
        Dimension(p, 1, 3), Dimension(q, 1, 3), FullRank(u), FullRank(v), Scalar(lam, all_numbers), Scalar(mu, all_numbers),
        let(S_1, lam * u * (u.T * u).I * u.T), let(S_2, mu * v * (v.T * v).I * v.T),
    ),
    given=[equal(S_1 * u, lam * u), equal(S_2 * v, mu * v)],
    claim=equal((lam * u * (u.T * u).I * u.T) * u * v.T * (mu * v * (v.T * v).I * v.T), lam * mu * u * v.T),
    proof=Expansion(),
)

Lambda_1, Lambda_2 = symmetric("Lambda_1", p), symmetric("Lambda_2", q)
prop_2_diagonal = paper.identity(
    "prop-2.diagonal", "In the orthonormal basis u_i v_j^T the operator is diagonal with the entries lambda_i mu_j, so these are all",
    source="Proposition 2, A in that basis is U^T A V", over=domain(
        Dimension(p, 1, 3), Dimension(q, 1, 3), *(AnyMatrix(Q, ("signed permutation",)) for Q in (U, U_2)), AnyMatrix(Lambda_1),
        AnyMatrix(Lambda_2), AnyMatrix(M), AnyMatrix(M_2),
    ),
    given=[equal(Q.T * Q, identity(Q.rows)) for Q in (U, U_2)],
    claim=[
        equal(U.T * (U * Lambda_1 * U.T * M * U_2 * Lambda_2 * U_2.T) * U_2, Lambda_1 * (U.T * M * U_2) * Lambda_2),
        equal(inner(U * M * U_2.T, U * M_2 * U_2.T), inner(M, M_2)),
    ],
    proof=Expansion(),
)

# --- The spectrum of P(t), (43) ------------------------------------------------------------------------------------------


def weighted(N, after_value, before_value):
    """a_N^2 sum_i s(W_{i-1:1}|R(X))^2 s(W_{N:i+1})^2."""
    net = network(N)
    total = before_value(before(N, N)) ** 2 + after_value(after(N, 1)) ** 2
    for i in range(2, N):
        total = total + before_value(before(N, i)) ** 2 * after_value(after(N, i)) ** 2
    return net.normalisation**2 * total


def smallest_on_column_space(B):
    """sigma_min(B|R(X))."""
    return sigma(B, r)


def parts(N, A):
    """||W_{N:i+1}^T A (W_{i-1:1}|R(X))^T||_F for i = 1, ..., N."""
    first, last = fro(after(N, 1).T * (A * P_X)), fro(A * P_X * before(N, N).T)
    return [first, *(fro(after(N, i).T * (A * P_X) * before(N, i).T) for i in range(2, N)), last]


def quadratic_form(N):
    """<A, P(t)[A]> as a sum of squares."""
    return equal(inner(A * P_X, P(N, A)), network(N).normalisation**2 * sum(part**2 for part in parts(N, A)))


def links_above(N):
    """Every part is at most the product of the largest singular values and ||A||_X."""
    ends = [
        la.product_upper_left(A=after(N, 1).T, B=A * P_X), la.product_upper_right(A=A * P_X, B=before(N, N).T),
    ]
    for i in range(2, N):
        left = sigma_max(after(N, i))
        ends += [
            la.product_upper_left(A=after(N, i).T, B=A * P_X * before(N, i).T), la.product_upper_right(A=A * P_X, B=before(N, i).T),
            left * fro(A * P_X * before(N, i).T) <= left * (fro(A * P_X) * sigma_max(before(N, i))),
        ]
    return ends


def links_below(N):
    """Every part is at least the product of the smallest singular values and ||A||_X."""
    ends = [
        la.product_lower_left(A=after(N, 1).T, B=A * P_X),
        la.restricted_smallest(M=A, F=F, B=network(N).product(N - 1, 1)),
    ]
    for i in range(2, N):
        left = sigma_min(after(N, i))
        ends += [
            la.product_lower_left(A=after(N, i).T, B=A * P_X * before(N, i).T),
            la.restricted_smallest(M=A, F=F, B=network(N).product(i - 1, 1)),
            left * (fro(A * P_X) * sigma(before(N, i), r)) <= left * fro(A * P_X * before(N, i).T),
        ]
    return ends


upper, lower = {}, {}
for N in (2, 3):
    factors = weighted(N, sigma_max, sigma_max), weighted(N, sigma_min, smallest_on_column_space)
    above = [sigma_max(after(N, 1)), *(sigma_max(after(N, i)) * sigma_max(before(N, i)) for i in range(2, N)), sigma_max(before(N, N))]
    below = [sigma_min(after(N, 1)), *(sigma_min(after(N, i)) * sigma(before(N, i), r) for i in range(2, N)), sigma(before(N, N), r)]
    upper[N] = paper.inequality(
        f"eq-43.upper.N{N}", f"No eigenvalue of P(t) exceeds the sum of the products of squares, N = {N}",
        source="display before eq. (43), first inequality, for lambda_max", over=states(N),
        claim=inner(A * P_X, P(N, A)) <= factors[0] * semi(A) ** 2,
        proof=Closing(),
        facts=[quadratic_form(N), *links_above(N), *(p**2 <= (s * semi(A)) ** 2 for p, s in zip(parts(N, A), above, strict=True))],
    )
    lower[N] = paper.inequality(
        f"eq-43.lower.N{N}", f"No eigenvalue of P(t) on the column space is below the sum of the products of squares, N = {N}",
        source="display before eq. (43), first inequality, for lambda_min", over=states(N),
        claim=inner(A * P_X, P(N, A)) >= factors[1] * semi(A) ** 2,
        proof=Closing(),
        facts=[quadratic_form(N), *links_below(N), *(p**2 >= (s * semi(A)) ** 2 for p, s in zip(parts(N, A), below, strict=True))],
    )


def under_B(N, power):
    """From the sums of products to the bounds of (43): every ratio is at most a_1 and at least 1/a_2."""
    n_1, n_2 = hidden[:2]
    above, below = [sigma_max(after(N, 1)), sigma_max(before(N, N))], [sigma_min(after(N, 1)), sigma(before(N, N), r)]
    size = width_product(N, N - 1, 1)
    facts = [upper[N](), lower[N](), *(s**2 <= a_1**2 * size for s in above), *(s**2 >= size / a_2**2 for s in below)]
    if N == 3:
        outer, inner_layer = after(3, 2), before(3, 2)
        facts += [
            sigma_max(outer) ** 2 <= a_1**2 * n_2, sigma_max(inner_layer) ** 2 <= a_1**2 * n_1,
            sigma_max(outer) ** 2 * sigma_max(inner_layer) ** 2 <= (a_1**2 * n_2) * (a_1**2 * n_1),
            sigma_min(outer) ** 2 >= n_2 / a_2**2, sigma(inner_layer, r) ** 2 >= n_1 / a_2**2,
            sigma_min(outer) ** 2 * sigma(inner_layer, r) ** 2 >= (n_2 / a_2**2) * (n_1 / a_2**2),
            a_1**2 * size <= a_1**4 * size, size / a_2**2 >= size / a_2**4,
        ]
    a_square = network(N).normalisation ** 2
    sums = weighted(N, sigma_max, sigma_max), weighted(N, sigma_min, smallest_on_column_space)
    return [
        *facts, equal(a_square, 1 / (size * n_y)), sums[0] <= N / n_y * a_1**power, sums[1] >= N / n_y / a_2**power,
        sums[0] * semi(A) ** 2 <= N / n_y * a_1**power * semi(A) ** 2, sums[1] * semi(A) ** 2 >= N / n_y / a_2**power * semi(A) ** 2,
    ]


two_layers = paper.inequality(
    "eq-43.N2", "The spectrum of P(t) under B(t), N = 2",
    source="eq. (43)", over=states(2, *measured(2)), given=[a_1 > 1, a_2 > 1, *in_B(2)],
    claim=chain(2 / n_y / a_2**2 * semi(A) ** 2, "<=", inner(A * P_X, P(2, A)), "<=", 2 / n_y * a_1**2 * semi(A) ** 2),
    proof=Closing(), facts=under_B(2, 2),
)

eq_43 = paper.inequality(
    "eq-43", "The spectrum of P(t) under B(t), N = 3",
    source="eq. (43)", over=states(3, *measured(3)), given=[a_1 > 1, a_2 > 1, *in_B(3)],
    claim=chain(3 / n_y / a_2**2 * semi(A) ** 2, "<=", inner(A * P_X, P(3, A)), "<=", 3 / n_y * a_1**2 * semi(A) ** 2),
    wrong="For 1 < i < N the product of the two squares is bounded by e^(4 c_1), and from below by e^(-4 c_2).",
)

eq_43_corrected = paper.corrected(
    eq_43,
    claim=chain(3 / n_y / a_2**4 * semi(A) ** 2, "<=", inner(A * P_X, P(3, A)), "<=", 3 / n_y * a_1**4 * semi(A) ** 2),
    proof=Closing(), facts=under_B(3, 4),
    note="With e^(4 c_1) and e^(-4 c_2). Under (14), where the exponents are half as large, the printed bounds hold at the start.",
)
