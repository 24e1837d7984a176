"""Statements of zhao2024 under Hypothesis, over every rank of the data, and the simplest counterexamples of what it prints wrongly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from property_tests.suite import PROFILES, key_of, met, never_violated, simplest_violation
from theorems.zhao2024 import claim_2, comparison, convexity, main_results, networks, operator, region, saddles, semi_norm, wide_limit
from verify.statement import Statement

SOME = [
    semi_norm.def_seminorm_projection,
    semi_norm.lemma_1_2,
    semi_norm.def_beta,
    convexity.eq_28,
    convexity.eq_30,
    convexity.eq_32,
    claim_2.case_1,
    claim_2.case_3,
    operator.two_layers,
    operator.eq_43_corrected,
    region.eq_34,
    comparison.lemma_5,
    comparison.lemma_6_sum,
    wide_limit.eq_3,
]
"""One of each kind: data of every rank, losses beyond the squared one, measured exponents, runs beside the convex one."""


@pytest.mark.parametrize("statement", SOME, ids=key_of)
def test_a_statement_is_never_violated(statement: Statement) -> None:
    assert met(never_violated(statement, PROFILES["quick"])) > 0


def test_a_quadratic_loss_refutes_the_convexity_of_what_is_left_without_the_factor_one_half() -> None:
    instance, decision = simplest_violation(semi_norm.lemma_1_step_b)
    assert decision.outcome == "violated"
    values = instance.to_json()["values"]
    assert values["W"] != values["V"]


def test_fewer_inputs_or_outputs_than_hidden_units_refute_that_the_outer_layers_are_balanced() -> None:
    instance, _ = simplest_violation(networks.def_special_balanced_ends)
    sizes = instance.to_json()["dimensions"]
    assert sizes["n"] > min(sizes["n_x"], sizes["n_y"])


def test_short_steps_refute_the_printed_rate_of_theorem_4() -> None:
    instance, _ = simplest_violation(wide_limit.theorem_4)
    values = instance.to_json()["values"]
    a, epsilon = Fraction(values["a"]), Fraction(values["epsilon"])
    # one eigenvalue alone: (1 - 2 (1 - epsilon)/a^2)^2 > 1 - 4 epsilon (1 - epsilon)/a
    assert epsilon * (a**3 - 1) > a**2 - 1


def test_hidden_layers_of_different_widths_refute_the_ratio_without_a_root() -> None:
    instance, _ = simplest_violation(saddles.widths)
    found = instance.to_json()
    ratio = Fraction(found["dimensions"]["n_1"], found["dimensions"]["n_2"])
    a_1, a_2 = (Fraction(found["values"][name]) for name in ("a_1", "a_2"))
    # at the start the root of the ratio is there, and the ratio over a_1 a_2 is printed
    assert ratio > 1
    assert ratio > (a_1 * a_2) ** 2


def test_the_corrected_rate_is_the_one_that_theorem_1_needs() -> None:
    assert met(never_violated(main_results.theorem_1_c, PROFILES["quick"])) > 0
