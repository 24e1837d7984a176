"""Min, Tarmoun, Vidal, Mallada (2022): gradient flow on two-layer linear networks, imbalance, margin and implicit bias."""

from theorems.min2022 import lemma_8, rate
from theorems.min2022.notation import paper

__all__ = ["lemma_8", "paper", "rate"]
