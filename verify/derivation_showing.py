"""Checked derivations as lines of text and as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Any

from verify.derivation import CheckedLine, Derivation, holds
from verify.language.naming import names_in
from verify.language.relations import in_latex, in_text

WIDTH = 110


def text_lines(derivation: Derivation, checked: Sequence[CheckedLine]) -> list[str]:
    """The chain as plain text: each line with its number, its formulas, why it holds and how that was checked."""
    lines = [f"{derivation.key}: {derivation.title}", f"source: {derivation.source}"]
    for entry in checked:
        statement, report = entry.line.statement, entry.report
        lines += [
            "",
            *(f"({entry.line.number})  {part}" if k == 0 else f"      {part}" for k, part in enumerate(wrap(entry.line.why, WIDTH))),
        ]
        lines += [f"          {in_text(relation)}" for relation in statement.claim]
        if statement.given:
            lines.append(f"      where {', '.join(in_text(relation) for relation in statement.given)}")
        if report.proved:
            lines.append(f"      [{report.grade}] {entry.line.reason.word}")
            lines += [f"      {step.text}" for step in report.steps if step.text.startswith("at ")]
        else:
            lines.append(f"      DOES NOT CHECK ({entry.line.reason.word}): {report.failure}")
    lines += ["", "names:", *(f"  {name}" for name in _names(derivation, in_text))]
    return [*lines, "", summary(derivation, checked)]


def latex_lines(derivation: Derivation, checked: Sequence[CheckedLine]) -> list[str]:
    r"""The chain as LaTeX that needs amsmath only; the equations carry the numbers of the paper as \tag."""
    lines = [rf"\section*{{{_escaped(derivation.title)}}}", rf"Source: {_escaped(derivation.source)}."]
    for entry in checked:
        statement, report = entry.line.statement, entry.report
        lines += ["", rf"\paragraph{{}} {_escaped(entry.line.why)}"]
        for k, relation in enumerate(statement.claim):
            tag = rf"\tag{{{_escaped(entry.line.number)}}}" if k == 0 else r"\notag"
            lines += [r"\begin{equation}", f"  {in_latex(relation)} {tag}", r"\end{equation}"]
        if statement.given:
            lines.append("where " + ", ".join(f"${in_latex(relation)}$" for relation in statement.given) + ".")
        how = f"{entry.line.reason.word}: " + (f"checked, {report.grade}" if report.proved else f"DOES NOT CHECK: {report.failure}")
        lines.append(rf"{{\footnotesize [{_escaped(how)}]}}")
    lines += ["", r"\paragraph{Names}"]
    for name in _names(derivation, in_latex):
        lines += [r"\begin{equation*}", f"  {name}", r"\end{equation*}"]
    return [*lines, "", _escaped(summary(derivation, checked))]


def summary(derivation: Derivation, checked: Sequence[CheckedLine]) -> str:
    """One sentence that says how many lines were checked, and how."""
    if not holds(checked):
        failed = [f"({entry.line.number})" for entry in checked if not entry.report.proved]
        return f"{len(failed)} of {len(checked)} lines do not check: {', '.join(failed)}."
    exact = sum(entry.report.grade == "exact" for entry in checked)
    rest = f", {len(checked) - exact} by the solver" if exact < len(checked) else ""
    return f"All {len(checked)} lines are checked, {exact} of them exactly{rest}."


def _names(derivation: Derivation, written: Any) -> Iterator[str]:
    """The definitions of all names in the lines, each after those that it leans on."""
    seen: set[str] = set()

    def visit(expressions: Iterable[Any]) -> Iterator[str]:
        for expression in expressions:
            for quantity in names_in(expression).values():
                shown = written(quantity)
                if shown not in seen:
                    seen.add(shown)
                    yield from visit([quantity.definition])
                    yield f"{shown} = {written(quantity.definition)}"

    yield from visit(relation for line in derivation.lines for relation in (*line.statement.claim, *line.statement.given))


def _escaped(text: str) -> str:
    text = text.replace("\\", r"\textbackslash ")
    return re.sub(r"([&%$#_{}])", r"\\\1", text).replace("^", r"\^{}").replace("<", r"$<$").replace(">", r"$>$")
