"""Section 4.1: the min-norm solution, what of the trained network the data do not see, and the invariant set."""

from theorems.min2022.set_up import *
from verify.author import *

Z = matrix("Z", k, m)
U_1, U_2 = Phi_1.T * U, Phi_2.T * U
Theta_hat = paper.definition(
    "eq-28", define("Theta_hat", X.T * pinv(X * X.T) * Y, latex=r"\hat\Theta"), title="min-norm solution", source="eq. (28)"
)

eq_28_solves = paper.identity(
    "eq-28.solves", "The min-norm solution attains the optimal loss",
    source="eq. (28)", over=data,
    claim=equal(half * fro(Y - X * Theta_hat) ** 2, L_star),
)

# Every solution is the sum of one and of a part that the data do not see.
eq_28_others = paper.identity(
    "eq-28.others", "Parts across the row space of the data change nothing of the prediction",
    source="eq. (28)", over=data.extended(AnyMatrix(Z)),
    claim=equal(X * (Theta_hat + Phi_2 * Z), X * Theta_hat),
)

# The min-norm solution in the form of limit-U1V, which inverts nothing singular.
shortest = define("Theta_hat", Phi_1 * S.I * W.T * Y, latex=r"\hat\Theta")

eq_28_minimal = paper.inequality(
    "eq-28.minimal", "No other solution has a smaller norm",
    source="eq. (28)", over=data.extended(AnyMatrix(Z)), given=orthonormal,
    claim=fro(shortest) <= fro(shortest + Phi_2 * Z),
    proof=Closing(), facts=[equal(fro(shortest + Phi_2 * Z) ** 2, fro(shortest) ** 2 + fro(Phi_2 * Z) ** 2)],
)

eq_29 = paper.identity(
    "eq-29", "The trained network decomposes along the row space of the data",
    source="eq. (29)", over=data,
    claim=[
        equal(U * V.T, (Phi_1 * Phi_1.T + Phi_2 * Phi_2.T) * U * V.T),
        equal(U * V.T, Phi_1 * U_1 * V.T + Phi_2 * U_2 * V.T),
    ],
)

limit_U1V = paper.identity(
    "limit-U1V", "Where the error vanishes, the part along the row space is the min-norm solution",
    source="section 4.1, display after Proposition 9", over=data,
    claim=equal(Phi_1 * S.I * W.T * Y, Theta_hat),
)

# E = 0 is Sigma_X^{1/2} U_1 V^T = W^T Y; targets W (S U_1 V^T) + (I - W W^T) Y fit the layers drawn.
fitted = define("Y", W * S * U_1 * V.T + (identity(N) - W * W.T) * Y)

eq_30 = paper.identity(
    "eq-30", "Where the error vanishes, the network is the min-norm solution and a part that the data do not see",
    source="eq. (30)", over=data,
    claim=equal(U * V.T, X.T * pinv(X * X.T) * fitted + Phi_2 * U_2 * V.T),
)

eq_32 = paper.identity(
    "eq-32", "The products with U_2 follow a linear dynamics",
    source="eq. (32)", **decomposed,
    claim=[
        equal(rate_along(V * U_2.T, velocities), E.T * S * (U_1 * U_2.T)),
        equal(rate_along(U_1 * U_2.T, velocities), S * E * (V * U_2.T)),
    ],
    proof=Expansion(),
)

rem_10_zero = paper.identity(
    "rem-10.zero", "Zero layers are an equilibrium",
    source="section 4.1, last paragraph but one", over=data, given=[equal(U, zeros(n, h)), equal(V, zeros(m, h))],
    claim=[equal(velocities[V], zeros(m, h)), equal(velocities[U], zeros(n, h))],
    examples=[example(
        dimensions={"r": 1, "k": 1, "d": 1, "m": 1, "h": 1}, R=[[1]], w=[[1], [2]], u=[[2], [1]], U=[[0], [0]], V=[[0]], Y=[[3], [5]],
    )],
    proof=Expansion(),
)

# A solution in the invariant set has U_2 V^T = 0, so that (30) leaves the min-norm solution alone.
rem_10_unique = paper.identity(
    "rem-10.unique", "The min-norm solution is the only one in the invariant set",
    source="section 4.1, after Proposition 10", over=data, given=equal(V * U_2.T, zeros(m, k)),
    claim=equal(U * V.T, X.T * pinv(X * X.T) * fitted),
)
