"""A table of matrix inequalities with known truth: the true ones must survive every search, the false ones must fall.

The notes of the false ones say in which corner they fail.
"""

from __future__ import annotations

from typing import Any

from verify.author import (
    AnyMatrix,
    Dimension,
    Interval,
    Paper,
    Rational,
    Scalar,
    Statement,
    absolute,
    chain,
    det,
    dimensions,
    domain,
    entry,
    fro,
    identity,
    inner,
    lam,
    lam_max,
    lam_min,
    matrix,
    nuclear,
    oo,
    rank,
    scalars,
    sigma,
    sigma_min,
    spec,
    sqrt,
    symmetric,
    trace,
)

n, m, k, i = dimensions("n m k i")
A, B, C = matrix("A", n, n), matrix("B", n, n), matrix("C", n, n)
F, G = matrix("F", n, m), matrix("G", m, k)
H = matrix("H", n, m)
S, T = symmetric("S", n), symmetric("T", n)
a, b, t = scalars("a b t")

square = domain(Dimension(n, 1, 5), AnyMatrix(A))
squares = square.extended(AnyMatrix(B))
three = squares.extended(AnyMatrix(C))
product = domain(Dimension(n, 1, 5), Dimension(m, 1, 5), Dimension(k, 1, 5), AnyMatrix(F), AnyMatrix(G))
alike = domain(Dimension(n, 1, 5), Dimension(m, 1, 5), AnyMatrix(F), AnyMatrix(H))
one = domain(Dimension(n, 1, 5), Dimension(m, 1, 5), AnyMatrix(F))
one_symmetric = domain(Dimension(n, 1, 5), AnyMatrix(S))
two_symmetric = one_symmetric.extended(AnyMatrix(T))

number = domain(Scalar(a, Interval(0, oo)))
plane = domain(Scalar(a, Interval(-10, 10)), Scalar(b, Interval(-10, 10)))

paper = Paper("classical", "Matrix inequalities of known truth")


def true(label: str, title: str, claim: Any, over: Any, **parts: Any) -> Statement:
    return paper.inequality(label, title, over=over, claim=claim, **parts)


def false(label: str, title: str, claim: Any, over: Any, wrong: str, **parts: Any) -> Statement:
    return paper.inequality(label, title, over=over, claim=claim, wrong=wrong, **parts)


TRUE = [
    true("triangle", "Triangle inequality (tight)", fro(F + H) <= fro(F) + fro(H), alike),
    true("triangle-nuclear", "Triangle inequality of the nuclear norm (tight)", nuclear(F + H) <= nuclear(F) + nuclear(H), alike),
    true("cauchy-schwarz", "Cauchy-Schwarz (tight)", absolute(inner(F, H)) <= fro(F) * fro(H), alike),
    true("von-neumann", "Duality of spectral and nuclear norm (tight)", absolute(inner(F, H)) <= spec(F) * nuclear(H), alike),
    true("submultiplicative", "Spectral norm of a product (tight)", spec(F * G) <= spec(F) * spec(G), product),
    true("mixed-norm", "Frobenius norm of a product (tight)", fro(F * G) <= spec(F) * fro(G), product),
    true("nuclear-product", "Hoelder for the nuclear norm (tight)", nuclear(F * G) <= fro(F) * fro(G), product),
    true("nuclear-rank", "Nuclear norm by Frobenius norm and rank (tight)", nuclear(F) ** 2 <= rank(F) * fro(F) ** 2, one),
    true(
        "weyl",
        "Weyl's perturbation bound (tight)",
        absolute(lam(S, i) - lam(T, i)) <= spec(S - T),
        two_symmetric.extended(Dimension(i, 1, 5)),
    ),
    true(
        "ky-fan",
        "Sum of the two largest eigenvalues is subadditive (tight)",
        lam(S + T, 1) + lam(S + T, 2) <= lam(S, 1) + lam(S, 2) + lam(T, 1) + lam(T, 2),
        two_symmetric.extended(n >= 2),
    ),
    true("hadamard", "Hadamard's determinant bound for Gram matrices (tight)", det(A.T * A) <= (fro(A) ** 2 / n) ** n, square),
    true("schur", "Schur: the trace of the square is at most the squared norm (tight for symmetric)", trace(A * A) <= fro(A) ** 2, square),
    true("trace-rank", "Trace by nuclear norm (tight)", absolute(trace(A)) <= nuclear(A), square),
    true("commutator", "Boettcher-Wenzel (tight)", fro(A * B - B * A) <= sqrt(2) * fro(A) * fro(B), squares),
    true("sigma-product", "Singular value of a product (tight)", sigma(F * G, 2) <= sigma(F, 1) * sigma(G, 2), product),
    true("sylvester-rank", "Sylvester's rank inequality (tight)", rank(F) + rank(G) <= rank(F * G) + m, product),
    true("diagonal", "A diagonal entry is at most the largest eigenvalue (tight)", entry(S, 1, 1) <= lam_max(S), one_symmetric),
    true(
        "lieb-thirring",
        "Lieb-Thirring for squares (tight)",
        trace(A * A.T * B * B.T * A * A.T * B * B.T) <= trace((A * A.T) ** 2 * (B * B.T) ** 2),
        squares,
    ),
    true(
        "young",
        "Young's inequality (tight)",
        a * b <= a**3 / 3 + 2 * b * sqrt(b) / 3,
        domain(Scalar(a, Interval(0, oo)), Scalar(b, Interval(0, oo))),
    ),
    true(
        "nuclear-gram",
        "Nuclear norm of the product at most half the squares (tight)",
        2 * nuclear(F * G) <= fro(F) ** 2 + fro(G) ** 2,
        product,
    ),
    true("square", "A square in expanded form (tight, one side is 0)", fro(F) ** 2 - 2 * inner(F, H) + fro(H) ** 2 >= 0, alike),
    true("gram", "A Gram matrix is positive semidefinite (tight, one side is 0)", lam_min(A * A.T) >= 0, square),
    true(
        "cubic",
        "A cubic above its minimum, which is about -2.5e-7 (one side is 0)",
        a * (a - 1) * (a - Rational(1001, 1000)) + Rational(3, 10**7) >= 0,
        number,
    ),
    true(
        "strict-square", "A sum of squares that misses 0 by 1e-9, strictly", chain((3 * a - 1) ** 2 + Rational(1, 10**9), ">", 0)[0], number
    ),
]

FALSE = [
    false(
        "commutator-constant",
        "Boettcher-Wenzel with a constant 0.3 % too small",
        fro(A * B - B * A) <= Rational(1411, 1000) * fro(A) * fro(B),
        squares,
        "Only close to the extremal pairs.",
    ),
    false(
        "commutator-symmetric",
        "The bound for symmetric matrices claimed for all",
        fro(A * B - B * A) <= fro(A) * fro(B),
        squares,
        "It needs non-normal or non-commuting structure.",
    ),
    false(
        "square-norm",
        "The spectral norm of a square",
        spec(A * A) >= spec(A) ** 2 / 100,
        square,
        "Only strongly non-normal matrices.",
    ),
    false(
        "normal-trace",
        "Equality case of Schur for all matrices",
        absolute(trace(A * A)) >= fro(A) ** 2 / 50,
        square,
        "Only non-normal matrices, or those with rotating eigenvalues.",
    ),
    false(
        "norm-dimension-two",
        "The nuclear norm bound of dimension two in all dimensions",
        nuclear(F) <= sqrt(2) * fro(F),
        one,
        "Only from rank three on.",
    ),
    false(
        "trace-dimension-three",
        "Trace bound of dimension three in all dimensions",
        trace(S) ** 2 <= 3 * fro(S) ** 2,
        one_symmetric,
        "Only in dimension four and above, and close to multiples of the identity.",
    ),
    false(
        "rank-four",
        "The nuclear norm bound of rank four, within a percent",
        nuclear(F) <= Rational(223, 100) * fro(F),
        one,
        "Only at rank five with nearly equal singular values: 2.23 < sqrt(5) = 2.236...",
    ),
    false(
        "lower-product",
        "A product is at least sigma_min times the other factor",
        sigma_min(F) * fro(G) <= fro(F * G),
        product,
        "Only wide left factors, whose kernel meets G.",
    ),
    false(
        "sigma-min-sum",
        "The smallest singular value is superadditive up to a sign",
        sigma_min(F + H) >= sigma_min(F) - sigma_min(H),
        alike,
        "Only where H is larger in other directions than its smallest.",
    ),
    false(
        "lidskii-middle",
        "The middle eigenvalue is subadditive",
        lam(S + T, 2) <= lam(S, 2) + lam(T, 2),
        two_symmetric.extended(n >= 3),
        "Only in dimension three and above where eigenvectors differ.",
    ),
    false(
        "trace-of-three",
        "The trace of a product of three Gram matrices from below",
        trace(A * A.T * B * B.T * C * C.T) >= -Rational(124, 1000) * fro(A) ** 2 * fro(B) ** 2 * fro(C) ** 2,
        three,
        "The least possible value is -1/8: only near three lines in a plane at 60 degrees.",
    ),
    false(
        "anticommutator",
        "The product of two Gram matrices has a positive symmetric part",
        lam_min(A * A.T * B * B.T + B * B.T * A * A.T) >= -Rational(249, 1000) * fro(A) ** 2 * fro(B) ** 2,
        squares,
        "The least possible value is -1/4: only near rank-one matrices at an angle of 60 degrees.",
    ),
    false(
        "rank-subadditive",
        "Rank of a sum is at least the difference plus one where ranks differ",
        rank(F + H) >= rank(F) - rank(H) + 1,
        alike,
        "Rank-deficient matrices, one of which cancels part of the other.",
    ),
    false(
        "rank-product",
        "The rank of a product is the smaller rank",
        rank(F * G) >= rank(F) + rank(G) - m + 1,
        product,
        "Only rank-deficient or thin factors.",
    ),
    false(
        "near-the-end",
        "A bound that fails only near the end of a range",
        t * fro(F + H) ** 2 <= Rational(999, 1000) * (2 * fro(F) ** 2 + 2 * fro(H) ** 2),
        alike.extended(Scalar(t, Interval.open(0, 1))),
        "Only for t above 0.999 and F close to H.",
    ),
    false(
        "range-of-exponent",
        "Convexity near the end of a range",
        fro(t * F + (1 - t) * H) ** 2
        <= t * fro(F) ** 2 + (1 - t) * fro(H) ** 2 - t * (1 - t) * fro(F - H) ** 2 + (t - Rational(501, 1000)) * fro(F) ** 2,
        alike.extended(Scalar(t, Interval(Rational(1, 2), 1))),
        "Only for t from 1/2 up to 501/1000.",
    ),
    false(
        "weyl-gap",
        "Eigenvalues move by at most 97 % of the perturbation",
        lam_max(S + T) - lam_max(S) <= Rational(97, 100) * spec(T),
        two_symmetric,
        "Only where T is aligned with the top eigenvector of S.",
    ),
    false(
        "submultiplicative-nuclear",
        "The nuclear norm of a product by the Frobenius norm",
        nuclear(F * G) <= Rational(19, 20) * fro(F) * fro(G),
        product,
        "Only where the factors are nearly transposes of each other.",
    ),
    false(
        "determinant",
        "Hadamard's bound in the wrong norm",
        absolute(det(A)) <= (Rational(99, 100) * fro(A)) ** n / sqrt(n) ** n,
        square,
        "Only close to orthogonal matrices.",
    ),
    false(
        "lieb-thirring-half",
        "Lieb-Thirring with a constant 1 % too small",
        trace(A * A.T * B * B.T * A * A.T * B * B.T) <= Rational(99, 100) * trace((A * A.T) ** 2 * (B * B.T) ** 2),
        squares,
        "Only nearly commuting matrices.",
    ),
    false(
        "strict-triangle",
        "The triangle inequality, strictly",
        chain(fro(F + H), "<", fro(F) + fro(H))[0],
        alike,
        "Only for parallel matrices or zero.",
    ),
    false(
        "root-of-unity",
        "No matrix solves A^2 + A + I = 0",
        fro(A * A + A + identity(n)) >= Rational(1, 100),
        square,
        "Only in even dimension, near rotations by 120 degrees in some basis.",
    ),
    false(
        "valley",
        "A sum of squares stays away from zero",
        1000 * (b - a**2) ** 2 + (a - Rational(7, 5)) ** 2 >= Rational(1, 1000),
        domain(Scalar(a, Interval(-10, 10)), Scalar(b, Interval(-100, 100))),
        "Only in a narrow curved valley around (7/5, 49/25).",
    ),
    false(
        "common-eigenvector",
        "Two matrices that do not commute have no common eigenvector",
        fro(A * B - B * A) * sqrt(n) / 10 <= sigma_min(A * B - B * A) + spec(A * B - B * A) * Rational(1, 50),
        squares.extended(n >= 3),
        "Only in dimension three and above, where the commutator is close to rank one or two.",
    ),
    false(
        "commutator-gram",
        "The commutator of a Gram pair by their norms",
        fro(A * A.T * B * B.T - B * B.T * A * A.T) <= Rational(7065, 10000) * fro(A) ** 2 * fro(B) ** 2,
        squares,
        "The best constant is 1/sqrt(2) = 0.7071...: only near rank-one matrices at 45 degrees.",
    ),
    false(
        "point",
        "A square is positive",
        chain((3 * a - 1) ** 2, ">", 0)[0],
        domain(Scalar(a, Interval(-1, 1))),
        "Only at 1/3, which no float is.",
    ),
    false(
        "point-of-a-plane",
        "A sum of two squares is positive",
        chain((3 * a - 1) ** 2 + (5 * b - a) ** 2, ">", 0)[0],
        plane,
        "Only at (1/3, 1/15).",
    ),
    false(
        "apart", "A product is never 1/3", chain(absolute(3 * a * b - 1), ">", 0)[0], plane, "Only on a curve that floats hardly ever meet."
    ),
    false(
        "dip",
        "A cubic is nonnegative",
        a * (a - 1) * (a - Rational(1001, 1000)) >= 0,
        number,
        "Only between 1 and 1.001, and there by less than 3e-7, with 0 as the other side.",
    ),
    false(
        "dip-of-a-plane",
        "A sum of squares is at least a tiny number",
        (a - Rational(1, 3)) ** 2 + (b - Rational(2, 7)) ** 2 - Rational(1, 10**8) >= 0,
        plane,
        "Only within 1e-4 of (1/3, 2/7), with 0 as the other side.",
    ),
    false(
        "almost-attained",
        "A square is at least 1e-14",
        (3 * a - 1) ** 2 >= Rational(1, 10**14),
        domain(Scalar(a, Interval(-1, 1))),
        "Only within 4e-8 of 1/3, where the slack is 1 to six digits everywhere else.",
    ),
    false(
        "expanded",
        "A sum of two squares, one of them expanded, is at least 1e-6",
        4 * a**4 - 4 * a**2 * b + b**2 + (a - Rational(7, 5)) ** 2 - Rational(1, 10**6) >= 0,
        plane,
        "Only close to (7/5, 98/25), at the end of a curved valley, with 0 as the other side.",
    ),
    false(
        "gram-cancelled",
        "The square of a difference, expanded and made smaller by 1e-8",
        fro(F) ** 2 - 2 * inner(F, H) + (1 - Rational(1, 10**8)) * fro(H) ** 2 >= 0,
        alike,
        "Only for nearly equal matrices, by 1e-8 of what cancels.",
    ),
]
