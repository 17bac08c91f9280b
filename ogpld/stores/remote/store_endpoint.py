"""The SPARQL endpoint of a store: whether it has a release, and queries to it as they are sent.

Behind an address there may be several engines that are filled one after the other. A look at a pointer, and
an answer, are of the one engine that the balancer names (`Ogpld-Engine`), or of the only one there is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlencode

from ogpld.errors import StoreFailedError, StoreIncompleteError, StoreUnreachableError
from ogpld.stores import CancelToken
from ogpld.stores.remote.dataset_rewriting import StoreQuery
from ogpld.stores.remote.engine_looks import EngineLooks
from ogpld.stores.remote.engine_results import FORM, RESULTS, read_results, row_bound, texts_of
from ogpld.stores.remote.engine_rules import server_name
from ogpld.stores.remote.http_client import StoreClient
from ogpld.stores.remote.http_exchange import ENGINE, BodyLimitError, StoreResponse
from ogpld.stores.remote.release_graphs import HeldGraphs, SiteGraphs, statements_query
from ogpld.stores.remote.store_address import Credentials, StoreAddress

#: Seconds that a look at the pointer may take, and bytes that an answer to our own queries may have.
_LOOK, TRUSTED_BYTES = 5.0, 1 << 28
#: Engines of a balancer that are tried for one request.
ENGINES = 4
_COLUMNS = ("s", "p", "o")


def _reading(site: SiteGraphs, graph: str) -> StoreQuery:
    """Return the query that reads a graph of ours."""
    return StoreQuery(statements_query(graph), (site.nothing,), (graph,))


class StoreEndpoint:
    """Where a store is asked for a release.

    Args:
        address: where it is asked.
        base_iri: that of the release.
        digest: that of the release.
        credentials: what the store is told of who asks.
    """

    def __init__(
        self,
        address: StoreAddress,
        base_iri: str,
        digest: str,
        credentials: Credentials | None = None,
    ) -> None:
        self.address = address
        self.digest = digest
        self.site = SiteGraphs(base_iri)
        self.client = StoreClient(address.query, credentials)
        #: The engines behind the address, one where nothing balances.
        self.engines = EngineLooks()
        self._graphs: HeldGraphs | None = None
        #: How many rows the engine gives at most, where it says so.
        self.bound: int | None = None
        #: What the engine calls itself, once it was asked, and what a balancer calls it.
        self.server = self.engine = ""

    def look(self, engine: str = "") -> HeldGraphs:
        """Look at a pointer now, and return the graphs of the release.

        Args:
            engine: which one of a balancer is looked at, "" for whichever it chooses.

        Raises:
            StoreFailedError: where the store does not say that it has the release whole.
        """
        began = time.monotonic()
        name, site = self.address.query, self.site
        response = self._ask(_reading(site, site.pointer), engine, _LOOK)
        engine, server = response.engine, self._server_of(response)
        rows = texts_of(name, read_results(name, response), _COLUMNS)
        held = site.read_pointer(rows).get(self.digest)
        if held is None or held.state == "retired":
            self.engines.note(engine, began, has_release=False, server=server)
            self._graphs = self._graphs if self.engines.holding() else None
            raise StoreIncompleteError(
                f"{engine and f'engine {engine} of '}{name} does not have release {self.digest[:12]}…",
                hint="push it: ogpld push",
            )
        graphs = self._graphs
        if graphs is None:
            response = self._ask(_reading(site, site.release(self.digest)), engine, _LOOK)
            rows = texts_of(name, read_results(name, response), _COLUMNS)
            graphs = self._graphs = site.read_description(rows, held)
        self.engines.note(engine, began, has_release=True, server=server)
        return graphs

    def look_around(self) -> HeldGraphs:
        """Look at the engine that answers; where it lacks the release, at others behind the same address.

        Raises:
            StoreFailedError: where none of them says that it has the release whole.
        """
        for number in range(ENGINES - 1):
            try:
                return self.look(self.engines.preferred() if number else "")
            except StoreIncompleteError:
                if not self.engine:  # there is no other
                    raise
        return self.look(self.engines.preferred())

    def look_at_late(self) -> None:
        """Look again at engines of a balancer that lacked the release, to ask them once they have it."""
        for engine in self.engines.lacking()[:ENGINES]:
            with suppress(StoreFailedError):
                self.look(engine)

    def graphs(self) -> HeldGraphs:
        """Return the graphs of the release, from a look at a pointer that still holds."""
        graphs = self._graphs
        if graphs is None or not self.engines.holding():
            return self.look_around()
        return graphs

    def select(
        self, variables: Sequence[str], text: str, *named: str, seconds: float = _LOOK
    ) -> list[list[str]]:
        """Ask a query of ours over some graphs, of all of the store where none is named; return texts.

        Raises:
            StoreFailedError: where there is no whole answer with these columns.
        """
        request = StoreQuery(text, (self.site.nothing,) if named else (), named)
        name = self.address.query
        return texts_of(name, read_results(name, self._ask(request, "", seconds)), variables)

    def statements(self, graph: str) -> list[list[str]]:
        """Return the statements of a graph of ours, as rows of subject, property and value.

        Raises:
            StoreFailedError: where there is no whole answer.
        """
        return self.select(_COLUMNS, statements_query(graph), graph)

    def _ask(self, request: StoreQuery, engine: str, seconds: float) -> StoreResponse:
        """Send a query of ours."""
        try:
            return self.send(request, RESULTS, seconds=seconds, most=TRUSTED_BYTES, engine=engine)
        except (TimeoutError, BodyLimitError) as error:
            raise StoreUnreachableError(
                f"{self.address.query} gave no answer in {seconds:g} seconds",
                hint="ask again later",
            ) from error

    def send(
        self,
        query: StoreQuery,
        accept: str,
        *,
        seconds: float,
        most: int,
        token: CancelToken | None = None,
        tries: int = 3,
        engine: str = "",
    ) -> StoreResponse:
        """Send a query (Protocol 2.1.2), to one engine of a balancer or any; return what comes back."""
        fields = [("query", query.text)]
        fields += [("default-graph-uri", graph) for graph in query.default]
        fields += [("named-graph-uri", graph) for graph in query.named]
        headers = {"Accept": accept, "Content-Type": FORM}
        if engine:
            headers[ENGINE] = engine
        response = self.client.request(
            "POST",
            self.address.query,
            headers,
            urlencode(fields).encode(),
            seconds=seconds,
            most=most,
            token=token,
            tries=tries,
        )
        self.server, self.engine = self._server_of(response), response.engine
        if (bound := row_bound(response)) is not None:
            self.bound = bound
        return response

    def _server_of(self, response: StoreResponse) -> str:
        return server_name(response.headers.get("server", ""), self.address.query)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
