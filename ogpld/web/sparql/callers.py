"""The one way a caller's query to a worker: known answers first, then the budget, then the pool.

An answer that cannot change while the release is served is kept, bounded in bytes, under what the query
says rather than how it is written. Who gets a kept answer pays nothing for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ogpld import __version__
from ogpld.config import Settings
from ogpld.errors import QueryError, QueryStoppedError
from ogpld.stores import Answer, Query
from ogpld.stores.fingerprint import Fingerprint
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.sparql.budget import Budget
from ogpld.web.sparql.clients import client_of
from ogpld.web.sparql.running import Running

#: Limits that say nothing of the query itself: a client is not charged for a failure by them.
_OURS = frozenset({"queue", "restarting", "cancelled"})


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query, and what is known of it before it runs.

    Attributes:
        query: what goes to the worker.
        fingerprint: what it says.
        key: stands for its answer in this release and in the form the worker writes; "" when asking
            again may give another.
    """

    query: Query
    fingerprint: Fingerprint
    key: str

    @property
    def kind(self) -> str:
        """Kind of the answer, "" where only the engine knows."""
        return self.fingerprint.kind

    def etag(self, form: str) -> str:
        """Return the strong ETag of the answer in a form, "" when there can be none."""
        return f'"{self.key}-{form}"' if self.key else ""


class QueryCallers:
    """What the server remembers of its callers, beyond releases."""

    def __init__(self, settings: Settings) -> None:
        self.budget = Budget(
            settings.budget_seconds,
            settings.budget_refill,
            settings.budget_errors,
            settings.budget_error_refill,
        )
        self.running = Running()
        self._proxies = settings.proxies

    def client(self, request: ReleaseRequest) -> str:
        """Return who makes a request."""
        return client_of(request.environ, self._proxies)

    def read(self, request: ReleaseRequest, query: Query) -> PreparedQuery:
        """Look at a query without running it.

        Raises:
            QueryError: for one that no honest caller sends; the client pays for the failure.
            BudgetSpentError: when it cannot any more.
        """
        try:
            fingerprint = request.release.store.examine(query.text)
        except QueryError:
            client = self.client(request)
            with self._charged(request, client):
                self.budget.require(client)
                self.budget.charge(client, 0, failed=True)
            raise
        query = replace(query, fingerprint=fingerprint)
        if not fingerprint.stable:
            return PreparedQuery(query, fingerprint, "")
        content = "\0".join(
            (
                request.release.release.manifest.digest,
                __version__,
                fingerprint.text,
                query.forms[0] if fingerprint.kind == "solutions" else query.forms[1],
                *sorted(set(query.default_graphs)),
                "\1",
                *sorted(set(query.named_graphs)),
            )
        )
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        return PreparedQuery(query, fingerprint, digest[:24])

    def answer(self, request: ReleaseRequest, prepared: PreparedQuery) -> Answer:
        """Return the answer, kept or new.

        Raises:
            BudgetSpentError: when the client has to wait.
            QueryError: as the pool raises it.
        """
        results = request.release.results
        if prepared.key:
            cached: Answer | None = results.get(prepared.key)
            if cached is not None:
                return cached
        client = self.client(request)
        with self._charged(request, client):
            self.budget.require(client)
            answer = self._run(request, prepared, client)
        if prepared.key:
            results.put(prepared.key, answer)
        return answer

    def _run(self, request: ReleaseRequest, prepared: PreparedQuery, client: str) -> Answer:
        """Have a worker answer, at the client's expense."""
        token = request.state.cancel
        name = request.headers.get("Query-Id", "")
        failed = False
        try:
            with self.running.listed(token, client, prepared.fingerprint.text, name):
                return request.release.store.answer(prepared.query, token=token)
        except QueryError as error:
            failed = not (isinstance(error, QueryStoppedError) and error.limit in _OURS)
            raise
        finally:
            self.budget.charge(client, token.seconds, failed=failed)

    @contextmanager
    def _charged(self, request: ReleaseRequest, client: str) -> Iterator[None]:
        """Note what a client has left when a block has ended, for the headers of the answer."""
        try:
            yield
        finally:
            request.state.rate_limits = self.budget.headers(client)
