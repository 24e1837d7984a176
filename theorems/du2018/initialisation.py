"""The random starts: how often the events hold on which the proofs of Lemma 3.1 and Theorem 3.2 build."""

from theorems.du2018.notation import *
from theorems.du2018.rank_one import a, alpha_of, alpha_perp_of, b, beta_of, beta_perp_of, c_init, sigma_1, u, v
from verify.author import *

# --- Rank r ---------------------------------------------------------------------------------------------

largest = maximum(d_1, d_2)
base_A_B_C_chance = paper.chance(
    "base-ABC.chance", "A Gaussian start of variance epsilon/poly(d) is small and nearly balanced with high probability",
    source="Theorem 3.1 and Appendix B.1, the three inequalities at t = 0",
    over=domain(Dimension(d_1, 1, 8), Dimension(d_2, 1, 8), Dimension(r, 1, 4), d_1 >= r, d_2 >= r, Scalar(epsilon, Interval.open(0, oo))),
    random=[Gaussian(U, variance=epsilon / (100 * largest**4)), Gaussian(V, variance=epsilon / (100 * largest**4))],
    event=[fro(U) ** 2 <= epsilon, fro(V) ** 2 <= epsilon, fro(imbalance) <= epsilon / 2],
    at_least=Rational(999, 1000),
    note="poly(d) is taken as 100 d^4.",
)

# --- Rank 1 ---------------------------------------------------------------------------------------------

delta = c_init * sqrt(sigma_1 / largest)
rank_1_starts = domain(
    Dimension(d_1, 1, 8), Dimension(d_2, 1, 8), FullRank(a), FullRank(b), Scalar(sigma_1, Interval.open(0, oo)),
    Scalar(c_init, Interval.Lopen(0, Rational(1, 40))),
)
event = [
    *chain(delta / 10, "<=", absolute(alpha_of), "<=", 10 * delta),
    *chain(delta / 10, "<=", absolute(beta_of), "<=", 10 * delta),
    alpha_perp_of <= 10 * c_init * sqrt(sigma_1),
    beta_perp_of <= 10 * c_init * sqrt(sigma_1),
]

C_init = paper.chance(
    "C-init", "The strengths of a Gaussian start are of the order of c_init sqrt(sigma_1/d)",
    source="Appendix C, paragraph after (24), with the initialisation of Theorem 3.2", over=rank_1_starts,
    random=[Gaussian(u, variance=delta), Gaussian(v, variance=delta)], event=event, at_least=Rational(1, 2),
    wrong="Theorem 3.2 prints N(0, delta I), of standard deviation sqrt(delta); the bounds are those of a standard deviation delta.",
)

C_init_corrected = paper.corrected(
    C_init, random=[Gaussian(u, variance=delta**2), Gaussian(v, variance=delta**2)], at_least=Rational(4, 5),
    note="N(0, delta^2 I). The chance is about 0.85, a constant, however large d is: no high probability in the usual sense.",
)

# --- Networks -----------------------------------------------------------------------------------------------

n, m = dimensions("n m")
W, W_next = matrix("W", n, n), matrix("W'", n, n)

(gain,) = scalars("gain")

claim_init_small_diff = paper.chance(
    "claim-init-small-diff", "At the 1/sqrt(d) Gaussian and the Kaiming initialisation layers of equal width differ little, however wide",
    source="section 1, before related work", over=domain(Dimension(n, 1, 24), Scalar(gain, Interval(1, 2))),
    random=[Gaussian(W, variance=gain / n), Gaussian(W_next, variance=gain / n)],
    event=absolute(fro(W) ** 2 - fro(W_next) ** 2) <= 16, at_least=Rational(49, 50),
    note="The gain is 1 for 1/sqrt(d), 2 for Kaiming. The squared norms are about gain n, their difference has the standard deviation "
    "2 gain for every n. Layers of different widths m and n differ by gain (m - n) in the mean, which is not small.",
)

down, up = matrix("W", m, n), matrix("W'", n, m)

claim_init_small_diff_xavier = paper.chance(
    "claim-init-small-diff.xavier", "At the Xavier initialisation two layers from n to m and back differ little, whatever the widths are",
    source="section 1, before related work", over=domain(Dimension(n, 1, 24), Dimension(m, 1, 24)),
    random=[Gaussian(down, variance=2 / (n + m)), Gaussian(up, variance=2 / (n + m))],
    event=absolute(fro(down) ** 2 - fro(up) ** 2) <= 16, at_least=Rational(99, 100),
    note="Both squared norms are about 2 m n/(m + n), their difference has a standard deviation of at most 2.",
)

(variance,) = scalars("s")
rectangle = matrix("W", n, m)

expt_4_initnorms = paper.chance(
    "expt-4-initnorms", "The squared norm of a layer is about the number of its entries times their variance",
    source="section 4, 'which ensures'",
    over=domain(Dimension(n, 10, 40), Dimension(m, 25, 100), n * m >= 1000, Scalar(variance, Interval.open(0, oo))),
    random=[Gaussian(rectangle, variance=variance)],
    event=absolute(fro(rectangle) ** 2 - n * m * variance) <= n * m * variance / 4, at_least=Rational(99, 100),
    note="The layers of the experiment have 1000 entries or more: balanced, each has 0.1; unbalanced, 10, 1 and 0.1.",
)
