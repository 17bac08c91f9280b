"""Between granian and the WSGI application: what is kept is answered at once, the rest in threads.

RSGI tells when a client hangs up, which WSGI has no word for; its query is then ended, so
that no worker goes on for nobody. The event loop does nothing but this.
"""

from __future__ import annotations

import asyncio
import io
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_to_bytes

from ogpld.formats.media import PROBLEM
from ogpld.web.current.request import STATE, RequestState, state_of
from ogpld.web.server.response_cache import ResponseCache

#: Seconds for which a temporary file that is to be sent is held.
_HELD = 60
_ENTITY = {"content-type", "content-length"}
_REFUSAL = (
    b'{"type": "%s/errors/request-too-large", "title": "Content Too Large", "status": 413,'
    b' "code": "request-too-large"}\n'
)


class Rsgi:
    """The application as granian calls it.

    Args:
        front: what answers.
        threads: requests answered at once.
        body: largest body read, in bytes.
    """

    def __init__(self, front: ResponseCache, threads: int, body: int) -> None:
        self._front = front
        self._body = body
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        environ = _environ(scope)
        answer = _Collected()
        content = self._front.repeat(environ, answer)
        if content is None:
            body = await self._read(environ, protocol)
            if body is None:
                refusal = _REFUSAL % environ["SCRIPT_NAME"].encode()
                protocol.response_bytes(413, [("content-type", PROBLEM.type)], refusal)
                return
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            content = await self._ask(environ, answer, protocol)
        file = state_of(environ).file
        if file is not None:
            path = str(file.path)
            protocol.response_file_range(answer.status, answer.headers, path, file.start, file.end)
            # granian opens the file after this; a temporary one must be there until then
            asyncio.get_running_loop().call_later(_HELD, id, file.owner)
        elif content:
            protocol.response_bytes(answer.status, answer.headers, content)
        else:
            protocol.response_empty(answer.status, answer.headers)

    async def _ask(self, environ: dict[str, Any], answer: _Collected, protocol: Any) -> bytes:
        """Have a thread answer; a client that leaves takes its query along."""
        state = environ[STATE] = RequestState(sends_files=True)
        work = asyncio.get_running_loop().run_in_executor(
            self._threads, self._front, environ, answer
        )
        leaving = asyncio.ensure_future(protocol.client_disconnect())
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                state.cancel.cancel()
            parts = await work
        finally:
            leaving.cancel()
        return b"".join(parts)

    async def _read(self, environ: dict[str, Any], protocol: Any) -> bytes | None:
        """Return the body, None for one that is too large."""
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal() and int(length) > self._body:
            return None
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"} and not length:
            return b""
        body = bytearray()
        async for chunk in protocol:
            body += chunk
            if len(body) > self._body:
                return None
        return bytes(body)


class _Collected:
    """What an application says with `start_response`."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower(), value) for name, value in headers]


def _environ(scope: Any) -> dict[str, Any]:
    """Return a request as WSGI has it (PEP 3333), without its body."""
    address, _, port = scope.client.rpartition(":")
    host, _, server_port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address,
        "REMOTE_PORT": port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input": io.BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in scope.headers.items():
        if "_" in name:  # would be taken for the header with hyphens, which proxies watch
            continue
        key = name.upper().replace("-", "_")
        if name not in _ENTITY:
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ
