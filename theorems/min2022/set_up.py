"""Section 2: the regression problem, its flow, and the reparametrisation by the singular value decomposition of the data."""

from theorems.frames import first_columns, last_columns, reflection
from theorems.min2022 import notation as reduced
from theorems.min2022.notation import S, h, half, k, m, paper, r
from verify.author import *

d = dimensions("d")[0]
N, n = r + d, r + k
"""N samples and n inputs; the data have rank r < n."""

R = matrix("R", r, r)
w, u = matrix("w", N, 1), matrix("u", n, 1)
W, Phi_1, Phi_2 = matrix("W", N, r), matrix("Phi_1", n, r), matrix("Phi_2", n, k)
Y = matrix("Y", N, m)
X = define("X", W * S * Phi_1.T)
U, V = state("U", n, h), state("V", m, h)

# The factors of the decomposition (4) are drawn; reflections keep everything rational.
data = domain(
    Dimension(r, 1, 3), Dimension(k, 1, 2), Dimension(d, 1, 2), Dimension(m, 1, 3), Dimension(h, 1, 4), h >= minimum(m, n),
    FullRank(R), let(S, R.T * R), AnyMatrix(w), AnyMatrix(u),
    let(W, reflection(w) * first_columns(N, r)),
    let(Phi_1, reflection(u) * first_columns(n, r)), let(Phi_2, reflection(u) * last_columns(n, k)),
    TwoLayer(U, V.T), AnyMatrix(Y),
)
orthonormal = [
    equal(W.T * W, identity(r)), equal(Phi_1.T * Phi_1, identity(r)), equal(Phi_2.T * Phi_2, identity(k)),
    equal(Phi_1.T * Phi_2, zeros(r, k)),
]
decomposed = {"over": data, "given": orthonormal}

L = define("L", half * fro(Y - X * U * V.T) ** 2, latex=r"\mathcal{L}")
L_star = define("L_*", half * fro((identity(N) - W * W.T) * Y) ** 2, latex=r"\mathcal{L}^*")
E = define("E", W.T * Y - S * Phi_1.T * U * V.T)


def substituted(product):
    """The loss of a linear map."""
    return half * fro(Y - X * product) ** 2


velocities = {V: (Y - X * U * V.T).T * X * U, U: X.T * (Y - X * U * V.T) * V}
"""The velocities (3)."""

Theta = matrix("Theta", n, m)
linear_loss = define("L", half * fro(Y - X * Theta) ** 2, latex=r"\mathcal{L}")

named = (
    ("eq-1", linear_loss, "loss of a linear map"), ("eq-2", L, "loss"), ("eq-6", E, "error"), ("eq-8.optimum", L_star, "optimal loss"),
)
for label, quantity, title in named:
    paper.definition(label, quantity, title=title, source=f"eq. ({label[3]})")

paper.identity(
    "eq-1.samples", "The loss of the network is that of its end-to-end map, and for one output the sum over the samples",
    source="eqs (1) and (2)", over=data,
    claim=[equal(L, substituted(U * V.T)), equal(L, half * trace((Y - X * U * V.T) * (Y - X * U * V.T).T))],
    proof=Expansion(),
)

asm_1 = paper.inequality(
    "asm-1", "The data have a rank below the number of inputs, and the network can be any linear map",
    source="section 2, the two assumptions", over=data,
    claim=[*chain(rank(X), "<=", r, "<", n), h >= minimum(m, n)],
)

eq_3 = paper.identity(
    "eq-3", "The velocities go against the gradient",
    source="eq. (3)", over=data,
    claim=[equal(-gradient(L, V), velocities[V]), equal(-gradient(L, U), velocities[U])],
    proof=Expansion(),
)

eq_4 = paper.identity(
    "eq-4", "U is made of its coordinates in the row space of the data and across it",
    source="eq. (4) and the bijection after it", over=data,
    claim=[
        equal(Phi_1 * Phi_1.T + Phi_2 * Phi_2.T, identity(n)),
        equal(U, Phi_1 * (Phi_1.T * U) + Phi_2 * (Phi_2.T * U)),
        equal(X, W * block([[S, zeros(r, k)]]) * block([[Phi_1.T], [Phi_2.T]])),
    ],
)

eq_5 = paper.identity(
    "eq-5", "The velocities in terms of the error",
    source="eq. (5)", **decomposed,
    claim=[equal(velocities[V], E.T * S * Phi_1.T * U), equal(velocities[U], Phi_1 * S * E * V)],
    proof=Expansion(),
)

eq_7 = paper.identity(
    "eq-7", "The velocities of the coordinates; those across the row space of the data stand still",
    source="eq. (7)", **decomposed,
    claim=[
        equal(rate_along(V, velocities), E.T * S * (Phi_1.T * U)),
        equal(rate_along(Phi_1.T * U, velocities), S * E * V),
        equal(rate_along(Phi_2.T * U, velocities), zeros(k, h)),
    ],
    proof=Expansion(),
)

eq_8 = paper.identity(
    "eq-8", "The loss is half the squared error above its optimum",
    source="eq. (8)", **decomposed,
    claim=[
        equal(L, half * fro((identity(N) - W * W.T) * Y + W * E) ** 2),
        equal(half * fro((identity(N) - W * W.T) * Y + W * E) ** 2, half * fro(W * E) ** 2 + L_star),
        equal(half * fro(W * E) ** 2 + L_star, half * fro(E) ** 2 + L_star),
    ],
    proof=Expansion(),
)

eq_8_optimum = paper.inequality(
    "eq-8.optimal", "No linear map has a smaller loss, and one attains it",
    source="section 2.1, line after eq. (8)", over=data.extended(AnyMatrix(Theta)),
    claim=[
        L_star <= half * fro(Y - X * Theta) ** 2,
        equal(L_star, half * fro(Y - X * (Phi_1 * S.I * W.T * Y)) ** 2),
    ],
)

plane = domain(
    Dimension(r, 1, 4), Dimension(m, 1, 4), Dimension(h, 1, 5),
    AnyMatrix(S), TwoLayer(reduced.U_1, reduced.V.T), AnyMatrix(reduced.Y_t),
)

eq_9 = paper.identity(
    "eq-9.flow", "(7) is the gradient flow of half the squared error",
    source="eq. (9)", over=plane,
    claim=[
        equal(-gradient(reduced.L_t, reduced.V), reduced.flow[reduced.V]),
        equal(-gradient(reduced.L_t, reduced.U_1), reduced.flow[reduced.U_1]),
    ],
    proof=Expansion(),
)
