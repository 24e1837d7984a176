"""Nothing reported is lost, nothing half-written is kept, and what is no sound store gets one sentence and stays as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from verify.errors import StoreError
from verify.evidence import Counterexample, DrawEvidence, EvaluationEvidence, ProofEvidence, Report
from verify.store import APPLICATION, Store

INSTANCE = {"dimensions": {"n": 1}, "values": {"A": [["1/3"]], "c": "-2"}}
FOUND = Counterexample(INSTANCE, "fro(A) <= c", "0.333", "-2", (("c < 0", "-2 < 0"),), step=3, bits=128, origin="A: zero")
REPORT = Report(
    key="mine.lemma",
    title="A lemma à la Grönwall",
    kind="inequality",
    form="printed",
    expected="supported",
    verdict="refuted",
    seconds=0.1234567890123,
    seed=4,
    uses=("linear_algebra.weyl",),
    evidence=(
        ProofEvidence(None, ("[exact] one", "[solver] two"), ("weyl",), "no"),
        DrawEvidence("draws", 3, 10, 9, 8, 1, 0, 0, 1 / 3, {**INSTANCE, "step": 3}, 4),
        EvaluationEvidence(8, 7, 50, 128, ("left is out",)),
        FOUND,
    ),
    message="m",
)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store(tmp_path / "s.db", create=True) as opened:
        yield opened


def test_a_report_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    run = store.begin("plan", {"h": "text"})
    store.record(run, "h", REPORT)
    with Store(tmp_path / "s.db", create=False) as other:
        assert other.reports(run) == [REPORT]
        assert other.done(run) == {("mine.lemma", 4)}
        assert other.counterexamples("h", other.newest_counterexample()) == [(INSTANCE, 3)]
        assert other.unfinished() == (run, "plan")
        other.finish(run)
        assert other.unfinished() is None


def test_a_report_is_kept_once_a_run(store: Store) -> None:
    first, second = store.begin("plan", {"h": "text"}), store.begin("plan", {"h": "text"})
    for run in (first, first, second):
        store.record(run, "h", REPORT)
    assert (store.reports(first), store.reports(second)) == ([REPORT], [REPORT])
    assert store.newest_counterexample() == 1, "one counterexample is kept once"


def test_counterexamples_belong_to_the_hash_and_to_their_time(store: Store) -> None:
    run = store.begin("plan", {"h": "text", "other": "text"})
    store.record(run, "h", REPORT)
    assert store.counterexamples("other", 1) == []
    assert store.counterexamples("h", 0) == []


def test_a_report_is_kept_whole_or_not_at_all(store: Store) -> None:
    run = store.begin("plan", {"h": "text"})
    store._connection.execute("CREATE TRIGGER broken BEFORE INSERT ON counterexamples BEGIN SELECT raise(ABORT, 'full'); END")
    with pytest.raises(StoreError, match="full"):
        store.record(run, "h", REPORT)
    assert store.done(run) == set()
    assert store._connection.execute("SELECT count(*) FROM evidence").fetchone() == (0,)


def test_a_store_that_was_cut_off_before_its_tables_were_made_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "s.db").touch()
    with Store(tmp_path / "s.db", create=True) as opened:
        assert opened.unfinished() is None


# --- what is no store -------------------------------------------------------------------------------


def text_file(path: Path) -> None:
    path.write_text("Nothing to see here. " * 100)


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()


def newer(path: Path) -> None:
    Store(path, create=True).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def truncated(path: Path) -> None:
    filled(path)
    path.write_bytes(path.read_bytes()[:5000])


def overwritten(path: Path) -> None:
    filled(path)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)


def folder(path: Path) -> None:
    path.mkdir()


def empty(path: Path) -> None:
    path.touch()


def nothing(path: Path) -> None:
    """There is no file."""


def filled(path: Path) -> None:
    with Store(path, create=True) as store:
        run = store.begin("plan", {"h": "text"})
        for seed in range(20):
            store.record(run, "h", Report(**{**REPORT.__dict__, "seed": seed}))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (text_file, "{path} is no store: file is not a database."),
        (foreign, "{path} is a database of another program, not a store."),
        (newer, "the store {path} has version 99, but this program reads version 2; begin a new store."),
        (truncated, "the store {path} is damaged: "),
        (overwritten, "the store {path} is damaged: "),
        (folder, "{path} is a folder, not a store."),
        (empty, "{path} is an empty file, not a store."),
        (nothing, "there is no store {path}."),
    ],
)
def test_what_is_no_store_gets_one_sentence_and_stays(tmp_path: Path, make: Callable[[Path], None], sentence: str) -> None:
    path = tmp_path / "s.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as caught:
        Store(path, create=False)
    assert str(caught.value).startswith(sentence.format(path=path))
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_no_store_is_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"^cannot use the store .*none/s.db: unable to open database file\.$"):
        Store(tmp_path / "none" / "s.db", create=True)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE reports SET report = '{'",
        "UPDATE reports SET report = '{\"key\": 3}'",
        "UPDATE evidence SET evidence = '[]'",
        "UPDATE counterexamples SET instance = 'A = 1'",
        "UPDATE counterexamples SET step = 'soon'",
    ],
)
def test_damaged_rows_get_one_sentence(store: Store, damage: str) -> None:
    run = store.begin("plan", {"h": "text"})
    store.record(run, "h", REPORT)
    store._connection.execute(damage)
    with pytest.raises(StoreError, match=r"^the store .* is damaged: a row holds what no report could have written\.$"):
        store.counterexamples("h", 1) and store.reports(run)


def test_the_file_says_whose_it_is(tmp_path: Path) -> None:
    Store(tmp_path / "s.db", create=True).close()
    assert (tmp_path / "s.db").read_bytes()[68:72] == APPLICATION.to_bytes(4, "big")
