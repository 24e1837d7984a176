"""What the search for exact combinations found before: a file beside the paper, re-checked whenever it is used.

A file is a hint and is never believed. A combination in it may use nothing but the relations of the
question it is used for, and `verify.proof.recheck` has to accept it; what it rejects is searched for
anew. That a question had no answer only saves the search: nothing is proved by it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from flint import fmpq

from verify.errors import ProofError
from verify.files import read_text, write_whole
from verify.proof.abstraction import Relation
from verify.proof.polynomial import Monomial, Polynomial
from verify.proof.recheck import Term

SCHEMA = 1
LARGEST_EXPONENT = 1000


@dataclass(frozen=True)
class Found:
    """A combination for one question: factors number the question's relations, and after them the squares' bases."""

    squares: tuple[Polynomial, ...]
    terms: tuple[Term, ...]


@dataclass
class Memory:
    """Answers by question; `asked` are those that this process has used or found, `stored` says that a file holds some.

    `consistent` are the sets of relations that were looked through for a contradiction, and showed none.
    """

    answers: dict[str, Found | None] = field(default_factory=dict)
    consistent: set[str] = field(default_factory=set)
    asked: dict[str, Found | None] = field(default_factory=dict)
    stored: bool = False

    def recall(self, question: str) -> Found | None:
        """The stored combination. Raises KeyError where the question is new."""
        self.asked[question] = self.answers[question]
        return self.answers[question]

    def keep(self, question: str, found: Found | None) -> None:
        """Remember an answer."""
        self.answers[question] = self.asked[question] = found

    def forget(self, question: str) -> None:
        """Drop an answer that the re-check has rejected."""
        del self.answers[question], self.asked[question]

    def write(self, path: Path) -> None:
        """Write what this process has used or found. Raises VerifyError where the file cannot be written."""
        content = {
            "schema": SCHEMA,
            "consistent": sorted(self.consistent),
            "answers": {question: None if found is None else _as_json(found) for question, found in sorted(self.asked.items())},
        }
        write_whole(path, re.sub(r"\n {3,}|(?<=[\[\]])\n *|\n *(?=[\]])", "", json.dumps(content, indent=1)) + "\n")


def read_memory(path: Path | None) -> Memory:
    """The memory in a file, an empty one where there is no file. Raises ProofError for a damaged file."""
    if path is None or not path.is_file():
        return Memory()
    try:
        content = json.loads(read_text(path))
        if content["schema"] != SCHEMA:
            return Memory()
        answers = {str(question): None if found is None else _from_json(found) for question, found in content["answers"].items()}
        return Memory(answers, {str(question) for question in content["consistent"]}, stored=True)
    except (ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError, RecursionError) as error:
        raise ProofError(f"{path} is no file of stored proofs; delete it, and the search runs again.") from error


def question(relations: Sequence[Relation], *more: Any) -> str:
    """One name for equal relations, in the same order, and equal further circumstances."""
    content = [(r.sign, sorted((m, str(c)) for m, c in r.polynomial)) for r in relations]
    return hashlib.sha256(repr((content, more)).encode()).hexdigest()[:32]


def _as_json(found: Found) -> dict[str, Any]:
    return {
        "squares": [[[str(c), _flat(m)] for m, c in sorted(square)] for square in found.squares],
        "terms": [[str(term.coefficient), _flat(term.monomial), list(term.factors)] for term in found.terms],
    }


def _from_json(content: Any) -> Found:
    squares = tuple(
        Polynomial({_monomial(flat): fmpq(*Fraction(coefficient).as_integer_ratio()) for coefficient, flat in square})
        for square in content["squares"]
    )
    terms = tuple(
        Term(Fraction(coefficient), _monomial(flat), tuple(int(k) for k in factors)) for coefficient, flat, factors in content["terms"]
    )
    return Found(squares, terms)


def _flat(monomial: Monomial) -> list[int]:
    return [number for pair in monomial for number in pair]


def _monomial(flat: Sequence[int]) -> Monomial:
    """The monomial of atom, exponent, atom, exponent, ... in turn. Raises ValueError where it is none."""
    pairs = tuple((int(a), int(e)) for a, e in zip(flat[0::2], flat[1::2], strict=True))
    rising = all(a < b for (a, _), (b, _) in pairwise(pairs))
    if not rising or any(a < 0 or not 0 < e <= LARGEST_EXPONENT for a, e in pairs):
        raise ValueError("no monomial")
    return pairs
