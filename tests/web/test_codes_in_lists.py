"""Codes in lists are called as the language of the page calls them, in cells as in filters."""

from __future__ import annotations

import re
from html import unescape

import pytest
from support.running import Server

from ogpld.language_tags import LANGUAGES
from ogpld.model import Model

_PAGE = {"Accept": "text/html"}
_LISTS = ("assessment", "institution", "member", "report", "action-plan")
#: A link to a code or a filter with one text in it, and the language that the text is marked with.
_LINK = re.compile(
    r'<a href="(?:/code/|/doc/[a-z-]+\?(?!assesses=))[^"]*"[^>]*>(?:✓ )?<bdi(?: lang="([^"]+)")?>([^<]+)</bdi></a>'
)


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "en"])
@pytest.mark.parametrize("name", _LISTS)
def test_codes_are_called_as_on_pages_of_things(
    server: Server, model: Model, name: str, language: str
) -> None:
    """Filters and cells had the English label, which a page of a thing has in the language of the page."""
    labels = [label for label in model.labels if label.language == language]
    own = {label.text for label in labels}
    english = {label.english for label in labels} - own
    html = server.get(f"/doc/{name}?lang={language}", headers=_PAGE).text
    texts = [(tag, unescape(text)) for tag, text in _LINK.findall(html)]
    assert [text for _, text in texts if text in english] == []
    called_so = [tag for tag, text in texts if text in own]
    assert called_so
    assert set(called_so) == {""}


def test_a_filter_of_codes_of_several_lists_names_the_list_in_words(server: Server) -> None:
    """It had the notation of the list, in every language."""
    html = server.get("/doc/assessment?lang=et", headers=_PAGE).text
    assert "Täidetud (Täitmine)" in html
    assert "(completion)" not in html
