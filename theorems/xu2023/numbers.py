"""The rates as polynomials in plain numbers, for the steps of the proofs that are about numbers alone.

alpha_0, beta_0, p_2, smin = sigma_min(X), kappa, L(0), L(t), c_1, c_2 and eta are numbers here; sigma_max^2(X) = kappa smin^2.
"""

from theorems.xu2023.notation import c_1, c_2, eta
from verify.author import *

alpha_0, beta_0, p_2, kappa, L, L_0 = scalars("alpha_0 beta_0 p_2 kappa L L_0")
(smin,) = scalars("sigma_min")
mu = smin**2
K = kappa * smin**2

positive, nonnegative = Interval.open(0, oo), Interval(0, oo)
spectral = domain(
    Scalar(alpha_0, positive), Scalar(beta_0, positive), Scalar(p_2, nonnegative), Scalar(smin, positive),
    Scalar(kappa, Interval(1, oo)), Scalar(c_1, Interval.open(0, 1)), Scalar(c_2, Interval.open(1, oo)),
)
"""The numbers of Theorem 3.1: alpha_0 > 0, kappa >= 1, 0 < c_1 < 1 < c_2."""

at_start = spectral.extended(Scalar(L_0, nonnegative))
now = spectral.extended(Scalar(L, nonnegative), Scalar(eta, positive))


def coefficients(L):
    """a_1, a_2, a_3, a_4 of equation (28) where the loss is L."""
    return (
        2 * (c_1 * alpha_0) * smin**2,
        2 * sqrt(2 * kappa * L * smin**6) * p_2 + kappa * smin**4 * (c_2 * beta_0) ** 2,
        2 * sqrt(2 * kappa**3 * L * smin**10) * c_2 * beta_0 * p_2,
        2 * kappa**2 * smin**6 * p_2**2 * L,
    )


def polynomial(L, x, extra=0):
    """a_4 x^3 + a_3 x^2 + (a_2 + extra) x, the left sides of (30), (88) to (90) and (118)."""
    _, a_2, a_3, a_4 = coefficients(L)
    return a_4 * x**3 + a_3 * x**2 + (a_2 + extra) * x


def f(L, x):
    """f(x, t) of equation (27) where the loss is L."""
    a_1, a_2, a_3, a_4 = coefficients(L)
    return 1 - a_1 * x + a_2 * x**2 + a_3 * x**3 + a_4 * x**4


def extra_upper(L_0):
    """What the first polynomial of (30) adds to a_2: it keeps the upper bound c_2 beta_0."""
    return 4 * c_2 * L_0 * K / (c_2 - 1)


def extra_lower(L_0):
    """What the second polynomial of (30) adds to a_2: it keeps the lower bound c_1 alpha_0."""
    return 8 * c_2 * beta_0 * L_0 * K / ((1 - c_1) * alpha_0)


def limit_rate(low, high, x):
    """1 - 2 low smin^2 x + kappa smin^4 high^2 x^2, the rates where the loss has vanished."""
    return 1 - 2 * low * smin**2 * x + kappa * smin**4 * high**2 * x**2


eta_star = define("eta_star", c_1 * alpha_0 / (c_2**2 * beta_0**2 * kappa * smin**2), latex=r"\eta^{*}")
"""The step size of equation (43)."""
