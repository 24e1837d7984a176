"""Fingerprints: what a statement says changes them, what is said about it does not, and no process sees another one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from theorems.xu2023 import convergence, imbalance, notation, smoothness
from verify.author import (
    AnyMatrix,
    Dimension,
    Expansion,
    FullRank,
    Interval,
    Paper,
    Scalar,
    Statement,
    define,
    dimensions,
    domain,
    example,
    fro,
    let,
    matrix,
    scalars,
    spec,
    symmetric,
    trace,
)
from verify.fingerprint import fingerprint

n, m = dimensions("n m")
a, b = scalars("a b")
A, S = matrix("A", n, m), symmetric("S", n)


def stated(size: Any = None, *, given: Any = (), over: Any = None, **parts: Any) -> Statement:
    """||A|| <= a with a named norm, over matrices and a number, unless something is changed."""
    norm = define("norm", fro(A) if size is None else size)
    usual = domain(Dimension(n, 1, 4), Dimension(m, 1, 4), AnyMatrix(A), Scalar(a, Interval(0, 1)))
    return Paper("test", "Tests").state("claim", "A claim", kind="inequality", over=over or usual, claim=norm <= a, given=given, **parts)


def hash_of(statement: Statement) -> str:
    return fingerprint(statement).hash


def over(*declarations: Any, low: int = 1, high: int = 4, interval: Any = None) -> Any:
    return domain(Dimension(n, low, high), Dimension(m, 1, 4), *declarations, Scalar(a, interval or Interval(0, 1)))


@pytest.mark.parametrize(
    "changed",
    [
        stated(spec(A)),
        stated(2 * fro(A)),
        stated(given=a > 0),
        stated(over=over(FullRank(A))),
        stated(over=over(AnyMatrix(A), low=2)),
        stated(over=over(AnyMatrix(A), interval=Interval(0, 2))),
        stated(over=over(AnyMatrix(A), interval=Interval.open(0, 1))),
        stated(over=over(AnyMatrix(A), n <= m)),
        stated(fro(S), over=over(AnyMatrix(S))),
        replace(stated(), claim=(stated().claim[0], stated().claim[0])),
    ],
    ids=lambda s: "; ".join(fingerprint(s).text),
)
def test_a_change_of_what_is_claimed_changes_the_hash(changed: Statement) -> None:
    assert hash_of(changed) != hash_of(stated())


@pytest.mark.parametrize(
    "changed",
    [
        stated(wrong="It is false."),
        stated(note="A note."),
        stated(proof=Expansion()),
        stated(source="p. 3"),
        stated(examples=[example(A=[[1]], a=0)]),
        stated(over=over(AnyMatrix(A), high=9)),
        stated(over=over(AnyMatrix(A, ensembles=("gaussian",)))),
        replace(stated(), title="Another title", key="test.other", form="fact"),
    ],
)
def test_what_is_said_about_a_claim_does_not(changed: Statement) -> None:
    assert fingerprint(changed) == fingerprint(stated())


def test_derived_symbols_count_with_their_definitions() -> None:
    def derived(value: Any) -> Statement:
        return stated(b * fro(A), over=over(AnyMatrix(A), let(b, value)))

    assert hash_of(derived(trace(A * A.T))) != hash_of(derived(2 * trace(A * A.T)))


def test_the_law_counts() -> None:
    lemma = imbalance.lemma_C_3
    slower = replace(lemma.law, update=tuple((s, s + (value - s) / 2) for s, value in lemma.law.update))
    assert hash_of(replace(lemma, law=slower)) != hash_of(lemma)
    assert hash_of(replace(lemma, law=replace(lemma.law, name="another name"))) == hash_of(lemma)


def test_the_form_that_a_paper_prints_and_its_correction_differ() -> None:
    for printed, corrected in (
        (convergence.theorem_3_2_rate, convergence.theorem_3_2_rate_corrected),
        (smoothness.lemma_C_1_lower_left, smoothness.lemma_C_1_lower_left_corrected),
    ):
        assert hash_of(printed) != hash_of(corrected)


def test_the_text_has_hypotheses_claim_law_and_every_name() -> None:
    text = fingerprint(convergence.theorem_C_1_A_3).text
    assert "n >= N" in text
    assert "c_1 is in (0, 1)" in text
    assert "given: eta < eta_max" in text
    assert any(line.startswith("step: W_1 becomes") for line in text)
    assert any(line.startswith("claim: fro(") for line in text)
    for name in notation.descent.loss.name, "grad_l", "eta_max", "alpha_0", "p_1", "kappa":
        assert any(line.startswith(f"where {name}") for line in text)


def test_fingerprints_are_the_same_in_every_process() -> None:
    program = (
        "from verify.fingerprint import fingerprint as f; from theorems.xu2023 import convergence as c, smoothness as s; "
        "print([f(x) for x in (c.theorem_3_2_rate, c.theorem_C_1_A_3, s.lemma_C_1_lower_left)])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2", "77")
    }
    assert len(printed) == 1
