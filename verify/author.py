"""Everything an author of theorems writes with, in one import: `from verify.author import *`."""

from verify.domain import AnyMatrix, Dimension, Domain, FullRank, Scalar, StepSize, TwoLayer, domain, let
from verify.dynamics import Law, law
from verify.flows import rate_along
from verify.language import *  # noqa: F403
from verify.language import __all__ as _words
from verify.proof import Closing, Expansion, OneVariable
from verify.statement import Paper, Statement, example

__all__ = [
    "AnyMatrix",
    "Closing",
    "Dimension",
    "Domain",
    "Expansion",
    "FullRank",
    "Law",
    "OneVariable",
    "Paper",
    "Scalar",
    "Statement",
    "StepSize",
    "TwoLayer",
    "domain",
    "example",
    "law",
    "let",
    "rate_along",
    *_words,
]
