"""Section 4.2: random initialisation with variance h^(-2 alpha), Lemma E.1, (E.5) and Lemma 11.

The scan prints "1/2 log 2/delta" where the proof applies Lemma E.1 with probability 1 - 2 exp(-t^2) = 1 - delta,
which makes it the square root log^(1/2)(2/delta).
"""

from theorems.min2022.notation import h, k, m, paper, r
from theorems.min2022.set_up import first_columns, last_columns, reflection
from verify.author import *

n = r + k
w = matrix("w", n, 1)
Phi_1, Phi_2 = matrix("Phi_1", n, r), matrix("Phi_2", n, k)
U, V = matrix("U", n, h), matrix("V", m, h)
alpha, delta, t = scalars("alpha delta t")
U_1, U_2 = Phi_1.T * U, Phi_2.T * U
D = define("D", U_1.T * U_1 - V.T * V)
level = define("Delta", positive_part(lam(D, r)) + positive_part(lam(-D, m)), latex=r"\underline{\Delta}")
s = define("s", sqrt(m + n) + sqrt(log(2 / delta)))

# --- Lemma E.1 -----------------------------------------------------------------------------------------------

p, q = dimensions("n m")
A = matrix("A", p, q)
tall = domain(Dimension(p, 1, 30), Dimension(q, 1, 6), q <= p, Scalar(t, Interval.open(0, oo)))
square_root_law = chain(sqrt(p) - (sqrt(q) + t), "<=", sigma_min(A), "<=", sigma_max(A), "<=", sqrt(p) + (sqrt(q) + t))

lemma_E_1 = paper.chance(
    "lemma-E.1", "The extreme singular values of a Gaussian matrix",
    source="Lemma E.1, cited from Davidson and Szarek", over=tall, random=Gaussian(A),
    event=square_root_law, at_least=1 - 2 * exp(-(t**2)),
    exact=exactly(1 - 2 * normal_tail(2 + t), given=[equal(p, 1), equal(q, 1)]),
    examples=[example(dimensions={"n": 1, "m": 1}, t=10)],
    wrong="The cited theorem has exp(-t^2/2): for n = m = 1 and large t the normal tail beyond 2 + t is heavier than exp(-t^2).",
)

lemma_E_1_corrected = paper.corrected(lemma_E_1, at_least=1 - 2 * exp(-(t**2) / 2), note="exp(-t^2/2), as in the theorem cited.")

# --- (E.5) and Lemma 11 ------------------------------------------------------------------------------------------



def layers(widest):
    """The set-up with widths drawn up to `widest`."""
    return domain(
        Dimension(r, 1, 2), Dimension(k, 1, 2), Dimension(m, 1, 3), Dimension(h, 1, widest),
        AnyMatrix(w), let(Phi_1, reflection(w) * first_columns(n, r)), let(Phi_2, reflection(w) * last_columns(n, k)),
        Scalar(alpha, Interval.Lopen(Rational(1, 4), Rational(1, 2))), Scalar(delta, Interval.open(0, 1)),
    )


initialisation = {"over": layers(800), "random": gaussian(U, V, variance=h ** (-2 * alpha))}
stacked = define("Z", block([[V], [U]]))

eq_E_5 = paper.chance(
    "eq-E.5", "All singular values of [V^T U^T] are close to h^(1/2 - alpha)",
    source="eq. (E.5)", **initialisation, given=h >= m + n,
    event=chain(
        h ** (-alpha) * (sqrt(h) - s), "<=", sigma_min(stacked), "<=", sigma_max(stacked), "<=", h ** (-alpha) * (sqrt(h) + s)
    ),
    at_least=1 - delta,
)

wide = {**initialisation, "given": [h > 16 * s**2, fro(w) > 0], "at_least": 1 - delta}

lemma_11_imbalance = paper.chance(
    "lemma-11.imbalance", "Wide layers have a sufficient level of imbalance",
    source="Lemma 11, eq. (33), with the h_0 of the proof",
    # The imbalance is h x h, so that wide draws are dear.
    **{**wide, "over": layers(170)},
    event=level > h ** (1 - 2 * alpha),
)

lemma_11_orthogonality = paper.chance(
    "lemma-11.orthogonality", "Wide layers are close to the invariant set",
    source="Lemma 11, eq. (34), with the h_0 of the proof", **wide,
    event=fro(block([[V * U_2.T], [U_1 * U_2.T]])) <= 2 * sqrt(m + r) * s / h ** (2 * alpha - Rational(1, 2)),
)

lemma_11_product = paper.chance(
    "lemma-11.product", "Wide layers have a small product",
    source="Lemma 11, eq. (35), with the h_0 of the proof", **wide,
    event=fro(U_1 * V.T) <= 2 * sqrt(m) * s / h ** (2 * alpha - Rational(1, 2)),
)
