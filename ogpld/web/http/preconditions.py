"""Preconditions of a request (RFC 9110 section 13), in the order of section 13.2.2.

They hold for an answer that would be 2xx without them, and for no other (13.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from ogpld.web.http.http_dates import http_date

#: Headers that a 304 repeats (RFC 9110 section 15.4.5), and those that say who may read it.
REPEATED = frozenset(
    {
        "cache-control",
        "content-location",
        "etag",
        "vary",
        "link",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "last-modified",
        "memento-datetime",
        "x-content-type-options",
    }
)
_METHODS = frozenset({"GET", "HEAD", "QUERY"})
_TAGS = re.compile(r'(?:^|,)[ \t]*((?:W/)?"[^"]*")[ \t]*(?=,|$)')
#: Headers of preconditions, as WSGI names them.
CONDITIONS = (
    "HTTP_IF_MATCH",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_IF_MODIFIED_SINCE",
)


def outcome(environ: dict[str, Any], headers: Iterable[tuple[str, str]]) -> HTTPStatus | None:
    """Return what a request's preconditions make of a 2xx: 412, 304, or None for the answer itself.

    Args:
        environ: the request as WSGI has it.
        headers: those of the answer; its validators are read from `ETag` and `Last-Modified`.
    """
    if environ["REQUEST_METHOD"] not in _METHODS or not any(n in environ for n in CONDITIONS):
        return None
    own = {name.lower(): value for name, value in headers}
    return evaluate(environ, own.get("etag", ""), own.get("last-modified", ""))


def evaluate(environ: dict[str, Any], etag: str, modified: str = "") -> HTTPStatus | None:
    """Return 412, 304 or None, given the validators of the representation, "" for one it has not."""
    time = http_date(modified) if modified else None
    match, none_match = environ.get("HTTP_IF_MATCH"), environ.get("HTTP_IF_NONE_MATCH")
    if match is not None:
        if match.strip() != "*" and not (etag and etag in _tags(match)):  # a weak tag equals none
            return HTTPStatus.PRECONDITION_FAILED
    else:
        limit = http_date(environ.get("HTTP_IF_UNMODIFIED_SINCE", "").strip())
        if time and limit and time > limit:
            return HTTPStatus.PRECONDITION_FAILED
    if none_match is not None:
        return (
            HTTPStatus.NOT_MODIFIED
            if none_match.strip() == "*" or names(none_match, etag)
            else None
        )
    since = http_date(environ.get("HTTP_IF_MODIFIED_SINCE", "").strip())
    return HTTPStatus.NOT_MODIFIED if time and since and time <= since else None


def names(header: str, etag: str) -> bool:
    """Say whether If-None-Match names an ETag (weak comparison, RFC 9110 section 13.1.2)."""
    if header.strip() == "*":
        return bool(etag)
    return bool(etag) and etag.removeprefix("W/") in {t.removeprefix("W/") for t in _tags(header)}


def range_holds(environ: dict[str, Any], etag: str, modified: str = "") -> bool:
    """Say whether a range may be sent: If-Range is missing or names what there is (section 13.1.5)."""
    condition = environ.get("HTTP_IF_RANGE")
    if condition is None:
        return True
    condition = condition.strip()
    if '"' in condition:
        return condition == etag and not condition.startswith("W/")
    return bool(modified) and http_date(condition) is not None and condition == modified


def _tags(header: str) -> list[str]:
    return _TAGS.findall(header)
