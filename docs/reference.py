"""The reference of the statement language, made from the docstrings whenever the documentation is built."""

from __future__ import annotations

import inspect
from typing import Any

from sympy import Symbol

import verify.author
from verify import proof
from verify.language import __all__ as words

MARK = "<!-- reference -->"

SYMPY = {
    "Interval": "An interval of numbers from SymPy: `Interval(0, 1)`, `Interval.open(0, oo)`, `Interval.Lopen(0, 1)`.",
    "Lambda": "A function of one number, for `elementwise`.",
    "Rational": "An exact fraction, `Rational(1, 3)`.",
    "exp": "The exponential function of a number.",
    "log": "The natural logarithm of a number.",
    "oo": "Infinity, as an end of an interval.",
    "pi": "The number π.",
    "time": "The number of the step, in claims about runs.",
    "flow_time": "The time along a flow.",
}
"""What is said here of the words that carry no docstring of this project."""


QUANTITIES, PROOFS, OTHERS = "Quantities and relations", "Proofs", "Domains, dynamics, random matrices and papers"


def entries() -> dict[str, list[tuple[str, str]]]:
    """Each word of `verify.author` with its signature and its docstring, under what it is for."""
    rooms: dict[str, list[tuple[str, str]]] = {QUANTITIES: [], PROOFS: [], OTHERS: []}
    for name in verify.author.__all__:
        heading = QUANTITIES if name in words else PROOFS if name in proof.__all__ else OTHERS
        rooms[heading].append(_entry(name, getattr(verify.author, name)))
    return {heading: sorted(found, key=lambda entry: entry[0].lower()) for heading, found in rooms.items()}


def _entry(name: str, value: Any) -> tuple[str, str]:
    if name in SYMPY:
        return name, SYMPY[name]
    signature = "" if isinstance(value, Symbol) else str(inspect.signature(value)).partition(" -> ")[0]
    return f"{name}{signature}".replace("'", ""), inspect.cleandoc(value.__doc__)


def reference() -> str:
    """The reference as Markdown."""
    lines: list[str] = []
    for heading, found in entries().items():
        lines += [f"## {heading}", ""]
        for word, text in found:
            lines += [f"### `{word.partition('(')[0]}`", "", *([f"`{word}`", ""] if "(" in word else []), text, ""]
    return "\n".join(lines)


def on_page_markdown(markdown: str, **context: Any) -> str:
    """Put the reference where a page asks for it; called by MkDocs."""
    return markdown.replace(MARK, reference()) if MARK in markdown else markdown
