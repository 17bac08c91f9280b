"""Errors as RFC 9457 problem details, or as a page for browsers; never a stack, path or engine text."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from ogpld.errors import ERRORS, DocumentError, NotWritableError, OgpldError, QueryError
from ogpld.formats.negotiation import HEADER_LIMIT, Offer, negotiate

_LOG = logging.getLogger("ogpld")
_JSON = Offer("json", "application/problem+json", ("application/json", "application/ld+json"))
#: Errors that are the caller's; all others are faults of ours, of which nobody outside is told.
_OF_CALLERS = (QueryError, DocumentError, NotWritableError)
#: What Flask and Werkzeug refuse on their own, by status.
_OF_HTTP = {
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address cannot be asked that way."),
    413: ("request-too-large", "The request is larger than this server reads."),
}
_HTML = Offer("html", "text/html", ("application/xhtml+xml",))


class Problem(Exception):
    """An error of HTTP, raised by a route.

    Args:
        code: one of `ogpld.errors.ERRORS`, which has its status.
        detail: what is wrong, a sentence.
        hint: what to do next.
        members: further members of the problem document.
    """

    def __init__(self, code: str, detail: str, hint: str = "", **members: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.hint = hint
        self.members = members
        self.headers: dict[str, str] = {}
        self.status = ERRORS[code].status


class NotAcceptableError(Problem):
    """406: none of the forms there are is acceptable; lists them."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        kinds = [offer.media_type for offer in offers]
        super().__init__(
            "not-acceptable",
            "None of the media types asked for can be had here.",
            f"ask for one of: {', '.join(kinds)}",
            available=kinds,
        )


def failed_precondition() -> Problem:
    """Return what to say where If-Match or If-Unmodified-Since does not hold (RFC 9110 section 13.1)."""
    return Problem(
        "precondition-failed",
        "The precondition of the request does not hold: what is here is not what it names.",
        "ask without If-Match and If-Unmodified-Since; the answer's ETag is the one to name",
    )


def register(app: Flask) -> None:
    """Make every error of the application a problem."""
    app.register_error_handler(Problem, problem_response)
    app.register_error_handler(OgpldError, _from_error)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_bug)


def problem_response(problem: Problem) -> Response:
    """Return the problem in the form the client reads."""
    title = HTTPStatus(problem.status).phrase
    header = (request.headers.get("Accept") or "")[:HEADER_LIMIT]
    page = negotiate(header, (_JSON, _HTML)) is _HTML
    if page:
        body = render_template(
            "error.html",
            status=problem.status,
            title=title,
            detail=problem.detail,
            code=problem.code,
            hint=problem.hint,
            members=problem.members,
        )
        response = Response(body, problem.status, content_type="text/html; charset=utf-8")
    else:
        members = {
            "type": ERRORS[problem.code].path,
            "title": title,
            "status": problem.status,
            "code": problem.code,
            "detail": problem.detail,
            **({"hint": problem.hint} if problem.hint else {}),
            **problem.members,
        }
        response = Response(
            json.dumps(members, ensure_ascii=False, indent=1) + "\n",
            problem.status,
            content_type="application/problem+json",
        )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response


def _from_error(error: OgpldError) -> Response:
    problem = problem_of(error)
    return _from_bug(error) if problem is None else problem_response(problem)


def problem_of(error: Problem | OgpldError) -> Problem | None:
    """Return an error as the problem it is to the caller, None for a fault of ours."""
    if isinstance(error, Problem):
        return error
    return as_problem(error) if isinstance(error, _OF_CALLERS) else None


def as_problem(error: OgpldError) -> Problem:
    """Return an error that is the caller's as a problem, with where it is and what ended the work."""
    members = asdict(error.where) if error.where else {}
    members |= {name: getattr(error, name) for name in error.fields}
    retry_after = members.pop("retry_after", None)
    problem = Problem(error.code, error.message, error.hint)
    problem.members = {n: value for n, value in members.items() if value not in {None, ""}}
    if retry_after is not None:
        problem.headers["Retry-After"] = str(retry_after)
    return problem


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _from_bug(error)
    code, detail = _OF_HTTP.get(status, ("bad-request", "The request is not understood."))
    problem = Problem(code, detail)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        problem.headers["Allow"] = ", ".join(sorted(allowed))
    return problem_response(problem)


def _from_bug(error: Exception) -> Response:
    _LOG.error("unexpected error", exc_info=error)
    return problem_response(
        Problem("internal", "The server failed to answer; this is a fault in ogpld.")
    )
