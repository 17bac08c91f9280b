"""`/sparql`: the SPARQL 1.1 Protocol, its service description, and a form that needs no script.

The query never runs here: it goes to the pool as text and comes back as bytes.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_plus

from flask import Blueprint, Response, render_template, request

from ogpld.errors import OgpldError, QueryError, QueryForbiddenError, QuerySyntaxError
from ogpld.formats import FORMATS, Statements
from ogpld.formats.jsonld import write_graph_jsonld
from ogpld.formats.negotiation import HEADER_LIMIT, Offer, by_name, negotiate
from ogpld.rdf import PREFIXES, parse_quads
from ogpld.stores import Answer, Query
from ogpld.web.front import keep
from ogpld.web.negotiated import HTML, OFFERS, choose, respond, suffix_of
from ogpld.web.problems import NotAcceptableError, Problem
from ogpld.web.resource import serving
from ogpld.web.servicedescription import description_triples
from ogpld.web.view import local_path

routes = Blueprint("sparql", __name__)

_SOLUTIONS = (
    Offer("json", "application/sparql-results+json", ("application/json",), ("srj",)),
    Offer("xml", "application/sparql-results+xml", ("application/xml", "text/xml"), ("srx",)),
    Offer("csv", "text/csv"),
    Offer("tsv", "text/tab-separated-values"),
)
_GRAPHS = tuple(
    Offer(f.name, f.media_type, f.aliases, ("turtle",) if f.name == "ttl" else ()) for f in FORMATS
)
_NAMES = ("format", "output", "results")
_DIRECT = "application/sparql-query"
_FORM = "application/x-www-form-urlencoded"

EXAMPLE = """\
PREFIX ogpld: <https://w3id.org/ogpld/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>

SELECT ?commitment ?title ?completion WHERE {
  ?commitment a ogpld:Commitment ; dcterms:title ?title .
  OPTIONAL { ?commitment ogpld:completion ?completion }
}
ORDER BY ?commitment
LIMIT 50
"""


@routes.route("/sparql", methods=["GET", "POST"])
@routes.route("/query", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query, or describe the service when there is none."""
    parameters = _parameters()
    texts = parameters.get("query", [])
    if "update" in parameters:
        raise QueryForbiddenError("this endpoint is read-only", hint="send a query, not an update")
    if not texts:
        if request.method == "POST":
            raise Problem(400, "query-missing", "There is no query.", "send query=… or the text")
        return _describe()
    if len(texts) > 1:
        raise Problem(400, "query-repeated", "query is given more than once.", "send one query")
    if _wants_page(parameters):
        return _page(texts[0], parameters)
    return _answer(texts[0], parameters)


def _parameters() -> dict[str, list[str]]:
    """Return the protocol's parameters from the address and the body.

    Raises:
        Problem: 415 for another body type, 400 for text that is not UTF-8.
    """
    found = {name: list(values) for name, values in request.args.lists()}
    if request.method != "POST":
        return found
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, "content-encoding", "Compressed requests are not read.", "send it plain")
    kind = request.mimetype
    body = request.get_data(cache=True)
    if kind == _DIRECT:
        found.setdefault("query", []).append(_utf8(body))
    elif kind == "application/sparql-update":
        raise QueryForbiddenError("this endpoint is read-only", hint=f"send {_DIRECT}")
    elif kind == _FORM:
        for pair in _utf8(body).split("&"):
            name, _, value = pair.partition("=")
            if name:
                found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    elif body:
        raise Problem(
            415,
            "media-type",
            f"{kind or 'a body without type'} is not read.",
            f"send {_FORM} or {_DIRECT}",
        )
    return found


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "not-utf-8", "The request is not UTF-8.") from error


def _query(text: str, parameters: dict[str, list[str]], forms: tuple[str, str]) -> Query:
    deadline = None
    for given in parameters.get("timeout", []):
        try:
            deadline = float(given)
        except ValueError:
            deadline = None
    if deadline is not None and not deadline > 0:
        deadline = None
    return Query(
        text,
        forms,
        tuple(parameters.get("default-graph-uri", ())),
        tuple(parameters.get("named-graph-uri", ())),
        deadline,
    )


def _choose(
    parameters: dict[str, list[str]], offers: tuple[Offer, ...]
) -> tuple[Offer | None, bool]:
    """Return the form for one kind of result; names that fit no form of that kind are passed over."""
    named = [value for name in _NAMES for value in parameters.get(name, [])]
    for value in named:
        found = by_name(value, offers)
        if found is not None:
            return found, False
    if named and any(by_name(v, (*_SOLUTIONS, *_GRAPHS)) for v in named):
        return offers[0], False
    header = request.headers.get("Accept")
    if header is not None and len(header) > HEADER_LIMIT:
        raise Problem(431, "header-too-large", f"Accept is longer than {HEADER_LIMIT} bytes")
    return negotiate(header, offers), True


def _answer(text: str, parameters: dict[str, list[str]]) -> Response:
    """Run a query and send the result as it came from the worker."""
    solutions, by_header = _choose(parameters, _SOLUTIONS)
    graph, _ = _choose(parameters, _GRAPHS)
    if solutions is None and graph is None:
        raise NotAcceptableError((*_SOLUTIONS, *_GRAPHS))
    graph_form = "nt" if graph is not None and graph.name == "jsonld" else None
    forms = (
        solutions.name if solutions else "json",
        graph_form or (graph.name if graph else "ttl"),
    )
    answer = serving().store.answer(_query(text, parameters, forms))
    offer = graph if answer.kind == "graph" else solutions
    if offer is None:
        raise NotAcceptableError(_GRAPHS if answer.kind == "graph" else _SOLUTIONS)
    body = answer.body
    if answer.kind == "graph" and offer.name == "jsonld":
        body = _as_jsonld(answer)
    if request.method == "GET":
        keep(request.environ)
        return respond(body, offer, negotiated=by_header, caching="public, max-age=60")
    return respond(body, offer, negotiated=by_header, caching="no-store")


def _as_jsonld(answer: Answer) -> bytes:
    """Return a graph result as JSON-LD compacted with our context."""
    current = serving()
    triples = sorted({quad.triple for quad in parse_quads(answer.body, "nt")}, key=str)
    iri = f"{current.iris.base}context.jsonld"
    return write_graph_jsonld(Statements(triples, "", current.context, iri))


def _describe() -> Response:
    """Answer a bare GET: the form for browsers, the service description for programs."""
    offer, negotiated = choose(OFFERS, names=_NAMES)
    if offer is HTML:
        return _page("", {})
    current = serving()
    iri = f"{current.iris.base}sparql"
    triples = sorted(description_triples(current), key=str)
    statements = Statements(triples, iri, current.context, f"{current.iris.base}context.jsonld")
    form = next(f for f in FORMATS if f.name == suffix_of(offer))
    keep(request.environ)
    return respond(form.write(statements), offer, negotiated=negotiated)


def _wants_page(parameters: dict[str, list[str]]) -> bool:
    """Say whether a browser asks: HTML preferred and no form named."""
    if any(parameters.get(name) for name in _NAMES):
        return "html" in {v for name in _NAMES for v in parameters.get(name, [])}
    header = (request.headers.get("Accept") or "")[:HEADER_LIMIT]
    return negotiate(header, (*_SOLUTIONS, HTML)) is HTML


def _page(text: str, parameters: dict[str, list[str]]) -> Response:
    """Return the form, with the result of the query as a table."""
    current = serving()
    settings = current.settings
    shown: dict[str, Any] = {}
    status = 200
    if text:
        try:
            answer = current.store.answer(_query(text, parameters, ("json", "ttl")))
            shown = _result(answer)
        except (QueryError, OgpldError) as error:
            status = error.status
            shown = {"error": error}
            if isinstance(error, QuerySyntaxError):
                shown |= {"line": error.line, "column": error.column}
    body = render_template(
        "sparql.html",
        text=text or EXAMPLE,
        prefixes=PREFIXES,
        settings=settings,
        result=shown,
    ).encode()
    response = respond(body, HTML, negotiated=True, caching="no-store")
    if response.status_code == 200:  # noqa: PLR2004
        response.status_code = status
    return response


def _result(answer: Answer) -> dict[str, Any]:
    """Return what the template shows of an answer."""
    if answer.kind == "graph":
        return {"graph": answer.body.decode(), "rows_total": answer.rows}
    content = json.loads(answer.body)
    if answer.kind == "boolean":
        return {"boolean": content["boolean"]}
    names = content["head"]["vars"]
    rows = [[row.get(name) for name in names] for row in content["results"]["bindings"]]
    for cell in (cell for row in rows for cell in row if cell and cell["type"] == "uri"):
        cell["href"] = local_path(cell["value"], serving().iris)
    return {"names": names, "rows": rows, "rows_total": answer.rows}
