"""Flow statements of min2022 on gradient descent with shrinking steps: both sides tend to those along the flow, at the rate of the step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Symbol

from theorems.min2022 import convergence, parameters
from theorems.min2022.figures import descent, eta
from theorems.min2022.notation import U_1, S, V, Y_t, h, k, m, r
from verify.backends import Float64
from verify.compiler import compile
from verify.flow_runs import follow
from verify.language import flow_time, time
from verify.language.time import at_start
from verify.runs import simulate
from verify.statement import Statement

Array = np.ndarray[Any, Any]
SHAPES = [{r: 2, m: 2, h: 5, k: 1}, {r: 3, m: 1, h: 2, k: 1}, {r: 1, m: 2, h: 1, k: 1}]
"""r = m with a width above r + m, r > m, and r < m at the least width."""
COUNT, HORIZON, STEPS = 12, 0.5, 250

STATEMENTS = [
    convergence.theorem_3,
    convergence.cor_4,
    convergence.cor_5_corrected,
    convergence.c_grows,
    convergence.error_falls,
    parameters.E_9_b,
    parameters.E_9_c,
]


def starts(sizes: dict[Symbol, int]) -> dict[Any, Array]:
    """Layers, targets and Sigma_X^{1/2} of order 1."""
    generator = np.random.default_rng(list(sizes.values()))
    root = np.eye(sizes[r]) + 0.3 * generator.standard_normal((COUNT, sizes[r], sizes[r]))
    drawn = {x: generator.standard_normal((COUNT, rows, sizes[h])) for x, rows in ((U_1, sizes[r]), (V, sizes[m]))}
    return {S: np.swapaxes(root, 1, 2) @ root, Y_t: generator.standard_normal((COUNT, sizes[r], sizes[m])), **drawn}


def on_descent(statement: Statement, sizes: dict[Symbol, int], steps: int) -> Array:
    """Both sides of each relation at the horizon, after so many steps of gradient descent."""
    sides = [side.xreplace({flow_time: eta * time}) for relation in statement.claim for side in (relation.lhs, relation.rhs)]
    record = {str(number): side for number, side in enumerate(sides)}
    runs = simulate(descent, sizes, starts(sizes), steps, record, step_size=HORIZON / steps, reduce=False)
    return np.array([runs[name].last.filled(np.nan) for name in record])


def on_flow(statement: Statement, sizes: dict[Symbol, int]) -> Array:
    """The same along the flow itself."""
    values, flow = starts(sizes), convergence.error_flow
    times = np.full((COUNT, 1), HORIZON)
    states = {x: state[:, 0] for x, state in follow(flow, sizes, values, times).states.items()}
    sides = [side for relation in statement.resolved().conclusions for side in (relation.lhs, relation.rhs)]
    first = {at_start(x): values[x] for x in flow.state}
    program = compile(sides, sizes, Float64())
    found = program({**values, **first, **states, flow_time: times[:, 0]})
    return np.array([np.broadcast_to(side, COUNT) for side in found])


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
@pytest.mark.parametrize("sizes", SHAPES, ids=lambda sizes: f"r={sizes[r]},m={sizes[m]},h={sizes[h]}")
def test_sides_tend_to_those_of_the_flow_in_proportion_to_the_step(statement: Statement, sizes: dict[Symbol, int]) -> None:
    limit, coarse, fine = on_flow(statement, sizes), on_descent(statement, sizes, STEPS), on_descent(statement, sizes, 2 * STEPS)
    moved = np.abs(coarse - limit) > 1e-7 * np.abs(limit)
    ratio = (coarse - limit)[moved] / (fine - limit)[moved]
    assert moved.any()
    # Where the error happens to have hardly a linear part, its ratio is another one.
    assert np.median(ratio) == pytest.approx(2, rel=0.05)
    np.testing.assert_allclose(2 * fine - coarse, limit, rtol=1e-2, atol=1e-6)
    small, large = limit[::2], limit[1::2]
    if statement is convergence.c_grows:
        small, large = large, small
    # Where c(0) = 0 some bounds are none.
    assert not (small > large * (1 + 1e-9) + 1e-12).any()


def test_another_flow_is_told_apart() -> None:
    """At another time the flow is elsewhere, which the extrapolated sides show."""
    statement, sizes = convergence.theorem_3, SHAPES[0]
    extrapolated = 2 * on_descent(statement, sizes, 2 * STEPS) - on_descent(statement, sizes, STEPS)
    assert (np.abs(extrapolated - 1.01 * on_flow(statement, sizes)) > 5e-3 * np.abs(extrapolated)).any()
