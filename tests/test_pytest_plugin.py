"""The pytest plugin: what it collects, what passes, what fails and how that reads, and that it costs nothing unasked."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

# Pytester forgets what a run imports, but numpy and its like cannot be imported twice in a process.
import verify.certificate
import verify.evaluating
import verify.rungs
import verify.tables  # noqa: F401
from theorems import linear_algebra as la
from verify import registry as registry_module
from verify.checker import check
from verify.registry import registry

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
PLUGIN = ("-p", "verify.pytest_plugin")
QUICK = ("--theorems-effort", "quick")

LEMMAS = """
from verify.author import *

paper = Paper("mine", "Lemmas of my own")
n, m = dimensions("n m")
A = matrix("A", n, m)
matrices = domain(Dimension(n, 1, 3), Dimension(m, 1, 3), AnyMatrix(A))
S = paper.definition("sum", define("S", A + A))

paper.identity("gram", "t", over=matrices, claim=equal(fro(A) ** 2, trace(A.T * A)), proof=Expansion())
printed = paper.inequality("printed", "t", over=matrices, claim=fro(A) <= sigma_max(A), wrong="holds for rank one alone")
paper.corrected(printed, claim=sigma_max(A) <= fro(A))
"""

FALSE = """
paper.inequality("false", "t", over=matrices, claim=fro(A) <= sigma_max(A))
"""

SUITE = """
from lemmas import paper
from verify.pytest_plugin import theorem

gram, printed = paper.statements["mine.gram"], paper.statements["mine.printed"]
test_gram = theorem(gram)

@theorem
def test_printed():
    return printed

def test_grade(verify_statement):
    assert verify_statement(gram).grade == "exact"
"""

FALSE_SUITE = """
false = paper.statements["mine.false"]
test_false = theorem(false)

def test_false_by_the_fixture(verify_statement):
    verify_statement(false)
"""

COUNTEREXAMPLE = (
    "mine.false is refuted, but supported was expected",
    "*counterexample: n = 2, m = 2, A = *",
    "*where fro(A) <= sigma_max(A) fails: left *, right 1*",
)


@pytest.fixture
def lemmas(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of lemmas in a folder of its own; of the installed papers only linear algebra, since loading all takes long."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(registry_module, "installed_papers", lambda: registry_module.Papers((), {"linear_algebra": la.paper}))
    registry.cache_clear()
    yield pytester.makepyfile(lemmas=LEMMAS)
    registry.cache_clear()


@pytest.fixture
def tests(pytester: pytest.Pytester, lemmas: Path) -> Callable[..., pytest.RunResult]:
    """Runs pytest with the plugin in this process."""
    return lambda *arguments: pytester.runpytest_inprocess(*PLUGIN, *map(str, arguments))


def collected(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def test_every_rung_of_every_statement_is_an_item(tests: Callable[..., pytest.RunResult], lemmas: Path) -> None:
    result = tests("--theorems", lemmas, "--collect-only", "-q")
    assert collected(result) == ["mine.gram::proof", "mine.gram::draws", "mine.printed::draws", "mine.printed.corrected::draws"]
    assert result.ret == 0


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        (("-k", "corrected"), ["mine.printed.corrected::draws"]),
        (("-k", "mine.gram::proof"), ["mine.gram::proof"]),
        (("-k", "proof and mine"), ["mine.gram::proof"]),
        (("-m", "identity"), ["mine.gram::proof", "mine.gram::draws"]),
        (("-m", "theorem and not mine and not linear_algebra"), []),
        (("-m", "linear_algebra"), ["linear_algebra.weyl::draws"]),
    ],
)
def test_names_and_markers_select(
    tests: Callable[..., pytest.RunResult], lemmas: Path, selection: tuple[str, ...], kept: list[str]
) -> None:
    result = tests("--theorems", lemmas, "--theorems", "linear_algebra.weyl", "--collect-only", "-q", "--strict-markers", *selection)
    assert collected(result) == kept


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("--theorems", "linear_algebr"),
            "--theorems: 'linear_algebr' is no paper, no statement and no file; the nearest is linear_algebra.",
        ),
        (("--theorems", "none.py"), "--theorems: there is no file */none.py."),
        (
            ("--theorems", "linear_algebra", *QUICK[:1], "hasty"),
            "--theorems-effort: 'hasty' is no effort; the efforts are quick, default, thorough.",
        ),
        (("--theorems", "linear_algebra", "--theorems-seed", "-1"), "--theorems-seed: the seed is -1, but it must not be negative."),
    ],
)
def test_options_that_make_no_sense_are_one_sentence(
    tests: Callable[..., pytest.RunResult], options: tuple[str, ...], sentence: str
) -> None:
    result = tests(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {sentence}"])
    assert len([line for line in result.errlines if line]) == 1


def test_a_definition_alone_is_no_test(tests: Callable[..., pytest.RunResult], lemmas: Path) -> None:
    result = tests("--theorems", lemmas, "--theorems", "mine.sum")
    assert result.ret != pytest.ExitCode.USAGE_ERROR
    lemmas.write_text(LEMMAS.split("paper.identity")[0].replace("mine", "other"))
    result = tests("--theorems", lemmas.rename(lemmas.with_name("definitions.py")))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no statement to test, since a definition claims nothing."])


def test_what_is_as_expected_passes_and_a_false_statement_fails_with_its_counterexample(
    tests: Callable[..., pytest.RunResult], lemmas: Path
) -> None:
    lemmas.write_text(LEMMAS + FALSE)
    result = tests("--theorems", lemmas, *QUICK, "-v")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(
        ["theorems: 4 statements, effort quick, seed 0", "mine.printed::draws PASSED*", "mine.false::draws FAILED*"]
    )
    result.stdout.fnmatch_lines(
        ["*_ mine.false (draws) _*", *COUNTEREXAMPLE, "*certificate: *mine.false.json", "*check it again: verify check * --file *lemmas.py"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    certificate = lemmas.with_name(".pytest_cache") / "d" / "lemmascope" / "mine.false.json"
    assert check(certificate, registry((str(lemmas),))).valid
    assert json.loads(certificate.read_text())["key"] == "mine.false"


def test_without_a_cache_the_command_that_writes_the_certificate_is_named(tests: Callable[..., pytest.RunResult], lemmas: Path) -> None:
    lemmas.write_text(LEMMAS + FALSE)
    result = tests("--theorems", lemmas, "-k", "false", *QUICK, "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1, deselected=4)
    result.stdout.fnmatch_lines([f"*certificate: verify hunt mine.false --file {lemmas} -o mine.false.json writes it"])


def test_statements_of_ones_own_are_tests_in_one_line(
    tests: Callable[..., pytest.RunResult], pytester: pytest.Pytester, lemmas: Path
) -> None:
    lemmas.write_text(LEMMAS + FALSE)
    pytester.makepyfile(test_lemmas=SUITE + FALSE_SUITE)
    result = tests(*QUICK, "-v", "--strict-markers")
    result.assert_outcomes(passed=4, failed=2)
    names = (
        "test_gram[proof] PASSED",
        "test_gram[draws] PASSED",
        "test_printed[draws] PASSED",
        "test_grade PASSED",
        "test_false[draws] FAILED",
    )
    result.stdout.fnmatch_lines([f"test_lemmas.py::{name.replace('[', '[[]')}*" for name in names])
    result.stdout.fnmatch_lines([*COUNTEREXAMPLE, "*certificate: *mine.false.json", *COUNTEREXAMPLE])


def test_the_readmes_suite_passes(tests: Callable[..., pytest.RunResult], pytester: pytest.Pytester) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    (suite,) = (block for block in blocks if "pytest_plugin" in block)
    pytester.makepyfile(my_lemma=blocks[0], test_my_lemma=suite)
    tests(*QUICK).assert_outcomes(passed=3)


def test_what_is_no_statement_cannot_be_tested(tests: Callable[..., pytest.RunResult], pytester: pytest.Pytester) -> None:
    pytester.makepyfile("from verify.pytest_plugin import theorem\ntest = theorem(lambda: 1)")
    result = tests()
    result.stdout.fnmatch_lines(["E   TypeError: theorem tests a Statement, or a function that returns one, but this is 1."])


def test_without_theorems_nothing_of_the_toolkit_is_imported(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(
        """
        import sys
        def pytest_unconfigure():
            print("loaded", sorted({"numpy", "sympy", "verify.pytest_plugin", "verify.statement"} & {*sys.modules}))
        """
    )
    pytester.makepyfile("def test_nothing(): pass")
    result = pytester.runpytest_subprocess(*PLUGIN)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["loaded [[]'verify.pytest_plugin']"])


@pytest.mark.parametrize(("effort", "examples"), [("quick", 15), ("thorough", 600)])
def test_efforts_are_hypothesis_profiles(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, effort: str, examples: int) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(f"""
        from hypothesis import settings
        def test_the_profile():
            assert (settings().max_examples, settings().deadline) == ({examples}, None)
    """)
    pytester.runpytest_subprocess(*PLUGIN, "-p", "hypothesispytest", "--hypothesis-profile", f"lemmascope-{effort}").assert_outcomes(
        passed=1
    )


def test_a_profile_that_does_not_exist_is_one_sentence(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = pytester.runpytest_subprocess(*PLUGIN, "-p", "hypothesispytest", "--hypothesis-profile", "lemmascope-hasty")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    profiles = "lemmascope-quick, lemmascope-default, lemmascope-thorough"
    result.stderr.fnmatch_lines([f"ERROR: --hypothesis-profile: 'lemmascope-hasty' is no profile; the profiles are {profiles}."])


def installed(site: Path, name: str, groups: dict[str, dict[str, str]]) -> None:
    """Leave in the folder what pip leaves of a distribution with these entry points."""
    folder = site / f"{name}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    sections = (f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in points.items()) for group, points in groups.items())
    (folder / "entry_points.txt").write_text("\n".join(sections))


@pytest.fixture
def outside(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh package with one paper, installed beside lemmascope's plugin and none of its papers."""
    site = pytester.path / "site"
    own = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
    assert all(find_spec(module) for module in own.values())
    installed(site, "lemmascope", {"pytest11": own})
    installed(site, "outside", {"verify.papers": {"mine": "outside.lemmas:paper"}})
    package = site / "outside"
    package.mkdir()
    (package / "__init__.py").write_text('"""Lemmas of someone else."""\n')
    (package / "lemmas.py").write_text(LEMMAS)
    monkeypatch.setenv("PYTHONPATH", f"{site}:{ROOT}")
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    return site


def test_a_fresh_package_outside_uses_the_plugin(pytester: pytest.Pytester, outside: Path) -> None:
    pytester.makepyfile(test_outside=SUITE.replace("from lemmas", "from outside.lemmas"))
    result = pytester.runpytest_subprocess("--theorems", "mine", *QUICK, "-v", "-W", "error", "--strict-markers")
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines(["test_outside.py::test_gram[[]proof] PASSED*", "mine.gram::proof PASSED*"])


def test_workers_share_the_items(pytester: pytest.Pytester, outside: Path) -> None:
    (outside / "outside" / "lemmas.py").write_text(LEMMAS + FALSE)
    result = pytester.runpytest_subprocess("--theorems", "mine", *QUICK, "-n", "2", "--dist", "loadscope")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines([*COUNTEREXAMPLE, "*certificate: *mine.false.json", "*check it again: verify check *"])
    assert (pytester.path / ".pytest_cache" / "d" / "lemmascope" / "mine.false.json").is_file()
