"""Width reduction: proved for a law before it is used, and the same numbers as at full width, rank deficiency included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theorems import width_reduction as registered
from theorems.xu2023 import notation as xu
from theorems.xu2023.data_reduction import reduced_descent
from verify.author import (
    column_norms,
    det,
    dimensions,
    entry,
    fro,
    hadamard,
    identity,
    initial,
    inner,
    lam,
    lam_max,
    lam_min,
    law,
    layer,
    layer_product,
    matrix,
    max_over,
    nuclear,
    pinv,
    proj,
    rank,
    scalars,
    sigma,
    sigma_max,
    sigma_min,
    spec,
    stack,
    state,
    sum_over,
    sylvester_max,
    sylvester_min,
    trace,
    zeros,
)
from verify.backends import Float64
from verify.compiler import compile
from verify.errors import StatementError
from verify.ladder import prove
from verify.networks import linear_network, squared_loss, widths
from verify.reduction import reduce_start, reduced_form, require_reducible, rotation
from verify.runs import simulate

a, b, h, s = dimensions("a b h s")
(eta,) = scalars("eta")

# --- the laws ------------------------------------------------------------------------------------------------

U, V, M = state("U", a, h), state("V", b, h), matrix("M", a, b)
factorisation = law(
    "matrix factorisation",
    {U: U - eta * ((U * V.T - M) * V), V: V - eta * ((U * V.T - M).T * U)},
    step_size=eta,
    loss=fro(U * V.T - M) ** 2 / 2,
    widths=(h,),
)

A, B, X, Y = matrix("A", h, a), matrix("B", b, h), matrix("X", a, s), matrix("Y", b, s)
F_1, F_2 = state("F_1", h, h), state("F_2", h, h)
error = B * (identity(h) + F_2) * (identity(h) + F_1) * A * X - Y
residual_network = law(
    "linear ResNet",
    {
        F_1: F_1 - eta * ((identity(h) + F_2).T * B.T * error * X.T * A.T),
        F_2: F_2 - eta * (B.T * error * X.T * A.T * (identity(h) + F_1).T),
    },
    step_size=eta,
    loss=fro(error) ** 2 / 2,
    widths=(h,),
)

two_layer_records = {
    "L": xu.L, "tau_min": xu.tau_min, "tau_max": xu.tau_max, "product": fro(xu.W), "trace": trace(xu.D),
    **{f"lam(D, {k})": lam(xu.D, k) for k in (1, 2, 3, 4)}, **{f"lam(-D, {k})": lam(-xu.D, k) for k in (1, 2, 3)},
    "lam_min": lam_min(xu.D), "lam_max": lam_max(xu.D), "smallest": sigma_min(xu.D), "middle": lam(xu.D, xu.h - 1),
    "sigma": sigma(xu.W_1, 2), "layer": sigma_min(xu.W_2), "nuclear": nuclear(xu.W_1), "Delta": xu.Delta, "start": initial(lam(xu.D, xu.n)),
    "pair": sylvester_min(xu.W_1.T * xu.W_1, xu.W_2 * xu.W_2.T) + sylvester_max(xu.W_1.T * xu.W_1, xu.D),
    "inner": inner(xu.W_1.T * xu.W_1, identity(xu.h) + xu.W_2 * xu.W_2.T), "width": fro(xu.W_1) / xu.h,
    "none": fro(zeros(xu.h, xu.n) * xu.X.T), "columns": fro(column_norms(xu.W_2)),
    "spectral": spec(xu.W_1), "largest": sigma_max(xu.W_1 * (identity(xu.h) + xu.D)),
}  # fmt: skip
factor_records = {"loss": factorisation.loss, "balance": spec(U.T * U - V.T * V), "U": sigma_min(U), "both": fro(U * V.T)}
residual_records = {
    "loss": residual_network.loss, "F": fro(F_1), "spec": spec(F_2), "rank one": sigma(F_2, 1), "inner": inner(F_1, F_2),
    "trace": trace(F_1), "out": sigma_min(B * (identity(h) + F_2) ** 2 * A),
}  # fmt: skip


@pytest.mark.parametrize(("which", "width"), [(xu.descent, xu.h), (reduced_descent, xu.h), (factorisation, h), (residual_network, h)])
def test_each_law_is_proved_to_be_reducible(which: Any, width: Any) -> None:
    require_reducible(which, width)
    assert len(rotation(which, width).claims) == 3


W = state("W", a, h)
not_reducible = {
    "entrywise": law("entrywise", {W: W - eta * hadamard(W, W)}, step_size=eta, loss=fro(W) ** 2),
    "determinant": law("determinant", {W: W * 2}, step_size=eta, loss=det(W.T * W)),
    "identity": law("identity", {W: W}, step_size=eta, loss=fro(W.T * W - identity(h)) ** 2),
    "entry": law("entry", {W: W * 2}, step_size=eta, loss=entry(W, 1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", not_reducible)
def test_a_law_that_depends_on_the_basis_is_refused(name: str) -> None:
    with pytest.raises(StatementError, match=rf"the law '{name}' cannot be reduced along h: "):
        require_reducible(not_reducible[name], h)


def test_a_declared_width_that_is_none_is_refused_where_it_would_be_used() -> None:
    wrong = law("wrong", {W: W - eta * hadamard(W, W)}, step_size=eta, loss=fro(W) ** 2, widths=(h,))
    start = {W: np.ones((2, 2, 9))}
    with pytest.raises(StatementError, match="cannot be reduced along h"):
        simulate(wrong, {a: 2, h: 9}, start, 1, {"loss": wrong.loss}, step_size=0.1)
    runs = simulate(wrong, {a: 2, h: 9}, start, 1, {"loss": wrong.loss}, step_size=0.1, reduce=False)
    assert runs["loss"].last.tolist() == pytest.approx([18 * 0.9**2] * 2)


def test_a_quantity_of_the_basis_is_refused_by_name() -> None:
    start = {xu.X: np.ones((1, 1, 1)), xu.Y: np.ones((1, 1, 1)), xu.W_1: np.ones((1, 1, 7)), xu.W_2: np.ones((1, 7, 1))}
    dims = {xu.n: 1, xu.m: 1, xu.N: 1, xu.h: 7}
    for quantity in (
        entry(xu.W_1, 1, 1),
        fro(column_norms(xu.W_1)),
        det(xu.D),
        fro(identity(xu.h) + xu.D),
        fro((identity(xu.h) + xu.D) ** -1),
    ):
        with pytest.raises(StatementError, match=r"the width h cannot be reduced: .*; run with reduce=False\."):
            simulate(xu.descent, dims, start, 2, {"q": quantity}, step_size=0.01)
        simulate(xu.descent, dims, start, 2, {"q": quantity}, step_size=0.01, reduce=False)


# --- the same numbers ----------------------------------------------------------------------------------------


def deficient(rng: np.random.Generator, rows: int, columns: int, size: int) -> Any:
    """A matrix of rank at most `size`."""
    size = min(size, rows, columns)
    return rng.standard_normal((rows, size)) @ rng.standard_normal((size, columns)) / max(rows, columns)


def agree(which: Any, dims: Any, start: Any, constants: Any, records: Any, expected: int | None) -> None:
    """The reduced and the full runs agree in every recorded quantity at every time."""
    full, small = (
        simulate(which, dims, start, 8, records, step_size=0.005, constants=constants, trajectories=True, reduce=r) for r in (False, True)
    )
    width = next(iter(which.widths))
    assert small.widths == ({} if expected is None else {width: (dims[width], expected)})
    for name in records:
        one, other = full[name].trajectory, small[name].trajectory
        assert not np.ma.getmaskarray(one).any()
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-10, err_msg=name)


sizes = st.integers(1, 3)
ranks = st.integers(0, 3)
seeds = st.integers(0, 2**32 - 1)
checked = settings(max_examples=25, deadline=None)


@checked
@given(sizes, sizes, sizes, st.integers(1, 12), ranks, ranks, seeds)
def test_two_layers(n: int, m: int, samples: int, width: int, first: int, second: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    start = {
        xu.X: rng.standard_normal((2, samples, n)), xu.Y: rng.standard_normal((2, samples, m)),
        xu.W_1: np.stack([deficient(rng, n, width, first) for _ in range(2)]),
        xu.W_2: np.stack([deficient(rng, width, m, second) for _ in range(2)]),
    }  # fmt: skip
    records = {k: q for k, q in two_layer_records.items() if width > 1 or k != "middle"}
    agree(xu.descent, {xu.n: n, xu.m: m, xu.N: samples, xu.h: width}, start, {}, records, n + m if width > n + m else None)


@checked
@given(sizes, sizes, st.integers(1, 12), ranks, ranks, seeds)
def test_matrix_factorisation(rows: int, columns: int, width: int, first: int, second: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    start = {U: deficient(rng, rows, width, first)[None], V: deficient(rng, columns, width, second)[None]}
    constants = {M: deficient(rng, rows, columns, 2)}
    expected = rows + columns if width > rows + columns else None
    agree(factorisation, {a: rows, b: columns, h: width}, start, constants, factor_records, expected)


@checked
@given(sizes, sizes, sizes, st.integers(1, 12), ranks, ranks, st.booleans(), seeds)
def test_residual_networks_from_zero(
    inputs: int, out: int, samples: int, width: int, first: int, second: int, zero: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    constants = {
        A: deficient(rng, width, inputs, first), B: deficient(rng, out, width, second),
        X: rng.standard_normal((inputs, samples)), Y: rng.standard_normal((out, samples)),
    }  # fmt: skip
    start = {F_1: np.zeros((2, width, width)), F_2: (0.0 if zero else 0.1) * rng.standard_normal((2, width, width))}
    expected = inputs + out if zero and width > inputs + out else None
    agree(residual_network, {a: inputs, b: out, s: samples, h: width}, start, constants, residual_records, expected)


@checked
@given(st.integers(1, 4), sizes, sizes, st.integers(1, 9), ranks, ranks, st.booleans(), seeds)
def test_residual_networks_of_any_depth(
    depth: int, inputs: int, out: int, width: int, first: int, second: int, zero: bool, seed: int
) -> None:
    rng, net = np.random.default_rng(seed), registered
    start = {
        net.W: (0.0 if zero else 0.1) * rng.standard_normal((2, depth * width, width)),
        net.A: np.stack([deficient(rng, width, inputs, first) for _ in range(2)]),
    }
    constants = {net.B: deficient(rng, out, width, second), net.X: rng.standard_normal((inputs, 2)), net.Y: rng.standard_normal((out, 2))}
    product = layer_product(net.W, 1, net.L, shift=True)
    records = {
        "loss": net.residual_network.loss,
        "weights": fro(net.W),
        "layers": max_over(net.l, spec(layer(net.W, net.l)), 1, net.L),
        "sum": sum_over(net.l, inner(layer(net.W, net.l), layer(net.W, 1)), 1, net.L),
        "out": sigma_min(net.B * product * net.A),
        "stack": sigma(net.W, 1),
        "rebuilt": fro(stack(net.l, layer(net.W, net.l) ** 2, 1, net.L) + 2 * net.W),
    }
    dims = {net.L: depth, net.m: width, net.d: inputs, net.p: out, net.n: 2}
    agree(net.residual_network, dims, start, constants, records, inputs + out if zero and width > inputs + out else None)


@pytest.mark.parametrize(("hidden", "reduced"), [((9, 4, 9), (5, 4, 5)), ((3, 12, 3), (3, 6, 3)), ((4, 4, 4), (4, 4, 4))])
def test_deep_linear_networks_shrink_where_a_layer_is_wider_than_its_neighbours(hidden: Any, reduced: Any) -> None:
    sizes, (samples,) = widths(4), dimensions("s")
    data, targets = matrix("X", sizes[0], samples), matrix("Y", sizes[4], samples)
    network = linear_network(sizes, normalised=True)
    descent = network.descent(squared_loss(data, targets), eta)
    dims = dict(zip((*sizes, samples), (1, *hidden, 1, 3), strict=True))
    rng = np.random.default_rng(1)
    start = {W: rng.standard_normal((2, dims[W.rows], dims[W.cols])) for W in network.weights}
    arguments: Any = (descent, dims, start, 6, {"loss": descent.loss, "F": spec(network.end_to_end)})
    constants = {data: rng.standard_normal((1, 3)), targets: rng.standard_normal((1, 3))}
    small, full = (simulate(*arguments, step_size=0.01, constants=constants, reduce=r, trajectories=True) for r in (True, False))
    assert small.widths == {n: (one, other) for n, one, other in zip(sizes[1:4], hidden, reduced, strict=True) if one != other}
    for name in ("loss", "F"):
        np.testing.assert_allclose(small[name].trajectory, full[name].trajectory, rtol=1e-9)


def test_a_product_of_layers_is_no_quantity_of_the_span_alone() -> None:
    dims = {registered.L: 2, registered.m: 9}
    with pytest.raises(StatementError, match="counts the dropped directions"):
        reduced_form([fro(layer_product(registered.W, 1, 2, shift=True))], registered.m, dims, 3)


def test_the_registered_statements_are_proved() -> None:
    for statement in registered.paper.statements.values():
        assert prove(statement).proved


def test_projections_and_inverses_are_reduced_too() -> None:
    rng = np.random.default_rng(0)
    values = {xu.W_1: rng.standard_normal((2, 9)), xu.W_2: rng.standard_normal((9, 1))}
    small = reduce_start(xu.h, values)
    assert small is not None
    quantities = [fro(proj(xu.W_2) * xu.W_1.T), rank(pinv(xu.W_1)), fro(pinv(xu.W_1 * xu.W_2)), spec(proj(xu.W_1.T) * xu.W_2)]
    dims = {xu.n: 2, xu.m: 1}
    reduced = reduced_form(quantities, xu.h, {**dims, xu.h: 9}, 3)
    full = compile(quantities, {**dims, xu.h: 9}, Float64())(values)
    np.testing.assert_allclose(compile(reduced, {**dims, xu.h: 3}, Float64())(small), full, rtol=1e-10)


def test_a_later_seed_that_spans_more_is_refused() -> None:
    start = {F_1: np.zeros((2, 9, 9)), F_2: np.zeros((2, 9, 9))}
    start[F_2][1, 0, 0] = 1
    constants = {A: np.ones((9, 1)), B: np.ones((1, 9)), X: np.ones((1, 1)), Y: np.ones((1, 1))}
    with pytest.raises(StatementError, match="a later seed spans more of h than the 2 directions of the first; run with reduce=False"):
        simulate(residual_network, {a: 1, b: 1, s: 1, h: 9}, start, 2, {"loss": residual_network.loss}, step_size=0.1, constants=constants)
