"""Home, health, graphs and source tables: what is about the site rather than a thing."""

from __future__ import annotations

import json
import re

from flask import Blueprint

from ogpld import __version__
from ogpld.catalogue.linkset import Link
from ogpld.formats import media
from ogpld.web.current.dataset_facts import dumps
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.answer_document import represent
from ogpld.web.documents.document import find_document
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, LIVE, OFFERS, choose, respond
from ogpld.web.lists.list_page import entry
from ogpld.web.pages.templates import render
from ogpld.web.routes.catalogue import catalogue_bytes
from ogpld.web.routes.source_tables import table_response

routes = Blueprint("site", __name__)

#: Names of graphs: of a source and one of its units.
_GRAPH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*")
#: What machines find from the home page.
_HOME = (
    Link("service", "/sparql", {"title": "SPARQL endpoint"}),
    Link("api-catalog", "/.well-known/api-catalog", {"type": media.LINKSET_JSON.type}),
    Link("describedby", "/.well-known/void", {"type": media.TURTLE.type}),
    Link("describedby", "/catalog.ttl", {"type": media.TURTLE.type}),
)


@routes.get("/")
def home(request: ReleaseRequest) -> Response:
    """Answer with the home page, or the catalogue in RDF."""
    current = request.release
    dumped = dumps(current) is not None
    offer, negotiated = choose(request, OFFERS)
    if offer is HTML:
        manifest = current.release.manifest
        lists = [
            (definition.segment, definition.label, manifest.classes.get(definition.name, 0))
            for definition in current.model.classes.values()
            if definition.segment
        ]
        body = render(
            request,
            "home.html",
            manifest=manifest,
            lists=lists,
            base=current.iris.base,
            example=entry(current, "commitment", "EE0050"),  # the one README names
            dumped=dumped,
        ).encode()
    else:
        body = catalogue_bytes(request, offer)
    if offer is HTML and dumped:  # what the catalogue lists may be still to come
        request.state.cacheable = True
    response = respond(request, body, offer, negotiated=negotiated)
    response.headers["Link"] = ", ".join(link.header() for link in _HOME)
    return response


@routes.get("/graph/<path:name>")
def graph(request: ReleaseRequest, name: str) -> Response:
    """Answer with the description of a named graph: source, page, date read, how read."""
    plain, _, suffix = name.partition(".")
    document = None
    if _GRAPH.fullmatch(plain):
        iri = request.release.iris.graph(plain).value
        document = find_document(
            request.release, f"{request.release.path_prefix}/graph/{plain}", iri
        )
    if document is None:
        raise Problem("not-found", f"There is no graph {plain}.", "see /sparql")
    return represent(request, document, suffix)


@routes.get("/source/<name>/<file>")
def source_table(request: ReleaseRequest, name: str, file: str) -> Response:
    """Answer with a source table as it was read; in HTML rows and cells have anchors."""
    return table_response(request, request.release.release, name, file, "/source", lambda _: LIVE)


@routes.get("/healthz")
def health(request: ReleaseRequest) -> Response:
    """Say which release is served and how the pool is."""
    current = request.release
    pool = current.store.status()
    body = {
        "status": "ok" if pool["ready"] else "restarting",
        "release": current.release.id,
        "digest": current.release.manifest.digest,
        "quads": current.release.manifest.quads,
        "software": __version__,
        "pool": pool,
    }
    return Response(
        json.dumps(body, indent=1) + "\n",
        200 if pool["ready"] else 503,
        content_type=media.JSON.type,
        headers={"Cache-Control": "no-store"},
    )
