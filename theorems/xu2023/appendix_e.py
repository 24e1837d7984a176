"""Appendix E, Claim E.1 and Remark E.1: c_1 and c_2 for which the limit of the adaptive step size is allowed."""

from theorems.xu2023 import notation as network
from theorems.xu2023 import numbers
from theorems.xu2023.adaptive_step import eq_44_order, eq_44_order_corrected, high, low, rho_in_numbers, rhohat_in_numbers
from theorems.xu2023.convergence import alpha_0_corrected
from theorems.xu2023.notation import c_1, c_2, eta, paper
from theorems.xu2023.numbers import (
    L_0,
    alpha_0,
    beta_0,
    coefficients,
    eta_star,
    extra_lower,
    extra_upper,
    kappa,
    limit_rate,
    p_2,
    polynomial,
    smin,
)
from theorems.xu2023.step_size import h_1, h_2, h_3, h_4
from verify.author import *

P = paper.definition(
    "eq-131", define("P", 2 * sqrt(2 * L_0 * smin**2) * p_2 * alpha_0 / (sqrt(kappa) * beta_0**2)), title="abbreviation", source="eq. (131)"
)


def abbreviation(first_root, second_root):
    """M of (124) for the numerators of its second and third term, each without the factor 2."""
    return define(
        "M",
        2 * alpha_0**3 * p_2**2 * L_0 / (beta_0**6 * kappa)
        + 2 * first_root / (sqrt(kappa) * beta_0**3)
        + 2 * second_root / (beta_0**2 * sqrt(kappa)),
    )


printed_M = paper.definition(
    "claim-E.1.M.printed", abbreviation(sqrt(2 * smin**2 * L_0 * p_2 * alpha_0**2), sqrt(2 * L_0 * smin**2 * p_2 * alpha_0)),
    title="abbreviation, both radicals over p_2 as well", source="line after eq. (124)",
)
M = paper.definition(
    "claim-E.1.M", abbreviation(sqrt(2 * smin**2 * L_0) * p_2 * alpha_0**2, sqrt(2 * L_0 * smin**2) * p_2 * alpha_0),
    title="abbreviation, the radicals ending before p_2", source="line after eq. (124), as (131) to (134) need it",
)


def bounds(M):
    """The first two bounds of (124) on c_2."""
    return (M + 16 * L_0 / beta_0) / (c_1 * alpha_0 * smin**2), sqrt((M + 8 * alpha_0 * L_0 / beta_0**2) / (alpha_0 * smin**2))


small, positive, nonnegative = Interval.open(0, Rational(2, 3)), Interval.open(0, oo), Interval(0, oo)
excess = scalars("excess")[0]


def choices(M):
    """The numbers of Claim E.1: 0 < c_1 < 2/3, and c_2 exceeds its bound (124) by any amount."""
    return domain(
        Scalar(alpha_0, positive), Scalar(beta_0, positive), Scalar(p_2, nonnegative), Scalar(smin, positive),
        Scalar(kappa, Interval(1, oo)), Scalar(L_0, nonnegative), Scalar(c_1, small), Scalar(excess, nonnegative),
        let(c_2, maximum(*bounds(M), 2) + excess),
    )


chosen = choices(M)
first_bound, second_bound = bounds(M)
choice = [c_2 >= first_bound, c_2 >= second_bound, c_2 >= 2]
"""(124) in the form that the proofs use; the domain `chosen` already meets it."""
any_choice = numbers.at_start

left_129 = polynomial(L_0, eta_star, extra_upper(L_0))
left_130 = polynomial(L_0, eta_star, extra_lower(L_0))
a_1 = coefficients(L_0)[0]
common = 2 * c_1**3 * alpha_0**3 * p_2**2 * L_0 / (c_2**6 * beta_0**6 * kappa) + P * c_1**2 * alpha_0 / (c_2**3 * beta_0)
last = P * c_1 / c_2**2 + c_1 * alpha_0 * smin**2

in_one_root = [
    equal(sqrt(2 * kappa * L_0 * smin**6), smin**2 * sqrt(kappa) * sqrt(2 * L_0 * smin**2)),
    equal(sqrt(2 * kappa**3 * L_0 * smin**10), kappa * smin**4 * sqrt(kappa) * sqrt(2 * L_0 * smin**2)),
]
"""The radicals of a_2(0) and a_3(0) through that of P."""

eq_131_left = paper.identity(
    "eq-131.left", "The left side of (129)",
    source="eq. (131)", over=any_choice,
    claim=equal(left_129, common + 4 * c_1 * alpha_0 * L_0 / ((c_2 - 1) * c_2 * beta_0**2) + last),
    proof=Closing(search=0.5),
    facts=in_one_root,
)

lines_of_132 = (
    common + 4 * c_1 * alpha_0 * L_0 / ((c_2 - 1) * c_2 * beta_0**2) + last,
    common + 8 * c_1 * alpha_0 * L_0 / (c_2**2 * beta_0**2) + last,
    2 * c_1 * alpha_0**3 * p_2**2 * L_0 / (c_2**6 * beta_0**6 * kappa)
    + P * c_1 * alpha_0 / (c_2**2 * beta_0)
    + 8 * c_1 * alpha_0 * L_0 / (c_2**2 * beta_0**2)
    + last,
    c_1 / c_2**2 * (2 * alpha_0**3 * p_2**2 * L_0 / (beta_0**6 * kappa) + P * alpha_0 / beta_0 + 8 * alpha_0 * L_0 / beta_0**2 + P)
    + c_1 * alpha_0 * smin**2,
    c_1 / c_2**2 * (M + 8 * alpha_0 * L_0 / beta_0**2) + c_1 * alpha_0 * smin**2,
)

eq_132_first = paper.inequality(
    "eq-132.c_2", "c_2 - 1 is at least c_2/2",
    source="eq. (132), second line", over=any_choice, given=chain(c_2, ">=", 2),
    claim=lines_of_132[0] <= lines_of_132[1],
    proof=Closing(),
    facts=[1 / (c_2 - 1) <= 2 / c_2],
)

eq_132_powers = paper.inequality(
    "eq-132.powers", "Higher powers of c_1 and c_2 are dropped",
    source="eq. (132), third line", over=any_choice, given=chain(c_2, ">=", 2),
    claim=lines_of_132[1] <= lines_of_132[2],
    proof=Closing(search=0.5),
)

# The fourth line is printed as an equation; with c_2^6 in the first term of the third line it is an inequality.
eq_132_sum = paper.inequality(
    "eq-132.sum", "The common factor",
    source="eq. (132), fourth line", over=any_choice, given=chain(c_2, ">=", 2),
    claim=equal(lines_of_132[2], lines_of_132[3]),
    wrong="The first term keeps c_2^6 in its denominator, so the line is an inequality, not an equation.",
)

eq_132_sum_corrected = paper.corrected(eq_132_sum, claim=lines_of_132[2] <= lines_of_132[3], note="<= in place of =.", proof=Closing())

eq_132_M = paper.identity(
    "eq-132.M", "The bracket is M",
    source="eq. (132), fifth line", over=any_choice,
    claim=equal(lines_of_132[3], lines_of_132[4]),
    proof=Closing(),
)

eq_132_last = paper.inequality(
    "eq-132.last", "The second condition of (124)",
    source="eq. (132), last line", over=chosen, given=choice,
    claim=[lines_of_132[4] <= 2 * c_1 * alpha_0 * smin**2, equal(2 * c_1 * alpha_0 * smin**2, a_1)],
    proof=Closing(keep=("M",), search=0.5),
    facts=[M + 8 * alpha_0 * L_0 / beta_0**2 <= c_2**2 * alpha_0 * smin**2],
)

eq_129 = paper.inequality(
    "eq-129", "The limit of the adaptive step size is below the first root of (30)",
    source="eq. (129) under (124)", over=chosen, given=choice,
    claim=left_129 <= a_1,
    proof=Closing(keep=("M",)),
    facts=[eq_131_left(), eq_132_first(), eq_132_powers(), eq_132_sum_corrected(), eq_132_M(), eq_132_last()],
)

eq_133 = paper.identity(
    "eq-133", "The left side of (130)",
    source="eq. (133)", over=any_choice,
    claim=equal(left_130, common + 8 * L_0 * c_1 / ((1 - c_1) * c_2 * beta_0) + last),
    proof=Closing(search=0.5),
    facts=in_one_root,
)

lines_of_134 = (
    common + 8 * L_0 * c_1 / ((1 - c_1) * c_2 * beta_0) + last,
    common + 16 * L_0 / (c_2 * beta_0) + last,
    2 * alpha_0**3 * p_2**2 * L_0 / (c_2 * beta_0**6 * kappa)
    + P * alpha_0 / (c_2 * beta_0)
    + 16 * L_0 / (c_2 * beta_0)
    + P / c_2
    + c_1 * alpha_0 * smin**2,
    1 / c_2 * (2 * alpha_0**3 * p_2**2 * L_0 / (beta_0**6 * kappa) + P * alpha_0 / beta_0 + 16 * L_0 / beta_0 + P)
    + c_1 * alpha_0 * smin**2,
    1 / c_2 * (M + 16 * L_0 / beta_0) + c_1 * alpha_0 * smin**2,
)

eq_134_first = paper.inequality(
    "eq-134.c_1", "1 - c_1 is at least c_1/2",
    source="eq. (134), second line", over=any_choice, given=c_1 < Rational(2, 3),
    claim=lines_of_134[0] <= lines_of_134[1],
    proof=Closing(),
)

eq_134_powers = paper.inequality(
    "eq-134.powers", "Powers of c_1 and higher powers of c_2 are dropped",
    source="eq. (134), third line", over=any_choice,
    claim=lines_of_134[1] <= lines_of_134[2],
    proof=Closing(search=0.5),
)

eq_134_sum = paper.identity(
    "eq-134.sum", "The common factor is M",
    source="eq. (134), fourth and fifth line", over=any_choice,
    claim=[equal(lines_of_134[2], lines_of_134[3]), equal(lines_of_134[3], lines_of_134[4])],
    proof=Closing(),
)

eq_134_last = paper.inequality(
    "eq-134.last", "The first condition of (124)",
    source="eq. (134), last line", over=chosen, given=choice,
    claim=lines_of_134[4] <= 2 * c_1 * alpha_0 * smin**2,
    proof=Closing(keep=("M",)),
    facts=[M + 16 * L_0 / beta_0 <= c_2 * c_1 * alpha_0 * smin**2],
)

eq_130 = paper.inequality(
    "eq-130", "The limit of the adaptive step size is below the second root of (30)",
    source="eq. (130) under (124)", over=chosen, given=choice,
    claim=left_130 <= a_1,
    proof=Closing(keep=("M",)),
    facts=[eq_133(), eq_134_first(), eq_134_powers(), eq_134_sum(), eq_134_last()],
)

(x,) = scalars("x")


def root(extra):
    """The positive root of a polynomial of (30) in numbers."""
    _, a_2, a_3, a_4 = coefficients(L_0)
    return positive_root(a_4 * x**3 + a_3 * x**2 + (a_2 + extra) * x - a_1, x)


eta_max = define("eta_max", minimum(root(extra_upper(L_0)), root(extra_lower(L_0))), latex=r"\eta_{\max}")

claim_E_1 = paper.inequality(
    "claim-E.1", "For such c_1 and c_2 the step size of (43) is allowed",
    source="Claim E.1, eq. (124)", over=choices(printed_M),
    claim=eta_star <= eta_max,
    examples=[example(alpha_0=24, beta_0=64, p_2=32, sigma_min="1/100", kappa=1, L_0="1/80", c_1="33/50", excess=0)],
    wrong="The radicals of M are drawn over p_2 as well, which makes M too small where p_2 > 1; P of (131) has p_2 outside.",
)

claim_E_1_corrected = paper.corrected(claim_E_1, over=chosen, note="The radicals of M end before p_2, as that of (131).")

# (125) and (135) print (44) again, under the hypotheses of the claim; M as (131) to (134) need it.


def hypotheses(spectral_bound):
    """c_1 < 2/3 and (124) for the network's own quantities, with `spectral_bound` for alpha_0."""
    own = {alpha_0: spectral_bound, beta_0: network.beta_0, p_2: network.p_2}
    own |= {smin: sigma_min(network.X), kappa: network.kappa, L_0: initial(network.L)}
    return [c_1 < Rational(2, 3), *(c_2 >= bound.xreplace(own) for bound in (first_bound, second_bound)), c_2 >= 2]


claim_E_1_order = paper.inequality(
    "claim-E.1.order", "The rates at the step size of (43) are in order at the start",
    source="eqs (125) and (135), claimed at t = 0", over=eq_44_order.over, law=eq_44_order.law,
    given=[network.alpha_0 > 0, *hypotheses(network.alpha_0)],
    claim=eq_44_order.claim,
    wrong=eq_44_order.wrong,
)

claim_E_1_order_corrected = paper.corrected(
    claim_E_1_order, over=eq_44_order_corrected.over, given=[alpha_0_corrected > 0, *hypotheses(alpha_0_corrected)],
    claim=eq_44_order_corrected.claim,
    note=eq_44_order_corrected.note + " Claimed at t = 0.",
    proof=Closing(keep=("alpha_0", "beta_0", "M", "rho", "rhohat", "f")), facts=[eq_44_order_corrected()],
)

# --- Remark E.1 ---------------------------------------------------------------------------------------

alpha_t, beta_t = scalars("alpha_t beta_t")
in_order = [c_1 * alpha_0 <= alpha_t, alpha_t <= low, high <= beta_t, beta_t <= c_2 * beta_0]
limits = numbers.spectral.extended(*(Scalar(v, nonnegative) for v in (alpha_t, beta_t, low, high)))
moving = limits.extended(Scalar(eta, positive))

remark_E_1_rates = paper.inequality(
    "remark-E.1.rates", "The limits of the rates are in order",
    source="Remark E.1, eq. (126)", over=moving, given=in_order,
    claim=chain(
        rho_in_numbers(low, high, Rational(0)), "<=", rhohat_in_numbers(alpha_t, beta_t, Rational(0)),
        "<=", limit_rate(c_1 * alpha_0, c_2 * beta_0, eta),
    ),
    proof=Closing(),
    facts=[high**2 <= beta_t**2, beta_t**2 <= (c_2 * beta_0) ** 2],
)

optimal = 1 - (c_1 * alpha_0) ** 2 / (c_2 * beta_0) ** 2 / kappa

remark_E_1_star = paper.inequality(
    "remark-E.1.star", "The limits of the rates at the limit of the step size",
    source="Remark E.1, eq. (127)", over=limits, given=in_order,
    claim=[
        limit_rate(low, high, eta_star) <= limit_rate(alpha_t, beta_t, eta_star),
        limit_rate(alpha_t, beta_t, eta_star) <= limit_rate(c_1 * alpha_0, c_2 * beta_0, eta_star),
        equal(limit_rate(c_1 * alpha_0, c_2 * beta_0, eta_star), optimal),
    ],
    proof=Closing(),
    facts=[high**2 <= beta_t**2, beta_t**2 <= (c_2 * beta_0) ** 2],
)

remark_E_1_condition = paper.inequality(
    "remark-E.1.condition", "The inverse condition number of tau is at least c_1 alpha_0 / (c_2 beta_0)",
    source="Remark E.1, last paragraph", over=numbers.spectral.extended(Scalar(low, nonnegative), Scalar(high, positive)),
    given=[c_1 * alpha_0 <= low, high <= c_2 * beta_0],
    claim=low / high >= c_1 * alpha_0 / (c_2 * beta_0),
    proof=Closing(),
)

# --- The step size grows to its limit, equation (128) ----------------------------------------------------

k_2, k_3, k_4 = scalars("k_2 k_3 k_4")
slower = positive_root(-h_1 + 2 * (h_2 + k_2) * x + 3 * (h_3 + k_3) * x**2 + 4 * (h_4 + k_4) * x**3, x)
falling = domain(
    *(Scalar(v, positive) for v in (h_1, h_2)), *(Scalar(v, nonnegative) for v in (h_3, h_4, k_2, k_3, k_4))
)

eq_128_grows = paper.inequality(
    "eq-128.grows", "The stationary step size grows as the coefficients fall",
    source="line before eq. (128)", over=falling,
    claim=slower <= positive_root(-h_1 + 2 * h_2 * x + 3 * h_3 * x**2 + 4 * h_4 * x**3, x),
    proof=Closing(),
)

a_2_limit = kappa * smin**4 * (c_2 * beta_0) ** 2

eq_128_limit = paper.identity(
    "eq-128.limit", "The limit of the stationary step size of f",
    source="eq. (128)", over=numbers.spectral,
    claim=equal(positive_root(-a_1 + 2 * a_2_limit * x, x), eta_star),
    proof=Closing(),
)

# --- The limits of rhohat and rho at the step size, equations (136) to (140) ------------------------------
# alpha_t, beta_t stand for alpha_inf, beta_inf. The scan's c_4^2 is read as c_2^4, which it must be.

printed_136 = (
    1
    - 2 * alpha_t * smin**2 * (c_1 * alpha_0 / (c_2**2 * beta_0**2 * kappa * smin**2))
    + kappa * smin**2 * beta_t**2 * (c_1 * alpha_0 / (c_2**2 * beta_0**2 * kappa * smin**2)) ** 2
)


def printed_137(alpha, beta, sigma_squared=smin**2):
    """The right sides of (136) to (138)."""
    linear = 2 * c_1 * alpha_0 * alpha / (c_2**2 * beta_0**2 * sigma_squared)
    return 1 - (linear - c_1**2 * alpha_0**2 * beta**2 / (c_2**4 * beta_0**4)) / kappa


eq_136 = paper.identity(
    "eq-136.first", "The limit of rhohat at the limit of the step size",
    source="eq. (136), first line", over=limits,
    claim=equal(limit_rate(alpha_t, beta_t, eta_star), printed_136),
    wrong="The quadratic term needs sigma_min^4(X), as (126) has it, not sigma_min^2(X).",
)

eq_136_corrected = paper.corrected(
    eq_136,
    claim=equal(
        limit_rate(alpha_t, beta_t, eta_star),
        1 - 2 * alpha_t * smin**2 * eta_star + kappa * smin**4 * beta_t**2 * eta_star**2,
    ),
    proof=Expansion(), note="sigma_min^4(X) in the quadratic term.",
)

eq_136_second = paper.identity(
    "eq-136.second", "The common factor 1/kappa",
    source="eq. (136), second line", over=limits,
    claim=equal(printed_136, printed_137(alpha_t, beta_t)),
    wrong="sigma_min^2(X) cancels in the linear term, and not in the printed quadratic one.",
)

eq_136_second_corrected = paper.corrected(
    eq_136_second,
    claim=equal(
        1 - 2 * alpha_t * smin**2 * eta_star + kappa * smin**4 * beta_t**2 * eta_star**2, printed_137(alpha_t, beta_t, 1)
    ),
    proof=Expansion(), note="sigma_min^4(X) in the quadratic term, and no sigma_min^2(X) on the right.",
)

eq_137 = paper.identity(
    "eq-137", "The limit of rhohat with the common factor 1/kappa",
    source="eq. (137)", over=limits,
    claim=equal(limit_rate(alpha_t, beta_t, eta_star), printed_137(alpha_t, beta_t)),
    wrong="sigma_min^2(X) cancels in the linear term.",
)

eq_137_corrected = paper.corrected(
    eq_137, claim=equal(limit_rate(alpha_t, beta_t, eta_star), printed_137(alpha_t, beta_t, 1)), proof=Expansion(),
    note="Without sigma_min^2(X).",
)

eq_138 = paper.inequality(
    "eq-138", "The bounds on alpha and beta in the limit",
    source="eq. (138)", over=limits, given=[alpha_t >= c_1 * alpha_0, beta_t <= c_2 * beta_0],
    claim=printed_137(alpha_t, beta_t) <= printed_137(c_1 * alpha_0, c_2 * beta_0),
    proof=Closing(),
)

eq_139 = paper.identity(
    "eq-139", "The bound on the limit of rhohat",
    source="eq. (139)", over=numbers.spectral,
    claim=equal(printed_137(c_1 * alpha_0, c_2 * beta_0), 1 - (c_1 * alpha_0 / (c_2 * beta_0)) ** 2 / kappa),
    wrong="With sigma_min^2(X) in the linear term of (138) this holds for sigma_min(X) = 1 only.",
)

eq_139_corrected = paper.corrected(
    eq_139, claim=equal(printed_137(c_1 * alpha_0, c_2 * beta_0, 1), 1 - (c_1 * alpha_0 / (c_2 * beta_0)) ** 2 / kappa),
    proof=Expansion(), note="Without sigma_min^2(X).",
)

eq_140 = paper.inequality(
    "eq-140", "The bound on the limit of rho",
    source="eq. (140)", over=limits, given=[c_1 * alpha_0 <= low, high <= c_2 * beta_0],
    claim=limit_rate(low, high, eta_star) <= 1 - (c_1 * alpha_0 / (c_2 * beta_0)) ** 2 / kappa,
    proof=Closing(),
    facts=[high**2 <= (c_2 * beta_0) ** 2],
)
