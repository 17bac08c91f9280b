"""Every limit is a setting: servers whose limits are tiny trip in milliseconds, and name the limit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from support.running import Server, start_server, stop_server, wait_for

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LOOSE = {"budget_seconds": 0, "budget_errors": 0, "budget_pages": 0, "client_queries": 0}


@pytest.fixture(scope="module")
def narrow(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that lets next to nothing pass."""
    started = start_server(
        home,
        tmp_path_factory.mktemp("log") / "serve.log",
        guard_tokens=60,
        guard_depth=6,
        guard_calls=2,
        guard_unary=2,
        guard_triples=3,
        guard_path=2,
        guard_clauses=2,
        guard_values=3,
        query_text_bytes=600,
        query_rows=5,
        query_bytes=2_000,
        query_memory=60_000_000,
        query_deadline=5,
        query_served=2,
        query_queue=1,
        query_long=0,
        workers=1,
        list_rows=50,
        **LOOSE,
    )
    yield started
    stop_server(started)


def ask(server: Server, text: str, **options: object) -> requests.Response:
    """Ask by POST."""
    return requests.post(f"{server.url}/sparql", data={"query": text}, timeout=20, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("within", "past", "words"),
    [
        ("ASK { ?s ?p ?o }", "ASK {" + "{} " * 40 + "}", "more than 60 tokens"),
        ("ASK {{{{{{}}}}}}", "ASK {{{{{{{}}}}}}}", "more than 6 levels of brackets"),
        ("ASK { FILTER(STR(1)) }", "ASK { FILTER(STR(STR(STR(1)))) }", "calls inside one another"),
        ("ASK { FILTER(!!true) }", "ASK { FILTER(!!!true) }", "2 signs in a row"),
        ("ASK { ?s ?p 1, 2, 3 }", "ASK { ?s ?p 1, 2, 3, 4 }", "3 triple patterns"),
        (
            "ASK { ?s <a:a>/<a:b>/<a:c> 1 }",
            "ASK { ?s <a:a>/<a:b>/<a:c>/<a:d> 1 }",
            "2 path operators",
        ),
        (
            "ASK { {} UNION {} UNION {} }",
            "ASK { {} UNION {} UNION {} UNION {} }",
            "2 UNION clauses",
        ),
        ("ASK { VALUES ?x {1 2 3} }", "ASK { VALUES ?x {1 2 3 4} }", "3 terms in VALUES"),
    ],
)
def test_bounds_of_the_text_are_settings(
    narrow: Server, within: str, past: str, words: str
) -> None:
    """Just within passes, just past is refused with the bound."""
    assert ask(narrow, within).status_code == 200
    refused = ask(narrow, past)
    assert (refused.status_code, refused.json()["code"]) == (400, "query-too-complex")
    assert words in refused.json()["detail"]


def test_the_size_of_the_text_is_a_setting(narrow: Server) -> None:
    """Bytes, not characters."""
    assert ask(narrow, "ASK {} #" + "a" * 580).status_code == 200
    refused = ask(narrow, "ASK {} #" + "ä" * 300)
    assert (refused.status_code, refused.json()["code"]) == (413, "query-too-large")
    assert "600 bytes" in refused.json()["detail"]


@pytest.mark.parametrize("accept", ["application/json", "text/csv", "text/tab-separated-values",
                                    "application/sparql-results+xml"])  # fmt: skip
def test_rows_are_a_setting(narrow: Server, accept: str) -> None:
    """Exactly so many pass; one more is an error that says how to page, in every form."""
    headers = {"Accept": accept}
    five = "SELECT (1 AS ?x) { ?s a <https://w3id.org/ogpld/ns#Commitment> } LIMIT "
    assert ask(narrow, five + "5", headers=headers).status_code == 200
    refused = ask(narrow, five + "6", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (413, "result-too-large")
    assert "5 rows" in refused.json()["detail"]
    assert "OFFSET" in refused.json()["hint"]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_rows_of_a_whole_list_are_a_setting(narrow: Server, form: str) -> None:
    """Past it an error that names it, the rows there are and the ways to all; pages and filters go on."""
    total = int(narrow.get("/doc/commitment.csv?limit=1").headers["X-Total-Count"])
    answer = narrow.get(f"/doc/commitment.{form}")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (413, "result-too-large")
    assert (problem["limit"], problem["total"]) == (50, total)
    assert "page=1" in problem["hint"]
    assert "/dump" in problem["hint"]
    assert narrow.get(f"/doc/commitment.{form}?member=LVA").status_code == 200
    page = narrow.get("/doc/commitment.html").text
    assert f"Rows 1-100 of {total}. More than 50 are not given at once" in page
    assert ".csv" not in page


def test_bytes_are_a_setting(narrow: Server) -> None:
    """A long value counts as what it is."""
    long = "SELECT (CONCAT({0}) AS ?x) {{ BIND('" + "a" * 200 + "' AS ?y) }}"
    assert ask(narrow, long.format(",".join(["?y"] * 3))).status_code == 200
    refused = ask(narrow, long.format(",".join(["?y"] * 15)))
    assert (refused.status_code, refused.json()["code"]) == (413, "result-too-large")
    assert "2,000 bytes" in refused.json()["detail"]


def test_triples_are_counted_too(narrow: Server) -> None:
    """CONSTRUCT has the same limit."""
    text = "CONSTRUCT { ?s a 1 } WHERE { SELECT ?s { ?s a <https://w3id.org/ogpld/ns#Commitment> } LIMIT "
    assert ask(narrow, text + "5 }").status_code == 200
    assert "5 triples" in ask(narrow, text + "6 }").json()["detail"]


def test_memory_is_a_setting(narrow: Server) -> None:
    """The worker dies of it alone, and says of what."""
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"
    refused = ask(narrow, text)
    assert (refused.status_code, refused.json()["limit"]) == (503, "memory")
    assert "60,000,000 bytes" in refused.json()["detail"]


def test_the_deadline_and_the_queue_are_settings(narrow: Server) -> None:
    """One runs, one waits, the third is sent away at once; nobody can ask for more time."""
    answers: list[requests.Response] = []

    def bomb() -> None:
        answers.append(ask(narrow, BOMB, params={"timeout": "60"}))

    threads = [threading.Thread(target=bomb) for _ in range(2)]
    for number, thread in enumerate(threads):
        thread.start()

        def there(number: int = number) -> bool:
            pool = narrow.get("/healthz").json()["pool"]
            return bool(pool["busy"] == 1 and pool["queued"] == number)

        wait_for(there)
    full = ask(narrow, "ASK { ?s ?p 'not asked before' }")
    assert (full.status_code, full.json()["limit"]) == (503, "queue")
    assert int(full.headers["Retry-After"]) > 0
    assert narrow.get("/doc/commitment/EE0050.ttl").status_code == 200
    for thread in threads:
        thread.join()
    assert [answer.json()["limit"] for answer in answers] == ["deadline", "deadline"]
    assert "5 s" in answers[0].json()["detail"]


def test_workers_are_renewed_after_a_number_of_queries(narrow: Server) -> None:
    """A worker is replaced after a number of queries, so that its memory cannot grow without end."""
    before = narrow.get("/healthz").json()["pool"]["replaced"]
    for number in range(4):
        assert ask(narrow, f"ASK {{ ?s ?p {number}.5 }}").status_code == 200
    assert narrow.get("/healthz").json()["pool"]["replaced"] >= before + 2
