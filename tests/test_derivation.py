"""Derivations: the chain of xu2023 checks, and every kind of reason says no to a wrong line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sympy import Derivative

from theorems.xu2023 import notation as xu
from theorems.xu2023.derivations import numbers, rate_derivation
from verify.author import Interval, Paper, Scalar, chain, define, domain, equal, positive_root, scalars, sqrt
from verify.backends import Float64
from verify.compiler import compile
from verify.derivation import CheckedLine, Derivation, holds
from verify.derivation_showing import latex_lines, text_lines
from verify.errors import StatementError, UndefinedError
from verify.language.time import resolve
from verify.reasons import Bounding, Differentiating, Expanding, InstanceOf, Reason, Solving, exact_value

a, b, x = scalars("a b x")
positive = domain(*(Scalar(s, Interval.open(0, float("inf"))) for s in (a, b, x)))


@pytest.fixture(scope="module")
def rate() -> list[CheckedLine]:
    return rate_derivation.check()


def verdict(claim: Any, reason: Reason, **parts: Any) -> str | None:
    """What is wrong with a derivation of one line, or None."""
    chain_of_one = Derivation("mine.chain", "A chain", "here")
    chain_of_one.line("1", "A line.", claim=claim, reason=reason, **{"over": positive, **parts})
    (checked,) = chain_of_one.check()
    assert checked.report.proved == (checked.report.failure is None)
    return checked.report.failure


def test_every_line_from_the_smoothness_inequality_to_the_limit_rate_checks(rate: list[CheckedLine]) -> None:
    assert {entry.line.number: entry.report.failure for entry in rate if not entry.report.proved} == {}
    order = [entry.line.number for entry in rate]
    for earlier, later in (("13", "18"), ("18", "21"), ("21", "38"), ("38", "28.1"), ("28.4", "27"), ("30.first", "42"), ("42", "44")):
        assert order.index(earlier) < order.index(later)


def test_the_example_of_the_root_polynomials_is_the_network_it_names() -> None:
    dimensions = dict.fromkeys((xu.n, xu.m, xu.N, xu.h), 1)
    values = {xu.X: [[1.0]], xu.Y: [[1.25]], xu.W_1: [[1.0]], xu.W_2: [[1.0]], xu.c_1: 0.5, xu.c_2: 1.5}
    names = {"a_1": xu.a_1, "a_2": xu.a_2, "a_3": xu.a_3, "a_4": xu.a_4, "alpha_0": xu.alpha_0, "beta_0": xu.beta_0, "L_0": xu.L}
    backend = Float64()
    start = {s: s for s in xu.descent.state}
    program = compile([resolve(q, start=start) for q in names.values()], dimensions, backend)
    found = program({s: backend.matrix(v) if isinstance(v, list) else v for s, v in values.items()})
    for name, value in zip(names, found, strict=True):
        assert float(value) == pytest.approx(float(exact_value(a, {"a": numbers[name]})), rel=1e-12), name


def test_the_chain_prints_as_text_and_as_latex(rate: list[CheckedLine]) -> None:
    text = "\n".join(text_lines(rate_derivation, rate))
    assert "(18)  The update of the product" in text
    assert "[exact] instance of xu2023.eq-13" in text
    assert "has exactly one positive root" in text
    assert f"All {len(rate)} lines are checked" in text
    latex = "\n".join(latex_lines(rate_derivation, rate))
    assert latex.count(r"\begin{equation}") == latex.count(r"\end{equation}")
    assert latex.count("{") == latex.count("}")
    assert r"\tag{13}" in latex
    assert r"\hat\rho" in latex


def test_expanding_refuses_an_equation_that_does_not_expand() -> None:
    assert verdict(equal((a + b) ** 2, a**2 + 2 * a * b + b**2), Expanding()) is None
    assert "does not expand to zero" in str(verdict(equal((a + b) ** 2, a**2 + b**2), Expanding()))


def test_an_instance_says_no_more_than_its_statement() -> None:
    paper = Paper("mine", "Mine")
    proved = paper.fact("mean", "Arithmetic and geometric mean", over=positive, claim=chain(2 * a * b, "<=", a**2 + b**2))
    unproved = paper.inequality("unproved", "A claim without a proof", over=positive, claim=chain(a, "<=", b))
    assert verdict(chain(2 * a * x, "<=", a**2 + x**2), InstanceOf(proved(b=x))) is None
    assert "does not follow" in str(verdict(chain(3 * a * x, "<=", a**2 + x**2), InstanceOf(proved(b=x))))
    assert "leans on mine.unproved, which does not check" in str(verdict(chain(a, "<=", b), InstanceOf(unproved())))


def test_bounds_are_put_in_only_where_they_are_given() -> None:
    claim = chain(a * x, "<=", b * x)
    assert verdict(claim, Bounding(()), given=a <= b) is None
    assert "does not follow" in str(verdict(claim, Bounding(())))


def test_a_wrong_derivative_is_refused() -> None:
    cubic = define("p", 1 - a * x + b * x**3, of=(x,))
    assert verdict(equal(Derivative(cubic, x), -a + 3 * b * x**2), Differentiating()) is None
    assert "does not expand to zero" in str(verdict(equal(Derivative(cubic, x), -a + 2 * b * x**2), Differentiating()))
    assert "does not say what a first derivative is" in str(verdict(equal(cubic, -a), Differentiating()))


def test_a_root_needs_its_signs_and_says_no_more_than_its_polynomial() -> None:
    root = define("r", positive_root(b * x**2 + x - a, x))
    example = {"a": 2, "b": 1}
    assert verdict([root > 0, equal(b * root**2 + root, a)], Solving(example)) is None
    assert "is not what the root of the polynomial satisfies" in str(verdict(equal(b * root**2 - root, a), Solving(example)))
    assert "is not what the root of the polynomial satisfies" in str(verdict(root > 1, Solving(example)))
    no_sign_change = positive_root(b * x**2 + x + a, x)
    assert "the signs of the coefficients" in str(verdict(no_sign_change > 0, Solving(example)))
    assert "no rational number" in str(verdict(define("s", positive_root(x - sqrt(a), x)) > 0, Solving(example)))
    with pytest.raises(UndefinedError, match="no rational number"):
        exact_value(sqrt(a), {"a": 2})


def test_a_line_that_leans_on_a_wrong_one_does_not_check() -> None:
    chain_of_two = Derivation("mine.chain", "A chain", "here")
    wrong = chain_of_two.line("1", "Wrong.", over=positive, claim=chain(a, "<=", b), reason=Bounding(()))
    chain_of_two.line("2", "It would follow.", over=positive, claim=chain(2 * a, "<=", 2 * b), reason=Bounding((wrong(),)))
    checked = chain_of_two.check()
    assert not holds(checked)
    assert checked[1].report.failure == "it leans on (1), which does not check"
    assert text_lines(chain_of_two, checked)[-1] == "2 of 2 lines do not check: (1), (2)."


def test_numbers_of_lines_and_keys_are_taken_once() -> None:
    paper = Paper("mine", "Mine")
    made = paper.derivation("chain", "A chain", source="here")
    made.line("1", "A line.", over=positive, claim=equal(a, a), reason=Expanding())
    with pytest.raises(StatementError, match=r"mine\.chain has two lines \(1\)"):
        made.line("1", "Again.", over=positive, claim=equal(b, b), reason=Expanding())
    with pytest.raises(StatementError, match=r"the key 'mine\.chain' is already taken"):
        paper.derivation("chain", "Again", source="here")


PLANTED = """
from theorems.xu2023.notation import W, W_1, W_2, G, any_step, descent, eta, tau
from verify.author import *
from verify.reasons import Expanding

paper = Paper("planted", "A derivation with a wrong sign")
made = paper.derivation("chain", "The update of the product", source="eq. (18)")
made.line("18", "{why}", over=any_step, law=descent,
          claim=equal(following(W), W - eta * tau(G) {sign} eta**2 * G * W.T * G), reason=Expanding())
"""


@pytest.mark.parametrize(("sign", "code"), [("+", 0), ("-", 1)])
def test_the_command_fails_on_a_planted_wrong_line(command: Any, tmp_path: Path, sign: str, code: int) -> None:
    file = tmp_path / "planted.py"
    file.write_text(PLANTED.format(why="A line.", sign=sign))
    for options in ((), ("--latex",)):
        outcome = command("derive", "planted.chain", "--file", file, *options)
        assert outcome.code == code, outcome.err
        assert ("DOES NOT CHECK" in outcome.out) == (code == 1)


def test_an_unknown_derivation_ends_with_one_sentence(command: Any) -> None:
    outcome = command("derive", "xu2023.speed")
    assert outcome.code == 2
    assert outcome.err.strip() == "error: there is no derivation 'xu2023.speed'; the derivations are du2018.drift, xu2023.rate."


def test_lines_along_a_run_keep_the_start_apart_from_the_present() -> None:
    """Line (26) bounds what moves by what does not; read at one time they would be the same number."""
    line = next(entry for entry in rate_derivation.lines if entry.number == "26")
    symbols = {s.name for r in line.statement.resolved().assumptions for s in r.free_symbols if hasattr(s, "name")}
    assert {"W_1", "W_1(0)"} <= symbols
