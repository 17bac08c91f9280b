"""What stands in front of the application: leases the release, answers repeated requests from bytes.

An answer that a view marked as cacheable is kept under (release, method-independent path, query, Accept,
Accept-Datetime, the language of pages, the codings it may be in), compressed where it was sent so; a hit
costs a look-up, a 304 a comparison. Everything else goes on to Flask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from ogpld.web.current.current_release import CurrentRelease
from ogpld.web.current.request import state_of
from ogpld.web.http.content_coding import acceptable, condition_names, plain_tag, tag_of
from ogpld.web.http.file_response import body_of
from ogpld.web.http.http_messages import FileRange
from ogpld.web.http.languages import negotiated_language
from ogpld.web.http.preconditions import CONDITIONS, REPEATED, outcome
from ogpld.web.http.site_paths import take_off
from ogpld.web.server.answer import Answer, Work, head_of, header_lines
from ogpld.web.server.request_head import RequestHead

#: Bytes of a request that an answer is kept under; longer ones hardly come twice.
_KEY = 8_192
_CONDITIONS = frozenset(CONDITIONS)
#: Headers that speak to whoever asked first, and to nobody after.
_OF_ONE_CLIENT = {"ratelimit", "ratelimit-policy"}

#: Where in a WSGI environment stands what an answer to it is kept under.
_KEY_OF = "ogpld.cache_key"

StartResponse = Callable[..., Any]
Application = Callable[..., Iterable[bytes]]
#: Answers a request as WSGI has it with status, headers and body.
View = Callable[[dict[str, Any]], tuple[str, list[tuple[str, str]], bytes]]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A complete answer, as WSGI has it and as it is sent."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    head: bytes

    @property
    def size(self) -> int:
        """Bytes in memory: the headers are there twice, and every text and pair has some of its own."""
        return len(self.body) + 2 * len(self.head) + 200 * (len(self.headers) + 5)

    @classmethod
    def of(
        cls,
        status: str,
        headers: list[tuple[str, str]],
        body: bytes,
        file: FileRange | None = None,
    ) -> CachedResponse:
        """Return an answer with its head as it is sent."""
        length = len(body) if file is None else file.end - file.start
        return cls(status, headers, body, head_of(int(status[:3]), headers, length))

    def with_headers(self, headers: list[tuple[str, str]]) -> CachedResponse:
        """Return the same answer with further headers."""
        lines = header_lines(headers)
        return replace(self, headers=[*self.headers, *headers], head=self.head + lines)


class ResponseCache:
    """The application the HTTP server calls."""

    def __init__(self, current_release: CurrentRelease, application: Application) -> None:
        self.current_release = current_release
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request as a WSGI application (PEP 3333)."""
        with self.current_release.lease():
            response = self.answer(environ)
            start_response(response.status, response.headers)
            file = state_of(environ).file
            return [response.body] if file is None else body_of(file, environ)

    def answer(self, environ: dict[str, Any], view: View | None = None) -> CachedResponse:
        """Answer one request, if need be by a view in the place of the application.

        A file that is to be sent in the place of a body is in the state of the request.
        """
        state = state_of(environ)
        with self.current_release.lease() as serving:
            state.release, state.past = serving, self.current_release.past
            take_off(environ, serving.iris.base)
            key = environ[_KEY_OF] if _KEY_OF in environ else _key(environ)
            cached = serving.documents.get(key) if key else None
            if cached is not None and (repeated := _repeat(cached, environ)) is not None:
                return repeated
            generation = serving.documents.generation
            status, headers, body = (view or self._collected)(environ)
            repeatable = state.cacheable and environ["REQUEST_METHOD"] == "GET"
            if not (key and repeatable and status.startswith(("200", "303"))) or (
                "HTTP_IF_MATCH" in environ  # which may ask for another coding
            ):
                return CachedResponse.of(status, headers, body, state.file)
            shared = [pair for pair in headers if pair[0].lower() not in _OF_ONE_CLIENT]
            response = CachedResponse.of(status, shared, body)
            size = response.size + sum(map(len, key))
            serving.documents.put(key, response, size, generation)
            own = [pair for pair in headers if pair not in shared]
            return response.with_headers(own) if own else response

    def repeat(self, head: RequestHead, environ: dict[str, Any]) -> Answer | None:
        """Answer from what is kept, None when nothing is: takes no time, so no thread is needed."""
        with self.current_release.lease() as serving:
            take_off(environ, serving.iris.base)
            if head.cache_key[0] != serving.iris.base:
                head.cache_key = (serving.iris.base, _key(environ))
            key = environ[_KEY_OF] = head.cache_key[1]
            cached = serving.documents.get(key) if key else None
        repeated = None if cached is None else _repeat(cached, environ)
        if repeated is None:
            return None
        work = Work(environ["PATH_INFO"], serving.release.id, cached=True)
        return Answer(repeated.head, repeated.body, work=work)

    def _collected(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        """Let the application answer, and collect what it says."""
        seen: list[Any] = []

        def started(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            seen[:] = [status, headers]

        result = self.application(environ, started)
        try:
            body = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        return seen[0], seen[1], body


def _repeat(cached: CachedResponse, environ: dict[str, Any]) -> CachedResponse | None:
    """Return a cached answer, or 304 when the client has it; None for what Flask has to refuse (412)."""
    if environ["REQUEST_METHOD"] == "GET" and _CONDITIONS.isdisjoint(environ):
        return cached
    headers = _named_headers(cached.headers, environ)
    result = outcome(environ, headers) if cached.status.startswith("2") else None
    if result == HTTPStatus.PRECONDITION_FAILED or (
        result is None and headers is not cached.headers
    ):
        return None
    if result == HTTPStatus.NOT_MODIFIED:
        headers = [(n, v) for n, v in headers if n.lower() in REPEATED]
        return CachedResponse.of("304 Not Modified", headers, b"")
    if environ["REQUEST_METHOD"] == "HEAD":
        return replace(cached, body=b"")
    return cached


def _named_headers(
    headers: list[tuple[str, str]], environ: dict[str, Any]
) -> list[tuple[str, str]]:
    """Return the headers with the ETag of the coding that a precondition names, if that is another."""
    if "HTTP_IF_NONE_MATCH" not in environ and "HTTP_IF_MATCH" not in environ:
        return headers
    own = {name.lower(): value for name, value in headers}
    if "accept-encoding" not in own.get("vary", "").lower():
        return headers
    coding = own.get("content-encoding", "")
    tag = plain_tag(own.get("etag", ""), coding)
    other = condition_names(environ, tag, acceptable(environ))
    if other is None or other == coding:
        return headers
    return [(n, tag_of(tag, other) if n.lower() == "etag" else v) for n, v in headers]


def _key(environ: dict[str, Any]) -> tuple[str, ...] | None:
    """Return what an answer is kept under, None for a request whose answer is not."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return None
    codings = acceptable(environ)
    if not codings:
        return None  # what is kept has a coding
    key = (
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_ACCEPT", ""),
        environ.get("HTTP_ACCEPT_DATETIME", ""),
        negotiated_language(environ.get("HTTP_ACCEPT_LANGUAGE")),
        ",".join(codings),
    )
    return key if sum(map(len, key)) <= _KEY else None
