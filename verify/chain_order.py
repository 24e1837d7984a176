"""The cheapest order in which to multiply a chain of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Order: TypeAlias = "int | tuple[Order, Order]"


def best_order(sizes: Sequence[int]) -> Order:
    """The order with the fewest scalar multiplications, as nested pairs of positions.

    Matrix i of the chain has shape (sizes[i], sizes[i + 1]); among equals the leftmost split wins.
    """
    count = len(sizes) - 1
    cost = {(i, i): 0 for i in range(count)}
    split: dict[tuple[int, int], int] = {}
    for length in range(2, count + 1):
        for first in range(count - length + 1):
            last = first + length - 1
            costs = [cost[first, k] + cost[k + 1, last] + sizes[first] * sizes[k + 1] * sizes[last + 1] for k in range(first, last)]
            cost[first, last] = min(costs)
            split[first, last] = first + costs.index(min(costs))

    def build(first: int, last: int) -> Order:
        if first == last:
            return first
        middle = split[first, last]
        return build(first, middle), build(middle + 1, last)

    return build(0, count - 1)
