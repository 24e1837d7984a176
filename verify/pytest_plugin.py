"""The pytest plugin: `--theorems` collects statements of papers, `theorem` and `verify_statement` test statements of one's own.

Nothing else of the toolkit is imported before it is asked for, so that other test runs do not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from verify.effort import Effort
    from verify.evidence import Counterexample, Report
    from verify.rungs import Rung
    from verify.statement import Statement

CERTIFICATES = "lemmascope"
"""The folder inside pytest's cache for the certificates of counterexamples that a session finds."""

PROFILE = "lemmascope-"
"""What the names of the Hypothesis profiles begin with; an effort follows."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that select statements and say how much work goes into each."""
    group = parser.getgroup("lemmascope", "theorems as tests")
    group.addoption(
        "--theorems",
        action="append",
        default=[],
        metavar="SELECT",
        help="test the statements of a paper, of a key or of a file such as my_lemma.py; may be given several times",
    )
    group.addoption(
        "--theorems-effort", default="default", metavar="EFFORT", help="work for each statement: quick, default (the default) or thorough"
    )
    group.addoption("--theorems-seed", type=int, default=0, metavar="N", help="seed of every random choice, 0 or more (default: 0)")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the marker of all tests of statements, and the Hypothesis profiles before Hypothesis loads one of them."""
    asked = config.getoption("hypothesis_profile", None) or ""
    if asked.startswith(PROFILE):
        from property_tests.profiles import PROFILES, register

        if asked.removeprefix(PROFILE) not in PROFILES:
            known = ", ".join(f"{PROFILE}{effort}" for effort in PROFILES)
            raise pytest.UsageError(f"--hypothesis-profile: '{asked}' is no profile; the profiles are {known}.")
        register(PROFILE)
    config.addinivalue_line("markers", "theorem(statement): a statement that lemmascope verifies; its kind and its paper are markers, too")


@dataclass(frozen=True)
class Selected:
    """What `--theorems` names: the statements in the order of the registry, and the file of each paper that is not installed."""

    statements: tuple[Statement, ...]
    files: dict[str, str]


_SELECTED = pytest.StashKey[Selected]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Find the selected statements. Raises UsageError, and pytest ends with exit code 4, where an option makes no sense."""
    config = session.config
    names: list[str] = config.getoption("theorems")
    if not names:
        return
    from verify.errors import VerifyError

    _effort(config), _seed(config)
    try:
        config.stash[_SELECTED] = _selected(names)
    except VerifyError as error:
        raise pytest.UsageError(f"--theorems: {error}") from error


def pytest_report_header(config: pytest.Config) -> str | None:
    """How many statements are tested, and what the findings depend on."""
    if _SELECTED not in config.stash:
        return None
    count = len(config.stash[_SELECTED].statements)
    return f"theorems: {count} statement{'' if count == 1 else 's'}, effort {_effort(config).name}, seed {_seed(config)}"


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Put the selected statements beside the files that the session collects."""
    report = yield
    if isinstance(collector, pytest.Session) and _SELECTED in collector.config.stash:
        statements = collector.config.stash[_SELECTED].statements
        theorems = [StatementCollector.of(collector, statement) for statement in statements]
        report.result = [*(report.result or ()), *theorems]
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each test of a statement the markers of its kind and of its paper, before `-m` selects by them."""
    known: set[str] = set()
    for item in items:
        marker = item.get_closest_marker("theorem")
        if marker is None or not marker.args:
            continue
        statement: Statement = marker.args[0]
        for name, meaning in ((statement.kind, "kind"), (statement.paper, "paper")):
            if name not in known:
                config.addinivalue_line("markers", f"{name}: statements of this {meaning}")
                known.add(name)
            item.add_marker(name)


class StatementCollector(pytest.Collector):
    """A statement; its items are the rungs that apply to it."""

    statement: Statement

    @classmethod
    def of(cls, session: pytest.Session, statement: Statement) -> StatementCollector:
        """The collector of a statement, with its key as the node id."""
        collector: StatementCollector = cls.from_parent(session, name=statement.key, nodeid=statement.key)
        collector.statement = statement
        collector.add_marker(pytest.mark.theorem.with_args(statement))
        return collector

    def collect(self) -> Iterable[pytest.Item]:
        """One item a rung, such as `xu2023.lemma-3.1::proof`."""
        from verify.rungs import rungs

        for rung in rungs(self.statement):
            item: RungItem = RungItem.from_parent(self, name=rung)
            item.statement, item.rung = self.statement, rung
            # The id as it is printed, so that it can be pasted behind -k.
            item.extra_keyword_matches.add(item.nodeid)
            yield item


class RungItem(pytest.Item):
    """One rung of a statement; passes if it finds what the author expects."""

    statement: Statement
    rung: Rung

    def runtest(self) -> None:
        """Examine the rung; what is not as expected fails with all that was found."""
        _require_rung(self.statement, self.rung, self.config)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The headline of a failure."""
        return self.path, None, f"{self.statement.key} ({self.rung})"


def theorem(statement: Statement | Callable[[], Statement]) -> Callable[[Any, pytest.Config], None]:
    """A test of a statement, once for each rung that applies: `test_upper = theorem(upper)`.

    Also decorates a function that returns the statement. Raises TypeError where there is none.
    """
    from verify.rungs import rungs
    from verify.statement import Statement

    made: Any = statement
    claimed = made() if callable(made) and not isinstance(made, Statement) else made
    if not isinstance(claimed, Statement):
        raise TypeError(f"theorem tests a Statement, or a function that returns one, but this is {claimed!r}.")

    @pytest.mark.theorem.with_args(claimed)
    @pytest.mark.parametrize("rung", rungs(claimed))
    def test(rung: Rung, pytestconfig: pytest.Config) -> None:
        _require_rung(claimed, rung, pytestconfig)

    test.__doc__ = claimed.title
    return test


@pytest.fixture
def verify_statement(pytestconfig: pytest.Config) -> Callable[[Statement], Report]:
    """Climbs the whole ladder for a statement: fails the test unless the verdict is the expected one, and returns the report."""

    def verify(statement: Statement) -> Report:
        from verify.rungs import examine_grounded

        report = _examined(statement, lambda: examine_grounded(statement, _effort(pytestconfig), _seed(pytestconfig)))
        _require(report, report.as_expected, pytestconfig)
        return report

    return verify


def _require_rung(statement: Statement, rung: Rung, config: pytest.Config) -> None:
    from verify.rungs import examine_rung, passes

    report = _examined(statement, lambda: examine_rung(statement, rung, _effort(config), _seed(config)))
    _require(report, passes(report, rung), config)


def _examined(statement: Statement, examine: Callable[[], Report]) -> Report:
    """The report; known errors fail the test with one sentence, others with their traceback."""
    from verify.errors import Contradiction, VerifyError

    try:
        return examine()
    except VerifyError as error:
        sentence = f"{statement.key} cannot be examined: {error}"
    except Contradiction as error:
        sentence = f"CONTRADICTION: {error}"
    pytest.fail(sentence, pytrace=False)


def _require(report: Report, passed: bool, config: pytest.Config) -> None:
    """Fail the test with everything there is to say, unless it passed."""
    if passed:
        return
    from verify.tables import surprise

    lines = surprise(report)
    if report.counterexample is not None:
        lines += [f"    {line}" for line in _certificate_lines(report.key, report.counterexample, config)]
    pytest.fail("\n".join(lines).removeprefix("! "), pytrace=False)


def _certificate_lines(key: str, found: Counterexample, config: pytest.Config) -> list[str]:
    """Where the certificate was written and what checks it again; without a cache, what writes it."""
    from verify.certificate_format import laid_out
    from verify.files import write_whole

    if found.certificate is None:
        return ["its sides are too long for a certificate"]
    selected = config.stash.get(_SELECTED, Selected((), {}))
    file = selected.files.get(key.split(".", 1)[0])
    where = f" --file {file}" if file else ""
    cache = getattr(config, "cache", None)
    if cache is None:
        return [f"certificate: verify hunt {key}{where} -o {key}.json writes it"]
    path = cache.mkdir(CERTIFICATES) / f"{key.replace('/', '_')}.json"
    write_whole(path, laid_out(found.certificate))
    named = any(statement.key == key for statement in selected.statements)
    return [f"certificate: {path}", *([f"check it again: verify check {path}{where}"] if named else [])]


def _selected(names: list[str]) -> Selected:
    from verify.errors import UnknownKeyError
    from verify.registry import papers_in, selection
    from verify.statement import Statement

    known, files, keys = selection(names)
    statements = tuple(entry for entry in known.select(keys) if isinstance(entry, Statement))
    if not statements:
        raise UnknownKeyError(f"{', '.join(names)}: there is no statement to test, since a definition claims nothing.")
    return Selected(statements, {paper.key: file for file in files for paper in papers_in(Path(file))})


def _effort(config: pytest.Config) -> Effort:
    from verify.effort import EFFORTS

    name = config.getoption("theorems_effort")
    if name not in EFFORTS:
        raise pytest.UsageError(f"--theorems-effort: '{name}' is no effort; the efforts are {', '.join(EFFORTS)}.")
    return EFFORTS[name]


def _seed(config: pytest.Config) -> int:
    seed: int = config.getoption("theorems_seed")
    if seed < 0:
        raise pytest.UsageError(f"--theorems-seed: the seed is {seed}, but it must not be negative.")
    return seed
