"""The head of a request: read by llhttp, held to RFC 9112 where that leaves a choice, and as WSGI has it."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from ogpld.web.http.problems import Problem

#: Where a head seems to end whose lines end in LF alone: it is found for llhttp to refuse it.
_FAULTY_ENDS = (b"\n\n", b"\n\r\n")
#: Headers a request may have.
MOST_HEADERS = 100
#: Heads that are remembered, and the bytes one may have.
_REMEMBERED, _SHORT = 512, 2_048
#: Bytes of a name of a header that is remembered.
_NAME = 64
#: A header that asks for another protocol, and what the parser gets: a name that is passed over.
_UPGRADE, _NO_UPGRADE = re.compile(rb"\nupgrade(?=:)", re.IGNORECASE), b"\nno_upgrade"
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_HOST = re.compile(rb"[A-Za-z0-9\-._~!$&'()*+,;=%:\[\]]*")
_ENTITY = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
#: What is the same in every environment (PEP 3333).
_SAME = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}


class RequestHead:
    """Method, target and headers, as the parser meets them.

    Attributes:
        method: as it was sent.
        version: of HTTP, `1.0` or `1.1`.
        target: the request target (RFC 9112 section 3.2).
        headers: pairs of a name in lower case and a value.
        length: bytes of the body, None for one in chunks.
        keeps_alive: whether the client goes on after the answer.
        cache_key: what `ResponseCache` keeps an answer to it under, with the base IRI that this depends on.
    """

    __slots__ = (
        "cache_key",
        "headers",
        "keeps_alive",
        "length",
        "method",
        "target",
        "version",
    )

    def __init__(self) -> None:
        self.method = ""
        self.version = ""
        self.target = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.length: int | None = 0
        self.keeps_alive = False
        self.cache_key: tuple[str, tuple[str, ...] | None] = ("", None)

    def check(self) -> None:
        """Refuse what the parser lets through and RFC 9112 does not; work out the length of the body.

        Raises:
            Problem: 400, 431, 501 or 505.
        """
        if self.version not in {"1.0", "1.1"}:
            raise Problem(
                "http-version", "This server speaks HTTP/1.1 and HTTP/1.0.", "use HTTP/1.1"
            )
        if len(self.headers) > MOST_HEADERS:
            raise Problem("header-too-large", f"There are more than {MOST_HEADERS} headers.")
        if self.method == "CONNECT":
            raise Problem("method-unknown", "This server is no proxy.", "use GET")
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (self.version == "1.1" and not hosts):
            raise Problem("bad-request", "A request has exactly one Host header.", "send one")
        if hosts and not _HOST.fullmatch(hosts[0]):
            raise Problem("bad-request", "The Host header names no host.", "send its name and port")
        for name, value in self.headers:
            if name == b"content-length":
                self.length = int(value)
            elif name == b"transfer-encoding":
                if value.strip().lower() != b"chunked" or self.version == "1.0":
                    raise Problem(
                        "bad-request",
                        "The only transfer coding is chunked, of HTTP/1.1.",
                        "send it so",
                    )
                self.length = None

    def value(self, name: bytes) -> bytes:
        """Return the first value of a header, b"" where there is none."""
        return next((value for key, value in self.headers if key == name), b"")

    def path_and_query(self) -> tuple[str, str]:
        """Return the path, decoded, and the query, both as WSGI has them: bytes as Latin-1."""
        target = self.target
        if (
            not target.startswith(b"/") and b"://" in target
        ):  # absolute form: whose host is not ours to know
            _, slash, rest = target.partition(b"://")[2].partition(b"/")
            target = slash + rest or b"/"
        path, _, query = target.partition(b"#")[0].partition(b"?")
        if b"%" in path:
            path = unquote_to_bytes(path)
        return path.decode("latin-1"), query.decode("latin-1")


def end_of_head(data: bytearray, start: int) -> int:
    """Return how many bytes a head has, 0 where its end has not come.

    Args:
        data: what has come.
        start: bytes of it that were looked at before.
    """
    start = max(start - 3, 0)
    end = data.find(b"\r\n\r\n", start)
    if end >= 0:
        return end + 4
    for faulty in _FAULTY_ENDS:
        end = data.find(faulty, start)
        if end >= 0:
            return end + len(faulty)
    return 0


def ascii_line(head: bytes) -> bytes:
    """Return a head whose target is ASCII: what browsers' users and programs write is UTF-8 as often."""
    if head.isascii():
        return head
    line, end, rest = head.partition(b"\n")
    return _NOT_ASCII.sub(lambda match: quote(match[0]).encode(), line) + end + rest


def without_upgrade(head: bytes) -> bytes:
    """Return a head whose Upgrade goes by a name that is passed over: none is made (RFC 9110 section 7.8).

    The parser takes it for the end of HTTP on the connection, and a body for something else than a body.
    """
    return _UPGRADE.sub(_NO_UPGRADE, head)


def _key(name: bytes) -> str:
    """Return the name of a header in an environment, "" for one that is passed over."""
    return _short_key(name) if len(name) <= _NAME else _made_key(name)


def _made_key(name: bytes) -> str:
    if b"_" in name:  # would be taken for the header with hyphens, which proxies watch
        return ""
    return _ENTITY.get(name) or f"HTTP_{name.decode('ascii').upper().replace('-', '_')}"


#: Names of headers, which are the same again and again.
_short_key = lru_cache(256)(_made_key)


class RequestHeads:
    """Heads of requests without a body that came before: programs send the same bytes again and again.

    What is remembered of a head follows from its bytes alone, so it is the same for every connection.
    """

    def __init__(self) -> None:
        self._heads: dict[bytes, tuple[RequestHead, dict[str, Any]]] = {}

    def get(self, data: bytes) -> tuple[RequestHead, dict[str, Any]] | None:
        """Return a head and an environment of its own, None for a head that is not remembered."""
        entry = self._heads.get(data)
        return None if entry is None else (entry[0], entry[1].copy())

    def add(self, data: bytes, head: RequestHead, environ: dict[str, Any]) -> None:
        """Remember a head that was read whole and checked, in the place of the one that came first."""
        if head.length != 0 or len(data) > _SHORT or head.method not in {"GET", "HEAD"}:
            return
        if len(self._heads) >= _REMEMBERED:
            del self._heads[next(iter(self._heads))]
        self._heads[data] = (head, environ.copy())


def environ_of(head: RequestHead) -> dict[str, Any]:
    """Return a request as WSGI has it (PEP 3333), without its body and without the ends of its connection."""
    path, query = head.path_and_query()
    environ: dict[str, Any] = {
        **_SAME,
        "REQUEST_METHOD": head.method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": f"HTTP/{head.version}",
        "wsgi.errors": sys.stderr,
    }
    for name, value in head.headers:
        key = _key(name)
        if not key:
            continue
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ
