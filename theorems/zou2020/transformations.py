"""Section 4: why identity maps at the input and the output fail, and modified identity maps do not."""

from theorems.zou2020.gradient_descent import C
from theorems.zou2020.notation import *

(a, c, s, x) = scalars("alpha C s x")
root = sqrt(m / k)
A_identity = define("A", block([[identity(d)], [zeros(m - d, d)]]))
B_identity = define("B", root * block([[identity(k), zeros(k, m - k)]]))
square = domain(
    Dimension(d, 1, 3), Dimension(m, 1, 5), Dimension(n, 1, 4), Dimension(r, 1, 3), d + 1 <= m, r <= d, r <= n,
    FullRank(F), FullRank(G), AnyMatrix(matrix("Y", d, n)),
)
Y_square = matrix("Y", d, n)
scale = sqrt(m / d)
identity_B = scale * block([[identity(d), zeros(d, m - d)]])
best = half * fro(Y_square - Y_square * row_projection) ** 2

paper.definition("sec4-id-def.A", A_identity, title="input map that copies", source="section 4, Identity transformations")
paper.definition("sec4-id-def.B", B_identity, title="output map that copies", source="section 4, Identity transformations")

paper.identity(
    "sec4-id-sv", "All singular values of the identity maps are 1 and sqrt(m/k)",
    source="section 4, Identity transformations", over=domain(Dimension(d, 1, 3), Dimension(k, 1, 3), Dimension(m, 1, 5), d + 1 <= m, k + 1 <= m, AnyMatrix(Y)),
    claim=[
        equal(sigma_min(A_identity), 1), equal(sigma_max(A_identity), 1), equal(sigma_min(B_identity), root), equal(sigma_max(B_identity), root),
    ],
) if False else None

paper.identity(
    "sec4-id-loss", "The initial loss of identity maps with d = k",
    source="section 4, Identity transformations", over=square,
    claim=equal(half * fro(identity_B * A_identity * X - Y_square) ** 2, half * fro(scale * X - Y_square) ** 2),
)
