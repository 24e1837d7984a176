"""A campaign finds the same whatever the workers and however often it is killed; stored counterexamples come first and settle nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.killing import killed_at
from verify.campaign import Campaign
from verify.effort import EFFORTS
from verify.errors import Contradiction, StoreError
from verify.evidence import Report
from verify.registry import papers_in
from verify.store import Store
from verify.workers import Workers, cluster, processes

Command = Callable[..., Any]

TINY = replace(EFFORTS["quick"], shapes=3, draws=16, generations=0, decided=4, evaluated=1)

HEAD = """
import os, multiprocessing
from verify.author import *
paper = Paper("mine", "Lemmas of my own")
(n,), (c,) = dimensions("n"), scalars("c")
A, C = matrix("A", n, n), matrix("C", n, n)
over = domain(Dimension(n, 1, 2), AnyMatrix(A), AnyMatrix(C))
near = domain(Scalar(c, Interval(-1, 1)))
"""

LEMMAS = """
triangle = paper.fact("triangle", "t", over=over, claim=fro(A + C) <= fro(A) + fro(C))
paper.inequality("proved", "p", over=over, claim=fro(A - C) <= fro(A) + fro(C), proof=Closing(), facts=[triangle(C=-C)])
paper.inequality("false", "f", over=over, claim=fro(A + C) <= fro(A), wrong="C is forgotten.")
paper.identity("both", "b", over=over, claim=equal(A + C, C + A), proof=Expansion())
"""

DEADLY = """
class Deadly:
    def check(self, claim, facts):
        if multiprocessing.parent_process() is not None:
            os._exit(9)
        raise RuntimeError("this test needs workers")

paper.identity("deadly", "d", over=over, claim=equal(A, A + 0 * C), proof=Deadly())
"""

CORNER = """
paper.inequality("corner", "c", over=near, claim=(c - Rational(1, 7)) ** 2 >= Rational(1, 10**12){examples})
"""


def written(path: Path, text: str) -> str:
    path.write_text(HEAD + text)
    papers_in.cache_clear()
    return str(path)


@pytest.fixture
def lemmas(tmp_path: Path) -> str:
    return written(tmp_path / "mine.py", LEMMAS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db", create=True) as opened:
        yield opened


def begin(store: Store, file: str, seeds: range = range(2), effort: Any = TINY) -> Campaign:
    from verify.registry import registry

    registry.cache_clear()
    return Campaign.begin(store, list(papers_in(Path(file))[0].statements), (file,), effort, seeds)


def nothing(report: Report) -> None:
    """No progress bar."""


def findings(campaign: Campaign) -> dict[tuple[str, int], Report]:
    reports = campaign.store.reports(campaign.run)
    assert len({(r.key, r.seed) for r in reports}) == len(reports)
    return {(r.key, r.seed): replace(r, seconds=0.0) for r in reports}


def verdicts(campaign: Campaign) -> dict[str, str]:
    return {summary.verdict.label: summary.verdict.verdict for summary in campaign.summaries()}


# --- the workers do not matter ----------------------------------------------------------------------


def test_the_findings_do_not_depend_on_the_workers(store: Store, lemmas: str) -> None:
    found = []
    for workers in (None, processes(2), Workers(3, ThreadPoolExecutor)):
        with Store(store.path.with_name(f"{len(found)}.db"), create=True) as own:
            campaign = begin(own, lemmas)
            campaign.carry_on(workers, nothing)
            assert (campaign.done, campaign.size, campaign.remaining()) == (8, 8, [])
            found.append(findings(campaign))
    assert all(other == found[0] for other in found[1:])
    assert {report.verdict for report in found[0].values()} == {"supported", "proved", "refuted"}


def test_a_dask_cluster_finds_the_same(store: Store, lemmas: str, local_cluster: Callable[..., Any]) -> None:
    here = begin(store, lemmas)
    here.carry_on(None, nothing)
    with (
        Store(store.path.with_name("cluster.db"), create=True) as own,
        # The threads of one worker share the precision of the numbers, so two of them are a test of their taking turns.
        local_cluster(n_workers=1, threads_per_worker=2) as local,
        cluster(local.scheduler_address) as workers,
    ):
        there = begin(own, lemmas)
        there.carry_on(workers, nothing)
        assert findings(there) == findings(here)


@pytest.mark.parametrize("together", [1, 6])
def test_a_statement_that_ends_its_worker_fails_and_the_others_go_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr("verify.session._together", lambda tasks, workers: together)
    file = written(tmp_path / "deadly.py", LEMMAS + DEADLY)
    campaign = begin(store, file, range(1))
    campaign.carry_on(processes(2), nothing)
    assert verdicts(campaign) == {
        "triangle": "supported", "proved": "proved", "false": "refuted", "both": "proved", "deadly": "failed",
    }  # fmt: skip
    message = findings(campaign)["mine.deadly", 0].message
    assert message == "its worker process died while it was examined, and again when it was examined alone."


# --- stored counterexamples -------------------------------------------------------------------------


def corner(tmp_path: Path, store: Store, examples: str = "") -> Report:
    campaign = begin(store, written(tmp_path / "corner.py", CORNER.format(examples=examples)), range(1))
    campaign.carry_on(None, nothing)
    return findings(campaign)["mine.corner", 0]


def test_a_stored_counterexample_is_looked_at_first(store: Store, tmp_path: Path) -> None:
    assert corner(tmp_path, store).verdict == "supported"
    assert corner(tmp_path, store, ', examples=[example(c="1/7")]').verdict == "refuted"
    found = corner(tmp_path, store).counterexample
    assert found is not None
    assert found.instance["values"] == {"c": "1/7"}
    written(tmp_path / "other.py", CORNER.format(examples="").replace("10**12", "10**13"))
    other = begin(store, str(tmp_path / "other.py"), range(1))
    assert other.remaining()[0].first == (), "another statement has no counterexamples yet"


def test_a_stored_counterexample_is_never_trusted(store: Store, tmp_path: Path) -> None:
    assert corner(tmp_path, store, ', examples=[example(c="1/7")]').verdict == "refuted"
    with sqlite3.connect(store.path) as db:
        db.execute("""UPDATE counterexamples SET instance = '{"dimensions": {}, "values": {"c": "1/2"}}'""")
    db.close()
    assert corner(tmp_path, store).verdict == "supported"


def test_a_stored_counterexample_that_does_not_fit_is_one_sentence(store: Store, tmp_path: Path) -> None:
    corner(tmp_path, store, ', examples=[example(c="1/7")]')
    with sqlite3.connect(store.path) as db:
        db.execute("""UPDATE counterexamples SET instance = '{"dimensions": {}, "values": {"c": "7"}}'""")
    db.close()
    with pytest.raises(StoreError, match=r"holds a counterexample to mine.corner that does not fit: c = 7 lies outside \[-1, 1\]\.$"):
        corner(tmp_path, store)


def test_what_a_campaign_finds_itself_is_not_replayed_within_it(store: Store, lemmas: str) -> None:
    campaign = begin(store, lemmas)
    campaign.carry_on(None, nothing)
    assert store.newest_counterexample() > 0
    assert all(task.first == () for task in replace(campaign, run=campaign.run + 1).remaining())
    later = begin(store, lemmas)
    assert {task.key for task in later.remaining() if task.first} == {"mine.false"}


# --- killed and resumed -----------------------------------------------------------------------------


def rows(path: Path) -> list[Any]:
    with Store(path, create=False) as store:
        return store._connection.execute("SELECT * FROM reports ORDER BY id").fetchall()


def uninterrupted(tmp_path: Path, lemmas: str, seeds: range) -> dict[tuple[str, int], Report]:
    with Store(tmp_path / "whole.db", create=True) as own:
        campaign = begin(own, lemmas, seeds, EFFORTS["quick"])
        campaign.carry_on(None, nothing)
        return findings(campaign)


def test_a_campaign_killed_in_the_middle_of_a_report_and_before_a_commit_is_resumed(tmp_path: Path, lemmas: str) -> None:
    path = tmp_path / "killed.db"
    # Every report has at least two pieces of evidence and none has more than three.
    plan = ("campaign", lemmas, "--store", path, "--seeds", "3..4", "--effort", "quick", "--jobs", 1)
    assert killed_at("INSERT INTO evidence", 4, *plan)
    kept = rows(path)
    assert len(kept) == 1
    assert killed_at("COMMIT", 3, "resume", path, "--jobs", 1)
    assert rows(path)[: len(kept)] == kept
    assert len(rows(path)) == 3
    kept = rows(path)
    with Store(path, create=False) as store:
        campaign = Campaign.unfinished(store)
        examined: list[Report] = []
        campaign.carry_on(None, examined.append)
        assert len(examined) == campaign.size - 3, "nothing is done twice"
        assert findings(campaign) == uninterrupted(tmp_path, lemmas, range(3, 5))
        assert store.unfinished() is None
    assert rows(path)[:3] == kept


def test_a_campaign_killed_while_its_workers_work_leaves_none_of_them_behind_and_is_resumed(
    tmp_path: Path, lemmas: str, command: Command
) -> None:
    path = tmp_path / "killed.db"
    plan = ("campaign", lemmas, "--store", path, "--seeds", "3..4", "--effort", "quick", "--jobs", 2)
    assert killed_at("INSERT OR IGNORE INTO reports", 3, *plan)
    kept = rows(path)
    assert len(kept) == 2
    outcome = command("resume", path, "--jobs", 1)
    assert outcome.code == 0
    assert "4 statements: 1 supported, 2 proved, 1 refuted; 0 not as expected (effort quick, seeds 3..4)" in outcome.out
    assert rows(path)[:2] == kept
    with Store(path, create=False) as store:
        assert findings(replace(begin(store, lemmas), run=1)) == uninterrupted(tmp_path, lemmas, range(3, 5))


def test_a_campaign_is_not_resumed_where_its_rest_would_not_fit(store: Store, lemmas: str, tmp_path: Path) -> None:
    begin(store, lemmas)
    written(tmp_path / "mine.py", LEMMAS.replace("claim=fro(A + C) <= fro(A),", "claim=fro(A + C) <= 2*fro(A),"))
    from verify.registry import registry

    registry.cache_clear()
    with pytest.raises(StoreError, match=r"^mine.false has changed since the campaign in .*s.db began; begin a new one\.$"):
        Campaign.unfinished(store)
    store._connection.execute('UPDATE runs SET plan = replace(plan, \'"numpy":"\', \'"numpy":"0.\')')
    with pytest.raises(StoreError, match=r"^the campaign in .* began with numpy 0\..*, but .* is installed; begin a new one\.$"):
        Campaign.unfinished(store)
    store._connection.execute("UPDATE runs SET plan = '{}'")
    with pytest.raises(StoreError, match=r"was planned by another version, or is damaged; begin a new one\.$"):
        Campaign.unfinished(store)


# --- verdicts of many seeds -------------------------------------------------------------------------


def told(store: Store, key: str, seed: int, verdict: str) -> None:
    """Makes a kept report say something else."""
    change = "UPDATE reports SET report = json_set(report, '$.verdict', ?) WHERE key = ? AND seed = ?"
    store._connection.execute(change, (verdict, key, seed))


def test_the_gravest_verdict_of_the_seeds_counts(store: Store, lemmas: str) -> None:
    campaign = begin(store, lemmas, range(3))
    campaign.carry_on(None, nothing)
    told(store, "mine.false", 0, "supported")
    told(store, "mine.false", 1, "vacuous")
    (summary,) = [s for s in campaign.summaries() if s.verdict.key == "mine.false"]
    assert (summary.verdict.verdict, summary.verdict.seed, summary.agreeing, len(summary.reports)) == ("refuted", 2, 1, 3)
    assert summary.instances == sum(r.draws.instances for r in summary.reports if r.draws) > 0


def test_a_proof_with_one_seed_and_a_refutation_with_another_are_a_contradiction(store: Store, lemmas: str) -> None:
    campaign = begin(store, lemmas)
    campaign.carry_on(None, nothing)
    told(store, "mine.proved", 1, "refuted")
    with pytest.raises(Contradiction, match=r"^mine.proved is proved with seed 0 and refuted with seed 1: one of them is a bug\.$"):
        campaign.summaries()


def test_a_proof_falls_with_what_it_leans_on(store: Store, lemmas: str) -> None:
    campaign = begin(store, lemmas)
    campaign.carry_on(None, nothing)
    told(store, "mine.triangle", 1, "refuted")
    assert verdicts(campaign) == {"triangle": "refuted", "proved": "undecided", "false": "refuted", "both": "proved"}


# --- the command line -------------------------------------------------------------------------------


def test_run_keeps_its_reports(command: Command, lemmas: str, tmp_path: Path) -> None:
    plain = command("run", lemmas, "--effort", "quick", "--jobs", 1)
    kept = command("run", lemmas, "--effort", "quick", "--jobs", 1, "--store", tmp_path / "s.db")
    assert (plain.code, kept.code) == (0, 0)
    assert [line.split()[:4] for line in kept.out.splitlines()] == [line.split()[:4] for line in plain.out.splitlines()]
    assert len(rows(tmp_path / "s.db")) == 4
    outcome = command("resume", tmp_path / "s.db")
    assert outcome.err == f"error: {tmp_path}/s.db holds nothing unfinished; `verify campaign --store {tmp_path}/s.db` begins a campaign.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("campaign --store s.db --seeds 9..0", "the seeds 9..0 are none: the last one is smaller than the first."),
        ("campaign --store s.db --seeds many", "'many' is no range of seeds; give the first and the last one, such as 0..9."),
        ("campaign --store s.db --effort fast", "'fast' is no effort; the efforts are quick, default, thorough."),
        ("campaign xu203 --store s.db", "'xu203' is no paper, no statement and no file; the nearest is xu2023."),
        ("campaign xu2023.eq-27 --store s.db", "xu2023.eq-27: there is no statement to examine, since a definition claims nothing."),
        ("campaign --store none/s.db", "cannot use the store none/s.db: unable to open database file."),
        ("resume s.db", "there is no store s.db."),
    ],
)
def test_bad_arguments_get_one_sentence(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = command(*arguments.split())
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"error: {sentence}\n")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_says_how_to_continue(command: Command, lemmas: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Campaign, workers: Workers, progress: Callable[[Report], None]) -> None:
        progress(Report("mine.false", "", "", "", "", "supported", 0.0, 0))
        raise KeyboardInterrupt

    monkeypatch.setattr(Campaign, "carry_on", interrupted)
    path = tmp_path / "s.db"
    outcome = command("campaign", lemmas, "--store", path, "--seeds", "0..1")
    assert outcome.code == 130
    assert outcome.err.rstrip().splitlines()[-1] == f"interrupted: 1 of 8 reports are in {path}; `verify resume {path}` continues."
