"""Draws in the directions that Gaussian matrices span: the event says the same there and has the same law, and no more is reduced."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sympy import MatrixSymbol

from tests.test_chances import QUICK, REGISTRY
from verify.author import (
    AnyMatrix,
    Dimension,
    Gaussian,
    Interval,
    Paper,
    Rational,
    Scalar,
    Uniform,
    absolute,
    block,
    dimensions,
    domain,
    entry,
    fro,
    inner,
    lam,
    law,
    matrix,
    oo,
    scalars,
    sigma_max,
    sigma_min,
    spec,
    sqrt,
    state,
)
from verify.chances.counting import batches, count
from verify.chances.experiments import Experiment, experiment, in_full
from verify.checker import check
from verify.errors import DomainError, InstanceError
from verify.initialisations import SpannedGaussian
from verify.instance import Instance
from verify.ladder import examine
from verify.paper import Registry
from verify.reduction import reduce_start
from verify.sampling import Batch
from verify.screening import sides_along
from verify.statement import Statement

m, d, k = dimensions("m d k")
beta = scalars("beta")[0]
A, B, X = matrix("A", m, d), matrix("B", k, m), matrix("X", d, 2)
paper = Paper("maps", "Gaussian maps of a wide network")
shapes = domain(Dimension(m, 1, 300), Dimension(d, 1, 3), Dimension(k, 1, 3), Scalar(beta, Interval.open(0, oo)))
maps = [Gaussian(A), Gaussian(B, variance=beta**2 / m)]


def stated(key: str, event: Any, *, random: Any = maps, over: Any = shapes, at_least: Any = 0.5, **others: Any) -> Statement:
    return paper.chance(key, "", over=over, random=random, event=event, at_least=at_least, **others)


several = stated(
    "several",
    [
        fro(B * A * X) <= sqrt(m) * fro(X), sigma_min(A) >= sqrt(m) / 2, sigma_max(B) <= beta, inner(A.T * A, A.T * A) <= 2 * m**2,
        lam(A * A.T, 3) >= lam(B.T * B, m), fro(A * X * X.T * A.T) <= m,
    ],
    over=shapes.extended(AnyMatrix(X)),
)  # fmt: skip
SIZES = {m: 40, d: 2, k: 3}


def drawn(found: Experiment, values: dict[Any, Any], draws: int) -> Batch:
    return next(batches(found, Instance.of(several.over, values, SIZES), 0, draws))


def test_the_event_says_of_the_triangular_factors_what_it_says_of_the_matrices() -> None:
    full, small = in_full(several, SIZES), experiment(several, SIZES)
    assert (full.entries, small.entries, small.dimensions[m]) == (200, 25, 5)
    batch = drawn(full, {beta: "1/3", X: [[1, 2], ["1/2", -3]]}, 30)
    rotated = reduce_start(m, {s: v for s, v in batch.values.items() if isinstance(s, MatrixSymbol) and m in s.shape})
    assert rotated is not None
    reduced = Batch(dict(small.dimensions), {**batch.values, **rotated}, {})
    for one, other in zip(sides_along(full.event, batch, 0), sides_along(small.event, reduced, 0), strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-10)


def test_the_factors_have_the_law_of_the_matrices() -> None:
    """Kolmogorov and Smirnov see no difference in what the event speaks of, and the scales are those of the full width."""
    samples = []
    for found in (in_full(several, SIZES), experiment(several, SIZES)):
        values = drawn(found, {beta: "1/3", X: [[1, 2], ["1/2", -3]]}, 1000).values
        norms = [np.linalg.norm(values[s], 2, axis=(1, 2)) for s in (A, B)]
        samples.append([np.linalg.norm(values[B] @ values[A], axis=(1, 2)) ** 0.1, *norms])
    for one, other in zip(*samples, strict=True):
        assert stats.ks_2samp(one, other).pvalue > 1e-4
        assert stats.ks_2samp(one, 1.05 * other).pvalue < 1e-4


fixed, other = matrix("Y", m, 2), matrix("C", k, d)
moving = state("W", d, m)
descent = law("shrinking", {moving: moving / 2}, step_size=beta, loss=fro(moving))
WHOLE = {
    "an entry": stated("entry", entry(A, 1, 1) <= 1),
    "a fixed matrix": stated("fixed", fro(A.T * fixed) <= 1, over=shapes.extended(AnyMatrix(fixed))),
    "another law": stated("uniform", spec(B * A) <= m, random=[Gaussian(A), Uniform(B)]),
    "another variance": stated("variance", spec(A) <= entry(other, 1, 1), random=[Gaussian(A), Gaussian(other, variance=1 / m)]),
    "a variance that is drawn": stated("drawn", spec(B * A) <= m, random=[Gaussian(A), Gaussian(B, variance=fro(A) ** 2)]),
    "a block": stated("block", spec(block([[A, A]])) <= m, random=[Gaussian(A)]),
    "a run": stated("run", fro(moving) <= m, random=[Gaussian(moving)], law=descent),
}


@pytest.mark.parametrize("statement", WHOLE.values(), ids=list(WHOLE))
def test_what_depends_on_the_hidden_basis_or_is_no_gaussian_is_drawn_as_it_is_stated(statement: Statement) -> None:
    assert experiment(statement, SIZES).laws == in_full(statement, SIZES).laws


def test_a_narrow_space_is_not_widened() -> None:
    assert experiment(several, {m: 5, d: 2, k: 3}).dimensions[m] == 5


def test_a_false_claim_about_wide_matrices_is_refuted_with_a_certificate_that_holds() -> None:
    """E |B A|_F^2 = d k beta^2, so that the event has a probability of about a half, not of 9/10."""
    false = stated("false", absolute(fro(B * A)) <= sqrt(d * k) * beta, over=shapes.extended(m >= 200), at_least=Rational(9, 10))
    report = examine(false, QUICK, 0)
    assert report.verdict == "refuted"
    assert report.counterexample is not None
    certificate = json.loads(json.dumps(report.counterexample.certificate))
    sizes = {symbol: certificate["inputs"]["dimensions"][symbol.name] for symbol in (m, d, k)}
    assert experiment(false, sizes).dimensions[m] < sizes[m]
    registry = Registry({"maps": paper, **REGISTRY.papers})
    assert check(certificate, registry).valid


def test_a_setting_that_nothing_can_call_is_tested_last() -> None:
    """At X = 0 both sides are 0 in every draw, which only balls decide; other settings are tested in its place."""
    zero_or_not = stated("zero", fro(A * X) ** 2 <= 4 * m * fro(X) ** 2, random=[Gaussian(A)], over=shapes.extended(AnyMatrix(X)))
    zero = Instance.of(zero_or_not.over, {beta: 1, X: [[0, 0], [0, 0]]}, SIZES)
    assert count(zero_or_not, zero, 0, 100, 0, 10).open == 90
    for seed in range(4):
        report = examine(zero_or_not, QUICK, seed)
        assert report.verdict == "supported"
        assert report.chances is not None
        assert report.chances.open == 0


def test_the_law_names_what_does_not_fit() -> None:
    with pytest.raises(DomainError, match="X must have one side m"):
        SpannedGaussian((Gaussian(X),), m, 10)
    with pytest.raises(InstanceError, match="A span 2 of 10 directions, but m = 3"):
        SpannedGaussian((Gaussian(A),), m, 10).draw(np.random.default_rng(0), 1, {m: 3, d: 2})
    assert "With m = 10" in SpannedGaussian((Gaussian(A),), m, 10).words()
