"""The one way a caller's query to a worker: known answers first, then the budget, then the pool.

An answer that cannot change while the release is served is kept, bounded in bytes, under what the query
says rather than how it is written. Who gets a kept answer pays nothing for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from flask import current_app, g, request

from ogpld import __version__
from ogpld.config import Settings
from ogpld.errors import BudgetSpentError, QueryError, QueryStoppedError
from ogpld.stores import Answer, CancelToken, Query
from ogpld.stores.fingerprint import Fingerprint
from ogpld.web.current.open_release import Serving
from ogpld.web.sparql.budget import Budget
from ogpld.web.sparql.clients import client_of
from ogpld.web.sparql.running import Running

_KEY = "ogpld.asking"
#: What an entry of the cache takes beside its body.
_ENTRY = 512
#: Limits that say nothing of the query itself: a client is not charged for a failure by them.
_OURS = frozenset({"queue", "restarting", "cancelled"})


@dataclass(frozen=True, slots=True)
class Asked:
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


class Asking:
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

    @property
    def client(self) -> str:
        """Who makes the request at hand."""
        return client_of(request.environ, self._proxies)

    def read(self, query: Query, serving: Serving) -> Asked:
        """Look at a query without running it.

        Raises:
            QueryError: for one that no honest caller sends; the client pays for the failure.
            BudgetSpentError: when it cannot any more.
        """
        try:
            found = serving.store.examine(query.text)
        except QueryError:
            client = g.charged = self.client
            self.budget.require(client)
            self.budget.charge(client, 0, failed=True)
            raise
        query = replace(query, fingerprint=found)
        if not found.stable:
            return Asked(query, found, "")
        said = "\0".join(
            (
                serving.release.manifest.digest,
                __version__,
                found.text,
                query.forms[0] if found.kind == "solutions" else query.forms[1],
                *sorted(set(query.default_graphs)),
                "\1",
                *sorted(set(query.named_graphs)),
            )
        )
        digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
        return Asked(query, found, digest[:24])

    def answer(self, asked: Asked, serving: Serving) -> Answer:
        """Return the answer, kept or new.

        Raises:
            BudgetSpentError: when the client has to wait.
            QueryError: as the pool raises it.
        """
        if asked.key:
            kept: Answer | None = serving.results.get(asked.key)
            if kept is not None:
                return kept
        answer = self._run(asked, serving)
        if asked.key:
            serving.results.put(asked.key, answer, len(answer.body) + _ENTRY)
        return answer

    def _run(self, asked: Asked, serving: Serving) -> Answer:
        """Have a worker answer, at the client's expense."""
        client = self.client
        g.charged = client
        self.budget.require(client)
        token = cancel_token()
        name = request.headers.get("Query-Id", "")
        failed = False
        try:
            with self.running.listed(token, client, asked.fingerprint.text, name):
                return serving.store.answer(asked.query, token=token)
        except QueryError as error:
            failed = not (isinstance(error, QueryStoppedError) and error.limit in _OURS)
            raise
        finally:
            self.budget.charge(client, token.seconds, failed=failed)


def cancel_token() -> CancelToken:
    """Return the token of the request at hand, which the HTTP server cancels when the client leaves."""
    token: CancelToken = request.environ.setdefault("ogpld.cancel", CancelToken())
    return token


def asking() -> Asking:
    """Return what this server remembers of its callers."""
    found: Asking = current_app.extensions[_KEY]
    return found


def remember(settings: Settings) -> dict[str, Asking]:
    """Return the entry for the application's extensions."""
    return {_KEY: Asking(settings)}


def rate_limits() -> dict[str, str]:
    """Return the RateLimit headers of an answer whose client was charged."""
    client = g.get("charged")
    return asking().budget.headers(client) if client is not None else {}


__all__ = [
    "Asked",
    "Asking",
    "BudgetSpentError",
    "asking",
    "cancel_token",
    "rate_limits",
    "remember",
]
