"""Verdicts and the evidence behind them, as plain records that turn into JSON."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from verify.keys import Keyed

Verdict = Literal["proved", "supported", "refuted", "vacuous", "undecided", "failed"]


def moment_to_json(moment: int | Fraction) -> int | str:
    """The step of a run as an integer, the time of a flow as a rational in quotes."""
    return moment if isinstance(moment, int) else str(moment)


def moment_from_json(moment: int | str) -> int | Fraction:
    """What `moment_to_json` wrote."""
    return moment if isinstance(moment, int) else Fraction(moment)


class Shown:
    """What shows itself in a notebook as a table of its fields."""

    def _repr_html_(self) -> str:
        from verify.notebook import record_html

        return record_html(self, type(self).__name__)


@dataclass(frozen=True)
class ProofEvidence(Shown):
    """What a proof checked: its grade (None where it did not go through), steps and facts."""

    grade: str | None
    steps: tuple[str, ...]
    facts: tuple[str, ...]
    failure: str | None
    rung: str = "proof"


@dataclass(frozen=True)
class Course:
    """Both sides of a relation along one run, in floats, at times 0, 1, ...; None where a side has no value."""

    relation: str
    left: tuple[float | None, ...]
    right: tuple[float | None, ...]
    origin: str


@dataclass(frozen=True)
class DrawEvidence(Shown):
    """What random instances (or runs) showed.

    `drawn` instances (run times included) were looked at, `accepted` met the hypotheses, `clear`
    held by a clear margin in floats, and of the close ones `decided` held in balls while `ties`
    could not be separated and `open` were left undecided. `minimum_slack` is the smallest
    normalised slack among the clear and the decided ones, at the instance `tightest`. `slacks` counts the draws
    that held by a clear margin by their slack, in equal intervals from 0 to 1; `course` is one of the long runs.
    """

    rung: str
    shapes: int
    drawn: int
    accepted: int
    clear: int
    decided: int
    ties: int
    open: int
    minimum_slack: float | None
    tightest: dict[str, Any] | None
    seed: int
    slacks: tuple[int, ...] = ()
    course: Course | None = None

    @property
    def instances(self) -> int:
        """Instances at which the claim was found to hold."""
        return self.clear + self.decided

    @property
    def acceptance(self) -> float:
        """The share of drawn instances that met the hypotheses."""
        return self.accepted / self.drawn if self.drawn else 0.0


@dataclass(frozen=True)
class EvaluationEvidence(Shown):
    """Two implementations side by side: high-precision values lay inside the balls.

    `confirmed` counts instances at which balls certify every hypothesis.
    """

    instances: int
    confirmed: int
    digits: int
    bits: int
    disagreements: tuple[str, ...]
    rung: str = "evaluation"


@dataclass(frozen=True)
class Counterexample(Shown):
    """An exact instance at which balls (0 bits: exact arithmetic) certify that the claim fails.

    `step` is the time, as `moment_to_json` writes it.

    `certificate` is the content of a certificate file for `verify check`, where one could be written.
    """

    instance: dict[str, Any]
    relation: str
    left: str
    right: str
    hypotheses: tuple[tuple[str, str], ...]
    step: int | str
    bits: int
    origin: str
    certificate: dict[str, Any] | None = None
    rung: str = "counterexample"


@dataclass(frozen=True)
class TriedSetting:
    """How often an event occurred at one setting, with the exact two-sided interval of its probability.

    Draws that neither floats nor balls could call widen the interval on both sides.
    """

    setting: dict[str, Any]
    at_least: float
    draws: int
    occurred: int
    failed: int
    lower: float
    upper: float
    seed: int

    @property
    def open(self) -> int:
        """Draws that nothing could call."""
        return self.draws - self.occurred - self.failed

    @property
    def slack(self) -> float:
        """The normalised slack of the claim at the observed frequency."""
        seen = 1 - self.failed / self.draws
        return (seen - self.at_least) / (seen + abs(self.at_least))


@dataclass(frozen=True)
class ChanceEvidence(Shown):
    """What draws of random matrices showed about the probability of an event.

    `settings` were scouted, and the worst of them `tested` with fresh draws, in `tests` tests at most that together
    have the error `level`. `disagreements` are contradictions to a probability that the author calls exact.
    """

    settings: int
    tests: int
    level: float
    steps: int
    tested: tuple[TriedSetting, ...]
    disagreements: tuple[str, ...]
    seed: int
    rung: str = "chance"

    @property
    def instances(self) -> int:
        """Draws in all tests."""
        return sum(t.draws for t in self.tested)

    @property
    def open(self) -> int:
        """Draws that nothing could call."""
        return sum(t.open for t in self.tested)

    @property
    def tightest(self) -> TriedSetting | None:
        """The test whose frequency came nearest to the probability that is claimed."""
        return min(self.tested, key=lambda t: t.slack, default=None)


@dataclass(frozen=True)
class BestConstant:
    """The smallest factor that survived the search where no dimension exceeds `cap`.

    `certified` is a rational that every factor has to reach, because of `instance`; `seen` is what floats saw.
    """

    cap: int
    certified: str | None
    seen: float | None
    instance: dict[str, Any] | None
    evaluations: int


@dataclass(frozen=True)
class ConstantEvidence(Shown):
    """The best factors of the larger side of a relation, up to growing dimensions.

    Where the constant in the relation has a value, the best constant is the factor times that value.
    """

    relation: str
    constant: str | None
    best: tuple[BestConstant, ...]
    rung: str = "constant"

    @property
    def grows(self) -> bool:
        """Whether larger dimensions always needed a larger factor: then nothing suggests that one factor works for all."""
        seen = [b.seen for b in self.best if b.seen is not None]
        return len(seen) > 2 and all(a < b for a, b in pairwise(seen))


@dataclass(frozen=True)
class LimitEvidence(Shown):
    """What SymPy says a limit is (and that of the distance over its rate), and distances from the claimed one along the worst sequence."""

    symbolic: str | None
    speed: str | None
    settings: int
    points: tuple[str, ...]
    distances: tuple[str, ...]
    rung: str = "limit"


Evidence = ProofEvidence | DrawEvidence | EvaluationEvidence | ChanceEvidence | ConstantEvidence | LimitEvidence | Counterexample


@dataclass(frozen=True)
class Report(Keyed):
    """The verdict on one statement with everything that supports it."""

    key: str
    title: str
    kind: str
    form: str
    expected: str
    verdict: Verdict
    seconds: float
    seed: int
    uses: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=())
    message: str = ""

    @property
    def grade(self) -> str | None:
        """The grade of the proof, where there is one."""
        grades = [e.grade for e in self.evidence if isinstance(e, ProofEvidence)]
        return grades[0] if grades and self.verdict == "proved" else None

    @property
    def draws(self) -> DrawEvidence | None:
        """The evidence of draws or runs."""
        return next((e for e in self.evidence if isinstance(e, DrawEvidence)), None)

    @property
    def chances(self) -> ChanceEvidence | None:
        """The evidence of draws about a probability."""
        return next((e for e in self.evidence if isinstance(e, ChanceEvidence)), None)

    @property
    def instances(self) -> int:
        """At how many instances, or in how many draws, the claim was looked at."""
        return self.chances.instances if self.chances else self.draws.instances if self.draws else 0

    @property
    def ties(self) -> int:
        """How many of them could not be decided."""
        return self.chances.open if self.chances else self.draws.ties if self.draws else 0

    @property
    def minimum_slack(self) -> float | None:
        """The smallest normalised slack that was seen; for a probability, that of the observed frequency."""
        if self.chances is not None:
            return self.chances.tightest.slack if self.chances.tightest else None
        return self.draws.minimum_slack if self.draws else None

    @property
    def counterexample(self) -> Counterexample | None:
        """The certified counterexample, where there is one."""
        return next((e for e in self.evidence if isinstance(e, Counterexample)), None)

    @property
    def failed_proof(self) -> str | None:
        """Why the proof did not go through, where there is one that did not."""
        return next((e.failure for e in self.evidence if isinstance(e, ProofEvidence)), None)

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one the statement's author expects; a proof beats an expected `supported`."""
        return self.verdict == self.expected or (self.expected == "supported" and self.verdict == "proved")

    def _repr_html_(self) -> str:
        from verify.notebook import report_html

        return report_html(self)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON-able data."""
        draws = self.draws
        return {
            "key": self.key,
            "paper": self.paper,
            "label": self.label,
            "title": self.title,
            "kind": self.kind,
            "form": self.form,
            "verdict": self.verdict,
            "grade": self.grade,
            "expected": self.expected,
            "instances": self.instances,
            "ties": self.ties,
            "acceptance": draws.acceptance if draws else None,
            "min_slack": self.minimum_slack,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "uses": list(self.uses),
            "message": self.message,
            "evidence": [_clean(asdict(e)) for e in self.evidence],
        }


def _clean(value: Any) -> Any:
    """Replace what JSON cannot say (NaN, infinities) by null."""
    if isinstance(value, dict):
        return {k: _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
