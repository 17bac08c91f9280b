"""How often and how long an endpoint of others is asked for SERVICE."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support.little import Answer, Request, serving
from support.outside_endpoint import RESULTS
from support.running import patient, wait_for

from ogpld.config import Settings
from ogpld.errors import CancelledError, QueryForbiddenError, QueryStoppedError, ServiceFailedError
from ogpld.stores import CancelToken, Query
from ogpld.web.sparql.federation import FederatedQuery, Federation

BODY = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{}]}}).encode()


@contextmanager
def endpoint(body: bytes = BODY, *, drips: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Serve results; yield the address and the queries that came."""
    queries: list[str] = []

    def respond(request: Request) -> Answer:
        queries.append(request.body)
        return Answer(200, {"content-type": RESULTS}, body, drips=drips)

    with serving(respond) as address:
        yield address, queries


def ask(
    address: str, settings: dict[str, int | float], token: CancelToken | None = None, times: int = 1
) -> tuple[Federation, FederatedQuery]:
    """Have a federation with an endpoint answer a query that names it."""
    federation = Federation(Settings(service_endpoints=address, **settings))  # type: ignore[arg-type]
    return federation, federation.answer(query(address, times), token or CancelToken(), 10.0)


def query(address: str, times: int = 1) -> Query:
    """Return a query that names an endpoint."""
    return Query("SELECT * {" + f"SERVICE <{address}> {{ ?s ?p ?x }}" * times + "}")


def test_a_host_is_asked_so_often_in_a_minute() -> None:
    """One more says when; no request is made."""
    with endpoint() as (address, queries):
        federation, federated = ask(address, {"service_requests": 2}, times=2)
        assert "SERVICE" not in federated.query.text
        with pytest.raises(QueryStoppedError, match="2 times in a minute") as caught:
            federation.answer(query(address), CancelToken(), 10.0)
        assert caught.value.limit == "service-requests"
        assert 0 < caught.value.retry_after <= 60
        assert len(queries) == 2


def test_searches_for_words_stay_out_of_it() -> None:
    """They are looked up beside the web server, where nothing of an endpoint is read."""
    with endpoint() as (address, queries):
        _, federated = ask(address, {})
        assert federated.query.hits == {}
        text = f'SELECT * {{ ?s <http://jena.apache.org/text#query> "water" SERVICE <{address}> {{}} }}'
        federation = Federation(Settings(service_endpoints=address))
        with pytest.raises(QueryForbiddenError, match="search for words"):
            federation.answer(Query(text), CancelToken(), 10.0)
        assert len(queries) == 1


def test_an_answer_that_drips_ends_with_its_time_and_its_place() -> None:
    """Nobody waits for more than the deadline, and as many ask at once as may."""
    with endpoint(b" " * 8_000 + BODY, drips=True) as (address, queries):
        settings = Settings(service_endpoints=address, service_parallel=1, service_deadline=3)
        federation, failures = Federation(settings), list[Exception]()

        def slow() -> None:
            try:
                federation.answer(query(address), CancelToken(), 10.0)
            except ServiceFailedError as error:
                failures.append(error)

        thread, began = threading.Thread(target=slow), time.monotonic()
        thread.start()
        wait_for(lambda: len(queries) == 1)
        with pytest.raises(QueryStoppedError, match="1 times at once"):
            federation.answer(query(address), CancelToken(), 10.0)
        thread.join()
        assert time.monotonic() - began < patient(8)
        assert "no whole answer in 3 seconds" in str(failures[0])
        assert len(queries) == 1


def test_a_caller_that_leaves_ends_the_request() -> None:
    """The process is killed, and its seconds are the caller's."""
    token = CancelToken()
    with endpoint(b" " * 8_000 + BODY, drips=True) as (address, queries):

        def leave() -> None:
            wait_for(lambda: len(queries) == 1)
            token.cancel()

        thread = threading.Thread(target=leave)
        thread.start()
        with pytest.raises(CancelledError):
            ask(address, {"service_deadline": 60.0}, token)
        thread.join()
    assert token.seconds > 0
