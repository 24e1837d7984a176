"""What is drawn at the dimensions of a setting: all matrices, or of Gaussian ones only the hidden directions that they span.

Where Gaussian matrices share a long side, and what the event says does not depend on the basis of that hidden space, it
speaks of their triangular factors alone. Those are drawn by Bartlett's decomposition: the same probability at a small
part of the cost. `verify.reduction` says what the event becomes; nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from sympy import MatrixSymbol, Symbol

from verify.chances.parts import chance_of, occurrence
from verify.dimensions import integer_value
from verify.errors import StatementError
from verify.initialisations import Gaussian, Initialisation, SpannedGaussian
from verify.language.relations import chain
from verify.reduction import reduced_form
from verify.statement import Statement


@dataclass(frozen=True)
class Experiment:
    """The matrices that are drawn, their dimensions, and what the event says about one draw."""

    event: Statement
    laws: tuple[Initialisation, ...]
    dimensions: Mapping[Symbol, int]

    @property
    def entries(self) -> int:
        """Entries of the random matrices of one draw."""
        sides = (self.event.over.shape_of(symbol, self.dimensions) for law in self.laws for symbol in law.matrices)
        return sum(rows * columns for rows, columns in sides)


def in_full(statement: Statement, dimensions: Mapping[Symbol, int]) -> Experiment:
    """The experiment as it is stated."""
    return Experiment(occurrence(statement), chance_of(statement).random, dict(dimensions))


def experiment(statement: Statement, dimensions: Mapping[Symbol, int]) -> Experiment:
    """The experiment with the fewest entries in which the event has the same probability."""
    return _smallest(statement, tuple(dimensions.items()))


@lru_cache(maxsize=500)
def _smallest(statement: Statement, dimensions: tuple[tuple[Symbol, int], ...]) -> Experiment:
    sizes = dict(dimensions)
    return min([in_full(statement, sizes), *_spanned(statement, sizes)], key=lambda found: found.entries)


def _spanned(statement: Statement, dimensions: dict[Symbol, int]) -> Iterator[Experiment]:
    """The experiments in which one dimension is reduced to the directions that Gaussian matrices span."""
    event = occurrence(statement)
    if event.law is not None or event.flow is not None:
        return
    for hidden, width in dimensions.items():
        laws = _along(statement, hidden)
        small = {**dimensions, hidden: sum(_beside(law.matrix, hidden, dimensions) for law in laws)}
        if not laws or small[hidden] >= width:
            continue
        stated = event.resolved().conclusions
        try:
            sides = reduced_form([side for r in stated for side in (r.lhs, r.rhs)], hidden, dimensions, small[hidden])
        except StatementError:
            continue
        claim = tuple(chain(left, r.rel_op, right)[0] for r, left, right in zip(stated, sides[::2], sides[1::2], strict=True))
        others = tuple(law for law in chance_of(statement).random if law not in laws)
        # The hypotheses speak of the setting at its full width, for which they have been decided.
        yield Experiment(replace(event, claim=claim, given=()), (*others, SpannedGaussian(laws, hidden, width)), small)


def _along(statement: Statement, hidden: Symbol) -> tuple[Gaussian, ...]:
    """The Gaussian laws of the matrices with that side, if nothing else depends on it but numbers in the event; else none."""
    over, random = occurrence(statement).over, chance_of(statement).random
    touched = {x for x in over.variables if isinstance(x, MatrixSymbol) and hidden in x.rows.free_symbols | x.cols.free_symbols}
    laws = tuple(law for law in random if isinstance(law, Gaussian) and law.matrix.shape.count(hidden) == 1)
    elsewhere = [p for law in random if law not in laws for p in law.parameters] + [x for pair in over.derived for x in pair]
    if touched != {law.matrix for law in laws} or any(hidden in x.free_symbols for x in elsewhere):
        return ()
    # A variance that depends on another of the matrices would have to be drawn after it.
    return () if any(law.variance.atoms(MatrixSymbol) for law in laws) else laws


def _beside(symbol: MatrixSymbol, hidden: Symbol, dimensions: Mapping[Symbol, int]) -> int:
    """The size of the other side."""
    return int(integer_value(symbol.cols if symbol.rows == hidden else symbol.rows, dimensions))
