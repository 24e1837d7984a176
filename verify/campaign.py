"""Campaigns: many statements with many seeds, every report kept as it comes in, and resumed where they were cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version

from pydantic import TypeAdapter, ValidationError

from verify.effort import Effort
from verify.errors import Contradiction, InstanceError, StoreError
from verify.evidence import Report
from verify.fingerprint import fingerprint
from verify.instance import Instance
from verify.ladder import settle
from verify.registry import registry
from verify.session import Task, examine_tasks, with_all_they_lean_on
from verify.statement import Example, Statement
from verify.store import Store
from verify.workers import Workers

GRAVEST_FIRST = ("failed", "refuted", "proved", "supported", "undecided", "vacuous")
"""The verdict of several seeds is the first of these that one of them gave."""

LIBRARIES = ("lemmascope", "numpy", "scipy", "sympy", "mpmath", "python-flint", "z3-solver")
"""Packages on which findings depend."""


@dataclass(frozen=True)
class Plan:
    """What is examined: hashes of the statements by key, with every seed from the first to the last.

    Counterexamples in the store up to number `replayed` are looked at first.
    """

    statements: dict[str, str]
    files: tuple[str, ...]
    effort: Effort
    first_seed: int
    last_seed: int
    replayed: int
    versions: dict[str, str]


_PLAN = TypeAdapter(Plan)


@dataclass(frozen=True)
class Campaign:
    """A plan and the run in a store that carries it out."""

    store: Store
    run: int
    plan: Plan

    @classmethod
    def begin(cls, store: Store, keys: Sequence[str], files: tuple[str, ...], effort: Effort, seeds: range) -> Campaign:
        """A new campaign over the statements and all that their proofs lean on."""
        prints = {s.key: fingerprint(s) for s in with_all_they_lean_on(registry(files), keys)}
        plan = Plan(
            statements={key: found.hash for key, found in prints.items()},
            files=files,
            effort=effort,
            first_seed=seeds[0],
            last_seed=seeds[-1],
            replayed=store.newest_counterexample(),
            versions=versions(),
        )
        run = store.begin(_PLAN.dump_json(plan).decode(), {found.hash: "\n".join(found.text) for found in prints.values()})
        return cls(store, run, plan)

    @classmethod
    def unfinished(cls, store: Store) -> Campaign:
        """The last campaign in the store that is not complete.

        Raises StoreError where there is none, or where a statement or a library has changed since,
        so that the rest would not fit what is done.
        """
        found = store.unfinished()
        if found is None:
            raise StoreError(f"{store.path} holds nothing unfinished; `verify campaign --store {store.path}` begins a campaign.")
        try:
            plan = _PLAN.validate_json(found[1])
        except ValidationError as error:
            raise StoreError(f"the campaign in {store.path} was planned by another version, or is damaged; begin a new one.") from error
        require_unchanged(store, "campaign", plan.versions, plan.statements, plan.files)
        return cls(store, found[0], plan)

    @property
    def size(self) -> int:
        """How many reports the campaign is going to have."""
        return len(self.plan.statements) * (self.plan.last_seed - self.plan.first_seed + 1)

    @property
    def done(self) -> int:
        """How many reports are in the store."""
        return len(self.store.done(self.run))

    def remaining(self) -> list[Task]:
        """What has no report yet. Raises StoreError where a stored counterexample does not fit its statement."""
        done = self.store.done(self.run)
        seeds = range(self.plan.first_seed, self.plan.last_seed + 1)
        missing = {key: [seed for seed in seeds if (key, seed) not in done] for key in self.plan.statements}
        known = registry(self.plan.files)
        tasks = []
        for key, hash in self.plan.statements.items():
            first = replays(self.store, known.statement(key), hash, self.plan.replayed) if missing[key] else ()
            tasks += [Task(key, seed, hash, first) for seed in missing[key]]
        return tasks

    def carry_on(self, workers: Workers | None, progress: Callable[[Report], None]) -> None:
        """Examine what remains; each report is in the store before `progress` hears of it.

        Raises Contradiction, and StoreError where another process works on the campaign.
        """
        with self.store.alone(self.run):
            with closing(examine_tasks(self.remaining(), self.plan.files, self.plan.effort, workers)) as coming:
                for report in coming:
                    self.store.record(self.run, self.plan.statements[report.key], report)
                    progress(report)
            self.store.finish(self.run)

    def summaries(self) -> list[Summary]:
        """What the seeds found together, in registry order. Raises Contradiction."""
        places = registry(self.plan.files).places(self.plan.statements)
        found: dict[str, list[Report]] = {key: [] for key in sorted(self.plan.statements, key=places.__getitem__)}
        for report in self.store.reports(self.run):
            found[report.key].append(report)
        settled = {r.key: r for r in settle([gravest(reports) for reports in found.values() if reports])}
        return [Summary(settled[key], tuple(reports)) for key, reports in found.items() if reports]


@dataclass(frozen=True)
class Summary:
    """The verdict of all seeds on a statement, and their reports."""

    verdict: Report
    reports: tuple[Report, ...]

    @property
    def agreeing(self) -> int:
        """How many seeds gave that verdict by themselves."""
        return sum(report.verdict == self.verdict.verdict for report in self.reports)

    @property
    def instances(self) -> int:
        """Instances of all seeds at which the claim was found to hold."""
        return sum(report.instances for report in self.reports)

    @property
    def ties(self) -> int:
        """Ties of all seeds."""
        return sum(report.ties for report in self.reports)

    @property
    def minimum_slack(self) -> float | None:
        """The smallest normalised slack that any seed saw."""
        slacks = [r.minimum_slack for r in self.reports if r.minimum_slack is not None]
        return min(slacks, default=None)

    @property
    def seconds(self) -> float:
        """Working time of all seeds together."""
        return sum(report.seconds for report in self.reports)


def gravest(reports: Iterable[Report]) -> Report:
    """The report with the gravest verdict, of the smallest such seed. Raises Contradiction."""
    by_verdict: dict[str, Report] = {}
    for report in sorted(reports, key=lambda r: r.seed):
        by_verdict.setdefault(report.verdict, report)
    if "proved" in by_verdict and "refuted" in by_verdict:
        proved, refuted = by_verdict["proved"], by_verdict["refuted"]
        raise Contradiction(f"{proved.key} is proved with seed {proved.seed} and refuted with seed {refuted.seed}: one of them is a bug.")
    return next(by_verdict[verdict] for verdict in GRAVEST_FIRST if verdict in by_verdict)


def versions() -> dict[str, str]:
    """The installed versions of all packages on which findings depend."""
    return {name: version(name) for name in LIBRARIES}


def require_unchanged(store: Store, what: str, then: Mapping[str, str], statements: Mapping[str, str], files: tuple[str, ...]) -> None:
    """Raise StoreError where a library, or a statement given by key and hash, has changed since a campaign or hunt began."""
    for name, installed in versions().items():
        if then.get(name) != installed:
            raise StoreError(
                f"the {what} in {store.path} began with {name} {then.get(name)}, but {installed} is installed; begin a new one."
            )
    known = registry(files)
    for key, hash in statements.items():
        if fingerprint(known.statement(key)).hash != hash:
            raise StoreError(f"{key} has changed since the {what} in {store.path} began; begin a new one.")


def replays(store: Store, statement: Statement, hash: str, up_to: int) -> tuple[Example, ...]:
    """The counterexamples that a store knew of a statement, up to that number, to be looked at first. Raises StoreError."""
    examples = []
    for data, step in store.counterexamples(hash, up_to):
        try:
            instance = Instance.from_json(data, statement.over).to_json()
        except InstanceError as error:
            raise StoreError(f"{store.path} holds a counterexample to {statement.key} that does not fit: {error}") from error
        values, dimensions = tuple(instance["values"].items()), tuple(instance["dimensions"].items())
        examples.append(Example(values, step, dimensions, origin="found before, from the store"))
    return tuple(examples)
