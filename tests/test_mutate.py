"""Mutants: every kind of change is made, false ones fall, weaker ones are told apart, redundant hypotheses survive."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flint import arb, ctx

from theorems import linear_algebra as la
from verify.author import AnyMatrix, Closing, Dimension, Paper, dimensions, domain, fro, matrix, sigma, sigma_max, sigma_min
from verify.search.mutants import Judged, implied, judge, judged, kill_rate, proved_likewise, sample, says_no_more, survival
from verify.search.mutate import MOST, mutants
from verify.statement import Statement

n, m = dimensions("n m")
A, C = matrix("A", n, m), matrix("C", n, m)
over = domain(Dimension(n, 1, 4), Dimension(m, 1, 4), AnyMatrix(A), AnyMatrix(C))


def stated(claim: Any, **parts: Any) -> Statement:
    return Paper("test", "Tests").state("claim", "A claim", kind="inequality", over=over, claim=claim, **parts)


RICH = stated(sigma(A + C, 2) <= 2 * sigma_max(A) ** 2 + fro(C) + 1, given=fro(C) <= 1)


def test_every_kind_of_change_is_made() -> None:
    kinds = {mutant.change for mutant in mutants(RICH, 100)}
    assert kinds == {
        "constant scaled", "exponent changed", "extreme swapped", "term dropped", "hypothesis dropped", "index shifted", "sign flipped",
    }  # fmt: skip


def test_mutants_differ_from_the_original_and_from_each_other() -> None:
    found = mutants(RICH, 100)
    parts = [(x.statement.claim, x.statement.given, x.statement.over) for x in found]
    assert len(set(parts)) == len(parts)
    assert (RICH.claim, RICH.given, RICH.over) not in parts
    assert len({x.statement.key for x in found}) == len(found)
    assert all(x.statement.proof is None and not x.statement.examples for x in found)


def test_many_mutants_are_thinned_out_but_every_kind_stays() -> None:
    everything, few = mutants(RICH, 1000), mutants(RICH, MOST)
    assert len(few) < len(everything)
    assert {x.change for x in few} == {x.change for x in everything}


def test_a_weaker_neighbour_is_told_apart_from_a_stronger_one() -> None:
    original = stated(fro(A + C) <= fro(A) + fro(C))
    assert says_no_more(stated(fro(A + C) <= 2 * fro(A) + fro(C)), original, 0)
    assert not says_no_more(stated(fro(A + C) <= fro(A)), original, 0)


@pytest.mark.parametrize("statement", [la.trace_inequality, la.weyl, la.weyl_sum], ids=lambda s: s.key)
def test_the_neighbours_of_a_tight_fact_fall(statement: Statement) -> None:
    found = judge(statement, budget="small")
    survivors = [j for j in found if j.outcome == "survived" and j.change != "hypothesis dropped"]
    assert not survivors
    assert kill_rate(found).counts["fell"] >= 2
    assert all((j.counterexample is not None) == (j.outcome == "fell") for j in found)


def test_a_hypothesis_that_is_not_needed_survives_and_one_that_is_falls() -> None:
    loose, needed = stated(fro(A + C) <= fro(A) + fro(C), given=fro(C) <= 1), stated(fro(A + C) <= fro(A) + 1, given=fro(C) <= 1)
    for statement, outcome in ((loose, "survived"), (needed, "fell")):
        (dropped,) = [x for x in mutants(statement) if x.change == "hypothesis dropped"]
        assert judged(statement, dropped, 0, 3_000).outcome == outcome


def test_a_hypothesis_that_the_proof_does_not_use_is_known_to_be_superfluous() -> None:
    parts = {"given": fro(C) <= 1, "proof": Closing(), "facts": [la.triangle(A=A, C=C)]}
    statement = stated(fro(A + C) <= fro(A) + fro(C), **parts)
    by_change = {x.change: judged(statement, x, 0, 3_000).outcome for x in mutants(statement)}
    assert by_change["hypothesis dropped"] == "proved"
    assert by_change["sign flipped"] != "proved"
    needed = stated(fro(A + C) <= fro(A) + 1, **parts)
    (dropped,) = [x for x in mutants(needed) if x.change == "hypothesis dropped"]
    assert proved_likewise(needed, needed)
    assert not proved_likewise(dropped.statement, needed)


def test_what_follows_from_the_original_is_told_apart_from_what_does_not() -> None:
    original = stated(fro(A + C) <= 2 * fro(A) + fro(C))
    assert implied(stated(fro(A + C) <= 4 * fro(A) + fro(C)), original)
    assert not implied(stated(fro(A + C) <= fro(A) + fro(C)), original)
    outcomes = {x.words: judged(original, x, 0, 1_000).outcome for x in mutants(original) if x.change == "constant scaled"}
    assert outcomes == {
        "fro(A + C) -> 11*fro(A + C)/10": "fell",
        "2*fro(A) -> fro(A)": "survived",
        "2*fro(A) -> 4*fro(A)": "implied",
    }


def test_a_mutant_that_says_nothing_at_some_dimensions_stops_nobody() -> None:
    statement = la.paper.statements["linear_algebra.residual-smallest"]
    (empty,) = [x for x in mutants(statement) if x.words == "l - 1 -> -1"]
    assert judged(statement, empty, 0, 1_000).outcome == "meaningless"


def test_the_opposite_of_a_matrix_and_the_order_of_extremes_are_seen_through() -> None:
    triangle = stated(fro(A + C) <= fro(A) + fro(C))
    assert implied(stated(fro(A - C) <= fro(A) + fro(C)), triangle)
    assert not implied(stated(fro(A - C) <= fro(A) - fro(C)), triangle)
    product = stated(sigma_max(A) <= 2 * sigma_max(C))
    assert implied(stated(sigma_min(A) <= 2 * sigma_max(C)), product)
    assert not implied(stated(sigma_max(A) <= 2 * sigma_min(C)), product)


def test_the_kill_rate_counts_only_what_may_be_false() -> None:
    def one(outcome: Any) -> Judged:
        return Judged("p.a", "sign flipped", "", outcome, 0, None, None)

    rate = kill_rate([one(x) for x in ("fell", "fell", "fell", "survived", "weaker", "vacuous", "proved", "implied")])
    assert (rate.statements, rate.hunted, rate.rate) == (1, 4, 0.75)
    assert kill_rate([]).rate == 0.0


def test_survivors_are_put_into_classes() -> None:
    def one(change: str, slack: float | None) -> str:
        return survival(Judged("p.a", change, "", "survived", 0, slack, None)).split(":")[0]

    assert one("hypothesis dropped", 0.5) == "without a hypothesis"
    assert [one("sign flipped", slack) for slack in (None, 0.0, 1e-4, 0.3)] == ["attained", "attained", "close", "with room"]


def test_judging_is_deterministic() -> None:
    assert judge(la.weyl_sum, 5, "small") == judge(la.weyl_sum, 5, "small")


def test_a_sample_is_about_its_share_and_does_not_depend_on_what_else_is_judged() -> None:
    everything = mutants(RICH, 1000)
    third = sample(everything, 3, 0)
    assert len(everything) / 6 < len(third) < len(everything) / 1.5
    assert third != sample(everything, 3, 1)
    assert sample(everything[: len(everything) // 2], 3, 0) == [x for x in third if x in everything[: len(everything) // 2]]
    assert sample(everything, 1, 5) == everything
    assert [j.words for j in judge(la.weyl, 0, "small", every=2)] == [x.words for x in sample(mutants(la.weyl), 2, 0)]


def test_the_command_says_that_it_took_a_sample(command: Callable[..., Any]) -> None:
    assert "(budget small, one in 3, seed 0)" in command("mutate", "linear_algebra.weyl", "--budget", "small", "--every", 3).out


def test_the_command_prints_json_or_a_rate(command: Callable[..., Any]) -> None:
    rows = json.loads(command("mutate", "linear_algebra.weyl", "--budget", "small", "--json").out)
    assert {"statement", "change", "words", "outcome", "counterexample"} <= rows[0].keys()
    assert "linear_algebra: 8 of 8 mutants of 1 statements fell (100%)" in command("mutate", "linear_algebra.weyl", "--budget", "small").out


def test_workers_judge_alike_and_the_list_is_written(command: Callable[..., Any], tmp_path: Path) -> None:
    alone, together = tmp_path / "alone.json", tmp_path / "together.json"
    keys = ("linear_algebra.weyl", "linear_algebra.gram-trace")
    outputs = [command("mutate", *keys, "--budget", "small", "--jobs", jobs, "-o", path).out for jobs, path in ((1, alone), (2, together))]
    assert outputs[0] == outputs[1]
    assert alone.read_text() == together.read_text()
    assert {row["statement"] for row in json.loads(alone.read_text())} == set(keys)


def test_the_command_refuses_what_it_cannot_do(command: Callable[..., Any]) -> None:
    for arguments in (
        [],
        ["linear_algebra.triangle", "--budget", "huge"],
        ["linear_algebra.nothing"],
        ["linear_algebra.weyl", "-o", "none/list.json"],
    ):
        outcome = command("mutate", *arguments)
        assert outcome.code == 2
        assert outcome.err.startswith("error: ")


def test_every_survivor_of_the_benchmark_is_explained() -> None:
    folder = Path(__file__).parents[1] / "benchmarks"
    listed = (folder / "mutants.txt").read_text().split("weaker (")[0]
    survivors = re.findall(r"^  ([\w.-]+): ", listed, re.MULTILINE)
    explained = re.findall(r"^\| `([\w.-]+)` \|", (folder / "survivors.md").read_text(), re.MULTILINE)
    assert len(survivors) == 21
    assert sorted(explained) == sorted(survivors)


@pytest.mark.parametrize(("most", "t"), [(2, 200_000), (10**7, 2_200_000)])
def test_the_survivor_that_is_false_falls_after_many_steps(most: int, t: int) -> None:
    with ctx.workprec(256):
        eta = arb(2).log() * (-arb(3)).exp() / (7776 * (2 * arb(most)).log())
        assert (1 - eta) ** (2 * t) > 2 * (1 - 9 * eta * (-arb(1)).exp()) ** t
