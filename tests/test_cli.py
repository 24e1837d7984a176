"""The command line, end to end: what it prints, what it exits with, and one sentence for every bad input."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import verify
from verify.registry import registry
from verify.statement import KINDS

Command = Callable[..., "object"]

HEAVY = ("scipy", "matplotlib", "z3", "hypothesis", "numpy", "sympy", "flint", "mpmath")
TEMPLATE = Path(__file__).parent.parent / "theorems" / "TEMPLATE.py"

LEMMAS = """
from theorems import linear_algebra as la
from verify.statement import KINDS
from verify.author import *
paper = Paper("mine", "Lemmas of my own")
n, m = dimensions("n m")
A, C = matrix("A", n, m), matrix("C", n, m)
over = domain(Dimension(n, 1, 3), Dimension(m, 1, 3), AnyMatrix(A), AnyMatrix(C))
paper.inequality("true", "t", over=over, claim=fro(A + C) <= fro(A) + fro(C), proof=Closing(), facts=[la.triangle()])
paper.inequality("false", "f", over=over, claim=fro(A + C) <= fro(A))
paper.inequality("known", "k", over=over, claim=fro(A + C) <= fro(A), wrong="C is forgotten.")
paper.inequality("empty", "v", over=over, given=fro(A) < -1, claim=fro(A) <= 1)
paper.inequality("unproved", "u", over=over, claim=fro(A + C) <= fro(A) + fro(C), proof=Closing())
paper.identity("both", "b", over=over, claim=equal(A + C, C + A), proof=Expansion())
"""


@pytest.fixture
def lemmas(tmp_path: Path) -> Path:
    path = tmp_path / "my_lemmas.py"
    path.write_text(LEMMAS)
    return path


# --- list and show ---------------------------------------------------------------------------------


def test_list_json_has_the_agreed_fields(command: Command) -> None:
    rows = json.loads(command("list", "--json").out)
    assert all({"key", "paper", "label", "kind", "form"} <= row.keys() for row in rows)
    by_key = {row["key"]: row for row in rows}
    assert by_key["xu2023.lemma-3.1"] | {"title": "", "source": ""} == {
        "key": "xu2023.lemma-3.1", "paper": "xu2023", "label": "lemma-3.1", "kind": "step", "form": "printed", "title": "", "source": "",
    }  # fmt: skip
    assert by_key["xu2023.eq-27"]["kind"] == "definition"
    assert by_key["linear_algebra.weyl"]["form"] == "fact"


def test_list_filters(command: Command) -> None:
    rows = json.loads(command("list", "--paper", "xu2023", "--kind", "trajectory", "--json").out)
    assert {(row["paper"], row["kind"]) for row in rows} == {("xu2023", "trajectory")}
    assert [row["key"] for row in json.loads(command("list", "xu2023.eq-58.b", "--json").out)] == ["xu2023.eq-58.b.first", "xu2023.eq-58.b"]
    assert {row["kind"] for row in json.loads(command("list", "--kind", "definition", "--json").out)} == {"definition"}


@pytest.mark.parametrize("columns", [100, None])
def test_keys_are_never_broken_across_lines(command: Command, monkeypatch: pytest.MonkeyPatch, columns: int | None) -> None:
    if columns:
        monkeypatch.setenv("COLUMNS", str(columns))
    else:
        monkeypatch.delenv("COLUMNS", raising=False)
    keys = [row["key"] for row in json.loads(command("list", "--json").out)]
    lines = command("list").out.splitlines()
    assert [line.split()[0] for line in lines[1:] if line[0] != " "] == keys
    assert columns is not None or len(lines) == len(keys) + 1
    assert columns is None or max(map(len, lines)) <= columns


def test_show_prints_every_name_before_its_use(command: Command) -> None:
    out = command("show", "xu2023.theorem-3.2.linear").out
    names = out.split("names:\n")[1].split("\n\n")[0].splitlines()
    defined = [line.split(" = ")[0].split("(")[0].strip() for line in names]
    assert len(defined) == len(set(defined))
    for name, used in (("W", "L"), ("E", "p_1"), ("p_1", "alpha_0"), ("a_4", "f"), ("W", "grad_l")):
        assert defined.index(name) < defined.index(used)
    assert out.index("names:") < out.index("dynamics:") < out.index("over:") < out.index("given:") < out.index("claim:")
    assert "\nwrong as printed:\n" in out


def test_show_of_a_definition(command: Command) -> None:
    out = command("show", "xu2023.eq-8").out
    assert out.startswith("xu2023.eq-8: imbalance\n")
    assert "\ndefinition:\n  D(t) = " in out


def test_show_latex(command: Command) -> None:
    assert r"\sigma_{\max}" in command("show", "linear_algebra.singular-order", "--latex").out


# --- run --------------------------------------------------------------------------------------------


def test_run_of_the_template(command: Command) -> None:
    outcome = command("run", TEMPLATE, "--effort", "quick", "--jobs", 1)
    assert outcome.code == 0
    assert "2 proved; 0 not as expected (effort quick, seed 0)" in outcome.out


def test_run_finds_what_a_newcomer_got_right_and_wrong(command: Command, lemmas: Path, tmp_path: Path) -> None:
    target = tmp_path / "reports.json"
    outcome = command("run", lemmas, "--effort", "quick", "--jobs", 1, "--json", target)
    assert outcome.code == 1
    reports = {report["label"]: report for report in json.loads(target.read_text())}
    fields = {
        "key", "paper", "label", "kind", "form", "verdict", "grade", "expected",
        "instances", "acceptance", "min_slack", "seconds", "evidence",
    }  # fmt: skip
    assert all(fields <= report.keys() for report in reports.values())
    assert {label: (report["verdict"], report["expected"]) for label, report in reports.items()} == {
        "triangle": ("supported", "supported"),
        "true": ("proved", "proved"),
        "false": ("refuted", "supported"),
        "known": ("refuted", "refuted"),
        "empty": ("vacuous", "supported"),
        "unproved": ("supported", "proved"),
        "both": ("proved", "proved"),
    }
    assert reports["true"]["grade"] == "exact"
    assert reports["false"]["grade"] is None
    assert reports["empty"]["acceptance"] == 0
    assert "! mine.false is refuted, but supported was expected\n    counterexample: n = 1, m = 1, A = [[" in outcome.out
    assert "! mine.known" not in outcome.out
    assert "! mine.empty is vacuous, but supported was expected" in outcome.out
    assert "! mine.unproved is supported, but proved was expected\n    the proof did not go through: " in outcome.out
    assert "mine" not in outcome.err or "done" in outcome.err, "only the progress bar goes to standard error"
    assert "7 statements" in outcome.out


def test_the_exit_code_is_0_where_every_verdict_is_expected(command: Command, lemmas: Path) -> None:
    text = lemmas.read_text()
    lemmas.write_text("\n".join(line for line in text.splitlines() if '"known"' in line or "paper." not in line))
    assert command("run", lemmas, "--effort", "quick", "--jobs", 1).code == 0


def test_run_reports_fit_100_columns(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    lines = command("run", "xu2023.lemma-C.1.lower-right", "linear_algebra.weyl", "--effort", "quick", "--jobs", 1).out.splitlines()
    assert all(len(line) <= 100 for line in lines[:-1])
    assert len(lines) == 6


def test_two_runs_with_one_seed_agree(command: Command, tmp_path: Path) -> None:
    found = []
    for name in ("a.json", "b.json"):
        command("run", "xu2023.eq-18", "--effort", "quick", "--jobs", 1, "--seed", 5, "--json", tmp_path / name)
        found.append([{**report, "seconds": 0} for report in json.loads((tmp_path / name).read_text())])
    assert found[0] == found[1]


# --- prove and evaluate -----------------------------------------------------------------------------


def test_prove_prints_facts_checks_and_grade(command: Command) -> None:
    outcome = command("prove", "xu2023.lemma-C.2.lower")
    assert outcome.code == 0
    assert "\nfacts:\n  linear_algebra.product-lower-left(" in outcome.out
    assert "(standard fact)" in outcome.out
    assert "\nchecked:\n  1. [exact] " in outcome.out
    assert outcome.out.endswith("proved, grade exact\n")


def test_prove_says_when_it_cannot(command: Command, lemmas: Path) -> None:
    outcome = command("prove", "linear_algebra.weyl")
    assert (outcome.code, outcome.out.splitlines()[-1]) == (1, "not proved: linear_algebra.weyl carries no proof")
    outcome = command("prove", "mine.unproved", "--file", lemmas)
    assert (outcome.code, outcome.out.splitlines()[-1][:12]) == (1, "not proved: ")


@pytest.mark.parametrize("key", ["xu2023.lemma-3.1", "xu2023.theorem-3.1.tau", "xu2023.eq-18", "linear_algebra.root-above"])
def test_an_example_can_be_evaluated(command: Command, tmp_path: Path, key: str) -> None:
    path = tmp_path / "instance.json"
    path.write_text(command("show", key, "--example").out)
    outcome = command("evaluate", key, "--instance", path, "--digits", 30)
    assert outcome.code == 0
    assert "\ndecided in " in outcome.out


def test_evaluate_prints_names_sides_and_the_decision(command: Command, lemmas: Path, tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_text('{"values": {"A": [[0.1]], "C": [["1/3"]]}}')
    outcome = command("evaluate", "mine.false", "--file", lemmas, "--instance", path, "--digits", 20)
    assert outcome.code == 1
    assert outcome.out.startswith(
        "claim: fro(A + C) <= fro(A)\n"
        "  left  = 0.43333333333333333333\n"
        "  right = 0.1\n"
        "decided in balls of 128 bits: the claim is violated\n"
        "  fro(A + C) <= fro(A)\n"
        "  [0.43333333333333333333 +/- 3.34e-21]\n"
        "  [0.10000000000000000000"
    )


def test_evaluate_along_a_run(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_text(command("show", "xu2023.theorem-3.1.tau", "--example").out)
    outcome = command("evaluate", "xu2023.theorem-3.1.tau", "--instance", path, "--step", 2)
    assert outcome.out.startswith("at t = 2:\n")
    assert "lambda_min(tau_t) = " in outcome.out


# --- bad input --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("run --effort fast", "'fast' is no effort; the efforts are quick, default, thorough."),
        ("run --seed -1", "the seed is -1, but it must not be negative."),
        ("run --jobs -2", "the number of jobs is -2, but it must not be negative."),
        ("run xu203", "'xu203' is no paper, no statement and no file; the nearest is xu2023."),
        ("run xu2023.eq-27", "xu2023.eq-27: there is no statement to run, since a definition claims nothing."),
        ("run none.py", "there is no file {here}/none.py."),
        ("run xu2023 --json none/a.json", "cannot write none/a.json: No such file or directory."),
        ("run xu2023 --json .", "cannot write .: it is a folder."),
        ("list --kind lemma", f"'lemma' is no kind; the kinds are {', '.join(KINDS)}, definition."),
        (
            "list --paper xu",
            "there is no paper 'xu'; there are balance, du2018, linear_algebra, min2022, width_reduction, xu2023, zhao2024, zou2020.",
        ),
        (
            "prove xu2023.lemma-31",
            "there is no statement 'xu2023.lemma-31'; the nearest are xu2023.lemma-3.1, xu2023.lemma-C.3, xu2023.lemma-C.5.",
        ),
        ("prove xu2023.eq-27", "'xu2023.eq-27' is a definition: it claims nothing, so it can only be listed and shown."),
        ("show du2018", "'du2018' is a paper; name one statement of it. `verify list du2018` shows them."),
        ("prove du2018", "'du2018' is a paper; name one statement of it. `verify list du2018` shows them."),
        (
            "prove zhao2024.sec-3.3.i",
            "zhao2024.sec-3.3.i is about a limit, which no proof is replayed for; `verify run zhao2024.sec-3.3.i` decides it.",
        ),
        ("show frobnicate", "there is no statement and no definition 'frobnicate'."),
        ("show mine.x --file none.py", "there is no file {here}/none.py."),
        (
            "evaluate xu2023.eq-18",
            "evaluate needs --instance FILE; `verify show xu2023.eq-18 --example > instance.json` writes one to start from.",
        ),
        ("evaluate xu2023.eq-18 --instance none.json", "cannot read none.json: No such file or directory."),
    ],
)
def test_bad_arguments_get_one_sentence(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = command(*arguments.split())
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"error: {sentence.format(here=tmp_path)}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("instance", "sentence"),
    [
        ("{", "the instance is no JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
        ("[]", "an instance is an object with 'values', and optionally 'dimensions', that are objects themselves."),
        ('{"values": {"A": [[NaN]], "C": [[1]]}}', "A[1, 1] is NaN, but every entry must be a finite number."),
        ('{"values": {"A": [[1]], "C": [[-Infinity]]}}', "C[1, 1] is -Infinity, but every entry must be a finite number."),
        ('{"values": {"A": [["x"]], "C": [[1]]}}', "A[1, 1] is 'x', which is no number."),
        ('{"values": {"A": [["1/0"]], "C": [[1]]}}', "A[1, 1] is '1/0', which is no number."),
        ('{"values": {"A": [[1]], "C": [[1, 2]]}}', "C is 1 x 2, but it must be n x m where n = 1, m = 1."),
        ('{"values": {"A": [[1, 2], [3]], "C": [[1]]}}', "A has rows of different lengths."),
        ('{"values": {"A": 1, "C": [[1]]}}', "A is a matrix and expects a list of rows, each a list of numbers."),
        ('{"values": {"A": [[1]]}}', "C is missing."),
        ('{"values": {"A": [[1]], "C": [[1]], "B": [[1]]}}', "B is no variable of this domain; its variables are n, m, A, C."),
    ],
)
def test_bad_instances_get_one_sentence(command: Command, lemmas: Path, instance: str, sentence: str) -> None:
    path = lemmas.with_name("instance.json")
    path.write_text(instance)
    outcome = command("evaluate", "mine.true", "--file", lemmas, "--instance", path)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"error: {path}: {sentence}\n")


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["run", "--frobnicate"], ["show"], ["run", "--jobs", "many"], ["evaluate", "k", "--digits", "1"]]
)
def test_bad_usage_exits_with_2_and_points_to_the_help(command: Command, arguments: list[str]) -> None:
    outcome = command(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Error: " in outcome.err
    assert "Traceback" not in outcome.err


def test_an_interrupt_ends_with_one_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("verify.session.examine_all", interrupted)
    outcome = command("run", "linear_algebra.weyl")
    assert outcome.code == 130
    assert outcome.err.rstrip().splitlines()[-1] == "interrupted: no verdicts, and no file was written."


def test_the_keys_that_help_texts_name_are_keys_of_statements() -> None:
    sources = [path.read_text() for path in Path(verify.__file__).parent.rglob("*.py")]
    named = [key for source in sources for key in re.findall(r'"The key of a statement[^"]*such as ([^" ]+)\."', source)]
    assert len(named) >= 5
    for key in named:
        assert registry().statement(key).key == key


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["evaluate", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom verify.cli import main\nsys.argv = ['verify', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    assert "Usage:" in done.stdout
