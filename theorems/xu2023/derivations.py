"""From the smoothness inequality to the rate: how section 3 and Appendices B, C and E arrive at rho, rhohat, f and the best step."""

from sympy import Derivative

from theorems.xu2023 import product_update as update
from theorems.xu2023.notation import *
from theorems.xu2023.smoothness import eq_13, lemma_C_2_lower, lemma_C_2_upper
from theorems.xu2023.step_size import claim_3_1, h_1, h_2, h_3, h_4, largest, rate, rates, stationary, x
from verify.author import *
from verify.reasons import Bounding, Differentiating, Expanding, InstanceOf, Solving

rate_derivation = paper.derivation(
    "rate", "From the smoothness inequality to the rate of convergence and the best step size",
    source="sections 3.1 to 3.3, Appendices B, C and E",
)
line = rate_derivation.line

s, g = sigma_max(W), fro(G)
tau_G = define("tau_@(grad_l)", tau(G), latex=r"\tau_{@}(\nabla\ell)")
along_descent = {"over": any_step, "law": descent}

# --- one step: from (13) and (18) to rho -----------------------------------------------------------

smooth = line(
    "13", "The squared loss is K-smooth, here between the product now and after the step.", **along_descent,
    claim=following(L) <= L + inner(G, following(W) - W) + K / 2 * fro(following(W) - W) ** 2,
    reason=InstanceOf(eq_13(V=W, V_next=following(W))),
)

product = line(
    "18", "The update of the product: a polynomial of degree two in the step size.", **along_descent,
    claim=equal(following(W), W - eta * tau_G + eta**2 * G * W.T * G),
    reason=Expanding(),
)

expanded = line(
    "56", "Put the update (18) into (13) and collect powers of the step size.", **along_descent,
    claim=following(L)
    <= L
    - eta * inner(G, tau_G)
    + eta**2 * (inner(G, G * W.T * G) + K / 2 * fro(tau_G) ** 2)
    - eta**3 * K * inner(tau_G, G * W.T * G)
    + K / 2 * eta**4 * fro(G * W.T * G) ** 2,
    reason=Bounding((smooth(),)),
)

lowest = line(
    "57.a", "The first-order term: the min-max principle for tau_t.", **along_descent,
    claim=inner(G, tau_G) >= tau_min * g**2,
    reason=InstanceOf(update.eq_57_a()),
)

stretch = line(
    "57.b", "tau_t stretches by at most its largest eigenvalue.", **along_descent,
    claim=fro(tau_G) ** 2 <= tau_max**2 * g**2,
    reason=InstanceOf(update.eq_57_b()),
)

second_order = line(
    "58.a", "The gradient against the second-order term.", **along_descent,
    claim=absolute(inner(G, G * W.T * G)) <= g**3 * s,
    reason=InstanceOf(update.eq_58_a()),
)

mixed = line(
    "58.b", "The first-order term against the second-order term.", **along_descent,
    claim=absolute(inner(tau_G, G * W.T * G)) <= tau_max * s * g**3,
    reason=InstanceOf(update.eq_58_b()),
)

norm = line(
    "58.c", "The norm of the second-order term.", **along_descent,
    claim=fro(G * W.T * G) ** 2 <= s**2 * g**4,
    reason=InstanceOf(update.eq_58_c()),
)

with_g = line(
    "66", "Put the bounds (57) and (58) into (56); g collects what multiplies the step size.", **along_descent,
    claim=following(L) <= L - eta * g**2 * update.g,
    reason=Bounding((expanded(), lowest(), stretch(), second_order(), mixed(), norm())),
)

dominated = line(
    "74", "The PL inequality.", **along_descent,
    claim=g**2 >= 2 * mu * L,
    reason=InstanceOf(lemma_C_2_lower(V=W)),
)

contracted = line(
    "69", "Where g is not negative, which is the condition (19), the PL inequality turns the gradient into the loss.", **along_descent,
    given=update.g >= 0,
    claim=following(L) <= (1 - 2 * eta * mu * update.g) * L,
    reason=Bounding((with_g(), dominated()), keep=("g",)),
)

rho_collected = line(
    "21", "The factor, written in powers of the step size, is rho.", **along_descent,
    claim=equal(rho, 1 - 2 * eta * mu * update.g),
    reason=Expanding(),
)

line(
    "20", "Lemma 3.1.", **along_descent,
    given=update.g >= 0,
    claim=following(L) <= rho * L,
    reason=Bounding((contracted(), rho_collected()), keep=("g", "rho")),
)

# --- bounds that need less: rhohat and f -----------------------------------------------------------

step = any_step.extended(*constants)
along_bounded = {"over": step, "law": descent}
spectral = ("lambda_min(tau_@)", "lambda_max(tau_@)", "alpha_@", "beta_@", "alpha_0", "beta_0", "p_2")
scales = [sigma_min(X) > 0, L >= 0, p_2 >= 0]
names = (*spectral, "E", "W", "grad_l", "L")
q = sqrt(2 * K * L)

gradient_bound = line(
    "74.upper", "The gradient is at most of the order of the root of the loss.", **along_bounded,
    claim=g <= q,
    reason=InstanceOf(lemma_C_2_upper(V=W)),
)

line(
    "38", "Replace the spectrum of tau_t and of W(t) by the bounds (24) and (25), the gradient by its bound: rho becomes rhohat.",
    **along_bounded,
    given=[alpha_t <= tau_min, tau_max >= 0, tau_max <= beta_t, s <= p_2],
    claim=rho <= rhohat,
    reason=Bounding((gradient_bound(),), keep=spectral),
)

rhohat_0 = define("rhohat_0", rate_between(c_1 * alpha_0, c_2 * beta_0).definition, latex=r"\hat\rho_0", of=(eta,))
line(
    "26", "Replace alpha_t and beta_t by the bounds (26), which do not move; rhohat_0 is rhohat with these bounds.", **along_bounded,
    given=[c_1 * alpha_0 <= alpha_t, beta_t >= 0, beta_t <= c_2 * beta_0, *scales[1:]],
    claim=rhohat <= rhohat_0,
    reason=Bounding((), keep=names),
)

root_of_loss = line(
    "28.root", "The root in a_3, with K = kappa mu.", **along_bounded, given=scales,
    claim=equal(sqrt(2 * kappa**3 * L * sigma_min(X) ** 10), mu * K * q),
    reason=Bounding((), keep=names),
)

coefficients = [
    line(
        f"28.{k}", f"The coefficient of order {k}.", **along_bounded, given=scales,
        claim=equal(a, value),
        reason=Bounding(facts, keep=names),
    )
    for k, (a, value, facts) in enumerate(
        [
            (a_1, 2 * mu * (c_1 * alpha_0), ()),
            (a_2, 2 * mu * p_2 * q + K * mu * (c_2 * beta_0) ** 2, ()),
            (a_3, 2 * mu * K * (c_2 * beta_0) * p_2 * q, (root_of_loss(),)),
            (a_4, 2 * mu * K**2 * p_2**2 * L, ()),
        ],
        start=1,
    )
]

line(
    "27", "In powers of the step size, with these coefficients, rhohat_0 is f.", **along_bounded, given=scales,
    claim=equal(rhohat_0, f),
    reason=Bounding(tuple(c() for c in coefficients), keep=(*names, "a_1", "a_2", "a_3", "a_4")),
)

# --- the largest step: the root polynomials (30) ---------------------------------------------------

A_1, A_2, A_3, A_4 = scalars("a_1 a_2 a_3 a_4")
alpha_start, beta_start, loss_start, top = scalars("alpha_0 beta_0 L_0 K")
f_start = define("f", 1 - A_1 * eta + A_2 * eta**2 + A_3 * eta**3 + A_4 * eta**4, of=(eta,))
positive, nonnegative = Interval.open(0, oo), Interval(0, oo)
at_start = domain(
    *(Scalar(v, positive) for v in (A_1, A_2, alpha_start, beta_start, top)), *(Scalar(v, nonnegative) for v in (A_3, A_4, loss_start)),
    *constants, Scalar(eta, positive),
)
drift = define(
    "drift", 2 * eta**2 * c_2 * beta_start * top * loss_start / (1 - f_start), latex=r"\mathrm{drift}", of=(eta,)
)
first_of_30 = A_4 * x**3 + A_3 * x**2 + (A_2 + 4 * c_2 * loss_start * top / (c_2 - 1)) * x - A_1
second_of_30 = (
    A_4 * x**3 + A_3 * x**2 + (A_2 + 8 * c_2 * beta_start * loss_start * top / ((1 - c_1) * alpha_start)) * x - A_1
)

line(
    "118", "Now a_1 to a_4, alpha_0, beta_0 and L_0 stand for values at the start. Where (96) bounds the imbalance by drift(eta), "
    "(117) lets beta_0 grow by at most twice that: up to c_2 beta_0 where the first polynomial of (30) is not positive.",
    over=at_start, given=[f_start < 1, first_of_30.xreplace({x: eta}) <= 0],
    claim=beta_start + 2 * drift <= c_2 * beta_start,
    reason=Bounding(()),
)

line(
    "112", "Likewise (111) lets alpha_0 fall by at most four times the drift: down to c_1 alpha_0 where the second polynomial of (30) "
    "is not positive.",
    over=at_start, given=[f_start < 1, second_of_30.xreplace({x: eta}) <= 0],
    claim=alpha_start - 4 * drift >= c_1 * alpha_start,
    reason=Bounding(()),
)

line(
    "90", "The second polynomial of (30) also keeps the rate below one.",
    over=at_start, given=[loss_start > 0, second_of_30.xreplace({x: eta}) <= 0],
    claim=f_start < 1,
    reason=Bounding(()),
)

numbers = {
    "a_1": 2, "a_2": 21, "a_3": "27/8", "a_4": "9/64", "alpha_0": 2, "beta_0": 3, "c_1": "1/2", "c_2": "3/2", "L_0": "1/32",
    "K": 1,
}
"""Table 2 and (28) for X = [1], Y = [5/4], W_1(0) = W_2(0) = [1], c_1 = 1/2, c_2 = 3/2."""

for number, polynomial in (("30.first", first_of_30), ("30.second", second_of_30)):
    root = define(f"eta_{number[3:]}", positive_root(polynomial, x), latex=rf"\eta_{{\mathrm{{{number[3:]}}}}}^{{\max}}")
    line(
        number, "The polynomial increases from -a_1 < 0, so it has one positive root; the smaller of the two roots is eta_max.",
        over=at_start,
        claim=[root > 0, equal(polynomial.xreplace({x: root}), 0)],
        reason=Solving(numbers),
    )

# --- the best step: the cubic of Claim 3.1 ---------------------------------------------------------

line(
    "122", "Every h is of the form 1 - h_1 eta + h_2 eta^2 + h_3 eta^3 + h_4 eta^4; its derivative is a cubic.",
    over=rates,
    claim=equal(Derivative(rate(eta), eta), -h_1 + 2 * h_2 * eta + 3 * h_3 * eta**2 + 4 * h_4 * eta**3),
    reason=Differentiating(),
)

line(
    "42", "The cubic increases from -h_1 < 0, so dh/deta = 0 has one positive root.",
    over=rates,
    claim=[stationary > 0, equal(-h_1 + 2 * h_2 * stationary + 3 * h_3 * stationary**2 + 4 * h_4 * stationary**3, 0)],
    reason=Solving({"h_1": numbers["a_1"], "h_2": numbers["a_2"], "h_3": numbers["a_3"], "h_4": numbers["a_4"]}),
)

line(
    "41", "The best step size is this root, or the largest allowed one if that is smaller (Claim 3.1).",
    over=rates,
    claim=rate(minimum(stationary, largest)) <= rate(eta),
    reason=InstanceOf(claim_3_1()),
)

# --- the limit -------------------------------------------------------------------------------------

limit = 1 - a_1 * eta + kappa * sigma_min(X) ** 4 * (c_2 * beta_0) ** 2 * eta**2
limit_rate = 1 - (c_1 * alpha_0) ** 2 / ((c_2 * beta_0) ** 2 * kappa)
eta_star = define(
    "eta_star", c_1 * alpha_0 / (c_2**2 * beta_0**2 * kappa * sigma_min(X) ** 2), latex=r"\eta^{*}"
)
unfolded = (*names, "kappa")

line(
    "126", "As the loss vanishes only the leading quadratic of f is left.", **along_bounded,
    given=[equal(L, 0), *scales],
    claim=equal(f, limit),
    reason=Bounding((), keep=names),
)

square = line(
    "43", "Complete the square: the quadratic is smallest at eta_star.", **along_bounded,
    given=[sigma_min(X) > 0, beta_0 > 0, kappa > 0],
    claim=equal(limit, limit_rate + kappa * sigma_min(X) ** 4 * (c_2 * beta_0) ** 2 * (eta - eta_star) ** 2),
    reason=Expanding(keep=unfolded),
)

line(
    "44", "Its smallest value is the limit of the rate.", **along_bounded,
    given=[sigma_min(X) > 0, beta_0 > 0, kappa > 0],
    claim=equal(limit.xreplace({eta: eta_star}), limit_rate),
    reason=Expanding(keep=unfolded),
)
