"""The five papers' dynamics at the sizes that the papers report: memory, and the cost of a step against a plain NumPy loop.

Run `python -m benchmarks.real_sizes` for all of them, each in a process of its own, or give one's name; `--steps` shortens the
long ones. Peaks are those of the whole process. A ratio is the time of a step of one seed in a loop at full width, over ours.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np

from theorems import width_reduction as residual
from theorems.xu2023 import figures
from theorems.xu2023 import notation as xu
from verify.author import dimensions, fro, gradient_descent, matrix, relu, scalars, state
from verify.dynamics import Law
from verify.runs import simulate

(eta,) = scalars("eta")
Loop = Callable[[int], None]


@dataclass(frozen=True)
class Case:
    """A law at one size: its runs under each rule for the step size, and the same steps of one seed by hand."""

    title: str
    law: Law
    size: Mapping[Any, int]
    start: Any
    rules: Mapping[str, Any]
    steps: int
    seeds: int
    by_hand: Loop
    by_hand_steps: int
    record: Mapping[str, Any]
    constants: Mapping[Any, Any]
    memory: int = 2 * 2**30


def xu2023() -> Case:
    """20 x 20, h = 1000, 50 seeds, four schedules."""
    data = figures.data_2(50, np.random.default_rng(1), of_code=False)
    size, start, constants = figures.networks(*data, *figures.layers_2(50, np.random.default_rng(2), 1, of_code=False), 0.5, 1.5)

    def by_hand(steps: int) -> None:
        X, Y, one, two = (start[s][0] for s in (xu.X, xu.Y, xu.W_1, xu.W_2))
        for _ in range(steps):
            spectrum = np.linalg.eigvalsh(one.T @ one - two @ two.T)  # what the rules for the step size are made of
            step = 1e-3 / (1 + spectrum[-1] - spectrum[0])
            G = X.T @ (X @ one @ two - Y)
            one, two = one - step * G @ two.T, two - step * one.T @ G

    rules = {schedule.name: schedule.step for schedule in figures.printed_rates}
    return Case("xu2023: 20 x 20, h = 1000", xu.descent, size, start, rules, 200, 50, by_hand, 3, {"loss": xu.L}, constants)


def min2022() -> Case:
    """D = 500, n = 100, h = 10,000, one output."""
    D, samples, outputs, h = dimensions("D n m h")
    X, Y, U, V = matrix("X", samples, D), matrix("Y", samples, outputs), state("U", D, h), state("V", outputs, h)
    loss = fro(Y - X * U * V.T) ** 2 / samples
    law = replace(gradient_descent("gradient descent", loss, of=(U, V), step_size=eta), widths=(h,))
    hidden = 10_000

    def start(g: np.random.Generator) -> dict[Any, Any]:
        data, truth = (g.standard_normal((rows, columns)) / np.sqrt(500) for rows, columns in ((100, 500), (500, 1)))
        noise = 0.01 * g.standard_normal((100, 1))
        first, second = (g.standard_normal((rows, hidden)) / np.sqrt(hidden) for rows in (500, 1))
        return {X: data, Y: data @ truth + noise, U: first, V: second}

    def by_hand(steps: int) -> None:
        first = start(np.random.default_rng(0))
        data, goal, one, two = (first[s] for s in (X, Y, U, V))
        for _ in range(steps):
            G = data.T @ (data @ one @ two.T - goal) * 2 / 100
            one, two = one - 0.005 * G @ two, two - 0.005 * G.T @ one

    size = {D: 500, samples: 100, outputs: 1, h: hidden}
    rules, record = {"a constant step": 0.005}, {"loss": loss, "product": fro(U * V.T)}
    return Case("min2022: D = 500, n = 100, h = 10,000", law, size, start, rules, 1000, 5, by_hand, 10, record, {})


def zou2020() -> Case:
    """L = 100, m = 200, n = 1000, zero hidden weights."""

    A, B, W, X, Y = residual.A, residual.B, residual.W, residual.X, residual.Y

    def start(g: np.random.Generator) -> dict[Any, Any]:
        data = g.standard_normal((10, 1000))
        maps = {A: g.standard_normal((200, 10)), B: g.standard_normal((10, 200)), W: np.zeros((100 * 200, 200))}
        return {**maps, X: data, Y: -data + 0.1 * g.standard_normal((10, 1000))}

    def by_hand(steps: int) -> None:
        first = start(np.random.default_rng(0))
        layers = first[W].reshape(100, 200, 200).copy()
        for _ in range(steps):
            passed = [first[A] @ first[X]]
            for layer in layers:
                passed.append(passed[-1] + layer @ passed[-1])
            back = first[B].T @ (first[B] @ passed[-1] - first[Y])
            for k in reversed(range(100)):
                gradient, back = back @ passed[k].T, back + layers[k].T @ back
                layers[k] -= 1e-9 * gradient

    size = {residual.L: 100, residual.m: 200, residual.d: 10, residual.p: 10, residual.n: 1000}
    record = {"loss": residual.residual_network.loss, "weights": fro(W)}
    rules = {"a constant step": 1e-9}
    law = residual.residual_network
    return Case("zou2020: L = 100, m = 200, n = 1000", law, size, start, rules, 100, 10, by_hand, 1, record, {}, 8 * 2**30)


def zhao2024() -> Case:
    """A linear network with two hidden layers of width 5,000, X 128 x 1000."""
    a, b, samples, first, second = dimensions("a b s w_1 w_2")
    X, Y = matrix("X", a, samples), matrix("Y", b, samples)
    W_1, W_2, W_3 = state("W_1", first, a), state("W_2", second, first), state("W_3", b, second)
    (scaling,) = scalars("a_N")
    loss = fro(scaling * W_3 * W_2 * W_1 * X - Y) ** 2 / 2
    law = gradient_descent("gradient descent", loss, of=(W_1, W_2, W_3), step_size=eta)
    hidden = 5000

    def start(g: np.random.Generator) -> dict[Any, Any]:
        data = g.standard_normal((128, 1000))
        goal = g.standard_normal((10, 128)) @ data + g.standard_normal((10, 1000))
        layers = {W_1: g.standard_normal((hidden, 128)), W_2: g.standard_normal((hidden, hidden)), W_3: g.standard_normal((10, hidden))}
        return {X: data, Y: goal, **layers, scaling: 1 / np.sqrt(hidden * hidden * 10.0), eta: 10 / (3 * np.linalg.norm(data, 2) ** 2)}

    def by_hand(steps: int) -> None:
        drawn = start(np.random.default_rng(0))
        data, goal, one, two, three, scale, step = (drawn[s] for s in (X, Y, W_1, W_2, W_3, scaling, eta))
        for _ in range(steps):
            G = scale * (scale * three @ two @ one @ data - goal) @ data.T
            change = (two.T @ three.T @ G, three.T @ G @ one.T, G @ one.T @ two.T)
            one, two, three = one - step * change[0], two - step * change[1], three - step * change[2]

    size = {a: 128, b: 10, first: hidden, second: hidden, samples: 1000}
    rules = {"a constant step": None}
    return Case("zhao2024: widths 5,000, X 128 x 1000", law, size, start, rules, 25, 1, by_hand, 3, {"loss": loss}, {}, 12 * 2**30)


def du2018() -> Case:
    """A ReLU network 1000-100-100-10 on 1000 samples."""
    samples, d_0, d_1, d_2, d_3 = dimensions("s d_0 d_1 d_2 d_3")
    X, Y = matrix("X", d_0, samples), matrix("Y", d_3, samples)
    W_1, W_2, W_3 = state("W_1", d_1, d_0), state("W_2", d_2, d_1), state("W_3", d_3, d_2)
    loss = fro(W_3 * relu(W_2 * relu(W_1 * X)) - Y) ** 2 / (2 * samples)
    law = gradient_descent("gradient descent", loss, of=(W_1, W_2, W_3), step_size=eta)

    def start(g: np.random.Generator) -> dict[Any, Any]:
        data = {X: g.standard_normal((1000, 1000)) / np.sqrt(1000), Y: g.standard_normal((10, 1000))}
        shapes = {W_1: (100, 1000), W_2: (100, 100), W_3: (10, 100)}
        return data | {s: g.standard_normal(shape) * np.sqrt(2 / shape[1]) for s, shape in shapes.items()}

    def by_hand(steps: int) -> None:
        drawn = start(np.random.default_rng(0))
        data, goal, one, two, three = (drawn[s] for s in (X, Y, W_1, W_2, W_3))
        for _ in range(steps):
            x_1 = one @ data
            y_1 = np.maximum(x_1, 0)
            x_2 = two @ y_1
            y_2 = np.maximum(x_2, 0)
            E = (three @ y_2 - goal) / 1000
            G_2 = (three.T @ E) * (x_2 > 0)
            G_1 = (two.T @ G_2) * (x_1 > 0)
            one, two, three = one - 0.1 * G_1 @ data.T, two - 0.1 * G_2 @ y_1.T, three - 0.1 * E @ y_2.T

    size = {samples: 1000, d_0: 1000, d_1: 100, d_2: 100, d_3: 10}
    record = {"loss": loss, **{f"|{s.name}|": fro(s) for s in (W_1, W_2, W_3)}}
    return Case("du2018: ReLU, 1000-100-100-10", law, size, start, {"a constant step": 0.1}, 10_000, 1, by_hand, 5, record, {})


CASES = {case.__name__: case for case in (xu2023, min2022, zou2020, zhao2024, du2018)}


def peak() -> float:
    """The largest memory of this process so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def report(case: Case, steps: int | None) -> None:
    """Run the case under each of its rules, then by hand, and print one line for each rule."""
    count = case.steps if steps is None else steps
    before = peak()
    seconds: dict[str, float] = {}
    for name, rule in case.rules.items():
        seeds = case.seeds if callable(case.start) else None
        begun = perf_counter()
        runs = simulate(
            case.law, case.size, case.start, count, case.record, step_size=rule, seeds=seeds, constants=case.constants,
            every=max(count // 100, 1), memory=case.memory,
        )  # fmt: skip
        seconds[name] = (perf_counter() - begun) / count / case.seeds
        reduced = ", ".join(f"{h} = {full} reduced to {small}" for h, (full, small) in runs.widths.items()) or "no width reduced"
        loss = runs["loss"].mean
        print(
            f"{case.title}, {name}, {case.seeds} seeds, {count} steps, {reduced}: loss {loss[0]:.4g} to {loss[-1]:.4g}, "
            f"ended by {', '.join(sorted(set(runs.endings)))}; {runs.memory / 2**30:.2f} GB estimated for the runs, "
            f"{before:.2f} GB taken before them and {peak():.2f} GB at the peak",
            flush=True,
        )
    begun = perf_counter()
    case.by_hand(case.by_hand_steps)
    loop = (perf_counter() - begun) / case.by_hand_steps
    for name, ours in seconds.items():
        print(f"{case.title}, {name}: a step of one seed by hand at full width takes {loop / ours:.2g} times as long", flush=True)


def main() -> None:
    """Run one case here, or all of them in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", nargs="?", choices=CASES)
    parser.add_argument("--steps", type=int)
    given = parser.parse_args()
    if given.case is not None:
        report(CASES[given.case](), given.steps)
        return
    for name in CASES:
        options = [] if given.steps is None else ["--steps", str(given.steps)]
        subprocess.run([sys.executable, "-m", "benchmarks.real_sizes", name, *options], check=True)


if __name__ == "__main__":
    main()
