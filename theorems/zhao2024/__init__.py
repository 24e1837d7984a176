"""Zhao, Xu (TMLR 2024): deep linear networks against the convex problem."""

from theorems.zhao2024 import (
    beta_laws,
    claim_2,
    claim_3,
    comparison,
    convexity,
    functions,
    gamma_ratios,
    gaussian_numbers,
    gaussian_products,
    main_results,
    networks,
    numbers,
    operator,
    orthogonal_products,
    region,
    semi_norm,
    wide_limit,
)
from theorems.zhao2024.notation import paper

__all__ = [
    "beta_laws",
    "claim_2",
    "claim_3",
    "comparison",
    "convexity",
    "functions",
    "gamma_ratios",
    "gaussian_numbers",
    "gaussian_products",
    "main_results",
    "networks",
    "numbers",
    "operator",
    "orthogonal_products",
    "paper",
    "region",
    "semi_norm",
    "wide_limit",
]
