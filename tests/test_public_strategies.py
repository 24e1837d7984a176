"""The public strategies: what is asked for is met exactly, minimal examples are pinned, what cannot be is refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from verify.instance import exact_rank
from verify.strategies import as_floats, deep_layers, matrices, symmetric_matrices, two_layers
from verify.strategies.layer_recipes import DEEP, RECIPES
from verify.strategies.matrix_recipes import GENERAL
from verify.strategies.rationals import Rows, product, transposed

BRIEF = settings(max_examples=20, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
HUNT = settings(BRIEF, max_examples=2000)
UNSHRUNK = settings(BRIEF, phases=[Phase.generate])


def minimal(strategy: st.SearchStrategy[Any], condition: Callable[[Any], bool]) -> Any:
    """The minimal example, with whole numbers as such."""
    return _plain(find(strategy, condition, settings=HUNT))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return int(value) if value.denominator == 1 else str(value)


def _zero(matrix: Rows) -> bool:
    return not any(map(any, matrix))


# --- shrinking: a minimal failing example is what one would write down --------------------------------

MINIMA = [
    ("any", matrices(2, 2), lambda a: True, [[0, 0], [0, 0]]),
    ("not zero", matrices(2, 2), lambda a: not _zero(a), [[1, 0], [0, 1]]),
    ("not symmetric", matrices(2, 2), lambda a: a != transposed(a), [[0, 1], [0, 0]]),
    ("rank one", matrices(2, 3, rank=1), lambda a: True, [[1, 0, 0], [0, 0, 0]]),
    ("full rank", matrices(2, 2, rank=2), lambda a: True, [[1, 0], [0, 1]]),
    ("spectrum", matrices(2, 3, spectrum=[2, "1/2"]), lambda a: True, [[2, 0, 0], [0, "1/2", 0]]),
    ("ensemble", matrices(2, 2, ensemble="sparse"), lambda a: not _zero(a), [[1, 0], [0, 0]]),
    ("indefinite", symmetric_matrices(2), lambda a: a[0][0] * a[1][1] < a[0][1] ** 2, [[0, 1], [1, 0]]),
    ("eigenvalues", symmetric_matrices(2, spectrum=[1, -1]), lambda a: True, [[1, 0], [0, -1]]),
    ("a product that is not zero", two_layers(1, 2, 1), lambda w: not _zero(product(*w)), [[[1, 0]], [[1], [0]]]),
    ("balanced", two_layers(1, 1, 1, ensemble="balanced"), lambda w: not _zero(product(*w)), [[[1]], [[1]]]),
    ("deep", deep_layers([2, 2, 2]), lambda w: True, [[[1, 0], [0, 1]], [[1, 0], [0, 1]]]),
    ("deep with a zero product", deep_layers([1, 1, 1]), lambda w: _zero(product(w[1], w[0])), [[[0]], [[0]]]),
    ("deep and not the identity", deep_layers([1, 1, 1]), lambda w: product(w[1], w[0]) == ((2,),), [[[1]], [[2]]]),
]


@pytest.mark.parametrize(("strategy", "condition", "expected"), [row[1:] for row in MINIMA], ids=[row[0] for row in MINIMA])
def test_minimal_examples(strategy: Any, condition: Any, expected: Any) -> None:
    assert minimal(strategy, condition) == expected


# --- what is asked for ------------------------------------------------------------------------------


def test_spectra_are_exact() -> None:
    @BRIEF
    @given(matrices(3, 2, spectrum=["1/3", 2]), symmetric_matrices(3, spectrum=[1, 1, -2]))
    def look(general: Rows, symmetric: Rows) -> None:
        # tr(G) and det(G) fix the spectrum of the 2 x 2 Gram matrix G.
        (a, b), (_, d) = product(transposed(general), general)
        assert (a + d, a * d - b * b) == (Fraction(1, 9) + 4, Fraction(4, 9))
        # All three eigenvalues solve x^2 + x - 2 = 0.
        square = product(symmetric, symmetric)
        assert all(square[i][j] + symmetric[i][j] == 2 * (i == j) for i in range(3) for j in range(3))
        assert sum(symmetric[i][i] for i in range(3)) == 0

    look()


@pytest.mark.parametrize("ensemble", ["balanced", "orthogonal", "full rank", "one zero", "identities"])
def test_deep_layers_are_of_their_ensemble(ensemble: str) -> None:
    widths = [2, 3, 4, 2]

    @BRIEF
    @given(deep_layers(widths, ensemble=ensemble))
    def look(layers: tuple[Rows, ...]) -> None:
        assert [(len(layer), len(layer[0])) for layer in layers] == [(rows, columns) for columns, rows in pairwise(widths)]
        if ensemble == "balanced":
            assert all(product(transposed(after), after) == product(before, transposed(before)) for before, after in pairwise(layers))
            assert not _zero(product(*reversed(layers)))
        if ensemble == "full rank":
            assert all(exact_rank(layer) == min(len(layer), len(layer[0])) for layer in layers)
        if ensemble == "orthogonal":
            assert np.allclose([np.linalg.norm(as_floats(layer), 2) for layer in layers], 1)
        if ensemble == "one zero":
            assert any(map(_zero, layers))

    look()


@pytest.mark.parametrize("ensemble", list(DEEP))
def test_every_deep_ensemble_fits_every_shape(ensemble: str) -> None:
    @settings(BRIEF, max_examples=4)
    @given(st.lists(st.integers(1, 4), min_size=2, max_size=4).flatmap(lambda widths: deep_layers(widths, ensemble=ensemble)))
    def look(layers: tuple[Rows, ...]) -> None:
        assert all(len(before) == len(after[0]) for before, after in pairwise(layers))

    look()


def test_all_ensembles_of_layers_can_be_named() -> None:
    for name in RECIPES:
        first, second = find(two_layers(2, 2, 2, ensemble=name), lambda pair: True, settings=UNSHRUNK)
        assert (len(first), len(second[0])) == (2, 2)


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        (matrices(0, 2), "at least one row and one column"),
        (matrices(2, 2, rank=3), "cannot have rank 3"),
        (matrices(2, 2, spectrum=[1, 1, 1]), "3 singular values are too many; the shape has room for 2"),
        (matrices(2, 2, spectrum=[-1]), "never negative"),
        (matrices(2, 2, rank=1, ensemble="zero"), "ask for one of rank, ensemble"),
        (matrices(2, 2, ensemble="round"), f"no ensemble 'round'; the ensembles are {', '.join(GENERAL)}"),
        (symmetric_matrices(2, ensemble="round"), "no ensemble 'round'"),
        (two_layers(1, 1, 1, ensemble="round"), "no ensemble 'round' of layers"),
        (deep_layers([2]), "two widths or more"),
        (deep_layers([2, 0]), "all at least 1"),
        (deep_layers([2, 2], ensemble="round"), "no ensemble 'round' of deep layers"),
    ],
)
def test_what_cannot_be_is_refused(strategy: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        find(strategy, lambda value: True, settings=HUNT)
