"""Whoever follows the links of an answer to its further pages gets the form that the address named."""

from __future__ import annotations

import re
from html import unescape

import pytest
from support.running import Server

#: What a program sends that says nothing of the form.
ANY = {"Accept": "*/*"}


@pytest.mark.parametrize("named", ["format=json", "_mediatype=application/json"])
def test_a_search_goes_on_in_its_form(server: Server, named: str) -> None:
    """In the answer and in its header, on to the last page and back."""
    page = {"Accept": "text/html"}
    answer = server.get(f"/search?q=open&limit=2&{named}", headers=page)
    following = server.get(answer.json()["next"], headers=page)
    assert following.json()["page"] == 2
    links = {link["rel"]: link["url"] for link in following.links.values()}
    assert server.get(links["prev"], headers=page).text == answer.text
    assert answer.links["next"]["url"] == answer.json()["next"]


@pytest.mark.parametrize(
    "path",
    ["/search?q=open&limit=2", "/ns", "/shapes", "/docs/contract"],
)
def test_a_page_goes_on_as_a_page(server: Server, path: str) -> None:
    """Links to next and back, where the header alone would choose another form or none."""
    query = "&" if "?" in path else "?"
    for _ in range(2):
        text = server.get(f"{path}{query}format=html", headers=ANY).text
        (following,) = set(re.findall(r'<(?:a|link) rel="next" href="([^"]+)"', text))
        answer = server.get(unescape(following), headers=ANY)
        assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (
            200,
            "text/html",
        )
        (back,) = re.findall(r'<a rel="prev" href="([^"]+)"', answer.text)
        assert server.get(unescape(back), headers=ANY).text == text
        assert unescape(back).count("format=") <= 1


def test_a_page_without_a_named_form_names_none(server: Server) -> None:
    """Nothing is added to the addresses that people share."""
    text = server.get("/search?q=open&limit=2", headers={"Accept": "text/html"}).text
    assert "format=html" not in text
