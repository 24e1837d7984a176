"""Section 3.3 and Claim 3.1: the adaptive step size, the rates where the loss has vanished, equations (36) to (44), (122), (123)."""

from theorems import linear_algebra as la
from theorems.xu2023 import numbers
from theorems.xu2023.convergence import alpha_0_corrected, f_corrected, wide
from theorems.xu2023.gradient_flow import eq_11_corrected, eq_11_nonnegative, square
from theorems.xu2023.notation import *
from theorems.xu2023.numbers import eta_star, limit_rate
from theorems.xu2023.smoothness import lemma_C_2_upper
from theorems.xu2023.spectral_bounds import eq_24_upper_0, eq_25_corrected
from theorems.xu2023.step_size import h_1, h_2, h_3, h_4, largest, rate, rates, rhohat_corrected, stationary
from verify.author import *

paper.definition("eq-36", stationary, title="stationary step size: the minimiser of the rate", source="eqs (36) and (42)")
paper.definition("eq-40", define("f_0", initial(f), of=(eta,)), title="the uniform rate f(eta, 0)", source="eq. (40)")
eta_t = paper.definition(
    "eq-41", define("eta_@", minimum(stationary, largest), latex=r"\eta_{@}"), title="adaptive step size", source="eq. (41), Claim 3.1"
)
paper.definition(
    "algorithm-1.W_1", define("W_1_next", W_1 - eta_t * (G * W_2.T), latex=r"W_{1,+}"), title="first layer after a step",
    source="Algorithm 1",
)
paper.definition(
    "algorithm-1.W_2", define("W_2_next", W_2 - eta_t * (W_1.T * G), latex=r"W_{2,+}"), title="second layer after a step",
    source="Algorithm 1",
)

eq_36_minimiser = paper.inequality(
    "eq-36.minimiser", "The stationary step size minimises the rate over all positive ones",
    source="eq. (36) with (122)",
    over=domain(*(Scalar(s, Interval.open(0, oo)) for s in (h_1, h_2, h_3, h_4)), Scalar(eta, Interval.open(0, oo))),
    claim=rate(stationary) <= rate(eta),
    proof=Closing(),
)

h_t, product, L_0, L_t, L_next = scalars("h_t product L_0 L_t L_next")

# The induction step, with `product` for prod_{k=0}^{t-1} h(eta_k, k), so that every schedule of step sizes is covered.
eq_37 = paper.inequality(
    "eq-37", "The rates of the steps multiply, whatever the schedule",
    source="eq. (37), from t to t + 1", over=domain(*(Scalar(s, Interval(0, oo)) for s in (h_t, product, L_0, L_t, L_next))),
    given=[L_t <= product * L_0, L_next <= h_t * L_t],
    claim=L_next <= h_t * product * L_0,
    proof=Closing(),
)

# --- Where the loss has vanished -----------------------------------------------------------------------

low, high, s, g = scalars("lambda_min lambda_max sigma_max g")
spectrum = numbers.spectral.extended(
    Scalar(low, Interval(0, oo)), Scalar(high, Interval(0, oo)), Scalar(s, Interval(0, oo)), Scalar(eta, Interval.open(0, oo))
)


def rhohat_in_numbers(alpha_t, beta_t, L):
    """rhohat(eta, t) of equation (38)."""
    mu, K, p_2 = numbers.mu, numbers.K, numbers.p_2
    return (
        1
        - 2 * eta * mu * alpha_t
        + K * mu * eta**2 * beta_t**2
        + 2 * eta**2 * mu * p_2 * sqrt(2 * K * L)
        + 2 * eta**3 * mu * K * beta_t * p_2 * sqrt(2 * K * L)
        + 2 * eta**4 * mu * K**2 * p_2**2 * L
    )


def rho_in_numbers(low, high, g):
    """rho(eta, t) of equation (21), with g for the norm of the gradient."""
    mu, K = numbers.mu, numbers.K
    return (
        1
        - 2 * eta * mu * low
        + K * mu * eta**2 * high**2
        + 2 * eta**2 * mu * s * g
        + 2 * eta**3 * mu * K * high * s * g
        + eta**4 * mu * K * s**2 * g**2
    )


asymp_f = paper.identity(
    "asymp-h.f", "f where the loss has vanished",
    source="section 3.3, display after Algorithm 1, first line", over=spectrum,
    claim=equal(numbers.f(Rational(0), eta), limit_rate(c_1 * numbers.alpha_0, c_2 * numbers.beta_0, eta)),
    proof=Closing(),
)

asymp_rhohat = paper.identity(
    "asymp-h.rhohat", "rhohat where the loss has vanished",
    source="section 3.3, display after Algorithm 1, second line", over=spectrum,
    claim=equal(rhohat_in_numbers(low, high, Rational(0)), limit_rate(low, high, eta)),
    proof=Closing(),
)

asymp_rho = paper.identity(
    "asymp-h.rho", "rho where the loss, and with it the gradient, has vanished",
    source="section 3.3, display after Algorithm 1, third line", over=spectrum,
    claim=equal(rho_in_numbers(low, high, Rational(0)), limit_rate(low, high, eta)),
    proof=Closing(),
)

paper.definition("eq-43", eta_star, title="minimiser of the limit of f", source="eq. (43)")

eq_43_minimiser = paper.inequality(
    "eq-43.minimiser", "The step size of (43) minimises the limit of f",
    source="eq. (43)", over=numbers.spectral.extended(Scalar(eta, Interval(-oo, oo))),
    claim=limit_rate(c_1 * numbers.alpha_0, c_2 * numbers.beta_0, eta_star) <= limit_rate(c_1 * numbers.alpha_0, c_2 * numbers.beta_0, eta),
    proof=Closing(),
)

eq_44_limit = paper.identity(
    "eq-44.limit", "The limit of f at the step size of (43)",
    source="eq. (44), last relation", over=numbers.spectral,
    claim=equal(
        limit_rate(c_1 * numbers.alpha_0, c_2 * numbers.beta_0, eta_star),
        1 - (c_1 * numbers.alpha_0) ** 2 / (c_2 * numbers.beta_0) ** 2 / numbers.kappa,
    ),
    proof=Expansion(),
)

eq_44_tends = paper.limit(
    "eq-44.tends", "f at the step size of (43) tends to its limit as the loss vanishes, at the order of the square root of the loss",
    source="eqs (44), (125) and (135), the sign ~", over=numbers.now,
    quantity=numbers.f(numbers.L, eta_star), variable=numbers.L, to=0,
    value=1 - (c_1 * numbers.alpha_0) ** 2 / (c_2 * numbers.beta_0) ** 2 / numbers.kappa, rate=sqrt(numbers.L),
)

eq_44_above = paper.inequality(
    "eq-44.above", "Before the loss has vanished, f is above its limit",
    source="eq. (44), last relation", over=numbers.now,
    claim=limit_rate(c_1 * numbers.alpha_0, c_2 * numbers.beta_0, eta) <= numbers.f(numbers.L, eta),
    proof=Closing(),
)


def star(alpha_0):
    """The step size of (43) for the network's own quantities."""
    return c_1 * alpha_0 / (c_2**2 * beta_0**2 * kappa * sigma_min(X) ** 2)


eq_44_order = paper.inequality(
    "eq-44.order", "The rates at the step size of (43) are in order at the start",
    source="eq. (44) at t = 0", over=setting.extended(*constants, StepSize(eta, up_to=star(alpha_0))), law=descent,
    given=alpha_0 > 0,
    claim=chain(rho, "<=", rhohat, "<=", f),
    wrong=wide,
)

eq_44_order_corrected = paper.corrected(
    eq_44_order, over=square.extended(*constants, StepSize(eta, up_to=star(alpha_0_corrected))), given=alpha_0_corrected > 0,
    claim=chain(rho, "<=", rhohat_corrected, "<=", f_corrected),
    note="X square; alpha_0 and alpha_t with the indices of the layers.",
    proof=Closing(keep=("alpha_0", "beta_0", "alpha_@", "beta_@", "p_2")),
    facts=[
        eq_11_corrected(), eq_11_nonnegative(), eq_24_upper_0(), eq_25_corrected(), lemma_C_2_upper(V=W),
        la.sylvester_nonnegative(B=W_2, A=W_1), la.sylvester_order(P=W_2.T * W_2, Q=W_1 * W_1.T),
        fro(G) <= sqrt(2 * K * L),
        sigma_max(W) * fro(G) <= p_2 * sqrt(2 * K * L),
    ],
)

# --- The proof of Claim 3.1, equations (122) and (123) ------------------------------------------------

a_1, a_2, a_3, a_4 = numbers.coefficients(numbers.L)

eq_122_positive = paper.inequality(
    "eq-122.positive", "The coefficients of the rate are positive",
    source="line after eq. (122), for h = f", over=numbers.now,
    claim=[chain(a, ">", 0) for a in (a_1, a_2, a_3, a_4)],
    wrong="a_3 and a_4 vanish with the loss, and with p_2.",
)

eq_122_positive_corrected = paper.corrected(
    eq_122_positive, given=[numbers.L > 0, numbers.p_2 > 0], note="While the loss is positive, and p_2 > 0.", proof=Closing()
)

x, y = scalars("x y")


def slope(x):
    """dh/deta of the general form (122)."""
    return -h_1 + 2 * h_2 * x + 3 * h_3 * x**2 + 4 * h_4 * x**3


positive_coefficients = domain(*(Scalar(z, Interval.open(0, oo)) for z in (h_1, h_2, h_3, h_4)))

eq_122_increasing = paper.inequality(
    "eq-122.increasing", "The derivative of the rate increases",
    source="paragraph after eq. (122)", over=positive_coefficients.extended(Scalar(x, Interval(0, oo)), Scalar(y, Interval(0, oo))),
    given=x < y,
    claim=slope(x) < slope(y),
    proof=Closing(),
)

eq_122_derivative = paper.inequality(
    "eq-122.derivative", "The derivative of the rate: its graph lies above every tangent",
    source="line after eq. (122)", over=positive_coefficients.extended(Scalar(x, Interval(0, oo)), Scalar(y, Interval(0, oo))),
    claim=rate(y) >= rate(x) + slope(x) * (y - x),
    proof=Closing(),
)

eq_123_inside = paper.inequality(
    "eq-123.inside", "Where the stationary step size is allowed",
    source="line before eq. (123), first case", over=rates, given=stationary <= largest,
    claim=rate(largest) <= rate(eta),
    wrong="The minimiser is then the stationary step size, not the largest one.",
)

eq_123_inside_corrected = paper.corrected(
    eq_123_inside, claim=rate(stationary) <= rate(eta), proof=Closing(), note="The stationary step size in place of eta_max."
)

eq_123_outside = paper.inequality(
    "eq-123.outside", "Where the stationary step size is too large",
    source="line before eq. (123), second case", over=rates, given=stationary >= largest,
    claim=rate(largest) <= rate(eta),
    proof=Closing(),
)

eq_123 = paper.inequality(
    "eq-123", "The best step size is the stationary one, or the largest allowed one",
    source="eq. (123)", over=rates,
    claim=rate(minimum(stationary, largest)) <= rate(eta),
    proof=Closing(),
)
