"""Every error a user can cause; each message is one sentence that names the culprit and the cure."""

from __future__ import annotations


class VerifyError(Exception):
    """Base of all errors that bad input, and not a bug, can raise."""


class StatementError(VerifyError):
    """A statement is ill-formed: an unbound name, a collapsed relation, a duplicate key.

    Usual cure: bind the name in the statement's domain, or write the relation with `chain`.
    """


class DomainError(VerifyError):
    """A domain contradicts itself or declares a variable twice.

    Usual cure: look at the relation or the interval that the message names.
    """


class InstanceError(VerifyError):
    """An instance does not fit its domain: wrong shape, NaN or infinite entry, missing variable.

    Usual cure: compare the shapes in the message with `verify show KEY`.
    """


class ProofError(VerifyError):
    """A proof step was rejected: an unknown fact, an obligation not met, an identity that is none.

    Usual cure: the message names the step; weaken it or give the fact that is missing.
    """


class UnsupportedError(VerifyError):
    """A backend has no meaning for a node, by design (for example, roots in exact arithmetic)."""


class UndefinedError(VerifyError):
    """A quantity has no value at this instance, such as a division by zero in exact arithmetic."""


class EnclosureError(VerifyError):
    """A flow could not be enclosed until the time asked for: it runs away, is too stiff, or has a node without Taylor series.

    Usual cure: an earlier time, or a smaller instance.
    """


class LongFlowError(EnclosureError):
    """A flow takes too many steps until the time asked for; more bits would not make them longer.

    Usual cure: an earlier time, or a smaller instance.
    """


class StoreError(VerifyError):
    """A store cannot be used: damaged, made by another program or version, or not there.

    Usual cure: begin a new store; a damaged one is left as it is.
    """


class WorkerError(VerifyError):
    """The process that examined a statement died: killed, out of memory, or ended by the code it ran."""


class CapError(VerifyError):
    """A certified run needs more bits than its cap allows.

    Usual cure: a higher cap, fewer steps or a larger radius.
    """


class UnknownKeyError(VerifyError):
    """No statement, paper or file answers to the given name."""


class CertificateError(VerifyError):
    """A certificate is damaged, forged or stale, or there is nothing to certify.

    Usual cure: make it anew with `verify hunt KEY -o CERT`.
    """


class Contradiction(Exception):
    """A statement was proved and refuted, so one of the two is a bug; nothing can be trusted until it is found."""
