"""What pages show in the narrowest windows: nothing is cut, and nothing opens beside the window (WCAG 1.4.10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from support.running import Server

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
