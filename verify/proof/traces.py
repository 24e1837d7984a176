"""Traces and sums of entries in normal form: tr(A^T B) = sum(A o B), whichever way round it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from sympy import Integer, MatrixExpr, MatrixSymbol, OneMatrix

from verify.proof import stack_forms
from verify.proof.entrywise import as_word, factors_of, least_sum
from verify.proof.matrix_forms import MatrixReader
from verify.proof.polynomial import Polynomial
from verify.proof.vocabulary import Atom, MatrixForm, Vocabulary, Word


class TraceReader(MatrixReader):
    """Reads matrices and the traces of what it read; `traces` may rewrite every polynomial of traces."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        keep: frozenset[str],
        given: Mapping[MatrixSymbol, MatrixExpr] | None,
        traces: Callable[[Polynomial], Polynomial] | None,
    ) -> None:
        super().__init__(vocabulary, keep, given)
        self.traces = traces

    def new_atom(self, kind: str, key: Any, text: str, nonnegative: bool = False, payload: tuple[Any, ...] = ()) -> Polynomial:
        """The polynomial that is one atom."""
        return Polynomial.atom(self.vocabulary.atom(key, Atom(kind, text, nonnegative, payload)))

    def trace_of(self, form: MatrixForm) -> Polynomial:
        """tr(M) as a combination of traces of words."""
        result = Polynomial({})
        for word, coefficient in form:
            result = result + coefficient * self.trace_word(word, form.rows)
        return self.traces(result) if self.traces is not None else result

    def trace_word(self, word: Word, order: Any) -> Polynomial:
        """tr of one word."""
        total = stack_forms.trace_word(self, word, order)
        if total is not None:
            return total
        vectorised = next((k for k, code in enumerate(word) if code >> 1 in self.vocabulary.vec), None)
        if vectorised is not None:
            return self._trace_of_vec(word[vectorised + 1 :] + word[:vectorised], word[vectorised])
        entrywise = next((k for k, code in enumerate(word) if code >> 1 in self.vocabulary.entrywise), None)
        if entrywise is not None:
            others = self.vocabulary.transposed(word[entrywise + 1 :] + word[:entrywise])
            return self.sum_of_entries((others, *factors_of(self.vocabulary, word[entrywise])))
        if any(code >> 1 in self.vocabulary.units for code in word):
            order = Integer(1)  # turned round to begin with e^T, the word is a number
        factor, word = self.vocabulary.cyclic(word)
        if not word:
            return self.scalar(order).scaled(factor)
        parts = self._scalar_parts(word)
        if len(parts) > 1 and self.traces is None:
            # A basis of traces is linear in them: only a reader without one may write a trace as a product.
            return prod((self.trace_word(part, 1) for part in parts), start=Polynomial.constant(factor))
        shifts = (word[k:] + word[:k] for k in range(len(word)))
        nonnegative = any(self.vocabulary.gram_half(w) is not None for w in shifts)
        return self.new_atom("trace", word, f"trace({self.vocabulary.word_text(word)})", nonnegative).scaled(factor)

    def _scalar_parts(self, word: Word) -> list[Word]:
        """The word of a trace, cut wherever the product passes through one dimension: v v^T u u^T into v^T u and u^T v."""
        cuts = [k for k in range(len(word)) if self.vocabulary.rows(word[k:]) == 1]
        if not cuts:
            return [word]
        turned = word[cuts[0] :] + word[: cuts[0]]
        starts = [k - cuts[0] for k in cuts]
        return [turned[start:end] for start, end in zip(starts, [*starts[1:], len(word)], strict=True)]

    def _trace_of_vec(self, row: Word, code: int) -> Polynomial:
        """tr(u vec(A)) = tr(unvec(u^T)^T A); for vec(A)^T the same transposed."""
        inside = self.vocabulary.vec[code >> 1]
        column = row if code & 1 else self.vocabulary.transposed(row)
        rows, columns = self.vocabulary.rows(inside), self.vocabulary.rows(self.vocabulary.transposed(inside))
        unfolded = self.reshaped("unvec", column, rows, columns)
        return self.trace_word(self.vocabulary.transposed(unfolded) + inside, columns)

    def sum_of_entries(self, words: tuple[Word, ...]) -> Polynomial:
        """The sum of the entries of the entrywise product of the words; of two words, a trace."""
        factor, (left, factors, right) = least_sum(self.vocabulary, words)
        if len(factors) == 2 and not any(factors_of(self.vocabulary, code) for word in factors for code in word):
            word = (*sum(left, ()), *factors[0], *sum(right, ()), *self.vocabulary.transposed(factors[1]))
            return self.trace_word(word, self.vocabulary.rows(word)).scaled(factor)
        product = as_word(self.vocabulary, (left, factors, right))
        return self.new_atom("entry_sum", (left, factors, right), f"entry_sum({self.vocabulary.word_text(product)})").scaled(factor)

    def entry_sum(self, node: Any) -> Polynomial:
        """The sum of all entries: the inner product with ones."""
        form = self.matrix(node.args[0])
        return self.trace_of(self.vocabulary.product(self.matrix(OneMatrix(node.args[0].cols, node.args[0].rows)), form))

    def frobenius_squared(self, form: MatrixForm) -> Polynomial:
        """tr(M^T M), which is ||M||_F^2."""
        return self.trace_of(self.vocabulary.product(self.vocabulary.transpose(form), form))
