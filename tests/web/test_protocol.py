"""What the protocol promises beyond GET and POST: QUERY, HEAD, OPTIONS, names in the wild, caching."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
import requests
from rdflib import Graph
from rdflib.compare import isomorphic
from support.running import Server

COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/ogpld/ns#Commitment> }"
PLANS = (
    "CONSTRUCT { ?s a ?k } WHERE { ?s a ?k VALUES ?k { <https://w3id.org/ogpld/ns#ActionPlan> } }"
)
DIRECT = {"Content-Type": "application/sparql-query"}


def send(
    server: Server, method: str, path: str = "/sparql", **options: object
) -> requests.Response:
    """Send any method."""
    return requests.request(method, server.url + path, timeout=30, **options)  # type: ignore[arg-type]


def test_the_query_method_asks(server: Server) -> None:
    """A safe request with a body (HTTP QUERY): text or form; it can be kept like a GET."""
    direct = send(server, "QUERY", data=COUNT.encode(), headers=DIRECT)
    assert direct.json()["results"]["bindings"][0]["n"]["value"] == "103"
    form = send(server, "QUERY", data={"query": COUNT, "format": "csv"})
    assert form.text == "n\r\n103\r\n"
    again = {**DIRECT, "If-None-Match": direct.headers["ETag"]}
    assert send(server, "QUERY", data=COUNT.encode(), headers=again).status_code == 304
    empty = send(server, "QUERY")
    assert (empty.status_code, empty.json()["code"]) == (400, "query-missing")


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/sparql", "application/sparql-query", COUNT),
        ("/match?format=csv", "text/csv", "member\nEstonia\n"),
        ("/validate?format=ttl", "text/turtle", "<https://x.example/a> a <https://x.example/B> ."),
    ],
)
def test_how_a_body_is_coded_is_read_alike_everywhere(
    server: Server, path: str, kind: str, body: str
) -> None:
    """Names of codings and charsets have no case; ASCII is a part of UTF-8."""

    def answer(kind: str, coding: str) -> requests.Response:
        headers = {"Content-Type": kind, "Content-Encoding": coding}
        return send(server, "POST", path, data=body.encode(), headers=headers)

    for charset in ("UTF-8", "utf8", "ascii", "US-ASCII"):
        assert answer(f"{kind}; charset={charset}", "Identity").status_code == 200
    packed, latin = answer(kind, "gzip"), answer(f"{kind}; charset=latin-1", "identity")
    assert (packed.status_code, packed.json()["code"]) == (415, "content-encoding")
    assert (latin.status_code, latin.json()["code"]) == (415, "charset")


def test_head_is_get_without_a_body(server: Server) -> None:
    """HEAD has the headers of GET and no body, for queries and for the service description."""
    for path in (f"/sparql?query={quote(COUNT)}", "/sparql", "/sparql/"):
        head, get = send(server, "HEAD", path), send(server, "GET", path)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("Content-Type", "ETag", "Cache-Control", "Vary"):
            assert head.headers[name] == get.headers[name]


def test_options_tells_what_may_be_done(server: Server) -> None:
    """OPTIONS names the methods and the types of queries, as a browser's CORS preflight wants them."""
    for path in ("/sparql", "/query", "/sparql/"):
        answer = send(server, "OPTIONS", path, headers={"Origin": "https://app.example"})
        assert answer.status_code == 204
        for name in ("Allow", "Access-Control-Allow-Methods"):
            assert {"GET", "HEAD", "POST", "QUERY", "DELETE"} <= set(
                answer.headers[name].split(", ")
            )
        assert "application/sparql-query" in answer.headers["Accept-Query"]
    assert "QUERY" not in send(server, "OPTIONS", "/doc/commitment/EE0050").headers["Allow"]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Accept": "text/ttl"}, "text/turtle"),
        ({"Accept": "application/x-turtle"}, "text/turtle"),
        ({"Accept": "application/rdf"}, "application/rdf+xml"),
        ({"Accept": "application/ld json"}, "application/ld+json"),
        ({"Accept": "text/plain"}, "application/n-triples"),
        ({"Accept": "application/ntriples"}, "application/n-triples"),
        ({"Accept": "application/trig"}, "application/trig"),
        ({"Accept": "application/n-quads"}, "application/n-quads"),
        ({"Accept": "text/n3"}, "text/n3"),
        ({"Accept": "text/rdf+n3"}, "text/n3"),
        ({"Accept": "application/json"}, "application/ld+json"),
        (
            {"Accept": "application/sparql-results+json, application/rdf+xml;q=0.5"},
            "application/rdf+xml",
        ),
    ],
)
def test_graphs_in_every_form_under_every_name(
    server: Server, headers: dict[str, str], kind: str
) -> None:
    """The same graph, whatever clients in the wild call its form."""
    answer = server.get("/sparql", params={"query": PLANS}, headers=headers)
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    parsers = {"application/ld+json": "", "application/rdf+xml": "xml", "application/trig": "trig"}
    parser = parsers.get(kind, kind)
    if parser:
        graph = Graph()
        data = answer.text
        if parser == "trig" or kind == "application/n-quads":
            parser = "turtle" if parser == "trig" else "nt"
        graph.parse(data=data, format=parser)
        wanted = Graph().parse(
            data=server.get(f"/sparql?format=nt&query={quote(PLANS)}").text, format="nt"
        )
        assert isomorphic(graph, wanted)
        assert len(graph) == 46


def test_names_of_forms_never_make_a_request_fail(server: Server) -> None:
    """Three parameters at once, unknown ones, ones of the other kind."""
    for parameters in (
        {"format": "json", "output": "json", "results": "json"},
        {"format": "nonsense"},
        {"format": "turtle"},
        {"output": "sparql-results+json"},
        {"infer": "true", "queryLn": "sparql", "callback": "f", "timeout": "-1", "x": "y"},
    ):
        answer = server.get("/sparql", params={"query": COUNT, **parameters})
        assert answer.json()["results"]["bindings"][0]["n"]["value"] == "103"
    xml = server.get("/sparql", params={"query": COUNT, "format": "xml"})
    assert xml.headers["Content-Type"] == "application/sparql-results+xml"


def test_what_is_not_read_is_said(server: Server) -> None:
    """Charsets, encodings, bytes that are no UTF-8, parameters without end."""
    cases = [
        (send(server, "POST", data=COUNT.encode("utf-16"), headers=DIRECT), 400, "not-utf-8"),
        (send(server, "GET", "/sparql?query=ASK%20%7B%7D%23%ff"), 400, "not-utf-8"),
        (send(server, "POST", data=b"query=%ff", headers={"Content-Type": "application/x-www-form-urlencoded"}), 400, "not-utf-8"),
        (send(server, "POST", data=b"x", headers={"Content-Type": "application/sparql-query; charset=latin-1"}), 415, "charset"),
        (send(server, "POST", data=b"x", headers={**DIRECT, "Content-Encoding": "gzip"}), 415, "content-encoding"),
        (send(server, "POST", data="a=b&" * 1200, headers={"Content-Type": "application/x-www-form-urlencoded"}), 400, "parameters"),
        (send(server, "POST", f"/sparql?query={quote(COUNT)}", data={"query": COUNT}), 400, "query-repeated"),
        (send(server, "GET", "/sparql?update=DROP%20ALL"), 403, "query-forbidden"),
    ]  # fmt: skip
    for answer, status, code in cases:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (
        send(server, "POST", f"/sparql?query={quote('ASK {}')}", data=b"").json()["boolean"] is True
    )


def test_an_answer_stands_for_what_the_query_says(server: Server) -> None:
    """One ETag for all spellings and the release, another for another form; 304 without running."""
    first = server.get("/sparql", params={"query": COUNT})
    assert first.headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=86400"
    tag = first.headers["ETag"]
    respelt = COUNT.replace("SELECT", "select").replace("{", "\n{ # all of them\n")
    second = server.get("/sparql", params={"query": respelt})
    assert (second.headers["ETag"], second.content) == (tag, first.content)
    assert "RateLimit" not in second.headers
    assert server.get("/sparql", params={"query": COUNT, "format": "csv"}).headers["ETag"] != tag
    assert server.get("/sparql", params={"query": COUNT + " LIMIT 1"}).headers["ETag"] != tag
    graph = "http://localhost:8000/graph/estonia/EST04"
    part = server.get("/sparql", params={"query": COUNT, "default-graph-uri": graph})
    assert part.headers["ETag"] != tag
    never_run = server.get(
        "/sparql",
        params={"query": respelt + "#", "timeout": "0.000001"},
        headers={"If-None-Match": f'"other", {tag}'},
    )
    assert (never_run.status_code, never_run.content) == (304, b"")
    assert never_run.headers["ETag"] == tag
    post = send(server, "POST", data={"query": COUNT})
    assert post.headers["Cache-Control"] == "no-store"
    assert "ETag" not in post.headers


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (NOW() AS ?n) {}",
        "SELECT (STRUUID() AS ?n) {}",
        "SELECT (RAND() AS ?n) {}",
        "CONSTRUCT { [] a 1 } WHERE {}",
    ],
)
def test_what_changes_from_run_to_run_is_not_kept(server: Server, text: str) -> None:
    """The time, random numbers, fresh nodes; no two workers draw the same ones."""
    answers = [server.get("/sparql", params={"query": text}) for _ in range(6)]
    assert len({answer.content for answer in answers}) == 6
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


def test_kept_answers_are_bounded(server: Server) -> None:
    """What one asks does not change what another gets."""
    texts = [f"SELECT ?s {{ ?s ?p ?o }} ORDER BY ?s ?p LIMIT 200 OFFSET {n}" for n in range(20)]
    once = [server.get("/sparql", params={"query": text}).content for text in texts]
    assert len(set(once)) > 15
    assert [server.get("/sparql", params={"query": text}).content for text in texts] == once


def test_jsonld_is_compacted_with_our_context(server: Server) -> None:
    """Keys of the context, and the context named."""
    text = "DESCRIBE <http://localhost:8000/id/commitment/EE0050>"
    answer = server.get("/sparql", params={"query": text, "format": "json-ld"})
    document = json.loads(answer.text)
    assert document["@context"].startswith("http://localhost:8000/context/")
    nodes = {node["id"]: node for node in document["@graph"]}
    assert nodes["http://localhost:8000/id/commitment/EE0050"]["type"] == ["Commitment"]


def test_relative_iris_are_those_of_the_site(server: Server) -> None:
    """Resolved against the endpoint under the configured base, whatever the Host says."""
    text = "ASK { <id/commitment/EE0050> a ?k }"
    answer = server.get("/sparql", params={"query": text}, headers={"Host": "evil.example"})
    assert answer.json()["boolean"] is True
