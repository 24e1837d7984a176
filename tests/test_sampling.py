"""Batched draws: every corner that the hypotheses allow is reached, and nothing else is."""

from fractions import Fraction

import numpy as np
import pytest

from verify.alignment import alignments
from verify.declarations import Scalar
from verify.domain import AnyMatrix, Dimension, FullRank, StepSize, TwoLayer, domain, let
from verify.ensembles import GENERAL, orthonormal
from verify.errors import DomainError, InstanceError
from verify.instance import Instance, exact_rank
from verify.language import Interval, chain, dimensions, matrix, minimum, oo, scalars, sigma_max, state, symmetric
from verify.layers import TWO_LAYER
from verify.ranges import contains, draw_scalars
from verify.sampling import draw, shapes
from verify.symmetric_ensembles import SYMMETRIC

n, m, h, N = dimensions("n m h N")
c, eta = scalars("c eta")
X, Y, E = matrix("X", N, n), matrix("Y", N, m), matrix("E_0", N, m)
W1, W2 = state("W_1", n, h), state("W_2", h, m)
NETWORK = domain(
    Dimension(n, 1, 5),
    Dimension(m, 1, 5),
    Dimension(h, 1, 8),
    Dimension(N, 1, 5),
    chain(N, "<=", n),
    chain(h, ">=", minimum(n, m)),
    FullRank(X),
    TwoLayer(W1, W2),
    AnyMatrix(E),
    let(Y, X * W1 * W2 + E),
    StepSize(eta, up_to=1 / (1 + sigma_max(Y))),
)
SHAPES = [(1, 1), (1, 4), (4, 1), (3, 3), (2, 5), (5, 2)]


def test_a_layer_given_transposed_is_drawn_with_its_partner():
    U, V = state("U", n, h), state("V", m, h)
    sizes = (Dimension(n, 1, 5), Dimension(m, 1, 5), Dimension(h, 1, 8))
    plainly, turned = (domain(*sizes, layers) for layers in (TwoLayer(U, W2), TwoLayer(U, V.T)))
    at = {n: 2, m: 3, h: 4}
    first, second = (draw(over, at, 200, np.random.default_rng(1)).values for over in (plainly, turned))
    assert np.array_equal(first[W2].swapaxes(1, 2), second[V])
    gram = second[U].swapaxes(1, 2) @ second[U] - second[V].swapaxes(1, 2) @ second[V]
    assert (np.abs(gram).max(axis=(1, 2)) == 0).sum() > 5  # exactly balanced pairs


def exactly(values):
    return tuple(tuple(Fraction(float(entry)) for entry in row) for row in values)


@pytest.mark.parametrize("ensemble", GENERAL, ids=lambda e: e.name)
@pytest.mark.parametrize("shape", SHAPES)
def test_general_ensembles_keep_their_word(ensemble, shape):
    drawn = ensemble.draw(np.random.default_rng(3), 40, *shape)
    assert drawn.shape == (40, *shape)
    assert np.isfinite(drawn).all()
    if ensemble.plain:
        assert np.array_equal(np.round(drawn * 1024), drawn * 1024)
        assert np.abs(drawn).max() <= 100
    if ensemble.full_rank:
        assert all(exact_rank(exactly(values)) == min(shape) for values in drawn)


@pytest.mark.parametrize("ensemble", SYMMETRIC, ids=lambda e: e.name)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_symmetric_ensembles_keep_their_word(ensemble, size):
    drawn = ensemble.draw(np.random.default_rng(3), 40, size, size)
    assert drawn.shape == (40, size, size)
    assert np.array_equal(drawn, drawn.transpose(0, 2, 1))
    if ensemble.full_rank:
        assert all(exact_rank(exactly(values)) == size for values in drawn)
    if ensemble.plain:
        assert np.array_equal(np.round(drawn * 1024), drawn * 1024)


@pytest.mark.parametrize(("size", "columns"), [(1, 1), (4, 2), (5, 5), (60, 60), (500, 2)])
def test_orthonormal_columns_are_orthonormal_and_all_different(size, columns):
    drawn = orthonormal(np.random.default_rng(0), 50, size, columns)
    assert np.abs(drawn.transpose(0, 2, 1) @ drawn - np.eye(columns)).max() < 1e-12
    assert len({matrix.tobytes() for matrix in drawn}) == (50 if size > 1 else 2)
    assert np.abs(drawn.mean(axis=0)).max() < 0.7


@pytest.mark.parametrize("name", ["rank-deficient", "low-rank integers"])
def test_rank_deficient_ensembles_are_so_exactly(name):
    ensemble = next(e for e in GENERAL if e.name == name)
    ranks = {exact_rank(exactly(values)) for values in ensemble.draw(np.random.default_rng(0), 200, 4, 5)}
    assert max(ranks) == 3
    assert len(ranks) == 3


@pytest.mark.parametrize("ensemble", TWO_LAYER, ids=lambda e: e.name)
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 4, 3), (3, 2, 2), (4, 2, 1), (2, 6, 2)])
def test_layer_ensembles_keep_their_word(ensemble, shape):
    rows, width, columns = shape
    first, second = ensemble.draw(np.random.default_rng(5), 30, shape, lambda: np.tile(np.eye(rows), (30, 1, 1)))
    assert first.shape == (30, rows, width)
    assert second.shape == (30, width, columns)
    imbalance = np.abs(first.transpose(0, 2, 1) @ first - second @ second.transpose(0, 2, 1)).max(axis=(1, 2))
    if ensemble.name in ("plain balanced", "transposed"):
        assert imbalance.max() == 0
    if ensemble.name == "balanced":
        assert imbalance.max() < 1e-10
    if ensemble.name == "disjoint hidden units":
        assert not (first @ second).any()
    if ensemble.plain:
        assert np.array_equal(np.round(first * 1024), first * 1024)


def corners(batch):
    """How many draws of a network lie in each corner."""
    x, first, second, residual = (batch.values[symbol] for symbol in (X, W1, W2, E))
    product = first @ second
    targets = x @ product + residual
    imbalance = np.linalg.eigvalsh(first.transpose(0, 2, 1) @ first - second @ second.transpose(0, 2, 1))
    size = np.linalg.norm(residual, axis=(1, 2))
    smallest = np.linalg.svd(targets, compute_uv=False)[:, -1]
    spectrum = np.linalg.svd(x, compute_uv=False)
    rank = np.linalg.matrix_rank
    gradient = np.linalg.norm(x.transpose(0, 2, 1) @ residual, axis=(1, 2))
    return {
        "residual zero": size == 0,
        "residual tiny": (size > 0) & (size < 1e-2),
        "residual huge": size > 1e3,
        "margin positive": smallest > size,
        "margin zero": smallest < size,
        "balanced": np.abs(imbalance).max(axis=1) == 0,
        "imbalance semidefinite": (imbalance[:, 0] > -1e-12) & (imbalance[:, -1] > 1e-3),
        "imbalance indefinite": (imbalance[:, 0] < -1e-3) & (imbalance[:, -1] > 1e-3),
        "product of full rank": rank(product) == min(product.shape[1:]),
        "product deficient, layers not": (rank(product) < 2) & (rank(first) >= 2) & (rank(second) >= 2),
        "product zero, layers not": ~product.any(axis=(1, 2)) & first.any(axis=(1, 2)) & second.any(axis=(1, 2)),
        "first layer zero": ~first.any(axis=(1, 2)),
        "second layer zero": ~second.any(axis=(1, 2)),
        "one layer dominates": np.linalg.norm(first, axis=(1, 2)) > 1e3 * np.linalg.norm(second, axis=(1, 2)),
        "condition 1": np.isclose(spectrum[:, 0], spectrum[:, -1]),
        "condition large": spectrum[:, 0] > 1e5 * spectrum[:, -1],
        "gradient in the weakest direction": (size > 0) & np.isclose(gradient, spectrum[:, -1] * size, rtol=1e-9),
        "largest step": batch.values[NETWORK.variables[-1]] == 1,
        "tiny step": batch.values[NETWORK.variables[-1]] < 1e-4,
    }


def test_every_corner_of_the_network_is_reached():
    batch = draw(NETWORK, {n: 3, m: 2, h: 4, N: 2}, 1024, np.random.default_rng(0))
    counts = {name: int(hits.sum()) for name, hits in corners(batch).items()}
    assert {name for name, count in counts.items() if count < 5} == set(), counts


def test_a_domain_that_avoids_corners_is_seen_to_do_so():
    narrow = domain(
        *(d for d in NETWORK.declarations if isinstance(d, Dimension)),
        FullRank(X, ensembles=("gaussian",)),
        AnyMatrix(W1, ensembles=("gaussian",)),
        AnyMatrix(W2, ensembles=("gaussian",)),
        AnyMatrix(E, ensembles=("gaussian",)),
        StepSize(eta, up_to=1),
    )
    found = corners(draw(narrow, {n: 3, m: 2, h: 4, N: 2}, 512, np.random.default_rng(0)))
    for name in ("residual zero", "balanced", "product zero, layers not", "first layer zero", "condition large"):
        assert not found[name].any()


def test_a_third_of_the_draws_is_plain_in_all_variables():
    batch = draw(NETWORK, {n: 3, m: 2, h: 4, N: 2}, 300, np.random.default_rng(0))
    plain = [all(np.array_equal(np.round(v[row] * 1024), v[row] * 1024) for v in batch.values.values()) for row in range(300)]
    assert sum(plain) >= 100


def test_every_draw_is_an_instance_of_the_domain():
    rng = np.random.default_rng(7)
    for dims in shapes(NETWORK, rng, 12):
        batch = draw(NETWORK, dims, 60, rng)
        assert len(batch) == 60 == len(batch.origins)
        for row in range(60):
            Instance.from_batch(batch, row).validate(NETWORK)


def test_small_domain_draws_small_symmetric_full_rank():
    S = symmetric("S", n)
    pair = domain(Dimension(n, 1, 4), FullRank(S), AnyMatrix(symmetric("R", n)))
    batch = draw(pair, {n: 4}, 300, np.random.default_rng(0))
    for row in range(300):
        Instance.from_batch(batch, row).validate(pair)
    eigenvalues = np.linalg.eigvalsh(batch.values[S])
    assert (eigenvalues[:, 0] > 0).any()
    assert (eigenvalues[:, -1] < 0).any()
    assert ((eigenvalues[:, 0] < 0) & (eigenvalues[:, -1] > 0)).any()


def test_seeds_decide_everything():
    for seed in (0, 1):
        one, two = (draw(NETWORK, {n: 2, m: 2, h: 3, N: 1}, 64, np.random.default_rng(seed)) for _ in range(2))
        assert all(np.array_equal(one.values[symbol], two.values[symbol]) for symbol in NETWORK.variables)
        assert one.origins == two.origins
    assert shapes(NETWORK, np.random.default_rng(4), 20) == shapes(NETWORK, np.random.default_rng(4), 20)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_small_batches(count):
    batch = draw(NETWORK, {n: 2, m: 1, h: 2, N: 1}, count, np.random.default_rng(0))
    assert len(batch) == count == len(batch.values[X])


def test_shapes_start_small_and_reach_the_top():
    found = shapes(NETWORK, np.random.default_rng(0), 24)
    sizes = [sum(dims.values()) for dims in found]
    assert found[0] == {n: 1, m: 1, h: 1, N: 1}
    assert found[-1] == {n: 5, m: 5, h: 8, N: 5}
    assert sizes == sorted(sizes)
    assert len({tuple(dims.values()) for dims in found}) == 24
    assert max(max(dims.values()) for dims in shapes(NETWORK, np.random.default_rng(0), 24, largest=3)) == 3
    assert len(shapes(domain(Dimension(n, 1, 2), AnyMatrix(matrix("A", n, n))), np.random.default_rng(0), 9)) == 2


def test_aligned_matrices_meet_kernels_and_extreme_directions():
    A, B = matrix("A", n, h), matrix("B", h, m)
    batch = draw(domain(*NETWORK.declarations[:3], AnyMatrix(A), AnyMatrix(B)), {n: 2, m: 2, h: 4}, 1024, np.random.default_rng(0))
    a, b = batch.values[A], batch.values[B]
    spectrum, size = np.linalg.svd(a, compute_uv=False), np.linalg.norm(b, axis=(1, 2))
    product = np.linalg.norm(a @ b, axis=(1, 2))
    generic = (spectrum[:, -1] > 1e-3) & (size > 1e-3)
    assert (generic & (product < 1e-9 * spectrum[:, 0] * size)).sum() > 20
    assert (generic & np.isclose(product, spectrum[:, 0] * size)).sum() > 20
    # So the claim sigma_min(A)*||B|| <= ||A*B||, false for wide A, has violations in plain sight, small ones among them.
    violated = generic & (spectrum[:, -1] * size > 1.01 * product)
    assert violated.sum() > 100
    assert any(np.array_equal(np.round(b[row]), b[row]) and np.array_equal(np.round(a[row]), a[row]) for row in np.flatnonzero(violated))


def test_alignments_follow_the_declared_shapes():
    names = {alignment.name for alignment in alignments(E, (X, W1))}
    assert "bottom left direction of X in columns" in names
    assert not any("W_1" in name for name in names)
    same = {alignment.name for alignment in alignments(E, (Y,))}
    assert {"multiple of Y", "near Y", "singular vectors of Y"} <= same


def test_sums_cancel_and_norms_are_tight():
    A, B = matrix("A", n, m), matrix("B", n, m)
    batch = draw(domain(*NETWORK.declarations[:2], AnyMatrix(A), AnyMatrix(B)), {n: 3, m: 3}, 1024, np.random.default_rng(0))
    a, b = batch.values[A], batch.values[B]
    total = np.linalg.norm(a, axis=(1, 2)) + np.linalg.norm(b, axis=(1, 2))
    busy = (np.linalg.norm(a, axis=(1, 2)) > 1e-3) & (np.linalg.norm(b, axis=(1, 2)) > 1e-3)
    assert (busy & np.isclose(np.linalg.norm(a + b, axis=(1, 2)), total)).sum() > 5
    assert (busy & (np.linalg.norm(a + b, axis=(1, 2)) == 0)).sum() > 5


INTERVALS = {
    "open": Interval.open(0, 1),
    "closed": Interval(0, 1),
    "half-open": Interval.Lopen(0, 1),
    "above": Interval.open(1, oo),
    "from": Interval(-3, oo),
    "below": Interval.open(-oo, -2),
    "all": Interval(-oo, oo),
    "thirds": Interval(Fraction(1, 3), Fraction(2, 3)),
    "negative": Interval.Ropen(-5, -4),
    "narrow": Interval.open(1, 1 + Fraction(1, 10**12)),
    "point": Interval(2, 2),
}


@pytest.mark.parametrize("name", INTERVALS)
def test_numbers_lie_in_their_interval(name):
    declaration = Scalar(c, INTERVALS[name])
    values = draw_scalars(declaration, np.arange(600) % 3 == 0, np.random.default_rng(0))
    assert all(contains(declaration, Fraction(float(value))) for value in values)


def test_numbers_reach_the_ends():
    def drawn(name):
        return draw_scalars(Scalar(c, INTERVALS[name]), np.arange(900) % 3 == 0, np.random.default_rng(0))

    assert drawn("open").min() < 1e-5
    assert drawn("open").max() > 1 - 1e-5
    assert 0.5 in drawn("open")
    assert {0.0, 1.0} <= set(drawn("closed"))
    assert (drawn("half-open") == 1).mean() > 0.05
    assert drawn("above").min() < 1 + 1e-5
    assert drawn("above").max() > 1e3
    assert 2.0 in drawn("above")
    assert drawn("below").max() > -2 - 1e-5
    assert {-1.0, 1.0} == set(np.sign(drawn("all"))) - {0.0}
    assert np.abs(drawn("all")[drawn("all") != 0]).min() < 1e-3


def test_bad_requests_get_one_clear_sentence():
    rng = np.random.default_rng(0)
    with pytest.raises(InstanceError, match="violates N <= n"):
        draw(NETWORK, {n: 1, m: 1, h: 1, N: 2}, 4, rng)
    unknown = domain(Dimension(n, 1, 2), AnyMatrix(matrix("A", n, n), ensembles=("cauchy",)))
    with pytest.raises(DomainError, match=r"^A asks for the ensemble 'cauchy'; there are: gaussian, scaled gaussian"):
        draw(unknown, {n: 1}, 4, rng)
    lower = domain(Dimension(n, 1, 2), FullRank(matrix("A", n, n), ensembles=("zero",)))
    with pytest.raises(DomainError, match=r"^A is declared of full rank, but the ensemble 'zero' is not\.$"):
        draw(lower, {n: 1}, 4, rng)
