"""Joint ensembles of the two layers of a linear network: balanced, spectral, imbalanced, degenerate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from verify.ensembles import (
    GENERAL,
    Floats,
    Generator,
    coarse,
    integers,
    mixture,
    nonzero_integers,
    on_diagonal,
    orthonormal,
    powers_of_ten,
    shuffled,
    spread,
)

Layers = tuple[Floats, Floats]
Shape = tuple[int, int, int]
"""Inputs n, hidden width h, outputs m."""
Basis = Callable[[], Floats]
"""Orthonormal columns (count, n, n): right singular vectors of the data, computed only where they are used."""

_PLAIN = tuple(ensemble for ensemble in GENERAL if ensemble.plain)


@dataclass(frozen=True)
class LayerEnsemble:
    """A law on pairs (count, n, h), (count, h, m).

    `draw(rng, count, (n, h, m), basis)` may call `basis` for the right singular vectors of the data drawn
    before, or random ones where there are none.
    """

    name: str
    draw: Callable[[Generator, int, Shape, Basis], Layers]
    plain: bool = False


def _from_singular_values(rng: Generator, first: Floats, second: Floats, shape: Shape, left: Floats | None = None) -> Layers:
    """Layers U S1 Q^T and Q S2 V^T with common hidden directions Q; the spectra are (count, min(n, h)) and (count, min(h, m))."""
    n, h, m = shape
    count = len(first)
    hidden, right = orthonormal(rng, count, h, h), orthonormal(rng, count, m, m)
    left = orthonormal(rng, count, n, n) if left is None else left
    return (
        np.asarray(left @ on_diagonal(first, n, h) @ hidden.transpose(0, 2, 1)),
        np.asarray(hidden @ on_diagonal(second, h, m) @ right.transpose(0, 2, 1)),
    )


def _padded(spectrum: Floats, size: int) -> Floats:
    """The spectrum with zeros behind it, up to `size` values."""
    return np.pad(spectrum, ((0, 0), (0, size - spectrum.shape[1])))


def _common_spectrum(rng: Generator, count: int, shape: Shape) -> Floats:
    """A spectrum that both layers can have: min(n, h, m) values, some of them zero in half of the draws."""
    size = min(shape)
    values = spread(rng, count, size, -1.5, 1)
    kept = np.arange(size) < rng.integers(0, size + 1, (count, 1))
    return np.where(kept | (rng.random((count, 1)) < 0.5), values, 0.0)


def _independent(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    n, h, m = shape
    return mixture(rng, GENERAL, count, n, h), mixture(rng, GENERAL, count, h, m)


def _gaussian(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    """Gaussian layers with entries of variance 1/h, from tiny to large scales, the same scale in both."""
    n, h, m = shape
    scale = powers_of_ten(rng, count, -3, 1) / np.sqrt(h)
    return rng.standard_normal((count, n, h)) * scale, rng.standard_normal((count, h, m)) * scale


def _balanced(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    n, h, m = shape
    spectrum = _common_spectrum(rng, count, shape)
    return _from_singular_values(rng, _padded(spectrum, min(n, h)), _padded(spectrum, min(h, m)), shape)


def _nearly_balanced(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    first, second = _balanced(rng, count, shape, basis)
    noise = powers_of_ten(rng, count, -8, -1)
    return first + noise * rng.standard_normal(first.shape), second + noise * rng.standard_normal(second.shape)


def _spectral(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    """Independent spectra in common directions: the imbalance is diagonal there, definite or not."""
    n, h, m = shape
    return _from_singular_values(rng, spread(rng, count, min(n, h), -2, 1), spread(rng, count, min(h, m), -2, 1), shape)


def _spectral_on_data(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    n, h, m = shape
    return _from_singular_values(rng, spread(rng, count, min(n, h), -2, 1), spread(rng, count, min(h, m), -2, 1), shape, basis())


def _mostly_in_kernel(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    """Balanced layers whose product is large where the data do not see it, and moderate where they do.

    The first singular direction of W_1 leans from the data's strongest towards its weakest direction, the
    kernel where there is one; the others follow the data from the weakest on.
    """
    n, h, m = shape
    data = basis()
    ratio = powers_of_ten(rng, count, 0, 4)[:, 0]
    lean = np.where(rng.random((count, 1)) < 0.7, np.arctan(ratio), np.pi / 2)
    left = data[:, :, ::-1].copy()
    if n > 1:
        strong, weak = data[:, :, 0], data[:, :, -1]
        left[:, :, 0] = np.cos(lean) * strong + np.sin(lean) * weak
        left[:, :, -1] = np.sin(lean) * strong - np.cos(lean) * weak
    spectrum = spread(rng, count, min(shape), -1, 0.5)
    spectrum[:, :1] *= np.sqrt(ratio)
    return _from_singular_values(rng, _padded(spectrum, min(n, h)), _padded(spectrum, min(h, m)), shape, left)


def _deficient_product(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    """Layers of large rank whose product has a smaller one: each direction may be missing from either layer."""
    n, h, m = shape
    first, second = spread(rng, count, min(n, h), -1, 1), spread(rng, count, min(h, m), -1, 1)
    return _from_singular_values(rng, first * (rng.random(first.shape) < 0.6), second * (rng.random(second.shape) < 0.6), shape)


def _rescaled(exponents: tuple[float, float]) -> Callable[[Generator, int, Shape, Basis], Layers]:
    """Balanced layers s*W_1 and W_2/s: the product stays, the imbalance grows."""

    def draw(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
        first, second = _balanced(rng, count, shape, basis)
        factor = powers_of_ten(rng, count, *exponents)
        return first * factor, second / factor

    return draw


def _lopsided(first_scale: tuple[float, float], second_scale: tuple[float, float]) -> Callable[[Generator, int, Shape, Basis], Layers]:
    """Independent Gaussian layers at scales of their own."""

    def draw(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
        n, h, m = shape
        first = rng.standard_normal((count, n, h)) * powers_of_ten(rng, count, *first_scale)
        return first, rng.standard_normal((count, h, m)) * powers_of_ten(rng, count, *second_scale)

    return draw


def _deficient_layers(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    """Layers of exactly small rank, as products of factors with few binary digits."""
    n, h, m = shape
    low = max(1, min(n, h, m) - 1)
    first = coarse(rng, (count, n, low)) @ coarse(rng, (count, low, h))
    return first, np.asarray(coarse(rng, (count, h, low)) @ coarse(rng, (count, low, m)))


def _hidden_kernel(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    """The second layer in the kernel of the first where it has one, else in its weakest direction; in half of the draws the strongest."""
    n, h, m = shape
    first = rng.standard_normal((count, n, h))
    directions = np.linalg.svd(first, full_matrices=True)[2]
    last = min(n, h - 1) if h > 1 else 0
    weights = rng.standard_normal((count, h, m))
    weights[: count // 2, :last] = 0.0
    weights[count // 2 :, 1:] = 0.0
    return first, np.asarray(directions.transpose(0, 2, 1) @ weights * powers_of_ten(rng, count, -1, 1))


def _plain_independent(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    n, h, m = shape
    return mixture(rng, _PLAIN, count, n, h), mixture(rng, _PLAIN, count, h, m)


def _plain_spectral(balanced: bool) -> Callable[[Generator, int, Shape, Basis], Layers]:
    """Integer diagonals between signed permutations, with common hidden directions: exactly spectral, or exactly balanced."""

    def draw(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
        n, h, m = shape
        first, second = integers(rng, (count, min(n, h)), 3), integers(rng, (count, min(h, m)), 3)
        if balanced:
            common = first[:, : min(shape)]
            first, second = _padded(common, min(n, h)), _padded(common, min(h, m))
        joined = np.concatenate([on_diagonal(first, n, h), on_diagonal(second, h, m).transpose(0, 2, 1)], axis=1)
        joined = shuffled(rng, joined, 2)
        return shuffled(rng, joined[:, :n], 1), shuffled(rng, joined[:, n:].transpose(0, 2, 1), 2)

    return draw


def _transposed(rescaled: bool) -> Callable[[Generator, int, Shape, Basis], Layers]:
    """W_2 = W_1^T with zero rows or columns added to fit: exactly balanced with full hidden directions; or s*W_1, W_2/s."""

    def draw(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
        n, h, m = shape
        common = mixture(rng, _PLAIN, count, min(n, m), h)
        first = shuffled(rng, np.pad(common, ((0, 0), (0, n - min(n, m)), (0, 0))), 1)
        second = shuffled(rng, np.pad(common.transpose(0, 2, 1), ((0, 0), (0, 0), (0, m - min(n, m)))), 2)
        factor = 2.0 ** rng.integers(-4, 5, (count, 1, 1)) if rescaled else 1.0
        return first * factor, second / factor

    return draw


def _disjoint(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
    """Each hidden unit is read by one layer only, so the product is zero while the layers are not."""
    n, h, m = shape
    used = rng.random((count, h)) < 0.5
    first, second = nonzero_integers(rng, (count, n, h), 2), nonzero_integers(rng, (count, h, m), 2)
    return first * used[:, None, :], second * ~used[:, :, None]


def _one_zero(first_is_zero: bool) -> Callable[[Generator, int, Shape, Basis], Layers]:
    def draw(rng: Generator, count: int, shape: Shape, basis: Basis) -> Layers:
        n, h, m = shape
        if first_is_zero:
            return np.zeros((count, n, h)), mixture(rng, _PLAIN, count, h, m)
        return mixture(rng, _PLAIN, count, n, h), np.zeros((count, h, m))

    return draw


TWO_LAYER: tuple[LayerEnsemble, ...] = (
    LayerEnsemble("independent", _independent),
    LayerEnsemble("gaussian", _gaussian),
    LayerEnsemble("balanced", _balanced),
    LayerEnsemble("nearly balanced", _nearly_balanced),
    LayerEnsemble("spectral", _spectral),
    LayerEnsemble("spectral on the data", _spectral_on_data),
    LayerEnsemble("mostly in the kernel of the data", _mostly_in_kernel),
    LayerEnsemble("deficient product", _deficient_product),
    LayerEnsemble("first layer rescaled up", _rescaled((0.1, 2))),
    LayerEnsemble("second layer rescaled up", _rescaled((-2, -0.1))),
    LayerEnsemble("first layer dominates", _lopsided((0, 1), (-6, -1))),
    LayerEnsemble("second layer dominates", _lopsided((-6, -1), (0, 1))),
    LayerEnsemble("tiny", _lopsided((-5, -2), (-5, -2))),
    LayerEnsemble("rank-deficient layers", _deficient_layers),
    LayerEnsemble("hidden kernel", _hidden_kernel),
    LayerEnsemble("plain independent", _plain_independent, plain=True),
    LayerEnsemble("plain balanced", _plain_spectral(True), plain=True),
    LayerEnsemble("plain spectral", _plain_spectral(False), plain=True),
    LayerEnsemble("transposed", _transposed(False), plain=True),
    LayerEnsemble("transposed and rescaled", _transposed(True), plain=True),
    LayerEnsemble("disjoint hidden units", _disjoint, plain=True),
    LayerEnsemble("first layer zero", _one_zero(True), plain=True),
    LayerEnsemble("second layer zero", _one_zero(False), plain=True),
)
"""The joint ensembles of two layers."""
