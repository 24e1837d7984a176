"""Plain gradient descent on the convex problem, as the companion of a deep linear network."""

from __future__ import annotations

from sympy import Expr, Symbol

from verify.dynamics import Law, law
from verify.errors import StatementError
from verify.gradients import gradient, gradient_descent
from verify.language.matrices import StateMatrix
from verify.networks.linear import LinearNetwork
from verify.networks.losses import ConvexLoss


def convex_descent(loss: ConvexLoss, V: StateMatrix, step_size: Symbol) -> Law:
    """V(t+1) = V(t) - step_size*grad L(V(t))."""
    return gradient_descent(f"gradient descent on the {loss.name}", loss.at(V), of=[V], step_size=step_size)


def matching_step_size(network: LinearNetwork, step_size: Expr) -> Expr:
    """The step size (N/n_N)*eta at which a normalised network moves, to first order, like the convex problem with it."""
    return network.depth * step_size / network.widths[-1]


def with_companion(network: LinearNetwork, loss: ConvexLoss, V: StateMatrix, step_size: Symbol) -> Law:
    """The network and the convex problem in one law, the latter with the matching step size.

    Start the companion V at the network's `end_to_end` matrix for a comparison from one and the same point.
    """
    if V.shape != network.end_to_end.shape:
        raise StatementError(f"the companion {V.name} is {V.shape}, but the network is a matrix of shape {network.end_to_end.shape}.")
    descent = network.descent(loss, step_size)
    moved = V - matching_step_size(network, step_size) * gradient(loss.at(V), V)
    return law(f"{descent.name}, and its convex companion", {**dict(descent.update), V: moved}, step_size=step_size, loss=descent.loss)
