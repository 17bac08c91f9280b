"""A reverse proxy as operators have one: a server below a path of a host, nothing else on it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class ReverseProxy:
    """A host that answers below a path.

    Attributes:
        host: scheme, host and port.
        prefix: the path, like `/ogp`.
        target: port of the server behind it.
        strips: whether it takes the path off, as nginx does for `location /ogp/ { proxy_pass http://app/; }`,
            or hands it on, as without the last slash.
    """

    host: str
    prefix: str
    target: int
    strips: bool = True

    @property
    def url(self) -> str:
        """The address of the site: its base IRI."""
        return f"{self.host}{self.prefix}/"

    def path_behind(self, path: str) -> str | None:
        """Return the path the server is asked for, None for one that is none of its."""
        if path.partition("?")[0] == self.prefix:
            return None if self.strips else path
        if not path.startswith(f"{self.prefix}/"):
            return None
        return path.removeprefix(self.prefix) if self.strips else path


@contextmanager
def reverse_proxy(port: int, prefix: str, target: int) -> Iterator[ReverseProxy]:
    """Run a proxy at a port until the end of the block."""
    proxy = ReverseProxy(f"http://127.0.0.1:{port}", prefix, target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            """Hand a request on, and its answer back."""
            path = proxy.path_behind(self.path)
            if path is None:
                moves = self.path.partition("?")[0] == proxy.prefix
                self.send_response(301 if moves else 404)
                if moves:
                    self.send_header("Location", proxy.url)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            headers |= {"Host": f"app:{proxy.target}", "X-Forwarded-For": "192.0.2.1"}
            connection = http.client.HTTPConnection("127.0.0.1", proxy.target, timeout=60)
            connection.request(self.command, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                    self.send_header(name, value)
            length = answer.getheader("Content-Length") if self.command == "HEAD" else None
            if answer.status not in {204, 304}:
                self.send_header("Content-Length", length or str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            connection.close()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"):
        setattr(Handler, f"do_{method}", Handler.forward)
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
