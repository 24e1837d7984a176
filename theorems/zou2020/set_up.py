"""Sections 2 and 3: the network, its losses and gradients as displayed, the algorithm, zero initialisation."""

from theorems.zou2020.notation import *

paper.definition("def-model", U, title="the map from inputs to outputs", source="section 2, Model")
paper.definition("def-loss", loss, title="training loss, a sum over the samples", source="section 2, Loss Function")
paper.definition("def-kappa", kappa, title="condition number of the data's covariance", source="section 1")
paper.definition("def-notation.columns", norm_columns, title="largest norm of a column", source="section 1.2")
paper.definition("alg-1-GD", define("W_next", descent.update[0][1], latex=r"\mathbf{W}_{+}"),
                 title="the layers after a step of gradient descent", source="Algorithm 1, line 4")
paper.definition("alg-1-SGD", define("W_next_SGD", stochastic_descent.update[0][1], latex=r"\mathbf{W}_{+}"),
                 title="the layers after a step on a minibatch", source="Algorithm 1, lines 8 to 10")

network = shapes(4).extended(*maps, *data, AnyMatrix(W))
sample = define("l_i", half * entry((U * X - Y).T * (U * X - Y), i, i), latex=r"\ell_i")

paper.identity(
    "def-sample-loss", "The training loss is the sum of the samples' losses",
    source="section 2, Loss Function", over=network,
    claim=equal(sum_over(i, sample, 1, n), loss),
)

# --- Gradients ---------------------------------------------------------------------------------------

H = matrix("H", m, m)

paper.identity(
    "pf-A.1-grad", "The norm of the gradient in one layer, with Phi X in place of Y",
    source="appendix B.1, first display", over=network.extended(Dimension(l, 1, 4), l <= L),
    claim=equal(fro(gradient(W, l)) ** 2, fro((B * after(W, l)).T * (U * X - Phi * X) * (before(W, l) * A * X).T) ** 2),
    proof=Expansion(),
)

paper.identity(
    "pf-A.1-grad.derivative", "Replacing one layer at a time: the loss moves by the inner product with the gradient, and by squares",
    source="appendix B.1, the gradient; eq. (B.4)", over=network.extended(Dimension(l, 1, 4), l <= L, AnyMatrix(H)),
    claim=equal(
        half * fro(U * X - Y + B * after(W, l) * H * before(W, l) * A * X) ** 2 - loss,
        inner(gradient(W, l), H) + half * fro(B * after(W, l) * H * before(W, l) * A * X) ** 2,
    ),
    proof=Expansion(),
)

batch = shapes(4).extended(Dimension(b, 1, 3), b <= n, Dimension(l, 1, 4), l <= L, *maps, *data, AnyMatrix(W), Selection(S))

paper.identity(
    "pf-A.1-mb-grad", "The stochastic gradient is (n/B) times the gradient of the minibatch's loss, column by column",
    source="appendix B.1, the stochastic gradient", over=batch,
    claim=equal(
        stochastic_gradient(W, l),
        (n / b) * (B * after(W, l)).T * ((output(W) * X - Y) * S) * (before(W, l) * A * X * S).T,
    ),
    proof=Expansion(),
)

x_i, y_i = matrix("x_i", d, 1), matrix("y_i", k, 1)
one_sample = shapes(4).extended(Dimension(l, 1, 4), l <= L, *maps, AnyMatrix(x_i), AnyMatrix(y_i), AnyMatrix(W), AnyMatrix(H))

paper.identity(
    "pf-A.1-sample-grad", "The gradient of one sample's loss, as the first-order part of a change of one layer",
    source="appendix B.1, the sample's gradient", over=one_sample,
    claim=equal(
        half * fro(output(W) * x_i - y_i + B * after(W, l) * H * before(W, l) * A * x_i) ** 2 - loss_of(W, x_i, y_i),
        inner((B * after(W, l)).T * (output(W) * x_i - y_i) * (before(W, l) * A * x_i).T, H)
        + half * fro(B * after(W, l) * H * before(W, l) * A * x_i) ** 2,
    ),
    proof=Expansion(),
)

unbiased = paper.expectation(
    "alg-1-SGD.unbiased", "The mean of the stochastic gradient over all minibatches is the gradient",
    source="Algorithm 1, line 9; used in (A.8)", over=shapes(4).extended(
        Dimension(b, 1, 3), b <= n, Dimension(l, 1, 4), l <= L, *maps, *data, AnyMatrix(W)
    ),
    claim=equal(mean_over_minibatches(stochastic_gradient(W, l), S), gradient(W, l)),
    proof=Expansion(),
)

# --- Zero initialisation ---------------------------------------------------------------------------------

still = zeros(L * m, m)

paper.identity(
    "claim-zero-init-balanced", "Layers that are zero are balanced",
    source="section 2, Algorithm", over=shapes(4).extended(Dimension(l, 1, 4), l + 1 <= L, *maps),
    claim=equal(
        identity_plus(still, l) * identity_plus(still, l).T, identity_plus(still, l + 1).T * identity_plus(still, l + 1)
    ),
    proof=Expansion(),
)

paper.identity(
    "alg-1-GD.start", "At zero initialisation the network is B A",
    source="Algorithm 1, line 2", over=shapes(4).extended(*maps),
    claim=equal(output(still), B * A),
    proof=Expansion(),
)
