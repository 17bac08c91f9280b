"""`/context…`, `/frame/{class}.jsonld`, `/schema/{class}.json`: what a program needs to rely on our JSON."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint

from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.model.json_schema import schema_of, write_schema
from ogpld.release.context_archive import archived_context
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.frame_links import SCHEMA, find_frame, frame_link, schema_link
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import IMMUTABLE, LIVE, respond

routes = Blueprint(__name__.rpartition(".")[2], __name__)

#: The media types of a context and of a frame say what they are (JSON-LD 1.1 appendix C, Framing B).
CONTEXT, FRAME = (
    replace(media.offer_of(media.JSON_LD), profile=profile) for profile in ("context", "frame")
)


@routes.get("/context.jsonld")
def context(request: ReleaseRequest) -> Response:
    """Answer with the JSON-LD context of the release in service."""
    current = request.release
    response = _send(request, current.context.document, CONTEXT, [])
    response.headers["Content-Location"] = current.context.address("/context.jsonld")
    return response


@routes.get("/context/<digest>.jsonld")
def context_version(request: ReleaseRequest, digest: str) -> Response:
    """Answer with the context of that digest: it never changes, and stays when the model moves on."""
    current = request.release
    document = (
        current.context.document
        if digest == current.context.digest
        else archived_context(current.settings.home, digest)
    )
    if document is None:
        raise Problem(
            "not-found", f"There is no context {digest[:40]}.", "/context.jsonld is today's"
        )
    return _send(request, document, CONTEXT, [], IMMUTABLE)


@routes.get("/frame/<name>.jsonld")
def frame(request: ReleaseRequest, name: str) -> Response:
    """Answer with the frame of a class."""
    class_frame = find_frame(request.release.frames, name, "not-found")
    body = class_frame.document(request.release.iris.context)
    return _send(request, body, FRAME, [schema_link(class_frame)])


@routes.get("/schema/<name>.json")
def schema(request: ReleaseRequest, name: str) -> Response:
    """Answer with the JSON Schema of what the frame of a class makes."""
    class_frame, current = find_frame(request.release.frames, name, "not-found"), request.release
    body = write_schema(schema_of(class_frame, current.model, current.iris.base))
    return _send(request, body, SCHEMA, [frame_link(class_frame)])


def _send(
    request: ReleaseRequest, body: bytes, offer: Offer, links: list[str], caching: str = LIVE
) -> Response:
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=False, links=links, caching=caching)
