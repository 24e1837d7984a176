"""Hypothesis strategies for exact matrices: rank, spectrum and ensemble are chosen, never left to luck.

A recipe always makes the same choices, those for a room x room matrix, whatever the shape that it builds. So
a shape shrinks by itself while the choices stay: the entries that no longer fit are merely not used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from verify.strategies.rationals import Rows, diagonal, product, reflection, scaled, transposed, zeros

Pool = tuple[Fraction, ...]
Recipe = Callable[[DrawFn, int, int, int], Rows]
"""From draw, rows, columns and room to a matrix."""


def _pool(*values: int | str) -> Pool:
    return tuple(Fraction(value) for value in values)


# Draws shrink towards the front of a pool.
SIGNS = _pool(0, 1, -1)
INTEGERS = _pool(0, 1, -1, 2, -2, 3, -3)
RATIONALS = _pool(0, 1, -1, 2, -2, "1/2", "-1/2", 3, -3, "1/3", "-1/3", "3/2", "-3/2", 4, -4, "1/4", "-1/4", "3/4", "-2/3", "5/2")
NONZERO = RATIONALS[1:]
POSITIVE = tuple(value for value in NONZERO if value > 0)
TINY = _pool("1/100", "1/1000", "1/10000", "1/1000000")
HUGE = _pool(100, 1000, 10000)


@lru_cache(maxsize=1000)
def _choices(pool: Pool, count: int) -> SearchStrategy[tuple[Fraction, ...]]:
    return st.tuples(*[st.sampled_from(pool)] * count)


@lru_cache(maxsize=100)
def _orders(room: int) -> SearchStrategy[Sequence[int]]:
    return st.permutations(range(room))


def dense(draw: DrawFn, rows: int, columns: int, room: int, pool: Pool) -> Rows:
    """A matrix with independent entries from a pool."""
    flat = draw(_choices(pool, room * room))[::-1]
    # Shrinking sorts the choices upwards; read from the back, what is not zero moves to the corner that survives.
    return tuple(tuple(flat[i * room : i * room + columns]) for i in range(rows))


def values(draw: DrawFn, count: int, room: int, pool: Pool) -> tuple[Fraction, ...]:
    """`count` numbers from a pool."""
    return draw(_choices(pool, room))[::-1][:count]


def _order(draw: DrawFn, size: int, room: int) -> list[int]:
    return [index for index in draw(_orders(room)) if index < size]


def of_rank(draw: DrawFn, rows: int, columns: int, room: int, rank: int) -> Rows:
    """A matrix of exactly this rank: [L; any] times [U | any] with triangular L and U that cannot be singular."""
    below, above = dense(draw, rows, rank, room, SIGNS), dense(draw, rank, columns, room, INTEGERS)
    pivots = values(draw, rank, room, NONZERO)
    up, across = _order(draw, rows, room), _order(draw, columns, room)
    if rank == 0:
        return zeros(rows, columns)
    left = tuple(tuple(below[i][j] if j < i else Fraction(int(i == j)) for j in range(rank)) for i in range(rows))
    right = tuple(tuple(above[i][j] if j > i else pivots[i] if i == j else Fraction(0) for j in range(columns)) for i in range(rank))
    matrix = product(left, right)
    return tuple(tuple(matrix[i][j] for j in across) for i in up)


def orthogonal(draw: DrawFn, size: int, room: int) -> Rows:
    """A rational orthogonal matrix: a signed permutation times a reflection in an integer vector."""
    order, signs = _order(draw, size, room), values(draw, size, room, SIGNS[1:])
    mirror = reflection([int(v) for v in values(draw, size, room, INTEGERS[:5])])
    return tuple(tuple(entry * signs[i] for entry in mirror[order[i]]) for i in range(size))


def with_spectrum(draw: DrawFn, rows: int, columns: int, room: int, spectrum: Sequence[Fraction]) -> Rows:
    """U diag(spectrum) V^T with rational orthogonal U and V: these singular values, exactly."""
    return product(orthogonal(draw, rows, room), diagonal(spectrum, rows, columns), orthogonal(draw, columns, room))


def _dense_from(pool: Pool) -> Recipe:
    return lambda draw, rows, columns, room: dense(draw, rows, columns, room, pool)


def _diagonal_from(pool: Pool) -> Recipe:
    return lambda draw, rows, columns, room: diagonal(values(draw, min(rows, columns), room, pool), rows, columns)


def _spectral(pool: Pool) -> Recipe:
    return lambda draw, rows, columns, room: with_spectrum(draw, rows, columns, room, values(draw, min(rows, columns), room, pool))


def _regular(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    return of_rank(draw, rows, columns, room, min(rows, columns))


def _singular(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    rank = draw(st.integers(0, room - 1))
    return of_rank(draw, rows, columns, room, min(rank, min(rows, columns) - 1))


def _times(recipe: Recipe, factors: Pool) -> Recipe:
    """Multiples by one of the factors, or by 1, which is what they shrink to."""
    return lambda draw, rows, columns, room: scaled(recipe(draw, rows, columns, room), draw(st.sampled_from((Fraction(1), *factors))))


def _zero(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    return zeros(rows, columns)


def _multiple_of_identity(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    return diagonal([draw(st.sampled_from(NONZERO))] * min(rows, columns), rows, columns)


def _one_entry(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    i, j, value = draw(st.integers(0, room - 1)) % rows, draw(st.integers(0, room - 1)) % columns, draw(st.sampled_from(NONZERO))
    return tuple(tuple(value if (i, j) == (row, column) else Fraction(0) for column in range(columns)) for row in range(rows))


def _sparse(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    return dense(draw, rows, columns, room, (*SIGNS[:1] * 6, *NONZERO[:8]))


def _near_identity(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    """Identity plus a small strictly upper triangular part, which leaves the rank as it is."""
    noise = scaled(dense(draw, rows, columns, room, INTEGERS), Fraction(1, 1000))
    return tuple(tuple(noise[i][j] if j > i else Fraction(int(i == j)) for j in range(columns)) for i in range(rows))


def _positive(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    """Ones plus a positive diagonal: positive entries and full rank."""
    bumps = diagonal(values(draw, min(rows, columns), room, POSITIVE), rows, columns)
    return tuple(tuple(1 + entry for entry in row) for row in bumps)


def _uneven(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    factors = values(draw, rows, room, _pool(1, 100, "1/100"))
    return tuple(tuple(entry * factors[i] for entry in row) for i, row in enumerate(_regular(draw, rows, columns, room)))


GENERAL: dict[str, Recipe] = {
    "integers": _dense_from(INTEGERS),
    "dyadic": _dense_from(RATIONALS),
    "signs and zeros": _dense_from(SIGNS),
    "zero": _zero,
    "one entry": _one_entry,
    "diagonal": _diagonal_from(RATIONALS),
    "identity-like": _multiple_of_identity,
    "regular diagonal": _diagonal_from(NONZERO),
    "regular integers": _regular,
    "gaussian": _regular,
    "signed permutation": _spectral(_pool(1)),
    "orthogonal": _spectral(_pool(1)),
    "prescribed spectrum": _spectral(POSITIVE),
    "repeated spectrum": _spectral(_pool(1, 2)),
    "ill-conditioned": _spectral(_pool(1, "1/10000", "1/1000000")),
    "low-rank integers": _singular,
    "rank-deficient": _singular,
    "rank one": lambda draw, rows, columns, room: of_rank(draw, rows, columns, room, 1),
    "sparse": _sparse,
    "positive": _positive,
    "uneven rows": _uneven,
    "near identity": _near_identity,
    "scaled gaussian": _times(_regular, TINY[:2] + HUGE[:2]),
    "tiny": _times(_regular, TINY),
    "huge": _times(_regular, HUGE),
}
"""For each ensemble of `verify.ensembles` a recipe on rationals, the simplest first."""


def _symmetric_from(pool: Pool) -> Recipe:
    def recipe(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
        drawn = dense(draw, rows, rows, room, pool)
        return tuple(tuple(drawn[max(i, j)][min(i, j)] for j in range(rows)) for i in range(rows))

    return recipe


def _congruent(draw: DrawFn, size: int, room: int, eigenvalues: Sequence[Fraction]) -> Rows:
    vectors = orthogonal(draw, size, room)
    return product(vectors, diagonal(eigenvalues, size, size), transposed(vectors))


def _eigen(pool: Pool) -> Recipe:
    return lambda draw, rows, columns, room: _congruent(draw, rows, room, values(draw, rows, room, pool))


def _gram(sign: int) -> Recipe:
    def recipe(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
        factor = dense(draw, rows, rows, room, INTEGERS[:5])
        return scaled(product(factor, transposed(factor)), sign)

    return recipe


def _outer(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    column = transposed((values(draw, rows, room, INTEGERS),))
    return scaled(product(column, transposed(column)), draw(st.sampled_from((1, -1))))


def _with_zero_eigenvalue(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    return _congruent(draw, rows, room, values(draw, rows - 1, room, INTEGERS))


_INDEFINITE = _eigen(NONZERO)

SYMMETRIC: dict[str, Recipe] = {
    "integers": _symmetric_from(INTEGERS),
    "dyadic": _symmetric_from(RATIONALS),
    "signs and zeros": _symmetric_from(SIGNS),
    "zero": _zero,
    "diagonal": _diagonal_from(RATIONALS),
    "identity-like": _multiple_of_identity,
    "regular diagonal": _diagonal_from(NONZERO),
    "rank one": _outer,
    "positive semidefinite integers": _gram(1),
    "negative semidefinite integers": _gram(-1),
    "regular integers": _INDEFINITE,
    "gaussian": _INDEFINITE,
    "indefinite": _INDEFINITE,
    "positive definite": _eigen(POSITIVE),
    "negative definite": _eigen(tuple(-value for value in POSITIVE)),
    "repeated spectrum": _eigen(_pool(1, -2)),
    "ill-conditioned": _eigen(_pool(1, -1, "1/10000", "-1/1000000")),
    "near identity": _eigen(_pool(1, "1001/1000", "999/1000")),
    "rank-deficient": _with_zero_eigenvalue,
    "scaled gaussian": _times(_INDEFINITE, TINY[:2] + HUGE[:2]),
    "tiny": _times(_INDEFINITE, TINY),
    "huge": _times(_INDEFINITE, HUGE),
}
"""For each ensemble of `verify.symmetric_ensembles` a recipe on rationals, the simplest first."""

_ANY = tuple(dict.fromkeys(GENERAL.values()))
_ANY_SYMMETRIC = tuple(dict.fromkeys(SYMMETRIC.values()))


def any_matrix(draw: DrawFn, rows: int, columns: int, room: int) -> Rows:
    """A matrix from any ensemble."""
    return draw(st.sampled_from(_ANY))(draw, rows, columns, room)


@st.composite
def matrices(
    draw: DrawFn,
    rows: int,
    columns: int,
    rank: int | None = None,
    *,
    spectrum: Sequence[int | str | Fraction] | None = None,
    ensemble: str | None = None,
) -> Rows:
    """Exact rational matrices, as tuples of rows: of every ensemble, of one, of exactly a rank, or with exactly these singular values.

    `spectrum` gives the singular values from the largest on, which are 0 beyond its end; `ensemble` is a name in
    `GENERAL`. They shrink to zeros and ones, as far as what was asked for allows. Raises ValueError for a shape, a rank, a
    spectrum or an ensemble that there is not, and for more than one of the last three.
    """
    room = _room(rows, columns, rank=rank, spectrum=spectrum, ensemble=ensemble)
    if spectrum is not None:
        return with_spectrum(draw, rows, columns, room, _spectrum(spectrum, min(rows, columns), "singular values"))
    if ensemble is not None:
        return _named(GENERAL, ensemble)(draw, rows, columns, room)
    if rank is None:
        return any_matrix(draw, rows, columns, room)
    if not 0 <= rank <= min(rows, columns):
        raise ValueError(f"a {rows} x {columns} matrix cannot have rank {rank}.")
    return of_rank(draw, rows, columns, room, rank)


@st.composite
def symmetric_matrices(
    draw: DrawFn, size: int, *, spectrum: Sequence[int | str | Fraction] | None = None, ensemble: str | None = None
) -> Rows:
    """Exact symmetric rational matrices: of every ensemble, of one (a name in `SYMMETRIC`), or with exactly these eigenvalues.

    Eigenvalues that are not given are 0. They shrink to zeros and ones, as far as what was asked for allows. Raises
    ValueError as `matrices` does.
    """
    room = _room(size, size, spectrum=spectrum, ensemble=ensemble)
    if spectrum is not None:
        return _congruent(draw, size, room, _spectrum(spectrum, size, "eigenvalues"))
    recipe = draw(st.sampled_from(_ANY_SYMMETRIC)) if ensemble is None else _named(SYMMETRIC, ensemble)
    return recipe(draw, size, size, room)


def _room(rows: int, columns: int, **asked: object) -> int:
    if rows < 1 or columns < 1:
        raise ValueError(f"a matrix has at least one row and one column, not {rows} x {columns}.")
    given = [name for name, value in asked.items() if value is not None]
    if len(given) > 1:
        raise ValueError(f"ask for one of {', '.join(given)}, not for {len(given)} at once.")
    return max(rows, columns)


def _spectrum(values: Sequence[int | str | Fraction], most: int, what: str) -> tuple[Fraction, ...]:
    found = tuple(Fraction(value) for value in values)
    if len(found) > most:
        raise ValueError(f"{len(found)} {what} are too many; the shape has room for {most}.")
    if what == "singular values" and any(value < 0 for value in found):
        raise ValueError("a singular value is never negative.")
    return found


def _named(table: dict[str, Recipe], name: str) -> Recipe:
    if name not in table:
        raise ValueError(f"there is no ensemble '{name}'; the ensembles are {', '.join(table)}.")
    return table[name]
