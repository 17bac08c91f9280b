"""`/sparql`: the SPARQL 1.1 Protocol, and the service description.

The query never runs here: it goes to the pool as text and comes back as bytes. What is known not to have
changed is not asked again (`callers.py`), and a query can be ended at its own address (`running.py`).
"""

from __future__ import annotations

import time
from functools import partial

from ogpld.formats import Statements, format_named
from ogpld.formats.negotiation import HEADER_LIMIT, Offer, Offers, negotiate
from ogpld.formats.profiles import PLAIN
from ogpld.rdf import canonical_triples
from ogpld.stores import GRAPH_FORMS, SOLUTION_FORMS
from ogpld.waiting import in_thread
from ogpld.web.current.request import ReleaseRequest, caching_of
from ogpld.web.http.content_coding import has_it
from ogpld.web.http.http_messages import Response
from ogpld.web.http.jsonld_profile import shaped
from ogpld.web.http.problems import NotAcceptableError, Problem
from ogpld.web.http.responses import HTML, OFFERS, choose, respond, suffix_of
from ogpld.web.sparql import protocol
from ogpld.web.sparql.added_columns import AddedColumns, read_added_columns, require_rows
from ogpld.web.sparql.callers import PreparedQuery, QueryCallers
from ogpld.web.sparql.forms import ResultForm, graph_form
from ogpld.web.sparql.permanent import cite_as
from ogpld.web.sparql.protocol import (
    GRAPHS,
    MADE,
    SOLUTIONS,
    Parameters,
    choose_form,
    graph_written,
)
from ogpld.web.sparql.query_page import query_page
from ogpld.web.sparql.row_forms import TABLES, answer_rows, form_tag, needs_terms
from ogpld.web.sparql.running import is_id
from ogpld.web.sparql.service_description import description_triples

_Choices = dict[str, ResultForm]
_WITH_PAGE = Offers((*SOLUTIONS, *GRAPHS, HTML))

METHODS = ("GET", "POST", "QUERY", "DELETE")


def answer_sparql(request: ReleaseRequest, callers: QueryCallers) -> Response:
    """Answer a query, end one, or describe the service when there is none."""
    parameters = protocol.read_parameters(request)
    texts = parameters.get("query", [])
    if len(texts) > 1:
        raise Problem("query-repeated", "query is given more than once.", "send one query")
    if request.method == "DELETE":
        return _end_text(request, callers, texts)
    if not texts:
        if request.method not in {"GET", "HEAD"}:
            raise Problem("query-missing", "There is no query.", "send query=… or the text")
        return _describe(request, callers)
    if _wants_page(request, parameters):
        return query_page(request, callers, texts[0], parameters)
    return _answer(request, callers, texts[0], parameters)


def end_query(callers: QueryCallers, name: str) -> Response:
    """End the query that was sent with a Query-Id."""
    return _ended(callers.running.end_named(name))


def _end_text(request: ReleaseRequest, callers: QueryCallers, texts: list[str]) -> Response:
    """End the caller's running queries of a text."""
    if not texts:
        raise Problem(
            "query-missing",
            "DELETE does not say which query is to end.",
            "use the address it was asked at, or /sparql/{Query-Id}",
        )
    client = callers.client(request)
    if not callers.running.has_any(client):  # a text costs time to read
        return _ended(0)
    query = protocol.read_query(texts[0], {}, (SOLUTION_FORMS[0], GRAPH_FORMS[0]), "")
    prepared = callers.read(request, query)
    return _ended(callers.running.end(client, prepared.fingerprint.text))


def _ended(number: int) -> Response:
    if not number:
        raise Problem("not-running", "No such query of yours is running.")
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def _answer(
    request: ReleaseRequest, callers: QueryCallers, text: str, parameters: Parameters
) -> Response:
    """Run a query, or repeat what is known of it, in the form asked for."""
    if (name := request.headers.get("Query-Id")) is not None and not is_id(name):
        raise Problem("query-id", "Query-Id is not 16 to 64 letters, digits or hyphens.")
    current = request.release
    added = read_added_columns(parameters)
    choices = {
        "solutions": _rows_form(request, text, parameters, added),
        "graph": graph_form(request, parameters, current),
    }
    solutions, graph = choices["solutions"].offer, choices["graph"].offer
    forms = (
        solutions.name if solutions and not choices["solutions"].rows else SOLUTION_FORMS[0],
        graph_written(graph) if graph else GRAPH_FORMS[0],
    )
    query = protocol.read_query(text, parameters, forms, current.iris.base)
    prepared = callers.read(request, query)
    kind = prepared.kind
    if kind:
        _acceptable(choices, kind)
        if kind == "graph":
            require_rows(added)
        etag = prepared.etag(choices[kind].tag)
        if etag and request.method != "POST" and has_it(request.environ, etag):
            return _result(request, b"", choices, kind, prepared, added)
    began = time.monotonic()
    answer = callers.answer(request, prepared)
    kind = "graph" if answer.kind == "graph" else "solutions"
    if answer.kind != "solutions":
        require_rows(added)
    offer = _acceptable(choices, kind)
    if answer.kind == "solutions" and choices[kind].rows:
        rows = partial(answer_rows, request, callers, prepared, answer, offer.name, added)
        answer = in_thread(partial(rows, began=began))
    elif answer.kind == "boolean" and offer.name in TABLES:
        raise NotAcceptableError([other for other in SOLUTIONS if other.name not in TABLES])
    made = kind == "graph" and offer.name in MADE
    body = answer.body
    if made:
        body = in_thread(partial(choices[kind].write, answer.body, current))
    response = _result(request, body, choices, kind, prepared, added)
    if request.state.failed_services:
        response.headers["Service-Failed"] = ", ".join(request.state.failed_services)
    return response


def _result(
    request: ReleaseRequest,
    body: bytes,
    choices: _Choices,
    kind: str,
    prepared: PreparedQuery,
    added: AddedColumns,
) -> Response:
    """Return the answer; one that others may get as well has an ETag and may be kept."""
    offer, form = _acceptable(choices, kind), choices[kind]
    etag = prepared.etag(form.tag) if request.method != "POST" else ""
    if etag and request.method == "GET":
        request.state.cacheable = True
    caching = caching_of(request, offer) if etag else "no-store"
    return respond(
        request,
        body,
        offer,
        negotiated=form.negotiated,
        caching=caching,
        etag=etag,
        links=[*form.links, *(cite_as(request.release, prepared, added) if etag else ())],
    )


def _rows_form(
    request: ReleaseRequest, text: str, parameters: Parameters, added: AddedColumns
) -> ResultForm:
    """Return the form a request wants rows in."""
    offer, negotiated = choose_form(request, parameters, SOLUTIONS)
    if offer is None or not needs_terms(offer.name, added):
        return ResultForm(offer, negotiated)
    return ResultForm(offer, negotiated, rows=form_tag(request.release, text, offer.name, added))


def _acceptable(choices: _Choices, kind: str) -> Offer:
    """Return the form for a kind of result.

    Raises:
        NotAcceptableError: listing what there is.
    """
    offer = choices[kind].offer
    if offer is None:
        raise NotAcceptableError(GRAPHS if kind == "graph" else SOLUTIONS)
    return offer


def _describe(request: ReleaseRequest, callers: QueryCallers) -> Response:
    """Answer a bare GET: the page for browsers, the service description for programs."""
    offer, negotiated = choose(request, OFFERS, names=protocol.NAMES, profiles=PLAIN)
    if offer is HTML:
        return query_page(request, callers, "", {})
    current = request.release
    iri = current.iris.base + current.iris.endpoint[1:]
    triples = canonical_triples(description_triples(current))
    statements = Statements(triples, iri, current.context, current.iris.context)
    form = format_named(suffix_of(offer))
    request.state.cacheable = True
    body = form.write(shaped(statements, offer))
    return respond(request, body, offer, negotiated=negotiated, caching=caching_of(request, offer))


def _wants_page(request: ReleaseRequest, parameters: Parameters) -> bool:
    """Say whether a browser asks: HTML preferred and no form named."""
    named = [value for name in protocol.NAMES for value in parameters.get(name, ())]
    if named:
        return "html" in named
    header = (request.headers.get("Accept") or "")[:HEADER_LIMIT]
    return negotiate(header, _WITH_PAGE) is HTML
