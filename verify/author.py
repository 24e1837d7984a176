"""Everything an author of theorems writes with, in one import: `from verify.author import *`."""

from verify.chances.claim import exactly
from verify.domain import AnyMatrix, Dimension, Domain, FullRank, InBall, Scalar, Selection, StepSize, TwoLayer, domain, let
from verify.dynamics import Law, law
from verify.facts import averaged, summed
from verify.flows import Flow, flow_law, rate_along
from verify.gradients import gradient, gradient_descent, gradient_flow
from verify.initialisations import (
    BalancedWithProduct,
    BandedGaussian,
    Fixed,
    Gaussian,
    IdentityLike,
    Minibatch,
    ModifiedIdentity,
    OnePeak,
    Orthonormal,
    ReducedGaussian,
    SpannedGaussian,
    SpecialBalanced,
    SpectralBalanced,
    Uniform,
    gaussian,
    identity_maps,
    imbalanced,
    kaiming,
    xavier,
    xavier_uniform,
    zero,
)
from verify.language import *  # noqa: F403
from verify.language import __all__ as _words
from verify.paper import Paper
from verify.proof import Cases, Closing, Expansion, Groenwall, Impossible, Invariant, OneVariable
from verify.statement import Statement, example

__all__ = [
    "AnyMatrix",
    "BalancedWithProduct",
    "BandedGaussian",
    "Cases",
    "Closing",
    "Dimension",
    "Domain",
    "Expansion",
    "Fixed",
    "Flow",
    "FullRank",
    "Gaussian",
    "IdentityLike",
    "Groenwall",
    "Impossible",
    "InBall",
    "Invariant",
    "Law",
    "Minibatch",
    "ModifiedIdentity",
    "OnePeak",
    "OneVariable",
    "Orthonormal",
    "ReducedGaussian",
    "Paper",
    "Scalar",
    "Selection",
    "SpannedGaussian",
    "SpecialBalanced",
    "SpectralBalanced",
    "Statement",
    "StepSize",
    "TwoLayer",
    "Uniform",
    "averaged",
    "domain",
    "exactly",
    "example",
    "gaussian",
    "identity_maps",
    "imbalanced",
    "kaiming",
    "flow_law",
    "gradient",
    "gradient_descent",
    "gradient_flow",
    "law",
    "let",
    "rate_along",
    "summed",
    "xavier",
    "xavier_uniform",
    "zero",
    *_words,
]
