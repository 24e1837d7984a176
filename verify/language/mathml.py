"""Formulas as MathML, made from the very objects that are tested: their LaTeX, converted by latex2mathml."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from verify.language.printing import tex

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_BREAKS = frozenset("+-−=<>≤≥≠→←,")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_LONG = 70
"""Characters of LaTeX from which on a formula may go over several lines."""


def in_mathml(expression: Any, *, display: bool = False) -> str:
    """MathML of an expression or relation, inline or as a formula of its own."""
    return latex_to_mathml(tex(expression), display=display)


@lru_cache(maxsize=20_000)
def latex_to_mathml(latex: str, *, display: bool = False) -> str:
    """MathML of a piece of LaTeX."""
    from latex2mathml.converter import convert

    return str(convert(latex, display="block" if display else "inline"))


@lru_cache(maxsize=20_000)
def breakable(latex: str) -> str:
    """MathML of a piece of LaTeX as a formula of its own; a long one in several elements, between which a line may break.

    Browsers never break a line inside a formula, so one that is wider than a phone or a page would be cut off.
    """
    whole = latex_to_mathml(latex, display=True)
    if len(latex) < _LONG:
        return whole
    ElementTree.register_namespace("", NAMESPACE)
    (row,) = ElementTree.fromstring(whole)
    pieces = _pieces(list(row))
    if row.tag != f"{{{NAMESPACE}}}mrow" or len(pieces) == 1:
        return whole
    return "".join(_piece(piece) for piece in pieces)


def _pieces(parts: list[ElementTree.Element]) -> list[list[ElementTree.Element]]:
    """The parts of a formula, broken before each sign that stands outside all brackets, but not before the first part."""
    pieces: list[list[ElementTree.Element]] = [[]]
    depth = 0
    for part in parts:
        sign = (part.text or "") if part.tag == f"{{{NAMESPACE}}}mo" else ""
        depth += (sign in _OPENING) - (sign in _CLOSING) if sign else 0
        if sign in _BREAKS and sign and depth == 0 and pieces[-1]:
            pieces.append([])
        pieces[-1].append(part)
    return pieces


def _piece(parts: list[ElementTree.Element]) -> str:
    math = ElementTree.Element(f"{{{NAMESPACE}}}math", {"display": "inline", "displaystyle": "true"})
    row = ElementTree.SubElement(math, f"{{{NAMESPACE}}}mrow")
    if parts[0].tag == f"{{{NAMESPACE}}}mo":
        # At the beginning of a row a sign would be taken for a prefix, without space around it.
        parts[0].set("form", "infix")
    row.extend(parts)
    return ElementTree.tostring(math, encoding="unicode")
