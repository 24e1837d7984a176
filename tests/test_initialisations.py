"""Every initialisation draws from the law that its words state; the tests are exact, with false-alarm probability below 1e-9."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sympy import MatrixSymbol, Rational

from verify.errors import DomainError, InstanceError
from verify.initialisations import (
    ROUNDING,
    BalancedWithProduct,
    BandedGaussian,
    Fixed,
    Gaussian,
    IdentityLike,
    Initialisation,
    Minibatch,
    ModifiedIdentity,
    OnePeak,
    Orthonormal,
    ReducedGaussian,
    SpecialBalanced,
    SpectralBalanced,
    Uniform,
    draw_all,
    gaussian,
    haar,
    identity_maps,
    imbalanced,
    kaiming,
    xavier,
    xavier_uniform,
    zero,
)
from verify.language import dimensions, matrix, scalars

FALSE_ALARM = 1e-9

n, h, m, d = dimensions("n h m d")
alpha, epsilon = scalars("alpha epsilon")
U, V = matrix("U", n, h), matrix("V", m, h)
W_1, W_2, W_3 = matrix("W_1", h, n), matrix("W_2", h, h), matrix("W_3", m, h)
A = matrix("A", m, n)
SIZES = {n: 3, h: 7, m: 2, d: 5}


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng([2026, seed])


def require_variance(entries: Any, variance: float) -> None:
    """The sum of squares of Gaussian entries is chi-square distributed, exactly."""
    tail = stats.chi2(entries.size).cdf(np.square(entries).sum() / variance)
    assert FALSE_ALARM < tail < 1 - FALSE_ALARM


def require_law(sample: Any, law: Any) -> None:
    assert stats.kstest(sample, law.cdf).pvalue > FALSE_ALARM


def gram_defect(weights: Any, scale: float) -> float:
    """The largest entry of W^T W - scale^2 I (or W W^T, for a wide W), relative to scale^2."""
    tall = weights if weights.shape[1] >= weights.shape[2] else weights.transpose(0, 2, 1)
    return float(np.abs(tall.transpose(0, 2, 1) @ tall / scale**2 - np.eye(tall.shape[2])).max())


@pytest.mark.parametrize(
    ("law", "variance"),
    [
        (Gaussian(U), 1.0),
        (Gaussian(U, h ** (-2 * alpha)), 7.0**-0.8),
        (Gaussian(U, 1 / h), 1 / 7),
        (Gaussian(U, epsilon / (n * m) ** 2), 0.01 / 36),
        (Gaussian(U, 1e-4), 1e-4),
        (xavier(U), 2 / 10),
        (kaiming(U), 2 / 7),
        (kaiming(U, n), 2 / 3),
        (gaussian(U, V, variance=Rational(1, 9))[0], 1 / 9),
    ],
)
def test_gaussian_entries_have_the_stated_variance(law: Gaussian, variance: float) -> None:
    entries = law.draw(generator(), 4000, SIZES, {alpha: 0.4, epsilon: 0.01})[U]
    assert entries.shape == (4000, 3, 7)
    require_variance(entries, variance)
    require_law(entries.ravel() / np.sqrt(variance), stats.norm)


def test_a_wrong_variance_would_be_seen() -> None:
    entries = Gaussian(U, Rational(1, 2)).draw(generator(), 4000, SIZES)[U]
    with pytest.raises(AssertionError):
        require_variance(entries, 0.52)


def test_uniform_entries() -> None:
    entries = xavier_uniform(U).draw(generator(), 4000, SIZES)[U].ravel()
    bound = np.sqrt(6 / 10)
    require_law(entries, stats.uniform(-bound, 2 * bound))
    require_law(Uniform(U, epsilon).draw(generator(1), 4000, SIZES, {epsilon: 0.5})[U].ravel(), stats.uniform(-0.5, 1.0))


@pytest.mark.parametrize("sigma", [1, 5, 100, -2])
def test_imbalanced_variances_differ_by_sigma(sigma: int) -> None:
    ratio = (sigma + np.sqrt(sigma**2 + 4)) / 2
    assert ratio - 1 / ratio == pytest.approx(sigma)
    drawn = draw_all(imbalanced(U, V, sigma), generator(), 4000, SIZES)
    require_variance(drawn[U], ratio)
    require_variance(drawn[V], 1 / ratio)


@pytest.mark.parametrize(("rows", "columns"), [(6, 2), (2, 6), (4, 4), (1, 1), (5, 1)])
def test_orthonormal_weights_obey_their_equation_and_are_uniform(rows: int, columns: int) -> None:
    W = MatrixSymbol("W", rows, columns)
    weights = Orthonormal(W, 3).draw(generator(), 5000, {})[W]
    assert gram_defect(weights, 3.0) < ROUNDING
    size = max(rows, columns)
    # Each column of a Haar matrix is uniform on the sphere: a squared entry is Beta(1/2, (size-1)/2), of either sign.
    squares = (weights[:, 0, 0] / 3) ** 2
    if size > 1:
        require_law(squares, stats.beta(0.5, (size - 1) / 2))
    negative = int((weights[:, -1, -1] < 0).sum())
    assert stats.binomtest(negative, 5000, 0.5).pvalue > FALSE_ALARM


def test_orthonormal_weights_are_invariant_under_rotation() -> None:
    """The rotated entry has the law of the entry itself; for a wide draw, of which the projection keeps a part, too."""
    W = MatrixSymbol("W", 3, 6)
    left, right = haar(generator(7), 1, 3, 3)[0], haar(generator(8), 1, 6, 6)[0]
    turned = left @ Orthonormal(W).draw(generator(), 5000, {})[W] @ right
    require_law(turned[:, 1, 2] ** 2, stats.beta(0.5, 2.5))
    require_law((turned[:, :, 0] ** 2).sum(axis=1), stats.beta(1.5, 1.5))


def test_without_the_signs_a_qr_factor_would_not_pass() -> None:
    q, _ = np.linalg.qr(generator().standard_normal((5000, 4, 4)))
    negative = int((q[:, 0, 0] < 0).sum())
    assert stats.binomtest(negative, 5000, 0.5).pvalue < FALSE_ALARM


def test_one_peak_layers() -> None:
    law = OnePeak((W_1, W_2, W_3))
    drawn = law.draw(generator(), 3000, SIZES)
    for layer, scale in ((W_1, 7), (W_2, 7), (W_3, 7)):
        assert gram_defect(drawn[layer], np.sqrt(scale)) < ROUNDING
    product = drawn[W_3] @ drawn[W_2] @ drawn[W_1] / np.sqrt(7 * 7 * 7)
    # zhao2024, proof of lemma 14: the squared norm of the scaled product on a unit vector is Beta(n_N/2, (n_p - n_N)/2).
    require_law((product[:, :, 0] ** 2).sum(axis=1), stats.beta(2 / 2, (7 - 2) / 2))


@pytest.mark.parametrize("sizes", [{n: 8, h: 7, m: 2}, {n: 3, h: 7, m: 9}])
def test_one_peak_layers_need_a_hidden_peak(sizes: Any) -> None:
    with pytest.raises(InstanceError, match="one hidden peak"):
        OnePeak((W_1, W_2, W_3)).draw(generator(), 2, sizes)


def test_special_balanced_layers() -> None:
    drawn = SpecialBalanced((W_1, W_2, W_3)).draw(generator(), 3000, SIZES)
    for layer in (W_1, W_2, W_3):
        assert gram_defect(drawn[layer], np.sqrt(7)) < ROUNDING
    product = drawn[W_3] @ drawn[W_2] @ drawn[W_1]
    # zhao2024, proof of theorem 6, (b): Beta(n_y/2, (n - n_y)/2).
    require_law((product[:, :, 1] ** 2).sum(axis=1) / 7**3, stats.beta(2 / 2, (7 - 2) / 2))
    singular = np.linalg.svd(drawn[W_2] @ drawn[W_1], compute_uv=False)
    assert np.allclose(singular, 7.0, rtol=1e-12)
    with pytest.raises(InstanceError, match="not one width of at least 9"):
        SpecialBalanced((W_1, W_2, W_3)).draw(generator(), 2, {n: 9, h: 7, m: 2})


@pytest.mark.parametrize("sizes", [{n: 3, h: 7, m: 2}, {n: 2, h: 2, m: 5}, {n: 4, h: 4, m: 4}, {n: 1, h: 1, m: 1}])
def test_spectral_balanced_layers_have_the_product_and_are_balanced(sizes: Any) -> None:
    drawn = SpectralBalanced((W_1, W_2, W_3), Gaussian(A, Rational(1, 3))).draw(generator(), 200, sizes)
    assert np.allclose(drawn[W_3] @ drawn[W_2] @ drawn[W_1], drawn[A], atol=1e-12)
    for before, after in ((W_1, W_2), (W_2, W_3)):
        left = drawn[after].transpose(0, 2, 1) @ drawn[after]
        assert np.allclose(left, drawn[before] @ drawn[before].transpose(0, 2, 1), atol=1e-12)
    require_variance(drawn[A], 1 / 3)


def test_balanced_with_the_same_product() -> None:
    U_0, V_0, P = matrix("U_0", n, h), matrix("V_0", m, h), matrix("P", n, n)
    basis = np.linalg.qr(generator(3).standard_normal((3, 2)))[0]
    laws = [*gaussian(U_0, V_0), BalancedWithProduct(U, V, U_0 * V_0.T, metric=P)]
    drawn = draw_all(laws, generator(), 300, SIZES, {P: basis @ basis.T})
    product = drawn[U_0] @ drawn[V_0].transpose(0, 2, 1)
    assert np.allclose(drawn[U] @ drawn[V].transpose(0, 2, 1), product, atol=1e-8)
    metric = drawn[U].transpose(0, 2, 1) @ (basis @ basis.T) @ drawn[U]
    assert np.allclose(metric, drawn[V].transpose(0, 2, 1) @ drawn[V], atol=1e-8)


def test_balanced_factors_of_a_singular_product_are_refused() -> None:
    law = BalancedWithProduct(U, V, matrix("Theta", n, m))
    with pytest.raises(InstanceError, match="not safely invertible"):
        law.draw(generator(), 2, SIZES, {matrix("Theta", n, m): np.ones((3, 2))})


def test_maps_of_residual_networks() -> None:
    into, out = matrix("A", h, n), matrix("B", m, h)
    drawn = draw_all(identity_maps(into, out), generator(), 2, SIZES)
    assert (drawn[into] == np.eye(7, 3)).all()
    assert np.allclose(drawn[out], np.sqrt(7 / 2) * np.eye(2, 7))
    drawn = ModifiedIdentity(into, out, alpha).draw(generator(), 400, SIZES, {alpha: 2.5})
    assert not (drawn[out] @ drawn[into]).any()
    assert (np.linalg.svd(drawn[into], compute_uv=False) == 1).all()
    assert (np.linalg.svd(drawn[out], compute_uv=False) == 2.5).all()
    # Which unit reads the first input is uniform.
    counts = drawn[into][:, :, 0].sum(axis=0)
    assert stats.chisquare(counts).pvalue > FALSE_ALARM
    with pytest.raises(InstanceError, match="cannot be disjoint"):
        ModifiedIdentity(into, out).draw(generator(), 1, {n: 3, h: 4, m: 2})
    assert not zero(W_2)[0].draw(generator(), 3, SIZES)[W_2].any()


def test_a_minibatch_selects_different_samples_uniformly() -> None:
    drawn = Minibatch(matrix("S", d, n)).draw(generator(), 2000, SIZES)[matrix("S", d, n)]
    assert (np.swapaxes(drawn, 1, 2) @ drawn == np.eye(3)).all()
    subsets = Counter(tuple(np.flatnonzero(s.any(axis=1))) for s in drawn)
    assert len(subsets) == 10
    assert stats.chisquare(list(subsets.values())).pvalue > FALSE_ALARM
    with pytest.raises(InstanceError, match="cannot select 7 of 5 samples"):
        Minibatch(matrix("S", d, h)).draw(generator(), 1, SIZES)


def test_draws_are_reproducible_and_independent() -> None:
    laws: list[Initialisation] = [Gaussian(U), Orthonormal(V)]
    first, second = (draw_all(laws, generator(), 5, SIZES) for _ in range(2))
    assert all((first[w] == second[w]).all() for w in (U, V))
    assert not (first[U][0] == first[U][1]).any()


def test_every_initialisation_says_its_law() -> None:
    laws: list[Initialisation] = [
        Gaussian(U, 1 / h),
        Uniform(U),
        IdentityLike(U),
        Orthonormal(U),
        OnePeak((W_1, W_3)),
        SpecialBalanced((W_1, W_3)),
        SpectralBalanced((W_1, W_3), Gaussian(A)),
        BalancedWithProduct(U, V, U * V.T),
        ModifiedIdentity(matrix("A", h, n), matrix("B", m, h)),
        Minibatch(matrix("S", d, n)),
        zero(U)[0],
    ]
    assert laws[0].words() == "U (n x h) has independent entries N(0, 1/h)."
    for law in laws:
        assert all(layer.name in law.words() for layer in law.matrices)


def test_ill_formed_laws_are_refused() -> None:
    with pytest.raises(DomainError, match="expects a matrix symbol"):
        Gaussian(n)
    with pytest.raises(DomainError, match="has h rows"):
        OnePeak((W_1, A))
    with pytest.raises(DomainError, match="at least two layers"):
        SpecialBalanced((W_1,))
    with pytest.raises(DomainError, match="does not draw"):
        SpectralBalanced((W_1, W_3), Gaussian(U))
    with pytest.raises(DomainError, match="must be the product"):
        BalancedWithProduct(U, V, A)
    with pytest.raises(DomainError, match="expects a n x h matrix"):
        Fixed(U, A)
    with pytest.raises(InstanceError, match="must be positive"):
        Gaussian(U, 1 - h).draw(generator(), 1, SIZES)


UPPER, LOWER = MatrixSymbol("V", m, m + n), MatrixSymbol("U", n, m + n)


@pytest.mark.parametrize("width", [5, 40, Rational(61, 2)])
def test_reduced_layers_have_the_gram_matrix_of_wide_ones(width: Any) -> None:
    count, variance = 40_000, 0.25
    drawn = ReducedGaussian((UPPER, LOWER), width, variance).draw(np.random.default_rng(0), count, {m: 2, n: 3})
    stacked = np.concatenate([drawn[UPPER], drawn[LOWER]], axis=1)
    gram = stacked @ np.swapaxes(stacked, 1, 2) / variance
    mean, spread = gram.mean(axis=0), gram.std(axis=0)
    # Wishart: mean w I, variances 2 w on the diagonal and w beside it.
    np.testing.assert_allclose(mean, float(width) * np.eye(5), atol=6 * float(spread.max()) / np.sqrt(count))
    np.testing.assert_allclose(spread**2 / float(width), 1 + np.eye(5), rtol=0.1)


def test_reduced_layers_of_integer_width_are_rotated_wide_layers() -> None:
    count = 4000
    drawn = ReducedGaussian((UPPER, LOWER), 7).draw(np.random.default_rng(1), count, {m: 1, n: 2})
    reduced = np.linalg.svd(np.concatenate([drawn[UPPER], drawn[LOWER]], axis=1), compute_uv=False)
    wide = np.linalg.svd(np.random.default_rng(2).standard_normal((count, 3, 7)), compute_uv=False)
    narrower = np.linalg.svd(np.random.default_rng(3).standard_normal((count, 3, 6)), compute_uv=False)
    for k in range(3):
        assert stats.ks_2samp(reduced[:, k], wide[:, k]).pvalue > FALSE_ALARM
        assert stats.ks_2samp(reduced[:, k], narrower[:, k]).pvalue < FALSE_ALARM


def banded(sizes: Any, widths: Any, count: int, seed: int) -> list[Any]:
    """W_1, W_2, W_3 of one output and as many units and inputs as given."""
    kept, inputs = sizes
    law = BandedGaussian(W_1, W_2, W_3, widths)
    drawn = law.draw(np.random.default_rng(seed), count, {h: kept, n: inputs, m: 1})
    return [drawn[layer] for layer in law.matrices]


def products_along(layers: list[Any], steps: int) -> list[Any]:
    """W_3 W_2 W_1 along gradient descent on the squared distance to a matrix of ones."""
    first, middle, last = layers
    found = []
    for _ in range(steps + 1):
        found.append(last @ middle @ first)
        slope = (found[-1] - 1) / 1000
        first, middle, last = (
            first - np.swapaxes(last @ middle, 1, 2) @ slope,
            middle - np.swapaxes(last, 1, 2) @ slope @ np.swapaxes(first, 1, 2),
            last - slope @ np.swapaxes(middle @ first, 1, 2),
        )
    return found


def test_the_units_of_a_band_that_are_kept_are_enough_for_so_many_steps_and_no_more() -> None:
    wide = banded((12, 2), (14, 13), 5, 0)
    kept = [wide[0][:, :6], wide[1][:, :6, :6], wide[2][:, :, :6]]
    for step, (of_all, of_kept) in enumerate(zip(products_along(wide, 6), products_along(kept, 6), strict=True)):
        apart = float((np.abs(of_all - of_kept) / np.abs(of_all).max(axis=(1, 2), keepdims=True)).max())
        assert apart < 1e-14 if step <= 3 else apart > 1e-10


def test_a_band_has_the_law_of_wide_gaussian_layers_after_some_steps() -> None:
    count, rng = 4000, np.random.default_rng(1)
    full = [rng.standard_normal(shape) for shape in ((count, 9, 2), (count, 8, 9), (count, 1, 8))]
    narrower = banded((6, 2), (7, 6), count, 3)
    moved = []
    for layers in (banded((6, 2), (9, 8), count, 2), full, narrower):
        products = products_along(layers, 3)
        moved.append(((products[3] - products[0]) ** 2).sum(axis=(1, 2)))
    found, true, other = moved
    assert stats.ks_2samp(found, true).pvalue > FALSE_ALARM
    assert stats.ks_2samp(found, other).pvalue < FALSE_ALARM


def test_a_band_needs_its_units() -> None:
    with pytest.raises(InstanceError, match="keep 6 of 5 and 40 units, for 2 inputs and 1 outputs"):
        banded((6, 2), (5, 40), 1, 0)
    with pytest.raises(DomainError, match="k x inputs, k x k and outputs x k"):
        BandedGaussian(W_1, W_3, W_2, (9, 9))


def test_a_width_below_the_rows_is_refused() -> None:
    with pytest.raises(InstanceError, match="V, U have 5 rows, but the width 4 is smaller"):
        ReducedGaussian((UPPER, LOWER), 4).draw(np.random.default_rng(0), 1, {m: 2, n: 3})


def test_reduced_layers_share_their_columns() -> None:
    with pytest.raises(DomainError, match="V, U must have as many columns as all of them have rows"):
        ReducedGaussian((UPPER, MatrixSymbol("U", n, n)), 9)
