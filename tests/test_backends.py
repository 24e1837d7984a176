"""One table of expressions and their known values, run through every number system."""

from __future__ import annotations

import inspect
import pkgutil
from fractions import Fraction
from importlib import import_module
from typing import Any

import flint
import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, fmpq, fmpq_mat
from sympy import Lambda, Matrix, MatrixExpr, Rational, Symbol
from sympy import sqrt as root

import verify.language
from verify.backends import Backend, Ball, Exact, Float64, HighPrecision, Unsupported
from verify.backends.float64_spectra import singular_values
from verify.compiler import compile
from verify.errors import UndefinedError, UnsupportedError
from verify.language import (
    absolute,
    beta_tail,
    block,
    ceiling,
    chi_square_tail,
    column,
    column_norms,
    define,
    det,
    digamma,
    elementwise,
    entry,
    entry_sum,
    erfc,
    exp,
    fro,
    gamma_function,
    gamma_tail,
    hadamard,
    identity,
    initial,
    inner,
    lam,
    lam_max,
    lam_min,
    leaky_relu,
    leaky_relu_slope,
    log,
    log_gamma,
    matrix,
    maximum,
    minimum,
    normal_tail,
    nuclear,
    pi,
    pinv,
    polygamma,
    positive_part,
    positive_root,
    product_along,
    proj,
    rank,
    relu,
    relu_slope,
    row,
    scalars,
    sigma,
    sigma_max,
    sigma_min,
    spec,
    sqrt,
    sylvester_max,
    sylvester_min,
    symmetric,
    time,
    trace,
    unit,
    unvec,
    vec,
    zeros,
)
from verify.language.nodes import Scalar
from verify.lowering import RULES
from verify.stack_lowering import RULES as STACK_RULES

n, m = sympy.symbols("n m", integer=True, positive=True)
a, b, c, x = scalars("a b c x")
A, B, R, Z, P = matrix("A", n, n), matrix("B", n, m), matrix("R", m, n), matrix("Z", n, n), matrix("P", n, n)
S, T = symmetric("S", n), symmetric("T", m)

DIMENSIONS = {n: 2, m: 3}
VALUES: dict[Any, Any] = {
    a: 3,
    b: Fraction(-1, 2),
    c: Fraction(1, 3),
    A: [[3, 0], [4, 5]],
    B: [[1, 0, 2], [0, 3, 0]],
    R: [[1, 2], [2, 4], [0, 0]],
    Z: [[0, 0], [0, 0]],
    P: [[0, 1], [1, 0]],
    S: [[2, 1], [1, 2]],
    T: [[2, 0, 0], [0, 2, 0], [0, 0, 1]],
}
BACKENDS = [Float64(), HighPrecision(50), Ball(128), Exact()]
APPROXIMATE = BACKENDS[:3]

# expression, value, whether it is rational for the exact backend
BATTERY: list[tuple[Any, Any, bool]] = [
    (a + b * c, Rational(17, 6), True),
    (a**3 / c, 81, True),
    (a**-2, Rational(1, 9), True),
    (a ** Rational(1, 2), root(3), False),
    (a ** Rational(-3, 2), 3 ** Rational(-3, 2), False),
    (a ** Rational(2, 3), 3 ** Rational(2, 3), False),
    (a**c, 3 ** Rational(1, 3), False),
    (b**time, Rational(-1, 8), True),
    (sympy.Float(0.1) * a, Rational(3602879701896397, 2**55) * 3, True),
    (pi * a, 3 * sympy.pi, False),
    (exp(b), sympy.exp(Rational(-1, 2)), False),
    (exp(1) * a, 3 * sympy.E, False),
    (log(a), sympy.log(3), False),
    (gamma_function(a + c), sympy.gamma(Rational(10, 3)), False),
    (log_gamma(a), sympy.log(2), False),
    (digamma(a), Rational(3, 2) - sympy.EulerGamma, False),
    (polygamma(1, a), sympy.pi**2 / 6 - Rational(5, 4), False),
    (polygamma(2, c), sympy.polygamma(2, Rational(1, 3)), False),
    (erfc(b), sympy.erfc(Rational(-1, 2)), False),
    (normal_tail(a), sympy.erfc(3 / root(2)) / 2, False),
    (gamma_tail(a, c), sympy.exp(-Rational(1, 3)) * (1 + Rational(1, 3) + Rational(1, 18)), False),
    (gamma_tail(a, b), 1, False),
    (chi_square_tail(2, a), sympy.exp(Rational(-3, 2)), False),
    (chi_square_tail(n, a), sympy.exp(Rational(-3, 2)), False),
    (beta_tail(a, 1, c), Rational(26, 27), False),
    (beta_tail(c, c, 1 + a), 0, False),
    (beta_tail(c, c, b), 1, False),
    (fro(A), root(50), False),
    (fro(A) ** 2, 50, True),
    (fro(A) ** -4, Rational(1, 2500), True),
    (spec(A), 3 * root(5), False),
    (sigma_max(B.T), 3, False),
    (sigma_min(A), root(5), False),
    (sigma_min(R), 0, False),
    (sigma(A, 2), root(5), False),
    (sigma(A, 3), 0, False),
    (sigma(A, m), 0, False),
    (sigma(A, n), root(5), False),
    (sigma(B, minimum(n, m)), root(5), False),
    (sigma(R, rank(R)), 5, False),
    (sigma(-B, 1), 3, False),
    (nuclear(A), 4 * root(5), False),
    (nuclear(Z), 0, False),
    (rank(R), 1, True),
    (rank(A), 2, True),
    (rank(Z), 0, True),
    (lam_max(S), 3, False),
    (lam_min(S), 1, False),
    (lam(T, 2), 2, False),
    (lam(T, 4), 0, False),
    (lam_min(B.T * B), 0, False),
    (lam_max(B * B.T), 9, False),
    (lam_max(-S), -1, False),
    (lam(P, 2), -1, False),
    (sylvester_max(S, T), 5, False),
    (sylvester_min(S, T), 2, False),
    (trace(A), 8, True),
    (det(A), 15, True),
    (det(Z), 0, True),
    (inner(A, S), 20, True),
    (entry(A, 2, 1), 4, True),
    (A[1, 0], 4, True),
    (minimum(a, b, c), Rational(-1, 2), True),
    (maximum(a, b, c), 3, True),
    (positive_part(b), 0, True),
    (positive_part(a), 3, True),
    (absolute(b), Rational(1, 2), True),
    (ceiling(b), 0, True),
    (ceiling(a), 3, True),
    (ceiling(10 * c), 4, True),
    (ceiling(10**6 * sqrt(c)), 577351, False),
    (sqrt(c), 1 / root(3), False),
    (positive_root(x**2 - a, x), root(3), False),
    (positive_root(a * x**3 + 2 * x - 5, x), 1, False),
    (positive_root(lam_min(B.T * B) * x**3 + x**2 + x - c, x), (root(Rational(7, 3)) - 1) / 2, False),
    (define("q", fro(A) ** 2 / 2), 25, True),
    (n * m + a, 9, True),
    (A + 2 * S, Matrix([[7, 2], [6, 9]]), True),
    (A - A.T, Matrix([[0, -4], [4, 0]]), True),
    (B * R * A / 2, Matrix([[Rational(11, 2), 5], [33, 30]]), True),
    (A**2, Matrix([[9, 0], [32, 25]]), True),
    (A**-1, Matrix([[Rational(1, 3), 0], [Rational(-4, 15), Rational(1, 5)]]), True),
    (S**-2, Matrix([[5, -4], [-4, 5]]) / 9, True),
    (hadamard(A, S), Matrix([[6, 0], [4, 10]]), True),
    (block([[A, B], [zeros(1, n), sympy.OneMatrix(1, m)]]), Matrix([[3, 0, 1, 0, 2], [4, 5, 0, 3, 0], [0, 0, 1, 1, 1]]), True),
    (sympy.OneMatrix(n, m) + B, Matrix([[2, 1, 3], [1, 4, 1]]), True),
    (proj(R), Matrix([[1, 2, 0], [2, 4, 0], [0, 0, 0]]) / 5, True),
    (proj(B), Matrix.eye(2), True),
    (proj(Z), Matrix.zeros(2), True),
    (pinv(R), Matrix([[1, 2, 0], [2, 4, 0]]) / 25, True),
    (pinv(B), Matrix([[Rational(1, 5), 0], [0, Rational(1, 3)], [Rational(2, 5), 0]]), True),
    (pinv(A), Matrix([[Rational(1, 3), 0], [Rational(-4, 15), Rational(1, 5)]]), True),
    (column_norms(A), Matrix([[5, 5]]), False),
    (elementwise(Lambda(x, maximum(x, c * x)), A - 4 * identity(n)), Matrix([[Rational(-1, 3), 0], [4, 1]]), True),
    (elementwise(Lambda(x, x**2 + fro(A) ** 2 * n), S), Matrix([[104, 101], [101, 104]]), True),
    (entry_sum(B), 6, True),
    (relu(B - A * B), Matrix([[0, 0, 0], [0, 0, 0]]), True),
    (relu(A - 4 * identity(n)), Matrix([[0, 0], [4, 1]]), True),
    (leaky_relu(A - 4 * identity(n), c), Matrix([[Rational(-1, 3), 0], [4, 1]]), True),
    (relu_slope(A - 4 * identity(n)), Matrix([[0, 0], [1, 1]]), True),
    (leaky_relu_slope(A - 4 * identity(n), c), Matrix([[Rational(1, 3), Rational(1, 3)], [1, 1]]), True),
    (unit(m, n), Matrix([0, 1, 0]), True),
    (row(A, 2), Matrix([[4, 5]]), True),
    (column(A, n), Matrix([0, 5]), True),
    (vec(B), Matrix([1, 0, 0, 3, 2, 0]), True),
    (unvec(vec(B), m, n), Matrix([[1, 3], [0, 2], [0, 0]]), True),
    (unvec(vec(B), n, m) - B, Matrix.zeros(2, 3), True),
    (define("G", A.T * A), Matrix([[25, 20], [20, 25]]), True),
    (matrix("I", 2, 2) + Matrix([[a, 0], [1, b]]), Matrix([[4, 0], [1, Rational(1, 2)]]), True),
]
VALUES[time] = 3
VALUES[matrix("I", 2, 2)] = [[1, 0], [0, 1]]


def given(backend: Backend, values: dict[Any, Any] = VALUES) -> dict[Any, Any]:
    return {s: backend.matrix(v) if isinstance(s, MatrixExpr) else backend.scalar(v) for s, v in values.items()}


def evaluate(expression: Any, backend: Backend, values: dict[Any, Any] = VALUES, dimensions: Any = DIMENSIONS) -> Any:
    return compile([expression], dimensions, backend)(given(backend, values))[0]


def entries(value: Any) -> list[Any]:
    if isinstance(value, (np.ndarray, np.generic)):
        return list(np.ravel(value))
    if isinstance(value, mpmath.matrix):
        return list(value)
    return value.entries() if hasattr(value, "entries") else [value]


def as_ball(value: Any) -> arb:
    """The true value, far more precise than any result."""
    with flint.ctx.workprec(700):
        if value.is_Rational:
            return arb(fmpq(int(value.p), int(value.q)))
        return arb(str(value.evalf(180)), "1e-170")


def agrees(found: Any, true: Any, backend: Backend) -> bool:
    """Whether a backend's number is the true one, as exactly as that backend promises."""
    if isinstance(backend, Exact):
        return Fraction(int(found.p), int(found.q)) == Fraction(int(sympy.sympify(true).p), int(sympy.sympify(true).q))
    expected = as_ball(sympy.sympify(true))
    if isinstance(backend, Ball):
        return bool(found.contains(expected.mid()) and found.rad() <= arb("1e-36") * (1 + abs(expected)))
    digits = 13 if isinstance(backend, Float64) else 48
    with mpmath.workdps(60):
        reference = mpmath.mpf(str(sympy.sympify(true).evalf(60)))
        return bool(abs(mpmath.mpf(found) - reference) <= mpmath.mpf(10) ** -digits * (1 + abs(reference)))


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda b: b.name)
@pytest.mark.parametrize(("expression", "true", "rational"), BATTERY, ids=lambda v: str(v)[:40] if isinstance(v, sympy.Basic) else "")
def test_every_backend_gives_the_known_value(expression: Any, true: Any, rational: bool, backend: Backend) -> None:
    if isinstance(backend, Exact) and not rational:
        with pytest.raises(UnsupportedError, match="cannot be evaluated here"):
            evaluate(expression, backend)
        return
    found = entries(evaluate(expression, backend))
    wanted = list(true) if isinstance(true, sympy.MatrixBase) else [true]
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert agrees(one, other, backend), f"{one} is not {other}"


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda b: b.name)
def test_the_comparison_itself_can_say_no(backend: Backend) -> None:
    value = evaluate(a + b * c, backend)
    assert agrees(value, Rational(17, 6), backend)
    assert not agrees(value, Rational(17, 6) + Rational(1, 10**9), backend)


@pytest.mark.parametrize(("expression", "true", "rational"), BATTERY, ids=lambda v: str(v)[:40] if isinstance(v, sympy.Basic) else "")
def test_many_digits_lie_in_the_ball(expression: Any, true: Any, rational: bool) -> None:
    for ball, number in zip(entries(evaluate(expression, Ball(140))), entries(evaluate(expression, HighPrecision(60))), strict=True):
        low, high = Ball.bounds(ball)
        with mpmath.workdps(60):
            value = Fraction(int(number.man), 1) * Fraction(2) ** int(number.exp) * (-1 if number < 0 and number.man > 0 else 1)
        # the last of the sixty digits may be rounded out of a point-like ball
        slack = (abs(value) + 1) / 10**55
        assert low - slack <= value <= high + slack


def node_classes() -> list[type[Any]]:
    """Every concrete node class of the language."""
    found = set()
    for module in pkgutil.iter_modules(verify.language.__path__):
        for _, cls in inspect.getmembers(import_module(f"verify.language.{module.name}"), inspect.isclass):
            if cls.__module__.startswith("verify.language") and issubclass(cls, (Scalar, MatrixExpr)):
                found.add(cls)
    leaves = {cls for cls in found if not any(other is not cls and issubclass(other, cls) for other in found)}
    return sorted((cls for cls in leaves if not issubclass(cls, sympy.MatrixSymbol)), key=lambda cls: cls.__name__)


SYMPY_NODES = [
    *(sympy.Add, sympy.Mul, sympy.Pow, sympy.exp, sympy.log, sympy.core.numbers.Pi, sympy.core.numbers.Exp1),
    *(sympy.MatAdd, sympy.MatMul, sympy.MatPow, sympy.Transpose, sympy.Inverse, sympy.HadamardProduct),
    *(sympy.BlockMatrix, sympy.Identity, sympy.ZeroMatrix, sympy.OneMatrix),
]


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda b: b.name)
@pytest.mark.parametrize("node", [*node_classes(), *SYMPY_NODES], ids=lambda cls: cls.__name__)
def test_every_node_has_a_meaning_or_is_unsupported_by_name(node: type[Any], backend: Backend) -> None:
    meaning = backend.meanings.get(node)
    if meaning is None:
        # named quantities are evaluated by their definitions, what runs over layers or minibatches by its terms
        assert node in RULES
        assert node.__name__ in ("NamedScalar", "NamedMatrix") or node in STACK_RULES
    elif isinstance(meaning, Unsupported):
        with pytest.raises(UnsupportedError, match=meaning.node):
            meaning()


def test_the_walk_over_the_nodes_finds_them() -> None:
    names = {cls.__name__ for cls in node_classes()}
    assert {"FrobeniusNorm", "PositiveRoot", "Elementwise", "SylvesterSmallest", "NamedMatrix", "ProductAlongRun"} <= names
    assert len(names) >= 30


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda b: b.name)
def test_what_the_dynamics_resolves_is_refused_by_name(backend: Backend) -> None:
    with pytest.raises(UnsupportedError, match="product_along"):
        compile([product_along(fro(A), 0, time)], DIMENSIONS, backend)
    with pytest.raises(UnsupportedError, match="another time"):
        compile([initial(fro(A) ** 2)], DIMENSIONS, backend)


UNDEFINED = [
    1 / (a - 3),
    1 / (a - 3) ** 2,
    0 * a + (b + Rational(1, 2)) ** -1,
    (Z + R.T * R) ** -1,
    entry(A, 3, 1),
    entry_sum(unit(n, 3)),
    entry_sum(unit(n, 0)),
    det(Z**-1),
]
UNDEFINED_ROOTS = [
    sqrt(b),
    b ** Rational(1, 2),
    b**c,
    log(b),
    log(a - 3),
    sigma(A, a - 3),
    sigma(A, b),
    sigma(A, 0),
    positive_root(x**2 + a, x),
    positive_root(b * x**2 + x - 1, x),
    positive_root(0 * a * x + (a - 3) * x**2 - 1, x),
    minimum(sqrt(b), a),
    positive_part(sqrt(b)),
    sqrt(b) ** (a - 3),
]


@pytest.mark.parametrize("backend", APPROXIMATE, ids=lambda b: b.name)
@pytest.mark.parametrize("expression", [*UNDEFINED, *UNDEFINED_ROOTS], ids=str)
def test_undefined_values_are_nan(expression: Any, backend: Backend) -> None:
    for value in entries(evaluate(expression, backend)):
        assert not value <= 0
        assert not value > 0


@pytest.mark.parametrize("expression", UNDEFINED, ids=str)
def test_undefined_values_raise_in_exact_arithmetic(expression: Any) -> None:
    with pytest.raises(UndefinedError):
        evaluate(expression, Exact())


def test_a_ball_astride_a_kink_holds_the_values_on_both_sides() -> None:
    backend = Ball(64)
    outputs = compile([relu(A), leaky_relu(A, c), relu_slope(A), leaky_relu_slope(A, c)], {n: 1}, backend)
    values = {c: backend.scalar(Fraction(1, 4)), A: backend.matrix([[arb(1, 3)]])}
    rectified, leaky, slope, leaky_slope = (value[0, 0] for value in outputs(values))
    # x runs through [-2, 4]
    for ball, low, high in ((rectified, 0, 4), (leaky, Fraction(-1, 2), 4), (slope, 0, 1), (leaky_slope, Fraction(1, 4), 1)):
        lower, upper = Ball.bounds(ball)
        assert low - Fraction(1, 10**6) <= lower <= low
        assert high <= upper <= high + Fraction(1, 10**6)
    # at the kink itself the value is that of the left branch
    for number, expected in zip(outputs({**values, A: backend.matrix([[0]])}), (0, 0, 0, Fraction(1, 4)), strict=True):
        assert Ball.bounds(number[0, 0]) == (expected, expected)


@pytest.mark.parametrize("backend", APPROXIMATE, ids=lambda b: b.name)
def test_an_activation_of_what_has_no_value_has_none(backend: Backend) -> None:
    for expression in (relu(Z**-1), leaky_relu(Z**-1, c), relu_slope(Z**-1), leaky_relu_slope(Z**-1, c)):
        for value in entries(evaluate(expression, backend)):
            assert not value <= 0
            assert not value > 0


def test_overflow_in_floats_is_nan_and_never_a_bound() -> None:
    for expression in (exp(a**7), a**5000, minimum(a**5000, 1), exp(-(a**5000)), 1 / (a**5000 + 1)):
        assert np.isnan(evaluate(expression, Float64()))


def test_overflow_is_nan_in_large_matrices_too_and_large_numbers_are_none() -> None:
    large = np.full((2, 2, 100, 60), 1e305)
    program = compile([2 * B], {n: 100, m: 60}, Float64())
    assert np.all(program({B: large})[0] == 2e305)
    large[1, 0, 3, 4] = 1e308
    (found,) = program({B: large})
    assert np.isnan(found).sum() == 1
    assert np.isnan(found[1, 0, 3, 4])


def test_a_bad_row_poisons_only_itself() -> None:
    batch = np.stack([np.eye(2), np.full((2, 2), np.nan), [[1.0, 2.0], [2.0, 4.0]], np.full((2, 2), np.inf), 3 * np.eye(2)])
    outputs = [sigma_max(A), lam_min(A), det(A), rank(A), fro(proj(A)), fro(pinv(A)), nuclear(A)]
    for values in compile(outputs, {n: 2}, Float64())({A: batch}):
        assert list(np.isnan(values)) == [False, True, False, True, False]
    (inverse,) = compile([fro(A**-1)], {n: 2}, Float64())({A: batch})
    assert list(np.isnan(inverse)) == [False, True, True, True, False]


def test_a_batch_gives_what_a_loop_gives() -> None:
    rng = np.random.default_rng(1)
    expressions = [e for e, _, _ in BATTERY if time not in e.free_symbols]
    program = compile(expressions, DIMENSIONS, Float64())
    symbols = [s for s in VALUES if s != time]
    shapes = {s: np.asarray(VALUES[s]).shape for s in symbols}
    batch = {s: rng.normal(size=(4, 3, *shapes[s])) + 2 for s in symbols}
    for s in (S, T):
        batch[s] = batch[s] + np.swapaxes(batch[s], -1, -2)
    together = program(batch)
    for i, j in ((0, 0), (2, 1), (3, 2)):
        alone = program({s: v[i, j] for s, v in batch.items()})
        for whole, single in zip(together, alone, strict=True):
            row = whole[i, j] if np.ndim(whole) > np.ndim(single) else whole
            np.testing.assert_allclose(row, single, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (3, 1), (2, 2), (2, 3), (5, 2)])
def test_formulas_for_small_matrices_are_as_good_as_lapack(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    matrices = np.concatenate(
        [rng.standard_normal((300, *shape)) * 10.0 ** rng.uniform(-200, 100, (300, 1, 1)), rng.integers(-3, 4, (300, *shape)).astype(float)]
    )
    found, expected = singular_values(matrices), np.linalg.svd(matrices, compute_uv=False)
    assert found.shape == expected.shape
    assert (np.abs(found - expected) <= 8 * np.finfo(float).eps * expected[:, :1]).all()
    assert (found[:, :-1] >= found[:, 1:]).all()
    matrices[7, 0, 0] = np.inf
    assert (np.isnan(singular_values(matrices)).all(axis=1) == (np.arange(600) == 7)).all()


def test_leading_axes_broadcast() -> None:
    rng = np.random.default_rng(2)
    matrices, numbers = rng.normal(size=(5, 1, 2, 2)), rng.normal(size=(1, 7))
    scaled, blocks, mapped = compile([fro(a * A + identity(n)), block([[A, a * A]]), elementwise(Lambda(x, a * x), A)], {n: 2}, Float64())(
        {A: matrices, a: numbers}
    )
    assert scaled.shape == (5, 7)
    assert blocks.shape == (5, 7, 2, 4)
    np.testing.assert_allclose(mapped[3, 4], numbers[0, 4] * matrices[3, 0])


def test_a_varying_index_is_read_row_by_row() -> None:
    batch = np.stack([np.diag([3.0, 2.0]), np.diag([3.0, 0.0]), np.zeros((2, 2))])
    (value,) = compile([sigma(A, rank(A))], {n: 2}, Float64())({A: batch})
    np.testing.assert_allclose(value, [2.0, 3.0, np.nan], rtol=1e-15)


def test_a_ball_is_rounded_up_to_one_integer_only_where_it_meets_no_jump() -> None:
    close = {**VALUES, a: 3 + Fraction(1, 10**30)}
    assert Ball.bounds(evaluate(ceiling(c * 10 + b), Ball(64))) == (3, 3)
    low, high = Ball.bounds(evaluate(ceiling(a), Ball(64), close))
    assert low <= 3
    assert high >= 4
    assert Ball.bounds(evaluate(ceiling(a), Ball(140), close)) == (4, 4)


def test_conversions_are_exact() -> None:
    tenth = Fraction(1, 10)
    for backend in (Ball(128), Exact()):
        assert backend.scalar(0.1) == fmpq(3602879701896397, 2**55)
    assert Exact().scalar(tenth) == fmpq(1, 10)
    low, high = Ball.bounds(Ball(128).scalar(tenth))
    assert low < tenth < high < low + Fraction(1, 2**128)
    assert Exact().matrix(np.array([[0.5, 2.0]])) == fmpq_mat([[fmpq(1, 2), fmpq(2)]])
    assert Float64().matrix([[tenth, 2]]).dtype == np.float64
    with mpmath.workdps(50):
        assert abs(HighPrecision(50).scalar(tenth) * 10 - 1) < mpmath.mpf(10) ** -49


def test_precision_is_restored() -> None:
    before = flint.ctx.prec, mpmath.mp.dps
    evaluate(nuclear(A), Ball(333))
    evaluate(nuclear(A), HighPrecision(77))
    with pytest.raises(KeyError), Ball(99).precision():
        raise KeyError
    assert (flint.ctx.prec, mpmath.mp.dps) == before


def test_backends_are_values() -> None:
    assert Ball(64) == Ball(64) != Ball(65)
    assert hash(HighPrecision(20)) == hash(HighPrecision(20))
    assert isinstance(Symbol("x"), sympy.Basic)
