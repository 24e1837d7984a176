"""Rigorous enclosures of every ordered eigenvalue and singular value, multiplicities included.

Any approximate eigenvector matrix Q encloses the ordered eigenvalues of a symmetric M. Let
T = Q^T M Q and Q^T Q = I + F with ||F||_2 <= f < 1, both in balls.
Ostrowski: lambda_k(T) = theta_k lambda_k(M) with theta_k in [1 - f, 1 + f].
Weyl: |lambda_k(T) - d_k| <= ||T - diag(d)||_2, d the sorted midpoints of T's diagonal.
No gap between eigenvalues enters, so clusters and multiplicities need no special case; a poor Q
only widens the enclosures. `ball_eigenvectors` makes Q good.
"""

from __future__ import annotations

from flint import arb, arb_mat, ctx

from verify.backends.ball_eigenvectors import approximate_eigenvectors
from verify.backends.ball_numbers import NAN, ZERO, clamped, square_root, working_precision
from verify.backends.flint_matrices import identity

_GUARD_BITS = 64
"""What the working precision exceeds the caller's by, so that rounding costs none of the caller's bits."""
_RADIUS_BITS = 20
"""An enclosure need not be finer than the input's radius by more than this."""


def symmetric_eigenvalues(matrix: arb_mat) -> list[arb]:
    """The eigenvalues of a symmetric matrix, decreasing; NaN where an entry is not finite.

    The entries' balls need not be symmetric, but the matrix they stand for is: it lies in its
    ball matrix and in the transposed one, hence also in their mean, which is what is enclosed.
    """
    with working_precision(ctx.prec + _GUARD_BITS):
        if not finite(matrix):
            return [NAN] * matrix.nrows()
        mean = _symmetric_mean(matrix)
        around = arb(0, _radius_norm(mean))
        return [value + around for value in _exact_eigenvalues(mean.mid())[0]]


def singular_values(matrix: arb_mat) -> list[arb]:
    """The min(rows, columns) singular values, decreasing, absolute accuracy 2^-precision of the largest.

    The midpoint matrix A is exact, so its Gram matrix on the small side can be formed at any
    precision. A root of a small eigenvalue magnifies its error; where that spoils the accuracy, all
    is done once more at twice the precision, at which even the root of a rounded zero is accurate.
    The radii enter by Weyl: |sigma_k(A + E) - sigma_k(A)| <= ||E||_2 <= ||E||_F.
    """
    rows, columns = matrix.nrows(), matrix.ncols()
    if not finite(matrix):
        return [NAN] * min(rows, columns)
    middle, radius, caller, vectors, roots = matrix.mid(), _radius_norm(matrix), ctx.prec, None, [NAN]
    for bits in (caller + _GUARD_BITS, 2 * caller + _GUARD_BITS):
        with working_precision(bits):
            # a blocked product may round entry (i, j) and entry (j, i) differently
            gram = _symmetric_mean(middle.transpose() * middle if columns <= rows else middle * middle.transpose())
            values, vectors = _exact_eigenvalues(gram.mid(), vectors)
            slack = arb(0, _radius_norm(gram))
            roots = [square_root(value + slack) for value in values]
            enough = roots[0].abs_upper() * arb((1, -caller)) + radius * arb((1, -_RADIUS_BITS))
            if all(root.rad() <= enough for root in roots):
                break
    with working_precision(caller + _GUARD_BITS):
        return [clamped(root + arb(0, radius)) for root in roots]


def _exact_eigenvalues(matrix: arb_mat, start: arb_mat | None = None) -> tuple[list[arb], arb_mat | None]:
    """Enclosures of the ordered eigenvalues of an exactly symmetric matrix of exact entries, and the Q used."""
    order = matrix.nrows()
    if order == 1:
        return [matrix[0, 0]], None
    if order == 2:
        return _two_by_two(matrix), None
    vectors = approximate_eigenvectors(matrix, start)
    transposed = vectors.transpose()
    entries = (transposed * matrix * vectors).entries()
    overlaps = (transposed * vectors - identity(arb_mat, order)).entries()
    diagonal = entries[:: order + 1]
    off_diagonal = sum([e * e for i, e in enumerate(entries) if i % (order + 1)], ZERO)
    distance = off_diagonal.abs_upper().sqrt().upper() + max([d.rad() for d in diagonal])
    defect = sum([e * e for e in overlaps], ZERO).abs_upper().sqrt().upper()
    if not defect < 1:
        return [NAN] * order, vectors
    around, stretch = arb(0, distance), arb(1) + arb(0, defect)
    middles = sorted([d.mid() for d in diagonal], reverse=True)
    return [(middle + around) / stretch for middle in middles], vectors


def _symmetric_mean(matrix: arb_mat) -> arb_mat:
    """The mean with the transpose; its midpoints are exactly symmetric."""
    return (matrix + matrix.transpose()) * (arb(1) / 2)


def _two_by_two(matrix: arb_mat) -> list[arb]:
    """(a + d)/2 +- sqrt(((a - d)/2)^2 + b^2), in which nothing cancels since the entries are exact."""
    a, b, d = matrix[0, 0], matrix[0, 1], matrix[1, 1]
    middle, half = (a + d) / 2, (a - d) / 2
    distance = square_root(half * half + b * b)
    return [middle + distance, middle - distance]


def _radius_norm(matrix: arb_mat) -> arb:
    """An exact upper bound of the Frobenius norm of the matrix of radii."""
    radii = [e.rad() for e in matrix.entries() if not e.is_exact()]
    return sum((r * r for r in radii), ZERO).upper().sqrt().upper() if radii else ZERO


def finite(matrix: arb_mat) -> bool:
    """Whether no entry is NaN or unbounded."""
    return all(e.is_finite() for e in matrix.entries())
