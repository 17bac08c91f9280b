"""The views that are asked most, without Flask: the same requests and responses in a fraction of the time.

A view that waits, waits as `ogpld.waiting` does, so that the event loop can call it without a thread; what
takes it long it hands to a thread itself.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RoutingException

from ogpld.waiting import in_thread
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.content_coding import IDENTITY, acceptable
from ogpld.web.pages.error_response import error_response
from ogpld.web.routes import things
from ogpld.web.routes.queries import answer_question
from ogpld.web.routes.view_calls import (
    View,
    ViewCall,
    call_view,
    check_parameters,
    finish_response,
    require_coding,
)
from ogpld.web.sparql.callers import QueryCallers
from ogpld.web.sparql.endpoint import answer_sparql

#: Paths of the endpoint of queries, which need no look at the map of all paths.
_SPARQL = frozenset({"/sparql", "/query"})
_READING, _WITH_BODY = frozenset({"GET", "HEAD"}), frozenset({"POST", "QUERY"})
#: First segments of paths that may lead to a view of these.
_SEGMENTS = frozenset({"id", "doc", "queries"})
#: Bytes of a body from which a thread compresses it.
_LONG = 65_536
_QUERY = ViewCall("sparql.endpoint", {})


class PlainApplication:
    """Some views, called without Flask.

    Args:
        paths: where views are, those of Flask's application.
        callers: what the server remembers of its callers.
        pages: whether pages are answered too, where nobody waits while one is made.
    """

    def __init__(self, paths: Map, callers: QueryCallers, *, pages: bool = False) -> None:
        self._pages = pages
        self._paths = paths.bind("")
        self._callers = callers
        self._views: dict[str, View] = {
            _QUERY.endpoint: lambda request: answer_sparql(request, callers),
            "things.thing": things.thing,
            "things.document": things.document,
            "queries.question": lambda request, name: answer_question(request, callers, name),
        }

    def view_call(self, environ: dict[str, Any]) -> ViewCall | None:
        """Return the view that is to answer a request, None for what goes to Flask, as pages do."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        query = environ["QUERY_STRING"]
        if not self._pages and "html" in environ.get("HTTP_ACCEPT", "").lower():
            return None
        if path in _SPARQL:
            asks = "query=" in query if method in _READING else method in _WITH_BODY
            return _QUERY if asks and "=html" not in query else None
        first = path[1:].partition("/")[0]
        if first not in _SEGMENTS or method not in _READING or "html" in query:
            return None
        if path.endswith(".html") or "HTTP_ACCEPT_DATETIME" in environ or not path.isascii():
            return None
        try:
            endpoint, values = self._paths.match(path, method)
        except (HTTPException, RoutingException):
            return None
        return ViewCall(endpoint, values) if endpoint in self._views else None

    def answer(
        self, call: ViewCall, environ: dict[str, Any]
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return status, headers and body for a request, given what `view_call` returned for it."""
        request = ReleaseRequest(environ)
        try:
            require_coding(environ)
            check_parameters(request, call.endpoint)
            response = call_view(request, self._callers, call, self._views[call.endpoint])
        except Exception as error:  # noqa: BLE001  (a response for every error is what this is for)
            response = error_response(request, error)
        finished = partial(finish_response, request, self._callers, response)
        packs = acceptable(environ) != (IDENTITY,) and (response.content_length or 0) > _LONG
        response = in_thread(finished) if packs else finished()
        sent = response.sent(environ)
        response.close()
        return sent
