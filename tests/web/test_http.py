"""The HTTP contract, asked of a real server process."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
import requests
from support.pages import BROWSER
from support.running import Server

from ogpld.rdf import parse_quads

DOC = "/doc/commitment/EE0050"
EXPOSED = {"Link", "ETag", "Content-Location", "Memento-Datetime", "Retry-After"}

NEGOTIATED = [
    (None, "text/turtle"),
    ("", "text/turtle"),
    ("*/*", "text/turtle"),
    (BROWSER, "text/html"),
    ("text/html;q=0.9,*/*;q=0.9", "text/html"),
    ("text/html;q=0.5,text/turtle;q=0.6", "text/turtle"),
    ("text/turtle;q=0.5,application/n-triples", "application/n-triples"),
    ("application/ld+json", "application/ld+json"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
    ("application/json", "application/json"),
    ("application/rdf+xml", "application/rdf+xml"),
    ("text/*", "text/turtle"),
    ("text/turtle;q=0,*/*", "application/ld+json"),
    ("application/ld+json;q=0,text/turtle;q=0,*/*", "application/n-triples"),
    ("application/ld+json;q=0,application/*", "application/n-triples"),
    ("application/ld+json;q=0,application/json", "application/json"),
    ("application/xhtml+xml", "text/html"),
]


class Checker(HTMLParser):
    """Collect what a page must not have, and check that tags are closed."""

    VOID = frozenset({"meta", "link", "br", "input", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.hrefs: list[str] = []
        self.headings = 0
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag."""
        if tag not in self.VOID:
            self.open.append(tag)
        self.headings += tag == "h1"
        self.wrong += [n for n, _ in attrs if n == "style" or n.startswith("on")]
        # a block of data, which nothing runs, or the file of every page
        data = ("type", "application/ld+json") in attrs or ("src", "/static/search.js") in attrs
        self.wrong += ["script"] * (tag == "script" and not data)
        self.hrefs += [v for n, v in attrs if n == "href" and v]

    def handle_endtag(self, tag: str) -> None:
        """Match the last open tag."""
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


@pytest.mark.parametrize(("accept", "kind"), NEGOTIATED)
def test_negotiation(server: Server, accept: str | None, kind: str) -> None:
    """q-values, specificity, wildcards, and HTML only when it is listed."""
    answer = server.get(DOC, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].split(";")[0] == kind
    language = "Accept-Language, " if kind == "text/html" else ""
    assert answer.headers["Vary"] == f"Accept, Accept-Datetime, {language}Accept-Encoding"
    suffix = answer.headers["Content-Location"].removeprefix(f"{DOC}.")
    concrete = server.get(f"{DOC}.{suffix}")
    assert concrete.content == answer.content
    assert concrete.headers["Vary"] == f"Accept-Datetime, {language}Accept-Encoding"
    assert "Content-Location" not in concrete.headers


def test_not_acceptable_lists_what_there_is(server: Server) -> None:
    """406 as problem+json with the media types."""
    answer = server.get(DOC, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "text/turtle" in answer.json()["available"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["format", "_mediatype"])
def test_parameters_fix_the_form(server: Server, name: str) -> None:
    """By short name or media type; an unknown one is 406; the header is not used then."""
    for value in ("nt", "application/n-triples"):
        answer = server.get(DOC, params={name: value}, headers={"Accept": "text/html"})
        assert answer.headers["Content-Type"] == "application/n-triples"
        assert answer.headers["Vary"] == "Accept-Datetime, Accept-Encoding"
    assert server.get(DOC, params={name: "docx"}).status_code == 406
    assert server.get(f"{DOC}.docx").status_code == 406


def test_all_forms_say_the_same(server: Server) -> None:
    """Turtle, N-Triples and RDF/XML of one document have the same triples."""
    graphs = [
        {q.triple for q in parse_quads(server.get(f"{DOC}.{s}").content, s)}
        for s in ("ttl", "nt", "rdf")
    ]
    assert graphs[0] == graphs[1] == graphs[2]
    assert len(graphs[0]) > 40


def test_things_redirect_to_documents(server: Server) -> None:
    """303 with a path, whatever Host says; unknown things are 404 at once."""
    answer = server.get("/id/commitment/EE0050", headers={"Host": "evil.example"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == DOC
    assert b"evil" not in server.get(f"{DOC}.ttl", headers={"Host": "evil.example"}).content
    assert server.get("/id/commitment/EE9999").status_code == 404
    assert server.get("/id/nothing/EE0050").status_code == 404
    assert server.get("/id/commitment/EE0050?format=nt").headers["Location"] == f"{DOC}?format=nt"


def test_etags_are_strong_and_save_the_body(server: Server) -> None:
    """304 for the tag that was sent, 200 for another; different forms have different tags."""
    first = server.get(DOC, headers={"Accept": "text/turtle"})
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    again = server.get(DOC, headers={"Accept": "text/turtle", "If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Vary"] == "Accept, Accept-Datetime, Accept-Encoding"
    assert server.get(DOC, headers={"If-None-Match": '"x"'}).status_code == 200
    assert server.get(f"{DOC}.nt").headers["ETag"] != tag


def test_head_is_get_without_a_body(server: Server) -> None:
    """The same headers, no bytes."""
    for path in (DOC, "/", "/ns", "/sparql", "/code/completion", "/context.jsonld"):
        got = server.get(path)
        head = requests.head(server.url + path, timeout=10)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers.get("ETag") == got.headers.get("ETag")
        assert head.headers["Content-Type"] == got.headers["Content-Type"]


def test_cross_origin_reading_is_allowed_everywhere(server: Server) -> None:
    """CORS * and a preflight without a body; never credentials."""
    for path in (DOC, "/sparql", "/nothing"):
        answer = server.get(path, headers={"Origin": "https://app.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert set(answer.headers["Access-Control-Expose-Headers"].split(", ")) >= EXPOSED
        preflight = requests.options(server.url + path, timeout=10)
        assert preflight.status_code == 204
        assert "Access-Control-Allow-Credentials" not in preflight.headers


def test_links_lead_to_every_form(server: Server) -> None:
    """Link: alternate for the others, canonical, licence, type; the context for application/json."""
    links = server.get(DOC, headers={"Accept": "application/json"}).links
    assert links["canonical"]["url"] == DOC
    assert links["type"]["url"] == "https://w3id.org/ogpld/ns#Commitment"
    assert links["http://www.w3.org/ns/json-ld#context"]["url"].startswith("/context/")
    header = server.get(DOC, headers={"Accept": "text/turtle"}).headers["Link"]
    assert "json-ld#context" not in header
    for suffix in ("jsonld", "nt", "rdf", "html"):
        assert f'<{DOC}.{suffix}>; rel="alternate"' in header


PAGES = [
    "/",
    DOC,
    "/doc/action-plan/EST03",
    "/doc/member/GEO",
    "/doc/report/EST03-end-of-term-report",
    "/doc/irm-cluster/EST02-irm-1",
    "/doc/commitment/EE0054-s1-1",
    "/doc/milestone/EE0054-m1-1-1",
    "/doc/person/maarja-olesk",
    "/doc/assessment/EE0050-completion-results-report",
    "/doc/commitment",
    "/doc/assessment?page=2",
    "/ns",
    "/shapes",
    "/code",
    "/code/policy-area",
    "/code/completion/complete",
    "/graph/estonia/EST04",
    "/graph/reconciled/institutions",
    "/source/estonia/estonia.csv",
    "/sparql",
    "/dataset/ogpld",
    "/releases",
    "/validate",
]


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole_and_safe(server: Server, path: str) -> None:
    """Tags closed, one heading, no script, links that are paths or http(s), a strict policy."""
    answer = server.get(path, headers={"Accept": BROWSER})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    page = Checker()
    page.feed(answer.text)
    wrong = [
        name for name in page.wrong if (path, name) != ("/sparql", "script")
    ]  # test_sparqlpage.py
    assert (wrong, page.open, page.headings) == ([], [], 1)
    assert all(h.startswith(("/", "#", "http://", "https://")) for h in page.hrefs)
    # only where a page is at home, which a mirror says as well
    # canonical, in three languages, and in that of the browser
    assert len([h for h in page.hrefs if h.startswith("http://localhost")]) == 5


def test_every_link_of_a_page_is_answered(server: Server) -> None:
    """No page of the walk leads to a missing one."""
    todo, seen = ["/", DOC, "/doc/action-plan/EST05", "/doc/member/EST", "/ns", "/code"], set()
    for path in todo:
        page = Checker()
        page.feed(server.get(path, headers={"Accept": BROWSER}).text)
        seen |= {h.split("#")[0] for h in page.hrefs if h.startswith("/")}
    wrong = [
        p
        for p in sorted(seen - {""})
        if server.get(p, headers={"Accept": BROWSER}).status_code not in {200, 302, 303}
    ]
    assert wrong == []


def test_pages_group_by_shapes_and_show_incoming_links(server: Server) -> None:
    """Order of the groups, marks on computed statements, milestones and assessments listed."""
    text = server.get(f"{DOC}.html").text
    places = [
        text.index(f"<h2>{name}") for name in ("Identification", "Subject", "Period", "Results")
    ]
    assert places == sorted(places)
    assert "computed" in text
    assert "reconciled" in text
    assert "Test Riigikogu open data" in text
    assert 'href="/doc/assessment/EE0050-completion-results-report"' in text
    assert 'href="/source/estonia/estonia.csv?row=25"' in text


@pytest.mark.parametrize(
    "path",
    ["/doc/commitment/ZZ", "/doc/nothing", "/code/nothing", "/code/completion/none", "/graph/none",
     "/code/completion/%7B%7D", "/linkset/code/completion/%7B%7D", "/code/completion/a%20b",
     "/source/estonia/../../etc/passwd", "/source/estonia/source.toml", "/nothing",
     "/context/0000.jsonld", "/doc/commitment?page=99", "/dataset/none"],
)  # fmt: skip
def test_what_is_not_there_is_404(server: Server, path: str) -> None:
    """problem+json for programs, a page for browsers."""
    answer = server.get(path)
    assert answer.status_code == 404
    body = answer.json()
    assert (body["status"], body["code"]) == (404, "not-found")
    page = server.get(path, headers={"Accept": BROWSER})
    assert page.status_code == 404
    assert "<h1>Not Found</h1>" in page.text


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/doc/plan", "/doc/action-plan"),
        ("/doc/commitments", "/doc/commitment"),
        ("/doc/plan/EST04", "/doc/action-plan/EST04"),
        ("/doc/plan/EST99", "/doc/action-plan"),
    ],
)
def test_a_class_that_is_meant_is_named(server: Server, path: str, meant: str) -> None:
    """In plain words; people get a link."""
    body = server.get(path).json()
    assert (body["detail"], body["suggestion"]) == (f"There is no page {path} here.", meant)
    page = server.get(path, headers={"Accept": BROWSER}).text
    assert f'<a href="{meant}">' in page.partition("What to try next")[2]


def test_other_methods_are_told_what_is_allowed(server: Server) -> None:
    """405 with Allow."""
    answer = requests.post(server.url + DOC, timeout=10)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert requests.put(server.url + "/sparql", timeout=10).status_code == 405


def test_absurd_headers_are_refused(server: Server) -> None:
    """A 5 kB Accept is 431, a thousand q-values are looked at in no time."""
    assert server.get(DOC, headers={"Accept": "a/b," * 1300}).status_code == 431
    assert (
        server.get(DOC, headers={"Accept": "text/html;q=abc,,;;,text/turtle;q=5"}).status_code
        == 200
    )


def test_the_catalogue_is_home_in_rdf(server: Server) -> None:
    """The same address gives a page or the catalogue."""
    turtle = server.get("/", headers={"Accept": "text/turtle"}).text
    assert "dcat:Catalog" in turtle
    assert server.get("/catalog.jsonld").json()["@graph"][0]["@id"].endswith("/catalog")


def test_code_lists_are_served_whole(server: Server) -> None:
    """All 86 policy areas of the sheet and those of the web in one document."""
    triples = {q.triple for q in parse_quads(server.get("/code/policy-area.nt").content, "nt")}
    notations = {t.object.value for t in triples if t.predicate.value.endswith("#notation")}
    assert {"lobbying", "open-parliaments", "e-government"} <= notations
    assert len(notations) >= 92


def test_the_context_is_one_for_all_documents(server: Server) -> None:
    """What documents name is served, and the digest form never changes."""
    body = server.get(f"{DOC}.jsonld").json()
    context = server.get("/context.jsonld")
    assert body["@context"] == "http://localhost:8000" + context.headers["Content-Location"]
    assert body["@context"].startswith("http://localhost:8000/context/")
    assert context.headers["Content-Type"].startswith("application/ld+json;profile=")
    assert json.loads(context.content)["@context"]["title"]["@container"] == "@language"


def test_health_tells_the_release(server: Server) -> None:
    """Release, digest, state of the pool; never cached."""
    answer = server.get("/healthz")
    assert answer.json()["status"] == "ok"
    assert answer.json()["release"].startswith("1-")
    assert answer.headers["Cache-Control"] == "no-store"
