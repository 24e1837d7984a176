"""Lemmas 7 and 8, Proposition 1 and Theorem 3 of min2022 rest on exact combinations alone, beneath each of them, too."""

from __future__ import annotations

import pytest

from verify.ladder import leaned_on, prove
from verify.registry import registry


@pytest.mark.parametrize("label", ["lemma-7", "lemma-8", "prop-1", "theorem-3"])
def test_the_main_results_have_exact_proofs(label: str) -> None:
    statement = registry().statement(f"min2022.{label}")
    grades = {used.key: prove(used).grade for used in leaned_on([statement]) if used.proof is not None}
    assert grades[statement.key] == "exact"
    assert set(grades.values()) == {"exact"}
