"""Who writes something wrong into a form gets the form again: what it said, and the error at the field."""

from __future__ import annotations

import re

import pytest
import requests
from support.page_types import BROWSER
from support.running import Server

JSON = "application/problem+json"


def _fields_at_fault(html: str) -> list[str]:
    """Return the names of the fields that refer to the error of a page."""
    tags = re.findall(r'<(?:input|select|textarea)[^>]*aria-invalid="true"[^>]*>', html)
    assert all('aria-describedby="problem"' in tag for tag in tags)
    return [match[1] for tag in tags if (match := re.search(r' name="([^"]*)"', tag))]


@pytest.mark.parametrize(
    ("path", "field", "text"),
    [
        ("/compare?member=Atlantis&member=Estonia", "member", 'value="Estonia"'),
        ("/compare?member=EST&policy-area=magic&against=all", "policy-area", 'value="all" checked'),
        ("/queries/completion-changes?member=Atlantis", "member", 'value="Atlantis"'),
        ("/queries/led-by?institution=nobody", "institution", 'value="nobody"'),
    ],
)
@pytest.mark.parametrize("language", ["en", "et", "fr"])
def test_a_question_that_cannot_be_answered_is_shown_again(
    server: Server, path: str, field: str, text: str, language: str
) -> None:
    """The page of the error had no field, and members folded as text."""
    answer = server.get(f"{path}&lang={language}", headers=BROWSER)
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"
    assert _fields_at_fault(answer.text) == [field]
    assert text in answer.text
    assert '<section class="problem" role="alert" id="problem">' in answer.text
    title = re.search("<title>(.*?)</title>", answer.text)
    word = {"en": "Error: ", "et": "Viga: ", "fr": "Erreur\N{NO-BREAK SPACE}: "}[language]
    assert title is not None
    assert title[1].startswith(word)
    assert server.get(path).headers["Content-Type"] == JSON


@pytest.mark.parametrize(
    ("name", "body", "more", "status", "field"),
    [
        ("a.pdf", b"%PDF-1.7", {"column": "Country"}, 415, "file"),
        ("a.csv", b"", {"column": "Country"}, 400, "file"),
        ("a.csv", b"Country,N\nEstonia,1\n", {"column": "Nation"}, 400, "column"),
        ("a.csv", b"Country,N\nEstonia,1\n", {"column": "Country", "member": "X"}, 400, "member"),
        ("a.csv", b"Country,N\nEstonia,1\n", {"column": "Country", "type": "x"}, 400, "type"),
    ],
)
def test_a_table_that_cannot_be_matched_is_asked_for_again(
    server: Server, name: str, body: bytes, more: dict[str, str], status: int, field: str
) -> None:
    """The page of the error led home and to SPARQL, and nobody could name the column."""
    url = f"{server.url}/match"
    sent = {
        "files": {"file": (name, body)},
        "data": {"member": "", "type": "member", "format": "html"} | more,
        "timeout": 60,
    }
    answer = requests.post(url, headers=BROWSER, **sent)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert _fields_at_fault(answer.text) == [field]
    assert '<form method="post" action="/match"' in answer.text
    assert f'name="column" value="{more["column"]}"' in answer.text
    assert ('<option value="member" selected>' in answer.text) == ("type" not in more)
    assert requests.post(url, **sent).headers["Content-Type"] == JSON  # type: ignore[arg-type]


def test_a_document_that_cannot_be_checked_is_tied_to_its_field(server: Server) -> None:
    """A text and a file; the titles of both pages say how it went."""
    url = f"{server.url}/validate"
    text = {"text": "key,nothing\n", "type": "text/csv"}
    answer = requests.post(url, data=text, headers=BROWSER, timeout=60)
    assert _fields_at_fault(answer.text) == ["text"]
    assert "<title>Error: Check a document" in answer.text
    file = {"file": ("a.pdf", b"%PDF-1.7")}
    answer = requests.post(url, files=file, headers=BROWSER, timeout=60)
    assert _fields_at_fault(answer.text) == ["file"]
    text = {"text": "key,title@en\nEE0901,A title\n", "type": "text/csv", "class": "commitment"}
    answer = requests.post(url, data=text, headers=BROWSER, timeout=60)
    assert "<title>It does not conform" in answer.text
    assert "<title>SPARQL: The query was not" in server.get("/sparql?query=x", headers=BROWSER).text


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/chart/nothing", '<a href="/chart">/chart</a>'),
        ("/queries/nothing", '<a href="/queries">/queries</a>'),
        ("/compare?member=Qqqqq", '<a href="/doc/member">/doc/member</a>'),
    ],
)
def test_an_address_in_a_hint_is_a_link(server: Server, path: str, link: str) -> None:
    """It was text, for people to copy."""
    assert link in server.get(path, headers=BROWSER).text


def test_words_are_for_people(server: Server) -> None:
    """Names of statuses, and columns of no table of ours."""
    html = server.get("/doc/commitment?completion=nothing", headers=BROWSER).text
    assert "Bad Request" not in html
    text = {"text": "a,b\n1,2\n", "type": "text/csv"}
    html = requests.post(f"{server.url}/validate", data=text, headers=BROWSER, timeout=60).text
    assert "of no table that is known here" in html
    assert '<a href="/validate">/validate</a>' in html
    assert "commitment (Commitment)" in html
