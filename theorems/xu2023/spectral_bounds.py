"""Section 3.1: the bounds that uniform convergence needs, equations (22) to (30) and the rows of Table 2."""

from theorems import linear_algebra as la
from theorems.xu2023 import numbers
from theorems.xu2023.convergence import (
    along_runs,
    alpha_0_corrected,
    corrected,
    f_corrected,
    layer_bound,
    theorem_3_2_linear,
)
from theorems.xu2023.gradient_flow import eq_9, eq_9_corrected, eq_11_corrected, eq_11_nonnegative, square
from theorems.xu2023.notation import *
from theorems.xu2023.set_up import eq_6_spectrum
from theorems.xu2023.step_size import levels
from verify.author import *

for label, quantity, title in (
    ("E", E, "error"),
    ("W", W, "product"),
    ("tau_min", tau_min, "smallest eigenvalue of tau"),
    ("tau_max", tau_max, "largest eigenvalue of tau"),
    ("p_1", p_1, "margin"),
    ("p_2", p_2, "upper bound on the product"),
    ("Delta_plus", Delta_plus, "level of positive imbalance"),
    ("Delta_minus", Delta_minus, "level of negative imbalance"),
    ("Delta", Delta, "level of imbalance"),
    ("lambda_plus", lambda_plus, "largest positive imbalance"),
    ("lambda_minus", lambda_minus, "largest negative imbalance"),
    ("alpha_0", alpha_0, "lower bound on the spectrum of tau"),
    ("beta_0", beta_0, "upper bound on the spectrum of tau"),
):
    paper.definition(f"table-2.{label}", quantity, title=title, source="Table 2")

paper.definition(
    "eq-22", define("rho_2", 1 - 2 * eta * mu * tau_min + K * mu * eta**2 * tau_max**2, latex=r"\rho_2", of=(eta,)),
    title="leading quadratic of rho", source="eq. (22)",
)
for k, coefficient in enumerate((a_1, a_2, a_3, a_4), start=1):
    paper.definition(f"eq-28.a_{k}", coefficient, title=f"coefficient a_{k} of f", source="eq. (28)")
paper.definition("rem-arora-2D", define("D_Arora", 2 * fro(D_0), latex=r"2\|D(0)\|_F"), title="bound on ||D(t)||_F of Arora et al.",
                 source="section 3.2, comparison with SOTA")

# --- The goal, equation (23) -----------------------------------------------------------------------

rho_bar, share, power, L_0 = scalars("rho_bar share power L_0")
L_t, rho_t, L_next = scalars("L_t rho_t L_next")
contraction = domain(
    Scalar(rho_bar, Interval.open(0, 1)), Scalar(power, Interval.Lopen(0, 1)), Scalar(L_0, Interval.open(0, oo)),
    Scalar(share, Interval.Lopen(0, 1)), let(L_t, share * power * L_0), let(L_next, rho_bar * L_t),
)

# rho_bar^t is written `power`, so that the claim is the induction step: L(t) <= rho_bar^t L(0) and L(t+1) <= rho_bar L(t).
eq_23 = paper.inequality(
    "eq-23", "A uniform bound on the rate gives linear convergence",
    source="eq. (23)", over=contraction, given=[L_t <= power * L_0, L_next <= rho_bar * L_t],
    claim=chain(L_next, "<", rho_bar * L_t, "<", rho_bar * power * L_0),
    wrong="The second inequality is an equation at t = 0, and the first where the rate equals its bound: they are not strict.",
)

eq_23_corrected = paper.corrected(
    eq_23, claim=chain(L_next, "<=", rho_bar * L_t, "<=", rho_bar * power * L_0), proof=Closing(), note="Both inequalities weak."
)

# --- Spectral bounds, equations (24) to (26) ---------------------------------------------------------

eq_24_lower = paper.inequality(
    "eq-24.lower", "The smallest eigenvalue of tau is bounded below by imbalance and product",
    source="eq. (24), first line", over=setting, law=descent,
    claim=alpha(*level_of_imbalance(D), sigma_min(W)) <= tau_min,
    wrong=eq_9.wrong,
)

eq_24_lower_corrected = paper.corrected(
    eq_24_lower,
    claim=layer_bound(D, n, sigma(W, n)) + layer_bound(-D, m, sigma(W, m)) <= tau_min,
    note="Singular values of W and eigenvalues of D with the index of their own layer.",
    proof=Closing(),
    facts=[eq_9_corrected()],
)


def half_of_beta(part, s):
    """One half of beta, as in (113): the bound of Lemma C.5."""
    return (part + sqrt(4 * s**2 + part**2)) / 2


top_1, top_2 = sigma_max(W_1) ** 2, sigma_max(W_2) ** 2
beta_of_W = beta(maximum(lam_max(D), 0), maximum(lam_max(-D), 0), sigma_max(W))

upper_first = paper.inequality(
    "eq-24.upper.first", "The largest singular value of the first layer from imbalance and product",
    source="Lemma C.5 for the transposed layers, used in (24) and (113)", over=setting, law=descent,
    claim=top_1 <= half_of_beta(maximum(lam_max(D), 0), sigma_max(W)),
    proof=Closing(),
    facts=[
        la.eigenvalue_square(S=W_1 * W_1.T),
        la.weyl_gram(P=W_1 * D * W_1.T, A=W.T),
        la.congruence(Q=D, A=W_1.T),
    ],
)

upper_second = paper.inequality(
    "eq-24.upper.second", "The largest singular value of the second layer from imbalance and product",
    source="Lemma C.5, used in (24) and (113)", over=setting, law=descent,
    claim=top_2 <= half_of_beta(maximum(lam_max(-D), 0), sigma_max(W)),
    proof=Closing(),
    facts=[
        la.eigenvalue_square(S=W_2.T * W_2),
        la.weyl_gram(P=W_2.T * (-D) * W_2, A=W),
        la.congruence(Q=-D, A=W_2),
    ],
)

eq_24_upper = paper.inequality(
    "eq-24.upper", "The largest eigenvalue of tau is bounded above by imbalance and product",
    source="eq. (24), second line", over=setting, law=descent,
    claim=tau_max <= beta_of_W,
    proof=Closing(),
    facts=[eq_6_spectrum(), upper_first(), upper_second()],
)

lam_plus, lam_minus, s, s_next = scalars("lambda_+ lambda_- s s_next")

eq_24_monotone = paper.inequality(
    "eq-24.monotone", "The upper bound increases in the singular value; (11) has the lower bound",
    source="eq. (24), line below",
    over=domain(*(Scalar(x, Interval(0, oo)) for x in (lam_plus, lam_minus, s, s_next))), given=s < s_next,
    claim=beta(lam_plus, lam_minus, s) < beta(lam_plus, lam_minus, s_next),
    proof=Closing(),
    facts=[
        sqrt(lam_plus**2 + 4 * s**2) < sqrt(lam_plus**2 + 4 * s_next**2),
        sqrt(lam_minus**2 + 4 * s**2) < sqrt(lam_minus**2 + 4 * s_next**2),
    ],
)

eq_25 = paper.inequality(
    "eq-25", "The singular values of the product lie between p_1 and p_2 at the start",
    source="eq. (25) at t = 0; Theorem 3.1 has it along runs", over=setting, law=descent,
    claim=chain(p_1, "<=", sigma_min(W), "<=", sigma_max(W), "<=", p_2),
    examples=[example(X=[[1, 0]], W_1=[[1, 0], [0, 2]], W_2=[[1], [1]], E_0=[[0]])],
    wrong="For N < n the part of W in the kernel of X is free: it is not bounded by p_2, and sigma_min(W) may vanish while p_1 does not.",
)

eq_25_corrected = paper.corrected(
    eq_25, over=square, note="X square.",
    proof=Closing(),
    facts=[
        la.singular_weyl_smallest(A=Y, C=X * W),
        la.singular_product_smallest(A=X, B=W),
        la.singular_order(A=X),
        la.singular_order(A=W),
        la.triangle_difference(A=Y, C=Y - X * W),
        la.product_lower_left(A=X, B=W),
        sigma_min(Y) - fro(E) <= sigma_max(X) * sigma_min(W),
        fro(X * W) <= fro(Y) + fro(E),
    ],
)

eq_24_upper_0 = paper.inequality(
    "eq-24.upper.start", "The largest eigenvalue of tau is at most beta_0 at the start",
    source="eq. (24), second line, with (25), for X square", over=square, law=descent,
    claim=tau_max <= beta_0,
    proof=Closing(),
    facts=[
        eq_24_upper(), eq_25_corrected(), levels(), la.singular_order(A=W),
        la.root_monotone(b=lambda_plus, c=lambda_plus, p=sigma_max(W), q=p_2),
        la.root_monotone(b=lambda_minus, c=lambda_minus, p=sigma_max(W), q=p_2),
    ],
)

eq_26 = paper.inequality(
    "eq-26", "The spectrum of tau lies between c_1 alpha_0 and c_2 beta_0 at the start",
    source="eq. (26) at t = 0; Theorem 3.1 has it along runs", over=setting.extended(*constants), law=descent, given=alpha_0 > 0,
    claim=chain(c_1 * alpha_0, "<=", tau_min, "<=", tau_max, "<=", c_2 * beta(lambda_plus, lambda_minus, p_1)),
    wrong="beta_0 is beta(D(0), p_2): with the margin p_1, which may vanish, it bounds nothing from above.",
)

eq_26_corrected = paper.corrected(
    eq_26, over=square.extended(*constants), given=alpha_0_corrected > 0,
    claim=chain(c_1 * alpha_0_corrected, "<=", tau_min, "<=", tau_max, "<=", c_2 * beta_0),
    note="X square, beta_0 with p_2, alpha_0 with the indices of the layers; theorem-3.1.tau.corrected has it along runs.",
    proof=Closing(keep=("alpha_0",)),
    facts=[
        eq_11_corrected(), eq_11_nonnegative(), la.sylvester_order(P=W_2.T * W_2, Q=W_1 * W_1.T), eq_24_upper_0(),
        chain(0, "<=", beta_0)[0],
    ],
)

# --- The uniform rate, equations (27) to (30) ---------------------------------------------------------

eq_28 = paper.identity(
    "eq-28", "f is rho with c_1 alpha_0, c_2 beta_0, p_2 and sqrt(2 K L) for lambda_min, lambda_max, sigma_max(W) and the gradient",
    source="eqs (27) and (28)", over=numbers.now,
    claim=equal(
        numbers.f(numbers.L, eta),
        1
        - 2 * eta * numbers.mu * (c_1 * numbers.alpha_0)
        + numbers.K * numbers.mu * eta**2 * (c_2 * numbers.beta_0) ** 2
        + 2 * eta**2 * numbers.mu * numbers.p_2 * sqrt(2 * numbers.K * numbers.L)
        + 2 * eta**3 * numbers.mu * numbers.K * (c_2 * numbers.beta_0) * numbers.p_2 * sqrt(2 * numbers.K * numbers.L)
        + eta**4 * numbers.mu * numbers.K * numbers.p_2**2 * (2 * numbers.K * numbers.L),
    ),
    proof=Closing(),
)

eq_29 = paper.trajectory(
    "eq-29", "A uniform linear rate",
    source="eq. (29)", **along_runs,
    claim=[f <= initial(f), *chain(L, "<=", product_along(f, 0, time) * initial(L), "<=", initial(f) ** time * initial(L))],
    wrong=theorem_3_2_linear.wrong,
)

eq_29_corrected = paper.corrected(
    eq_29, **corrected,
    claim=[
        f_corrected <= initial(f_corrected),
        *chain(L, "<=", product_along(f_corrected, 0, time - 1) * initial(L), "<=", initial(f_corrected) ** time * initial(L)),
    ],
    note="X square; margin and eigenvalues of D in alpha_0 with the index of their own layer. The product ends at t - 1.",
)

b_1, b_2, b_3, b_4, x, y = scalars("a_1 a_2 a_3 a_4 x y")
# a_2(0) > 0 and so the linear coefficient, as beta_0 >= alpha_0 > 0; a_3(0) and a_4(0) may vanish.
polynomials = domain(
    Scalar(b_1, Interval.open(0, oo)), Scalar(b_2, Interval.open(0, oo)), Scalar(b_3, Interval(0, oo)), Scalar(b_4, Interval(0, oo)),
)
root = positive_root(b_4 * x**3 + b_3 * x**2 + b_2 * x - b_1, x)

eq_30_positive = paper.inequality(
    "eq-30-roots.a_1", "The right side of (30) is positive",
    source="paragraph after Theorem 3.1", over=numbers.spectral,
    claim=numbers.coefficients(0)[0] > 0,
    proof=Closing(),
)

eq_30_increasing = paper.inequality(
    "eq-30-roots.increasing", "The left sides of (30) are zero at zero and increase",
    source="paragraph after Theorem 3.1", over=polynomials.extended(Scalar(x, Interval(0, oo)), Scalar(y, Interval(0, oo))), given=x < y,
    claim=b_4 * x**3 + b_3 * x**2 + b_2 * x < b_4 * y**3 + b_3 * y**2 + b_2 * y,
    proof=Closing(),
)

eq_30_unique = paper.inequality(
    "eq-30-roots.unique", "A step size is at most the positive root exactly where the left side is at most a_1",
    source="paragraph after Theorem 3.1", over=polynomials.extended(Scalar(x, Interval(0, oo))),
    given=b_4 * x**3 + b_3 * x**2 + b_2 * x <= b_1,
    claim=[x <= root, equal(b_4 * root**3 + b_3 * root**2 + b_2 * root, b_1)],
    proof=Closing(),
)

# --- The remark after Theorem 3.1 ----------------------------------------------------------------------

fixed = domain(*(Scalar(z, Interval.open(0, oo)) for z in (b_1, b_2)), *(Scalar(z, Interval(0, oo)) for z in (b_3, b_4)))
(C,) = scalars("C")


def drift(x):
    """The bound of A_3(t): 2 c_2 beta_0 sigma_max^2(X) L(0) x^2 / (1 - f(x, 0)), with C for its constant."""
    return C * x**2 / (b_1 * x - b_2 * x**2 - b_3 * x**3 - b_4 * x**4)


rem_3_1_drift = paper.inequality(
    "rem-3.1-a.drift", "The bound on the drift of the imbalance is of the order of the step size: its ratio to eta falls with eta",
    source="paragraph after Theorem 3.1",
    over=fixed.extended(Scalar(C, Interval(0, oo)), Scalar(y, Interval.open(0, oo)), StepSize(x, up_to=y)),
    given=b_2 * y + b_3 * y**2 + b_4 * y**3 < b_1,
    claim=drift(x) * y <= drift(y) * x,
    proof=Closing(),
)

rem_3_1_order = paper.limit(
    "rem-3.1-a.order", "The bound on the drift of the imbalance is O(eta)",
    source="paragraph after Theorem 3.1, ||D(t) - D(0)||_F = O(eta)",
    over=fixed.extended(Scalar(C, Interval(0, oo)), Scalar(x, Interval.open(0, oo))),
    quantity=drift(x), variable=x, to=0, value=0, rate=x,
)

# C is c_2 beta_0 sigma_max^2(X) L(0); a_1 = 2 c_1 alpha_0 sigma_min^2(X) stays bounded as c_1 and c_2 approach one.
low, high = scalars("alpha_0 beta_0")
steps = fixed.extended(
    *(Scalar(v, Interval.open(0, oo)) for v in (x, low, high)), Scalar(C, Interval(0, oo)),
    Scalar(c_1, Interval.open(0, 1)), Scalar(c_2, Interval.open(1, oo)),
)

rem_3_1_c_2 = paper.inequality(
    "rem-3.1-a.c_2", "The largest step size vanishes as c_2 approaches one",
    source="paragraph after Theorem 3.1", over=steps,
    given=b_4 * x**3 + b_3 * x**2 + (b_2 + 4 * C / (high * (c_2 - 1))) * x <= b_1,
    claim=4 * C * x <= (c_2 - 1) * high * b_1,
    proof=Closing(),
    facts=[4 * C / (high * (c_2 - 1)) * x <= b_1],
)

rem_3_1_c_1 = paper.inequality(
    "rem-3.1-a.c_1", "The largest step size vanishes as c_1 approaches one",
    source="paragraph after Theorem 3.1", over=steps,
    given=b_4 * x**3 + b_3 * x**2 + (b_2 + 8 * C / ((1 - c_1) * low)) * x <= b_1,
    claim=8 * C * x <= (1 - c_1) * low * b_1,
    proof=Closing(),
    facts=[8 * C / ((1 - c_1) * low) * x <= b_1],
)
