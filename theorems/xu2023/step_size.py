"""Rates against the convex problem and the adaptive step size: Propositions 3.1 and 3.2, Claim 3.1."""

from theorems import linear_algebra as la
from theorems.xu2023.convergence import along_runs, corrected, corrected_below_one, f_corrected, layer_bound, margin, note, wide
from theorems.xu2023.notation import *
from verify.author import *

levels = paper.inequality(
    "fact-alpha-le-beta.levels", "The levels of imbalance in Table 2 are non-negative and bounded by the extreme eigenvalues",
    source="Table 2, used in (120)", over=setting, law=descent,
    claim=[
        chain(0, "<=", Delta_plus), chain(0, "<=", Delta_minus), chain(0, "<=", Delta, "<=", lambda_plus + lambda_minus),
        chain(0, "<=", lambda_plus), chain(0, "<=", lambda_minus),
    ],
    proof=Closing(),
    facts=[la.eigenvalue_top(S=D, i=n), la.eigenvalue_top(S=D, i=m), la.eigenvalue_top(S=-D, i=m)],
)

margins = paper.inequality(
    "fact-alpha-le-beta.margins", "The margin is at most the upper bound on the product",
    source="Table 2, used in (120)", over=setting, law=descent,
    claim=chain(0, "<=", p_1, "<=", p_2),
    proof=Closing(),
    facts=[la.singular_order(A=X), la.singular_order(A=Y)],
)

fact_alpha_le_beta = paper.inequality(
    "fact-alpha-le-beta", "The lower spectral bound is at most the upper one",
    source="Appendix D, third line of (120)", over=setting, law=descent,
    claim=alpha_0 <= beta_0,
    proof=Closing(keep=("Delta_+", "Delta_-", "Delta", "lambda_+", "lambda_-", "p_1", "p_2")),
    facts=[
        levels(),
        margins(),
        la.root_shift(a=Delta_plus, b=Delta, p=p_1),
        la.root_shift(a=Delta_minus, b=Delta, p=p_1),
        la.root_monotone(b=Delta, c=lambda_plus + lambda_minus, p=p_1, q=p_2),
        la.root_split(a=lambda_plus, b=lambda_minus, p=p_2),
    ],
)

proposition_3_1 = paper.trajectory(
    "prop-3.1", "The rate is no better than the optimal rate of the convex problem",
    source="Proposition 3.1, eq. (35)", **along_runs,
    claim=f >= 1 - 1 / kappa,
    proof=Closing(keep=("alpha_0", "beta_0", "p_2", "eta_max")),
    facts=[
        fact_alpha_le_beta(W_1=initial(W_1), W_2=initial(W_2)),
        margins(W_1=initial(W_1), W_2=initial(W_2)),
        la.singular_order(A=X),
    ],
)

# --- Proposition 3.2 -------------------------------------------------------------------------------

proposition_3_2_rho = paper.trajectory(
    "prop-3.2.rho", "The loss contracts by rho",
    source="Proposition 3.2, eq. (39) with h = rho", **along_runs,
    claim=following(L) <= rho * L,
    examples=[
        example(
            X=[[1, 0, 0], [0, "1/4", 0]], W_1=[["1/16"], [0], [16]], W_2=[[16]], E_0=[["1/8"], [0]],
            c_1="3/4", c_2="5/4", theta_eta=1,
        )
    ],
    wrong="For N < n a large part of W in the kernel of X makes the printed step size violate the condition (19) of Lemma 3.1.",
)

proposition_3_2_rhohat = paper.trajectory(
    "prop-3.2.rhohat", "The loss contracts by rhohat",
    source="Proposition 3.2, eq. (39) with h = rhohat", **along_runs,
    claim=following(L) <= rhohat * L,
    wrong=wide,
)

proposition_3_2_f = paper.trajectory(
    "prop-3.2.f", "The loss contracts by f",
    source="Proposition 3.2, eq. (39) with h = f", **along_runs,
    claim=following(L) <= f * L,
    wrong=wide,
)

proposition_3_2_order = paper.trajectory(
    "prop-3.2.order", "The rates are in order and below one",
    source="Proposition 3.2, last line", **along_runs,
    claim=chain(0, "<=", rho, "<=", rhohat, "<=", f, "<", 1),
    wrong=wide,
)

alpha_t_corrected = define("alpha_@", layer_bound(D, n, margin(n)) + layer_bound(-D, m, margin(m)), latex=r"\alpha_{@}")
rhohat_corrected = rate_between(alpha_t_corrected, beta_t)

proposition_3_2_rho_corrected = paper.corrected(proposition_3_2_rho, **corrected, note=note)

proposition_3_2_rhohat_corrected = paper.corrected(
    proposition_3_2_rhohat, **corrected, note=note + " alpha_t likewise.",
    claim=following(L) <= rhohat_corrected * L,
)

proposition_3_2_f_corrected = paper.corrected(
    proposition_3_2_f, **corrected, note=note,
    claim=following(L) <= f_corrected * L,
)

proposition_3_2_order_corrected = paper.corrected(
    proposition_3_2_order, **corrected_below_one, note=note + " alpha_t likewise. L(0) > 0.",
    claim=chain(0, "<=", rho, "<=", rhohat_corrected, "<=", f_corrected, "<", 1),
)

# --- Claim 3.1: the minimiser of the rate over the allowed step sizes --------------------------------

h_1, h_2, h_3, h_4, largest, x = scalars("h_1 h_2 h_3 h_4 eta_max x")


def rate(x):
    """The general form (122) of the rate as a polynomial in the step size."""
    return 1 - h_1 * x + h_2 * x**2 + h_3 * x**3 + h_4 * x**4


stationary = define("eta_prime", positive_root(-h_1 + 2 * h_2 * x + 3 * h_3 * x**2 + 4 * h_4 * x**3, x), latex=r"\eta'")
rates = domain(*(Scalar(s, Interval.open(0, oo)) for s in (h_1, h_2, h_3, h_4, largest)), StepSize(eta, up_to=largest))

claim_3_1 = paper.inequality(
    "claim-3.1", "The best step size is the stationary one, or the largest allowed one",
    source="Claim 3.1, eqs (41), (42), (122)", over=rates,
    claim=rate(minimum(stationary, largest)) <= rate(eta),
    proof=Closing(),
)

claim_3_1_negative = paper.inequality(
    "claim-3.1.negative", "No negative step size is better",
    source="Claim 3.1 with (41) as printed, which does not exclude negative step sizes",
    over=setting.extended(*constants, Scalar(eta, Interval(-oo, 0))), law=descent,
    claim=f >= 1,
    given=alpha_0 >= 0,
)
