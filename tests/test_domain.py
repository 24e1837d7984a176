"""Domains: what declarations bind, what they guarantee, and how contradictions are reported."""

import numpy as np
import pytest
from sympy import Le, Min

from verify.dimensions import _numbered, admissible, holds, integer_value, representative
from verify.domain import AnyMatrix, Dimension, FullRank, Scalar, StepSize, TwoLayer, domain, let
from verify.errors import DomainError, InstanceError
from verify.language import (
    Interval,
    chain,
    dimensions,
    in_text,
    initial,
    matrix,
    maximum,
    minimum,
    scalars,
    sigma_max,
    state,
    symmetric,
)

n, m, h, N = dimensions("n m h N")
c, eta = scalars("c eta")
X, Y, E = matrix("X", N, n), matrix("Y", N, m), matrix("E_0", N, m)
W1, W2 = state("W_1", n, h), state("W_2", h, m)
SIDES = (Dimension(n, 1, 5), Dimension(m, 1, 5), Dimension(h, 1, 8), Dimension(N, 1, 5))


@pytest.fixture
def network():
    return domain(
        *SIDES,
        chain(N, "<=", n),
        chain(h, ">=", minimum(n, m)),
        FullRank(X),
        TwoLayer(W1, W2),
        AnyMatrix(E),
        let(Y, X * W1 * W2 + E),
        Scalar(c, Interval.open(0, 1)),
        StepSize(eta, up_to=1 / (1 + sigma_max(Y))),
    )


def test_attributes(network):
    theta = network.variables[-1]
    assert network.dimensions == (n, m, h, N)
    assert network.variables == (X, W1, W2, E, c, theta)
    assert theta.name == "theta_eta"
    assert [symbol for symbol, _ in network.derived] == [Y, eta]
    assert dict(network.derived)[eta] == theta / (1 + sigma_max(Y))
    assert set(network.symbols) == {n, m, h, N, X, W1, W2, E, c, theta, Y, eta}


def test_guaranteed(network):
    assert [in_text(relation) for relation in network.guaranteed] == [
        "N <= n",
        "h >= minimum(n, m)",
        "n >= 1",
        "m >= 1",
        "h >= 1",
        "N >= 1",
        "rank(X) == N",
        "sigma_min(X) > 0",
        "0 < c",
        "c < 1",
        "0 < eta",
        "eta <= 1/(sigma_max(Y) + 1)",
    ]
    assert [in_text(relation) for relation in network.preconditions] == ["1/(sigma_max(Y) + 1) > 0"]


def test_upper_ends_of_dimensions_are_no_hypotheses(network):
    assert not any(in_text(relation).startswith("n <=") for relation in network.guaranteed)


@pytest.mark.parametrize(
    ("relations", "expected"), [((), "rank(X) == minimum(N, n)"), (chain(n, "<", N), "rank(X) == n"), ((n <= N,), "rank(X) == n")]
)
def test_full_rank_says_which_side_is_smaller_where_it_is_known(relations, expected):
    found = domain(*SIDES, *relations, FullRank(X)).guaranteed
    assert expected in [in_text(relation) for relation in found]


def test_words(network):
    words = network.words()
    assert len(words) == 12
    assert words[4:9] == [
        "N <= n.",
        "h >= minimum(n, m).",
        "X is any N x n matrix of full rank.",
        "W_1 (n x h) and W_2 (h x m) are any layers of a two-layer linear network.",
        "E_0 is any N x m matrix.",
    ]
    assert words[9] == "Y is E_0 + X*W_1*W_2."
    assert words[10:] == ["c is a number in (0, 1).", "eta is a step size in (0, 1/(sigma_max(Y) + 1)], the upper end included."]
    assert domain(Dimension(n, 1, 3), AnyMatrix(symmetric("S", n))).words()[1] == "S is any n x n symmetric matrix."


CONTRADICTIONS = {
    "no dimensions satisfy N < n and n < N with n in 1..5, N in 1..5.": lambda: domain(
        *SIDES, chain(N, "<", n), chain(m, "<=", h), chain(n, "<", N)
    ),
    "no dimensions satisfy n > 7 with n in 1..5.": lambda: domain(*SIDES, chain(n, ">", 7)),
    "the interval of c is empty.": lambda: domain(Scalar(c, Interval(2, 1))),
    "c expects an interval, but got Union({7}, Interval(0, 1)).": lambda: domain(Scalar(c, Interval(0, 1).union(Interval(7, 7)))),
    "X is declared twice; a name stands for one thing in a domain.": lambda: domain(*SIDES, FullRank(X), AnyMatrix(X)),
    "c is declared twice; a name stands for one thing in a domain.": lambda: domain(
        *SIDES, Scalar(c, Interval(0, 1)), AnyMatrix(matrix("c", n, n))
    ),
    "let(Y, ...) uses E_0, which nothing before it declares.": lambda: domain(*SIDES, AnyMatrix(X), let(Y, E + E), AnyMatrix(E)),
    "StepSize(eta, ...) uses Y, which nothing before it declares.": lambda: domain(StepSize(eta, up_to=sigma_max(Y))),
    "X is N x n, but n is no declared dimension.": lambda: domain(Dimension(N, 1, 3), AnyMatrix(X)),
    "c <= n relates c, which is no dimension; state it as a hypothesis instead.": lambda: domain(
        *SIDES, Scalar(c, Interval(0, 1)), chain(c, "<=", n)
    ),
    "Dimension(n, 3, 2) is empty: 3 exceeds 2.": lambda: Dimension(n, 3, 2),
    "Dimension(n, 0, 2) starts below 1, and a matrix has at least one row.": lambda: Dimension(n, 0, 2),
    "TwoLayer(W_1, E_0) does not fit: W_1 is n x h and E_0 is N x m.": lambda: TwoLayer(W1, E),
    "TwoLayer(W_1, W_2.T) does not fit: W_1 is n x h and W_2.T is m x h.": lambda: TwoLayer(W1, W2.T),
    "Y is N x m, but the expression let for it is N x n.": lambda: let(Y, X + X),
    "let(Y, ...) would equate a matrix and a number.": lambda: let(Y, c),
    "n is no declaration; write, for example, AnyMatrix(n) or Scalar(n, interval).": lambda: domain(n),
    "AnyMatrix expects a matrix symbol, but got n.": lambda: AnyMatrix(n),
    "the ensembles of X are one string; write ('zero',).": lambda: AnyMatrix(X, ensembles="zero"),
}


@pytest.mark.parametrize("message", CONTRADICTIONS)
def test_contradictions_get_one_clear_sentence(message):
    with pytest.raises(DomainError) as error:
        CONTRADICTIONS[message]()
    assert str(error.value) == message


def test_a_named_or_initial_quantity_may_be_used_once_its_symbols_are_bound(network):
    Z = matrix("Z", N, m)
    assert network.extended(let(Z, initial(X * W1 * W2) + E)).derived[-1][0] == Z


def test_extended_and_merged():
    first = domain(Dimension(n, 1, 3), AnyMatrix(matrix("A", n, n)))
    second = domain(Dimension(n, 1, 3), Dimension(m, 1, 2), AnyMatrix(matrix("B", n, m)), chain(m, "<=", n))
    both = first.merged(second)
    assert both.dimensions == (n, m)
    assert [symbol.name for symbol in both.variables] == ["A", "B"]
    assert both.dimension_relations == second.dimension_relations
    assert both.merged(first) == both
    with pytest.raises(DomainError, match="n is declared twice"):
        first.merged(domain(Dimension(n, 1, 4)))


def test_admissible_is_every_solution_smallest_first(network):
    found = [tuple(row) for row in network.admissible().tolist()]
    expected = {
        (a, b, w, s) for a in range(1, 6) for b in range(1, 6) for w in range(1, 9) for s in range(1, 6) if s <= a and w >= min(a, b)
    }
    assert len(found) == len(expected)
    assert set(found) == expected
    assert [sum(row) for row in found] == sorted(sum(row) for row in found)
    assert network.admissible(largest=2).max() == 2
    assert domain(Dimension(n, 4, 6)).admissible(largest=2).tolist() == [[4]]


def test_shapes_with_expressions_must_have_rows():
    narrow = domain(Dimension(n, 1, 4), AnyMatrix(matrix("A", n - 1, n)))
    assert narrow.admissible().tolist() == [[2], [3], [4]]
    assert "n - 1 >= 1" in [in_text(relation) for relation in narrow.guaranteed]


def test_millions_of_dimensions_are_thinned_but_still_found():
    symbols = dimensions("a b c_0 d")
    ranges = dict.fromkeys(symbols, (1, 1000))
    rows = admissible(ranges, chain(symbols[0], "==", symbols[1] + 1))
    assert 1000 < len(rows) <= 200_000
    assert rows.max() == 1000
    assert (rows[:, 0] == rows[:, 1] + 1).all()


def test_thinning_never_claims_a_contradiction():
    symbols = dimensions("a b c_0")
    ranges = dict.fromkeys(symbols, (1, 700))
    rows = admissible(ranges, (*chain(symbols[0] + symbols[1], "==", 997), *chain(symbols[2], "==", symbols[0] + 211)))
    assert (rows[:, 2] == rows[:, 0] + 211).all()
    assert len(rows)


def test_integer_values_are_exact():
    assert integer_value(maximum(n, m) + 2 * Min(n, m) ** 2, {n: 3, m: 4}) == 22
    assert holds(Le(n / 3 + n / 3 + n / 3, n, evaluate=False), {n: 5})
    with pytest.raises(DomainError, match="is no sum"):
        integer_value(sigma_max(X), {})


def test_required_dimensions(network):
    network.require_dimensions({n: 9, m: 9, h: 9, N: 9})
    for given, message in (
        ({n: 1, m: 1, h: 1, N: 2}, "n = 1, N = 2 violates N <= n."),
        ({n: 1, m: 1, h: 1}, "the dimension N is missing."),
        ({n: 0, m: 1, h: 1, N: 1}, "n = 0 is below 1, the least value of n."),
    ):
        with pytest.raises(InstanceError) as error:
            network.require_dimensions(given)
        assert str(error.value) == message


def test_equal_rows_of_signs_and_no_others_have_one_number():
    signs = np.random.default_rng(0).integers(-1, 2, (300, 50))
    signs[:100, :49], signs[150:200] = signs[100:200, :49], signs[200:250]
    _, expected = np.unique(signs, axis=0, return_inverse=True)
    numbers = _numbered(signs)
    assert ((numbers[:, None] == numbers) == (expected[:, None] == expected)).all()


def test_representative_rows_show_every_sign_that_occurs(network):
    rows = network.admissible()
    chosen = representative(rows, network.ranges, network.dimension_relations, np.random.default_rng(0), 16)
    assert len(chosen) == 16
    a, b, w, s = chosen.T
    smaller, larger = np.minimum(a, b), np.maximum(a, b)
    for regime in (s < a, s == a, a < b, a == b, a > b, w == smaller, (w > smaller) & (w < larger), w >= larger, w >= a + b, w > smaller):
        assert regime.any()
