"""`/sparql` and `/query`: where the SPARQL 1.1 Protocol is spoken."""

from __future__ import annotations

from flask import Blueprint

from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.routes.adapter import query_callers
from ogpld.web.sparql.endpoint import METHODS, answer_sparql, end_query

routes = Blueprint(__name__.rpartition(".")[2], __name__)


@routes.route("/sparql", methods=METHODS)
@routes.route("/query", methods=METHODS)
def endpoint(request: ReleaseRequest) -> Response:
    """Answer a query, end one, or describe the service when there is none."""
    return answer_sparql(request, query_callers())


@routes.delete("/sparql/<name>")
@routes.delete("/query/<name>")
def end_named(request: ReleaseRequest, name: str) -> Response:
    """End the query that was sent with this Query-Id."""
    del request
    return end_query(query_callers(), name)
