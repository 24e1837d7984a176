"""Appendix D, the proof of Proposition 3.1: the links of equation (120)."""

from theorems.xu2023 import numbers
from theorems.xu2023.notation import c_1, c_2, eta, paper
from theorems.xu2023.numbers import L, alpha_0, beta_0, f, kappa, p_2, smin
from verify.author import *

a_1, a_2, a_3, a_4 = numbers.coefficients(L)
linear = 1 / kappa - 2 * c_1 * alpha_0 * smin**2 * eta
with_beta = linear + kappa * smin**4 * c_2**2 * beta_0**2 * eta**2
with_alpha = linear + kappa * smin**4 * c_2**2 * alpha_0**2 * eta**2
square = (1 / sqrt(kappa) - sqrt(kappa) * smin**2 * c_2 * alpha_0 * eta) ** 2

eq_120_first = paper.inequality(
    "eq-120.first", "The rate minus the optimal one without its higher powers",
    source="eq. (120), first to third line", over=numbers.now,
    claim=[
        equal(f(L, eta) - (1 - 1 / kappa), 1 / kappa - a_1 * eta + a_2 * eta**2 + a_3 * eta**3 + a_4 * eta**4),
        1 / kappa - a_1 * eta + a_2 * eta**2 + a_3 * eta**3 + a_4 * eta**4
        >= linear + (2 * sqrt(2 * kappa * L * smin**6) * p_2 + kappa * numbers.mu**2 * c_2**2 * beta_0**2) * eta**2,
        linear + (2 * sqrt(2 * kappa * L * smin**6) * p_2 + kappa * numbers.mu**2 * c_2**2 * beta_0**2) * eta**2 >= with_beta,
    ],
    proof=Closing(),
)

eq_120_alpha = paper.inequality(
    "eq-120.alpha", "alpha_0 in place of beta_0",
    source="eq. (120), fourth line", over=numbers.now, given=alpha_0 <= beta_0,
    claim=with_beta >= with_alpha,
    proof=Closing(),
    facts=[alpha_0**2 <= beta_0**2, kappa * smin**4 * c_2**2 * eta**2 * alpha_0**2 <= kappa * smin**4 * c_2**2 * eta**2 * beta_0**2],
)

eq_120_square = paper.inequality(
    "eq-120.square", "The perfect square",
    source="eq. (120), last two lines", over=numbers.now,
    claim=[equal(with_alpha, square), chain(square, ">=", 0)],
    wrong="The linear term has c_1 and the square would need c_2: the square is smaller.",
)

eq_120_square_corrected = paper.corrected(
    eq_120_square, claim=[with_alpha >= square, chain(square, ">=", 0)], proof=Closing(), note=">= in place of =."
)
