"""The letters and atoms of one proof, words over the letters, and matrix polynomials in them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from verify.proof.polynomial import Polynomial, common_content, divided

Word = tuple[int, ...]
"""A product of letters, each written 2*letter, or 2*letter + 1 for its transpose."""


@dataclass(frozen=True)
class Letter:
    """A matrix that is not taken apart: a symbol, an inverse, a projection, a kept name."""

    text: str
    symmetric: bool
    rows: Any
    columns: Any


@dataclass(frozen=True)
class Atom:
    """A number that is not taken apart. `payload` holds what it is computed from, where that matters."""

    kind: str
    text: str
    nonnegative: bool = False
    payload: tuple[Any, ...] = ()


class MatrixForm:
    """A matrix polynomial: words with commutative polynomials as coefficients."""

    __slots__ = ("columns", "rows", "terms")

    def __init__(self, rows: Any, columns: Any, terms: Mapping[Word, Polynomial]) -> None:
        self.rows, self.columns = rows, columns
        self.terms: dict[Word, Polynomial] = {w: p for w, p in terms.items() if p}

    @property
    def key(self) -> Hashable:
        """What identifies the form within one vocabulary."""
        return self.rows, self.columns, frozenset((w, p.key) for w, p in self.terms.items())

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __iter__(self) -> Iterator[tuple[Word, Polynomial]]:
        return iter(self.terms.items())

    def __add__(self, other: MatrixForm) -> MatrixForm:
        terms = dict(self.terms)
        for word, coefficient in other:
            terms[word] = terms[word] + coefficient if word in terms else coefficient
        return MatrixForm(self.rows, self.columns, terms)

    def scaled(self, factor: Polynomial) -> MatrixForm:
        """The product with a number."""
        return MatrixForm(self.rows, self.columns, {w: p * factor for w, p in self.terms.items()})

    def __neg__(self) -> MatrixForm:
        return MatrixForm(self.rows, self.columns, {w: -p for w, p in self.terms.items()})

    def primitive(self) -> tuple[fmpq, tuple[tuple[int, int], ...], MatrixForm]:
        """The positive rational content, the common monomial of the coefficients, and the quotient."""
        content, monomial = common_content(self.terms.values())
        return content, monomial, MatrixForm(self.rows, self.columns, {w: divided(p, content, monomial) for w, p in self.terms.items()})

    def sign(self) -> int:
        """The sign of a leading coefficient; it tells M from -M."""
        word = min(self.terms, key=lambda w: (len(w), w))
        coefficient = self.terms[word]
        return 1 if coefficient.terms[coefficient.leading()] > 0 else -1


@dataclass
class Vocabulary:
    """All letters and atoms of one proof, each once."""

    letters: list[Letter] = field(default_factory=list)
    atoms: list[Atom] = field(default_factory=list)
    rules: list[tuple[Word, fmpq, Word]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    entrywise: dict[int, tuple[Word, ...]] = field(default_factory=dict)
    """The factors of the entrywise product that a letter stands for."""
    vec: dict[int, Word] = field(default_factory=dict)
    """The word of which a letter is the vec."""
    unvec: dict[int, Word] = field(default_factory=dict)
    """The column of which a letter is the inverse vec."""
    units: set[int] = field(default_factory=set)
    """The letters that are unit vectors."""
    ones: set[int] = field(default_factory=set)
    """The letters that are columns of ones."""
    sums: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    """Of the letter of a sum or a mean: whether it is a mean, what is bound, the word, its coefficient, the ends."""
    _letters: dict[Hashable, int] = field(default_factory=dict)
    _atoms: dict[Hashable, int] = field(default_factory=dict)

    def letter(self, key: Hashable, letter: Letter) -> tuple[int, bool]:
        """The number of the letter with this key, and whether it is new."""
        if key in self._letters:
            return self._letters[key], False
        self._letters[key] = len(self.letters)
        self.letters.append(letter)
        return len(self.letters) - 1, True

    def atom(self, key: Hashable, atom: Atom) -> int:
        """The number of the atom with this key, which is entered on first sight."""
        full = (atom.kind, key)
        if full not in self._atoms:
            self._atoms[full] = len(self.atoms)
            self.atoms.append(atom)
        return self._atoms[full]

    def name(self, index: int) -> str:
        """How the atom is called: as the author writes it where that is shorter."""
        return self.names.get(index, self.atoms[index].text)

    def call(self, index: int, text: str) -> None:
        """Call an atom by a shorter name, unless another atom is called so."""
        if len(text) < len(self.name(index)) and text not in self.names.values():
            self.names[index] = text

    def transposed(self, word: Word) -> Word:
        """The word of the transposed product."""
        return tuple(code if self.letters[code >> 1].symmetric else code ^ 1 for code in reversed(word))

    def reduced(self, word: Word) -> tuple[fmpq, Word]:
        """The word after cancelling by the rules of inverses and projections, with a rational factor."""
        factor = fmpq(1)
        changed = bool(self.rules)
        while changed:
            changed = False
            for pattern, scale, replacement in self.rules:
                size = len(pattern)
                for start in range(len(word) - size + 1):
                    if word[start : start + size] == pattern:
                        word = word[:start] + replacement + word[start + size :]
                        factor *= scale
                        changed = True
                        break
                if changed:
                    break
        return factor, word

    def product(self, left: MatrixForm, right: MatrixForm) -> MatrixForm:
        """The product of two forms."""
        terms: dict[Word, Polynomial] = {}
        for u, a in left:
            for v, b in right:
                factor, word = self.reduced(u + v)
                term = (a * b).scaled(factor) if factor != 1 else a * b
                terms[word] = terms[word] + term if word in terms else term
        return MatrixForm(left.rows, right.columns, terms)

    def transpose(self, form: MatrixForm) -> MatrixForm:
        """The transposed form."""
        return MatrixForm(form.columns, form.rows, {self.transposed(w): p for w, p in form})

    def up_to_transposition(self, form: MatrixForm) -> MatrixForm:
        """One and the same of M and M^T."""
        other = self.transpose(form)
        return form if sorted(form.terms) <= sorted(other.terms) else other

    def cyclic(self, word: Word) -> tuple[fmpq, Word]:
        """A factor and the representative of a trace word: least among its shifts and those of its transpose."""
        factor, word = self.reduced(word)
        for shift in range(1, len(word)):
            turned = word[shift:] + word[:shift]
            scale, simpler = self.reduced(turned)
            if simpler != turned:
                again, least = self.cyclic(simpler)
                return factor * scale * again, least
        shifts = [w[k:] + w[:k] for w in (word, self.transposed(word)) for k in range(len(word))]
        return factor, min(shifts, default=())

    def gram_half(self, word: Word) -> Word | None:
        """The u with word = u^T u, or None."""
        half, odd = divmod(len(word), 2)
        if odd or not word or self.transposed(word[half:]) != word[:half]:
            return None
        return word[half:]

    def evidently_nonnegative(self, polynomial: Polynomial) -> bool:
        """Whether no coefficient is negative and only non-negative atoms have odd exponents."""
        return all(c > 0 and all(e % 2 == 0 or self.atoms[a].nonnegative for a, e in m) for m, c in polynomial)

    def rows(self, word: Word) -> Any:
        """The number of rows of a word that is not empty."""
        letter = self.letters[word[0] >> 1]
        return letter.columns if word[0] & 1 else letter.rows

    def word_text(self, word: Word) -> str:
        """The word as text."""
        return "*".join(self.letters[code >> 1].text + (".T" if code & 1 else "") for code in word) or "I"

    def form_text(self, form: MatrixForm) -> str:
        """The form as text."""
        return _sum((self.text(p), self.word_text(w)) for w, p in form)

    def text(self, polynomial: Polynomial) -> str:
        """The polynomial as text."""
        return _sum((str(c), "*".join(self.name(a) + (f"**{e}" if e > 1 else "") for a, e in m)) for m, c in sorted(polynomial))


def _sum(parts: Any) -> str:
    text = ""
    for coefficient, body in parts:
        if not body:
            term = coefficient
        elif coefficient in ("1", "-1"):
            term = coefficient.replace("1", "") + body
        else:
            term = f"({coefficient})*{body}" if " " in coefficient else f"{coefficient}*{body}"
        text += term if not text else f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text or "0"
