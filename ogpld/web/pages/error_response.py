"""Every error as a response (RFC 9457), or a page for browsers; never a stack, path or engine text."""

from __future__ import annotations

import re
from http import HTTPStatus

from werkzeug.exceptions import HTTPException

from ogpld.errors import OgpldError
from ogpld.formats import media
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.problems import Problem, fault, problem_document, problem_of
from ogpld.web.http.redirects import Redirection
from ogpld.web.pages.available_values import available_values
from ogpld.web.pages.form_again import reads_pages
from ogpld.web.pages.templates import render
from ogpld.wording import marked

#: What Flask and Werkzeug refuse on their own, by status.
_OF_HTTP = {
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address cannot be asked that way."),
    413: ("request-too-large", "The request is larger than this server reads."),
}
#: Statuses of what is not there, or not any more.
_MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
#: What pages call the statuses of errors (RFC 9110 section 15, RFC 6585, RFC 4918 section 11.5), for people.
TITLES = {
    400: marked("This cannot be answered as it was asked"),
    403: marked("Forbidden"),
    404: marked("Not Found"),
    405: marked("Method Not Allowed"),
    406: marked("Not to be had in this form"),
    408: marked("Request Timeout"),
    410: marked("Gone"),
    412: marked("Precondition Failed"),
    413: marked("Too large"),
    415: marked("A type that is not read here"),
    416: marked("Requested Range Not Satisfiable"),
    429: marked("Too Many Requests"),
    431: marked("Request Header Fields Too Large"),
    500: marked("Internal Server Error"),
    501: marked("Not Implemented"),
    502: marked("Bad Gateway"),
    503: marked("Service Unavailable"),
    505: marked("HTTP Version Not Supported"),
    507: marked("Insufficient Storage"),
}
#: Characters of an address that are offered to be looked for.
_LOOKED_FOR = 100
#: Letters of a word of the Latin alphabet that may be one; fewer are part of a key or a number.
_WORD = 3


def error_response(request: ReleaseRequest, error: Exception) -> Response:
    """Return an error in the form the client reads, or a redirect; an error nobody expected is logged."""
    if isinstance(error, Redirection):
        return error.response
    problem = None
    if isinstance(error, Problem | OgpldError):
        problem = problem_of(error)
    elif isinstance(error, HTTPException):
        problem = _of_http(error)
    if problem is None:
        problem = fault(error)
    return _problem_response(request, problem)


def _problem_response(request: ReleaseRequest, problem: Problem) -> Response:
    """Return the problem in the form the client reads."""
    if reads_pages(request):
        body = render(
            request,
            "error.html",
            status=problem.status,
            title=TITLES.get(problem.status, HTTPStatus(problem.status).phrase),
            detail=request.sentence(problem.detail),
            code=problem.code,
            again=problem.again,
            there=available_values(problem),
            members=problem.members,
            search=_looked_for(request) if problem.status in _MISSING else "",
        )
        response = Response(body, problem.status, content_type=f"{media.HTML.type}; charset=utf-8")
    else:
        response = Response(
            problem_document(problem, request.root_path),
            problem.status,
            content_type=media.PROBLEM.type,
        )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    for name, value in problem.headers.items():
        if name == "Vary":
            response.vary_by(value)
        else:
            response.headers[name] = value
    return response


def _of_http(error: HTTPException) -> Problem | None:
    """Return what Flask and Werkzeug refuse on their own as a problem, None for a fault of ours."""
    status = error.code or 500
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    code, detail = _OF_HTTP.get(status, ("bad-request", "The request is not understood."))
    problem = Problem(code, detail)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        problem.headers["Allow"] = ", ".join(sorted(allowed))
    return problem


def _looked_for(request: ReleaseRequest) -> str:
    """Return what the last segment of an address that leads nowhere may name, "" for no words."""
    if "page" in request.args:  # a page of something that there is
        return ""
    segment = request.path.rstrip("/").rpartition("/")[2]
    stem, dot, suffix = segment.rpartition(".")
    words = re.split(r"[\W_]+", stem if dot and suffix.isalnum() else segment)
    if not any(word.isalpha() and (len(word) >= _WORD or not word.isascii()) for word in words):
        return ""
    return " ".join(words).strip()[:_LOOKED_FOR]
