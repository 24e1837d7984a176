"""Runs tasks in any executor, and finds out which of them ended their worker."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice, tee
from typing import Any, Generic, TypeVar

from verify.errors import VerifyError, WorkerError

T = TypeVar("T")
R = TypeVar("R")

ONE_AT_A_TIME = threading.Lock()
"""Precision is a setting of the whole process, so the threads of a worker take turns."""

STARTED = "forkserver" if sys.platform == "linux" else "spawn"
"""How worker processes start. Forked from the main process they could deadlock, since it has threads (the progress bar has one)."""

AHEAD = "VERIFY_PAPERS_AHEAD"
"""The environment variable by which the server learns what to load: a selection, as JSON."""

CONNECT_SECONDS = 30
"""How long to wait for a scheduler to answer."""


@dataclass(frozen=True)
class Workers:
    """Where tasks run: `count` at a time, in an executor that `open` makes for that count.

    `deaths` are the exceptions by which the executor says that a worker was lost.
    """

    count: int
    open: Callable[[int], AbstractContextManager[Executor]]
    deaths: tuple[type[BaseException], ...] = (BrokenExecutor,)


def load_ahead(names: Sequence[str]) -> None:
    """Have the installed papers of a selection loaded in the server from which workers will be forked, while this process goes on.

    Without such a server, and where one runs already, nothing happens, and workers load what they need.
    """
    if STARTED != "forkserver":
        return
    from multiprocessing.forkserver import ensure_running

    multiprocessing.set_forkserver_preload(["verify.ahead"])
    # The server inherits both: which papers, and that an interrupt is the main process's business.
    os.environ[AHEAD] = json.dumps(list(names))
    on_interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ensure_running()
    finally:
        signal.signal(signal.SIGINT, on_interrupt)
        del os.environ[AHEAD]


def processes(count: int) -> Workers:
    """Worker processes on this machine."""
    return Workers(count, _process_pool)


@contextmanager
def cluster(address: str, count: int = 0) -> Iterator[Workers]:
    """The workers of a running Dask scheduler; as many tasks at a time as they have threads, or `count`.

    Raises VerifyError where `distributed` is not installed, nothing answers, or there are no workers.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise VerifyError("a scheduler needs the package distributed; pip install 'lemmascope[cluster]' brings it.") from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise VerifyError(f"no scheduler answers at '{address}'; an address looks like tcp://127.0.0.1:8786.") from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise VerifyError(f"the scheduler at {address} has no workers; start some with `dask worker {address} --nthreads 1`.")

        @contextmanager
        def executor(_: int) -> Iterator[Executor]:
            opened = client.get_executor(pure=False)
            finished = False
            try:
                yield opened
                finished = True
            finally:
                opened.shutdown(wait=finished)

        yield Workers(count or threads, executor, (BrokenExecutor, KilledWorker))


def here(function: Callable[[T], R], tasks: Iterable[T]) -> Generator[tuple[T, R | BaseException], None, None]:
    """Each task with its result or with what it raised, in turn, in this process."""
    for task in tasks:
        try:
            result = function(task)
        except Exception as error:  # a crash is a finding about the toolkit
            yield task, error
        else:
            yield task, result


def outcomes(workers: Workers, function: Callable[[T], R], tasks: Iterable[T]) -> Generator[tuple[T, R | BaseException], None, None]:
    """Each task with its result or with what it raised, as they come in; the tasks may be endless.

    A lost worker may take innocent neighbours with it. All that was in the air is tried again, one
    task at a time; the one that ends its worker once more is at fault and gets a WorkerError.
    Raises VerifyError where the executor itself is lost.
    """
    waiting = _Queue(tasks)
    alone = replace(workers, count=1)
    while waiting:
        suspects = yield from _until_a_death(workers, function, waiting)
        for suspect in suspects:
            for culprit in (yield from _until_a_death(alone, function, _Queue([suspect]))):
                yield culprit, WorkerError("its worker process died while it was examined, and again when it was examined alone.")


def in_order(
    workers: Workers | None, function: Callable[[int], R], numbers: Iterable[int], arrived: Callable[[int, R], None] | None = None
) -> Generator[R, None, None]:
    """The results for increasing numbers, perhaps endless, in their order; without workers in this process.

    `arrived` hears of each result as it comes in, in any order. Raises what a task raised, in its turn.
    """
    upcoming, asked = tee(numbers)
    early: dict[int, R | BaseException] = {}
    with closing(here(function, asked) if workers is None else outcomes(workers, function, asked)) as coming:
        for number in upcoming:
            while number not in early:
                done, outcome = next(coming)
                if arrived is not None and not isinstance(outcome, BaseException):
                    arrived(done, outcome)
                early[done] = outcome
            result = early.pop(number)
            if isinstance(result, BaseException):
                raise result
            yield result


class _Queue(Generic[T]):
    """Tasks that are taken off an iterable only when they are needed."""

    def __init__(self, tasks: Iterable[T]) -> None:
        self._tasks, self._next = iter(tasks), deque[T]()

    def ahead(self, most: int) -> int:
        """How many tasks there still are, counted up to `most`."""
        self._next.extend(islice(self._tasks, max(0, most - len(self._next))))
        return min(most, len(self._next))

    def __bool__(self) -> bool:
        return self.ahead(1) > 0

    def take(self) -> T:
        return self._next.popleft()


def _until_a_death(
    workers: Workers, function: Callable[[T], R], waiting: _Queue[T]
) -> Generator[tuple[T, R | BaseException], None, list[T]]:
    """Takes tasks off the queue up to its end or a death; returns what was in the air then and gave no result."""
    lost: list[T] = []
    running: dict[Future[R], T] = {}
    with workers.open(waiting.ahead(workers.count)) as executor:
        while (waiting and not lost) or running:
            while waiting and not lost and len(running) < workers.count:
                task = waiting.take()
                try:
                    running[executor.submit(function, task)] = task
                except workers.deaths:
                    lost.append(task)
            done, _ = wait(running, return_when=FIRST_COMPLETED) if running else (set(), set())
            for future in done:
                task = running.pop(future)
                if future.cancelled():
                    raise VerifyError("the workers are out of reach; the scheduler ended or the connection was cut.")
                error = future.exception()
                if isinstance(error, workers.deaths):
                    lost.append(task)
                else:
                    yield task, future.result() if error is None else error
    return lost


@contextmanager
def _process_pool(count: int) -> Iterator[Executor]:
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context(STARTED), initializer=_follow_the_parent)
    finished = False
    try:
        yield executor
        finished = True
    finally:
        if not finished:
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
        executor.shutdown(cancel_futures=True)


def _follow_the_parent() -> None:
    """Leave interrupts to the parent, and end when it ends: an idle worker would wait for ever for a parent that was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_with(parent: Any) -> None:
    if parent is not None:
        parent.join()
        os._exit(1)
