"""Zhao, Xu (TMLR 2024): deep linear networks against the convex problem."""

from theorems.zhao2024 import (
    claim_3,
    comparison,
    convexity,
    functions,
    gamma_ratios,
    main_results,
    networks,
    numbers,
    operator,
    region,
    semi_norm,
    wide_limit,
)
from theorems.zhao2024.notation import paper

__all__ = [
    "claim_3",
    "comparison",
    "convexity",
    "functions",
    "gamma_ratios",
    "main_results",
    "networks",
    "numbers",
    "operator",
    "paper",
    "region",
    "semi_norm",
    "wide_limit",
]
