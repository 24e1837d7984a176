"""Verdicts, proofs and evidence in words and in numbers, as pages show them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Symbol

from verify.evidence import Counterexample, DrawEvidence, ProofEvidence, TriedSetting
from verify.language.mathml import latex_to_mathml
from verify.language.printing import tex
from verify.showing import condensed

MEANINGS = {
    "proved": "It holds for all instances, given the facts that its proof names.",
    "supported": "It held at every instance that was decided. That is no proof.",
    "refuted": "It fails at an instance in exact numbers, which anyone can check again.",
    "vacuous": "No instance met its hypotheses, so nothing is known.",
    "undecided": "No draw could be decided, or something that its proof leans on did not hold up.",
    "failed": "The toolkit itself broke; that is a bug.",
    "not examined": "No stored run examined it yet.",
}

LONGEST_NUMBER = 16
"""Signs of an exact number that a formula shows in full; longer ones are rounded there, and exact below it."""

_STEP = re.compile(r"^\[(exact|solver)\] (.*)$", re.DOTALL)


@dataclass(frozen=True)
class Value:
    """A variable of an instance: its name and value as MathML; `rounded` where numbers were too long to show."""

    mathml: str
    rounded: bool


def values(instance: dict[str, Any]) -> list[Value]:
    """The dimensions and values of an instance, as `Instance.to_json` writes it."""
    return [_value(name, value) for name, value in {**instance.get("dimensions", {}), **instance.get("values", {})}.items()]


def _value(name: str, value: Any) -> Value:
    rows = value if isinstance(value, list) else [[value]]
    rounded = any(len(str(entry)) > LONGEST_NUMBER for row in rows for entry in row)
    entries = [[_number(str(entry)) for entry in row] for row in rows]
    body = entries[0][0]
    if isinstance(value, list):
        body = r"\begin{bmatrix}" + r"\\".join(" & ".join(row) for row in entries) + r"\end{bmatrix}"
    sign = r"\approx" if rounded else "="
    return Value(latex_to_mathml(f"{tex(Symbol(name))} {sign} {body}"), rounded)


def _number(text: str) -> str:
    """A rational as LaTeX; rounded where it is too long."""
    numerator, _, denominator = text.partition("/")
    if len(text) > LONGEST_NUMBER:
        return _decimal(_quotient(numerator, denominator or "1"))
    if denominator:
        minus = "-" if numerator.startswith("-") else ""
        return rf"{minus}\frac{{{numerator.lstrip('-')}}}{{{denominator}}}"
    return numerator


def _quotient(numerator: str, denominator: str) -> float:
    from fractions import Fraction

    try:
        return float(Fraction(numerator) / Fraction(denominator))
    except OverflowError:
        return float("inf")


def _decimal(value: float) -> str:
    digits, _, exponent = f"{value:.4g}".partition("e")
    return rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits.replace("inf", r"\infty")


def exact_numbers(instance: dict[str, Any]) -> str:
    """The instance as JSON, a row of a matrix on a line, as `verify evaluate --instance` reads it."""
    parts = []
    for name, value in instance.get("values", {}).items():
        rows = ",\n".join(f"      {json.dumps(row)}" for row in value) if isinstance(value, list) else None
        parts.append(f"    {json.dumps(name)}: " + (json.dumps(value) if rows is None else f"[\n{rows}\n    ]"))
    inside = ",\n".join(parts)
    return f'{{\n  "dimensions": {json.dumps(instance.get("dimensions", {}))},\n  "values": {{\n{inside}\n  }}\n}}\n'


def steps(proof: ProofEvidence) -> list[tuple[str, str]]:
    """Grade and text of each step of a proof, obligations of one fact in one step."""
    found = [_STEP.match(step) for step in proof.steps]
    read = [(match[1], match[2]) if match else ("", step) for match, step in zip(found, proof.steps, strict=True)]
    return [(grade, text.replace("()", "")) for grade, text in condensed(read)]


def draws_in_numbers(draws: DrawEvidence) -> list[tuple[str, str]]:
    """What was drawn and decided, as pairs of a name and a number."""
    what = {"run": "states along runs", "flow": "states along flows"}.get(draws.rung, "instances")
    rows = [
        (f"{what} drawn, over {draws.shapes} shape{'s' * (draws.shapes != 1)}", f"{draws.drawn:,}"),
        ("met the hypotheses", f"{draws.accepted:,} ({draws.acceptance:.0%})"),
        ("held by a clear margin", f"{draws.clear:,}"),
        ("close, and decided in balls", f"{draws.decided:,}"),
        ("ties", f"{draws.ties:,}"),
    ]
    rows += [("left open", f"{draws.open:,}")] if draws.open else []
    rows += [("smallest normalised slack", slack(draws.minimum_slack))]
    return [*rows, ("seed", str(draws.seed))]


def slack(value: float | None) -> str:
    """A slack with two digits; a dash where none was seen."""
    return "–" if value is None else "0" if value == 0 else f"{value:.2g}"


def tried(settings: Sequence[TriedSetting]) -> list[dict[str, str]]:
    """The tests of a probability, one row each."""
    return [
        {
            "setting": ", ".join(f"{name} = {_short(value)}" for name, value in _flat(test.setting).items()) or "the only one",
            "claimed": f"{test.at_least:.4g}",
            "observed": f"{test.occurred:,} of {test.draws:,}",
            "interval": f"{test.lower:.4g} to {test.upper:.4g}",
        }
        for test in settings
    ]


def _flat(setting: dict[str, Any]) -> dict[str, Any]:
    if isinstance(setting.get("values"), dict):
        return {**setting.get("dimensions", {}), **setting["values"]}
    return setting


def _short(value: Any) -> str:
    text = json.dumps(value).replace('"', "")
    return text if len(text) <= 40 else f"{text[:37]}…"


def where_it_fails(found: Counterexample) -> dict[str, str]:
    """The relation that fails, its two sides, when, how that was decided and where it came from."""
    how = f"balls of {found.bits} bits" if found.bits else "exact arithmetic"
    return {
        "relation": found.relation,
        "left": trimmed(found.left),
        "right": trimmed(found.right),
        "when": f"at t = {found.step}" if found.step else "",
        "how": how,
        "origin": found.origin,
    }


def trimmed(number: str) -> str:
    """An exact decimal without the zeros at its end; enclosures stay as they are."""
    return number.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", number) else number
