"""Section 4: why identity maps at the input and the output fail, and modified identity maps do not.

A map that copies inputs to hidden units is a selection matrix: its columns are distinct unit vectors.
Those of the paper copy to the first units, which is one selection; the units have no order.
"""

from theorems.zou2020.gradient_descent import C, descent_step
from theorems.zou2020.notation import *

alpha, c, s, theta = scalars("alpha C s theta")
J_1, J_2 = matrix("J_1", m, d), matrix("J_2", m, k)
positive = Interval.open(0, oo)
dims = (Dimension(d, 1, 3), Dimension(k, 1, 3), Dimension(m, 1, 5), Dimension(n, 1, 3), Dimension(r, 1, 3), d <= m, k <= m, r <= d, r <= n)

# --- Identity transformations ---------------------------------------------------------------------------

id_A = paper.definition("sec4-id-def.A", define("A", J_1), title="input map that copies", source="section 4, Identity transformations")
id_B = paper.definition("sec4-id-def.B", define("B", sqrt(m / k) * J_2.T), title="output map", source="section 4, Identity transformations")

paper.identity(
    "sec4-id-sv", "All singular values of the output map are sqrt(m/k), of the input map 1",
    source="section 4, Identity transformations", over=domain(*dims[:3], d <= m, k <= m, Selection(J_1), Selection(J_2)),
    claim=[
        equal(sigma_min(id_B), sqrt(m / k)), equal(sigma_max(id_B), sqrt(m / k)), equal(sigma_min(id_A), 1), equal(sigma_max(id_A), 1),
    ],
)

Y_d, Z = matrix("Y", d, n), matrix("Z", d, n)
scale = sqrt(m / d)
own_B = scale * J_1.T
like = domain(
    Dimension(d, 1, 3), Dimension(m, 1, 5), Dimension(n, 1, 4), Dimension(r, 1, 3), d <= m, r <= d, r <= n, FullRank(F), FullRank(G)
)
best = half * fro(Y_d - Y_d * row_projection) ** 2

paper.identity(
    "sec4-id-loss", "The initial loss of identity maps with d = k",
    source="section 4, Identity transformations", over=like.extended(Selection(J_1), AnyMatrix(Y_d)),
    claim=equal(half * fro(own_B * J_1 * X - Y_d) ** 2, half * fro(scale * X - Y_d) ** 2),
    proof=Expansion(),
)

paper.identity(
    "sec4-id-orth", "For targets orthogonal to the data the initial loss is the sum of both squares",
    source="section 4, Identity transformations", over=like.extended(AnyMatrix(Z), let(Y_d, Z - Z * row_projection)),
    claim=equal(half * fro(scale * X - Y_d) ** 2, half * (m * fro(X) ** 2 / d + fro(Y_d) ** 2)),
    note="Orthogonal in the row space, so that the inner product of X and Y vanishes.",
)

condition = c * norm_X / sigma_r**2

paper.inequality(
    "sec4-id-chain", "The condition for identity maps is at least as strong as one without targets",
    source="section 4, after the initial loss", over=like.extended(AnyMatrix(Y_d), Scalar(c, positive)),
    claim=condition * sqrt(half * (m * fro(X) ** 2 / d + fro(Y_d) ** 2) - best) >= condition * sqrt(m * fro(X) ** 2 / (2 * d)),
)

no_guarantee = paper.inequality(
    "sec4-id-noguarantee", "For ||X||_F >= sqrt(2)/C the condition cannot hold, whatever the width",
    source="section 4, after the chain", over=like.extended(Scalar(c, positive)),
    given=fro(X) >= sqrt(2) / c,
    claim=scale < condition * sqrt(m * fro(X) ** 2 / (2 * d)),
    wrong="The width cancels, but so does the size of the data: for C <= sqrt(2) the condition holds for data of rank 1 and any size. "
    "The theorem says only that a constant exists; for the constant of its proof, 4 sqrt(2 e^3), the claim is true.",
)

paper.corrected(
    no_guarantee,
    given=c > sqrt(2),
    note="Since ||X||_2 ||X||_F >= sigma_r^2, it is the constant that decides; the proof's own C = 4 sqrt(2 e^3) is far larger.",
)

paper.identity(
    "sec4-id-scale", "Another factor s in the place of sqrt(m/k) cancels as well: the square of the condition over s^2",
    source="section 4, end of Identity transformations", over=like.extended(Scalar(c, positive), Scalar(s, positive)),
    claim=equal(condition**2 * (s**2 * fro(X) ** 2 / 2) / s**2, c**2 * norm_X**2 * fro(X) ** 2 / (2 * sigma_r**4)),
    proof=Expansion(),
)

# --- Identity maps never use more than d hidden units, section 5.1 -----------------------------------------

unused = identity(m) - J_1 * J_1.T
small = domain(Dimension(L, 1, 3), Dimension(d, 1, 2), Dimension(m, 1, 4), Dimension(n, 1, 3), d <= m)
X_d = matrix("X", d, n)
square_loss = half * fro(own_B * hidden(W) * J_1 * X_d - Y_d) ** 2
own_gradient = (own_B * after(W, l)).T * (own_B * hidden(W) * J_1 * X_d - Y_d) * (before(W, l) * J_1 * X_d).T
own_descent = law("gradient descent with identity maps", {W: W - eta * stack(l, own_gradient, 1, L)}, step_size=eta, loss=square_loss)

paper.trajectory(
    "expt-5.1-support", "With identity maps only the first d hidden units of each layer are ever used",
    source="section 5.1, last sentence",
    over=small.extended(Selection(J_1), AnyMatrix(X_d), AnyMatrix(Y_d), let(W, zeros(L * m, m)), Scalar(eta, Interval.Lopen(0, 1))),
    law=own_descent,
    claim=[
        equal(sum_over(l, fro(unused * layer(W, l)) ** 2, 1, L), 0), equal(sum_over(l, fro(layer(W, l) * unused) ** 2, 1, L), 0),
    ],
)

# All layers stay multiples of the same power of X X^T on the copied units, and none of them turns anything around.
stuck_at = sqrt(m / d) * (sqrt(m / d) + c) * spec(X_d) ** 2

paper.trajectory(
    "expt-5.1.stuck", "For targets -c X identity maps get stuck: the loss never falls below half of ||Y||_F^2",
    source="section 5.1, 'gets stuck'",
    over=small.extended(
        Scalar(c, positive), Selection(J_1), FullRank(X_d), let(Y_d, -c * X_d), let(W, zeros(L * m, m)), StepSize(eta, up_to=1 / stuck_at),
        L >= 2,
    ),
    law=own_descent,
    claim=square_loss >= half * fro(Y_d) ** 2,
    note="For at least two hidden layers and steps of at most 1/(s (s + c) |X|^2) with s = sqrt(m/d).",
)

# --- Modified identity transformations -----------------------------------------------------------------------

J = matrix("J", m, d + k)
copy_in = J * block([[identity(d)], [zeros(k, d)]])
copy_out = alpha * block([[zeros(k, d), identity(k)]]) * J.T
apart = domain(
    Dimension(d, 1, 2), Dimension(k, 1, 2), Dimension(m, 2, 5), Dimension(n, 1, 3), Dimension(r, 1, 2), d + k <= m, r <= d, r <= n,
    Selection(J),
)
mod_A = paper.definition("sec4-mod-def.A", define("A", copy_in), title="input map", source="section 4, Modified identity transformations")
mod_B = paper.definition("sec4-mod-def.B", define("B", copy_out), title="output map", source="section 4, Modified identity transformations")

paper.identity(
    "sec4-mod-props", "The maps annihilate each other; A^T A = I and B B^T = alpha^2 I; the initial loss is half of ||Y||_F^2",
    source="section 4, Modified identity transformations", over=apart.extended(*data, Scalar(alpha, positive)),
    claim=[
        equal(mod_B * mod_A, zeros(k, d)),
        equal(mod_A.T * mod_A, identity(d)), equal(mod_B * mod_B.T, alpha**2 * identity(k)),
        equal(half * fro(mod_B * mod_A * X - Y) ** 2, half * fro(Y) ** 2),
    ],
    note="So all singular values of A are 1, and all of B are alpha.",
)

paper.identity(
    "sec4-mod-cond", "The left side of the condition is alpha",
    source="section 4, Modified identity transformations", over=apart.extended(Scalar(alpha, positive)),
    claim=equal(sigma_min(mod_A) ** 2 * sigma_min(mod_B) ** 2 / (spec(mod_A) * spec(mod_B)), alpha),
)

enough = C * norm_X / sigma_r**2 * sqrt(half * fro(Y) ** 2 - L_star)

paper.trajectory(
    "sec4-mod-cond.run", "With modified identity maps and alpha large enough gradient descent converges, for m = d + k on",
    source="section 4, end",
    over=apart.extended(
        Dimension(L, 1, 4), *data, Scalar(theta, Interval.Lopen(0, 1)), let(alpha, enough / theta),
        let(A, copy_in), let(B, copy_out), let(W, zeros(L * m, m)), StepSize(eta, up_to=descent_step),
    ),
    law=descent,
    claim=loss - L_star <= (1 - eta * rate) ** time * (L_0 - L_star),
)
