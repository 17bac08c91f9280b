"""What a view meets on its way, with Flask and without: budgets of pages, codings, common headers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.content_coding import acceptable
from ogpld.web.http.http_messages import Response
from ogpld.web.http.parameters import ELSEWHERE, ROUTES, check
from ogpld.web.http.problems import no_coding, require_utf8
from ogpld.web.http.site_paths import write_headers
from ogpld.web.pages.answer import finish
from ogpld.web.sparql.callers import QueryCallers

View = Callable[..., Response]

#: Endpoints whose time nobody is charged with: what is small, and what an operator has to see at any time.
_FREE = frozenset(
    {
        "static",
        "discovery.icon",
        "site.health",
        "site.live",
        "site.ready",
        "errors.error_codes",
        "errors.error_code",
    }
)
#: Endpoints that have places of their own: queries and checks are bounded where they go to a worker.
_QUERIES = frozenset(
    {
        "agents.endpoint",
        "sparql.endpoint",
        "past.endpoint",
        "queries.question",
        "queries.left_out",
        "permanent_queries.register",
        "permanent_queries.query",
        "match.match",
        "validate.form",
        "validate.check",
    }
)
#: Endpoints that ask for other places than those of pages.
_PLACES = {**dict.fromkeys(_QUERIES, ""), "fragments.pattern": "fragments"}


@dataclass(frozen=True, slots=True)
class ViewCall:
    """A view that is to be called.

    Attributes:
        endpoint: its name, as the map of paths has it.
        values: those of the path.
    """

    endpoint: str
    values: Mapping[str, Any]


def call_view(
    request: ReleaseRequest, callers: QueryCallers, call: ViewCall, view: View
) -> Response:
    """Return what a view answers; its client pays for the time."""
    if call.endpoint in _FREE or request.method == "DELETE":
        return view(request, **call.values)
    with callers.page(request, _PLACES.get(call.endpoint, "pages")):
        return view(request, **call.values)


def finish_response(request: ReleaseRequest, callers: QueryCallers, response: Response) -> Response:
    """Return a response as it is sent; its client pays for its coding."""
    began = time.thread_time()
    response = finish(request, response)
    if response.coding:
        callers.charge_page(request, time.thread_time() - began)
    write_headers(response.headers, request.root_path)
    request.state.file = response.file
    return response


def require_coding(environ: dict[str, Any]) -> None:
    """Refuse who takes no content coding there is.

    Raises:
        Problem: 406.
    """
    if not acceptable(environ):
        raise no_coding()


def check_parameters(request: ReleaseRequest, endpoint: str) -> None:
    """Refuse parameters that an address does not take, and text that is not UTF-8.

    Raises:
        Problem: 400.
    """
    if endpoint != "sparql.endpoint" and "%" in request.environ["QUERY_STRING"]:
        require_utf8(unquote_to_bytes(request.query_string))
    if endpoint not in ELSEWHERE:
        check(request, ROUTES[endpoint])
