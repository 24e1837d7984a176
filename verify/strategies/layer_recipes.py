"""Exact layers of networks, two or many: independent, balanced, spectral, near the identity, degenerate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from verify.strategies.matrix_recipes import GENERAL, INTEGERS, POSITIVE, RATIONALS, TINY, any_matrix, dense, orthogonal, values
from verify.strategies.matrix_recipes import Recipe as MatrixRecipe
from verify.strategies.rationals import Rows, diagonal, product, scaled, transposed, zeros

Layers = tuple[Rows, Rows]
Recipe = Callable[[DrawFn, int, int, int, int], Layers]
"""From draw, n, h, m and room to layers (n x h, h x m)."""
DeepRecipe = Callable[[DrawFn, Sequence[int], int], tuple[Rows, ...]]
"""From draw, widths and room to layers, the one that meets the input first."""

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
def two_layers(draw: DrawFn, n: int, h: int, m: int, room: int | None = None, *, ensemble: str | None = None) -> Layers:
    """Exact layers W_1 (n x h) and W_2 (h x m) from every joint ensemble, or from one in `RECIPES`, shrinking to zeros and ones.

    In "balanced" ones W_1^T W_1 = W_2 W_2^T exactly. Raises ValueError for an ensemble that there is not.
    """
    if ensemble is not None and ensemble not in RECIPES:
        raise ValueError(f"there is no ensemble '{ensemble}' of layers; the ensembles are {', '.join(RECIPES)}.")
    recipe = RECIPES[draw(st.sampled_from(tuple(RECIPES))) if ensemble is None else ensemble]
    return recipe(draw, n, h, m, max(n, h, m) if room is None else room)


def _each(recipe: MatrixRecipe) -> DeepRecipe:
    """Every layer from the same recipe, independently of the others."""
    return lambda draw, widths, room: tuple(recipe(draw, rows, columns, room) for columns, rows in pairwise(widths))


def _identities(draw: DrawFn, widths: Sequence[int], room: int) -> tuple[Rows, ...]:
    return tuple(diagonal([1] * min(rows, columns), rows, columns) for columns, rows in pairwise(widths))


def _deep_balanced(draw: DrawFn, widths: Sequence[int], room: int) -> tuple[Rows, ...]:
    """W_j = Q_j S Q_(j-1)^T with one rectangular diagonal S, so that W_(j+1)^T W_(j+1) = W_j W_j^T exactly."""
    spectrum = values(draw, min(widths), room, POSITIVE)
    turns = [orthogonal(draw, width, room) for width in widths]
    sides = enumerate(pairwise(widths))
    return tuple(product(turns[k + 1], diagonal(spectrum, rows, columns), transposed(turns[k])) for k, (columns, rows) in sides)


def _deep_zero(draw: DrawFn, widths: Sequence[int], room: int) -> tuple[Rows, ...]:
    """One layer is zero, and the others are any."""
    chosen = draw(st.integers(0, len(widths) - 2))
    found = _each(any_matrix)(draw, widths, room)
    return tuple(zeros(len(layer), len(layer[0])) if k == chosen else layer for k, layer in enumerate(found))


DEEP: dict[str, DeepRecipe] = {
    "identities": _identities,
    "plain": _each(lambda draw, rows, columns, room: dense(draw, rows, columns, room, INTEGERS)),
    "independent": _each(any_matrix),
    "near identity": _each(GENERAL["near identity"]),
    "orthogonal": _each(GENERAL["orthogonal"]),
    "full rank": _each(GENERAL["regular integers"]),
    "balanced": _deep_balanced,
    "one zero": _deep_zero,
    "tiny": _each(GENERAL["tiny"]),
}
"""The joint ensembles of deep layers, the simplest first."""


@st.composite
def deep_layers(draw: DrawFn, widths: Sequence[int], *, ensemble: str | None = None) -> tuple[Rows, ...]:
    """Exact layers W_1, ..., W_L of a deep network, W_j of shape widths[j] x widths[j - 1], so that W_L ... W_1 is its product.

    They come from every ensemble in `DEEP`, or from one, and shrink to identities, zeros and ones. In "balanced" ones
    W_(j+1)^T W_(j+1) = W_j W_j^T exactly. Raises ValueError for fewer than two widths, a width below 1 or an
    ensemble that there is not.
    """
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(f"layers need two widths or more, all at least 1, but these are {', '.join(map(str, widths)) or 'none'}.")
    if ensemble is not None and ensemble not in DEEP:
        raise ValueError(f"there is no ensemble '{ensemble}' of deep layers; the ensembles are {', '.join(DEEP)}.")
    recipe = DEEP[draw(st.sampled_from(tuple(DEEP))) if ensemble is None else ensemble]
    return recipe(draw, tuple(widths), max(widths))
