"""Hypothesis strategies for exact matrices, layers, numbers and instances of domains, which shrink to zeros and ones."""

from verify.strategies.domain_instances import instances, numbers
from verify.strategies.layer_recipes import deep_layers, two_layers
from verify.strategies.matrix_recipes import matrices, symmetric_matrices
from verify.strategies.rationals import as_floats

__all__ = ["as_floats", "deep_layers", "instances", "matrices", "numbers", "symmetric_matrices", "two_layers"]
