"""Appendix C, the layers: the proofs of Lemmas C.1, C.2, C.3 and C.5, tau and the layers, h_1 and h_2: equations (72) to (104)."""

from theorems import linear_algebra as la
from theorems.min2022.lemma_8 import lemma_8
from theorems.xu2023 import imbalance
from theorems.xu2023.convergence import half_of_alpha as bound
from theorems.xu2023.imbalance import D_AB, r
from theorems.xu2023.notation import *
from theorems.xu2023.set_up import eq_6_spectrum
from theorems.xu2023.smoothness import (
    A,
    B,
    V,
    factors,
    lemma_C_1_upper_left,
    lemma_C_1_upper_right,
    lemma_C_2_upper,
    regression,
)
from verify.author import *

A_left, B_right = imbalance.A, imbalance.B

# --- Lemmas C.1 to C.3 -------------------------------------------------------------------------------

eq_72 = paper.inequality(
    "eq-72", "The norm of a product through its left factor",
    source="eq. (72)", over=factors,
    claim=[
        equal(fro(A * B) ** 2, trace(A * B * B.T * A.T)),
        equal(trace(A * B * B.T * A.T), trace(A.T * A * B * B.T)),
        trace(A.T * A * B * B.T) <= lam_max(A.T * A) * fro(B) ** 2,
        equal(lam_max(A.T * A) * fro(B) ** 2, sigma_max(A) ** 2 * fro(B) ** 2),
    ],
    proof=Closing(),
    facts=[la.trace_inequality(Q=A.T * A, A=B)],
)

eq_73 = paper.inequality(
    "eq-73", "The norm of a product through its right factor",
    source="eq. (73)", over=factors,
    claim=[
        equal(fro(A * B) ** 2, trace(A * B * B.T * A.T)),
        equal(trace(A * B * B.T * A.T), trace(A.T * A * B * B.T)),
        trace(A.T * A * B * B.T) <= lam_max(B * B.T) * fro(A) ** 2,
        equal(lam_max(B * B.T) * fro(A) ** 2, sigma_max(B) ** 2 * fro(A) ** 2),
    ],
    proof=Closing(),
    facts=[la.trace_inequality(Q=B * B.T, A=A.T)],
)

eq_75 = paper.inequality(
    "eq-75", "The gradient through the error",
    source="eq. (75)", over=regression,
    claim=[
        equal(fro(loss_gradient(V)) ** 2, fro(X.T * (Y - X * V)) ** 2),
        fro(X.T * (Y - X * V)) ** 2 <= sigma_max(X) ** 2 * fro(Y - X * V) ** 2,
        equal(sigma_max(X) ** 2 * fro(Y - X * V) ** 2, 2 * sigma_max(X) ** 2 * loss(V)),
    ],
    proof=Closing(),
    facts=[la.product_upper_left(A=X.T, B=Y - X * V)],
)

first, second = W_1.T * G * G.T * W_1, W_2 * G.T * G * W_2.T
tops = sigma_max(W_1) ** 2 + sigma_max(W_2) ** 2

eq_78 = paper.step(
    "eq-78", "The change of the imbalance, link by link",
    source="eq. (78)", over=any_step, law=descent,
    claim=[
        equal(fro(following(D) - D), eta**2 * fro(second - first)),
        eta**2 * fro(second - first) <= eta**2 * (fro(second) + fro(first)),
        eta**2 * (fro(second) + fro(first)) <= eta**2 * (fro(W_2 * G.T) ** 2 + fro(W_1.T * G) ** 2),
        eta**2 * (fro(W_2 * G.T) ** 2 + fro(W_1.T * G) ** 2) <= eta**2 * tops * fro(G) ** 2,
        eta**2 * tops * fro(G) ** 2 <= 2 * eta**2 * sigma_max(X) ** 2 * tops * L,
    ],
    proof=Closing(),
    facts=[
        la.triangle_difference(A=second, C=first),
        la.gram_norm(A=G * W_2.T),
        la.gram_norm(A=G.T * W_1),
        lemma_C_1_upper_right(A=G, B=W_2.T),
        lemma_C_1_upper_left(A=W_1.T, B=G),
        lemma_C_2_upper(V=W),
    ],
)

# --- The proof of Lemma C.5, equations (81) to (84) -----------------------------------------------------
# z is any vector where the line needs no eigenvector, and not normalised: |z|^2 stands where the paper has 1.

z, y = matrix("z", m, 1), matrix("y", h, 1)
C = matrix("C", h, m)
layers = domain(Dimension(r, 1, 5), Dimension(m, 1, 5), Dimension(h, 1, 6), TwoLayer(A_left, B_right), AnyMatrix(z))
top = lam_max(B_right.T * B_right)
q = maximum(lam_max(-D_AB), 0)

# A layer with a known eigenvector: B = y z^T + (I - P_y) C (I - P_z), so that B^T B z = |y|^2 |z|^2 z.
along_y, along_z = identity(h) - y * y.T / inner(y, y), identity(m) - z * z.T / inner(z, z)
eigenvector = domain(
    Dimension(r, 1, 3), Dimension(m, 1, 4), Dimension(h, 1, 4), AnyMatrix(A_left), AnyMatrix(y), AnyMatrix(z), AnyMatrix(C),
    let(B_right, y * z.T + along_y * C * along_z),
)
aligned = [sigma_max(along_y * C * along_z) ** 2 <= inner(y, y) * inner(z, z), inner(y, y) * inner(z, z) > 0]

eq_81 = paper.inequality(
    "eq-81", "The quadratic form at a top eigenvector",
    source="eq. (81)", over=eigenvector, given=aligned,
    claim=equal(inner(z, B_right.T * B_right * z), top * inner(z, z)),
)

eq_82_first = paper.inequality(
    "eq-82.first", "The square of the top eigenvalue as a quadratic form",
    source="eq. (82), first line", over=eigenvector, given=aligned,
    claim=equal(top**2 * inner(z, z), inner(z, B_right.T * B_right * B_right.T * B_right * z)),
)

AB = A_left * B_right

eq_82 = paper.identity(
    "eq-82", "The imbalance between the two quadratic forms",
    source="eq. (82), first to fourth line", over=layers,
    claim=[
        equal(
            inner(z, B_right.T * B_right * B_right.T * B_right * z) - inner(z, AB.T * AB * z),
            inner(z, (B_right.T * B_right * B_right.T * B_right - AB.T * AB) * z),
        ),
        equal(
            inner(z, (B_right.T * B_right * B_right.T * B_right - AB.T * AB) * z),
            inner(z, B_right.T * (B_right * B_right.T - A_left.T * A_left) * B_right * z),
        ),
        equal(
            inner(z, B_right.T * (B_right * B_right.T - A_left.T * A_left) * B_right * z), inner(z, B_right.T * (-D_AB) * B_right * z)
        ),
    ],
    proof=Expansion(),
)

eq_83_left = paper.inequality(
    "eq-83.left", "The quadratic form of the product is at most its largest singular value squared",
    source="eq. (83), first line", over=layers,
    claim=top**2 * inner(z, z) - inner(z, AB.T * AB * z) >= (top**2 - sigma_max(AB) ** 2) * inner(z, z),
    proof=Closing(),
    facts=[la.rayleigh(S=AB.T * AB, z=z)],
)

eq_83_right = paper.inequality(
    "eq-83.right", "The quadratic form of the imbalance",
    source="eq. (83), second line", over=layers,
    claim=chain(
        inner(z, B_right.T * (-D_AB) * B_right * z), "<=", q * fro(B_right * z) ** 2, "<=", q * top * inner(z, z)
    ),
    proof=Closing(),
    facts=[la.rayleigh(S=-D_AB, z=B_right * z), la.rayleigh(S=B_right.T * B_right, z=z)],
)

eq_84 = paper.inequality(
    "eq-84", "The quadratic inequality for the largest eigenvalue",
    source="eq. (84)", over=layers,
    claim=top**2 - sigma_max(AB) ** 2 <= q * top,
    proof=Closing(),
    facts=[
        la.eigenvalue_square(S=B_right.T * B_right),
        la.weyl_gram(P=B_right.T * (-D_AB) * B_right, A=AB),
        la.congruence(Q=-D_AB, A=B_right),
    ],
)

# --- The layers and tau, equations (97) and (98) ------------------------------------------------------

eq_97 = paper.inequality(
    "eq-97", "The layers' smallest singular values bound the spectrum of tau from below",
    source="eq. (97)", over=setting, law=descent,
    claim=tau_min >= sigma_min(W_1) ** 2 + sigma_min(W_2) ** 2,
    wrong="For h < max(n, m) one of the Gram matrices is singular, although sigma_min of its layer may be positive.",
)

eq_97_corrected = paper.corrected(
    eq_97, over=setting.extended(h >= n, h >= m), note="Layers at least as wide as their outer dimension.",
    proof=Closing(),
    facts=[eq_6_spectrum(), la.gram_smallest(A=W_1.T), la.gram_smallest(A=W_2)],
)

eq_97_minima = paper.inequality(
    "eq-97.minima", "The minimum of a sum is at least the sum of the minima",
    source="eq. (97), second line", over=setting, law=descent,
    claim=tau_min >= lam_min(W_2.T * W_2) + lam_min(W_1 * W_1.T),
    proof=Closing(),
    facts=[eq_6_spectrum()],
)

eq_98 = paper.inequality(
    "eq-98", "The layers' largest singular values bound the spectrum of tau from above",
    source="eq. (98)", over=setting, law=descent,
    claim=tau_max <= sigma_max(W_1) ** 2 + sigma_max(W_2) ** 2,
    proof=Closing(),
    facts=[eq_6_spectrum()],
)

# --- Lower bounds on the layers, equations (99) to (104) ----------------------------------------------------

lb_plus = define("lambda_bar_+", maximum(lam(D, 1), 0), latex=r"\bar\lambda_+")
lu_minus = define("lambda_underlined_-", maximum(lam(-D, m), 0), latex=r"\underline\lambda_-")
lb_minus = define("lambda_bar_-", maximum(lam(-D, 1), 0), latex=r"\bar\lambda_-")
lu_plus = define("lambda_underlined_+", maximum(lam(D, n), 0), latex=r"\underline\lambda_+")
for label, quantity in (("bar_plus", lb_plus), ("underlined_minus", lu_minus), ("bar_minus", lb_minus), ("underlined_plus", lu_plus)):
    paper.definition(f"eq-100.{label}", quantity, title="extreme part of the imbalance", source="eq. (100)")

changes = (lb_minus, lu_plus, lb_plus, lu_minus)
for k, quantity in enumerate(changes, start=1):
    paper.definition(
        f"eq-102.Delta_{k}", define(f"Delta_{k}", following(quantity) - initial(quantity), latex=rf"\Delta_{k}"),
        title="change since the start", source="eq. (102)",
    )
for k, sign in ((5, 1), (6, -1)):
    part = maximum(lam_max(sign * D), 0)
    paper.definition(
        f"eq-114.Delta_{k}", define(f"Delta_{k}", following(part) - initial(part), latex=rf"\Delta_{k}"),
        title="change since the start", source="eq. (114)",
    )

eq_99_first = paper.inequality(
    "eq-99.W_1", "The smallest singular value of the first layer from imbalance and product",
    source="eq. (99), first line", over=setting, law=descent,
    claim=sigma_min(W_1) ** 2 >= bound(lb_minus, lu_plus, sigma(W, n)),
    proof=Closing(),
    facts=[lemma_8(A=W_2.T, B=W_1.T), la.singular_transposed(A=W, i=n), la.gram_below(A=W_1.T)],
)

eq_99_second = paper.inequality(
    "eq-99.W_2", "The smallest singular value of the second layer from imbalance and product",
    source="eq. (99), second line", over=setting, law=descent,
    claim=sigma_min(W_2) ** 2 >= bound(lb_plus, lu_minus, sigma(W, m)),
    proof=Closing(),
    facts=[lemma_8(A=W_1, B=W_2), la.gram_below(A=W_2)],
)

# p_1 is any margin below sigma_min(W(t + 1)): a share theta of it.
p, theta = scalars("p theta")
with_margin = setting.extended(Scalar(theta, Interval(0, 1)), let(p, theta * sigma_min(W)))

eq_103 = paper.inequality(
    "eq-103", "The smallest singular value of the first layer from imbalance and margin",
    source="eq. (103)", over=with_margin, law=descent,
    claim=chain(sigma_min(W_1) ** 2, ">=", bound(lb_minus, lu_plus, sigma(W, n)), ">=", bound(lb_minus, lu_plus, p)),
    wrong="For n > m the n-th singular value of the product is 0 and not at least p_1.",
)

eq_103_corrected = paper.corrected(
    eq_103, over=setting.extended(Scalar(theta, Interval(0, 1)), let(p, theta * sigma(W, n))), given=chain(0, "<=", p, "<=", sigma(W, n)),
    note="p_1 below the n-th singular value of the product.",
    proof=Closing(),
    facts=[eq_99_first(), la.root_monotone(b=lb_minus + lu_plus, c=lb_minus + lu_plus, p=p, q=sigma(W, n))],
)

eq_104 = paper.inequality(
    "eq-104", "The smallest singular value of the second layer from imbalance and margin",
    source="eq. (104), with the formula of (103)", over=with_margin, law=descent,
    claim=sigma_min(W_2) ** 2 >= bound(lb_plus, lu_minus, p),
    wrong="For m > n the m-th singular value of the product is 0 and not at least p_1.",
)

eq_104_corrected = paper.corrected(
    eq_104, over=setting.extended(Scalar(theta, Interval(0, 1)), let(p, theta * sigma(W, m))), given=chain(0, "<=", p, "<=", sigma(W, m)),
    note="p_1 below the m-th singular value of the product.",
    proof=Closing(),
    facts=[eq_99_second(), la.root_monotone(b=lb_plus + lu_minus, c=lb_plus + lu_minus, p=p, q=sigma(W, m))],
)

# --- The functions h_1 and h_2, equations (101) to (104) ------------------------------------------

above, below, p_1, Delta_1, Delta_2, Delta_3, Delta_4 = scalars("lambda_bar lambda_underlined p_1 Delta_1 Delta_2 Delta_3 Delta_4")
free = Interval(-oo, oo)
parts = domain(Scalar(above, Interval(0, oo)), Scalar(below, Interval(0, oo)), Scalar(p_1, Interval(0, oo)))


def printed_h(above, below, x, y):
    """h_1 and h_2 as equation (101) prints them, with + Delta_1 before the root."""
    return (-above + x + below + y + sqrt((above + below + x + y) ** 2 + 4 * p_1**2)) / 2


def h_of(above, below, x, y):
    """h_1 and h_2 with the sign that (103) and (110) need."""
    return (-above - x + below + y + sqrt((above + below + x + y) ** 2 + 4 * p_1**2)) / 2


# lambda_bar and lambda_underlined are the values at time 0; those at t + 1 are larger by Delta_1 and Delta_2.
eq_101_h_1 = paper.identity(
    "eq-101.h_1", "h_1 is the bound (103) at t + 1",
    source="eqs (101) to (103)", over=parts.extended(Scalar(Delta_1, free), Scalar(Delta_2, free)),
    claim=equal(bound(above + Delta_1, below + Delta_2, p_1), printed_h(above, below, Delta_1, Delta_2)),
    wrong="The sign of Delta_1 before the root: lambda_bar(t + 1) = lambda_bar(0) + Delta_1 enters with a minus.",
)

eq_101_h_1_corrected = paper.corrected(
    eq_101_h_1, claim=equal(bound(above + Delta_1, below + Delta_2, p_1), h_of(above, below, Delta_1, Delta_2)),
    proof=Expansion(), note="- Delta_1 in place of + Delta_1.",
)

eq_101_h_2 = paper.identity(
    "eq-101.h_2", "h_2 is the bound (104) at t + 1",
    source="eqs (101), (102) and (104)",
    over=parts.extended(*(Scalar(d, free) for d in (Delta_1, Delta_2, Delta_3, Delta_4))),
    claim=equal(bound(above + Delta_3, below + Delta_4, p_1), printed_h(above, below, Delta_1, Delta_2)),
    wrong="The body has Delta_1 and Delta_2 in place of Delta_3 and Delta_4, and the sign of the first is wrong.",
)

eq_101_h_2_corrected = paper.corrected(
    eq_101_h_2, claim=equal(bound(above + Delta_3, below + Delta_4, p_1), h_of(above, below, Delta_3, Delta_4)),
    proof=Expansion(), note="- Delta_3 and Delta_4 in place of + Delta_1 and Delta_2.",
)

p_of_run = define("p_1", maximum(sigma_min(Y) - fro(E_0), 0) / sigma_max(X))
at_zero = bound(initial(lb_minus), initial(lu_plus), p_of_run) + bound(initial(lb_plus), initial(lu_minus), p_of_run)

fact_h00 = paper.identity(
    "fact-h00", "h_1(0, 0) + h_2(0, 0) is alpha_0",
    source="line after eq. (104)", over=setting, law=descent,
    claim=equal(at_zero, alpha_0),
    wrong="For n != m Table 2's Delta_+ has the m-th eigenvalue of D(0) where h_1 has the n-th.",
)

alpha_0_with_n = alpha(
    maximum(lam_max(D_0), 0) - maximum(lam(D_0, n), 0), Delta_minus, Delta, p_of_run
)

fact_h00_corrected = paper.corrected(
    fact_h00, claim=equal(at_zero, alpha_0_with_n), note="Delta_+ with the n-th eigenvalue of D(0).", proof=Expansion(),
)
