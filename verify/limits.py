"""Claims of the kind `limit`: what a quantity tends to as one number grows, or approaches a point from above, and how fast.

SymPy's limit is one witness; the values along a sequence, in balls, are the other. A claim is refuted only where
both speak against it, and proved, of grade `solver`, where both speak for it and the limit is known.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from sympy import AccumBounds, Basic, Dummy, Expr, MatrixSymbol, S, Symbol, simplify, sympify
from sympy import Limit as LimitNode
from sympy import limit as symbolic_limit
from sympy.core.relational import Relational

from verify.errors import StatementError
from verify.evidence import LimitEvidence, ProofEvidence
from verify.language.nodes import Scalar
from verify.language.relations import in_text
from verify.language.special import in_sympy

if TYPE_CHECKING:
    from verify.effort import Effort
    from verify.evidence import Evidence, Verdict
    from verify.statement import Statement

EXPONENTS = tuple(range(4, 44, 4))
"""The sequence is 2^k, or 2^-k above the point, for these k."""
SETTINGS = 8
BITS = 512
_INFINITIES = (S.Infinity, S.NegativeInfinity, S.ComplexInfinity)
SMALL = 4
"""Dimensions other than the variable are at most this much above their least value."""


@dataclass(frozen=True)
class Limit:
    """`quantity` tends to `value` as `variable` tends to `to`, infinity or a point from above; its distance is O(`rate`)."""

    quantity: Expr
    variable: Symbol
    to: Expr
    value: Expr
    rate: Expr | None = None

    def words(self) -> str:
        """The claim in one sentence."""
        speed = f", at a distance of O({in_text(self.rate)})" if self.rate is not None else ""
        return f"{in_text(self.quantity)} tends to {in_text(self.value)} as {self.variable} tends to {self.to}{speed}"

    def require_numbers(self, key: str, given: Sequence[Relational]) -> None:
        """Raise StatementError where a matrix occurs, or the point is neither infinity nor rational."""
        for part in (self.quantity, self.value, *([] if self.rate is None else [self.rate]), *given):
            if part.atoms(MatrixSymbol):
                raise StatementError(f"{key}: {in_text(part)} contains a matrix, but a limit is between numbers.")
        if self.to is not S.Infinity and not self.to.is_Rational:
            raise StatementError(f"{key}: {self.variable} tends to {self.to}, which is neither infinity nor a rational number.")
        if self.variable not in self.quantity.free_symbols:
            raise StatementError(f"{key}: {self.variable} does not occur in {in_text(self.quantity)}.")


def limit(quantity: Any, variable: Symbol, to: Any, value: Any, rate: Any = None) -> Limit:
    """The claim that the quantity tends to the value."""
    return Limit(sympify(quantity), variable, sympify(to), sympify(value), None if rate is None else sympify(rate))


@dataclass(frozen=True)
class _Seen:
    """Distances from the claimed limit along the sequence at one choice of the parameters, and their ratios to the rate, in balls."""

    setting: Mapping[Any, Fraction]
    distances: tuple[Any, ...]
    ratios: tuple[Any, ...]

    @property
    def falls(self) -> bool:
        """Whether the distance is certainly smaller at the end than at the start, or nowhere certainly positive."""
        return bool(self.distances[-1] < self.distances[0]) or not any(d > 0 for d in self.distances)

    @property
    def outruns_the_rate(self) -> bool:
        """Whether the ratio to the rate certainly more than doubles over the second half of the sequence."""
        return bool(self.ratios) and bool(self.ratios[-1] > 2 * self.ratios[len(self.ratios) // 2])

    @property
    def keeps_the_rate(self) -> bool:
        """Whether it certainly does not, or nowhere is certainly positive."""
        return not self.ratios or bool(self.ratios[-1] < 2 * self.ratios[len(self.ratios) // 2]) or not any(d > 0 for d in self.distances)


def judge_limit(statement: Statement, effort: Effort, seed: int) -> tuple[list[Evidence], Verdict, str]:
    """The symbolic limit and the sequences, and the verdict of both."""
    claimed = _limit_of(statement)
    seen = list(_sequences(statement, claimed, np.random.default_rng([seed, zlib.crc32(statement.key.encode())])))
    if not seen:
        return [], "vacuous", ""
    found = _symbolic(statement, claimed.quantity, claimed)
    agrees = found is not None and _same(found, claimed.value)
    speed = None if claimed.rate is None else _symbolic(statement, (claimed.quantity - claimed.value) / claimed.rate, claimed)
    in_time = claimed.rate is None or (speed is not None and not speed.has(*_INFINITIES))
    evidence: list[Evidence] = [
        LimitEvidence(
            symbolic=None if found is None else in_text(found),
            speed=None if speed is None else in_text(speed),
            settings=len(seen),
            points=tuple(f"2^{k}" if claimed.to is S.Infinity else f"{claimed.to} + 2^-{k}" for k in EXPONENTS),
            distances=tuple(str(d.str(6)) for d in max(seen, key=lambda s: float(s.distances[-1].mid())).distances),
        )
    ]
    if found is not None and not agrees and _contradicted(statement, claimed, found, seen):
        return [*evidence], "refuted", ""
    if speed is not None and not in_time and any(s.outruns_the_rate for s in seen):
        return [*evidence], "refuted", ""
    if not all(s.falls and s.keeps_the_rate for s in seen):
        return [*evidence], "undecided", ""
    if agrees and in_time and (claimed.rate is None or speed is not None):
        step = f"[solver] SymPy's limit is {in_text(claimed.value)}; {len(seen)} sequences in balls approach it"
        return [ProofEvidence(grade="solver", steps=(step,), facts=(), failure=None), *evidence], "proved", ""
    return evidence, "supported", ""


def _limit_of(statement: Statement) -> Limit:
    if statement.limit is None:
        raise StatementError(f"{statement.key} is no limit statement.")
    return statement.limit


def _same(left: Expr, right: Expr) -> bool:
    return left == right or bool(simplify(left - right) == 0)


def _symbolic(statement: Statement, quantity: Expr, claimed: Limit) -> Expr | None:
    """SymPy's limit in the statement's own symbols; None where it knows none."""
    from verify.proof.enclosures import plain

    positive = {symbol: Dummy(str(symbol), positive=True) for symbol in _nonnegative(statement)}
    expression = in_sympy(plain(quantity)).xreplace(positive)
    variable = positive.get(claimed.variable, claimed.variable)
    try:
        found = symbolic_limit(expression, variable, claimed.to, dir="-" if claimed.to is S.Infinity else "+")
    except (NotImplementedError, ValueError, TypeError):
        return None
    if not isinstance(found, Expr) or found.has(S.NaN, LimitNode, AccumBounds, Scalar) or variable in found.free_symbols:
        return None
    return found.xreplace({dummy: symbol for symbol, dummy in positive.items()})


def _nonnegative(statement: Statement) -> list[Symbol]:
    """Symbols whose range leaves no negative value; 0 itself, a single point, is left to the sequences."""
    scalars = [symbol for symbol, declared in statement.over.scalars.items() if declared.low >= 0]
    return [*statement.over.dimensions, *scalars]


def _sequences(statement: Statement, claimed: Limit, rng: np.random.Generator) -> Iterator[_Seen]:
    from verify.backends import Ball
    from verify.chances.settings import corner
    from verify.compiler import compile
    from verify.deciding import truth_of

    over, backend = statement.over, Ball(BITS)
    resolved = statement.resolved().assumptions
    outputs: list[Basic] = [claimed.quantity, claimed.value, *([] if claimed.rate is None else [claimed.rate])]
    sides = [side for relation in resolved for side in (relation.lhs, relation.rhs)]
    program = compile([*outputs, *sides], {}, backend)
    tried: set[Any] = set()
    for number in range(4 * SETTINGS):
        setting: dict[Any, Fraction] = {s: corner(d, number, rng) for s, d in over.scalars.items() if s != claimed.variable}
        setting |= {s: Fraction(low + int(rng.integers(SMALL))) for s, (low, _) in over.ranges.items() if s != claimed.variable}
        if tuple(setting.values()) in tried or len(tried) >= SETTINGS:
            continue
        distances, ratios = [], []
        for k in EXPONENTS:
            at = Fraction(2) ** k if claimed.to is S.Infinity else Fraction(int(claimed.to.p), int(claimed.to.q)) + Fraction(1, 2**k)
            values = {symbol: backend.scalar(value) for symbol, value in {**setting, claimed.variable: at}.items()}
            found = program(values)
            with backend.precision():
                pairs = zip(resolved, found[len(outputs) :: 2], found[len(outputs) + 1 :: 2], strict=True)
                if not all(truth_of(relation, left, right) for relation, left, right in pairs):
                    continue
                distance = abs(found[0] - found[1])
                if distance.is_finite():
                    distances.append(distance)
                    ratios += [] if claimed.rate is None else [distance / abs(found[2])]
        if len(distances) > 2:
            tried.add(tuple(setting.values()))
            yield _Seen(setting, tuple(distances), tuple(ratios))


def _contradicted(statement: Statement, claimed: Limit, found: Expr, seen: Sequence[_Seen]) -> bool:
    """Whether balls keep the quantity away from the claimed limit, by half of what SymPy's limit is away from it, at the last points."""
    from verify.backends import Ball
    from verify.compiler import compile

    backend = Ball(BITS)
    for one in seen:
        values = {symbol: backend.scalar(value) for symbol, value in one.setting.items()}
        if found.is_infinite:
            gap = backend.scalar(1)
        else:
            left, right = compile([found, claimed.value], {}, backend)(values)
            gap = abs(left - right)
        with backend.precision():
            if gap > 0 and all(distance > gap / 2 for distance in one.distances[-3:]):
                return True
    return False
