"""Lemma A.1 and its proof: bounds on the gradients while every layer has a spectral norm of at most 0.5/L."""

from theorems import linear_algebra as la
from theorems.zou2020.notation import *
from theorems.zou2020.numbers import lb_scal, ub_scal_used
from theorems.zou2020.technical_lemmas import eq_B_1, eq_B_3

grad = gradient_named(W, l)
later, earlier = after(W, l), before(W, l)
R = (U - Phi) * X
core = B.T * R * X.T * A.T
"""B^T (U - Phi) X X^T A^T, what the layers around the l-th are applied to."""

around = sigma_min(later) ** 2 * sigma_min(earlier) ** 2
around_above = sigma_max(later) ** 2 * sigma_max(earlier) ** 2
lower_power, upper_power = (1 - 1 / (2 * L)) ** (2 * L - 2), (1 + 1 / (2 * L)) ** (2 * L - 2)

same_gradient = equal(fro(gradient(W, l)) ** 2, fro(later.T * core * earlier.T) ** 2)

# --- The lower bound -------------------------------------------------------------------------------------

lb_1 = paper.inequality(
    "pf-A.1-lb-1", "The layers around the l-th shrink by at most their smallest singular values",
    source="appendix B.1, second line of the lower bound", over=one_layer,
    claim=fro(grad) ** 2 >= around * fro(core) ** 2,
    proof=Closing(),
    facts=[
        same_gradient,
        la.product_lower_left(A=later.T, B=core * earlier.T), la.product_lower_right(A=core, B=earlier.T),
        sigma_min(later) * (sigma_min(earlier) * fro(core)) <= sigma_min(later) * fro(core * earlier.T),
        sigma_min(later) * sigma_min(earlier) * fro(core) <= fro(later.T * core * earlier.T),
    ],
)

lb_2 = paper.inequality(
    "pf-A.1-lb-2", "Each layer shrinks by at most 1 - 0.5/L",
    source="appendix B.1, third line of the lower bound", over=one_layer,
    claim=around * fro(core) ** 2 >= lower_power * fro(core) ** 2,
    proof=Closing(),
    facts=[la.residual_smallest(W=W, l=l)],
)

lb_2_layer = paper.inequality(
    "pf-A.1-lb-2.layer", "The smallest singular value of one residual layer",
    source="appendix B.1, after the lower bound", over=shapes(20).extended(Dimension(l, 1, 20), l <= L, InBall(W, radius, norm=fro)),
    claim=chain(
        sigma_min(identity_plus(W, l)), ">=", 1 - spec(layer(W, l)), ">=", 1 - fro(layer(W, l)), ">=", 1 - half / L
    ),
)

lb_3 = paper.inequality(
    "pf-A.1-lb-3", "The outer maps shrink by at most their smallest singular values",
    source="appendix B.1, Lemma B.2 applied", over=in_ball,
    claim=chain(
        fro(core) ** 2, ">=", lam_min(B * B.T) * fro(R * X.T * A.T) ** 2,
        ">=", lam_min(B * B.T) * lam_min(A.T * A) * fro(R * X.T) ** 2,
    ),
)

lb_3_used = paper.inequality(
    "pf-A.1-lb-3.used", "The outer maps shrink by at most their smallest singular values, for d, k <= m",
    source="appendix B.1, Lemma B.2 applied, with the eigenvalues after (B.3)", over=in_ball,
    claim=fro(core) ** 2 >= mu_B**2 * mu_A**2 * fro(R * X.T) ** 2,
    proof=Closing(),
    facts=[
        la.product_lower_left(A=B.T, B=R * X.T * A.T), la.product_lower_right(A=R * X.T, B=A.T),
        mu_B * (mu_A * fro(R * X.T)) <= mu_B * fro(R * X.T * A.T),
        mu_B * mu_A * fro(R * X.T) <= fro(core),
    ],
)

lemma_A_1_lb = paper.inequality(
    "lemma-A.1-lb", "The gradient of each layer is bounded from below by the excess loss (PL condition)",
    source="Lemma A.1, first line", over=deep,
    claim=fro(grad) ** 2 >= 2 / e * mu_A**2 * mu_B**2 * sigma_r**2 * (loss - L_star),
    proof=Closing(keep=("loss", "L_star")),
    facts=[
        lb_1(), lb_2(), lb_3_used(), eq_B_3(), lb_scal(x=L),
        fro(R * X.T) ** 2 >= 2 * sigma_r**2 * (loss - L_star),
        mu_B**2 * mu_A**2 * fro(R * X.T) ** 2 >= mu_B**2 * mu_A**2 * (2 * sigma_r**2 * (loss - L_star)),
        lower_power * fro(core) ** 2 >= 1 / e * fro(core) ** 2,
    ],
)

# --- The upper bound -------------------------------------------------------------------------------------

ub_1_first = paper.inequality(
    "pf-A.1-ub-1.first", "The layers around the l-th stretch by at most their largest singular values",
    source="appendix B.1, first line of the upper bound", over=one_layer,
    claim=fro(grad) ** 2 <= around_above * fro(core) ** 2,
    proof=Closing(),
    facts=[
        same_gradient,
        la.product_upper_left(A=later.T, B=core * earlier.T), la.product_upper_right(A=core, B=earlier.T),
        sigma_max(later) * fro(core * earlier.T) <= sigma_max(later) * (sigma_max(earlier) * fro(core)),
        fro(later.T * core * earlier.T) <= sigma_max(later) * sigma_max(earlier) * fro(core),
    ],
)

ub_1_maps = paper.inequality(
    "pf-A.1-ub-1.maps", "The outer maps stretch by at most their norms",
    source="appendix B.1, second line of the upper bound", over=in_ball,
    claim=fro(core) ** 2 <= lambda_B**2 * lambda_A**2 * fro(R * X.T) ** 2,
    proof=Closing(),
    facts=[
        la.product_upper_left(A=B.T, B=R * X.T * A.T), la.product_upper_right(A=R * X.T, B=A.T),
        lambda_B * fro(R * X.T * A.T) <= lambda_B * (lambda_A * fro(R * X.T)),
        fro(core) <= lambda_B * lambda_A * fro(R * X.T),
    ],
)

ub_1 = paper.inequality(
    "pf-A.1-ub-1", "The layers stretch by at most 1 + 0.5/L each, the outer maps by their norms",
    source="appendix B.1, third line of the upper bound", over=one_layer,
    claim=fro(grad) ** 2 <= upper_power * lambda_B**2 * lambda_A**2 * fro(R * X.T) ** 2,
    proof=Closing(),
    facts=[
        ub_1_first(), ub_1_maps(), la.residual_largest(W=W, l=l),
        around_above * fro(core) ** 2 <= upper_power * fro(core) ** 2,
        upper_power * fro(core) ** 2 <= upper_power * (lambda_B**2 * lambda_A**2 * fro(R * X.T) ** 2),
    ],
)

ub_2 = paper.inequality(
    "pf-A.1-ub-2", "The data stretch by at most their norm",
    source="appendix B.1, the display after (B.3) again", over=in_ball,
    claim=[
        fro(R * X.T) ** 2 <= norm_X**2 * fro(R) ** 2,
        equal(norm_X**2 * fro(R) ** 2, 2 * norm_X**2 * (loss - L_star)),
    ],
    proof=Closing(),
    facts=[la.product_upper_right(A=R, B=X.T), fro(R * X.T) ** 2 <= norm_X**2 * fro(R) ** 2, eq_B_1()],
)

lemma_A_1_ub = paper.inequality(
    "lemma-A.1-ub", "The gradient of each layer is bounded from above by the excess loss",
    source="Lemma A.1, second line", over=deep,
    claim=fro(grad) ** 2 <= 2 * e * lambda_A**2 * lambda_B**2 * norm_X**2 * (loss - L_star),
    proof=Closing(keep=("loss", "L_star")),
    facts=[
        ub_1(), ub_2(), ub_scal_used(x=L),
        fro(R * X.T) ** 2 <= 2 * norm_X**2 * (loss - L_star),
        upper_power * (lambda_B**2 * lambda_A**2 * fro(R * X.T) ** 2) <= e * (lambda_B**2 * lambda_A**2 * fro(R * X.T) ** 2),
        e * lambda_B**2 * lambda_A**2 * fro(R * X.T) ** 2 <= e * lambda_B**2 * lambda_A**2 * (2 * norm_X**2 * (loss - L_star)),
    ],
)

# --- One sample, and a minibatch ---------------------------------------------------------------------------

x_i, y_i = matrix("x_i", d, 1), matrix("y_i", k, 1)
of_sample = output(W) * x_i - y_i
sample_loss = loss_of(W, x_i, y_i)
sample_gradient = gradient(W, l, x_i, y_i)
sample_core = B.T * of_sample * x_i.T * A.T
one_sample = shapes(20).extended(Dimension(l, 1, 20), l <= L, *maps, AnyMatrix(x_i), AnyMatrix(y_i), InBall(W, radius))

sample_1 = paper.inequality(
    "pf-A.1-sample-1", "The gradient of one sample's loss: layers and outer maps stretch by at most their norms",
    source="appendix B.1, the sample's gradient", over=one_sample,
    claim=[
        fro(sample_gradient) ** 2 <= around_above * fro(sample_core) ** 2,
        around_above * fro(sample_core) ** 2 <= upper_power * lambda_B**2 * lambda_A**2 * fro(x_i) ** 2 * fro(of_sample) ** 2,
    ],
    proof=Closing(),
    facts=[
        la.product_upper_left(A=later.T, B=sample_core * earlier.T), la.product_upper_right(A=sample_core, B=earlier.T),
        sigma_max(later) * fro(sample_core * earlier.T) <= sigma_max(later) * (sigma_max(earlier) * fro(sample_core)),
        fro(sample_gradient) <= sigma_max(later) * sigma_max(earlier) * fro(sample_core),
        la.residual_largest(W=W, l=l),
        la.product_upper_left(A=B.T, B=of_sample * x_i.T * A.T), la.product_upper_right(A=of_sample * x_i.T, B=A.T),
        la.submultiplicative(A=of_sample, B=x_i.T),
        lambda_A * fro(of_sample * x_i.T) <= lambda_A * (fro(of_sample) * fro(x_i)),
        lambda_B * fro(of_sample * x_i.T * A.T) <= lambda_B * (lambda_A * (fro(of_sample) * fro(x_i))),
        fro(sample_core) <= lambda_B * lambda_A * fro(of_sample) * fro(x_i),
        around_above * fro(sample_core) ** 2 <= upper_power * fro(sample_core) ** 2,
        fro(sample_core) ** 2 <= (lambda_B * lambda_A * fro(of_sample) * fro(x_i)) ** 2,
        upper_power * fro(sample_core) ** 2 <= upper_power * (lambda_B * lambda_A * fro(of_sample) * fro(x_i)) ** 2,
    ],
)

lemma_A_1_sample = paper.inequality(
    "lemma-A.1-sample", "The gradient of one sample's loss is bounded by that loss",
    source="Lemma A.1, third line", over=one_sample,
    claim=fro(sample_gradient) ** 2 <= 2 * e * lambda_A**2 * lambda_B**2 * fro(x_i) ** 2 * sample_loss,
    proof=Closing(),
    facts=[
        sample_1(), ub_scal_used(x=L),
        upper_power * (lambda_B**2 * lambda_A**2 * fro(x_i) ** 2 * fro(of_sample) ** 2)
        <= e * (lambda_B**2 * lambda_A**2 * fro(x_i) ** 2 * fro(of_sample) ** 2),
    ],
)

batch = shapes(8).extended(Dimension(b, 1, 3), b <= n, Dimension(l, 1, 8), l <= L, *maps, *data, InBall(W, radius), Selection(S))
E = U * X - Y
batch_core = B.T * (E * S) * (X * S).T * A.T
batch_gradient = gradient(W, l, X * S, Y * S)
G_l = define("G_l", stochastic_gradient(W, l))

mb_1 = paper.inequality(
    "pf-A.1-mb-1", "The stochastic gradient: layers and outer maps stretch by at most their norms",
    source="appendix B.1, the stochastic gradient", over=batch,
    claim=[
        fro(G_l) ** 2 <= n**2 / b**2 * upper_power * lambda_B**2 * lambda_A**2 * spec(X * S) ** 2 * fro(E * S) ** 2,
        n**2 / b**2 * upper_power * lambda_B**2 * lambda_A**2 * spec(X * S) ** 2 * fro(E * S) ** 2
        <= e * n**2 / b**2 * lambda_B**2 * lambda_A**2 * spec(X * S) ** 2 * fro(E * S) ** 2,
    ],
    proof=Closing(),
    facts=[
        la.product_upper_left(A=later.T, B=batch_core * earlier.T), la.product_upper_right(A=batch_core, B=earlier.T),
        sigma_max(later) * fro(batch_core * earlier.T) <= sigma_max(later) * (sigma_max(earlier) * fro(batch_core)),
        fro(batch_gradient) <= sigma_max(later) * sigma_max(earlier) * fro(batch_core),
        la.residual_largest(W=W, l=l),
        la.product_upper_left(A=B.T, B=E * S * (X * S).T * A.T), la.product_upper_right(A=E * S * (X * S).T, B=A.T),
        la.product_upper_right(A=E * S, B=(X * S).T),
        lambda_A * fro(E * S * (X * S).T) <= lambda_A * (fro(E * S) * spec(X * S)),
        lambda_B * fro(E * S * (X * S).T * A.T) <= lambda_B * (lambda_A * (fro(E * S) * spec(X * S))),
        fro(batch_core) <= lambda_B * lambda_A * fro(E * S) * spec(X * S),
        fro(batch_core) ** 2 <= (lambda_B * lambda_A * fro(E * S) * spec(X * S)) ** 2,
        fro(batch_gradient) ** 2 <= around_above * fro(batch_core) ** 2,
        around_above * fro(batch_core) ** 2 <= upper_power * fro(batch_core) ** 2,
        upper_power * fro(batch_core) ** 2 <= upper_power * (lambda_B * lambda_A * fro(E * S) * spec(X * S)) ** 2,
        fro(batch_gradient) ** 2 <= upper_power * (lambda_B * lambda_A * fro(E * S) * spec(X * S)) ** 2,
        n**2 / b**2 * fro(batch_gradient) ** 2 <= n**2 / b**2 * (upper_power * (lambda_B * lambda_A * fro(E * S) * spec(X * S)) ** 2),
        ub_scal_used(x=L),
        upper_power * (lambda_B * lambda_A * fro(E * S) * spec(X * S)) ** 2 <= e * (lambda_B * lambda_A * fro(E * S) * spec(X * S)) ** 2,
        n**2 / b**2 * (upper_power * (lambda_B * lambda_A * fro(E * S) * spec(X * S)) ** 2)
        <= n**2 / b**2 * (e * (lambda_B * lambda_A * fro(E * S) * spec(X * S)) ** 2),
    ],
)

mb_2 = paper.inequality(
    "pf-A.1-mb-2", "A minibatch has smaller norms than all the data",
    source="appendix B.1, the stochastic gradient", over=batch,
    claim=[spec(X * S) <= norm_X, fro(E * S) ** 2 <= fro(E) ** 2, equal(fro(E) ** 2, 2 * loss)],
    proof=Closing(),
    facts=[
        la.singular_product(A=X, B=S), norm_X * sigma_max(S) <= norm_X * 1,
        la.product_upper_right(A=E, B=S), fro(E) * sigma_max(S) <= fro(E) * 1,
    ],
)

lemma_A_1_sgd = paper.inequality(
    "lemma-A.1-sgd", "The stochastic gradient is bounded by the loss, for every minibatch",
    source="Lemma A.1, last display", over=batch,
    claim=fro(G_l) ** 2 <= 2 * e * n**2 * lambda_A**2 * lambda_B**2 * norm_X**2 / b**2 * loss,
    proof=Closing(),
    facts=[
        mb_1(), mb_2(),
        spec(X * S) ** 2 <= norm_X**2,
        spec(X * S) ** 2 * fro(E * S) ** 2 <= norm_X**2 * fro(E) ** 2,
        e * n**2 / b**2 * lambda_B**2 * lambda_A**2 * (spec(X * S) ** 2 * fro(E * S) ** 2)
        <= e * n**2 / b**2 * lambda_B**2 * lambda_A**2 * (norm_X**2 * fro(E) ** 2),
    ],
)
