"""Cancel a request from another thread than the one it runs in.

A client that hangs up, or that asks for its query to be ended, must not leave a worker burning. The
token travels with the request through the pool. Ending is exact: what it ends is fixed while a lock
is held, so a worker that has gone on to the next caller is never hit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from ogpld.errors import CancelledError


class CancelToken:
    """The state of one request in the pool.

    Attributes:
        cancelled: whether its end was asked for.
        seconds: how long a worker was at it, waiting not counted.
    """

    def __init__(self) -> None:
        self.cancelled = False
        self.seconds = 0.0
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None

    def cancel(self) -> None:
        """End the request: now if a worker is at it, else as soon as it would get one."""
        with self._lock:
            self.cancelled = True
            if self._stop is not None:
                self._stop()

    def stoppable(self, stop: Callable[[], None]) -> _Stoppable:
        """Say what ends the request during the block of a `with` statement.

        Raises:
            CancelledError: at its beginning, when its end was asked for before.
        """
        return _Stoppable(self, stop)

    def _set_stop(self, stop: Callable[[], None] | None) -> None:
        with self._lock:
            if stop is not None and self.cancelled:
                raise self.refusal()
            self._stop = stop

    def refusal(self) -> CancelledError:
        """Return the error that answers a cancelled request."""
        return CancelledError(
            "the query was ended because its caller asked for it", limit="cancelled", retry_after=1
        )


class _Stoppable:
    """A block during which a request can be ended; every query has two, so it is no generator."""

    __slots__ = ("_stop", "_token")

    def __init__(self, token: CancelToken, stop: Callable[[], None]) -> None:
        self._token = token
        self._stop = stop

    def __enter__(self) -> None:
        self._token._set_stop(self._stop)  # noqa: SLF001  (two halves of one thing)

    def __exit__(self, *_error: object) -> None:
        self._token._set_stop(None)  # noqa: SLF001
