"""The suites themselves: they find planted mistakes, and they refuse a profile that does not exist."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis.errors import NoSuchExample

from property_tests.suite import PROFILES, VARIABLE, met, never_violated, profile, simplest_violation
from theorems import linear_algebra as la
from theorems.xu2023 import convergence
from verify.author import fro, initial
from verify.language import relations
from verify.statement import Statement

SHORT = replace(la.gram_norm, key="linear_algebra.planted", claim=relations(fro(la.A.T * la.A) <= fro(la.A) ** 2 / 2))


def test_a_planted_mistake_is_reported_with_its_instance() -> None:
    with pytest.raises(AssertionError, match=r"linear_algebra\.planted is violated at step 0 of \{'dimensions': \{'n': 1, 'm': 1\}"):
        never_violated(SHORT, PROFILES["default"])


def test_a_planted_mistake_shrinks_to_the_number_one() -> None:
    instance, decision = simplest_violation(SHORT)
    assert instance.to_json() == {"dimensions": {"n": 1, "m": 1}, "values": {"A": [["1"]]}}
    assert decision.outcome == "violated"


def test_a_mistake_that_shows_only_later_in_a_run_is_found() -> None:
    L = convergence.theorem_3_2_step.law.loss
    still = replace(convergence.theorem_3_2_step, key="xu2023.planted", claim=relations(initial(L) <= L))
    with pytest.raises(AssertionError, match=r"is violated at step [123]"):
        never_violated(still, PROFILES["default"])


def test_a_true_fact_has_no_violation() -> None:
    true: Statement = la.root_above
    with pytest.raises(NoSuchExample):
        simplest_violation(true, examples=300)


def test_hypotheses_that_nothing_meets_are_counted_as_such() -> None:
    impossible = replace(SHORT, given=relations(fro(la.A) < -1))
    outcomes = never_violated(impossible, PROFILES["quick"])
    assert met(outcomes) == 0
    assert outcomes["outside"] > 0


def test_the_environment_chooses_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "quick")
    assert profile() is PROFILES["quick"]
    monkeypatch.delenv(VARIABLE)
    assert profile() is PROFILES["default"]
    monkeypatch.setenv(VARIABLE, "hasty")
    with pytest.raises(ValueError, match="hasty is no profile; the profiles are quick, default, thorough"):
        profile()
