"""An answer as it leaves: status line and headers as bytes, and a body in memory or in a file."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from ogpld.formats.media import PROBLEM
from ogpld.web.http.problems import Problem, problem_document

#: What would begin another header, or end them (RFC 9110 section 5.5).
_BREAKS = re.compile("[\r\n\0]")
_WITHOUT_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class OpenFile:
    """A part of an open file that is a body.

    Args:
        path: the file.
        start: first byte.
        end: byte after the last.
    """

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._handle = os.open(path, os.O_RDONLY)
        self._start, self._end = start, end
        self._lock = threading.Lock()  # it is read in one thread and closed in another

    @property
    def size(self) -> int:
        """Bytes that are still to be read."""
        return max(0, self._end - self._start)

    @property
    def is_read(self) -> bool:
        """Whether all of the part has been read."""
        return self._start >= self._end

    def read(self, most: int) -> bytes:
        """Return the next bytes; b"" where the file is shorter than it was, or closed."""
        with self._lock:
            if self._handle < 0:
                return b""
            data = os.pread(self._handle, min(most, self._end - self._start), self._start)
            self._start += len(data)
            return data

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._handle >= 0:
                os.close(self._handle)
            self._handle = -1


class Work(NamedTuple):
    """What an answer took, for logs, metrics and Server-Timing.

    Attributes:
        path: of the request, below that of the base IRI.
        release: id of the release in service.
        cached: whether the answer was at hand.
        query_digest: stands for what a caller's query says, "" where there was none.
        query_text: the query.
        query_seconds: that a worker took for it.
    """

    path: str = ""
    release: str = ""
    cached: bool = False
    query_digest: str = ""
    query_text: str = ""
    query_seconds: float = 0.0


NO_WORK = Work()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for one request.

    Attributes:
        head: status line and headers, without those of the connection and without the empty line.
        body: the content.
        file: the content where it is in a file.
        work: what it took.
    """

    head: bytes
    body: bytes = b""
    file: OpenFile | None = None
    work: Work = NO_WORK

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self.body) if self.file is None else self.file.size

    def close(self) -> None:
        """Close its file."""
        if self.file is not None:
            self.file.close()


def head_of(status: int, headers: Sequence[tuple[str, str]], length: int) -> bytes:
    """Return status line and headers as bytes; `length` is that of the body where no header says it.

    Raises:
        ValueError: for a header that would not be one.
    """
    head = _status_line(status) + header_lines(headers)
    if status not in _WITHOUT_BODY and b"\ncontent-length: " not in head:
        head += b"content-length: %d\r\n" % length
    return head


@lru_cache(64)
def _status_line(status: int) -> bytes:
    """Return the first line of a head."""
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode("ascii")


def header_lines(headers: Sequence[tuple[str, str]]) -> bytes:
    """Return the lines of headers.

    Raises:
        ValueError: for a header that would not be one.
    """
    text = "".join([f"{name.lower()}: {value}\n" for name, value in headers])
    if text.count("\n") != len(headers) or "\r" in text or "\0" in text:
        names = [name for name, value in headers if _BREAKS.search(f"{name}{value}")]
        raise ValueError(f"the header {names[0]!r} has a line break")
    return text.encode("latin-1").replace(b"\n", b"\r\n")


def problem_answer(problem: Problem, prefix: str) -> Answer:
    """Return a problem that the application has no part in as an answer; paths are below the prefix."""
    body = problem_document(problem, prefix).encode()
    headers = [
        ("content-type", PROBLEM.type),
        ("cache-control", "no-store"),
        ("access-control-allow-origin", "*"),
        ("x-content-type-options", "nosniff"),
        *problem.headers.items(),
    ]
    return Answer(head_of(problem.status, headers, len(body)), body)
