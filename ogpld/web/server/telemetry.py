"""Spans of OpenTelemetry: one for each request, and in it one for the query that a worker ran for it.

They say what a line of the log says without the path. They wait in a bounded queue, and a thread sends them
(OTLP/HTTP) to the collector that the operator named; what has no room, or is not taken, is lost.
"""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ogpld import __version__
from ogpld.config import Settings
from ogpld.web.server.request_log import METHODS, RequestRecord

#: Spans that may wait, spans of one request to the collector, and milliseconds between two of these.
_WAITING, _BATCH, _EVERY = 8_192, 512, 2_000
#: Seconds that a request to the collector may take, and all of them once the server ends.
_SECONDS, _END = 5.0, 2.0
_NANO = 1_000_000_000
_SERVER_ERROR = 500


class Telemetry:
    """Makes spans of requests that ended.

    Args:
        settings: `telemetry` and `telemetry_share`.
    """

    def __init__(self, settings: Settings) -> None:
        address = settings.telemetry
        if urlsplit(address).path in {"", "/"}:
            address = f"{address.rstrip('/')}/v1/traces"
        exporter = OTLPSpanExporter(endpoint=address, timeout=_SECONDS)
        self._provider = TracerProvider(
            # whatever the caller's flag says: a client has no say in what its operator sees
            sampler=TraceIdRatioBased(settings.telemetry_share),
            resource=Resource.create({"service.name": "ogpld", "service.version": __version__}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(
                exporter,
                max_queue_size=_WAITING,
                max_export_batch_size=_BATCH,
                schedule_delay_millis=_EVERY,
            )
        )
        self._tracer = self._provider.get_tracer("ogpld", __version__)
        self._propagator = TraceContextTextMapPropagator()

    def observe(self, record: RequestRecord, route: str, outcome: str) -> None:
        """Make the spans of a request; they are sent by another thread."""
        end, work = time.time_ns(), record.work
        began = end - int((time.perf_counter() - record.began) * _NANO)
        method = record.method if record.method in METHODS else "_OTHER"
        # tracestate is not read: others' words
        context = self._propagator.extract({"traceparent": record.traceparent})
        span = self._tracer.start_span(
            f"{method} {route}",
            context,
            SpanKind.SERVER,
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": record.status,
                "http.response.body.size": record.size,
                "ogpld.request": record.id,
                "ogpld.release": work.release,
                "ogpld.outcome": outcome,
                "ogpld.cached": work.cached,
            },
            start_time=began,
        )
        if record.status >= _SERVER_ERROR:
            span.set_status(StatusCode.ERROR)
        if work.query_seconds:
            answered = began + int(record.seconds * _NANO)
            query = self._tracer.start_span(
                "query",
                set_span_in_context(span),
                attributes={"ogpld.query": work.query_digest},
                start_time=max(began, answered - int(work.query_seconds * _NANO)),
            )
            query.end(answered)
        span.end(end)

    def close(self) -> None:
        """Send what waits, for a moment."""
        sending = threading.Thread(target=self._provider.shutdown, name="telemetry", daemon=True)
        sending.start()
        sending.join(_END)
