"""Put the application together: Flask with its routes, the release in service, the front."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Flask, Response, current_app, request, send_from_directory

from ogpld.config import Settings
from ogpld.formats.negotiation import refuses_identity
from ogpld.web.http import parameters, problems
from ogpld.web.http.file_response import SENT
from ogpld.web.http.preconditions import REPEATED, outcome
from ogpld.web.http.problems import Problem, failed_precondition, problem_response
from ogpld.web.http.responses import CSP, EXPOSED
from ogpld.web.routes import (
    catalogue,
    deviations,
    discovery,
    dumps,
    errors,
    feeds,
    harvest,
    past,
    queries,
    releases,
    site,
    sitemap,
)
from ogpld.web.routes import citations as citing
from ogpld.web.routes import json_shapes as framing
from ogpld.web.routes import schema_org as searchengines
from ogpld.web.routes import things as resource
from ogpld.web.routes import validate as validation
from ogpld.web.routes import vocabulary as terms
from ogpld.web.sparql import endpoint as sparql
from ogpld.web.sparql.callers import rate_limits, remember
from ogpld.web.sparql.protocol import DIRECT, FORM

#: Largest body read from anybody, in query texts: form encoding takes three bytes for one.
_BODY = 4
#: Characters that HTML cannot have (HTML Living Standard 13.2.3.5): a page shows U+FFFD for them.
_NO_HTML = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def create_app(settings: Settings) -> Flask:
    """Return the Flask application; every request must come through a `Front`."""
    app = Flask("ogpld.web", static_folder="static", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = settings.query_text_bytes * _BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.query_text_bytes * _BODY
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # it would redirect to the host a request names
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for blueprint in (
        resource.routes,
        terms.routes,
        framing.routes,
        sparql.routes,
        queries.routes,
        site.routes,
        releases.routes,
        past.routes,
        feeds.routes,
        catalogue.routes,
        dumps.routes,
        citing.routes,
        discovery.routes,
        harvest.routes,
        deviations.routes,
        errors.routes,
        searchengines.routes,
        sitemap.routes,
        validation.routes,
    ):
        app.register_blueprint(blueprint)
    app.extensions.update(remember(settings))
    app.view_functions["static"] = _static
    problems.register(app)
    app.before_request(_preflight)
    app.before_request(_codings)
    parameters.register(app)
    app.after_request(_common_headers)
    app.after_request(_preconditions)  # the last one runs first
    return app


def _preflight() -> Response | None:
    """Answer OPTIONS everywhere with 204 (CORS)."""
    if request.method != "OPTIONS":
        return None
    response = Response(status=204)
    asks = request.path.rstrip("/").endswith(("/sparql", "/query"))
    methods = "GET, HEAD, POST, QUERY, DELETE, OPTIONS" if asks else "GET, HEAD, POST, OPTIONS"
    response.headers["Access-Control-Allow-Methods"] = methods
    response.headers["Access-Control-Allow-Headers"] = (
        "Accept, Accept-Datetime, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Range, "
        "If-Unmodified-Since, Query-Id, Range"
    )
    response.headers["Access-Control-Max-Age"] = "86400"
    response.headers["Allow"] = methods
    if asks:
        response.headers["Accept-Query"] = f"{DIRECT}, {FORM}"
    del response.headers["Content-Type"]
    return response


def _codings() -> None:
    """Refuse who takes nothing that is not compressed: nothing is compressed here.

    Raises:
        Problem: 406.
    """
    if refuses_identity(request.headers.get("Accept-Encoding", "")):
        raise Problem(
            "content-coding",
            "Accept-Encoding refuses the only content coding there is: identity.",
            "leave out identity;q=0 and *;q=0; dumps are files that are compressed already",
        )


def _static(filename: str) -> Response:
    """Answer with a file of ours; preconditions are judged where those of all answers are."""
    folder = str(current_app.static_folder)
    return send_from_directory(folder, filename, conditional=False)


def _preconditions(response: Response) -> Response:
    """Answer 304 or 412 where the preconditions of the request say so (RFC 9110 section 13)."""
    if response.status_code not in range(200, 300) or SENT in request.environ:
        return response
    result = outcome(request.environ, list(response.headers))
    if result == HTTPStatus.PRECONDITION_FAILED:
        return problem_response(failed_precondition())
    if result == HTTPStatus.NOT_MODIFIED:
        headers = [(n, v) for n, v in response.headers if n.lower() in REPEATED]
        response.close()
        return Response(status=304, headers=headers)
    return response


def _common_headers(response: Response) -> Response:
    """Add what every answer has: CORS, no sniffing, and a policy for pages."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.setdefault("Access-Control-Expose-Headers", EXPOSED)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.update(rate_limits())
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers["Referrer-Policy"] = "no-referrer"
        if not response.direct_passthrough and _NO_HTML.search(body := response.get_data()):
            response.set_data(_NO_HTML.sub("\ufffd".encode(), body))
    response.headers.setdefault("Cache-Control", "no-store")
    return response
