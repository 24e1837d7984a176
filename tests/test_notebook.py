"""What notebooks show comes from the objects themselves, escaped, and no value is left out or invented."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from verify.author import AnyMatrix, Dimension, Gaussian, Paper, Scalar, dimensions, domain, fro, law, matrix, scalars, state
from verify.backends import Float64
from verify.certificate import certify
from verify.dynamics import run
from verify.evidence import Counterexample, DrawEvidence, ProofEvidence, Report
from verify.instance import Instance
from verify.language import Interval
from verify.runs import simulate

n, m = dimensions("n m")
A, W = matrix("A", n, m), state("W", n, m)
eta, delta = scalars("eta delta")
sizes = Dimension(n, 1, 2), Dimension(m, 1, 2)
paper = Paper("shown", "Shown")
false = paper.inequality("small", "A <norm>", over=domain(*sizes, AnyMatrix(A)), given=fro(A) > 0, claim=fro(A) <= 1)
chance = paper.chance(
    "often", "Often", over=domain(*sizes, Scalar(delta, Interval.open(0, 1))), random=Gaussian(A), event=fro(A) >= 0, at_least=1 - delta
)
shrinking = law("shrinking", {W: W - eta * W}, step_size=eta, loss=fro(W) ** 2)

DRAWS = DrawEvidence("draws", 3, 10, 9, 8, 1, 0, 0, 0.25, {"dimensions": {"n": 1}, "values": {"A": [["1/3"]]}}, 4)
FOUND = Counterexample({"dimensions": {"n": 1}, "values": {"A": [["2"]]}}, "fro(A) <= 1", "2", "1", (), 0, 128, "A: <huge>")
REPORT = Report("shown.small", "A <norm>", "inequality", "printed", "supported", "refuted", 0.1, 0, evidence=(DRAWS, FOUND))


def test_a_statement_is_its_formulas() -> None:
    shown = false._repr_latex_()
    assert shown.startswith("$$")
    assert shown.endswith("$$")
    assert shown.index(r"\text{given} & \left\|A\right\|_F > 0") < shown.index(r"\text{claim} & \left\|A\right\|_F \leq 1")
    assert r"with probability at least $1 - \delta$" in chance._repr_latex_()


def test_a_report_shows_verdict_and_evidence_escaped() -> None:
    shown = REPORT._repr_html_()
    assert "<strong>refuted</strong>, but supported was expected" in shown
    assert "A &lt;norm&gt;" in shown
    assert "<norm>" not in shown
    assert "A: &lt;huge&gt;" in shown
    assert "0.25" in shown
    proved = replace(REPORT, verdict="proved", expected="proved", evidence=(ProofEvidence("exact", ("[exact] one",), (), None),))
    assert "<strong>proved</strong> (exact)</p>" in proved._repr_html_()


def test_evidence_shows_what_it_holds() -> None:
    shown = FOUND._repr_html_()
    assert "fro(A) &lt;= 1" in shown
    assert "hypotheses" not in shown, "what is empty is left out"
    long = replace(FOUND, origin="x" * 1000)._repr_html_()
    assert "x" * 299 + "…" in long


def test_a_certificate_shows_where_the_statement_fails() -> None:
    shown = certify(false, Instance.of(false.over, {"A": [["5/2"]]}))._repr_html_()
    assert "Counterexample to shown.small" in shown
    assert "[[5/2]]" in shown
    assert "fro(A) &lt;= 1" in shown


def test_runs_and_trajectories() -> None:
    start = {W: np.ones((1, 2)), eta: 0.5}
    recorded = run(shrinking, Float64(), {n: 1, m: 2}, start, 3)._repr_html_()
    assert "Run of shrinking" in recorded
    assert "<code>3</code>" in recorded
    runs = simulate(shrinking, {n: 1, m: 2}, {W: np.ones((2, 1, 2))}, 4, {"L": fro(W) ** 2}, step_size=0.5)
    shown = runs._repr_html_()
    assert "mean 2 at t = 0, 0.007812 at t = 4" in shown
    heights = [float(point.split(",")[1]) for point in shown.split('points="')[1].split('"')[0].split()]
    assert heights[2] - heights[1] == pytest.approx(heights[1] - heights[0], abs=0.2), "the axis is logarithmic"
    still = simulate(shrinking, {n: 1, m: 2}, {W: np.ones((1, 1, 2))}, 0, {"L": fro(W) ** 2}, step_size=0.5)
    assert "<svg" not in still._repr_html_(), "one time is no curve"
