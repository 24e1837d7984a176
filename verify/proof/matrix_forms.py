"""The normal form of matrix expressions: polynomials in words of letters.

Products are multiplied out, transposes pushed to the letters, and inverses, projections and
pseudo-inverses of single words cancel by their defining equations.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flint import fmpq
from sympy import (
    Basic,
    BlockMatrix,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Transpose,
    ZeroMatrix,
)

from verify.errors import ProofError
from verify.language import entrywise as entry_nodes
from verify.language import matrices
from verify.language.naming import Named
from verify.language.relations import in_text
from verify.proof import stack_forms
from verify.proof.entrywise import as_word, entrywise
from verify.proof.polynomial import Polynomial
from verify.proof.vocabulary import Letter, MatrixForm, Vocabulary, Word


class MatrixReader(ABC):
    """Reads matrix expressions; what it takes for a number is left to `scalar`."""

    def __init__(self, vocabulary: Vocabulary, keep: frozenset[str], given: Mapping[MatrixSymbol, MatrixExpr] | None) -> None:
        self.vocabulary, self.keep, self.given = vocabulary, keep, dict(given or {})
        self._matrices: dict[Basic, MatrixForm] = {}

    @abstractmethod
    def scalar(self, node: Any) -> Polynomial:
        """The polynomial of a scalar expression."""

    @abstractmethod
    def tidied(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with the powers of its atoms simplified."""

    def matrix(self, node: Any) -> MatrixForm:
        """The matrix polynomial of a matrix expression."""
        if node not in self._matrices:
            for kind in type(node).__mro__:
                if kind in _MATRICES:
                    self._matrices[node] = _MATRICES[kind](self, node)
                    break
            else:
                self._matrices[node] = self.opaque_letter(node)
        return self._matrices[node]

    def one_letter(self, node: Any, key: Any, text: str, symmetric: bool = False) -> MatrixForm:
        """The form that is one letter."""
        number, _ = self.vocabulary.letter(key, Letter(text, symmetric, node.rows, node.cols))
        return MatrixForm(node.rows, node.cols, {(2 * number,): Polynomial.constant(1)})

    def opaque_letter(self, node: Any) -> MatrixForm:
        """The letter of a matrix that is not looked into, keyed by its arguments' normal forms where it has any."""
        arguments = tuple(self.matrix(a).key if isinstance(a, MatrixExpr) else a for a in node.args)
        return self.one_letter(node, (type(node).__name__, arguments), in_text(node))

    def symbol(self, node: Any) -> MatrixForm:
        """A matrix symbol, or what it stands for."""
        if node in self.given:
            return self.matrix(self.given[node])
        return self.one_letter(node, node, in_text(node), isinstance(node, matrices.SymmetricMatrix))

    def identity(self, node: Any) -> MatrixForm:
        """The identity: the empty word."""
        return MatrixForm(node.rows, node.cols, {(): Polynomial.constant(1)})

    def product(self, node: Any) -> MatrixForm:
        """A product of numbers and matrices."""
        factor, result = Polynomial.constant(1), None
        for argument in node.args:
            if isinstance(argument, MatrixExpr):
                form = self.matrix(argument)
                result = form if result is None else self.vocabulary.product(result, form)
            else:
                factor = factor * self.scalar(argument)
        if result is None:
            raise ProofError(f"{node} is a product of matrices without a matrix.")
        return result.scaled(self.tidied(factor))

    def addition(self, node: Any) -> MatrixForm:
        """A sum of matrices."""
        result = MatrixForm(node.rows, node.cols, {})
        for argument in node.args:
            result = result + self.matrix(argument)
        return result

    def inverse(self, node: Any) -> MatrixForm:
        """An inverse: a letter that cancels against the word it inverts."""
        form = self.matrix(node.args[0])
        symmetric = self.vocabulary.transpose(form).key == form.key
        letter = self.one_letter(node, ("inverse", form.key), f"inverse({self.vocabulary.form_text(form)})", symmetric)
        if len(form.terms) == 1:
            (word, coefficient), *_ = form
            if coefficient.is_constant():
                (code,) = next(iter(letter.terms))
                self._cancelling(word, code, coefficient.constant_value())
        return letter

    def _cancelling(self, word: Word, code: int, coefficient: fmpq) -> None:
        """w*X = X*w = 1/c for the inverse X of c*w."""
        rules = [(pattern, 1 / coefficient, ()) for pattern in ((*word, code), (code, *word))]
        self.enter(rules)

    def enter(self, rules: Sequence[tuple[Word, fmpq, Word]]) -> None:
        """Simplify words by these rules (pattern, factor, replacement), and by their transposes."""
        for pattern, factor, replacement in rules:
            turned = self.vocabulary.transposed(pattern), factor, self.vocabulary.transposed(replacement)
            for rule in ((pattern, factor, replacement), turned):
                if rule not in self.vocabulary.rules and rule[0] != rule[2]:
                    self.vocabulary.rules.append(rule)

    def projection(self, node: Any) -> MatrixForm:
        """P with P*P = P = P^T and P*A = A where A is one word."""
        form = self.matrix(node.args[0])
        core = form.primitive()[2] if form else form
        letter = self.one_letter(node, ("proj", core.key), f"proj({self.vocabulary.form_text(core)})", True)
        (code,) = next(iter(letter.terms))
        self.enter([((code, code), fmpq(1), (code,))])
        if len(form.terms) == 1 and next(iter(form.terms)) and next(iter(form.terms.values())).is_constant():
            word = next(iter(form.terms))
            self.enter([((code, *word), fmpq(1), word)])
        return letter

    def pseudo_inverse(self, node: Any) -> MatrixForm:
        """X with A*X*A = A, X*A*X = X and A*X, X*A symmetric, where A is one word."""
        form = self.matrix(node.args[0])
        letter = self.one_letter(node, ("pinv", form.key), f"pinv({self.vocabulary.form_text(form)})")
        if len(form.terms) == 1 and next(iter(form.terms)) and next(iter(form.terms.values())) == Polynomial.constant(1):
            word = next(iter(form.terms))
            (code,) = next(iter(letter.terms))
            back = self.vocabulary.transposed(word)
            one = fmpq(1)
            rules = [((*word, code, *word), one, word), ((code, *word, code), one, (code,)), ((*back, *word, code), one, back)]
            self.enter([*rules, ((code, *word, *back), one, back)])
            for pattern, replacement in (((code ^ 1, *back), (*word, code)), ((*back, code ^ 1), (code, *word))):
                if (pattern, one, replacement) not in self.vocabulary.rules:
                    self.vocabulary.rules.append((pattern, one, replacement))
        return letter

    def matrix_power(self, node: Any) -> MatrixForm:
        """An integer power; other powers are not looked into."""
        base, exponent = node.args
        if not isinstance(exponent, Integer):
            return self.opaque_letter(node)
        form = self.matrix(base) if exponent >= 0 else self.matrix(Inverse(base))
        result = self.identity(base)
        for _ in range(abs(int(exponent))):
            result = self.vocabulary.product(result, form)
        return result

    def hadamard(self, node: Any) -> MatrixForm:
        """The entrywise product, which is linear in each factor; a letter for words."""
        if isinstance(node, HadamardPower):
            base, exponent = node.args
            if not isinstance(exponent, Integer) or exponent < 1:
                return self.opaque_letter(node)
            factors = [base] * int(exponent)
        else:
            factors = list(node.args)
        combinations: list[tuple[tuple[Word, ...], Polynomial]] = [((), Polynomial.constant(1))]
        for argument in factors:
            combinations = [((*words, w), c * p) for words, c in combinations for w, p in self.matrix(argument)]
        result = MatrixForm(node.rows, node.cols, {})
        for words, coefficient in combinations:
            word = as_word(self.vocabulary, entrywise(self.vocabulary, words))
            result = result + MatrixForm(node.rows, node.cols, {word: coefficient})
        return result

    def activation(self, node: Any) -> MatrixForm:
        """phi(Z) = phi'(Z) o Z for x and a x on the two sides of zero."""
        matrix, slope = node.args
        if self.scalar(slope) == Polynomial.constant(1):
            return self.matrix(matrix)
        return self.matrix(HadamardProduct(entry_nodes.LeakyReluSlope(matrix, slope), matrix))

    def activation_slope(self, node: Any) -> MatrixForm:
        """phi'(Z): a letter for each Z up to transposition and positive rational factors."""
        form, slope = self.matrix(node.args[0]), self.scalar(node.args[1])
        core = form.scaled(Polynomial.constant(1 / form.primitive()[0])) if form else form
        upright = self.vocabulary.up_to_transposition(core)
        text = f"relu_slope({self.vocabulary.form_text(upright)}, {self.vocabulary.text(slope)})"
        letter = Letter(text, self.vocabulary.transpose(upright).key == upright.key, upright.rows, upright.columns)
        number, _ = self.vocabulary.letter(("relu slope", slope.key, upright.key), letter)
        form = MatrixForm(upright.rows, upright.columns, {(2 * number,): Polynomial.constant(1)})
        return form if upright.key == core.key else self.vocabulary.transpose(form)

    def unit_vector(self, node: Any) -> MatrixForm:
        """A unit vector e, with e^T e = 1."""
        letter = self.one_letter(node, node, in_text(node))
        (code,) = next(iter(letter.terms))
        self.vocabulary.units.add(code >> 1)
        self.enter([((code + 1, code), fmpq(1), ())])
        return letter

    def ones(self, node: Any) -> MatrixForm:
        """A matrix of ones, as the column of ones times the row of ones."""
        codes = []
        for order in node.shape:
            number, _ = self.vocabulary.letter(("ones", order), Letter(f"ones({order})", False, order, Integer(1)))
            self.vocabulary.ones.add(number)
            codes.append(2 * number)
        return MatrixForm(node.rows, node.cols, {(codes[0], codes[1] + 1): Polynomial.constant(1)})

    def reshaping(self, node: Any) -> MatrixForm:
        """vec and its inverse, which are linear and undo each other."""
        name = "vec" if isinstance(node, entry_nodes.Vectorised) else "unvec"
        result = MatrixForm(node.rows, node.cols, {})
        for word, coefficient in self.matrix(node.args[0]):
            result = result + MatrixForm(node.rows, node.cols, {self.reshaped(name, word, node.rows, node.cols): coefficient})
        return result

    def reshaped(self, name: str, word: Word, rows: Any, columns: Any) -> Word:
        """`vec` or `unvec` of one word, as a word of the given shape."""
        own, inverse = self.vocabulary.vec, self.vocabulary.unvec
        if name == "unvec":
            own, inverse = inverse, own
        if len(word) == 1 and not word[0] & 1 and word[0] >> 1 in inverse:
            return inverse[word[0] >> 1]
        letter = Letter(f"{name}({self.vocabulary.word_text(word)})", False, rows, columns)
        number, _ = self.vocabulary.letter((name, word, rows, columns), letter)
        if word:  # an identity keeps no shape of its own
            own[number] = word
        return (2 * number,)

    def block(self, node: Any) -> MatrixForm:
        """A block matrix: a letter for each table of blocks, of which the transposed table is the transpose."""
        rows, columns = node.blockshape
        table = [[self.matrix(node.blocks[i, j]) for j in range(columns)] for i in range(rows)]
        turned = [[self.vocabulary.transpose(table[i][j]) for i in range(rows)] for j in range(columns)]
        text, text_of_turned = self._table(table), self._table(turned)
        if text_of_turned < text:
            return self.vocabulary.transpose(self._block(node.T, turned, text_of_turned))
        return self._block(node, table, text, text == text_of_turned)

    def _table(self, forms: list[list[MatrixForm]]) -> str:
        return "; ".join(", ".join(map(self.vocabulary.form_text, row)) for row in forms)

    def _block(self, node: Any, forms: list[list[MatrixForm]], text: str, symmetric: bool = False) -> MatrixForm:
        return self.one_letter(node, ("block", tuple(tuple(f.key for f in row) for row in forms)), f"block({text})", symmetric)

    def named_matrix(self, node: Any) -> MatrixForm:
        """A named matrix: its definition, unless the name is kept."""
        definition = self.matrix(node.definition)
        if node.name not in self.keep:
            return definition
        return self.one_letter(node, node, in_text(node), self.vocabulary.transpose(definition).key == definition.key)


_MATRICES: dict[type, Callable[[Any, Any], MatrixForm]] = {
    **stack_forms.MATRICES,
    MatrixSymbol: MatrixReader.symbol,
    Named: MatrixReader.named_matrix,
    MatAdd: MatrixReader.addition,
    MatMul: MatrixReader.product,
    MatPow: MatrixReader.matrix_power,
    Inverse: MatrixReader.inverse,
    Transpose: lambda reader, node: reader.vocabulary.transpose(reader.matrix(node.args[0])),
    Identity: MatrixReader.identity,
    ZeroMatrix: lambda reader, node: MatrixForm(node.rows, node.cols, {}),
    OneMatrix: MatrixReader.ones,
    HadamardPower: MatrixReader.hadamard,
    HadamardProduct: MatrixReader.hadamard,
    BlockMatrix: MatrixReader.block,
    matrices.ColumnSpaceProjection: MatrixReader.projection,
    matrices.PseudoInverse: MatrixReader.pseudo_inverse,
    entry_nodes.LeakyRelu: MatrixReader.activation,
    entry_nodes.LeakyReluSlope: MatrixReader.activation_slope,
    entry_nodes.UnitVector: MatrixReader.unit_vector,
    entry_nodes.Vectorised: MatrixReader.reshaping,
    entry_nodes.Unvectorised: MatrixReader.reshaping,
}
