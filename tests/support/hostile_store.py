"""A server that pretends to be a SPARQL store, and answers every request in one bad way."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from support.tcp_server import TcpServer

RESULTS = "application/sparql-results+json"
ROWS = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}'
_DIGEST, _NO = "WWW-Authenticate: Digest", "401 Unauthorized"

#: Sends an answer over a connection whose request was read.
Script = Callable[[socket.socket], None]


def answer(body: bytes, *headers: str, status: str = "200 OK", kind: str = RESULTS) -> bytes:
    """Return a whole answer of HTTP."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _hang(connection: socket.socket) -> None:
    connection.recv(1)


def _drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-A: b\r\n")
        time.sleep(0.2)


def _endless(connection: socket.socket) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n\r\n".encode())
    while True:
        connection.sendall(b" " * 65_536)


def _send(content: bytes) -> Script:
    return lambda connection: connection.sendall(content)


#: By what it does: the script, and the code of the error that it has to become.
SCRIPTS: dict[str, tuple[Script, str]] = {
    "hangs": (_hang, "timeout"),
    "sends headers without end": (_drip, "timeout"),
    "sends a body without end": (_endless, "limit"),
    "closes at once": (lambda _: None, "store-unreachable"),
    "sends what is no HTTP": (_send(b"\x00\x01\x02 garbage\r\n\r\n"), "store-failed"),
    "sends HTML with 200": (_send(answer(b"<html>", kind="text/html")), "store-failed"),
    "sends HTML as JSON": (_send(answer(b"<html>")), "store-failed"),
    "cuts JSON, and says so": (_send(answer(ROWS)[:-20]), "store-failed"),
    "cuts JSON, and does not say so": (_send(answer(ROWS[:-20])), "store-failed"),
    "sends more after the JSON": (_send(answer(ROWS + b"{}")), "store-failed"),
    "sends JSON that nests deep": (_send(answer(b"[" * 200_000)), "store-failed"),
    "sends JSON of something else": (_send(answer(b'{"a":1}')), "store-failed"),
    "sends a cell without a column":
        (_send(answer(ROWS.replace(b'["n"]', b'["m"]'))), "store-failed"),
    "sends an IRI that is none":
        (_send(answer(ROWS.replace(b'"literal","value":"1"', b'"uri","value":"a b"'))), "store-failed"),
    "is not UTF-8": (_send(answer(ROWS.replace(b'"1"', b'"\xff"'))), "store-failed"),
    "redirects": (_send(answer(b"", "Location: http://127.0.0.1:1/", status="307 Moved")), "store-failed"),
    "answers 401": (_send(answer(b"", status=_NO)), "store-failed"),
    "wants a digest that nobody knows":
        (_send(answer(b"", f'{_DIGEST} realm="x", nonce="y", algorithm=FOO', status=_NO)), "store-failed"),
    "wants a digest of another quality":
        (_send(answer(b"", f'{_DIGEST} realm="x", nonce="y", qop="auth-int"', status=_NO)), "store-failed"),
    "wants a digest, and stops": (_send(answer(b"", f"{_DIGEST} realm=", status=_NO)), "store-failed"),
    "says in no number when to come again":
        (_send(answer(b"", "Retry-After: 7", status="503 Busy").replace(b" 7", b" \xb2")), "store-unreachable"),
    "gives other columns": (_send(answer(ROWS.replace(b'"n"', b'"m"'))), "store-failed"),
    "answers 500": (_send(answer(ROWS, status="500 Error")), "store-failed"),
    "answers 503": (_send(answer(b"", status="503 Busy")), "store-unreachable"),
    "answers 206": (_send(answer(ROWS, status="206 Partial Content")), "store-incomplete"),
    "gave up, and says so in a header":
        (_send(answer(ROWS, "X-SQL-State: S1TAT")), "store-incomplete"),
    "gives as many rows as it gives at most":
        (_send(answer(ROWS, "X-SPARQL-MaxRows: 1")), "store-incomplete"),
    "packs what was not asked to be packed":
        (_send(answer(ROWS, "Content-Encoding: gzip")), "store-failed"),
    "says that true is an answer to SELECT": (_send(answer(b'{"head":{},"boolean":true}')), "store-failed"),
}  # fmt: skip


class HostileStore(TcpServer):
    """The server, and the requests that came."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[bytes] = []
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        """Read a request, and run the script."""
        with connection, suppress(OSError, ValueError):
            content = b""
            while b"\r\n\r\n" not in content:
                if not (piece := connection.recv(65_536)):
                    return
                content += piece
            head, _, body = content.partition(b"\r\n\r\n")
            length = int(
                head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0"
            )
            while len(body) < length:
                body += connection.recv(65_536)
            self.requests.append(head + b"\r\n\r\n" + body)
            self.script(connection)


@contextmanager
def hostile_store(script: Script) -> Iterator[HostileStore]:
    """Run a server with a script."""
    with closing(HostileStore(script)) as server:
        yield server
