"""Send a file, or a range of it, without reading it into memory (RFC 9110 sections 13 and 14).

A route says what is to be sent; the server sends it by its own means: ours in pieces, a WSGI
server by a wrapped file. One range is answered with 206; several, and units nobody knows, with the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO

from ogpld.web.http.http_messages import FileRange, Request, Response, not_modified
from ogpld.web.http.preconditions import evaluate, range_holds
from ogpld.web.http.problems import Problem, failed_precondition

_RANGE = re.compile(r"bytes=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


def send(
    request: Request,
    path: Path,
    size: int,
    etag: str,
    headers: dict[str, str],
    owner: object = None,
) -> Response:
    """Return the answer to a request for a file.

    Args:
        request: the request.
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
        return not_modified(own)
    part = _range_of(request, size, etag, headers.get("Last-Modified", ""))
    start, end = part or (0, size)
    if part is not None:
        own["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    own["Content-Length"] = str(end - start)
    response = Response(status=206 if part else 200, headers=own)
    if request.method == "GET" and end > start:
        response.file = FileRange(path, start, end, owner)
    return response


def _range_of(request: Request, size: int, etag: str, modified: str) -> tuple[int, int] | None:
    """Return the range that is asked for, None for the whole."""
    header = request.headers.get("Range", "")
    match = _RANGE.fullmatch(header)
    if request.method != "GET" or match is None or match[1] == match[2] == "":
        return None
    if not range_holds(request.environ, etag, modified):
        return None
    if not match[1]:
        start, end = max(size - int(match[2]), 0), size
    else:
        start, end = int(match[1]), size if not match[2] else min(int(match[2]) + 1, size)
        if match[2] and int(match[2]) < start:
            return None
    if start >= size or start >= end:
        problem = Problem("range", f"The file has {size} bytes.", "ask for bytes it has")
        problem.headers["Content-Range"] = f"bytes */{size}"
        raise problem
    return start, end


_BLOCK = 1 << 16


def body_of(file: FileRange, environ: dict[str, Any]) -> Iterable[bytes]:
    """Return what a WSGI server is to iterate over to send a part of a file."""
    content = file.path.open("rb")
    content.seek(file.start)
    wrapper = environ.get("wsgi.file_wrapper")
    if wrapper is not None:  # it stops at Content-Length
        blocks: Iterable[bytes] = wrapper(content, _BLOCK)
        return blocks
    return _blocks(content, file.end - file.start)


def _blocks(content: BinaryIO, left: int) -> Iterator[bytes]:
    with content:
        while left and (block := content.read(min(_BLOCK, left))):
            left -= len(block)
            yield block
