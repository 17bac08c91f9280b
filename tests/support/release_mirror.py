"""A server of the releases of a home, which may answer as badly as a test wants."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote

from ogpld.release import ReleaseStore
from ogpld.release.context_archive import archived_context
from ogpld.release.release_files import ReleaseFiles, ReleaseList
from support.tcp_server import TcpServer

#: Gets the path and the body of an answer, and returns what is sent: another body, or a whole answer
#: that begins with `HTTP`; None for nothing, ever.
Script = Callable[[str, bytes], bytes | None]


def honest(_path: str, body: bytes) -> bytes:
    """Answer as an ogpld server does."""
    return body


class ReleaseMirror(TcpServer):
    """The server.

    Attributes:
        script: what it does to answers.
        url: its address.
        requests: path and range of each request, in their order.
        sizes: bytes of bodies sent, by path.
    """

    def __init__(self, home: Path, script: Script) -> None:
        self.script = script
        self.requests: list[tuple[str, str]] = []
        self.sizes: dict[str, int] = {}
        self._store = ReleaseStore(home)
        super().__init__()
        self.url = self.address.removesuffix("query")

    def serve(self, connection: socket.socket) -> None:
        """Answer one request."""
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                if not (piece := connection.recv(65_536)):
                    return
                head += piece
            path = unquote(head.split(b" ")[1].decode()).removeprefix("/")
            span = re.search(rb"(?mi)^range: bytes=(\d+)-(\d+)", head)
            self.requests.append((path, span[0].decode() if span else ""))
            body = self._body(path)
            content = None if body is None else self.script(path, body)
            if content is None and body is not None:
                connection.recv(1)
                return
            self._send(connection, path, content, span)

    def _body(self, path: str) -> bytes | None:
        if path == "releases/index.json":
            return ReleaseList.of(self._store, self._store.current_name() or "").as_json()
        if match := re.fullmatch(r"context/(\w+)\.jsonld", path):
            return archived_context(self._store.home, match[1])
        _, name, below = path.split("/", 2)
        release = self._store.get(name)
        if below == "files.json":
            return ReleaseFiles.of(release).as_json()
        file = release.path / below.removeprefix("files/")
        return file.read_bytes() if file.is_file() else None

    def _send(
        self,
        connection: socket.socket,
        path: str,
        content: bytes | None,
        span: re.Match[bytes] | None,
    ) -> None:
        if content is not None and content.startswith(b"HTTP"):
            connection.sendall(content)
            return
        status, more, body = "404 Not Found" if content is None else "200 OK", "", content or b""
        if span and content is not None:
            start, end = int(span[1]), int(span[2]) + 1
            status = "206 Partial Content"
            more = f"Content-Range: bytes {start}-{end - 1}/{len(body)}\r\n"
            body = body[start:end]
        self.sizes[path] = self.sizes.get(path, 0) + len(body)
        head = (
            f"HTTP/1.1 {status}\r\n{more}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(head.encode() + body)


@contextmanager
def release_mirror(home: Path, script: Script = honest) -> Iterator[ReleaseMirror]:
    """Run a mirror of a home."""
    with closing(ReleaseMirror(home, script)) as mirror:
        yield mirror
