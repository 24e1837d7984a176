"""Writes what the searches of all proofs have found beside their papers, so that later runs re-check it instead of searching.

Run `python -m theorems.store_proofs [KEY ...]` in a clone after proofs were added, or their texts, or the
engine, have changed. The files are hints: one that is missing or stale costs time and nothing else.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

from verify.ladder import prove_recalling
from verify.proof.memory import read_memory
from verify.registry import GROUP
from verify.statement import Statement


def store(statement: Statement) -> str:
    """Prove a statement, write or delete its file, and say what became of it."""
    path, memory = statement.memory, read_memory(statement.memory)
    if path is None:
        return "its paper has no folder for proofs"
    known = dict(memory.answers), set(memory.consistent)
    memory.thorough = True
    report = prove_recalling(statement, memory)
    if not report.proved or not (memory.asked or memory.trusted):
        path.unlink(missing_ok=True)
        return "nothing to store" if report.proved else f"not proved: {report.failure}"
    if known == (memory.asked, memory.trusted):
        return "up to date"
    path.parent.mkdir(exist_ok=True)
    memory.write(path)
    return f"{len(memory.asked)} answers stored"


def main(keys: list[str]) -> int:
    """Bring the files of all proofs up to date, or of those under the keys."""
    statements = {s.key: s for point in entry_points(group=GROUP) for s in point.load().statements.values() if s.proof is not None}
    for key, statement in statements.items():
        if not keys or any(key == k or key.startswith(f"{k}.") for k in keys):
            print(f"{key}: {store(statement)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
