"""The documentation does what it says: every block of code runs, what it prints is printed, and the pages build without a warning."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from verify.author import __all__ as words

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(path.stem for path in DOCS.glob("*.md"))
_BLOCK = re.compile(r'^```(\w+)( fails)?(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
UNRUN = {"toml"}


@dataclass(frozen=True)
class Block:
    """A block of code: its language, whether it ends with exit code 1, the file it goes to, its text."""

    language: str
    fails: bool
    file: str | None
    text: str


def blocks(page: str) -> list[Block]:
    """The blocks of a page, all of them."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    found = [Block(language, bool(fails), file or None, body) for language, fails, file, body in _BLOCK.findall(text)]
    assert len(found) == len(re.findall(r"^```\w", text, re.MULTILINE)), f"{page}: a block has a heading that this test cannot read"
    return found


def says(printed: str, line: str) -> bool:
    """Whether the line was printed, up to spaces, with anything in place of an ellipsis."""
    parts = [re.escape(part.strip()) for part in " ".join(line.split()).split("…")]
    return re.search(".*".join(parts), " ".join(printed.split())) is not None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working folder, from which modules are imported; what a page imported is forgotten at its end."""
    known = set(sys.modules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("COLUMNS", raising=False)
    yield tmp_path
    for name in set(sys.modules) - known:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in str(sys.modules[name].__file__):
            del sys.modules[name]


def _run(line: str, command: Callable[..., Any]) -> tuple[int, str]:
    """Exit code and output of a command line of `verify`, in this process, or of `pytest`, in one of its own."""
    program, *arguments = shlex.split(line)
    if program == "verify":
        outcome = command(*arguments)
        return outcome.code, outcome.out + outcome.err
    assert program == "pytest", line
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    python = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(python, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_every_block_runs(page: str, folder: Path, command: Callable[..., Any]) -> None:
    scope: dict[str, Any] = {"__name__": page}
    printed = ""
    for block in blocks(page):
        if block.file is not None:
            (folder / block.file).write_text(block.text)
            importlib.invalidate_caches()
        elif block.language == "python":
            exec(compile(block.text, f"{page}.md", "exec"), scope)
        elif block.language == "sh":
            printed = ""
            for line in block.text.splitlines():
                code, output = _run(line, command)
                assert code == int(block.fails), f"{line}\n{output}"
                printed += output
        elif block.language == "text":
            for line in block.text.splitlines():
                assert says(printed, line), f"{page}: not printed: {line}\n{printed}"
        else:
            assert block.language in UNRUN, f"{page}: no test runs {block.language}"


def test_what_was_not_printed_is_seen() -> None:
    assert says("a   b c", "a b …")
    assert not says("a b c", "a c")


def test_the_pages_build_without_warnings(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="no MkDocs: `pip install '.[docs]'` installs it")
    python = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "docs")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(python, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    reference = (tmp_path / "docs" / "language.html").read_text(encoding="utf-8")
    missing = [word for word in words if f"<code>{word}" not in reference]
    assert missing == []
    leaves = re.findall(r'(?:src|href)="(https?://[^"]+\.(?:js|css|woff2?))"', reference)
    assert leaves == [], "a page fetches nothing from the network"
