"""What earlier searches for a proof found: a file beside the paper, shown anew whenever it is used.

A file is a hint and is never believed. A combination in it may use nothing but the relations of the
question it is used for, and `verify.proof.recheck` has to accept it. Where there is none, Z3 has to
refute the relations that the file names, which are some of the question's. What does not hold up is
searched for anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
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

SCHEMA = 2
LARGEST_EXPONENT = 1000


@dataclass(frozen=True)
class Found:
    """A combination for one question: factors number the question's relations, and after them the squares' bases."""

    squares: tuple[Polynomial, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Trail:
    """The combinations that together show a goal, each by the number of the attempt that found it among all that were made.

    `among` are the numbers of the known relations that were looked at, all of them where it is None.
    """

    found: Mapping[int, Found]
    among: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Core:
    """What Z3 needs to refute the contrary of a goal: the numbers of relations that are known, and of definitions.

    Where it is `linear` every monomial may be a variable of its own.
    """

    linear: bool
    relations: tuple[int, ...]
    definitions: tuple[int, ...]


Answer = Trail | Core


@dataclass
class Memory:
    """Answers by question; `asked` are those that this process has used or found.

    `consistent` are the sets of relations that were looked through for a contradiction, and showed none; `trusted`
    are those that this process has met. A `thorough` memory is made for later runs: Z3's work is cut down to what is needed.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    consistent: set[str] = field(default_factory=set)
    asked: dict[str, Answer] = field(default_factory=dict)
    trusted: set[str] = field(default_factory=set)
    thorough: bool = False

    def recall(self, question: str) -> Answer | None:
        """The answer that is remembered, if any."""
        answer = self.answers.get(question)
        if answer is not None:
            self.asked[question] = answer
        return answer

    def keep(self, question: str, answer: Answer) -> None:
        """Remember an answer."""
        self.answers[question] = self.asked[question] = answer

    def forget(self, question: str) -> None:
        """Drop an answer that did not hold up."""
        del self.answers[question], self.asked[question]

    def agree(self, question: str) -> bool:
        """Whether the relations are remembered to show no contradiction."""
        known = question in self.consistent
        if known:
            self.trusted.add(question)
        return known

    def keep_consistent(self, question: str) -> None:
        """Remember that the relations show no contradiction."""
        self.consistent.add(question)
        self.trusted.add(question)

    def write(self, path: Path) -> None:
        """Write what this process has used or found. Raises VerifyError where the file cannot be written."""
        content = {
            "schema": SCHEMA,
            "consistent": sorted(self.trusted),
            "answers": {question: _answer_as_json(answer) for question, answer in sorted(self.asked.items())},
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
        answers = {str(question): _answer_from_json(answer) for question, answer in content["answers"].items()}
        return Memory(answers, {str(question) for question in content["consistent"]})
    except (ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError, RecursionError) as error:
        raise ProofError(f"{path} is no file of stored proofs; delete it, and the search runs again.") from error


def question(relations: Sequence[Relation], *more: Any) -> str:
    """One name for equal relations, in the same order, and equal further circumstances."""
    content = "; ".join(f"{r.sign} {r.polynomial.written}" for r in relations)
    return hashlib.sha256(f"{content}; {more!r}".encode()).hexdigest()[:32]


def _answer_as_json(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Trail):
        combinations = {str(number): _as_json(found) for number, found in sorted(answer.found.items())}
        return {"combinations": combinations} | ({} if answer.among is None else {"among": [*answer.among]})
    return {"linear": answer.linear, "relations": [*answer.relations], "definitions": [*answer.definitions]}


def _answer_from_json(content: Any) -> Answer:
    if "combinations" in content:
        among = tuple(int(k) for k in content["among"]) if "among" in content else None
        return Trail({int(number): _from_json(found) for number, found in content["combinations"].items()}, among)
    relations, definitions = (tuple(int(k) for k in content[kind]) for kind in ("relations", "definitions"))
    return Core(bool(content["linear"]), relations, definitions)


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
