"""Figures 1 and 2 of xu2023: the runs against plain NumPy, the comparison tables, the command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from theorems.xu2023 import figures
from theorems.xu2023.notation import paper
from verify.experiments import Reproduction, reproduce
from verify.registry import installed_papers

Array = np.ndarray[Any, Any]
KEYS = sorted(key for found in installed_papers().values() for key in found.figures)
FIGURE_1, FIGURE_2 = paper.figures["xu2023.figure-1"], paper.figures["xu2023.figure-2"]


class Naive:
    """One network in plain NumPy: full width, the Kronecker matrix of tau, polynomials solved by their companion matrix."""

    def __init__(self, X: Array, Y: Array, W_1: Array, W_2: Array, c: tuple[float, float], *, code: bool) -> None:
        self.X, self.Y, self.W_1, self.W_2, self.code = X, Y, W_1.copy(), W_2.copy(), code
        self.c_1, self.c_2 = c
        values = np.linalg.svd(X, compute_uv=False)
        self.K, self.mu = values[0] ** 2, values[-1] ** 2
        self.E_0 = np.linalg.norm(Y - X @ W_1 @ W_2)
        self.alpha_0, self.beta_0 = self.bounds(self.E_0)
        self.start = self.coefficients()
        a_1, a_2, a_3, a_4 = self.start
        extra = (
            4 * self.c_2 * self.loss * self.K / (self.c_2 - 1),
            (8 * self.c_2 * self.beta_0 * self.loss * self.K / ((1 - self.c_1) * self.alpha_0)),
        )
        self.largest = min(positive([a_4, a_3, a_2 + e, -a_1]) for e in extra)

    @property
    def loss(self) -> float:
        return 0.5 * float(np.linalg.norm(self.Y - self.X @ self.W_1 @ self.W_2) ** 2)

    @property
    def gradient(self) -> Array:
        return self.X.T @ (self.X @ self.W_1 @ self.W_2 - self.Y)

    def p_2(self, error: float) -> float:
        return float((np.linalg.norm(self.Y) + error) / np.sqrt(self.mu))

    def bounds(self, error: float) -> tuple[float, float]:
        """alpha and beta of Table 2 at the present weights; the code takes the margin of its own layer in each half."""
        n, m = self.Y.shape[0], self.Y.shape[1]
        up = np.sort(np.linalg.eigvalsh(self.W_1.T @ self.W_1 - self.W_2 @ self.W_2.T))[::-1]
        down = -up[::-1]
        part = lambda v: max(v, 0.0)  # noqa: E731
        margin = part(np.linalg.svd(self.Y, compute_uv=False)[-1] - error) / np.sqrt(self.K)
        last = n if self.code else m
        first, second, level = part(up[0]) - part(up[last - 1]), part(down[0]) - part(down[m - 1]), part(up[n - 1]) + part(down[m - 1])
        other = 0.0 if self.code and n > m else margin
        alpha = (-first + np.hypot(first + level, 2 * margin)) / 2 + (-second + np.hypot(second + level, 2 * other)) / 2
        p_2 = self.p_2(error)
        return alpha, sum((part(v) + np.hypot(part(v), 2 * p_2)) / 2 for v in (up[0], down[0]))

    def coefficients(self) -> tuple[float, float, float, float]:
        kappa, low, p_2 = self.K / self.mu, np.sqrt(self.mu), self.p_2(self.E_0)
        return (
            2 * self.c_1 * self.alpha_0 * low**2,
            2 * np.sqrt(2 * kappa * self.loss * low**6) * p_2 + kappa * low**4 * (self.c_2 * self.beta_0) ** 2,
            2 * np.sqrt(2 * kappa**3 * self.loss * low**10) * self.c_2 * self.beta_0 * p_2,
            2 * kappa**2 * low**6 * p_2**2 * self.loss,
        )

    def rate(self, name: str) -> tuple[float, float, float, float]:
        if name in ("f(eta, 0)", "f(eta, t)"):
            return self.start if name == "f(eta, 0)" else self.coefficients()
        K, mu = self.K, self.mu
        if name == "rhohat(eta, t)":
            error = float(np.linalg.norm(self.Y - self.X @ self.W_1 @ self.W_2)) if self.code else self.E_0
            if self.code:
                low, high = self.bounds(error)
            else:
                low, high = self.bounds(self.E_0)
            p_2, g = self.p_2(error), np.sqrt(2 * K * self.loss)
            return 2 * mu * low, K * mu * high**2 + 2 * mu * p_2 * g, 2 * mu * K * high * p_2 * g, mu * K * p_2**2 * g**2
        n, m = self.W_1.shape[0], self.W_2.shape[1]
        tau = np.kron(np.eye(m), self.W_1 @ self.W_1.T) + np.kron(self.W_2.T @ self.W_2, np.eye(n))
        spectrum = np.linalg.eigvalsh(tau)
        s, g = np.linalg.norm(self.W_1 @ self.W_2, 2), np.linalg.norm(self.gradient)
        low, high = spectrum[0], spectrum[-1]
        return 2 * mu * low, K * mu * high**2 + 2 * mu * s * g, 2 * mu * K * high * s * g, mu * K * s**2 * g**2

    def move(self, eta: float) -> None:
        G = self.gradient
        self.W_1, self.W_2 = self.W_1 - eta * G @ self.W_2.T, self.W_2 - eta * self.W_1.T @ G

    def adaptive(self, name: str, steps: int) -> tuple[list[float], list[float], list[float]]:
        """Losses, bounds (37) and step sizes of Algorithm 1."""
        losses, bounds, chosen = [self.loss], [self.loss], []
        for _ in range(steps):
            h = self.rate(name)
            eta = min(positive([4 * h[3], 3 * h[2], 2 * h[1], -h[0]]), self.largest)
            chosen.append(eta)
            bounds.append(bounds[-1] * (1 - h[0] * eta + h[1] * eta**2 + h[2] * eta**3 + h[3] * eta**4))
            self.move(eta)
            losses.append(self.loss)
        return losses, bounds, chosen


def positive(polynomial: list[float]) -> float:
    roots = np.roots(polynomial)
    return float(min(r.real for r in roots if abs(r.imag) < 1e-9 * abs(r) and r.real > 0))


@pytest.fixture(scope="module")
def first() -> Reproduction:
    return reproduce(FIGURE_1, "all", 3, 1)


@pytest.fixture(scope="module")
def second() -> Iterator[Reproduction]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "STEPS_2", 6)
        yield reproduce(FIGURE_2, "all", 2, 1)


@pytest.mark.parametrize(
    ("name", "powers", "constants", "divisor"),
    [("printed", (1, 0.5), (0.5, 1.5), 1), ("balanced", (0.5, 0.5), (0.5, 1.5), 1), ("code", (0.5, 0.5), (0.8, 1.2), 20)],
)
def test_figure_1_is_what_plain_numpy_computes(first: Reproduction, name: str, powers: Any, constants: Any, divisor: int) -> None:
    generator = np.random.default_rng([1, *name.encode()])
    W_0 = 0.5 * generator.standard_normal((3, 20, 1))
    Y = W_0 + 0.04 * generator.standard_normal((3, 20, 1))
    loss, step = first.outcomes[name].panels
    for k in range(3):
        length = np.linalg.norm(W_0[k])
        W_1, W_2 = np.zeros((20, 30)), np.zeros((30, 1))
        W_1[:, 0], W_2[0, 0] = W_0[k, :, 0] / length * length ** powers[0], length ** powers[1]
        for schedule in figures.ADAPTIVE:
            network = Naive(np.eye(20), Y[k], W_1, W_2, constants, code=name == "code")
            losses, _, chosen = network.adaptive(schedule, 30)
            np.testing.assert_allclose(step.curve(schedule).values[k, :30], chosen, rtol=1e-7)
            np.testing.assert_allclose(loss.curve(schedule).values[k, :31] * divisor, losses, rtol=1e-5)
        network = Naive(np.eye(20), Y[k], W_1, W_2, constants, code=name == "code")
        length = np.linalg.norm(Y[k])
        margin = length - network.E_0
        arora = margin**3 / ((1e5 if name == "code" else 49152) * length**4)
        du = np.sqrt(length / (2 if name == "code" else 1)) / (100 * np.arange(1, 31) * length**1.5)
        np.testing.assert_allclose(step.curve("Arora et al.").values[k, :30], arora, rtol=1e-9)
        np.testing.assert_allclose(step.curve("Du et al.").values[k, :30], du, rtol=1e-9)
        for eta in du:
            network.move(eta)
        assert loss.curve("Du et al.").values[k, 30] * divisor == pytest.approx(network.loss, rel=1e-7)


def test_figure_1_agrees_with_the_rerun_and_the_claims(first: Reproduction) -> None:
    standing = {(c.what, c.setting): c.standing for c in first.comparisons}
    for setting in ("printed", "balanced", "code"):
        assert standing["Algorithm 1 converges fastest", setting] == "agrees"
    assert standing["Its steps are larger than those of Arora and Du", "code"] == "agrees"
    assert standing["rhohat and rho are faster than f(eta, t) and f(eta, 0)", "code"] == "agrees"
    assert sum(what.startswith("our rerun of the code") for what, _ in standing) == 13


@pytest.mark.parametrize("name", ["printed", "code"])
def test_figure_2_is_what_plain_numpy_computes(second: Reproduction, name: str) -> None:
    generator = np.random.default_rng([1, *name.encode()])
    code = name == "code"
    for sigma, panel in zip(figures.TITLES, second.outcomes[name].panels, strict=True):
        X, truth = generator.standard_normal((2, 20, 20)), generator.standard_normal((2, 20, 20))
        if code:
            X, truth = np.linalg.qr(X)[0], truth / np.sqrt(20)
        U, V = generator.standard_normal((2, 20, 1000)), generator.standard_normal((2, 1000, 20))
        scale = np.sqrt((sigma + np.sqrt(sigma**2 + 4)) / 2) if code else sigma
        # The full width of 1,000 is slow in plain NumPy: one repetition, and one schedule of each kind.
        for schedule in ("f(eta, 0)", "rho(eta, t)", "rhohat(eta, t)") if sigma == 5 else ("rho(eta, t)",):
            network = Naive(X[0], X[0] @ truth[0], scale * U[0], V[0] / scale, (0.5, 1.5), code=code)
            ratio = second.outcomes[name].numbers[f"alpha_0/beta_0, sigma = {sigma}"][0]
            assert ratio == pytest.approx(network.alpha_0 / network.beta_0, rel=1e-6)
            losses, bounds, _ = network.adaptive(schedule, 3)
            divisor = 20 if code else 1
            np.testing.assert_allclose(panel.curve(schedule).values[0, :4] * divisor, losses, rtol=1e-5)
            np.testing.assert_allclose(panel.curve(schedule, "bound").values[0, :4] * divisor, bounds, rtol=1e-6)


def test_only_data_and_weights_of_the_code_give_the_titles() -> None:
    rows = figures.titles(12, np.random.default_rng(0))
    assert rows[-1].ours == "code X, Theta; code W"
    standing = [row.standing for row in rows[:-1]]
    assert standing[-3:] == ["agrees"] * 3
    assert standing[:2] == ["disagrees"] * 2


def test_the_command_writes_files_and_prints_the_table(command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "STEPS_1", 100)
    outcome = command("reproduce", "xu2023.figure-1", "-o", tmp_path, "--setting", "code", "--repetitions", 2, "--seed", 3)
    assert outcome.code == 0, outcome.err
    assert "numbers and claims agree (2 repetitions, seed 3)" in outcome.out
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"xu2023.figure-1.{end}" for end in ("code.png", "code.svg", "comparison.csv", "curves.csv")]
    assert (tmp_path / names[0]).read_bytes().endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("xu2023.figure-3",), f"there is no figure 'xu2023.figure-3'; the figures are {', '.join(KEYS)}."),
        (("xu2023.figure-1", "--repetitions", 0), "the number of repetitions is 0, but it must be at least 1."),
        (("xu2023.figure-1", "--seed", -1), "the seed is -1, but it must not be negative."),
        (("xu2023.figure-1", "--setting", "paint"), "'paint' is no setting of xu2023.figure-1; the settings are all, paper, code."),
        (("xu2023.figure-1", "-o", "/proc/none"), "cannot make the folder /proc/none: No such file or directory."),
    ],
)
def test_bad_input_ends_with_one_sentence_and_leaves_nothing(command: Any, tmp_path: Path, options: tuple[Any, ...], message: str) -> None:
    where = () if "-o" in options else ("-o", tmp_path / "out")
    outcome = command("reproduce", *options, *where)
    assert outcome.code == 2
    assert outcome.err.strip().splitlines()[-1] == f"error: {message}"
    assert not (tmp_path / "out").exists()
