"""Appendix E, proofs of Lemmas 11 to 13 and of Theorem 4: nets, their sizes and probabilities, as inequalities between numbers."""

from theorems.zhao2024.functions import ceiling_above, ceiling_below, exp_increasing, exp_sum, half, positive
from theorems.zhao2024.notation import paper
from verify.author import *

c_1, c_2, k, delta_1, ratio, share, width, least, norm, a, b, y, c = scalars(
    "c_1 c_2 k Delta_1 C s n n_min norm b_1 b_2 y c"
)
N, dimension = dimensions("N n_N")
ln_6 = log(6)

# --- The constants of Lemmas 11 and 12 -----------------------------------------------------------------------------

t = minimum(c_2, 3 * log(2))
"""c_2, as far as Lemma 10 allows; a smaller one says more."""
k_0 = define("k_0", minimum(c_1**2 / 8, t**2 / (36 * log(2))))
"""Both probabilities of Lemma 10 are at most exp(-k_0/Delta_1)."""
phi = define("phi", minimum(1 - exp(-c_1 / 2), (exp(-t / 2) - exp(-t)) / (exp(-t / 2) + exp(c_1))), latex=r"\phi")


def net_condition(dimension, delta_1):
    """dimension*Delta_1 <= C(c_1, c_2), with the constant that the proofs of Lemmas 10 and 11 give."""
    return [delta_1 <= t / (12 * log(2)), dimension * delta_1 <= k_0 / (2 * log(3 / phi))]


# b_1 and b_2 stand for e^(c_1/2) and e^(-c_2/2), which take every value above 1, and between 0 and 1.
net = domain(Scalar(a, Interval.open(1, oo)), Scalar(b, Interval.open(0, 1)))
net_phi = minimum(1 - 1 / a, (b - b**2) / (b + a**2))

paper.inequality(
    "lemma-11.net.upper", "The norm of A from a net, as a multiple of P", source="proof of Lemma 11",
    over=net.extended(Scalar(norm, Interval(0, oo))), given=norm <= a + net_phi * norm,
    claim=chain(norm, "<=", a / (1 - net_phi), "<=", a**2), proof=Closing(),
)

paper.inequality(
    "lemma-11.net.lower", "The smallest singular value of A from a net, as a multiple of P", source="proof of Lemma 11", over=net,
    claim=(1 - net_phi) * b - net_phi * a**2 >= b**2, proof=Closing(),
)

paper.inequality(
    "lemma-11.prob", "The size of the net costs at most half of the exponent", source="proof of Lemma 11, last display",
    over=domain(Dimension(dimension, 1, 20), Scalar(share, Interval.Lopen(0, 1)), Scalar(width, positive)),
    given=dimension * log(3 / share) <= width / 2,
    claim=1 - exp(dimension * log(3 / share)) * exp(-width) >= 1 - exp(-width / 2),
    proof=Closing(), facts=[
        exp_sum(x=dimension * log(3 / share), y=-width), exp_increasing(x=dimension * log(3 / share) - width, y=-width / 2)
    ],
    note="width stands for k_0/Delta_1.",
)

# --- Lemma 13, theta = 1/2 -------------------------------------------------------------------------------------------

largest_block = define("M_k", 4 * sqrt(5 * ln_6 / k + 1))
"""M_k of Lemma 13, as its proof gives it."""

ln_6_large = paper.inequality(
    "lemma-13.steps.log-6", "ln 6 exceeds 1", source="proof of Lemma 13", over=domain(Scalar(y, Interval(0, 1))),
    claim=chain(ln_6, ">", 1), proof=OneVariable(y),
)(y=0)

ranges = domain(Scalar(k, Interval.open(0, 1)), Scalar(delta_1, positive), Scalar(ratio, Interval(1, oo)), Dimension(N, 3, 30))

paper.inequality(
    "lemma-13.steps.a", "The exponent of Lemma 10 at e^(c/2) = 4/3", source="proof of Lemma 13; the k that Lemma 10 gives",
    over=domain(Scalar(y, Interval(0, 1))), claim=chain((2 * log(Rational(4, 3))) ** 2 / 8, ">", Rational(41, 1000)), proof=OneVariable(y),
)

paper.inequality(
    "lemma-13.steps.b", "The constant c from below", source="proof of Lemma 13",
    over=ranges.extended(Scalar(least, positive), Scalar(share, Interval(0, 1)), let(width, least * (1 + share * (ratio - 1)))),
    given=[width >= least, width <= ratio * least, delta_1 * least <= N - 1],
    claim=k * N / (5 * ln_6 * delta_1 * width) >= k / (5 * ln_6 * ratio),
    proof=Closing(), facts=[ln_6_large, delta_1 * width <= delta_1 * ratio * least, delta_1 * width <= N * ratio],
)

blocks, block_size = ceiling(N / c), ceiling(c * width / N)
paper.inequality(
    "lemma-13.steps.c", "So many blocks of at most that size hold all indices 1, ..., n", source="proof of Lemma 13, the partition",
    over=domain(Dimension(N, 3, 30), Scalar(c, positive), Scalar(width, positive)), claim=blocks * block_size >= width, proof=Closing(),
    facts=[
        ceiling_above(x=N / c), ceiling_above(x=c * width / N), blocks * block_size >= N / c * block_size,
        N / c * block_size >= N / c * (c * width / N),
    ],
)

exponent = k / (5 * ln_6 * delta_1)
paper.inequality(
    "lemma-13.steps.d", "The exponent after the net of one block; c n/N is k/(5 ln(6) Delta_1)", source="proof of Lemma 13",
    over=ranges, given=delta_1 <= k / (5 * ln_6),
    claim=chain(-k / delta_1 + ceiling(exponent) * ln_6, "<=", -k / delta_1 + (exponent + 1) * ln_6, "<=", -3 * k / (5 * delta_1)),
    proof=Closing(), facts=[
        ln_6_large, ln_6 <= k / (5 * delta_1), ceiling_below(x=exponent), ceiling(exponent) * ln_6 <= (exponent + 1) * ln_6
    ],
)

paper.inequality(
    "lemma-13.steps.d.net", "The norm of one block from a net of spacing 1/2, as a multiple of the root of the widths",
    source="proof of Lemma 13", over=domain(Scalar(norm, Interval(0, oo))), given=norm <= Rational(4, 3) + norm / 2,
    claim=norm <= 4, proof=Closing(),
)

paper.inequality(
    "lemma-13.steps.e", "The blocks together", source="proof of Lemma 13",
    over=ranges.extended(Scalar(c, positive)), given=c >= k / (5 * ln_6 * ratio),
    claim=chain(4 * sqrt(blocks), "<=", 4 * sqrt(N / c + 1), "<=", largest_block * sqrt(ratio * N)),
    proof=Closing(), facts=[
        ln_6_large, N / c <= 5 * ln_6 * ratio * N / k, N / c + 1 <= (5 * ln_6 / k + 1) * ratio * N, ceiling_below(x=N / c),
        ceiling_above(x=N / c), blocks >= 0,
    ],
)

base = log(5 * ln_6 / k)
log_ratio = log(ratio)
enough = [delta_1 <= k / (5 * (base + 1)), delta_1 * log_ratio <= minimum(k / (5 * (base + 1)), k / 5)]
"""The conditions on Delta_1; ln(5 ln(6) e/k) is base + 1."""

paper.inequality(
    "lemma-13.steps.f", "Delta_1 is small enough for every C; ln(5 ln(6) C/k) is the sum of two logarithms", source="proof of Lemma 13",
    over=ranges, given=enough, claim=delta_1 <= k / (5 * (base + log_ratio)),
)

paper.inequality(
    "lemma-13.steps.g.blocks", "The probability of failure of all blocks", source="proof of Lemma 13, last display, first inequality",
    over=ranges.extended(Scalar(share, Interval(0, oo)), let(c, (1 + share) * k / (5 * ln_6 * ratio))),
    claim=blocks * exp(-3 * k / (5 * delta_1))
    <= exp(base + log_ratio + log(N) - 3 * k / (5 * delta_1)) + exp(-3 * k / (5 * delta_1)),
)

paper.inequality(
    "lemma-13.steps.g", "The probability of failure", source="proof of Lemma 13, last display",
    over=ranges, given=[base + log_ratio <= k / (5 * delta_1), log(N) <= k / (5 * delta_1)],
    claim=exp(base + log_ratio + log(N) - 3 * k / (5 * delta_1)) + exp(-3 * k / (5 * delta_1)) <= 2 * exp(-k / (5 * delta_1)),
    proof=Closing(), facts=[
        exp_increasing(x=base + log_ratio + log(N) - 3 * k / (5 * delta_1), y=-k / (5 * delta_1)),
        k / delta_1 >= 0, exp_increasing(x=-3 * k / (5 * delta_1), y=-k / (5 * delta_1)),
    ],
)

# --- Theorem 4 -------------------------------------------------------------------------------------------------------

paper.identity(
    "theorem-4.proof.exponents", "c_1 = c/6 and c_2 = c/3 give the step size of Theorem 4", source="proof of Theorem 4",
    over=domain(Scalar(c, positive)), claim=equal(6 * (c / 6) + 3 * (c / 3), 2 * c), proof=Expansion(),
)

y_delta = scalars("delta")[0]
paper.inequality(
    "theorem-4.proof.chance", "The probabilities of failure add up to delta", source="proof of Theorem 4",
    over=domain(Dimension(N, 2, 60), Scalar(y_delta, Interval.open(0, half)), Scalar(k, positive), Scalar(delta_1, positive)),
    given=[2 * log(N) + log(2 / y_delta) <= k / delta_1],
    claim=1 - N**2 * exp(-k / delta_1) - y_delta / 2 >= 1 - y_delta,
    note="Omega(1/Delta_1) = k/Delta_1; the condition is Delta_1 <= min{1/ln N, 1/ln(1/delta)}/C with the C that the claim needs.",
)
