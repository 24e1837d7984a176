"""The ladder: what each combination of evidence amounts to, and what a session takes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from theorems import linear_algebra as la
from theorems.xu2023 import convergence, imbalance, smoothness
from verify.author import Closing, Dimension, Interval, Paper, Scalar, dimensions, domain, equal, fro, scalars, sqrt
from verify.effort import EFFORTS
from verify.errors import Contradiction
from verify.evidence import Report
from verify.ladder import examine, leaned_on, prove, settle
from verify.language import relations
from verify.proof.claims import Claim, Fact, ProofReport, Step
from verify.statement import Statement

QUICK = EFFORTS["quick"]
SMALL = replace(QUICK, shapes=4, draws=24, run_shapes=2, runs=6, steps=3, decided=6, evaluated=2)
a, b = scalars("a b")
numbers = domain(Scalar(a, Interval(0, 10)), Scalar(b, Interval(0, 10)))


@dataclass(frozen=True)
class Oracle:
    """A proof that believes everything."""

    def check(self, claim: Claim, facts: Sequence[Fact | Any] = ()) -> ProofReport:
        return ProofReport(grade="exact", steps=(Step("believed", "exact"),))


def stated(claim: Any, over: Any = numbers, **parts: Any) -> Statement:
    return Paper("test", "Tests").state("claim", "A claim", kind="inequality", over=over, claim=claim, **parts)


def report(key: str, verdict: Any, uses: tuple[str, ...] = (), form: str = "printed") -> Report:
    return Report(key=key, title=key, kind="inequality", form=form, expected="proved", verdict=verdict, seconds=0.0, seed=0, uses=uses)


def test_a_claim_that_holds_is_supported_and_one_that_fails_is_refuted() -> None:
    assert examine(stated(a * b <= a**2 + b**2), SMALL).verdict == "supported"
    refuted = examine(stated(a * b <= 1), SMALL)
    assert refuted.verdict == "refuted"
    assert refuted.counterexample is not None
    assert refuted.counterexample.relation == "a*b <= 1"
    assert not refuted.as_expected


def test_a_claim_about_dimensions_alone_is_looked_at_in_every_shape_drawn() -> None:
    n, m = dimensions("n m")
    paper, over = Paper("sizes", "Sizes"), domain(Dimension(n, 1, 6), Dimension(m, 1, 6), n <= m)
    true = examine(paper.inequality("true", "t", over=over, claim=n**2 <= n * m), EFFORTS["quick"])
    assert (true.verdict, true.instances) == ("supported", EFFORTS["quick"].shapes)
    false = examine(paper.inequality("false", "f", over=over, claim=n**2 >= m, wrong="n = 1, m = 2."), EFFORTS["quick"])
    assert false.verdict == "refuted"
    assert false.counterexample is not None
    assert false.counterexample.instance["dimensions"] == {"n": 1, "m": 2}


def test_a_true_claim_with_a_proof_is_proved_and_says_how() -> None:
    proved = examine(stated(a * b <= a**2 + b**2, proof=Closing()), SMALL)
    assert proved.verdict == "proved"
    assert proved.grade in ("exact", "solver")
    assert proved.as_expected


def test_a_proof_that_fails_leaves_what_the_draws_say() -> None:
    failed = examine(replace(la.weyl, key="test.weyl", proof=Closing(seconds=1, search=1)), SMALL)
    assert failed.verdict == "supported"
    assert not failed.as_expected
    assert prove(stated(a <= 11)).failure == "test.claim carries no proof"


def test_a_proof_of_a_false_statement_stops_the_session() -> None:
    with pytest.raises(Contradiction, match=r"test\.claim is proved and refuted"):
        examine(stated(a * b <= 1, proof=Oracle()), SMALL)


@pytest.mark.parametrize("statement", [smoothness.lemma_C_1_lower_left, smoothness.lemma_C_1_lower_right], ids=lambda s: s.label)
def test_a_proof_of_a_misprint_stops_the_session(statement: Statement) -> None:
    with pytest.raises(Contradiction):
        examine(replace(statement, proof=Oracle()), QUICK)


def test_a_claim_that_nothing_meets_is_vacuous_even_when_proved() -> None:
    assert examine(stated(a <= 1, given=a < -1, proof=Oracle()), SMALL).verdict == "vacuous"


def test_hypotheses_that_hold_with_equality_only_are_met_nevertheless() -> None:
    assert examine(stated(a * b <= 100, given=a <= 0), QUICK).verdict == "supported"
    met = replace(la.triangle, key="test.rank", given=relations(equal(fro(la.A), fro(la.C))))
    assert examine(met, QUICK).verdict == "supported"
    assert examine(replace(met, claim=relations(fro(la.A + la.C) < fro(la.A))), QUICK).verdict == "refuted"


def test_what_can_never_be_separated_is_undecided_and_not_refuted() -> None:
    tied = examine(stated(sqrt(2) * sqrt(2) * (a + 1) < 2 * a + 2), SMALL)
    assert tied.verdict == "undecided"
    assert tied.draws is not None
    assert tied.draws.ties > 0


def test_an_undefined_side_is_undecided() -> None:
    assert examine(stated(sqrt(-1 - a) <= 3), SMALL).verdict == "undecided"


def test_a_divergent_run_neither_holds_nor_leaves_a_number_that_json_cannot_say() -> None:
    statement = replace(
        convergence.theorem_3_2_step,
        key="test.divergent",
        claim=relations(convergence.theorem_3_2_step.law.loss >= 0),
        over=convergence.theorem_3_2_step.over.__class__(
            imbalance.lemma_C_3.over.declarations, imbalance.lemma_C_3.over.dimension_relations
        ),
        given=(),
    )
    examined = examine(statement, replace(SMALL, runs=24, steps=40))
    assert examined.draws is not None
    # With steps of any size most runs overflow; what overflowed is not counted among what holds.
    assert examined.draws.instances < examined.draws.drawn
    text = json.dumps(examined.to_json(), allow_nan=False)
    assert "NaN" not in text
    assert "Infinity" not in text


def test_the_verdict_and_the_evidence_depend_on_the_seed_alone() -> None:
    def evidence(seed: int) -> dict[str, Any]:
        return {**examine(imbalance.lemma_C_4, SMALL, seed).to_json(), "seconds": 0}

    assert evidence(3) == evidence(3)
    assert evidence(3) != evidence(4)


@pytest.mark.parametrize(
    "statement",
    [smoothness.lemma_C_1_lower_left, smoothness.lemma_C_2_lower, imbalance.lemma_C_4, convergence.theorem_3_2_linear],
    ids=lambda s: s.label,
)
def test_reports_survive_strict_json(statement: Statement) -> None:
    examined = examine(statement, SMALL)
    data = examined.to_json()
    assert json.loads(json.dumps(data, allow_nan=False)) == json.loads(json.dumps(data))
    assert data["key"] == statement.key
    assert data["verdict"] == examined.verdict


def test_json_says_null_for_what_is_no_finite_number() -> None:
    odd = replace(report("p.a", "supported"), evidence=(examine(stated(a <= 10), SMALL).draws,))
    odd = replace(
        odd, evidence=(replace(odd.evidence[0], minimum_slack=float("nan")), replace(odd.evidence[0], minimum_slack=float("inf")))
    )
    first, second = (e["minimum_slack"] for e in odd.to_json()["evidence"])
    assert first is None
    assert second is None


def test_a_session_takes_back_proofs_that_lean_on_what_fell() -> None:
    before = [
        report("p.base", "refuted"),
        report("p.middle", "proved", ("p.base",)),
        report("p.top", "proved", ("p.middle", "p.sound")),
        report("p.sound", "proved"),
        report("p.drawn", "supported", ("p.base",)),
    ]
    after = {r.key: r for r in settle(before)}
    assert [after[r.key].verdict for r in before] == ["refuted", "undecided", "undecided", "proved", "supported"]
    assert after["p.middle"].message == "its proof leans on p.base, which did not hold up"
    assert after["p.top"].message == "its proof leans on p.middle, which did not hold up"


def test_nothing_is_taken_back_where_all_holds_up() -> None:
    before = [
        report("p.base", "supported", form="fact"),
        report("p.middle", "proved", ("p.base",)),
        report("p.top", "proved", ("p.middle",)),
    ]
    assert settle(before) == before


@pytest.mark.parametrize("verdict", ["supported", "undecided", "vacuous", "failed"])
def test_a_proof_may_only_lean_on_what_is_proved_or_a_supported_fact(verdict: str) -> None:
    before = [report("p.base", verdict), report("p.top", "proved", ("p.base",))]
    assert settle(before)[1].verdict == "undecided"


def test_a_proof_may_not_lean_on_a_statement_without_a_proof() -> None:
    lean = replace(
        smoothness.lemma_C_1_lower_left_corrected,
        key="test.lean",
        proof=Oracle(),
        facts=(smoothness.lemma_C_1_lower_left(A=smoothness.A, B=smoothness.B),),
    )
    failure = prove(lean).failure
    assert failure is not None
    assert failure.startswith("it leans on xu2023.lemma-C.1.lower-left")
    assert examine(lean, SMALL).verdict == "supported"


def test_what_a_proof_leans_on_comes_first_and_once() -> None:
    ordered = [s.key for s in leaned_on([imbalance.lemma_C_3, smoothness.lemma_C_2_upper])]
    assert len(ordered) == len(set(ordered))
    assert ordered.index("xu2023.lemma-C.2.upper") < ordered.index("xu2023.lemma-C.3")
    assert ordered.index("linear_algebra.product-upper-left") < ordered.index("xu2023.lemma-C.2.upper")


def test_more_effort_looks_at_more() -> None:
    quick, default, thorough = (EFFORTS[name] for name in ("quick", "default", "thorough"))
    for less, more in ((quick, default), (default, thorough)):
        assert less.shapes < more.shapes
        assert less.draws < more.draws
        assert less.decided < more.decided
