"""Strategies: exact instances of the domain, of the rank and spectrum asked for, that shrink to the expected minimum."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from verify.domain import AnyMatrix, Dimension, FullRank, Scalar, StepSize, TwoLayer, domain, let
from verify.ensembles import GENERAL
from verify.instance import Instance, exact_rank
from verify.language import Interval, chain, dimensions, matrix, minimum, oo, scalars, sigma_max, state, symmetric
from verify.ranges import contains
from verify.strategies import (
    instances,
    layer_recipes,
    matrices,
    matrix_recipes,
    numbers,
    symmetric_matrices,
    two_layers,
)
from verify.strategies.rationals import diagonal, identity, kernel, product, reflection, rows_of, scaled, transposed
from verify.symmetric_ensembles import SYMMETRIC

n, m, h, N = dimensions("n m h N")
c, eta = scalars("c eta")
X, Y, E = matrix("X", N, n), matrix("Y", N, m), matrix("E_0", N, m)
W1, W2 = state("W_1", n, h), state("W_2", h, m)
A, B = matrix("A", n, h), matrix("B", h, m)
SIDES = (Dimension(n, 1, 5), Dimension(m, 1, 5), Dimension(h, 1, 8))
NETWORK = domain(
    *SIDES,
    Dimension(N, 1, 5),
    chain(N, "<=", n),
    chain(h, ">=", minimum(n, m)),
    FullRank(X),
    TwoLayer(W1, W2),
    AnyMatrix(E),
    let(Y, X * W1 * W2 + E),
    Scalar(c, Interval.open(1, oo)),
    StepSize(eta, up_to=1 / (1 + sigma_max(Y))),
)
PAIR = domain(*SIDES, AnyMatrix(A), AnyMatrix(B))
BRIEF = settings(max_examples=60, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
HUNT = settings(max_examples=3000, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


def minimal(strategy, condition):
    return find(strategy, condition, settings=HUNT)


@BRIEF
@given(instances(NETWORK))
def test_instances_belong_to_the_domain(instance):
    instance.validate(NETWORK)
    assert max(instance.dimensions.values()) <= 4
    assert Instance.from_json(instance.to_json(), NETWORK) == instance


@BRIEF
@given(instances(domain(*SIDES, TwoLayer(W1, state("V", m, h).T))))
def test_a_layer_given_transposed_has_its_own_shape(instance):
    instance.validate(domain(*SIDES, TwoLayer(W1, state("V", m, h).T)))


def test_the_whole_domain_is_reached():
    seen = {"balanced": 0, "zero product": 0, "residual zero": 0, "largest step": 0, "N < n": 0, "wide": 0}
    seen_shapes = set()

    @settings(BRIEF, max_examples=150)
    @given(instances(NETWORK))
    def look(instance):
        first, second = instance.values[W1], instance.values[W2]
        seen_shapes.add(tuple(instance.dimensions.values()))
        seen["balanced"] += product(transposed(first), first) == product(second, transposed(second))
        seen["zero product"] += not any(map(any, product(first, second))) and any(map(any, first)) and any(map(any, second))
        seen["residual zero"] += not any(map(any, instance.values[E]))
        seen["largest step"] += instance.values[NETWORK.variables[-1]] == 1
        seen["N < n"] += instance.dimensions[N] < instance.dimensions[n]
        seen["wide"] += instance.dimensions[h] >= instance.dimensions[n] + instance.dimensions[m]

    look()
    assert all(seen.values()), seen
    assert len(seen_shapes) > 15


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_matrices_have_the_rank_asked_for(rank):
    @settings(BRIEF, max_examples=25)
    @given(matrices(3, 4, rank=rank))
    def look(rows):
        assert exact_rank(rows) == rank

    look()


def test_impossible_ranks_are_rejected():
    with pytest.raises(ValueError, match="a 2 x 3 matrix cannot have rank 3"):
        minimal(matrices(2, 3, rank=3), lambda rows: True)


@pytest.mark.parametrize(
    ("ensemble", "recipe", "shape"),
    [(ensemble, matrix_recipes.GENERAL[ensemble.name], (2, 3)) for ensemble in GENERAL]
    + [(ensemble, matrix_recipes.SYMMETRIC[ensemble.name], (3, 3)) for ensemble in SYMMETRIC],
    ids=lambda value: getattr(value, "name", ""),
)
def test_every_ensemble_has_a_rational_counterpart_of_its_rank(ensemble, recipe, shape):
    drawn = st.composite(lambda draw: recipe(draw, *shape, 4))

    @settings(BRIEF, max_examples=8)
    @given(drawn())
    def look(rows):
        assert (len(rows), len(rows[0])) == shape
        if ensemble.full_rank:
            assert exact_rank(rows) == min(shape)
        if shape[0] == shape[1]:
            assert rows == transposed(rows)

    look()


def test_no_recipe_is_without_its_ensemble():
    assert set(matrix_recipes.GENERAL) == {ensemble.name for ensemble in GENERAL}
    assert set(matrix_recipes.SYMMETRIC) == {ensemble.name for ensemble in SYMMETRIC}


@BRIEF
@given(symmetric_matrices(3))
def test_symmetric_matrices_are_symmetric(rows):
    assert rows == transposed(rows)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 1), (3, 2, 2), (2, 4, 2)])
@pytest.mark.parametrize("name", ["balanced", "transposed", "disjoint"])
def test_balance_is_exact(name, shape):
    drawn = st.composite(lambda draw: layer_recipes.RECIPES[name](draw, *shape, 4))

    @settings(BRIEF, max_examples=15)
    @given(drawn())
    def look(pair):
        first, second = pair
        read, written = product(transposed(first), first), product(second, transposed(second))
        if name == "balanced":
            assert read == written
        if name == "disjoint":
            assert not any(map(any, product(first, second)))
        if name == "transposed":
            # s*W_1 and W_2/s of a balanced pair: the two Gram matrices are proportional.
            one, other = (sum((gram[i][i] for i in range(len(gram))), Fraction(0)) for gram in (read, written))
            assert scaled(read, other) == scaled(written, one)

    look()


@pytest.mark.parametrize(
    ("interval", "simplest", "others"),
    [
        (Interval.open(0, 1), Fraction(1, 2), {Fraction(1, 10**6), 1 - Fraction(1, 10**6)}),
        (Interval.Lopen(0, 1), Fraction(1), {Fraction(1, 10**6)}),
        (Interval(0, 1), Fraction(0), {Fraction(1)}),
        (Interval.open(1, oo), Fraction(2), {1 + Fraction(1, 10**6), Fraction(1001)}),
        (Interval(Fraction(1, 3), Fraction(2, 5)), Fraction(1, 3), {Fraction(2, 5)}),
        (Interval(-oo, oo), Fraction(0), {Fraction(-1), Fraction(1000)}),
    ],
)
def test_numbers_start_simple_and_reach_the_ends(interval, simplest, others):
    declaration = Scalar(c, interval)
    assert minimal(numbers(declaration), lambda value: True) == simplest
    for other in others:
        assert minimal(numbers(declaration), lambda value, other=other: value == other) == other

    @settings(BRIEF, max_examples=40)
    @given(numbers(declaration))
    def look(value):
        assert contains(declaration, value)

    look()


def test_an_entry_above_one_shrinks_to_a_two():
    found = minimal(instances(PAIR, largest=2), lambda instance: abs(instance.values[A][0][0]) > 1)
    assert found.to_json() == {"dimensions": {"n": 1, "m": 1, "h": 1}, "values": {"A": [["2"]], "B": [["0"]]}}


def test_a_norm_above_one_shrinks_to_a_two_or_two_ones():
    found = minimal(instances(PAIR, largest=2), lambda instance: np.linalg.norm(instance.floats()[A]) > 1)
    assert found.to_json()["values"]["A"] in ([["2"]], [["1", "1"]], [["1"], ["1"]])


def test_the_false_lower_bound_for_wide_matrices_shrinks_to_unit_vectors():
    def violates(instance):
        a, b = instance.floats()[A], instance.floats()[B]
        return np.linalg.svd(a, compute_uv=False)[-1] * np.linalg.norm(b) > 1.001 * np.linalg.norm(a @ b) + 1e-9

    found = minimal(instances(PAIR, largest=3), violates)
    assert list(found.dimensions.values()) == [1, 1, 2]
    assert sorted(map(abs, found.values[A][0])) == [0, 1]
    assert product(found.values[A], found.values[B]) == ((0,),)


def test_a_network_shrinks_to_zeros_and_ones():
    found = minimal(instances(NETWORK, largest=2), lambda i: i.dimensions[N] < i.dimensions[n] and any(map(any, i.values[E])))
    assert found.to_json() == {
        "dimensions": {"n": 2, "m": 1, "h": 1, "N": 1},
        "values": {"X": [["1", "0"]], "W_1": [["0"], ["0"]], "W_2": [["0"]], "E_0": [["1"]], "c": "2", "theta_eta": "1"},
    }


def test_a_balanced_network_of_rank_two_is_found_exactly():
    def balanced(instance):
        first, second = instance.values[W1], instance.values[W2]
        return product(transposed(first), first) == product(second, transposed(second)) and exact_rank(product(first, second)) == 2

    found = minimal(instances(NETWORK, largest=2), balanced)
    assert found.dimensions == {n: 2, m: 2, h: 2, N: 1}
    assert {abs(entry) for row in found.values[W1] + found.values[W2] for entry in row} == {0, 1}


def test_kernels_of_earlier_matrices_are_met():
    def in_kernel(instance):
        return exact_rank(instance.values[A]) == 1 == exact_rank(instance.values[B]) and not any(
            map(any, product(instance.values[A], instance.values[B]))
        )

    found = minimal(instances(PAIR, largest=2), in_kernel)
    assert found.dimensions == {n: 1, m: 1, h: 2}


def test_named_ensembles_are_mirrored():
    zeros, diagonals = AnyMatrix(matrix("A", n, n), ensembles=("zero",)), AnyMatrix(symmetric("S", n), ensembles=("diagonal",))
    only = domain(Dimension(n, 1, 3), zeros, diagonals)

    @settings(BRIEF, max_examples=25)
    @given(instances(only))
    def look(instance):
        zero, diagonal_rows = instance.values.values()
        assert not any(map(any, zero))
        assert all(entry == 0 for i, row in enumerate(diagonal_rows) for j, entry in enumerate(row) if i != j)

    look()


def test_exact_operations():
    mirror = reflection([1, 2, 0])
    assert product(mirror, transposed(mirror)) == identity(3)
    assert reflection([0, 0]) == identity(2)
    wide = rows_of([[1, 2, 3], [2, 4, 6]])
    basis = kernel(wide)
    assert basis is not None
    assert exact_rank(basis) == 2
    assert not any(map(any, product(wide, basis)))
    assert kernel(identity(3)) is None
    assert diagonal([1], 2, 3) == rows_of([[1, 0, 0], [0, 0, 0]])


@settings(BRIEF, max_examples=30)
@given(two_layers(2, 3, 2))
def test_layers_fit(pair):
    first, second = pair
    assert (len(first), len(first[0]), len(second), len(second[0])) == (2, 3, 3, 2)
