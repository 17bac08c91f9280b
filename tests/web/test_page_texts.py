"""Every sentence of a page comes from the catalogues: in a language whose words are marked, none is without marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.page_types import BROWSER, page_types
from support.pseudo_language import OPEN, TAG, Unmarked, write_checkout
from support.running import Server, start_server, stop_server

from ogpld.web.pages import templates


@pytest.fixture(scope="module")
def marking_server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose Estonian is English with marks."""
    folder = tmp_path_factory.mktemp("marks")
    checkout = write_checkout(folder / "checkout")
    server = start_server(home, folder / "log", checkout=checkout)
    yield server
    stop_server(server)


def test_every_sentence_is_in_the_catalogues(marking_server: Server) -> None:
    """Of each type of page, but what is data, a name, or marked as English because the model is.

    What is in the language of the page is said to be in no other.
    """
    wrong: dict[str, list[str]] = {}
    misnamed: dict[str, list[str]] = {}
    for name, path in page_types(marking_server):
        address = path + ("&" if "?" in path else "?") + f"lang={TAG}"
        answer = marking_server.get(address, headers=BROWSER)
        assert answer.status_code < 500, name
        html = answer.text
        assert OPEN in html, name
        reader = Unmarked()
        reader.feed(html)
        if reader.texts:
            wrong[name] = reader.texts
        if reader.misnamed:
            misnamed[name] = reader.misnamed
    assert wrong == {}
    assert misnamed == {}


def test_no_text_has_a_noun_where_a_verb_belongs() -> None:
    """A name in code that becomes a noun does not take a sentence with it."""
    template = re.compile(r"\b(?:what|that|which) (?:was|is|are) (?:findings|results|matches)\b")
    for path in Path(templates.__file__).parent.parent.joinpath("templates").glob("*.html"):
        assert not template.search(path.read_text(encoding="utf-8")), path.name
