"""What the ladder reports of a fallen statement: a short counterexample with a certificate that the checker accepts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from theorems.xu2023 import convergence, smoothness
from verify.checker import check
from verify.drawing import COMMITTED
from verify.effort import EFFORTS, FRUGAL
from verify.errors import CertificateError
from verify.instance import Instance
from verify.ladder import examine
from verify.language import relations
from verify.refuting import refute
from verify.registry import registry


def test_the_report_of_a_refuted_statement_carries_a_short_and_valid_certificate() -> None:
    report = examine(replace(smoothness.lemma_C_1_lower_left, certificate=None), EFFORTS["quick"])
    found = report.counterexample
    assert report.verdict == "refuted"
    assert found is not None
    assert found.certificate is not None
    assert found.instance["values"] == {"A": [["1", "0"]], "B": [["0"], ["1"]]}
    assert found.certificate["inputs"] == found.instance
    stored = json.loads(json.dumps(report.to_json()))["evidence"][-1]["certificate"]
    assert check(stored, registry()).valid


def test_a_committed_certificate_is_decided_before_any_draw_and_only_for_its_own_statement() -> None:
    statement = smoothness.lemma_C_1_lower_left
    report = examine(statement, EFFORTS["quick"])
    assert report.counterexample is not None
    assert report.counterexample.origin == COMMITTED
    assert report.draws is not None
    assert report.draws.drawn == 0
    variant = replace(statement, claim=relations(statement.claim[0].lhs <= 2 * statement.claim[0].rhs))
    other = examine(variant, EFFORTS["quick"]).counterexample
    assert other is not None
    assert other.origin != COMMITTED


def test_a_refutation_keeps_its_origin_and_says_that_it_was_shrunk() -> None:
    statement = convergence.theorem_3_2_rate
    (example,) = statement.examples
    start = Instance.of(statement.over, dict(example.values))
    found = refute(statement, start, example.step, origin="given", seed=5, budget=FRUGAL)
    assert found.origin == "given; shrunk"
    assert found.certificate is not None
    assert (found.certificate["seed"], found.certificate["step"]) == (5, found.step)
    again = refute(statement, Instance.from_json(found.instance, statement.over), found.step, origin="given", seed=5, budget=FRUGAL)
    assert again.step <= found.step


def test_nothing_is_refuted_where_nothing_is_violated() -> None:
    statement = smoothness.lemma_C_1_lower_left
    with pytest.raises(CertificateError, match="holds"):
        refute(statement, Instance.of(statement.over, {"A": [[1]], "B": [[1]]}), 0, origin="given", seed=0, budget=FRUGAL)
