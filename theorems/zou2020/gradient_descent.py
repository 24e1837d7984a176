"""Theorem 3.1, its induction along runs of gradient descent, and Remark 3.2.

The condition on A and B holds by construction: the targets are B A X + s Z, and s goes up to where the
condition is an equation. Every instance with L(W^(0)) > L(W*) that meets the condition is of this form.
"""

from theorems.zou2020.gradient_bounds import lemma_A_1_lb
from theorems.zou2020.notation import *

Z = matrix("Z", k, n)
(s,) = scalars("s")
excess_0 = L_0 - L_star
C = 4 * sqrt(2 * e**3)
"""The constant that the proof takes in the condition on A and B."""

descent_step = define("eta_max", 1 / (2 * L * lambda_A * lambda_B * norm_X * (sqrt(e * L_0) + half * e * lambda_A * lambda_B * norm_X)))
largest_scale = define("s_max", mu_A**2 * mu_B**2 * sigma_r**2 / (lambda_A * lambda_B * C * norm_X * fro(Z * row_projection) / sqrt(2)))


def starts(depth, width):
    """Zero initial layers up to a depth and a width, and the condition of Theorem 3.1 with the proof's constant."""
    return shapes(depth, width).extended(
        FullRank(A), FullRank(B), FullRank(F), FullRank(G), AnyMatrix(Z), let(W, zeros(L * m, m)),
        StepSize(s, up_to=largest_scale), let(Y, B * A * X + s * Z),
    )


start = starts(6, 3)
runs = {"over": start.extended(StepSize(eta, up_to=descent_step)), "law": descent}
"""Every step size up to the proof's."""
deep_runs = {"over": starts(50, 6).extended(StepSize(eta, up_to=descent_step)), "law": descent}
"""The same for networks of up to 50 layers, for which the theorem itself and its radius are run."""

paper.definition("pf-3.1-eta", descent_step, title="the step size of the proof", source="A.1, induction for part (ii)")
largest_norm = max_over(l, fro(layer(W, l)), 1, L)

pf_3_1_cond = paper.inequality(
    "pf-3.1-cond", "The condition on A and B, for which the targets are built (attained at the largest s)",
    source="A.1, first display; eq. (4.1)", over=start,
    claim=gain >= C * norm_X / sigma_r**2 * sqrt(half * fro((B * A * X - Y) * row_projection) ** 2),
)

# --- Theorem 3.1 and its induction ----------------------------------------------------------------------

theorem_3_1 = paper.trajectory(
    "thm-3.1", "Gradient descent converges linearly to the best linear map (attained at t = 0)",
    source="Theorem 3.1, with the constants of its proof", **deep_runs,
    claim=loss - L_star <= (1 - eta * rate) ** time * excess_0,
    note="C = 4 sqrt(2 e^3), and every step size up to the one that the proof takes.",
)

paper.trajectory(
    "pf-3.1-hyp-i", "Every layer keeps a Frobenius norm of at most 0.5/L",
    source="A.1, inductive hypothesis (i)", **deep_runs,
    claim=largest_norm <= half / L,
)

paper.trajectory(
    "pf-3.1-hyp-ii", "The excess loss falls geometrically (attained at t = 0)",
    source="A.1, inductive hypothesis (ii)", **runs,
    claim=loss - L_star <= (1 - eta * L * mu_A**2 * mu_B**2 * sigma_r**2 / e) ** time * excess_0,
)

paper.trajectory(
    "pf-3.1-i-1", "A layer is no larger than the sum of its own steps",
    source="A.1, induction for part (i), first display",
    over=start.extended(Dimension(l, 1, 6), l <= L, StepSize(eta, up_to=descent_step)), law=descent,
    claim=fro(layer(W, l)) <= sum_along(eta * fro(gradient(W, l)), 0, time - 1),
)

paper.trajectory(
    "pf-3.1-i-2", "A layer is no larger than the sum of the bounds on the steps",
    source="A.1, induction for part (i), first display", **runs,
    claim=largest_norm <= eta * sum_along(sqrt(2 * e) * lambda_A * lambda_B * norm_X * sqrt(loss - L_star), 0, time - 1),
)

paper.trajectory(
    "pf-3.1-i-3", "A layer is no larger than a geometric sum",
    source="A.1, induction for part (i), first display", **runs,
    claim=largest_norm
    <= sqrt(2 * e) * eta * lambda_A * lambda_B * norm_X * sqrt(excess_0) * sum_along((1 - eta * rate) ** (time / 2), 0, time - 1),
)

paper.trajectory(
    "pf-3.1-i-5.run", "A layer stays below the limit of the geometric sum",
    source="A.1, induction for part (i), second display", **runs,
    claim=largest_norm <= sqrt(8 * e**3) * lambda_A * lambda_B * norm_X / (L * mu_A**2 * mu_B**2 * sigma_r**2) * sqrt(excess_0),
)

paper.trajectory(
    "pf-3.1-ii-2", "A step lowers the loss by half of the first-order decrease",
    source="A.1, induction for part (ii), second display", **runs,
    claim=following(loss) - loss <= -eta / 2 * squares,
)

paper.trajectory(
    "pf-3.1-ii-3", "A step lowers the loss in proportion to its excess",
    source="A.1, induction for part (ii), second display", **runs,
    claim=following(loss) - loss <= -eta * rate * (loss - L_star),
)

paper.trajectory(
    "eq-A.1", "The excess loss contracts in every step",
    source="eq. (A.1)", **runs,
    claim=following(loss) - L_star <= (1 - eta * rate) * (loss - L_star),
)

# --- One step from any layers of the region ---------------------------------------------------------------

free_step = shapes(6).extended(*maps, *data, InBall(W, radius, norm=fro), Scalar(eta, Interval.open(0, oo)))

paper.step(
    "pf-3.1-ii-1", "The loss after a step that stays in the region, with sqrt(e L) in place of Lemma A.2's sqrt(2 e L)",
    source="A.1, induction for part (ii), first display", over=free_step, law=descent,
    given=max_over(l, fro(following(layer(W, l))), 1, L) <= half / L,
    claim=following(loss)
    <= loss
    - eta * squares
    + eta**2 * L * lambda_A * lambda_B * norm_X * (sqrt(e * loss) + half * e * lambda_A * lambda_B * norm_X) * squares,
)

PL_sum = paper.inequality(
    "pf-3.6-PLsum", "The squared gradients of all layers are bounded from below by L times the excess loss",
    source="A.4, after (A.10)", over=in_ball,
    claim=squares >= 2 / e * L * mu_A**2 * mu_B**2 * sigma_r**2 * (loss - L_star),
    proof=Closing(keep=("loss", "L_star")),
    facts=[summed(lemma_A_1_lb(l=l), l, 1, L)],
)

# --- Remark 3.2 ---------------------------------------------------------------------------------------------

Q, V = matrix("Q", m, n), matrix("V", m, n)
(c,) = scalars("C")

paper.identity(
    "rem-3.2", "With m = d = k, A = B = I and whitened data, all that the condition mentions but the loss is 1",
    source="Remark 3.2", over=domain(Dimension(m, 1, 4), Dimension(n, 1, 6), m <= n, AnyMatrix(Q, ("signed permutation", "orthogonal"))),
    given=equal(Q * Q.T, identity(m)),
    claim=[equal(lam_max(identity(m)), 1), equal(fro(Q) ** 2, m)],
)

paper.inequality(
    "rem-3.2.condition", "The condition of Theorem 3.1 then is L_0 - L* <= C^(-2)",
    source="Remark 3.2", over=domain(Scalar(c, Interval.open(0, oo)), Scalar(s, Interval(0, oo))),
    given=c * sqrt(s) <= 1,
    claim=s <= 1 / c**2,
    proof=Closing(),
    facts=[c * sqrt(s) >= 0, c**2 * s <= 1],
)
