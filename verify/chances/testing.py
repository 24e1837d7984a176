"""The rung of the kind `chance`: scout many settings by draws, then test the worst ones with fresh draws and exact confidence.

A test comes in stages, each with fresh draws and more of them; the later ones only follow where the draws before
speak against the claim, so that what is hardly false is refuted and what is true costs little. None follows where the
event failed so rarely that no later stage can be expected to reject.
A claim is refuted where so many draws certainly fail that, if it were true, this had a probability below the
level; the level is shared by all tests of a run. Floats call draws that are clear, but only failures that balls
confirm count against a claim, and draws that nothing can call count in its favour.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import arb, fmpq

from verify.backends import Ball
from verify.chances.binomial import LEVEL, interval, needed, prospect, rejects, suspicion
from verify.chances.counting import Count, Sample, certainly_failing, count, counts, work
from verify.chances.parts import chance_of, exact_parts
from verify.chances.settings import Place, places
from verify.compiler import compile
from verify.deciding import decide
from verify.effort import Effort
from verify.evidence import ChanceEvidence, TriedSetting
from verify.language.relations import in_text
from verify.statement import Statement

SCOUTED_SHARE = 20
"""How many times less work scouting a setting may be than a stage of a test."""

SUSPICIOUS = 1e-3
"""How improbable the draws of a stage have to be, if the claim is true, for the later stages to follow."""
ALWAYS = 2
"""Stages that follow in any case, unless they are futile."""
FUTILE = 1e-3
"""How improbable so few failures have to be, if the event fails as often as a later stage needs, for none to follow."""


@dataclass(frozen=True)
class Plan:
    """How many settings are scouted, with how many draws, how many of them tested, in which stages, and how many close draws balls decide.

    A stage of more than `work` operations has fewer draws, but at least the `fewest` of a setting that is scouted ten times over.
    """

    settings: int
    scouting: int
    tested: int
    stages: tuple[int, ...]
    decided: int
    work: int
    fewest: int

    @classmethod
    def of(cls, effort: Effort) -> Plan:
        settings = effort.settings
        tested, decided = max(2, settings // 16), 3 * settings // 2
        match effort.name:
            case "quick":
                return cls(settings, 300, tested, (1_000, 5_000, 25_000), decided, work=10**9, fewest=30)
            case "thorough":
                return cls(settings, 1_000, tested, (1_000, 5_000, 25_000, 125_000), decided, work=3 * 10**10, fewest=100)
        return cls(settings, 500, tested, (1_000, 5_000, 25_000), decided, work=3 * 10**9, fewest=100)

    def scouts(self, each: int) -> int:
        """Draws at a setting that is scouted, where each is so many operations."""
        return min(self.scouting, max(self.fewest, self.work // SCOUTED_SHARE // each))

    def draws(self, each: int) -> list[int]:
        """Draws of the stages of a test, where each is so many operations; a stage that could not have more than the one before is none."""
        return sorted({min(stage, max(10 * self.fewest, self.work // each)) for stage in self.stages})

    @property
    def level(self) -> Fraction:
        """The level of a single test."""
        return LEVEL / (self.tested * len(self.stages))


@dataclass(frozen=True)
class Rejection:
    """A setting at which the claim is rejected: the seed, the draws, how many of them certainly fail, and the level of the test."""

    place: Place
    seed: int
    draws: int
    failures: int
    steps: int
    level: Fraction


def assess(statement: Statement, effort: Effort, seed: int) -> tuple[ChanceEvidence, Rejection | None]:
    """Scout and test; the evidence, and the first rejection, if there is one."""
    plan = Plan.of(effort)
    scouted_steps = effort.steps if statement.law is not None else 0
    steps = max(scouted_steps, chance_of(statement).steps)
    rng = np.random.default_rng([seed, zlib.crc32(statement.key.encode())])
    scouted = places(statement, plan.settings, rng)
    order = sorted((*how, k) for k, how in enumerate(_scouted(statement, scouted, rng, scouted_steps, plan)))
    tested: list[TriedSetting] = []
    disagreements: list[str] = []
    rejection = None
    for *_, k in order[: plan.tested]:
        rejection = _test(statement, scouted[k], steps, plan, rng, tested, disagreements)
        if rejection is not None:
            break
    evidence = ChanceEvidence(
        settings=len(scouted),
        tests=plan.tested * len(plan.stages),
        level=float(LEVEL),
        steps=steps,
        tested=tuple(tested),
        disagreements=tuple(disagreements),
        seed=seed,
    )
    return evidence, rejection


def _scouted(
    statement: Statement, settings: Sequence[Place], rng: np.random.Generator, steps: int, plan: Plan
) -> Iterator[tuple[float, int, float, int]]:
    """What puts a setting first: how suspicious a few draws make it, few that nothing can call, a high probability, large dimensions."""
    samples = [Sample(found.instance, _seed(rng), plan.scouts(work(statement, found.instance.dimensions, steps))) for found in settings]
    for found, counted in zip(settings, counts(statement, samples, steps, plan.decided // 10), strict=True):
        leniency, smallness = -float(found.at_least.mid()), -sum(found.instance.dimensions.values())
        yield suspicion(counted.failed, counted.draws, found.at_least), counted.open, leniency, smallness


def _test(
    statement: Statement,
    found: Place,
    steps: int,
    plan: Plan,
    rng: np.random.Generator,
    tested: list[TriedSetting],
    disagreements: list[str],
) -> Rejection | None:
    """Test one setting, stage by stage; what is found is added to the lists."""
    level = _ball(plan.level)
    stages = plan.draws(work(statement, found.instance.dimensions, steps))
    for number, draws in enumerate(stages, 1):
        seed = _seed(rng)
        counted = count(statement, found.instance, seed, draws, steps, plan.decided)
        tested.append(_tried(found, counted, seed))
        disagreements += _disagreements(statement, found, counted, level)
        wanted = needed(draws, found.at_least, level) if rejects(counted.failed, draws, found.at_least, level) else None
        if wanted is not None:
            certain = certainly_failing(statement, found.instance, seed, counted, steps, wanted)
            if certain >= wanted:
                return Rejection(found, seed, draws, wanted, steps, plan.level)
            # What floats saw fail and balls do not is open.
            tested[-1] = _tried(found, replace(counted, failing=counted.failing[:certain]), seed)
            return None
        if number >= ALWAYS and suspicion(counted.failed, draws, found.at_least) > math.log(SUSPICIOUS):
            return None
        # An exact probability is compared with the draws of every stage.
        if not exact_parts(statement) and prospect(counted.failed, draws, found.at_least, level, stages[number:]) < FUTILE:
            return None
    return None


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**63))


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _tried(found: Place, counted: Count, seed: int) -> TriedSetting:
    lower, upper = interval(counted.occurred, counted.failed, counted.draws, float(LEVEL))
    return TriedSetting(
        setting=found.instance.to_json(),
        at_least=float(found.at_least.mid()),
        draws=counted.draws,
        occurred=counted.occurred,
        failed=counted.failed,
        lower=lower,
        upper=upper,
        seed=seed,
    )


def _disagreements(statement: Statement, found: Place, counted: Count, level: arb) -> Iterator[str]:
    """Where the draws certainly contradict a probability that the author calls exact."""
    for part, exact in zip(exact_parts(statement), chance_of(statement).exact, strict=True):
        if decide(part, found.instance).outcome not in ("holds", "violated", "tie"):
            continue
        backend = Ball(256)
        probability = compile([exact.probability], found.instance.dimensions, backend)(found.instance.read(backend))[0]
        few = rejects(counted.failed, counted.draws, probability, level)
        many = rejects(counted.occurred, counted.draws, 1 - probability, level)
        if few or many:
            yield (
                f"the event occurred in {counted.occurred} and failed in {counted.failed} of {counted.draws} draws at "
                f"{found.instance.to_json()}, which contradicts the exact probability {in_text(exact.probability)} = {probability.str(10)}"
            )
