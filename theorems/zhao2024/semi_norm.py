"""Section 2.1 and Appendix A: the semi-norm of the data, Lemma 7 and Lemma 1 with their proofs, the examples."""

from theorems.zhao2024.notation import *

L, gradient_L = curved_loss, curved_gradient
D, U = matrix("D", n_y, n_x), matrix("U", n_y, n_x)
lam = scalars("lambda")[0]

paper.definition("def-problem", define("L", L(W)), title="the loss of the convex problem, for one family of l", source="eq. (1)")

def_seminorm = paper.identity(
    "def-seminorm", "Three forms of the projection onto the column space of X",
    source="section 2.1, P_X = X (X^T X)^+ X^T", over=sizes().extended(*data),
    claim=[equal(X * pinv(X.T * X) * X.T, P_X), equal(proj(X), P_X)],
)

def_seminorm_projection = paper.identity(
    "def-seminorm.projection", "P_X is an orthogonal projection that leaves X as it is",
    source="section 2.1", over=sizes().extended(*data, AnyMatrix(W), AnyMatrix(V)),
    claim=[
        equal(P_X.T, P_X), equal(P_X * P_X, P_X), equal(P_X * X, X), equal(semi_inner(W, V), inner(W * P_X, V)),
        equal(semi(W) ** 2, semi_inner(W, W)),
    ],
    proof=Expansion(),
)

# --- Lemma 7 -------------------------------------------------------------------------------------------------

lemma_7_1 = paper.identity(
    "lemma-7.1", "The loss sees the part of W in the column space only",
    source="Lemma 7.1", over=problems, claim=equal(L(W), L(W * P_X)), proof=Expansion(),
)

lemma_7_2 = paper.identity(
    "lemma-7.2", "So does the gradient, which lies there",
    source="Lemma 7.2", over=problems, claim=equal(gradient_L(W), gradient_L(W * P_X) * P_X), proof=Expansion(),
)

lemma_7_3 = paper.identity(
    "lemma-7.3", "The inner product with the gradient is the semi-inner product",
    source="Lemma 7.3", over=problems, claim=equal(inner(gradient_L(W), V), semi_inner(gradient_L(W), V)), proof=Expansion(),
)

lemma_7_4 = paper.identity(
    "lemma-7.4", "The norm of the gradient is its semi-norm",
    source="Lemma 7.4", over=problems, claim=equal(fro(gradient_L(W)), semi(gradient_L(W))), proof=Closing(),
    facts=[equal(fro(gradient_L(W)) ** 2, semi(gradient_L(W)) ** 2)],
)

lemma_7_5 = paper.identity(
    "lemma-7.5", "For X of full row rank the semi-norm is the norm",
    source="Lemma 7.5, if", over=sizes().extended(*data, AnyMatrix(W), equal(r, n_x)), claim=equal(semi(W), fro(W)),
)

lemma_7_5_only_if = paper.inequality(
    "lemma-7.5.only-if", "Otherwise they differ, at I - P_X",
    source="Lemma 7.5, only if", over=sizes().extended(*data, n_x >= r + 1),
    claim=chain(fro((identity(n_x) - P_X) * P_X), "<", fro(identity(n_x) - P_X)),
)

lemma_7_6 = paper.inequality(
    "lemma-7.6", "Strong convexity bounds the semi-distance to a minimiser by the excess loss, so minimisers agree on the column space",
    source="Lemma 7.6 and eq. (19), with W in place of W'", over=solved,
    claim=alpha / 2 * semi(W - W_star) ** 2 <= L(W) - L(W_star),
)

lemma_7_6_others = paper.identity(
    "lemma-7.6.others", "Minimisers need not be unique: W_* plus anything outside the column space is one",
    source="Lemma 7.6 and section 2.1", over=solved,
    claim=[
        equal(L(W_star + W - W * P_X), L(W_star)), equal((W_star + W - W * P_X) * P_X, W_star * P_X),
        equal(gradient_L(W_star + W - W * P_X, own_targets), zeros(n_y, n_x)),
    ],
    proof=Expansion(),
)

lemma_7_step_2 = paper.identity(
    "lemma-7.step-2", "The differential of the loss",
    source="proof of Lemma 7, second part", over=problems.extended(AnyMatrix(D)),
    claim=[
        equal(L(W + D) - L(W), L(W * P_X + D * P_X) - L(W * P_X)),
        equal(inner(gradient_L(W * P_X), D * P_X), inner(gradient_L(W * P_X) * P_X, D)),
        equal(inner(gradient_L(W), D), inner(gradient_L(W * P_X), D * P_X)),
    ],
    proof=Expansion(),
)

free_W = state("W", n_y, n_x)
lemma_7_step_2_rate = paper.identity(
    "lemma-7.step-2.rate", "The directional derivative is the inner product with the gradient",
    source="proof of Lemma 7, second display", over=sizes().extended(*data, *curvatures, AnyMatrix(Y), AnyMatrix(free_W), AnyMatrix(D)),
    claim=equal(rate_along(L(free_W), {free_W: D}), inner(gradient_L(free_W), D)),
    proof=Expansion(),
)

lemma_7_step_3 = paper.identity(
    "lemma-7.step-3", "From the inner product to the semi-inner product",
    source="proof of Lemma 7, third part", over=problems,
    claim=[
        equal(inner(gradient_L(W), V), inner(gradient_L(W * P_X) * P_X, V)),
        equal(inner(gradient_L(W * P_X) * P_X, V), inner(gradient_L(W * P_X) * P_X * P_X, V * P_X)),
        equal(inner(gradient_L(W * P_X) * P_X * P_X, V * P_X), semi_inner(gradient_L(W * P_X) * P_X, V)),
        equal(semi_inner(gradient_L(W * P_X) * P_X, V), semi_inner(gradient_L(W), V)),
    ],
    proof=Expansion(),
)

eq_19 = paper.inequality(
    "eq-19", "Strong convexity between a minimiser W_* and any W'",
    source="eq. (19), without L(W') = L(W_*)", over=solved,
    claim=L(W_star) >= L(W) + semi_inner(gradient_L(W), W_star - W) + alpha / 2 * semi(W - W_star) ** 2,
)

theta = scalars("theta")[0]
eq_20 = paper.identity(
    "eq-20", "The gradient is orthogonal to the segment between two minimisers",
    source="eq. (20)", over=solved.extended(Scalar(theta, Interval(0, 1))),
    claim=equal(
        inner(gradient_L(theta * W_star + (1 - theta) * (W_star + W - W * P_X), own_targets), W_star - (W_star + W - W * P_X)), 0
    ),
    proof=Expansion(),
)

# --- Lemma 1 -------------------------------------------------------------------------------------------------

lemma_1_step_a = paper.identity(
    "lemma-1.step-a", "Between W and W P_X the loss is constant, so it is not strictly convex where they differ",
    source="proof of Lemma 1, first display", over=problems,
    claim=[equal(L(W / 2 + W * P_X / 2), L(W * P_X)), equal(L(W * P_X), L(W) / 2 + L(W * P_X) / 2)], proof=Expansion(),
)

flat = define("D", U - U * P_X)
"""Any direction outside the column space; there is one other than 0 if and only if X is not of full row rank."""
lemma_1_1 = paper.inequality(
    "lemma-1.1", "For X without full row rank the loss is no mu-strongly convex function in the Frobenius norm, for any mu > 0",
    source="Lemma 1.1, at W and W + D with D = U (I - P_X)",
    over=problems.extended(n_x >= r + 1, AnyMatrix(U), Scalar(lam, positive)), given=fro(flat) > 0,
    claim=L(W + flat) < L(W) + inner(gradient_L(W), flat) + lam / 2 * fro(flat) ** 2,
)

lemma_1_2 = paper.inequality(
    "lemma-1.2", "The loss is strongly convex in the semi-norm, with alpha(l) lambda_min(X X^T)/m",
    source="Lemma 1.2", over=problems,
    claim=L(W) >= L(V) + semi_inner(gradient_L(V), W - V) + alpha / 2 * semi(W - V) ** 2,
)


def g(W):
    """g of the proof of Lemma 1, with the factor alpha(l) lambda_min/m as printed."""
    return L(W) - alpha * semi(W) ** 2


squares = fro(W * X - Y) ** 2 / m
eq_21 = paper.identity(
    "eq-21", "The two parts of g",
    source="eq. (21), lambda_min(X^T X) its smallest non-zero eigenvalue", over=problems,
    claim=equal(g(W), L(W) - alpha_l * squares + alpha_l / m * (fro(W * X - Y) ** 2 - sigma_r**2 * semi(W) ** 2)),
    proof=Expansion(),
)

lemma_1_step_b = paper.inequality(
    "lemma-1.step-b", "g is convex",
    source="proof of Lemma 1, g(W) = L(W) - alpha(l) lambda_min(X X^T)/m ||W||_X^2", over=problems,
    claim=g(W / 2 + V / 2) <= g(W) / 2 + g(V) / 2,
    wrong="With Definition 3, which has alpha/2, one must subtract half of this: for a quadratic l the rest is concave.",
)

lemma_1_step_b_corrected = paper.corrected(
    lemma_1_step_b,
    claim=L(W / 2 + V / 2) - alpha / 2 * semi(W / 2 + V / 2) ** 2
    <= (L(W) - alpha / 2 * semi(W) ** 2) / 2 + (L(V) - alpha / 2 * semi(V) ** 2) / 2,
    note="g(W) = L(W) - alpha(l) lambda_min/(2 m) ||W||_X^2.",
)


def first_part(W, factor=1):
    """L(W) - factor alpha(l)/m sum_i ||W x_i - y_i||^2."""
    return L(W) - factor * alpha_l / m * fro(W * X - Y) ** 2


lemma_1_step_c = paper.inequality(
    "lemma-1.step-c.first", "The first part of g is convex",
    source="proof of Lemma 1, after eq. (21), read with W x_i - y_i", over=problems,
    claim=first_part(W / 2 + V / 2) <= first_part(W) / 2 + first_part(V) / 2,
    wrong="The factor 1/2 of strong convexity is missing, as in g.",
)

lemma_1_step_c_corrected = paper.corrected(
    lemma_1_step_c, claim=first_part(W / 2 + V / 2, half) <= first_part(W, half) / 2 + first_part(V, half) / 2,
    note="With alpha(l)/(2 m).",
)

lemma_1_step_c_second = paper.inequality(
    "lemma-1.step-c.second", "The Hessian of the second part has no negative eigenvalue: its quadratic form at V",
    source="proof of Lemma 1, last line, with lambda_min(W^T W) as printed", over=problems,
    claim=lam_min(W.T * W) * semi(V) ** 2 <= fro(V * X) ** 2,
    examples=[example(
        F=[[1]], G=[[1]], beta_l=1, theta_alpha_l=1, Y=[[0]], W=[[2]], V=[[1]], dimensions={"n_x": 1, "n_y": 1, "m": 1, "r": 1},
    )],
    wrong="lambda_min(X^T X) is meant, the smallest non-zero eigenvalue; the curvature of ||W X - Y||_F^2 does not grow with W.",
)
paper.corrected(
    lemma_1_step_c_second, claim=sigma_r**2 * semi(V) ** 2 <= fro(V * X) ** 2, note="With the smallest non-zero eigenvalue of X^T X.",
)

# --- The constants alpha and beta ------------------------------------------------------------------------------

def_beta = paper.inequality(
    "def-alpha-beta.beta", "The gradient is Lipschitz in the semi-norm",
    source="section 2.1, assumption on the gradient of L; beta <= beta(l) lambda_max(X X^T)/m", over=problems,
    claim=fro(gradient_L(W) - gradient_L(V)) <= beta * semi(W - V),
)

fact_bounds = paper.inequality(
    "fact-alpha-beta-bounds", "The curvature along any direction lies between the bounds on alpha and beta",
    source="after the assumption on L, for l quadratic: alpha(l) = beta(l)", over=problems,
    claim=chain(alpha * semi(W) ** 2, "<=", alpha_l * fro(W * X) ** 2 / m, "<=", alpha_l * sigma_1**2 / m * semi(W) ** 2),
)

# --- Examples 1 and 2 ------------------------------------------------------------------------------------------


def mean_square(W):
    """(1/m) ||W X - Y||_F^2."""
    return fro(W * X - Y) ** 2 / m


def mean_square_gradient(W):
    """Its gradient."""
    return 2 * (W * X - Y) * X.T / m


smallest, largest = 2 * sigma_r**2 / m, 2 * sigma_1**2 / m
quadratics = sizes().extended(*data, AnyMatrix(Y), AnyMatrix(W), AnyMatrix(V), Scalar(lam, nonnegative))

example_1 = paper.inequality(
    "example-1", "Constants of the mean squared error",
    source="Example 1", over=quadratics,
    claim=[
        mean_square(W) >= mean_square(V) + inner(mean_square_gradient(V), W - V) + smallest / 2 * semi(W - V) ** 2,
        fro(mean_square_gradient(W) - mean_square_gradient(V)) <= largest * semi(W - V),
    ],
)

example_1_exact = paper.identity(
    "example-1.exact", "The mean squared error is its own quadratic expansion",
    source="Example 1", over=quadratics,
    claim=equal(mean_square(W), mean_square(V) + inner(mean_square_gradient(V), W - V) + fro((W - V) * X) ** 2 / m),
    proof=Expansion(),
)

example_2a = paper.inequality(
    "example-2a", "A multiple of the squared semi-norm adds twice the factor to both constants",
    source="Example 2, lambda >= 0", over=problems.extended(Scalar(lam, nonnegative)),
    claim=[
        L(W) + lam * semi(W) ** 2
        >= L(V) + lam * semi(V) ** 2 + inner(gradient_L(V) + 2 * lam * V * P_X, W - V) + (alpha + 2 * lam) / 2 * semi(W - V) ** 2,
        fro(gradient_L(W) + 2 * lam * W * P_X - gradient_L(V) - 2 * lam * V * P_X) <= (beta + 2 * lam) * semi(W - V),
    ],
)

alpha_g, beta_g = scalars("alpha_g beta_g")
own = Lambda(z, alpha_g * z**2 / 2 + (beta_g - alpha_g) * (sqrt(1 + z**2) - 1))
own_slope = Lambda(z, alpha_g * z + (beta_g - alpha_g) * z / sqrt(1 + z**2))


def regulariser(W):
    """g(W P_X) for a function g between two curvatures."""
    return entry_sum(elementwise(own, W * P_X))


def regulariser_gradient(W):
    """Its gradient."""
    return elementwise(own_slope, W * P_X) * P_X


example_2b = paper.inequality(
    "example-2b", "A regulariser g(W P_X) adds its constants",
    source="Example 2, last display, lambda >= 0",
    over=problems.extended(Scalar(lam, nonnegative), Scalar(beta_g, positive), StepSize(alpha_g, up_to=beta_g)),
    claim=[
        L(W) + lam * regulariser(W)
        >= L(V) + lam * regulariser(V) + inner(gradient_L(V) + lam * regulariser_gradient(V), W - V)
        + (alpha + lam * alpha_g) / 2 * semi(W - V) ** 2,
        fro(gradient_L(W) + lam * regulariser_gradient(W) - gradient_L(V) - lam * regulariser_gradient(V))
        <= (beta + lam * beta_g) * semi(W - V),
    ],
)
