"""Callers' queries answered by third-party stores, as the operator set; everything else by our own workers.

The first store that has the release whole is asked, then the next. Where none gives a whole answer, our own
workers do, which hold the same release: an answer never fails because of a store, and never is of another
release. What only we can answer stays here: documents and DESCRIBE, lists, searches for words, checks of
documents. The text of a query is parsed in a worker before it leaves.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from functools import partial
from typing import Any, Self

from ogpld.config import Settings
from ogpld.errors import OgpldError, QueryStoppedError, StoreFailedError
from ogpld.stores import Answer, CancelToken, Query
from ogpld.stores.describe_query import read_describe
from ogpld.stores.remote.remote_store import RemoteStore
from ogpld.stores.remote.store_address import StoreAddress, credentials_for, read_credentials
from ogpld.stores.search_patterns import read_searches
from ogpld.waiting import in_thread
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import Loadable, PoolOptions

_LOG = logging.getLogger("ogpld")

#: Seconds between two looks at whether the stores have the release.
_WATCH = 5.0


class RemoteQueryService(QueryService):
    """A pool of workers, and the stores that are asked before it.

    Attributes:
        stores: in the order in which they are asked.
    """

    stores: tuple[RemoteStore, ...] = ()

    @classmethod
    def over_stores(
        cls, release: Loadable, settings: Settings, *, base_iri: str, digest: str, task: str = ""
    ) -> Self:
        """Return a pool over a release and the stores that are set, not started yet.

        Raises:
            ConfigError: for a file of credentials that cannot be used.
        """
        service = cls(PoolOptions.of(release, settings, task=task))
        table = read_credentials(settings.store_credentials)
        addresses = [StoreAddress.read(text) for text in settings.store.split()]
        service.stores = tuple(
            RemoteStore(
                address,
                base_iri,
                digest,
                limits=replace(service.limits, guard=False),  # it was looked at before
                credentials=credentials_for(address, table),
                hidden_graphs=release.hidden_graphs,
                parse=service.parse,
            )
            for address in addresses
        )
        service.faults = dict.fromkeys(range(len(addresses)), "it was not asked yet")
        return service

    def __init__(self, options: PoolOptions) -> None:
        super().__init__(options)
        #: By number of the store, why it is not asked.
        self.faults: dict[int, str] = {}
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="stores", daemon=True)

    def start(self) -> None:
        """Start the workers, and look after the stores."""
        super().start()
        self._watcher.start()

    def parse(self, query: Query) -> str:
        """Parse a query on a worker, and return its text."""
        head = {"do": "parse", "base": query.base}
        text = query.text.encode("utf-8", "surrogatepass")
        seconds = query.seconds(self.limits.deadline)
        _, body = self._ask(self._public, head, seconds, self.limits.bytes, body=text)
        return body.decode()

    def answer(
        self, query: Query, *, trusted: bool = False, token: CancelToken | None = None
    ) -> Answer:
        """Ask a store, else a worker; see the protocol."""
        if trusted or len(self.faults) == len(self.stores) or in_thread(partial(_is_ours, query)):
            return super().answer(query, trusted=trusted, token=token)
        return in_thread(partial(self._answer_elsewhere, query, token))

    def _answer_elsewhere(self, query: Query, token: CancelToken | None) -> Answer:
        """Ask a store a caller's query, and wait for it; else a worker."""
        fingerprint = query.fingerprint or self.examine(query.text)
        end = time.monotonic() + query.seconds(self.limits.deadline)
        for number, store in enumerate(self.stores):
            left = end - time.monotonic()
            if number in self.faults or left <= 0:
                continue
            # half of the time for a store that may hang: somebody else has the same release
            attempt = replace(query, deadline=left / 2, fingerprint=fingerprint)
            try:
                return store.answer(attempt, token=token, tries=1)
            except StoreFailedError as error:
                _LOG.warning("a query is answered elsewhere: %s", error.message)
            except QueryStoppedError as error:
                if error.limit not in {"deadline", "queue"}:
                    raise
        left = max(0.001, end - time.monotonic())
        return super().answer(replace(query, deadline=left, fingerprint=fingerprint), token=token)

    def status(self) -> dict[str, Any]:
        """Return the state of the pool and of the stores, for /healthz; without addresses."""
        if not self.stores:
            return super().status()
        states = [number not in self.faults for number in range(len(self.stores))]
        return {**super().status(), "remote_stores": states}

    def close(self, drain: float = 0.0) -> None:
        """Let go of the stores, and end all processes."""
        self._stop.set()
        super().close(drain)
        for store in self.stores:
            store.close()

    def _watch(self) -> None:
        while True:
            for number, store in enumerate(self.stores):
                self._look(number, store)
            if self._stop.wait(_WATCH):
                return

    def _look(self, number: int, store: RemoteStore) -> None:
        """Look whether a store has the release, and log once what changed."""
        try:
            store.look_around()
            store.look_at_late()
        except Exception as error:  # noqa: BLE001  (the watcher must outlive whatever it meets)
            message = error.message if isinstance(error, OgpldError) else type(error).__name__
            if self.faults.get(number) != message:
                _LOG.warning("a store is not asked: %s", message)
            self.faults[number] = message
            return
        if self.faults.pop(number, ""):
            _LOG.warning("queries are answered by %s", store.address.query)


def _is_ours(query: Query) -> bool:
    """Say whether only our own workers can answer a query."""
    if query.hits or (query.hits is None and read_searches(query.text, query.base) is not None):
        return True
    return read_describe(query.text) is not None
