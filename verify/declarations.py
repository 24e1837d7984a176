"""What an author can declare about a variable: dimensions, matrices, layers, scalars, step sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Basic, FiniteSet, Identity, Interval, MatrixExpr, MatrixSymbol, Rational, Symbol, Transpose, sympify
from sympy.core.relational import Relational
from sympy.sets.sets import Set

from verify.errors import DomainError
from verify.language.matrices import SymmetricMatrix
from verify.language.naming import Named
from verify.language.nodes import fro, minimum, rank, sigma_max, sigma_min, spec
from verify.language.relations import chain, equal, in_text
from verify.language.stacks import layer, max_over


def name_of(symbol: Basic) -> str:
    """The bare name of a symbol, without the time that a state matrix prints."""
    return str(symbol.name) if hasattr(symbol, "name") else str(symbol)


def named_text(expression: Basic) -> str:
    """Plain text in which state matrices read as the bare names that a domain declares."""
    matrices = {symbol: MatrixSymbol(symbol.name, *symbol.shape) for symbol in expression.atoms(MatrixSymbol)}
    return in_text(expression if isinstance(expression, Named) else expression.xreplace(matrices))


def _scalar_symbol(symbol: object, role: str) -> None:
    if not isinstance(symbol, Symbol):
        raise DomainError(f"{role} expects a symbol, but got {symbol}.")


def _matrix_symbol(symbol: object, role: str) -> None:
    if not isinstance(symbol, MatrixSymbol):
        raise DomainError(f"{role} expects a matrix symbol, but got {symbol}.")


def _shape(symbol: MatrixExpr) -> str:
    return f"{symbol.rows} x {symbol.cols}"


@dataclass(frozen=True)
class Dimension:
    """An integer dimension, drawn from low..high. `low` is a hypothesis; `high` only limits the draws."""

    symbol: Symbol
    low: int
    high: int

    def __post_init__(self) -> None:
        _scalar_symbol(self.symbol, "Dimension")
        if not (isinstance(self.low, int) and isinstance(self.high, int)):
            raise DomainError(f"Dimension({self.symbol}, {self.low}, {self.high}) expects two integers.")
        if self.low < 1:
            raise DomainError(f"Dimension({self.symbol}, {self.low}, {self.high}) starts below 1, and a matrix has at least one row.")
        if self.low > self.high:
            raise DomainError(f"Dimension({self.symbol}, {self.low}, {self.high}) is empty: {self.low} exceeds {self.high}.")

    @property
    def variables(self) -> tuple[Basic, ...]:
        return ()

    def guaranteed(self, relations: Sequence[Relational]) -> tuple[Relational, ...]:
        return chain(self.symbol, ">=", self.low)

    def words(self) -> str:
        return f"{self.symbol} is an integer, at least {self.low} and drawn up to {self.high}."


@dataclass(frozen=True)
class AnyMatrix:
    """A matrix of its symbol's shape, from all ensembles or from those named (see `verify.ensembles`).

    Ensembles say what is drawn; they are no hypothesis. A symbol for symmetric matrices draws symmetric ones.
    """

    symbol: MatrixSymbol
    ensembles: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _matrix_symbol(self.symbol, type(self).__name__)
        if isinstance(self.ensembles, str):
            raise DomainError(f"the ensembles of {name_of(self.symbol)} are one string; write ({self.ensembles!r},).")
        if self.ensembles is not None and not self.ensembles:
            raise DomainError(f"the ensembles of {name_of(self.symbol)} are an empty list, so nothing could be drawn.")

    @property
    def variables(self) -> tuple[Basic, ...]:
        return (self.symbol,)

    @property
    def full_rank(self) -> bool:
        """Whether only matrices of full rank are admitted."""
        return False

    def guaranteed(self, relations: Sequence[Relational]) -> tuple[Relational, ...]:
        return ()

    def words(self) -> str:
        kind = "symmetric matrix" if isinstance(self.symbol, SymmetricMatrix) else "matrix"
        return f"{name_of(self.symbol)} is any {_shape(self.symbol)} {kind}."


@dataclass(frozen=True)
class FullRank(AnyMatrix):
    """A matrix of rank min(rows, columns)."""

    @property
    def full_rank(self) -> bool:
        return True

    def rank_value(self, relations: Sequence[Relational]) -> Any:
        """The smaller dimension, where the declared relations say which one it is, else their minimum."""
        rows, columns = self.symbol.shape
        if rows == columns:
            return rows
        for relation in relations:
            sides = (relation.lhs, relation.rhs) if relation.rel_op in ("<=", "<", "==") else (relation.rhs, relation.lhs)
            if relation.rel_op != "!=" and sides in ((rows, columns), (columns, rows)):
                return sides[0]
        return minimum(rows, columns)

    def guaranteed(self, relations: Sequence[Relational]) -> tuple[Relational, ...]:
        return equal(rank(self.symbol), self.rank_value(relations)), *chain(sigma_min(self.symbol), ">", 0)

    def words(self) -> str:
        kind = "symmetric matrix" if isinstance(self.symbol, SymmetricMatrix) else "matrix"
        return f"{name_of(self.symbol)} is any {_shape(self.symbol)} {kind} of full rank."


@dataclass(frozen=True)
class TwoLayer:
    """The layers W_1 (n x h) and W_2 (h x m) of a network, drawn together; `TwoLayer(U, V.T)` where a paper writes W_2 = V^T."""

    first: MatrixSymbol
    second: MatrixSymbol | Transpose

    def __post_init__(self) -> None:
        for symbol in self.variables:
            _matrix_symbol(symbol, "TwoLayer")
            if isinstance(symbol, SymmetricMatrix):
                raise DomainError(f"TwoLayer expects layers of any shape, but {symbol.name} is symmetric.")
        if self.first.cols != self.second.rows:
            raise DomainError(
                f"TwoLayer({name_of(self.first)}, {named_text(self.second)}) does not fit: {name_of(self.first)} is {_shape(self.first)} "
                f"and {named_text(self.second)} is {_shape(self.second)}."
            )

    @property
    def variables(self) -> tuple[Basic, ...]:
        return self.first, self.second.arg if self.transposed else self.second

    @property
    def transposed(self) -> bool:
        """Whether the second variable is W_2^T."""
        return isinstance(self.second, Transpose)

    def guaranteed(self, relations: Sequence[Relational]) -> tuple[Relational, ...]:
        return ()

    def words(self) -> str:
        return (
            f"{name_of(self.first)} ({_shape(self.first)}) and {named_text(self.second)} ({_shape(self.second)}) are any layers "
            "of a two-layer linear network."
        )


@dataclass(frozen=True)
class InBall:
    """A stack of square layers W_l with norm(W_l) <= radius for each of them.

    `radius` is an expression in dimensions, `norm` is spec or fro. That the norms are in the ball is a
    hypothesis of its own, since the boundary is no rational place.
    """

    symbol: MatrixSymbol
    radius: Any
    norm: Callable[[Any], Any] = spec

    def __post_init__(self) -> None:
        _matrix_symbol(self.symbol, "InBall")
        object.__setattr__(self, "radius", sympify(self.radius))
        if self.norm not in (spec, fro):
            raise DomainError(f"InBall({name_of(self.symbol)}, ...) measures layers by spec or by fro.")
        if not self.depth.is_integer:
            raise DomainError(f"{name_of(self.symbol)} is {_shape(self.symbol)}, which is no stack of square layers.")

    @property
    def depth(self) -> Any:
        """The number of layers."""
        return self.symbol.rows / self.symbol.cols

    @property
    def variables(self) -> tuple[Basic, ...]:
        return (self.symbol,)

    @property
    def preconditions(self) -> tuple[Relational, ...]:
        """Every layer is in the ball."""
        index = Symbol("l", integer=True, positive=True)
        return chain(max_over(index, self.norm(layer(self.symbol, index)), 1, self.depth), "<=", self.radius)

    def guaranteed(self, relations: Sequence[Relational]) -> tuple[Relational, ...]:
        return ()

    def words(self) -> str:
        name, norm = name_of(self.symbol), "spectral" if self.norm is spec else "Frobenius"
        return f"{name} is a stack of {self.depth} layers of order {self.symbol.cols}, each of {norm} norm at most {in_text(self.radius)}."


@dataclass(frozen=True)
class Selection:
    """A minibatch as a matrix: its columns are distinct unit vectors, so that X*S are columns of X without replacement."""

    symbol: MatrixSymbol

    def __post_init__(self) -> None:
        _matrix_symbol(self.symbol, "Selection")

    @property
    def variables(self) -> tuple[Basic, ...]:
        return (self.symbol,)

    def guaranteed(self, relations: Sequence[Relational]) -> tuple[Relational, ...]:
        return (equal(self.symbol.T * self.symbol, Identity(self.symbol.cols)), *chain(sigma_max(self.symbol), "<=", 1))

    def words(self) -> str:
        return f"{name_of(self.symbol)} selects {self.symbol.cols} of {self.symbol.rows} columns without replacement."


@dataclass(frozen=True)
class Scalar:
    """A number in an interval with rational ends, each open, closed or infinite."""

    symbol: Symbol
    interval: Set

    def __post_init__(self) -> None:
        _scalar_symbol(self.symbol, "Scalar")
        if self.interval.is_empty:
            raise DomainError(f"the interval of {self.symbol} is empty.")
        if not (isinstance(self.interval, Interval) or (isinstance(self.interval, FiniteSet) and len(self.interval) == 1)):
            raise DomainError(f"{self.symbol} expects an interval, but got {self.interval}.")
        for end in (self.low, self.high):
            if not isinstance(end, Rational) and not end.is_infinite:
                raise DomainError(f"the interval of {self.symbol} ends at {end}, which is neither rational nor infinite.")

    @property
    def low(self) -> Any:
        """The lower end: a SymPy rational or -oo."""
        return self.interval.inf

    @property
    def high(self) -> Any:
        """The upper end: a SymPy rational or oo."""
        return self.interval.sup

    @property
    def low_open(self) -> bool:
        """Whether the lower end itself is excluded."""
        return bool(getattr(self.interval, "left_open", False))

    @property
    def high_open(self) -> bool:
        """Whether the upper end itself is excluded."""
        return bool(getattr(self.interval, "right_open", False))

    @property
    def variables(self) -> tuple[Basic, ...]:
        return (self.symbol,)

    def guaranteed(self, relations: Sequence[Relational]) -> tuple[Relational, ...]:
        found: tuple[Relational, ...] = ()
        if not self.low.is_infinite:
            found += chain(self.low, "<" if self.low_open else "<=", self.symbol)
        if not self.high.is_infinite:
            found += chain(self.symbol, "<" if self.high_open else "<=", self.high)
        return found

    def interval_text(self) -> str:
        """The interval as a mathematician writes it, as in (0, 1]."""
        left, right = "(" if self.low_open else "[", ")" if self.high_open else "]"
        return f"{left}{self.low}, {self.high}{right}"

    def words(self) -> str:
        return f"{self.symbol} is a number in {self.interval_text()}."


@dataclass(frozen=True)
class Derived:
    """A symbol that stands for an expression in symbols bound before it; made by `let`."""

    symbol: Any
    expression: Any

    def __post_init__(self) -> None:
        if not isinstance(self.symbol, (Symbol, MatrixSymbol)):
            raise DomainError(f"let expects a symbol, but got {self.symbol}.")
        if isinstance(self.symbol, MatrixSymbol) != isinstance(self.expression, MatrixExpr):
            raise DomainError(f"let({name_of(self.symbol)}, ...) would equate a matrix and a number.")
        if isinstance(self.symbol, MatrixSymbol) and self.symbol.shape != self.expression.shape:
            rows, columns = self.expression.shape
            raise DomainError(f"{self.symbol.name} is {_shape(self.symbol)}, but the expression let for it is {rows} x {columns}.")

    @property
    def variables(self) -> tuple[Basic, ...]:
        return ()

    def guaranteed(self, relations: Sequence[Relational]) -> tuple[Relational, ...]:
        return ()

    def words(self) -> str:
        return f"{name_of(self.symbol)} is {named_text(self.expression)}."


@dataclass(frozen=True)
class StepSize:
    """A step size eta = theta*up_to with theta in (0, 1], so that 0 < eta <= up_to wherever up_to > 0."""

    symbol: Symbol
    up_to: Any
    theta: Symbol = field(default=None)

    def __post_init__(self) -> None:
        _scalar_symbol(self.symbol, "StepSize")
        object.__setattr__(self, "up_to", sympify(self.up_to))
        if isinstance(self.up_to, MatrixExpr):
            raise DomainError(f"StepSize({self.symbol}, ...) expects a number as its bound, but got a matrix.")
        if self.theta is None:
            object.__setattr__(self, "theta", Symbol(f"theta_{self.symbol.name}", real=True))

    @property
    def fraction(self) -> Scalar:
        """The fraction theta of the largest step, as a scalar declaration."""
        return Scalar(self.theta, Interval.Lopen(0, 1))

    @property
    def expression(self) -> Any:
        """What the step size stands for: theta*up_to."""
        return self.theta * self.up_to

    @property
    def variables(self) -> tuple[Basic, ...]:
        return (self.theta,)

    def guaranteed(self, relations: Sequence[Relational]) -> tuple[Relational, ...]:
        return chain(0, "<", self.symbol, "<=", self.up_to)

    def words(self) -> str:
        return f"{self.symbol} is a step size in (0, {named_text(self.up_to)}], the upper end included."


Declaration = Dimension | AnyMatrix | TwoLayer | InBall | Selection | Scalar | Derived | StepSize


def let(symbol: Any, expression: Any) -> Derived:
    """Let a symbol stand for an expression, as in `let(Y, X*W_1*W_2 + E_0)`; it is not drawn."""
    return Derived(symbol, sympify(expression))
