"""Every statement of xu2023 under Hypothesis, and the simplest counterexamples of what the paper prints wrongly."""

from __future__ import annotations

import pytest

from property_tests.suite import PROFILES, expected_to_hold, key_of, met, never_violated, simplest_violation
from theorems.xu2023 import convergence, paper, smoothness
from verify.statement import Statement


@pytest.mark.parametrize("statement", expected_to_hold(paper), ids=key_of)
def test_a_statement_is_never_violated(statement: Statement) -> None:
    # Hypotheses that few scalars meet need more examples.
    assert met(never_violated(statement)) or met(never_violated(statement, PROFILES["thorough"])) > 0


@pytest.mark.parametrize("statement", [smoothness.lemma_C_1_lower_left, smoothness.lemma_C_1_lower_right], ids=key_of)
def test_a_factor_with_a_kernel_refutes_the_lower_bounds_of_lemma_C_1(statement: Statement) -> None:
    instance, decision = simplest_violation(statement)
    assert instance.to_json() == {
        "dimensions": {"n": 1, "m": 2, "h": 1},
        "values": {"A": [["1", "0"]], "B": [["0"], ["1"]]},
    }
    assert decision.sides is not None
    assert [float(side) for side in decision.sides] == [1.0, 0.0]


def test_the_simplest_network_refutes_the_product_with_one_factor_too_many() -> None:
    instance, decision = simplest_violation(convergence.theorem_3_2_linear)
    assert instance.to_json() == {
        "dimensions": {"n": 1, "m": 1, "N": 1, "h": 1},
        "values": {"X": [["1"]], "W_1": [["0"]], "W_2": [["1"]], "E_0": [["1"]], "c_1": "1/2", "c_2": "2", "theta_eta": "1"},
    }
    assert decision.relation == 0
    assert decision.step == 0


def test_data_with_a_kernel_refute_the_lower_bound_on_the_spectrum_of_tau() -> None:
    instance, _ = simplest_violation(convergence.theorem_3_1_tau)
    assert instance.to_json()["dimensions"] == {"n": 2, "m": 2, "N": 1, "h": 2}
