"""Passes connections on to a program, and counts the requests that go through it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from support.tcp_server import TcpServer


class Relay(TcpServer):
    """In front of an engine.

    Args:
        engine: the address of its queries.
        counted: how a request begins that is counted.
        before: called with the number of each of these before it is passed on.

    Attributes:
        requests: how many came.
        port: where it listens.
        address: the address of the engine's queries, through here.
    """

    def __init__(
        self, engine: str, counted: bytes = b"", before: Callable[[int], None] | None = None
    ) -> None:
        parts = urlsplit(engine)
        self.requests = 0
        self._counted = counted or f"POST {parts.path}".encode()
        self._target, self._before = parts.port, before
        super().__init__()
        self.port = urlsplit(self.address).port
        self.address = f"http://127.0.0.1:{self.port}{parts.path}"

    def serve(self, connection: socket.socket) -> None:
        """Connect to the engine, and pass on both ways."""
        try:
            far = socket.create_connection(("127.0.0.1", self._target or 0))
        except OSError:
            connection.close()
            return
        for pair in ((connection, far), (far, connection)):
            threading.Thread(target=self._pass, args=(*pair, connection), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while content := source.recv(65_536):
                for _ in range(content.count(self._counted) if source is near else 0):
                    self.requests += 1
                    if self._before is not None:
                        self._before(self.requests)
                target.sendall(content)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
