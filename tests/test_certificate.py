"""Certificates: what they hold, what cannot be certified, and files that are whole or not there."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from theorems.xu2023 import convergence, smoothness
from verify.author import AnyMatrix, Dimension, Interval, Paper, Scalar, chain, dimensions, domain, equal, fro, matrix, scalars, sqrt, trace
from verify.certificate import Certificate, certify
from verify.certificate_format import Enclosure, digest_of, load, parsed
from verify.errors import CertificateError, InstanceError, VerifyError
from verify.fingerprint import fingerprint
from verify.instance import Instance
from verify.statement import Statement

n, m = dimensions("n m")
a, b = scalars("a b")
A, C = matrix("A", n, m), matrix("C", n, m)
numbers = domain(Scalar(a, Interval(-(10**6), 10**6)), Scalar(b, Interval(-10, 10)))
pairs = domain(Dimension(n, 1, 4), Dimension(m, 1, 4), AnyMatrix(A), AnyMatrix(C))


def stated(claim: Any, over: Any = numbers, given: Any = ()) -> Statement:
    return Paper("test", "Tests").inequality("claim", "A claim", over=over, claim=claim, given=given)


def at(left: Any, right: Any = 0) -> Instance:
    return Instance.of(numbers, {"a": left, "b": right})


def certified_example(statement: Statement) -> Certificate:
    (example,) = statement.examples
    return certify(statement, Instance.of(statement.over, dict(example.values)), example.step, seed=7)


def ends(enclosure: Any) -> tuple[Fraction, Fraction]:
    assert isinstance(enclosure, Enclosure)
    return enclosure.ends()


def test_a_certificate_holds_the_statement_the_inputs_and_enclosures_of_everything_that_counts() -> None:
    statement = convergence.theorem_C_1_A_3
    certificate = certified_example(statement)
    assert certificate.key == "xu2023.theorem-C.1.A_3"
    assert (certificate.hash, tuple(certificate.text)) == (fingerprint(statement).hash, fingerprint(statement).text)
    assert certificate.inputs.values["W_1"] == [["1/8"], ["8"]]
    assert certificate.inputs.values["theta_eta"] == "1/2"
    assert (certificate.step, certificate.seed) == (2, 7)
    assert set(certificate.derived) == {"Y", "eta"}
    assert [c.relation for c in certificate.hypotheses] == ["eta_max > 0", "alpha_0 > 0", "eta < eta_max"]
    assert {"python", "python-flint", "sympy"} <= set(certificate.versions)
    left, right = ends(certificate.violated.left), ends(certificate.violated.right)
    assert left[0] > right[1]
    (lower, upper), (_, most) = ends(certificate.derived["eta"]), ends(certificate.hypotheses[0].left)
    assert 0 < lower <= upper < most


def test_enclosures_hold_the_exact_value_and_are_short() -> None:
    certificate = certify(stated(sqrt(a) <= b, given=a > 0), at(2, 1))
    lower, upper = ends(certificate.violated.left)
    assert lower**2 < 2 < upper**2
    assert upper - lower == Fraction(1, 10**19)
    assert certificate.violated.right == Enclosure(lower="1", upper="1")
    assert certificate.bits == 128


@pytest.mark.parametrize("value", ["0", "-7/3", "1/1024", "1000000", "-100000", "1/3000000000000000000000", "999999"])
def test_signs_and_sizes_survive_the_rounding_to_decimals(value: str) -> None:
    certificate = certify(stated(chain(a, "!=", a)), at(value))
    lower, upper = ends(certificate.violated.left)
    assert lower <= Fraction(value) <= upper


def test_a_small_violation_gets_as_many_digits_as_it_needs() -> None:
    certificate = certify(stated(a <= b), at(1 + Fraction(1, 10**33), 1))
    assert ends(certificate.violated.left)[0] > ends(certificate.violated.right)[1]


def test_what_only_exact_arithmetic_decides_is_certified_with_0_bits() -> None:
    certificate = certify(stated(3 * b < a), at(1, "1/3"))
    assert certificate.bits == 0
    assert certificate.violated.left == Enclosure(lower="1", upper="1")
    assert certificate.inputs.values["b"] == "1/3"


def test_equations_among_the_hypotheses_are_written_exactly_beside_the_balls_of_the_claim() -> None:
    certificate = certify(stated(sqrt(a) < 1, given=equal(3 * b, 1)), at(2, "1/3"))
    assert certificate.bits > 0
    assert certificate.hypotheses[0].left == Enclosure(lower="1", upper="1")
    assert certificate.violated.left != Enclosure(lower="1", upper="1")


def test_equations_between_matrices_are_certified_entry_by_entry() -> None:
    certificate = certify(stated(equal(A, C), pairs), Instance.of(pairs, {"A": [[1, 2]], "C": [[1, 3]]}))
    assert certificate.violated.left == [[Enclosure(lower="1", upper="1"), Enclosure(lower="2", upper="2")]]


@pytest.mark.parametrize(
    ("claim", "instance", "outcome"),
    [(a <= b, at(1, 2), "holds"), (sqrt(a) * sqrt(a) < a, at(2), "tie"), (1 / a <= b, at(0), "unknown")],
)
def test_what_is_not_violated_cannot_be_certified(claim: Any, instance: Instance, outcome: str) -> None:
    with pytest.raises(CertificateError, match=outcome):
        certify(stated(claim), instance)


def test_neither_can_an_instance_outside_of_the_hypotheses_or_the_domain() -> None:
    with pytest.raises(CertificateError, match="outside"):
        certify(stated(a <= b, given=a < 0), at(2, 1))
    with pytest.raises(InstanceError, match=r"b = 11 lies outside"):
        certify(stated(a <= b), Instance(at(1).dimensions, {a: Fraction(12), b: Fraction(11)}))


def test_equal_inputs_make_equal_certificates() -> None:
    assert certified_example(convergence.theorem_3_2_rate) == certified_example(convergence.theorem_3_2_rate)


def test_a_file_gives_back_what_was_written(tmp_path: Path) -> None:
    certificate = certified_example(convergence.theorem_3_2_rate)
    path = tmp_path / "c.json"
    certificate.write(path)
    assert load(path) == certificate
    assert parsed(path.read_text()) == certificate.to_json()
    assert load(certificate.to_json()) == certificate
    assert '["1/8"]' in path.read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["c.json"]


def test_the_digest_does_not_depend_on_the_layout() -> None:
    data = certified_example(convergence.theorem_3_2_rate).to_json()
    again = json.loads(json.dumps(dict(reversed(data.items())), indent=7))
    assert digest_of(again) == data["digest"]
    assert load(again).to_json() == data


def test_writing_into_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    certificate = certify(
        smoothness.lemma_C_1_lower_left, Instance.of(smoothness.lemma_C_1_lower_left.over, {"A": [[0, 1]], "B": [[1], [0]]})
    )
    with pytest.raises(VerifyError, match="cannot write"):
        certificate.write(tmp_path / "no" / "c.json")
    assert not list(tmp_path.iterdir())


def test_inputs_too_long_for_a_file_are_refused() -> None:
    huge = domain(Dimension(n, 1, 2), AnyMatrix(matrix("A", n, n)))
    statement = stated(trace(matrix("A", n, n)) <= fro(matrix("A", n, n)) / 2, huge)
    with pytest.raises(CertificateError, match="at most 4000 characters"):
        certify(statement, Instance.of(huge, {"A": [[Fraction(10**4100 + 1, 3)]]}))
