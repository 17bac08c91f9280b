"""Bodies of requests that are read: without a content coding, and as UTF-8."""

from __future__ import annotations

from ogpld.web.http.http_messages import Request
from ogpld.web.http.problems import Problem

#: Names of UTF-8 and of what is a part of it.
_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


def require_plain(request: Request) -> None:
    """Refuse a body with a content coding (RFC 9110 section 8.4), whose names have no case.

    Raises:
        Problem: 415.
    """
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Problem("content-encoding", "Compressed requests are not read.", "send it plain")


def require_charset(request: Request) -> None:
    """Refuse a body in another charset than UTF-8.

    Raises:
        Problem: 415.
    """
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in _CHARSETS:
        raise Problem("charset", f"Text in {charset[:40]!r} is not read.", "send it as UTF-8")
