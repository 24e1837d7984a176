"""Each rung alone says what the whole ladder says of it, and says no where it must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from verify.author import (
    AnyMatrix,
    Closing,
    Dimension,
    Expansion,
    Interval,
    Paper,
    Scalar,
    chain,
    dimensions,
    domain,
    equal,
    fro,
    law,
    matrix,
    scalars,
    sigma_max,
    state,
    trace,
)
from verify.effort import EFFORTS
from verify.errors import Contradiction
from verify.proof.claims import Claim, Fact, ProofReport, Step
from verify.rungs import examine_grounded, examine_rung, passes, rungs

TINY = replace(EFFORTS["quick"], shapes=4, draws=16, run_shapes=2, runs=4, steps=3, decided=4, evaluated=1)
n, m = dimensions("n m")
A, W = matrix("A", n, m), state("W", n, m)
a, b = scalars("a b")
numbers = domain(Scalar(a, Interval(0, 10)), Scalar(b, Interval(0, 10)))
matrices = domain(Dimension(n, 1, 3), Dimension(m, 1, 3), AnyMatrix(A))


@dataclass(frozen=True)
class Oracle:
    """A proof that believes everything."""

    def check(self, claim: Claim, facts: Sequence[Fact | Any] = ()) -> ProofReport:
        return ProofReport(grade="exact", steps=(Step("believed", "exact"),))


@pytest.fixture
def paper() -> Paper:
    return Paper("test", "Tests")


def test_only_the_rungs_that_apply(paper: Paper) -> None:
    halving = law("halving", {W: W / 2}, step_size=a, loss=fro(W))
    over = domain(Dimension(n, 1, 3), Dimension(m, 1, 3), AnyMatrix(W), Scalar(a, Interval(0, 1)))
    (C,) = scalars("C")
    applying = {
        paper.identity("proved", "t", over=matrices, claim=equal(fro(A) ** 2, trace(A.T * A)), proof=Expansion()): ("proof", "draws"),
        paper.inequality("drawn", "t", over=numbers, claim=a * b <= 100): ("draws",),
        paper.inequality("wrong", "t", over=numbers, claim=a * b <= 1, proof=Closing(), wrong="a*b may be 100"): ("draws",),
        paper.trajectory("run", "t", over=over, law=halving, claim=fro(W) >= 0): ("run",),
        paper.limit("limit", "t", over=domain(Dimension(n, 1, 9)), quantity=1 / n, variable=n, value=0): ("limit",),
        paper.existence("open", "t", over=numbers, constants={C: None}, claim=a * b <= C * (a**2 + b**2)): ("constants",),
    }
    assert {statement: rungs(statement) for statement in applying} == applying


def test_a_proof_and_draws_pass_or_fail_by_themselves(paper: Paper) -> None:
    true = paper.inequality("true", "t", over=numbers, claim=2 * a * b <= a**2 + b**2, proof=Closing())
    reports = {rung: examine_rung(true, rung, TINY) for rung in rungs(true)}
    assert {rung: report.verdict for rung, report in reports.items()} == {"proof": "proved", "draws": "supported"}
    assert all(passes(report, rung) for rung, report in reports.items())
    assert reports["proof"].draws is None

    false = paper.inequality("false", "t", over=numbers, claim=2 * a * b <= a**2 + b**2 - 1, proof=Closing(seconds=1, search=1))
    reports = {rung: examine_rung(false, rung, TINY) for rung in rungs(false)}
    assert {rung: report.verdict for rung, report in reports.items()} == {"proof": "undecided", "draws": "refuted"}
    assert not any(passes(report, rung) for rung, report in reports.items())


def test_ties_everywhere_do_not_speak_against_a_proof_but_are_no_support(paper: Paper) -> None:
    tight = chain(sigma_max(A), "<=", sigma_max(2 * A) / 2)
    proved = paper.inequality("proved", "t", over=matrices, claim=tight, proof=Oracle())
    bare = paper.inequality("bare", "t", over=matrices, claim=tight)
    assert passes(replace(examine_rung(proved, "draws", TINY), verdict="undecided"), "draws")
    assert not passes(replace(examine_rung(bare, "draws", TINY), verdict="undecided"), "draws")


def test_hypotheses_that_nothing_meets_do_not_pass(paper: Paper) -> None:
    empty = paper.inequality("empty", "t", over=numbers, given=a < -1, claim=a <= 0, proof=Oracle())
    report = examine_rung(empty, "draws", TINY)
    assert report.verdict == "vacuous"
    assert not passes(report, "draws")


@pytest.mark.parametrize("wrong", [None, "a*b may be 100"])
def test_a_counterexample_beside_a_proof_is_a_contradiction(paper: Paper, wrong: str | None) -> None:
    believed = paper.inequality("believed", "t", over=numbers, claim=a * b <= 1, proof=Oracle(), wrong=wrong)
    with pytest.raises(Contradiction, match=r"test\.believed is proved and refuted"):
        examine_rung(believed, "draws", TINY)


def test_a_proof_falls_with_a_fact_that_it_takes_for_granted(paper: Paper) -> None:
    bogus = paper.fact("bogus", "t", over=numbers, claim=a * b <= 1)
    small = domain(Scalar(a, Interval(0, 1)), Scalar(b, Interval(0, 1)))
    leaning = paper.inequality("leaning", "t", over=small, claim=a * b <= 2, proof=Closing(), facts=[bogus(a=a, b=b)])
    for report in (examine_rung(leaning, "proof", TINY), examine_grounded(leaning, TINY)):
        assert (report.verdict, report.message) == ("undecided", "its proof leans on test.bogus, which is refuted")
        assert not passes(report, "proof")
