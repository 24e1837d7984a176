"""What a certificate file is: its fields, its limits, and the strict reading of it.

Everything is bounded before any work is done: the size of the file, the depth of its nesting, the
digits of its numbers, the dimensions, the precision and the length of a run.
"""

from __future__ import annotations

import hashlib
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from verify.errors import CertificateError
from verify.files import write_whole

SCHEMA = 1
LARGEST_FILE = 1_000_000
"""Bytes."""
DEEPEST = 12
LONGEST_NUMBER = 4000
"""Characters of a rational; Python itself refuses integers of more than 4,300 digits."""
LONGEST_TIME = 40
"""Characters of the time of a flow."""
LARGEST_EXPONENT = 100_000
LARGEST_DIMENSION = 64
MOST_BITS = 16_384
MOST_STEPS = 10_000

_RATIONAL = r"^(0|-?[1-9][0-9]*(/[1-9][0-9]*)?)$"
_TIME = r"^(0|[1-9][0-9]*(/[1-9][0-9]*)?)$"
_END = r"^-?[0-9]+((\.[0-9]+)?(E[+-][0-9]{1,6})?|/[1-9][0-9]*)$"
_ON_ONE_LINE = re.compile(r'\[\s+"[-/0-9]+"(?:,\s+"[-/0-9]+")*\s+\]|\{\s+"lower": "[-./0-9E+]+",\s+"upper": "[-./0-9E+]+"\s+\}')
_WIDE_BRACKET = re.compile(r"(?<=[\[{]) | (?=[\]}])")
_SHA256 = r"^[0-9a-f]{64}$"

Rational = Annotated[str, StringConstraints(pattern=_RATIONAL, max_length=LONGEST_NUMBER)]
Time = Annotated[str, StringConstraints(pattern=_TIME, max_length=LONGEST_TIME)]
End = Annotated[str, StringConstraints(pattern=_END, max_length=LONGEST_NUMBER)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Digest = Annotated[str, StringConstraints(pattern=_SHA256)]


class Record(BaseModel):
    """No field too many or too few, and no value of another type than it is declared."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Enclosure(Record):
    """Exact ends, as decimals or rationals, between which a number lies."""

    lower: End
    upper: End

    def ends(self) -> tuple[Fraction, Fraction]:
        """The ends as rationals. Raises CertificateError for a huge exponent or ends in the wrong order."""
        lower, upper = _end(self.lower), _end(self.upper)
        if lower > upper:
            raise CertificateError(f"the enclosure from {_short(self.lower)} to {_short(self.upper)} is empty.")
        return lower, upper


_ALTERNATIVES = ("constrained-str", "constrained-int", "list[list[", "Enclosure")

Side = Enclosure | list[list[Enclosure]]
"""A number, or a matrix by its rows."""


class Inputs(Record):
    """The exact instance: dimensions and rationals; in a run, the state matrices are the initial ones."""

    dimensions: dict[Word, Annotated[int, Field(ge=1, le=LARGEST_DIMENSION)]]
    values: dict[Word, Rational | list[list[Rational]]]


class Compared(Record):
    """A relation of the statement and what encloses its two sides."""

    relation: Line
    left: Side
    right: Side


class Certificate(Record):
    """An exact instance at which a statement fails, with everything needed to see that it does.

    `hash` and `text` are the statement's fingerprint, `number` says which relation of the claim
    fails (from 0), at time `step`: a number of steps where the statement speaks of runs, a rational in
    quotes where it speaks of a flow. `bits` is the precision of the balls, 0 for exact arithmetic.
    `digest` is over all other fields.
    """

    schema_version: Literal[1]
    key: Word
    hash: Digest
    text: list[Line]
    inputs: Inputs
    step: Annotated[int, Field(ge=0, le=MOST_STEPS)] | Time
    derived: dict[Word, Side]
    hypotheses: list[Compared]
    number: Annotated[int, Field(ge=0, le=1000)]
    violated: Compared
    bits: Annotated[int, Field(ge=0, le=MOST_BITS)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    versions: dict[Word, Word]
    digest: Digest

    @property
    def moment(self) -> int | Fraction:
        """The step of the run, or the time of the flow."""
        return self.step if isinstance(self.step, int) else Fraction(self.step)

    def _repr_html_(self) -> str:
        from verify.notebook import certificate_html

        return certificate_html(self)

    def to_json(self) -> dict[str, Any]:
        """The certificate as JSON-able data."""
        return self.model_dump(mode="json")

    def to_text(self) -> str:
        """The content of a certificate file, with each row of a matrix and each enclosure on one line."""
        return laid_out(self.to_json())

    def write(self, path: Path | str) -> None:
        """Write the file whole or not at all. Raises VerifyError where that is impossible."""
        write_whole(Path(path), self.to_text())


def laid_out(data: dict[str, Any]) -> str:
    """The content of a certificate file, with each row of a matrix and each enclosure on one line."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    return _ON_ONE_LINE.sub(lambda found: _WIDE_BRACKET.sub("", " ".join(found.group().split())), text) + "\n"


def sealed(fields: dict[str, Any]) -> Certificate:
    """The certificate with these fields and the digest over them. Raises CertificateError."""
    return validated({**fields, "digest": digest_of(fields)})


def digest_of(fields: dict[str, Any]) -> str:
    """The digest over all fields but itself, whatever the layout of the file."""
    content = {name: value for name, value in fields.items() if name != "digest"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def load(source: Path | str | dict[str, Any]) -> Certificate:
    """The certificate of a file, or of data already read. Raises CertificateError with one sentence."""
    return validated(read(source))


def read(source: Path | str | dict[str, Any]) -> Any:
    """The data of a file, or those already read, not yet validated. Raises CertificateError with one sentence."""
    return source if isinstance(source, dict) else parsed(_content(Path(source)))


def validated(data: Any) -> Certificate:
    """The certificate that the data spell, with the right digest. Raises CertificateError."""
    return validated_as(Certificate, data)


AnyCertificate = TypeVar("AnyCertificate", bound=Record)


def validated_as(model: type[AnyCertificate], data: Any) -> AnyCertificate:
    """The certificate of that form that the data spell, with the right digest. Raises CertificateError."""
    if not isinstance(data, dict):
        raise CertificateError("a certificate is a JSON object.")
    try:
        certificate = model.model_validate(data)
    except ValidationError as error:
        # Where alternatives were tried, the one that went deepest is the one that was meant.
        problem = max(error.errors(include_url=False, include_input=False), key=lambda e: len(e["loc"]))
        places = [str(part) for part in problem["loc"] if not str(part).startswith(_ALTERNATIVES)]
        place = ".".join(map(_short, places)) or "the certificate"
        raise CertificateError(f"{place}: {problem['msg'][:1].lower()}{_short(problem['msg'][1:], 200)}.") from error
    content = certificate.model_dump(mode="json")
    if content["digest"] != digest_of(content):
        raise CertificateError("its digest does not fit its content: it was changed after it was made.")
    return certificate


def parsed(text: str) -> Any:
    """JSON without floats, NaN, repeated keys and deep nesting. Raises CertificateError."""
    _require_shallow(text)
    try:
        return json.loads(text, object_pairs_hook=_without_repetition, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float)
    except json.JSONDecodeError as error:
        raise CertificateError(f"it is no JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CertificateError(f"it cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST_FILE:
        raise CertificateError(f"it is larger than {LARGEST_FILE} bytes, which no certificate is.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CertificateError(f"it is no UTF-8 text (byte {error.start}).") from error


def _require_shallow(text: str) -> None:
    """The parser is recursive, so nesting is counted before it runs."""
    depth, in_string, escaped = 0, False, False
    for sign in text:
        if in_string:
            in_string, escaped = escaped or sign != '"', not escaped and sign == "\\"
        elif sign == '"':
            in_string = True
        elif sign in "[{":
            depth += 1
            if depth > DEEPEST:
                raise CertificateError(f"it is nested deeper than {DEEPEST} levels, which no certificate is.")
        elif sign in "]}":
            depth -= 1


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise CertificateError(f"the key '{_short(repeated)}' occurs twice in one object.")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise CertificateError(f"the integer {_short(digits)} is too long; exact inputs are rationals in quotes.")
    return int(digits)


def _no_float(digits: str) -> Any:
    raise CertificateError(f"{_short(digits)} is no exact number; numbers other than integers are rationals in quotes.")


def _end(text: str) -> Fraction:
    _, _, exponent = text.partition("E")
    if exponent and abs(int(exponent)) > LARGEST_EXPONENT:
        raise CertificateError(f"the exponent of {_short(text)} is beyond {LARGEST_EXPONENT}.")
    return Fraction(text)


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."
