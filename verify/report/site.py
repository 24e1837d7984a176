"""Writes the site: pages from templates, certificates, pictures, one style sheet and one script; whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from verify.errors import VerifyError
from verify.ladder import leaned_on
from verify.paper import Paper, Registry
from verify.report import pages
from verify.report.dependencies import REACHES, dependencies, standings
from verify.report.findings import VERDICTS, findings
from verify.report.layout import BOX, HEIGHT, drawing
from verify.report.reproductions import Reproduced, reproduced
from verify.report.typesetting import sentence
from verify.report.words import MEANINGS, slack
from verify.statement import KINDS, Statement

MARK = ".lemmascope-report"
"""The file that says that a folder is a report, so that the next one may take its place."""


@dataclass(frozen=True)
class Built:
    """What was written: how many pages, and how many statements have a verdict."""

    folder: Path
    pages: int
    statements: int
    examined: int


def build(
    known: Registry,
    statements: Iterable[Statement],
    stores: Sequence[Path],
    output: Path,
    figures: Sequence[Path] = (),
    sources: dict[str, str] | None = None,
    progress: Callable[[str], None] = lambda page: None,
) -> Built:
    """Write the report on statements, and on everything that their proofs lean on, into a folder of its own.

    `sources` gives the file of a paper that is not installed, by its key. A former report in the folder is replaced;
    any other content stays, and raises VerifyError. Also raises StoreError, Contradiction, and StatementError for
    proofs that lean on each other in a circle.
    """
    require_replaceable(output)
    site, graph = _site(known, statements, stores, sources or {})
    stored = {paper.key: [reproduced(figure, figures) for figure in paper.figures.values()] for paper in site.papers}
    beside = output.parent / f".{output.name}.{secrets.token_hex(4)}"
    try:
        count = 0
        try:
            for path, content in _contents(site, graph, stored):
                target = beside / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content if isinstance(content, bytes) else content.encode())
                count += path.endswith(".html")
                progress(path)
            if output.exists():
                shutil.rmtree(output)
            beside.rename(output)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise VerifyError(f"cannot write the report {output}: {error.strerror}.") from error
    return Built(output, count, len(site.found), sum(finding.report is not None for finding in site.found.values()))


def require_replaceable(output: Path) -> None:
    """Raise VerifyError unless the folder is new, empty, or a former report."""
    if output.exists() and not output.is_dir():
        raise VerifyError(f"cannot write the report {output}: it is a file, not a folder.")
    if output.is_dir() and any(output.iterdir()) and not (output / MARK).is_file():
        raise VerifyError(f"the folder {output} is not empty and holds no report; name a new folder.")
    if not output.parent.is_dir():
        raise VerifyError(f"cannot write the report {output}: there is no folder {output.parent}.")


def _site(known: Registry, statements: Iterable[Statement], stores: Sequence[Path], sources: dict[str, str]) -> tuple[pages.Site, Any]:
    order = {statement.key: k for k, statement in enumerate(known)}
    chosen = sorted(leaned_on(statements), key=lambda s: order.get(s.key, len(order)))
    graph = dependencies(chosen)
    found = findings(chosen, stores)
    users = {key: tuple(sorted(graph.successors(key))) for key in graph}
    papers = tuple(paper for paper in known.papers.values() if any(key in found for key in paper.statements))
    figure_keys = [key for paper in papers for key in paper.figures]
    names = pages.file_names([*found, *figure_keys, *(paper.key for paper in papers)])
    return pages.Site(papers, found, standings(graph, found), users, names, sources), graph


def _contents(site: pages.Site, graph: Any, stored: dict[str, list[Reproduced]]) -> Iterator[tuple[str, str | bytes]]:
    """Every file of the site, by its path."""
    render = _renderer(site, stored)
    yield MARK, "A report of lemmascope; `verify report` may replace this folder.\n"
    for asset in ("site.css", "site.js"):
        yield f"assets/{asset}", files("verify.report").joinpath("assets", asset).read_bytes()
    yield "index.html", render("index.html", "")
    yield "statements.html", render("statements.html", "")
    yield "errata.html", render("errata.html", "")
    yield "graph.html", _graph_page(render, site, graph, None)
    for paper in site.papers:
        own = {key for key in paper.statements if key in graph}
        near = own | {used for key in own for used in graph.predecessors(key)} | {user for key in own for user in graph.successors(key)}
        part = graph.subgraph(near).edge_subgraph([(a, b) for a, b in graph.edges if a in own or b in own])
        yield f"papers/{site.names[paper.key]}.html", render("paper.html", "../", paper=paper)
        yield f"graphs/{site.names[paper.key]}.html", _graph_page(render, site, part, paper)
        for entry in stored[paper.key]:
            yield f"figures/{site.names[entry.figure.key]}.html", render("figure.html", "../", paper=paper, entry=entry)
            for file in (*(picture.file for picture in entry.pictures), *entry.files):
                yield f"figures/{file.name}", file.read_bytes()
        keys = [key for key in paper.statements if key in site.found]
        for k, key in enumerate(keys):
            page = pages.statement_page(site, site.found[key])
            name = site.names[key]
            if page.certificate is not None:
                yield f"certificates/{name}.json", page.certificate
            near_by = {"before": keys[k - 1] if k else None, "after": keys[k + 1] if k + 1 < len(keys) else None}
            yield f"statements/{name}.html", render("statement.html", "../", page=page, paper=paper, **near_by)


def _graph_page(render: Callable[..., str], site: pages.Site, graph: Any, paper: Paper | None) -> str:
    drawn = drawing(graph)
    alone = [key for key in (paper.statements if paper else site.found) if key in site.found and key not in {b.key for b in drawn.boxes}]
    near = pages.rows_of_graph(site, [box.key for box in drawn.boxes])
    return render("graph.html", "../" if paper else "", paper=paper, drawn=drawn, alone=alone, near=near)


def _renderer(site: pages.Site, stored: dict[str, list[Reproduced]]) -> Callable[..., str]:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("verify.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    whole = list(site.found.values())
    environment.globals |= {
        "site": site,
        "stored": stored,
        "all_counts": pages.counts(whole),
        "counts": pages.counts,
        "errata": pages.errata,
        "corrected": lambda key: pages.corrected(site, key),
        "claim": lambda statement: [pages.formula(relation) for relation in statement.claim],
        "meaning": pages.definition_formula,
        "repaired": pages.repaired,
        "verdicts": VERDICTS,
        "kinds": [kind for kind in KINDS if any(finding.statement.kind == kind for finding in whole)],
        "meanings": MEANINGS,
        "reaches": REACHES,
        "slack": slack,
        "box": {"width": BOX, "height": HEIGHT},
        "made": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "version": version("lemmascope"),
    }
    environment.filters["zip"] = zip
    environment.filters["sentence"] = sentence
    environment.filters["day"] = lambda at: at[:16].replace("T", " ")
    environment.filters["slug"] = lambda text: str(text).replace(" ", "-")

    def render(template: str, root: str, **values: Any) -> str:
        return environment.get_template(template).render(root=root, **values)

    return render
