"""The README does what it says: its commands are those of CI, its example gives the verdicts it prints."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = ROOT / ".ci" / "run"


def blocks(language: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    return [text for found, text in fenced if found == language]


def commands() -> list[str]:
    return [block.strip() for block in blocks("")]


def test_there_are_two_commands_of_one_line_each() -> None:
    assert len(commands()) == 2
    assert all("\n" not in command and command.startswith("python3 -m venv .venv && ") for command in commands())
    assert commands()[0].endswith(" && .venv/bin/verify run --effort quick")


def test_ci_runs_the_readmes_commands() -> None:
    text = CI.read_text()
    assert stat.S_IMODE(os.stat(CI).st_mode) & stat.S_IXUSR
    venv, install, tests = (part.replace(".venv/bin/", "") for part in commands()[1].split(" && "))
    assert venv.removesuffix(" .venv") + ' "$scratch/venv"' in text
    assert install.removeprefix("pip install ") in text
    assert f"step {tests}" in text
    assert re.search(rf"^step {re.escape(commands()[0].split('/')[-1])}$", text, flags=re.MULTILINE)


@pytest.fixture
def lemma(tmp_path: Path) -> Path:
    example = blocks("python")[0]
    assert 15 <= len(example.splitlines()) <= 25
    path = tmp_path / "my_lemma.py"
    path.write_text(example)
    return path


def test_the_example_gives_the_printed_output(lemma: Path, command: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    target = lemma.with_name("reports.json")
    outcome = command("run", lemma, "--json", target)
    verdicts = {report["key"]: report["verdict"] for report in json.loads(target.read_text())}
    assert verdicts == {"linear_algebra.submultiplicative": "supported", "mine.upper": "proved", "mine.lower": "refuted"}
    printed = blocks("text")[0]
    assert [line.split()[:2] for line in outcome.out.splitlines()] == [line.split()[:2] for line in printed.splitlines()]
    assert [line for line in printed.splitlines() if line[0] in "! "] == [line for line in outcome.out.splitlines() if line[0] in "! "]


def test_the_example_has_the_printed_proof(lemma: Path, command: Callable[..., object]) -> None:
    assert command("prove", "mine.upper", "--file", lemma).out == blocks("text")[1]


def test_the_network_is_proved_balanced(tmp_path: Path, command: Callable[..., object]) -> None:
    network = blocks("python")[1]
    path, target = tmp_path / "my_network.py", tmp_path / "reports.json"
    path.write_text(network)
    assert command("run", path, "--effort", "quick", "--json", target).code == 0
    assert {report["key"]: report["verdict"] for report in json.loads(target.read_text())} == {"own.balance": "proved"}


def test_the_runs_go_down_at_the_reduced_width(capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = {}
    (runs,) = (block for block in blocks("python") if "simulate(" in block)
    exec(runs, found)
    losses = found["runs"]["L"].mean
    assert losses[50] < losses[0] / 100
    assert capsys.readouterr().out.endswith("{h: (1000, 40)} {'steps'}\n")


def test_the_commands_exist(command: Callable[..., object]) -> None:
    for line in blocks("text")[2].splitlines():
        name, options = line.split()[1], re.findall(r"--[a-z]+", line)
        help_text = command(name, "--help").out
        assert all(option in help_text for option in options), line
