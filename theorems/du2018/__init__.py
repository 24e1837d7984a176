"""Du, Hu, Lee (NeurIPS 2018): layers of homogeneous networks stay balanced; matrix factorisation."""

from theorems.du2018 import auto_balancing, bounded_iterates, factorisation, landscape, rank_one, smoothness, stationary_points
from theorems.du2018.notation import paper

__all__ = ["auto_balancing", "bounded_iterates", "factorisation", "landscape", "paper", "rank_one", "smoothness", "stationary_points"]
