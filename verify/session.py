"""Examines many statements in parallel processes; the findings depend on the seed alone, not on the workers."""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed

from verify.errors import Contradiction, StatementError, VerifyError
from verify.evidence import Report
from verify.ladder import Effort, examine, leaned_on, settle
from verify.registry import registry
from verify.statement import Registry, Statement


def examine_all(
    keys: Sequence[str],
    files: tuple[str, ...],
    effort: Effort,
    seed: int,
    jobs: int,
    progress: Callable[[Report], None],
) -> list[Report]:
    """Reports on the statements and on everything their proofs lean on, in registry order.

    One job works in this process, more in as many workers. A crash inside the toolkit becomes the
    verdict `failed` with its traceback. Raises Contradiction, and StatementError where a proof
    leans on a paper that is not installed.
    """
    known = registry(files)
    order = {statement.key: k for k, statement in enumerate(known)}
    statements = with_all_they_lean_on(known, keys)
    # Runs take longest, so they start first.
    queue = sorted(statements, key=lambda s: (s.kind != "trajectory", order[s.key]))
    reports = []
    for report in _here(queue, effort, seed) if jobs == 1 else _in_workers(queue, files, effort, seed, jobs):
        reports.append(report)
        progress(report)
    reports.sort(key=lambda r: order[r.key])
    return settle(reports)


def with_all_they_lean_on(known: Registry, keys: Sequence[str]) -> list[Statement]:
    """The statements with those keys and all that their proofs lean on, each once. Raises StatementError."""
    registered = {statement.key for statement in known}
    statements = leaned_on(known.statement(key) for key in keys)
    for statement in statements:
        if statement.key not in registered:
            raise StatementError(f"a proof leans on {statement.key}, but the paper '{statement.paper}' is neither installed nor named.")
    return statements


def _here(queue: Sequence[Statement], effort: Effort, seed: int) -> Iterator[Report]:
    for statement in queue:
        try:
            yield examine(statement, effort, seed)
        except Contradiction:
            raise
        except Exception as error:  # a crash is a finding about the toolkit
            yield _failed(statement, seed, error)


def _in_workers(queue: Sequence[Statement], files: tuple[str, ...], effort: Effort, seed: int, jobs: int) -> Iterator[Report]:
    # A forked child of a process with threads (the progress bar has one) may deadlock, so workers are spawned.
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(min(jobs, len(queue)) or 1, mp_context=context, initializer=_leave_interrupts_to_the_parent)
    finished = False
    try:
        futures: dict[Future[Report], Statement] = {executor.submit(_examine, s.key, files, effort, seed): s for s in queue}
        for future in as_completed(futures):
            error = future.exception()
            if isinstance(error, Contradiction):
                raise error
            yield future.result() if error is None else _failed(futures[future], seed, error)
        finished = True
    finally:
        if not finished:
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
        executor.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _examine(key: str, files: tuple[str, ...], effort: Effort, seed: int) -> Report:
    return examine(registry(files).statement(key), effort, seed)


def _failed(statement: Statement, seed: int, error: BaseException) -> Report:
    """The report on a crash: one sentence where the error is a known one, else its traceback."""
    text = str(error) if isinstance(error, VerifyError) else "".join(traceback.format_exception(error))
    return Report(
        key=statement.key,
        title=statement.title,
        kind=statement.kind,
        form=statement.form,
        expected=statement.expected,
        verdict="failed",
        seconds=0.0,
        seed=seed,
        uses=statement.uses,
        message=text,
    )
