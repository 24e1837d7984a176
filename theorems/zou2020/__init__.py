"""Zou, Long, Gu (ICLR 2020): deep linear ResNets under gradient descent and its stochastic form."""

from theorems.zou2020.notation import paper

__all__ = ["paper"]
