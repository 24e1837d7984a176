"""Xu, Min, Tarmoun, Mallada, Vidal (AISTATS 2023): gradient descent on two-layer linear networks of finite width."""

from theorems.xu2023 import convergence, imbalance, product_update, smoothness, step_size
from theorems.xu2023.notation import paper

__all__ = ["convergence", "imbalance", "paper", "product_update", "smoothness", "step_size"]
