"""HTTP as bytes, for requests that no client library would send."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

from support.running import Server

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


def connect(server: Server, timeout: float = 20, source: str = "127.0.0.1") -> socket.socket:
    """Open a connection to a server, from an address of this machine."""
    parts = urlsplit(server.url)
    return socket.create_connection((parts.hostname, parts.port), timeout, (source, 0))


def read_all(channel: socket.socket) -> bytes:
    """Return what comes until the server closes; a reset is an end as well."""
    received = bytearray()
    try:
        while data := channel.recv(65536):
            received += data
    except ConnectionError:
        pass
    return bytes(received)


def exchange(server: Server, data: bytes, *, half_close: bool = True) -> bytes:
    """Send bytes, say that there are no more, and return the answer."""
    with connect(server) as channel:
        try:
            channel.sendall(data)
            if half_close:
                channel.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass
        return read_all(channel)


def statuses(answer: bytes) -> list[int]:
    """Return the status of every answer in what came, those of interim ones too."""
    return [int(status) for status in _STATUS.findall(answer)]


def upload(
    path: str, *headers: str, method: str = "POST", kind: str = "application/sparql-query"
) -> bytes:
    """Return the head of a request with a body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Content-Type: {kind}", *headers, "", ""]
    return "\r\n".join(lines).encode()
