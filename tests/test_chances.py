"""Statements about chance: true ones are never refuted, however tight; planted false ones are, with certificates that hold."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flint import arb
from scipy import stats

from tests.conftest import Outcome
from verify.author import (
    AnyMatrix,
    Dimension,
    Domain,
    Gaussian,
    Interval,
    ModifiedIdentity,
    Orthonormal,
    Paper,
    Rational,
    Scalar,
    chain,
    define,
    dimensions,
    domain,
    entry,
    equal,
    exactly,
    exp,
    flow_law,
    fro,
    gaussian,
    log,
    matrix,
    oo,
    scalars,
    sigma_max,
    sigma_min,
    sqrt,
)
from verify.certificate_format import digest_of
from verify.chances import counting
from verify.chances.binomial import LEVEL, interval, needed, prospect, rejects, suspicion, tail
from verify.chances.checking import _exceeds
from verify.chances.counting import Sample, counts, work
from verify.chances.testing import Plan
from verify.checker import check
from verify.effort import EFFORTS
from verify.errors import StatementError
from verify.instance import Instance
from verify.ladder import examine
from verify.paper import Registry
from verify.statement import Statement

QUICK = EFFORTS["quick"]

n, m, h = dimensions("n m h")
t, delta = scalars("t delta")
A, x = matrix("A", n, m), matrix("x", n, 1)

paper = Paper("odds", "Planted statements about chance")
REGISTRY = Registry({"odds": paper})

small = domain(Dimension(n, 1, 5), Dimension(m, 1, 4), m <= n)
level = Scalar(delta, Interval.open(0, 1))

davidson_szarek = paper.chance(
    "davidson-szarek", "The singular values of a Gaussian matrix",
    over=small.extended(Scalar(t, Interval.open(0, oo))), random=Gaussian(A),
    event=chain(sqrt(n) - sqrt(m) - t, "<=", sigma_min(A), "<=", sigma_max(A), "<=", sqrt(n) + sqrt(m) + t),
    at_least=1 - 2 * exp(-(t**2) / 2),
)  # fmt: skip
markov = paper.chance(
    "markov", "Markov's inequality", over=small.extended(level), random=Gaussian(A, 1 / n),
    event=fro(A) ** 2 <= m / delta, at_least=1 - delta,
)  # fmt: skip
vectors = domain(Dimension(n, 2, 5))
both_positive = (entry(x, 1, 1) >= 0, entry(x, 2, 1) >= 0)
quadrant = paper.chance("quadrant", "A tight bound", over=vectors, random=Gaussian(x), event=both_positive, at_least=Rational(1, 4))
sign = paper.chance("sign", "A tight bound", over=small, random=Orthonormal(A), event=entry(A, 1, 1) > 0, at_least=Rational(1, 2))
scaled = paper.chance(
    "scaled", "A tight bound with a parameter and a deterministic matrix",
    over=domain(Dimension(n, 1, 3), AnyMatrix(matrix("B", n, n)), level), given=fro(matrix("B", n, n)) > 0,
    random=Gaussian(x), event=entry(matrix("B", n, n) * x, 1, 1) >= 0, at_least=Rational(1, 2),
)  # fmt: skip
TRUE = [davidson_szarek, markov, quadrant, sign, scaled]

FALSE = [
    paper.chance("false.quadrant", "too likely", over=vectors, random=Gaussian(x), event=both_positive, at_least=Rational(2, 5)),
    paper.chance(
        "false.markov", "a dimension is lost", over=small.extended(level), random=Gaussian(A, 1 / n),
        event=fro(A) ** 2 <= 1 / delta, at_least=1 - delta,
    ),
    paper.chance(
        "false.corner", "false for long vectors and small delta only", over=domain(Dimension(n, 1, 5), level), random=Gaussian(x),
        event=fro(x) ** 2 <= 1 + 2 * sqrt(log(1 / delta)) + 2 * log(1 / delta), at_least=1 - delta,
    ),
    paper.chance("false.certain", "with probability 1", over=small, random=Gaussian(A), event=fro(A) ** 2 <= 30, at_least=1),
    paper.chance("false.sign", "too likely", over=small, random=Orthonormal(A), event=entry(A, 1, 1) >= 0, at_least=Rational(2, 3)),
]  # fmt: skip

# --- verdicts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", TRUE, ids=lambda s: s.label)
def test_true_claims_are_supported_for_every_seed(statement: Statement) -> None:
    for seed in range(3):
        report = examine(statement, QUICK, seed)
        assert report.verdict == "supported"
        assert report.chances is not None
        assert all(tried.upper >= tried.at_least for tried in report.chances.tested)


@pytest.mark.parametrize("statement", FALSE, ids=lambda s: s.label)
def test_planted_false_claims_are_refuted_with_a_certificate_that_holds(statement: Statement) -> None:
    for seed in (0, 1):
        report = examine(statement, QUICK, seed)
        assert report.verdict == "refuted"
        assert report.counterexample is not None
        assert report.counterexample.certificate is not None
        result = check(json.loads(json.dumps(report.counterexample.certificate)), REGISTRY)
        assert result.valid, result.sentence


def test_a_draw_that_meets_an_equation_up_to_rounding_is_not_called() -> None:
    """The singular values of an orthonormal matrix are 1, so a strict bound fails, but floats on one side or the other say nothing."""
    for bound, verdict in ((1, "undecided"), (2, "supported")):
        claim = chain(sigma_max(A), "<=", bound)
        statement = paper.chance(f"rounding.{bound}", "", over=small, random=Orthonormal(A), event=claim, at_least=1)
        assert examine(statement, QUICK, 0).verdict == verdict


def test_a_claim_of_no_probability_is_vacuous() -> None:
    statement = paper.chance("empty", "", over=small.extended(level), random=Gaussian(A), event=fro(A) < 0, at_least=-delta)
    assert examine(statement, QUICK, 0).verdict == "vacuous"


def test_widths_are_tried_just_above_their_bound() -> None:
    s = define("s", sqrt(m + n) + log(2 / delta) / 2)
    statement = paper.chance(
        "wide", "false for the smallest widths only",
        over=domain(Dimension(n, 1, 2), Dimension(m, 1, 2), Dimension(h, 1, 400), level), given=h > s**2,
        random=gaussian(matrix("U", h, 1), variance=1), event=fro(matrix("U", h, 1)) ** 2 >= s**2 + 1, at_least=Rational(9, 10),
    )  # fmt: skip
    report = examine(statement, QUICK, 0)
    assert report.verdict == "refuted"


def test_runs_of_a_law_start_from_the_random_matrices() -> None:
    from verify.author import law, state

    W = state("W", n, n)
    decay = law("decay", {W: (1 - delta) * W}, step_size=delta, loss=fro(W) ** 2 / 2)
    over = domain(Dimension(n, 1, 3), level)
    true = paper.chance("run", "", over=over, law=decay, random=Gaussian(W), event=fro(W) ** 2 <= 5 * n**2, at_least=1 - Rational(1, 5))
    false = paper.chance(
        "run.false", "", over=over, law=decay, random=Gaussian(W), event=fro(W) ** 2 >= Rational(1, 4), at_least=Rational(9, 10)
    )
    assert examine(true, QUICK, 0).verdict == "supported"
    report = examine(false, QUICK, 0)
    assert report.verdict == "refuted"
    assert report.counterexample is not None
    assert check(report.counterexample.certificate or {}, REGISTRY).valid


def test_what_fails_late_only_needs_runs_of_the_stated_length() -> None:
    from verify.author import Scalar, law, scalars, state

    (eta,) = scalars("eta")
    W = state("W", n, n)
    decay = law("decay", {W: (1 - eta) * W}, step_size=eta, loss=fro(W) ** 2 / 2)
    over = domain(Dimension(n, 1, 2), Scalar(eta, Interval(Rational(1, 2), Rational(1, 2))))
    parts = {"over": over, "law": decay, "random": Gaussian(W), "event": fro(W) >= Rational(1, 2**60), "at_least": Rational(9, 10)}
    assert examine(paper.chance("short", "false after 60 steps", **parts), QUICK, 0).verdict == "supported"
    report = examine(paper.chance("long", "false after 60 steps", steps=80, **parts), QUICK, 0)
    assert report.verdict == "refuted"
    assert report.chances is not None
    assert report.chances.steps == 80


def test_flows_from_random_starts() -> None:
    from verify.author import state

    W = state("W", n, n)
    decay = flow_law("decay", {W: -W}, loss=fro(W) ** 2 / 2)
    parts: dict[str, Any] = {"over": domain(Dimension(n, 1, 2)), "flow": decay, "random": Gaussian(W)}
    true = paper.chance("flow", "", **parts, event=fro(W) ** 2 <= 10 * n**2, at_least=1 - Rational(1, 5))
    false = paper.chance("flow.false", "", **parts, event=fro(W) ** 2 >= Rational(1, 4), at_least=Rational(9, 10))
    assert examine(true, QUICK, 0).verdict == "supported"
    assert examine(false, QUICK, 0).verdict == "refuted"


def test_a_flow_that_is_followed_roughly_is_followed_with_care_where_the_event_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    from verify.author import flow_time, initial, state

    W = state("W", n, n)
    parts: dict[str, Any] = {"over": domain(Dimension(n, 1, 2)), "flow": flow_law("decay", {W: -W}), "random": Gaussian(W)}
    careful: list[int] = []
    looked = counting.screen

    def counted(*arguments: Any, rough: bool = False, **options: Any) -> Any:
        careful.extend([] if rough else [len(arguments[1])])
        return looked(*arguments, rough=rough, **options)

    monkeypatch.setattr(counting, "screen", counted)
    bound = exp(-flow_time) * initial(fro(W))
    for label, more, fewest, most in (("flow.loose", Rational(1), 0, 0), ("flow.close", Rational(1, 10**7), 40, 50)):
        claim = paper.chance(label, "", **parts, event=fro(W) <= bound + more * initial(fro(W)), at_least=Rational(1, 2))
        counted_draws = counting.count(claim, Instance.of(claim.over, {}, {"n": 1}), 0, 50, 0, 0)
        assert counted_draws.occurred == 50
        assert fewest <= sum(careful) <= most


def test_samples_of_one_shape_are_looked_at_together_and_counted_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = counting.screen
    sizes: list[int] = []
    monkeypatch.setattr(counting, "screen", lambda *a, **k: sizes.append(len(a[1])) or looked(*a, **k))
    settings = [Instance.of(markov.over, {delta: value}, {n: 2, m: size}) for value, size in (("1/2", 2), ("9/10", 2), ("1/2", 1))]
    samples = [Sample(found, seed, draws) for seed, (found, draws) in enumerate(zip(settings, (1_500, 40, 40), strict=True))]
    together = counts(markov, samples, 0, 0)
    assert sizes == [1_540, 40]
    assert together == [counting.count(markov, sample.instance, sample.seed, sample.draws, 0, 0) for sample in samples]
    assert [counted.draws for counted in together] == [1_500, 40, 40]
    assert 0 < together[0].failed < 1_500


def test_settings_beyond_floats_are_left_out() -> None:
    width = matrix("A", n, n)
    huge = paper.chance(
        "beyond", "", over=domain(Dimension(n, 1, 1), Scalar(t, Interval(1, oo))), at_least=Rational(1, 2),
        random=Gaussian(width, variance=exp(exp(100 * t))), event=fro(width) ** 2 <= 1,
    )  # fmt: skip
    assert examine(huge, QUICK, 0).verdict == "vacuous"


# --- exact probabilities ---------------------------------------------------------------------------


def exact_claim(label: str, probability: Any, at_least: Any) -> Statement:
    """P(x_1^2 + x_2^2 <= 2t) = 1 - e^(-t)."""
    return paper.chance(
        label, "The norm of a Gaussian vector", over=domain(Dimension(n, 2, 2), Scalar(t, Interval.open(0, oo))), random=Gaussian(x),
        event=fro(x) ** 2 <= 2 * t, at_least=at_least, exact=exactly(probability, equal(n, 2)),
    )  # fmt: skip


def test_an_exact_probability_decides_where_draws_cannot() -> None:
    assert examine(exact_claim("exact.true", 1 - exp(-t), 1 - 2 * exp(-t)), QUICK, 0).verdict == "supported"
    statement = paper.chance(
        "exact.rare", "fails by 1e-20", over=domain(Dimension(n, 2, 2), Scalar(t, Interval.open(0, oo))), random=Gaussian(x),
        event=fro(x) ** 2 <= 2 * t, at_least=1 - exp(-t) + exp(-50) * exp(-t), exact=exactly(1 - exp(-t)),
    )  # fmt: skip
    report = examine(statement, QUICK, 0)
    assert report.verdict == "refuted"
    assert report.counterexample is not None
    assert report.counterexample.origin.startswith("on the exact probability")
    assert check(report.counterexample.certificate or {}, REGISTRY).valid


def test_draws_that_contradict_the_exact_probability_are_a_failure() -> None:
    report = examine(exact_claim("exact.wrong", 1 - exp(-2 * t), (1 - exp(-t)) / 2), QUICK, 0)
    assert report.verdict == "failed"
    assert "contradicts the exact probability" in report.message


# --- confidence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failures", "draws", "at_least"),
    [(3, 10, "1/2"), (1, 1, "9/10"), (60, 1000, "19/20"), (0, 5, "1/3"), (7, 7, "1/4"), (130, 5000, "98/100")],
)
def test_the_two_formulas_of_the_tail_agree_with_scipy(failures: int, draws: int, at_least: str) -> None:
    probability = Fraction(at_least)
    value = tail(failures, draws, arb(probability.numerator) / probability.denominator)
    expected = stats.binom.sf(failures - 1, draws, float(1 - probability))
    assert float(value.mid()) == pytest.approx(expected, rel=1e-9)
    for factor, truth in ((Fraction(1001, 1000), True), (Fraction(999, 1000), False)):
        assert failures == 0 or _exceeds(failures, draws, probability, Fraction(expected) * factor) is truth


def test_the_number_needed_is_the_smallest_one_that_rejects() -> None:
    limit, half = arb("1e-9"), arb(1) / 2
    found = needed(1000, half, limit)
    assert found is not None
    assert tail(found, 1000, half) < limit < tail(found - 1, 1000, half)
    assert needed(20, half, limit) is None


def test_floats_spare_balls_but_decide_nothing() -> None:
    limit, most = arb("1e-9"), arb(99) / 100
    least = needed(1000, most, limit)
    assert least is not None
    assert [rejects(failures, 1000, most, limit) for failures in (0, least - 1, least, 1000)] == [False, False, True, True]
    assert suspicion(0, 1000, most) == 0
    assert math.exp(suspicion(least, 1000, most)) == pytest.approx(float(tail(least, 1000, most).mid()), rel=1e-9)
    assert suspicion(1, 1000, arb(1)) == -math.inf


def test_a_later_stage_has_a_prospect_unless_the_event_fails_far_too_rarely() -> None:
    limit, half, high = arb("1e-9"), arb(1) / 2, arb(999) / 1000
    needed_later = needed(25_000, half, limit)
    assert needed_later is not None
    expected = stats.binom.cdf(450, 1000, needed_later / 25_000)
    assert prospect(450, 1000, half, limit, [5_000, 25_000]) == pytest.approx(expected, rel=1e-6)
    assert prospect(0, 1000, half, limit, [5_000, 25_000]) < 1e-9
    assert prospect(500, 1000, half, limit, [5_000, 25_000]) > 0.05
    assert prospect(0, 1000, high, limit, [5_000, 25_000]) > 0.05
    assert prospect(20, 20, half, limit, [25]) == prospect(1000, 1000, half, limit, []) == 0


def test_no_stage_follows_where_none_can_be_expected_to_reject() -> None:
    def stages(at_least: Any) -> list[int]:
        statement = paper.chance(
            f"stages.{at_least}", "An event that always occurs", over=domain(Dimension(n, 2, 3)), random=Gaussian(x), event=fro(x) > 0,
            at_least=at_least,
        )  # fmt: skip
        found = examine(statement, QUICK, 0).chances
        assert found is not None
        return [tried.draws for tried in found.tested]

    assert stages(Rational(1, 2)) == [1_000, 1_000]
    assert stages(Rational(999, 1000)) == [1_000, 5_000, 1_000, 5_000]


def test_the_interval_covers_what_was_not_called() -> None:
    assert interval(50, 50, 100, 0.01) == pytest.approx(tuple(stats.binomtest(50, 100).proportion_ci(0.99, method="exact")))
    low, high = interval(40, 40, 100, 0.01)
    assert low < 0.4 < 0.6 < high
    assert interval(0, 0, 100, 0.01) == (0.0, 1.0)


# --- forgeries -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def genuine() -> dict[str, Any]:
    found = examine(FALSE[0], QUICK, 0).counterexample
    assert found is not None
    assert found.certificate is not None
    return dict(found.certificate)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"failures": 1000}, "certainly fail"),
        ({"failures": 10}, "do not contradict"),
        ({"level": "1/2"}, "above"),
        ({"at_least": {"lower": "0.9", "upper": "0.9"}}, "does not hold the recomputed value"),
        ({"steps": 3}, "speaks of no run"),
        ({"seed": 5}, ""),
        ({"key": "odds.quadrant"}, "another statement"),
        ({"inputs": {"dimensions": {"n": 1}, "values": {}}}, "below 2"),
        ({"draws": 10}, ""),
        ({"draws": 10**9}, "less than or equal"),
        ({"hash": "0" * 64}, "another statement"),
    ],
)
def test_forged_certificates_are_refused(genuine: dict[str, Any], changes: dict[str, Any], reason: str) -> None:
    forged = {**genuine, **changes}
    assert not check(forged, REGISTRY).valid
    result = check({**forged, "digest": digest_of(forged)}, REGISTRY)
    if "seed" in changes:
        # Another seed fails as often, or a little less: it is as good a certificate, or too weak a one.
        assert result.valid or "certainly fail" in result.sentence
    else:
        assert not result.valid
        assert reason in result.sentence


def test_a_chosen_seed_does_not_refute_a_true_claim() -> None:
    """Even if a seed were found by which a true claim seems to fail, the second sample would not go along."""
    false, true = FALSE[0], quadrant
    found = examine(false, QUICK, 0).counterexample
    assert found is not None
    assert found.certificate is not None
    from verify.fingerprint import fingerprint

    forged = {
        **found.certificate,
        "key": true.key,
        "hash": fingerprint(true).hash,
        "text": list(fingerprint(true).text),
        "at_least": {"lower": "0.25", "upper": "0.25"},
    }
    assert not check({**forged, "digest": digest_of(forged)}, REGISTRY).valid


# --- authors ---------------------------------------------------------------------------------------


def ill_formed(over: Domain = small, **parts: Any) -> dict[str, Any]:
    return {"over": over, "random": Gaussian(A), "event": fro(A) >= 1, "at_least": Rational(1, 2), **parts}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (ill_formed(at_least=1 - delta), "'delta'"),
        (ill_formed(over=small.extended(AnyMatrix(A))), "A is random, so nothing else"),
        (ill_formed(random=[Gaussian(A), Gaussian(A)]), "A is random, so nothing else"),
        (ill_formed(random=[]), "needs random matrices"),
        (ill_formed(random=[A]), "is no random law"),
        (ill_formed(given=fro(A) > 0), "only the event may"),
        (ill_formed(at_least=fro(A)), "only the event may"),
        (ill_formed(random=Gaussian(A, t)), "'t'"),
        (ill_formed(random=Gaussian(matrix("C", n, h)), event=fro(matrix("C", n, h)) >= 1), "'h'"),
    ],
)
def test_ill_formed_statements_are_refused(parts: dict[str, Any], reason: str) -> None:
    with pytest.raises(StatementError, match=reason):
        paper.chance("ill", "ill-formed", **parts)


def test_corrections_keep_what_they_do_not_change() -> None:
    printed = FALSE[0]
    repaired = paper.corrected(printed, at_least=Rational(1, 4))
    assert repaired.claim == printed.claim
    assert repaired.chance is not None
    assert repaired.chance.random == printed.chance.random  # type: ignore[union-attr]
    assert repaired.chance.steps == printed.chance.steps == 0  # type: ignore[union-attr]
    assert examine(repaired, QUICK, 0).verdict == "supported"


# --- the command line ------------------------------------------------------------------------------

FILE = """
from verify.author import *
paper = Paper("coin", "A coin")
n, = dimensions("n")
x = matrix("x", n, 1)
over = domain(Dimension(n, 2, 4))
tight = paper.chance("tight", "tight", over=over, random=Gaussian(x), event=entry(x, 1, 1) >= 0, at_least=Rational(1, 2))
false = paper.chance("false", "false", over=over, random=Gaussian(x), event=entry(x, 1, 1) >= 0, at_least=Rational(3, 4), wrong="it is 1/2")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "coin.py"
    path.write_text(FILE)
    return path


def test_run_list_show_and_prove(command: Any, file: Path, tmp_path: Path) -> None:
    done: Outcome = command("run", file, "--effort", "quick", "--jobs", "1", "--json", tmp_path / "reports.json")
    assert done.code == 0, done.out + done.err
    reports = json.loads((tmp_path / "reports.json").read_text())
    assert [r["verdict"] for r in reports] == ["supported", "refuted"]
    assert all(r["instances"] >= 1000 for r in reports)
    assert "chance" in command("list", file).out
    shown = command("show", "coin.tight", "--file", file).out
    assert "x (n x 1) has independent entries N(0, 1)" in shown
    assert "event, with probability at least 1/2:" in shown
    assert "carries no proof" in command("prove", "coin.tight", "--file", file).out


def test_hunt_writes_a_certificate_that_check_accepts(command: Any, file: Path, tmp_path: Path) -> None:
    path = tmp_path / "false.json"
    done = command("hunt", "coin.false", "--file", file, "-o", path)
    assert (done.code, "is refuted" in done.out) == (0, True)
    assert command("check", path, "--file", file).code == 0


@pytest.mark.parametrize("words", [("evaluate", "--instance", "none.json"), ("sharpen",), ("show", "--example")])
def test_commands_about_single_instances_say_why_not(command: Any, file: Path, words: tuple[str, ...]) -> None:
    done = command(words[0], "coin.tight", *words[1:], "--file", file)
    assert done.code == 2
    assert "claims a probability" in done.err


def test_what_floats_alone_see_fail_is_open() -> None:
    tiny = fro(x) ** 2 / 10**20
    rounded = paper.chance(
        "rounded", "true, but lost in floats", over=vectors, random=Gaussian(x),
        event=(1 + tiny) ** 2 - 1 - 2 * tiny >= tiny**2 / 2, at_least=Rational(1, 2),
    )  # fmt: skip
    report = examine(rounded, QUICK)
    assert report.verdict == "undecided"
    assert report.chances is not None
    assert report.chances.tested
    assert all((tried.failed, tried.open) == (0, tried.draws) for tried in report.chances.tested)


def test_a_level_is_stated() -> None:
    assert Fraction(1, 10**9) == LEVEL
    assert ModifiedIdentity(matrix("C", h, n), matrix("D", m, h)).exact is False


def test_a_draw_that_is_more_work_is_drawn_less_often_but_never_too_seldom() -> None:
    quick, default = Plan.of(QUICK), Plan.of(EFFORTS["default"])
    assert quick.draws(1) == [1_000, 5_000, 25_000]
    assert quick.draws(2 * 10**5) == [1_000, 5_000]
    assert quick.draws(10**12) == [10 * quick.fewest]
    assert default.draws(10**12) == [10 * default.fewest] > quick.draws(10**12)
    assert quick.scouts(1) == quick.scouting > quick.scouts(10**12) == quick.fewest


def test_the_work_of_a_draw_grows_with_the_cube_of_what_is_factorised_and_with_the_steps() -> None:
    small, large = (work(davidson_szarek, {n: size, m: size}, 0) for size in (100, 200))
    assert 7 * small < large < 8 * small
    assert work(davidson_szarek, {n: 100, m: 100}, 9) > 9 * small
    assert work(davidson_szarek, {n: 100, m: 1}, 0) < small / 500
