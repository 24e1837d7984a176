"""Runs statements of a paper under Hypothesis: at no instance of its domain may a statement be violated."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import Phase, find, given, note, settings
from hypothesis import strategies as st

from property_tests.profiles import COMMON, PROFILES
from verify.deciding import Decision, decide
from verify.instance import Instance
from verify.paper import Paper
from verify.statement import Statement
from verify.strategies import instances

VARIABLE = "VERIFY_PROFILE"
"""The environment variable that chooses the profile: quick, default or thorough."""

_HUNT = (Phase.generate, Phase.shrink)
_LARGEST = 3
_LAST_STEP = 3
_BITS = 256


def profile() -> settings:
    """The profile that the environment asks for; `default` where it asks for none.

    Raises ValueError for a profile that does not exist.
    """
    name = os.environ.get(VARIABLE, "default")
    if name not in PROFILES:
        raise ValueError(f"{VARIABLE}={name} is no profile; the profiles are {', '.join(PROFILES)}.")
    return PROFILES[name]


def expected_to_hold(paper: Paper) -> list[Statement]:
    """The statements of a paper that one instance could violate and that nobody expects to be refuted.

    What holds with a probability only is tested by counts of draws, not instance by instance.
    """
    return [s for s in paper.statements.values() if s.expected != "refuted" and s.pointwise]


def key_of(statement: Statement) -> str:
    """The key, as the id of a parametrised test."""
    return statement.key


def never_violated(statement: Statement, examples: settings | None = None) -> Counter[str]:
    """Decide a statement at many small exact instances (of a run: at one of its first steps), and count the outcomes.

    Raises AssertionError, with the instance shrunk, where balls certify a violation.
    """
    outcomes: Counter[str] = Counter()

    @(examples or profile())
    @given(instance=instances(statement.over, largest=_LARGEST), step=_steps(statement))
    def check(instance: Instance, step: int) -> None:
        decision = decide(statement, instance, step=step, limit=_BITS)
        outcomes[decision.outcome] += 1
        note(f"{statement.key} at step {step}: {decision}")
        if decision.outcome == "violated":
            raise AssertionError(f"{statement.key} is violated at step {step} of {instance.to_json()}: {decision}")

    check()
    return outcomes


def simplest_violation(statement: Statement, step: int = 0, examples: int = 4000) -> tuple[Instance, Decision]:
    """The simplest instance at which balls certify a violation that Hypothesis finds within a number of examples.

    Raises hypothesis.errors.NoSuchExample where it finds none.
    """

    def violated(instance: Instance) -> bool:
        return decide(statement, instance, step=step, limit=_BITS).outcome == "violated"

    instance = find(instances(statement.over, largest=_LARGEST), violated, settings=settings(COMMON, max_examples=examples, phases=_HUNT))
    return instance, decide(statement, instance, step=step, limit=_BITS)


def met(outcomes: Counter[str]) -> int:
    """At how many instances the hypotheses were met."""
    return sum(outcomes[name] for name in ("holds", "tie", "violated"))


def _steps(statement: Statement) -> st.SearchStrategy[int]:
    return st.integers(0, _LAST_STEP) if statement.kind == "trajectory" else st.just(0)
