"""Sentences with names in them, such as tau_t or n >= N, as a page shows them."""

from __future__ import annotations

import re

from markupsafe import Markup, escape
from sympy.printing.pretty.pretty_symbology import greek_unicode

_NAME = re.compile(r"(?<![\w.@/-])([A-Za-z]+)(?:_(\w+))?(\*?)(?![\w.@/-]*\w)")
_SIGNS = (("&gt;=", "≥"), ("&lt;=", "≤"), ("!=", "≠"), ("==", "="), (", oo)", ", ∞)"), ("(-oo,", "(−∞,"), (" -&gt; ", " → "))
_TIMES = re.compile(r"(?<=\w) x (?=\w)")
_PRODUCT = re.compile(r"(?<=\w)\*(?=\w)")
_TRANSPOSED = re.compile(r"(?<=[\w)])\^T\b")


def sentence(text: str) -> Markup:
    """A sentence with Greek letters, subscripts and signs of relations for what is written as in a program."""
    marked = str(escape(text))
    for written, sign in _SIGNS:
        marked = marked.replace(written, sign)
    marked = _PRODUCT.sub("\u2009", _TIMES.sub(" × ", marked))
    return Markup(_TRANSPOSED.sub("<sup>T</sup>", _NAME.sub(_name, marked)))


def _name(found: re.Match[str]) -> str:
    name, below, star = found.groups()
    letter = greek_unicode.get(name)
    if below is None and letter is None:
        return found.group()
    if below is None and len(name) == len(letter or ""):
        return found.group()
    lower = "" if below is None else f"<sub>{'_'.join(greek_unicode.get(part, part) for part in below.split('_'))}</sub>"
    return f"<i>{letter or name}</i>{lower}{star}"
