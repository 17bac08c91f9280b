"""`/errors` and `/errors/{code}`: what each error means and what to do, as a page and as JSON.

The address of a code is the `type` of its problem documents (RFC 9457 section 3.1.1).
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint

from ogpld.errors import ERRORS, ErrorCode
from ogpld.formats import media
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, choose, respond
from ogpld.web.pages.templates import render

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_OFFERS = (HTML, media.offer_of(media.JSON))


@routes.get("/errors")
def error_codes(request: ReleaseRequest) -> Response:
    """Answer with the table of errors."""
    offer, negotiated = choose(request, _OFFERS)
    body = (
        render(request, "errors.html", errors=list(ERRORS.values()))
        if offer is HTML
        else _json({"errors": [_fields(request, error) for error in ERRORS.values()]})
    )
    request.state.cacheable = True
    return respond(request, body.encode(), offer, negotiated=negotiated)


@routes.get("/errors/<code>")
def error_code(request: ReleaseRequest, code: str) -> Response:
    """Answer with what one error means.

    Raises:
        Problem: 404 for an unknown code.
    """
    error = ERRORS.get(code)
    if error is None:
        raise Problem("not-found", f"There is no error {code[:80]!r}.", "see the list at /errors")
    offer, negotiated = choose(request, _OFFERS)
    body = (
        render(request, "error_code.html", error=error)
        if offer is HTML
        else _json(_fields(request, error))
    )
    request.state.cacheable = True
    return respond(
        request, body.encode(), offer, negotiated=negotiated, links=['</errors>; rel="up"']
    )


def _fields(request: ReleaseRequest, error: ErrorCode) -> dict[str, Any]:
    """Return an error with the members of problem documents where they mean the same."""
    return {
        "type": request.address(error.path),
        "code": error.code,
        "status": error.status,
        "meaning": request.sentence(error.meaning),
        "remedy": request.sentence(error.remedy),
    }


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
