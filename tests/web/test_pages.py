"""Every template with real objects: whole, accessible, without script, links that stay plain.

`test_http.py` asks the served site; here are the cases shipped data does not have: hostile texts,
empty lists, cut lists, errors with a place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from flask import Flask, render_template
from support.pages import FRAME_SCRIPT, read
from support.running import ROOT

from ogpld.config import Settings
from ogpld.errors import BudgetSpentError, QueryError, QuerySyntaxError
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import DCTERMS, NS, PREFIXES, RDF, RDFS, Literal, NamedNode, Quad
from ogpld.release.manifest import Manifest
from ogpld.web.http.parameters import unknown_value
from ogpld.web.http.problems import as_problem
from ogpld.web.lists.list_page import Entry, ListPage
from ogpld.web.lists.member_tiles import STEPS, Tile
from ogpld.web.lists.narrowing import Choice, FacetView
from ogpld.web.pages.available_values import AvailableValues, NamedValue, available_values
from ogpld.web.pages.links import Description
from ogpld.web.pages.page_citation import PageCitation
from ogpld.web.pages.site import site_of
from ogpld.web.pages.templates import environment_of
from ogpld.web.pages.thing import make_page
from ogpld.web.sparql.added_columns import read_added_columns
from ogpld.wording import plural_of

IRIS = Iris("http://localhost:8000/")
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e'


SETTINGS = Settings(
    site_name=EVIL,
    publisher_name=EVIL,
    contact_name=EVIL,
    contact_email="data@example.org",
    imprint=EVIL,
)


@pytest.fixture(scope="module")
def app() -> Flask:
    """The templates as the program sets them up."""
    app = Flask("ogpld.web", static_folder="static", static_url_path="/static")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    ours = environment_of("en")
    app.jinja_env.filters |= ours.filters
    app.jinja_env.globals |= {
        **ours.globals,
        "site": site_of(SETTINGS),
        "page_address": "https://data.example.org/doc",
        "cite_page": lambda heading: PageCitation(f"{EVIL} {heading}", [("BibTeX", EVIL)]),
    }
    return app


def render(app: Flask, template: str, at: str = "/", **given: object) -> str:
    """Return a template rendered for a request of the address `at`."""
    with app.test_request_context(at) as context:
        context.request.sentence = str  # type: ignore[attr-defined]
        context.request.linked = str  # type: ignore[attr-defined]
        context.request.release = SimpleNamespace(  # type: ignore[attr-defined]
            release=SimpleNamespace(id="1-a", manifest=MANIFEST), iris=IRIS
        )
        return render_template(template, **given)


def resource(
    app: Flask, model: Model, quads: list[Quad], root: str, counts: Mapping[str, int]
) -> str:
    """Return the page of a thing."""
    page = make_page(Description(quads, root, model, IRIS), counts)
    return render(app, "resource.html", urlsplit(root).path, page=page, path="/doc/commitment/X1")


MANIFEST = Manifest(
    sequence=3,
    digest="ab" * 32,
    base_iri=IRIS.base,
    quads=13388,
    graphs=203,
    classes={"Commitment": 25},
    findings={"Violation": 0, "Warning": 18, "Info": 22},
    inputs={},
    inputs_digest="cd" * 32,
    versions={},
    previous=None,
    created="2026-11-23T12:00:00Z",
    blocks=12,
    sources={},
)


def test_home_counts_and_offers_things_to_try(app: Flask, model: Model) -> None:
    """Every class with pages, in words; the query on it runs."""
    lists = [(d.segment, d.label, 2) for d in model.classes.values() if d.segment]
    entry = Entry("EE0050", "Riigikogu Transparency", "/doc/commitment/EE0050")
    tile = Tile(EVIL, "", "/doc/member/EST", 103, 3, "removed April 2026")
    html = render(
        app,
        "home.html",
        manifest=MANIFEST,
        assessments=(2, 1),
        lists=lists,
        first=lists[:2],
        cycles=("2012", "2024"),
        regions=[("Europe", [tile])],
        steps=STEPS,
        changes=[(SimpleNamespace(id="1-a", manifest=MANIFEST), "2 members new")],
        base=IRIS.base,
        example=entry,
    )
    page = read(html)
    assert {f"/doc/{segment}" for segment, _, _ in lists} <= set(page.hrefs)
    assert "Parts of a commitment" in html
    assert {"/doc/commitment/EE0050", "/doc/member/EST", "/match", "/api"} <= set(page.hrefs)
    assert html.index("Members") < html.index("Assessments")
    assert "plans of 2012 to 2024" in html
    assert "removed April 2026" in html


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"names": ["a", "b"], "rows": [], "rows_total": 0},
        {
            "names": [EVIL],
            "rows": [
                [{"type": "uri", "value": "javascript:alert(1)", "href": None}],
                [
                    {
                        "type": "uri",
                        "value": "http://localhost:8000/id/member/EST",
                        "href": "/doc/member/EST",
                    }
                ],
                [{"type": "literal", "value": EVIL, "xml:lang": "und"}],
                [{"type": "literal", "value": "Tere", "xml:lang": "et"}],
                [None],
            ],
            "rows_total": 5,
        },
        {"boolean": False},
        {"graph": f"<a> <b> '{EVIL}' .", "rows_total": 1},
        {"error": QuerySyntaxError(EVIL, line=2, column=9), "line": 2, "column": 9},
        {"error": QuerySyntaxError("far", line=99, column=10**9), "line": 99, "column": 10**9},
    ],
)
def test_sparql_page(app: Flask, result: dict[str, object]) -> None:
    """Every kind of result and error; values never become markup or links of their own."""
    text = f"ASK {{\n  ?s ?p {EVIL} }}"
    html = render(
        app,
        "sparql.html",
        endpoint="/sparql",
        text=text,
        prefixes=PREFIXES,
        settings=Settings(),
        result=result,
        programs={"curl": (text, EVIL)},
        base=IRIS.base,
        topics=[("Topic", [(SimpleNamespace(title=EVIL, titles={}), text)])],
        nonce="",
        added=read_added_columns({}),
        graphs=[],
    )
    page = read(html)
    assert "<script" not in html.replace(FRAME_SCRIPT, "")
    assert "onerror=alert(1)>" not in html
    assert 'action="/sparql"' in html
    assert "10,000 rows" in html
    assert not [href for href in page.hrefs if "javascript" in urlsplit(href).scheme]


def query_page(app: Flask, text: str, error: QueryError, **where: int) -> str:
    """Return the page of a query that was not answered."""
    return render(
        app,
        "sparql.html",
        endpoint="/sparql",
        text=text,
        prefixes={},
        settings=Settings(),
        result={"problem": as_problem(error), **where},
        programs={},
        topics=[],
        base=IRIS.base,
        added=read_added_columns({}),
    )


def test_a_syntax_error_is_pointed_at(app: Flask) -> None:
    """The line, with a mark under the column."""
    error = QuerySyntaxError("not SPARQL", line=2, column=3)
    html = query_page(app, "ASK {\n  ?? }", error, line=2, column=3)
    assert "  ?? }\n  ^" in html
    assert 'aria-describedby="problem"' in html


def test_the_query_page_says_when_to_ask_again(app: Flask) -> None:
    """In seconds: nobody sees the header Retry-After."""
    error = BudgetSpentError("all is spent", retry_after=7, hint="ask again in 7 seconds")
    html = query_page(app, "ASK {}", error)
    assert "Ask again in 7 seconds." in html
    assert "Retry-After" not in html


def test_a_thing_with_hostile_texts(app: Flask, model: Model) -> None:
    """Texts, labels, languages and addresses that try to be more are only read."""
    root = IRIS.thing("commitment", "X1")
    graph = IRIS.graph("estonia", "EST04")
    other = IRIS.thing("member", "EVL")
    quads = [
        Quad(root, RDF("type"), NS("Commitment"), graph),
        Quad(root, RDFS("label"), Literal(EVIL, language="en"), graph),
        Quad(root, DCTERMS("title"), Literal(EVIL, language="et"), graph),
        Quad(root, DCTERMS("title"), Literal("who knows", language="und"), graph),
        Quad(root, NS("member"), other, graph),
        Quad(other, RDFS("label"), Literal(EVIL, language="en"), graph),
        Quad(root, NS("note"), NamedNode("javascript:alert(1)"), graph),
        Quad(root, DCTERMS("source"), NamedNode("https://example.org/?a=1&b='"), graph),
        Quad(IRIS.thing("milestone", "X1-m1"), NS("commitment"), root, graph),
    ]
    html = resource(app, model, quads, root.value, {NS("commitment").value: 900})
    page = read(html)
    assert "<script" not in html.replace(FRAME_SCRIPT, "")
    assert "<img" not in html
    assert "1-1 of 900" in html
    assert {"en", "et"} <= set(page.languages)
    assert 'rel="nofollow noopener ugc"' in html
    assert "(example.org)" in html
    assert "javascript:alert(1)" in html
    assert not [href for href in page.hrefs if href.startswith("javascript")]
    isolated = r"<bdi[^>]*>[^<]*</bdi>|<title>[^<]*</title>|<meta[^>]*>"
    assert "\u202e" not in re.sub(isolated, "", html)


def test_a_thing_offers_its_forms(app: Flask, model: Model) -> None:
    """Four forms as links, the IRI to cite in full, the section marked in the navigation."""
    root = IRIS.thing("commitment", "X1")
    quads = [Quad(root, RDF("type"), NS("Commitment"), IRIS.graph("estonia", "EST04"))]
    html = resource(app, model, quads, root.value.replace("/id/", "/doc/"), {})
    page = read(html)
    assert {f"/doc/commitment/X1.{s}" for s in ("ttl", "jsonld", "nt", "rdf")} <= set(page.hrefs)
    assert '<a href="/doc/commitment" aria-current="true">' in html


@pytest.mark.parametrize(("number", "pages"), [(1, 1), (1, 3), (2, 3), (3, 3)])
def test_lists(app: Flask, number: int, pages: int) -> None:
    """Natural links to the pages before and after; an empty list says so."""
    entries = (Entry("EVL", EVIL, "/doc/member/EVL", "et"), Entry("X", "X", "/doc/member/X"))
    links = [("first", "/doc/member"), ("last", f"/doc/member?page={pages}")]
    links += [("previous", f"/doc/member?page={number - 1}")] * (number > 1)
    links += [("next", f"/doc/member?page={number + 1}")] * (number < pages)
    many = tuple(Choice(EVIL, 1200, f"/doc/member?region={n}", n == 1, "et") for n in range(12))
    page = ListPage(
        "Member",
        "Governments.",
        "/doc/member",
        entries,
        number,
        pages,
        2,
        everything=3,
        since=EVIL,
        facets=(FacetView(EVIL, "region", many[:8], many[8:], 7, open=True),),
        forms=(("csv", "text/csv", "CSV", "/doc/member.csv"),),
        links=tuple(links),
        hidden=(("region", EVIL),),
        others=(("Part of a member", 2, "/doc/member?type=part"),),
    )
    html = render(app, "list.html", "/doc/member", page=page)
    hrefs = read(html).hrefs
    for name, present in (("previous", number > 1), ("next", number < pages)):
        assert (dict(links).get(name, "/none") in hrefs) == present
    assert {"/doc/member.csv", "/doc/member?region=1", "/doc/member?type=part"} <= set(hrefs)
    assert "2 of 3" in html
    assert "7 further values are not shown" in html
    assert "<script" not in html.replace(FRAME_SCRIPT, "")
    empty = ListPage("Country", "", "/doc/country", (), 1, 1, 0)
    html = render(app, "list.html", page=empty)
    read(html)
    assert "Countries" in html
    assert "<table" not in html


@pytest.mark.parametrize(
    ("members", "available", "hint"),
    [
        ({}, (), ""),
        ({"line": 3, "column": 4}, (), "look before that place"),
        ({"limit": "deadline"}, (), "ask for less"),
        ({}, ("text/turtle", EVIL), EVIL),
    ],
)
def test_errors_say_what_to_try_next(
    app: Flask, members: dict[str, object], available: tuple[str, ...], hint: str
) -> None:
    """With or without a place, a limit or alternatives; the code is there for programs."""
    html = render(
        app,
        "error.html",
        status=400,
        title="Bad Request",
        detail=EVIL,
        code="query-syntax",
        there=AvailableValues(tuple(map(NamedValue, available)), hint=hint),
        members=members,
    )
    page = read(html)
    assert "What to try next" in html
    assert "<code>query-syntax</code>" in html
    assert "<script" not in html.replace(FRAME_SCRIPT, "")
    assert "/" in page.hrefs


def test_errors_name_what_there_is_as_pages_do(app: Flask) -> None:
    """Names beside what addresses have; a text of data does no harm."""
    problem = unknown_value("filter-unknown", "No.", "p", "X", ["x", "(unknown)"])
    assert problem.hint.startswith("did you mean x?")
    problem.names = lambda: {"x": EVIL, "(unknown)": "not known"}
    html = render(
        app,
        "error.html",
        status=400,
        title="Bad Request",
        detail=EVIL,
        code="filter-unknown",
        there=available_values(problem),
        members=problem.members,
    )
    read(html)
    assert "<script" not in html.replace(FRAME_SCRIPT, "")
    assert "<bdi>not known</bdi> <code>(unknown)</code>" in html
    assert "(<code>x</code>)?" in html
    assert "did you mean x?" not in html


def test_source_tables_have_anchors_for_rows(app: Flask) -> None:
    """`#row=25` is there; a cut table says that the file has more."""
    rows = [(n, [EVIL, "x" * 100]) for n in range(2, 27)]
    html = render(
        app,
        "source.html",
        name="estonia",
        file="estonia.csv",
        address="/source/estonia/estonia.csv",
        header=["a", EVIL],
        rows=rows,
        total=3000,
        number=1,
        pages=120,
    )
    page = read(html)
    assert "row=25" in page.ids
    assert "Rows 2-26 of 3,001" in html
    assert "<script" not in html.replace(FRAME_SCRIPT, "")


def test_plurals() -> None:
    """Headings over lists of a class."""
    plurals = [plural_of(label) for label in ("Member", "Country", "Part of a commitment")]
    assert plurals == ["Members", "Countries", "Parts of a commitment"]


def test_no_template_names_the_site() -> None:
    """The base adds the name of the site to each title; none has one baked in."""
    for path in (ROOT / "ogpld/web/templates").glob("*.html"):
        titles = re.findall(r"\{% block title %\}(.*?)\{% endblock %\}", path.read_text("utf-8"))
        assert not [title for title in titles if "ogpld" in title], path.name
