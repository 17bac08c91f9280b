"""Walks of people through the site in a real browser: with a mouse, with keys alone, on a phone, without script."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from support.programs import demand
from support.running import ROOT, Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opener = Callable[..., "Page"]
Picture = Callable[["Page", str], None]
EDITOR = ROOT / "ogpld/web/static/editor/yasgui.min.js"


@pytest.mark.counterpart("playwright")
def test_from_a_search_to_a_promise_a_chart_and_its_query(
    server: Server, new_page: Opener, picture: Picture
) -> None:
    """The number in the chart can be followed to the query behind it, and to rows in a file."""
    page = new_page(server.url)
    page.goto("/")
    page.fill("main input[name=q]", "Riigikogu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    page.click("main .hits a:has-text('Riigikogu Transparency')")
    assert page.locator("h1").inner_text().startswith("Riigikogu")
    picture(page, "walk-commitment")
    page.goto("/chart")
    page.click("main a[href^='/chart/completion-by-cycle']")
    assert page.locator("main svg").count()
    picture(page, "walk-chart")
    query = page.locator("main a[href*='/sparql?query=']").first.get_attribute("href") or ""
    page.goto(query)
    text = parse_qs(urlsplit(query).query)["query"][0]
    answer = page.request.get("/sparql", params={"query": text, "format": "csv"})
    assert answer.ok
    assert len(list(csv.reader(io.StringIO(answer.text())))) > 1


@pytest.mark.counterpart("playwright")
def test_the_aide_learns_how_a_country_is_doing(
    server: Server, new_page: Opener, picture: Picture
) -> None:
    """Home, country, plan, promise, cell of the source: a click each, on a phone, and the way back is one."""
    page = new_page(server.url, 390, has_touch=True)
    page.goto("/")
    page.click("main a[href='/doc/member/EST']")
    assert page.locator("h1").inner_text() == "Estonia"
    assert " of " in page.locator("main .figures strong").first.inner_text()
    assert "assessed by the IRM" in page.locator("main .figures").inner_text()
    assert page.locator("main svg.chart").count() > 1
    page.click("main .strip a[href='/doc/action-plan/EST04']")
    page.click("main table a:has-text('Riigikogu Transparency')")
    assert page.locator("main .grade").count()
    picture(page, "walk-aide")
    page.click("main a:has-text('.csv, row')")
    anchor = urlsplit(page.url).fragment
    assert page.locator(f"[id='{anchor}']").is_visible()
    page.click("main a:has-text('The whole table')")
    row = page.url.partition("#")[2]
    page.wait_for_function("row => document.getElementById(row)", arg=row)


@pytest.mark.counterpart("playwright")
def test_the_journalist_takes_a_chart(server: Server, new_page: Opener) -> None:
    """From the list of charts to one: its rows, the code for a page of one's own that shows it, the licence."""
    page = new_page(server.url)
    page.goto("/chart")
    page.click("main a[href^='/chart/completion-by-region']")
    rows = page.request.get(page.get_attribute("main a:text-is('CSV')", "href") or "")
    assert rows.text().startswith("group,label,grade")
    frame = re.search(
        r'src="[^"]*?(/release/[^"]+)"', page.inner_text("[aria-label='Code of a frame']")
    )
    assert frame
    assert page.locator("main figcaption a[href*='creativecommons']").count()
    page.goto(frame[1])
    assert page.locator("svg.chart").is_visible()


@pytest.mark.counterpart("playwright")
def test_a_portal_takes_a_list(server: Server, new_page: Opener) -> None:
    """From the page for machines to the catalogue, and a list as a file with all rows."""
    page = new_page(server.url)
    page.goto("/")
    page.click("footer a[href='/api']")
    assert page.locator("main a[href^='/catalog.']").count()
    page.click("header a[href='/doc/commitment']")
    total = int(page.inner_text("h1 .count").replace(",", ""))
    file = page.request.get(page.get_attribute("main a:text-is('CSV')", "href") or "")
    assert len(list(csv.reader(io.StringIO(file.text())))) == total + 1


@pytest.mark.counterpart("playwright")
@pytest.mark.parametrize("path", ["/ns#cycle", "/shapes#Milestone-title", "/docs/contract#errors"])
def test_an_anchor_of_another_page(server: Server, new_page: Opener, path: str) -> None:
    """Who follows the address of a term lands on it, whatever page it is on."""
    page = new_page(server.url)
    page.goto(path)
    anchor = path.partition("#")[2]
    target = page.locator(f"main :not(a)[id='{anchor}']")
    target.wait_for(state="attached")
    assert page.url.endswith(f"#{anchor}")


@pytest.mark.counterpart("playwright")
def test_four_members_side_by_side(server: Server, new_page: Opener, picture: Picture) -> None:
    """A table with a column or row for each, and a file of the same."""
    page = new_page(server.url)
    page.goto("/compare?member=EST&member=ALB&member=AUS&member=ARM")
    for name in ("Estonia", "Albania", "Australia", "Armenia"):
        assert page.locator("main table", has_text=name).count(), name
    assert page.request.get("/compare.csv?member=EST&member=ALB&member=AUS&member=ARM").ok
    picture(page, "walk-compare")


@pytest.mark.counterpart("playwright")
def test_keys_alone(server: Server, new_page: Opener) -> None:
    """The first key skips to the content; a search is made and its first hit opened without a mouse."""
    page = new_page(server.url)
    page.goto("/search")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("EE0050")
    page.keyboard.press("Enter")
    page.wait_for_url("**EE0050*")
    assert "EE0050" in page.locator("main").inner_text()


@pytest.mark.counterpart("playwright")
def test_the_box_says_how_many_suggestions_there_are(server: Server, new_page: Opener) -> None:
    """Who does not see the list hears its length, also when there is none; nothing is said once it is closed."""
    page = new_page(server.url)
    page.goto("/?lang=fr")
    box = page.locator("main input[name=q]")
    status = page.locator("main form.search [role=status]")
    for text in ("esto", "zzzqqq"):
        with page.expect_response("**/suggest?*") as answer:
            box.fill(text)
        number = len(answer.value.json())
        page.wait_for_function(
            "([e, n]) => e.textContent.endsWith(n)", arg=[status.element_handle(), f"({number})"]
        )
        assert page.locator("main [role=option]").count() == number
    page.keyboard.press("Tab")
    assert status.text_content() == ""


@pytest.mark.counterpart("playwright")
def test_the_editor_lets_go_of_the_keyboard(server: Server, new_page: Opener) -> None:
    """Tab leaves the text of the query, which has a name and says so."""
    demand("editor", there=EDITOR.is_file(), lacking="run make editor")
    page = new_page(server.url)
    page.goto("/sparql")
    text = page.get_by_role("textbox", name="Query", exact=True)
    text.focus()
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "editor-keys"
    assert "Tab leaves it" in page.locator("#editor-keys").inner_text()
    before = text.inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.CodeMirror-code')")
    assert text.inner_text() == before


@pytest.mark.counterpart("playwright")
@pytest.mark.parametrize(
    "path", ["/", "/doc/member/EST", "/doc/commitment/EE0050", "/sparql", "/doc/commitment"]
)
def test_a_small_phone(server: Server, new_page: Opener, path: str) -> None:
    """At 320 pixels nothing is wider than the window, as WCAG 1.4.10 asks."""
    page = new_page(server.url, 320, has_touch=True)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.counterpart("playwright")
def test_without_script(server: Server, new_page: Opener) -> None:
    """A query is asked with the form, and its rows are in the page."""
    page = new_page(server.url, java_script_enabled=False)
    page.goto("/sparql")
    page.fill("textarea[name=query]", 'SELECT ("plain" AS ?word) {}')
    page.click("#ask button[type=submit]")
    assert page.locator("main table td", has_text="plain").count() == 1


@pytest.mark.counterpart("playwright")
def test_on_paper(server: Server, new_page: Opener, tmp_path: Path) -> None:
    """The address, the release and its date are printed; forms and the menu are not."""
    page = new_page(server.url)
    page.goto("/doc/commitment/EE0050")
    assert not page.locator(".printed").is_visible()
    page.emulate_media(media="print")
    printed = page.locator(".printed").inner_text()
    release = server.get("/healthz").json()["release"]
    assert "/doc/commitment/EE0050" in printed
    assert release in printed
    assert not page.locator(".top nav").is_visible()
    assert not page.locator(".search").is_visible()
    for path in (
        "/source/estonia/estonia.csv",
        "/source/estonia/estonia.csv?row=25",
        "/doc/member/EST",
    ):
        page.set_viewport_size({"width": 760, "height": 900})  # a sheet of A4
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 760, path
    paper = tmp_path / "page.pdf"
    page.pdf(path=paper)
    assert paper.read_bytes().startswith(b"%PDF")


#: Words of first cells and heads of columns that stand on several lines, and where the page ends.
_BROKEN = """() => {
  const broken = [];
  for (const cell of document.querySelectorAll("thead th, tr > :first-child")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node; node = walker.nextNode();)
      for (const word of node.data.matchAll(/[\\p{L}\\p{N}]{2,12}(?![\\p{L}\\p{N}])/gu)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) broken.push(word[0]);
      }
  }
  return [broken, document.documentElement.scrollWidth];
}"""


@pytest.mark.counterpart("playwright")
@pytest.mark.parametrize(
    "path", ["/doc/member/EST", "/queries/transformative-but-limited", "/doc/commitment", "/claims"]
)
def test_words_of_tables_are_whole_on_paper(server: Server, new_page: Opener, path: str) -> None:
    """No word of a first cell falls apart, and no line of a query ends beyond the sheet."""
    page = new_page(server.url, 718)
    page.emulate_media(media="print")
    page.goto(path)
    broken, width = page.evaluate(_BROKEN)
    assert broken == []
    assert width <= 718
    for block in page.locator("pre").all():
        assert block.evaluate("block => block.scrollWidth <= block.clientWidth")


@pytest.mark.counterpart("playwright")
@pytest.mark.parametrize("path", ["/match", "/validate"])
def test_labels_stand_above_their_fields_on_a_phone(
    server: Server, new_page: Opener, path: str
) -> None:
    """A label is nearer to its own field than to any other."""
    page = new_page(server.url, 390)
    page.goto(path)
    for label in page.locator("main .run label").all():
        field = page.locator(f"#{label.get_attribute('for')}").bounding_box()
        own = label.bounding_box()
        assert own and field
        assert own["x"] == field["x"]
        assert 0 <= field["y"] - own["y"] - own["height"] < 8


@pytest.mark.counterpart("playwright")
def test_dates_of_a_timeline_have_a_column_of_their_own(server: Server, new_page: Opener) -> None:
    """No line of what happened begins below a date, however narrow the page."""
    page = new_page(server.url, 390)
    page.goto("/doc/commitment/EE0050")
    items = page.locator(".timeline li").all()
    assert len(items) > 1
    for item in items:
        date, what = (item.locator(f"> :nth-child({n})").bounding_box() for n in (1, 2))
        assert date and what
        assert what["x"] >= date["x"] + date["width"]


@pytest.mark.counterpart("playwright")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_placeholders_have_the_colour_of_labels(
    server: Server, new_page: Opener, scheme: str
) -> None:
    """Browsers have a grey of their own for them, which is too faint on dark."""
    page = new_page(server.url, color_scheme=scheme)
    page.goto("/match")
    soft = page.locator("label").last.evaluate("e => getComputedStyle(e).color")
    for field in page.locator("[placeholder]").all():
        colour = (
            "e => { const s = getComputedStyle(e, '::placeholder'); return [s.color, s.opacity]; }"
        )
        assert field.evaluate(colour) == [soft, "1"]
