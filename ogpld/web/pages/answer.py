"""Answer a request with a view: whatever it raises becomes a response, and every response is finished."""

from __future__ import annotations

from collections.abc import Callable

from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.finish import (
    add_common_headers,
    choose_coding,
    judge_preconditions,
    note_language,
    pack,
)
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem
from ogpld.web.pages.error_response import error_response
from ogpld.wording import ENGLISH, write_in


def answer(request: ReleaseRequest, view: Callable[..., Response], *values: object) -> Response:
    """Return what HTTP gives for a request.

    Args:
        request: the request.
        view: takes the request and the values.
        values: further arguments of the view.
    """
    write_in(ENGLISH)
    try:
        response = view(request, *values)
    except Exception as error:  # noqa: BLE001  (a response for every error is what this is for)
        response = error_response(request, error)
    return finish(request, response)


def finish(request: ReleaseRequest, response: Response) -> Response:
    """Return a response as it is sent: coded, preconditions judged, common headers added."""
    try:
        note_language(request, response)
        choose_coding(request, response)
        response = judge_preconditions(request, response)
    except Problem as problem:
        response = error_response(request, problem)
        note_language(request, response)
        choose_coding(request, response)
    response = add_common_headers(response, request.state.rate_limits)
    pack(response)
    return response
