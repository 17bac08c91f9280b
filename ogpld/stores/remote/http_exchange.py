"""One request to a store and its whole answer, over one connection, before a moment of the clock.

When the time is over, or the caller has left, the socket is shut down, whatever the other side does.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPResponse

from ogpld.errors import StoreFailedError, StoreUnreachableError
from ogpld.stores.cancel_token import CancelToken

_PIECE = 65_536


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


class BodyLimitError(Exception):
    """An answer has more bytes than were asked for."""


class StoreExchange:
    """One request and its answer over one connection, until a moment of the clock.

    Attributes:
        whole: whether the connection can be used again.
    """

    def __init__(
        self, name: str, connection: http.client.HTTPConnection, end: float, token: CancelToken
    ) -> None:
        self.name, self.whole = name, False
        self._connection, self._end, self._token = connection, end, token
        self._socket: socket.socket | None = None
        self._late = False

    def run(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, most: int
    ) -> StoreResponse:
        """Send the request, and read the whole answer."""
        with self._ended_in_time():
            try:
                self._send(method, path, headers, body)
                with self._connection.getresponse() as response:
                    self._check_head(response)
                    content, bounded = _read(response, most, method, self._end)
                    if (
                        self._late or self._token.cancelled
                    ):  # what came may be what had come by then
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

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
        connection = self._connection
        if connection.sock is None:
            connection.connect()
        self._socket = (
            connection.sock
        )  # an answer that closes the connection takes it away from there
        self._socket.settimeout(max(0.001, self._end - time.monotonic()))
        usual = {"Accept-Encoding": "identity", "User-Agent": "ogpld"}
        connection.request(method, path, body, {**usual, **headers})

    def _fault(self, error: Exception) -> Exception:
        """Return what an error of the connection means."""
        if self._token.cancelled:
            return self._token.refusal()
        if self._late or time.monotonic() >= self._end:
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

        clock = threading.Timer(max(0.0, self._end - time.monotonic()), end_late)
        clock.daemon = True
        clock.start()
        try:
            with self._token.stoppable(shut):
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


def _read(response: HTTPResponse, most: int, method: str, end: float) -> tuple[bytes, bool]:
    """Return the body, and whether HTTP says where it ends."""
    length = response.headers.get("Content-Length", "")
    pieces, size = [], 0
    while piece := response.read(_PIECE):
        size += len(piece)
        if size > most:
            raise BodyLimitError
        if time.monotonic() >= end:
            raise TimeoutError
        pieces.append(piece)
    chunked = bool(response.chunked)
    if not chunked and length.isdigit() and method != "HEAD" and int(length) != size:
        raise http.client.IncompleteRead(b"", int(length) - size)
    return b"".join(pieces), chunked or length.isdigit()
