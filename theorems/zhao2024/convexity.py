"""Appendix C: Proposition 1 and Lemma 8, for a family of losses and, line by line of their proofs, for every function.

In the proofs f(x), f(y), f(z) are numbers and the gradients are matrices: a line holds for every function if it holds for
all numbers and matrices that obey what is known of f at these points.
"""

from theorems import linear_algebra as la
from theorems.zhao2024.notation import *

L, gradient_L = curved_loss, curved_gradient
a, b = scalars("alpha beta")
n, k = dimensions("n k")
x, y, g_x, g_y = (matrix(name, n, k) for name in ("x", "y", "g_x", "g_y"))
f_x, f_y, f_z = scalars("f_x f_y f_z")
pairs = domain(Dimension(n, 1, 3), Dimension(k, 1, 3), AnyMatrix(x), AnyMatrix(y), AnyMatrix(g_x), AnyMatrix(g_y))
constants = (Scalar(b, positive), StepSize(a, up_to=b))
g_difference = gradient_L(W) - gradient_L(V)

paper.definition("def-3", define("f(y)-f(x)-<grad f(x),y-x>-alpha/2*|y-x|^2", f_y - f_x - inner(g_x, y - x) - a / 2 * fro(y - x) ** 2),
                 title="what is never negative for an alpha-strongly convex f", source="Definition 3")

# --- Proposition 1 ---------------------------------------------------------------------------------------------

prop_1_order = paper.inequality(
    "prop-1.order", "alpha <= beta",
    source="Proposition 1, first conclusion, from eq. (27) at points that differ",
    over=domain(Dimension(n, 1, 3), Dimension(k, 1, 3), FullRank(x), Scalar(a, all_numbers), Scalar(b, all_numbers)),
    given=a / 2 * fro(x) ** 2 <= b / 2 * fro(x) ** 2,
    claim=a <= b,
    proof=Closing(), facts=[la.singular_order(A=x), fro(x) > 0, fro(x) ** 2 > 0],
)

eq_27 = paper.inequality(
    "prop-1.eq-27", "The loss between its quadratic bounds",
    source="eq. (27)", over=problems,
    claim=chain(
        semi_inner(gradient_L(W), V - W) + alpha / 2 * semi(V - W) ** 2, "<=", L(V) - L(W),
        "<=", semi_inner(gradient_L(W), V - W) + beta / 2 * semi(V - W) ** 2,
    ),
)

points = domain(Dimension(n, 1, 3), Dimension(k, 1, 3), AnyMatrix(x), AnyMatrix(y))
any_norm = paper.inequality(
    "prop-1.any-norm", "Read as any norm, with gradients in that norm: the upper bound of (27), in the spectral norm of section 2.1",
    source="Proposition 1, 'with respect to a (semi-)norm', eq. (27), for f = beta/2 ||.||_F^2", over=points.extended(Scalar(b, positive)),
    claim=b / 2 * fro(y) ** 2 - b / 2 * fro(x) ** 2 <= inner(b * x, y - x) + b / 2 * spec(y - x) ** 2,
    examples=[example(x=[[0, 0], [0, 0]], y=[[1, 0], [0, 1]], beta=1)],
    wrong="The gradient of f is beta-Lipschitz, and f beta-strongly convex, in the spectral norm, too, which no inner product gives; the "
    "proofs are by Cauchy and Schwarz, which needs the norm of the inner product.",
    note="In the semi-inner product, which is the one meant, (27) holds: see prop-1.eq-27. The wording of Proposition 1 allows any norm.",
)
paper.corrected(
    any_norm, claim=b / 2 * fro(y) ** 2 - b / 2 * fro(x) ** 2 <= inner(b * x, y - x) + b / 2 * fro(y - x) ** 2, proof=Closing(),
    note="With the norm of the inner product; prop-1.eq-27 has the semi-norm and other functions.",
)

eq_28 = paper.inequality(
    "prop-1.eq-28", "The gradient of a strongly convex smooth loss is co-coercive",
    source="eq. (28)", over=problems,
    claim=semi_inner(g_difference, W - V)
    >= alpha * beta / (alpha + beta) * semi(W - V) ** 2 + 1 / (alpha + beta) * semi(g_difference) ** 2,
)

eq_29 = paper.inequality(
    "prop-1.eq-29", "Gradients differ by at least alpha times the distance",
    source="eq. (29)", over=problems, claim=semi(g_difference) >= alpha * semi(W - V),
)

eq_30 = paper.inequality(
    "prop-1.eq-30", "Smoothness as a lower bound on the tangent's error",
    source="eq. (30)", over=problems,
    claim=L(W) - L(V) <= semi_inner(gradient_L(W), W - V) - 1 / (2 * beta) * semi(g_difference) ** 2,
)

step_30_identity = paper.identity(
    "prop-1.step-30.identity", "The last line of the proof of (30), at z = y - (g_y - g_x)/beta",
    source="proof of Proposition 1, last equality", over=pairs.extended(Scalar(b, positive)),
    claim=equal(
        inner(g_x, x - (y - (g_y - g_x) / b)) + inner(g_y, y - (g_y - g_x) / b - y) + b / 2 * fro((g_y - g_x) / b) ** 2,
        inner(g_x, x - y) - fro(g_x - g_y) ** 2 / (2 * b),
    ),
    proof=Expansion(),
)

# The values at the points are the bounds themselves and what is left, which is drawn: s and t are at least 0.
s, t = scalars("s t")
gaps = (Scalar(s, nonnegative), Scalar(t, nonnegative), Scalar(f_x, all_numbers))
z = y - (g_y - g_x) / b

step_30 = paper.inequality(
    "prop-1.step-30", "For every function with a tangent below it at x and a parabola above it at y, in the point z",
    source="proof of Proposition 1",
    over=pairs.extended(
        Scalar(b, positive), *gaps, let(f_z, f_x + inner(g_x, z - x) + s),
        let(f_y, f_z - inner(g_y, z - y) - b / 2 * fro(z - y) ** 2 + t),
    ),
    given=[f_z - f_x >= inner(g_x, z - x), f_z - f_y <= inner(g_y, z - y) + b / 2 * fro(z - y) ** 2],
    claim=f_x - f_y <= inner(g_x, x - y) - fro(g_x - g_y) ** 2 / (2 * b),
    proof=Closing(),
)

rest = g_x - g_y - a * (x - y)

step_28 = paper.inequality(
    "prop-1.eq-28.proof", "For every function: (30) for f - alpha/2 ||.||^2 with beta - alpha, both ways, added up, gives (28)",
    source="eq. (28), which the paper takes as known",
    over=domain(
        Dimension(n, 1, 3), Dimension(k, 1, 3), AnyMatrix(x), AnyMatrix(y), AnyMatrix(g_y), *constants, Scalar(s, Interval(0, 1)),
        let(g_x, g_y + (a + s * (b - a)) * (x - y)),
    ),
    given=fro(rest) ** 2 <= (b - a) * inner(rest, x - y),
    claim=inner(g_x - g_y, x - y) * (a + b) >= a * b * fro(x - y) ** 2 + fro(g_x - g_y) ** 2,
    proof=Closing(),
)

step_29 = paper.inequality(
    "prop-1.eq-29.proof", "For every function: strong convexity between x and y and back, and Cauchy-Schwarz",
    source="eq. (29), which the paper takes as known",
    over=domain(
        Dimension(n, 1, 3), Dimension(k, 1, 3), AnyMatrix(x), AnyMatrix(y), AnyMatrix(g_y), Scalar(a, positive), Scalar(s, nonnegative),
        let(g_x, g_y + (a + s) * (x - y)),
    ),
    given=a * fro(x - y) ** 2 <= inner(g_x - g_y, x - y),
    claim=fro(g_x - g_y) >= a * fro(x - y),
    proof=Closing(),
    facts=[la.cauchy_schwarz(A=g_x - g_y, C=x - y), a * fro(x - y) ** 2 <= fro(g_x - g_y) * fro(x - y)],
)

# --- Lemma 8 ---------------------------------------------------------------------------------------------------

step_31 = paper.inequality(
    "lemma-8.eq-31.proof", "For every strongly convex function, at its minimiser y",
    source="proof of Lemma 8, first part",
    over=pairs.extended(Scalar(a, positive), *gaps, let(f_y, f_x + inner(g_x, y - x) + a / 2 * fro(y - x) ** 2 + s)),
    given=f_y >= f_x + inner(g_x, y - x) + a / 2 * fro(y - x) ** 2,
    claim=f_y - f_x >= -1 / (2 * a) * fro(g_x) ** 2,
    proof=Closing(),
    facts=[
        la.cauchy_schwarz(A=g_x, C=y - x), 2 * a * (f_y - f_x) >= 2 * a * inner(g_x, y - x) + a**2 * fro(y - x) ** 2,
        a**2 * fro(y - x) ** 2 - 2 * a * fro(g_x) * fro(y - x) >= -(fro(g_x) ** 2), 2 * a * (f_y - f_x) >= -(fro(g_x) ** 2),
    ],
)

eq_31 = paper.inequality(
    "lemma-8.eq-31", "The gradient bounds the excess loss from above",
    source="eq. (31)", over=solved, claim=L(W_star) - L(W) >= -1 / (2 * alpha) * semi(gradient_L(W)) ** 2,
)

eq_32 = paper.inequality(
    "lemma-8.eq-32", "The gradient bounds the excess loss from below",
    source="eq. (32)", over=solved, claim=L(W_star) - L(W) <= -1 / (2 * beta) * semi(gradient_L(W)) ** 2,
)

lemma_8_step = paper.identity(
    "lemma-8.step", "g(V) has its minimum -||grad L(W)||_X^2/(2 alpha) where V - W = -grad L(W)/alpha on the column space",
    source="proof of Lemma 8, the minimum of g", over=problems.extended(Scalar(a, positive)),
    claim=equal(
        semi_inner(gradient_L(W), V - W) + a / 2 * semi(V - W) ** 2,
        -1 / (2 * a) * semi(gradient_L(W)) ** 2 + a / 2 * semi(V - W + gradient_L(W) / a) ** 2,
    ),
    proof=Expansion(),
)

lemma_8_step_2 = paper.inequality(
    "lemma-8.step.second", "Proposition 1 between W_* and W",
    source="proof of Lemma 8, second part, first inequality", over=solved,
    claim=L(W_star) - L(W)
    <= semi_inner(gradient_L(W_star), W_star - W) - 1 / (2 * beta) * semi(gradient_L(W) - gradient_L(W_star)) ** 2,
)

# --- Lemma 2, the part that is not about chance -------------------------------------------------------------------

U, any_W = matrix("U", n, k), matrix("A", 2, n)
lemma_2_step_a = paper.identity(
    "lemma-2.step-a", "The semi-norm is the sum over an orthonormal basis u_1, ..., u_r of the column space; they are the columns of U",
    source="proof of Lemma 2, first two displays", over=domain(
        Dimension(n, 1, 4), Dimension(k, 1, 4), k <= n, AnyMatrix(U, ("signed permutation",)), AnyMatrix(any_W)
    ),
    given=equal(U.T * U, identity(k)),
    claim=[equal(U * U.T * (U * U.T), U * U.T), equal(fro(any_W * U * U.T) ** 2, trace((any_W * U).T * any_W * U))],
    proof=Expansion(),
)

lemma_2_step_c = paper.inequality(
    "lemma-2.step-c", "The loss at any W from its semi-norm and that of the minimiser",
    source="proof of Lemma 2, last display, with a_N W_{N:1}(0) - W_* for the printed a_N W_{N:1}(0) X - W_*", over=solved,
    claim=[
        L(W) - L(W_star) <= semi_inner(gradient_L(W_star), W - W_star) + beta / 2 * semi(W - W_star) ** 2,
        *chain(L(W) - L(W_star), "<=", beta / 2 * semi(W - W_star) ** 2, "<=", beta * (semi(W) ** 2 + semi(W_star) ** 2)),
    ],
)
