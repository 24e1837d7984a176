"""Which proofs lean on which statements, and how far each proof reaches down to what is proved itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import networkx as nx

from verify.errors import StatementError
from verify.report.findings import Finding
from verify.statement import Statement

Reach = Literal["complete", "facts", "open", "none"]

REACHES: dict[str, str] = {
    "complete": "proved, with everything beneath",
    "facts": "proved from standard facts that are tested, not proved",
    "open": "has a proof that did not go through or was not run",
    "none": "no proof",
}


@dataclass(frozen=True)
class Standing:
    """The two statuses of a statement: its verdict, and how far its proof reaches.

    `beneath` are all statements on which its proof leans, directly or not, `tested` those of them that are tested only.
    """

    verdict: str
    reach: Reach
    beneath: tuple[str, ...]
    tested: tuple[str, ...]


def dependencies(statements: Iterable[Statement]) -> Any:
    """The directed graph from facts to the statements whose proofs use them. Raises StatementError for a cycle, and names it."""
    graph = nx.DiGraph()
    for statement in statements:
        graph.add_node(statement.key)
        graph.add_edges_from((used, statement.key) for used in statement.uses)
    if not nx.is_directed_acyclic_graph(graph):
        circle = [fact for fact, _ in nx.find_cycle(graph)]
        raise StatementError(f"the proofs of {', '.join(circle)} lean on each other in a circle, so none of them proves anything.")
    return graph


def standings(graph: Any, found: Mapping[str, Finding]) -> dict[str, Standing]:
    """The standing of every statement in the graph, from the verdicts of everything beneath it."""
    return {key: _standing(key, graph, found) for key in graph}


def _standing(key: str, graph: Any, found: Mapping[str, Finding]) -> Standing:
    beneath = tuple(sorted(nx.ancestors(graph, key)))
    tested = tuple(used for used in beneath if found[used].verdict != "proved")
    verdict = found[key].verdict
    unproved: Reach = "none" if found[key].statement.proof is None else "open"
    proved: Reach = "facts" if tested else "complete"
    return Standing(verdict, proved if verdict == "proved" else unproved, beneath, tested)
