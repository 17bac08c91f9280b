"""What one client may take: seconds of work and failures, in buckets that refill, and places at once.

Work is charged when it starts, with the most it may cost (a reservation), and settled with what it did cost
when it ends; a client is refused once its bucket is empty, or when as much of its work is under way as one
client may have. The book holds a bounded number of clients, the longest unseen forgotten first.
"""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from ogpld.config import Settings
from ogpld.errors import BudgetSpentError, ClientBusyError
from ogpld.waiting import Condition
from ogpld.wording import quantity

#: Clients remembered at once.
_CLIENTS = 10_000

QUERY_TIME, QUERY_ERRORS, PAGE_TIME = "query-time", "query-errors", "page-time"
#: What a permanent address of a query is charged to.
ADDRESSES = "addresses"
#: What a query or the check of a document is charged to, and all other pages.
OF_QUERIES, OF_PAGES = (QUERY_TIME, QUERY_ERRORS), (PAGE_TIME,)


@dataclass(frozen=True)
class Bucket:
    """Something that is spent and refills evenly.

    Attributes:
        name: as the RateLimit headers call it.
        size: what a full one holds; 0 for no limit.
        refill: what comes back in a minute.
        least: what must be in it to ask.
        words: what is spent, one and several.
    """

    name: str
    size: float
    refill: float
    least: float
    words: tuple[str, str]

    @cached_property
    def policy(self) -> str:
        """Its size and the seconds in which an empty one is full again, as the RateLimit headers say it."""
        return f'"{self.name}";q={self.size:g};w={math.ceil(self.size / self.refill * 60)}'

    @property
    def sum(self) -> str:
        """What a full one holds, in words: `1 failed query`."""
        return f"{self.size:g} {self.words[self.size != 1]}"

    @property
    def verb(self) -> str:
        """The verb that fits the sum."""
        return "is" if self.size == 1 else "are"

    def state(self, has: float) -> str:
        """Return what is in it, and the seconds until it is full, as the RateLimit headers say it."""
        seconds = math.ceil((self.size - has) / self.refill * 60)
        return f'"{self.name}";r={max(0, math.floor(has))};t={seconds}'

    def wait(self, has: float) -> int:
        """Return the seconds until enough is in it again, at least one."""
        return max(1, math.ceil((self.least - has) / self.refill * 60))


@dataclass(frozen=True, slots=True)
class Places:
    """How much work of a kind one client may have under way.

    Attributes:
        kind: what is under way, in the plural.
        size: how many at once; 0 for no limit.
        patience: seconds that more wait for a place.
        retry_after: seconds after which it is worth asking again.
        waiting: how many may wait, for each place.
    """

    kind: str
    size: int
    patience: float
    retry_after: int
    waiting: int = 2


@dataclass(slots=True)
class _Account:
    """What a client has: the contents of its buckets at a moment, what is reserved, what is under way."""

    moment: float = 0.0
    has: dict[str, float] = field(default_factory=dict)
    reserved: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    under_way: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)

    @property
    def idle(self) -> bool:
        return not any(self.under_way.values()) and not any(self.waiting.values())


class Budget:
    """The book of what clients have left.

    Args:
        buckets: what is spent; those of size 0 are switched off.
        places: what may be under way at once, those of size 0 without limit.
        clock: tells seconds that only go up.
    """

    def __init__(
        self,
        buckets: Iterable[Bucket],
        places: Iterable[Places] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._buckets = tuple(bucket for bucket in buckets if bucket.size)
        self._places = {each.kind: each for each in places if each.size}
        self._clock = clock
        self._book: OrderedDict[str, _Account] = OrderedDict()
        self._changed = Condition()

    @classmethod
    def of(cls, settings: Settings) -> Budget:
        """Return the book with the limits that are set."""
        return cls(
            (
                Bucket(QUERY_TIME, settings.budget_seconds, settings.budget_refill, 0.001,
                       ("second of query time", "seconds of query time")),
                Bucket(QUERY_ERRORS, settings.budget_errors, settings.budget_error_refill, 1.0,
                       ("failed query", "failed queries")),
                Bucket(PAGE_TIME, settings.budget_pages, settings.budget_page_refill, 0.001,
                       ("second of work on pages", "seconds of work on pages")),
                Bucket(ADDRESSES, settings.budget_addresses, settings.budget_address_refill, 1.0,
                       ("permanent address of a query", "permanent addresses of queries")),
            ),
            (
                Places("queries", settings.client_queries, 1.0, 2),
                Places("checks", settings.client_checks, 1.0, 5),
                Places("pages", settings.client_pages, 2.0, 1),
                Places("fragments", settings.client_fragments, 10.0, 1, waiting=16),
                Places("pages of the past", (settings.past_requests + 1) // 2, 2.0, 5),
            ),
        )  # fmt: skip

    def require(self, client: str, names: Iterable[str] = OF_QUERIES) -> None:
        """Let a client ask.

        Args:
            client: who asks.
            names: the buckets that are asked.

        Raises:
            BudgetSpentError: when one of them is empty.
        """
        with self._changed:
            self._require(self._account(client), names)

    def charge(self, client: str, spent: Mapping[str, float]) -> None:
        """Take from a client's buckets, by name."""
        with self._changed:
            self._charge(client, spent)

    def _charge(self, client: str, spent: Mapping[str, float]) -> None:
        account = self._account(client)
        for name, cost in spent.items():
            if name in account.has:
                account.has[name] -= cost
        self._book[client] = account
        self._book.move_to_end(client)
        self._forget()

    @contextmanager
    def place(
        self, client: str, kind: str, reserved: Mapping[str, float]
    ) -> Iterator[dict[str, float]]:
        """Let a client work during a block, which notes in the mapping it is given what that costs.

        Args:
            client: who asks.
            kind: what it does, as `Places` names it; "" where there may be any number.
            reserved: the most it may cost, by bucket; charged until the cost is known.

        Raises:
            BudgetSpentError: when a bucket is empty or reserved by what is under way.
            ClientBusyError: when as many are under way as one client may have, and none ends in time.
        """
        with self._changed:
            account = self._account(client)
            self._require(account, reserved)
            self._book[client] = account
            self._book.move_to_end(client)
            if self._enter(account, kind):
                try:  # what ended meanwhile may have cost all
                    self._require(self._account(client), reserved)
                except BudgetSpentError:
                    self._leave(account, kind)
                    raise
            for name, most in reserved.items():
                account.reserved[name] += most
        spent: dict[str, float] = {}
        try:
            yield spent
        finally:
            with self._changed:
                for name, most in reserved.items():
                    account.reserved[name] -= most
                self._leave(account, kind)
                self._charge(client, spent)

    def headers(self, client: str, names: Iterable[str] = OF_QUERIES) -> dict[str, str]:
        """Return RateLimit headers (draft-ietf-httpapi-ratelimit-headers), none without limits."""
        buckets = [bucket for bucket in self._buckets if bucket.name in names]
        if not buckets:
            return {}
        with self._changed:
            account = self._account(client)
            has = {b.name: account.has[b.name] - account.reserved[b.name] for b in buckets}
        return {
            "RateLimit-Policy": ", ".join([b.policy for b in buckets]),
            "RateLimit": ", ".join([b.state(has[b.name]) for b in buckets]),
        }

    def _account(self, client: str) -> _Account:
        """Return a client's account as it is now; one that is not in the book is full."""
        account = self._book.get(client) or _Account()
        now = self._clock()
        since, account.moment = now - account.moment, now
        has = account.has
        for bucket in self._buckets:
            size = bucket.size
            had = has.get(bucket.name, size)
            has[bucket.name] = min(size, had + bucket.refill / 60 * since)
        return account

    def _require(self, account: _Account, names: Iterable[str]) -> None:
        for bucket in self._buckets:
            if bucket.name not in names:
                continue
            has = account.has[bucket.name]
            if has < bucket.least:
                wait = bucket.wait(has)
                raise BudgetSpentError(
                    f"the {bucket.sum} that one client may use {bucket.verb} spent",
                    retry_after=wait,
                    hint=f"ask again in {quantity(wait, 'second')}; many things in one query cost"
                    " less than one by one",
                )
            if has - account.reserved[bucket.name] < bucket.least:
                raise BudgetSpentError(
                    f"what is left of the {bucket.sum} that one client may use is reserved"
                    " by requests of yours that are under way",
                    retry_after=1,
                    hint="ask again when they have ended",
                )

    def _enter(self, account: _Account, kind: str) -> bool:
        """Take a place, waiting a moment for one; say whether that was needed."""
        places = self._places.get(kind)
        waits = places is not None and account.under_way[kind] >= places.size
        if places is not None and waits:
            deadline = time.monotonic() + places.patience
            if account.waiting[kind] >= places.waiting * places.size:
                raise _busy(places)
            account.waiting[kind] += 1
            try:
                while account.under_way[kind] >= places.size:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise _busy(places)
                    self._changed.wait(left)
            finally:
                account.waiting[kind] -= 1
        account.under_way[kind] += 1
        return waits

    def _leave(self, account: _Account, kind: str) -> None:
        account.under_way[kind] -= 1
        if account.waiting[kind]:
            self._changed.notify_all()

    def _forget(self) -> None:
        """Keep the book within its bounds; who has something under way stays in it."""
        while len(self._book) > _CLIENTS:
            client = next((name for name, held in self._book.items() if held.idle), None)
            if client is None:
                return
            del self._book[client]


def _busy(places: Places) -> ClientBusyError:
    return ClientBusyError(
        f"{places.size} {places.kind} of yours are under way, as many as one client may have at once",
        retry_after=places.retry_after,
        hint=f"ask one after the other, or again in {quantity(places.retry_after, 'second')}",
    )
