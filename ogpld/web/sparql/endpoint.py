"""`/sparql`: the SPARQL 1.1 Protocol, and the service description.

The query never runs here: it goes to the pool as text and comes back as bytes. What is known not to have
changed is not asked again (`asking.py`), and a query can be ended at its own address (`running.py`).
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from ogpld.formats import FORMATS, Statements
from ogpld.formats.negotiation import HEADER_LIMIT, Offer, negotiate
from ogpld.formats.profiles import PLAIN
from ogpld.stores.fingerprint import fingerprint
from ogpld.web.current.request import caching_of, serving
from ogpld.web.http.caching import keep
from ogpld.web.http.jsonld_profile import shaped
from ogpld.web.http.preconditions import has_it
from ogpld.web.http.problems import NotAcceptableError, Problem
from ogpld.web.http.responses import HTML, OFFERS, choose, respond, suffix_of
from ogpld.web.sparql import protocol
from ogpld.web.sparql.callers import Asked, asking
from ogpld.web.sparql.forms import ResultForm, graph_form
from ogpld.web.sparql.protocol import GRAPHS, SOLUTIONS, WRITTEN, Parameters, choose_form
from ogpld.web.sparql.query_page import query_page
from ogpld.web.sparql.running import is_id
from ogpld.web.sparql.service_description import description_triples

routes = Blueprint("sparql", __name__)

_Choices = dict[str, ResultForm]

METHODS = ("GET", "POST", "QUERY", "DELETE")


@routes.route("/sparql", methods=METHODS)
@routes.route("/query", methods=METHODS)
def endpoint() -> Response:
    """Answer a query, end one, or describe the service when there is none."""
    parameters = protocol.read_parameters()
    texts = parameters.get("query", [])
    if len(texts) > 1:
        raise Problem("query-repeated", "query is given more than once.", "send one query")
    if request.method == "DELETE":
        return _end_text(texts)
    if not texts:
        if request.method not in {"GET", "HEAD"}:
            raise Problem("query-missing", "There is no query.", "send query=… or the text")
        return _describe()
    if _wants_page(parameters):
        return query_page(texts[0], parameters)
    return _answer(texts[0], parameters)


@routes.delete("/sparql/<name>")
@routes.delete("/query/<name>")
def end_named(name: str) -> Response:
    """End the query that was sent with this Query-Id."""
    return _ended(asking().running.end_named(name))


def _end_text(texts: list[str]) -> Response:
    """End the caller's running queries of a text."""
    if not texts:
        raise Problem(
            "query-missing",
            "DELETE does not say which query is to end.",
            "use the address it was asked at, or /sparql/{Query-Id}",
        )
    found = asking()
    return _ended(found.running.end(found.client, fingerprint(texts[0]).text))


def _ended(number: int) -> Response:
    if not number:
        raise Problem("not-running", "No such query of yours is running.")
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def _answer(text: str, parameters: Parameters) -> Response:
    """Run a query, or repeat what is known of it, in the form asked for."""
    if (name := request.headers.get("Query-Id")) is not None and not is_id(name):
        raise Problem("query-id", "Query-Id is not 16 to 64 letters, digits or hyphens.")
    current = serving()
    choices = {
        "solutions": ResultForm(*choose_form(parameters, SOLUTIONS)),
        "graph": graph_form(parameters, current),
    }
    solutions, graph = choices["solutions"].offer, choices["graph"].offer
    forms = (
        solutions.name if solutions else "json",
        WRITTEN.get(graph.name, graph.name) if graph else "ttl",
    )
    asked = asking().read(protocol.read_query(text, parameters, forms, current.iris.base), current)
    kind = asked.kind
    if kind:
        _acceptable(choices, kind)
        etag = asked.etag(choices[kind].tag)
        if etag and request.method != "POST" and has_it(request.environ, etag):
            return _result(b"", choices, kind, asked)
    answer = asking().answer(asked, current)
    kind = "graph" if answer.kind == "graph" else "solutions"
    offer = _acceptable(choices, kind)
    body = choices[kind].write(answer.body, current) if offer.name == "jsonld" else answer.body
    return _result(body, choices, kind, asked)


def _result(body: bytes, choices: _Choices, kind: str, asked: Asked) -> Response:
    """Return the answer; one that others may get as well has an ETag and may be kept."""
    offer, form = _acceptable(choices, kind), choices[kind]
    etag = asked.etag(form.tag) if request.method != "POST" else ""
    if etag and request.method == "GET":
        keep(request.environ)
    caching = caching_of(offer) if etag else "no-store"
    return respond(
        body, offer, negotiated=form.negotiated, caching=caching, etag=etag, links=form.links
    )


def _acceptable(choices: _Choices, kind: str) -> Offer:
    """Return the form for a kind of result.

    Raises:
        NotAcceptableError: listing what there is.
    """
    offer = choices[kind].offer
    if offer is None:
        raise NotAcceptableError(GRAPHS if kind == "graph" else SOLUTIONS)
    return offer


def _describe() -> Response:
    """Answer a bare GET: the page for browsers, the service description for programs."""
    offer, negotiated = choose(OFFERS, names=protocol.NAMES, profiles=PLAIN)
    if offer is HTML:
        return query_page("", {})
    current = serving()
    iri = current.iris.base + current.iris.endpoint[1:]
    triples = sorted(description_triples(current), key=str)
    statements = Statements(triples, iri, current.context, f"{current.iris.base}context.jsonld")
    form = next(f for f in FORMATS if f.name == suffix_of(offer))
    keep(request.environ)
    body = form.write(shaped(statements, offer))
    return respond(body, offer, negotiated=negotiated, caching=caching_of(offer))


def _wants_page(parameters: Parameters) -> bool:
    """Say whether a browser asks: HTML preferred and no form named."""
    named = [value for name in protocol.NAMES for value in parameters.get(name, ())]
    if named:
        return "html" in named
    header = (request.headers.get("Accept") or "")[:HEADER_LIMIT]
    return negotiate(header, (*SOLUTIONS, *GRAPHS, HTML)) is HTML
