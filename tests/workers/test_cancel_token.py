"""A caller ends its own query: while it runs, while it waits, before it came."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.processes import wait_for

from ogpld.errors import CancelledError, QueryError
from ogpld.stores import CancelToken, Query
from ogpld.stores.limits import Limits
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions

ASK = Query("ASK { ?s ?p ?o }")
BOMB = Query(
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
)
LIMITS = Limits(deadline=20.0, rows=50, memory=100_000_000, queue=3)


@pytest.fixture
def pool(data: Path) -> Iterator[QueryService]:
    """One worker with a long deadline: what ends a query here is its token."""
    started = QueryService(PoolOptions(data, replace(LIMITS), workers=1))
    started.start()
    yield started
    started.close()


class PendingQuery(threading.Thread):
    """A query under way, and what it came to."""

    def __init__(self, pool: QueryService, query: Query = BOMB) -> None:
        super().__init__()
        self.pool, self.query = pool, query
        self.token = CancelToken()
        self.error: QueryError | None = None
        self.start()

    def run(self) -> None:
        """Ask."""
        try:
            self.pool.answer(self.query, token=self.token)
        except QueryError as error:
            self.error = error


def test_a_running_query_is_ended_at_once(pool: QueryService) -> None:
    """Its worker is killed and replaced; the caller is told what happened."""
    pending = PendingQuery(pool)
    wait_for(lambda: pool.status()["busy"] == 1)
    pending.token.cancel()
    pending.join(2)
    assert not pending.is_alive()
    assert isinstance(pending.error, CancelledError)
    assert pending.token.seconds > 0
    assert pool.answer(ASK).kind == "boolean"
    assert pool.status()["replaced"] == 1


def test_a_waiting_query_leaves_the_queue(pool: QueryService) -> None:
    """It gets no worker, and the one that runs goes on."""
    first = PendingQuery(pool)
    wait_for(lambda: pool.status()["busy"] == 1)
    second = PendingQuery(pool)
    wait_for(lambda: pool.status()["queued"] == 1)
    second.token.cancel()
    second.join(2)
    assert isinstance(second.error, CancelledError)
    assert second.token.seconds == 0
    assert pool.status()["busy"] == 1
    assert first.is_alive()
    first.token.cancel()
    first.join(2)


def test_a_query_ended_before_it_came_never_runs(pool: QueryService) -> None:
    """A client may hang up while its request is still being read."""
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        pool.answer(ASK, token=token)
    assert pool.status()["replaced"] == 0


def test_an_old_token_never_hits_the_next_caller(pool: QueryService) -> None:
    """Whoever cancels late ends nothing."""
    token = CancelToken()
    assert pool.answer(ASK, token=token).kind == "boolean"
    pending = PendingQuery(pool)
    wait_for(lambda: pool.status()["busy"] == 1)
    token.cancel()
    assert pending.is_alive()
    pending.token.cancel()
    pending.join(2)
    assert pool.status()["replaced"] == 1
