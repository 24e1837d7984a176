"""The report shows what was stored, all of it and nothing else; every link of it leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests import report_site as mine
from verify.checker import check
from verify.errors import StatementError, StoreError, VerifyError
from verify.evidence import Course, ProofEvidence, Report
from verify.fingerprint import fingerprint
from verify.language.mathml import breakable, in_mathml
from verify.report import build, plots
from verify.report.dependencies import dependencies, standings
from verify.report.findings import findings
from verify.report.layout import BOX, HEIGHT, drawing
from verify.report.pages import file_names
from verify.report.reproductions import reproduced
from verify.report.typesetting import sentence
from verify.store import Store


class Page(HTMLParser):
    """The links, the anchors and the text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action") and tag != "use":
                self.links.append(value or "")
            if name == "id":
                self.anchors.add(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return mine.site(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def page(built: Any) -> Callable[[str], Page]:
    return lambda path: Page(built.folder / path)


def test_everything_is_counted(built: Any) -> None:
    assert built.pages == sum(1 for _ in built.folder.rglob("*.html"))
    assert (built.statements, built.examined) == (len(mine.STATEMENTS) + 1, len(mine.EXAMINED) + 1)


def test_no_link_is_broken_and_none_leaves_the_site(built: Any) -> None:
    pages = {path.resolve(): Page(path) for path in built.folder.rglob("*.html")}
    broken = []
    for path, read in pages.items():
        for link in read.links:
            parts = urlsplit(link)
            if parts.scheme == "data":
                continue
            assert not parts.scheme, f"{path} needs the network: {link}"
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            fits = target in pages or target.is_file()
            # Behind the # of the statements and graphs stands what their script selects.
            anchored = not parts.fragment or target.name == "statements.html" or target.parent.name == "graphs"
            if not fits or not (anchored or unquote(parts.fragment) in pages[target].anchors):
                broken.append((path.name, link))
    assert broken == []


def test_a_broken_link_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html">b</a>')
    assert Page(tmp_path / "a.html").links == ["b.html"]


def test_the_front_page_counts_and_names_errata(page: Callable[[str], Page]) -> None:
    text = page("index.html").text
    assert "mine.lower" in text
    assert "A wide A has a kernel" in text
    assert text.index("Errata\n") < text.index("Papers\n")
    assert "1 printed statement fell" in text
    assert "1 of 2 numbers and claims agree" in text
    assert "not reproduced yet" in text


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (
            "upper",
            ["proved exact", "linear_algebra.submultiplicative", "Every step was checked again", "Slack of the", "Used by mine.doubled"],
        ),
        ("doubled", ["proved exact", "with all beneath, 2, of which 1 is tested only"]),
        (
            "lower",
            [
                "refuted",
                "Wrong as printed",
                "Counterexample",
                "verify check mine.lower.json --file mine.py",
                "Corrected: mine.lower.corrected",
            ],
        ),
        ("lower.corrected", ["supported", "This is the corrected form of mine.lower", "Tightest instance"]),
        ("falls", ["supported", "Along a run", "states along runs drawn", "shrinking"]),
        ("norm", ["supported", "Clopper–Pearson", "Event, with probability at least 1 - δ", "entries"]),
        ("some", ["supported", "Best constants", "C = 2"]),
        ("euler", ["SymPy's limit", "distance"]),
        ("later.r_3c_m", ["not examined", "verify run mine.later.r<m --store runs.db", "Not run <b>yet</b>"]),
    ],
)
def test_a_statement_shows_its_evidence(page: Callable[[str], Page], label: str, said: list[str]) -> None:
    text = " ".join(page(f"statements/mine.{label}.html").text.split())
    for words in said:
        assert words in text


def test_what_was_not_found_is_not_shown(page: Callable[[str], Page]) -> None:
    assert "Counterexample" not in page("statements/mine.upper.html").text
    assert "Proof" not in page("statements/mine.lower.html").text
    assert "Along a run" not in page("statements/mine.upper.html").text


def test_the_formulas_come_from_the_statement(built: Any) -> None:
    html = (built.folder / "statements" / "mine.lower.html").read_text()
    (claim,) = mine.lower.claim
    assert in_mathml(claim) in html


def test_the_certificate_to_download_is_valid(built: Any) -> None:
    result = check(built.folder / "certificates" / "mine.lower.json", mine.REGISTRY)
    assert result.valid, result.sentence


def test_a_figure_shows_the_paper_against_ours(built: Any, page: Callable[[str], Page]) -> None:
    text = page("figures/mine.figure-1.html").text
    assert "0.51 ± 0.1" in text
    assert "disagrees" in text
    assert "1 of 2 numbers and claims agree" in text
    assert (built.folder / "figures" / "mine.figure-1.paper.svg").is_file()
    assert "verify reproduce mine.figure-2" in page("figures/mine.figure-2.html").text


def test_a_table_that_reproduce_did_not_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.figure-1.comparison.csv").write_text("a,b\n1,2\n")
    with pytest.raises(VerifyError, match="no comparison"):
        reproduced(mine.paper.figures["mine.figure-1"], [tmp_path])


# --- what counts as found ---------------------------------------------------------------------------


def _report(key: str, verdict: str, **parts: Any) -> Report:
    values: dict[str, Any] = {"title": "", "kind": "inequality", "form": "printed", "expected": verdict, "seconds": 0.0, "seed": 0}
    return Report(key=key, verdict=verdict, **{**values, **parts})  # type: ignore[arg-type]


def _record(path: Path, *reports: tuple[Any, Report]) -> Path:
    with Store(path, create=True) as store:
        run = store.begin("by hand", {fingerprint(s).hash: "" for s, _ in reports})
        for statement, report in reports:
            store.record(run, fingerprint(statement).hash, report)
    return path


def test_another_text_under_the_same_key_does_not_count(tmp_path: Path) -> None:
    store = _record(tmp_path / "s.db", (mine.upper, _report("mine.lower", "supported")))
    found = findings([mine.lower], [store])["mine.lower"]
    assert (found.verdict, found.changed) == ("not examined", True)


def test_the_newest_run_and_the_gravest_seed_count(tmp_path: Path) -> None:
    store = _record(tmp_path / "s.db", (mine.lower, _report("mine.lower", "supported")))
    second = _record(store, (mine.lower, _report("mine.lower", "supported")), (mine.lower, _report("mine.lower", "refuted", seed=1)))
    assert findings([mine.lower], [second])["mine.lower"].verdict == "refuted"


def test_a_proof_that_leans_on_what_fell_or_was_not_run_is_taken_back(tmp_path: Path) -> None:
    proof = ProofEvidence("exact", (), (), None)
    proved = _report("mine.doubled", "proved", evidence=(proof,))
    alone = findings([mine.doubled, mine.upper], [_record(tmp_path / "a.db", (mine.doubled, proved))])["mine.doubled"]
    assert alone.verdict == "undecided"
    assert alone.report is not None
    assert "which no stored run examined" in alone.report.message
    fallen = _record(tmp_path / "b.db", (mine.doubled, proved), (mine.upper, _report("mine.upper", "refuted")))
    found = findings([mine.doubled, mine.upper], [fallen])["mine.doubled"]
    assert found.verdict == "undecided"
    assert found.report is not None
    assert "did not hold up" in found.report.message


def test_standings_reach_through_everything_beneath(tmp_path: Path) -> None:
    fact = mine.la.submultiplicative
    proof = ProofEvidence("exact", (), (), None)
    statements = [fact, mine.upper, mine.doubled]
    chain = [(s, _report(s.key, "proved", evidence=(proof,))) for s in statements[1:]]
    for verdict, reach in (("supported", "facts"), ("proved", "complete")):
        store = _record(tmp_path / f"{verdict}.db", (fact, _report(fact.key, verdict, form="fact")), *chain)
        found = standings(dependencies(statements), findings(statements, [store]))
        assert found["mine.doubled"].reach == reach
        assert found["mine.doubled"].beneath == ("linear_algebra.submultiplicative", "mine.upper")


def test_proofs_that_lean_on_each_other_in_a_circle_are_an_error() -> None:
    circle = [SimpleNamespace(key=key, uses=(used,)) for key, used in (("a", "b"), ("b", "c"), ("c", "a"))]
    with pytest.raises(StatementError, match="in a circle"):
        dependencies(circle)  # type: ignore[arg-type]


# --- the folder --------------------------------------------------------------------------------------


def test_a_former_report_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "site"
    for _ in range(2):
        build(mine.REGISTRY, [mine.later], [], target)
        (target / "old.html").touch()
    build(mine.REGISTRY, [mine.later], [], target)
    assert not (target / "old.html").exists()
    (target / ".lemmascope-report").unlink()
    with pytest.raises(VerifyError, match="not empty"):
        build(mine.REGISTRY, [mine.later], [], target)
    assert (target / "index.html").is_file()


def test_what_cannot_be_built_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "no.db").write_text("no store")
    for store, message in ((tmp_path / "no.db", "no store"), (tmp_path / "none.db", "there is no store")):
        with pytest.raises(StoreError, match=message):
            build(mine.REGISTRY, [mine.later], [store], tmp_path / "site")
    with pytest.raises(VerifyError, match="there is no folder"):
        build(mine.REGISTRY, [mine.later], [], tmp_path / "not" / "here")
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "mine.figure-1.comparison.csv").write_text("a\n1\n")
    with pytest.raises(VerifyError, match="no comparison"):
        build(mine.REGISTRY, [mine.later], [], tmp_path / "site", [tmp_path / "figures"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures", "no.db"]


def test_file_names_stay_apart_on_every_file_system() -> None:
    names = file_names(["p.a<b", "p.a>b", "p.Lemma", "p.lemma", "p.x/y"])
    assert len({name.casefold() for name in names.values()}) == 5
    assert all(re.fullmatch(r"[\w.-]+", name) for name in names.values())


# --- formulas, sentences, plots, graphs --------------------------------------------------------------


def _symbols(mathml: str) -> str:
    return re.sub(r"<[^>]*>|\s", "", mathml)


def test_a_long_formula_breaks_between_its_terms_and_loses_none() -> None:
    terms = [f"a_{{{k}}} \\left(b + c_{{{k}}}\\right)" for k in range(9)]
    latex = "x \\leq " + " + ".join(terms) + " - f(y - z)"
    broken = breakable(latex)
    assert broken.count("<math") == 11, "one element for the left side, one for each term"
    assert _symbols(broken) == _symbols(breakable.__wrapped__(latex)) == "x≤" + "+".join(f"a{k}(b+c{k})" for k in range(9)) + "−f(y−z)"
    assert breakable("a + b").count("<math") == 1


def test_names_in_sentences() -> None:
    assert sentence("tau_t and W_1 (n x h) with n >= N in (0, oo)") == (
        "<i>τ</i><sub>t</sub> and <i>W</i><sub>1</sub> (n × h) with n ≥ N in (0, ∞)"
    )
    assert sentence("Y is E_0 + X*W_1, with U^T R") == ("Y is <i>E</i><sub>0</sub> + X\u2009<i>W</i><sub>1</sub>, with U<sup>T</sup> R")
    assert sentence("L* is of x^Two") == "L* is of x^Two"
    assert sentence("a <b> of xu2023.eq_1") == "a &lt;b&gt; of xu2023.eq_1"


def test_bars_are_as_high_as_their_counts() -> None:
    found = plots.histogram([10, 0, 5, 0])
    assert found is not None
    assert found.total == 15
    heights = [bar.height for bar in found.bars]
    assert heights[0] == 2 * heights[2] > 0 == heights[1]
    assert plots.histogram([0, 0]) is None


def test_lines_use_a_logarithmic_axis_where_they_can() -> None:
    falling = plots.lines(Course("a <= b", (1.0, 0.1, 0.01), (1.0, 0.2, None), ""))
    assert falling is not None
    assert falling.logarithmic
    heights = [float(place.split()[1]) for place in re.split("[ML]", falling.left)[1:]]
    assert heights[1] - heights[0] == pytest.approx(heights[2] - heights[1], abs=0.2)
    assert falling.right.count("L") == 1, "nothing is drawn where a side has no value"
    crossing = plots.lines(Course("a <= b", (1.0, -1.0), (2.0, 2.0), ""))
    assert crossing is not None
    assert not crossing.logarithmic
    assert plots.lines(Course("a <= b", (None,), (1.0,), "")) is None


def test_boxes_do_not_overlap_and_edges_go_to_the_right() -> None:
    from networkx import DiGraph

    graph = DiGraph(
        [(f"fact {k}", f"lemma {k % 7}") for k in range(60)] + [(f"lemma {k}", "theorem") for k in range(7)] + [("fact 0", "theorem")]
    )
    graph.add_node("alone")
    drawn = drawing(graph)
    places = {box.key: box for box in drawn.boxes}
    assert set(places) == set(graph) - {"alone"}
    boxes = list(drawn.boxes)
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert abs(one.x - other.x) >= BOX or abs(one.y - other.y) >= HEIGHT, (one, other)
    assert {(edge.fact, edge.user) for edge in drawn.edges} == set(graph.edges)
    assert all(places[edge.fact].x < places[edge.user].x for edge in drawn.edges)
    assert all(0 <= box.x <= drawn.width - BOX and 0 <= box.y <= drawn.height - HEIGHT for box in boxes)


def test_the_command_says_what_it_wrote(command: Callable[..., Any], tmp_path: Path) -> None:
    source = tmp_path / "lemma.py"
    source.write_text(
        "from verify.author import *\n"
        "paper = Paper('own', 'My own')\n"
        "n, m = dimensions('n m')\n"
        "A = matrix('A', n, m)\n"
        "paper.inequality('positive', 'A norm', over=domain(Dimension(n, 1, 2), Dimension(m, 1, 2), AnyMatrix(A)), claim=fro(A) >= 0)\n"
    )
    outcome = command("report", source, "-o", tmp_path / "site")
    assert outcome.code == 0
    assert "0 of 1 statements examined" in outcome.out
    assert "verify check" not in Page(tmp_path / "site" / "statements" / "own.positive.html").text
    wrong = command("report", source, "--store", tmp_path / "none.db", "-o", tmp_path / "other")
    assert wrong.code == 2
    assert "there is no store" in wrong.err
    assert command("report", source, "--figures", tmp_path / "none", "-o", tmp_path / "other").code == 2


@pytest.mark.parametrize("wrong", ["store", "output"])
def test_the_command_says_what_cannot_work_before_it_reads_papers(command: Callable[..., Any], tmp_path: Path, wrong: str) -> None:
    source = tmp_path / "lemma.py"
    source.write_text("raise ArithmeticError('was read')\n")
    assert "was read" in command("report", source, "-o", tmp_path / "site").err
    options = {"store": ["--store", tmp_path / "none.db"], "output": ["-o", tmp_path]}[wrong]
    outcome = command("report", source, *options)
    assert outcome.code == 2
    assert {"store": "there is no store", "output": "not empty"}[wrong] in outcome.err
