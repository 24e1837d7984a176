"""Min, Tarmoun, Vidal, Mallada (2022): gradient flow on two-layer linear networks, imbalance, margin and implicit bias."""

from theorems.min2022 import (
    convergence,
    figures,
    implicit_bias,
    lemma_8,
    lemma_8_steps,
    parameters,
    random_initialisation,
    rate,
    rescaling,
    scalar_dynamics,
    set_up,
    tightness,
    wide_flow,
    wide_networks,
)
from theorems.min2022.notation import paper

__all__ = [
    "convergence",
    "figures",
    "implicit_bias",
    "lemma_8",
    "lemma_8_steps",
    "paper",
    "parameters",
    "random_initialisation",
    "rate",
    "rescaling",
    "scalar_dynamics",
    "set_up",
    "tightness",
    "wide_flow",
    "wide_networks",
]
