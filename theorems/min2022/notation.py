"""The notation of min2022: the regression problem of section 2, its reparametrisation (4) to (9), the imbalance (16) and its spectrum."""

from pathlib import Path

from verify.author import *

paper = Paper(
    "min2022",
    "Convergence and implicit bias of gradient flow on overparametrized linear networks",
    authors="Hancheng Min, Salma Tarmoun, René Vidal, Enrique Mallada",
    where="preprint, 2022",
    certificates=Path(__file__).parent / "certificates",
    proofs=Path(__file__).parent / "proofs",
)

# --- The reduced problem (9): Sigma_X^{1/2}, the targets W^T Y and the layers U_1 and V --------------------

r, m, h, k = dimensions("r m h k")
R = matrix("R", r, r)
S, Y_t = symmetric("S", r), matrix("Y_t", r, m)
U_1, V = state("U_1", r, h), state("V", m, h)
E_r = matrix("E_0", r, m)
half = Rational(1, 2)

Sigma = define("Sigma_X", S * S, latex=r"\Sigma_X")
E = define("E", Y_t - S * U_1 * V.T)
P = define("P", U_1 * V.T, latex=r"U_1V^\top")
L_t = define("L_t", half * fro(E) ** 2, latex=r"\tilde{\mathcal{L}}")
D = define("D", U_1.T * U_1 - V.T * V)

flow = {V: E.T * S * U_1, U_1: S * E * V}
"""The velocities (7) of the layers."""
L_t_rate = define("L_t_rate", rate_along(L_t, flow), latex=r"\dot{\tilde{\mathcal{L}}}")
rate = define("rate", -L_t_rate / L_t, latex=r"-\dot{\tilde{\mathcal{L}}}/\tilde{\mathcal{L}}")


def spread(D, index):
    """max{lambda_1(D), 0} - max{lambda_index(D), 0} of (18) and (19)."""
    return positive_part(lam_max(D)) - positive_part(lam(D, index))


Delta_plus = define("Delta_+", spread(D, r), latex=r"\Delta_+")
Delta_minus = define("Delta_-", spread(-D, m), latex=r"\Delta_-")
Delta = define("Delta", positive_part(lam(D, r)) + positive_part(lam(-D, m)), latex=r"\underline{\Delta}")


def half_rate(spread, level, s):
    """-Delta_+ + sqrt((Delta_+ + Delta)^2 + 4 s^2), one of the two halves of (17) and (21)."""
    return -spread + sqrt((spread + level) ** 2 + 4 * s**2)


def margin(index):
    """max{sigma_index(Y_t) - ||E||_F, 0} / lambda_1(Sigma_X)^{1/2}, as in (26)."""
    return positive_part(sigma(Y_t, index) - fro(E)) / sigma_max(S)


bound = define("bound", half_rate(Delta_plus, Delta, sigma(P, m)) + half_rate(Delta_minus, Delta, sigma(P, r)))
"""The bracket of (17)."""
c = define("c", half_rate(Delta_plus, Delta, margin(m)) + half_rate(Delta_minus, Delta, margin(r)))
"""Equation (21)."""

sizes = (Dimension(r, 1, 4), Dimension(m, 1, 4), Dimension(k, 1, 2), Dimension(h, 1, 6), h >= minimum(m, r + k))
"""Section 2: n = r + k with k >= 1 inputs, so that n > rank(X) = r, and h >= min{m, n}."""

# The paper's Sigma_X is diagonal; a positive definite S is that in other coordinates of U_1. Targets are drawn through their residual.
setting = domain(*sizes, FullRank(R), let(S, R.T * R), TwoLayer(U_1, V.T), AnyMatrix(E_r), let(Y_t, S * U_1 * V.T + E_r))
"""The reduced problem at any moment of the flow."""

for label, quantity, title in (
    ("eq-9.loss", L_t, "loss above its optimum"),
    ("eq-9", E, "error"),
    ("eq-16", D, "imbalance"),
    ("eq-18", Delta_plus, "positive imbalance spectrum spread"),
    ("eq-19", Delta_minus, "negative imbalance spectrum spread"),
    ("eq-20", Delta, "effective level of imbalance"),
    ("eq-21", c, "rate of Theorem 3"),
):
    paper.definition(label, quantity, title=title, source=f"eq. ({label.removeprefix('eq-').split('.')[0]})")
