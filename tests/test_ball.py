"""Balls enclose: spectra that are repeated, clustered, deficient or ill-scaled, and roots, at every precision."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from verify.backends import Ball, HighPrecision
from verify.backends.ball_eigenvectors import approximate_eigenvectors
from verify.backends.ball_numbers import NAN, clamped, integer_power, power, square_root, up_to
from verify.backends.ball_roots import positive_root as ball_root
from verify.backends.ball_spectra import singular_values, symmetric_eigenvalues
from verify.compiler import compile
from verify.language import fro, lam_min, matrix, nuclear, pinv, positive_root, proj, rank, scalars, sigma_max, sigma_min, sqrt, symmetric

TINY60, TINY200 = fmpq(1, 2**60), fmpq(1, 2**200)

SPECTRA: dict[str, list[Any]] = {
    "one by one": [-7],
    "two by two": [3, -2],
    "double": [2, 2, 1],
    "zero": [0, 0, 0],
    "identity": [1] * 5,
    "gap 2^-60": [1, 1 + TINY60, 1 - TINY60, 3],
    "gap 2^-200": [1, 1 + TINY200, 5, 5, 5 + TINY200, -5, 0],
    "nested clusters": [1, 1 + TINY60, 1 + TINY60 + TINY200, 1 - TINY200],
    "two by two cluster": [1, 1 + TINY200],
    "deficient": [4, 1, 0, 0, 0, 0],
    "opposite": [3, -3, 3, -3, 1],
    "badly scaled": [10**12, 1, 1, fmpq(1, 10**12)],
    "huge": [10**400, 10**400, 10**399],
    "tiny": [fmpq(1, 10**400), fmpq(2, 10**400), fmpq(1, 10**401)],
    "ten": [fmpq(k * k - 20, 3) for k in range(10)],
}


def orthogonal(order: int, seed: int) -> fmpq_mat:
    """A rational orthogonal matrix: the Cayley transform of a random skew matrix."""
    rng, skew = random.Random(seed), fmpq_mat(order, order)
    for i in range(order):
        for j in range(i):
            skew[i, j] = fmpq(rng.randint(-3, 3), 2 if order < 10 else order)
            skew[j, i] = -skew[i, j]
    unit = fmpq_mat(order, order, [int(i % (order + 1) == 0) for i in range(order * order)])
    return (unit - skew) * (unit + skew).inv()


def with_spectrum(values: list[Any], seed: int = 1) -> fmpq_mat:
    order = len(values)
    diagonal = fmpq_mat(order, order)
    for i, value in enumerate(values):
        diagonal[i, i] = fmpq(value)
    turn = orthogonal(order, seed)
    return turn * diagonal * turn.transpose()


def encloses(balls: list[arb], values: list[Any], tolerance: arb) -> bool:
    """Whether each ball holds the value of its rank, and is no wider than the tolerance."""
    ordered = sorted((fmpq(v) for v in values), reverse=True)
    if len(balls) != len(ordered):
        return False
    ends = [Ball.bounds(b) for b in balls]
    held = all(low <= Fraction(int(v.p), int(v.q)) <= high for (low, high), v in zip(ends, ordered, strict=True))
    return held and all(b.rad() <= tolerance for b in balls)


@pytest.mark.parametrize("bits", [53, 128, 512])
@pytest.mark.parametrize("name", SPECTRA)
def test_known_eigenvalues_are_enclosed_tightly(name: str, bits: int) -> None:
    values = SPECTRA[name]
    with ctx.workprec(bits):
        scale = arb(max(abs(fmpq(v)) for v in values))
        # a rational matrix enters rounded, so the entries' own radii are in the result
        tolerance = scale * arb(2) ** (6 - bits)
        found = symmetric_eigenvalues(arb_mat(with_spectrum(values)))
        assert encloses(found, values, tolerance)
        assert encloses(singular_values(arb_mat(with_spectrum(values))), [abs(fmpq(v)) for v in values], tolerance)


def test_many_bits() -> None:
    with ctx.workprec(2048):
        for name in ("gap 2^-200", "nested clusters", "deficient", "double"):
            assert encloses(symmetric_eigenvalues(arb_mat(with_spectrum(SPECTRA[name]))), SPECTRA[name], arb(2) ** -2030)


@pytest.mark.parametrize("values", [[k % 7 - 3 for k in range(40)], [fmpq(1, 2**k) for k in range(40)], [1] * 39 + [0]])
def test_order_forty(values: list[Any]) -> None:
    with ctx.workprec(128):
        entries = arb_mat(with_spectrum(values))
        assert encloses(symmetric_eigenvalues(entries), values, arb(2) ** -118)
        assert encloses(singular_values(entries), [abs(v) for v in values], arb(2) ** -118)


def test_a_wrong_value_is_caught() -> None:
    with ctx.workprec(128):
        found = symmetric_eigenvalues(arb_mat(with_spectrum([2, 2, 1])))
        tolerance = arb(2) ** -110
        assert encloses(found, [2, 2, 1], tolerance)
        assert not encloses(found, [2, 2 + fmpq(1, 2**100), 1], tolerance)
        assert not encloses(found, [2, 1, 1], tolerance)
        assert not encloses([b + arb(2) ** -100 for b in found], [2, 2, 1], tolerance)
        assert not encloses([b + arb(0, 1) for b in found], [2, 2, 1], tolerance)
        assert not encloses(found[:2], [2, 2, 1], tolerance)


def test_gaps_far_below_floats_are_resolved() -> None:
    with ctx.workprec(512):
        found = symmetric_eigenvalues(arb_mat(with_spectrum([1, 1 + TINY200, 1 - TINY200, 2])))
        assert found[1] > found[2] > found[3]


def test_exact_diagonal_matrices_are_exact() -> None:
    with ctx.workprec(64):
        found = symmetric_eigenvalues(arb_mat([[2, 0, 0], [0, 2, 0], [0, 0, 1]]))
    assert all(b.is_exact() for b in found)


def test_any_eigenvectors_give_an_enclosure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The enclosure rests on the bounds, not on the quality of the approximate eigenvectors."""
    rng = random.Random(5)
    values = [3, 2, 2, -1]
    entries = arb_mat(with_spectrum(values))

    def spoiled(given: arb_mat, start: arb_mat | None = None) -> arb_mat:
        good = approximate_eigenvectors(given, start)
        return arb_mat(4, 4, [(e + arb(rng.uniform(-0.02, 0.02))).mid() for e in good.entries()])

    monkeypatch.setattr("verify.backends.ball_spectra.approximate_eigenvectors", spoiled)
    with ctx.workprec(100):
        for _ in range(20):
            found = symmetric_eigenvalues(entries)
            assert encloses(found, values, arb(2))
            assert not encloses(found, values, arb("1e-4"))


def test_hopeless_eigenvectors_give_nan_not_a_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verify.backends.ball_spectra.approximate_eigenvectors", lambda given, start=None: given)
    assert all(b.is_nan() for b in symmetric_eigenvalues(arb_mat(with_spectrum([30, 2, 2, -1]))))


def test_every_matrix_in_the_ball_is_covered() -> None:
    rng, radius = random.Random(7), fmpq(1, 1000)
    middle = with_spectrum([2, 2, 1, 0])
    with ctx.workprec(100):
        wide = arb_mat(4, 4, [arb(e) + arb(0, arb(radius)) for e in middle.entries()])
        eigen, singular = symmetric_eigenvalues(wide), singular_values(wide)
        for _ in range(20):
            moved = fmpq_mat(middle)
            for i in range(4):
                for j in range(i + 1):
                    moved[i, j] += radius * rng.choice([-1, 1])
                    moved[j, i] = moved[i, j]
            inside = arb_mat(moved)
            assert all(w.contains(t) for w, t in zip(eigen, symmetric_eigenvalues(inside), strict=True))
            assert all(w.overlaps(t) for w, t in zip(singular, singular_values(inside), strict=True))
        assert max(b.rad() for b in eigen) < arb("0.0041")


def test_balls_that_are_not_symmetric_enclose_the_symmetric_matrix_in_them() -> None:
    skewed = arb_mat([[1, arb(2, "0.1"), 0], [arb("2.05", "0.05"), 1, 0], [0, 0, 1]])
    with ctx.workprec(64):
        found = symmetric_eigenvalues(skewed)
        for off in (fmpq(2), fmpq(205, 100), fmpq(21, 10)):
            assert encloses(found, [1 + off, 1, 1 - off], arb("0.2"))


def test_not_finite_entries_give_nan() -> None:
    for bad in (NAN, arb("inf"), arb(0, "inf")):
        entries = arb_mat([[1, bad, 0], [bad, 1, 0], [0, 0, 1]])
        assert not any(b.is_finite() for b in symmetric_eigenvalues(entries) + singular_values(entries))


def test_small_singular_values_resolve_as_the_precision_rises() -> None:
    turn, other = orthogonal(4, 1), orthogonal(4, 2)
    diagonal = fmpq_mat(4, 4)
    for i, value in enumerate([1, 1, fmpq(1, 10**6), fmpq(1, 10**12)]):
        diagonal[i, i] = value
    accuracies = []
    for bits in (53, 128, 256):
        with ctx.workprec(bits):
            smallest = singular_values(arb_mat(turn * diagonal * other))[-1]
            assert smallest.contains(fmpq(1, 10**12))
            accuracies.append(smallest.rel_accuracy_bits())
    assert accuracies[0] >= 5
    assert accuracies[1] >= 80
    assert accuracies[2] >= 208


n, m = sympy.symbols("n m", integer=True, positive=True)
A, S = matrix("A", n, m), symmetric("S", n)
c, x = scalars("c x")


def value(expression: Any, entries: Any, bits: int = 128, number: Any = 0) -> Any:
    backend, size = Ball(bits), (len(entries), len(entries[0]))
    given = {A: backend.matrix(entries), S: backend.matrix(entries), c: backend.scalar(number)}
    return compile([expression], {n: size[0], m: size[1]}, backend)(given)[0]


def test_ranks_of_exact_entries_are_exact() -> None:
    assert value(rank(A), [[1, 2], [2, 4], [3, 6]]) == 1
    assert value(rank(A), [[0, 0], [0, 0]]) == 0
    assert value(rank(A), [[1, 3], [0.1, 0.3]]) == 2  # as floats, 0.3 is not three times 0.1


def test_ranks_of_rounded_entries_are_full_or_unknown() -> None:
    third = Fraction(1, 3)
    assert value(rank(A), [[third, 1], [1, 1], [0, 0]]) == 2
    assert not value(rank(A), [[third, 1], [third, 1]]).is_finite()
    assert not value(fro(proj(A)), [[third, 1], [third, 1]]).is_finite()
    assert not value(fro(pinv(A)), [[third, 1], [third, 1]]).is_finite()


def test_a_singular_value_that_is_zero_stays_nonnegative() -> None:
    smallest = value(sigma_min(A), [[Fraction(1, 3), 1], [Fraction(1, 3), 1], [Fraction(1, 7), Fraction(3, 7)]])
    assert smallest >= 0
    assert smallest.contains(0)
    assert smallest < arb("1e-37")


def test_known_zeros_of_gram_matrices_are_exact() -> None:
    assert value(lam_min(A.T * A), [[Fraction(1, 3), Fraction(1, 7)]]) == 0


def test_roots_of_balls_astride_zero() -> None:
    assert square_root(arb(-2, 1)).is_nan()
    assert square_root(arb(0)) == 0
    astride = square_root(arb(1, 3))
    assert astride.contains(0)
    assert astride.contains(2)
    assert astride >= 0
    assert up_to(arb(2)) >= 0
    assert clamped(arb(-5, 1)).is_nan()
    assert integer_power(2, arb(0, 2)).contains(4)
    assert integer_power(2, arb(0, 2)) >= 0
    assert integer_power(3, arb(0, 2)).contains(-8)
    assert not integer_power(-1, arb(0, 2)).is_finite()
    assert power(Fraction(2, 3), arb(0, 8)).contains(4)
    assert power(arb(fmpq(1, 3)), up_to(arb(8))).overlaps(arb(2))
    assert power(Fraction(1, 3), arb(-8)).is_nan()


@pytest.mark.parametrize("bits", [53, 128, 1024])
@pytest.mark.parametrize(
    "coefficients",
    [
        *([-1, 1], [-5, 2, 0, 3], [-1, 0, 0, 0, 0, 0, 0, 1], [-2, 1, 1, 1, 1, 1]),
        *([fmpq(-1, 10**30), 1, 10**30], [-(10**30), fmpq(1, 10**30), 0, 1]),
    ],
)
def test_positive_roots_are_enclosed_tightly(coefficients: list[Any], bits: int) -> None:
    with ctx.workprec(bits):
        root = ball_root(*(arb(fmpq(k)) for k in coefficients))
        low, high = Ball.bounds(root)
        assert root.rel_accuracy_bits() >= bits - 12

    def at(point: Fraction) -> Fraction:
        return sum((Fraction(int(fmpq(k).p), int(fmpq(k).q)) * point**i for i, k in enumerate(coefficients)), Fraction(0))

    assert low > 0
    assert at(low) <= 0 <= at(high)
    assert not at(low) <= 0 <= at(low - Fraction(1, 10**400))


def test_roots_cover_every_choice_of_coefficients() -> None:
    wide = ball_root(arb(-2, "0.5"), arb(0, "0.25").nonnegative_part(), arb(3, 1))
    for constant, linear, square in ((-1.5, 0, 4), (-2.5, 0, 2), (-1.5, 0.25, 4), (-2.5, 0.25, 2), (-2, 0.1, 3)):
        assert wide.overlaps(ball_root(arb(constant), arb(linear), arb(square)))
    assert wide.rad() < 1


def test_uncertain_signs_give_no_root() -> None:
    for coefficients in ([arb(0, 1), arb(1)], [arb(-1), arb(0, "1e-30"), arb(1)], [arb(-1), arb(0)], [arb(-1), NAN], [arb(1), arb(1)]):
        assert not ball_root(*coefficients).is_finite()


def test_a_coefficient_that_is_zero_by_rounding_is_no_obstacle() -> None:
    third = Fraction(1, 3)
    singular = [[third, third], [third, third]]
    settled = positive_root(sigma_min(A) ** 2 * x**3 + x / (c - 1) - 1, x)
    assert value(settled, singular, number=3).contains(2)
    # lam_min(S) might be negative, and then the polynomial need not have exactly one root
    assert not value(positive_root(lam_min(S) * x**3 + x - 1, x), singular).is_finite()


def test_a_wider_input_gives_a_wider_output() -> None:
    backend = Ball(128)
    narrow, wide = arb_mat([[1, 2], [3, 4]]), arb_mat([[arb(1, "0.01"), 2], [3, 4]])
    program = compile([nuclear(A), sigma_max(A), sqrt(fro(A))], {n: 2, m: 2}, backend)
    for tight, loose in zip(program({A: narrow}), program({A: wide}), strict=True):
        assert loose.contains(tight)
        assert loose.rad() > arb("1e-4")


def test_bounds_are_exact() -> None:
    assert Ball.bounds(arb(0.1)) == (Fraction(0.1), Fraction(0.1))
    low, high = Ball.bounds(arb(3, 0.5))
    assert Fraction(249, 100) < low <= Fraction(5, 2) < Fraction(7, 2) <= high < Fraction(351, 100)
    assert Ball.bounds(NAN) is None
    assert Ball.bounds(arb("inf")) is None
    low, high = Ball.bounds(Ball(64).scalar(Fraction(1, 3)))
    assert low < Fraction(1, 3) < high


def test_the_second_opinion_lies_in_the_ball() -> None:
    rng = random.Random(3)
    for rows, columns in ((1, 3), (3, 3), (5, 2), (4, 6)):
        entries = [[rng.uniform(-1, 1) for _ in range(columns)] for _ in range(rows)]
        expression = sigma_min(A) + nuclear(A) / 3
        ball = value(expression, entries, bits=128)
        backend = HighPrecision(60)
        (number,) = compile([expression], {n: rows, m: columns}, backend)({A: backend.matrix(entries)})
        low, high = Ball.bounds(ball)
        with mpmath.workdps(70):
            assert mpmath.mpf(low.numerator) / low.denominator <= number <= mpmath.mpf(high.numerator) / high.denominator
