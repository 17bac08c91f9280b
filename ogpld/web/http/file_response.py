"""Send a file, or a range of it, without reading it into memory (RFC 9110 sections 13 and 14).

A route says what is to be sent; the server sends it by its own means: granian by path, waitress by a
wrapped file. One range is answered with 206; several, and units nobody knows, with the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO

from flask import Response, request

from ogpld.web.http.preconditions import evaluate, range_holds
from ogpld.web.http.problems import Problem, failed_precondition

_RANGE = re.compile(r"bytes=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


def send(
    path: Path, size: int, etag: str, headers: dict[str, str], owner: object = None
) -> Response:
    """Return the answer to a request for a file.

    Args:
        path: the file.
        size: its bytes.
        etag: strong, with its quotes.
        headers: further headers, Content-Type among them.
        owner: what keeps a temporary file in being until it is opened.

    Raises:
        Problem: 412 for a precondition that fails, before 416 for a range that is not in it.
    """
    own = {**headers, "ETag": etag, "Accept-Ranges": "bytes"}
    outcome = evaluate(request.environ, etag, headers.get("Last-Modified", ""))
    if outcome == HTTPStatus.PRECONDITION_FAILED:
        raise failed_precondition()
    if outcome == HTTPStatus.NOT_MODIFIED:
        del own["Content-Type"]
        return Response(status=304, headers=own)
    part = _asked(size, etag, headers.get("Last-Modified", ""))
    start, end = part or (0, size)
    if part is not None:
        own["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    own["Content-Length"] = str(end - start)
    if request.method == "GET" and end > start:
        request.environ[SENT] = Sent(path, start, end, owner)
    return Response(status=206 if part else 200, headers=own)


def _asked(size: int, etag: str, modified: str) -> tuple[int, int] | None:
    """Return the range that is asked for, None for the whole."""
    header = request.headers.get("Range", "")
    found = _RANGE.fullmatch(header)
    if request.method != "GET" or found is None or found[1] == found[2] == "":
        return None
    if not range_holds(request.environ, etag, modified):
        return None
    if not found[1]:
        start, end = max(size - int(found[2]), 0), size
    else:
        start, end = int(found[1]), size if not found[2] else min(int(found[2]) + 1, size)
        if found[2] and int(found[2]) < start:
            return None
    if start >= size or start >= end:
        problem = Problem("range", f"The file has {size} bytes.", "ask for bytes it has")
        problem.headers["Content-Range"] = f"bytes */{size}"
        raise problem
    return start, end


#: Where the route leaves what is to be sent, and where a server says that it sends files itself.
SENT, BY_SERVER = "ogpld.sent", "ogpld.sends"
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Sent:
    """A part of a file: bytes from `start` up to, not including, `end`.

    Attributes:
        owner: what keeps a temporary file in being, None for others.
    """

    path: Path
    start: int
    end: int
    owner: object = None


def body_of(environ: dict[str, Any]) -> Iterable[bytes] | None:
    """Return what a WSGI server is to iterate over, None when nothing of a file is to be sent."""
    sent: Sent | None = environ.get(SENT)
    if sent is None or environ.get(BY_SERVER):
        return None
    file = sent.path.open("rb")
    file.seek(sent.start)
    wrapper = environ.get("wsgi.file_wrapper")
    if wrapper is not None:  # it stops at Content-Length
        found: Iterable[bytes] = wrapper(file, _BLOCK)
        return found
    return _blocks(file, sent.end - sent.start)


def _blocks(file: BinaryIO, left: int) -> Iterator[bytes]:
    with file:
        while left and (block := file.read(min(_BLOCK, left))):
            left -= len(block)
            yield block
