"""Search by name: the page, its JSON, suggestions, and the way there from every page."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from support.running import Server

from ogpld.search.name_table import ADDRESS, KEY, NAME_KINDS
from ogpld.web.http.wordings import wording_of
from ogpld.web.pages.search_page import pieces_of

PAGE = {"Accept": "text/html"}
PROGRAM = {"Accept": "application/json"}


def test_json_of_a_search(server: Server) -> None:
    """Everything that matches is counted, each match says why it is one."""
    answer = server.get("/search?q=estonia&limit=3", headers=PROGRAM).json()
    assert answer["totalIsExact"] is True
    assert answer["total"] == sum(answer["classes"].values()) > 3
    first = answer["results"][0]
    assert (first["key"], first["document"], first["reason"]) == ("EST", "/doc/member/EST", "same")
    assert first["score"] == 1
    pages, address = [], "/search?q=estonia&limit=3"
    while address:
        page = server.get(address, headers=PROGRAM).json()
        pages += [result["iri"] for result in page["results"]]
        address = page["next"]
    assert len(pages) == len(set(pages)) == answer["total"]


def test_the_page_marks_what_was_looked_for(server: Server) -> None:
    """Names with the words pieces_of, counts by class, and no script that is not a file."""
    answer = server.get("/search?q=ESTONIA", headers=PAGE)
    assert '<a href="/doc/member/EST"><bdi><mark>Estonia</mark></bdi></a>' in answer.text
    assert "class=ActionPlan" in answer.text
    assert answer.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    narrowed = server.get("/search?q=estonia&class=action-plan", headers=PROGRAM).json()
    assert {result["class"] for result in narrowed["results"]} == {"ActionPlan"}
    assert narrowed["total"] == narrowed["classes"]["ActionPlan"]


def test_kinds_of_names_are_in_the_language_of_the_page(server: Server) -> None:
    """Those that sources give as well as those that no property states."""
    page = server.get("/search?q=EE&lang=et", headers=PAGE).text
    assert "<code>EST</code> · kood <code>EE</code></span>" in page
    for language in ("et", "fr"):
        wording = wording_of(language)
        same = {"code"} if language == "fr" else set()
        for kind in {*NAME_KINDS.values(), KEY, ADDRESS} - same:
            assert kind != wording.labels.get(kind, wording.translations.gettext(kind)), language


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("open data in Estonia", "en"),
        ("avaandmed Estonia", "et"),
        ("données ouvertes Estonia", "fr"),
    ],
)
def test_a_country_and_a_topic(server: Server, text: str, lang: str) -> None:
    """The commitments of the country about it, and the list of them, which has as many as it says."""
    answer = server.get(f"/search?q={quote(text)}&lang={lang}", headers=PROGRAM).json()
    assert answer["results"]
    assert {result["member"] for result in answer["results"]} == {"EST"}
    assert {result["reason"] for result in answer["results"]} <= {"member", "topic"}
    assert all(bool(r["topic"]) == (r["reason"] == "topic") for r in answer["results"])
    page = server.get(f"/search?q={quote(text)}&lang={lang}", headers=PAGE).text
    offer = re.search(r'href="(/doc/commitment[?]member=EST&amp;policyAreas=open-data[^"]*)"', page)
    assert offer
    listed = server.get(unescape(offer[1]), headers={"Accept": "application/ld+json"}).json()
    number = listed["hydra:totalItems"]
    assert re.search(rf"{re.escape(offer[0])}>.*?</a> <span class=\"host\">[^<]* {number} ", page)


@pytest.mark.parametrize(
    ("lang", "text", "kind"),
    [
        ("en", "open data", "Policy areas"),
        ("et", "avaandmed", "Poliitikavaldkonnad"),
        ("fr", "données ouvertes", "Domaines"),
    ],
)
def test_codes_lead_to_the_commitments(server: Server, lang: str, text: str, kind: str) -> None:
    """With what they are codes of, by which those of one name differ, and how many carry them."""
    page = server.get(f"/search?q={quote(text)}&class=Concept&lang={lang}", headers=PAGE).text
    hit = re.search(
        r'<a href="/doc/commitment[?]policyAreas=open-data[&"].*?</li>', page, re.DOTALL
    )
    assert hit
    assert f"{kind} · " in hit[0]
    assert 'href="/code/policy-area/open-data' in hit[0]
    described = server.get(f"/suggest?q={quote(text)}&format=json&lang={lang}").json()
    assert any(one["description"].startswith(f"{kind}, ") for one in described)


def test_counts_do_not_depend_on_the_class(server: Server) -> None:
    """Nothing of a class is like the text, and the page still leads to what is."""
    whole = server.get("/search?q=Esotnia", headers=PROGRAM).json()
    narrowed = server.get("/search?q=Esotnia&class=Commitment", headers=PROGRAM).json()
    assert narrowed["classes"] == whole["classes"]
    assert (narrowed["total"], narrowed["results"]) == (0, [])
    page = server.get("/search?q=Esotnia&class=Commitment", headers=PAGE)
    assert page.status_code == 200
    assert "class=Member" in page.text


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("estonai", "Did you mean one of these?"),
        ("qqqqq%20estonia", "estonia"),
        ("%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;"),
        ("%00", "What to try next"),
        ("%22%20zqxj%20%2A", "What to try next"),
        ("", "Finds members"),
    ],
)
def test_a_page_without_matches_helps(server: Server, query: str, text: str) -> None:
    """It says so, and what may have been meant."""
    answer = server.get(f"/search?q={query}", headers=PAGE)
    assert answer.status_code == 200
    assert text in answer.text
    assert "<script>" not in answer.text


def test_a_member_narrows(server: Server) -> None:
    """By any of its identifiers."""
    for member in ("EST", "EE", quote("https://www.opengovpartnership.org/members/estonia/")):
        answer = server.get(f"/search?q=a&member={member}", headers=PROGRAM).json()
        assert {result["member"] for result in answer["results"]} == {"EST"}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("q=a&class=nothing", 400, "filter-unknown"),
        ("q=a&member=nowhere", 400, "filter-unknown"),
        ("q=a&limit=101", 400, "limit"),
        ("q=a&page=0", 404, "not-found"),
        ("q=a&page=9999", 404, "not-found"),
        (f"q={'a' * 1001}", 400, "search-text"),
        ("q=a&q=b", 400, "parameter-repeated"),
        ("text=a", 400, "unknown-parameter"),
    ],
)
def test_what_cannot_be_searched(server: Server, query: str, status: int, code: str) -> None:
    """It is refused with its code."""
    answer = server.get(f"/search?{query}", headers=PROGRAM)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_suggestions_of_both_types(server: Server) -> None:
    """Browsers get arrays (OpenSearch Suggestions), programs objects; whole addresses have our base."""
    answer = server.get("/suggest?q=esto")
    assert answer.headers["Content-Type"] == "application/x-suggestions+json"
    text, names, descriptions, addresses = answer.json()
    assert (text, names[0], descriptions[0]) == ("esto", "Estonia", "Member")
    assert addresses[0] == "http://localhost:8000/doc/member/EST"
    assert len(names) == len(descriptions) == len(addresses) == 10
    objects = server.get("/suggest?q=esto", headers=PROGRAM).json()
    assert [one["name"] for one in objects] == names
    assert server.get("/suggest?q=").json() == ["", [], [], []]


def test_the_description_leads_to_both(server: Server) -> None:
    """It is well-formed, and its templates are answered."""
    answer = server.get("/opensearch.xml")
    assert answer.headers["Content-Type"] == "application/opensearchdescription+xml"
    tree = ET.fromstring(answer.content)  # noqa: S314  (our own)
    name = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert len(tree.findtext(f"{name}ShortName", "")) <= 16
    urls = {url.get("type"): url.get("template", "") for url in tree.iter(f"{name}Url")}
    for kind in ("text/html", "application/json", "application/x-suggestions+json"):
        path = urls[kind].removeprefix("http://localhost:8000").replace("{searchTerms}", "a")
        assert server.get(path, headers=PAGE).headers["Content-Type"].partition(";")[0] == kind


def test_every_page_has_the_box(server: Server) -> None:
    """A form that works without a script, a script that is a file, and the description."""
    answer = server.get("/doc/member/EST", headers=PAGE)
    assert (
        '<form class="search" role="search" action="/search" data-endpoint="/suggest" data-suggestions="Suggestions">'
        in answer.text
    )
    assert '<script src="/static/search.js" defer></script>' in answer.text
    assert '<link rel="search" type="application/opensearchdescription+xml"' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert server.get("/static/search.js").status_code == 200


def test_an_address_without_anything_can_be_searched(server: Server) -> None:
    """The words of its last segment."""
    page = server.get("/doc/commitment/open-data-portal.html", headers=PAGE)
    assert page.status_code == 404
    assert 'href="/search?q=open%20data%20portal"' in page.text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("riik", [("e-", False), ("Riik", True)]),
        ("tbi", [("Тбилиси", True)]),
        ("", [("e-Riik", False)]),
        ("riik", [("e-", False), ("Ri\u0308ik", True)]),
        ("தகவல்", [("தகவல்", True), (" உரிமை", False)]),
        ("ශ්රී", [("ශ්\u200dරී", True), (" ලංකා", False)]),
        ("उमा", [("उमेद ", False), ("उमा", True)]),
    ],
)
def test_marks(text: str, pieces: list[tuple[str, bool]]) -> None:
    """Words that begin as those of the text, in their own letters."""
    name = "".join(piece for piece, _ in pieces)
    assert list(pieces_of(text, name)) == pieces
