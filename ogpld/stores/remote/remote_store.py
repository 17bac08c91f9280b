"""A release that another engine holds, asked by SPARQL 1.1 Protocol: the second kind of `Store`.

A store answers for one release, whose digest it is given. It looks at the pointer of the engine before the
first query and again while it is in use: who pushes takes a release from the pointer `GRACE` seconds before a
graph of it is dropped, so an answer that came while the pointer named the release is an answer of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pyoxigraph as ox

from ogpld.errors import (
    QuerySearchError,
    QueryStoppedError,
    StoreFailedError,
    StoreIncompleteError,
    StoreUnreachableError,
)
from ogpld.rdf import NamedNode
from ogpld.stores import Answer, CancelToken, Query, ThingDescription, guard
from ogpld.stores.describe import Statement, line
from ogpld.stores.describe_query import described, read_describe
from ogpld.stores.limits import Limits
from ogpld.stores.query_parser import parse_query
from ogpld.stores.remote.dataset_rewriting import (
    HELPER,
    StoreQuery,
    counting,
    for_store,
)
from ogpld.stores.remote.engine_results import (
    RESULTS,
    TRIPLES,
    boolean_of,
    cut,
    read_results,
    read_triples,
    solutions_of,
    texts_of,
)
from ogpld.stores.remote.engine_rules import doubt
from ogpld.stores.remote.http_exchange import BodyLimitError, StoreResponse, whole_number
from ogpld.stores.remote.remote_description import read_surroundings
from ogpld.stores.remote.store_address import Credentials, StoreAddress
from ogpld.stores.remote.store_endpoint import ENGINES, TRUSTED_BYTES, StoreEndpoint
from ogpld.stores.result_writer import check_forms, too_large, write_graph
from ogpld.stores.search_patterns import read_searches
from ogpld.stores.solutions import Solutions, write_boolean, write_solutions
from ogpld.stores.tokens import QUERY_FORMS, scan

#: Seconds that our own queries may take.
_TRUSTED = 30.0
#: Bytes an engine may need for a byte of ours.
_GROWTH = 4
#: Requests to a store at once.
_PARALLEL = 8

#: Parses a query, and returns its text with the columns of `SELECT *` in order.
Parser = Callable[[Query], str]


class RemoteStore(StoreEndpoint):
    """A release in a third-party store.

    Args:
        address: where it is asked.
        base_iri: that of the release.
        digest: that of the release.
        limits: what a caller's query may take.
        credentials: what the store is told of who asks.
        hidden_graphs: graphs that are not part of the default graph.
        parse: parses a caller's query; in this process, for trusted callers, where it is left out.
    """

    def __init__(
        self,
        address: StoreAddress,
        base_iri: str,
        digest: str,
        *,
        limits: Limits | None = None,
        credentials: Credentials | None = None,
        hidden_graphs: tuple[str, ...] = (),
        parse: Parser | None = None,
    ) -> None:
        super().__init__(address, base_iri, digest, credentials)
        self.limits = limits or Limits()
        #: Graphs that are not part of the default graph.
        self.hidden = frozenset(ox.NamedNode(graph) for graph in hidden_graphs)
        self._parse = parse or parse_query
        self._places = threading.BoundedSemaphore(_PARALLEL)

    def answer(
        self,
        query: Query,
        *,
        trusted: bool = False,
        token: CancelToken | None = None,
        tries: int = 3,
    ) -> Answer:
        """Run a query; see the protocol.

        Raises:
            StoreFailedError: where the store gives no whole answer of the release.
        """
        limits = replace(_UNLIMITED, deadline=_TRUSTED) if trusted else self.limits
        if limits.guard:
            guard.check(query.text, limits.text_bytes)
        forms = check_forms(query.forms)
        if query.hits is None and read_searches(query.text, query.base) is not None:
            raise QuerySearchError(
                "a store of others does not search for words",
                hint="ask a server that has the release itself",
            )
        seconds = query.seconds(limits.deadline)
        end = time.monotonic() + seconds
        text = self._parse(query)
        request = _Request(self, query, limits, end, token, tries)
        with self._place(end):
            try:
                return request.answer(text, forms)
            except TimeoutError:
                raise QueryStoppedError(
                    f"the query did not end within {seconds:g} s, the deadline of this endpoint",
                    limit="deadline",
                    hint="ask for less: add a LIMIT, narrow the patterns, or split the query",
                ) from None
            except BodyLimitError:
                raise too_large("bytes", limits.bytes) from None

    def describe(self, iri: str, links: int) -> ThingDescription:
        """Return the document graph of a thing; see the protocol."""
        try:
            ox.NamedNode(iri)
        except ValueError:  # not an IRI, so nothing has it
            return ThingDescription()
        request = _Request(self, Query(""), _UNLIMITED, time.monotonic() + _TRUSTED, None, 3)
        try:
            statements, incoming = request.describe(iri, links)
        except TimeoutError:
            raise StoreUnreachableError(
                f"{self.address.query} did not describe <{iri}> in {_TRUSTED:g} seconds",
                hint="ask again later",
            ) from None
        lines = sorted(set(map(line, statements)))
        return ThingDescription("".join(lines).encode(), incoming)

    @contextmanager
    def _place(self, end: float) -> Iterator[None]:
        """Hold one of the requests that a store gets at once."""
        if not self._places.acquire(timeout=max(0.0, end - time.monotonic())):
            raise QueryStoppedError(
                "no request to the store ended in time to make room for this one",
                limit="queue",
                retry_after=1,
                hint="ask again later",
            )
        try:
            yield
        finally:
            self._places.release()


class _Request:
    """One query under way: its time, and what it asks of the store."""

    def __init__(
        self,
        store: RemoteStore,
        query: Query,
        limits: Limits,
        end: float,
        token: CancelToken | None,
        tries: int,
    ) -> None:
        self._store, self._query, self._limits = store, query, limits
        self._end, self._token, self._tries = end, token or CancelToken(), tries
        self._name = store.address.query

    def answer(self, text: str, forms: tuple[str, str]) -> Answer:
        """Return the answer to a parsed query."""
        verb = next(token.keyword for token in scan(text) if token.keyword in QUERY_FORMS)
        began = time.monotonic()
        try:
            if verb == "DESCRIBE":
                return self._describe(text, forms[1])
            graphs = self._store.graphs()
            query = for_store(self._query, text, graphs, self._store.site.nothing)
            if verb == "CONSTRUCT":
                triples = self._construct(query, text)
                return write_graph(triples, forms[1], self._limits)
            results = read_results(self._name, self._send(query, RESULTS, text))
        finally:
            self._token.seconds += time.monotonic() - began
        if verb == "ASK":
            return Answer(
                "boolean", forms[0], write_boolean(boolean_of(self._name, results), forms[0])
            )
        return self._table(solutions_of(self._name, results), forms[0])

    def describe(
        self, iri: str, links: int, dataset: list[ox.NamedNode] | None = None
    ) -> tuple[set[Statement], dict[str, int]]:
        """Return the statements of a thing's document, and the number of incoming links by predicate."""
        return read_surroundings(self._rows, iri, links, self._store.hidden, dataset)

    def _rows(self, text: str) -> list[tuple[object, ...]]:
        graphs = self._store.graphs()
        query = for_store(Query(text), text, graphs, self._store.site.nothing)
        results = read_results(self._name, self._send(query, RESULTS))
        return list(_without_helpers(solutions_of(self._name, results)).rows)

    def _unfit(self, text: str) -> frozenset[str]:
        """Return the engines that have the release and are not right about a query.

        Raises:
            StoreFailedError: where all are so.
        """
        tokens, engines = list(scan(text)), self._store.engines.servers()
        doubts = {name: doubt(server, text, tokens) for name, server in engines.items()}
        unfit = frozenset(name for name, reason in doubts.items() if reason)
        if doubts and len(unfit) == len(doubts):
            raise StoreFailedError(
                f"{self._name} is not asked: its engine is not right about {min(doubts.values())}",
                hint="ask a server that has the release itself",
            )
        return unfit

    def _send(self, query: StoreQuery, accept: str, text: str = "") -> StoreResponse:
        """Send a query, and return the answer of an engine that has the release, before and after.

        Args:
            query: as it is sent.
            accept: the media type wanted.
            text: as a caller wrote it; of ours every engine is right about each.
        """
        store = self._store
        most = min(_GROWTH * self._limits.bytes + _PIECE, TRUSTED_BYTES)
        engine = ""
        for _ in range(ENGINES):
            left = self._end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            unfit = self._unfit(text) if text else frozenset[str]()
            if not engine or engine in unfit:
                engine = store.engines.preferred(unfit)
            before = store.engines.holding() - unfit
            response = store.send(
                query, accept, seconds=left, most=most, token=self._token, tries=self._tries,
                engine=engine,
            )  # fmt: skip
            engine = response.engine
            try:
                if engine not in store.engines.holding():
                    store.look(engine)
            except StoreIncompleteError:
                engine = store.engines.preferred(unfit)
                if not engine:
                    raise
            else:
                if engine in before:
                    return response
        raise StoreIncompleteError(
            f"{self._name} hands each request to another engine than the one that was looked at",
            hint="have the balancer heed the header Ogpld-Engine: docs/engines.md",
        )

    def _table(self, solutions: Solutions, form: str) -> Answer:
        if len(solutions.rows) > self._limits.rows:
            raise too_large("rows", self._limits.rows)
        body = write_solutions(_without_helpers(solutions), form)
        if len(body) > self._limits.bytes:
            raise too_large("bytes", self._limits.bytes)
        return Answer("solutions", form, body, len(solutions.rows))

    def _construct(self, query: StoreQuery, text: str) -> list[ox.Triple]:
        """Return the triples of a CONSTRUCT; an engine that bounds rows may cut it without a word."""
        triples = read_triples(self._name, self._send(query, TRIPLES, text))
        bound = self._store.bound
        if bound is not None:
            counted = self._send(replace(query, text=counting(query.text)), RESULTS, text)
            rows = texts_of(self._name, read_results(self._name, counted), ("n",))
            number = whole_number(rows[0][0]) if len(rows) == 1 else None
            if number is None or number >= bound:
                raise cut(self._name, bound)
        return triples

    def _describe(self, text: str, form: str) -> Answer:
        wanted = read_describe(text)
        assert wanted is not None  # noqa: S101  (its form is DESCRIBE)
        triples = described(wanted, self._query, self._iris, self.describe, self._limits.rows)
        return write_graph(triples, form, self._limits)

    def _iris(self, texts: Sequence[str]) -> list[str]:
        """Return the IRIs that SELECT queries made from a DESCRIBE query give, in order."""
        iris: dict[str, None] = {}
        for select in filter(None, texts):
            query = for_store(self._query, select, self._store.graphs(), self._store.site.nothing)
            results = read_results(self._name, self._send(query, RESULTS, select))
            rows = _without_helpers(solutions_of(self._name, results)).rows
            iris.update(
                (cell.value, None) for row in rows for cell in row if isinstance(cell, NamedNode)
            )
        return list(iris)


_UNLIMITED = Limits(
    deadline=_TRUSTED, rows=1 << 40, bytes=TRUSTED_BYTES, text_bytes=1 << 40, guard=False
)
_PIECE = 65_536


def _without_helpers(solutions: Solutions) -> Solutions:
    """Return solutions without the columns that only name graphs of the store."""
    columns = [n for n, name in enumerate(solutions.variables) if not name.startswith(HELPER)]
    if len(columns) == len(solutions.variables):
        return solutions
    rows = [tuple(row[number] for number in columns) for row in solutions.rows]
    return Solutions(tuple(solutions.variables[number] for number in columns), rows)
