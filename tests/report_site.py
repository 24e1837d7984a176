"""A small paper with every kind of evidence, its stored runs, and the report on it, for the tests of the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from theorems import linear_algebra as la
from verify.author import (
    AnyMatrix,
    Closing,
    Dimension,
    Gaussian,
    Interval,
    Paper,
    Scalar,
    define,
    dimensions,
    domain,
    exp,
    fro,
    initial,
    law,
    log,
    matrix,
    scalars,
    sigma_min,
    sqrt,
    state,
    time,
)  # fmt: skip
from verify.effort import EFFORTS
from verify.experiments import Comparison, Figure, Outcome, Reproduction, Setting, comparison_csv
from verify.fingerprint import fingerprint
from verify.ladder import examine, leaned_on
from verify.paper import Registry
from verify.report import build
from verify.report.site import Built
from verify.store import Store

paper = Paper("mine", "Lemmas <of> my own", authors="A. Nobody")

n, m, k = dimensions("n m k")
A, B = matrix("A", n, m), matrix("B", m, k)
sizes = (Dimension(n, 1, 3), Dimension(m, 1, 3), Dimension(k, 1, 3))
factors = domain(*sizes, AnyMatrix(A), AnyMatrix(B))

upper = paper.inequality(
    "upper",
    "The norm of a product & the mean square of its factors",
    over=factors,
    claim=fro(A * B) <= (fro(A) ** 2 + fro(B) ** 2) / 2,
    proof=Closing(),
    facts=[la.submultiplicative(A=A, B=B)],
)
doubled = paper.inequality(
    "doubled",
    "Twice as much",
    over=factors,
    claim=2 * fro(A * B) <= fro(A) ** 2 + fro(B) ** 2,
    proof=Closing(),
    facts=[upper()],
)
lower = paper.inequality(
    "lower",
    "The norm of a product is at least sigma_min of one factor times the norm of the other",
    over=factors,
    claim=fro(A * B) >= sigma_min(A) * fro(B),
    wrong="A wide A has a kernel, where n < m.",
)
tall = paper.corrected(lower, over=domain(*sizes, AnyMatrix(A), AnyMatrix(B), n >= m))
U = state("U", n, m)
eta, delta = scalars("eta delta")
shrinking = law("shrinking", {U: U - eta * U}, step_size=eta, loss=fro(U) ** 2 / 2)
falls = paper.trajectory(
    "falls",
    "The norm falls",
    over=domain(*sizes[:2], AnyMatrix(U), Scalar(eta, Interval.open(0, 1))),
    law=shrinking,
    claim=fro(U) <= (1 + eta) ** (-time) * fro(initial(U)),
)
x = matrix("x", n, 1)
norm = paper.chance(
    "norm",
    "The norm of a Gaussian vector",
    over=domain(Dimension(n, 1, 5), Scalar(delta, Interval.open(0, 1))),
    random=Gaussian(x),
    event=fro(x) ** 2 <= n + 2 * sqrt(n * log(1 / delta)) + 2 * log(1 / delta),
    at_least=1 - delta,
)
(C,) = scalars("C")
some = paper.existence("some", "Some C", over=factors, constants={C: 2}, claim=fro(A * B) <= C * fro(A) * fro(B))
euler = paper.limit(
    "euler", "Compound interest", over=domain(Dimension(n, 1, 9)), quantity=(1 + 1 / n) ** n, variable=n, value=exp(1), rate=1 / n
)
later = paper.inequality("later.r<m", "Not run <b>yet</b>", over=factors, claim=fro(A) >= 0)
paper.definition("gram", define("G", A.T * A), title="The Gram matrix")
as_printed = Setting("paper", "paper", "As printed.", lambda *_: Outcome(()), 1)
paper.figure("figure-1", "A figure", source="Figure 1", settings=(as_printed,), compare=lambda *_: [])
paper.figure("figure-2", "Another figure", source="Figure 2", settings=(), compare=lambda *_: [])

BRIEF = replace(EFFORTS["quick"], shapes=4, draws=24, run_shapes=3, runs=12, steps=8, decided=8, evaluated=2, descended=1)
REGISTRY = Registry({"linear_algebra": la.paper, "mine": paper})
STATEMENTS = tuple(paper.statements.values())
EXAMINED = tuple(s for s in STATEMENTS if s is not later)


def stored(path: Path) -> Path:
    """A store with a brief run of everything but one statement."""
    with Store(path, create=True) as store:
        prints = {s: fingerprint(s) for s in leaned_on(EXAMINED)}
        run = store.begin("by hand", {p.hash: "\n".join(p.text) for p in prints.values()})
        for statement, found in prints.items():
            store.record(run, found.hash, examine(statement, BRIEF))
        store.finish(run)
    return path


def reproduced(folder: Path) -> Path:
    """A folder with the stored reproduction of one figure."""
    figure: Figure = paper.figures["mine.figure-1"]
    rows = (Comparison("final loss", "paper", "0.5", "0.51 ± 0.1", "agrees"), Comparison.claim("it falls", "paper", "it rises", False))
    folder.mkdir()
    (folder / "mine.figure-1.comparison.csv").write_text(comparison_csv(Reproduction(figure, {}, rows, 1, 0)))
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="60" height="40" fill="#0072b2"/></svg>'
    (folder / "mine.figure-1.paper.svg").write_text(picture)
    return folder


def site(folder: Path) -> Built:
    """The report on the paper, made in the folder from a store in it."""
    sources = {"mine": "mine.py"}
    return build(REGISTRY, STATEMENTS, [stored(folder / "runs.db")], folder / "site", [reproduced(folder / "figures")], sources)
