"""`/context…`, `/frame/{class}.jsonld`, `/schema/{class}.json`: what a program needs to rely on our JSON."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import NAMESPACE
from ogpld.model.frames import Frame
from ogpld.model.json_schema import schema_of, write_schema
from ogpld.release.context_archive import kept_context
from ogpld.web.current.open_release import Serving
from ogpld.web.front import keep
from ogpld.web.negotiated import IMMUTABLE, LIVE, respond
from ogpld.web.problems import Problem

routes = Blueprint("framing", __name__)

#: The media types of a context and of a frame say what they are (JSON-LD 1.1 appendix C, Framing B).
CONTEXT = Offer("jsonld", "application/ld+json", profile="context")
FRAME = Offer("jsonld", "application/ld+json", profile="frame")
SCHEMA = Offer("json", "application/schema+json")


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
            404, "not-found", f"There is no context {digest[:40]}.", "/context.jsonld is today's"
        )
    return _send(document, CONTEXT, [], IMMUTABLE)


@routes.get("/frame/<name>.jsonld")
def frame(name: str) -> Response:
    """Answer with the frame of a class."""
    found = find_frame(name, 404)
    body = found.document(f"{_serving().iris.base}context.jsonld")
    return _send(body, FRAME, [_schema_link(found)])


@routes.get("/schema/<name>.json")
def schema(name: str) -> Response:
    """Answer with the JSON Schema of what the frame of a class makes."""
    found, current = find_frame(name, 404), _serving()
    body = write_schema(schema_of(found, current.model, current.iris.base))
    return _send(body, SCHEMA, [_frame_link(found)])


def find_frame(name: str, status: int) -> Frame:
    """Return the frame somebody names.

    Raises:
        Problem: of the status given, with all there are, for one there is not.
    """
    frames = _serving().frames
    found = frames.find(name)
    if found is None:
        known = list(frames.by_name)
        raise Problem(
            status,
            "not-found" if status == 404 else "frame-unknown",  # noqa: PLR2004  (Not Found)
            f"There is no frame {name[:80]!r}.",
            f"there are: {', '.join(known)}",
            available=[f"/frame/{known_name}.jsonld" for known_name in known],
        )
    return found


def frame_links(frame: Frame, *, framed: bool) -> list[str]:
    """Return Link values that lead to a frame, and to the schema that describes what it makes.

    Args:
        frame: the frame of the class.
        framed: whether the answer has its shape.
    """
    return [_frame_link(frame), *([_schema_link(frame)] if framed else ())]


def _frame_link(frame: Frame) -> str:
    return f'</frame/{frame.name}.jsonld>; rel="{NAMESPACE}frame"; type="application/ld+json"'


def _schema_link(frame: Frame) -> str:
    return f'</schema/{frame.name}.json>; rel="describedby"; type="{SCHEMA.media_type}"'


def _send(body: bytes, offer: Offer, links: list[str], caching: str = LIVE) -> Response:
    keep(request.environ)
    return respond(body, offer, negotiated=False, links=links, caching=caching)


def _serving() -> Serving:
    """Return the release in service (`resource.py` needs this module, so it is not asked)."""
    found: Serving = g.serving
    return found
