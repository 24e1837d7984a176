"""Every standard fact of linear algebra under Hypothesis."""

from __future__ import annotations

import pytest

from property_tests.suite import PROFILES, expected_to_hold, key_of, met, never_violated
from theorems.linear_algebra import paper
from verify.statement import Statement


@pytest.mark.parametrize("statement", expected_to_hold(paper), ids=key_of)
def test_a_fact_is_never_violated(statement: Statement) -> None:
    # Hypotheses that few instances meet need more examples.
    assert met(never_violated(statement)) or met(never_violated(statement, PROFILES["thorough"])) > 0
