"""A two-layer factorisation and its flow, over which the tests of flows state true and false claims."""

from __future__ import annotations

from verify.author import AnyMatrix, Dimension, Paper, TwoLayer, define, dimensions, domain, fro, law, matrix, scalars, state

n, m, h = dimensions("n m h")
(eta,) = scalars("eta")
Y = matrix("Y", n, m)
W_1, W_2 = state("W_1", n, h), state("W_2", h, m)
residual = define("E", Y - W_1 * W_2)
loss = define("L", fro(residual) ** 2 / 2)
imbalance = define("D", W_1.T * W_1 - W_2 * W_2.T)
descent = law("descent", {W_1: W_1 + eta * (residual * W_2.T), W_2: W_2 + eta * (W_1.T * residual)}, step_size=eta, loss=loss)
flow = descent.flow
over = domain(Dimension(n, 1, 3), Dimension(m, 1, 3), Dimension(h, 1, 3), TwoLayer(W_1, W_2), AnyMatrix(Y))


def paper() -> Paper:
    """A fresh paper, so that tests can use the same labels."""
    return Paper("toy", "Flows of a factorisation")
