"""What an operator sees of requests: log lines, ids, times, metrics, and the end of a server."""

from __future__ import annotations

import io
import json
import logging
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from support.running import Server, free_port, patient, start_server, stop_server, wait_for

from ogpld.config import Settings
from ogpld.web.server.answer import Answer, Work
from ogpld.web.server.log_lines import REQUEST_ID, LogFormatter, log_line
from ogpld.web.server.request_log import RequestLog, route_of

HEAD = b"HTTP/1.1 200 OK\r\n"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(?a != ?f) }"


def lines_of(work: Work, environ: dict[str, str], **settings: object) -> list[str]:
    """Return what is logged of one request."""
    stream = io.StringIO()
    log = RequestLog(Settings(log_requests=True, **settings), stream=stream)  # type: ignore[arg-type]
    record = log.begin(dict(environ))
    log.head_lines(record, Answer(HEAD, b"body", work=work))
    log.end(record, "sent")
    log.close()
    return stream.getvalue().splitlines()


def test_a_line_says_what_was_asked_and_nothing_of_who_asked() -> None:
    """The query of an address, addresses, agents and texts of queries are not in it."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/search",
        "QUERY_STRING": "q=Jane+Doe",
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_X_FORWARDED_FOR": "198.51.100.4",
        "HTTP_USER_AGENT": "Agent/1",
        "HTTP_REFERER": "https://example.org/jane",
    }
    work = Work("/search", "1-abc", query_digest="d1", query_text="ASK {}", query_seconds=0.25)
    (line,) = lines_of(work, environ, log_format="json")
    record = json.loads(line)
    assert record["path"] == "/search"
    assert (record["status"], record["bytes"], record["release"]) == (200, 4, "1-abc")
    assert (record["query"], record["query_seconds"]) == ("d1", 0.25)
    for secret in ("Jane", "203.0.113", "198.51", "Agent", "example.org", "ASK"):
        assert secret not in line
    (line,) = lines_of(work, environ, log_format="json", log_queries=True)
    assert json.loads(line)["query_text"] == "ASK {}"


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_value_begins_another_line(log_format: str) -> None:
    """Line breaks, quotes, escapes of terminals and what is no UTF-8 stay inside of a value."""
    path = '/a\r\n2026 ERROR forged\x1b[31m\u0085\xff"b'
    (line,) = lines_of(
        Work(), {"REQUEST_METHOD": "GET\n", "PATH_INFO": path}, log_format=log_format
    )
    assert line.isascii()
    assert line.isprintable()
    assert "\n" not in log_line(log_format, "INFO", "request", 0.0, {"a": "\n\u2028"})


def test_faults_are_logged_with_their_request() -> None:
    """A traceback stands in the line in JSON, below it in text."""
    REQUEST_ID.set("abc-1")
    try:
        raise ValueError("odd")
    except ValueError:
        record = logging.LogRecord("ogpld", 40, "x", 1, "failed: %s", ("a",), sys.exc_info())
    try:
        value = json.loads(LogFormatter("json").format(record))
        text = LogFormatter("text").format(record)
    finally:
        REQUEST_ID.set("")
    assert (value["request"], value["message"], value["level"]) == ("abc-1", "failed: a", "error")
    assert "ValueError: odd" in value["traceback"]
    assert re.search(r"Z ERROR failed: a request=abc-1\nTraceback", text)


def test_who_reads_the_log_slowly_holds_up_nobody() -> None:
    """Lines past the bound are left out, and the next one says how many."""
    reads = threading.Event()

    class Slow(io.StringIO):
        def write(self, text: str) -> int:
            reads.wait(20)
            return super().write(text)

    stream = Slow()
    log = RequestLog(Settings(log_requests=True, log_format="json"), stream=stream)
    began = time.monotonic()
    for _ in range(10_100):
        log.end(log.begin({"PATH_INFO": "/"}), "sent")
    assert time.monotonic() - began < patient(10)
    reads.set()
    wait_for(lambda: stream.getvalue().count("\n") >= 10_000)
    log.end(log.begin({"PATH_INFO": "/"}), "sent")
    log.close()
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(records) + records[-1]["lines_lost"] == 10_101


def test_routes_are_few() -> None:
    """Whatever is asked for."""
    assert [
        route_of(p) for p in ("/", "/sparql", "/catalog.ttl", "/.well-known/void", "/x/sparql")
    ] == [
        "home",
        "sparql",
        "catalog",
        "well-known",
        "other",
    ]


@pytest.fixture(scope="module")
def metrics_port() -> int:
    """A port for metrics."""
    return free_port()


@pytest.fixture(scope="module")
def server(
    home: Path, metrics_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server as an operator runs it behind one proxy."""
    made = start_server(
        home, tmp_path_factory.mktemp("log") / "log", proxies=1, log_requests=True,
        log_format="json", metrics_port=metrics_port, drain_notice=1.5, drain=30,
        query_deadline=4, workers=1,
    )  # fmt: skip
    yield made
    stop_server(made)


def logged(server: Server) -> list[dict[str, object]]:
    """Return the requests in the log."""
    text = server.log.read_text().splitlines()
    records = [json.loads(line) for line in text]  # from the first line on
    return [record for record in records if record["message"] == "request"]


def test_an_id_leads_from_an_answer_to_its_line(server: Server) -> None:
    """That of a proxy where it is safe; each answer has one and its time, kept and refused ones too."""
    path = "/doc/commitment/EE0050.ttl"
    for offered, is_taken in (
        ("f3c1a2b4-aaaa", True),
        ("short", False),
        ("a" * 65, False),
        ('é"<b>12345', False),
    ):
        sent = server.get(path, headers={"X-Request-Id": offered.encode()}).headers["X-Request-Id"]
        assert (sent == offered) is is_taken
        wait_for(lambda: any(record["request"] == sent for record in logged(server)), 5)  # noqa: B023
    answer = server.get(path)
    assert re.fullmatch(r"total;dur=[\d.]+, cache;desc=hit", answer.headers["Server-Timing"])
    assert "query;dur=" in server.get("/sparql?query=ASK{?s%20?p%20?o}").headers["Server-Timing"]
    assert server.get("/x", headers={"Host": "a b"}).headers["X-Request-Id"]
    digests = set()
    for query in ("SELECT * { ?s a ?c } LIMIT 1", "select *\n{?s a ?c}limit 1"):
        name = server.get("/sparql", params={"query": query}).headers["X-Request-Id"]
        wait_for(lambda: any(r["request"] == name for r in logged(server)), 5)  # noqa: B023
        digests |= {r["query"] for r in logged(server) if r["request"] == name}
    assert len(digests) == 1
    assert "LIMIT" not in server.log.read_text()


def scraped(port: int) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Return the samples that Prometheus' own parser reads."""
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    families = list(text_string_to_metric_families(text))
    samples: dict[str, list[tuple[dict[str, str], float]]] = {}
    for sample in (sample for family in families for sample in family.samples):
        samples.setdefault(sample.name, []).append((sample.labels, sample.value))
    return samples


def test_metrics_count_and_stay_few(server: Server, metrics_port: int) -> None:
    """Nothing that a client chooses becomes a label; the site itself has no such page."""
    before = scraped(metrics_port)
    for number in range(40):
        server.get(f"/x{number}/{number}?a={number}")
        requests.request(f"M{number}", server.url + f"/doc/member/x{number}", timeout=10)
    after = scraped(metrics_port)
    series = sum(map(len, after.values())) - sum(map(len, before.values()))
    assert series < 60
    missed = [v for labels, v in after["ogpld_requests_total"] if labels["route"] == "other"]
    assert sum(missed) >= 40
    assert after["ogpld_release_quads"][0][1] > 1000
    for name in ("worker_replacements", "query_process_restarts", "web_process_restarts"):
        assert f"ogpld_{name}_total" in after
    assert {labels["lane"] for labels, _ in after["ogpld_workers_alive"]} >= {"queries", "pages"}
    assert server.get("/metrics").status_code == 404


def test_a_server_that_ends_says_so_first(server: Server, metrics_port: int) -> None:
    """Readiness is refused, liveness is not; requests go on, a query under way gets its answer; then exit 0."""
    answers: list[requests.Response] = []
    ask = threading.Thread(
        target=lambda: answers.append(server.get("/sparql", params={"query": SLOW}))
    )
    ask.start()

    def busy() -> bool:
        lanes = scraped(metrics_port)["ogpld_workers_busy"]
        return any(value for labels, value in lanes if labels["lane"] == "queries")

    wait_for(lambda: busy() or answers, 10)
    server.process.send_signal(signal.SIGTERM)

    def ready() -> requests.Response:
        return server.get("/healthz/ready")

    wait_for(lambda: ready().status_code == 503, 5)
    assert ready().json()["status"] == "draining"
    assert server.get("/healthz/live").status_code == 200
    assert server.get("/doc/commitment/EE0050.ttl").status_code == 200
    ask.join()
    assert answers[0].status_code in {200, 503}
    assert answers[0].json()
    assert server.process.wait(40) == 0
