"""Statements of zou2020 under Hypothesis, with depth as a dimension, and the simplest counterexamples of what it prints wrongly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from property_tests.suite import PROFILES, key_of, met, never_violated, simplest_violation
from theorems.zou2020 import (
    gaussian_maps,
    gradient_bounds,
    gradient_descent,
    set_up,
    smoothness,
    stochastic_steps,
    technical_lemmas,
    transformations,
)
from verify.statement import Statement

SOME = [
    gradient_bounds.lemma_A_1_lb,
    gradient_bounds.lemma_A_1_ub,
    gradient_bounds.lemma_A_1_sample,
    gradient_bounds.lemma_A_1_sgd,
    smoothness.eq_B_5,
    smoothness.eq_B_6,
    smoothness.eq_B_9,
    smoothness.lemma_A_2,
    set_up.unbiased,
    stochastic_steps.eq_A_4,
    stochastic_steps.eq_A_7,
    technical_lemmas.lemma_B_1,
    technical_lemmas.lemma_B_3,
    gradient_descent.theorem_3_1,
]
"""One of each kind: stacks of layers in a ball, sums over layers, minibatches, means over them, runs."""


@pytest.mark.parametrize("statement", SOME, ids=key_of)
def test_a_statement_is_never_violated(statement: Statement) -> None:
    assert met(never_violated(statement, PROFILES["quick"])) > 0


def test_a_negative_scalar_refutes_the_homogeneity_of_singular_values() -> None:
    instance, _ = simplest_violation(gaussian_maps.homogeneous)
    assert Fraction(instance.to_json()["values"]["kappa"]) < 0


def test_large_data_of_rank_one_refute_that_no_width_satisfies_the_condition() -> None:
    instance, decision = simplest_violation(transformations.no_guarantee)
    assert decision.outcome == "violated"
    assert Fraction(instance.to_json()["values"]["C"]) ** 2 <= 2
