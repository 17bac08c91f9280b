"""Put the application together: Flask with its routes, the release in service, the front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from ogpld.config import Settings
from ogpld.web import (
    catalogue,
    citing,
    deviations,
    discovery,
    dumps,
    feeds,
    framing,
    harvest,
    past,
    problems,
    queries,
    releases,
    resource,
    searchengines,
    site,
    sitemap,
    sparql,
    terms,
    validation,
)
from ogpld.web.asking import rate_limits, remember
from ogpld.web.front import Front
from ogpld.web.live import Live
from ogpld.web.negotiated import CSP, EXPOSED
from ogpld.web.protocol import DIRECT, FORM

#: Largest body read from anybody, in query texts: form encoding takes three bytes for one.
_BODY = 4


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
        searchengines.routes,
        sitemap.routes,
        validation.routes,
    ):
        app.register_blueprint(blueprint)
    app.extensions.update(remember(settings))
    problems.register(app)
    app.before_request(_preflight)
    app.after_request(_common_headers)
    return app


def create_front(settings: Settings) -> Front:
    """Return the WSGI application of a server, its release opened."""
    live = Live(settings)
    live.start()
    application: Callable[..., Any] = create_app(settings).wsgi_app
    return Front(live, application)


def _preflight() -> Response | None:
    """Answer OPTIONS everywhere with 204 (CORS)."""
    if request.method != "OPTIONS":
        return None
    response = Response(status=204)
    asks = request.path.rstrip("/").endswith(("/sparql", "/query"))
    methods = "GET, HEAD, POST, QUERY, DELETE, OPTIONS" if asks else "GET, HEAD, POST, OPTIONS"
    response.headers["Access-Control-Allow-Methods"] = methods
    response.headers["Access-Control-Allow-Headers"] = (
        "Accept, Accept-Datetime, Content-Type, If-None-Match, If-Range, Query-Id, Range"
    )
    response.headers["Access-Control-Max-Age"] = "86400"
    response.headers["Allow"] = methods
    if asks:
        response.headers["Accept-Query"] = f"{DIRECT}, {FORM}"
    del response.headers["Content-Type"]
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
    response.headers.setdefault("Cache-Control", "no-store")
    return response
