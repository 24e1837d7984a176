"""The independent check of a certificate: everything is derived again from the exact inputs and the registered statement.

It shares with the search only the statement, the compiler and the balls. It draws nothing, uses
no floats to decide, compares exact ends with its own rules, and does a bounded amount of work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sympy import Basic
from sympy.core.relational import Relational

from verify.backends import Backend, Ball, Exact
from verify.backends.base import as_fraction
from verify.certificate_format import Certificate, Enclosure, Side, read, validated
from verify.compiler import compile
from verify.declarations import name_of
from verify.dynamics import along, run
from verify.equations import equation_sides
from verify.errors import CertificateError, VerifyError
from verify.fingerprint import fingerprint
from verify.flow_enclosures import reached
from verify.instance import Instance
from verify.intervals import Interval, Matrix, decided
from verify.language.relations import in_text
from verify.paper import Registry
from verify.statement import Statement

MOST_WORK = 10**10
"""Steps times the cube of the dimensions' sum times bits; a few seconds."""

FEWEST_BITS = 32
MOST_FLOW_BITS, LARGEST_FLOW = 256, 24
"""Precision, and sum of the dimensions, up to which flows are checked."""

_WIDENING = 1000
"""How much wider than those found here the stored balls may be: another machine may round differently."""
_LAST_DIGITS = Fraction(1, 10**18)
"""The relative width that the rounding to decimals may add."""


@dataclass(frozen=True)
class CheckResult:
    """Whether a certificate is valid, and one sentence that says why, or what it shows."""

    valid: bool
    sentence: str


def check(source: Path | str | dict[str, Any], registry: Registry) -> CheckResult:
    """Check a certificate file, or its data, against the statement in the registry; never raises for bad content."""
    try:
        data = read(source)
        if isinstance(data, dict) and data.get("kind") == "chance":
            # Only what is random is drawn and screened again; no other check needs floats.
            from verify.chances.checking import check_chance

            return CheckResult(True, check_chance(data, registry))
        certificate = validated(data)
        statement = _spoken_of(certificate, registry.statement(certificate.key))
        _require_same_statement(certificate, statement)
        instance = _instance(certificate, statement)
        _require_bounded(certificate, statement)
        _require_violation(certificate, statement, instance)
    except VerifyError as error:
        return CheckResult(False, str(error))
    where = f" at t = {certificate.step}" if statement.moves else ""
    return CheckResult(True, f"{certificate.key} is violated{where}: {certificate.violated.relation} is false there.")


def _spoken_of(certificate: Certificate, statement: Statement) -> Statement:
    """The statement itself; of one about chance, the inequality between numbers that it is where its probability is known."""
    if statement.chance is None:
        return statement
    from verify.chances.parts import exact_parts

    parts = exact_parts(statement)
    same = [part for part in parts if fingerprint(part).hash == certificate.hash]
    if not same:
        raise CertificateError(f"{statement.key} claims a probability, and the file is about none of its {len(parts)} exact ones.")
    return same[0]


def _require_same_statement(certificate: Certificate, statement: Statement) -> None:
    registered = fingerprint(statement)
    if certificate.hash != registered.hash:
        raise CertificateError(f"it is about another statement than the one now registered as {statement.key}: their hashes differ.")
    if tuple(certificate.text) != registered.text:
        raise CertificateError(f"its text is not that of {statement.key}.")
    if certificate.number >= len(statement.claim):
        raise CertificateError(f"{statement.key} claims {len(statement.claim)} relations, so there is no number {certificate.number}.")
    expected = [in_text(relation) for relation in statement.hypotheses]
    if [compared.relation for compared in certificate.hypotheses] != expected:
        raise CertificateError(f"its hypotheses are not those of {statement.key}, which has {len(expected)}.")
    if certificate.violated.relation != in_text(statement.claim[certificate.number]):
        raise CertificateError(f"the relation it calls violated is not number {certificate.number} of {statement.key}.")


def _instance(certificate: Certificate, statement: Statement) -> Instance:
    """The exact instance, which must lie in the statement's domain and be written in lowest terms."""
    given = certificate.inputs.model_dump()
    instance = Instance.from_json(given, statement.over)
    if instance.to_json() != given:
        raise CertificateError("its inputs leave out a dimension or contain a fraction that is not in lowest terms.")
    return instance


def _require_bounded(certificate: Certificate, statement: Statement) -> None:
    runs = statement.kind == "trajectory"
    if isinstance(certificate.step, str):
        _require_bounded_flow(certificate, statement)
        return
    if statement.flow is not None:
        raise CertificateError(f"{statement.key} speaks of a flow, so its time is a rational in quotes.")
    if certificate.step and not runs:
        raise CertificateError(f"{statement.key} speaks of no run, so it cannot fail at step {certificate.step}.")
    if runs and not certificate.bits:
        raise CertificateError("a run is checked in balls, so its precision cannot be 0 bits.")
    if 0 < certificate.bits < FEWEST_BITS:
        raise CertificateError(f"a precision of {certificate.bits} bits is below {FEWEST_BITS}, which no certificate has.")
    size = sum(certificate.inputs.dimensions.values()) + 1
    if (certificate.step + 1) * size**3 * certificate.bits > MOST_WORK:
        raise CertificateError(f"{certificate.step} steps at {certificate.bits} bits and these dimensions are more work than a check does.")


def _require_bounded_flow(certificate: Certificate, statement: Statement) -> None:
    """The enclosure of a flow bounds its own steps, so that the precision and the dimensions bound the work."""
    if statement.flow is None:
        raise CertificateError(f"{statement.key} speaks of no flow, so it cannot fail at the time {certificate.step!r}.")
    if str(certificate.moment) != certificate.step:
        raise CertificateError(f"the time {certificate.step} is not in lowest terms.")
    if certificate.bits and not FEWEST_BITS <= certificate.bits <= MOST_FLOW_BITS:
        raise CertificateError(f"a flow is checked at {FEWEST_BITS} to {MOST_FLOW_BITS} bits, not at {certificate.bits}.")
    if certificate.moment and not certificate.bits:
        raise CertificateError("a flow is checked in balls, so its precision cannot be 0 bits.")
    if sum(certificate.inputs.dimensions.values()) > LARGEST_FLOW:
        raise CertificateError(f"dimensions that sum to more than {LARGEST_FLOW} are more work than a check of a flow does.")


def _require_violation(certificate: Certificate, statement: Statement, instance: Instance) -> None:
    claim = statement.resolved()
    hypotheses = claim.assumptions[len(statement.over.guaranteed) :]
    relations = (*hypotheses, claim.conclusions[certificate.number])
    stored = [side for compared in (*certificate.hypotheses, certificate.violated) for side in (compared.left, compared.right)]
    names = [name_of(symbol) for symbol, _ in statement.over.derived]
    if sorted(certificate.derived) != sorted(names):
        raise CertificateError(f"the quantities derived in {statement.key} are {', '.join(names) or 'none'}, but it lists others.")
    first = _recomputed(statement, instance, certificate.moment, certificate.bits, relations)
    # Twice the bits give enclosures so narrow that they stand for the values themselves.
    finer = _recomputed(statement, instance, certificate.moment, 2 * certificate.bits, relations) if certificate.bits else first
    derived = [certificate.derived[name] for name in names]
    for place, side, wide, narrow in zip(_places(names, len(hypotheses)), [*derived, *stored], first, finer, strict=True):
        _require_consistent(place, _intervals(side), wide, narrow, exact=not certificate.bits)
    for source, sides in (("recomputed", first[len(names) :]), ("stored", [_intervals(side) for side in stored])):
        for k, relation in enumerate(relations):
            truth, wanted = decided(relation, sides[2 * k], sides[2 * k + 1]), k < len(hypotheses)
            if truth is not wanted:
                what = "holds" if wanted else "fails"
                text = certificate.hypotheses[k].relation if wanted else certificate.violated.relation
                raise CertificateError(f"its inputs do not show that {text} {what}: the {source} enclosures decide otherwise, or nothing.")


def _recomputed(statement: Statement, instance: Instance, step: int | Fraction, bits: int, relations: Sequence[Relational]) -> list[Matrix]:
    """Enclosures of the derived quantities and of both sides of the relations."""
    backend: Backend = Ball(bits) if bits else Exact()
    values = instance.read(backend)
    for symbol, expression in statement.derived_at_start:
        values[symbol] = compile([expression], instance.dimensions, backend)(values)[0]
    outputs: list[Basic] = [side for relation in relations for side in (relation.lhs, relation.rhs)]
    if statement.flow is not None:
        there = reached(statement.flow, backend, instance.dimensions, values, Fraction(step))
        sides = compile(outputs, instance.dimensions, backend)(there)
    elif statement.kind == "trajectory" and statement.law is not None:
        orbit = run(statement.law, backend, instance.dimensions, values, int(step))
        sides = along(orbit, outputs, last_only=True)[-1]
    else:
        sides = compile(outputs, instance.dimensions, backend)(values)
    for k, exact in equation_sides(statement, instance).items():
        sides[2 * k : 2 * k + 2] = exact
    return [_enclosed(value) for value in [*(values[symbol] for symbol, _ in statement.over.derived), *sides]]


def _enclosed(value: Any) -> Matrix:
    rows = value.tolist() if hasattr(value, "tolist") else [[value]]
    return [[_ends(entry) for entry in row] for row in rows]


def _ends(value: Any) -> Interval:
    if not hasattr(value, "rad"):
        exact = as_fraction(value)
        return Interval(exact, exact)
    bounds = Ball.bounds(value)
    if bounds is None:
        raise CertificateError("a quantity has no value at its inputs, or one that is out of all bounds.")
    return Interval(*bounds)


def _intervals(side: Side) -> Matrix:
    rows = [[side]] if isinstance(side, Enclosure) else side
    return [[Interval(*entry.ends()) for entry in row] for row in rows]


def _places(names: Sequence[str], hypotheses: int) -> list[str]:
    sides = [f"the {side} side of hypothesis {k + 1}" for k in range(hypotheses) for side in ("left", "right")]
    return [*names, *sides, "the left side of the violated relation", "the right side of the violated relation"]


def _require_consistent(place: str, stored: Matrix, wide: Matrix, narrow: Matrix, *, exact: bool) -> None:
    """A stored enclosure must hold the value, and be no wider than its precision and its digits explain."""
    if [len(row) for row in stored] != [len(row) for row in wide]:
        raise CertificateError(f"the stored enclosure of {place} has another shape than the quantity.")
    entries = [group for rows in zip(stored, wide, narrow, strict=True) for group in zip(*rows, strict=True)]
    for mine, found, value in entries:
        if (exact and mine != found) or mine.upper < value.lower or value.upper < mine.lower:
            raise CertificateError(f"the stored enclosure of {place} does not hold the recomputed value.")
        allowance = _WIDENING * (found.upper - found.lower) + _LAST_DIGITS * max(abs(found.lower), abs(found.upper))
        if mine.lower < found.lower - allowance or mine.upper > found.upper + allowance:
            raise CertificateError(f"the stored enclosure of {place} is wider than the one recomputed at its precision.")
