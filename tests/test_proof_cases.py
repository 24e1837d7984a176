"""Case distinctions: both cases count, facts serve where their assumptions hold, and an impossible case must be one."""

from __future__ import annotations

import pytest

from verify.author import Cases, Closing, Impossible, Interval, Paper, Scalar, domain, equal, identity, oo, scalars, zeros
from verify.errors import ProofError
from verify.ladder import prove

x, y = scalars("x y")
line = domain(Scalar(x, Interval(-oo, oo)))


def test_two_facts_with_opposite_assumptions_prove_the_claim() -> None:
    paper = Paper("cases", "Cases")
    above = paper.inequality("above", "above", over=line, given=x >= 0, claim=x <= x**2 + 1, proof=Closing())
    below = paper.inequality("below", "below", over=line, given=x <= 0, claim=x <= 1, proof=Closing())
    claim = paper.inequality("both", "both", over=line, claim=x <= x**2 + 1, proof=Cases(x >= 0), facts=[above(), below()])
    report = prove(claim)
    assert report.grade == "exact"
    assert report.facts == ("cases.above()", "cases.below()")
    assert [step.text for step in report.steps if step.text.startswith("Case ")] == ["Case x >= 0:", "Case x < 0:"]


def test_a_claim_that_fails_in_one_case_is_not_proved() -> None:
    paper = Paper("cases", "Cases")
    above = paper.inequality("above", "above", over=line, given=x > 0, claim=x**3 > 0, proof=Closing())
    report = prove(paper.inequality("both", "both", over=line, claim=x**3 > 0, proof=Cases(x > 0), facts=[above()]))
    assert report.grade is None
    assert report.failure is not None
    assert report.failure.startswith("in the case x <= 0, x**3 > 0 does not follow")


def test_a_fact_is_not_used_where_its_assumption_fails() -> None:
    paper = Paper("cases", "Cases")
    root = paper.inequality("root", "root", over=line, given=x > 1, claim=x < x**2, proof=Closing())
    report = prove(paper.inequality("all", "all", over=line, claim=x <= x**2, proof=Cases(x > 1), facts=[root()]))
    assert report.failure is not None
    assert report.failure.startswith("in the case x <= 1, x <= x**2 does not follow")


def test_a_case_that_the_facts_exclude_is_impossible() -> None:
    paper = Paper("cases", "Cases")
    square = paper.inequality("square", "square", over=line, claim=2 * x <= x**2 + 1, proof=Closing())
    report = prove(
        paper.inequality(
            "both", "both", over=line, claim=2 * x - x**2 <= 1, proof=Cases(2 * x - x**2 > 1, then=Impossible()), facts=[square()]
        )
    )
    assert report.proved


def test_a_case_that_can_occur_is_not_impossible() -> None:
    paper = Paper("cases", "Cases")
    report = prove(paper.inequality("both", "both", over=line, claim=x <= 1, proof=Cases(x > 1, then=Impossible())))
    assert report.failure is not None
    assert report.failure.startswith("in the case x > 1, 0 > 1 does not follow")


@pytest.mark.parametrize("condition", [equal(x, y), equal(identity(2), zeros(2, 2))])
def test_cases_are_told_apart_by_inequalities_between_numbers(condition: object) -> None:
    with pytest.raises(ProofError, match="cases are told apart by an inequality between numbers, not by"):
        Cases(condition)
