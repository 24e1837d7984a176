"""The report in a real browser: no errors, formulas that render, filters, graph, themes, keyboard, phone and paper."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import report_site as mine

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PAGES = ("index", "statements", "errata", "graph", "papers/mine", "graphs/mine", "figures/mine.figure-1", "statements/mine.lower")


def _executable() -> str:
    """The browser of this machine; the tests are skipped where there is none."""
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        pytest.skip("no browser: `apt-get install chromium` installs one")
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mine.site(tmp_path_factory.mktemp("report")).folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright: `pip install playwright` installs it")
    executable = _executable()
    with api.sync_playwright() as playwright:
        # A browser refuses to sandbox its pages for root, who CI is.
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Any, site: Path) -> Iterator[Callable[..., Any]]:
    """Opens a page from disk; at the end there may be no message of an error."""
    errors: list[str] = []
    contexts = []

    def go(path: str, width: int = 1280, scheme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("requestfailed", lambda request: errors.append(request.url))
        page.goto(f"file://{site}/{path}")
        return page

    yield go
    for context in contexts:
        context.close()
    assert errors == []


@pytest.mark.parametrize("width", [1280, 360])
def test_pages_load_without_errors_and_fit_the_width(visit: Callable[..., Any], width: int) -> None:
    for name in PAGES:
        page = visit(f"{name}.html", width)
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
        page.close()


def test_an_error_of_a_script_would_be_seen(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<script>nothing.there()</script>")
    errors: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"file://{tmp_path}/bad.html")
    page.close()
    assert errors


def test_formulas_render(visit: Callable[..., Any]) -> None:
    page = visit("statements/mine.upper.html")
    box = "getBoundingClientRect()"
    sizes = page.evaluate(f"[...document.querySelectorAll('.claim math')].map(m => [m.{box}.width, m.{box}.height])")
    assert sizes
    assert all(width > 20 and height > 12 for width, height in sizes)
    above, below = (f"document.querySelector('.claim mfrac').children[{k}].{box}" for k in (0, 1))
    fraction = page.evaluate(f"{below}.top - {above}.bottom")
    assert fraction >= 0, "a fraction stands on its denominator"
    assert page.locator("merror").count() == 0


def _keys(page: Any) -> list[str]:
    return page.locator("#all tbody tr:visible a.key").all_inner_texts()  # type: ignore[no-any-return]


def test_search_and_filters(visit: Callable[..., Any]) -> None:
    page = visit("statements.html")
    everything = _keys(page)
    assert len(everything) == len(mine.STATEMENTS) + 1
    page.select_option("#verdict", "refuted")
    assert _keys(page) == ["mine.lower"]
    assert page.url.endswith("#verdict=refuted")
    page.reload()
    assert _keys(page) == ["mine.lower"], "the link keeps the filters"
    page.click("button[type=reset]")
    page.select_option("#kind", "trajectory")
    assert _keys(page) == ["mine.falls"]
    page.select_option("#kind", "")
    page.select_option("#form", "corrected")
    assert _keys(page) == ["mine.lower.corrected"]
    page.select_option("#form", "")
    page.select_option("#paper", "linear_algebra")
    assert _keys(page) == ["linear_algebra.submultiplicative"]
    page.click("button[type=reset]")
    page.keyboard.press("Tab")
    page.fill("#q", "gaussian norm")
    assert _keys(page) == ["mine.norm"]
    page.fill("#q", "nothing has this name")
    assert _keys(page) == []
    assert page.locator("#nothing").is_visible()


def test_the_counts_of_the_front_page_lead_to_their_statements(visit: Callable[..., Any]) -> None:
    page = visit("index.html")
    page.click(".papers tr:has-text('mine') a:text-is('1') >> nth=0")
    page.wait_for_url("**/statements.html*")
    assert len(_keys(page)) == 1


def test_the_search_box_of_every_page_by_the_keyboard(visit: Callable[..., Any]) -> None:
    page = visit("index.html")
    page.keyboard.press("/")
    page.keyboard.type("compound")
    page.keyboard.press("Enter")
    page.wait_for_url("**/statements.html*")
    assert _keys(page) == ["mine.euler"]


def test_the_graph_lights_up_and_leads_to_statements(visit: Callable[..., Any]) -> None:
    page = visit("graphs/mine.html")
    page.focus("a[data-key='mine.doubled']")
    lit = page.evaluate("[...document.querySelectorAll('#graph a.on')].map(a => a.dataset.key).sort()")
    assert lit == ["linear_algebra.submultiplicative", "mine.doubled", "mine.upper"]
    before = page.evaluate("document.getElementById('graph').clientWidth")
    page.click("[data-zoom=in]")
    assert page.evaluate("document.getElementById('graph').clientWidth") > before
    page.focus("a[data-key='mine.upper']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/statements/mine.upper.html")
    assert page.locator("h1").inner_text().startswith("The norm of a product")


def test_themes(visit: Callable[..., Any]) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light, dark = visit("index.html"), visit("index.html", scheme="dark")
    assert light.evaluate(colour) != dark.evaluate(colour)
    dark.click("#theme")
    assert dark.evaluate(colour) == light.evaluate(colour), "the button chooses light, whatever the system says"
    light.click("#theme")
    light.click("#theme")
    assert light.evaluate(colour) != dark.evaluate(colour)


def test_paper_shows_everything_and_no_controls(visit: Callable[..., Any]) -> None:
    page = visit("statements/mine.lower.html", 720)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator("header.top").is_visible()
    assert page.locator("pre:has-text('dimensions')").first.is_visible(), "the exact numbers are on paper, too"
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_links_can_be_followed_from_page_to_page(visit: Callable[..., Any]) -> None:
    page = visit("index.html")
    page.click("section[aria-labelledby=errata] a.key")
    page.click(".callout a.key")
    assert page.locator(".facts .key").inner_text() == "mine.lower.corrected"
    page.go_back()
    page.click("section[aria-labelledby=certificate] a[download]")
    page.wait_for_url("**/certificates/mine.lower.json")
    assert '"schema_version"' in page.inner_text("body"), "a file from disk is shown, one from the web saved"
