"""Long queries are set aside: short ones do not wait behind them, whoever they are from."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.processes import descendants, wait_for

from ogpld.errors import QueryError, QueryStoppedError
from ogpld.stores import CancelToken, Query
from ogpld.stores.limits import Limits
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions

ASK = Query("ASK { ?s ?p ?o }")
BOMB = Query(
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
)


class Bombs:
    """Long queries under way, and how each ended."""

    def __init__(self, pool: QueryService, number: int) -> None:
        self.tokens = [CancelToken() for _ in range(number)]
        self.ends: list[str] = []
        self.threads = [threading.Thread(target=self._ask, args=(pool, t)) for t in self.tokens]
        for thread in self.threads:
            thread.start()

    def _ask(self, pool: QueryService, token: CancelToken) -> None:
        try:
            pool.answer(BOMB, token=token)
        except QueryError as error:
            self.ends.append(getattr(error, "limit", error.code))

    def stop(self) -> list[str]:
        """End all of them."""
        for token in self.tokens:
            token.cancel()
        for thread in self.threads:
            thread.join(5)
        return self.ends


@pytest.fixture
def pool(data: Path) -> Iterator[QueryService]:
    """One worker, two places aside, a far deadline."""
    started = QueryService(
        PoolOptions(data, Limits(deadline=20.0, queue=1, aside=2, memory=100_000_000), workers=1)
    )
    started.start()
    yield started
    started.close()


def test_a_short_query_does_not_wait_behind_long_ones(pool: QueryService) -> None:
    """As many as may be set aside leave the worker free; they run with what time others leave."""
    bombs = Bombs(pool, 2)
    wait_for(lambda: pool.status()["long"] == 2)
    for _ in range(20):
        assert pool.answer(ASK).kind == "boolean"
    status = pool.status()
    assert (status["alive"], status["busy"], status["queued"]) == (1, 2, 0)
    workers = descendants(os.getpid())
    assert [os.sched_getscheduler(p) for p in workers].count(os.SCHED_IDLE) == 2
    assert bombs.stop() == ["cancelled", "cancelled"]
    wait_for(lambda: pool.status()["busy"] == 0)
    assert pool.answer(ASK).kind == "boolean"


def test_when_no_place_is_left_long_queries_hold_the_worker(pool: QueryService) -> None:
    """The bound is a bound: the queue fills, and the rest is sent away."""
    bombs = Bombs(pool, 2)
    wait_for(lambda: pool.status()["long"] == 2)
    third = Bombs(pool, 1)
    wait_for(lambda: pool.status()["busy"] == 3)
    waiting = Bombs(pool, 1)
    wait_for(lambda: pool.status()["queued"] == 1)
    with pytest.raises(QueryStoppedError) as caught:
        pool.answer(ASK)
    assert caught.value.limit == "queue"
    assert [*bombs.stop(), *third.stop(), *waiting.stop()] == ["cancelled"] * 4
    assert pool.answer(ASK).kind == "boolean"


def test_a_long_query_that_ends_well_is_answered_and_leaves_nobody(pool: QueryService) -> None:
    """Its worker ends with it; the pool is as before."""
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    assert (
        pool.answer(ASK, trusted=True).kind == "boolean"
    )  # the last worker that is forked is there
    before = len(descendants(os.getpid()))
    answer = pool.answer(Query(text, ("csv", "")))
    assert int(answer.body.split()[1]) > 100_000
    wait_for(lambda: len(descendants(os.getpid())) == before, 20)
    assert pool.status()["long"] == 0


def test_the_worker_that_answered_last_answers_next(data: Path) -> None:
    """What queries walk of the data it has copied; the others have not, and need not."""
    with closing(QueryService(PoolOptions(data, Limits(), workers=3))) as pool:
        pool.start()
        for _ in range(5):
            pool.answer(ASK)
        assert sorted(worker.served for worker in pool._public._idle) == [0, 0, 5]  # noqa: SLF001


@pytest.mark.parametrize(("memory", "replaced"), [(0, 3), (Limits().own_memory, 0)])
def test_a_worker_with_much_memory_of_its_own_is_replaced(
    data: Path, memory: int, replaced: int
) -> None:
    """So that what queries copy of the data is bounded; any query copies something."""
    with closing(QueryService(PoolOptions(data, Limits(own_memory=memory), workers=1))) as pool:
        pool.start()
        for _ in range(3):
            pool.answer(ASK)
        assert pool.status()["replaced"] == replaced
