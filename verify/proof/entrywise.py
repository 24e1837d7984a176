"""Entrywise products in normal form: flat, with diagonal factors outside, and the sum of their entries whichever way it is written.

sum(A o B o C) is symmetric, it is tr((A o B)^T C), and sum(R o (U H V)) = sum((U^T R V^T) o H), so that an entrywise product
inside a word can be brought to the outside. All ways of writing one sum are visited, and the least of them stands for it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from flint import fmpq
from sympy import Integer

from verify.proof.vocabulary import Letter, Vocabulary, Word

Pair = tuple[int, int]
"""The diagonal word e*e^T of a unit vector e."""
Product = tuple[tuple[Pair, ...], tuple[Word, ...], tuple[Pair, ...]]
"""Diagonal words on the left, entrywise factors, diagonal words on the right; all sorted."""


def _without_units(vocabulary: Vocabulary, word: Word) -> tuple[list[Pair], Word, list[Pair]]:
    """The word without the words e*e^T at its ends, and these."""
    left: list[Pair] = []
    right: list[Pair] = []
    while len(word) > 2 and word[0] >> 1 in vocabulary.units and word[1] == word[0] + 1:
        left.append((word[0], word[1]))
        word = word[2:]
    while len(word) > 2 and word[-2] >> 1 in vocabulary.units and word[-1] == word[-2] + 1:
        right.append((word[-2], word[-1]))
        word = word[:-2]
    return left, word, right


def entrywise(vocabulary: Vocabulary, words: Iterable[Word]) -> Product:
    """The entrywise product of words, flat and with what is diagonal outside."""
    left, right, factors, waiting = set[Pair](), set[Pair](), list[Word](), list(words)
    while waiting:
        before, core, after = _without_units(vocabulary, waiting.pop())
        left.update(before)
        right.update(after)
        inside = factors_of(vocabulary, core[0]) if len(core) == 1 else ()
        if inside:
            waiting.extend(inside)
        elif core or core not in factors:  # I o I = I
            factors.append(core)
    ones = [word for word in factors if _is_ones(vocabulary, word)]
    proper = [word for word in factors if word not in ones]
    factors = proper if len(proper) > 1 else [*proper, *ones[:1]]
    if () in factors:  # with I among them the product is diagonal, so it is its own transpose
        left, right = left | right, set()
        factors = [min(word, vocabulary.transposed(word)) for word in factors]
    return tuple(sorted(left)), tuple(sorted(factors)), tuple(sorted(right))


def _is_ones(vocabulary: Vocabulary, word: Word) -> bool:
    """Whether the word is the matrix of ones, which is neutral in an entrywise product."""
    return len(word) == 2 and all(code >> 1 in vocabulary.ones for code in word)


def factors_of(vocabulary: Vocabulary, code: int) -> tuple[Word, ...]:
    """The factors of the entrywise product that a letter stands for; none for any other letter."""
    factors = vocabulary.entrywise.get(code >> 1, ())
    return tuple(map(vocabulary.transposed, factors)) if code & 1 else factors


def as_word(vocabulary: Vocabulary, product: Product) -> Word:
    """The word of an entrywise product: a letter for two factors or more."""
    left, factors, right = product
    if len(factors) == 2:  # ones are kept beside a single factor, since a sum of entries needs two
        factors = tuple(word for word in factors if not _is_ones(vocabulary, word)) or factors[:1]
    core = factors[0] if len(factors) == 1 else (_letter(vocabulary, factors),)
    return sum(left, ()) + core + sum(right, ())


def _letter(vocabulary: Vocabulary, factors: tuple[Word, ...]) -> int:
    turned = tuple(sorted(map(vocabulary.transposed, factors)))
    key = min(factors, turned)
    shown = next(word for word in key if word)
    text = f"hadamard({', '.join(map(vocabulary.word_text, key))})"
    letter = Letter(text, factors == turned or () in key, vocabulary.rows(shown), vocabulary.rows(vocabulary.transposed(shown)))
    number, _ = vocabulary.letter(_diagonal(vocabulary, key, letter.rows) if () in key else ("hadamard", key), letter)
    vocabulary.entrywise.setdefault(number, key)
    return 2 * number + (vocabulary.entrywise[number] != factors and not letter.symmetric)


def _diagonal(vocabulary: Vocabulary, factors: tuple[Word, ...], order: Any) -> Hashable:
    """What identifies I o A: its entries e^T A e for a unit vector e that could be any."""
    number, _ = vocabulary.letter(("any unit vector", order), Letter("e", False, order, Integer(1)))
    vocabulary.units.add(number)
    entries = least_sum(vocabulary, ((2 * number, 2 * number + 1), *(word for word in factors if word)))
    return "diagonal", entries


def _turned(vocabulary: Vocabulary, product: Product) -> Product:
    left, factors, right = product
    return right, tuple(sorted(map(vocabulary.transposed, factors))), left


def least_sum(vocabulary: Vocabulary, words: Iterable[Word]) -> tuple[fmpq, Product]:
    """A number c and an entrywise product with sum(entrywise product of the words) = c*sum(product), the same for equal sums."""
    seen, found = set[Product](), dict[Product, fmpq]()
    waiting = [(fmpq(1), entrywise(vocabulary, words))]
    while waiting:
        factor, product = waiting.pop()
        product = min(product, _turned(vocabulary, product))
        if product not in seen:
            seen.add(product)
            moves = list(_moves(vocabulary, product))
            waiting.extend((factor * scale, other) for scale, other in moves)
            if len(product[1]) > 2 or not moves:  # two factors are a trace, which no move leads back to
                found[product] = factor
    least = min(found)
    return found[least], least


def _moves(vocabulary: Vocabulary, product: Product) -> Iterable[tuple[fmpq, Product]]:
    """The ways to bring an entrywise product that is inside one of the factors to the outside."""
    left, factors, right = product
    for number, word in enumerate(factors):
        others = factors[:number] + factors[number + 1 :]
        for place, code in enumerate(word):
            inside = factors_of(vocabulary, code)
            if inside and others:
                rest = as_word(vocabulary, (left, others, right))
                moved = vocabulary.transposed(word[:place]) + rest + vocabulary.transposed(word[place + 1 :])
                scale, moved = vocabulary.reduced(moved)
                yield scale, entrywise(vocabulary, (*inside, moved))
