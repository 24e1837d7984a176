"""Sections 3.1 to 3.3 along whole flows: the scalar dynamics, Theorem 3 with its proof, Corollaries 4 to 6."""

from theorems import linear_algebra as la
from theorems.min2022 import scalar_dynamics as scalar
from theorems.min2022.notation import *
from theorems.min2022.rate import bound_margin, decay, eq_26_any, full_rank, levels
from verify.author import *

error_flow = flow_law("gradient flow (7)", flow, loss=L_t)
scalar_flow = flow_law("gradient flow (10)", scalar.flow, loss=scalar.L_s)
starts = domain(
    Dimension(r, 1, 3), Dimension(m, 1, 3), Dimension(k, 1, 1), Dimension(h, 1, 6), h >= minimum(m, r + k),
    FullRank(R), let(S, R.T * R), TwoLayer(U_1, V.T), AnyMatrix(E_r), let(Y_t, S * U_1 * V.T + E_r),
)
"""The reduced problem at time 0, in every order of r and m and in widths from the least to r + m; flows are dear, so shapes are small."""
matrices = {"over": starts, "along": error_flow}
numbers = {"over": scalar.anywhere, "along": scalar_flow}
lambda_r = lam_min(Sigma)

# --- A lower bound on the instantaneous rate ------------------------------------------------------------------

x, g, g_1 = state("x", 1, 1), state("g", 1, 1), matrix("g_1", 1, 1)
(least,) = scalars("c")
faster = flow_law("a quantity |x|^2 with the rate c + g(t)^2", {x: -half * (least + fro(g) ** 2) * x, g: g_1})

rate_implication = paper.flow(
    "rate-implication", "A lower bound on the instantaneous rate is a rate of exponential convergence (attained where g = 0)",
    source="section 3.1, before eq. (11)", along=faster,
    over=domain(AnyMatrix(x), AnyMatrix(g), AnyMatrix(g_1), Scalar(least, Interval.open(0, oo))),
    claim=fro(x) ** 2 <= exp(-least * flow_time) * initial(fro(x) ** 2),
    proof=Groenwall(),
)

# --- The scalar dynamics ------------------------------------------------------------------------------------

invariant_d = paper.flow(
    "scalar-imbalance.invariant", "The scalar imbalance is invariant",
    source="section 3.1, after eq. (10)", **numbers,
    claim=equal(scalar.d, initial(scalar.d)),
    proof=Invariant(),
)

scalar_imbalance = paper.flow(
    "scalar-imbalance.rate", "The rate is at least twice the initial imbalance",
    source="section 3.1, sufficient imbalance", **numbers,
    claim=[*chain(2 * scalar.root, ">=", 2 * absolute(scalar.d)), equal(2 * absolute(scalar.d), 2 * absolute(initial(scalar.d)))],
    proof=Closing(), facts=[invariant_d()],
)

loss_grows = paper.flow(
    "scalar-margin.loss", "The loss does not decrease",
    source="section 3.1, 'the loss is non-decreasing'", **numbers,
    claim=initial(scalar.L_s) <= scalar.L_s,
    examples=[example(u=[[1]], v=[[1]], y=2, step=1)],
    wrong="The loss does not increase along its gradient flow: the word is a slip.",
)

loss_falls = paper.corrected(
    loss_grows, claim=scalar.L_s <= initial(scalar.L_s), note="Non-increasing.", proof=Groenwall(),
    facts=[equal(rate_of(scalar.L_s), -fro(scalar.flow[scalar.u]) ** 2 - fro(scalar.flow[scalar.v]) ** 2)],
)

first_margin = absolute(scalar.y) - absolute(initial(scalar.residual))

scalar_margin = paper.flow(
    "scalar-margin.product", "The product keeps the initial margin",
    source="section 3.1, sufficient margin", **numbers,
    claim=chain(
        absolute(scalar.product), ">=", absolute(scalar.y) - absolute(scalar.residual), ">=", first_margin,
    ),
    proof=Closing(), facts=[loss_falls()],
)

# The scan has = for the last sign; the display before it has the >= that is meant.
scalar_margin_rate = paper.flow(
    "scalar-margin.rate", "The rate is at least four times the initial margin",
    source="section 3.1, sufficient margin", **numbers,
    claim=chain(2 * scalar.root, ">=", 4 * absolute(scalar.product), ">=", 4 * first_margin),
    proof=Closing(), facts=[scalar_margin()],
)

first_rate = 2 * sqrt(initial(scalar.d) ** 2 + 4 * positive_part(first_margin) ** 2)

eq_15 = paper.flow(
    "eq-15", "The rate from initial imbalance and initial margin (lower bound, attained at a margin of |u v|)",
    source="eq. (15)", **numbers,
    claim=2 * scalar.root >= first_rate,
    proof=Closing(),
    facts=[
        invariant_d(), scalar_margin(), positive_part(first_margin) ** 2 <= scalar.product**2,
        la.root_monotone(b=absolute(scalar.d), c=absolute(scalar.d), p=positive_part(first_margin), q=absolute(scalar.product)),
    ],
)

paper.flow(
    "eq-15.loss", "Sufficient imbalance or sufficient margin: the scalar loss converges exponentially",
    source="section 3.1, after eq. (15)", **numbers,
    claim=scalar.L_s <= exp(-first_rate * flow_time) * initial(scalar.L_s),
    proof=Groenwall(Closing(keep=("L_s",))),
    facts=[
        eq_15(), scalar.rate_of_loss(), scalar.loss_nonnegative(), 2 * scalar.root * scalar.L_s >= first_rate * scalar.L_s,
    ],
)

# --- What stands still and what falls ----------------------------------------------------------------------------

imbalance_stands = paper.flow(
    "D-invariant.flow", "The imbalance and all that is made of its spectrum keep their initial values",
    source="section 3.2, before Proposition 1; section 3.3, before the proof of Theorem 3", **matrices,
    claim=[equal(D, initial(D)), *(equal(q, initial(q)) for q in (Delta_plus, Delta_minus, Delta))],
    proof=Invariant(),
)

error_grows = paper.flow(
    "eq-27.loss", "The error does not decrease",
    source="line before eq. (27), 'is non-decreasing under gradient flow'", **matrices,
    claim=initial(fro(E)) <= fro(E),
    examples=[example(R=[[1]], U_1=[[1]], V=[[1]], E_0=[[1]], dimensions={"k": 1}, step=1)],
    wrong="The error does not grow along the gradient flow of half its square: the word is a slip.",
)

error_falls = paper.corrected(
    error_grows, claim=fro(E) ** 2 <= initial(fro(E) ** 2), note="Non-increasing.", proof=Groenwall(),
    facts=[equal(rate_of(fro(E) ** 2), -2 * fro(flow[U_1]) ** 2 - 2 * fro(flow[V]) ** 2)],
)


def lead(index):
    """max{sigma_index(Y_t) - ||E||_F, 0}, the margin before it is divided."""
    return positive_part(sigma(Y_t, index) - fro(E))


margins_keep = [fro(E) <= initial(fro(E)), *(lead(index) >= initial(lead(index)) for index in (m, r))]
positive_margins = [
    *margins_keep,
    *(
        fact for index in (m, r)
        for fact in (margin(index) >= 0, initial(margin(index)) >= 0, margin(index) >= initial(margin(index)))
    ),
]

margin_stays = paper.flow(
    "eq-27", "The product keeps the initial margin",
    source="eq. (27); the scan shows the divisor as a root, the square of (26) has lambda_1(Sigma_X)", **matrices, given=full_rank,
    claim=[
        *chain(sigma(P, m) ** 2, ">=", margin(m) ** 2, ">=", initial(margin(m)) ** 2),
        *chain(sigma(P, r) ** 2, ">=", margin(r) ** 2, ">=", initial(margin(r)) ** 2),
    ],
    proof=Closing(), facts=[eq_26_any(), error_falls(), la.singular_order(A=S), *positive_margins],
)

# --- Theorem 3 ------------------------------------------------------------------------------------------------

margins_stay = paper.flow(
    "theorem-3.margins", "The margins do not fall below their initial values",
    source="proof of Theorem 3, eq. (27)", **matrices, given=full_rank,
    claim=[margin(m) >= initial(margin(m)), margin(r) >= initial(margin(r))],
    proof=Closing(), facts=[error_falls(), la.singular_order(A=S), *margins_keep],
)

c_grows = paper.flow(
    "theorem-3.c", "The rate c(t) is at least its initial value",
    source="proof of Theorem 3, from (26) to (27)", **matrices, given=full_rank,
    claim=c >= initial(c),
    proof=Closing(keep=("Delta_+", "Delta_-", "Delta")),
    facts=[
        imbalance_stands(), margins_stay(), levels(), la.singular_order(A=S),
        la.root_monotone(b=initial(Delta_plus + Delta), c=Delta_plus + Delta, p=initial(margin(m)), q=margin(m)),
        la.root_monotone(b=initial(Delta_minus + Delta), c=Delta_minus + Delta, p=initial(margin(r)), q=margin(r)),
    ],
)

theorem_3_rate = paper.flow(
    "theorem-3.rate", "The instantaneous rate is at least lambda_r(Sigma_X) c(0), at the optimum, too",
    source="last display of the proof of Theorem 3", **matrices, given=full_rank,
    claim=rate_of(L_t) <= -lambda_r * initial(c) * L_t,
    proof=Closing(keep=("bound", "c")),
    facts=[
        decay(), bound_margin(), c_grows(), la.gram_nonnegative(A=S),
        lambda_r * L_t * initial(c) <= lambda_r * L_t * c, lambda_r * L_t * c <= lambda_r * L_t * bound,
    ],
)

theorem_3 = paper.flow(
    "theorem-3", "The loss converges to its optimum exponentially (attained where the rate is constant)",
    source="Theorem 3", **matrices, given=full_rank,
    claim=L_t <= exp(-lambda_r * initial(c) * flow_time) * initial(L_t),
    proof=Groenwall(Closing(keep=("c",))), facts=[theorem_3_rate()],
)

# --- Corollaries 4 and 5 ---------------------------------------------------------------------------------------

c_level = paper.inequality(
    "cor-4.rate", "The rate of Theorem 3 is at least twice the level of imbalance",
    source="Corollary 4, proof", over=setting, given=full_rank,
    claim=c >= 2 * Delta,
    proof=Closing(keep=("Delta_+", "Delta_-", "Delta")),
    facts=[
        levels(), la.singular_order(A=S), la.root_above(a=Delta_plus + Delta, p=margin(m)),
        la.root_above(a=Delta_minus + Delta, p=margin(r)),
    ],
)

cor_4 = paper.flow(
    "cor-4", "Sufficient level of imbalance",
    source="Corollary 4; the loss converges 'to zero', that is to its optimum", **matrices, given=[full_rank, initial(Delta) > 0],
    claim=L_t <= exp(-2 * lambda_r * initial(Delta) * flow_time) * initial(L_t),
    proof=Groenwall(Closing(keep=("bound", "c", "Delta"))),
    facts=[
        decay(), bound_margin(), c_level(), imbalance_stands(), la.gram_nonnegative(A=S),
        2 * lambda_r * L_t * Delta <= lambda_r * L_t * c, lambda_r * L_t * c <= lambda_r * L_t * bound,
    ],
)

least_level, share = scalars("g theta")
below_level = (Scalar(share, Interval.Lopen(0, 1)), let(least_level, share * Delta))
"""Every lower bound on the level of imbalance."""

decay_of_level = paper.flow(
    "cor-4.bound", "The rate of any lower bound on the level of imbalance",
    source="Corollary 4, as the proof of Theorem 12 uses it", over=starts.extended(*below_level), along=error_flow,
    given=[full_rank, least_level > 0, initial(Delta) >= least_level],
    claim=L_t <= exp(-2 * least_level * lambda_r * flow_time) * initial(L_t),
    proof=Groenwall(Closing(keep=("bound", "c", "Delta"))),
    facts=[
        decay(), bound_margin(), c_level(), imbalance_stands(), la.gram_nonnegative(A=S),
        2 * lambda_r * L_t * least_level <= 2 * lambda_r * L_t * Delta,
        2 * lambda_r * L_t * Delta <= lambda_r * L_t * c, lambda_r * L_t * c <= lambda_r * L_t * bound,
    ],
)

positive_margin = positive_part(sigma_min(Y_t) - fro(E)) > 0
sufficient_margin = initial(positive_part(sigma_min(Y_t) - fro(E))) > 0

cor_5 = paper.flow(
    "cor-5", "Sufficient margin",
    source="Corollary 5: c(0) > 0, and the rate 2 lambda_r(Sigma_X) c(0)", **matrices, given=sufficient_margin,
    claim=[initial(c) > 0, *chain(L_t, "<=", exp(-2 * lambda_r * initial(c) * flow_time) * initial(L_t))],
    examples=[example(R=[[1]], U_1=[[1]], V=[[1]], E_0=[["1/8"]], dimensions={"k": 1}, step=1)],
    wrong="Theorem 3 gives the rate lambda_r(Sigma_X) c(0); twice that is faster than the flow.",
)

c_positive = paper.inequality(
    "cor-5.rate", "A positive margin makes c positive, whatever the imbalance is",
    source="Corollary 5", over=setting, given=[full_rank, positive_margin],
    claim=c > 0,
)

cor_5_corrected = paper.corrected(
    cor_5, given=[full_rank, sufficient_margin], claim=L_t <= exp(-lambda_r * initial(c) * flow_time) * initial(L_t),
    note="The rate of Theorem 3, lambda_r(Sigma_X) c(0); that c(0) > 0 is cor-5.rate.",
    proof=Groenwall(Closing(keep=("c",))), facts=[theorem_3_rate()],
)

# --- Corollary 6: the flow is looked at from t_0 on, so that its time is t - t_0 --------------------------------

(t_0,) = scalars("t_0")
restarted = {"over": starts.extended(Scalar(t_0, Interval.open(0, oo))), "along": error_flow, "given": [full_rank, initial(c) > 0]}
scalar_case = {"R": [[1]], "U_1": [[1]], "V": [[1]], "E_0": [[1]], "t_0": 1, "dimensions": {"k": 1}}
"""u = v = 1 with the target 2, which a flow reaches after any time t_0, from u = v small enough."""

cor_6 = paper.flow(
    "cor-6", "Local rate of convergence from t_0 on",
    source="Corollary 6: exp(-lambda_r(Sigma_X) c(t_0) t) for t >= t_0", **restarted,
    claim=L_t <= exp(-lambda_r * initial(c) * (t_0 + flow_time)) * initial(L_t),
    examples=[example(**scalar_case)],
    wrong="At t = t_0 the loss would be smaller than itself: the exponent has t in place of t - t_0.",
)

paper.corrected(
    cor_6, over=starts, claim=L_t <= exp(-lambda_r * initial(c) * flow_time) * initial(L_t), note="t - t_0 in place of t.",
    proof=Groenwall(Closing(keep=("c",))), facts=[theorem_3_rate()],
)

cor_6_rate = paper.flow(
    "cor-6.rate", "Local rate of convergence from t_0 on, in words",
    source="Corollary 6: 'after t_0, with a rate of at least 2 lambda_r(Sigma_X) c(t_0)'", **matrices, given=restarted["given"],
    claim=L_t <= exp(-2 * lambda_r * initial(c) * flow_time) * initial(L_t),
    examples=[example(R=[[1]], U_1=[[1]], V=[[1]], E_0=[["1/8"]], dimensions={"k": 1}, step=1)],
    wrong="Theorem 3 gives the rate lambda_r(Sigma_X) c(t_0); twice that is faster than the flow.",
)

paper.corrected(
    cor_6_rate, claim=L_t <= exp(-lambda_r * initial(c) * flow_time) * initial(L_t), note="The rate of Theorem 3.",
    proof=Groenwall(Closing(keep=("c",))), facts=[theorem_3_rate()],
)


def asymptotic(index):
    """sigma_index(Y_t)/lambda_1(Sigma_X)^{1/2}, the margin at a global minimum."""
    return sigma(Y_t, index) / sigma_max(S)


c_limit = define(
    "c_oo", half_rate(Delta_plus, Delta, asymptotic(m)) + half_rate(Delta_minus, Delta, asymptotic(r)), latex=r"c(\infty)"
)
paper.definition("cor-6.eq-22.limit", c_limit, title="rate around a global minimum", source="eq. (22)")

paper.inequality(
    "cor-6.eq-22", "c(t_0) is close to its value at a global minimum where the error is small",
    source="Corollary 6, eq. (22): the approximation as a bound that vanishes with the error", over=setting, given=full_rank,
    claim=absolute(c - c_limit) <= 4 * fro(E) / sigma_max(S),
)

# --- Homogeneous imbalance: r = m = h, Sigma_X = I, D = lambda I ---------------------------------------------------

(lambda_0,) = scalars("lambda")
Y_square = matrix("Y_t", m, m)


def of_homogeneous(index, sign):
    """A half of (22) for D = lambda I, or -D."""
    imbalance = sign * lambda_0 * identity(m)
    both = positive_part(lam(imbalance, m)) + positive_part(lam(-imbalance, m))
    return half_rate(spread(imbalance, m), both, sigma(Y_square, index) / sigma_max(identity(m)))


paper.identity(
    "cor-6-homog", "For homogeneous imbalance (22) is the rate of Tarmoun et al.",
    source="section 3.2, after Corollary 6", over=domain(Dimension(m, 1, 5), AnyMatrix(Y_square), Scalar(lambda_0, Interval(-oo, oo))),
    claim=equal(of_homogeneous(m, 1) + of_homogeneous(m, -1), 2 * sqrt(lambda_0**2 + 4 * sigma_min(Y_square) ** 2)),
)
