"""`POST /mcp`: the Model Context Protocol over HTTP, without sessions (2026-07-28, "Streamable HTTP").

One request is one message and its answer one JSON object; nothing is streamed and nothing remembered. Who
may ask from a browser is looked at first: a page that has itself resolved to this machine is refused
("Streamable HTTP", Security & Endpoint).
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from ogpld.agents.agent_messages import (
    INTERNAL_ERROR,
    METHOD_NOT_FOUND,
    MirrorHeaders,
    Reply,
    reply_to,
)
from ogpld.errors import ServiceFailedError
from ogpld.formats import media
from ogpld.formats.negotiation import negotiate
from ogpld.setting_addresses import web_origin
from ogpld.stores import Answer, Query
from ogpld.web.agents.toolbox import toolbox
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.body_coding import require_plain
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import NotAcceptableError, Problem
from ogpld.web.sparql.callers import QueryCallers
from ogpld.web.sparql.protocol import body_bytes
from ogpld.web.sparql.running import is_id

_JSON = media.offer_of(media.JSON)


def answer_message(request: ReleaseRequest, callers: QueryCallers) -> Response:
    """Answer one message.

    Raises:
        Problem: 403 for a page of elsewhere, 406 and 415 for another form, 400 for a Query-Id that is none.
    """
    _check_origin(request)
    require_plain(request)
    if request.mimetype != media.JSON.type:
        kind = request.mimetype or "a body without type"
        raise Problem("media-type", f"{kind[:80]} is not read.", f"send {media.JSON.type}")
    if negotiate(request.headers.get("Accept"), (_JSON,)) is None:
        raise NotAcceptableError((_JSON,))
    if (name := request.headers.get("Query-Id")) is not None and not is_id(name):
        raise Problem("query-id", "Query-Id is not 16 to 64 letters, digits or hyphens.")

    def run(query: Query) -> Answer:
        answer = callers.answer(request, callers.read(request, query))
        if request.state.failed_services:  # a result has no place to say what was passed over
            endpoint = request.state.failed_services[0]
            message = f"{endpoint}, which SERVICE SILENT names, gave no answer"
            raise ServiceFailedError(message, endpoint=endpoint, hint="ask again later")
        return answer

    headers = MirrorHeaders(*(request.headers.get(name) for name in MIRRORED))
    body = request.read(body_bytes(request.release.settings))
    reply = reply_to(body, toolbox(request.release, run), headers)
    response = Response(reply.body, _status(reply), content_type=_JSON.media_type)
    response.headers["Cache-Control"] = "no-store"
    if reply.message is None:
        del response.headers["Content-Type"]
    return response


#: Headers that repeat what a message says, for those who pass it on.
MIRRORED = ("MCP-Protocol-Version", "Mcp-Method", "Mcp-Name")


def _status(reply: Reply) -> int:
    """Return the status of a reply ("Streamable HTTP", Protocol Version Header, Server Validation)."""
    if reply.message is None:
        return 202
    if reply.error == INTERNAL_ERROR:
        return 500
    if not reply.error or (reply.legacy and reply.message["id"] is not None):
        return 200
    return 404 if reply.error == METHOD_NOT_FOUND else 400


def _check_origin(request: ReleaseRequest) -> None:
    """Refuse a page that is not of this site, of the caller's own machine, or of a site that is set."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    current = request.release
    allowed = {web_origin(current.iris.base), *current.settings.mcp_origins.split()}
    if origin not in allowed and not _is_loopback(origin):
        raise Problem(
            "origin",
            f"Pages of {origin[:100]!r} may not ask here.",
            "ask from a program, or have the operator name the page's origin in mcp_origins",
        )


def _is_loopback(origin: str) -> bool:
    """Say whether an origin is a page of the caller's own machine."""
    try:
        host = urlsplit(origin).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
