"""Write results under limits: an answer is complete or it is an error, never short.

The byte cap holds while the library writes; the row cap is counted on what was written, because
iterating in Python costs four times as much (performance.md section 1).
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator

import pyoxigraph as ox

from ogpld.errors import QueryError, QueryTooLargeError
from ogpld.rdf import PREFIXES
from ogpld.stores import Answer
from ogpld.stores.limits import Limits

_SOLUTIONS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
}


class BoundedBytes(io.RawIOBase):
    """Collect bytes up to a bound."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self.parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        """Say that this can be written to."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take bytes.

        Raises:
            QueryTooLargeError: past the bound.
        """
        self.size += len(data)
        if self.size > self.limit:
            raise too_large("bytes", self.limit)
        self.parts.append(bytes(data))
        return len(data)

    def getvalue(self) -> bytes:
        """Return everything that was written."""
        return b"".join(self.parts)


def too_large(what: str, limit: int) -> QueryTooLargeError:
    """Return the error that names the limit and says how to page."""
    return QueryTooLargeError(
        f"the result is larger than {limit:,} {what}",
        hint="page with ORDER BY, LIMIT and OFFSET, or ask for less; whole data sets are releases",
    )


def write_answer(
    results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    forms: tuple[str, str],
    limits: Limits,
) -> Answer:
    """Write whatever a query gave, in the form for its kind."""
    if isinstance(results, ox.QueryTriples):
        return write_graph(iter(results), forms[1], limits)
    form = forms[0] or "json"
    if isinstance(results, ox.QueryBoolean):
        if form in {"csv", "tsv"}:  # the recommendation has none for ASK; peers write the word
            return Answer("boolean", form, b"true\n" if bool(results) else b"false\n")
        body = results.serialize(format=_SOLUTIONS[form])
        return Answer("boolean", form, body or b"")
    sink = BoundedBytes(limits.bytes)
    try:
        results.serialize(sink, format=_SOLUTIONS[form])
    except (ValueError, RuntimeError) as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error
    body = sink.getvalue()
    rows = count_rows(body, form, limits.rows)
    if rows > limits.rows:
        raise too_large("rows", limits.rows)
    return Answer("solutions", form, body, rows)


def write_graph(triples: Iterator[ox.Triple], form: str, limits: Limits) -> Answer:
    """Write triples, each once as the library gives them."""
    form = form or "ttl"
    try:
        found = list(itertools.islice(triples, min(limits.rows + 1, 1 << 60)))
    except (ValueError, RuntimeError) as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error
    if len(found) > limits.rows:
        raise too_large("triples", limits.rows)
    if any(isinstance(t.object, ox.Triple) for t in found):
        raise QueryError("the result holds triple terms, which RDF 1.1 has no form for")
    prefixes = None if form == "nt" else PREFIXES
    body = ox.serialize(found, format=_GRAPHS[form], prefixes=prefixes)
    if body is None or len(body) > limits.bytes:
        raise too_large("bytes", limits.bytes)
    return Answer("graph", form, body, len(found))


def count_rows(body: bytes, form: str, cap: int) -> int:
    """Count the solutions in a written result; exact whenever it matters to the cap.

    XML and TSV escape what they are counted by. For JSON and CSV a cheap over-estimate is enough
    below the cap; above it the document is read.
    """
    if form == "xml":
        return body.count(b"<result>")
    if form == "tsv":
        return max(body.count(b"\n") - 1, 0)
    if form == "csv":
        estimate = max(body.count(b"\n") - 1, 0)
        if estimate <= cap and b'"' not in body:
            return estimate
        return sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1
    estimate = body.count(b"},{") + 1
    if estimate <= cap and b'"bindings":[]' not in body:
        return estimate
    return len(json.loads(body)["results"]["bindings"])
