"""Every line of the catalogue of xu2023 has a key: a statement or a definition, whole or in parts."""

from __future__ import annotations

import pytest

from theorems.xu2023 import paper

LINES = """
def-notation table-1 def-data eq-1 eq-2 asm-1 eq-3 eq-4 eq-5 eq-6 eq-7 eq-8 fact-D-invariant eq-9 eq-10 eq-11 eq-PL eq-12 GF-rate
rem-alpha-positive def-Kmu eq-13 eq-14 eq-15 eq-16 eq-17 eq-18 lemma-3.1 eq-22 eq-23 eq-24 eq-25 eq-26 eq-27 eq-28 eq-29 table-2
theorem-3.1 eq-30-roots rem-3.1-a theorem-3.2 rem-arora-2D prop-3.1 eq-36 eq-37 prop-3.2 eq-40 eq-41 claim-3.1 algorithm-1 asymp-h
eq-43 eq-44 eq-46 eq-47 eq-48 eq-49 eq-50 eq-51 eq-52 eq-56 eq-57 eq-58 eq-59 eq-67 eq-68 eq-69 theorem-C.1 rem-C.1-monotone eq-70
lemma-C.1 eq-72 eq-73 lemma-C.2 eq-75 lemma-C.3 eq-77 eq-78 lemma-C.4 lemma-C.5 eq-81 eq-82 eq-83 eq-84 eq-85 eq-86 eq-87 eq-88
eq-89 eq-90 eq-91 eq-92 eq-93 eq-94 eq-95 eq-96 eq-97 eq-98 eq-99 eq-100 eq-101 eq-102 eq-103 eq-104 fact-h00 eq-105 eq-106 eq-107
eq-108 eq-109 eq-110 eq-111 eq-112 eq-113 eq-114 eq-115 eq-116 eq-117 eq-118 eq-120 fact-alpha-le-beta eq-122 eq-123 claim-E.1
remark-E.1 eq-128 eq-129 eq-130 eq-131 eq-132 eq-133 eq-134 eq-136 eq-137 eq-138 eq-139 eq-140 eq-141 eq-142 prop-F.1 fig-1 fig-2
rem-exp code-layout ext-weyl ext-trace ext-groenwall ext-minmax ext-PL
"""
CATALOGUE = LINES.split()

WITHOUT_KEY = {
    "def-notation": "conventions of notation; the language itself encodes them",
    "table-1": "a table of prior work",
    "fig-1": "an experiment",
    "fig-2": "an experiment",
    "rem-exp": "what the experiments show",
    "code-layout": "how the authors' code is arranged",
    "ext-groenwall": "it speaks of functions of continuous time; GF-rate has the inequality between derivatives that it needs",
}


def keys() -> set[str]:
    return {key.split(".", 1)[1] for key in (*paper.statements, *paper.definitions)}


@pytest.mark.parametrize("line", CATALOGUE)
def test_a_line_of_the_catalogue_has_a_key(line: str) -> None:
    found = any(key == line or key.startswith(f"{line}.") for key in keys())
    assert found != (line in WITHOUT_KEY)


def test_no_line_is_listed_twice_and_all_reasons_belong_to_lines() -> None:
    assert len(CATALOGUE) == len(set(CATALOGUE))
    assert set(WITHOUT_KEY) <= set(CATALOGUE)


def test_every_false_statement_has_a_corrected_form() -> None:
    for statement in paper.statements.values():
        corrected = paper.statements.get(f"{statement.key}.corrected")
        assert (statement.wrong is None) == (corrected is None), statement.key
        assert corrected is None or (corrected.wrong is None and corrected.form == "corrected")
