"""Errors with a stable code, as the caller is told of them (RFC 9457)."""

from __future__ import annotations

import json
import logging
import math
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from ogpld.errors import ERRORS, DocumentError, NotWritableError, OgpldError, QueryError
from ogpld.formats.negotiation import Offer
from ogpld.web.http.site_paths import address, write_sentence

_LOG = logging.getLogger("ogpld")
#: Errors that are the caller's; all others are faults of ours, of which nobody outside is told.
_OF_CALLERS = (QueryError, DocumentError, NotWritableError)
#: Seconds of a minute.
_MINUTE = 60
#: Limits that the same request meets again, however long it waits.
_OWN_LIMITS = frozenset({"deadline", "memory"})


@dataclass(frozen=True, slots=True)
class Again:
    """When it is worth asking again, as people say it; programs read Retry-After.

    Attributes:
        seconds: to wait.
        minutes: to wait, rounded up; 0 for less than one.
        moment: when that is, in UTC.
    """

    seconds: int
    minutes: int
    moment: str

    @property
    def time(self) -> str:
        """The time of day: `17:22 UTC`."""
        return f"{self.moment[11:16]} UTC"


class Problem(Exception):
    """An error of HTTP, raised by a route.

    Args:
        code: one of `ogpld.errors.ERRORS`, which has its status.
        detail: what is wrong, a sentence.
        hint: what to do next.
        members: further members of the problem document.

    Attributes:
        wanted: the unknown text, "" where no value is at fault.
        names: gives what pages call the values that are `available`, in the language that is written in.
        typed: what the form that is at fault says in its fields, as far as they could be read.
    """

    def __init__(self, code: str, detail: str, hint: str = "", **members: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.hint = hint
        self.members = members
        self.wanted = ""
        self.names: Callable[[], Mapping[str, str]] = dict
        self.typed: Mapping[str, str] = {}
        self.headers: dict[str, str] = {}
        self.status = ERRORS[code].status

    @property
    def again(self) -> Again | None:
        """When to ask again; None where it does not say so, or the same would end in the same way."""
        if self.members.get("limit") in _OWN_LIMITS:
            return None
        wait = self.headers.get("Retry-After", "")
        if not wait.isdecimal():
            return None
        seconds = int(wait)
        moment = datetime.now(UTC) + timedelta(seconds=seconds)
        minutes = math.ceil(seconds / _MINUTE) if seconds >= _MINUTE else 0
        return Again(seconds, minutes, f"{moment:%Y-%m-%dT%H:%M:%SZ}")


class NotAcceptableError(Problem):
    """406: none of the forms there are is acceptable; lists them."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        kinds = [offer.media_type for offer in offers]
        super().__init__(
            "not-acceptable",
            "What is here cannot be had in any of the forms asked for.",
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


def no_coding() -> Problem:
    """Return what to say where Accept-Encoding accepts nothing that can be had (RFC 9110 section 12.5.3)."""
    return Problem(
        "content-coding",
        "Accept-Encoding refuses every content coding that can be had here.",
        "leave out identity;q=0 and *;q=0, or accept gzip, in which texts can be had; dumps, workbooks and"
        " whole lists are sent as they are",
    )


def fault(error: Exception) -> Problem:
    """Return what to say of a fault of ours; the log has it under the `id` that the caller is told."""
    name = secrets.token_hex(4)
    _LOG.error("unexpected error %s", name, exc_info=error)
    detail = "The server failed to answer; this is a fault in ogpld."
    return Problem("internal", detail, f"tell the operator: {name}", id=name)


def problem_document(problem: Problem, prefix: str) -> str:
    """Return a problem as application/problem+json (RFC 9457), paths in it below a prefix."""
    members = {
        "type": address(prefix, ERRORS[problem.code].path),
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": write_sentence(problem.detail, prefix),
        **({"hint": write_sentence(problem.hint, prefix)} if problem.hint else {}),
        **{name: _below(prefix, value) for name, value in problem.members.items()},
    }
    return json.dumps(members, ensure_ascii=False, indent=1) + "\n"


def _below(prefix: str, value: object) -> object:
    """Return a member of a problem with paths in it below a prefix."""
    if isinstance(value, list):
        return [_below(prefix, inner) for inner in value]
    return write_sentence(value, prefix) if isinstance(value, str) else value


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


def require_utf8(data: bytes) -> str:
    """Return what a request says as text.

    Raises:
        Problem: 400.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8() from error


def not_utf8() -> Problem:
    """Return the problem of a request whose text is not UTF-8."""
    return Problem("not-utf-8", "The request is not UTF-8.", "encode the text as UTF-8")
