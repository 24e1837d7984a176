"""How the product and the loss move in one step: equations (17) and (18), Lemma 3.1 and the steps of Appendix B."""

from theorems import linear_algebra as la
from theorems.xu2023.notation import *
from theorems.xu2023.smoothness import eq_13, lemma_C_2_lower
from verify.author import *

eq_18 = paper.identity(
    "eq-18", "The product moves by a polynomial of degree two in the step size",
    source="eq. (18)", over=any_step, law=descent,
    claim=[
        equal(following(W), (W_1 - eta * G * W_2.T) * (W_2 - eta * W_1.T * G)),
        equal(following(W), W - eta * tau(G) + eta**2 * G * W.T * G),
    ],
    proof=Expansion(),
)

g = define(
    "g",
    tau_min
    - eta * (sigma_max(W) * fro(G) + K / 2 * tau_max**2)
    - eta**2 * K * tau_max * sigma_max(W) * fro(G)
    - eta**3 * K / 2 * sigma_max(W) ** 2 * fro(G) ** 2,
    of=(eta,),
)

step_condition = tau_min - eta * fro(G) * sigma_max(W) - K * eta / 2 * (tau_max + eta * fro(G) * sigma_max(W)) ** 2
"""The left side of the condition (19) on the step size."""

eq_68 = paper.identity(
    "eq-68", "The polynomial g is the left side of the condition on the step size",
    source="eqs (19) and (68)", over=any_step,
    law=descent,
    claim=equal(g, step_condition),
    proof=Expansion(),
)

# --- The steps of the proof of Lemma 3.1 -----------------------------------------------------------

eq_56 = paper.step(
    "eq-56", "The smoothness inequality along the product update",
    source="eq. (56)", over=any_step, law=descent,
    claim=following(L)
    <= L
    - eta * inner(G, tau(G))
    + eta**2 * (inner(G, G * W.T * G) + K / 2 * fro(tau(G)) ** 2)
    - eta**3 * K * inner(tau(G), G * W.T * G)
    + K / 2 * eta**4 * fro(G * W.T * G) ** 2,
    proof=Closing(),
    facts=[eq_13(V=W, V_next=following(W))],
)

eq_57_a = paper.inequality(
    "eq-57.a", "Min-max principle for tau",
    source="eq. (57), first line", over=any_step, law=descent,
    claim=inner(G, tau(G)) >= tau_min * fro(G) ** 2,
    proof=Closing(),
    facts=[la.sylvester_quadratic(P=W_2.T * W_2, Q=W_1 * W_1.T, M=G)],
)

eq_57_b = paper.inequality(
    "eq-57.b", "The operator tau stretches by at most its largest eigenvalue",
    source="eq. (57), second line", over=any_step, law=descent,
    claim=fro(tau(G)) ** 2 <= tau_max**2 * fro(G) ** 2,
    proof=Closing(),
    facts=[la.sylvester_norm(B=W_2, A=W_1, M=G)],
)

eq_58_c = paper.inequality(
    "eq-58.c", "The norm of the second-order term",
    source="eq. (58), third line", over=any_step, law=descent,
    claim=fro(G * W.T * G) ** 2 <= sigma_max(W) ** 2 * fro(G) ** 4,
    proof=Closing(),
    facts=[la.product_upper_right(A=G, B=W.T), la.submultiplicative(A=G * W.T, B=G)],
)

eq_58_a_first = paper.inequality(
    "eq-58.a.first", "Cauchy-Schwarz inequality for the gradient and the second-order term",
    source="eq. (58), first line, first inequality", over=any_step, law=descent,
    claim=absolute(inner(G, G * W.T * G)) <= fro(G) * fro(G * W.T * G),
    proof=Closing(),
    facts=[la.cauchy_schwarz(A=G, C=G * W.T * G)],
)

eq_58_a = paper.inequality(
    "eq-58.a", "The gradient against the second-order term",
    source="eq. (58), first line", over=any_step, law=descent,
    claim=absolute(inner(G, G * W.T * G)) <= fro(G) ** 3 * sigma_max(W),
    proof=Closing(),
    facts=[eq_58_a_first(), eq_58_c()],
)

eq_58_b_first = paper.inequality(
    "eq-58.b.first", "The first-order term against the second-order term, through the quadratic form of tau",
    source="eq. (58), second line, first inequality", over=any_step, law=descent,
    claim=absolute(inner(tau(G), G * W.T * G)) <= fro(G) * sigma_max(W) * inner(G, tau(G)),
    proof=Closing(),
    facts=[
        la.cauchy_schwarz(A=G * W_2.T, C=G * W.T * G * W_2.T),
        la.product_upper_left(A=G * W.T, B=G * W_2.T),
        la.cauchy_schwarz(A=W_1.T * G, C=W_1.T * G * W.T * G),
        la.product_upper_right(A=W_1.T * G, B=W.T * G),
        la.singular_product(A=G, B=W.T),
        la.singular_product(A=W.T, B=G),
        la.singular_order(A=G),
        fro(G * W.T * G * W_2.T) <= fro(G) * sigma_max(W) * fro(G * W_2.T),
        fro(W_1.T * G * W.T * G) <= fro(G) * sigma_max(W) * fro(W_1.T * G),
        absolute(inner(G * W_2.T, G * W.T * G * W_2.T)) <= fro(G) * sigma_max(W) * fro(G * W_2.T) ** 2,
        absolute(inner(W_1.T * G, W_1.T * G * W.T * G)) <= fro(G) * sigma_max(W) * fro(W_1.T * G) ** 2,
    ],
)

eq_58_b = paper.inequality(
    "eq-58.b", "The first-order term against the second-order term",
    source="eq. (58), second line", over=any_step, law=descent,
    claim=absolute(inner(tau(G), G * W.T * G)) <= tau_max * sigma_max(W) * fro(G) ** 3,
    proof=Closing(),
    facts=[
        la.cauchy_schwarz(A=tau(G), C=G * W.T * G),
        eq_57_b(),
        eq_58_c(),
        la.sylvester_nonnegative(B=W_2, A=W_1),
        la.sylvester_order(P=W_2.T * W_2, Q=W_1 * W_1.T),
    ],
)

lemma_3_1 = paper.step(
    "lemma-3.1", "One step of gradient descent contracts the loss by rho",
    source="Lemma 3.1, eqs (19) to (21)", over=any_step, law=descent,
    given=step_condition >= 0,
    claim=following(L) <= rho * L,
    proof=Closing(),
    facts=[eq_56(), eq_57_a(), eq_57_b(), eq_58_a(), eq_58_b(), eq_58_c(), lemma_C_2_lower(V=W)],
)
