"""Convex losses of a matrix V that sees the data X through V X only, with their constants in the semi-norm ||V P_X||_F.

P_X is the projection onto the column space of X, of any rank. A loss is alpha-strongly convex if
L(W) >= L(V) + <grad L(V), W - V> + alpha/2 ||(W - V) P_X||_F^2, and its gradient is beta-Lipschitz if
||grad L(W) - grad L(V)||_F <= beta ||(W - V) P_X||_F.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sympy import Expr, Lambda, MatrixExpr, Rational
from sympy import Symbol as _Symbol

from verify.language.entrywise import entry_sum
from verify.language.matrices import elementwise, proj
from verify.language.nodes import fro, rank, sigma, sigma_max, sigma_min, sqrt

_HALF = Rational(1, 2)


@dataclass(frozen=True)
class ConvexLoss:
    """A loss L(V) with a strong convexity constant alpha and a smoothness constant beta.

    `valid` says on which set of V the constants hold; `best` whether they are the best possible ones there.
    """

    name: str
    at: Callable[[MatrixExpr], Expr]
    inputs: MatrixExpr
    alpha: Expr
    beta: Expr
    valid: str = "for all V"
    best: bool = True


def seminorm(V: MatrixExpr, X: MatrixExpr) -> Expr:
    """||V||_X = ||V P_X||_F."""
    return fro(V * proj(X))


def squared_loss(X: MatrixExpr, Y: MatrixExpr, factor: Expr = _HALF) -> ConvexLoss:
    """factor*||V X - Y||_F^2 for samples in the columns of X and targets in those of Y; 1/m as a factor gives the mean."""
    smallest, largest = 2 * factor * sigma(X, rank(X)) ** 2, 2 * factor * sigma_max(X) ** 2
    return ConvexLoss("squared loss", lambda V: factor * fro(V * X - Y) ** 2, X, smallest, largest)


def weighted_loss(X: MatrixExpr, Y: MatrixExpr, S: MatrixExpr) -> ConvexLoss:
    """||S (V X - Y)||_F^2/2 with a square matrix S of full rank, which weighs the outputs by S^T S."""
    smallest, largest = sigma_min(S) ** 2 * sigma(X, rank(X)) ** 2, sigma_max(S) ** 2 * sigma_max(X) ** 2
    return ConvexLoss("weighted squared loss", lambda V: fro(S * (V * X - Y)) ** 2 / 2, X, smallest, largest)


def regularised(loss: ConvexLoss, strength: Expr, projection: MatrixExpr | None = None) -> ConvexLoss:
    """L(V) + strength*||V P_X||_F^2, which adds 2*strength to both constants.

    `projection` is P_X where it has a symbol of its own, so that a run does not compute it at every step.
    """
    P = proj(loss.inputs) if projection is None else projection
    return replace(
        loss,
        name=f"regularised {loss.name}",
        at=lambda V: loss.at(V) + strength * fro(V * P) ** 2,
        alpha=loss.alpha + 2 * strength,
        beta=loss.beta + 2 * strength,
    )


def softened_absolute_loss(X: MatrixExpr, Y: MatrixExpr, delta: Expr, radius: Expr) -> ConvexLoss:
    """sum_ij (sqrt(r_ij^2 + delta^2) - delta) of the residual r = V X - Y, for delta > 0: nearly |r_ij| far out, smooth near 0.

    The second derivative delta^2/(r^2 + delta^2)^(3/2) of one term decreases in |r| from 1/delta to 0, so that strong
    convexity holds between matrices V whose residuals have no entry larger than `radius`; these V form a convex set.
    """
    r = _Symbol("r", real=True)
    softened = Lambda(r, sqrt(r**2 + delta**2) - delta)
    curvature = delta**2 / sqrt(radius**2 + delta**2) ** 3
    return ConvexLoss(
        "softened absolute loss",
        lambda V: entry_sum(elementwise(softened, V * X - Y)),
        X,
        curvature * sigma(X, rank(X)) ** 2,
        sigma_max(X) ** 2 / delta,
        valid="alpha where no entry of V X - Y exceeds the radius, beta for all V",
        best=False,
    )
