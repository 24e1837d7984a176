"""The findings depend on the seed alone; crashes, contradictions and interrupts are reported as such."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from verify import session
from verify.effort import EFFORTS, Effort
from verify.errors import Contradiction, StatementError, UnsupportedError
from verify.evidence import Report
from verify.registry import papers_in, registry
from verify.session import examine_all, with_all_they_lean_on
from verify.statement import Statement

TINY = replace(EFFORTS["quick"], shapes=4, draws=16, run_shapes=2, runs=4, steps=3, decided=4, evaluated=1)
KEYS = ("xu2023.lemma-C.1.lower-left", "xu2023.eq-18", "xu2023.theorem-C.1.A_4.upper", "linear_algebra.weyl")
TEMPLATE = str(Path(__file__).parent.parent / "theorems" / "TEMPLATE.py")


def findings(reports: list[Report]) -> list[Report]:
    return [replace(report, seconds=0.0) for report in reports]


def nothing(report: Report) -> None:
    """No progress bar."""


def test_the_findings_do_not_depend_on_the_number_of_workers() -> None:
    alone, together = (findings(examine_all(KEYS, (), TINY, 7, jobs, nothing)) for jobs in (1, 2))
    assert alone == together
    assert findings(examine_all(KEYS, (), TINY, 8, 1, nothing)) != alone


def test_statements_over_one_domain_go_to_a_worker_together_and_few_are_shared_out() -> None:
    known = registry()
    keys = [statement.key for statement in known if statement.paper == "linear_algebra"]
    bundles = session._bundles([session.Task(key, seed) for key in keys for seed in (0, 1)], known, 3)
    assert sorted((task.key, task.seed) for bundle in bundles for task in bundle) == sorted((key, seed) for key in keys for seed in (0, 1))
    assert all(len({(task.seed, known.statement(task.key).over) for task in bundle}) == 1 for bundle in bundles)
    assert {len(bundle) for bundle in bundles} == {1, 2, 3}
    assert [session._together(tasks, 2) for tasks in (1, 7, 16, 1000)] == [1, 1, 2, session.TOGETHER]


def test_a_paper_in_a_file_reaches_the_workers() -> None:
    (paper,) = papers_in(Path(TEMPLATE))
    seen: list[str] = []
    reports = examine_all(list(paper.statements), (TEMPLATE,), EFFORTS["quick"], 0, 2, lambda report: seen.append(report.key))
    assert {report.key: report.verdict for report in reports} == {
        "linear_algebra.triangle": "supported",
        "template.lemma-1": "proved",
        "template.lemma-2": "proved",
    }
    assert sorted(seen) == sorted(report.key for report in reports)


def test_reports_come_in_registry_order_with_all_that_proofs_lean_on() -> None:
    keys = [statement.key for statement in with_all_they_lean_on(registry(), ["xu2023.eq-13"])]
    assert keys == ["linear_algebra.product-upper-left", "xu2023.eq-13"]


def test_a_proof_may_only_lean_on_papers_that_are_known() -> None:
    known = registry((TEMPLATE,))
    alone = replace(known, papers={"template": known.papers["template"]})
    with pytest.raises(StatementError, match=r"^a proof leans on linear_algebra.triangle, but the paper 'linear_algebra' is neither"):
        with_all_they_lean_on(alone, ["template.lemma-1"])


def raising(error: BaseException) -> Any:
    def examine(statement: Statement, effort: Effort, seed: int) -> Report:
        raise error

    return examine


def test_a_crash_is_the_verdict_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "examine", raising(RuntimeError("lost")))
    (report,) = examine_all(["linear_algebra.weyl"], (), TINY, 0, 1, nothing)
    assert (report.verdict, report.as_expected) == ("failed", False)
    assert report.message.startswith("Traceback")
    assert "RuntimeError: lost" in report.message


def test_a_known_error_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "examine", raising(UnsupportedError("balls have no meaning for f.")))
    (report,) = examine_all(["linear_algebra.weyl"], (), TINY, 0, 1, nothing)
    assert (report.verdict, report.message) == ("failed", "balls have no meaning for f.")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_crash_in_a_worker_is_the_verdict_failed(jobs: int) -> None:
    broken = replace(TINY, draws=None)  # type: ignore[arg-type]
    (report,) = examine_all(["linear_algebra.weyl"], (), broken, 0, jobs, nothing)
    assert report.verdict == "failed"


def test_a_contradiction_stops_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "examine", raising(Contradiction("both")))
    with pytest.raises(Contradiction, match="both"):
        examine_all(["linear_algebra.weyl"], (), TINY, 0, 1, nothing)


def test_an_interrupt_ends_the_workers() -> None:
    def interrupt(report: Report) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examine_all([s.key for s in registry() if s.paper == "linear_algebra"], (), EFFORTS["default"], 0, 2, interrupt)
    assert not multiprocessing.active_children()
