"""The one way of callers to the workers: known answers first, then the client's budget, then the pool.

An answer that cannot change while the release is served is kept, bounded in bytes, under what the query
says rather than how it is written. Who gets a kept answer pays nothing for it. Checks of documents spend
query time too; the rest of the time that a page takes in the server has a bucket of its own.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from ogpld import __version__
from ogpld.config import Settings
from ogpld.errors import (
    DocumentError,
    QueryError,
    QueryStoppedError,
    QuerySyntaxError,
    SourceError,
    UsageError,
)
from ogpld.stores import Answer, Query
from ogpld.stores.fingerprint import Fingerprint
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.budget import OF_PAGES, PAGE_TIME, QUERY_ERRORS, QUERY_TIME, Budget
from ogpld.web.http.clients import client_of, hides_clients
from ogpld.web.sparql.federation import Federation
from ogpld.web.sparql.running import Running

_LOG = logging.getLogger("ogpld")
T = TypeVar("T")

#: Bytes of an answer that is kept, beside those of its body.
_ABOUT = 1_000
#: Limits that say nothing of the query itself: a client is not charged for a failure by them.
_OURS = frozenset({"queue", "restarting", "loading", "cancelled", "service-requests"})


#: Failures that are the client's: of queries, and of documents and tables that it sent.
_FAILURES = (QueryError, DocumentError, SourceError, UsageError)


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


def _digest(text: str) -> str:
    """Return a name for a text that tells nothing of it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


class QueryCallers:
    """What the server remembers of its callers, beyond releases."""

    def __init__(self, settings: Settings) -> None:
        self.budget = Budget.of(settings)
        self.running = Running()
        self._federation = Federation(settings)
        self._settings = settings
        self._warned = False

    def client(self, request: ReleaseRequest) -> str:
        """Return who makes a request."""
        state = request.state
        if not state.client:
            state.client = self._client(request)
        return state.client

    def _client(self, request: ReleaseRequest) -> str:
        """Return the same, looked up anew."""
        if not self._settings.proxies and not self._warned and hides_clients(request.environ):
            self._warned = True
            _LOG.warning(
                "requests come through a proxy, and proxies is 0: all its clients share one budget;"
                " set proxies to the number of proxies in front (OGPLD_PROXIES=1)"
            )
        return client_of(request.environ, self._settings.proxies)

    @contextmanager
    def page(self, request: ReleaseRequest, kind: str) -> Iterator[None]:
        """Charge a client for the time of a block, without that of the queries in it.

        Args:
            request: the request.
            kind: "pages" or "fragments", or "" for what has places of its own, as queries have.

        Raises:
            BudgetSpentError: when the client has to wait.
        """
        client = self.client(request)
        try:
            with self.budget.place(client, kind, {PAGE_TIME: 0.0}) as spent:
                began = time.monotonic()
                try:
                    yield
                finally:
                    seconds = time.monotonic() - began - request.state.charged_seconds
                    spent[PAGE_TIME] = max(0.0, seconds)
        finally:
            if kind:
                request.state.add_rate_limits(self.budget.headers(client, OF_PAGES))

    def charge_page(self, request: ReleaseRequest, seconds: float) -> None:
        """Charge a client for processor time beside that of `page`, also where its budget has less left."""
        self.budget.charge(self.client(request), {PAGE_TIME: seconds})

    @contextmanager
    def past_page(self, request: ReleaseRequest) -> Iterator[None]:
        """Bound how many requests to releases of the past a client has under way during a block.

        Raises:
            ClientBusyError: when there are too many.
        """
        with self.budget.place(self.client(request), "pages of the past", {}):
            yield

    def check(self, request: ReleaseRequest, run: Callable[[], T]) -> T:
        """Check a document, charge the client for it, and return what `run` returns.

        Raises:
            BudgetSpentError: when the client has to wait.
        """
        return self._at_expense(request, "checks", self._settings.validate_deadline, run)

    def read(self, request: ReleaseRequest, query: Query) -> PreparedQuery:
        """Look at a query without running it.

        Raises:
            QueryError: for one that no honest caller sends; the client pays for the failure.
            BudgetSpentError: when it cannot any more.
        """
        try:
            request.state.query_text = query.text
            fingerprint = request.release.store.examine(query.text)
        except QueryError:
            client = self.client(request)
            with self._charged(request, client):
                self.budget.require(client)
                self.budget.charge(client, {QUERY_ERRORS: 1.0})
            raise
        request.state.query_digest = _digest(fingerprint.text)
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
        return PreparedQuery(query, fingerprint, _digest(content))

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
        seconds = self._settings.query_deadline
        answer = self._at_expense(request, "queries", seconds, lambda: self._run(request, prepared))
        if prepared.key:
            results.put(prepared.key, answer, len(answer.body) + _ABOUT)
        return answer

    def made(
        self,
        request: ReleaseRequest,
        prepared: PreparedQuery,
        tag: str,
        write: Callable[[], Answer],
    ) -> Answer:
        """Return an answer in a form that the store does not write: kept under the form's tag, or new.

        The client pays the time of `write` as query time, in a place of its queries; meanwhile the query
        can be ended.

        Raises:
            BudgetSpentError: when the client has to wait.
            ClientBusyError: when too many of its queries are under way.
            OgpldError: as `write` raises it.
        """
        results = request.release.results
        key = f"{prepared.key}-{tag}"
        cached: Answer | None = results.get(key) if prepared.key else None
        if cached is not None:
            return cached
        client, began = self.client(request), time.monotonic()
        reserved = {QUERY_TIME: self._reservation("queries", self._settings.query_deadline)}
        try:
            with (
                self._charged(request, client),
                self.budget.place(client, "queries", reserved) as spent,
                self._listed(request, prepared),
            ):
                starts = time.monotonic()
                try:
                    answer = write()
                finally:
                    spent[QUERY_TIME] = time.monotonic() - starts
        finally:
            request.state.charged_seconds += time.monotonic() - began
        if prepared.key:
            results.put(key, answer)
        return answer

    def _listed(
        self, request: ReleaseRequest, prepared: PreparedQuery
    ) -> AbstractContextManager[None]:
        """Let a query be ended during a block."""
        name = request.headers.get("Query-Id", "")
        token, client = request.state.cancel, self.client(request)
        return self.running.listed(token, client, prepared.fingerprint.text, name)

    def _run(self, request: ReleaseRequest, prepared: PreparedQuery) -> Answer:
        """Run a query on a worker; it is listed, and can be ended, meanwhile."""
        with self._listed(request, prepared):
            token = request.state.cancel
            federated = self._federation.answer(
                prepared.query, token, self._settings.query_deadline
            )
            request.state.failed_services = federated.failed
            store = request.release.store
            try:
                return store.answer(federated.query, token=token)
            except QuerySyntaxError:
                if federated.outline:  # names line and column of the text that was sent
                    store.answer(federated.outline, token=token)
                raise

    def _at_expense(
        self, request: ReleaseRequest, kind: str, deadline: float, run: Callable[[], T]
    ) -> T:
        """Run a task on a worker, and charge the client for its time and failure."""
        client, token = self.client(request), request.state.cancel
        reserved = {QUERY_TIME: self._reservation(kind, deadline), QUERY_ERRORS: 1.0}
        began = time.monotonic()
        try:
            with (
                self._charged(request, client),
                self.budget.place(client, kind, reserved) as spent,
            ):
                before = token.seconds
                try:
                    return run()
                except _FAILURES as error:
                    ours = isinstance(error, QueryStoppedError) and error.limit in _OURS
                    spent[QUERY_ERRORS] = float(not ours)
                    raise
                finally:
                    spent[QUERY_TIME] = token.seconds - before
        finally:
            request.state.charged_seconds += time.monotonic() - began

    def _reservation(self, kind: str, deadline: float) -> float:
        """Return the seconds that are charged while work runs: its deadline.

        It is less where a client with a full bucket could not have all under way that it may have.
        """
        settings = self._settings
        most = settings.client_queries if kind == "queries" else settings.client_checks
        return min(deadline, settings.budget_seconds / (most + 1)) if most else deadline

    @contextmanager
    def _charged(self, request: ReleaseRequest, client: str) -> Iterator[None]:
        """Note what a client has left when a block has ended, for the headers of the answer."""
        try:
            yield
        finally:
            request.state.add_rate_limits(self.budget.headers(client))
