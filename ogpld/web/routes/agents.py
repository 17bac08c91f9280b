"""`/mcp`: where the Model Context Protocol is spoken."""

from __future__ import annotations

from flask import Blueprint

from ogpld.web.agents.agent_endpoint import answer_message
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.routes.adapter import query_callers

routes = Blueprint(__name__.rpartition(".")[2], __name__)


@routes.post("/mcp")
def endpoint(request: ReleaseRequest) -> Response:
    """Answer one message."""
    return answer_message(request, query_callers())
