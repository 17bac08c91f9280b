"""What the event loop answers is what Flask answers: status, headers and every byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from support.running import Server, environment
from werkzeug.test import Client, EnvironBuilder

from ogpld.settings_reader import load_settings
from ogpld.web.app import create_app
from ogpld.web.routes.plain_application import PlainApplication
from ogpld.web.server.create_application import create_wsgi_application
from ogpld.web.server.response_cache import ResponseCache

_ROWS = "SELECT ?c ?t WHERE { ?c a <https://w3id.org/ogpld/ns#Commitment> ; ?t ?o } ORDER BY ?c ?t LIMIT 700"
_FEW = "SELECT ?c WHERE { ?c a <https://w3id.org/ogpld/ns#Commitment> } ORDER BY ?c LIMIT 5"
_GRAPH = "CONSTRUCT { ?c ?p ?o } WHERE { ?c <http://purl.org/dc/terms/title> ?t ; ?p ?o FILTER(!isBlank(?o)) }"
_FORM, _DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
_QUESTION = "completion-changes"
_THING = "/doc/commitment/EE0050"


def _query(text: str, **parameters: str) -> str:
    return f"/sparql?{urlencode({'query': text, **parameters})}"


#: Method, address, headers, body.
REQUESTS: dict[str, tuple[str, str, dict[str, str], str]] = {
    **{
        f"rows as {form}": ("GET", _query(_FEW, format=form), {}, "")
        for form in ("json", "xml", "csv", "tsv", "parquet", "xlsx")
    },
    **{
        f"graph as {form}": ("GET", _query(_GRAPH, format=form), {}, "")
        for form in ("ttl", "nt", "rdf", "jsonld", "trig", "nq", "n3")
    },
    "negotiated": ("GET", _query(_FEW), {"Accept": "text/csv, application/json;q=0.5"}, ""),
    "anything": ("GET", "/query?" + urlencode({"query": _GRAPH}), {"Accept": "*/*"}, ""),
    "compressed": ("GET", _query(_ROWS), {"Accept-Encoding": "gzip"}, ""),
    "long and compressed": ("GET", _query(_ROWS + " "), {"Accept-Encoding": "gzip;q=1"}, ""),
    "labels": ("GET", _query(_FEW, labels="c", format="csv"), {}, ""),
    "framed": ("GET", _query(_GRAPH, frame="commitment"), {}, ""),
    "head": ("HEAD", _query(_FEW), {"Accept": "text/csv"}, ""),
    "options": ("OPTIONS", _query(_FEW), {}, ""),
    "delete": ("DELETE", _query(_FEW), {}, ""),
    "put": ("PUT", "/sparql", {}, "x"),
    "form": ("POST", "/sparql", {"Content-Type": _FORM}, urlencode({"query": _FEW})),
    "posted": ("POST", "/sparql?format=csv", {"Content-Type": _DIRECT}, _FEW),
    "QUERY": ("QUERY", "/sparql", {"Content-Type": _DIRECT}, _GRAPH),
    "update": ("POST", "/sparql", {"Content-Type": _FORM}, "update=CLEAR+ALL"),
    "wrong type": ("POST", "/sparql", {"Content-Type": "text/plain"}, _FEW),
    "two queries": ("GET", _query(_FEW) + "&query=ASK{}", {}, ""),
    "no query": ("POST", "/sparql", {"Content-Type": _FORM}, ""),
    "description": ("GET", "/sparql", {"Accept": "text/turtle"}, ""),
    "syntax": ("GET", _query("SELECT ?x WHERE { ?x"), {}, ""),
    "engine": ("GET", _query("SELECT (?y AS ?x) ?x WHERE { ?x a ?x }"), {}, ""),
    "too complex": ("GET", _query("ASK { FILTER(" + "(" * 400 + "1" + ")" * 400 + ") }"), {}, ""),
    "service": ("GET", _query("ASK { SERVICE <http://example.org/> { ?a ?b ?c } }"), {}, ""),
    "past its time": (
        "GET",
        _query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout="0.3"),
        {},
        "",
    ),
    "not acceptable": ("GET", _query(_FEW), {"Accept": "image/png"}, ""),
    "no coding": ("GET", _query(_FEW), {"Accept-Encoding": "identity;q=0, gzip;q=0"}, ""),
    "not a Query-Id": ("GET", _query(_FEW), {"Query-Id": "no"}, ""),
    "not UTF-8": ("GET", "/sparql?query=%FF", {}, ""),
    "graphs": ("GET", _query(_FEW, **{"default-graph-uri": "http://example.org/"}), {}, ""),
    "the same again": ("GET", _query(_FEW), {"If-None-Match": "*"}, ""),
    "another than is here": ("GET", _query(_FEW), {"If-Match": '"x"'}, ""),
    "searched": (
        "GET",
        _query(
            "PREFIX o: <https://w3id.org/ogpld/ns#> SELECT ?c { ?c <http://www.w3.org/2000/01/rdf-schema#label>"
            ' ?l FILTER(o:search(?l, "open data")) } ORDER BY ?c LIMIT 3'
        ),
        {},
        "",
    ),
    **{
        f"document as {form}": ("GET", f"{_THING}.{form}", {}, "")
        for form in ("ttl", "nt", "rdf", "jsonld", "json", "trig", "png")
    },
    "document": ("GET", _THING, {"Accept": "application/ld+json"}, ""),
    "its shape": ("GET", f"{_THING}?_profile=expanded&_mediatype=application/ld%2Bjson", {}, ""),
    "its head": ("HEAD", f"{_THING}.ttl", {}, ""),
    "as it was": ("GET", _THING, {"Accept-Datetime": "Thu, 01 Jan 2026 00:00:00 GMT"}, ""),
    "its parameter": ("GET", f"{_THING}.ttl?unheard=of", {}, ""),
    "not changed": ("GET", f"{_THING}.nt", {"If-None-Match": "*"}, ""),
    "a part": ("GET", f"{_THING}.nt", {"Range": "bytes=0-9"}, ""),
    "a large document": ("GET", "/doc/member/EST.ttl", {"Accept-Encoding": "gzip"}, ""),
    "no document": ("GET", "/doc/commitment/XX9999.ttl", {}, ""),
    "no class": ("GET", "/doc/nothing/EE0050.ttl", {}, ""),
    "no key": ("GET", "/doc/commitment/%00.ttl", {}, ""),
    "thing": ("GET", "/id/commitment/EE0050", {"Accept": "text/turtle"}, ""),
    "thing with a query": ("GET", "/id/commitment/EE0050?a=b", {}, ""),
    "no thing": ("GET", "/id/commitment/XX9999", {}, ""),
    **{
        f"question as {form}": ("GET", f"/queries/{_QUESTION}.{form}", {}, "")
        for form in ("json", "csv", "rq", "xlsx", "nothing")
    },
    "question": ("GET", f"/queries/{_QUESTION}?member=EST", {"Accept": "text/csv"}, ""),
    "its parameters": ("GET", f"/queries/{_QUESTION}.csv?member=Atlantis&unheard=of", {}, ""),
    "no question": ("GET", "/queries/none.csv", {}, ""),
    "questions": ("GET", "/queries", {"Accept": "text/html"}, ""),
    "posted document": ("POST", _THING, {"Content-Type": _FORM}, "a=b"),
}
#: What only a connection has, and what a client has left, which an answer from memory says nothing of.
_OTHERS = {
    "date",
    "connection",
    "keep-alive",
    "ratelimit",
    "ratelimit-policy",
    "x-request-id",
    "server-timing",
}
#: Requests that Flask answers in a thread.
_OF_FLASK = {
    "options",
    "delete",
    "put",
    "description",
    "as it was",
    "questions",
    "posted document",
}


@pytest.fixture(scope="module")
def flask_way(home: Path) -> Iterator[ResponseCache]:
    """The application as Flask answers, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(home, query_deadline=2, query_memory=300_000_000).items():
            patch.setenv(name, value)
        application = create_wsgi_application(load_settings(file=Path("/dev/null")))
    yield application
    application.current_release.close()


def _headers(pairs: Any) -> list[tuple[str, str]]:
    return sorted((n.lower(), v) for n, v in pairs if n.lower() not in _OTHERS)


@pytest.mark.parametrize("name", REQUESTS)
def test_both_ways_give_the_same(name: str, server: Server, flask_way: ResponseCache) -> None:
    """Each request once over the event loop and once over Flask, neither from memory."""
    method, path, headers, body = REQUESTS[name]
    headers = {"Accept-Encoding": "identity", **headers}
    address = urlsplit(server.url)
    with closing(HTTPConnection(address.hostname or "", address.port, timeout=30)) as connection:
        connection.request(method, path, body or None, headers)
        short = connection.getresponse()
        content = short.read()
    flask = Client(flask_way).open(
        path,
        method=method,
        headers=headers,
        data=body or None,
        environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
    )
    assert short.status == flask.status_code
    assert _headers(short.getheaders()) == _headers(flask.headers)
    assert content == flask.data


def test_what_is_asked_most_goes_the_short_way() -> None:
    """All but pages, and what is hardly asked."""
    flask = create_app(load_settings(file=Path("/dev/null")))
    short_way = PlainApplication(flask.url_map, flask.callers)
    environs = {
        name: EnvironBuilder(path, method=method, headers=list(headers.items())).get_environ()
        for name, (method, path, headers, _) in REQUESTS.items()
    }
    elsewhere = {name for name, environ in environs.items() if not short_way.view_call(environ)}
    assert elsewhere == _OF_FLASK
    for environ in environs.values():
        for accept in ("text/html,*/*;q=0.8", "Text/HTML"):
            assert short_way.view_call(environ | {"HTTP_ACCEPT": accept}) is None
