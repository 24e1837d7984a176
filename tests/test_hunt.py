"""The hunt: false statements of known truth fall with a certificate, true ones survive, and the seed decides alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.classical import FALSE, TRUE
from theorems.xu2023 import convergence
from verify.author import (
    AnyMatrix,
    Dimension,
    FullRank,
    Interval,
    Paper,
    Scalar,
    define,
    dimensions,
    domain,
    fro,
    matrix,
    scalars,
    sigma_min,
)
from verify.certificate import certify
from verify.checker import check
from verify.effort import FRUGAL
from verify.paper import Registry
from verify.sampling import Batch, draw, shapes
from verify.screening import screen
from verify.search.attack import silence_noise
from verify.search.coordinates import Coordinates
from verify.search.descent import descend
from verify.search.hunt import hunt, work
from verify.search.meetings import Meetings
from verify.search.moves import admissible, offspring
from verify.search.shrink import shrink
from verify.statement import Statement

ENOUGH = 60_000
n, m = dimensions("n m")
A, X = matrix("A", n, m), matrix("X", n, m)
(t,) = scalars("t")
over = domain(Dimension(n, 1, 4), Dimension(m, 1, 4), AnyMatrix(A), FullRank(X), Scalar(t, Interval.Lopen(0, 1)))


def stated(claim: Any, **parts: Any) -> Statement:
    return Paper("test", "Tests").state("claim", "A claim", kind="inequality", over=over, claim=claim, **parts)


def known(statement: Statement) -> Registry:
    paper = SimpleNamespace(key=statement.paper, statements={statement.key: statement}, definitions={})
    return Registry({statement.paper: paper})  # type: ignore[dict-item]


def test_the_table_has_enough_of_both_kinds() -> None:
    assert len(TRUE) >= 15
    assert len(FALSE) >= 15


@pytest.mark.parametrize("statement", FALSE, ids=lambda s: s.label)
def test_a_false_inequality_falls_with_a_valid_certificate(statement: Statement) -> None:
    violation = hunt(statement, evaluations=ENOUGH).finding.violation
    assert violation is not None
    instance, step = shrink(statement, violation.instance, violation.step, budget=FRUGAL)
    result = check(certify(statement, instance, step).to_json(), known(statement))
    assert result.valid, result.sentence


@pytest.mark.parametrize("statement", TRUE, ids=lambda s: s.label)
def test_a_true_inequality_survives(statement: Statement) -> None:
    hunted = hunt(statement, evaluations=8_000)
    assert hunted.finding.violation is None
    assert hunted.finding.evaluations >= 8_000
    assert not hunted.out_of_time


@pytest.mark.slow
@pytest.mark.parametrize("statement", TRUE, ids=lambda s: s.label)
def test_a_true_inequality_survives_a_long_hunt(statement: Statement) -> None:
    assert hunt(statement, seed=1, evaluations=1_000_000).finding.violation is None


@pytest.mark.parametrize("label", ["valley", "root-of-unity", "trace-of-three", "point", "dip", "almost-attained", "expanded"])
def test_the_corners_are_found_whatever_the_seed(label: str) -> None:
    statement = next(s for s in FALSE if s.label == label)
    assert all(hunt(statement, seed, evaluations=ENOUGH).finding.violation is not None for seed in range(3))


def test_the_finding_depends_on_the_seed_alone() -> None:
    statement = next(s for s in FALSE if s.label == "valley")
    first, again, other = (hunt(statement, seed, evaluations=ENOUGH) for seed in (0, 0, 1))
    assert first == again
    assert first.finding != other.finding


def test_units_done_elsewhere_give_the_same_finding() -> None:
    statement = next(s for s in FALSE if s.label == "valley")
    elsewhere = [work(statement, number, 0) for number in reversed(range(30))][::-1]
    assert hunt(statement, 0, evaluations=ENOUGH, units=iter(elsewhere)) == hunt(statement, 0, evaluations=ENOUGH)


def test_time_ends_a_hunt_only_between_units_and_is_said() -> None:
    hunted = hunt(TRUE[0], seconds=0.0)
    assert hunted.out_of_time
    assert hunted.units == 1


def test_progress_reports_a_slack_that_never_grows() -> None:
    seen: list[tuple[int, float | None]] = []
    hunt(TRUE[0], evaluations=10_000, progress=lambda done, slack: seen.append((done, slack)))
    slacks = [slack for _, slack in seen if slack is not None]
    assert slacks == sorted(slacks, reverse=True)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_an_instance_given_with_the_statement_is_looked_at_first() -> None:
    statement = next(s for s in convergence.paper.statements.values() if s.label == "prop-3.2.rho")
    violation = hunt(statement).finding.violation
    assert violation is not None
    assert violation.origin == "given with the statement"


def test_a_bound_along_runs_falls_early() -> None:
    violation = hunt(replace(convergence.theorem_3_2_rate, examples=()), evaluations=400_000).finding.violation
    assert violation is not None
    assert violation.step <= 3


# --- the parts of the engine -------------------------------------------------------------------------


def test_children_stay_in_their_domain() -> None:
    rng = np.random.default_rng(0)
    batch = draw(over, {n: 3, m: 2}, 40, rng)
    values = dict(batch.values)
    for _ in range(20):
        values = offspring(over, batch.dimensions, values, rng.random(40), rng)
        assert all(admissible(over, symbol, value).all() for symbol, value in values.items())
    assert (values[t] > 0).all()
    assert (values[t] <= 1).all()


def test_a_number_can_reach_its_closed_end() -> None:
    rng = np.random.default_rng(0)
    batch = draw(over, {n: 1, m: 1}, 64, rng)
    values = {**batch.values, t: np.full(64, 0.5)}
    for _ in range(10):
        values = offspring(over, batch.dimensions, values, rng.random(64), rng)
    assert (values[t] == 1.0).any()


def test_coordinates_lead_back_to_the_instances() -> None:
    batch = draw(over, {n: 3, m: 2}, 30, np.random.default_rng(0))
    chart = Coordinates(over, dict(batch.values))
    back = chart.values(chart.origin()[None])
    for symbol, value in batch.values.items():
        np.testing.assert_allclose(back[symbol], value, rtol=1e-9, atol=1e-12)


def test_the_descent_reaches_the_minimum_of_a_narrow_valley() -> None:
    values: list[float] = []

    def valley(vectors: Any) -> Any:
        x, y = vectors[..., 0], vectors[..., 1]
        result = (1 - x) ** 2 + 100 * (y - x**2) ** 2
        values.append(float(result.min()))
        return result

    for _ in descend(valley, np.array([[-1.2, 1.0], [2.0, -3.0]]), 200):
        pass
    assert min(values) < 1e-8


def test_rounding_noise_is_silenced_and_a_violation_is_not() -> None:
    rng = np.random.default_rng(0)
    drawn = {A: rng.standard_normal((40, 2, 2)), X: 1e4 * rng.standard_normal((40, 2, 2)), t: np.ones(40)}
    batch = Batch({n: 2, m: 2}, drawn, {})
    total = define("total", fro(A) ** 2 + fro(X) ** 2)
    tight = stated(total - fro(X) ** 2 >= fro(A) ** 2)
    noisy = screen(tight, batch)

    def partly() -> Any:
        # A summand that rounding absorbs altogether gives a steady slack of -1, which only balls can clear.
        return (noisy.slack < -1e-9) & (noisy.slack > -0.5)

    before = int(partly().sum())
    assert before > 5
    silence_noise(tight, batch, noisy, 0, rng)
    assert partly().sum() <= before // 5
    false = stated(sigma_min(A) >= fro(A) * t)
    batch = draw(over, {n: 2, m: 2}, 40, rng)
    clear = screen(false, batch)
    violated = (clear.slack < -1e-3).any()
    silence_noise(false, batch, clear, 0, rng)
    assert violated
    assert (clear.slack < -1e-3).any()


def test_the_gap_goes_on_falling_where_the_slack_stays_at_one() -> None:
    statement = next(s for s in FALSE if s.label == "point")
    (number,) = statement.over.variables
    screened = screen(statement, Batch({}, {number: np.array([0.1, 0.2, 0.3, 0.3333])}, {}), gaps=True)
    assert (screened.slack == 1.0).all()
    assert (np.diff(screened.gap[:, 0]) < 0).all()
    assert (screened.gap > 0).all()


def test_the_excess_has_a_slope_where_the_slack_has_none() -> None:
    statement = next(s for s in FALSE if s.label == "valley")
    points = {symbol: np.array([1.4, 1.5, 3.0, 9.0]) for symbol in statement.over.variables}
    screened = screen(statement, Batch({}, points, {}), gaps=True)
    assert (np.diff(screened.slack[:, 0]) < 1e-5).all()
    assert (np.diff(screened.excess[:, 0]) > 0.05).all()
    opposite = screen(next(s for s in FALSE if s.label == "point"), Batch({}, {point_number(): np.array([0.1])}, {}), gaps=True)
    assert np.isnan(opposite.excess).all()


def point_number() -> Any:
    (number,) = next(s for s in FALSE if s.label == "point").over.variables
    return number


@pytest.mark.parametrize("label", ["valley", "anticommutator", "trace-of-three", "root-of-unity", "dip"])
def test_descents_from_a_few_draws_find_what_slopes_lead_to(label: str) -> None:
    statement = next(s for s in FALSE if s.label == label)
    found = [hunt(statement, seed, evaluations=1).finding for seed in range(3)]
    assert any(one.violation is not None and one.evaluations < 2_000 for one in found)


@pytest.mark.parametrize("statement", [*TRUE, *FALSE], ids=lambda s: s.label)
def test_the_gap_has_the_sign_of_the_slack(statement: Statement) -> None:
    rng = np.random.default_rng(0)
    dimensions = shapes(statement.over, rng, 1)[0]
    screened = screen(statement, draw(statement.over, dimensions, 60, rng), gaps=True)
    assert (np.sign(screened.gap) == np.sign(screened.slack)).all()


def test_only_strict_claims_are_decided_where_their_sides_meet() -> None:
    near = np.array([1 / 3 + 1e-9, 0.2])
    found = {}
    for label in ("point", "almost-attained"):
        statement = next(s for s in FALSE if s.label == label)
        (number,) = statement.over.variables
        batch = Batch({}, {number: near}, {})
        meetings = Meetings(statement)
        meetings.saw(batch, screen(statement, batch, gaps=True))
        found[label] = [suspect.instance.values[number] for suspect in meetings.snapped()]
    assert Fraction(1, 3) in found["point"]
    assert found["almost-attained"] == []


# --- the command -------------------------------------------------------------------------------------

LEMMAS = """
from verify.author import *
paper = Paper("mine", "Lemmas")
n, m = dimensions("n m")
A, C = matrix("A", n, m), matrix("C", n, m)
over = domain(Dimension(n, 1, 3), Dimension(m, 1, 3), AnyMatrix(A), AnyMatrix(C))
paper.inequality("true", "t", over=over, claim=fro(A + C) <= fro(A) + fro(C))
paper.inequality("false", "f", over=over, claim=fro(A + C) <= fro(A))
paper.inequality("known", "k", over=over, claim=fro(A + C) <= fro(A), wrong="C is forgotten.")
paper.inequality("mistaken", "m", over=over, claim=fro(A + C) <= fro(A) + fro(C), wrong="It is not.")
"""


@pytest.fixture
def lemmas(tmp_path: Path) -> Path:
    path = tmp_path / "my_lemmas.py"
    path.write_text(LEMMAS)
    return path


@pytest.mark.parametrize(("label", "code"), [("true", 0), ("false", 1), ("known", 0), ("mistaken", 1)])
def test_the_exit_code_says_whether_the_outcome_is_the_expected_one(
    command: Callable[..., Any], lemmas: Path, label: str, code: int
) -> None:
    outcome = command("hunt", f"mine.{label}", "--file", lemmas, "--evaluations", 5000)
    assert outcome.code == code
    assert ("was expected" in outcome.out) == (code == 1)


def test_a_certificate_is_written_and_valid(command: Callable[..., Any], lemmas: Path, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    assert "counterexample: n = 1, m = 1, A = [[0]], C = [[1]]" in command("hunt", "mine.known", "--file", lemmas, "-o", path).out
    assert command("check", path, "--file", lemmas).code == 0


def test_bad_input_gets_one_sentence_and_code_2(command: Callable[..., Any], lemmas: Path, tmp_path: Path) -> None:
    for arguments in (["mine.nothing", "--file", lemmas], ["mine.known", "--file", lemmas, "-o", tmp_path / "none" / "c.json"]):
        outcome = command("hunt", *arguments)
        assert outcome.code == 2
        assert outcome.err.startswith("error: ")
        assert len(outcome.err.splitlines()) == 1
