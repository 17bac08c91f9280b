"""A connection by itself, with an application that is none."""

from __future__ import annotations

import asyncio
from typing import cast

from ogpld.config import Settings
from ogpld.web.server.application import WebApplication
from ogpld.web.server.connection import Connection
from ogpld.web.server.connections import Connections


async def _answered_by(application: object) -> bytes:
    """Return what a connection sends for a request that is handed to an application."""
    connections = Connections(Settings(), 10)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(connections, cast(WebApplication, application)), "127.0.0.1"
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    answer = await reader.read()
    writer.close()
    server.close()
    return answer


def test_a_request_that_cannot_be_handed_on_is_answered() -> None:
    """The client is told, and the connection ends; else it would be held for ever."""

    class Failing:
        head_bytes, prefix = 100_000, ""

        def repeat(self, *_: object) -> None:
            """Have nothing."""

        def start(self, *_: object) -> None:
            """Fail."""
            raise RuntimeError

    answer = asyncio.run(_answered_by(Failing()))
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b'"code": "internal"' in answer or b'"code":"internal"' in answer
