"""Experiments: statistics, comparisons and files, on a figure of their own."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from verify import plotting
from verify.errors import VerifyError
from verify.experiments import Comparison, Curve, Figure, Outcome, Panel, Reproduction, Setting, reproduce, summary, write


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


def test_the_legend_calls_a_bound_what_its_panel_does() -> None:
    def legend(promise: str) -> str:
        values = np.ones((1, 3))
        panel = Panel("loss", "loss", (Curve("a", values), Curve("b", values, "bound")), "mean of log", promise=promise)
        setting = Setting("s", "paper", "As printed.", lambda *arguments: Outcome((panel,)), 1)
        figure = Figure("mine.figure", "A figure", "here", (setting,), lambda *arguments: [])
        return plotting.image(reproduce(figure, "paper", 1, 0), "s", "svg").decode()

    drawn = legend("bound (37)")
    assert "<!-- a -->" in drawn
    assert "<!-- b, bound (37) -->" in drawn
    assert "<!-- b -->" in legend("")


def test_wide_tick_labels_move_the_axes_and_short_ones_do_not() -> None:
    def cut_off(ends: tuple[float, float], left: float) -> float:
        canvas = Canvas(figsize=(7.4, 4))
        FigureCanvasAgg(canvas)
        axes = canvas.subplots(2, 1)
        canvas.subplots_adjust(left=left / 7.4)
        for panel in axes:
            panel.set_ylabel("log10 of the loss")
        axes[1].set_ylim(*ends)
        return plotting._cut_off(canvas, axes)

    wide = cut_off((-0.0004, 0.0004), 0.75)
    assert wide > 0
    assert cut_off((-0.0004, 0.0004), 0.75 + wide) == pytest.approx(0, abs=0.02)
    assert cut_off((0, 5), 0.75) == 0


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
