"""The independent check of a certificate against a claim of the kind `chance`.

The draws come from the seed again and are called again; the confidence is computed by another formula than the
one that the search uses. Then a second sample, whose seed is the file's digest and so nobody's choice, has to
speak against the claim, too.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from verify.backends import Ball
from verify.backends.ball_numbers import working_precision
from verify.certificate_format import validated_as
from verify.chances.binomial import LEVEL
from verify.chances.certificate import ChanceCertificate
from verify.chances.counting import certainly_failing, count
from verify.chances.experiments import experiment
from verify.chances.parts import occurrence
from verify.chances.settings import place
from verify.errors import CertificateError
from verify.fingerprint import fingerprint
from verify.instance import Instance
from verify.paper import Registry
from verify.statement import Statement

MOST_WORK = 2 * 10**9
"""Draws times steps times entries of a draw; about a minute."""

SECOND = Fraction(1, 1000)
"""The level of the second sample: it only guards against a seed that was chosen."""

BITS = 192


def check_chance(data: dict[str, Any], registry: Registry) -> str:
    """What a valid certificate shows, in one sentence. Raises CertificateError or another VerifyError where it is not valid."""
    certificate = validated_as(ChanceCertificate, data)
    statement = registry.statement(certificate.key)
    if statement.chance is None:
        raise CertificateError(f"{statement.key} claims no probability, so no number of draws speaks against it.")
    registered = fingerprint(statement)
    if certificate.hash != registered.hash or tuple(certificate.text) != registered.text:
        raise CertificateError(f"it is about another statement than the one now registered as {statement.key}.")
    instance = _instance(certificate, statement)
    claimed = _claimed(certificate, statement, instance)
    level = Fraction(certificate.level)
    if level > LEVEL:
        raise CertificateError(f"its level {level} is above {LEVEL}, which no certificate may have.")
    _require_bounded(certificate, statement, instance)
    if not _exceeds(certificate.failures, certificate.draws, claimed, level):
        raise CertificateError(f"{certificate.failures} failures in {certificate.draws} draws do not contradict the claim at its level.")
    counted = count(statement, instance, certificate.seed, certificate.draws, certificate.steps, 0)
    certain = certainly_failing(statement, instance, certificate.seed, counted, certificate.steps, certificate.failures)
    if certain < certificate.failures:
        raise CertificateError(f"only {certain} of its draws certainly fail, but it says that {certificate.failures} do.")
    again = count(statement, instance, int(certificate.digest[:15], 16), certificate.draws, certificate.steps, 0)
    if not _exceeds(again.failed, again.draws, claimed, SECOND):
        raise CertificateError(f"a second sample fails {again.failed} times in {again.draws} draws, which does not contradict the claim.")
    return (
        f"{certificate.key} is violated: its event fails in at least {certificate.failures} of {certificate.draws} draws, "
        f"which has probability at most {float(level):.1e} if the claim is true."
    )


def _instance(certificate: ChanceCertificate, statement: Statement) -> Instance:
    given = certificate.inputs.model_dump()
    instance = Instance.from_json(given, statement.over)
    if instance.to_json() != given:
        raise CertificateError("its inputs leave out a dimension or contain a fraction that is not in lowest terms.")
    return instance


def _claimed(certificate: ChanceCertificate, statement: Statement, instance: Instance) -> Fraction:
    """A rational that the claimed probability certainly reaches, at a setting with all hypotheses."""
    found = place(statement, instance)
    if found is None:
        raise CertificateError("its inputs do not certainly meet the hypotheses, or no probability is claimed there.")
    ends = Ball.bounds(found.at_least)
    lower, upper = certificate.at_least.ends()
    if ends is None or not lower <= ends[1] or not ends[0] <= upper:
        raise CertificateError("the stored enclosure of the claimed probability does not hold the recomputed value.")
    return ends[0]


def _require_bounded(certificate: ChanceCertificate, statement: Statement, instance: Instance) -> None:
    if certificate.steps and occurrence(statement).kind != "trajectory":
        raise CertificateError(f"{statement.key} speaks of no run, so its event has no steps.")
    if certificate.draws * (certificate.steps + 1) * experiment(statement, instance.dimensions).entries > MOST_WORK:
        raise CertificateError(f"{certificate.draws} draws at these dimensions are more work than a check does.")


def _exceeds(failures: int, draws: int, at_least: Fraction, level: Fraction) -> bool:
    """Whether `failures` or more in `draws` draws certainly have a probability of at most the level if each fails with 1 - at_least.

    The terms of the binomial distribution are added one by one, each from the one before.
    """
    if not 0 < failures <= draws:
        return False
    rate = 1 - at_least
    if rate <= 0:
        return True
    if rate >= 1:
        return False
    with working_precision(BITS):
        fail, odds = _ball(rate), _ball(rate / (1 - rate))
        # The first term, binom(draws, failures) rate^failures (1 - rate)^(draws - failures), through logarithms of gamma functions.
        several = arb(draws + 1).lgamma() - arb(failures + 1).lgamma() - arb(draws - failures + 1).lgamma()
        term = (several + failures * fail.log() + (draws - failures) * (1 - fail).log()).exp()
        total = arb(0)
        for k in range(failures, draws + 1):
            total += term
            term = term * odds * (draws - k) / (k + 1)
        return bool(total <= _ball(level))


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))
