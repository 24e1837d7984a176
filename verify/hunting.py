"""Hunts in worker processes and in a store: every unit is kept as it ends, and a hunt that was cut off goes on with the same findings."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import count
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from verify.campaign import replays, require_unchanged, versions
from verify.deciding import decide
from verify.errors import InstanceError, StatementError, StoreError
from verify.evidence import moment_from_json, moment_to_json
from verify.fingerprint import fingerprint
from verify.instance import Instance
from verify.registry import registry
from verify.search.hunt import Finding, Hunted, Progress, Violation, hunt, work
from verify.statement import Example, Statement
from verify.store import Store
from verify.workers import ONE_AT_A_TIME, Workers, in_order


@dataclass(frozen=True)
class HuntPlan:
    """What is hunted: a statement with its hash, the seed and the budget, and where the certificate is to go.

    Counterexamples in the store up to number `replayed` are looked at first.
    """

    key: str
    hash: str
    files: tuple[str, ...]
    seed: int
    evaluations: int
    output: str | None
    replayed: int
    versions: dict[str, str]
    kind: Literal["hunt"] = "hunt"


@dataclass(frozen=True)
class _Kept:
    """A finding as it is stored; instances as their JSON, the violation as an instance, a step and an origin."""

    evaluations: int
    decided: int
    ties: int
    slack: float | None
    tightest: dict[str, Any] | None
    step: int | str
    violation: tuple[dict[str, Any], int | str, str] | None


_PLAN = TypeAdapter(HuntPlan)
_KEPT = TypeAdapter(_Kept)


def hunt_with(
    workers: Workers | None, statement: Statement, files: tuple[str, ...], seed: int, *, progress: Progress | None = None, **budget: Any
) -> Hunted:
    """As `hunt`, with the units shared out among workers; the finding is the same."""
    if workers is None:
        return hunt(statement, seed, progress=progress, **budget)
    task = partial(_unit, key=statement.key, hash=fingerprint(statement).hash, files=files, seed=seed, first=())
    with closing(in_order(workers, task, count())) as units:
        return hunt(statement, seed, progress=progress, units=units, **budget)


def _unit(number: int, key: str, hash: str, files: tuple[str, ...], seed: int, first: tuple[Example, ...]) -> Finding:
    with ONE_AT_A_TIME:
        statement = registry(files).statement(key)
        if fingerprint(statement).hash != hash:
            raise StatementError(f"{key} has another text where it is hunted than where the hunt began.")
        return work(replace(statement, examples=(*first, *statement.examples)), number, seed)


@dataclass(frozen=True)
class StoredHunt:
    """A plan and the run in a store that carries it out."""

    store: Store
    run: int
    plan: HuntPlan

    @classmethod
    def begin(
        cls, store: Store, statement: Statement, files: tuple[str, ...], seed: int, evaluations: int, output: str | None
    ) -> StoredHunt:
        """A new hunt."""
        found = fingerprint(statement)
        plan = HuntPlan(statement.key, found.hash, files, seed, evaluations, output, store.newest_counterexample(), versions())
        return cls(store, store.begin(_PLAN.dump_json(plan).decode(), {found.hash: "\n".join(found.text)}), plan)

    @classmethod
    def unfinished(cls, store: Store) -> StoredHunt | None:
        """The last run in the store that is not complete, if it is a hunt.

        Raises StoreError where the statement or a library has changed since, so that the rest would not fit what is done.
        """
        found = store.unfinished()
        if found is None:
            return None
        try:
            plan = _PLAN.validate_json(found[1])
        except ValidationError:
            return None
        require_unchanged(store, "hunt", plan.versions, {plan.key: plan.hash}, plan.files)
        return cls(store, found[0], plan)

    @property
    def statement(self) -> Statement:
        """What is hunted."""
        return registry(self.plan.files).statement(self.plan.key)

    def carry_on(self, workers: Workers | None, *, seconds: float | None = None, progress: Progress | None = None) -> Hunted:
        """Hunt on from the units that are kept; each new one is in the store before it counts.

        The run is not complete before `finish`. Raises StoreError where another process works on it, or a kept unit is damaged.
        """
        with self.store.alone(self.run), closing(self._units(workers)) as units:
            return hunt(self.statement, self.plan.seed, evaluations=self.plan.evaluations, seconds=seconds, progress=progress, units=units)

    def finish(self, counterexample: tuple[Instance, int | Fraction] | None) -> None:
        """Keep the counterexample, as it was shrunk, and mark the hunt as complete."""
        if counterexample is not None:
            instance, step = counterexample
            self.store.record_counterexample(self.plan.hash, instance.to_json(), moment_to_json(step))
        self.store.finish(self.run)

    def _units(self, workers: Workers | None) -> Generator[Finding, None, None]:
        """The findings of the units 0, 1, ..., from the store where they are there."""
        kept = {number: self._read(text) for number, text in self.store.units(self.run).items()}
        plan = self.plan
        first = replays(self.store, self.statement, plan.hash, plan.replayed)
        task = partial(_unit, key=plan.key, hash=plan.hash, files=plan.files, seed=plan.seed, first=first)
        missing = (number for number in count() if number not in kept)
        with closing(in_order(workers, task, missing, self._keep)) as new:
            for number in count():
                yield kept[number] if number in kept else next(new)

    def _keep(self, number: int, finding: Finding) -> None:
        violation = finding.violation
        kept = _Kept(
            finding.evaluations,
            finding.decided,
            finding.ties,
            finding.slack,
            None if finding.tightest is None else finding.tightest.to_json(),
            moment_to_json(finding.step),
            None if violation is None else (violation.instance.to_json(), moment_to_json(violation.step), violation.origin),
        )
        self.store.record_unit(self.run, number, _KEPT.dump_json(kept).decode())

    def _read(self, text: str) -> Finding:
        """A finding as it was kept; its violation is decided anew."""
        over = self.statement.over
        try:
            kept = _KEPT.validate_json(text)
            nearest = moment_from_json(kept.step)
            tightest = None if kept.tightest is None else Instance.from_json(kept.tightest, over)
            violation = None
            if kept.violation is not None:
                data, moment, origin = kept.violation
                step = moment_from_json(moment)
                instance = Instance.from_json(data, over)
                violation = Violation(instance, step, decide(self.statement, instance, step=step), origin)
        except (ValueError, ZeroDivisionError, InstanceError) as error:
            raise StoreError(f"the store {self.store.path} is damaged: a unit of a hunt holds what none could have found.") from error
        if violation is not None and violation.decision.outcome != "violated":
            raise StoreError(f"the store {self.store.path} is damaged: it holds a counterexample to {self.plan.key} that is none.")
        return Finding(kept.evaluations, kept.decided, kept.ties, kept.slack, tightest, nearest, violation)
