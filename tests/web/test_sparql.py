"""The SPARQL 1.1 Protocol over HTTP, its limits and its refusals."""

from __future__ import annotations

import json
import threading
import time

import pytest
import requests
from support.running import Server

from ogpld.rdf import parse_quads, term_text

COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/ogpld/ns#Commitment> }"
GRAPH = "CONSTRUCT { ?s a <https://w3id.org/ogpld/ns#ActionPlan> } WHERE { ?s a <https://w3id.org/ogpld/ns#ActionPlan> }"
FORM = "application/x-www-form-urlencoded"


def post(server: Server, **options: object) -> requests.Response:
    """POST to the endpoint."""
    return requests.post(f"{server.url}/sparql", timeout=30, **options)  # type: ignore[arg-type]


def test_the_three_ways_to_ask_agree(server: Server) -> None:
    """GET, POST form, POST direct (Protocol 2.1)."""
    answers = [
        server.get("/sparql", params={"query": COUNT}),
        post(server, data={"query": COUNT}),
        post(server, data=COUNT.encode(), headers={"Content-Type": "application/sparql-query"}),
        post(server, params={"query": COUNT}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/sparql-results+json"
        assert answer.json()["results"]["bindings"][0]["n"]["value"] == "103"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("application/sparql-results+json,*/*;q=0.9", "application/sparql-results+json"),
    ],
)
def test_solutions_are_negotiated(server: Server, accept: str, kind: str) -> None:
    """JSON by default."""
    answer = server.get("/sparql", params={"query": COUNT}, headers={"Accept": accept})
    assert answer.headers["Content-Type"].split(";")[0] == kind
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "text/turtle"),
        ("application/n-triples,*/*;q=0.9", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
    ],
)
def test_graphs_are_negotiated(server: Server, accept: str, kind: str) -> None:
    """Turtle by default; JSON-LD is compacted with our context."""
    answer = server.get("/sparql", params={"query": GRAPH}, headers={"Accept": accept})
    assert answer.headers["Content-Type"].split(";")[0] == kind
    if kind == "application/ld+json":
        nodes = answer.json()["@graph"]
        assert all(node["type"] == ["ActionPlan"] for node in nodes)
        assert len(nodes) == 46


def test_parameters_never_fail_because_of_the_query_form(server: Server) -> None:
    """SPARQLWrapper sends format, output and results at once; csv for a CONSTRUCT gives Turtle."""
    triple = dict.fromkeys(("format", "output", "results"), "json")
    assert server.get("/sparql", params={"query": COUNT, **triple}).json()["head"]
    odd = server.get("/sparql", params={"query": GRAPH, "format": "csv"})
    assert (odd.status_code, odd.headers["Content-Type"].split(";")[0]) == (200, "text/turtle")
    plain = server.get("/sparql", params={"query": COUNT, "format": "csv"})
    assert plain.headers["Vary"] == "Accept-Encoding"


def test_datasets_can_be_named(server: Server) -> None:
    """Union by default, default-graph-uri and named-graph-uri instead."""
    graph = "http://localhost:8000/graph/estonia/EST04"
    one = server.get(
        "/sparql", params={"query": COUNT, "default-graph-uri": graph, "format": "csv"}
    )
    assert one.text.split() == ["n", "6"]
    inner = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    named = server.get(
        "/sparql", params={"query": inner, "named-graph-uri": graph, "format": "csv"}
    )
    assert named.text.split() == ["g", graph]


def test_a_bare_get_describes_the_service(server: Server) -> None:
    """RDF for programs, the form for browsers; limits are stated in both."""
    triples = {q.triple for q in parse_quads(server.get("/sparql?format=nt").content, "nt")}
    objects = {t.object.value for t in triples}
    # it would be that of all named graphs (SPARQL 1.1 Service Description, section 3.3)
    assert "http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph" not in objects
    hidden = "http://localhost:8000/graph/shapes"
    assert any(o.startswith(f"The union of all named graphs but <{hidden}>") for o in objects)
    shapes = "{ ?s a <http://www.w3.org/ns/shacl#PropertyShape> }"
    for pattern, there in ((shapes, False), (f"{{ GRAPH <{hidden}> {shapes} }}", True)):
        answer = server.get("/sparql", params={"query": f"ASK {pattern}", "format": "json"})
        assert answer.json()["boolean"] == there
    assert any("10,000" in o for o in objects)
    sizes = {
        t.subject.value: t.object.value for t in triples if "void#triples" in t.predicate.value
    }
    graph = "http://localhost:8000/graph/estonia/EST03"
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    counted = server.get("/sparql", params={"query": count, "format": "csv"}).text.split()[1]
    assert sizes[graph] == counted
    names = {t.object.value for t in triples if t.predicate.value.endswith("#name")}
    assert names == {iri for iri in sizes if "/graph/" in iri and "#" not in iri}
    assert "http://localhost:8000/graph/shapes" in names
    page = server.get("/sparql", headers={"Accept": "text/html"}).text
    assert "<textarea" in page
    assert "10,000 rows" in page


def test_the_form_works_without_script(server: Server) -> None:
    """A browser gets a table, and errors where they are."""
    html = {"Accept": "text/html"}
    page = server.get("/sparql", params={"query": COUNT}, headers=html)
    assert "<bdi>103</bdi>" in page.text
    wrong = server.get("/sparql", params={"query": "SELECT * {\n ?s }"}, headers=html)
    assert wrong.status_code == 400
    assert "line 2" in wrong.text
    evil = server.get("/sparql", params={"query": "<script>alert(1)</script>"}, headers=html)
    assert "<script>" not in evil.text


def test_errors_are_problems_with_stable_codes(server: Server) -> None:
    """400 with line and column, 403, 413, 415; no stack, path or engine text."""
    syntax = server.get("/sparql", params={"query": "SELECT * {\n  ?s ?p }"})
    assert syntax.status_code == 400
    body = syntax.json()
    assert (body["code"], body["line"]) == ("query-syntax", 2)
    assert body["column"] > 1
    rows = server.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
    assert (rows.status_code, rows.json()["code"]) == (413, "result-too-large")
    assert "LIMIT" in rows.json()["hint"]
    update = post(server, data={"update": "DROP ALL"})
    assert (update.status_code, update.json()["code"]) == (403, "query-forbidden")
    direct = post(server, data=b"DROP ALL", headers={"Content-Type": "application/sparql-update"})
    assert direct.status_code == 403
    assert post(server, data=b"x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert post(server, data={"x": "y"}).status_code == 400
    long = post(server, data={"query": "#" * 70_000})
    assert (long.status_code, long.json()["code"]) == (413, "query-too-large")
    assert post(server, data={"query": "#" * 400_000}).status_code == 413
    for answer in (syntax, rows, update):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Traceback" not in answer.text


def test_a_deadline_is_named(server: Server) -> None:
    """503 with Retry-After and the limit."""
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answer = server.get("/sparql", params={"query": bomb, "timeout": "0.5"})
    assert answer.status_code == 503
    assert answer.json()["limit"] == "deadline"
    assert "0.5 s" in answer.json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0


def test_documents_are_unharmed_beside_bombs(server: Server) -> None:
    """While every public worker burns, pages and health are answered."""
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    threads = [threading.Thread(target=post, args=(server,), kwargs={"data": {"query": bomb}})
               for _ in range(4)]  # fmt: skip
    for thread in threads:
        thread.start()
    while server.get("/healthz").json()["pool"]["busy"] < 2:
        time.sleep(0.01)
    for key in ("EE0039", "EE0040", "EE0041"):
        assert server.get(f"/doc/commitment/{key}.ttl", timeout=2).status_code == 200
    for thread in threads:
        thread.join()
    assert json.loads(server.get("/sparql", params={"query": "ASK {}"}).content)["boolean"] is True


@pytest.mark.parametrize(
    ("query", "accept", "code", "named"),
    [
        (
            "CONSTRUCT { <http://e/s> <http://example.org/123> 1 } {}",
            "application/rdf+xml",
            "xml-name",
            "<http://example.org/123>",
        ),
        (
            'CONSTRUCT { <http://e/s> <http://e/p> "\\u0001" } {}',
            "application/rdf+xml",
            "xml-text",
            "U+0001",
        ),
        ('SELECT ("a\\uFFFE" AS ?x) {}', "application/sparql-results+xml", "xml-text", "?x"),
    ],
)
def test_what_a_form_cannot_carry_is_406(
    server: Server, query: str, accept: str, code: str, named: str
) -> None:
    """As a problem with its reason, before anything is sent; other forms stay."""
    answer = server.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert named in answer.json()["detail"]
    assert server.get("/sparql", params={"query": query}).status_code == 200


def test_a_class_that_is_no_name_is_sent_as_rdf_type(server: Server) -> None:
    """A class that is no XML name is written as rdf:type, for nodes with other classes too."""
    query = "CONSTRUCT { <http://e/s> a <http://example.org/123> } {}"
    answer = server.get("/sparql", params={"query": query, "format": "rdf"})
    [quad] = parse_quads(answer.content, "rdf")
    assert term_text(quad.object) == "http://example.org/123"
