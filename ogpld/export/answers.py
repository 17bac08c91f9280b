"""Ask the site for answers in this process: the same code as the server's, no connection, no budget."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import unquote

from ogpld.config import Settings
from ogpld.export.release_data import ReleaseData
from ogpld.release import Release
from ogpld.web.app import create_app
from ogpld.web.current.current_release import CurrentRelease
from ogpld.web.routes.plain_application import PlainApplication
from ogpld.web.server.response_cache import ResponseCache
from ogpld.wording import ENGLISH, write_in
from ogpld.workers.pool import QueryService

#: Bounds of what one client may ask for, which an export is not.
_UNBOUNDED: dict[str, Any] = {
    "budget_seconds": 0.0,
    "budget_errors": 0.0,
    "budget_pages": 0.0,
    "client_pages": 0,
    "client_queries": 0,
    "workers": 1,
    "document_cache": 16_777_216,
}


@dataclass(frozen=True, slots=True)
class SiteAnswer:
    """An answer of the site.

    Attributes:
        status: its status code.
        headers: its headers by name in small letters.
        body: its bytes.
    """

    status: int
    headers: dict[str, str]
    body: bytes


class Site:
    """The site of the release in service."""

    def __init__(self, application: ResponseCache) -> None:
        self._application = application
        self.current_release = application.current_release

    def get(self, path: str, query: str = "", accept: str = "") -> SiteAnswer:
        """Return the answer to GET; `path` is written as in an address."""
        return self._ask("GET", path, query, accept)

    def head(self, path: str) -> SiteAnswer:
        """Return the answer to HEAD, without a body."""
        return self._ask("HEAD", path, "", "")

    def _ask(self, method: str, path: str, query: str, accept: str) -> SiteAnswer:
        # bytes of the path, one a character, as WSGI has them (PEP 3333)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if accept:
            environ["HTTP_ACCEPT"] = accept
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            head[:] = [int(status[:3]), {name.lower(): value for name, value in headers}]

        body = b"".join(self._application(environ, start_response))
        return SiteAnswer(head[0], head[1], body)


@contextmanager
def open_site(settings: Settings) -> Iterator[Site]:
    """Open the release in service for a block; it stays that one, and forks of this process can ask it too.

    Raises:
        ReleaseError: when there is none, or none that is whole.
    """
    settings = replace(settings, **_UNBOUNDED)
    flask = create_app(settings)
    plain = PlainApplication(flask.url_map, flask.callers, pages=True)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        call = plain.view_call(environ)
        if call is None:
            return flask.wsgi_app(environ, start_response)
        write_in(ENGLISH)
        status, headers, body = plain.answer(call, environ)
        start_response(status, headers)
        return [body]

    current_release = CurrentRelease(settings, _open_data)
    current_release.start(watch=False)
    try:
        yield Site(ResponseCache(current_release, answer))
    finally:
        current_release.close()


def _open_data(release: Release, settings: Settings) -> QueryService:
    return cast("QueryService", ReleaseData(release, settings))
