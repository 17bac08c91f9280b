"""The query editor in a real browser: there, answered, and asking nobody but this server."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from support.chromium import CHROMIUM, QUIET
from support.programs import demand
from support.running import ROOT, Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

EDITOR = ROOT / "ogpld/web/static/editor/yasgui.min.js"
NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


def browse(tmp_path: Path, address: str) -> subprocess.CompletedProcess[str]:
    """Return the document after its scripts ran, and what the browser logged."""
    demand("chromium", there=CHROMIUM is not None, lacking="install chromium")
    demand("editor", there=EDITOR.is_file(), lacking="run make editor")
    options = (f"--user-data-dir={tmp_path}", NOBODY_ELSE, "--virtual-time-budget=8000")
    return subprocess.run(
        [CHROMIUM, *QUIET.split(), *options, "--dump-dom", address],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.counterpart("editor")
def test_the_editor_opens_on_an_example_already_run(server: Server, tmp_path: Path) -> None:
    """Its table is filled; the plain form is hidden; nothing was refused, nobody else was asked."""
    result = browse(tmp_path, f"{server.url}/sparql")
    assert "CodeMirror" in result.stdout
    assert "Rows: 50 (" in result.stdout
    assert 'id="ask"' in result.stdout
    assert "hidden" in result.stdout.partition('id="ask"')[2].partition(">")[0]
    for word in ("Content Security Policy", "Refused to", "ERR_", "Uncaught", "CONSOLE"):
        assert word not in result.stderr


@pytest.mark.counterpart("editor")
def test_an_error_is_told_in_sentences(server: Server, tmp_path: Path) -> None:
    """What was wrong and what to do, as the plain page does."""
    result = browse(tmp_path, f"{server.url}/sparql?query={quote('SELECT * { ?s ?p ?o }')}")
    message = re.sub("<[^>]*>", "", result.stdout.partition('class="errorResult"')[2])
    assert "The query was not answered: the result is larger than 10,000 rows" in message
    assert "What to do: page with ORDER BY" in message
    assert "Uncaught" not in result.stderr


@pytest.mark.counterpart("editor")
def test_a_shared_address_opens_what_was_shared(server: Server, tmp_path: Path) -> None:
    """In the query string or, when it is long, after the #."""
    text = 'SELECT ("shared \\\\ text" AS ?found) {} # """'
    for mark in ("?", "#"):
        result = browse(tmp_path, f"{server.url}/sparql{mark}query={quote(text)}")
        assert "Rows: 1 (" in result.stdout
        assert "shared \\ text" in result.stdout
        program = result.stdout.partition('data-language="Python"')[2].partition("</pre>")[0]
        assert 'SELECT ("shared \\\\\\\\ text"' in program.partition(">")[2]


@pytest.mark.counterpart("editor")
def test_the_boxes_work_with_the_editor(server: Server, tmp_path: Path) -> None:
    """Columns are in its table; files and the permanent address are of what was asked, with them."""
    text = "SELECT ?m { VALUES ?m { <http://localhost:8000/id/member/EST> } }"
    address = f"{server.url}/sparql?query={quote(text)}&labels=en"
    result = browse(tmp_path, address)
    assert "mLabel" in result.stdout
    assert "Uncaught" not in result.stderr
    page = result.stdout.partition('id="editor"')[2]
    assert "&amp;labels=en&amp;format=parquet" in page
    form = page.partition('action="/q"')[2].partition("</form>")[0]
    assert (
        f'name="query" value="{text.replace("<", "&lt;").replace(">", "&gt;")}"' in form
        or text in form
    )
    assert 'name="labels"' in form


@pytest.mark.counterpart("editor")
@pytest.mark.parametrize("select", ["?c", "(COUNT(?c) AS ?n)"])
def test_an_empty_answer_says_why_in_the_editor(
    server: Server, tmp_path: Path, select: str
) -> None:
    """As the plain page does, beside the editor's own table."""
    text = f"SELECT {select} {{ ?c a <http://w3id.org/ogpld/ns#Commitment> }}"
    result = browse(tmp_path, f"{server.url}/sparql?query={quote(text)}")
    reasons = result.stdout.partition('id="absences"')[2].partition("</section>")[0]
    assert "hidden" not in reasons.partition(">")[0]
    assert "https://w3id.org/ogpld/ns#Commitment" in reasons
    assert result.stdout.count('id="absences"') == 1
    assert "Uncaught" not in result.stderr


#: What the library calls its parts, which no page says.
_OF_THE_LIBRARY = (
    "Filter query results",
    "Page size",
    "Simple view",
    "Ellipse",
    "Response",
    "Share query",
    "Download result",
    "View documentation",
    "Activate to sort",
    "entries",
    "pagination",
)
#: What of the editor is seen or named, apart from the query and values of the answer.
_TEXTS = """() => [...document.querySelectorAll("#editor :is(button, label, input, select, option, a, span, div, nav)")]
  .filter((part) => !part.closest("tbody, .CodeMirror-sizer"))
  .flatMap((part) => [part.firstElementChild ? "" : part.textContent, ...["title", "aria-label", "placeholder"]
    .map((name) => part.getAttribute(name) ?? "")]).join("|")"""


def open_editor(server: Server, page: Page, query: str = "") -> None:
    """Open the page and wait for the table."""
    demand("editor", there=EDITOR.is_file(), lacking="run make editor")
    page.goto(f"{server.url}/sparql{query}")
    page.wait_for_selector(".yasr_results tbody tr")


@pytest.mark.counterpart("editor")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Only rows with", "Rows: 50 (", "Rows 1-50 of 50.")),
        ("et", ("Lühenda pikad väärtused", "Ridu: 50 (", "Vastus, nagu see saadeti")),
        ("fr", ("Abréger les valeurs longues", "Lignes\u00a0: 50 (", "Adresse de cette requête")),
    ],
)
def test_the_editor_speaks_the_language_of_the_page(
    server: Server, new_page: Callable[..., Page], language: str, words: tuple[str, ...]
) -> None:
    """Its texts come from the page; what the library says is nowhere left, seen or as a name."""
    page = new_page(server.url)
    open_editor(server, page, f"?lang={language}")
    page.wait_for_selector(".dt-info")
    texts = page.evaluate(_TEXTS)
    assert [word for word in words if word not in texts] == []
    assert [word for word in _OF_THE_LIBRARY if word in texts] == []


@pytest.mark.counterpart("editor")
def test_an_error_is_told_in_the_language_of_the_page(
    server: Server, new_page: Callable[..., Page]
) -> None:
    """What its code means, and what is English about it is marked as that."""
    demand("editor", there=EDITOR.is_file(), lacking="run make editor")
    page = new_page(server.url)
    page.goto("/sparql?lang=et&query=SELECT")
    alert = page.locator("#editor [role=alert]")
    alert.wait_for()
    assert "Päringule ei vastatud: Päring ei ole SPARQL 1.1" in alert.inner_text()
    assert "not SPARQL 1.1" in alert.locator("[lang=en]").first.inner_text()
    assert page.locator("p.unseen[role=status]").inner_text() == ""


@pytest.mark.counterpart("editor")
def test_results_are_announced(server: Server, new_page: Callable[..., Page]) -> None:
    """A region that is there before says how many rows came (WCAG 4.1.3)."""
    page = new_page(server.url)
    open_editor(server, page)
    status = page.locator("p.unseen[role=status]:not(:empty)")
    status.wait_for(state="attached")
    assert status.inner_text().startswith("Rows: 50 (")


@pytest.mark.counterpart("editor")
def test_parts_are_named_as_they_are_labelled(
    server: Server, new_page: Callable[..., Page]
) -> None:
    """Who speaks to the page says what stands there (WCAG 2.5.3)."""
    page = new_page(server.url)
    open_editor(server, page)
    sizer = page.locator(".tableSizer")
    assert sizer.get_attribute("aria-label") == page.locator(".pageSizerLabel").inner_text()
    field = page.locator(".tableFilter")
    assert field.get_attribute("aria-label") == field.get_attribute("placeholder")
    for button in page.locator(".yasr_btnGroup button").all():
        assert button.get_attribute("aria-label") == button.inner_text()


@pytest.mark.counterpart("editor")
def test_the_address_of_a_query_can_be_taken_and_closed(
    server: Server, new_page: Callable[..., Page]
) -> None:
    """It has a name, is that of the query and no more, and Escape leads back to its button."""
    page = new_page(server.url)
    open_editor(server, page, f"?query={quote('SELECT ?s { ?s ?p ?o } LIMIT 1')}")
    page.click(".yasqe_share")
    address = page.locator(".yasqe_sharePopup input")
    assert address.get_attribute("aria-label") == "Address of this query"
    assert address.input_value().startswith(f"{server.url}/sparql?query=SELECT")
    assert "&" not in address.input_value()
    page.keyboard.press("Escape")
    assert address.count() == 0
    assert page.evaluate("document.activeElement.className") == "yasqe_share"
