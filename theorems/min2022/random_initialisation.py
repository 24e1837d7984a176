"""Section 4.2: random initialisation with variance h^(-2 alpha), Lemma E.1, (E.5), Lemma 11 and Theorem 12.

The scan prints "1/2 log 2/delta", which may stand for log^(1/2)(2/delta): `s` has the smaller of the two, so that each claim is the
stronger of the two readings. Layers of width h are drawn in the m + n hidden directions that they span, so that h may be as large as
Theorem 12 asks for; Phi_1 and Phi_2 turn a Gaussian U into independent Gaussian U_1 and U_2.
"""

from theorems.min2022 import notation
from theorems.min2022.notation import k, m, paper, r
from verify.author import *

alpha, delta, t, excess = scalars("alpha delta t x")
least_log = minimum(log(2 / delta) / 2, sqrt(log(2 / delta)))
s = define("s", sqrt(m + r + k) + least_log)
exponent = Interval.Lopen(Rational(1, 4), Rational(1, 2))

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

directions = m + r + k
"""The hidden directions that m + n rows span."""
V, U_1, U_2 = state("V", m, directions), state("U_1", r, directions), matrix("U_2", k, directions)
D = define("D", U_1.T * U_1 - V.T * V)
level = define("Delta", positive_part(lam(D, r)) + positive_part(lam(-D, m)), latex=r"\underline{\Delta}")
stacked = define("Z", block([[V], [U_1], [U_2]]))
shapes = domain(
    Dimension(r, 1, 3), Dimension(k, 1, 3), Dimension(m, 1, 3),
    Scalar(alpha, exponent), Scalar(delta, Interval.open(0, 1)), Scalar(excess, Interval.open(0, oo)),
)


def layers(width):
    """Gaussian layers of the width, with variance h^(-2 alpha)."""
    return ReducedGaussian((V, U_1, U_2), width=width, variance=width ** (-2 * alpha))


any_h = define("h", directions + excess)
log_s = sqrt(directions) + log(2 / delta) / 2

eq_E_5 = paper.chance(
    "eq-E.5", "All singular values of [V^T U^T] are close to h^(1/2 - alpha)",
    source="eq. (E.5), for h >= m + n", over=shapes, random=layers(any_h),
    event=chain(
        any_h ** (-alpha) * (sqrt(any_h) - log_s), "<=", sigma_min(stacked), "<=", sigma_max(stacked), "<=",
        any_h ** (-alpha) * (sqrt(any_h) + log_s),
    ),
    at_least=1 - delta,
)

h_0 = define("h_0", 16 * s**2)
h = define("h", (1 + excess) * h_0)
"""Every width above h_0."""
wide = {"over": shapes, "random": layers(h), "at_least": 1 - delta}
power = h ** (2 * alpha - Rational(1, 2))

paper.definition("lemma-11.h_0", h_0, title="least width of Lemma 11", source="proof of Lemma 11, last paragraph")
paper.definition("init-wide", define("variance", h ** (-2 * alpha)), title="variance of the entries of U(0) and V(0)", source="section 4.2")

lemma_11_imbalance = paper.chance(
    "lemma-11.imbalance", "Wide layers have a sufficient level of imbalance",
    source="Lemma 11, eq. (33), with the h_0 of the proof", **wide,
    event=level > h ** (1 - 2 * alpha),
)

lemma_11_orthogonality = paper.chance(
    "lemma-11.orthogonality", "Wide layers are close to the invariant set",
    source="Lemma 11, eq. (34), with the h_0 of the proof", **wide,
    event=fro(block([[V * U_2.T], [U_1 * U_2.T]])) <= 2 * sqrt(m + r) * s / power,
)

lemma_11_product = paper.chance(
    "lemma-11.product", "Wide layers have a small product",
    source="Lemma 11, eq. (35), with the h_0 of the proof", **wide,
    event=fro(U_1 * V.T) <= 2 * sqrt(m) * s / power,
)

lemma_11 = paper.chance(
    "lemma-11", "Wide layers: imbalance, orthogonality and product at once",
    source="Lemma 11, with the h_0 of the proof", **wide,
    event=[*lemma_11_imbalance.claim, *lemma_11_orthogonality.claim, *lemma_11_product.claim],
)

# --- Theorem 12 ----------------------------------------------------------------------------------------------------

R, Y_t = notation.R, notation.Y_t
S = define("S", R.T * R, latex=r"\Sigma_X^{1/2}")
E = define("E", Y_t - S * U_1 * V.T)
wide_flow = flow_law("gradient flow (7)", {V: E.T * S * U_1, U_1: S * E * V}, loss=fro(E) ** 2 / 2)
lambda_1, lambda_r = sigma_max(S) ** 2, sigma_min(S) ** 2


def least_width(lambda_1, lambda_r):
    """h_0 of the proof."""
    return define("h_0", maximum(16 * s**2, 4 * lambda_1 / lambda_r**3 * m * s**2))


def width_12(lambda_1, lambda_r):
    """Every width above h_0^(1/(4 alpha - 1))."""
    return define("h", ((1 + excess) * least_width(lambda_1, lambda_r)) ** (1 / (4 * alpha - 1)))


h_12 = width_12(lambda_1, lambda_r)
C = define("C", exp(1 + sqrt(lambda_1) / lambda_r * fro(Y_t)))
paper.definition("theorem-12.h_0", least_width(lambda_1, lambda_r), title="least width of Theorem 12", source="before eq. (E.17)")
paper.definition("theorem-12.C", C, title="constant of Theorem 12, with ||W^T Y||_F for ||Y||_F", source="Theorem 12")

data = shapes.extended(FullRank(R), AnyMatrix(Y_t))
distance_bound = 2 * C ** (1 / h_12 ** (1 - 2 * alpha)) * sqrt(m + r) * s / h_12 ** (2 * alpha - Rational(1, 2))

theorem_12 = paper.chance(
    "theorem-12", "Wide layers train to within O(h^(1/2 - 2 alpha)) of the min-norm solution",
    source="Theorem 12, eq. (36), at all times as its proof shows; U V^T - Theta_hat tends to Phi_2 U_2 V^T by (30)",
    over=data, random=layers(h_12), flow=wide_flow, at_least=1 - delta,
    event=spec(U_2 * V.T) <= distance_bound,
)

# --- What (E.5) implies: no chance is left -----------------------------------------------------------------------------

N, M = matrix("N", directions, directions), matrix("M", directions, directions)
(radius,) = scalars("rho")


def on_the_event(over, width):
    """Up to rotations, every stack of layers of that width whose singular values are in the interval of (E.5)."""
    inside = width ** (-alpha) * (sqrt(width) * identity(directions) + s * N)
    return over.extended(
        FullRank(M), Scalar(radius, Interval(0, 1)), let(N, radius / spec(M) * M),
        let(V, block([[identity(m), zeros(m, r + k)]]) * inside), let(U_1, block([[zeros(r, m), identity(r), zeros(r, k)]]) * inside),
        let(U_2, block([[zeros(k, m + r), identity(k)]]) * inside),
    )


middle = define("a", h ** (1 - 2 * alpha) + h ** (-2 * alpha) * s**2)
paper.definition("eq-E.7", middle, title="middle of the squared singular values", source="eq. (E.7)")
off_middle = spec(stacked * stacked.T - middle * identity(directions))

eq_E_8 = paper.inequality(
    "eq-E.8", "On the event (E.5) the layers are nearly orthogonal",
    source="eq. (E.8)", over=on_the_event(shapes, h),
    claim=[
        *chain(fro(U_1 * V.T), "<=", sqrt(m) * off_middle, "<=", 2 * sqrt(m) * s / power),
        *chain(fro(block([[V * U_2.T], [U_1 * U_2.T]])), "<=", sqrt(m + r) * off_middle, "<=", 2 * sqrt(m + r) * s / power),
    ],
)

E_12_d = paper.flow(
    "E-12-d", "On the event (E.5) every start trains to within the bound of Theorem 12",
    source="Appendix E, last displays of the proof of Theorem 12, with the constant of (36)",
    over=on_the_event(data, h_12), along=wide_flow,
    claim=spec(U_2 * V.T) <= distance_bound,
)

largest, smallest = scalars("lambda_1 lambda_r")
eq_E_17 = paper.inequality(
    "eq-E.17", "The width makes the second exponential at most e, and is at least that of Lemma 11",
    source="eq. (E.17) and the line after it",
    over=domain(
        Dimension(r, 1, 4), Dimension(k, 1, 4), Dimension(m, 1, 4), Scalar(alpha, exponent), Scalar(delta, Interval.open(0, 1)),
        Scalar(excess, Interval.open(0, oo)), Scalar(largest, Interval.open(0, oo)), Scalar(smallest, Interval.open(0, oo)),
    ),
    given=smallest <= largest,
    claim=[
        2 * sqrt(largest) / smallest ** Rational(3, 2) * sqrt(m) * s / width_12(largest, smallest) ** (2 * alpha - Rational(1, 2)) <= 1,
        width_12(largest, smallest) > 16 * s**2,
    ],
)
