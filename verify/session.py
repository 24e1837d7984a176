"""Examines many statements, in this process or in workers; the findings depend on the seed alone, not on the workers."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from verify.effort import Effort
from verify.errors import Contradiction, StatementError, VerifyError
from verify.evidence import Report
from verify.fingerprint import fingerprint_hash
from verify.ladder import examine, leaned_on, settle
from verify.paper import Registry
from verify.registry import registry
from verify.statement import Example, Statement
from verify.workers import ONE_AT_A_TIME, Workers, here, outcomes, processes


@dataclass(frozen=True)
class Task:
    """A statement to be examined with a seed, and instances to look at before its own examples.

    With a fingerprint, it is examined only if the statement still is the one with that fingerprint.
    """

    key: str
    seed: int
    fingerprint: str | None = None
    first: tuple[Example, ...] = ()


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
    statements = with_all_they_lean_on(known, keys)
    reports = []
    with closing(examine_tasks([Task(s.key, seed) for s in statements], files, effort, processes(jobs) if jobs > 1 else None)) as coming:
        for report in coming:
            reports.append(report)
            progress(report)
    order = known.places(report.key for report in reports)
    reports.sort(key=lambda r: order[r.key])
    return settle(reports)


def examine_tasks(tasks: Iterable[Task], files: tuple[str, ...], effort: Effort, workers: Workers | None) -> Generator[Report, None, None]:
    """The report on each task as it comes in, not yet settled; without workers they are examined in this process.

    A crash, and the death of a worker, becomes the verdict `failed`. Raises Contradiction.
    """
    known = registry(files)
    tasks = list(tasks)
    order = known.places(task.key for task in tasks)
    # Runs take longest, so they start first.
    queue = sorted(tasks, key=lambda t: (t.seed, not known.statement(t.key).moves, order[t.key]))
    work = partial(_examine, files=files, effort=effort)
    with closing(here(work, queue) if workers is None else outcomes(workers, work, queue)) as coming:
        for task, outcome in coming:
            if isinstance(outcome, Contradiction):
                raise outcome
            yield outcome if isinstance(outcome, Report) else _failed(known.statement(task.key), task.seed, outcome)


def with_all_they_lean_on(known: Registry, keys: Sequence[str]) -> list[Statement]:
    """The statements with those keys and all that their proofs lean on, each once. Raises StatementError."""
    statements = leaned_on(known.statement(key) for key in keys)
    registered = known.places(statement.key for statement in statements)
    for statement in statements:
        if statement.key not in registered:
            raise StatementError(f"a proof leans on {statement.key}, but the paper '{statement.paper}' is neither installed nor named.")
    return statements


def _examine(task: Task, files: tuple[str, ...], effort: Effort) -> Report:
    with ONE_AT_A_TIME:
        statement = registry(files).statement(task.key)
        if task.fingerprint is not None and task.fingerprint != fingerprint_hash(statement):
            raise StatementError(f"{task.key} has another text where it is examined than where the campaign began.")
        if task.first:
            statement = replace(statement, examples=(*task.first, *statement.examples))
        return examine(statement, effort, task.seed)


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
