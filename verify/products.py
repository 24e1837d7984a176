"""The products of matrices that a program has computed, so that none is computed twice, transposed or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sympy import MatMul, Transpose

from verify.chain_order import best_splits

Factors = tuple[tuple[int, bool], ...]
"""The values multiplied, by number, and whether each is transposed."""


def _flipped(factors: Factors) -> Factors:
    return tuple((number, not turned) for number, turned in reversed(factors))


@dataclass(frozen=True)
class LastFactors:
    """The two values that the last multiplication of a chain takes, and their common dimension."""

    left: int
    right: int
    inside: int


class Products:
    """Which number holds which product of which values."""

    def __init__(self, emit: Callable[[type, Sequence[int]], int]) -> None:
        self._emit = emit
        self._factors: dict[int, Factors] = {}
        self._numbers: dict[Factors, int] = {}
        self._transposes: dict[int, int] = {}

    def factors(self, number: int) -> Factors:
        """What a value is a product of: itself where it is none."""
        return self._factors.get(number, ((number, False),))

    def transpose(self, number: int) -> int:
        """The number of the transposed value."""
        if number not in self._transposes:
            turned = self._emit(Transpose, [number])
            self._transposes[number], self._transposes[turned] = turned, number
            self._enter(turned, _flipped(self.factors(number)))
        return self._transposes[number]

    def _enter(self, number: int, factors: Factors) -> None:
        self._factors[number] = factors
        self._numbers.setdefault(factors, number)

    def known(self, numbers: Sequence[int]) -> int | None:
        """The product of the values where it, or its transpose, has been computed."""
        factors = sum((self.factors(n) for n in numbers), ())
        if factors in self._numbers:
            return self._numbers[factors]
        turned = self._numbers.get(_flipped(factors))
        return None if turned is None else self.transpose(turned)

    def of_two(self, left: int, right: int) -> int:
        """The product of two values; A^T B^T is computed as (B A)^T, so that both are known from then on."""
        found = self.known([left, right])
        if found is not None:
            return found
        factors = self.factors(left) + self.factors(right)
        if self._is_turned(left) and self._is_turned(right):
            number = self._emit(MatMul, [self._transposes[right], self._transposes[left]])
            self._enter(number, _flipped(factors))
            return self.transpose(number)
        number = self._emit(MatMul, [left, right])
        self._enter(number, factors)
        return number

    def _is_turned(self, number: int) -> bool:
        """Whether the value was made by transposing another one."""
        return number in self._transposes and self._transposes[number] < number

    def last_factors(self, numbers: Sequence[int], sizes: Sequence[int]) -> LastFactors | int:
        """The product of a chain of values up to its last multiplication, or the whole of it where it is known.

        Value i has shape (sizes[i], sizes[i + 1]).
        """
        split = best_splits(sizes, lambda first, last: self._seen(numbers[first : last + 1]))

        def multiplied(first: int, last: int) -> int:
            if first == last:
                return numbers[first]
            whole = self.known(numbers[first : last + 1])
            return self.of_two(*parts(first, last)) if whole is None else whole

        def parts(first: int, last: int) -> tuple[int, int]:
            middle = split[first, last]
            return multiplied(first, middle), multiplied(middle + 1, last)

        last = len(numbers) - 1
        whole = numbers[0] if last == 0 else self.known(numbers)
        return LastFactors(*parts(0, last), sizes[split[0, last] + 1]) if whole is None else whole

    def _seen(self, numbers: Sequence[int]) -> bool:
        factors = sum((self.factors(n) for n in numbers), ())
        return factors in self._numbers or _flipped(factors) in self._numbers
