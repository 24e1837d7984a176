"""Any executor will do; a task that ends its worker is found out, and the others go on."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from verify.errors import VerifyError, WorkerError
from verify.workers import STARTED, Workers, cluster, outcomes, processes


def square(number: int) -> int:
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number * number


def square_or_die(number: int) -> int:
    if number % 5 == 3:
        os._exit(1)
    return number * number


def all_of(workers: Workers, function: Callable[[int], int], tasks: list[int]) -> dict[int, Any]:
    return dict(outcomes(workers, function, tasks))


@pytest.mark.parametrize("workers", [Workers(3, ThreadPoolExecutor), Workers(1, ThreadPoolExecutor), processes(2)])
def test_every_task_has_its_outcome(workers: Workers) -> None:
    found = all_of(workers, square, [3, -1, 2, 5])
    assert str(found.pop(-1)) == "-1 is negative"
    assert found == {3: 9, 2: 4, 5: 25}
    assert all_of(workers, square, []) == {}


@pytest.mark.parametrize("count", [1, 2])
def test_a_task_that_ends_its_worker_is_found_out(count: int) -> None:
    found = all_of(processes(count), square_or_die, [0, 1, 3, 2, 4])
    assert isinstance(found[3], WorkerError)
    assert {number: result for number, result in found.items() if number != 3} == {0: 0, 1: 1, 2: 4, 4: 16}


def test_workers_end_where_nobody_listens_any_more() -> None:
    with closing(outcomes(processes(2), square, list(range(50)))) as coming:
        next(coming)
    assert not multiprocessing.active_children()


def loaded(paper: str) -> bool:
    return f"theorems.{paper}" in sys.modules


@pytest.mark.skipif(STARTED != "forkserver", reason="workers are spawned here, each of which loads what it needs")
def test_workers_begin_with_the_papers_that_were_loaded_ahead() -> None:
    # A process has one server for all its workers, so this takes a process of its own.
    script = (
        "from tests.test_workers import all_of, loaded\n"
        "from verify.workers import load_ahead, processes\n"
        "if __name__ == '__main__':\n"
        "    load_ahead(['balance'])\n"
        "    print(all_of(processes(1), loaded, ['balance', 'zou2020']))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    assert ran.stdout == "{'balance': True, 'zou2020': False}\n"


class Unplugged(Executor):
    """An executor whose connection is cut."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future


def test_a_lost_executor_is_one_sentence() -> None:
    with pytest.raises(VerifyError, match=r"^the workers are out of reach; the scheduler ended or the connection was cut\.$"):
        all_of(Workers(2, lambda _: Unplugged()), square, [1, 2, 3])


# --- clusters ---------------------------------------------------------------------------------------


def test_a_scheduler_has_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed; pip install 'lemmascope[cluster]'")
    monkeypatch.setattr("verify.workers.CONNECT_SECONDS", 1)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1:port"):
        with pytest.raises(VerifyError, match=rf"^no scheduler answers at '{address}'; an address looks like tcp://"), cluster(address):
            pass


def test_without_distributed_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(VerifyError, match=r"^a scheduler needs the package distributed; pip install"), cluster("tcp://127.0.0.1:8786"):
        pass


def test_a_local_cluster_works_and_survives_a_death(local_cluster: Callable[..., Any]) -> None:
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        local_cluster(n_workers=2, threads_per_worker=1) as local,
        cluster(local.scheduler_address) as workers,
    ):
        assert workers.count == 2
        found = all_of(workers, square_or_die, [0, 1, 3, 2, 4])
    assert isinstance(found[3], WorkerError)
    assert {number: result for number, result in found.items() if number != 3} == {0: 0, 1: 1, 2: 4, 4: 16}
