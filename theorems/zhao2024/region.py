"""Lemma 3 and its Claims 1 to 3 along runs of gradient descent that start in the convergence region (14)."""

from theorems import linear_algebra as la
from theorems.zhao2024.wide_networks import *

runs = {"over": every_member, "given": in_region, "law": descent}
paper.definition("eq-14", largest_ratio, title="the largest of the ratios that (14) bounds", source="eq. (14)")
paper.definition("def-2", M, title="M of the convergence region, for theta = 0 and the starts that are drawn", source="Definition 2")
paper.definition("claim-2.eps1", epsilon_printed, title="the admitted relative change", source="proof of Claim 2")

lemma_3_A = paper.trajectory(
    "lemma-3.A", "The loss falls at the rate that the proof of Claim 3 reaches",
    source="proof of Lemma 3, A(t), with gamma = 2 e^(-3 c_2) epsilon alpha N/n_N", **runs,
    claim=loss <= (1 - 4 * epsilon * (1 - epsilon) * (a_1 * a_2) ** (-6) / kappa) ** time * initial(loss),
)

lemma_3_B = paper.trajectory(
    "lemma-3.B", "The products behind and before a layer keep their spectra",
    source="proof of Lemma 3, B(t), first four lines", **runs, claim=[largest_ratio <= a_1, smallest_ratio >= 1 / a_2],
)

measured_M = 2 * maximum(1, initial(between_ratio))
"""The smallest M with which (39) holds at the start."""
shallower = {"over": members(oo, oo, deepest=5), "given": in_region, "law": descent}
lemma_3_B_between = paper.trajectory(
    "lemma-3.B.between", "So do the products between", source="proof of Lemma 3, B(t), last line", **shallower,
    claim=between_ratio <= measured_M,
)

moved = maximum(fro(W_1 - initial(W_1)), max_over(l, fro(layer(H, l) - initial(layer(H, l))), 1, N - 1))
lemma_3_C = paper.trajectory(
    "lemma-3.C", "No layer leaves a ball around its start",
    source="proof of Lemma 3, C(t), with gamma as printed", **runs,
    claim=moved <= radius / gamma_printed,
    wrong="R has gamma with e^(6 c_1) in its denominator; the layers move at the slower rate, and so further.",
    note="The certificate has the constant of the proof for C(c_1, c_2). No larger one helps: see lemma-3.C.wide.",
)
lemma_3_C_corrected = paper.corrected(lemma_3_C, claim=moved <= radius / gamma, note="With gamma = 2 e^(-3 c_2) epsilon alpha N/n_N.")

# --- Claim 1 ---------------------------------------------------------------------------------------------------------------

A, B, G_t = matrix("A", n_y, i), matrix("B", j, n_x), matrix("G_t", n_y, n_x)
p, q = scalars("p q")
one_layer = domain(
    Dimension(n_y, 1, 3), Dimension(n_x, 1, 3), Dimension(i, 1, 3), Dimension(j, 1, 3), Dimension(r, 1, 3), r <= n_x, FullRank(F),
    AnyMatrix(A), AnyMatrix(B), AnyMatrix(G_t), Scalar(p, positive), Scalar(q, positive), Scalar(c, Interval.open(1, oo)),
)
"""A is W_{N:i+1}, B is W_{i-1:1}; p^2 and q^2 are n_{N-1:i} and n_{i-1:1}, so that a_N^2 is 1/(p^2 q^2 n_N): every depth, every width."""
own_gradient = 1 / (p * q * sqrt(n_y)) * A.T * (G_t * P_X) * B.T

eq_34_first = paper.inequality(
    "eq-34.first", "The gradient in one layer, by the products around it",
    source="eq. (34), first inequality", over=one_layer,
    claim=fro(own_gradient) <= 1 / (p * q * sqrt(n_y)) * sigma_max(A) * fro(G_t * P_X) * sigma_max(B * P_X),
    proof=Closing(),
    facts=[
        la.product_upper_left(A=A.T, B=G_t * P_X * (B * P_X).T), la.product_upper_right(A=G_t * P_X, B=(B * P_X).T),
        sigma_max(A) * fro(G_t * P_X * (B * P_X).T) <= sigma_max(A) * (fro(G_t * P_X) * sigma_max(B * P_X)),
        equal(fro(own_gradient), 1 / (p * q * sqrt(n_y)) * fro(A.T * G_t * P_X * B.T)),
        fro(A.T * G_t * P_X * B.T) <= sigma_max(A) * fro(G_t * P_X) * sigma_max(B * P_X),
    ],
)

measured = one_layer.extended(let(a_1, c * maximum(1, sigma_max(A) / p, sigma_max(B * P_X) / q)))
eq_34 = paper.inequality(
    "eq-34", "The gradient in one layer under B(t); the bound K of Claim 3",
    source="eq. (34), second inequality, and K in the proof of Claim 3", over=measured,
    given=[sigma_max(A) <= a_1 * p, sigma_max(B * P_X) <= a_1 * q],
    claim=fro(own_gradient) <= a_1**2 / sqrt(n_y) * fro(G_t * P_X),
)

paper.inequality(
    "claim-3.K", "The bound K on the gradient in one layer, by the norm and by the semi-norm of the gradient of L, which is G_t P_X",
    source="proof of Claim 3, before the expansion of the product", over=measured,
    given=[sigma_max(A) <= a_1 * p, sigma_max(B * P_X) <= a_1 * q],
    claim=[fro(own_gradient) <= a_1**2 / sqrt(n_y) * fro(G_t * P_X), equal(fro(G_t * P_X), semi(G_t * P_X))],
)

paper.trajectory(
    "eq-34.run", "The gradients fall with the loss",
    source="eq. (34), last inequality, with the rate that the proof reaches", **runs,
    claim=maximum(fro(grad_first), max_over(l, fro(grad_hidden(l)), 1, N - 1))
    <= a_1**2 / sqrt(n_y) * sqrt(2 * beta * (1 - eta * gamma) ** time * beta * B_0),
)

paper.trajectory(
    "claim-1.sum", "A layer moves by at most the sum of the bounds on its steps",
    source="proof of Claim 1, last display", **runs,
    claim=moved <= eta * a_1**2 / sqrt(n_y) * sqrt(2 * beta * beta * B_0) * sum_along((1 - eta * gamma) ** (time / 2), 0, time - 1),
)

x, y = scalars("x y")
claim_1_geometric = paper.inequality(
    "claim-1.sum.geometric", "The geometric series with the ratio 1 - x/2 is at most 2/x; y is its power",
    source="proof of Claim 1, last display, x = eta gamma", over=domain(Scalar(x, Interval.Lopen(0, 1)), Scalar(y, Interval(0, 1))),
    claim=(1 - y) / (1 - (1 - x / 2)) <= 2 / x, proof=Closing(),
)

eq_33 = paper.inequality(
    "eq-33", "The gradient by the excess loss",
    source="eq. (33), second inequality", over=solved,
    claim=chain(
        fro(curved_gradient(W)) ** 2, "<=", semi(curved_gradient(W) - curved_gradient(W_star * P_X)) ** 2,
        "<=", 2 * beta * (curved_loss(W) - curved_loss(W_star)),
    ),
)

# --- Claim 2 ------------------------------------------------------------------------------------------------------------------

allowed = sqrt(a_1) * epsilon_printed

change_behind = max_over(i, spec(behind(i) - initial(behind(i))) / width_root(N - 1, i), 1, N - 1)
"""For W_{N:i+1}, which is W_{N:i} of (35), relative to (n_{N-1} ... n_i)^(1/2)."""

eq_35 = paper.trajectory(
    "eq-35", "The products behind a layer hardly change; the factor n_{N-1} is printed twice",
    source="eq. (35)", **runs, claim=change_behind <= allowed * width_root(N - 1, N - 1),
)
eq_35_once = paper.trajectory(
    "eq-35.once", "The products behind a layer hardly change, with n_{N-1} once, which is what B(t) needs",
    source="eq. (35), proof of Claim 2, Case 2", form="corrected", **runs, claim=change_behind <= sqrt(a_1) * epsilon_1,
    note="With the smaller epsilon_1 that the repair of (43) asks for.",
)

change_before = spec((before(i) - initial(before(i))) * P_X)
eq_36 = paper.trajectory(
    "eq-36", "The products before a layer hardly change, with (n_1 ... n_{i-1})^(1/2) for W_{i:1}",
    source="eq. (36)", **runs, claim=max_over(i, change_before / width_root(i - 1, 1), 1, N - 1) <= allowed,
    wrong="W_{i:1} has i factors: the bound that holds, and that B(t) needs, is with (n_1 ... n_i)^(1/2).",
    note="The certificate has the constant of the proof for C(c_1, c_2). No larger one helps: for i = 1 the right side is at most 1/2, and "
    "as the widths grow the left side tends to sqrt(n_N)/N times the norm of W(t) - W(0) on the convex run, which has no bound.",
)
paper.corrected(eq_36, claim=max_over(i, change_before / width_root(i, 1), 1, N - 1) <= allowed, note="With (n_1 ... n_i)^(1/2).")

change_between = spec(layer_product(H, i - 1, j - 1) - initial(layer_product(H, i - 1, j - 1)))
eq_37 = paper.trajectory(
    "eq-37", "The products between hardly change",
    source="eq. (37)", over=members(oo, oo, deepest=5, shallowest=3), given=in_region, law=descent,
    claim=max_over(i, max_over(j, change_between / between_bound(j, i), i, N - 1), 2, N - 1) <= measured_M / 2,
)

eq_40 = paper.inequality(
    "eq-40", "What (15) makes small, with A_1 = 1, A_2 = e - 1 and R for gamma = 2 e^(-3 c_2) epsilon alpha N/n_N",
    source="eq. (40) and the lines after it, here of x = R M N^theta/sqrt(n_min)",
    over=domain(
        Scalar(a_1, Interval.open(1, oo)), Scalar(a_2, Interval.open(1, oo)), Dimension(i, 1, 40), Scalar(share, Interval.Lopen(0, 1)),
        let(x, minimum(1, epsilon_1 / (e - 1)) * share / i),
    ),
    claim=[i * x <= 1, *chain((1 + x) ** i - 1, "<=", (e - 1) * x * i, "<=", epsilon_1)],
)

beta_0, kappa_0, M_0, N_theta = scalars("beta kappa M N^theta")
eq_40_constant = paper.identity(
    "eq-40.constant", "R M N^(theta + 1)/sqrt(n_min) at the smallest width of (15) with C = 2 e^(4 c_1 + 6 c_2)/A^2 is A",
    source="eq. (40), gamma = 2 e^(-3 c_2) epsilon alpha N/n_N, alpha = beta/kappa",
    over=domain(
        Dimension(i, 2, 10), Dimension(n_y, 1, 3), *(
            Scalar(z, Interval.open(0, oo)) for z in (a_1, a_2, epsilon, beta_0, kappa_0, B_0, M_0, N_theta, share)
        ),
    ),
    claim=equal(
        (2 * a_1**2 * beta_0 * sqrt(2 * B_0) * kappa_0 * n_y / (sqrt(n_y) * 2 * a_2 ** (-3) * epsilon * beta_0 * i)) ** 2
        * (M_0 * N_theta * i) ** 2 / (2 * a_1**4 * a_2**6 / share**2 * M_0**2 * kappa_0**2 * B_0 / epsilon**2 * N_theta**2 * n_y),
        share**2,
    ),
    proof=Expansion(),
)

# --- P(t) along the runs -----------------------------------------------------------------------------------------------------------

P_of_grad = a_N**2 * (
    behind(1) * behind(1).T * grad + grad * (before(N - 1) * P_X).T * before(N - 1) * P_X
    + sum_over(i, behind(i) * behind(i).T * grad * (before(i - 1) * P_X).T * before(i - 1) * P_X, 2, N - 1)
)
text_P = paper.trajectory(
    "text-P-approx", "P(t) is N/n_N times the identity up to c_1 and c_2: its action on the gradient",
    source="section 4.2, P(t) = N/n_N I approximately, with the exponents 5c/8 of B(t)", **runs,
    claim=fro(P_of_grad - N / n_y * grad) <= maximum(a_1 ** (5 * half) - 1, 1 - a_2 ** (-5 * half)) * N / n_y * fro(grad),
)

text_4_1 = paper.inequality(
    "text-4.1", "The special balanced start is inside the region, whatever c_1 and c_2 are", source="section 4.1, equal widths",
    over=special_starts(Scalar(a_1, Interval.open(1, oo)), Scalar(a_2, Interval.open(1, oo)), Scalar(epsilon, Interval.open(0, 1))),
    claim=[largest_ratio < sqrt(a_1), smallest_ratio > 1 / sqrt(a_2), between_ratio < sqrt(a_1), loss <= beta * B_0],
    note="The third relation is (14.5) for theta = 0 and any M > 2.",
)
