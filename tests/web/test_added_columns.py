"""`labels=` and `why=1` add columns to the rows of a SELECT; workbooks and Parquet hold the same rows."""

from __future__ import annotations

import csv
import io
import json
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from support.running import Server

from ogpld.config import Settings
from ogpld.errors import QueryTooLargeError
from ogpld.iris import Iris
from ogpld.rdf import NamedNode
from ogpld.stores import Answer
from ogpld.stores.cancel_token import CancelToken
from ogpld.stores.solutions import Solutions
from ogpld.web.sparql.added_columns import AddedColumns, add_columns, best_label
from ogpld.web.sparql.row_limits import RowLimits

PREFIX = "PREFIX ogpld: <https://w3id.org/ogpld/ns#> "
QUERY = (
    f"{PREFIX}SELECT ?c ?completion ?number WHERE {{ ?c a ogpld:Commitment ; ogpld:member ?m ."
    " OPTIONAL { ?c ogpld:completion ?completion } OPTIONAL { ?c ogpld:printedNumber ?number } } ORDER BY ?c"
)
LABELS = ["c", "cLabel", "completion", "completionLabel", "number"]
EE0050 = "http://localhost:8000/id/commitment/EE0050"


def ask(server: Server, query: str = QUERY, **parameters: str) -> Any:
    """Return an answer, which is one."""
    response = server.get("/sparql", params={"query": query, **parameters})
    assert response.status_code == 200, response.text
    return response


def table(server: Server, **parameters: str) -> list[list[str]]:
    """Return an answer as CSV."""
    body = ask(server, format="csv", **parameters).content.decode()
    return list(csv.reader(io.StringIO(body, newline="")))


def test_rows_stay_as_they_are(server: Server) -> None:
    """Every row of the query, in its order, with its values; a column behind each that has things or codes."""
    plain, labelled = table(server), table(server, labels="en")
    assert labelled[0] == LABELS
    assert [[row[0], row[2], row[4]] for row in labelled] == plain
    assert len(plain) > 50


def test_labels_are_those_of_the_release(server: Server) -> None:
    """As another query gives them; an unbound cell has none."""
    query = "SELECT ?x ?l { ?x <http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER(LANG(?l) = 'en') }"
    rows = json.loads(ask(server, query).content)["results"]["bindings"]
    names: dict[str, set[str]] = {}
    for row in rows:
        names.setdefault(row["x"]["value"], set()).add(row["l"]["value"])
    labelled = table(server, labels="en")[1:]
    for thing, label, code, code_label, _ in labelled:
        assert label in names.get(thing, {label})
        assert (code_label in names[code]) if code else not code_label
    assert any(code_label for *_, code_label, _ in labelled)


def test_every_form_has_the_same_columns(server: Server) -> None:
    """JSON, XML, TSV, workbook, Parquet and the page."""
    wanted = [tuple(cell or None for cell in row) for row in table(server, labels="en")[1:]]
    answer = json.loads(ask(server, labels="en").content)
    assert answer["head"]["vars"] == LABELS
    rows = answer["results"]["bindings"]
    assert [tuple(row.get(n, {}).get("value") for n in LABELS) for row in rows] == wanted
    assert rows[0]["cLabel"]["xml:lang"]
    root = ET.fromstring(ask(server, labels="en", format="xml").content)  # noqa: S314
    spaces = {"r": "http://www.w3.org/2005/sparql-results#"}
    assert [v.get("name") for v in root.iterfind(".//r:variable", spaces)] == LABELS
    assert len(root.findall(".//r:result", spaces)) == len(wanted)
    lines = ask(server, labels="en", format="tsv").content.decode().splitlines()
    assert lines[0].split("\t") == [f"?{name}" for name in LABELS]
    assert len(lines) == len(wanted) + 1
    book = load_workbook(io.BytesIO(ask(server, labels="en", format="xlsx").content))
    assert book.sheetnames == ["Results", "About"]
    read = [tuple(cell.value for cell in row) for row in book["Results"].iter_rows()]
    assert read == [tuple(LABELS), *wanted]
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Query"] == QUERY
    assert {"Release", "Licence", "Cite as", "Date of the release"} <= about.keys()
    parquet = pq.read_table(io.BytesIO(ask(server, labels="en", format="parquet").content))
    assert parquet.column_names == LABELS
    assert [tuple(row.values()) for row in parquet.to_pylist()] == wanted
    page = server.get(
        "/sparql", params={"query": QUERY, "labels": "en"}, headers={"Accept": "text/html"}
    )
    assert "completionLabel" in page.text


def test_parquet_has_the_text_of_csv_where_a_column_is_text(server: Server) -> None:
    """Decimals and doubles beside a text are written as in CSV; numbers alone are doubles, AVG too."""
    values = '(123456789012345.678) ("x") (1e10) (2.0) (0.5e-3) (true)'
    query = f"SELECT ?x {{ VALUES (?x) {{ {values} }} }}"
    body = ask(server, query, format="parquet").content
    column = pq.read_table(io.BytesIO(body)).column("x").to_pylist()
    lines = ask(server, query, format="csv").content.decode().split()[1:]
    assert column == lines
    assert column[0] == "123456789012345.678"
    average = "SELECT (AVG(?n) AS ?x) { VALUES ?n { 1 1 2 } }"
    table = pq.read_table(io.BytesIO(ask(server, average, format="parquet").content))
    assert str(table.schema.field("x").type) == "double"
    exact = ask(server, average, format="csv").content.decode().split()[1]
    assert len(exact) > 17
    assert table.column("x").to_pylist() == [float(exact)]
    book = load_workbook(io.BytesIO(ask(server, average, format="xlsx").content))
    assert book["Results"]["A2"].value == pytest.approx(4 / 3, abs=1e-14)


def test_forms_by_accept_and_their_etags(server: Server) -> None:
    """A workbook by its media type; its tag stands for its bytes."""
    accept = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    first = server.get("/sparql", params={"query": QUERY}, headers={"Accept": accept})
    assert first.headers["Content-Type"] == accept
    again = server.get("/sparql", params={"query": f"{QUERY} "}, headers={"Accept": accept})
    assert (first.headers["ETag"] == again.headers["ETag"]) == (first.content == again.content)
    unchanged = server.get(
        "/sparql",
        params={"query": QUERY},
        headers={"Accept": accept, "If-None-Match": first.headers["ETag"]},
    )
    assert unchanged.status_code == 304
    assert ask(server).headers["ETag"] != ask(server, labels="en").headers["ETag"]
    assert ask(server, labels="en").headers["ETag"] != ask(server, labels="et").headers["ETag"]


def test_receipts(server: Server) -> None:
    """The row that the thing was read from; of a computed code those of the assessments behind it."""
    query = (
        f"{PREFIX}SELECT ?c ?completion ?area (COUNT(*) AS ?n) {{ VALUES ?c {{ <{EE0050}> }} ?c ogpld:completion"
        " ?completion ; ogpld:policyArea ?area } GROUP BY ?c ?completion ?area"
    )
    rows = json.loads(ask(server, query, why="1").content)["results"]["bindings"]
    text = f"SELECT ?row {{ <{EE0050}> <http://www.w3.org/ns/prov#wasDerivedFrom> ?row }} ORDER BY ?row"
    sources = json.loads(ask(server, text).content)["results"]["bindings"]
    (source,) = {row["row"]["value"] for row in sources}
    assert rows
    behind = (
        f"{PREFIX}SELECT DISTINCT ?row {{ ?a ogpld:assesses <{EE0050}> ; ogpld:indicator ?i ; ogpld:value ?v ;"
        f" <http://www.w3.org/ns/prov#wasDerivedFrom> ?row . <{EE0050}> ogpld:completion ?v"
        " FILTER(STRENDS(STR(?i), '/completion')) }"
    )
    cells = {
        row["row"]["value"]
        for row in json.loads(ask(server, behind).content)["results"]["bindings"]
    }
    assert cells
    for row in rows:
        assert row["cSourceRow"] == {"type": "uri", "value": source}
        assert row["cHowRead"]["value"] == "Read"
        assert row["areaSourceRow"]["value"] == source
        assert row["completionHowRead"]["value"] == "Derived"
        assert set(row["completionSourceRow"]["value"].split(" ")) == cells
        assert set(row["completionPage"]["value"].split(" ")) <= {*row["cPage"]["value"].split(" ")}
        assert "nSourceRow" not in row
    page = source.removeprefix("http://localhost:8000")
    assert server.get(page.partition("#")[0]).status_code == 200


def test_a_code_alone_has_no_receipt(server: Server) -> None:
    """Nothing is invented: counts by code say nothing of where the code stands."""
    query = f"{PREFIX}SELECT ?a (COUNT(*) AS ?n) {{ ?c ogpld:policyArea ?a }} GROUP BY ?a"
    answer = json.loads(ask(server, query, why="1", labels="en").content)
    assert answer["head"]["vars"] == ["a", "aLabel", "aSourceRow", "aPage", "aHowRead", "n"]
    assert all(row.keys() == {"a", "aLabel", "n"} for row in answer["results"]["bindings"])


def test_names_that_are_taken_get_a_number(server: Server) -> None:
    """The query's own column stays."""
    query = f"{PREFIX}SELECT ?c (1 AS ?cLabel) {{ ?c a ogpld:Commitment }} LIMIT 1"
    assert json.loads(ask(server, query, labels="en").content)["head"]["vars"] == [
        *("c", "cLabel2", "cLabel")
    ]


def test_rows_without_things_stay(server: Server) -> None:
    """No rows, no columns, literals: nothing is added."""
    for query in (f"{PREFIX}SELECT ?x {{ ?x a ogpld:Nothing }}", "SELECT (1 AS ?x) {}"):
        assert json.loads(ask(server, query, labels="en", why="1").content)["head"]["vars"] == ["x"]
    body = ask(server, "SELECT * {}", labels="en").content
    assert json.loads(body)["results"]["bindings"] == [{}]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"query": "ASK {}", "labels": "en"}, "parameter"),
        ({"query": "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "why": "1"}, "parameter"),
        ({"query": QUERY, "labels": "e_n"}, "parameter"),
        ({"query": "SELECT (TRIPLE(<a:a>,<b:b>,1) AS ?x) {}", "labels": "en"}, "query-rdf12"),
        ({"query": "SELECT (TRIPLE(<a:a>,<b:b>,1) AS ?x) {}", "format": "parquet"}, "query-rdf12"),
        ({"query": QUERY, "why": "perhaps"}, "parameter"),
        ({"query": QUERY, "labels": ["en", "et"]}, "parameter-repeated"),
    ],
)
def test_what_cannot_be_added_is_400(server: Server, parameters: dict[str, Any], code: str) -> None:
    """It says why, and what to do."""
    response = server.get("/sparql", params=parameters)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert response.json()["hint"]


def test_what_a_workbook_cannot_hold_is_406(server: Server) -> None:
    """A boolean, and a text with a control character; formulas are text."""
    assert server.get("/sparql", params={"query": "ASK {}", "format": "xlsx"}).status_code == 406
    query = 'SELECT ("\\u0001" AS ?x) {}'
    response = server.get("/sparql", params={"query": query, "format": "xlsx"})
    assert (response.status_code, response.json()["code"]) == (406, "workbook")
    book = load_workbook(io.BytesIO(ask(server, 'SELECT ("=1+1" AS ?x) {}', format="xlsx").content))
    assert (book["Results"]["A2"].value, book["Results"]["A2"].data_type) == ("=1+1", "s")


def test_limits_are_those_of_the_query(server: Server) -> None:
    """Its deadline, and the time it costs; a kept answer costs nothing."""
    parameters = {"query": QUERY, "labels": "en", "why": "1", "format": "xlsx", "timeout": "0.0001"}
    late = server.get("/sparql", params=parameters)
    assert (late.status_code, late.json()["limit"]) == (503, "deadline")
    parameters["timeout"] = "60"
    assert server.get("/sparql", params=parameters).status_code == 200
    parameters["timeout"] = "0.0001"
    assert server.get("/sparql", params=parameters).status_code == 200


def test_size_is_bounded_before_it_is_in_memory() -> None:
    """Labels that make an answer larger than one may be end it."""
    thing = NamedNode("http://x/id/a")
    row = {
        "thing": {"type": "uri", "value": thing.value},
        "label": {"type": "literal", "value": "n" * 90},
        "language": {"type": "literal", "value": "en"},
    }
    body = json.dumps({"results": {"bindings": [row]}}).encode()
    serving = SimpleNamespace(
        settings=Settings(query_bytes=1_000),
        iris=Iris("http://x/"),
        store=SimpleNamespace(answer=lambda *_, **__: Answer("solutions", "json", body, 1)),
    )
    release: Any = serving
    limits = RowLimits(release, 10.0, CancelToken())
    few, many = (Solutions(("x",), [(thing,)] * number) for number in (10, 20))
    assert len(add_columns(release, few, AddedColumns("en"), limits).rows) == 10
    with pytest.raises(QueryTooLargeError, match="1,000 bytes"):
        add_columns(release, many, AddedColumns("en"), limits)


def test_pages_offer_them(server: Server) -> None:
    """Boxes, and files with what was asked for."""
    browser = {"Accept": "text/html"}
    page = server.get("/sparql", params={"query": QUERY, "why": "1"}, headers=browser).text
    assert 'name="labels" value="en">' in page
    assert 'name="why" value="1" checked>' in page
    assert "&amp;why=1&amp;format=xlsx" in page
    assert "&amp;why=1&amp;format=parquet" in page
    assert '<input type="hidden" name="why" value="1">' in page
    question = server.get("/queries/led-by", params={"labels": "en"}, headers=browser).text
    assert 'name="labels" value="en" checked>' in question
    assert "/queries/led-by.parquet?labels=en" in question


def test_questions_have_them_too(server: Server) -> None:
    """Forms and columns of a question; its other forms are linked with them."""
    path = "/queries/led-by"
    plain = server.get(f"{path}.csv")
    labelled = server.get(f"{path}.csv", params={"labels": "en", "why": "1"})
    header, *rows = csv.reader(io.StringIO(labelled.content.decode(), newline=""))
    assert any(name.endswith("Label") for name in header)
    assert any(name.endswith("SourceRow") for name in header)
    assert len(rows) + 1 == len(list(csv.reader(io.StringIO(plain.content.decode(), newline=""))))
    assert f"{path}.xlsx?labels=en&why=1" in labelled.headers["Link"]
    book = load_workbook(io.BytesIO(server.get(f"{path}.xlsx").content))
    assert book["Results"].max_row == len(rows) + 1


@pytest.mark.parametrize(
    ("language", "label"),
    [("pt", "b"), ("en", "a"), ("de", "a"), ("et", "d"), ("pt-br", "b"), ("es-mx", "e")],
)
def test_the_rule_of_languages(language: str, label: str) -> None:
    """The language, what narrows it, what it narrows, English, none, any; translations by machines last."""
    names = [("a", "en"), ("b", "pt-br"), ("c", "und"), ("d", "et"), ("e", "es"), ("f", "et-t-en")]
    assert best_label(names, language).value == label
    assert best_label([("x", "fr"), ("y", "")], "en").value == "y"
