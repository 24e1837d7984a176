"""The checker says yes to every committed certificate and no, in one sentence, to everything damaged or forged."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theorems.xu2023 import convergence, smoothness
from verify.author import AnyMatrix, Dimension, Interval, Paper, Scalar, chain, dimensions, domain, equal, fro, matrix, scalars
from verify.certificate import certify
from verify.certificate_format import LARGEST_FILE, digest_of
from verify.checker import check
from verify.instance import Instance
from verify.paper import Registry
from verify.registry import GROUP, registry
from verify.statement import Statement

Data = dict[str, Any]

n, m = dimensions("n m")
a, b = scalars("a b")
A = matrix("A", n, m)

paper = Paper("test", "Tests")
exact = paper.inequality(
    "exact", "Decided in exact arithmetic only", given=equal(3 * b, 1), claim=a < 3 * a * b,
    over=domain(Scalar(a, Interval(-10, 10)), Scalar(b, Interval(-10, 10))),
)  # fmt: skip
matrices = paper.inequality(
    "matrices", "An equation between matrices", given=fro(A) > 0, claim=[fro(A) >= 0, equal(A, 2 * A)],
    over=domain(Dimension(n, 1, 4), Dimension(m, 1, 4), AnyMatrix(A)),
)  # fmt: skip
REGISTRY = Registry({**registry().papers, "test": paper})

NAMES = ("run", "lemma", "exact", "matrices")


@lru_cache(maxsize=1)
def genuine() -> dict[str, Data]:
    """Certificates of all sorts: runs with steps, a lemma, exact arithmetic, matrices."""

    def of(statement: Statement, step: int = 0, **values: Any) -> Data:
        return certify(statement, Instance.of(statement.over, values), step, seed=3).to_json()

    rate = convergence.theorem_3_2_rate
    return {
        "run": of(rate, rate.examples[0].step, **dict(rate.examples[0].values)),
        "lemma": of(smoothness.lemma_C_1_lower_left, A=[["1/3", 1]], B=[[1], ["-1/3"]]),
        "exact": of(exact, a="3/2", b="1/3"),
        "matrices": of(matrices, A=[[1, 2], [3, 4]]),
    }


# --- every refuted statement has a certificate -----------------------------------------------------


def refuted() -> list[tuple[str, Statement]]:
    """The statements expected to be refuted, with the package of their paper; a limit has no certificate."""
    points = {point.module: point.load() for point in entry_points(group=GROUP)}
    everything = ((package, s) for package, found in points.items() for s in found.statements.values())
    return [(package, s) for package, s in everything if s.expected == "refuted" and s.limit is None]


@pytest.mark.parametrize(("package", "statement"), refuted(), ids=lambda x: x.key if isinstance(x, Statement) else "")
def test_every_refuted_statement_has_a_valid_certificate_beside_its_paper(package: str, statement: Statement) -> None:
    path = files(package) / "certificates" / f"{statement.label}.json"
    renew = "python -m theorems.certify_refuted"
    assert path.is_file(), f"{path} is missing; make it by {renew}"
    result = check(Path(str(path)), registry())
    assert result.valid, f"{result.sentence} If the statement was meant to change, renew it by {renew}"
    assert json.loads(path.read_text())["key"] == statement.key


def test_no_certificate_is_left_of_a_statement_that_is_not_refuted() -> None:
    expected = {(package, f"{statement.label}.json") for package, statement in refuted()}
    for package in {package for package, _ in expected}:
        present = {(package, path.name) for path in (files(package) / "certificates").iterdir()}
        assert present == {entry for entry in expected if entry[0] == package}


# --- the genuine ones ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_genuine_certificates_are_valid(name: str) -> None:
    result = check(genuine()[name], REGISTRY)
    assert result.valid
    assert genuine()[name]["violated"]["relation"] in result.sentence


def test_layout_and_order_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(dict(reversed(genuine()["run"].items())), indent=9))
    assert check(path, REGISTRY).valid


def test_the_checker_loads_neither_search_nor_float_code() -> None:
    program = (
        "import sys; from pathlib import Path; from verify.checker import check; from verify.registry import registry\n"
        "result = check(Path(sys.argv[1]), registry()); assert result.valid, result\n"
        "print([m for m in sys.modules if m.startswith('verify.') and any(part in m for part in "
        "('search', 'float64', 'highprec', 'sampling', 'screening', 'ladder', 'ensembles', 'refuting'))])"
    )
    path = files("theorems.xu2023") / "certificates" / "theorem-3.2.rate.json"
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


# --- forgeries -------------------------------------------------------------------------------------


def resealed(data: Data) -> Data:
    """As a forger would leave it: with a digest that fits."""
    return {**data, "digest": digest_of(data)}


def leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, (*path, index))
    else:
        yield path, node


def put(data: Data, path: tuple[Any, ...], value: Any) -> Data:
    changed = copy.deepcopy(data)
    place: Any = changed
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return changed


def without(data: Data, path: tuple[Any, ...]) -> Data:
    changed = copy.deepcopy(data)
    place: Any = changed
    for part in path[:-1]:
        place = place[part]
    del place[path[-1]]
    return changed


def other_digit(text: str, at: int) -> str:
    return text[:at] + str((int(text[at]) + 1 + at % 8) % 10) + text[at + 1 :]


def rounding_noise(value: str) -> bool:
    """Whether an end is so near 0 that another machine might have found any such number in its place."""
    return "E-" in value and abs(Fraction(value)) < Fraction(1, 10**30)


def name_of(name: str, path: tuple[Any, ...]) -> str:
    return f"{name}: {'.'.join(map(str, path))}"


OTHER_KEYS = ("xu2023.lemma-3.1", "xu2023.theorem-C.1.A_3", "linear_algebra.weyl", "xu2023.eq-27", "nothing", "xu2023", "../etc/passwd")

UNCHECKABLE = ("seed", "versions", "digest")
"""What no computation can contradict; only the digest protects it."""


def mutations() -> Iterator[tuple[str, Data]]:
    """Every field changed, retyped or dropped, left as it is and sealed again."""
    for name, data in genuine().items():
        for path, value in leaves(data):
            label = name_of(name, path)
            if path[0] == "text" and path[1] % 9:
                continue
            yield f"{label} changed", put(data, path, value + 1 if isinstance(value, int) else value + "1")
            if path[0] in UNCHECKABLE:
                continue
            yield f"{label} retyped", resealed(put(data, path, str(value) if isinstance(value, int) else 1))
            for odd in (None, [value], True, {"lower": value}):
                if path[0] not in ("text",):
                    yield f"{label} made {odd}", resealed(put(data, path, odd))
                    break
            if isinstance(value, str) and path[0] != "text" and not rounding_noise(value):
                for at in [k for k, sign in enumerate(value) if sign.isdigit()][:6]:
                    yield f"{label} with another digit {at}", resealed(put(data, path, other_digit(value, at)))
        for path in [(key,) for key in data] + [("violated", "left"), ("inputs", "values"), ("inputs", "dimensions")]:
            yield name_of(name, path) + " dropped", without(data, path)
            if path != ("digest",):
                yield name_of(name, path) + " dropped and sealed", resealed(without(data, path))
        yield f"{name}: a field more", resealed({**data, "comment": "true"})
        yield f"{name}: hypotheses dropped", resealed({**data, "hypotheses": []}) if data["hypotheses"] else {}
        yield f"{name}: a hypothesis more", resealed({**data, "hypotheses": [*data["hypotheses"], data["violated"]]})
        violated = data["violated"]
        swapped = {**violated, "left": violated["right"], "right": violated["left"]}
        yield f"{name}: sides swapped", resealed({**data, "violated": swapped}) if swapped != violated else {}
        for key in OTHER_KEYS:
            yield f"{name}: about {key}", resealed({**data, "key": key})
        for bits in (1, 8, -1, 0 if data["bits"] else 128, 16_385, 10**9, 10**18, 128.0, "128"):
            if (name, bits) not in (("matrices", 0), ("exact", 128)):
                yield f"{name}: {bits!r} bits", resealed({**data, "bits": bits})
        for step in (-1, data["step"] + 1, 10_001, 10**12):
            yield f"{name}: at step {step}", resealed({**data, "step": step})
        for number in (-1, data["number"] + 1, 10**6):
            yield f"{name}: relation {number}", resealed({**data, "number": number})


def inputs() -> Iterator[tuple[str, Data]]:
    """Inputs outside the domain, in another shape, or no numbers."""
    for name, data in genuine().items():
        values, sizes = data["inputs"]["values"], data["inputs"]["dimensions"]
        for symbol, value in values.items():
            path = ("inputs", "values", symbol)
            odd: list[Any] = ["NaN", "inf", "1e5", "0.5", " 1", "1/0", "2/4", "-0", "1_0", "٣", "1" * 5000, "1/" + "9" * 4500]
            for entry in odd:
                changed = put(data, path, entry if isinstance(value, str) else put({"v": value}, ("v", 0, 0), entry)["v"])
                yield f"{name_of(name, path)} = {entry[:20]}", resealed(changed)
            if isinstance(value, list):
                ragged = [[*value[0], "1"], *value, value[0]]
                larger = {"row": [*value, value[0]], "column": [[*row, "1"] for row in value], "ragged": ragged}
                for shape, other in larger.items():
                    yield f"{name_of(name, path)} with a {shape} more", resealed(put(data, path, other))
                yield f"{name_of(name, path)} empty", resealed(put(data, path, []))
                yield f"{name_of(name, path)} with empty rows", resealed(put(data, path, [[]]))
            yield f"{name_of(name, path)} renamed", resealed(put(without(data, path), ("inputs", "values", "Z"), value))
        for dimension in sizes:
            for size in (0, -1, 2**70, sizes[dimension] + 1, "1", 1.0, True):
                yield f"{name}: {dimension} = {size}", resealed(put(data, ("inputs", "dimensions", dimension), size))
    run = genuine()["run"]
    for symbol, value in (("c_1", "1"), ("c_1", "0"), ("c_2", "1"), ("theta_eta", "0"), ("theta_eta", "3/2"), ("X", [["0", "0"]])):
        yield f"run: {symbol} = {value}", resealed(put(run, ("inputs", "values", symbol), value))


ODD_ENDS = ("1E+999999", "1E+99999", "1E-999999", "9" * 5000, "nan", "inf", "-Infinity", "", "1/0", "1E5/3", "0x10", "--1", "1_0")


def enclosures() -> Iterator[tuple[str, Data]]:
    """Ends moved, swapped, widened, made huge."""
    for name, data in genuine().items():
        for path, value in leaves(data):
            if path[-1] not in ("lower", "upper"):
                continue
            moved = Fraction(value) + (Fraction(value) or Fraction(1)) / 1000 * (1 if path[-1] == "upper" else -1)
            decimal = f"{moved.numerator * 10**30 // moved.denominator}E-30"
            for odd in ODD_ENDS if rounding_noise(value) else (decimal, *ODD_ENDS):
                yield f"{name_of(name, path)} = {odd[:20]}", resealed(put(data, path, odd))
        sides = [("violated", "left"), ("violated", "right")]
        for path in sides:
            yield f"{name_of(name, path)} without rows", resealed(put(data, path, []))
            yield f"{name_of(name, path)} as a matrix", resealed(put(data, path, [[data[path[0]][path[1]]] * 2]))
            yield f"{name_of(name, path)} everything", resealed(put(data, path, {"lower": "-1000000", "upper": "1000000"}))


def texts() -> Iterator[tuple[str, bytes]]:
    """Files cut short, and files that are bombs."""
    whole = json.dumps(genuine()["run"], indent=1)
    for at in range(0, len(whole), len(whole) // 60):
        yield f"cut at {at}", whole[:at].encode()
    head = whole[: whole.rindex("\n}")]
    bombs = {
        "nested lists": "[" * 100_000,
        "nested objects": '{"a":' * 50_000,
        "nested and closed": "[" * 5_000 + "]" * 5_000,
        "nested inside": head + ', "x": ' + "[" * 5_000 + "]" * 5_000 + "}",
        "quotes": '"\\' * 400_000,
        "a huge integer": head + ', "x": ' + "9" * 900_000 + "}",
        "a huge seed": whole.replace('"seed": 3', '"seed": ' + "9" * 6000),
        "a float": whole.replace('"seed": 3', '"seed": 3.0'),
        "a huge exponent": whole.replace('"seed": 3', '"seed": 1e999999999'),
        "NaN": whole.replace('"seed": 3', '"seed": NaN'),
        "Infinity": whole.replace('"seed": 3', '"seed": -Infinity'),
        "a key twice": head + ', "seed": 3}',
        "an inner key twice": whole.replace('"c_1"', '"c_2"'),
        "two objects": whole + whole,
        "a list": f"[{whole}]",
        "a string": json.dumps(whole),
        "null": "null",
        "nothing": "",
        "spaces": " " * (LARGEST_FILE + 1),
        "a byte order mark": "\ufeff" + whole,
        "a lone surrogate": whole.replace('"seed": 3', '"seed": "\\ud800"'),
        "a lone surrogate in the key": whole.replace("xu2023.theorem-3.2.rate", "\\ud800"),
        "zeros": "\0" * 1000,
    }
    for name, text in bombs.items():
        yield name, text.encode()
    yield "no UTF-8", b"\xff\xfe" + whole.encode()
    yield "larger than any certificate", whole.encode() + b" " * LARGEST_FILE


def require_rejected(what: str, source: Any) -> None:
    result = check(source, REGISTRY)
    assert not result.valid, f"{what} was accepted"
    assert result.sentence.endswith("."), f"{what}: {result.sentence}"
    assert "\n" not in result.sentence, what
    assert 10 < len(result.sentence) < 700, f"{what}: {result.sentence}"


@pytest.mark.parametrize("forge", [mutations, inputs, enclosures])
def test_every_forged_certificate_is_rejected_with_one_sentence(forge: Callable[[], Iterator[tuple[str, Data]]]) -> None:
    forged = list(forge())
    assert len(forged) >= 200
    for what, data in forged:
        require_rejected(what, data)


def test_every_damaged_file_is_rejected_with_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    damaged = list(texts())
    assert len(damaged) > 80
    for what, content in damaged:
        path.write_bytes(content)
        require_rejected(what, path)
    require_rejected("a folder", tmp_path)
    require_rejected("no file", tmp_path / "none")


def test_more_work_than_a_check_does_is_refused_before_it_begins() -> None:
    run = genuine()["run"]
    for changes in ({"step": 10_000, "bits": 16_384}, {"bits": 16_384, "step": 9_999}):
        result = check(resealed({**run, **changes}), REGISTRY)
        assert "more work than a check does" in result.sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: {**d, "seed": 4}, "its digest does not fit its content: it was changed after it was made."),
        (lambda d: resealed({**d, "hypotheses": []}), "its hypotheses are not those of xu2023.theorem-3.2.rate, which has 2."),
        (lambda d: resealed({**d, "key": "xu2023.lemma-3.1"}), "registered as xu2023.lemma-3.1: their hashes differ."),
        (lambda d: resealed(put(d, ("inputs", "values", "c_1"), "1/3")), "does not hold the recomputed value."),
        (lambda d: resealed(put(d, ("inputs", "values", "c_1"), "2/4")), "not in lowest terms."),
        (lambda d: resealed(put(d, ("inputs", "values", "X"), [["0", "0"]])), "X has rank 0, but full rank 1 is required."),
        (lambda d: resealed({**d, "bits": 10**6}), "bits: input should be less than or equal to 16384."),
        (lambda d: resealed({**d, "comment": "x"}), "comment: extra inputs are not permitted."),
        (lambda d: without(d, ("violated", "left")), "violated.left: field required."),
    ],
)
def test_the_sentence_names_what_is_wrong(change: Callable[[Data], Data], sentence: str) -> None:
    assert check(change(genuine()["run"]), REGISTRY).sentence.endswith(sentence)


def test_a_statement_that_has_changed_no_longer_fits() -> None:
    changed = Paper("test", "Tests")
    changed.inequality("exact", "Weaker now", over=exact.over, given=equal(3 * b, 1), claim=a < 2)
    assert "their hashes differ" in check(genuine()["exact"], Registry({"test": changed})).sentence


def test_an_instance_at_which_the_claim_holds_is_no_counterexample_whatever_is_stored() -> None:
    true = Paper("test", "Tests")
    true.inequality("exact", "True here", over=exact.over, given=equal(3 * b, 1), claim=chain(a, "<=", 2))
    from verify.fingerprint import fingerprint

    statement = true.statements["test.exact"]
    data = {**genuine()["exact"], "hash": fingerprint(statement).hash, "text": list(fingerprint(statement).text)}
    data["violated"] = {**data["violated"], "relation": "a <= 2", "right": {"lower": "2", "upper": "2"}}
    assert "do not show that a <= 2 fails" in check(resealed(data), Registry({"test": true})).sentence


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "c.json"


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(NAMES), st.randoms(use_true_random=False), st.integers(1, 3), st.booleans())
def test_random_damage_is_never_accepted_and_never_a_traceback(
    scratch: Path, name: str, source: random.Random, times: int, inside: bool
) -> None:
    original = genuine()[name]
    text = json.dumps(original)
    if inside:
        # Damage to the strings alone leaves JSON, so that it gets as far as the arithmetic.
        damaged: Any = original
        for _ in range(times):
            path, value = source.choice([leaf for leaf in leaves(damaged) if leaf[0][0] not in ("text", *UNCHECKABLE)])
            damaged = put(damaged, path, random_damage(str(value), source) if isinstance(value, str) else source.randrange(-2, 300))
        for data in (damaged, resealed(damaged)):
            result = check(data, REGISTRY)
            touched = {key for key in data if data[key] != original[key]} - {"digest"}
            assert not result.valid or touched <= {"bits"} or still_encloses(original, data)
    else:
        for _ in range(times):
            text = random_damage(text, source)
        scratch.write_text(text)
        result = check(scratch, REGISTRY)
        assert result.valid is False or json.loads(text) == original
    assert "\n" not in result.sentence


def random_damage(text: str, source: random.Random) -> str:
    at, length = source.randrange(len(text) + 1), source.randrange(1, 5)
    pieces = [text[at : at + length][::-1], "", "0", "-", "9" * 40, "/3", "E+9", ".", '"', "[", "}", "\\", text[:length], "null"]
    return text[:at] + source.choice(pieces) + text[at + length :]


def still_encloses(original: Data, changed: Data) -> bool:
    """Whether only ends of enclosures were changed, by rounding noise or by writing the same number in another way."""
    before, after = dict(leaves(original)), dict(leaves(changed))
    changes = {path for path in before if path[0] != "digest" and before[path] != after[path]}
    return all(path[-1] in ("lower", "upper") and near(before[path], after[path]) for path in changes)


def near(first: str, second: str) -> bool:
    difference = abs(Fraction(first) - Fraction(second))
    return difference <= Fraction(1, 10**17) * abs(Fraction(first)) or (rounding_noise(first) and difference < Fraction(1, 10**30))


# --- the command -----------------------------------------------------------------------------------


def test_the_command_says_one_line_each_and_exits_1_if_one_is_not_valid(command: Any, tmp_path: Path) -> None:
    good = files("theorems.xu2023") / "certificates" / "lemma-C.1.lower-left.json"
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    outcome = command("check", good)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"{good}: valid: xu2023.lemma-C.1.lower-left is violated")
    both = command("check", good, bad)
    assert both.code == 1
    assert [line.split(": ")[1] for line in both.out.splitlines()] == ["valid", "NOT VALID"]


def test_the_command_exits_2_without_files_and_for_files_that_are_not_there(command: Any, tmp_path: Path) -> None:
    assert command("check").code == 2
    missing = command("check", tmp_path / "none.json")
    assert (missing.code, missing.out) == (2, "")
    assert "there is no file" in missing.err
