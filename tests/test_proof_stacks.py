"""Proofs about stacks of layers: layers are linear, sums and means are, facts can be added up and averaged."""

from __future__ import annotations

from typing import Any

import pytest

from verify.author import (
    Closing,
    Dimension,
    Expansion,
    Paper,
    Scalar,
    Selection,
    averaged,
    dimensions,
    domain,
    equal,
    fro,
    inner,
    layer,
    layer_product,
    layers,
    matrix,
    mean_over_minibatches,
    scalars,
    spec,
    stack,
    sum_over,
    summed,
    zeros,
)
from verify.domain import AnyMatrix, InBall
from verify.errors import ProofError
from verify.ladder import prove
from verify.language import Interval

L, m, n, b, l = dimensions("L m n b l")  # noqa: E741
W, V = layers("W", L, m), layers("V", L, m)
A, X, S = matrix("A", m, m), matrix("X", m, n), matrix("S", n, b)
(eta,) = scalars("eta")
over = domain(Dimension(L, 1, 4), Dimension(m, 1, 3), AnyMatrix(W), AnyMatrix(V), AnyMatrix(A), Scalar(eta, Interval(0, 1)))
batches = domain(Dimension(m, 1, 3), Dimension(n, 1, 4), Dimension(b, 1, 4), b <= n, AnyMatrix(X), Selection(S))


def proved(claim: Any, over: Any = over, proof: Any = None, facts: Any = ()) -> bool:
    statement = Paper("mine", "Mine").inequality("x", "x", over=over, claim=claim, proof=proof or Expansion(), facts=facts)
    return prove(statement).proved


def test_layers_are_linear_and_read_what_was_stacked() -> None:
    one = over.extended(Dimension(l, 1, 4), l <= L)
    assert proved(equal(layer(W - eta * V, l), layer(W, l) - eta * layer(V, l)), one)
    assert proved(equal(layer(W - eta * stack(l, A * layer(V, l), 1, L), l), layer(W, l) - eta * A * layer(V, l)), one)
    assert not proved(equal(layer(W - eta * V, l), layer(W, l) + eta * layer(V, l)), one)


def test_empty_and_single_products_and_products_of_zero_layers() -> None:
    assert proved(equal(A * layer_product(W, L + 1, L, shift=True), A))
    assert proved(equal(layer_product(W, 1, 1, shift=True) * A, A + layer(W, 1) * A))
    assert proved(equal(layer_product(zeros(L * m, m), 1, L, shift=True) * A, A))
    assert not proved(equal(layer_product(zeros(L * m, m), 1, L) * A, A))
    assert not proved(equal(layer_product(W, 1, L, shift=True), layer_product(W, 1, L)))


def test_sums_over_layers_are_linear() -> None:
    weight = inner(layer(V, l), A)
    assert proved(equal(sum_over(l, eta * weight + 2, 1, L), eta * sum_over(l, weight, 1, L) + 2 * L))
    assert proved(equal(A * sum_over(l, layer(W, l), 1, L) * A.T, sum_over(l, A * layer(W, l) * A.T, 1, L)))
    assert proved(equal(inner(A, sum_over(l, layer(V, l) * A, 1, L)), sum_over(l, inner(A * A.T, layer(V, l)), 1, L)))
    assert not proved(equal(inner(A, sum_over(l, layer(V, l) * A, 1, L)), sum_over(l, inner(A, layer(V, l)), 1, L)))
    assert not proved(equal(sum_over(l, l * weight, 1, L), l * sum_over(l, weight, 1, L)), over.extended(Dimension(l, 1, 4)))
    assert not proved(equal(sum_over(l, weight**2, 1, L), sum_over(l, weight, 1, L) ** 2))


def test_the_mean_of_one_selection_is_its_share_of_the_identity() -> None:
    assert proved(equal(mean_over_minibatches(X * S * (X * S).T, S), b * (X * X.T) / n), batches)
    assert proved(equal((n / b) * mean_over_minibatches(X * S * (X * S).T, S), X * X.T), batches)
    assert not proved(equal(mean_over_minibatches(X * S * (X * S).T, S), X * X.T), batches)
    assert proved(equal(mean_over_minibatches(fro(X) ** 2 + 1, S), fro(X) ** 2 + 1), batches)


def test_facts_are_added_up_over_layers() -> None:
    paper = Paper("facts", "Facts")
    single = paper.inequality(
        "single", "One layer", over=over.extended(Dimension(l, 1, 4), l <= L), claim=inner(layer(W, l), layer(V, l)) * 2
        <= fro(layer(W, l)) ** 2 + fro(layer(V, l)) ** 2, proof=Closing(), facts=[],
    )  # fmt: skip
    claim = sum_over(l, 2 * inner(layer(W, l), layer(V, l)), 1, L) <= (
        sum_over(l, fro(layer(W, l)) ** 2, 1, L) + sum_over(l, fro(layer(V, l)) ** 2, 1, L)
    )
    shallow = over.extended(Dimension(l, 1, 4), l <= 2)
    small = paper.fact("small", "For two layers only", over=shallow, claim=single.claim)
    with pytest.raises(ProofError, match="asks for l <= 2, which need not hold for every l"):
        proved(claim, proof=Closing(), facts=[summed(small(l=l), l, 1, L)])
    general = paper.fact("general", "For every layer", over=over.extended(Dimension(l, 1, 4), l <= L), claim=single.claim)
    assert proved(claim, proof=Closing(), facts=[summed(general(l=l), l, 1, L)])
    assert not proved(claim, proof=Closing(), facts=[summed(general(l=l), l, 2, L)])


def test_facts_are_averaged_over_minibatches() -> None:
    paper = Paper("facts", "Facts")
    general = paper.fact("general", "A minibatch is smaller", over=batches, claim=fro(X * S) ** 2 <= fro(X) ** 2)
    claim = mean_over_minibatches(fro(X * S) ** 2, S) <= fro(X) ** 2
    assert proved(claim, batches, Closing(), [averaged(general(S=S, X=X), S)])
    assert not proved(claim, batches, Closing(), [general(S=S, X=X)])


def test_the_ball_is_an_assumption_that_facts_may_ask_for() -> None:
    paper = Paper("facts", "Facts")
    ball = domain(Dimension(L, 1, 4), Dimension(m, 1, 3), Dimension(l, 1, 4), l <= L, InBall(W, 1 / (2 * L)))
    general = paper.fact("general", "Each layer", over=ball, claim=2 * L * spec(layer(W, l)) <= 1)
    assert proved(spec(layer(W, l)) * 2 * L <= 1, ball, Closing(), [general(W=W, l=l)])
    free = domain(Dimension(L, 1, 4), Dimension(m, 1, 3), Dimension(l, 1, 4), l <= L, AnyMatrix(W))
    assert not proved(spec(layer(W, l)) * 2 * L <= 1, free, Closing(), [general(W=W, l=l)])
