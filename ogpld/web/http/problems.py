"""Errors with a status and a stable code, as the caller is told of them (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from ogpld.errors import OgpldError, QueryError, QueryStoppedError, QuerySyntaxError
from ogpld.formats.negotiation import Offer


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


class BudgetSpentError(QueryError):
    """A client has spent what it had; `retry_after` says when it may ask again."""

    code = "budget-spent"
    status = 429

    def __init__(self, message: str, *, retry_after: int, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
