"""Appendix C, the loss and the product: equations (70), (85) to (96)."""

from theorems import linear_algebra as la
from theorems.xu2023 import numbers
from theorems.xu2023.appendix_b import braces
from theorems.xu2023.convergence import along_runs, corrected, f_corrected, note, wide
from theorems.xu2023.gradient_flow import e_0, later
from theorems.xu2023.notation import *
from theorems.xu2023.numbers import L_0, coefficients, extra_lower, extra_upper, polynomial
from theorems.xu2023.smoothness import V, lemma_C_2_upper
from theorems.xu2023.step_size import proposition_3_2_rho
from verify.author import *

# --- Equation (70) and the remark before it ----------------------------------------------------------

rem_monotone = paper.inequality(
    "rem-C.1-monotone", "The coefficients of f and f itself grow with the loss",
    source="paragraph after Theorem C.1", over=numbers.now.extended(Scalar(L_0, Interval(0, oo))), given=numbers.L <= L_0,
    claim=[
        *(small <= large for small, large in zip(coefficients(numbers.L)[1:], coefficients(L_0)[1:], strict=True)),
        numbers.f(numbers.L, eta) <= numbers.f(L_0, eta),
    ],
    proof=Closing(),
    facts=[
        sqrt(2 * numbers.kappa * numbers.L * numbers.smin**6) <= sqrt(2 * numbers.kappa * L_0 * numbers.smin**6),
        sqrt(2 * numbers.kappa**3 * numbers.L * numbers.smin**10) <= sqrt(2 * numbers.kappa**3 * L_0 * numbers.smin**10),
    ],
)

# At t + 1, so that t - 1 is never negative.
eq_70 = paper.trajectory(
    "eq-70", "The loss converges linearly",
    source="eq. (70) at t + 1", **along_runs,
    claim=chain(
        following(L), "<=", following(f) * L, "<=", initial(L) * product_along(f, 0, time), "<=", initial(f) ** (time + 1) * initial(L)
    ),
    wrong=wide,
)

eq_70_corrected = paper.corrected(
    eq_70, **corrected, note=note,
    claim=chain(
        following(L), "<=", following(f_corrected) * L, "<=", initial(L) * product_along(f_corrected, 0, time),
        "<=", initial(f_corrected) ** (time + 1) * initial(L),
    ),
)

# --- A_1(t + 1), equations (85) to (90) -----------------------------------------------------------------

eq_85 = paper.step(
    "eq-85", "Lemma 3.1 for a step size up to eta_max",
    source="eq. (85)", over=allowed_step, law=descent, given=alpha_0 > 0,
    claim=following(L) <= braces * L,
    examples=proposition_3_2_rho.examples,
    wrong="The condition (19) of Lemma 3.1 does not follow from (30): for N < n a large part of W in the kernel of X violates it.",
)

eq_85_corrected = paper.corrected(eq_85, **corrected, note="X square; alpha_0 with the indices of the layers.")

induction = [following(L) <= braces * L, c_1 * alpha_0 <= tau_min, tau_max <= c_2 * beta_0, sigma_max(W) <= p_2]


def bounded(beta_t):
    """The braces of (86), with beta_t for the bound on the largest eigenvalue of tau."""
    return (
        1
        - 2 * eta * mu * c_1 * alpha_0
        + 2 * eta**2 * mu * (p_2 * fro(G) + K / 2 * beta_t**2)
        + 2 * eta**3 * mu * K * beta_t * p_2 * fro(G)
        + eta**4 * mu * K * p_2**2 * fro(G) ** 2
    )


eq_86 = paper.step(
    "eq-86", "The contraction with the bounds of A_2(t) and A_4(t)",
    source="eq. (86)", over=allowed_step, law=descent, given=[alpha_0 > 0, *induction],
    claim=following(L) <= L * bounded(c_1 * beta_0),
    examples=[example(X=[[1]], W_1=[[1]], W_2=[[1]], E_0=[["1/1000"]], c_1="9/10", c_2="11/10", theta_eta=1)],
    wrong="c_1 beta_0 is no upper bound on the spectrum of tau: it is c_2 beta_0, as (87) has it.",
)

eq_86_corrected = paper.corrected(
    eq_86, claim=following(L) <= L * bounded(c_2 * beta_0), note="c_2 beta_0 in place of c_1 beta_0.",
    proof=Closing(keep=("alpha_0", "beta_0", "p_2", "eta_max")),
    facts=[la.sylvester_nonnegative(B=W_2, A=W_1), la.sylvester_order(P=W_2.T * W_2, Q=W_1 * W_1.T)],
)

smax, smin = sigma_max(X), sigma_min(X)
in_smax = (
    1
    - 2 * eta * mu * c_1 * alpha_0
    + 2 * eta**2 * mu * (p_2 * sqrt(2 * smax**2 * L) + smax**2 / 2 * (c_2 * beta_0) ** 2)
    + 2 * eta**3 * mu * smax**2 * c_2 * beta_0 * p_2 * sqrt(2 * smax**2 * L)
    + 2 * eta**4 * mu * smax**4 * p_2**2 * L
)

eq_87 = paper.step(
    "eq-87", "The contraction by f",
    source="eq. (87), first form", over=allowed_step, law=descent, given=[alpha_0 > 0, *induction],
    claim=following(L) <= L * in_smax,
    proof=Closing(keep=("alpha_0", "beta_0", "p_2", "eta_max")),
    facts=[
        la.sylvester_nonnegative(B=W_2, A=W_1), la.sylvester_order(P=W_2.T * W_2, Q=W_1 * W_1.T), lemma_C_2_upper(V=W),
        chain(0, "<=", c_2 * beta_0)[0],
        chain(0, "<=", p_2)[0],
        fro(G) <= sqrt(2 * smax**2 * L),
        p_2 * fro(G) <= p_2 * sqrt(2 * smax**2 * L),
        c_2 * beta_0 * (p_2 * fro(G)) <= c_2 * beta_0 * (p_2 * sqrt(2 * smax**2 * L)),
        p_2**2 * fro(G) ** 2 <= p_2**2 * (2 * smax**2 * L),
        bounded(c_2 * beta_0) <= in_smax,
        eq_86_corrected(),
    ],
)


def second_form(mu, kappa, alpha_0, beta_0, p_2, L, smin):
    """The braces of (87) in kappa and sigma_min(X)."""
    return (
        1
        - 2 * eta * smin**2 * c_1 * alpha_0
        + 2 * eta**2 * (p_2 * sqrt(2 * kappa * smin**6 * L) + kappa * smin**4 / 2 * (c_2 * beta_0) ** 2)
        + 2 * eta**3 * c_2 * beta_0 * p_2 * sqrt(2 * kappa**3 * smin**10 * L)
        + 2 * eta**4 * p_2**2 * kappa**2 * smin**6 * L
    )


own = numbers
first_form = (
    1
    - 2 * eta * own.mu * c_1 * own.alpha_0
    + 2 * eta**2 * own.mu * (own.p_2 * sqrt(2 * own.K * own.L) + own.K / 2 * (c_2 * own.beta_0) ** 2)
    + 2 * eta**3 * own.mu * own.K * c_2 * own.beta_0 * own.p_2 * sqrt(2 * own.K * own.L)
    + 2 * eta**4 * own.mu * own.K**2 * own.p_2**2 * own.L
)

eq_87_forms = paper.identity(
    "eq-87.forms", "The two intermediate forms are f",
    source="eq. (87), second and third form", over=numbers.now,
    claim=[
        equal(first_form, second_form(own.mu, own.kappa, own.alpha_0, own.beta_0, own.p_2, own.L, own.smin)),
        equal(first_form, numbers.f(own.L, eta)),
    ],
    proof=Closing(search=0.5),
)

eq_88 = paper.inequality(
    "eq-88.only-if", "The rate is below one only if the polynomial without the terms of (30) is below a_1",
    source="eq. (88)", over=numbers.at_start.extended(Scalar(eta, Interval.open(0, oo))), given=numbers.f(L_0, eta) < 1,
    claim=polynomial(L_0, eta) < coefficients(L_0)[0],
    proof=Closing(),
)

eq_88_if = paper.inequality(
    "eq-88.if", "The rate is below one if the polynomial without the terms of (30) is below a_1",
    source="eq. (88)", over=numbers.at_start.extended(Scalar(eta, Interval.open(0, oo))),
    given=polynomial(L_0, eta) < coefficients(L_0)[0],
    claim=numbers.f(L_0, eta) < 1,
    proof=Closing(),
)

zero_loss = example(alpha_0=1, beta_0=1, p_2=0, sigma_min=1, kappa=1, c_1="1/2", c_2=2, L_0=0, eta="1/4")
starting = numbers.at_start.extended(Scalar(eta, Interval.open(0, oo)))

eq_89 = paper.inequality(
    "eq-89", "The polynomial is below the left sides of (30)",
    source="eq. (89)", over=starting,
    claim=[
        polynomial(L_0, eta) < polynomial(L_0, eta, extra_upper(L_0)),
        polynomial(L_0, eta) < polynomial(L_0, eta, extra_lower(L_0)),
    ],
    examples=[zero_loss],
    wrong="For L(0) = 0 both sides are equal.",
)

eq_89_corrected = paper.corrected(eq_89, given=L_0 > 0, proof=Closing(), note="L(0) > 0.")

def below_a_1(label, which, extra):
    """One line of (90), as printed and with L(0) > 0; `extra` is what the polynomial of (30) has beyond that of (88)."""
    left, bounded = polynomial(L_0, eta, extra), polynomial(L_0, eta, extra) <= coefficients(L_0)[0]
    printed = paper.inequality(
        f"eq-90.{label}", f"The polynomial is below a_1 up to the {which} root of (30)",
        source=f"eq. (90), {which} line", over=starting, given=bounded,
        claim=chain(polynomial(L_0, eta), "<", left, "<=", coefficients(L_0)[0]),
        examples=[zero_loss],
        wrong="For L(0) = 0 the first two are equal.",
    )
    return printed, paper.corrected(printed, given=[bounded, L_0 > 0], proof=Closing(), facts=[eq_89_corrected()], note="L(0) > 0.")


eq_90_upper, eq_90_upper_corrected = below_a_1("upper", "first", extra_upper(L_0))
eq_90_lower, eq_90_lower_corrected = below_a_1("lower", "second", extra_lower(L_0))

# --- A_2(t + 1), equations (91) to (94): V is W(t + 1), e_0 the norm of E(0) ---------------------------------

V_0 = matrix("V_0", n, m)

eq_91 = paper.inequality(
    "eq-91", "While the loss does not exceed its initial value, neither does the error",
    source="eq. (91)", over=later.extended(AnyMatrix(V_0)), given=loss(V) <= loss(V_0),
    claim=fro(Y - X * V) <= fro(Y - X * V_0),
    proof=Closing(),
)

eq_92 = paper.inequality(
    "eq-92", "The image of the product lies between the norm of the targets minus and plus the initial error",
    source="eq. (92) from eq. (91)", over=later, given=fro(Y - X * V) <= e_0,
    claim=chain(fro(Y) - e_0, "<=", fro(X * V), "<=", fro(Y) + e_0),
    proof=Closing(),
    facts=[la.triangle_difference(A=Y, C=Y - X * V), la.triangle(A=Y - X * V, C=X * V)],
)

eq_92_converse = paper.inequality(
    "eq-92.converse", "The bounds on the image of the product bound the error",
    source="line before eq. (92), which calls (91) and (92) equivalent", over=later,
    given=chain(fro(Y) - e_0, "<=", fro(X * V), "<=", fro(Y) + e_0),
    claim=fro(Y - X * V) <= e_0,
    examples=[example(X=[[1]], Y=[[1]], V=[[-1]], e_0=0)],
    wrong="(92) follows from (91), but a product of the right norm may point elsewhere: at X W = -Y the error is 2 ||Y||_F.",
)

eq_92_converse_corrected = paper.corrected(
    eq_92_converse, claim=fro(Y - X * V) <= 2 * fro(Y) + e_0, proof=Closing(), facts=[la.triangle_difference(A=Y, C=X * V)],
    note="What (92) does say of the error.",
)

eq_93 = paper.inequality(
    "eq-93", "The product is bounded through its image",
    source="eq. (93)", over=later, given=fro(Y - X * V) <= e_0,
    claim=chain(sigma_max(V) * sigma_min(X), "<=", fro(V) * sigma_min(X), "<=", fro(X * V), "<=", fro(Y) + e_0),
    examples=[example(X=[[1, 0]], Y=[[0]], V=[[0], [1]], e_0=0)],
    wrong="For N < n a product in the kernel of X has the image zero: the second inequality needs N >= n.",
)

eq_93_corrected = paper.corrected(
    eq_93, over=later.extended(equal(N, n)), proof=Closing(), note="X square.",
    facts=[la.singular_order(A=V), la.product_lower_left(A=X, B=V), eq_92()],
)

eq_94 = paper.inequality(
    "eq-94", "The largest singular value of the product is at most p_2",
    source="eq. (94)", over=later, given=fro(Y - X * V) <= e_0,
    claim=sigma_max(V) <= (fro(Y) + e_0) / sigma_min(X),
    examples=[example(X=[[1, 0]], Y=[[0]], V=[[0], [1]], e_0=0)],
    wrong="For N < n the part of the product in the kernel of X is not bounded.",
)

eq_94_corrected = paper.corrected(
    eq_94, over=later.extended(equal(N, n)), proof=Closing(), facts=[eq_93_corrected()], note="X square."
)

# --- A_3(t + 1), equations (95) and (96) -------------------------------------------------------------------


def drift(f):
    """The chain (95) and (96) for a rate f."""
    layers = sigma_max(W_1) ** 2 + sigma_max(W_2) ** 2
    factor = 2 * eta**2 * c_2 * beta_0 * sigma_max(X) ** 2
    return chain(
        fro(following(D) - initial(D)),
        "<=", sum_along(fro(following(D) - D), 0, time),
        "<=", sum_along(2 * eta**2 * sigma_max(X) ** 2 * layers * L, 0, time),
        "<=", factor * sum_along(L, 0, time),
        "<=", factor * sum_along(f**time, 0, time) * initial(L),
        "<=", factor * sum_along(initial(f) ** time, 0, time) * initial(L),
    )


eq_95 = paper.trajectory(
    "eq-95", "The drift of the imbalance along a run",
    source="eq. (95)", **along_runs,
    claim=drift(f),
    examples=[example(X=[[1, 0]], W_1=[["1/8"], [8]], W_2=[[8]], E_0=[["1/8"]], c_1="1/2", c_2=2, theta_eta="1/2", step=0)],
    wrong="For N < n the layers are not bounded by c_2 beta_0, on which the third inequality leans.",
)

eq_95_corrected = paper.corrected(eq_95, **corrected, claim=drift(f_corrected), note=note)

f_0, power = scalars("f_0 power")

# The finite sum is (1 - f_0^(t+1)) / (1 - f_0), with `power` for f_0^(t+1).
eq_96 = paper.inequality(
    "eq-96", "The geometric sum",
    source="eq. (96)", over=domain(Scalar(f_0, Interval.open(0, 1)), Scalar(power, Interval(0, 1))),
    claim=(1 - power) / (1 - f_0) <= 1 / (1 - f_0),
    proof=Closing(),
)
