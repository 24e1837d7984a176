"""Writes the certificate of every statement expected to be refuted that has none, or a stale one, beside its paper.

Run `python -m theorems.certify_refuted [KEY ...]` in a clone after a refuted statement was added, or the text
or the definitions of one have changed. A stale certificate is renewed from its own inputs where
they still refute; else the ladder looks for a counterexample anew.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path

from verify.certificate import Certificate, certify
from verify.certificate_format import load, validated_as
from verify.chances.certificate import ChanceCertificate
from verify.checker import check
from verify.effort import EFFORTS
from verify.errors import VerifyError
from verify.evidence import moment_from_json
from verify.instance import Instance
from verify.ladder import examine
from verify.registry import GROUP, registry
from verify.search.shrink import shrink
from verify.search.simplicity import cost_of
from verify.statement import Statement

SEEDS = (0, 1)


def renewed(statement: Statement, path: Path) -> Certificate | None:
    """The certificate at the stored inputs, if there are any and they still refute."""
    try:
        stored = load(path)
        instance = Instance.from_json(stored.inputs.model_dump(), statement.over)
        return certify(statement, instance, stored.moment, stored.seed)
    except VerifyError:
        return None


def found(statement: Statement) -> Certificate | None:
    """The certificate at the simplest counterexample that the ladder finds with a few seeds."""
    candidates = []
    for seed in SEEDS:
        counterexample = examine(statement, EFFORTS["default"], seed).counterexample
        if counterexample is not None:
            start = Instance.from_json(counterexample.instance, statement.over)
            instance, step = shrink(statement, start, moment_from_json(counterexample.step))
            candidates.append((cost_of(instance, step), seed, instance, step))
    if not candidates:
        return None
    _, seed, instance, step = min(candidates, key=lambda candidate: candidate[:2])
    return certify(statement, instance, step, seed)


def by_chance(statement: Statement) -> ChanceCertificate | Certificate | None:
    """The certificate that the draws of a statement about chance give, or its exact probability."""
    for seed in SEEDS:
        counterexample = examine(statement, EFFORTS["default"], seed).counterexample
        if counterexample is not None and counterexample.certificate is not None:
            data = counterexample.certificate
            return validated_as(ChanceCertificate, data) if data.get("kind") == "chance" else load(data)
    return None


def main(keys: list[str]) -> int:
    """Bring all certificates up to date, or those under the keys; 1 where a statement could not be refuted."""
    missing = 0
    for point in entry_points(group=GROUP):
        for statement in point.load().statements.values():
            asked = not keys or any(statement.key == k or statement.key.startswith(f"{k}.") for k in keys)
            if statement.expected != "refuted" or statement.limit or not asked:
                continue
            path = Path(str(files(point.module))) / "certificates" / f"{statement.label}.json"
            if path.is_file() and check(path, registry()).valid:
                continue
            certificate = by_chance(statement) if statement.chance else renewed(statement, path) or found(statement)
            missing += certificate is None
            if certificate is not None:
                path.parent.mkdir(exist_ok=True)
                certificate.write(path)
            print(f"{statement.key}: {'no counterexample found' if certificate is None else path}", flush=True)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
