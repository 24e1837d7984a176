"""The cheapest order in which to multiply a chain of matrices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

Order: TypeAlias = "int | tuple[Order, Order]"
Link: TypeAlias = tuple[int, int]
"""The part of a chain from one position to another, both included."""


def best_splits(sizes: Sequence[int], known: Callable[[int, int], bool] = lambda first, last: False) -> Mapping[Link, int]:
    """For each part of the chain, after which position its product of two products is taken, with the fewest scalar multiplications.

    Matrix i of the chain has shape (sizes[i], sizes[i + 1]); `known` says which parts have been multiplied before and cost
    nothing. Among equals the leftmost split wins.
    """
    count = len(sizes) - 1
    cost = {(i, i): 0 for i in range(count)}
    split: dict[Link, int] = {}
    for length in range(2, count + 1):
        for first in range(count - length + 1):
            last = first + length - 1
            costs = [cost[first, k] + cost[k + 1, last] + sizes[first] * sizes[k + 1] * sizes[last + 1] for k in range(first, last)]
            cost[first, last] = 0 if known(first, last) else min(costs)
            split[first, last] = first + costs.index(min(costs))
    return split


def best_order(sizes: Sequence[int]) -> Order:
    """The whole chain's cheapest order, as nested pairs of positions."""
    split = best_splits(sizes)

    def build(first: int, last: int) -> Order:
        if first == last:
            return first
        middle = split[first, last]
        return build(first, middle), build(middle + 1, last)

    return build(0, len(sizes) - 2)
