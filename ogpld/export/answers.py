"""Ask the site for answers in this process: the same code as the server's, no connection, no budget."""

from __future__ import annotations

import io
import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import unquote

from ogpld.config import Settings
from ogpld.stores import Answer, CancelToken, Query
from ogpld.web.server.create_application import create_wsgi_application
from ogpld.web.server.response_cache import ResponseCache
from ogpld.workers.pool import QueryService

#: Answers of the store that are kept: an address has fewer queries.
_LAST_ANSWERS = 32
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


class _RepeatedAnswers:
    """A store that answers the queries of one address once for all its forms and languages."""

    def __init__(self, store: QueryService) -> None:
        self._store = store
        self._answers: OrderedDict[tuple[str, tuple[str, str]], Answer] = OrderedDict()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def answer(
        self, query: Query, *, trusted: bool = False, token: CancelToken | None = None
    ) -> Answer:
        """Return the answer to a query; the last ones of our own queries are kept."""
        if not trusted or query.hits is not None or query.default_graphs or query.named_graphs:
            return self._store.answer(query, trusted=trusted, token=token)
        key = (query.text, query.forms)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._store.answer(query, trusted=True, token=token)
            self._answers[key] = answer
            if len(self._answers) > _LAST_ANSWERS:
                self._answers.popitem(last=False)
        return answer


class Site:
    """The site of the release in service."""

    def __init__(self, application: ResponseCache) -> None:
        self._application = application
        self.current_release = application.current_release

    def get(self, path: str, query: str = "", accept: str = "") -> SiteAnswer:
        """Return the answer to GET; `path` is written as in an address."""
        # bytes of the path, one a character, as WSGI has them (PEP 3333)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
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
    """Open the release in service for a block.

    Raises:
        ReleaseError: when there is none, or none that is whole.
    """
    site = Site(create_wsgi_application(replace(settings, **_UNBOUNDED)))
    with site.current_release.lease() as current:
        current.store = cast("QueryService", _RepeatedAnswers(current.store))
    try:
        yield site
    finally:
        site.current_release.close()
