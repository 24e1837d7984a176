"""The letters of the facts: matrices of any shape, symmetric ones, numbers, and what they range over."""

from pathlib import Path

from verify.author import *

paper = Paper(
    "linear_algebra",
    "Facts of linear algebra",
    where="Horn and Johnson, Matrix Analysis",
    proofs=Path(__file__).parent / "proofs",
)

n, m, k = dimensions("n m k")
i, j = dimensions("i j")
A, B = matrix("A", n, m), matrix("B", m, k)
C = matrix("C", n, m)
M = matrix("M", n, m)
S, T = symmetric("S", n), symmetric("T", n)
P, Q = symmetric("P", m), symmetric("Q", n)

sizes = domain(Dimension(n, 1, 6), Dimension(m, 1, 6), Dimension(k, 1, 6))
factors = sizes.extended(AnyMatrix(A), AnyMatrix(B))
alike = domain(Dimension(n, 1, 6), Dimension(m, 1, 6), AnyMatrix(A), AnyMatrix(C))
one = domain(Dimension(n, 1, 6), Dimension(m, 1, 6), AnyMatrix(A))
two_symmetric = domain(Dimension(n, 1, 6), AnyMatrix(S), AnyMatrix(T))
operator = domain(Dimension(n, 1, 5), Dimension(m, 1, 5), AnyMatrix(P), AnyMatrix(Q), AnyMatrix(M))

a, b, c, p, q = scalars("a b c p q")
positive_half = Interval(0, oo)
