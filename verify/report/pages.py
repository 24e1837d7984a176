"""What each page of the site shows, as plain values for its template."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from verify.certificate_format import laid_out
from verify.evidence import (
    ChanceEvidence,
    ConstantEvidence,
    Counterexample,
    DrawEvidence,
    EvaluationEvidence,
    LimitEvidence,
    ProofEvidence,
)
from verify.files import read_text
from verify.language.mathml import breakable, latex_to_mathml
from verify.language.naming import meanings
from verify.language.printing import tex
from verify.language.relations import in_latex, in_text
from verify.paper import Definition, Paper
from verify.report import plots, words
from verify.report.dependencies import Standing
from verify.report.findings import VERDICTS, Finding
from verify.showing import said_in
from verify.statement import Statement


@dataclass(frozen=True)
class Site:
    """Everything that pages are made of; `names` gives the file name of each key, without its ending."""

    papers: tuple[Paper, ...]
    found: Mapping[str, Finding]
    standing: Mapping[str, Standing]
    users: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    sources: Mapping[str, str]

    def of(self, paper: Paper) -> list[Finding]:
        """The findings on a paper's statements, in its order."""
        return [self.found[key] for key in paper.statements if key in self.found]


def file_names(keys: Sequence[str]) -> dict[str, str]:
    """A name for each key that every file system keeps apart from the others, and that needs no quoting in a link."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for key in keys:
        name = "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-_") else f"_{ord(sign):x}_" for sign in key)
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        names[key] = name
    return names


def counts(found: Sequence[Finding]) -> dict[str, int]:
    """How many statements have each verdict, in the order of `VERDICTS`."""
    counted = Counter(finding.verdict for finding in found)
    return {verdict: counted[verdict] for verdict in VERDICTS}


def errata(found: Sequence[Finding]) -> list[Finding]:
    """The printed statements that fell."""
    return [finding for finding in found if finding.statement.form == "printed" and finding.verdict == "refuted"]


def corrected(site: Site, key: str) -> Finding | None:
    """The finding on the repaired form of a statement, where there is one."""
    return site.found.get(f"{key}.corrected")


def repaired(printed: Statement, form: Statement) -> list[str]:
    """What a corrected form says about domain and hypotheses that the printed one does not, or the other way round."""
    before, after = (([*s.over.words(), *(f"{in_text(relation)}." for relation in s.given)]) for s in (printed, form))
    dropped = [f"without: {line}" for line in before if line not in after]
    return [*(line for line in after if line not in before), *dropped]


@dataclass(frozen=True)
class Formula:
    """A formula for reading and for copying."""

    mathml: str
    latex: str


def formula(expression: Any, *, display: bool = True) -> Formula:
    """A formula from the object that is tested."""
    latex = in_latex(expression)
    return Formula(breakable(latex) if display else latex_to_mathml(latex), latex)


@dataclass(frozen=True)
class StatementPage:
    """The page of one statement."""

    finding: Finding
    given: list[Formula]
    claim: list[Formula]
    claim_heading: str
    names: list[Formula]
    dynamics: list[Formula]
    dynamics_name: str
    domain: list[str]
    random: list[str]
    constants: list[str]
    exact: list[str]
    printed: Finding | None
    corrected: Finding | None
    proof: ProofEvidence | None = None
    proof_steps: list[tuple[str, str]] = field(default_factory=list)
    proof_facts: list[tuple[str, str]] = field(default_factory=list)
    draws: DrawEvidence | None = None
    draw_rows: list[tuple[str, str]] = field(default_factory=list)
    histogram: plots.Histogram | None = None
    lines: plots.Lines | None = None
    course: Formula | None = None
    tightest: list[words.Value] = field(default_factory=list)
    tightest_exact: str = ""
    evaluation: EvaluationEvidence | None = None
    chance: ChanceEvidence | None = None
    tests: list[dict[str, str]] = field(default_factory=list)
    limit: LimitEvidence | None = None
    best: list[ConstantEvidence] = field(default_factory=list)
    counterexample: Counterexample | None = None
    fails: dict[str, str] = field(default_factory=dict)
    failing: Formula | None = None
    met: list[tuple[Formula, str, str]] = field(default_factory=list)
    counterexample_values: list[words.Value] = field(default_factory=list)
    counterexample_exact: str = ""
    certificate: str | None = None

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.finding.statement


def statement_page(site: Site, finding: Finding) -> StatementPage:
    """The page of a statement with every piece of its evidence."""
    statement = finding.statement
    moved = statement.law.update if statement.law else statement.flow.items() if statement.flow else ()
    sign = r"\;\leftarrow\;" if statement.law else "="
    said, over = statement.chance, statement.over
    parts: dict[str, Any] = {}
    for evidence in finding.report.evidence if finding.report else ():
        parts |= _shown(statement, evidence, parts)
    return StatementPage(
        finding=finding,
        given=[formula(relation) for relation in statement.given],
        claim=[_limit(statement)] if statement.limit else [formula(relation) for relation in statement.claim],
        claim_heading=_claim_heading(statement),
        names=[_meaning(quantity) for quantity in meanings(said_in(statement))],
        dynamics=[_moving(matrix, value, sign) for matrix, value in moved],
        dynamics_name=statement.law.name if statement.law else statement.flow.name if statement.flow else "",
        domain=over.words(),
        random=[law.words() for law in said.random] if said else [],
        constants=[constant.words() for constant in statement.constants],
        exact=[_exact(part) for part in said.exact] if said else [],
        printed=site.found.get(statement.key.removesuffix(".corrected")) if statement.form == "corrected" else None,
        corrected=corrected(site, statement.key),
        certificate=certificate(finding),
        **parts,
    )


def certificate(finding: Finding) -> str | None:
    """The content of a certificate file: the one that a run made, else the one that is kept beside the paper."""
    found = finding.report.counterexample if finding.report else None
    if found is not None and found.certificate is not None:
        return laid_out(found.certificate)
    kept = finding.statement.certificate
    if finding.statement.wrong is not None and kept is not None and kept.is_file():
        return read_text(kept)
    return None


def _shown(statement: Statement, evidence: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """What one piece of evidence adds to a page."""
    match evidence:
        case ProofEvidence():
            facts = [(fact.partition("(")[0], fact.partition("(")[2].removesuffix(")")) for fact in evidence.facts]
            return {"proof": evidence, "proof_steps": words.steps(evidence), "proof_facts": facts}
        case DrawEvidence():
            course = evidence.course
            relation = next((r for r in statement.claim if course and in_text(r) == course.relation), None)
            return {
                "draws": evidence,
                "draw_rows": words.draws_in_numbers(evidence),
                "histogram": plots.histogram(evidence.slacks),
                "lines": plots.lines(course) if course else None,
                "course": formula(relation, display=False) if relation is not None else None,
                "tightest": words.values(evidence.tightest) if evidence.tightest else [],
                "tightest_exact": words.exact_numbers(evidence.tightest) if evidence.tightest else "",
            }
        case EvaluationEvidence():
            return {"evaluation": evidence}
        case ChanceEvidence():
            return {"chance": evidence, "tests": words.tried(evidence.tested)}
        case LimitEvidence():
            return {"limit": evidence}
        case ConstantEvidence():
            return {"best": [*before.get("best", ()), evidence]}
        case Counterexample():
            return {
                "counterexample": evidence,
                "fails": words.where_it_fails(evidence),
                "failing": next((formula(r, display=False) for r in statement.claim if in_text(r) == evidence.relation), None),
                "met": _met(statement, evidence),
                "counterexample_values": words.values(evidence.instance),
                "counterexample_exact": words.exact_numbers(evidence.instance),
            }
    raise TypeError(f"no page shows evidence of the kind {type(evidence).__name__}")


def _met(statement: Statement, found: Counterexample) -> list[tuple[Formula, str, str]]:
    """Each hypothesis with what encloses its two sides at a counterexample."""
    compared = zip(statement.hypotheses, found.hypotheses, strict=False)
    return [(formula(relation, display=False), words.trimmed(left), words.trimmed(right)) for relation, (left, right) in compared]


def _claim_heading(statement: Statement) -> str:
    if statement.chance is not None:
        return f"Event, with probability at least {in_text(statement.chance.at_least)}"
    if statement.open_constants or statement.constants:
        return "Claim, for some constants"
    return {"trajectory": "Claim, at every time of every run", "flow": "Claim, at every time of every flow"}.get(statement.kind, "Claim")


def _limit(statement: Statement) -> Formula:
    said = statement.limit
    assert said is not None
    point = rf"{tex(said.variable)} \to {tex(said.to)}"
    latex = rf"{tex(said.quantity)} \to {tex(said.value)} \quad \left({point}\right)"
    if said.rate is not None:
        latex += rf", \quad \left|{tex(said.quantity - said.value)}\right| = O\left({tex(said.rate)}\right)"
    return Formula(breakable(latex), latex)


def _meaning(quantity: Any) -> Formula:
    latex = f"{tex(quantity)} = {tex(quantity.definition)}"
    return Formula(breakable(latex), latex)


def _moving(matrix: Any, value: Any, sign: str) -> Formula:
    left = tex(matrix) if sign != "=" else rf"\frac{{d}}{{dt}} {tex(matrix)}"
    latex = f"{left} {sign} {tex(value)}"
    return Formula(breakable(latex), latex)


def _exact(part: Any) -> str:
    where = ", ".join(in_text(relation) for relation in part.given)
    return f"{in_text(part.probability)}{f' where {where}' if where else ''}"


def definition_formula(definition: Definition) -> Formula:
    """What a named quantity of a paper means."""
    return _meaning(definition.quantity)


def rows_of_graph(site: Site, keys: Sequence[str]) -> str:
    """For the script of a graph: for each key the keys directly beneath it and directly above."""
    return json.dumps({key: [list(site.found[key].statement.uses), list(site.users[key])] for key in keys}, separators=(",", ":"))
