"""Scalar quantities of matrices: norms, spectra, traces, roots of polynomials, extrema.

A node declares what it is (name, shape rules, sign) and how it prints. What it evaluates to
is an entry in each backend's table (`verify.backends`), what it means in a proof an entry in
`verify.proof`. Spectra are in decreasing order, indices start at 1, and every value beyond the
smaller dimension (or the order) is 0.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sympy import Add, Basic, Derivative, Expr, Integer, MatrixExpr, Mul, Pow, Symbol, Tuple, sympify

from verify.errors import StatementError


def _matrix(argument: object, node: str) -> MatrixExpr:
    if not isinstance(argument, MatrixExpr):
        raise StatementError(f"{node} expects a matrix, but got {argument}.")
    return argument


def _square(argument: object, node: str) -> MatrixExpr:
    matrix = _matrix(argument, node)
    if matrix.rows != matrix.cols:
        raise StatementError(f"{node} expects a square matrix, but {matrix} is {matrix.rows} x {matrix.cols}.")
    return matrix


def _scalar(argument: object, node: str) -> Expr:
    value = sympify(argument)
    if isinstance(value, MatrixExpr) or not isinstance(value, Expr):
        raise StatementError(f"{node} expects a number, but got {value}.")
    return value


class Scalar(Expr):
    """A real number computed from matrices or from other numbers.

    Its sign is deliberately no SymPy assumption: a relation that SymPy's assumptions decide
    would collapse to `True` before anyone could test it. Provers use `nonnegative` instead.
    """

    is_commutative = True
    is_real = True
    nonnegative: ClassVar[bool] = False
    plain: ClassVar[str]
    tex: ClassVar[str]

    def doit(self, **hints: Any) -> Basic:
        return self

    def _eval_derivative(self, symbol: Symbol) -> Expr:
        if symbol in self.free_symbols:
            return Derivative(self, symbol, evaluate=False)
        return Integer(0)

    def _sympystr(self, printer: Any) -> str:
        return f"{self.plain}({', '.join(printer._print(a) for a in self.args)})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = self.tex % tuple(printer._print(a) for a in self.args)
        return body if exp is None else rf"{body}^{{{exp}}}"


class OfMatrix(Scalar):
    """A number computed from one matrix of any shape."""

    def __new__(cls, matrix: MatrixExpr) -> OfMatrix:
        return Expr.__new__(cls, _matrix(matrix, cls.plain))


class OfSquare(Scalar):
    """A number computed from one square matrix."""

    def __new__(cls, matrix: MatrixExpr) -> OfSquare:
        return Expr.__new__(cls, _square(matrix, cls.plain))


class FrobeniusNorm(OfMatrix):
    """||A||_F."""

    nonnegative = True
    plain, tex = "fro", r"\left\|%s\right\|_F"


class SpectralNorm(OfMatrix):
    """||A||_2, the largest singular value."""

    nonnegative = True
    plain, tex = "spec", r"\left\|%s\right\|_2"


class NuclearNorm(OfMatrix):
    """||A||_*, the sum of the singular values."""

    nonnegative = True
    plain, tex = "nuclear", r"\left\|%s\right\|_*"


class LargestSingularValue(OfMatrix):
    """sigma_max(A)."""

    nonnegative = True
    plain, tex = "sigma_max", r"\sigma_{\max}\!\left(%s\right)"


class SmallestSingularValue(OfMatrix):
    """sigma_min(A), the one with index min(rows, columns); it can be positive for a wide matrix."""

    nonnegative = True
    plain, tex = "sigma_min", r"\sigma_{\min}\!\left(%s\right)"


class Rank(OfMatrix):
    """rank(A)."""

    nonnegative = True
    plain, tex = "rank", r"\operatorname{rank}\!\left(%s\right)"


class LargestEigenvalue(OfSquare):
    """lambda_max(A) of a symmetric matrix."""

    plain, tex = "lam_max", r"\lambda_{\max}\!\left(%s\right)"


class SmallestEigenvalue(OfSquare):
    """lambda_min(A) of a symmetric matrix."""

    plain, tex = "lam_min", r"\lambda_{\min}\!\left(%s\right)"


class TraceOf(OfSquare):
    """tr(A). SymPy's own `Trace` differentiates sums wrongly, so it is not used."""

    plain, tex = "trace", r"\operatorname{tr}\!\left(%s\right)"


class DeterminantOf(OfSquare):
    """det(A)."""

    plain, tex = "det", r"\det\!\left(%s\right)"


class SingularValue(Scalar):
    """sigma_k(A), decreasing in k; 0 beyond min(rows, columns)."""

    nonnegative = True
    plain, tex = "sigma", ""

    def __new__(cls, matrix: MatrixExpr, index: object) -> SingularValue:
        return Expr.__new__(cls, _matrix(matrix, cls.plain), _scalar(index, "an index"))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        matrix, index = (printer._print(a) for a in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\sigma_{{{index}}}{power}\!\left({matrix}\right)"


class Eigenvalue(Scalar):
    """lambda_k(A) of a symmetric matrix, decreasing in k; 0 beyond its order."""

    plain, tex = "lam", ""

    def __new__(cls, matrix: MatrixExpr, index: object) -> Eigenvalue:
        return Expr.__new__(cls, _square(matrix, cls.plain), _scalar(index, "an index"))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        matrix, index = (printer._print(a) for a in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\lambda_{{{index}}}{power}\!\left({matrix}\right)"


class InnerProduct(Scalar):
    """<A, B> = tr(A^T B)."""

    plain, tex = "inner", r"\left\langle %s,\, %s\right\rangle"

    def __new__(cls, left: MatrixExpr, right: MatrixExpr) -> InnerProduct:
        left, right = _matrix(left, cls.plain), _matrix(right, cls.plain)
        if left.shape != right.shape:
            raise StatementError(f"inner expects equal shapes, but {left} is {left.shape} and {right} is {right.shape}.")
        return Expr.__new__(cls, left, right)


class Entry(Scalar):
    """The entry A[i, j], indices from 1."""

    plain, tex = "entry", r"\left[%s\right]_{%s,%s}"

    def __new__(cls, matrix: MatrixExpr, row: object, column: object) -> Entry:
        return Expr.__new__(cls, _matrix(matrix, cls.plain), _scalar(row, "an index"), _scalar(column, "an index"))


class SylvesterExtreme(Scalar):
    """An extreme eigenvalue of the operator M -> M*P + Q*M for symmetric P and Q.

    Its eigenvalues are the sums lambda_i(P) + lambda_j(Q), so the Kronecker matrix is never built.
    """

    def __new__(cls, right: MatrixExpr, left: MatrixExpr) -> SylvesterExtreme:
        return Expr.__new__(cls, _square(right, cls.plain), _square(left, cls.plain))


class SylvesterLargest(SylvesterExtreme):
    """The largest eigenvalue of M -> M*P + Q*M."""

    plain, tex = "sylvester_max", r"\lambda_{\max}\!\left(M\mapsto M\,%s+%s\,M\right)"


class SylvesterSmallest(SylvesterExtreme):
    """The smallest eigenvalue of M -> M*P + Q*M."""

    plain, tex = "sylvester_min", r"\lambda_{\min}\!\left(M\mapsto M\,%s+%s\,M\right)"


class Extremum(Scalar):
    """The smallest or the largest of finitely many numbers."""

    def __new__(cls, *values: object) -> Extremum:
        if not values:
            raise StatementError(f"{cls.plain} expects at least one number.")
        return Expr.__new__(cls, *(_scalar(v, cls.plain) for v in values))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = rf"{self.tex}\left\{{{', '.join(printer._print(a) for a in self.args)}\right\}}"
        return body if exp is None else rf"{body}^{{{exp}}}"


class Minimum(Extremum):
    """min{a, b, ...}."""

    plain, tex = "minimum", r"\min"


class Maximum(Extremum):
    """max{a, b, ...}."""

    plain, tex = "maximum", r"\max"


class OfNumber(Scalar):
    """A number computed from one number."""

    def __new__(cls, value: object) -> OfNumber:
        return Expr.__new__(cls, _scalar(value, cls.plain))


class PositivePart(OfNumber):
    """x^+ = max{x, 0}."""

    nonnegative = True
    # A plus as superscript would meet the exponent of a power.
    plain, tex = "positive_part", r"\left[%s\right]_{+}"


class AbsoluteValue(OfNumber):
    """|x|."""

    nonnegative = True
    plain, tex = "absolute", r"\left|%s\right|"


class Ceiling(OfNumber):
    """The smallest integer that is at least x."""

    plain, tex = "ceiling", r"\left\lceil %s\right\rceil"


class SquareRoot(OfNumber):
    """The non-negative root of x >= 0, kept as it is written; undefined for x < 0."""

    nonnegative = True
    plain, tex = "sqrt", r"\sqrt{%s}"

    def _eval_derivative(self, symbol: Symbol) -> Expr:
        return self.args[0].diff(symbol) / (2 * self)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = self.tex % printer._print(self.args[0])
        return body if exp is None else rf"\left(%s\right)^{{{exp}}}" % body


def _times(coefficient: Expr, power: Expr) -> Expr:
    """The product as it is written, without a factor 1."""
    return power if coefficient == 1 else Mul(coefficient, power, evaluate=False)


class PositiveRoot(Scalar):
    """The unique positive root of c_0 + c_1 x + ... + c_d x^d with c_0 < 0 and c_1, ..., c_d >= 0.

    By Descartes' rule of signs there is exactly one. The signs are checked in every evaluation:
    where they do not hold, the value is undefined. `args` is the tuple of coefficients, lowest first.
    """

    nonnegative = True
    plain, tex = "positive_root", ""

    def __new__(cls, coefficients: Tuple) -> PositiveRoot:
        if len(coefficients) < 2:
            raise StatementError("positive_root expects a polynomial of degree at least 1.")
        return Expr.__new__(cls, Tuple(*(_scalar(c, cls.plain) for c in coefficients)))

    @property
    def coefficients(self) -> tuple[Expr, ...]:
        """The coefficients, lowest degree first."""
        return tuple(self.args[0].args)

    def _equation(self, printer: Any) -> str:
        unknown = Symbol("x")
        left = Add(*(_times(c, Pow(unknown, k)) for k, c in enumerate(self.coefficients) if k and c != 0), evaluate=False)
        relation = "=" if "Latex" in type(printer).__name__ else "=="
        return f"{printer._print(left)} {relation} {printer._print(-self.coefficients[0])}"

    def _sympystr(self, printer: Any) -> str:
        return f"positive_root({self._equation(printer)})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = rf"\operatorname{{root}}_{{x>0}}\!\left\{{{self._equation(printer)}\right\}}"
        return body if exp is None else rf"{body}^{{{exp}}}"


def fro(matrix: MatrixExpr) -> Expr:
    """The Frobenius norm ||A||_F."""
    return FrobeniusNorm(matrix)


def spec(matrix: MatrixExpr) -> Expr:
    """The spectral norm ||A||_2."""
    return SpectralNorm(matrix)


def nuclear(matrix: MatrixExpr) -> Expr:
    """The nuclear norm ||A||_*."""
    return NuclearNorm(matrix)


def sigma(matrix: MatrixExpr, index: object) -> Expr:
    """The singular value sigma_k(A), decreasing in k from 1, 0 beyond the smaller dimension."""
    return SingularValue(matrix, index)


def sigma_max(matrix: MatrixExpr) -> Expr:
    """The largest singular value."""
    return LargestSingularValue(matrix)


def sigma_min(matrix: MatrixExpr) -> Expr:
    """The singular value with index min(rows, columns)."""
    return SmallestSingularValue(matrix)


def lam(matrix: MatrixExpr, index: object) -> Expr:
    """The eigenvalue lambda_k of a symmetric matrix, decreasing in k from 1, 0 beyond its order."""
    return Eigenvalue(matrix, index)


def lam_max(matrix: MatrixExpr) -> Expr:
    """The largest eigenvalue of a symmetric matrix."""
    return LargestEigenvalue(matrix)


def lam_min(matrix: MatrixExpr) -> Expr:
    """The smallest eigenvalue of a symmetric matrix."""
    return SmallestEigenvalue(matrix)


def trace(matrix: MatrixExpr) -> Expr:
    """The trace of a square matrix."""
    return TraceOf(matrix)


def det(matrix: MatrixExpr) -> Expr:
    """The determinant of a square matrix."""
    return DeterminantOf(matrix)


def rank(matrix: MatrixExpr) -> Expr:
    """The rank of a matrix."""
    return Rank(matrix)


def inner(left: MatrixExpr, right: MatrixExpr) -> Expr:
    """The Frobenius inner product <A, B> = tr(A^T B)."""
    return InnerProduct(left, right)


def entry(matrix: MatrixExpr, row: object, column: object) -> Expr:
    """The entry A[i, j], indices from 1."""
    return Entry(matrix, row, column)


def sylvester_min(right: MatrixExpr, left: MatrixExpr) -> Expr:
    """The smallest eigenvalue of the operator M -> M*right + left*M (both symmetric)."""
    return SylvesterSmallest(right, left)


def sylvester_max(right: MatrixExpr, left: MatrixExpr) -> Expr:
    """The largest eigenvalue of the operator M -> M*right + left*M (both symmetric)."""
    return SylvesterLargest(right, left)


def minimum(*values: object) -> Expr:
    """The smallest of the numbers."""
    return Minimum(*values)


def maximum(*values: object) -> Expr:
    """The largest of the numbers."""
    return Maximum(*values)


def positive_part(value: object) -> Expr:
    """max{x, 0}."""
    return PositivePart(value)


def absolute(value: object) -> Expr:
    """|x|."""
    return AbsoluteValue(value)


def ceiling(value: object) -> Expr:
    """The smallest integer that is at least the number."""
    return Ceiling(value)


def sqrt(value: object) -> Expr:
    """The non-negative square root, kept as written."""
    return SquareRoot(value)


def coefficients(polynomial: object, unknown: Symbol) -> tuple[Expr, ...]:
    """The coefficients of a polynomial written as a sum of terms c*x**k, lowest degree first.

    Raises StatementError where a term is no multiple of a power of the unknown.
    """
    found: dict[int, Expr] = {}
    for term in Add.make_args(_scalar(polynomial, "a polynomial")):
        factor, power = term.as_independent(unknown, as_Add=False)
        base, exponent = power.as_base_exp() if power != 1 else (unknown, Integer(0))
        if base != unknown or not (isinstance(exponent, Integer) and exponent >= 0):
            raise StatementError(f"{term} is no multiple of a power of {unknown}; write the polynomial as a sum of c*{unknown}**k.")
        found[int(exponent)] = found.get(int(exponent), Integer(0)) + factor
    return tuple(found.get(k, Integer(0)) for k in range(max(found) + 1))


def positive_root(polynomial: object, unknown: Symbol) -> Expr:
    """The unique positive root of a polynomial in `unknown` that increases from below zero."""
    return PositiveRoot(Tuple(*coefficients(polynomial, unknown)))
