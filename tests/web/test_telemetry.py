"""Spans of requests: how many, what they say and what not; a collector that is not there costs nobody anything."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from support.running import ROOT, free_port, patient, start_server, stop_server

from ogpld.config import Settings
from ogpld.web.server.answer import Answer, Work
from ogpld.web.server.request_log import RequestLog
from ogpld.web.server.telemetry import Telemetry

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector(http.server.ThreadingHTTPServer):
    """Takes spans by OTLP/HTTP.

    Attributes:
        bodies: what came.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Its address, without the path of traces."""
        return f"http://127.0.0.1:{self.server_port}"

    def spans(self) -> list[Any]:
        """Return the spans that came."""
        messages = map(ExportTraceServiceRequest.FromString, self.bodies)
        return [
            span
            for message in messages
            for resource in message.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        """Keep what came, and answer that it was taken."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/traces":
            self.server.bodies.append(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector of one test."""
    made = Collector()
    yield made
    made.shutdown()
    made.server_close()


def attributes(span: Any) -> dict[str, Any]:
    """Return the attributes of a span."""
    values = {pair.key: pair.value for pair in span.attributes}
    return {key: getattr(value, value.WhichOneof("value")) for key, value in values.items()}


def note(telemetry: Telemetry, traceparent: str = "", head: bytes = b"HTTP/1.1 200 OK\r\n") -> None:
    """Have a request with a query end."""
    log = RequestLog(Settings(), [telemetry])
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/sparql", "QUERY_STRING": "query=jane", "REMOTE_ADDR": "203.0.113.7"}  # fmt: skip
    if traceparent:
        environ["HTTP_TRACEPARENT"] = traceparent
    record = log.begin(environ)
    work = Work("/sparql", "1-abc", query_digest="d1", query_text="ASK {}", query_seconds=0.25)
    log.head_lines(record, Answer(head, b"body", work=work))
    log.end(record, "sent")


def test_a_request_and_its_query_are_spans(collector: Collector) -> None:
    """With a caller's span as parent where it is one; without address, text and who asked."""
    telemetry = Telemetry(Settings(telemetry=collector.address))
    note(telemetry, f"00-{TRACE}-{PARENT}-00")
    for wrong in ("", f"00-{TRACE}-{'0' * 16}-01", f"ff-{TRACE}-{PARENT}-01", "00-jane-1-\xff"):
        note(telemetry, wrong, b"HTTP/1.1 503 Busy\r\n")
    telemetry.close()
    spans = collector.spans()
    assert [span.name for span in spans].count("POST sparql") == 5
    first, *others = (span for span in spans if span.name != "query")
    assert (first.trace_id.hex(), first.parent_span_id.hex()) == (TRACE, PARENT)
    assert attributes(first) == {
        "http.request.method": "POST", "http.route": "sparql", "http.response.status_code": 200,
        "http.response.body.size": 4, "ogpld.request": attributes(first)["ogpld.request"],
        "ogpld.release": "1-abc", "ogpld.outcome": "sent", "ogpld.cached": False,
    }  # fmt: skip
    assert first.end_time_unix_nano >= first.start_time_unix_nano
    assert all(span.status.code == 2 and not span.parent_span_id for span in others)
    query = next(span for span in spans if span.name == "query")
    assert (query.trace_id.hex(), query.parent_span_id) == (TRACE, first.span_id)
    assert attributes(query) == {"ogpld.query": "d1"}
    for secret in (b"jane", b"203.0.113", b"ASK"):
        assert secret not in b"".join(collector.bodies)


def test_no_share_is_no_span(collector: Collector) -> None:
    """Whatever the caller's flag says."""
    telemetry = Telemetry(Settings(telemetry=collector.address, telemetry_share=0.0))
    note(telemetry, f"00-{TRACE}-{PARENT}-01")
    telemetry.close()
    assert collector.spans() == []


def test_a_collector_that_is_not_there_holds_up_nobody() -> None:
    """More spans than may wait; the end of the server does not wait for it either."""
    telemetry = Telemetry(Settings(telemetry=f"http://127.0.0.1:{free_port()}"))
    began = time.monotonic()
    for _ in range(5_000):
        note(telemetry)
    assert time.monotonic() - began < patient(20)
    began = time.monotonic()
    telemetry.close()
    assert time.monotonic() - began < patient(4)


def test_a_server_sends_spans_of_its_requests(
    home: Path, tmp_path: Path, collector: Collector
) -> None:
    """Each request one, the query in it another; without the setting nothing of it is loaded."""
    server = start_server(home, tmp_path / "log", telemetry=collector.address, workers=1)
    try:
        trace = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
        query = {"query": "ASK { ?s ?p 7531 }"}
        answer = requests.post(f"{server.url}/sparql", query, headers=trace, timeout=30)
        assert answer.status_code == 200
        name = answer.headers["X-Request-Id"]
    finally:
        stop_server(server)
    spans = collector.spans()
    (span,) = (s for s in spans if attributes(s).get("ogpld.request") == name)
    assert span.trace_id.hex() == TRACE
    assert [s.name for s in spans if s.parent_span_id == span.span_id] == ["query"]
    assert attributes(span)["ogpld.release"]
    assert b"7531" not in b"".join(collector.bodies)
    without = "import sys, ogpld.web.server.web_process; sys.exit('opentelemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", without], cwd=ROOT, check=False).returncode == 0
