"""Derivations: named chains of formulas in which every line has a reason, and every reason is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from verify.domain import Domain
from verify.dynamics import Law
from verify.errors import StatementError
from verify.facts import FactUse
from verify.language.relations import relations
from verify.proof import ProofReport
from verify.reasons import Reason
from verify.statement import Statement


@dataclass(frozen=True)
class Line:
    """One line: its number, what it says, why that is so in words, and the reason that is checked."""

    number: str
    why: str
    statement: Statement
    reason: Reason

    def __call__(self, **bindings: Any) -> FactUse:
        """The line as a fact for later lines."""
        return self.statement(**bindings)


@dataclass(frozen=True)
class CheckedLine:
    """A line and what checking it gave."""

    line: Line
    report: ProofReport


@dataclass
class Derivation:
    """A named chain of lines, in the order in which they are read."""

    key: str
    title: str
    source: str
    lines: list[Line] = field(default_factory=list)

    def line(self, number: str, why: str, *, claim: Any, reason: Reason, over: Domain, law: Law | None = None, given: Any = ()) -> Line:
        """Add a line and return it. Raises StatementError for a number that is taken or an unbound name."""
        if any(line.number == number for line in self.lines):
            raise StatementError(f"{self.key} has two lines ({number}); give each a number of its own.")
        statement = Statement(
            key=f"{self.key}.line.{number}", title=why, kind="inequality" if law is None else "trajectory", form="printed", source=number,
            over=over, law=law, given=relations(given), claim=relations(claim),
        )  # fmt: skip
        line = Line(number, why, statement, reason)
        self.lines.append(line)
        return line

    def check(self, progress: Callable[[str], None] = lambda number: None) -> list[CheckedLine]:
        """Check every line; a line that leans on one that does not check does not check either."""
        from verify.ladder import prove

        memory: dict[str, ProofReport] = {}

        def proved(statement: Statement) -> ProofReport:
            if statement.key not in memory:
                if ".line." in statement.key:
                    return ProofReport(None, failure="it comes later")
                memory[statement.key] = prove(statement)
            return memory[statement.key]

        checked = []
        for line in self.lines:
            report = line.reason.check(line.statement, proved)
            memory[line.statement.key] = report
            checked.append(CheckedLine(line, report))
            progress(line.number)
        return checked


def holds(checked: Iterable[CheckedLine]) -> bool:
    """Whether every line checked."""
    return all(entry.report.proved for entry in checked)
