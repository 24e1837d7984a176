"""Statements about flows from end to end: planted false ones fall with a certificate, true ones hold up, forgeries are seen through."""

from __future__ import annotations

import copy
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests import flow_toys as toy
from verify import flow_runs, flow_screening
from verify.author import (
    Groenwall,
    Paper,
    Statement,
    chain,
    equal,
    example,
    exp,
    flow_time,
    following,
    fro,
    initial,
    lam,
    rate_of,
    sigma_max,
    time,
)
from verify.certificate_format import digest_of
from verify.checker import check
from verify.deciding import decide
from verify.effort import EFFORTS, Budget, Effort
from verify.errors import StatementError
from verify.evaluating import evaluate_at
from verify.evidence import Counterexample
from verify.fingerprint import fingerprint
from verify.instance import Instance
from verify.ladder import examine
from verify.paper import Registry
from verify.sampling import draw
from verify.screening import screen
from verify.showing import entry_lines

W_1, W_2, imbalance, residual, loss = toy.W_1, toy.W_2, toy.imbalance, toy.residual, toy.loss
SMALL = Effort("small", 3, 12, 3, 12, 3, 1, 8, 2, Budget(screened=1500, decided=20, shapes=1))
PAPER = toy.paper()


def stated(label: str, claim: Any, **parts: Any) -> Statement:
    return PAPER.flow(label, label, over=toy.over, along=toy.descent, claim=claim, **parts)


size = fro(W_1) ** 2 + fro(W_2) ** 2
slowest = lam(W_1 * W_1.T, toy.n) + lam(W_2.T * W_2, toy.m)
weights_shrink = stated("weights-shrink", size <= initial(size), wrong="they grow towards the targets")
fastest = sigma_max(W_1) ** 2 + sigma_max(W_2) ** 2
too_fast = stated("too-fast", loss <= exp(-2 * flow_time * initial(fastest)) * initial(loss), wrong="largest for smallest")
largest = lam(W_1.T * W_1 + W_2 * W_2.T, 1)
wrong_sign = stated("wrong-sign", largest <= initial(largest), wrong="the sum is not conserved, the difference is")
falls = equal(rate_of(loss), -(fro(residual * W_2.T) ** 2) - fro(W_1.T * residual) ** 2)
loss_falls = stated("loss-falls", loss <= initial(loss), proof=Groenwall(), facts=[falls])
pointwise = stated("pointwise", rate_of(loss) <= -2 * slowest * loss)


@cache
def counterexample(label: str) -> Counterexample:
    found = examine(PAPER.statements[f"toy.{label}"], SMALL).counterexample
    assert found is not None
    assert found.certificate is not None
    return found


@pytest.mark.parametrize("statement", [weights_shrink, too_fast, wrong_sign], ids=lambda s: s.label)
def test_false_claims_fall_with_a_certificate_that_checks(statement: Statement) -> None:
    found = counterexample(statement.label)
    result = check(found.certificate or {}, Registry({"toy": PAPER}))
    assert result.valid, result.sentence
    assert f"at t = {found.step}:" in result.sentence
    assert isinstance(found.step, str)
    assert found.bits <= 128
    assert sum(found.instance["dimensions"].values()) == 3


@pytest.mark.parametrize("statement", [loss_falls, pointwise], ids=lambda s: s.label)
def test_true_claims_hold_up_where_the_slack_exceeds_the_stated_error(statement: Statement) -> None:
    report = examine(statement, SMALL)
    assert report.verdict == statement.expected
    draws = report.draws
    assert draws is not None
    assert draws.rung == "flow"
    assert draws.clear > draws.accepted / 3
    assert draws.clear + draws.ties == draws.accepted
    # at t = 0 a claim about initial values is tight, so that it must be a tie
    assert statement is not loss_falls or draws.ties >= draws.drawn / 6


def test_an_equation_that_holds_is_a_tie_and_never_refuted() -> None:
    report = examine(stated("conserved", equal(imbalance, initial(imbalance))), SMALL)
    assert report.verdict == "undecided"
    assert report.draws is not None
    assert (report.draws.clear, report.draws.ties) == (0, report.draws.accepted)


def forged(change: Any) -> dict[str, Any]:
    data = copy.deepcopy(counterexample("weights-shrink").certificate)
    assert data is not None
    change(data)
    return {**data, "digest": digest_of(data)}


def put(data: dict[str, Any], place: str, value: Any) -> None:
    *path, last = place.split(".")
    for part in path:
        data = data[part]
    data[last] = value


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [
        ("step", "0", "does not hold the recomputed value"),
        ("step", "1/1000", "does not hold the recomputed value"),
        ("step", 1, "a rational in quotes"),
        ("step", "2/2", "not in lowest terms"),
        ("step", "-1", "step"),
        ("step", "1000000000", "cannot be enclosed"),
        ("step", "1" * 41, "step"),
        ("bits", 0, "cannot be 0 bits"),
        ("bits", 512, "32 to 256 bits"),
        ("violated.left", {"lower": "9", "upper": "10"}, "does not hold the recomputed value"),
        ("violated.left", {"lower": "-1000", "upper": "1000"}, "wider than the one recomputed"),
        ("inputs.values.Y", [["0"]], "recomputed value|fails"),
    ],
)
def test_forged_certificates_are_seen_through(place: str, value: Any, why: str) -> None:
    result = check(forged(lambda data: put(data, place, value)), Registry({"toy": PAPER}))
    assert not result.valid
    assert any(part in result.sentence for part in why.split("|")), result.sentence


def test_a_certificate_of_a_flow_is_none_of_a_run_or_of_another_flow() -> None:
    slower = Paper("toy", "The same with another flow")
    other = toy.descent.flow.__class__("half", tuple((s, v / 2) for s, v in toy.flow.velocities))
    slower.flow("weights-shrink", "weights-shrink", over=toy.over, along=other, claim=size <= initial(size))
    data = counterexample("weights-shrink").certificate
    assert "hashes differ" in check(data or {}, Registry({"toy": slower})).sentence


def test_balls_decide_at_rational_times() -> None:
    instance = Instance.of(toy.over, {"Y": [[2]], "W_1": [[1]], "W_2": [[0]]})
    at = [decide(weights_shrink, instance, step=t) for t in (0, Fraction(1, 3), Fraction(3))]
    assert [d.outcome for d in at] == ["holds", "violated", "violated"]
    assert decide(loss_falls, instance, step=Fraction(1, 3)).outcome == "holds"
    assert decide(stated("strict", initial(loss) > loss), instance).outcome == "violated"
    # at rest both sides are the same, which balls cannot tell
    rest = Instance.of(toy.over, {"Y": [[1]], "W_1": [[1]], "W_2": [[1]]})
    assert decide(loss_falls, rest, step=Fraction(5)).outcome == "tie"


def test_an_example_at_a_rational_time_is_looked_at_first() -> None:
    statement = stated("given", size <= initial(size), examples=[example(Y=[[2]], W_1=[[1]], W_2=[[0]], step="7/3")])
    report = examine(statement, SMALL)
    assert report.verdict == "refuted"
    assert report.draws is not None
    assert report.draws.drawn == 0


def test_what_a_flow_statement_may_say() -> None:
    with pytest.raises(StatementError, match="'t'"):
        stated("discrete-time", exp(-time) * loss <= initial(loss))
    with pytest.raises(StatementError, match="no dynamics"):
        stated("following", chain(following(loss), "<=", loss))
    with pytest.raises(StatementError, match="speaks of a flow"):
        PAPER.state("no-flow", "", kind="flow", over=toy.over, claim=loss <= initial(loss))
    with pytest.raises(StatementError, match="names no flow"):
        PAPER.inequality("no-law", "", over=toy.over.extended(), claim=rate_of(fro(toy.Y)) <= 0)
    with pytest.raises(StatementError, match="at its start only"):
        evaluate_at(loss_falls, Instance.of(toy.over, {"Y": [[2]], "W_1": [[1]], "W_2": [[0]]}), 20, step=1)


def test_it_shows_its_flow_and_prints_the_claim() -> None:
    text = "\n".join(entry_lines(too_fast))
    assert "flow: descent" in text
    assert "d/dt W_1(t) = E(t)*W_2(t).T" in text
    assert "L(t) <= exp(-2*t*" in text
    latex = "\n".join(entry_lines(pointwise, latex=True))
    assert r"\frac{d}{dt}\left[L(t)\right]" in latex
    assert "moves with the velocity" in " ".join(fingerprint(too_fast).text)
    assert fingerprint(too_fast) != fingerprint(loss_falls)
    assert EFFORTS["quick"].runs > SMALL.runs


def test_statements_along_one_flow_share_what_floats_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: dict[str, Any] = {"along": toy.flow, "over": toy.over}
    paper = toy.paper()
    claims = [
        paper.flow("falls", "", **parts, claim=toy.loss <= initial(toy.loss)),
        paper.flow("grows", "", **parts, claim=toy.loss >= initial(toy.loss)),
    ]
    batch = draw(toy.over, dict.fromkeys(toy.over.dimensions, 2), 16, np.random.default_rng(5))
    followed: list[int] = []

    def counted(*arguments: Any, **options: Any) -> Any:
        followed.append(1)
        return flow_runs.follow(*arguments, **options)

    monkeypatch.setattr(flow_screening, "follow", counted)
    first, second = (screen(claim, batch) for claim in claims)
    np.testing.assert_allclose(first.slack[:, 3], -second.slack[:, 3])
    screen(claims[0], draw(toy.over, batch.dimensions, 16, np.random.default_rng(6)))
    assert len(followed) == 2
