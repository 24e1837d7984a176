"""All stationary points of the factorisation objective, drawn by construction: for Lemma 3.2 and Appendix B.3."""

from dataclasses import dataclass
from typing import Any

from theorems.du2018.bounded_iterates import rotation
from verify.author import *

(z,) = scalars("z")


def selection(X, r):
    """A diagonal matrix of ones and zeros: the directions in which X exceeds 1/3."""
    return hadamard(identity(r), elementwise(Lambda(z, positive_part(3 * z - 1) / absolute(3 * z - 1)), X))


def columns(S, n, r):
    """Orthonormal columns: the first r of a rotation."""
    return rotation(S, n) * block([[identity(r)], [zeros(n - r, r)]])


def positive_diagonal(D, r):
    """The diagonal matrix with the entries 1 + D_ii^2."""
    return identity(r) + hadamard(identity(r), hadamard(D, D))


@dataclass(frozen=True)
class Landscape:
    """A stationary point (U, V) for M* = U* V*^T, and an orthogonal R.

    U* = Phi S and V* = Psi S hold the singular vectors and the roots of the singular values of M*. A stationary point takes the
    directions in K; every other of its columns is zero in U or in V and orthogonal to all singular vectors in the other one;
    an invertible G mixes the columns: U = (Phi S K + N_1 (I - K) H) G and V = (Psi S K + N_2 (I - K) (I - H)) G^-T.
    G = P R for an invertible P.

    R solves the Procrustes problem if and only if W*^T W R^T, which is S^2 K (P + P^-T), is symmetric and positive semi-definite.
    In an aligned landscape it is C C^T: there a P' stands for P that is diagonal and positive in the directions that are taken, and
    any positive definite matrix in the others. (An orthogonal factor in those goes into R.)
    """

    over: Any
    U: Any
    V: Any
    U_star: Any
    V_star: Any
    M_star: Any
    R: Any
    C: Any = None

    @property
    def E(self) -> Any:
        """M - M* with M = U V^T."""
        return self.U * self.V.T - self.M_star

    @property
    def Delta_U(self) -> Any:
        """U - U* R."""
        return self.U - self.U_star * self.R

    @property
    def Delta_V(self) -> Any:
        """V - V* R."""
        return self.V - self.V_star * self.R

    @property
    def imbalance(self) -> Any:
        """U^T U - V^T V."""
        return self.U.T * self.U - self.V.T * self.V

    @property
    def stationary(self) -> list[Any]:
        """Equations (18)."""
        return [equal(self.E * self.V, zeros(*self.U.shape)), equal(self.E.T * self.U, zeros(*self.V.shape))]

    @property
    def factored(self) -> list[Any]:
        """M* = U* V*^T with U*^T U* = V*^T V*, and R is orthogonal."""
        order = identity(self.R.rows)
        return [
            equal(self.M_star, self.U_star * self.V_star.T),
            equal(self.U_star.T * self.U_star, self.V_star.T * self.V_star),
            equal(self.R * self.R.T, order),
        ]

    @property
    def optimal(self) -> list[Any]:
        """R solves the Procrustes problem for these factors."""
        W, W_star = block([[self.U], [self.V]]), block([[self.U_star], [self.V_star]])
        return [equal(W_star.T * W * self.R.T, self.C * self.C.T), equal(self.R.T * self.R, identity(self.R.rows))]


def landscape(d_1, d_2, r, *dimensions, aligned=False):
    """The landscape at targets d_1 x d_2 of rank at most r, of declared `dimensions`; if `aligned`, R solves the Procrustes problem."""
    S_1, S_2, S_3 = matrix("S_1", d_1, d_1), matrix("S_2", d_2, d_2), matrix("S_3", r, r)
    roots, chosen, side, P = matrix("S", r, r), matrix("chosen", r, r), matrix("side", r, r), matrix("P", r, r)
    Z_1, Z_2 = matrix("Z_1", d_1, r), matrix("Z_2", d_2, r)
    Phi, Psi, K, H = matrix("Phi", d_1, r), matrix("Psi", d_2, r), matrix("K", r, r), matrix("H", r, r)
    U, V, U_star, V_star = matrix("U", d_1, r), matrix("V", d_2, r), matrix("U*", d_1, r), matrix("V*", d_2, r)
    M_star, R = matrix("M*", d_1, d_2), matrix("R", r, r)
    S, one = hadamard(identity(r), roots), identity(r)
    mixing, for_alignment, C = P, [], None
    if aligned:
        D_1, D_2, Q, mixing = (matrix(name, r, r) for name in ("D_1", "D_2", "Q", "P'"))
        C = matrix("C", r, 2 * r)
        for_alignment = [
            AnyMatrix(D_1), AnyMatrix(D_2), let(Q, positive_diagonal(D_1, r) * positive_diagonal(D_2, r).I),
            let(mixing, Q * K * Q + (one - K) * P * P.T * (one - K)), let(C, block([[S * K * Q, S * K * Q.I]])),
        ]
    over = domain(
        *dimensions, AnyMatrix(S_1), AnyMatrix(S_2), AnyMatrix(S_3), AnyMatrix(roots), AnyMatrix(chosen), AnyMatrix(side),
        AnyMatrix(Z_1), AnyMatrix(Z_2), FullRank(P),
        let(Phi, columns(S_1, d_1, r)), let(Psi, columns(S_2, d_2, r)), let(R, rotation(S_3, r)),
        let(K, selection(chosen, r)), let(H, selection(side, r)), *for_alignment,
        let(U_star, Phi * S), let(V_star, Psi * S), let(M_star, Phi * S * S * Psi.T),
        let(U, (Phi * S * K + (identity(d_1) - Phi * Phi.T) * Z_1 * (one - K) * H) * mixing * R),
        let(V, (Psi * S * K + (identity(d_2) - Psi * Psi.T) * Z_2 * (one - K) * (one - H)) * mixing.T.I * R),
    )
    return Landscape(over, U, V, U_star, V_star, M_star, R, C)
