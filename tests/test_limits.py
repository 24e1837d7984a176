"""Claims about limits: true ones are proved or supported, false ones refuted only where SymPy and balls agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from verify.author import (
    AnyMatrix,
    Dimension,
    Interval,
    Paper,
    Rational,
    Scalar,
    digamma,
    dimensions,
    domain,
    erfc,
    exp,
    fro,
    log,
    log_gamma,
    matrix,
    maximum,
    oo,
    positive_root,
    scalars,
    sqrt,
)
from verify.effort import EFFORTS
from verify.errors import StatementError
from verify.evidence import LimitEvidence
from verify.ladder import examine

QUICK = EFFORTS["quick"]

(n,) = dimensions("n")
x, y, a = scalars("x y a")
paper = Paper("limits", "Limits")
line = domain(Scalar(x, Interval.open(0, oo)), Scalar(a, Interval(0, 5)))
widths = domain(Dimension(n, 1, 100), Scalar(a, Interval(0, 5)))


@pytest.mark.parametrize(
    ("quantity", "over", "variable", "parts", "verdict"),
    [
        ((1 + a / n) ** n, widths, n, {"value": exp(a)}, "proved"),
        ((1 + a / n) ** n, widths, n, {"value": exp(a), "rate": 1 / n}, "proved"),
        ((1 + a / x) ** x, line, x, {"value": exp(2 * a)}, "refuted"),
        ((1 + a / x) ** x, line, x, {"value": exp(a), "rate": 1 / x**2}, "refuted"),
        (sqrt(x + a) - sqrt(x), line, x, {"value": 0, "rate": x ** Rational(-1, 2)}, "proved"),
        (x * log(x), line, x, {"value": 0, "to": 0}, "proved"),
        (exp(-x) + a, line, x, {"value": a, "to": 0}, "refuted"),
        (exp(x), line, x, {"value": 0}, "refuted"),
        (maximum(1 / x, 2 / x), line, x, {"value": 0}, "proved"),
        (maximum(1 / x, 2 / x), line, x, {"value": 1}, "refuted"),
        (erfc(x), line, x, {"value": 0}, "proved"),
        (log_gamma(x) / (x * log(x)), line, x, {"value": 1}, "proved"),
        (digamma(x) - log(x), line, x, {"value": 0, "rate": 1 / x}, "proved"),
        (positive_root(y**3 + y - x, y) / x, line, x, {"value": 0}, "supported"),
        (positive_root(y**3 + y - x, y) / x, line, x, {"value": 1}, "undecided"),
    ],
)
def test_verdicts(quantity: Any, over: Any, variable: Any, parts: dict[str, Any], verdict: str) -> None:
    label = f"{len(paper.statements)}"
    report = examine(paper.limit(label, "t", over=over, quantity=quantity, variable=variable, **parts), QUICK, 0)
    assert report.verdict == verdict
    assert any(isinstance(e, LimitEvidence) and len(e.distances) > 2 for e in report.evidence)


def test_no_setting_is_vacuous() -> None:
    statement = paper.limit("empty", "t", over=line, given=a > 6, quantity=1 / x, variable=x, value=0)
    assert examine(statement, QUICK, 0).verdict == "vacuous"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"quantity": fro(matrix("A", n, n)), "over": domain(Dimension(n, 1, 3), AnyMatrix(matrix("A", n, n))), "variable": n}, "a matrix"),
        ({"quantity": 1 / x, "to": sqrt(2)}, "neither infinity nor a rational"),
        ({"quantity": 1 + a}, "does not occur"),
        ({"quantity": 1 / (x + n)}, "not bound"),
    ],
)
def test_ill_formed_limits_are_refused(parts: dict[str, Any], reason: str) -> None:
    with pytest.raises(StatementError, match=reason):
        paper.limit("ill", "t", **{"over": line, "variable": x, "value": 0, **parts})


def test_the_command_line(command: Any, tmp_path: Path) -> None:
    path = tmp_path / "euler.py"
    path.write_text(
        "from verify.author import *\n"
        "paper = Paper('euler', 'Euler')\n"
        "n, = dimensions('n')\n"
        "over = domain(Dimension(n, 1, 9))\n"
        "paper.limit('number', 'e', over=over, quantity=(1 + 1 / n) ** n, variable=n, value=exp(1), rate=1 / n)\n"
    )
    assert command("run", path, "--effort", "quick", "--jobs", "1").code == 0
    assert "tends to E as n tends to oo, at a distance of O(1/n)" in command("show", "euler.number", "--file", path).out
    done = command("hunt", "euler.number", "--file", path)
    assert (done.code, "claims a limit" in done.err) == (2, True)
