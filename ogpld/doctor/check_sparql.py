"""Does the endpoint speak the protocol (SPARQL 1.1 Protocol and Service Description)?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from rdflib import URIRef

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.check_errors import problem
from ogpld.doctor.client import ABSENT, Response
from ogpld.doctor.server_map import BROWSER, RESULTS, ExaminedServer
from ogpld.doctor.terms import RDF, SD

_SELECT = "SELECT (1 AS ?one) {}"
_CONSTRUCT = "CONSTRUCT { <urn:ogpld:s> <urn:ogpld:p> ?o } { VALUES ?o { 1 } }"
_NOWHERE = "SERVICE {silent}<http://127.0.0.1:9/ogpld-doctor> {{ ?s ?p ?o }}"
#: More rows than small servers give, few enough to be no burden.
_ROWS = 10_001


def _endpoint(site: ExaminedServer) -> str:
    if not site.sparql:
        raise NotApplicableError("no SPARQL endpoint was found; name one with --sparql")
    return site.sparql


def _rows(reply: Response) -> int | None:
    try:
        return len(json.loads(reply.body)["results"]["bindings"])
    except (ValueError, KeyError, TypeError):
        return None


def result_forms(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Rows come as JSON, XML, CSV and TSV; graphs as Turtle and N-Triples."""
    url = _endpoint(site)
    for text, types in (
        (
            _SELECT,
            (RESULTS, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"),
        ),
        (_CONSTRUCT, ("text/turtle", "application/n-triples")),
    ):
        for media_type in types:
            reply = site.query(url, text, media_type)
            if not reply.ok or reply.type != media_type:
                yield CheckFailure(reply, f"asked for {media_type}, gives {reply.status_line}")


def default_forms(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Who names no type gets JSON for rows and Turtle for graphs."""
    url = _endpoint(site)
    for accept in ("*/*", ABSENT):
        for text, expected in ((_SELECT, RESULTS), (_CONSTRUCT, "text/turtle")):
            reply = site.query(url, text, accept)
            if not reply.ok or reply.type != expected:
                yield CheckFailure(reply, f"gives {reply.status_line}, not {expected}")


def protocol_methods(site: ExaminedServer) -> Iterator[CheckFailure]:
    """GET, POST of a form and POST of the query answer alike."""
    url = _endpoint(site)
    expected = site.query(url, _SELECT)
    for kind, data in (
        ("application/x-www-form-urlencoded", urlencode({"query": _SELECT})),
        ("application/sparql-query", _SELECT),
    ):
        reply = site.client.ask("POST", url, {"Accept": RESULTS, "Content-Type": kind}, data)
        if not reply.ok or _rows(reply) != 1 or _rows(expected) != 1:
            yield CheckFailure(reply, f"POST of {kind} gives {reply.status_line}")


def service_description(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A bare GET describes the service; a browser gets a page."""
    url = _endpoint(site)
    for accept in ("text/turtle", "*/*"):
        reply = site.client.get(url, accept)
        try:
            graph = site.graph(reply)
        except reading.UnreadableError as reason:
            yield CheckFailure(
                reply, f"a bare GET with Accept: {accept} is no description: {reason}"
            )
            continue
        services = list(graph.subjects(RDF.type, SD.Service))
        if not services:
            yield CheckFailure(reply, "the description has no sd:Service")
        elif not list(graph.objects(services[0], SD.endpoint)):
            yield CheckFailure(reply, "the description does not name the endpoint (sd:endpoint)")
    page = site.client.get(url, BROWSER)
    if not page.ok or page.type != "text/html":
        yield CheckFailure(page, f"a browser gets {page.status_line}")


def federation_feature(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The description does not promise federation that is refused."""
    reply = site.client.get(_endpoint(site), "text/turtle")
    try:
        graph = site.graph(reply)
    except reading.UnreadableError as reason:
        raise NotApplicableError("the endpoint has no description") from reason
    response = site.query(site.sparql, "SELECT * { " + _NOWHERE.format(silent="SILENT ") + " }")
    promised = (None, SD.feature, URIRef(SD.BasicFederatedQuery)) in graph
    if promised and response.status in {400, 403}:
        yield CheckFailure(reply, "sd:BasicFederatedQuery is promised, SERVICE is refused")


def service_clause(site: ExaminedServer) -> Iterator[CheckFailure]:
    """SERVICE is refused: the server sends no requests for others."""
    url = _endpoint(site)
    for silent in ("SILENT ", ""):
        reply = site.query(url, "SELECT * { " + _NOWHERE.format(silent=silent) + " }")
        if reply.status not in {400, 403}:
            yield CheckFailure(
                reply, f"SERVICE {silent}gives {reply.status_line}, not 403: it was tried"
            )


def updates(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Nobody can write: an update, which here would change nothing, is refused."""
    url = _endpoint(site)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    direct = {"Content-Type": "application/sparql-update"}
    for reply in (
        site.query(url, "INSERT DATA {}"),
        site.client.ask("POST", url, form, urlencode({"update": "INSERT DATA {}"})),
        site.client.ask("POST", url, direct, "INSERT DATA {}"),
    ):
        if reply.status < 400 or reply.status >= 500:  # noqa: PLR2004
            yield CheckFailure(reply, f"an update gives {reply.status_line}")


def malformed_query(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A query that cannot be parsed is 400, with a problem document that says where."""
    reply = site.query(_endpoint(site), "SELECT * {\n  ?s ?p ,\n}", "application/json")
    content = problem(reply)
    if reply.status != 400:  # noqa: PLR2004
        yield CheckFailure(reply, f"a malformed query gives {reply.status_line}, not 400")
    elif content is None:
        yield CheckFailure(reply, f"{reply.status_line} is no problem document")
    elif not content.get("line"):
        yield CheckFailure(reply, "the problem document does not say in which line")


def complete_results(site: ExaminedServer) -> Iterator[CheckFailure]:
    """An answer is complete or it is an error: none is cut silently."""
    url = _endpoint(site)
    reply = site.query(url, f"SELECT ?a ?b {{ ?a ?p ?x . ?b ?q ?y }} LIMIT {_ROWS}")
    rows = _rows(reply)
    if reply.ok and rows is None:
        yield CheckFailure(reply, "200, and the body breaks off")
    elif reply.ok and rows != _ROWS:
        few = site.query(url, "ASK { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } FILTER(?n > 100) }")
        if b"true" in few.body:
            yield CheckFailure(reply, f"200 with {rows} rows of {_ROWS}")
    elif not reply.ok and reply.status not in {413, 429, 503}:
        yield CheckFailure(reply, f"an answer past a limit gives {reply.status_line}")


def long_query(site: ExaminedServer) -> Iterator[CheckFailure]:
    """A query that is absurdly long is refused, not tried."""
    text = "ASK { VALUES ?x { " + "1 " * 50_000 + "} }"
    headers = {"Accept": RESULTS, "Content-Type": "application/sparql-query"}
    reply = site.client.ask("POST", _endpoint(site), headers, text)
    if reply.status not in {400, 413, 414}:
        yield CheckFailure(reply, f"a query of 100 kB gives {reply.status_line}, not 413")


def answer_caching(site: ExaminedServer) -> Iterator[CheckFailure]:
    """An answer has an ETag, differs with Accept, and is 304 for who has it."""
    reply = site.query(_endpoint(site), _SELECT)
    tag = reply.headers.get("etag", "")
    if "accept" not in reply.headers.get("vary", "").lower():
        yield CheckFailure(reply, f"Vary is {reply.headers.get('vary', 'absent')}: Accept decided")
    if not tag:
        yield CheckFailure(reply, "no ETag")
        return
    again = site.client.get(reply.url, RESULTS, if_none_match=tag)
    if again.status != 304:  # noqa: PLR2004
        yield CheckFailure(again, f"If-None-Match gives {again.status_line}, not 304")


def unknown_parameters(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Parameters old clients send are taken or passed over, never refused."""
    url = _endpoint(site)
    for extra in ("format=json&output=json&results=json", "infer=false&queryLn=sparql&debug=on"):
        reply = site.client.get(f"{url}?query={quote(_SELECT)}&{extra}", RESULTS)
        if not reply.ok or _rows(reply) != 1:
            yield CheckFailure(reply, f"with {extra} gives {reply.status_line}")


_PROTOCOL = "SPARQL 1.1 Protocol 2.1"
_CONTRACT = "/docs/contract#sparql"
CHECKS = (
    Check(
        "sparql.forms", "results in every standard form", "SPARQL 1.1 Protocol 2.1.6", result_forms
    ),
    Check("sparql.default", "JSON and Turtle unless asked", _CONTRACT, default_forms),
    Check("sparql.methods", "GET and both kinds of POST", _PROTOCOL, protocol_methods),
    Check(
        "sparql.description",
        "a bare GET describes the service",
        "Service Description 2",
        service_description,
    ),
    Check(
        "sparql.promise",
        "federation is not promised in vain",
        "Service Description 3.2",
        federation_feature,
    ),
    Check("sparql.service", "SERVICE is refused", "/docs/contract#errors", service_clause),
    Check("sparql.read-only", "updates are refused", "/docs/contract#errors", updates),
    Check(
        "sparql.malformed",
        "what is malformed is 400 with a line",
        "SPARQL 1.1 Protocol 2.1.7",
        malformed_query,
    ),
    Check(
        "sparql.complete",
        "an answer is complete or an error",
        "/docs/contract#completeness",
        complete_results,
    ),
    Check("sparql.long", "an absurd query is refused", _CONTRACT, long_query),
    Check(
        "sparql.caching", "answers can be kept", "RFC 9111; /docs/contract#caching", answer_caching
    ),
    Check(
        "sparql.parameters", "clients' other parameters do no harm", _CONTRACT, unknown_parameters
    ),
)
