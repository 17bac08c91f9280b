"""The page of a form again, with what is wrong in it: who wrote it has not lost what else it says.

Programs get the problem as everywhere (`error_response`).
"""

from __future__ import annotations

from http import HTTPStatus

from ogpld.formats import media
from ogpld.formats.negotiation import HEADER_LIMIT, Offers, negotiate
from ogpld.web.http.http_messages import Request, Response
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, content_type

#: What errors can be had as: the first for who has no wish.
_FORMS = Offers((media.offer_of(media.PROBLEM), HTML))
#: Statuses of what somebody wrote or chose; all others are no fault of a form.
_OF_FORMS = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    }
)


def reads_pages(request: Request) -> bool:
    """Say whether who asks reads errors as pages, as browsers do."""
    return negotiate((request.headers.get("Accept") or "")[:HEADER_LIMIT], _FORMS) is HTML


def is_shown_again(request: Request, problem: Problem) -> bool:
    """Say whether a problem is shown on the page of the form that it comes from."""
    return problem.status in _OF_FORMS and reads_pages(request)


def form_again(problem: Problem, body: str) -> Response:
    """Return the page of a form with a problem, which nobody keeps."""
    response = Response(body, problem.status, content_type=content_type(HTML))
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(problem.headers)
    return response
