"""Flows of networks with activations, and of deep and residual ones: the stated error of floats covers the distance from closed forms
and from enclosures; kinks are crossed where that is seen, and a flow that slides along one is not followed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb
from mpmath import mp
from sympy import Rational

from verify.author import (
    AnyMatrix,
    Dimension,
    Flow,
    Invariant,
    Paper,
    dimensions,
    domain,
    equal,
    flow_law,
    fro,
    gradient_flow,
    identity,
    initial,
    leaky_relu,
    matrix,
    relu_slope,
    scalars,
    state,
)
from verify.backends import Ball
from verify.checker import check
from verify.effort import Budget, Effort
from verify.errors import EnclosureError
from verify.flow_enclosures import enclosed
from verify.flow_runs import follow, natural_times
from verify.kinks import pieces
from verify.ladder import examine
from verify.networks import preactivations, squared_error, weights, widths
from verify.paper import Registry

w, y, x, v = state("w", 1, 1), matrix("y", 1, 1), state("x", 1, 1), state("v", 1, 1)
(a,) = scalars("a")
neuron = gradient_flow(fro(leaky_relu(w, a) - y) ** 2 / 2, of=[w])
sliding = flow_law("sliding", {x: identity(1) - 2 * relu_slope(x)})
touching = flow_law("touching", {x: v, v: identity(1), w: relu_slope(x)})


def number(value: Any) -> Any:
    return np.array([[[float(value)]]])


def of_neuron(start: Any, target: Any, slope: Any, t: Any) -> Any:
    """The flow of (phi(w) - y)^2/2: towards y at the rate 1 while w > 0, towards y/a at the rate a^2 while w < 0."""
    goal, rate = (target, mp.mpf(1)) if start > 0 else (target / slope, slope**2)
    if start * target < 0 and (met := mp.log((start - goal) / -goal) / rate) < t:
        goal, rate = (target / slope, slope**2) if start > 0 else (target, mp.mpf(1))
        return goal - goal * mp.exp(-rate * (t - met))
    return goal + (start - goal) * mp.exp(-rate * t)


def test_a_neuron_follows_its_closed_form_across_the_kink() -> None:
    rng = np.random.default_rng(0)
    start, target = rng.standard_normal((2, 60)) * np.exp2(rng.integers(-6, 3, 60))
    slope, times = rng.uniform(0.1, 1, 60), np.tile([0.5, 2.0, 8.0, 32.0], (60, 1))
    values = {w: start[:, None, None], y: target[:, None, None], a: slope}
    found = follow(neuron, {}, values, times)
    crossed = 0
    with mp.workdps(30):
        for k in range(60):
            given = [mp.mpf(float(value[k])) for value in (start, target, slope)]
            for j, t in enumerate(times[k]):
                exact = of_neuron(*given, mp.mpf(float(t)))
                assert abs(found.states[w][k, j, 0, 0] - exact) <= found.error[k, j] < 1e-7
                crossed += exact * given[0] < 0
    assert crossed > 40


def of_layers(slopes: list[Any]) -> tuple[Flow, Any]:
    """A network with these activations and its flow, at widths 2, 3, 2, ... and with three samples."""
    n, (m,) = widths(len(slopes) + 1), dimensions("m")
    layers, X, Y = weights(n), matrix("X", n[0], m), matrix("Y", n[-1], m)
    flow = gradient_flow(squared_error(preactivations(layers, X, slopes)[-1], Y), of=layers)
    return flow, {**dict(zip(n, (2, 3, 2, 2, 2), strict=False)), m: 3}


def residual_layers() -> tuple[Flow, Any]:
    k, m = dimensions("k m")
    W_1, W_2, X, Y = state("W_1", k, k), state("W_2", k, k), matrix("X", k, m), matrix("Y", k, m)
    return gradient_flow(fro((identity(k) + W_2) * (identity(k) + W_1) * X - Y) ** 2 / 2, of=[W_1, W_2]), {k: 2, m: 3}


LAWS = {
    "ReLU": of_layers([0]),
    "leaky ReLU": of_layers([Rational(1, 8)]),
    "deep ReLU": of_layers([0, 0]),
    "deep linear": of_layers([1, 1]),
    "deep mixed": of_layers([Rational(1, 4), 1]),
    "residual": residual_layers(),
}


@pytest.mark.parametrize("name", LAWS)
def test_the_stated_error_covers_the_distance_from_the_enclosure(name: str) -> None:
    flow, size = LAWS[name]
    rng, backend = np.random.default_rng(3), Ball(128)
    symbols = sorted({s for velocity in flow.values() for s in velocity.atoms(type(w), type(y)) if not s.name.startswith("e_")}, key=str)
    shapes = [[int(side.subs(size)) for side in s.shape] for s in symbols]
    values = {s: np.round(rng.standard_normal((24, *shape)) * 16) / 16 for s, shape in zip(symbols, shapes, strict=True)}
    times = natural_times(flow, size, values, np.array([0, 0.5, 2.0, 8.0]))
    found = follow(flow, size, values, times)
    followed = np.isfinite(found.error)
    assert followed[:, :2].mean() > 0.9
    assert np.median(found.error[followed]) < 1e-10
    compared = 0
    for k in range(3):
        try:
            end = enclosed(flow, backend, size, {s: backend.matrix(v[k].tolist()) for s, v in values.items()}, Fraction(float(times[k, 2])))
        except EnclosureError:
            continue
        for s, balls in end.items():
            for i in range(balls.nrows()):
                for j in range(balls.ncols()):
                    distance = abs(balls[i, j] - float(found.states[s][k, 2, i, j]))
                    assert distance <= found.error[k, 2]
        compared += 1
    assert compared > 0


@pytest.mark.parametrize(
    ("start", "beyond"), [(Fraction(1, 2) + Fraction(1, 2**30), 0.0), (Fraction(1, 2) - Fraction(1, 2**30), 2.0**-13.5)]
)
def test_a_kink_that_is_crossed_for_a_moment_is_not_missed(start: Fraction, beyond: float) -> None:
    # x = start - t + t^2/2 is below zero for 2*sqrt(1 - 2*start), and w stands still then
    found = follow(touching, {}, {x: number(start), v: number(-1), w: number(0)}, np.array([[3.0]]))
    assert abs(found.states[w][0, 0, 0, 0] - (3 - beyond)) <= found.error[0, 0] < 1e-9
    backend = Ball(128)
    begun = {x: backend.matrix([[start]]), v: backend.matrix([[-1]]), w: backend.matrix([[0]])}
    end = enclosed(touching, backend, {}, begun, Fraction(3))[w][0, 0]
    assert end.overlaps(arb(3 - beyond))
    assert end.rad() < 1e-7


def test_a_flow_that_slides_along_a_kink_is_not_followed_further() -> None:
    found = follow(sliding, {}, {x: np.array([[[1.0]], [[-2.0]]])}, np.array([[0.5, 1.5], [0.5, 3.0]]))
    np.testing.assert_allclose(found.states[x][:, 0, 0, 0], [0.5, -1.5], atol=1e-10)
    assert np.isnan(found.states[x][:, 1]).all()
    assert np.isnan(found.error[:, 1]).all()
    backend = Ball(128)
    with pytest.raises(EnclosureError, match="slides along it"):
        enclosed(sliding, backend, {}, {x: backend.matrix([[1]])}, Fraction(3, 2))
    assert abs(enclosed(sliding, backend, {}, {x: backend.matrix([[1]])}, Fraction(1, 2))[x][0, 0] - 0.5) < 1e-30


def test_a_start_at_a_kink_goes_to_the_side_that_its_velocity_points_to() -> None:
    backend, values = Ball(128), {w: number(0), y: number(2), a: np.array([0.5])}
    for target, expected in ((2, 2 * (1 - np.exp(-1.0))), (-2, -4 * (1 - np.exp(-0.25)))):
        found = follow(neuron, {}, {**values, y: number(target)}, np.array([[1.0]]))
        assert abs(found.states[w][0, 0, 0, 0] - expected) <= found.error[0, 0] < 1e-9
        given = {w: backend.matrix([[0]]), y: backend.matrix([[target]]), a: backend.scalar(Fraction(1, 2))}
        assert abs(enclosed(neuron, backend, {}, given, Fraction(1))[w][0, 0] - expected) < 1e-8


def test_pieces_hold_no_activation_and_a_smooth_flow_has_one_piece() -> None:
    flow, _ = LAWS["deep ReLU"]
    assert len(pieces(flow).kinks) == 2
    assert not any("relu" in str(velocity) for velocity in pieces(flow).velocities)
    assert pieces(LAWS["residual"][0]).kinks == ()


SMALL = Effort("small", 3, 12, 3, 12, 3, 1, 8, 2, Budget(screened=600, decided=20, shapes=1))
PAPER = Paper("kinked", "Flows of ReLU networks")
n, (m,) = widths(2), dimensions("m")
W_1, W_2 = weights(n)
X, Y = matrix("X", n[0], m), matrix("Y", n[2], m)
relu_flow = gradient_flow(squared_error(preactivations([W_1, W_2], X, [0])[-1], Y), of=[W_1, W_2])
balance, size = fro(W_1) ** 2 - fro(W_2) ** 2, fro(W_1) ** 2
stated = {"over": domain([Dimension(d, 1, 3) for d in (*n, m)], [AnyMatrix(A) for A in (W_1, W_2, X, Y)]), "along": relu_flow}
conserved = PAPER.flow("balance", "The balance of the layers stays", claim=equal(balance, initial(balance)), proof=Invariant(), **stated)
shrinking = PAPER.flow("shrinking", "The first layer shrinks", claim=size <= initial(size), wrong="it may grow", **stated)


def test_a_false_claim_about_a_relu_flow_falls_with_a_certificate_and_a_true_one_does_not() -> None:
    found = examine(shrinking, SMALL)
    assert found.verdict == "refuted"
    assert found.counterexample is not None
    result = check(found.counterexample.certificate or {}, Registry({"kinked": PAPER}))
    assert result.valid, result.sentence
    assert examine(conserved, SMALL).verdict == "proved"
