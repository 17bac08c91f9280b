"""Put the application together: Flask with its routes, and what every request meets before them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app, send_from_directory
from flask.globals import request as flask_request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from ogpld.config import Settings
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.redirects import moved
from ogpld.web.http.submission import body_bytes as document_body_bytes
from ogpld.web.reconciliation.batches import BODY_BYTES
from ogpld.web.routes import (
    agents,
    catalogue,
    charts,
    citations,
    claims,
    codebook_tables,
    discovery,
    documentation,
    dumps,
    erasures,
    errors,
    feeds,
    fragments,
    harvest,
    json_shapes,
    machines,
    match,
    past,
    permanent_queries,
    queries,
    reconciliation,
    release_files,
    releases,
    search,
    site,
    sitemap,
    sparql,
    things,
    validate,
    vocabulary,
)
from ogpld.web.routes.adapter import Application, request_at_hand
from ogpld.web.routes.view_calls import check_parameters, require_coding
from ogpld.web.sparql.protocol import DIRECT, FORM
from ogpld.web.sparql.protocol import body_bytes as sparql_body_bytes

#: Endpoints that read a query from a body.
_QUERIES = (
    "sparql.endpoint",
    "past.endpoint",
    "past.current_endpoint",
    "agents.endpoint",
    "permanent_queries.register",
)


def create_app(settings: Settings) -> Application:
    """Return the Flask application; every request must come through a `ResponseCache`."""
    app = Application(settings)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # it would redirect to the host a request names
    for blueprint in (
        things.routes,
        vocabulary.routes,
        json_shapes.routes,
        sparql.routes,
        agents.routes,
        queries.routes,
        permanent_queries.routes,
        search.routes,
        charts.routes,
        reconciliation.routes,
        site.routes,
        releases.routes,
        release_files.routes,
        past.routes,
        feeds.routes,
        fragments.routes,
        catalogue.routes,
        dumps.routes,
        codebook_tables.routes,
        citations.routes,
        discovery.routes,
        harvest.routes,
        machines.routes,
        documentation.routes,
        errors.routes,
        erasures.routes,
        claims.routes,
        sitemap.routes,
        validate.routes,
        match.routes,
    ):
        app.register_blueprint(blueprint)
    app.view_functions["static"] = _static
    app.before_request(_preflight)
    app.before_request(_bare_base)
    app.before_request(_codings)
    app.before_request(_parameters)
    return app


def body_limits(app: Flask, settings: Settings) -> Callable[[str, str], int]:
    """Return a function of method and path: the bytes a body may have there, 0 where none is taken."""
    limits = dict.fromkeys(_QUERIES, sparql_body_bytes(settings))
    for name in ("endpoint", "draft_match", "draft_extend"):
        limits[f"reconciliation.{name}"] = BODY_BYTES
    limits["validate.check"] = limits["match.match"] = document_body_bytes(settings)

    def limit_of(method: str, path: str) -> int:
        if method not in {"POST", "QUERY"}:
            return 0
        try:
            endpoint, _ = app.url_map.bind("").match(path.encode("latin-1").decode(), method)
        except (HTTPException, RoutingException, UnicodeDecodeError):
            return 0
        return limits.get(endpoint, 0)

    return limit_of


def _preflight() -> Response | None:
    """Answer OPTIONS everywhere with 204 (CORS)."""
    if flask_request.method != "OPTIONS":
        return None
    response = Response(status=204)
    asks = flask_request.path.rstrip("/").endswith(("/sparql", "/query"))
    methods = "GET, HEAD, POST, QUERY, DELETE, OPTIONS" if asks else "GET, HEAD, POST, OPTIONS"
    response.headers["Access-Control-Allow-Methods"] = methods
    response.headers["Access-Control-Allow-Headers"] = (
        "Accept, Accept-Datetime, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Range, "
        "If-Unmodified-Since, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Query-Id, Range"
    )
    response.headers["Access-Control-Max-Age"] = "86400"
    response.headers["Allow"] = methods
    if asks:
        response.headers["Accept-Query"] = f"{DIRECT}, {FORM}"
    del response.headers["Content-Type"]
    return response


def _bare_base() -> Response | None:
    """Redirect from the path of the base IRI without its slash to the home page."""
    request = request_at_hand()
    return (
        moved(request, "/", 301) if request.root_path and not request.environ["PATH_INFO"] else None
    )


def _codings() -> None:
    """Refuse who takes no content coding there is.

    Raises:
        Problem: 406.
    """
    require_coding(flask_request.environ)


def _parameters() -> None:
    """Refuse parameters that the address does not take."""
    endpoint = flask_request.endpoint
    if endpoint is not None:
        check_parameters(request_at_hand(), endpoint)


def _static(request: ReleaseRequest, filename: str) -> Response:
    """Answer with a file of ours; preconditions are judged where those of all answers are."""
    request.state.cacheable = True
    folder = str(current_app.static_folder)
    return send_from_directory(folder, filename, conditional=False)  # type: ignore[return-value]
