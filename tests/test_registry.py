"""Papers are found by entry point and by path, and every way to name them wrongly is one sentence."""

from __future__ import annotations

import gc
import importlib.metadata
from collections.abc import Iterator
from pathlib import Path

import pytest

from verify import registry as module
from verify.ahead import load
from verify.errors import StatementError, UnknownKeyError
from verify.paper import Paper
from verify.registry import installed_papers, papers_in, papers_of, registry, selection

PAPER = """
from verify.author import *
paper = Paper("{key}", "A paper")
n, m = dimensions("n m")
A = matrix("A", n, m)
lemma = paper.inequality("lemma", "t", over=domain(Dimension(n, 1, 3), Dimension(m, 1, 3), AnyMatrix(A)), claim={claim})
"""


def written(path: Path, key: str = "mine", claim: str = "sigma_max(A) <= fro(A)") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAPER.format(key=key, claim=claim))
    return path


def test_installed_papers_come_from_the_entry_points() -> None:
    assert {"linear_algebra", "xu2023"} <= set(installed_papers())


def test_two_files_with_one_stem_both_load(tmp_path: Path) -> None:
    first, second = (written(tmp_path / key / "lemma.py", key) for key in ("one", "two"))
    known, files, names = selection([str(first), str(second)])
    assert len(files) == 2
    assert [entry.key for entry in known.select(names)] == ["one.lemma", "two.lemma"]


def test_a_file_named_twice_is_loaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "lemma.py")
    monkeypatch.chdir(tmp_path)
    known, files, names = selection(["./lemma.py", "lemma.py", str(tmp_path / "lemma.py")])
    assert len(files) == 1
    assert [entry.key for entry in known.select(names)] == ["mine.lemma"]


def test_a_file_that_imports_an_installed_paper_offers_only_its_own(tmp_path: Path) -> None:
    path = written(tmp_path / "lemma.py")
    path.write_text("from theorems.linear_algebra import paper as facts\n" + path.read_text())
    assert [paper.key for paper in papers_in(path)] == ["mine"]


def test_keys_of_files_do_not_leak_into_other_registries(tmp_path: Path) -> None:
    selection([str(written(tmp_path / "lemma.py"))])
    assert "mine" not in registry().papers
    assert "mine" not in installed_papers()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "{path} defines no Paper; a paper is made by paper = Paper('key', 'title')."),
        ("a = (1,\nb = 2", "{path}, line 1: SyntaxError: '(' was never closed."),
        ("a = 1\nb = a / 0", "{path}, line 2: ZeroDivisionError: division by zero."),
        ("\nimport no_such_module", "{path}, line 2: ModuleNotFoundError: No module named 'no_such_module'."),
        ("raise SystemExit", "{path}, line 1: SystemExit."),
        ("def f():\n    raise ValueError('first\\nsecond.')\nf()", "{path}, line 2: ValueError: first second."),
        (
            PAPER.format(key="xu2023", claim="fro(A) <= 1"),
            "the key 'xu2023' of the paper in {path} is taken by another paper; give it a key of its own.",
        ),
        (
            PAPER.format(key="mine", claim="fro(A) <= symbol").replace("lemma =", "symbol, = scalars('c')\nlemma ="),
            "{path}, line 7: mine.lemma: the name 'c' in fro(A) <= c is not bound by the statement's domain; "
            "declare it there, or define it.",
        ),
        (
            PAPER.format(key="mine", claim="fro(A) >= 0").replace("1, 3", "3, 1"),
            "{path}, line 6: ",
        ),
        (
            PAPER.format(key="my.paper", claim="fro(A) >= 0"),
            "{path}, line 3: 'my.paper' cannot be the key of a paper: a key is not empty and has no dot, slash or space.",
        ),
    ],
)
def test_a_file_that_does_not_load_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "lemma.py"
    path.write_text(text)
    with pytest.raises(StatementError) as error:
        registry((str(path),))
    expected = message.format(path=path)
    assert str(error.value).startswith(expected) if expected.endswith(": ") else str(error.value) == expected
    assert "\n" not in str(error.value)


def test_a_broken_file_can_be_repaired(tmp_path: Path) -> None:
    path = tmp_path / "lemma.py"
    path.write_text("oops")
    with pytest.raises(StatementError, match="NameError"):
        papers_in(path)
    assert [paper.key for paper in papers_in(written(path))] == ["mine"]


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(UnknownKeyError, match=r"^there is no file .*/none\.py\.$"):
        selection([str(tmp_path / "none.py")])
    with pytest.raises(UnknownKeyError, match=r"^.* is a folder; name a Python file in it\.$"):
        selection([f"{tmp_path}/"])


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """What the entry points of the group give, by name."""
    papers: dict[str, object] = {}

    class Point(importlib.metadata.EntryPoint):
        def load(self) -> object:
            paper = papers[self.name]
            if isinstance(paper, Exception):
                raise paper
            return paper

    monkeypatch.setattr(module, "entry_points", lambda group: [Point(name, f"somewhere:{name}", group) for name in papers])
    installed_papers.cache_clear()
    yield papers
    installed_papers.cache_clear()


def test_an_entry_point_brings_its_paper(offered: dict[str, object]) -> None:
    offered["other"] = Paper("other", "Another paper")
    assert list(installed_papers()) == ["other"]


@pytest.mark.parametrize(
    ("papers", "message"),
    [
        ({"a": 3}, "the entry point 'somewhere:a' in group 'verify.papers' is no Paper."),
        ({"a": ImportError("no module b")}, "the installed paper 'a' (somewhere:a) cannot be loaded: ImportError: no module b."),
        ({"a": Paper("x", "")}, "the entry point 'somewhere:a' has the name 'a', but the key of its paper is 'x'."),
    ],
)
def test_a_broken_installed_paper_is_named(offered: dict[str, object], papers: dict[str, object], message: str) -> None:
    offered.update(papers)
    with pytest.raises(StatementError) as error:
        dict(installed_papers())
    assert str(error.value) == message
    assert gc.isenabled()


@pytest.mark.parametrize("collecting", [True, False])
def test_a_loaded_paper_is_never_searched_for_garbage(offered: dict[str, object], collecting: bool) -> None:
    offered["mine"] = Paper("mine", "")
    gc.unfreeze()
    if not collecting:
        gc.disable()
    try:
        assert installed_papers()["mine"].key == "mine"
        assert gc.isenabled() is collecting
    finally:
        gc.enable()
    assert gc.get_freeze_count() > 0


def test_what_a_selection_speaks_of_is_known_without_loading_it(offered: dict[str, object]) -> None:
    offered.update({"mine": ImportError("not asked for"), "other": ImportError("not asked for")})
    assert papers_of([]) == ["mine", "other"]
    assert papers_of(["mine.lemma-1", "my_file.py", "unknown"]) == ["mine"]
    assert papers_of(["my_file.py"]) == []


def test_a_paper_that_cannot_be_loaded_ahead_is_left_to_who_needs_it(offered: dict[str, object]) -> None:
    mine = Paper("mine", "")
    offered.update({"broken": ImportError("no module b"), "mine": mine})
    load(["broken", "mine"])
    assert installed_papers()["mine"] is mine


def test_a_key_names_one_installed_paper() -> None:
    points = [importlib.metadata.EntryPoint("x", f"{package}:paper", module.GROUP) for package in ("one", "other")]
    with pytest.raises(StatementError, match=r"^two installed papers have the key 'x'; a key names one paper\.$"):
        module.Papers(points, {})


def test_a_paper_is_loaded_only_when_it_is_asked_for(offered: dict[str, object]) -> None:
    mine = Paper("mine", "")
    offered.update({"mine": mine, "broken": ImportError("no module b")})
    known = registry.__wrapped__()
    assert list(known.papers) == ["mine", "broken"]
    assert known.papers["mine"] is mine
    assert known.places(["mine.a"]) == {}
    with pytest.raises(StatementError, match="'broken'"):
        known.statement("broken.lemma-1")
