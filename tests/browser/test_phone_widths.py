"""What pages show in the narrowest windows and on paper: nothing is cut, nothing opens beside the window (WCAG 1.4.10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from support.running import Server, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Pages with charts of each kind.
_CHARTS = (
    "/",
    "/chart/completion-by-region",
    "/chart/completion-by-region/embed",
    "/compare?member=EST&member=LVA",
    "/doc/member/EST",
    "/doc/action-plan/EST03",
)
#: Texts of charts that end further right than their drawing does, by more than a pixel.
_CUT = """() => [...document.querySelectorAll("svg.chart")].flatMap((svg) => {
  const end = svg.getBoundingClientRect().right + 1;
  const texts = [...svg.querySelectorAll("text")];
  return texts.filter((text) => text.getBoundingClientRect().right > end).map((text) => text.textContent);
})"""


@pytest.mark.counterpart("chromium")
@pytest.mark.parametrize("language", ["en", "et", "fr"])
def test_charts_cut_no_text(server: Server, new_page: Callable[..., Page], language: str) -> None:
    """Every text of a chart ends in it, in a window of 320 pixels."""
    page = new_page(server.url, 320)
    for address in _CHARTS:
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
        assert page.locator("svg.chart text").count(), address
        assert page.evaluate(_CUT) == [], address


@pytest.mark.counterpart("chromium")
@pytest.mark.parametrize("width", [320, 390, 640, 768, 1024, 1280, 1440])
def test_suggestions_open_in_the_window(
    server: Server, new_page: Callable[..., Page], width: int
) -> None:
    """From the box at the end of the head as from that of a page: none is cut, and no page gets wider."""
    page = new_page(server.url, width)
    for address in ("/doc/member/EST", "/doc/commitment", "/search"):
        page.goto(address)
        page.locator("input[name=q]").first.fill("action plan")
        page.wait_for_selector(".suggestions li")
        box = page.locator(".suggestions:not([hidden])").bounding_box()
        assert box is not None
        assert box["x"] >= 0, address
        assert box["x"] + box["width"] <= width, address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


#: Regions that keys stop at, though nothing moves there, or do not stop at, though it does; and stops without a name.
_WRONG_STOPS = """() => [...document.querySelectorAll(".wide")].filter((part) => {
  const moves = part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight;
  const stops = part.hasAttribute("tabindex");
  return part.checkVisibility() && (moves !== stops || (stops && !part.getAttribute("aria-label")));
}).map((part) => part.outerHTML.slice(0, 120))"""


@pytest.mark.counterpart("chromium")
@pytest.mark.parametrize("width", [390, 1280])
def test_keys_stop_at_what_moves_sideways(
    server: Server, new_page: Callable[..., Page], width: int
) -> None:
    """And nowhere else; each has a name. So it is after a window became another one, too."""
    page = new_page(server.url, width)
    for address in (
        "/compare?member=EST&member=LVA",
        "/doc/action-plan/EST03",
        "/code",
        "/catalog.html",
    ):
        page.goto(address)
        wait_for(lambda: page.evaluate(_WRONG_STOPS) == [])
    page.set_viewport_size({"width": 360, "height": 900})
    wait_for(lambda: page.evaluate(_WRONG_STOPS) == [])


@pytest.mark.counterpart("chromium")
def test_paper_has_no_forms_and_whole_keys(server: Server, new_page: Callable[..., Page]) -> None:
    """Fields cannot be filled in there; a key stays on its line, a word beside its mark."""
    page = new_page(server.url, 700)
    page.emulate_media(media="print")
    for address in (
        "/chart/completion-by-region",
        "/compare?member=EST",
        "/queries/not-assessed",
        "/doc/commitment",
    ):
        page.goto(address)
        assert page.locator("form:visible").count() == 0, address
    heights = page.evaluate(
        "[...document.querySelectorAll('.list .key code')].map((key) => key.getClientRects().length)"
    )
    assert set(heights) == {1}
    marks = page.evaluate(
        "[...document.querySelectorAll('.list .grade')].map((mark) => getComputedStyle(mark, '::before').position)"
    )
    assert set(marks) == {"absolute"}


@pytest.mark.counterpart("chromium")
def test_links_of_the_foot_can_be_hit(server: Server, new_page: Callable[..., Page]) -> None:
    """24 pixels high at least on phones (WCAG 2.5.8); what opens a new tab says so."""
    page = new_page(server.url, 390)
    page.goto("/")
    heights = page.evaluate(
        "[...document.querySelectorAll('footer a')].map((a) => a.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
    page.goto("/chart/completion-by-region/embed")
    for link in page.locator("a[target=_blank]").all():
        assert "(opens in a new tab)" in (link.text_content() or "")
