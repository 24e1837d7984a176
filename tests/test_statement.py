"""Statements and papers: what is refused, what instances of facts carry, how corrected forms are made."""

from __future__ import annotations

from typing import Any

import pytest

from theorems.xu2023 import notation as xu
from verify.author import (
    AnyMatrix,
    Closing,
    Dimension,
    FullRank,
    Interval,
    Paper,
    Scalar,
    chain,
    define,
    dimensions,
    domain,
    equal,
    following,
    fro,
    initial,
    lam_max,
    matrix,
    scalars,
    sigma_max,
    symmetric,
)
from verify.errors import ProofError, StatementError, UnknownKeyError
from verify.language import in_text
from verify.language.time import Moment
from verify.paper import Registry
from verify.statement import Statement

n, m, k, N = dimensions("n m k N")
c, d = scalars("c d")
A, B, S = matrix("A", n, m), matrix("B", m, k), symmetric("S", n)
X = matrix("X", N, n)
factors = domain(Dimension(n, 1, 4), Dimension(m, 1, 4), Dimension(k, 1, 4), AnyMatrix(A), AnyMatrix(B))


@pytest.fixture
def paper() -> Paper:
    return Paper("test", "Tests")


def submultiplicative(paper: Paper, **parts: Any) -> Statement:
    return paper.inequality("product", "A norm of a product", **{"over": factors, "claim": fro(A * B) <= fro(A) * fro(B), **parts})


def user(paper: Paper) -> Statement:
    return paper.inequality("user", "A user of facts", over=xu.setting, law=xu.descent, claim=fro(xu.D) >= 0 * xu.L)


def test_a_statement_knows_its_paper_its_label_and_what_to_expect(paper: Paper) -> None:
    plain = submultiplicative(paper)
    assert (plain.key, plain.paper, plain.label, plain.form, plain.source) == ("test.product", "test", "product", "printed", "product")
    assert plain.expected == "supported"
    assert paper.inequality("a", "A", over=factors, claim=plain.claim, proof=Closing()).expected == "proved"
    assert paper.inequality("b", "B", over=factors, claim=plain.claim, proof=Closing(), wrong="a slip").expected == "refuted"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"claim": fro(A * B) <= c}, r"test\.product: the name 'c' in fro\(A\*B\) <= c is not bound"),
        ({"given": fro(X) <= 1}, r"test\.product: the name 'X' in fro\(X\) <= 1 is not bound"),
        ({"claim": True}, "a relation collapsed to True before it could be tested"),
        ({"claim": fro(A)}, r"fro\(A\) is no relation"),
        ({"claim": fro(following(xu.W_1)) <= 1, "over": xu.setting, "law": None}, "is not bound|no dynamics"),
    ],
)
def test_what_an_author_gets_wrong_is_named(paper: Paper, parts: dict[str, Any], message: str) -> None:
    with pytest.raises(StatementError, match=message):
        submultiplicative(paper, **parts)
    assert not paper.statements


def test_following_needs_a_law(paper: Paper) -> None:
    with pytest.raises(StatementError, match="names no dynamics"):
        submultiplicative(paper, claim=fro(following(A)) <= 1)
    with pytest.raises(StatementError, match="a step statement needs a law"):
        paper.step("step", "A step", over=factors, claim=fro(A) <= 1)


def test_a_key_is_taken_once(paper: Paper) -> None:
    submultiplicative(paper)
    with pytest.raises(StatementError, match=r"the key 'test\.product' is already taken"):
        submultiplicative(paper)
    with pytest.raises(StatementError, match=r"the key 'test\.product' is already taken"):
        paper.definition("product", define("q", fro(A)))


def test_an_unknown_kind_is_refused_with_the_kinds_there_are(paper: Paper) -> None:
    with pytest.raises(StatementError, match="'theorem' is no kind; the kinds are identity, inequality"):
        paper.state("x", "X", kind="theorem", over=factors, claim=fro(A) <= 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bindings", "message"),
    [
        ({"Z": A}, r"test\.product has no symbol 'Z'; it has A, B, k, m, n"),
        ({"A": A, "B": A}, r"B = A is \(n, m\), which does not fit \(m, k\)"),
        ({"A": c}, "A and c are not both matrices or both numbers"),
        ({"A": X, "B": A, "m": m}, "m = m, but the matrices given make it n"),
        ({"m": m, "A": X, "B": A}, "A = X is .*, which does not fit"),
    ],
)
def test_an_instance_of_a_fact_has_to_fit(paper: Paper, bindings: dict[str, Any], message: str) -> None:
    with pytest.raises(ProofError, match=message):
        submultiplicative(paper)(**bindings)


def test_an_instance_of_a_fact_binds_the_dimensions_too(paper: Paper) -> None:
    fact = submultiplicative(paper)(A=xu.W_1, B=xu.W_2).fact(user(paper))
    assert fact.name == "test.product(A = W_1(t), B = W_2(t))"
    (conclusion,) = fact.claim.conclusions
    assert in_text(conclusion) == "fro(W_1(t)*W_2(t)) <= fro(W_1(t))*fro(W_2(t))"
    names = {str(symbol) for r in fact.claim.assumptions for symbol in r.free_symbols}
    assert names <= {"n", "m", "h"}


def test_hypotheses_ranges_and_symmetry_become_obligations(paper: Paper) -> None:
    scaled = paper.inequality(
        "scaled", "Scaled", given=sigma_max(A) <= 1,
        over=domain(Dimension(n, 1, 4), Dimension(m, 1, 4), n <= m, FullRank(A), AnyMatrix(S), Scalar(c, Interval.open(0, 1))),
        claim=c * lam_max(S) * fro(A) <= fro(A) * lam_max(S) + fro(S),
    )  # fmt: skip
    assumptions = [in_text(r) for r in scaled(A=xu.X, S=xu.X * xu.X.T, c=d).fact(user(paper)).claim.assumptions]
    assert "X*X.T == X*X.T" in assumptions
    assert {"N <= n", "rank(X) == N", "0 < d", "d < 1", "sigma_max(X) <= 1"} <= set(assumptions)


def test_a_fact_can_be_taken_at_the_start_of_a_run(paper: Paper) -> None:
    running = paper.trajectory("run", "A run", over=xu.setting, law=xu.descent, claim=initial(xu.L) >= xu.L)
    conclusion = submultiplicative(paper)(A=initial(xu.W_1), B=initial(xu.W_2)).fact(running).claim.conclusions[0]
    assert {str(s) for s in conclusion.free_symbols} >= {"W_1(0)", "W_2(0)"}


def test_what_holds_along_a_run_is_a_fact_about_that_run_alone(paper: Paper) -> None:
    parts = {"over": xu.setting, "law": xu.descent}
    falls = paper.trajectory("falls", "The loss falls", **parts, claim=initial(xu.L) >= xu.L)
    along, at_once = paper.trajectory("along", "A run", **parts, claim=xu.L >= 0), paper.step("at-once", "A step", **parts, claim=xu.L >= 0)
    assert falls().fact(along).claim.conclusions == falls.resolved().conclusions
    with pytest.raises(ProofError, match=r"test.falls speaks of the run .*, along which test.at-once does not move."):
        falls().fact(at_once)
    with pytest.raises(ProofError, match=r"test.falls speaks of a run, so that W_1\(t\) cannot be replaced by"):
        falls(W_1=2 * xu.W_1).fact(along)


def test_uses_are_the_keys_of_the_facts(paper: Paper) -> None:
    fact = submultiplicative(paper)
    leaning = paper.inequality(
        "leaning", "Leaning", over=factors, claim=fro(A * B) <= fro(A) * fro(B) + 1,
        proof=Closing(), facts=[fact(A=A, B=B), fact(A=A, B=B), fro(A) >= -1],
    )  # fmt: skip
    assert leaning.uses == ("test.product",)


def test_a_corrected_form_keeps_what_is_not_changed(paper: Paper) -> None:
    printed = submultiplicative(paper, claim=fro(A * B) <= fro(A), wrong="B is missing", given=fro(A) >= 1, proof=Closing(), note="scan")
    repaired = paper.corrected(printed, claim=fro(A * B) <= fro(A) * fro(B))
    assert (repaired.key, repaired.form, repaired.note) == ("test.product.corrected", "corrected", "")
    assert (repaired.wrong, repaired.proof) == (None, None)
    assert (repaired.title, repaired.over, repaired.given) == (printed.title, printed.over, printed.given)
    assert (printed.expected, repaired.expected) == ("refuted", "supported")
    assert paper.statements["test.product"] is printed
    with pytest.raises(StatementError, match="already taken"):
        paper.corrected(printed)
    with pytest.raises(StatementError, match="'d' in"):
        paper.corrected(repaired, claim=fro(A) <= d)


def test_resolved_claims_hold_no_other_times(paper: Paper) -> None:
    step = paper.step("step", "A step", over=xu.any_step, law=xu.descent, claim=following(xu.L) <= xu.L)
    claim = step.resolved()
    assert not claim.conclusions[0].atoms(Moment)
    assert in_text(claim.conclusions[0].lhs) == "L(t+1)"
    assert [in_text(r) for r in claim.assumptions if "eta" in in_text(r)] == ["0 < eta"]


def test_the_registry_hints_at_near_keys(paper: Paper) -> None:
    submultiplicative(paper)
    known = Registry({"test": paper})
    assert [e.key for e in known.select(["test"])] == ["test.product"]
    with pytest.raises(UnknownKeyError, match=r"there is no statement 'test\.prodct'.*test\.product"):
        known.statement("test.prodct")


def test_a_chain_is_one_relation_for_each_sign() -> None:
    assert [in_text(r) for r in chain(0, "<", c, "<=", d, "!=", 1)] == ["0 < c", "c <= d", "d != 1"]
    assert in_text(equal(c, d)) == "c == d"
