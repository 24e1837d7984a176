"""Appendix D: the flow with small random weights is the flow of the scaled network at a faster pace."""

from theorems.min2022.notation import half, paper
from verify.author import *

N, n, m, h = dimensions("N n m h")
X, Y = matrix("X", N, n), matrix("Y", N, m)
U, V = state("U", n, h), state("V", m, h)
(alpha,) = scalars("alpha")

setting = domain(
    Dimension(N, 1, 4), Dimension(n, 1, 4), Dimension(m, 1, 4), Dimension(h, 1, 6),
    AnyMatrix(X), TwoLayer(U, V.T), AnyMatrix(Y), Scalar(alpha, Interval.Lopen(Rational(1, 4), Rational(1, 2))),
)



def loss(product):
    """The loss of the end-to-end map."""
    return half * fro(Y - X * product) ** 2


def magnified_loss(U, V, scale):
    """L~ of the weights U~ = scale U and V~ = scale V: the loss of the network U~ V~^T / scale^2."""
    return loss(scale ** (-2) * U * V.T)


def magnified_velocities(U, V, scale):
    """The velocities of the gradient flow on L~."""
    residual = Y - X * (scale ** (-2) * U * V.T)
    return scale ** (-2) * X.T * residual * V, scale ** (-2) * residual.T * X * U


velocities = {U: X.T * (Y - X * U * V.T) * V, V: (Y - X * U * V.T).T * X * U}

magnified = h**alpha
"""By this the weights are magnified: U~ = h^alpha U, V~ = h^alpha V."""

D_scaling = paper.identity(
    "D-scaling", "The loss in magnified weights, and the scale of the output in the notation of the NTK",
    source="Appendix D, first display", over=setting,
    claim=[
        equal(loss(U * V.T), magnified_loss(magnified * U, magnified * V, magnified)),
        equal(
            magnified_loss(magnified * U, magnified * V, magnified),
            loss(sqrt(m) / h ** (2 * alpha - half) * (1 / sqrt(m * h)) * (magnified * U) * (magnified * V).T),
        ),
    ],
)

(s,) = scalars("s")
any_scale = setting.extended(Scalar(s, Interval.open(0, oo)))
"""s stands for h^alpha, which takes every positive value."""
faster_U, faster_V = magnified_velocities(s * U, s * V, s)

D_flow = paper.identity(
    "eq-D.3-D.4", "The magnified weights follow the flow on L~, h^(2 alpha) times as fast",
    source="eqs (D.3) and (D.4)", over=any_scale,
    claim=[equal(s * velocities[U], s**2 * faster_U), equal(s * velocities[V], s**2 * faster_V)],
    proof=Expansion(),
)

to_U, to_V = magnified_velocities(U, V, s)

D_gradient = paper.identity(
    "eq-D.1-D.2", "The velocities go against the gradient of L~",
    source="eqs (D.1) and (D.2)", over=any_scale,
    claim=[equal(-gradient(magnified_loss(U, V, s), U), to_U), equal(-gradient(magnified_loss(U, V, s), V), to_V)],
    proof=Expansion(),
)
