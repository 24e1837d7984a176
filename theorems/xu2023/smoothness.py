"""Smoothness and the PL inequality of the convex problem: equations (13) to (16), Lemmas C.1 and C.2."""

from theorems import linear_algebra as la
from theorems.xu2023.notation import *
from verify.author import *

V, V_next = matrix("V", n, m), matrix("V_next", n, m)
regression = domain(
    Dimension(n, 1, 5), Dimension(m, 1, 5), Dimension(N, 1, 5), n >= N, FullRank(X), AnyMatrix(Y), AnyMatrix(V)
)

A, B = matrix("A", n, m), matrix("B", m, h)
factors = domain(Dimension(n, 1, 5), Dimension(m, 1, 5), Dimension(h, 1, 5), AnyMatrix(A), AnyMatrix(B))

lemma_C_1_lower_left = paper.inequality(
    "lemma-C.1.lower-left", "A product is at least its left factor's smallest singular value times the right one",
    source="Lemma C.1, first line of (71)", over=factors,
    claim=sigma_min(A) ** 2 * fro(B) ** 2 <= fro(A * B) ** 2,
    wrong="A wide left factor has a kernel, although sigma_min may be positive; A needs at least as many rows as columns.",
)

lemma_C_1_lower_left_corrected = paper.corrected(
    lemma_C_1_lower_left,
    over=factors.extended(n >= m),
    proof=Closing(),
    facts=[la.product_lower_left(A=A, B=B)],
)

lemma_C_1_upper_left = paper.inequality(
    "lemma-C.1.upper-left", "A product is at most its left factor's largest singular value times the right one",
    source="Lemma C.1, first line of (71)", over=factors,
    claim=fro(A * B) ** 2 <= sigma_max(A) ** 2 * fro(B) ** 2,
    proof=Closing(),
    facts=[la.product_upper_left(A=A, B=B)],
)

lemma_C_1_lower_right = paper.inequality(
    "lemma-C.1.lower-right", "A product is at least its right factor's smallest singular value times the left one",
    source="Lemma C.1, second line of (71)", over=factors,
    claim=sigma_min(B) ** 2 * fro(A) ** 2 <= fro(A * B) ** 2,
    wrong="A tall right factor has a left kernel, although sigma_min may be positive; B needs at least as many columns as rows.",
)

lemma_C_1_lower_right_corrected = paper.corrected(
    lemma_C_1_lower_right,
    over=factors.extended(m <= h),
    proof=Closing(),
    facts=[la.product_lower_right(A=A, B=B, k=h)],
)

lemma_C_1_upper_right = paper.inequality(
    "lemma-C.1.upper-right", "A product is at most its right factor's largest singular value times the left one",
    source="Lemma C.1, second line of (71)", over=factors,
    claim=fro(A * B) ** 2 <= sigma_max(B) ** 2 * fro(A) ** 2,
    proof=Closing(),
    facts=[la.product_upper_right(A=A, B=B)],
)

lemma_C_2_lower = paper.inequality(
    "lemma-C.2.lower", "PL inequality of the squared loss",
    source="Lemma C.2, eq. (74); section 3.1, PL condition", over=regression,
    claim=2 * sigma_min(X) ** 2 * loss(V) <= fro(loss_gradient(V)) ** 2,
    proof=Closing(),
    facts=[la.product_lower_left(A=X.T, B=X * V - Y)],
)

lemma_C_2_upper = paper.inequality(
    "lemma-C.2.upper", "The gradient of the squared loss is at most of the order of the loss",
    source="Lemma C.2, eq. (74)", over=regression,
    claim=fro(loss_gradient(V)) ** 2 <= 2 * sigma_max(X) ** 2 * loss(V),
    proof=Closing(),
    facts=[la.product_upper_left(A=X.T, B=X * V - Y)],
)

eq_13 = paper.inequality(
    "eq-13", "Smoothness inequality of the squared loss",
    source="eq. (13)", over=regression.extended(AnyMatrix(V_next)),
    claim=loss(V_next) <= loss(V) + inner(loss_gradient(V), V_next - V) + K / 2 * fro(V_next - V) ** 2,
    proof=Closing(),
    facts=[la.product_upper_left(A=X, B=V_next - V)],
)

# --- Gradient descent on the convex problem, equations (14) to (16) --------------------------------

U = state("W", n, m)
l = define("l", loss(U), latex=r"\ell")
grad_l = define("grad_l", loss_gradient(U), latex=r"\nabla\ell")
convex_descent = law("gradient descent on the convex problem (14)", {U: U - eta * grad_l}, step_size=eta, loss=l)
convex = domain(
    Dimension(n, 1, 5), Dimension(m, 1, 5), Dimension(N, 1, 5), n >= N, FullRank(X), AnyMatrix(Y), AnyMatrix(U),
    Scalar(eta, Interval.open(0, oo)),
)

eq_15 = paper.step(
    "eq-15", "Descent lemma of the convex problem",
    source="eq. (15)", over=convex, law=convex_descent,
    claim=following(l) <= l - eta * (1 - K * eta / 2) * fro(grad_l) ** 2,
    proof=Closing(),
    facts=[eq_13(V=U, V_next=following(U))],
)

eq_16 = paper.step(
    "eq-16", "Linear convergence of gradient descent on the convex problem",
    source="eq. (16)", over=convex, law=convex_descent,
    given=eta < 2 / K,
    claim=following(l) <= (1 - 2 * eta * mu + K * mu * eta**2) * l,
    proof=Closing(),
    facts=[eq_15(), lemma_C_2_lower(V=U), la.singular_order(A=X)],
)
