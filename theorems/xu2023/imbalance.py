"""The imbalance in one step, and what it says of the layers: equation (77) and Lemmas C.3 to C.5."""

from theorems import linear_algebra as la
from theorems.min2022.lemma_8 import lemma_8
from theorems.xu2023.notation import *
from theorems.xu2023.smoothness import lemma_C_1_upper_left, lemma_C_1_upper_right, lemma_C_2_upper
from verify.author import *

eq_77 = paper.identity(
    "eq-77", "The imbalance moves by a term of second order in the step size",
    source="eq. (77)", over=any_step, law=descent,
    claim=equal(following(D), D + eta**2 * (W_2 * G.T * G * W_2.T - W_1.T * G * G.T * W_1)),
    proof=Expansion(),
)

lemma_C_3 = paper.step(
    "lemma-C.3", "The imbalance moves by at most second order in the step size",
    source="Lemma C.3, eqs (76) to (78)", over=any_step, law=descent,
    claim=fro(following(D) - D) <= 2 * eta**2 * sigma_max(X) ** 2 * (sigma_max(W_1) ** 2 + sigma_max(W_2) ** 2) * L,
    proof=Closing(),
    facts=[
        la.triangle_difference(A=W_2 * G.T * G * W_2.T, C=W_1.T * G * G.T * W_1),
        la.gram_norm(A=G * W_2.T),
        la.gram_norm(A=G.T * W_1),
        lemma_C_1_upper_right(A=G, B=W_2.T),
        lemma_C_1_upper_left(A=W_1.T, B=G),
        lemma_C_2_upper(V=W),
    ],
)

# --- Lemmas C.4 and C.5 speak of any two layers A and B ----------------------------------------------

(r,) = dimensions("r")
A, B = matrix("A", r, h), matrix("B", h, m)
D_AB = define("D", A.T * A - B * B.T)
layers = domain(Dimension(r, 1, 5), Dimension(m, 1, 5), Dimension(h, 1, 6), h > minimum(r, m), TwoLayer(A, B))

lambda_bar = define("lambda_bar", maximum(lam(D_AB, 1), 0), latex=r"\bar\lambda")
lambda_underlined = define("lambda_underlined", maximum(lam(-D_AB, m), 0), latex=r"\underline\lambda")

lemma_C_4 = paper.inequality(
    "lemma-C.4", "The smallest eigenvalue of a layer from imbalance and product",
    source="Lemma C.4, eq. (79)", over=layers,
    claim=lam(B.T * B, m)
    >= (-lambda_bar + lambda_underlined + sqrt((lambda_bar + lambda_underlined) ** 2 + 4 * sigma(A * B, m) ** 2)) / 2,
    proof=Closing(),
    facts=[lemma_8(A=A, B=B), la.eigenvalue_order(S=B.T * B, i=m)],
)

lemma_C_5 = paper.inequality(
    "lemma-C.5", "The largest eigenvalue of a layer from imbalance and product",
    source="Lemma C.5, eq. (80)", over=layers,
    claim=lam_max(B.T * B) <= (maximum(lam_max(-D_AB), 0) + sqrt(maximum(lam_max(-D_AB), 0) ** 2 + 4 * sigma_max(A * B) ** 2)) / 2,
    proof=Closing(),
    facts=[
        la.eigenvalue_square(S=B.T * B),
        la.weyl_gram(P=B.T * (-D_AB) * B, A=A * B),
        la.congruence(Q=-D_AB, A=B),
    ],
)
