"""The command `simulate`: losses along runs at a size of one's own, divergence, enclosures, bad input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


def rows(text: str) -> list[list[str]]:
    """The lines of the table, each as its columns."""
    return [line.split() for line in text.splitlines() if line.split()[:1] and line.split()[0].isdigit() and len(line.split()) in (4, 5)]


def simulated(command: Command, arguments: str = "") -> str:
    found = command("simulate", "xu2023.eq-18", "--size", "n=2,m=2,N=2,h=9", "--steps", "20", *arguments.split())
    assert found.code == 0
    return str(found.out)


def test_reduced_and_full_widths_show_the_same_losses(command: Command) -> None:
    small, full = (simulated(command, f"--seeds 6 --step-size 0.1 {flag}") for flag in ("--reduce", "--full-width"))
    assert "h = 9 reduced to 4" in small
    assert "reduced" not in full
    assert rows(small) == rows(full)
    assert [int(row[0]) for row in rows(small)] == list(range(0, 21, 2))
    assert float(rows(small)[-1][2]) < float(rows(small)[0][2])


def test_a_free_step_size_is_the_largest_power_of_two_with_the_hypotheses(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "steps.py"
    file.write_text(
        """from theorems.xu2023.notation import *
paper = Paper("steps", "Step sizes")
over = domain(*layers, AnyMatrix(X), AnyMatrix(Y), Scalar(eta, Interval.open(0, oo)))
bounded = paper.step("bounded", "bounded", over=over, law=descent, given=[3 * eta <= 1, eta * L <= 2**20], claim=L >= 0)
never = paper.step("never", "never", over=over, law=descent, given=eta <= -1, claim=L >= 0)
""".replace("*layers", "Dimension(n, 1, 3), Dimension(m, 1, 3), Dimension(N, 1, 3), Dimension(h, 1, 3), TwoLayer(W_1, W_2)")
    )
    size = ("--size", "n=2,m=2,N=2,h=9", "--steps", "10", "--seeds", "3", "--file", str(file))
    found = command("simulate", "steps.bounded", *size)
    assert found.code == 0
    assert "step sizes 0.25 to 0.25, the largest powers of two" in found.out
    assert "undefined at every start; give a --step-size" in command("simulate", "steps.never", *size).err


def test_runs_that_diverge_are_counted(command: Command) -> None:
    text = simulated(command, "--seeds 6 --step-size 50")
    assert "6 diverged, the first at t =" in text
    assert rows(text)[-1][1:] == ["-", "-", "-", "0"]


def test_runs_that_fall_to_the_bound_are_counted(command: Command) -> None:
    assert "6 fell to the bound, the first at t = 0" in simulated(command, "--seeds 6 --step-size 0.1 --stop-below 1e9")


def test_a_certified_run_encloses_what_the_floats_show(command: Command) -> None:
    text, floats = (simulated(command, f"--seeds 1 --step-size 0.1 {flag}") for flag in ("--certified", ""))
    assert "bits and about" in text
    assert len(rows(text)) == 11
    for (t, low, high, error), (other, loss, *_) in zip(rows(text), rows(floats), strict=True):
        assert t == other
        assert float(low) <= float(high)
        assert float(loss) == pytest.approx(float(low), rel=1e-4)
        assert float(error) < 1e-12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("xu2023.eq-18 --size n=2", "the dimension m is missing."),
        ("xu2023.eq-18 --size n=2,k=3", "--size has 'k=3', but it expects a positive integer for each of n, m, N, h, as in n=20."),
        ("xu2023.eq-18 --size n=2,m=2,N=2,h=4", "xu2023.eq-18 leaves its step size free, and none of its hypotheses bounds it"),
        ("xu2023.eq-18 --size n=2,m=2,N=2,h=4 --step-size=-0.1", "--step-size is -0.1, but a step size is a positive number."),
        ("xu2023.eq-18 --size n=2,m=2,N=2,h=4 --step-size nan", "--step-size is nan, but a step size is a positive number."),
        ("xu2023.eq-18 --size n=2,m=2,N=3,h=4", "n = 2, N = 3 violates n >= N."),
        ("xu2023.eq-18 --size n=2,m=2,N=2,h=9 --step-size 0.5 --certified --cap 128", "bits, and the cap is 128"),
        ("xu2023.eq-18 --size n=2,m=2,N=2,h=4 --step-size 0.1 --stop-below nan", "stop_below is NaN"),
        ("xu2023.eq-18 --size n=2,m=2,N=2,h=4 --step-size 0.1 --certified --radius 0", "the radius is 0, but it must be"),
        ("linear_algebra.triangle --size n=2,m=2", "linear_algebra.triangle is about no dynamics, so there is no law to run."),
        ("xu2023.nothing --size n=2", "there is no statement 'xu2023.nothing'"),
    ],
)
def test_bad_input_gets_one_sentence(command: Command, arguments: str, message: str) -> None:
    found = command("simulate", *arguments.split())
    assert found.code == 2
    assert message in found.err
