"""What a claim of the kind `chance` says beyond its event: the random matrices and the probability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Basic, Expr, MatrixExpr, MatrixSymbol, sympify
from sympy.core.relational import Relational

from verify.domain import Domain
from verify.errors import StatementError
from verify.initialisations import Initialisation
from verify.language.relations import in_text, relations


@dataclass(frozen=True)
class Exactly:
    """The exact probability of the event, where the further hypotheses `given` hold."""

    probability: Expr
    given: tuple[Relational, ...] = ()


def exactly(probability: Any, given: Any = ()) -> Exactly:
    """The exact probability of the event where `given` holds, such as 1 - erfc(t/sqrt(2)) where a matrix is 1 x 1.

    Draws must agree with it; then the claim is decided on it in balls.
    """
    return Exactly(_number(probability, "an exact probability"), relations(given))


@dataclass(frozen=True)
class Chance:
    """The event has probability `at_least` or more over the random matrices, for every choice of everything else.

    Where it says little about short runs, those of its tests take at least `steps` steps.
    """

    random: tuple[Initialisation, ...]
    at_least: Expr
    exact: tuple[Exactly, ...] = ()
    steps: int = 0

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        """The random matrices."""
        return tuple(symbol for law in self.random for symbol in law.matrices)

    @property
    def expressions(self) -> tuple[Basic, ...]:
        """What is said about the setting alone: the probability and the exact ones."""
        return (self.at_least, *(e.probability for e in self.exact), *(r for e in self.exact for r in e.given))

    def require_bound(self, key: str, over: Domain, given: Iterable[Relational]) -> None:
        """Raise StatementError where a name is not bound, or a hypothesis speaks of what is random."""
        if self.steps < 0:
            raise StatementError(f"{key}: the number of steps is {self.steps}, but it must not be negative.")
        if not self.random:
            raise StatementError(f"{key}: a chance statement needs random matrices, as in random=[Gaussian(W)].")
        names = {str(symbol.name) for symbol in over.symbols}
        known = set(over.symbols)
        for law in self.random:
            for parameter in law.parameters:
                self._require_known(key, parameter, known)
            for matrix in law.matrices:
                if matrix.name in names:
                    raise StatementError(f"{key}: {matrix.name} is random, so nothing else may declare or draw it.")
                names.add(matrix.name)
                for side in matrix.shape:
                    self._require_known(key, side, set(over.symbols))
            known |= set(law.matrices)
        for expression in (*given, *self.expressions):
            for symbol in sorted(expression.free_symbols & set(self.matrices), key=str):
                raise StatementError(f"{key}: {in_text(expression)} speaks of {symbol.name}, which is random; only the event may.")
            self._require_known(key, expression, set(over.symbols))

    @staticmethod
    def _require_known(key: str, expression: Basic, known: set[Any]) -> None:
        for symbol in sorted(expression.free_symbols - known, key=str):
            raise StatementError(f"{key}: the name '{symbol}' in {in_text(expression)} is not bound by the statement's domain.")


def chance(random: Any, at_least: Any, exact: Any = (), steps: int = 0) -> Chance:
    """The part of a statement that says what is random, how probable its event is at least and how long its runs are at least."""
    laws = tuple(random) if isinstance(random, Iterable) else (random,)
    for law in laws:
        if not isinstance(law, Initialisation):
            raise StatementError(f"{law} is no random law; write, for example, Gaussian({law}).")
    found = (exact,) if isinstance(exact, Exactly) else tuple(exact)
    return Chance(laws, _number(at_least, "at_least"), found, steps)


def _number(value: Any, what: str) -> Expr:
    number = sympify(value, rational=True)
    if isinstance(number, MatrixExpr) or not isinstance(number, Expr):
        raise StatementError(f"{what} must be a number or an expression, but it is {value}.")
    return number
