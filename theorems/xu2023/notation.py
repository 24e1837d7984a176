"""The notation of xu2023: the set-up of section 2, Table 2, the rate polynomials (21), (27), (38) and the law (17)."""

from pathlib import Path

from verify.author import *

paper = Paper(
    "xu2023",
    "Linear convergence of gradient descent for finite width over-parametrized linear networks with general initialization",
    authors="Ziqing Xu, Hancheng Min, Salma Tarmoun, Enrique Mallada, René Vidal",
    where="AISTATS 2023",
    certificates=Path(__file__).parent / "certificates",
    proofs=Path(__file__).parent / "proofs",
)

# --- Section 2: data, weights, losses --------------------------------------------------------------

n, m, h, N = dimensions("n m h N")
X, Y = matrix("X", N, n), matrix("Y", N, m)
W_1, W_2 = state("W_1", n, h), state("W_2", h, m)
eta, c_1, c_2 = scalars("eta c_1 c_2")
half = Rational(1, 2)


def loss(V):
    """The squared loss l(V) = ||Y - X V||_F^2 / 2 of equation (1)."""
    return half * fro(Y - X * V) ** 2


def loss_gradient(V):
    """The gradient of l at V.

    Equation (3) prints X^T (Y - X V), which is minus the gradient; every use in the paper (7, 13 to
    15, 49) needs the gradient itself.
    """
    return X.T * (X * V - Y)


def tau(M):
    """The operator tau_t of equation (6)."""
    return M * W_2.T * W_2 + W_1 * W_1.T * M


W = define("W", W_1 * W_2)
E = define("E", Y - X * W_1 * W_2)
L = define("L", loss(W))
G = define("grad_l", loss_gradient(W), latex=r"\nabla\ell")
D = paper.definition("eq-8", define("D", W_1.T * W_1 - W_2 * W_2.T), title="imbalance", source="Table 2 and eq. (8)")
tau_min = define("lambda_min(tau_@)", sylvester_min(W_2.T * W_2, W_1 * W_1.T), latex=r"\lambda_{\min}(\tau_{@})")
tau_max = define("lambda_max(tau_@)", sylvester_max(W_2.T * W_2, W_1 * W_1.T), latex=r"\lambda_{\max}(\tau_{@})")

# --- Section 3.1: smoothness and PL constants ------------------------------------------------------

K = define("K", sigma_max(X) ** 2)
mu = define("mu", sigma_min(X) ** 2)
kappa = define("kappa", sigma_max(X) ** 2 / sigma_min(X) ** 2)

# --- Table 2 ---------------------------------------------------------------------------------------

D_0, E_0 = initial(D), initial(E)
p_1 = define("p_1", maximum(sigma_min(Y) - fro(E_0), 0) / sigma_max(X))
p_2 = define("p_2", (fro(Y) + fro(E_0)) / sigma_min(X))


def level_of_imbalance(D):
    """Delta_+, Delta_- and the underlined Delta of Table 2 for an imbalance matrix."""
    return (
        maximum(lam_max(D), 0) - maximum(lam(D, m), 0),
        maximum(lam_max(-D), 0) - maximum(lam(-D, m), 0),
        maximum(lam(D, n), 0) + maximum(lam(-D, m), 0),
    )


def alpha(Delta_plus, Delta_minus, Delta, s):
    """The lower bound of equation (9) on lambda_min(tau_t), in the form of Table 2's row for alpha_0."""
    return (-Delta_plus + sqrt((Delta_plus + Delta) ** 2 + 4 * s**2)) / 2 + (-Delta_minus + sqrt((Delta_minus + Delta) ** 2 + 4 * s**2)) / 2


def beta(lambda_plus, lambda_minus, s):
    """The upper bound of equation (24) on lambda_max(tau_t), in the form of Table 2's row for beta_0."""
    return (lambda_plus + sqrt(lambda_plus**2 + 4 * s**2)) / 2 + (lambda_minus + sqrt(lambda_minus**2 + 4 * s**2)) / 2


Delta_plus, Delta_minus, Delta = (
    define(name, value, latex=tex)
    for name, value, tex in zip(
        ("Delta_+", "Delta_-", "Delta"), level_of_imbalance(D_0), (r"\Delta_+", r"\Delta_-", r"\underline{\Delta}"), strict=True
    )
)
lambda_plus = define("lambda_+", maximum(lam_max(D_0), 0), latex=r"\lambda_+")
lambda_minus = define("lambda_-", maximum(lam_max(-D_0), 0), latex=r"\lambda_-")
alpha_0 = define("alpha_0", alpha(Delta_plus, Delta_minus, Delta, p_1))
beta_0 = define("beta_0", beta(lambda_plus, lambda_minus, p_2))

# --- Rate polynomials ------------------------------------------------------------------------------


def rate_coefficients(alpha_0, beta_0):
    """a_1, a_2(t), a_3(t), a_4(t) of equation (28) for given spectral bounds."""
    return (
        define("a_1", 2 * (c_1 * alpha_0) * sigma_min(X) ** 2),
        define("a_2", 2 * sqrt(2 * kappa * L * sigma_min(X) ** 6) * p_2 + kappa * sigma_min(X) ** 4 * (c_2 * beta_0) ** 2),
        define("a_3", 2 * sqrt(2 * kappa**3 * L * sigma_min(X) ** 10) * c_2 * beta_0 * p_2),
        define("a_4", 2 * kappa**2 * sigma_min(X) ** 6 * p_2**2 * L),
    )


def uniform_rate(a_1, a_2, a_3, a_4):
    """f(eta, t) of equation (27)."""
    return define("f", 1 - a_1 * eta + a_2 * eta**2 + a_3 * eta**3 + a_4 * eta**4, of=(eta,))


def largest_step(alpha_0, beta_0):
    """eta_max: the smaller of the unique positive roots of the two polynomials of equation (30)."""
    (x,) = scalars("x")
    a_1, a_2, a_3, a_4 = (initial(a) for a in rate_coefficients(alpha_0, beta_0))
    first = a_4 * x**3 + a_3 * x**2 + (a_2 + 4 * c_2 * initial(L) * sigma_max(X) ** 2 / (c_2 - 1)) * x - a_1
    second = a_4 * x**3 + a_3 * x**2 + (a_2 + 8 * c_2 * beta_0 * initial(L) * sigma_max(X) ** 2 / ((1 - c_1) * alpha_0)) * x - a_1
    return define("eta_max", minimum(positive_root(first, x), positive_root(second, x)), latex=r"\eta_{\max}")


a_1, a_2, a_3, a_4 = rate_coefficients(alpha_0, beta_0)
f = paper.definition("eq-27", uniform_rate(a_1, a_2, a_3, a_4), title="rate f(eta, t)", source="eqs (27), (28)")
eta_max = paper.definition("eq-30", largest_step(alpha_0, beta_0), title="largest step size", source="eq. (30)")

rho = paper.definition(
    "eq-21",
    define(
        "rho",
        1
        - 2 * eta * mu * tau_min
        + K * mu * eta**2 * tau_max**2
        + 2 * eta**2 * mu * sigma_max(W) * fro(G)
        + 2 * eta**3 * mu * K * tau_max * sigma_max(W) * fro(G)
        + eta**4 * mu * K * sigma_max(W) ** 2 * fro(G) ** 2,
        latex=r"\rho",
        of=(eta,),
    ),
    title="rate rho(eta, t)",
    source="eq. (21)",
)

# The text leaves alpha_t and beta_t open; the functions of (24) at D(t) with the bounds (25) are the natural reading.
alpha_t = define("alpha_@", alpha(*level_of_imbalance(D), p_1), latex=r"\alpha_{@}")
beta_t = define("beta_@", beta(maximum(lam_max(D), 0), maximum(lam_max(-D), 0), p_2), latex=r"\beta_{@}")


def rate_between(alpha_t, beta_t):
    """rhohat(eta, t) of equation (38) for given bounds on the spectrum of tau_t."""
    return define(
        "rhohat",
        1
        - 2 * eta * mu * alpha_t
        + K * mu * eta**2 * beta_t**2
        + 2 * eta**2 * mu * p_2 * sqrt(2 * K * L)
        + 2 * eta**3 * mu * K * beta_t * p_2 * sqrt(2 * K * L)
        + 2 * eta**4 * mu * K**2 * p_2**2 * L,
        latex=r"\hat\rho",
        of=(eta,),
    )


rhohat = paper.definition("eq-38", rate_between(alpha_t, beta_t), title="rate rhohat(eta, t)", source="eq. (38)")

# --- The dynamics and the domains ------------------------------------------------------------------

descent = law(
    "gradient descent (17)",
    {W_1: W_1 - eta * (G * W_2.T), W_2: W_2 - eta * (W_1.T * G)},
    step_size=eta,
    loss=L,
    widths=(h,),
)

residual = matrix("E_0", N, m)
setting = domain(
    Dimension(n, 1, 4), Dimension(m, 1, 4), Dimension(N, 1, 4), Dimension(h, 1, 6),
    n >= N, h >= minimum(n, m),
    FullRank(X), TwoLayer(W_1, W_2), AnyMatrix(residual), let(Y, X * W_1 * W_2 + residual),
)
"""Assumption 1: N <= n, rank(X) = N, h >= min(n, m). Targets are drawn through their residual, so that every margin occurs."""

any_step = setting.extended(Scalar(eta, Interval.open(0, oo)))
constants = (Scalar(c_1, Interval.open(0, 1)), Scalar(c_2, Interval.open(1, oo)))
allowed_step = setting.extended(*constants, StepSize(eta, up_to=eta_max))
"""The assumptions of Theorem 3.1 but alpha_0 > 0: 0 < c_1 < 1 < c_2 and 0 < eta <= eta_max."""
