"""The notation of du2018: the factorisation problem (1), its gradient (2), gradient descent (9) and the step sizes of Theorem 3.1."""

from pathlib import Path

from verify.author import *

paper = Paper(
    "du2018",
    "Algorithmic regularization in learning deep homogeneous models: layers are automatically balanced",
    authors="Simon S. Du, Wei Hu, Jason D. Lee",
    where="NeurIPS 2018",
    certificates=Path(__file__).parent / "certificates",
    proofs=Path(__file__).parent / "proofs",
)

# --- The problem ------------------------------------------------------------------------------------

d_1, d_2, r = dimensions("d_1 d_2 r")
U, V = state("U", d_1, r), state("V", d_2, r)
M_star = matrix("M*", d_1, d_2)
eta, epsilon, c = scalars("eta epsilon c")
half = Rational(1, 2)


def objective(U, V):
    """f(U, V) of equation (1)."""
    return half * fro(U * V.T - M_star) ** 2


R_t = define("R", U * V.T - M_star)
f = paper.definition("eq-1", define("f", objective(U, V)), title="the factorisation objective", source="eqs (1), (8)")
paper.definition("eq-8", f, title="the problem of section 3, for a target of rank r", source="eq. (8)")
grad_U = define("grad_U", (U * V.T - M_star) * V, latex=r"\nabla_U f")
grad_V = define("grad_V", (U * V.T - M_star).T * U, latex=r"\nabla_V f")
grad_squared = define("|grad|^2", fro(grad_U) ** 2 + fro(grad_V) ** 2, latex=r"\left\|\nabla f\right\|_F^2")
imbalance = define("B", U.T * U - V.T * V)

shapes = domain(Dimension(d_1, 1, 4), Dimension(d_2, 1, 4), Dimension(r, 1, 3))
any_factors = shapes.extended(TwoLayer(U, V.T), AnyMatrix(M_star))


def factorisation_descent(name, step, step_size):
    """(9) with that step at the present time, which grows with `step_size`."""
    update = {U: U - step * (U * V.T - M_star) * V, V: V - step * (U * V.T - M_star).T * U}
    return law(name, update, step_size=step_size, loss=f, widths=(r,))


descent = factorisation_descent("gradient descent (9)", eta, eta)

any_step = any_factors.extended(Scalar(eta, Interval.open(0, oo)))

# --- Theorem 3.1: a target of rank r, a small start, decreasing step sizes ---------------------------

A, B = matrix("A", d_1, r), matrix("B", d_2, r)


def of_rank_r(largest):
    """Factors of a target of rank exactly r, up to the largest rank that the sizes allow."""
    ranks = Dimension(d_1, 1, largest), Dimension(d_2, 1, largest), Dimension(r, 1, largest), d_1 >= r, d_2 >= r
    return domain(*ranks, FullRank(A), FullRank(B))


(eta_0,) = scalars("eta_0")
first_step = sqrt(epsilon / r) / (100 * sqrt(fro(M_star)) ** 3)
eta_t = paper.definition("thm-3.1.step", define("eta_@", eta_0 / (time + 1), latex=r"\eta_{@}"), title="step sizes", source="Theorem 3.1")
decreasing = factorisation_descent("gradient descent (9) with the step sizes of Theorem 3.1", eta_t, eta_0)

excess, growth = scalars("excess growth")


def small_start(largest):
    """Every start on which the proof of Lemma 3.1 builds: norms^2 at most epsilon, imbalance at most epsilon/2, epsilon < ||M*||."""
    return of_rank_r(largest).extended(
        TwoLayer(U, V.T), Scalar(excess, Interval(0, oo)), Scalar(growth, Interval.open(0, oo)),
        let(epsilon, maximum(fro(U) ** 2, fro(V) ** 2, 2 * fro(U.T * U - V.T * V)) + excess),
        let(M_star, (1 + growth) * epsilon / fro(A * B.T) * A * B.T),
        let(eta_0, first_step),
    )


along_runs = {"over": small_start(3), "law": decreasing, "given": epsilon > 0}

# --- One step from a state with B(t) and C(t) ----------------------------------------------------------

theta, s = scalars("theta s")
size = fro(M_star)
one_step = of_rank_r(3).extended(
    TwoLayer(U, V.T), let(M_star, A * B.T), Scalar(theta, Interval.open(0, 1)), let(epsilon, theta * fro(A * B.T)),
    Scalar(s, Interval(1, oo)), let(eta, first_step / s),
)
"""A step with s = t + 1, from any state; 0 < epsilon < ||M*||_F."""
decreased = [f <= 2 * size**2]
bounded_factors = [fro(U) ** 2 <= 5 * sqrt(r) * size, fro(V) ** 2 <= 5 * sqrt(r) * size]
