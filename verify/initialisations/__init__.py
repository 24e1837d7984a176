"""Initialisations: the random laws of weight matrices, by name, for runs at any size and for statements about chance.

Each says its exact law. `draw` gives batches of floats; a law whose matrices obey equations, such as
W^T W = I, is drawn up to rounding, and says so by `exact = False`. Layers are given in the order in
which they are applied: the product of W_1, ..., W_N is W_N ... W_1.
"""

from verify.initialisations.balanced import BalancedWithProduct, SpectralBalanced
from verify.initialisations.banded import BandedGaussian
from verify.initialisations.base import ROUNDING, Initialisation, draw_all
from verify.initialisations.entrywise import Gaussian, Uniform, gaussian, imbalanced, kaiming, xavier, xavier_uniform
from verify.initialisations.maps import Fixed, IdentityLike, ModifiedIdentity, identity_maps, zero
from verify.initialisations.minibatch import Minibatch
from verify.initialisations.orthogonal import Layers, OnePeak, Orthonormal, SpecialBalanced, haar
from verify.initialisations.wide import ReducedGaussian, SpannedGaussian

__all__ = [
    "ROUNDING",
    "BalancedWithProduct",
    "BandedGaussian",
    "Fixed",
    "Gaussian",
    "IdentityLike",
    "Initialisation",
    "Layers",
    "Minibatch",
    "ModifiedIdentity",
    "OnePeak",
    "Orthonormal",
    "ReducedGaussian",
    "SpannedGaussian",
    "SpecialBalanced",
    "SpectralBalanced",
    "Uniform",
    "draw_all",
    "gaussian",
    "haar",
    "identity_maps",
    "imbalanced",
    "kaiming",
    "xavier",
    "xavier_uniform",
    "zero",
]
