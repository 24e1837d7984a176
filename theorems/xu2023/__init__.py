"""Xu, Min, Tarmoun, Mallada, Vidal (AISTATS 2023): gradient descent on two-layer linear networks of finite width."""

from theorems.xu2023 import convergence, gradient_flow, imbalance, product_update, set_up, smoothness, step_size
from theorems.xu2023.notation import paper

__all__ = ["convergence", "gradient_flow", "imbalance", "paper", "product_update", "set_up", "smoothness", "step_size"]
