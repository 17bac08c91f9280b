"""A stand-in for a SPARQL endpoint of others, with a few statements that are made up (`outside.ttl`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox

from support.little import Answer, Request, serving

RESULTS = "application/sparql-results+json"


@contextmanager
def outside_endpoint() -> Iterator[tuple[str, list[str]]]:
    """Serve the statements; yield the address and the queries that came so far."""
    store = ox.Store()
    store.load(Path(__file__).with_name("outside.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    queries: list[str] = []

    def respond(request: Request) -> Answer:
        direct = request.headers.get("content-type", "").startswith("application/sparql-query")
        form = request.query if request.method == "GET" else dict(_pairs(request.body))
        text = request.body if direct else form.get("query", "")
        queries.append(text)
        results = store.query(text)
        assert not isinstance(results, ox.QueryTriples)
        body = results.serialize(format=ox.QueryResultsFormat.JSON)
        assert body is not None
        return Answer(200, {"content-type": RESULTS}, body)

    with serving(respond) as address:
        yield f"{address.rstrip(chr(47))}/sparql", queries


def _pairs(body: str) -> Iterator[tuple[str, str]]:
    for name, values in parse_qs(body).items():
        yield name, values[-1]
