"""Every statement of du2018 under Hypothesis, and the simplest counterexamples of what the paper prints wrongly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from property_tests.suite import PROFILES, expected_to_hold, key_of, met, never_violated, simplest_violation
from theorems.du2018 import bounded_iterates, paper
from verify.statement import Statement


@pytest.mark.parametrize("statement", expected_to_hold(paper), ids=key_of)
def test_a_statement_is_never_violated(statement: Statement) -> None:
    # Hypotheses that few scalars meet need more examples.
    assert met(never_violated(statement, PROFILES["quick"])) or met(never_violated(statement, PROFILES["thorough"])) > 0


def test_orthogonal_factors_refute_the_imbalance_with_a_transpose_too_many() -> None:
    instance, _ = simplest_violation(bounded_iterates.claim_B_1_id)
    assert instance.to_json()["dimensions"] == {"d_1": 2, "r": 1}


def test_a_small_target_refutes_the_bound_with_its_square() -> None:
    instance, decision = simplest_violation(bounded_iterates.pf_B_3_4)
    assert decision.outcome == "violated"
    assert Fraction(instance.to_json()["values"]["mu"]) ** 2 < Fraction(19, 25)
