"""Statements of min2022 under Hypothesis: lemmas at small exact instances, and the simplest counterexample of what it prints wrongly."""

from __future__ import annotations

import pytest

from property_tests.suite import PROFILES, key_of, met, never_violated, simplest_violation
from theorems.min2022 import implicit_bias, lemma_8, parameters, rate, set_up, tightness, wide_flow, wide_networks
from verify.statement import Statement

SOME = [
    set_up.eq_8,
    rate.eq_B_2,
    rate.lemma_7,
    rate.prop_1,
    rate.eq_26_any,
    rate.prop_1_margin,
    lemma_8.lemma_8,
    lemma_8.case_1,
    tightness.problem_2,
    implicit_bias.eq_30,
    parameters.E_9_a,
    wide_flow.first_error,
    wide_networks.lemma_E_2,
    wide_networks.E_minmax,
]
"""Lemmas and the steps between them; flows are tested at their starts by what holds at every moment."""


@pytest.mark.parametrize("statement", SOME, ids=key_of)
def test_a_statement_is_never_violated(statement: Statement) -> None:
    assert met(never_violated(statement, PROFILES["quick"])) > 0


def test_large_data_refute_the_bound_on_the_first_error() -> None:
    _, decision = simplest_violation(wide_flow.E_12_c)
    assert decision.outcome == "violated"
