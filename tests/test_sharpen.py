"""Sharpening: the certified factor is right where the best constant is known, and never claims too much."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from tests.classical import TRUE, A, B, square, squares
from verify.author import Dimension, Paper, absolute, dimensions, domain, equal, fro, nuclear, spec, sqrt, trace
from verify.errors import StatementError
from verify.search.sharpen import certified_ratio, ratio_of, sharpen
from verify.statement import Statement


def stated(claim: Any, over: Any = squares) -> Statement:
    return Paper("test", "Tests").state("claim", "A claim", kind="inequality", over=over, claim=claim)


@pytest.mark.parametrize(
    ("claim", "best"),
    [
        (fro(A * B - B * A) <= 2 * fro(A) * fro(B), 2**-0.5),
        (fro(A + B) ** 2 <= 3 * (fro(A) ** 2 + fro(B) ** 2), 2 / 3),
        (5 * spec(A) * nuclear(B) >= absolute(trace(A * B)), 0.2),
    ],
    ids=["commutator", "parallelogram", "duality"],
)
def test_a_loose_constant_is_sharpened(claim: Any, best: float) -> None:
    found = sharpen(stated(claim), 0, evaluations=60_000)
    assert found.certified is not None
    assert best - 1e-6 < found.certified <= best + 1e-9
    assert found.upper_seen == pytest.approx(best, rel=1e-6)
    assert found.instance is not None
    assert certified_ratio(stated(claim), found.instance, found.step) == found.certified


def test_a_tight_inequality_has_factor_one() -> None:
    found = sharpen(next(s for s in TRUE if s.label == "mixed-norm"), 0, evaluations=20_000)
    assert found.certified is not None
    assert 1 - Fraction(1, 10**6) < found.certified <= 1


def test_a_false_inequality_needs_a_factor_above_one() -> None:
    found = sharpen(stated(fro(A * B - B * A) <= fro(A) * fro(B)), 0, evaluations=30_000)
    assert found.certified is not None
    assert 1.41 < found.certified <= sqrt_two_above()


def sqrt_two_above() -> Fraction:
    return Fraction(141421357, 10**8)


def test_the_result_depends_on_the_seed_alone() -> None:
    statement = stated(fro(A * A) <= sqrt(2) * fro(A) ** 2, square)
    assert sharpen(statement, 0, 3, evaluations=8_000) == sharpen(statement, 0, 3, evaluations=8_000)


def test_what_has_no_factor_is_refused() -> None:
    for claim in (equal(fro(A), fro(A.T)), fro(A) >= 0):
        with pytest.raises(StatementError):
            sharpen(stated(claim), 0, evaluations=100)
    n = dimensions("n")[0]
    with pytest.raises(StatementError, match="speaks of dimensions alone"):
        sharpen(stated(n**2 <= 2 * n**3, domain(Dimension(n, 1, 3))), 0, evaluations=100)


def test_the_ratio_of_a_slack() -> None:
    assert ratio_of(0.0) == 1.0
    assert ratio_of(1.0) == 0.0
    assert ratio_of(-1.0) == float("inf")


def test_the_command_words_both_ends_honestly(command: Callable[..., Any]) -> None:
    outcome = command("sharpen", "linear_algebra.triangle", "--evaluations", 4000)
    assert outcome.code == 0
    assert "  certified: fro(A + C) >= 1 * (fro(A) + fro(C))" in outcome.out or "certified: fro(A + C) >= 0.99999999" in outcome.out
    assert "not certified: the largest ratio seen in" in outcome.out
    assert command("sharpen", "xu2023.eq-77").code == 2
