"""Projections and pseudo-inverses of rational matrices by rank factorisation."""

from __future__ import annotations

from flint import fmpq_mat


def rank_factorisation(matrix: fmpq_mat) -> tuple[fmpq_mat, fmpq_mat] | None:
    """B of full column rank and C of full row rank with A = B*C; None for the zero matrix."""
    reduced, rank = matrix.rref()
    if rank == 0:
        return None
    rows = reduced.tolist()[:rank]
    pivots = [next(j for j, e in enumerate(row) if e != 0) for row in rows]
    return fmpq_mat([[row[j] for j in pivots] for row in matrix.tolist()]), fmpq_mat(rows)


def exact_projection(matrix: fmpq_mat) -> fmpq_mat:
    """The orthogonal projection onto the column space."""
    factors = rank_factorisation(matrix)
    if factors is None:
        return fmpq_mat(matrix.nrows(), matrix.nrows())
    basis = factors[0]
    return basis * (basis.transpose() * basis).inv() * basis.transpose()


def exact_pseudo_inverse(matrix: fmpq_mat) -> fmpq_mat:
    """The Moore-Penrose inverse C^T (C C^T)^-1 (B^T B)^-1 B^T of A = B*C."""
    factors = rank_factorisation(matrix)
    if factors is None:
        return fmpq_mat(matrix.ncols(), matrix.nrows())
    left, right = factors
    left_inverse = (left.transpose() * left).inv() * left.transpose()
    return right.transpose() * (right * right.transpose()).inv() * left_inverse
