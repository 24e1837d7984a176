"""Zhao, Xu (TMLR 2024): deep linear networks against the convex problem."""

from theorems.zhao2024 import functions, gamma_ratios, numbers, wide_limit
from theorems.zhao2024.notation import paper

__all__ = ["functions", "gamma_ratios", "numbers", "paper", "wide_limit"]
