"""What a session saves: proofs that are re-checked, and draws that statements over one domain share; prints ratios only."""

from __future__ import annotations

from typing import Any

from ratios import RATIOS, seconds

from theorems.xu2023 import appendix_b, appendix_c_layers, appendix_c_loss, appendix_d, imbalance, smoothness
from verify.drawing import draws
from verify.ladder import prove_recalling
from verify.proof.memory import Memory, read_memory

PROOFS = (
    imbalance.lemma_C_3,
    smoothness.eq_13,
    appendix_c_layers.eq_78,
    appendix_c_loss.eq_90_upper_corrected,
    appendix_d.eq_120_square_corrected,
)


def test_stored_proofs_against_the_search_for_them(benchmark: Any) -> None:
    stored = [read_memory(statement.memory) for statement in PROOFS]
    searched = [prove_recalling(statement, Memory()) for statement in PROOFS]
    rechecked = [prove_recalling(statement, memory) for statement, memory in zip(PROOFS, stored, strict=True)]
    assert [report.grade for report in searched] == [report.grade for report in rechecked]
    assert all(report.proved for report in rechecked)
    naive = seconds(lambda: [prove_recalling(statement, Memory()) for statement in PROOFS], 2)

    def recheck() -> None:
        for statement in PROOFS:
            prove_recalling(statement, read_memory(statement.memory))

    benchmark.pedantic(recheck, rounds=2, iterations=1)
    RATIOS.append(("five proofs of xu2023 re-checked from their files, against the search for them", naive / seconds(recheck, 2)))


def test_shared_draws_against_draws_for_each_statement(benchmark: Any) -> None:
    over = imbalance.lemma_C_3.over
    same = [s for s in appendix_b.paper.statements.values() if s.over == over]
    assert len(same) > 1

    def apart() -> None:
        for _ in same:
            draws.__wrapped__(over, 16, ((64, 0),), 0)

    def together() -> None:
        draws.cache_clear()
        for statement in same:
            draws(statement.over, 16, ((64, 0),), 0)

    naive = seconds(apart, 2)
    benchmark.pedantic(together, rounds=2, iterations=1)
    RATIOS.append((f"the draws of {len(same)} statements over one domain, shared against made anew", naive / seconds(together, 2)))
