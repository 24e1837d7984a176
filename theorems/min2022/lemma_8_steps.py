"""Appendix B, proof of Lemma 8 as it is printed: the vector in (B.5), rotations, and the blocks (B.6) to (B.17).

The blocks are those of a D that is diagonal up to rotations within each part: A_+, A_- and B_- are drawn, and B_+ is what (B.9) makes it.
"""

from theorems import linear_algebra as la
from theorems.frames import reflection
from theorems.min2022.lemma_8 import A, B, D, below, factors, h, m, r, s, smallest
from theorems.min2022.notation import paper
from verify.author import *

# --- (B.5), the easy cases, and the rotation ---------------------------------------------------------------------

z = matrix("z", m, 1)

paper.inequality(
    "eq-B.5", "The quadratic form of (B^T B)^2, for every vector in place of the eigenvector",
    source="eq. (B.5)", over=factors.extended(AnyMatrix(z)),
    claim=[
        equal(inner(z, B.T * B * B.T * B * z), inner(z, B.T * A.T * A * B * z) - inner(z, B.T * D * B * z)),
        inner(z, B.T * A.T * A * B * z) - inner(z, B.T * D * B * z) >= s**2 * fro(z) ** 2 - inner(z, B.T * D * B * z),
    ],
    proof=Closing(), facts=[la.rayleigh(S=B.T * A.T * A * B, z=z), la.gram_last(A=A * B)],
)

paper.inequality(
    "B-case2", "All eigenvalues of the imbalance negative",
    source="Appendix B, h = m", over=factors.extended(equal(h, m)), given=lam_max(D) < 0,
    claim=[
        smallest**2 >= s**2 + below * smallest,
        smallest >= (below + sqrt(below**2 + 4 * s**2)) / 2,
    ],
)

w, Q = matrix("w", h, 1), matrix("Q", h, h)

paper.identity(
    "B-rot", "A rotation of the hidden space turns the imbalance and leaves product and Gram matrix",
    source="Appendix B, h > m", over=factors.extended(AnyMatrix(w), let(Q, reflection(w))), given=equal(Q * Q.T, identity(h)),
    claim=[
        equal((A * Q).T * (A * Q) - (Q.T * B) * (Q.T * B).T, Q.T * D * Q), equal(A * Q * Q.T * B, A * B),
        equal((Q.T * B).T * (Q.T * B), B.T * B),
    ],
    proof=Expansion(),
)

# --- Blocks --------------------------------------------------------------------------------------------------------

p = dimensions("p")[0]
A_plus, A_minus = matrix("A_+", r, p), matrix("A_-", r, m)
B_plus, B_minus = matrix("B_+", p, m), matrix("B_-", m, m)
share, epsilon = scalars("theta epsilon")

D_plus = define("D_+", A_plus.T * A_plus - B_plus * B_plus.T)
D_minus = define("D_-", A_minus.T * A_minus - B_minus * B_minus.T)
high = define("lambda", positive_part(lam_max(D_plus)) + epsilon, latex=r"\hat\lambda_+")
low = define("mu", -share * lam_max(D_minus), latex=r"\underline\lambda_-")
"""A positive number with D_- <= -mu; the printed one is the largest, at theta = 1."""

blocks = domain(
    Dimension(r, 1, 3), Dimension(m, 1, 3), Dimension(p, 1, 3),
    AnyMatrix(A_plus), AnyMatrix(A_minus), FullRank(B_minus), let(B_plus, A_plus.T * A_minus * B_minus.I.T),
    Scalar(share, Interval.Lopen(0, 1)), Scalar(epsilon, Interval.open(0, oo)),
)
negative = {"over": blocks, "given": lam_max(D_minus) < 0}
A_both, B_both = block([[A_plus, A_minus]]), block([[B_plus], [B_minus]])
D_both = block([[D_plus, zeros(p, m)], [zeros(m, p), D_minus]])
gram = B_plus.T * B_plus
total = gram + B_minus.T * B_minus
inner_inverse = (identity(m) + gram / high).I
raised = define("K", block([
    [B_plus * B_plus.T + high * identity(p), B_plus * B_minus.T],
    [B_minus * B_plus.T, B_minus * B_minus.T - low * identity(m)],
]))

paper.inequality(
    "eq-B.6", "The blocks of the imbalance are bounded by its eigenvalues",
    source="eq. (B.6)", over=blocks, given=[lam_max(D_minus) < 0, lam_min(D_plus) > 0],
    claim=[lam_max(D_plus) <= positive_part(lam_max(D_both)) + epsilon, lam_max(D_minus) <= -share * lam(-D_both, m)],
)

paper.identity(
    "eq-B.7-B.9", "The equations of the blocks",
    source="eqs (B.7), (B.8) with + D_-, (B.9)", over=blocks,
    claim=[
        equal(A_both.T * A_both - B_both * B_both.T, D_both), equal(A_plus.T * A_plus, B_plus * B_plus.T + D_plus),
        equal(A_minus.T * A_minus, B_minus * B_minus.T + D_minus), equal(A_plus.T * A_minus, B_plus * B_minus.T),
    ],
)

paper.inequality(
    "eq-B.10", "The raised matrix is at least the Gram matrix of A",
    source="eq. (B.10)", **negative, claim=[lam_min(raised - A_both.T * A_both) >= 0, lam_min(raised) >= 0],
)

paper.inequality(
    "eq-B.11", "Its Schur complement is positive semi-definite",
    source="eq. (B.11)", **negative,
    claim=lam_min(
        B_minus * B_minus.T - low * identity(m)
        - B_minus * B_plus.T * (B_plus * B_plus.T + high * identity(p)).I * B_plus * B_minus.T
    ) >= 0,
)

lambda_hat, mu_hat = scalars("lambda mu")
anything = domain(
    Dimension(m, 1, 3), Dimension(p, 1, 3), AnyMatrix(B_plus), AnyMatrix(B_minus),
    Scalar(lambda_hat, Interval.open(0, oo)), Scalar(mu_hat, Interval.open(0, oo)),
)
any_gram = identity(m) + B_plus.T * B_plus / lambda_hat

paper.identity(
    "eq-B.12", "Woodbury's identity",
    source="eq. (B.12)", over=anything,
    claim=equal(
        B_minus * any_gram.I * B_minus.T,
        B_minus * B_minus.T - B_minus * B_plus.T * (lambda_hat * identity(p) + B_plus * B_plus.T).I * B_plus * B_minus.T,
    ),
)

paper.inequality(
    "eq-B.13", "The first diagonal block is negative semi-definite",
    source="eq. (B.13)", **negative, claim=lam_max(low * identity(m) - B_minus * inner_inverse * B_minus.T) <= 0,
)

S_1 = block([[identity(m), B_minus * any_gram.I], [zeros(m, m), identity(m)]])
S_2 = block([[identity(m), zeros(m, m)], [B_minus.T / mu_hat, identity(m)]])
middle = block([[mu_hat * identity(m), B_minus], [B_minus.T, any_gram]])


def diagonal(first, last):
    """Two blocks on the diagonal."""
    return block([[first, zeros(m, m)], [zeros(m, m), last]])


paper.identity(
    "eq-B.14", "One congruence",
    source="eq. (B.14)", over=anything,
    claim=equal(middle, S_1 * diagonal(mu_hat * identity(m) - B_minus * any_gram.I * B_minus.T, any_gram) * S_1.T),
)

paper.identity(
    "eq-B.15", "The other congruence",
    source="eq. (B.15), with B_-^T divided by mu in S_2", over=anything,
    claim=equal(middle, S_2 * diagonal(mu_hat * identity(m), any_gram - B_minus.T * B_minus / mu_hat) * S_2.T),
)

paper.inequality(
    "eq-B.15.inertia", "By Sylvester's law of inertia the last block is negative semi-definite",
    source="Appendix B, after eq. (B.15)", **negative, claim=lam_max(identity(m) + gram / high - B_minus.T * B_minus / low) <= 0,
)

bounded = high * gram - low * B_minus.T * B_minus
limit = -high * low * identity(m) + (high - low) * total

paper.inequality(
    "eq-B.16", "The same without quotients",
    source="eq. (B.16)", **negative, claim=lam_max(bounded - limit) <= 0,
)

paper.inequality(
    "eq-B.17", "The quadratic form of the imbalance",
    source="eq. (B.17)", **negative,
    claim=[
        equal(B_both.T * D_both * B_both, B_plus.T * D_plus * B_plus + B_minus.T * D_minus * B_minus),
        lam_max(B_both.T * D_both * B_both - bounded) <= 0, lam_max(B_both.T * D_both * B_both - limit) <= 0,
    ],
)

least, product = lam_min(total), sigma(A_both * B_both, m)

paper.inequality(
    "B-final", "The quadratic inequality in the smallest eigenvalue, and its solution",
    source="Appendix B, after eq. (B.17)", **negative,
    claim=[
        least**2 >= product**2 + high * low - (high - low) * least,
        least >= (-high + low + sqrt((high + low) ** 2 + 4 * product**2)) / 2,
    ],
)
