"""From a violation that balls decided to the counterexample that a report shows: shrunk and certified."""

from __future__ import annotations

from fractions import Fraction

from verify.certificate import certify
from verify.deciding import decide
from verify.effort import Budget
from verify.errors import CertificateError
from verify.evidence import Counterexample, moment_to_json
from verify.instance import Instance
from verify.language.relations import in_text
from verify.search.shrink import shrink
from verify.statement import Statement


def refute(statement: Statement, instance: Instance, step: int | Fraction, *, origin: str, seed: int, budget: Budget) -> Counterexample:
    """The simplest counterexample found from the given one, with its certificate.

    Raises CertificateError where balls do not certify a violation at the given instance.
    """
    smaller, earlier = shrink(statement, instance, step, budget=budget)
    decision = decide(statement, smaller, step=earlier)
    if decision.relation is None or decision.sides is None:
        raise CertificateError(f"{statement.key} is not certainly violated at this instance: balls say `{decision.outcome}`.")
    try:
        certificate = certify(statement, smaller, earlier, seed).to_json()
    except CertificateError:
        # A side too long to be written down is violated all the same.
        certificate = None
    return Counterexample(
        instance=smaller.to_json(),
        relation=in_text(statement.claim[decision.relation]),
        left=decision.sides[0],
        right=decision.sides[1],
        hypotheses=decision.hypotheses,
        step=moment_to_json(earlier),
        bits=decision.bits,
        origin=origin if (smaller, earlier) == (instance, step) else f"{origin}; shrunk",
        certificate=certificate,
    )
