"""Zou, Long, Gu (ICLR 2020): deep linear ResNets under gradient descent and its stochastic form."""

from theorems.zou2020 import gradient_bounds, numbers, set_up, smoothness, technical_lemmas
from theorems.zou2020.notation import paper

__all__ = ["gradient_bounds", "numbers", "paper", "set_up", "smoothness", "technical_lemmas"]
