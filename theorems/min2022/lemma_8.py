"""Lemma 8, the smallest eigenvalue of B^T B from the imbalance A^T A - B B^T and the product A B, with its proof in Appendix B.

The proof here replaces the rotation that makes D diagonal, and the inertia argument in blocks, by two
facts about D + eps: where its eigenvalues lie, and Haynsworth's inertia additivity.
"""

from theorems import linear_algebra as la
from theorems.min2022.notation import paper
from verify.author import *

r, m, h = dimensions("r m h")
A, B = matrix("A", r, h), matrix("B", h, m)
(epsilon,) = scalars("epsilon")

D = A.T * A - B * B.T
above = positive_part(lam_max(D))
below = positive_part(lam(-D, m))
smallest = lam_min(B.T * B)
s = sigma(A * B, m)

sizes = (Dimension(r, 1, 4), Dimension(m, 1, 4), Dimension(h, 1, 6), h >= minimum(r, m))
factors = domain(*sizes, TwoLayer(A, B))
shrunk = factors.extended(Scalar(epsilon, Interval.open(0, oo)))

# --- The quadratic in B^T B, (B.5) ----------------------------------------------------------------------

square = paper.identity(
    "eq-B.5.square", "The square of B^T B from imbalance and product",
    source="first display of the proof of Lemma 8", over=factors,
    claim=[
        equal(B.T * B * B.T * B, B.T * (A.T * A - D) * B),
        equal(B.T * (A.T * A - D) * B, B.T * A.T * A * B - B.T * D * B),
    ],
    proof=Expansion(),
)

neg_count = paper.inequality(
    "B-neg-count", "D has at most m negative eigenvalues",
    source="Appendix B, proof of Lemma 8", over=factors,
    claim=lam(-D, m + 1) <= 0,
    proof=Closing(),
    facts=[
        la.eigenvalue_negated(S=A.T * A), la.gram_nonnegative(A=A), positive_part(lam_max(-D - B * B.T)) <= 0,
        la.gram_interlacing(P=-D, B=B),
    ],
)

lowered = D - above * identity(h)

case_1 = paper.inequality(
    "B-case1", "Without the negative part of the imbalance",
    source="Appendix B, D with fewer than m negative eigenvalues", over=factors,
    claim=smallest**2 >= s**2 - above * smallest,
    proof=Closing(),
    facts=[
        la.eigenvalue_shifted(S=D, a=-above), positive_part(lam_max(lowered)) <= 0,
        la.congruence(Q=lowered, A=B), lam_max(B.T * B) * positive_part(lam_max(lowered)) <= 0, lam_max(B.T * lowered * B) <= 0,
        la.weyl_sum(S=-B.T * A.T * A * B, T=B.T * lowered * B),
        la.eigenvalue_negated(S=B.T * A.T * A * B), la.gram_last(A=A * B),
        la.eigenvalue_negated(S=B.T * B * B.T * B + above * B.T * B), s**2 <= lam_min(B.T * B * B.T * B + above * B.T * B),
        la.eigenvalue_quadratic(S=B.T * B, a=above), la.gram_nonnegative(A=B),
    ],
)

# --- D with m negative eigenvalues: D + epsilon instead of the blocks (B.6) to (B.17) ----------------------

D_shifted = D + epsilon * identity(h)
top, gap = above - below + 2 * epsilon, (above + epsilon) * (below - epsilon)
cut = D_shifted - gap * D_shifted.I
"""A function of D with no eigenvalue above `top`: D + epsilon = cut + gap (D + epsilon)^{-1}."""
rest, inverse = cut - top * identity(h), B.T * D_shifted.I * B
square_shifted = B.T * B * B.T * B + (above - below + epsilon) * B.T * B

quadratic_shifted = paper.inequality(
    "B-final.shifted", "The quadratic inequality in the smallest eigenvalue, with epsilon",
    source="Appendix B, line after eq. (B.17), for D + epsilon", over=shrunk, given=below > epsilon,
    claim=smallest**2 + (above - below + epsilon) * smallest >= s**2 + gap,
    proof=Closing(),
    facts=[
        below <= lam(-D, m), neg_count(), gap > 0,
        la.spectral_gap(S=D, k=m, a=epsilon, p=above, q=below), la.eigenvalue_shifted(S=cut, a=-top),
        positive_part(lam_max(rest)) <= 0,
        la.congruence(Q=rest, A=B), lam_max(B.T * B) * positive_part(lam_max(rest)) <= 0, lam_max(B.T * rest * B) <= 0,
        la.inertia(A=A, B=B, a=epsilon), la.eigenvalue_scaled(S=inverse, a=gap), gap * lam_max(inverse) <= -gap,
        la.weyl_sum(S=B.T * rest * B, T=gap * inverse), lam_max(B.T * rest * B + gap * inverse) <= -gap,
        la.weyl_sum(S=-B.T * A.T * A * B, T=B.T * rest * B + gap * inverse),
        la.eigenvalue_negated(S=B.T * A.T * A * B), la.gram_last(A=A * B),
        la.eigenvalue_negated(S=square_shifted), s**2 + gap <= lam_min(square_shifted),
        la.eigenvalue_quadratic(S=B.T * B, a=above - below + epsilon), la.gram_nonnegative(A=B),
    ],
)

# --- epsilon -> 0: an excess would be felt by some small epsilon ---------------------------------------------

x, y, z = scalars("x y z")


def below_all(x, y, z):
    """A positive number below y, at most 1, and at most x / z."""
    return define("small", minimum(y / 2, 1, x / z))


small = paper.inequality(
    "B-final.small", "The number is positive and as small as it should be",
    source="Appendix B, the limit of epsilon after eq. (B.17)",
    over=domain(Scalar(x, Interval.open(0, oo)), Scalar(y, Interval.open(0, oo)), Scalar(z, Interval.open(0, oo))),
    claim=[below_all(x, y, z) > 0, below_all(x, y, z) < y, below_all(x, y, z) <= 1, z * below_all(x, y, z) <= x],
    proof=Closing(),
)

excess = s**2 + above * below - smallest**2 - (above - below) * smallest
room = 2 * (smallest + above + 1)

grows = paper.inequality(
    "B-smallest", "The smallest eigenvalue of B^T B is at least the m-th of -D",
    source="used where Appendix B picks the non-negative root", over=factors,
    claim=chain(lam(-D, m), "<=", smallest),
    proof=Closing(),
    facts=[la.gram_lifts(P=-D, A=A, i=m), la.gram_swap(A=B)],
)

quadratic = paper.inequality(
    "B-final.quadratic", "The quadratic inequality in the smallest eigenvalue (attained by scalars)",
    source="Appendix B, line after eq. (B.17)", over=factors,
    claim=smallest**2 >= s**2 + above * below - (above - below) * smallest,
    proof=Cases(below > 0, then=Cases(excess > 0, then=Impossible(keep=("small",)))),
    facts=[
        la.gram_nonnegative(A=B), case_1(),
        small(x=excess, y=below, z=room), quadratic_shifted(epsilon=below_all(excess, below, room)),
    ],
)

lemma_8 = paper.inequality(
    "lemma-8", "The smallest eigenvalue of B^T B from imbalance and product (lower bound, attained by scalars)",
    source="Lemma 8, eq. (23)", over=factors,
    claim=smallest >= (-above + below + sqrt((above + below) ** 2 + 4 * s**2)) / 2,
    proof=Closing(),
    facts=[la.gram_nonnegative(A=B), grows(), quadratic()],
)
