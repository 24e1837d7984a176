"""Printing in plain text and LaTeX in the order a paper would write: a term that is added first, powers rising."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar

from sympy import Add, Basic, Expr, MatAdd, MatMul, MatrixExpr, Mul, Symbol
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.printer import Printer
from sympy.printing.str import StrPrinter

_MOST_REMEMBERED = 100_000
_WORD_BELOW = re.compile(r"_\{([a-zA-Z]{3,})\}")
_WORD = re.compile(r"(?<![\\{A-Za-z])[A-Za-z]{3,}(?![A-Za-z])")
_NESTING = re.compile(r"\\left\b|\\right\b|\\[{}]|[{}^]")


def _signed(term: Expr) -> tuple[bool, Expr]:
    """Whether a term is subtracted, and the term without its sign."""
    if isinstance(term, MatMul):
        coefficient, matrices = term.as_coeff_matrices()
        negative, size = _signed(coefficient)
        return negative, MatMul(size, *matrices).doit(deep=False) if negative else term
    negative = bool(isinstance(term, Expr) and not isinstance(term, MatrixExpr) and term.could_extract_minus_sign())
    if negative and isinstance(term, Add):
        return False, term
    return negative, -term if negative else term


def _ordered(printer: Any, total: Expr) -> list[tuple[bool, Expr]]:
    """The terms with their signs: rising powers, and a term that is added in front where there is one."""
    terms = sorted(printer._as_ordered_terms(total), key=_degree) if isinstance(total, Add) else total.args
    signed = [_signed(term) for term in terms]
    first = next((k for k, (negative, _) in enumerate(signed) if not negative), 0)
    return [signed[first], *signed[:first], *signed[first + 1 :]]


def _degree(term: Expr) -> int:
    """The sum of the exponents of the symbols among the factors."""
    powers = (factor.as_base_exp() for factor in Mul.make_args(term))
    return sum(int(exponent) for base, exponent in powers if isinstance(base, Symbol) and exponent.is_Integer)


class _Remembering(Printer):
    """A printer that remembers what it printed once, since papers repeat their formulas."""

    _remembered: ClassVar[dict[Basic, str]]

    def _print(self, expr: Any, **hints: Any) -> str:
        if hints or not isinstance(expr, Basic):
            return str(super()._print(expr, **hints))
        if expr not in self._remembered:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[expr] = str(super()._print(expr))
        return self._remembered[expr]


class PlainPrinter(_Remembering, StrPrinter):
    """SymPy's plain text, with sums in a paper's order."""

    _remembered: ClassVar[dict[Basic, str]] = {}

    def _print_sum(self, expr: Any, order: Any = None) -> str:
        text = ""
        for negative, term in _ordered(self, expr):
            body = self._print(term)
            if isinstance(term, Add | MatAdd) or (not isinstance(term, Mul | MatMul) and precedence(term) < PRECEDENCE["Add"]):
                body = f"({body})"
            text += (" - " if negative else " + ") + body if text else ("-" if negative else "") + body
        return text

    _print_Add = _print_sum
    _print_MatAdd = _print_sum

    def _print_MatMul(self, expr: Any) -> str:
        negative, size = _signed(expr)
        if negative:
            return f"-{self._print_MatMul(size) if isinstance(size, MatMul) else self._print(size)}"
        # Whether a product of matrices has a sign takes SymPy long, and only a product among its factors is printed by it.
        inner = any(PRECEDENCE["Add"] < precedence(factor) <= PRECEDENCE["Mul"] for factor in expr.args)
        level = precedence(expr) if inner else PRECEDENCE["Mul"]
        return "*".join(str(self.parenthesize(factor, level)) for factor in expr.args)


class PaperLatexPrinter(_Remembering, LatexPrinter):
    """SymPy's LaTeX, with sums in a paper's order."""

    _remembered: ClassVar[dict[Basic, str]] = {}

    def _print_sum(self, expr: Any, order: Any = None) -> str:
        text = ""
        for negative, term in _ordered(self, expr):
            body = self._print(term)
            if isinstance(term, Add | MatAdd):
                body = rf"\left({body}\right)"
            text += (" - " if negative else " + ") + body if text else ("- " if negative else "") + body
        return text

    _print_Add = _print_sum
    _print_MatAdd = _print_sum

    def _helper_print_standard_power(self, expr: Any, template: str) -> str:
        """A power, whose base goes into brackets where it has a superscript of its own, as eta^* has."""
        power = str(super()._helper_print_standard_power(expr, template))
        base = str(self.parenthesize(expr.base, precedence(expr)))
        return power.replace(base, rf"\left({base}\right)", 1) if power.startswith(base) and _has_superscript(base) else power


def _has_superscript(text: str) -> bool:
    """Whether a ^ stands outside all braces and brackets."""
    depth = 0
    for part in _NESTING.findall(text):
        depth += 1 if part in ("{", r"\left") else -1 if part in ("}", r"\right") else 0
        if part == "^" and depth == 0:
            return True
    return False


@lru_cache(maxsize=20_000)
def plain(expression: Any) -> str:
    """Plain text of any expression."""
    return str(PlainPrinter().doprint(expression))


@lru_cache(maxsize=20_000)
def tex(expression: Any) -> str:
    """LaTeX of any expression, with names that are words upright, in subscripts, too."""
    text = _WORD_BELOW.sub(_upright, str(PaperLatexPrinter().doprint(expression)))
    return _WORD.sub(lambda found: rf"\mathrm{{{found[0]}}}", text)


def _upright(found: re.Match[str]) -> str:
    word = found[1]
    return rf"_{{\{word}}}" if word in ("max", "min") else rf"_{{\mathrm{{{word}}}}}"
