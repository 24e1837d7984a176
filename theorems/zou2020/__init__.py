"""Zou, Long, Gu (ICLR 2020): deep linear ResNets under gradient descent and its stochastic form."""

from theorems.zou2020 import (
    best_iterate,
    corollaries,
    experiments,
    figures,
    gaussian_maps,
    gradient_bounds,
    gradient_descent,
    numbers,
    set_up,
    smoothness,
    stochastic_numbers,
    stochastic_runs,
    stochastic_steps,
    technical_lemmas,
    transformations,
)
from theorems.zou2020.notation import paper

__all__ = [
    "best_iterate",
    "corollaries",
    "experiments",
    "figures",
    "gaussian_maps",
    "gradient_bounds",
    "gradient_descent",
    "numbers",
    "paper",
    "set_up",
    "smoothness",
    "stochastic_numbers",
    "stochastic_runs",
    "stochastic_steps",
    "technical_lemmas",
    "transformations",
]
