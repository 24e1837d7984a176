"""Balance of layers: proved under the flow of every model, of second order in a step, and not so for what is not conserved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sympy import Expr

from theorems import balance as b
from verify.author import Expansion, equal, fro, gradient_descent, gradient_flow, inner, rate_along, zeros
from verify.backends import Float64
from verify.compiler import compile
from verify.dynamics import Law, run
from verify.facts import FactUse
from verify.networks import (
    balanced_factorisation_loss,
    convolution,
    factorisation_loss,
    preactivations,
    sharing_matrix,
    softened_absolute_loss,
    squared_error,
    squared_loss,
)
from verify.proof.claims import ProofReport
from verify.statement import Statement


def proof_of(statement: Statement) -> ProofReport:
    assert statement.proof is not None
    facts = [f.fact(statement) if isinstance(f, FactUse) else statement.resolved_relation(f) for f in statement.facts]
    return statement.proof.check(statement.resolved(), facts)


@pytest.mark.parametrize("statement", b.paper.statements.values(), ids=lambda s: s.label)
def test_every_balance_is_proved(statement: Statement) -> None:
    report = proof_of(statement)
    assert report.failure is None
    assert report.grade == "exact"


WRONG = {
    "another multiple": (b.layer, equal(rate_along(fro(b.W) ** 2 - 2 * fro(b.W_next) ** 2, b.flow), 0)),
    "the matrix form through an activation": (b.layer, equal(rate_along(b.imbalance(b.W, b.W_next), b.flow), zeros(b.n_h, b.n_h))),
    "rows against rows": (b.neuron, equal(rate_along(fro(b.row(b.W, b.i)) ** 2 - fro(b.row(b.W_next, b.i)) ** 2, b.flow), 0)),
    "another neuron": (b.neuron, equal(rate_along(fro(b.row(b.W, b.i)) ** 2 - fro(b.column(b.W_next, 1)) ** 2, b.flow), 0)),
    "layers that are no neighbours": (
        b.homogeneous_network,
        equal(rate_along(fro(b.W_1) ** 2 - 2 * fro(b.W_3) ** 2, b.homogeneous_flow), 0),
    ),
    "the regularised loss": (
        b.factorisation,
        equal(rate_along(b.D, gradient_flow(balanced_factorisation_loss(b.A, b.B, b.M), of=[b.A, b.B])), zeros(b.r, b.r)),
    ),
    "residual layers without the identity": (
        b.residual_layers,
        equal(rate_along(b.imbalance(b.R, b.R_next), b.residual_flow), zeros(b.k, b.k)),
    ),
    "a loss of the weights": (
        b.layer,
        equal(rate_along(fro(b.W) ** 2 - fro(b.W_next) ** 2, gradient_flow(b.through + fro(b.W) ** 2, of=[b.W, b.W_next])), 0),
    ),
    "a first order term": (b.step_layer, equal(b.following(b.d_pair) - b.d_pair, b.eta * inner(b.G, b.G))),
    "slope 1": (b.slope_layer, equal(b.drift(b.d_pair, b.step_of_pair, b.s * b.eta), b.s * b.drift(b.d_pair, b.step_of_pair, b.eta))),
    "the slope of what is not conserved": (b.slope_layer, b.slope_2(fro(b.W) ** 2 - 2 * fro(b.W_next) ** 2, b.step_of_pair)),
    "the slope under the regularised loss": (
        b.slope_factorisation,
        b.slope_2(b.D, b.descend(balanced_factorisation_loss(b.A, b.B, b.M), of=[b.A, b.B])),
    ),
    "one gradient only": (b.step_layer, equal(b.following(b.d_pair) - b.d_pair, b.eta**2 * fro(b.G) ** 2)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_conserved_is_not_proved(name: str) -> None:
    statement, claim = WRONG[name]
    assert proof_of(replace(statement, claim=(claim,), proof=Expansion())).grade is None


# --- The drift in a step, measured --------------------------------------------------------------------------------

LOSS = b.network.loss(softened_absolute_loss(b.X, b.Y, b.Rational(1, 2), 1))
DESCENTS: dict[str, tuple[Law, Expr]] = {
    "layers with an activation": (b.step_of_pair, b.d_pair),
    "linear layers": (b.step_of_linear_pair, b.D_pair),
    "deep linear, squared loss": (b.network.descent(squared_loss(b.X, b.Y), b.eta), b.imbalance(b.W_2, b.W_3)),
    "deep linear, softened absolute loss": (
        gradient_descent("descent", LOSS, of=b.layers_3, step_size=b.eta),
        b.imbalance(b.W_1, b.W_2),
    ),
    "homogeneous network": (
        gradient_descent("descent", squared_error(preactivations(b.layers_3, b.X, [0, b.slope])[-1], b.Y), of=b.layers_3, step_size=b.eta),
        fro(b.W_1) ** 2 - fro(b.W_2) ** 2,
    ),
    "factorisation": (gradient_descent("descent", factorisation_loss(b.A, b.B, b.M), of=[b.A, b.B], step_size=b.eta), b.D),
    "shared weights": (
        gradient_descent(
            "descent", b.with_output_gradient(preactivations(b.shared, b.U, [b.slope])[-1], b.P), of=[b.v_1, b.v_2], step_size=b.eta
        ),
        fro(b.v_1) ** 2 - fro(b.v_2) ** 2,
    ),
}
NOT_CONSERVED = {
    "another multiple": (b.step_of_pair, fro(b.W) ** 2 - 2 * fro(b.W_next) ** 2),
    "the regularised factorisation": (
        gradient_descent("descent", balanced_factorisation_loss(b.A, b.B, b.M), of=[b.A, b.B], step_size=b.eta),
        b.D,
    ),
}
FIRST, SECOND = convolution(5, 2, filters=2), convolution(8, 3)
SIZES = {b.n_in: 5, b.n_h: 8, b.n_out: 6, b.m: 7, b.r: 3, b.d_1: 4, b.d_2: 3, **dict(zip(b.n, (5, 6, 4, 3), strict=True))}


def drift(law: Law, quantity: Any, step_size: float, steps: int) -> float:
    """How far the quantity is from its start after the steps, from a fixed random start."""
    rng = np.random.default_rng(0)
    symbols = (*b.pair.matrices, *b.network_3.matrices, *b.factors.matrices, b.v_1, b.v_2)
    values: dict[Any, Any] = {s: 0.4 * rng.standard_normal([int(d.subs(SIZES)) for d in s.shape]) for s in symbols}
    values |= {b.Q_1: sharing_matrix(FIRST), b.Q_2: sharing_matrix(SECOND), b.slope: 0.2, b.eta: step_size}
    start, end = (run(law, Float64(), SIZES, values, steps).values_at(t) for t in (0, steps))
    there = compile([quantity], SIZES, Float64())
    return float(np.linalg.norm(np.asarray(there(end)[0] - there(start)[0])))


def order(law: Law, quantity: Any, horizon: float | None = None) -> float:
    """The slope of log drift against log step size, after one step, or after the steps that a horizon of time holds."""
    step_sizes = np.geomspace(1e-2, 1e-4, 5) if horizon is None else horizon / np.array([50, 100, 200, 400])
    steps = [1 if horizon is None else round(horizon / s) for s in step_sizes]
    drifts = [drift(law, quantity, s, count) for s, count in zip(step_sizes, steps, strict=True)]
    return float(np.polyfit(np.log(step_sizes), np.log(drifts), 1)[0])


@pytest.mark.parametrize("name", DESCENTS)
def test_a_step_moves_the_balance_at_second_order(name: str) -> None:
    assert order(*DESCENTS[name]) == pytest.approx(2, abs=1e-3)


@pytest.mark.parametrize("name", NOT_CONSERVED)
def test_a_step_moves_what_is_not_conserved_at_first_order(name: str) -> None:
    assert order(*NOT_CONSERVED[name]) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("name", ["linear layers", "deep linear, squared loss", "factorisation"])
def test_over_a_fixed_time_the_balance_drifts_at_first_order(name: str) -> None:
    assert order(*DESCENTS[name], horizon=0.5) == pytest.approx(1, abs=0.05)
