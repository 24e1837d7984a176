"""The normal form of layers, of products of layers, and of sums over layers and means over minibatches, which are linear.

A sum keeps inside what moves with its index; everything else comes out. What moves is seen by reading
the body a second time with a fresh index: what both readings share does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flint import fmpq
from sympy import Identity, MatAdd, MatMul, MatrixSymbol

from verify.language import stacks
from verify.language.naming import Named
from verify.language.relations import in_text
from verify.proof.polynomial import Polynomial
from verify.proof.vocabulary import Letter, MatrixForm, Word

if TYPE_CHECKING:
    from verify.proof.normal_form import Reader

_FRESH = "fresh"


def layer(reader: Reader, node: Any) -> MatrixForm:
    """A layer of a sum is the sum of the layers, and a layer of a stack is what was stacked there."""
    stack, index = node.args
    while isinstance(stack, Named) and stack.name not in reader.keep:
        stack = stack.definition
    if isinstance(stack, MatrixSymbol) and stack in reader.given:
        return layer(reader, stacks.Layer(reader.given[stack], index))
    if isinstance(stack, MatAdd):
        result = MatrixForm(node.rows, node.cols, {})
        for part in stack.args:
            result = result + layer(reader, stacks.Layer(part, index))
        return result
    if isinstance(stack, MatMul):
        coefficient, factors = stack.as_coeff_matrices()
        if len(factors) == 1 and coefficient != 1:
            return layer(reader, stacks.Layer(factors[0], index)).scaled(reader.tidied(reader.scalar(coefficient)))
    if isinstance(stack, stacks.Stack) and stack.args[2] == 1 and stack.body.rows == stack.body.cols:
        return reader.matrix(stack.body.xreplace({stack.bound: index}))
    form = reader.matrix(stack)
    if not form:
        return MatrixForm(node.rows, node.cols, {})
    return reader.one_letter(node, ("layer", form.key, reader.scalar(index).key), in_text(node))


def layer_product(reader: Reader, node: Any) -> MatrixForm:
    """A product of no layers is the identity, of one its factor, and of residual layers that are all zero the identity."""
    stack, first, last, shift = node.args
    form = reader.matrix(stack)
    missing = reader.scalar(last - first)
    identity = reader.matrix(Identity(node.rows))
    if missing == Polynomial.constant(-1) or (shift == 1 and not form):
        return identity
    if not missing:
        single = layer(reader, stacks.Layer(stack, first))
        return identity + single if shift == 1 else single
    key = ("layer product", form.key, reader.scalar(first).key, reader.scalar(last).key, int(shift))
    return reader.one_letter(node, key, in_text(node))


def _renamed(node: Any) -> Any:
    """The body with a fresh bound symbol."""
    bound = node.bound
    if isinstance(bound, stacks.LayerIndex):
        fresh = stacks.LayerIndex(f"{bound.name} {_FRESH}", integer=True, positive=True)
    else:
        fresh = stacks.BoundSelection(f"{bound.name} {_FRESH}", *bound.shape)
    return node.body.xreplace({bound: fresh})


def _still_atoms(reader: Reader, node: Any) -> set[int]:
    """The atoms of a body that do not move with what is bound."""
    return set(reader.scalar(node.body).atoms()) & set(reader.scalar(_renamed(node)).atoms())


def _split(polynomial: Polynomial, still: set[int]) -> list[tuple[Polynomial, Polynomial]]:
    """Pairs (what stands still, what moves) whose products add up to the polynomial."""
    parts = []
    for monomial, coefficient in polynomial:
        outer = tuple((a, e) for a, e in monomial if a in still)
        inner = tuple((a, e) for a, e in monomial if a not in still)
        parts.append((Polynomial({outer: coefficient}), Polynomial({inner: fmpq(1)})))
    return parts


def _constant(polynomial: Polynomial) -> bool:
    return polynomial == Polynomial.constant(1)


def scalar_binder(reader: Reader, node: Any) -> Polynomial:
    """A sum over layers, or a mean over minibatches, of numbers."""
    mean = isinstance(node, stacks.MeanOverMinibatches)
    ends: tuple[Polynomial, ...] = () if mean else (reader.scalar(node.args[2]), reader.scalar(node.args[3]))
    result = Polynomial({})
    for outer, inner in _split(reader.scalar(node.body), _still_atoms(reader, node)):
        if _constant(inner):
            inside = Polynomial.constant(1) if mean else ends[1] - ends[0] + Polynomial.constant(1)
        else:
            inside = _total(reader, mean, node.bound, inner, ends)
        result = result + outer * inside
    return result


def matrix_binder(reader: Reader, node: Any) -> MatrixForm:
    """A sum over layers, or a mean over minibatches, of matrices; factors that do not move come out on either side."""
    mean = isinstance(node, stacks.MatrixMeanOverMinibatches)
    ends: tuple[Polynomial, ...] = () if mean else (reader.scalar(node.args[2]), reader.scalar(node.args[3]))
    form, again = reader.matrix(node.body), reader.matrix(_renamed(node))
    still_letters = {code >> 1 for word, _ in form for code in word} & {code >> 1 for word, _ in again for code in word}
    still_atoms = {a for _, p in form for a in p.atoms()} & {a for _, p in again for a in p.atoms()}
    result = MatrixForm(node.rows, node.cols, {})
    for word, polynomial in form:
        moving = [place for place, code in enumerate(word) if code >> 1 not in still_letters]
        for outer, inner in _split(polynomial, still_atoms):
            if not moving and _constant(inner):
                factor = Polynomial.constant(1) if mean else ends[1] - ends[0] + Polynomial.constant(1)
                result = result + MatrixForm(node.rows, node.cols, {word: outer * factor})
                continue
            low, high = (moving[0], moving[-1] + 1) if moving else (0, 0)
            middle = word[low:high]
            if mean and _constant(inner) and _selects_once(reader, middle, node.bound):
                rows, columns = node.bound.shape
                share = reader.scalar(columns) * reader.reciprocal(reader.scalar(rows))
                inside: dict[Word, Polynomial] = {(): share}
            else:
                inside = _letter(reader, node, middle, inner, ends, mean)
            for center, factor in inside.items():
                scale, whole = reader.vocabulary.reduced((*word[:low], *center, *word[high:]))
                result = result + MatrixForm(node.rows, node.cols, {whole: (outer * factor).scaled(scale)})
    return result


def _selects_once(reader: Reader, middle: Word, selection: Any) -> bool:
    """Whether the moving part is S*S^T: its mean over all minibatches is B/n times the identity."""
    ((word, _),) = reader.matrix(selection * selection.T)
    return middle == word


def _letter(reader: Reader, node: Any, middle: Word, inner: Polynomial, ends: Any, mean: bool) -> dict[Word, Polynomial]:
    """The letter of what moves."""
    vocabulary = reader.vocabulary
    rows = vocabulary.rows(middle) if middle else node.rows
    columns = vocabulary.rows(vocabulary.transposed(middle)) if middle else node.rows
    text = f"{'mean' if mean else 'sum'}({vocabulary.text(inner)}*{vocabulary.word_text(middle)} over {node.bound})"
    symmetric = vocabulary.transposed(middle) == middle
    number, _ = vocabulary.letter((mean, node.bound, middle, inner, ends), Letter(text, symmetric, rows, columns))
    vocabulary.sums[number] = (mean, node.bound, middle, inner, ends)
    return {(2 * number,): Polynomial.constant(1)}


def trace_word(reader: Any, word: Word, order: Any) -> Polynomial | None:
    """The trace of a word with the letter of a sum, or of a mean, as the sum of traces; None where it has no such letter."""
    sums = reader.vocabulary.sums
    place = next((place for place, code in enumerate(word) if code >> 1 in sums), None)
    if place is None:
        return None
    mean, bound, middle, inner, ends = sums[word[place] >> 1]
    if word[place] & 1:
        middle = reader.vocabulary.transposed(middle)
    return _total(reader, mean, bound, inner * reader.trace_word((*word[:place], *middle, *word[place + 1 :]), order), ends)


def _total(reader: Any, mean: bool, bound: Any, inner: Polynomial, ends: tuple[Polynomial, ...]) -> Polynomial:
    """The atoms of a sum over a polynomial, all of whose monomials move."""
    result = Polynomial({})
    for monomial, coefficient in inner:
        moving = Polynomial({monomial: fmpq(1)})
        text = f"{'mean' if mean else 'sum'}({reader.vocabulary.text(moving)} over {bound})"
        nonnegative = reader.vocabulary.evidently_nonnegative(moving)
        atom = reader.new_atom("mean" if mean else "sum", (bound, moving, *ends), text, nonnegative, (moving,))
        result = result + atom.scaled(coefficient)
    return result


MATRICES: dict[type, Callable[[Any, Any], MatrixForm]] = {
    stacks.Layer: layer,
    stacks.LayerProduct: layer_product,
    stacks.MatrixSumOver: matrix_binder,
    stacks.MatrixMeanOverMinibatches: matrix_binder,
}
SCALARS: dict[type, Callable[[Any, Any], Polynomial]] = {
    stacks.SumOver: scalar_binder,
    stacks.MeanOverMinibatches: scalar_binder,
}
