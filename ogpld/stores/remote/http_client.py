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
from ogpld.stores.remote.http_exchange import StoreExchange, StoreResponse
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
        token, end = token or CancelToken(), time.monotonic() + seconds
        if self.rests:
            raise StoreUnreachableError(
                f"{self.name} failed {_FAILURES} times in a row and is left alone for {_REST:g} seconds",
                hint="see that it runs, then ask again",
            )
        for number in range(1, tries + 1):
            try:
                response = self._authorized(method, url, headers, body, end, most, token)
            except StoreUnreachableError:
                self._note(failed=True)
                if number == tries or not self._pause(number, end, ""):
                    raise
                continue
            except (StoreFailedError, TimeoutError):
                self._note(failed=True)
                raise
            if response.status not in _AGAIN:
                self._note(failed=False)
                return response
            self._note(failed=True)
            after = response.headers.get("retry-after", "")
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

    def _pause(self, number: int, end: float, after: str) -> bool:
        """Wait before the next try; say whether there is time for one."""
        seconds = random.uniform(0, _PAUSE * 2**number)  # noqa: S311  (so that not all come at once)
        if after.isdigit():
            seconds = max(seconds, float(after))
        if time.monotonic() + seconds >= end or self.rests:
            return False
        time.sleep(seconds)
        return True

    def _authorized(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        end: float,
        most: int,
        token: CancelToken,
    ) -> StoreResponse:
        """Send a request with credentials; once more where the store wants a digest (RFC 7616)."""
        rest = (body, end, most, token)
        response = self._send(method, url, {**headers, **self._sign(method, url)}, *rest)
        credentials = self._credentials
        if response.status != _UNAUTHORIZED or credentials is None or credentials.bearer:
            return response
        # Virtuoso has no challenge for who comes with Basic
        challenge = response.headers.get("www-authenticate", "")
        if not challenge:
            challenge = self._send(method, url, headers, *rest).headers.get("www-authenticate", "")
        if not challenge.lower().startswith("digest "):
            return response
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, credentials.user, credentials.secret)
        fields = parse_keqv_list(parse_http_list(challenge.partition(" ")[2]))
        with self._lock:
            self._digest = AbstractDigestAuthHandler(passwords), fields
        return self._send(method, url, {**headers, **self._sign(method, url)}, *rest)

    def _sign(self, method: str, url: str) -> dict[str, str]:
        credentials = self._credentials
        if credentials is None:
            return {}
        if credentials.bearer:
            return {"Authorization": f"Bearer {credentials.secret}"}
        with self._lock:
            if self._digest is not None:
                handler, challenge = self._digest
                signed = handler.get_authorization(Request(url, method=method), challenge)  # noqa: S310
                return {"Authorization": f"Digest {signed}"} if signed else {}
        pair = f"{credentials.user}:{credentials.secret}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        end: float,
        most: int,
        token: CancelToken,
    ) -> StoreResponse:
        """Send a request once; on a new connection where an idle one was closed meanwhile."""
        place, path = _split(url)
        connection = self._take(place)
        if connection is not None:
            try:
                return self._exchange(
                    connection, place, method, path, headers, body, end, most, token
                )
            except StoreUnreachableError:
                pass  # it was idle, and the store may close those
        return self._exchange(
            self._connect(url, end), place, method, path, headers, body, end, most, token
        )

    def _connect(self, url: str, end: float) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        seconds = min(_CONNECT, left)
        host = parts.hostname or ""
        if parts.scheme == "https":
            return http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=self._tls)
        return http.client.HTTPConnection(host, parts.port, timeout=seconds)

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        place: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        end: float,
        most: int,
        token: CancelToken,
    ) -> StoreResponse:
        """Send a request over a connection, and read the whole answer before a moment of the clock."""
        exchange = StoreExchange(self.name, connection, end, token)
        try:
            return exchange.run(method, path, headers, body, most)
        finally:
            self._put_back(place, connection, whole=exchange.whole)

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


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}", f"{parts.path or '/'}{query}"
