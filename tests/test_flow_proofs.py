"""Proofs along a flow: invariants and Groenwall's inequality, and every way in which they must say no."""

from __future__ import annotations

from typing import Any

import pytest

from tests import flow_toys as toy
from verify.author import (
    AnyMatrix,
    Closing,
    Expansion,
    Groenwall,
    Interval,
    Invariant,
    Scalar,
    Statement,
    chain,
    decay_rate,
    domain,
    equal,
    exp,
    flow_law,
    flow_time,
    fro,
    identity,
    initial,
    lam,
    maximum,
    rate_of,
    scalars,
    sigma_min,
    state,
    trace,
    zeros,
)
from verify.errors import ProofError
from verify.ladder import prove

W_1, W_2, residual, loss, imbalance = toy.W_1, toy.W_2, toy.residual, toy.loss, toy.imbalance
(c,) = scalars("c")
falls = equal(rate_of(loss), -(fro(residual * W_2.T) ** 2) - fro(W_1.T * residual) ** 2)


def stated(claim: Any, **parts: Any) -> Statement:
    return toy.paper().flow("claim", "", **{"over": toy.over, "along": toy.descent, "claim": claim, **parts})


@pytest.mark.parametrize(
    "quantity",
    [imbalance, lam(imbalance, 1), maximum(lam(-imbalance, 2), 0) ** 2 + trace(imbalance), fro(imbalance), toy.Y, initial(loss)],
    ids=str,
)
def test_what_is_conserved_is_proved_to_be(quantity: Any) -> None:
    report = prove(stated(equal(quantity, initial(quantity)), proof=Invariant()))
    assert report.grade == "exact", report.failure


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (equal(loss, initial(loss)), "derivative"),
        (equal(W_1.T * W_1 + W_2 * W_2.T, initial(W_1.T * W_1 + W_2 * W_2.T)), "derivative"),
        (equal(lam(W_1.T * W_1, 1), initial(lam(W_1.T * W_1, 1))), "derivative"),
        (equal(fro(W_1) ** 2, initial(fro(W_1) ** 2)), "derivative of fro(W_1(t))**2 along the flow is not zero"),
        (equal(fro(W_1), initial(fro(W_1))), "W_1(t))**2 along the flow is not zero: "),
        (equal(imbalance, zeros(toy.h, toy.h)), "does not read"),
        (equal(trace(imbalance), initial(2 * trace(imbalance))), "does not read"),
        (equal(W_1, initial(W_1)), "derivative"),
        (chain(trace(imbalance), "<=", initial(trace(imbalance))), "does not read"),
        (equal(flow_time, 0), "flow_time|t moves|derivative of t"),
    ],
    ids=str,
)
def test_what_is_not_conserved_is_not_proved(claim: Any, why: str) -> None:
    report = prove(stated(claim, proof=Invariant()))
    assert report.grade is None
    assert report.failure is not None
    assert any(part in report.failure for part in why.split("|"))


def test_the_rate_of_the_loss_is_an_identity_at_every_time() -> None:
    assert prove(stated(falls, proof=Expansion())).grade == "exact"
    assert prove(stated(equal(rate_of(loss), -(fro(W_1.T * residual) ** 2)), proof=Expansion())).grade is None
    assert prove(stated(rate_of(loss) <= 0, proof=Closing(), facts=[falls])).proved
    assert prove(
        stated(equal(decay_rate(loss) * loss, fro(residual * W_2.T) ** 2 + fro(W_1.T * residual) ** 2), proof=Closing(), given=loss > 0)
    ).proved


@pytest.mark.parametrize("claim", [loss <= initial(loss), chain(-loss, ">=", initial(-loss)), loss / 2 <= initial(loss) / 2], ids=str)
def test_a_quantity_whose_rate_is_never_positive_does_not_grow(claim: Any) -> None:
    report = prove(stated(claim, proof=Groenwall(), facts=[falls]))
    assert report.proved, report.failure
    assert not prove(stated(claim, proof=Groenwall())).proved


decay = flow_law("decay", {W_1: -W_1, W_2: -3 * W_2})
decaying = toy.over.extended(Scalar(c, Interval(0, 1)))


def along_decay(claim: Any, **parts: Any) -> Statement:
    return stated(claim, along=decay, over=decaying, proof=Groenwall(), **parts)


def test_exponential_bounds() -> None:
    size = fro(W_1) ** 2
    assert prove(along_decay(size <= exp(-2 * flow_time) * initial(size))).proved
    assert prove(along_decay(size >= exp(-2 * flow_time) * initial(size))).proved
    assert prove(along_decay(size <= exp(-c * flow_time) * initial(size))).proved
    assert not prove(along_decay(size <= exp(-3 * flow_time) * initial(size))).proved
    assert not prove(along_decay(size >= exp(-c * flow_time) * initial(size))).proved


def test_the_rate_must_be_at_rest() -> None:
    moving = fro(W_2) ** 2
    report = prove(along_decay(fro(W_1) ** 2 <= exp(-moving * flow_time) * initial(fro(W_1) ** 2)))
    assert report.grade is None
    assert "with c at rest" in str(report.failure)
    twice = prove(along_decay(fro(W_1) ** 2 <= exp(-2 * flow_time) * initial(2 * fro(W_1) ** 2)))
    assert "with c at rest" in str(twice.failure)


def test_a_hypothesis_about_the_present_says_nothing_of_the_past() -> None:
    size = fro(W_1) ** 2
    claim = size <= exp(-3 * flow_time) * initial(size)
    assert not prove(along_decay(claim, given=chain(-size, "<=", -3 * size / 2))).proved
    # the same at the start holds at all times, and contradicts nothing
    assert prove(along_decay(size <= exp(-c * flow_time) * initial(size), given=initial(size) >= 1)).proved


def test_a_quantity_that_may_have_a_pole_is_refused() -> None:
    # d/dt (1/x) = 1/x^2 where x falls at the rate 1, yet 1/x leaps from infinity to minus infinity
    x = state("x", 1, 1)
    fall = flow_law("fall", {x: -identity(1)})
    claim = trace(x.I) >= initial(trace(x.I))
    report = prove(toy.paper().flow("pole", "", over=domain(AnyMatrix(x)), along=fall, claim=claim, proof=Groenwall()))
    assert "may have a pole or leap" in str(report.failure)


def test_facts_along_a_flow_are_about_that_flow_and_its_states() -> None:
    conserved = stated(equal(trace(imbalance), initial(trace(imbalance))), proof=Invariant())
    claim = trace(imbalance) <= initial(trace(imbalance))
    fine = toy.paper().flow(
        "again",
        "",
        over=toy.over,
        along=toy.flow,
        claim=trace(imbalance) <= initial(trace(imbalance)),
        proof=Closing(),
        facts=[conserved()],
    )
    assert prove(fine).proved
    elsewhere = toy.paper().flow("other", "", over=decaying, along=decay, claim=claim, proof=Closing(), facts=[conserved()])
    with pytest.raises(ProofError, match="speaks of the flow 'descent'"):
        prove(elsewhere)
    moved = toy.paper().flow(
        "moved",
        "",
        over=toy.over,
        along=toy.flow,
        claim=trace(imbalance) <= initial(trace(imbalance)),
        proof=Closing(),
        facts=[conserved(W_1=2 * W_1)],
    )
    with pytest.raises(ProofError, match=r"W_1.* cannot be replaced"):
        prove(moved)


def test_the_rules_prove_nothing_of_other_kinds() -> None:
    plain = toy.paper().inequality("plain", "", over=toy.over, law=toy.descent, claim=sigma_min(W_1) >= 0, proof=Invariant())
    assert "not of kind flow" in str(prove(plain).failure)
