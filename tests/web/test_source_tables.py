"""Source tables: the page of a row, cells with anchors, and descriptions in RDF."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import cast

import pytest
from support.pages import read
from support.running import Server

from ogpld.config import Settings
from ogpld.iris import Iris
from ogpld.rdf import DCTERMS, RDF, Literal, NamedNode, Namespace, Quad, parse_quads, term_text
from ogpld.release import Release
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.wordings import wording_of
from ogpld.web.routes.source_tables import SourceTable, describe, table_page

CSVW = Namespace("http://www.w3.org/ns/csvw#")
TABLE = "/source/estonia/estonia.csv"
IRI = f"http://localhost:8000{TABLE}"


def quads(body: bytes) -> list[Quad]:
    """Return what N-Triples say."""
    return list(parse_quads(body, "nt"))


def subjects(statements: list[Quad], kind: str) -> set[str]:
    """Return what is of a class of CSVW."""
    return {
        term_text(q.subject)
        for q in statements
        if q.predicate == RDF("type") and q.object == CSVW(kind)
    }


@pytest.mark.parametrize(
    "media_type",
    ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"],
)
def test_a_table_is_described_in_every_rdf_form(server: Server, media_type: str) -> None:
    """A table is answered in RDF with a small description that names its address in that form."""
    answer = server.get(TABLE, headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert server.get(answer.headers["content-location"]).content == answer.content


SHAPES = (
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"', ""),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened"', "row=2"),
    ("application/ld+json", "_context=inline"),
    ("application/json", "_profile=expanded&_context=inline&row=3"),
    ("text/html", "row=2"),
)


@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize(("accept", "query"), SHAPES)
def test_content_location_names_what_was_sent(
    server: Server, accept: str, query: str, *, past: bool
) -> None:
    """Row and shape of JSON-LD as asked for, of the release in service and of a kept one."""
    place = f"/release/{server.get('/healthz').json()['release']}" if past else ""
    answer = server.get(f"{place}{TABLE}?{query}", headers={"Accept": accept})
    location = answer.headers["Content-Location"]
    assert location.startswith(f"{place}{TABLE}.")
    there = server.get(location)
    assert there.content == answer.content, location


def test_the_file_is_still_what_is_given_when_nobody_asks(server: Server) -> None:
    """CSV is the first form, as it was."""
    assert server.get(TABLE).headers["content-type"] == "text/csv; charset=utf-8"
    assert server.get(TABLE, headers={"Accept": "image/png"}).status_code == 406


def test_the_description_of_a_table(server: Server) -> None:
    """Columns with titles, number of rows, source, digest; no blank node, no row."""
    statements = quads(server.get(f"{TABLE}.nt").content)
    assert subjects(statements, "Table") == {IRI}
    assert subjects(statements, "Row") == set()
    assert all(isinstance(q.subject, NamedNode) for q in statements)
    header, *rows = csv.reader(io.StringIO(server.get(TABLE).text))
    titles = {q.object for q in statements if q.predicate == CSVW("title")}
    assert titles == {Literal(name, language="und") for name in header}
    (number,) = [q.object for q in statements if q.predicate.value.endswith("numberOfItems")]
    assert term_text(number) == str(len(rows))
    assert any(q.predicate.value.endswith("sha256") for q in statements)
    assert any(q.predicate.value.endswith("rights") for q in statements)


def test_the_description_of_a_row(server: Server, release_id: str) -> None:
    """Number, and the cells that statements lead to; a release of the past has it as well."""
    statements = quads(server.get(f"{TABLE}.nt?row=25").content)
    assert subjects(statements, "Row") == {f"{IRI}#row=25"}
    (number,) = [q.object for q in statements if q.predicate == CSVW("rownum")]
    assert term_text(number) == "24", "CSVW counts rows without the header"
    cells = {
        term_text(q.subject): term_text(q.object) for q in statements if q.predicate == RDF("value")
    }
    header, *rows = csv.reader(io.StringIO(server.get(TABLE).text))
    texts = {f"{IRI}#cell=25,{at}": text for at, text in enumerate(rows[23], 1) if text}
    assert cells == texts
    place = header.index("commitment_id") + 1
    assert cells[f"{IRI}#cell=25,{place}"] == "EE0050"
    column = NamedNode(f"{IRI}#col={place}")
    triples = {(q.subject, q.predicate, q.object) for q in statements}
    assert (NamedNode(f"{IRI}#cell=25,{place}"), DCTERMS("isPartOf"), column) in triples
    assert (column, CSVW("title"), Literal("commitment_id", language="und")) in triples
    for word, kind in (("column", "Schema"), ("title", "Column")):  # their domains
        named = {term_text(q.subject) for q in statements if q.predicate == CSVW(word)}
        assert named <= subjects(statements, kind)
    past = server.get(f"/release/{release_id}{TABLE}.nt?row=25")
    assert sorted(past.content.splitlines()) == sorted(
        server.get(f"{TABLE}.nt?row=25").content.splitlines()
    )


@pytest.fixture
def release_id(server: Server) -> str:
    """The id of the release in service."""
    release: str = server.get("/healthz").json()["release"]
    return release


@pytest.mark.parametrize("row", ["1", "37", "99999999999", "x", "-2", "²"])
def test_rows_that_are_not_there(server: Server, row: str) -> None:
    """404 with the rows there are, in every form."""
    for accept in ("text/html", "text/turtle", "text/csv"):
        answer = server.get(TABLE, params={"row": row}, headers={"Accept": accept})
        assert answer.status_code == 404
    assert "rows with cells are 2 to 36" in answer.text


def test_links_of_things_lead_to_a_cell_that_is_on_the_page(server: Server) -> None:
    """The assessment, its table on the commitment's page, authors and printed totals."""
    pages = {
        "/doc/assessment/EE0050-completion-results-report.html": ("completion_end_of_term",),
        "/doc/commitment/EE0050.html": ("completion_end_of_term", "diog_overall"),
        "/doc/person/maarja-toots.html": ("author",),
        "/doc/report/EST06-results-report.html": ("commitments_assessed",),
    }
    for path, columns in pages.items():
        page = read(server.get(path).text)
        cells = [href for href in page.hrefs if "#cell=" in href]
        assert cells, path
        for href in cells:
            address, _, fragment = href.partition("#")
            target = server.get(address, headers={"Accept": "text/html"})
            assert target.status_code == 200
            assert fragment in read(target.text).ids
        for column in columns:
            assert f"column {column}" in server.get(path).text


def test_assessments_in_a_table_lead_to_their_report(server: Server) -> None:
    """The kind of the report is a link to it."""
    page = read(server.get("/doc/commitment/EE0050.html").text)
    assert "/doc/report/EST04-results-report" in page.hrefs


def test_the_address_in_rdf_is_an_anchor_of_the_whole_table(server: Server) -> None:
    """Who opens `…#cell=25,39` in a browser finds the cell."""
    page = read(server.get(TABLE, headers={"Accept": "text/html"}).text)
    assert {"row=25", "cell=25,39"} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_rows_past_those_a_page_shows_have_a_page(release: Release) -> None:
    """A table of any length: the row as a list, and those around it."""
    rows = [["a", "b"], *([str(n), f"text {n}"] for n in range(2, 5_002))]
    table = SourceTable("s", "t.csv", b"", rows, "http://localhost:8000/source/s/t.csv", {})
    opened = cast(
        OpenRelease,
        SimpleNamespace(
            path_prefix="",
            licence="",
            release=release,
            settings=Settings(),
            iris=Iris("http://localhost:8000/"),
            wording_in=wording_of,
        ),
    )
    request = ReleaseRequest.plain(opened, "/source/s/t.csv?row=4500")
    html = table_page(request, table, 4500, "1", "/source/s/t.csv").decode()
    page = read(html)
    assert {"cell=4500,2", "row=4500", "row=4490", "row=4510", "cell=4510,2"} <= set(page.ids)
    assert "text 4500" in html
    assert "row=4511" not in page.ids
    pages = table.pages()
    assert [first for first, _ in pages[1:]] == [last + 1 for _, last in pages[:-1]]
    assert (pages[0][0], pages[-1][1]) == (2, 5_001)
    for number, (first, last) in enumerate(pages, 1):
        html = table_page(request, table, 0, str(number), "/source/s/t.csv").decode()
        assert len(html.encode()) < 100_000
        assert {f"row={first}", f"row={last}"} <= set(read(html).ids)
    triples = describe(table, 4500)
    assert any(isinstance(t.object, Literal) and t.object.value == "text 4500" for t in triples)


def test_pages_link_only_what_is_there(server: Server, release_id: str) -> None:
    """The mapping of a source without a table was linked and 404; so was the structure of totals."""
    page = read(server.get(f"/release/{release_id}", headers={"Accept": "text/html"}).text)
    tables = [href for href in page.hrefs if "/source/" in href]
    assert tables
    assert {server.get(href).status_code for href in tables} == {200}
    vocabulary = read(server.get("/ns", headers={"Accept": "text/html"}).text)
    assert "PrintedTotals" in vocabulary.ids
