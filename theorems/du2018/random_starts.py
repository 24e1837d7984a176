"""Theorems 3.1 and 3.2 along runs from random starts, as statements about probability: invariants, norms, iteration counts."""

from theorems.du2018.bounded_iterates import delta, invariant_A, invariant_C, slower_descent
from theorems.du2018.initialisation import delta as deviation
from theorems.du2018.initialisation import largest
from theorems.du2018.notation import *
from theorems.du2018.rank_one import a, b, c_init, c_step, descent_1, residual, sigma_1, u, v
from verify.author import *

# --- Rank r ---------------------------------------------------------------------------------------------

(growth,) = scalars("growth")
targets = domain(
    Dimension(d_1, 1, 4), Dimension(d_2, 1, 4), Dimension(r, 1, 2), d_1 >= r, d_2 >= r, FullRank(A), FullRank(B),
    Scalar(epsilon, Interval.open(0, oo)), Scalar(growth, Interval.open(0, oo)),
    let(M_star, (1 + growth) * epsilon / fro(A * B.T) * A * B.T), let(eta_0, first_step),
)
"""A target of rank r with ||M*||_F > epsilon."""

small_gaussian = [Gaussian(U, variance=epsilon / (100 * largest**4)), Gaussian(V, variance=epsilon / (100 * largest**4))]

theorem_3_1 = paper.chance(
    "thm-3.1", "From a small Gaussian start the factors stay balanced and bounded with high probability",
    source="Theorem 3.1 through Lemma 3.1", over=targets, random=small_gaussian, law=decreasing,
    event=[*invariant_A, f <= 2 * size**2, *invariant_C], at_least=Rational(99, 100),
    note="poly(d) is taken as 100 d^4; that f decreases is lemma-3.1, for every start with this event. With these step sizes the "
    "limit itself is beyond every run: 1/t over T steps adds up to log(T), times at most 1/100; the figure "
    "theorem-3.1 runs to the limit with the step sizes of footnote 11.",
)

claim_abstract_steps = paper.chance(
    "claim-abstract-steps", "The same with step sizes of order t^-(1/2 + delta)",
    source="abstract and introduction", over=targets.extended(Scalar(delta, Interval.Lopen(0, half))), random=small_gaussian,
    law=slower_descent, event=[*invariant_A, f <= 2 * size**2, *invariant_C], at_least=Rational(99, 100),
)

# --- Rank 1 ---------------------------------------------------------------------------------------------

gaussian_pair = [Gaussian(u, variance=deviation**2), Gaussian(v, variance=deviation**2)]
constants = (Scalar(c_init, Interval.Lopen(0, Rational(1, 8000))), Scalar(c_step, Interval.Lopen(0, Rational(1, 200))))
rank_1_targets = domain(
    Dimension(d_1, 1, 4), Dimension(d_2, 1, 4), FullRank(a), FullRank(b), Scalar(sigma_1, Interval.open(0, oo)),
)

claim_rank1_norms = paper.chance(
    "claim-rank1-norms", "With a constant step size the norms of both layers stay within a constant factor",
    source="section 3.2, first paragraph", over=rank_1_targets.extended(*constants, let(eta, c_step / sigma_1)),
    random=gaussian_pair, law=descent_1,
    event=chain(Rational(1, 80008), "<=", fro(u) / fro(v), "<=", 80008), at_least=Rational(2, 5),
    note="With N(0, delta^2 I) and the constants of thm-3.2.",
)

theorem_3_2_count = paper.chance(
    "thm-3.2.count", "After log(5 sqrt(d)/(c_init eps))/log(1 + c_step/3) iterations the error is at most eps sigma_1",
    source="Theorem 3.2, second conclusion",
    over=rank_1_targets.extended(
        Scalar(c_init, Interval(Rational(1, 20), Rational(1, 4))), Scalar(c_step, Interval(Rational(1, 10), Rational(9, 10))),
        let(eta, c_step / sigma_1),
    ),
    random=gaussian_pair, law=descent_1,
    event=fro(residual) <= sigma_1 * 5 * sqrt(largest) / c_init * (1 + c_step / 3) ** (-time), at_least=half,
    note="The bound holds at every time and is eps sigma_1 at the count. c_step and c_init are large enough for short runs to get there.",
)
