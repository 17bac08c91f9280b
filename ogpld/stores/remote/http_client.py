"""Ask one store over HTTP: whole answers or errors, in time, from where the operator said and nowhere else.

Redirects are not followed, no proxy of the environment is used, certificates are verified (by authorities of
the system, or of the file that SSL_CERT_FILE names). A deadline is kept whatever the other side does: when it
is over, or when the caller has left, the socket is shut down. What may be sent twice is sent again, up to
three times, where the store was not reached or said so; after five failures in a row it is left alone.
"""

from __future__ import annotations

import base64
import http.client
import random
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from ogpld.errors import StoreFailedError, StoreUnreachableError
from ogpld.stores.cancel_token import CancelToken
from ogpld.stores.remote.http_exchange import (
    StoreExchange,
    StoreRequest,
    StoreResponse,
    whole_number,
)
from ogpld.stores.remote.store_address import Credentials

_CONNECT = 2.0
_TRIES = 3
_PAUSE = 0.2
#: Failures in a row after which a store is left alone, and for how many seconds.
_FAILURES, _REST = 5, 10.0
_IDLE = 8
_AGAIN = frozenset({429, 502, 503, 504})
_UNAUTHORIZED = 401


class StoreClient:
    """Connections to the host of one store.

    Args:
        name: what messages call the store.
        credentials: what it is told of who asks.
    """

    def __init__(self, name: str, credentials: Credentials | None = None) -> None:
        self.name = name
        self._credentials = credentials
        self._digest: tuple[AbstractDigestAuthHandler, dict[str, str]] | None = None
        self._tls = ssl.create_default_context()
        self._lock = threading.Lock()
        self._idle: list[tuple[str, http.client.HTTPConnection]] = []
        self._failures = 0
        self._rests_until = 0.0

    @property
    def rests(self) -> bool:
        """Whether the store failed so often that it is left alone for now."""
        return time.monotonic() < self._rests_until

    def close(self) -> None:
        """Close connections nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        seconds: float,
        most: int = 1 << 20,
        token: CancelToken | None = None,
        tries: int = _TRIES,
    ) -> StoreResponse:
        """Send a request that may be sent twice, and return the answer, whatever its status is.

        Args:
            method: of HTTP.
            url: where.
            headers: of the request.
            body: of the request.
            seconds: for everything, all tries and pauses together.
            most: bytes the body of the answer may have.
            token: ends it.
            tries: how often it is sent at most.

        Raises:
            TimeoutError: when the seconds were over.
            BodyLimitError: past `most`.
            StoreUnreachableError: where there is no answer, or it is 429, 502, 503 or 504.
            StoreFailedError: for an answer that is no HTTP, cut, coded or a redirect.
            CancelledError: when the token was cancelled.
        """
        end = time.monotonic() + seconds
        request = StoreRequest(method, url, headers, body, end, most, token or CancelToken())
        if self.rests:
            raise StoreUnreachableError(
                f"{self.name} failed {_FAILURES} times in a row and is left alone for {_REST:g} seconds",
                hint="see that it runs, then ask again",
            )
        for number in range(1, tries + 1):
            try:
                response = self._authorized(request)
            except StoreUnreachableError:
                self._note(failed=True)
                if number == tries or not self._pause(number, end, 0):
                    raise
                continue
            except (StoreFailedError, TimeoutError):
                self._note(failed=True)
                raise
            if response.status not in _AGAIN:
                self._note(failed=False)
                return response
            self._note(failed=True)
            after = whole_number(response.headers.get("retry-after", "")) or 0
            if number == tries or not self._pause(number, end, after):
                break
        raise StoreUnreachableError(
            f"{self.name} answers with status {response.status}", hint="ask again later"
        )

    def _note(self, *, failed: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= _FAILURES:
                self._failures, self._rests_until = 0, time.monotonic() + _REST

    def _pause(self, number: int, end: float, after: int) -> bool:
        """Wait before the next try; say whether there is time for one."""
        seconds = random.uniform(0, _PAUSE * 2**number)  # noqa: S311  (so that not all come at once)
        seconds = max(seconds, after)
        if time.monotonic() + seconds >= end or self.rests:
            return False
        time.sleep(seconds)
        return True

    def _authorized(self, request: StoreRequest) -> StoreResponse:
        """Send a request with credentials; once more where the store wants a digest (RFC 7616)."""
        response = self._send(self._signed(request))
        credentials = self._credentials
        if response.status != _UNAUTHORIZED or credentials is None or credentials.bearer:
            return response
        # Virtuoso has no challenge for who comes with Basic
        challenge = response.headers.get("www-authenticate", "")
        if not challenge:
            challenge = self._send(request).headers.get("www-authenticate", "")
        if not challenge.lower().startswith("digest "):
            return response
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, f"{_place(request)}/", credentials.user, credentials.secret)
        try:
            fields = parse_keqv_list(parse_http_list(challenge.partition(" ")[2]))
            _digest_of(request, AbstractDigestAuthHandler(passwords), fields)
        except (ValueError, LookupError, OSError) as error:  # OSError: of another quality
            raise StoreFailedError(
                f"{self.name} wants credentials in a way that is not understood",
                hint="have it take Basic or Bearer, or Digest with MD5 or SHA and qop=auth",
            ) from error
        with self._lock:
            self._digest = AbstractDigestAuthHandler(passwords), fields
        return self._send(self._signed(request))

    def _signed(self, request: StoreRequest) -> StoreRequest:
        """Return a request with credentials, where the store gets any."""
        credentials = self._credentials
        if credentials is None:
            return request
        pair = f"{credentials.user}:{credentials.secret}".encode()
        word = f"Basic {base64.b64encode(pair).decode()}"
        if credentials.bearer:
            word = f"Bearer {credentials.secret}"
        with self._lock:
            if self._digest is not None:
                word = _digest_of(request, *self._digest)
        return replace(request, headers={**request.headers, "Authorization": word})

    def _send(self, request: StoreRequest) -> StoreResponse:
        """Send a request once; on a new connection where an idle one was closed meanwhile."""
        connection = self._take(_place(request))
        if connection is not None:
            with suppress(StoreUnreachableError):  # it was idle, and the store may close those
                return self._exchange(connection, request)
        return self._exchange(self._connect(request), request)

    def _connect(self, request: StoreRequest) -> http.client.HTTPConnection:
        parts = urlsplit(request.url)
        left = request.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        seconds = min(_CONNECT, left)
        host = parts.hostname or ""
        if parts.scheme == "https":
            return http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=self._tls)
        return http.client.HTTPConnection(host, parts.port, timeout=seconds)

    def _exchange(
        self, connection: http.client.HTTPConnection, request: StoreRequest
    ) -> StoreResponse:
        """Send a request over a connection, and read the whole answer."""
        exchange = StoreExchange(self.name, connection, request)
        try:
            return exchange.run()
        finally:
            self._put_back(_place(request), connection, whole=exchange.whole)

    def _take(self, place: str) -> http.client.HTTPConnection | None:
        with self._lock:
            for number in range(len(self._idle) - 1, -1, -1):
                if self._idle[number][0] == place:
                    return self._idle.pop(number)[1]
        return None

    def _put_back(self, place: str, connection: http.client.HTTPConnection, *, whole: bool) -> None:
        with self._lock:
            if whole and len(self._idle) < _IDLE:
                self._idle.append((place, connection))
                return
        connection.close()


def _digest_of(
    request: StoreRequest, handler: AbstractDigestAuthHandler, challenge: dict[str, str]
) -> str:
    plain = Request(request.url, method=request.method)  # noqa: S310  (https, or this machine)
    return f"Digest {handler.get_authorization(plain, challenge) or ''}"


def _place(request: StoreRequest) -> str:
    """Return what requests have in common that can go over one connection."""
    parts = urlsplit(request.url)
    return f"{parts.scheme}://{parts.netloc}"
