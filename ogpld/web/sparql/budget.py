"""What one client may spend: seconds of query time and failed queries, in buckets that refill.

Time is charged after it was spent, so a client is refused only once its bucket is in debt; what it
spent while running at once is all charged. Failed queries have a bucket of their own. The book holds a
bounded number of clients, the longest unseen forgotten first.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from ogpld.errors import BudgetSpentError

#: Clients remembered at once.
_CLIENTS = 10_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """Something that is spent and refills evenly.

    Attributes:
        name: as the RateLimit headers call it.
        size: what a full one holds; 0 for no limit.
        refill: what comes back in a minute.
        least: what must be in it to ask.
        words: what is spent, in a sentence.
    """

    name: str
    size: float
    refill: float
    least: float
    words: str

    @property
    def window(self) -> int:
        """Seconds in which an empty one is full again."""
        return math.ceil(self.size / self.refill * 60)

    def left(self, had: float, since: float) -> float:
        """Return what is in it some seconds after it had something."""
        return min(self.size, had + self.refill / 60 * since)

    def wait(self, has: float) -> int:
        """Return the seconds until enough is in it again, at least one."""
        return max(1, math.ceil((self.least - has) / self.refill * 60))


class Budget:
    """The book of what clients have left.

    Args:
        seconds: query time a client may spend at once; 0 switches this off.
        refill: seconds of it that come back in a minute.
        errors: failed queries a client may have; 0 switches this off.
        error_refill: how many of them come back in a minute.
        clock: tells seconds that only go up.
    """

    def __init__(
        self,
        seconds: float,
        refill: float,
        errors: float,
        error_refill: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._buckets = tuple(
            bucket
            for bucket in (
                Bucket("query-time", seconds, refill, 0.001, "seconds of query time"),
                Bucket("query-errors", errors, error_refill, 1.0, "failed queries"),
            )
            if bucket.size
        )
        self._clock = clock
        self._book: OrderedDict[str, tuple[float, dict[str, float]]] = OrderedDict()
        self._lock = threading.Lock()

    def require(self, client: str) -> None:
        """Let a client ask.

        Raises:
            BudgetSpentError: when one of its buckets is empty.
        """
        has = self._has(client)
        for bucket in self._buckets:
            if has[bucket.name] < bucket.least:
                raise BudgetSpentError(
                    f"the {bucket.size:g} {bucket.words} a client may use are spent",
                    retry_after=bucket.wait(has[bucket.name]),
                    hint="ask again after the time Retry-After says; many things in one query cost"
                    " less than one by one",
                )

    def charge(self, client: str, seconds: float, *, failed: bool) -> None:
        """Take from a client's buckets what a query cost."""
        spent = {"query-time": seconds, "query-errors": float(failed)}
        with self._lock:
            has = self._look(client)
            left = {b.name: has[b.name] - spent[b.name] for b in self._buckets}
            self._book[client] = (self._clock(), left)
            self._book.move_to_end(client)
            while len(self._book) > _CLIENTS:
                self._book.popitem(last=False)

    def headers(self, client: str) -> dict[str, str]:
        """Return RateLimit headers (draft-ietf-httpapi-ratelimit-headers), none without limits."""
        if not self._buckets:
            return {}
        has = self._has(client)
        policy = (f'"{b.name}";q={b.size:g};w={b.window}' for b in self._buckets)
        state = (
            f'"{b.name}";r={max(0, math.floor(has[b.name]))};'
            f"t={math.ceil((b.size - has[b.name]) / b.refill * 60)}"
            for b in self._buckets
        )
        return {"RateLimit-Policy": ", ".join(policy), "RateLimit": ", ".join(state)}

    def _has(self, client: str) -> dict[str, float]:
        with self._lock:
            return self._look(client)

    def _look(self, client: str) -> dict[str, float]:
        moment, had = self._book.get(client, (0.0, {}))
        since = self._clock() - moment
        return {b.name: b.left(had.get(b.name, b.size), since) for b in self._buckets}
