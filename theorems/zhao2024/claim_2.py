"""Appendix D, Claim 2: how products of layers change when every layer is perturbed, at finite widths that may all differ.

Perturbations are any matrices and R is the largest of their norms; M and e^(c_1/2) are the smallest constants with which (14) holds
for the layers that occur, times anything above 1. theta is 0, since N^theta M is one number in all of this.
"""

from theorems.zhao2024.notation import *

n_1, n_2, n_3 = hidden[:3]
N, s = dimensions("N s")
A, B, C = matrix("A", n_3, n_2), matrix("B", n_2, n_1), matrix("C", n_1, n_x)
d_A, d_B, d_C = matrix("delta_A", n_3, n_2), matrix("delta_B", n_2, n_1), matrix("delta_C", n_1, n_x)
last, d_last = matrix("W_N", n_y, n_2), matrix("delta_N", n_y, n_2)
R, M, g, c, n_min, x = scalars("R M g c n_min x")
layer_sizes = domain(*(Dimension(n, 1, 3) for n in (n_1, n_2, n_3)))

weyl_A, weyl_B = matrix("A", n_1, n_2), matrix("B", n_1, n_2)
weyl = paper.inequality(
    "claim-2.weyl", "A perturbation moves the extreme singular values by at most its norm",
    source="proof of Claim 2, after eq. (37)", over=domain(
        Dimension(n_1, 1, 4), Dimension(n_2, 1, 4), AnyMatrix(weyl_A), AnyMatrix(weyl_B)
    ),
    claim=[
        sigma_min(weyl_A + weyl_B) >= sigma_min(weyl_A) - spec(weyl_B), sigma_max(weyl_A + weyl_B) <= sigma_max(weyl_A) + spec(weyl_B),
    ],
)

eq_38 = paper.identity(
    "eq-38", "The terms of a product of perturbed layers, here of three",
    source="eq. (38)", over=layer_sizes.extended(Dimension(n_x, 1, 3), *(AnyMatrix(Z) for Z in (A, B, C, d_A, d_B, d_C))),
    claim=equal(
        (A + d_A) * (B + d_B) * (C + d_C) - A * B * C,
        d_A * B * C + A * d_B * C + A * B * d_C + d_A * d_B * C + d_A * B * d_C + A * d_B * d_C + d_A * d_B * d_C,
    ),
    proof=Expansion(),
)

p, q = scalars("p q")
eq_39 = paper.inequality(
    "eq-39", "max{n_{i-1}, n_j} <= n_{i-1} n_j/n_min for hidden widths; p^2, q^2 and x^2 are n_{i-1}, n_j and the widths between",
    source="eq. (39)", over=domain(
        Scalar(n_min, Interval(1, oo)), Scalar(g, Interval(1, oo)), Scalar(c, Interval(1, oo)), Scalar(x, Interval(1, oo)),
        Scalar(M, positive), let(p, g * n_min), let(q, c * n_min),
    ),
    given=[p >= n_min, q >= n_min],
    claim=[
        maximum(p, q) <= p * q / n_min, chain(M / 2 * sqrt(x * maximum(p, q)), "<=", M * sqrt(x * p * q / n_min))[0],
    ],
)

eq_39_empty = paper.inequality(
    "eq-39.empty", "The empty product, for M >= 1",
    source="after eq. (39)", over=domain(Scalar(n_min, Interval(1, oo)), Scalar(g, Interval(1, oo)), Scalar(M, Interval(1, oo))),
    claim=M * sqrt(g * n_min / n_min) >= 1,
)

smallest = minimum(n_1, n_2, n_3)
root = sqrt(n_1 * n_2 * n_3 / smallest)
case_1 = paper.inequality(
    "claim-2.case1", "The change of a product of hidden layers, here of two",
    source="proof of Claim 2, Case 1",
    over=layer_sizes.extended(
        Dimension(N, 4, 10), *(AnyMatrix(Z) for Z in (A, B, d_A, d_B)), Scalar(g, Interval(1, oo)), let(R, maximum(fro(d_A), fro(d_B))),
        let(M, g * maximum(
            1, sigma_max(A * B) / root, sigma_max(A) / sqrt(n_2 * n_3 / smallest), sigma_max(B) / sqrt(n_1 * n_2 / smallest)
        )),
    ),
    claim=chain(
        spec((A + d_A) * (B + d_B) - A * B), "<=", (2 * R * M**2 / sqrt(smallest) + R**2 * M**3 / smallest) * root, "<=",
        M * root * ((1 + R * M / sqrt(smallest)) ** N - 1),
    ),
)

width = minimum(n_1, n_2)
ends = domain(Dimension(n_1, 1, 3), Dimension(n_2, 1, 3), Dimension(n_x, 1, 2), Dimension(n_y, 1, 2), Dimension(N, 3, 10))
expansion = 2 * R * M / sqrt(width) + (R * M) ** 2 / width
growth = (1 + R * M / sqrt(width)) ** N - 1

case_2 = paper.inequality(
    "claim-2.case2", "The change of a product with the last layer, here of two",
    source="proof of Claim 2, Case 2; c is e^(c_1/2)",
    over=ends.extended(
        n_1 >= n_y, n_2 >= n_y, *(AnyMatrix(Z) for Z in (last, B, d_last, d_B)), Scalar(g, Interval(1, oo)),
        let(R, maximum(fro(d_last), fro(d_B))), let(M, g * maximum(1, sigma_max(B) / sqrt(n_1 * n_2 / width))),
        let(c, g * maximum(1, sigma_max(last) / sqrt(n_2), sigma_max(last * B) / sqrt(n_1 * n_2))),
    ),
    claim=chain(
        spec((last + d_last) * (B + d_B) - last * B), "<=", c * expansion * sqrt(n_1 * n_2), "<=", c * sqrt(n_1 * n_2) * growth,
    ),
)

case_3 = paper.inequality(
    "claim-2.case3", "The change of a product with the first layer on the column space, here of two",
    source="proof of Claim 2, Case 3; c is e^(c_1/2)",
    over=ends.extended(
        Dimension(r, 1, 2), r <= n_x, n_1 >= n_x, n_2 >= n_x, FullRank(F), *(AnyMatrix(Z) for Z in (B, C, d_B, d_C)),
        Scalar(g, Interval(1, oo)), let(R, maximum(fro(d_B), fro(d_C))), let(M, g * maximum(1, sigma_max(B) / sqrt(n_1 * n_2 / width))),
        let(c, g * maximum(1, sigma_max(C * P_X) / sqrt(n_1), sigma_max(B * C * P_X) / sqrt(n_1 * n_2))),
    ),
    claim=chain(
        spec(((B + d_B) * (C + d_C) - B * C) * P_X), "<=", c * expansion * sqrt(n_1 * n_2), "<=", c * sqrt(n_1 * n_2) * growth,
    ),
)
