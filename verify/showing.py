"""Statements, definitions, proofs and instances as lines of text for the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from verify.chances.claim import Exactly
from verify.facts import FactUse
from verify.instance import Instance
from verify.language.naming import meanings
from verify.language.relations import in_latex, in_text
from verify.paper import Definition
from verify.proof.claims import ProofReport
from verify.statement import Statement


def entry_lines(entry: Statement | Definition, *, latex: bool = False) -> list[str]:
    """A statement or definition in full: the names before their use, what it ranges over, its hypotheses and its claim."""
    written = in_latex if latex else in_text
    if isinstance(entry, Definition):
        return [
            f"{entry.key}: {entry.title}",
            f"source: {entry.source}   kind: definition",
            *_section("names", _named([entry.quantity.definition], written)),
            *_section("definition", [f"{written(entry.quantity)} = {written(entry.quantity.definition)}"]),
        ]
    law = entry.law
    updates = law.update if law else ()
    velocities = entry.flow.items() if entry.flow else ()
    lines = [f"{entry.key}: {entry.title}", f"source: {entry.source}   kind: {entry.kind}   form: {entry.form}"]
    lines += _section("names", _named(said_in(entry), written))
    if law is not None:
        lines += _section(f"dynamics: {law.name}", [f"{written(matrix)}  ->  {written(value)}" for matrix, value in updates])
    if entry.flow is not None:
        lines += _section(f"flow: {entry.flow.name}", [_velocity_line(matrix, velocity, written, latex) for matrix, velocity in velocities])
    lines += _section("over", [sentence.removesuffix(".") for sentence in entry.over.words()])
    lines += _section("given", [written(relation) for relation in entry.given])
    said = entry.chance
    if said is not None:
        lines += _section("random", [law.words().removesuffix(".") for law in said.random])
        lines += _section(f"event, with probability at least {written(said.at_least)}", [written(relation) for relation in entry.claim])
        lines += _section("exact probability", [_exact(exact, written) for exact in said.exact])
    elif entry.limit is not None:
        lines += _section("claim", [entry.limit.words()])
    else:
        lines += _section("claim", [written(relation) for relation in entry.claim])
    lines += _section("constants that exist", [constant.words() for constant in entry.constants])
    lines += _section("its proof uses", entry.uses)
    lines += _section("wrong as printed", [entry.wrong] if entry.wrong else [])
    lines += _section("note", [entry.note] if entry.note else [])
    return lines


def said_in(statement: Statement) -> list[Any]:
    """Everything that a statement says as formulas: its dynamics, what its domain derives and guarantees, hypotheses, claim."""
    updates = statement.law.update if statement.law else ()
    velocities = statement.flow.items() if statement.flow else ()
    expressions = [*(value for _, value in (*updates, *velocities, *statement.over.derived)), *statement.given, *statement.claim]
    return [*expressions, *(statement.chance.expressions if statement.chance else ()), *statement.over.guaranteed]


def _exact(exact: Exactly, written: Callable[[Any], str]) -> str:
    where = ", ".join(written(relation) for relation in exact.given)
    return f"{written(exact.probability)}{f' where {where}' if where else ''}"


def _velocity_line(matrix: Any, velocity: Any, written: Any, latex: bool) -> str:
    return rf"\frac{{d}}{{dt}} {written(matrix)} = {written(velocity)}" if latex else f"d/dt {written(matrix)} = {written(velocity)}"


def proof_lines(statement: Statement, report: ProofReport) -> list[str]:
    """A replayed proof: hypotheses, claim, the facts with their standing, what was checked and how, the grade."""
    lines = [f"{statement.key}: {statement.title}"]
    lines += _section("given", [in_text(relation) for relation in statement.given])
    lines += _section("claim", [in_text(relation) for relation in statement.claim])
    standing = {f.statement.key: _standing(f.statement) for f in statement.facts if isinstance(f, FactUse)}
    lines += _section("facts", [f"{fact.removesuffix('()')}{standing.get(fact.split('(', 1)[0], '')}" for fact in report.facts])
    steps = condensed([(step.grade, step.text) for step in report.steps])
    lines += _section("checked", [f"{number}. [{grade}] {text}" for number, (grade, text) in enumerate(steps, 1)])
    return [*lines, "", f"proved, grade {report.grade}" if report.proved else f"not proved: {report.failure}"]


def _standing(statement: Statement) -> str:
    return "   (standard fact)" if statement.form == "fact" and statement.proof is None else "   (proved)"


def condensed(steps: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Neighbouring steps that discharge obligations of one fact in one way, written as one step."""

    def parts(step: tuple[str, str]) -> tuple[str, str, str]:
        grade, text = step
        fact, sign, rest = text.partition(" asks for ")
        return (grade, fact, rest.rpartition(": ")[2]) if sign and ": " in rest else (grade, text, "")

    result = []
    for (grade, fact, how), group in groupby(steps, parts):
        asked = [text.partition(" asks for ")[2].rpartition(": ")[0] for _, text in group]
        result.append((grade, f"{fact} asks for {', '.join(asked)}: {how}" if how else fact))
    return result


def instance_text(instance: Instance) -> str:
    """JSON for `evaluate --instance`, with each matrix on one line."""
    data = instance.to_json()
    values = ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in data["values"].items())
    return f'{{\n  "dimensions": {json.dumps(data["dimensions"])},\n  "values": {{\n{values}\n  }}\n}}\n'


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return ["", f"{heading}:", *(f"  {line}" for line in lines)] if lines else []


def _named(expressions: Iterable[Any], written: Any) -> list[str]:
    """Definitions of all names that the expressions lean on, each after those that it leans on itself."""
    return [f"{written(quantity)} = {written(quantity.definition)}" for quantity in meanings(expressions)]
