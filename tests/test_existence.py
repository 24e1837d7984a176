"""Claims that some constant exists: tested with the proof's constant, and the best one is searched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from verify.author import (
    AnyMatrix,
    Dimension,
    Gaussian,
    Paper,
    Rational,
    chain,
    dimensions,
    domain,
    equal,
    fro,
    matrix,
    nuclear,
    scalars,
    sigma_max,
    sqrt,
    trace,
)
from verify.checker import check
from verify.effort import EFFORTS
from verify.errors import StatementError
from verify.evidence import ConstantEvidence, Report
from verify.fingerprint import fingerprint
from verify.ladder import examine
from verify.paper import Registry
from verify.statement import Statement

QUICK = EFFORTS["quick"]

n, m = dimensions("n m")
C, c = scalars("C c")
A, B = matrix("A", n, m), matrix("B", n, m)
paper = Paper("some", "Claims of existence")
REGISTRY = Registry({"some": paper})
pair = domain(Dimension(n, 1, 8), Dimension(m, 1, 8), AnyMatrix(A), AnyMatrix(B))
single = domain(Dimension(n, 1, 8), Dimension(m, 1, 8), AnyMatrix(A))

square = fro(A + B) ** 2 <= C * (fro(A) ** 2 + fro(B) ** 2)


def best(report: Report) -> ConstantEvidence:
    (found,) = [e for e in report.evidence if isinstance(e, ConstantEvidence)]
    return found


def test_the_proofs_constant_is_tested_and_the_best_one_reported() -> None:
    report = examine(paper.existence("loose", "a loose constant", over=pair, constants={C: 4}, claim=square), QUICK, 0)
    assert report.verdict == "supported"
    found = best(report)
    assert found.constant == "C = 4"
    # The best constant is 2, half of the printed one.
    assert all(b.seen is not None and b.seen == pytest.approx(0.5) for b in found.best)


def test_a_constant_that_is_too_small_is_refuted() -> None:
    statement = paper.existence("small", "too small a constant", over=pair, constants={C: Rational(3, 2)}, claim=square)
    report = examine(statement, QUICK, 0)
    assert report.verdict == "refuted"
    assert report.counterexample is not None
    assert check(report.counterexample.certificate or {}, REGISTRY).valid
    repaired = paper.corrected(statement, constants={C: 2})
    assert examine(repaired, QUICK, 0).verdict == "supported"


def test_an_open_constant_is_searched_over_growing_dimensions() -> None:
    report = examine(paper.existence("open", "no constant given", over=pair, constants={C: None}, claim=square), QUICK, 0)
    assert report.verdict == "supported"
    found = best(report)
    assert [b.cap for b in found.best] == [2, 4, 8]
    assert all(b.seen == pytest.approx(2) and b.certified is not None for b in found.best)


def test_a_constant_that_grows_with_the_dimensions_is_not_supported() -> None:
    statement = paper.existence("grows", "||A||_* <= C ||A||_F", over=single, constants={C: None}, claim=nuclear(A) <= C * fro(A))
    report = examine(statement, QUICK, 0)
    assert report.verdict == "undecided"
    assert best(report).grows
    bounded = paper.existence(
        "bounded", "with the root of the dimension", over=single, constants={C: None}, claim=nuclear(A) <= C * sqrt(n) * fro(A)
    )
    assert examine(bounded, QUICK, 0).verdict == "supported"


def test_constants_in_hypotheses_and_probabilities() -> None:
    x = matrix("x", n, 1)
    statement = paper.existence(
        "chance", "with constant probability", over=domain(Dimension(n, 1, 8)), constants={C: Rational(1, 2), c: 4}, given=c * n >= 8,
        random=Gaussian(x), event=fro(x) ** 2 >= Rational(1, 10), at_least=C,
    )  # fmt: skip
    assert examine(statement, QUICK, 0).verdict == "supported"
    assert "c = 4" in " ".join(constant.words() for constant in statement.constants)


def test_the_value_of_a_constant_is_part_of_the_text() -> None:
    texts = [paper.existence(f"text.{value}", "t", over=pair, constants={C: value}, claim=square) for value in (2, 3, None)]
    assert len({fingerprint(statement).hash for statement in texts}) == 3


@pytest.mark.parametrize(
    ("constants", "claim", "reason"),
    [
        ({}, square, "needs constants"),
        ({"C": 1}, square, "is no symbol"),
        ({C: None}, fro(A) <= fro(B) ** C, "has not the form"),
        ({C: None}, fro(A) <= fro(B), "has not the form"),
        ({C: None}, C * fro(A) <= C * fro(B), "has not the form"),
        ({C: None}, equal(trace(A.T * A), C * fro(A) ** 2), "is an equation"),
    ],
)
def test_ill_formed_claims_are_refused(constants: Any, claim: Any, reason: str) -> None:
    with pytest.raises(StatementError, match=reason):
        paper.existence("ill", "ill-formed", over=pair, constants=constants, claim=claim)


def test_open_constants_are_neither_evaluated_nor_hunted(command: Any, tmp_path: Path) -> None:
    path = tmp_path / "open.py"
    path.write_text(
        "from verify.author import *\n"
        "paper = Paper('open', 'Open')\n"
        "n, m = dimensions('n m')\n"
        "C, = scalars('C')\n"
        "A = matrix('A', n, m)\n"
        "over = domain(Dimension(n, 1, 3), Dimension(m, 1, 3), AnyMatrix(A))\n"
        "paper.existence('norm', 'n', over=over, constants={C: None}, claim=fro(A) <= C * nuclear(A))\n"
        "paper.existence('two', 't', over=over, constants={C: 2}, claim=fro(A) <= C * nuclear(A))\n"
    )
    for words in (("hunt",), ("sharpen",), ("show", "--example"), ("evaluate", "--instance", "x.json")):
        done = command(words[0], "open.norm", *words[1:], "--file", path)
        assert (done.code, "claims that a constant exists" in done.err) == (2, True)
    assert "C, which the proof leaves open" in command("show", "open.norm", "--file", path).out
    assert "C = 2" in command("show", "open.two", "--file", path).out
    assert command("run", path, "--effort", "quick", "--jobs", "1").code == 0


def test_a_statement_is_one_kind() -> None:
    statement = paper.existence("kind", "k", over=single, constants={C: 1}, claim=chain(sigma_max(A), "<=", C * fro(A)))
    assert isinstance(statement, Statement)
    assert (statement.kind, statement.pointwise) == ("existence", True)
