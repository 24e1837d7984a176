"""Finds papers: installed ones by the entry-point group `verify.papers`, others by the path of a file."""

from __future__ import annotations

import gc
import hashlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from verify.errors import StatementError, UnknownKeyError, VerifyError
from verify.paper import Paper, Registry

GROUP = "verify.papers"


class Papers(Mapping[str, Paper]):
    """The papers that installed packages offer, by key, and then others; an installed one is loaded when it is first asked for.

    An entry point has the key of its paper as its name. Looking a paper up raises StatementError, naming the entry point,
    where it cannot be loaded, is no paper or has another key.
    """

    def __init__(self, points: Iterable[EntryPoint], others: Mapping[str, Paper]) -> None:
        self._points: dict[str, EntryPoint] = {}
        self._loaded = dict(others)
        self._others = tuple(others)
        for point in points:
            if self._points.setdefault(point.name, point) != point:
                raise StatementError(f"two installed papers have the key '{point.name}'; a key names one paper.")

    def __getitem__(self, key: str) -> Paper:
        if key not in self._loaded:
            self._loaded[key] = _offered(self._points[key])
        return self._loaded[key]

    def __contains__(self, key: object) -> bool:
        return key in self._points or key in self._others

    def __iter__(self) -> Iterator[str]:
        return iter((*self._points, *self._others))

    def __len__(self) -> int:
        return len(self._points) + len(self._others)

    def extended(self, others: Mapping[str, Paper]) -> Papers:
        """These papers and others of other keys."""
        return Papers(self._points.values(), {**{key: self._loaded[key] for key in self._others}, **others})


def _offered(point: EntryPoint) -> Paper:
    try:
        with _for_good():
            paper = point.load()
    except Exception as error:  # whatever the code of a foreign package raises
        raise StatementError(f"the installed paper '{point.name}' ({point.value}) cannot be loaded: {_reason(error)}.") from error
    if not isinstance(paper, Paper):
        raise StatementError(f"the entry point '{point.value}' in group '{GROUP}' is no Paper.")
    if paper.key != point.name:
        raise StatementError(f"the entry point '{point.value}' has the name '{point.name}', but the key of its paper is '{paper.key}'.")
    return paper


@contextmanager
def _for_good() -> Iterator[None]:
    """What is built within stays: it is not searched for garbage meanwhile, nor ever again, here or in processes forked off.

    The papers of this package are half a million objects, over which every full collection would walk in vain.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collecting:
            gc.enable()


@lru_cache(maxsize=1)
def installed_papers() -> Papers:
    """Every paper that an installed package offers. Raises StatementError where two have one key."""
    return Papers(entry_points(group=GROUP), {})


@lru_cache(maxsize=64)
def papers_in(path: Path) -> tuple[Paper, ...]:
    """The papers that a Python file defines; the file runs once in a process.

    Raises UnknownKeyError where there is no such file, StatementError where it does not load or
    defines no paper.
    """
    if path.is_dir():
        raise UnknownKeyError(f"{path} is a folder; name a Python file in it.")
    if not path.is_file():
        raise UnknownKeyError(f"there is no file {path}.")
    module = _loaded(path)
    installed = installed_papers()
    found = {id(value): value for value in vars(module).values() if isinstance(value, Paper)}
    papers = {known: paper for known, paper in found.items() if installed.get(paper.key) is not paper}
    if not papers:
        raise StatementError(f"{path} defines no Paper; a paper is made by paper = Paper('key', 'title').")
    return tuple(papers.values())


def is_file(name: str) -> bool:
    """Whether a selector names a file rather than a key."""
    return name.endswith(".py") or "/" in name or os.sep in name


@lru_cache(maxsize=8)
def registry(files: tuple[str, ...] = ()) -> Registry:
    """The installed papers and those of the given files. Raises StatementError where two have one key."""
    installed, own = installed_papers(), dict[str, Paper]()
    for file in files:
        for paper in papers_in(Path(file)):
            if paper.key in installed or own.get(paper.key, paper) is not paper:
                raise StatementError(f"the key '{paper.key}' of the paper in {file} is taken by another paper; give it a key of its own.")
            own[paper.key] = paper
    return Registry(installed.extended(own))


def selection(names: Iterable[str]) -> tuple[Registry, tuple[str, ...], list[str]]:
    """The registry with the files among the names, those files, and the names with each file replaced by its papers.

    Raises UnknownKeyError and StatementError as `papers_in` does.
    """
    wanted = list(names)
    files = tuple(dict.fromkeys(str(Path(name).resolve()) for name in wanted if is_file(name)))
    known = registry(files)
    keys = [name for name in wanted if not is_file(name)]
    return known, files, [*keys, *(paper.key for file in files for paper in papers_in(Path(file)))]


def papers_of(names: Sequence[str]) -> list[str]:
    """The keys of the installed papers that a selection speaks of, without loading them: all of them where it is empty."""
    wanted = [name.partition(".")[0] for name in names if not is_file(name)]
    return [key for key in installed_papers() if key in wanted or not names]


def _loaded(path: Path) -> ModuleType:
    # Two files may share a stem, so the name holds the whole path.
    name = f"verify_file_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UnknownKeyError(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever an author's code raises
        del sys.modules[name]
        line = _line(error, path)
        raise StatementError(f"{path}{f', line {line}' if line else ''}: {_reason(error)}.") from error
    return module


def _line(error: BaseException, path: Path) -> int | None:
    """The last line of the file itself that the error passed through."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines else None


def _reason(error: BaseException) -> str:
    """What went wrong, in one line; messages of our own errors already say it all."""
    text = (error.msg if isinstance(error, SyntaxError) else str(error)).strip().rstrip(".")
    text = " ".join(text.split())
    if isinstance(error, VerifyError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
