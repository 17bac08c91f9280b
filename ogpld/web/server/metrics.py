"""Metrics for Prometheus, at an address of the operator's own: what requests cost, and how the server is.

Labels have few values: the first segment of a path, a status, a code of the health report. Requests are
counted in the event loop; everything else is looked at when somebody asks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from ogpld import __version__
from ogpld.config import Settings
from ogpld.errors import ConfigError, ReleaseError
from ogpld.program_digest import program_digest
from ogpld.web.current.current_release import CurrentRelease
from ogpld.web.current.health import standing_problems
from ogpld.web.server.connections import Connections
from ogpld.web.server.request_log import RequestRecord

#: Upper bounds of the histogram, in seconds: an answer at hand, a page, a query, a deadline.
_SECONDS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 30.0)


class Metrics:
    """Counts requests by what their path begins with, and answers Prometheus.

    Args:
        settings: `metrics_host` and `metrics_port`.
        restarts: web processes that ended before this one.
    """

    def __init__(self, settings: Settings, restarts: int = 0) -> None:
        self._settings = settings
        self._restarts = restarts
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "ogpld_requests",
            "Requests that ended, by route, status (0: none was sent) and outcome: sent, cut, left",
            ["route", "status", "outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "ogpld_request_seconds",
            "Seconds from the head of a request to the head of its answer",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._bytes = Counter(
            "ogpld_response_bytes", "Bytes of bodies of answers", ["route"], registry=registry
        )
        self._cached = Counter(
            "ogpld_cached_responses", "Answers that were at hand", registry=registry
        )
        self._query_seconds = Counter(
            "ogpld_query_seconds", "Seconds of workers for callers' queries", registry=registry
        )
        self._children: dict[tuple[str, int, str], tuple[Any, Any, Any]] = {}

    def observe(self, record: RequestRecord, route: str, outcome: str) -> None:
        """Count a request."""
        key = (route, record.status, outcome)
        children = self._children.get(key)
        if children is None:
            children = self._children[key] = (
                self._requests.labels(route, str(record.status), outcome),
                self._seconds.labels(route),
                self._bytes.labels(route),
            )
        requests, seconds, size = children
        requests.inc()
        seconds.observe(record.seconds)
        size.inc(record.size)
        if record.work.cached:
            self._cached.inc()
        elif record.work.query_seconds:
            self._query_seconds.inc(record.work.query_seconds)

    def serve(self, connections: Connections, current_release: CurrentRelease) -> None:
        """Answer at the address of the settings, in a thread that ends with the process.

        Raises:
            ConfigError: when somebody listens there already.
        """
        host, port = self._settings.metrics_host, self._settings.metrics_port
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._registry.register(_ServerState(connections, current_release, self._restarts))
        try:
            start_http_server(port, host, self._registry)
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {host}:{port} for metrics: {error.strerror}",
                hint="choose another metrics_port or metrics_host; metrics_port = 0 has no metrics",
            ) from error


class _ServerState(Collector):
    """Looks at connections, workers, the release in service and what is wrong with it."""

    def __init__(
        self, connections: Connections, current_release: CurrentRelease, restarts: int
    ) -> None:
        self._restarts = restarts
        self._connections = connections
        self._current_release = current_release

    def collect(self) -> Iterator[Metric]:
        """Yield the state of now; without a release in service only what does not need one."""
        connections = self._connections
        yield _gauge("ogpld_connections", "Connections that are open", len(connections))
        yield _gauge("ogpld_draining", "1 from SIGTERM on, else 0", int(connections.draining))
        yield CounterMetricFamily(
            "ogpld_web_process_restarts", "Web processes that ended unasked", value=self._restarts
        )
        try:
            with self._current_release.lease() as serving:
                release, pool = serving.release, serving.store.status()
                problems = [problem.code for problem in standing_problems(serving)]
        except ReleaseError:  # the server is closing
            return
        info = {
            "release": release.id,
            "digest": release.manifest.digest,
            "software": __version__,
            "build": program_digest(),
        }
        yield InfoMetricFamily("ogpld_release", "The release in service", info)
        yield _gauge("ogpld_release_quads", "Its quads", release.manifest.quads)
        age = time.time() - release.time.timestamp()
        yield _gauge("ogpld_release_age_seconds", "Seconds since it was published", age)
        wrong = GaugeMetricFamily(
            "ogpld_problem", "1 for each problem of the health report", labels=["code"]
        )
        for code in sorted(set(problems)):
            wrong.add_metric([code], 1)
        yield wrong
        yield from _workers(pool)


def _workers(pool: dict[str, Any]) -> Iterator[Metric]:
    """Yield the state of the query workers, by lane."""
    lanes = {"queries": pool, "pages": pool["internal"]}
    if "tasks" in pool:
        lanes["checks"] = pool["tasks"]
    for name, text in (
        ("alive", "Workers that are alive"),
        ("busy", "Workers that are at work"),
        ("queued", "Callers that wait for a worker"),
        ("replaced", "Workers replaced since the release was opened"),
    ):
        family = GaugeMetricFamily(f"ogpld_workers_{name}", text, labels=["lane"])
        for lane, status in lanes.items():
            family.add_metric([lane], status[name])
        yield family
    replacements = CounterMetricFamily(
        "ogpld_worker_replacements", "The same as a counter", labels=["lane"]
    )
    for lane, status in lanes.items():
        replacements.add_metric([lane], status["replaced"])
    yield replacements
    yield CounterMetricFamily(
        "ogpld_query_process_restarts", "Query processes that ended unasked", value=pool["restarts"]
    )


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
