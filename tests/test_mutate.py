"""Mutants: every kind of change is made, false ones fall, weaker ones are told apart, redundant hypotheses survive."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from theorems import linear_algebra as la
from verify.author import AnyMatrix, Dimension, Paper, dimensions, domain, fro, matrix, sigma, sigma_max
from verify.search.mutants import Judged, judge, kill_rate, says_no_more
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
    judged = judge(statement, budget="small")
    survivors = [j for j in judged if j.outcome == "survived" and j.change != "hypothesis dropped"]
    assert not survivors
    assert kill_rate(judged).fell >= 2
    assert all((j.counterexample is not None) == (j.outcome == "fell") for j in judged)


def test_a_hypothesis_that_is_not_needed_survives_and_one_that_is_falls() -> None:
    loose, needed = stated(fro(A + C) <= fro(A) + fro(C), given=fro(C) <= 1), stated(fro(A + C) <= fro(A) + 1, given=fro(C) <= 1)
    outcomes = {s: [j.outcome for j in judge(s, budget="small") if j.change == "hypothesis dropped"] for s in (loose, needed)}
    assert outcomes == {loose: ["survived"], needed: ["fell"]}


def test_the_kill_rate_counts_only_what_was_hunted() -> None:
    def one(outcome: Any) -> Judged:
        return Judged("p.a", "sign flipped", "", outcome, 0, None, None)

    rate = kill_rate([one("fell"), one("fell"), one("fell"), one("survived"), one("weaker"), one("vacuous")])
    assert (rate.statements, rate.fell, rate.survived, rate.weaker, rate.vacuous) == (1, 3, 1, 1, 1)
    assert rate.rate == 0.75
    assert kill_rate([]).rate == 0.0


def test_judging_is_deterministic() -> None:
    assert judge(la.weyl_sum, 5, "small") == judge(la.weyl_sum, 5, "small")


def test_the_command_prints_json_or_a_rate(command: Callable[..., Any]) -> None:
    rows = json.loads(command("mutate", "linear_algebra.weyl", "--budget", "small", "--json").out)
    assert {"statement", "change", "words", "outcome", "counterexample"} <= rows[0].keys()
    assert "mutants of 1 statements fell (100%)" in command("mutate", "linear_algebra.weyl", "--budget", "small").out


def test_the_command_refuses_what_it_cannot_do(command: Callable[..., Any]) -> None:
    for arguments in ([], ["linear_algebra.triangle", "--budget", "huge"], ["linear_algebra.nothing"]):
        outcome = command("mutate", *arguments)
        assert outcome.code == 2
        assert outcome.err.startswith("error: ")
