"""Appendix C, the layers: the proofs of Lemmas C.1, C.2, C.3 and C.5, and A_4(t), equations (97) to (118)."""

from theorems import linear_algebra as la
from theorems.xu2023 import imbalance
from theorems.xu2023.convergence import layer_bound
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


def bound(above, below, s):
    """The right sides of (99) and (103)."""
    return (-above + below + sqrt((above + below) ** 2 + 4 * s**2)) / 2


eq_99_first = paper.inequality(
    "eq-99.W_1", "The smallest singular value of the first layer from imbalance and product",
    source="eq. (99), first line", over=setting, law=descent,
    claim=sigma_min(W_1) ** 2 >= bound(lb_minus, lu_plus, sigma(W, n)),
)

eq_99_second = paper.inequality(
    "eq-99.W_2", "The smallest singular value of the second layer from imbalance and product",
    source="eq. (99), second line", over=setting, law=descent,
    claim=sigma_min(W_2) ** 2 >= bound(lb_plus, lu_minus, sigma(W, m)),
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
    eq_103, over=setting.extended(Scalar(theta, Interval(0, 1)), let(p, theta * sigma(W, n))),
    note="p_1 below the n-th singular value of the product.",
)

eq_104 = paper.inequality(
    "eq-104", "The smallest singular value of the second layer from imbalance and margin",
    source="eq. (104), with the formula of (103)", over=with_margin, law=descent,
    claim=sigma_min(W_2) ** 2 >= bound(lb_plus, lu_minus, p),
    wrong="For m > n the m-th singular value of the product is 0 and not at least p_1.",
)

eq_104_corrected = paper.corrected(
    eq_104, over=setting.extended(Scalar(theta, Interval(0, 1)), let(p, theta * sigma(W, m))),
    note="p_1 below the m-th singular value of the product.",
)

# --- The functions h_1 and h_2, equations (101) to (107) and (110) ------------------------------------------

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
    fact_h00, claim=equal(at_zero, alpha_0_with_n), note="Delta_+ with the n-th eigenvalue of D(0).",
)

h_now, h_zero, h2_now, h2_zero, L_h, Delta_h = scalars("h_1 h_1(0) h_2 h_2(0) L_h Delta_h")
lipschitz = domain(
    *(Scalar(x, free) for x in (h_now, h_zero, h2_now, h2_zero)), Scalar(L_h, Interval(0, oo)), Scalar(Delta_h, Interval(0, oo)),
    *(Scalar(d, free) for d in (Delta_1, Delta_2, Delta_3, Delta_4)),
)
near_1 = [absolute(h_now - h_zero) <= L_h * sqrt(Delta_1**2 + Delta_2**2), absolute(Delta_1) <= Delta_h, absolute(Delta_2) <= Delta_h]
near_2 = [absolute(h2_now - h2_zero) <= L_h * sqrt(Delta_3**2 + Delta_4**2), absolute(Delta_3) <= Delta_h, absolute(Delta_4) <= Delta_h]

eq_105 = paper.inequality(
    "eq-105", "A Lipschitz function does not fall below its value at the start by more than the change",
    source="eq. (105)", over=lipschitz, given=near_1,
    claim=chain(h_now, ">=", h_zero - L_h * sqrt(Delta_1**2 + Delta_2**2), ">=", h_zero - sqrt(2) * L_h * Delta_h),
    proof=Closing(),
    facts=[sqrt(Delta_1**2 + Delta_2**2) <= sqrt(2) * Delta_h],
)

eq_106 = paper.inequality(
    "eq-106", "The same for h_2",
    source="eq. (106)", over=lipschitz, given=near_2,
    claim=h2_now >= h2_zero - sqrt(2) * L_h * Delta_h,
    proof=Closing(),
    facts=[sqrt(Delta_3**2 + Delta_4**2) <= sqrt(2) * Delta_h],
)

eq_107 = paper.inequality(
    "eq-107", "The sum of both",
    source="eq. (107)", over=lipschitz,
    given=[h_now >= h_zero - sqrt(2) * L_h * Delta_h, h2_now >= h2_zero - sqrt(2) * L_h * Delta_h],
    claim=h_now + h2_now >= h_zero + h2_zero - 2 * sqrt(2) * L_h * Delta_h,
    proof=Closing(),
)

# --- The changes of the imbalance's eigenvalues, equations (108), (109) and (116) -------------------------------
# S is D(t + 1) and T is D(0); A_3(t + 1) bounds the last term.

S, T = symmetric("S", h), symmetric("T", h)
two_imbalances = domain(Dimension(h, 1, 6), AnyMatrix(S), AnyMatrix(T))


def change(value_now, value_then):
    """The chain (108) for one eigenvalue."""
    return chain(
        absolute(maximum(value_now, 0) - maximum(value_then, 0)), "<=", absolute(value_now - value_then), "<=", fro(S - T)
    )


eq_108 = paper.inequality(
    "eq-108", "The change of an eigenvalue is at most that of the imbalance",
    source="eq. (108), first to third line", over=two_imbalances,
    claim=change(lam(-S, 1), lam(-T, 1)),
    proof=Closing(search=0.5),
    facts=[la.weyl(S=-S, T=-T, i=1), la.spectral_below_frobenius(A=S - T)],
)

(i,) = dimensions("i")

eq_109 = paper.inequality(
    "eq-109", "The same for the other eigenvalues",
    source="eq. (109), first inequality", over=two_imbalances.extended(Dimension(i, 1, 6)),
    claim=[*change(lam(S, i), lam(T, i)), *change(lam(S, 1), lam(T, 1)), *change(lam(-S, i), lam(-T, i))],
    proof=Closing(search=0.5),
    facts=[
        la.weyl(S=S, T=T, i=i), la.weyl(S=S, T=T, i=1), la.weyl(S=-S, T=-T, i=i), la.spectral_below_frobenius(A=S - T),
    ],
)

eq_116 = paper.inequality(
    "eq-116", "The change of the largest eigenvalue of the imbalance and of its negative",
    source="eq. (116)", over=two_imbalances,
    claim=[*change(lam_max(S), lam_max(T)), *change(lam_max(-S), lam_max(-T))],
    proof=Closing(search=0.5),
    facts=[la.weyl_sum(S=T, T=S - T), la.weyl_sum(S=S, T=T - S), la.weyl_sum(S=-T, T=T - S), la.weyl_sum(S=-S, T=S - T),
           la.eigenvalue_norm(S=S - T), la.eigenvalue_norm(S=T - S)],
)

# --- The derivatives, equations (110) and (115) ----------------------------------------------------------------
# A convex function lies above its tangents, and only with the derivative as slope does it do so everywhere. p_1 > 0 here:
# for p_1 = 0 the printed quotient may be 0/0.

x, y, d = scalars("x y d")
smooth = domain(
    Scalar(above, Interval(0, oo)), Scalar(below, Interval(0, oo)), Scalar(p_1, Interval.open(0, oo)),
    *(Scalar(v, free) for v in (x, y, d)),
)
quotient = (x + y + above + below) / (2 * sqrt((above + below + x + y) ** 2 + 4 * p_1**2))

eq_110 = paper.inequality(
    "eq-110", "The derivative of h_1 is at most one",
    source="eq. (110)", over=smooth,
    claim=chain(absolute(-half + quotient), "<=", half + absolute(quotient), "<=", half + half, "<=", 1)[:2],
    proof=Closing(search=0.5),
    facts=[
        absolute(x + y + above + below) <= sqrt((above + below + x + y) ** 2 + 4 * p_1**2),
        absolute(quotient) <= half,
    ],
)

eq_110_derivative = paper.inequality(
    "eq-110.derivative", "The derivative of h_1",
    source="eqs (101) and (110)", over=smooth,
    claim=printed_h(above, below, x + d, y) >= printed_h(above, below, x, y) + d * (-half + quotient),
    wrong="(110) differentiates h_1 with - Delta_1, not h_1 as (101) prints it.",
)

eq_110_derivative_corrected = paper.corrected(
    eq_110_derivative, claim=h_of(above, below, x + d, y) >= h_of(above, below, x, y) + d * (-half + quotient),
    note="h_1 with - Delta_1.",
)

eq_110_lipschitz = paper.inequality(
    "eq-110.lipschitz", "The function h_1 is sqrt(2)-Lipschitz",
    source="paragraph after eq. (110)", over=parts.extended(Scalar(Delta_1, free), Scalar(Delta_2, free)),
    claim=absolute(h_of(above, below, Delta_1, Delta_2) - h_of(above, below, 0, 0)) <= sqrt(2) * sqrt(Delta_1**2 + Delta_2**2),
    proof=Closing(search=0.5),
    facts=[
        la.root_tangent(a=above + below + Delta_1 + Delta_2, b=above + below, p=p_1),
        absolute(Delta_1) + absolute(Delta_2) <= sqrt(2) * sqrt(Delta_1**2 + Delta_2**2),
    ],
)

lam_now, lam_then, other_now, other_then, p_2, Delta_5 = scalars("lambda lambda_0 lambda' lambda'_0 p_2 Delta_5")
upper = domain(
    Scalar(lam_then, Interval(0, oo)), Scalar(lam_now, Interval(0, oo)), Scalar(p_2, Interval.open(0, oo)),
    Scalar(x, Interval(0, oo)), Scalar(d, Interval(0, oo)),
)


def h_3(lam, x):
    """The half of h_3 in (113) that depends on x, with lam for lambda_max(D)^+."""
    return (lam + x + sqrt(4 * p_2**2 + (lam + x) ** 2)) / 2


def slope(lam, x):
    """The right side of (115), with lam for lambda_max(D)^+ and x for Delta_5."""
    return half + (x + lam) / (2 * sqrt(4 * p_2**2 + (lam + x) ** 2))


eq_115 = paper.inequality(
    "eq-115", "The derivative of h_3 is at most one",
    source="eq. (115)", over=upper,
    claim=[absolute(slope(lam_now, x)) <= 1, h_3(lam_then, x + d) >= h_3(lam_then, x) + d * slope(lam_now, x)],
    wrong="lambda_max(D(t + 1)) stands where h_3 of (113) has lambda_max(D(0)).",
)

eq_115_corrected = paper.corrected(
    eq_115,
    claim=[absolute(slope(lam_then, x)) <= 1, h_3(lam_then, x + d) >= h_3(lam_then, x) + d * slope(lam_then, x)],
    note="D(0) in place of D(t + 1).",
)

# --- The lower bound, equations (111) and (112) -----------------------------------------------------------------

now_and_then = with_margin.extended(AnyMatrix(T))


def alpha_of(T, p):
    """alpha_0 of Table 2 for the imbalance T and the margin p."""
    return alpha(*level_of_imbalance(T), p)


eq_111 = paper.inequality(
    "eq-111", "The layers' smallest singular values while the imbalance drifts from T = D(0)",
    source="eq. (111), first and second line", over=now_and_then, law=descent,
    claim=chain(
        sigma_min(W_1) ** 2 + sigma_min(W_2) ** 2, ">=", bound(lb_minus, lu_plus, p) + bound(lb_plus, lu_minus, p),
        ">=", alpha_of(T, p) - 4 * fro(D - T),
    ),
    wrong="For n != m one of the halves takes a singular value, or an eigenvalue, with the index of the other layer.",
)

p_n, p_m = scalars("p_n p_m")
bounds_now = bound(lb_minus, lu_plus, p_n) + bound(lb_plus, lu_minus, p_m)

eq_111_corrected = paper.corrected(
    eq_111,
    over=setting.extended(Scalar(theta, Interval(0, 1)), let(p_n, theta * sigma(W, n)), let(p_m, theta * sigma(W, m)), AnyMatrix(T)),
    claim=chain(
        sigma_min(W_1) ** 2 + sigma_min(W_2) ** 2, ">=", bounds_now,
        ">=", layer_bound(T, n, p_n) + layer_bound(-T, m, p_m) - 4 * fro(D - T),
    ),
    note="Margin and eigenvalues with the index of their own layer.",
)

# Equations (112), (117) and (118) hold for any a_1 to a_4 with f(eta, 0) < 1; C is c_2 beta_0 sigma_max^2(X) L(0).
a_1, a_2, a_3, a_4, C_0, alpha_0_value, beta_0_value = scalars("a_1 a_2 a_3 a_4 C alpha_0 beta_0")
starting = domain(
    *(Scalar(a, Interval(0, oo)) for a in (a_1, a_2, a_3, a_4, C_0)), Scalar(eta, Interval.open(0, oo)),
    Scalar(alpha_0_value, Interval.open(0, oo)), Scalar(beta_0_value, Interval.open(0, oo)),
    Scalar(c_1, Interval.open(0, 1)), Scalar(c_2, Interval.open(1, oo)),
)
f_zero = 1 - a_1 * eta + a_2 * eta**2 + a_3 * eta**3 + a_4 * eta**4
denominator = a_1 - a_2 * eta - a_3 * eta**2 - a_4 * eta**3
drift = 8 * eta**2 * C_0 / (1 - f_zero)
second_of_30 = a_4 * eta**3 + a_3 * eta**2 + (a_2 + 8 * C_0 / ((1 - c_1) * alpha_0_value)) * eta <= a_1
first_of_30 = a_4 * eta**3 + a_3 * eta**2 + (a_2 + 4 * C_0 / (beta_0_value * (c_2 - 1))) * eta <= a_1
lines_of_112 = (
    alpha_0_value - drift >= c_1 * alpha_0_value,
    (1 - c_1) * alpha_0_value >= drift,
    (1 - c_1) * alpha_0_value >= 8 * eta * C_0 / denominator,
    second_of_30,
)
same_drift = [denominator > 0, equal(drift, 8 * eta * C_0 / denominator)]

eq_112_if = paper.inequality(
    "eq-112.if", "The second polynomial of (30) keeps the lower bound",
    source="eq. (112), from the last line up", over=starting, given=[f_zero < 1, lines_of_112[3]],
    claim=lines_of_112[:3],
    proof=Closing(search=0.5),
    facts=[*same_drift, 8 * eta * C_0 <= (1 - c_1) * alpha_0_value * denominator, lines_of_112[2]],
)

eq_112_only_if = paper.inequality(
    "eq-112.only-if", "Only up to the root of the second polynomial of (30) is the lower bound kept",
    source="eq. (112), from the first line down", over=starting, given=[f_zero < 1, lines_of_112[0]],
    claim=lines_of_112[1:],
    proof=Closing(search=0.5),
    facts=[*same_drift, lines_of_112[2], 8 * eta * C_0 <= (1 - c_1) * alpha_0_value * denominator],
)

# --- The upper bound, equations (113), (117) and (118) -----------------------------------------------------------


def above_bound(part, s):
    """One half of (113)."""
    return (part + sqrt(4 * s**2 + part**2)) / 2


top_plus, top_minus = maximum(lam_max(D), 0), maximum(lam_max(-D), 0)
change_3 = following(lb_plus) - initial(lb_plus)
change_4 = following(lu_minus) - initial(lu_minus)
change_6 = following(top_minus) - initial(top_minus)
tops_next = following(tops)
p_2_run = define("p_2", (fro(Y) + fro(E_0)) / sigma_min(X))


def chain_113(change_plus, change_minus):
    """The chain (113)."""
    plus, minus = initial(top_plus) + change_plus, initial(top_minus) + change_minus
    s = sigma_max(following(W))
    return chain(
        tops_next, "<=", above_bound(plus, s) + above_bound(minus, s), "<=", above_bound(plus, p_2_run) + above_bound(minus, p_2_run)
    )


eq_113 = paper.step(
    "eq-113", "The layers' largest singular values after a step",
    source="eq. (113)", over=any_step, law=descent, given=sigma_max(following(W)) <= p_2_run,
    claim=chain_113(change_3, change_4),
    wrong="Delta_4 of (102) is the change of another eigenvalue than the largest of -D: it is Delta_6 of (114) that belongs here.",
)

eq_113_corrected = paper.corrected(
    eq_113, claim=chain_113(change_3, change_6), note="Delta_5 and Delta_6 in place of Delta_3 and Delta_4.",
)

eq_117_first = paper.step(
    "eq-117.first", "The layers' largest singular values after a step are h_3",
    source="eq. (117), first line", over=any_step, law=descent, given=sigma_max(following(W)) <= p_2_run,
    claim=equal(
        tops_next,
        above_bound(following(top_plus), p_2_run) + above_bound(following(top_minus), p_2_run),
    ),
    wrong="h_3 is an upper bound, by (113), not the value.",
)

eq_117_first_corrected = paper.corrected(
    eq_117_first, note="<= in place of =.",
    claim=tops_next <= above_bound(following(top_plus), p_2_run) + above_bound(following(top_minus), p_2_run),
)

part, part_2, Delta_6 = scalars("lambda_+ lambda_- Delta_6")

eq_117_lipschitz = paper.inequality(
    "eq-117.lipschitz", "The function h_3 is sqrt(2)-Lipschitz",
    source="eq. (117), second line",
    over=domain(
        *(Scalar(v, Interval(0, oo)) for v in (part, part_2, p_2)), Scalar(Delta_5, free), Scalar(Delta_6, free)
    ),
    claim=above_bound(part + Delta_5, p_2) + above_bound(part_2 + Delta_6, p_2)
    <= above_bound(part, p_2) + above_bound(part_2, p_2) + sqrt(2) * sqrt(Delta_5**2 + Delta_6**2),
    proof=Closing(search=0.5),
    facts=[
        la.root_tangent(a=part + Delta_5, b=part, p=p_2),
        la.root_tangent(a=part_2 + Delta_6, b=part_2, p=p_2),
        absolute(Delta_5) + absolute(Delta_6) <= sqrt(2) * sqrt(Delta_5**2 + Delta_6**2),
    ],
)

last_of_117 = beta_0_value + drift / 2 <= beta_0_value * c_2

eq_118_if = paper.inequality(
    "eq-118.if", "The first polynomial of (30) keeps the upper bound",
    source="eqs (117), last line, and (118)", over=starting, given=[f_zero < 1, first_of_30],
    claim=last_of_117,
    proof=Closing(),
    facts=[*same_drift, 4 * eta * C_0 <= (c_2 - 1) * beta_0_value * denominator],
)

eq_118_only_if = paper.inequality(
    "eq-118.only-if", "Only up to the root of the first polynomial of (30) is the upper bound kept",
    source="eqs (117), last line, and (118)", over=starting, given=[f_zero < 1, last_of_117],
    claim=first_of_30,
    proof=Closing(search=0.5),
    facts=[*same_drift, 4 * eta * C_0 <= (c_2 - 1) * beta_0_value * denominator],
)

eq_117_last = paper.inequality(
    "eq-117.drift", "The change of h_3 is at most twice that of the imbalance",
    source="eq. (117), third line", over=domain(*(Scalar(v, free) for v in (Delta_5, Delta_6)), Scalar(Delta_h, Interval(0, oo))),
    given=[absolute(Delta_5) <= Delta_h, absolute(Delta_6) <= Delta_h],
    claim=sqrt(2) * sqrt(Delta_5**2 + Delta_6**2) <= 2 * Delta_h,
    proof=Closing(),
    facts=[sqrt(Delta_5**2 + Delta_6**2) <= sqrt(2) * Delta_h],
)
