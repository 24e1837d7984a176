"""Lemma A.2 and its proof: the smoothness of the loss while every layer has a Frobenius norm of at most 0.5/L."""

from theorems.zou2020.notation import *

j = dimensions("j")[0]
V, V_tilde = define("V", hidden(W)), define("V_tilde", hidden(W_tilde), latex=r"\tilde{V}")
U_tilde = define("U_tilde", output(W_tilde), latex=r"\tilde{U}")
loss_tilde = define("loss_tilde", loss_of(W_tilde), latex=r"L(\tilde{\mathbf{W}})")
residual = U * X - Y


def change(l):
    """W~_l - W_l."""
    return layer(W_tilde, l) - layer(W, l)


V_1 = define("V_1", sum_over(l, after(W, l) * change(l) * before(W, l), 1, L))
V_2 = define("V_2", sum_over(l, after(W, l) * change(l) * (before(W_tilde, l) - before(W, l)), 1, L))
total = sum_over(l, fro(change(l)), 1, L)
total_square = sum_over(l, fro(change(l)) ** 2, 1, L)
first_order = sum_over(l, inner(gradient(W, l), change(l)), 1, L)
curvature = lambda_A * lambda_B * norm_X * (sqrt(2 * e * loss) + half * e * lambda_A * lambda_B * norm_X)

both = (*maps, *data, InBall(W, radius, norm=fro), InBall(W_tilde, radius, norm=fro))
"""max_l ||W_l||_F <= 0.5/L and the same for W~, the region of Lemma A.2."""

pair, deep_pair = shapes(6).extended(*both), shapes(50, 3).extended(*both)
two = shapes(4).extended(*maps, *data, AnyMatrix(W), AnyMatrix(W_tilde))
"""Any two collections of layers."""

# --- The loss at two collections of weights -----------------------------------------------------------

eq_B_4 = paper.identity(
    "eq-B.4", "The loss moves by an inner product and half a square",
    source="eq. (B.4)", over=two,
    claim=equal(loss_tilde - loss, inner(residual, (U_tilde - U) * X) + half * fro((U_tilde - U) * X) ** 2),
    proof=Expansion(),
)

paper.identity(
    "eq-B.4.line", "The line before: half of twice an inner product plus a squared norm",
    source="line before eq. (B.4)", over=two,
    claim=equal(loss_tilde - loss, half * (2 * inner(residual, (U_tilde - U) * X) + fro((U_tilde - U) * X) ** 2)),
    proof=Expansion(),
    note="Printed with a stray norm bar in front of the inner product, which nothing closes.",
)

telescope = paper.identity(
    "pf-A.2-tel", "From V to V~ by replacing one layer at a time",
    source="appendix B.2, the display before (B.5)", over=two,
    claim=equal(
        V_tilde - V,
        sum_over(
            l,
            after(W, l) * layer_product(W_tilde, 1, l, shift=True) - layer_product(W, l, L, shift=True) * before(W_tilde, l),
            1, L,
        ),
    ),
)

eq_B_5 = paper.identity(
    "eq-B.5", "The differences of the layers, between what was not and what was replaced",
    source="eq. (B.5)", over=two,
    claim=[
        equal(V_tilde - V, sum_over(l, after(W, l) * change(l) * before(W_tilde, l), 1, L)),
        equal(sum_over(l, after(W, l) * change(l) * before(W_tilde, l), 1, L), V_1 + V_2),
    ],
)

eq_B_6 = paper.identity(
    "eq-B.6", "The first part of the inner product is the first-order term",
    source="eq. (B.6)", over=two,
    claim=equal(inner(residual, B * V_1 * A * X), first_order),
    proof=Expansion(),
)

paper.identity(
    "pf-A.2-V2", "The second part as a double sum over pairs of layers",
    source="appendix B.2, after (B.6)", over=two,
    claim=equal(
        V_2,
        sum_over(
            l,
            after(W, l) * change(l)
            * sum_over(j, layer_product(W, j + 1, l - 1, shift=True) * change(j) * before(W_tilde, j), 1, l - 1),
            1, L,
        ),
    ),
)

# --- The bounds ------------------------------------------------------------------------------------------

power = (1 + half / L) ** L

paper.inequality(
    "pf-A.2-pairs", "The sum over pairs is at most the square of the sum",
    source="appendix B.2, before (B.7)", over=shapes(12, 3).extended(AnyMatrix(W)),
    claim=sum_over(l, sum_over(j, fro(layer(W, l)) * fro(layer(W, j)), 1, l - 1), 1, L) <= sum_over(l, fro(layer(W, l)), 1, L) ** 2,
)

V_2_bound = paper.inequality(
    "pf-A.2-V2-bound", "The second part is bounded by the pairs of changes",
    source="appendix B.2, before (B.7)", over=pair,
    claim=chain(
        fro(V_2), "<=", power * sum_over(l, sum_over(j, fro(change(l)) * fro(change(j)), 1, l - 1), 1, L), "<=", power * total**2
    ),
)

eq_B_7 = paper.inequality(
    "eq-B.7", "The second part of the inner product",
    source="eq. (B.7)", over=pair,
    claim=chain(
        inner(residual, B * V_2 * A * X), "<=", sqrt(2 * loss) * lambda_B * lambda_A * norm_X * fro(V_2),
        "<=", sqrt(2 * e) * sqrt(loss) * lambda_A * lambda_B * norm_X * total**2,
    ),
)

eq_B_8 = paper.inequality(
    "eq-B.8", "The change of the product of all layers",
    source="eq. (B.8)", over=pair,
    claim=[
        fro(V_tilde - V) <= power * total,
        fro((U_tilde - U) * X) ** 2 <= lambda_A**2 * lambda_B**2 * norm_X**2 * fro(V_tilde - V) ** 2,
    ],
)

eq_B_9_jensen = paper.inequality(
    "eq-B.9.jensen", "The square of the sum is at most L times the sum of squares",
    source="eq. (B.9), last line", over=shapes(12, 3).extended(AnyMatrix(W)),
    claim=sum_over(l, fro(layer(W, l)), 1, L) ** 2 <= L * sum_over(l, fro(layer(W, l)) ** 2, 1, L),
)

eq_B_9_product = paper.identity(
    "eq-B.9.first", "The loss moves by the inner product with B (V_1 + V_2) X and half a square",
    source="eq. (B.9), first line", over=two.extended(equal(d, m)),
    claim=equal(loss_tilde - loss, inner(residual, B * (V_1 + V_2) * X) + half * fro(B * (V_tilde - V) * A * X) ** 2),
    wrong="The input map A is missing in the inner product; the shapes fit only for d = m, and then it differs from the identity.",
)

paper.corrected(
    eq_B_9_product,
    over=two,
    claim=equal(loss_tilde - loss, inner(residual, B * (V_1 + V_2) * A * X) + half * fro(B * (V_tilde - V) * A * X) ** 2),
)

eq_B_9 = paper.inequality(
    "eq-B.9", "The loss grows by at most the first-order term and the square of the sum of changes",
    source="eq. (B.9), second line", over=pair,
    claim=loss_tilde - loss <= first_order + curvature * total**2,
)

lemma_A_2 = paper.inequality(
    "lemma-A.2", "Smoothness: the loss grows by at most the first-order term and L times the squared changes",
    source="Lemma A.2", over=deep_pair,
    claim=loss_tilde - loss <= first_order + L * curvature * total_square,
)
