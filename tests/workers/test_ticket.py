"""A caller ends its own query: while it runs, while it waits, before it came."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.processes import wait_for

from ogpld.errors import QueryError
from ogpld.stores import Query, Ticket
from ogpld.stores.limits import Limits
from ogpld.stores.ticket import CancelledError
from ogpld.workers.pool import Pool

ASK = Query("ASK { ?s ?p ?o }")
BOMB = Query(
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
)
LIMITS = Limits(deadline=20.0, rows=50, memory=100_000_000, queue=3)


@pytest.fixture
def pool(data: Path) -> Iterator[Pool]:
    """One worker with a long deadline: what ends a query here is its ticket."""
    started = Pool(data, replace(LIMITS), workers=1)
    started.start()
    yield started
    started.close()


class Caller(threading.Thread):
    """A query under way, and what it came to."""

    def __init__(self, pool: Pool, query: Query = BOMB) -> None:
        super().__init__()
        self.pool, self.query = pool, query
        self.ticket = Ticket()
        self.error: QueryError | None = None
        self.start()

    def run(self) -> None:
        """Ask."""
        try:
            self.pool.answer(self.query, ticket=self.ticket)
        except QueryError as error:
            self.error = error


def test_a_running_query_is_ended_at_once(pool: Pool) -> None:
    """Its worker is killed and replaced; the caller is told what happened."""
    caller = Caller(pool)
    wait_for(lambda: pool.status()["busy"] == 1)
    caller.ticket.cancel()
    caller.join(2)
    assert not caller.is_alive()
    assert isinstance(caller.error, CancelledError)
    assert caller.ticket.seconds > 0
    assert pool.answer(ASK).kind == "boolean"
    assert pool.status()["replaced"] == 1


def test_a_waiting_query_leaves_the_queue(pool: Pool) -> None:
    """It gets no worker, and the one that runs goes on."""
    first = Caller(pool)
    wait_for(lambda: pool.status()["busy"] == 1)
    second = Caller(pool)
    wait_for(lambda: pool.status()["queued"] == 1)
    second.ticket.cancel()
    second.join(2)
    assert isinstance(second.error, CancelledError)
    assert second.ticket.seconds == 0
    assert pool.status()["busy"] == 1
    assert first.is_alive()
    first.ticket.cancel()
    first.join(2)


def test_a_query_ended_before_it_came_never_runs(pool: Pool) -> None:
    """A client may hang up while its request is still being read."""
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(CancelledError):
        pool.answer(ASK, ticket=ticket)
    assert pool.status()["replaced"] == 0


def test_an_old_ticket_never_hits_the_next_caller(pool: Pool) -> None:
    """Whoever cancels late ends nothing."""
    ticket = Ticket()
    assert pool.answer(ASK, ticket=ticket).kind == "boolean"
    caller = Caller(pool)
    wait_for(lambda: pool.status()["busy"] == 1)
    ticket.cancel()
    assert caller.is_alive()
    caller.ticket.cancel()
    caller.join(2)
    assert pool.status()["replaced"] == 1
