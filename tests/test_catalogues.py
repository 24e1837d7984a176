"""Every line of a paper's catalogue has a key: a statement or a definition, whole or in parts."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from verify.paper import Paper
from verify.registry import installed_papers

FILES = sorted((Path(__file__).parent / "catalogues").glob("*.toml"))


@dataclass(frozen=True)
class Catalogue:
    """The labels that a paper's catalogue lists, and the reasons why some of them have no entry."""

    paper: Paper
    lines: tuple[str, ...]
    without_key: dict[str, str]

    def without_entry(self) -> set[str]:
        """The lines that are the label of no entry, nor of a part of it; lemma-3.1 is no part of lemma-3."""
        labels = [key.split(".", 1)[1] for key in (*self.paper.statements, *self.paper.definitions)]
        return {line for line in self.lines if not any(re.match(rf"{re.escape(line)}(\.(?!\d)|(?<!\d)\.|$)", label) for label in labels)}


def read(file: Path) -> Catalogue:
    parts = tomllib.loads(file.read_text())
    return Catalogue(installed_papers()[file.stem], tuple(parts["lines"].split()), parts["without_key"])


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    return read(request.param)


def test_every_line_has_an_entry_or_a_reason(catalogue: Catalogue) -> None:
    assert catalogue.without_entry() == set(catalogue.without_key)


def test_no_line_is_listed_twice(catalogue: Catalogue) -> None:
    assert len(catalogue.lines) == len(set(catalogue.lines)) > 50


def test_every_false_statement_has_a_certificate_and_a_corrected_form(catalogue: Catalogue) -> None:
    for statement in catalogue.paper.statements.values():
        corrected = catalogue.paper.statements.get(f"{statement.key}.corrected")
        assert (statement.wrong is None) == (corrected is None), statement.key
        if corrected is not None:
            assert corrected.wrong is None
            assert corrected.form == "corrected"
            assert statement.limit is not None or (statement.certificate is not None and statement.certificate.is_file()), statement.key


def test_a_line_without_an_entry_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "xu2023.toml"
    file.write_text('lines = "lemma-3.1 lemma-3"\n[without_key]\n')
    assert read(file).without_entry() == {"lemma-3"}
