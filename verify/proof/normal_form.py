"""The normal form of matrix and scalar expressions: what two expressions must share to be the same.

Matrices become polynomials in words of letters, numbers become polynomials in atoms. Division by
a polynomial p is the atom 1/p; it is total with 1/0 = 0, which agrees with every expression that is
defined, and 1/p*p is 1 only where p is shown not to be zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import fmpq
from sympy import (
    Abs,
    Add,
    Basic,
    E,
    Float,
    MatrixExpr,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    NumberSymbol,
    Pow,
    Rational,
    Symbol,
    exp,
    log,
    sympify,
)

from verify.errors import ProofError
from verify.language import nodes
from verify.language.entrywise import EntrySum
from verify.language.naming import Named, unfold
from verify.language.relations import in_text
from verify.language.special import Special
from verify.proof import stack_forms
from verify.proof.polynomial import Polynomial, common_content, divided
from verify.proof.traces import TraceReader
from verify.proof.vocabulary import MatrixForm, Vocabulary

LARGEST_SQUARE = 40
"""Norms of matrices of more words are not linked to traces (that would take the square of it many)."""


class Reader(TraceReader):
    """Reads expressions into normal forms over one vocabulary.

    `keep` holds the names of quantities that stay letters or atoms, `given` the matrix symbols
    that stand for other matrices. `traces` may rewrite every polynomial of traces that is read, and
    `square` may replace the square of a Frobenius norm.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        keep: frozenset[str] = frozenset(),
        given: Mapping[MatrixSymbol, MatrixExpr] | None = None,
        traces: Callable[[Polynomial], Polynomial] | None = None,
        square: Callable[[int], Polynomial | None] | None = None,
    ) -> None:
        super().__init__(vocabulary, keep, given, traces)
        self.square = square
        self._scalars: dict[Basic, Polynomial] = {}

    def scalar(self, node: Any) -> Polynomial:
        """The polynomial of a scalar expression."""
        node = sympify(node)
        if node not in self._scalars:
            for kind in type(node).__mro__:
                if kind in _SCALARS:
                    result = _SCALARS[kind](self, node)
                    break
            else:
                result = self.opaque(node)
            self._scalars[node] = result = self.tidied(result)
            self._called(node, result)
        return self._scalars[node]

    def _called(self, node: Any, result: Polynomial) -> None:
        """Call an atom as the author does, where an expression reads as one atom."""
        if len(result.terms) != 1 or not node.args:
            return
        ((monomial, coefficient),) = result
        if len(monomial) == 1 and monomial[0][1] == 1 and len(self.vocabulary.name(monomial[0][0])) > 12:
            text = in_text(node)
            shown = text if coefficient == 1 else f"(-{text})" if coefficient == -1 else f"({text})/({coefficient})"
            self.vocabulary.call(monomial[0][0], shown)

    def opaque(self, node: Any) -> Polynomial:
        """The atom of an expression that is not looked into."""
        if node.is_extended_real is False:
            raise ProofError(f"{node} is no real number.")
        number_or_symbol = isinstance(node, (Symbol, NumberSymbol))
        nonnegative = bool(getattr(type(node), "nonnegative", False)) or bool(number_or_symbol and node.is_nonnegative)
        return self.new_atom("opaque", node, in_text(node), nonnegative, (node,))

    def tidied(self, polynomial: Polynomial) -> Polynomial:
        """With |p|^2 = p^2, sqrt(p)^2 = p where p is evidently non-negative, and norms squared as asked for."""

        def replacement(index: int, exponent: int) -> Polynomial | None:
            atom = self.vocabulary.atoms[index]
            square: Polynomial | None = None
            if exponent < 2:
                return None
            if atom.kind == "absolute":
                square = atom.payload[0] ** 2
            elif atom.kind == "root" and atom.payload[1] == 2 and self.vocabulary.evidently_nonnegative(atom.payload[0]):
                square = atom.payload[0]
            elif atom.kind == "fro" and self.square is not None:
                square = self.square(index)
            if square is None:
                return None
            return square ** (exponent // 2) * Polynomial.atom(index, exponent % 2)

        while True:
            new = polynomial.substituted(replacement)
            if new == polynomial:
                return new
            polynomial = new

    def absolute(self, polynomial: Polynomial) -> Polynomial:
        """|p|, with the factors of known sign outside."""
        if not polynomial:
            return polynomial
        content, monomial = common_content([polynomial])
        core = divided(polynomial, content, monomial)
        outside = self._absolute_monomial(monomial).scaled(content)
        if core.is_constant() or self.vocabulary.evidently_nonnegative(core):
            return self.tidied(outside * (core if core.terms[core.leading()] > 0 else -core))
        if core.terms[core.leading()] < 0:
            core = -core
        return self.tidied(outside * self.new_atom("absolute", core, f"absolute({self.vocabulary.text(core)})", True, (core,)))

    def _absolute_monomial(self, monomial: tuple[tuple[int, int], ...]) -> Polynomial:
        result = Polynomial.constant(1)
        for index, exponent in monomial:
            if exponent % 2 == 0 or self.vocabulary.atoms[index].nonnegative:
                result = result * Polynomial.atom(index, exponent)
            else:
                one = Polynomial.atom(index)
                inside = self.new_atom("absolute", one, f"absolute({self.vocabulary.name(index)})", True, (one,))
                result = result * inside * Polynomial.atom(index, exponent - 1)
        return result

    def maximum(self, values: list[Polynomial]) -> Polynomial:
        """max of polynomials; a common factor of known sign is pulled out."""
        distinct = list(dict.fromkeys(values))
        if len(distinct) == 1:
            return distinct[0]
        nonnegative = any(self.vocabulary.evidently_nonnegative(v) for v in distinct)
        if len(distinct) == 2 and Polynomial({}) in distinct:
            value = next(v for v in distinct if v)
            if self.vocabulary.evidently_nonnegative(value):
                return value
            if self.vocabulary.evidently_nonnegative(-value):
                return Polynomial({})
        content, monomial = common_content(distinct)
        monomial = tuple((a, e if self.vocabulary.atoms[a].nonnegative else e - e % 2) for a, e in monomial)
        monomial = tuple((a, e) for a, e in monomial if e)
        core = [divided(v, content, monomial) for v in distinct]
        text = f"maximum({', '.join(self.vocabulary.text(v) for v in core)})"
        return self.new_atom("maximum", frozenset(core), text, nonnegative, tuple(core)).scaled(content, monomial)

    def reciprocal(self, polynomial: Polynomial) -> Polynomial:
        """1/p, multiplicatively over the factors that are seen."""
        if not polynomial:
            raise ProofError("a denominator expands to zero.")
        content, monomial = common_content([polynomial])
        core = divided(polynomial, content, monomial)
        if core.terms[core.leading()] < 0:
            core, content = -core, -content
        result = Polynomial.constant(1 / content)
        for index, exponent in monomial:
            atom = self.vocabulary.atoms[index]
            inverse = atom.payload[0] if atom.kind == "reciprocal" else self._reciprocal_atom(Polynomial.atom(index))
            result = result * inverse**exponent
        return result if core.is_constant() else result * self._reciprocal_atom(core)

    def _reciprocal_atom(self, core: Polynomial) -> Polynomial:
        text = self.vocabulary.text(core)
        nonnegative = self.vocabulary.evidently_nonnegative(core)
        return self.new_atom("reciprocal", core, f"1/{text}" if len(core.terms) == 1 else f"1/({text})", nonnegative, (core,))

    def root(self, polynomial: Polynomial, degree: int) -> Polynomial:
        """The non-negative root of p >= 0."""
        if not polynomial:
            return polynomial
        if polynomial.is_constant() and polynomial.constant_value() > 0:
            value = polynomial.constant_value()
            exact = Rational(int(value.p), int(value.q)) ** Rational(1, degree)
            if isinstance(exact, Rational):
                return Polynomial.constant(fmpq(int(exact.p), int(exact.q)))
        text = self.vocabulary.text(polynomial)
        shown = f"sqrt({text})" if degree == 2 else f"({text})**(1/{degree})"
        return self.new_atom("root", (polynomial, degree), shown, self.vocabulary.evidently_nonnegative(polynomial), (polynomial, degree))

    def power(self, node: Any) -> Polynomial:
        """A power with a rational exponent; other exponents are not looked into."""
        base, exponent = node.args
        if not isinstance(exponent, Rational):
            return self.opaque_function(node)
        polynomial = self.scalar(base)
        if exponent.q != 1:
            polynomial = self.root(polynomial, int(exponent.q))
        if exponent.p < 0:
            polynomial = self.reciprocal(polynomial)
        return polynomial ** abs(int(exponent.p))

    def opaque_function(self, node: Any) -> Polynomial:
        """The atom of a function of numbers, keyed by its arguments' normal forms."""
        arguments = tuple(self.scalar(a) for a in node.args)
        positive = isinstance(node, exp) or bool(getattr(type(node), "nonnegative", False))
        text = f"{type(node).__name__.lower()}({', '.join(self.vocabulary.text(a) for a in arguments)})"
        return self.new_atom(f"function {type(node).__name__}", arguments, text, positive, arguments)

    def norm(self, kind: str, form: MatrixForm, *key: Any) -> Polynomial:
        """A number with N(cM) = |c| N(M) and N(M^T) = N(M), such as a norm or a singular value."""
        if not form:
            return Polynomial({})
        content, monomial, core = form.primitive()
        factor = self._absolute_monomial(monomial).scaled(content)
        core = self.vocabulary.up_to_transposition(core)
        if core.sign() < 0:
            core = -core
        text = f"{kind}({', '.join([self.vocabulary.form_text(core), *(self.vocabulary.text(k) for k in key)])})"
        return factor * self.new_atom(kind, (core.key, *key), text, True, (core, *key))

    def singular_value(self, form: MatrixForm, index: Polynomial) -> Polynomial:
        """sigma_k; the first is sigma_max."""
        if index == Polynomial.constant(1):
            return self.norm("sigma_max", form)
        if form.rows == form.columns and index == self.scalar(form.rows):
            return self.norm("sigma_min", form)
        return self.norm("sigma", form, index)

    def eigenvalue(self, kind: str, forms: tuple[MatrixForm, ...], *key: Any) -> Polynomial:
        """A number with N(cM) = c N(M) for c >= 0, such as an eigenvalue."""
        if not any(forms):
            return Polynomial({})
        if len(forms) == 1 and forms[0].rows == forms[0].columns == 1:
            return self.trace_of(forms[0])
        content, monomial = common_content(p for form in forms for _, p in form)
        monomial = tuple((a, e if self.vocabulary.atoms[a].nonnegative else e - e % 2) for a, e in monomial)
        monomial = tuple((a, e) for a, e in monomial if e)
        cores = tuple(MatrixForm(f.rows, f.columns, {w: divided(p, content, monomial) for w, p in f}) for f in forms)
        half = self._gram(cores[0]) if len(cores) == 1 and kind in ("lam_max", "lam") else None
        if half is not None:
            index = key[0] if key else Polynomial.constant(1)
            return (self.singular_value(half, index) ** 2).scaled(content, monomial)
        text = f"{kind}({', '.join([*map(self.vocabulary.form_text, cores), *(self.vocabulary.text(k) for k in key)])})"
        return self.new_atom(kind, (tuple(c.key for c in cores), *key), text, False, (cores, *key)).scaled(content, monomial)

    def _gram(self, form: MatrixForm) -> MatrixForm | None:
        if len(form.terms) != 1:
            return None
        (word, coefficient), *_ = form
        half = self.vocabulary.gram_half(word)
        if half is None or coefficient != Polynomial.constant(1):
            return None
        return MatrixForm(self.vocabulary.rows(half), form.columns, {half: coefficient})

    def rank(self, node: Any) -> Polynomial:
        """rank(M), the same for M, -M, M^T and rational multiples."""
        form = self.matrix(node.args[0])
        if not form:
            return Polynomial({})
        content, _, _ = form.primitive()
        core = self.vocabulary.up_to_transposition(form.scaled(Polynomial.constant(1 / content)))
        if core.sign() < 0:
            core = -core
        return self.new_atom("rank", core.key, f"rank({self.vocabulary.form_text(core)})", True)

    def positive_root(self, node: Any) -> Polynomial:
        """The atom of the positive root of a polynomial with these coefficients."""
        coefficients = tuple(self.scalar(c) for c in node.coefficients)
        text = f"positive_root({', '.join(self.vocabulary.text(c) for c in coefficients)})"
        return self.new_atom("positive_root", coefficients, text, payload=coefficients)

    def entry(self, node: Any) -> Polynomial:
        """An entry, as a combination of the entries of words."""
        form, row, column = self.matrix(node.args[0]), self.scalar(node.args[1]), self.scalar(node.args[2])
        result = Polynomial({})
        for word, coefficient in form:
            other = self.vocabulary.transposed(word)
            key = (word, row, column) if word <= other else (other, column, row)
            text = f"entry({self.vocabulary.word_text(key[0])}, {self.vocabulary.text(key[1])}, {self.vocabulary.text(key[2])})"
            result = result + coefficient * self.new_atom("entry", key, text)
        return result

    def named(self, node: Any) -> Any:
        """A named quantity: its definition, unless the name is kept."""
        matrix = isinstance(node, MatrixExpr)
        if node.name not in self.keep:
            return self.matrix(node.definition) if matrix else self.scalar(node.definition)
        if not matrix:
            # Two names for one definition are one quantity, one name for two definitions is two.
            return self.new_atom("named", unfold(node), in_text(node))
        definition = self.matrix(node.definition)
        symmetric = self.vocabulary.transpose(definition).key == definition.key
        return self.one_letter(node, unfold(node), in_text(node), symmetric)


def _number(reader: Reader, node: Any) -> Polynomial:
    value = Fraction(str(node)) if isinstance(node, Rational) else Fraction(*_dyadic(node))
    return Polynomial.constant(fmpq(value.numerator, value.denominator))


def _dyadic(node: Any) -> tuple[int, int]:
    sign, mantissa, exponent, _ = node._mpf_
    value = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return (-1 if sign else 1) * value.numerator, value.denominator


def _exponential(reader: Reader, node: Any) -> Polynomial:
    """exp, of a rational number as a power of e."""
    exponent = node.args[0]
    if not isinstance(exponent, Rational):
        return reader.opaque_function(node)
    base = reader.scalar(E)
    if exponent.q != 1:
        base = reader.root(base, int(exponent.q))
    return (reader.reciprocal(base) if exponent < 0 else base) ** abs(int(exponent.p))


def _sum(reader: Reader, node: Any) -> Polynomial:
    result = Polynomial({})
    for argument in node.args:
        result = result + reader.scalar(argument)
    return result


def _product(reader: Reader, node: Any) -> Polynomial:
    result = Polynomial.constant(1)
    for argument in node.args:
        result = result * reader.scalar(argument)
    return result


def _of_matrix(kind: str) -> Callable[[Reader, Any], Polynomial]:
    return lambda reader, node: reader.norm(kind, reader.matrix(node.args[0]))


def _minimum(reader: Reader, node: Any) -> Polynomial:
    return -reader.maximum([-reader.scalar(a) for a in node.args])


def _sylvester(sign: int) -> Callable[[Reader, Any], Polynomial]:
    def read(reader: Reader, node: Any) -> Polynomial:
        forms = tuple(form if sign > 0 else -form for form in map(reader.matrix, node.args))
        value = reader.eigenvalue("sylvester_max", forms)
        return value if sign > 0 else -value

    return read


def _lam(reader: Reader, node: Any) -> Polynomial:
    form, index = reader.matrix(node.args[0]), reader.scalar(node.args[1])
    return reader.eigenvalue("lam_max", (form,)) if index == Polynomial.constant(1) else reader.eigenvalue("lam", (form,), index)


def _determinant(reader: Reader, node: Any) -> Polynomial:
    form = reader.vocabulary.up_to_transposition(reader.matrix(node.args[0]))
    return reader.new_atom("det", form.key, f"det({reader.vocabulary.form_text(form)})")


def _inner(reader: Reader, node: Any) -> Polynomial:
    left, right = map(reader.matrix, node.args)
    return reader.trace_of(reader.vocabulary.product(reader.vocabulary.transpose(left), right))


_SCALARS: dict[type, Callable[[Reader, Any], Polynomial]] = {
    **stack_forms.SCALARS,
    Rational: _number,
    Float: _number,
    NumberSymbol: Reader.opaque,
    Symbol: Reader.opaque,
    Add: _sum,
    Mul: _product,
    Pow: Reader.power,
    exp: _exponential,
    log: Reader.opaque_function,
    Special: Reader.opaque_function,
    Abs: lambda reader, node: reader.absolute(reader.scalar(node.args[0])),
    Max: lambda reader, node: reader.maximum([reader.scalar(a) for a in node.args]),
    Min: _minimum,
    Named: Reader.named,
    nodes.FrobeniusNorm: _of_matrix("fro"),
    nodes.SpectralNorm: _of_matrix("sigma_max"),
    nodes.LargestSingularValue: _of_matrix("sigma_max"),
    nodes.SmallestSingularValue: _of_matrix("sigma_min"),
    nodes.NuclearNorm: _of_matrix("nuclear"),
    nodes.SingularValue: lambda reader, node: reader.singular_value(reader.matrix(node.args[0]), reader.scalar(node.args[1])),
    nodes.LargestEigenvalue: lambda reader, node: reader.eigenvalue("lam_max", (reader.matrix(node.args[0]),)),
    nodes.SmallestEigenvalue: lambda reader, node: -reader.eigenvalue("lam_max", (-reader.matrix(node.args[0]),)),
    nodes.Eigenvalue: _lam,
    nodes.SylvesterLargest: _sylvester(1),
    nodes.SylvesterSmallest: _sylvester(-1),
    nodes.TraceOf: lambda reader, node: reader.trace_of(reader.matrix(node.args[0])),
    nodes.InnerProduct: _inner,
    nodes.DeterminantOf: _determinant,
    nodes.Rank: Reader.rank,
    nodes.Entry: Reader.entry,
    nodes.Maximum: lambda reader, node: reader.maximum([reader.scalar(a) for a in node.args]),
    nodes.Minimum: _minimum,
    nodes.PositivePart: lambda reader, node: reader.maximum([reader.scalar(node.args[0]), Polynomial({})]),
    nodes.AbsoluteValue: lambda reader, node: reader.absolute(reader.scalar(node.args[0])),
    nodes.Ceiling: Reader.opaque_function,
    nodes.SquareRoot: lambda reader, node: reader.root(reader.scalar(node.args[0]), 2),
    nodes.PositiveRoot: Reader.positive_root,
    EntrySum: Reader.entry_sum,
}
