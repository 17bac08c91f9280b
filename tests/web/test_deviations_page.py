"""The page that says where the SPARQL engine deviates."""

from __future__ import annotations

import json

from support.running import ROOT, Server

PATH = "/docs/sparql-deviations"


def test_the_document_is_a_page_and_a_file(server: Server) -> None:
    """The file is the one the tests run, byte for byte; the page shows its table."""
    page = server.get(PATH, headers={"Accept": "text/html"})
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<code>SELECT (true &gt; false AS ?x) {}</code>" in page.text
    assert page.text.count("<h1 ") == 1
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    plain = server.get(f"{PATH}.md")
    assert plain.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert plain.content == (ROOT / "docs" / "sparql-deviations.md").read_bytes()
    assert server.get(f"{PATH}.csv").status_code == 406


def test_the_query_page_and_the_service_description_lead_there(server: Server) -> None:
    """Who asks is told what to expect."""
    assert f'href="{PATH}"' in server.get("/sparql", headers={"Accept": "text/html"}).text
    assert f"seeAlso> <http://localhost:8000{PATH}>" in server.get("/sparql?format=nt").text


def test_a_query_with_an_unseen_character_says_where(server: Server) -> None:
    """As a problem with line and column; a byte order mark in front is nothing to speak of."""
    answer = server.get("/sparql", params={"query": "ASK {\n ?s ?p\u00a0?o }"})
    problem = json.loads(answer.content)
    assert (answer.status_code, problem["code"]) == (400, "query-syntax")
    assert (problem["line"], problem["column"]) == (2, 7)
    assert "U+00A0 (no-break space)" in problem["detail"]
    assert server.get("/sparql", params={"query": "\ufeffASK {}"}).json()["boolean"] is True


def test_a_number_that_is_too_large_says_where(server: Server) -> None:
    """On the page as well."""
    query = {"query": "ASK { FILTER(12345678901234567890 > 1) }"}
    problem = json.loads(server.get("/sparql", params=query).content)
    assert (problem["code"], problem["status"], problem["column"]) == ("query-number", 400, 14)
    page = server.get("/sparql", params=query, headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert "too large" in page.text


def test_graph_counts_one_graph(server: Server) -> None:
    """What the graph's own page counts, not the whole store."""
    graph = "http://localhost:8000/graph/estonia/EST03"
    plain = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    inner = f"SELECT ?n {{ VALUES ?g {{ <{graph}> }} GRAPH ?g {{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} }} }}"
    answers = [
        server.get("/sparql", params={"query": q, "format": "csv"}).text for q in (plain, inner)
    ]
    assert answers[0] == answers[1]
    counts = server.get(
        "/sparql",
        params={
            "query": "SELECT ?g ?n { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }",
            "format": "json",
        },
    ).json()["results"]["bindings"]
    assert len(counts) > 30
    assert {row["g"]["type"] for row in counts} == {"uri"}
