"""The vocabulary side: `/ns`, `/shapes`, `/code/…`, `/context…`, each deployment's own copy."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from ogpld.formats import FORMATS, Statements
from ogpld.formats.negotiation import Offer
from ogpld.queries import bind, load
from ogpld.rdf import CODE, NamedNode, parse_quads
from ogpld.stores import Query
from ogpld.web.documents import find_document
from ogpld.web.front import keep
from ogpld.web.negotiated import HTML, IMMUTABLE, LIVE, OFFERS, choose, respond, suffix_of
from ogpld.web.problems import Problem
from ogpld.web.resource import represent, serving
from ogpld.web.vocabulary import code_list as code_table
from ogpld.web.vocabulary import code_lists, rule_rows, shape_tables, vocabulary

routes = Blueprint("terms", __name__)

#: Forms of the ontology and the shapes; JSON-LD would need a context of its own.
_SCHEMA_OFFERS = (*(o for o in OFFERS if o.name in {"ttl", "nt", "rdf"}), HTML)


@routes.get("/ns")
@routes.get("/ns.<suffix>")
def ontology(suffix: str = "") -> Response:
    """Answer with the ontology: one document with an anchor per term."""
    return _schema("ontology", "/ns", suffix)


@routes.get("/shapes")
@routes.get("/shapes.<suffix>")
def shapes(suffix: str = "") -> Response:
    """Answer with the shapes."""
    return _schema("shapes", "/shapes", suffix)


def _schema(name: str, path: str, suffix: str) -> Response:
    current = serving()
    offer, negotiated = choose(_SCHEMA_OFFERS, suffix)
    if offer is HTML and name == "ontology":
        body = render_template("vocabulary.html", vocabulary=vocabulary(current.model)).encode()
    elif offer is HTML:
        tables = shape_tables(current.model)
        rules = rule_rows(tables, _messages())
        body = render_template("shapes.html", tables=tables, rules=rules).encode()
    else:
        graph = current.iris.graph(name).value
        query = Query(load("graph"), ("", offer.name), default_graphs=(graph,))
        body = current.store.answer(query, trusted=True).body
    keep(request.environ)
    response = respond(body, offer, negotiated=negotiated)
    if negotiated:
        response.headers["Content-Location"] = f"{path}.{offer.name}"
    response.headers["Link"] = ", ".join(
        f'<{path}.{other.name}>; rel="alternate"; type="{other.media_type}"'
        for other in _SCHEMA_OFFERS
        if other is not offer
    )
    return response


def _messages() -> Iterator[tuple[str, str, str]]:
    """Yield IRI, severity and message of every named shape."""
    current = serving()
    text = bind(load("rules"), graph=current.iris.graph("shapes"))
    answer = current.store.answer(Query(text, ("json", "")), trusted=True)
    for row in json.loads(answer.body)["results"]["bindings"]:
        severity = row.get("severity", {}).get("value", "")
        yield row["shape"]["value"], severity, row["message"]["value"]


@routes.get("/code")
def lists() -> Response:
    """Answer with the list of code lists."""
    offer, negotiated = choose((HTML,))
    body = render_template("codelists.html", lists=code_lists(serving().model)).encode()
    keep(request.environ)
    return respond(body, offer, negotiated=negotiated)


@routes.get("/code/<scheme>")
def code_list(scheme: str) -> Response:
    """Answer with a code list and all its codes."""
    name, _, suffix = scheme.partition(".")
    current = serving()
    known = current.model.schemes.get(name)
    if known is None:
        raise _unknown(scheme)
    offer, negotiated = choose(OFFERS, suffix)
    path = f"/code/{name}"
    if offer is HTML:
        body = render_template(
            "codelist.html", scheme=code_table(current.model, known), path=path
        ).encode()
    else:
        form = next(f for f in FORMATS if f.name == suffix_of(offer))
        body = form.write(_scheme_statements(known.iri))
    keep(request.environ)
    return respond(body, offer, negotiated=negotiated, path=path)


@routes.get("/code/<scheme>/<name>")
def code(scheme: str, name: str) -> Response:
    """Answer with one code."""
    notation, _, suffix = name.partition(".")
    found = None
    if scheme in serving().model.schemes:
        path = f"/code/{scheme}/{notation}"
        found = find_document(serving(), path, CODE(f"{scheme}/{notation}").value)
    if found is None:
        raise _unknown(f"{scheme}/{name}")
    return represent(found, suffix)


@routes.get("/context.jsonld")
def context() -> Response:
    """Answer with the JSON-LD context of the release in service."""
    return _context(LIVE)


@routes.get("/context/<digest>.jsonld")
def context_version(digest: str) -> Response:
    """Answer with a context that never changes; only the present one is kept here."""
    if digest != serving().context.digest:
        raise _unknown(f"context {digest}")
    return _context(IMMUTABLE)


def _context(caching: str) -> Response:
    keep(request.environ)
    offer = Offer("jsonld", "application/ld+json")
    return respond(serving().context.document, offer, negotiated=False, caching=caching)


def _scheme_statements(iri: str) -> Statements:
    """Return a whole code list: the scheme and every statement about its codes."""
    current = serving()
    text = bind(load("scheme"), scheme=NamedNode(iri))
    graph = current.iris.graph("codes").value
    query = Query(text, ("", "nt"), default_graphs=(graph,))
    body = current.store.answer(query, trusted=True).body
    triples = sorted({quad.triple for quad in parse_quads(body, "nt")}, key=str)
    return Statements(triples, iri, current.context, f"{current.iris.base}context.jsonld")


def _unknown(what: str) -> Problem:
    return Problem(404, "not-found", f"There is no {what}.", "see the code lists at /code")
