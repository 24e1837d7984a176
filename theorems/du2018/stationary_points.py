"""Section 3.1 and Appendices B.2 and B.3: a nearly balanced stationary point is near the optimum or a strict saddle, Lemma 3.2."""

from theorems import linear_algebra as la
from theorems.du2018.bounded_iterates import at_B_and_C
from theorems.du2018.landscape import landscape
from theorems.du2018.notation import *
from verify.author import *

# --- Appendix B.2 --------------------------------------------------------------------------------------

eq_16 = paper.step(
    "eq-16", "Half the step size times the squared gradient, as half the gradient times the length of the step",
    source="eq. (16)", over=any_step, law=descent,
    claim=equal(
        f - eta / 2 * grad_squared,
        f - half * sqrt(grad_squared) * sqrt(fro(following(U) - U) ** 2 + fro(following(V) - V) ** 2),
    ),
)

eq_16_descent = paper.step(
    "eq-16.descent", "The descent condition of Absil et al.",
    source="eq. (16)", **at_B_and_C,
    claim=following(f) <= f - half * sqrt(grad_squared) * sqrt(fro(following(U) - U) ** 2 + fro(following(V) - V) ** 2),
)

pf_B_2_sum = paper.trajectory(
    "pf-lemma-B.2-sum", "The squared gradients, weighted with half the step sizes, have a sum of at most f(U_0, V_0)",
    source="proof of Lemma B.2", **along_runs,
    claim=sum_along(eta_t / 2 * grad_squared, 1, time) <= initial(f),
)

# --- Appendix B.3: what holds for every two pairs of factors ---------------------------------------------

W_U, W_V, Star_U, Star_V = matrix("U", d_1, r), matrix("V", d_2, r), matrix("U*", d_1, r), matrix("V*", d_2, r)
S, R = matrix("S", r, r), matrix("R", r, r)
Q = (identity(r) + S - S.T).I * (identity(r) - S + S.T)
pairs = shapes.extended(AnyMatrix(W_U), AnyMatrix(W_V), AnyMatrix(Star_U), AnyMatrix(Star_V), AnyMatrix(S), let(R, Q))
orthogonal = equal(R * R.T, identity(r))
M = define("M", W_U * W_V.T)
Target = define("M*", Star_U * Star_V.T)
Delta_U, Delta_V = define("Delta_U", W_U - Star_U * R), define("Delta_V", W_V - Star_V * R)
Stack, Stack_star, Delta = block([[W_U], [W_V]]), block([[Star_U], [Star_V]]), block([[Delta_U], [Delta_V]])

eq_19 = paper.identity(
    "eq-19", "The mixed term of the Hessian",
    source="eq. (19)", over=pairs, given=orthogonal,
    claim=equal(W_U * Delta_V.T + Delta_U * W_V.T, Delta_U * Delta_V.T + M - Target),
    proof=Expansion(),
)

eq_20 = paper.identity(
    "eq-20", "The norm of Delta Delta^T",
    source="eq. (20)", over=pairs,
    claim=equal(
        fro(Delta * Delta.T) ** 2, 4 * fro(Delta_U * Delta_V.T) ** 2 + fro(Delta_U.T * Delta_U - Delta_V.T * Delta_V) ** 2
    ),
    proof=Closing(),
    facts=[la.stack_gram(A=Delta_U, B=Delta_V)],
)

# The last term is printed as U* U* - V*^T V*, which needs d_1 = r.
square_U, square_star = matrix("U", r, r), matrix("U*", r, r)
square_pairs = domain(
    Dimension(d_2, 1, 3), Dimension(r, 1, 3), AnyMatrix(square_U), AnyMatrix(W_V), AnyMatrix(square_star), AnyMatrix(Star_V)
)


def right_of_21(U, V, U_star, V_star, last):
    """The right side of (21) with a given last term."""
    return (
        4 * fro(U * V.T - U_star * V_star.T) ** 2
        - 2 * fro(U.T * U_star - V.T * V_star) ** 2
        + fro(U.T * U - V.T * V) ** 2
        + fro(last) ** 2
    )


def difference_of_squares(U, V, U_star, V_star):
    """W W^T - W* W*^T for the stacked factors."""
    W, W_star = block([[U], [V]]), block([[U_star], [V_star]])
    return W * W.T - W_star * W_star.T


eq_21 = paper.identity(
    "eq-21", "The norm of W W^T - W* W*^T",
    source="eq. (21)", over=square_pairs,
    claim=equal(
        fro(difference_of_squares(square_U, W_V, square_star, Star_V)) ** 2,
        right_of_21(square_U, W_V, square_star, Star_V, square_star * square_star - Star_V.T * Star_V),
    ),
    wrong="The last term is printed without a transpose, U* U* in place of U*^T U*; its shapes fit for d_1 = r only, and it fails there.",
)

eq_21_corrected = paper.corrected(
    eq_21, over=pairs, note="U*^T U* in the last term.",
    claim=equal(
        fro(difference_of_squares(W_U, W_V, Star_U, Star_V)) ** 2,
        right_of_21(W_U, W_V, Star_U, Star_V, Star_U.T * Star_U - Star_V.T * Star_V),
    ),
    proof=Closing(),
    facts=[la.stack_difference(A=W_U, B=W_V, C=Star_U, D=Star_V)],
)

# --- Inequality (22) ------------------------------------------------------------------------------------------
# R solves the Procrustes problem if and only if W*^T W R^T is symmetric and positive semi-definite. With X = W R^T that is
# W*^T X = C C^T; such X are Y Y^T W* + (I - proj(W*)) Z, where W* may have any rank, and then C = W*^T Y.

d, k = dimensions("d k")
X, Y, Z, C = matrix("X", d, r), matrix("Y", d, k), matrix("Z", d, r), matrix("C", r, k)
W, W_star = matrix("W", d, r), matrix("W*", d, r)
procrustes = domain(
    Dimension(d, 1, 5), Dimension(r, 1, 3), Dimension(k, 1, 5), AnyMatrix(W_star), AnyMatrix(Y), AnyMatrix(Z), AnyMatrix(S),
    let(X, Y * Y.T * W_star + Z - proj(W_star) * Z), let(C, W_star.T * Y), let(R, Q),
)

eq_22_identity = paper.identity(
    "eq-22.identity", "Twice the right side minus the left side, as a sum of squares",
    source="eq. (22), from Ge et al. (2017a), Lemma 6", over=procrustes, given=equal(W_star.T * X, C * C.T),
    claim=equal(
        2 * fro(X * X.T - W_star * W_star.T) ** 2,
        fro((X - W_star) * (X - W_star).T) ** 2
        + fro((X - W_star).T * (X - W_star) + 2 * W_star.T * (X - W_star)) ** 2
        + 4 * fro((X - W_star) * C) ** 2,
    ),
    proof=Expansion(),
)

Delta_W = define("Delta", W - W_star * R)
paper.definition("def-B.3-procrustes", Delta_W, title="the difference to the best rotation of the factors", source="Appendix B.3")

eq_22 = paper.inequality(
    "eq-22", "For the best rotation the difference bounds Delta Delta^T",
    source="eq. (22), from Ge et al. (2017a), Lemma 6", over=procrustes.extended(let(W, X * R)),
    given=[equal(W_star.T * W * R.T, C * C.T), equal(R * R.T, identity(r)), equal(R.T * R, identity(r))],
    claim=fro(Delta_W * Delta_W.T) ** 2 <= 2 * fro(W * W.T - W_star * W_star.T) ** 2,
    proof=Closing(),
    facts=[eq_22_identity(X=W * R.T)],
)

# --- Claims B.4 and B.5 and the end of the proof -----------------------------------------------------------------

point = landscape(d_1, d_2, r, Dimension(d_1, 1, 3), Dimension(d_2, 1, 3), Dimension(r, 1, 3), d_1 >= r, d_2 >= r)
at_stationary = {"over": point.over, "given": [*point.factored, *point.stationary]}
Residual = matrix("E", d_1, d_2)

eq_18 = paper.identity(
    "eq-18", "First-order optimality at the points drawn here",
    source="eq. (18)", over=point.over,
    claim=[*point.stationary, *point.factored],
)

# Only the two equations (18) for E = M - M* are used, so E is a letter of its own here.
letters = domain(
    Dimension(d_1, 1, 4), Dimension(d_2, 1, 4), Dimension(r, 1, 3), AnyMatrix(W_U), AnyMatrix(W_V), AnyMatrix(Star_U), AnyMatrix(Star_V),
    AnyMatrix(S), let(R, Q), AnyMatrix(Z_E := matrix("Z", d_1, d_2)),
    let(Residual, Z_E - proj(W_U) * Z_E - (Z_E - proj(W_U) * Z_E) * proj(W_V)),
)
first_order = [equal(Residual * W_V, zeros(d_1, r)), equal(Residual.T * W_U, zeros(d_2, r))]

claim_B_4_consequences = paper.identity(
    "claim-B.4.consequences", "What (18) makes orthogonal to M - M*",
    source="proof of Claim B.4, last display", over=letters, given=first_order,
    claim=[
        equal(inner(Residual, W_U * W_V.T), 0),
        equal(inner(Residual, Star_U * R * W_V.T), 0),
        equal(inner(Residual, W_U * R.T * Star_V.T), 0),
    ],
    proof=Expansion(),
)

claim_B_4_first = paper.identity(
    "claim-B.4.first", "The product of the differences multiplied out",
    source="proof of Claim B.4, first four lines", over=letters, given=[*first_order, orthogonal],
    claim=equal(inner(Residual, Delta_U * Delta_V.T), inner(Residual, Star_U * Star_V.T)),
    proof=Expansion(),
)

bound_to = {"U": point.U, "V": point.V, "U*": point.U_star, "V*": point.V_star, "R": point.R, "E": point.E}

claim_B_4 = paper.identity(
    "claim-B.4", "At a stationary point the first term of the Hessian is minus twice the squared distance",
    source="Claim B.4", **at_stationary,
    claim=equal(inner(point.E, point.Delta_U * point.Delta_V.T), -(fro(point.E) ** 2)),
    proof=Closing(),
    facts=[
        claim_B_4_consequences(**bound_to), claim_B_4_first(**bound_to),
        equal(inner(point.E, point.E), inner(point.E, point.U * point.V.T) - inner(point.E, point.U_star * point.V_star.T)),
    ],
)

# From here on R solves the Procrustes problem, so that (22) holds.
best = landscape(d_1, d_2, r, Dimension(d_1, 1, 3), Dimension(d_2, 1, 3), Dimension(r, 1, 3), d_1 >= r, d_2 >= r, aligned=True)
Delta_stack = block([[best.Delta_U], [best.Delta_V]])
squares_of_stacks = fro(difference_of_squares(best.U, best.V, best.U_star, best.V_star)) ** 2
mixed = fro(best.U * best.Delta_V.T + best.Delta_U * best.V.T) ** 2
at_optimal = {
    "over": best.over.extended(Scalar(epsilon, Interval.open(0, oo))),
    "given": [*best.factored, *best.stationary, *best.optimal, fro(best.imbalance) ** 2 <= epsilon**2],
}
for_pairs = {"U": best.U, "V": best.V, "U*": best.U_star, "V*": best.V_star, "R": best.R}
for_stacks = {"W": block([[best.U], [best.V]]), "W*": block([[best.U_star], [best.V_star]]), "R": best.R, "C": best.C}
consequences = [
    claim_B_4(), eq_20(**for_pairs), eq_21_corrected(**for_pairs), eq_22(**for_stacks),
    la.stack_linear(A=best.U, B=best.V, C=best.U_star, D=best.V_star, Q=best.R),
]
product_of_Delta = fro(best.Delta_U * best.Delta_V.T) ** 2
mixed_U_V = fro(best.U.T * best.U_star - best.V.T * best.V_star) ** 2

distance = fro(best.E) ** 2
imbalance_star = fro(best.U_star.T * best.U_star - best.V_star.T * best.V_star) ** 2

claim_B_5_chain = paper.inequality(
    "claim-B.5-chain", "The mixed term of the Hessian, line by line",
    source="proof of Claim B.5, last display", **at_optimal,
    claim=chain(
        mixed,
        "==", product_of_Delta + 2 * inner(best.E, best.Delta_U * best.Delta_V.T) + distance,
        "==", product_of_Delta - distance,
        "<=", fro(Delta_stack * Delta_stack.T) ** 2 / 4 - distance,
        "<=", squares_of_stacks / 2 - distance,
        "==", 2 * distance - mixed_U_V + fro(best.imbalance) ** 2 / 2 + imbalance_star / 2 - distance,
        "<=", distance + epsilon**2 / 2,
    ),
    proof=Closing(),
    facts=consequences,
)

small = landscape(d_1, r, r, Dimension(d_1, 1, 3), Dimension(r, 1, 2), d_1 >= r, aligned=True)

claim_B_5 = paper.inequality(
    "claim-B.5", "The second term of the Hessian",
    source="Claim B.5", over=small.over.extended(Scalar(epsilon, Interval.open(0, oo))),
    given=[*small.factored, *small.stationary, *small.optimal, fro(small.imbalance) ** 2 <= epsilon**2],
    claim=fro(small.U * small.Delta_V + small.Delta_U * small.V) ** 2 <= fro(small.E) ** 2 + epsilon**2 / 2,
    examples=[
        example(
            S_1=[[0, 0], [0, 0]], S_2=[[0, 1], [0, 0]], S_3=[[0, 0], [0, 0]], S=[[2, 0], [0, 1]], chosen=[[1, 0], [0, 0]],
            side=[[0, 0], [0, 0]], Z_1=[[0, 0], [0, 0]], Z_2=[[0, 0], [0, 0]], P=[[1, 0], [0, 1]],
            D_1=[[0, 0], [0, 0]], D_2=[[0, 0], [0, 0]], epsilon=1,
        )
    ],
    wrong="The transposes are left out: the shapes fit for d_2 = r only, and the bound fails there. (17) has them.",
)

claim_B_5_corrected = paper.corrected(
    claim_B_5, **at_optimal, note="With the transposes of (17).",
    claim=mixed <= fro(best.E) ** 2 + epsilon**2 / 2,
    proof=Closing(),
    facts=[
        *consequences,
        equal(mixed, product_of_Delta + 2 * inner(best.E, best.Delta_U * best.Delta_V.T) + fro(best.E) ** 2),
    ],
)

Hessian = 2 * inner(best.E, best.Delta_U * best.Delta_V.T) + mixed

E_U, E_V = matrix("Delta_U", d_1, r), matrix("Delta_V", d_2, r)

eq_17 = paper.identity(
    "eq-17", "The Hessian in the direction Delta",
    source="eq. (17)", over=shapes.extended(*(AnyMatrix(X) for X in (W_U, W_V, Star_U, Star_V, E_U, E_V))),
    claim=equal(
        rate_along(rate_along(half * fro(W_U * W_V.T - Target) ** 2, {W_U: E_U, W_V: E_V}), {W_U: E_U, W_V: E_V}),
        2 * inner(M - Target, E_U * E_V.T) + fro(W_U * E_V.T + E_U * W_V.T) ** 2,
    ),
    proof=Expansion(),
)

pf_3_2_final = paper.inequality(
    "pf-3.2-final", "The Hessian in the direction Delta is negative, unless the point is near the optimum",
    source="end of Appendix B.3", **at_optimal,
    claim=Hessian <= -(fro(best.E) ** 2) + epsilon**2 / 2,
    proof=Closing(),
    facts=[claim_B_4(), claim_B_5_corrected()],
)

pf_3_2_final_negative = paper.inequality(
    "pf-3.2-final.negative", "Farther than epsilon from the optimum the Hessian in the direction Delta is at most -epsilon^2/2",
    source="end of Appendix B.3, the alternative", **(at_optimal | {"given": [*at_optimal["given"], fro(best.E) > epsilon]}),
    claim=chain(Hessian, "<=", -(epsilon**2) / 2, "<", 0),
    proof=Closing(),
    facts=[pf_3_2_final(), fro(best.E) ** 2 >= epsilon**2],
)

# --- Lemma 3.2 -----------------------------------------------------------------------------------------------------
# At a stationary point Delta = (p a^T, -q a^T) with a unit vector a, and unit singular vectors p, q of M - M* to its largest
# singular value, has the Hessian a^T (U^T U + V^T V) a - 2 sigma_max(M - M*); with the best a it has to be negative.


def nearly_balanced(point):
    """The stationary points with imbalance at most epsilon."""
    return point.over.extended(Scalar(excess, Interval(0, oo)), let(epsilon, fro(point.imbalance) + excess))


def second_derivatives(point, columns):
    """The Hessian as a symmetric matrix: the columns of U, then those of V, one below the other."""
    k, e = len(columns), columns
    UU, VV = point.U.T * point.U, point.V.T * point.V
    n_1, n_2 = identity(point.U.rows), identity(point.V.rows)
    top = [[inner(e[a], VV * e[b]) * n_1 for b in range(k)] for a in range(k)]
    low = [[inner(e[a], UU * e[b]) * n_2 for b in range(k)] for a in range(k)]
    cross = [[point.U * e[b] * (point.V * e[a]).T + (point.E if a == b else zeros(*point.E.shape)) for b in range(k)] for a in range(k)]
    upper = [top[a] + cross[a] for a in range(k)]
    lower = [[cross[b][a].T for b in range(k)] + low[a] for a in range(k)]
    return block(upper + lower)


lemma_3_2 = paper.inequality(
    "lemma-3.2", "A nearly balanced stationary point far from the optimum has a direction of negative curvature",
    source="Lemma 3.2", over=nearly_balanced(point), given=fro(point.E) > epsilon,
    claim=lam_min(point.U.T * point.U + point.V.T * point.V) < 2 * sigma_max(point.E),
    note="The Hessian in the direction of the top singular vectors of M - M*; for r = 1, 2 and 3 see also the spectrum of the Hessian.",
)


def at_rank(rank, largest):
    """The landscape for a number of columns, with all entries of the Hessian there."""
    found = landscape(d_1, d_2, rank, Dimension(d_1, rank, largest), Dimension(d_2, rank, largest))
    return found, second_derivatives(found, [unit(rank, k) for k in range(1, rank + 1)])


point_1, Hessian_1 = at_rank(1, 3)
point_2, Hessian_2 = at_rank(2, 3)
point_3, Hessian_3 = at_rank(3, 3)

for rank, (at, Hessian_at) in enumerate(((point_1, Hessian_1), (point_2, Hessian_2), (point_3, Hessian_3)), 1):
    paper.inequality(
        f"lemma-3.2.rank-{rank}", f"For r = {rank} the Hessian has a negative eigenvalue",
        source="Lemma 3.2 with footnote 7", over=nearly_balanced(at), given=fro(at.E) > epsilon,
        claim=lam_min(Hessian_at) < 0,
    )
