"""`/context…`, `/frame/{class}.jsonld`, `/schema/{class}.json`: what a program needs to rely on our JSON."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ogpld.formats.negotiation import Offer
from ogpld.model.json_schema import schema_of, write_schema
from ogpld.release.context_archive import kept_context
from ogpld.web.documents.frame_links import SCHEMA, _frame_link, _schema_link, _serving, find_frame
from ogpld.web.http.caching import keep
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import IMMUTABLE, LIVE, respond

routes = Blueprint("framing", __name__)

#: The media types of a context and of a frame say what they are (JSON-LD 1.1 appendix C, Framing B).
CONTEXT = Offer("jsonld", "application/ld+json", profile="context")
FRAME = Offer("jsonld", "application/ld+json", profile="frame")


@routes.get("/context.jsonld")
def context() -> Response:
    """Answer with the JSON-LD context of the release in service."""
    current = _serving()
    response = _send(current.context.document, CONTEXT, [])
    response.headers["Content-Location"] = current.context.address("/context.jsonld")
    return response


@routes.get("/context/<digest>.jsonld")
def context_version(digest: str) -> Response:
    """Answer with the context of that digest: it never changes, and stays when the model moves on."""
    current = _serving()
    document = (
        current.context.document
        if digest == current.context.digest
        else kept_context(current.settings.home, digest)
    )
    if document is None:
        raise Problem(
            "not-found", f"There is no context {digest[:40]}.", "/context.jsonld is today's"
        )
    return _send(document, CONTEXT, [], IMMUTABLE)


@routes.get("/frame/<name>.jsonld")
def frame(name: str) -> Response:
    """Answer with the frame of a class."""
    found = find_frame(name, "not-found")
    body = found.document(f"{_serving().iris.base}context.jsonld")
    return _send(body, FRAME, [_schema_link(found)])


@routes.get("/schema/<name>.json")
def schema(name: str) -> Response:
    """Answer with the JSON Schema of what the frame of a class makes."""
    found, current = find_frame(name, "not-found"), _serving()
    body = write_schema(schema_of(found, current.model, current.iris.base))
    return _send(body, SCHEMA, [_frame_link(found)])


def _send(body: bytes, offer: Offer, links: list[str], caching: str = LIVE) -> Response:
    keep(request.environ)
    return respond(body, offer, negotiated=False, links=links, caching=caching)
