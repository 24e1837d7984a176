"""A hunt finds the same whatever its workers and however often it is killed; what it finds is in its store."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.killing import killed_at
from verify.errors import StoreError
from verify.hunting import StoredHunt, hunt_with
from verify.registry import papers_in, registry
from verify.search.hunt import Hunted, hunt
from verify.statement import Statement
from verify.store import Store
from verify.workers import Workers, cluster, in_order, processes

Command = Callable[..., Any]

LEMMAS = """
from verify.author import *
paper = Paper("mine", "Lemmas of my own")
a, b = scalars("a b")
plane = domain(Scalar(a, Interval(-10, 10)), Scalar(b, Interval(-100, 100)))
n, m = dimensions("n m")
A, C = matrix("A", n, m), matrix("C", n, m)
over = domain(Dimension(n, 1, 4), Dimension(m, 1, 4), AnyMatrix(A), AnyMatrix(C))
valley = 10*absolute(b - a**2) + absolute(a - Rational(7, 5))
paper.inequality("valley", "v", over=plane, claim=valley >= Rational(1, 300), wrong="no")
paper.inequality("true", "t", over=over, claim=fro(A + C) <= fro(A) + fro(C))
"""

BUDGET = 40_000
SEED = 1


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "mine.py"
    path.write_text(LEMMAS)
    papers_in.cache_clear()
    registry.cache_clear()
    return str(path)


@pytest.fixture
def valley(file: str) -> Statement:
    return registry((file,)).statement("mine.valley")


def square(number: int) -> int:
    if number == 7:
        raise ValueError("seven")
    time.sleep(0.02 * (number % 3))
    return number * number


@pytest.mark.parametrize("workers", [None, Workers(3, ThreadPoolExecutor)], ids=["here", "threads"])
def test_results_of_endless_tasks_come_in_order(workers: Workers | None) -> None:
    from itertools import count

    heard: list[int] = []
    coming = in_order(workers, square, count(), lambda number, _: heard.append(number))
    assert [next(coming) for _ in range(7)] == [0, 1, 4, 9, 16, 25, 36]
    assert set(heard) >= set(range(7))
    with pytest.raises(ValueError, match="seven"):
        next(coming)


def test_the_finding_does_not_depend_on_the_workers(valley: Statement, file: str) -> None:
    alone = hunt(valley, SEED, evaluations=BUDGET)
    assert alone.finding.violation is not None
    assert alone.units > 4
    for workers in (processes(2), Workers(3, ThreadPoolExecutor)):
        assert hunt_with(workers, valley, (file,), SEED, evaluations=BUDGET) == alone


def test_a_dask_cluster_finds_the_same(
    valley: Statement, file: str, command: Command, tmp_path: Path, local_cluster: Callable[..., Any]
) -> None:
    options = ("mine.valley", "--file", file, "--seed", SEED, "--evaluations", BUDGET)
    with local_cluster(n_workers=1, threads_per_worker=2, processes=False, protocol="tcp") as local:
        with cluster(local.scheduler_address) as workers:
            assert hunt_with(workers, valley, (file,), SEED, evaluations=BUDGET) == hunt(valley, SEED, evaluations=BUDGET)
        there = command("hunt", *options, "--scheduler", local.scheduler_address)
    here = command("hunt", *options, "--store", tmp_path / "s.db")
    assert (there.code, there.out) == (here.code, here.out)


def resumed(store: Store) -> Hunted:
    stored = StoredHunt.unfinished(store)
    assert stored is not None
    return stored.carry_on(None)


# --- the store -----------------------------------------------------------------------------------------


def begun(path: Path, statement: Statement, file: str) -> StoredHunt:
    with Store(path, create=True) as store:
        return StoredHunt.begin(store, statement, (file,), SEED, BUDGET, None)


def units(path: Path) -> dict[int, str]:
    with Store(path, create=False) as store:
        return store.units(1)


def test_a_hunt_killed_and_resumed_finds_the_same_and_loses_nothing(tmp_path: Path, command: Command, valley: Statement, file: str) -> None:
    path, certificate = tmp_path / "killed.db", tmp_path / "certificate.json"
    options = ("mine.valley", "--file", file, "--seed", SEED, "--evaluations", BUDGET)
    whole = command("hunt", *options, "--store", tmp_path / "whole.db")
    before: dict[int, str] = {}
    for new, arguments in ((2, ["hunt", *options, "--store", path, "-o", certificate]), (1, ["resume", path, "--jobs", 1])):
        assert killed_at("INSERT OR IGNORE INTO units", new + 1, *arguments)
        after = units(path)
        assert len(after) == len(before) + new
        assert {number: after[number] for number in before} == before
        assert not certificate.exists()
        before = after
    ended = command("resume", path, "--jobs", 1)
    told = ended.out.replace(f"certificate: {certificate}\n", "")
    assert (ended.code, told) == (whole.code, whole.out) == (0, told)
    assert {number: units(path)[number] for number in after} == after
    assert units(path) == units(tmp_path / "whole.db")
    assert command("check", certificate, "--file", file).code == 0
    assert command("resume", path).err.startswith(f"error: {path} holds nothing unfinished;")
    with Store(path, create=False) as store, Store(tmp_path / "whole.db", create=False) as other:
        (found,) = store.counterexamples(begun(tmp_path / "new.db", valley, file).plan.hash, 10)
        assert found == other.counterexamples(begun(tmp_path / "newer.db", valley, file).plan.hash, 10)[0]


def test_a_counterexample_in_the_store_is_decided_first(tmp_path: Path, command: Command, file: str) -> None:
    options = ("mine.valley", "--file", file, "--store", tmp_path / "s.db", "--evaluations", BUDGET)
    command("hunt", *options, "--seed", SEED)
    assert "1 evaluations in 1 units, seed 2" in command("hunt", *options, "--seed", 2).out


def test_a_hunt_that_ran_out_of_time_goes_on(tmp_path: Path, command: Command, file: str) -> None:
    options = ("mine.true", "--file", file, "--evaluations", 12_000)
    path = tmp_path / "s.db"
    stopped = command("hunt", *options, "--store", path, "--seconds", 0)
    assert "stopped by --seconds" in stopped.out
    assert stopped.out.endswith(f"`verify resume {path}` continues.\n")
    assert command("resume", path, "--jobs", 1).out == command("hunt", *options).out


def test_two_processes_do_not_work_on_one_run(tmp_path: Path, command: Command, valley: Statement, file: str) -> None:
    path = tmp_path / "s.db"
    begun(path, valley, file)
    with Store(path, create=False) as store, store.alone(1):
        refused = command("resume", path, "--jobs", 1)
        with store.alone(2):
            pass
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.splitlines()[-1] == f"error: another process works on run 1 of the store {path}; wait for its end."
    assert units(path) == {}
    assert command("resume", path, "--jobs", 1).code == 0
    assert not list(tmp_path.glob("*.lock"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE units SET finding = '{}'", "is damaged: a unit of a hunt holds what none could have found"),
        ("UPDATE units SET finding = replace(finding, '\"a\":\"', '\"a\":\"9999999999999999999999')", "is damaged"),
        ("""UPDATE units SET finding = json_set(finding, '$.violation', json('[{"dimensions":{},"values":{"a":"1","b":"0"}},0,""]'))""",
         "is damaged: it holds a counterexample to mine.valley that is none"),
        ("UPDATE runs SET plan = replace(plan, '\"numpy\":\"', '\"numpy\":\"0.')", "the hunt in .* began with numpy 0"),
    ],
)  # fmt: skip
def test_a_damaged_hunt_is_one_sentence(tmp_path: Path, valley: Statement, file: str, change: str, sentence: str) -> None:
    path = tmp_path / "s.db"
    with Store(path, create=True) as store:
        StoredHunt.begin(store, valley, (file,), SEED, BUDGET, None).carry_on(None, seconds=0.0)
    with sqlite3.connect(path) as db:
        db.execute(change)
    db.close()
    with Store(path, create=False) as store, pytest.raises(StoreError, match=sentence):
        resumed(store)


def test_bad_input_leaves_no_store(tmp_path: Path, command: Command, file: str) -> None:
    for arguments, sentence in (
        (["mine.nothing"], "there is no statement 'mine.nothing'"),
        (["mine.true", "-o", tmp_path], f"cannot write {tmp_path}: it is a folder."),
    ):
        outcome = command("hunt", *arguments, "--file", file, "--store", tmp_path / "s.db")
        assert outcome.code == 2
        assert outcome.err.startswith(f"error: {sentence}")
        assert not (tmp_path / "s.db").exists()
    nobody = command("hunt", "mine.true", "--file", file, "--scheduler", "nonsense://")
    assert nobody.err.splitlines()[-1] == "error: no scheduler answers at 'nonsense://'; an address looks like tcp://127.0.0.1:8786."
