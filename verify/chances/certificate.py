"""Certificates against claims of the kind `chance`: a setting, a seed, and how many of its draws certainly fail.

The file holds everything from which `verify.chances.checking` counts the failures again. That NumPy's generator
draws from the laws that it states is what such a certificate trusts, beside what every other one does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field

from verify.certificate import versions, writer
from verify.certificate_format import Digest, Enclosure, Line, Rational, Record, Word, digest_of, laid_out, validated_as
from verify.files import write_whole
from verify.fingerprint import fingerprint
from verify.statement import Statement

if TYPE_CHECKING:
    from verify.chances.testing import Rejection

LARGEST_DIMENSION = 100_000
MOST_DRAWS = 1_000_000
MOST_STEPS = 1_000
DIGITS = 20


class SettingInputs(Record):
    """The exact setting: dimensions, parameters and the matrices that are not random."""

    dimensions: dict[Word, Annotated[int, Field(ge=1, le=LARGEST_DIMENSION)]]
    values: dict[Word, Rational | list[list[Rational]]]


class ChanceCertificate(Record):
    """A setting at which an event is certainly less probable than claimed, up to the error `level`.

    Of the first `draws` draws of `seed` at least `failures` certainly fail (along a run: within `steps` steps). If the
    claim were true, so many had at most the probability `level`.
    """

    schema_version: Literal[1]
    kind: Literal["chance"]
    key: Word
    hash: Digest
    text: list[Line]
    inputs: SettingInputs
    at_least: Enclosure
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWS)]
    failures: Annotated[int, Field(ge=1, le=MOST_DRAWS)]
    steps: Annotated[int, Field(ge=0, le=MOST_STEPS)]
    level: Rational
    found_by: Annotated[int, Field(ge=0, lt=2**63)]
    versions: dict[Word, Word]
    digest: Digest

    def to_json(self) -> dict[str, Any]:
        """The certificate as JSON-able data."""
        return self.model_dump(mode="json")

    def write(self, path: Path | str) -> None:
        """Write the file whole or not at all. Raises VerifyError where that is impossible."""
        write_whole(Path(path), laid_out(self.to_json()))


def certify_rejection(statement: Statement, rejection: Rejection, seed: int) -> ChanceCertificate:
    """The certificate of a rejection that a run with the given seed found. Raises CertificateError where a file cannot hold it."""
    print_of = fingerprint(statement)
    fields: dict[str, Any] = {
        "schema_version": 1,
        "kind": "chance",
        "key": statement.key,
        "hash": print_of.hash,
        "text": list(print_of.text),
        "inputs": rejection.place.instance.to_json(),
        "at_least": writer(DIGITS)(rejection.place.at_least),
        "seed": rejection.seed,
        "draws": rejection.draws,
        "failures": rejection.failures,
        "steps": rejection.steps,
        "level": str(rejection.level),
        "found_by": seed,
        "versions": {**versions(), "numpy": np.__version__},
    }
    return validated_as(ChanceCertificate, {**fields, "digest": digest_of(fields)})
