"""One request to a store and its whole answer, over one connection, before a moment of the clock.

When the time is over, or the caller has left, the socket is shut down, whatever the other side does.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from urllib.parse import urlsplit

from ogpld.errors import StoreFailedError, StoreUnreachableError
from ogpld.stores.cancel_token import CancelToken

_PIECE = 65_536
#: Header of a balancer: which engine answered, and in a request which one is to.
ENGINE = "Ogpld-Engine"


@dataclass(frozen=True, slots=True)
class StoreResponse:
    """A whole answer.

    Attributes:
        status: of HTTP.
        headers: names in lower case.
        body: all of it.
        bounded: whether HTTP said where the body ends; else it may have been cut.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    bounded: bool

    @property
    def media_type(self) -> str:
        """The type of the body without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def engine(self) -> str:
        """Which engine of a balancer answered, "" where nothing says so."""
        return self.headers.get(ENGINE.lower(), "")


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """A request that may be sent twice.

    Attributes:
        method: of HTTP.
        url: where.
        headers: of the request.
        body: of the request.
        end: moment of the monotonic clock before which the answer is there, whole.
        most: bytes the body of the answer may have.
        token: ends it.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    end: float
    most: int
    token: CancelToken


class BodyLimitError(Exception):
    """An answer has more bytes than were asked for."""


class StoreExchange:
    """A request and its answer over one connection.

    Args:
        name: what messages call the store.
        connection: to its host.
        request: what is sent.

    Attributes:
        whole: whether the connection can be used again.
    """

    def __init__(
        self, name: str, connection: http.client.HTTPConnection, request: StoreRequest
    ) -> None:
        self.name, self.whole = name, False
        self._connection, self._request = connection, request
        self._socket: socket.socket | None = None
        self._late = False

    def run(self) -> StoreResponse:
        """Send the request, and read the whole answer."""
        with self._ended_in_time():
            try:
                self._send()
                with self._connection.getresponse() as response:
                    self._check_head(response)
                    content, bounded = _read(response, self._request)
                    if (
                        self._late or self._request.token.cancelled
                    ):  # it may be what had come by then
                        raise OSError("the connection was shut down")
                    self.whole = not response.will_close
                    names = {name.lower(): value for name, value in response.getheaders()}
                    return StoreResponse(response.status, names, content, bounded)
            except ssl.SSLCertVerificationError as error:
                raise StoreFailedError(
                    f"{self.name} shows a certificate that is not trusted: {error.verify_message}",
                    hint="renew it, or name the authority's file in SSL_CERT_FILE",
                ) from error
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise self._fault(error) from error

    def _send(self) -> None:
        connection, request = self._connection, self._request
        if connection.sock is None:
            connection.connect()
        # an answer that closes the connection takes it away from there
        self._socket = connection.sock
        self._socket.settimeout(max(0.001, request.end - time.monotonic()))
        usual = {"Accept-Encoding": "identity", "User-Agent": "ogpld"}
        parts = urlsplit(request.url)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(request.method, path, request.body, {**usual, **request.headers})

    def _fault(self, error: Exception) -> Exception:
        """Return what an error of the connection means."""
        if self._request.token.cancelled:
            return self._request.token.refusal()
        if self._late or time.monotonic() >= self._request.end:
            return TimeoutError()
        if isinstance(error, http.client.IncompleteRead):
            return StoreFailedError(
                f"{self.name} ends its answer before it is whole", hint="ask again; see its log"
            )
        if isinstance(error, OSError):
            return StoreUnreachableError(
                f"{self.name} cannot be asked ({type(error).__name__})",
                hint="see that it runs and is reached from here",
            )
        return StoreFailedError(
            f"{self.name} answers with what is no HTTP ({type(error).__name__})",
            hint="see what listens there",
        )

    @contextmanager
    def _ended_in_time(self) -> Iterator[None]:
        """Shut the connection down when the time is over, or the token is cancelled."""

        def shut() -> None:
            with suppress(OSError):
                if self._socket is not None:
                    self._socket.shutdown(socket.SHUT_RDWR)

        def end_late() -> None:
            self._late = True
            shut()

        clock = threading.Timer(max(0.0, self._request.end - time.monotonic()), end_late)
        clock.daemon = True
        clock.start()
        try:
            with self._request.token.stoppable(shut):
                yield
        finally:
            clock.cancel()

    def _check_head(self, response: HTTPResponse) -> None:
        if 300 <= response.status < 400:  # noqa: PLR2004  (a redirect)
            raise StoreFailedError(
                f"{self.name} answers with a redirect ({response.status}), which is not followed",
                hint="write the address it has now",
            )
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise StoreFailedError(
                f"{self.name} answers with a content coding that was not asked for",
                hint="switch compression off between here and there",
            )


def whole_number(text: str) -> int | None:
    """Return a number that a store writes, None for text that is none, or more than anything has."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def _read(response: HTTPResponse, request: StoreRequest) -> tuple[bytes, bool]:
    """Return the body, and whether HTTP says where it ends."""
    length = whole_number(response.headers.get("Content-Length", ""))
    pieces, size = [], 0
    while piece := response.read(_PIECE):
        size += len(piece)
        if size > request.most:
            raise BodyLimitError
        if time.monotonic() >= request.end:
            raise TimeoutError
        pieces.append(piece)
    chunked = bool(response.chunked)
    if not chunked and length is not None and length != size:
        raise http.client.IncompleteRead(b"", length - size)
    return b"".join(pieces), chunked or length is not None
