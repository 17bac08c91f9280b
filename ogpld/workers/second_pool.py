"""A pool that is started when a query wants it, and ended when none has for a while.

It is for queries that name graphs: few do, and a store that holds the named graphs beside their union
takes nearly twice the memory of the union. It has a zygote and workers of its own, so that what
everybody asks goes on as before while it loads. Who asks first waits for it, at most until the
query's own deadline, and is told that it is loading when that passes; it loads on meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Literal, Protocol, TypeVar

from ogpld.errors import OgpldError
from ogpld.stores.cancel_token import CancelToken
from ogpld.waiting import Condition
from ogpld.workers.stop_errors import QUERY

_LOG = logging.getLogger("ogpld")

#: Seconds after which loading is tried again when it failed.
_PAUSE = 30.0

State = Literal["not loaded", "loading", "loaded"]


class Startable(Protocol):
    """The part of a pool that matters here."""

    def start(self) -> None:
        """Load; OgpldError when that fails."""

    def close(self) -> None:
        """End all processes."""


P = TypeVar("P", bound=Startable)


class SecondPool(Generic[P]):
    """Owner of a pool that is there while it is wanted.

    Args:
        make: returns the pool, not started.
        idle: seconds after which it is ended when nobody wants it; 0 keeps it.
    """

    def __init__(self, make: Callable[[], P], idle: float) -> None:
        self._make = make
        self._idle = idle
        self._changed = Condition()
        self._pool: P | None = None
        self._users = 0
        self._wanted = 0.0
        self._error = ""
        self._again = 0.0
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def state(self) -> State:
        """Whether the pool is there."""
        if self._pool is not None:
            return "loaded"
        return "not loaded" if self._thread is None else "loading"

    @contextmanager
    def use(self, seconds: float, token: CancelToken) -> Iterator[P]:
        """Give the pool to a block, started where it is not there.

        Raises:
            QueryStoppedError: when it is not there within some seconds, cannot be had, or the token ended.
        """
        deadline = time.monotonic() + seconds
        with token.stoppable(self._wake), self._changed:
            while self._pool is None:
                self._begin()
                if token.cancelled:
                    raise token.refusal()
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    raise QUERY.loading()
            pool = self._pool
            self._users += 1
        try:
            yield pool
        finally:
            with self._changed:
                self._users -= 1
                self._wanted = time.monotonic()
                self._changed.notify_all()

    def start(self) -> None:
        """Start the pool ahead of the first query.

        Raises:
            OgpldError: when it cannot be had.
        """
        pool = self._make()
        pool.start()
        self._pool = pool

    def close(self) -> None:
        """End the pool, and start it never again."""
        with self._changed:
            self._closed = True
            pool, self._pool = self._pool, None
            thread = self._thread
            self._changed.notify_all()
        if pool is not None:
            pool.close()
        if thread is not None:
            thread.join()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _begin(self) -> None:
        """Start loading where nobody is at it; say why it cannot be tried again yet."""
        if self._closed:
            raise QUERY.restarting()
        if self._thread is not None:
            return
        pause = self._again - time.monotonic()
        if self._error and pause > 0:
            raise QUERY.unfit(pause)
        self._error = ""
        thread = threading.Thread(target=self._live, name="named graphs", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # the system gives no thread
            raise QUERY.unfit(_PAUSE) from error
        self._thread = thread

    def _live(self) -> None:
        """Load the pool, and end it when nobody has wanted it for a while."""
        pool, began = self._make(), time.monotonic()
        try:
            pool.start()
        except (OgpldError, OSError, RuntimeError) as error:  # no descriptors, no threads
            _LOG.error("the named graphs cannot be loaded: %s", error)
            pool.close()
            with self._changed:
                self._error, self._again = str(error), time.monotonic() + _PAUSE
                self._thread = None
                self._changed.notify_all()
            return
        _LOG.info("the named graphs were loaded in %.1f s", time.monotonic() - began)
        with self._changed:
            self._wanted = time.monotonic()
            if not self._closed:
                self._pool = pool
            self._changed.notify_all()
            while not self._closed and (left := self._left()) > 0:
                self._changed.wait(left)
            self._pool = None
            self._thread = None
            self._changed.notify_all()
        pool.close()

    def _left(self) -> float:
        """Return the seconds until nobody will have wanted the pool for too long."""
        if self._users or not self._idle:
            return threading.TIMEOUT_MAX
        return self._wanted + self._idle - time.monotonic()
