"""The widths and the weights of a network of a given depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Symbol

from verify.errors import StatementError
from verify.language.matrices import StateMatrix, dimensions, state


def widths(depth: int, name: str = "n") -> tuple[Symbol, ...]:
    """The dimensions n_0, ..., n_N of a network with N layers: inputs, hidden layers, outputs."""
    if depth < 1:
        raise StatementError(f"a network has at least one layer, not {depth}.")
    return tuple(dimensions(" ".join(f"{name}_{k}" for k in range(depth + 1))))


def weights(sizes: Sequence[Any], name: str = "W") -> tuple[StateMatrix, ...]:
    """The weights W_1, ..., W_N, where W_k is n_k x n_(k-1) for the sizes n_0, ..., n_N."""
    if len(sizes) < 2:
        raise StatementError("weights need the sizes of the inputs and of at least one layer.")
    return tuple(state(f"{name}_{k}", sizes[k], sizes[k - 1]) for k in range(1, len(sizes)))
