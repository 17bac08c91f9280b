"""The one way between Flask and what is below the routes: a request down, a response up.

Every view is called as `view(request, **values of the path)` and returns a `Response`; errors become
responses in `pages/error_response.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import flask
from flask.globals import current_app, g
from flask.globals import request as flask_request

from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.pages.error_response import error_response
from ogpld.web.routes.view_calls import ViewCall, call_view, finish_response
from ogpld.web.sparql.callers import QueryCallers
from ogpld.wording import ENGLISH, write_in

if TYPE_CHECKING:
    from ogpld.config import Settings


class Application(flask.Flask):
    """Flask with views that are handed their request.

    Attributes:
        callers: what this server remembers of its callers.
    """

    response_class = Response  # type: ignore[assignment]  # Flask's own adds sessions, which there are none of

    def __init__(self, settings: Settings) -> None:
        super().__init__("ogpld.web", static_folder="static", static_url_path="/static")
        self.callers = QueryCallers(settings)
        self.register_error_handler(Exception, _on_error)
        self.after_request(_on_response)

    def dispatch_request(self) -> Any:
        """Call the view of the address with the request and the values of the path."""
        if flask_request.routing_exception is not None:
            self.raise_routing_exception(flask_request)
        write_in(ENGLISH)
        assert flask_request.url_rule is not None  # noqa: S101  (else there was an exception)
        view: Any = self.view_functions[flask_request.url_rule.endpoint]
        request, values = request_at_hand(), flask_request.view_args or {}
        call = ViewCall(flask_request.url_rule.endpoint, values)
        return call_view(request, self.callers, call, view)


def request_at_hand() -> ReleaseRequest:
    """Return the request Flask is answering, as everything below takes it; one object a request."""
    if "request" not in g:
        g.request = ReleaseRequest(flask_request.environ)
    return cast(ReleaseRequest, g.request)


def query_callers() -> QueryCallers:
    """Return what this server remembers of its callers."""
    return cast(Application, current_app).callers


def _on_error(error: Exception) -> Any:
    return error_response(request_at_hand(), error)


def _on_response(response: Any) -> Any:
    return finish_response(request_at_hand(), query_callers(), response)
