"""What is noted of every request: its id, its times, and how it ended; headers, log lines and metrics.

The one seam is in `connection.py`: a request begins, is answered, and ends. Nothing is noted of who asks;
of an address the path alone, because queries of addresses hold what people type.
"""

from __future__ import annotations

import itertools
import re
import secrets
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Protocol, TextIO

from ogpld.base_path import FIRST_SEGMENTS
from ogpld.config import Settings
from ogpld.web.server.answer import NO_WORK, Answer
from ogpld.web.server.log_lines import log_line

#: Where the id of a request stands in its WSGI environment.
ID = "ogpld.request_id"
#: An id of a proxy that is taken over: as nginx, Caddy, HAProxy and Envoy make them.
_SAFE = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: Lines that may wait for whoever reads standard error, and characters of a path and a query in one.
_WAITING, _PATH, _QUERY = 10_000, 200, 2_000
#: Methods that there are; others are counted together.
METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "OPTIONS", "DELETE", "PUT", "PATCH"})


def route_of(path: str) -> str:
    """Return what a path begins with, of the segments that the site has: a label with few values.

    >>> route_of("/doc/commitment/EE0050.ttl"), route_of("/"), route_of("/wp-login.php")
    ('doc', 'home', 'other')
    """
    first = path[1:].partition("/")[0].partition(".")[0]
    if first in FIRST_SEGMENTS:
        return first
    if path.startswith("/.well-known/"):
        return "well-known"
    return "other" if first else "home"


class RequestRecord:
    """One request, from its head on.

    Attributes:
        id: its id, the same in the header of the answer and in the log.
        method: as it was sent, `-` for a request that could not be read.
        path: as it was sent, decoded; without the path of the base IRI once it is answered.
        status: of the answer, 0 as long as there is none.
        size: bytes of the body that is sent.
        seconds: from the head of the request to the head of the answer.
        work: what answering took.
        traceparent: the span of the caller (W3C Trace Context), as it was sent; "" where there is none.
    """

    __slots__ = (
        "began", "id", "method", "path", "seconds", "size", "status", "traceparent", "work",
    )  # fmt: skip

    def __init__(self, request_id: str, environ: Mapping[str, Any]) -> None:
        self.id = request_id
        self.method = environ.get("REQUEST_METHOD", "-")
        self.path = environ.get("PATH_INFO", "-")
        self.traceparent = environ.get("HTTP_TRACEPARENT", "")
        self.began = time.perf_counter()
        self.status = self.size = 0
        self.seconds = 0.0
        self.work = NO_WORK

    def note(self, answer: Answer) -> None:
        """Note the answer, which is about to be sent."""
        self.seconds = time.perf_counter() - self.began
        self.status, self.work = int(answer.head[9:12]), answer.work
        self.size = 0 if self.method == "HEAD" else answer.size
        self.path = answer.work.path or self.path


class RequestObserver(Protocol):
    """Who is told of each request that ended."""

    def observe(self, record: RequestRecord, route: str, outcome: str) -> None:
        """Take note of it; called in the event loop."""


class RequestLog:
    """Notes requests, in the event loop alone.

    Args:
        settings: `log_requests`, `log_queries`, `log_format` and `proxies`.
        observers: told of each request: metrics and telemetry, where there are any.
        stream: where lines go; standard error when left out.
    """

    def __init__(
        self,
        settings: Settings,
        observers: Sequence[RequestObserver] = (),
        stream: TextIO | None = None,
    ) -> None:
        self._settings = settings
        self._observers = observers
        self._process = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._lost = 0
        self._writer: threading.Thread | None = None
        if settings.log_requests:
            self._writer = threading.Thread(
                target=self._write, args=(stream or sys.stderr,), name="log", daemon=True
            )
            self._writer.start()

    def begin(self, environ: dict[str, Any]) -> RequestRecord:
        """Return the record of a request whose head is read, {} for one that could not be."""
        name = environ.get("HTTP_X_REQUEST_ID", "") if self._settings.proxies else ""
        if not name or not _SAFE.fullmatch(name):
            name = f"{self._process}-{next(self._numbers):08x}"
        environ[ID] = name
        return RequestRecord(name, environ)

    @staticmethod
    def head_lines(record: RequestRecord, answer: Answer) -> bytes:
        """Note an answer, and return the header lines that it gets: id and Server-Timing.

        Args:
            record: the request.
            answer: what is about to be sent.
        """
        record.note(answer)
        if answer.work.cached:
            timing = b"cache;desc=hit"
        elif answer.work.query_seconds:
            timing = b"query;dur=%.1f" % (answer.work.query_seconds * 1000)
        else:
            timing = b"cache;desc=miss"
        return b"x-request-id: %b\r\nserver-timing: total;dur=%.1f, %b\r\n" % (
            record.id.encode(),
            record.seconds * 1000,
            timing,
        )

    def end(self, record: RequestRecord, outcome: str) -> None:
        """Note that a request is over.

        Args:
            record: the request.
            outcome: `sent`, `cut` (the client did not read to the end) or `left` (it did not wait for it).
        """
        if not self._observers and self._writer is None:
            return
        route = "none" if record.path == "-" else route_of(record.path)
        for observer in self._observers:
            observer.observe(record, route, outcome)
        if self._writer is None:
            return
        if self._lines.qsize() >= _WAITING:
            self._lost += 1
            return
        self._lines.put(self._line(record, route, outcome))
        self._lost = 0

    def close(self) -> None:
        """Write what waits, for a second."""
        if self._writer is not None:
            self._lines.put(None)
            self._writer.join(1)

    def _line(self, record: RequestRecord, route: str, outcome: str) -> str:
        """Return the line of a request; who asked is not in it."""
        work = record.work
        values: dict[str, object] = {
            "request": record.id,
            "method": record.method if record.method in METHODS else "-",
            "path": record.path.encode("latin-1", "replace").decode("utf-8", "replace")[:_PATH],
            "route": route,
            "status": record.status,
            "bytes": record.size,
            "seconds": round(record.seconds, 6),
            "whole_seconds": round(time.perf_counter() - record.began, 6),
            "outcome": outcome,
            "release": work.release or "-",
            "cached": work.cached,
        }
        if work.query_digest:
            values |= {"query": work.query_digest, "query_seconds": round(work.query_seconds, 6)}
        if work.query_text and self._settings.log_queries:
            values["query_text"] = work.query_text[:_QUERY]
        if self._lost:
            values["lines_lost"] = self._lost
        return log_line(self._settings.log_format, "INFO", "request", time.time(), values)

    def _write(self, stream: TextIO) -> None:
        """Write lines as they come: whoever reads them slowly must not hold up answers."""
        while (line := self._lines.get()) is not None:
            with suppress(OSError):
                stream.write(line + "\n")
                stream.flush()
