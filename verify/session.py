"""Examines many statements, in this process or in workers; the findings depend on the seed alone, not on the workers."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from verify.domain import Domain
from verify.effort import Effort
from verify.errors import Contradiction, StatementError, VerifyError, WorkerError
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


Bundle = tuple[Task, ...]

TOGETHER = 6
"""So many statements over one domain go to a worker at once at most, so that reports come in evenly and little is lost with a worker."""
SHARES = 4
"""Into at least so many bundles for each worker few tasks are divided."""


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
    work = partial(_examine, files=files, effort=effort)
    tasks = list(tasks)
    bundles = _bundles(tasks, registry(files), _together(len(tasks), 1 if workers is None else workers.count))
    while bundles:
        torn: list[Bundle] = []
        with closing(here(work, bundles) if workers is None else outcomes(workers, work, bundles)) as coming:
            for bundle, outcome in coming:
                if isinstance(outcome, WorkerError) and len(bundle) > 1:
                    # Which of them ended the worker shows when each is alone.
                    torn += [(task,) for task in bundle]
                elif isinstance(outcome, BaseException):
                    yield from (_failed(task, files, outcome) for task in bundle)
                else:
                    for found in outcome:
                        if isinstance(found, Contradiction):
                            raise found
                        yield found
        bundles = torn


def _together(tasks: int, workers: int) -> int:
    """How many tasks go to a worker at once at most: of few tasks each worker still gets several bundles."""
    return max(1, min(TOGETHER, tasks // (SHARES * workers)))


def _bundles(tasks: Sequence[Task], known: Registry, most: int) -> list[Bundle]:
    """The tasks, with `most` statements over one domain together: their draws, flows and programs are made once in a worker."""
    order = known.places(task.key for task in tasks)
    alike: dict[tuple[int, Domain], list[Task]] = {}
    for task in sorted(tasks, key=lambda task: order[task.key]):
        alike.setdefault((task.seed, known.statement(task.key).over), []).append(task)
    bundles = [tuple(group[start : start + most]) for group in alike.values() for start in range(0, len(group), most)]
    # Runs and chances take longest, so they start first.
    return sorted(bundles, key=lambda bundle: (bundle[0].seed, not any(_is_long(known.statement(task.key)) for task in bundle)))


def _is_long(statement: Statement) -> bool:
    return statement.moves or statement.chance is not None


def with_all_they_lean_on(known: Registry, keys: Sequence[str]) -> list[Statement]:
    """The statements with those keys and all that their proofs lean on, each once. Raises StatementError."""
    statements = leaned_on(known.statement(key) for key in keys)
    registered = known.places(statement.key for statement in statements)
    for statement in statements:
        if statement.key not in registered:
            raise StatementError(f"a proof leans on {statement.key}, but the paper '{statement.paper}' is neither installed nor named.")
    return statements


def _examine(bundle: Bundle, files: tuple[str, ...], effort: Effort) -> list[Report | Contradiction]:
    """The report on each of some tasks, or the contradiction that it ended in."""
    found: list[Report | Contradiction] = []
    with ONE_AT_A_TIME:
        for task, outcome in here(partial(_examine_one, files=files, effort=effort), bundle):
            found.append(outcome if isinstance(outcome, (Report, Contradiction)) else _failed(task, files, outcome))
    return found


def _examine_one(task: Task, files: tuple[str, ...], effort: Effort) -> Report:
    statement = registry(files).statement(task.key)
    if task.fingerprint is not None and task.fingerprint != fingerprint_hash(statement):
        raise StatementError(f"{task.key} has another text where it is examined than where the campaign began.")
    if task.first:
        statement = replace(statement, examples=(*task.first, *statement.examples))
    return examine(statement, effort, task.seed)


def _failed(task: Task, files: tuple[str, ...], error: BaseException) -> Report:
    """The report on a crash: one sentence where the error is a known one, else its traceback."""
    statement = registry(files).statement(task.key)
    text = str(error) if isinstance(error, VerifyError) else "".join(traceback.format_exception(error))
    return Report(
        key=statement.key,
        title=statement.title,
        kind=statement.kind,
        form=statement.form,
        expected=statement.expected,
        verdict="failed",
        seconds=0.0,
        seed=task.seed,
        uses=statement.uses,
        message=text,
    )
