"""Certificates: everything another program needs to see that a statement fails at an instance.

`certify` makes one, `verify.checker` re-derives all that it says. The exact inputs alone are the
counterexample; the enclosures say what a person should expect to find.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sympy.core.relational import Relational

from verify.backends import Backend, Ball, Exact
from verify.backends.base import as_fraction
from verify.certificate_format import LARGEST_EXPONENT, LONGEST_NUMBER, SCHEMA, Certificate, sealed
from verify.deciding import Sides, decide, table, with_derived
from verify.declarations import name_of
from verify.equations import equation_sides
from verify.errors import CertificateError
from verify.fingerprint import fingerprint
from verify.instance import Instance
from verify.intervals import Interval, Matrix, decided
from verify.language.relations import in_text
from verify.statement import Statement

__all__ = ["Certificate", "certify", "versions", "writer"]

DIGITS = 20
"""Significant digits of the ends, where they suffice to tell the two sides apart."""

_LIBRARIES = ("lemmascope", "python-flint", "sympy")


def certify(statement: Statement, instance: Instance, step: int | Fraction = 0, seed: int = 0, *, limit: int = 1024) -> Certificate:
    """The certificate that the statement fails at the instance (along a run or a flow: at time `step`).

    `seed` is that of the search that found it; `limit` bounds the precision as in `decide`. Raises
    InstanceError where the instance is none of the statement's domain, and CertificateError where
    balls and exact arithmetic do not certify a violation.
    """
    instance.validate(statement.over)
    decision = decide(statement, instance, step=step, limit=limit)
    if decision.outcome != "violated" or decision.relation is None:
        raise CertificateError(f"{statement.key} is not certainly violated at this instance: balls say `{decision.outcome}`.")
    backend: Backend = Ball(decision.bits) if decision.bits else Exact()
    sides = Sides.of(statement)
    start = instance.read(backend)
    found = list(sides.paired(table(statement, backend, instance.dimensions, start, step, sides.outputs, last_only=True)[-1]))
    complete = with_derived(statement, backend, instance.dimensions, start)
    count = len(sides.given)
    equations = equation_sides(statement, instance)
    for k, exact in equations.items():
        found[k] = found[k][0], *exact
    expected = [*((entry, True) for entry in found[:count]), (found[count + decision.relation], False)]
    texts = [*map(in_text, statement.hypotheses), in_text(statement.claim[decision.relation])]
    compared = [
        _compared(text, entry, truth, 0 if k in equations else decision.bits)
        for k, (text, (entry, truth)) in enumerate(zip(texts, expected, strict=True))
    ]
    print_of = fingerprint(statement)
    fields = {
        "schema_version": SCHEMA,
        "key": statement.key,
        "hash": print_of.hash,
        "text": list(print_of.text),
        "inputs": instance.to_json(),
        "step": str(Fraction(step)) if statement.flow is not None else step,
        "derived": {name_of(s): _side(complete[s], writer(DIGITS if decision.bits else None)) for s, _ in statement.over.derived},
        "hypotheses": compared[:-1],
        "number": decision.relation,
        "violated": compared[-1],
        "bits": decision.bits,
        "seed": seed,
        "versions": versions(),
    }
    return sealed(fields)


def _compared(text: str, entry: tuple[Relational, Any, Any], truth: bool, bits: int) -> dict[str, Any]:
    """Both sides, with as many digits as it takes to see from them that the relation is true, or false; exactly for 0 bits."""
    relation, left, right = entry
    digits = DIGITS if bits else None
    while True:
        write = writer(digits)
        shown = _matrix(left, write), _matrix(right, write)
        if decided(relation, *(_read(side) for side in shown)) is truth:
            return {"relation": text, "left": _side(left, write), "right": _side(right, write)}
        if digits is None or digits > 4 * bits:
            raise CertificateError(f"the enclosures of {text} cannot be written down in {LONGEST_NUMBER} digits.")
        digits *= 2


Writer = Callable[[Any], dict[str, str]]


def writer(digits: int | None) -> Writer:
    """A function that writes one number as an enclosure: exactly, or rounded outward to so many significant digits."""

    def write(value: Any) -> dict[str, str]:
        if digits is None:
            return {"lower": _exact(value), "upper": _exact(value)}
        ends = Ball.bounds(value)
        if ends is None:
            raise CertificateError("a quantity of the statement has no finite enclosure at this instance.")
        lower, upper = ends
        return {"lower": _rounded(lower, digits, up=False), "upper": _rounded(upper, digits, up=True)}

    return write


def _side(value: Any, write: Writer) -> Any:
    return _matrix(value, write) if hasattr(value, "tolist") else write(value)


def _matrix(value: Any, write: Writer) -> list[list[dict[str, str]]]:
    return [[write(entry) for entry in row] for row in (value.tolist() if hasattr(value, "tolist") else [[value]])]


def _read(side: Sequence[Sequence[Mapping[str, str]]]) -> Matrix:
    return [[Interval(Fraction(entry["lower"]), Fraction(entry["upper"])) for entry in row] for row in side]


def _exact(value: Any) -> str:
    fraction = as_fraction(value)
    if max(abs(fraction.numerator), fraction.denominator) >= 10 ** (LONGEST_NUMBER // 2 - 2):
        raise CertificateError(f"an exact side needs more than {LONGEST_NUMBER // 2} digits, which is too long for a certificate.")
    return str(fraction)


def _rounded(value: Fraction, digits: int, *, up: bool) -> str:
    """The decimal of so many significant digits next to the value, never on the wrong side of it."""
    if value == 0:
        return "0"
    exponent = _magnitude(abs(value)) - digits
    if abs(exponent) + digits > LARGEST_EXPONENT:
        raise CertificateError("a quantity of the statement is too large or too small for a certificate here.")
    scaled = value / Fraction(10) ** exponent
    whole = -((-scaled.numerator) // scaled.denominator) if up else scaled.numerator // scaled.denominator
    while whole % 10 == 0 and whole:
        whole, exponent = whole // 10, exponent + 1
    if 0 <= exponent < DIGITS:
        return str(whole * 10**exponent)
    return str(Decimal((int(whole < 0), tuple(map(int, str(abs(whole)))), exponent)))


def _magnitude(value: Fraction) -> int:
    """The k with 10^(k-1) <= value < 10^k, or one more."""
    bits = value.numerator.bit_length() - value.denominator.bit_length()
    return (bits * 30103) // 100_000 + 1


def versions() -> dict[str, str]:
    """What made a certificate: Python and the libraries that decide."""
    found = {"python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "not installed"
    return found
