"""Experiments: runs under schedules, statistics, comparisons and files, on a law and a figure of their own."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from verify import plotting
from verify.author import define, dimensions, fro, initial, law, scalars, spec, state, time
from verify.errors import VerifyError
from verify.experiments import Comparison, Curve, Figure, Outcome, Panel, Reproduction, Setting, reproduce, summary, write
from verify.schedules import at_the_start, fixed_along_run, follow

n, m = dimensions("n m")
(eta,) = scalars("eta")
U = state("U", n, m)
size = define("size", fro(U) ** 2)
shrink = law("shrinking", {U: U - eta * U}, step_size=eta, loss=size)
step = 1 / (2 + time) + initial(size) / (100 + initial(size))


def naive(start: np.ndarray[Any, Any], steps: int) -> tuple[list[float], list[float]]:
    """Sizes and step sizes of one repetition, in a loop."""
    matrix, sizes, chosen = start.copy(), [], []
    first = float((start**2).sum())
    for t in range(steps + 1):
        chosen.append(1 / (2 + t) + first / (100 + first))
        sizes.append(float((matrix**2).sum()))
        matrix = matrix - chosen[-1] * matrix
    return sizes, chosen


def test_a_batch_of_runs_is_the_naive_loop() -> None:
    starts = np.random.default_rng(0).standard_normal((5, 2, 3))
    sizes, chosen = follow(shrink, {n: 2, m: 3}, {U: starts}, step, 7, [size, eta])
    assert sizes.shape == chosen.shape == (5, 8)
    for k in range(5):
        expected = naive(starts[k], 7)
        np.testing.assert_allclose(sizes[k], expected[0], rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(chosen[k], expected[1], rtol=1e-12)
    (at_zero,) = at_the_start(shrink, {n: 2, m: 3}, {U: starts}, [initial(size)])
    np.testing.assert_allclose(at_zero, (starts**2).sum(axis=(1, 2)), rtol=1e-12)


def test_what_does_not_move_is_taken_out_whole() -> None:
    expressions, fixed = fixed_along_run(shrink, [shrink.resolve(e) for e in (step, spec(U) / (initial(spec(U)) + 1))])
    assert len(fixed) == 2
    for expression in expressions:
        assert {s.name for s in expression.free_symbols if s.name.startswith("U(")} == set()


def test_statistics_leave_out_what_is_undefined() -> None:
    found = summary(np.array([[1.0, 10.0], [100.0, np.nan], [np.nan, 0.0]]))
    np.testing.assert_allclose(found.mean_of_log, [1.0, 1.0])
    np.testing.assert_allclose(found.log_of_mean, [np.log10(50.5), 1.0])
    np.testing.assert_allclose(found.deviation_of_log, [1.0, 0.0])
    assert found.count.tolist() == [2, 1]


def test_a_number_of_the_paper_can_disagree() -> None:
    ours = np.array([0.9, 1.0, 1.1])
    assert Comparison.number("x", "s", 1.1, ours).standing == "agrees"
    assert Comparison.number("x", "s", 1.3, ours).standing == "disagrees"
    assert Comparison.number("x", "s", 1.1, ours, within=0.05).standing == "disagrees"
    assert Comparison.claim("x", "s", "ours", False).standing == "disagrees"


def produce(repetitions: int, generator: np.random.Generator, progress: Any) -> Outcome:
    progress("run")
    values = np.exp(generator.standard_normal((repetitions, 12)))
    return Outcome((Panel("loss", "loss", (Curve("a", values), Curve("a", 2 * values, "bound")), "mean of log"),))


small = Figure(
    key="mine.figure",
    title="A figure",
    source="here",
    settings=(Setting("printed", "paper", "As printed.", produce, 1), Setting("code", "code", "As run.", produce, 1)),
    compare=lambda outcomes, repetitions, generator: [Comparison.claim("c", name, "ours", True) for name in outcomes],
)


def test_a_setting_depends_on_the_seed_alone() -> None:
    def drawn(reproduction: Reproduction, name: str) -> Any:
        return reproduction.outcomes[name].panels[0].curve("a").values

    everything, alone = reproduce(small, "all", 3, 5), reproduce(small, "code", 3, 5)
    assert list(alone.outcomes) == ["code"]
    np.testing.assert_array_equal(drawn(everything, "code"), drawn(alone, "code"))
    assert not np.array_equal(drawn(everything, "code"), drawn(everything, "printed"))
    assert not np.array_equal(drawn(alone, "code"), drawn(reproduce(small, "code", 3, 6), "code"))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"group": "paint"}, "'paint' is no setting of mine.figure; the settings are all, paper, code."),
        ({"repetitions": 0}, "the number of repetitions is 0, but it must be at least 1."),
        ({"seed": -1}, "the seed is -1, but it must not be negative."),
    ],
)
def test_bad_input_gets_one_sentence(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(VerifyError) as error:
        reproduce(small, **parts)
    assert str(error.value) == message


def test_files_are_whole_and_hold_what_was_run(tmp_path: Path) -> None:
    reproduction = reproduce(small, "all", 4, 0)
    written = write(reproduction, tmp_path / "new" / "folder")
    assert sorted(tmp_path.rglob("*.*")) == sorted(written)
    for path in written:
        content = path.read_bytes()
        if path.suffix == ".png":
            assert content.startswith(b"\x89PNG")
            assert content.endswith(b"IEND\xaeB`\x82")
        elif path.suffix == ".svg":
            assert content.rstrip().endswith(b"</svg>")
    rows = list(csv.DictReader(io.StringIO(next(p for p in written if p.name.endswith("curves.csv")).read_text())))
    assert len(rows) == 2 * 2 * 12
    values = reproduction.outcomes["code"].panels[0].curve("a", "bound").values
    row = next(r for r in rows if (r["setting"], r["role"], r["t"]) == ("code", "bound", "11"))
    assert float(row["mean_of_log10"]) == pytest.approx(np.log10(values[:, 11]).mean(), abs=1e-6)
    assert float(row["deviation_of_log10"]) == pytest.approx(np.log10(values[:, 11]).std(), abs=1e-6)


def test_a_picture_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any) -> bytes:
        raise VerifyError("no ink.")

    monkeypatch.setattr(plotting, "image", broken)
    with pytest.raises(VerifyError, match="no ink"):
        write(reproduce(small, "paper", 2, 0), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_same_outcome_gives_the_same_picture() -> None:
    reproduction = reproduce(small, "paper", 2, 0)
    for kind in ("png", "svg"):
        assert plotting.image(reproduction, "printed", kind) == plotting.image(reproduction, "printed", kind)
