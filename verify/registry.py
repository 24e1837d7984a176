"""Finds papers: installed ones by the entry-point group `verify.papers`, others by the path of a file."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path

from verify.errors import StatementError, UnknownKeyError
from verify.statement import Paper, Registry

GROUP = "verify.papers"


def installed_papers() -> dict[str, Paper]:
    """Every paper that an installed package offers, by key."""
    papers: dict[str, Paper] = {}
    for point in entry_points(group=GROUP):
        paper = point.load()
        if not isinstance(paper, Paper):
            raise StatementError(f"the entry point '{point.value}' in group '{GROUP}' is no Paper.")
        _add(papers, paper)
    return papers


def papers_in(path: Path) -> list[Paper]:
    """The papers that a Python file defines.

    Raises UnknownKeyError where there is no such file, StatementError where it defines no paper.
    """
    if not path.is_file():
        raise UnknownKeyError(f"there is no file {path}.")
    name = f"verify_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UnknownKeyError(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    imported = {id(p) for p in _installed()}
    papers = list({id(v): v for v in vars(module).values() if isinstance(v, Paper) and id(v) not in imported}.values())
    if not papers:
        raise StatementError(f"{path} defines no Paper.")
    return papers


def is_file(name: str) -> bool:
    """Whether a selector names a file rather than a key."""
    return name.endswith(".py") or "/" in name


@lru_cache(maxsize=8)
def registry(files: tuple[str, ...] = ()) -> Registry:
    """The installed papers and those of the given files."""
    papers = installed_papers()
    for file in files:
        for paper in papers_in(Path(file)):
            _add(papers, paper)
    return Registry(papers)


def selection(names: Iterable[str]) -> tuple[Registry, tuple[str, ...], list[str]]:
    """The registry with the files among the names, those files, and the keys that the names select.

    A file selects every statement of its papers. Raises UnknownKeyError for a name nobody knows.
    """
    wanted = list(names)
    files = tuple(str(Path(name).resolve()) for name in wanted if is_file(name))
    known = registry(files)
    keys = [name for name in wanted if not is_file(name)]
    from_files = [paper.key for file in files for paper in papers_in_registry(known, file)]
    chosen = known.select([*keys, *from_files])
    return known, files, [statement.key for statement in chosen]


def papers_in_registry(known: Registry, file: str) -> list[Paper]:
    """The papers of the registry that the file defined."""
    module = sys.modules[f"verify_file_{Path(file).stem}"]
    return [paper for paper in known.papers.values() if any(paper is value for value in vars(module).values())]


def _installed() -> list[Paper]:
    return list(installed_papers().values())


def _add(papers: dict[str, Paper], paper: Paper) -> None:
    if paper.key in papers and papers[paper.key] is not paper:
        raise StatementError(f"two papers have the key '{paper.key}'; a key names one paper.")
    papers[paper.key] = paper
