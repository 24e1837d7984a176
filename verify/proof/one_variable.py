"""One-variable reasoning: claims about a single real number over an interval, decided exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sympy import Abs, Ge, Gt, Le, Lt, MatrixSymbol, Max, Min, Rational, S, Symbol, diff, exp
from sympy.core.relational import Relational

from verify.errors import ProofError
from verify.language.naming import unfold
from verify.language.relations import in_text
from verify.language.special import Polygamma, Special
from verify.proof.claims import Claim, Fact, Grade, ProofReport, Step, weakest
from verify.proof.enclosures import conditions, plain, positive_between
from verify.proof.rational_signs import Quotient, places, quotient, satisfied, sign_at
from verify.proof.tails import difference_ahead, factors, limit_at_infinity, limit_of_sum, without_pole

HIGHEST_DERIVATIVE = 4
"""How often a function is differentiated at a point of equality or on a tail."""


@dataclass(frozen=True)
class OneVariable:
    """The conclusions hold for every value of `variable` that the assumptions allow.

    Rational functions: exact root isolation on the whole line. Others (exp, log, roots, extrema): the
    assumptions must be bounds of the variable; the interval is subdivided in ball arithmetic. Where
    equality holds is named in `points`: there the first derivative that does not vanish decides.
    A tail to infinity starts at `tail`; there derivatives decide, down to one that is a rational
    function or evidently positive. What falls to its limit there, or does so in steps of 1 (gamma functions, by their
    recurrences), is decided by that limit; where only SymPy knows it, the grade is `solver`.
    """

    variable: Symbol
    points: tuple[Any, ...] = ()
    tail: Any = None
    pieces: int = 20_000

    def check(self, claim: Claim, facts: Sequence[Fact | Relational] = ()) -> ProofReport:
        """Check the claim; facts are not used."""
        steps: list[Step] = []
        try:
            given = (*claim.assumptions, *claim.conclusions)
            relations = [type(r)(unfold(r.lhs), unfold(r.rhs), evaluate=False) for r in given]
            for relation in relations:
                foreign = (relation.free_symbols | relation.atoms(MatrixSymbol)) - {self.variable}
                if foreign:
                    names = ", ".join(sorted(map(str, foreign)))
                    raise ProofError(f"{in_text(relation)} speaks of {names}, not of {self.variable} alone.")
            count = len(claim.assumptions)
            for conclusion in relations[count:]:
                steps.append(self._conclusion(relations[:count], conclusion))
        except ProofError as error:
            return ProofReport(None, tuple(steps), failure=str(error))
        return ProofReport(weakest(steps), tuple(steps))

    def _conclusion(self, assumptions: list[Relational], conclusion: Relational) -> Step:
        read = [quotient(r.lhs - r.rhs, self.variable) for r in (*(a for a in assumptions if not _infinite(a)), conclusion)]
        if all(q is not None for q in read):
            return self._rational([a for a in assumptions if not _infinite(a)], conclusion, [q for q in read if q is not None])
        return self._transcendental(assumptions, conclusion)

    def _rational(self, assumptions: list[Relational], conclusion: Relational, read: list[Quotient]) -> Step:
        """Check the conclusion at every root and in every gap between roots."""
        polynomials = [p for q in read for p in (q.numerator, q.denominator, *q.denominators)]
        number = {id(p): k for k, p in enumerate(polynomials)}
        cells = places(polynomials)
        met = 0
        for place in cells:

            def sign(q: Quotient, place: Any = place) -> int | None:
                if any(sign_at(place, number[id(d)], d) == 0 for d in q.denominators):
                    return None
                return sign_at(place, number[id(q.numerator)], q.numerator) * sign_at(place, number[id(q.denominator)], q.denominator)

            signs = [sign(q) for q in read]
            if not all(s is not None and satisfied(a, s) for a, s in zip(assumptions, signs[:-1], strict=True)):
                continue
            met += 1
            last = signs[-1]
            if last is None:
                raise ProofError(f"{in_text(conclusion)} is undefined where {place.text.replace('x', str(self.variable), 1)}.")
            if not satisfied(conclusion, last):
                raise ProofError(f"{in_text(conclusion)} fails where {place.text.replace('x', str(self.variable), 1)}.")
        if not met:
            raise ProofError("no number satisfies the assumptions, so that they prove anything.")
        roots = sum(1 for c in cells if c.roots)
        found = f"exact signs at {roots} isolated roots and between them; the assumptions meet {met} of these places"
        return Step(f"{in_text(conclusion)}: {found}.", "exact")

    def _transcendental(self, assumptions: list[Relational], conclusion: Relational) -> Step:
        """Check a strict or weak inequality piece by piece."""
        if not isinstance(conclusion, (Ge, Gt, Le, Lt)):
            raise ProofError(f"{in_text(conclusion)} is no inequality; equations of this kind are not decided here.")
        low, high, open_ends = self._interval(assumptions)
        self._defined(assumptions, conclusion, low, high)
        difference = without_pole(plain(conclusion.lhs - conclusion.rhs), self.variable)
        function = difference if isinstance(conclusion, (Ge, Gt)) else -difference
        strict = isinstance(conclusion, (Gt, Lt))
        parts: list[str] = []
        grade: Grade = "exact"
        if high is None:
            if self.tail is None:
                raise ProofError(f"the range of {self.variable} has no upper end; say where its tail begins.")
            high = _rational_number(self.tail)
            if low is not None and high <= low:
                raise ProofError(f"the tail from {high} does not lie above the lower end {low}.")
            words, grade = self._on_tail(function, high, strict)
            parts.append(words)
        if low is None:
            raise ProofError(f"the range of {self.variable} has no lower end; substitute -{self.variable}.")
        points = sorted(_rational_number(p) for p in self.points)
        inside = [p for p in points if low <= p <= high]
        if strict and not open_ends.issuperset(inside):
            raise ProofError("a strict inequality has no points of equality.")
        edges = sorted({low, high, *inside})
        for a, b in pairwise(edges):
            parts.append(self._between(function, a, b, a in inside, b in inside))
        if low == high:
            parts.append(self._between(function, low, high, low in inside, False))
        return Step(f"{in_text(conclusion)}: {'; '.join(parts)}.", grade)

    def _interval(self, assumptions: list[Relational]) -> tuple[Fraction | None, Fraction | None, set[Fraction]]:
        """The closure of the interval that the assumptions leave, and its ends that do not belong to it."""
        excluded: set[Fraction] = set()
        low: Fraction | None = None
        high: Fraction | None = None
        for relation in assumptions:
            if _infinite(relation):
                continue
            left, right = relation.lhs, relation.rhs
            below = isinstance(relation, (Ge, Gt))
            if right == self.variable and isinstance(left, Rational):
                left, right, below = right, left, not below
            if left != self.variable or not isinstance(right, Rational) or not isinstance(relation, (Ge, Gt, Le, Lt)):
                raise ProofError(f"{in_text(relation)} is no bound of {self.variable} by a rational number.")
            bound = Fraction(int(right.p), int(right.q))
            if isinstance(relation, (Gt, Lt)):
                excluded.add(bound)
            if below:
                low = bound if low is None else max(low, bound)
            else:
                high = bound if high is None else min(high, bound)
        if low is not None and high is not None and (low > high or (low == high and low in excluded)):
            raise ProofError("no number satisfies the assumptions, so that they prove anything.")
        return low, high, excluded & {end for end in (low, high) if end is not None}

    def _defined(self, assumptions: list[Relational], conclusion: Relational, low: Fraction | None, high: Fraction | None) -> None:
        """Radicands, arguments of logarithms and denominators must be what they have to be wherever the claim speaks."""
        for part, sign in [*conditions(conclusion.lhs), *conditions(conclusion.rhs)]:
            bounds = [a for a in assumptions if not _infinite(a)]
            wanted = sign(part, 0, evaluate=False)
            read = [quotient(r.lhs - r.rhs, self.variable) for r in (*bounds, wanted)]
            if all(q is not None for q in read):
                self._rational(bounds, wanted, [q for q in read if q is not None])
                continue
            end = high if high is not None else low if self.tail is None else _rational_number(self.tail)
            shape = plain(part)
            if low is None or end is None or (high is None and not _evidently_nonnegative(shape, self.variable, end)):
                raise ProofError(f"{in_text(conclusion)} is not certainly defined: the sign of {in_text(part)} is open.")
            if positive_between(shape, self.variable, low, end, self.pieces)[0] is None:
                raise ProofError(f"{in_text(conclusion)} is not certainly defined: the sign of {in_text(part)} is open.")

    def _between(self, function: Any, low: Fraction, high: Fraction, left: bool, right: bool) -> str:
        """Positive on [low, high], but zero at the ends that are marked as points of equality."""
        start, end = low, high
        words = []
        width = (high - low) / 4
        if left and width:
            start, order = self._leaving(function, low, width, 1)
            words.append(f"at {low} it vanishes and its derivative of order {order} is positive up to {start}")
        if right and width:
            end, order = self._leaving(function, high, width, -1)
            words.append(f"at {high} it vanishes and its derivative of order {order} has the right sign from {end}")
        pieces, doubt = positive_between(function, self.variable, start, end, self.pieces)
        if doubt is not None:
            where = f"between {float(doubt[0]):.15g} and {float(doubt[1]):.15g}"
            raise ProofError(f"the difference of the sides is not certainly positive {where}.")
        words.append(f"certainly positive on {pieces} pieces of [{start}, {end}]")
        return ", ".join(words)

    def _leaving(self, function: Any, point: Fraction, width: Fraction, direction: int) -> tuple[Fraction, int]:
        """How far from a zero the first derivative that does not vanish there keeps its sign."""
        at = Rational(point.numerator, point.denominator)
        if function.subs(self.variable, at) != 0:
            raise ProofError(f"the sides are not equal at {point}, which is named a point of equality.")
        if function.has(Abs, Max, Min):
            raise ProofError("equality at a point is decided by derivatives, which extrema and absolute values do not have.")
        derivative = function
        for order in range(1, HIGHEST_DERIVATIVE + 1):
            derivative = diff(derivative, self.variable)
            if derivative.subs(self.variable, at) == 0:
                continue
            signed = derivative if direction > 0 or order % 2 == 0 else -derivative
            reach = width
            for _ in range(30):
                end = point + direction * reach
                pieces, _doubt = positive_between(signed, self.variable, min(point, end), max(point, end), 64)
                if pieces is not None:
                    return end, order
                reach /= 2
            break
        raise ProofError(f"the difference of the sides changes sign, or hardly leaves zero, at {point}.")

    def _on_tail(self, function: Any, start: Fraction, strict: bool) -> tuple[str, Grade]:
        """f >= 0 on [start, oo), because of its derivatives, or because it falls to a limit that is not negative."""
        words = self._by_derivatives(function, start, strict)
        if words is not None:
            return words, "exact"
        falling = self._falling(function, start)
        if falling is not None:
            return falling
        ahead = difference_ahead(function, self.variable) if function.atoms(Special) else None
        known = None if ahead is None else self._limit_is_nonnegative(function)
        if ahead is not None and known is not None:
            words, shown = self._on_tail(ahead, start, strict)
            grade: Grade = "exact" if known == shown == "exact" else "solver"
            return f"beyond {start} it is never below its limit, since f(x) - f(x + 1) = {in_text(ahead)}: {words}", grade
        raise ProofError(f"the tail beyond {start} is not decided by {HIGHEST_DERIVATIVE} derivatives.")

    def _by_derivatives(self, function: Any, start: Fraction, strict: bool) -> str | None:
        """f and its first derivatives are positive at the start and a last one is never negative."""
        derivative = function
        for order in range(HIGHEST_DERIVATIVE + 1):
            if self._nonnegative_on_tail(derivative, start):
                if strict and order == 0:
                    return None
                return f"beyond {start} its derivative of order {order} is never negative and those before are positive at {start}"
            pieces, _ = positive_between(derivative, self.variable, start, start, 1)
            if pieces is None:
                return None
            derivative = diff(derivative, self.variable)
        return None

    def _falling(self, function: Any, start: Fraction) -> tuple[str, Grade] | None:
        """It falls strictly to a limit that is not negative; a derivative that is not zero everywhere has isolated zeros."""
        slope = diff(function, self.variable)
        if slope == 0 or function.has(Abs, Max, Min):
            return None
        parts = factors(-slope)
        if not all(self._nonnegative_on_tail(part, start) or self._by_derivatives(part, start, False) for part in parts):
            return None
        grade = self._limit_is_nonnegative(function)
        return None if grade is None else (f"beyond {start} it falls to its limit, which is not negative", grade)

    def _limit_is_nonnegative(self, function: Any) -> Grade | None:
        """How it is known that the limit is not negative; None where it is not."""
        found = limit_of_sum(function, self.variable)
        grade: Grade = "exact"
        if found is None:
            found, grade = limit_at_infinity(function, self.variable), "solver"
        if found is None:
            return None
        return grade if found == 0 or positive_between(found, self.variable, Fraction(0), Fraction(0), 1)[0] is not None else None

    def _nonnegative_on_tail(self, function: Any, start: Fraction) -> bool:
        if _evidently_nonnegative(function, self.variable, start):
            return True
        if function.is_number:
            return positive_between(function, self.variable, start, start, 1)[0] is not None
        read = quotient(function, self.variable)
        if read is None:
            return False
        bound = Ge(self.variable, Rational(start.numerator, start.denominator), evaluate=False)
        shifted = quotient(bound.lhs - bound.rhs, self.variable)
        try:
            self._rational([bound], Ge(function, 0, evaluate=False), [q for q in (shifted, read) if q is not None])
        except ProofError:
            return False
        return True


def _infinite(relation: Relational) -> bool:
    return any(side in (S.Infinity, S.NegativeInfinity) for side in (relation.lhs, relation.rhs))


def _rational_number(value: Any) -> Fraction:
    number = S(value)
    if not isinstance(number, Rational):
        raise ProofError(f"{value} is no rational number.")
    return Fraction(int(number.p), int(number.q))


def _evidently_nonnegative(expression: Any, variable: Symbol, start: Fraction) -> bool:
    """Whether signs alone show it for x >= start: sums, products and powers of non-negative parts, and exp of anything."""
    if expression == variable:
        return start >= 0
    if isinstance(expression, Rational):
        return bool(expression >= 0)
    if isinstance(expression, exp):
        return True
    if isinstance(expression, Polygamma) and expression.order % 2 == 1:
        # Those of odd order are positive wherever they are defined.
        return _evidently_nonnegative(expression.args[1], variable, start)
    if isinstance(expression, Special) and expression.nonnegative:
        return True
    if expression.is_Add or expression.is_Mul:
        return all(_evidently_nonnegative(a, variable, start) for a in expression.args)
    if expression.is_Pow:
        base, exponent = expression.args
        if exponent.is_Integer and exponent >= 0 and exponent % 2 == 0:
            return True
        defined = exponent.is_Rational and (exponent > 0 or base != variable or start > 0)
        return bool(defined) and _evidently_nonnegative(base, variable, start)
    return False
