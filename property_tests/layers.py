"""Exact layers of two-layer networks: independent, balanced, spectral, imbalanced, degenerate."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from property_tests.matrices import INTEGERS, RATIONALS, TINY, any_matrix, dense, orthogonal, values
from property_tests.rationals import Rows, diagonal, product, scaled, transposed, zeros

Layers = tuple[Rows, Rows]
Recipe = Callable[[DrawFn, int, int, int, int], Layers]
"""From draw, n, h, m and room to layers (n x h, h x m)."""

_FACTORS = tuple(Fraction(value) for value in ("1", "2", "1/2", "10", "1/10"))


def _plain(draw: DrawFn, n: int, h: int, m: int, room: int) -> Layers:
    return dense(draw, n, h, room, INTEGERS), dense(draw, h, m, room, INTEGERS)


def _independent(draw: DrawFn, n: int, h: int, m: int, room: int) -> Layers:
    return any_matrix(draw, n, h, room), any_matrix(draw, h, m, room)


def _tiny(draw: DrawFn, n: int, h: int, m: int, room: int) -> Layers:
    factor = draw(st.sampled_from(TINY))
    first, second = _plain(draw, n, h, m, room)
    return scaled(first, factor), scaled(second, factor)


def _transposed(draw: DrawFn, n: int, h: int, m: int, room: int) -> Layers:
    """W_2 = W_1^T with zero rows or columns added to fit: W_1^T W_1 = W_2 W_2^T exactly. Then s*W_1 and W_2/s."""
    common = any_matrix(draw, min(n, m), h, room)
    factor = draw(st.sampled_from(_FACTORS))
    second = tuple(row + (Fraction(0),) * (m - min(n, m)) for row in transposed(common))
    return scaled(common + zeros(n - min(n, m), h), factor), scaled(second, 1 / factor)


def _spectral(balanced: bool) -> Recipe:
    """U S1 Q^T and Q S2 V^T with rational orthogonal U, Q, V; balanced where S1 = S2."""

    def recipe(draw: DrawFn, n: int, h: int, m: int, room: int) -> Layers:
        one, other = values(draw, min(n, h), room, RATIONALS), values(draw, min(h, m), room, RATIONALS)
        if balanced:
            one = other = one[: min(n, h, m)]
        left, hidden, right = (orthogonal(draw, size, room) for size in (n, h, m))
        return product(left, diagonal(one, n, h), transposed(hidden)), product(hidden, diagonal(other, h, m), right)

    return recipe


def _disjoint(draw: DrawFn, n: int, h: int, m: int, room: int) -> Layers:
    """Each hidden unit is used by one layer only, so the product vanishes."""
    first, second = _plain(draw, n, h, m, room)
    used = values(draw, h, room, INTEGERS[:2])
    return (
        tuple(tuple(entry * used[j] for j, entry in enumerate(row)) for row in first),
        tuple(tuple(entry * (1 - used[i]) for entry in row) for i, row in enumerate(second)),
    )


def _first_zero(draw: DrawFn, n: int, h: int, m: int, room: int) -> Layers:
    return zeros(n, h), any_matrix(draw, h, m, room)


def _second_zero(draw: DrawFn, n: int, h: int, m: int, room: int) -> Layers:
    return any_matrix(draw, n, h, room), zeros(h, m)


RECIPES: dict[str, Recipe] = {
    "plain": _plain,
    "independent": _independent,
    "transposed": _transposed,
    "balanced": _spectral(True),
    "spectral": _spectral(False),
    "disjoint": _disjoint,
    "first zero": _first_zero,
    "second zero": _second_zero,
    "tiny": _tiny,
}


@st.composite
def layers(draw: DrawFn, n: int, h: int, m: int, room: int | None = None) -> Layers:
    """Exact layers (n x h, h x m) from every joint ensemble, shrinking to zeros and ones."""
    recipe = RECIPES[draw(st.sampled_from(tuple(RECIPES)))]
    return recipe(draw, n, h, m, max(n, h, m) if room is None else room)
