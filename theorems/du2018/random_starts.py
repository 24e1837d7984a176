"""Theorems 3.1 and 3.2 along runs from random starts, as statements about probability: invariants, norms, iteration counts."""

from theorems.du2018.bounded_iterates import delta, invariant_A, invariant_C, slower, slower_descent
from theorems.du2018.initialisation import delta as deviation
from theorems.du2018.initialisation import largest
from theorems.du2018.notation import *
from theorems.du2018.rank_one import a, alpha_of, b, beta_of, c_init, c_step, descent_1, residual, sigma_1, u, v
from verify.author import *

# --- Rank r ---------------------------------------------------------------------------------------------

(growth,) = scalars("growth")
targets = of_rank_r(4).extended(
    Scalar(epsilon, Interval.open(0, oo)), Scalar(growth, Interval.open(0, oo)),
    let(M_star, (1 + growth) * epsilon / fro(A * B.T) * A * B.T),
)
"""A target of rank r with ||M*||_F > epsilon."""

small_gaussian = [Gaussian(U, variance=epsilon / (100 * largest**4)), Gaussian(V, variance=epsilon / (100 * largest**4))]
bounded_runs = [*invariant_A, f <= 2 * size**2, *invariant_C]


def converging(step):
    """The error falls to epsilon with the product of the growth 1 + eta_t sigma_r(M*), which diverges as the sum of the steps does."""
    growth_so_far = product_along(1 + step * sigma(M_star, r), 0, time - 1)
    return fro(R_t) <= epsilon * maximum(1, 10**7 * (largest**2 * size / epsilon) ** 2 / growth_so_far**2)


theorem_3_1 = paper.chance(
    "thm-3.1", "From a small Gaussian start the factors stay balanced and bounded, with high probability",
    source="Theorem 3.1 with Lemma 3.1", over=targets.extended(let(eta_0, first_step)), random=small_gaussian, law=decreasing,
    event=[*bounded_runs, converging(eta_t)], at_least=Rational(99, 100),
    note="poly(d) is taken as 100 d^4; that f decreases is lemma-3.1, for every such start. The bound on the error falls to epsilon "
    "as the sum of the step sizes diverges, but they are so small that this takes more steps than any run has, and within any such run "
    "the bound on f implies it: the rate is tested in claim-abstract-steps, whose larger steps get there. "
    "That the limit itself exists is the theorem of Absil et al., see lemma-B.2.",
)

(share,) = scalars("share")

claim_abstract_steps = paper.chance(
    "claim-abstract-steps", "With step sizes of order t^-(1/2 + delta) the factors stay balanced as well, and the error falls to epsilon",
    source="abstract and introduction, footnote 11",
    over=targets.extended(
        Scalar(delta, Interval.Lopen(0, half)), Scalar(share, Interval.Lopen(0, 1)),
        let(eta_0, share * sqrt(epsilon / r) / sqrt(size) ** 3),
    ),
    random=small_gaussian, law=slower_descent, event=[*invariant_A, f <= 2 * size**2, converging(slower)],
    at_least=Rational(99, 100), steps=150,
    examples=[
        example(A=A_, B=B_, epsilon=1, growth="1/100", delta="1/100", share=1)
        for A_, B_ in (([[1]], [[1]]), ([[1], [0]], [[1]]), ([[1], [1]], [[1], [2]]), ([[1, 0], [0, 1]], [[1, 0], [0, 1]]))
    ],
    note="The step sizes are a share of sqrt(epsilon/r)/||M*||^(3/2), up to all of it; with 1/100 and delta = 1/2 they are those of "
    "Theorem 3.1. C follows from A and B (Claim B.3). The bound reaches epsilon in the examples at the last step, 150.",
)

# --- Rank 1 ---------------------------------------------------------------------------------------------

c_0, C_0 = scalars("c_0 C_0")
rank_1_targets = domain(
    Dimension(d_1, 1, 4), Dimension(d_2, 1, 4), FullRank(a), FullRank(b), Scalar(sigma_1, Interval.open(0, oo)),
    Scalar(c_init, Interval.Lopen(0, Rational(1, 4))), Scalar(c_step, Interval.Lopen(0, half)), let(eta, c_step / sigma_1),
)
"""c_init at most 1/4 and c_step at most 1/2."""
ratio_of_signals = absolute(alpha_of) / absolute(beta_of)
accuracy = define("eps_@", 5 * largest / c_init * (1 + c_step / 3) ** (-time), latex=r"\epsilon_{@}")

theorem_3_2 = paper.existence(
    "thm-3.2", "The strengths stay within a constant factor, and after O(log(d/eps)) iterations the error is at most eps sigma_1",
    source="Theorem 3.2", constants={c_0: Rational(1, 80008), C_0: 80008}, over=rank_1_targets,
    random=[Gaussian(u, variance=deviation), Gaussian(v, variance=deviation)], law=descent_1,
    event=[*chain(c_0, "<=", ratio_of_signals, "<=", C_0), fro(residual) <= accuracy * sigma_1], at_least=Rational(49, 100),
    examples=[example(a=[[1]], b=[[1]], sigma_1="1/1000000", c_init="1/8", c_step="1/4")],
    wrong="N(0, delta I) has the standard deviation sqrt(delta), and sqrt(delta) over sqrt(sigma_1) grows without bound as sigma_1 falls: "
    "for small sigma_1 the first step already diverges, whatever the constants are.",
)

theorem_3_2_corrected = paper.corrected(
    theorem_3_2, constants={c_0: Rational(1, 80008), C_0: 80008},
    random=[Gaussian(u, variance=deviation**2), Gaussian(v, variance=deviation**2)], steps=60,
    examples=[
        example(a=[[1]], b=[[1]], sigma_1=1, c_init=init, c_step=step) for init, step in (("1/4", "1/2"), ("1/8000", "1/200"))
    ],
    note="N(0, delta^2 I). One choice of constants for both conclusions: c_init up to 1/4, c_step up to 1/2, c_0 and C_0 as the proof "
    "has them. The accuracy eps is reached after (log(d/eps) + log(5/c_init))/log(1 + c_step/3) iterations, at which time eps_t is eps. "
    "60 steps are too few to test the rate where c_init is 1/8000: `verify reproduce du2018.theorem-3.2` counts iterations to the end. "
    "From c_step = 0.89 on the rate near the minimum, 1 - 2 c_step, is in size no longer below 1/(1 + c_step/3).",
)

claim_rank1_norms = paper.chance(
    "claim-rank1-norms", "With a constant step size the norms of both layers stay within a constant factor",
    source="section 3.2, first paragraph", over=rank_1_targets, random=theorem_3_2_corrected.chance.random, law=descent_1,
    event=chain(Rational(1, 80008), "<=", fro(u) / fro(v), "<=", 80008), at_least=Rational(49, 100),
    note="With the start and the constants of thm-3.2.corrected.",
)
