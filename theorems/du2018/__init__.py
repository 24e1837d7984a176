"""Du, Hu, Lee (NeurIPS 2018): layers of homogeneous networks stay balanced; matrix factorisation."""

from theorems.du2018 import (
    auto_balancing,
    bounded_iterates,
    derivations,
    experiments,
    factorisation,
    figures,
    initialisation,
    landscape,
    limits,
    networks,
    random_starts,
    rank_one,
    rank_one_runs,
    rank_one_stage_2,
    small_constants,
    smoothness,
    stationary_points,
)
from theorems.du2018.notation import paper

__all__ = [
    "auto_balancing",
    "bounded_iterates",
    "derivations",
    "experiments",
    "factorisation",
    "figures",
    "initialisation",
    "landscape",
    "limits",
    "networks",
    "paper",
    "random_starts",
    "rank_one",
    "rank_one_runs",
    "rank_one_stage_2",
    "small_constants",
    "smoothness",
    "stationary_points",
]
