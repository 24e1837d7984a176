"""What stored runs found about statements as they read today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from verify.campaign import gravest
from verify.evidence import Report
from verify.fingerprint import fingerprint_hash
from verify.ladder import settle
from verify.statement import Statement
from verify.store import Store

NOT_EXAMINED = "not examined"
"""What stands in place of the verdict where no stored run examined a statement as it reads today."""

VERDICTS = ("proved", "supported", "refuted", "undecided", "vacuous", "failed", NOT_EXAMINED)


@dataclass(frozen=True)
class Finding:
    """A statement with the newest stored report on it; `changed` says that only other texts under its key were examined."""

    statement: Statement
    report: Report | None
    at: str
    changed: bool

    @property
    def verdict(self) -> str:
        """The verdict, or that there is none yet."""
        return NOT_EXAMINED if self.report is None else self.report.verdict

    @property
    def surprising(self) -> bool:
        """Whether there is a verdict, and not the one that the author expects."""
        return self.report is not None and not self.report.as_expected


def findings(statements: Iterable[Statement], stores: Sequence[Path]) -> dict[str, Finding]:
    """The newest report on each statement, by key.

    Where a run had several seeds it is that of the gravest verdict. A proof counts only if what it leans on held up,
    too. Raises StoreError for a store that cannot be read, and Contradiction.
    """
    newest: dict[tuple[str, str], tuple[str, Report]] = {}
    known: set[str] = set()
    for path in stores:
        with Store(path, create=False) as store:
            for (key, hash), (at, reports) in store.newest().items():
                known.add(key)
                if (key, hash) not in newest or newest[key, hash][0] < at:
                    newest[key, hash] = at, gravest(reports)
    found = {}
    for statement in statements:
        key = statement.key
        at, report = newest.get((key, fingerprint_hash(statement)), ("", None))
        if report is not None:
            # What is said about a statement without changing what it claims is shown as it is today.
            report = replace(report, title=statement.title, form=statement.form, expected=statement.expected, uses=statement.uses)
        found[key] = Finding(statement, report, at, report is None and key in known)
    return _settled(found)


def _settled(found: dict[str, Finding]) -> dict[str, Finding]:
    """The findings, with proofs taken back that lean on anything that did not hold up or was not examined."""
    reports = [finding.report for finding in found.values() if finding.report is not None]
    examined = {report.key for report in reports}
    for report in settle(reports):
        missing = [used for used in report.uses if used not in examined]
        if report.verdict == "undecided" and missing and found[report.key].verdict == "proved":
            report = replace(report, message=f"its proof leans on {', '.join(missing)}, which no stored run examined")
        found[report.key] = replace(found[report.key], report=report)
    return found
