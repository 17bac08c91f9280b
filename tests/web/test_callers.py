"""What callers may do to their queries and to each other: leave, end, spend, wait."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import requests
from support.running import Server, start_server, stop_server, wait_for

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
NAME = "0123456789abcdef-my-query"


@pytest.fixture(scope="module")
def slow(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose deadline is far away."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    started = start_server(home, log, query_deadline=60, budget_seconds=0)
    yield started
    stop_server(started)


def busy(server: Server) -> int:
    """Return how many workers run a query."""
    count: int = server.get("/healthz").json()["pool"]["busy"]
    return count


class Caller(threading.Thread):
    """A query under way, and its answer."""

    def __init__(self, server: Server, **headers: str) -> None:
        super().__init__()
        self.server, self.headers = server, headers
        self.answer: requests.Response | None = None
        self.start()

    def run(self) -> None:
        """Ask."""
        query, headers = {"query": BOMB}, self.headers
        self.answer = self.server.get("/sparql", params=query, headers=headers, timeout=50)


def test_a_client_that_leaves_takes_its_query_along(slow: Server) -> None:
    """The worker is free again at once, for the others."""
    address = urlsplit(slow.url)
    before = slow.get("/healthz").json()["pool"]["replaced"]
    with socket.create_connection((address.hostname, address.port)) as caller:
        request = f"GET /sparql?query={quote(BOMB)} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n"
        caller.sendall(request.encode())
        wait_for(lambda: busy(slow) == 1)
    wait_for(lambda: busy(slow) == 0, 3)
    assert slow.get("/healthz").json()["pool"]["replaced"] == before + 1


def test_a_query_is_ended_at_its_own_address(slow: Server) -> None:
    """DELETE where it was asked; however it is written."""
    caller = Caller(slow)
    wait_for(lambda: busy(slow) == 1)
    same = BOMB.replace(" . ", ".").lower().replace("?n", "?n # the same")
    address = f"{slow.url}/sparql?query={quote(same.replace('# the same', ''))}"
    answer = requests.delete(address, timeout=10)
    assert answer.status_code == 204
    caller.join(5)
    assert caller.answer is not None
    assert (caller.answer.status_code, caller.answer.json()["limit"]) == (503, "cancelled")
    assert requests.delete(address, timeout=10).status_code == 404
    assert busy(slow) == 0


def test_ending_a_query_is_bounded_as_asking_is(slow: Server) -> None:
    """A text that no query may have is refused while a query runs, and not looked at else."""
    long = f"{slow.url}/sparql?query=ASK{{{'(' * 100_000}"
    assert requests.delete(long, timeout=10).status_code == 404
    caller = Caller(slow)
    wait_for(lambda: busy(slow) == 1)
    refused = requests.delete(long, timeout=10)
    assert (refused.status_code, refused.json()["code"]) == (413, "query-too-large")
    assert requests.delete(f"{slow.url}/sparql?query={quote(BOMB)}", timeout=10).status_code == 204
    caller.join(5)


def test_a_named_query_is_ended_by_its_name(slow: Server) -> None:
    """For those who POST, and from anywhere that knows the name."""
    caller = Caller(slow, **{"Query-Id": NAME})
    wait_for(lambda: busy(slow) == 1)
    assert (
        requests.delete(f"{slow.url}/sparql/another-name-of-a-query", timeout=10).status_code == 404
    )
    assert requests.delete(f"{slow.url}/sparql/{NAME}", timeout=10).status_code == 204
    caller.join(5)
    assert caller.answer is not None
    assert caller.answer.json()["code"] == "query-cancelled"
    short = slow.get("/sparql", params={"query": "ASK {}"}, headers={"Query-Id": "1"})
    assert (short.status_code, short.json()["code"]) == (400, "query-id")
    nothing = requests.delete(f"{slow.url}/sparql", timeout=10)
    assert (nothing.status_code, nothing.json()["code"]) == (400, "query-missing")


def test_nobody_ends_the_query_of_another_client(home: Path, tmp_path: Path) -> None:
    """Behind a proxy the client is the one the proxy saw, whatever the client claims."""
    server = start_server(home, tmp_path / "log", query_deadline=60, proxies=1)
    try:
        caller = Caller(server, **{"X-Forwarded-For": "192.0.2.1"})
        wait_for(lambda: busy(server) == 1)
        address = f"{server.url}/sparql?query={quote(BOMB)}"
        other = {"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}
        assert requests.delete(address, headers=other, timeout=10).status_code == 404
        own = {"X-Forwarded-For": "203.0.113.9, 192.0.2.1"}
        assert requests.delete(address, headers=own, timeout=10).status_code == 204
        caller.join(5)
    finally:
        stop_server(server)


@pytest.fixture(scope="module")
def poor(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose clients may spend next to nothing."""
    started = start_server(
        home,
        tmp_path_factory.mktemp("log") / "serve.log",
        query_deadline=0.3,
        budget_seconds=0.5,
        budget_refill=0.01,
        budget_errors=3,
        budget_error_refill=0.1,
        proxies=1,
    )
    yield started
    stop_server(started)


def ask(server: Server, query: str, client: str) -> requests.Response:
    """Ask as a client."""
    headers = {"X-Forwarded-For": client}
    return server.get("/sparql", params={"query": query}, headers=headers)


def test_query_time_is_a_budget(poor: Server) -> None:
    """429 once it is spent; what is known stays free; others have their own."""
    client, count = "192.0.2.10", "SELECT (COUNT(*) AS ?n) { ?s a ?k }"
    first = ask(poor, count, client)
    assert first.status_code == 200
    assert (
        first.headers["RateLimit-Policy"] == '"query-time";q=0.5;w=3000, "query-errors";q=3;w=1800'
    )
    assert first.headers["RateLimit"].startswith('"query-time";r=0;t=')
    assert [ask(poor, BOMB, client).status_code for _ in range(2)] == [503, 503]
    refused = ask(poor, "ASK { ?s ?p 1 }", client)
    assert (refused.status_code, refused.json()["code"]) == (429, "budget-spent")
    assert int(refused.headers["Retry-After"]) > 100
    assert "seconds of query time" in refused.json()["detail"]
    last = ask(poor, count.lower().replace("(count(*) as ?n)", "(COUNT(*) AS ?n)"), client)
    assert last.status_code == 200
    assert "RateLimit" not in last.headers
    assert ask(poor, "ASK { ?s ?p 1 }", "192.0.2.11").status_code == 200


def test_failures_are_a_budget(poor: Server) -> None:
    """Whoever sends rubbish all the time is told to stop, and may still read documents."""
    client = "192.0.2.20"
    codes = [ask(poor, f"SELECT {n}", client).status_code for n in range(5)]
    assert codes == [400, 400, 400, 429, 429]
    document = poor.get("/doc/commitment/EE0050.ttl", headers={"X-Forwarded-For": client})
    assert document.status_code == 200


@pytest.fixture(scope="module")
def strict(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose clients may spend much time, and fail thrice."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    started = start_server(
        home, log, budget_seconds=10_000, budget_errors=3, budget_error_refill=0.001, proxies=1
    )
    yield started
    stop_server(started)


@pytest.mark.parametrize(
    ("path", "kind", "body", "code"),
    [
        ("/validate", "text/turtle", b"<", "document-malformed"),
        ("/match?column=1&format=csv", "text/csv", b"a\n", "source"),
        ("/match?column=1&format=xlsx", "text/csv", b"a\nb\n" + b"c" * 40_000, "table-too-large"),
        ("/match?column=9", "text/csv", b"a\nb\n", "table-column"),
    ],
)
def test_refused_files_are_failures(
    strict: Server, path: str, kind: str, body: bytes, code: str
) -> None:
    """Whatever is wrong with them, and wherever it is seen."""
    client = f"192.0.2.{40 + len(path)}"
    headers = {"X-Forwarded-For": client, "Content-Type": kind}
    answers = [
        requests.post(f"{strict.url}{path}", data=body, headers=headers, timeout=30)
        for _ in range(4)
    ]
    assert [answer.json()["code"] for answer in answers] == [code] * 3 + ["budget-spent"]
    assert "3 failed queries" in answers[3].json()["detail"]


def test_pages_of_questions_spend_the_same_budget(poor: Server) -> None:
    """There is no side door to the workers."""
    client = {"X-Forwarded-For": "192.0.2.30"}
    for _ in range(2):
        ask(poor, BOMB, client["X-Forwarded-For"])
    answer = poor.get("/queries/led-by.csv?institution=EST-ministry-of-finance", headers=client)
    assert answer.status_code == 429
