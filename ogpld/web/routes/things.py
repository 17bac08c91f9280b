"""`/id/…` and `/doc/…`: things redirect to documents, documents come in every form.

The release is that of the request: the one in service, or a kept one (`past.py`).
"""

from __future__ import annotations

from flask import Blueprint

from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.answer_document import (
    answer_document,
    meant_path,
    no_document,
    require_thing,
)
from ogpld.web.http.http_messages import Response
from ogpld.web.http.redirects import moved
from ogpld.web.lists.answer_list import answer_list

routes = Blueprint(__name__.rpartition(".")[2], __name__)


@routes.get("/id/<segment>/<key>")
def thing(request: ReleaseRequest, segment: str, key: str) -> Response:
    """Redirect from a thing to its document with 303 (httpRange-14)."""
    path = f"/doc/{segment}/{key}"
    require_thing(request, path, segment, key)
    request.state.cacheable = True
    return moved(request, path, 303, caching="public, max-age=300")


@routes.get("/doc/<segment>/<name>")
def document(request: ReleaseRequest, segment: str, name: str) -> Response:
    """Answer with the document of a thing."""
    return answer_document(request, segment, name)


@routes.get("/doc/<segment>")
def listing(request: ReleaseRequest, segment: str) -> Response:
    """Answer with the list of a class's things, page by page."""
    name, _, suffix = segment.partition(".")
    if name not in request.release.model.by_segment:
        raise no_document(f"/doc/{segment}", meant_path(request.release, name))
    return answer_list(request, name, suffix)
