"""Zhao, Xu (TMLR 2024): deep linear networks against the convex problem."""

from theorems.zhao2024 import numbers, wide_limit
from theorems.zhao2024.notation import paper

__all__ = ["numbers", "paper", "wide_limit"]
