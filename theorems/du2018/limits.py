"""Where gradient descent ends: the induction of Lemma 3.1, Lemma B.2, strict saddles, and what makes the objective (3) coercive."""

from theorems import linear_algebra as la
from theorems.du2018.bounded_iterates import eq_13
from theorems.du2018.factorisation import balanced_objective
from theorems.du2018.notation import *
from theorems.du2018.stationary_points import Hessian_1, Hessian_2, point_1, point_2
from theorems.du2018.stationary_points import nearly_balanced as nearly_balanced_point
from verify.author import *

# --- The induction -------------------------------------------------------------------------------------

(p,) = scalars("p")
drift_so_far = epsilon / 2 + 40 * sqrt(r) * size**3 * first_step**2 * p

induction = paper.step(
    "induction-scheme", "B(t) and C(t) carry the bound on the imbalance one step further; p sums 1/(i + 1)^2",
    source="Appendix B.1, (i) of the induction; (ii) is Claim B.2, (iii) is Claim B.3",
    over=one_step.extended(Scalar(p, Interval(0, 2))), law=descent,
    given=[*decreased, *bounded_factors, fro(imbalance) <= drift_so_far, eta > 0],
    claim=fro(following(imbalance)) <= drift_so_far + 40 * sqrt(r) * size**3 * eta**2,
    proof=Closing(keep=("f",)),
    facts=[eq_13()],
)

# --- Lemma B.2 ------------------------------------------------------------------------------------------

(T,) = dimensions("T")
f_0, level = scalars("f_0 eta_0")

lemma_B_2_liminf = paper.limit(
    "lemma-B.2.liminf", "The bound on the smallest squared gradient among the first T tends to 0",
    source="proof of Lemma B.2, last display",
    over=domain(Dimension(T, 1, 1000), Scalar(f_0, Interval.open(0, oo)), Scalar(level, Interval.open(0, oo))),
    quantity=2 * f_0 / (level * log((T + 2) / 2)), variable=T, value=0,
    note="By pf-lemma-B.2-sum the smallest squared gradient over t = 1, ..., T is at most f_0 over the sum of eta_t/2, and that sum is "
    "at least eta_0/2 log((T + 2)/2), as an integral; the statement is only that the bound tends to 0.",
)

lemma_B_2_imbalance = paper.trajectory(
    "lemma-B.2.imbalance", "All iterates, and so their limit, have an imbalance of at most epsilon and lie in a bounded set",
    source="Lemma B.2", **along_runs,
    claim=[fro(imbalance) <= epsilon, *bounded_factors],
    note="That the limit exists is the theorem of Absil et al. on descent methods, with (16).",
)

# --- Strict saddles are left ------------------------------------------------------------------------------

(theta,) = scalars("theta")


def leaving(point, H):
    """What is said where a step is taken at a strict saddle."""
    largest_curvature = 6 * maximum(fro(point.U) ** 2, fro(point.V) ** 2) + 2 * fro(point.M_star)
    return {
        "over": nearly_balanced_point(point).extended(Scalar(theta, Interval.open(0, 1)), let(eta, theta / largest_curvature)),
        "given": [fro(point.E) > epsilon, fro(point.M_star) > 0],
        "claim": [1 - eta * lam_max(H) > 0, 1 - eta * lam_min(H) > 1],
    }


pf_3_1_final = paper.inequality(
    "pf-3.1-final", "At a strict saddle a step below 1/beta is a local diffeomorphism that stretches some direction, here for r = 2",
    source="end of Appendix B.3, with Lee et al. (2016)", **leaving(point_2, Hessian_2),
    note="The eigenvalues of the derivative I - eta H of a step; the rest is the stable manifold theorem.",
)

pf_3_1_final_rank_1 = paper.inequality(
    "pf-3.1-final.rank-1", "The same for r = 1",
    source="end of Appendix B.3, with Lee et al. (2016)", **leaving(point_1, Hessian_1),
)

# --- Coercive, smooth, strict --------------------------------------------------------------------------------

coercive = paper.inequality(
    "def-coercive-smooth-strict.coercive", "The objective (3) bounds both factors, as no constant does for (1)",
    source="footnote 5, line after eq. (3)", over=any_factors,
    claim=fro(U) ** 4 + fro(V) ** 4 <= r * (8 * balanced_objective + 2 * (sqrt(2 * balanced_objective) + size) ** 2),
    note="(1) is the same along all multiples (c U, V/c); smooth is lemma-B.1 and claim-nonsmooth, strict is lemma-3.2.",
    proof=Closing(),
    facts=[
        la.gram_trace(A=U), la.gram_trace(A=V),
        equal(fro(U.T * U) ** 2 + fro(V.T * V) ** 2, fro(imbalance) ** 2 + 2 * fro(U * V.T) ** 2),
        la.triangle(A=R_t, C=M_star), fro(imbalance) ** 2 <= 8 * balanced_objective, fro(R_t) ** 2 <= 2 * balanced_objective,
        fro(R_t) <= sqrt(2 * balanced_objective),
        fro(U * V.T) ** 2 <= (sqrt(2 * balanced_objective) + size) ** 2,
        fro(U) ** 4 <= r * fro(U.T * U) ** 2, fro(V) ** 4 <= r * fro(V.T * V) ** 2,
        fro(U.T * U) ** 2 + fro(V.T * V) ** 2 <= 8 * balanced_objective + 2 * (sqrt(2 * balanced_objective) + size) ** 2,
        r * (fro(U.T * U) ** 2 + fro(V.T * V) ** 2) <= r * (8 * balanced_objective + 2 * (sqrt(2 * balanced_objective) + size) ** 2),
    ],
)
