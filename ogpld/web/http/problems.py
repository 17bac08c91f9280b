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

from ogpld.errors import OgpldError, QueryError, QueryStoppedError, QuerySyntaxError
from ogpld.formats import media
from ogpld.formats.negotiation import HEADER_LIMIT, Offer, negotiate

_LOG = logging.getLogger("ogpld")
_JSON = media.offer_of(media.PROBLEM)
_HTML = media.offer_of(media.HTML)


class Problem(Exception):
    """An error with a status and a stable code, raised by a route."""

    def __init__(self, status: int, code: str, detail: str, hint: str = "", **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.hint = hint
        self.members = members
        self.headers: dict[str, str] = {}


class NotAcceptableError(Problem):
    """406: none of the forms there are is acceptable; lists them."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        kinds = [offer.media_type for offer in offers]
        super().__init__(
            406,
            "not-acceptable",
            "None of the media types asked for can be had here.",
            f"ask for one of: {', '.join(kinds)}",
            available=kinds,
        )


def failed_precondition() -> Problem:
    """Return what to say where If-Match or If-Unmodified-Since does not hold (RFC 9110 section 13.1)."""
    return Problem(
        412,
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
        response = Response(body, problem.status, content_type=f"{media.HTML.type}; charset=utf-8")
    else:
        members = {
            "type": "about:blank",
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
            content_type=media.PROBLEM.type,
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
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(
        error, QueryStoppedError
    ):
        return None
    problem = Problem(error.status, error.code, error.message, error.hint)
    if error.where is not None:
        problem.members = {
            name: value for name, value in asdict(error.where).items() if value not in {None, ""}
        }
    if isinstance(error, QuerySyntaxError):
        problem.members = {
            name: value
            for name, value in (("line", error.line), ("column", error.column))
            if value is not None
        }
    if isinstance(error, BudgetSpentError):
        problem.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, QueryStoppedError):
        problem.members = {"limit": error.limit}
        problem.headers["Retry-After"] = str(error.retry_after)
    return problem


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    codes = {404: "not-found", 405: "method-not-allowed", 413: "request-too-large"}
    details = {
        404: "There is nothing at this address.",
        405: "This address cannot be asked that way.",
        413: "The request is larger than this server reads.",
    }
    problem = Problem(
        status,
        codes.get(status, HTTPStatus(status).phrase.lower().replace(" ", "-")),
        details.get(status, HTTPStatus(status).description or HTTPStatus(status).phrase),
    )
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        problem.headers["Allow"] = ", ".join(sorted(allowed))
    return problem_response(problem)


def _from_bug(error: Exception) -> Response:
    _LOG.error("unexpected error", exc_info=error)
    return problem_response(
        Problem(500, "internal", "The server failed to answer; this is a fault in ogpld.")
    )


class BudgetSpentError(QueryError):
    """A client has spent what it had; `retry_after` says when it may ask again."""

    code = "budget-spent"
    status = 429

    def __init__(self, message: str, *, retry_after: int, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
