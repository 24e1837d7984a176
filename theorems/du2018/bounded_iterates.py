"""Appendix B.1, the induction behind Lemma 3.1: Claims B.1 to B.3 with equations (13) to (15)."""

from theorems import linear_algebra as la
from theorems.du2018.notation import *
from verify.author import *

# --- Claim B.1: the imbalance drifts by the squares of the step sizes -----------------------------------
# The proof prints U^T R^T R U, which needs d_1 = d_2; the update gives U^T R R^T U.

V_square, M_square = state("V", d_1, r), matrix("M*", d_1, d_1)
R_square = U * V_square.T - M_square
square_step = domain(
    Dimension(d_1, 1, 4), Dimension(r, 1, 3), TwoLayer(U, V_square.T), AnyMatrix(M_square), Scalar(eta, Interval.open(0, oo))
)
square_descent = law(
    "gradient descent (9) with d_1 = d_2",
    {U: U - eta * R_square * V_square, V_square: V_square - eta * R_square.T * U},
    step_size=eta,
    loss=half * fro(R_square) ** 2,
)
imbalance_square = U.T * U - V_square.T * V_square
printed_drift = V_square.T * R_square.T * R_square * V_square, U.T * R_square.T * R_square * U
drift = V.T * R_t.T * R_t * V, U.T * R_t * R_t.T * U
transposed = "The update of V gives U^T R R^T U; the printed U^T R^T R U has fitting shapes for d_1 = d_2 only, and differs there, too."

claim_B_1_id = paper.step(
    "claim-B.1-id", "The imbalance after a step",
    source="proof of Claim B.1, first display", over=square_step, law=square_descent,
    claim=equal(following(imbalance_square), imbalance_square + eta**2 * (printed_drift[0] - printed_drift[1])),
    wrong=transposed,
)

claim_B_1_id_corrected = paper.corrected(
    claim_B_1_id, over=any_step, law=descent, note="U^T R R^T U.",
    claim=equal(following(imbalance), imbalance + eta**2 * (drift[0] - drift[1])),
    proof=Expansion(),
)

eq_13_first = paper.step(
    "eq-13.first", "The norm of the imbalance after a step",
    source="eq. (13), first inequality", over=square_step, law=square_descent,
    claim=fro(following(imbalance_square)) <= fro(imbalance_square) + eta**2 * (fro(printed_drift[0]) + fro(printed_drift[1])),
    wrong=transposed,
)

eq_13_first_corrected = paper.corrected(
    eq_13_first, over=any_step, law=descent, note="U^T R R^T U.",
    claim=fro(following(imbalance)) <= fro(imbalance) + eta**2 * (fro(drift[0]) + fro(drift[1])),
    proof=Closing(),
    facts=[la.triangle_difference(A=drift[0], C=drift[1]), la.triangle(A=imbalance, C=eta**2 * (drift[0] - drift[1]))],
)

squares = fro(V) ** 2 * fro(R_t) ** 2 + fro(U) ** 2 * fro(R_t) ** 2

eq_13_second = paper.inequality(
    "eq-13.second", "Norms of products",
    source="eq. (13), second inequality", over=any_factors,
    claim=fro(drift[0]) + fro(drift[1]) <= squares,
    note="U^T R R^T U.",
    proof=Closing(),
    facts=[
        la.gram_norm(A=R_t * V), la.gram_norm(A=R_t.T * U), la.submultiplicative(A=R_t, B=V), la.submultiplicative(A=R_t.T, B=U),
        fro(R_t * V) ** 2 <= fro(V) ** 2 * fro(R_t) ** 2, fro(R_t.T * U) ** 2 <= fro(U) ** 2 * fro(R_t) ** 2,
    ],
)

eq_13_third = paper.identity(
    "eq-13.third", "The squared residual is twice the objective",
    source="eq. (13), equality", over=any_factors,
    claim=equal(squares, 2 * (fro(V) ** 2 + fro(U) ** 2) * f),
    proof=Expansion(),
)

eq_13_last = paper.inequality(
    "eq-13.last", "The factors are bounded and the objective has decreased",
    source="eq. (13), last inequality", over=any_factors, given=[*decreased, *bounded_factors],
    claim=2 * (fro(V) ** 2 + fro(U) ** 2) * f <= 2 * 10 * sqrt(r) * size * 2 * size**2,
    proof=Closing(keep=("f",)),
    facts=[(fro(V) ** 2 + fro(U) ** 2) * f <= (fro(V) ** 2 + fro(U) ** 2) * (2 * size**2)],
)

eq_13 = paper.step(
    "eq-13", "In one step the imbalance grows by at most 40 sqrt(r) ||M*||^3 eta^2",
    source="eq. (13)", over=any_step, law=descent, given=[*decreased, *bounded_factors],
    claim=fro(following(imbalance)) <= fro(imbalance) + 40 * sqrt(r) * size**3 * eta**2,
    proof=Closing(keep=("f",)),
    facts=[
        eq_13_first_corrected(), eq_13_second(), eq_13_third(), eq_13_last(),
        fro(drift[0]) + fro(drift[1]) <= 40 * sqrt(r) * size**3,
        eta**2 * (fro(drift[0]) + fro(drift[1])) <= eta**2 * (40 * sqrt(r) * size**3),
    ],
)

p, mu, rank_of = scalars("p mu r")
sums = domain(
    Scalar(p, Interval(0, oo)), Scalar(s, Interval(1, oo)), Scalar(epsilon, Interval.open(0, oo)), Scalar(mu, Interval.open(0, oo)),
    Scalar(rank_of, Interval(1, oo)),
)

# p stands for sum_{i <= t} 1/(i + 1)^2 and s for t + 1; the sum stays below 2 - 1/s.
claim_B_1_sum_squares = paper.inequality(
    "claim-B.1-sum.squares", "The sum of inverse squares stays below 2 - 1/(t + 1): the step from t to t + 1",
    source="proof of Claim B.1, last inequality", over=sums, given=p <= 2 - 1 / s,
    claim=p + 1 / (s + 1) ** 2 <= 2 - 1 / (s + 1),
    proof=Closing(),
)

claim_B_1_sum = paper.inequality(
    "claim-B.1-sum", "The drift over all steps is at most epsilon/2",
    source="proof of Claim B.1, last display", over=sums, given=p <= 2 - 1 / s,
    claim=epsilon / 2 + 40 * sqrt(rank_of) * mu**3 * p * (epsilon / rank_of) / (100**2 * mu**3) <= epsilon,
    proof=Closing(),
    facts=[
        sqrt(rank_of) >= 1, p <= 2, 1 / sqrt(rank_of) <= 1,
        equal(
            40 * sqrt(rank_of) * mu**3 * p * (epsilon / rank_of) / (100**2 * mu**3), Rational(1, 250) * p * epsilon * (1 / sqrt(rank_of))
        ),
        p * epsilon * (1 / sqrt(rank_of)) <= 2 * epsilon,
    ],
)

claim_B_1 = paper.trajectory(
    "claim-B.1", "Along a run the bound on the drift stays below epsilon",
    source="proof of Claim B.1, last display", **along_runs,
    claim=chain(
        fro(imbalance), "<=", initial(fro(imbalance)) + 40 * sqrt(r) * size**3 * sum_along(eta_t**2, 0, time - 1), "<=", epsilon
    ),
)

# --- Claim B.2: the objective decreases ------------------------------------------------------------------

growth_lines = (
    2 * fro(U) ** 2 + 2 * eta**2 * fro(R_t) ** 2 * fro(V) ** 2,
    10 * sqrt(r) * size + 2 * eta**2 * 2 * f * 5 * sqrt(r) * size,
    10 * sqrt(r) * size + 2 * (epsilon / r) / (100**2 * s**2 * size**3) * 4 * size**2 * 5 * sqrt(r) * size,
    10 * sqrt(r) * size + epsilon / 100,
    11 * sqrt(r) * size,
)

claim_B_2_growth_first = paper.step(
    "claim-B.2-growth.first", "The norm of a factor after a step",
    source="proof of Claim B.2, first inequality", over=any_step, law=descent,
    claim=fro(following(U)) ** 2 <= growth_lines[0],
    proof=Closing(),
    facts=[
        la.triangle_difference(A=U, C=eta * grad_U), la.submultiplicative(A=R_t, B=V),
        fro(grad_U) ** 2 <= fro(R_t) ** 2 * fro(V) ** 2,
        fro(following(U)) ** 2 <= (fro(U) + eta * fro(grad_U)) ** 2,
        (fro(U) + eta * fro(grad_U)) ** 2 <= 2 * fro(U) ** 2 + 2 * eta**2 * fro(grad_U) ** 2,
        eta**2 * fro(grad_U) ** 2 <= eta**2 * (fro(R_t) ** 2 * fro(V) ** 2),
    ],
)

at_B_and_C = {"over": one_step, "law": descent, "given": [*decreased, *bounded_factors]}

claim_B_2_growth_second = paper.inequality(
    "claim-B.2-growth.second", "The factors are bounded and the squared residual is twice the objective",
    source="proof of Claim B.2, second inequality", **at_B_and_C,
    claim=growth_lines[0] <= growth_lines[1],
    proof=Closing(),
    facts=[
        equal(2 * f, fro(R_t) ** 2),
        fro(R_t) ** 2 * fro(V) ** 2 <= fro(R_t) ** 2 * (5 * sqrt(r) * size),
        eta**2 * (fro(R_t) ** 2 * fro(V) ** 2) <= eta**2 * (fro(R_t) ** 2 * (5 * sqrt(r) * size)),
    ],
)

claim_B_2_growth_third = paper.inequality(
    "claim-B.2-growth.third", "The objective has decreased, and the step size of Theorem 3.1",
    source="proof of Claim B.2, third inequality", **at_B_and_C,
    claim=growth_lines[1] <= growth_lines[2],
)

claim_B_2_growth_last = paper.inequality(
    "claim-B.2-growth.last", "The norm of a factor after a step is at most 11 sqrt(r) ||M*||",
    source="proof of Claim B.2, last two inequalities", over=one_step,
    claim=chain(growth_lines[2], "<=", growth_lines[3], "<=", growth_lines[4]),
)

claim_B_2_growth = paper.step(
    "claim-B.2-growth", "After a step both factors are at most 11 sqrt(r) ||M*||",
    source="proof of Claim B.2", **at_B_and_C,
    claim=[fro(following(U)) ** 2 <= growth_lines[4], fro(following(V)) ** 2 <= growth_lines[4]],
)

beta = define("beta", (66 * sqrt(r) + 2) * size)

moved = fro(following(U) - U) ** 2 + fro(following(V) - V) ** 2
along_gradient = inner(grad_U, following(U) - U) + inner(grad_V, following(V) - V)

claim_B_2_beta = paper.inequality(
    "claim-B.2-beta", "The step size is below the inverse of the smoothness constant",
    source="proof of Claim B.2, after the bounds", over=one_step,
    claim=[equal((6 * (11 * sqrt(r)) + 2) * size, beta), eta < 1 / beta],
)

eq_14_smooth = paper.step(
    "eq-14.smooth", "Smoothness along the step",
    source="eq. (14), first inequality", **at_B_and_C,
    claim=following(f) <= f + along_gradient + beta / 2 * moved,
)

descended = f - eta * grad_squared + beta / 2 * eta**2 * grad_squared

eq_14_gradient = paper.step(
    "eq-14.gradient", "The step is minus the step size times the gradient",
    source="eq. (14), equality", over=any_step, law=descent,
    claim=equal(f + along_gradient + beta / 2 * moved, descended),
    proof=Expansion(),
)

eq_14_last = paper.inequality(
    "eq-14.last", "The step size is at most the inverse of the smoothness constant",
    source="eq. (14), last inequality", over=any_step, given=eta * beta <= 1,
    claim=descended <= f - eta / 2 * grad_squared,
    proof=Closing(keep=("f",)),
    facts=[eta * beta * (eta * grad_squared) <= eta * grad_squared],
)

eq_14 = paper.step(
    "eq-14", "A step decreases the objective by at least half the step size times the squared gradient",
    source="eq. (14)", **at_B_and_C,
    claim=following(f) <= f - eta / 2 * grad_squared,
)

claim_B_2 = paper.step(
    "claim-B.2", "A step does not increase the objective",
    source="Claim B.2", **at_B_and_C,
    claim=following(f) <= f,
)

# --- Claim B.3: a bounded product and a small imbalance bound the factors ----------------------------------

claim_B_3_product = paper.inequality(
    "claim-B.3", "Where the objective is at most 2 ||M*||^2, the product is at most 3 ||M*||",
    source="proof of Claim B.3, first line", over=any_factors, given=decreased,
    claim=fro(U * V.T) <= 3 * size,
    proof=Closing(),
    facts=[la.triangle(A=R_t, C=M_star), fro(R_t) <= 2 * size],
)

(mu,) = scalars("mu")
nearly_balanced = shapes.extended(
    TwoLayer(U, V.T), Scalar(excess, Interval.open(0, oo)), Scalar(theta, Interval.Ropen(0, 1)),
    let(mu, maximum(fro(U * V.T) / 3, fro(imbalance)) + excess), let(epsilon, fro(imbalance) + theta * (mu - fro(imbalance))),
)
"""mu stands for ||M*||_F: at least ||U V^T||_F / 3, and above epsilon, which is at least the imbalance."""
nearly = [fro(U * V.T) <= 3 * mu, fro(imbalance) <= epsilon, epsilon < mu, mu > 0]

eq_15 = paper.inequality(
    "eq-15", "A bounded product and a small imbalance bound the factors",
    source="eq. (15)", over=nearly_balanced, given=nearly,
    claim=[fro(U) ** 2 <= 5 * sqrt(r) * mu, fro(V) ** 2 <= 5 * sqrt(r) * mu],
    proof=Closing(),
    facts=[
        la.gram_trace(A=U), la.gram_trace(A=V),
        equal(fro(U.T * U) ** 2 + fro(V.T * V) ** 2, fro(imbalance) ** 2 + 2 * fro(U * V.T) ** 2),
        fro(imbalance) ** 2 <= mu**2, fro(U * V.T) ** 2 <= 9 * mu**2,
        fro(U.T * U) ** 2 <= 19 * mu**2, fro(V.T * V) ** 2 <= 19 * mu**2,
        fro(U.T * U) <= 5 * mu, fro(V.T * V) <= 5 * mu,
        sqrt(r) * fro(U.T * U) <= sqrt(r) * (5 * mu), sqrt(r) * fro(V.T * V) <= sqrt(r) * (5 * mu),
    ],
)

# --- The proof of (15) -------------------------------------------------------------------------------------

S_1, S_2, Phi, Psi = matrix("S_1", d_1, d_1), matrix("S_2", r, r), matrix("Phi", d_1, d_1), matrix("Psi", r, r)
D, Sigma = matrix("D", r, r), matrix("Sigma", d_1, r)
V_any = matrix("V", d_2, r)


def rotation(S, n):
    """The Cayley transform of the skew matrix S - S^T."""
    return (identity(n) + S - S.T).I * (identity(n) - S + S.T)


singular = domain(
    Dimension(d_1, 1, 4), Dimension(d_2, 1, 3), Dimension(r, 1, 3), d_1 >= r,
    AnyMatrix(S_1), AnyMatrix(S_2), AnyMatrix(D), AnyMatrix(V_any),
    let(Phi, rotation(S_1, d_1)), let(Psi, rotation(S_2, r)),
    let(Sigma, block([[hadamard(identity(r), D)], [zeros(d_1 - r, r)]])),
)
"""A singular value decomposition U = Phi Sigma Psi^T, with Phi and Psi as Cayley transforms."""
orthogonal = [equal(Phi.T * Phi, identity(d_1)), equal(Psi.T * Psi, identity(r)), equal(Psi * Psi.T, identity(r))]
V_tilde = define("V~", V_any * Psi, latex=r"\tilde V")
U_svd = define("U", Phi * Sigma * Psi.T)


def squared_columns(X):
    """The row of the squared norms of the columns."""
    return hadamard(column_norms(X), column_norms(X))


pf_B_3_1 = paper.identity(
    "pf-B.3-1", "The norm of the product in the singular coordinates",
    source="proof of (15), first display", over=singular, given=orthogonal,
    claim=equal(fro(U_svd * V_any.T) ** 2, fro(Sigma * V_tilde.T) ** 2),
    proof=Expansion(),
)

pf_B_3_1_sum = paper.identity(
    "pf-B.3-1.sum", "The norm of the product as a sum over columns",
    source="proof of (15), first display, last equality", over=singular,
    claim=equal(fro(Sigma * V_tilde.T), sqrt(inner(squared_columns(Sigma), squared_columns(V_tilde)))),
)

pf_B_3_2 = paper.identity(
    "pf-B.3-2", "The imbalance in the singular coordinates",
    source="proof of (15), second display", over=singular, given=orthogonal,
    claim=equal(fro(U_svd.T * U_svd - V_any.T * V_any) ** 2, fro(Sigma.T * Sigma - V_tilde.T * V_tilde) ** 2),
    proof=Expansion(),
)

pf_B_3_2_sum = paper.inequality(
    "pf-B.3-2.sum", "The diagonal is part of the norm",
    source="proof of (15), second display, inequality", over=singular,
    claim=fro(Sigma.T * Sigma - V_tilde.T * V_tilde) >= fro(squared_columns(Sigma) - squared_columns(V_tilde)),
)

a, b = matrix("a", 1, r), matrix("b", 1, r)
rows = domain(
    Dimension(r, 1, 4), AnyMatrix(a), AnyMatrix(b), Scalar(excess, Interval.open(0, oo)), Scalar(theta, Interval.Ropen(0, 1)),
    let(mu, maximum(sqrt(absolute(inner(a, b))) / 3, fro(a - b)) + excess), let(epsilon, fro(a - b) + theta * (mu - fro(a - b))),
)
"""a and b stand for the rows of sigma_i^2 and of ||V~[:, i]||^2, mu for ||M*||_F."""
numbers = [inner(a, b) <= (3 * mu) ** 2, fro(a - b) <= epsilon, epsilon < mu, mu > 0]

pf_B_3_3_square = paper.identity(
    "pf-B.3-3.square", "Completing the square",
    source="proof of (15), third display, first line", over=rows,
    claim=equal(fro(a) ** 2 + fro(b) ** 2, fro(a - b) ** 2 + 2 * inner(a, b)),
    proof=Expansion(),
)

pf_B_3_3 = paper.inequality(
    "pf-B.3-3", "The sum of the fourth powers of the singular values is at most 19 ||M*||^2",
    source="proof of (15), third display", over=rows, given=numbers,
    claim=chain(fro(a) ** 2, "<=", fro(a) ** 2 + fro(b) ** 2, "<=", epsilon**2 + 2 * (3 * mu) ** 2, "<=", 19 * mu**2),
    proof=Closing(),
    facts=[fro(a - b) ** 2 <= epsilon**2, epsilon**2 <= mu**2],
)

pf_B_3_4_first = paper.inequality(
    "pf-B.3-4.first", "Cauchy-Schwarz inequality for the singular values",
    source="proof of (15), last display, first two relations", over=shapes.extended(AnyMatrix(U)),
    claim=fro(U) ** 2 <= sqrt(r * fro(U.T * U) ** 2),
    note="||U^T U||_F^2 is the sum of the fourth powers of the singular values.",
    proof=Closing(),
    facts=[la.gram_trace(A=U)],
)

fourth, rank_of = scalars("fourth r")
bound_on_fourth = domain(
    Scalar(mu, Interval.open(0, oo)), Scalar(theta, Interval(0, 1)), let(fourth, 19 * theta * mu**2), Scalar(rank_of, Interval(1, oo))
)

pf_B_3_4_second = paper.inequality(
    "pf-B.3-4.second", "The bound on the fourth powers",
    source="proof of (15), last display, third relation", over=bound_on_fourth, given=[fourth <= 19 * mu**2, fourth >= 0],
    claim=sqrt(rank_of * fourth) <= sqrt(rank_of * 19 * mu**2),
    proof=Closing(),
)

pf_B_3_4 = paper.inequality(
    "pf-B.3-4", "The root of 19 is at most 5",
    source="proof of (15), last display, last relation", over=bound_on_fourth,
    claim=sqrt(rank_of * 19 * mu**2) <= 5 * sqrt(rank_of) * mu**2,
    wrong="||M*||_F is printed with the power 2; it fails where ||M*||_F is below sqrt(19)/5.",
)

pf_B_3_4_corrected = paper.corrected(
    pf_B_3_4, claim=sqrt(rank_of * 19 * mu**2) <= 5 * sqrt(rank_of) * mu, note="||M*||_F with the power 1, as (15) has it.",
)

# --- The invariants along whole runs, Lemma 3.1 --------------------------------------------------------------

invariant_A = [fro(imbalance) <= epsilon]
invariant_B = [following(f) <= f, f <= initial(f), initial(f) <= 2 * size**2]
invariant_C = bounded_factors

inv_A = paper.trajectory(
    "inv-A", "The factors stay balanced", source="A(t), Lemma 3.1 (i)", **along_runs, claim=invariant_A
)

inv_B = paper.trajectory(
    "inv-B", "The objective decreases from at most 2 ||M*||^2", source="B(t), Lemma 3.1 (ii)", **along_runs, claim=invariant_B
)

# The scan shows ||M*||_F in C(t) as a denominator; Lemma 3.1 (iii) prints the product.
inv_C = paper.trajectory("inv-C", "The factors stay bounded", source="C(t), Lemma 3.1 (iii)", **along_runs, claim=invariant_C)

lemma_3_1 = paper.trajectory(
    "lemma-3.1", "Balancedness, decreasing objective and boundedness along every run from a small start",
    source="Lemma 3.1", over=small_start(4), law=decreasing, given=epsilon > 0,
    claim=[*invariant_A, *invariant_B, *invariant_C],
    note="For every start with the event that the proof takes from the initialisation.",
)

small = [fro(U) ** 2 <= epsilon, fro(V) ** 2 <= epsilon, 2 * fro(imbalance) <= epsilon, epsilon < size, epsilon > 0]

base_A_B_C = paper.inequality(
    "base-ABC", "The invariants at the start",
    source="Appendix B.1, paragraph after the invariants", over=small_start(3), law=decreasing, given=small,
    claim=[
        *chain(f, "<=", fro(U * V.T) ** 2 + size**2, "<=", fro(U) ** 2 * fro(V) ** 2 + size**2),
        *chain(fro(U) ** 2 * fro(V) ** 2 + size**2, "<=", epsilon**2 + size**2, "<=", 2 * size**2),
        *invariant_A, *invariant_C,
    ],
    proof=Closing(),
    facts=[
        equal(2 * f + fro(U * V.T + M_star) ** 2, 2 * fro(U * V.T) ** 2 + 2 * size**2),
        la.submultiplicative(A=U, B=V.T), fro(U * V.T) ** 2 <= (fro(U) * fro(V)) ** 2,
        fro(U) ** 2 * fro(V) ** 2 <= epsilon * fro(V) ** 2, epsilon * fro(V) ** 2 <= epsilon**2, epsilon**2 <= size**2,
        sqrt(r) >= 1, size <= sqrt(r) * size,
    ],
)

(delta,) = scalars("delta")
slower = define("eta_@", eta_0 / (time + 1) ** (half + delta), latex=r"\eta_{@}")
slower_descent = factorisation_descent("gradient descent (9) with step sizes of order t^-(1/2 + delta)", slower, eta_0)

fn_11 = paper.trajectory(
    "fn-11", "The invariants with step sizes of order t^-(1/2 + delta)",
    source="footnote 11 and the abstract", over=small_start(3).extended(Scalar(delta, Interval.Lopen(0, half))),
    law=slower_descent, given=epsilon > 0,
    claim=[*invariant_A, *invariant_B, *invariant_C],
)

fn_11_sum = paper.inequality(
    "fn-11.sum", "With the constant of Theorem 3.1 the drift stays below epsilon/2 for every delta from 1/248 on",
    source="footnote 11",
    over=domain(
        Scalar(delta, Interval(Rational(1, 248), half)), Scalar(theta, Interval(0, 1)), let(p, theta * (1 + 1 / (2 * delta))),
        Scalar(epsilon, Interval.open(0, oo)), Scalar(rank_of, Interval(1, oo)),
    ),
    given=[p >= 0, p <= 1 + 1 / (2 * delta)],
    claim=40 * sqrt(rank_of) * p * (epsilon / rank_of) / 100**2 <= epsilon / 2,
    proof=Closing(),
    facts=[
        p <= 125, sqrt(rank_of) >= 1, 1 / sqrt(rank_of) <= 1,
        equal(40 * sqrt(rank_of) * p * (epsilon / rank_of) / 100**2, Rational(1, 250) * p * epsilon * (1 / sqrt(rank_of))),
        p * epsilon * (1 / sqrt(rank_of)) <= p * epsilon, p * epsilon <= 125 * epsilon,
    ],
    note="p stands for the sum of (i + 1)^-(1 + 2 delta) up to t. That the integral bounds it by 1 + 1/(2 delta) is a hypothesis here.",
)
