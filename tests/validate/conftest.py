"""An address that must not be asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address on this machine, and what was heard there."""
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)

    def listen() -> None:
        while server.fileno() >= 0:
            try:
                connection, _ = server.accept()
            except OSError:
                continue
            heard.append(connection.recv(100))
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/", heard
    server.close()
    thread.join()
