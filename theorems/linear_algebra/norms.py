"""Norms: triangle inequality, Cauchy-Schwarz inequality, products."""

from theorems.linear_algebra.notation import *
from verify.author import *

triangle = paper.fact("triangle", "Triangle inequality of the Frobenius norm", over=alike, claim=fro(A + C) <= fro(A) + fro(C))

triangle_difference = paper.fact(
    "triangle-difference", "Triangle inequality for a difference", over=alike, claim=fro(A - C) <= fro(A) + fro(C)
)

cauchy_schwarz = paper.fact(
    "cauchy-schwarz", "Cauchy-Schwarz inequality of the Frobenius inner product", over=alike, claim=absolute(inner(A, C)) <= fro(A) * fro(C)
)

a_number, another = matrix("a", 1, 1), matrix("b", 1, 1)

number_product = paper.fact(
    "number-product", "For 1 x 1 matrices the Cauchy-Schwarz inequality is an equation", kind="identity",
    over=domain(AnyMatrix(a_number), AnyMatrix(another)),
    claim=equal(inner(a_number, another) ** 2, fro(a_number) ** 2 * fro(another) ** 2),
)

submultiplicative = paper.fact(
    "submultiplicative", "The Frobenius norm is submultiplicative", over=factors, claim=fro(A * B) <= fro(A) * fro(B)
)

gram_norm = paper.fact("gram-norm", "The norm of a Gram matrix", over=one, claim=fro(A.T * A) <= fro(A) ** 2)

product_upper_left = paper.fact(
    "product-upper-left", "A factor on the left stretches by at most its largest singular value", over=factors,
    claim=fro(A * B) <= sigma_max(A) * fro(B),
)

product_upper_right = paper.fact(
    "product-upper-right", "A factor on the right stretches by at most its largest singular value", over=factors,
    claim=fro(A * B) <= fro(A) * sigma_max(B),
)

product_lower_left = paper.fact(
    "product-lower-left", "A factor on the left that is not wide stretches by at least its smallest singular value",
    over=factors.extended(n >= m),
    claim=sigma_min(A) * fro(B) <= fro(A * B),
)

product_lower_right = paper.fact(
    "product-lower-right", "A factor on the right that is not tall stretches by at least its smallest singular value",
    over=factors.extended(m <= k),
    claim=sigma_min(B) * fro(A) <= fro(A * B),
)

spectral_below_frobenius = paper.fact(
    "spectral-below-frobenius", "The spectral norm is at most the Frobenius norm", over=one, claim=spec(A) <= fro(A)
)
