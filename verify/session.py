"""Examines many statements in parallel processes; the findings depend on the seed alone, not on the workers."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from verify.errors import Contradiction
from verify.evidence import Report
from verify.ladder import EFFORTS, Effort, examine, leaned_on, settle
from verify.registry import registry


def examine_all(
    keys: Sequence[str],
    files: tuple[str, ...],
    effort: Effort,
    seed: int,
    jobs: int,
    progress: Callable[[Report], None],
) -> list[Report]:
    """Reports on the statements and on everything their proofs lean on, in registry order.

    A crash inside the toolkit becomes the verdict `failed` with its traceback. Raises Contradiction.
    """
    known = registry(files)
    statements = leaned_on(known.statement(key) for key in keys)
    order = {statement.key: k for k, statement in enumerate(known)}
    # Runs take longest, so they start first.
    queue = sorted(statements, key=lambda s: (s.kind != "trajectory", order[s.key]))
    reports: dict[str, Report] = {}
    with _executor(jobs) as executor:
        futures: dict[Future[Report], str] = {executor.submit(_examine, s.key, files, effort.name, seed): s.key for s in queue}
        for future in as_completed(futures):
            error = future.exception()
            if isinstance(error, Contradiction):
                executor.shutdown(cancel_futures=True)
                raise error
            report = future.result() if error is None else _failed(files, futures[future], seed, error)
            reports[report.key] = report
            progress(report)
    return sorted(settle(list(reports.values())), key=lambda r: order[r.key])


def _executor(jobs: int) -> Executor:
    # A forked child of a process with threads (the progress bar has one) may deadlock.
    return ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn"))


def _examine(key: str, files: tuple[str, ...], effort: str, seed: int) -> Report:
    return examine(registry(files).statement(key), EFFORTS[effort], seed)


def _failed(files: tuple[str, ...], key: str, seed: int, error: BaseException) -> Report:
    statement = registry(files).statement(key)
    return Report(
        key=key,
        title=statement.title,
        kind=statement.kind,
        form=statement.form,
        expected=statement.expected,
        verdict="failed",
        seconds=0.0,
        seed=seed,
        message="".join(traceback.format_exception(error)),
    )
