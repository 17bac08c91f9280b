"""Cancel a request from another thread than the one it runs in.

A client that hangs up, or that asks for its query to be ended, must not leave a worker burning. The
token travels with the request through the pool. Ending is exact: what it ends is fixed while a lock
is held, so a worker that has gone on to the next caller is never hit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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

    @contextmanager
    def stoppable(self, stop: Callable[[], None]) -> Iterator[None]:
        """Say what ends the request during a block.

        Raises:
            CancelledError: when its end was asked for before.
        """
        with self._lock:
            if self.cancelled:
                raise self.refusal()
            self._stop = stop
        try:
            yield
        finally:
            with self._lock:
                self._stop = None

    def refusal(self) -> CancelledError:
        """Return the error that answers a cancelled request."""
        return CancelledError(
            "the query was ended because its caller asked for it", limit="cancelled", retry_after=1
        )
