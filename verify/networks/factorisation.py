"""Matrix factorisation and two-layer linear regression: the losses of two factors."""

from __future__ import annotations

from sympy import Expr, MatrixExpr

from verify.language.naming import define
from verify.language.nodes import fro


def factorisation_loss(U: MatrixExpr, V: MatrixExpr, M: MatrixExpr) -> Expr:
    """||U V^T - M||_F^2/2 for U (d_1 x r), V (d_2 x r) and M (d_1 x d_2)."""
    return fro(define("R", U * V.T - M)) ** 2 / 2


def balanced_factorisation_loss(U: MatrixExpr, V: MatrixExpr, M: MatrixExpr) -> Expr:
    """||U V^T - M||_F^2/2 + ||U^T U - V^T V||_F^2/8: the loss that asks for balanced factors."""
    return factorisation_loss(U, V, M) + fro(define("D", U.T * U - V.T * V)) ** 2 / 8


def two_layer_loss(X: MatrixExpr, Y: MatrixExpr, W_1: MatrixExpr, W_2: MatrixExpr) -> Expr:
    """||Y - X W_1 W_2||_F^2/2 for samples in the rows of X (N x n) and targets in the rows of Y (N x m)."""
    return fro(Y - X * define("W", W_1 * W_2)) ** 2 / 2
