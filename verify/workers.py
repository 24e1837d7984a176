"""Runs tasks in any executor, and finds out which of them ended their worker."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from verify.errors import VerifyError, WorkerError

T = TypeVar("T")
R = TypeVar("R")

CONNECT_SECONDS = 10
"""How long to wait for a scheduler to answer."""


@dataclass(frozen=True)
class Workers:
    """Where tasks run: `count` at a time, in an executor that `open` makes for that count.

    `deaths` are the exceptions by which the executor says that a worker was lost.
    """

    count: int
    open: Callable[[int], AbstractContextManager[Executor]]
    deaths: tuple[type[BaseException], ...] = (BrokenExecutor,)


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
    """Each task with its result or with what it raised, as they come in.

    A lost worker may take innocent neighbours with it. All that was in the air is tried again, one
    task at a time; the one that ends its worker once more is at fault and gets a WorkerError.
    Raises VerifyError where the executor itself is lost.
    """
    waiting = deque(tasks)
    alone = replace(workers, count=1)
    while waiting:
        suspects = yield from _until_a_death(workers, function, waiting)
        for suspect in suspects:
            for culprit in (yield from _until_a_death(alone, function, deque([suspect]))):
                yield culprit, WorkerError("its worker process died while it was examined, and again when it was examined alone.")


def _until_a_death(
    workers: Workers, function: Callable[[T], R], waiting: deque[T]
) -> Generator[tuple[T, R | BaseException], None, list[T]]:
    """Takes tasks off the queue up to its end or a death; returns what was in the air then and gave no result."""
    lost: list[T] = []
    running: dict[Future[R], T] = {}
    with workers.open(min(workers.count, len(waiting))) as executor:
        while (waiting and not lost) or running:
            while waiting and not lost and len(running) < workers.count:
                task = waiting.popleft()
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
    # A forked child of a process with threads (the progress bar has one) may deadlock, so workers are spawned.
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_follow_the_parent)
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
