"""Mutants judged: which neighbours of a statement fall, which are true for a reason that can be given, and which survive.

A neighbour that the original's proof proves as well, or that follows from the original, is true, and no failure
of the search. The share that falls of the others measures the search, and how sharp the statement is.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
from sympy import MatrixSymbol, preorder_traversal
from sympy.core.relational import Relational

from verify.errors import StatementError, VerifyError
from verify.evidence import moment_to_json
from verify.facts import FactUse
from verify.ladder import prove
from verify.language import nodes
from verify.language.naming import unfold
from verify.language.relations import chain
from verify.proof import Closing
from verify.proof.claims import Claim, Fact
from verify.registry import registry
from verify.sampling import draw, shapes
from verify.screening import CLEAR, screen
from verify.search.hunt import Finding, hunt, work
from verify.search.mutate import Mutant, mutants
from verify.statement import Statement
from verify.workers import ONE_AT_A_TIME, Workers, here, outcomes

BUDGETS = {"small": 30_000, "default": 200_000, "large": 2_000_000}
"""Evaluations for each mutant."""

Outcome = Literal["fell", "proved", "implied", "weaker", "survived", "vacuous", "meaningless"]
MEANING: dict[Outcome, str] = {
    "fell": "balls certify a counterexample",
    "proved": "true: the original's proof proves it as well",
    "implied": "true: it follows from the original",
    "weaker": "at every draw it has at least the original's slack, so it was not hunted at length",
    "survived": "true, or beyond the search",
    "vacuous": "no instance met its hypotheses",
    "meaningless": "at some dimensions it says nothing, such as a product of -1 layers",
}
ROOM, CLOSE = 1e-2, 1e-6
"""Smallest slacks from which on a survivor counts as one with room, or as one that comes close."""
_SHAPES, _DRAWS = 16, 48
_SECONDS = 3.0
EXTREMES: tuple[tuple[type[Any], type[Any]], ...] = (
    (nodes.SmallestSingularValue, nodes.LargestSingularValue),
    (nodes.SmallestSingularValue, nodes.SpectralNorm),
    (nodes.SmallestEigenvalue, nodes.LargestEigenvalue),
    (nodes.SylvesterSmallest, nodes.SylvesterLargest),
    (nodes.Minimum, nodes.Maximum),
)


@dataclass(frozen=True)
class Judged:
    """What became of a mutant; `slack` is the smallest one that the hunt saw."""

    statement: str
    change: str
    words: str
    outcome: Outcome
    evaluations: int
    slack: float | None
    counterexample: dict[str, Any] | None

    def to_json(self) -> dict[str, Any]:
        """The record as JSON-able data."""
        return asdict(self)


def judge(statement: Statement, seed: int = 0, budget: str = "default", every: int = 1) -> list[Judged]:
    """Judge the sample of a statement's mutants; deterministic for the seed and the budget, but for the time limits of the solver."""
    return [judged(statement, mutant, seed, BUDGETS[budget]) for mutant in sample(mutants(statement), every, seed)]


def sample(found: Sequence[Mutant], every: int, seed: int) -> list[Mutant]:
    """About one mutant in `every`, picked by the seed and its key alone, so that it does not matter what else is judged."""
    return [mutant for mutant in found if zlib.crc32(f"{seed} {mutant.statement.key}".encode()) % every == 0]


def judge_all(
    keys: Sequence[str], files: tuple[str, ...], seed: int, budget: str, every: int, workers: Workers | None
) -> Generator[list[Judged], None, None]:
    """The mutants of each statement as they are judged, in any order; without workers in this process. Raises what a judgement raises."""
    task = partial(_judge_key, files=files, seed=seed, budget=budget, every=every)
    with closing(here(task, keys) if workers is None else outcomes(workers, task, keys)) as coming:
        for _, outcome in coming:
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome


def _judge_key(key: str, files: tuple[str, ...], seed: int, budget: str, every: int) -> list[Judged]:
    with ONE_AT_A_TIME:
        return judge(registry(files).statement(key), seed, budget, every)


def judged(statement: Statement, mutant: Mutant, seed: int, evaluations: int) -> Judged:
    """What becomes of one mutant of a statement."""
    try:
        outcome, found = _hunted(statement, mutant.statement, seed, evaluations)
    except StatementError:
        outcome, found = "meaningless", Finding()
    violation = found.violation
    instance = None if violation is None else {**violation.instance.to_json(), "step": moment_to_json(violation.step)}
    return Judged(statement.key, mutant.change, mutant.words, outcome, found.evaluations, found.slack, instance)


def _hunted(statement: Statement, changed: Statement, seed: int, evaluations: int) -> tuple[Outcome, Finding]:
    # Most fall at once.
    found = work(changed, 0, seed)
    outcome = _outcome(found)
    if outcome != "fell":
        outcome = _known_truth(statement, changed, seed) or outcome
    if outcome in ("survived", "vacuous"):
        found = hunt(changed, seed, evaluations=evaluations).finding
        outcome = _outcome(found)
    return outcome, found


def _outcome(found: Finding) -> Outcome:
    return "fell" if found.violation else "survived" if found.slack is not None or found.ties else "vacuous"


def _known_truth(statement: Statement, changed: Statement, seed: int) -> Outcome | None:
    """Why a mutant need not fall: it is proved as the original is, follows from it, or never has less slack."""
    if proved_likewise(changed, statement):
        return "proved"
    if changed.over == statement.over and changed.given == statement.given:
        if implied(changed, statement):
            return "implied"
        if says_no_more(changed, statement, seed):
            return "weaker"
    return None


def proved_likewise(changed: Statement, original: Statement) -> bool:
    """Whether the original's proof, from the same facts, proves the changed claim."""
    if original.proof is None:
        return False
    try:
        return prove(replace(changed, proof=original.proof, facts=original.facts)).proved
    except VerifyError:
        # A fact does not fit the changed statement.
        return False


def implied(changed: Statement, original: Statement) -> bool:
    """Whether the changed claim certainly follows from the original one, as far as a short proof can tell.

    The original may be used with the opposite of one of its matrices, and extremes are known to be in order.
    """
    matrices = [s for s in original.over.variables if isinstance(s, MatrixSymbol)] if original.law is None else []
    bindings: list[tuple[tuple[str, Any], ...]] = [(), *(((str(matrix.name), -matrix),) for matrix in matrices)]
    order = Fact("the order of extremes", Claim((), tuple(_in_order(changed, original))))
    for binding in bindings:
        try:
            fact = FactUse(original, binding).fact(changed)
        except VerifyError:
            # The domain does not hold the opposite of every matrix.
            continue
        if Closing(seconds=_SECONDS).check(changed.resolved(), [order, fact]).proved:
            return True
    return False


def _in_order(*statements: Statement) -> Iterator[Relational]:
    """Each extreme in the claims is between its partners: sigma_min(A) <= sigma_max(A), and so on."""
    seen = set()
    for statement in statements:
        for side in [side for relation in statement.claim for side in (relation.lhs, relation.rhs)]:
            for node in preorder_traversal(unfold(side)):
                for small, large in EXTREMES:
                    if isinstance(node, small | large) and (small, node.args) not in seen:
                        seen.add((small, node.args))
                        yield statement.resolved_relation(chain(small(*node.args), "<=", large(*node.args))[0])


def says_no_more(changed: Statement, original: Statement, seed: int) -> bool:
    """Whether the changed claim has at least the original's slack at every draw that meets the hypotheses.

    This says what was seen, not what is true; such a mutant is reported apart from the others.
    """
    rng = np.random.default_rng([seed, zlib.crc32(original.key.encode())])
    steps = 1 if original.kind == "trajectory" else 0
    accepted = 0
    for dimensions in shapes(original.over, rng, _SHAPES):
        batch = draw(original.over, dimensions, _DRAWS, rng)
        before, after = screen(original, batch, steps), screen(changed, batch, steps)
        met = before.accepted & np.isfinite(before.slack)
        accepted += int(met.sum())
        if not (after.slack[met] >= before.slack[met] - CLEAR).all():
            return False
    return accepted > 0


def survival(one: Judged) -> str:
    """Into which class what the hunt saw puts a survivor, with the reason why it may be true. This is a guess, not a proof."""
    if one.change == "hypothesis dropped":
        return "without a hypothesis: the claim may hold without it"
    if one.slack is None or one.slack <= CLOSE:
        return "attained: the sides meet but never cross, as in a tight bound that is true"
    if one.slack < ROOM:
        return "close: the sides come near each other, so that it may be false beyond the search"
    return "with room: the sides stay apart, so the original has slack to spare"


@dataclass(frozen=True)
class KillRate:
    """How many mutants there are of each outcome, and the share that fell of those that may be false."""

    statements: int
    counts: Counter[Outcome]

    @property
    def hunted(self) -> int:
        """Those that fell or survived."""
        return self.counts["fell"] + self.counts["survived"]

    @property
    def rate(self) -> float:
        """The share that fell of those that fell or survived."""
        return self.counts["fell"] / self.hunted if self.hunted else 0.0


def kill_rate(found: Iterable[Judged]) -> KillRate:
    """Counts over any number of statements."""
    found = list(found)
    return KillRate(len({one.statement for one in found}), Counter(one.outcome for one in found))
